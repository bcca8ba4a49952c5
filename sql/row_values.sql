-- Where a row comes from makes no difference to what is related to it.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS relgraph;
CREATE SCHEMA row_values_test;
SET search_path = row_values_test;
-- A path that is not a constant is not replaced by a join at plan time.
CREATE FUNCTION at_run_time(text) RETURNS text
	LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN $1; END';

CREATE TABLE owners (name text PRIMARY KEY);
CREATE TABLE things (
	id int PRIMARY KEY,
	old int,
	owner_name text REFERENCES owners,
	filler text);
ALTER TABLE things DROP COLUMN old;
INSERT INTO owners VALUES ('ann'), ('bob');
INSERT INTO things VALUES (1, 'ann', repeat('x', 20000)), (2, 'bob', 'y'), (3, NULL, 'z');

-- a table, a subquery, a CTE, a join, a function, VALUES
SELECT t.id, o.* FROM things t, relgraph.related(t, at_run_time('owner'), NULL::owners) o ORDER BY 1;
SELECT t.id, o.* FROM (SELECT * FROM things OFFSET 0) t, relgraph.related(t::things, at_run_time('owner'), NULL::owners) o ORDER BY 1;
SELECT (t).id, o.* FROM (SELECT t FROM things t OFFSET 0) t(t), relgraph.related(t, at_run_time('owner'), NULL::owners) o ORDER BY 1;
WITH c AS MATERIALIZED (SELECT things AS t FROM things)
SELECT (t).id, o.* FROM c, relgraph.related(t, at_run_time('owner'), NULL::owners) o ORDER BY 1;
SELECT t.id, o.name, x.name FROM things t FULL JOIN owners x ON x.name = t.owner_name AND t.id = 1
	LEFT JOIN LATERAL relgraph.related(t, at_run_time('owner'), NULL::owners) o ON true ORDER BY 1, 3;
CREATE FUNCTION some_things(int) RETURNS SETOF things LANGUAGE plpgsql AS
	'BEGIN RETURN QUERY SELECT * FROM things WHERE id <= $1; END';
SELECT t.id, o.* FROM some_things(2) t, relgraph.related(t, at_run_time('owner'), NULL::owners) o ORDER BY 1;
SELECT o.* FROM (VALUES (ROW(7, 'bob', 'new')::things)) v(t), relgraph.related(t, at_run_time('owner'), NULL::owners) o;
SELECT o.* FROM json_populate_record(NULL::things, '{"owner_name": "ann"}') t, relgraph.related(t, at_run_time('owner'), NULL::owners) o;

-- an array, a column, a domain, a CASE, an aggregate, a window
SELECT o.* FROM (SELECT array_agg(t ORDER BY id) AS a FROM things t) s, unnest(a) t, relgraph.related(t, at_run_time('owner'), NULL::owners) o ORDER BY 1;
SELECT o.* FROM (SELECT array_agg(t ORDER BY id) AS a FROM things t) s, relgraph.related(a[2], at_run_time('owner'), NULL::owners) o;
CREATE DOMAIN thing AS things CHECK ((VALUE).id > 0);
CREATE DOMAIN small_thing AS thing CHECK ((VALUE).id < 10);
CREATE TABLE boxes (id int, content small_thing);
INSERT INTO boxes SELECT id, t::things FROM things t;
SELECT b.id, o.* FROM boxes b, relgraph.related(b.content, at_run_time('owner'), NULL::owners) o ORDER BY 1;
SELECT o.* FROM relgraph.related(NULL::small_thing, at_run_time('owner'), NULL::owners) o;
SELECT t.id, o.* FROM things t, relgraph.related(CASE WHEN id = 1 THEN t END, at_run_time('owner'), NULL::owners) o ORDER BY 1;
SELECT t.id, o.* FROM (SELECT id, lag(t) OVER (ORDER BY id) FROM things t) t(id, before), relgraph.related(before, at_run_time('owner'), NULL::owners) o ORDER BY 1;

-- PL/pgSQL: declared variables, changed fields, records of a table's type
DO $$
DECLARE
	t things;
	d small_thing;
	r record;
	name text;
BEGIN
	SELECT * INTO t FROM things WHERE id = 1;
	SELECT o.name INTO name FROM relgraph.related(t, at_run_time('owner'), NULL::owners) o;
	RAISE WARNING 'variable: %', name;
	t.owner_name := 'bob';
	SELECT o.name INTO name FROM relgraph.related(t, at_run_time('owner'), NULL::owners) o;
	RAISE WARNING 'changed: %', name;
	t := NULL;
	SELECT o.name INTO name FROM relgraph.related(t, at_run_time('owner'), NULL::owners) o;
	RAISE WARNING 'null: %', name;
	SELECT * INTO d FROM things WHERE id = 2;
	SELECT o.name INTO name FROM relgraph.related(d, at_run_time('owner'), NULL::owners) o;
	RAISE WARNING 'domain: %', name;
	SELECT x INTO r FROM things x WHERE id = 2;
	SELECT o.name INTO name FROM relgraph.related(r.x, at_run_time('owner'), NULL::owners) o;
	RAISE WARNING 'row in a record: %', name;
