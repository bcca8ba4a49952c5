-- The names that relationships get, and those they lose.
SET client_min_messages = warning;
CREATE SCHEMA naming_test;
SET search_path = naming_test;
\pset format unaligned
\pset fieldsep ' | '
\pset tuples_only on

-- names of one table, in order; a qualified name only where it is another
CREATE FUNCTION names(of regclass, OUT name text, OUT cardinality text, OUT target text, OUT qualified_name text, OUT inverse text)
	RETURNS SETOF record LANGUAGE sql AS $$
	SELECT name, cardinality::text, target::text, nullif(qualified_name, name), inverse
	FROM relgraph.relationships WHERE source = of ORDER BY name COLLATE "C" $$;

-- Rule 1: the column without its suffix, else the singular of the target
CREATE TABLE people (id int PRIMARY KEY, uuid uuid UNIQUE, a int, b int, UNIQUE (a, b));
CREATE TABLE forward (
	id int PRIMARY KEY,
	c01_id int REFERENCES people,
	c02_uuid uuid REFERENCES people (uuid),
	c03_guid uuid REFERENCES people (uuid),
	c04_fk int REFERENCES people,
	c05_fkey int REFERENCES people,
	c06_row_id int REFERENCES people,
	"c07Id" int REFERENCES people,
	"c08ID" int REFERENCES people,
	"c09Uuid" uuid REFERENCES people (uuid),
	"c10UUID" uuid REFERENCES people (uuid),
	"c11Fk" int REFERENCES people,
	"C12_ID" int REFERENCES people,
	id_c13 int REFERENCES people,
	fk_c14 int REFERENCES people,
	c15_id_id int REFERENCES people,
	c16_ids int REFERENCES people,
	c17grid int REFERENCES people,
	"größe_id" int REFERENCES people);
SELECT * FROM names('forward');
-- a name that is nothing but a suffix names nothing
CREATE TABLE bare_suffix (_id int REFERENCES people);
SELECT * FROM names('bare_suffix');
CREATE TABLE bare_uuid (uuid uuid REFERENCES people (uuid));
SELECT * FROM names('bare_uuid');
CREATE TABLE no_suffix (whoever int REFERENCES people);
SELECT * FROM names('no_suffix');
CREATE TABLE several_columns (person_a int, person_b int, FOREIGN KEY (person_a, person_b) REFERENCES people (a, b));
SELECT * FROM names('several_columns');
-- the derived name is a column of the table: the qualified name
CREATE TABLE same_as_column (person int REFERENCES people, boss_id int REFERENCES people, boss text);
SELECT * FROM names('same_as_column');
CREATE TABLE pieces (id int PRIMARY KEY, piece_by_piece int, piece int REFERENCES pieces);
CREATE TABLE piece_again (piece int REFERENCES pieces, piece_by_piece int);
SELECT name <> 'piece_by_piece' AND name LIKE 'piece_by_piece\_%', cardinality, target FROM names('piece_again');

-- Rules 2 and 4: the other side
CREATE TABLE boxes (id int PRIMARY KEY, parent_id int REFERENCES boxes);
CREATE TABLE lids (box_id int PRIMARY KEY REFERENCES boxes);
CREATE TABLE indices (box_id int REFERENCES boxes);
CREATE TABLE "OrderItem" ("boxId" int REFERENCES boxes);
CREATE TABLE "LOG" (box_id int REFERENCES boxes);
CREATE TABLE equipment (box_id int REFERENCES boxes);
CREATE TABLE "my table" (box_id int REFERENCES boxes);
CREATE TABLE "select" ("where_id" int REFERENCES boxes, "table" int REFERENCES boxes);
SELECT * FROM names('boxes');
CREATE TABLE one_child (id int PRIMARY KEY, parent_id int UNIQUE REFERENCES one_child);
SELECT * FROM names('one_child');
CREATE TABLE employees (id int PRIMARY KEY, manager_id int REFERENCES employees, "parentId" int REFERENCES employees);
SELECT * FROM names('employees');
CREATE TABLE two_parents (id int PRIMARY KEY, parent_id int REFERENCES two_parents, parent_uuid int REFERENCES two_parents);
SELECT * FROM names('two_parents');
CREATE TABLE composite_tree (a int, b int, parent_a int, parent_b int, PRIMARY KEY (a, b),
	FOREIGN KEY (parent_a, parent_b) REFERENCES composite_tree);
SELECT * FROM names('composite_tree');

