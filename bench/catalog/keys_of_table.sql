-- What a person writes to see the foreign keys of one table, in both directions.
SELECT con.conname, con.conrelid::regclass, con.confrelid::regclass, pg_get_constraintdef(con.oid)
FROM pg_constraint con
WHERE con.contype = 'f' AND :'table'::regclass IN (con.conrelid, con.confrelid);
