-- The JSON writer writes every value as to_json() does, byte for byte.
--
-- Each comparison prints the values that differ, so no rows is success; each
-- also tells whether it had anything to compare.
CREATE SCHEMA json_writer;
SET search_path = json_writer, public;

-- compare(query): the query's one column, written by both
CREATE FUNCTION compare(query text)
RETURNS TABLE (expected text, written text)
LANGUAGE plpgsql AS $$
DECLARE
	compared bigint;
	differing text[];
BEGIN
	EXECUTE format(
		'SELECT count(a),'
		'       array_agg(ARRAY[a, b]) FILTER (WHERE a IS DISTINCT FROM b)'
		'  FROM (SELECT to_json(v)::text, relgraph.to_json(v)::text'
		'          FROM (%s) AS q (v)) AS w (a, b)', query)
		INTO compared, differing;
	IF compared = 0 THEN
		RAISE WARNING 'nothing to compare: %', query;
	END IF;
	RETURN QUERY SELECT differing[i][1], differing[i][2]
				   FROM generate_series(1, least(array_length(differing, 1), 5)) i
				  WHERE differing IS NOT NULL;
END $$;

-- What is written, once to see
SELECT relgraph.to_json(row(1, 'a"b'::text, NULL::int, true,
							'{"k": [1, null, {"z": "\n"}]}'::jsonb,
							' { "as" : "is" } '::json,
							'{{1,2},{3,NULL}}'::int[], '{}'::text[],
							'NaN'::float8, '-Infinity'::numeric, -1.50,
							date '2024-02-29', date '0044-03-15 BC',
							timestamp 'infinity', timestamp '12345-01-01',
							timestamp '2024-01-01 12:00:00.120',
							1::oid, 'x'::char(3), row(row(1))));
SELECT relgraph.to_json(NULL::text);
CREATE TYPE nothing AS ();
SELECT relgraph.to_json(row()), relgraph.to_json(row()::nothing);

