#!/usr/bin/env python3
"""The benchmark's workloads from a Python client: relgraph and SQLAlchemy's strategies.

Usage: python_peers.py ROUNDS WORKLOAD...     (connection from the environment)

relgraph's document is taken as text, and parsed into dicts, through psycopg; so
is that of the hand-written SQL that is the fastest or close to it everywhere.
SQLAlchemy's objects are all visited, so that nothing stays unloaded, and
counted: whoever has not the same number of rows ends the program.  Prints the
lines that client.c prints, of the kinds `document` and `orm`.
"""
import gc
import json
import os
import re
import sys
import time

import psycopg
import sqlalchemy
from psycopg.types.string import TextLoader
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, aliased, joinedload, lazyload, relationship, selectinload, subqueryload

from models import Category, Membership, Post, User

HERE = os.path.dirname(os.path.abspath(__file__))
SQL_FORM = 'lateral, array'
# Whoever needs so many times as long as the fastest of a kind runs once.
TOO_SLOW = 5
STRATEGIES = {'selectinload': selectinload, 'joinedload': joinedload, 'subqueryload': subqueryload, 'lazy': lazyload}
COLLECTIONS = ('profile', 'posts', 'comments', 'teams', 'attachments', 'children')


def read_workload(name):
    """The sets of parameters' query, its columns, and the statements of a file."""
    sections, current = {}, None
    with open(os.path.join(HERE, '..', 'workloads', name + '.sql')) as file:
        for line in file:
            if line.startswith('--@'):
                current = line[3:].strip()
                sections[current] = ''
            elif current:
                sections[current] += line
    return sections


def statement(sections, start):
    """(SQL with psycopg's placeholders, names of the parameters) of a contender."""
    for heading, text in sections.items():
        found = re.match(re.escape(start) + r'\s*(?:\((.*)\))?$', heading)
        if found:
            names = (found.group(1) or '').split()
            sql = re.sub(r'\$(\d)', lambda m: f'%({names[int(m.group(1)) - 1]})s', text.rstrip().rstrip(';').replace('%', '%%'))
            return sql, names
    return None, None


def count_rows(document):
    """How many rows a document holds."""
    rows = 1
    for key in COLLECTIONS:
        below = document.get(key)
        if isinstance(below, dict):
            rows += count_rows(below)
        elif below:
            rows += sum(count_rows(row) for row in below)
    return rows


# ---- SQLAlchemy

def chain(strategy, *steps):
    """The strategy's option for a path, such as User.posts, Post.comments."""
    option = strategy(steps[0])
    for step in steps[1:]:
        option = getattr(option, strategy.__name__)(step)
    return option


def paths(name):
    return {
        'point': [(User.profile,), (User.posts, Post.comments)],
        'page': [(User.profile,), (User.posts, Post.comments), (User.memberships, Membership.team)],
        'heavy': [(User.posts, Post.comments)],
        'thousand': [(User.posts, Post.comments), (User.memberships, Membership.team)],
        'many': [(User.posts, Post.comments), (User.memberships, Membership.team)],
        'roots': [(User.posts, Post.comments)],
        'unindexed': [(User.posts, Post.attachments)],
    }[name]


def visit(users, steps):
    """Touch every object below the users; return how many there are with them."""
    rows = 0
    for user in users:
        rows += 1
        for path in steps:
            below = getattr(user, path[0].key)
            if path[0] is User.profile:
                rows += below is not None
            elif path[0] is User.memberships:
                rows += sum(1 for membership in below if membership.team.name)
            else:
                rows += sum(1 + len(getattr(post, path[1].key)) for post in below)
    return rows


def where_users(values):
    if 'first' in values:
        return User.id.between(values['first'], values['last'])
    ids = values['ids']
    return User.id.in_(ids) if isinstance(ids, list) else User.id == ids


def orm_users(name, strategy):
    def run(session, values):
        query = select(User).where(where_users(values)).order_by(User.id)
        query = query.options(*(chain(strategy, *path) for path in paths(name)))
        return visit(session.scalars(query).unique(), paths(name))
    return run


