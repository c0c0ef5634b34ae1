"""Mutants of a store that is one file of Python and SQL: the file's text, with one thing changed.

In the SQL (a constant at the top of the file, in capitals):

- a term of WHERE or ON is dropped, its `=` becomes `<>`, `>=` or `<=`, AND becomes OR;
- an assignment is left out of SET, a value that is inserted or selected becomes NULL;
- a word is left out of IN, IN becomes NOT IN, LEFT JOIN becomes JOIN, DO UPDATE becomes DO NOTHING.

In the Python:

- a comparison is turned, `and` becomes `or`, a condition is negated, True becomes False;
- a statement that runs SQL (no PRAGMA) is left out, or changes places with the next;
- a keyword argument is left out, so that a cell is not read.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

Edit = tuple[int, int, str]


class Mutant(NamedTuple):
    """The text of the file with one thing changed.

    Attributes:
        name: where, and what: the line as it was, and the change.
        line: where.
        text: the whole file.
    """

    name: str
    line: int
    text: str


def mutants_of(text: str) -> list[Mutant]:
    """Every mutant of a file, each once, in the file's order."""
    found: dict[str, Mutant] = {}
    tree = ast.parse(text)
    for where, change, *edits in (*_of_sql(text, tree), *_Python(text).of(tree)):
        mutated = _edited(text, edits)
        line = text.count("\n", 0, edits[0][0]) + 1
        ast.parse(mutated)  # What does not compile is no mutant.
        found.setdefault(mutated, Mutant(f"{where}: {change}", line, mutated))
    return sorted(found.values(), key=lambda mutant: mutant.line)


# Where it is, what is changed, and the edits that do it.
_Found = tuple[str, str, *tuple[Edit, ...]]


def _edited(text: str, edits: list[Edit]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _flat(text: str) -> str:
    return " ".join(text.split())


# --- SQL -----------------------------------------------------------------------------------------

_TURNED = ("<>", ">=", "<=")
_CLAUSES = re.compile(r"(?:WHERE|ON(?! CONFLICT))\s(.*?)(?=\s+WHERE\b|\s*\Z)", re.DOTALL)
_LISTS = {
    "SET": re.compile(r"\bSET\s+(.*?)(?=\s+WHERE\b|\s*\Z)", re.DOTALL),
    "VALUES": re.compile(r"VALUES\s*\((.*?)\)", re.DOTALL),
    "SELECT": re.compile(r"SELECT\s+(.*?)(?=\s+FROM\b)", re.DOTALL),
    "IN": re.compile(r"\bIN\s*\((.*?)\)", re.DOTALL),
}
_WORDS = (
    (re.compile(r"\bAND\b"), "OR"),
    (re.compile(r"\bIN\b"), "NOT IN"),
    (re.compile(r"\bLEFT JOIN\b"), "JOIN"),
    (re.compile(r"\bDO UPDATE\b.*(?=\n)", re.DOTALL), "DO NOTHING"),
)


def _of_sql(text: str, tree: ast.Module) -> Iterator[_Found]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            sql = ast.get_source_segment(text, node.value) or ""
            if name.isupper() and name != "SCHEMA" and sql.startswith('"""'):
                at = text.index(sql) + 3
                for change, start, end, new in _of_statement(sql[3:-3]):
                    yield name, change, (at + start, at + end, new)


def _of_statement(sql: str) -> Iterator[tuple[str, int, int, str]]:
    for clause in _CLAUSES.finditer(sql):
        terms = list(re.finditer(r"\S.*?(?=\s+AND\b|\s*\Z)", clause[1], re.DOTALL))
        for place, term in enumerate(terms):
            start, end = (clause.start(1) + edge for edge in term.span())
            said = _flat(term[0]).removeprefix("AND ")
            if len(terms) == 1:
                whole = clause[0].split()[0]
                everything = "ON TRUE" if whole == "ON" else ""
                yield f"without {whole} {said}", clause.start(), clause.end(), everything
            elif place:
                yield f"without {said}", start, end, ""
            else:
                yield f"without {said}", start, clause.start(1) + terms[1].start() + 4, ""
            for equals in re.finditer(r"(?<= )=(?= )", term[0]):
                for other in _TURNED:
                    yield f"{said}, {other}", start + equals.start(), start + equals.end(), other
    for kind, pattern in _LISTS.items():
        for whole in pattern.finditer(sql):
            yield from _of_list(kind, whole)
    for word, other in _WORDS:
        for there in word.finditer(sql):
            said = " ".join(there[0].split()[:2])
            yield f"{said} -> {other}", there.start(), there.end(), other


def _of_list(kind: str, whole: re.Match[str]) -> Iterator[tuple[str, int, int, str]]:
    items = list(re.finditer(r"[^\s,][^,]*", whole[1]))
    for place, item in enumerate(items):
        start, end = (whole.start(1) + edge for edge in item.span())
        said = _flat(item[0])
        if kind == "SELECT":
            yield f"NULL AS {said}", start, end, f"NULL AS {said}"
        elif kind == "VALUES":
            yield f"NULL for {said}", start, end, "NULL"
        elif len(items) > 1:
            # With the comma before it, or, for the first, the comma behind it.
            if place:
                start = (
                    whole.start(1) + items[place - 1].start() + len(items[place - 1][0].rstrip())
                )
            else:
                end = whole.start(1) + items[1].start()
            yield f"without {said}", start, end, ""


# --- Python --------------------------------------------------------------------------------------

_OTHERWISE: dict[type[ast.cmpop], str] = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Is: "is not",
    ast.IsNot: "is",
}


