"""LiveKit's webhooks, built with LiveKit's own classes, as steps."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict, MessageToJson
from livekit.protocol.agent import Job, JobState, JobStateReason, JobStatus
from livekit.protocol.egress import EgressInfo
from livekit.protocol.ingress import IngressInfo
from livekit.protocol.models import ParticipantInfo, Room, RoomEndReason
from livekit.protocol.webhook import WebhookEvent

from session_lifecycle import (
    HistoryStep,
    SessionEvent,
    SessionTerminationReason,
)
from session_lifecycle._cli._read import Reader
from session_lifecycle.crosswalk import translate
from session_lifecycle.integrations import livekit
from session_lifecycle.integrations.livekit import webhook_session_key, webhook_steps
from session_lifecycle.integrations.livekit._webhooks import _EVENTS
from session_lifecycle.testing import WEBHOOK_EVENTS
from tests.integrations.livekit_bodies import START, Kind, body, claim_in, claimed, only

ROOT = Path(__file__).parent.parent.parent
R = SessionTerminationReason


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
    sip = {"callStatus": call_status} if call_status else {}
    steps = webhook_steps(body("participant_joined", kind=Kind.SIP, sip=sip))
    assert [step.event for step in steps] == ([] if event is None else [event])


# Why a room ended, by LiveKit's six words, and what that claims.
ROOM_ENDS = {
    "ROOM_END_UNKNOWN": R.ROOM_CLOSED,
    "ROOM_END_API_DELETE": R.ROOM_DELETED,
    "ROOM_END_IDLE_TIMEOUT": R.ROOM_CLOSED,
    "ROOM_END_SERVER_SHUTDOWN": R.SERVER_SHUTDOWN,
    "ROOM_END_SUPERSEDED": R.ROOM_CLOSED,
    "ROOM_END_OPEN_FAILED": R.ERROR,
}


def test_every_end_of_a_room_of_the_installed_protocol_has_a_row() -> None:
    assert list(ROOM_ENDS) == [RoomEndReason.Name(value) for value in RoomEndReason.values()]


@pytest.mark.parametrize("word", ROOM_ENDS)
def test_room_finished_claims_why_the_room_ended(word: str) -> None:
    finished = body("room_finished", room_end_reason=RoomEndReason.Value(word))
    assert claimed(webhook_steps(finished)) is ROOM_ENDS[word]
    for written in (word, RoomEndReason.Value(word)):
        assert claimed(webhook_steps(finished | {"roomEndReason": written})) is ROOM_ENDS[word]


@pytest.mark.parametrize("word", [word for word in ROOM_ENDS if word != "ROOM_END_UNKNOWN"])
def test_the_ends_of_a_room_and_the_crosswalk_agree(word: str) -> None:
    assert translate("livekit", word, field="room_end_reason").reason is ROOM_ENDS[word]


def test_a_room_that_ended_for_no_reason_given_is_closed() -> None:
    assert claimed(webhook_steps(body("room_finished"))) is R.ROOM_CLOSED
    assert claimed(webhook_steps(body("room_finished") | {"roomEndReason": None})) is R.ROOM_CLOSED


@pytest.mark.parametrize("word", ["FROM_2031", 6, -1, 10**400, [], True, "x" * 10_000])
def test_an_end_of_a_room_from_a_newer_livekit_is_kept(word: object) -> None:
    claim = claim_in(webhook_steps(body("room_finished") | {"roomEndReason": word}))
    assert claim is not None
    assert claim.reason is R.UNKNOWN
    assert claim.raw is not None
    assert claim.raw.startswith("RoomEndReason ")
    assert len(claim.raw) <= 64


# Of all that LiveKit posts, what says nothing of a session by itself.
SILENT = (
    *("room_started", "track_published", "track_unpublished", "egress_started", "egress_updated"),
    *("egress_ended", "ingress_started", "ingress_ended", "agent_job_started", "agent_job_ended"),
)


@pytest.mark.parametrize("event", [*SILENT, "from_2031", "", "x" * 10_000])
def test_other_events_say_nothing(event: str) -> None:
    phone = ParticipantInfo(
        identity="caller",
        kind=Kind.SIP,
        attributes={"sip.callStatus": "active"},
        disconnect_reason=1,
    )
    job = Job(state=JobState(status=JobStatus.JS_FAILED, reason=JobStateReason.JSR_NO_CAPACITY))
    assert webhook_steps(body(event)) == ()
    said = WebhookEvent(event=event, participant=phone, job=job, room_end_reason=1)
    assert webhook_steps(MessageToDict(said)) == ()


def test_the_page_says_of_every_event_what_it_tells() -> None:
    """One table, read by people and by the program."""
    page = (ROOT / "docs" / "how-to" / "read-livekit-webhooks.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \|$", page, re.MULTILINE)
    assert [name for name, _, _ in rows] == [row.name for row in _EVENTS]
    assert [not_told for _, _, not_told in rows] == [row.not_told for row in _EVENTS]
    telling = [name for name, tells, _ in rows if tells != "nothing"]
    assert {row.name: row.tells for row in _EVENTS if row.tells is not None} == {
        "room_finished": "end",
        "participant_joined": "join",
        "participant_left": "leave",
        "participant_connection_aborted": "abort",
    }
    assert set(telling) == {name for name, _, _ in rows} - set(SILENT)
    assert {name for name, _, _ in rows} == {*SILENT, *telling} == set(WEBHOOK_EVENTS)


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


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({"egress_info": EgressInfo(room_name="room-2", room_id="RM_2")}, ("room-2", "RM_2")),
        ({"ingress_info": IngressInfo(room_name="room-3")}, ("room-3", "")),
        ({"job": Job(room=Room(name="room-4", sid="RM_4"))}, ("room-4", "RM_4")),
        ({"room": Room(name="room-5"), "job": Job(room=Room(name="x", sid="x"))}, ("room-5", "")),
        ({}, ("", "")),
    ],
)
def test_whose_a_webhook_is_that_has_no_room(said: dict[str, Any], names: tuple[str, str]) -> None:
    event = WebhookEvent(event="from_2031", **said)
    for form in (event, MessageToDict(event)):
        assert webhook_session_key(form) == names[0]
        assert webhook_session_key(form, "room.sid") == names[1]


def test_the_command_line_hears_of_a_session_by_any_webhook() -> None:
    """A room that is only recorded is one that nobody has joined."""
    reader = Reader()
    for number, said in enumerate(
        (
            {"room": Room(name="room-1", sid="RM_1")},
            {"egress_info": EgressInfo(room_name="room-2", room_id="RM_2")},
            {"ingress_info": IngressInfo(room_name="room-3")},
            {"job": Job(room=Room(name="room-4", sid="RM_4"))},
            {"egress_info": EgressInfo(room_id="RM_5")},
        )
    ):
        event = WebhookEvent(event="egress_started", id=f"EV_{number}", **said)
        reader.take(MessageToJson(event).encode())
    assert list(reader.cases) == ["room-1", "room-2", "room-3", "room-4"]
    assert not any(case.steps or case.several_rooms for case in reader.cases.values())


def test_what_the_module_shows() -> None:
    names = {"JudgeRun", "JudgeScore", "SessionKey", "outcome_from_judges", "runs_from_judges"}
    names |= {"webhook_session_key", "webhook_steps", "WebhookMessage"}
    names |= {"JudgeGroupLike", "JudgeLike"}
    assert names <= set(livekit.__all__)
    assert set(livekit.__all__) <= set(dir(livekit))
    for name in livekit.__all__:
        thing = getattr(livekit, name)
        if isinstance(thing, type | FunctionType):
            assert thing.__module__ == livekit.__name__
    with pytest.raises(AttributeError, match="has no attribute 'webhook'"):
        livekit.webhook  # type: ignore[attr-defined]  # noqa: B018


def test_a_name_is_loaded_when_it_is_asked_for() -> None:
    program = (
        "import sys, session_lifecycle.integrations.livekit as livekit\n"
        "def loaded(): return sorted(name.rpartition('.')[2] for name in sys.modules\n"
        "    if name.startswith(('session_lifecycle.integrations.livekit._',\n"
        "    'session_lifecycle.crosswalk', 'asyncio', 'google.protobuf', 'livekit')))\n"
        "print(loaded())\n"
        "left = {'event': 'participant_left', 'participant': {'kind': 'SIP'}}\n"
        "livekit.webhook_steps(left)\n"
        "print(loaded())\n"
        "left['participant']['attributes'] = {'sip.callStatusCode': '486'}\n"
        "livekit.webhook_steps(left)\n"
        "print('crosswalk' in loaded())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    own = ["_leaves", "_message", "_sip", "_webhooks"]
    assert done.stdout == f"[]\n{own}\nTrue\n", done.stderr
