"""Beats, and the writer that turns them into the steps of a history.

A history is drawn as a list of beats, plain numbers which the writer turns into steps as it goes.
It keeps where the session stands, and so knows what is legal, illegal or late there. To leave one
beat out, or to lower its number, is to have a shorter or simpler history of the same kind: that is
how histories shrink well.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from session_lifecycle._ending import EndClaim
from session_lifecycle._history import ENDING_EVENTS, OPENING_EVENTS, HistoryStep
from session_lifecycle._machine import transition
from session_lifecycle._words import SessionEvent, SessionStatus, TransitionVerdict
from session_lifecycle.testing._endings import claims
from session_lifecycle.testing._mix import mixed, together, weighted
from session_lifecycle.testing._steps import UNKNOWN_EVENTS
from session_lifecycle.testing._times import NOON
from session_lifecycle.testing._words import SOURCES, events

V = TransitionVerdict
_LIVE_EVENTS = tuple(event for event in SessionEvent if event not in ENDING_EVENTS)
# As many live events as there are: a larger number would take the possible ones more evenly, but
# could not be lowered without taking another one.
_PICKS = 10


def _seconds(*seconds: float) -> tuple[timedelta, ...]:
    return tuple([timedelta(seconds=s) for s in seconds])


# How much later the next thing happens: often in the same second, or within the lag.
_LATER = _seconds(1, 0.000_001, 0.4, 3, 4, 90)
_SAME = _seconds(0, 0)


class _Said(NamedTuple):
    """By whom something was said, and whether it has a time."""

    source: str
    timed: bool


class Beat(NamedTuple):
    """One thing that is to happen: which of those possible, how much later, said by whom.

    Three cells, no more: Hypothesis leaves out up to five choices at a time, and an element of a
    list takes one more, a mark another.
    """

    pick: int
    later: timedelta
    said: _Said


class End(NamedTuple):
    """How a session is to end: by an event or a claim."""

    beat: Beat
    what: SessionEvent | EndClaim


def _said(said: tuple[str, bool]) -> _Said:
    return _Said(*said)


# Made once: to make a strategy anew for each example takes longer than to draw from it.
@cache
def beats(*, distinct: bool) -> SearchStrategy[Beat]:
    """Return a strategy for beats; `distinct`: each with a time of its own."""
    timed = (True,) if distinct else weighted((4, (True,)), (1, (False,)))
    return st.builds(
        Beat,
        st.integers(0, _PICKS - 1),
        st.sampled_from(_LATER if distinct else (*_LATER, *_SAME)),
        together(SOURCES, timed).map(_said),
    )


@cache
def ends(*, distinct: bool) -> SearchStrategy[End]:
    """Return a strategy for ends: by an event that ends a session, or a claim of any rank."""
    # A claim takes its time and source from its step.
    claim = claims(at=st.none(), source=st.just(""))
    return st.builds(End, beats(distinct=distinct), mixed((1, events(ending=True)), (2, claim)))


@cache
def perhaps_an_end(*, distinct: bool) -> SearchStrategy[End | None]:
    """Return a strategy for ends, and for none."""
    return st.none() | ends(distinct=distinct)


@cache
def marked_beats(*, distinct: bool, max_size: int) -> SearchStrategy[list[tuple[Beat, bool]]]:
    """Return a strategy for beats, each with whether it is to be something else than a move."""
    return st.lists(st.tuples(beats(distinct=distinct), st.booleans()), max_size=max_size)


class Writer:
    """Writes a history down, beat by beat, and keeps where its session stands."""

    def __init__(self, status: SessionStatus) -> None:
        self.status = status
        self.now = NOON
        # Whether there is a time from which on the session is known to have gone on.
        self.opened = False
        self.steps: list[HistoryStep] = []

    def write(
        self,
        what: SessionEvent | EndClaim | str,
        beat: Beat,
        *,
        after: bool = False,
        at: datetime | None = None,
    ) -> None:
        """Write a step down, not before those written; `after` them, if it must not tie."""
        if self.steps or after:
            self.now += max(beat.later, _LATER[1]) if after else beat.later
        at = (self.now if beat.said.timed else None) if at is None else at
        self.opened = self.opened or (what in OPENING_EVENTS and at is not None)
        self.steps.append(HistoryStep(at, what, beat.said.source, f"step-{len(self.steps) + 1}"))

    def _possible(self, *verdicts: TransitionVerdict) -> list[SessionEvent]:
        return [e for e in _LIVE_EVENTS if transition(self.status, e).verdict in verdicts]

    def move(self, beat: Beat) -> None:
        """A live move that is legal here."""
        possible = self._possible(V.MOVED)
        event = possible[beat.pick % len(possible)]
        self.write(event, beat)
        self.status = transition(self.status, event).after

    def come_again(self, beat: Beat) -> None:
        """An event that is a redelivery or late here, but no error."""
        possible = self._possible(V.ALREADY, V.LATE)
        self.write(possible[beat.pick % len(possible)], beat)

    def refuse(self, beat: Beat) -> None:
        """An event that is illegal here; now and then, a word that is no event at all."""
        if beat.pick == _PICKS - 1:
            self.write(UNKNOWN_EVENTS[0], beat)
            return
        if not self._possible(V.ILLEGAL):
            self.move(beat)  # Nothing is illegal for an active session.
        possible = self._possible(V.ILLEGAL)
        self.write(possible[beat.pick % len(possible)], beat)

    def end(self, end: End) -> None:
        """The first thing that ends the session."""
        self.write(end.what, end.beat)

    def say_late(self, beat: Beat) -> None:
        """A live event after the end. At the same time it would come before it.

        Nor may a session that nobody has seen opening ring: it would have started there.
        """
        # In this order a number means the same event in both.
        possible = [e for e in _LIVE_EVENTS if e not in OPENING_EVENTS]
        possible += (SessionEvent.RING, SessionEvent.ANSWER) if self.opened else []
        self.write(possible[beat.pick % len(possible)], beat, after=True)

    def claim_late(self, end: End, *, distinct: bool) -> None:
        """Another report of the end, now and then of a time before it."""
        earlier = not distinct and end.beat.said.timed and end.beat.pick % 3 == 2
        at = self.now - 2 * end.beat.later if earlier else None
        self.write(end.what, end.beat, at=at, after=distinct)
