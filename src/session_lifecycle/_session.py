"""Session: an immutable value of where one session stands, and the functions that move it.

Reasons and statuses meet here. Live moves follow the machine; everything that ends a session is a
claim, settled together with the claims before it. Settlement may correct one terminal status to
another, and never revives.

Two times, not one. `ended_at` is the earliest time anybody claimed and may still move earlier when
a late report comes in. `closed_at`, a service's own column, is when it first wrote live to ended:
the moment `session_change` says `ended`, once in a session's life. It never moves.
"""

from datetime import datetime
from types import EllipsisType
from typing import final

from session_lifecycle._coercion import parse_session_status, read_termination_reason
from session_lifecycle._ending import EndClaim, Ending
from session_lifecycle._errors import IllegalTransitionError, UnknownEventError
from session_lifecycle._machine import (
    INITIAL_STATUSES,
    LIVE_STATUSES,
    TERMINAL_STATUSES,
    allowed_events,
    next_status,
    transition,
)
from session_lifecycle._names import publish
from session_lifecycle._text import member, show, text_of
from session_lifecycle._value import Value, fill, utc
from session_lifecycle._words import (
    CoercionVia,
    SessionChange,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
)

# What an ending event claims when nobody gives a reason.
_CLAIMED_BY_EVENT = {
    SessionEvent.CLOSE: SessionTerminationReason.UNKNOWN,
    SessionEvent.EXPIRE: SessionTerminationReason.UNKNOWN,
    SessionEvent.FAIL: SessionTerminationReason.ERROR,
    SessionEvent.SUPERSEDE: SessionTerminationReason.SUPERSEDED,
}
_STATUS_BY_EVENT = {
    event: transition(SessionStatus.ACTIVE, event).after for event in _CLAIMED_BY_EVENT
}
_EVENT_BY_STATUS = {status: event for event, status in _STATUS_BY_EVENT.items()}


@final
class Session(Value):
    """Where one session stands. Immutable, hashable, picklable.

    Attributes:
        status: where it stands.
        ending: how it ended; `None` exactly while it is live.
        started_at: when it started, aware and in UTC, if known; earlier times do not count.
    """

    __slots__ = ("status", "ending", "started_at")

    status: SessionStatus
    ending: Ending | None
    started_at: datetime | None

    def __init__(
        self,
        status: SessionStatus,
        ending: Ending | None = None,
        started_at: datetime | None = None,
    ) -> None:
        """Check and keep a session. `start_session` and `restore_session` are the usual ways in.

        An ending that was settled without the session's start is settled anew, with it.

        Raises:
            UnknownStatusError: if `status` is no session status.
            ValueError: if status and ending contradict each other, or `started_at` has no zone.
            TypeError: if `ending` is no `Ending`.
        """
        if type(status) is not SessionStatus:
            status = parse_session_status(status)
        started_at = utc(started_at, "started_at")
        if ending is None:
            if status in TERMINAL_STATUSES:
                raise ValueError(
                    f"a session that is '{status}' has ended and needs an ending: "
                    "restore_session makes one from what a row holds"
                )
        else:
            ending = _since(ending, started_at)
            if status is not ending.status:
                raise ValueError(
                    f"a session that is '{status}' cannot have an ending that is "
                    f"'{ending.status}': the ending decides the status of an ended session, "
                    "and a live one has none"
                )
        fill(self, "status", status)
        fill(self, "ending", ending)
        fill(self, "started_at", started_at)

    @property
    def ended_at(self) -> datetime | None:
        """When it ended: the ending's `at`, which may still move earlier; `None` while live."""
        return None if self.ending is None else self.ending.at


def _since(ending: Ending, started_at: datetime | None) -> Ending:
    if type(ending) is not Ending:
        raise TypeError(f"ending is {show(ending)}, expected an Ending or None")
    if started_at is None or ending.not_before == started_at:
        return ending
    return Ending(ending.claims, ending.at, started_at)


