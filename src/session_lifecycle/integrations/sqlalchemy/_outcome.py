"""What became of a report about a session: one answer, whatever the row held and whoever won.

Pure functions over what a row says and what is reported. `_writes` reads the row, asks here, and
writes what the answer says; a service that runs statements of its own asks here too.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from session_lifecycle._ending import EndClaim
from session_lifecycle._errors import UnknownEventError
from session_lifecycle._machine import LIVE_STATUSES, TRANSITION_RULES, transition
from session_lifecycle._session import Session, apply_claim, claim_of_event, session_change
from session_lifecycle._text import member
from session_lifecycle._value import utc
from session_lifecycle._words import (
    SessionChange,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
    TransitionVerdict,
)


class WriteVerdict(StrEnum):
    """What became of what was reported.

    `APPLIED`: the row says it now. `ALREADY`: the row said it before, or is past it. `LOST`: the
    session has ended, and another claim's reason stands. `ILLEGAL`: a live session cannot do that.
    `MISSING`: there is no such row.
    """

    APPLIED = "applied"
    ALREADY = "already"
    LOST = "lost"
    ILLEGAL = "illegal"
    MISSING = "missing"


class WriteResult(NamedTuple):
    """What became of a report, and what it did to the row: two facts.

    A claim that lost, or only repeats what the row says, may still have told an earlier end. Then
    `change` is `refined`, and the row's `ended_at` was written.

    Attributes:
        verdict: what became of the report.
        change: what happened to the row; it was written unless this is `unchanged`. `ended` comes
            once in a session's life, to one writer: the place to bill, once it is committed.
        before: the session as the row had it; `None` if there is no row.
        after: the session as the row has it now.
        allowed: the events that were possible instead, if it was illegal; else none.
    """

    verdict: WriteVerdict
    change: SessionChange
    before: Session | None
    after: Session | None
    allowed: tuple[SessionEvent, ...] = ()

    @property
    def status_before(self) -> SessionStatus | None:
        """The row's status before; `None` if there is no row."""
        return None if self.before is None else self.before.status

    @property
    def status_after(self) -> SessionStatus | None:
        """The row's status now; `None` if there is no row."""
        return None if self.after is None else self.after.status

    @property
    def winner(self) -> EndClaim | None:
        """The claim that stands in the row now; `None` if the session is live or missing."""
        return None if self.after is None or self.after.ending is None else self.after.ending.winner

    @property
    def reason(self) -> SessionTerminationReason | None:
        """Why the session ended, as the row has it now; `None` if it is live or missing."""
        return None if self.winner is None else self.winner.reason


_VERDICT = {
    TransitionVerdict.MOVED: WriteVerdict.APPLIED,
    TransitionVerdict.ALREADY: WriteVerdict.ALREADY,
    TransitionVerdict.LATE: WriteVerdict.ALREADY,  # While live: past the ringing, answered before.
    TransitionVerdict.ILLEGAL: WriteVerdict.ILLEGAL,
}


def interpret(before: Session | None, said: SessionEvent | EndClaim) -> WriteResult:
    """Return what a report does to a session as its row has it: what to write, what to answer.

    Args:
        before: what the row says (`session_from_row`); `None` if there is no row.
        said: an event, or a claim. An ending event claims what it does without a reason.

    Raises:
        UnknownEventError: if `said` is neither a claim nor a session event.

    >>> from session_lifecycle import SessionTerminationReason, start_session
    >>> result = interpret(start_session(SessionStatus.RINGING), SessionEvent.PAUSE)
    >>> result.verdict, result.allowed[0]
    (<WriteVerdict.ILLEGAL: 'illegal'>, <SessionEvent.ANSWER: 'answer'>)
    >>> interpret(start_session(), EndClaim(SessionTerminationReason.RESOLVED)).change
    <SessionChange.ENDED: 'ended'>
    """
    if not isinstance(said, EndClaim):
        said = report(said)
    if before is None:
        return WriteResult(WriteVerdict.MISSING, SessionChange.UNCHANGED, None, None)
    if isinstance(said, EndClaim):
        return _claimed(before, said)
    answer = transition(before.status, said)
    if before.ending is not None:
        return WriteResult(WriteVerdict.LOST, SessionChange.UNCHANGED, before, before)
    verdict = _VERDICT[answer.verdict]
    if verdict is WriteVerdict.APPLIED:
        after = Session(answer.after, None, before.started_at)
        return WriteResult(verdict, SessionChange.MOVED, before, after)
    allowed = answer.allowed if verdict is WriteVerdict.ILLEGAL else ()
    return WriteResult(verdict, SessionChange.UNCHANGED, before, before, allowed)


def report(
    event: SessionEvent,
    *,
    at: datetime | None = None,
    reason: SessionTerminationReason | str | None = None,
    source: str = "",
    raw: str | None = None,
) -> SessionEvent | EndClaim:
    """Return what an event says: itself, or the claim that an ending event is (`apply_event`).

    Raises:
        UnknownEventError: if `event` is no session event.
        ValueError: if `at` has no zone.
    """
    known = member(SessionEvent, event)
    if known is None:
        raise UnknownEventError(event)
    at = utc(at, "at")
    if TRANSITION_RULES[known].target in LIVE_STATUSES:
        return known
    return claim_of_event(known, reason, at=at, source=source, raw=raw)


def _claimed(before: Session, claim: EndClaim) -> WriteResult:
    after = apply_claim(before, claim)
    change = session_change(before, after)
    if change is SessionChange.UNCHANGED:
        after = before  # The claim that changes nothing is not kept in a row.
    ending = after.ending
    assert ending is not None
    if change is not SessionChange.UNCHANGED and ending.winner == claim:
        verdict = WriteVerdict.APPLIED
    elif (ending.reason, ending.status) == (claim.reason, claim.status):
        verdict = WriteVerdict.ALREADY
    else:
        verdict = WriteVerdict.LOST
    return WriteResult(verdict, change, before, after)


for _thing in (WriteVerdict, WriteResult, interpret):
    _thing.__module__ = __package__ or __name__
