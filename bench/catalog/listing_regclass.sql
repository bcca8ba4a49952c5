-- The same with regclass for schema and table, as relgraph's views have it.
WITH keys AS (
  SELECT k.oid, array_agg(child.attname ORDER BY k.n) AS child_columns,
         array_agg(parent.attname ORDER BY k.n) AS parent_columns
  FROM (SELECT oid, conrelid, confrelid, unnest(conkey) AS child_attnum,
               unnest(confkey) AS parent_attnum, generate_subscripts(conkey, 1) AS n
        FROM pg_constraint WHERE contype = 'f' AND conparentid = 0) k
  JOIN pg_attribute child ON child.attrelid = k.conrelid AND child.attnum = k.child_attnum
  JOIN pg_attribute parent ON parent.attrelid = k.confrelid AND parent.attnum = k.parent_attnum
  GROUP BY k.oid)
SELECT con.conname, con.conrelid::regclass AS child, keys.child_columns,
       con.confrelid::regclass AS parent, keys.parent_columns
FROM pg_constraint con
JOIN keys ON keys.oid = con.oid;
