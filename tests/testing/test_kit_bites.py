"""The kit finds the ten, by the law each breaks, in the shortest history; what is right passes.

`python -m tests.testing.prove` shows the same at random, five times each, and with mutants.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import Phase, settings

from session_lifecycle import EndClaim, latest_attempts, rollup_eval_runs
from session_lifecycle.testing import (
    EvalAttempt,
    EvalRollupConformance,
    LawBrokenError,
    LifecycleConformance,
)
from tests.testing.kit import first_failure, kit_tests
from tests.testing.stores import asynchronous, memory, rollups
from tests.testing.stores.ten import TEN, Broken

# The same in every run.
ALIKE = settings(
    settings.get_profile("dev"),
    max_examples=15,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
    phases=[Phase.generate, Phase.shrink],
)
QUICK = settings(ALIKE, max_examples=10)


@pytest.fixture(autouse=True)
def _alike(monkeypatch: pytest.MonkeyPatch) -> None:
    for kit in (LifecycleConformance, EvalRollupConformance):
        monkeypatch.setattr(kit, "settings", ALIKE, raising=False)


# --- what is right passes ------------------------------------------------------------------------


class TestInMemory(memory.InMemory):
    """Compare-and-set on a dictionary of rows."""


class TestAsyncInMemory(asynchronous.AsyncInMemory):
    """The same, which waits between reading and writing."""


class TestLocksOverAnAwait(asynchronous.AsyncInMemory):
    """One at a time: who comes second has to wait, and is let go on."""

    kind = asynchronous.LocksOverAnAwait
    walk_length = 1


class TestRollup(rollups.Rollup):
    """A gate."""


class TestRollupByTheLetter(rollups.ByTheLetter):
    """No gate: no scores are no failure."""


class TestHeadlineOnly(rollups.HeadlineOnly):
    """Nothing but the headline: what is not told is not checked."""


class TestOurOwnRollup(EvalRollupConformance):
    """The one that the kit's expectation is made with: this only shows that it may be returned."""

    def roll_up(self, runs: Sequence[EvalAttempt]) -> object:
        latest = latest_attempts(runs, key=lambda run: run.evaluator, order=lambda r: r.started_at)
        return rollup_eval_runs(latest, require_scores=True)


# --- the ten do not ------------------------------------------------------------------------------


@pytest.mark.parametrize("broken", TEN, ids=lambda broken: broken.kind.__name__)
def test_each_of_the_ten_is_found_by_the_law_it_breaks(broken: Broken) -> None:
    found = first_failure(broken.kind)
    assert found is not None
    assert isinstance(found.error, LawBrokenError)
    assert (found.law, found.test) == (broken.law, broken.test)
    # What is walked is as short as can be; what Hypothesis shrinks may keep a step more.
    assert found.steps - broken.steps in ((0, 1) if broken.test == "test_life" else (0,))


def test_there_are_ten() -> None:
    assert len({broken.kind for broken in TEN}) == 10
    assert len({broken.law for broken in TEN}) == 10


def error_of(kind: type[Any], test: str) -> LawBrokenError:
    with pytest.raises(LawBrokenError) as found:
        getattr(kind(), test)()
    return found.value


def named(name: str) -> type[Any]:
    (kind,) = [broken.kind for broken in TEN if broken.kind.__name__ == name]
    return kind


def test_the_message_has_all_that_one_needs() -> None:
    message = str(error_of(named("RevivesOnLateApproval"), "test_every_short_history"))
    stamp = message.partition("closed_at ")[2].partition(".\n")[0]
    assert message == (
        "the law ended_stays_ended is broken.\n"
        "A session that has ended is never live again.\n"
        "Expected closed, unknown at 2026-11-23T12:00:00+00:00; found active, unknown, "
        f"ended_at 2026-11-23T12:00:00+00:00, closed_at {stamp}.\n"
        "The history:\n"
        "  1. session 0: create(queued)\n"
        "  2. session 0: apply_event(close, at 2026-11-23T12:00:00+00:00)\n"
        "  3. session 0: apply_event(approve, at 2026-11-23T12:00:00+00:00)\n"
        "What it leads to: A late webhook or approval revives a call that is over."
    )


