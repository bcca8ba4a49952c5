-- Filters choose the rows that hand-written conditions choose; what they say is never SQL.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS relgraph;
CREATE SCHEMA filter_test;
SET search_path = filter_test;
CREATE EXTENSION citext;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on

CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN grade AS int CHECK (value < 100);
CREATE DOMAIN shout AS text COLLATE "C" CHECK (value = upper(value));
CREATE TABLE users (id int PRIMARY KEY, name text, age int, boss_id int REFERENCES users, joined timestamptz, mood mood, grade grade,
    code char(4), short varchar(3), handle citext, tag name, doc jsonb, raw json, parts int[], spot point, shout shout, "or" int, "Odd ""q" int);
CREATE TABLE posts (id bigint PRIMARY KEY, user_id int REFERENCES users, title text, published bool, score numeric(6, 2));
CREATE TABLE comments (id int PRIMARY KEY, post_id bigint REFERENCES posts, author_id int REFERENCES users, body text);
CREATE TABLE teams (id int PRIMARY KEY, name text);
CREATE TABLE memberships (user_id int REFERENCES users, team_id int REFERENCES teams, role text, PRIMARY KEY (user_id, team_id));
CREATE TABLE follows (follower_id int REFERENCES users, followee_id int REFERENCES users, PRIMARY KEY (follower_id, followee_id));
CREATE TABLE spots (x int, y text, label text, PRIMARY KEY (x, y));
CREATE TABLE visits (id int PRIMARY KEY, spot_x int, spot_y text, user_id int REFERENCES users, FOREIGN KEY (spot_x, spot_y) REFERENCES spots);
CREATE TABLE fans (x int, y text, user_id int REFERENCES users, FOREIGN KEY (x, y) REFERENCES spots);
INSERT INTO users SELECT i, CASE WHEN i % 7 > 0 THEN chr(97 + i % 5) || 'n%_' || i END, NULLIF(i * 3 % 50, 0), CASE WHEN i > 3 THEN i / 3 END,
    '2020-01-01 00:00Z'::timestamptz + i * interval '1 day', (enum_range(NULL::mood))[1 + i % 3], i, 'c' || i % 4, 'v' || i % 3,
    CASE i % 2 WHEN 0 THEN 'Ann' ELSE 'BOB' END, 'n' || i % 5, CASE i % 4 WHEN 0 THEN '{"a": 1}'::jsonb WHEN 1 THEN '"s"' WHEN 2 THEN '[1, 2]' END,
    '{}', CASE i % 3 WHEN 0 THEN ARRAY[1, i] END, point(i, i), 'X' || i % 3, i % 4, i % 2 FROM generate_series(1, 30) i;
INSERT INTO posts SELECT i, NULLIF(i % 20, 0), CASE WHEN i % 6 > 0 THEN 'title ' || i % 10 END, CASE i % 3 WHEN 0 THEN true WHEN 1 THEN false END, i / 4.0
FROM generate_series(1, 60) i;
INSERT INTO comments SELECT i, NULLIF(i % 40, 0), NULLIF(i % 25, 0), CASE WHEN i % 5 > 0 THEN 'body ' || i END FROM generate_series(1, 120) i;
INSERT INTO teams SELECT i, 'team ' || i FROM generate_series(1, 5) i;
INSERT INTO memberships SELECT i, 1 + i % 4, CASE WHEN i % 3 > 0 THEN 'r' || i % 3 END FROM generate_series(1, 22) i;
INSERT INTO follows SELECT DISTINCT i, 1 + (i * 7) % 30 FROM generate_series(1, 30, 2) i;
INSERT INTO spots SELECT i, 's' || i, CASE WHEN i % 2 > 0 THEN 'l' || i END FROM generate_series(1, 6) i;
INSERT INTO visits SELECT i, CASE WHEN i % 9 > 0 THEN 1 + i % 6 END, 's' || 1 + i % 6, 1 + i % 15 FROM generate_series(1, 30) i;
INSERT INTO fans SELECT 1 + i % 6, 's' || 1 + i % 6, 1 + i % 12 FROM generate_series(1, 20) i;
ANALYZE;

