#!/usr/bin/env python3
"""Turns what the benchmark measured into a page of tables, and pictures.

Usage: report.py RESULT.tsv    (writes RESULT.md and RESULT-*.svg beside it)
"""
import collections
import os
import statistics
import sys

from chart import dots, lines

# What the forms of hand-written SQL have in common is their structure.
USUAL_STYLES = ('row_to_json', 'json_build_object', 'jsonb')


class Results:
    """The lines of a result file, by workload, variant, kind and contender."""

    def __init__(self, path):
        self.titles, self.facts = {}, collections.defaultdict(list)
        self.times = collections.OrderedDict()
        self.first, self.memory, self.failed = {}, {}, []
        self.checks = collections.Counter()
        with open(path) as file:
            for line in file:
                self.read(line.rstrip('\n').split('\t'))

    def read(self, fields):
        record, rest = fields[0], fields[1:]
        if record == 'workload':
            self.titles[rest[0]] = rest[1]
        elif record in ('time', 'first'):
            key, numbers = tuple(rest[:4]), [float(x) for x in rest[6:]]
            if record == 'first':
                self.first[key] = numbers
            else:
                self.times.setdefault(key, []).append(numbers)
        elif record == 'memory':
            self.memory[tuple(rest[:4])] = int(rest[4]) / 1024
        elif record == 'check':
            self.checks[rest[0], rest[1]] += 1
        elif record == 'failed':
            self.failed.append(rest)
        else:
            self.facts[record].append(rest)

    def variants(self, workload):
        return list(dict.fromkeys(key[1] for key in self.times if key[0] == workload))

    def keys(self, workload, variant, kind):
        return [key for key in self.times if key[:3] == (workload, variant, kind)]

    def median(self, key, column=0):
        return statistics.median(numbers[column] for numbers in self.times[key]) if key in self.times else None

    def least(self, key):
        return min(numbers[0] for numbers in self.times[key])

    def fastest(self, workload, variant, kind, contains=''):
        keys = [key for key in self.keys(workload, variant, kind) if contains in key[3]]
        return min(keys, key=self.median, default=None)


def number(value, unit=''):
    if value is None:
        return ''
    if value >= 100:
        return f'{value:,.0f}{unit}'
    return f'{value:.1f}{unit}' if value >= 10 else f'{value:.2f}{unit}' if value >= 1 else f'{value:.3f}{unit}'


def ratio(above, below):
    return '' if above is None or not below else f'{above / below:.2f}'


def table(heads, rows):
    yield '| ' + ' | '.join(heads) + ' |'
    yield '|' + '|'.join('---' if i == 0 else '---:' for i in range(len(heads))) + '|'
    for row in rows:
        yield '| ' + ' | '.join(row) + ' |'
    yield ''


def label(results, workload, variant):
    title = results.titles.get(workload, workload)
    return f'{title} ({variant})' if variant else title


def documents_by_hand(results, workload, variant):
    """The fastest way to the same documents without relgraph."""
    keys = results.keys(workload, variant, 'sql') + results.keys(workload, variant, 'client')
    return min(keys, key=results.median, default=None)


def summary(results):
    rows = []
    for workload in results.titles:
        if workload == 'roots':
            continue
        for variant in results.variants(workload):
            ours = results.fastest(workload, variant, 'relgraph')
            best = documents_by_hand(results, workload, variant)
            usual = min((key for key in results.keys(workload, variant, 'sql')
                         if key[3].startswith('correlated') and any(key[3].endswith(s) for s in USUAL_STYLES)),
                        key=results.median, default=None)
            flat = results.fastest(workload, variant, 'flat')
            if not ours and not best:
                continue
            rows.append([
                label(results, workload, variant), number(ours and results.median(ours)),
                number(best and results.median(best)), best[3] if best else '',
                f'**{ratio(best and results.median(best), ours and results.median(ours))}**' if ours else '',
                ratio(best and results.median(best, 1), ours and results.median(ours, 1)),
                number(usual and results.median(usual)),
                number(flat and results.median(flat)),
                ratio(ours and results.median(ours), flat and results.median(flat)),
                number(results.memory.get(ours)), number(results.memory.get(best)), number(results.memory.get(flat))])
    return table(['workload', 'relgraph', 'best SQL', 'its form', 'faster', 'less CPU', 'correlated SQL', 'flat',
                  'of flat', 'memory', 'best SQL', 'flat'], rows)