--
-- Every type of the server, alone and in arrays, rows and domains
--
CREATE TABLE sample (type text, literals text[]);
INSERT INTO sample VALUES
	('bool', '{t,f}'),
	('bytea', ARRAY['', '\x00ff5c22', 'abc\\d"']),
	('"char"', ARRAY['', 'a', '"', '\', '\001', E'\t']),
	('name', ARRAY['', 'a', 'Quo"ted', 'back\slash', repeat('n', 63)]),
	('int2', '{0,1,-1,32767,-32768}'),
	('int4', '{0,1,-1,2147483647,-2147483648}'),
	('int8', '{0,1,-1,9223372036854775807,-9223372036854775808}'),
	('float4', '{0,-0,1,1.5,-0.1,1e-45,3.4028235e38,1e20,123456.78,NaN,Infinity,-Infinity}'),
	('float8', '{0,-0,1,1.5,-0.1,5e-324,1.7976931348623157e308,1e15,1e16,0.30000000000000004,NaN,Infinity,-Infinity}'),
	('numeric', '{0,0.00,1,-1,1.50,1e-20,1e40,123456789.123456789,NaN,Infinity,-Infinity}'),
	('money', '{0,1,-1234.56}'),
	('oid', '{0,1,4294967295}'),
	('oid8', '{0,1,18446744073709551615}'),
	('tid', '{"(0,0)","(4294967295,65535)"}'),
	('xid', '{0,3,4294967295}'),
	('xid8', '{0,18446744073709551615}'),
	('cid', '{0,7}'),
	('pg_lsn', '{0/0,16/B374D848}'),
	('oidvector', '{"","1 2 3"}'),
	('int2vector', '{"","1 -2 3"}'),
	('text', ARRAY['', 'a', E'\b\f\n\r\t"\\/''', E'\u0001\u001f\u007f', repeat('long ', 500)]),
	('varchar', ARRAY['', 'a ', E'"\n']),
	('bpchar', ARRAY['', 'a  ', E'"\n ']),
	('json', ARRAY['1', '"x"', 'null', ' { "a" : [1,  2] }', E'[\n]']),
	('jsonb', ARRAY['1', '"x"', 'null', 'true', 'false', '[]', '{}', '{"a": {"b": [1.50, -2e3, "q\"\\\n\u0001", null, [], {}]}, "": false}']),
	('jsonpath', ARRAY['$', '$.a[*] ? (@ > 1)', '$."q\"x"']),
	('xml', ARRAY['<a b="c">d</a>', 'text', '<?xml version="1.0" standalone="yes"?><a/>']),
	('uuid', '{00000000-0000-0000-0000-000000000000,a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'),
	('date', '{2024-02-29,0001-01-01,9999-12-31,10000-01-01,0001-12-31 BC,4714-11-24 BC,5874897-12-31,infinity,-infinity,1999-12-31,2000-01-01}'),
	('time', '{00:00:00,24:00:00,12:34:56.789,23:59:59.999999}'),
	('timetz', '{00:00:00+00,12:34:56.789-07,23:59:59.999999+05:30}'),
	('timestamp', '{2024-02-29 12:34:56,0001-01-01,9999-12-31 23:59:59.999999,10000-01-01,0001-12-31 23:59:59.5 BC,4714-11-24 BC,294276-12-31 23:59:59.999999,infinity,-infinity,1999-12-31 23:59:59.000001,1970-01-01 00:00:00.1,1969-12-31 23:59:59.999999}'),
	('timestamptz', '{2024-02-29 12:34:56+00,0001-01-01 00:00+00,9999-12-31 23:59:59.999999+00,10000-01-01 00:00+00,0001-12-31 23:59:59.5+00 BC,4714-11-24 00:00+00 BC,294276-12-31 23:59:59.999999+00,infinity,-infinity,1999-12-31 23:59:59.000001+00,1969-12-31 23:59:59.999999+00,1850-06-01 00:00+00,2100-07-01 00:00+00}'),
	('interval', '{0,1 day,-1 day 02:03:04.5,1 year 2 mons,1 year -2 days,-178000000 years}'),
	('bit', '{0,1}'),
	('varbit', '{"",1,101010101}'),
	('inet', '{127.0.0.1,10.0.0.0/8,::1,2001:db8::/32}'),
	('cidr', '{10.0.0.0/8,2001:db8::/32}'),
	('macaddr', '{08:00:2b:01:02:03}'),
	('macaddr8', '{08:00:2b:01:02:03:04:05}'),
	('point', '{"(0,0)","(1.5,-2e20)","(NaN,Infinity)"}'),
	('line', '{"{1,2,3}"}'),
	('lseg', '{"[(0,0),(1,1)]"}'),
	('box', '{"(1,1),(0,0)"}'),
	('path', '{"[(0,0),(1,1)]","((0,0),(1,1))"}'),
	('polygon', '{"((0,0),(1,1),(1,0))"}'),
	('circle', '{"<(0,0),1>"}'),
	('tsvector', ARRAY['', 'a:1A b:2,3', '''q"x'':4']),
	('tsquery', ARRAY['', 'a & !b', '''q"x'' | c <-> d']),
	('regclass', '{-,pg_class,4294967295}'),
	('regcollation', '{-,"\"C\""}'),
	('regconfig', '{-,simple}'),
	('regdatabase', '{-,template1}'),
	('regdictionary', '{-,simple}'),
	('regnamespace', '{-,pg_catalog}'),
	('regoper', '{0,!!}'),
	('regoperator', '{0,"+(integer,integer)"}'),
	('regproc', '{-,boolin}'),
	('regprocedure', '{-,"boolin(cstring)"}'),
	('regrole', '{-,pg_monitor}'),
	('regtype', '{-,integer,"timestamp with time zone"}'),
	('refcursor', ARRAY['', 'c"1']),
	('txid_snapshot', '{"10:20:10,14,15"}'),
	('pg_snapshot', '{"10:20:10,14,15"}'),
	('aclitem', '{=r/pg_monitor}'),
	('int4range', '{empty,"[1,5)","(,)"}'),
	('int8range', '{empty,"[1,5)"}'),
	('numrange', '{empty,"[1.50,5)"}'),
	('daterange', '{empty,"[2024-01-01,2024-02-29)","[2024-01-01,infinity)"}'),
	('tsrange', '{empty,"[2024-01-01 01:02:03,2024-02-29 04:05:06.7)"}'),
	('tstzrange', '{empty,"[2024-01-01 01:02:03+00,2024-07-01 04:05:06.7+00)"}'),
	('int4multirange', '{"{}","{[1,5),[7,9)}"}'),
	('int8multirange', '{"{}","{[1,5),[7,9)}"}'),
	('nummultirange', '{"{}","{[1.50,5)}"}'),
	('datemultirange', '{"{}","{[2024-01-01,2024-02-29)}"}'),
	('tsmultirange', '{"{}","{[2024-01-01 01:02:03,2024-02-29 04:05:06.7)}"}'),
	('tstzmultirange', '{"{}","{[2024-01-01 01:02:03+00,2024-07-01 04:05:06.7+00)}"}');

-- a server may lack a type of this list (older), or libxml
DELETE FROM sample WHERE to_regtype(type) IS NULL;
DO $$
BEGIN
	PERFORM '<a/>'::xml;
EXCEPTION WHEN feature_not_supported THEN
	UPDATE sample SET literals = '{}' WHERE type = 'xml';
END $$;

-- Types without a sample: those whose values only the server makes
SELECT oid::regtype FROM pg_type t
 WHERE typnamespace = 'pg_catalog'::regnamespace
   AND typtype IN ('b', 'r', 'm', 'd', 'e') AND typcategory <> 'A'
   AND NOT EXISTS (SELECT FROM sample
					WHERE to_regtype(type) = t.oid)
 ORDER BY oid::regtype::text COLLATE "C";

-- compare_sample(type, literals): compare values of the type as they are, and
-- in everything that can hold them
CREATE FUNCTION compare_sample(type text, literals text[])
RETURNS TABLE (expected text, written text)
LANGUAGE plpgsql AS $$
DECLARE
	list text := (SELECT string_agg(format('%L::%s', l, type), ', ')
					FROM unnest(literals) l);
	query text;
BEGIN
	EXECUTE format('CREATE DOMAIN over AS %s', type);
	EXECUTE format('CREATE DOMAIN over_array AS %s[]', type);
	EXECUTE format('CREATE TYPE inner_row AS (a %s, gone int, "B ""x" over,'
				   ' c %1$s[])', type);
	ALTER TYPE inner_row DROP ATTRIBUTE gone;
	CREATE DOMAIN over_row AS inner_row;
	CREATE TYPE outer_row AS (n int, one inner_row, many inner_row[],
							  over over_row, deep over_array);
	FOREACH query IN ARRAY ARRAY[
		'SELECT v FROM one',
		'SELECT v::over FROM one',
		'SELECT v FROM list',
		'SELECT v::over_array FROM list',
		'SELECT v FROM nested',
		'SELECT v::over_row FROM nested',
		'SELECT row(v, NULL, v::over) FROM one',
		'SELECT row(v, v::over_array, ARRAY[v, v], ARRAY[ARRAY[v], ARRAY[v]],'
		'           array_append(v, NULL), array_prepend(NULL, v),'
		'           trim_array(v, cardinality(v))) FROM list',
		'SELECT row(v, row(1, v, ARRAY[v, NULL, v], v, (v).c)::outer_row,'
		'           ARRAY[row(1, v, NULL, NULL, NULL)::outer_row])'
		'  FROM nested'] LOOP
		RETURN QUERY SELECT * FROM compare(format(
			'WITH list AS (SELECT ARRAY[%s]::%s[] AS v),'
			' one AS (SELECT unnest(v) AS v FROM list),'
			' nested AS (SELECT row(one.v, one.v, list.v)::inner_row AS v'
			'              FROM one, list) ', list, type) || query);
	END LOOP;
	DROP TYPE over, over_array, over_row, inner_row, outer_row CASCADE;
END $$;
CREATE FUNCTION compare_samples()
RETURNS TABLE (type text, expected text, written text)
LANGUAGE sql
SET client_min_messages = warning
AS $$
	SELECT s.type, c.*
	  FROM sample s, LATERAL compare_sample(s.type, s.literals) c
	 WHERE s.literals <> '{}'
$$;
SELECT * FROM compare_samples();

-- Settings that output functions look at
SET DateStyle = 'SQL, DMY';
SET TimeZone = 'America/New_York';
SET IntervalStyle = 'iso_8601';
SET extra_float_digits = -10;
SET bytea_output = 'escape';
SELECT * FROM compare_samples();
SET DateStyle = 'Postgres, MDY';
SET TimeZone = '-100';
SET IntervalStyle = 'postgres_verbose';
SET extra_float_digits = 0;
SELECT * FROM compare_samples();
RESET ALL;
SET search_path = json_writer, public;

--
-- Strings: an escape at every place of strings of every length
--
SELECT * FROM compare($$
	SELECT repeat('a', p - 1) || chr(c) || repeat('z', len - p)
	  FROM generate_series(1, 40) len, generate_series(1, len) p,
		   unnest(ARRAY[1, 8, 9, 10, 12, 13, 31, 32, 34, 92, 127]) c$$);
SELECT * FROM compare($$
	SELECT repeat(chr(c), len)
	  FROM generate_series(1, 127) c, generate_series(0, 40) len$$);
SELECT * FROM compare($$
	SELECT string_agg(chr(1 + (random() * 126)::int), '')
	  FROM generate_series(1, 40000) i GROUP BY i / 100$$);
SELECT * FROM compare($$
	SELECT convert_from(decode('c3a9e282ace4b8adf09f988022' || repeat('78', i)
							   || 'c3a90ac3a9', 'hex'), 'UTF8')
	  FROM generate_series(0, 40) i
	 WHERE getdatabaseencoding() = 'UTF8'
	UNION ALL SELECT 'other encodings have one row'$$);
SELECT * FROM compare($$
	SELECT jsonb_build_object(repeat('k"', i), repeat(E'\n', i),
							  repeat('v', i), i, 'a', array_agg(n))
	  FROM generate_series(0, 100) i, generate_series(1, i + 1) n
	 GROUP BY i$$);

--
-- Numbers
--
SELECT * FROM compare($$
	SELECT (row((random() * 10 ^ e)::int8, (random() * -10 ^ e)::int8,
			   (random() * 10 ^ least(e, 9))::int4,
			   (random() * -10 ^ least(e, 4))::int2))
	  FROM generate_series(0, 18) e, generate_series(1, 50)$$);
SELECT * FROM compare($$
	SELECT row(s * random() * 10 ^ e, (s * random() * 10 ^ (e / 10))::float4,
			   (s * random())::numeric * 10::numeric ^ e,
			   round((random() * 1000)::numeric, abs(e) % 20))
	  FROM generate_series(-300, 300) e, unnest(ARRAY[1, -1]) s$$);

--
-- Times: in zones of all kinds, both ways in time, close to their changes and
-- at random
--
CREATE FUNCTION compare_zone(zone text)
RETURNS TABLE (of text, expected text, written text)
LANGUAGE plpgsql AS $$
DECLARE
	query text;
BEGIN
	PERFORM set_config('TimeZone', zone, true);
	FOREACH query IN ARRAY ARRAY[
		$q$SELECT timestamptz '1860-01-01 00:00:00.25+00' + i * interval '70:00:01'
			 FROM generate_series(0, 25000) i$q$,
		$q$SELECT timestamptz '2060-01-01 00:00:00+00' - i * interval '70:00:01'
			 FROM generate_series(0, 25000) i$q$,
		$q$SELECT (timestamptz '1999-03-01 00:00+00' + i * interval '1 hour'
				   - interval '1 microsecond' * (i % 2))
			 FROM generate_series(0, 6000) i$q$,
		$q$SELECT (timestamptz '2038-04-15 00:00+00' - i * interval '1 hour'
				   - interval '1 microsecond' * (i % 2))
			 FROM generate_series(0, 4400) i$q$,
		$q$SELECT timestamptz '4713-01-01 00:00+00 BC'
				  + random() * interval '298980 years'
			 FROM generate_series(1, 1000)$q$] LOOP
		RETURN QUERY SELECT zone, c.* FROM compare(query) c;
	END LOOP;
END $$;
SELECT c.* FROM unnest(ARRAY['UTC', 'America/New_York', 'Europe/Amsterdam',
							 'Australia/Lord_Howe', 'Africa/Monrovia',
							 'Pacific/Apia', 'XYZ5ABC', '<+1234>-12:34',
							 '-167']) z,
	   compare_zone(z) c;
-- each first Sunday of November at 2:00, and the summer after it
SET TimeZone = 'America/New_York';
SELECT * FROM compare($$
	SELECT t FROM generate_series(1883, 2800) y,
	   LATERAL (SELECT make_date(y, 11, 1) AS d) x,
	   LATERAL (SELECT d + (7 - extract(dow FROM d)::int) % 7 AS sunday) z,
	   LATERAL (VALUES ((sunday + time '6:00') AT TIME ZONE 'UTC'),
					   ((sunday + 200)::timestamp AT TIME ZONE 'UTC')) w (t)
	 ORDER BY t$$);
RESET TimeZone;
SELECT * FROM compare($$
	SELECT row(date '4713-01-01 BC' + (random() * 2147000000)::int,
			   timestamp '4713-01-01 BC' + random() * interval '298980 years',
			   date '0003-01-01 BC' + i,
			   timestamp '0003-01-01 BC' + i * interval '1 day 00:00:00.001',
			   date '9998-01-01' + i,
			   timestamp '9998-01-01' + i * interval '1 day 23:59:59.99999')
	  FROM generate_series(1, 2000) i$$);
-- a zone that changes under a running statement
SELECT count(*), count(*) FILTER (WHERE a <> b) AS different
  FROM (SELECT set_config('TimeZone', z, true), t,
			   to_json(t)::text AS a, relgraph.to_json(t)::text AS b
		  FROM generate_series(1, 100) i,
			   unnest(ARRAY['UTC', 'Asia/Tokyo', 'America/Lima']) z,
			   LATERAL (SELECT timestamptz '2024-01-01 00:00+00'
							   + i * interval '5 days' AS t OFFSET 0) x) y;
RESET TimeZone;

--
-- Rows: dropped and added columns, views, records, other layouts under one
-- column, and layouts that change
--
CREATE TABLE t (id int, gone text, name text, "odd ""key\" int);
INSERT INTO t VALUES (1, 'x', 'one', 1), (2, NULL, NULL, NULL);
ALTER TABLE t DROP COLUMN gone, ADD COLUMN added text DEFAULT 'new',
	ADD COLUMN big numeric DEFAULT 1.50, ADD COLUMN never int;
INSERT INTO t VALUES (3, 'three', 3, 'a', 2, 4);
CREATE VIEW v AS SELECT id AS renamed, t FROM t;
SELECT relgraph.to_json(t) FROM t ORDER BY id;
SELECT * FROM compare('SELECT t FROM t');
SELECT * FROM compare('SELECT v FROM v');
SELECT * FROM compare('SELECT x FROM (SELECT id, t, ARRAY[t, NULL] FROM t) x');
SELECT * FROM compare($$SELECT r FROM (VALUES (row(1, 2)),
	(row('a'::text, row(1))), (row(1, 2)), (row()), (row(NULL, 3))) x (r)$$);
SELECT * FROM compare('SELECT ARRAY[row(1, ''a''), row(2, ''b'')]');
SELECT * FROM compare('SELECT c FROM pg_class c');
SELECT * FROM compare('SELECT t FROM pg_type t');
SELECT * FROM compare('SELECT p FROM pg_proc p');
SELECT * FROM compare('SELECT a FROM pg_attribute a');
CREATE STATISTICS of_t ON id, name FROM t;
ANALYZE t;
ANALYZE sample;
SELECT * FROM compare('SELECT s FROM pg_stats s');
SELECT * FROM compare('SELECT d FROM pg_statistic_ext_data d');
SELECT * FROM compare('SELECT d FROM pg_attrdef d');

CREATE TYPE changing AS (a int);
CREATE FUNCTION change(i int) RETURNS record LANGUAGE plpgsql AS $$
DECLARE
	r record;
BEGIN
	IF i % 3 = 0 THEN
		EXECUTE format('ALTER TYPE changing ADD ATTRIBUTE x%s int', i);
	ELSIF i % 7 = 0 THEN
		ALTER TYPE changing DROP ATTRIBUTE a, ADD ATTRIBUTE a text;
	END IF;
	EXECUTE 'SELECT row(i, jsonb_populate_record(NULL::changing,
												 ''{"a": 5, "x3": 3}''))
			   FROM generate_series($1, $1) i' INTO r USING i;
	RETURN r;
END $$;
SELECT count(*), count(*) FILTER (WHERE a <> b) AS different,
	   max(length(a)) > 2 * min(length(a)) AS changed
  FROM (SELECT to_json(c)::text AS a, relgraph.to_json(c)::text AS b
		  FROM generate_series(1, 20) i,
			   LATERAL (SELECT change(i) AS c OFFSET 0) x) y;

-- values that PL/pgSQL holds in a form of its own
DO $$
DECLARE
	one t;
	any_row record;
	numbers int[];
	texts text[];
BEGIN
	FOR one IN SELECT * FROM t LOOP
		any_row := one;
		numbers := numbers || one.id || NULL;
		texts[one.id + 2] := one.name;
		IF to_json(one)::text <> relgraph.to_json(one)::text OR
		   to_json(any_row)::text <> relgraph.to_json(any_row)::text OR
		   to_json(numbers)::text <> relgraph.to_json(numbers)::text OR
		   to_json(texts)::text <> relgraph.to_json(texts)::text THEN
			RAISE WARNING '% % %', one, numbers, texts;
		END IF;
	END LOOP;
END $$;

--
-- Toasted values, small and large, compressed or not
--
CREATE TABLE toasted (i int, kept text, compressed text, doc jsonb, plain json,
					  list text[], part t, parts t[], exact numeric);
ALTER TABLE toasted ALTER kept SET STORAGE EXTERNAL;
INSERT INTO toasted
SELECT i, repeat('k"', i), repeat('c' || chr(10), i),
	   (SELECT jsonb_object_agg('key ' || n, repeat('v', n))
		  FROM generate_series(1, 1 + i / 50) n),
	   to_json(repeat('j', i)), array_fill(md5(i::text), ARRAY[1 + i / 100, 2]),
	   row(i, repeat('p', i), NULL, 'x', i, NULL)::t,
	   array_fill(row(i, repeat('q', i / 10), NULL, 'x', i, NULL)::t,
				  ARRAY[1 + i / 500]),
	   ('1.' || repeat('7', i))::numeric
  FROM unnest(ARRAY[0, 1, 10, 60, 100, 120, 130, 500, 2000, 10000]) i;
SELECT * FROM compare('SELECT x FROM toasted x');
SELECT * FROM compare('SELECT kept FROM toasted');
SELECT * FROM compare('SELECT compressed FROM toasted');
SELECT * FROM compare('SELECT doc FROM toasted');
SELECT * FROM compare('SELECT plain FROM toasted');
SELECT * FROM compare('SELECT list FROM toasted');
SELECT * FROM compare('SELECT part FROM toasted');
SELECT * FROM compare('SELECT parts FROM toasted');
SELECT * FROM compare('SELECT exact FROM toasted');

--
-- Arrays
--
SELECT * FROM compare($$SELECT '[3:4][-1:0][0:1]={{{1,2},{3,NULL}},{{5,6},{7,8}}}'::int[]$$);
SELECT * FROM compare($$SELECT array_fill(n::int2, ARRAY[a, b, c])
	FROM generate_series(0, 3) a, generate_series(1, 3) b,
		 generate_series(1, 3) c, unnest(ARRAY[1, NULL]) n$$);
SELECT * FROM compare($$SELECT array_agg(nullif(i % 3, 0)::int8)
	FROM generate_series(1, 100) i GROUP BY i / 7$$);
SELECT * FROM compare($$SELECT array_agg(CASE WHEN i % 4 > 0
	THEN repeat('x', i % 9) END) FROM generate_series(1, 300) i
	GROUP BY i / 11$$);

--
-- jsonb of any depth and width
--
CREATE FUNCTION nested(depth int) RETURNS jsonb LANGUAGE sql
RETURN ((repeat('[{"a": 1, "b":', depth) || 'null' || repeat('}, "x"]', depth))
		::jsonb);
SELECT * FROM compare('SELECT nested(i) FROM generate_series(0, 100) i');
SELECT * FROM compare($$SELECT jsonb_agg(i) FROM generate_series(1, 1000) i
	GROUP BY i % 7$$);
SELECT * FROM compare($$SELECT jsonb_object_agg(md5(i::text), i * 1.5)
	FROM generate_series(1, 1000) i GROUP BY i % 7$$);

--
-- Enums, and a type with a cast to json of its own
--
CREATE TYPE mood AS ENUM ('good', 'so "so"', '');
CREATE TYPE flag AS ENUM ('on', 'off');
CREATE DOMAIN over_flag AS flag;
CREATE FUNCTION flag_to_json(flag) RETURNS json LANGUAGE sql IMMUTABLE
RETURN CASE $1 WHEN 'on' THEN ' true ' ELSE '{"off" : 1}' END::json;
CREATE CAST (flag AS json) WITH FUNCTION flag_to_json(flag);
SELECT relgraph.to_json(row(m, f, ARRAY[f], f::over_flag))
  FROM unnest(enum_range(NULL::mood)) m, unnest(enum_range(NULL::flag)) f;
SELECT * FROM compare($$SELECT row(m, f, ARRAY[m], ARRAY[f], f::over_flag)
	FROM unnest(enum_range(NULL::mood)) m, unnest(enum_range(NULL::flag)) f$$);
CREATE FUNCTION mood_to_json(mood) RETURNS json LANGUAGE sql IMMUTABLE
RETURN NULL::json;
CREATE CAST (mood AS json) WITH FUNCTION mood_to_json(mood);
\set VERBOSITY sqlstate
SELECT to_json('good'::mood);
SELECT relgraph.to_json('good'::mood);
-- nesting without end
CREATE FUNCTION endless(flag) RETURNS json LANGUAGE sql STABLE
AS 'SELECT relgraph.to_json(row($1))';
DROP CAST (flag AS json);
CREATE CAST (flag AS json) WITH FUNCTION endless(flag);
SELECT relgraph.to_json('on'::flag);
\set VERBOSITY default
-- nothing is called for a column of nulls
SELECT relgraph.to_json(x) FROM (SELECT NULL::mood AS m, NULL::flag AS f) x;

\set VERBOSITY terse
DROP SCHEMA json_writer CASCADE;
