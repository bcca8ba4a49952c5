/* sql/install/relgraph--0.1.0--0.2.0.sql */

-- complain if script is sourced in psql, rather than via ALTER EXTENSION
\echo Use "ALTER EXTENSION relgraph UPDATE TO '0.2.0'" to load this file. \quit

-- ---------------------------------------------------------------------------
-- Navigation
-- ---------------------------------------------------------------------------

CREATE FUNCTION relgraph.related(source anyelement, path text, target anycompatible) RETURNS SETOF anycompatible
AS 'MODULE_PATHNAME', 'relgraph_related'
LANGUAGE C STABLE PARALLEL RESTRICTED COST 100 ROWS 100;
COMMENT ON FUNCTION relgraph.related(anyelement, text, anycompatible) IS
'The rows related to a row along a path of relationships, each once; target only gives the row type: NULL::table';

-- ---------------------------------------------------------------------------
-- Eager loading
-- ---------------------------------------------------------------------------

CREATE FUNCTION relgraph.load(root regclass, include text DEFAULT '', filter jsonb DEFAULT NULL, order_by text DEFAULT NULL,
    row_limit bigint DEFAULT NULL, row_offset bigint DEFAULT NULL, params jsonb DEFAULT NULL)
RETURNS SETOF json
AS 'MODULE_PATHNAME', 'relgraph_load'
LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000 ROWS 100;
COMMENT ON FUNCTION relgraph.load(regclass, text, jsonb, text, bigint, bigint, jsonb) IS
'One document per row of a table, with the included relationships nested; each level is fetched once for all rows';

CREATE FUNCTION relgraph.load_row(source anyelement, include text, params jsonb DEFAULT NULL)
RETURNS json
AS 'MODULE_PATHNAME', 'relgraph_load_row'
LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000;
COMMENT ON FUNCTION relgraph.load_row(anyelement, text, jsonb) IS
'The document of one row, with the included relationships nested';

CREATE FUNCTION relgraph.to_json(anyelement) RETURNS json
AS 'MODULE_PATHNAME', 'relgraph_to_json'
LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relgraph.to_json(anyelement) IS
'A value as documents write it: the same text as pg_catalog.to_json()';
