"""What must be true of a session after what it was told, and both in words."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from session_lifecycle._ending import EndClaim
from session_lifecycle._history import ENDING_EVENTS
from session_lifecycle._machine import transition
from session_lifecycle._session import Session, apply_claim, apply_event
from session_lifecycle._text import show
from session_lifecycle._words import SessionEvent, TransitionVerdict
from session_lifecycle.testing._stored import Seen


class Report:
    """Something that is told to a store: an event with its time, or a claim."""

    __slots__ = ("at", "said", "source")

    def __init__(
        self, said: SessionEvent | EndClaim, at: datetime | None = None, source: str = ""
    ) -> None:
        self.said = said
        self.at = said.at if isinstance(said, EndClaim) else at
        self.source = said.source if isinstance(said, EndClaim) else source

    def is_the_same_as(self, other: Report) -> bool:
        """Return whether this is the other one, told again."""
        return (self.said, self.at, self.source) == (other.said, other.at, other.source)

    def __repr__(self) -> str:
        if isinstance(self.said, EndClaim):
            return f"report_ending({self.said!r})"
        when = "" if self.at is None else f", at {self.at.isoformat()}"
        return f"apply_event({self.said}{when})"


class Known:
    """What must be true of one session.

    Attributes:
        session: where it stands.
        closed_at: what the store said when it was first read as ended; `...` before that.
        reports: what it was told.
        drifted: whether its status is one that nobody knows.
        rewritten: the claim whose stored reason is a word that nobody knows; `None` if there is
            none. Which `raw` is beside it then, nobody can say.
    """

    __slots__ = ("closed_at", "drifted", "reports", "rewritten", "session")

    def __init__(self, session: Session) -> None:
        self.session = session
        self.closed_at: Any = ...
        self.reports: list[Report] = []
        self.drifted = False
        self.rewritten: EndClaim | None = None

    def copy(self) -> Known:
        """Return the same once more, for another history."""
        other = Known(self.session)
        other.closed_at = self.closed_at
        other.reports = [*self.reports]
        other.drifted, other.rewritten = self.drifted, self.rewritten
        return other


def session_after(session: Session, report: Report) -> Session:
    """Return where the model stands after a report."""
    if isinstance(report.said, EndClaim):
        return apply_claim(session, report.said)
    if transition(session.status, report.said).verdict is TransitionVerdict.ILLEGAL:
        return session
    return apply_event(session, report.said, at=report.at, source=report.source)


@lru_cache(maxsize=65_536)
def remembered(session: Session, report: Report) -> Session:
    """Return what `session_after` does. A walk comes by the same places thousands of times."""
    return session_after(session, report)


def after_both(session: Session, first: Report, second: Report) -> Session:
    """Return where the model stands after two reports, in this order."""
    return session_after(session_after(session, first), second)


def law_of(before: Session, report: Report) -> str:
    """Return the law about a report: what it must do, and that it must not fail."""
    if before.ending is not None:
        return "late_is_no_error"
    if isinstance(report.said, EndClaim):
        return "a_claim_ends_it"
    if report.said in ENDING_EVENTS:
        return "a_close_closes"
    return {
        TransitionVerdict.MOVED: "moves_follow_the_machine",
        TransitionVerdict.ILLEGAL: "illegal_changes_nothing",
    }.get(transition(before.status, report.said).verdict, "late_is_no_error")


def may_be_refused(session: Session, report: Report) -> bool:
    """An event that a live session cannot take may be refused, as loudly as one likes."""
    if isinstance(report.said, EndClaim):
        return False
    return transition(session.status, report.said).verdict is TransitionVerdict.ILLEGAL


def may_be_refused_at_once(session: Session, report: Report) -> bool:
    """Return whether a report that came beside another may be refused."""
    # What the other report made of the session is not known: any live move may have come too late.
    return not isinstance(report.said, EndClaim) and report.said not in ENDING_EVENTS


def fits(session: Session, found: Seen, rewritten: EndClaim | None = None) -> bool:
    """Return whether what was read is what the model says."""
    return stands(session, found, rewritten) and (
        session.ending is None or found.ended_at is ... or found.ended_at == session.ended_at
    )


def stands(session: Session, found: Seen, rewritten: EndClaim | None = None) -> bool:
    """Return whether status and reason are what the model says; source and raw, if told, too."""
    if found.status is not session.status:
        return False
    if session.ending is None:
        return True
    winner = session.ending.winner
    return (
        found.reason is winner.reason
        and (found.source is ... or found.source == winner.source)
        and (found.raw is ... or found.raw == winner.raw or winner == rewritten)
    )


def has_no_end(found: Seen) -> bool:
    """Return whether what was read shows no end: no reason, no time of it, and nobody who said."""
    nothing = (None, ..., "")
    shown = (found.ended_at, found.closed_at, found.source, found.raw)
    return found.reason is None and all(fact in nothing for fact in shown)


def told(session: Session) -> str:
    """Return what must be true, in words."""
    if session.ending is None:
        return f"{session.status}"
    at = session.ended_at
    when = "" if at is None else f" at {at.isoformat()}"
    return f"{session.status}, {session.ending.reason}{when}"


def shown(found: Seen) -> str:
    """Return what was found, in words."""
    told = [str(found.status or "no status that we know")]
    if found.reason is not None:
        told.append(str(found.reason))
    for name in ("ended_at", "closed_at"):
        at = getattr(found, name)
        if isinstance(at, datetime):
            told.append(f"{name} {at.isoformat()}")
    return ", ".join(told)


def expected_and_found(session: Session, found: Seen) -> str:
    """Return both in a sentence; source and raw only where nothing else could differ."""
    expected, was = [told(session)], [shown(found)]
    winner = None if session.ending is None else session.ending.winner
    reason = None if winner is None else winner.reason
    if (found.status, found.reason) == (session.status, reason):
        for name, nothing in (("source", ""), ("raw", None)):
            must, there = getattr(winner, name, nothing), getattr(found, name)
            if there is not ... and there != must:
                expected.append(f"{name} {show(must)}")
                was.append(f"{name} {show(there)}")
    return f"Expected {', '.join(expected)}; found {', '.join(was)}."


def error_in_words(error: BaseException) -> str:
    """Return an error in a few words."""
    return f"{type(error).__name__}: {show(str(error))}"
