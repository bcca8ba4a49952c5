-- Compares what relgraph says about a schema with the recorded truth (table
-- truth_line, loaded before) and with rules written down here a second time,
-- straight over the catalogs.  Each check returns a text per violation.
-- Lines of the comparisons start with "-" for missing and "+" for extra.
SET search_path = pg_catalog, pg_temp;
SET client_min_messages = warning;

CREATE FUNCTION pg_temp.columns_text(name[]) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(quote_ident(c), ',' ORDER BY o)
	  FROM unnest($1) WITH ORDINALITY u(c, o) $$;

CREATE FUNCTION pg_temp.column_names(oid, int2[]) RETURNS name[] LANGUAGE sql AS $$
	SELECT array_agg(a.attname ORDER BY o)
	  FROM unnest($2) WITH ORDINALITY u(n, o)
	  JOIN pg_attribute a ON a.attrelid = $1 AND a.attnum = u.n $$;

-- Where MATCH FULL, every column; else some column.  A domain can forbid nulls.
CREATE FUNCTION pg_temp.may_be_null(child oid, columns int2[], match_type "char")
RETURNS boolean LANGUAGE sql AS $$
	WITH RECURSIVE base(attnum, nullable, typ) AS (
		SELECT attnum, NOT attnotnull, atttypid
		  FROM pg_attribute WHERE attrelid = $1 AND attnum = ANY ($2)
		UNION ALL
		SELECT b.attnum, b.nullable AND NOT t.typnotnull, t.typbasetype
		  FROM base b JOIN pg_type t ON t.oid = b.typ AND t.typtype = 'd'
	), final AS (SELECT attnum, bool_and(nullable) AS nullable FROM base GROUP BY 1)
	SELECT CASE WHEN $3 = 'f' THEN bool_and(nullable) ELSE bool_or(nullable) END
	  FROM final $$;

CREATE FUNCTION pg_temp.action_text("char") RETURNS text LANGUAGE sql AS $$
	SELECT CASE $1 WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict'
				   WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null'
				   WHEN 'd' THEN 'set default' END $$;

-- Relations as the truth files write them: always with their schema.
CREATE TEMP TABLE relation AS
SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS rel, c.relispartition
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f');

-- The records, and the exceptions written down for this schema.
CREATE TEMP TABLE record AS
SELECT string_to_array(line, E'\t') AS f
  FROM truth_line WHERE line !~ '^#';
CREATE TEMP TABLE exception_listed AS
SELECT f[2] AS rel, f[3] AS kind, f[4] AS key
  FROM (SELECT string_to_array(line, E'\t') AS f
		  FROM exception_line WHERE line !~ '^#') q
 WHERE f[1] = :'schema';

CREATE TEMP TABLE fk_record AS
SELECT DISTINCT ON (child, parent, pairs) *
  FROM (SELECT (parse_ident(f[3]))[1] AS conname, f[4] AS child,
			   f[5] AS child_columns, f[6] AS parent, f[7] AS parent_columns,
			   CASE f[26] WHEN 't' THEN '1:1' ELSE 'M:1' END AS cardinality,
			   f[12]::boolean AS nullable, f[13]::boolean AS is_self,
			   lower(f[14]) AS on_delete, lower(f[15]) AS on_update,
			   f[16] AS match_type, f[17]::boolean AS is_deferrable,
			   f[19]::boolean AS is_validated,
			   ARRAY(SELECT (c, p)::text
					   FROM unnest(string_to_array(f[5], ','),
								   string_to_array(f[7], ',')) u(c, p)
					  ORDER BY 1) AS pairs
		  FROM record WHERE f[1] = 'FK') q
 ORDER BY child, parent, pairs, conname COLLATE "C";
CREATE TEMP TABLE key_record AS
SELECT f[3] AS rel, f[4] AS kind, (parse_ident(f[5]))[1] AS key, f[7] AS key_columns,
	   ARRAY(SELECT regexp_replace(fk, '\([^()]*\)->.*$', '')
			   FROM unnest(string_to_array(f[11], ' ; ')) fk) AS fks
  FROM record WHERE f[1] = 'KEY';

