-- The database of the eager-loading benchmark: users with profiles, posts, comments, teams; tags; a tree.
-- Variable: scale (default 1: 100,000 users, 1 million posts, 3 million comments).
--
-- Every value is a hash of the row's number, so that the data are the same on
-- every machine.  Ids follow time, as those of a living database do; the rows of
-- one user or post therefore lie scattered over the table.  One post in 14 is by
-- one of a few heavy users, more than a thousand each; the others are skewed, too,
-- and scattered over all ids by a multiplication modulo their number.

\set ON_ERROR_STOP on
\if :{?scale}
\else
\set scale 1
\endif
SELECT greatest(100, round(100000 * :scale))::int AS users,
       greatest(2, round(60 * :scale))::int AS heavy,
       greatest(1000, round(1000000 * :scale))::int AS posts,
       greatest(3000, round(3000000 * :scale))::int AS comments,
       greatest(20, round(5000 * :scale))::int AS teams,
       greatest(300, round(300000 * :scale))::int AS memberships,
       greatest(50, round(2000 * :scale))::int AS tags,
       greatest(2000, round(2000000 * :scale))::int AS post_tags,
       greatest(200, round(200000 * :scale))::int AS attachments,
       greatest(100, round(10000 * :scale))::int AS categories
\gset

SET client_min_messages = warning;
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET work_mem = '256MB';
SET jit = off;
SET timezone = 'UTC';

-- pick(seed, n, below): a number from 0 to below - 1, for ever the same
CREATE FUNCTION pick(seed int, n int, below int) RETURNS int
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
	RETURN ((hashint8extended(n::bigint, seed::bigint) & 2147483647) % below)::int;

-- fraction(seed, n): from 0 to 1
CREATE FUNCTION fraction(seed int, n int) RETURNS float8
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
	RETURN (hashint8extended(n::bigint, seed::bigint) & 16777215) / 16777216.0::float8;

-- prose(seed, n, shortest, longest): a piece of text of so many characters
CREATE FUNCTION prose(seed int, n int, shortest int, longest int) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
	RETURN substr(
		'We left the harbour before it was light, with bread for three days and a map that nobody believed in. '
		'"It shows the islands," said Marta, "but not where they are." The engine coughed twice and then ran as '
		'evenly as a clock. By noon the coast was a thin grey line, by evening it was gone.' || E'\n\n' ||
		'The second day was like the first, only warmer. We caught four mackerel and lost the good knife. Jørgen '
		'repaired the pump with a piece of bicycle tube, which held better than the new part had. Toward night '
		'the wind turned; the boat began to roll, and the lamp over the table drew circles on the ceiling. '
		'Nobody slept much. On the third morning there was a smell of earth in the air, and then birds, and at '
		'last a shape that was too straight to be a cloud. "Fifteen miles," she guessed. It was eleven. '
		'The landing place was a beach of round stones, difficult to walk on and impossible to be quiet on. '
		'Above it stood a house with blue shutters, a café once, so the sign said, and behind the house began '
		'the path. It went up through heather and old walls to a lake that is on no map at all.' || E'\n' ||
		'What did it cost? 120 for the fuel, 35 for the pump, nothing for the fish. Would we do it again? '
		'Ask me in spring, when the days are longer and the knife has been replaced.',
		1 + pick(seed, n, 1180 - longest), shortest + pick(seed + 1, n, longest - shortest));

CREATE TABLE users (
	id int NOT NULL,
	name text NOT NULL,
	email text NOT NULL,
	country text NOT NULL,
	is_active boolean NOT NULL,
	birthday date,
	balance numeric(12,2) NOT NULL,
	bio text,
	created_at timestamptz NOT NULL,
	last_seen_at timestamptz
);
CREATE TABLE profiles (
	id int NOT NULL,
	user_id int NOT NULL,
	avatar uuid NOT NULL,
	website text,
	languages text[] NOT NULL,
	settings jsonb NOT NULL,
	height_cm real,
	updated_at timestamptz NOT NULL
);
CREATE TABLE posts (
	id int NOT NULL,
	author_id int NOT NULL,
	title text NOT NULL,
	body text NOT NULL,
	score int NOT NULL,
	rating numeric(3,2),
	views bigint NOT NULL,
	is_published boolean NOT NULL,
	created_at timestamptz NOT NULL,
	edited_at timestamptz
);
CREATE TABLE comments (
	id int NOT NULL,
	post_id int NOT NULL,
	author_id int NOT NULL,
	body text NOT NULL,
	likes int NOT NULL,
	is_hidden boolean NOT NULL,
	created_at timestamptz NOT NULL
);
CREATE TABLE teams (
	id int NOT NULL,
	name text NOT NULL,
	motto text,
	budget numeric(12,2),
	is_open boolean NOT NULL,
	founded_on date NOT NULL
);
CREATE TABLE memberships (
	user_id int NOT NULL,
	team_id int NOT NULL,
	role text NOT NULL,
	joined_at timestamptz NOT NULL
);
CREATE TABLE tags (
	id int NOT NULL,
	name text NOT NULL,
	colour text
);
CREATE TABLE post_tags (
	post_id int NOT NULL,
	tag_id int NOT NULL
);
CREATE TABLE attachments (
	id int NOT NULL,
	post_id int NOT NULL,
	file_name text NOT NULL,
	media_type text NOT NULL,
	bytes bigint NOT NULL,
	checksum uuid NOT NULL,
	created_at timestamptz NOT NULL
);
CREATE TABLE categories (
	id int NOT NULL,
	parent_id int,
	name text NOT NULL,
	description text,
	position int NOT NULL
);

