-- Which tables are read as associations, which are not, and what they carry.
SET client_min_messages = warning;
CREATE SCHEMA associations_test;
SET search_path = associations_test;

CREATE TABLE a (id int PRIMARY KEY, tenant_id int, UNIQUE (tenant_id, id));
CREATE TABLE b (id int PRIMARY KEY, tenant_id int, UNIQUE (tenant_id, id));
CREATE TABLE c (id int PRIMARY KEY);
CREATE TABLE u (id int PRIMARY KEY);

-- Rule 1: the pair is proved unique
CREATE TABLE p01_primary_key (a_id int REFERENCES a, b_id int REFERENCES b, PRIMARY KEY (a_id, b_id));
CREATE TABLE p02_key_order (b_id int REFERENCES b, x int, a_id int REFERENCES a, PRIMARY KEY (b_id, a_id));
CREATE TABLE p03_identity (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a_id int REFERENCES a, b_id int REFERENCES b, UNIQUE (a_id, b_id));
CREATE TABLE p04_serial (id serial PRIMARY KEY, a_id int REFERENCES a, b_id int REFERENCES b);
CREATE UNIQUE INDEX p04_ix ON p04_serial (b_id, a_id);
CREATE TABLE p05_uuid (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, a_id int NOT NULL REFERENCES a, b_id int NOT NULL REFERENCES b, UNIQUE (a_id, b_id));
CREATE TABLE p06_given_key (id uuid PRIMARY KEY, a_id int REFERENCES a, b_id int REFERENCES b, UNIQUE (a_id, b_id));
CREATE TABLE p07_created_by (a_id int REFERENCES a, b_id int REFERENCES b, created_by int REFERENCES u, PRIMARY KEY (a_id, b_id));
CREATE TABLE p08_tenant (tenant_id int, a_id int, b_id int, PRIMARY KEY (tenant_id, a_id, b_id),
	FOREIGN KEY (tenant_id, a_id) REFERENCES a (tenant_id, id), FOREIGN KEY (tenant_id, b_id) REFERENCES b (tenant_id, id));
CREATE TABLE p09_tenant_left_out (tenant_id int NOT NULL, a_id int, b_id int, PRIMARY KEY (a_id, b_id),
	FOREIGN KEY (tenant_id, a_id) REFERENCES a (tenant_id, id), FOREIGN KEY (tenant_id, b_id) REFERENCES b (tenant_id, id));
CREATE TABLE p10_composite (a_tenant int, a_id int, b_tenant int, b_id int, PRIMARY KEY (a_tenant, a_id, b_tenant, b_id),
	FOREIGN KEY (a_tenant, a_id) REFERENCES a (tenant_id, id), FOREIGN KEY (b_tenant, b_id) REFERENCES b (tenant_id, id));
CREATE TABLE p11_strict_subset (a_tenant int, a_id int, b_tenant int, b_id int, UNIQUE (b_id, a_id),
	FOREIGN KEY (a_tenant, a_id) REFERENCES a (tenant_id, id), FOREIGN KEY (b_tenant, b_id) REFERENCES b (tenant_id, id));
CREATE TABLE p12_not_null_predicate (a_id int REFERENCES a, b_id int REFERENCES b, x int);
CREATE UNIQUE INDEX p12_ix ON p12_not_null_predicate (a_id, b_id) WHERE a_id IS NOT NULL AND b_id IS NOT NULL;
CREATE TABLE p13_exclude (a_id int REFERENCES a, b_id int REFERENCES b, x int, EXCLUDE USING btree (a_id WITH =, b_id WITH =));
CREATE TABLE p14_deferrable (a_id int REFERENCES a, b_id int REFERENCES b, x int, UNIQUE (a_id, b_id) DEFERRABLE);
CREATE TABLE p15_include (a_id int REFERENCES a, b_id int REFERENCES b, x int, UNIQUE (a_id, b_id) INCLUDE (x));
CREATE TABLE p16_third_key_shares (a_id int REFERENCES a, b_id int REFERENCES b, c_id int REFERENCES c, x int, UNIQUE (a_id, b_id), UNIQUE (b_id, c_id));
CREATE TABLE p17_to_one_table (from_id int REFERENCES a, to_id int REFERENCES a, PRIMARY KEY (from_id, to_id));
CREATE TABLE p18_same_and_third (from_id int REFERENCES a, to_id int REFERENCES a, c_id int REFERENCES c, PRIMARY KEY (from_id, to_id));

