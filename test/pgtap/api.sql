-- The SQL surface is what the documentation promises: names, arguments, types, rights.
BEGIN;
SELECT plan(132);

-- The extension
SELECT has_extension('relgraph', 'the extension is there');
SELECT is(extrelocatable, false, 'it is not relocatable') FROM pg_extension WHERE extname = 'relgraph';
SELECT is(extnamespace::regnamespace::text, 'relgraph', 'it lives in schema relgraph') FROM pg_extension WHERE extname = 'relgraph';
SELECT is(extconfig::regclass[]::text, '{relgraph.declared}', 'what people declare is dumped') FROM pg_extension WHERE extname = 'relgraph';
SELECT is(extcondition, '{"WHERE source::pg_catalog.text OPERATOR(pg_catalog.<>) ''-'' AND target::pg_catalog.text OPERATOR(pg_catalog.<>) ''-''"}', 'but not what is left over') FROM pg_extension WHERE extname = 'relgraph';

-- Types
SELECT enum_has_labels('relgraph', 'cardinality', ARRAY['1:1', '1:M', 'M:1', 'M:M'], 'labels of cardinality, in order');
SELECT is(format('%s %s %s %s', typtype, typlen, typalign, typstorage), 'b -1 i p', 'relgraph.columns is a plain type of its own') FROM pg_type WHERE oid = 'relgraph.columns'::regtype;

-- Functions that people call
CREATE TEMP TABLE api (
	signature text, arguments text, result text, volatility "char", parallel "char", strict boolean, language text);
INSERT INTO api VALUES
('relgraph.set_name(regclass, name, text, text)',
 'child regclass, constraint_name name, forward text, reverse text',
 'void', 'v', 'u', false, 'c'),
('relgraph.set_association_name(regclass, name, name, text, text)',
 'association regclass, left_constraint name, right_constraint name, left_name text, right_name text',
 'void', 'v', 'u', false, 'c'),
('relgraph.declare(regclass, text, name[], regclass, name[], text, relgraph.cardinality, regclass, name[], name[])',
 'source regclass, name text, source_columns name[], target regclass, target_columns name[], inverse text, cardinality relgraph.cardinality DEFAULT NULL::relgraph.cardinality, through regclass DEFAULT NULL::regclass, through_source_columns name[] DEFAULT NULL::name[], through_target_columns name[] DEFAULT NULL::name[]',
 'void', 'v', 'u', false, 'c'),
('relgraph.forget(regclass, text)',
 'source regclass, name text',
 'void', 'v', 'u', true, 'c'),
('relgraph.relationships_of(regclass)',
 'source regclass',
 'SETOF relgraph.relationships', 's', 'r', true, 'c'),
('relgraph.cache_info()',
 'OUT relations bigint, OUT neighbourhoods bigint, OUT builds bigint, OUT bytes bigint',
 'record', 'v', 'r', false, 'c'),
('relgraph.cache_reset()',
 '',
 'void', 'v', 'r', false, 'c'),
('relgraph.related(anyelement, text, anycompatible)',
 'source anyelement, path text, target anycompatible',
 'SETOF anycompatible', 's', 'r', false, 'c'),
('relgraph.join_sql(regclass, text, text)',
 'root regclass, path text, kind text DEFAULT ''inner''::text',
 'text', 's', 'r', true, 'c'),
('relgraph.attach(regclass[], boolean, regnamespace)',
 'tables regclass[] DEFAULT NULL::regclass[], dry_run boolean DEFAULT false, schema regnamespace DEFAULT NULL::regnamespace',
 'TABLE(source regclass, function text, target regclass, action text, reason text, sql text)', 'v', 'u', false, 'c'),
('relgraph.detach(regclass[], boolean, regnamespace)',
 'tables regclass[] DEFAULT NULL::regclass[], dry_run boolean DEFAULT false, schema regnamespace DEFAULT NULL::regnamespace',
 'TABLE(source regclass, function text, target regclass, action text, reason text, sql text)', 'v', 'u', false, 'c'),
