"""A store on plain `sqlite3`, with its SQL by hand: the reference that the mutants are made of.

Nothing of our SQLAlchemy layer is here. A row is read, the library says what a report makes of it,
and the row is written only if nobody else has written it since: compare-and-set on `version`, one
transaction a write, a connection a call.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from session_lifecycle import (
    EndClaim,
    Session,
    SessionEvent,
    SessionStatus,
    apply_claim,
    apply_event,
    restore_session,
    start_session,
)
from session_lifecycle.testing import StoredSession

SCHEMA = """
    CREATE TABLE sessions (
        id INTEGER PRIMARY KEY,
        status TEXT NOT NULL,
        started_at TEXT,
        closed_at TEXT,
        version INTEGER NOT NULL
    );
    CREATE TABLE endings (
        session INTEGER PRIMARY KEY REFERENCES sessions,
        reason TEXT NOT NULL,
        raw TEXT,
        source TEXT NOT NULL,
        claimed_at TEXT,
        ended_at TEXT
    );
"""
CREATE = """
    INSERT INTO sessions (status, started_at, version) VALUES (:status, :started_at, 1)
"""
READ = """
    SELECT id, status, started_at, closed_at, version,
        reason, raw, source, claimed_at, ended_at
    FROM sessions LEFT JOIN endings ON session = id
    WHERE id = :id
"""
MOVE = """
    UPDATE sessions
    SET status = :status, version = version + 1
    WHERE id = :id AND version = :version
"""
CLOSE = """
    UPDATE sessions
    SET status = :status, closed_at = :now, version = version + 1
    WHERE id = :id AND version = :version
"""
END = """
    INSERT INTO endings (session, reason, raw, source, claimed_at, ended_at)
    VALUES (:id, :reason, :raw, :source, :claimed_at, :ended_at)
    ON CONFLICT (session) DO UPDATE
    SET reason = :reason, raw = :raw, source = :source, claimed_at = :claimed_at,
        ended_at = :ended_at
"""
LIVE = """
    SELECT id FROM sessions
    WHERE status IN ('queued', 'ringing', 'active', 'paused', 'waiting_for_human', 'transferred',
        'awaiting_approval')
"""
ENDED = """
    SELECT id FROM sessions
    WHERE status IN ('closed', 'expired', 'error', 'superseded')
"""

TRIES = 5


class SqliteStore:
    """Sessions in a file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        # One stays open: the last to be closed would fold the log into the file, at each call.
        self.kept = sqlite3.connect(file, isolation_level=None)
        self.kept.execute("PRAGMA journal_mode = WAL")
        self.kept.executescript(SCHEMA)

    def close(self) -> None:
        self.kept.close()

    @contextmanager
    def connected(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self.file, timeout=10, isolation_level=None)
        try:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA synchronous = OFF")  # It has to outlive no loss of power.
            yield db
        finally:
            db.close()  # What is not committed is undone.

    def create(self, status: SessionStatus, started_at: datetime | None) -> int:
        session = start_session(status, at=started_at)
        values = {"status": session.status, "started_at": text(session.started_at)}
        with self.connected() as db:
            key = db.execute(CREATE, values).lastrowid
        assert key is not None
        return key

    def apply_event(
        self, key: int, event: SessionEvent, at: datetime | None = None, source: str = ""
    ) -> None:
        self.tell(key, lambda before: apply_event(before, event, at=at, source=source))

    def apply_claim(self, key: int, claim: EndClaim) -> None:
        self.tell(key, lambda before: apply_claim(before, claim))

    def tell(self, key: int, change: Callable[[Session], Session]) -> None:
        with self.connected() as db:
            for _ in range(TRIES):
                row = db.execute(READ, {"id": key}).fetchone()
                before = session_of(row)
                after = change(before)
                if after == before or write(db, row, before, after):
                    return
        raise TimeoutError(f"the row of session {key} would not hold still")

    def read(self, key: int) -> StoredSession:
        with self.connected() as db:
            row = db.execute(READ, {"id": key}).fetchone()
        return StoredSession(
            row["status"],
            row["reason"],
            time(row["ended_at"]),
            time(row["closed_at"]),
            row["source"],
            row["raw"],
        )

    def keys(self, *, live: bool) -> list[int]:
        with self.connected() as db:
            return [key for (key,) in db.execute(LIVE if live else ENDED)]


def write(db: sqlite3.Connection, row: sqlite3.Row, before: Session, after: Session) -> bool:
    """Write what has changed; `False` if somebody else has written the row since it was read."""
    ending = after.ending
    values = {"id": row["id"], "version": row["version"], "status": after.status}
    if ending is None:
        return db.execute(MOVE, values).rowcount == 1
    winner = ending.winner
    values |= {"reason": winner.reason, "raw": winner.raw, "source": winner.source}
    values |= {"claimed_at": text(winner.at), "ended_at": text(ending.at)}
    values |= {"now": text(datetime.now(UTC))}
    db.execute("BEGIN IMMEDIATE")
    if db.execute(CLOSE if before.ending is None else MOVE, values).rowcount == 0:
        db.execute("ROLLBACK")
        return False
    db.execute(END, values)
    db.execute("COMMIT")
    return True


def session_of(row: sqlite3.Row) -> Session:
    return restore_session(
        row["status"],
        reason=row["reason"],
        raw=row["raw"],
        source=row["source"] or "",
        claimed_at=time(row["claimed_at"]),
        at=time(row["ended_at"]),
        started_at=time(row["started_at"]),
    )


def text(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