def start_session(
    status: SessionStatus = SessionStatus.ACTIVE, *, at: datetime | None = None
) -> Session:
    """Return a new session.

    Args:
        status: `queued`, `ringing` or `active`.
        at: when it starts, aware, if known.

    Raises:
        UnknownStatusError: if `status` is no session status.
        ValueError: if no session starts in this status, or `at` has no zone.
    """
    status = parse_session_status(status)
    if status not in INITIAL_STATUSES:
        raise ValueError(
            f"no session starts as '{status}': expected queued, ringing or active; "
            "restore_session takes up a stored one"
        )
    return Session(status, None, at)


def restore_session(
    status: SessionStatus | str,
    *,
    reason: SessionTerminationReason | str | None = None,
    at: datetime | None = None,
    claimed_at: datetime | EllipsisType | None = ...,
    source: str = "",
    raw: str | None = None,
    started_at: datetime | None = None,
) -> Session:
    """Return the session that a stored row describes.

    A store that keeps the winner with its own time (`claimed_at`) and the earliest time (`at`) and
    merges each new claim in ends in the same place as one that keeps every claim.

    Args:
        status: the stored status, a member or text.
        reason: the stored reason, coerced; a word that cannot be is kept as `raw`. Without one, a
            terminal row claims what its ending event would. The reason of a live row is no ending.
        at: the stored end, the earliest time claimed, aware.
        claimed_at: when the winner says it ended; `None` if it gave no time. Left out, for a table
            without such a column, it is `at`.
        source: who made the winning claim.
        raw: the stored word that could not be coerced, `None` for an empty column; it goes before
            what `reason` leaves over.
        started_at: when the session started, aware, if known.

    Raises:
        UnknownStatusError: if the status is not known: `coerce_session_status` to look first.
        ValueError: if a time has no zone.
    """
    status = parse_session_status(status)
    at = utc(at, "at")
    own_time = at if claimed_at is ... else utc(claimed_at, "claimed_at")
    if status in LIVE_STATUSES:
        return Session(status, None, started_at)
    claim = claim_of_event(_EVENT_BY_STATUS[status], reason, at=own_time, source=source, raw=raw)
    return Session(status, Ending((claim,), at, started_at), started_at)


def claim_of_event(
    event: SessionEvent,
    reason: SessionTerminationReason | str | None,
    *,
    at: datetime | None,
    source: str,
    raw: str | None,
) -> EndClaim:
    """Return what an ending event claims: the reason if there is one, with the event's status."""
    if type(reason) is not SessionTerminationReason:
        read, unread = read_word(reason)
        raw = unread if raw is None else raw
        reason = _CLAIMED_BY_EVENT[event] if read is None else read
    return EndClaim(reason, at, source, _STATUS_BY_EVENT[event], raw)


def read_word(word: object) -> tuple[SessionTerminationReason | None, str | None]:
    """Return the reason that a word names and, if it names none, the word to keep as `raw`.

    Blank text is nobody's word: like `None`, it is no reason given.
    """
    reading = read_termination_reason(word)
    if reading.via is CoercionVia.ABSENT:
        return None, None
    if reading.via is not CoercionVia.UNRECOGNIZED:
        return reading.reason, None
    text = text_of(reading.raw)
    if text is None:
        return reading.reason, show(word)
    return (reading.reason, text) if text.strip() else (None, None)


