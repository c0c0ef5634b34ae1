"""Which points are tried, how many, and how long anybody is waited for."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from session_lifecycle import EndClaim, SessionEvent, SessionStatus
from session_lifecycle.testing import _points as points
from session_lifecycle.testing import check_crash_and_retry, check_every_history, check_two_at_once
from session_lifecycle.testing._points import spread
from session_lifecycle.testing._trial import Trial
from tests.testing.stores import asynchronous
from tests.testing.stores.memory import InMemory


def test_all_of_few_and_of_many_the_first_the_last_and_others_each_time() -> None:
    assert spread(0, 10, 3) == []
    assert spread(1, 10, 3) == [1]
    assert spread(10, 10, 3) == list(range(1, 11))
    assert spread(100, 5, 0) == [1, 2, 34, 67, 100]
    assert spread(100, 5, 1) == [1, 22, 54, 87, 100]
    assert spread(100, 2, 7) == [1, 100]


@pytest.mark.parametrize("most", [3, 5, 10, 50, 98])
@pytest.mark.parametrize("many", [99, 100, 331])
def test_no_point_is_tried_twice_and_none_is_far_from_the_next(many: int, most: int) -> None:
    for turn in range(60):
        tried = spread(many, most, turn)
        assert len(set(tried)) == len(tried) == most
        assert tried == sorted(tried)
        assert tried[0] == 1
        assert tried[-1] == many
        gaps = [after - before for before, after in pairwise(tried)]
        assert max(gaps) <= 2 * (many - 2) / (most - 2) + 2


def test_together_the_pairs_try_each_point() -> None:
    # So many pairs there are; of a hundred points each tries ten.
    assert len(points._CASES) == 62
    together = {point for turn in range(62) for point in spread(100, 10, turn)}
    assert together == set(range(1, 101))


def test_each_pair_is_tried_and_nothing_that_says_nothing() -> None:
    said = [
        (begun is not None, str(first.said), str(second.said))
        for begun, (first, second) in points._CASES
    ]
    live = [pair for ended, *pair in said if not ended]
    assert len(live) == 30 + 2
    assert len(said) - len(live) == 30
    assert ["request_human", "pause"] in live
    assert (True, "request_human", "pause") not in said
    assert ["close", "close"] in live


class Slow(InMemory):
    """Who comes second takes his time, for he waits for a lock."""

    def open(self) -> None:
        super().open()
        self.one_at_a_time = threading.Lock()

    def report_ending(self, key: int, claim: EndClaim) -> None:
        with self.one_at_a_time:
            super().report_ending(key, claim)


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """How long the second is waited for, each time it is."""
    waited: list[float] = []
    tell_at_once = Trial.tell_at_once

    def noted(self: Trial, number: int, *given: Any) -> Any:
        waited.extend(given[3:])
        return tell_at_once(self, number, *given)

    monkeypatch.setattr(Trial, "tell_at_once", noted)
    return waited


def test_the_patience_is_five_times_what_it_takes_within_bounds(patience: list[float]) -> None:
    tried = check_two_at_once(Slow(), max_points=2)
    # Two points each, and once without a stop, for which there is no limit.
    assert tried == 62 * 3
    assert len(patience) == 62 * 2
    assert all(0.002 <= seconds <= 0.03 for seconds in patience)


def test_a_slow_second_gets_more_and_not_without_end(
    patience: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    alike, claim_and_close = points._CASES[0], points._CASES[4]
    monkeypatch.setattr(points, "_CASES", (alike, claim_and_close))

    class Sleeps(InMemory):
        def report_ending(self, key: int, claim: EndClaim) -> None:
            time.sleep(0.004)
            super().report_ending(key, claim)

        def apply_event(
            self, key: int, event: SessionEvent, at: datetime | None, source: str
        ) -> None:
            time.sleep(0.02)
            super().apply_event(key, event, at, source)

    check_two_at_once(Sleeps(), max_points=2)
    assert min(patience) >= 0.02
    assert max(patience) == 0.03


def test_of_a_writer_that_dies_as_many_points_are_tried_as_there_are() -> None:
    few, many = (check_crash_and_retry(InMemory(), max_points=most) for most in (2, 500))
    assert few == 6 * 2 * 2
    assert many > 100
    # It waits once; what changes nothing is told all the same.
    assert check_crash_and_retry(asynchronous.AsyncInMemory()) == 6 * 2


def test_the_class_says_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "_CASES", points._CASES[:3])

    class Tries(InMemory):
        max_points = 4

    Tries().test_two_at_once()
    assert Tries.checked["none_is_lost_at_once"] == 3 * 4


# --- sync methods that have to be awaited --------------------------------------------------------


class Forwards(asynchronous.AsyncInMemory):
    """Sync methods that return what an async client returns."""

    def report_ending(self, key: int, claim: EndClaim) -> Any:
        return super().report_ending(key, claim)

    def apply_event(self, key: int, event: SessionEvent, at: datetime | None, source: str) -> Any:
        return super().apply_event(key, event, at, source)


class Half(asynchronous.AsyncInMemory):
    """One of the two is async."""

    def report_ending(self, key: int, claim: EndClaim) -> Any:
        return super().report_ending(key, claim)


class Promises(InMemory):
    """An awaitable that is no coroutine."""

    def report_ending(self, key: int, claim: EndClaim) -> Any:
        super().report_ending(key, claim)
        return asyncio.Future(loop=asyncio.new_event_loop())


TOLD = (
    r"^apply_event or report_ending returned a {} to be awaited and is no `async def`: write both "
    r"as `async def`, or let them wait for the answer themselves$"
)


def test_one_at_a_time_whatever_comes_back_is_awaited() -> None:
    check_every_history(Forwards(), 1)


@pytest.mark.parametrize("check", [check_two_at_once, check_crash_and_retry])
def test_at_once_what_is_to_be_awaited_must_say_so(check: Any) -> None:
    with pytest.raises(TypeError, match=TOLD.format("coroutine")):
        check(Forwards())


def test_what_is_to_be_awaited_need_not_be_a_coroutine() -> None:
    kit = Promises()
    kit.open()
    key = kit.create(SessionStatus.ACTIVE, None)
    future = kit.report_ending(key, EndClaim("resolved"))  # type: ignore[arg-type]
    future.get_loop().close()
    from session_lifecycle.testing._interleave import Outcome
    from session_lifecycle.testing._stored import _is_no_awaitable

    _is_no_awaitable(Outcome(3, None))
    with pytest.raises(TypeError, match=TOLD.format(r"\w*Future")):
        _is_no_awaitable(Outcome(future, None))


@pytest.mark.parametrize("check", [check_two_at_once, check_crash_and_retry])
def test_both_are_async_or_neither(check: Any) -> None:
    told = r"^one of apply_event and report_ending is an `async def`, and the other is not: write"
    with pytest.raises(TypeError, match=told):
        check(Half())
