-- children*: rows nested in rows of the same relationship to any depth, each as if a recursive function had built it.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS relgraph;
CREATE ROLE regress_relgraph_tree;
RESET client_min_messages;
CREATE SCHEMA load_tree;
SET search_path = load_tree;
\pset format unaligned
\pset tuples_only on

CREATE TABLE categories (id int PRIMARY KEY, parent_id int REFERENCES categories, name text);
CREATE TABLE products (id int PRIMARY KEY, category_id int REFERENCES categories, label text);
CREATE TABLE users (id int PRIMARY KEY, name text, mentor_id int UNIQUE REFERENCES users);
CREATE TABLE follows (follower_id int REFERENCES users, followee_id int REFERENCES users, since int, PRIMARY KEY (follower_id, followee_id));
INSERT INTO categories VALUES (1, NULL, 'root'), (2, 1, 'a'), (3, 1, 'b'), (4, 2, 'aa'), (5, 4, 'aaa'), (6, NULL, 'other');
INSERT INTO products VALUES (1, 1, 'p1'), (2, 5, 'p2'), (3, 5, 'p3');
INSERT INTO users VALUES (1, 'ann', 2), (2, 'ben', 3), (3, 'cyd', 1), (4, 'dan', NULL);
INSERT INTO follows VALUES (1, 2, 10), (2, 3, 11), (3, 1, 12), (2, 4, 13), (4, 4, 14);
ANALYZE;

-- down, up, one to one, and many to many
SELECT relgraph.load('categories', 'children*');
SELECT relgraph.load('categories', 'name, parent* { name }');
SELECT relgraph.load('users', 'name, mentor* { name }');
SELECT relgraph.load('users', 'name, followees* { name }');
SELECT relgraph.load('users', 'name, followers* { name, -_through }');
-- what is in the braces comes with each row, other trees too
SELECT relgraph.load('categories', 'name, children* { name, products { label } }', '{"parent_id": null}');
SELECT relgraph.load('categories', 'name, down: children* { name, up: parent* { name } }', '{"id": 2}');
SELECT relgraph.load('categories', 'children* { kids: children { id } }', '{"id": 2}');
SELECT relgraph.load('categories', 'name, children* { -id -name -parent_id }', '{"id": 1}');
SELECT relgraph.load('products', 'label, category.parent* { name }', '{"id": [1, 2]}');
SELECT relgraph.load('categories', 'name, children* { name }, children* { products }', '{"id": 4}');
-- a depth: what it leaves out has no key, not an empty list
SELECT relgraph.load('categories', 'name, children*(depth: 2) { name }');
SELECT relgraph.load('categories', 'name, parent*(depth: 1) { name }');
SELECT relgraph.load('users', 'name, followees*(depth: 2) { name, -_through }');
SELECT relgraph.load('categories', 'children*(depth: 1)')::text = relgraph.load('categories', 'children')::text;
-- the other functions
SELECT relgraph.load_row(c, 'name, children* { name }') FROM categories c WHERE id = 2;
SELECT relgraph.load_agg(c, 'name, children* { name }' ORDER BY id DESC) FROM categories c;
SELECT id, relgraph.load_agg(c, 'id, children*(depth: 2) { id }') OVER (ORDER BY id) FROM categories c WHERE id < 5;

-- a row that is not as it is stored is on its way all the same
SELECT relgraph.load_row(ROW(1, 5, 'made up')::categories, 'name, parent* { name }');
SELECT relgraph.load_row(ROW(1, 4, 'made up')::categories, 'name, parent* { name }');
SELECT relgraph.load_row(ROW(5, 4, 'made up')::categories, 'name, parent* { name }');
SELECT relgraph.load_row(ROW(NULL, NULL, 'nothing')::categories, 'name, parent* { name }, children*');

-- mistakes
SELECT relgraph.load('categories', 'products*');
SELECT relgraph.load('categories', 'name, products.category*');
SELECT relgraph.load('categories', 'name*');
SELECT relgraph.load('categories', 'name(depth: 2)');
SELECT relgraph.load('categories', 'children(depth: 1)');
SELECT relgraph.load('categories', 'children*(depth: 0)');
SELECT relgraph.load('categories', 'children*, children');
SELECT relgraph.load('categories', 'children, children*');
SELECT relgraph.load('categories', 'children.products, children*');
SELECT relgraph.load('categories', 'children*, children*(depth: 2)');
SELECT relgraph.load('categories', 'children* { children }');
SELECT relgraph.load('categories', '-name, name: children*');
SELECT relgraph.load('users', 'name, _through: followees* { name }');
SELECT relgraph.load('users', 'name, followees* { name, followees: followers* }');

