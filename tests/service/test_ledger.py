"""The oracle of the load tests: what a row may say when the times of closes are known by halves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from session_lifecycle import EndClaim, SessionTerminationReason
from tests.service.ledger import Made, decided, explained
from tests.service.rows import Row

R = SessionTerminationReason
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def closed(reason: R, source: str, since: float, until: float, sure: bool = True) -> Made:
    return Made(EndClaim(reason, at(since), source), at(until), sure)


def row(reason: str, source: str, claimed: float, ended: float | None = None) -> Row:
    ended = claimed if ended is None else ended
    return Row("key", "closed", reason, None, source, at(claimed), at(ended), NOON, 1)


# Two causes, asked for at the same time; and teardown, at one time that is known.
RESOLVED = closed(R.RESOLVED, "admin", 10, 20)
ABANDONED = closed(R.ABANDONED, "api", 15, 25)
ECHO = closed(R.ROOM_CLOSED, "livekit", 5, 5)
ALL = [RESOLVED, ABANDONED, ECHO]


def test_either_may_have_come_first() -> None:
    assert decided(ALL, None) is None
    assert explained(row("resolved", "admin", 12, 5), ALL, None)
    assert explained(row("abandoned", "api", 15, 5), ALL, None)


def test_no_other_may() -> None:
    assert not explained(row("room_closed", "livekit", 5), ALL, None)  # It ranks below.
    assert not explained(row("resolved", "api", 12, 5), ALL, None)
    assert not explained(row("abandoned", "api", 21, 5), ALL, None)  # The other was over by then.


def test_a_time_must_be_of_a_request() -> None:
    assert not explained(row("resolved", "admin", 9, 5), ALL, None)
    assert not explained(row("resolved", "admin", 12, 6), ALL, None)
    assert not explained(row("resolved", "admin", 12, 12), ALL, None)  # The echo was earlier.
    assert explained(row("resolved", "admin", 12, 12), [RESOLVED, ABANDONED], None)


def test_times_before_the_start_do_not_count() -> None:
    assert explained(row("resolved", "admin", 12, 12), ALL, at(6))
    assert not explained(row("resolved", "admin", 12, 5), ALL, at(6))


def test_one_who_is_over_before_the_other_begins_decides() -> None:
    later = [RESOLVED, closed(R.ABANDONED, "api", 21, 30)]
    assert decided(later, None) == ("closed", "resolved", None, "admin")
    assert not explained(row("abandoned", "api", 21, 10), later, None)


def test_what_was_cut_off_may_have_been_taken_or_not() -> None:
    unsure = closed(R.HANDOFF_RESOLVED, "operator", 11, 12, sure=False)
    assert explained(row("resolved", "admin", 12), [RESOLVED, unsure], None)
    assert explained(row("handoff_resolved", "operator", 11), [RESOLVED, unsure], None)
    # What was acknowledged was taken.
    sure = unsure._replace(sure=True)
    assert not explained(row("resolved", "admin", 12), [RESOLVED, sure], None)
