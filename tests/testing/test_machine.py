"""What is tried at random, each thing by hand: what it does, and when it does nothing."""

from __future__ import annotations

from typing import Any

import pytest

from session_lifecycle import EndClaim, SessionEvent, SessionStatus, SessionTerminationReason
from session_lifecycle.testing import _machine as machine
from session_lifecycle.testing._model import Report
from session_lifecycle.testing._trial import Trial
from tests.testing.stores.memory import InMemory

E, S = SessionEvent, SessionStatus
CLAIM = EndClaim(SessionTerminationReason.RESOLVED)


class Draws:
    """In Hypothesis' place: it gives what it was given."""

    def __init__(self, *values: Any) -> None:
        self.values = [*values]

    def draw(self, strategy: Any) -> Any:
        return self.values.pop(0)


@pytest.fixture
def trial() -> Trial:
    trial = Trial(InMemory())
    assert trial.create(S.ACTIVE, None) == 0
    return trial


def done(trial: Trial, do: Any, *values: Any, number: int = 0) -> str:
    """What was done, in words; `""` if it was nothing."""
    before, data = len(trial.history), Draws(*values)
    do(trial, number, data)
    assert data.values == []
    return " ".join(trial.history[before:]).removeprefix("session 0: ")


def test_sessions_are_created_until_there_are_enough(trial: Trial) -> None:
    said = done(trial, machine._create, S.RINGING, None, number=3)
    assert said == "session 1: create(ringing)"
    assert done(trial, machine._create, number=4) == ""


def test_a_live_session_moves(trial: Trial) -> None:
    assert done(trial, machine._move, E.PAUSE) == "apply_event(pause)"
    trial.tell(0, Report(CLAIM))
    assert done(trial, machine._move) == ""


def test_an_event_of_any_kind(trial: Trial) -> None:
    assert done(trial, machine._tell, Report(E.RESUME)) == "apply_event(resume)"
    trial.drift_status(0, "hibernating")
    assert done(trial, machine._tell, E.PAUSE) == "apply_event(pause)"


def test_a_claim(trial: Trial) -> None:
    said = done(trial, machine._claim, CLAIM)
    assert said.startswith("report_ending(EndClaim(reason=resolved")
    trial.drift_status(0, "hibernating")
    assert done(trial, machine._claim) == ""


def test_a_redelivery_to_one_that_has_ended(trial: Trial) -> None:
    assert done(trial, machine._deliver_again) == ""
    trial.tell(0, Report(CLAIM))
    said = done(trial, machine._deliver_again, Report(CLAIM))
    assert said.endswith(", again")
    trial.drift_status(0, "hibernating")
    assert done(trial, machine._deliver_again) == ""


def test_words_that_drift(trial: Trial) -> None:
    assert done(trial, machine._drift_reason) == ""
    trial.tell(0, Report(CLAIM))
    said = done(trial, machine._drift_reason, "operator-busy")
    assert said == "its stored reason is now 'operator-busy'"
    said = done(trial, machine._drift_status, "hibernating")
    assert said == "its stored status is now 'hibernating'"
    assert done(trial, machine._drift_status) == ""
    assert done(trial, machine._drift_reason) == ""


def test_the_lists(trial: Trial) -> None:
    said = "list_sessions(live=True), list_sessions(live=False)"
    assert done(trial, machine._list) == said
