-- Everybody sees the whole graph and needs no right to a table for it; rows are another matter.
SET client_min_messages = warning;
\set SHOW_CONTEXT never
CREATE ROLE relgraph_privileges_nobody;
CREATE SCHEMA privileges_test;
CREATE TABLE privileges_test.parents (id int PRIMARY KEY);
CREATE TABLE privileges_test.children (id int PRIMARY KEY, parent_id int CONSTRAINT child_of REFERENCES privileges_test.parents);
INSERT INTO privileges_test.parents VALUES (1);
INSERT INTO privileges_test.children VALUES (1, 1);
CREATE FUNCTION pg_temp.at_run_time(text) RETURNS text LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN $1; END';
CREATE TEMP TABLE as_owner AS SELECT r::text FROM relgraph.relationships r;
CREATE TEMP TABLE as_owner_too AS SELECT f::text FROM relgraph.foreign_keys f;
GRANT SELECT ON as_owner, as_owner_too TO relgraph_privileges_nobody;

SELECT 'privileges_test.parents'::regclass::oid AS parents \gset
SET ROLE relgraph_privileges_nobody;
SELECT has_schema_privilege('privileges_test', 'USAGE') AS schema, has_table_privilege(:parents, 'SELECT') AS "table";
SELECT count(*) FROM relgraph.relationships WHERE source = :parents;
SELECT (SELECT count(*) FROM as_owner) > 0 AS some,
	(SELECT count(*) FROM (SELECT r::text FROM relgraph.relationships r EXCEPT SELECT * FROM as_owner) s) AS more,
	(SELECT count(*) FROM (SELECT * FROM as_owner EXCEPT SELECT r::text FROM relgraph.relationships r) s) AS less,
	(SELECT count(*) FROM (SELECT f::text FROM relgraph.foreign_keys f EXCEPT SELECT * FROM as_owner_too) s) AS more_keys;
SELECT name, cardinality, target, inverse FROM relgraph.relationships_of(:parents);
SELECT count(*) FROM relgraph.association_tables WHERE false;
SELECT relationships FROM relgraph.tables WHERE relation = :parents;
SELECT count(*) FROM relgraph.declared WHERE false;
SELECT builds > 0 AS built FROM relgraph.cache_info();
SELECT relgraph.cache_reset();
-- but not a row
SELECT c.* FROM privileges_test.parents p, relgraph.related(p, pg_temp.at_run_time('children'), NULL::privileges_test.children) c;
RESET ROLE;
GRANT USAGE ON SCHEMA privileges_test TO relgraph_privileges_nobody;
GRANT SELECT ON privileges_test.parents TO relgraph_privileges_nobody;
SET ROLE relgraph_privileges_nobody;
SELECT c.* FROM privileges_test.parents p, relgraph.related(p, pg_temp.at_run_time('children'), NULL::privileges_test.children) c;
SELECT c.* FROM privileges_test.parents p, relgraph.related(p, 'children', NULL::privileges_test.children) c;
RESET ROLE;
GRANT SELECT ON privileges_test.children TO relgraph_privileges_nobody;
SET ROLE relgraph_privileges_nobody;
SELECT c.* FROM privileges_test.parents p, relgraph.related(p, pg_temp.at_run_time('children'), NULL::privileges_test.children) c;
-- nor can anybody create or replace what is in the schema
CREATE TABLE relgraph.mine (id int);
CREATE OR REPLACE FUNCTION relgraph.cache_reset() RETURNS void LANGUAGE sql AS '';
INSERT INTO relgraph.declared (kind, source, target) VALUES ('f', 'a(b)', 'c(d)');
DELETE FROM relgraph.declared;
SELECT relgraph.declared_changed();
RESET ROLE;

-- A trigger on a table of one's own gains nothing from a function that is ours
CREATE TABLE privileges_test.own (id int);
CREATE TRIGGER t AFTER INSERT ON privileges_test.own EXECUTE FUNCTION relgraph.declared_changed();
INSERT INTO privileges_test.own VALUES (1);

DROP TABLE as_owner, as_owner_too;
DROP SCHEMA privileges_test CASCADE;
DROP ROLE relgraph_privileges_nobody;