-- Rule 3: many-to-many
CREATE TABLE users (id int PRIMARY KEY, tenant int, UNIQUE (tenant, id));
CREATE TABLE teams (id int PRIMARY KEY, tenant int, UNIQUE (tenant, id));
CREATE TABLE membership (user_id int REFERENCES users, team_id int REFERENCES teams, PRIMARY KEY (user_id, team_id));
CREATE TABLE follows (follower_id int REFERENCES users, followee_id int REFERENCES users, PRIMARY KEY (follower_id, followee_id));
CREATE TABLE tenant_follows (tenant int, fan_id int, idol_id int, PRIMARY KEY (tenant, fan_id, idol_id),
	FOREIGN KEY (tenant, fan_id) REFERENCES users (tenant, id), FOREIGN KEY (tenant, idol_id) REFERENCES users (tenant, id));
CREATE TABLE friends (user1 int REFERENCES users, user2 int REFERENCES users, PRIMARY KEY (user1, user2));
SELECT * FROM names('users');
SELECT * FROM names('teams');

-- Rule 6: a short name that could be two is nobody's
CREATE TABLE posts (id int PRIMARY KEY, author_id int REFERENCES users, editor_id int REFERENCES users);
CREATE TABLE likes (user_id int REFERENCES users, post_id int REFERENCES posts, PRIMARY KEY (user_id, post_id));
SELECT * FROM names('posts');
SELECT * FROM names('users') WHERE target = 'posts';
-- forward against forward, forward against reverse, reverse against many-to-many
CREATE TABLE knots (id int PRIMARY KEY);
CREATE TABLE strings (id int PRIMARY KEY, knot_id int REFERENCES knots, knot_uuid int REFERENCES knots, "knotId" int REFERENCES knots);
SELECT * FROM names('strings');
SELECT * FROM names('knots');
CREATE TABLE keys (id int PRIMARY KEY);
CREATE TABLE locks (id int PRIMARY KEY, key_id int REFERENCES keys);
ALTER TABLE keys ADD lock_id int REFERENCES locks;
SELECT * FROM names('locks');
ALTER TABLE keys ADD UNIQUE (lock_id);
SELECT * FROM names('locks');
SELECT * FROM names('keys');
ALTER TABLE locks ADD key text;
SELECT * FROM names('locks');

-- Twins in two schemas, and a table that is called what a twin would be
CREATE SCHEMA naming_test_a;
CREATE SCHEMA naming_test_b;
CREATE TABLE hub (id int PRIMARY KEY, alt int UNIQUE);
CREATE TABLE naming_test_a.spokes (hub_id int REFERENCES hub, other_id int REFERENCES hub);
CREATE TABLE naming_test_b.spokes (hub_id int REFERENCES hub, other_id int REFERENCES hub);
SELECT * FROM names('hub');
-- the name that could now be either is nobody's any more
CREATE TABLE naming_test_a_spokes (hub_id int REFERENCES hub, other_id int REFERENCES hub, n int);
SELECT target, name FROM names('hub') WHERE target LIKE '%spokes' ORDER BY 1, 2;
CREATE TABLE naming_test_a.nave (id int PRIMARY KEY);
CREATE TABLE naming_test_b.nave (id int PRIMARY KEY);
CREATE TABLE wheel (a_nave int REFERENCES naming_test_a.nave, b_nave int REFERENCES naming_test_b.nave, UNIQUE (a_nave, b_nave));
SELECT * FROM names('wheel');
SELECT * FROM names('naming_test_a.nave');
-- one column, two targets; and one target by two of its keys
CREATE TABLE forked (nave int REFERENCES naming_test_a.nave, FOREIGN KEY (nave) REFERENCES naming_test_b.nave);
SELECT * FROM names('forked');
CREATE TABLE two_keys (hub_id int REFERENCES hub (id), FOREIGN KEY (hub_id) REFERENCES hub (alt));
SELECT * FROM names('two_keys');
SELECT name, inverse FROM names('hub') WHERE target = 'two_keys';
CREATE TABLE naming_test_a.pairs (n_id int REFERENCES naming_test_a.nave, h_id int REFERENCES hub);
CREATE TABLE naming_test_b.pairs (n_id int REFERENCES naming_test_a.nave, h_id int REFERENCES hub);
SELECT name, qualified_name FROM names('naming_test_a.nave') WHERE target = 'hub';
SELECT name FROM names('hub') WHERE name LIKE '%pairs';

-- A table that is called like a qualified name does not take it
CREATE TABLE bank (id int PRIMARY KEY);
CREATE TABLE loans (bank_id int REFERENCES bank, guarantor_id int REFERENCES bank);
SELECT * FROM names('bank');
CREATE TABLE loans_by_bank_id (bank_id int UNIQUE REFERENCES bank);
SELECT * FROM names('bank');
SELECT * FROM names('loans_by_bank_id');

