"""LiveKit's webhooks, built with LiveKit's own classes, as steps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from google.protobuf.json_format import MessageToDict
from livekit.protocol.models import DisconnectReason, ParticipantInfo, Room
from livekit.protocol.webhook import WebhookEvent

from session_lifecycle import (
    EndClaim,
    HistoryStep,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
    TransitionVerdict,
    replay,
)
from session_lifecycle.integrations import livekit
from session_lifecycle.integrations.livekit import webhook_session_key, webhook_steps

R = SessionTerminationReason
Kind = ParticipantInfo.Kind
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def body(
    event: str,
    *,
    second: int = 0,
    identity: str = "caller",
    sid: str = "PA_1",
    kind: int = Kind.STANDARD,
    reason: int = 0,
    call_status: str = "",
    number: int = 1,
) -> dict[str, object]:
    person = None
    if event.startswith("participant"):
        attributes = {"sip.callStatus": call_status} if call_status else {}
        person = ParticipantInfo(
            identity=identity, sid=sid, kind=kind, disconnect_reason=reason, attributes=attributes
        )
    message = WebhookEvent(
        event=event,
        id=f"EV_{number}",
        created_at=int(START.timestamp()) + second,
        room=Room(name="room-1", sid="RM_1"),
        participant=person,
    )
    return MessageToDict(message)


def only(steps: tuple[HistoryStep, ...]) -> HistoryStep:
    assert len(steps) == 1
    return steps[0]


# What each of LiveKit's 17 words claims when a caller leaves, and when the agent does.
LEAVES: dict[str, tuple[R | None, R | None]] = {
    "UNKNOWN_REASON": (R.PARTICIPANT_LEFT, None),
    "CLIENT_INITIATED": (R.CLIENT_INITIATED, None),
    "DUPLICATE_IDENTITY": (None, None),
    "SERVER_SHUTDOWN": (R.SERVER_SHUTDOWN, None),
    "PARTICIPANT_REMOVED": (R.PARTICIPANT_REMOVED, None),
    "ROOM_DELETED": (R.ROOM_DELETED, R.ROOM_DELETED),
    "STATE_MISMATCH": (R.STATE_MISMATCH, None),
    "JOIN_FAILURE": (R.JOIN_FAILURE, None),
    "MIGRATION": (None, None),
    "SIGNAL_CLOSE": (R.SIGNAL_CLOSE, None),
    "ROOM_CLOSED": (R.ROOM_CLOSED, R.ROOM_CLOSED),
    "USER_UNAVAILABLE": (R.USER_UNAVAILABLE, None),
    "USER_REJECTED": (R.USER_REJECTED, None),
    "SIP_TRUNK_FAILURE": (R.SIP_TRUNK_FAILURE, None),
    "CONNECTION_TIMEOUT": (R.CONNECTION_TIMEOUT, None),
    "MEDIA_FAILURE": (R.MEDIA_FAILURE, None),
    "AGENT_ERROR": (R.AGENT_ERROR, R.AGENT_ERROR),
}


def claimed(steps: tuple[HistoryStep, ...]) -> R | None:
    if not steps:
        return None
    claim = only(steps).claim
    assert claim is not None
    return claim.reason


def test_every_reason_of_the_installed_protocol_has_a_row() -> None:
    assert list(LEAVES) == [DisconnectReason.Name(value) for value in DisconnectReason.values()]


@pytest.mark.parametrize("word", LEAVES)
@pytest.mark.parametrize("kind", [Kind.STANDARD, Kind.SIP, Kind.CONNECTOR])
def test_what_a_caller_claims_by_leaving(word: str, kind: int) -> None:
    left = body("participant_left", kind=kind, reason=DisconnectReason.Value(word))
    assert claimed(webhook_steps(left)) is LEAVES[word][0]
    by_number = json.loads(json.dumps(left))
    by_number["participant"]["disconnectReason"] = DisconnectReason.Value(word)
    assert claimed(webhook_steps(by_number)) is LEAVES[word][0]


@pytest.mark.parametrize("word", LEAVES)
def test_a_reason_written_out_is_read_like_its_number(word: str) -> None:
    """Protobuf JSON leaves a default out, but may be told to write it."""
    left = body("participant_left")
    left["participant"].update(disconnectReason=word)  # type: ignore[attr-defined]
    assert claimed(webhook_steps(left)) is LEAVES[word][0]


@pytest.mark.parametrize("word", LEAVES)
def test_what_an_agent_claims_by_leaving(word: str) -> None:
    """Agent and caller are told apart by `kind`."""
    left = body("participant_left", kind=Kind.AGENT, reason=DisconnectReason.Value(word))
    assert claimed(webhook_steps(left)) is LEAVES[word][1]


def test_null_is_a_default_left_out() -> None:
    left = body("participant_left")
    left["participant"].update(disconnectReason=None, kind=None)  # type: ignore[attr-defined]
    assert claimed(webhook_steps(left)) is R.PARTICIPANT_LEFT


def test_an_agents_claim_is_the_sessions_own() -> None:
    left = body("participant_left", kind=Kind.AGENT, reason=DisconnectReason.AGENT_ERROR)
    step = only(webhook_steps(left))
    assert (step.party, step.connection) == ("", "")


def test_a_step_carries_what_the_webhook_said() -> None:
    step = only(webhook_steps(body("participant_joined", second=7, number=5)))
    assert step == HistoryStep(
        START + timedelta(seconds=7),
        SessionEvent.ANSWER,
        "livekit",
        "EV_5",
        party="caller",
        connection="PA_1",
    )


@pytest.mark.parametrize(
    ("call_status", "event"),
    [
        ("", SessionEvent.ANSWER),
        ("active", SessionEvent.ANSWER),
        ("automation", SessionEvent.ANSWER),
        ("dialing", SessionEvent.RING),
        ("ringing", SessionEvent.RING),
        ("hangup", None),
    ],
)
def test_a_sip_leg_that_still_dials_rings(call_status: str, event: SessionEvent | None) -> None:
    steps = webhook_steps(body("participant_joined", kind=Kind.SIP, call_status=call_status))
    assert [step.event for step in steps] == ([] if event is None else [event])


def test_room_finished_claims_room_closed() -> None:
    assert claimed(webhook_steps(body("room_finished"))) is R.ROOM_CLOSED


def test_an_aborted_connection_claims_join_failure_unless_it_says_more() -> None:
    aborted = "participant_connection_aborted"
    assert claimed(webhook_steps(body(aborted))) is R.JOIN_FAILURE
    cancelled = body(aborted, reason=DisconnectReason.CLIENT_INITIATED)
    assert claimed(webhook_steps(cancelled)) is R.CLIENT_INITIATED
    assert webhook_steps(body(aborted, kind=Kind.AGENT)) == ()


@pytest.mark.parametrize("kind", [Kind.INGRESS, Kind.EGRESS, Kind.BRIDGE, 99])
@pytest.mark.parametrize("event", ["participant_joined", "participant_left"])
def test_streams_recorders_and_bridges_say_nothing(event: str, kind: int) -> None:
    assert webhook_steps(body(event, kind=kind)) == ()


@pytest.mark.parametrize(
    "event", ["room_started", "track_published", "egress_ended", "ingress_started", "from_2031", ""]
)
def test_other_events_say_nothing(event: str) -> None:
    assert webhook_steps(body(event)) == ()


@pytest.mark.parametrize("word", ["FROM_2031", 17, -1, 10**400, [], True, "x" * 10_000])
def test_a_reason_from_a_newer_livekit_is_kept(word: object) -> None:
    left = body("participant_left")
    left["participant"]["disconnectReason"] = word  # type: ignore[index]
    claim = only(webhook_steps(left)).claim
    assert claim is not None
    assert claim.reason is R.UNKNOWN
    assert claim.raw is not None
    assert claim.raw.startswith("DisconnectReason ")
    assert len(claim.raw) <= 64
    left["participant"]["kind"] = "AGENT"  # type: ignore[index]
    assert webhook_steps(left) == ()


@pytest.mark.parametrize(
    "created_at",
    ["0", "", "-5", "1e9", "9" * 12, "9" * 5_000, "١٢٣", None, 1.5, True, [], 10**30],
)
def test_a_time_that_is_none_counts_as_absent(created_at: object) -> None:
    finished = body("room_finished")
    finished["createdAt"] = created_at
    assert only(webhook_steps(finished)).at is None
    del finished["createdAt"]
    assert only(webhook_steps(finished)).at is None


@pytest.mark.parametrize(
    "nonsense",
    [
        {},
        {"event": 5},
        {"event": "participant_left", "participant": "x"},
        {"event": "participant_joined", "participant": {"kind": 4, "attributes": []}},
        {"event": "participant_left", "participant": {"identity": 5, "sid": None}},
        {"event": "room_finished", "room": 5, "id": 7},
    ],
)
def test_reading_is_total(nonsense: dict[str, object]) -> None:
    assert isinstance(webhook_steps(nonsense), tuple)
    assert webhook_session_key(nonsense) == ""


def test_a_body_that_is_not_decoded_is_the_callers_bug() -> None:
    with pytest.raises(TypeError, match="expected the decoded JSON object"):
        webhook_steps('{"event": "room_finished"}')  # type: ignore[arg-type]


def test_what_a_session_is() -> None:
    started = body("room_started")
    assert webhook_session_key(started) == "room-1"
    assert webhook_session_key(started, "room.name") == "room-1"
    assert webhook_session_key(started, "room.sid") == "RM_1"


def steps_of(bodies: list[dict[str, object]]) -> Iterator[HistoryStep]:
    for each in bodies:
        yield from webhook_steps(each)


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


def test_what_the_module_shows() -> None:
    names = ["SessionKey", "webhook_session_key", "webhook_steps"]
    assert livekit.__all__ == names
    assert all(hasattr(livekit, name) for name in names)
