"""The kit over the plain `sqlite3` store, and over whatever stands in its place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from session_lifecycle import EndClaim, SessionEvent, SessionStatus
from session_lifecycle.testing import LifecycleConformance, StoredSession
from tests.testing import sqlite_store


class PlainSqlite(LifecycleConformance[int]):
    """The five methods over a file of its own for each example."""

    module: Any = sqlite_store

    def open(self) -> None:
        self.folder = TemporaryDirectory(prefix="session-lifecycle-")
        self.store = self.module.SqliteStore(Path(self.folder.name) / "sessions.db")

    def close(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def create(self, status: SessionStatus, started_at: datetime | None) -> int:
        key: int = self.store.create(status, started_at)
        return key

    def apply_event(self, key: int, event: SessionEvent, at: datetime | None, source: str) -> None:
        self.store.apply_event(key, event, at, source)

    def report_ending(self, key: int, claim: EndClaim) -> None:
        self.store.apply_claim(key, claim)

    def read(self, key: int) -> StoredSession:
        found: StoredSession = self.store.read(key)
        return found

    def list_sessions(self, *, live: bool) -> Iterable[int]:
        keys: list[int] = self.store.keys(live=live)
        return keys

    def write_drifted(
        self, key: int, *, status: str | None = None, reason: str | None = None
    ) -> None:
        with self.store.connected() as db:
            if status is not None:
                db.execute("UPDATE sessions SET status = ? WHERE id = ?", (status, key))
            if reason is not None:
                db.execute("UPDATE endings SET reason = ? WHERE session = ?", (reason, key))
