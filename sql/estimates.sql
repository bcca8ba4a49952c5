-- What the planner expects of a call of related() that it does not replace by a join
\set SHOW_CONTEXT never
SET client_min_messages = warning;
LOAD 'relgraph';
CREATE EXTENSION IF NOT EXISTS relgraph;
CREATE SCHEMA estimates_test;
SET search_path = estimates_test, relgraph;
CREATE TABLE users (id int PRIMARY KEY, name text);
CREATE TABLE profiles (user_id int PRIMARY KEY REFERENCES users);
CREATE TABLE posts (id int PRIMARY KEY, user_id int REFERENCES users, editor_id int);
CREATE TABLE comments (id int PRIMARY KEY, post_id int REFERENCES posts, author_id int REFERENCES users);
CREATE INDEX ON comments (post_id);
CREATE TABLE teams (id int PRIMARY KEY);
CREATE TABLE memberships (
	user_id int REFERENCES users, team_id int REFERENCES teams, PRIMARY KEY (user_id, team_id));
CREATE TABLE categories (id int PRIMARY KEY, parent_id int REFERENCES categories);
CREATE TABLE events (id int, user_id int REFERENCES users) PARTITION BY RANGE (id);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (500);
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (500) TO (1001);
INSERT INTO users SELECT i FROM generate_series(1, 50) i;
INSERT INTO profiles SELECT i FROM generate_series(1, 25) i;
INSERT INTO posts SELECT i, 1 + i % 50 FROM generate_series(1, 2000) i;
-- half of them without an author
INSERT INTO comments SELECT i, 1 + i % 2000, CASE WHEN i % 2 = 0 THEN 1 + i % 50 END
	FROM generate_series(1, 10000) i;
INSERT INTO teams SELECT i FROM generate_series(1, 10) i;
INSERT INTO memberships SELECT i, j FROM generate_series(1, 50) i, generate_series(1, 3) j;
INSERT INTO categories SELECT i, nullif(i / 4, 0) FROM generate_series(1, 400) i;
INSERT INTO events SELECT i, 1 + i % 50 FROM generate_series(1, 1000) i;
ANALYZE users, profiles, posts, comments, teams, memberships, categories, events_1, events_2;

-- Of the node that calls the function: the scan, or the one that spreads sets.
CREATE FUNCTION estimate(statement text, OUT expected numeric, OUT cost numeric) LANGUAGE plpgsql AS $$
DECLARE
	plan json;
	node json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT JSON) ' || statement INTO plan;
	node := plan->0->'Plan';
	WHILE node->>'Node Type' NOT IN ('Function Scan', 'ProjectSet') LOOP
		node := coalesce(node->'Plans'->1, node->'Plans'->0);
	END LOOP;
	expected := node->>'Plan Rows';
	cost := node->>'Total Cost';
END $$;
CREATE FUNCTION at_run_time(text) RETURNS text LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN $1; END';
SET relgraph.inline = off;

-- to one is one row, with a row or without
SELECT expected FROM estimate($$SELECT * FROM posts p, related(p, 'user', NULL::users)$$);
SELECT expected FROM estimate($$SELECT * FROM users u, related(u, 'profile', NULL::profiles)$$);
SELECT expected FROM estimate($$SELECT * FROM comments c, related(c, 'post.user.profile', NULL::profiles)$$);
-- to many: the average, of all rows that could have some
SELECT expected FROM estimate($$SELECT * FROM users u, related(u, 'posts', NULL::posts)$$);
SELECT expected FROM estimate($$SELECT * FROM posts p, related(p, 'comments', NULL::comments)$$);
SELECT expected FROM estimate($$SELECT * FROM users u, related(u, 'comments', NULL::comments)$$);
SELECT expected FROM estimate($$SELECT * FROM users u, related(u, 'teams', NULL::teams)$$);
SELECT expected FROM estimate($$SELECT * FROM teams t, related(t, 'users', NULL::users)$$);
SELECT expected FROM estimate($$SELECT * FROM users u, related(u, 'posts.comments', NULL::comments)$$);
SELECT expected FROM estimate($$SELECT * FROM users u, related(u, 'events', NULL::events)$$);
-- each row comes once
SELECT expected FROM estimate($$SELECT * FROM users u, related(u, 'teams.users.teams', NULL::teams)$$);
SELECT expected FROM estimate($$SELECT * FROM categories c, related(c, 'children', NULL::categories)$$);
SELECT expected FROM estimate($$SELECT * FROM categories c, related(c, 'children*', NULL::categories)$$);
SELECT expected FROM estimate($$SELECT * FROM categories c, related(c, 'parent*', NULL::categories)$$);
-- sets in a SELECT list, for 50 users
SELECT expected FROM estimate($$SELECT related(u, 'posts', NULL::posts) FROM users u$$);
-- a path that says nothing: what the function is declared with
SELECT expected FROM estimate($$SELECT * FROM users u, related(u, at_run_time('posts'), NULL::posts)$$);
SELECT expected FROM estimate($$SELECT * FROM users u, related(u, 'post', NULL::posts)$$);
SELECT expected FROM estimate($$SELECT * FROM related(NULL::record, 'posts', NULL::posts)$$);
-- a table that nobody analyzed, and one that nobody can
CREATE TABLE notes (id int PRIMARY KEY, user_id int REFERENCES users);
CREATE VIEW pictures AS SELECT 1 AS id, 1 AS user_id;
SELECT declare('pictures', 'user', '{user_id}', 'users', '{id}', 'pictures');
SELECT expected > 10 FROM estimate($$SELECT * FROM users u, related(u, 'notes', NULL::notes)$$);
SELECT expected FROM estimate($$SELECT * FROM users u, related(u, 'pictures', NULL::pictures)$$);

-- the cost: rows cost, and so does a key without an index
CREATE FUNCTION cost(path text, target regclass) RETURNS numeric LANGUAGE sql AS $$
	SELECT cost FROM estimate(format('SELECT * FROM users u, related(u, %L, NULL::%s)', path, target)) $$;
SELECT cost('profile', 'profiles') < cost('posts', 'posts') AS one_or_many,
	cost('posts', 'posts') < cost('posts.comments', 'comments') AS near_or_far;
SELECT cost AS cost_with_index FROM estimate($$SELECT related(p, 'comments', NULL::comments) FROM posts p WHERE id = 1$$) \gset
DROP INDEX comments_post_id_idx;
SELECT cost > :cost_with_index AS index_counts
	FROM estimate($$SELECT related(p, 'comments', NULL::comments) FROM posts p WHERE id = 1$$);
-- it decides in which order conditions are tried
CREATE FUNCTION filter_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT JSON) ' || statement INTO plan;
	RETURN plan->0->'Plan'->>'Filter';
END $$;
SELECT filter_of($$SELECT * FROM users u WHERE
	(SELECT count(*) FROM related(u, 'posts', NULL::posts)) > 3 AND u.name = 'ann'$$)
	~ 'ann.*SubPlan' AS call_is_last;

-- statistics of columns are for those who may read them
CREATE ROLE regress_estimates_reader;
GRANT USAGE ON SCHEMA estimates_test TO regress_estimates_reader;
GRANT SELECT ON users TO regress_estimates_reader;
SET ROLE regress_estimates_reader;
SELECT expected FROM estimate($$SELECT * FROM users u, related(u, 'comments', NULL::comments)$$);
RESET ROLE;
DROP SCHEMA estimates_test CASCADE;
DROP ROLE regress_estimates_reader;
