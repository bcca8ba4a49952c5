-- attach() and detach(): plain functions that core inlines, kept up to date,
-- and never in the place of somebody else's.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS relgraph;
CREATE SCHEMA acc;
SET search_path = acc;

CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, manager_id int REFERENCES users);
CREATE TABLE profiles (user_id int PRIMARY KEY REFERENCES users, bio text);
CREATE TABLE posts (id int PRIMARY KEY, user_id int REFERENCES users, title text);
CREATE TABLE tags (id int PRIMARY KEY, label json);
CREATE TABLE post_tags (post_id int REFERENCES posts, tag_id int REFERENCES tags, at date DEFAULT '2026-01-01',
	PRIMARY KEY (post_id, tag_id));
CREATE TABLE visits (user_id int REFERENCES users, tag_id int REFERENCES tags);
INSERT INTO users VALUES (1, 'ann', NULL), (2, 'bob', 1), (3, 'cid', 1), (4, 'dan', 4);
INSERT INTO profiles VALUES (1, 'first'), (3, NULL);
INSERT INTO posts VALUES (1, 1, 'one'), (2, 1, 'two'), (3, 2, 'three'), (4, NULL, 'lost');
INSERT INTO tags VALUES (1, '"a"'), (2, '"b"'), (3, '"c"');
INSERT INTO post_tags VALUES (1, 1), (1, 2), (2, 1), (4, 3);
INSERT INTO visits VALUES (1, 1), (1, 1), (1, 3), (2, 1), (NULL, 2);

CREATE VIEW made AS SELECT p.oid::regprocedure::text AS function, proretset AS is_set, prorettype::regtype AS result,
	pg_get_userbyid(proowner) AS owner FROM pg_proc p
	WHERE pronamespace = 'acc'::regnamespace AND prosrc LIKE '-- Made by relgraph.attach()%';

-- A dry run says what would be done, and does nothing.
\pset format unaligned
\pset fieldsep ' | '
SELECT * FROM relgraph.attach('{posts,profiles,users}', dry_run => true);
\pset format aligned
SELECT count(*) FROM made;
-- then it is done, for all tables on the search path; and there is nothing to do again
SELECT source, function, target, action, reason FROM relgraph.attach();
SELECT action, count(*) FROM relgraph.attach() GROUP BY 1;
SELECT action, count(*) FROM relgraph.attach(dry_run => true) GROUP BY 1;
SELECT * FROM made ORDER BY function COLLATE "C";
-- they are of no extension, and depend on none
SELECT count(*) FROM pg_depend d JOIN pg_extension e ON refclassid = 'pg_extension'::regclass AND refobjid = e.oid
	WHERE classid = 'pg_proc'::regclass AND objid::regprocedure::text IN (SELECT function FROM made);

-- Rows in FROM, a value elsewhere
SELECT u.name, p.title FROM users u, posts(u) p ORDER BY 1, 2;
SELECT u.name, p.title FROM users u LEFT JOIN LATERAL posts(u) p ON true ORDER BY 1, 2;
SELECT p.title, (p."user").name, (p."user").manager.name AS manager FROM posts p ORDER BY p.id;
SELECT u.name, u.manager FROM users u ORDER BY u.id;
SELECT u.name, (u.profile).bio FROM users u ORDER BY u.id;
SELECT u.name, u.posts FROM users u ORDER BY 1, 2;
SELECT name FROM users u WHERE EXISTS (SELECT FROM posts(u)) ORDER BY 1;
SELECT name, ARRAY(SELECT title FROM posts(u) ORDER BY 1) FROM users u ORDER BY 1;
SELECT u.name, t.label FROM users u, posts(u) p, tags(p) t ORDER BY u.name, t.id;
SELECT u.name, t.id FROM users u, tags(u) t ORDER BY 1, 2;
SELECT count(*) FROM posts(NULL::users);
SELECT "user"(NULL::posts);