-- the setting, for rows that are nested deeper than they are far
SET relgraph.max_tree_depth = 3;
SELECT relgraph.load('categories', 'id, children* { id }', '{"id": 1}');
SET relgraph.max_tree_depth = 2;
SELECT relgraph.load('categories', 'id, children* { id }', '{"id": 1}');
SELECT relgraph.load('categories', 'id, children*(depth: 3) { id }', '{"id": 1}');
SELECT relgraph.load('categories', 'id, children*(depth: 2) { id }', '{"id": 1}');
SELECT relgraph.load('users', 'id, mentor* { id }', '{"id": 1}');
CREATE TABLE ring (id int PRIMARY KEY);
CREATE TABLE ring_links (a_id int REFERENCES ring, b_id int REFERENCES ring, PRIMARY KEY (a_id, b_id));
INSERT INTO ring SELECT generate_series(0, 6);
INSERT INTO ring_links SELECT i, (i + 1) % 7 FROM generate_series(0, 6) i UNION ALL SELECT i, (i + 6) % 7 FROM generate_series(0, 6) i;
SET relgraph.max_tree_depth = 5;
SELECT relgraph.load('ring', 'bs*', '{"id": 1}');
SET relgraph.max_tree_depth = 6;
SELECT relgraph.load('ring', 'bs*', '{"id": 1}');
DELETE FROM ring_links WHERE 0 IN (a_id, b_id) AND 6 IN (a_id, b_id);
SELECT relgraph.load('ring', 'bs*', '{"id": 0}');
SET relgraph.max_tree_depth = 5;
SELECT relgraph.load('ring', 'bs*', '{"id": 0}');
RESET relgraph.max_tree_depth;
SET relgraph.max_tree_depth = 0;

-- deeper than a function can call itself
CREATE TABLE chain (id int PRIMARY KEY, parent_id int REFERENCES chain);
INSERT INTO chain SELECT i, nullif(i - 1, 0) FROM generate_series(1, 40000) i;
CREATE INDEX ON chain (parent_id);
ANALYZE chain;
SELECT relgraph.load('chain', 'children*', '{"id": 1}');
SELECT length(relgraph.load('chain', 'children*', '{"id": 39000}')::text);
SET relgraph.max_tree_depth = 50000;
SELECT md5(relgraph.load('chain', '-parent_id, children* { -parent_id }', '{"id": 1}')::text)
    = md5((SELECT string_agg(format('{"id":%s,"children":[', i), '' ORDER BY i) FROM generate_series(1, 40000) i) || repeat(']}', 40000));
UPDATE chain SET parent_id = 40000 WHERE id = 1;
SELECT length(relgraph.load('chain', '-parent_id, parent* { -parent_id }', '{"id": 7}')::text);
RESET relgraph.max_tree_depth;

-- shared subtrees are written wherever they belong; 2 to the power of 12 leaves
CREATE TABLE grid (id int PRIMARY KEY);
CREATE TABLE grid_links (a_id int REFERENCES grid, b_id int REFERENCES grid, PRIMARY KEY (a_id, b_id));
INSERT INTO grid SELECT generate_series(0, 25);
INSERT INTO grid_links SELECT x, y FROM generate_series(0, 23) x, generate_series(2, 25) y WHERE x / 2 = y / 2 - 1;
SELECT length(d) - length(replace(d, '"id":24', '"id":2')) FROM (SELECT relgraph.load('grid', 'bs*', '{"id": 0}')::text AS d) x;

-- one statement for each depth, whatever the number of rows; each key is asked for once
SET enable_indexscan = off;
SET enable_bitmapscan = off;
BEGIN;
CREATE TEMP TABLE before AS SELECT relid, seq_scan, seq_tup_read FROM pg_stat_xact_user_tables;
SELECT count(*) FROM (SELECT relgraph.load('categories', 'children* { products }', '{"id": 1}') OFFSET 0) x;
SELECT s.relname, s.seq_scan - b.seq_scan AS scans FROM pg_stat_xact_user_tables s JOIN before b USING (relid)
WHERE s.seq_scan > b.seq_scan AND s.schemaname = 'load_tree' ORDER BY s.relname;
ROLLBACK;
RESET enable_indexscan;
RESET enable_bitmapscan;

