-- count(posts) and its like: values per row, each over every row that the path leads to, once.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS relgraph;
CREATE ROLE regress_relgraph_sums;
RESET client_min_messages;
CREATE SCHEMA load_aggregates;
SET search_path = load_aggregates;
\pset format unaligned
\pset tuples_only on

CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, boss_id int REFERENCES users);
CREATE TABLE posts (id bigint PRIMARY KEY, user_id int REFERENCES users, title text, price int, rating float8, day date);
CREATE TABLE comments (id int PRIMARY KEY, post_id bigint REFERENCES posts, author_id int REFERENCES users);
CREATE TABLE teams (id int PRIMARY KEY, name text);
CREATE TABLE memberships (user_id int REFERENCES users, team_id int REFERENCES teams, hours numeric(6, 2), PRIMARY KEY (user_id, team_id));
CREATE TABLE tags (id int PRIMARY KEY, weight smallint);
CREATE TABLE post_tags (post_id bigint REFERENCES posts, tag_id int REFERENCES tags);
INSERT INTO users VALUES (1, 'ada', NULL), (2, 'bob', 1), (3, 'cyd', 1), (4, 'dan', 2);
INSERT INTO posts VALUES (13, 1, 'c', 5, 1.5, '2020-01-01'), (11, 1, 'a', 7, 'NaN', NULL), (12, 2, 'b', NULL, NULL, 'infinity'), (14, NULL, 'z', 1, 1, NULL);
INSERT INTO comments VALUES (23, 11, 1), (22, 11, 2), (21, 12, 2), (24, 13, 2);
INSERT INTO teams VALUES (31, 'core'), (32, 'docs');
INSERT INTO memberships VALUES (1, 32, 1.5), (1, 31, 2), (2, 31, 3.25);
INSERT INTO tags VALUES (41, 3), (42, 4);
INSERT INTO post_tags VALUES (11, 42), (11, 41), (11, 42), (12, 41), (13, 41), (12, NULL), (NULL, 41);
ANALYZE;