def test_the_message_of_a_race_says_where_the_first_was_stopped() -> None:
    error = error_of(named("CheckThenAct"), "test_two_at_once")
    assert len(error.history) == 2
    stopped = error.history[1]
    assert stopped.startswith(
        "session 0: report_ending(EndClaim(reason=room_deleted, at=2026-11-23T12:00:00+00:00, "
        "source='livekit', status=closed, raw=None)), stopped before memory.py:"
    )
    assert ", and meanwhile report_ending(EndClaim(reason=media_failure" in stopped
    assert error.found.startswith(
        "Expected error, media_failure at 2026-11-23T12:00:00+00:00; found closed, room_deleted,"
    )


def test_the_message_of_a_rollup_has_its_runs() -> None:
    assert str(error_of(named("PassesWithNothingMeasured"), "test_each_law")) == (
        "the law nothing_measured_is_not_passed is broken.\n"
        "A critical run that completed without scores does not pass a gate.\n"
        "Expected succeeded to be 0; found 1.\n"
        "The history:\n"
        "  1. a, 12:00: completed, critical, passed: no scores\n"
        "What it leads to: An evaluator that measures nothing passes everything."
    )


def test_the_error_has_the_facts() -> None:
    error = error_of(named("FirstWins"), "test_every_short_history")
    assert error.law.name == "stronger_claim_wins"
    assert error.history[0] == "session 0: create(queued)"
    assert "handoff_resolved" in error.history[2]
    assert error.found.startswith("Expected closed, handoff_resolved")
    assert isinstance(error, AssertionError)


# --- async, and others ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "test", "law"),
    [
        (asynchronous.AsyncCheckThenAct, "test_two_at_once", "none_is_lost_at_once"),
        (asynchronous.AsyncHalfWritten, "test_crash_and_retry", "a_crash_loses_nothing"),
    ],
)
def test_async_stores_are_found_as_well(
    kind: type[asynchronous.AsyncStore], test: str, law: str
) -> None:
    error = error_of(asynchronous.over(kind), test)
    assert error.law.name == law
    assert len(error.history) == 2


def test_a_store_that_one_thread_owns_is_not_asked_for_more() -> None:
    class Alone(named("CheckThenAct")):  # type: ignore[misc]
        concurrent = False

    Alone().test_two_at_once()
    assert Alone.checked["none_is_lost_at_once"] == 0


def test_who_cannot_write_drifted_rows_is_checked_for_the_rest() -> None:
    class NoDrift(memory.InMemory):
        settings = QUICK

        write_drifted = LifecycleConformance.write_drifted

    NoDrift().test_every_short_history()
    NoDrift().test_unknown_words()
    NoDrift().test_life()
    not_checked = {"unknown_word_is_kept", "unknown_status_is_not_live"}
    assert not any(NoDrift.checked[law] for law in not_checked)
    assert NoDrift.checked["stronger_claim_wins"] > 0


@pytest.mark.slow
def test_what_the_store_does_not_tell_is_not_checked() -> None:
    class NoTimes(memory.InMemory):
        settings = QUICK

        def read(self, key: int) -> Any:
            return super().read(key)._replace(ended_at=..., closed_at=...)

    NoTimes().test_every_short_history()
    NoTimes().test_life()
    NoTimes().test_crash_and_retry()
    assert NoTimes.checked["closed_at_never_moves"] == 0
    assert NoTimes.checked["end_is_the_earliest_time"] == 0


@pytest.mark.slow
def test_all_laws_are_checked_on_a_store_that_can_do_all() -> None:
    class All(memory.InMemory):
        pass

    from session_lifecycle.testing import LAWS
    from session_lifecycle.testing._laws import ROLLUP_LAWS

    # For certain: what is at random need not find any of them.
    for test in kit_tests(All):
        if test != "test_life":
            getattr(All(), test)()
    lifecycle = LAWS.keys() - {law.name for law in ROLLUP_LAWS}
    assert {law for law in lifecycle if not All.checked[law]} == set()


@pytest.mark.slow
def test_the_store_is_opened_and_closed_as_often() -> None:
    calls: list[str] = []

    class Notes(memory.InMemory):
        settings = QUICK

        def open(self) -> None:
            calls.append("open")
            super().open()

        def close(self) -> None:
            calls.append("close")

        def report_ending(self, key: int, claim: EndClaim) -> None:
            assert calls[-1] == "open"
            super().report_ending(key, claim)

    Notes().test_every_short_history()
    Notes().test_life()
    Notes().test_crash_and_retry()
    assert calls == ["open", "close"] * (len(calls) // 2)
