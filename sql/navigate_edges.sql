-- related() in unusual places gives the same rows, or the same error, whether the
-- planner expands it or not.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE SCHEMA edges;
SET search_path = edges;
LOAD 'relgraph';

CREATE TABLE users (id int PRIMARY KEY, gone int, name text NOT NULL);
ALTER TABLE users DROP COLUMN gone;
CREATE TABLE categories (id int PRIMARY KEY, parent_id int REFERENCES categories, label text);
CREATE TABLE posts (gone json, id int PRIMARY KEY, user_id int REFERENCES users, category_id int REFERENCES categories, title text, body json);
ALTER TABLE posts DROP COLUMN gone;
CREATE TABLE comments (id int PRIMARY KEY, post_id int NOT NULL REFERENCES posts, author_id int REFERENCES users, place point);
CREATE TABLE teams (id int PRIMARY KEY, name text);
CREATE TABLE members (user_id int REFERENCES users, team_id int REFERENCES teams, PRIMARY KEY (user_id, team_id));
CREATE TABLE orders (tenant int, no int, PRIMARY KEY (tenant, no));
CREATE TABLE lines (tenant int, no int, pos int, PRIMARY KEY (tenant, no, pos), FOREIGN KEY (tenant, no) REFERENCES orders);
INSERT INTO users VALUES (1, 'ann'), (2, 'bob'), (3, 'cid');
INSERT INTO categories VALUES (1, NULL, 'root'), (2, 1, 'left'), (3, 1, 'right'), (4, 2, 'leaf'), (5, 6, 'egg'), (6, 5, 'hen');
INSERT INTO posts VALUES (1, 1, 2, 'one', '1'), (2, 1, 4, 'two', '2'), (3, 2, 3, 'three', '3'), (4, NULL, NULL, NULL, NULL);
INSERT INTO comments VALUES (1, 1, 2, '(1,1)'), (2, 1, 3, '(2,2)'), (3, 2, 2, '(3,3)'), (4, 3, 1, '(4,4)'), (5, 3, NULL, NULL);
INSERT INTO teams VALUES (1, 'red'), (2, 'blue');
INSERT INTO members VALUES (1, 1), (1, 2), (2, 2);
INSERT INTO orders VALUES (1, 1), (1, 2), (2, 1);
INSERT INTO lines VALUES (1, 1, 1), (1, 1, 2), (2, 1, 1);

-- Run a statement in a way; its effects are undone.
CREATE FUNCTION run_once(statement text, is_inlined bool) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	r record;
	lines text[] := '{}';
BEGIN
	PERFORM set_config('relgraph.inline', is_inlined::text, true);
	FOR r IN EXECUTE statement LOOP
		lines := lines || r::text;
	END LOOP;
	RAISE EXCEPTION USING ERRCODE = 'RG001';
EXCEPTION
	WHEN SQLSTATE 'RG001' THEN
		RETURN ARRAY(SELECT l FROM unnest(lines) l ORDER BY l COLLATE "C");
	WHEN OTHERS THEN
		RETURN ARRAY['ERROR ' || SQLSTATE || ' ' || SQLERRM];
END $$;

-- The answer of a statement, and how it is reached.
CREATE FUNCTION ask(statement text, OUT answer text, OUT expanded bool) LANGUAGE plpgsql AS $$
DECLARE
	called text[] := run_once(statement, false);
	inlined text[] := run_once(statement, true);
	line text;
BEGIN
	answer := array_to_string(inlined, ' ');
	IF inlined <> called THEN
		answer := format('INLINED %s CALLED %s', inlined, called);
	END IF;
	IF answer ~ '(^|{"?)ERROR' OR statement !~* '^(SELECT|WITH|VALUES|TABLE|INSERT|UPDATE|DELETE|MERGE)' THEN
		RETURN;
	END IF;
	SET LOCAL relgraph.inline = on;
	expanded := true;
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || statement LOOP
		expanded := expanded AND line !~ 'relgraph.related\(';
	END LOOP;
END $$;
\pset tuples_only on
\pset format unaligned
\pset fieldsep ' | '