-- Long names are cut to 63 bytes, never inside a character, and stay different
CREATE TABLE "x2345678901234567890123456789012345678901234567890123456789_pos" (id int PRIMARY KEY, hub_id int REFERENCES hub);
CREATE TABLE naming_test_a."x2345678901234567890123456789012345678901234567890123456789_pos" (hub_id int REFERENCES hub);
CREATE TABLE "äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüß" (id int PRIMARY KEY, "äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüß_id" int REFERENCES hub,
	parent_id int REFERENCES "äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüß");
CREATE TABLE "ñ34567890123456789012345678901234567890123456789012ñ678901234ñ" (hub_id int REFERENCES hub, alt_id int REFERENCES hub (alt));
SELECT name, octet_length(name) <= 63, target FROM names('hub') WHERE octet_length(target) > 50;
SELECT name, octet_length(qualified_name), inverse FROM names('"äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüß"');
SELECT * FROM names('"x2345678901234567890123456789012345678901234567890123456789_pos"');
-- what was cut away is contested all the same
SELECT relation, v.inverse = o.inverse FROM relgraph.tables, relgraph.relationships_of(relation) o
	JOIN relgraph.relationships v USING (source, qualified_name) WHERE octet_length(relation::text) > 50 ORDER BY relation::text COLLATE "C";

-- Names do not depend on the order in which constraints were made, nor on theirs
CREATE SCHEMA naming_test_1;
SET search_path = naming_test_1;
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE s (x_id int CONSTRAINT z REFERENCES t, x_uuid int CONSTRAINT y REFERENCES t, t int CONSTRAINT x REFERENCES t, UNIQUE (x_id, x_uuid));
CREATE TABLE t_s (s_id int, t_id int CONSTRAINT w REFERENCES t);
CREATE SCHEMA naming_test_2;
SET search_path = naming_test_2;
CREATE TABLE t_s (s_id int, t_id int);
CREATE TABLE s (t int, x_uuid int, x_id int);
CREATE UNIQUE INDEX ON s (x_uuid, x_id);
CREATE TABLE t (id int PRIMARY KEY);
ALTER TABLE s ADD CONSTRAINT a FOREIGN KEY (x_id) REFERENCES t;
ALTER TABLE s ADD CONSTRAINT b FOREIGN KEY (t) REFERENCES t;
ALTER TABLE t_s ADD FOREIGN KEY (t_id) REFERENCES t;
ALTER TABLE s ADD CONSTRAINT c FOREIGN KEY (x_uuid) REFERENCES t;
SET search_path = naming_test;
SELECT * FROM names('naming_test_1.t');
SELECT * FROM names('naming_test_1.s');
SELECT regexp_replace(target, '^\w+\.', ''), name, qualified_name, inverse FROM names('naming_test_1.t')
EXCEPT ALL SELECT regexp_replace(target, '^\w+\.', ''), name, qualified_name, inverse FROM names('naming_test_2.t');
SELECT regexp_replace(target, '^\w+\.', ''), name, qualified_name, inverse FROM names('naming_test_1.s')
EXCEPT ALL SELECT regexp_replace(target, '^\w+\.', ''), name, qualified_name, inverse FROM names('naming_test_2.s');

-- What holds for all: one key space, and each name leads back
SELECT source, name FROM relgraph.relationships GROUP BY 1, 2 HAVING count(*) > 1;
SELECT source, qualified_name FROM relgraph.relationships GROUP BY 1, 2 HAVING count(*) > 1;
SELECT a.source, a.name, b.name FROM relgraph.relationships a JOIN relgraph.relationships b ON b.source = a.source AND b.qualified_name = a.name AND b.name <> a.name;
SELECT source, name FROM relgraph.relationships JOIN pg_attribute ON attrelid = source AND attname::text IN (name, qualified_name);
SELECT source, name FROM relgraph.relationships WHERE octet_length(name) NOT BETWEEN 1 AND 63 OR octet_length(qualified_name) NOT BETWEEN 1 AND 63;
SELECT a.source, a.name FROM relgraph.relationships a LEFT JOIN relgraph.relationships b
	ON b.source = a.target AND b.name = a.inverse AND b.inverse = a.name AND b.target = a.source
	AND b.source_columns = a.target_columns AND b.target_columns = a.source_columns AND b.through IS NOT DISTINCT FROM a.through
	WHERE b.name IS NULL;

-- The views and relationships_of() agree on every table
SELECT r FROM relgraph.tables t, relgraph.relationships_of(t.relation) r
EXCEPT ALL SELECT r FROM relgraph.relationships r;
SELECT r FROM relgraph.relationships r
EXCEPT ALL SELECT r FROM relgraph.tables t, relgraph.relationships_of(t.relation) r;

RESET search_path;
DROP SCHEMA naming_test, naming_test_a, naming_test_b, naming_test_1, naming_test_2 CASCADE;