def from_client(results):
    rows = []
    for workload in results.titles:
        for variant in results.variants(workload):
            documents = {key[3]: results.median(key) for key in results.keys(workload, variant, 'document')}
            orm = results.fastest(workload, variant, 'orm', 'SQLAlchemy')
            if not orm or (workload == 'roots'):
                continue
            others = [f'{key[3].replace("SQLAlchemy ", "")} {number(results.median(key))}'
                      for key in results.keys(workload, variant, 'orm') if key != orm and 'SQLAlchemy' in key[3]]
            others += [f'{key[3].replace("SQLAlchemy ", "")} {number(numbers[0])}' for key, numbers in results.first.items()
                       if key[:3] == (workload, variant, 'orm') and key not in results.times and 'SQLAlchemy' in key[3]]
            text, parsed = documents.get('relgraph, text'), documents.get('relgraph, parsed')
            rows.append([label(results, workload, variant), number(text), number(parsed),
                         number(documents.get('SQL, text')), number(documents.get('SQL, parsed')),
                         number(results.median(orm)), orm[3].replace('SQLAlchemy ', ''),
                         ratio(results.median(orm), text), ratio(results.median(orm), parsed), ', '.join(others)])
    return table(['workload', 'relgraph, text', 'parsed', 'SQL, text', 'parsed', 'SQLAlchemy', 'by',
                  'faster, text', 'parsed', 'other ways'], rows)


def other_peers(results):
    names = list(dict.fromkeys(key[3] for key in results.times if key[2] == 'orm' and 'SQLAlchemy' not in key[3]))
    if not names:
        return []
    names.sort(key=lambda name: (not name.startswith('relgraph'), name))
    rows = []
    for workload in results.titles:
        found = [results.median((workload, '', 'orm', name)) for name in names]
        if any(found):
            rows.append([label(results, workload, '')] + [number(value) for value in found])
    return table(['workload'] + names, rows)


def pgbench(results):
    rows = []
    for workload in results.titles:
        ours = results.median((workload, '', 'pgbench', 'relgraph'))
        best = results.median((workload, '', 'pgbench', 'sql'))
        if ours and best:
            rows.append([label(results, workload, ''), number(ours), number(best), f'**{ratio(best, ours)}**'])
    return table(['workload', 'relgraph', 'SQL: correlated, array', 'faster'], rows) if rows else []


def details(results):
    for workload in results.titles:
        for variant in results.variants(workload):
            yield f'### {label(results, workload, variant)}'
            yield ''
            rows = []
            for kind in ('relgraph', 'sql', 'client', 'flat'):
                for key in sorted(results.keys(workload, variant, kind), key=results.median):
                    rows.append([f'{kind}: {key[3]}', number(results.median(key)), number(results.least(key)),
                                 number(results.median(key, 1)), number(results.median(key, 2)),
                                 number(results.memory.get(key)), number(results.times[key][0][4] / 1e6)])
                for key, numbers in results.first.items():
                    if key[:3] == (workload, variant, kind) and key not in results.times:
                        rows.append([f'{kind}: {key[3]} (once)', number(numbers[0]), '', number(numbers[1]),
                                     number(numbers[2]), '', number(numbers[4] / 1e6)])
            yield from table(['contender', 'median', 'least', 'server CPU', 'client CPU', 'MB of memory', 'MB sent'], rows)


# ---- pictures

def roots_of(variant):
    return int(variant.split('=')[1])


def series(results, kind, contains, column, memory=False):
    points = []
    for variant in results.variants('roots'):
        key = results.fastest('roots', variant, kind, contains)
        if not key and not memory:
            once = [numbers[column] for key, numbers in results.first.items()
                    if key[:3] == ('roots', variant, kind) and contains in key[3]]
            value = once[0] if once else None
        else:
            value = results.memory.get(key) if memory else results.median(key, column)
        if value:
            points.append((roots_of(variant), value))
    return sorted(points)