-- the reference: what a recursive function makes, from random graphs with cycles
CREATE TABLE nodes (id int PRIMARY KEY, parent_id int REFERENCES nodes);
CREATE TABLE edges (a_id int REFERENCES nodes, b_id int REFERENCES nodes, w int, PRIMARY KEY (a_id, b_id));
CREATE INDEX ON nodes (parent_id);
CREATE FUNCTION down(n int, way int[], depth int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT '[' || coalesce(string_agg(format('{"id":%s,"parent_id":%s%s}', c.id, coalesce(c.parent_id::text, 'null'),
            CASE WHEN depth <> 1 THEN ',"children":' || down(c.id, way || c.id, depth - 1) END), ',' ORDER BY c.id), '') || ']'
        FROM nodes c WHERE c.parent_id = n AND c.id <> ALL (way));
END $$;
CREATE FUNCTION up(n int, way int[], depth int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN coalesce((SELECT format('{"id":%s,"parent_id":%s%s}', p.id, coalesce(p.parent_id::text, 'null'),
            CASE WHEN depth <> 1 THEN ',"parent":' || up(p.parent_id, way || p.id, depth - 1) END)
        FROM nodes p WHERE p.id = n AND p.id <> ALL (way)), 'null');
END $$;
CREATE FUNCTION along(n int, way int[], depth int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT '[' || coalesce(string_agg(format('{"id":%s,"_through":{"w":%s}%s}', t.id, coalesce(e.w::text, 'null'),
            CASE WHEN depth <> 1 THEN ',"bs":' || along(t.id, way || t.id, depth - 1) END), ',' ORDER BY t.id), '') || ']'
        FROM edges e JOIN nodes t ON t.id = e.b_id WHERE e.a_id = n AND t.id <> ALL (way));
END $$;
DO $$
DECLARE
    size int;
    depth int;
    args text;
    checked int := 0;
    different int := 0;
    cyclic int := 0;
    d json;
    made nodes;
BEGIN
    PERFORM setseed(0.25);
    FOR i IN 1 .. 150 LOOP
        DELETE FROM edges;
        DELETE FROM nodes;
        size := 2 + (random() * 8)::int;
        INSERT INTO nodes SELECT n FROM generate_series(1, size) n;
        UPDATE nodes SET parent_id = 1 + floor(random() * size) WHERE random() < 0.8;
        IF i % 3 = 0 THEN
            UPDATE nodes SET parent_id = NULL WHERE parent_id >= id;
        END IF;
        INSERT INTO edges SELECT 1 + floor(random() * size), 1 + floor(random() * size), (random() * 9)::int
            FROM generate_series(1, (size * 1.5)::int) ON CONFLICT DO NOTHING;
        depth := CASE WHEN i % 2 = 0 THEN 1 + (i % 7) ELSE 0 END;
        args := CASE WHEN depth > 0 THEN format('(depth: %s)', depth) ELSE '' END;
        FOR d IN SELECT relgraph.load('nodes', format('children*%s, parent*%s, bs*%s { -parent_id }', args, args, args)) LOOP
            checked := checked + 1;
            SELECT * INTO made FROM nodes WHERE id = (d ->> 'id')::int;
            IF (d -> 'children')::text <> down(made.id, ARRAY[made.id], depth)
                OR (d -> 'parent')::text <> up(made.parent_id, ARRAY[made.id], depth)
                OR (d -> 'bs')::text <> along(made.id, ARRAY[made.id], depth) THEN
                different := different + 1;
            END IF;
            -- another parent than in the table
            made.parent_id := 1 + floor(random() * size);
            d := relgraph.load_row(made, format('parent*%s, bs* { -parent_id }', args));
            IF (d -> 'parent')::text <> up(made.parent_id, ARRAY[made.id], depth)
                OR (d -> 'bs')::text <> along(made.id, ARRAY[made.id], 0) THEN
                different := different + 1;
            END IF;
        END LOOP;
        WITH RECURSIVE way AS (SELECT id AS start, parent_id AS at FROM nodes UNION
            SELECT start, parent_id FROM way JOIN nodes ON id = at)
        SELECT cyclic + count(*) INTO cyclic FROM way WHERE start = at;
    END LOOP;
    RAISE NOTICE 'enough documents: %, different: %, enough cycles: %', checked > 800, different, cyclic > 100;
END $$;

-- which rows, in which order, how many: for each row's own; those on the way are left out then
CREATE FUNCTION chosen(n int, way int[], wanted int, skipped int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT '[' || coalesce(string_agg(format('{"id":%s,"_through":{"w":%s},"bs":%s}', c.id, c.w, chosen(c.id, way || c.id, wanted, skipped)),
            ',' ORDER BY c.n), '') || ']'
        FROM (SELECT t.id, e.w, row_number() OVER (ORDER BY t.parent_id DESC, t.id) AS n FROM edges e JOIN nodes t ON t.id = e.b_id
            WHERE e.a_id = chosen.n AND t.id <> 3 ORDER BY n LIMIT wanted OFFSET skipped) c
        WHERE c.id <> ALL (way));
END $$;
DO $$
DECLARE
    size int;
    checked int := 0;
    different int := 0;
    full_length int := 0;
    d json;
    way text;
BEGIN
    PERFORM setseed(0.5);
    FOR i IN 1 .. 40 LOOP
        DELETE FROM edges;
        DELETE FROM nodes;
        size := 3 + (random() * 5)::int;
        INSERT INTO nodes SELECT n FROM generate_series(1, size) n;
        UPDATE nodes SET parent_id = 1 + floor(random() * size) WHERE random() < 0.8;
        INSERT INTO edges SELECT 1 + floor(random() * size), 1 + floor(random() * size), (random() * 9)::int
            FROM generate_series(1, size * 2) ON CONFLICT DO NOTHING;
        FOREACH way IN ARRAY '{auto,batch,probe,join}'::text[] LOOP
            PERFORM set_config('relgraph.load_strategy', way, true);
            FOR d IN SELECT relgraph.load('nodes', 'id, bs*(filter: {"id": {"ne": 3}}, order: -parent_id, limit: 2, offset: $1) { id }', params => jsonb_build_array(i % 2)) LOOP
                checked := checked + 1;
                full_length := full_length + length(d::text);
                IF (d -> 'bs')::text <> chosen((d ->> 'id')::int, ARRAY[(d ->> 'id')::int], 2, i % 2) THEN
                    different := different + 1;
                END IF;
            END LOOP;
        END LOOP;
    END LOOP;
    RAISE NOTICE 'enough documents: %, different: %, long enough: %', checked > 500, different, full_length > 10000;
END $$;
SELECT relgraph.load('categories', 'name, children*(order: -name) { name }, two: children*(limit: 1, depth: 2) { name }', '{"id": 1}');
SELECT relgraph.load('categories', 'name, children*(filter: {"name": {"like": "a%"}}) { name }, parent*(filter: {"id": {"gt": 1}}) { name }', '{"id": [1, 5]}');

-- many rows at once, without an index: each statement reads the table from end to end
CREATE TABLE plain (id int PRIMARY KEY, parent_id int);
INSERT INTO plain SELECT i, nullif((i * 7919) % i, 0) FROM generate_series(1, 3000) i;
ALTER TABLE plain ADD FOREIGN KEY (parent_id) REFERENCES plain;
ANALYZE plain;
CREATE FUNCTION plain_down(n int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT '[' || coalesce(string_agg(format('{"id":%s,"children":%s}', c.id, plain_down(c.id)), ',' ORDER BY c.id), '') || ']'
        FROM nodes_of_plain c WHERE c.parent_id = n);
END $$;
CREATE TABLE nodes_of_plain AS SELECT * FROM plain;
CREATE INDEX ON nodes_of_plain (parent_id);
SELECT md5(string_agg(d::text, ',')) = (SELECT md5(string_agg(format('{"id":%s,"children":%s}', id, plain_down(id)), ',' ORDER BY id))
        FROM nodes_of_plain WHERE parent_id IS NULL) AS same, count(*) > 10 AS enough, sum(length(d::text)) > 50000 AS large
FROM relgraph.load('plain', 'id, children* { id }', '{"parent_id": null}') d;

-- in batches so small that each is given up and begun anew
SELECT md5(string_agg(d::text, ',')) AS whole FROM relgraph.load('plain', 'id, children* { id }, parent*') d \gset
SET relgraph.load_memory = '64kB';
SELECT md5(string_agg(d::text, ',')) = :'whole' FROM relgraph.load('plain', 'id, children* { id }, parent*') d;
RESET relgraph.load_memory;

-- composite keys, a key that is not the primary one, and keys that only their operator finds equal
CREATE TABLE places (country text, code int, inside_country text, inside_code int, name text,
    PRIMARY KEY (country, code), FOREIGN KEY (inside_country, inside_code) REFERENCES places);
INSERT INTO places VALUES ('x', 1, NULL, NULL, 'X'), ('x', 2, 'x', 1, 'X2'), ('y', 1, 'x', 2, 'Y'), ('x', 3, 'x', NULL, 'nowhere'), ('z', 1, 'z', 1, 'Z');
SELECT relgraph.load('places', 'name, down: places_by_inside_country_inside_code* { name }, up: place* { name }');
CREATE TABLE words (id int PRIMARY KEY, word numeric UNIQUE, root numeric REFERENCES words (word));
INSERT INTO words VALUES (1, 1.0, NULL), (2, 2, 1), (3, 3, 2.00), (4, NULL, 3.0), (5, NULL, NULL);
SELECT relgraph.load('words', 'id, down: words_by_root* { id }, up: word_by_root* { id }');

-- a view, without any key
CREATE VIEW forest AS SELECT id, parent_id FROM categories;
SELECT relgraph.declare('forest', 'below', '{id}', 'forest', '{parent_id}', 'above', '1:M');
SELECT relgraph.load('forest', 'id, below* { id }, above* { id }', '{"id": [1, 4]}', 'id');

-- a table in partitions, from the root and from a leaf whose columns have other numbers
CREATE TABLE parts (id int PRIMARY KEY, parent_id int REFERENCES parts) PARTITION BY RANGE (id);
CREATE TABLE parts_low (gone int, parent_id int, id int NOT NULL);
ALTER TABLE parts_low DROP COLUMN gone;
ALTER TABLE parts ATTACH PARTITION parts_low FOR VALUES FROM (0) TO (10);
CREATE TABLE parts_high PARTITION OF parts FOR VALUES FROM (10) TO (20);
INSERT INTO parts VALUES (1, NULL), (11, 1), (2, 11), (12, 2);
SELECT relgraph.load('parts', 'children*, parent*', '{"id": 11}');
SELECT relgraph.load('parts_low', 'children*, parent*');

-- the caller's policies cut the tree
ALTER TABLE categories ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON categories USING (name <> 'aa');
GRANT USAGE ON SCHEMA load_tree, relgraph TO regress_relgraph_tree;
GRANT SELECT ON categories TO regress_relgraph_tree;
SET ROLE regress_relgraph_tree;
SELECT relgraph.load('categories', 'name, children* { name }, parent* { name }');
RESET ROLE;

-- ways that would take for ever, or more than a value can hold, end at once
CREATE TABLE clique (id int PRIMARY KEY, body text);
CREATE TABLE clique_links (a_id int REFERENCES clique, b_id int REFERENCES clique, PRIMARY KEY (a_id, b_id));
INSERT INTO clique SELECT i, repeat('x', 1000000) FROM generate_series(1, 9) i;
INSERT INTO clique_links SELECT a, b FROM generate_series(1, 9) a, generate_series(1, 9) b;
SELECT relgraph.load('clique', 'bs*', '{"id": 1}');
SELECT relgraph.load_agg(c, 'bs*') FROM clique c;
INSERT INTO clique SELECT i FROM generate_series(10, 20) i;
INSERT INTO clique_links SELECT a, b FROM generate_series(10, 20) a, generate_series(10, 20) b;
SET statement_timeout = '100ms';
SELECT relgraph.load('clique', 'id, bs* { id }', '{"id": 10}');
RESET statement_timeout;

-- no memory stays behind
CREATE FUNCTION memory() RETURNS bigint LANGUAGE sql AS 'SELECT sum(total_bytes)::bigint FROM pg_backend_memory_contexts';
DO $$
DECLARE
    at_first bigint;
    failed int := 0;
BEGIN
    FOR i IN 1 .. 1000 LOOP
        PERFORM relgraph.load('users', 'followees* { mentor* }');
        PERFORM relgraph.load_row(c, 'children* { products }, parent*') FROM categories c;
        BEGIN
            PERFORM relgraph.load('ring', 'bs*', '{"id": "x"}');
        EXCEPTION WHEN invalid_text_representation THEN
            failed := failed + 1;
        END;
        IF i = 100 THEN
            at_first := memory();
        END IF;
    END LOOP;
    RAISE NOTICE '% failed, memory grew: %', failed, memory() > at_first + 400000;
END $$;

SET client_min_messages = warning;
SELECT relgraph.forget('forest', 'below');
DROP SCHEMA load_tree CASCADE;
REVOKE USAGE ON SCHEMA relgraph FROM regress_relgraph_tree;
DROP ROLE regress_relgraph_tree;
