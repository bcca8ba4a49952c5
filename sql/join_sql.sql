-- join_sql(): a plain statement for each kind of join, with the rows of related().
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS relgraph;
-- tables that nobody analyzed make plans look dear
SET jit = off;
CREATE SCHEMA join_test;
SET search_path = join_test;

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
	user_id int REFERENCES users, team_id int REFERENCES teams, role text,
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
	(4, NULL, NULL, 'lost'), (5, 2, 6, 'silent'), (6, 2, 7, 'silent');
INSERT INTO comments VALUES
	(1, 1, 2, '{"n": 1}', '(1,1)'), (2, 1, 3, '{"n": 2}', '(2,2)'),
	(3, 2, 2, '{"n": 3}', '(3,3)'), (4, 3, 1, '{"n": 4}', '(4,4)'),
	(5, 3, NULL, '{"n": 5}', '(5,5)');
INSERT INTO teams VALUES (1, 'red', '1'), (2, 'blue', '2'), (3, 'none', '3');
INSERT INTO memberships VALUES (1, 1), (1, 2), (2, 2), (3, 2);
INSERT INTO follows VALUES (1, 2), (2, 3), (3, 1), (4, 1);
INSERT INTO tags VALUES (1, '"a"'), (2, '"b"');
INSERT INTO post_tags VALUES (1, 1), (1, 1), (1, 2), (2, 1), (3, NULL);

-- The statement's rows are those of related(): as pairs of a source row and a
-- target row, or as source rows, each as often.  Run with no search_path.
CREATE FUNCTION difference(root regclass, path text, target regclass, kind text)
RETURNS text LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	lines text[] := string_to_array(relgraph.join_sql(root, path, kind), E'\n');
	related text := format('relgraph.related(r, %L, NULL::%s)', path, target);
	source_alias text := substring(lines[2] FROM '(\w+)$');
	target_alias text := substring(lines[1] FROM '(\w+)\.\*$');
	ours text;
	theirs text;
	report text;
BEGIN
	CASE kind
		WHEN 'inner' THEN
			theirs := format('FROM %s r, %s t', root, related);
		WHEN 'left' THEN
			theirs := format('FROM %s r LEFT JOIN LATERAL %s t ON true', root, related);
		WHEN 'exists' THEN
			theirs := format('FROM %s r WHERE EXISTS (SELECT FROM %s)', root, related);
		WHEN 'anti' THEN
			theirs := format('FROM %s r WHERE NOT EXISTS (SELECT FROM %s)', root, related);
	END CASE;
	ours := array_to_string(lines[2:], E'\n');
	IF kind IN ('inner', 'left') THEN
		ours := format(E'SELECT (%s.*)::text, (%s.*)::text\n', source_alias, target_alias) || ours;
		theirs := 'SELECT (r.*)::text, (t.*)::text ' || theirs;
	ELSE
		ours := format(E'SELECT (%s.*)::text\n', source_alias) || ours;
		theirs := 'SELECT (r.*)::text ' || theirs;
	END IF;
	EXECUTE format('SELECT string_agg(x, '' | '') FROM (
		(SELECT ''too many: '' || a::text AS x FROM (%1$s EXCEPT ALL %2$s) a)
		UNION ALL
		(SELECT ''missing: '' || a::text FROM (%2$s EXCEPT ALL %1$s) a)) b',
		'(' || ours || ')', '(' || theirs || ')') INTO report;
	RETURN report;
END
$$;
-- how many rows there are of each kind: a check of nothing would be none
CREATE FUNCTION counted(root regclass, path text, kind text) RETURNS bigint
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	result bigint;
BEGIN
	EXECUTE format(E'SELECT count(*) FROM (SELECT 1 %s) x',
		substring(relgraph.join_sql(root, path, kind) FROM E'\n.*')) INTO result;
	RETURN result;
END
$$;

