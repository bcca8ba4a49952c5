-- Names that are set and relationships that are declared: effect, refusal, survival.
SET client_min_messages = warning;
\set SHOW_CONTEXT never
CREATE SCHEMA declared_test;
SET search_path = declared_test;
\pset format unaligned
\pset fieldsep ' | '
\pset tuples_only on
CREATE FUNCTION names(of regclass, OUT name text, OUT cardinality text, OUT target text, OUT qualified_name text, OUT inverse text)
	RETURNS SETOF record LANGUAGE sql AS $$
	SELECT name, cardinality::text, target::text, nullif(qualified_name, name), inverse
	FROM relgraph.relationships_of(of) ORDER BY name COLLATE "C" $$;

CREATE TABLE users (id int PRIMARY KEY, email text, code text, UNIQUE (id, code));
CREATE TABLE posts (id int PRIMARY KEY, title text,
	author_id int CONSTRAINT author REFERENCES users,
	editor_id int CONSTRAINT editor REFERENCES users);
CREATE TABLE tree (id int PRIMARY KEY, parent_id int CONSTRAINT up REFERENCES tree);
CREATE TABLE teams (id int PRIMARY KEY);
CREATE TABLE members (user_id int CONSTRAINT m_user REFERENCES users, team_id int CONSTRAINT m_team REFERENCES teams,
	boss_id int CONSTRAINT m_boss REFERENCES users, PRIMARY KEY (user_id, team_id));
CREATE TABLE follows (follower_id int CONSTRAINT f_er REFERENCES users, followee_id int CONSTRAINT f_ee REFERENCES users,
	PRIMARY KEY (follower_id, followee_id));

-- set_name: both, one, and none again
SELECT * FROM names('users') WHERE target = 'posts';
SELECT relgraph.set_name('posts', 'author', 'writer', 'works');
SELECT relgraph.set_name('posts', 'editor', NULL, 'posts');
SELECT * FROM names('posts');
SELECT * FROM names('users') WHERE target = 'posts';
SELECT forward_name, reverse_name FROM relgraph.foreign_keys WHERE child = 'posts'::regclass ORDER BY constraint_name;
SELECT relgraph.set_name('posts', 'author', NULL, 'Werke von "X".*');
SELECT * FROM names('users') WHERE target = 'posts';
SELECT relgraph.set_name('posts', 'author', NULL, NULL);
SELECT relgraph.set_name('posts', 'editor', NULL, NULL);
SELECT relgraph.set_name('posts', 'editor', NULL, NULL);
SELECT * FROM names('users') WHERE target = 'posts';
SELECT count(*) FROM relgraph.declared;
-- its own derived and qualified names are free to be set
SELECT relgraph.set_name('posts', 'author', 'author', 'posts_by_author_id');
SELECT * FROM names('users') WHERE target = 'posts';
SELECT relgraph.forget('users', 'posts_by_author_id');
-- and those of a self-referential one can change places
SELECT relgraph.set_name('tree', 'up', 'children', 'parent');
SELECT * FROM names('tree');
SELECT relgraph.set_name('tree', 'up', 'parent', 'children');
SELECT * FROM names('tree');
-- but one direction does not take the other's name
SELECT relgraph.set_name('tree', 'up', NULL, 'parent');
SELECT relgraph.set_name('tree', 'up', 'children', NULL);
SELECT relgraph.set_name('tree', 'up', 'same', 'same');
SELECT relgraph.set_association_name('follows', 'f_er', 'f_ee', 'followers', NULL);
SELECT relgraph.set_association_name('follows', 'f_er', 'f_ee', NULL, 'followees');
SELECT * FROM names('users') WHERE target = 'users';
SELECT relgraph.set_name('tree', 'up', NULL, NULL);

-- set_association_name: by either order of the keys
SELECT relgraph.set_association_name('members', 'm_user', 'm_team', 'clubs', 'players');
SELECT * FROM names('users') WHERE target = 'teams';
SELECT * FROM names('teams');
SELECT relgraph.set_association_name('members', 'm_team', 'm_user', 'people', NULL);
SELECT * FROM names('users') WHERE target = 'teams';
SELECT * FROM names('teams');
SELECT relgraph.set_association_name('follows', 'f_er', 'f_ee', 'idols', 'fans');
SELECT * FROM names('users') WHERE target = 'users';
SELECT relgraph.forget('users', 'fans');
SELECT * FROM names('users') WHERE target = 'users';
SELECT relgraph.set_association_name('members', 'm_team', 'm_user', NULL, NULL);
SELECT count(*) FROM relgraph.declared;

