"""Which cells a table has, and what else could stand in each.

Every expression that a module or the body of a class assigns to a name is a table. In each:

- a member of an enum is re-pointed to every other member; in an enum of more than 14, to two;
- a text gets a letter more, a number one more, one less, 0 or 3 (the two lags), a fraction half or
  twice as much, `None`, `True` and `False` become each other, and `None` becomes a member where the
  column has members;
- the name of a text becomes that of every other text of the file;
- a row or an element is left out, or changes places with the next;
- a member that is not in a collection of members is put in.

An enum's members change their values, or places with the next.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from tests.mutation.source import Mutant, Source

Enums = Mapping[str, Sequence[str]]
"""The members of each enum by its name."""

# Enums with more members than this are sampled.
ALL_OF = 14
SAMPLED = 2
# What a type checker reads, and nobody when it runs.
FOR_CHECKERS = {"TypeVar", "Literal"}


def enums_of(words: Source) -> dict[str, list[str]]:
    """The enums of the vocabulary's file, each with its members."""
    return {
        node.name: [target.id for target, _ in _members(node)]
        for node in words.tree.body
        if isinstance(node, ast.ClassDef) and _is_enum(node)
    }


def _is_enum(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "StrEnum" for base in node.bases)


def _members(node: ast.ClassDef | ast.Module) -> Iterator[tuple[ast.Name, ast.expr]]:
    for inner in node.body:
        if isinstance(inner, ast.Assign) and isinstance(inner.targets[0], ast.Name):
            yield inner.targets[0], inner.value


def _texts(node: ast.Module) -> list[str]:
    """The names that a file gives to texts."""
    return [
        name.id
        for name, value in _members(node)
        if isinstance(value, ast.Constant) and isinstance(value.value, str)
    ]


def mutants_of(source: Source, enums: Enums) -> Iterator[Mutant]:
    """Every mutant of every table in a file."""
    names = _names_of_enums(source, enums)
    for node in source.tree.body:
        if isinstance(node, ast.ClassDef):
            if _is_enum(node):
                yield from _of_enum(source, node)
                continue
            for inner in node.body:
                yield from _of_assignment(source, names, enums, inner, f"{node.name}.")
        else:
            yield from _of_assignment(source, names, enums, node, "")


def _names_of_enums(source: Source, enums: Enums) -> dict[str, str]:
    """What each enum is called in this file: its name, the name it is imported as, its letter."""
    names = {name: name for name in enums}
    for node in source.tree.body:
        if isinstance(node, ast.ImportFrom):
            names |= {a.asname: a.name for a in node.names if a.asname and a.name in enums}
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            assert isinstance(node.targets[0], ast.Name)
            if node.value.id in names:
                names[node.targets[0].id] = names[node.value.id]
    return names


def _of_assignment(
    source: Source, names: Mapping[str, str], enums: Enums, node: ast.stmt, prefix: str
) -> Iterator[Mutant]:
    if isinstance(node, ast.Assign):
        target = node.targets[0]
    elif isinstance(node, ast.AnnAssign):
        target = node.target
    else:
        return
    if node.value is None or isinstance(node.value, ast.Name):
        return
    yield from _Table(source, prefix + source.segment(target), names, enums).of(node.value)


def _of_enum(source: Source, node: ast.ClassDef) -> Iterator[Mutant]:
    members = list(_members(node))
    for name, value in members:
        other = f"{ast.literal_eval(value)}x"
        yield source.mutant(node.name, f'{name.id} = "{other}"', (value, f'"{other}"'))
    statements = [inner for inner in node.body if isinstance(inner, ast.Assign)]
    for one, next_one in pairwise(statements):
        edits = (one, source.segment(next_one)), (next_one, source.segment(one))
        yield source.mutant(node.name, f"{edits[0][1]} before {edits[1][1]}", *edits)


