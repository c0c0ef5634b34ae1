"""A table of calls, and reports about them, for the tests of the writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Table, Text, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from session_lifecycle import (
    EndClaim,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
)
from session_lifecycle.integrations.sqlalchemy import SessionColumns, apply_claim_to

R, S, E = SessionTerminationReason, SessionStatus, SessionEvent
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)

# Whose word weighs what (domain.md section 5): a person's, a cause, teardown.
HUMAN = EndClaim(R.HANDOFF_RESOLVED, LATER, "operator")
HANG_UP = EndClaim(R.AGENT_INITIATED, NOON, "worker")
ECHO = EndClaim(R.ROOM_DELETED, NOON + timedelta(seconds=1), "livekit")


class Base(DeclarativeBase):
    pass


class Call(SessionColumns, Base):
    __tablename__ = "calls"
    id: Mapped[int] = mapped_column(primary_key=True)


class Leg(SessionColumns, Base):
    __tablename__ = "legs"
    call: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    # The class calls a column by another name than the table does.
    ended_by: Mapped[str | None] = mapped_column("reporter", Text)


calls = Call.__table__
assert isinstance(calls, Table)


def fill(connection: Connection, *statuses: SessionStatus, **cells: Any) -> None:
    Base.metadata.create_all(connection)
    rows = [
        {"id": n, "status": status, **cells} for n, status in enumerate(statuses or (S.ACTIVE,))
    ]
    connection.execute(insert(calls), rows)


def row(connection: Connection, key: int = 0) -> dict[str, Any]:
    found = connection.execute(select(calls).where(calls.c.id == key)).mappings().one()
    return dict(found)


def commit(engine: Engine, claim: EndClaim) -> None:
    with engine.begin() as connection:
        apply_claim_to(connection, calls, 0, claim)
