-- members.sql
--    Prints all that the catalogs say about an extension's objects: a line for
--    each catalog row, the same for the same objects whatever their OIDs.
--    psql variable: extension.
--
-- The objects are the extension's schema, whatever is in it, the extension's
-- members, and what belongs to these (row types, constraints, defaults, rules).
-- A row is printed whole, its references as names and its expressions as text,
-- but for columns that say how an object came about and not what it is.

SET search_path = pg_catalog;

CREATE FUNCTION pg_temp.name_of(catalog regclass, object_id text)
RETURNS text LANGUAGE sql AS $$
  SELECT type || ' ' || identity
  FROM pg_identify_object(catalog, object_id::oid, 0)
$$;

CREATE FUNCTION pg_temp.rows_of(catalog regclass, key name, object_id oid)
RETURNS SETOF jsonb LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE
    format('SELECT to_jsonb(r) FROM %s r WHERE %I = $1', catalog, key)
    USING object_id;
END
$$;

-- The row as text: OIDs become names by what the server knows of its catalogs'
-- foreign keys; nulls go, and so do the columns that mean nothing here.
CREATE FUNCTION pg_temp.render(catalog regclass, catalog_row jsonb)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  reference record;
  noise constant text[] := ARRAY[
    -- identity, storage, statistics, history
    'oid', 'objoid', 'relfilenode', 'relpages', 'reltuples', 'relallvisible',
    'relallfrozen', 'reltoastrelid', 'relfrozenxid', 'relminmxid',
    'relhasindex', 'relhasrules', 'relhastriggers', 'attcacheoff',
    'atthasmissing', 'attmissingval', 'enumsortorder',
    -- column numbers, in which a dropped column leaves a gap
    'attnum', 'relnatts', 'adnum', 'objsubid', 'conkey', 'confkey', 'indkey',
    'tgattr', 'stxkeys',
    -- expression trees, which are printed as text
    'proargdefaults', 'prosqlbody', 'ev_action', 'ev_qual', 'adbin', 'conbin',
    'indexprs', 'indpred', 'polqual', 'polwithcheck', 'tgqual',
    'typdefaultbin', 'stxexprs', 'relpartbound',
    -- printed item by item
    'extconfig', 'extcondition'];
BEGIN
  catalog_row := jsonb_strip_nulls(catalog_row - noise);
  -- late minor versions keep there when a column was made
  IF catalog_row ? 'attoptions' THEN
    catalog_row := jsonb_set(catalog_row, '{attoptions}',
      (SELECT coalesce(jsonb_agg(o ORDER BY o), '[]')
       FROM jsonb_array_elements_text(catalog_row -> 'attoptions') o
       WHERE o NOT LIKE 'pg_attver=%'));
  END IF;
  FOR reference IN
    SELECT pktable, fkcols[1] AS key
    FROM pg_get_catalog_foreign_keys()
    WHERE fktable = catalog AND cardinality(fkcols) = 1
      -- a regproc is a name already
      AND catalog_row ->> fkcols[1] !~ '[[:alpha:]-]'
  LOOP
    catalog_row := jsonb_set(catalog_row, ARRAY[reference.key],
      CASE jsonb_typeof(catalog_row -> reference.key)
        WHEN 'array' THEN (
          SELECT coalesce(jsonb_agg(pg_temp.name_of(reference.pktable, id) ORDER BY n), '[]')
          FROM jsonb_array_elements_text(catalog_row -> reference.key)
            WITH ORDINALITY AS item (id, n))
        ELSE coalesce(
          to_jsonb(pg_temp.name_of(reference.pktable, catalog_row ->> reference.key)),
          'null')
      END);
  END LOOP;
  RETURN catalog_row;
END
$$;

-- What the row's expression trees say, and a definition where there is one.
CREATE FUNCTION pg_temp.definition(catalog regclass, object_id oid)
RETURNS text LANGUAGE sql AS $$
  SELECT CASE catalog
    WHEN 'pg_proc'::regclass THEN (
      SELECT pg_get_function_arguments(oid)
        || coalesce(' ' || pg_get_function_sqlbody(oid), '')
      FROM pg_proc WHERE oid = object_id)
    WHEN 'pg_class'::regclass THEN (
      SELECT CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid)
                  WHEN relkind IN ('i', 'I') THEN pg_get_indexdef(oid) END
        || coalesce(' ' || pg_get_expr(relpartbound, oid), '')
      FROM pg_class WHERE oid = object_id)
    WHEN 'pg_constraint'::regclass THEN pg_get_constraintdef(object_id)
    WHEN 'pg_trigger'::regclass THEN pg_get_triggerdef(object_id)
    WHEN 'pg_rewrite'::regclass THEN pg_get_ruledef(object_id)
    WHEN 'pg_statistic_ext'::regclass THEN pg_get_statisticsobjdef(object_id)
    WHEN 'pg_attrdef'::regclass THEN (
      SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE oid = object_id)
    WHEN 'pg_type'::regclass THEN (
      SELECT pg_get_expr(typdefaultbin, 0) FROM pg_type WHERE oid = object_id)
    WHEN 'pg_policy'::regclass THEN (
      SELECT concat_ws(' check ', pg_get_expr(polqual, polrelid),
                       pg_get_expr(polwithcheck, polrelid))
      FROM pg_policy WHERE oid = object_id)
  END
