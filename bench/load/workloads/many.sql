--@ workload many
--@ title 10,000 users: posts, comments, teams
--@ prepared no
--@ stream yes
--@ variant work_mem=4MB
--@ variant work_mem=128MB unchecked
--@ parameters (first last filter)
SELECT max(id) / 2 + 1, max(id) / 2 + max(id) / 10,
       jsonb_build_object('id', jsonb_build_object('gte', max(id) / 2 + 1, 'lte', max(id) / 2 + max(id) / 10))
FROM users;

--@ relgraph load (filter)
SELECT relgraph.load('users', 'posts.comments, teams', $1);

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
      WHERE p.author_id = u.id) x) AS posts,
  (
    SELECT coalesce(json_agg(x ORDER BY x.id), '[]')
    FROM (
      SELECT t.*,
      json_build_object('role', m.role, 'joined_at', m.joined_at) AS _through
      FROM memberships m JOIN teams t ON t.id = m.team_id
      WHERE m.user_id = u.id) x) AS teams
  FROM users u
  WHERE u.id BETWEEN $1 AND $2) x
ORDER BY x.id;

--@ sql correlated, json_build_object (first last)
SELECT json_build_object('id', u.id, 'name', u.name, 'email', u.email, 'country', u.country, 'is_active', u.is_active, 'birthday', u.birthday, 'balance', u.balance, 'bio', u.bio, 'created_at', u.created_at, 'last_seen_at', u.last_seen_at, 'posts', (
  SELECT coalesce(json_agg(json_build_object('id', p.id, 'author_id', p.author_id, 'title', p.title, 'body', p.body, 'score', p.score, 'rating', p.rating, 'views', p.views, 'is_published', p.is_published, 'created_at', p.created_at, 'edited_at', p.edited_at, 'comments', (
    SELECT coalesce(json_agg(json_build_object('id', c.id, 'post_id', c.post_id, 'author_id', c.author_id, 'body', c.body, 'likes', c.likes, 'is_hidden', c.is_hidden, 'created_at', c.created_at) ORDER BY c.id), '[]')
    FROM comments c
    WHERE c.post_id = p.id)) ORDER BY p.id), '[]')
  FROM posts p
  WHERE p.author_id = u.id), 'teams', (
  SELECT coalesce(json_agg(json_build_object('id', t.id, 'name', t.name, 'motto', t.motto, 'budget', t.budget, 'is_open', t.is_open, 'founded_on', t.founded_on, '_through', json_build_object('role', m.role, 'joined_at', m.joined_at)) ORDER BY t.id), '[]')
  FROM memberships m JOIN teams t ON t.id = m.team_id
  WHERE m.user_id = u.id))
FROM users u
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

--@ sql correlated, jsonb (first last)
SELECT to_jsonb(u) || jsonb_build_object('posts', (
  SELECT coalesce(jsonb_agg(to_jsonb(p) || jsonb_build_object('comments', (
    SELECT coalesce(jsonb_agg(to_jsonb(c) ORDER BY c.id), '[]')
    FROM comments c
    WHERE c.post_id = p.id)) ORDER BY p.id), '[]')
  FROM posts p
  WHERE p.author_id = u.id), 'teams', (
  SELECT coalesce(jsonb_agg(to_jsonb(t) || jsonb_build_object('_through', jsonb_build_object('role', m.role, 'joined_at', m.joined_at)) ORDER BY t.id), '[]')
  FROM memberships m JOIN teams t ON t.id = m.team_id
  WHERE m.user_id = u.id))
FROM users u
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

