"""A file's text, cut and put together again by its syntax tree."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple

Edit = tuple[ast.AST, str]
"""A node and the text to put in its place."""


class Mutant(NamedTuple):
    """One change to one file of the package.

    Attributes:
        module: the file, relative to the package, `/` between folders: `_reasons.py`.
        table: which table or function it is in.
        line: the line it begins in.
        change: what was there and what is there now, in one line.
        text: the whole file with the change.
    """

    module: str
    table: str
    line: int
    change: str
    text: str

    @property
    def name(self) -> str:
        """By which a mutant is known when lines have moved."""
        return f"{self.module} {self.table}: {self.change}"


class Source:
    """The text of one file and its tree."""

    def __init__(self, file: Path, module: str) -> None:
        self.module = module
        self.text = file.read_text(encoding="utf-8")
        self.tree = ast.parse(self.text)
        # The tree counts bytes.
        self._bytes = self.text.encode()
        self._lines = [0]
        for line in self._bytes.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def _span(self, node: ast.AST) -> tuple[int, int]:
        assert isinstance(node, ast.expr | ast.stmt)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._lines[node.lineno - 1] + node.col_offset
        return start, self._lines[node.end_lineno - 1] + node.end_col_offset

    def segment(self, node: ast.AST) -> str:
        """The text of a node."""
        start, end = self._span(node)
        return self._bytes[start:end].decode()

    def mutant(self, table: str, change: str, *edits: Edit) -> Mutant:
        """The file with some of its nodes replaced; they must not overlap."""
        found = self._bytes
        first = edits[0][0]
        assert isinstance(first, ast.expr | ast.stmt)
        for node, text in sorted(edits, key=lambda edit: self._span(edit[0]), reverse=True):
            start, end = self._span(node)
            found = found[:start] + text.encode() + found[end:]
        return Mutant(self.module, table, first.lineno, " ".join(change.split()), found.decode())
