"""What a store or a service says of a session, and how it is asked: sync or async, all the same."""

import asyncio
import inspect
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from types import EllipsisType
from typing import Any, ClassVar, NamedTuple, Protocol

from session_lifecycle._coercion import coerce_session_status, coerce_termination_reason
from session_lifecycle._ending import EndClaim
from session_lifecycle._text import show
from session_lifecycle._value import utc
from session_lifecycle._words import SessionEvent, SessionStatus, SessionTerminationReason
from session_lifecycle.testing._interleave import (
    Death,
    Outcome,
    Together,
    at_once,
    at_once_async,
    dying,
    dying_async,
)


class StoredSession(NamedTuple):
    """What a store or a service says of one session; what `read` returns.

    Attributes:
        status: where it stands: a member or text; `None` if it is a status the store cannot say.
        reason: why it ended; `None` while it is live.
        ended_at: the earliest time claimed, aware; `None` if there is none. Leave it out if the
            store does not tell: then it is not checked.
        closed_at: when live was first written to ended, aware; likewise.
        source: who claimed the end that stands; `None` or empty while it is live. Likewise.
        raw: the word that could not be read as a reason, `None` if there was none. Likewise.
    """

    status: SessionStatus | str | None
    reason: SessionTerminationReason | str | None = None
    ended_at: datetime | EllipsisType | None = ...
    closed_at: datetime | EllipsisType | None = ...
    source: str | EllipsisType | None = ...
    raw: str | EllipsisType | None = ...

    def __repr__(self) -> str:
        told = [f"status={_word(self.status)}", f"reason={_word(self.reason)}"]
        for name in ("ended_at", "closed_at"):
            at = getattr(self, name)
            if at is not ...:
                told.append(f"{name}={at.isoformat() if isinstance(at, datetime) else show(at)}")
        for name in ("source", "raw"):
            text = getattr(self, name)
            if text is not ...:
                told.append(f"{name}={show(text)}")
        return f"StoredSession({', '.join(told)})"


def _word(word: object) -> str:
    return str(word) if type(word) in (SessionStatus, SessionTerminationReason) else show(word)


class Subject(Protocol):
    """What is tried: the methods and attributes of `LifecycleConformance`.

    `create`, `apply_event` and `report_ending` may return `NotImplemented`, and have then done
    nothing: "that cannot be said to me".
    """

    watch: ClassVar[tuple[str, ...]]
    checked: ClassVar[Counter[str]]

    @property
    def is_async(self) -> bool:
        """Whether reports are made by async methods."""
        ...

    def open(self) -> object:
        """Begin."""

    def close(self) -> object:
        """End."""

    def create(self, status: SessionStatus, started_at: datetime | None) -> Any:
        """Make a session, and return its key."""

    def apply_event(
        self, key: Any, event: SessionEvent, at: datetime | None, source: str
    ) -> object:
        """Tell a session of an event."""

    def report_ending(self, key: Any, claim: EndClaim) -> object:
        """Tell a session of a claim."""

    def read(self, key: Any) -> Any:
        """Return what is to be seen of a session."""
        ...

    def list_sessions(self, *, live: bool) -> Any:
        """Return the keys of the live or of the ended sessions."""
        ...

    def write_drifted(
        self, key: Any, *, status: str | None = None, reason: str | None = None
    ) -> object:
        """Write a word nobody knows, or return `NotImplemented`."""

    def snapshot(self, key: Any) -> Any:
        """Return all that is stored of a session, or `NotImplemented`."""
        ...

    def restore(self, key: Any, snapshot: Any) -> object:
        """Store a session as it was."""


class Seen(NamedTuple):
    """What was read, in our words: what the laws are judged by."""

    status: SessionStatus | None
    reason: SessionTerminationReason | None
    ended_at: datetime | EllipsisType | None
    closed_at: datetime | EllipsisType | None
    source: object
    raw: object


def seen(stored: object) -> Seen:
    """Return what a store says, in our words.

    Raises:
        TypeError: if it is no `StoredSession`.
    """
    if not isinstance(stored, StoredSession):
        raise TypeError(f"read returned {show(stored)}, expected a StoredSession")
    return Seen(
        coerce_session_status(stored.status),
        None if stored.reason is None else coerce_termination_reason(stored.reason),
        stored.ended_at if stored.ended_at is ... else utc(stored.ended_at, "ended_at"),
        stored.closed_at if stored.closed_at is ... else utc(stored.closed_at, "closed_at"),
        stored.source if stored.source is not None else "",
        stored.raw,
    )


class Caller:
    """Calls methods that may be async, in one event loop, which is closed with it."""

    def __init__(self, watch: tuple[str, ...]) -> None:
        self._watch = watch
        self._runner: asyncio.Runner | None = None

    def close(self) -> None:
        """Close the event loop, if there is one."""
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def call(self, method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Return what a method returns; an async one is waited for."""
        found = method(*arguments, **named)
        if not inspect.isawaitable(found):
            return found

        async def wait() -> Any:
            return await found

        return self._loop().run(wait())

    def at_once(
        self,
        first: Callable[[], Any],
        second: Callable[[], Any],
        point: int,
        *,
        is_async: bool,
        patience: float,
    ) -> Together:
        """Call two at once; the first is stopped at a point until the second is through.

        Raises:
            TypeError: if a call that is not async returns what would have to be awaited.
        """
        if is_async:
            return self._loop().run(at_once_async(first(), second(), point, patience))
        together = at_once(first, second, point, self._watch, patience)
        _is_no_awaitable(together.first, together.second)
        return together

    def dying(self, call: Callable[[], Any], point: int, *, is_async: bool) -> Death:
        """Make a call that dies at a point, if it gets there.

        Raises:
            TypeError: if a call that is not async returns what would have to be awaited.
        """
        if is_async:
            return self._loop().run(dying_async(call(), point))
        death = dying(call, point, self._watch)
        _is_no_awaitable(death.outcome)
        return death

    def _loop(self) -> asyncio.Runner:
        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner


def _is_no_awaitable(*outcomes: Outcome) -> None:
    wrong = [outcome.value for outcome in outcomes if inspect.isawaitable(outcome.value)]
    for value in wrong:
        if inspect.iscoroutine(value):
            value.close()  # So that nobody is told that it was never awaited.
    if wrong:
        raise TypeError(
            f"apply_event or report_ending returned {show(wrong[0])} to be awaited and is no "
            "`async def`: write both as `async def`, or let them wait for the answer themselves"
        )
