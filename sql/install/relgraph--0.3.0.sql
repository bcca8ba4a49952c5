/* sql/install/relgraph--0.3.0.sql */

-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION relgraph" to load this file. \quit

COMMENT ON SCHEMA relgraph IS
'relgraph: foreign keys as a graph, classified, named, navigated and loaded as documents';

GRANT USAGE ON SCHEMA relgraph TO PUBLIC;

-- ---------------------------------------------------------------------------
-- Types
-- ---------------------------------------------------------------------------

CREATE TYPE relgraph.cardinality AS ENUM ('1:1', '1:M', 'M:1', 'M:M');
COMMENT ON TYPE relgraph.cardinality IS
'How many rows belong together, read from source to target';

CREATE TYPE relgraph.columns;

CREATE FUNCTION relgraph.columns_in(cstring) RETURNS relgraph.columns
AS 'MODULE_PATHNAME', 'relgraph_columns_in'
LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relgraph.columns_in(cstring) IS
'Input of relgraph.columns: schema.table(column, ...); keeps the spelling of what does not exist';

CREATE FUNCTION relgraph.columns_out(relgraph.columns) RETURNS cstring
AS 'MODULE_PATHNAME', 'relgraph_columns_out'
LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relgraph.columns_out(relgraph.columns) IS
'Output of relgraph.columns: today''s names, always with the schema';

CREATE TYPE relgraph.columns (
    INPUT = relgraph.columns_in,
    OUTPUT = relgraph.columns_out,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = int4,
    STORAGE = plain
);
COMMENT ON TYPE relgraph.columns IS
'Columns of one relation: stored by identity like a regclass, written by name, so that they survive renames and dumps';

CREATE FUNCTION relgraph.columns_exist(relgraph.columns) RETURNS boolean
AS 'MODULE_PATHNAME', 'relgraph_columns_exist'
LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relgraph.columns_exist(relgraph.columns) IS
'True if the relation and all the columns are there';

-- ---------------------------------------------------------------------------
-- What people declare
-- ---------------------------------------------------------------------------

CREATE TABLE relgraph.declared (
    kind           "char" NOT NULL,
    source         relgraph.columns NOT NULL,
    target         relgraph.columns NOT NULL,
    through_source relgraph.columns,
    through_target relgraph.columns,
    name           pg_catalog.text,
    inverse        pg_catalog.text,
    cardinality    relgraph.cardinality
);
COMMENT ON TABLE relgraph.declared IS
'Names set and relationships declared; written by set_name, set_association_name, declare and forget';
COMMENT ON COLUMN relgraph.declared.kind IS
'f: names of a foreign key; a: names of a many-to-many; r: a relationship of its own';
COMMENT ON COLUMN relgraph.declared.source IS
'f: referencing columns; a: columns that the left key references; r: columns of the source';
COMMENT ON COLUMN relgraph.declared.target IS
'f: referenced columns; a: columns that the right key references; r: columns of the target';
COMMENT ON COLUMN relgraph.declared.through_source IS
'Columns of the association table that lead to the source';
COMMENT ON COLUMN relgraph.declared.through_target IS
'Columns of the association table that lead to the target';
COMMENT ON COLUMN relgraph.declared.name IS
'Name on the source side, or null where it is derived';
COMMENT ON COLUMN relgraph.declared.inverse IS
'Name on the target side, or null where it is derived';
COMMENT ON COLUMN relgraph.declared.cardinality IS
'As declared, or null where unique indexes decide';

GRANT SELECT ON relgraph.declared TO PUBLIC;
-- The owner of the extension restores dumps, without being a superuser.
GRANT INSERT ON relgraph.declared TO @extowner@;
-- Rows about what was dropped are not worth restoring.  The condition calls no
-- function by name: whoever dumps runs it, and the schema may be renamed.
SELECT pg_catalog.pg_extension_config_dump('relgraph.declared',
    'WHERE source::pg_catalog.text OPERATOR(pg_catalog.<>) ''-'' AND target::pg_catalog.text OPERATOR(pg_catalog.<>) ''-''');

CREATE FUNCTION relgraph.declared_changed() RETURNS trigger
AS 'MODULE_PATHNAME', 'relgraph_declared_changed'
LANGUAGE C VOLATILE;
COMMENT ON FUNCTION relgraph.declared_changed() IS
'Trigger: has every session read relgraph.declared again';

CREATE TRIGGER declared_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON relgraph.declared
    FOR EACH STATEMENT EXECUTE FUNCTION relgraph.declared_changed();
COMMENT ON TRIGGER declared_changed ON relgraph.declared IS
'Has every session read the table again';

