-- What a wrong include says: message, detail, hint and the place.
\set VERBOSITY default
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS relgraph;
RESET client_min_messages;
CREATE SCHEMA include_errors;
SET search_path = include_errors;
CREATE TABLE u (id int PRIMARY KEY, name text);
CREATE TABLE p (id int PRIMARY KEY, u_id int REFERENCES u, title text);

-- The tables are empty, so that what is right returns no row.
SELECT relgraph.load('u', '');
SELECT relgraph.load('u', E' \n\t ');
SELECT relgraph.load('u', 'id name');
SELECT relgraph.load('u', '*-name p{title}x:p{}');
SELECT relgraph.load('u', 'n: COUNT ( p(limit: 1) ), count: p (limit: 1)');

-- Braces.
SELECT relgraph.load('u', '}');
SELECT relgraph.load('u', '{');
SELECT relgraph.load('u', 'p { title');
SELECT relgraph.load('u', 'p { title } }');
SELECT relgraph.load('u', 'p { title, u { name }');
SELECT relgraph.load('u', '{ title }');
SELECT relgraph.load('u', 'count(p) { title }');

-- Items and commas.
SELECT relgraph.load('u', ',name');
SELECT relgraph.load('u', 'id,,name');
SELECT relgraph.load('u', 'id,');
SELECT relgraph.load('u', 'p { title, }');
SELECT relgraph.load('u', 'id; name');
SELECT relgraph.load('u', 'id = 1');
SELECT relgraph.load('u', '1st');
SELECT relgraph.load('u', '$1');
SELECT relgraph.load('u', '''name''');
SELECT relgraph.load('u', 'name)');

-- Names.
SELECT relgraph.load('u', '"name');
SELECT relgraph.load('u', 'p { "title }');
SELECT relgraph.load('u', '""');
SELECT relgraph.load('u', 'p.');
SELECT relgraph.load('u', 'p..title');
SELECT relgraph.load('u', '.p');
SELECT relgraph.load('u', 'p.*');

-- A star after white space could be read in two ways.
SELECT relgraph.load('u', 'p *');
SELECT relgraph.load('u', 'p *, id');

-- Nothing follows a repeated step or arguments in a path.
SELECT relgraph.load('u', 'p*.u');
SELECT relgraph.load('u', 'p(limit: 1).u');

-- Left-out columns.
SELECT relgraph.load('u', '-');
SELECT relgraph.load('u', '-*');
SELECT relgraph.load('u', '-1');
SELECT relgraph.load('u', '-p.title');
SELECT relgraph.load('u', '-p { title }');
SELECT relgraph.load('u', '-p(limit: 1)');
SELECT relgraph.load('u', '-na*');

-- Aliases.
SELECT relgraph.load('u', 'x:');
SELECT relgraph.load('u', 'x: *');
SELECT relgraph.load('u', 'x: -name');
SELECT relgraph.load('u', 'x: y: p');
SELECT relgraph.load('u', 'p limit: 3');
SELECT relgraph.load('u', ': p');

-- Arguments.
SELECT relgraph.load('u', 'p()');
SELECT relgraph.load('u', 'p(');
SELECT relgraph.load('u', 'p(title)');
SELECT relgraph.load('u', 'p(limit 3)');
SELECT relgraph.load('u', 'p("limit": 3)');
SELECT relgraph.load('u', 'p(limt: 3)');
SELECT relgraph.load('u', 'p(limit: 3 offset: 1)');
SELECT relgraph.load('u', 'p(limit: 3,)');
SELECT relgraph.load('u', 'p(limit: 3');
SELECT relgraph.load('u', 'p(limit: 3, limit: 4)');
SELECT relgraph.load('u', 'p(LIMIT: 3, limit: 4)');

-- Numbers.
SELECT relgraph.load('u', 'p(limit: )');
SELECT relgraph.load('u', 'p(limit: -1)');
SELECT relgraph.load('u', 'p(limit: 1.5)');
SELECT relgraph.load('u', 'p(limit: 3rd)');
SELECT relgraph.load('u', 'p(limit: "3")');
SELECT relgraph.load('u', 'p(limit: all)');
SELECT relgraph.load('u', 'p(offset: 9223372036854775808)');

