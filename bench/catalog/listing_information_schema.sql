-- The same by the SQL standard: a row per column pair.
SELECT con.constraint_schema, con.constraint_name, child.table_schema, child.table_name, child.column_name,
       parent.table_schema AS parent_schema, parent.table_name AS parent_name,
       parent.column_name AS parent_column
FROM information_schema.referential_constraints con
JOIN information_schema.key_column_usage child
  USING (constraint_catalog, constraint_schema, constraint_name)
JOIN information_schema.key_column_usage parent
  ON parent.constraint_catalog = con.unique_constraint_catalog
 AND parent.constraint_schema = con.unique_constraint_schema
 AND parent.constraint_name = con.unique_constraint_name
 AND parent.ordinal_position = child.position_in_unique_constraint;
