"""The example service of `docs/examples/close_service`, on a real PostgreSQL and on SQLite.

`service` runs a test twice, each time on an empty database and over a real socket: what is tested
is what a client gets. It can look behind the API as well: rows, and what was logged.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import uvicorn
from livekit.api import AccessToken
from sqlalchemy import URL
from sqlalchemy.orm import Session

from tests.integrations.sqlalchemy.conftest import (  # noqa: F401  # Fixtures are found by name.
    _postgres_database,
    postgres_server,
    postgres_url,
    sqlite_url,
)

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs" / "examples"))

from close_service import tables  # noqa: E402
from close_service.app import create_app  # noqa: E402
from close_service.settings import Settings  # noqa: E402

KEYS = {"ours": "key-of-ours-0123456789", "theirs": "key-of-theirs-0123456789"}
OURS, THEIRS = UUID(int=0xA), UUID(int=0xB)
LIVEKIT_KEY, LIVEKIT_SECRET = "livekit-key", "a secret of livekit's, 32 letters long"
ENVIRONMENT = {
    "API_KEYS": f"{OURS}:{KEYS['ours']},{THEIRS}:{KEYS['theirs']}",
    "LIVEKIT_API_KEY": LIVEKIT_KEY,
    "LIVEKIT_API_SECRET": LIVEKIT_SECRET,
}


def settings(url: URL, **changes: str) -> Settings:
    text = url.render_as_string(hide_password=False)
    return Settings.of(ENVIRONMENT | {"DATABASE_URL": text} | changes)


class Service:
    """A running service, and two clients: of an organisation, and of another one."""

    def __init__(self, configured: Settings) -> None:
        self.app = create_app(configured)
        self.engine = self.app.state.engine
        config = uvicorn.Config(self.app, port=0, log_config=None, access_log=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive()
            time.sleep(0.002)
        # Not a socket of ours: without TCP_NODELAY every answer would take 40 ms longer.
        self.port: int = self._server.servers[0].sockets[0].getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self.ours = self._client({"x-api-key": KEYS["ours"]})
        self.theirs = self._client({"x-api-key": KEYS["theirs"]})
        self.nobody = self._client({})

    def _client(self, headers: dict[str, str]) -> httpx.Client:
        # There is no TLS, and to load everybody's certificates takes longer than a test.
        return httpx.Client(base_url=self.base, headers=headers, timeout=60, verify=False)

    def stop(self) -> None:
        for client in (self.ours, self.theirs, self.nobody):
            client.close()
        self._server.should_exit = True
        self._thread.join(30)
        assert not self._thread.is_alive()
        self.engine.dispose()

    # What a client does.

    def start(self, client: httpx.Client | None = None, **fields: Any) -> dict[str, Any]:
        given = {"end_user_id": str(uuid4()), "channel": "voice", **fields}
        return answered((client or self.ours).post("/v1/v2/conversations", json=given), 201)

    def get(self, key: str) -> dict[str, Any]:
        return answered(self.ours.get(f"/v1/v2/conversations/{key}"))

    def post(self, key: str, verb: str, body: Any = ..., status: int = 200) -> dict[str, Any]:
        given = {} if body is ... else {"json": body}
        return answered(self.ours.post(f"/v1/v2/conversations/{key}/{verb}", **given), status)

    def webhook(self, body: Any, status: int = 200, **headers: str) -> Any:
        posted = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"content-type": "application/webhook+json", "authorization": signed(posted)}
        sent |= headers
        answer = self.nobody.post("/v1/livekit/webhook", content=posted, headers=sent)
        found = answered(answer, status)
        return found["changes"] if status == 200 else found

    # What is behind it.

    def rows(self, what: Any, **by: Any) -> list[Any]:
        with Session(self.engine) as db:
            return list(db.query(what).filter_by(**by))

    def add(self, *things: Any) -> None:
        with tables.writing(self.engine) as db:
            for thing in things:
                db.add(thing)
                db.flush()


def answered(response: httpx.Response, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    return response.json()


def signed(body: bytes, secret: str = LIVEKIT_SECRET) -> str:
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return AccessToken(LIVEKIT_KEY, secret).with_sha256(digest).to_jwt()


# On PostgreSQL as well: that is what the slow tests are for.
@pytest.fixture(params=("sqlite", pytest.param("postgresql", marks=pytest.mark.slow)))
def database_url(request: pytest.FixtureRequest) -> URL:
    name = "postgres_url" if request.param == "postgresql" else "sqlite_url"
    url: URL = request.getfixturevalue(name)
    return url


@pytest.fixture
def service(database_url: URL, caplog: pytest.LogCaptureFixture) -> Iterator[Service]:
    """The service, running."""
    caplog.set_level(logging.INFO)
    running = Service(settings(database_url))
    try:
        yield running
    finally:
        running.stop()
