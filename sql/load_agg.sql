-- load_agg(): any set of rows as one array of documents, each level fetched once for the whole set.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS relgraph;
CREATE ROLE regress_relgraph_agg;
RESET client_min_messages;
CREATE SCHEMA load_agg;
SET search_path = load_agg;
\pset format unaligned
\pset tuples_only on

CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, manager_id int REFERENCES users);
CREATE TABLE posts (id bigint PRIMARY KEY, user_id int REFERENCES users, title text);
CREATE TABLE comments (id int PRIMARY KEY, post_id bigint REFERENCES posts, body text);
CREATE TABLE teams (id int PRIMARY KEY, name text);
CREATE TABLE memberships (user_id int REFERENCES users, team_id int REFERENCES teams, role text, PRIMARY KEY (user_id, team_id));
INSERT INTO users VALUES (1, 'ada', NULL), (2, 'bob', 1), (3, 'cyd', 1), (4, 'dan', 2);
INSERT INTO posts VALUES (13, 1, 'c'), (11, 1, 'a'), (12, 2, 'b'), (14, NULL, 'nobody''s');
INSERT INTO comments VALUES (23, 11, 'third'), (22, 11, 'second'), (21, 12, 'first');
INSERT INTO teams VALUES (31, 'core'), (32, 'docs');
INSERT INTO memberships VALUES (1, 32, 'lead'), (1, 31, 'dev'), (2, 31, 'dev');
ANALYZE;

-- the rows in aggregation order
SELECT relgraph.load_agg(u, 'name' ORDER BY id) FROM users u;
SELECT relgraph.load_agg(u, 'name, posts { title, comments { body } }, teams { name }, manager { name }' ORDER BY name DESC) FROM users u;
SELECT relgraph.load_agg(u, 'name' ORDER BY id) FILTER (WHERE id > 2) FROM users u;
SELECT relgraph.load_agg(u, NULL ORDER BY id) FROM users u WHERE id < 3;
SELECT relgraph.load_agg(DISTINCT u, 'name') FROM users u, posts p WHERE p.user_id = u.id;
-- a row may come twice
SELECT relgraph.load_agg(u, 'name, posts { title }' ORDER BY id, n) FROM users u, generate_series(1, 2) n WHERE id < 3;

-- none, and null rows: as json_agg() has them
SELECT relgraph.load_agg(u, 'posts') IS NULL FROM users u WHERE false;
SELECT relgraph.load_agg(u, 'name, posts { title }' ORDER BY n) FROM generate_series(0, 5) n LEFT JOIN users u ON u.id = n;
SELECT relgraph.load_agg(NULL::users, 'name') FROM generate_series(1, 2);
SELECT relgraph.load_agg(NULL::users, 'no such thing') FROM generate_series(1, 2);
SELECT relgraph.load_agg(ROW(NULL, NULL, NULL)::users, 'manager, posts');