-- Rule 2: nothing but the two keys
CREATE TABLE q01_link (a_id int REFERENCES a, b_id int REFERENCES b);
CREATE TABLE q02_indexed (a_id int REFERENCES a, b_id int REFERENCES b);
CREATE INDEX ON q02_indexed (a_id, b_id);
CREATE TABLE q03_partial (a_id int REFERENCES a, b_id int REFERENCES b);
CREATE UNIQUE INDEX ON q03_partial (a_id, b_id) WHERE a_id > 0;
CREATE TABLE q04_tenant (tenant_id int, a_id int, b_id int,
	FOREIGN KEY (tenant_id, a_id) REFERENCES a (tenant_id, id), FOREIGN KEY (tenant_id, b_id) REFERENCES b (tenant_id, id));
CREATE TABLE q05_dropped_column (a_id int REFERENCES a, gone int, b_id int REFERENCES b);
ALTER TABLE q05_dropped_column DROP gone;
CREATE TABLE q06_expression (a_id int REFERENCES a, b_id int REFERENCES b);
CREATE UNIQUE INDEX ON q06_expression (a_id, (b_id + 0));

-- Rule 3: the pair inside a wider key
CREATE TABLE r01_date (a_id int REFERENCES a, b_id int REFERENCES b, on_day date, PRIMARY KEY (a_id, b_id, on_day));
CREATE TABLE r02_position_first (position int, a_id int REFERENCES a, b_id int REFERENCES b, note text, UNIQUE (position, b_id, a_id));
CREATE TABLE r03_plain_index (id serial PRIMARY KEY, a_id int REFERENCES a, b_id int REFERENCES b, kind text);
CREATE UNIQUE INDEX r03_ix ON r03_plain_index (a_id, kind, b_id);
CREATE TABLE r04_third_key_outside (a_id int REFERENCES a, b_id int REFERENCES b, on_day date, c_id int REFERENCES c, PRIMARY KEY (a_id, b_id, on_day));
-- one index says n-ary, the other wider: wider
CREATE TABLE r05_two_keys (a_id int REFERENCES a, b_id int REFERENCES b, c_id int REFERENCES c, n int, PRIMARY KEY (a_id, b_id, c_id), UNIQUE (a_id, b_id, n));

-- Rule 4: the key needs a third foreign key
CREATE TABLE s01_ternary (a_id int REFERENCES a, b_id int REFERENCES b, c_id int REFERENCES c, PRIMARY KEY (a_id, b_id, c_id));
CREATE TABLE s02_ternary_date (a_id int REFERENCES a, b_id int REFERENCES b, c_id int REFERENCES c, d date, UNIQUE (a_id, b_id, c_id, d));
CREATE TABLE s03_same_twice (from_id int REFERENCES a, to_id int REFERENCES a, c_id int REFERENCES c, PRIMARY KEY (from_id, to_id, c_id));
CREATE TABLE s04_tenant_is_a_key (c_id int REFERENCES c, a_id int REFERENCES a, b_id int REFERENCES b, PRIMARY KEY (c_id, a_id, b_id));

