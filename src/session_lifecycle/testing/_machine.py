"""The state machine of the kit: what is tried at random, and how often each thing is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from session_lifecycle._history import ENDING_EVENTS
from session_lifecycle._machine import INITIAL_STATUSES, allowed_events
from session_lifecycle._words import SessionStatus
from session_lifecycle.testing._drift import drifted_reasons, drifted_statuses
from session_lifecycle.testing._endings import claims
from session_lifecycle.testing._model import Report
from session_lifecycle.testing._stored import Subject
from session_lifecycle.testing._times import NOON, times
from session_lifecycle.testing._trial import Trial
from session_lifecycle.testing._words import events, sources

_STARTS = st.sampled_from(
    (SessionStatus.ACTIVE, *(s for s in SessionStatus if s in INITIAL_STATUSES))
)
_STARTED = st.sampled_from((None, NOON, NOON + timedelta(seconds=2)))
# A word that nobody knows is somebody's: blank text is nobody's.
_WORDS = drifted_reasons(recognized=False, storable=True).filter(str.strip)
_STATUSES = drifted_statuses(recognized=False, storable=True).filter(str.strip)


def reports() -> st.SearchStrategy[Report]:
    """Return a strategy for reports: events of every kind, with a time and a source."""
    return st.builds(Report, events(), times(), sources())


def lifecycle_machine(of: Subject, seen: Counter[str]) -> type[RuleBasedStateMachine]:
    """Return a machine that lets sessions live, one report after another.

    Args:
        of: the store.
        seen: is told which statuses and ranks were reached, and how many reports were `told`.
    """

    class Lifecycle(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.trial: Trial = Trial(of)

        def teardown(self) -> None:
            try:
                self.trial.look_at_the_list()
            finally:
                seen.update(self.trial.reached)
                seen["told"] += self.trial.told
                self.trial.close()

        @initialize(status=_STARTS, started_at=_STARTED)
        def create(self, status: SessionStatus, started_at: datetime | None) -> None:
            self.trial.create(status, started_at)

        # One rule: of several, Hypothesis leaves some out of a whole example.
        @rule(data=st.data())
        def step(self, data: st.DataObject) -> None:
            do: _Do = data.draw(_STEPS)
            if not self.trial.known:  # It could not be created as was asked.
                do = _create
            number: int = data.draw(st.integers(0, max(len(self.trial.known) - 1, 0)))
            do(self.trial, number, data)

    return Lifecycle


_Do = Callable[[Trial, int, st.DataObject], object]


def _create(trial: Trial, number: int, data: st.DataObject) -> None:
    if number < _SESSIONS:
        trial.create(data.draw(_STARTS), data.draw(_STARTED))


def _move(trial: Trial, number: int, data: st.DataObject) -> None:
    """A live event that can be taken."""
    known = trial.known[number]
    if known.session.ending is None and not known.drifted:
        legal = [e for e in allowed_events(known.session.status) if e not in ENDING_EVENTS]
        trial.tell(number, Report(data.draw(st.sampled_from(legal))))


def _tell(trial: Trial, number: int, data: st.DataObject) -> None:
    """Any event, with a time and a source."""
    if trial.known[number].drifted:
        trial.tell_drifted(number, data.draw(events(ending=False)))
    else:
        trial.tell(number, data.draw(reports()))


def _claim(trial: Trial, number: int, data: st.DataObject) -> None:
    if not trial.known[number].drifted:
        trial.tell(number, Report(data.draw(claims())))


def _deliver_again(trial: Trial, number: int, data: st.DataObject) -> None:
    known = trial.known[number]
    if known.session.ending is not None and known.reports and not known.drifted:
        trial.tell(number, data.draw(st.sampled_from(known.reports)), again=True)


def _drift_reason(trial: Trial, number: int, data: st.DataObject) -> None:
    known = trial.known[number]
    if known.session.ending is not None and not known.drifted:
        trial.drift_reason(number, data.draw(_WORDS))


def _drift_status(trial: Trial, number: int, data: st.DataObject) -> None:
    if not trial.known[number].drifted:
        trial.drift_status(number, data.draw(_STATUSES))


def _list(trial: Trial, number: int, data: st.DataObject) -> None:
    trial.look_at_the_list()


_SESSIONS = 4

# What is done, and how often.
_STEPS: st.SearchStrategy[_Do] = st.sampled_from(
    [_move] * 6
    + [_claim] * 5
    + [_tell] * 4
    + [_deliver_again] * 2
    + [_drift_reason] * 2
    + [_create, _drift_status, _list]
)