('relgraph.load(regclass, text, jsonb, text, bigint, bigint, jsonb)',
 'root regclass, include text DEFAULT ''''::text, filter jsonb DEFAULT NULL::jsonb, order_by text DEFAULT NULL::text, row_limit bigint DEFAULT NULL::bigint, row_offset bigint DEFAULT NULL::bigint, params jsonb DEFAULT NULL::jsonb',
 'SETOF json', 's', 'r', false, 'c'),
('relgraph.explain_load(regclass, text, jsonb, text, bigint, bigint, jsonb)',
 'root regclass, include text DEFAULT ''''::text, filter jsonb DEFAULT NULL::jsonb, order_by text DEFAULT NULL::text, row_limit bigint DEFAULT NULL::bigint, row_offset bigint DEFAULT NULL::bigint, params jsonb DEFAULT NULL::jsonb',
 'SETOF text', 's', 'r', false, 'c'),
('relgraph.load_row(anyelement, text, jsonb)',
 'source anyelement, include text, params jsonb DEFAULT NULL::jsonb',
 'json', 's', 'r', false, 'c'),
('relgraph.load_agg(anyelement, text)',
 'source anyelement, include text',
 'json', 'i', 'r', false, 'internal');
SELECT isnt(to_regprocedure(signature), NULL, signature || ' exists') FROM api ORDER BY signature;
SELECT is(pg_get_function_arguments(to_regprocedure(signature)), arguments, 'arguments of ' || signature) FROM api ORDER BY signature;
SELECT is(pg_get_function_result(to_regprocedure(signature)), result, 'result of ' || signature) FROM api ORDER BY signature;
SELECT is(provolatile::text || proparallel::text || proisstrict::text || lanname,
		volatility::text || parallel::text || strict::text || language, 'labels of ' || signature)
	FROM api JOIN pg_proc p ON p.oid = to_regprocedure(signature) JOIN pg_language l ON l.oid = prolang
	ORDER BY signature;
SELECT ok(has_function_privilege('pg_monitor', to_regprocedure(signature), 'EXECUTE'), 'everybody may call ' || signature) FROM api ORDER BY signature;

-- All functions, these and those behind the views
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'relgraph'::regnamespace AND prosecdef$$,
	'nothing runs with other rights than the caller''s');
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'relgraph'::regnamespace AND coalesce(obj_description(oid, 'pg_proc'), '') = ''$$,
	'every function has a comment');
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'relgraph'::regnamespace AND prolang = 12 AND prokind <> 'a'$$,
	'no function is the server''s own');
SELECT is_empty($$SELECT p.oid::regprocedure FROM pg_proc p WHERE pronamespace = 'relgraph'::regnamespace
		AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')$$,
	'every function belongs to the extension');

