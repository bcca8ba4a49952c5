/* sql/install/relgraph--0.2.0--0.3.0.sql */

-- complain if script is sourced in psql, rather than via ALTER EXTENSION
\echo Use "ALTER EXTENSION relgraph UPDATE TO '0.3.0'" to load this file. \quit

-- ---------------------------------------------------------------------------
-- Navigation
-- ---------------------------------------------------------------------------

CREATE FUNCTION relgraph.related_support(internal) RETURNS internal
AS 'MODULE_PATHNAME', 'relgraph_related_support'
LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relgraph.related_support(internal) IS
'Tells the planner how many rows a call of related() returns, and what it costs';

ALTER FUNCTION relgraph.related(anyelement, text, anycompatible) SUPPORT relgraph.related_support;

CREATE FUNCTION relgraph.join_sql(root regclass, path text, kind text DEFAULT 'inner') RETURNS text
AS 'MODULE_PATHNAME', 'relgraph_join_sql'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION relgraph.join_sql(regclass, text, text) IS
'The plain SQL that joins a table with what a path leads to: inner, left, exists or anti';

CREATE FUNCTION relgraph.attach(tables regclass[] DEFAULT NULL, dry_run boolean DEFAULT false, schema regnamespace DEFAULT NULL)
RETURNS TABLE (source regclass, function text, target regclass, action text, reason text, sql text)
AS 'MODULE_PATHNAME', 'relgraph_attach'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION relgraph.attach(regclass[], boolean, regnamespace) IS
'Makes the accessor functions of tables, such as posts(users), or brings them up to date; says what it did';

CREATE FUNCTION relgraph.detach(tables regclass[] DEFAULT NULL, dry_run boolean DEFAULT false, schema regnamespace DEFAULT NULL)
RETURNS TABLE (source regclass, function text, target regclass, action text, reason text, sql text)
AS 'MODULE_PATHNAME', 'relgraph_detach'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION relgraph.detach(regclass[], boolean, regnamespace) IS
'Drops the accessor functions of tables; says what it did';

-- ---------------------------------------------------------------------------
-- Eager loading
-- ---------------------------------------------------------------------------

CREATE FUNCTION relgraph.load_agg_transition(state internal, source anyelement, include text) RETURNS internal
AS 'MODULE_PATHNAME', 'relgraph_load_agg_transition'
LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION relgraph.load_agg_transition(internal, anyelement, text) IS
'Adds a row to what load_agg() aggregates';

CREATE FUNCTION relgraph.load_agg_final(state internal) RETURNS json
AS 'MODULE_PATHNAME', 'relgraph_load_agg_final'
LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000;
COMMENT ON FUNCTION relgraph.load_agg_final(internal) IS
'Loads the documents of what load_agg() aggregated';

CREATE AGGREGATE relgraph.load_agg(source anyelement, include text) (
    SFUNC = relgraph.load_agg_transition,
    STYPE = internal,
    FINALFUNC = relgraph.load_agg_final,
    FINALFUNC_MODIFY = READ_ONLY,
    PARALLEL = RESTRICTED
);
COMMENT ON AGGREGATE relgraph.load_agg(anyelement, text) IS
'The documents of a set of rows as a JSON array, with the included relationships nested; each level is fetched once for the whole set';

CREATE FUNCTION relgraph.explain_load(root regclass, include text DEFAULT '', filter jsonb DEFAULT NULL, order_by text DEFAULT NULL,
    row_limit bigint DEFAULT NULL, row_offset bigint DEFAULT NULL, params jsonb DEFAULT NULL)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'relgraph_explain_load'
LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000 ROWS 20;
COMMENT ON FUNCTION relgraph.explain_load(regclass, text, jsonb, text, bigint, bigint, jsonb) IS
'What load() would do, without doing it: the tree of levels with the strategy of each, why, and its SQL';
