-- Random filters find what random conditions find, and random JSON does no harm.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS relgraph;
RESET client_min_messages;
CREATE SCHEMA filter_fuzz;
SET jit = off;
SET search_path = filter_fuzz;

CREATE TABLE u (id int PRIMARY KEY, a int, t text, parent_id int REFERENCES u);
CREATE TABLE p (id int PRIMARY KEY, u_id int REFERENCES u, n numeric, t varchar(9));
CREATE TABLE g (id int PRIMARY KEY, t text, a int);
CREATE TABLE ug (u_id int REFERENCES u, g_id int REFERENCES g);
CREATE TABLE k (x int, y text, a int, PRIMARY KEY (y, x));
CREATE TABLE d (id int PRIMARY KEY, x int, y text, u_id int REFERENCES u, FOREIGN KEY (x, y) REFERENCES k (x, y));
SELECT setseed(0.25);
CREATE FUNCTION pick(VARIADIC choices text[]) RETURNS text LANGUAGE sql VOLATILE AS $$
SELECT nullif(choices[1 + floor(random() * cardinality(choices))::int], 'null')
$$;
CREATE FUNCTION number(n int) RETURNS int LANGUAGE sql VOLATILE AS $$ SELECT nullif(floor(random() * (n + 1))::int, 0) $$;
INSERT INTO u SELECT i, number(4), pick('a', 'b', 'ab', 'B', '', 'null'), number(i) FROM generate_series(1, 30) i;
INSERT INTO p SELECT i, number(30), number(4) / 2.0, pick('a', 'b', 'ab', 'B', '', 'null') FROM generate_series(1, 60) i;
INSERT INTO g SELECT i, pick('a', 'b', 'ab', 'B', '', 'null'), number(4) FROM generate_series(1, 12) i;
INSERT INTO ug SELECT number(30), number(12) FROM generate_series(1, 60);
INSERT INTO k SELECT x, y, number(4) FROM generate_series(1, 3) x, unnest('{a,b,ab}'::text[]) y;
INSERT INTO d SELECT i, number(3), pick('a', 'b', 'ab', 'null'), number(30) FROM generate_series(1, 40) i;
ANALYZE;

-- What a condition can be about: columns with values they are compared with ...
CREATE TABLE column_of (source text, name text, pool text[]);
INSERT INTO column_of VALUES ('u', 'id', '{1,5,15,29,99}'), ('u', 'a', '{1,2,3,4}'), ('u', 't', '{a,b,B,""}'), ('u', 'parent_id', '{1,2,9}'),
    ('p', 'id', '{1,30,59}'), ('p', 'n', '{0.5,1,1.50,2}'), ('p', 't', '{a,b,B,"",aaaaaaaaaaaa}'), ('g', 'id', '{1,6,12}'), ('g', 't', '{a,ab,b}'),
    ('g', 'a', '{1,2,3}'), ('k', 'x', '{1,2}'), ('k', 'y', '{a,ab}'), ('k', 'a', '{1,2,3}'), ('d', 'x', '{1,3}'), ('d', 'y', '{b,ab}'), ('d', 'u_id', '{1,5,15,29}');
-- ... and relationships, with the join that %1$s has to %2$s
CREATE TABLE relationship_of (source text, name text, target text, joined text);
INSERT INTO relationship_of VALUES
    ('u', 'ps', 'p', 'p %2$s WHERE %2$s.u_id = %1$s.id'), ('p', 'u', 'u', 'u %2$s WHERE %2$s.id = %1$s.u_id'),
    ('u', 'parent', 'u', 'u %2$s WHERE %2$s.id = %1$s.parent_id'), ('u', 'children', 'u', 'u %2$s WHERE %2$s.parent_id = %1$s.id'),
    ('u', 'gs', 'g', 'g %2$s JOIN ug ON ug.g_id = %2$s.id WHERE ug.u_id = %1$s.id'), ('g', 'us', 'u', 'u %2$s JOIN ug ON ug.u_id = %2$s.id WHERE ug.g_id = %1$s.id'),
    ('d', 'k', 'k', 'k %2$s WHERE %2$s.x = %1$s.x AND %2$s.y = %1$s.y'), ('k', 'ds', 'd', 'd %2$s WHERE %1$s.x = %2$s.x AND %1$s.y = %2$s.y'),
    ('u', 'ds', 'd', 'd %2$s WHERE %2$s.u_id = %1$s.id'), ('d', 'u', 'u', 'u %2$s WHERE %2$s.id = %1$s.u_id');
SELECT r.source, r.name FROM relationship_of r LEFT JOIN relgraph.relationships s
    ON s.source = r.source::regclass AND s.name = r.name AND s.target = r.target::regclass WHERE s.name IS NULL ORDER BY 1, 2;