def pictures(results, base):
    ways = [('relgraph', 'relgraph', 'load', 'relgraph'),
            ('flat statements, not nested', 'flat', '', 'flat'),
            ('SQL: lateral, array', 'sql', 'lateral, array', 'array'),
            ('SQL: correlated, row_to_json', 'sql', 'correlated, row_to_json', 'correlated'),
            ('SQL: grouped, row_to_json', 'sql', 'grouped, row_to_json', 'grouped')]
    names = []
    for memory in (False, True):
        data = [(name, colour, series(results, kind, contains, 0, memory)) for name, kind, contains, colour in ways]
        if not memory:
            data.append(('SQLAlchemy selectinload', 'orm', series(results, 'orm', 'selectinload', 0)))
            data.append(('SQLAlchemy joinedload', 'orm2', series(results, 'orm', 'joinedload', 0)))
        data = [line for line in data if len(line[2]) > 1]
        if not data:
            continue
        name = base + ('-memory.svg' if memory else '-roots.svg')
        title = 'Private memory of the server process' if memory else 'Users with their posts and comments'
        axis = 'peak, MB' if memory else 'time'
        with open(name, 'w') as file:
            file.write(lines(title, 'number of users', axis, data, 'MB' if memory else 'ms'))
        names.append((name, title))
    rows = []
    for workload in results.titles:
        for variant in results.variants(workload):
            ours = results.fastest(workload, variant, 'relgraph')
            if workload == 'roots' or not ours or (variant and '128' not in variant):
                continue
            unit = results.median(ours)
            marks = [('best hand-written SQL', 'array', documents_by_hand(results, workload, variant)),
                     ('flat statements', 'flat', results.fastest(workload, variant, 'flat'))]
            marks = [(name, colour, results.median(key) / unit) for name, colour, key in marks if key]
            text = results.median((workload, '', 'document', 'relgraph, text'))
            orm = results.fastest(workload, '', 'orm', 'SQLAlchemy')
            if text and orm:
                marks.append(('SQLAlchemy, its best way', 'orm', results.median(orm) / text))
            rows.append((label(results, workload, variant), marks))
    if rows:
        with open(base + '-overview.svg', 'w') as file:
            file.write(dots('How many times as long as relgraph', rows))
        names.insert(0, (base + '-overview.svg', 'How many times as long as relgraph'))
    return names


HOW_TO_READ = """
Times are medians in milliseconds until the client has everything; memory is the most private memory the server
process had, in MB. *Best SQL* is the fastest of all forms below, each of which returned the same documents as
relgraph before anything was timed. *Flat* is one statement per level whose rows are read in binary and nested by
nobody. *Faster* is best SQL by relgraph, *less CPU* the same of the server's CPU time, *of flat* relgraph by flat.
"""


def page(results, base):
    yield '# Eager loading, measured'
    yield ''
    versions = ', '.join(' '.join(rest) for rest in results.facts['version'])
    machine = results.facts['machine'][0][0] if results.facts['machine'] else ''
    settings = results.facts['settings'][0][0].replace('-c ', '') if results.facts['settings'] else ''
    sizes = ', '.join(f'{int(rows):,} {name}' for name, rows, _ in results.facts['table'])
    yield f'{versions}; {machine}; {settings}. Rows: {sizes}.'
    yield HOW_TO_READ
    for name, title in pictures(results, base):
        yield f'![{title}]({os.path.basename(name)})'
        yield ''
    yield '## From the server'
    yield ''
    yield from summary(results)
    yield '## From a Python client'
    yield ''
    yield ('The same graph in one process: relgraph\'s and SQL\'s documents as text and parsed into dicts, '
           'SQLAlchemy\'s objects all visited.')
    yield ''
    yield from from_client(results)
    others = list(other_peers(results))
    if others:
        yield '## From a JavaScript client'
        yield ''
        yield from others
    latency = list(pgbench(results))
    if latency:
        yield '## Under pgbench'
        yield ''
        yield 'One client, prepared statements, mean latency in milliseconds.'
        yield ''
        yield from latency
    for rest in results.facts['skipped']:
        yield f'Left out: {rest[0]}.'
        yield ''
    for rest in results.failed:
        yield f'Failed: {" ".join(rest)}.'
        yield ''
    yield '## All contenders'
    yield ''
    yield from details(results)


def main():
    path = sys.argv[1]
    base = os.path.splitext(path)[0]
    results = Results(path)
    with open(base + '.md', 'w') as out:
        for line in page(results, base):
            out.write(line.rstrip() + '\n')
    print(base + '.md')


if __name__ == '__main__':
    main()