INSERT INTO users
SELECT n, initcap(split_part(p, ' ', 1)) || ' ' || initcap(split_part(p, ' ', 2)),
       lower(split_part(p, ' ', 1)) || n || '@example.org',
       (ARRAY['NO', 'DE', 'FR', 'PT', 'JP', 'BR', 'KE', 'NZ'])[1 + pick(4, n, 8)],
       pick(5, n, 10) > 0,
       CASE WHEN pick(6, n, 4) > 0 THEN date '1950-01-01' + pick(7, n, 20000) END,
       pick(8, n, 1000000) / 100.0,
       CASE WHEN pick(9, n, 5) > 0 THEN prose(10, n, 40, 240) END,
       timestamptz '2015-01-01' + n * interval '3100 seconds' + pick(12, n, 1000000) * interval '1 millisecond',
       CASE WHEN pick(13, n, 8) > 0 THEN timestamptz '2026-01-01' + pick(14, n, 20000000) * interval '1 second' END
FROM generate_series(1, :users) n,
     LATERAL (VALUES ((ARRAY['ada lind', 'ben okoro', 'chloe marti', 'dai tanaka', 'eva brandt', 'femi cole',
                             'goran ilic', 'hana kim', 'ivo silva', 'jana novak', 'kofi mensah', 'lea roux',
                             'mio sato', 'nils berg', 'olga petrov', 'pia lund'])[1 + pick(1, n, 16)])) v (p);

INSERT INTO profiles
SELECT row_number() OVER (ORDER BY n), n, md5(n::text)::uuid,
       CASE WHEN pick(20, n, 3) = 0 THEN 'https://example.org/~user' || n END,
       CASE pick(21, n, 3) WHEN 0 THEN '{en}' WHEN 1 THEN '{en,de}' ELSE '{pt,fr,en}' END::text[],
       jsonb_build_object('theme', CASE WHEN pick(22, n, 2) = 0 THEN 'dark' ELSE 'light' END,
                          'page', 10 * (1 + pick(23, n, 5)), 'news', pick(24, n, 2) = 0),
       CASE WHEN pick(25, n, 2) = 0 THEN 150 + pick(26, n, 500) / 10.0 END,
       timestamptz '2025-01-01' + pick(27, n, 30000000) * interval '1 second'
FROM generate_series(1, :users) n
WHERE pick(28, n, 5) > 0;

INSERT INTO posts
SELECT n,
       CASE WHEN n % 14 = 0 THEN 1 + (:users / :heavy) * pick(30, n, :heavy)
            ELSE 1 + (floor(:users * power(fraction(31, n), 1.5))::bigint * 7919 % :users)::int END,
       initcap(prose(32, n, 20, 60)), prose(34, n, 60, 260),
       pick(36, n, 1000) - 100,
       CASE WHEN pick(37, n, 4) > 0 THEN pick(38, n, 501) / 100.0 END,
       pick(39, n, 1000000)::bigint * pick(40, n, 50),
       pick(41, n, 12) > 0,
       timestamptz '2016-01-01' + n * interval '300 seconds' / :scale + pick(42, n, 299000) * interval '1 millisecond',
       CASE WHEN pick(43, n, 3) = 0 THEN timestamptz '2026-01-01' + pick(44, n, 20000000) * interval '1 second' END
FROM generate_series(1, :posts) n;

INSERT INTO comments
SELECT n, 1 + floor(:posts * power(fraction(50, n), 1.1))::int, 1 + pick(51, n, :users), prose(52, n, 20, 140),
       CASE WHEN pick(54, n, 3) = 0 THEN pick(55, n, 300) ELSE 0 END,
       pick(56, n, 40) = 0,
       timestamptz '2016-01-02' + n * interval '100 seconds' / :scale + pick(57, n, 99000) * interval '1 millisecond'