-- A random filter on rows of a table, and the condition it stands for.
CREATE FUNCTION filter_of(source text, alias text, depth int, OUT filter jsonb, OUT condition text) LANGUAGE plpgsql AS $$
DECLARE
    member record;
    part record;
    word text;
    parts jsonb := '[]';
    conditions text[] := '{}';
BEGIN
    filter := '{}';
    condition := '';
    FOR i IN 1 .. 1 + floor(random() * 2.3)::int LOOP
        IF depth > 0 AND random() < 0.3 THEN
            word := pick('and', 'or');
            parts := '[]';
            conditions := '{}';
            FOR j IN 1 .. floor(random() * 4)::int LOOP
                SELECT * INTO part FROM filter_of(source, alias, depth - 1);
                parts := parts || part.filter;
                conditions := conditions || format('(%s)', part.condition);
            END LOOP;
            CONTINUE WHEN filter ? word;
            filter := filter || jsonb_build_object(word, parts);
            condition := condition || format('(%s) AND ', CASE WHEN conditions = '{}' THEN (word = 'and')::text
                ELSE array_to_string(conditions, format(' %s ', word)) END);
        ELSIF depth > 0 AND random() < 0.2 THEN
            SELECT * INTO part FROM filter_of(source, alias, depth - 1);
            CONTINUE WHEN filter ? 'not';
            filter := filter || jsonb_build_object('not', part.filter);
            condition := condition || format('NOT (%s) AND ', part.condition);
        ELSIF depth > 0 AND random() < 0.6 THEN
            SELECT * INTO member FROM relationship_of r WHERE r.source = filter_of.source ORDER BY random() LIMIT 1;
            SELECT * INTO part FROM filter_of(member.target, alias || 'x', depth - 1);
            CONTINUE WHEN filter ? member.name;
            word := pick('some', 'none', 'every');
            filter := filter || jsonb_build_object(member.name, jsonb_build_object(word, part.filter));
            condition := condition || format(CASE word
                WHEN 'some' THEN '0 < (SELECT count(*) FROM %s AND (%s)) AND '
                WHEN 'none' THEN '0 = (SELECT count(*) FROM %s AND (%s)) AND '
                ELSE '(SELECT coalesce(bool_and(coalesce((%2$s), false)), true) FROM %1$s) AND ' END,
                format(member.joined, alias, alias || 'x'), part.condition);
        ELSE
            SELECT * INTO member FROM column_of c WHERE c.source = filter_of.source ORDER BY random() LIMIT 1;
            CONTINUE WHEN filter ? member.name;
            SELECT * INTO part FROM condition_of(member.name, member.pool, alias);
            filter := filter || part.filter;
            condition := condition || format('%s AND ', part.condition);
        END IF;
    END LOOP;
    condition := condition || 'true';
END $$;