-- The rules over the catalogs: edges, proofs of uniqueness, pairs.
CREATE TEMP TABLE edge AS
SELECT DISTINCT ON (child, parent, pairs) *
  FROM (SELECT k.oid, k.conname, k.conrelid AS child, k.confrelid AS parent,
			   k.conkey AS columns, k.confkey AS parent_columns,
			   k.condeferrable, k.convalidated,
			   pg_temp.may_be_null(k.conrelid, k.conkey, k.confmatchtype) AS nullable,
			   ARRAY(SELECT (c, p)::text FROM unnest(k.conkey, k.confkey) u(c, p)
					  ORDER BY 1) AS pairs
		  FROM pg_constraint k
		 WHERE k.contype = 'f' AND k.conparentid = 0) q
 ORDER BY child, parent, pairs, conname COLLATE "C";
CREATE INDEX ON edge (child);
-- Indexes that hold every row in which some of their columns are not null.
CREATE TEMP TABLE whole_index AS
SELECT indexrelid, indrelid, columns, indisunique AND indexprs IS NULL AS is_proof,
	   ARRAY(SELECT attnum
			   FROM pg_attribute, regexp_split_to_table(
						coalesce(pg_get_expr(indpred, indrelid), ''), ' AND ') term
			  WHERE attrelid = indrelid
				AND btrim(term, '()') = quote_ident(attname) || ' IS NOT NULL')
	   AS not_null
  FROM pg_index i,
	   LATERAL (SELECT (i.indkey::int2[])[0:i.indnkeyatts - 1] AS columns) k
 WHERE indisvalid AND indisready AND indislive
   AND NOT EXISTS (SELECT FROM regexp_split_to_table(
							pg_get_expr(indpred, indrelid), ' AND ') term
					WHERE btrim(term, '()') <> ALL (
						SELECT quote_ident(attname) || ' IS NOT NULL'
						  FROM pg_attribute
						 WHERE attrelid = indrelid AND attnum = ANY (columns)));
CREATE TEMP TABLE proof AS
SELECT indexrelid, indrelid, columns FROM whole_index WHERE is_proof;
CREATE INDEX ON whole_index (indrelid);
CREATE INDEX ON proof (indrelid);
ANALYZE edge, whole_index, proof;
CREATE TEMP TABLE pair AS
SELECT *,
	   CASE WHEN EXISTS (SELECT FROM proof
						  WHERE indrelid = child AND columns <@ both_columns)
			THEN 1
			WHEN NOT EXISTS (SELECT FROM pg_attribute
							  WHERE attrelid = child AND attnum > 0
								AND NOT attisdropped
								AND attnum <> ALL (both_columns))
			THEN 2
			WHEN EXISTS (SELECT FROM proof p
						  WHERE indrelid = child AND columns @> both_columns
							AND NOT EXISTS (SELECT FROM edge e, unnest(e.columns) c
											 WHERE e.child = p.indrelid
											   AND c = ANY (p.columns)
											   AND c <> ALL (both_columns)))
			THEN 3 END AS rule
  FROM (SELECT l.child, l.conname AS left_fk, r.conname AS right_fk,
			   l.oid AS left_oid, r.oid AS right_oid,
			   l.columns AS left_columns, r.columns AS right_columns,
			   l.columns || r.columns AS both_columns
		  FROM edge l JOIN edge r ON r.child = l.child AND r.oid <> l.oid
		 WHERE NOT l.columns <@ r.columns AND NOT r.columns <@ l.columns
		   AND NOT EXISTS (SELECT FROM proof
							WHERE indrelid = l.child
							  AND (columns <@ l.columns OR columns <@ r.columns))) q;

-- What relgraph says, read once.
CREATE TEMP TABLE relationship AS SELECT * FROM relgraph.relationships;
CREATE TEMP TABLE foreign_key AS SELECT * FROM relgraph.foreign_keys;
CREATE TEMP TABLE association AS SELECT * FROM relgraph.association_tables;
CREATE TEMP TABLE many_to_many AS
SELECT t.rel, r.* FROM relationship r JOIN relation t ON t.oid = r.through
 WHERE r.cardinality = 'M:M';
