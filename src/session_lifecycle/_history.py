"""Replay: what a list of things that happened comes to.

Steps arrive in any order and more than once. `replay` drops repeated step ids, puts the steps in
order of their time, applies them one by one and keeps every one with its verdict.

Whose step it is. A step may name its `party` (who) and `connection` (which of their connections).
The party that rang or answered first is the session's own, and its latest connection is the one the
session is held over. A claim about another party or an older connection ends nothing: after a
re-join, the old connection's leave comes late (livekit/livekit#2399).

Ties and clocks. At one time, live moves come before endings, because webhooks carry whole seconds
and a session is not over before it began. A claim timed before the session's start can be no truth
about it, so its time counts as absent, and it is placed behind everything timed: one bogus epoch
must not end a call at its beginning.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple, final

from session_lifecycle._coercion import coerce_event
from session_lifecycle._ending import EndClaim
from session_lifecycle._errors import IllegalTransitionError, UnknownEventError
from session_lifecycle._machine import allowed_events, can_apply, transition
from session_lifecycle._session import Session, apply_claim, apply_event, session_change
from session_lifecycle._text import clip, plain, show
from session_lifecycle._value import Value, fill, utc
from session_lifecycle._words import (
    SessionChange,
    SessionEvent,
    SessionStatus,
    TransitionVerdict,
)

_ENDING_EVENTS = frozenset(
    {SessionEvent.CLOSE, SessionEvent.EXPIRE, SessionEvent.FAIL, SessionEvent.SUPERSEDE}
)
OPENING_EVENTS = frozenset({SessionEvent.RING, SessionEvent.ANSWER})


@final
class HistoryStep(Value):
    """One thing that happened: an event, or a claim about the end. Immutable, hashable, picklable.

    Attributes:
        at: when, aware and in UTC, or `None`.
        event: the event, `None` for a claim or an unknown word.
        source: who says so.
        step_id: the reporter's own id of this report, by which a redelivery is known; or `None`.
        claim: the claim, `None` for an event.
        party: who this is about, if a report tells several people apart; `""` for the session.
        connection: which of that party's connections; `""` if not told apart.
        raw: the text of an event we do not know, up to 64 characters.
    """

    __slots__ = ("at", "event", "source", "step_id", "claim", "party", "connection", "raw")

    at: datetime | None
    event: SessionEvent | None
    source: str
    step_id: str | None
    claim: EndClaim | None
    party: str
    connection: str
    raw: str | None

    def __init__(
        self,
        at: datetime | None = None,
        event: SessionEvent | EndClaim | str | None = None,
        source: str = "",
        step_id: str | None = None,
        claim: EndClaim | None = None,
        party: str = "",
        connection: str = "",
        raw: str | None = None,
    ) -> None:
        """Check and keep a step: `HistoryStep(at, event_or_claim, source, step_id)`.

        The text of an event we do not know is kept as `raw`, and replayed as illegal. `at` and
        `source` need be given once only, in the step or in its claim.

        Raises:
            ValueError: if it is neither event nor claim, or both; or if `at` has no zone.
            TypeError: if something is of another type.
        """
        if type(event) is EndClaim:
            if claim is not None:
                raise ValueError("two claims in one step: make it two steps")
            event, claim = None, event
        if claim is not None and type(claim) is not EndClaim:
            raise TypeError(f"claim is {show(claim)}, expected an EndClaim")
        known = None
        if event is not None:
            known = coerce_event(event)
            if known is None:
                raw = plain(event, "event")
        if raw is not None:
            raw = clip(plain(raw, "raw"))
        if (event is None and raw is None) is (claim is None):
            raise ValueError(
                "a step is either an event or a claim: "
                "HistoryStep(at, SessionEvent.ANSWER) or HistoryStep(at, EndClaim(reason, at))"
            )
        at = utc(at, "at")
        source = plain(source, "source")
        if claim is not None:
            at = at or claim.at
            source = source or claim.source
            whole = (claim.at or at, claim.source or source)
            if whole != (claim.at, claim.source):
                claim = EndClaim(claim.reason, *whole, claim.status, claim.raw)
        fill(self, "at", at)
        fill(self, "event", known)
        fill(self, "source", source)
        fill(self, "step_id", None if step_id is None else plain(step_id, "step_id"))
        fill(self, "claim", claim)
        fill(self, "party", plain(party, "party"))
        fill(self, "connection", plain(connection, "connection"))
        fill(self, "raw", raw)


class HistoryEntry(NamedTuple):
    """A step with what came of it.

    Attributes:
        step: the step.
        verdict: the machine's answer; for a claim, `moved` if it ended the session, else `late`.
        before: the status it met.
        after: the status that followed.
        change: what happened to the session.
        note: why nothing came of it, where the verdict does not say so; else `""`.
    """

    step: HistoryStep
    verdict: TransitionVerdict
    before: SessionStatus
    after: SessionStatus
    change: SessionChange
    note: str


class SessionHistory(NamedTuple):
    """What a replay came to.

    Attributes:
        start: the session before the first step.
        entries: every step in the order applied, with its verdict.
        session: the session after the last.
    """

    start: Session
    entries: tuple[HistoryEntry, ...]
    session: Session


def replay(steps: Iterable[HistoryStep], *, strict: bool = False) -> SessionHistory:
    """Apply steps in the order of their time, and return what they come to.

    A step without a time keeps its place behind the one it arrived after; a repeated `step_id` is
    dropped. Illegal steps are reported in their entry and skipped. The session starts as `queued`,
    or as `active` if its first live move is possible from there only; it is taken to have started
    when it first rang or was answered.

    Args:
        steps: what happened, in order of arrival.
        strict: raise at the first illegal step.

    Raises:
        IllegalTransitionError: only if `strict`, at an event a live session cannot take.
        UnknownEventError: only if `strict`, at an event we do not know.

    >>> step = HistoryStep(None, SessionEvent.ANSWER)
    >>> replay([step]).session.status
    <SessionStatus.ACTIVE: 'active'>
    """
    ordered, started_at = _in_order(_distinct(steps))
    live = (s.event for s in ordered if s.event is not None and s.event not in _ENDING_EVENTS)
    session = start = Session(_first_status(next(live, None)), None, started_at)
    entries: list[HistoryEntry] = []
    party = connection = ""
    for step in ordered:
        note = ""
        if step.party and party not in ("", step.party):
            note = "about another party"
        elif step.party and step.event in OPENING_EVENTS:
            party, connection = step.party, step.connection
        elif step.party and connection and step.connection not in ("", connection):
            note = "about an older connection"
        if note:
            verdict, after = TransitionVerdict.LATE, session
        else:
            verdict, after, note = _apply(session, step, strict)
        change = session_change(session, after)
        entries.append(HistoryEntry(step, verdict, session.status, after.status, change, note))
        session = after
    return SessionHistory(start, tuple(entries), session)


def _apply(
    session: Session, step: HistoryStep, strict: bool
) -> tuple[TransitionVerdict, Session, str]:
    if step.claim is not None:
        ended = session.ending is not None
        verdict = TransitionVerdict.LATE if ended else TransitionVerdict.MOVED
        return verdict, apply_claim(session, step.claim), ""
    if step.event is None:
        if strict:
            raise UnknownEventError(step.raw)
        return TransitionVerdict.ILLEGAL, session, f"{show(step.raw)} is no event we know"
    verdict = transition(session.status, step.event).verdict
    if verdict is TransitionVerdict.ILLEGAL:
        allowed = allowed_events(session.status)
        if strict:
            raise IllegalTransitionError(session.status, step.event, allowed)
        return verdict, session, f"possible here: {', '.join(allowed)}"
    return verdict, apply_event(session, step.event, at=step.at, source=step.source), ""


def _distinct(steps: Iterable[HistoryStep]) -> list[HistoryStep]:
    seen: set[str] = set()
    kept: list[HistoryStep] = []
    for step in steps:
        if step.step_id is not None:
            if step.step_id in seen:
                continue
            seen.add(step.step_id)
        kept.append(step)
    return kept


def is_ending(step: HistoryStep) -> bool:
    """Return whether a step is a claim or an ending event."""
    return step.claim is not None or step.event in _ENDING_EVENTS


def _in_order(steps: list[HistoryStep]) -> tuple[list[HistoryStep], datetime | None]:
    openings = [s.at for s in steps if s.event in OPENING_EVENTS and s.at is not None]
    started_at = min(openings, default=None)
    # A step with a time opens a group; those without one that arrive behind it stay with it.
    groups: list[tuple[tuple[int, datetime, bool], list[HistoryStep]]] = [((0, _ANY, False), [])]
    for step in steps:
        if step.at is None:
            groups[-1][1].append(step)
        elif started_at is not None and is_ending(step) and step.at < started_at:
            groups.append(((2, _ANY, True), [step]))
        else:
            groups.append(((1, step.at, is_ending(step)), [step]))
    groups.sort(key=lambda group: group[0])
    return [step for _, group in groups for step in group], started_at


# Stands in a sort key where no time is compared.
_ANY = datetime.min.replace(tzinfo=UTC)


def _first_status(first: SessionEvent | None) -> SessionStatus:
    if first is None or can_apply(SessionStatus.QUEUED, first):
        return SessionStatus.QUEUED
    return SessionStatus.ACTIVE
