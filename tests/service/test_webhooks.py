"""LiveKit's webhooks: signed, delivered twice, out of order, about somebody else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from close_service import tables
from livekit.api import AccessToken, VideoGrants
from sqlalchemy import URL

from session_lifecycle import settle
from session_lifecycle.integrations.livekit import webhook_steps
from tests.service.conftest import LIVEKIT_KEY, LIVEKIT_SECRET, Service, settings, signed

NOON = 1795428000  # 2026-11-23 10:00 UTC


def hook(event: str, second: int, sid: str = "PA_1", who: str = "caller", **more: Any) -> Any:
    body = {"event": event, "id": f"EV_{event}_{second}", "createdAt": str(NOON + second)}
    body["room"] = {"name": "room", "sid": "RM_1"}
    if event != "room_finished":
        body["participant"] = {"sid": sid, "identity": who, "kind": "SIP", **more}
    return body


JOINED = hook("participant_joined", 2)
LEFT = hook("participant_left", 95, disconnectReason="CLIENT_INITIATED")
FINISHED = hook("room_finished", 96)
CALL = (hook("participant_joined", 0, attributes={"sip.callStatus": "ringing"}), JOINED, LEFT)
CALL = (*CALL, FINISHED)


def at(second: int) -> str:
    return datetime.fromtimestamp(NOON + second, UTC).isoformat().replace("+00:00", "Z")


def test_moves_and_ends_the_conversation_of_its_room(service: Service) -> None:
    key = service.start(status="queued", external_session_id="room")["id"]
    assert [service.webhook(body) for body in CALL] == [
        ["moved"],
        ["moved"],
        ["ended"],
        ["unchanged"],
    ]
    ended = service.get(key)
    assert (ended["status"], ended["termination_reason"]) == ("closed", "client_initiated")
    assert ended["ended_at"] == at(95)
    assert len(service.rows(tables.Task)) == 1


@pytest.mark.slow
def test_ends_as_settle_says_in_any_order_and_delivered_twice(service: Service) -> None:
    """Of one participant with one connection, the order of delivery decides nothing."""
    steps = [step for body in CALL for step in webhook_steps(body)]
    expected = settle([step.claim for step in steps if step.claim is not None])
    assert (expected.status.value, expected.reason.value) == ("closed", "client_initiated")
    for number, order in enumerate(permutations(CALL)):
        name = f"room-{number}"
        bodies = [body | {"room": {"name": name}} for body in order]
        key = service.start(status="queued", external_session_id=name)["id"]
        told = [change for body in (*bodies, *bodies[::-1]) for change in service.webhook(body)]
        ended = service.get(key)
        assert ended["status"] == expected.status.value, order
        assert ended["termination_reason"] == expected.reason.value, order
        assert ended["ended_at"] == at(95), order
        assert told.count("ended") == 1, order
        version = service.rows(tables.Conversation, external_session_id=name)[0].version
        assert [change for body in bodies for change in service.webhook(body)] == ["unchanged"] * 4
        row = service.rows(tables.Conversation, external_session_id=name)[0]
        assert (row.version, service.get(key)) == (version, ended), order
    assert len(service.rows(tables.Task)) == number + 1


def test_a_webhook_and_a_worker_agree_in_either_order(service: Service) -> None:
    for number, first in enumerate(("webhook", "worker")):
        room = {"room": {"name": f"room-{number}"}}
        key = service.start(external_session_id=f"room-{number}")["id"]
        deleted = hook("participant_left", 95, disconnectReason="ROOM_DELETED") | room
        if first == "webhook":
            service.webhook(deleted)
        service.post(key, "end_session")
        if first == "worker":
            service.webhook(deleted)
        assert service.get(key)["termination_reason"] == "agent_initiated"


@pytest.mark.parametrize(
    ("others", "changed"),
    [
        pytest.param([hook("participant_left", 50, "PA_9", "operator")], [[]], id="somebody-else"),
        pytest.param(
            [hook("participant_joined", 40, "PA_2"), hook("participant_left", 41, "PA_1")],
            [["unchanged"], []],
            id="an-older-connection",
        ),
        pytest.param(
            [
                hook("participant_joined", 40, "PA_2"),
                hook("participant_joined", 2, "PA_1"),
                hook("participant_left", 41, "PA_1"),
            ],
            [["unchanged"], ["unchanged"], []],
            id="an-older-connections-join-again",
        ),
        pytest.param(
            [
                hook("participant_joined", 40, "PA_9", "operator"),
                hook("participant_left", 50, "PA_9", "operator"),
            ],
            [[], []],
            id="an-operator-comes-and-goes",
        ),
    ],
)
def test_is_fenced_against_leaves_that_are_not_its_own(
    service: Service, others: list[Any], changed: list[list[str]]
) -> None:
    key = service.start(external_session_id="room")["id"]
    service.webhook(JOINED)
    assert [service.webhook(body) for body in others] == changed
    assert service.get(key)["status"] == "active"


def test_a_reason_from_a_newer_livekit_is_kept(service: Service) -> None:
    key = service.start(external_session_id="room")["id"]
    service.webhook(hook("participant_left", 9, disconnectReason="QUOTA_SPENT"))
    ended = service.get(key)
    assert (ended["termination_reason"], ended["termination_raw"]) == (
        "unknown",
        "DisconnectReason QUOTA_SPENT",
    )


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"event": 5, "room": []},
        hook("room_finished", 1) | {"room": {"name": "another"}},
        hook("room_finished", 1) | {"room": {"name": "a\x00b" + "c" * 300}},
        hook("track_published", 1),
        hook("room_finished", 1) | {"room": {}},
    ],
)
def test_what_is_about_no_conversation_does_nothing(service: Service, body: Any) -> None:
    before = service.start(external_session_id="room")
    assert service.webhook(body) == []
    assert service.get(before["id"]) == before


def test_odd_texts_are_no_error(service: Service) -> None:
    service.start(external_session_id="room")
    odd = "\x00\ud800" + "x" * 25_000
    assert service.webhook(hook("participant_joined", 1, odd, odd)) == ["unchanged"]
    assert service.webhook(hook("participant_joined", 3, odd, odd)) != ["ended"]
    assert service.webhook(hook("participant_left", 9, disconnectReason=odd)) in ([], ["ended"])


def test_nobody_forges_an_end(service: Service) -> None:
    key = service.start(external_session_id="room")["id"]
    body = json.dumps(FINISHED).encode()
    good = signed(body)
    join = AccessToken(LIVEKIT_KEY, LIVEKIT_SECRET).with_identity("caller")
    forged = {
        "none": "",
        "not one": "hello",
        "not text": "\xff",
        "somebody else's": signed(body, "a secret of somebody else's, long enough"),
        "of another body": signed(body + b" "),
        "of no body": join.with_grants(VideoGrants(room_join=True, room="room")).to_jwt(),
        "unsigned": good.rpartition(".")[0] + ".",
        "bearer": f"Bearer {signed(body, 'x' * 32)}",
    }
    for name, token in forged.items():
        headers = [(b"authorization", token.encode("latin-1"))] if token else []
        headers += [(b"content-type", b"application/webhook+json")]
        answer = service.nobody.post("/v1/livekit/webhook", content=body, headers=headers)
        assert answer.status_code == 401, name
    # Before anything is read: what is no JSON is told to LiveKit alone.
    assert service.nobody.post("/v1/livekit/webhook", content=b"{").status_code == 401
    assert service.ours.post("/v1/livekit/webhook", content=body).status_code == 401
    assert service.get(key)["status"] == "active"
    assert service.webhook(body) == ["ended"]


@pytest.mark.parametrize("kind", ["application/webhook+json", "application/json"])
def test_takes_both_content_types(service: Service, kind: str) -> None:
    service.start(external_session_id="room")
    assert service.webhook(FINISHED, **{"content-type": kind}) == ["ended"]


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"null", b"[" * 60_000, b"1" * 5000])
def test_a_signed_body_that_is_no_object_is_told_so(service: Service, body: bytes) -> None:
    detail = service.webhook(body, status=422)["detail"]
    assert detail == [
        {"path": "body", "value": "", "expected": "a JSON object, not nested too deeply"}
    ]


def test_what_is_no_text_cannot_be_livekits(service: Service) -> None:
    """Its own class takes text, and hashes that."""
    assert "signature" in service.webhook(b'"\xff"', status=401)["detail"]


def test_without_livekits_keys_it_says_so(sqlite_url: URL) -> None:
    service = Service(settings(sqlite_url, LIVEKIT_API_KEY=""))
    try:
        assert "LIVEKIT_API_KEY" in service.webhook(FINISHED, status=503)["detail"]
    finally:
        service.stop()