-- groups, by sorting and by hashing
SET enable_hashagg = off;
SELECT manager_id, relgraph.load_agg(u, 'name, posts { title }' ORDER BY id) FROM users u GROUP BY manager_id ORDER BY manager_id;
SET enable_hashagg = on;
SET enable_sort = off;
SELECT * FROM (SELECT manager_id AS m, relgraph.load_agg(u, 'name, posts { title }') FROM users u GROUP BY manager_id) x WHERE m = 2;
RESET enable_sort;
SELECT manager_id, grouping(manager_id), relgraph.load_agg(u, 'name' ORDER BY id) FROM users u GROUP BY ROLLUP (manager_id) ORDER BY 1, 2;
SELECT relgraph.load_agg(u, 'name' ORDER BY id), relgraph.load_agg(u, 'id' ORDER BY id), json_array_length(relgraph.load_agg(u, 'name' ORDER BY id))
FROM users u;
-- as a window function, the same group again after more rows
SELECT id, relgraph.load_agg(u, 'name, posts { title }') OVER (ORDER BY id) FROM users u ORDER BY id;
SELECT id, relgraph.load_agg(u, 'name') OVER (PARTITION BY manager_id ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
FROM users u ORDER BY id;

CREATE TABLE shelves (id int PRIMARY KEY);
CREATE TABLE books (id int PRIMARY KEY, shelf_id int REFERENCES shelves);
INSERT INTO shelves SELECT generate_series(1, 40);
INSERT INTO books SELECT i, 1 + i % 40 FROM generate_series(1, 100) i;
ANALYZE shelves, books;
SELECT bool_and(j::text = (SELECT '[' || string_agg(relgraph.load_row(s, 'books { id }')::text, ',' ORDER BY id) || ']' FROM shelves s WHERE s.id <= x.id))
FROM (SELECT id, relgraph.load_agg(s, 'books { id }') OVER (ORDER BY id) AS j FROM shelves s) x;

-- the same text as json_agg() of load_row()
SELECT relgraph.load_agg(u, 'name, posts.comments, teams, manager { posts }' ORDER BY id)::text::json::text =
    '[' || string_agg(relgraph.load_row(u, 'name, posts.comments, teams, manager { posts }')::text, ',' ORDER BY id) || ']'
FROM users u;
-- the same value as what people write
SELECT relgraph.load_agg(u, 'posts { comments }' ORDER BY id)::jsonb =
    (SELECT jsonb_agg(to_jsonb(u) || jsonb_build_object('posts', coalesce((
        SELECT jsonb_agg(to_jsonb(p) || jsonb_build_object('comments', coalesce((
            SELECT jsonb_agg(to_jsonb(c) ORDER BY c.id) FROM comments c WHERE c.post_id = p.id), '[]')) ORDER BY p.id)
        FROM posts p WHERE p.user_id = u.id), '[]')) ORDER BY u.id) FROM users u)
FROM users u;

-- rows of a view, of a function, made up, and behind a domain; but not of anything else
CREATE VIEW seniors AS SELECT * FROM users WHERE manager_id IS NULL;
SELECT relgraph.load_agg(s, 'name') FROM seniors s;
SELECT relgraph.load_agg(ROW(id, 'made up', 1)::users, 'name, posts { title }' ORDER BY id) FROM users WHERE id < 3;
CREATE DOMAIN somebody AS users;
SELECT relgraph.load_agg(u::somebody, 'name' ORDER BY id) FROM users u WHERE id < 3;
SELECT relgraph.load_agg(id, 'name') FROM users;
SELECT relgraph.load_agg(ROW(1, 2), 'name');
SELECT relgraph.load_agg(u::record, 'name' ORDER BY id) FROM users u WHERE id < 3;
CREATE FUNCTION either(int) RETURNS record LANGUAGE plpgsql AS $$
BEGIN
    IF $1 = 1 THEN
        RETURN (SELECT u FROM users u WHERE id = 1);
    ELSIF $1 = 2 THEN
        RETURN (SELECT t FROM teams t WHERE id = 31);
    END IF;
    RETURN NULL;
END $$;
SELECT relgraph.load_agg(either(n), 'name') FROM generate_series(0, 1) n;
SELECT relgraph.load_agg(either(n), 'name') FROM generate_series(0, 2) n;
SELECT relgraph.load_agg(either(0), 'name') FROM generate_series(0, 2) n;

-- one include for a group
SELECT relgraph.load_agg(u, CASE WHEN id < 3 THEN 'name' ELSE 'id' END ORDER BY id) FROM users u;
SELECT relgraph.load_agg(u, CASE WHEN id < 3 THEN 'name' END ORDER BY id) FROM users u;
SELECT relgraph.load_agg(u, CASE WHEN id < 3 THEN '' END) FROM users u;
SELECT i, relgraph.load_agg(u, i ORDER BY id) FROM users u, (VALUES ('id'), ('name')) v(i) GROUP BY i ORDER BY i;
SELECT relgraph.load_agg(u, 'name, pots') FROM users u;
SELECT relgraph.load_agg(u, 'name, posts {') FROM users u;

-- the functions behind it cannot be called
\set VERBOSITY terse
SELECT relgraph.load_agg_transition(NULL, u, '') FROM users u;
SELECT relgraph.load_agg_final(NULL);
\set VERBOSITY default

-- one statement per level for a whole group: each is one scan here
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a);
CREATE TABLE c (id int PRIMARY KEY, b_id int REFERENCES b);
INSERT INTO a SELECT generate_series(1, 600);
INSERT INTO b SELECT i, 1 + i % 300 FROM generate_series(1, 900) i;
INSERT INTO c SELECT i, 1 + i % 800 FROM generate_series(1, 2000) i;
ANALYZE a, b, c;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SET enable_bitmapscan = off;
BEGIN;
CREATE TEMP TABLE before AS SELECT relid, seq_scan FROM pg_stat_xact_user_tables;
SELECT json_array_length(relgraph.load_agg(a, 'bs { cs, a }')) FROM a;
SELECT s.relname, s.seq_scan - b.seq_scan AS scans FROM pg_stat_xact_user_tables s JOIN before b USING (relid)
WHERE s.seq_scan > b.seq_scan AND s.schemaname = 'load_agg' ORDER BY s.relname;
ROLLBACK;
RESET enable_indexscan;
RESET enable_indexonlyscan;
RESET enable_bitmapscan;