-- A random condition on a column.
CREATE FUNCTION condition_of(name text, pool text[], alias text, OUT filter jsonb, OUT condition text) LANGUAGE plpgsql AS $$
DECLARE
    word text := pick('eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'is_null', 'value', 'list', 'null', 'like', 'ilike');
    value text := pick(VARIADIC pool);
    list text[] := (SELECT array_agg(v) FROM unnest(pool) v WHERE random() < 0.5);
    with_null boolean := random() < 0.3;
    c text := format('%s.%s', alias, name);
    j jsonb;
BEGIN
    IF word IN ('like', 'ilike') AND name NOT IN ('t', 'y') THEN
        word := 'eq';
    END IF;
    IF word = 'value' OR word IS NULL THEN
        filter := jsonb_build_object(name, CASE WHEN word IS NOT NULL THEN to_jsonb(value) END);
        condition := CASE WHEN word IS NULL THEN format('%s IS NULL', c) ELSE format('%s = %L', c, value) END;
    ELSIF word IN ('in', 'list') THEN
        j := coalesce(to_jsonb(list), '[]') || CASE WHEN with_null THEN '[null]' ELSE '[]' END::jsonb;
        filter := jsonb_build_object(name, CASE word WHEN 'in' THEN jsonb_build_object('in', j) ELSE j END);
        condition := (SELECT coalesce('(' || string_agg(CASE WHEN v IS NULL THEN c || ' IS NULL' ELSE format('coalesce(%s = %L, NULL)', c, v) END, ' OR ') || ')', 'false')
                      FROM jsonb_array_elements_text(j) v);
    ELSIF word = 'is_null' THEN
        filter := jsonb_build_object(name, jsonb_build_object('is_null', with_null));
        condition := format('(%s IS NULL) = %L', c, with_null);
    ELSIF word IN ('like', 'ilike') THEN
        value := value || pick('%', '_', '');
        filter := jsonb_build_object(name, jsonb_build_object(word, value));
        condition := format('%s %s %L', c, word, value);
    ELSE
        filter := jsonb_build_object(name, jsonb_build_object(word, value));
        condition := format('%s %s %L', c, ('{"eq":"=","ne":"<>","lt":"<","lte":"<=","gt":">","gte":">="}'::jsonb) ->> word, value);
    END IF;
END $$;

-- Each in a transaction of its own, as callers would have it.
CREATE TABLE tried (source text, filter jsonb, condition text, found int[], wanted int[]);
DO $$
DECLARE
    f record;
    root text;
    found int[];
    wanted int[];
BEGIN
    FOR i IN 1 .. 3000 LOOP
        root := pick('u', 'p', 'g', 'd');
        SELECT * INTO f FROM filter_of(root, 'x', 1 + i % 5);
        SELECT array_agg((j ->> 'id')::int) INTO found FROM relgraph.load(root::regclass, 'id', f.filter) j;
        EXECUTE format('SELECT array_agg(id ORDER BY id) FROM %s x WHERE %s', root, f.condition) INTO wanted;
        INSERT INTO tried VALUES (root, f.filter, f.condition, found, wanted);
        COMMIT;
    END LOOP;
END $$;
SELECT source, filter, condition, found, wanted FROM tried WHERE found IS DISTINCT FROM wanted ORDER BY length(filter::text) LIMIT 3;
SELECT count(*) AS tried, count(found) > 1000 AS found_something, count(*) FILTER (WHERE found IS NULL) > 300 AS found_nothing,
    count(DISTINCT filter) > 2000 AS different FROM tried;

-- Random JSON, of words that mean something here or there.
CREATE FUNCTION json_of(depth int) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    key text;
    result jsonb := '{}';
BEGIN
    IF depth = 0 OR random() < 0.15 THEN
        RETURN CASE floor(random() * 10)
            WHEN 0 THEN 'null' WHEN 1 THEN 'true' WHEN 2 THEN '{}' WHEN 3 THEN '[]' WHEN 4 THEN '1e400'
            WHEN 5 THEN to_jsonb(random() * 100) WHEN 6 THEN to_jsonb(number(5))
            ELSE to_jsonb(coalesce(pick('a', '%', E'\\', '1', '-1', '', 'NaN', '$1', ''' OR true --', 'now', '{1}', '"', 'é', E'\n', repeat('x', 3000)), 'null')) END;
    END IF;
    IF random() < 0.25 THEN
        RETURN (SELECT coalesce(jsonb_agg(json_of(depth - 1)), '[]') FROM generate_series(1, floor(random() * 4)::int));
    END IF;
    FOR i IN 1 .. floor(random() * 3)::int + 1 LOOP
        key := pick('id', 'a', 't', 'n', 'x', 'ps', 'u', 'gs', 'us', 'ds', 'k', 'parent', 'children', 'and', 'or', 'not', 'some', 'none', 'every',
            'eq', 'ne', 'lt', 'in', 'like', 'ilike', 'is_null', '', '"', '""', '"or"', 'id" = 1 OR "id', 'id; DROP TABLE u', E'\n', '*', 'ctid', 'tableoid', '$1');
        result := result || jsonb_build_object(coalesce(key, 'null'), json_of(depth - 1));
    END LOOP;
    RETURN result;
END $$;
CREATE TABLE outcome (state text, example text);
DO $$
DECLARE
    json jsonb;
    root text;
BEGIN
    FOR i IN 1 .. 6000 LOOP
        json := json_of(i % 5);
        root := pick('u', 'p', 'g', 'd', 'k');
        BEGIN
            PERFORM relgraph.load(root::regclass, '', json);
            INSERT INTO outcome VALUES ('', json);
        EXCEPTION WHEN OTHERS THEN
            INSERT INTO outcome VALUES (sqlstate, sqlerrm || ' ' || json);
        END;
        COMMIT;
    END LOOP;
END $$;
-- 22023 is no such shape, 42704 no such name, 42883 no such comparison, 22004 a null, 22P02 and 22003 no such value, 22025 a pattern that ends early, 42P09 several names
SELECT state, min(example) AS example FROM outcome WHERE state NOT IN ('', '22023', '42704', '42883', '22004', '22P02', '22003', '22025', '42P09') GROUP BY state ORDER BY 1;
SELECT count(*) AS tried, count(*) FILTER (WHERE state = '') > 100 AS passed, count(DISTINCT state) >= 5 AS failed FROM outcome;
SELECT count(*) FROM u;

SET client_min_messages = warning;
DROP SCHEMA filter_fuzz CASCADE;