--@ sql correlated, text (first last)
SELECT left(row_to_json(u)::text, -1) || ',"posts":' || (
  SELECT '[' || coalesce(string_agg(left(row_to_json(p)::text, -1) || ',"comments":' || (
    SELECT '[' || coalesce(string_agg(row_to_json(c)::text, ',' ORDER BY c.id), '') || ']'
    FROM comments c
    WHERE c.post_id = p.id) || '}', ',' ORDER BY p.id), '') || ']'
  FROM posts p
  WHERE p.author_id = u.id) || ',"teams":' || (
  SELECT '[' || coalesce(string_agg(left(row_to_json(t)::text, -1) || ',"_through":' || json_build_object('role', m.role, 'joined_at', m.joined_at)::text || '}', ',' ORDER BY t.id), '') || ']'
  FROM memberships m JOIN teams t ON t.id = m.team_id
  WHERE m.user_id = u.id) || '}'
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
            SELECT c
            FROM comments c
            WHERE c.post_id = p.id
            ORDER BY c.id))) AS comments
        FROM posts p
        WHERE p.author_id = u.id) x
      ORDER BY x.id))) AS posts,
  (
    SELECT array_to_json(ARRAY(
      SELECT x
      FROM (
        SELECT t.*,
        json_build_object('role', m.role, 'joined_at', m.joined_at) AS _through
        FROM memberships m JOIN teams t ON t.id = m.team_id
        WHERE m.user_id = u.id) x
      ORDER BY x.id))) AS teams
  FROM users u
  WHERE u.id BETWEEN $1 AND $2) x
ORDER BY x.id;

--@ sql lateral, row_to_json (first last)
SELECT row_to_json(x)
FROM (
  SELECT u.*,
  p_posts.doc AS posts,
  t_teams.doc AS teams
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
  LEFT JOIN LATERAL (
    SELECT coalesce(json_agg(x ORDER BY x.id), '[]') AS doc
    FROM (
      SELECT t.*,
      json_build_object('role', m.role, 'joined_at', m.joined_at) AS _through
      FROM memberships m JOIN teams t ON t.id = m.team_id
      WHERE m.user_id = u.id) x) t_teams ON true
  WHERE u.id BETWEEN $1 AND $2) x
ORDER BY x.id;

--@ sql lateral, json_build_object (first last)
SELECT json_build_object('id', u.id, 'name', u.name, 'email', u.email, 'country', u.country, 'is_active', u.is_active, 'birthday', u.birthday, 'balance', u.balance, 'bio', u.bio, 'created_at', u.created_at, 'last_seen_at', u.last_seen_at, 'posts', p_posts.doc, 'teams', t_teams.doc)
FROM users u
LEFT JOIN LATERAL (
  SELECT coalesce(json_agg(json_build_object('id', p.id, 'author_id', p.author_id, 'title', p.title, 'body', p.body, 'score', p.score, 'rating', p.rating, 'views', p.views, 'is_published', p.is_published, 'created_at', p.created_at, 'edited_at', p.edited_at, 'comments', c_comments.doc) ORDER BY p.id), '[]') AS doc
  FROM posts p
  LEFT JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object('id', c.id, 'post_id', c.post_id, 'author_id', c.author_id, 'body', c.body, 'likes', c.likes, 'is_hidden', c.is_hidden, 'created_at', c.created_at) ORDER BY c.id), '[]') AS doc
    FROM comments c
    WHERE c.post_id = p.id) c_comments ON true
  WHERE p.author_id = u.id) p_posts ON true
LEFT JOIN LATERAL (
  SELECT coalesce(json_agg(json_build_object('id', t.id, 'name', t.name, 'motto', t.motto, 'budget', t.budget, 'is_open', t.is_open, 'founded_on', t.founded_on, '_through', json_build_object('role', m.role, 'joined_at', m.joined_at)) ORDER BY t.id), '[]') AS doc
  FROM memberships m JOIN teams t ON t.id = m.team_id
  WHERE m.user_id = u.id) t_teams ON true
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

--@ sql lateral, jsonb (first last)
SELECT to_jsonb(u) || jsonb_build_object('posts', p_posts.doc, 'teams', t_teams.doc)
FROM users u
LEFT JOIN LATERAL (
  SELECT coalesce(jsonb_agg(to_jsonb(p) || jsonb_build_object('comments', c_comments.doc) ORDER BY p.id), '[]') AS doc
  FROM posts p
  LEFT JOIN LATERAL (
    SELECT coalesce(jsonb_agg(to_jsonb(c) ORDER BY c.id), '[]') AS doc
    FROM comments c
    WHERE c.post_id = p.id) c_comments ON true
  WHERE p.author_id = u.id) p_posts ON true
