-- truth_sql.sql
--    Checks that the SQL made for every relationship of a real schema is SQL:
--    that of join_sql() in the kinds of join in turn, and that of accessors.
--
-- Each check prints a line per violation, and nothing if all is well.

SET search_path = '';
SET client_min_messages = warning;

-- What is wrong with a statement, or null.
CREATE FUNCTION pg_temp.complaint(statement text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE 'EXPLAIN ' || statement;
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  RETURN sqlerrm || ': ' || statement;
END
$$;

CREATE TEMP VIEW joins AS
SELECT source, name, relgraph.join_sql(source, '"' || replace(name, '"', '""') || '"',
    (ARRAY['inner', 'left', 'exists', 'anti'])[1 + row_number() OVER () % 4]) AS statement
FROM relgraph.relationships;

CREATE TEMP TABLE attached AS
SELECT a.*
FROM pg_catalog.pg_namespace, relgraph.attach(schema => oid::regnamespace) a
WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'relgraph');

-- check: every join_sql() can be planned without a search_path
SELECT c FROM joins, pg_temp.complaint(statement) c WHERE c IS NOT NULL;

-- check: no join_sql() needs the extension
SELECT statement FROM joins WHERE statement ~ 'relgraph';

-- check: every relationship has an accessor
SELECT format('%s %s: %s', r.source, r.name, coalesce(a.reason, 'no row'))
FROM relgraph.relationships r
LEFT JOIN attached a
  ON a.source = r.source
  AND (parse_ident(regexp_replace(a.function, '\([^(]*\)$', '')))[2] = r.name
WHERE a.action IS DISTINCT FROM 'created'
  -- a partition's rows are taken by the accessor of its root
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_class
                  WHERE oid = r.source AND relispartition);

-- check: every accessor can be planned
SELECT c
FROM attached a, pg_temp.complaint(format('SELECT FROM %s s, %s(s) f', source,
    regexp_replace(function, '\([^(]*\)$', ''))) c
WHERE action = 'created' AND c IS NOT NULL;

-- check: there is nothing to attach again
SELECT a.function
FROM pg_catalog.pg_namespace, relgraph.attach(schema => oid::regnamespace) a
WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'relgraph')
  AND action NOT IN ('unchanged', 'skipped');

-- check: as many accessors are detached as were attached
SELECT format('%s attached, %s detached', attached, detached)
FROM (SELECT count(*) FROM attached WHERE action = 'created') a (attached),
  (SELECT count(*) FROM pg_catalog.pg_namespace, relgraph.detach(schema => oid::regnamespace)
   WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'relgraph')) d (detached)
WHERE attached <> detached;