def apply_event(
    session: Session,
    event: SessionEvent,
    *,
    at: datetime | None = None,
    reason: SessionTerminationReason | str | None = None,
    source: str = "",
    raw: str | None = None,
) -> Session:
    """Return the session after an event.

    A live event moves it by the machine; a redelivered or late one returns it unchanged, and what
    comes with it is not kept. An ending event is a claim with the event's status: it ends a live
    session and is settled into an ended one.

    Args:
        session: where the session stands.
        event: what happened.
        at: when, aware, for an ending event.
        reason: why, for an ending event: a member or text (coerced, an unknown word kept as `raw`).
            Without one, `close` and `expire` claim `unknown`, `fail` claims `error`, `supersede`
            claims `superseded`.
        source: who says so.
        raw: the word that could not be coerced.

    Raises:
        IllegalTransitionError: if a live session cannot do that.
        UnknownEventError: if `event` is no session event.
        ValueError: if `at` has no zone.

    >>> ringing = start_session(SessionStatus.RINGING)
    >>> apply_event(ringing, SessionEvent.ANSWER).status
    <SessionStatus.ACTIVE: 'active'>
    >>> apply_event(ringing, SessionEvent.RESUME)
    Traceback (most recent call last):
        ...
    session_lifecycle.IllegalTransitionError: a session that is 'ringing' cannot take 'resume'. ...
    """
    known = member(SessionEvent, event)
    if known is None:
        raise UnknownEventError(event)
    at = utc(at, "at")
    if known in _CLAIMED_BY_EVENT:
        claim = claim_of_event(known, reason, at=at, source=source, raw=raw)
        return apply_claim(session, claim)
    status = next_status(session.status, known)
    if status is session.status:
        return session
    return Session(status, None, session.started_at)


def apply_claim(session: Session, claim: EndClaim) -> Session:
    """Return the session after a claim: a live one ends, an ended one has the claim settled in.

    >>> crash = EndClaim(SessionTerminationReason.AGENT_ERROR, source="worker")
    >>> apply_claim(start_session(), crash).status
    <SessionStatus.ERROR: 'error'>
    """
    ending = Ending((claim,), None, session.started_at)
    if session.ending is not None:
        ending = session.ending.merge(ending)
        if ending == session.ending:
            return session
    return Session(ending.status, ending, session.started_at)


def close_session(
    session: Session,
    reason: SessionTerminationReason | str | None = None,
    *,
    at: datetime | None = None,
    source: str = "",
) -> Session:
    """Close a session: what "Close a v2 conversation" does.

    A live session becomes `closed`, whatever the reason. On an ended one the claim is settled in:
    that is never an error, the end can only move earlier, and no live status comes back.

    Args:
        session: where the session stands.
        reason: a member, text (coerced, an unknown word kept as `raw`), or `None` for `unknown`.
        at: when, aware.
        source: who says so.

    Raises:
        ValueError: if `at` has no zone.

    >>> closed = close_session(start_session(), "agent-initiated")
    >>> closed.status
    <SessionStatus.CLOSED: 'closed'>
    >>> closed.ending.reason
    <SessionTerminationReason.AGENT_INITIATED: 'agent_initiated'>
    """
    claim = claim_of_event(SessionEvent.CLOSE, reason, at=at, source=source, raw=None)
    return apply_claim(session, claim)


def session_change(before: Session, after: Session) -> SessionChange:
    """Return what happened between two values of one session.

    `unchanged`: nothing a store would write, be it that a weaker claim was added and lost. `moved`:
    another live status. `ended`: live before, ended now; once in a session's life. `corrected`:
    another reason or status won. `refined`: the same answer, better known: an earlier time, or the
    same reason from a claim that stands before.

    Raises:
        IllegalTransitionError: if an ended session is live again, which no function here returns.
    """
    if before.ending is None:
        if after.ending is not None:
            return SessionChange.ENDED
        moved = before.status is not after.status
        return SessionChange.MOVED if moved else SessionChange.UNCHANGED
    if after.ending is None:
        raise IllegalTransitionError(
            before.status, None, allowed_events(before.status), after.status
        )
    old, new = before.ending, after.ending
    return ending_change((old.winner, old.at), (new.winner, new.at))


def ending_change(
    old: tuple[EndClaim, datetime | None], new: tuple[EndClaim, datetime | None]
) -> SessionChange:
    """Return what happened to an ending, from its winner and earliest time before and after."""
    if (old[0].reason, old[0].status) != (new[0].reason, new[0].status):
        return SessionChange.CORRECTED
    return SessionChange.UNCHANGED if old == new else SessionChange.REFINED


publish(globals())
