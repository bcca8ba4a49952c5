-- Filters find the rows that the condition written by hand finds.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS relgraph;
RESET client_min_messages;
CREATE SCHEMA filter_conditions;
SET jit = off;
SET search_path = filter_conditions;
\pset format unaligned
\pset tuples_only on

CREATE TABLE users (id int PRIMARY KEY, name text, age int, "Email" varchar(40), born date, manager_id int REFERENCES users);
CREATE TABLE profiles (user_id int PRIMARY KEY REFERENCES users, bio text);
CREATE TABLE posts (id int PRIMARY KEY, user_id int REFERENCES users, title text, stars numeric);
CREATE TABLE comments (id int PRIMARY KEY, post_id int REFERENCES posts, author_id int REFERENCES users, body text);
CREATE TABLE teams (id int PRIMARY KEY, name text);
CREATE TABLE memberships (user_id int REFERENCES users, team_id int REFERENCES teams, role text, PRIMARY KEY (user_id, team_id));
CREATE TABLE tags (id int PRIMARY KEY, label text);
CREATE TABLE post_tags (post_id int REFERENCES posts, tag_id int REFERENCES tags);
CREATE TABLE places (country text, zip int, name text, PRIMARY KEY (zip, country));
CREATE TABLE visits (id int PRIMARY KEY, user_id int REFERENCES users, zip int, country text,
    FOREIGN KEY (country, zip) REFERENCES places (country, zip));
INSERT INTO users VALUES (1, 'ada', 36, 'Ada@x.org', '1815-12-10', NULL), (2, 'bob', 17, 'bob@y.org', '2004-01-01', 1),
    (3, 'cyd', NULL, NULL, NULL, 1), (4, 'Dan', 65, 'dan_x@x.org', '1956-02-29', 2), (5, NULL, 18, '100%', '2003-05-05', 5);
INSERT INTO profiles VALUES (1, 'first'), (3, NULL);
INSERT INTO posts VALUES (11, 1, 'a', 4.5), (12, 1, 'b', NULL), (13, 2, 'c', 1), (14, 3, 'd', NULL), (15, NULL, 'e', 5), (16, 1, 'a', 3);
INSERT INTO comments VALUES (21, 11, 2, 'yes'), (22, 11, 1, 'no'), (23, 13, 3, NULL), (24, NULL, 4, 'lost'), (25, 12, 1, 'yes');
INSERT INTO teams VALUES (31, 'core'), (32, 'docs'), (33, 'empty');
INSERT INTO memberships VALUES (1, 31, 'lead'), (1, 32, 'dev'), (2, 31, 'dev'), (5, 32, NULL);
INSERT INTO tags VALUES (41, 'red'), (42, 'blue'), (43, NULL);
INSERT INTO post_tags VALUES (11, 41), (11, 41), (11, 42), (12, 43), (13, 42), (13, NULL), (NULL, 41);
INSERT INTO places VALUES ('at', 1010, 'wien'), ('hu', 1010, 'buda'), ('at', 8010, 'graz');
INSERT INTO visits VALUES (51, 1, 1010, 'at'), (52, 1, 8010, 'at'), (53, 2, 1010, 'hu'), (54, 3, NULL, 'at'), (55, 4, NULL, NULL);
ANALYZE;

