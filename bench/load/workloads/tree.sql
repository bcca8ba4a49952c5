--@ workload tree
--@ title tree of 10,000 categories, nested
--@ prepared no
--@ setup
CREATE FUNCTION pg_temp.category_tree(c categories) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT row_to_json(d) FROM (
    SELECT c.*, (SELECT coalesce(json_agg(pg_temp.category_tree(k) ORDER BY k.id), '[]')
                 FROM categories k WHERE k.parent_id = c.id) AS children) d);
END $$;

--@ relgraph load
SELECT relgraph.load('categories', 'children*', '{"id": 1}');

--@ relgraph load_row
SELECT relgraph.load_row(c, 'children*') FROM categories c WHERE c.id = 1;

--@ sql recursive function
SELECT pg_temp.category_tree(c) FROM categories c WHERE c.id = 1;

--@ sql recursive, text with counted brackets
WITH RECURSIVE tree AS (
  SELECT c AS category, c.id, 1 AS depth, ARRAY[c.id] AS path FROM categories c WHERE c.id = 1
  UNION ALL
  SELECT c, c.id, t.depth + 1, t.path || c.id FROM tree t JOIN categories c ON c.parent_id = t.id)
SELECT string_agg(left(row_to_json(category)::text, -1) || ',"children":['
         || CASE WHEN next > depth THEN '' ELSE repeat(']}', depth - next + 1) || CASE WHEN is_last THEN '' ELSE ',' END END,
         '' ORDER BY path)
FROM (SELECT *, lead(depth, 1, 1) OVER (ORDER BY path) AS next, lead(depth) OVER (ORDER BY path) IS NULL AS is_last
      FROM tree) t;

--@ client WITH RECURSIVE, assembled in the client
WITH RECURSIVE tree AS (
  SELECT c.* FROM categories c WHERE c.id = 1
  UNION ALL
  SELECT c.* FROM tree t JOIN categories c ON c.parent_id = t.id)
SELECT id, parent_id, row_to_json(tree) FROM tree;

--@ flat WITH RECURSIVE
--@ level categories
WITH RECURSIVE tree AS (
  SELECT c.* FROM categories c WHERE c.id = 1
  UNION ALL
  SELECT c.* FROM tree t JOIN categories c ON c.parent_id = t.id)
SELECT * FROM tree;
