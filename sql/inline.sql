-- related() in FROM is planned as the join a person would have written
\set SHOW_CONTEXT never
SET client_min_messages = warning;
LOAD 'relgraph';
CREATE EXTENSION IF NOT EXISTS relgraph;
CREATE SCHEMA inline_test;
SET search_path = inline_test, relgraph;
CREATE TABLE users (id int PRIMARY KEY, gone int, name text NOT NULL);
ALTER TABLE users DROP COLUMN gone;
CREATE TABLE profiles (user_id int PRIMARY KEY REFERENCES users, bio text);
CREATE TABLE categories (
	id int PRIMARY KEY, parent_id int REFERENCES categories, label text);
CREATE TABLE posts (
	id int PRIMARY KEY,
	gone int,
	user_id int REFERENCES users,
	category_id int REFERENCES categories,
	title text);
ALTER TABLE posts DROP COLUMN gone;
CREATE INDEX ON posts (user_id);
-- json has no equality: nothing here can be made distinct
CREATE TABLE comments (
	id int PRIMARY KEY,
	post_id int NOT NULL REFERENCES posts,
	author_id int REFERENCES users,
	body json);
CREATE INDEX ON comments (post_id);
CREATE TABLE teams (id int PRIMARY KEY, name text, logo json);
CREATE TABLE memberships (
	user_id int REFERENCES users, team_id int REFERENCES teams,
	PRIMARY KEY (user_id, team_id));
CREATE TABLE tags (id int PRIMARY KEY, label json);
CREATE TABLE post_tags (
	post_id int REFERENCES posts, tag_id int REFERENCES tags);
CREATE TABLE orders (
	region text, no int, note varchar(20), PRIMARY KEY (region, no));
CREATE TABLE items (
	id int PRIMARY KEY, region varchar(10), order_no bigint,
	FOREIGN KEY (region, order_no) REFERENCES orders);
CREATE TABLE devices (id int PRIMARY KEY, name text);
CREATE TABLE readings (
	id int, device_id int REFERENCES devices, value int,
	PRIMARY KEY (id, device_id)) PARTITION BY HASH (device_id);
CREATE TABLE readings_0 PARTITION OF readings FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE readings_1 PARTITION OF readings FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE admins (level int) INHERITS (users);
CREATE TABLE boxes (id int PRIMARY KEY, owner users, made date);
CREATE DOMAIN some_user AS users;

INSERT INTO users SELECT i, 'user ' || i FROM generate_series(1, 40) i;
INSERT INTO profiles SELECT i, 'bio ' || i FROM generate_series(1, 40, 3) i;
INSERT INTO categories SELECT i, nullif(i / 2, 0), 'category ' || i
	FROM generate_series(1, 30) i;
INSERT INTO posts SELECT i, nullif(i % 37, 0), nullif(i % 29, 0), 'title ' || i
	FROM generate_series(1, 300) i;
INSERT INTO comments SELECT i, 1 + i % 290, nullif(i % 41, 0), to_json(i)
	FROM generate_series(1, 900) i;
INSERT INTO teams SELECT i, 'team ' || i, to_json(i) FROM generate_series(1, 9) i;
INSERT INTO memberships SELECT DISTINCT 1 + i % 35, 1 + i % 8
	FROM generate_series(1, 150) i;
INSERT INTO tags SELECT i, to_json(i) FROM generate_series(1, 12) i;
INSERT INTO post_tags SELECT 1 + i % 250, nullif(i % 12, 0)
	FROM generate_series(1, 700) i;
INSERT INTO orders SELECT 'r' || i % 3, i, 'note ' || i FROM generate_series(1, 50) i;
INSERT INTO items SELECT i, 'r' || i % 3, nullif(i, 7) FROM generate_series(1, 50) i;
INSERT INTO devices SELECT i, 'device ' || i FROM generate_series(1, 10) i;
INSERT INTO readings SELECT i, 1 + i % 9, i FROM generate_series(1, 200) i;
INSERT INTO admins SELECT id, name, 1 FROM users WHERE id <= 5;
INSERT INTO boxes SELECT u.id, CASE WHEN u.id % 5 > 0 THEN u END, '2026-01-01'
	FROM ONLY users u WHERE u.id <= 20;
ANALYZE;