-- columns of the call
SELECT * FROM ask($$SELECT u.id, p.* FROM users u, relgraph.related(u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT a, b, d FROM users u, relgraph.related(u, 'posts', NULL::posts) AS p(a, b, c, d)$$);
SELECT * FROM ask($$SELECT a, title FROM users u, relgraph.related(u, 'posts', NULL::posts) AS p(a)$$);
SELECT * FROM ask($$SELECT a, n FROM users u, relgraph.related(u, 'posts', NULL::posts) WITH ORDINALITY AS p(a, b, c, d, e, n)$$);
SELECT * FROM ask($$SELECT u.id, r.* FROM users u, ROWS FROM (relgraph.related(u, 'posts', NULL::posts), generate_series(1, 2)) r$$);
SELECT * FROM ask($$SELECT 1 FROM users u, relgraph.related(u, 'posts', NULL::posts)$$);
SELECT * FROM ask($$SELECT p.ctid FROM users u, relgraph.related(u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT related.title FROM users u, relgraph.related(u, 'posts', NULL::posts)$$);

-- whole rows
SELECT * FROM ask($$SELECT u.id, p, p IS NULL, p IS NOT NULL, pg_typeof(p) FROM users u LEFT JOIN LATERAL relgraph.related(u, 'posts', NULL::posts) p ON true$$);
SELECT * FROM ask($$SELECT count(*), count(p), count(p.body) FROM users u LEFT JOIN LATERAL relgraph.related(u, 'posts', NULL::posts) p ON p.id > 1$$);
SELECT * FROM ask($$SELECT row_to_json(p), to_jsonb(p) -> 'title' FROM posts q, relgraph.related(q, 'user.posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT coalesce(p, (SELECT x FROM posts x WHERE id = 4)) FROM users u LEFT JOIN LATERAL relgraph.related(u, 'posts', NULL::posts) p ON true$$);
SELECT * FROM ask($$SELECT (array_agg(p ORDER BY p.id))[1], (array_agg(p ORDER BY p.id))[1].title FROM users u, relgraph.related(u, 'posts', NULL::posts) p GROUP BY u.id$$);
SELECT * FROM ask($$SELECT u.id, q FROM users u LEFT JOIN LATERAL (SELECT p, 'constant' AS k, u.name FROM relgraph.related(u, 'posts', NULL::posts) p) q ON true$$);
SELECT * FROM ask($$SELECT (q.p).title, q.k FROM users u LEFT JOIN LATERAL (SELECT p, 'constant' AS k FROM relgraph.related(u, 'posts', NULL::posts) p) q ON true$$);
SELECT * FROM ask($$SELECT c.id, a.name FROM users u, relgraph.related(u, 'posts', NULL::posts) p, relgraph.related(p, 'comments', NULL::comments) c LEFT JOIN LATERAL relgraph.related(c, 'author', NULL::users) a ON true$$);

-- outer joins around and above
SELECT * FROM ask($$SELECT t.id, u.id, p.id FROM teams t LEFT JOIN (users u JOIN LATERAL relgraph.related(u, 'posts', NULL::posts) p ON true) ON u.id = t.id AND p.id <> 2$$);
SELECT * FROM ask($$SELECT t.id, u.id, p.id FROM teams t LEFT JOIN users u ON u.id = t.id + 1 LEFT JOIN LATERAL relgraph.related(u, 'posts', NULL::posts) p ON t.id > 0$$);
SELECT * FROM ask($$SELECT t.id, u, p.title FROM teams t FULL JOIN users u ON u.id = t.id + 1, LATERAL relgraph.related(u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT t.id, q.* FROM teams t LEFT JOIN LATERAL (SELECT u.id, p.title FROM users u LEFT JOIN LATERAL relgraph.related(u, 'posts', NULL::posts) p ON p.id = t.id) q ON q.id = t.id$$);
SELECT * FROM ask($$SELECT p.id FROM users u RIGHT JOIN LATERAL relgraph.related(u, 'posts', NULL::posts) p ON true$$);
SELECT * FROM ask($$SELECT u.id, p.id FROM users u JOIN members m ON m.user_id = u.id JOIN teams t ON t.id = m.team_id LEFT JOIN LATERAL relgraph.related(u, 'posts', NULL::posts) p ON t.name = 'red'$$);
SELECT * FROM ask($$SELECT j.id, p.id FROM (users u JOIN posts q USING (id)) j, relgraph.related(j, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT u.id, p.id FROM users u NATURAL JOIN (VALUES (1), (3)) v(id) LEFT JOIN LATERAL relgraph.related(u, 'posts', NULL::posts) p ON true$$);

-- sublinks, several levels up
SELECT * FROM ask($$SELECT u.id, (SELECT (SELECT (SELECT count(*) FROM relgraph.related(u, 'posts', NULL::posts) p WHERE p.id > t.id) FROM teams t WHERE t.id = 1)) FROM users u$$);
SELECT * FROM ask($$SELECT u.id, ARRAY(SELECT p.title FROM (SELECT u AS w) x, relgraph.related(x.w, 'posts', NULL::posts) p ORDER BY 1) FROM users u$$);
SELECT * FROM ask($$SELECT u.id FROM users u WHERE 'one' IN (SELECT p.title FROM relgraph.related(u, 'posts', NULL::posts) p)$$);
SELECT * FROM ask($$SELECT u.id FROM users u WHERE 'one' NOT IN (SELECT p.title FROM relgraph.related(u, 'posts', NULL::posts) p)$$);
SELECT * FROM ask($$SELECT u.id FROM users u WHERE 2 = ALL (SELECT c.author_id FROM relgraph.related(u, 'posts.comments', NULL::comments) c)$$);
SELECT * FROM ask($$SELECT u.id FROM users u WHERE NOT EXISTS (SELECT FROM relgraph.related(u, 'posts', NULL::posts) p WHERE NOT EXISTS (SELECT FROM relgraph.related(p, 'comments', NULL::comments) c WHERE c.author_id <> u.id))$$);
SELECT * FROM ask($$SELECT u.id FROM users u ORDER BY (SELECT count(*) FROM relgraph.related(u, 'posts', NULL::posts)), u.id DESC LIMIT (SELECT count(*) FROM users x, relgraph.related(x, 'teams', NULL::teams)) OFFSET 1$$);
SELECT * FROM ask($$SELECT p.user_id FROM posts p GROUP BY p.user_id HAVING p.user_id = (SELECT max(u.id) FROM posts q, relgraph.related(q, 'user', NULL::users) u)$$);
SELECT * FROM ask($$SELECT u.id, g FROM users u, generate_series(1, (SELECT count(*) FROM relgraph.related(u, 'posts', NULL::posts))) g$$);
SELECT * FROM ask($$VALUES ((SELECT count(*) FROM users u, relgraph.related(u, 'posts', NULL::posts))), (0)$$);
SELECT * FROM ask($$SELECT u.id, p.id FROM users u JOIN posts p ON p.id IN (SELECT q.id FROM relgraph.related(u, 'posts', NULL::posts) q)$$);
SELECT * FROM ask($$SELECT u.id, count(*) FILTER (WHERE EXISTS (SELECT FROM relgraph.related(u, 'posts', NULL::posts))) FROM users u GROUP BY u.id$$);
SELECT * FROM ask($$SELECT u.id, (SELECT p FROM relgraph.related(u, 'posts', NULL::posts) p ORDER BY p.id LIMIT 1) FROM users u$$);

-- grouping, windows, sets, common table expressions
SELECT * FROM ask($$SELECT u.id, p.category_id, count(*) FROM users u, relgraph.related(u, 'posts', NULL::posts) p GROUP BY GROUPING SETS ((u.id), (p.category_id), ())$$);
SELECT * FROM ask($$SELECT u, count(p) FROM users u LEFT JOIN LATERAL relgraph.related(u, 'posts', NULL::posts) p ON true GROUP BY ROLLUP (u)$$);
SELECT * FROM ask($$SELECT u.id, p.id, row_number() OVER (PARTITION BY u.id ORDER BY p.id), lag(p) OVER (ORDER BY p.id) FROM users u, relgraph.related(u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT DISTINCT ON (u.id) u.id, p.title FROM users u, relgraph.related(u, 'posts', NULL::posts) p ORDER BY u.id, p.id DESC$$);
SELECT * FROM ask($$SELECT p.id FROM users u, relgraph.related(u, 'posts', NULL::posts) p EXCEPT SELECT p.id FROM users u, relgraph.related(u, 'posts', NULL::posts) p WHERE u.id = 2 UNION ALL SELECT p.id FROM teams t, relgraph.related(t, 'users.posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT q.u, p.id FROM (SELECT u FROM users u UNION ALL SELECT u FROM users u WHERE id = 1) q, relgraph.related(q.u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM (SELECT u FROM users u INTERSECT SELECT u FROM users u WHERE id = 1) q(u), relgraph.related(q.u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$WITH q AS MATERIALIZED (SELECT u FROM users u) SELECT p.id FROM q, relgraph.related(q.u, 'posts', NULL::posts) p WHERE EXISTS (SELECT FROM q x, relgraph.related(x.u, 'posts', NULL::posts) y WHERE y.id > p.id)$$);
SELECT * FROM ask($$WITH RECURSIVE r(c, depth) AS (SELECT c, 0 FROM categories c WHERE id = 1 UNION ALL SELECT x, depth + 1 FROM r, relgraph.related(r.c, 'children', NULL::categories) x) SELECT (c).id, depth FROM r$$);
SELECT * FROM ask($$WITH RECURSIVE r(id) AS (SELECT 5 UNION SELECT x.id FROM r JOIN categories c ON c.id = r.id, relgraph.related(c, 'children', NULL::categories) x) SELECT id FROM r$$);
SELECT * FROM ask($$WITH RECURSIVE r(id) AS (SELECT 1 UNION ALL SELECT x.id FROM r JOIN categories c ON c.id = r.id, relgraph.related(c, 'children', NULL::categories) x) CYCLE id SET looped USING path SELECT id, looped FROM r$$);
SELECT * FROM ask($$SELECT c.id, (WITH RECURSIVE r(x) AS (SELECT c UNION ALL SELECT y FROM r, relgraph.related(r.x, 'parent', NULL::categories) y) SELECT string_agg((x).label, '<') FROM r) FROM categories c WHERE c.id < 5$$);
SELECT * FROM ask($$SELECT c.id, d.id FROM categories c, relgraph.related(c, 'children*', NULL::categories) d$$);
SELECT * FROM ask($$SELECT c.id, d.id, p.id FROM categories c LEFT JOIN LATERAL relgraph.related(c, 'children*', NULL::categories) d ON true LEFT JOIN LATERAL relgraph.related(d, 'parent*.posts', NULL::posts) p ON d.id > 2$$);
SELECT * FROM ask($$SELECT c.id FROM categories c WHERE EXISTS (SELECT FROM relgraph.related(c, 'children*.posts.user', NULL::users) u WHERE u.id = 1)$$);

-- what the source can be
CREATE DOMAIN users_domain AS users;
CREATE FUNCTION some_users() RETURNS SETOF users LANGUAGE sql STABLE AS 'SELECT * FROM edges.users WHERE id < 3';
CREATE FUNCTION one_user(int) RETURNS users LANGUAGE plpgsql STABLE AS 'BEGIN RETURN (SELECT u FROM edges.users u WHERE id = $1); END';
SELECT * FROM ask($$SELECT p.id FROM relgraph.related((SELECT u FROM users u WHERE id = 1), 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM relgraph.related(ROW(1, 'x')::users, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM relgraph.related('(1,x)'::users, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM relgraph.related(NULL::users, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM relgraph.related(NULL::users, 'pots', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM users u, relgraph.related(u::users_domain, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM some_users() u, relgraph.related(u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM some_users() WITH ORDINALITY u, relgraph.related(u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM one_user(1) u, relgraph.related(u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM one_user(9) u, relgraph.related(u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM relgraph.related(one_user(1), 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM (SELECT array_agg(u ORDER BY id) a FROM users u) q, relgraph.related(q.a[1], 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM unnest(ARRAY(SELECT u FROM users u)) u, relgraph.related(u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM users u TABLESAMPLE SYSTEM (100), relgraph.related(u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM (VALUES (ROW(1, 'x')::users), (NULL), (ROW(NULL, NULL)::users)) v(u), relgraph.related(v.u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM (SELECT * FROM users) u, relgraph.related(u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM (SELECT * FROM users OFFSET 0) u, relgraph.related(u::users, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM users u, posts q, relgraph.related(CASE WHEN q.id = 1 THEN u END, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM users u, relgraph.related(coalesce(NULL, u), 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM json_populate_recordset(NULL::users, '[{"id": 2}, {"id": 3}]') u, relgraph.related(u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM relgraph.related(u, 'posts', NULL::posts) p, users u$$);
SELECT * FROM ask($$SELECT p.id FROM relgraph.related(unnest(ARRAY(SELECT u FROM users u)), 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM users u, relgraph.related(source => u, target => NULL::posts, path => 'posts') p$$);
SELECT * FROM ask($$SELECT p.id FROM users u, relgraph.related(u, 'po' || 'sts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM users u, relgraph.related(u, lower('POSTS'), NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM users u, (VALUES ('posts')) v(path), relgraph.related(u, v.path, NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM users u, relgraph.related(u, NULL, NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM users u, posts t, relgraph.related(u, 'posts', t) p WHERE t.id = 1$$);
SELECT * FROM ask($$SELECT p.id FROM users u, relgraph.related(u, 'posts', NULL::comments) p$$);
SELECT * FROM ask($$SELECT p.id FROM users u, relgraph.related(u, 'posts.nothing', NULL::posts) p WHERE false$$);
SELECT * FROM ask($$SELECT p.id FROM users u, relgraph.related(u, 'posts.nothing', NULL::posts) p WHERE u.id < 0$$);
SELECT * FROM ask($$SELECT p.id FROM users u, relgraph.related(ROW(u.id, u.name), 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT l.* FROM orders o, relgraph.related(o, 'lines', NULL::lines) l$$);
SELECT * FROM ask($$SELECT o.* FROM lines l, relgraph.related(l, 'order', NULL::orders) o$$);

-- a source that counts how often it is made: once per call
CREATE SEQUENCE made;
CREATE FUNCTION make_order() RETURNS orders LANGUAGE plpgsql VOLATILE AS
	'BEGIN RETURN ROW(1, nextval(''edges.made''))::edges.orders; END';
CREATE FUNCTION times_made(statement text, is_inlined bool) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
	PERFORM setval('edges.made', 1, false);
	PERFORM edges.run_once(statement, is_inlined);
	RETURN nextval('edges.made') - 1;
END $$;
SELECT s, times_made(s, true), times_made(s, false) FROM unnest(ARRAY[
	$$SELECT l.* FROM relgraph.related(make_order(), 'lines', NULL::lines) l$$,
	$$SELECT l.* FROM generate_series(1, 3), LATERAL relgraph.related(make_order(), 'lines', NULL::lines) l$$,
	$$SELECT l.* FROM teams t LEFT JOIN LATERAL relgraph.related(CASE WHEN t.id > 0 THEN make_order() END, 'lines', NULL::lines) l ON true$$,
	$$SELECT l.* FROM (SELECT make_order() AS o FROM teams) q, relgraph.related(q.o, 'lines', NULL::lines) l$$]) s;

-- inheritance: rows of a child, whose columns are elsewhere
CREATE TABLE vips (rank int, name text NOT NULL, id int PRIMARY KEY);
ALTER TABLE vips INHERIT users;
INSERT INTO vips VALUES (7, 'vip', 2), (8, 'vip', 9);
SELECT * FROM ask($$SELECT u.tableoid::regclass, u.name, p.id FROM users u, relgraph.related(u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT u.name, p.id FROM ONLY users u, relgraph.related(u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT v.name, p.id FROM vips v, relgraph.related(v::users, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT v.name, p.id FROM vips v, relgraph.related(v, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id, u.name FROM posts p, relgraph.related(p, 'user', NULL::users) u$$);
SELECT * FROM ask($$UPDATE users u SET name = (SELECT string_agg(p.title, ',' ORDER BY p.id) FROM relgraph.related(u, 'posts', NULL::posts) p) WHERE EXISTS (SELECT FROM relgraph.related(u, 'posts', NULL::posts)) RETURNING u.tableoid::regclass, u.*$$);
DROP TABLE vips;

-- partitions
CREATE TABLE events (id int, user_id int REFERENCES users, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE events1 PARTITION OF events FOR VALUES FROM (0) TO (10);
CREATE TABLE events2 (user_id int, dropped int, id int NOT NULL);
ALTER TABLE events2 DROP COLUMN dropped;
ALTER TABLE events ATTACH PARTITION events2 FOR VALUES FROM (10) TO (20);
INSERT INTO events VALUES (1, 1), (11, 1), (12, 2);
SELECT * FROM ask($$SELECT u.id, e.* FROM users u, relgraph.related(u, 'events', NULL::events) e WHERE e.id > 10$$);
SELECT * FROM ask($$SELECT e.id, u.name FROM events e, relgraph.related(e, 'user', NULL::users) u WHERE e.id > 10$$);
SELECT * FROM ask($$SELECT e, u.name FROM events2 e, relgraph.related(e, 'user', NULL::users) u$$);
SELECT * FROM ask($$UPDATE events e SET user_id = (SELECT max(m.team_id) FROM relgraph.related(e, 'user.members', NULL::members) m) RETURNING e.tableoid::regclass, e.*$$);
SELECT * FROM ask($$DELETE FROM events e USING posts p WHERE EXISTS (SELECT FROM relgraph.related(e, 'user', NULL::users) u, relgraph.related(p, 'user', NULL::users) w WHERE u.id = w.id) RETURNING e.id, p.user_id$$);

-- statements that write
SELECT * FROM ask($$UPDATE posts p SET title = u.name FROM posts q, relgraph.related(q, 'user', NULL::users) u WHERE q.id = p.id RETURNING p.*, u.*$$);
SELECT * FROM ask($$UPDATE posts p SET title = u.name FROM relgraph.related(p, 'user', NULL::users) u$$);
SELECT * FROM ask($$UPDATE users u SET (name) = (SELECT max(p.title) FROM relgraph.related(u, 'posts', NULL::posts) p) WHERE id < 3 RETURNING u.*, (SELECT count(*) FROM relgraph.related(u, 'posts', NULL::posts))$$);
SELECT * FROM ask($$UPDATE users u SET id = 10 WHERE id = 3 RETURNING u.id, (SELECT count(*) FROM relgraph.related(u, 'posts', NULL::posts))$$);
SELECT * FROM ask($$DELETE FROM comments c WHERE EXISTS (SELECT FROM relgraph.related(c, 'post.user', NULL::users) u WHERE u.id = 1) RETURNING c.id, (SELECT title FROM relgraph.related(c, 'post', NULL::posts))$$);
SELECT * FROM ask($$DELETE FROM comments c USING posts p, relgraph.related(p, 'user', NULL::users) u WHERE c.post_id = p.id AND u.name = 'bob' RETURNING c.id, u$$);
SELECT * FROM ask($$INSERT INTO teams SELECT 10 + p.id, p.title FROM users u, relgraph.related(u, 'posts', NULL::posts) p RETURNING *, (SELECT count(*) FROM relgraph.related(teams, 'users', NULL::users))$$);
SELECT * FROM ask($$INSERT INTO users VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = (SELECT string_agg(p.title, ',' ORDER BY p.id) FROM relgraph.related(excluded, 'posts', NULL::posts) p) RETURNING *$$);
SELECT * FROM ask($$INSERT INTO users AS u VALUES (1, 'x'), (2, 'y') ON CONFLICT (id) DO UPDATE SET name = 'z' WHERE EXISTS (SELECT FROM relgraph.related(u, 'teams', NULL::teams) t WHERE t.name = 'red') RETURNING *$$);
SELECT * FROM ask($$WITH gone AS (DELETE FROM comments c RETURNING c) SELECT p.title FROM gone, relgraph.related(gone.c, 'post', NULL::posts) p$$);
SELECT * FROM ask($$WITH fresh AS (INSERT INTO users VALUES (7, 'new') RETURNING users) SELECT count(*) FROM fresh, relgraph.related(fresh.users, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT u.id, p.id FROM users u, relgraph.related(u, 'posts', NULL::posts) p FOR UPDATE$$);
SELECT * FROM ask($$SELECT u.id, p.id FROM users u, relgraph.related(u, 'posts', NULL::posts) p FOR UPDATE OF u$$);
SELECT * FROM ask($$SELECT u.id, p.id FROM users u, relgraph.related(u, 'posts', NULL::posts) p FOR UPDATE OF p$$);
SELECT * FROM ask($$SELECT u.id FROM users u WHERE EXISTS (SELECT FROM relgraph.related(u, 'posts', NULL::posts)) FOR SHARE SKIP LOCKED$$);
SELECT * FROM ask($$SELECT q.id FROM (SELECT u.id, p.title FROM users u LEFT JOIN LATERAL relgraph.related(u, 'posts', NULL::posts) p ON true) q FOR UPDATE$$);

-- rules and triggers
CREATE TABLE log (entry text);
CREATE RULE note AS ON UPDATE TO users DO ALSO
	INSERT INTO log SELECT OLD.id || ' to ' || NEW.id || ' ' || p.title FROM relgraph.related(NEW, 'posts', NULL::posts) p;
CREATE FUNCTION updated_log(is_inlined bool) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('relgraph.inline', is_inlined::text, true);
	DELETE FROM edges.log;
	UPDATE edges.users SET name = 'renamed' WHERE id <= 2;
	RETURN (SELECT string_agg(entry, ', ' ORDER BY entry) FROM edges.log);
END $$;
SELECT updated_log(true), updated_log(false), updated_log(true) = updated_log(false);
DROP RULE note ON users;
CREATE FUNCTION note_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO edges.log SELECT 'row ' || NEW.id || ' ' || p.title FROM relgraph.related(NEW, 'posts', NULL::edges.posts) p;
	RETURN NULL;
END $$;
CREATE FUNCTION note_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO edges.log SELECT 'table ' || n.id || ' ' || p.title FROM fresh n, relgraph.related(n, 'posts', NULL::edges.posts) p;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	INSERT INTO edges.log VALUES (SQLERRM);
	INSERT INTO edges.log SELECT 'cast ' || n.id || ' ' || p.title FROM fresh n, relgraph.related(n::edges.users, 'posts', NULL::edges.posts) p;
	RETURN NULL;
END $$;
CREATE TRIGGER note_row AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION note_row();
CREATE TRIGGER note_statement AFTER UPDATE ON users REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION note_statement();
SELECT updated_log(true), updated_log(false), updated_log(true) = updated_log(false);
DROP TRIGGER note_row ON users;
DROP TRIGGER note_statement ON users;

-- functions: SQL that core inlines, polymorphic, PL/pgSQL, with a standard body
CREATE FUNCTION posts_of(users) RETURNS SETOF posts LANGUAGE sql STABLE AS $$SELECT p.* FROM relgraph.related($1, 'posts', NULL::edges.posts) p$$;
CREATE FUNCTION walk(anyelement, text, anycompatible) RETURNS SETOF anycompatible LANGUAGE sql STABLE AS $$SELECT r.* FROM relgraph.related($1, $2, $3) r$$;
CREATE FUNCTION titles(users) RETURNS text LANGUAGE sql STABLE AS $$SELECT string_agg(p.title, ',' ORDER BY p.id) FROM relgraph.related($1, 'posts', NULL::edges.posts) p$$;
CREATE FUNCTION atomic_posts(u users) RETURNS SETOF posts LANGUAGE sql STABLE BEGIN ATOMIC SELECT p.* FROM relgraph.related(u, 'posts', NULL::posts) p; END;
CREATE FUNCTION loop_posts(who int, way text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	u edges.users;
	r record;
	p edges.posts;
BEGIN
	FOR i IN 1 .. 7 LOOP
		SELECT * INTO u FROM edges.users WHERE id = 1 + (who + i) % 3;
		FOR p IN SELECT * FROM relgraph.related(u, 'posts', NULL::edges.posts) ORDER BY id LOOP
			RETURN NEXT i || ' ' || p.title;
		END LOOP;
		FOR r IN SELECT c.id, x.title FROM relgraph.related(u, way, NULL::edges.comments) c LEFT JOIN LATERAL relgraph.related(c, 'post', NULL::edges.posts) x ON true LOOP
			RETURN NEXT i || ' ' || r::text;
		END LOOP;
	END LOOP;
END $$;
SELECT * FROM ask($$SELECT u.id, p.title FROM users u, posts_of(u) p$$);
SELECT * FROM ask($$SELECT u.id, p.title FROM users u, walk(u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT u.id, titles(u) FROM users u$$);
SELECT * FROM ask($$SELECT u.id, p.title FROM users u LEFT JOIN LATERAL atomic_posts(u) p ON true$$);
SELECT * FROM ask($$SELECT u.id, u.posts_of FROM users u$$);
SELECT * FROM ask($$SELECT loop_posts(1, 'posts.comments')$$);

-- views
CREATE VIEW walked AS SELECT u.id AS user_id, p FROM users u LEFT JOIN LATERAL relgraph.related(u, 'posts', NULL::posts) p ON true;
CREATE VIEW some_posts AS SELECT * FROM posts WHERE id < 3;
CREATE MATERIALIZED VIEW kept AS SELECT u.id, p.title FROM users u, relgraph.related(u, 'posts', NULL::posts) p;
SELECT * FROM ask($$SELECT * FROM walked w, LATERAL relgraph.related(w.p, 'comments', NULL::comments) c$$);
SELECT * FROM ask($$SELECT * FROM kept$$);
SELECT relgraph.declare('some_posts', 'writer', '{user_id}', 'users', '{id}', 'some');
SELECT * FROM ask($$SELECT s.id, u.name FROM some_posts s, relgraph.related(s, 'writer', NULL::users) u$$);
SELECT * FROM ask($$SELECT u.name, s FROM users u, relgraph.related(u, 'some', NULL::some_posts) s$$);
SELECT pg_get_viewdef('walked'::regclass) LIKE '%relgraph.related(u.*, ''posts''::text, NULL::posts)%';

-- custom plans, then a generic one; the path a parameter; types of parameters
PREPARE by_id(int) AS SELECT u.id, p.title FROM users u, relgraph.related(u, 'posts', NULL::posts) p WHERE u.id = $1 ORDER BY p.id;
PREPARE by_path(text) AS SELECT u.id, p.title FROM users u, relgraph.related(u, $1, NULL::posts) p ORDER BY p.id, u.id;
PREPARE by_row(users) AS SELECT p.title FROM relgraph.related($1, 'posts', NULL::posts) p ORDER BY p.id;
CREATE FUNCTION executions(statement text, is_inlined bool) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answers text[];
	one text;
BEGIN
	PERFORM set_config('relgraph.inline', is_inlined::text, true);
	FOR i IN 1 .. 8 LOOP
		EXECUTE 'EXECUTE ' || statement INTO one;
		answers := answers || coalesce(one, '-');
	END LOOP;
	RETURN array_to_string(answers, ' ');
EXCEPTION WHEN OTHERS THEN
	RETURN SQLERRM;
END $$;
SELECT s, executions(s, true) = executions(s, false), executions(s, true) FROM unnest(ARRAY['by_id(1)', 'by_id(2)', 'by_id(NULL)', 'by_path(''posts'')', 'by_path(''teams.users.posts'')', 'by_path(''nothing'')', 'by_path(''teams'')', 'by_path(NULL)',
	'by_row(ROW(1, ''x''))', 'by_row(NULL)', 'by_row(ROW(2, ''x''))']) s;
DEALLOCATE ALL;

-- whose rights: always those of the role that runs the statement
CREATE ROLE relgraph_edges_ann;
CREATE ROLE relgraph_edges_bob;
CREATE ROLE relgraph_edges_own;
GRANT USAGE ON SCHEMA edges TO relgraph_edges_ann, relgraph_edges_bob, relgraph_edges_own;
GRANT SELECT ON users, posts, comments TO relgraph_edges_ann, relgraph_edges_own;
GRANT SELECT ON users TO relgraph_edges_bob;
CREATE VIEW owned AS SELECT u.id, p.title FROM users u, relgraph.related(u, 'posts', NULL::posts) p;
ALTER VIEW owned OWNER TO relgraph_edges_own;
CREATE VIEW asked WITH (security_invoker) AS SELECT u.id, p.title FROM users u, relgraph.related(u, 'posts', NULL::posts) p;
CREATE VIEW guarded WITH (security_barrier) AS SELECT u.id, p FROM users u, relgraph.related(u, 'posts', NULL::posts) p WHERE u.id = 1;
CREATE FUNCTION defined(OUT t text) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER AS $$SELECT p.title FROM edges.users u, relgraph.related(u, 'posts', NULL::edges.posts) p$$;
CREATE FUNCTION spy(text) RETURNS bool LANGUAGE plpgsql COST 0.0000001 AS 'BEGIN RAISE WARNING ''seen: %'', $1; RETURN true; END';
GRANT SELECT ON owned, asked, guarded TO relgraph_edges_ann, relgraph_edges_bob;
ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
CREATE POLICY odd ON posts TO relgraph_edges_ann USING (id % 2 = 1);
CREATE POLICY own ON posts TO relgraph_edges_own USING (true);
GRANT SELECT ON log TO PUBLIC;
SET ROLE relgraph_edges_ann;
SELECT * FROM ask('SELECT * FROM owned');
SELECT * FROM ask('SELECT * FROM asked');
SELECT * FROM ask('SELECT * FROM guarded');
SELECT * FROM ask('SELECT * FROM defined()');
SELECT * FROM ask($$SELECT p.id FROM users u, relgraph.related(u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT c.id FROM users u, relgraph.related(u, 'posts.comments', NULL::comments) c$$);
SELECT * FROM ask($$SELECT p.id FROM users u, relgraph.related(u, 'posts', NULL::posts) p WHERE spy(p.title)$$);
SELECT * FROM ask($$SELECT u.id FROM users u WHERE EXISTS (SELECT FROM relgraph.related(u, 'posts', NULL::posts) p WHERE spy(p.title))$$);
SET ROLE relgraph_edges_bob;
SELECT * FROM ask('SELECT * FROM owned');
SELECT * FROM ask('SELECT * FROM asked');
SELECT * FROM ask('SELECT * FROM guarded');
SELECT * FROM ask('SELECT * FROM defined()');
SELECT * FROM ask($$SELECT p.id FROM users u, relgraph.related(u, 'posts', NULL::posts) p$$);
-- a join needs its rights when it begins, a call when there is one
SELECT * FROM ask($$SELECT p.id FROM users u, relgraph.related(u, 'posts', NULL::posts) p WHERE u.id < 0$$);
SELECT * FROM ask($$SELECT u.id, count(*) FROM users u, relgraph.related(u, 'posts', NULL::posts) GROUP BY 1$$);
RESET ROLE;
GRANT SELECT (id, user_id) ON posts TO relgraph_edges_bob;
CREATE POLICY every ON posts TO relgraph_edges_bob USING (true);
SET ROLE relgraph_edges_bob;
SELECT * FROM ask($$SELECT p.id FROM users u, relgraph.related(u, 'posts', NULL::posts) p$$);
RESET ROLE;
-- a policy that walks
GRANT SELECT ON posts TO relgraph_edges_bob;
CREATE POLICY walks ON comments TO relgraph_edges_ann USING (EXISTS (SELECT FROM relgraph.related(comments, 'post.user', NULL::users) u WHERE u.name = 'renamed' OR u.name = 'ann'));
ALTER TABLE comments ENABLE ROW LEVEL SECURITY;
SET ROLE relgraph_edges_ann;
SELECT * FROM ask($$SELECT id FROM comments$$);
SELECT * FROM ask($$SELECT p.id, c.id FROM posts p, relgraph.related(p, 'comments', NULL::comments) c$$);
RESET ROLE;
-- a policy and a view that lead to their own table again end as they do by calls
SET jit = off;
DROP POLICY walks ON comments;
CREATE POLICY walks ON comments TO relgraph_edges_ann USING (EXISTS (SELECT FROM relgraph.related(comments, 'post.comments', NULL::comments) c WHERE c.id <> comments.id));
CREATE VIEW mirrored AS SELECT * FROM users;
SELECT relgraph.declare('users', 'mirror', '{id}', 'mirrored', '{id}', NULL);
CREATE OR REPLACE VIEW mirrored AS SELECT * FROM users u WHERE EXISTS (SELECT FROM relgraph.related(u, 'mirror', NULL::mirrored));
SELECT * FROM ask('SELECT count(*) FROM mirrored');
SET ROLE relgraph_edges_ann;
SELECT * FROM ask('SELECT count(*) FROM comments');
RESET ROLE;
RESET jit;
SELECT relgraph.forget('users', 'mirror');
DROP VIEW mirrored;
-- EXECUTE on related()
REVOKE EXECUTE ON FUNCTION relgraph.related FROM PUBLIC;
SET ROLE relgraph_edges_ann;
SELECT * FROM ask($$SELECT p.id FROM users u, relgraph.related(u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT p.id FROM users u, relgraph.related(u, 'posts', NULL::posts) p WHERE u.id < 0$$);
SELECT * FROM ask('SELECT * FROM owned');
SELECT * FROM ask('SELECT * FROM defined()');
RESET ROLE;
SELECT * FROM ask('SELECT * FROM defined()');
GRANT EXECUTE ON FUNCTION relgraph.related TO PUBLIC;
ALTER TABLE posts DISABLE ROW LEVEL SECURITY;
ALTER TABLE comments DISABLE ROW LEVEL SECURITY;

-- parallel plans
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SELECT * FROM ask($$SELECT count(*), sum(p.id) FROM users u, relgraph.related(u, 'posts', NULL::posts) p$$);
SELECT * FROM ask($$SELECT count(*) FROM users u WHERE EXISTS (SELECT FROM relgraph.related(u, 'posts.comments', NULL::comments))$$);
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;

-- cursors
BEGIN;
DECLARE scrolled SCROLL CURSOR FOR SELECT u.id, p.id FROM users u, relgraph.related(u, 'posts', NULL::posts) p ORDER BY 1, 2;
FETCH 2 FROM scrolled;
FETCH BACKWARD 1 FROM scrolled;
FETCH LAST FROM scrolled;
DECLARE current CURSOR FOR SELECT u.id FROM users u WHERE u.id = 1 AND EXISTS (SELECT FROM relgraph.related(u, 'posts', NULL::posts)) FOR UPDATE;
FETCH 1 FROM current;
UPDATE users SET name = 'here' WHERE CURRENT OF current;
ROLLBACK;

-- other statements that take a query
CREATE TEMP TABLE taken AS SELECT u.id, p.title FROM users u, relgraph.related(u, 'posts', NULL::posts) p;
SELECT count(*) FROM taken;
COPY (SELECT u.id, p.title FROM users u, relgraph.related(u, 'posts', NULL::posts) p ORDER BY p.id) TO STDOUT;

-- many at once
SELECT * FROM ask((SELECT 'SELECT count(*) FROM users u' || string_agg(format($$ LEFT JOIN LATERAL relgraph.related(u, 'posts', NULL::posts) p%s ON p%1$s.id = %1$s$$, i), '') FROM generate_series(1, 10) i));

-- the extension is dropped and made again while plans are kept
PREPARE kept AS SELECT u.id, p.title FROM users u, relgraph.related(u, 'posts', NULL::posts) p ORDER BY p.id;
EXECUTE kept;
BEGIN;
DROP VIEW walked, owned, asked, guarded;
DROP MATERIALIZED VIEW kept;
DROP FUNCTION atomic_posts;
DROP POLICY walks ON comments;
DROP EXTENSION relgraph;
SAVEPOINT s;
\set VERBOSITY terse
EXECUTE kept;
\set VERBOSITY default
ROLLBACK TO s;
CREATE EXTENSION relgraph;
EXECUTE kept;
ROLLBACK;
EXECUTE kept;

\pset tuples_only off
\pset format aligned
SELECT relgraph.forget('some_posts', 'writer');
RESET search_path;
DROP SCHEMA edges CASCADE;
DROP ROLE relgraph_edges_ann, relgraph_edges_bob, relgraph_edges_own;
