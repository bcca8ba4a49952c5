-- filter, order, limit and offset of a relationship, written in the include or taken from params.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS relgraph;
RESET client_min_messages;
CREATE SCHEMA args_test;
SET search_path = args_test;
\pset format unaligned
\pset tuples_only on

CREATE TABLE users (id int PRIMARY KEY, name text, boss_id int REFERENCES users);
CREATE TABLE profiles (user_id int PRIMARY KEY REFERENCES users, city text);
CREATE TABLE posts (id bigint PRIMARY KEY, user_id int REFERENCES users, title text, score numeric, published date, raw json);
CREATE TABLE comments (id int PRIMARY KEY, post_id bigint REFERENCES posts, author_id int REFERENCES users, body text);
CREATE TABLE tags (id int PRIMARY KEY, label text COLLATE "C");
CREATE TABLE post_tags (post_id bigint REFERENCES posts, tag_id int REFERENCES tags, weight int, PRIMARY KEY (post_id, tag_id));
CREATE TABLE marks (post_id bigint REFERENCES posts, mark_id int REFERENCES tags);
CREATE INDEX ON posts (user_id);
CREATE INDEX ON comments (post_id);
INSERT INTO users SELECT i, 'user ' || i, CASE WHEN i > 1 THEN i / 2 END FROM generate_series(1, 8) i;
INSERT INTO profiles SELECT i, CASE WHEN i % 2 > 0 THEN 'Bern' ELSE 'Oslo' END FROM generate_series(1, 6) i;
INSERT INTO posts SELECT i, NULLIF(i % 6, 0), 'title ' || i % 7, CASE WHEN i % 5 > 0 THEN i % 4 + 0.5 END, date '2024-01-01' + i * 5 % 17
FROM generate_series(1, 50) i;
INSERT INTO comments SELECT i, 1 + i * 3 % 40, NULLIF(i % 9, 0), 'body ' || i % 11 FROM generate_series(1, 150) i;
INSERT INTO tags SELECT i, chr(64 + i * 5 % 9) || i % 2 FROM generate_series(1, 8) i;
INSERT INTO post_tags SELECT i, j, (i * j) % 5 FROM generate_series(1, 50) i, generate_series(1, 8) j WHERE (i + j) % 3 = 0;
INSERT INTO marks SELECT i, j FROM generate_series(1, 20) i, generate_series(1, 8) j, generate_series(1, 2) WHERE (i * j) % 4 = 1;
ANALYZE;