-- Views: columns in order, their types, and who may read them
CREATE FUNCTION pg_temp.shape(regclass) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(attname || ' ' || format_type(atttypid, NULL), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = $1 AND attnum > 0 $$;
SELECT is(pg_temp.shape('relgraph.relationships'),
	'source regclass, name text, cardinality relgraph.cardinality, target regclass, is_list boolean, is_optional boolean, source_columns name[], target_columns name[], '
	'through regclass, through_source_columns name[], through_target_columns name[], inverse text, qualified_name text, foreign_key name, through_foreign_key name, '
	'on_delete text, on_update text, is_deferrable boolean, is_validated boolean, is_enforced boolean, is_unique_pair boolean, unique_index regclass, '
	'is_self_referential boolean, origin text, reason text', 'columns of relgraph.relationships');
SELECT is(pg_temp.shape('relgraph.foreign_keys'),
	'constraint_name name, child regclass, child_columns name[], parent regclass, parent_columns name[], cardinality relgraph.cardinality, is_optional boolean, '
	'is_self_referential boolean, on_delete text, on_update text, is_deferrable boolean, is_validated boolean, is_enforced boolean, has_index boolean, '
	'unique_index regclass, forward_name text, reverse_name text', 'columns of relgraph.foreign_keys');
SELECT is(pg_temp.shape('relgraph.association_tables'),
	'association regclass, left_table regclass, left_foreign_key name, right_table regclass, right_foreign_key name, is_pure boolean, '
	'payload_columns name[], is_unique_pair boolean, unique_index regclass, reason text', 'columns of relgraph.association_tables');
SELECT is(pg_temp.shape('relgraph.tables'),
	'relation regclass, primary_key name[], relationships integer, is_association boolean', 'columns of relgraph.tables');
SELECT is(pg_temp.shape('relgraph.declared'),
	'kind "char", source relgraph.columns, target relgraph.columns, through_source relgraph.columns, through_target relgraph.columns, '
	'name text, inverse text, cardinality relgraph.cardinality', 'columns of relgraph.declared');
SELECT views_are('relgraph', ARRAY['relationships', 'foreign_keys', 'association_tables', 'tables']);
SELECT tables_are('relgraph', ARRAY['declared']);
SELECT ok(has_table_privilege('pg_monitor', c.oid, 'SELECT'), 'everybody may read ' || c.oid::regclass)
	FROM pg_class c WHERE relnamespace = 'relgraph'::regnamespace AND relkind IN ('r', 'v') ORDER BY relname;
SELECT ok(NOT has_table_privilege('pg_monitor', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'), 'but not change ' || c.oid::regclass)
	FROM pg_class c WHERE relnamespace = 'relgraph'::regnamespace AND relkind IN ('r', 'v') ORDER BY relname;
SELECT ok(has_schema_privilege('pg_monitor', 'relgraph', 'USAGE'), 'everybody may look into the schema');
SELECT ok(NOT has_schema_privilege('pg_monitor', 'relgraph', 'CREATE'), 'but create nothing there');

-- Comments
SELECT is_empty($$SELECT attrelid::regclass, attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
		WHERE relnamespace = 'relgraph'::regnamespace AND relkind IN ('r', 'v') AND attnum > 0 AND coalesce(col_description(attrelid, attnum), '') = ''$$,
	'every column has a comment');
SELECT is_empty($$SELECT oid::regclass FROM pg_class WHERE relnamespace = 'relgraph'::regnamespace AND relkind IN ('r', 'v') AND coalesce(obj_description(oid, 'pg_class'), '') = ''$$,
	'every table and view has a comment');
SELECT is_empty($$SELECT oid::regtype FROM pg_type WHERE typnamespace = 'relgraph'::regnamespace AND typrelid = 0 AND typcategory <> 'A' AND coalesce(obj_description(oid, 'pg_type'), '') = ''$$,
	'every type has a comment');
SELECT isnt(obj_description(oid, 'pg_namespace'), NULL, 'the schema has a comment') FROM pg_namespace WHERE nspname = 'relgraph';
SELECT isnt(obj_description(oid, 'pg_extension'), NULL, 'the extension has a comment') FROM pg_extension WHERE extname = 'relgraph';

-- Settings
LOAD 'relgraph';
SELECT is((boot_val, context, vartype)::text, '(on,user,bool)', 'relgraph.inline') FROM pg_settings WHERE name = 'relgraph.inline';
SELECT is(prosupport::regprocedure::text, 'relgraph.related_support(internal)', 'related() has its support function') FROM pg_proc WHERE oid = 'relgraph.related'::regproc;
SELECT is((boot_val, min_val, max_val, context, vartype)::text, '(16,1,1000,user,integer)', 'relgraph.max_depth') FROM pg_settings WHERE name = 'relgraph.max_depth';
SELECT is((boot_val, min_val, max_val, context, vartype)::text, '(1000,1,1000000,user,integer)', 'relgraph.max_tree_depth') FROM pg_settings WHERE name = 'relgraph.max_tree_depth';
SELECT is((boot_val, min_val, max_val, context, vartype)::text, '(0,0,2147483647,user,integer)', 'relgraph.max_rows') FROM pg_settings WHERE name = 'relgraph.max_rows';
SELECT is((boot_val, enumvals::text, context, vartype)::text, '(auto,"{auto,batch,probe,join}",user,enum)', 'relgraph.load_strategy') FROM pg_settings WHERE name = 'relgraph.load_strategy';
SELECT is_empty($$SELECT name FROM pg_settings WHERE name LIKE 'relgraph.%' AND (coalesce(short_desc, '') = '' OR short_desc NOT LIKE '%.')$$,
	'every setting has a description');
SELECT throws_ok($$SET relgraph.max_dept = 1$$, '42602', NULL, 'the prefix is reserved');

-- Arguments by name, and defaults
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int PRIMARY KEY, parent_id int CONSTRAINT up REFERENCES parent, other int);
CREATE TABLE link (child_id int CONSTRAINT l REFERENCES child, parent_id int CONSTRAINT r REFERENCES parent);
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (2, 1, 1);
INSERT INTO link VALUES (2, 1);
SELECT lives_ok($$SELECT relgraph.set_name(child => 'child', constraint_name => 'up', forward => 'mother', reverse => NULL)$$, 'set_name by argument names');
SELECT lives_ok($$SELECT relgraph.set_association_name(association => 'link', left_constraint => 'l', right_constraint => 'r', left_name => 'lefts', right_name => 'rights')$$,
	'set_association_name by argument names');
SELECT lives_ok($$SELECT relgraph.declare(source => 'child', name => 'godmother', source_columns => '{other}', target => 'parent', target_columns => '{id}', inverse => NULL)$$,
	'declare by argument names, with defaults');
SELECT lives_ok($$SELECT relgraph.declare(source => 'child', name => 'aunts', source_columns => '{id}', target => 'parent', target_columns => '{id}', inverse => 'nieces',
	cardinality => 'M:M', through => 'link', through_source_columns => '{child_id}', through_target_columns => '{parent_id}')$$, 'declare by argument names');
SELECT set_eq($$SELECT name, cardinality::text FROM relgraph.relationships_of(source => 'child')$$,
	$$VALUES ('mother', 'M:1'), ('lefts', 'M:M'), ('godmother', 'M:1'), ('aunts', 'M:M'), ('links', '1:M')$$, 'relationships_of by argument name');
SELECT results_eq($$SELECT (relgraph.related(source => c, path => 'mother', target => NULL::parent)).id FROM child c$$, ARRAY[1], 'related by argument names');
SELECT lives_ok($$SELECT relgraph.forget(source => 'child', name => 'godmother')$$, 'forget by argument names');
SELECT results_eq($$SELECT relations > 0, neighbourhoods > 0, builds > 0, bytes > 0 FROM relgraph.cache_info()$$, $$VALUES (true, true, true, true)$$, 'cache_info counts');
SELECT lives_ok('SELECT relgraph.cache_reset()', 'cache_reset');
SELECT results_eq($$SELECT relations, neighbourhoods, bytes FROM relgraph.cache_info()$$, $$VALUES (0::bigint, 0::bigint, 0::bigint)$$, 'and there is nothing');
SELECT results_eq($$SELECT relgraph.load(root => 'parent', include => 'children_by_parent_id', filter => NULL, order_by => 'id', row_limit => 1, row_offset => 0, params => NULL)::text$$,
	ARRAY['{"id":1,"children_by_parent_id":[{"id":2,"parent_id":1,"other":1}]}'], 'load by argument names');
SELECT results_eq($$SELECT relgraph.load('parent')::text$$, ARRAY['{"id":1}'], 'load with defaults');
SELECT results_eq($$SELECT relgraph.load_row(source => c, include => 'mother', params => NULL)::text FROM child c$$,
	ARRAY['{"id":2,"parent_id":1,"other":1,"mother":{"id":1}}'], 'load_row by argument names');
SELECT results_eq($$SELECT relgraph.load_agg(c, 'mother')::text FROM child c$$,
	ARRAY['[{"id":2,"parent_id":1,"other":1,"mother":{"id":1}}]'], 'load_agg');

SELECT * FROM finish();
ROLLBACK;