def newest_lateral(session, values):
    """Entities of a lateral join: what the manual calls for."""
    newest = (select(Post, Post.comment_count.expression.label('comment_count')).where(Post.author_id == User.id)
              .order_by(Post.created_at.desc()).limit(3).lateral())
    post = aliased(Post, newest)
    query = (select(User, post, newest.c.comment_count).outerjoin(newest, sqlalchemy.true())
             .where(where_users(values)).order_by(User.id, newest.c.created_at.desc()))
    users, rows = {}, 0
    for user, below, comments in session.execute(query):
        posts = users.setdefault(user, [])
        if below is not None:
            posts.append((below, comments))
            rows += 1
    return len(users) + rows


def window_relationship():
    """User.newest: posts numbered by a window, as a relationship to an alias."""
    numbered = select(Post, sqlalchemy.func.row_number().over(
        partition_by=Post.author_id, order_by=Post.created_at.desc()).label('place')).subquery()
    alias = aliased(Post, numbered)
    User.newest = relationship(alias, viewonly=True, order_by=alias.created_at.desc(), primaryjoin=sqlalchemy.and_(
        User.id == sqlalchemy.orm.foreign(alias.author_id), numbered.c.place <= 3))
    return alias


def newest_window(session, values):
    query = select(User).where(where_users(values)).order_by(User.id).options(
        selectinload(User.newest).undefer(NEWEST.comment_count))
    return sum(1 + sum(1 for post in user.newest if post.comment_count >= 0) for user in session.scalars(query))


def tree_selectin(session, values):
    root = session.scalars(select(Category).where(Category.id == 1).options(
        selectinload(Category.children, recursion_depth=-1))).one()
    return visit_tree(root)


def tree_lazy(session, values):
    return visit_tree(session.get(Category, 1))


def visit_tree(root):
    rows, waiting = 0, [root]
    while waiting:
        rows += 1
        waiting += waiting.pop().children
    return rows


def orm_contenders(name):
    if name == 'newest':
        return {'SQLAlchemy lateral entities': newest_lateral, 'SQLAlchemy selectinload of a window': newest_window}
    if name == 'tree':
        return {'SQLAlchemy selectinload': tree_selectin, 'SQLAlchemy lazy': tree_lazy}
    return {f'SQLAlchemy {label}': orm_users(name, strategy) for label, strategy in STRATEGIES.items()
            if label != 'lazy' or name not in ('many', 'roots')}


# ---- documents and rows

def document_contenders(name, sections):
    """Name: (SQL, loader of json); None for psycopg's own, which parses."""
    contenders = {}
    for start, label in (('relgraph load', 'relgraph'), (f'sql {SQL_FORM}', 'SQL'), ('sql correlated, array', 'SQL')):
        sql, _ = statement(sections, start)
        if sql and label + ', text' not in contenders:
            contenders[label + ', text'] = (sql, True)
            contenders[label + ', parsed'] = (sql, False)
    return contenders


def assemble_rows(connection):
    """WITH RECURSIVE, nested here: what a client does without an engine."""
    from psycopg.rows import dict_row
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute("""
            WITH RECURSIVE tree AS (
              SELECT c.* FROM categories c WHERE c.id = 1
              UNION ALL
              SELECT c.* FROM tree t JOIN categories c ON c.parent_id = t.id)
            SELECT * FROM tree ORDER BY id""").fetchall()
    by_id = {}
    for row in rows:
        row['children'] = []
        by_id[row['id']] = row
        if row['parent_id'] in by_id:
            by_id[row['parent_id']]['children'].append(row)
    return len(rows)


def read_documents(connection, sql, values):
    return [row[0] for row in connection.execute(sql, values)]


