#!/usr/bin/env python3
"""Writes the workload files whose documents are users with what belongs to them.

Everyone writes nested documents in SQL in one of a few ways: where the children
come from (a correlated subquery, a lateral join, a join with grouped children),
and what builds the JSON (row_to_json, json_build_object, jsonb; less usual:
arrays, concatenated text).  This script writes all of them for a tree of tables, so
that no form is better cared for in one workload than in another.  The files
are kept beside it, to be read; the other workload files are written by hand.

Usage: forms.py    (writes workloads/*.sql)
"""
import os
import textwrap

COLUMNS = {
    'users': 'id name email country is_active birthday balance bio created_at last_seen_at',
    'profiles': 'id user_id avatar website languages settings height_cm updated_at',
    'posts': 'id author_id title body score rating views is_published created_at edited_at',
    'comments': 'id post_id author_id body likes is_hidden created_at',
    'teams': 'id name motto budget is_open founded_on',
    'attachments': 'id post_id file_name media_type bytes checksum created_at',
}


class Node:
    """A table of the tree, and how its rows hang on the one above."""

    def __init__(self, name, table, alias, fk=None, one=False, through=None, kids=()):
        self.name, self.table, self.alias, self.fk = name, table, alias, fk
        self.one, self.through, self.kids = one, through, kids


PROFILE = Node('profile', 'profiles', 'pr', 'user_id', one=True)
COMMENTS = Node('comments', 'comments', 'c', 'post_id')
POSTS = Node('posts', 'posts', 'p', 'author_id', kids=(COMMENTS,))
ATTACHMENTS = Node('attachments', 'attachments', 'a', 'post_id')
POSTS_WITH_FILES = Node('posts', 'posts', 'p', 'author_id', kids=(ATTACHMENTS,))
TEAMS = Node('teams', 'teams', 't', 'user_id', through=('memberships', 'm', 'team_id', ('role', 'joined_at')))


