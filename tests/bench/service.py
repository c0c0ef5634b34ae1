"""The example service in this process: called as an ASGI server calls it, without a socket."""

from __future__ import annotations

import asyncio
import atexit
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from uuid import UUID

from tests.bench.harness import CLOCK, NotInstalledError

_EXAMPLES = str(Path(__file__).parent.parent.parent / "docs" / "examples")
_KEY, _OWNER = "key-of-the-bench-01234", UUID(int=0xA)
_BEGUN = datetime(2024, 1, 1, tzinfo=UTC)
_BODY = b'{"reason": "user_requested"}'
_RUNS, _SCORES = 5, 3


class Service(NamedTuple):
    """The example's app, the one by hand, their database, and what runs them."""

    ours: Any
    bare: Any
    engine: Any
    runner: asyncio.Runner


@cache
def service() -> Service:
    """Make both apps, on one SQLite database in a file, which is gone at exit.

    Raises:
        NotInstalledError: if FastAPI, say, is not there.
    """
    if _EXAMPLES not in sys.path:
        sys.path.insert(0, _EXAMPLES)
    try:
        from close_service.app import create_app
        from close_service.settings import Settings

        from tests.bench import bare_service
    except ModuleNotFoundError as error:
        raise NotInstalledError(f"{error.name} is not installed") from error
    leave = ExitStack()
    atexit.register(leave.close)
    url = f"sqlite:///{leave.enter_context(TemporaryDirectory())}/bench.db"
    settings = Settings.of({"DATABASE_URL": url, "API_KEYS": f"{_OWNER}:{_KEY}"})
    ours = create_app(settings)
    engine = ours.state.engine
    leave.callback(engine.dispose)
    bare = bare_service.create_app(settings, engine)
    return Service(ours, bare, engine, leave.enter_context(asyncio.Runner()))


def fill(engine: Any, count: int) -> list[UUID]:
    """Make so many live conversations with five eval runs each, and nothing else."""
    from close_service.tables import Base, Conversation, EvalRun, EvalScore, writing
    from sqlalchemy import insert

    keys = [UUID(int=number + 1) for number in range(count)]
    conversations = [
        {"id": key, "organization_id": _OWNER, "end_user_id": key, "channel": "voice"}
        | {"status": "active", "external_session_id": f"call-{key}", "summary": "Said. " * 50}
        | dict.fromkeys(("started_at", "created_at", "updated_at"), _BEGUN)
        for key in keys
    ]
    runs, scores = [], []
    for number in range(count * _RUNS):
        key, place = UUID(int=number), number % _RUNS
        status = ("completed", "completed", "running")[place % 3]
        runs.append({"id": key, "session_id": keys[number // _RUNS], "status": status})
        runs[-1]["is_critical"] = place < 2
        scores += [{"run_id": key, "passed": place != 4 or n != 1} for n in range(_SCORES)]
    with writing(engine) as db:
        for table in reversed(Base.metadata.sorted_tables):
            db.execute(table.delete())
        for kind, rows in ((Conversation, conversations), (EvalRun, runs), (EvalScore, scores)):
            db.execute(insert(kind), rows)
    return keys


def close(app: Any, keys: list[UUID]) -> tuple[float, list[bytes]]:
    """Let an app close conversations, one after the other: the seconds it took, the answers."""

    async def closed() -> tuple[float, list[bytes]]:
        begun = CLOCK()
        answers = [await _answer(app, key) for key in keys]
        return CLOCK() - begun, answers

    return service().runner.run(closed())


async def _answer(app: Any, key: UUID) -> bytes:
    path = f"/v1/v2/conversations/{key}/close"
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", b"127.0.0.1"),
            (b"x-api-key", _KEY.encode()),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(_BODY)).encode()),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    asked = [{"type": "http.request", "body": _BODY}]
    answered: list[Any] = []

    async def receive() -> Any:
        return asked.pop() if asked else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        answered.append(message)

    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in answered)
    if answered[0]["status"] != 200:
        raise AssertionError(f"{path}: {answered[0]['status']}, {body!r}")
    return body
