"""The kit over consumers: our SQLAlchemy layer, the example service, plain `sqlite3`.

Few examples and short walks: `python -m tests.testing.prove` and the nightly profile go further.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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

sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "examples"))

from close_service.app import create_app
from close_service.settings import Settings

from session_lifecycle.testing import check_crash_and_retry
from tests.testing.service_api import (
    ENVIRONMENT,
    OverTheApi,
    SummaryOverTheApi,
    WithAWorker,
    serve_here,
)

NIGHTLY = settings.default.max_examples >= 5_000
# Of our own packages a writer is stopped in those that are named.
LAYER = ("session_lifecycle.integrations.sqlalchemy",)
FEW = settings(max_examples=500 if NIGHTLY else 5)


@pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")
class TestPlainSqlite(PlainSqlite):
    """SQL by hand. Who dies closes nothing, of which Python 3.13 warns."""

    settings = FEW
    walk_length = 1

    @pytest.fixture(autouse=True)
    def _collected(self) -> Iterator[None]:
        yield
        if sys.version_info >= (3, 13):
            gc.collect()

    @pytest.mark.slow
    def test_two_at_once(self) -> None:
        super().test_two_at_once()


class TestOnSqlite(OnOurLayer):
    """Our layer, each transaction begun by taking SQLite's lock."""

    settings = FEW
    walk_length = 1

    @pytest.fixture(autouse=True)
    def _database(self, sqlite_url: URL) -> Iterator[None]:  # noqa: F811
        self.engine = engine_of(sqlite_url)
        yield
        self.engine.dispose()

    @pytest.mark.slow
    def test_two_at_once(self) -> None:
        super().test_two_at_once()


@pytest.mark.slow
class TestOnPostgres(OnOurLayer):
    """Our layer, at READ COMMITTED."""

    settings = FEW
    walk_length = 1

    @pytest.fixture(autouse=True)
    def _database(self, postgres_url: URL) -> Iterator[None]:  # noqa: F811
        self.engine = engine_of(postgres_url)
        yield
        self.engine.dispose()


@pytest.mark.slow
class TestOnPostgresAsync(OnOurLayerAsync):
    """Our layer, async: who awaits PostgreSQL's answer can be stopped there."""

    settings = FEW
    walk_length = 1
    max_points = 4

    @pytest.fixture(autouse=True)
    def _database(self, postgres_url: URL) -> None:  # noqa: F811
        engine_of(postgres_url).dispose()
        self.engine = create_async_engine(postgres_url)


@pytest.mark.slow
class TestInEveryLineOnSqlite(TestOnSqlite):
    """Stopped and dead in each line of our layer as well."""

    watch = LAYER


@pytest.mark.slow
class TestInEveryLineOnPostgres(TestOnPostgres):
    """Stopped and dead in each line of our layer as well."""

    watch = LAYER


@pytest.fixture
def service(sqlite_url: URL, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:  # noqa: F811
    serve_here(monkeypatch)
    url = {"DATABASE_URL": sqlite_url.render_as_string(hide_password=False)}
    app: Any = create_app(Settings.of(ENVIRONMENT | url))
    yield app
    app.state.engine.dispose()


class TestCloseService(OverTheApi):
    """The example service: over HTTP, what its API can be told, and nothing else."""

    settings = FEW
    walk_length = 1
    max_points = 2

    @pytest.fixture(autouse=True)
    def _service(self, service: Any) -> None:
        self.app = service

    @pytest.mark.slow
    def test_every_short_history(self) -> None:
        super().test_every_short_history()

    @pytest.mark.slow
    def test_life(self) -> None:
        super().test_life()

    # A request has hundreds of lines of the service, and while one writes the other waits.

    @pytest.mark.slow
    def test_crash_and_retry(self) -> None:
        check_crash_and_retry(self, max_points=20)

    @pytest.mark.slow
    def test_two_at_once(self) -> None:
        super().test_two_at_once()


@pytest.mark.slow
class TestCloseServiceWithAWorker(WithAWorker):
    """The example service, and a worker who writes what its API cannot be told."""

    settings = FEW
    walk_length = 1
    max_points = 5

    @pytest.fixture(autouse=True)
    def _service(self, service: Any) -> None:
        self.app = service

    def test_every_short_history(self) -> None:
        super().test_every_short_history()
        # Most of what can be said of an end can be said to the API.
        assert set(self.told) == {"conversations", "close", "webhook", "handoffs", "worker"}
        assert self.told["close"] > self.told["worker"]

    def test_crash_and_retry(self) -> None:
        check_crash_and_retry(self, max_points=20)


class TestSummary(SummaryOverTheApi):
    """The `eval_summary` of the example service."""

    settings = FEW

    @pytest.fixture(autouse=True)
    def _service(self, service: Any) -> None:
        self.app = service