\pset format unaligned
\pset tuples_only on
-- the kinds
SELECT relgraph.join_sql('users', 'posts');
SELECT relgraph.join_sql('users', 'posts', 'left');
SELECT relgraph.join_sql('users', 'posts', 'exists');
SELECT relgraph.join_sql('users', 'posts', 'ANTI');
-- each step narrows or widens
SELECT relgraph.join_sql('posts', 'user.profile');
SELECT relgraph.join_sql('users', 'posts.comments');
SELECT relgraph.join_sql('users', 'posts.comments', 'left');
SELECT relgraph.join_sql('users', 'posts.comments.author', 'anti');
-- many-to-many: each pair once, or perhaps several times
SELECT relgraph.join_sql('users', 'teams');
SELECT relgraph.join_sql('users', 'teams', 'left');
SELECT relgraph.join_sql('users', 'memberships.team');
SELECT relgraph.join_sql('posts', 'tags');
SELECT relgraph.join_sql('posts', 'tags', 'left');
SELECT relgraph.join_sql('posts', 'tags', 'exists');
-- met by several ways
SELECT relgraph.join_sql('users', 'posts.comments.author');
-- any depth
SELECT relgraph.join_sql('categories', 'children*');
SELECT relgraph.join_sql('categories', 'parent*', 'left');
SELECT relgraph.join_sql('users', 'posts.category.children*.posts', 'exists');
SELECT relgraph.join_sql('users', 'followees*.followers*', 'anti');

\pset format aligned
\pset tuples_only off
-- the same rows
SELECT path, counted(root, path, 'inner') AS "inner", counted(root, path, 'left') AS "left",
	counted(root, path, 'exists') AS "exists", counted(root, path, 'anti') AS "anti",
	string_agg(d, ', ') AS difference
FROM (VALUES ('users'::regclass, 'posts', 'posts'::regclass),
	('users', 'profile', 'profiles'), ('profiles', 'user', 'users'),
	('posts', 'user', 'users'), ('posts', 'user.profile', 'profiles'),
	('users', 'posts.comments', 'comments'),
	('users', 'posts.comments.author', 'users'),
	('users', 'posts.comments.author.posts', 'posts'),
	('comments', 'post.user', 'users'),
	('users', 'teams', 'teams'), ('teams', 'users', 'users'),
	('users', 'memberships', 'memberships'),
	('users', 'memberships.team', 'teams'),
	('users', 'teams.users', 'users'),
	('posts', 'tags', 'tags'), ('users', 'posts.tags', 'tags'),
	('users', 'followees', 'users'), ('users', 'followees.followers', 'users'),
	('categories', 'children', 'categories'),
	('categories', 'children*', 'categories'),
	('categories', 'parent*', 'categories'),
	('categories', 'children*.posts.user', 'users'),
	('users', 'posts.category.children*', 'categories'),
	('users', 'posts.category.parent*.posts', 'posts'),
	('users', 'followees*', 'users'),
	('users', 'followees*.followers*.teams', 'teams')) p (root, path, target),
	unnest(ARRAY['inner', 'left', 'exists', 'anti']) kind,
	difference(root, path, target, kind) d
GROUP BY root, path ORDER BY root::text, path;

-- Names that need care: quotes, blanks, keywords, upper case, other letters.
CREATE SCHEMA "Odd ""schema""";
SET search_path = "Odd ""schema""", join_test;
CREATE TABLE "Order" ("select" int, "Id ""1""" int, PRIMARY KEY ("select", "Id ""1"""));
CREATE TABLE "order" ("from" int PRIMARY KEY, "SELECT" int, "where it's" int,
	CONSTRAINT "fk ""x""" FOREIGN KEY ("SELECT", "where it's") REFERENCES "Order");
