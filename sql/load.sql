-- load() and load_row(): documents of rows with everything an include names.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS relgraph;
RESET client_min_messages;
CREATE SCHEMA load_test;
SET search_path = load_test;
\pset format unaligned
\pset tuples_only on

CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, manager_id int REFERENCES users);
CREATE TABLE profiles (user_id int PRIMARY KEY REFERENCES users, bio text);
CREATE TABLE posts (id bigint PRIMARY KEY, user_id int REFERENCES users, title text);
CREATE TABLE comments (id int PRIMARY KEY, post_id bigint REFERENCES posts, author_id int REFERENCES users, body text);
CREATE TABLE teams (id int PRIMARY KEY, name text);
CREATE TABLE memberships (user_id int REFERENCES users, team_id int REFERENCES teams, role text, since date,
    PRIMARY KEY (user_id, team_id));
CREATE TABLE tags (id int PRIMARY KEY, label text);
CREATE TABLE post_tags (post_id bigint REFERENCES posts, tag_id int REFERENCES tags);
INSERT INTO users VALUES (1, 'ada', NULL), (2, 'bob', 1), (3, 'cyd "q"', 1), (4, 'dan', 2);
INSERT INTO profiles VALUES (1, 'first'), (3, E'line\nbreak');
INSERT INTO posts VALUES (13, 1, 'c'), (11, 1, 'a'), (12, 2, 'b'), (14, NULL, 'nobody''s');
INSERT INTO comments VALUES (23, 11, 2, 'third'), (22, 11, 1, 'second'), (21, 12, 2, 'first'), (24, NULL, 3, 'lost');
INSERT INTO teams VALUES (31, 'core'), (32, 'docs'), (33, 'empty');
INSERT INTO memberships VALUES (1, 32, 'lead', '2020-01-02'), (1, 31, 'dev', NULL), (2, 31, 'dev', '2021-05-06');
INSERT INTO tags VALUES (41, 'red'), (42, 'blue');
INSERT INTO post_tags VALUES (11, 42), (11, 41), (11, 42), (12, 41), (12, NULL), (NULL, 41);
ANALYZE;

-- documents
SELECT relgraph.load('users');
SELECT relgraph.load('users', 'profile');
SELECT relgraph.load('users', 'posts');
SELECT relgraph.load('posts', 'user');
SELECT relgraph.load('users', 'posts.comments', '{"id": 1}');
SELECT relgraph.load('users', 'name, posts { title, comments { body, author { name, manager { name } } } }');
SELECT relgraph.load('users', 'manager { name }, users_by_manager_id { name }');
SELECT * FROM relgraph.load('teams', 'users { name }');

-- columns are in table order whatever the order they are named in
SELECT relgraph.load('users', 'name id', '{"id": 2}');
SELECT relgraph.load('users', '-name', '{"id": 2}');
SELECT relgraph.load('users', '* -name -id', '{"id": 2}');
SELECT relgraph.load('users', 'id, name, -id', '{"id": 2}');
SELECT relgraph.load('users', '-id -name -manager_id', '{"id": 2}');
SELECT relgraph.load('users', '-id -name -manager_id, profile {}, posts { -id -user_id -title }', '{"id": 1}');
SELECT relgraph.load('users', 'NAME, "name", Posts { TITLE }', '{"id": 1}');

-- aliases; a relationship named more than once is one level with all it was asked for
SELECT relgraph.load('users', 'name, writings: posts { title }, boss: manager { name }', '{"id": 2}');
SELECT relgraph.load('users', 'name, w: posts.comments { body }', '{"id": 2}');
SELECT relgraph.load('users', 'name, a: posts { id }, b: posts { title }', '{"id": 2}');
SELECT relgraph.load('users', 'name, posts { title }, posts { comments { body } id }, posts { comments { id } }', '{"id": 2}');
SELECT relgraph.load('users', 'name, posts.comments, posts.tags', '{"id": 2}');
SELECT relgraph.load('users', 'id, name: posts { id }', '{"id": 2}');

-- many-to-many: the association's own columns where there is one association per pair
SELECT relgraph.load('users', 'name, teams', '{"id": [1, 2, 3]}');
SELECT relgraph.load('users', 'name, teams { name }', '{"id": 1}');
SELECT relgraph.load('users', 'name, teams { name, -_through }', '{"id": 1}');
SELECT relgraph.load('users', 'name, teams { _through }', '{"id": 1}');
SELECT relgraph.load('users', 'name, teams { name, _through, users { name } }', '{"id": 2}');
-- ... and a set of rows where there is not
SELECT relgraph.load('posts', 'title, tags { label }');
SELECT relgraph.load('tags', 'label, posts { title }');

