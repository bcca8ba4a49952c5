-- A temporary table with a primary key, created and dropped a thousand times
--
-- In another session, and then in this one before each call; against the same
-- rows from a constant array, so as to see what DDL costs any next statement.

CREATE FUNCTION pg_temp.per_call(call text, ddl text, n int) RETURNS numeric
LANGUAGE plpgsql AS $$
DECLARE
  times numeric[];
  started timestamptz;
BEGIN
  FOR i IN 1 .. n LOOP
    EXECUTE ddl;
    started := clock_timestamp();
    EXECUTE format('DO $call$ BEGIN PERFORM * FROM %s; END $call$', call);
    times := times || extract(epoch FROM clock_timestamp() - started) * 1e6;
  END LOOP;
  RETURN round(percentile_cont(0.5) WITHIN GROUP (ORDER BY t)::numeric, 1) FROM unnest(times) t;
END
$$;

\set ddl 'CREATE TEMP TABLE churn (id int PRIMARY KEY); DROP TABLE churn'
SELECT format('relgraph.relationships_of(%L)', :'table') AS call \gset
SELECT format('unnest(%L::relgraph.relationships[])', array_agg(r)) AS control FROM :call r \gset
SELECT builds AS before FROM relgraph.cache_info() \gset
\setenv CHURN :churn
\! sh -c "$CHURN"
SELECT * FROM :call \g /dev/null
SELECT 'after a thousand in another session' AS "rebuilt neighbourhoods", builds - :before AS "builds"
FROM relgraph.cache_info();
SELECT builds AS before FROM relgraph.cache_info() \gset
SELECT "call, microseconds", "quiet", "after DDL", "after DDL" - "quiet" AS "difference"
FROM (VALUES
  ('relationships_of', pg_temp.per_call(:'call', 'SELECT 1', 1000), pg_temp.per_call(:'call', :'ddl', 1000)),
  ('constant array', pg_temp.per_call(:'control', 'SELECT 1', 1000), pg_temp.per_call(:'control', :'ddl', 1000)))
  AS calls ("call, microseconds", "quiet", "after DDL");
SELECT 'after a thousand in this session' AS "rebuilt neighbourhoods", builds - :before AS "builds"
FROM relgraph.cache_info();
