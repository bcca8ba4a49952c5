-- What a session knows of the graph is never out of date, and not rebuilt for nothing.
SET client_min_messages = warning;
\set SHOW_CONTEXT never
\set VERBOSITY terse
CREATE SCHEMA graph_cache_test;
SET search_path = graph_cache_test;
\pset format unaligned
\pset fieldsep ' | '
\pset tuples_only on
-- what the cache says, and whether it is what the catalogs say
CREATE FUNCTION names(of regclass) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(format('%s %s %s', name, cardinality, inverse), ', ' ORDER BY name COLLATE "C")
		|| CASE WHEN EXISTS (SELECT c FROM relgraph.relationships_of(of) c EXCEPT ALL SELECT v FROM relgraph.relationships v WHERE source = of)
			OR EXISTS (SELECT v FROM relgraph.relationships v WHERE source = of EXCEPT ALL SELECT c FROM relgraph.relationships_of(of) c)
			THEN ' (out of date)' ELSE '' END
	FROM relgraph.relationships_of(of) $$;
CREATE TABLE parent (id int PRIMARY KEY, code text UNIQUE);
CREATE TABLE child (id int PRIMARY KEY, parent_id int CONSTRAINT first REFERENCES parent, other_id int, code text);
CREATE TABLE link (parent_id int, child_id int, note text);
SELECT names('parent');
SELECT names('child');

-- keys
ALTER TABLE child ADD CONSTRAINT second FOREIGN KEY (other_id) REFERENCES parent NOT VALID;
SELECT names('parent');
SELECT names('child');
SELECT foreign_key, is_validated FROM relgraph.relationships_of('parent') ORDER BY 1;
ALTER TABLE child VALIDATE CONSTRAINT second;
SELECT foreign_key, is_validated FROM relgraph.relationships_of('parent') ORDER BY 1;
ALTER TABLE child RENAME CONSTRAINT second TO deuxieme;
SELECT foreign_key FROM relgraph.relationships_of('parent') ORDER BY 1;
ALTER TABLE child ALTER CONSTRAINT deuxieme DEFERRABLE;
SELECT foreign_key, is_deferrable FROM relgraph.relationships_of('parent') ORDER BY 1;
ALTER TABLE child DROP CONSTRAINT deuxieme;
SELECT names('parent');
SELECT names('child');
-- keys of a table that nobody has asked for
ALTER TABLE link ADD FOREIGN KEY (parent_id) REFERENCES parent;
SELECT names('parent');
ALTER TABLE link ADD FOREIGN KEY (child_id) REFERENCES child;
SELECT names('parent');
SELECT names('child');
-- indexes
CREATE UNIQUE INDEX link_ix ON link (parent_id, child_id);
SELECT names('parent');
SELECT names('child');
SELECT unique_index FROM relgraph.relationships_of('parent') WHERE through IS NOT NULL;
CREATE UNIQUE INDEX link_earlier ON link (parent_id, child_id);
SELECT unique_index FROM relgraph.relationships_of('parent') WHERE through IS NOT NULL;
SELECT count(*) FROM unnest('{link_earlier,link_ix}'::regclass[]) i, relgraph.relationships_of(i);
ALTER INDEX link_earlier RENAME TO link_later;
SELECT unique_index FROM relgraph.relationships_of('parent') WHERE through IS NOT NULL;
SELECT names('parent');
DROP INDEX link_ix, link_later;
SELECT names('parent');
ALTER TABLE child ADD CONSTRAINT only_child UNIQUE (parent_id);
SELECT names('parent');
SELECT names('child');
ALTER TABLE child DROP CONSTRAINT only_child;
SELECT names('parent');
CREATE INDEX ON child (parent_id);
SELECT has_index FROM relgraph.foreign_keys WHERE child = 'child'::regclass;
-- names of tables, columns, schemas
ALTER TABLE child RENAME TO kid;
SELECT names('parent');
SELECT names('kid');
ALTER TABLE kid RENAME parent_id TO mother_id;
SELECT names('parent');
SELECT names('kid');
ALTER TABLE parent ADD kids text;
SELECT names('parent');
SELECT names('kid');
ALTER TABLE parent RENAME kids TO children;
SELECT names('parent');
SELECT names('kid');
ALTER TABLE parent DROP children;
ALTER TABLE kid RENAME mother_id TO parent_id;
ALTER TABLE kid RENAME TO child;
CREATE SCHEMA graph_cache_test_b;
CREATE TABLE graph_cache_test_b.child (parent_id int REFERENCES parent);
SELECT names('parent');
SELECT names('child');
ALTER SCHEMA graph_cache_test_b RENAME TO graph_cache_test_c;
SELECT names('parent');
SELECT names('graph_cache_test_c.child');
ALTER TABLE graph_cache_test_c.child RENAME TO offspring;
SELECT names('parent');
SELECT names('child');
ALTER TABLE graph_cache_test_c.offspring SET SCHEMA graph_cache_test;
SELECT names('offspring');
DROP TABLE offspring;
DROP SCHEMA graph_cache_test_c;
SELECT names('parent');
-- types and nulls
SELECT is_optional FROM relgraph.relationships_of('child') WHERE name = 'parent';
ALTER TABLE child ALTER parent_id SET NOT NULL;
SELECT is_optional FROM relgraph.relationships_of('child') WHERE name = 'parent';
ALTER TABLE child ALTER parent_id TYPE bigint;
SELECT names('child');
-- a table in the place of another
DROP TABLE link;
SELECT names('parent');
CREATE TABLE link (parent_id int REFERENCES parent, child_id int REFERENCES child);
SELECT names('parent');

