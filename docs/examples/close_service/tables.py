"""The rows, and how a transaction begins.

`SessionColumns` brings the columns that settlement needs; its types are plain text in the database.
Beside them a conversation keeps what its webhooks are fenced by: whose session it is, on which
connection. A LiveKit room belongs to one conversation, for good: room names are one namespace
for everybody who shares a LiveKit project, so make them unguessable and do not use them again.

What writes, begins by taking SQLite's write lock (`BEGIN IMMEDIATE`): a reader that turns writer
would be told `database is locked`. On PostgreSQL READ COMMITTED is all that is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Engine, ForeignKey, Index, String, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from session_lifecycle import (
    EvalRunStatus,
    SessionDirection,
    SessionPriority,
    SessionType,
)
from session_lifecycle.integrations.sqlalchemy import (
    TYPE_ANNOTATION_MAP,
    ForeignTextType,
    SessionColumns,
    UtcDateTime,
)


class Base(DeclarativeBase):
    """Words are text, times are aware and in UTC."""

    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy's own way.
        **TYPE_ANNOTATION_MAP,
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
    }


class Conversation(SessionColumns, Base):
    """A conversation: `status`, its ending and `closed_at` come from the mixin."""

    __tablename__ = "conversations"
    __table_args__ = (Index("newest", "organization_id", "created_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID]
    end_user_id: Mapped[UUID]
    channel: Mapped[str] = mapped_column(String(32))
    priority: Mapped[SessionPriority | None]
    direction: Mapped[SessionDirection | None]
    session_type: Mapped[SessionType | None]
    external_session_id: Mapped[str | None] = mapped_column(ForeignTextType(128), unique=True)
    subject: Mapped[str | None] = mapped_column(ForeignTextType(256))
    assigned_agent_id: Mapped[UUID | None]
    retention_policy_id: Mapped[UUID | None]
    summary: Mapped[str | None]
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict)
    context_variables: Mapped[dict[str, Any]] = mapped_column(default=dict)
    message_count: Mapped[int] = mapped_column(default=0)
    memory_synced: Mapped[bool] = mapped_column(default=False)
    has_recording: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    first_message_at: Mapped[datetime | None]
    last_message_at: Mapped[datetime | None]
    ttl_expires_at: Mapped[datetime | None]
    retention_expires_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    # Whose session it is: the latest participant who joined, and on which connection.
    party: Mapped[str | None] = mapped_column(ForeignTextType)
    connection: Mapped[str | None] = mapped_column(ForeignTextType)
    joined_at: Mapped[datetime | None]


class Handoff(Base):
    """A human was asked for."""

    __tablename__ = "handoffs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    status: Mapped[str] = mapped_column(String(16))
    requested_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]


class EvalRun(Base):
    """A run of an evaluator over a conversation."""

    __tablename__ = "eval_runs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    status: Mapped[EvalRunStatus | None]
    is_critical: Mapped[bool] = mapped_column(default=False)


class EvalScore(Base):
    """One verdict of a run."""

    __tablename__ = "eval_scores"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("eval_runs.id"), index=True)
    passed: Mapped[bool | None]


class Task(Base):
    """What is to be done after a conversation. The key says: once."""

    __tablename__ = "tasks"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    created_at: Mapped[datetime]


class Drift(Base):
    """A word for a reason that we do not know, and how often it came."""

    __tablename__ = "drift"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(ForeignTextType(64), primary_key=True)
    times: Mapped[int]


def open_database(url: str) -> Engine:
    """Return the engine, with its tables made."""
    # Parameters are other people's text: they stay out of errors, and so out of the log.
    options: dict[str, Any] = {"hide_parameters": True, "pool_size": 40, "max_overflow": 0}
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": 30}, **options)
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    else:
        engine = create_engine(url, isolation_level="READ COMMITTED", **options)
    with engine.execution_options(writes=True).begin() as connection:
        Base.metadata.create_all(connection)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # Else Python begins transactions, later than we say.
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Any) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Give a session in a transaction that writes; it is committed when this is left."""
    with Session(engine.execution_options(writes=True), expire_on_commit=False) as db, db.begin():
        yield db