class Clock:
    """Wall time, CPU time of the server process, CPU time here; in ms."""

    def __init__(self, pid):
        self.pid = pid

    def read(self):
        with open(f'/proc/{self.pid}/schedstat') as file:
            server = int(file.read().split()[0]) / 1e6
        return time.perf_counter() * 1e3, server, time.process_time() * 1e3


def measure(runs, function, clock):
    """([times per run], result of the last run)"""
    gc.collect()
    before = clock.read()
    for values in runs:
        result = function(values)
    after = clock.read()
    return [(b - a) / len(runs) for a, b in zip(before, after)], result


def run_workload(name, rounds, variant=''):
    sections = read_workload(name)
    heading = next((h for h in sections if h.startswith('parameters')), None)
    runs = [{}]
    burst = int(next((h.split()[1] for h in sections if h.startswith('burst')), 1))
    raw = psycopg.connect(autocommit=True)
    text = psycopg.connect(autocommit=True)
    text.adapters.register_loader('json', TextLoader)
    if heading:
        names = re.search(r'\((.*)\)', heading).group(1).split()
        query = sections[heading].rstrip().rstrip(';').replace(':roots', variant.replace('roots=', ''))
        runs = [dict(zip(names, row)) for row in raw.execute(query)][:burst]
        for values in runs:
            if 'filter' in values:
                values['filter'] = json.dumps(values['filter'])

    engine = create_engine('postgresql+psycopg://')
    contenders = {}
    for label, (sql, as_text) in document_contenders(name, sections).items():
        connection = text if as_text else raw
        contenders['document', label] = (
            lambda values, c=connection, s=sql: read_documents(c, s, values), connection.info.backend_pid)
    if name == 'tree':
        contenders['document', 'WITH RECURSIVE, nested in Python'] = (
            lambda values: assemble_rows(raw), raw.info.backend_pid)
    session_connection = engine.connect()
    pid = session_connection.connection.driver_connection.info.backend_pid
    for label, function in orm_contenders(name).items():
        def run(values, f=function):
            with Session(session_connection) as session:
                return f(session, values)
        contenders['orm', label] = (run, pid)
    time_all(name, variant, contenders, runs, rounds)
    session_connection.close()
    engine.dispose()
    raw.close()
    text.close()


def count_of(result):
    """How many rows a contender returned; None for documents as text."""
    if not isinstance(result, list):
        return result
    if result and isinstance(result[0], str):
        return None
    return sum(count_rows(document) for document in result)


def time_all(name, variant, contenders, runs, rounds):
    usable, first, expected = {}, {}, None
    for key, (function, pid) in contenders.items():
        try:
            first[key], result = measure(runs, function, Clock(pid))
        except psycopg.Error as error:
            print('failed', name, variant, *key, str(error).split('\n')[0], sep='\t')
            continue
        usable[key] = (function, pid)
        rows = count_of(result)
        if expected is None:
            expected = rows
        if rows is not None and rows != expected:
            sys.exit(f'workload {name}: {key[1]} has {rows} rows, not {expected}')
        print_times('first', name, variant, key, 0, runs, first[key])
    best = {}
    for (kind, _), (wall, _, _) in first.items():
        best[kind] = min(wall, best.get(kind, wall))
    for round in range(1, rounds + 1):
        for key, (function, pid) in usable.items():
            if first[key][0] <= TOO_SLOW * best[key[0]]:
                print_times('time', name, variant, key, round, runs, measure(runs, function, Clock(pid))[0])


def print_times(record, name, variant, key, round, runs, times):
    print(record, name, variant, *key, round, len(runs), *(f'{t:.4f}' for t in times), 0, 0, sep='\t', flush=True)


if __name__ == '__main__':
    NEWEST = window_relationship()
    print('version', 'python', sys.version.split()[0], sep='\t')
    print('version', 'psycopg', psycopg.__version__, sep='\t')
    print('version', 'SQLAlchemy', sqlalchemy.__version__, sep='\t')
    for argument in sys.argv[2:]:
        workload, _, variation = argument.partition(':')
        run_workload(workload, int(sys.argv[1]), variation)
