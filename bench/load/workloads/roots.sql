--@ workload roots
--@ title users: posts, comments, by number of users
--@ prepared no
--@ stream yes
--@ variant roots=1
--@ variant roots=10
--@ variant roots=100
--@ variant roots=1000
--@ variant roots=10000
--@ variant roots=100000 unchecked
--@ parameters (first last filter)
SELECT 1 + (max(id) - r) / 3, (max(id) - r) / 3 + r,
       jsonb_build_object('id', jsonb_build_object('gte', 1 + (max(id) - r) / 3, 'lte', (max(id) - r) / 3 + r))
FROM users, (SELECT least(:roots, max(id)) AS r FROM users) s GROUP BY r;

--@ relgraph load (filter)
SELECT relgraph.load('users', 'posts.comments', $1);

--@ sql correlated, row_to_json (first last)
SELECT row_to_json(x)
FROM (
  SELECT u.*,
  (
    SELECT coalesce(json_agg(x ORDER BY x.id), '[]')
    FROM (
      SELECT p.*,
      (
        SELECT coalesce(json_agg(c ORDER BY c.id), '[]')
        FROM comments c
        WHERE c.post_id = p.id) AS comments
      FROM posts p
      WHERE p.author_id = u.id) x) AS posts
  FROM users u
  WHERE u.id BETWEEN $1 AND $2) x
ORDER BY x.id;

--@ sql correlated, array (first last)
SELECT row_to_json(x)
FROM (
  SELECT u.*,
  (
    SELECT array_to_json(ARRAY(
      SELECT x
      FROM (
        SELECT p.*,
        (
          SELECT array_to_json(ARRAY(
            SELECT c
            FROM comments c
            WHERE c.post_id = p.id
            ORDER BY c.id))) AS comments
        FROM posts p
        WHERE p.author_id = u.id) x
      ORDER BY x.id))) AS posts
  FROM users u
  WHERE u.id BETWEEN $1 AND $2) x
ORDER BY x.id;

--@ sql lateral, row_to_json (first last)
SELECT row_to_json(x)
FROM (
  SELECT u.*,
  p_posts.doc AS posts
  FROM users u
  LEFT JOIN LATERAL (
    SELECT coalesce(json_agg(x ORDER BY x.id), '[]') AS doc
    FROM (
      SELECT p.*,
      c_comments.doc AS comments
      FROM posts p
      LEFT JOIN LATERAL (
        SELECT coalesce(json_agg(c ORDER BY c.id), '[]') AS doc
        FROM comments c
        WHERE c.post_id = p.id) c_comments ON true
      WHERE p.author_id = u.id) x) p_posts ON true
  WHERE u.id BETWEEN $1 AND $2) x
ORDER BY x.id;

--@ sql lateral, array (first last)
SELECT row_to_json(x)
FROM (
  SELECT u.*,
  p_posts.doc AS posts
  FROM users u
  LEFT JOIN LATERAL (
    SELECT array_to_json(ARRAY(
      SELECT x
      FROM (
        SELECT p.*,
        c_comments.doc AS comments
        FROM posts p
        LEFT JOIN LATERAL (
          SELECT array_to_json(ARRAY(
            SELECT c
            FROM comments c
            WHERE c.post_id = p.id
            ORDER BY c.id)) AS doc) c_comments ON true
        WHERE p.author_id = u.id) x
      ORDER BY x.id)) AS doc) p_posts ON true
  WHERE u.id BETWEEN $1 AND $2) x
ORDER BY x.id;

--@ sql grouped, row_to_json (first last)
SELECT row_to_json(x)
FROM (
  SELECT u.*,
  coalesce(p_posts.docs, '[]') AS posts
  FROM users u
  LEFT JOIN (
    SELECT x.author_id, json_agg(x ORDER BY x.id) AS docs
    FROM (
      SELECT p.*,
      coalesce(c_comments.docs, '[]') AS comments
      FROM posts p
      LEFT JOIN (
        SELECT c.post_id, json_agg(c ORDER BY c.id) AS docs
        FROM comments c JOIN posts up ON up.id = c.post_id
        WHERE up.author_id BETWEEN $1 AND $2
        GROUP BY c.post_id) c_comments ON c_comments.post_id = p.id
      WHERE p.author_id BETWEEN $1 AND $2) x
    GROUP BY x.author_id) p_posts ON p_posts.author_id = u.id
  WHERE u.id BETWEEN $1 AND $2) x
ORDER BY x.id;

--@ flat selectin
--@ level users (first last)
SELECT * FROM users u WHERE u.id BETWEEN $1 AND $2;
--@ level posts users.id
SELECT * FROM posts WHERE author_id = ANY($1);
--@ level comments posts.id
SELECT * FROM comments WHERE post_id = ANY($1);