-- The plan of a statement, with the aliases of relations replaced by numbers
-- in their order, so that statements may differ in them.
CREATE FUNCTION plan_of(statement text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	line text;
	plan text[] := '{}';
	aliases text[] := '{}';
	found text[];
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
		line := regexp_replace(line, '\m(our|their)_', '');
		found := regexp_match(line, '^(.* on )(\w+)( \w+)?$');
		IF found IS NOT NULL AND line !~ 'Bitmap Index Scan' THEN
			aliases := aliases || ltrim(coalesce(found[3], found[2]));
			line := found[1] || found[2] || ' r' || cardinality(aliases);
		END IF;
		plan := plan || line;
	END LOOP;
	FOR i IN 1 .. cardinality(aliases) LOOP
		plan := array(SELECT regexp_replace(l, '\m' || aliases[i] || '\.', 'r' || i || '.', 'g')
			FROM unnest(plan) WITH ORDINALITY AS p(l, n) ORDER BY n);
	END LOOP;
	RETURN plan;
END $$;

CREATE FUNCTION rows_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SELECT count(*) || '' rows, '' || md5(coalesce(string_agg(q::text, chr(10) ORDER BY q::text COLLATE "C"), '''')) FROM (%s) q', statement)
		INTO result;
	RETURN result;
END $$;

-- How a statement compares with the hand-written one, in its plan and, without
-- the plan's help as well, in its rows.
CREATE FUNCTION compare(ours text, theirs text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	our_plan text[] := plan_of(ours);
	their_plan text[] := plan_of(theirs);
	our_rows text := rows_of(ours);
	their_rows text := rows_of(theirs);
	uninlined_rows text;
BEGIN
	PERFORM set_config('relgraph.inline', 'off', true);
	uninlined_rows := rows_of(ours);
	IF plan_of(ours)::text !~ 'related' THEN
		RETURN NEXT 'relgraph.inline = off has no effect';
	END IF;
	PERFORM set_config('relgraph.inline', 'on', true);
	RETURN NEXT CASE WHEN our_plan = their_plan THEN 'same plan' ELSE 'other plan' END || ', ' ||
		CASE WHEN our_rows = their_rows THEN 'same' ELSE 'OTHER' END || ' and ' ||
		CASE WHEN our_rows = uninlined_rows THEN 'same' ELSE 'OTHER' END || ' ' ||
		regexp_replace(our_rows, ',.*', '');
	IF our_plan <> their_plan THEN
		RETURN QUERY SELECT 'ours:   ' || l FROM unnest(our_plan) l;
		RETURN QUERY SELECT 'theirs: ' || l FROM unnest(their_plan) l;
	END IF;
END $$;
\t on
\a

\echo 1. Where a function may stand in FROM
SELECT compare($$SELECT * FROM users u, related(u, 'posts', NULL::posts) p$$,
	$$SELECT * FROM users u, ONLY posts p WHERE u.id = p.user_id$$);
SELECT compare($$SELECT * FROM ONLY users u, related(u, 'posts', NULL::posts) p$$,
	$$SELECT * FROM ONLY users u, posts p WHERE u.id = p.user_id$$);
SELECT compare($$SELECT * FROM ONLY users u, LATERAL related(u, 'posts', NULL::posts) AS p(i, u) WHERE p.i < 9$$,
	$$SELECT * FROM ONLY users u, posts AS p(i, u) WHERE u.id = p.u AND p.i < 9$$);
SELECT compare($$SELECT u.name, p.title FROM ONLY users u CROSS JOIN LATERAL related(u, 'posts', NULL::posts) p WHERE u.id = 5$$,
	$$SELECT u.name, p.title FROM ONLY users u JOIN posts p ON u.id = p.user_id WHERE u.id = 5$$);
SELECT compare($$SELECT u.name, p.title FROM ONLY users u JOIN related(u, 'posts', NULL::posts) p ON p.id > u.id$$,
	$$SELECT u.name, p.title FROM ONLY users u JOIN posts p ON u.id = p.user_id AND p.id > u.id$$);
SELECT compare($$SELECT * FROM profiles JOIN ONLY users u ON u.id = user_id JOIN related(u, 'posts', NULL::posts) p USING (user_id)$$,
	$$SELECT * FROM profiles JOIN ONLY users u ON u.id = user_id JOIN posts p USING (user_id) WHERE u.id = p.user_id$$);
SELECT compare($$SELECT u.name, p FROM ONLY users u LEFT JOIN LATERAL related(u, 'posts', NULL::posts) p ON true$$,
	$$SELECT u.name, p FROM ONLY users u LEFT JOIN posts p ON u.id = p.user_id$$);
SELECT compare($$SELECT u.name, p.title FROM ONLY users u LEFT JOIN LATERAL related(u, 'posts', NULL::posts) p ON p.id < 100 WHERE u.id < 20$$,
	$$SELECT u.name, p.title FROM ONLY users u LEFT JOIN posts p ON u.id = p.user_id AND p.id < 100 WHERE u.id < 20$$);
SELECT compare($$SELECT u.id FROM ONLY users u LEFT JOIN LATERAL related(u, 'posts', NULL::posts) p ON true WHERE p.id IS NULL$$,
	$$SELECT u.id FROM ONLY users u LEFT JOIN posts p ON u.id = p.user_id WHERE p.id IS NULL$$);
SELECT compare($$SELECT * FROM teams t LEFT JOIN (ONLY users u CROSS JOIN LATERAL related(u, 'posts', NULL::posts) p) ON p.id = t.id$$,
	$$SELECT * FROM teams t LEFT JOIN (ONLY users u JOIN posts p ON u.id = p.user_id) ON p.id = t.id$$);
SELECT compare($$SELECT * FROM ONLY users u, related(u, 'posts', NULL::posts) p LEFT JOIN teams t ON t.id = p.id$$,
	$$SELECT * FROM ONLY users u, posts p LEFT JOIN teams t ON t.id = p.id WHERE u.id = p.user_id$$);
SELECT compare($$SELECT * FROM (ONLY users u CROSS JOIN LATERAL related(u, 'posts', NULL::posts) p) FULL JOIN teams t ON t.id = p.id$$,
	$$SELECT * FROM (ONLY users u JOIN posts p ON u.id = p.user_id) FULL JOIN teams t ON t.id = p.id$$);
SELECT compare($$SELECT t.id, u.id, p.id FROM teams t LEFT JOIN ONLY users u ON u.id = t.id + 35 LEFT JOIN LATERAL related(u, 'posts', NULL::posts) p ON true$$,
	$$SELECT t.id, u.id, p.id FROM teams t LEFT JOIN ONLY users u ON u.id = t.id + 35 LEFT JOIN posts p ON u.id = p.user_id$$);

\echo 2. In sublinks
SELECT compare($$SELECT * FROM posts p WHERE EXISTS (SELECT FROM related(p, 'user', NULL::users) u WHERE u.name = 'user 7')$$,
	$$SELECT * FROM posts p WHERE EXISTS (SELECT FROM ONLY users u WHERE p.user_id = u.id AND u.name = 'user 7')$$);
SELECT compare($$SELECT * FROM ONLY users u WHERE EXISTS (SELECT FROM related(u, 'posts.comments', NULL::comments) c WHERE c.id > 800)$$,
	$$SELECT * FROM ONLY users u WHERE EXISTS (SELECT FROM posts t1, comments c WHERE u.id = t1.user_id AND t1.id = c.post_id AND c.id > 800)$$);
SELECT compare($$SELECT * FROM ONLY users u WHERE NOT EXISTS (SELECT FROM related(u, 'posts', NULL::posts))$$,
	$$SELECT * FROM ONLY users u WHERE NOT EXISTS (SELECT FROM posts WHERE u.id = posts.user_id)$$);
SELECT compare($$SELECT * FROM posts p WHERE EXISTS (SELECT FROM related(p, 'tags', NULL::tags) t WHERE t.id = 3)$$,
	$$SELECT * FROM posts p WHERE EXISTS (SELECT FROM post_tags pt, tags t WHERE p.id = pt.post_id AND pt.tag_id = t.id AND t.id = 3)$$);
SELECT compare($$SELECT * FROM ONLY users u WHERE 5 IN (SELECT p.id FROM related(u, 'posts', NULL::posts) p)$$,
	$$SELECT * FROM ONLY users u WHERE 5 IN (SELECT p.id FROM posts p WHERE u.id = p.user_id)$$);
SELECT compare($$SELECT * FROM comments c WHERE c.id IN (SELECT d.id FROM ONLY users u, related(u, 'posts.comments', NULL::comments) d WHERE u.id = 4)$$,
	$$SELECT * FROM comments c WHERE c.id IN (SELECT d.id FROM ONLY users u, posts p, comments d WHERE u.id = p.user_id AND p.id = d.post_id AND u.id = 4)$$);
SELECT compare($$SELECT u.id, (SELECT count(*) FROM related(u, 'posts', NULL::posts)) FROM ONLY users u$$,
	$$SELECT u.id, (SELECT count(*) FROM posts WHERE u.id = posts.user_id) FROM ONLY users u$$);
SELECT compare($$SELECT u.id, ARRAY(SELECT p.title FROM related(u, 'posts', NULL::posts) p ORDER BY p.id DESC LIMIT 3) FROM ONLY users u$$,
	$$SELECT u.id, ARRAY(SELECT p.title FROM posts p WHERE u.id = p.user_id ORDER BY p.id DESC LIMIT 3) FROM ONLY users u$$);
SELECT compare($$SELECT u.id FROM ONLY users u WHERE u.id % 3 = 0 OR EXISTS (SELECT FROM related(u, 'profile', NULL::profiles))$$,
	$$SELECT u.id FROM ONLY users u WHERE u.id % 3 = 0 OR EXISTS (SELECT FROM profiles WHERE u.id = profiles.user_id)$$);
SELECT compare($$SELECT p.category_id, count(*) FROM posts p GROUP BY p.category_id HAVING EXISTS (SELECT FROM teams t WHERE t.id = p.category_id) AND count(*) > (SELECT count(*) FROM categories c, related(c, 'children', NULL::categories) WHERE c.id = p.category_id)$$,
	$$SELECT p.category_id, count(*) FROM posts p GROUP BY p.category_id HAVING EXISTS (SELECT FROM teams t WHERE t.id = p.category_id) AND count(*) > (SELECT count(*) FROM categories c, categories d WHERE c.id = d.parent_id AND c.id = p.category_id)$$);
SELECT compare($$SELECT u.id FROM ONLY users u WHERE EXISTS (SELECT FROM related(u, 'posts', NULL::posts) p WHERE EXISTS (SELECT FROM related(p, 'comments', NULL::comments) c WHERE c.author_id > u.id))$$,
	$$SELECT u.id FROM ONLY users u WHERE EXISTS (SELECT FROM posts p WHERE u.id = p.user_id AND EXISTS (SELECT FROM comments c WHERE p.id = c.post_id AND c.author_id > u.id))$$);

\echo 3. Subqueries, CTEs, views, functions, set operations
SELECT compare($$SELECT s.title, count(*) FROM (SELECT p.* FROM ONLY users u, related(u, 'posts', NULL::posts) p WHERE u.id < 9) s GROUP BY 1$$,
	$$SELECT s.title, count(*) FROM (SELECT p.* FROM ONLY users u, posts p WHERE u.id = p.user_id AND u.id < 9) s GROUP BY 1$$);
SELECT compare($$SELECT * FROM ONLY users u, LATERAL (SELECT p.id FROM related(u, 'posts', NULL::posts) p ORDER BY p.id LIMIT 2) s$$,
	$$SELECT * FROM ONLY users u, LATERAL (SELECT p.id FROM posts p WHERE u.id = p.user_id ORDER BY p.id LIMIT 2) s$$);
SELECT compare($$WITH w AS (SELECT u.name, p.* FROM ONLY users u, related(u, 'posts', NULL::posts) p) SELECT * FROM w WHERE id = 12$$,
	$$WITH w AS (SELECT u.name, p.* FROM ONLY users u, posts p WHERE u.id = p.user_id) SELECT * FROM w WHERE id = 12$$);
SELECT compare($$WITH w AS MATERIALIZED (SELECT u.name, p.* FROM ONLY users u, related(u, 'posts', NULL::posts) p) SELECT * FROM w WHERE id = 12$$,
	$$WITH w AS MATERIALIZED (SELECT u.name, p.* FROM ONLY users u, posts p WHERE u.id = p.user_id) SELECT * FROM w WHERE id = 12$$);
SELECT compare($$WITH RECURSIVE w AS (SELECT c FROM categories c WHERE c.id = 2 UNION ALL SELECT d FROM w, related(w.c, 'children', NULL::categories) d) SELECT (c).* FROM w$$,
	$$WITH RECURSIVE w AS (SELECT c FROM categories c WHERE c.id = 2 UNION ALL SELECT d FROM w, categories d WHERE (w.c).id = d.parent_id) SELECT (c).* FROM w$$);
SELECT compare($$SELECT p.id FROM ONLY users u, related(u, 'posts', NULL::posts) p UNION SELECT c.id FROM posts p, related(p, 'comments', NULL::comments) c$$,
	$$SELECT p.id FROM ONLY users u, posts p WHERE u.id = p.user_id UNION SELECT c.id FROM posts p, comments c WHERE p.id = c.post_id$$);
CREATE VIEW our_titles AS SELECT u.name, p.title, p AS post FROM ONLY users u, related(u, 'posts', NULL::posts) p;
CREATE VIEW their_titles AS SELECT u.name, p.title, p AS post FROM ONLY users u, posts p WHERE u.id = p.user_id;
SELECT compare($$SELECT * FROM our_titles WHERE name = 'user 3'$$,
	$$SELECT * FROM their_titles WHERE name = 'user 3'$$);
CREATE VIEW our_safe_titles WITH (security_barrier) AS SELECT * FROM our_titles;
CREATE VIEW their_safe_titles WITH (security_barrier) AS SELECT * FROM their_titles;
SELECT compare($$SELECT title FROM our_safe_titles WHERE length(title) > 8$$,
	$$SELECT title FROM their_safe_titles WHERE length(title) > 8$$);
CREATE FUNCTION our_posts(users) RETURNS SETOF posts LANGUAGE sql STABLE
	AS $$ SELECT p.* FROM relgraph.related($1, 'posts', NULL::inline_test.posts) p $$;
CREATE FUNCTION their_posts(users) RETURNS SETOF posts LANGUAGE sql STABLE
	AS $$ SELECT p.* FROM inline_test.posts p WHERE ($1).id = p.user_id $$;
CREATE FUNCTION our_late_posts(u users, since int DEFAULT 100) RETURNS TABLE (id int, title text) LANGUAGE sql STABLE
	AS $$ SELECT p.id, p.title FROM inline_test.our_posts(u) p WHERE p.id > since $$;
CREATE FUNCTION their_late_posts(u users, since int DEFAULT 100) RETURNS TABLE (id int, title text) LANGUAGE sql STABLE
	AS $$ SELECT p.id, p.title FROM inline_test.their_posts(u) p WHERE p.id > since $$;
SELECT compare($$SELECT u.id, p.*, p FROM ONLY users u, our_posts(u) p$$,
	$$SELECT u.id, p.*, p FROM ONLY users u, their_posts(u) p$$);
SELECT compare($$SELECT * FROM ONLY users u LEFT JOIN our_late_posts(since => 200, u => u) ON true$$,
	$$SELECT * FROM ONLY users u LEFT JOIN their_late_posts(since => 200, u => u) ON true$$);
SELECT compare($$SELECT * FROM ONLY users u, our_late_posts(u)$$,
	$$SELECT * FROM ONLY users u, their_late_posts(u)$$);

\echo 4. What the source may be
SELECT compare($$SELECT s.u, p.id FROM (SELECT u FROM ONLY users u) s(u), related(s.u, 'posts', NULL::posts) p$$,
	$$SELECT s.u, p.id FROM (SELECT u FROM ONLY users u) s(u), posts p WHERE (s.u).id = p.user_id$$);
SELECT compare($$WITH w AS MATERIALIZED (SELECT u FROM ONLY users u WHERE id < 9) SELECT p.id FROM w, related(w.u, 'posts', NULL::posts) p$$,
	$$WITH w AS MATERIALIZED (SELECT u FROM ONLY users u WHERE id < 9) SELECT p.id FROM w, posts p WHERE (w.u).id = p.user_id$$);
SELECT compare($$SELECT b.id, p.* FROM boxes b, related(b.owner, 'posts', NULL::posts) p$$,
	$$SELECT b.id, p.* FROM boxes b, posts p WHERE (b.owner).id = p.user_id$$);
SELECT compare($$SELECT b.id, p.* FROM boxes b LEFT JOIN LATERAL related(b.owner, 'posts', NULL::posts) p ON true$$,
	$$SELECT b.id, p.* FROM boxes b LEFT JOIN posts p ON (b.owner).id = p.user_id$$);
SELECT compare($$SELECT b.id, p.* FROM boxes b, related(b.owner::some_user, 'posts', NULL::posts) p$$,
	$$SELECT b.id, p.* FROM boxes b, posts p WHERE (b.owner::some_user).id = p.user_id$$);
SELECT compare($$SELECT j.id, p.id FROM (boxes b JOIN teams t USING (id)) j, related(j.owner, 'posts', NULL::posts) p$$,
	$$SELECT j.id, p.id FROM (boxes b JOIN teams t USING (id)) j, posts p WHERE (j.owner).id = p.user_id$$);
SELECT compare($$SELECT a.id, p.id FROM admins a, related(a::users, 'posts', NULL::posts) p$$,
	$$SELECT a.id, p.id FROM admins a, posts p WHERE a.id = p.user_id$$);
SELECT compare($$SELECT p.id FROM related(ROW(3, 'x')::users, 'posts', NULL::posts) p$$,
	$$SELECT p.id FROM posts p WHERE 3 = p.user_id$$);
SELECT compare($$SELECT p.id FROM related('(3,x)'::users, path => 'posts', target => NULL::posts) p$$,
	$$SELECT p.id FROM posts p WHERE 3 = p.user_id$$);
SELECT compare($$SELECT c.id FROM ONLY users u, related(u, 'posts', NULL::posts) p, related(p, 'comments', NULL::comments) c WHERE u.id = 3$$,
	$$SELECT c.id FROM ONLY users u, posts p, comments c WHERE u.id = p.user_id AND p.id = c.post_id AND u.id = 3$$);
SELECT compare($$SELECT p.id FROM related(NULL::users, 'posts', NULL::posts) p$$,
	$$SELECT p.id FROM posts p WHERE (NULL::users).id = p.user_id$$);

\echo 5. Kinds of paths
SELECT compare($$SELECT * FROM posts p, related(p, 'user', NULL::users) u$$,
	$$SELECT * FROM posts p, ONLY users u WHERE p.user_id = u.id$$);
SELECT compare($$SELECT p.id, u.name FROM posts p LEFT JOIN LATERAL related(p, 'user', NULL::users) u ON true$$,
	$$SELECT p.id, u.name FROM posts p LEFT JOIN ONLY users u ON p.user_id = u.id$$);
SELECT compare($$SELECT p.id FROM posts p LEFT JOIN LATERAL related(p, 'user', NULL::users) u ON true$$,
	$$SELECT p.id FROM posts p LEFT JOIN ONLY users u ON p.user_id = u.id$$);
SELECT compare($$SELECT u.id, f.bio FROM ONLY users u, related(u, 'profile', NULL::profiles) f$$,
	$$SELECT u.id, f.bio FROM ONLY users u, profiles f WHERE u.id = f.user_id$$);
SELECT compare($$SELECT u.id, t.* FROM ONLY users u, related(u, 'teams', NULL::teams) t$$,
	$$SELECT u.id, t.* FROM ONLY users u, memberships m, teams t WHERE u.id = m.user_id AND m.team_id = t.id$$);
SELECT compare($$SELECT u.id, t.* FROM ONLY users u LEFT JOIN LATERAL related(u, 'teams', NULL::teams) t ON true$$,
	$$SELECT u.id, t.* FROM ONLY users u LEFT JOIN (memberships m JOIN teams t ON m.team_id = t.id) ON u.id = m.user_id$$);
SELECT compare($$SELECT p.id, t.* FROM posts p, related(p, 'tags', NULL::tags) t$$,
	$$SELECT p.id, t.* FROM posts p, tags t WHERE EXISTS (SELECT FROM post_tags pt WHERE p.id = pt.post_id AND pt.tag_id = t.id)$$);
SELECT compare($$SELECT p.id, t FROM posts p LEFT JOIN LATERAL related(p, 'tags', NULL::tags) t ON true$$,
	$$SELECT p.id, t FROM posts p LEFT JOIN LATERAL (SELECT t.* FROM tags t WHERE EXISTS (SELECT FROM post_tags pt WHERE p.id = pt.post_id AND pt.tag_id = t.id)) t ON true$$);
SELECT compare($$SELECT u.id, c.* FROM ONLY users u, related(u, 'posts.comments', NULL::comments) c$$,
	$$SELECT u.id, c.* FROM ONLY users u, posts p, comments c WHERE u.id = p.user_id AND p.id = c.post_id$$);
SELECT compare($$SELECT u.id, c.* FROM ONLY users u LEFT JOIN LATERAL related(u, 'posts.comments', NULL::comments) c ON true$$,
	$$SELECT u.id, c.* FROM ONLY users u LEFT JOIN (posts p JOIN comments c ON p.id = c.post_id) ON u.id = p.user_id$$);
SELECT compare($$SELECT c.id, f.* FROM comments c, related(c, 'post.user.profile', NULL::profiles) f$$,
	$$SELECT c.id, f.* FROM comments c, posts p, ONLY users u, profiles f WHERE c.post_id = p.id AND p.user_id = u.id AND u.id = f.user_id$$);
SELECT compare($$SELECT o.no, i.id FROM orders o, related(o, 'items', NULL::items) i$$,
	$$SELECT o.no, i.id FROM orders o, items i WHERE o.region = i.region::text AND o.no = i.order_no$$);
SELECT compare($$SELECT i.id, o FROM items i LEFT JOIN LATERAL related(i, 'order', NULL::orders) o ON true$$,
	$$SELECT i.id, o FROM items i LEFT JOIN orders o ON o.region = i.region::text AND o.no = i.order_no$$);
SELECT compare($$SELECT d.name, r.* FROM devices d, related(d, 'readings', NULL::readings) r WHERE d.id = 3$$,
	$$SELECT d.name, r.* FROM devices d, readings r WHERE d.id = r.device_id AND d.id = 3$$);
SELECT compare($$SELECT r.id, d.* FROM readings_1 r, related(r, 'device', NULL::devices) d$$,
	$$SELECT r.id, d.* FROM readings_1 r, devices d WHERE r.device_id = d.id$$);
SELECT compare($$SELECT d.* FROM categories c, related(c, 'children*', NULL::categories) d WHERE c.id = 3$$,
	$$SELECT d.* FROM categories c, LATERAL (
		WITH RECURSIVE w1(k1) AS (SELECT c.id UNION SELECT t.id FROM w1, categories t WHERE w1.k1 = t.parent_id)
		SELECT d.* FROM categories d WHERE EXISTS (SELECT FROM w1 WHERE w1.k1 = d.parent_id)) d WHERE c.id = 3$$);
SELECT compare($$SELECT c.id, p.id FROM categories c LEFT JOIN LATERAL related(c, 'children*.posts', NULL::posts) p ON true$$,
	$$SELECT c.id, p.id FROM categories c LEFT JOIN LATERAL (
		WITH RECURSIVE w1(k1) AS (SELECT c.id UNION SELECT t.id FROM w1, categories t WHERE w1.k1 = t.parent_id)
		SELECT p.* FROM posts p WHERE EXISTS (SELECT FROM w1, categories d WHERE w1.k1 = d.parent_id AND d.id = p.category_id)) p ON true$$);
-- views: as source, on the way, and as target
CREATE VIEW some_posts AS SELECT p.id, p.title, p.user_id FROM posts p WHERE p.id % 3 = 0;
SELECT declare('some_posts', 'writer', '{user_id}', 'users', '{id}', 'some');
SELECT declare('comments', 'about', '{post_id}', 'some_posts', '{id}', 'notes');
SELECT compare($$SELECT v.id, v, u FROM some_posts v, related(v, 'writer', NULL::users) u$$,
	$$SELECT v.id, v, u FROM some_posts v, ONLY users u WHERE v.user_id = u.id$$);
SELECT compare($$SELECT u.id, v.title, v FROM ONLY users u LEFT JOIN LATERAL related(u, 'some', NULL::some_posts) v ON true$$,
	$$SELECT u.id, v.title, v FROM ONLY users u LEFT JOIN some_posts v ON u.id = v.user_id$$);
SELECT compare($$SELECT u.id, c.id FROM ONLY users u, related(u, 'some.notes', NULL::comments) c WHERE u.id < 7$$,
	$$SELECT u.id, c.id FROM ONLY users u, some_posts v, comments c WHERE u.id = v.user_id AND v.id = c.post_id AND u.id < 7$$);
-- collations that differ
CREATE TABLE codes (code text COLLATE "C" PRIMARY KEY);
CREATE TABLE uses (id int PRIMARY KEY, code text COLLATE "POSIX" REFERENCES codes);
INSERT INTO codes SELECT 'c' || i FROM generate_series(1, 9) i;
INSERT INTO uses SELECT i, 'c' || 1 + i % 8 FROM generate_series(1, 30) i;
SELECT compare($$SELECT c.code, u.id FROM codes c, related(c, 'uses', NULL::uses) u$$,
	$$SELECT c.code, u.id FROM codes c, uses u WHERE c.code COLLATE "POSIX" = u.code$$);

\echo 6. Aggregates, orders, locks
SELECT compare($$SELECT u.id, count(p), json_agg(p ORDER BY p.id) FROM ONLY users u LEFT JOIN LATERAL related(u, 'posts', NULL::posts) p ON true GROUP BY u.id ORDER BY 2 DESC, 1$$,
	$$SELECT u.id, count(p), json_agg(p ORDER BY p.id) FROM ONLY users u LEFT JOIN posts p ON u.id = p.user_id GROUP BY u.id ORDER BY 2 DESC, 1$$);
SELECT compare($$SELECT DISTINCT u.name FROM ONLY users u, related(u, 'posts', NULL::posts) p WHERE p.title LIKE '%1%'$$,
	$$SELECT DISTINCT u.name FROM ONLY users u, posts p WHERE u.id = p.user_id AND p.title LIKE '%1%'$$);
SELECT compare($$SELECT p.id, rank() OVER (PARTITION BY u.id ORDER BY p.id) FROM ONLY users u, related(u, 'posts', NULL::posts) p$$,
	$$SELECT p.id, rank() OVER (PARTITION BY u.id ORDER BY p.id) FROM ONLY users u, posts p WHERE u.id = p.user_id$$);
-- only the rows of tables that are written there are locked
BEGIN;
SELECT plan_of($$SELECT * FROM ONLY users u, related(u, 'posts', NULL::posts) p WHERE u.id = 5 FOR UPDATE$$) =
	plan_of($$SELECT * FROM ONLY users u, posts p WHERE u.id = p.user_id AND u.id = 5 FOR UPDATE OF u$$);
SELECT count(*) FROM (SELECT * FROM ONLY users u, related(u, 'posts', NULL::posts) p WHERE u.id = 5 FOR UPDATE) s;
SELECT DISTINCT relation::regclass, mode FROM pg_locks
	WHERE pid = pg_backend_pid() AND mode <> 'AccessShareLock' AND relation IN ('users'::regclass, 'posts'::regclass);
ROLLBACK;

\echo 7. Statements that write
-- The plan compared; then the rows of a table after the statement, both ways.
CREATE FUNCTION effect_of(statement text, affected regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	BEGIN
		EXECUTE statement;
		result := rows_of('SELECT * FROM ' || affected);
		RAISE SQLSTATE 'UNDOO';
	EXCEPTION WHEN SQLSTATE 'UNDOO' THEN
		RETURN result;
	END;
END $$;
CREATE FUNCTION compare_effect(ours text, theirs text, affected regclass) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	our_plan text[] := plan_of(ours);
	their_plan text[] := plan_of(theirs);
	our_effect text := effect_of(ours, affected);
BEGIN
	RETURN NEXT CASE WHEN our_plan = their_plan THEN 'same plan' ELSE 'other plan' END || ', ' ||
		CASE WHEN our_effect = effect_of(theirs, affected) THEN 'same' ELSE 'OTHER' END || ' and ' ||
		CASE WHEN our_effect = effect_of('SET LOCAL relgraph.inline = off; ' || ours, affected)
			THEN 'same' ELSE 'OTHER' END || ' effect' ||
		CASE WHEN our_effect = rows_of('SELECT * FROM ' || affected) THEN ': none' ELSE '' END;
	IF our_plan <> their_plan THEN
		RETURN QUERY SELECT 'ours:   ' || l FROM unnest(our_plan) l;
		RETURN QUERY SELECT 'theirs: ' || l FROM unnest(their_plan) l;
	END IF;
END $$;
SELECT compare_effect($$UPDATE teams t SET name = p.title FROM ONLY users u, related(u, 'posts', NULL::posts) p WHERE t.id = p.id$$,
	$$UPDATE teams t SET name = p.title FROM ONLY users u, posts p WHERE u.id = p.user_id AND t.id = p.id$$, 'teams');
SELECT compare_effect($$UPDATE posts p SET title = (SELECT u.name FROM related(p, 'user', NULL::users) u)$$,
	$$UPDATE posts p SET title = (SELECT u.name FROM ONLY users u WHERE u.id = p.user_id)$$, 'posts');
SELECT compare_effect($$DELETE FROM comments c WHERE EXISTS (SELECT FROM related(c, 'post.user', NULL::users) u WHERE u.id < 5)$$,
	$$DELETE FROM comments c WHERE EXISTS (SELECT FROM posts p, ONLY users u WHERE c.post_id = p.id AND p.user_id = u.id AND u.id < 5)$$, 'comments');
SELECT compare_effect($$DELETE FROM post_tags pt USING posts q, related(q, 'comments', NULL::comments) c WHERE pt.post_id = q.id AND c.author_id = 3$$,
	$$DELETE FROM post_tags pt USING posts q, comments c WHERE q.id = c.post_id AND pt.post_id = q.id AND c.author_id = 3$$, 'post_tags');
SELECT compare_effect($$INSERT INTO teams SELECT 100 + p.id, p.title FROM ONLY users u, related(u, 'posts', NULL::posts) p WHERE u.id = 7$$,
	$$INSERT INTO teams SELECT 100 + p.id, p.title FROM ONLY users u, posts p WHERE u.id = p.user_id AND u.id = 7$$, 'teams');
SELECT compare_effect($$WITH d AS (DELETE FROM profiles f RETURNING f.user_id, (SELECT max(u.name) FROM related(f, 'user', NULL::users) u) AS name) INSERT INTO teams SELECT 100 + user_id, name FROM d$$,
	$$WITH d AS (DELETE FROM profiles f RETURNING f.user_id, (SELECT max(u.name) FROM ONLY users u WHERE u.id = f.user_id) AS name) INSERT INTO teams SELECT 100 + user_id, name FROM d$$, 'teams');
SELECT compare_effect($$MERGE INTO teams t USING (SELECT u.id AS uid, p.id, p.title FROM ONLY users u, related(u, 'posts', NULL::posts) p WHERE u.id IN (3, 50)) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = s.title WHEN NOT MATCHED THEN INSERT VALUES (1000 + s.id, s.title)$$,
	$$MERGE INTO teams t USING (SELECT u.id AS uid, p.id, p.title FROM ONLY users u, posts p WHERE u.id = p.user_id AND u.id IN (3, 50)) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = s.title WHEN NOT MATCHED THEN INSERT VALUES (1000 + s.id, s.title)$$, 'teams');
SELECT compare_effect($$MERGE INTO teams t USING (ONLY users u CROSS JOIN LATERAL related(u, 'posts', NULL::posts) p) ON t.id = p.id WHEN MATCHED THEN UPDATE SET name = p.title WHEN NOT MATCHED AND u.id = 3 THEN INSERT VALUES (1000 + p.id, p.title)$$,
	$$MERGE INTO teams t USING (ONLY users u CROSS JOIN LATERAL (SELECT * FROM posts p WHERE u.id = p.user_id) p) ON t.id = p.id WHEN MATCHED THEN UPDATE SET name = p.title WHEN NOT MATCHED AND u.id = 3 THEN INSERT VALUES (1000 + p.id, p.title)$$, 'teams');
CREATE TABLE made AS SELECT u.name, p.* FROM ONLY users u, related(u, 'posts', NULL::posts) p;
SELECT rows_of('SELECT * FROM made') = rows_of('SELECT u.name, p.* FROM ONLY users u, posts p WHERE u.id = p.user_id');

\echo 8. Prepared, in PL/pgSQL, with cursors
PREPARE ours(int) AS SELECT p.title FROM ONLY users u, related(u, 'posts', NULL::posts) p WHERE u.id = $1;
PREPARE theirs(int) AS SELECT p.title FROM ONLY users u, posts p WHERE u.id = p.user_id AND u.id = $1;
PREPARE with_row(users) AS SELECT p.title FROM related($1, 'posts', NULL::posts) p;
PREPARE theirs_with_row(users) AS SELECT p.title FROM posts p WHERE ($1).id = p.user_id;
PREPARE with_path(text) AS SELECT p.title FROM ONLY users u, related(u, $1, NULL::posts) p WHERE u.id = 3;
SET plan_cache_mode = force_generic_plan;
SELECT plan_of('EXECUTE ours(3)') = plan_of('EXECUTE theirs(3)');
SELECT plan_of($$EXECUTE with_row('(3,x)')$$) = plan_of($$EXECUTE theirs_with_row('(3,x)')$$);
SELECT plan_of($$EXECUTE with_path('posts')$$)::text ~ 'Function Scan on related';
EXECUTE ours(36);
EXECUTE with_row('(36,x)');
EXECUTE with_row(NULL);
SET plan_cache_mode = force_custom_plan;
SELECT plan_of('EXECUTE ours(3)') = plan_of('EXECUTE theirs(3)');
SELECT plan_of($$EXECUTE with_row('(3,x)')$$) = plan_of($$EXECUTE theirs_with_row('(3,x)')$$);
SELECT plan_of($$EXECUTE with_path('posts')$$) = plan_of('EXECUTE theirs(3)');
RESET plan_cache_mode;
DO $$
DECLARE
	u users;
	p posts;
	ours int := 0;
	theirs int := 0;
	c CURSOR (who users) FOR SELECT * FROM relgraph.related(who, 'posts', NULL::posts) r;
BEGIN
	FOR u IN SELECT * FROM ONLY users LOOP
		FOR p IN SELECT * FROM relgraph.related(u, 'posts', NULL::posts) r WHERE r.id > 20 LOOP
			ours := ours + 1;
			ASSERT p.user_id = u.id;
		END LOOP;
		theirs := theirs + (SELECT count(*) FROM posts r WHERE u.id = r.user_id AND r.id > 20);
		FOR p IN c(u) LOOP
			ASSERT p.user_id = u.id;
		END LOOP;
	END LOOP;
	ASSERT ours = theirs AND ours > 100, format('%s rows instead of %s', ours, theirs);
END $$;
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT p.id FROM ONLY users u, related(u, 'posts', NULL::posts) p WHERE u.id = 36 ORDER BY p.id;
FETCH LAST FROM c;
FETCH FIRST FROM c;
COMMIT;

\echo 9. What stays a call, and gives the same rows
CREATE FUNCTION compare_call(ours text, theirs text) RETURNS text LANGUAGE sql AS $$
	SELECT CASE WHEN plan_of(ours)::text ~ 'Function Scan on' THEN 'a call' ELSE 'NO CALL' END || ', ' ||
		CASE WHEN rows_of(ours) = rows_of(theirs) THEN 'same ' ELSE 'OTHER ' END ||
		regexp_replace(rows_of(ours), ',.*', '') $$;
SELECT compare_call($$SELECT count(*), sum(n) FROM ONLY users u, related(u, 'posts', NULL::posts) WITH ORDINALITY AS p(a, b, c, d, n) WHERE u.id = 3$$,
	$$SELECT count(*), sum(n) FROM (SELECT row_number() OVER () FROM posts p WHERE p.user_id = 3) s(n)$$);
SELECT compare_call($$SELECT p.id FROM ONLY users u, ROWS FROM (related(u, 'posts', NULL::posts), generate_series(1, 2)) p WHERE u.id = 3$$,
	$$SELECT p.id FROM posts p WHERE p.user_id = 3$$);
SELECT compare_call($$SELECT p.id FROM ONLY users u, related(u, 'posts' || repeat('.', u.id - 3), NULL::posts) p WHERE u.id = 3$$,
	$$SELECT p.id FROM posts p WHERE p.user_id = 3$$);
CREATE FUNCTION any_user() RETURNS users LANGUAGE sql VOLATILE AS 'SELECT u FROM ONLY users u WHERE id = 3';
SELECT compare_call($$SELECT p.id FROM related(any_user(), 'posts', NULL::posts) p$$,
	$$SELECT p.id FROM posts p WHERE p.user_id = 3$$);
SELECT compare_call($$SELECT p.id FROM related((SELECT u FROM ONLY users u WHERE id = 3), 'posts', NULL::posts) p$$,
	$$SELECT p.id FROM posts p WHERE p.user_id = 3$$);
SELECT plan_of($$SELECT (related(u, 'posts', NULL::posts)).id FROM ONLY users u$$)::text ~ 'ProjectSet';
-- the executor knows how to complain
EXPLAIN (COSTS OFF) SELECT * FROM ONLY users u, related(u, 'post', NULL::posts) p;
SELECT * FROM ONLY users u, related(u, 'post', NULL::posts) p;
SELECT * FROM ONLY users u, related(u, 'posts', NULL::comments) p;
SELECT * FROM ONLY users u, related(u, 'posts.', NULL::posts) p;
SELECT * FROM ONLY users u, related(u, 'posts*', NULL::posts) p;
SELECT * FROM ONLY users u, related(u, NULL, NULL::posts) p;
SELECT count(*) FROM (SELECT FROM ONLY users u, related(u, 'post', NULL::posts) p WHERE u.id < 0) s;
-- a row that grouping sets make null has no related rows, whatever its columns were
SELECT u.id, (SELECT count(*) FROM related(u, 'posts', NULL::posts)) FROM ONLY users u WHERE id < 4 GROUP BY ROLLUP (u), u.id ORDER BY 1, 2;
SET relgraph.inline = off;
SELECT u.id, (SELECT count(*) FROM related(u, 'posts', NULL::posts)) FROM ONLY users u WHERE id < 4 GROUP BY ROLLUP (u), u.id ORDER BY 1, 2;
RESET relgraph.inline;

\echo 10. A session that comes to the library late
\c
SET search_path = inline_test, relgraph;
PREPARE late AS SELECT p.id FROM users u, related(u, 'posts', NULL::posts) p WHERE u.id = 3;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) EXECUTE late;
EXPLAIN (COSTS OFF) EXECUTE late;
\t off
\a
SET client_min_messages = warning;
DROP SCHEMA inline_test CASCADE;
