"""Random schemas with random rows, and what is known of them because they were made.

A Schema has Tables, and every Table the Edges that lead out of it.  Of
relgraph, only the names of the edges are taken; which rows an edge leads to is
said by condition(), in plain SQL.  All tables but plain links have a column of
distinct integers, `number`, so that a row can be named and any order made total.
"""

# Type: (as a column's type is written, as a value of it is cast, values that are
# all different, what can be done: c compare, l like, m min and max, s sum, a avg,
# b a value can stand in JSON without quotes).
TYPES = {
    "int": ("int", "int", ["0", "1", "2", "-7", "2147483647"], "cmsab"),
    "smallint": ("smallint", "smallint", ["0", "1", "2", "-32768"], "cmsab"),
    "bigint": ("bigint", "bigint", ["0", "1", "-2", "9223372036854775807"], "cmsab"),
    "numeric": ("numeric", "numeric", ["0", "1.50", "-2.25", "NaN", "12345678901234567890.5"], "cmsa"),
    "money_like": ("numeric(8,2)", "numeric", ["0", "1.5", "99.99", "-3"], "cmsab"),
    "float8": ("float8", "float8", ["0", "1.5", "-2.25", "NaN", "Infinity"], "cmsa"),
    "real": ("real", "real", ["0.5", "1.5", "-4"], "cmsab"),
    "text": ("text", "text", ["", "a", "B", "ab", "null", "é\"\\\n'$1", "100%"], "clm"),
    "varchar": ("varchar(5)", "varchar", ["", "a", "B", "ab", "a%_"], "clm"),
    "char": ("char(4)", "bpchar", ["a", "b", "ab"], "cm"),
    "bool": ("boolean", "boolean", ["true", "false"], "cb"),
    "timestamptz": ("timestamptz", "timestamptz", ["2020-01-01 12:00+01", "infinity", "2021-06-15 01:02:03.456789+00", "0044-03-15 00:00+00 BC"], "cm"),
    "timestamp": ("timestamp", "timestamp", ["2020-01-01 12:00", "-infinity", "12020-01-01 00:00:00.1"], "cm"),
    "date": ("date", "date", ["2020-02-29", "infinity", "1999-12-31", "0001-01-01 BC"], "cm"),
    "time": ("time", "time", ["00:00", "24:00", "12:34:56.7"], "cm"),
    "timetz": ("timetz", "timetz", ["00:00+00", "12:34:56.7-05:30"], "cm"),
    "interval": ("interval", "interval", ["1 day", "-3 months 01:02:03", "00:00:00.5"], "cmsa"),
    "jsonb": ("jsonb", "jsonb", ['{"a": [1, {"b": null}]}', '"x"', "1.50", "true", "[]"], "c"),
    "json": ("json", "json", ['{"a" : 1 ,  "a":2}', '"x\\u00e9"', "[1, 2]", "null"], ""),
    "int[]": ("int[]", "int[]", ["{}", "{1,NULL}", "{{1,2},{3,4}}", "{5}", "[0:1]={7,8}"], "cm"),
    "text[]": ("text[]", "text[]", ["{}", '{a,"b c",NULL,"null"}', '{"\\"q\\\\"}'], "cm"),
    "uuid": ("uuid", "uuid", ["00000000-0000-0000-0000-000000000001", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"], "c"),
    "bytea": ("bytea", "bytea", ["\\x", "\\x00ff", "\\x616263"], "c"),
    "enum": ("fz.mood", "fz.mood", ["sad", "fine", "so so", "quite \"good\""], "cm"),
    "label": ("fz.label", "text", ["a", "ab", "B"], "cm"),
    "price": ("fz.price", "numeric", ["0", "1.5", "20"], "cmsab"),
    "inet": ("inet", "inet", ["10.0.0.1", "10.0.0.0/8", "::1"], "cm"),
    "row": ("fz.pair", "fz.pair", ["(1,x)", "(,)", "(2,\"a,b\")"], "cr"),
    "row[]": ("fz.pair[]", "fz.pair[]", ["{}", '{"(1,x)",NULL}'], "c"),
    "range": ("int4range", "int4range", ["[1,5)", "empty", "(,3)"], "c"),
    "point": ("point", "point", ["(1,2)", "(0.5,-1)"], ""),
    "name": ("name", "name", ["a", "Bc"], "c"),
    "oid": ("oid", "oid", ["0", "7", "4294967295"], "cmb"),
    "varbit": ("varbit", "varbit", ["101", ""], "c"),
    "tsvector": ("tsvector", "tsvector", ["'a' 'b'", "'b':2A"], "c"),
}
# Key: (column's type, value of row i, types of a foreign key to it)
KEYS = {
    "int": ("int", lambda i: str(i), ["int", "bigint", "smallint"]),
    "bigint": ("bigint", lambda i: str(i * (1 if i % 2 else 100)), ["bigint", "int", "smallint"]),
    "smallint": ("smallint", lambda i: str(-i), ["smallint", "bigint"]),
    "text": ("text", lambda i: ["", "x'y", "Zed", "a\"b", "ä"][i] if i < 5 else "k%d" % i, ["text", "varchar(20)"]),
    "varchar": ("varchar(20)", lambda i: "v%d" % (i * 7 % 1009), ["varchar(30)", "text"]),
    "char": ("char(5)", lambda i: "c%d" % i, ["char(5)", "char(7)"]),
    "uuid": ("uuid", lambda i: "00000000-0000-4000-8000-%012d" % (i * 37 % 1009), ["uuid"]),
    "numeric": ("numeric", lambda i: "%d.5" % i, ["numeric", "numeric(9,3)"]),
    "whole": ("numeric", lambda i: "%d.0" % i, ["numeric(9,2)", "int", "bigint"]),
    "date": ("date", lambda i: "2020-01-%02d" % (i % 28 + 1), ["date", "timestamp"]),
    "timestamptz": ("timestamptz", lambda i: "2020-01-01 %02d:%02d+00" % (i // 60, i % 60), ["timestamptz"]),
    "float8": ("float8", lambda i: str(i - 3), ["float8", "real"]),
    "bool": ("boolean", lambda i: ["false", "true"][i], ["boolean"]),
    "enum": ("fz.mood", lambda i: TYPES["enum"][2][i], ["fz.mood"]),
    "bytea": ("bytea", lambda i: "\\x%02x" % (i * 11 % 256), ["bytea"]),
    "inet": ("inet", lambda i: "10.0.0.%d" % i, ["inet"]),
    "interval": ("interval", lambda i: "%d days" % i, ["interval"]),
    "jsonb": ("jsonb", lambda i: '{"k": %d}' % i, ["jsonb"]),
    "array": ("int[]", lambda i: "{%d,NULL}" % i, ["int[]"]),
    "pair": ("fz.pair", lambda i: "(%d,)" % i, ["fz.pair"]),
    "range": ("int4range", lambda i: "[%d,%d)" % (i, i + 3), ["int4range"]),
    "price": ("fz.price", lambda i: "%d.50" % i, ["fz.price", "numeric"]),
    "folded": ("text COLLATE fz.folded", lambda i: "key%d" % i, ["text COLLATE fz.folded"]),
}
# Another text of a value that is equal to it
ALSO = {
    "float8": lambda v: "-0" if v == "0" else v,
    "interval": lambda v: "%d hours" % (int(v.split()[0]) * 24),
    "jsonb": lambda v: v.replace("}", ".0}"),
    "price": lambda v: v[:-1],
    "folded": lambda v: v.upper(),
}
TYPE_OF_KEY = {"whole": "numeric", "array": "int[]", "pair": "row", "folded": "text"}
MOST_ROWS = {"bool": 2, "enum": 4, "date": 28, "bytea": 250, "inet": 250}
WORDS = ["user", "Order", "select", "post", "we ird", "limit", "person", "naïve", "a\"b", "from",
         "item", "count", "BigTable", "status", "tag", "team", "a.b", "category", "filter", "$1"]
COLUMN_WORDS = ["name", "select", "createdAt", "we ird", "value", "order", "and", "or", "not", "é",
                "limit", "count", "some", "in", "is_null", "a\"b", "x.y", "depth", "A", "true", "null", "$2", "-x"]


def quoted(name):
    return '"%s"' % name.replace('"', '""')


def literal(value):
    return "NULL" if value is None else "'%s'" % value.replace("'", "''")


class Column:
    def __init__(self, name, kind, sqltype, cast, values, can, extra=""):
        self.name, self.kind, self.sqltype, self.cast = name, kind, sqltype, cast
        self.values, self.can, self.extra = values, can, extra
        self.hidden = False     # from the role that has no right to all columns


class Table:
    def __init__(self, schema, name):
        self.schema, self.name = schema, name
        self.sql = "%s.%s" % (quoted(schema), quoted(name))
        self.columns, self.rows, self.pk, self.edges = [], [], [], []
        self.kind = "plain"      # or partitioned, view
        self.number = None       # name of the column of distinct integers
        self.keys = []           # lists of columns that foreign keys can reference

    @property
    def source(self):
        """What follows FROM: foreign keys do not see tables that inherit."""
        return ("ONLY " if self.kind == "plain" else "") + self.sql

    def column(self, name):
        return next(c for c in self.columns if c.name == name)

    def total_order(self):
        """The names of columns that leave at most identical rows without an order."""
        return self.pk or ([self.number] if self.number else [c.name for c in self.columns])


class Edge:
    """A relationship as it is known here; name and qualified come from relgraph."""

    def __init__(self, source, target, columns, target_columns, is_list, identity, through=None,
                 through_columns=None, through_target=None, unique_pair=None, surrogate=()):
        self.source, self.target, self.columns, self.target_columns = source, target, columns, target_columns
        self.is_list, self.identity, self.through, self.unique_pair = is_list, identity, through, unique_pair
        self.through_columns, self.through_target, self.surrogate = through_columns, through_target, list(surrogate)
        self.name = self.qualified = None

    @property
    def payload(self):
        """What an association says beside which rows it associates."""
        if not self.unique_pair:
            return []
        return [c.name for c in self.through.columns
                if c.name not in self.through_columns + self.through_target + self.surrogate]

    def condition(self, source, target, through):
        """The condition by which rows of these aliases are related."""
        if not self.through:
            return equal(target, self.target_columns, source, self.columns)
        return "%s AND %s" % (equal(source, self.columns, through, self.through_columns),
                              equal(through, self.through_target, target, self.target_columns))

    def exists(self, source, target):
        """The same as a condition on source and target alone."""
        if not self.through:
            return self.condition(source, target, None)
        return "EXISTS (SELECT FROM %s j WHERE %s)" % (self.through.source, self.condition(source, target, "j"))


def equal(one, ones, other, others):
    return " AND ".join("%s.%s = %s.%s" % (one, quoted(a), other, quoted(b)) for a, b in zip(ones, others))


class Schema:
    """A random schema: statements() make it, tables and their edges describe it."""

    def __init__(self, rng, has_icu=True):
        self.has_icu = has_icu
        self.key_kinds = sorted(k for k in KEYS if has_icu or k != "folded")
        self.rng, self.tables, self.later, self.unindexed, self.foreign_keys = rng, [], [], [], 0
        self.words = rng.sample(WORDS, len(WORDS))
        for _ in range(rng.randint(2, 4)):
            self.entity()
        for _ in range(rng.randint(0, 2)):
            self.association(rng.choice(self.keyed()), rng.choice(self.keyed()))
        for _ in range(rng.randint(1, 6)):
            self.reference(rng.choice([t for t in self.tables if t.number]), rng.choice(self.keyed()))
        if rng.random() < 0.35:
            self.self_reference()
        self.statements_of_tables = [self.create(t) for t in self.tables]
        if rng.random() < 0.3:
            self.heir()
        for _ in range(rng.choice([0, 0, 1, 2])):
            self.view()
        self.secure()

    def keyed(self):
        return [t for t in self.tables if t.keys]

    def new_table(self, name=None):
        rng = self.rng
        word = name or self.words.pop()
        if rng.random() < 0.4 and not name:
            word = rng.choice(["t%d", "x_%d", "Tab%d"]) % len(self.tables)
        table = Table(rng.choice(["fz", "fz", "fz", "Fz 2"]), word)
        return table

    def key_column(self, name, key, extra=" NOT NULL"):
        kind = TYPE_OF_KEY.get(key, key)
        sqltype, value, _ = KEYS[key]
        can = "".join(c for c in TYPES[kind][3] if c in ("cr" if kind == "text" else "crb"))
        return Column(name, key, sqltype, TYPES[kind][1], [value(i) for i in range(min(5, MOST_ROWS.get(key, 5)))], can, extra)

    def payload(self, table, least, most):
        for _ in range(self.rng.randint(least, most)):
            kind = self.rng.choice(sorted(TYPES))
            names = {c.name for c in table.columns}
            name = self.rng.choice(COLUMN_WORDS) if self.rng.random() < 0.4 else "c%d" % len(table.columns)
            if name not in names:
                table.columns.append(Column(name, kind, *TYPES[kind]))

    def entity(self):
        """A table of its own, with a key or without."""
        rng, table = self.rng, self.new_table()
        rows = rng.choice([0, 1, 3, 6, 10, 10, 15, 15, 25, 25, 40] + [300] * (rng.random() < 0.1))
        shape = rng.choice(["one", "one", "one", "two", "two", "none", "unique"])
        keys = [rng.choice(self.key_kinds) for _ in range(2 if shape == "two" else 1)]
        names = ["id", rng.choice(["code", "Key", "part"])][:len(keys)]
        if shape == "two":
            keys[1] = rng.choice(["int", "text", "bool", "enum", "smallint"])
        else:
            rows = min(rows, MOST_ROWS.get(keys[0], 99))
        key_columns = [self.key_column(n, k) for n, k in zip(names, keys)]
        table.number = rng.choice(["n", "No", "number"])
        table.columns = key_columns + [Column(table.number, "int", "int", "int", [str(i) for i in range(rows + 1)], "cmsab")]
        if shape in ("one", "two"):
            table.pk = rng.choice([names, names[::-1]])
            table.keys = [names]
            if rng.random() < 0.2:
                table.kind = "partitioned"
        elif shape == "unique":
            key_columns[0].extra = " UNIQUE"
            table.keys = [names]
        else:
            key_columns[0].extra = ""
        self.payload(table, 0, 5)
        if rng.random() < 0.15:
            table.columns.append(Column("twice", "int", "int", "int", ["2", "4", "18"], "cmsab",
                                        " GENERATED ALWAYS AS (%s * 2) STORED" % quoted(table.number)))
        if rng.random() < 0.5:
            rng.shuffle(table.columns)
        values = self.key_rows(keys, shape, rows)
        for i, value in enumerate(values):
            row = dict(zip(names, value))
            if shape == "unique" and rng.random() < 0.2:
                row[names[0]] = None
            row[table.number] = str(i + 1)
            self.fill(table, row)
        rng.shuffle(table.rows)
        self.tables.append(table)
        if not self.keyed() and len(self.tables) > 1:
            self.tables.pop()
            self.words.append(table.name)
            return self.entity()
        return table

    def key_rows(self, keys, shape, rows):
        rng = self.rng
        if shape != "two":
            return [[KEYS[keys[0]][1](i)] for i in range(rows)]
        firsts = min(5, MOST_ROWS.get(keys[0], 5))
        seconds = min(5, MOST_ROWS.get(keys[1], 5))
        pairs = [[KEYS[keys[0]][1](i), KEYS[keys[1]][1](j)] for i in range(firsts) for j in range(seconds)]
        return rng.sample(pairs, min(rows, len(pairs)))

    def fill(self, table, row):
        for column in table.columns:
            if column.name not in row:
                row[column.name] = None if self.rng.random() < 0.2 else self.rng.choice(column.values)
        table.rows.append(row)

    def foreign_columns(self, table, parent, key, stem):
        """Add columns for a foreign key to a key of parent's; return their names."""
        result = []
        for name in key:
            column = parent.column(name)
            types = KEYS[column.kind][2] if column.kind in KEYS else [column.sqltype]
            new = "%s_%s" % (stem, name.lower())
            while new in [c.name for c in table.columns]:
                new += "_2"
            sqltype, cast, values = self.rng.choice(types), column.cast, column.values
            if sqltype in ("int", "bigint", "smallint"):
                cast, values = sqltype, [v.split(".")[0] for v in values]
            table.columns.append(Column(new, column.kind, sqltype, cast, values, column.can))
            result.append(new)
        return result

    def for_columns(self, table, columns, values):
        """Values of a key as columns of other types take them."""
        def value_of(column, value):
            if value and value.endswith(".0") and column.sqltype in ("int", "bigint"):
                return value.split(".")[0]
            if value and column.kind in ALSO and self.rng.random() < 0.4:
                return ALSO[column.kind](value)
            return value
        return [value_of(table.column(c), v) for c, v in zip(columns, values)]

    def key_values(self, parent, key):
        return [[row[name] for name in key] for row in parent.rows if None not in [row[name] for name in key]]

    def reference(self, table, parent, columns=None, unique=None):
        """Give a table a foreign key to another, or to itself."""
        rng = self.rng
        key = parent.keys[0]
        own = parent is table
        stem = rng.choice(["parent", "boss", "up"]) if own else rng.choice([parent.name.lower(), "owner", "my", "Ref"])
        columns = self.foreign_columns(table, parent, key, stem)
        possible = self.key_values(parent, key)
        unique = rng.random() < 0.25
        skewed = rng.random() < 0.4
        unused = list(possible)
        rng.shuffle(unused)
        for row in table.rows:
            value = [None] * len(key)
            if possible and rng.random() < 0.85:
                if unique:
                    value = unused.pop() if unused else value
                else:
                    value = possible[0] if skewed and rng.random() < 0.6 else rng.choice(possible)
            if len(key) > 1 and rng.random() < 0.1:
                value = [value[0], None]
            row.update(zip(columns, self.for_columns(table, columns, value)))
        valid = rng.random() < 0.85 or "partitioned" in (table.kind, parent.kind)
        if not valid and parent.column(key[0]).kind not in MOST_ROWS and len(key) == 1:
            for row in rng.sample(table.rows, len(table.rows) // 4):
                row.update(zip(columns, self.for_columns(table, columns, [KEYS[parent.column(key[0]).kind][1](77)]))
                           if parent.column(key[0]).kind in KEYS else [])
            unique = False
        self.add_foreign_key(table, columns, parent, key, unique, valid)

    def add_foreign_key(self, table, columns, parent, key, unique, valid=True):
        """Remember a foreign key and the edges it is; index it, or not."""
        rng = self.rng
        self.foreign_keys += 1
        name = "fk%d" % self.foreign_keys
        listed = ", ".join(map(quoted, columns))
        self.later.append("ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s (%s)%s" % (
            table.sql, name, listed, parent.sql, ", ".join(map(quoted, key)), "" if valid else " NOT VALID"))
        indexed = unique and table.kind != "partitioned"
        proved = indexed and not mixed(table, columns, parent, key)
        if indexed:
            where = " WHERE %s" % " AND ".join("%s IS NOT NULL" % quoted(c) for c in columns) if rng.random() < 0.3 and "fz.pair" not in [
                table.column(c).sqltype for c in columns] else ""
            self.later.append("CREATE UNIQUE INDEX ON %s (%s)%s" % (table.sql, listed, where))
        elif rng.random() < 0.5:
            more = ", ".join([listed] + [quoted(c) for c in table.pk]) if rng.random() < 0.4 else listed
            self.later.append("CREATE INDEX ON %s (%s)" % (table.sql, more))
        else:
            self.unindexed.append("CREATE INDEX ON %s (%s)" % (table.sql, listed))
        table.edges.append(Edge(table, parent, columns, key, False, (name, None, tuple(columns))))
        parent.edges.append(Edge(parent, table, key, columns, not proved, (name, None, tuple(key))))
        return name

    def self_reference(self):
        table = self.rng.choice(self.keyed())
        self.reference(table, table)

    def association(self, left, right):
        """A table between two: pure, with more columns, or with pairs that are not unique."""
        rng, table = self.rng, self.new_table(rng_name(self.rng, self.words))
        shape = rng.choice(["pure", "pure", "object", "object", "surrogate", "identity", "link", "wide"])
        a = self.foreign_columns(table, left, left.keys[0], "a" if left is right else "left")
        b = self.foreign_columns(table, right, right.keys[0], "b" if left is right else "right")
        if shape != "link" and shape != "pure":
            table.number = "n"
            table.columns.append(Column("n", "int", "int", "int", [str(i) for i in range(9)], "cmsab",
                                        " GENERATED BY DEFAULT AS IDENTITY" if shape == "identity" else ""))
            self.payload(table, 0, 2)
        table.pk = {"pure": a + b, "object": b + a, "surrogate": ["n"], "identity": ["n"],
                    "wide": a + b + ["n"], "link": []}[shape]
        unique = shape not in ("link", "wide")
        proved = unique and not mixed(table, a, left, left.keys[0]) and not mixed(table, b, right, right.keys[0])
        if shape in ("surrogate", "identity"):
            table.keys = [["n"]]
            self.later.append("ALTER TABLE %s ADD UNIQUE (%s)" % (table.sql, ", ".join(map(quoted, b + a))))
        lefts, rights = self.key_values(left, left.keys[0]), self.key_values(right, right.keys[0])
        seen, most = set(), 9 if left is right else rng.choice([0, 8, 30])
        for i in range(most if lefts and rights else 0):
            pair = rng.choice(lefts) + rng.choice(rights)
            if not (unique and tuple(pair) in seen):
                seen.add(tuple(pair))
                row = dict(zip(a + b, self.for_columns(table, a + b, pair)))
                if shape == "link" and rng.random() < 0.1:
                    row[rng.choice(a + b)] = None
                if table.number:
                    row["n"] = str(i + 1)
                self.fill(table, row)
        self.tables.append(table)
        fk_a = self.add_foreign_key(table, a, left, left.keys[0], False)
        fk_b = self.add_foreign_key(table, b, right, right.keys[0], False)
        surrogate = ["n"] if shape == "identity" else []
        left.edges.append(Edge(left, right, left.keys[0], right.keys[0], True, (fk_a, fk_b, tuple(left.keys[0])),
                               table, a, b, proved, surrogate))
        right.edges.append(Edge(right, left, right.keys[0], left.keys[0], True, (fk_b, fk_a, tuple(right.keys[0])),
                                table, b, a, proved, surrogate))

    def create(self, table):
        """The statements that make a table and its rows."""
        lines = ["%s %s%s" % (quoted(c.name), c.sqltype, c.extra) for c in table.columns]
        pk = ["PRIMARY KEY (%s)" % ", ".join(map(quoted, table.pk))] if table.pk else []
        if self.rng.random() < 0.3 and table.kind == "plain":
            lines.insert(0, "gone int")
            self.later.append("ALTER TABLE %s DROP COLUMN gone" % table.sql)
        script = ["CREATE TABLE %s (%s)" % (table.sql, ", ".join(lines + pk))]
        if table.kind == "partitioned":
            script[0] += " PARTITION BY HASH (%s)" % quoted(table.pk[0])
            leaf = "%s.%s" % (quoted(table.schema), quoted(table.name + "_0"))
            script.append("CREATE TABLE %s (gone int, %s)" % (leaf, ", ".join(lines[::-1])))
            script.append("ALTER TABLE %s DROP COLUMN gone" % leaf)
            script.append("ALTER TABLE %s ATTACH PARTITION %s FOR VALUES WITH (MODULUS 2, REMAINDER 0)" % (table.sql, leaf))
            script.append("CREATE TABLE %s.%s PARTITION OF %s FOR VALUES WITH (MODULUS 2, REMAINDER 1)" % (
                quoted(table.schema), quoted(table.name + "_1"), table.sql))
        return script + self.insert(table)

    def insert(self, table):
        if not table.rows:
            return []
        names = [c.name for c in table.columns if "ALWAYS" not in c.extra]
        return ["INSERT INTO %s (%s) VALUES %s" % (table.sql, ", ".join(map(quoted, names)), ",\n".join(
            "(%s)" % ", ".join(literal(row[n]) for n in names) for row in table.rows))]

    def heir(self):
        """A table that inherits another's columns; the other must not show its rows."""
        rng = self.rng
        parent = rng.choice([t for t in self.tables if t.kind == "plain" and t.number])
        table = self.new_table("heir")
        table.columns = [Column(c.name, c.kind, c.sqltype, c.cast, c.values, c.can, c.extra) for c in parent.columns]
        table.columns.append(Column("more", "text", *TYPES["text"]))
        table.number = parent.number
        for i, row in enumerate(parent.rows[:6]):
            self.fill(table, {**row, table.number: str(i + 1), "more": str(i)})
        self.statements_of_tables.append(
            ["CREATE TABLE %s (more text) INHERITS (%s)" % (table.sql, parent.sql)] + self.insert(table))
        self.tables.append(table)
        edge = next((e for e in parent.edges if not e.is_list and not e.through and e.identity[2] == tuple(e.columns)
                     and len(e.columns) and e.identity[0].startswith("fk") and e.columns != e.target.pk
                     and e.columns not in parent.keys), None)
        if edge:
            self.add_foreign_key(table, edge.columns, edge.target, edge.target_columns, False, False)

    def view(self):
        """A view of a table, whose relationships are declared."""
        rng = self.rng
        base = rng.choice([t for t in self.tables if t.number and t.kind != "view"])
        view = self.new_table("view %d" % len(self.tables))
        view.kind, view.number = "view", base.number
        view.columns = [Column(c.name, c.kind, c.sqltype, c.cast, c.values, c.can) for c in base.columns]
        rng.shuffle(view.columns)
        view.rows = base.rows
        self.later.append("CREATE VIEW %s AS SELECT %s FROM %s" % (
            view.sql, ", ".join(quoted(c.name) for c in view.columns), base.source))
        self.tables.append(view)
        edges = [e for e in base.edges if e.identity[0] != "declared" and not e.through and not
                 (mixed(base, e.columns, e.target, e.target_columns) or mixed(e.target, e.target_columns, base, e.columns))]
        edges += [e for e in base.edges if e.identity[0] != "declared" and e.through and not
                  (mixed(e.through, e.through_columns, base, e.columns)
                   or mixed(e.through, e.through_target, e.target, e.target_columns))]
        for i, edge in enumerate(rng.sample(edges, min(len(edges), 2))):
            target = view if edge.target is base and rng.random() < 0.7 else edge.target
            name, inverse = "seen%d" % i, "seen by %d of %s" % (i, view.name)
            back = next(e for e in edge.target.edges if e.target is base and e.through is edge.through and
                        e.columns == edge.target_columns and e.target_columns == edge.columns
                        and (e is not edge) and e.through_columns == edge.through_target)
            here = Edge(view, target, edge.columns, edge.target_columns, edge.is_list, ("declared", name), edge.through,
                        edge.through_columns, edge.through_target, edge.unique_pair, edge.surrogate)
            there = Edge(target, view, edge.target_columns, edge.columns, back.is_list, ("declared", inverse), edge.through,
                         edge.through_target, edge.through_columns, edge.unique_pair, edge.surrogate)
            here.name = here.qualified = name
            there.name = there.qualified = inverse
            view.edges.append(here)
            target.edges.append(there)
            word = {False: "1", True: "M"}
            cardinality = "M:M" if edge.through else "%s:%s" % (word[back.is_list], word[edge.is_list])
            self.later.append("SELECT relgraph.declare(%s, %s, %s, %s, %s, %s, %s%s)" % (
                literal(view.sql), literal(name), array(edge.columns), literal(target.sql), array(edge.target_columns),
                literal(inverse), literal(cardinality), "" if not edge.through else ", %s, %s, %s" % (
                    literal(edge.through.sql), array(edge.through_columns), array(edge.through_target))))

    def secure(self):
        """What the role without rights may see: some rows, some columns."""
        rng = self.rng
        keys = set()
        for table in self.tables:
            for edge in table.edges:
                keys.update((table.sql, c) for c in edge.columns)
                keys.update((edge.target.sql, c) for c in edge.target_columns)
        throughs = {e.through.sql for t in self.tables for e in t.edges if e.through}
        for table in self.tables:
            granted = ""
            if rng.random() < 0.3 and table.sql not in throughs:
                free = [c for c in table.columns if c.name not in table.total_order() and c.name != table.number
                        and (table.sql, c.name) not in keys]
                for column in rng.sample(free, min(len(free), 2)):
                    column.hidden = True
                granted = " (%s)" % ", ".join(quoted(c.name) for c in table.columns if not c.hidden)
            self.later.append("GRANT SELECT%s ON %s TO regress_relgraph_fuzz" % (granted, table.sql))
            if rng.random() < 0.3 and table.kind != "view" and table.number:
                self.later.append("ALTER TABLE %s ENABLE ROW LEVEL SECURITY" % table.sql)
                self.later.append("CREATE POLICY p ON %s USING (%s %% 3 <> %d)" % (table.sql, quoted(table.number), rng.randrange(3)))

    def statements(self):
        """All the statements that make the schema."""
        script = ["CREATE SCHEMA fz", 'CREATE SCHEMA "Fz 2"', "SET search_path = pg_catalog",
                  "CREATE TYPE fz.mood AS ENUM ('sad', 'fine', 'so so', 'quite \"good\"')",
                  "CREATE DOMAIN fz.label AS text CHECK (length(VALUE) < 9)", "CREATE DOMAIN fz.price AS numeric(8,2)",
                  "CREATE TYPE fz.pair AS (a int, b text)",
                  "CREATE COLLATION fz.folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                  'GRANT USAGE ON SCHEMA fz, "Fz 2", relgraph TO regress_relgraph_fuzz']
        if not self.has_icu:
            script = [s for s in script if "COLLATION" not in s]
        for statements in self.statements_of_tables:
            script += statements
        return script + self.later


def mixed(table, columns, parent, key):
    """Are columns compared with a key by way of a cast, whose equality is another?"""
    def is_numeric(column):
        return column.sqltype.startswith(("numeric", "fz.price"))
    return any(is_numeric(parent.column(b)) != is_numeric(table.column(a)) for a, b in zip(columns, key))


def array(names):
    return "ARRAY[%s]::name[]" % ", ".join(map(literal, names))


def rng_name(rng, words):
    return rng.choice(["%s_link", "%sTo", "x %s"]) % words.pop()
