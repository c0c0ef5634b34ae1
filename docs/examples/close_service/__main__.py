"""Start the service: `python -m close_service`."""

from __future__ import annotations

import argparse
import json
import logging
import os
import secrets
import sys
from contextlib import suppress
from typing import Any
from uuid import uuid4

import uvicorn

from . import settings
from .app import create_app

EXAMPLES = """
examples:
  python -m close_service
  python -m close_service --port 0
  API_KEYS=$(uuidgen):$(openssl rand -hex 16) python -m close_service
  curl -X POST -H "x-api-key: $KEY" http://127.0.0.1:8000/v1/v2/conversations/$ID/close
"""


class Line(logging.Formatter):
    """One line of JSON a record, whatever is in it, a traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        said = {"time": self.formatTime(record), "level": record.levelname, "logger": record.name}
        return json.dumps({**said, "message": super().format(record)})


class Server(uvicorn.Server):
    """Says where it listens, once it does."""

    async def startup(self, sockets: Any = None) -> None:
        """Start to listen."""
        await super().startup(sockets)
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        print(f"listening on http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)


def main() -> None:
    """Read the arguments and serve until stopped."""
    parser = argparse.ArgumentParser(
        prog="python -m close_service",
        description="Close a v2 conversation: an example service.",
        epilog=f"environment:\n{settings.ENVIRONMENT}{EXAMPLES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help="where to listen: %(default)s")
    parser.add_argument("--port", type=int, default=8000, help="%(default)s; 0 for a free one")
    given = parser.parse_args()
    environment = dict(os.environ)
    if not environment.get("API_KEYS"):
        environment["API_KEYS"] = f"{uuid4()}:{secrets.token_urlsafe(24)}"
        print(
            "API_KEYS is not set. In this run the key behind the colon is valid; to keep it, set\n"
            f"  API_KEYS={environment['API_KEYS']}",
            file=sys.stderr,
        )
    try:
        known = settings.Settings.of(environment)
    except ValueError as error:
        parser.error(str(error))
    handler = logging.StreamHandler()
    handler.setFormatter(Line())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # uvicorn's own line a request would show a path as it came: we log what is written. And it
    # binds the address itself: on a socket of ours every answer would wait for Nagle.
    app, where = create_app(known), {"host": given.host, "port": given.port}
    with suppress(KeyboardInterrupt):  # uvicorn has stopped in order, and raises it again.
        Server(uvicorn.Config(app, **where, log_config=None, access_log=False)).run()


if __name__ == "__main__":
    main()