CREATE FUNCTION relgraph.declared_guard() RETURNS trigger
AS 'MODULE_PATHNAME', 'relgraph_declared_guard'
LANGUAGE C VOLATILE;
COMMENT ON FUNCTION relgraph.declared_guard() IS
'Trigger: passes over rows that the inserting role could not declare';

CREATE TRIGGER declared_guard
    BEFORE INSERT ON relgraph.declared
    FOR EACH ROW EXECUTE FUNCTION relgraph.declared_guard();
COMMENT ON TRIGGER declared_guard ON relgraph.declared IS
'Lets a dump be restored without a superuser, and nothing else';

CREATE FUNCTION relgraph.set_name(child regclass, constraint_name name, forward text, reverse text)
RETURNS void
AS 'MODULE_PATHNAME', 'relgraph_set_name'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION relgraph.set_name(regclass, name, text, text) IS
'Fixes the names of a foreign key: forward on the child, reverse on the parent; null leaves one derived. Needs ownership of the child';

CREATE FUNCTION relgraph.set_association_name(association regclass, left_constraint name, right_constraint name, left_name text, right_name text)
RETURNS void
AS 'MODULE_PATHNAME', 'relgraph_set_association_name'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION relgraph.set_association_name(regclass, name, name, text, text) IS
'Fixes the names of a many-to-many: left_name on the table that the left key references, right_name on the other; null leaves one derived. Needs ownership of the association table';

CREATE FUNCTION relgraph.declare(source regclass, name text, source_columns name[], target regclass, target_columns name[], inverse text,
    cardinality relgraph.cardinality DEFAULT NULL, through regclass DEFAULT NULL,
    through_source_columns name[] DEFAULT NULL, through_target_columns name[] DEFAULT NULL)
RETURNS void
AS 'MODULE_PATHNAME', 'relgraph_declare'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION relgraph.declare(regclass, text, name[], regclass, name[], text, relgraph.cardinality, regclass, name[], name[]) IS
'Adds a relationship that no constraint states, over tables, views, materialized views or foreign tables. Needs ownership of the source';

CREATE FUNCTION relgraph.forget(source regclass, name text)
RETURNS void
AS 'MODULE_PATHNAME', 'relgraph_forget'
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION relgraph.forget(regclass, text) IS
'Removes what was declared, or the names that were set, under this name. Needs the ownership that declaring needed';

-- ---------------------------------------------------------------------------
-- The graph as rows
-- ---------------------------------------------------------------------------

CREATE FUNCTION relgraph.all_relationships(
    OUT source regclass, OUT name text, OUT cardinality relgraph.cardinality, OUT target regclass,
    OUT is_list boolean, OUT is_optional boolean, OUT source_columns name[], OUT target_columns name[],
    OUT through regclass, OUT through_source_columns name[], OUT through_target_columns name[],
    OUT inverse text, OUT qualified_name text, OUT foreign_key name, OUT through_foreign_key name,
    OUT on_delete text, OUT on_update text, OUT is_deferrable boolean, OUT is_validated boolean, OUT is_enforced boolean,
    OUT is_unique_pair boolean, OUT unique_index regclass, OUT is_self_referential boolean,
    OUT origin text, OUT reason text)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'relgraph_all_relationships'
LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 1000;
COMMENT ON FUNCTION relgraph.all_relationships() IS
'The rows of relgraph.relationships';

CREATE VIEW relgraph.relationships AS
    SELECT * FROM relgraph.all_relationships();
