"""Every history up to a length, none left out: through a store, or over the bare table.

The random tests go far, this one leaves nothing out: what breaks within so many steps is found, and
it is the shortest there is, because the short ones come first.

A store that has `snapshot` and `restore` is walked as a tree: each history costs its last step, for
what comes before was walked as a shorter one. Of any other each history is told from its start.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import product
from typing import NamedTuple, NoReturn

from session_lifecycle._ending import EndClaim
from session_lifecycle._machine import INITIAL_STATUSES, Transition, is_terminal, transition
from session_lifecycle._text import show
from session_lifecycle._words import (
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
    TransitionVerdict,
)
from session_lifecycle.testing._laws import LAWS, LawBrokenError
from session_lifecycle.testing._model import Report
from session_lifecycle.testing._stored import Subject
from session_lifecycle.testing._times import NOON
from session_lifecycle.testing._trial import Place, Trial, must_have_tried

R = SessionTerminationReason

# fmt: off
EVERY_RANK: tuple[EndClaim, ...] = (
    EndClaim(R.HANDOFF_RESOLVED, NOON + timedelta(seconds=9), "operator"),
    EndClaim(R.CALLEE_BUSY,      NOON + timedelta(seconds=5), "dialler", SessionStatus.EXPIRED),
    EndClaim(R.TRANSFERRED,      NOON + timedelta(seconds=4), "worker"),
    EndClaim(R.AGENT_ERROR,      NOON + timedelta(seconds=3), "worker"),
    EndClaim(R.UNKNOWN,          NOON + timedelta(seconds=2), "vendor", raw="operator-busy"),
    EndClaim(R.ROOM_DELETED,     NOON + timedelta(seconds=1), "livekit"),
    EndClaim(R.UNKNOWN_REASON,   NOON,                        "livekit"),
)
# fmt: on
"""A claim of each rank, strongest first and latest first: the times say one thing, the ranks
another."""

# Of one reason, at one time: who says it decides, and so with which status it ends.
TIED: tuple[EndClaim, ...] = (
    EndClaim(R.RESOLVED, NOON, "b"),
    EndClaim(R.RESOLVED, NOON, "a", SessionStatus.EXPIRED),
    EndClaim(R.RESOLVED, NOON, "ab", SessionStatus.ERROR),
)

Said = SessionEvent | EndClaim
_STARTS = tuple(status for status in SessionStatus if status in INITIAL_STATUSES)


class Walk(NamedTuple):
    """What was walked.

    Attributes:
        histories: how many histories.
        steps: how many steps in all of them.
        skipped: how many histories there are beside these, in which the store cannot be told of a
            step: a method returned `NotImplemented`.
    """

    histories: int
    steps: int
    skipped: int = 0

    def __repr__(self) -> str:
        skipped = f", skipped={self.skipped}" if self.skipped else ""
        return f"Walk(histories={self.histories}, steps={self.steps}{skipped})"


def every_history(
    max_length: int,
    *,
    events: Iterable[SessionEvent] = tuple(SessionEvent),
    claims: Iterable[EndClaim] = EVERY_RANK,
) -> Iterator[tuple[Said, ...]]:
    """Yield every sequence of events and claims up to a length, the short ones first.

    Args:
        max_length: how many steps at the most; with all events and the seven claims there are
            21 to the power of it.
        events: which events.
        claims: which claims; by default one of each rank.

    >>> len(list(every_history(2)))
    462
    """
    alphabet: tuple[Said, ...] = (*events, *claims)
    for length in range(1, max_length + 1):
        yield from product(alphabet, repeat=length)


def check_every_history(
    subject: Subject,
    max_length: int,
    *,
    events: Iterable[SessionEvent] = tuple(SessionEvent),
    claims: Iterable[EndClaim] = EVERY_RANK,
    starts: Iterable[SessionStatus | str] = _STARTS,
    reached: Counter[str] | None = None,
) -> Walk:
    """Walk every history up to a length through a store, and check the laws after each step.

    Args:
        subject: the store.
        max_length: how many steps at the most.
        events: which events.
        claims: which claims.
        starts: the statuses to start in.
        reached: is told how often each status was reached, and each rank as `rank human`.

    Raises:
        LawBrokenError: for the first history that breaks a law; none is shorter.
        AssertionError: if the store could not be told of a single one.
    """
    walk = _through(subject, max_length, (*events, *claims), tuple(starts), reached)
    must_have_tried(walk.histories or not walk.skipped)
    return walk


def check_claims(subject: Subject, max_length: int) -> Walk:
    """Walk the histories of claims and of a close alone.

    There is one claim of each rank, and those that tie. And once more, one step shorter, one of
    each rank, of which some are older than the session: their times count as absent.

    Raises:
        LawBrokenError: for the first history that breaks a law.
    """
    walks: list[Walk] = []
    for start in reversed(_STARTS):  # Where one starts makes no difference, if one can.
        walks = [
            _through(subject, length, (SessionEvent.CLOSE, *claims), (start,), started_at=began)
            for length, claims, began in (
                (max_length, EVERY_RANK, None),
                (max_length, TIED, None),
                (max_length - 1, EVERY_RANK, NOON + timedelta(seconds=4)),
            )
        ]
        if any(walk.histories for walk in walks):
            break
    return Walk(*map(sum, zip(*walks, strict=True)))


def _through(
    subject: Subject,
    max_length: int,
    alphabet: Iterable[Said],
    starts: Iterable[SessionStatus | str],
    reached: Counter[str] | None = None,
    started_at: datetime | None = None,
) -> Walk:
    trial = Trial(subject)
    try:
        beginnings = tuple(_End(SessionStatus(start), started_at, (), None) for start in starts)
        walk = _walked(trial, tuple(map(_report, alphabet)), max_length, beginnings)
    finally:
        trial.close()
    if reached is not None:
        reached.update(trial.reached)
    return walk


def _walked(
    trial: Trial, alphabet: tuple[Report, ...], max_length: int, beginnings: tuple[_End, ...]
) -> Walk:
    """Walk one length after the other, each from the ends of the one before it."""
    histories = steps = every = 0
    ends = [beginnings]
    for length in range(1, max_length + 1):
        every += len(alphabet) ** length * len(beginnings)
        longer: list[tuple[_End, ...]] = []
        for before, report in product(ends, alphabet):
            after: list[_End] = []
            for end in before:
                number = end.reach(trial)
                if number is not None and trial.tell(number, report):
                    histories += 1
                    steps += length
                    if length < max_length:
                        after.append(end.and_then(report, trial.place(number)))
            if after:
                longer.append(tuple(after))
        ends = longer
    return Walk(histories, steps, every - histories)


class _End(NamedTuple):
    """Where a history ends, and how one gets there: by going back, or once more from its start."""

    start: SessionStatus
    started_at: datetime | None
    reports: tuple[Report, ...]
    place: Place | None

    def and_then(self, report: Report, place: Place | None) -> _End:
        """Return where one is after one report more."""
        return _End(self.start, self.started_at, (*self.reports, report), place)

    def reach(self, trial: Trial) -> int | None:
        """Return the number of the session that stands there; `None` if none can be made."""
        if self.place is not None:
            return trial.go_to(self.place)
        trial.forget()
        number = trial.create(self.start, self.started_at)
        # What leads there has been judged, as a shorter history.
        if number is None or not all(trial.tell_unjudged(number, one) for one in self.reports):
            return None
        trial.look(number)
        return number


@cache
def _report(said: Said) -> Report:
    return Report(said, None if isinstance(said, EndClaim) else NOON)


def check_every_path(
    step: Callable[[SessionStatus, SessionEvent], object],
    max_length: int,
    *,
    starts: Iterable[SessionStatus | str] = _STARTS,
) -> Walk:
    """Walk every sequence of events over a function from status and event to the next status.

    For a machine without a store: a table of your own, say. Where an event is illegal it may raise
    a `ValueError` or `KeyError`, or return the status as it was.

    Args:
        step: called as `step(status, event)`, with members; returns a status or its text.
        max_length: how many events at the most: 14 to the power of it sequences.
        starts: the statuses to start in.

    Raises:
        LawBrokenError: for the first sequence that leads elsewhere than the machine; none is
            shorter.

    >>> from session_lifecycle import next_status
    >>> check_every_path(next_status, 3)
    Walk(histories=8820, steps=25830)
    """
    histories = steps = 0
    beginnings = tuple(map(SessionStatus, starts))
    path: list[SessionEvent] = []

    def walk(status: SessionStatus, left: int) -> int:
        walked = 0
        for event in SessionEvent:
            answer = transition(status, event)
            path.append(event)
            if left == 1:
                walked += 1
                try:
                    found = step(status, event)
                except (ValueError, KeyError):
                    found = status if answer.verdict is TransitionVerdict.ILLEGAL else None
                if found != answer.after:
                    _elsewhere(start, path, answer, found)
            else:
                walked += walk(answer.after, left - 1)
            path.pop()
        return walked

    for length in range(1, max_length + 1):
        for start in beginnings:
            walked = walk(start, length)
            histories += walked
            steps += walked * length
    return Walk(histories, steps)


_LAW_OF = {
    TransitionVerdict.MOVED: "moves_follow_the_machine",
    TransitionVerdict.ILLEGAL: "illegal_changes_nothing",
    TransitionVerdict.ALREADY: "late_is_no_error",
    TransitionVerdict.LATE: "late_is_no_error",
}


def _elsewhere(
    start: SessionStatus, path: list[SessionEvent], answer: Transition, found: object
) -> NoReturn:
    name = _LAW_OF[answer.verdict]
    if is_terminal(answer.before):
        name = "ended_stays_ended"
    history = (f"starts as {start}", *map(str, path))
    told = "an error" if found is None else show(found)
    raise LawBrokenError(LAWS[name], history, f"Expected {answer.after}; found {told}.")