-- filters: each value is read by its column's type
SELECT relgraph.load('users', 'name', '{}');
SELECT relgraph.load('users', 'name', '{"id": "3"}');
SELECT relgraph.load('users', 'name', '{"id": [1, "2"], "name": "bob"}');
SELECT relgraph.load('users', 'name', '{"manager_id": null}');
SELECT relgraph.load('users', 'name', '{"manager_id": [2, null]}');
SELECT relgraph.load('users', 'name', '{"manager_id": [null]}');
SELECT relgraph.load('users', 'name', '{"manager_id": []}');
SELECT relgraph.load('users', 'name', '{"name": "cyd \"q\""}');
CREATE TABLE things (id int PRIMARY KEY, flag bool, price numeric(6, 2), made timestamptz, doc jsonb, parts int[], code char(4),
    short varchar(3));
INSERT INTO things VALUES (1, true, 1.5, '2020-01-01 00:00Z', '{"a": 1}', '{1,2}', 'x', 'abc'),
    (2, false, 2, NULL, '"s"', NULL, 'yy', NULL), (3, NULL, NULL, NULL, '[1, 2]', '{}', NULL, 'ab');
SELECT relgraph.load('things', 'id', '{"flag": true, "price": 1.50}');
SELECT relgraph.load('things', 'id', '{"price": ["2.00", 7]}');
SELECT relgraph.load('things', 'id', '{"price": 1.501}');
SELECT relgraph.load('things', 'id', '{"made": "2020-01-01 01:00+01"}');
SELECT relgraph.load('things', 'id', '{"doc": {"eq": {"a": 1.0}}}');
SELECT relgraph.load('things', 'id', '{"doc": "s"}');
SELECT relgraph.load('things', 'id', '{"doc": [[1, 2]]}');
SELECT relgraph.load('things', 'id', '{"doc": null}');
SELECT relgraph.load('things', 'id', '{"parts": "{1,2}"}');
SELECT relgraph.load('things', 'id', '{"parts": ["{1,2}", "{}"]}');
SELECT relgraph.load('things', 'id', '{"code": "x"}');
SELECT relgraph.load('things', 'id', '{"short": "abcd"}');

-- order, limit, offset
SELECT relgraph.load('users', 'name', order_by => '-name');
SELECT relgraph.load('users', 'name', order_by => '-manager_id');
SELECT relgraph.load('users', 'name', order_by => 'Manager_ID, -id', row_limit => 2, row_offset => 1);
SELECT relgraph.load('users', 'name', row_limit => 0);
SELECT relgraph.load('users', 'name', row_offset => 3);

-- nulls
SELECT relgraph.load(NULL);
SELECT relgraph.load('users', NULL, NULL, NULL, 1, NULL, NULL);
SELECT relgraph.load_row(NULL::users, 'posts') IS NULL;
SELECT relgraph.load_row(u, NULL) FROM users u WHERE id = 1;

-- rows given
SELECT relgraph.load_row(u, 'posts.comments, teams') FROM users u WHERE id = 2;
SELECT relgraph.load_row(u, 'name, posts { title }') FROM users u ORDER BY id;
SELECT relgraph.load_row(ROW(1, 'made up', 2)::users, '*, manager { name }, profile');
SELECT relgraph.load_row(ROW(NULL, 'no key', NULL)::users, 'name, manager, posts, profile, teams');
CREATE DOMAIN somebody AS users;
SELECT relgraph.load_row(u::somebody, 'name') FROM users u WHERE id = 1;
ALTER TABLE users ADD COLUMN age int DEFAULT 40;
SELECT relgraph.load_row(u, 'name, age') FROM users u WHERE id = 1;
DO $$
DECLARE
    u users;
BEGIN
    SELECT * INTO u FROM users WHERE id = 2;
    RAISE NOTICE '%', relgraph.load_row(u, 'name, age, posts { title }');
END $$;

-- values are what to_json() makes of them
SELECT bool_and(relgraph.load_row(t, '')::text = to_json(t)::text) FROM things t;

