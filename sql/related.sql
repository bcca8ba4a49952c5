-- related() as a query of its own: what it returns, as whom, and after DDL.
-- A path that is not a constant is not replaced by a join at plan time.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS relgraph;
CREATE SCHEMA related_test;
SET search_path = related_test;
CREATE FUNCTION at_run_time(text) RETURNS text
	LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN $1; END';

CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE profiles (user_id int PRIMARY KEY REFERENCES users, bio text);
CREATE TABLE categories (
	id int PRIMARY KEY, parent_id int REFERENCES categories, label text);
CREATE TABLE posts (
	id int PRIMARY KEY,
	user_id int REFERENCES users,
	category_id int REFERENCES categories,
	title text);
-- json and point have no equality: nothing here can be made distinct
CREATE TABLE comments (
	id int PRIMARY KEY,
	post_id int NOT NULL REFERENCES posts,
	author_id int REFERENCES users,
	body json, place point);
CREATE TABLE teams (id int PRIMARY KEY, name text, logo json);
CREATE TABLE memberships (
	user_id int REFERENCES users, team_id int REFERENCES teams,
	PRIMARY KEY (user_id, team_id));
CREATE TABLE follows (
	follower_id int REFERENCES users, followee_id int REFERENCES users,
	PRIMARY KEY (follower_id, followee_id));
CREATE TABLE tags (id int PRIMARY KEY, label json);
CREATE TABLE post_tags (
	post_id int REFERENCES posts, tag_id int REFERENCES tags);

INSERT INTO users VALUES (1, 'ann'), (2, 'bob'), (3, 'cid'), (4, 'dan');
INSERT INTO profiles VALUES (1, 'first'), (3, NULL);
INSERT INTO categories VALUES
	(1, NULL, 'root'), (2, 1, 'left'), (3, 1, 'right'), (4, 2, 'leaf'),
	(5, 6, 'egg'), (6, 5, 'hen'), (7, 7, 'self');
INSERT INTO posts VALUES
	(1, 1, 2, 'one'), (2, 1, 4, 'two'), (3, 2, 3, 'three'),
	(4, NULL, NULL, 'lost');
INSERT INTO comments VALUES
	(1, 1, 2, '{"n": 1}', '(1,1)'), (2, 1, 3, '{"n": 2}', '(2,2)'),
	(3, 2, 2, '{"n": 3}', '(3,3)'), (4, 3, 1, '{"n": 4}', '(4,4)'),
	(5, 3, NULL, '{"n": 5}', '(5,5)');
INSERT INTO teams VALUES (1, 'red', '1'), (2, 'blue', '2'), (3, 'none', '3');
INSERT INTO memberships VALUES (1, 1), (1, 2), (2, 2), (3, 2);
INSERT INTO follows VALUES (1, 2), (2, 3), (3, 1), (4, 1);
INSERT INTO tags VALUES (1, '"a"'), (2, '"b"');
INSERT INTO post_tags VALUES (1, 1), (1, 1), (1, 2), (2, 1), (3, NULL);

-- one step of each kind
SELECT u.id, p.* FROM users u, relgraph.related(u, at_run_time('profile'), NULL::profiles) p
	ORDER BY 1;
SELECT p.user_id, u.* FROM profiles p, relgraph.related(p, at_run_time('user'), NULL::users) u
	ORDER BY 1;
SELECT u.id, p.* FROM users u, relgraph.related(u, at_run_time('posts'), NULL::posts) p
	ORDER BY 1, 2;
SELECT p.id, u.* FROM posts p LEFT JOIN LATERAL relgraph.related(p, at_run_time('user'), NULL::users) u ON true
	ORDER BY 1;
SELECT u.id, t.* FROM users u, relgraph.related(u, at_run_time('teams'), NULL::teams) t
	ORDER BY 1, 2;
SELECT t.id, u.* FROM teams t, relgraph.related(t, at_run_time('users'), NULL::users) u
	ORDER BY 1, 2;

-- a pair that occurs twice is one, in both directions
SELECT p.id, t.* FROM posts p, relgraph.related(p, at_run_time('tags'), NULL::tags) t
	ORDER BY 1, 2;
