"""What the database says of the conversations.

Read with plain SQL, so that the service's own classes cannot vouch for themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, text


class Row(NamedTuple):
    """A conversation in the database."""

    key: str
    status: str
    reason: str | None
    raw: str | None
    source: str | None
    claimed_at: datetime | None
    ended_at: datetime | None
    closed_at: datetime | None
    tasks: int

    @property
    def ending(self) -> tuple[Any, ...]:
        """What `ledger.as_stored` says of an ending."""
        return (self.status, self.reason, self.raw, self.source, self.claimed_at, self.ended_at)


_ROWS = text("""
    SELECT external_session_id, id, status, termination_reason, termination_raw, ended_by,
        claimed_at, ended_at, closed_at,
        (SELECT count(*) FROM tasks WHERE tasks.conversation_id = conversations.id)
    FROM conversations
""")
_HANDOFFS = text("""
    SELECT external_session_id, handoffs.id, handoffs.status, resolved_at
    FROM handoffs JOIN conversations ON conversations.id = conversation_id
""")
# One statement sees one moment: what belongs together is there together, or not at all.
_TORN = text("""
    SELECT external_session_id, conversations.status, closed_at, termination_reason,
        tasks.conversation_id, handoffs.status
    FROM conversations
        LEFT JOIN tasks ON tasks.conversation_id = conversations.id
        LEFT JOIN handoffs ON handoffs.conversation_id = conversations.id
    WHERE (conversations.status IN ('closed', 'expired', 'error', 'superseded'))
            <> (tasks.conversation_id IS NOT NULL)
        OR (closed_at IS NULL) <> (tasks.conversation_id IS NULL)
        OR (termination_reason IS NULL) <> (tasks.conversation_id IS NULL)
        OR coalesce(handoffs.status = 'resolved', 1 = 0)
            <> coalesce(termination_reason = 'handoff_resolved', 1 = 0)
""")


def read_rows(db: Connection) -> dict[str, Row]:
    """Return the conversations, by their room."""
    found = {}
    for room, key, status, reason, raw, source, *times, tasks in db.execute(_ROWS):
        claimed_at, ended_at, closed_at = map(_time, times)
        found[room] = Row(
            _key(key), status, reason, raw, source, claimed_at, ended_at, closed_at, tasks
        )
    return found


class Handoff(NamedTuple):
    """A handoff in the database."""

    key: str
    status: str
    resolved_at: datetime | None


def read_handoffs(db: Connection) -> dict[str, list[Handoff]]:
    """Return the handoffs, by their conversation's room."""
    found: dict[str, list[Handoff]] = {}
    for room, key, status, resolved_at in db.execute(_HANDOFFS):
        found.setdefault(room, []).append(Handoff(_key(key), status, _time(resolved_at)))
    return found


def torn(db: Connection) -> Sequence[Any]:
    """Return the conversations of which only a part is written."""
    return db.execute(_TORN).all()


def _key(key: Any) -> str:
    plain = str(key).replace("-", "")
    return "-".join([plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]])


def _time(cell: Any) -> datetime | None:
    """SQLite keeps text, without a zone: it is UTC."""
    if cell is None:
        return None
    at = datetime.fromisoformat(cell) if isinstance(cell, str) else cell
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
