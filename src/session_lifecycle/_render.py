"""The tables for other eyes: as text, as Markdown, as plain values; and the machine as Mermaid.

A sheet is what a person reads, and every cell of it is text. What a program reads has the tables'
own field names, with lists where a sheet writes a list in one cell; so that nobody has to take
`queued, ringing` apart again.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, cast

from session_lifecycle._machine import (
    EVERY_LIVE,
    INITIAL_STATUSES,
    RULES,
    TERMINAL_STATUSES,
    TRANSITIONS,
    Transition,
)
from session_lifecycle._reasons import REASON_TRAITS, ReasonTraits
from session_lifecycle._settlement import SETTLEMENT_ORDER, SETTLEMENT_RANKS
from session_lifecycle._words import SessionStatus, TransitionVerdict


class Sheet(NamedTuple):
    """A table to be looked at.

    Attributes:
        title: a sentence that says how to read it.
        columns: the names of its columns.
        rows: as many cells a row as there are columns.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


# --- the sheets ----------------------------------------------------------------------------------


def reasons_sheet() -> Sheet:
    """Return what is true of each reason."""
    return Sheet(
        "What is true of each termination reason.",
        ReasonTraits._fields,
        tuple(tuple(map(str, row)) for row in REASON_TRAITS.values()),
    )


def rules_sheet() -> Sheet:
    """Return the rules of the machine, one row an event."""
    return Sheet(
        "The rules: which event moves a session from which statuses to which one.",
        ("event", "from", "to"),
        tuple((str(rule.event), _sources(rule.sources), str(rule.target)) for rule in RULES),
    )


def _sources(sources: tuple[SessionStatus, ...]) -> str:
    return "every live status" if sources == EVERY_LIVE else ", ".join(sources)


def matrix_sheet() -> Sheet:
    """Return the answer to every pair: rows are events, columns are statuses."""
    return Sheet(
        "Every pair of event and status: the status it moves to, "
        "or the verdict under which it stays.",
        ("event", *map(str, SessionStatus)),
        tuple(
            (str(rule.event), *(_answer(TRANSITIONS[status][rule.event]) for status in TRANSITIONS))
            for rule in RULES
        ),
    )


def _answer(answer: Transition) -> str:
    moved = answer.verdict is TransitionVerdict.MOVED
    return str(answer.after if moved else answer.verdict)


def ranks_sheet() -> Sheet:
    """Return the ranks of claims, and why each stands where it stands."""
    return Sheet(
        "The ranks of claims, strongest first: a higher rank wins.",
        ("rank", "why"),
        tuple((str(row.rank), row.why) for row in SETTLEMENT_RANKS.values()),
    )


def order_sheet() -> Sheet:
    """Return the settlement order, one row a place."""
    return Sheet(
        "The order of reasons: in a rank the earliest wins, compared by second plus lag; "
        "then the place here.",
        ("rank", "reason", "lag"),
        tuple(
            (str(row.rank), f"{row.reason}{_RAW[row.raw]}", _lag(row.lag))
            for row in SETTLEMENT_ORDER
        ),
    )


_RAW = {None: "", True: " with raw", False: " without raw"}


def _lag(seconds: int) -> str:
    return f"{seconds} s, a symptom" if seconds else "none"


SHEETS: Mapping[str, Callable[[], tuple[Sheet, ...]]] = {
    "reasons": lambda: (reasons_sheet(),),
    "machine": lambda: (rules_sheet(), matrix_sheet()),
    "settlement": lambda: (ranks_sheet(), order_sheet()),
}
"""The sheets of each table that can be asked for by name."""


# --- as text, as Markdown ------------------------------------------------------------------------


def as_text(sheet: Sheet) -> str:
    """Return a sheet as lines of aligned columns under its title."""
    lines = [sheet.columns, *sheet.rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, tuple("-" * width for width in widths))
    padded = (
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
    return "\n".join((sheet.title, "", *padded))


def as_markdown(sheet: Sheet) -> str:
    """Return a sheet's rows as a Markdown table, the words of the first column as code."""
    lines = [
        _piped(sheet.columns),
        "|" + "---|" * len(sheet.columns),
        *(_piped((f"`{first}`", *others)) for first, *others in sheet.rows),
    ]
    return "\n".join(lines)


def _piped(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


# --- for programs --------------------------------------------------------------------------------


def _machine() -> dict[str, Any]:
    return {
        "initial": [str(status) for status in SessionStatus if status in INITIAL_STATUSES],
        "terminal": [str(status) for status in SessionStatus if status in TERMINAL_STATUSES],
        "rules": [_fields(rule) for rule in RULES],
        "matrix": [
            {name: cell for name, cell in _fields(answer).items() if name != "allowed"}
            for row in TRANSITIONS.values()
            for answer in row.values()
        ],
    }


_DOCUMENTS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "reasons": lambda: {"reasons": [_fields(row) for row in REASON_TRAITS.values()]},
    "machine": _machine,
    "settlement": lambda: {
        "ranks": [_fields(row) for row in SETTLEMENT_RANKS.values()],
        "order": [_fields(row) for row in SETTLEMENT_ORDER],
    },
}


def as_document(table: str) -> dict[str, Any]:
    """Return a table as plain dicts, lists, strings and numbers, under its own field names."""
    return _DOCUMENTS[table]()


def _fields(row: Any) -> dict[str, Any]:
    return {name: _plain(cell) for name, cell in row._asdict().items()}


def _plain(cell: Any) -> Any:
    if isinstance(cell, tuple):
        return [str(word) for word in cast("tuple[object, ...]", cell)]
    return str(cell) if isinstance(cell, str) else cell


# --- the machine as a picture --------------------------------------------------------------------


class Arrow(NamedTuple):
    """One arrow of the picture: what leads from a status to another; `None` is every live one."""

    source: SessionStatus | None
    target: SessionStatus
    events: tuple[str, ...]


def arrows() -> tuple[Arrow, ...]:
    """Return the arrows of the machine's picture: one for each pair, in the order of the rules."""
    found: dict[tuple[SessionStatus | None, SessionStatus], tuple[str, ...]] = {}
    for rule in RULES:
        sources = (None,) if rule.sources == EVERY_LIVE else rule.sources
        for source in sources:
            pair = source, rule.target
            found[pair] = (*found.get(pair, ()), str(rule.event))
    return tuple(Arrow(*pair, events) for pair, events in found.items())


def machine_as_mermaid() -> str:
    """Return the machine as a Mermaid state diagram, with all that is live in one box."""
    inside = [f"[*] --> {status}" for status in SessionStatus if status in INITIAL_STATUSES]
    outside: list[str] = []
    for source, target, events in arrows():
        lines = outside if source is None else inside
        lines.append(f"{source or 'live'} --> {target}: {', '.join(events)}")
    box = ["state live {", *(f"    {line}" for line in inside), "}"]
    return "\n".join(["stateDiagram-v2", *(f"    {line}" for line in (*box, *outside))])
