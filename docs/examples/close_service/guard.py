"""The guard at the door: keys, the size of a body, errors that echo little, and the log.

The key is looked at before the body is read: who has none learns nothing, not even that the JSON is
wrong. All keys are compared, as digests in constant time, so that the time taken tells nothing.

Nothing of a request is echoed or logged but escaped and cut. An array or an object is not shown at
all: one nested as deeply as can be read may be too deep to be written.
"""

from __future__ import annotations

import json
import logging
import re
from hmac import compare_digest
from typing import Any
from uuid import UUID

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from session_lifecycle import UnknownStatusError
from session_lifecycle.integrations.sqlalchemy import WriteConflictError

from .settings import Settings, digest

LARGEST_BODY = 64 * 1024
_MOST_FAULTS = 100

log = logging.getLogger("close_service")


def shown(thing: object, most: int = 64) -> str:
    """Return foreign text as it may be echoed and logged: ASCII, one line, bounded."""
    if isinstance(thing, dict | list):
        return "an object" if isinstance(thing, dict) else "an array"
    return ascii(str(thing)[:most])[1:-1][:most]


def note(what: str, **facts: object) -> None:
    """Log a write in one line of JSON."""
    said = {name: None if fact is None else shown(fact) for name, fact in facts.items()}
    log.info("%s", json.dumps({"wrote": what, **said}))


class Guard:
    """ASGI middleware: 401 without a key, 413 for a large body; then the body is at hand."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["path"].startswith("/v1/v2/"):
            organization = self._organization(headers.get("x-api-key", ""))
            if organization is None:
                await _problem(401, "expected a valid x-api-key")(scope, receive, send)
                return
            scope.setdefault("state", {})["organization"] = organization
        try:
            body = await self._body(headers.get("content-length", ""), receive)
        except ClientDisconnect:
            return
        if body is None:
            say = f"the body has more than {LARGEST_BODY} bytes"
            await _problem(413, say)(scope, receive, send)
            return
        given: list[Message] = [{"type": "http.request", "body": body}]

        async def again() -> Message:
            return given.pop() if given else await receive()

        await self.app(scope, again, send)

    def _organization(self, key: str) -> UUID | None:
        found, asked = None, digest(key)
        for kept, organization in self.settings.keys:
            if compare_digest(kept, asked):
                found = organization  # And on to the end.
        return found

    async def _body(self, promised: str, receive: Receive) -> bytes | None:
        # A promise of too much is believed at once; of too little, not at all.
        if promised.isdecimal() and (len(promised) > 9 or int(promised) > LARGEST_BODY):
            return None
        parts, size = [], 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect  # Half a body is none.
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > LARGEST_BODY:
                return None
            if not message.get("more_body", False):
                return b"".join(parts)


def _problem(status: int, detail: object) -> JSONResponse:
    return JSONResponse({"detail": detail}, status)


def answer_errors(app: FastAPI) -> None:
    """Answer every error of ours as declared."""

    @app.exception_handler(RequestValidationError)
    def _faults(_: Request, error: RequestValidationError) -> JSONResponse:
        faults = [
            {
                "path": shown(".".join(shown(part) for part in fault["loc"]), 200),
                "value": shown(fault["input"]),
                "expected": shown(fault["msg"], 200),
            }
            for fault in error.errors()[:_MOST_FAULTS]
        ]
        return _problem(422, faults)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 400:  # FastAPI's word for JSON that is too deep, or not UTF-8.
            return _problem(422, [fault_of_body()])
        response = _problem(error.status_code, error.detail)
        response.headers.update(error.headers or {})
        declared = _methods(app, request.scope["path"])
        if error.status_code == 405 and declared:  # Of two endpoints, Starlette names the first.
            response.headers["Allow"] = ", ".join(declared)
        return response

    @app.exception_handler(UnknownStatusError)
    def _unknown(_: Request, error: UnknownStatusError) -> JSONResponse:
        log.warning("%s", json.dumps({"refused": shown(error, 200)}))
        return _problem(409, "the conversation is in a status that this version does not know")

    for busy in (OperationalError, PoolTimeout, WriteConflictError):
        app.add_exception_handler(busy, _busy)


def _methods(app: FastAPI, path: str) -> list[str]:
    declared = app.openapi()["paths"].items()
    return sorted(
        method.upper()
        for template, methods in declared
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
        for method in methods
    )


def _busy(_: Request, error: Exception) -> JSONResponse:
    log.error("%s", json.dumps({"busy": shown(type(error).__name__)}))
    return JSONResponse({"detail": "try again"}, 503, {"Retry-After": "1"})


def fault_of_body() -> dict[str, Any]:
    """Return what is wrong with a body that is no JSON."""
    return {"path": "body", "value": "", "expected": "JSON text in UTF-8, not nested too deeply"}