-- very many groups, and a hash table that spills: rows come in any order
CREATE FUNCTION in_order(documents json) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(d::text, ',' ORDER BY (d->>'id')::int) FROM json_array_elements(documents) d
$$;
SET work_mem = '64kB';
SET enable_sort = off;
SELECT count(*), sum(json_array_length(j)), md5(string_agg(in_order(j), ',' ORDER BY b_id))
    = (SELECT md5(string_agg(d, ',' ORDER BY b_id)) FROM (
        SELECT b_id, string_agg(relgraph.load_row(c, 'b')::text, ',' ORDER BY id) AS d FROM c GROUP BY b_id) y)
FROM (SELECT b_id, relgraph.load_agg(c, 'b') AS j FROM c GROUP BY b_id) x;
RESET work_mem;
RESET enable_sort;

-- no memory stays behind: neither groups, nor what they loaded, nor after errors and cancelled statements
CREATE VIEW slow AS SELECT id, a_id, pg_sleep(10)::text AS nap FROM b WHERE id = 1;
SELECT relgraph.declare('a', 'naps', '{id}', 'slow', '{a_id}', 'napper', '1:M');
CREATE FUNCTION memory() RETURNS bigint LANGUAGE sql AS 'SELECT sum(total_bytes)::bigint FROM pg_backend_memory_contexts';
DO $$
DECLARE
    at_first bigint;
    x json;
    failed int := 0;
BEGIN
    FOR i IN 1 .. 600 LOOP
        SELECT relgraph.load_agg(a, 'bs { cs, a }') INTO x FROM a WHERE id < 20;
        PERFORM relgraph.load_agg(b, 'cs') FROM b WHERE id < 20 GROUP BY a_id;
        BEGIN
            PERFORM relgraph.load_agg(u, 'manager' || 1 / (3 - id)) FROM users u;
        EXCEPTION WHEN division_by_zero OR undefined_object THEN
            failed := failed + 1;
        END;
        IF i = 100 THEN
            at_first := memory();
        END IF;
    END LOOP;
    RAISE NOTICE '% failed, memory grew: %', failed, memory() > at_first + 400000;
END $$;
SET statement_timeout = '100ms';
SELECT relgraph.load_agg(a, 'naps') FROM a;
RESET statement_timeout;
SELECT count(*) FROM pg_backend_memory_contexts WHERE name IN ('relgraph load_agg', 'relgraph load batch', 'relgraph load row');

-- privileges and policies are the caller's
CREATE TABLE notes (id int PRIMARY KEY, user_id int REFERENCES users, owner name, body text);
INSERT INTO notes VALUES (1, 1, 'regress_relgraph_agg', 'mine'), (2, 1, 'somebody', 'theirs');
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (owner = current_user);
GRANT USAGE ON SCHEMA load_agg, relgraph TO regress_relgraph_agg;
GRANT SELECT ON users, notes TO regress_relgraph_agg;
SELECT relgraph.load_agg(u, 'name, notes { body }' ORDER BY id) FROM users u WHERE id < 3;
SET ROLE regress_relgraph_agg;
SELECT relgraph.load_agg(u, 'name, notes { body }' ORDER BY id) FROM users u WHERE id < 3;
SELECT relgraph.load_agg(u, 'name, posts { title }' ORDER BY id) FROM users u WHERE id < 3;
RESET ROLE;

-- its labels: the final function may be called again, and never in a parallel worker
SELECT aggfinalmodify, aggkind, proparallel FROM pg_aggregate JOIN pg_proc p ON p.oid = aggfnoid WHERE aggfnoid = 'relgraph.load_agg'::regproc;

SET client_min_messages = warning;
SELECT relgraph.forget('a', 'naps');
DROP SCHEMA load_agg CASCADE;
REVOKE USAGE ON SCHEMA relgraph FROM regress_relgraph_agg;
DROP ROLE regress_relgraph_agg;
