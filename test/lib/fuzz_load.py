"""Random calls of load() on a random schema, and plain SQL for the same documents.

Every part of an include is made together with the SQL that it stands for.  The
SQL is of correlated subqueries with row_to_json(), which write documents byte
for byte as they are meant to be; what is repeated is a recursive function.
"""
import json
import re

from fuzz_schema import literal, quoted

OPERATORS = {"eq": "=", "ne": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
ALIASES = ["a1", "Best", "the \"x\"", "limit", "count", "z", "élan", "a.b", "order", "true", "_x"]


class Raw:
    """JSON as it is to be written."""

    def __init__(self, text):
        self.text = text


def dump(value):
    """JSON of dictionaries, lists, and values that may be Raw."""
    if isinstance(value, dict):
        return "{%s}" % ", ".join("%s: %s" % (json.dumps(k), dump(v)) for k, v in value.items())
    if isinstance(value, list):
        return "[%s]" % ", ".join(map(dump, value))
    if isinstance(value, Raw):
        return value.text
    return json.dumps(value, ensure_ascii=False)


class Case:
    """One call: the arguments of load(), the SQL for the same, functions for that."""

    def __init__(self, rng, schema, is_role):
        self.rng, self.is_role = rng, is_role
        self.params, self.functions, self.aliases = [], [], 0
        self.root = rng.choice(schema.tables)
        root = self.root
        self.include, items = self.level(root, "r", rng.choice([1, 2, 2, 3, 3]))
        self.filter, self.where = None, "true"
        if rng.random() < 0.5:
            value, self.where = self.condition(root, "r", 2)
            self.filter = dump(value)
        self.order, self.order_sql = None, self.key_order(root, "r")
        if rng.random() < 0.4 or not root.pk:
            self.order, self.order_sql = self.order_of(root, "r")
        self.limit = rng.choice([None, None, None, None, 0, 1, 3, 10, 20])
        self.offset = rng.choice([None] * 6 + [0, 1, 4])
        self.rows = "FROM %s r WHERE %s" % (root.source, self.where)
        self.wanted = "SELECT %s::text %s%s" % (document(items), self.rows, self.tail())

    def tail(self):
        return " ORDER BY %s LIMIT %s OFFSET %s" % (
            self.order_sql, "NULL" if self.limit is None else self.limit, self.offset or 0)

    def load(self):
        arguments = [literal(self.root.sql), literal(self.include)]
        arguments += ["%s => %s" % (name, value if isinstance(value, int) else literal(value)) for name, value in [
            ("filter", self.filter), ("order_by", self.order), ("row_limit", self.limit), ("row_offset", self.offset),
            ("params", self.params_text())] if value is not None]
        return "SELECT d::text FROM relgraph.load(%s) d" % ", ".join(arguments)

    def params_text(self):
        return dump(self.params) if self.params else None

    def ways(self):
        """The other ways to get the same documents: pairs of name and query."""
        streamed = [("load in the SELECT list", re.sub(r"^SELECT d::text FROM (.*) d$", r"SELECT \1::text", self.load(), flags=re.S))]
        if self.is_role and any(c.hidden for c in self.root.columns):
            return streamed
        params = literal(self.params_text())
        ways = streamed + [("load_row", "SELECT relgraph.load_row(r, %s, %s)::text %s%s" % (
            literal(self.include), params, self.rows, self.tail()))]
        if not self.params and self.limit is None and not self.offset:
            ways.append(("load_agg", "SELECT d::text FROM json_array_elements((SELECT relgraph.load_agg(r, %s ORDER BY %s)"
                         " %s)) WITH ORDINALITY x(d, n) ORDER BY n" % (literal(self.include), self.order_sql, self.rows)))
        return ways

    # -- names ---------------------------------------------------------------

    def alias(self, stem="t"):
        self.aliases += 1
        return "%s%d" % (stem, self.aliases)

    def written(self, name):
        """A name as an include has it, in quotes where they are needed or may be."""
        if not re.fullmatch("[a-z_][a-z0-9_]*", name) or self.rng.random() < 0.1:
            return quoted(name)
        return name

    def column(self, name):
        """The name of a column; capitals without quotes are folded."""
        if re.fullmatch("[a-z_]{2,}", name) and self.rng.random() < 0.1:
            return name.upper()
        return self.written(name)

    def step(self, edge):
        return self.written(edge.qualified if self.rng.random() < 0.05 else edge.name)

    def visible(self, table):
        return [c for c in table.columns if not (self.is_role and c.hidden)]

    # -- levels --------------------------------------------------------------

    def columns(self, table, payload):
        """Choose columns; return items of the include, names shown, is _through shown."""
        rng, shown = self.rng, self.visible(table)
        whole = len(shown) == len(table.columns)
        shape = rng.choice(["all", "all", "star", "some", "some", "drop"])
        if shape == "all" and whole:
            names, items = [c.name for c in table.columns], []
        elif shape in ("all", "star", "drop"):
            dropped = [c for c in table.columns if c not in shown or (shape == "drop" and rng.random() < 0.4)]
            names = [c.name for c in table.columns if c not in dropped]
            items = ["-" + self.column(c.name) for c in dropped] + (["*"] if shape == "star" else [])
        else:
            chosen = rng.sample(shown, rng.randint(1, min(4, len(shown))))
            names = [c.name for c in table.columns if c in chosen]
            items = [self.column(c.name) for c in chosen]
            if rng.random() < 0.1 and len(chosen) > 1:
                items.append("-" + self.written(chosen[0].name))
                names.remove(chosen[0].name)
        if payload and rng.random() < 0.3:
            items.append("-_through")
            payload = False
        elif payload and rng.random() < 0.2:
            items.append("_through")
            if not [i for i in items if i[0] not in "-"][:-1]:
                names = []
        return items, names, payload

    def level(self, table, alias, depth, edge=None, through=None):
        """An include for rows of a table, and the select items of their documents."""
        rng = self.rng
        items, names, payload = self.columns(table, bool(edge and edge.payload))
        select = ["%s.%s" % (alias, quoted(n)) for n in names]
        keys = {c.name for c in table.columns} | {"_through"}
        if payload:
            select.append('%s AS "_through"' % document(["%s.%s" % (through, quoted(c)) for c in edge.payload]))
        trees = []
        children = []
        for _ in range(rng.choice([0, 1, 1, 2, 2, 3]) if depth else 0):
            child = rng.choice([self.relation] * 6 + [self.aggregate] * 2 + [self.twice])
            if table.edges:
                self.add_child(child(table, alias, depth, keys), children, select, trees)
        return self.joined(items, children), select

    def add_child(self, made, children, select, trees):
        if made:
            text, key, sql = made
            children.append(text)
            select.append("%s AS %s" % (sql, quoted(key)))

    def joined(self, items, children):
        """Items of an include in one text: children keep their order."""
        rng, result = self.rng, []
        items, children = list(items), list(children)
        rng.shuffle(items)
        while items or children:
            result.append((children if rng.random() * (len(items) + len(children)) < len(children) else items).pop(0))
        text = result[0] if result else ""
        for item in result[1:]:
            text += (" " if rng.random() < 0.15 and item != "*" else ", ") + item
        return text

    def key_for(self, name, keys, path=None):
        """The key of a child and what is written before it; None if it is taken."""
        rng = self.rng
        if name not in keys and rng.random() < 0.7 and len(name.encode()) < 64:
            keys.add(name)
            return name, ""
        free = [a for a in ALIASES if a not in keys]
        if not free:
            return None, None
        key = rng.choice(free)
        keys.add(key)
        return key, self.written(key) + (": " if rng.random() < 0.8 else " : ")

    def relation(self, table, alias, depth, keys):
        rng = self.rng
        edge = rng.choice(table.edges)
        key, before = self.key_for(edge.name, keys)
        if not key:
            return None
        step = self.step(edge) if before else self.written(edge.name)
        if edge.target is table and edge.source is table and table.number and rng.random() < 0.6:
            text, sql = self.tree(edge, alias, depth, key)
            return before + step + text, key, sql
        target, through = self.alias(), self.alias("j")
        if depth > 1 and rng.random() < 0.2 and edge.target.edges and len(self.visible(edge.target)) == len(edge.target.columns) \
                and (edge.target.pk or not edge.is_list):
            return self.dotted(edge, alias, target, through, depth, before + step, key)
        arguments, where, order, limit = self.arguments(edge, target)
        include, select = self.level(edge.target, target, depth - 1, edge, through)
        text = before + step + arguments
        if include or rng.random() < 0.2:
            text += " { %s }" % include if rng.random() < 0.8 else "{%s}" % include
        return text, key, self.rows_of(edge, alias, target, through, select, where, order, limit)

    def dotted(self, edge, alias, target, through, depth, text, key):
        """first.second: rows of the first are there with all columns."""
        select = ["%s.%s" % (target, quoted(c.name)) for c in edge.target.columns]
        taken = {c.name for c in edge.target.columns} | {"_through"}
        if edge.payload:
            select.append('%s AS "_through"' % document(["%s.%s" % (through, quoted(c)) for c in edge.payload]))
        for _ in range(9):
            made = self.relation(edge.target, target, depth - 1, set(taken))
            if made and re.match(r'^("([^"]|"")*"|[a-z_0-9]+)(?! *:)', made[0]) and made[1] == self.first_name(made[0]):
                select.append("%s AS %s" % (made[2], quoted(made[1])))
                return text + "." + made[0], key, self.rows_of(
                    edge, alias, target, through, select, "true", self.key_order(edge.target, target), "")
        return None

    def twice(self, table, alias, depth, keys):
        """A relationship that is there twice is one, with all that was asked for."""
        edge = self.rng.choice(table.edges)
        if edge.name in keys or depth < 2 or len(edge.name.encode()) > 63 or not (edge.target.pk or not edge.is_list) \
                or len(self.visible(edge.target)) < len(edge.target.columns):
            return None
        keys.add(edge.name)
        target, through = self.alias(), self.alias("j")
        inner = {c.name for c in edge.target.columns} | {"_through"}
        made = [self.relation(edge.target, target, depth - 1, inner) for _ in range(2)] if edge.target.edges else []
        made = [m for m in made if m]
        select = ["%s.%s" % (target, quoted(c.name)) for c in edge.target.columns]
        if edge.payload:
            select.append('%s AS "_through"' % document(["%s.%s" % (through, quoted(c)) for c in edge.payload]))
        select += ["%s AS %s" % (m[2], quoted(m[1])) for m in made]
        texts = [m[0] for m in made] + ["", ""]
        some = self.column(edge.target.columns[0].name)
        parts = ["%s { %s }" % (self.written(edge.name), ", ".join(filter(None, [some, texts[0]]))),
                 "%s { %s }" % (self.written(edge.name), texts[1])]
        return ", ".join(parts), edge.name, self.rows_of(
            edge, alias, target, through, select, "true", self.key_order(edge.target, target), "")

    def first_name(self, text):
        word = re.match(r'"((?:[^"]|"")*)"|([a-z_0-9]+)', text)
        if re.match(r' *:', text[word.end():]):
            return None
        return word.group(1).replace('""', '"') if word.group(1) is not None else word.group(2)

    def from_where(self, edge, source, target, through, where):
        """FROM and WHERE for the rows an edge leads to, each once."""
        condition = "(%s) AND (%s)"
        if edge.through and edge.unique_pair:
            return "FROM %s %s, %s %s WHERE " % (edge.through.source, through, edge.target.source, target) + condition % (
                edge.condition(source, target, through), where)
        return "FROM %s %s WHERE " % (edge.target.source, target) + condition % (edge.exists(source, target), where)

    def rows_of(self, edge, source, target, through, select, where, order, limit):
        """The value of a relationship: an object or null, or an array."""
        rows = self.from_where(edge, source, target, through, where)
        if not edge.is_list:
            return "(SELECT %s %s)" % (document(select), rows)
        return "array_to_json(ARRAY(SELECT %s %s ORDER BY %s%s))" % (document(select), rows, order, limit)

    def arguments(self, edge, target, depth=None):
        """Arguments of a relation: their text, and condition, order and limit in SQL."""
        rng, texts = self.rng, []
        where, order, limit = "true", self.key_order(edge.target, target), ""
        if rng.random() < 0.35:
            value, where = self.condition(edge.target, target, 1)
            if rng.random() < 0.05:
                value, where = None, "true"
                self.params.append(None)
                texts.append("filter: $%d" % len(self.params))
            else:
                texts.append("filter: " + self.argument(value))
        if edge.is_list:
            if rng.random() < 0.3 or not edge.target.pk:
                text, order = self.order_of(edge.target, target)
                texts.append("order: " + (text if "," not in text and rng.random() < 0.5 else "(%s)" % text))
            for word in ("limit", "offset"):
                if rng.random() < 0.2:
                    value = rng.choice([0, 1, 1, 2, 3, 50])
                    texts.append("%s: %s" % (word, self.argument(Raw(str(value)))))
                    limit += " %s %d" % (word, value)
        if depth:
            texts.append("depth: %d" % depth)
        rng.shuffle(texts)
        return "(%s)" % ", ".join(texts) if texts else "", where, order, limit

    def argument(self, value):
        if self.rng.random() < 0.7:
            return dump(value)
        self.params.append(value)
        return "$%d" % len(self.params)

    def key_order(self, table, alias):
        return ", ".join("%s.%s" % (alias, quoted(c)) for c in table.total_order())

    def order_of(self, table, alias):
        """A random order: as text, and in SQL with the key behind."""
        rng = self.rng
        columns = [c for c in self.visible(table) if "c" in c.can]
        chosen = rng.sample(columns, min(len(columns), rng.randint(1, 2)))
        signed = [(rng.choice(["", "-"]), c.name) for c in chosen]
        behind = [("", c) for c in table.total_order()]
        if not table.pk:
            signed += [(rng.choice(["", "-"]), c) for _, c in behind if c not in [s[1] for s in signed]]
        return ", ".join(sign + self.column(name) for sign, name in signed), ", ".join(
            "%s.%s%s" % (alias, quoted(name), " DESC" if sign else "") for sign, name in signed + (behind if table.pk else []))

    # -- trees ---------------------------------------------------------------

    def tree(self, edge, alias, depth, key):
        """A repeated relationship, and a call of the recursive function it is."""
        rng, table = self.rng, edge.target
        levels = rng.choice([None, None, 1, 2, 3])
        if edge.through and not levels and rng.random() < 0.5:
            levels = 4
        arguments, where, order, limit = self.arguments(edge, "t", levels)
        include, select = self.level(table, "t", min(depth - 1, 1), edge, "j")
        name = "fz.tree_%s" % self.alias("f")
        number = "%s." + quoted(table.number)
        rows = self.from_where(edge, "s", "t", "j", where)
        source = "s.%s = at_row" % quoted(table.number)
        if edge.is_list and limit:
            rows += " AND %s = ANY (ARRAY(SELECT %s %s ORDER BY %s%s))" % (number % "t", number % "t", rows, order, limit)
        rows += " AND %s <> ALL (on_way)" % (number % "t")

        def answer(items):
            value = "(SELECT %s %s)" % (document(items), rows)
            if edge.is_list:
                value = "array_to_json(ARRAY(SELECT %s %s ORDER BY %s))" % (document(items), rows, order)
            return "RETURN (SELECT %s FROM %s s WHERE %s);" % (value, table.source, source)
        below = "%s(%s, on_way || %s, to_depth - 1) AS %s" % (name, number % "t", number % "t", quoted(key))
        if re.search(r"(^|[ ,{])%s(?=$|[ ,({.*])" % re.escape(key), include) or ("AS %s" % quoted(key)) in " ".join(select):
            include, select = "", ["t.%s" % quoted(c.name) for c in table.columns]
            if any(c.hidden for c in table.columns) and self.is_role:
                include, select = self.written(table.number), [number % "t"]
            if edge.payload:
                select.append('%s AS "_through"' % document(["j.%s" % quoted(c) for c in edge.payload]))
        self.functions.append(
            "CREATE OR REPLACE FUNCTION %s(at_row int, on_way int[], to_depth int) RETURNS json LANGUAGE plpgsql AS $f$ BEGIN "
            "IF to_depth = 1 THEN %s END IF; %s END $f$" % (name, answer(select), answer(select + [below])))
        text = "*" + arguments + (" { %s }" % include if include or rng.random() < 0.2 else "")
        return text, "%s(%s, ARRAY[%s], %d)" % (name, number % alias, number % alias, levels or 0)

    # -- aggregates ----------------------------------------------------------

    def aggregate(self, table, alias, depth, keys):
        rng = self.rng
        path, at = [], table
        for _ in range(rng.choice([1, 1, 2, 3])):
            if at.edges:
                path.append(rng.choice(at.edges))
                at = path[-1].target
        function = rng.choice(["count", "count", "exists", "sum", "avg", "min", "max"])
        able = [c for c in self.visible(at) if {"sum": "s", "avg": "a", "min": "m", "max": "m"}.get(function, "c") in c.can]
        if function in ("count", "exists"):
            column = None
        elif able:
            column = rng.choice(able)
        else:
            return None
        last = path[-1]
        repeats = last.source is last.target and at.number and rng.random() < 0.5
        end, texts = self.alias(), []
        where = "true"
        if rng.random() < 0.4:
            value, where = self.condition(at, end, 1)
            texts.append("filter: " + self.argument(value))
        levels = rng.choice([None, 1, 2]) if repeats else None
        if levels:
            texts.append("depth: %d" % levels)
        text = ".".join(self.written(e.name) for e in path) + ("*" if repeats else "")
        text += "(%s)" % ", ".join(texts) if texts else ""
        if column:
            text += "." + self.column(column.name)
        name = "_".join([e.name for e in path] + ([column.name] if column else []) + [function])
        key, before = self.key_for(name, keys)
        if not key:
            return None
        reached = self.reached(path, alias, end, where, repeats, levels)
        what = {"count": "count(*)", "exists": "count(*) > 0"}.get(function) or "%s(%s.%s)" % (function, end, quoted(column.name))
        return "%s%s(%s)" % (before, function, text), key, "(SELECT %s FROM %s %s WHERE %s)" % (what, at.source, end, reached)

    def reached(self, path, source, end, where, repeats, levels):
        """The condition that a path leads from source to end."""
        names = [source] + [self.alias() for _ in path[:-1]] + [end]
        steps = path[:-1] if repeats else path
        froms = ["%s %s" % (e.target.source, n) for e, n in zip(path[:-1], names[1:-1])]
        conditions = [e.exists(a, b) for e, a, b in zip(steps, names, names[1:])]
        if not repeats:
            inner = " AND ".join(conditions)
            return "(%s) AND (%s)" % ("EXISTS (SELECT FROM %s WHERE %s)" % (", ".join(froms), inner) if froms else inner, where)
        edge, number = path[-1], quoted(path[-1].target.number)
        origin = "(SELECT %s.%s%s)" % (names[-2], number, " FROM %s WHERE %s" % (", ".join(froms), " AND ".join(conditions)) if froms else "")
        row, next_row = self.alias(), end
        return ("%s.%s IN (WITH RECURSIVE reach(n, level) AS (SELECT o.n, 0 FROM %s o(n)"
                " UNION SELECT %s.%s, level + 1 FROM reach, %s %s, %s %s WHERE %s.%s = reach.n AND level < %d AND (%s) AND (%s))"
                " SELECT n FROM reach WHERE level > 0)") % (
                    end, number, origin, next_row, number, edge.source.source, row, edge.target.source, next_row,
                    row, number, levels or len(edge.source.rows) + 1, edge.exists(row, next_row), where)

    # -- filters -------------------------------------------------------------

    def condition(self, table, alias, depth):
        """A random filter as a value, and the condition in SQL."""
        rng, result, conditions = self.rng, {}, []
        for _ in range(rng.choice([0, 1, 1, 1, 2, 2])):
            kind = rng.random()
            if depth and kind < 0.2:
                word = rng.choice(["and", "or"])
                parts = [self.condition(table, alias, depth - 1) for _ in range(rng.randint(0, 3))]
                value = [p[0] for p in parts]
                sql = (" %s " % word).join("(%s)" % p[1] for p in parts) or ("true" if word == "and" else "false")
            elif depth and kind < 0.3:
                word = "not"
                value, sql = self.condition(table, alias, depth - 1)
                sql = "NOT (%s)" % sql
            elif depth and kind < 0.55 and table.edges:
                edge = rng.choice(table.edges)
                word = edge.name
                value, sql = self.quantified(edge, alias, depth)
            else:
                column = rng.choice(self.visible(table))
                word = quoted(column.name) if column.name in ("and", "or", "not") else column.name
                if word[0] == '"' and word == column.name or '"' in column.name:
                    word = quoted(column.name) if rng.random() < 0.5 or column.name[0] == '"' else word
                value, sql = self.compared(column, "%s.%s" % (alias, quoted(column.name)))
            if word not in result:
                result[word] = value
                conditions.append("(%s)" % sql)
        return result, " AND ".join(conditions) or "true"

    def quantified(self, edge, alias, depth):
        rng, result, conditions = self.rng, {}, []
        for word in rng.sample(["some", "none", "every"], rng.choice([1, 1, 1, 2, 0])):
            target = self.alias()
            value, sql = self.condition(edge.target, target, depth - 1)
            result[word] = value
            conditions.append("%sEXISTS (SELECT FROM %s %s WHERE %s AND (%s)%s)" % (
                "" if word == "some" else "NOT ", edge.target.source, target, edge.exists(alias, target), sql,
                " IS NOT TRUE" if word == "every" else ""))
        return result, " AND ".join(conditions) or "true"

    def compared(self, column, sql):
        """A condition on a column."""
        rng = self.rng
        is_null = "(%s IS NULL)" % sql if "r" not in column.can else "(%s IS NOT DISTINCT FROM NULL)" % sql
        if "c" not in column.can or rng.random() < 0.15:
            is_true = rng.random() < 0.4
            return rng.choice([{"is_null": is_true}, {"ne": None} if not is_true else None]), \
                is_null if is_true else "NOT " + is_null

        def cast(value):
            return "%s::%s" % (literal(value), column.cast)
        word = rng.choice(["eq", "ne", "lt", "lte", "gt", "gte", "eq", "bare", "list", "in"] + ["like", "ilike"] * ("l" in column.can))
        value = rng.choice(column.values)
        if word == "bare" and (column.kind != "jsonb" or value[0] not in "{["):
            return self.json_value(column, value), "%s = %s" % (sql, cast(value))
        if word in ("list", "in"):
            values = rng.sample(column.values, rng.randint(0, min(3, len(column.values))))
            conditions = ["%s = %s" % (sql, cast(v)) for v in values]
            listed = [self.json_value(column, v) for v in values]
            if rng.random() < 0.3:
                listed.append(None)
                conditions.append(is_null)
            return listed if word == "list" else {"in": listed}, "(%s)" % " OR ".join(conditions) if conditions else "false"
        if word in ("like", "ilike"):
            value = rng.choice(["%", "a%", "_", "%B%", "A_", "100\\%", ""])
            return {word: value}, "%s %s %s" % (sql, word, literal(value))
        word = "eq" if word == "bare" else word
        return {word: self.json_value(column, value)}, "%s %s %s" % (sql, OPERATORS[word], cast(value))

    def json_value(self, column, value):
        if column.kind == "jsonb":
            return Raw(value)
        if "b" in column.can and re.fullmatch(r"-?[0-9.]+|true|false", value) and self.rng.random() < 0.7:
            return Raw(value)
        return value


def document(items):
    """The object of a row: a select list without FROM."""
    return "(SELECT row_to_json(d) FROM (SELECT %s) d)" % ", ".join(items)
