"""Replay: what a list of things that happened comes to.

Steps arrive in any order and more than once. `replay` drops repeated step ids, puts the steps in
order of their time, applies them one by one and keeps every one with its verdict.

Whose step it is. A step may name its `party` (who) and `connection` (which of their connections).
The party that rang or answered first is the session's own, and its latest connection is the one the
session is held over. A claim about another party, a transfer's leg for example, or about an older
connection ends nothing, be it timed after the re-join (livekit/livekit#2399) or before: who is back
before anything else ended the session never left it.

Ties and clocks. At one time, live moves come before endings, because webhooks carry whole seconds
and a session is not over before it began. A setup may fail before anybody is called; but what is
timed a day before the session first rang or was answered comes from a broken clock, and the end of
a conversation timed before that from a wrong one. Such a time counts as absent, and a claim so
timed is placed behind everything timed: one bogus epoch does not end a call at its beginning.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from session_lifecycle._ending import EndClaim, Ending, Standing, in_order, standing
from session_lifecycle._errors import IllegalTransitionError, UnknownEventError
from session_lifecycle._history import (
    ENDING_EVENTS,
    OPENING_EVENTS,
    HistoryEntry,
    HistoryStep,
    SessionHistory,
    is_ending,
)
from session_lifecycle._machine import can_apply, transition
from session_lifecycle._names import publish
from session_lifecycle._reasons import reason_traits
from session_lifecycle._session import Session, claim_of_event, ending_change
from session_lifecycle._text import show
from session_lifecycle._words import (
    EndPhase,
    SessionChange,
    SessionEvent,
    SessionStatus,
    TransitionVerdict,
)


def replay(steps: Iterable[HistoryStep], *, strict: bool = False) -> SessionHistory:
    """Apply steps in the order of their time, and return what they come to.

    A step without a time keeps its place behind the one it arrived after; a repeated `step_id` is
    dropped. Illegal steps are reported in their entry and skipped. The session starts as `queued`,
    or as `active` if its first live move is not possible from there. If it ever rang or was
    answered, it is taken to have started with its earliest step less than a day before that, ends
    of a conversation apart.

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
    live = (s.event for s in ordered if s.event is not None and s.event not in ENDING_EVENTS)
    start = Session(_first_status(next(live, None)), None, started_at)
    play = _Play(start)
    entries: list[HistoryEntry] = []
    party = connection = ""
    for step, comes_back in zip(ordered, _comebacks(ordered), strict=True):
        note = ""
        if step.party and party not in ("", step.party):
            note = "about another party"
        elif step.party and step.event in OPENING_EVENTS:
            party, connection = step.party, step.connection
        elif comes_back or (connection and step.party and step.connection not in ("", connection)):
            note = "about an older connection"
        before = play.status
        if note:
            verdict, change = TransitionVerdict.LATE, SessionChange.UNCHANGED
        else:
            verdict, change, note = play.take(step, strict)
        entries.append(HistoryEntry(step, verdict, before, play.status, change, note))
    return SessionHistory(start, tuple(entries), play.session())


