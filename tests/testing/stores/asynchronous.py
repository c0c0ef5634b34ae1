"""The store in memory, with async methods: who writes waits between reading and writing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from session_lifecycle import EndClaim, Session, SessionEvent, SessionStatus
from session_lifecycle.testing import LifecycleConformance, StoredSession
from tests.testing.stores.memory import Row, Store, session_of


class AsyncStore(Store):
    """Right: what was read is written only if nobody else has written."""

    async def tell_async(self, key: int, said: Any, at: datetime | None, source: str) -> None:
        while True:
            row = self.rows[key]
            before = session_of(row)
            after = self.after(before, said, at, source)
            await asyncio.sleep(0)
            if after == before or self.write(key, row, before, after):
                return
            await asyncio.sleep(0)


class AsyncCheckThenAct(AsyncStore):
    """Broken: what was read is written."""

    def write(self, key: int, row: Row, before: Session, after: Session) -> bool:
        self.rows[key] = self.new_row(row, before, after)
        return True


class AsyncHalfWritten(AsyncStore):
    """Broken: the status is written, and a moment later why and when."""

    async def tell_async(self, key: int, said: Any, at: datetime | None, source: str) -> None:
        row = self.rows[key]
        before = session_of(row)
        after = self.after(before, said, at, source)
        if before.ending is None and after.ending is not None:
            self.rows[key] = {**row, "status": str(after.status), "version": row["version"] + 1}
            await asyncio.sleep(0)
        if after != before:
            self.rows[key] = self.new_row(row, before, after)


class LocksOverAnAwait(AsyncStore):
    """Right, and one at a time: who comes second waits."""

    def __init__(self) -> None:
        super().__init__()
        self.one_at_a_time = asyncio.Lock()

    async def tell_async(self, key: int, said: Any, at: datetime | None, source: str) -> None:
        async with self.one_at_a_time:
            await super().tell_async(key, said, at, source)


class AsyncInMemory(LifecycleConformance[int]):
    """The five methods, all async."""

    kind: type[AsyncStore] = AsyncStore

    async def open(self) -> None:
        self.store = self.kind()

    async def close(self) -> None:
        await asyncio.sleep(0)

    async def create(self, status: SessionStatus, started_at: datetime | None) -> int:
        return self.store.create(status, started_at)

    async def apply_event(
        self, key: int, event: SessionEvent, at: datetime | None, source: str
    ) -> None:
        await self.store.tell_async(key, event, at, source)

    async def report_ending(self, key: int, claim: EndClaim) -> None:
        await self.store.tell_async(key, claim, None, "")

    async def read(self, key: int) -> StoredSession:
        await asyncio.sleep(0)
        return self.store.read(key)

    async def list_sessions(self, *, live: bool) -> Iterable[int]:
        return self.store.keys(live)

    async def write_drifted(
        self, key: int, *, status: str | None = None, reason: str | None = None
    ) -> None:
        row = self.store.rows[key]
        row |= {"status": status or row["status"], "reason": reason or row["reason"]}
        row["version"] += 1


def over(kind: type[AsyncStore]) -> type[AsyncInMemory]:
    """The kit's class over a store of this kind, named after it."""
    return type(kind.__name__, (AsyncInMemory,), {"kind": kind, "__module__": __name__})