-- The rows are those of related().
CREATE FUNCTION difference(source regclass, function text, target regclass, is_list boolean)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	call text := regexp_replace(function, '\([^(]*\)$', '(s)');
	ours text := format('SELECT (s.*)::text, (t.*)::text FROM %s s, %s t', source, call);
	theirs text := format('SELECT (s.*)::text, (t.*)::text FROM %s s, relgraph.related(s, %%L, NULL::%s) t', source, target);
	report text;
BEGIN
	-- one row or null is no row or one row
	IF NOT is_list THEN
		ours := ours || ' WHERE NOT t IS NULL';
	END IF;
	theirs := format(theirs, '"' || (parse_ident(regexp_replace(function, '\([^(]*\)$', '')))[2] || '"');
	EXECUTE format('SELECT string_agg(x::text, '', '') FROM ((%1$s EXCEPT ALL %2$s) UNION ALL (%2$s EXCEPT ALL %1$s)) x',
		'(' || ours || ')', '(' || theirs || ')') INTO report;
	RETURN report;
END
$$;
SELECT function, difference(source, function, target, is_list) FROM relgraph.attach(dry_run => true)
	JOIN relgraph.relationships USING (source, target) WHERE (parse_ident(regexp_replace(function, '\(.*', '')))[2] = name
	ORDER BY 1;

-- In FROM they are not there when the plan is made.
CREATE INDEX ON posts (user_id);
CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query; END $$;
CREATE FUNCTION same_plan(query text, by_hand text) RETURNS boolean LANGUAGE sql AS $$
	SELECT ARRAY(SELECT plan_of(query)) = ARRAY(SELECT plan_of(by_hand)) $$;
SELECT same_plan('SELECT u.name, p.title FROM users u, posts(u) p',
	'SELECT u.name, p.title FROM users u, ONLY posts p WHERE u.id = p.user_id') AS one_to_many,
	same_plan('SELECT p.title, t.label FROM posts p, tags(p) t',
	'SELECT p.title, t.label FROM posts p, ONLY post_tags pt JOIN ONLY tags t ON t.id = pt.tag_id WHERE p.id = pt.post_id') AS many_to_many,
	same_plan('SELECT p.title FROM users u, posts(u) p WHERE u.id = 1',
	'SELECT p.title FROM users u, ONLY posts p WHERE u.id = p.user_id AND u.id = 1') AS of_one,
	same_plan('SELECT u.name, p.title FROM users u LEFT JOIN LATERAL posts(u) p ON true',
	'SELECT u.name, p.title FROM users u LEFT JOIN LATERAL (SELECT p.* FROM ONLY posts p WHERE u.id = p.user_id) p ON true') AS outer,
	same_plan('SELECT count(*) FROM users u, posts(u) p, tags(p) t',
	'SELECT count(*) FROM users u, ONLY posts p, ONLY post_tags pt JOIN ONLY tags t ON t.id = pt.tag_id WHERE u.id = p.user_id AND p.id = pt.post_id') AS two_hops;
-- Where the query has to remain one of its own, the plan is that of such a
-- query, but core hands it the whole row.
CREATE FUNCTION same_shape(query text, by_hand text) RETURNS boolean LANGUAGE sql AS $$
	SELECT ARRAY(SELECT replace(plan_of(query), '(u.*).', 'u.')) = ARRAY(SELECT plan_of(by_hand)) AND NOT same_plan(query, by_hand) $$;
SELECT same_shape('SELECT u.name, p.title FROM users u, LATERAL (SELECT * FROM posts(u) ORDER BY title LIMIT 3) p',
	'SELECT u.name, p.title FROM users u, LATERAL (SELECT * FROM ONLY posts p WHERE u.id = p.user_id ORDER BY title LIMIT 3) p') AS top_3,
	same_shape('SELECT t.id FROM users u, tags(u) t',
	'SELECT t.id FROM users u, LATERAL (SELECT t.* FROM ONLY tags t WHERE EXISTS (SELECT 1 FROM ONLY visits v WHERE u.id = v.user_id AND t.id = v.tag_id)) t') AS distinct_rows,
	same_shape('SELECT (SELECT count(*) FROM posts(u)) FROM users u',
	'SELECT (SELECT count(*) FROM ONLY posts p WHERE u.id = p.user_id) FROM users u') AS scalar;
