"""LiveKit's own message and the JSON it is posted as give the same steps."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from hypothesis import given
from hypothesis import strategies as st
from livekit.protocol.agent import Job
from livekit.protocol.egress import EgressInfo
from livekit.protocol.ingress import IngressInfo
from livekit.protocol.models import DisconnectReason, ParticipantInfo, Room, TrackInfo
from livekit.protocol.webhook import WebhookEvent

from session_lifecycle import SessionTerminationReason
from session_lifecycle.integrations.livekit import webhook_session_key, webhook_steps
from session_lifecycle.integrations.livekit._message import body_of
from session_lifecycle.testing import WEBHOOK_EVENTS, livekit_webhooks
from tests.integrations.livekit_bodies import Kind, claim_in, message

R = SessionTerminationReason

# Any number that fits, those that LiveKit has names for more often.
ENUMS = st.one_of(st.integers(0, 20), st.integers(-(2**31), 2**31 - 1))
TEXTS = st.one_of(st.sampled_from(["caller", "PA_1", ""]), st.text(max_size=20))
ROOMS = st.builds(Room, name=TEXTS, sid=TEXTS)
SIP = st.dictionaries(
    st.sampled_from(["sip.callStatus", "sip.callStatusCode", "sip.trunkID"]),
    st.sampled_from(["dialing", "active", "hangup", "486", "200", "603", "zzz", ""]),
)
PEOPLE = st.builds(
    ParticipantInfo,
    identity=TEXTS,
    sid=TEXTS,
    kind=ENUMS,
    disconnect_reason=ENUMS,
    attributes=SIP,
    kind_details=st.lists(ENUMS, max_size=2),
    tracks=st.lists(st.builds(TrackInfo, sid=TEXTS, type=ENUMS), max_size=2),
)
# Every event is built with every part: not one of them may lead a reader astray.
MESSAGES = st.builds(
    WebhookEvent,
    event=st.one_of(st.sampled_from(WEBHOOK_EVENTS), TEXTS),
    id=TEXTS,
    created_at=st.one_of(st.integers(0, 10), st.integers(-(2**63), 2**63 - 1)),
    room=st.none() | ROOMS,
    participant=st.none() | PEOPLE,
    room_end_reason=ENUMS,
    egress_info=st.none() | st.builds(EgressInfo, room_name=TEXTS, room_id=TEXTS, status=ENUMS),
    ingress_info=st.none() | st.builds(IngressInfo, room_name=TEXTS),
    job=st.none() | st.builds(Job, id=TEXTS, room=st.none() | ROOMS),
)


def assert_the_same(event: WebhookEvent) -> None:
    posted = MessageToDict(event)
    assert webhook_steps(event) == webhook_steps(posted)
    assert webhook_session_key(event) == webhook_session_key(posted)
    assert webhook_session_key(event, "room.sid") == webhook_session_key(posted, "room.sid")


@given(MESSAGES)
def test_a_message_is_read_like_its_json(event: WebhookEvent) -> None:
    assert_the_same(event)


@given(livekit_webhooks(drifted=True))
def test_a_webhook_is_read_like_its_message(body: dict[str, Any]) -> None:
    try:
        event = ParseDict(body, WebhookEvent(), ignore_unknown_fields=True)
    except ParseError:
        return
    assert_the_same(event)


@pytest.mark.parametrize("number", [99, -1, 2**31 - 1])
def test_a_member_without_a_name_is_kept(number: int) -> None:
    """LiveKit's `Name(99)` raises; JSON has the number."""
    with pytest.raises(ValueError, match=str(number)):
        DisconnectReason.Name(number)
    event = message("participant_left", reason=number)
    assert_the_same(event)
    claim = claim_in(webhook_steps(event))
    assert claim is not None
    assert (claim.reason, claim.raw) == (R.UNKNOWN, f"DisconnectReason {number}")
    assert webhook_steps(message("participant_left", reason=number, kind=99)) == ()
    finished = claim_in(webhook_steps(message("room_finished", room_end_reason=number)))
    assert finished is not None
    assert finished.raw == f"RoomEndReason {number}"


def test_reading_a_message_leaves_it_as_it_is() -> None:
    """A map of protobuf's gets an entry when it is asked for one that it has not."""
    event = message("participant_left", kind=Kind.SIP, sip={"callStatus": "hangup"})
    before = event.SerializeToString(deterministic=True)
    webhook_steps(event)
    webhook_session_key(event)
    assert event.SerializeToString(deterministic=True) == before


def test_only_what_is_needed_is_read() -> None:
    """A room's egress may list a thousand files, a participant a hundred tracks."""
    event = message("participant_left", kind=Kind.SIP)
    event.participant.tracks.extend([TrackInfo(sid="TR_1")] * 100)
    event.track.sid = "TR_1"
    assert body_of(event) == {
        "event": "participant_left",
        "id": "EV_1",
        "createdAt": 1_795_428_000,
        "room": {"sid": "RM_1", "name": "room-1"},
        "participant": {"sid": "PA_1", "identity": "caller", "kind": "SIP"},
    }


class HasDescriptor:
    DESCRIPTOR = 5


@pytest.mark.parametrize(
    "nonsense",
    [None, 5, "{}", b"{}", [], [("event", "room_finished")], Room(), WebhookEvent, HasDescriptor()],
)
def test_what_is_no_webhook_is_the_callers_bug(nonsense: Any) -> None:
    expected = "expected the decoded JSON object of a webhook, or LiveKit's WebhookEvent"
    for read in (webhook_steps, webhook_session_key):
        with pytest.raises(TypeError, match=expected):
            read(nonsense)