SELECT t.id, p.* FROM tags t, relgraph.related(t, at_run_time('posts'), NULL::posts) p
	ORDER BY 1, 2;

-- several steps: each row once
SELECT u.id, c.id, c.body FROM users u, relgraph.related(u, at_run_time('posts.comments'), NULL::comments) c
	ORDER BY 1, 2;
SELECT u.id, a.* FROM users u, relgraph.related(u, at_run_time('posts.comments.author'), NULL::users) a
	ORDER BY 1, 2;
SELECT u.id, o.* FROM users u, relgraph.related(u, at_run_time('teams.users'), NULL::users) o
	ORDER BY 1, 2;
SELECT u.id, t.* FROM users u, relgraph.related(u, at_run_time('posts.tags'), NULL::tags) t
	ORDER BY 1, 2;
SELECT c.id, p.* FROM comments c, relgraph.related(c, at_run_time('post.user.profile'), NULL::profiles) p
	ORDER BY 1;
SELECT c.id, s.* FROM comments c, relgraph.related(c, at_run_time('post.comments'), NULL::comments) s
	WHERE c.id < 3 ORDER BY 1, 2;

-- a table that references itself, both ways, and any number of times
SELECT c.id, r.* FROM categories c, relgraph.related(c, at_run_time('children'), NULL::categories) r
	ORDER BY 1, 2;
SELECT c.id, r.* FROM categories c, relgraph.related(c, at_run_time('parent'), NULL::categories) r
	ORDER BY 1, 2;
SELECT c.id, array_agg(r.id ORDER BY r.id)
	FROM categories c, relgraph.related(c, at_run_time('children*'), NULL::categories) r
	GROUP BY 1 ORDER BY 1;
SELECT c.id, array_agg(r.id ORDER BY r.id)
	FROM categories c, relgraph.related(c, at_run_time('parent*'), NULL::categories) r
	GROUP BY 1 ORDER BY 1;
SELECT u.id, f.* FROM users u, relgraph.related(u, at_run_time('followees'), NULL::users) f
	ORDER BY 1, 2;
SELECT u.id, f.* FROM users u, relgraph.related(u, at_run_time('followers'), NULL::users) f
	ORDER BY 1, 2;
SELECT u.id, array_agg(f.id ORDER BY f.id)
	FROM users u, relgraph.related(u, at_run_time('followees*'), NULL::users) f
	GROUP BY 1 ORDER BY 1;
-- in the middle, at the end, and twice
SELECT c.id, p.id, p.title FROM categories c, relgraph.related(c, at_run_time('children*.posts'), NULL::posts) p
	ORDER BY 1, 2;
SELECT p.id, c.* FROM posts p, relgraph.related(p, at_run_time('category.parent*'), NULL::categories) c
	ORDER BY 1, 2;
SELECT p.id, array_agg(c.id ORDER BY c.id)
	FROM posts p, relgraph.related(p, at_run_time('category.parent*.children*'), NULL::categories) c
	GROUP BY 1 ORDER BY 1;

-- nulls
SELECT * FROM relgraph.related(NULL::users, at_run_time('posts'), NULL::posts);
SELECT * FROM relgraph.related(NULL::users, at_run_time('post'), NULL::posts);
SELECT * FROM posts p, relgraph.related(p, at_run_time('user'), NULL::users) u WHERE p.id = 4;
SELECT * FROM users u, relgraph.related(u, NULL, NULL::posts) p;

-- the target's value does not matter
SELECT p.title FROM users u, posts t, relgraph.related(u, at_run_time('posts'), t) p
	WHERE u.id = 2 AND t.id = 1;

