-- Which foreign keys are edges, what proves them 1:1, and who may lack a parent.
SET client_min_messages = warning;
CREATE SCHEMA classification_test;
SET search_path = classification_test;

CREATE TABLE p (id int PRIMARY KEY, a int, b int, UNIQUE (a, b));

-- Proofs of 1:1
CREATE TABLE y01_unique_constraint (p_id int UNIQUE REFERENCES p);
CREATE TABLE y02_plain_index (p_id int REFERENCES p);
CREATE UNIQUE INDEX y02_ix ON y02_plain_index (p_id DESC NULLS LAST);
CREATE TABLE y03_primary_key (p_id int PRIMARY KEY REFERENCES p);
CREATE TABLE y04_reordered (a int, b int, FOREIGN KEY (a, b) REFERENCES p (a, b), UNIQUE (b, a));
CREATE TABLE y05_strict_subset (a int, b int UNIQUE, FOREIGN KEY (a, b) REFERENCES p (a, b));
CREATE TABLE y06_include (p_id int REFERENCES p, x int, UNIQUE (p_id) INCLUDE (x));
CREATE TABLE y07_deferrable (p_id int REFERENCES p UNIQUE DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE y08_nulls_not_distinct (p_id int REFERENCES p UNIQUE NULLS NOT DISTINCT);
CREATE TABLE y09_exclude_btree (p_id int REFERENCES p, EXCLUDE USING btree (p_id WITH =));
CREATE TABLE y10_exclude_hash (p_id int REFERENCES p, EXCLUDE USING hash (p_id WITH =));
CREATE TABLE y11_not_null_predicate (p_id int REFERENCES p);
CREATE UNIQUE INDEX y11_ix ON y11_not_null_predicate (p_id) WHERE p_id IS NOT NULL;
CREATE TABLE y12_several_not_null (a int, b int, FOREIGN KEY (a, b) REFERENCES p (a, b));
CREATE UNIQUE INDEX y12_ix ON y12_several_not_null (a, b) WHERE a IS NOT NULL AND b IS NOT NULL;
CREATE TABLE y13_some_not_null (a int, b int, FOREIGN KEY (a, b) REFERENCES p (a, b));
CREATE UNIQUE INDEX y13_ix ON y13_some_not_null (a, b) WHERE b IS NOT NULL;
CREATE TABLE y14_nested_and (a int, b int, FOREIGN KEY (a, b) REFERENCES p (a, b));
CREATE UNIQUE INDEX y14_ix ON y14_nested_and (a, b) WHERE a IS NOT NULL AND (b IS NOT NULL AND (a IS NOT NULL AND b IS NOT NULL));
CREATE TABLE y15_other_column_too (p_id int REFERENCES p, x int);
CREATE UNIQUE INDEX y15_a ON y15_other_column_too (p_id, x);
CREATE UNIQUE INDEX y15_b ON y15_other_column_too (p_id);
CREATE TABLE y16_wider_type (p_id bigint UNIQUE REFERENCES p);
CREATE TABLE y17_self (id int PRIMARY KEY, next_id int UNIQUE REFERENCES y17_self);
CREATE TABLE y18_not_valid (p_id int UNIQUE);
ALTER TABLE y18_not_valid ADD FOREIGN KEY (p_id) REFERENCES p NOT VALID;

-- No proofs
CREATE TABLE n01_nothing (p_id int REFERENCES p);
CREATE TABLE n02_not_unique (p_id int REFERENCES p);
CREATE INDEX ON n02_not_unique (p_id);
CREATE TABLE n03_expression (p_id int REFERENCES p);
CREATE UNIQUE INDEX ON n03_expression ((p_id + 0));
CREATE TABLE n04_column_and_expression (a int, b int, FOREIGN KEY (a, b) REFERENCES p (a, b));
CREATE UNIQUE INDEX ON n04_column_and_expression (a, abs(b));
CREATE TABLE n05_superset (p_id int REFERENCES p, x int, PRIMARY KEY (p_id, x));
CREATE TABLE n06_other_column (p_id int REFERENCES p, x int UNIQUE);
CREATE TABLE n07_include_only (p_id int REFERENCES p, x int, UNIQUE (x) INCLUDE (p_id));
CREATE TABLE n08_partial (p_id int REFERENCES p, status text);
CREATE UNIQUE INDEX n08_ix ON n08_partial (p_id) WHERE status = 'current';
CREATE TABLE n09_not_null_and_more (p_id int REFERENCES p, status text);
CREATE UNIQUE INDEX n09_ix ON n09_not_null_and_more (p_id) WHERE p_id IS NOT NULL AND status = 'current';
CREATE TABLE n10_not_null_or_more (p_id int REFERENCES p, gone boolean);
CREATE UNIQUE INDEX n10_ix ON n10_not_null_or_more (p_id) WHERE p_id IS NOT NULL OR gone;
CREATE TABLE n11_is_null (p_id int REFERENCES p);
CREATE UNIQUE INDEX n11_ix ON n11_is_null (p_id) WHERE p_id IS NULL;
CREATE TABLE n12_not_null_of_others (p_id int REFERENCES p, x int);
CREATE UNIQUE INDEX n12_ix ON n12_not_null_of_others (p_id) WHERE x IS NOT NULL;
CREATE TABLE n13_not_null_of_included (p_id int REFERENCES p, x int);
CREATE UNIQUE INDEX n13_ix ON n13_not_null_of_included (p_id) INCLUDE (x) WHERE x IS NOT NULL;
CREATE TABLE n14_partial_exclude (p_id int REFERENCES p, x int, EXCLUDE USING btree (p_id WITH =) WHERE (x > 0));
CREATE TABLE n15_exclude_more (p_id int REFERENCES p, x int, EXCLUDE USING btree (p_id WITH =, x WITH =));
CREATE TABLE n16_exclude_expression (p_id int REFERENCES p, EXCLUDE USING btree ((p_id % 10) WITH =));

-- Indexes that were left behind invalid
CREATE TABLE n17_invalid (p_id int REFERENCES p);
INSERT INTO p VALUES (1, 1, 1);
INSERT INTO n17_invalid VALUES (1), (1);
\set VERBOSITY terse
CREATE UNIQUE INDEX CONCURRENTLY n17_ix ON n17_invalid (p_id);
\set VERBOSITY default
SELECT indisvalid FROM pg_index WHERE indexrelid = 'n17_ix'::regclass;

CREATE FUNCTION judged(prefix text, OUT child text, OUT cardinality text, OUT unique_index text, OUT reason text)
	RETURNS SETOF record LANGUAGE sql AS $$
	SELECT f.child::text, f.cardinality::text, f.unique_index::text, r.reason
	FROM relgraph.foreign_keys f
	JOIN relgraph.relationships r ON r.foreign_key = f.constraint_name AND r.target = f.child AND r.through IS NULL
		AND NOT (r.is_self_referential AND r.source_columns = f.child_columns)
	WHERE f.child::text LIKE prefix || '%'
	ORDER BY f.child::text COLLATE "C", f.constraint_name $$;
\pset format unaligned
\pset fieldsep ' | '
SELECT * FROM judged('y');
SELECT * FROM judged('n');

-- Once repaired it is a proof
DELETE FROM n17_invalid;
REINDEX INDEX n17_ix;
SELECT child, cardinality, unique_index FROM judged('n17');

-- Of several proofs the plainest is shown: primary key, whole, narrow, then by name
CREATE TABLE s_several (a int, b int, FOREIGN KEY (a, b) REFERENCES p (a, b));
CREATE UNIQUE INDEX s_z ON s_several (a) WHERE a IS NOT NULL;
SELECT unique_index FROM judged('s_several');
CREATE UNIQUE INDEX s_y ON s_several (a, b);
SELECT unique_index FROM judged('s_several');
CREATE UNIQUE INDEX s_x ON s_several (b);
CREATE UNIQUE INDEX s_w ON s_several (a);
SELECT unique_index FROM judged('s_several');
ALTER TABLE s_several ADD CONSTRAINT s_x_pkey PRIMARY KEY (a, b);
SELECT unique_index FROM judged('s_several');
ALTER INDEX s_w RENAME TO s_zz;
ALTER TABLE s_several DROP CONSTRAINT s_x_pkey;
SELECT unique_index FROM judged('s_several');

-- What the index takes for different, the key may take for equal: no proof.
-- A type with a case-insensitive equality, and text's classes beside it.
CREATE TYPE ci;
CREATE FUNCTION ci_in(cstring) RETURNS ci LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION ci_out(ci) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE ci (INPUT = ci_in, OUTPUT = ci_out, LIKE = text, CATEGORY = 'S', COLLATABLE = true);
CREATE CAST (ci AS text) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (text AS ci) WITHOUT FUNCTION AS ASSIGNMENT;
CREATE FUNCTION ci_cmp(ci, ci) RETURNS int LANGUAGE sql IMMUTABLE STRICT AS
	$$SELECT pg_catalog.bttextcmp(pg_catalog.lower($1::text COLLATE "C"), pg_catalog.lower($2::text COLLATE "C"))$$;
CREATE FUNCTION ci_eq(ci, ci) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS
	$$SELECT pg_catalog.lower($1::text COLLATE "C") OPERATOR(pg_catalog.=) pg_catalog.lower($2::text COLLATE "C")$$;
CREATE FUNCTION ci_lt(ci, ci) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS
	$$SELECT pg_catalog.lower($1::text COLLATE "C") OPERATOR(pg_catalog.<) pg_catalog.lower($2::text COLLATE "C")$$;
CREATE OPERATOR = (LEFTARG = ci, RIGHTARG = ci, FUNCTION = ci_eq, COMMUTATOR = =, MERGES);
CREATE OPERATOR < (LEFTARG = ci, RIGHTARG = ci, FUNCTION = ci_lt);
CREATE OPERATOR CLASS ci_ops DEFAULT FOR TYPE ci USING btree AS
	OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 ci_cmp(ci, ci);

CREATE TABLE pc (code ci PRIMARY KEY);
CREATE TABLE o01_own_class (code ci UNIQUE REFERENCES pc);
CREATE TABLE o02_text_class (code ci REFERENCES pc);
CREATE UNIQUE INDEX o02_ix ON o02_text_class (code text_ops);
CREATE TABLE o03_exclude_own (code ci REFERENCES pc, EXCLUDE USING btree (code WITH =));
CREATE TABLE o04_exclude_text (code ci REFERENCES pc, EXCLUDE USING btree (code text_ops WITH OPERATOR(pg_catalog.=)));

-- Two classes with the same equality, though of different families, are as good
CREATE TABLE pt (code text PRIMARY KEY);
CREATE TABLE o05_pattern_class (code text REFERENCES pt);
CREATE UNIQUE INDEX o05_ix ON o05_pattern_class (code text_pattern_ops);
CREATE TABLE o06_other_collation (code text COLLATE "C" UNIQUE REFERENCES pt);
-- 1.0 and 1.00 are one number, but two images
CREATE TYPE number AS (n numeric);
CREATE TABLE pr (n number PRIMARY KEY);
CREATE TABLE o07_record_class (n number UNIQUE REFERENCES pr);
CREATE TABLE o08_image_class (n number REFERENCES pr);
CREATE UNIQUE INDEX o08_ix ON o08_image_class (n record_image_ops);
-- 'a' and 'a ' are two varchars, but one char
CREATE TABLE pb (code char(5) PRIMARY KEY);
CREATE TABLE o09_char (code char(7) UNIQUE REFERENCES pb);
CREATE TABLE o10_varchar (code varchar(5) UNIQUE REFERENCES pb);
-- Ranges have equality in GiST; overlap is something else
CREATE TABLE pg (r int4range PRIMARY KEY);
CREATE TABLE o11_gist_equal (r int4range REFERENCES pg, EXCLUDE USING gist (r WITH =));
CREATE TABLE o12_gist_overlap (r int4range REFERENCES pg, EXCLUDE USING gist (r WITH &&));
CREATE TABLE pd (d date PRIMARY KEY);
CREATE TABLE o13_other_type_of_family (d timestamp UNIQUE REFERENCES pd);
SELECT * FROM judged('o');

-- Unique by letters does not mean unique by a collation that takes a for A
CREATE COLLATION lax (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE pl (code text COLLATE lax PRIMARY KEY);
CREATE TABLE l1_lax (code text COLLATE lax UNIQUE REFERENCES pl);
CREATE TABLE l2_lax_strict_index (code text COLLATE lax REFERENCES pl);
CREATE UNIQUE INDEX l2_ix ON l2_lax_strict_index (code COLLATE "C");
CREATE TABLE ps (code text COLLATE "C" PRIMARY KEY);
CREATE TABLE l3_strict_lax_index (code text COLLATE "C" REFERENCES ps);
CREATE UNIQUE INDEX l3_ix ON l3_strict_lax_index (code COLLATE lax);
CREATE TABLE l4_exclude_strict (code text COLLATE lax REFERENCES pl, EXCLUDE USING btree (code COLLATE "C" WITH =));
SELECT * FROM judged('l');

-- is_optional
CREATE DOMAIN d_null AS int;
CREATE DOMAIN d_not_null AS int NOT NULL;
CREATE DOMAIN d_inherits AS d_not_null;
CREATE DOMAIN d_stricter AS d_null NOT NULL;
CREATE TABLE opt (
	nullable int CONSTRAINT f01_nullable REFERENCES p,
	required int NOT NULL CONSTRAINT f02_not_null REFERENCES p,
	dn d_null CONSTRAINT f03_domain REFERENCES p,
	dr d_not_null CONSTRAINT f04_domain_not_null REFERENCES p,
	di d_inherits CONSTRAINT f05_domain_over_not_null REFERENCES p,
	ds d_stricter CONSTRAINT f06_not_null_over_domain REFERENCES p,
	a int, b int, c int NOT NULL, e int NOT NULL,
	CONSTRAINT f07_simple_both_nullable FOREIGN KEY (a, b) REFERENCES p (a, b),
	CONSTRAINT f08_simple_one_nullable FOREIGN KEY (a, c) REFERENCES p (a, b),
	CONSTRAINT f09_simple_none_nullable FOREIGN KEY (c, e) REFERENCES p (a, b),
	CONSTRAINT f10_full_both_nullable FOREIGN KEY (b, a) REFERENCES p (a, b) MATCH FULL,
	CONSTRAINT f11_full_one_nullable FOREIGN KEY (b, c) REFERENCES p (a, b) MATCH FULL,
	CONSTRAINT f12_full_none_nullable FOREIGN KEY (e, c) REFERENCES p (a, b) MATCH FULL,
	CONSTRAINT f13_full_single FOREIGN KEY (b) REFERENCES p MATCH FULL,
	CONSTRAINT f14_full_domain FOREIGN KEY (b, dr) REFERENCES p (a, b) MATCH FULL);
ALTER TABLE opt ADD CONSTRAINT f15_not_valid FOREIGN KEY (c) REFERENCES p NOT VALID;
ALTER TABLE opt ADD CONSTRAINT f16_checked_only FOREIGN KEY (a) REFERENCES p,
	ADD CHECK (a IS NOT NULL);
SELECT constraint_name, is_optional, is_validated FROM relgraph.foreign_keys WHERE child = 'opt'::regclass ORDER BY 1;
SELECT DISTINCT is_optional FROM relgraph.relationships_of('p') WHERE target = 'opt'::regclass;

SELECT foreign_key, is_optional FROM relgraph.relationships_of('opt') WHERE foreign_key LIKE 'f03%' OR foreign_key LIKE 'f15%' ORDER BY 1;
ALTER DOMAIN d_null SET NOT NULL;
ALTER TABLE opt VALIDATE CONSTRAINT f15_not_valid;
SELECT foreign_key, is_optional FROM relgraph.relationships_of('opt') WHERE foreign_key LIKE 'f03%' OR foreign_key LIKE 'f15%' ORDER BY 1;
ALTER DOMAIN d_null DROP NOT NULL;
SELECT foreign_key, is_optional FROM relgraph.relationships_of('opt') WHERE foreign_key LIKE 'f03%' ORDER BY 1;
ALTER TABLE opt ALTER nullable SET NOT NULL, ALTER required DROP NOT NULL;
SELECT foreign_key, is_optional FROM relgraph.relationships_of('opt') WHERE foreign_key < 'f03' ORDER BY 1;

-- Actions and deferrability
CREATE TABLE act (
	a int CONSTRAINT a1 REFERENCES p ON DELETE CASCADE ON UPDATE RESTRICT,
	b int CONSTRAINT a2 REFERENCES p ON DELETE SET NULL ON UPDATE SET DEFAULT DEFERRABLE,
	c int CONSTRAINT a3 REFERENCES p DEFERRABLE INITIALLY DEFERRED);
SELECT constraint_name, on_delete, on_update, is_deferrable FROM relgraph.foreign_keys WHERE child = 'act'::regclass ORDER BY 1;

-- Keys that say the same are one edge, for which the first name stands
CREATE TABLE dup (
	a int, b int,
	CONSTRAINT z_first FOREIGN KEY (a, b) REFERENCES p (a, b),
	CONSTRAINT a_second FOREIGN KEY (b, a) REFERENCES p (b, a) ON DELETE CASCADE,
	CONSTRAINT m_third FOREIGN KEY (a, b) REFERENCES p (a, b) MATCH FULL,
	CONSTRAINT b_crossed FOREIGN KEY (a, b) REFERENCES p (b, a),
	CONSTRAINT c_other_key FOREIGN KEY (a) REFERENCES p (id));
SELECT constraint_name, child_columns, parent_columns, on_delete FROM relgraph.foreign_keys WHERE child = 'dup'::regclass ORDER BY 1;
SELECT count(*) FROM relgraph.relationships_of('dup');
SELECT count(*) FROM relgraph.relationships_of('p') WHERE target = 'dup'::regclass;
ALTER TABLE dup DROP CONSTRAINT a_second;
SELECT constraint_name, on_delete FROM relgraph.foreign_keys WHERE child = 'dup'::regclass ORDER BY 1;
SELECT count(*) FROM relgraph.relationships_of('p') WHERE target = 'dup'::regclass;

-- Self-referential, several between the same tables, circular, across schemas
CREATE SCHEMA "classification Other";
CREATE TABLE "classification Other"."Tree" (id int PRIMARY KEY, up int REFERENCES "classification Other"."Tree",
	twin int UNIQUE REFERENCES "classification Other"."Tree", p_id int REFERENCES p);
CREATE TABLE g_hen (id int PRIMARY KEY, egg_id int NOT NULL);
CREATE TABLE g_egg (id int PRIMARY KEY, hen_id int UNIQUE REFERENCES g_hen);
ALTER TABLE g_hen ADD FOREIGN KEY (egg_id) REFERENCES g_egg DEFERRABLE;
CREATE TABLE g_two (from_id int REFERENCES g_hen, to_id int UNIQUE REFERENCES g_hen);
SELECT source, name, cardinality, target, is_list, is_self_referential, inverse FROM relgraph.relationships
	WHERE source IN ('g_hen'::regclass, 'g_egg', 'g_two', '"classification Other"."Tree"') ORDER BY source::text COLLATE "C", name COLLATE "C";

-- Inheritance: children have the keys they declare, and no others
CREATE TABLE h_parent (id int PRIMARY KEY, p_id int REFERENCES p);
CREATE TABLE h_child (extra int) INHERITS (h_parent);
CREATE TABLE h_of_child (id int PRIMARY KEY, p_id int REFERENCES p) INHERITS (h_parent);
CREATE TABLE h_grandchild (parent_id int REFERENCES h_parent);
SELECT child, parent FROM relgraph.foreign_keys WHERE child::text LIKE 'h\_%' ORDER BY 1;
SELECT relation, relationships FROM relgraph.tables WHERE relation::text LIKE 'h\_%' ORDER BY 1;

-- has_index: whole, valid, and led by the columns in whatever order
CREATE TABLE ix (
	a int, b int, c int, d int, e int, f int, g int,
	CONSTRAINT x01_pair_reordered FOREIGN KEY (a, b) REFERENCES p (a, b),
	CONSTRAINT x02_leads FOREIGN KEY (b) REFERENCES p,
	CONSTRAINT x03_second FOREIGN KEY (a) REFERENCES p,
	CONSTRAINT x04_partial FOREIGN KEY (c) REFERENCES p,
	CONSTRAINT x05_not_null FOREIGN KEY (d) REFERENCES p,
	CONSTRAINT x06_included FOREIGN KEY (e) REFERENCES p,
	CONSTRAINT x07_expression FOREIGN KEY (f) REFERENCES p,
	CONSTRAINT x08_before_expression FOREIGN KEY (g) REFERENCES p);
CREATE INDEX ON ix (b, a, c);
CREATE INDEX ON ix (c) WHERE a > 0;
CREATE INDEX ON ix (d) WHERE d IS NOT NULL;
CREATE INDEX ON ix (a) INCLUDE (e) WHERE b = 0;
CREATE INDEX ON ix (abs(f), f);
CREATE INDEX ON ix (g, abs(f));
SELECT constraint_name, has_index FROM relgraph.foreign_keys WHERE child = 'ix'::regclass ORDER BY 1;

-- The views and relationships_of() agree on every table
SELECT r FROM relgraph.tables t, relgraph.relationships_of(t.relation) r
EXCEPT ALL SELECT r FROM relgraph.relationships r;
SELECT r FROM relgraph.relationships r
EXCEPT ALL SELECT r FROM relgraph.tables t, relgraph.relationships_of(t.relation) r;

RESET search_path;
DROP SCHEMA classification_test, "classification Other" CASCADE;
