-- Memory of a session, kB
--
-- In each session: the measurement itself twice, then what the line says, then
-- the measurement that counts.  "contexts" is all that the server's allocator
-- holds, "relgraph" the part under relgraph's names, "private" what the process has
-- that no other has.

\set measure 'SELECT (sum(total_bytes) / 1024)::int AS contexts, coalesce((sum(total_bytes) FILTER (WHERE name LIKE \'relgraph%\') / 1024)::int, 0) AS relgraph, (regexp_match(pg_read_file(\'/proc/self/status\'), \'RssAnon:\\s+([0-9]+)\'))[1]::int AS private FROM pg_backend_memory_contexts'

SELECT string_agg(format('SELECT * FROM %s LIMIT 0;', relation), ' ') AS open_tables,
       string_agg(format('SELECT * FROM relgraph.relationships_of(%L);', relation), ' ') AS ask_tables,
       sum(relationships) AS asked
FROM (SELECT relation, relationships FROM relgraph.tables
      WHERE relationships < 100 ORDER BY md5(relation::text) LIMIT 20) sample \gset

\c
:measure \g /dev/null
:measure \g /dev/null
:measure \gset idle_
\c
:measure \g /dev/null
:measure \g /dev/null
LOAD 'relgraph';
:measure \gset load_
\c
:measure \g /dev/null
:measure \g /dev/null
\o /dev/null
:open_tables
\o
:measure \gset open_
\c
:measure \g /dev/null
:measure \g /dev/null
\o /dev/null
:ask_tables
\o
:measure \gset ask_

SELECT * FROM (VALUES
  ('idle', :idle_contexts, :idle_relgraph, :idle_private),
  ('library loaded', :load_contexts, :load_relgraph, :load_private),
  ('20 tables selected from', :open_contexts, :open_relgraph, :open_private),
  (format('20 tables asked: %s relationships', :asked), :ask_contexts, :ask_relgraph, :ask_private),
  ('more than idle', :ask_contexts - :idle_contexts, :ask_relgraph - :idle_relgraph,
   :ask_private - :idle_private))
  AS memory ("session", "contexts", "relgraph", "private");