ANALYZE relation, pair, relationship, foreign_key, many_to_many, association;

-- check: foreign keys are the recorded ones
WITH expected AS (
	SELECT format('%s %s(%s) -> %s(%s) %s self=%s delete=%s update=%s '
				  'deferrable=%s validated=%s', conname, child, child_columns,
				  parent, parent_columns, cardinality, is_self, on_delete,
				  on_update, is_deferrable, is_validated) AS line
	  FROM fk_record
), got AS (
	SELECT format('%s %s(%s) -> %s(%s) %s self=%s delete=%s update=%s '
				  'deferrable=%s validated=%s', constraint_name, c.rel,
				  pg_temp.columns_text(child_columns), p.rel,
				  pg_temp.columns_text(parent_columns), cardinality,
				  is_self_referential, on_delete, on_update, is_deferrable,
				  is_validated) AS line
	  FROM foreign_key f JOIN relation c ON c.oid = f.child
	  JOIN relation p ON p.oid = f.parent
)
(SELECT '- ' || line FROM (TABLE expected EXCEPT ALL TABLE got) missing)
UNION ALL
(SELECT '+ ' || line FROM (TABLE got EXCEPT ALL TABLE expected) extra);

-- check: a foreign key is optional when its columns may be null or it is unproven
SELECT format('%s of %s: is_optional is %s, nullable is %s (recorded: %s)',
			  f.constraint_name, r.child, f.is_optional, e.nullable, r.nullable)
  FROM foreign_key f
  JOIN relation c ON c.oid = f.child
  LEFT JOIN fk_record r ON (r.child, r.conname) = (c.rel, f.constraint_name)
  LEFT JOIN edge e ON (e.child, e.conname) = (f.child, f.constraint_name)
 WHERE (f.is_optional = (e.nullable OR NOT f.is_validated OR NOT f.is_enforced))
	   IS NOT TRUE
	OR (r.match_type = 'SIMPLE' AND r.nullable <> e.nullable)
	OR NOT f.is_enforced;

-- check: has_index tells whether a valid index leads with the columns
SELECT format('%s of %s: has_index is %s', f.constraint_name, f.child, f.has_index)
  FROM foreign_key f
  JOIN edge e ON (e.child, e.conname) = (f.child, f.constraint_name)
 WHERE f.has_index IS DISTINCT FROM EXISTS (
		SELECT FROM whole_index i
		 WHERE i.indrelid = e.child
		   AND i.columns[1:cardinality(e.columns)] @> e.columns
		   AND i.not_null <@ e.columns);

-- check: a one-to-one names the unique index that proves it
SELECT format('%s of %s: %s by %s', f.constraint_name, f.child, f.cardinality,
			  f.unique_index)
  FROM foreign_key f
  JOIN edge e ON (e.child, e.conname) = (f.child, f.constraint_name)
 WHERE (f.cardinality = '1:1') IS DISTINCT FROM EXISTS (
		SELECT FROM proof p
		 WHERE p.indexrelid = f.unique_index AND p.indrelid = e.child
		   AND p.columns <@ e.columns)
	OR (f.cardinality <> '1:1' AND f.unique_index IS NOT NULL);