-- Within EXISTS that makes it no semi-join.  To-one accessors are called row by
-- row, and so is what attribute notation names.
SELECT max((line ~ 'SubPlan')::int) AS subplan, max((line ~ 'Semi Join')::int) AS semi_join, max((line ~ 'Function Scan')::int) AS called
	FROM plan_of('SELECT FROM users u WHERE EXISTS (SELECT FROM posts(u))') line;
SELECT max((line ~ 'ProjectSet')::int) AS called FROM plan_of('SELECT u.posts FROM users u') line;

-- Names: keywords, quotes, upper case, 63 bytes
CREATE SCHEMA "Odd ""schema"", $$;";
SET search_path = "Odd ""schema"", $$;", acc;
CREATE TABLE "Order" ("select" int PRIMARY KEY);
CREATE TABLE "L'ine; --" ("user" int REFERENCES "Order", "table_id" int REFERENCES "Order",
	"group_id" int REFERENCES "Order", "Back\slash_id" int REFERENCES "Order",
	a23456789_123456789_123456789_123456789_123456789_123456789_id int REFERENCES "Order");
INSERT INTO "Order" VALUES (1), (2);
INSERT INTO "L'ine; --" VALUES (1, 2, 1, 2, 1), (1, 1, NULL, 1, NULL);
SELECT function, action, length((parse_ident(regexp_replace(function, '\([^(]*\)$', '')))[2]) AS length
	FROM relgraph.attach(schema => '"Odd ""schema"", $$;"');
SELECT function, difference(a.source, function, a.target, is_list)
	FROM relgraph.attach(schema => '"Odd ""schema"", $$;"', dry_run => true) a JOIN relgraph.relationships r
	ON r.source = a.source AND (parse_ident(regexp_replace(function, '\([^(]*\)$', '')))[2] = name ORDER BY 1;
SELECT (l."group")."select" FROM "L'ine; --" l ORDER BY 1;
SELECT action, count(*) FROM relgraph.detach(schema => '"Odd ""schema"", $$;"') GROUP BY 1;
SET search_path = acc;

-- Functions that relgraph did not make stay, also those it once made.
SELECT count(*) FROM relgraph.detach('{users}');
CREATE FUNCTION posts(users) RETURNS text LANGUAGE sql AS $$SELECT 'mine'$$;
CREATE PROCEDURE profile(users) LANGUAGE sql AS $$$$;
CREATE FUNCTION manager(anyelement) RETURNS text LANGUAGE sql AS $$SELECT 'not in the way'$$;
CREATE FUNCTION visits(users) RETURNS SETOF visits LANGUAGE plpgsql AS $$-- Made by relgraph.attach(), which brings it up to date while this line is here.
BEGIN END$$;
SELECT function, action, reason, sql IS NULL AS nothing FROM relgraph.attach('{users}');
SELECT u.posts FROM users u WHERE id = 1;
CREATE OR REPLACE FUNCTION manager(users) RETURNS users LANGUAGE sql AS 'SELECT u FROM users u WHERE false';
SELECT function, action, reason FROM relgraph.attach('{users}') WHERE action <> 'unchanged';
SELECT function FROM relgraph.detach('{users}');
SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'acc'::regnamespace AND proname IN ('posts', 'profile', 'manager', 'visits')
	AND proargtypes[0] IN ('users'::regtype, 'anyelement'::regtype) ORDER BY 1;
DROP FUNCTION posts(users), manager(users), manager(anyelement), visits(users);
DROP PROCEDURE profile(users);
SELECT action, count(*) FROM relgraph.attach('{users}') GROUP BY 1;

-- What somebody altered is put right.
ALTER FUNCTION posts(users) STRICT;
ALTER FUNCTION tags(posts) SET search_path = public;
ALTER FUNCTION profile(users) SECURITY DEFINER;
ALTER FUNCTION "user"(posts) VOLATILE;
GRANT EXECUTE ON FUNCTION posts(users) TO pg_monitor;
SELECT function, action, reason FROM relgraph.attach() WHERE action <> 'unchanged';
SELECT proacl IS NOT NULL AS grants_stay FROM pg_proc WHERE oid = 'posts(users)'::regprocedure;
SELECT action, count(*) FROM relgraph.attach() GROUP BY 1;