-- Parameters.
SELECT relgraph.load('u', 'p(limit: $)');
SELECT relgraph.load('u', 'p(limit: $0)');
SELECT relgraph.load('u', 'p(limit: $65536)');
SELECT relgraph.load('u', 'p(limit: $99999999999999999999)');
SELECT relgraph.load('u', 'p(limit: $1st)');
SELECT relgraph.load('u', 'p(limit: $1.5)');
SELECT relgraph.load('u', 'p(order: $1)');

-- Filters.
SELECT relgraph.load('u', 'p(filter: )');
SELECT relgraph.load('u', 'p(filter: 3)');
SELECT relgraph.load('u', 'p(filter: title = ''x'')');
SELECT relgraph.load('u', 'p(filter: "title")');
SELECT relgraph.load('u', 'p(filter: {title: "x"})');
SELECT relgraph.load('u', 'p(filter: {''title'': ''x''})');
SELECT relgraph.load('u', 'p(filter: {"title": "x")');
SELECT relgraph.load('u', 'p(filter: {"title": "x)})');
SELECT relgraph.load('u', 'p(filter: [{"title": "x"})');
SELECT relgraph.load('u', 'p(filter: {"id": [1, 2})');
SELECT relgraph.load('u', 'p(filter: {"id": 1]})');
SELECT relgraph.load('u', 'p(filter: {"id": 1}{"id": 2})');
SELECT relgraph.load('u', 'p(filter: {"title": $1})');
SELECT relgraph.load('u', 'p(filter: {"id": 1}');
SELECT relgraph.load('u', 'p(filter: {"id": 1,})');

-- Order.
SELECT relgraph.load('u', 'p(order: )');
SELECT relgraph.load('u', 'p(order: ())');
SELECT relgraph.load('u', 'p(order: -)');
SELECT relgraph.load('u', 'p(order: id desc)');
SELECT relgraph.load('u', 'p(order: (title ASC, id))');
SELECT relgraph.load('u', 'p(order: title, id)');
SELECT relgraph.load('u', 'p(order: title, -id)');
SELECT relgraph.load('u', 'p(order: (title id))');
SELECT relgraph.load('u', 'p(order: (title,))');
SELECT relgraph.load('u', 'p(order: (title');
SELECT relgraph.load('u', 'p(order: u.name)');

-- Aggregates.
SELECT relgraph.load('u', 'count()');
SELECT relgraph.load('u', 'count(*)');
SELECT relgraph.load('u', 'count(p');
SELECT relgraph.load('u', 'count(p, u)');
SELECT relgraph.load('u', 'count(p { title })');
SELECT relgraph.load('u', 'count(p).x');
SELECT relgraph.load('u', 'sum(p)');
SELECT relgraph.load('u', 'sum()');
SELECT relgraph.load('u', 'sum(p.id*)');
SELECT relgraph.load('u', 'sum(p.id(limit: 1))');
SELECT relgraph.load('u', 'total(p)');

-- The order of the roots.
SELECT relgraph.load('u', '', order_by => '');
SELECT relgraph.load('u', '', order_by => 'id,');
SELECT relgraph.load('u', '', order_by => 'id name');
SELECT relgraph.load('u', '', order_by => 'id DESC');
SELECT relgraph.load('u', '', order_by => '(id)');
SELECT relgraph.load('u', '', order_by => 'p.id');
SELECT relgraph.load('u', '', order_by => '-"id');

-- The place in a text of several lines, and in a long one.
SELECT relgraph.load('u', '
p {
	title
	u { name; }
}
');
SELECT relgraph.load('u', 'p(
	filter: {"title": "x",
		"id": one},
	limit: 1)');
SELECT relgraph.load('u', repeat('id, ', 50) || '; ' || repeat('name, ', 50));
SELECT relgraph.load('u', '"' || repeat('x', 1000));
SELECT relgraph.load('u', repeat('p { ', 12));

-- Limits.
SELECT relgraph.load('u', repeat('id,', 400000));

SET client_min_messages = warning;
DROP SCHEMA include_errors CASCADE;