CREATE TABLE "Ordered Rows" ("user" int REFERENCES "order", "group" int REFERENCES "order");
CREATE TABLE "üöä" (id int PRIMARY KEY, "from" int REFERENCES "order");
CREATE TABLE "123" ("end" int REFERENCES "üöä");
CREATE TABLE "interesting_nouns" (id int PRIMARY KEY, noun_id int REFERENCES "interesting_nouns");
INSERT INTO "Order" VALUES (1, 1), (1, 2), (2, 2);
INSERT INTO "order" VALUES (1, 1, 1), (2, 1, 1), (3, 1, 2), (4, NULL, 2), (5, 2, NULL);
INSERT INTO "Ordered Rows" VALUES (1, 2), (1, 2), (2, 3), (3, NULL);
INSERT INTO "üöä" VALUES (1, 1), (2, 5), (3, NULL);
INSERT INTO "123" VALUES (1), (1), (2), (NULL);
INSERT INTO interesting_nouns VALUES (1, 1), (2, 1), (3, 2), (4, NULL);
SELECT source, name, cardinality, target FROM relgraph.relationships
	WHERE source::text LIKE '%Odd%' OR source::regclass IN
	(SELECT oid FROM pg_class WHERE relnamespace = '"Odd ""schema"""'::regnamespace)
	ORDER BY source::text COLLATE "C", name COLLATE "C";
\pset format unaligned
\pset tuples_only on
SELECT relgraph.join_sql('"Order"', 'orders', 'inner');
SELECT relgraph.join_sql('"123"', 'üöä.order."orders_via_Ordered Rows_by_user"', 'left');
SELECT relgraph.join_sql('interesting_nouns', 'noun*', 'inner');
\pset format aligned
\pset tuples_only off
-- every relationship, every kind
SELECT r.source, r.name, counted(r.source, quote_ident(r.name), 'inner') AS "inner", string_agg(d, ', ') AS difference
FROM relgraph.relationships r, unnest(ARRAY['inner', 'left', 'exists', 'anti']) kind,
	difference(r.source, '"' || replace(r.name, '"', '""') || '"', r.target, kind) d
WHERE r.source IN (SELECT oid FROM pg_class WHERE relnamespace = '"Odd ""schema"""'::regnamespace)
GROUP BY 1, 2 ORDER BY r.source::text COLLATE "C", r.name COLLATE "C";

-- Keys whose comparison takes more than a plain "=".
SET search_path = join_test;
CREATE DOMAIN code AS text;
CREATE DOMAIN number AS int;
CREATE TYPE hue AS ENUM ('red', 'green');
CREATE COLLATION mine FROM "C";
CREATE TABLE wide (id bigint PRIMARY KEY, code varchar(10) UNIQUE, hue hue UNIQUE, number number UNIQUE,
	name text COLLATE "C" UNIQUE, letters char(3) UNIQUE, codes code UNIQUE);
CREATE TABLE narrow (wide_id smallint REFERENCES wide, code varchar(20) REFERENCES wide (code),
	hue hue REFERENCES wide (hue), number int REFERENCES wide (number),
	name text COLLATE mine REFERENCES wide (name), letters char(3) REFERENCES wide (letters),
	codes text REFERENCES wide (codes));
INSERT INTO wide VALUES (1, 'a', 'red', 10, 'x', 'l', 'm'), (2, 'b', 'green', 20, 'y', 'n', 'o');
INSERT INTO narrow VALUES (1, 'a', 'red', 10, 'x', 'l', 'm'), (1, 'b', 'green', 20, 'y', 'n', 'o'), (NULL, NULL, NULL, NULL, NULL, NULL, NULL);
\pset format unaligned
\pset tuples_only on
SELECT relgraph.join_sql('wide', constraint_name) FROM relgraph.foreign_keys
	WHERE child = 'narrow'::regclass ORDER BY constraint_name;