class Form:
    """One way to write the statement: where children come from, what builds JSON."""

    def __init__(self, structure, style):
        self.structure, self.style = structure, style

    def name(self):
        return f'{self.structure}, {self.style}'

    # ---- one row as JSON, with the documents of its children

    def item(self, node, kids):
        a = node.alias
        kids = list(kids)
        if node.through:
            build = 'jsonb_build_object' if self.style == 'jsonb' else 'json_build_object'
            _, m, _, payload = node.through
            through = f'{build}(' + ', '.join(f"'{c}', {m}.{c}" for c in payload) + ')'
            kids.append(('_through', through + '::text' if self.style == 'text' else through))
        if self.style == 'json_build_object':
            pairs = [f"'{c}', {a}.{c}" for c in COLUMNS[node.table].split()]
            return 'json_build_object(' + ', '.join(pairs + [f"'{n}', {e}" for n, e in kids]) + ')'
        if self.style == 'jsonb':
            if not kids:
                return f'to_jsonb({a})'
            return f'to_jsonb({a}) || jsonb_build_object(' + ', '.join(f"'{n}', {e}" for n, e in kids) + ')'
        if self.style == 'text':
            if not kids:
                return f'row_to_json({a})::text'
            parts = [f"',\"{n}\":' || {e}" for n, e in kids]
            return f"left(row_to_json({a})::text, -1) || " + ' || '.join(parts) + " || '}'"
        return kids     # row_to_json and array: a derived table; see rows()

    def rows(self, node, parent, condition):
        """(item, FROM clause with conditions, alias to sort by) of a node's rows."""
        source = f'{node.table} {node.alias}'
        link = f'{node.alias}.{node.fk}'
        if node.through:
            table, m, column, _ = node.through
            source = f'{table} {m} JOIN {node.table} {node.alias} ON {node.alias}.id = {m}.{column}'
            link = f'{m}.{node.fk}'
        kids, joins = [], []
        for kid in node.kids:
            expression, join = self.child(kid, node, condition)
            kids.append((kid.name, expression))
            joins.append(join)
        where = None
        if parent is None:
            where = condition and condition(f'{node.alias}.id')
        elif self.structure.startswith('grouped'):
            source, where = self.restricted(node, parent, source, link, condition)
        else:
            where = f'{link} = {parent.alias}.id'
        text = source + ''.join(joins) + (f'\nWHERE {where}' if where else '')
        item = self.item(node, kids)
        if not isinstance(item, list):
            return item, text, node.alias, link
        if not item:
            return (node.alias if not node.one and parent else f'row_to_json({node.alias})'), text, node.alias, link
        columns = ',\n'.join([f'{node.alias}.*'] + [f'{e} AS {n}' for n, e in item])
        if self.structure.startswith('grouped') and parent and node.through:
            columns = f'{link} AS link_id, ' + columns
        derived = f'(\n{indent("SELECT " + columns)}\n{indent("FROM " + text)}) x'
        return ('x' if not node.one and parent else 'row_to_json(x)'), derived, 'x', f'x.{node.fk}'

    def restricted(self, node, parent, source, link, condition):
        """Of a grouped level: the rows whose roots are wanted, and no others."""
        if condition is None:
            return source, None
        if parent.fk is None:
            return source, condition(link)
        return source + f' JOIN {parent.table} up ON up.id = {link}', condition(f'up.{parent.fk}')

    def aggregate(self, item, order):
        if self.style == 'jsonb':
            return f'jsonb_agg({item} ORDER BY {order}.id)'
        if self.style == 'text':
            return f"string_agg({item}, ',' ORDER BY {order}.id)"
        return f'json_agg({item} ORDER BY {order}.id)'

    def or_empty(self, aggregate):
        if self.style == 'text':
            return f"'[' || coalesce({aggregate}, '') || ']'"
        return f"coalesce({aggregate}, '[]')"

    def child(self, node, parent, condition):
        """(expression, join) that give a row of the parent its children."""
        item, text, order, link = self.rows(node, parent, condition)
        name = f'{node.alias}_{node.name}'
        if self.structure.startswith('grouped'):
            if node.one:
                link = f'{node.alias}.{node.fk}'
                select = f'SELECT {link}, {item} AS doc\nFROM {text}'
                return self.or_null(f'{name}.doc'), f'\nLEFT JOIN (\n{indent(select)}) {name} ON {name}.{node.fk} = {parent.alias}.id'
            if order == 'x' and node.through:
                # the association's column is no column of the document
                return self.grouped_through(node, parent, condition, name)
            select = f'SELECT {link}, {self.aggregate(item, order)} AS docs\nFROM {text}\nGROUP BY {link}'
            return (self.or_empty(f'{name}.docs'),
                    f'\nLEFT JOIN (\n{indent(select)}) {name} ON {name}.{node.fk} = {parent.alias}.id')
        if self.style == 'array' and not node.one:
            rows = indent(f'SELECT {item}\nFROM {text}\nORDER BY {order}.id')
            select = f'SELECT array_to_json(ARRAY(\n{rows})) AS doc'
        else:
            value = item if node.one else self.or_empty(self.aggregate(item, order))
            select = f'SELECT {value} AS doc\nFROM {text}'
        if self.structure == 'correlated':
            select = f'(\n{indent(select.replace(" AS doc", ""))})'
            return (self.or_null(select) if node.one else select), ''
        join = f'\nLEFT JOIN LATERAL (\n{indent(select)}) {name} ON true'
        return (self.or_null(f'{name}.doc') if node.one else f'{name}.doc'), join

    def or_null(self, expression):
        return f"coalesce({expression}, 'null')" if self.style == 'text' else expression

    def grouped_through(self, node, parent, condition, name):
        table, m, column, payload = node.through
        source, where = self.restricted(node, parent, '', f'{m}.{node.fk}', condition)
        through = 'json_build_object(' + ', '.join(f"'{c}', {m}.{c}" for c in payload) + ') AS _through'
        select = (f'SELECT {m}.{node.fk}, {self.aggregate("x", "x")} AS docs\n'
                  f'FROM {table} {m} JOIN {node.table} {node.alias} ON {node.alias}.id = {m}.{column}'
                  f'\nCROSS JOIN LATERAL (SELECT {node.alias}.*, {through}) x'
                  + (f'\nWHERE {where}' if where else '') + f'\nGROUP BY {m}.{node.fk}')
        return (self.or_empty(f'{name}.docs'),
                f'\nLEFT JOIN (\n{indent(select)}) {name} ON {name}.{node.fk} = {parent.alias}.id')

    def statement(self, root, condition):
        item, text, _, _ = self.rows(root, None, condition)
        sort = 'x' if text.startswith('(') else root.alias
        return f'SELECT {item}\nFROM {text}\nORDER BY {sort}.id'