-- Rule 5: entities that happen to reference two tables
CREATE TABLE e01_order (id int PRIMARY KEY, a_id int REFERENCES a, b_id int REFERENCES b);
CREATE TABLE e02_order_line (a_id int REFERENCES a, line_no int, b_id int REFERENCES b, PRIMARY KEY (a_id, line_no));
CREATE TABLE e03_one_alone_unique (a_id int UNIQUE REFERENCES a, b_id int REFERENCES b);
CREATE TABLE e04_one_is_primary_key (a_id int PRIMARY KEY REFERENCES a, b_id int REFERENCES b, UNIQUE (a_id, b_id));
CREATE TABLE e05_both_alone_unique (a_id int UNIQUE REFERENCES a, b_id int UNIQUE REFERENCES b);
CREATE TABLE e06_contained (tenant_id int REFERENCES c, a_id int, PRIMARY KEY (tenant_id, a_id), FOREIGN KEY (tenant_id, a_id) REFERENCES a (tenant_id, id));
CREATE TABLE e07_same_columns (a_id int REFERENCES a, n int, FOREIGN KEY (a_id) REFERENCES b, UNIQUE (a_id, n));
CREATE TABLE e08_same_columns_reordered (x int, y int, n int, FOREIGN KEY (x, y) REFERENCES a (tenant_id, id), FOREIGN KEY (y, x) REFERENCES b (tenant_id, id), UNIQUE (x, y, n));
CREATE TABLE e09_partial_key (a_id int REFERENCES a, b_id int REFERENCES b, gone boolean);
CREATE UNIQUE INDEX ON e09_partial_key (a_id, b_id) WHERE NOT gone;
CREATE TABLE e10_partial_wider_key (a_id int REFERENCES a, b_id int REFERENCES b, n int);
CREATE UNIQUE INDEX ON e10_partial_wider_key (a_id, b_id, n) WHERE n > 0;
CREATE TABLE e11_expression_in_wider_key (a_id int REFERENCES a, b_id int REFERENCES b, kind text);
CREATE UNIQUE INDEX ON e11_expression_in_wider_key (a_id, b_id, lower(kind));
CREATE TABLE e12_not_unique_wider (a_id int REFERENCES a, b_id int REFERENCES b, n int);
CREATE INDEX ON e12_not_unique_wider (a_id, b_id, n);
CREATE TABLE e13_link_with_note (a_id int REFERENCES a, b_id int REFERENCES b, note text);
CREATE TABLE e14_link_with_id (id serial PRIMARY KEY, a_id int REFERENCES a, b_id int REFERENCES b);
CREATE TABLE e15_half_of_composite (tenant_id int, a_id int, b_id int REFERENCES b, n int, UNIQUE (tenant_id, b_id, n),
	FOREIGN KEY (tenant_id, a_id) REFERENCES a (tenant_id, id));
CREATE TABLE e16_included (a_id int REFERENCES a, b_id int REFERENCES b, n int, UNIQUE (a_id, n) INCLUDE (b_id));
CREATE TABLE e17_exclusion (a_id int4range, b_id int4range, at int4range);
CREATE TABLE ar (r int4range PRIMARY KEY);
CREATE TABLE br (r int4range PRIMARY KEY);
ALTER TABLE e17_exclusion ADD FOREIGN KEY (a_id) REFERENCES ar, ADD FOREIGN KEY (b_id) REFERENCES br,
	ADD EXCLUDE USING gist (a_id WITH =, b_id WITH =, at WITH &&);
CREATE TABLE e18_self_and_other (id int PRIMARY KEY, e18_id int REFERENCES e18_self_and_other, a_id int REFERENCES a);
CREATE TABLE e19_duplicate_key (a_id int REFERENCES a, b_id int, FOREIGN KEY (a_id) REFERENCES a);

\pset format unaligned
\pset fieldsep ' | '
SELECT * FROM relgraph.association_tables WHERE association::text < 'q' ORDER BY association::text COLLATE "C", left_foreign_key, right_foreign_key;
SELECT * FROM relgraph.association_tables WHERE association::text >= 'q' ORDER BY association::text COLLATE "C", left_foreign_key, right_foreign_key;
SELECT relation FROM relgraph.tables WHERE is_association AND relation::text LIKE 'e%';
-- what is many-to-many, once for each pair; n-ary is not
SELECT through, source, through_source_columns, through_target_columns, target, is_unique_pair, unique_index
	FROM relgraph.relationships WHERE through IS NOT NULL AND foreign_key < through_foreign_key
	ORDER BY through::text COLLATE "C", foreign_key, through_foreign_key;