class _Table:
    """The mutants of one assigned expression."""

    def __init__(self, source: Source, name: str, names: Mapping[str, str], enums: Enums) -> None:
        self.source = source
        self.name = name
        self.names = names
        self.enums = enums
        self.texts = _texts(source.tree)

    def of(self, node: ast.expr, beside: ast.expr | None = None) -> Iterator[Mutant]:
        """The mutants of an expression; `beside` is a member of the enum its column is about."""
        text = self.source.segment(node)
        if isinstance(node, ast.Lambda | ast.JoinedStr):
            return
        if (member := self._member(node)) is not None:
            yield from (self._put(node, other) for other in self._others(node, *member))
        elif isinstance(node, ast.Constant):
            yield from (self._put(node, other) for other in self._constants(node, beside))
        elif isinstance(node, ast.Name) and node.id == "EVERY_LIVE":
            for status in self.enums["SessionStatus"]:
                yield self._put(node, f"tuple(set({text}) ^ {{S.{status}}})")
        elif isinstance(node, ast.Name) and node.id in self.texts:
            yield from (self._put(node, other) for other in self.texts if other != node.id)
        elif isinstance(node, ast.Tuple | ast.Set | ast.List | ast.Dict):
            yield from self._of_collection(node)
        elif isinstance(node, ast.Call):
            called = self.source.segment(node.func)
            if called.split(".")[-1] in FOR_CHECKERS:
                return
            if called == "_any":
                yield from self._of_collection(node)
            else:
                yield from (m for one in [*node.args, *_values(node)] for m in self.of(one))
        elif not isinstance(node, ast.Subscript):
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    yield from self.of(child)

    def _put(self, node: ast.expr, text: str) -> Mutant:
        change = f"{self.source.segment(node)} -> {text}"
        return self.source.mutant(self.name, f"{_row(self.source, node)}{change}", (node, text))

    def _member(self, node: ast.expr) -> tuple[str, str] | None:
        """The name an enum has here and the member, if an expression is one."""
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            return None
        members = self.enums.get(self.names.get(node.value.id, ""), ())
        return (node.value.id, node.attr) if node.attr in members else None

    def _others(self, node: ast.expr, enum: str, member: str) -> list[str]:
        others = [f"{enum}.{m}" for m in self.enums[self.names[enum]] if m != member]
        if len(others) < ALL_OF:
            return others
        seed = f"{self.name} {self.source.segment(node)} {node.lineno} {node.col_offset}"
        return random.Random(seed).sample(others, SAMPLED)

    def _constants(self, node: ast.Constant, beside: ast.expr | None) -> list[str]:
        value = node.value
        if value is None and beside is not None:
            member = self._member(beside)
            assert member is not None
            return self._others(node, member[0], "")
        if value is None or isinstance(value, bool):
            return [text for text in ("None", "True", "False") if text != str(value)]
        if isinstance(value, int):
            return [str(n) for n in sorted({value - 1, value + 1, 0, 3} - {value})]
        if isinstance(value, float):
            return [str(value / 2), str(value * 2)]
        return [repr(f"{value}x")] if isinstance(value, str) else []

    def _of_collection(
        self, node: ast.Tuple | ast.Set | ast.List | ast.Dict | ast.Call
    ) -> Iterator[Mutant]:
        items = _items(node)
        texts = [": ".join(map(self.source.segment, item)) for item in items]
        for place, text in enumerate(texts):
            yield self._with(node, texts[:place] + texts[place + 1 :], f"without {text}")
        if not isinstance(node, ast.Set | ast.Call):
            for place in range(len(texts) - 1):
                one, other = texts[place : place + 2]
                swapped = [*texts[:place], other, one, *texts[place + 2 :]]
                yield self._with(node, swapped, f"{other} before {one}")
        members = [self._member(item[0]) for item in items]
        if members and not isinstance(node, ast.Dict) and None not in members:
            enum = members[0][0]  # type: ignore[index]
            for missing in self.enums[self.names[enum]]:
                if (enum, missing) not in members and len(self.enums[self.names[enum]]) <= ALL_OF:
                    more = f"{enum}.{missing}"
                    yield self._with(node, [*texts, more], f"and {more}")
        columns: dict[int, ast.expr] = {}
        rows = [item[0].args if _is_row(item[0]) else list(item) for item in items]
        for row in rows:
            columns |= {n: cell for n, cell in enumerate(row) if self._member(cell)}
        for row in rows:
            for n, cell in enumerate(row):
                yield from self.of(cell, columns.get(n))

    def _with(self, node: ast.expr, texts: list[str], change: str) -> Mutant:
        inside = "".join(f"{text}, " for text in texts)
        if isinstance(node, ast.Tuple):
            whole = f"({inside})"
        elif isinstance(node, ast.List):
            whole = f"[{inside}]"
        elif isinstance(node, ast.Call):
            whole = f"{self.source.segment(node.func)}({inside})"
        else:
            whole = f"{{{inside}}}" if texts or isinstance(node, ast.Dict) else "set()"
        where = "" if "(" in change else _row(self.source, node)
        return self.source.mutant(self.name, f"{where}{change}", (node, whole))


def _values(node: ast.Call) -> list[ast.expr]:
    return [keyword.value for keyword in node.keywords]


def _items(node: ast.expr) -> list[tuple[ast.expr, ...]]:
    if isinstance(node, ast.Dict):
        assert None not in node.keys
        return list(zip(node.keys, node.values, strict=True))  # type: ignore[arg-type]
    if isinstance(node, ast.Call):
        return [(one,) for one in node.args]
    assert isinstance(node, ast.Tuple | ast.Set | ast.List)
    return [(one,) for one in node.elts]


def _is_row(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) > 1


def _row(source: Source, node: ast.expr) -> str:
    """The first words of the line a cell is in, so that one change is told from another."""
    line = source.text.splitlines()[node.lineno - 1].strip()
    return f"{' '.join(line.split())[:40]} | " if line else ""
