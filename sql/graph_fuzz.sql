-- The cached answer for one table is the one that reading the whole database
-- gives, after any sequence of changes, kept or rolled back.
CREATE SCHEMA fuzz;
CREATE SCHEMA fuzz2;
SET search_path = fuzz;
SET client_min_messages = warning;

-- Rows in which the two ways of asking differ; and how many there are at all.
CREATE FUNCTION differences(OUT n bigint, OUT total bigint, OUT example text) LANGUAGE sql AS $$
WITH whole AS MATERIALIZED (
    SELECT r::text AS line FROM relgraph.relationships r
    WHERE r.source IN (SELECT oid FROM pg_class WHERE relnamespace IN ('fuzz'::regnamespace, 'fuzz2'::regnamespace))
), single AS MATERIALIZED (
    SELECT r::text AS line FROM pg_class c, relgraph.relationships_of(c.oid) r
    WHERE c.relnamespace IN ('fuzz'::regnamespace, 'fuzz2'::regnamespace) AND c.relkind IN ('r', 'p', 'v')
)
SELECT (SELECT count(*) FROM (SELECT line FROM whole EXCEPT ALL SELECT line FROM single) a)
     + (SELECT count(*) FROM (SELECT line FROM single EXCEPT ALL SELECT line FROM whole) b),
       (SELECT count(*) FROM whole),
       (SELECT string_agg(line, E'\n' ORDER BY line) FROM
            (SELECT 'whole:  ' || line FROM (SELECT line FROM whole EXCEPT ALL SELECT line FROM single) a
             UNION ALL
             SELECT 'single: ' || line FROM (SELECT line FROM single EXCEPT ALL SELECT line FROM whole) b) x (line))
$$;

-- Names that break a rule of naming.
CREATE FUNCTION broken_names() RETURNS text LANGUAGE sql AS $$
WITH r AS MATERIALIZED (SELECT * FROM relgraph.relationships)
SELECT string_agg(r::text, E'\n') FROM r
WHERE name IS NULL OR qualified_name IS NULL OR inverse IS NULL
   OR octet_length(name) > 63 OR octet_length(qualified_name) > 63
   OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = r.source AND a.attname IN (r.name, r.qualified_name) AND NOT a.attisdropped)
   OR (SELECT count(*) FROM r x WHERE x.source = r.source AND r.name IN (x.name, x.qualified_name)) <> 1
   OR (SELECT count(*) FROM r x WHERE x.source = r.source AND r.qualified_name IN (x.name, x.qualified_name)) <> 1
   OR (SELECT count(*) FROM r x WHERE x.source = r.target AND x.target = r.source AND x.name = r.inverse AND x.inverse = r.name
         AND x.through IS NOT DISTINCT FROM r.through) <> 1
$$;

CREATE FUNCTION pick(choices text[]) RETURNS text LANGUAGE sql VOLATILE AS $$
SELECT choices[1 + floor(random() * cardinality(choices))::int]
$$;

-- A random statement that changes what the graph depends on.
CREATE FUNCTION random_change() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    words text[] := '{user,users,post,posts,person,people,tag,author,"Order","postTag",child,team_posts,category,status}';
    columns text[] := '{author_id,user_id,parent_id,"postId",post,tag_id,owner,posts,user_uuid,a_id,b_id,users}';
    t text := (SELECT oid::regclass FROM pg_class WHERE relnamespace IN ('fuzz'::regnamespace, 'fuzz2'::regnamespace) AND relkind = 'r' ORDER BY random() LIMIT 1);
    p text := (SELECT oid::regclass FROM pg_class WHERE relnamespace IN ('fuzz'::regnamespace, 'fuzz2'::regnamespace) AND relkind = 'r' ORDER BY random() LIMIT 1);
    c text := (SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = t::regclass AND attnum > 1 AND NOT attisdropped ORDER BY random() LIMIT 1);
    d text := (SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = t::regclass AND attnum > 1 AND NOT attisdropped ORDER BY random() LIMIT 1);
    fk text := (SELECT quote_ident(conname) FROM pg_constraint WHERE contype = 'f' AND conrelid = t::regclass ORDER BY random() LIMIT 1);
