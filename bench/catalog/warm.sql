-- Warm calls of relationships_of(), microseconds per call in a loop on the server
--
-- The same rows as a constant array say what it costs to hand rows over.

CREATE FUNCTION pg_temp.per_call(call text, n int) RETURNS numeric
LANGUAGE plpgsql AS $$
DECLARE
  times numeric[];
  started timestamptz;
BEGIN
  FOR round IN 0 .. 5 LOOP
    started := clock_timestamp();
    EXECUTE format('DO $loop$ BEGIN FOR i IN 1 .. %s LOOP PERFORM * FROM %s; END LOOP; END $loop$', n, call);
    IF round > 0 THEN
      times := times || extract(epoch FROM clock_timestamp() - started) * 1e6 / n;
    END IF;
  END LOOP;
  RETURN percentile_cont(0.5) WITHIN GROUP (ORDER BY t) FROM unnest(times) t;
END
$$;

CREATE TEMP TABLE sample (relation regclass, rows relgraph.relationships[]);
INSERT INTO sample
SELECT relation, (SELECT array_agg(r) FROM relgraph.relationships_of(relation) r)
FROM unnest(ARRAY[:'table', 'app.tags', 'app.profiles', 'app.users']::regclass[]) relation;

SELECT relation AS "table", cardinality(rows) AS "rows",
       round(total, 1) AS "relationships_of", round(baseline, 1) AS "constant array",
       round(total - baseline, 1) AS "difference"
FROM (SELECT relation, rows,
             pg_temp.per_call(format('relgraph.relationships_of(%L)', relation),
               greatest(20000 / cardinality(rows), 10)) AS total,
             pg_temp.per_call(format('unnest(%L::relgraph.relationships[])', rows),
               greatest(20000 / cardinality(rows), 10)) AS baseline
      FROM sample) measured
ORDER BY cardinality(rows);
