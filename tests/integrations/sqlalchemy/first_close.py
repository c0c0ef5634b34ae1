"""A close, sync and async, with `session-lifecycle[sqlalchemy]` and aiosqlite and nothing else.

Run by the gate in an environment of its own: the tests' environment has more than users get.
"""

from __future__ import annotations

import asyncio

from sqlalchemy import Connection, create_engine, insert
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from session_lifecycle import SessionEvent
from session_lifecycle.integrations.sqlalchemy import (
    SessionColumns,
    apply_event_to,
    apply_event_to_async,
)


class Base(DeclarativeBase):
    pass


class Call(SessionColumns, Base):
    __tablename__ = "calls"
    id: Mapped[int] = mapped_column(primary_key=True)


def fill(connection: Connection) -> None:
    Base.metadata.create_all(connection)
    connection.execute(insert(Call).values(id=1, status="active"))


async def close_async() -> str:
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.begin() as db:
        await db.run_sync(fill)
        result = await apply_event_to_async(db, Call, 1, SessionEvent.CLOSE)
    await engine.dispose()
    return result.change


def close() -> str:
    with create_engine("sqlite://").begin() as db:
        fill(db)
        return apply_event_to(db, Call, 1, SessionEvent.CLOSE).change


if __name__ == "__main__":
    found = (close(), asyncio.run(close_async()))
    print(*found)
    raise SystemExit(found != ("ended", "ended"))
