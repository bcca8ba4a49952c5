-- Every column of every view, for one small schema that has a case of each kind.
SET client_min_messages = warning;
CREATE SCHEMA views_test;
SET search_path = views_test;

CREATE TABLE authors (id int PRIMARY KEY, mentor_id int CONSTRAINT mentor REFERENCES authors ON DELETE SET NULL);
CREATE TABLE profiles (author_id int PRIMARY KEY CONSTRAINT profile_of REFERENCES authors ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TABLE books (id int PRIMARY KEY, author_id int NOT NULL CONSTRAINT written REFERENCES authors DEFERRABLE,
	checked_by int);
ALTER TABLE books ADD CONSTRAINT checked FOREIGN KEY (checked_by) REFERENCES authors NOT VALID;
CREATE INDEX ON books (author_id);
CREATE TABLE tags (id int PRIMARY KEY);
CREATE TABLE taggings (book_id int CONSTRAINT tagged REFERENCES books, tag_id int CONSTRAINT tag REFERENCES tags,
	at date, CONSTRAINT once UNIQUE (tag_id, book_id));
CREATE TABLE alone (note text);
CREATE VIEW book_view AS SELECT id, author_id FROM books;
SELECT relgraph.declare('book_view', 'author', '{author_id}', 'authors', '{id}', 'seen_books');

\x
SELECT * FROM relgraph.relationships WHERE source::text NOT LIKE '%.%' ORDER BY source::text, name;
SELECT * FROM relgraph.foreign_keys WHERE child::text NOT LIKE '%.%' ORDER BY constraint_name;
SELECT * FROM relgraph.association_tables WHERE association::text NOT LIKE '%.%';
SELECT * FROM relgraph.tables WHERE relation::text NOT LIKE '%.%' ORDER BY relation::text;
\x
-- relationships_of(): the same rows
SELECT r FROM relgraph.tables t, relgraph.relationships_of(t.relation) r
EXCEPT ALL SELECT r FROM relgraph.relationships r;
SELECT r FROM relgraph.relationships r
EXCEPT ALL SELECT r FROM relgraph.tables t, relgraph.relationships_of(t.relation) r;
SELECT count(*) FROM relgraph.relationships_of('alone');
SELECT count(*) FROM relgraph.relationships_of(NULL);
SELECT count(*) FROM relgraph.relationships_of('books_pkey');
SELECT count(*) FROM relgraph.relationships_of('pg_catalog.pg_class');
SELECT count(*) FROM relgraph.relationships_of('relgraph.declared');
SELECT * FROM relgraph.relationships_of(0);
\echo :SQLSTATE
-- the number of relationships is that of the rows
SELECT relation FROM relgraph.tables t WHERE relationships <> (SELECT count(*) FROM relgraph.relationships r WHERE r.source = t.relation);

-- Columns, in order, with their types
SELECT attrelid::regclass AS view, attname, atttypid::regtype FROM pg_attribute
	WHERE attrelid = ANY ('{relgraph.relationships,relgraph.foreign_keys,relgraph.association_tables,relgraph.tables}'::regclass[]) AND attnum > 0
	ORDER BY attrelid::regclass::text COLLATE "C", attnum;

-- What is shown: user's tables, own temporary ones, and no system's
CREATE TEMP TABLE passing (id int PRIMARY KEY, prev_id int REFERENCES passing);
SELECT relation::text FROM relgraph.tables WHERE relation::text NOT LIKE '%.%' ORDER BY 1;
SELECT child::text, parent::text FROM relgraph.foreign_keys WHERE child = 'passing'::regclass;
SELECT name FROM relgraph.relationships_of('passing') ORDER BY 1;
DROP TABLE passing;

-- Every object of the extension says what it is for
SELECT d.classid::regclass, pg_describe_object(d.classid, d.objid, 0)
	FROM pg_depend d LEFT JOIN pg_type t ON d.classid = 'pg_type'::regclass AND t.oid = d.objid
	WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
	AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'relgraph')
	AND coalesce(obj_description(d.objid, d.classid::regclass::name), '') = ''
	AND (t.oid IS NULL OR t.typcategory <> 'A' AND t.typrelid = 0);
SELECT attrelid::regclass, attname FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
	WHERE relnamespace = 'relgraph'::regnamespace AND relkind IN ('r', 'v') AND attnum > 0 AND NOT attisdropped
	AND coalesce(col_description(attrelid, attnum), '') = '';
SELECT tgname FROM pg_trigger WHERE tgrelid = 'relgraph.declared'::regclass AND NOT tgisinternal AND coalesce(obj_description(oid, 'pg_trigger'), '') = '';
SELECT obj_description('relgraph'::regnamespace, 'pg_namespace') <> '' AS schema_has_comment;

SELECT relgraph.forget('book_view', 'author');
RESET search_path;
DROP SCHEMA views_test CASCADE;
