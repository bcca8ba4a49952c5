-- churn.sql
--    A temporary table with a primary key, created and dropped a thousand times.
DO $$
BEGIN
  FOR i IN 1 .. 1000 LOOP
    CREATE TEMP TABLE churn (id int PRIMARY KEY);
    DROP TABLE churn;
    COMMIT;
  END LOOP;
END
$$;