-- check: every foreign key can be walked in both directions, and nothing else
WITH forward AS (
	SELECT child AS source, forward_name AS name, f.cardinality::text AS walked,
		   parent AS target, false AS is_list, is_optional AS is_open,
		   child_columns AS source_columns, parent_columns AS target_columns,
		   reverse_name AS inverse, f.*
	  FROM foreign_key f
), direction AS (
	TABLE forward
	UNION ALL
	SELECT target, inverse, CASE walked WHEN '1:1' THEN '1:1' ELSE '1:M' END,
		   source, walked <> '1:1', true, target_columns, source_columns, name, f.*
	  FROM foreign_key f JOIN forward USING (child, constraint_name)
), expected AS (
	SELECT (source, name, walked, target, is_list, is_open,
			source_columns, target_columns, NULL::regclass, NULL::name[],
			NULL::name[], inverse, constraint_name, NULL::name, on_delete,
			on_update, is_deferrable, is_validated, is_enforced, NULL::boolean,
			unique_index, is_self_referential, 'foreign key')::text AS line
	  FROM direction
), got AS (
	SELECT (source, name, cardinality, target, is_list, is_optional,
			source_columns, target_columns, through, through_source_columns,
			through_target_columns, inverse, foreign_key, through_foreign_key,
			on_delete, on_update, is_deferrable, is_validated, is_enforced,
			is_unique_pair, unique_index, is_self_referential,
			origin)::text AS line
	  FROM relationship WHERE cardinality <> 'M:M'
)
(SELECT '- ' || line FROM (TABLE expected EXCEPT ALL TABLE got) missing)
UNION ALL
(SELECT '+ ' || line FROM (TABLE got EXCEPT ALL TABLE expected) extra);

-- check: many-to-many is exactly what the three rules demand, both ways
WITH expected AS (
	SELECT (l.parent::regclass, r.parent::regclass, p.child::regclass,
			p.left_fk, p.right_fk, p.rule = 1,
			pg_temp.column_names(l.parent, l.parent_columns),
			pg_temp.column_names(l.child, l.columns),
			pg_temp.column_names(r.child, r.columns),
			pg_temp.column_names(r.parent, r.parent_columns),
			true, true, l.condeferrable OR r.condeferrable,
			l.convalidated AND r.convalidated, true, l.parent = r.parent,
			pg_temp.action_text(lc.confdeltype), pg_temp.action_text(lc.confupdtype),
			'foreign key')::text AS line
	  FROM pair p JOIN edge l ON l.oid = p.left_oid
	  JOIN edge r ON r.oid = p.right_oid
	  JOIN pg_constraint lc ON lc.oid = l.oid
	 WHERE p.rule IS NOT NULL
), got AS (
	SELECT (source, target, through, foreign_key, through_foreign_key,
			is_unique_pair, source_columns, through_source_columns,
			through_target_columns, target_columns, is_list, is_optional,
			is_deferrable, is_validated, is_enforced, is_self_referential,
			on_delete, on_update, origin)::text AS line
	  FROM relationship WHERE cardinality = 'M:M'
)
(SELECT '- ' || line FROM (TABLE expected EXCEPT ALL TABLE got) missing)
UNION ALL
(SELECT '+ ' || line FROM (TABLE got EXCEPT ALL TABLE expected) extra);

-- check: every recorded junction is many-to-many with a unique pair
SELECT format('%s record %s(%s) has no many-to-many', kind, rel, key_columns)
  FROM key_record k
 WHERE kind LIKE 'junction%'
   AND NOT EXISTS (SELECT FROM exception_listed x
					WHERE (x.rel, x.kind, x.key) = (k.rel, k.kind, k.key))
   AND NOT EXISTS (SELECT FROM many_to_many m
					WHERE m.rel = k.rel AND m.is_unique_pair
					  AND ARRAY[m.foreign_key, m.through_foreign_key]::text[] <@ k.fks);

-- check: records and rules part only where an exception is listed
WITH found AS (
	SELECT k.rel, k.kind, k.key
	  FROM key_record k
	 WHERE k.kind IN ('degenerate', 'nary', 'subtype')
	   AND EXISTS (SELECT FROM many_to_many m WHERE m.rel = k.rel)
	 UNION
	SELECT k.rel, k.kind, k.key
	  FROM key_record k
	 WHERE k.kind LIKE 'junction%'
	   AND NOT EXISTS (SELECT FROM many_to_many m WHERE m.rel = k.rel)
	 UNION
	SELECT DISTINCT m.rel, 'unrecorded', i.relname
	  FROM many_to_many m JOIN pg_class i ON i.oid = m.unique_index
	 WHERE m.is_unique_pair
	   AND NOT EXISTS (SELECT FROM key_record k
						WHERE k.rel = m.rel AND k.kind LIKE 'junction%'
						  AND ARRAY[m.foreign_key, m.through_foreign_key]::text[]
							  <@ k.fks)
	   AND NOT EXISTS (SELECT FROM key_record k
						WHERE k.rel = m.rel
						  AND k.kind IN ('degenerate', 'nary', 'subtype'))
)
(SELECT format('- unused exception: %s %s %s', rel, kind, key)
   FROM (TABLE exception_listed EXCEPT TABLE found) unused)
