-- What a wrong path is answered: the error says what there is, and what was perhaps meant.
SET client_min_messages = warning;
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA paths_errors_test;
SET search_path = paths_errors_test;
CREATE FUNCTION at_run_time(text) RETURNS text LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN $1; END';

CREATE TABLE users (id int PRIMARY KEY, name text, post text);
CREATE TABLE posts (id int PRIMARY KEY, title text,
	author_id int CONSTRAINT posts_author REFERENCES users, editor_id int CONSTRAINT posts_editor REFERENCES users);
CREATE TABLE comments (id int PRIMARY KEY, post_id int REFERENCES posts, user_id int REFERENCES users);
CREATE TABLE categories (id int PRIMARY KEY, parent_id int CONSTRAINT sub REFERENCES categories);
CREATE TABLE islands (id int PRIMARY KEY);
CREATE TABLE profiles ("Post" int, user_id int UNIQUE REFERENCES users, post text);
CREATE TABLE "Mixed.Case" ("parentId" int REFERENCES users, "we""ird" text);
INSERT INTO users VALUES (1, 'ann');
INSERT INTO posts VALUES (1, 'one', 1, NULL);
INSERT INTO comments VALUES (1, 1, 1);
INSERT INTO categories VALUES (1, NULL), (2, 1);
INSERT INTO islands VALUES (1);
INSERT INTO "Mixed.Case" VALUES (1);

-- a name that is none, with and without one that is near
SELECT c.* FROM users u, relgraph.related(u, 'coments', NULL::comments) c;
\echo :SQLSTATE
SELECT c.* FROM users u, relgraph.related(u, at_run_time('coments'), NULL::comments) c;
\echo :SQLSTATE
SELECT c.* FROM users u, relgraph.related(u, 'zebra', NULL::comments) c;
SELECT c.* FROM users u, relgraph.related(u, 'comments.pots', NULL::posts) c;
SELECT c.* FROM users u, relgraph.related(u, 'comments.post.authr', NULL::users) c;
SELECT c.* FROM islands i, relgraph.related(i, 'bridges', NULL::users) c;
-- a column is no relationship, nor is a table that is not reached
SELECT c.* FROM users u, relgraph.related(u, 'name', NULL::comments) c;
SELECT c.* FROM users u, relgraph.related(u, 'categories', NULL::categories) c;
SELECT c.* FROM posts p, relgraph.related(p, 'author_id', NULL::users) c;
-- a name that could be two
SELECT p.* FROM users u, relgraph.related(u, 'posts', NULL::posts) p;
\echo :SQLSTATE
SELECT p.* FROM users u, relgraph.related(u, at_run_time('posts'), NULL::posts) p;
SELECT u.* FROM posts p, relgraph.related(p, 'users', NULL::users) u;
SELECT u.* FROM posts p, relgraph.related(p, 'comments.users', NULL::users) u;
-- a constraint that leads two ways
SELECT c.* FROM categories c, relgraph.related(c, 'sub', NULL::categories) d;
-- what does stand for one: name, qualified name, constraint, target table, in any case
SELECT p.id FROM users u, relgraph.related(u, 'posts_by_author_id', NULL::posts) p;
SELECT p.id FROM users u, relgraph.related(u, 'posts_author', NULL::posts) p;
SELECT u.id FROM posts p, relgraph.related(p, 'author', NULL::users) u;
SELECT u.id FROM posts p, relgraph.related(p, 'user_by_author_id', NULL::users) u;
SELECT u.id FROM posts p, relgraph.related(p, 'POSTS_AUTHOR', NULL::users) u;
SELECT u.id FROM comments c, relgraph.related(c, 'users', NULL::users) u;
SELECT u.id FROM comments c, relgraph.related(c, ' Post . Author ', NULL::users) u;
SELECT u.id FROM comments c, relgraph.related(c, '"post"."author"', NULL::users) u;
SELECT u.id FROM "Mixed.Case" m, relgraph.related(m, '"parent"', NULL::users) u;
SELECT u.id FROM users u, relgraph.related(u, '"Mixed.Cases"', NULL::"Mixed.Case") m;
SELECT u.id FROM users u, relgraph.related(u, '"Mixed.Case"', NULL::"Mixed.Case") m;
-- but quotes are for names just as they are
SELECT u.id FROM comments c, relgraph.related(c, '"Post"', NULL::posts) u;
SELECT u.id FROM users u, relgraph.related(u, 'mixed.cases', NULL::"Mixed.Case") m;