-- one statement per level, whatever the number of parents: each is one scan here
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a);
CREATE TABLE c (id int PRIMARY KEY, b_id int REFERENCES b);
CREATE TABLE d (id int PRIMARY KEY);
CREATE TABLE bd (b_id int REFERENCES b, d_id int REFERENCES d, PRIMARY KEY (b_id, d_id));
INSERT INTO a SELECT generate_series(1, 600);
INSERT INTO b SELECT i, 1 + i % 300 FROM generate_series(1, 900) i;
INSERT INTO c SELECT i, 1 + i % 800 FROM generate_series(1, 2000) i;
INSERT INTO d SELECT generate_series(1, 10);
INSERT INTO bd SELECT i, 1 + i % 10 FROM generate_series(1, 900) i;
ANALYZE a, b, c, d, bd;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SET enable_bitmapscan = off;
SET enable_nestloop = off;
BEGIN;
CREATE TEMP TABLE before AS SELECT relid, seq_scan FROM pg_stat_xact_user_tables;
SELECT count(*), sum(json_array_length(x -> 'bs')) FROM relgraph.load('a', 'bs { cs, ds, a }') x;
SELECT s.relname, s.seq_scan - b.seq_scan AS scans FROM pg_stat_xact_user_tables s JOIN before b USING (relid)
WHERE s.seq_scan > b.seq_scan AND s.schemaname = 'load_test' ORDER BY s.relname;
ROLLBACK;
-- no parents, no statement
BEGIN;
CREATE TEMP TABLE before AS SELECT relid, seq_scan FROM pg_stat_xact_user_tables;
SELECT relgraph.load_row(ROW(600)::a, 'bs { cs, ds }');
SELECT s.relname, s.seq_scan - b.seq_scan AS scans FROM pg_stat_xact_user_tables s JOIN before b USING (relid)
WHERE s.seq_scan > b.seq_scan AND s.schemaname = 'load_test' ORDER BY s.relname;
ROLLBACK;
RESET enable_indexscan;
RESET enable_indexonlyscan;
RESET enable_bitmapscan;
RESET enable_nestloop;

-- many batches give what one gives
CREATE TABLE many (id int PRIMARY KEY, other int REFERENCES many);
CREATE INDEX ON many (other);
INSERT INTO many SELECT i, i / 2 FROM generate_series(0, 4999) i;
ANALYZE many;
SELECT count(*), count(DISTINCT x ->> 'id'), sum(json_array_length(x -> 'manies_by_other'))
FROM relgraph.load('many', 'manies_by_other, many_by_other') x;
SET work_mem = '64kB';
SELECT md5(string_agg(x::text, ',')) = (SELECT md5(string_agg(relgraph.load_row(m, 'manies_by_other')::text, ',' ORDER BY id)) FROM many m)
FROM relgraph.load('many', 'manies_by_other') x;
RESET work_mem;

-- it streams, and may be left before the end
SELECT relgraph.load('many', 'many_by_other') LIMIT 2;
BEGIN;
DECLARE cur CURSOR FOR SELECT relgraph.load('many', 'many_by_other { id }');
FETCH 2 FROM cur;
SAVEPOINT s;
FETCH 1 FROM cur;
ROLLBACK TO s;
FETCH 1 FROM cur;
MOVE 2000 FROM cur;
FETCH 1 FROM cur;
INSERT INTO many VALUES (5000, 1);
MOVE FORWARD ALL FROM cur;
CLOSE cur;
DECLARE held CURSOR WITH HOLD FOR SELECT relgraph.load('many', 'many_by_other { id }');
FETCH 1 FROM held;
COMMIT;
FETCH 1 FROM held;
CLOSE held;
-- a cursor opened after a savepoint that is rolled back
BEGIN;
SAVEPOINT s;
DECLARE cur CURSOR FOR SELECT relgraph.load('many');
FETCH 1 FROM cur;
ROLLBACK TO s;
FETCH 1 FROM cur;
COMMIT;
-- rescanned on the inner side of a join before it is finished
SELECT n, x.id FROM generate_series(1, 3) n,
    LATERAL (SELECT relgraph.load('users', 'id', order_by => '-id') ->> 'id' AS id LIMIT 1) x;
SELECT n, x.id FROM generate_series(1, 3) n,
    LATERAL (SELECT relgraph.load('users', 'id', jsonb_build_object('id', n)) ->> 'id' AS id) x;