-- each of them has both directions, each the mirror of the other
SELECT count(*), count(*) FILTER (WHERE (r.through_source_columns, r.through_target_columns, r.source_columns, r.target_columns, r.inverse, r.unique_index)
		= (o.through_target_columns, o.through_source_columns, o.target_columns, o.source_columns, o.name, o.unique_index)
		OR r.unique_index IS NULL AND r.inverse = o.name)
	FROM relgraph.relationships r JOIN relgraph.relationships o
	ON (o.foreign_key, o.through_foreign_key, o.through) = (r.through_foreign_key, r.foreign_key, r.through)
	WHERE r.through IS NOT NULL;
SELECT count(*) FROM relgraph.relationships WHERE through IS NOT NULL;
-- an association keeps its own relationships, and is one all the same if others reference it
SELECT name, cardinality, target FROM relgraph.relationships_of('p03_identity') ORDER BY name;
CREATE TABLE about_p03 (p03_id int REFERENCES p03_identity);
SELECT name, cardinality, target FROM relgraph.relationships_of('p03_identity') ORDER BY name;
SELECT name, cardinality, target FROM relgraph.relationships_of('b') WHERE through = 'p03_identity'::regclass;
SELECT relation, primary_key, is_association FROM relgraph.tables
	WHERE relation IN ('p02_key_order'::regclass, 's01_ternary', 'e01_order', 'q01_link', 'p08_tenant') ORDER BY relation::text COLLATE "C";

-- Self-referential: two directions, each walked by its own key
CREATE TABLE node (id int PRIMARY KEY);
CREATE TABLE edge (source_id int REFERENCES node, target_id int REFERENCES node, weight int, PRIMARY KEY (source_id, target_id));
SELECT name, target, through_source_columns, through_target_columns, foreign_key, through_foreign_key, inverse, is_self_referential
	FROM relgraph.relationships_of('node') WHERE cardinality = 'M:M' ORDER BY name;
-- and with two more keys: every pair that is unique, no other
CREATE TABLE hyper (u1 int REFERENCES node, u2 int REFERENCES node, u3 int REFERENCES node, c_id int REFERENCES c,
	note text, UNIQUE (u1, u2), UNIQUE (u3, u2), UNIQUE (u1, c_id));
SELECT left_foreign_key, right_foreign_key, unique_index, payload_columns FROM relgraph.association_tables WHERE association = 'hyper'::regclass ORDER BY 1, 2;
SELECT target, through_source_columns, through_target_columns FROM relgraph.relationships_of('node') WHERE through = 'hyper'::regclass ORDER BY 2, 3;

-- A pair stops being one, or becomes one, with its index
CREATE TABLE late (a_id int REFERENCES a, b_id int REFERENCES b, note text);
SELECT name FROM relgraph.relationships_of('a') WHERE through = 'late'::regclass;
CREATE UNIQUE INDEX late_ix ON late (a_id, b_id);
SELECT name, is_unique_pair, reason FROM relgraph.relationships_of('a') WHERE through = 'late'::regclass;
ALTER TABLE late DROP note;
DROP INDEX late_ix;
SELECT name, is_unique_pair, reason FROM relgraph.relationships_of('a') WHERE through = 'late'::regclass;
CREATE UNIQUE INDEX late_ix ON late (b_id);
SELECT name, is_unique_pair, reason FROM relgraph.relationships_of('a') WHERE through = 'late'::regclass;

-- The views and relationships_of() agree on every table
SELECT r FROM relgraph.tables t, relgraph.relationships_of(t.relation) r
EXCEPT ALL SELECT r FROM relgraph.relationships r;
SELECT r FROM relgraph.relationships r
EXCEPT ALL SELECT r FROM relgraph.tables t, relgraph.relationships_of(t.relation) r;

RESET search_path;
DROP SCHEMA associations_test CASCADE;