def indent(text):
    return textwrap.indent(text, '  ')


FORMS = [Form(structure, style)
         for structure in ('correlated', 'lateral', 'grouped')
         for style in ('row_to_json', 'json_build_object', 'jsonb', 'text', 'array')
         if (structure, style) != ('grouped', 'array')]

BETWEEN = "{} BETWEEN $1 AND $2".format
RANGE = '''--@ parameters (first last filter)
SELECT {first}, {last},
       jsonb_build_object('id', jsonb_build_object('gte', {first}, 'lte', {last}))
'''


def flat(root, condition):
    """One statement per level, by the keys of the level above."""
    lines = ['--@ flat selectin']

    def level(node, parent):
        if parent is None:
            lines.append(f'--@ level {node.name}\nSELECT * FROM {node.table} u'
                         + (f' WHERE {condition("u.id")};' if condition else ';'))
        elif node.through:
            table, m, column, payload = node.through
            lines.append(f'--@ level {node.name} {parent.name}.id\n'
                         f'SELECT {m}.{node.fk}, ' + ', '.join(f'{m}.{c}' for c in payload) + ', t.*\n'
                         f'FROM {table} {m} JOIN {node.table} t ON t.id = {m}.{column} WHERE {m}.{node.fk} = ANY($1);')
        else:
            lines.append(f'--@ level {node.name} {parent.name}.id\n'
                         f'SELECT * FROM {node.table} WHERE {node.fk} = ANY($1);')
        for kid in node.kids:
            level(kid, node)

    level(root, None)
    return '\n'.join(lines) + '\n'


def scans(root):
    """Every level whole, in one scan each: nothing can fetch them faster."""
    lines, tables = ['--@ flat scans'], []

    def visit(node):
        tables.append(node.table)
        for kid in node.kids:
            visit(kid)

    visit(root)
    for table in tables:
        lines.append(f'--@ level {table}\nCOPY {table} TO STDOUT (FORMAT binary);')
    return '\n'.join(lines) + '\n'


def write(file, head, include, root, condition, parameters, extra='', forms=FORMS, floor=None, filtered=True):
    default = ' ($1, $2)' if condition is BETWEEN else ''
    filter_argument = ', $1' if filtered else ''
    use = 'filter' if filtered else ''
    parts = [head.rstrip() + '\n' + parameters,
             f"--@ relgraph load ({use})\nSELECT relgraph.load('users', '{include}'{filter_argument});\n", extra]
    columns = {BETWEEN: 'first last'}.get(condition, 'ids' if filtered else '')
    for form in forms:
        parts.append(f'--@ sql {form.name()} ({columns})\n{form.statement(root, condition)};\n')
    parts.append((floor or flat(root, condition)).replace('--@ level users\n', f'--@ level users ({columns})\n'))
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'workloads', file + '.sql')
    with open(path, 'w') as out:
        out.write('\n'.join(part for part in parts if part))


def agg(include, where, columns):
    return (f"--@ relgraph load_agg ({columns}) array\n"
            f"SELECT relgraph.load_agg(u, '{include}' ORDER BY u.id) FROM users u WHERE {where};\n")


