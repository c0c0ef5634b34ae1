"""What an API cannot say: `NotImplemented` is no step, and nothing is expected of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import settings

from session_lifecycle import EndClaim, SessionEvent, SessionStatus
from session_lifecycle.testing import (
    EVERY_RANK,
    LawBrokenError,
    Walk,
    check_crash_and_retry,
    check_every_history,
    check_two_at_once,
)
from session_lifecycle.testing._model import Report
from session_lifecycle.testing._report import tables
from session_lifecycle.testing._statuses import bring_to, check_every_status, check_unknown_words
from session_lifecycle.testing._trial import Trial
from session_lifecycle.testing._walk import check_claims
from tests.testing.kit import kit_tests
from tests.testing.stores import asynchronous, broken
from tests.testing.stores.memory import InMemory

E, S = SessionEvent, SessionStatus
FEW = settings(max_examples=10, derandomize=True, database=None)


class Says(InMemory):
    """An API that can be told of some things; of all others it says so, and does nothing."""

    settings = FEW
    starts: tuple[str, ...] = tuple(S)
    events: tuple[str, ...] = tuple(E)
    claims: Callable[[EndClaim], bool] = staticmethod(lambda claim: True)

    def create(self, status: SessionStatus, started_at: datetime | None) -> Any:
        if status not in self.starts:
            return NotImplemented
        return super().create(status, started_at)

    def apply_event(
        self, key: int, event: SessionEvent, at: datetime | None, source: str
    ) -> object:
        if event not in self.events:
            return NotImplemented
        return super().apply_event(key, event, at, source)

    def report_ending(self, key: int, claim: EndClaim) -> object:
        if not self.claims(claim):
            return NotImplemented
        return super().report_ending(key, claim)


def no_claim(claim: EndClaim) -> bool:
    return False


class ClosesOnly(Says):
    """A start in `queued`, an answer, and a close: it is all there is."""

    starts = ("queued",)
    events = ("answer", "close")
    claims = staticmethod(no_claim)


class ClaimsOnly(Says):
    """Of an end it is told by claims, and of nothing else."""

    events = ()


class Silent(Says):
    events = ()
    claims = staticmethod(no_claim)


class NoStart(Says):
    starts = ()


@pytest.mark.parametrize("test", kit_tests(InMemory))
@pytest.mark.parametrize("kind", [ClosesOnly, ClaimsOnly])
def test_who_can_say_little_passes(kind: type[Says], test: str) -> None:
    getattr(kind(), test)()


def test_what_nobody_asked_is_not_checked() -> None:
    class Little(ClosesOnly):
        pass

    for test in kit_tests(Little):
        getattr(Little(), test)()
    lines = list(tables({"Little": Little.checked}, {}))
    missing = [line.split()[0] for line in lines if "not checked" in line]
    assert missing == [
        *("illegal_changes_nothing", "a_claim_ends_it", "stronger_claim_wins"),
    ]


def test_the_steps_that_are_none_are_in_no_history() -> None:
    class Revives(ClosesOnly):
        kind = broken.RevivesOnLateApproval
        events = ("approve", "close")

    with pytest.raises(LawBrokenError) as found:
        Revives().test_every_short_history()
    assert found.value.history == (
        "session 0: create(queued)",
        "session 0: apply_event(close, at 2026-11-23T12:00:00+00:00)",
        "session 0: apply_event(approve, at 2026-11-23T12:00:00+00:00)",
    )


def test_the_model_stands_still() -> None:
    trial = Trial(ClosesOnly())
    assert trial.create(S.ACTIVE, None) is None
    number = trial.create(S.QUEUED, None)
    assert number == 0
    ring, close = Report(E.RING), Report(E.CLOSE)
    assert not trial.tell(number, ring)
    assert not trial.tell_unjudged(number, ring)
    assert trial.known[number].session.status is S.QUEUED
    assert trial.known[number].reports == []
    assert trial.tell_at_once(number, ring, close, 1) is None
    trial.forget()
    number = trial.create(S.QUEUED, None)
    assert number == 0
    assert trial.tell_at_once(number, close, ring, 1) is None
    assert trial.tell_and_die(number, ring, 1) is None
    trial.forget()
    number = trial.create(S.QUEUED, None)
    assert number == 0
    assert trial.drift_status(number, "hibernating")
    assert not trial.tell_drifted(number, E.PAUSE)
    assert trial.tell_drifted(number, E.ANSWER)
    assert trial.history == (
        "session 0: create(queued)",
        "session 0: its stored status is now 'hibernating'",
        "session 0: apply_event(answer)",
    )


def test_histories_that_cannot_be_told_are_skipped_and_counted() -> None:
    walk = check_every_history(ClosesOnly(), 2)
    # Two events in one start; all 21 reports from three starts would be 1,386.
    assert walk == Walk(histories=2 + 4, steps=2 + 8, skipped=1_380)
    assert repr(walk) == "Walk(histories=6, steps=10, skipped=1380)"
    assert repr(Walk(6, 10)) == "Walk(histories=6, steps=10)"


def test_a_claim_is_walked_from_whatever_start_there_is() -> None:
    # 8 and 4 things to say, up to three of them; and 8 again, up to two.
    steps = 8 + 128 + 1536, 4 + 32 + 192, 8 + 128
    assert check_claims(InMemory(), 3) == Walk(584 + 84 + 72, sum(steps))
    begun: Counter[str] = Counter()

    class Queued(Says):
        starts = ("queued",)

        def create(self, status: SessionStatus, started_at: datetime | None) -> Any:
            begun[status] += 1
            return super().create(status, started_at)

    assert check_claims(Queued(), 2).histories == 72 + 20 + 8
    assert begun["queued"] == 72 + 20 + 8
    assert check_claims(Silent(), 2).histories == 0


def test_a_status_is_reached_by_whatever_way_there_is() -> None:
    assert check_every_status(InMemory()) == 11
    assert check_every_status(ClosesOnly()) == 3  # Queued, active, closed.
    assert check_every_status(ClaimsOnly()) == 7
    assert check_every_status(Silent()) == 3

    class Queued(Says):
        starts = ("queued",)

    trial = Trial(Queued())
    number = bring_to(trial, S.PAUSED)
    assert number == 0
    assert trial.history == (
        "session 0: create(queued)",
        "session 0: apply_event(answer, at 2026-11-23T12:00:00+00:00)",
        "session 0: apply_event(pause, at 2026-11-23T12:00:00+00:00)",
    )


def test_words_are_written_wherever_one_gets() -> None:
    assert check_unknown_words(InMemory()) == 3
    assert check_unknown_words(Silent()) == 1  # Nothing ends.

    class Narrow(InMemory):
        """A column too narrow for one of the words."""

        def write_drifted(self, key: int, **words: Any) -> Any:
            return NotImplemented if words.get("reason") else super().write_drifted(key, **words)

    assert check_unknown_words(Narrow()) == 2
    assert Narrow.checked["unknown_word_is_kept"] == 0


def test_a_pair_is_skipped_if_one_of_it_cannot_be_said() -> None:
    class Closes(Says):
        events = ("close",)
        claims = staticmethod(lambda claim: claim.reason == "room_deleted")

    # Of the pairs four are left: each with itself, and both in both orders; on one that an echo has
    # ended there are none, for of the echo nobody can be told.
    tried = check_two_at_once(Closes(), max_points=2)
    assert tried == 4 * 3
    assert Closes.checked["none_is_lost_at_once"] == 4 * 2
    died = check_crash_and_retry(Closes(), max_points=2)
    assert died == 2 * 2


NOTHING = (
    r"^nothing was tried: create returned NotImplemented, or each report did\. The kit needs a "
    r"session that can be created, and something that it can be told$"
)


@pytest.mark.parametrize("test", [name for name in kit_tests(InMemory) if "unknown" not in name])
@pytest.mark.parametrize("kind", [NoStart, Silent])
def test_if_nothing_can_be_said_nothing_has_passed(kind: type[Says], test: str) -> None:
    if (kind, test) == (Silent, "test_every_status"):
        getattr(kind(), test)()  # It can be created, and read.
        return
    with pytest.raises(AssertionError, match=NOTHING):
        getattr(kind(), test)()


def test_words_that_nobody_can_write_are_no_failure() -> None:
    NoStart().test_unknown_words()
    assert NoStart.checked["unknown_word_is_kept"] == 0


def test_without_a_bystander_others_are_not_looked_at() -> None:
    class Closes(ClosesOnly):
        """No session is active from the start, and none is there to stand by."""

    check_every_history(Closes(), 1)
    assert Closes.checked["others_are_left_alone"] == 0


def test_who_can_say_all_must_reach_all() -> None:
    class ShortSighted(InMemory):
        walk_length = 0

    with pytest.raises(AssertionError, match=r"^the walk did not reach queued, .*, rank silent"):
        ShortSighted().test_every_short_history()


class AsyncClosesOnly(asynchronous.AsyncInMemory):
    settings = FEW

    async def apply_event(self, key: int, event: SessionEvent, *rest: Any) -> Any:
        return await super().apply_event(key, event, *rest) if event == "close" else NotImplemented

    async def report_ending(self, key: int, claim: EndClaim) -> Any:
        return NotImplemented if claim != EVERY_RANK[0] else await super().report_ending(key, claim)


@pytest.mark.parametrize("test", kit_tests(InMemory))
def test_async_methods_may_say_so_too(test: str) -> None:
    getattr(AsyncClosesOnly(), test)()
