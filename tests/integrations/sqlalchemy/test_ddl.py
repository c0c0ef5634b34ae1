"""Proof (a): DDL on both databases shows VARCHAR(64), no CHECK, no type."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import (
    URL,
    Column,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    inspect,
    text,
)
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateTable

from session_lifecycle.integrations.sqlalchemy import (
    TYPE_ANNOTATION_MAP,
    EvalRunStatusType,
    SessionColumns,
    SessionDirectionType,
    SessionPriorityType,
    SessionStatusType,
    SessionTerminationReasonType,
    SessionTypeType,
)

WORDS = {
    "reason": SessionTerminationReasonType,
    "status": SessionStatusType,
    "priority": SessionPriorityType,
    "direction": SessionDirectionType,
    "session_type": SessionTypeType,
    "run_status": EvalRunStatusType,
}
words = Table(
    "words",
    MetaData(),
    Column("id", Integer, primary_key=True),
    *[Column(name, kind) for name, kind in WORDS.items()],
    Column("wider", SessionTerminationReasonType(80)),
)


class Base(DeclarativeBase):
    type_annotation_map = TYPE_ANNOTATION_MAP


class CallSession(SessionColumns, Base):
    __tablename__ = "sessions"
    id: Mapped[int] = mapped_column(primary_key=True)


COLUMNS = {
    "id": ("INTEGER", False),
    "status": ("VARCHAR(64)", False),
    "termination_reason": ("VARCHAR(64)", True),
    "termination_raw": ("VARCHAR(64)", True),
    "ended_by": ("VARCHAR", True),
    "claimed_at": ("TIMESTAMP", True),
    "ended_at": ("TIMESTAMP", True),
    "started_at": ("TIMESTAMP", True),
    "closed_at": ("TIMESTAMP", True),
    "version": ("INTEGER", False),
}


def made(engine: Engine, table: Any) -> dict[str, tuple[str, bool]]:
    """What the database itself says about a table that was just made."""
    table.create(engine)
    return {
        column["name"]: (str(column["type"]), column["nullable"])
        for column in inspect(engine).get_columns(table.name)
    }


def test_every_word_is_varchar_64(engine: Engine) -> None:
    """DDL on both databases shows VARCHAR(64), no CHECK, no type"""
    found = made(engine, words)
    assert {name: found[name] for name in WORDS} == dict.fromkeys(WORDS, ("VARCHAR(64)", True))
    assert found["wider"] == ("VARCHAR(80)", True)
    assert inspect(engine).get_check_constraints("words") == []


def test_the_mixins_columns(engine: Engine) -> None:
    """`SessionColumns` mixin ... with status, reason, ended_at and an optimistic version"""
    times = "TIMESTAMP" if engine.dialect.name == "postgresql" else "DATETIME"
    assert made(engine, CallSession.__table__) == {
        name: (kind.replace("TIMESTAMP", times), nullable)
        for name, (kind, nullable) in COLUMNS.items()
    }
    assert inspect(engine).get_check_constraints("sessions") == []


def test_postgresql_has_no_type_of_ours(postgres_url: URL) -> None:
    """Asked of its own catalogue: no enum type at all, and no constraint but keys and NOT NULL."""
    engine = create_engine(postgres_url)
    made(engine, words)
    made(engine, CallSession.__table__)
    with engine.connect() as connection:
        enums = text("SELECT typname FROM pg_type WHERE typtype = 'e'")
        assert connection.scalars(enums).all() == []
        kinds = text(
            "SELECT DISTINCT contype::text FROM pg_constraint "
            "WHERE conrelid IN ('words'::regclass, 'sessions'::regclass)"
        )
        assert set(connection.scalars(kinds)) <= {"p", "n"}
        zones = text(
            "SELECT DISTINCT data_type FROM information_schema.columns "
            "WHERE table_name = 'sessions' AND column_name LIKE '%\\_at'"
        )
        assert connection.scalars(zones).all() == ["timestamp with time zone"]
    engine.dispose()


def test_sqlite_shows_the_text_it_was_given(sqlite_url: URL) -> None:
    engine = create_engine(sqlite_url)
    made(engine, words)
    with engine.connect() as connection:
        (sql,) = connection.scalars(text("SELECT sql FROM sqlite_master WHERE name = 'words'"))
    engine.dispose()
    assert sql.count("VARCHAR(64)") == 6
    assert "CHECK" not in sql
    assert "CONSTRAINT" not in sql


@pytest.mark.parametrize(
    ("dialect", "shown"),
    [
        (postgresql.dialect(), "VARCHAR(64)"),
        (sqlite.dialect(), "VARCHAR(64)"),
        (mysql.dialect(), "VARCHAR(64)"),
        (mssql.dialect(), "VARCHAR(64)"),
        (oracle.dialect(), "VARCHAR2(64 CHAR)"),
    ],
    ids=lambda thing: getattr(thing, "name", None),
)
def test_the_ddl_of_every_dialect(dialect: Dialect, shown: str) -> None:
    """Compiled only, where we have no such database."""
    sql = str(CreateTable(words).compile(dialect=dialect))
    assert sql.count(shown) == 6
    assert "CHECK" not in sql
    assert "ENUM" not in sql.upper()


def test_a_column_is_what_a_plain_string_would_be() -> None:
    """So that the type can be put on a column that is there already, and taken off again."""
    plain = Table(
        "words",
        MetaData(),
        Column("id", Integer, primary_key=True),
        *[Column(name, String(64)) for name in WORDS],
        Column("wider", String(80)),
    )
    for dialect in (postgresql.dialect(), sqlite.dialect()):
        ours, theirs = (str(CreateTable(t).compile(dialect=dialect)) for t in (words, plain))
        assert ours == theirs