LEFT JOIN LATERAL (
  SELECT coalesce(jsonb_agg(to_jsonb(t) || jsonb_build_object('_through', jsonb_build_object('role', m.role, 'joined_at', m.joined_at)) ORDER BY t.id), '[]') AS doc
  FROM memberships m JOIN teams t ON t.id = m.team_id
  WHERE m.user_id = u.id) t_teams ON true
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

--@ sql lateral, text (first last)
SELECT left(row_to_json(u)::text, -1) || ',"posts":' || p_posts.doc || ',"teams":' || t_teams.doc || '}'
FROM users u
LEFT JOIN LATERAL (
  SELECT '[' || coalesce(string_agg(left(row_to_json(p)::text, -1) || ',"comments":' || c_comments.doc || '}', ',' ORDER BY p.id), '') || ']' AS doc
  FROM posts p
  LEFT JOIN LATERAL (
    SELECT '[' || coalesce(string_agg(row_to_json(c)::text, ',' ORDER BY c.id), '') || ']' AS doc
    FROM comments c
    WHERE c.post_id = p.id) c_comments ON true
  WHERE p.author_id = u.id) p_posts ON true
LEFT JOIN LATERAL (
  SELECT '[' || coalesce(string_agg(left(row_to_json(t)::text, -1) || ',"_through":' || json_build_object('role', m.role, 'joined_at', m.joined_at)::text || '}', ',' ORDER BY t.id), '') || ']' AS doc
  FROM memberships m JOIN teams t ON t.id = m.team_id
  WHERE m.user_id = u.id) t_teams ON true
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

--@ sql lateral, array (first last)
SELECT row_to_json(x)
FROM (
  SELECT u.*,
  p_posts.doc AS posts,
  t_teams.doc AS teams
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
  LEFT JOIN LATERAL (
    SELECT array_to_json(ARRAY(
      SELECT x
      FROM (
        SELECT t.*,
        json_build_object('role', m.role, 'joined_at', m.joined_at) AS _through
        FROM memberships m JOIN teams t ON t.id = m.team_id
        WHERE m.user_id = u.id) x
      ORDER BY x.id)) AS doc) t_teams ON true
  WHERE u.id BETWEEN $1 AND $2) x
ORDER BY x.id;

--@ sql grouped, row_to_json (first last)
SELECT row_to_json(x)
FROM (
  SELECT u.*,
  coalesce(p_posts.docs, '[]') AS posts,
  coalesce(t_teams.docs, '[]') AS teams
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
  LEFT JOIN (
    SELECT m.user_id, json_agg(x ORDER BY x.id) AS docs
    FROM memberships m JOIN teams t ON t.id = m.team_id
    CROSS JOIN LATERAL (SELECT t.*, json_build_object('role', m.role, 'joined_at', m.joined_at) AS _through) x
    WHERE m.user_id BETWEEN $1 AND $2
    GROUP BY m.user_id) t_teams ON t_teams.user_id = u.id
  WHERE u.id BETWEEN $1 AND $2) x
ORDER BY x.id;

--@ sql grouped, json_build_object (first last)
SELECT json_build_object('id', u.id, 'name', u.name, 'email', u.email, 'country', u.country, 'is_active', u.is_active, 'birthday', u.birthday, 'balance', u.balance, 'bio', u.bio, 'created_at', u.created_at, 'last_seen_at', u.last_seen_at, 'posts', coalesce(p_posts.docs, '[]'), 'teams', coalesce(t_teams.docs, '[]'))
FROM users u
LEFT JOIN (
  SELECT p.author_id, json_agg(json_build_object('id', p.id, 'author_id', p.author_id, 'title', p.title, 'body', p.body, 'score', p.score, 'rating', p.rating, 'views', p.views, 'is_published', p.is_published, 'created_at', p.created_at, 'edited_at', p.edited_at, 'comments', coalesce(c_comments.docs, '[]')) ORDER BY p.id) AS docs
  FROM posts p
  LEFT JOIN (
    SELECT c.post_id, json_agg(json_build_object('id', c.id, 'post_id', c.post_id, 'author_id', c.author_id, 'body', c.body, 'likes', c.likes, 'is_hidden', c.is_hidden, 'created_at', c.created_at) ORDER BY c.id) AS docs
    FROM comments c JOIN posts up ON up.id = c.post_id
    WHERE up.author_id BETWEEN $1 AND $2
    GROUP BY c.post_id) c_comments ON c_comments.post_id = p.id
  WHERE p.author_id BETWEEN $1 AND $2
  GROUP BY p.author_id) p_posts ON p_posts.author_id = u.id
