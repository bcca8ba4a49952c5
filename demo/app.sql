-- app.sql
--    A small publishing application: some hundred rows, the same on every
--    machine.

CREATE TABLE users (
  id int PRIMARY KEY,
  name text NOT NULL UNIQUE,
  email text NOT NULL UNIQUE,
  joined_on date NOT NULL
);

-- one per user: the key is the foreign key
CREATE TABLE profiles (
  user_id int PRIMARY KEY REFERENCES users ON DELETE CASCADE,
  city text NOT NULL,
  motto text
);

-- a tree
CREATE TABLE categories (
  id int PRIMARY KEY,
  name text NOT NULL,
  parent_id int REFERENCES categories
);

CREATE TABLE posts (
  id int PRIMARY KEY,
  author_id int NOT NULL REFERENCES users,
  category_id int REFERENCES categories ON DELETE SET NULL,
  title text NOT NULL,
  published_on date
);

CREATE TABLE comments (
  id int PRIMARY KEY,
  post_id int NOT NULL REFERENCES posts ON DELETE CASCADE,
  author_id int REFERENCES users ON DELETE SET NULL,
  body text NOT NULL
);

CREATE TABLE tags (
  id int PRIMARY KEY,
  label text NOT NULL UNIQUE
);

-- a pure link table
CREATE TABLE post_tags (
  post_id int REFERENCES posts ON DELETE CASCADE,
  tag_id int REFERENCES tags ON DELETE CASCADE,
  PRIMARY KEY (post_id, tag_id)
);

CREATE TABLE teams (
  id int PRIMARY KEY,
  name text NOT NULL UNIQUE
);

-- a link table with something to say of its own
CREATE TABLE memberships (
  user_id int REFERENCES users ON DELETE CASCADE,
  team_id int REFERENCES teams ON DELETE CASCADE,
  role text NOT NULL,
  joined_on date NOT NULL,
  PRIMARY KEY (user_id, team_id)
);

CREATE INDEX ON posts (author_id);
CREATE INDEX ON posts (category_id);
CREATE INDEX ON comments (post_id);
CREATE INDEX ON comments (author_id);
CREATE INDEX ON post_tags (tag_id);
CREATE INDEX ON memberships (team_id);
CREATE INDEX ON categories (parent_id);

INSERT INTO users
SELECT n, name, lower(name) || '@example.org', date '2023-01-09' + n::int * 23
FROM unnest(ARRAY['Ada', 'Bruno', 'Chiara', 'Dmitri', 'Elif', 'Farid', 'Greta',
                  'Hana', 'Ines', 'Jonas', 'Kofi', 'Lucia', 'Mateo', 'Nour',
                  'Olga', 'Priya', 'Quentin', 'Rosa', 'Samir', 'Tove', 'Uma',
                  'Viktor', 'Wanda', 'Yusuf']) WITH ORDINALITY AS u (name, n);

-- not everybody has a profile, and not everybody has a motto
INSERT INTO profiles
SELECT id,
  (ARRAY['Lisbon', 'Oslo', 'Turin', 'Accra', 'Kyoto', 'Lima', 'Utrecht'])[id % 7 + 1],
  (ARRAY['Measure twice.', NULL, 'Coffee first.', 'Small steps.', 'Ask why.'])[id % 5 + 1]
FROM users WHERE id % 6 <> 0;

INSERT INTO categories VALUES
  (1, 'Everything', NULL),
    (2, 'Kitchen', 1),
      (3, 'Baking', 2),
        (4, 'Sourdough', 3),
      (5, 'Preserves', 2),
    (6, 'Garden', 1),
      (7, 'Vegetables', 6),
      (8, 'Compost', 6),
    (9, 'Workshop', 1),
      (10, 'Wood', 9),
        (11, 'Joints', 10),
      (12, 'Bicycles', 9);

INSERT INTO posts
SELECT n,
  (n * 7) % 20 + 1,
  CASE WHEN n % 9 <> 0 THEN (n * 5) % 11 + 2 END,
  format((ARRAY['On %s, in ten minutes', 'What %s taught me', 'A second attempt at %s',
                'A plain guide to %s', 'Mistakes I made with %s'])[n % 5 + 1],
         (ARRAY['rye bread', 'plum jam', 'raised beds', 'dovetails', 'old gears',
                'leaf mould', 'starter jars', 'runner beans', 'hand planes'])[n % 9 + 1]),
  CASE WHEN n % 8 <> 0 THEN date '2025-02-03' + n * 6 END
FROM generate_series(1, 60) n;

INSERT INTO comments
SELECT n,
  (n * n + 3 * n) % 60 + 1,
  CASE WHEN n % 13 <> 0 THEN (n * 11) % 24 + 1 END,
  (ARRAY['Worked at the first try.', 'Mine fell apart. Why?', 'More pictures, please!',
         'My grandmother did it just so.', 'Saved for the weekend.',
         'Half the salt is enough.', 'Thank you for this.'])[n % 7 + 1]
FROM generate_series(1, 180) n;

INSERT INTO tags
SELECT n, label
FROM unnest(ARRAY['beginner', 'cheap', 'children', 'indoors', 'outdoors', 'quick',
                  'seasonal', 'tools', 'vegan', 'winter']) WITH ORDINALITY AS t (label, n);

INSERT INTO post_tags
SELECT post, (post * 3 + step * step) % 10 + 1
FROM generate_series(1, 60) post, generate_series(0, 3) step
WHERE (post + step) % 3 <> 0
ON CONFLICT DO NOTHING;

INSERT INTO teams VALUES
  (1, 'Editors'), (2, 'Photographers'), (3, 'Translators'), (4, 'Moderators');

INSERT INTO memberships
SELECT member, team,
  CASE WHEN (member + team) % 9 = 0 THEN 'lead' ELSE 'member' END,
  date '2024-05-01' + member * 5 + team * 40
FROM generate_series(1, 24) member, generate_series(1, 4) team
WHERE (member * team + member) % 4 = 1 OR (member + 2 * team) % 5 = 0;

ANALYZE;
