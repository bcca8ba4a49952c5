-- A kept plan with related() in it follows every change that the call itself would
\set SHOW_CONTEXT never
SET client_min_messages = warning;
LOAD 'relgraph';
CREATE EXTENSION IF NOT EXISTS relgraph;
DROP ROLE IF EXISTS regress_replan_alice, regress_replan_bob;
CREATE ROLE regress_replan_alice;
CREATE ROLE regress_replan_bob;
CREATE SCHEMA replan_test;
GRANT USAGE ON SCHEMA replan_test TO PUBLIC;
SET search_path = replan_test, relgraph;
CREATE TABLE users (id int PRIMARY KEY, name text);
CREATE TABLE posts (id int PRIMARY KEY, user_id int CONSTRAINT posts_user_key REFERENCES users, editor_id int, title text);
CREATE TABLE comments (id int PRIMARY KEY, post_id int REFERENCES posts, body json);
CREATE TABLE teams (id int PRIMARY KEY, logo json);
CREATE TABLE memberships (user_id int REFERENCES users, team_id int REFERENCES teams,
	CONSTRAINT memberships_pair PRIMARY KEY (user_id, team_id));
CREATE TABLE stars (id int PRIMARY KEY, user_id int, post_id int);
CREATE TABLE categories (id int PRIMARY KEY, parent_id int REFERENCES categories, open boolean);
INSERT INTO users SELECT i, 'user ' || i FROM generate_series(1, 4) i;
INSERT INTO posts SELECT i, 1 + i % 4, 1 + i % 2, 'title ' || i FROM generate_series(1, 12) i;
INSERT INTO comments SELECT i, 1 + i % 12, to_json(i) FROM generate_series(1, 24) i;
INSERT INTO teams SELECT i, to_json(i) FROM generate_series(1, 2) i;
INSERT INTO memberships SELECT i, 1 + i % 2 FROM generate_series(1, 4) i;
INSERT INTO stars SELECT i, 1 + i % 4, i FROM generate_series(1, 6) i;
INSERT INTO categories SELECT i, nullif(i / 2, 0), i <> 2 FROM generate_series(1, 7) i;
GRANT SELECT ON users, posts, comments, teams, memberships, categories TO PUBLIC;

-- Not constant for the planner: this one is never replaced.
CREATE FUNCTION at_run_time(text) RETURNS text LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text := '';
	r record;
BEGIN
	FOR r IN EXECUTE statement LOOP
		result := result || ' ' || r;
	END LOOP;
	RETURN coalesce(nullif(ltrim(result), ''), 'no rows');
EXCEPTION WHEN OTHERS THEN
	RETURN SQLERRM;
END $$;
CREATE FUNCTION kind_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
		IF line ~ 'Function Scan on related' THEN
			RETURN 'call';
		END IF;
	END LOOP;
	RETURN 'join';
EXCEPTION WHEN OTHERS THEN
	RETURN 'error';
END $$;
-- What the prepared statement "ours", whose path is a constant, gives, and the
-- same statement with a path the planner does not know.
CREATE FUNCTION check_plan() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	ours text := try('EXECUTE ours');
	theirs text := try('EXECUTE theirs');
BEGIN
	RETURN NEXT kind_of('EXECUTE ours') || ', ' ||
		CASE WHEN ours = theirs THEN 'same: ' || ours ELSE 'OTHER' END;
	IF ours <> theirs THEN
		RETURN NEXT 'inlined: ' || ours;
		RETURN NEXT 'called: ' || theirs;
	END IF;
