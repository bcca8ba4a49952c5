-- What must hold for the names in any database, whatever its tables.  Each
-- check returns a text per violation.
SET search_path = pg_catalog, pg_temp;
SET client_min_messages = warning;

CREATE TEMP TABLE relationship AS
SELECT row_number() OVER () AS id, * FROM relgraph.relationships;
ANALYZE relationship;

-- A relationship's short name may be told from its qualified one, which can
-- have the target's schema before it.
CREATE TEMP TABLE based AS
SELECT r.*, left(bare, -length(suffix)) AS base
  FROM (SELECT r.*, b.bare,
			   CASE WHEN through IS NULL
					THEN '_by_' || array_to_string(target_columns, '_')
					ELSE '_via_' || (SELECT relname FROM pg_class
									  WHERE oid = through) END AS suffix
		  FROM relationship r
		  JOIN pg_class c ON c.oid = target
		  JOIN pg_namespace n ON n.oid = c.relnamespace,
			   LATERAL (VALUES (qualified_name), (
				CASE WHEN left(qualified_name, length(nspname) + 1) = nspname || '_'
					 THEN substr(qualified_name, length(nspname) + 2) END)) b(bare)) r
 WHERE bare IS NOT NULL AND right(bare, length(suffix)) = suffix
   AND cardinality IN ('1:M', 'M:M') AND NOT is_self_referential;

-- check: every relationship has a name and a qualified name of 1 to 63 bytes
SELECT format('%s: name %L, qualified name %L, inverse %L', source, name,
			  qualified_name, inverse)
  FROM relationship
 WHERE (octet_length(name) BETWEEN 1 AND 63
		AND octet_length(qualified_name) BETWEEN 1 AND 63
		AND octet_length(inverse) BETWEEN 1 AND 63) IS NOT TRUE;

-- check: a name stands for one relationship of its source
SELECT format('%s: name %s (%s)', source, name,
			  string_agg(foreign_key, ', ' ORDER BY foreign_key))
  FROM relationship GROUP BY source, name HAVING count(*) > 1;

-- check: a qualified name stands for one relationship of its source
SELECT format('%s: qualified name %s (%s)', source, qualified_name,
			  string_agg(foreign_key, ', ' ORDER BY foreign_key))
  FROM relationship GROUP BY source, qualified_name HAVING count(*) > 1;

-- check: a qualified name is not the name of another relationship
SELECT format('%s: %s of %s and of %s', source, q.qualified_name,
			  q.foreign_key, n.foreign_key)
  FROM relationship q JOIN relationship n USING (source)
 WHERE n.id <> q.id AND n.name = q.qualified_name;

-- check: no name is a column of its source
SELECT format('%s: %s', source, attname)
  FROM relationship
  JOIN pg_attribute ON attrelid = source AND attnum > 0 AND NOT attisdropped
 WHERE attname IN (name, qualified_name);

-- check: a qualified name that was not cut short tells what qualifies it
SELECT format('%s: %s', source, qualified_name)
  FROM relationship
 WHERE octet_length(qualified_name) < 63
   AND qualified_name NOT LIKE CASE WHEN through IS NULL THEN '%\_by\_%'
									ELSE '%\_via\_%' END;

-- check: a short name is used by all or by none
SELECT format('%s: %s is short for %s and for %s', source, b.base,
			  b.qualified_name, r.qualified_name)
  FROM based b JOIN relationship r USING (source)
 WHERE r.id <> b.id AND r.name = b.base;

-- check: a short name is given up only for a column or for another relationship
SELECT format('%s: %s could be %s', min(source::text), min(qualified_name),
			  string_agg(base, ' or '))
  FROM based b
 WHERE name = qualified_name
 GROUP BY id
HAVING NOT bool_or(EXISTS (
		SELECT FROM pg_attribute
		 WHERE attrelid = source AND NOT attisdropped AND attnum > 0
		   AND (attname = base
				OR left(attname, length(base)) = base AND attname = ANY (
					SELECT unnest(r.source_columns) FROM relationship r
					 WHERE r.source = b.source)))
	OR EXISTS (SELECT FROM relationship r
				WHERE r.source = b.source AND r.id <> b.id
				  AND left(r.qualified_name, length(base)) = base)
	OR EXISTS (SELECT FROM based r
				WHERE r.source = b.source AND r.id <> b.id
				  AND left(r.bare, length(base)) = base));

-- check: the inverse is the same relationship seen from the target
SELECT format('%s: %s, inverse %s of %s is %s', r.source, r.name, r.inverse,
			  r.target, coalesce(i.inverse, 'not there'))
  FROM relationship r
  LEFT JOIN relationship i ON i.source = r.target AND i.name = r.inverse
 WHERE (i.id <> r.id
		AND i.target = r.source
		AND i.inverse = r.name
		AND i.cardinality::text = reverse(r.cardinality::text)
		AND i.source_columns = r.target_columns
		AND i.target_columns = r.source_columns
		AND i.foreign_key = coalesce(r.through_foreign_key, r.foreign_key)) IS NOT TRUE
	OR i.through IS DISTINCT FROM r.through
	OR i.through_source_columns IS DISTINCT FROM r.through_target_columns
	OR i.through_target_columns IS DISTINCT FROM r.through_source_columns
	OR i.through_foreign_key IS DISTINCT FROM
	   CASE WHEN r.through IS NOT NULL THEN r.foreign_key END;

-- check: relationships_of() returns the rows of the view
WITH shown AS (
	SELECT source AS relation, r AS line FROM relgraph.relationships r
), told AS (
	SELECT t.relation, r AS line
	  FROM relgraph.tables t, LATERAL relgraph.relationships_of(t.relation) r
)
(SELECT format('- %s: %s', relation, line)
   FROM (SELECT relation, line::text FROM shown EXCEPT ALL
		 SELECT relation, line::text FROM told) missing)
UNION ALL
(SELECT format('+ %s: %s', relation, line)
   FROM (SELECT relation, line::text FROM told EXCEPT ALL
		 SELECT relation, line::text FROM shown) extra);

-- check: relationships_of() has the columns of the view
SELECT format('%s %s', attname, shown)
  FROM (SELECT attname, format_type(atttypid, atttypmod) AS shown, attnum
		  FROM pg_attribute
		 WHERE attrelid = 'relgraph.relationships'::regclass AND attnum > 0) v
 WHERE NOT EXISTS (
	SELECT FROM pg_proc p
	  LEFT JOIN pg_type t ON t.oid = p.prorettype AND t.typrelid <> 0
	 WHERE p.oid = 'relgraph.relationships_of(regclass)'::regprocedure
	   AND (t.typrelid = 'relgraph.relationships'::regclass
			OR (p.proargnames[attnum + 1] = attname
				AND format_type(p.proallargtypes[attnum + 1], NULL) = shown)));

-- check: each name and qualified name can be walked
SELECT format('%s: %s or %s finds %s rows', source, name, qualified_name, rows)
  FROM relationship, LATERAL (
	SELECT count(*) AS rows
	  FROM relgraph.load(source, format('a: "%s", b: "%s"',
										replace(name, '"', '""'),
										replace(qualified_name, '"', '""')))) l
 WHERE rows <> 0;