-- wrong types
SELECT * FROM users u, relgraph.related(u, at_run_time('posts'), NULL::comments) p;
SELECT * FROM users u, relgraph.related(u, at_run_time('posts'), NULL) p;
CREATE DOMAIN posts_domain AS posts CHECK ((VALUE).id > 1);
SELECT * FROM users u, relgraph.related(u, at_run_time('posts'), NULL::posts_domain) p;
SELECT * FROM relgraph.related(1, at_run_time('posts'), NULL::posts) p;
SELECT * FROM relgraph.related(ROW(1, 'ann'), at_run_time('posts'), NULL::posts) p;
CREATE TYPE pair AS (id int, name text);
SELECT * FROM relgraph.related(ROW(1, 'ann')::pair, at_run_time('posts'), NULL::posts) p;
SELECT * FROM relgraph.related(NULL::pair, at_run_time('posts'), NULL::posts) p;
-- wrong paths
SELECT * FROM users u, relgraph.related(u, at_run_time('post.comment.nothing'), NULL::posts) p;
SELECT * FROM users u, relgraph.related(u, at_run_time('posts..comments'), NULL::comments) p;
SELECT * FROM users u, relgraph.related(u, at_run_time(''), NULL::users) p;
SELECT * FROM users u, relgraph.related(u, at_run_time('posts*'), NULL::posts) p;

-- a row made by hand, a domain over the row type, a row of a subquery
SELECT title FROM relgraph.related(ROW(1, 'x')::users, at_run_time('posts'), NULL::posts) ORDER BY 1;
CREATE DOMAIN users_domain AS users;
SELECT title FROM relgraph.related(ROW(1, 'x')::users::users_domain, at_run_time('posts'), NULL::posts) ORDER BY 1;
SELECT p.title FROM (SELECT * FROM users OFFSET 0) u, relgraph.related(u, at_run_time('posts'), NULL::posts) p;
SELECT p.title FROM (SELECT * FROM users OFFSET 0) u, relgraph.related(u::users, at_run_time('posts'), NULL::posts) p
	ORDER BY 1;

CREATE VIEW some_users AS SELECT * FROM users;
SELECT p.title FROM some_users u, relgraph.related(u, at_run_time('posts'), NULL::posts) p;

-- in the SELECT list, in a sublink, prepared, through a cursor
SELECT u.id, relgraph.related(u, 'posts', NULL::posts) FROM users u ORDER BY 1, 2;
SELECT u.id, (relgraph.related(u, 'posts', NULL::posts)).title FROM users u ORDER BY 1, 2;
SELECT u.name FROM users u
	WHERE EXISTS (SELECT FROM relgraph.related(u, at_run_time('posts.comments'), NULL::comments) c WHERE c.author_id = 3);
PREPARE follow(int, text) AS
	SELECT p.title FROM users u, relgraph.related(u, $2, NULL::posts) p WHERE u.id = $1 ORDER BY 1;
EXECUTE follow(1, 'posts');
EXECUTE follow(2, 'posts');
EXECUTE follow(1, 'teams');
BEGIN;
DECLARE titles SCROLL CURSOR FOR
	SELECT p.title FROM users u, relgraph.related(u, at_run_time('posts'), NULL::posts) p ORDER BY 1;
FETCH 2 FROM titles;
FETCH BACKWARD 1 FROM titles;
CLOSE titles;
COMMIT;