BEGIN
    IF t IS NULL OR random() < 0.08 THEN
        RETURN format('CREATE TABLE %s.%s (id int PRIMARY KEY, %s int, %s int)', pick('{fuzz,fuzz,fuzz2}'), pick(words), pick(columns), pick(columns));
    END IF;
    CASE floor(random() * 15)
        WHEN 0, 1, 2, 3 THEN RETURN format('ALTER TABLE %s ADD FOREIGN KEY (%s) REFERENCES %s', t, c, p);
        WHEN 4 THEN RETURN format('ALTER TABLE %s DROP CONSTRAINT %s', t, fk);
        WHEN 5 THEN RETURN format('ALTER TABLE %s RENAME TO %s', t, pick(words));
        WHEN 6 THEN RETURN format('ALTER TABLE %s RENAME COLUMN %s TO %s', t, c, pick(columns));
        WHEN 7 THEN RETURN format('ALTER TABLE %s ADD COLUMN %s int', t, pick(columns));
        WHEN 8 THEN RETURN format('CREATE UNIQUE INDEX ON %s (%s%s)', t, c, pick(ARRAY['', ', ' || d]));
        WHEN 9 THEN RETURN format('ALTER TABLE %s RENAME CONSTRAINT %s TO %s', t, fk, pick(columns));
        WHEN 10 THEN RETURN format('ALTER TABLE %s DROP COLUMN %s CASCADE', t, c);
        WHEN 11 THEN RETURN format('SELECT relgraph.set_name(%L, %L, %L, %L)', t, replace(fk, '"', ''), pick(ARRAY[NULL, pick(words)]), pick(ARRAY[NULL, pick(words)]));
        WHEN 12 THEN RETURN format('ALTER TABLE %s SET SCHEMA %s', t, pick('{fuzz,fuzz2}'));
        WHEN 13 THEN RETURN format('SELECT relgraph.declare(%L, %L, ARRAY[%L::name], %L, ''{id}'', %L)', t, pick(words), replace(c, '"', ''), p, pick(ARRAY[NULL, pick(words)]));
        ELSE RETURN format('DROP TABLE %s CASCADE', t);
    END CASE;
END $$;

-- Make changes, some of them to be undone, and compare after each.
CREATE PROCEDURE fuzz_graph(seed float8, changes int) LANGUAGE plpgsql AS $$
DECLARE
    change text;
    found record;
    done int := 0;
    compared bigint := 0;
BEGIN
    PERFORM setseed(seed);
    FOR i IN 1 .. changes LOOP
        change := random_change();
        CONTINUE WHEN change IS NULL;
        BEGIN
            EXECUTE change;
            done := done + 1;
            IF random() < 0.2 THEN
                SELECT * INTO found FROM differences();
                IF found.n > 0 THEN
                    RAISE WARNING 'seed %, change %: % rows differ after %, not yet rolled back: %', seed, i, found.n, change, found.example;
                END IF;
                RAISE EXCEPTION 'undo' USING ERRCODE = 'ZZ001';
            END IF;
        EXCEPTION WHEN OTHERS THEN
            IF SQLSTATE LIKE 'XX%' THEN
                RAISE WARNING 'seed %, change %: % after %', seed, i, SQLERRM, change;
            END IF;
        END;
        SELECT * INTO found FROM differences();
        compared := compared + found.total;
        IF found.n > 0 THEN
            RAISE WARNING 'seed %, change %: % rows differ after %: %', seed, i, found.n, change, found.example;
        END IF;
        IF i % 20 = 0 AND broken_names() IS NOT NULL THEN
            RAISE WARNING 'seed %, change %: broken names after %: %', seed, i, change, broken_names();
        END IF;
        IF i % 50 = 0 THEN
            COMMIT;
        END IF;
    END LOOP;
    IF done < changes / 4 OR compared < changes THEN
        RAISE WARNING 'seed %: only % changes of %, % rows', seed, done, changes, compared;
    END IF;
END $$;

CALL fuzz_graph(0.1, 250);
CALL fuzz_graph(0.2, 250);
CALL fuzz_graph(0.3, 250);

SET client_min_messages = warning;
DROP SCHEMA fuzz, fuzz2 CASCADE;
DELETE FROM relgraph.declared;