END $$;
DO $$
DECLARE
	r record;
BEGIN
	FOR r IN SELECT * FROM things LOOP
		PERFORM * FROM relgraph.related(r, at_run_time('owner'), NULL::owners);
	END LOOP;
END $$;

-- the rows of a trigger, which see what the statement has done so far
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE WARNING '% % -> %', TG_WHEN,
		(SELECT o.name FROM relgraph.related(OLD, at_run_time('owner'), NULL::owners) o),
		(SELECT o.name FROM relgraph.related(NEW, at_run_time('owner'), NULL::owners) o);
	RETURN NEW;
END $$;
CREATE TRIGGER tell_before BEFORE UPDATE ON things FOR EACH ROW EXECUTE FUNCTION tell();
CREATE TRIGGER tell_after AFTER UPDATE ON things FOR EACH ROW EXECUTE FUNCTION tell();
UPDATE things SET owner_name = 'ann' WHERE id = 2;
DROP TRIGGER tell_before ON things;
DROP TRIGGER tell_after ON things;
-- RETURNING has rows, too
UPDATE things t SET owner_name = 'bob' WHERE id = 3
	RETURNING id, (SELECT o.name FROM relgraph.related(t, at_run_time('owner'), NULL::owners) o);

-- long keys, compressed or out of line
CREATE TABLE long_keys (id int PRIMARY KEY, key text UNIQUE);
ALTER TABLE long_keys ALTER key SET STORAGE EXTERNAL;
CREATE TABLE long_references (id int PRIMARY KEY, long_key text REFERENCES long_keys (key));
INSERT INTO long_keys VALUES (1, repeat('k', 2300));
INSERT INTO long_references VALUES (1, repeat('k', 2300)), (2, NULL);
SELECT l.id, k.id, length(k.key) FROM long_references l, relgraph.related(l, at_run_time('long_key_by_long_key'), NULL::long_keys) k;
SELECT k.id, l.id, length(l.long_key) FROM long_keys k, relgraph.related(k, at_run_time('long_references'), NULL::long_references) l;

-- a key column that is generated
CREATE TABLE codes (code text PRIMARY KEY);
CREATE TABLE parts (
	id int PRIMARY KEY,
	code text GENERATED ALWAYS AS ('c' || id % 2) STORED REFERENCES codes);
INSERT INTO codes VALUES ('c0'), ('c1');
INSERT INTO parts VALUES (1), (2), (3);
SELECT p.id, c.* FROM parts p, relgraph.related(p, at_run_time('parts_code_fkey'), NULL::codes) c ORDER BY 1;
SELECT c.*, p.id FROM codes c, relgraph.related(c, at_run_time('parts'), NULL::parts) p ORDER BY 1, 2;

-- rows that were formed before a column was added
DO $$
DECLARE
	t things;
	name text;
BEGIN
	SELECT * INTO t FROM things WHERE id = 1;
	DROP TABLE boxes;
	ALTER TABLE things ADD COLUMN keeper_name text DEFAULT 'bob' REFERENCES owners;
	SELECT o.name INTO name FROM relgraph.related(t, at_run_time('owner_by_keeper_name'), NULL::owners) o;
	RAISE WARNING 'added with a default: %', name;
	SELECT o.name INTO name FROM relgraph.related(t, at_run_time('owner_by_owner_name'), NULL::owners) o;
	RAISE WARNING 'there before: %', name;
END $$;
SELECT t.id, o.* FROM things t, relgraph.related(t, at_run_time('owner_by_keeper_name'), NULL::owners) o ORDER BY 1;

-- what is not the row of a table
SELECT * FROM relgraph.related('text'::text, at_run_time('owner'), NULL::owners) o;
SELECT * FROM relgraph.related(ARRAY(SELECT t FROM things t), at_run_time('owner'), NULL::owners) o;
SELECT * FROM relgraph.related(ROW(1), at_run_time('owner'), NULL::owners) o;
SELECT * FROM relgraph.related(NULL::record, at_run_time('owner'), NULL::owners) o;
SELECT * FROM relgraph.related(NULL::int, at_run_time('owner'), NULL::owners) o;
CREATE TYPE loose AS (id int, owner_name text);
SELECT * FROM relgraph.related((1, 'ann')::loose, at_run_time('owner'), NULL::owners) o;

RESET search_path;
DROP SCHEMA row_values_test CASCADE;