-- all of them, along any path; the key says what it is
SELECT relgraph.load('users', 'name, count(posts), exists(posts), sum(posts.price), avg(posts.price), min(posts.rating), max(posts.day)');
SELECT relgraph.load('users', 'name, count(teams), sum(memberships.hours), count(posts.comments), exists(boss), max(boss.boss.name)');
-- a row that is met several times counts once
SELECT relgraph.load('users', 'name, count(posts.tags), sum(posts.tags.weight), count(posts.comments.author), count(posts.post_tags)');
-- any number of them does not multiply, nor do lists
SELECT relgraph.load('users', 'name, count(posts), posts { title, count(comments), count(tags) }, n: count(teams), teams { count(users) }', '{"id": [1, 3]}');
-- where they stand, they stand in the document; an alias; the same twice is one
SELECT relgraph.load('users', 'tag_weight: sum(posts.tags.weight), name, "Posts": count(posts), count(posts), count(POSTS)', '{"id": 1}');
-- along a repeated relationship, and within one
SELECT relgraph.load('users', 'name, count(users_by_boss_id*), sum(users_by_boss_id.id), ids: max(boss.id), all_bosses: count(boss*), near: count(boss*(depth: 1))');
SELECT relgraph.load('users', 'name, users_by_boss_id* { name, count(posts), exists(users_by_boss_id*) }', '{"id": 1}');
SELECT relgraph.load('posts', 'title, count(user.users_by_boss_id*), exists(user.boss*)');
SELECT relgraph.load('users', 'name, max(users_by_boss_id*.id), near: max(users_by_boss_id*(depth: 1).id)', '{"id": 1}');
-- filters, each its own
SELECT relgraph.load('users', 'name, count(posts), cheap: count(posts(filter: {"price": {"lt": 6}})), none: count(posts(filter: {"id": []})),
    exists(posts(filter: {"title": "b"})), sum(posts(filter: {"title": {"ne": "a"}}).price), count(posts.tags(filter: {"weight": 3})),
    weight: sum(posts.tags(filter: {"weight": 3}).weight), commented: count(posts(filter: {"comments": {"some": {"author_id": 2}}}))');
SELECT relgraph.load('users', 'name, n: count(posts(filter: $1)), w: sum(posts.tags(filter: $2).weight), x: exists(teams(filter: $1))',
    params => '[{"id": {"gt": 11}}, null]');
-- one applies to every row on the way of a repeated relationship, as it does in a tree
SELECT relgraph.load('users', 'name, all: count(users_by_boss_id*), n: count(users_by_boss_id*(filter: {"name": {"ne": "bob"}})),
    t: users_by_boss_id*(filter: {"name": {"ne": "bob"}}) { name }', '{"id": 1}');
-- other functions
SELECT relgraph.load_row(u, 'name, count(posts)') FROM users u WHERE id = 1;
SELECT relgraph.load_agg(u, 'name, count(posts)' ORDER BY id) FROM users u;
SELECT id, relgraph.load_agg(u, 'name, count(posts)') OVER (ORDER BY id) FROM users u WHERE id < 3;
SELECT relgraph.load_row(ROW(NULL, 'nobody', NULL)::users, 'name, count(posts), exists(posts), sum(posts.price), count(boss*)');

-- values are written as to_json() writes what the server's aggregate returns
CREATE TYPE mood AS ENUM ('sad', 'fine');
CREATE DOMAIN price AS numeric(8, 2) CHECK (VALUE >= 0);
CREATE TABLE boxes (id int PRIMARY KEY);
CREATE TABLE things (id int PRIMARY KEY, box_id int REFERENCES boxes, s smallint, i int, b bigint, n numeric, r real, d float8, m money,
    t interval, c char(4), v varchar(9), x text, e mood, p price, a int[], ts timestamptz, ip inet, o oid);
INSERT INTO boxes VALUES (1), (2), (3);
INSERT INTO things SELECT g, 1 + g % 2, g, 1000000000 * (g % 3), 9e18::bigint * (g % 2), g / 3.0, g / 3.0, 'Infinity', g, g * interval '1 hour',
    'c' || g, 'v' || g, 'x"' || g, CASE g % 2 WHEN 0 THEN 'sad' ELSE 'fine' END::mood, g, ARRAY[g, NULL], '2020-01-01Z'::timestamptz + g * interval '1 day',
    '10.0.0.1', g FROM generate_series(1, 9) g;
SELECT bool_and((doc - 'id')::text = (SELECT jsonb_build_object(
    'things_s_sum', sum(s), 'things_i_sum', sum(i), 'things_b_sum', sum(b), 'things_n_sum', sum(n), 'things_r_sum', sum(r), 'things_d_sum', sum(t.d),
    'things_m_sum', sum(m), 'things_t_sum', sum(t.t), 'things_p_sum', sum(p), 'things_i_avg', avg(i), 'things_r_avg', avg(r), 'things_t_avg', avg(t.t),
    'things_c_max', max(c), 'things_v_min', min(v), 'things_x_max', max(x), 'things_e_min', min(e), 'things_a_max', max(a), 'things_ts_max', max(ts),
    'things_ip_min', min(ip), 'things_o_max', max(o), 'things_count', count(*), 'things_exists', count(*) > 0)::text FROM things t WHERE box_id = (doc ->> 'id')::int))
FROM (SELECT relgraph.load('boxes', 'id, sum(things.s) sum(things.i) sum(things.b) sum(things.n) sum(things.r) sum(things.d) sum(things.m) sum(things.t)
    sum(things.p) avg(things.i) avg(things.r) avg(things.t) max(things.c) min(things.v) max(things.x) min(things.e) max(things.a) max(things.ts)
    min(things.ip) max(things.o) count(things) exists(things)')::jsonb AS doc) x;
SELECT relgraph.load('boxes', 'sum(things.b), sum(things.d), avg(things.s), max(things.x), max(things.c), max(things.e), max(things.a)', '{"id": 2}');

-- mistakes
SELECT relgraph.load('users', 'sum(posts.title)');
SELECT relgraph.load('boxes', 'id, avg(things.ts)');
SELECT relgraph.load('users', 'sum(posts.comments)');
SELECT relgraph.load('users', 'count(posts.title)');
SELECT relgraph.load('users', 'sum(posts.title.price)');
SELECT relgraph.load('users', 'count(posts(limit: 3))');
SELECT relgraph.load('users', 'count(posts(order: id))');
SELECT relgraph.load('users', 'count(posts(depth: 3))');
SELECT relgraph.load('users', 'count(boss*(depth: 0))');
SELECT relgraph.load('users', 'count(posts*)');
SELECT relgraph.load('users', 'sum(posts*.id)');
SELECT relgraph.load('users', 'sum(posts(limit: 3).id)');
SELECT relgraph.load('users', 'sum(posts(filter: {"id": 11}))');
SELECT relgraph.load('users', 'sum(posts.id(filter: {"id": 11}))');
SELECT relgraph.load('users', 'n: count(posts(filter: {"prize": 1}))');
SELECT relgraph.load('users', 'n: count(posts(filter: $2))', params => '[1]');
SELECT relgraph.load('users', 'count(posts), count(posts(filter: {"id": 1}))');
SELECT relgraph.load('users', 'count(posts.user*)');
SELECT relgraph.load('users', 'count(pots)');
SELECT relgraph.load('users', 'max(posts.prize)');
SELECT relgraph.load('users', 'name: count(posts)');
SELECT relgraph.load('users', 'posts, posts: count(teams)');
SELECT relgraph.load('users', 'n: count(posts), n: teams');
SELECT relgraph.load('users', 'count(boss*), count(boss)');
SELECT relgraph.load('users', 'count(boss*), count(boss*(depth: 2))');
SET relgraph.max_depth = 2;
SELECT relgraph.load('users', 'count(posts.comments.author)');
SELECT relgraph.load('users', 'posts { count(comments.author) }');
RESET relgraph.max_depth;

-- one statement per aggregate, whatever the number of rows
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SET enable_bitmapscan = off;
SET enable_nestloop = off;
BEGIN;
CREATE TEMP TABLE before AS SELECT relid, seq_scan FROM pg_stat_xact_user_tables;
SELECT count(*) FROM (SELECT relgraph.load('users', 'id, count(teams), exists(posts)') OFFSET 0) x;
SELECT s.relname, s.seq_scan - b.seq_scan AS scans FROM pg_stat_xact_user_tables s JOIN before b USING (relid)
WHERE s.seq_scan > b.seq_scan AND s.schemaname = 'load_aggregates' ORDER BY s.relname;
ROLLBACK;
RESET enable_indexscan;
RESET enable_indexonlyscan;
RESET enable_bitmapscan;
RESET enable_nestloop;

-- the reference: related(), for every row and random data, by all the ways there are to fetch
CREATE TABLE n (id int PRIMARY KEY, up_id int REFERENCES n, v int);
CREATE TABLE l (a_id int REFERENCES n, b_id int REFERENCES n, PRIMARY KEY (a_id, b_id));
CREATE TABLE m (x_id int REFERENCES n, y_id int REFERENCES n);
CREATE FUNCTION reference(r n, path text) RETURNS text LANGUAGE sql AS $$
    SELECT json_build_array(count(*), count(*) > 0, sum(x.v), max(x.v))::text FROM relgraph.related(r, path, NULL::n) x $$;
DO $$
DECLARE
    size int;
    path text;
    d json;
    checked int := 0;
    different int := 0;
    r n;
BEGIN
    PERFORM setseed(0.75);
    FOREACH size IN ARRAY '{3,7,12,40}'::int[] LOOP
        DELETE FROM l;
        DELETE FROM m;
        DELETE FROM n;
        INSERT INTO n SELECT i, NULL, (random() * 9)::int FROM generate_series(1, size) i;
        UPDATE n SET up_id = 1 + floor(random() * size), v = nullif(v, 9) WHERE random() < 0.8;
        INSERT INTO l SELECT 1 + floor(random() * size), 1 + floor(random() * size) FROM generate_series(1, size) ON CONFLICT DO NOTHING;
        INSERT INTO m SELECT 1 + floor(random() * size), nullif(1 + floor(random() * size), 1) FROM generate_series(1, size);
        FOR path IN SELECT unnest('{up,ns_by_up_id,as,bs,xs,ys,up.up,up.ns_by_up_id,ns_by_up_id.up,as.bs,bs.up,xs.as,ys.ys,up.bs.as,ns_by_up_id.xs.up}'::text[]) LOOP
            FOR d IN SELECT relgraph.load('n', format('id, c: count(%1$s), e: exists(%1$s), s: sum(%1$s.v), m: max(%1$s.v)', path)) LOOP
                SELECT * INTO r FROM n WHERE id = (d ->> 'id')::int;
                checked := checked + 1;
                IF reference(r, path) <> format('[%s, %s, %s, %s]', d -> 'c', d -> 'e', d -> 's', d -> 'm') THEN
                    different := different + 1;
                    RAISE NOTICE 'path %, row %: % instead of %', path, r, d, reference(r, path);
                END IF;
            END LOOP;
        END LOOP;
        FOR path IN SELECT unnest('{up*,ns_by_up_id*,as*,xs*,bs.as*,up.xs*}'::text[]) LOOP
            FOR d IN SELECT relgraph.load('n', format('id, c: count(%1$s), e: exists(%1$s)', path)) LOOP
                SELECT * INTO r FROM n WHERE id = (d ->> 'id')::int;
                checked := checked + 1;
                IF reference(r, path) NOT LIKE format('[%s, %s, %%', d -> 'c', d -> 'e') THEN
                    different := different + 1;
                    RAISE NOTICE 'path %, row %: % instead of %', path, r, d, reference(r, path);
                END IF;
            END LOOP;
        END LOOP;
    END LOOP;
    RAISE NOTICE 'checked: %, different: %', checked, different;
END $$;

-- keys of all kinds: composite, equal in the eyes of their operator only, of a type without arrays
CREATE TABLE pairs (a int, b text, PRIMARY KEY (b, a));
CREATE TABLE pair_ref (id int PRIMARY KEY, x int, y text, up int REFERENCES pair_ref, FOREIGN KEY (x, y) REFERENCES pairs (a, b));
INSERT INTO pairs VALUES (1, 'b'), (2, 'a'), (1, 'a');
INSERT INTO pair_ref VALUES (1, 1, 'b', NULL), (2, 2, 'a', 1), (3, 1, NULL, 1), (4, 1, 'b', 3);
SELECT relgraph.load('pairs', 'count(pair_refs), sum(pair_refs.id), exists(pair_refs), count(pair_refs.pair_refs_by_up.pair)');
CREATE TABLE num (k numeric PRIMARY KEY);
CREATE TABLE num_ref (id int PRIMARY KEY, k numeric REFERENCES num);
CREATE TABLE num_int (id int PRIMARY KEY, k int REFERENCES num);
INSERT INTO num VALUES (1.0), (2);
INSERT INTO num_ref VALUES (1, 1), (2, 1.00), (3, 2.0), (4, NULL);
INSERT INTO num_int VALUES (1, 1), (2, 2), (3, 1);
SELECT relgraph.load('num', 'count(num_refs), count(num_ints), exists(num_ints), sum(num_refs.k)');
CREATE COLLATION no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE word (w text COLLATE no_case PRIMARY KEY);
CREATE TABLE word_ref (id int PRIMARY KEY, w text COLLATE no_case REFERENCES word);
CREATE TABLE word_tree (w text COLLATE no_case PRIMARY KEY, up_id text COLLATE no_case REFERENCES word_tree);
INSERT INTO word VALUES ('one'), ('Two');
INSERT INTO word_ref VALUES (1, 'ONE'), (2, 'One'), (3, 'two'), (4, NULL);
INSERT INTO word_tree VALUES ('a', NULL), ('b', 'A'), ('c', 'B'), ('d', 'b');
SELECT relgraph.load('word', 'w, count(word_refs), max(word_refs.id), exists(word_refs)');
SELECT relgraph.load('word_ref', 'w, count(word)');
SELECT relgraph.load('word_tree', 'w, count(word_trees_by_up_id*), exists(up*), d: count(up*(depth: 2))');

-- rows of views, which nothing tells apart
CREATE VIEW seen_posts AS SELECT id, user_id, price FROM posts;
CREATE VIEW seen_tags AS SELECT id, weight FROM tags;
CREATE VIEW seen_users AS SELECT id, boss_id FROM users;
SELECT relgraph.declare('users', 'seen_posts', '{id}', 'seen_posts', '{user_id}', 'seen_user', '1:M');
SELECT relgraph.declare('seen_posts', 'seen_tags', '{id}', 'seen_tags', '{id}', 'seen_posts', 'M:M', 'post_tags', '{post_id}', '{tag_id}');
SELECT relgraph.declare('seen_users', 'below', '{id}', 'seen_users', '{boss_id}', 'above', '1:M');
SELECT relgraph.load('users', 'name, count(seen_posts), sum(seen_posts.price), count(seen_posts.seen_tags), sum(seen_posts.seen_tags.weight), exists(seen_posts.seen_tags)');
SELECT relgraph.load('seen_users', 'id, count(below*), count(above*), d: count(below*(depth: 1))', order_by => 'id');

-- partitions
CREATE TABLE parts (id int PRIMARY KEY, user_id int REFERENCES users, up_id int REFERENCES parts) PARTITION BY RANGE (id);
CREATE TABLE parts_low (up_id int, user_id int, gone int, id int NOT NULL);
ALTER TABLE parts_low DROP COLUMN gone;
ALTER TABLE parts ATTACH PARTITION parts_low FOR VALUES FROM (0) TO (10);
CREATE TABLE parts_high PARTITION OF parts FOR VALUES FROM (10) TO (20);
INSERT INTO parts VALUES (1, 2, NULL), (11, 2, 1), (12, NULL, 11);
SELECT relgraph.load('users', 'name, count(parts), max(parts.id)', '{"id": 2}');
SELECT relgraph.load('parts_low', 'count(parts_by_up_id), all: count(parts_by_up_id*)');

-- the caller's rows and columns
ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON posts USING (id > 11);
GRANT USAGE ON SCHEMA load_aggregates, relgraph TO regress_relgraph_sums;
GRANT SELECT ON users TO regress_relgraph_sums;
GRANT SELECT (id, user_id) ON posts TO regress_relgraph_sums;
SELECT relgraph.load('users', 'name, count(posts), exists(posts)', '{"id": [1, 3]}');
SET ROLE regress_relgraph_sums;
SELECT relgraph.load('users', 'name, count(posts), exists(posts)', '{"id": [1, 3]}');
SELECT relgraph.load('users', 'name, max(posts.id)', '{"id": 1}');
SELECT relgraph.load('users', 'name, sum(posts.price)', '{"id": 1}');
SELECT relgraph.load('users', 'name, count(posts.comments)', '{"id": 1}');
RESET ROLE;

-- an aggregate of the caller's own of the same name is not taken
CREATE FUNCTION shout(int, int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE 'not this one'; END $$;
CREATE AGGREGATE sum(int) (SFUNC = shout, STYPE = int, INITCOND = 0);
SET search_path = load_aggregates, pg_catalog;
SELECT relgraph.load('users', 'name, sum(posts.price)', '{"id": 1}');
SET search_path = load_aggregates;

-- many keys, with and without an index, and after DDL
CREATE TABLE many (id int PRIMARY KEY);
CREATE TABLE many_ref (id int PRIMARY KEY, many_id int REFERENCES many, v int);
INSERT INTO many SELECT generate_series(1, 2000);
INSERT INTO many_ref SELECT i, nullif(i % 1500, 0), i % 7 FROM generate_series(1, 10000) i;
ANALYZE many, many_ref;
CREATE VIEW expected AS SELECT string_agg(json_build_object('id', id, 'many_refs_count', c, 'many_refs_v_sum', s, 'many_refs_exists', c > 0)::text, ',' ORDER BY id) AS e
FROM (SELECT m.id, count(r.id) AS c, sum(v) AS s FROM many m LEFT JOIN many_ref r ON r.many_id = m.id GROUP BY m.id) x;
SELECT jsonb_agg(d) = (SELECT ('[' || e || ']')::jsonb FROM expected) FROM relgraph.load('many', 'id, count(many_refs), sum(many_refs.v), exists(many_refs)') d;
CREATE INDEX ON many_ref (many_id);
ANALYZE many_ref;
SELECT jsonb_agg(d) = (SELECT ('[' || e || ']')::jsonb FROM expected) FROM relgraph.load('many', 'id, count(many_refs), sum(many_refs.v), exists(many_refs)') d;
DROP VIEW expected;
ALTER TABLE many_ref ALTER v TYPE numeric(5, 1);
ALTER TABLE many_ref RENAME TO ref_many;
SELECT relgraph.load('many', 'id, count(ref_manies), sum(ref_manies.v)', '{"id": 7}');

-- tables that are large, and known to be
CREATE TABLE shops (id int PRIMARY KEY);
CREATE TABLE sales (id int PRIMARY KEY, shop_id int REFERENCES shops);
CREATE TABLE lines (id int PRIMARY KEY, sale_id int REFERENCES sales, price int);
CREATE TABLE goods (id int PRIMARY KEY);
CREATE TABLE stock (shop_id int REFERENCES shops, good_id int REFERENCES goods, PRIMARY KEY (shop_id, good_id));
CREATE INDEX ON sales (shop_id);
CREATE INDEX ON lines (sale_id);
INSERT INTO shops SELECT generate_series(1, 20);
INSERT INTO sales SELECT i, 1 + i % 20 FROM generate_series(1, 2000) i;
INSERT INTO lines SELECT i, 1 + i % 2000, i % 10 FROM generate_series(1, 6000) i;
INSERT INTO goods SELECT generate_series(1, 1000);
INSERT INTO stock SELECT 1 + i % 20, i FROM generate_series(1, 1000) i;
ANALYZE shops, sales, lines, goods, stock;
SELECT relgraph.load('shops', 'id, count(sales.lines), sum(sales.lines.price), exists(sales.lines), count(goods), max(goods.id)', '{"id": [1, 2]}');

-- no memory stays behind
CREATE FUNCTION memory() RETURNS bigint LANGUAGE sql AS 'SELECT sum(total_bytes)::bigint FROM pg_backend_memory_contexts';
DO $$
DECLARE
    at_first bigint;
    failed int := 0;
BEGIN
    FOR i IN 1 .. 1000 LOOP
        PERFORM relgraph.load('users', 'count(posts), sum(posts.tags.weight), exists(posts.comments), count(boss*)');
        BEGIN
            PERFORM relgraph.load('posts', 'min(user.nam)');
        EXCEPTION WHEN undefined_object THEN
            failed := failed + 1;
        END;
        IF i = 100 THEN
            at_first := memory();
        END IF;
    END LOOP;
    RAISE NOTICE '% failed, memory grew: %', failed, memory() > at_first + 400000;
END $$;

SET client_min_messages = warning;
SELECT relgraph.forget('users', 'seen_posts');
SELECT relgraph.forget('seen_posts', 'seen_tags');
SELECT relgraph.forget('seen_users', 'below');
DROP SCHEMA load_aggregates CASCADE;
REVOKE USAGE ON SCHEMA relgraph FROM regress_relgraph_sums;
DROP ROLE regress_relgraph_sums;
