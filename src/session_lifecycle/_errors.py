"""Why we said no, and the caller's next move.

Every error keeps its facts as attributes, subclasses the builtin a caller would expect, survives
`pickle` and `copy`, and prints at most 64 characters of foreign text, escaped.
"""

from typing import Any, Self

from session_lifecycle._names import publish
from session_lifecycle._text import clip, show, text_of
from session_lifecycle._words import SessionEvent, SessionStatus, SessionTerminationReason


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(map(show, words))


class SessionLifecycleError(Exception):
    """Base of every error this library raises on its own account."""

    def __repr__(self) -> str:
        # The message is bounded and escaped; the facts in `args` may be neither.
        return f"{type(self).__name__}({str(self)!r})"


class _UnknownWordError(SessionLifecycleError, ValueError):
    """A word that is not in a vocabulary, on a path where the caller can still act.

    Attributes:
        value: what was given; text longer than 64 characters is cut and marked.
        suggestions: the closest known words, nearest first; a hint for a person, never an answer.
    """

    _what: str
    _next: str

    def __init__(self, value: object, suggestions: tuple[str, ...] = ()) -> None:
        text = text_of(value)
        self.value: object = value if text is None else clip(text)
        super().__init__(self.value, suggestions)
        self.suggestions = suggestions

    def __reduce__(self) -> tuple[Any, ...]:
        # What was given may be anything, a lock for example; then what is shown of it travels.
        from pickle import dumps

        try:
            dumps(self.value)
        except Exception:
            return type(self), (show(self.value), self.suggestions)
        return type(self), (self.value, self.suggestions)

    def __copy__(self) -> Self:
        return type(self)(self.value, self.suggestions)

    def __deepcopy__(self, memo: object) -> Self:
        return type(self)(self.value, self.suggestions)

    def __str__(self) -> str:
        close = f" The closest known: {_words(self.suggestions)}." if self.suggestions else ""
        return f"{show(self.value)} is not {self._what}.{close} {self._next}"


class UnknownReasonError(_UnknownWordError):
    """Raised for a word that is no termination reason."""

    _what = "a termination reason"
    _next = (
        f"Expected one of the {len(SessionTerminationReason)} members of SessionTerminationReason; "
        "to read what others wrote, use read_termination_reason, "
        "which never raises and keeps the word."
    )


class UnknownStatusError(_UnknownWordError):
    """Raised for a word that is no session status.

    It must neither end a live call nor count as live, so that there is nothing to fall back on.
    """

    _what = "a session status"
    _next = (
        f"Expected one of the {len(SessionStatus)} members of SessionStatus; "
        "coerce_session_status gives None instead of raising."
    )


class UnknownEventError(_UnknownWordError):
    """Raised for a word that is no session event."""

    _what = "a session event"
    _next = f"Expected one of the {len(SessionEvent)} members of SessionEvent."


class IllegalTransitionError(SessionLifecycleError, ValueError):
    """Raised when a live session cannot do what was asked: a bug of the caller.

    Attributes:
        status: the status the session had.
        event: what was asked of it; `None` if only the target status is known.
        allowed: the events that were possible instead, in the order of `SessionEvent`.
        target: the status asked for, where no event is known (`status_change_events`).
    """

    def __init__(
        self,
        status: SessionStatus,
        event: SessionEvent | None,
        allowed: tuple[SessionEvent, ...] = (),
        target: SessionStatus | None = None,
    ) -> None:
        super().__init__(status, event, allowed, target)
        self.status = status
        self.event = event
        self.allowed = allowed
        self.target = target

    def __str__(self) -> str:
        asked = f"take {show(self.event)}"
        if self.event is None:
            asked = f"become {show(self.target)} by one event"
        if not self.allowed:
            return (
                f"a session that is {show(self.status)} cannot {asked}: it has ended. "
                "An ended session takes only claims about its ending (apply_claim, close_session)."
            )
        return (
            f"a session that is {show(self.status)} cannot {asked}. "
            f"Possible now: {_words(self.allowed)}. To ask before acting: can_apply, transition."
        )


class RollupError(SessionLifecycleError, ValueError):
    """Raised for eval counts that cannot be, or for eval runs that `strict=True` refuses."""


publish(globals())