-- (an operator of one operand is no other)
CREATE FUNCTION never(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR = (FUNCTION = never, RIGHTARG = bigint);
SELECT relgraph.join_sql('wide', 'narrow_wide_id_fkey');
-- A plain "=" goes as soon as another operator could be meant by it.
CREATE FUNCTION always(bigint, smallint) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR = (FUNCTION = always, LEFTARG = bigint, RIGHTARG = smallint);
SELECT relgraph.join_sql('wide', 'narrow_wide_id_fkey');
SELECT relgraph.join_sql('wide', 'narrow_code_fkey');
SELECT count(*) FROM narrow n JOIN wide w ON w.id OPERATOR(join_test.=) n.wide_id;
SELECT counted('wide', 'narrow_wide_id_fkey', 'inner');
\pset format aligned
\pset tuples_only off
SELECT source, foreign_key, counted(source, foreign_key, 'inner') AS "inner", string_agg(d, ', ') AS difference
FROM relgraph.relationships, unnest(ARRAY['inner', 'left', 'exists', 'anti']) kind, difference(source, foreign_key, target, kind) d
WHERE source IN ('wide'::regclass, 'narrow'::regclass)
GROUP BY 1, 2 ORDER BY source::text, foreign_key;

-- Inheritance: children of the target are no related rows.  Partitions are,
-- and have the relationships of their root.
CREATE TABLE odd_posts () INHERITS (posts);
INSERT INTO odd_posts VALUES (99, 1, 1, 'odd');
CREATE TABLE parts (id int, user_id int REFERENCES users, gone int, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE parts_1 (gone1 int, user_id int, gone int, id int NOT NULL);
ALTER TABLE parts_1 DROP gone1;
ALTER TABLE parts ATTACH PARTITION parts_1 FOR VALUES FROM (0) TO (10);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (10) TO (20);
CREATE TABLE part_notes (part_id int REFERENCES parts, note text);
ALTER TABLE parts DROP gone, ADD next_id int REFERENCES parts;
INSERT INTO parts VALUES (1, 1, NULL), (2, 2, 1), (11, 1, 2), (12, NULL, 12);
INSERT INTO part_notes VALUES (1, 'a'), (1, 'b'), (11, 'c');
CREATE VIEW first_users AS SELECT * FROM users WHERE id < 3;
SELECT relgraph.declare('posts', 'first_user', '{user_id}', 'first_users', '{id}', 'first_posts', cardinality => 'M:1');
\pset format unaligned
\pset tuples_only on
SELECT relgraph.join_sql('users', 'posts');
SELECT relgraph.join_sql('parts', 'part_notes');
SELECT relgraph.join_sql('parts_1', 'next*', 'exists');
SELECT relgraph.join_sql('first_users', 'first_posts.comments');
\pset format aligned
\pset tuples_only off
SELECT root, path, counted(root, path, 'inner') AS "inner", string_agg(d, ', ') AS difference
FROM (VALUES ('users'::regclass, 'posts', 'posts'::regclass), ('posts', 'user', 'users'),
	('users', 'parts', 'parts'), ('users', 'parts.part_notes', 'part_notes'), ('part_notes', 'part.user.posts', 'posts'),
	('parts_1', 'user', 'users'), ('parts_1', 'part_notes', 'part_notes'), ('parts_1', 'next*', 'parts'),
	('parts', 'next*.part_notes', 'part_notes'),
	('first_users', 'first_posts', 'posts'), ('posts', 'first_user.first_posts.comments', 'comments')) p (root, path, target),
	unnest(ARRAY['inner', 'left', 'exists', 'anti']) kind, difference(root, path, target, kind) d
GROUP BY 1, 2 ORDER BY root::text, path;

-- Nothing to say, and mistakes
SELECT relgraph.join_sql(NULL, 'posts') IS NULL AS a, relgraph.join_sql('users', NULL) IS NULL AS b,
	relgraph.join_sql('users', 'posts', NULL) IS NULL AS c;
SELECT relgraph.join_sql('users', 'posts', 'inner join');
SELECT relgraph.join_sql('users', 'posts', 'exist');
SELECT relgraph.join_sql('users', 'posts', 'outer');
SELECT relgraph.join_sql('users', 'posts', '');
SELECT relgraph.join_sql('users', 'post');
SELECT relgraph.join_sql('users', 'posts*');
SELECT relgraph.join_sql('users', 'posts..comments');
SELECT relgraph.join_sql('users_pkey', 'posts');

-- No trace of the extension: what was kept runs without it.
SELECT relgraph.join_sql('users', 'followees*.followers*.teams') AS kept \gset
BEGIN;
DROP EXTENSION relgraph;
SELECT count(*) FROM (:kept) x;
ROLLBACK;

SELECT relgraph.forget('posts', 'first_user');
DROP SCHEMA join_test, "Odd ""schema""" CASCADE;