UNION ALL
(SELECT format('+ no exception for %s %s %s', rel, kind, key)
   FROM (TABLE found EXCEPT TABLE exception_listed) unlisted);

-- check: every many-to-many is recorded, listed, or of rule 2 or 3
SELECT format('%s: %s through %s, %s', source, name, through, reason)
  FROM many_to_many m
 WHERE NOT EXISTS (SELECT FROM key_record k
					WHERE k.rel = m.rel AND k.kind LIKE 'junction%'
					  AND ARRAY[m.foreign_key, m.through_foreign_key]::text[] <@ k.fks)
   AND NOT EXISTS (SELECT FROM exception_listed x WHERE x.rel = m.rel)
   AND NOT EXISTS (SELECT FROM pair p
					WHERE p.child = m.through AND p.left_fk = m.foreign_key
					  AND p.right_fk = m.through_foreign_key AND p.rule IN (2, 3)
					  AND NOT m.is_unique_pair);

-- check: a unique pair names the unique index that proves it
SELECT format('%s: %s through %s: unique pair %s by %s', source, name, through,
			  is_unique_pair, unique_index)
  FROM many_to_many m
  LEFT JOIN pair p ON p.child = m.through AND p.left_fk = m.foreign_key
				  AND p.right_fk = m.through_foreign_key
 WHERE (is_unique_pair AND NOT EXISTS (
			SELECT FROM proof
			 WHERE indexrelid = m.unique_index AND indrelid = m.through
			   AND columns <@ p.both_columns))
	OR (NOT is_unique_pair AND m.unique_index IS NOT NULL);

-- check: every relationship has a reason of one sentence
SELECT format('%s: %s: %s', source, name, coalesce(reason, '(null)'))
  FROM relationship WHERE coalesce(reason, '') !~ '\S+ \S+' OR reason ~ '\n';

-- check: association tables and many-to-many relationships agree
WITH listed AS (
	SELECT association, least(left_foreign_key, right_foreign_key) AS a,
		   greatest(left_foreign_key, right_foreign_key) AS b, is_unique_pair,
		   unique_index
	  FROM association
), walked AS (
	SELECT DISTINCT through, least(foreign_key, through_foreign_key),
		   greatest(foreign_key, through_foreign_key), is_unique_pair,
		   unique_index
	  FROM many_to_many
)
(SELECT format('- %s(%s, %s) is not listed once as walked', through, least, greatest)
   FROM (TABLE walked EXCEPT ALL TABLE listed) missing)
UNION ALL
(SELECT format('+ %s(%s, %s) is listed twice', association, a, b)
   FROM listed GROUP BY association, a, b HAVING count(*) > 1)
UNION ALL
(SELECT format('+ %s(%s, %s) is listed, but neither many-to-many nor n-ary',
			   association, a, b)
   FROM listed l
  WHERE NOT EXISTS (SELECT FROM walked w
					 WHERE (w.through, w.least, w.greatest)
						 = (l.association, l.a, l.b))
	AND NOT EXISTS (SELECT FROM proof p, edge x, edge y, edge z
					 WHERE p.indrelid = l.association
					   AND x.child = p.indrelid AND x.conname = l.a
					   AND y.child = p.indrelid AND y.conname = l.b
					   AND z.child = p.indrelid
					   AND x.columns && p.columns AND y.columns && p.columns
					   AND EXISTS (SELECT FROM unnest(z.columns) c
									WHERE c = ANY (p.columns)
									  AND c <> ALL (x.columns || y.columns))));