LEFT JOIN (
  SELECT m.user_id, json_agg(json_build_object('id', t.id, 'name', t.name, 'motto', t.motto, 'budget', t.budget, 'is_open', t.is_open, 'founded_on', t.founded_on, '_through', json_build_object('role', m.role, 'joined_at', m.joined_at)) ORDER BY t.id) AS docs
  FROM memberships m JOIN teams t ON t.id = m.team_id
  WHERE m.user_id BETWEEN $1 AND $2
  GROUP BY m.user_id) t_teams ON t_teams.user_id = u.id
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

--@ sql grouped, jsonb (first last)
SELECT to_jsonb(u) || jsonb_build_object('posts', coalesce(p_posts.docs, '[]'), 'teams', coalesce(t_teams.docs, '[]'))
FROM users u
LEFT JOIN (
  SELECT p.author_id, jsonb_agg(to_jsonb(p) || jsonb_build_object('comments', coalesce(c_comments.docs, '[]')) ORDER BY p.id) AS docs
  FROM posts p
  LEFT JOIN (
    SELECT c.post_id, jsonb_agg(to_jsonb(c) ORDER BY c.id) AS docs
    FROM comments c JOIN posts up ON up.id = c.post_id
    WHERE up.author_id BETWEEN $1 AND $2
    GROUP BY c.post_id) c_comments ON c_comments.post_id = p.id
  WHERE p.author_id BETWEEN $1 AND $2
  GROUP BY p.author_id) p_posts ON p_posts.author_id = u.id
LEFT JOIN (
  SELECT m.user_id, jsonb_agg(to_jsonb(t) || jsonb_build_object('_through', jsonb_build_object('role', m.role, 'joined_at', m.joined_at)) ORDER BY t.id) AS docs
  FROM memberships m JOIN teams t ON t.id = m.team_id
  WHERE m.user_id BETWEEN $1 AND $2
  GROUP BY m.user_id) t_teams ON t_teams.user_id = u.id
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

--@ sql grouped, text (first last)
SELECT left(row_to_json(u)::text, -1) || ',"posts":' || '[' || coalesce(p_posts.docs, '') || ']' || ',"teams":' || '[' || coalesce(t_teams.docs, '') || ']' || '}'
FROM users u
LEFT JOIN (
  SELECT p.author_id, string_agg(left(row_to_json(p)::text, -1) || ',"comments":' || '[' || coalesce(c_comments.docs, '') || ']' || '}', ',' ORDER BY p.id) AS docs
  FROM posts p
  LEFT JOIN (
    SELECT c.post_id, string_agg(row_to_json(c)::text, ',' ORDER BY c.id) AS docs
    FROM comments c JOIN posts up ON up.id = c.post_id
    WHERE up.author_id BETWEEN $1 AND $2
    GROUP BY c.post_id) c_comments ON c_comments.post_id = p.id
  WHERE p.author_id BETWEEN $1 AND $2
  GROUP BY p.author_id) p_posts ON p_posts.author_id = u.id
LEFT JOIN (
  SELECT m.user_id, string_agg(left(row_to_json(t)::text, -1) || ',"_through":' || json_build_object('role', m.role, 'joined_at', m.joined_at)::text || '}', ',' ORDER BY t.id) AS docs
  FROM memberships m JOIN teams t ON t.id = m.team_id
  WHERE m.user_id BETWEEN $1 AND $2
  GROUP BY m.user_id) t_teams ON t_teams.user_id = u.id
WHERE u.id BETWEEN $1 AND $2
ORDER BY u.id;

--@ flat selectin
--@ level users (first last)
SELECT * FROM users u WHERE u.id BETWEEN $1 AND $2;
--@ level posts users.id
SELECT * FROM posts WHERE author_id = ANY($1);
--@ level comments posts.id
SELECT * FROM comments WHERE post_id = ANY($1);
--@ level teams users.id
SELECT m.user_id, m.role, m.joined_at, t.*
FROM memberships m JOIN teams t ON t.id = m.team_id WHERE m.user_id = ANY($1);
