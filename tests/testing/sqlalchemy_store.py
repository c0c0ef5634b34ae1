"""A store on our SQLAlchemy layer: what a service of ours would write, sync and async."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Engine,
    String,
    create_engine,
    delete,
    event,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from session_lifecycle import (
    LIVE_STATUSES,
    TERMINAL_STATUSES,
    EndClaim,
    SessionEvent,
    SessionStatus,
)
from session_lifecycle.integrations.sqlalchemy import (
    SessionColumns,
    apply_claim_to,
    apply_claim_to_async,
    apply_event_to,
    apply_event_to_async,
    raw_value,
)
from session_lifecycle.testing import LifecycleConformance, StoredSession


class Base(DeclarativeBase):
    pass


class Call(SessionColumns, Base):
    __tablename__ = "calls"
    id: Mapped[int] = mapped_column(primary_key=True)


# As stored: what cannot be read is for the kit to find out.
STATUS, REASON = raw_value(Call.status), raw_value(Call.termination_reason)
NEW = insert(Call).returning(Call.id)
READ = select(
    *(STATUS, REASON, Call.ended_at, Call.closed_at),
    *(Call.ended_by, Call.termination_raw),
)
LIVE = select(Call.id).where(Call.status.in_(LIVE_STATUSES))
ENDED = select(Call.id).where(Call.status.in_(TERMINAL_STATUSES))


def engine_of(url: Any) -> Engine:
    """An engine; on SQLite each transaction begins by taking the write lock."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", lambda db: db.exec_driver_sql("BEGIN IMMEDIATE"))
    Base.metadata.create_all(engine)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # Else Python begins transactions, later than we say.
    connection.execute("PRAGMA synchronous = OFF").close()
    connection.execute("PRAGMA journal_mode = WAL").close()


def drift(key: int, status: str | None, reason: str | None) -> Any:
    """The statement that writes a word nobody knows, past the types that would refuse it."""
    table = Call.__table__
    words = {"status": status, "termination_reason": reason}
    written = {name: _Text(word) for name, word in words.items() if word is not None}
    return update(table).where(table.c.id == key).values(written)


def _Text(word: str) -> Any:
    return literal(word, String())


class OnOurLayer(LifecycleConformance[int]):
    """Sync. A subclass gives it an `engine`."""

    engine: Engine

    def open(self) -> None:
        with self.engine.begin() as db:
            db.execute(delete(Call))

    def create(self, status: SessionStatus, started_at: datetime | None) -> int:
        with self.engine.begin() as db:
            return db.execute(NEW, {"status": status, "started_at": started_at}).scalar_one()

    def apply_event(self, key: int, event: SessionEvent, at: datetime | None, source: str) -> None:
        with self.engine.begin() as db:
            apply_event_to(db, Call, key, event, at=at, source=source)

    def report_ending(self, key: int, claim: EndClaim) -> None:
        with self.engine.begin() as db:
            apply_claim_to(db, Call, key, claim)

    def read(self, key: int) -> StoredSession:
        with self.engine.begin() as db:
            return StoredSession(*db.execute(READ.where(Call.id == key)).one())

    def list_sessions(self, *, live: bool) -> Iterable[int]:
        with self.engine.begin() as db:
            return db.scalars(LIVE if live else ENDED).all()

    def write_drifted(
        self, key: int, *, status: str | None = None, reason: str | None = None
    ) -> None:
        with self.engine.begin() as db:
            db.execute(drift(key, status, reason))


class OnOurLayerAsync(LifecycleConformance[int]):
    """Async. A subclass gives it an `engine`."""

    engine: AsyncEngine

    async def open(self) -> None:
        async with self.engine.begin() as db:
            await db.run_sync(Base.metadata.create_all)
            await db.execute(delete(Call))

    async def close(self) -> None:
        await self.engine.dispose()  # Its connections belong to the event loop of this example.

    async def create(self, status: SessionStatus, started_at: datetime | None) -> int:
        async with self.engine.begin() as db:
            made = await db.execute(NEW, {"status": status, "started_at": started_at})
            return made.scalar_one()

    async def apply_event(
        self, key: int, event: SessionEvent, at: datetime | None, source: str
    ) -> None:
        async with self.engine.begin() as db:
            await apply_event_to_async(db, Call, key, event, at=at, source=source)

    async def report_ending(self, key: int, claim: EndClaim) -> None:
        async with self.engine.begin() as db:
            await apply_claim_to_async(db, Call, key, claim)

    async def read(self, key: int) -> StoredSession:
        async with self.engine.begin() as db:
            return StoredSession(*(await db.execute(READ.where(Call.id == key))).one())

    async def list_sessions(self, *, live: bool) -> Iterable[int]:
        async with self.engine.begin() as db:
            return (await db.scalars(LIVE if live else ENDED)).all()

    async def write_drifted(
        self, key: int, *, status: str | None = None, reason: str | None = None
    ) -> None:
        async with self.engine.begin() as db:
            await db.execute(drift(key, status, reason))
