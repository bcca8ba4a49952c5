-- Documents are the same bytes whatever way their levels are fetched.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS relgraph;
RESET client_min_messages;
CREATE SCHEMA strategy_test;
SET search_path = strategy_test;
\pset format unaligned
\pset tuples_only on

CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE DOMAIN code AS text CHECK (value <> '');
CREATE TABLE users (id int PRIMARY KEY, name text COLLATE ci UNIQUE, code code UNIQUE, n numeric UNIQUE, boss_id int REFERENCES users);
CREATE TABLE posts (id bigint PRIMARY KEY, user_id int REFERENCES users, score int, title text, at timestamptz);
CREATE TABLE logs (user_id int REFERENCES users, seq int, note text, PRIMARY KEY (user_id, seq));
CREATE TABLE by_name (id int PRIMARY KEY, user_name text COLLATE ci REFERENCES users (name), rank int);
CREATE TABLE by_code (id int PRIMARY KEY, user_code code REFERENCES users (code), rank int);
CREATE TABLE by_n (id int PRIMARY KEY, user_n numeric REFERENCES users (n), rank float8);
CREATE TABLE spots (x int, y text, PRIMARY KEY (x, y));
CREATE TABLE visits (id uuid PRIMARY KEY, x int, y text, day date, FOREIGN KEY (x, y) REFERENCES spots);
CREATE TABLE tags (id smallint PRIMARY KEY, label varchar(9));
CREATE TABLE post_tags (post_id bigint REFERENCES posts, tag_id smallint REFERENCES tags, weight int, PRIMARY KEY (post_id, tag_id));
CREATE TABLE marks (post_id bigint REFERENCES posts, mark_id smallint REFERENCES tags);
CREATE TABLE parts (id int, user_id int REFERENCES users, size int, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (100);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (100) TO (1000);
CREATE INDEX ON posts (user_id, at DESC);
CREATE INDEX ON by_n (user_n);
CREATE INDEX ON visits (x, y);
CREATE INDEX ON parts (user_id);
INSERT INTO users SELECT i, 'Name' || i, 'c' || i, i / 1.0, NULLIF(i / 3, 0) FROM generate_series(1, 40) i;
INSERT INTO posts SELECT i, NULLIF((i * i) % 41, 0), NULLIF(i % 7, 0), 't' || i % 13, '2024-01-01'::timestamptz + (i * 37 % 200) * interval '1 hour' FROM generate_series(1, 500) i;
INSERT INTO logs SELECT 1 + i % 37, i, repeat('x', i % 5) FROM generate_series(1, 300) i;
INSERT INTO by_name SELECT i, CASE i % 2 WHEN 0 THEN 'NAME' ELSE 'name' END || 1 + i % 20, i % 5 FROM generate_series(1, 120) i;
INSERT INTO by_code SELECT i, 'c' || 1 + i % 30, NULLIF(i % 6, 0) FROM generate_series(1, 150) i;
INSERT INTO by_n SELECT i, (1 + i % 25)::numeric(10, 3), CASE i % 4 WHEN 0 THEN 'NaN' WHEN 1 THEN '-Infinity' ELSE (i % 3)::float8 END FROM generate_series(1, 150) i;
INSERT INTO spots SELECT i, 'y' || i % 3 FROM generate_series(1, 12) i;
INSERT INTO visits SELECT md5(i::text)::uuid, CASE WHEN i % 11 > 0 THEN 1 + i % 12 END, 'y' || (1 + i % 12) % 3, date '2024-01-01' + i * 7 % 20 FROM generate_series(1, 140) i;
INSERT INTO tags SELECT i, chr(97 + i * 7 % 11) FROM generate_series(1, 11) i;
INSERT INTO post_tags SELECT i, j, i * j % 4 FROM generate_series(1, 500) i, generate_series(1, 11) j WHERE (i * j) % 7 = 2;
INSERT INTO marks SELECT i, j FROM generate_series(1, 200) i, generate_series(1, 11) j, generate_series(1, 2) WHERE (i + j) % 5 = 0;
INSERT INTO parts SELECT i, 1 + i % 39, i % 17 FROM generate_series(1, 300) i;
ANALYZE;

-- a hash of what load() gives, after it was found to be the same under every strategy
CREATE FUNCTION try(root regclass, include text, params jsonb DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hash text;
    first text;
    result text;
    strategy text;
BEGIN
    FOREACH strategy IN ARRAY '{auto,batch,probe,join}'::text[] LOOP
        PERFORM set_config('relgraph.load_strategy', strategy, true);
        SELECT md5(string_agg(d::text, E'\n' ORDER BY n)) FROM relgraph.load(root, include, params => params) WITH ORDINALITY l (d, n) INTO hash;
        first = coalesce(first, hash);
        IF hash <> first THEN
            RETURN format('DIFFERENT: auto and %s', strategy);
        END IF;
    END LOOP;
    PERFORM set_config('relgraph.load_strategy', 'auto', true);
    RETURN 'same ' || first;
END $$;
SELECT try('users', 'posts');
SELECT try('users', 'posts(order: -at)');
SELECT try('users', 'posts(order: -at, limit: 2)');
SELECT try('users', 'posts(order: (score, -title), limit: 4, offset: 1) { id, tags_via_post_tags(limit: 2), tags_via_marks(order: -label, limit: 2) }');
SELECT try('users', 'posts(filter: {"score": {"gt": 2}}) { tags_via_marks(filter: {"label": {"lt": "g"}}) { label } }');
SELECT try('users', 'posts(filter: {"tags_via_marks": {"some": {"id": 3}}}, order: title, limit: 3) { id }');
SELECT try('users', 'logs(order: -note, limit: 3), logs_2: logs(offset: 5), logs_3: logs(order: -seq, limit: 1) { seq }');
SELECT try('users', 'by_names(limit: 2), by_names_2: by_names(order: (-rank, -id), limit: 3), by_names_3: by_names(filter: {"rank": 2})');
SELECT try('users', 'by_codes(order: -rank, limit: 2), by_codes_2: by_codes(filter: {"user_code": {"gt": "c2"}})');
SELECT try('users', 'by_ns(order: rank, limit: 3), by_ns_2: by_ns(order: -rank, limit: 2, offset: 1)');
SELECT try('spots', 'visits(order: -day, limit: 3), visits_2: visits(filter: {"day": {"lt": "2024-01-09"}})');
SELECT try('users', 'parts(order: -size, limit: 2), parts_2: parts(filter: {"size": [3, 4]}), parts_3: parts(offset: 4)');
SELECT try('users', 'users_by_boss_id(limit: 1) { id }, users_2: users_by_boss_id*(limit: 2) { id }, boss(filter: {"id": {"gt": 3}})');
SELECT try('tags', 'posts_via_post_tags(order: -at, limit: 3) { id, user { id } }, posts_via_marks(order: title, limit: 3) { id }');
SELECT try('users', 'posts(filter: $1, order: -id, limit: $2, offset: $3)', '[{"score": {"is_null": false}}, 3, 2]');
SELECT try('users', 'posts(filter: $1, limit: $2, offset: $3)', '[null, null, 2]');

-- random arguments
SELECT setseed(0.75);
DO $$
DECLARE
    include text;
    result text;
    bad int = 0;
BEGIN
    FOR i IN 1 .. 150 LOOP
        SELECT string_agg(format('x%s: %s(filter: %s, order: (%s) %s%s)', n, rel,
            CASE floor(random() * 3)::int WHEN 0 THEN '{}' WHEN 1 THEN format('{"%s": {"is_null": false}}', col) ELSE format('{"or": [{"%s": null}, {"id": {"gte": %s}}]}', col, id) END,
            CASE WHEN random() < 0.5 THEN '-' ELSE '' END || col, CASE WHEN random() < 0.7 THEN format(', limit: %s', floor(random() * 4)) END,
            CASE WHEN random() < 0.3 THEN format(', offset: %s', floor(random() * 3)) END), ', ')
        FROM (SELECT n, (ARRAY['posts', 'by_names', 'by_codes', 'parts'])[k] AS rel, (ARRAY['score', 'rank', 'rank', 'size'])[k] AS col, floor(random() * 100)::int AS id
            FROM (SELECT n, 1 + floor(random() * 4)::int AS k FROM generate_series(1, 3) n) a) b INTO include;
        result = try('users', 'id, ' || include);
        IF result NOT LIKE 'same %' THEN
            RAISE NOTICE '%: %', include, result;
            bad = bad + 1;
        END IF;
    END LOOP;
    RAISE NOTICE '% differ', bad;
END $$;

-- what is read: an index per parent where one serves, the table once where none does
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a, x int);
CREATE TABLE c (id int PRIMARY KEY, a_id int REFERENCES a, x int);
CREATE INDEX b_by_x ON b (a_id, x);
INSERT INTO a SELECT generate_series(1, 100);
INSERT INTO b SELECT i, 1 + i % 100, i / 100 FROM generate_series(1, 40000) i;
INSERT INTO c SELECT i, 1 + i % 100, i / 100 FROM generate_series(1, 40000) i;
VACUUM ANALYZE a, b, c;
CREATE FUNCTION scans(statement text) RETURNS TABLE (relation name, sequential bigint, through_index bigint, rows_from_index bigint) LANGUAGE plpgsql AS $$
BEGIN
    CREATE TEMP TABLE before AS SELECT relid, seq_scan, idx_scan, idx_tup_fetch FROM pg_stat_xact_user_tables;
    EXECUTE statement;
    RETURN QUERY SELECT s.relname, s.seq_scan - b.seq_scan, s.idx_scan - b.idx_scan, s.idx_tup_fetch - b.idx_tup_fetch
    FROM pg_stat_xact_user_tables s JOIN before b USING (relid) WHERE s.relname IN ('b', 'c') AND s.seq_scan + s.idx_scan > b.seq_scan + b.idx_scan ORDER BY 1;
    DROP TABLE before;
END $$;
SET client_min_messages = warning;
SELECT relation, sequential, through_index, rows_from_index < 200 FROM scans($$SELECT count(*) FROM relgraph.load('a', 'bs(order: x, limit: 3)', '{"id": {"lte": 30}}')$$);
SELECT relation, sequential, through_index, rows_from_index < 200 FROM scans($$SELECT count(*) FROM relgraph.load('a', 'bs(order: -x, limit: 1, offset: 1)', '{"id": {"lte": 10}}')$$);
SELECT * FROM scans($$SELECT count(*) FROM relgraph.load('a', 'cs(order: x, limit: 3)', '{"id": {"lte": 30}}')$$);
SET relgraph.load_strategy = batch;
SELECT relation, sequential FROM scans($$SELECT count(*) FROM relgraph.load('a', 'bs(order: x, limit: 3)')$$);
SET relgraph.load_strategy = join;
SELECT * FROM scans($$SELECT count(*) FROM relgraph.load('a', 'bs', '{"id": 1}')$$);
SET relgraph.load_strategy = probe;
SELECT relation, sequential, through_index, rows_from_index < 1000 FROM scans($$SELECT count(*) FROM relgraph.load('a', 'bs(order: x, limit: 3)')$$);
RESET relgraph.load_strategy;
SET relgraph.load_strategy = 'fast';

-- keys that are rows: in FROM, the server would make columns of their fields
CREATE TYPE grid_ref AS (x int, y text);
CREATE TABLE fields (at grid_ref, no int, PRIMARY KEY (at, no), UNIQUE (at));
CREATE TABLE stays (id int PRIMARY KEY, at grid_ref REFERENCES fields (at), no int, FOREIGN KEY (at, no) REFERENCES fields);
INSERT INTO fields VALUES ('(1,a)', 1), ('(2,)', 2), ('(,)', 3);
INSERT INTO stays VALUES (1, '(2,)', 2), (2, '(,)', 3), (3, NULL, 3), (4, '(2,)', NULL), (5, '(2,)', 2);
SELECT way, relgraph.load('fields', 'no, stays_by_at { id }, last: stays_by_at(order: -id, limit: 1) { id }, count(stays_by_at),
    stays_by_at_no { id }, first: stays_by_at_no(limit: 1) { id }, max(stays_by_at_no.id)')
FROM (SELECT way, set_config('relgraph.load_strategy', way, false) FROM unnest('{auto,batch,probe,join}'::text[]) way OFFSET 0) w;
RESET relgraph.load_strategy;

\pset format aligned
\pset tuples_only off
SET client_min_messages = warning;
DROP SCHEMA strategy_test CASCADE;
