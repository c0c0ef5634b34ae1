"""The databases: a real PostgreSQL for the length of a test run, and SQLite in a file.

`database` runs a test four times: psycopg 3, asyncpg, SQLite's own driver and aiosqlite, each on an
empty database of its own. What a test does is the same every time: `database.begin(work)` gives
`work` a connection, `database.session(work)` a session, and the async drivers come by way of
SQLAlchemy's `run_sync`. `postgres_url` and `sqlite_url` are for tests that open engines themselves.

The server is one for the whole run (`server.py`). `TEST_POSTGRES_URL` names another server to use:
as its user, who must be allowed to create databases.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pytest

# Before anything else of this folder is collected: without SQLAlchemy there is nothing to test.
pytest.importorskip("sqlalchemy", reason="the extra is not installed: pip install -e .[sqlalchemy]")

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from tests.integrations.sqlalchemy.calls import fill
from tests.integrations.sqlalchemy.server import (  # noqa: F401  # `Server` is the bench's, too.
    Server,
    shared_server,
)

T = TypeVar("T")


# --- the server ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[URL]:
    """The server's own database. To work in one of your own, ask for `postgres_url`."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    folder = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        folder = folder.parent  # Of this run, and of all its workers.
    with ExitStack() as stack:
        try:
            url = stack.enter_context(shared_server(folder))
        except Exception as error:
            said = f"POSTGRESQL DID NOT START, NOTHING WAS TESTED ON IT: {error}"
            if os.environ.get("SESSION_LIFECYCLE_REQUIRE_POSTGRES"):
                pytest.fail(said, pytrace=False)
            pytest.skip(said)
        yield url


# --- an empty database for each test -------------------------------------------------------------


@pytest.fixture(scope="session")
def _postgres_database(postgres_server: URL) -> Iterator[URL]:
    """A database for this run, gone after it."""
    name = f"session_lifecycle_{uuid4().hex}"
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgres_server.set(database=name)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


# A new database for each test takes 12 times as long. Whoever is still connected is cut off.
_EMPTIED = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    DROP SCHEMA public CASCADE;
    CREATE SCHEMA public
"""


@pytest.fixture
def postgres_url(_postgres_database: URL) -> URL:
    """An empty database on the server; the driver is psycopg."""
    url = _postgres_database
    admin = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        for statement in _EMPTIED.split(";"):
            connection.execute(text(statement))
    return url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> URL:
    """An empty SQLite database in a file, with a rollback journal (no WAL)."""
    return URL.create("sqlite", database=str(tmp_path / "sessions.db"))


class Database:
    """One driver on one empty database: the same work, whatever the driver.

    Attributes:
        driver: `psycopg`, `asyncpg`, `pysqlite` or `aiosqlite`.
        statements: every statement sent so far, as `(text, parameters)`.
    """

    def __init__(self, url: URL) -> None:
        self._engine: Engine | AsyncEngine
        self._runner = None
        if url.drivername.endswith(("asyncpg", "aiosqlite")):
            self._runner = asyncio.Runner()  # One loop for all the work: connections belong to it.
            self._engine = create_async_engine(url)
        else:
            self._engine = create_engine(url)
        self.sync_engine = (
            self._engine.sync_engine if isinstance(self._engine, AsyncEngine) else self._engine
        )
        self.driver = self.sync_engine.dialect.driver
        self.dialect = self.sync_engine.dialect
        self.statements: list[tuple[str, Any]] = []

        @event.listens_for(self.sync_engine, "before_cursor_execute")
        def _note(_1: Any, _2: Any, statement: str, parameters: Any, *_: Any) -> None:
            self.statements.append((statement, parameters))

    def begin(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` does with a connection, committed."""
        engine = self._engine
        if isinstance(engine, Engine):
            with engine.begin() as connection:
                return work(connection)

        async def do() -> T:
            async with engine.begin() as connection:
                return await connection.run_sync(work)

        assert self._runner is not None
        return self._runner.run(do())

    def session(self, work: Callable[[Session], T]) -> T:
        """Return what `work` does with an ORM session, committed."""
        engine = self._engine
        if isinstance(engine, Engine):
            with Session(engine) as session, session.begin():
                return work(session)

        async def do() -> T:
            async with AsyncSession(engine) as session, session.begin():
                return await session.run_sync(work)

        assert self._runner is not None
        return self._runner.run(do())

    def close(self) -> None:
        if isinstance(self._engine, Engine):
            self._engine.dispose()
        else:
            assert self._runner is not None
            self._runner.run(self._engine.dispose())
            self._runner.close()


DRIVERS = ("postgresql+psycopg", "postgresql+asyncpg", "sqlite+pysqlite", "sqlite+aiosqlite")


@pytest.fixture(params=DRIVERS, ids=lambda driver: driver.partition("+")[2])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Each of the four drivers, on an empty database."""
    driver: str = request.param
    fixture = "postgres_url" if driver.startswith("postgresql") else "sqlite_url"
    url: URL = request.getfixturevalue(fixture)
    database = Database(url.set(drivername=driver))
    yield database
    database.close()


@pytest.fixture(params=("postgresql", "sqlite"))
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A plain engine on an empty database: PostgreSQL by psycopg, and SQLite."""
    fixture = "postgres_url" if request.param == "postgresql" else "sqlite_url"
    engine = create_engine(request.getfixturevalue(fixture))
    yield engine
    engine.dispose()


@pytest.fixture
def other(engine: Engine) -> Iterator[Engine]:
    """Somebody else's connections to the same database, which holds one live session."""
    with engine.begin() as connection:
        fill(connection)
    other = create_engine(engine.url)
    yield other
    other.dispose()