-- the ids that a filter lets through, and whether a condition in SQL lets through the same
CREATE FUNCTION try(rel regclass, filter jsonb, condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    wanted text;
    got text;
BEGIN
    EXECUTE format('SELECT string_agg(id::text, '' '' ORDER BY id) FROM %s t WHERE %s', rel, condition) INTO wanted;
    SELECT string_agg(x ->> 'id', ' ' ORDER BY n) FROM relgraph.load(rel, 'id', filter) WITH ORDINALITY l (x, n) INTO got;
    RETURN CASE WHEN wanted IS DISTINCT FROM got THEN 'WRONG ' || coalesce(got, 'none') || ' FOR ' ELSE 'ok ' END || coalesce(wanted, 'none');
END $$;

-- values, null, lists
SELECT try('users', '{}', 'true');
SELECT try('users', '{"age": 9}', 'age = 9');
SELECT try('users', '{"age": "9", "id": [3, 4, "20"]}', 'age = 9 AND id IN (3, 4, 20)');
SELECT try('users', '{"name": null}', 'name IS NULL');
SELECT try('users', '{"age": [9, null, 12]}', 'age IN (9, 12) OR age IS NULL');
SELECT try('users', '{"age": []}', 'false');
SELECT try('users', '{"age": [null]}', 'age IS NULL');
-- operators; null is neither equal nor different, less nor greater
SELECT try('users', '{"age": {"eq": 9}}', 'age = 9');
SELECT try('users', '{"age": {"eq": null}}', 'age IS NULL');
SELECT try('users', '{"age": {"ne": 9}}', 'age <> 9');
SELECT try('users', '{"age": {"ne": null}}', 'age IS NOT NULL');
SELECT try('users', '{"age": {"lt": 9}}', 'age < 9');
SELECT try('users', '{"age": {"lte": 9}}', 'age <= 9');
SELECT try('users', '{"age": {"gt": 40}}', 'age > 40');
SELECT try('users', '{"age": {"gte": 42}}', 'age >= 42');
SELECT try('users', '{"age": {"gte": 18, "lt": 27}}', 'age >= 18 AND age < 27');
SELECT try('users', '{"age": {"in": [9, 12, 77]}}', 'age IN (9, 12, 77)');
SELECT try('users', '{"age": {"in": [9, null], "is_null": false}}', 'age = 9');
SELECT try('users', '{"name": {"is_null": true}}', 'name IS NULL');
SELECT try('users', '{"name": {"is_null": false}}', 'name IS NOT NULL');
SELECT try('users', '{"name": {"like": "a%"}}', 'name LIKE ''a%''');
SELECT try('users', '{"name": {"like": "%\\%\\_1"}}', 'name LIKE ''%\%\_1''');
SELECT try('users', '{"name": {"ilike": "B%1_"}}', 'name ILIKE ''B%1_''');
-- and, or, not
SELECT try('users', '{"or": [{"age": 9}, {"age": 12, "id": 4}, {"name": {"like": "c%"}}]}', 'age = 9 OR age = 12 AND id = 4 OR name LIKE ''c%''');
SELECT try('users', '{"id": {"lt": 9}, "or": [{"age": 9}, {"age": 12}]}', 'id < 9 AND (age = 9 OR age = 12)');
SELECT try('users', '{"or": []}', 'false');
SELECT try('users', '{"and": []}', 'true');
SELECT try('users', '{"or": [{}]}', 'true');
SELECT try('users', '{"not": {}}', 'false');
SELECT try('users', '{"and": [{"or": [{"id": 1}, {"id": 2}]}, {"or": [{"id": 2}, {"id": 3}]}]}', '(id = 1 OR id = 2) AND (id = 2 OR id = 3)');
SELECT try('users', '{"not": {"age": {"gt": 9}}}', 'NOT age > 9');
SELECT try('users', '{"not": {"or": [{"age": 9}, {"name": null}]}}', 'NOT (age = 9 OR name IS NULL)');
SELECT try('users', '{"not": {"not": {"age": 9, "id": 3}}}', 'age = 9 AND id = 3');
SELECT try('users', '{"not": {"age": {"in": [9, 12]}}}', 'age NOT IN (9, 12)');
-- a column is called like an operator: the word combines, the quoted word is the column
SELECT try('users', '{"or": [{"\"or\"": 2}, {"\"or\"": {"gt": 2}}]}', '"or" = 2 OR "or" > 2');
SELECT try('users', '{"\"Odd \"\"q\"": 1}', '"Odd ""q" = 1');
SELECT try('users', '{"Odd \"q": 1}', '"Odd ""q" = 1');
-- types
SELECT try('users', '{"joined": {"gte": "2020-01-20 01:00+01", "lt": "2020-01-22 00:00Z"}}', 'joined >= ''2020-01-20 00:00Z'' AND joined < ''2020-01-22 00:00Z''');
SELECT try('users', '{"mood": {"gt": "sad"}, "id": {"lt": 6}}', 'mood > ''sad'' AND id < 6');
SELECT try('users', '{"mood": ["ok", "sad"], "id": {"lt": 6}}', 'mood IN (''ok'', ''sad'') AND id < 6');
SELECT try('users', '{"grade": {"gt": 25, "lt": 1000}}', 'grade > 25');
SELECT try('users', '{"grade": [7, 1000]}', 'grade = 7');
SELECT try('users', '{"code": "c1"}', 'code = ''c1''');
SELECT try('users', '{"code": {"like": "c1%", "gt": "c0"}}', 'code LIKE ''c1%''');
SELECT try('users', '{"short": "v1 "}', 'short = ''v1 ''');
SELECT try('users', '{"short": {"ilike": "V1"}}', 'short ILIKE ''V1''');
SELECT try('users', '{"handle": "ann", "id": {"lt": 9}}', 'handle = ''ANN'' AND id < 9');
SELECT try('users', '{"handle": ["bob"], "id": {"lt": 9}}', 'handle = ''bob'' AND id < 9');
SELECT try('users', '{"handle": {"like": "AN%"}, "id": {"lt": 9}}', 'handle LIKE ''AN%'' AND id < 9');
SELECT try('users', '{"tag": {"like": "n1%"}}', 'tag LIKE ''n1%''');
SELECT try('users', '{"tag": "n1", "shout": {"lte": "X1"}}', 'tag = ''n1'' AND shout <= ''X1''');
SELECT try('users', '{"shout": {"like": "x%"}}', 'shout LIKE ''x%''');
SELECT try('users', '{"doc": {"eq": {"a": 1.0}}}', 'doc = ''{"a": 1}''');
SELECT try('users', '{"doc": {"eq": [1, 2]}}', 'doc = ''[1, 2]''');
SELECT try('users', '{"doc": [[1, 2], "s"]}', 'doc IN (''[1, 2]'', ''"s"'')');
SELECT try('users', '{"doc": "s"}', 'doc = ''"s"''');
SELECT try('users', '{"doc": {"eq": {"a": 1}}}', 'doc = ''{"a": 1}''');
SELECT try('users', '{"doc": {"in": [[1, 2], "s", null]}}', 'doc IN (''[1, 2]'', ''"s"'') OR doc IS NULL');
SELECT try('users', '{"doc": {"eq": {"eq": 1}}}', 'doc = ''{"eq": 1}''');
SELECT try('users', '{"doc": {"ne": {"a": 1}, "is_null": false}}', 'doc <> ''{"a": 1}''');
SELECT try('users', '{"doc": {"eq": {}}}', 'doc = ''{}''');
SELECT try('users', '{"raw": {"is_null": true}}', 'raw IS NULL');
SELECT try('users', '{"parts": {"gte": "{1,20}"}}', 'parts >= ''{1,20}''');
SELECT try('users', '{"parts": ["{1,3}", "{1,30}", "{}"]}', 'parts IN (''{1,3}'', ''{1,30}'')');
SELECT try('posts', '{"score": {"gt": 13.751}}', 'score > 13.751');
SELECT try('posts', '{"score": [1.5, "2.50", 1e1]}', 'score IN (1.5, 2.5, 10)');
SELECT try('posts', '{"published": true, "id": {"gt": 50}}', 'published AND id > 50');
SELECT try('posts', '{"published": {"ne": true}, "id": {"gt": 50}}', 'NOT published AND id > 50');
-- values are read under the settings of the call
SET timezone = 'UTC';
SELECT try('users', '{"joined": "2020-01-21"}', 'id = 20');
SET timezone = 'Asia/Tokyo';
SELECT try('users', '{"joined": "2020-01-21"}', 'false');
SELECT try('users', '{"joined": "2020-01-21 09:00"}', 'id = 20');
RESET timezone;

-- related rows: to-many, to-one, many-to-many, self-referential, composite keys
SELECT try('users', '{"posts": {"some": {}}}', 'id IN (SELECT user_id FROM posts)');
SELECT try('users', '{"posts": {"none": {}}}', 'NOT EXISTS (SELECT FROM posts p WHERE user_id = t.id)');
SELECT try('users', '{"posts": {"every": {}}}', 'true');
SELECT try('users', '{"posts": {"some": {"published": true}}}', 'EXISTS (SELECT FROM posts p WHERE user_id = t.id AND published)');
SELECT try('users', '{"posts": {"none": {"published": true}}}', 'NOT EXISTS (SELECT FROM posts p WHERE user_id = t.id AND published)');
-- null is not true: it does for "none", and does not for "every"
SELECT try('users', '{"posts": {"every": {"published": true}}}',
    '(SELECT count(*) = count(*) FILTER (WHERE published) FROM posts p WHERE user_id = t.id)');
SELECT try('users', '{"posts": {"every": {"title": {"like": "title%"}}}}',
    '(SELECT count(*) = count(*) FILTER (WHERE title LIKE ''title%'') FROM posts p WHERE user_id = t.id)');
SELECT try('users', '{"posts": {"some": {}, "none": {"published": true}}}',
    'id IN (SELECT user_id FROM posts) AND NOT EXISTS (SELECT FROM posts p WHERE user_id = t.id AND published)');
SELECT try('posts', '{"user": {"some": {"name": {"like": "b%"}}}}', '(SELECT name LIKE ''b%'' FROM users u WHERE u.id = user_id)');
SELECT try('posts', '{"user": {"none": {}}}', 'user_id IS NULL');
SELECT try('posts', '{"user": {"every": {"age": {"gt": 40}}}}', 'user_id IS NULL OR (SELECT age > 40 FROM users u WHERE u.id = user_id)');
SELECT try('users', '{"teams": {"some": {"name": "team 2"}}}', 'id IN (SELECT user_id FROM memberships JOIN teams ON teams.id = team_id WHERE name = ''team 2'')');
SELECT try('users', '{"teams": {"every": {"id": {"gt": 2}}}}', 'id NOT IN (SELECT user_id FROM memberships WHERE team_id <= 2)');
SELECT try('users', '{"memberships": {"some": {"role": "r1", "team": {"some": {"id": [1, 2]}}}}}',
    'EXISTS (SELECT FROM memberships m WHERE user_id = t.id AND role = ''r1'' AND team_id IN (1, 2))');
SELECT try('users', '{"boss": {"some": {"boss": {"some": {"id": 1}}}}}', '(SELECT boss_id = 1 FROM users b WHERE b.id = t.boss_id)');
SELECT try('users', '{"users_by_boss_id": {"some": {"age": null}}}', 'id IN (SELECT boss_id FROM users WHERE age IS NULL)');
SELECT try('users', '{"followees": {"some": {"id": {"lt": 10}}}}', 'id IN (SELECT follower_id FROM follows WHERE followee_id < 10)');
SELECT try('users', '{"followers": {"none": {"name": {"is_null": false}}}}',
    'NOT EXISTS (SELECT FROM follows f JOIN users u ON u.id = f.follower_id WHERE f.followee_id = t.id AND u.name IS NOT NULL)');
SELECT try('visits', '{"spot": {"some": {"label": null}}}', '(SELECT label IS NULL AND x IS NOT NULL FROM spots WHERE x = spot_x AND y = spot_y)');
SELECT try('users', '{"visits": {"some": {"spot": {"some": {"y": {"gte": "s5"}}}}}}', 'id IN (SELECT user_id FROM visits WHERE spot_x IS NOT NULL AND spot_y >= ''s5'')');
SELECT try('users', '{"spots": {"some": {"label": null}}}', 'id IN (SELECT user_id FROM fans JOIN spots USING (x, y) WHERE label IS NULL)');
SELECT try('users', '{"posts": {"some": {"comments": {"every": {"author": {"some": {"id": {"lte": 20}}}}, "some": {}}}}}',
    'EXISTS (SELECT FROM posts p WHERE user_id = t.id AND EXISTS (SELECT FROM comments WHERE post_id = p.id) '
    'AND NOT EXISTS (SELECT FROM comments c WHERE post_id = p.id AND (author_id <= 20) IS NOT TRUE))');
SELECT try('users', '{"or": [{"posts": {"some": {"id": 5}}}, {"teams": {"some": {"id": 1}}}], "not": {"comments": {"some": {"body": null}}}}',
    '(id IN (SELECT user_id FROM posts WHERE id = 5) OR id IN (SELECT user_id FROM memberships WHERE team_id = 1)) '
    'AND NOT EXISTS (SELECT FROM comments WHERE author_id = t.id AND body IS NULL)');
-- the names of constraints do, too
SELECT try('posts', '{"posts_user_id_fkey": {"some": {"id": 7}}}', 'user_id = 7');

-- mistakes, each with its place
SELECT relgraph.load('users', 'id', '[]');
SELECT relgraph.load('users', 'id', '"id"');
SELECT relgraph.load('users', 'id', 'null');
SELECT relgraph.load('users', 'id', '{"nme": 1}');
SELECT relgraph.load('users', 'id', '{"ID": 1}');
SELECT relgraph.load('users', 'id', '{"id": {"gte": 1, "than": 2}}');
SELECT try('users', '{"id": {}}', 'true');
SELECT relgraph.load('users', 'id', '{"doc": {"a": 1}}');
SELECT relgraph.load('users', 'id', '{"id": {"lt": null}}');
SELECT relgraph.load('users', 'id', '{"id": {"lt": [1]}}');
SELECT relgraph.load('users', 'id', '{"id": {"in": 1}}');
SELECT relgraph.load('users', 'id', '{"id": {"in": [1, [2]]}}');
SELECT relgraph.load('users', 'id', '{"id": {"eq": {"a": 1}}}');
SELECT relgraph.load('users', 'id', '{"id": {"is_null": "yes"}}');
SELECT relgraph.load('users', 'id', '{"id": {"like": "1%"}}');
SELECT relgraph.load('users', 'id', '{"name": {"like": 1}}');
SELECT relgraph.load('users', 'id', '{"name": {"like": "a\\"}}');
SELECT relgraph.load('users', 'id', '{"name": {"regex": "a"}}');
SELECT relgraph.load('users', 'id', '{"raw": {"a": 1}}');
SELECT relgraph.load('users', 'id', '{"raw": "{}"}');
SELECT relgraph.load('users', 'id', '{"spot": {"gt": "(1,1)"}}');
SELECT relgraph.load('users', 'id', '{"or": {"id": 1}}');
SELECT relgraph.load('users', 'id', '{"or": 1}');
SELECT relgraph.load('users', 'id', '{"or": [{"id": 1}, 2]}');
SELECT relgraph.load('users', 'id', '{"not": []}');
SELECT relgraph.load('users', 'id', '{"posts": {"title": "x"}}');
SELECT try('users', '{"posts": {}}', 'true');
SELECT relgraph.load('users', 'id', '{"posts": null}');
SELECT relgraph.load('users', 'id', '{"posts": {"some": 1}}');
SELECT relgraph.load('users', 'id', '{"posts": {"some": {"or": [{"id": 1}, {"comments": {"every": {"id": {"gt": "many"}}}}]}}}');
SELECT relgraph.load('users', 'id', '{"mood": "angry"}');
SELECT relgraph.load('users', 'id', '{"joined": {"gt": "soon"}}');
SELECT relgraph.load('users', 'id', jsonb_build_object(repeat('x', 100), 1));
-- limits
SET relgraph.max_depth = 2;
SELECT try('users', '{"posts": {"some": {"comments": {"some": {}}}, "none": {"comments": {"some": {"id": 1}}}}}', 'id IN (SELECT user_id FROM posts p JOIN comments c ON p.id = post_id WHERE user_id <> 1)');
SELECT relgraph.load('users', 'id', '{"posts": {"some": {"comments": {"some": {"author": {"some": {}}}}}}}');
RESET relgraph.max_depth;
SELECT relgraph.load('users', 'id', (repeat('{"not":', 600) || '{}' || repeat('}', 600))::jsonb);
SELECT try('users', (repeat('{"not":', 400) || '{"id": 1}' || repeat('}', 400))::jsonb, 'id = 1');
SELECT relgraph.load('users', 'id', jsonb_build_object('or', (SELECT jsonb_agg(jsonb_build_object('id', i)) FROM generate_series(1, 65536) i)));
SELECT try('users', jsonb_build_object('id', (SELECT jsonb_agg(i) FROM generate_series(29, 70000) i)), 'id > 28');
SELECT try('users', jsonb_build_object('or', (SELECT jsonb_agg(jsonb_build_object('id', i)) FROM generate_series(29, 2000) i)), 'id > 28');

-- attempts to get into the statement, in every position
SELECT try('users', '{"name": "x'' OR true --"}', 'false');
SELECT try('users', '{"name": {"like": "'' OR true --"}}', 'false');
SELECT try('users', '{"name": {"in": ["$1", "'') OR true --", "\\", "{}", "a,b", "\"", "NULL"]}}', 'false');
SELECT relgraph.load('users', 'id', '{"id = 1 OR true --": 1}');
SELECT relgraph.load('users', 'id', '{"id\" = 1 OR true --": 1}');
SELECT relgraph.load('users', 'id', '{"\"id\" = 1 OR \"id\"": 1}');
SELECT relgraph.load('users', 'id', '{"id": {"= 1 OR true --": 1}}');
SELECT relgraph.load('users', 'id', '{"id": {"gt": "0 OR true"}}');
SELECT relgraph.load('users', 'id', '{"id": ["1) OR (true"]}');
SELECT relgraph.load('users', 'id', '{"posts": {"some) OR (true": {}}}');
SELECT relgraph.load('users', 'id', '{"posts) OR (true": {"some": {}}}');
SELECT relgraph.load('users', 'id', '{"posts": {"some": {"1 = 1) OR EXISTS (SELECT 1": 1}}}');
SELECT relgraph.load('users', 'id', '{"xmin": 1}');
SELECT relgraph.load('users', 'id', '{"tableoid": {"gt": 0}}');
SELECT relgraph.load('users', 'id', '{"(SELECT 1)": 1}');
-- operators of the same name on the search path are not the ones meant
CREATE FUNCTION leak(int, int) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''leaked''; RETURN true; END';
CREATE OPERATOR = (FUNCTION = leak, LEFTARG = int, RIGHTARG = int);
CREATE OPERATOR < (FUNCTION = leak, LEFTARG = int, RIGHTARG = int);
CREATE FUNCTION leak(text, text) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''leaked''; RETURN true; END';
CREATE OPERATOR ~~ (FUNCTION = leak, LEFTARG = text, RIGHTARG = text);
SET search_path = filter_test, pg_catalog;
SELECT relgraph.load('users', 'id', '{"id": 1, "age": {"lt": 5}, "name": {"like": "b%"}}');
SELECT relgraph.load('users', 'id', '{"id": [1], "posts": {"some": {"user_id": 1}}}');
SET search_path = filter_test;
DROP OPERATOR filter_test.= (int, int);
DROP OPERATOR filter_test.< (int, int);
DROP OPERATOR filter_test.~~ (text, text);

-- what the caller may not see cannot be asked about, row by row and column by column
CREATE ROLE regress_relgraph_filter;
GRANT USAGE ON SCHEMA filter_test, relgraph TO regress_relgraph_filter;
GRANT SELECT (id, name) ON users TO regress_relgraph_filter;
GRANT SELECT ON posts TO regress_relgraph_filter;
ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
CREATE POLICY odd ON posts USING (id % 2 = 1);
CREATE VIEW young WITH (security_barrier) AS SELECT id, name, age FROM users WHERE age < 20;
GRANT SELECT ON young TO regress_relgraph_filter;
SET ROLE regress_relgraph_filter;
SELECT relgraph.load('users', 'id', '{"id": 1}');
SELECT relgraph.load('users', 'id', '{"age": {"gt": 1}}');
SELECT relgraph.load('users', 'id', '{"memberships": {"some": {}}}');
SELECT relgraph.load('users', 'id', '{"posts": {"some": {"id": [2, 4]}}}');
SELECT relgraph.load('users', 'id', '{"posts": {"some": {"id": [2, 3, 4]}}}');
SELECT count(*) FROM relgraph.load('users', 'id', '{"posts": {"none": {}}}');
SELECT relgraph.load('young', 'id', '{"age": {"gt": 15}}', 'id', 3);
SELECT relgraph.load('young', 'id', '{"id": {"in": [15, 16]}}', 'id');
RESET ROLE;
SELECT relgraph.load('users', 'id', '{"posts": {"some": {"id": [2, 3, 4]}}}');

-- random filters either give rows or say what is wrong with them
CREATE FUNCTION pick(VARIADIC words text[]) RETURNS text LANGUAGE sql VOLATILE AS 'SELECT words[1 + floor(random() * cardinality(words))]';
CREATE FUNCTION random_value(depth int) RETURNS jsonb LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN CASE floor(random() * 8)::int
        WHEN 0 THEN 'null'::jsonb WHEN 1 THEN to_jsonb(floor(random() * 30)::int) WHEN 2 THEN to_jsonb(random() < 0.5)
        WHEN 3 THEN to_jsonb(pick('a%', 'x''y', '"', '1', '$1', 'ok', '2020-01-01', '{1,2}', '', '\', 'é')) WHEN 4 THEN to_jsonb(round((random() * 40)::numeric, 2))
        WHEN 5 THEN (SELECT coalesce(jsonb_agg(CASE WHEN random() < 0.9 THEN to_jsonb(floor(random() * 30)::int) ELSE 'null' END), '[]')
            FROM generate_series(1, floor(random() * 4)::int))
        ELSE CASE WHEN depth > 0 THEN (SELECT jsonb_object_agg(pick('eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'like', 'ilike', 'is_null', 'what'), random_value(depth - 1))
            FROM generate_series(1, 1 + floor(random() * 2)::int)) ELSE '7' END END;
END $$;
CREATE FUNCTION random_filter(depth int) RETURNS jsonb LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    result jsonb = '{}';
    key text;
BEGIN
    FOR i IN 1 .. floor(random() * 3)::int LOOP
        key = pick('and', 'or', 'not', 'posts', 'user', 'teams', 'comments', 'boss', 'id', 'age', 'name', 'title', 'score', 'published', 'mood', 'joined', 'doc', 'nothing');
        result = result || jsonb_build_object(key, CASE
            WHEN key IN ('and', 'or') AND depth > 0 THEN (SELECT coalesce(jsonb_agg(random_filter(depth - 1)), '[]') FROM generate_series(1, floor(random() * 3)::int))
            WHEN key = 'not' AND depth > 0 THEN random_filter(depth - 1)
            WHEN key IN ('posts', 'user', 'teams', 'comments', 'boss') AND depth > 0 THEN jsonb_build_object(pick('some', 'none', 'every'), random_filter(depth - 1))
            ELSE random_value(depth) END);
    END LOOP;
    RETURN result;
END $$;
SELECT setseed(0.25);
DO $$
DECLARE
    filter jsonb;
    good int = 0;
    refused int = 0;
BEGIN
    FOR i IN 1 .. 3000 LOOP
        filter = random_filter(4);
        BEGIN
            PERFORM relgraph.load('users', 'id', filter);
            good = good + 1;
        EXCEPTION
            WHEN invalid_parameter_value OR undefined_object OR undefined_function OR null_value_not_allowed OR invalid_text_representation
                OR invalid_escape_sequence OR numeric_value_out_of_range OR datetime_field_overflow OR invalid_datetime_format THEN
                refused = refused + 1;
        END;
    END LOOP;
    RAISE NOTICE '% and %', CASE WHEN good > 300 THEN 'many gave rows' ELSE good::text END, CASE WHEN refused > 300 THEN 'many were refused' ELSE refused::text END;
END $$;

\pset format aligned
\pset tuples_only off
SET client_min_messages = warning;
DROP SCHEMA filter_test CASCADE;
DROP OWNED BY regress_relgraph_filter;
DROP ROLE regress_relgraph_filter;