class _Python:
    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0]
        for line in text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def of(self, tree: ast.Module) -> Iterator[_Found]:
        for outer in tree.body:
            names = [outer] if not isinstance(outer, ast.ClassDef) else outer.body
            for function in names:
                if isinstance(function, ast.FunctionDef):
                    for node in ast.walk(function):
                        for change, *edits in self._of_node(node):
                            yield function.name, change, *edits

    def _of_node(self, node: ast.AST) -> Iterator[tuple[str, *tuple[Edit, ...]]]:
        if isinstance(node, ast.Compare):
            yield from self._turned(node)
        if isinstance(node, ast.BoolOp):
            yield from self._joined(node)
        if isinstance(node, ast.If | ast.IfExp | ast.While) and not self._turns(node.test):
            yield from self._replaced(node.test, f"not ({self._source(node.test)})")
        if isinstance(node, ast.Constant) and isinstance(node.value, bool):
            yield from self._replaced(node, str(not node.value))
        if isinstance(node, ast.Call) and len(node.keywords) > 2:
            yield from self._cells_left_out(node)
        for block in ("body", "orelse", "finalbody"):
            statements = getattr(node, block, None)
            if isinstance(statements, list):
                yield from self._of_block(statements)

    def _turns(self, test: ast.expr) -> bool:
        return isinstance(test, ast.Compare) and type(test.ops[0]) in _OTHERWISE

    def _turned(self, node: ast.Compare) -> Iterator[tuple[str, Edit]]:
        other = _OTHERWISE.get(type(node.ops[0]))
        if other is not None:
            left, right = self._source(node.left), self._source(node.comparators[0])
            yield from self._replaced(node, f"{left} {other} {right}")

    def _joined(self, node: ast.BoolOp) -> Iterator[tuple[str, Edit]]:
        other = " and " if isinstance(node.op, ast.Or) else " or "
        yield from self._replaced(node, other.join(map(self._source, node.values)))
        for value in node.values:
            yield from self._replaced(node, self._source(value))

    def _cells_left_out(self, node: ast.Call) -> Iterator[tuple[str, Edit]]:
        spans = [self._span(keyword) for keyword in node.keywords]
        for place, (start, end) in enumerate(spans):
            # With what stands before the next, or, for the last, behind the one before.
            if place + 1 < len(spans):
                edit = start, spans[place + 1][0], ""
            else:
                edit = spans[place - 1][1], end, ""
            yield f"without {self.text[start:end]}", edit

    def _of_block(self, statements: list[ast.stmt]) -> Iterator[tuple[str, *tuple[Edit, ...]]]:
        for statement in statements:
            if isinstance(statement, ast.Expr) and self._writes(statement):
                yield f"without {self._source(statement)}", (*self._span(statement), "pass")
        for one, two in pairwise(statements):
            if (self._writes(one) or self._writes(two)) and not _ends(one, two):
                first, second = self._source(one), self._source(two)
                change = f"{_flat(second)[:60]} before {_flat(first)[:60]}"
                yield change, (*self._span(one), second), (*self._span(two), first)

    def _writes(self, statement: ast.stmt) -> bool:
        source = self._source(statement)
        return "execute(" in source and "PRAGMA" not in source

    def _replaced(self, node: ast.AST, new: str) -> Iterator[tuple[str, Edit]]:
        yield f"{_flat(self._source(node))} -> {_flat(new)}", (*self._span(node), new)

    def _source(self, node: ast.AST) -> str:
        start, end = self._span(node)
        return self.text[start:end]

    def _span(self, node: ast.AST) -> tuple[int, int]:
        # The file is ASCII, so that columns are letters.
        at, to = self.starts[node.lineno - 1], self.starts[node.end_lineno - 1]  # type: ignore[attr-defined]
        return at + node.col_offset, to + node.end_col_offset  # type: ignore[attr-defined]


def _ends(*statements: ast.stmt) -> bool:
    return any(isinstance(statement, ast.Return | ast.Raise) for statement in statements)