-- what load() gives, if it is what a query of one column in the order of users.id gives
CREATE FUNCTION same(include text, query text, params jsonb DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    wanted jsonb;
    got jsonb;
BEGIN
    EXECUTE format('SELECT jsonb_agg(x ORDER BY u.id) FROM users u, LATERAL (%s) q (x)', query) INTO wanted;
    SELECT jsonb_agg(jsonb_path_query_first(d::jsonb, '$.x') ORDER BY n) INTO got
    FROM relgraph.load('users', 'id, x: ' || include, params => params) WITH ORDINALITY l (d, n);
    RETURN CASE WHEN got = wanted THEN 'ok ' || md5(got::text) ELSE format(E'WRONG\n%s\n%s', got, wanted) END;
END $$;

-- order
SELECT same('posts(order: title) { id }', 'SELECT coalesce(jsonb_agg(jsonb_build_object(''id'', id) ORDER BY title, id), ''[]'') FROM posts WHERE user_id = u.id');
SELECT same('posts(order: -title) { id }', 'SELECT coalesce(jsonb_agg(jsonb_build_object(''id'', id) ORDER BY title DESC, id), ''[]'') FROM posts WHERE user_id = u.id');
SELECT same('posts(order: score) { id }', 'SELECT coalesce(jsonb_agg(jsonb_build_object(''id'', id) ORDER BY score, id), ''[]'') FROM posts WHERE user_id = u.id');
SELECT same('posts(order: (-score, published, -id)) { id }',
    'SELECT coalesce(jsonb_agg(jsonb_build_object(''id'', id) ORDER BY score DESC, published, id DESC), ''[]'') FROM posts WHERE user_id = u.id');
SELECT same('posts(order: -id) { id }', 'SELECT coalesce(jsonb_agg(jsonb_build_object(''id'', id) ORDER BY id DESC), ''[]'') FROM posts WHERE user_id = u.id');
SELECT same('posts(order: (title, -title, title)) { id }', 'SELECT coalesce(jsonb_agg(jsonb_build_object(''id'', id) ORDER BY title, id), ''[]'') FROM posts WHERE user_id = u.id');
-- limit and offset
SELECT same('posts(limit: 3) { id }', 'SELECT coalesce(jsonb_agg(y), ''[]'') FROM (SELECT jsonb_build_object(''id'', id) FROM posts WHERE user_id = u.id ORDER BY id LIMIT 3) z (y)');
SELECT same('posts(order: (-score, title), limit: 3) { id }',
    'SELECT coalesce(jsonb_agg(y), ''[]'') FROM (SELECT jsonb_build_object(''id'', id) FROM posts WHERE user_id = u.id ORDER BY score DESC, title, id LIMIT 3) z (y)');
SELECT same('posts(order: -published, limit: 2, offset: 3) { id }',
    'SELECT coalesce(jsonb_agg(y), ''[]'') FROM (SELECT jsonb_build_object(''id'', id) FROM posts WHERE user_id = u.id ORDER BY published DESC, id LIMIT 2 OFFSET 3) z (y)');
SELECT same('posts(offset: 7) { id }', 'SELECT coalesce(jsonb_agg(y), ''[]'') FROM (SELECT jsonb_build_object(''id'', id) FROM posts WHERE user_id = u.id ORDER BY id OFFSET 7) z (y)');
SELECT same('posts(limit: 0) { id }', 'SELECT ''[]''::jsonb');
SELECT same('posts(limit: 9223372036854775807, offset: 9223372036854775807) { id }', 'SELECT ''[]''::jsonb');
SELECT same('posts(limit: 9223372036854775807) { id }', 'SELECT coalesce(jsonb_agg(jsonb_build_object(''id'', id) ORDER BY id), ''[]'') FROM posts WHERE user_id = u.id');
-- filters, to-one included
SELECT same('posts(filter: {"score": {"gte": 2.5}}) { id }',
    'SELECT coalesce(jsonb_agg(jsonb_build_object(''id'', id) ORDER BY id), ''[]'') FROM posts WHERE user_id = u.id AND score >= 2.5');
SELECT same('posts(filter: {}) { id }', 'SELECT coalesce(jsonb_agg(jsonb_build_object(''id'', id) ORDER BY id), ''[]'') FROM posts WHERE user_id = u.id');
SELECT same('profile(filter: {"city": "Bern"}) { city }', 'SELECT (SELECT jsonb_build_object(''city'', city) FROM profiles WHERE user_id = u.id AND city = ''Bern'')');
SELECT same('boss(filter: {"id": {"gt": 1}, "posts": {"some": {"score": null}}}) { id }',
    'SELECT (SELECT jsonb_build_object(''id'', b.id) FROM users b WHERE b.id = u.boss_id AND b.id > 1 AND b.id IN (SELECT user_id FROM posts WHERE score IS NULL))');
SELECT same('posts(filter: {"comments": {"some": {"author": {"some": {"id": 3}}}}}, order: -id, limit: 2) { id }',
    'SELECT coalesce(jsonb_agg(y), ''[]'') FROM (SELECT jsonb_build_object(''id'', id) FROM posts p WHERE user_id = u.id '
    'AND EXISTS (SELECT FROM comments WHERE post_id = p.id AND author_id = 3) ORDER BY id DESC LIMIT 2) z (y)');
-- every level has its own
SELECT same('posts(filter: {"score": {"is_null": false}}, order: -published, limit: 2) { id, comments(order: (body, -id), limit: 2, offset: 1) { id, author(filter: {"id": {"ne": 4}}) { id } } }',
    'SELECT coalesce(jsonb_agg(y), ''[]'') FROM (SELECT jsonb_build_object(''id'', id, ''comments'', (SELECT coalesce(jsonb_agg(w), ''[]'') FROM '
    '(SELECT jsonb_build_object(''id'', c.id, ''author'', (SELECT jsonb_build_object(''id'', a.id) FROM users a WHERE a.id = c.author_id AND a.id <> 4)) '
    'FROM comments c WHERE post_id = p.id ORDER BY body, c.id DESC LIMIT 2 OFFSET 1) v (w))) '
    'FROM posts p WHERE user_id = u.id AND score IS NOT NULL ORDER BY published DESC, id LIMIT 2) z (y)');
-- many-to-many, with one association per pair and with several
SELECT same('posts(limit: 2) { id, tags_via_post_tags(filter: {"label": {"gte": "C"}}, order: (-label, id), limit: 2) { id, -_through } }',
    'SELECT coalesce(jsonb_agg(y), ''[]'') FROM (SELECT jsonb_build_object(''id'', id, ''tags_via_post_tags'', (SELECT coalesce(jsonb_agg(w), ''[]'') FROM '
    '(SELECT jsonb_build_object(''id'', t.id) FROM post_tags pt JOIN tags t ON t.id = tag_id WHERE post_id = p.id AND label >= ''C'' ORDER BY label DESC, t.id LIMIT 2) v (w))) '
    'FROM posts p WHERE user_id = u.id ORDER BY id LIMIT 2) z (y)');
SELECT same('posts(limit: 3) { id, tags_via_marks(order: -label, limit: 2, offset: 1) { id } }',
    'SELECT coalesce(jsonb_agg(y), ''[]'') FROM (SELECT jsonb_build_object(''id'', id, ''tags_via_marks'', (SELECT coalesce(jsonb_agg(w), ''[]'') FROM '
    '(SELECT jsonb_build_object(''id'', t.id) FROM tags t WHERE t.id IN (SELECT mark_id FROM marks WHERE post_id = p.id) ORDER BY label DESC, t.id LIMIT 2 OFFSET 1) v (w))) '
    'FROM posts p WHERE user_id = u.id ORDER BY id LIMIT 3) z (y)');
SELECT relgraph.load('posts', 'id, tags_via_post_tags(order: -id, limit: 1)', '{"id": [1, 2]}');
SELECT relgraph.load('posts', 'id, tags_via_post_tags(limit: 1) { _through }', '{"id": 1}');
SELECT relgraph.load('posts', 'id, tags_via_post_tags(filter: {"id": 2}) {}', '{"id": [1, 2]}');
-- a recursive relationship, at each depth
SELECT relgraph.load('users', 'id, users_by_boss_id*(filter: {"id": {"ne": 3}}, order: -id) { id }', '{"id": 1}');
SELECT relgraph.load('users', 'id, users_by_boss_id*(order: -id, limit: 1) { id }', '{"id": 1}');
SELECT relgraph.load('users', 'id, users_by_boss_id*(limit: $1, depth: 2) { id }', '{"id": 1}', params => '[1]');

-- parameters
SELECT same('posts(filter: $1, limit: $2, offset: $3) { id }',
    'SELECT coalesce(jsonb_agg(y), ''[]'') FROM (SELECT jsonb_build_object(''id'', id) FROM posts WHERE user_id = u.id AND score < 3 ORDER BY id LIMIT 2 OFFSET 1) z (y)',
    '[{"score": {"lt": 3}}, 2, 1]');
SELECT same('posts(limit: $2, filter: {"score": {"lt": 3}}, offset: $1) { id }',
    'SELECT coalesce(jsonb_agg(y), ''[]'') FROM (SELECT jsonb_build_object(''id'', id) FROM posts WHERE user_id = u.id AND score < 3 ORDER BY id LIMIT 2 OFFSET 1) z (y)',
    '[1, 2.0, "not used"]');
SELECT same('posts(offset: $1, limit: 2) { id }',
    'SELECT coalesce(jsonb_agg(y), ''[]'') FROM (SELECT jsonb_build_object(''id'', id) FROM posts WHERE user_id = u.id ORDER BY id LIMIT 2 OFFSET 1) z (y)', '[1]');
SELECT same('posts(filter: $1) { id, comments(filter: $1) { id } }',
    'SELECT coalesce(jsonb_agg(jsonb_build_object(''id'', p.id, ''comments'', (SELECT coalesce(jsonb_agg(jsonb_build_object(''id'', c.id) ORDER BY c.id), ''[]'') '
    'FROM comments c WHERE post_id = p.id AND c.id < 30)) ORDER BY p.id), ''[]'') FROM posts p WHERE user_id = u.id AND p.id < 30', '[{"id": {"lt": 30}}]');
-- null is no filter, no limit, no offset
SELECT same('posts(filter: $1, limit: $2, offset: $3) { id }', 'SELECT coalesce(jsonb_agg(jsonb_build_object(''id'', id) ORDER BY id), ''[]'') FROM posts WHERE user_id = u.id',
    '[null, null, null]');
SELECT same('posts(filter: $1) { id }', 'SELECT coalesce(jsonb_agg(jsonb_build_object(''id'', id) ORDER BY id), ''[]'') FROM posts WHERE user_id = u.id', '[{}]');
-- the same include with other params, in one session
PREPARE by_score AS SELECT relgraph.load('users', 'id, posts(filter: $1, order: -score, limit: $2) { id }', '{"id": [1, 2]}', params => $1);
EXECUTE by_score('[{"score": 2.5}, 2]');
EXECUTE by_score('[{"score": {"gt": 2.5}, "title": {"like": "%6"}}, 9]');
EXECUTE by_score('[{"or": [{"id": 1}, {"tags_via_marks": {"none": {}}}]}, 3]');
EXECUTE by_score('[{}, 1]');
-- values are read for each call, under its settings
SET datestyle = 'ISO, DMY';
SELECT relgraph.load('users', 'id, posts(filter: {"published": {"lt": "03/01/2024"}}) { published }', '{"id": 1}');
SET datestyle = 'ISO, MDY';
SELECT relgraph.load('users', 'id, posts(filter: {"published": {"gte": "01/15/2024"}}) { published }', '{"id": 1}');
SELECT relgraph.load('users', 'id, posts(filter: {"published": {"lt": "03/01/2024"}}) { id }', '{"id": 1}');
RESET datestyle;
-- load_row()
SELECT relgraph.load_row(u, 'id, posts(order: -id, limit: 2) { id }') FROM users u WHERE id < 4 ORDER BY id;
SELECT relgraph.load_row(u, 'id, posts(filter: $1, limit: $2) { id, comments(limit: $3) { id } }', jsonb_build_array('{"score": null}'::jsonb, 1, u.id))
FROM users u WHERE id < 4 ORDER BY id;
SELECT relgraph.load_agg(u, 'id, posts(order: -id, limit: 1) { id }' ORDER BY u.id) FROM users u;

-- no memory stays behind, also after errors
CREATE FUNCTION memory() RETURNS bigint LANGUAGE sql AS 'SELECT sum(total_bytes)::bigint FROM pg_backend_memory_contexts';
DO $$
DECLARE
    at_first bigint;
    failed int = 0;
BEGIN
    FOR i IN 1 .. 3000 LOOP
        PERFORM relgraph.load_row(u, 'id, posts(filter: $1, limit: $2) { id, comments(filter: {"body": ["a", "b"]}, order: -body) { id } }',
            jsonb_build_array(jsonb_build_object('title', jsonb_build_array('x', i), 'comments', '{"some": {"id": 3}}'::jsonb), i % 5)) FROM users u WHERE id = 1 + i % 5;
        BEGIN
            PERFORM relgraph.load_row(u, 'posts(filter: $1)', '[{"published": {"gt": "never"}}]') FROM users u WHERE id = 1;
        EXCEPTION WHEN invalid_datetime_format THEN
            failed = failed + 1;
        END;
        IF i = 300 THEN
            at_first = memory();
        END IF;
    END LOOP;
    RAISE NOTICE '% failed, memory grew: %', failed, memory() > at_first + 400000;
END $$;

-- a level of two keys, and one without a primary key
CREATE TABLE spots (x int, y text, PRIMARY KEY (x, y));
CREATE TABLE visits (n int, x int, y text, FOREIGN KEY (x, y) REFERENCES spots);
INSERT INTO spots SELECT i, 'y' || i FROM generate_series(1, 3) i;
INSERT INTO visits SELECT i, 1 + i % 3, 'y' || 1 + i % 3 FROM generate_series(1, 12) i;
SELECT relgraph.load('spots', '*, visits(order: -n, limit: 2) { n }');
SELECT relgraph.load('spots', '*, visits(filter: {"n": {"gt": 4}}, order: n, offset: 1) { n }');

-- changes of the tables between calls
SELECT relgraph.load('users', 'id, posts(filter: {"title": "title 1"}, order: -title, limit: 1) { id }', '{"id": 1}');
ALTER TABLE posts RENAME title TO headline;
SELECT relgraph.load('users', 'id, posts(filter: {"title": "title 1"}, order: -title, limit: 1) { id }', '{"id": 1}');
SELECT relgraph.load('users', 'id, posts(filter: {"headline": "title 1"}, order: -headline, limit: 1) { id }', '{"id": 1}');
ALTER TABLE posts ALTER headline TYPE varchar(10);
ALTER TABLE posts RENAME TO articles;
SELECT relgraph.load('users', 'id, articles(filter: {"headline": "title 1"}, order: -headline, limit: 1) { id }', '{"id": 1}');
ALTER TABLE articles RENAME TO posts;
ALTER TABLE posts RENAME headline TO title;
SELECT relgraph.load('users', 'id, posts(filter: {"title": "title 1"}, order: -title, limit: 1) { id }', '{"id": 1}');

-- mistakes
SELECT relgraph.load('users', 'profile(limit: 1)');
SELECT relgraph.load('users', 'posts { user(offset: 1) }');
SELECT relgraph.load('users', 'boss(order: name)');
SELECT relgraph.load('users', 'posts(order: titel)');
SELECT relgraph.load('users', 'posts(order: (id, -user))');
SELECT relgraph.load('users', 'posts(order: raw)');
SELECT relgraph.load('users', 'posts(filter: {"titel": 1})');
SELECT relgraph.load('users', 'posts { comments(filter: {"id": {"gt": "many"}}) }');
SELECT relgraph.load('users', 'posts(filter: {"comments": {"some": {"body": {"than": 1}}}})');
SELECT relgraph.load('users', 'posts(filter: ["id"])');
SELECT relgraph.load('users', 'posts(limit: $1)');
SELECT relgraph.load('users', 'posts(limit: $1, filter: $2)', params => '[1]');
SELECT relgraph.load('users', 'posts(filter: $3)', params => '[]');
SELECT relgraph.load('users', 'posts(limit: $1)', params => '["3"]');
SELECT relgraph.load('users', 'posts(limit: $1)', params => '[-1]');
SELECT relgraph.load('users', 'posts(offset: $1)', params => '[1.5]');
SELECT relgraph.load('users', 'posts(offset: $1)', params => '[{}]');
SELECT relgraph.load('users', 'posts(filter: $1)', params => '[3]');
SELECT relgraph.load('users', 'posts(filter: $1)', params => '[{"score": {"gt": "x"}}]');
SELECT relgraph.load('users', 'posts(filter: $1)', params => '[{"score": 1, "nothing": 2}]');
SELECT relgraph.load('users', 'posts(filter: $1)', params => '{"1": {}}');
SELECT relgraph.load('users', 'posts(filter: $1)', params => '1');
SELECT relgraph.load('users', 'posts(limit: 1), posts { id }');
SELECT relgraph.load('users', 'posts.comments, posts(limit: 1)');
SELECT relgraph.load('users', 'posts(limit: 1), posts(limit: 1)');
SELECT relgraph.load_agg(u, 'posts(limit: $1)') FROM users u;
-- no rows, the same mistakes
SELECT relgraph.load('users', 'posts { comments(limit: $1) }', '{"id": 99}', params => '["x"]');
-- nothing from params gets into a statement
SELECT relgraph.load('users', 'posts(limit: $1)', params => '["1; DROP TABLE posts"]');
SELECT relgraph.load('users', 'posts(filter: $1)', params => '[{"id) OR true --": 1}]');
SELECT relgraph.load('users', 'id, posts(filter: $1)', '{"id": 1}', params => '[{"title": "'' OR true --"}]');
SELECT relgraph.load('users', 'posts(order: "id; DROP TABLE posts")');
SELECT relgraph.load('users', 'posts(order: "id"" DESC")');
-- depth of what is cached
SELECT count(*) FROM relgraph.load('users', 'posts(filter: {"comments": {"some": {"author": {"some": {}}}}})');
SET relgraph.max_depth = 1;
SELECT count(*) FROM relgraph.load('users', 'posts(filter: {"comments": {"some": {"author": {"some": {}}}}})');
RESET relgraph.max_depth;

-- rights: each level under its own policies and column rights, also inside filters, also where a limit is
CREATE ROLE regress_relgraph_args;
GRANT USAGE ON SCHEMA args_test, relgraph TO regress_relgraph_args;
GRANT SELECT ON users TO regress_relgraph_args;
GRANT SELECT (id, user_id, published) ON posts TO regress_relgraph_args;
GRANT SELECT ON comments TO regress_relgraph_args;
ALTER TABLE comments ENABLE ROW LEVEL SECURITY;
CREATE POLICY third ON comments USING (id % 3 = 0);
SET ROLE regress_relgraph_args;
SELECT relgraph.load('users', 'id, posts(order: -published, limit: 1) { id, comments(order: -id, limit: 2) { id } }', '{"id": [1, 2]}');
SELECT relgraph.load('users', 'id, posts(filter: {"comments": {"some": {"id": [22, 24]}}}) { id }', '{"id": [1, 3]}');
SELECT relgraph.load('users', 'id, posts(filter: {"score": 1}) { id }', '{"id": 1}');
SELECT relgraph.load('users', 'id, posts(order: title) { id }', '{"id": 1}');
SELECT relgraph.load('users', 'id, posts(order: title, limit: 1) { id }', '{"id": 1}');
RESET ROLE;
SELECT relgraph.load('users', 'id, posts(order: -published, limit: 1) { id, comments(order: -id, limit: 2) { id } }', '{"id": [1, 2]}');
SELECT relgraph.load('users', 'id, posts(filter: {"comments": {"some": {"id": [22, 24]}}}) { id }', '{"id": [1, 3]}');


-- a security-barrier view as a level, whose rows alone can be filtered and limited
CREATE VIEW shown WITH (security_barrier) AS SELECT id AS shown_id, user_id AS writer, title FROM posts WHERE id % 2 = 1;
SELECT relgraph.declare('users', 'shown', '{id}', 'shown', '{writer}', 'shown_user', '1:M');
GRANT SELECT ON shown TO regress_relgraph_args;
SET ROLE regress_relgraph_args;
SELECT relgraph.load('users', 'id, shown(filter: {"title": {"like": "%3"}}, order: -shown_id) { shown_id }, some: shown(order: -shown_id, limit: 2) { title }', '{"id": [1, 2]}');
SELECT relgraph.load('users', 'id', '{"shown": {"some": {"shown_id": {"lt": 4}}}}');
SET relgraph.load_strategy = join;
SELECT relgraph.load('users', 'id, shown(filter: {"title": {"like": "%3"}}, order: -shown_id) { shown_id }, some: shown(order: -shown_id, limit: 2) { title }', '{"id": [1, 2]}');
RESET relgraph.load_strategy;
RESET ROLE;
SELECT relgraph.forget('users', 'shown');

-- a point load of three levels plans nothing the second time: a policy tells when it is planned
CREATE FUNCTION planned(name text) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RAISE NOTICE ''% planned'', name; RETURN true; END';
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
CREATE POLICY planned ON users USING (planned('users'));
CREATE POLICY planned ON posts USING (planned('posts'));
DROP POLICY third ON comments;
CREATE POLICY planned ON comments USING (planned('comments'));
SET ROLE regress_relgraph_args;
SELECT relgraph.load_row(ROW(1, 'a', NULL)::users, 'id, posts(order: -published, limit: 1) { id, comments(filter: {"id": {"gt": 12}}, limit: $1) { id } }', '[1]');
SELECT relgraph.load_row(ROW(2, 'b', NULL)::users, 'id, posts(order: -published, limit: 1) { id, comments(filter: {"id": {"gt": 12}}, limit: $1) { id } }', '[2]');
SELECT relgraph.load_row(ROW(3, 'c', NULL)::users, 'id, posts(order: -published, limit: 1) { id, comments(filter: $1) { id } }', '[{"id": {"gt": 50}}]');
SELECT relgraph.load_row(ROW(4, 'd', NULL)::users, 'id, posts(order: -published, limit: 1) { id, comments(filter: $1) { id } }', '[{"id": {"gt": 20}}]');
RESET ROLE;

\pset format aligned
\pset tuples_only off
SET client_min_messages = warning;
DROP SCHEMA args_test CASCADE;
DROP OWNED BY regress_relgraph_args;
DROP ROLE regress_relgraph_args;