COMMENT ON VIEW relgraph.relationships IS
'Every relationship of the database: one row per navigable direction';
COMMENT ON COLUMN relgraph.relationships.source IS 'Table you stand on';
COMMENT ON COLUMN relgraph.relationships.name IS 'What you type: the shortest name that is unambiguous on source';
COMMENT ON COLUMN relgraph.relationships.cardinality IS 'Read from source to target';
COMMENT ON COLUMN relgraph.relationships.target IS 'Table you arrive at';
COMMENT ON COLUMN relgraph.relationships.is_list IS 'True for a collection, false for at most one row';
COMMENT ON COLUMN relgraph.relationships.is_optional IS 'True if a source row may have no related row';
COMMENT ON COLUMN relgraph.relationships.source_columns IS 'Columns of source that are compared; paired with target_columns, or with through_source_columns';
COMMENT ON COLUMN relgraph.relationships.target_columns IS 'Columns of target that are compared';
COMMENT ON COLUMN relgraph.relationships.through IS 'Association table of a many-to-many, or null';
COMMENT ON COLUMN relgraph.relationships.through_source_columns IS 'Columns of the association table that lead to source';
COMMENT ON COLUMN relgraph.relationships.through_target_columns IS 'Columns of the association table that lead to target';
COMMENT ON COLUMN relgraph.relationships.inverse IS 'Name of the same relationship seen from target';
COMMENT ON COLUMN relgraph.relationships.qualified_name IS 'Name that stays valid when another relationship makes name ambiguous';
COMMENT ON COLUMN relgraph.relationships.foreign_key IS 'Constraint that makes it true; of a many-to-many, the one to source; null if declared';
COMMENT ON COLUMN relgraph.relationships.through_foreign_key IS 'Of a many-to-many, the constraint to target';
COMMENT ON COLUMN relgraph.relationships.on_delete IS 'What foreign_key does when the referenced row is deleted';
COMMENT ON COLUMN relgraph.relationships.on_update IS 'What foreign_key does when the referenced key changes';
COMMENT ON COLUMN relgraph.relationships.is_deferrable IS 'True if a constraint of it can be checked late';
COMMENT ON COLUMN relgraph.relationships.is_validated IS 'True if all rows are known to obey';
COMMENT ON COLUMN relgraph.relationships.is_enforced IS 'True if the server enforces it';
COMMENT ON COLUMN relgraph.relationships.is_unique_pair IS 'Many-to-many: true if each pair can occur once only; else null';
COMMENT ON COLUMN relgraph.relationships.unique_index IS 'Index that proves the one-to-one, or the pair unique';
COMMENT ON COLUMN relgraph.relationships.is_self_referential IS 'True if it leads from a table to itself';
COMMENT ON COLUMN relgraph.relationships.origin IS '"foreign key" or "declared"';
COMMENT ON COLUMN relgraph.relationships.reason IS 'Why this cardinality';
GRANT SELECT ON relgraph.relationships TO PUBLIC;

CREATE FUNCTION relgraph.relationships_of(source regclass) RETURNS SETOF relgraph.relationships
AS 'MODULE_PATHNAME', 'relgraph_relationships_of'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 100 ROWS 10;
COMMENT ON FUNCTION relgraph.relationships_of(regclass) IS
'The rows of relgraph.relationships for one table, at a cost that does not grow with the number of tables';

CREATE FUNCTION relgraph.all_foreign_keys(
    OUT constraint_name name, OUT child regclass, OUT child_columns name[], OUT parent regclass, OUT parent_columns name[],
    OUT cardinality relgraph.cardinality, OUT is_optional boolean, OUT is_self_referential boolean,
    OUT on_delete text, OUT on_update text, OUT is_deferrable boolean, OUT is_validated boolean, OUT is_enforced boolean,
    OUT has_index boolean, OUT unique_index regclass, OUT forward_name text, OUT reverse_name text)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'relgraph_all_foreign_keys'
LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 500;
COMMENT ON FUNCTION relgraph.all_foreign_keys() IS
'The rows of relgraph.foreign_keys';

CREATE VIEW relgraph.foreign_keys AS
    SELECT * FROM relgraph.all_foreign_keys();
COMMENT ON VIEW relgraph.foreign_keys IS
'Every foreign key, with its cardinality and its names; keys that say the same appear once';
COMMENT ON COLUMN relgraph.foreign_keys.constraint_name IS 'Name of the constraint';
COMMENT ON COLUMN relgraph.foreign_keys.child IS 'Referencing table';
COMMENT ON COLUMN relgraph.foreign_keys.child_columns IS 'Referencing columns';
COMMENT ON COLUMN relgraph.foreign_keys.parent IS 'Referenced table';
COMMENT ON COLUMN relgraph.foreign_keys.parent_columns IS 'Referenced columns, paired with child_columns';
COMMENT ON COLUMN relgraph.foreign_keys.cardinality IS 'Read from child to parent';
COMMENT ON COLUMN relgraph.foreign_keys.is_optional IS 'True if a child may have no parent';
COMMENT ON COLUMN relgraph.foreign_keys.is_self_referential IS 'True if child and parent are one table';
COMMENT ON COLUMN relgraph.foreign_keys.on_delete IS 'What happens to children when a parent is deleted';
COMMENT ON COLUMN relgraph.foreign_keys.on_update IS 'What happens to children when a parent''s key changes';
COMMENT ON COLUMN relgraph.foreign_keys.is_deferrable IS 'True if it can be checked late';
COMMENT ON COLUMN relgraph.foreign_keys.is_validated IS 'True if all rows are known to obey';
COMMENT ON COLUMN relgraph.foreign_keys.is_enforced IS 'True if the server enforces it';
COMMENT ON COLUMN relgraph.foreign_keys.has_index IS 'True if some valid index leads with the child columns';
COMMENT ON COLUMN relgraph.foreign_keys.unique_index IS 'Index that proves the one-to-one, or null';
COMMENT ON COLUMN relgraph.foreign_keys.forward_name IS 'Name of the relationship on the child';
COMMENT ON COLUMN relgraph.foreign_keys.reverse_name IS 'Name of the relationship on the parent';
GRANT SELECT ON relgraph.foreign_keys TO PUBLIC;

