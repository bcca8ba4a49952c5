-- Users, their posts, the comments on these, and the teams they are in: the
-- same rows on every machine.  :users users, three posts each on average, two
-- comments per post, two teams per user.
CREATE TABLE users (
	id int PRIMARY KEY,
	name text NOT NULL,
	email text NOT NULL,
	about text,
	created_at timestamptz NOT NULL
);
CREATE TABLE teams (
	id int PRIMARY KEY,
	name text NOT NULL
);
CREATE TABLE memberships (
	user_id int NOT NULL REFERENCES users,
	team_id int NOT NULL REFERENCES teams,
	PRIMARY KEY (user_id, team_id)
);
CREATE TABLE posts (
	id int PRIMARY KEY,
	user_id int NOT NULL REFERENCES users,
	title text NOT NULL,
	body text NOT NULL,
	is_published bool NOT NULL,
	created_at timestamptz NOT NULL
);
CREATE TABLE comments (
	id int PRIMARY KEY,
	post_id int NOT NULL REFERENCES posts,
	body text NOT NULL
);

INSERT INTO users
	SELECT i, 'user ' || i, 'user' || i || '@example.org', repeat('about ' || i || ' ', 8),
		timestamptz '2026-01-01 00:00Z' + i * interval '1 minute'
	FROM generate_series(1, :users) i;
INSERT INTO teams SELECT i, 'team ' || i FROM generate_series(1, greatest(:users / 20, 2)) i;
INSERT INTO memberships
	SELECT u, 1 + (u * 7 + k * 31) % greatest(:users / 20, 2)
	FROM generate_series(1, :users) u, generate_series(0, 1) k
	ON CONFLICT DO NOTHING;
-- Posts lie in the order of time, so those of one user are apart.
INSERT INTO posts
	SELECT i, 1 + (i::bigint * 7919 % :users)::int, 'title of ' || i, repeat('body ' || i || ' ', 8),
		i % 10 < 3, timestamptz '2026-01-01 00:00Z' + i * interval '7 seconds'
	FROM generate_series(1, 3 * :users) i;
INSERT INTO comments
	SELECT i, 1 + (i::bigint * 104729 % (3 * :users))::int, 'comment ' || i
	FROM generate_series(1, 6 * :users) i;

CREATE INDEX ON memberships (team_id);
CREATE INDEX ON posts (user_id, created_at);
CREATE INDEX ON comments (post_id);
