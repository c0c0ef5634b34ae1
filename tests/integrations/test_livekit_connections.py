"""Whose connection a webhook is about: re-joins, other people, and those who come back."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from session_lifecycle import (
    EndClaim,
    HistoryStep,
    SessionStatus,
    SessionTerminationReason,
    TransitionVerdict,
    replay,
)
from session_lifecycle.integrations.livekit import webhook_steps
from tests.integrations.livekit_bodies import START, body, steps_of

R = SessionTerminationReason


def test_a_leave_of_an_older_connection_after_a_re_join_ends_nothing() -> None:
    """livekit/livekit#2399: re-join, then the old connection's leave."""
    bodies = [
        body("participant_joined", second=0, sid="PA_1", number=1),
        body("participant_joined", second=30, sid="PA_2", number=2),
        body("participant_left", second=31, sid="PA_1", number=3),
    ]
    for order in permutations(bodies * 2):
        history = replay(steps_of(list(order)))
        assert history.session.status is SessionStatus.ACTIVE
        assert [entry.verdict for entry in history.entries] == [
            TransitionVerdict.MOVED,
            TransitionVerdict.ALREADY,
            TransitionVerdict.LATE,
        ]


def test_a_re_join_in_the_same_second_as_the_old_leave_goes_on() -> None:
    """Webhooks carry whole seconds."""
    bodies = [
        body("participant_joined", second=0, sid="PA_1", number=1),
        body("participant_left", second=30, sid="PA_1", number=2),
        body("participant_joined", second=30, sid="PA_2", number=3),
    ]
    for order in permutations(bodies):
        assert replay(steps_of(list(order))).session.status is SessionStatus.ACTIVE


@pytest.mark.parametrize("reason", [1, 14])
def test_who_comes_back_never_left(reason: int) -> None:
    """The old connection's leave is timed before the re-join, and the room lives on."""
    bodies = [
        body("participant_joined", second=0, sid="PA_1", number=1),
        body("participant_left", second=30, sid="PA_1", number=2, reason=reason),
        body("participant_joined", second=35, sid="PA_2", number=3),
        body("participant_left", second=300, sid="PA_2", number=4, reason=1),
        body("room_finished", second=301, number=5),
    ]
    for order in permutations(bodies):
        history = replay(steps_of(list(order)))
        assert history.session.ending is not None
        assert history.session.ending.reason is R.CLIENT_INITIATED
        assert history.session.ended_at == START + timedelta(seconds=300)
        assert history.entries[1].note == "about an older connection"


@pytest.mark.parametrize("said", ["room_finished", "worker"])
def test_who_comes_back_after_the_end_comes_back_to_an_ended_session(said: str) -> None:
    end = HistoryStep(START + timedelta(seconds=31), EndClaim(R.PARTICIPANT_LEFT), "worker")
    steps = [
        *webhook_steps(body("participant_joined", second=0, sid="PA_1", number=1)),
        *webhook_steps(body("participant_left", second=30, sid="PA_1", number=2, reason=1)),
        *(webhook_steps(body(said, second=31, number=3)) or [end]),
        *webhook_steps(body("participant_joined", second=600, sid="PA_2", number=4)),
        *webhook_steps(body("participant_left", second=700, sid="PA_2", number=5, reason=14)),
    ]
    for order in permutations(steps):
        session = replay(order).session
        assert session.ending is not None
        assert session.ending.reason is R.CLIENT_INITIATED
        assert session.ended_at == START + timedelta(seconds=30)


def test_the_latest_connections_leave_ends_it() -> None:
    bodies = [
        body("participant_joined", second=0, sid="PA_1", number=1),
        body("participant_joined", second=30, sid="PA_2", number=2),
        body("participant_left", second=31, sid="PA_1", number=3, reason=9),
        body("participant_left", second=60, sid="PA_2", number=4),
        body("room_finished", second=61, number=5),
    ]
    for order in permutations(bodies):
        session = replay(steps_of(list(order))).session
        assert session.ending is not None
        assert session.ending.reason is R.PARTICIPANT_LEFT
        assert session.ended_at == START + timedelta(seconds=60)


def test_a_second_person_who_leaves_does_not_end_the_callers_session() -> None:
    """What a claim is about: the session's own connection to its own participant."""
    bodies = [
        body("participant_joined", second=0, number=1),
        body("participant_joined", second=20, identity="operator", sid="PA_9", number=2),
        body("participant_left", second=40, identity="operator", sid="PA_9", number=3),
    ]
    for order in permutations(bodies):
        assert replay(steps_of(list(order))).session.status is SessionStatus.ACTIVE


def test_a_setup_that_failed_before_the_caller_came_in_keeps_its_time() -> None:
    """The first of these explains the rest: only a clock that is wrong by a day is not believed."""
    failed = HistoryStep(START, EndClaim(R.DISPATCH_FAILED), "worker")
    joined = webhook_steps(body("participant_joined", second=1, number=1))
    left = webhook_steps(body("participant_left", second=30, number=2, reason=1))
    for order in permutations([failed, *joined, *left]):
        session = replay(order).session
        assert session.ending is not None
        assert session.ending.reason is R.DISPATCH_FAILED
        assert session.ended_at == session.started_at == START
    a_day_early = START + timedelta(seconds=1) - timedelta(days=1)
    bogus = HistoryStep(a_day_early, EndClaim(R.DISPATCH_FAILED), "worker")
    for order in permutations([bogus, *joined, *left]):
        session = replay(order).session
        assert session.ending is not None
        assert session.ending.reason is R.CLIENT_INITIATED
        assert session.started_at == START + timedelta(seconds=1)


def test_left_without_ever_having_joined() -> None:
    """livekit/livekit#1130: it ends, out of order, and that is no error."""
    session = replay(webhook_steps(body("participant_left"))).session
    assert session.ending is not None
    assert session.ending.reason is R.PARTICIPANT_LEFT
