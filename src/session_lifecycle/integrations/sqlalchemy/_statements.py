"""The statements that write a session's row: a live move, an ending. `_writes` runs them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, RowMapping, Update, func, update

from session_lifecycle._ending import EndClaim
from session_lifecycle._machine import TRANSITION_RULES, source_statuses
from session_lifecycle._words import SessionEvent
from session_lifecycle.integrations.sqlalchemy._outcome import WriteResult, report
from session_lifecycle.integrations.sqlalchemy._plain import storable, storable_time
from session_lifecycle.integrations.sqlalchemy._rows import ending_values
from session_lifecycle.integrations.sqlalchemy._where import SessionTable, Target, session_table


def move_statement(
    target: Target,
    key: Any,
    event: SessionEvent,
    *,
    columns: Mapping[str, str | None] | None = None,
) -> Update:
    """Return the guarded UPDATE of a live move: it meets one row, or none if it was no move.

    One statement, for a writer that need not know why nothing moved. `apply_event_to` tells.

    Raises:
        UnknownEventError: if `event` is no session event.
        ValueError: if it ends a session: an ending is guarded by settlement, not by status.
    """
    known = report(event)
    if isinstance(known, EndClaim):
        raise ValueError(
            f"'{known}' ends a session, and an ending is settled, not guarded by the status: "
            "expected a live event; for this one use apply_event_to"
        )
    where = session_table(target, columns)
    version = where.columns["version"]
    return (
        update(where.table)
        .where(*where.is_row(key), where.columns["status"].in_(source_statuses(known)))
        .values(_target(where, known) | {version: func.coalesce(version, 0) + 1})
    )


def write(
    where: SessionTable,
    key: object,
    row: RowMapping,
    said: SessionEvent | EndClaim,
    result: WriteResult,
    now: datetime | None,
) -> Update:
    """Return the UPDATE of a row that was just read, guarded by the version it was read at.

    Args:
        where: where the session is stored.
        key: which row.
        row: what was read of it.
        said: what is reported: a live event or a claim.
        result: what that does to the session, which is to be written.
        now: the time for `closed_at`.
    """
    version = where.columns["version"]
    guards = [*where.is_row(key), version == row["version"]]
    if isinstance(said, EndClaim):
        values = _ending(where, row, result, now)
    else:
        values = _target(where, said)
        # Not for a drifted spelling, `Active` say: for such a row the version is all there is.
        if row["status"] == result.status_before:
            guards.append(where.columns["status"].in_(source_statuses(said)))
    return update(where.table).where(*guards).values(values | {version: next_version(row)})


def next_version(row: RowMapping) -> int:
    """Return the version a row has once it is written. One without a version yet had 0."""
    version: int | None = row["version"]
    return (version or 0) + 1


def _target(where: SessionTable, event: SessionEvent) -> dict[Column[Any], Any]:
    return {where.columns["status"]: TRANSITION_RULES[event].target}


def _ending(
    where: SessionTable, row: RowMapping, result: WriteResult, now: datetime | None
) -> dict[Column[Any], Any]:
    before, after = result.before, result.after
    assert before is not None
    assert after is not None
    values = ending_values(after, before, now=now)
    if row.get("closed_at") is not None:
        values.pop("closed_at", None)  # It never moves.
    columns = where.columns
    return {columns[name]: value for name, value in values.items() if name in columns}


def as_stored(where: SessionTable, claim: EndClaim) -> EndClaim:
    """Return a claim as its columns will hold it, so that it equals itself when it comes again."""
    source, raw = (
        _held(where, name, text)
        for name, text in (("ended_by", claim.source), ("termination_raw", claim.raw))
    )
    at = storable_time(claim.at, "at")
    return EndClaim(claim.reason, at, source or "", claim.status, raw)


def _held(where: SessionTable, name: str, text: str | None) -> str | None:
    column = where.columns.get(name)
    if column is None or text is None:
        return None
    return storable(text, getattr(column.type, "length", None))


move_statement.__module__ = __package__ or __name__