CREATE FUNCTION relgraph.all_association_tables(
    OUT association regclass, OUT left_table regclass, OUT left_foreign_key name, OUT right_table regclass, OUT right_foreign_key name,
    OUT is_pure boolean, OUT payload_columns name[], OUT is_unique_pair boolean, OUT unique_index regclass, OUT reason text)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'relgraph_all_association_tables'
LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 100;
COMMENT ON FUNCTION relgraph.all_association_tables() IS
'The rows of relgraph.association_tables';

CREATE VIEW relgraph.association_tables AS
    SELECT * FROM relgraph.all_association_tables();
COMMENT ON VIEW relgraph.association_tables IS
'Every table read as an association: one row per pair of its foreign keys';
COMMENT ON COLUMN relgraph.association_tables.association IS 'The association table';
COMMENT ON COLUMN relgraph.association_tables.left_table IS 'Table that the left key references';
COMMENT ON COLUMN relgraph.association_tables.left_foreign_key IS 'The key whose name sorts first';
COMMENT ON COLUMN relgraph.association_tables.right_table IS 'Table that the right key references';
COMMENT ON COLUMN relgraph.association_tables.right_foreign_key IS 'The other key';
COMMENT ON COLUMN relgraph.association_tables.is_pure IS 'True if there are no columns beyond the two keys and a generated key of its own';
COMMENT ON COLUMN relgraph.association_tables.payload_columns IS 'The columns beyond: those of an association object';
COMMENT ON COLUMN relgraph.association_tables.is_unique_pair IS 'True if each pair can occur once only';
COMMENT ON COLUMN relgraph.association_tables.unique_index IS 'Index that proves the pair unique, or null';
COMMENT ON COLUMN relgraph.association_tables.reason IS 'Why it is an association';
GRANT SELECT ON relgraph.association_tables TO PUBLIC;

CREATE FUNCTION relgraph.all_tables(
    OUT relation regclass, OUT primary_key name[], OUT relationships integer, OUT is_association boolean)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'relgraph_all_tables'
LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 500;
COMMENT ON FUNCTION relgraph.all_tables() IS
'The rows of relgraph.tables';

CREATE VIEW relgraph.tables AS
    SELECT * FROM relgraph.all_tables();
COMMENT ON VIEW relgraph.tables IS
'Every table of the graph';
COMMENT ON COLUMN relgraph.tables.relation IS 'The table';
COMMENT ON COLUMN relgraph.tables.primary_key IS 'Columns of its primary key, or null';
COMMENT ON COLUMN relgraph.tables.relationships IS 'Number of relationships that leave it';
COMMENT ON COLUMN relgraph.tables.is_association IS 'True if it is read as an association';
GRANT SELECT ON relgraph.tables TO PUBLIC;

CREATE FUNCTION relgraph.cache_info(OUT relations bigint, OUT neighbourhoods bigint, OUT builds bigint, OUT bytes bigint)
RETURNS record
AS 'MODULE_PATHNAME', 'relgraph_cache_info'
LANGUAGE C VOLATILE PARALLEL RESTRICTED;
COMMENT ON FUNCTION relgraph.cache_info() IS
'What this session''s graph cache holds, and how often it built the neighbourhood of a table';

CREATE FUNCTION relgraph.cache_reset() RETURNS void
AS 'MODULE_PATHNAME', 'relgraph_cache_reset'
LANGUAGE C VOLATILE PARALLEL RESTRICTED;
COMMENT ON FUNCTION relgraph.cache_reset() IS
'Forgets what this session knows of the graph, and gives the memory back';

-- ---------------------------------------------------------------------------
-- Navigation
-- ---------------------------------------------------------------------------

CREATE FUNCTION relgraph.related_support(internal) RETURNS internal
AS 'MODULE_PATHNAME', 'relgraph_related_support'
LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relgraph.related_support(internal) IS
'Tells the planner how many rows a call of related() returns, and what it costs';