-- PL/pgSQL variables, and a call within a call
CREATE FUNCTION titles_of(who int, path text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	u users;
	p posts;
BEGIN
	SELECT * INTO u FROM users WHERE id = who;
	FOR p IN SELECT * FROM relgraph.related(u, path, NULL::posts) ORDER BY id
	LOOP
		RETURN NEXT p.title || ' by ' ||
			(SELECT a.name FROM relgraph.related(p, 'user', NULL::users) a);
	END LOOP;
END $$;
SELECT titles_of(1, 'posts');
SELECT titles_of(5, 'posts');
DO $$
DECLARE
	r record;
BEGIN
	SELECT * INTO r FROM users WHERE id = 1;
	PERFORM * FROM relgraph.related(r, 'posts', NULL::posts);
END $$;

-- several key columns, one of them shared
CREATE TABLE orders (tenant int, no int, PRIMARY KEY (no, tenant));
CREATE TABLE lines (tenant int, order_no int, pos int,
	PRIMARY KEY (tenant, order_no, pos),
	FOREIGN KEY (tenant, order_no) REFERENCES orders (tenant, no));
INSERT INTO orders VALUES (1, 10), (2, 10), (1, 11);
INSERT INTO lines VALUES (1, 10, 1), (1, 10, 2), (2, 10, 1);
SELECT o.*, l.* FROM orders o, relgraph.related(o, at_run_time('lines'), NULL::lines) l
	ORDER BY 1, 2, 5;
SELECT l.*, o.* FROM lines l, relgraph.related(l, at_run_time('order'), NULL::orders) o
	ORDER BY 1, 2, 3;

-- key columns of different types, compared by the constraint's operator
CREATE TABLE wide (id int8 PRIMARY KEY);
CREATE TABLE narrow (id int2 PRIMARY KEY, wide_id int4 REFERENCES wide);
CREATE TABLE exact (id numeric PRIMARY KEY, wide_id int8 REFERENCES wide);
INSERT INTO wide VALUES (1), (5000000000);
INSERT INTO narrow VALUES (1, 1), (2, NULL);
INSERT INTO exact VALUES (1.0, 5000000000);
SELECT n.*, w.* FROM narrow n, relgraph.related(n, at_run_time('wide'), NULL::wide) w;
SELECT w.*, n.* FROM wide w, relgraph.related(w, at_run_time('narrows'), NULL::narrow) n;
SELECT w.*, e.* FROM wide w, relgraph.related(w, at_run_time('exacts'), NULL::exact) e;
SELECT e.*, w.* FROM narrow n, relgraph.related(n, at_run_time('wide.narrows'), NULL::narrow) e, wide w;

-- names that need quotes, and a type and an operator that are out of sight
CREATE SCHEMA "related Test";
CREATE EXTENSION citext SCHEMA "related Test";
CREATE TABLE "related Test"."Country" ("Code" "related Test".citext PRIMARY KEY, "select" int);
CREATE TABLE "related Test"."City" (
	id int PRIMARY KEY,
	"Country Code" "related Test".citext
		CONSTRAINT "is in" REFERENCES "related Test"."Country");
INSERT INTO "related Test"."Country" VALUES ('At', 1), ('de', 2);
INSERT INTO "related Test"."City" VALUES (1, 'AT'), (2, 'at'), (3, 'De');
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.never(anyelement, anyelement) RETURNS bool
	LANGUAGE plpgsql AS 'BEGIN RAISE ''trapped''; END';
CREATE OPERATOR hostile.= (FUNCTION = hostile.never,
	LEFTARG = anyelement, RIGHTARG = anyelement);
CREATE FUNCTION hostile.never("related Test".citext, "related Test".citext) RETURNS bool
	LANGUAGE plpgsql AS 'BEGIN RAISE ''trapped''; END';
CREATE OPERATOR hostile.= (FUNCTION = hostile.never,
	LEFTARG = "related Test".citext, RIGHTARG = "related Test".citext);
CREATE FUNCTION hostile.never(int, int) RETURNS bool
	LANGUAGE plpgsql AS 'BEGIN RAISE ''trapped''; END';
CREATE OPERATOR hostile.= (FUNCTION = hostile.never,
	LEFTARG = int, RIGHTARG = int);
CREATE TABLE hostile."Country" AS TABLE "related Test"."Country" WITH NO DATA;
CREATE TABLE hostile.posts AS TABLE posts WITH NO DATA;
CREATE TABLE hostile.memberships AS TABLE memberships WITH NO DATA;
SET search_path = hostile, pg_catalog;
SELECT c.id, t."Code"::text, t."select"
	FROM "related Test"."City" c,
	relgraph.related(c, related_test.at_run_time('"is in"'), NULL::"related Test"."Country") t
	ORDER BY 1;
SELECT t."Code"::text, c.id
	FROM "related Test"."Country" t,
	relgraph.related(t, related_test.at_run_time('"City"'), NULL::"related Test"."City") c
	ORDER BY 2;
SELECT u.id, p.title
	FROM related_test.users u,
	relgraph.related(u, related_test.at_run_time('posts'), NULL::related_test.posts) p
	ORDER BY 1, 2;
SELECT u.id, t.name
	FROM related_test.users u,
	relgraph.related(u, related_test.at_run_time('teams'), NULL::related_test.teams) t
	ORDER BY 1, 2;
SELECT c.id, r.id
	FROM related_test.categories c,
	relgraph.related(c, related_test.at_run_time('children*'), NULL::related_test.categories) r
	ORDER BY 1, 2;
SET search_path = related_test;
DROP SCHEMA hostile CASCADE;

-- collations: of the referenced side, so that all agree with the constraint
CREATE TABLE words (word text COLLATE "C" PRIMARY KEY, up text COLLATE "C" REFERENCES words);
CREATE TABLE uses (id int PRIMARY KEY, word text COLLATE "POSIX" REFERENCES words);
CREATE TABLE again (id int PRIMARY KEY, word varchar(20) REFERENCES words);
INSERT INTO words VALUES ('a', NULL), ('b', 'a'), ('c', 'b');
INSERT INTO uses VALUES (1, 'a'), (2, 'b');
INSERT INTO again VALUES (1, 'b');
SELECT u.id, w.word FROM uses u, relgraph.related(u, at_run_time('words'), NULL::words) w ORDER BY 1;
SELECT w.word, u.id FROM words w, relgraph.related(w, at_run_time('uses'), NULL::uses) u ORDER BY 1;
SELECT a.id, u.id FROM again a, relgraph.related(a, at_run_time('words.uses'), NULL::uses) u ORDER BY 1;
SELECT w.word, d.word FROM words w, relgraph.related(w, at_run_time('word_by_up*'), NULL::words) d ORDER BY 1, 2;

-- rows older than a column, dropped columns on either side
CREATE TABLE sources (id int PRIMARY KEY, gone text);
CREATE TABLE kept (row_value sources);
INSERT INTO sources VALUES (1, 'x');
INSERT INTO kept SELECT s FROM sources s;
CREATE TABLE goals (gone text, id int PRIMARY KEY, note text);
INSERT INTO goals VALUES ('x', 7, 'seven');
ALTER TABLE goals DROP COLUMN gone;
ALTER TABLE sources DROP COLUMN gone;
ALTER TABLE sources ADD COLUMN goal_id int REFERENCES goals;
UPDATE sources SET goal_id = 7;
SELECT g.* FROM sources s, relgraph.related(s, at_run_time('goal'), NULL::goals) g;
SELECT s.* FROM goals g, relgraph.related(g, at_run_time('sources'), NULL::sources) s;
SELECT g.* FROM kept k, relgraph.related(k.row_value, at_run_time('goal'), NULL::goals) g;
DROP TABLE kept;
DO $$
DECLARE
	s sources;
	note text;
BEGIN
	SELECT * INTO s FROM sources;
	ALTER TABLE sources ADD COLUMN second_id int DEFAULT 7 REFERENCES goals;
	SELECT g.note INTO note FROM relgraph.related(s, 'second', NULL::goals) g;
	RAISE WARNING 'added with a default: %', note;
END $$;

-- what was remembered does not survive DDL
SELECT g.* FROM sources s, relgraph.related(s, at_run_time('goal'), NULL::goals) g;
ALTER TABLE goals RENAME COLUMN id TO ident;
SELECT g.* FROM sources s, relgraph.related(s, at_run_time('goal'), NULL::goals) g;
ALTER TABLE goals ADD COLUMN more int DEFAULT 1;
SELECT g.* FROM sources s, relgraph.related(s, at_run_time('goal'), NULL::goals) g;
ALTER TABLE goals RENAME TO aims;
CREATE TABLE goals (ident int PRIMARY KEY);
SELECT g.* FROM sources s, relgraph.related(s, at_run_time('goal'), NULL::aims) g;
SELECT g.* FROM sources s, relgraph.related(s, at_run_time('goal'), NULL::goals) g;
BEGIN;
ALTER TABLE sources DROP CONSTRAINT sources_goal_id_fkey;
SELECT g.* FROM sources s, relgraph.related(s, at_run_time('goal'), NULL::aims) g;
ROLLBACK;
SELECT g.* FROM sources s, relgraph.related(s, at_run_time('goal'), NULL::aims) g;
BEGIN;
ALTER TABLE sources DROP CONSTRAINT sources_goal_id_fkey;
ALTER TABLE sources ADD CONSTRAINT goal FOREIGN KEY (goal_id) REFERENCES goals NOT VALID;
SELECT g.* FROM sources s, relgraph.related(s, at_run_time('goal'), NULL::goals) g;
ROLLBACK;
SELECT g.* FROM sources s, relgraph.related(s, at_run_time('goal'), NULL::aims) g;

-- a partitioned table is read whole; a row may be one of a partition
CREATE TABLE regions (id int PRIMARY KEY);
CREATE TABLE events (id int, region_id int REFERENCES regions, parent_id int, PRIMARY KEY (id))
	PARTITION BY RANGE (id);
CREATE TABLE events_low (parent_id int, region_id int, dropped int, id int NOT NULL);
ALTER TABLE events_low DROP COLUMN dropped;
ALTER TABLE events ATTACH PARTITION events_low FOR VALUES FROM (0) TO (10);
CREATE TABLE events_high PARTITION OF events FOR VALUES FROM (10) TO (20);
ALTER TABLE events ADD FOREIGN KEY (parent_id) REFERENCES events;
CREATE TABLE readings (id int PRIMARY KEY, event_id int REFERENCES events);
INSERT INTO regions VALUES (1), (2);
INSERT INTO events VALUES (1, 1, NULL), (2, 1, 1), (11, 1, 2), (12, 2, 11);
INSERT INTO readings VALUES (1, 1), (2, 11);
SELECT r.id, e.* FROM regions r, relgraph.related(r, at_run_time('events'), NULL::events) e ORDER BY 1, 2;
SELECT e.id, r.* FROM events e, relgraph.related(e, at_run_time('region'), NULL::regions) r ORDER BY 1;
SELECT e.id, r.* FROM events_low e, relgraph.related(e, at_run_time('region'), NULL::regions) r ORDER BY 1;
SELECT e.id, r.* FROM events_low e, relgraph.related(e, at_run_time('readings'), NULL::readings) r ORDER BY 1;
SELECT r.id, e.* FROM readings r, relgraph.related(r, at_run_time('event'), NULL::events) e ORDER BY 1;
SELECT e.id, d.* FROM events e, relgraph.related(e, at_run_time('children*'), NULL::events) d ORDER BY 1, 2;
SELECT e.id, d.* FROM events_low e, relgraph.related(e, at_run_time('children*'), NULL::events) d ORDER BY 1, 2;
SELECT e.id, r.* FROM events_low e, relgraph.related(e, at_run_time('region*'), NULL::regions) r ORDER BY 1, 2;

-- an inheritance child's rows are no rows of the referenced table
CREATE TABLE vips (rank int) INHERITS (users);
INSERT INTO vips VALUES (1, 'the other ann', 1);
SELECT p.id, u.* FROM posts p, relgraph.related(p, at_run_time('user'), NULL::users) u ORDER BY 1;
SELECT v.id, p.title FROM vips v, relgraph.related(v::users, at_run_time('posts'), NULL::posts) p ORDER BY 1, 2;
SELECT v.id, p.title FROM vips v, relgraph.related(v, at_run_time('posts'), NULL::posts) p ORDER BY 1, 2;
DROP TABLE vips;

-- a temporary table
CREATE TEMP TABLE marks (id int PRIMARY KEY);
CREATE TEMP TABLE notes (id int PRIMARY KEY, mark_id int REFERENCES marks);
INSERT INTO marks VALUES (1);
INSERT INTO notes VALUES (1, 1);
SELECT n.* FROM marks m, relgraph.related(m, at_run_time('notes'), NULL::notes) n;

-- the caller's privileges and policies, whoever made the plan
CREATE ROLE relgraph_related_ann;
CREATE ROLE relgraph_related_bob;
GRANT USAGE ON SCHEMA related_test TO relgraph_related_ann, relgraph_related_bob;
GRANT SELECT ON users, posts TO relgraph_related_ann;
GRANT SELECT ON users TO relgraph_related_bob;
GRANT SELECT (id, user_id) ON posts TO relgraph_related_bob;
ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
CREATE POLICY only_odd ON posts TO relgraph_related_ann USING (id % 2 = 1);
CREATE POLICY everything ON posts TO relgraph_related_bob USING (true);
SELECT p.title FROM users u, relgraph.related(u, at_run_time('posts'), NULL::posts) p ORDER BY 1;
SET ROLE relgraph_related_ann;
SELECT p.title FROM users u, relgraph.related(u, at_run_time('posts'), NULL::posts) p ORDER BY 1;
SELECT c.id FROM users u, relgraph.related(u, at_run_time('posts.comments'), NULL::comments) c ORDER BY 1;
SET ROLE relgraph_related_bob;
SELECT p.title FROM users u, relgraph.related(u, at_run_time('posts'), NULL::posts) p ORDER BY 1;
RESET ROLE;
GRANT SELECT ON posts TO relgraph_related_bob;
SET ROLE relgraph_related_bob;
SELECT p.title FROM users u, relgraph.related(u, at_run_time('posts'), NULL::posts) p ORDER BY 1;
SET row_security = off;
SELECT count(*) FROM users u, relgraph.related(u, at_run_time('posts'), NULL::posts) p;
RESET row_security;
RESET ROLE;
SELECT p.title FROM users u, relgraph.related(u, at_run_time('posts'), NULL::posts) p ORDER BY 1;

-- rows are read with the snapshot of the query that asks
WITH added AS (INSERT INTO posts VALUES (9, 1, NULL, 'nine') RETURNING *)
SELECT (SELECT count(*) FROM added),
	(SELECT count(*) FROM users u, relgraph.related(u, at_run_time('posts'), NULL::posts) p WHERE u.id = 1);
SELECT count(*) FROM users u, relgraph.related(u, at_run_time('posts'), NULL::posts) p WHERE u.id = 1;

-- more paths than are remembered
SELECT count(*), sum(n)
	FROM generate_series(1, 1500) i,
	LATERAL (SELECT count(*) AS n FROM users u, relgraph.related(u, 'posts' || repeat(' ', i), NULL::posts) p
		WHERE u.id = 2) s;

-- more plans than are kept: a new name makes a new one; those of a transaction
-- stay until it ends
CREATE TABLE items (id int PRIMARY KEY, f0 int CONSTRAINT items_of REFERENCES tags);
INSERT INTO items VALUES (1, 1);
CREATE PROCEDURE make_plans(first int, last int, commit_each bool) LANGUAGE plpgsql AS $$
DECLARE
	t tags;
	found int := 0;
BEGIN
	SELECT * INTO t FROM tags WHERE id = 1;
	FOR i IN first .. last LOOP
		EXECUTE format('ALTER TABLE items RENAME f%s TO f%s', i - 1, i);
		found := found + (SELECT count(*) FROM relgraph.related(t, at_run_time('items_of'), NULL::items));
		IF commit_each THEN
			COMMIT;
		END IF;
	END LOOP;
	RAISE WARNING '% rows found', found;
END $$;
CREATE VIEW plans AS
	SELECT count(*) AS plans FROM pg_backend_memory_contexts
	WHERE name = 'CachedPlanSource' AND ident LIKE '% related_test.items t1%';
CALL make_plans(1, 300, true);
SELECT plans BETWEEN 200 AND 256 AS is_bounded FROM plans;
BEGIN;
CALL make_plans(301, 600, false);
SELECT plans BETWEEN 300 AND 556 AS are_kept FROM plans;
COMMIT;
CALL make_plans(601, 601, true);
SELECT plans BETWEEN 200 AND 256 AS is_bounded FROM plans;
DISCARD PLANS;
SELECT p.title FROM users u, relgraph.related(u, at_run_time('posts'), NULL::posts) p ORDER BY 1;

RESET search_path;
DROP SCHEMA related_test, "related Test" CASCADE;
DROP ROLE relgraph_related_ann, relgraph_related_bob;
