-- tour.sql
--    What relgraph makes of the sample application; shown by demo/run.

\set ON_ERROR_STOP on
\pset footer off
\pset format wrapped
\pset columns 80
SET client_min_messages = warning;

\echo
\echo '1. The relationships'
\echo '   -----------------'
\echo '   Nothing was declared: all of this is read from ten foreign keys.  Every key'
\echo '   has two sides; post_tags and memberships link many to many.'
\echo
\set ECHO queries
SELECT source, name, cardinality AS kind, target, through, inverse
FROM relgraph.relationships
ORDER BY source::text, cardinality, name;
\set ECHO none

\echo '   Every decision has its reason:'
\echo
\pset tuples_only on
\pset format unaligned
\set ECHO queries
SELECT '  ' || name || ': ' || reason
FROM relgraph.relationships_of('users')
WHERE name IN ('profile', 'posts', 'teams')
ORDER BY name;
\set ECHO none
\pset format wrapped
\pset tuples_only off

\echo
\echo '2. Navigation'
\echo '   ----------'
\echo '   From rows along a path of names.  Which topics does Ada write about?  Each'
\echo '   tag comes once, however many of her posts carry it.'
\echo
\set ECHO queries
SELECT t.*
FROM users u, relgraph.related(u, 'posts.tags', NULL::tags) t
WHERE u.name = 'Ada'
ORDER BY t.label;
\set ECHO none

\echo '   A step with a star goes to any depth: all that is filed under Workshop.'
\echo
\set ECHO queries
SELECT d.id, d.name, p.name AS parent
FROM categories c,
  relgraph.related(c, 'children*', NULL::categories) d,
  relgraph.related(d, 'parent', NULL::categories) p
WHERE c.name = 'Workshop'
ORDER BY d.id;
\set ECHO none

\echo '   Nothing is called: the planner sees the joins that a person would have written.'
\echo
\set ECHO queries
EXPLAIN (COSTS OFF)
SELECT u.name, c.body
FROM users u
  LEFT JOIN LATERAL relgraph.related(u, 'posts.comments', NULL::comments) c ON true;

SELECT relgraph.join_sql('users', 'posts.comments', 'left');
\set ECHO none

\echo '3. Documents'
\echo '   ---------'
\echo '   A row with what belongs to it, as deep as asked for; each level is read once,'
\echo '   however many rows it has.  The role comes from the membership between.'
\echo
\pset tuples_only on
\pset format unaligned
\set ECHO queries
SELECT relgraph.load_row(u, 'id name profile { city motto }
         posts { title published_on category { name } tags { label }
           comments { body author { name } }
         }
         teams { name }') AS document
FROM users u WHERE u.name = 'Priya' \gset
\set ECHO none
SELECT E'\n' || pg_temp.pretty(:'document');
\set ECHO none
\echo
\echo '   What is wanted of each level can be said there, values bound, never SQL.'
\echo
\set ECHO queries
SELECT relgraph.load('users', 'name count(posts) count(posts.comments)
         latest: posts(order: -published_on, limit: 2) { title published_on }',
         filter => '{"posts": {"some": {"title": {"ilike": "%a%"}}}}',
         order_by => '-joined_on', row_limit => 1) AS document \gset
\set ECHO none
SELECT E'\n' || pg_temp.pretty(:'document');
\pset tuples_only off

\echo
\echo '4. A slip'
\echo '   ------'
\echo '   A name that is not there is an error that helps.'
\echo
\set ECHO queries
\set ON_ERROR_STOP off
SELECT c.* FROM users u, relgraph.related(u, 'posts.coments', NULL::comments) c;
\set ON_ERROR_STOP on
\set ECHO none

\echo
\echo 'The same for your own database, which stays as it is:  make demo DB=NAME'
\echo
