"""Rows and sessions: what a stored row says, and what to write for a session.

A table holds the winning claim with its own time, and the earliest time. Merging each new claim
into that ends in the same place as keeping every claim (`restore_session`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, FromClause, SQLColumnExpression
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from session_lifecycle._session import Session, restore_session, session_change
from session_lifecycle._text import show
from session_lifecycle._value import utc
from session_lifecycle._words import MAX_WORD_LENGTH
from session_lifecycle.integrations.sqlalchemy._plain import (
    UtcDateTime,
    storable,
    storable_time,
)
from session_lifecycle.integrations.sqlalchemy._types import raw_value

# The columns a row is read from, and whether its text is to be read as it is stored. A word from
# next year, read as UNKNOWN, would rank below teardown; with the word itself it does not.
_READ: Mapping[str, bool] = {
    "status": True,
    "termination_reason": True,
    "termination_raw": False,
    "ended_by": False,
    "claimed_at": False,
    "ended_at": False,
    "started_at": False,
}
_MISSING: Any = object()


def row_columns(source: FromClause | type[Any]) -> tuple[ColumnElement[Any], ...]:
    """Return what to select for `session_from_row`, with the words as they are stored.

    An entity's attributes have been read already: a reason we do not know is `UNKNOWN` there and
    nothing else, so that the next echo of teardown could overwrite it. Select these instead where
    a claim is going to be settled in.

    Args:
        source: a table, an alias or a mapped class. Columns that it does not have are left out.

    Raises:
        TypeError: if it has no `status`.
    """
    found: dict[str, SQLColumnExpression[Any]] = {}
    for name in _READ:
        if isinstance(source, FromClause):
            column = source.c.get(name)
        else:
            column = getattr(source, name, None)
        if column is not None:
            found[name] = column
    if "status" not in found:
        raise TypeError(
            f"{show(source)} has no column `status`: expected a table or a mapped class "
            "with the columns of SessionColumns"
        )
    return tuple(
        raw_value(column).label(name) if _READ[name] else column.label(name)
        for name, column in found.items()
    )


def session_from_row(row: object) -> Session:
    """Return the session that a row describes.

    Args:
        row: a mapping, a `Row` or an object with the columns of `SessionColumns`; of those, all but
            `status` may be missing. Best selected by `row_columns`, which loses no word.

    Raises:
        UnknownStatusError: if the status is not known. An entity's is `None` then: `raw_value` has
            the text.
        TypeError: if the row has no `status`.
        ValueError: if a time has no zone; `UtcDateTime` reads them with one.

    >>> session = session_from_row({"status": "closed", "termination_reason": "callee_moved_away"})
    >>> session.ending.reason, session.ending.winner.raw
    (<SessionTerminationReason.UNKNOWN: 'unknown'>, 'callee_moved_away')
    """
    cells = {name: _cell(row, name) for name in _READ}
    if cells["status"] is _MISSING:
        raise TypeError(
            f"the row is {show(row)} without a `status`, expected a mapping or an object that has "
            "one: of a row of entities, give the entity"
        )
    claimed_at = cells.pop("claimed_at")
    known: dict[str, Any] = {
        name: None if cell is _MISSING else cell for name, cell in cells.items()
    }
    return restore_session(
        known["status"],
        reason=known["termination_reason"],
        at=known["ended_at"],
        claimed_at=... if claimed_at is _MISSING else claimed_at,
        source=known["ended_by"] or "",
        raw=known["termination_raw"],
        started_at=known["started_at"],
    )


def _cell(row: object, name: str) -> Any:
    if isinstance(row, Mapping):
        return cast("Mapping[str, Any]", row).get(name, _MISSING)
    return getattr(row, name, _MISSING)


def ending_values(
    session: Session, previous: Session | None, *, now: datetime | None = None
) -> dict[str, Any]:
    """Return the values to write for a session: only what changed since `previous`.

    `closed_at` is among them once, when live becomes ended, and never again. `version` is not: who
    writes adds 1. A winner is written whole, with what is empty in it. Else, what has not changed
    is left alone, so that a stored word which this version does not know outlives a claim that only
    moved `ended_at`.

    Args:
        session: the session to be stored.
        previous: what the row says now; `None` for a row to be inserted.
        now: the writer's clock, aware, for `closed_at`; by default the database's own.

    Returns:
        The values by column name, for `insert()`, `update()` or an object's attributes. Empty if
        there is nothing to write.

    Raises:
        IllegalTransitionError: if `previous` has ended and `session` is live.
        ValueError: if `now` has no zone.
    """
    values = _values(session)
    now = utc(now, "now")
    if previous is not None:
        session_change(previous, session)
        before = _values(previous)
        # Another winner is written whole: a stored word of the old one, read as UNKNOWN and left
        # where the new one is UNKNOWN too, would be read as the new one's. So is the first one,
        # with the earliest time: a live row may hold leftovers of an ending that was taken back.
        whole: frozenset[str] = frozenset()
        if previous.ending is None:
            whole = _ENDING if session.ending is not None else whole
        elif any(values[name] != before[name] for name in _WINNER):
            whole = _WINNER
        values = {
            name: value for name, value in values.items() if value != before[name] or name in whole
        }
    if session.ending is not None and (previous is None or previous.ending is None):
        values["closed_at"] = _Now() if now is None else now
    return values


# What a row says of the winning claim, and of the ending.
_WINNER = frozenset({"status", "termination_reason", "termination_raw", "ended_by", "claimed_at"})
_ENDING = _WINNER | {"ended_at"}


class _Now(FunctionElement[datetime]):
    """The database's own time, this moment."""

    inherit_cache = True
    type = UtcDateTime()


@compiles(_Now)
def _now(element: _Now, compiler: Any, **given: Any) -> str:
    return "CURRENT_TIMESTAMP"


@compiles(_Now, "postgresql")
def _now_in_postgresql(element: _Now, compiler: Any, **given: Any) -> str:
    # CURRENT_TIMESTAMP is when the transaction began.
    return "clock_timestamp()"


@compiles(_Now, "sqlite")
def _now_in_sqlite(element: _Now, compiler: Any, **given: Any) -> str:
    # As SQLAlchemy writes a time, with six digits: SQLite compares times as text.
    return "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')"


def _values(session: Session) -> dict[str, Any]:
    values: dict[str, Any] = dict.fromkeys(_READ)
    values |= {"status": session.status, "started_at": session.started_at}
    if session.ending is not None:
        winner = session.ending.winner
        values |= {
            "termination_reason": winner.reason,
            "termination_raw": winner.raw and storable(winner.raw, MAX_WORD_LENGTH),
            "ended_by": storable(winner.source),
            "claimed_at": storable_time(winner.at, "at"),
            "ended_at": storable_time(session.ending.at, "at"),
        }
    return values


for _thing in (row_columns, session_from_row, ending_values):
    _thing.__module__ = __package__ or __name__
