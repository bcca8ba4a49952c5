--@ workload newest
--@ title 1,000 users: newest 3 posts, their comment counts
--@ prepared no
--@ parameters (first last filter)
SELECT max(id) / 2 + 1, max(id) / 2 + least(1000, max(id) / 10),
       jsonb_build_object('id', jsonb_build_object('gte', max(id) / 2 + 1, 'lte', max(id) / 2 + least(1000, max(id) / 10)))
FROM users;

--@ relgraph load (filter)
SELECT relgraph.load('users', 'posts(order: -created_at, limit: 3) { *, comment_count: count(comments) }', $1);

--@ relgraph load_agg (first last) array
SELECT relgraph.load_agg(u, 'posts(order: -created_at, limit: 3) { *, comment_count: count(comments) }' ORDER BY u.id)
FROM users u WHERE u.id BETWEEN $1 AND $2;

--@ sql lateral, row_to_json (first last)
SELECT row_to_json(d)
FROM (
  SELECT u.*, p.posts
  FROM users u
  LEFT JOIN LATERAL (
    SELECT coalesce(json_agg(x ORDER BY x.created_at DESC), '[]') AS posts
    FROM (
      SELECT p.*, c.comment_count
      FROM (SELECT * FROM posts WHERE author_id = u.id ORDER BY created_at DESC LIMIT 3) p
      LEFT JOIN LATERAL (SELECT count(*) AS comment_count FROM comments c WHERE c.post_id = p.id) c ON true) x) p ON true
  WHERE u.id BETWEEN $1 AND $2) d
ORDER BY d.id;

--@ sql correlated, row_to_json (first last)
SELECT row_to_json(d)
FROM (
  SELECT u.*,
    (SELECT coalesce(json_agg(x ORDER BY x.created_at DESC), '[]')
     FROM (SELECT p.*, (SELECT count(*) FROM comments c WHERE c.post_id = p.id) AS comment_count
           FROM posts p WHERE p.author_id = u.id ORDER BY p.created_at DESC LIMIT 3) x) AS posts
  FROM users u
  WHERE u.id BETWEEN $1 AND $2) d
ORDER BY d.id;

--@ sql correlated, array (first last)
SELECT row_to_json(d)
FROM (
  SELECT u.*,
    array_to_json(ARRAY(
      SELECT x
      FROM (SELECT p.*, (SELECT count(*) FROM comments c WHERE c.post_id = p.id) AS comment_count
            FROM posts p WHERE p.author_id = u.id ORDER BY p.created_at DESC LIMIT 3) x)) AS posts
  FROM users u
  WHERE u.id BETWEEN $1 AND $2) d
ORDER BY d.id;

--@ sql correlated, json_build_object (first last)
SELECT json_build_object('id', u.id, 'name', u.name, 'email', u.email, 'country', u.country, 'is_active', u.is_active,
  'birthday', u.birthday, 'balance', u.balance, 'bio', u.bio, 'created_at', u.created_at, 'last_seen_at', u.last_seen_at,
  'posts', (
    SELECT coalesce(json_agg(json_build_object('id', p.id, 'author_id', p.author_id, 'title', p.title, 'body', p.body,
      'score', p.score, 'rating', p.rating, 'views', p.views, 'is_published', p.is_published,
      'created_at', p.created_at, 'edited_at', p.edited_at,
      'comment_count', (SELECT count(*) FROM comments c WHERE c.post_id = p.id))), '[]')
    FROM (SELECT * FROM posts WHERE author_id = u.id ORDER BY created_at DESC LIMIT 3) p))
FROM users u
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

--@ sql correlated, jsonb (first last)
SELECT to_jsonb(u) || jsonb_build_object('posts', (
    SELECT coalesce(jsonb_agg(to_jsonb(p) || jsonb_build_object('comment_count',
      (SELECT count(*) FROM comments c WHERE c.post_id = p.id))), '[]')
    FROM (SELECT * FROM posts WHERE author_id = u.id ORDER BY created_at DESC LIMIT 3) p))
FROM users u
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

--@ sql correlated, text (first last)
SELECT left(row_to_json(u)::text, -1) || ',"posts":' || (
    SELECT '[' || coalesce(string_agg(left(row_to_json(p)::text, -1) || ',"comment_count":'
      || (SELECT count(*) FROM comments c WHERE c.post_id = p.id) || '}', ','), '') || ']'
    FROM (SELECT * FROM posts WHERE author_id = u.id ORDER BY created_at DESC LIMIT 3) p) || '}'
FROM users u
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

--@ sql grouped, window and counts (first last)
SELECT row_to_json(d)
FROM (
  SELECT u.*, coalesce(p.posts, '[]') AS posts
  FROM users u
  LEFT JOIN (
    SELECT x.author_id, json_agg(x ORDER BY x.created_at DESC) AS posts
    FROM (
      SELECT p.id, p.author_id, p.title, p.body, p.score, p.rating, p.views, p.is_published, p.created_at, p.edited_at,
             (SELECT count(*) FROM comments c WHERE c.post_id = p.id) AS comment_count
      FROM (SELECT *, row_number() OVER (PARTITION BY author_id ORDER BY created_at DESC) AS place
            FROM posts WHERE author_id BETWEEN $1 AND $2) p
      WHERE place <= 3) x
    GROUP BY x.author_id) p ON p.author_id = u.id
  WHERE u.id BETWEEN $1 AND $2) d
ORDER BY d.id;

--@ sql grouped, lateral and joined counts (first last)
WITH p AS MATERIALIZED (
  SELECT p.*
  FROM users u
  CROSS JOIN LATERAL (SELECT * FROM posts WHERE author_id = u.id ORDER BY created_at DESC LIMIT 3) p
  WHERE u.id BETWEEN $1 AND $2)
SELECT row_to_json(d)
FROM (
  SELECT u.*, coalesce(x.posts, '[]') AS posts
  FROM users u
  LEFT JOIN (
    SELECT x.author_id, json_agg(x ORDER BY x.created_at DESC) AS posts
    FROM (
      SELECT p.*, coalesce(c.comment_count, 0) AS comment_count
      FROM p
      LEFT JOIN (SELECT post_id, count(*) AS comment_count FROM comments
                 WHERE post_id = ANY (ARRAY(SELECT id FROM p)) GROUP BY post_id) c ON c.post_id = p.id) x
    GROUP BY x.author_id) x ON x.author_id = u.id
  WHERE u.id BETWEEN $1 AND $2) d
ORDER BY d.id;

--@ flat selectin
--@ level users (first last)
SELECT * FROM users WHERE id BETWEEN $1 AND $2;
--@ level posts users.id
SELECT p.* FROM unnest($1::int[]) AS k (id)
CROSS JOIN LATERAL (SELECT * FROM posts WHERE author_id = k.id ORDER BY created_at DESC LIMIT 3) p;
--@ level counts posts.id
SELECT post_id, count(*) FROM comments WHERE post_id = ANY($1) GROUP BY post_id;
