-- Every way of walking a path gives the same rows as a walk from row to row:
-- random schemas, rows, paths and call shapes, with plan-time expansion and without.
--
-- The environment variables RELGRAPH_FUZZ_SEED and RELGRAPH_FUZZ_SCHEMAS change
-- what is tried and how much of it; what is printed stays the same.  A schema
-- that fails is printed with its number: CALL fuzz(seed, number, 1) makes it again.
\set ECHO none
\set SHOW_CONTEXT never
\getenv seed RELGRAPH_FUZZ_SEED
\getenv schemas RELGRAPH_FUZZ_SCHEMAS
\if :{?seed}
\else
\set seed 1
\endif
\if :{?schemas}
\else
\set schemas 45
\endif
\set ECHO all
SET client_min_messages = warning;
SET jit = off;
-- 18 takes a table with those that inherit it and ONLY the table for one, and joins no more.
DO $$ BEGIN
    PERFORM set_config(name, 'off', false) FROM pg_settings WHERE name = 'enable_self_join_elimination';
END $$;
CREATE SCHEMA navigate_fuzz;
SET search_path = navigate_fuzz;

-- What is known of the schema of the moment.
CREATE TABLE script (n serial, statement text);
CREATE TABLE tables (rel text PRIMARY KEY, kind text, keys text[] DEFAULT '{}', families text[] DEFAULT '{}');
CREATE TABLE columns (n serial, rel text, col text, family text, required bool DEFAULT false, PRIMARY KEY (rel, col));
CREATE TABLE keys (n serial, child text, columns text[], parent text, parent_columns text[], is_full bool);
CREATE TABLE totals (what text PRIMARY KEY, n bigint);

-- The rows of each relation.  Two values are equal as keys if their canonical texts are.
CREATE TABLE rows (rel oid, id int, txt text, canon jsonb, is_heir bool, PRIMARY KEY (rel, id));

CREATE DOMAIN num AS int;
CREATE DOMAIN word AS text;
CREATE DOMAIN word_c AS varchar(20) COLLATE "C";
DO $$ BEGIN
    CREATE COLLATION folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
EXCEPTION WHEN feature_not_supported THEN
    CREATE COLLATION folded FROM "C";
END $$;

-- ---------------------------------------------------------------- chance

CREATE FUNCTION chance(p float8) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RETURN random() < p; END $$;

CREATE FUNCTION pick(choices text[]) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN choices[1 + floor(random() * cardinality(choices))::int];
END $$;