-- A filter and the condition on t that it stands for.
CREATE TABLE cases (n serial, root regclass, filter jsonb, condition text);
INSERT INTO cases (root, filter, condition) VALUES
-- values, lists, null
('users', '{}', 'true'),
('users', '{"id": 2}', 't.id = 2'),
('users', '{"id": "2"}', 't.id = 2'),
('users', '{"name": "ada", "age": 36}', 't.name = ''ada'' AND t.age = 36'),
('users', '{"name": "ada", "age": 37}', 'false'),
('users', '{"name": null}', 't.name IS NULL'),
('users', '{"id": [1, 3, "4", 99]}', 't.id IN (1, 3, 4, 99)'),
('users', '{"id": []}', 'false'),
('users', '{"age": [null]}', 't.age IS NULL'),
('users', '{"age": [17, null, null]}', 't.age = 17 OR t.age IS NULL'),
-- operators
('users', '{"age": {"eq": 17}}', 't.age = 17'),
('users', '{"age": {"eq": null}}', 't.age IS NULL'),
('users', '{"age": {"ne": 17}}', 't.age <> 17'),
('users', '{"age": {"ne": null}}', 't.age IS NOT NULL'),
('users', '{"age": {"lt": 36}}', 't.age < 36'),
('users', '{"age": {"lte": 36}}', 't.age <= 36'),
('users', '{"age": {"gt": 36}}', 't.age > 36'),
('users', '{"age": {"gte": 36}}', 't.age >= 36'),
('users', '{"age": {"gte": 18, "lt": 65}}', 't.age >= 18 AND t.age < 65'),
('users', '{"age": {"in": [17, 18]}}', 't.age IN (17, 18)'),
('users', '{"age": {"in": []}}', 'false'),
('users', '{"age": {"in": [17, null]}}', 't.age = 17 OR t.age IS NULL'),
('users', '{"age": {}}', 'true'),
('users', '{"name": {"like": "a%"}}', 't.name LIKE ''a%'''),
('users', '{"name": {"like": "d%"}}', 't.name LIKE ''d%'''),
('users', '{"name": {"ilike": "d%"}}', 't.name ILIKE ''d%'''),
('users', '{"name": {"like": "___"}}', 't.name LIKE ''___'''),
('users', '{"Email": {"like": "%\\_%"}}', 't."Email" LIKE ''%\_%'''),
('users', '{"Email": {"like": "100\\%"}}', 't."Email" = ''100%'''),
('users', '{"Email": {"ilike": "ADA@%", "ne": "x"}}', 't."Email" ILIKE ''ADA@%'''),
('users', '{"age": {"is_null": true}}', 't.age IS NULL'),
('users', '{"age": {"is_null": false}}', 't.age IS NOT NULL'),
('users', '{"age": {"is_null": true, "eq": 17}}', 'false'),
('users', '{"born": {"lt": "1900-01-01"}}', 't.born < ''1900-01-01'''),
('users', '{"born": ["1956-02-29", "2004-01-01"]}', 't.born IN (''1956-02-29'', ''2004-01-01'')'),
-- and, or, not
('users', '{"or": [{"id": 1}, {"name": "bob"}]}', 't.id = 1 OR t.name = ''bob'''),
('users', '{"or": []}', 'false'),
('users', '{"or": [{}]}', 'true'),
('users', '{"or": [{}, {"id": 1}]}', 'true'),
('users', '{"and": []}', 'true'),
('users', '{"and": [{}, {}]}', 'true'),
('users', '{"and": [{"age": {"gt": 17}}, {"age": {"lt": 65}}]}', 't.age > 17 AND t.age < 65'),
('users', '{"or": [{"id": 1}, {"id": 2}], "age": 17}', '(t.id = 1 OR t.id = 2) AND t.age = 17'),
('users', '{"or": [{"id": 1, "age": 17}, {"id": 3}]}', 't.id = 1 AND t.age = 17 OR t.id = 3'),
('users', '{"and": [{"or": [{"id": 1}, {"id": 2}]}, {"or": [{"id": 2}, {"id": 3}]}]}', 't.id = 2'),
('users', '{"not": {"id": 1}}', 't.id <> 1'),
('users', '{"not": {}}', 'false'),
('users', '{"not": {"not": {"id": 1}}}', 't.id = 1'),
('users', '{"not": {"id": 1, "name": "ada"}}', 'NOT (t.id = 1 AND t.name = ''ada'')'),
('users', '{"not": {"or": [{"id": 1}, {"id": 2}]}}', 't.id NOT IN (1, 2)'),
('users', '{"not": {"id": []}}', 'true'),
-- a null makes a comparison unknown, and neither it nor its negation holds
('users', '{"not": {"age": 17}}', 't.age <> 17'),
('users', '{"not": {"age": {"ne": 17}}}', 't.age = 17'),
('users', '{"not": {"age": {"in": [17]}}}', 't.age <> 17'),
('users', '{"not": {"age": {"in": [17, null]}}}', 't.age <> 17'),
('users', '{"or": [{"age": 17}, {"not": {"age": 17}}]}', 't.age IS NOT NULL'),
('users', '{"or": [{"age": {"ne": 17}}, {"age": null}]}', 't.age IS DISTINCT FROM 17'),
('users', '{"not": {"age": null}}', 't.age IS NOT NULL'),
-- some, none, every: to many
('users', '{"posts": {"some": {}}}', 't.id IN (SELECT user_id FROM posts)'),
('users', '{"posts": {"none": {}}}', 't.id IN (4, 5)'),
('users', '{"posts": {"every": {}}}', 'true'),
('users', '{"posts": {}}', 'true'),
('users', '{"posts": {"some": {"stars": {"gt": 2}}}}', 't.id IN (SELECT user_id FROM posts WHERE stars > 2)'),
('users', '{"posts": {"none": {"stars": {"gt": 2}}}}', 't.id NOT IN (SELECT user_id FROM posts WHERE stars > 2 AND user_id IS NOT NULL)'),
('users', '{"posts": {"every": {"stars": {"gt": 2}}}}', '(SELECT coalesce(bool_and(stars IS NOT NULL AND stars > 2), true) FROM posts WHERE user_id = t.id)'),
('users', '{"posts": {"every": {"not": {"stars": {"gt": 2}}}}}', '(SELECT coalesce(bool_and(stars IS NOT NULL AND stars <= 2), true) FROM posts WHERE user_id = t.id)'),
('users', '{"posts": {"some": {"title": "a"}, "every": {"title": ["a", "b"]}}}', 't.id = 1'),
('users', '{"posts": {"some": {}, "every": {"stars": {"is_null": false}}}}', 't.id = 2'),
('users', '{"not": {"posts": {"some": {}}}}', 't.id IN (4, 5)'),
('users', '{"not": {"posts": {"every": {"stars": {"gt": 2}}}}}', 't.id IN (1, 2, 3)'),
('users', '{"posts": {"some": {"or": [{"title": "c"}, {"stars": null}]}}}', 't.id IN (1, 2, 3)'),
-- to one
('posts', '{"user": {"some": {"name": "ada"}}}', 't.user_id = 1'),
('posts', '{"user": {"none": {}}}', 't.user_id IS NULL'),
('posts', '{"user": {"none": {"name": "ada"}}}', 't.user_id IS DISTINCT FROM 1'),
('posts', '{"user": {"every": {"name": "ada"}}}', 't.user_id IS NULL OR t.user_id = 1'),
('users', '{"profile": {"some": {"bio": null}}}', 't.id = 3'),
('users', '{"profile": {"none": {}}}', 't.id NOT IN (1, 3)'),
-- self-referential
('users', '{"manager": {"some": {"name": "ada"}}}', 't.manager_id = 1'),
('users', '{"manager": {"some": {"manager": {"some": {"name": "ada"}}}}}', 't.id = 4'),
('users', '{"users_by_manager_id": {"some": {"id": {"gt": 2}}}}', 't.id IN (1, 2, 5)'),
('users', '{"users_by_manager_id": {"some": {}, "none": {"id": 5}}}', 't.id IN (1, 2)'),
('users', '{"manager": {"some": {"users_by_manager_id": {"every": {"age": {"lt": 20}}}}}}', 't.id = 5'),
-- many to many
('users', '{"teams": {"some": {"name": "core"}}}', 't.id IN (1, 2)'),
('users', '{"teams": {"none": {"name": "core"}}}', 't.id IN (3, 4, 5)'),
('users', '{"teams": {"some": {}, "every": {"name": "core"}}}', 't.id = 2'),
('users', '{"memberships": {"some": {"role": "dev", "team": {"some": {"name": "core"}}}}}', 't.id = 2'),
('teams', '{"users": {"some": {"posts": {"some": {"tags": {"some": {"label": "blue"}}}}}}}', 't.id IN (31, 32)'),
('posts', '{"tags": {"some": {"label": "red"}}}', 't.id = 11'),
('posts', '{"tags": {"none": {}}}', 't.id IN (14, 15, 16)'),
('posts', '{"tags": {"every": {"label": "blue"}}}', 't.id IN (13, 14, 15, 16)'),
('tags', '{"posts": {"some": {"user": {"some": {"age": {"lt": 18}}}}}}', 't.id = 42'),
('tags', '{"posts": {"none": {"title": "a"}}}', 't.id = 43'),
-- several columns
('visits', '{"place": {"some": {"name": "wien"}}}', 't.id = 51'),
('visits', '{"place": {"none": {}}}', 't.id IN (54, 55)'),
('places', '{"visits": {"some": {"user": {"some": {"name": "ada"}}}}}', 't.country = ''at'''),
('places', '{"visits": {"every": {"user": {"some": {"name": {"in": ["ada", "cyd"]}}}}}}', 't.country = ''at'''),
-- deep
('users', '{"posts": {"some": {"comments": {"some": {"author": {"some": {"teams": {"none": {"name": "docs"}}}}}}}}}', 't.id IN (1, 2)'),
('users', '{"or": [{"posts": {"some": {"comments": {"every": {"body": "yes"}}}}}, {"not": {"manager": {"some": {"not": {"name": "bob"}}}}}]}',
    'EXISTS (SELECT FROM posts p WHERE p.user_id = t.id AND NOT EXISTS (SELECT FROM comments c WHERE c.post_id = p.id AND c.body IS DISTINCT FROM ''yes''))
     OR NOT EXISTS (SELECT FROM users m WHERE m.id = t.manager_id AND NOT m.name = ''bob'')');

CREATE FUNCTION rows_of(root regclass, condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE format('SELECT string_agg(to_json(t.*)::text, '','' ORDER BY to_json(t.*)::text) FROM %s t WHERE %s', root, condition) INTO result;
    RETURN result;
END $$;
CREATE FUNCTION rows_found(root regclass, filter jsonb) RETURNS text LANGUAGE sql AS $$
SELECT string_agg(d::text, ',' ORDER BY d::text) FROM relgraph.load(root, filter => filter) d
$$;
SELECT filter, condition, rows_found(root, filter) AS found, rows_of(root, condition) AS wanted FROM cases
WHERE rows_found(root, filter) IS DISTINCT FROM rows_of(root, condition) ORDER BY n;
SELECT count(*), count(rows_found(root, filter)) AS not_empty FROM cases;

-- every operator on every kind of type, against the server's own
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN positive AS int CHECK (value > 0);
CREATE DOMAIN shout AS varchar(10) COLLATE "C";
CREATE TABLE kinds (id serial PRIMARY KEY, b bool, i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, n numeric(8, 2), t text, tc text COLLATE "C", v varchar(5),
    c char(5), nm name, q "char", d date, ts timestamp, tz timestamptz, tm time, iv interval, u uuid, by bytea, ip inet, j jsonb, m mood, p pair,
    dom positive, sh shout, ia int[], ta text[], r int4range, o oid, bt bit(3), mo money, rc regclass);
INSERT INTO kinds (b, i2, i4, i8, f4, f8, n, t, tc, v, c, nm, q, d, ts, tz, tm, iv, u, by, ip, j, m, p, dom, sh, ia, ta, r, o, bt, mo, rc) VALUES
    (true, 1, 1, 1, 1.5, 'NaN', 1.5, 'b', 'b', 'b', 'b', 'b', 'b', '2020-01-01', '2020-01-01', '2020-01-01', '01:00', '1 day', '00000000-0000-0000-0000-000000000001',
     '\x01', '10.0.0.1', '{"a": 1}', 'ok', '(1,x)', 5, 'B', '{1,2}', '{a,NULL}', '[1,5)', 5, '101', '1', 'pg_class'),
    (false, -1, 70000, 5000000000, 1e10, 1, 2, 'B', 'B', 'c', 'c  ', 'c', 'c', 'infinity', 'infinity', '1999-01-01', '02:00', '25 hours', '00000000-0000-0000-0000-000000000002',
     '\x02', '10.0.0.0/8', '[1]', 'happy', '(1,)', 6, 'a', '{}', '{}', 'empty', 6, '111', '-1', 'pg_proc'),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE values_of (kind name, value jsonb, sql text);
INSERT INTO values_of SELECT kind, value, quote_nullable(value #>> '{}') FROM (VALUES
    ('b', 'true'::jsonb), ('b', '"f"'), ('i2', '1'), ('i4', '70000'), ('i8', '5000000000'), ('i8', '"1"'), ('f4', '1.5'), ('f4', '10000000000'), ('f8', '"NaN"'), ('f8', '1'),
    ('n', '1.50'), ('n', '1.501'), ('n', '1e0'), ('t', '"b"'), ('t', '"B"'), ('t', '1'), ('tc', '"b"'), ('v', '"b"'), ('v', '"toolongforit"'), ('c', '"b"'), ('c', '"c    "'),
    ('nm', '"b"'), ('q', '"b"'), ('d', '"2020-01-01"'), ('d', '"infinity"'), ('ts', '"2020-01-01 00:00"'), ('tz', '"2020-01-01"'), ('tm', '"01:30"'), ('iv', '"24:00:00"'),
    ('u', '"00000000-0000-0000-0000-000000000001"'), ('by', '"\\x01"'), ('ip', '"10.0.0.1"'), ('m', '"ok"'), ('p', '"(1,x)"'), ('dom', '5'), ('dom', '-5'), ('sh', '"B"'),
    ('ia', '"{1,2}"'), ('ta', '"{a,NULL}"'), ('r', '"[1,4]"'), ('o', '5'), ('bt', '"101"'), ('mo', '1'), ('rc', '"pg_class"')) v (kind, value);
INSERT INTO values_of VALUES ('j', '{"a": 1.0}', '''{"a": 1}'''), ('j', '[1]', '''[1]'''), ('j', '"x"', '''"x"''');
CREATE FUNCTION base_of(kind name) RETURNS regtype LANGUAGE sql AS $$
SELECT coalesce(nullif(typbasetype, 0), t.oid) FROM pg_attribute JOIN pg_type t ON t.oid = atttypid WHERE attrelid = 'kinds'::regclass AND attname = kind
$$;
-- bpchar and varchar, not character(n): a value keeps its length
CREATE VIEW type_cases AS
    SELECT kind, jsonb_build_object(kind, jsonb_build_object(word, CASE WHEN word = 'in' THEN jsonb_build_array(value, value) ELSE value END)) AS filter,
        format('t.%I %s %s::%s', kind, operator, sql, CASE base_of(kind)::text WHEN 'character' THEN 'bpchar' WHEN 'bit' THEN 'varbit::bit(3)' ELSE base_of(kind)::text END) AS condition
    FROM values_of, (VALUES ('eq', '='), ('ne', '<>'), ('lt', '<'), ('lte', '<='), ('gt', '>'), ('gte', '>='), ('in', '=')) o (word, operator);
SELECT kind, filter, rows_found('kinds', filter) AS found, rows_of('kinds', condition) AS wanted FROM type_cases
WHERE rows_found('kinds', filter) IS DISTINCT FROM rows_of('kinds', condition) ORDER BY 1, 2;
SELECT count(*), count(DISTINCT kind) AS kinds, count(rows_found('kinds', filter)) AS not_empty FROM type_cases;
-- a list of several values of each
SELECT kind, filter, rows_found('kinds', filter) AS found, rows_of('kinds', condition) AS wanted FROM
    (SELECT kind, jsonb_build_object(kind, jsonb_agg(value)) AS filter, string_agg(condition, ' OR ') AS condition
     FROM type_cases JOIN values_of USING (kind) WHERE filter ? kind AND filter -> kind = jsonb_build_object('eq', value) GROUP BY kind) x
WHERE rows_found('kinds', filter) IS DISTINCT FROM rows_of('kinds', condition) ORDER BY 1;
-- a null row is null, and a row of nulls is not
SELECT relgraph.load('kinds', 'id', '{"p": null}');
UPDATE kinds SET p = '(,)' WHERE id = 3;
SELECT relgraph.load('kinds', 'id', '{"p": null}');
SELECT relgraph.load('kinds', 'id', '{"p": {"is_null": false}}');
-- a jsonb value that is an object or a list goes behind an operator
SELECT relgraph.load('kinds', 'id', '{"j": {"eq": {"a": 1}}}');
SELECT relgraph.load('kinds', 'id', '{"j": [[1], {"a": 1}, null]}');
SELECT relgraph.load('kinds', 'id', '{"j": {"ne": [1]}}');
SELECT relgraph.load('kinds', 'id', '{"j": {"a": 1}}');
-- patterns: as the operator of the type matches them
SELECT relgraph.load('kinds', 'id', '{"c": {"like": "b"}}');
SELECT relgraph.load('kinds', 'id', '{"c": {"like": "b%"}, "v": {"ilike": "B"}, "nm": {"ilike": "B%"}, "sh": {"like": "B"}, "tc": {"like": "_"}}');
-- values are of the time of the call, and of its settings
SELECT count(*) FROM relgraph.load('kinds', 'id', '{"d": {"gt": "today"}}');
SET datestyle = 'ISO, DMY';
SELECT relgraph.load('users', 'id', '{"born": "10.12.1815"}');
SET datestyle = 'ISO, MDY';
SELECT relgraph.load('users', 'id', '{"born": "12/10/1815"}');
SET timezone = 'Europe/Vienna';
SELECT relgraph.load('kinds', 'id', '{"tz": "2020-01-01 09:00"}');
SET timezone = 'America/Los_Angeles';
SELECT relgraph.load('kinds', 'id', jsonb_build_object('tz', (SELECT tz FROM kinds WHERE id = 1)));
RESET timezone;
RESET datestyle;
-- types without an equality or an order can be null or not
CREATE TABLE odd (id int PRIMARY KEY, j json, x xml, pt point, xid xid, acl aclitem);
INSERT INTO odd VALUES (1, '1', '<a/>', '(1,1)', '5', '=r/pg_monitor'), (2, NULL, NULL, NULL, NULL, NULL);
SELECT relgraph.load('odd', 'id', '{"j": null, "x": {"is_null": true}, "pt": {"eq": null}}');
SELECT relgraph.load('odd', 'id', '{"j": {"ne": null}}');
SELECT relgraph.load('odd', 'id', '{"xid": 5}');
SELECT relgraph.load('odd', 'id', '{"xid": {"ne": 6}}');
SELECT relgraph.load('odd', 'id', '{"acl": {"ne": "pg_monitor=r/pg_monitor"}}');
SELECT relgraph.load('odd', 'id', '{"acl": ["pg_monitor=r/pg_monitor"]}');
SELECT relgraph.load('odd', 'id', '{"j": 1}');
SELECT relgraph.load('odd', 'id', '{"x": ["<a/>"]}');
SELECT relgraph.load('odd', 'id', '{"xid": {"lt": 5}}');
SELECT relgraph.load('odd', 'id', '{"pt": {"like": "x"}}');
SELECT relgraph.load('kinds', 'id', '{"i4": {"like": "1%"}}');
SELECT relgraph.load('kinds', 'id', '{"ia": {"lt": [1]}}');

-- columns that are called like words of the language, and stranger ones
CREATE TABLE words (id int PRIMARY KEY, "or" int, "and" int, "not" int, "eq" int, "some" int, "a""b" int, """or""" int, "x y" int,
    word_id int REFERENCES words);
INSERT INTO words VALUES (1, 1, 2, 3, 4, 5, 6, 7, 8, NULL), (2, 11, 12, 13, 14, 15, 16, 17, 18, 1);
SELECT relgraph.load('words', 'id', '{"\"or\"": 1}');
SELECT relgraph.load('words', 'id', '{"\"and\"": {"gt": 2}, "\"not\"": 13}');
SELECT relgraph.load('words', 'id', '{"or": [{"\"or\"": 11}, {"eq": {"eq": 4}}]}');
SELECT relgraph.load('words', 'id', '{"eq": 14, "some": {"in": [15]}, "x y": 18, "\"x y\"": 18}');
SELECT relgraph.load('words', 'id', '{"a\"b": 6, "\"a\"\"b\"": 6}');
SELECT relgraph.load('words', 'id', '{"\"\"\"or\"\"\"": 17}');
SELECT relgraph.load('words', 'id', '{"word": {"some": {"some": 5, "\"or\"": 1}}}');
SELECT relgraph.load('words', 'id', '{"or": 1}');
SELECT relgraph.load('words', 'id', '{"Eq": 14}');
SELECT relgraph.load('words', 'id', '{"\"or": 1}');
SELECT relgraph.load('words', 'id', '{"": 1}');
SELECT relgraph.load('words', 'id', '{"\"\"": 1}');

-- relations of other kinds: partitions, a leaf with other column numbers, inheritance, a view
CREATE TABLE parts (id int PRIMARY KEY, user_id int REFERENCES users) PARTITION BY RANGE (id);
CREATE TABLE parts_low (user_id int, gone int, id int NOT NULL);
ALTER TABLE parts_low DROP COLUMN gone;
ALTER TABLE parts ATTACH PARTITION parts_low FOR VALUES FROM (0) TO (10);
CREATE TABLE parts_high PARTITION OF parts FOR VALUES FROM (10) TO (20);
INSERT INTO parts VALUES (1, 2), (11, 3), (12, NULL);
SELECT relgraph.load('users', 'id', '{"parts": {"some": {}}}');
SELECT relgraph.load('parts', 'id', '{"user": {"some": {"name": "cyd"}}}');
SELECT relgraph.load('parts_low', 'id', '{"user": {"some": {"name": "bob"}}}');
CREATE TABLE more_users () INHERITS (users);
INSERT INTO more_users (id, name, manager_id) VALUES (101, 'kid', 4);
SELECT relgraph.load('users', 'id', '{"users_by_manager_id": {"some": {"name": "kid"}}}');
CREATE VIEW adults AS SELECT * FROM users WHERE age >= 18;
SELECT relgraph.declare('adults', 'works', '{id}', 'posts', '{user_id}', 'adult', '1:M');
SELECT relgraph.load('posts', 'id', '{"adult": {"some": {"name": {"like": "a%"}}}}');
SELECT relgraph.load('adults', 'id', '{"works": {"none": {}}}', 'id');

-- a filter follows changes of what it names
PREPARE stars AS SELECT relgraph.load('users', 'id', '{"posts": {"some": {"stars": {"gte": 4.5}}}}');
EXECUTE stars;
ALTER TABLE posts ALTER COLUMN stars TYPE text;
EXECUTE stars;
UPDATE posts SET stars = '5' WHERE id = 13;
EXECUTE stars;
ALTER TABLE posts RENAME COLUMN stars TO points;
EXECUTE stars;
ALTER TABLE posts RENAME COLUMN points TO stars;
ALTER TABLE posts RENAME TO articles;
EXECUTE stars;
ALTER TABLE articles RENAME TO posts;
EXECUTE stars;

-- mistakes tell the place
SELECT relgraph.load('users', 'id', '1');
SELECT relgraph.load('users', 'id', 'null');
SELECT relgraph.load('users', 'id', '[]');
SELECT relgraph.load('users', 'id', '{"nme": 1}');
SELECT relgraph.load('users', 'id', '{"age": {"gt": null}}');
SELECT relgraph.load('users', 'id', '{"age": {"between": [1, 2]}}');
SELECT relgraph.load('users', 'id', '{"age": {"gt": [1]}}');
SELECT relgraph.load('users', 'id', '{"age": {"in": 1}}');
SELECT relgraph.load('users', 'id', '{"age": {"in": [1, {"gt": 2}]}}');
SELECT relgraph.load('users', 'id', '{"age": {"in": [1, 2, "x"]}}');
SELECT relgraph.load('users', 'id', '{"age": {"is_null": "yes"}}');
SELECT relgraph.load('users', 'id', '{"age": {"is_null": null}}');
SELECT relgraph.load('users', 'id', '{"name": {"like": 1}}');
SELECT relgraph.load('users', 'id', '{"name": {"like": null}}');
SELECT relgraph.load('users', 'id', '{"name": {"like": "x\\"}}');
SELECT relgraph.load('users', 'id', '{"born": "1956-02-30"}');
SELECT relgraph.load('users', 'id', '{"and": {"id": 1}}');
SELECT relgraph.load('users', 'id', '{"or": [{"id": 1}, 2]}');
SELECT relgraph.load('users', 'id', '{"not": [{"id": 1}]}');
SELECT relgraph.load('users', 'id', '{"not": null}');
SELECT relgraph.load('users', 'id', '{"posts": null}');
SELECT relgraph.load('users', 'id', '{"posts": [1]}');
SELECT relgraph.load('users', 'id', '{"posts": {"title": "a"}}');
SELECT relgraph.load('users', 'id', '{"posts": {"any": {}}}');
SELECT relgraph.load('users', 'id', '{"posts": {"some": null}}');
SELECT relgraph.load('users', 'id', '{"posts.comments": {"some": {}}}');
SELECT relgraph.load('users', 'id', '{"or": [{"id": 1}, {"posts": {"some": {"comments": {"none": {"not": {"bdy": 1}}}}}}]}');
SELECT relgraph.load('users', 'id', '{"or": [{"id": 1}, {"posts": {"some": {"comments": {"none": {"id": ["1", "x"]}}}}}]}');
SELECT relgraph.load('users', 'id', jsonb_build_object(repeat('k', 100), 1));
SELECT relgraph.load('users', 'id', jsonb_build_object(E'a\nb"', 1));
SELECT relgraph.set_name('posts', 'posts_user_id_fkey', NULL, 'things');
SELECT relgraph.set_name('visits', 'visits_user_id_fkey', NULL, 'thing');
SELECT relgraph.load('users', 'id', '{"things": {"some": {"title": "c"}}}');
SELECT relgraph.forget('users', 'things');
SELECT relgraph.forget('users', 'thing');

-- limits: depth over relationships, nesting, values
SET relgraph.max_depth = 2;
SELECT relgraph.load('users', 'id', '{"posts": {"some": {"comments": {"some": {}}}}}');
SELECT relgraph.load('users', 'id', '{"posts": {"some": {"comments": {"some": {"author": {"some": {}}}}}}}');
SELECT relgraph.load('users', 'id', '{"posts": {"some": {}}, "or": [{"teams": {"some": {}}}, {"visits": {"some": {}}}]}');
RESET relgraph.max_depth;
-- as many relationships as that allows take no more than their share of planning, wherever they stand
SET statement_timeout = '60s';
SELECT relgraph.load('users', 'id', (repeat('{"manager": {"every": {"or": [{"id": 7}, ', 16) || '{"id": 1}' || repeat(']}}}', 16))::jsonb);
SELECT relgraph.load('users', 'id', (repeat('{"or": [{"id": 3}, {"users_by_manager_id": {"some": ', 16) || '{"id": 1}' || repeat('}}]}', 16))::jsonb);
SELECT relgraph.load('users', 'id', (repeat('{"not": {"manager": {"none": ', 16) || '{"id": 5}' || repeat('}}}', 16))::jsonb);
SELECT relgraph.load('users', 'id', (repeat('{"manager": {"some": ', 16) || '{"id": 5}' || repeat('}}', 16))::jsonb);
RESET statement_timeout;
\set VERBOSITY terse
SELECT relgraph.load('users', 'id', (repeat('{"not": ', 400) || '{"id": 1}' || repeat('}', 400))::jsonb);
SELECT relgraph.load('users', 'id', (repeat('{"or": [', 400) || '{"id": 1}' || repeat(', {"id": 2}]}', 400))::jsonb);
SELECT relgraph.load('users', 'id', (repeat('{"not": ', 500) || '{"id": 1}' || repeat('}', 500))::jsonb);
SELECT relgraph.load('users', 'id', (repeat('{"and": [', 2000) || '{"id": 1}' || repeat(']}', 2000))::jsonb);
SELECT relgraph.load('users', 'id', jsonb_build_object('id', jsonb_agg(i))) FROM generate_series(2, 100000, 3) i;
SELECT relgraph.load('users', 'id', jsonb_build_object('or', jsonb_agg(jsonb_build_object('id', i)))) FROM generate_series(5, 5000) i;
SELECT relgraph.load('users', 'id', jsonb_build_object('or', jsonb_agg(jsonb_build_object('id', i)))) FROM generate_series(1, 65536) i;
\set VERBOSITY default

\pset format aligned
\pset tuples_only off
SET client_min_messages = warning;
DROP SCHEMA filter_conditions CASCADE;
