-- The memory of a load is bounded by a setting, and makes no difference to the documents.
SET client_min_messages = warning;
CREATE SCHEMA load_memory;
SET search_path = load_memory;

CREATE TABLE users (id int PRIMARY KEY, name text);
CREATE TABLE posts (id int PRIMARY KEY, user_id int REFERENCES users, body text);
CREATE TABLE comments (id int PRIMARY KEY, post_id int REFERENCES posts, user_id int REFERENCES users, body text);
CREATE INDEX ON posts (user_id);
CREATE INDEX ON comments (post_id);
INSERT INTO users SELECT i, 'user ' || i FROM generate_series(1, 400) i;
INSERT INTO posts SELECT i, 1 + i * 7 % 400, repeat('p', 300) FROM generate_series(1, 12000) i;
-- one user has a third of all posts
UPDATE posts SET user_id = 211 WHERE id % 3 = 0;
INSERT INTO comments SELECT i, 1 + i * 11 % 12000, nullif(i % 401, 0), repeat('c', 200) FROM generate_series(1, 24000) i;

-- Bytes that a load has taken when so many documents were fetched
CREATE FUNCTION memory_after(documents int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	c CURSOR FOR SELECT relgraph.load('users', 'posts { comments { user } }');
	result bigint;
BEGIN
	OPEN c;
	MOVE FORWARD documents FROM c;
	SELECT sum(total_bytes) INTO result FROM pg_backend_memory_contexts
	WHERE name IN ('relgraph load batch', 'relgraph load row');
	CLOSE c;
	RETURN result;
END $$;

CREATE FUNCTION documents() RETURNS text LANGUAGE sql AS $$
	SELECT count(*) || ' ' || md5(string_agg(d::text, E'\n'))
	FROM (SELECT relgraph.load('users', 'posts { comments { user } }') d) x
$$;

CREATE TABLE results (statistics boolean, memory text, documents text);
\set QUIET on
SELECT documents() AS expected \gset
INSERT INTO results VALUES (false, '0', documents());
SET relgraph.load_memory = '64kB';
INSERT INTO results VALUES (false, '64kB', documents());
SET relgraph.load_memory = '1MB';
INSERT INTO results VALUES (false, '1MB', documents());
SET relgraph.load_memory = '1GB';
INSERT INTO results VALUES (false, '1GB', documents());
ANALYZE;
SET relgraph.load_memory = '64kB';
INSERT INTO results VALUES (true, '64kB', documents());
SET relgraph.load_memory = '1MB';
INSERT INTO results VALUES (true, '1MB', documents());
SET relgraph.load_memory = '1GB';
INSERT INTO results VALUES (true, '1GB', documents());
\set QUIET off
SELECT statistics, memory, documents = :'expected' AS is_same FROM results ORDER BY 1, 2;

-- What they are, by another way
SELECT count(*) || ' ' || md5(string_agg(d, E'\n' ORDER BY id)) = :'expected' AS is_right
FROM users u, LATERAL (SELECT '{"id":' || u.id || ',"name":' || to_json(u.name) || ',"posts":' || coalesce((
	SELECT '[' || string_agg('{"id":' || p.id || ',"user_id":' || p.user_id || ',"body":' || to_json(p.body) || ',"comments":' || coalesce((
		SELECT '[' || string_agg('{"id":' || c.id || ',"post_id":' || c.post_id || ',"user_id":' || coalesce(c.user_id::text, 'null')
			|| ',"body":' || to_json(c.body) || ',"user":' || coalesce((
				SELECT '{"id":' || a.id || ',"name":' || to_json(a.name) || '}' FROM users a WHERE a.id = c.user_id), 'null')
			|| '}', ',' ORDER BY c.id) || ']' FROM comments c WHERE c.post_id = p.id), '[]')
		|| '}', ',' ORDER BY p.id) || ']' FROM posts p WHERE p.user_id = u.id), '[]') || '}' AS d) x;

-- Within bounds: twice what is set, and what was there when that was noticed.
-- A single root takes what it takes.
SET relgraph.load_memory = '1MB';
SELECT max(memory_after(n)) < 6000000 AS is_bounded FROM generate_series(10, 200, 60) n;
SELECT memory_after(211) BETWEEN 2000000 AND 12000000 AS heavy_root;
SET relgraph.load_memory = '1GB';
SELECT memory_after(1) > 10000000 AS all_at_once;

-- Without a setting, work_mem decides.
RESET relgraph.load_memory;
SET work_mem = '64kB';
SELECT max(memory_after(n)) < 6000000 AS is_bounded FROM generate_series(10, 200, 60) n;
RESET work_mem;

-- A document that is too long is refused before its rows fill the memory.
CREATE TABLE huge (id int PRIMARY KEY, user_id int REFERENCES users);
ALTER TABLE huge ADD body text;
INSERT INTO huge SELECT i, 1, repeat('h', 10000000) FROM generate_series(1, 120) i;
SELECT length(relgraph.load_row(u, 'huge')::text) FROM users u WHERE id = 1;
SELECT relgraph.load('users', 'huge', '{"id": 1}');
DROP TABLE huge;

DROP SCHEMA load_memory CASCADE;