-- Mistakes
SELECT relgraph.set_name('posts', 'auther', 'writer', NULL);
\echo :SQLSTATE
SELECT relgraph.set_name('users', 'author', 'writer', NULL);
SELECT relgraph.set_name(NULL, 'author', 'writer', NULL);
\echo :SQLSTATE
SELECT relgraph.set_name('posts', NULL, 'writer', NULL);
SELECT relgraph.set_name('posts', 'author', '', NULL);
\echo :SQLSTATE
SELECT relgraph.set_name('posts', 'author', repeat('x', 63), repeat('ß', 32));
\echo :SQLSTATE
SELECT relgraph.set_name('posts', 'author', 'title', NULL);
\echo :SQLSTATE
SELECT relgraph.set_name('posts', 'author', NULL, 'email');
SELECT relgraph.set_name('posts', 'author', 'editor', NULL);
\echo :SQLSTATE
SELECT relgraph.set_name('posts', 'author', NULL, 'posts_by_editor_id');
SELECT relgraph.set_name('posts', 'author', NULL, 'teams');
SELECT relgraph.set_name('nowhere', 'author', NULL, 'x');
\echo :SQLSTATE
SELECT relgraph.set_name('posts_pkey', 'author', NULL, 'x');
\echo :SQLSTATE
SELECT relgraph.set_association_name('members', 'm_user', 'm_boss', 'x', NULL);
\echo :SQLSTATE
SELECT relgraph.set_association_name('members', 'm_user', 'm_user', 'x', NULL);
SELECT relgraph.set_association_name('members', 'm_user', 'm_teams', 'x', NULL);
SELECT relgraph.set_association_name('members', NULL, 'm_team', 'x', NULL);
SELECT relgraph.set_association_name('follows', 'f_er', 'f_ee', 'x', 'x');
SELECT relgraph.set_association_name('members', 'm_user', 'm_team', 'email', NULL);
SELECT relgraph.set_association_name('members', 'm_user', 'm_team', NULL, 'members');
SELECT relgraph.forget('users', 'posts_by_author_id');
\echo :SQLSTATE
SELECT relgraph.set_name('posts', 'author', 'writer', NULL);
SELECT relgraph.forget('posts', 'writter');
SELECT relgraph.forget('users', 'writer');
SELECT relgraph.forget('posts', 'writer');
SELECT relgraph.forget(NULL, 'writer') IS NULL, relgraph.forget('posts', NULL) IS NULL;
BEGIN READ ONLY;
SELECT relgraph.set_name('posts', 'author', 'writer', NULL);
\echo :SQLSTATE
ROLLBACK;
SELECT count(*) FROM relgraph.declared;

-- A name that was set gives way to a column that comes later, and to a second name of its kind
SELECT relgraph.set_name('posts', 'author', 'writer', NULL);
ALTER TABLE posts ADD writer text;
SELECT * FROM names('posts');
ALTER TABLE posts DROP writer;
SELECT name FROM names('posts');
-- while a derived name and a qualified one give way to it
CREATE TABLE notes (user_id int CONSTRAINT n_user REFERENCES users);
SELECT relgraph.set_name('posts', 'author', NULL, 'notes_by_user_id');
SELECT name, inverse FROM names('users') WHERE target IN ('notes', 'posts');
SELECT relgraph.set_name('posts', 'author', NULL, 'writings');
CREATE TABLE writings (user_id int REFERENCES users, other_id int REFERENCES teams);
SELECT name, target, inverse FROM names('users') WHERE target IN ('writings', 'posts');
SELECT name, inverse FROM names('writings');
DROP TABLE writings, notes;
SELECT relgraph.set_name('posts', 'author', NULL, NULL);