CREATE FUNCTION relgraph.related(source anyelement, path text, target anycompatible) RETURNS SETOF anycompatible
AS 'MODULE_PATHNAME', 'relgraph_related'
LANGUAGE C STABLE PARALLEL RESTRICTED COST 100 ROWS 100 SUPPORT relgraph.related_support;
COMMENT ON FUNCTION relgraph.related(anyelement, text, anycompatible) IS
'The rows related to a row along a path of relationships, each once; target only gives the row type: NULL::table';

CREATE FUNCTION relgraph.join_sql(root regclass, path text, kind text DEFAULT 'inner') RETURNS text
AS 'MODULE_PATHNAME', 'relgraph_join_sql'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION relgraph.join_sql(regclass, text, text) IS
'The plain SQL that joins a table with what a path leads to: inner, left, exists or anti';

CREATE FUNCTION relgraph.attach(tables regclass[] DEFAULT NULL, dry_run boolean DEFAULT false, schema regnamespace DEFAULT NULL)
RETURNS TABLE (source regclass, function text, target regclass, action text, reason text, sql text)
AS 'MODULE_PATHNAME', 'relgraph_attach'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION relgraph.attach(regclass[], boolean, regnamespace) IS
'Makes the accessor functions of tables, such as posts(users), or brings them up to date; says what it did';

CREATE FUNCTION relgraph.detach(tables regclass[] DEFAULT NULL, dry_run boolean DEFAULT false, schema regnamespace DEFAULT NULL)
RETURNS TABLE (source regclass, function text, target regclass, action text, reason text, sql text)
AS 'MODULE_PATHNAME', 'relgraph_detach'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION relgraph.detach(regclass[], boolean, regnamespace) IS
'Drops the accessor functions of tables; says what it did';

-- ---------------------------------------------------------------------------
-- Eager loading
-- ---------------------------------------------------------------------------

CREATE FUNCTION relgraph.load(root regclass, include text DEFAULT '', filter jsonb DEFAULT NULL, order_by text DEFAULT NULL,
    row_limit bigint DEFAULT NULL, row_offset bigint DEFAULT NULL, params jsonb DEFAULT NULL)
RETURNS SETOF json
AS 'MODULE_PATHNAME', 'relgraph_load'
LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000 ROWS 100;
COMMENT ON FUNCTION relgraph.load(regclass, text, jsonb, text, bigint, bigint, jsonb) IS
'One document per row of a table, with the included relationships nested; each level is fetched once for all rows';

CREATE FUNCTION relgraph.load_row(source anyelement, include text, params jsonb DEFAULT NULL)
RETURNS json
AS 'MODULE_PATHNAME', 'relgraph_load_row'
LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000;
COMMENT ON FUNCTION relgraph.load_row(anyelement, text, jsonb) IS
'The document of one row, with the included relationships nested';

CREATE FUNCTION relgraph.load_agg_transition(state internal, source anyelement, include text) RETURNS internal
AS 'MODULE_PATHNAME', 'relgraph_load_agg_transition'
LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION relgraph.load_agg_transition(internal, anyelement, text) IS
'Adds a row to what load_agg() aggregates';

CREATE FUNCTION relgraph.load_agg_final(state internal) RETURNS json
AS 'MODULE_PATHNAME', 'relgraph_load_agg_final'
LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000;
COMMENT ON FUNCTION relgraph.load_agg_final(internal) IS
'Loads the documents of what load_agg() aggregated';

CREATE AGGREGATE relgraph.load_agg(source anyelement, include text) (
    SFUNC = relgraph.load_agg_transition,
    STYPE = internal,
    FINALFUNC = relgraph.load_agg_final,
    FINALFUNC_MODIFY = READ_ONLY,
    PARALLEL = RESTRICTED
);
COMMENT ON AGGREGATE relgraph.load_agg(anyelement, text) IS
'The documents of a set of rows as a JSON array, with the included relationships nested; each level is fetched once for the whole set';

CREATE FUNCTION relgraph.explain_load(root regclass, include text DEFAULT '', filter jsonb DEFAULT NULL, order_by text DEFAULT NULL,
    row_limit bigint DEFAULT NULL, row_offset bigint DEFAULT NULL, params jsonb DEFAULT NULL)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'relgraph_explain_load'
LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000 ROWS 20;
COMMENT ON FUNCTION relgraph.explain_load(regclass, text, jsonb, text, bigint, bigint, jsonb) IS
'What load() would do, without doing it: the tree of levels with the strategy of each, why, and its SQL';

CREATE FUNCTION relgraph.to_json(anyelement) RETURNS json
AS 'MODULE_PATHNAME', 'relgraph_to_json'
LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relgraph.to_json(anyelement) IS
'A value as documents write it: the same text as pg_catalog.to_json()';
