-- Keys that are not enforced, keys over periods, and NOT NULL that is not valid.
SET client_min_messages = warning;
CREATE SCHEMA classification_pg18_test;
SET search_path = classification_pg18_test;
\pset format unaligned
\pset fieldsep ' | '

-- NOT ENFORCED: an edge, flagged; the parent may be missing
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (id int PRIMARY KEY, a int NOT NULL, b int NOT NULL UNIQUE,
	CONSTRAINT enforced FOREIGN KEY (a) REFERENCES p);
SELECT name, is_enforced, is_optional, inverse FROM relgraph.relationships_of('c') ORDER BY 1;
SELECT name, is_enforced FROM relgraph.relationships_of('p') ORDER BY 1;
ALTER TABLE c ADD CONSTRAINT trusted FOREIGN KEY (b) REFERENCES p NOT ENFORCED;
SELECT name, cardinality, is_enforced, is_validated, is_optional, inverse FROM relgraph.relationships_of('c') ORDER BY 1;
SELECT name, cardinality, is_enforced, inverse FROM relgraph.relationships_of('p') ORDER BY 1;
SELECT constraint_name, is_enforced, is_optional, has_index FROM relgraph.foreign_keys WHERE child = 'c'::regclass ORDER BY 1;
BEGIN;
ALTER TABLE c ALTER CONSTRAINT enforced NOT ENFORCED;
SELECT name, is_enforced, is_optional FROM relgraph.relationships_of('c') ORDER BY 1;
SELECT name, is_enforced FROM relgraph.relationships_of('p') ORDER BY 1;
ROLLBACK;
SELECT name, is_enforced, is_optional FROM relgraph.relationships_of('c') ORDER BY 1;
SELECT name, is_enforced FROM relgraph.relationships_of('p') ORDER BY 1;
ALTER TABLE c ALTER CONSTRAINT trusted ENFORCED;
SELECT name, is_enforced, is_optional FROM relgraph.relationships_of('c') ORDER BY 1;
SELECT name, is_enforced FROM relgraph.relationships_of('p') ORDER BY 1;
ALTER TABLE c ALTER CONSTRAINT trusted NOT ENFORCED;
ALTER TABLE c RENAME CONSTRAINT trusted TO believed;
SELECT name, foreign_key, is_enforced FROM relgraph.relationships_of('p') ORDER BY 1;
ALTER TABLE c DROP CONSTRAINT believed;
SELECT name, is_enforced FROM relgraph.relationships_of('p') ORDER BY 1;
-- one key is enough to make a pair less than certain
CREATE TABLE q (id int PRIMARY KEY);
CREATE TABLE link (p_id int REFERENCES p, q_id int REFERENCES q NOT ENFORCED, PRIMARY KEY (p_id, q_id));
SELECT source, name, is_enforced, is_validated FROM relgraph.relationships WHERE through = 'link'::regclass ORDER BY source::text;
SELECT name, is_enforced FROM relgraph.relationships_of('q') ORDER BY 1;
-- of a partitioned table
CREATE TABLE parts (p_id int) PARTITION BY LIST (p_id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
ALTER TABLE parts ADD FOREIGN KEY (p_id) REFERENCES p NOT ENFORCED;
SELECT child, is_enforced FROM relgraph.foreign_keys WHERE child IN ('parts'::regclass, 'parts_1');
SELECT name, target FROM relgraph.relationships_of('p') WHERE target IN ('parts'::regclass, 'parts_1');

-- PERIOD: never 1:1 by its temporal key, and joined by the operators of the constraint
CREATE TABLE prices (item int4range, valid daterange, price int, PRIMARY KEY (item, valid WITHOUT OVERLAPS));
CREATE TABLE sales (id int PRIMARY KEY, item int4range, at daterange,
	CONSTRAINT priced FOREIGN KEY (item, PERIOD at) REFERENCES prices (item, PERIOD valid),
	UNIQUE (item, at WITHOUT OVERLAPS));
SELECT name, is_list, source_columns, target_columns, unique_index FROM relgraph.relationships_of('sales');
SELECT name, is_list, unique_index, reason FROM relgraph.relationships_of('prices');
INSERT INTO prices VALUES ('[1,1]', '[2020-01-01,2020-06-01)', 10), ('[1,1]', '[2020-06-01,2021-01-01)', 12);
INSERT INTO sales VALUES (1, '[1,1]', '[2020-02-01,2020-03-01)'), (2, '[1,1]', '[2020-05-01,2020-07-01)');
CREATE FUNCTION at_run_time(text) RETURNS text LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN $1; END';
SELECT conpfeqop::regoperator[] FROM pg_constraint WHERE conname = 'priced';
SELECT s.id, p.price FROM sales s, relgraph.related(s, at_run_time('price'), NULL::prices) p ORDER BY 1, 2;
SELECT p.price, s.id FROM prices p, relgraph.related(p, at_run_time('sales'), NULL::sales) s ORDER BY 1, 2;
-- a temporal unique key proves nothing for an ordinary one
CREATE TABLE items (id int4range PRIMARY KEY);
CREATE TABLE stays (item int4range REFERENCES items, during daterange, UNIQUE (item, during WITHOUT OVERLAPS));
SELECT name, cardinality FROM relgraph.relationships_of('items');
CREATE TABLE stays_too (item int4range UNIQUE REFERENCES items, during daterange, PRIMARY KEY (item, during WITHOUT OVERLAPS));
SELECT name, cardinality, unique_index FROM relgraph.relationships_of('items') WHERE target = 'stays_too'::regclass;
-- but the pair of two keys inside one is an association, not unique
CREATE TABLE guests (id int4range PRIMARY KEY);
CREATE TABLE visits (item int4range REFERENCES items, guest int4range REFERENCES guests, during daterange, PRIMARY KEY (item, guest, during WITHOUT OVERLAPS));
SELECT association, is_unique_pair, payload_columns, reason FROM relgraph.association_tables WHERE association = 'visits'::regclass;

-- NOT NULL that is not valid yet proves nothing
CREATE TABLE n (p_id int REFERENCES p);
ALTER TABLE n ADD CONSTRAINT later NOT NULL p_id NOT VALID;
SELECT name, is_optional FROM relgraph.relationships_of('n');
SELECT is_optional FROM relgraph.foreign_keys WHERE child = 'n'::regclass;
ALTER TABLE n VALIDATE CONSTRAINT later;
SELECT name, is_optional FROM relgraph.relationships_of('n');
SELECT is_optional FROM relgraph.foreign_keys WHERE child = 'n'::regclass;
-- virtual columns are nobody's key, but somebody's payload
CREATE TABLE v (p_id int REFERENCES p, q_id int REFERENCES q, twice int GENERATED ALWAYS AS (p_id * 2) VIRTUAL, PRIMARY KEY (p_id, q_id));
SELECT payload_columns FROM relgraph.association_tables WHERE association = 'v'::regclass;

-- The views and relationships_of() agree on every table
SELECT r FROM relgraph.tables t, relgraph.relationships_of(t.relation) r
EXCEPT ALL SELECT r FROM relgraph.relationships r;
SELECT r FROM relgraph.relationships r
EXCEPT ALL SELECT r FROM relgraph.tables t, relgraph.relationships_of(t.relation) r;

RESET search_path;
DROP SCHEMA classification_pg18_test CASCADE;
