-- Less than that: no columns, and so no pg_attribute, by far the largest catalog.
SELECT con.conname, child_schema.nspname AS child_schema, child.relname AS child,
       parent_schema.nspname AS parent_schema, parent.relname AS parent
FROM pg_constraint con
JOIN pg_class child ON child.oid = con.conrelid
JOIN pg_namespace child_schema ON child_schema.oid = child.relnamespace
JOIN pg_class parent ON parent.oid = con.confrelid
JOIN pg_namespace parent_schema ON parent_schema.oid = parent.relnamespace
WHERE con.contype = 'f' AND con.conparentid = 0;