-- DDL: columns come and go, tables and keys change their names or what they say.
ALTER TABLE posts ADD body text DEFAULT 'b', DROP title;
ALTER TABLE users ADD age int;
SELECT p.* FROM users u, posts(u) p ORDER BY 1;
SELECT (p."user").* FROM posts p ORDER BY p.id;
SELECT count(*) FROM relgraph.attach() WHERE action <> 'unchanged';
ALTER TABLE users RENAME id TO user_no;
\set VERBOSITY terse
SELECT count(*) FROM users u, posts(u) p;
\set VERBOSITY default
SELECT function, action, reason FROM relgraph.attach() WHERE action <> 'unchanged';
SELECT count(*) FROM users u, posts(u) p;
ALTER TABLE posts RENAME TO articles;
ALTER TABLE profiles ADD id int, DROP CONSTRAINT profiles_pkey;
ALTER TABLE visits DROP CONSTRAINT visits_tag_id_fkey;
ALTER TABLE visits ADD article_id int REFERENCES articles;
SELECT source, function, action, reason FROM relgraph.attach(dry_run => true) WHERE action <> 'unchanged';
SELECT source, function, action, reason FROM relgraph.attach() WHERE action <> 'unchanged';
SELECT action, count(*) FROM relgraph.attach() GROUP BY 1;
ALTER TABLE profiles ADD UNIQUE (user_id);
SELECT function, action, reason, sql FROM relgraph.attach('{users}') WHERE action <> 'unchanged';
-- another result under the same name
SELECT relgraph.set_name('profiles', 'profiles_user_id_fkey', NULL, 'profile');
ALTER TABLE profiles DROP CONSTRAINT profiles_user_id_key;
SELECT function, action, reason, sql FROM relgraph.attach('{users}') WHERE action <> 'unchanged';
SELECT is_set FROM made WHERE function = 'profile(users)';
-- a column takes the name of a declared relationship
SELECT relgraph.declare('users', 'hobby', '{age}', 'articles', '{id}', 'age_mates');
SELECT function, action, reason FROM relgraph.attach('{users}') WHERE function ~ 'hobby';
ALTER TABLE users ADD hobby text;
SELECT function, action, reason FROM relgraph.attach('{users}') WHERE function ~ 'hobby';
ALTER TABLE users DROP hobby;
SELECT relgraph.forget('users', 'hobby');
SELECT count(*) FROM relgraph.attach('{articles,users}');

-- Another schema: the accessors of a moved table are made there, and dropped here.
CREATE SCHEMA acc2;
ALTER TABLE tags SET SCHEMA acc2;
SELECT source, function, action FROM relgraph.attach('{acc2.tags,articles}') WHERE action <> 'unchanged';
SELECT source, function, action FROM relgraph.attach(schema => 'acc2');
ALTER TABLE acc2.tags SET SCHEMA acc;
SELECT count(*) FROM relgraph.attach(schema => 'acc') WHERE action <> 'unchanged';

-- What is used elsewhere is not dropped, and then nothing is done at all.
CREATE VIEW depends_on_it AS SELECT a.id, count(*) FROM articles a, tags(a) t GROUP BY 1;
SELECT count(*) FROM made;
SELECT * FROM relgraph.detach();
SELECT count(*) FROM made;
ALTER TABLE tags RENAME TO labels;
SELECT * FROM relgraph.attach();
DROP VIEW depends_on_it;
SELECT function, action FROM relgraph.attach() WHERE action <> 'unchanged';