-- What was set survives renames, and the constraint itself
SELECT relgraph.set_name('posts', 'author', 'writer', 'works');
SELECT relgraph.set_association_name('follows', 'f_er', 'f_ee', 'idols', 'fans');
ALTER TABLE posts RENAME TO articles;
ALTER TABLE articles RENAME author_id TO "written By";
ALTER TABLE articles RENAME CONSTRAINT author TO "the Author";
ALTER TABLE follows RENAME followee_id TO star_id;
ALTER TABLE users RENAME TO persons;
ALTER SCHEMA declared_test RENAME TO "declared Test";
SET search_path = "declared Test";
SELECT * FROM names('articles');
SELECT name, target FROM names('persons') WHERE target IN ('articles', 'persons');
SELECT kind, source, target, through_source, through_target, name, inverse FROM relgraph.declared ORDER BY 1;
ALTER SCHEMA "declared Test" RENAME TO declared_test;
SET search_path = declared_test;
ALTER TABLE persons RENAME TO users;
ALTER TABLE follows RENAME star_id TO followee_id;
ALTER TABLE articles RENAME TO posts;
ALTER TABLE posts RENAME "written By" TO author_id;
ALTER TABLE posts DROP CONSTRAINT "the Author";
SELECT name FROM names('posts');
ALTER TABLE posts ADD CONSTRAINT again FOREIGN KEY (author_id) REFERENCES users ON DELETE CASCADE;
SELECT * FROM names('posts');
ALTER TABLE posts DROP author_id;
SELECT name FROM names('posts');
ALTER TABLE posts ADD author_id int CONSTRAINT author REFERENCES users;
SELECT name FROM names('posts');
SELECT name FROM names('users') WHERE target = 'users';
DROP TABLE follows;
SELECT name FROM names('users') WHERE target = 'users';
-- what is left over names nothing, is in nobody's way, and is not dumped
SELECT source, relgraph.columns_exist(source), through_source, relgraph.columns_exist(through_source) FROM relgraph.declared ORDER BY kind;
SELECT relgraph.set_name('posts', 'author', 'writer', 'works');
SELECT relgraph.forget('posts', 'writer');
DELETE FROM relgraph.declared;

-- A transaction can think better of it
BEGIN;
SELECT relgraph.set_name('posts', 'author', 'writer', NULL);
SELECT name FROM names('posts');
SAVEPOINT s;
SELECT relgraph.set_name('posts', 'author', 'scribe', NULL);
SELECT name FROM names('posts');
ROLLBACK TO s;
SELECT name FROM names('posts');
SELECT relgraph.set_name('posts', 'author', 'title', NULL);
ROLLBACK TO s;
SELECT name FROM names('posts');
ROLLBACK;
SELECT name FROM names('posts');

-- declare: what unique indexes say of the cardinality
CREATE TABLE one (k int UNIQUE, a int, b text, UNIQUE (a, b));
CREATE TABLE many (k int, a int, b text);
CREATE TABLE one_too (k bigint PRIMARY KEY);
SELECT relgraph.declare('many', 'one', '{k}', 'one', '{k}', 'manies');
SELECT relgraph.declare('one', 'two', '{k}', 'one_too', '{k}', 'uno');
SELECT relgraph.declare('one', 'crowd', '{a,b}', 'many', '{a,b}', 'single');
SELECT relgraph.declare('many', 'likes', '{k}', 'many', '{a}', 'likers');
SELECT name, cardinality, is_list, is_optional, target, source_columns, target_columns, inverse, qualified_name, unique_index, is_self_referential, origin, reason
	FROM relgraph.relationships WHERE origin = 'declared' ORDER BY name;
SELECT count(*) FROM relgraph.relationships WHERE origin = 'declared' AND
	num_nonnulls(through, through_source_columns, through_target_columns, foreign_key, through_foreign_key, on_delete, on_update, is_deferrable, is_validated, is_enforced, is_unique_pair) > 0;
