"""Printed from the tables: what is true of each reason, and the machine."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable

from session_lifecycle import (
    INITIAL_STATUSES,
    REASON_TRAITS,
    TERMINAL_STATUSES,
    TRAIT_LAWS,
    ReasonTraits,
    SessionStatus,
    TraitLaw,
    allowed_events,
)
from session_lifecycle._render import Sheet, as_markdown, matrix_sheet, reasons_sheet, rules_sheet


def table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table of cells that are Markdown already."""
    lines = [list(columns), *map(list, rows)]
    piped = [f"| {' | '.join(line)} |" for line in lines]
    piped.insert(1, "|" + "---|" * len(lines[0]))
    return "\n".join(piped)


def code(words: Iterable[object]) -> str:
    """Return words as code, with commas between them."""
    return ", ".join(f"`{word}`" for word in words)


def attributes(documented: object) -> dict[str, str]:
    """Return what a docstring says of each attribute, by name."""
    _, section = (inspect.getdoc(documented) or "").split("Attributes:\n", 1)
    items = re.findall(r"^    (\w+): (.*(?:\n {8}.*)*)", section, re.MULTILINE)
    return {name: " ".join(text.split()) for name, text in items}


def traits() -> str:
    """Print the traits of every reason."""
    return as_markdown(reasons_sheet())


def trait_columns() -> str:
    """Print what each column says, and which words it can hold."""
    meant = attributes(ReasonTraits)
    row = next(iter(REASON_TRAITS.values()))
    rows = []
    for name in ReasonTraits._fields[1:]:
        words = type(getattr(row, name))
        held = [word for word in words if word in TERMINAL_STATUSES or words is not SessionStatus]
        rows.append((f"`{name}`", meant[name].rstrip("."), code(held)))
    return table(("column", "what it says", "its words"), rows)


def trait_laws() -> str:
    """Print the laws every row obeys."""
    return "\n".join(f"- {_law(law)}" for law in TRAIT_LAWS)


def _law(law: TraitLaw) -> str:
    return f"If `{law.when}` is {_among(law.among)}, `{law.then}` is {_among(law.within)}."


def _among(words: frozenset[str]) -> str:
    # A set has no order: the words' own enum has.
    ordered = [word for word in type(next(iter(words))) if word in words]
    *others, last = (f"`{word}`" for word in ordered)
    return f"{', '.join(others)} or {last}" if others else last


def statuses() -> str:
    """Print the statuses: which are live, where a session may start, what can happen next."""
    rows = []
    for status in SessionStatus:
        kind = "terminal" if status in TERMINAL_STATUSES else "live"
        start = "yes" if status in INITIAL_STATUSES else "no"
        events = allowed_events(status)
        rows.append((f"`{status}`", kind, start, code(events) if events else "nothing"))
    return table(("status", "is", "may start", "what can happen"), rows)


def rules() -> str:
    """Print the machine's rules."""
    return as_markdown(rules_sheet())


def matrix() -> str:
    """Print the answer to every pair, what moves as code and the verdicts plain."""
    sheet = matrix_sheet()
    rows = tuple((first, *map(_status_as_code, cells)) for first, *cells in sheet.rows)
    return as_markdown(Sheet(sheet.title, sheet.columns, rows))


def _status_as_code(cell: str) -> str:
    return f"`{cell}`" if cell in set(SessionStatus) else cell
