-- tour_database.sql
--    What relgraph makes of any database; shown by demo/run.  It needs
--    pretty.sql before it, in a transaction which it rolls back; once the
--    extension is there, that transaction reads only.

\pset footer off
\pset format wrapped
\pset columns 80
CREATE EXTENSION IF NOT EXISTS relgraph;
SET LOCAL transaction_read_only = on;
SET LOCAL statement_timeout = '60s';

SELECT current_database() AS database,
  (SELECT count(*) FROM relgraph.foreign_keys) AS keys,
  (SELECT count(*) FROM relgraph.foreign_keys) = 0 AS has_no_keys
\gset

\if :has_no_keys
  \echo
  \echo 'Database' :database 'has no foreign keys.  relgraph reads relationships from'
  \echo 'foreign keys; those that no constraint states, relgraph.declare() can add.'
  ROLLBACK;
  \quit
\endif

\echo
\echo '1. The relationships of database' :database
\echo '   Read from' :keys 'foreign keys, each seen from both sides, and from the tables that'
\echo '   link many to many.'
\echo
SELECT cardinality, count(*) AS relationships,
  (array_agg(source || '.' || name ORDER BY length(source || '.' || name), source || '.' || name))[1]
    AS for_example
FROM relgraph.relationships
GROUP BY cardinality
ORDER BY cardinality;

\echo '   The best connected tables:'
\echo
SELECT relation, relationships, primary_key
FROM relgraph.tables
ORDER BY relationships DESC, relation::text
LIMIT 8;

-- The best connected table that has a row with something to show: its row, and
-- the relationships along which that row has related rows.
DO $$
DECLARE
  candidate record;
  row_condition text;
  followed text[];
  relationship record;
  is_there boolean;
  inner_name text;
BEGIN
  FOR candidate IN
    SELECT r.source, r.name, r.target, t.primary_key
    FROM relgraph.relationships r
    JOIN relgraph.tables t ON t.relation = r.source
    WHERE r.is_list AND cardinality(t.primary_key) > 0
    ORDER BY t.relationships DESC, r.source::text, r.cardinality DESC, r.name
    LIMIT 500
  LOOP
    EXECUTE format(
      $q$SELECT (SELECT string_agg(format('s.%%I = %%L', k, to_jsonb(s) ->> k), ' AND ')
                 FROM unnest(%L::text[]) k)
         FROM %s s WHERE EXISTS (SELECT FROM relgraph.related(s, %L, NULL::%s)) LIMIT 1$q$,
      candidate.primary_key, candidate.source, quote_ident(candidate.name), candidate.target)
    INTO row_condition;
    EXIT WHEN row_condition IS NOT NULL;
  END LOOP;

  IF row_condition IS NOT NULL THEN
    FOR relationship IN
      SELECT name, target, is_list FROM relgraph.relationships_of(candidate.source)
      ORDER BY name <> candidate.name, is_list, name
    LOOP
      EXECUTE format(
        'SELECT EXISTS (SELECT FROM %s s, relgraph.related(s, %L, NULL::%s) WHERE %s)',
        candidate.source, quote_ident(relationship.name), relationship.target, row_condition)
      INTO is_there;
      IF is_there THEN
        inner_name := NULL;
        IF followed IS NULL THEN
          SELECT quote_ident(name) INTO inner_name
          FROM relgraph.relationships_of(relationship.target)
          WHERE NOT is_list AND target <> candidate.source
          ORDER BY name LIMIT 1;
        END IF;
        followed := followed || (quote_ident(relationship.name)
          || CASE WHEN relationship.is_list THEN '(limit: 2)' ELSE '' END
          || coalesce(' { * ' || inner_name || ' }', ''));
      END IF;
      EXIT WHEN cardinality(followed) = 4;
    END LOOP;
  END IF;

  PERFORM set_config('relgraph_demo.' || key, value, true)
  FROM (VALUES ('condition', row_condition), ('source', candidate.source::text),
               ('target', candidate.target::text), ('name', quote_ident(candidate.name)),
               ('include', array_to_string(followed, ', '))) AS v (key, value);
END
$$;

SELECT current_setting('relgraph_demo.condition') = '' AS is_empty,
  current_setting('relgraph_demo.condition') AS condition,
  current_setting('relgraph_demo.source') AS source,
  current_setting('relgraph_demo.target') AS target,
  current_setting('relgraph_demo.name') AS name,
  current_setting('relgraph_demo.include') AS include
\gset

\if :is_empty
  \echo 'There are no rows to follow them with.  Nothing has been changed.'
  ROLLBACK;
  \quit
\endif

-- The first few columns that fit a line, long texts cut.
SELECT string_agg(
    CASE WHEN typcategory = 'S' THEN format('left(t.%I, 24) AS %1$I', attname)
         ELSE format('t.%I', attname) END, ', ' ORDER BY attnum) AS columns
FROM (SELECT attname, attnum, typcategory
      FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
      WHERE attrelid = :'target'::regclass AND attnum > 0 AND NOT attisdropped
        AND typcategory IN ('N', 'S', 'D', 'B', 'E')
      ORDER BY attnum LIMIT 4) AS c
\gset

\echo '2. A navigation'
\echo
\set ECHO queries
SELECT :columns
FROM :source s, relgraph.related(s, :'name', NULL:::target) t
WHERE :condition
LIMIT 5;
\set ECHO none

\echo '3. A nested document'
\echo
\set ECHO queries
SELECT relgraph.load_row(s, :'include') AS document
FROM :source s
WHERE :condition
\gset
\set ECHO none
\pset tuples_only on
\pset format unaligned
SELECT CASE WHEN n = 70 THEN '...' ELSE line END
FROM regexp_split_to_table(E'\n' || pg_temp.pretty(:'document'), '\n')
  WITH ORDINALITY AS l (line, n)
WHERE n <= 70
ORDER BY n;

ROLLBACK;
\echo
\echo 'Nothing has been changed.'
\echo