class _Play:
    """A session while its steps are taken, at one cost for each, however many claims there are.

    It keeps the winner and the earliest time, which by the laws of settlement is enough to say what
    each claim changes, and settles the whole set once, at the end.
    """

    def __init__(self, start: Session) -> None:
        self.status = start.status
        self.started_at = start.started_at
        self.standings: list[tuple[Standing, EndClaim]] = []
        self.winner: EndClaim | None = None
        self.best: Standing | None = None
        self.at: datetime | None = None

    def session(self) -> Session:
        """Return the session as it stands."""
        ending = None
        if self.standings:
            claims = in_order(self.standings)
            ending = Ending._settled(claims, self.at, self.started_at)
        return Session(self.status, ending, self.started_at)

    def take(self, step: HistoryStep, strict: bool) -> tuple[TransitionVerdict, SessionChange, str]:
        """Apply a step: its verdict, what it changed, and why nothing came of it."""
        if step.claim is not None:
            verdict = TransitionVerdict.MOVED if self.winner is None else TransitionVerdict.LATE
            return verdict, self._end(step.claim), ""
        if step.event is None:
            if strict:
                raise UnknownEventError(step.raw)
            note = f"{show(step.raw)} is no event we know"
            return TransitionVerdict.ILLEGAL, SessionChange.UNCHANGED, note
        answer = transition(self.status, step.event)
        if answer.verdict is TransitionVerdict.ILLEGAL:
            if strict:
                raise IllegalTransitionError(self.status, step.event, answer.allowed)
            note = f"possible here: {', '.join(answer.allowed)}"
            return answer.verdict, SessionChange.UNCHANGED, note
        if step.event in ENDING_EVENTS:
            claim = claim_of_event(step.event, None, at=step.at, source=step.source, raw=None)
            return answer.verdict, self._end(claim), ""
        moved = answer.verdict is TransitionVerdict.MOVED
        self.status = answer.after
        return answer.verdict, SessionChange.MOVED if moved else SessionChange.UNCHANGED, ""

    def _end(self, claim: EndClaim) -> SessionChange:
        start, winner, at = self.started_at, self.winner, self.at
        if claim.at is not None and (start is None or claim.at >= start):
            self.at = claim.at if at is None else min(at, claim.at)
        place = standing(claim, start)
        self.standings.append((place, claim))
        if self.best is None or place < self.best:
            self.winner, self.best, self.status = claim, place, claim.status
        if winner is None:
            return SessionChange.ENDED
        return ending_change((winner, at), (self.winner or winner, self.at))


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


def _comebacks(ordered: list[HistoryStep]) -> list[bool]:
    """Whether each step ends a connection of a party that is back before the session ends."""
    if len({step.connection for step in ordered if step.connection}) < 2:
        return [False] * len(ordered)
    found: list[bool] = []
    back: dict[str, str] = {}
    for step in reversed(ordered):
        left = step.connection if is_ending(step) else ""
        found.append(bool(left) and back.get(step.party, left) not in ("", left))
        if step.event in OPENING_EVENTS and step.party:
            back[step.party] = step.connection
        elif is_ending(step) and not step.party:
            back.clear()
    return found[::-1]


def _in_order(steps: list[HistoryStep]) -> tuple[list[HistoryStep], datetime | None]:
    openings = [s.at for s in steps if s.event in OPENING_EVENTS and s.at is not None]
    started_at = None
    if openings:
        opened = started_at = min(openings)
        for step in steps:
            at = step.at
            if at is not None and at < started_at and opened - at < _BROKEN_CLOCK:
                started_at = started_at if _needs_conversation(step) else at
    # A step without a time has the place of the one it arrived after, and sorting keeps it there.
    place = _FIRST
    places: list[tuple[int, datetime, bool]] = []
    for step in steps:
        if step.at is not None:
            ends = is_ending(step)
            ignored = ends and started_at is not None and step.at < started_at
            place = _LAST if ignored else (1, step.at, ends)
        places.append(place)
    return [steps[n] for n in sorted(range(len(steps)), key=places.__getitem__)], started_at


def _needs_conversation(step: HistoryStep) -> bool:
    claim = step.claim
    return claim is not None and reason_traits(claim.reason).phase is EndPhase.CONVERSATION


# A call may wait long for its answer, in a queue say; a clock that is wrong is wrong by years.
_BROKEN_CLOCK = timedelta(days=1)

# What comes before everything timed, and what comes behind it.
_FIRST = (0, datetime.min.replace(tzinfo=UTC), False)
_LAST = (2, datetime.min.replace(tzinfo=UTC), True)


def _first_status(first: SessionEvent | None) -> SessionStatus:
    if first is None or can_apply(SessionStatus.QUEUED, first):
        return SessionStatus.QUEUED
    return SessionStatus.ACTIVE


publish(globals())