SELECT count(*) FROM relgraph.foreign_keys WHERE child IN ('one'::regclass, 'many', 'one_too');
-- and later
ALTER TABLE many ADD UNIQUE (k);
SELECT name, cardinality, unique_index, inverse FROM relgraph.relationships_of('many') WHERE target = 'one'::regclass AND source_columns = '{k}';
ALTER TABLE many DROP CONSTRAINT many_k_key;
-- unless it is said
SELECT relgraph.forget('many', 'one');
SELECT relgraph.declare('many', 'one', '{k}', 'one', '{k}', NULL, '1:1');
SELECT name, cardinality, unique_index, inverse, reason FROM relgraph.relationships WHERE origin = 'declared' AND 'one'::regclass IN (source, target) AND '{k}' = source_columns AND 'one_too'::regclass NOT IN (source, target) ORDER BY source;
SELECT relgraph.declare('many', 'boxes', '{k}', 'one', '{k}', 'lots', '1:M');
SELECT relgraph.declare('many', 'knots', '{k}', 'one', '{k}', 'ends', 'M:M');
SELECT name, cardinality, is_list, inverse, reason FROM relgraph.relationships WHERE name IN ('boxes', 'lots', 'knots', 'ends') ORDER BY name;
SELECT relgraph.forget('one', 'lots');
SELECT relgraph.forget('many', 'knots');

-- through an association table
CREATE TABLE link (x int, y bigint, z int);
SELECT relgraph.declare('one', 'others', '{k}', 'one_too', '{k}', 'back', NULL, 'link', '{x}', '{y}');
SELECT relgraph.declare('one', 'peers', '{k}', 'one', '{k}', 'peer_of', NULL, 'link', '{x}', '{z}');
SELECT relgraph.declare('one', 'single_other', '{k}', 'one_too', '{k}', NULL, 'M:1', 'link', '{z}', '{y}');
SELECT source, name, cardinality, target, is_list, through, through_source_columns, through_target_columns, inverse, qualified_name, is_unique_pair, unique_index, reason
	FROM relgraph.relationships WHERE through = 'link'::regclass ORDER BY source, name;
CREATE UNIQUE INDEX link_ix ON link (x, y);
SELECT name, is_unique_pair, unique_index FROM relgraph.relationships WHERE through = 'link'::regclass ORDER BY name;
DROP TABLE link;
SELECT name FROM relgraph.relationships WHERE name IN ('others', 'peers', 'peer_of');

-- over views, materialized views, foreign and partitioned tables
CREATE VIEW v AS SELECT 1 AS id, 2 AS user_id;
CREATE MATERIALIZED VIEW mv AS SELECT 1 AS id, 'x'::text AS code;
CREATE UNIQUE INDEX ON mv (id, code);
CREATE FOREIGN DATA WRAPPER declared_wrapper;
CREATE SERVER declared_server FOREIGN DATA WRAPPER declared_wrapper;
CREATE FOREIGN TABLE ft (user_id bigint) SERVER declared_server;
CREATE TABLE parted (user_id int) PARTITION BY LIST (user_id);
SELECT relgraph.declare('v', 'user', '{user_id}', 'users', '{id}', 'in_view');
SELECT relgraph.declare('mv', 'user', '{id,code}', 'users', '{id,code}', 'in_mv');
SELECT relgraph.declare('ft', 'user', '{user_id}', 'users', '{id}', 'afar');
SELECT relgraph.declare('parted', 'user', '{user_id}', 'users', '{id}', 'parts');
SELECT relgraph.declare('v', 'mvs', '{id}', 'mv', '{id}', 'v');
SELECT source, name, cardinality, target, inverse FROM relgraph.relationships WHERE origin = 'declared' AND source <> ALL ('{one,many,one_too}'::regclass[]) ORDER BY source::text, name;
SELECT relation, relationships FROM relgraph.tables WHERE relation IN ('v'::regclass, 'mv', 'ft', 'parted') ORDER BY relation::text;
CREATE OR REPLACE VIEW v AS SELECT 1 AS id, 2 AS user_id, 3 AS more;
SELECT name FROM relgraph.relationships_of('v') ORDER BY 1;
DROP VIEW v;
DROP FOREIGN TABLE ft;
SELECT name, target FROM relgraph.relationships_of('users') WHERE origin = 'declared' ORDER BY 1;

-- it survives renames, and goes with its columns
ALTER TABLE parted RENAME user_id TO uid;
ALTER TABLE users RENAME id TO number;
ALTER TABLE users RENAME TO folk;
SELECT name, source_columns, target, target_columns FROM relgraph.relationships_of('parted');
ALTER TABLE folk RENAME TO users;
ALTER TABLE users RENAME number TO id;
ALTER TABLE one ALTER k TYPE text;
SELECT name FROM relgraph.relationships_of('one') ORDER BY 1;
ALTER TABLE one ALTER k TYPE smallint USING k::smallint;
SELECT name FROM relgraph.relationships_of('one') ORDER BY 1;
ALTER TABLE one DROP b;
SELECT name FROM relgraph.relationships_of('one') ORDER BY 1;