-- one snapshot: a statement does not see its own changes, nor half of them
WITH new AS (INSERT INTO posts VALUES (15, 1, 'new') RETURNING id)
SELECT relgraph.load('users', 'name, posts { title }', '{"id": 1}') FROM new;
SELECT relgraph.load('users', 'name, posts { title }', '{"id": 1}');
DELETE FROM posts WHERE id = 15;

-- keys are equal where their operator says so
CREATE TABLE num (k numeric PRIMARY KEY);
CREATE TABLE num_ref (id int PRIMARY KEY, k numeric REFERENCES num);
CREATE TABLE num_int (id int PRIMARY KEY, k int REFERENCES num);
INSERT INTO num VALUES (1.0), (2);
INSERT INTO num_ref VALUES (1, 1), (2, 1.00), (3, 2.0), (4, NULL);
INSERT INTO num_int VALUES (1, 1), (2, 2), (3, 1);
SELECT relgraph.load('num', 'num_refs, num_ints');
SELECT relgraph.load('num_ref', 'num');
SELECT relgraph.load('num_int', 'num');
CREATE TABLE wide (k bigint PRIMARY KEY);
CREATE TABLE narrow (id smallint PRIMARY KEY, k smallint REFERENCES wide);
INSERT INTO wide VALUES (1), (70000);
INSERT INTO narrow VALUES (1, 1), (2, 1);
SELECT relgraph.load('wide', 'narrows');
SELECT relgraph.load('narrow', 'wide');
CREATE TABLE padded (k char(3) PRIMARY KEY);
CREATE TABLE padded_ref (id int PRIMARY KEY, k char(6) REFERENCES padded);
INSERT INTO padded VALUES ('a'), ('b');
INSERT INTO padded_ref VALUES (1, 'a'), (2, 'a  ');
SELECT relgraph.load('padded', 'padded_refs');
SELECT relgraph.load('padded_ref', 'padded');
CREATE TABLE lists (k int[] PRIMARY KEY);
CREATE TABLE list_ref (id int PRIMARY KEY, k int[] REFERENCES lists);
INSERT INTO lists VALUES ('{1,2}'), ('{}'), ('{3,NULL}');
INSERT INTO list_ref VALUES (1, '{3,NULL}'), (2, '{1,2}'), (3, '{1,2}'), (4, NULL);
SELECT relgraph.load('lists', 'list_refs');
SELECT relgraph.load('list_ref', 'list', '{"id": [1, 4]}');
CREATE TABLE pairs (a int, b text, PRIMARY KEY (b, a));
CREATE TABLE pair_ref (id int PRIMARY KEY, x int, y text, FOREIGN KEY (x, y) REFERENCES pairs (a, b));
CREATE TABLE pair_tag (a int, b text, tag_id int REFERENCES tags, FOREIGN KEY (a, b) REFERENCES pairs (a, b));
INSERT INTO pairs VALUES (1, 'b'), (2, 'a'), (1, 'a');
INSERT INTO pair_ref VALUES (1, 1, 'b'), (2, 2, 'a'), (3, 1, NULL), (4, 1, 'b');
INSERT INTO pair_tag VALUES (1, 'b', 42), (1, 'b', 42), (1, 'b', 41), (1, NULL, 41);
SELECT relgraph.load('pairs', 'pair_refs { id }, tags { label }');
SELECT relgraph.load('pair_ref', 'pair');
SELECT relgraph.load('tags', 'pairs');

-- partitions, from the root and from a leaf whose columns have other numbers
CREATE TABLE parts (id int PRIMARY KEY, user_id int REFERENCES users) PARTITION BY RANGE (id);
CREATE TABLE parts_low (user_id int, gone int, id int NOT NULL);
ALTER TABLE parts_low DROP COLUMN gone;
ALTER TABLE parts ATTACH PARTITION parts_low FOR VALUES FROM (0) TO (10);
CREATE TABLE parts_high PARTITION OF parts FOR VALUES FROM (10) TO (20);
INSERT INTO parts VALUES (1, 2), (11, 2), (12, NULL);
SELECT relgraph.load('users', 'name, parts { id }', '{"id": 2}');
SELECT relgraph.load('parts', 'user { name }');
SELECT relgraph.load('parts_low', 'user { name }');
SELECT relgraph.load_row(p, 'user { name }') FROM parts_low p;