END $$;
CREATE FUNCTION prepare(statement text, path text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DEALLOCATE ALL;
	EXECUTE 'PREPARE ours AS ' || replace(statement, '%', quote_literal(path));
	EXECUTE 'PREPARE theirs AS ' || replace(statement, '%', 'replan_test.at_run_time(' || quote_literal(path) || ')');
END $$;
SET plan_cache_mode = force_generic_plan;
\t on
\a

\echo 1. Keys
SELECT prepare('SELECT u.id, p.id FROM users u, related(u, %, NULL::posts) p WHERE u.id = 2 ORDER BY 2', 'posts');
SELECT check_plan();
ALTER TABLE posts DROP CONSTRAINT posts_user_key;
SELECT check_plan();
ALTER TABLE posts ADD CONSTRAINT posts_user_key FOREIGN KEY (user_id) REFERENCES users;
SELECT check_plan();
-- a name that becomes ambiguous
ALTER TABLE posts ADD FOREIGN KEY (editor_id) REFERENCES users;
SELECT check_plan();
ALTER TABLE posts DROP CONSTRAINT posts_editor_id_fkey;
SELECT check_plan();
-- a column of that name
ALTER TABLE users ADD posts int;
SELECT check_plan();
ALTER TABLE users DROP posts;
SELECT check_plan();
-- another key under the same name
ALTER TABLE posts DROP CONSTRAINT posts_user_key,
	ADD CONSTRAINT posts_user_key FOREIGN KEY (editor_id) REFERENCES users;
SELECT check_plan();
ALTER TABLE posts DROP CONSTRAINT posts_user_key,
	ADD CONSTRAINT posts_user_key FOREIGN KEY (user_id) REFERENCES users;
SELECT check_plan();
-- seen only inside the transaction that changes it
BEGIN;
SAVEPOINT s;
ALTER TABLE posts DROP CONSTRAINT posts_user_key;
SELECT check_plan();
ROLLBACK TO s;
SELECT check_plan();
ALTER TABLE posts ADD FOREIGN KEY (editor_id) REFERENCES users;
SELECT check_plan();
ROLLBACK;
SELECT check_plan();

\echo 2. Names of tables, columns and constraints
ALTER TABLE posts RENAME user_id TO author_id;
SELECT check_plan();
ALTER TABLE posts RENAME author_id TO user_id;
ALTER TABLE posts RENAME TO articles;
SELECT check_plan();
ALTER TABLE articles RENAME TO posts;
SELECT check_plan();
SELECT prepare('SELECT u.id, p.id FROM users u, related(u, %, NULL::posts) p WHERE u.id = 2 ORDER BY 2', 'posts_user_key');
SELECT check_plan();
ALTER TABLE posts RENAME CONSTRAINT posts_user_key TO posts_other_key;
SELECT check_plan();
ALTER TABLE posts RENAME CONSTRAINT posts_other_key TO posts_user_key;
SELECT check_plan();
-- in the middle of a path, from a table that the statement does not name
SELECT prepare('SELECT u.id, c.id FROM users u, related(u, %, NULL::comments) c WHERE u.id = 2 ORDER BY 2', 'posts.comments');
SELECT check_plan();
ALTER TABLE posts ADD comments int;
SELECT check_plan();
ALTER TABLE posts DROP comments;
SELECT check_plan();
ALTER TABLE comments RENAME post_id TO entry_id;
SELECT check_plan();
ALTER TABLE comments RENAME entry_id TO post_id;
ALTER TABLE comments ADD cited_id int REFERENCES posts;
SELECT check_plan();
ALTER TABLE comments DROP cited_id;
SELECT check_plan();

\echo 3. Cardinalities: each row once
SELECT prepare('SELECT u.id, t.id FROM users u, related(u, %, NULL::teams) t WHERE u.id = 2', 'teams');
SELECT check_plan();
ALTER TABLE memberships DROP CONSTRAINT memberships_pair;
INSERT INTO memberships VALUES (2, 1), (2, 1);
SELECT check_plan();
SELECT prepare('SELECT u.id, t.id FROM users u, related(u, %, NULL::teams) t WHERE u.id = 2 ORDER BY 2', 'memberships.team');
SELECT check_plan();
DELETE FROM memberships WHERE ctid <> (SELECT min(ctid) FROM memberships m WHERE m = memberships);
ALTER TABLE memberships ADD CONSTRAINT memberships_pair PRIMARY KEY (user_id, team_id);
SELECT check_plan();

\echo 4. Declarations
SELECT prepare('SELECT u.id, p.id FROM users u, related(u, %, NULL::posts) p WHERE u.id = 3 ORDER BY 2', 'starred');
SELECT check_plan();
SELECT declare('users', 'starred', '{id}', 'posts', '{id}', 'fans', 'M:M', 'stars', '{user_id}', '{post_id}');
SELECT check_plan();
SELECT forget('users', 'starred');
SELECT check_plan();
SELECT declare('users', 'starred', '{id}', 'posts', '{editor_id}', 'edited_by');
SELECT check_plan();
SELECT forget('users', 'starred');
SELECT set_name('posts', 'posts_user_key', 'writer', 'starred');
SELECT check_plan();
SELECT set_name('posts', 'posts_user_key', 'writer', 'written');
SELECT check_plan();
BEGIN;
SELECT set_name('posts', 'posts_user_key', 'writer', 'starred');
SELECT check_plan();
ROLLBACK;
SELECT check_plan();
SELECT set_name('posts', 'posts_user_key', NULL, NULL);

\echo 5. Privileges
SELECT prepare('SELECT u.id, c.id FROM users u, related(u, %, NULL::comments) c WHERE u.id = 2 ORDER BY 2', 'posts.comments');
SELECT check_plan();
SET ROLE regress_replan_alice;
SELECT check_plan();
RESET ROLE;
REVOKE SELECT ON comments FROM PUBLIC;
SET ROLE regress_replan_alice;
SELECT check_plan();
RESET ROLE;
-- columns: all of the target, the keys on the way
GRANT SELECT (id, post_id) ON comments TO PUBLIC;
SET ROLE regress_replan_alice;
SELECT check_plan();
RESET ROLE;
GRANT SELECT ON comments TO PUBLIC;
REVOKE SELECT ON posts FROM PUBLIC;
SET ROLE regress_replan_alice;
SELECT check_plan();
RESET ROLE;
GRANT SELECT (id, user_id) ON posts TO PUBLIC;
SET ROLE regress_replan_alice;
SELECT check_plan();
RESET ROLE;
GRANT SELECT ON posts TO PUBLIC;
SELECT check_plan();
-- a plan made by one who may execute related() does not serve one who may not
REVOKE EXECUTE ON FUNCTION related(anyelement, text, anycompatible) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION related(anyelement, text, anycompatible) TO regress_replan_alice;
SET ROLE regress_replan_alice;
SELECT check_plan();
SET ROLE regress_replan_bob;
SELECT check_plan();
SET ROLE regress_replan_alice;
SELECT check_plan();
RESET ROLE;
REVOKE EXECUTE ON FUNCTION related(anyelement, text, anycompatible) FROM regress_replan_alice;
SET ROLE regress_replan_alice;
SELECT check_plan();
RESET ROLE;
GRANT EXECUTE ON FUNCTION related(anyelement, text, anycompatible) TO PUBLIC;
SET ROLE regress_replan_alice;
SELECT check_plan();
RESET ROLE;
-- without USAGE on a schema, no name in it is looked up
CREATE SCHEMA replan_hidden;
ALTER TABLE comments SET SCHEMA replan_hidden;
SELECT prepare('SELECT u.id, c.id FROM users u, related(u, %, NULL::replan_hidden.comments) c WHERE u.id = 2 ORDER BY 2', 'posts.comments');
SET ROLE regress_replan_alice;
SELECT kind_of('EXECUTE ours'), try('EXECUTE ours');
RESET ROLE;
GRANT USAGE ON SCHEMA replan_hidden TO PUBLIC;
SET ROLE regress_replan_alice;
SELECT check_plan();
RESET ROLE;
ALTER TABLE replan_hidden.comments SET SCHEMA replan_test;
DROP SCHEMA replan_hidden;

\echo 6. Views and functions with rights of their own
CREATE TABLE secrets (id int PRIMARY KEY, user_id int REFERENCES users);
INSERT INTO secrets VALUES (1, 2), (2, 2);
CREATE VIEW owners_view AS SELECT u.id, s.id AS secret FROM users u, related(u, 'secrets', NULL::secrets) s;
CREATE VIEW owners_called_view AS SELECT u.id, s.id AS secret FROM users u, related(u, at_run_time('secrets'), NULL::secrets) s;
CREATE VIEW invokers_view WITH (security_invoker) AS SELECT * FROM owners_view;
CREATE VIEW hand_written_view AS SELECT u.id, s.id AS secret FROM users u JOIN secrets s ON u.id = s.user_id;
GRANT SELECT ON owners_view, owners_called_view, invokers_view, hand_written_view TO PUBLIC;
DEALLOCATE ALL;
PREPARE ours AS SELECT * FROM owners_view ORDER BY 1, 2;
PREPARE theirs AS SELECT * FROM owners_called_view ORDER BY 1, 2;
SELECT check_plan();
SET ROLE regress_replan_alice;
SELECT check_plan();
SELECT kind_of('SELECT * FROM invokers_view'), try('SELECT * FROM invokers_view');
SELECT try('SELECT * FROM hand_written_view');
RESET ROLE;
GRANT SELECT ON secrets TO PUBLIC;
SET ROLE regress_replan_alice;
SELECT check_plan();
RESET ROLE;
REVOKE SELECT ON secrets FROM PUBLIC;
CREATE FUNCTION secrets_of(users) RETURNS SETOF secrets LANGUAGE sql STABLE SECURITY DEFINER SET search_path = replan_test
	AS $$ SELECT s.* FROM relgraph.related($1, 'secrets', NULL::secrets) s $$;
CREATE FUNCTION open_secrets_of(users) RETURNS SETOF secrets LANGUAGE sql STABLE
	AS $$ SELECT s.* FROM relgraph.related($1, 'secrets', NULL::replan_test.secrets) s $$;
SET ROLE regress_replan_alice;
SELECT s.id FROM users u, secrets_of(u) s ORDER BY 1;
SELECT s.id FROM users u, open_secrets_of(u) s ORDER BY 1;
RESET ROLE;

\echo 7. Row-level security
CREATE POLICY first ON posts USING (title LIKE '%1%');
CREATE POLICY every ON comments USING (true);
SELECT prepare('SELECT u.id, c.id FROM users u, related(u, %, NULL::comments) c ORDER BY 1, 2', 'posts.comments');
SET ROLE regress_replan_alice;
SELECT check_plan();
RESET ROLE;
ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
SET ROLE regress_replan_alice;
SELECT check_plan();
RESET ROLE;
SELECT check_plan();
ALTER POLICY first ON posts USING (title LIKE '%2%' AND current_user <> 'regress_replan_bob');
SET ROLE regress_replan_alice;
SELECT check_plan();
SET ROLE regress_replan_bob;
SELECT check_plan();
SET ROLE regress_replan_alice;
SELECT check_plan();
-- not filtered silently
SET row_security = off;
SELECT check_plan();
RESET row_security;
SELECT check_plan();
RESET ROLE;
CREATE POLICY second ON posts TO regress_replan_bob USING (id = 3);
SET ROLE regress_replan_bob;
SELECT check_plan();
RESET ROLE;
DROP POLICY second ON posts;
SET ROLE regress_replan_bob;
SELECT check_plan();
RESET ROLE;
ALTER ROLE regress_replan_bob BYPASSRLS;
SET ROLE regress_replan_bob;
SELECT check_plan();
RESET ROLE;
ALTER ROLE regress_replan_bob NOBYPASSRLS;
ALTER TABLE posts DISABLE ROW LEVEL SECURITY;
SET ROLE regress_replan_bob;
SELECT check_plan();
RESET ROLE;
-- of the target; a leaky function does not see what the policy hides
CREATE FUNCTION leak(text) RETURNS boolean LANGUAGE plpgsql COST 0.000001
	AS $$ BEGIN RAISE NOTICE 'seen: %', $1; RETURN true; END $$;
ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
SET ROLE regress_replan_alice;
SET client_min_messages = notice;
SELECT p.id FROM users u, related(u, 'posts', NULL::posts) p WHERE leak(p.title) ORDER BY 1;
SET client_min_messages = warning;
RESET ROLE;
-- the view's owner is not asked, but whoever calls
CREATE VIEW owners_posts AS SELECT p.* FROM users u, related(u, 'posts', NULL::posts) p;
CREATE VIEW owners_called_posts AS SELECT p.* FROM users u, related(u, at_run_time('posts'), NULL::posts) p;
GRANT SELECT ON owners_posts, owners_called_posts TO PUBLIC;
DEALLOCATE ALL;
PREPARE ours AS SELECT id FROM owners_posts ORDER BY 1;
PREPARE theirs AS SELECT id FROM owners_called_posts ORDER BY 1;
SELECT check_plan();
SET ROLE regress_replan_alice;
SELECT check_plan();
RESET ROLE;
-- a policy that navigates, along the path it is a policy of
CREATE POLICY inherited ON categories USING (open AND (parent_id IS NULL OR
	EXISTS (SELECT FROM related(categories, 'parent', NULL::categories))));
ALTER TABLE categories ENABLE ROW LEVEL SECURITY;
SELECT prepare('SELECT c.id, d.id FROM categories c, related(c, %, NULL::categories) d ORDER BY 1, 2', 'children');
SELECT check_plan();
SET ROLE regress_replan_alice;
SELECT check_plan();
SELECT id FROM categories ORDER BY 1;
RESET ROLE;
UPDATE categories SET open = true WHERE id = 2;
SET ROLE regress_replan_alice;
SELECT check_plan();
RESET ROLE;

\echo 8. Columns and partitions
CREATE TABLE events (id int, user_id int REFERENCES users, note text) PARTITION BY RANGE (id);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10);
INSERT INTO events VALUES (1, 2, 'a');
SELECT prepare('SELECT u.id, e.note FROM users u, related(u, %, NULL::events) e WHERE u.id = 2 ORDER BY 2', 'events');
SELECT check_plan();
CREATE TABLE events_2 (note text, id int, user_id int);
INSERT INTO events_2 VALUES ('b', 11, 2);
ALTER TABLE events ATTACH PARTITION events_2 FOR VALUES FROM (10) TO (20);
SELECT check_plan();
ALTER TABLE events DETACH PARTITION events_1;
SELECT check_plan();
ALTER TABLE events ADD extra json DEFAULT '1';
SELECT check_plan();
ALTER TABLE events DROP extra;
SELECT check_plan();
ALTER TABLE events ALTER user_id TYPE bigint;
SELECT check_plan();
-- the target goes
DROP TABLE events;
SELECT check_plan();

\echo 9. The setting
SELECT prepare('SELECT u.id, p.id FROM users u, related(u, %, NULL::posts) p WHERE u.id = 2 ORDER BY 2', 'posts');
SELECT check_plan();
SET relgraph.inline = off;
SELECT check_plan();
BEGIN;
SET LOCAL relgraph.inline = on;
SELECT check_plan();
COMMIT;
SELECT check_plan();
RESET relgraph.inline;
SELECT check_plan();
\t off
\a
DEALLOCATE ALL;
DROP SCHEMA replan_test CASCADE;
DROP ROLE regress_replan_alice, regress_replan_bob;