$$;

WITH RECURSIVE extension AS (
  SELECT oid, extnamespace, extconfig, extcondition
  FROM pg_extension WHERE extname = :'extension'
), object (catalog, id) AS (
  SELECT 'pg_namespace'::regclass, extnamespace FROM extension
  UNION
  SELECT 'pg_extension'::regclass, oid FROM extension
  UNION
  SELECT d.classid::regclass, d.objid
  FROM object o
  JOIN pg_depend d ON d.refclassid = o.catalog AND d.refobjid = o.id
  WHERE (d.deptype IN ('e', 'i', 'a', 'P', 'S')
         OR d.refclassid = 'pg_namespace'::regclass)
    -- whose names are OIDs
    AND NOT EXISTS (SELECT FROM pg_class
                    WHERE d.classid = 'pg_class'::regclass AND oid = d.objid
                      AND relnamespace = 'pg_toast'::regnamespace)
    AND NOT EXISTS (SELECT FROM pg_trigger
                    WHERE d.classid = 'pg_trigger'::regclass AND oid = d.objid
                      AND tgisinternal)
), line (object, part, n, content) AS (
  SELECT pg_temp.name_of(catalog, id::text), '', 0,
    pg_temp.render(catalog, r)
      || coalesce(' ' || pg_temp.definition(catalog, id), '')
  FROM object, pg_temp.rows_of(catalog, 'oid', id) r

  UNION ALL
  SELECT pg_temp.name_of(catalog, id::text), 'member', 0, extname
  FROM object
  JOIN pg_depend d ON d.classid = catalog AND d.objid = id AND d.deptype = 'e'
  JOIN pg_extension e ON e.oid = d.refobjid

  UNION ALL
  SELECT pg_temp.name_of(catalog, id::text), part::regclass::text,
    row_number() OVER (PARTITION BY catalog, id, part
                       ORDER BY (r ->> 'attnum')::int, (r ->> 'enumsortorder')::float),
    pg_temp.render(part::regclass, r)
  FROM object
  JOIN (VALUES ('pg_class', 'pg_attribute', 'attrelid'),
               ('pg_class', 'pg_index', 'indexrelid'),
               ('pg_class', 'pg_sequence', 'seqrelid'),
               ('pg_type', 'pg_enum', 'enumtypid'),
               ('pg_type', 'pg_range', 'rngtypid'),
               ('pg_proc', 'pg_aggregate', 'aggfnoid'))
    AS satellite (owner, part, key) ON catalog = owner::regclass,
    pg_temp.rows_of(part::regclass, key::name, id) r
  WHERE NOT coalesce((r ->> 'attisdropped')::boolean, false)
    AND coalesce((r ->> 'attnum')::int, 1) > 0

  UNION ALL
  SELECT pg_temp.name_of(catalog, id::text), part::regclass::text,
    0, concat_ws(' ', attname, pg_temp.render(part::regclass, r))
  FROM object
  CROSS JOIN unnest(ARRAY['pg_description', 'pg_init_privs', 'pg_seclabel']) part
  CROSS JOIN pg_temp.rows_of(part::regclass, 'objoid', id) r
  LEFT JOIN pg_attribute
    ON catalog = 'pg_class'::regclass AND attrelid = id
    AND attnum = (r ->> 'objsubid')::int AND attnum > 0
  WHERE (r ->> 'classoid')::oid = catalog

  UNION ALL
  SELECT 'configuration', config::regclass::text, 0, condition
  FROM extension, unnest(extconfig, extcondition) AS item (config, condition)
)
SELECT concat_ws(' | ', object, nullif(part, ''), nullif(n, 0), content)
FROM line
ORDER BY object COLLATE "C", part COLLATE "C", n, content COLLATE "C";
