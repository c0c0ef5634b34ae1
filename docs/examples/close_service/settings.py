"""What the environment says. No secret has a default, and none is kept as it is: of keys, a digest.

DATABASE_URL         sqlite:///close_service.db, or postgresql+psycopg://user@host/name
API_KEYS             <organisation's uuid>:<key>,... ; a key has at least 16 characters
LIVEKIT_API_KEY      with LIVEKIT_API_SECRET: whose webhooks are believed. Without both, the
LIVEKIT_API_SECRET   webhook answers 503.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

ENVIRONMENT = """\
  DATABASE_URL         sqlite:///close_service.db, or postgresql+psycopg://user@host/name
  API_KEYS             <organisation's uuid>:<key>,... ; a key has at least 16 characters
  LIVEKIT_API_KEY      with LIVEKIT_API_SECRET: whose webhooks are believed; without both of
  LIVEKIT_API_SECRET   them the webhook answers 503
"""
DEFAULT_DATABASE = "sqlite:///close_service.db"
_SHORTEST_KEY = 16


@dataclass(frozen=True)
class Settings:
    """What the service needs to know. Its `repr` tells no secret."""

    database_url: str = field(default=DEFAULT_DATABASE, repr=False)
    keys: tuple[tuple[bytes, UUID], ...] = field(default=(), repr=False)
    livekit_key: str = ""
    livekit_secret: str = field(default="", repr=False)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Settings:
        """Read the environment.

        Raises:
            ValueError: if API_KEYS is not as above. The message holds no key.
        """
        return cls(
            environment.get("DATABASE_URL") or DEFAULT_DATABASE,
            _keys(environment.get("API_KEYS", "")),
            environment.get("LIVEKIT_API_KEY", ""),
            environment.get("LIVEKIT_API_SECRET", ""),
        )


def digest(key: str) -> bytes:
    """Return what is kept of a key, and compared: its length cannot be told from the time taken."""
    return sha256(key.encode(errors="replace")).digest()


def _keys(text: str) -> tuple[tuple[bytes, UUID], ...]:
    keys: dict[bytes, UUID] = {}
    for number, pair in enumerate(filter(None, map(str.strip, text.split(","))), 1):
        organization, _, key = pair.partition(":")
        try:
            owner = UUID(organization)
        except ValueError:
            owner = None
        weak = len(key) < _SHORTEST_KEY or not key.isascii()
        if owner is None or weak or digest(key) in keys:
            raise ValueError(
                f"entry {number} of API_KEYS: expected <organisation's uuid>:<key>, a key of at "
                f"least {_SHORTEST_KEY} characters, ASCII, that no other entry has"
            )
        keys[digest(key)] = owner
    return tuple(keys.items())
