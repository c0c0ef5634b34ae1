"""What Schemathesis is told besides the contract: how LiveKit signs a body.

Loaded by its command line, in a process of its own (`SCHEMATHESIS_HOOKS`).
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from typing import Any

import schemathesis
from livekit.api import AccessToken
from schemathesis.core import NotSet


def as_sent(body: Any) -> bytes:
    if isinstance(body, NotSet):
        return b""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


@schemathesis.serializer("application/webhook+json", "application/json")
def serialize(_: schemathesis.SerializationContext, value: Any) -> bytes:
    return as_sent(value)


@schemathesis.auth().apply_to(path="/v1/livekit/webhook")
class Signature:
    def get(self, _case: schemathesis.Case, _context: schemathesis.AuthContext) -> str:
        return "signed"

    def set(self, case: schemathesis.Case, _: str, _context: schemathesis.AuthContext) -> None:
        digest = base64.b64encode(hashlib.sha256(as_sent(case.body)).digest()).decode()
        token = AccessToken(os.environ["LIVEKIT_API_KEY"], os.environ["LIVEKIT_API_SECRET"])
        case.headers = case.headers or {}
        case.headers["Authorization"] = token.with_sha256(digest).to_jwt()
