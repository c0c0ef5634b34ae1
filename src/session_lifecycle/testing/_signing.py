"""Signed webhooks: a body with the token that LiveKit sends in the `Authorization` header.

The token is a JWT, signed with the API secret (HS256), and carries the SHA-256 of the body. Made
with the standard library, so that a test needs nothing of LiveKit's.

Source: livekit-api 1.2.2, `webhook.py` and `access_token.py`, read 2026-11-30.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Literal, NamedTuple

# No clock here: it was valid from 2020 on and is until 2100.
_NOT_BEFORE = 1_577_836_800
_EXPIRES = 4_102_444_800

Forgery = Literal["body", "secret", "key", "hash", "expired"]
"""What is wrong with a forged webhook."""

FORGERIES: tuple[Forgery, ...] = ("body", "secret", "key", "hash", "expired")


class SignedWebhook(NamedTuple):
    """A webhook as it arrives: what a receiver must take, or refuse.

    Attributes:
        body: the request's body, JSON in UTF-8.
        authorization: the `Authorization` header.
        forgery: what is wrong with it: another body than was signed, another secret or API key, no
            hash of the body, or long expired; `None` if it is genuine.
    """

    body: bytes
    authorization: str
    forgery: Forgery | None


def sign(
    webhook: Mapping[str, object], key: str, secret: str, forgery: Forgery | None
) -> SignedWebhook:
    """Return a webhook signed with a key and its secret, or one that only looks so."""
    body = json.dumps(webhook, ensure_ascii=False, separators=(",", ":")).encode()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    claims: dict[str, object] = {
        "iss": f"{key}-of-another" if forgery == "key" else key,
        "nbf": _NOT_BEFORE,
        "exp": _NOT_BEFORE + 60 if forgery == "expired" else _EXPIRES,
    }
    if forgery != "hash":
        claims["sha256"] = digest
    if forgery == "secret":
        secret = f"{secret}-of-another"
    return SignedWebhook(body + b" " if forgery == "body" else body, _jwt(claims, secret), forgery)


def _jwt(claims: Mapping[str, object], secret: str) -> str:
    signed = f"{_encoded({'alg': 'HS256', 'typ': 'JWT'})}.{_encoded(claims)}"
    digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_base64(digest)}"


def _encoded(part: Mapping[str, object]) -> str:
    return _base64(json.dumps(part, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