-- Partitions, views, inheritance, temporary tables
CREATE TABLE parts (id int PRIMARY KEY, user_id int REFERENCES users) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (10) TO (20);
CREATE TABLE part_notes (part_id int REFERENCES parts);
CREATE TABLE two_notes (part_id int REFERENCES parts_2);
CREATE TABLE odd_articles () INHERITS (articles);
CREATE VIEW first_users AS SELECT * FROM users WHERE user_no < 3;
CREATE MATERIALIZED VIEW user_list AS SELECT * FROM users;
CREATE TEMP TABLE fleeting (user_id int, id int PRIMARY KEY);
CREATE TEMP TABLE fleeting_too (fleeting_id int REFERENCES fleeting);
INSERT INTO parts VALUES (1, 1), (11, 1), (12, 2);
INSERT INTO part_notes VALUES (1), (11), (11);
INSERT INTO two_notes VALUES (12);
INSERT INTO odd_articles VALUES (9, 1, 'odd');
SELECT relgraph.declare('articles', 'first_user', '{user_id}', 'first_users', '{user_no}', 'first_articles', cardinality => 'M:1');
SELECT relgraph.declare('user_list', 'boss', '{manager_id}', 'users', '{user_no}', 'listed');
SELECT source, function, action, reason FROM relgraph.attach() WHERE action <> 'unchanged';
SELECT source, function, action, reason FROM relgraph.attach('{parts_1,parts_2,fleeting}');
SELECT p.id, count(*) FROM parts p, part_notes(p) GROUP BY 1 ORDER BY 1;
SELECT p.id, count(*) FROM parts_2 p, part_notes(p) GROUP BY 1 ORDER BY 1;
SELECT p.id, (p."user").name FROM parts_1 p;
SELECT o.id, (o."user").name FROM odd_articles o;
SELECT f.name, a.id FROM first_users f, first_articles(f) a ORDER BY 1, 2;
SELECT (l.boss).name FROM user_list l ORDER BY 1;