FROM generate_series(1, :comments) n;

INSERT INTO teams
SELECT n, 'Team ' || initcap(prose(60, n, 4, 12)) || ' ' || n,
       CASE WHEN pick(62, n, 3) > 0 THEN prose(63, n, 20, 80) END,
       CASE WHEN pick(65, n, 4) > 0 THEN pick(66, n, 100000000) / 100.0 END,
       pick(67, n, 2) = 0, date '2010-01-01' + pick(68, n, 5000)
FROM generate_series(1, :teams) n;

INSERT INTO memberships
SELECT user_id, team_id, (ARRAY['member', 'member', 'member', 'editor', 'owner'])[1 + pick(70, min(n), 5)],
       timestamptz '2018-01-01' + pick(71, min(n), 200000000) * interval '1 second'
FROM generate_series(1, (:memberships * 1.05)::int) n,
     LATERAL (VALUES (1 + pick(72, n, :users), 1 + pick(73, n, :teams))) v (user_id, team_id)
GROUP BY user_id, team_id
ORDER BY min(n)
LIMIT :memberships;

INSERT INTO tags
SELECT n, lower(regexp_replace(prose(80, n, 3, 10), '\W', '-', 'g')) || n,
       CASE WHEN pick(82, n, 3) > 0 THEN '#' || lpad(to_hex(pick(83, n, 16777216)), 6, '0') END
FROM generate_series(1, :tags) n;

INSERT INTO post_tags
SELECT DISTINCT 1 + n / 2, 1 + floor(:tags * power(fraction(84, n), 2))::int
FROM generate_series(0, :post_tags - 1) n
ORDER BY 1, 2;

INSERT INTO attachments
SELECT n, 1 + pick(90, n, :posts), 'image-' || n || '.jpg',
       (ARRAY['image/jpeg', 'image/png', 'application/pdf'])[1 + pick(91, n, 3)],
       1000 + pick(92, n, 8000000), md5('attachment' || n)::uuid,
       timestamptz '2020-01-01' + n * interval '1000 seconds' / :scale
FROM generate_series(1, :attachments) n;

-- every category hangs below an earlier one; the first is the root of all
INSERT INTO categories
SELECT n, CASE WHEN n > 1 THEN 1 + pick(95, n, n - 1) END, 'Category ' || n,
       CASE WHEN pick(96, n, 3) > 0 THEN prose(97, n, 20, 120) END, pick(99, n, 100)
FROM generate_series(1, :categories) n;

DROP FUNCTION prose(int, int, int, int);
DROP FUNCTION fraction(int, int);
DROP FUNCTION pick(int, int, int);

ALTER TABLE users ADD PRIMARY KEY (id);
ALTER TABLE profiles ADD PRIMARY KEY (id), ADD UNIQUE (user_id);
ALTER TABLE posts ADD PRIMARY KEY (id);
ALTER TABLE comments ADD PRIMARY KEY (id);
ALTER TABLE teams ADD PRIMARY KEY (id);
ALTER TABLE memberships ADD PRIMARY KEY (user_id, team_id);
ALTER TABLE tags ADD PRIMARY KEY (id);
ALTER TABLE post_tags ADD PRIMARY KEY (post_id, tag_id);
ALTER TABLE attachments ADD PRIMARY KEY (id);
ALTER TABLE categories ADD PRIMARY KEY (id);

-- One index on posts serves both "all of a user" and "the newest of a user".
CREATE INDEX ON posts (author_id, created_at);
CREATE INDEX ON comments (post_id);
CREATE INDEX ON comments (author_id);
CREATE INDEX ON memberships (team_id);
CREATE INDEX ON post_tags (tag_id);
CREATE INDEX ON categories (parent_id);
-- attachments (post_id) has none, on purpose: it is the key that was forgotten.

ALTER TABLE profiles ADD FOREIGN KEY (user_id) REFERENCES users;
ALTER TABLE posts ADD FOREIGN KEY (author_id) REFERENCES users;
ALTER TABLE comments ADD FOREIGN KEY (post_id) REFERENCES posts, ADD FOREIGN KEY (author_id) REFERENCES users;
ALTER TABLE memberships ADD FOREIGN KEY (user_id) REFERENCES users, ADD FOREIGN KEY (team_id) REFERENCES teams;
ALTER TABLE post_tags ADD FOREIGN KEY (post_id) REFERENCES posts, ADD FOREIGN KEY (tag_id) REFERENCES tags;
ALTER TABLE attachments ADD FOREIGN KEY (post_id) REFERENCES posts;
ALTER TABLE categories ADD FOREIGN KEY (parent_id) REFERENCES categories;

VACUUM (FREEZE, ANALYZE);
