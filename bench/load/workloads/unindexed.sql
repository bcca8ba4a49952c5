--@ workload unindexed
--@ title 20 users: posts, attachments (key without index)
--@ prepared no
--@ parameters (first last filter)
SELECT max(id) / 3, max(id) / 3 + 19,
       jsonb_build_object('id', jsonb_build_object('gte', max(id) / 3, 'lte', max(id) / 3 + 19))
FROM users;

--@ relgraph load (filter)
SELECT relgraph.load('users', 'posts.attachments', $1);

--@ sql correlated, row_to_json (first last)
SELECT row_to_json(x)
FROM (
  SELECT u.*,
  (
    SELECT coalesce(json_agg(x ORDER BY x.id), '[]')
    FROM (
      SELECT p.*,
      (
        SELECT coalesce(json_agg(a ORDER BY a.id), '[]')
        FROM attachments a
        WHERE a.post_id = p.id) AS attachments
      FROM posts p
      WHERE p.author_id = u.id) x) AS posts
  FROM users u
  WHERE u.id BETWEEN $1 AND $2) x
ORDER BY x.id;

--@ sql correlated, json_build_object (first last)
SELECT json_build_object('id', u.id, 'name', u.name, 'email', u.email, 'country', u.country, 'is_active', u.is_active, 'birthday', u.birthday, 'balance', u.balance, 'bio', u.bio, 'created_at', u.created_at, 'last_seen_at', u.last_seen_at, 'posts', (
  SELECT coalesce(json_agg(json_build_object('id', p.id, 'author_id', p.author_id, 'title', p.title, 'body', p.body, 'score', p.score, 'rating', p.rating, 'views', p.views, 'is_published', p.is_published, 'created_at', p.created_at, 'edited_at', p.edited_at, 'attachments', (
    SELECT coalesce(json_agg(json_build_object('id', a.id, 'post_id', a.post_id, 'file_name', a.file_name, 'media_type', a.media_type, 'bytes', a.bytes, 'checksum', a.checksum, 'created_at', a.created_at) ORDER BY a.id), '[]')
    FROM attachments a
    WHERE a.post_id = p.id)) ORDER BY p.id), '[]')
  FROM posts p
  WHERE p.author_id = u.id))
FROM users u
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

--@ sql correlated, jsonb (first last)
SELECT to_jsonb(u) || jsonb_build_object('posts', (
  SELECT coalesce(jsonb_agg(to_jsonb(p) || jsonb_build_object('attachments', (
    SELECT coalesce(jsonb_agg(to_jsonb(a) ORDER BY a.id), '[]')
    FROM attachments a
    WHERE a.post_id = p.id)) ORDER BY p.id), '[]')
  FROM posts p
  WHERE p.author_id = u.id))
FROM users u
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

--@ sql correlated, text (first last)
SELECT left(row_to_json(u)::text, -1) || ',"posts":' || (
  SELECT '[' || coalesce(string_agg(left(row_to_json(p)::text, -1) || ',"attachments":' || (
    SELECT '[' || coalesce(string_agg(row_to_json(a)::text, ',' ORDER BY a.id), '') || ']'
    FROM attachments a
    WHERE a.post_id = p.id) || '}', ',' ORDER BY p.id), '') || ']'
  FROM posts p
  WHERE p.author_id = u.id) || '}'
FROM users u
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

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
            SELECT a
            FROM attachments a
            WHERE a.post_id = p.id
            ORDER BY a.id))) AS attachments
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
      a_attachments.doc AS attachments
      FROM posts p
      LEFT JOIN LATERAL (
        SELECT coalesce(json_agg(a ORDER BY a.id), '[]') AS doc
        FROM attachments a
        WHERE a.post_id = p.id) a_attachments ON true
      WHERE p.author_id = u.id) x) p_posts ON true
  WHERE u.id BETWEEN $1 AND $2) x
ORDER BY x.id;

--@ sql lateral, json_build_object (first last)
SELECT json_build_object('id', u.id, 'name', u.name, 'email', u.email, 'country', u.country, 'is_active', u.is_active, 'birthday', u.birthday, 'balance', u.balance, 'bio', u.bio, 'created_at', u.created_at, 'last_seen_at', u.last_seen_at, 'posts', p_posts.doc)
FROM users u
LEFT JOIN LATERAL (
  SELECT coalesce(json_agg(json_build_object('id', p.id, 'author_id', p.author_id, 'title', p.title, 'body', p.body, 'score', p.score, 'rating', p.rating, 'views', p.views, 'is_published', p.is_published, 'created_at', p.created_at, 'edited_at', p.edited_at, 'attachments', a_attachments.doc) ORDER BY p.id), '[]') AS doc
  FROM posts p
  LEFT JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object('id', a.id, 'post_id', a.post_id, 'file_name', a.file_name, 'media_type', a.media_type, 'bytes', a.bytes, 'checksum', a.checksum, 'created_at', a.created_at) ORDER BY a.id), '[]') AS doc
    FROM attachments a
    WHERE a.post_id = p.id) a_attachments ON true
  WHERE p.author_id = u.id) p_posts ON true
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

--@ sql lateral, jsonb (first last)
SELECT to_jsonb(u) || jsonb_build_object('posts', p_posts.doc)
FROM users u
LEFT JOIN LATERAL (
  SELECT coalesce(jsonb_agg(to_jsonb(p) || jsonb_build_object('attachments', a_attachments.doc) ORDER BY p.id), '[]') AS doc
  FROM posts p
  LEFT JOIN LATERAL (
    SELECT coalesce(jsonb_agg(to_jsonb(a) ORDER BY a.id), '[]') AS doc
    FROM attachments a
    WHERE a.post_id = p.id) a_attachments ON true
  WHERE p.author_id = u.id) p_posts ON true
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

