-- load() and load_row() show what the caller may see, and run nothing of what the caller writes.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS relgraph;
RESET client_min_messages;
CREATE ROLE regress_relgraph_reader;
CREATE ROLE regress_relgraph_other;
CREATE SCHEMA load_sec;
SET search_path = load_sec;
\pset format unaligned
\pset tuples_only on

CREATE TABLE orgs (id int PRIMARY KEY, name text, secret text);
CREATE TABLE people (id int PRIMARY KEY, org_id int REFERENCES orgs, name text, salary int);
CREATE TABLE notes (id int PRIMARY KEY, person_id int REFERENCES people, owner name, body text);
CREATE TABLE skills (id int PRIMARY KEY, name text);
CREATE TABLE person_skills (person_id int REFERENCES people, skill_id int REFERENCES skills, grade int,
    PRIMARY KEY (person_id, skill_id));
INSERT INTO orgs VALUES (1, 'acme', 's3cret');
INSERT INTO people VALUES (11, 1, 'ann', 100), (12, 1, 'ben', 200);
INSERT INTO notes VALUES (21, 11, 'regress_relgraph_reader', 'mine'), (22, 11, 'regress_relgraph_other', 'theirs');
INSERT INTO skills VALUES (31, 'sql');
INSERT INTO person_skills VALUES (11, 31, 5);
GRANT USAGE ON SCHEMA load_sec, relgraph TO regress_relgraph_reader, regress_relgraph_other;
GRANT SELECT (id, name) ON orgs TO regress_relgraph_reader;
GRANT SELECT (id, org_id, name) ON people TO regress_relgraph_reader, regress_relgraph_other;
GRANT SELECT ON notes TO regress_relgraph_reader, regress_relgraph_other;
GRANT SELECT ON skills TO regress_relgraph_reader;
GRANT SELECT (person_id, skill_id) ON person_skills TO regress_relgraph_reader;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (owner = current_user);

-- the owner sees everything; the plans made here serve the others, too
SELECT relgraph.load('orgs', 'people.notes');

SET ROLE regress_relgraph_reader;
-- columns: only those asked for, and the keys, are read
SELECT relgraph.load('orgs', 'name');
SELECT relgraph.load('orgs', 'name, people { name }');
SELECT relgraph.load('orgs', '-secret, people { -salary }');
SELECT relgraph.load('orgs');
SELECT relgraph.load('orgs', 'name, people');
SELECT relgraph.load('orgs', 'name, people { salary }');
SELECT relgraph.load('orgs', 'name', '{"secret": "s3cret"}');
SELECT relgraph.load('orgs', 'name', order_by => 'secret');
SELECT relgraph.load('people', 'name, skills { name }');
SELECT relgraph.load('people', 'name, skills { name, -_through }');
-- rows: by the caller's policies
SELECT relgraph.load('people', 'name, notes { body }');
SELECT relgraph.load('notes', 'body, person { name }');
SELECT relgraph.load_row(n, 'person { name, notes { body } }') FROM notes n;
RESET ROLE;
SELECT relgraph.load('people', 'name, notes { body }', '{"id": 11}');
SET ROLE regress_relgraph_other;
SELECT relgraph.load('people', 'name, notes { body }', '{"id": 11}');
SELECT relgraph.load('people', 'name, org { name }', '{"id": 11}');
SELECT relgraph.load('skills');
RESET ROLE;

-- the same statement, prepared once, run by different roles
PREPARE notes_of AS SELECT relgraph.load('people', 'name, notes { body }', '{"id": 11}');
EXECUTE notes_of;
SET ROLE regress_relgraph_reader;
EXECUTE notes_of;
SET ROLE regress_relgraph_other;
EXECUTE notes_of;
RESET ROLE;

-- nothing that is passed becomes SQL
SELECT relgraph.load('people', 'name', '{"name": "x'' OR true --"}');
SELECT relgraph.load('people', 'name', '{"name": ["x'' OR true --", "$1", "\\"]}');
SELECT relgraph.load('people', 'name', '{"name\" IS NOT NULL OR \"name": 1}');
SELECT relgraph.load('people', '"name"", salary"');
SELECT relgraph.load('people', 'name; DROP TABLE notes');
SELECT relgraph.load('people', 'name', order_by => 'name; DROP TABLE notes');
SELECT relgraph.load('people', 'name, "a"": 1, ""b\": notes { id }', '{"id": 12}');

-- nor does the search path change what it means
CREATE FUNCTION load_sec.int_lies(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR load_sec.= (LEFTARG = int, RIGHTARG = int, FUNCTION = load_sec.int_lies);
CREATE FUNCTION load_sec.unnest(int[]) RETURNS SETOF int LANGUAGE sql AS 'SELECT 0';
SET search_path = load_sec, pg_catalog;
SELECT relgraph.load('people', 'name, notes { body }', '{"id": 11}');
SELECT relgraph.load('people', 'name, skills { name }', '{"id": [11]}');
SET search_path = pg_catalog;
SELECT relgraph.load('load_sec.people', 'name, notes { body }, org { name }', '{"id": 11}');

\pset format aligned
\pset tuples_only off
SET client_min_messages = warning;
DROP SCHEMA load_sec CASCADE;
REVOKE USAGE ON SCHEMA relgraph FROM regress_relgraph_reader, regress_relgraph_other;
DROP ROLE regress_relgraph_reader;
DROP ROLE regress_relgraph_other;
