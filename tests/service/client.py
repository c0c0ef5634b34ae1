"""The example service as a process of its own, and a client that says when it sent and was told.

The process is what an operator would start: `python -m close_service`, on a port of its own, with
nothing of ours inside. It can be stopped, and it can be killed. Whatever becomes of the tests, it
does not outlive them: on Linux the kernel stops it with us.

The client is the standard library's, with one connection and no second try. A retry that nobody
sees would hide what the tests are about: whether a request that was never answered was taken.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import URL

PROGRAM = Path(__file__).parents[2] / "docs" / "examples"
OWNER, KEY = UUID(int=0xA), "key-of-the-load-0123456789"
LIVEKIT_KEY, LIVEKIT_SECRET = "livekit-key", "a secret of livekit's, 32 letters long"
STARTS_WITHIN = 60.0  # Seconds; it takes one, but the machine may be busy.
ANSWERS_WITHIN = 45.0  # The service itself gives up on a database after 30.

Headers = tuple[tuple[str, str], ...]

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    if _LIBC is not None:
        _LIBC.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Server:
    """The service on a database. Leave the `with`, and it is gone."""

    def __init__(self, database: URL, log: Path) -> None:
        self._log = log
        environment = {
            "DATABASE_URL": database.render_as_string(hide_password=False),
            "API_KEYS": f"{OWNER}:{KEY}",
            "LIVEKIT_API_KEY": LIVEKIT_KEY,
            "LIVEKIT_API_SECRET": LIVEKIT_SECRET,
        }
        with log.open("ab") as errors:  # A file: a pipe that nobody reads would fill up.
            self.process = subprocess.Popen(
                [sys.executable, "-m", "close_service", "--port", "0"],
                cwd=PROGRAM,
                env=os.environ | environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  # No thread of ours runs now.
            )
        try:
            self.port = self._listening()
        except BaseException:
            self.stop()
            raise

    def _listening(self) -> int:
        """Return the port, once it says so."""
        assert self.process.stdout is not None
        late = threading.Timer(STARTS_WITHIN, self.process.kill)
        late.start()
        try:
            said = self.process.stdout.readline()
        finally:
            late.cancel()
            late.join()
        start, _, port = said.strip().rpartition(":")
        if start != "listening on http://127.0.0.1":
            raise OSError(f"the service did not start: {said[:200]!a}\n{self.log()}")
        return int(port)

    def log(self) -> str:
        """Return the end of what it wrote to stderr, escaped."""
        return ascii(self._log.read_text(errors="replace")[-2_000:])

    def kill(self) -> None:
        """Kill it where it stands: SIGKILL, which it cannot see coming."""
        self.process.kill()
        assert self.process.wait(10) == -signal.SIGKILL, self.log()

    def stop(self) -> None:
        """Stop it, if it still runs."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Answer(NamedTuple):
    """What became of a request.

    Attributes:
        sent: before its first byte was sent.
        received: after the last byte of the answer; or when the connection was found to be cut.
        status: `None` if there was no whole answer: the request may have been taken, or not.
        body: decoded, or the text if it is no JSON; `None` without an answer.
    """

    sent: datetime
    received: datetime
    status: int | None
    body: Any


def _decoded(said: bytes) -> Any:
    try:
        return json.loads(said)
    except ValueError:
        return said.decode(errors="replace")  # Of an error that the service did not see coming.


class Client:
    """One connection to a service."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=ANSWERS_WITHIN)

    def send(self, method: str, path: str, body: bytes | None, headers: Headers) -> Answer:
        """Send a request, once."""
        sent = datetime.now(UTC)
        try:
            self._connection.request(method, path, body, dict(headers))
            response = self._connection.getresponse()
            said = response.read()
        except (OSError, HTTPException):
            self._connection.close()
            return Answer(sent, datetime.now(UTC), None, None)
        received = datetime.now(UTC)
        return Answer(sent, received, response.status, _decoded(said))

    def send_and_not_listen(
        self, method: str, path: str, body: bytes | None, headers: Headers
    ) -> datetime:
        """Send a request, and leave its answer where it is. Returns when it was sent."""
        sent = datetime.now(UTC)
        self._connection.request(method, path, body, dict(headers))
        return sent

    def close(self) -> None:
        self._connection.close()