-- check: association tables name the tables their keys lead to
SELECT format('%s: %s -> %s, %s -> %s', association, left_foreign_key,
			  left_table, right_foreign_key, right_table)
  FROM association a
 WHERE NOT EXISTS (SELECT FROM edge WHERE (child, conname, parent)
					= (a.association, a.left_foreign_key, a.left_table))
	OR NOT EXISTS (SELECT FROM edge WHERE (child, conname, parent)
					= (a.association, a.right_foreign_key, a.right_table))
	OR coalesce(a.reason, '') !~ '\S+ \S+';

-- check: recorded n-ary tables are listed as associations for each pair
SELECT format('%s: %s and %s of key %s', k.rel, x.conname, y.conname, k.key)
  FROM key_record k
  JOIN relation t ON t.rel = k.rel
  JOIN edge x ON x.child = t.oid AND x.conname = ANY (k.fks)
  JOIN edge y ON y.child = t.oid AND y.conname = ANY (k.fks)
			 AND y.conname > x.conname
 WHERE k.kind = 'nary'
   AND EXISTS (SELECT FROM pair p
				WHERE (p.left_oid, p.right_oid) = (x.oid, y.oid))
   AND NOT EXISTS (SELECT FROM association a
					WHERE a.association = t.oid
					  AND ARRAY[a.left_foreign_key, a.right_foreign_key]
						@> ARRAY[x.conname, y.conname]);

-- check: payload columns are the columns beyond the two keys
SELECT format('%s(%s, %s): payload {%s}, pure %s', association,
			  left_foreign_key, right_foreign_key,
			  pg_temp.columns_text(payload_columns), is_pure)
  FROM association a
  JOIN edge l ON (l.child, l.conname) = (a.association, a.left_foreign_key)
  JOIN edge r ON (r.child, r.conname) = (a.association, a.right_foreign_key),
	   LATERAL (
		SELECT coalesce(array_agg(attname), '{}') AS beyond,
			   coalesce(array_agg(attname) FILTER (
				WHERE attnum <> ALL (coalesce(k.columns, '{}'))), '{}') AS payload,
			   coalesce(array_agg(attname) FILTER (
				WHERE attnum <> ALL (coalesce(k.columns, '{}'))
				   OR NOT (atthasdef OR attidentity <> '')), '{}') AS certain
		  FROM pg_attribute
		  LEFT JOIN proof k ON k.indrelid = attrelid
			   AND k.indexrelid IN (SELECT indexrelid FROM pg_index
									 WHERE indrelid = attrelid AND indisprimary)
			   AND cardinality(k.columns) = 1
		 WHERE attrelid = a.association AND attnum > 0 AND NOT attisdropped
		   AND attnum <> ALL (l.columns || r.columns)) c
 WHERE is_pure IS DISTINCT FROM (cardinality(payload_columns) = 0)
	OR NOT coalesce(payload_columns, '{}') <@ c.beyond
	OR NOT coalesce(payload_columns, '{}') @> c.certain;

-- check: relgraph.tables counts what the other views show
WITH expected AS (
	SELECT source AS relation, count(*) AS relationships
	  FROM relationship GROUP BY 1
)
SELECT format('%s: %s relationships counted, %s shown; association: %s; key: {%s}',
			  coalesce(t.relation, e.relation), t.relationships,
			  e.relationships, t.is_association,
			  pg_temp.columns_text(t.primary_key))
  FROM relgraph.tables t
  FULL JOIN expected e USING (relation)
  LEFT JOIN pg_index i ON i.indrelid = coalesce(t.relation, e.relation)
					  AND i.indisprimary
 WHERE t.relation IS NULL
	OR t.relationships <> coalesce(e.relationships, 0)
	OR t.is_association IS DISTINCT FROM EXISTS (
		SELECT FROM association a WHERE a.association = t.relation)
	OR pg_temp.columns_text(t.primary_key) IS DISTINCT FROM pg_temp.columns_text(
		pg_temp.column_names(i.indrelid,
							 (i.indkey::int2[])[0:i.indnkeyatts - 1]));
