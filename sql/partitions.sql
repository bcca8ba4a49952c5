-- Partitions: whose edges they are, whose rows one walks from, and attach and detach.
SET client_min_messages = warning;
CREATE SCHEMA partitions_test;
SET search_path = partitions_test;
\pset format unaligned
\pset fieldsep ' | '
\pset tuples_only on
CREATE FUNCTION at_run_time(text) RETURNS text LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION names(of regclass, OUT name text, OUT cardinality text, OUT target text, OUT source_columns name[], OUT inverse text)
	RETURNS SETOF record LANGUAGE sql AS $$
	SELECT name, cardinality::text, target::text, source_columns, inverse
	FROM relgraph.relationships_of(of) ORDER BY name COLLATE "C" $$;

-- A key of a partitioned table is one edge, however many partitions
CREATE TABLE customers (id int PRIMARY KEY);
CREATE TABLE sales (id int, region text, customer_id int REFERENCES customers, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE sales_north PARTITION OF sales FOR VALUES IN ('n');
CREATE TABLE sales_south (junk int, customer_id int, region text NOT NULL, id int NOT NULL) PARTITION BY RANGE (id);
ALTER TABLE sales_south DROP junk;
ALTER TABLE sales ATTACH PARTITION sales_south FOR VALUES IN ('s');
CREATE TABLE sales_south_1 PARTITION OF sales_south FOR VALUES FROM (1) TO (100);
CREATE TABLE sales_south_2 PARTITION OF sales_south FOR VALUES FROM (100) TO (200);
SELECT constraint_name, child, parent FROM relgraph.foreign_keys ORDER BY 1;
SELECT * FROM names('customers');
SELECT * FROM names('sales');
SELECT * FROM names('sales_north');
SELECT * FROM names('sales_south_1');
SELECT relation, relationships FROM relgraph.tables ORDER BY relation::text;

-- To a partitioned table
CREATE TABLE returns (id int PRIMARY KEY, sale_id int, region text, FOREIGN KEY (sale_id, region) REFERENCES sales);
SELECT constraint_name, child, parent FROM relgraph.foreign_keys ORDER BY 1;
SELECT * FROM names('sales');
SELECT * FROM names('sales_south_1');
-- of, and to, one partition only
CREATE TABLE taxes (id int PRIMARY KEY);
ALTER TABLE sales ADD tax_id int;
CREATE TABLE north_only (sale_id int, region text, FOREIGN KEY (sale_id, region) REFERENCES sales_north);
ALTER TABLE sales_north ADD CONSTRAINT north_tax FOREIGN KEY (tax_id) REFERENCES taxes;
SELECT * FROM names('sales_north');
SELECT * FROM names('taxes');
SELECT child, parent FROM relgraph.foreign_keys WHERE 'sales_north'::regclass IN (child, parent) ORDER BY constraint_name;
SELECT relation, relationships FROM relgraph.tables WHERE relation = 'sales_north'::regclass;
-- then of the whole table: the server makes the partition's a part of it
ALTER TABLE sales ADD CONSTRAINT every_tax FOREIGN KEY (tax_id) REFERENCES taxes;
SELECT constraint_name, child FROM relgraph.foreign_keys WHERE parent = 'taxes'::regclass ORDER BY 1;
SELECT * FROM names('taxes');

-- From a row of a partition one walks its root's edges, whatever its columns' order
INSERT INTO customers VALUES (1), (2);
INSERT INTO sales VALUES (1, 'n', 1), (2, 's', 1), (3, 's', 2), (150, 's', 2);
INSERT INTO returns VALUES (1, 2, 's'), (2, 1, 'n'), (3, 150, 's');
SELECT s.id, c.id FROM sales_south_1 s, relgraph.related(s, at_run_time('customer'), NULL::customers) c ORDER BY 1;
SELECT s.id, r.id FROM sales_south s, relgraph.related(s, at_run_time('returns'), NULL::returns) r ORDER BY 1;
SELECT s.id, o.id FROM sales_north s, relgraph.related(s, at_run_time('customer.sales'), NULL::sales) o ORDER BY 1, 2;
SELECT r.id, s.id, s.customer_id FROM returns r, relgraph.related(r, at_run_time('sale'), NULL::sales) s ORDER BY 1;

-- Attach and detach
CREATE TABLE sales_west (LIKE sales INCLUDING ALL);
SELECT * FROM names('sales_west');
SELECT count(*) FROM sales_west s, relgraph.related(s, at_run_time('customer'), NULL::customers);
\set VERBOSITY terse
INSERT INTO sales_west VALUES (5, 'w', 2);
SELECT count(*) FROM sales_west s, relgraph.related(s, at_run_time('customer'), NULL::customers);
ALTER TABLE sales ATTACH PARTITION sales_west FOR VALUES IN ('w');
SELECT count(*) FROM sales_west s, relgraph.related(s, at_run_time('customer'), NULL::customers);
SELECT count(*) FROM relgraph.foreign_keys WHERE child::text LIKE 'sales%';
ALTER TABLE sales DETACH PARTITION sales_west;
-- what it had by its root is now its own
SELECT * FROM names('sales_west');
SELECT name, target FROM names('customers');
SELECT count(*) FROM sales_west s, relgraph.related(s, at_run_time('customer'), NULL::customers);
ALTER TABLE sales ATTACH PARTITION sales_west FOR VALUES IN ('w');
SELECT * FROM names('sales_west');
SELECT name, target FROM names('customers');
BEGIN;
ALTER TABLE sales DETACH PARTITION sales_west;
SELECT name, target FROM names('customers');
ROLLBACK;
SELECT name, target FROM names('customers');
DELETE FROM returns WHERE region = 's';
ALTER TABLE sales DETACH PARTITION sales_south;
SELECT name, target FROM names('sales_south');
SELECT name, target FROM names('customers');
SELECT s.id, c.id FROM sales_south_1 s, relgraph.related(s, at_run_time('customer'), NULL::customers) c ORDER BY 1;
SELECT s.id, r.id FROM sales_south s, relgraph.related(s, at_run_time('returns'), NULL::returns) r ORDER BY 1;

-- A partitioned association, its pair unique by the root's key, and one whose partitions alone are unique
CREATE TABLE likes (customer_id int REFERENCES customers, tax_id int REFERENCES taxes, note text, PRIMARY KEY (customer_id, tax_id)) PARTITION BY HASH (customer_id);
CREATE TABLE likes_0 PARTITION OF likes FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE hates (customer_id int REFERENCES customers, tax_id int REFERENCES taxes, note text) PARTITION BY HASH (customer_id);
CREATE TABLE hates_0 PARTITION OF hates FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE UNIQUE INDEX ON hates_0 (customer_id, tax_id);
CREATE UNIQUE INDEX ON ONLY hates (customer_id, tax_id);
SELECT association, is_unique_pair, unique_index FROM relgraph.association_tables ORDER BY 1;
SELECT * FROM names('taxes');
-- (the server tells only the index that it is valid now)
ALTER INDEX hates_customer_id_tax_id_idx ATTACH PARTITION hates_0_customer_id_tax_id_idx;
SELECT association, is_unique_pair, unique_index FROM relgraph.association_tables ORDER BY association::text;
SELECT * FROM names('taxes') WHERE cardinality = 'M:M';
-- 1:1 by the key of a partitioned table
CREATE TABLE cards (customer_id int REFERENCES customers, PRIMARY KEY (customer_id)) PARTITION BY RANGE (customer_id);
SELECT name, cardinality FROM names('customers') WHERE target = 'cards';
-- self-referential
CREATE TABLE tree (id int PRIMARY KEY, parent_id int REFERENCES tree) PARTITION BY RANGE (id);
CREATE TABLE tree_low PARTITION OF tree FOR VALUES FROM (0) TO (10);
CREATE TABLE tree_high PARTITION OF tree FOR VALUES FROM (10) TO (20);
INSERT INTO tree VALUES (1, NULL), (2, 1), (11, 1), (12, 11);
SELECT * FROM names('tree');
SELECT * FROM names('tree_low');
SELECT t.id, c.id FROM tree_low t, relgraph.related(t, at_run_time('children'), NULL::tree) c ORDER BY 1, 2;
SELECT t.id, c.id FROM tree_low t, relgraph.related(t, at_run_time('children*'), NULL::tree) c ORDER BY 1, 2;
SELECT t.id, c.id FROM tree_high t, relgraph.related(t, at_run_time('parent*'), NULL::tree) c ORDER BY 1, 2;

-- The views and relationships_of() agree on every table
SELECT r FROM relgraph.tables t, relgraph.relationships_of(t.relation) r
EXCEPT ALL SELECT r FROM relgraph.relationships r;
SELECT r FROM relgraph.relationships r
EXCEPT ALL SELECT r FROM relgraph.tables t, relgraph.relationships_of(t.relation) r;

RESET search_path;
DROP SCHEMA partitions_test CASCADE;