--@ sql lateral, text (first last)
SELECT left(row_to_json(u)::text, -1) || ',"posts":' || p_posts.doc || '}'
FROM users u
LEFT JOIN LATERAL (
  SELECT '[' || coalesce(string_agg(left(row_to_json(p)::text, -1) || ',"attachments":' || a_attachments.doc || '}', ',' ORDER BY p.id), '') || ']' AS doc
  FROM posts p
  LEFT JOIN LATERAL (
    SELECT '[' || coalesce(string_agg(row_to_json(a)::text, ',' ORDER BY a.id), '') || ']' AS doc
    FROM attachments a
    WHERE a.post_id = p.id) a_attachments ON true
  WHERE p.author_id = u.id) p_posts ON true
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

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
        a_attachments.doc AS attachments
        FROM posts p
        LEFT JOIN LATERAL (
          SELECT array_to_json(ARRAY(
            SELECT a
            FROM attachments a
            WHERE a.post_id = p.id
            ORDER BY a.id)) AS doc) a_attachments ON true
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
      coalesce(a_attachments.docs, '[]') AS attachments
      FROM posts p
      LEFT JOIN (
        SELECT a.post_id, json_agg(a ORDER BY a.id) AS docs
        FROM attachments a JOIN posts up ON up.id = a.post_id
        WHERE up.author_id BETWEEN $1 AND $2
        GROUP BY a.post_id) a_attachments ON a_attachments.post_id = p.id
      WHERE p.author_id BETWEEN $1 AND $2) x
    GROUP BY x.author_id) p_posts ON p_posts.author_id = u.id
  WHERE u.id BETWEEN $1 AND $2) x
ORDER BY x.id;

--@ sql grouped, json_build_object (first last)
SELECT json_build_object('id', u.id, 'name', u.name, 'email', u.email, 'country', u.country, 'is_active', u.is_active, 'birthday', u.birthday, 'balance', u.balance, 'bio', u.bio, 'created_at', u.created_at, 'last_seen_at', u.last_seen_at, 'posts', coalesce(p_posts.docs, '[]'))
FROM users u
LEFT JOIN (
  SELECT p.author_id, json_agg(json_build_object('id', p.id, 'author_id', p.author_id, 'title', p.title, 'body', p.body, 'score', p.score, 'rating', p.rating, 'views', p.views, 'is_published', p.is_published, 'created_at', p.created_at, 'edited_at', p.edited_at, 'attachments', coalesce(a_attachments.docs, '[]')) ORDER BY p.id) AS docs
  FROM posts p
  LEFT JOIN (
    SELECT a.post_id, json_agg(json_build_object('id', a.id, 'post_id', a.post_id, 'file_name', a.file_name, 'media_type', a.media_type, 'bytes', a.bytes, 'checksum', a.checksum, 'created_at', a.created_at) ORDER BY a.id) AS docs
    FROM attachments a JOIN posts up ON up.id = a.post_id
    WHERE up.author_id BETWEEN $1 AND $2
    GROUP BY a.post_id) a_attachments ON a_attachments.post_id = p.id
  WHERE p.author_id BETWEEN $1 AND $2
  GROUP BY p.author_id) p_posts ON p_posts.author_id = u.id
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

--@ sql grouped, jsonb (first last)
SELECT to_jsonb(u) || jsonb_build_object('posts', coalesce(p_posts.docs, '[]'))
FROM users u
LEFT JOIN (
  SELECT p.author_id, jsonb_agg(to_jsonb(p) || jsonb_build_object('attachments', coalesce(a_attachments.docs, '[]')) ORDER BY p.id) AS docs
  FROM posts p
  LEFT JOIN (
    SELECT a.post_id, jsonb_agg(to_jsonb(a) ORDER BY a.id) AS docs
    FROM attachments a JOIN posts up ON up.id = a.post_id
    WHERE up.author_id BETWEEN $1 AND $2
    GROUP BY a.post_id) a_attachments ON a_attachments.post_id = p.id
  WHERE p.author_id BETWEEN $1 AND $2
  GROUP BY p.author_id) p_posts ON p_posts.author_id = u.id
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

--@ sql grouped, text (first last)
SELECT left(row_to_json(u)::text, -1) || ',"posts":' || '[' || coalesce(p_posts.docs, '') || ']' || '}'
FROM users u
LEFT JOIN (
  SELECT p.author_id, string_agg(left(row_to_json(p)::text, -1) || ',"attachments":' || '[' || coalesce(a_attachments.docs, '') || ']' || '}', ',' ORDER BY p.id) AS docs
  FROM posts p
  LEFT JOIN (
    SELECT a.post_id, string_agg(row_to_json(a)::text, ',' ORDER BY a.id) AS docs
    FROM attachments a JOIN posts up ON up.id = a.post_id
    WHERE up.author_id BETWEEN $1 AND $2
    GROUP BY a.post_id) a_attachments ON a_attachments.post_id = p.id
  WHERE p.author_id BETWEEN $1 AND $2
  GROUP BY p.author_id) p_posts ON p_posts.author_id = u.id
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

--@ flat selectin
--@ level users (first last)
SELECT * FROM users u WHERE u.id BETWEEN $1 AND $2;
--@ level posts users.id
SELECT * FROM posts WHERE author_id = ANY($1);
--@ level attachments posts.id
SELECT * FROM attachments WHERE post_id = ANY($1);
