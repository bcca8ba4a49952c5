-- Every foreign key with the names of its tables and columns.
WITH keys AS (
  SELECT k.oid, array_agg(child.attname ORDER BY k.n) AS child_columns,
         array_agg(parent.attname ORDER BY k.n) AS parent_columns
  FROM (SELECT oid, conrelid, confrelid, unnest(conkey) AS child_attnum,
               unnest(confkey) AS parent_attnum, generate_subscripts(conkey, 1) AS n
        FROM pg_constraint WHERE contype = 'f' AND conparentid = 0) k
  JOIN pg_attribute child ON child.attrelid = k.conrelid AND child.attnum = k.child_attnum
  JOIN pg_attribute parent ON parent.attrelid = k.confrelid AND parent.attnum = k.parent_attnum
  GROUP BY k.oid)
SELECT con.conname, child_schema.nspname AS child_schema, child.relname AS child, keys.child_columns,
       parent_schema.nspname AS parent_schema, parent.relname AS parent, keys.parent_columns
FROM pg_constraint con
JOIN keys ON keys.oid = con.oid
JOIN pg_class child ON child.oid = con.conrelid
JOIN pg_namespace child_schema ON child_schema.oid = child.relnamespace
JOIN pg_class parent ON parent.oid = con.confrelid
JOIN pg_namespace parent_schema ON parent_schema.oid = parent.relnamespace;