-- Mistakes
SELECT relgraph.declare('many', 'x', '{k}', 'one', '{kk}', 'y');
\echo :SQLSTATE
SELECT relgraph.declare('many', 'x', '{k}', 'users', '{code}', 'y');
\echo :SQLSTATE
SELECT relgraph.declare('many', 'x', '{k,a}', 'one', '{k}', 'y');
\echo :SQLSTATE
SELECT relgraph.declare('many', 'x', '{}', 'one', '{}', 'y');
SELECT relgraph.declare('many', 'x', '{k,NULL}', 'one', '{k,a}', 'y');
SELECT relgraph.declare('many', 'x', NULL, 'one', '{k}', 'y');
SELECT relgraph.declare('many', NULL, '{k}', 'one', '{k}', 'y');
SELECT relgraph.declare(NULL, 'x', '{k}', 'one', '{k}', 'y');
SELECT relgraph.declare('many', 'x', '{k}', NULL, '{k}', 'y');
SELECT relgraph.declare('many', 'one', '{k}', 'one', '{k}', 'y');
\echo :SQLSTATE
SELECT relgraph.declare('many', 'x', '{k}', 'one', '{k}', 'two');
SELECT relgraph.declare('many', 'k', '{k}', 'one', '{k}', 'y');
SELECT relgraph.declare('many', 'x', '{k}', 'many', '{k}', 'x');
SELECT relgraph.declare('many', 'x', '{k}', 'one', '{k}', 'y', NULL, NULL, '{k}', '{k}');
SELECT relgraph.declare('many', 'x', '{k}', 'one', '{k}', 'y', NULL, 'posts');
SELECT relgraph.declare('many', 'x', '{k}', 'one', '{k}', 'y', NULL, 'posts', '{title}', '{id}');
SELECT relgraph.declare('many', 'x', '{ctid}', 'one', '{k}', 'y');
SELECT relgraph.declare('many', 'x', '{k}', 'one_k_key', '{k}', 'y');
SELECT relgraph.declare('many', 'x', '{k}', 'one', '{k}', 'y', 'N:M');
SELECT count(*) FROM relgraph.relationships WHERE name IN ('x', 'y');

-- Privileges: as for making a foreign key
CREATE ROLE relgraph_declared_owner;
CREATE ROLE relgraph_declared_other;
GRANT USAGE ON SCHEMA declared_test TO relgraph_declared_owner;
ALTER TABLE posts OWNER TO relgraph_declared_owner;
SET ROLE relgraph_declared_owner;
SELECT relgraph.set_name('posts', 'author', 'writer', NULL);
SELECT relgraph.set_name('posts', 'author', 'writer', 'works');
\echo :SQLSTATE
SELECT relgraph.set_name('members', 'm_user', 'x', NULL);
\echo :SQLSTATE
SELECT relgraph.set_association_name('members', 'm_user', 'm_team', 'x', NULL);
SELECT relgraph.declare('posts', 'x', '{id}', 'one', '{a}', 'y');
SELECT relgraph.declare('one', 'x', '{a}', 'posts', '{id}', 'y');
RESET ROLE;
GRANT REFERENCES ON users, one TO relgraph_declared_owner;
SET ROLE relgraph_declared_owner;
SELECT relgraph.set_name('posts', 'author', 'writer', 'works');
SELECT relgraph.declare('posts', 'x', '{id}', 'one', '{a}', 'y');
SELECT relgraph.declare('posts', 'z', '{id}', 'one', '{a}', 'zz', NULL, 'many', '{a}', '{k}');
INSERT INTO relgraph.declared SELECT * FROM relgraph.declared;
DELETE FROM relgraph.declared;
UPDATE relgraph.declared SET name = 'mine';
TRUNCATE relgraph.declared;
SET ROLE relgraph_declared_other;
SELECT relgraph.forget('declared_test.posts', 'x');
RESET ROLE;
GRANT USAGE ON SCHEMA declared_test TO relgraph_declared_other;
SET ROLE relgraph_declared_other;
SELECT relgraph.forget('posts', 'x');
SELECT relgraph.forget('users', 'works');
SELECT relgraph.set_name('posts', 'author', NULL, NULL);
SELECT name FROM relgraph.relationships_of('posts') ORDER BY 1;
RESET ROLE;
SELECT relgraph.forget('one', 'y');
SELECT name FROM relgraph.relationships_of('posts') ORDER BY 1;