-- without foreign keys, and a relationship that is not what it was declared to be
CREATE VIEW writers AS SELECT id AS writer_id, name FROM users WHERE id < 3;
SELECT relgraph.load('writers', '', '{"writer_id": [1, 2]}', 'writer_id');
SELECT relgraph.declare('writers', 'works', '{writer_id}', 'posts', '{user_id}', 'writer', '1:M');
SELECT relgraph.load('writers', 'works { title }', NULL, 'writer_id');
SELECT relgraph.load('posts', 'title, writer');
SELECT relgraph.declare('writers', 'work', '{writer_id}', 'posts', '{user_id}', 'the_writer', '1:1');
SELECT relgraph.load('writers', 'work { title }', '{"writer_id": 2}');
SELECT relgraph.load('writers', 'work { title }', '{"writer_id": 1}');
SELECT relgraph.forget('writers', 'works');
SELECT relgraph.forget('writers', 'work');

-- what changes between two runs is seen by the second
PREPARE by_name AS SELECT relgraph.load('users', 'name, posts { id }', '{"id": 2}');
EXECUTE by_name;
ALTER TABLE posts RENAME TO articles;
ALTER TABLE articles RENAME COLUMN user_id TO owner;
SELECT relgraph.load('users', 'name, articles', '{"id": 2}');
ALTER TABLE articles RENAME COLUMN title TO headline;
ALTER TABLE articles ALTER COLUMN headline TYPE varchar(10);
ALTER TABLE articles ADD COLUMN extra text DEFAULT 'x';
SELECT relgraph.load('users', 'name, articles', '{"id": 2}');
ALTER TABLE articles DROP COLUMN extra;
SELECT relgraph.load('users', 'name, articles', '{"id": 2}');
ALTER TABLE articles RENAME TO posts;
ALTER TABLE posts RENAME COLUMN owner TO user_id;
ALTER TABLE posts RENAME COLUMN headline TO title;
EXECUTE by_name;
BEGIN;
ALTER TABLE posts DROP CONSTRAINT posts_user_id_fkey;
SAVEPOINT s;
SELECT relgraph.load('users', 'name, posts { id }', '{"id": 2}');
ROLLBACK TO s;
ROLLBACK;
EXECUTE by_name;

-- mistakes
SELECT relgraph.load('users', 'pots');
SELECT relgraph.load('users', 'posts { titel }');
SELECT relgraph.load('users', 'posts.comment.author');
SELECT relgraph.load('users', '"Posts"');
SELECT relgraph.load('users', '-posts');
SELECT relgraph.load('users', 'name { id }');
SELECT relgraph.load('users', 'posts.title');
SELECT relgraph.load('users', 'n: name');
SELECT relgraph.load('users', 'name: posts');
SELECT relgraph.load('users', 'x: posts, x: teams');
SELECT relgraph.load('users', 'posts, posts: teams');
SELECT relgraph.load('users', 'x: posts, x: posts');
SELECT relgraph.load('users', 'teams { _through: users }');
SELECT relgraph.load('posts', 'tags { _through }');
SELECT relgraph.load('users', 'name', '{"nam": 1}');
SELECT relgraph.load('users', 'name', '{"id": "one"}');
SELECT relgraph.load('users', 'name', '{"id": 1.5}');
SELECT relgraph.load('users', 'name', '{"id": [[1]]}');
SELECT relgraph.load('users', 'name', '{"or": 1}');
SELECT relgraph.load('users', 'name', '[1]');
SELECT relgraph.load('users', 'name', order_by => 'nme');
SELECT relgraph.load('users', 'name', order_by => 'name,');
SELECT relgraph.load('users', 'name', row_limit => -1);
SELECT relgraph.load('users', 'name', row_offset => -1);
SELECT relgraph.load('users_pkey'::regclass);
SELECT relgraph.load_row(ROW(1, 2), 'name');
SELECT relgraph.load_row(1, 'name');
SET relgraph.max_depth = 2;
SELECT relgraph.load('users', 'posts.comments { id }', '{"id": 2}');
SELECT relgraph.load('users', 'posts.comments.author');
SET relgraph.max_depth = 1;
SELECT relgraph.load('users', 'posts.comments { id }', '{"id": 2}');
RESET relgraph.max_depth;

\pset format aligned
\pset tuples_only off
SET client_min_messages = warning;
DROP SCHEMA load_test CASCADE;
