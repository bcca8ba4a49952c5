-- explain_load() shows the levels of a load, how each is fetched and why; relgraph.max_rows stops a load that has too many rows.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS relgraph;
RESET client_min_messages;
CREATE SCHEMA explain_test;
SET search_path = explain_test;
\pset format unaligned
\pset tuples_only on

CREATE TABLE users (id int PRIMARY KEY, name text, boss_id int REFERENCES users);
CREATE TABLE posts (id bigint PRIMARY KEY, user_id int REFERENCES users, title text, at date);
CREATE TABLE comments (id int PRIMARY KEY, post_id bigint REFERENCES posts, body text);
CREATE TABLE tags (id int PRIMARY KEY, label text);
CREATE TABLE post_tags (post_id bigint REFERENCES posts, tag_id int REFERENCES tags, weight int, PRIMARY KEY (post_id, tag_id));
CREATE TABLE marks (post_id bigint REFERENCES posts, mark_id int REFERENCES tags);
CREATE TABLE spots (x int, y text, PRIMARY KEY (x, y));
CREATE TABLE visits (id int PRIMARY KEY, x int, y text, FOREIGN KEY (x, y) REFERENCES spots);
CREATE VIEW writers AS SELECT id AS writer_id, name FROM users;
SELECT relgraph.declare('writers', 'works', '{writer_id}', 'posts', '{user_id}', 'writer', '1:M');
CREATE INDEX ON posts (user_id, at DESC);
CREATE INDEX ON visits (x, y);
INSERT INTO users SELECT i, 'u' || i, NULLIF(i / 3, 0) FROM generate_series(1, 50) i;
INSERT INTO posts SELECT i, 1 + i % 50, 't' || i, date '2024-01-01' + i % 90 FROM generate_series(1, 1000) i;
INSERT INTO comments SELECT i, 1 + i % 1000, 'b' FROM generate_series(1, 3000) i;
INSERT INTO tags SELECT i, 'l' || i FROM generate_series(1, 10) i;
INSERT INTO post_tags SELECT i, 1 + i % 10, i FROM generate_series(1, 1000) i;
INSERT INTO marks SELECT i, 1 + i % 10 FROM generate_series(1, 1000) i;
INSERT INTO spots SELECT i, 'y' FROM generate_series(1, 5) i;
INSERT INTO visits SELECT i, 1 + i % 5, 'y' FROM generate_series(1, 20) i;
ANALYZE;