-- Rows written by hand take effect at once, or none if they mean nothing
INSERT INTO relgraph.declared VALUES ('f', 'declared_test.posts(editor_id)', 'declared_test.users(id)', NULL, NULL, 'corrector', NULL, NULL);
SELECT name FROM names('posts');
UPDATE relgraph.declared SET name = 'reader' WHERE name = 'corrector';
SELECT name FROM names('posts');
INSERT INTO relgraph.declared VALUES
	('f', 'declared_secret.t(a)', 'declared_test.users(id)', NULL, NULL, 'n1', NULL, NULL),
	('r', 'declared_test.posts()', 'declared_test.users()', NULL, NULL, 'n2', NULL, NULL),
	('r', 'declared_test.posts(id, editor_id)', 'declared_test.users(id)', NULL, NULL, 'n3', NULL, NULL),
	('r', 'declared_test.posts(title)', 'declared_test.users(id)', NULL, NULL, 'n4', NULL, NULL),
	('a', 'declared_test.posts(id)', 'declared_test.users(id)', NULL, NULL, 'n5', NULL, NULL),
	('r', '-', 'nothing', NULL, NULL, 'n6', NULL, NULL),
	('r', 'declared_test.posts(id)', 'declared_test.users(id)', 'declared_test.members(user_id)', 'declared_test.one(a)', 'n7', NULL, NULL),
	('?', 'declared_test.posts(id)', 'declared_test.users(id)', NULL, NULL, 'n8', NULL, NULL);
SELECT name FROM names('posts');
SELECT name FROM relgraph.relationships WHERE name LIKE 'n_';
-- a table that has meanwhile appeared behind a wall hurts nobody
CREATE SCHEMA declared_secret;
CREATE TABLE declared_secret.t (a int REFERENCES users);
SELECT name FROM relgraph.relationships_of('declared_secret.t');
SET ROLE relgraph_declared_owner;
SELECT count(*) > 0 FROM relgraph.relationships_of('posts');
SELECT count(*) > 0 FROM relgraph.relationships;
RESET ROLE;
INSERT INTO relgraph.declared (kind, source, target) VALUES ('f', 'no list (', 'a(b)');
INSERT INTO relgraph.declared (kind, source, target) VALUES ('f', 'a."b(c"(d', 'a(b)');
DELETE FROM relgraph.declared;
SELECT name FROM names('posts');

-- Columns and tables whatever their names
CREATE TABLE "odd (""table""), you see" ("a, b" int, "c""d)" int, UNIQUE ("a, b", "c""d)"));
SELECT relgraph.declare('"odd (""table""), you see"', 'self', '{"a, b","c\"d)"}', '"odd (""table""), you see"', '{"c\"d)","a, b"}', 'flipped');
SELECT source, target FROM relgraph.declared;
SELECT source::text::relgraph.columns::text = source::text, relgraph.columns_exist(source::text::relgraph.columns) FROM relgraph.declared;
SELECT name, source_columns, target_columns FROM relgraph.relationships WHERE origin = 'declared' ORDER BY 1;

-- The views and relationships_of() agree on every table
SELECT r FROM relgraph.tables t, relgraph.relationships_of(t.relation) r
EXCEPT ALL SELECT r FROM relgraph.relationships r;
SELECT r FROM relgraph.relationships r
EXCEPT ALL SELECT r FROM relgraph.tables t, relgraph.relationships_of(t.relation) r;

RESET search_path;
DROP SCHEMA declared_test, declared_secret CASCADE;
DROP FOREIGN DATA WRAPPER declared_wrapper CASCADE;
DROP ROLE relgraph_declared_owner, relgraph_declared_other;
DELETE FROM relgraph.declared;