-- Rights: one's own tables, one's own functions, and nobody else's rows
CREATE ROLE relgraph_acc_ann;
CREATE ROLE relgraph_acc_bob;
CREATE SCHEMA acc_ann AUTHORIZATION relgraph_acc_ann;
CREATE SCHEMA acc_shut;
GRANT USAGE ON SCHEMA acc_ann TO relgraph_acc_bob;
CREATE TABLE acc_shut.secrets (id int PRIMARY KEY);
GRANT REFERENCES ON acc_shut.secrets TO relgraph_acc_ann;
GRANT USAGE ON SCHEMA acc_shut TO relgraph_acc_ann;
SET SESSION AUTHORIZATION relgraph_acc_ann;
SET search_path = acc_ann;
CREATE TABLE owners (id int PRIMARY KEY, name text);
CREATE TABLE things (id int PRIMARY KEY, owner_id int REFERENCES owners, secret_id int REFERENCES acc_shut.secrets);
INSERT INTO owners VALUES (1, 'ann'), (2, 'bob');
INSERT INTO things VALUES (1, 1), (2, 2);
ALTER TABLE things ENABLE ROW LEVEL SECURITY;
CREATE POLICY bobs ON things TO relgraph_acc_bob USING (owner_id = 2);
GRANT SELECT ON things TO relgraph_acc_bob;
RESET SESSION AUTHORIZATION;
REVOKE USAGE ON SCHEMA acc_shut FROM relgraph_acc_ann;
SET SESSION AUTHORIZATION relgraph_acc_ann;
SET search_path = acc_ann, acc;
SELECT source, function, action, reason FROM relgraph.attach();
SELECT proname, proowner::regrole, proacl, prosecdef FROM pg_proc WHERE pronamespace = 'acc_ann'::regnamespace ORDER BY 1;
SELECT * FROM relgraph.attach('{acc.users}');
SELECT * FROM relgraph.detach('{acc.users}', dry_run => true);
SET SESSION AUTHORIZATION relgraph_acc_bob;
SELECT * FROM relgraph.attach('{owners}');
SELECT count(*) FROM relgraph.attach();
SELECT t.id, o.* FROM things t, LATERAL (SELECT (t.owner).*) o;
SELECT count(*) FROM things(ROW(1, 'ann')::owners);
SELECT count(*) FROM things(ROW(2, 'bob')::owners);
RESET SESSION AUTHORIZATION;
-- a table in a schema where one may create nothing
CREATE TABLE acc_shut.mine (id int PRIMARY KEY, up int REFERENCES acc_shut.mine);
ALTER TABLE acc_shut.mine OWNER TO relgraph_acc_bob;
GRANT USAGE ON SCHEMA acc_shut TO relgraph_acc_bob;
SET SESSION AUTHORIZATION relgraph_acc_bob;
SELECT * FROM relgraph.attach('{acc_shut.mine}');
RESET SESSION AUTHORIZATION;
-- a function that somebody else put there in our name
GRANT CREATE ON SCHEMA acc_ann TO relgraph_acc_bob;
SET SESSION AUTHORIZATION relgraph_acc_ann;
SELECT count(*) FROM relgraph.detach(schema => 'acc_ann');
SET SESSION AUTHORIZATION relgraph_acc_bob;
SET search_path = acc_ann;
CREATE FUNCTION things(owners) RETURNS SETOF things LANGUAGE sql AS $$-- Made by relgraph.attach(), which brings it up to date while this line is here.
SELECT NULL::things$$;
CREATE FUNCTION sundry(owners) RETURNS SETOF things LANGUAGE sql AS $$-- Made by relgraph.attach(), which brings it up to date while this line is here.
SELECT NULL::things$$;
SET SESSION AUTHORIZATION relgraph_acc_ann;
SELECT function, action, reason FROM relgraph.attach('{owners}');
SELECT function, action, reason FROM relgraph.detach('{owners}');
RESET SESSION AUTHORIZATION;
-- what is stored means the same under any search_path
CREATE SCHEMA acc_evil;
CREATE FUNCTION acc_evil.always(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR acc_evil.= (FUNCTION = acc_evil.always, LEFTARG = int, RIGHTARG = int);
CREATE TABLE acc_evil.articles (id int, user_id int);
SET search_path = acc_evil, pg_catalog;
SELECT u.name, count(*) FROM acc.users u, acc.articles(u) GROUP BY 1 ORDER BY 1;
SELECT action, count(*) FROM relgraph.attach('{acc.users}') GROUP BY 1;
SET search_path = acc;

-- Mistakes
SELECT * FROM relgraph.attach('{users}', schema => 'acc');
SELECT * FROM relgraph.attach(ARRAY['users', NULL]::regclass[]);
SELECT * FROM relgraph.attach('{users_pkey}');
SELECT * FROM relgraph.attach(ARRAY[0]::oid[]::regclass[]);
SELECT * FROM relgraph.attach(schema => 1::oid::regnamespace);
SELECT count(*) FROM relgraph.attach('{}');
SELECT count(*) FROM relgraph.attach('{users,users}', true) GROUP BY function ORDER BY 1 DESC LIMIT 1;
BEGIN READ ONLY;
SELECT count(*) > 0 AS some FROM relgraph.attach('{users}', dry_run => true);
SELECT count(*) FROM relgraph.detach('{users}');
ROLLBACK;

-- They need no extension.
BEGIN;
DROP EXTENSION relgraph;
SELECT u.name, count(*) FROM users u, articles(u) GROUP BY 1 ORDER BY 1;
SELECT (a."user").name FROM articles a ORDER BY a.id;
ROLLBACK;

-- detach() drops them all, and only them.
SELECT function, action, reason, sql FROM relgraph.detach('{users}', dry_run => true) LIMIT 2;
SELECT action, count(*) FROM relgraph.detach() GROUP BY 1;
SELECT count(*) FROM relgraph.detach();
SELECT * FROM made;
SELECT count(*) FROM pg_proc WHERE pronamespace = 'acc'::regnamespace;

SELECT relgraph.forget('users', 'profile'), relgraph.forget('articles', 'first_user'), relgraph.forget('user_list', 'boss');
DROP SCHEMA acc, acc2, acc_ann, acc_shut, acc_evil, "Odd ""schema"", $$;" CASCADE;
DROP TABLE fleeting, fleeting_too;
DROP ROLE relgraph_acc_ann, relgraph_acc_bob;