def main():
    def users(*kids):
        return Node('users', 'users', 'u', kids=kids)

    def between(first, last):
        return RANGE.format(first=first, last=last)

    one = "{} = $1".format
    keys = "{} = ANY($1)".format

    write('point', '--@ workload point\n--@ title 1 user: profile, posts, comments\n--@ prepared yes\n--@ burst 100\n',
          'profile, posts.comments', users(PROFILE, POSTS), one,
          "--@ parameters (ids filter)\nSELECT id, jsonb_build_object('id', id)\nFROM users\n"
          "WHERE (SELECT count(*) FROM posts WHERE author_id = users.id) BETWEEN 3 AND 15\n"
          "ORDER BY hashint4extended(id, 1) LIMIT 100;\n",
          "--@ relgraph load_row (ids)\n"
          "SELECT relgraph.load_row(u, 'profile, posts.comments') FROM users u WHERE u.id = $1;\n")
    write('page', '--@ workload page\n--@ title 50 users: posts, comments, profile, teams\n--@ prepared yes\n--@ burst 10\n',
          'profile, posts.comments, teams', users(PROFILE, POSTS, TEAMS), BETWEEN,
          between('f', 'f + 49').rstrip() + "\nFROM (SELECT 1 + 50 * (hashint4extended(n, 2) & 1023)::int "
          "% greatest(1, (SELECT max(id) FROM users) - 50) AS f\n      FROM generate_series(1, 10) n) s;\n",
          agg('profile, posts.comments, teams', 'u.id BETWEEN $1 AND $2', 'first last'))
    write('heavy', '--@ workload heavy\n--@ title 50 heavy users: posts, comments\n--@ prepared no\n--@ stream yes\n',
          'posts.comments', users(POSTS), keys,
          "--@ parameters (ids filter)\nSELECT array_agg(id), jsonb_build_object('id', jsonb_agg(id))\nFROM (\n"
          "  SELECT author_id AS id FROM posts GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 50) heavy;\n",
          agg('posts.comments', 'u.id = ANY($1)', 'ids'))
    write('thousand', '--@ workload thousand\n--@ title 1,000 users: posts, comments, teams\n--@ prepared no\n--@ stream yes\n',
          'posts.comments, teams', users(POSTS, TEAMS), BETWEEN,
          between('max(id) / 2 + 1', 'max(id) / 2 + least(1000, max(id) / 10)').rstrip() + '\nFROM users;\n',
          agg('posts.comments, teams', 'u.id BETWEEN $1 AND $2', 'first last'))
    write('many', '--@ workload many\n--@ title 10,000 users: posts, comments, teams\n--@ prepared no\n--@ stream yes\n'
          '--@ variant work_mem=4MB\n--@ variant work_mem=128MB unchecked\n',
          'posts.comments, teams', users(POSTS, TEAMS), BETWEEN,
          between('max(id) / 2 + 1', 'max(id) / 2 + max(id) / 10').rstrip() + '\nFROM users;\n')
    write('whole', '--@ workload whole\n--@ title all users: posts, comments\n--@ prepared no\n--@ stream yes\n',
          'posts.comments', users(POSTS), None, '', floor=scans(users(POSTS)), filtered=False)
    write('unindexed', '--@ workload unindexed\n--@ title 20 users: posts, attachments (key without index)\n'
          '--@ prepared no\n', 'posts.attachments', users(POSTS_WITH_FILES), BETWEEN,
          between('max(id) / 3', 'max(id) / 3 + 19').rstrip() + '\nFROM users;\n')
    series = [form for form in FORMS if form.style in ('row_to_json', 'array')]
    write('roots', '--@ workload roots\n--@ title users: posts, comments, by number of users\n--@ prepared no\n'
          '--@ stream yes\n' + ''.join(f'--@ variant roots={10 ** n}\n' for n in range(5)) + '--@ variant roots=100000 unchecked\n',
          'posts.comments', users(POSTS), BETWEEN,
          between('1 + (max(id) - r) / 3', '(max(id) - r) / 3 + r').rstrip()
          + "\nFROM users, (SELECT least(:roots, max(id)) AS r FROM users) s GROUP BY r;\n", forms=series)


if __name__ == '__main__':
    main()