-- A name that is still free among those taken.
CREATE FUNCTION pick_name(choices text[], taken text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    name text := pick(choices);
BEGIN
    RETURN CASE WHEN name = ANY (taken) THEN name || cardinality(taken) ELSE name END;
END $$;

CREATE FUNCTION pick_type(family text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE family
        WHEN 'number' THEN pick('{smallint,int,int,int,bigint,numeric,"numeric(12,2)",navigate_fuzz.num}')
        WHEN 'text' THEN pick('{text,text,varchar(20),navigate_fuzz.word,navigate_fuzz.word_c,text COLLATE \"C\",varchar COLLATE \"POSIX\"}')
        ELSE 'text COLLATE navigate_fuzz.folded' END;
END $$;

CREATE FUNCTION pick_value(family text, choices int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE family
        WHEN 'number' THEN (1 + floor(random() * choices))::text
        WHEN 'text' THEN pick(('{a,b,A,ab,é}'::text[])[:choices])
        ELSE pick('{a,A,b,B,c}') END;
END $$;

-- ---------------------------------------------------------------- schemas

-- Execute a statement of which it does not matter whether it can be executed.
CREATE FUNCTION attempt(command text) RETURNS bool LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE command;
    INSERT INTO script (statement) VALUES (command);
    RETURN true;
EXCEPTION WHEN OTHERS THEN
    IF SQLSTATE LIKE 'XX%' THEN
        RAISE WARNING '% after %', SQLERRM, command;
    END IF;
    RETURN false;
END $$;

CREATE FUNCTION list(columns text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT string_agg(quote_ident(c), ', ' ORDER BY n) FROM unnest(columns) WITH ORDINALITY u(c, n)
$$;

-- A table with a key of one to three columns, or of none.
CREATE PROCEDURE make_table() LANGUAGE plpgsql AS $$
DECLARE
    rel text := pick_name('{user,order,posts,Tag,group,a.b,"we\"ird",child,people,category,Ünit}', ARRAY(SELECT t.rel FROM tables t));
    kind text := pick('{plain,plain,plain,plain,partitioned,inherited}');
    nkeys int := pick('{1,1,1,1,2,2,3}')::int;
    definition text := CASE WHEN chance(0.3) THEN 'gone int, ' ELSE '' END;
    cols text[] := '{}';
    families text[] := '{}';
    family text;
    col text;
BEGIN
    FOR i IN 1 .. nkeys LOOP
        col := pick_name('{id,Id,code,from,"order no",tenant_id}', cols);
        family := pick('{number,number,number,text,text,folded}');
        cols := cols || col;
        families := families || family;
        definition := definition || format('%I %s NOT NULL, ', col, pick_type(family));
        INSERT INTO columns (rel, col, family, required) VALUES (rel, col, family, true);
    END LOOP;
    -- json and point have no equality
    IF chance(0.6) THEN
        definition := definition || format('%I %s, ', 'note', pick(ARRAY['json DEFAULT ''{"a": 1}''', 'point DEFAULT ''(1,2)''', 'text DEFAULT ''x''']));
    END IF;
    definition := format('CREATE TABLE made.%I (%s%s (%s))%s', rel, definition,
        CASE WHEN chance(0.8) OR kind = 'partitioned' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, list(cols),
        CASE WHEN kind = 'partitioned' THEN format(' PARTITION BY HASH (%I)', cols[1 + floor(random() * nkeys)::int]) ELSE '' END);
    EXECUTE definition;
    INSERT INTO script (statement) VALUES (definition);
    INSERT INTO tables VALUES (rel, kind, cols, families);
    IF kind = 'inherited' THEN
        PERFORM attempt(format('CREATE TABLE made.%I (extra int) INHERITS (made.%I)', rel || ' heir', rel));
    END IF;
END $$;

-- Columns for a foreign key; some that are already there may do.
CREATE FUNCTION make_columns(child text, parent text, parent_columns text[], required bool) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    made text[] := '{}';
    type text;
    kind text;
    col text;
BEGIN
    FOR i IN 1 .. cardinality(parent_columns) LOOP
        SELECT c.family INTO kind FROM columns c WHERE c.rel = parent AND c.col = parent_columns[i];
        SELECT c.col INTO col FROM columns c WHERE c.rel = child AND c.family = kind AND c.col <> ALL (made) AND chance(0.15)
            ORDER BY c.n LIMIT 1;
        IF col IS NULL THEN
            col := pick_name(ARRAY[parent || '_id', 'parent_id', 'Owner Id', 'ref', 'select', 'a_id', 'b_id'],
                ARRAY(SELECT c.col FROM columns c WHERE c.rel = child));
            SELECT format_type(a.atttypid, a.atttypmod) ||
                    CASE WHEN a.attcollation > 0 THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END
                INTO type FROM pg_attribute a
                WHERE a.attrelid = format('made.%I', parent)::regclass AND a.attname = parent_columns[i];
            IF chance(0.5) THEN
                type := pick_type(kind);
            END IF;
            PERFORM attempt(format('ALTER TABLE made.%I ADD COLUMN %I %s%s', child, col, type, CASE WHEN required THEN ' NOT NULL' ELSE '' END));
            INSERT INTO columns (rel, col, family, required) VALUES (child, col, kind, required);
        END IF;
        made := made || col;
    END LOOP;
    RETURN made;
END $$;

-- A foreign key, without its constraint: there are no rows yet.
CREATE FUNCTION plan_key(child text, parent text, required bool) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    parent_columns text[] := (SELECT keys FROM tables WHERE rel = parent);
    cols text[] := make_columns(child, parent, parent_columns, required);
BEGIN
    INSERT INTO keys (child, columns, parent, parent_columns, is_full) VALUES (child, cols, parent, parent_columns, chance(0.2));
    RETURN cols;
END $$;

CREATE PROCEDURE make_reference() LANGUAGE plpgsql AS $$
DECLARE
    all_tables text[] := ARRAY(SELECT rel FROM tables ORDER BY rel COLLATE "C");
    child text := pick(all_tables);
    cols text[] := plan_key(child, CASE WHEN chance(0.35) THEN child ELSE pick(all_tables) END, chance(0.2));
BEGIN
    IF chance(0.25) THEN
        PERFORM attempt(format('CREATE UNIQUE INDEX ON made.%I (%s)%s', child, list(cols),
            pick(ARRAY['', '', format(' WHERE %I IS NOT NULL', cols[1]), format(' WHERE %I IS NULL', cols[1])])));
    END IF;
END $$;

-- A table between two others, or between one and itself.
CREATE PROCEDURE make_association() LANGUAGE plpgsql AS $$
DECLARE
    all_tables text[] := ARRAY(SELECT rel FROM tables WHERE keys <> '{}' ORDER BY rel COLLATE "C");
    rel text := pick_name('{link,links,Has,member}', ARRAY(SELECT t.rel FROM tables t));
    left_rel text := pick(all_tables);
    right_rel text := CASE WHEN chance(0.4) THEN left_rel ELSE pick(all_tables) END;
    form text := pick('{pair,pair,pair,surrogate,free,wider,payload}');
    cols text[];
BEGIN
    PERFORM attempt(format('CREATE TABLE made.%I (%s)', rel, CASE form
        WHEN 'surrogate' THEN 'sid int GENERATED ALWAYS AS IDENTITY PRIMARY KEY'
        WHEN 'wider' THEN 'since int NOT NULL DEFAULT random() * 2'
        WHEN 'payload' THEN 'role json DEFAULT ''1''' ELSE '' END));
    INSERT INTO tables (rel, kind) VALUES (rel, 'link');
    cols := plan_key(rel, left_rel, form IN ('pair', 'wider'));
    cols := cols || plan_key(rel, right_rel, form IN ('pair', 'wider'));
    IF form IN ('pair', 'payload', 'surrogate', 'wider') THEN
        PERFORM attempt(format('CREATE UNIQUE INDEX ON made.%I (%s)', rel, list(CASE WHEN form = 'wider' THEN cols || 'since'::text ELSE cols END)));
    END IF;
END $$;

CREATE PROCEDURE make_rows(of tables) LANGUAGE plpgsql AS $$
DECLARE
    names text[] := ARRAY(SELECT c.col FROM columns c WHERE c.rel = of.rel ORDER BY n);
    choices int := CASE WHEN cardinality(of.keys) > 1 THEN 2 ELSE 5 END;
    line text;
    c columns;
BEGIN
    FOR i IN 1 .. 8 + floor(random() * 6) LOOP
        line := NULL;
        FOR c IN SELECT * FROM columns x WHERE x.rel = of.rel ORDER BY n LOOP
            line := concat_ws(', ', line, CASE WHEN NOT c.required AND chance(0.15) THEN 'NULL'
                ELSE quote_literal(pick_value(c.family, greatest(choices, floor(random() * 5)::int))) END);
        END LOOP;
        PERFORM attempt(format('INSERT INTO made.%I (%s) VALUES (%s) ON CONFLICT DO NOTHING',
            of.rel || CASE WHEN of.kind = 'inherited' AND chance(0.15) THEN ' heir' ELSE '' END, list(names), line));
    END LOOP;
END $$;

-- Make rows obey a planned key, and the key of it; rows that will not obey leave it not validated.
CREATE PROCEDURE make_constraint(k keys) LANGUAGE plpgsql AS $$
DECLARE
    constraint_text text := format('ALTER TABLE made.%I ADD FOREIGN KEY (%s) REFERENCES made.%I (%s)%s', k.child, list(k.columns),
        k.parent, list(k.parent_columns), CASE WHEN k.is_full THEN ' MATCH FULL' ELSE '' END);
    is_required bool := EXISTS (SELECT FROM columns WHERE rel = k.child AND col = ANY (k.columns) AND required);
    lost text := (SELECT format('(%s) AND NOT EXISTS (SELECT FROM ONLY made.%I p WHERE %s)',
            string_agg(format('c.%I IS NOT NULL', u.c), CASE WHEN k.is_full THEN ' OR ' ELSE ' AND ' END), k.parent,
            string_agg(format('c.%I = p.%I%s', u.c, u.p, CASE WHEN family = 'text' THEN ' COLLATE "C"' ELSE '' END), ' AND '))
        FROM unnest(k.columns, k.parent_columns) u(c, p) JOIN columns x ON x.rel = k.parent AND x.col = u.p);
BEGIN
    IF k.parent IN (SELECT rel FROM tables WHERE kind = 'partitioned') THEN
        lost := replace(lost, 'FROM ONLY', 'FROM');
    END IF;
    -- What takes a row away may take away what others need.
    FOR i IN 1 .. pick('{3,3,3,3,0}')::int LOOP
        PERFORM attempt(CASE WHEN is_required THEN format('DELETE FROM made.%I c WHERE %s', k.child, lost)
            ELSE format('UPDATE made.%I c SET (%s) = ROW(%s) WHERE %s', k.child, list(k.columns),
                array_to_string(array_fill('NULL'::text, ARRAY[cardinality(k.columns)]), ', '), lost) END);
    END LOOP;
    PERFORM attempt(constraint_text) OR attempt(constraint_text || ' NOT VALID');
END $$;

-- Partitions: one made as such, and one attached whose columns are in another order.
CREATE PROCEDURE make_partitions(of tables) LANGUAGE plpgsql AS $$
DECLARE
    other text := quote_ident(of.rel || ' two');
BEGIN
    PERFORM attempt(format('CREATE TABLE made.%I PARTITION OF made.%I FOR VALUES WITH (MODULUS 2, REMAINDER 0)', of.rel || ' one', of.rel));
    PERFORM attempt(format('CREATE TABLE made.%s (dropped int, %s)', other,
        (SELECT string_agg(format('%I %s%s%s', attname, format_type(atttypid, atttypmod),
                CASE WHEN attcollation > 0 THEN ' COLLATE ' || attcollation::regcollation ELSE '' END,
                CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END), ', ' ORDER BY attnum DESC)
         FROM pg_attribute WHERE attrelid = format('made.%I', of.rel)::regclass AND attnum > 0 AND NOT attisdropped)));
    PERFORM attempt(format('ALTER TABLE made.%s DROP COLUMN dropped', other));
    PERFORM attempt(format('ALTER TABLE made.%I ATTACH PARTITION made.%s FOR VALUES WITH (MODULUS 2, REMAINDER 1)', of.rel, other));
END $$;

-- A view, or a table, and a relationship that no constraint states.
CREATE PROCEDURE make_declaration(number int) LANGUAGE plpgsql AS $$
DECLARE
    parent tables;
    child columns;
    source text;
    target text;
BEGIN
    SELECT * INTO parent FROM tables WHERE cardinality(tables.keys) = 1 ORDER BY hashtext(rel || number) LIMIT 1;
    SELECT * INTO child FROM columns WHERE family = parent.families[1] ORDER BY hashtext(rel || col || number) LIMIT 1;
    IF child IS NULL THEN
        RETURN;
    END IF;
    source := child.rel;
    target := parent.rel;
    IF chance(0.6) THEN
        source := 'view ' || number;
        PERFORM attempt(format('CREATE VIEW made.%I AS SELECT * FROM ONLY made.%I',  source, child.rel)) OR
            attempt(format('CREATE VIEW made.%I AS SELECT * FROM made.%I',  source, child.rel));
    END IF;
    IF chance(0.3) THEN
        target := 'all ' || number;
        PERFORM attempt(format('CREATE VIEW made.%I AS TABLE made.%I', target, parent.rel));
    END IF;
    PERFORM attempt(format('SELECT relgraph.declare(%L, %L, ARRAY[%L]::name[], %L, ARRAY[%L]::name[], %L)',
        format('made.%I', source), 'Said ' || number, child.col, format('made.%I', target), parent.keys[1],
        CASE WHEN chance(0.5) THEN 'heard.' || number END));
END $$;

CREATE PROCEDURE make_schema() LANGUAGE plpgsql AS $$
DECLARE
    t tables;
    k keys;
BEGIN
    EXECUTE 'CREATE SCHEMA made';
    FOR i IN 1 .. pick('{2,2,3,3,4}')::int LOOP CALL make_table(); END LOOP;
    FOR i IN 1 .. pick('{1,2,3,3,4}')::int LOOP CALL make_reference(); END LOOP;
    FOR i IN 1 .. pick('{0,1,1,2}')::int LOOP CALL make_association(); END LOOP;
    FOR t IN SELECT * FROM tables ORDER BY rel COLLATE "C" LOOP
        IF t.kind = 'partitioned' THEN
            CALL make_partitions(t);
        END IF;
        CALL make_rows(t);
    END LOOP;
    FOR k IN SELECT * FROM keys ORDER BY n LOOP CALL make_constraint(k); END LOOP;
    FOR t IN SELECT * FROM tables ORDER BY rel COLLATE "C" LOOP
        PERFORM attempt(format('ALTER TABLE made.%I DROP COLUMN IF EXISTS gone', t.rel));
        IF chance(0.15) THEN
            PERFORM attempt(format('ALTER TABLE made.%I ADD COLUMN late text DEFAULT ''later''', t.rel));
        END IF;
    END LOOP;
    FOR i IN 1 .. pick('{0,0,1,2}')::int LOOP CALL make_declaration(i); END LOOP;
    IF chance(0.3) THEN
        PERFORM attempt((SELECT format('SELECT relgraph.set_name(%L, %L, %L, %L)', conrelid::regclass, conname, pick('{for,"to it",NULL}'), pick('{of.it,"\"of\"",NULL}'))
            FROM pg_constraint WHERE contype = 'f' AND connamespace = 'made'::regnamespace AND conparentid = 0
            ORDER BY conname COLLATE "C" LIMIT 1));
    END IF;
    IF chance(0.5) THEN
        EXECUTE 'ANALYZE';
    END IF;
END $$;

-- ------------------------------------------------------ the walk from row to row

-- The rows as they stand.  Those that a plain table has from tables that inherit
-- it can be a source, but no path leads to them.
CREATE PROCEDURE copy_rows() LANGUAGE plpgsql AS $$
DECLARE
    c record;
    canon text;
BEGIN
    FOR c IN SELECT oid, relkind, oid::regclass AS rel FROM pg_class WHERE relnamespace = 'made'::regnamespace AND relkind IN ('r', 'p', 'v') LOOP
        SELECT string_agg(format(CASE WHEN atttypid IN ('int'::regtype, 'smallint'::regtype, 'bigint'::regtype, 'numeric'::regtype, 'num'::regtype)
                    THEN '%L, trim_scale(t.%I::numeric)::text'
                    WHEN attcollation = 'folded'::regcollation THEN '%L, lower(t.%I)' ELSE '%L, t.%I::text' END, attname, attname), ', ')
            INTO canon FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped;
        EXECUTE format('INSERT INTO rows SELECT %s, row_number() OVER (), t::text, jsonb_build_object(%s), %s FROM %s t', c.oid, canon,
            CASE WHEN c.relkind = 'r' THEN 't.tableoid <> ' || c.oid ELSE 'false' END, c.rel);
    END LOOP;
END $$;

-- The values of a row in some columns; null if one of them is.
CREATE FUNCTION key_of(canon jsonb, columns name[]) RETURNS text[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    key text[] := '{}';
    c name;
BEGIN
    FOREACH c IN ARRAY columns LOOP
        IF canon ->> c IS NULL THEN
            RETURN NULL;
        END IF;
        key := key || (canon ->> c);
    END LOOP;
    RETURN key;
END $$;

CREATE TABLE walked (source int, id int, PRIMARY KEY (source, id));

-- From the rows walked to so far, which are of rel, take one step.
CREATE FUNCTION step_from(rel oid, r relgraph.relationships) RETURNS TABLE (source int, id int) LANGUAGE plpgsql AS $$
BEGIN
    IF r.through IS NULL THEN
        RETURN QUERY SELECT DISTINCT w.source, t.id FROM walked w
            JOIN rows s ON s.rel = step_from.rel AND s.id = w.id
            JOIN rows t ON t.rel = r.target AND NOT t.is_heir AND key_of(t.canon, r.target_columns) = key_of(s.canon, r.source_columns);
    ELSE
        RETURN QUERY SELECT DISTINCT w.source, t.id FROM walked w
            JOIN rows s ON s.rel = step_from.rel AND s.id = w.id
            JOIN rows j ON j.rel = r.through AND NOT j.is_heir AND key_of(j.canon, r.through_source_columns) = key_of(s.canon, r.source_columns)
            JOIN rows t ON t.rel = r.target AND NOT t.is_heir AND key_of(t.canon, r.target_columns) = key_of(j.canon, r.through_target_columns);
    END IF;
END $$;

-- Take the step; if it is repeated, until it leads nowhere new.
CREATE PROCEDURE walk_step(rel oid, r relgraph.relationships, is_repeated bool) LANGUAGE plpgsql AS $$
DECLARE
    sources int[];
    ids int[];
BEGIN
    SELECT array_agg(s.source), array_agg(s.id) INTO sources, ids FROM step_from(rel, r) s;
    DELETE FROM walked;
    INSERT INTO walked SELECT * FROM unnest(sources, ids);
    WHILE is_repeated LOOP
        INSERT INTO walked SELECT * FROM step_from(r.target, r) ON CONFLICT DO NOTHING;
        EXIT WHEN NOT FOUND;
    END LOOP;
END $$;

-- ---------------------------------------------------------------- paths

-- One step from rel, as a person might write it.
CREATE FUNCTION write_step(r relgraph.relationships) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    name text := CASE WHEN chance(0.1) AND r.through IS NULL AND r.origin = 'foreign key' AND r.source <> r.target THEN r.foreign_key
        WHEN chance(0.15) THEN r.qualified_name ELSE r.name END;
BEGIN
    RETURN CASE WHEN name ~ '^[a-z_0-9]+$' AND chance(0.8) THEN name ELSE '"' || replace(name, '"', '""') || '"' END;
END $$;

-- Walk at random; walked is then where that leads from each row of the source.
-- At most two steps are repeated: of recursive queries upon recursive queries the
-- server expects so many rows that its plans can take minutes.
CREATE FUNCTION walk(source oid, length int, OUT path text, OUT target oid, OUT steps int) LANGUAGE plpgsql AS $$
DECLARE
    possible relgraph.relationships[];
    r relgraph.relationships;
    is_repeated bool;
    nrepeated int := 0;
BEGIN
    target := source;
    steps := 0;
    DELETE FROM walked;
    INSERT INTO walked SELECT id, id FROM rows WHERE rel = source;
    WHILE steps < length LOOP
        possible := ARRAY(SELECT x FROM relgraph.relationships_of(target) x ORDER BY x.name COLLATE "C");
        EXIT WHEN possible = '{}';
        r := possible[1 + floor(random() * cardinality(possible))::int];
        is_repeated := r.target = r.source AND chance(0.5) AND nrepeated < 2;
        nrepeated := nrepeated + is_repeated::int;
        path := concat_ws(CASE WHEN chance(0.1) THEN ' . ' ELSE '.' END, path, write_step(r) || CASE WHEN is_repeated THEN '*' ELSE '' END);
        CALL walk_step(target, r, is_repeated);
        CALL count_up(format('steps %s%s', r.cardinality, CASE WHEN is_repeated THEN '*' ELSE '' END));
        IF r.origin = 'declared' THEN CALL count_up('steps declared'); END IF;
        IF cardinality(r.source_columns) > 1 THEN CALL count_up('steps of several columns'); END IF;
        IF NOT r.is_unique_pair THEN CALL count_up('steps through pairs that may repeat'); END IF;
        IF NOT r.is_validated THEN CALL count_up('steps not validated'); END IF;
        target := r.target;
        steps := steps + 1;
    END LOOP;
END $$;

-- What a statement of that kind has to return, in order.
CREATE FUNCTION reference(kind text, with_heirs bool, source oid, target oid) RETURNS text[] LANGUAGE sql AS $$
WITH met AS (
    SELECT s.id, s.txt AS s, t.id IS NOT NULL AS is_met, t.txt AS t
    FROM rows s LEFT JOIN walked w ON w.source = s.id LEFT JOIN rows t ON t.rel = reference.target AND t.id = w.id
    WHERE s.rel = reference.source AND (with_heirs OR NOT s.is_heir)
), found AS (
    SELECT s || ' -> ' || t AS line FROM met WHERE kind = 'rows' AND is_met
    UNION ALL SELECT DISTINCT s || ' -> ' || t FROM met WHERE kind = 'pairs' AND is_met
    UNION ALL SELECT s || ' -> ' || coalesce(t, 'nothing') FROM met WHERE kind = 'left'
    UNION ALL SELECT s || ' -> ' || count(t) FROM met WHERE kind = 'count' GROUP BY id, s
    UNION ALL SELECT t FROM met WHERE kind = 'targets' AND is_met
    UNION ALL SELECT '(' || substr(s, 2, length(s) - 2) || ',' || coalesce(substr(t, 2, length(t) - 2),
            (SELECT repeat(',', count(*)::int - 1) FROM pg_attribute WHERE attrelid = reference.target AND attnum > 0 AND NOT attisdropped)) || ')'
        FROM met WHERE kind = 'joined'
    UNION ALL SELECT s FROM met WHERE kind IN ('some', 'none') GROUP BY id, s HAVING bool_or(is_met) = (kind = 'some')
)
SELECT ARRAY(SELECT line FROM found ORDER BY line COLLATE "C")
$$;

-- ---------------------------------------------------------------- call shapes

-- SRC, SRCTYPE, TYPE: of source and target; CALL(x): the navigation from x.
CREATE TABLE shapes (shape text PRIMARY KEY, kind text, statement text);
INSERT INTO shapes VALUES
('comma', 'rows', $$SELECT s::text || ' -> ' || t::text AS line FROM SRC s, CALL(s) t$$),
('cross join', 'rows', $$SELECT s::text || ' -> ' || t::text AS line FROM SRC s CROSS JOIN LATERAL (SELECT x FROM CALL(s) x) q(t)$$),
('left', 'left', $$SELECT s::text || ' -> ' || coalesce(t::text, 'nothing') AS line FROM SRC s LEFT JOIN LATERAL CALL(s) t ON true$$),
('left filtered', 'left', $$SELECT s::text || ' -> ' || coalesce(t::text, 'nothing') AS line FROM SRC s LEFT JOIN LATERAL (SELECT x FROM CALL(s) x WHERE x::text <> '') q(t) ON s::text <> ''$$),
('left of left', 'left', $$SELECT s::text || ' -> ' || coalesce(t::text, 'nothing') AS line FROM (VALUES (1), (2)) v(i) LEFT JOIN SRC s ON v.i = 1 LEFT JOIN LATERAL CALL(s) t ON true WHERE v.i = 1 AND s::text <> ''$$),
('nulled source', 'rows', $$SELECT s::text || ' -> ' || t::text AS line FROM (VALUES (1), (2)) v(i) LEFT JOIN SRC s ON v.i = 1, LATERAL CALL(s) t$$),
('full join', 'rows', $$SELECT s::text || ' -> ' || t::text AS line FROM (VALUES (NULL::text)) v(i) FULL JOIN SRC s ON v.i = s::text, LATERAL CALL(s) t$$),
('exists', 'some', $$SELECT s::text AS line FROM SRC s WHERE EXISTS (SELECT FROM CALL(s) t)$$),
('exists filtered', 'some', $$SELECT s::text AS line FROM SRC s WHERE EXISTS (SELECT FROM CALL(s) t WHERE t::text <> s::text OR t::text = s::text)$$),
('exists or', 'some', $$SELECT s::text AS line FROM SRC s WHERE EXISTS (SELECT FROM CALL(s) t) OR s::text IS NULL$$),
('not exists', 'none', $$SELECT s::text AS line FROM SRC s WHERE NOT EXISTS (SELECT FROM CALL(s) t)$$),
('array', 'rows', $$SELECT unnest(ARRAY(SELECT s::text || ' -> ' || t::text FROM CALL(s) t)) AS line FROM SRC s$$),
('count', 'count', $$SELECT s::text || ' -> ' || (SELECT count(*) FROM CALL(s) t) AS line FROM SRC s$$),
('two levels', 'rows', $$SELECT line FROM SRC s, LATERAL unnest((SELECT ARRAY(SELECT s::text || ' -> ' || t::text FROM CALL(s) t))) line$$),
('in', 'pairs', $$SELECT DISTINCT s::text || ' -> ' || a::text AS line FROM SRC s, ONLYTGT a WHERE a::text IN (SELECT t::text FROM CALL(s) t)$$),
('select list', 'rows', $$SELECT s::text || ' -> ' || (CALL(s))::text AS line FROM SRC s$$),
('subquery', 'rows', $$SELECT q.r::text || ' -> ' || t::text AS line FROM (SELECT x, 1 FROM SRC x OFFSET 0) q(r, one), CALL(q.r) t$$),
('pulled up', 'rows', $$SELECT q.r::text || ' -> ' || t::text AS line FROM (SELECT 1, x FROM SRC x) q(one, r), CALL(q.r) t$$),
('record', 'rows', $$SELECT q::SRCTYPE::text || ' -> ' || t::text AS line FROM (SELECT * FROM SRC) q, CALL(q::SRCTYPE) t$$),
('cte', 'rows', $$WITH q AS (SELECT x AS r FROM SRC x) SELECT r::text || ' -> ' || t::text AS line FROM q, CALL(q.r) t$$),
('cte within', 'rows', $$WITH q AS MATERIALIZED (SELECT s AS r, t FROM SRC s, CALL(s) t) SELECT r::text || ' -> ' || t::text AS line FROM q$$),
('recursive', 'rows', $$WITH RECURSIVE q AS (SELECT 0 AS i, NULL::text AS line UNION ALL SELECT i + 1, s::text || ' -> ' || t::text FROM q, SRC s, CALL(s) t WHERE i < 1) SELECT line FROM q WHERE i > 0$$),
('join alias', 'rows', $$SELECT s::text || ' -> ' || t::text AS line FROM (SRC s CROSS JOIN (VALUES (1)) v(one)) JOIN LATERAL CALL(s) t ON v.one = 1$$),
('union', 'rows', $$SELECT s::text || ' -> ' || t::text AS line FROM SRC s, CALL(s) t WHERE hashtext(s::text) % 2 = 0 UNION ALL SELECT s::text || ' -> ' || t::text FROM SRC s, CALL(s) t WHERE hashtext(s::text) % 2 <> 0$$),
('grouped', 'count', $$SELECT min(q.r) || ' -> ' || count(t) AS line FROM (SELECT row_number() OVER () AS n, x, x::text FROM SRC x) q(n, s, r) LEFT JOIN LATERAL CALL(q.s) t ON true GROUP BY n$$),
('window', 'rows', $$SELECT line FROM (SELECT s::text || ' -> ' || t::text AS line, row_number() OVER (PARTITION BY s::text) FROM SRC s, CALL(s) t) w$$),
('ordered', 'rows', $$SELECT s::text || ' -> ' || q.t::text AS line FROM SRC s, LATERAL (SELECT t FROM CALL(s) t ORDER BY t::text LIMIT 1000) q$$),
('made', 'rows', $$SELECT s::text || ' -> ' || t::text AS line FROM SRC s, CALL((s::text)::SRCTYPE) t$$),
('case', 'rows', $$SELECT s::text || ' -> ' || t::text AS line FROM SRC s, CALL(CASE WHEN s::text <> '' THEN s END) t$$);

CREATE FUNCTION write_statement(shape shapes, with_heirs bool, source regclass, target regclass, path text) RETURNS text LANGUAGE sql STABLE AS $$
SELECT regexp_replace(replace(replace(replace(shape.statement,
        'ONLYTGT', CASE WHEN t.relkind = 'r' THEN 'ONLY ' ELSE '' END || target),
        'SRCTYPE', source::text),
        'SRC', CASE WHEN s.relkind = 'r' AND NOT with_heirs THEN 'ONLY ' ELSE '' END || source),
    'CALL\(((?:[^()]|\([^()]*\))*)\)', format('relgraph.related(\1, %s, NULL::%s)', replace(quote_literal(path), '\', '\\'), target), 'g')
FROM pg_class s, pg_class t WHERE s.oid = source AND t.oid = target
$$;

-- ---------------------------------------------------------------- comparing

CREATE PROCEDURE count_up(what text, by bigint DEFAULT 1) LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO totals VALUES (what, by) ON CONFLICT ON CONSTRAINT totals_pkey DO UPDATE SET n = totals.n + excluded.n;
END $$;

-- The lines of a statement in order; or what went wrong.
CREATE FUNCTION lines(statement text, way text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    query text := format('SELECT ARRAY(SELECT line FROM (%s) q ORDER BY line COLLATE "C")', statement);
    found text[];
BEGIN
    IF way = 'prepared' THEN
        EXECUTE 'PREPARE walk AS ' || query;
        EXECUTE 'EXECUTE walk' INTO found;
        EXECUTE 'EXECUTE walk' INTO found;
        EXECUTE 'DEALLOCATE walk';
    ELSE
        EXECUTE query INTO found;
    END IF;
    RETURN found;
EXCEPTION WHEN OTHERS THEN
    RETURN ARRAY['error: ' || SQLERRM || ' ' || SQLSTATE];
END $$;

CREATE PROCEDURE compare(case_name text, path text, wanted text[], got text[], statement text) LANGUAGE plpgsql AS $$
BEGIN
    CALL count_up('cases');
    IF wanted <> '{}' THEN
        CALL count_up('cases with rows');
    END IF;
    IF got IS DISTINCT FROM wanted THEN
        CALL count_up('mismatches');
        RAISE WARNING E'%: path % differs\nstatement: %\nwanted: %\nfound:  %\nschema: %', case_name, path, statement, wanted, got,
            (SELECT string_agg(s.statement, E';\n    ' ORDER BY n) FROM script s);
    END IF;
END $$;

CREATE FUNCTION is_expanded(statement text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
        IF line ~ 'Function Scan on (relgraph\.)?related' THEN
            RETURN false;
        END IF;
    END LOOP;
    RETURN true;
END $$;

-- Compare some call shapes of one path.
CREATE PROCEDURE compare_path(case_name text, source regclass, target regclass, path text) LANGUAGE plpgsql AS $$
DECLARE
    shape shapes;
    statement text;
    wanted text[];
    way text;
    number int := floor(random() * 1000);
    with_heirs bool;
BEGIN
    FOR shape IN SELECT * FROM shapes s ORDER BY hashtext(s.shape || number) LIMIT 6 LOOP
        with_heirs := chance(0.5);
        statement := write_statement(shape, with_heirs, source, target, path);
        wanted := reference(shape.kind, with_heirs, source, target);
        way := pick('{simple,simple,prepared}');
        PERFORM set_config('plan_cache_mode', pick('{auto,force_generic_plan,force_custom_plan}'), true);
        PERFORM set_config('relgraph.inline', 'on', true);
        CALL compare(format('%s, %s, %s, inline', case_name, shape.shape, way), path, wanted, lines(statement, way), statement);
        IF chance(0.1) AND shape.shape <> 'select list' THEN
            CALL count_up(CASE WHEN is_expanded(statement) THEN 'expanded' ELSE 'not expanded: ' || shape.shape END);
        END IF;
        PERFORM set_config('relgraph.inline', 'off', true);
        CALL compare(format('%s, %s, %s, executor', case_name, shape.shape, way), path, wanted, lines(statement, way), statement);
        PERFORM set_config('relgraph.inline', 'on', true);
    END LOOP;
END $$;

-- Compare the plain SQL of a path, of each kind.
CREATE PROCEDURE compare_join_sql(case_name text, source regclass, target regclass, path text) LANGUAGE plpgsql AS $$
DECLARE
    join_kind text;
    kind text;
    statement text;
BEGIN
    FOR join_kind, kind IN VALUES ('inner', 'targets'), ('left', 'joined'), ('exists', 'some'), ('anti', 'none') LOOP
        statement := format('SELECT q::text AS line FROM (%s) q', relgraph.join_sql(source, path, join_kind));
        CALL compare(format('%s, join_sql %s', case_name, join_kind), path, reference(kind, true, source, target), lines(statement, 'simple'), statement);
    END LOOP;
END $$;

-- Compare accessors, to-many in FROM and to-one as a value.
CREATE PROCEDURE compare_accessors(case_name text, tables regclass[]) LANGUAGE plpgsql AS $$
DECLARE
    f record;
    r relgraph.relationships;
    statement text;
    number int := floor(random() * 1000);
BEGIN
    FOR f IN SELECT source, function, (parse_ident(function, false))[2] AS name FROM relgraph.attach(tables)
            WHERE action = 'created' ORDER BY hashtext(function || number) LIMIT 6 LOOP
        SELECT * INTO STRICT r FROM relgraph.relationships_of(f.source) x WHERE x.name = f.name;
        DELETE FROM walked;
        INSERT INTO walked SELECT id, id FROM rows WHERE rel = f.source;
        CALL walk_step(f.source, r, false);
        statement := format(CASE WHEN r.is_list THEN pick(ARRAY[
                'SELECT s::text || '' -> '' || coalesce(t::text, ''nothing'') AS line FROM %1$s s LEFT JOIN LATERAL made.%2$I(s) t ON true',
                'SELECT s::text || '' -> '' || coalesce(t::text, ''nothing'') AS line FROM %1$s s LEFT JOIN LATERAL (SELECT t FROM made.%2$I(s) t OFFSET 0) q(t) ON true'])
            ELSE 'SELECT s::text || '' -> '' || coalesce((made.%2$I(s))::text, ''nothing'') AS line FROM %1$s s' END, f.source, f.name);
        CALL compare(format('%s, accessor %s', case_name, f.function), f.name, reference('left', true, f.source, r.target), lines(statement, 'simple'), statement);
        CALL count_up('accessors');
    END LOOP;
END $$;

-- Make schemas first to first + n - 1 of a seed, and compare in each.
CREATE PROCEDURE fuzz(seed int, first int, n int) LANGUAGE plpgsql AS $$
DECLARE
    sources regclass[];
    source regclass;
    w record;
    case_name text;
BEGIN
    FOR i IN first .. first + n - 1 LOOP
        PERFORM setseed(('x' || left(md5(seed || ' ' || i), 8))::bit(32)::int / 2147483648.0);
        TRUNCATE script, tables, columns, keys, rows RESTART IDENTITY;
        CALL make_schema();
        CALL copy_rows();
        sources := ARRAY(SELECT oid FROM pg_class WHERE relnamespace = 'made'::regnamespace AND relkind IN ('r', 'p', 'v')
            AND relname NOT LIKE '% heir' ORDER BY relname COLLATE "C");
        FOR j IN 1 .. 12 LOOP
            source := sources[1 + floor(random() * cardinality(sources))::int];
            w := walk(source, pick('{1,1,2,2,3,3,4,5}')::int);
            CONTINUE WHEN w.path IS NULL;
            CALL count_up('paths');
            case_name := format('seed %s, schema %s, path %s from %s', seed, i, j, source);
            CALL compare_path(case_name, source, w.target, w.path);
            CALL compare_join_sql(case_name, source, w.target, w.path);
        END LOOP;
        CALL compare_accessors(format('seed %s, schema %s', seed, i), sources);
        DROP SCHEMA made CASCADE;
        COMMIT;
    END LOOP;
END $$;

CALL fuzz(:seed, 1, :schemas);

-- Nothing may differ, and there has to be something to compare.
SELECT coalesce((SELECT n FROM totals WHERE what = 'mismatches'), 0) AS mismatches,
    (SELECT n FROM totals WHERE what = 'cases') >= :schemas * 75 AS enough_cases,
    (SELECT n FROM totals WHERE what = 'cases with rows') >= (SELECT n FROM totals WHERE what = 'cases') / 2 AS enough_rows;
SELECT * FROM (VALUES ('steps 1:1'), ('steps 1:1*'), ('steps 1:M'), ('steps 1:M*'), ('steps M:1'), ('steps M:1*'), ('steps M:M'), ('steps M:M*'),
        ('steps declared'), ('steps not validated'), ('steps of several columns'), ('steps through pairs that may repeat'), ('accessors'), ('expanded')) needed
    EXCEPT SELECT what FROM totals WHERE n >= :schemas / 10;
SELECT what FROM totals WHERE what LIKE 'not expanded%' ORDER BY 1;
SET client_min_messages = warning;
DROP SCHEMA navigate_fuzz CASCADE;