-- malformed
SELECT c.* FROM users u, relgraph.related(u, '', NULL::comments) c;
\echo :SQLSTATE
SELECT c.* FROM users u, relgraph.related(u, '  ', NULL::comments) c;
SELECT c.* FROM users u, relgraph.related(u, '.comments', NULL::comments) c;
SELECT c.* FROM users u, relgraph.related(u, 'comments.', NULL::comments) c;
SELECT c.* FROM users u, relgraph.related(u, 'comments..post', NULL::comments) c;
SELECT c.* FROM users u, relgraph.related(u, 'comments post', NULL::comments) c;
SELECT c.* FROM users u, relgraph.related(u, 'comments"post"', NULL::comments) c;
SELECT c.* FROM users u, relgraph.related(u, '"comments', NULL::comments) c;
SELECT c.* FROM users u, relgraph.related(u, '""', NULL::comments) c;
SELECT c.* FROM users u, relgraph.related(u, '*', NULL::comments) c;
SELECT c.* FROM users u, relgraph.related(u, 'comments**', NULL::comments) c;
SELECT c.* FROM users u, relgraph.related(u, NULL, NULL::comments) c;
\echo :SQLSTATE
\set VERBOSITY sqlstate
SELECT c.* FROM users u, relgraph.related(u, repeat('x', 10000), NULL::comments) c;
\set VERBOSITY default
-- repeated where it leads elsewhere
SELECT c.* FROM users u, relgraph.related(u, 'comments*', NULL::comments) c;
\echo :SQLSTATE
SELECT c.id FROM categories p, relgraph.related(p, 'children*', NULL::categories) c;
-- too long
SET relgraph.max_depth = 3;
SELECT u.id FROM users u, relgraph.related(u, 'comments.user.comments', NULL::comments) c;
SELECT u.id FROM users u, relgraph.related(u, 'comments.user.comments.user', NULL::users) c;
\echo :SQLSTATE
RESET relgraph.max_depth;
SET relgraph.max_depth = 0;
SET relgraph.max_dept = 3;

-- the target is another type
SELECT c.* FROM users u, relgraph.related(u, 'comments', NULL::posts) c;
\echo :SQLSTATE
SELECT c.* FROM users u, relgraph.related(u, at_run_time('comments'), NULL::posts) c;
SELECT relgraph.related(u, 'comments', 1) FROM users u;
SELECT relgraph.related(u, 'comments', NULL) FROM users u;
-- and the source no row of a table
SELECT relgraph.related(1, 'comments', NULL::comments);
\echo :SQLSTATE
SELECT relgraph.related(ROW(1, 2), 'comments', NULL::comments);
CREATE TYPE loose AS (id int);
SELECT relgraph.related(ROW(1)::loose, 'comments', NULL::comments);
SELECT relgraph.related(s, 'comments', NULL::comments) FROM (SELECT 1 AS id) s;
SELECT relgraph.related(NULL, 'comments', NULL::comments);
CREATE VIEW user_view AS SELECT * FROM users;
SELECT relgraph.related(v, 'comments', NULL::comments) FROM user_view v;

-- many names are not all listed
DO $$ BEGIN FOR i IN 10..40 LOOP EXECUTE format('CREATE TABLE t%s (users_id int REFERENCES users)', i); END LOOP; END $$;
SELECT c.* FROM users u, relgraph.related(u, 'nothing_like_it', NULL::comments) c;
SELECT c.* FROM users u, relgraph.related(u, 't10t', NULL::comments) c;

RESET search_path;
DROP SCHEMA paths_errors_test CASCADE;