SELECT relgraph.explain_load('users');
SELECT relgraph.explain_load('users', NULL);
SELECT relgraph.explain_load(NULL, 'posts') IS NULL;
SELECT relgraph.explain_load('users', 'name', '{"posts": {"some": {"title": {"like": "a%"}}}, "id": [1, 2]}', '-name', 10, 20);
SELECT relgraph.explain_load('users', 'name, posts { title, comments { body } }, boss { name }, users_by_boss_id*(depth: 3) { name }');
SELECT relgraph.explain_load('users', 'newest: posts(order: -at, limit: 3) { title, comments(limit: 1, offset: 1) { body } }');
SELECT relgraph.explain_load('posts', 'tags_via_post_tags(filter: {"label": "l1"}, order: -label), tags_via_marks(limit: 1)');
SELECT relgraph.explain_load('users', 'posts(filter: $1, limit: $3, offset: $2) { title }', params => '[{"at": {"gt": "2024-02-01"}, "title": ["a", "b"]}, 2, null]');
SELECT relgraph.explain_load('users', 'posts(filter: $1) { title }', params => '[null]');
SELECT relgraph.explain_load('spots', 'visits, visits_2: visits(limit: 1)');
SELECT relgraph.explain_load('writers', 'works(limit: 1)');
SELECT relgraph.explain_load('posts', 'writer');
SELECT relgraph.explain_load('users', 'name, count(posts), last: max(posts.at)');
SET relgraph.load_strategy = join;
SELECT relgraph.explain_load('users', '-name, posts { id }, newest: posts(limit: 1) { id }');
RESET relgraph.load_strategy;
-- it finds the same mistakes
SELECT relgraph.explain_load('users', 'pots');
SELECT relgraph.explain_load('users', 'posts(limit: $1)');
SELECT relgraph.explain_load('users', 'posts', '{"nam": 1}');
SELECT relgraph.explain_load('users_pkey', '');
-- and runs nothing
CREATE FUNCTION fail(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''run''; END';
CREATE VIEW failing AS SELECT fail(id) AS id FROM users;
SELECT relgraph.explain_load('failing');
-- the statements do run
DO $$
DECLARE
    lines text[] = ARRAY(SELECT relgraph.explain_load('users', 'posts(filter: $1, limit: $2) { comments, tags_via_marks(offset: 1) }, users_by_boss_id',
        params => '[{"at": {"gt": "2024-01-05"}, "comments": {"some": {"id": [1, 2]}}}, 3]'));
    types text;
    statements int = 0;
BEGIN
    FOR i IN 1 .. cardinality(lines) LOOP
        CONTINUE WHEN lines[i] !~ '^ *SELECT';
        types = NULL;
        FOR j IN i + 1 .. cardinality(lines) LOOP
            EXIT WHEN lines[j] !~ '^ *\$';
            types = concat_ws(', ', types, substring(lines[j] FROM '^ *\$\d+ (.*?): '));
        END LOOP;
        EXECUTE format('PREPARE explained%s AS %s', '(' || types || ')', lines[i]);
        DEALLOCATE explained;
        statements = statements + 1;
    END LOOP;
    RAISE NOTICE '% statements', statements;
END $$;

-- the guard counts the rows of each level over a whole call, and never cuts
SET relgraph.max_rows = 50;
SELECT count(*) FROM relgraph.load('users', 'boss');
SELECT count(*) FROM relgraph.load('users', 'posts');
SELECT count(*) FROM relgraph.load('users', 'posts', '{"id": {"lte": 2}}');
SELECT count(*) FROM relgraph.load('users', 'posts', '{"id": {"lte": 3}}');
SELECT count(*) FROM relgraph.load('users', 'posts { comments { id } }', '{"id": 1}');
SELECT count(*) FROM relgraph.load('users', 'posts(limit: 1)');
SELECT count(*) FROM relgraph.load('users', 'posts(limit: 2)');
SELECT count(*) FROM relgraph.load('posts');
SELECT count(*) FROM relgraph.load('posts', '', row_limit => 50);
SELECT json_array_length(relgraph.load_row(u, 'posts') -> 'posts') FROM users u WHERE id = 1;
SELECT sum(json_array_length(relgraph.load_row(u, 'posts') -> 'posts')) FROM users u;
SELECT relgraph.load_row(u, 'posts.comments') FROM users u WHERE id = 1;
SELECT json_array_length(relgraph.load_agg(u, 'boss')) FROM users u;
SELECT json_array_length(relgraph.load_agg(u, 'posts')) FROM users u WHERE id < 4;
SELECT max(n) FROM (SELECT json_array_length(relgraph.load_agg(u, 'posts') OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)) FROM users u) a (n);
SET relgraph.max_rows = 1;
SELECT count(*) FROM relgraph.load('users');
SELECT count(*) FROM relgraph.load('users', 'posts', '{"id": 1}');
-- whatever the strategy, and however often rows are fetched
SET relgraph.max_rows = 1000;
SET relgraph.load_strategy = join;
SELECT count(*) FROM relgraph.load('users', 'posts', '{"id": {"lte": 3}}');
SET relgraph.load_strategy = batch;
SET relgraph.load_memory = '64kB';
SELECT count(*) FROM relgraph.load('users', 'posts');
SELECT count(*) FROM relgraph.load('users', 'posts { comments { id } }');
SET relgraph.max_rows = 3000;
SELECT count(*) FROM relgraph.load('users', 'posts { comments { id } }');
RESET relgraph.load_memory;
RESET relgraph.load_strategy;
RESET relgraph.max_rows;
SELECT relgraph.forget('writers', 'works');

\pset format aligned
\pset tuples_only off
SET client_min_messages = warning;
DROP SCHEMA explain_test CASCADE;