-- Undone
BEGIN;
ALTER TABLE child ADD CONSTRAINT second FOREIGN KEY (other_id) REFERENCES parent;
SELECT names('parent');
SAVEPOINT a;
ALTER TABLE child DROP CONSTRAINT first;
SELECT names('parent');
SELECT names('child');
ROLLBACK TO a;
SELECT names('parent');
SELECT names('child');
CREATE UNIQUE INDEX ON child (parent_id);
SELECT names('parent');
ROLLBACK TO a;
SELECT names('parent');
ALTER TABLE parent RENAME TO elder;
SELECT names('child');
SAVEPOINT b;
DROP TABLE elder CASCADE;
SELECT names('child');
ROLLBACK TO b;
SELECT names('child');
RELEASE b;
ROLLBACK;
SELECT names('parent');
SELECT names('child');
DO $$
BEGIN
	ALTER TABLE child DROP CONSTRAINT first;
	ASSERT names('parent') NOT LIKE '%children_by_parent_id%';
	RAISE division_by_zero;
EXCEPTION WHEN division_by_zero THEN
	ASSERT names('parent') LIKE '%children_by_parent_id%';
END $$;
-- within one statement
CREATE FUNCTION add_and_look() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	ALTER TABLE child ADD CONSTRAINT second FOREIGN KEY (other_id) REFERENCES parent;
	RETURN names('child');
END $$;
SELECT names('child'), add_and_look(), names('child');
ALTER TABLE child DROP CONSTRAINT second;

-- Gone
CREATE TABLE brief (id int PRIMARY KEY, parent_id int REFERENCES parent);
SELECT names('brief');
SELECT 'brief'::regclass::oid AS brief \gset
DROP TABLE brief;
SELECT count(*) = 0 FROM relgraph.relationships_of('parent') WHERE target = :brief;
\set VERBOSITY sqlstate
SELECT * FROM relgraph.relationships_of(:brief);
\set VERBOSITY terse

-- Nothing is built again for what does not concern the graph
SELECT relgraph.cache_reset();
SELECT relations, neighbourhoods, bytes FROM relgraph.cache_info();
CREATE TEMP TABLE first_of_all (id int);
SELECT count(*) FROM relgraph.relationships_of('parent');
SELECT builds AS before FROM relgraph.cache_info() \gset
SELECT sum(n) FROM generate_series(1, 50), LATERAL (SELECT count(*) AS n FROM relgraph.relationships_of('parent')) s;
DO $$
BEGIN
	FOR i IN 1..100 LOOP
		CREATE TEMP TABLE churn (id int PRIMARY KEY, up int REFERENCES churn, UNIQUE (up, id));
		DROP TABLE churn;
		PERFORM relgraph.relationships_of('parent');
		COMMIT;
	END LOOP;
END $$;
CREATE TABLE unrelated (id int PRIMARY KEY);
SELECT count(*) FROM relgraph.relationships_of('parent');
CREATE FUNCTION unrelated() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW unrelated_view AS SELECT id FROM unrelated;
DROP TABLE unrelated CASCADE;
SELECT count(*) FROM relgraph.relationships_of('parent');
SELECT builds - :before AS built FROM relgraph.cache_info();
-- once for what does
ALTER TABLE child ADD CONSTRAINT second FOREIGN KEY (other_id) REFERENCES parent;
SELECT count(*) FROM relgraph.relationships_of('parent');
SELECT count(*) FROM relgraph.relationships_of('parent');
SELECT builds - :before AS built FROM relgraph.cache_info();
-- memory does not grow with changes
SELECT bytes AS before FROM relgraph.cache_info() \gset
DO $$
BEGIN
	FOR i IN 1..600 LOOP
		ALTER TABLE child RENAME other_id TO another_id;
		PERFORM relgraph.relationships_of('parent');
		ALTER TABLE child RENAME another_id TO other_id;
		PERFORM relgraph.relationships_of('parent');
	END LOOP;
END $$;
SELECT bytes < :before + 2000000 FROM relgraph.cache_info();
SELECT names('parent');
SELECT relgraph.cache_reset();
SELECT relations, neighbourhoods, bytes FROM relgraph.cache_info();
SELECT names('parent');

RESET search_path;
DROP SCHEMA graph_cache_test CASCADE;
