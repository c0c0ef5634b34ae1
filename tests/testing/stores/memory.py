"""A store that is right, in memory: rows, written by compare-and-set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from session_lifecycle import (
    EndClaim,
    Session,
    SessionEvent,
    SessionStatus,
    apply_claim,
    apply_event,
    coerce_session_status,
    is_live,
    is_terminal,
    restore_session,
    start_session,
)
from session_lifecycle.testing import LifecycleConformance, StoredSession

Row = dict[str, Any]


class Store:
    """Rows in memory, written by compare-and-set."""

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.lock = Lock()
        self.clock = datetime(2026, 11, 24, tzinfo=UTC)

    def now(self) -> datetime:
        """Each time another one, so that a time that is written twice shows."""
        self.clock += timedelta(seconds=1)
        return self.clock

    def create(self, status: SessionStatus, started_at: datetime | None) -> int:
        with self.lock:
            key = len(self.rows)
            row = cells(start_session(status, at=started_at))
            self.rows[key] = {**row, "closed_at": None, "version": 1}
        return key

    def tell(
        self, key: int, said: SessionEvent | EndClaim, at: datetime | None, source: str
    ) -> None:
        while True:
            row = self.rows[key]
            before = session_of(row)
            after = self.after(before, said, at, source)
            if after == before or self.write(key, row, before, after):
                return

    def after(
        self, before: Session, said: SessionEvent | EndClaim, at: datetime | None, source: str
    ) -> Session:
        if isinstance(said, EndClaim):
            return apply_claim(before, said)
        return apply_event(before, said, at=at, source=source)

    def write(self, key: int, row: Row, before: Session, after: Session) -> bool:
        new = self.new_row(row, before, after)
        with self.lock:
            if self.rows[key]["version"] != row["version"]:
                return False
            self.rows[key] = new
        return True

    def new_row(self, row: Row, before: Session, after: Session) -> Row:
        new = {**row, **cells(after), "version": row["version"] + 1}
        if before.ending is None and after.ending is not None:
            new["closed_at"] = self.now()
        return new

    def read(self, key: int) -> StoredSession:
        row = self.rows[key]
        times = row["at"], row["closed_at"]
        return StoredSession(row["status"], row["reason"], *times, row["source"], row["raw"])

    def live(self, status: str) -> bool:
        known = coerce_session_status(status)
        return known is not None and is_live(known)

    def ended(self, status: str) -> bool:
        known = coerce_session_status(status)
        return known is not None and is_terminal(known)

    def keys(self, live: bool) -> list[int]:
        counts = self.live if live else self.ended
        return [key for key, row in self.rows.items() if counts(row["status"])]


def cells(session: Session) -> Row:
    """What a row holds of a session: the winner with its own time, and the earliest time."""
    ending = session.ending
    winner = None if ending is None else ending.winner
    return {
        "status": str(session.status),
        "reason": winner and str(winner.reason),
        "claimed_at": winner and winner.at,
        "source": "" if winner is None else winner.source,
        "raw": winner and winner.raw,
        "at": ending and ending.at,
        "started_at": session.started_at,
    }


def session_of(row: Row) -> Session:
    names = ("reason", "at", "claimed_at", "source", "raw", "started_at")
    return restore_session(row["status"], **{name: row[name] for name in names})


class InMemory(LifecycleConformance[int]):
    """The five methods over a store in memory: this one, or one that is broken."""

    kind: type[Store] = Store

    def open(self) -> None:
        self.store = self.kind()

    def create(self, status: SessionStatus, started_at: datetime | None) -> int:
        return self.store.create(status, started_at)

    def apply_event(self, key: int, event: SessionEvent, at: datetime | None, source: str) -> None:
        self.store.tell(key, event, at, source)

    def report_ending(self, key: int, claim: EndClaim) -> None:
        self.store.tell(key, claim, None, "")

    def read(self, key: int) -> StoredSession:
        return self.store.read(key)

    def list_sessions(self, *, live: bool) -> Iterable[int]:
        return self.store.keys(live)

    def write_drifted(
        self, key: int, *, status: str | None = None, reason: str | None = None
    ) -> None:
        row = self.store.rows[key]
        if status is not None:
            row["status"] = status
        if reason is not None:
            row["reason"] = reason
        row["version"] += 1


def over(kind: type[Store]) -> type[InMemory]:
    """The kit's class over a store of this kind, named after it."""
    return type(kind.__name__, (InMemory,), {"kind": kind, "__module__": __name__})
