"""The kit over consumers: our SQLAlchemy layer, and plain `sqlite3` without it.

Few examples and short walks: `python -m tests.testing.prove` and the nightly profile go further.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from hypothesis import settings
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import create_async_engine

from tests.integrations.sqlalchemy.conftest import (  # noqa: F401  # Fixtures are found by name.
    _postgres_database,
    postgres_server,
    postgres_url,
    sqlite_url,
)
from tests.testing.sqlalchemy_store import OnOurLayer, OnOurLayerAsync, engine_of
from tests.testing.sqlite_conformance import PlainSqlite

NIGHTLY = settings.default.max_examples >= 5_000
FEW = settings(max_examples=500 if NIGHTLY else 5)


@pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")
class TestPlainSqlite(PlainSqlite):
    """SQL by hand. Who dies closes nothing, of which Python 3.13 warns."""

    settings = FEW
    walk_length = 1

    @pytest.fixture(autouse=True)
    def _collected(self) -> Iterator[None]:
        yield
        gc.collect()


@pytest.mark.slow
class TestOnSqlite(OnOurLayer):
    """Our layer, each transaction begun by taking SQLite's lock."""

    settings = FEW
    walk_length = 1

    @pytest.fixture(autouse=True)
    def _database(self, sqlite_url: URL) -> Iterator[None]:  # noqa: F811
        self.engine = engine_of(sqlite_url)
        yield
        self.engine.dispose()


class TestOnPostgres(TestOnSqlite):
    """Our layer, at READ COMMITTED."""

    @pytest.fixture(autouse=True)
    def _database(self, postgres_url: URL) -> Iterator[None]:  # noqa: F811
        self.engine = engine_of(postgres_url)
        yield
        self.engine.dispose()


@pytest.mark.slow
class TestOnPostgresAsync(OnOurLayerAsync):
    """Our layer, async, with psycopg."""

    settings = FEW
    walk_length = 1

    @pytest.fixture(autouse=True)
    def _database(self, postgres_url: URL) -> None:  # noqa: F811
        engine_of(postgres_url).dispose()
        self.engine = create_async_engine(postgres_url)
