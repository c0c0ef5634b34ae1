"""What explains an end that has not come yet.

An end-call tool runs, a caller leaves, a model fails: each may be why the session ends, and none of
them is an end. The tool may raise, the caller come back, the agent speak again; then it is taken
back. So each is held, with the time it happened, until the session is seen to end. A session that
ends at once loses nothing by that, and one that goes on is not ended by it.
"""

from __future__ import annotations

from typing import NamedTuple

from session_lifecycle._ending import EndClaim

# More than any conversation has. A model that calls its tool a thousand times is held to this.
_MOST = 16


class _Failure(NamedTuple):
    hears: bool
    claim: EndClaim


class Held:
    """Claims that are not settled yet."""

    def __init__(self) -> None:
        """Hold nothing."""
        self._commands: dict[object, EndClaim] = {}
        self._leave: EndClaim | None = None
        self._failure: _Failure | None = None

    @property
    def is_end_due(self) -> bool:
        """Whether the session should end now: it was told to, or its caller is gone."""
        return bool(self._commands) or self._leave is not None

    def command(self, key: object, claim: EndClaim) -> None:
        """Hold a command to end the session; the first of a key counts."""
        if len(self._commands) < _MOST:
            self._commands.setdefault(key, claim)

    def withdraw(self, key: object) -> None:
        """Take a command back: what was to carry it out has failed."""
        self._commands.pop(key, None)

    def left(self, claim: EndClaim) -> None:
        """Hold that the caller is gone; the first leave counts."""
        if self._leave is None:
            self._leave = claim

    def returned(self) -> None:
        """Take it back: the caller is there again."""
        self._leave = None

    def failed(self, claim: EndClaim, *, hears: bool) -> None:
        """Hold that a model failed, the one that hears or another; the first failure counts."""
        if self._failure is None:
            self._failure = _Failure(hears, claim)

    def recovered(self, *, hears: bool) -> bool:
        """Take a failure back: the agent hears again, or speaks again. Return whether it is."""
        if self._failure is None or self._failure.hears is not hears:
            return False
        self._failure = None
        return True

    def take(self) -> list[EndClaim]:
        """Return everything that is held, and hold it no longer."""
        claims = list(self._commands.values())
        if self._leave is not None:
            claims.append(self._leave)
        if self._failure is not None:
            claims.append(self._failure.claim)
        self._commands, self._leave, self._failure = {}, None, None
        return claims
