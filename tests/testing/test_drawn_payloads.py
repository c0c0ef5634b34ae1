"""What others send: LiveKit's webhooks, checked with LiveKit's own classes, and call records."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict, ParseDict
from livekit.api import TokenVerifier, WebhookReceiver
from livekit.protocol.webhook import WebhookEvent

from session_lifecycle import SessionTerminationReason, replay
from session_lifecycle.crosswalk import translate, translate_call
from session_lifecycle.integrations.livekit import webhook_session_key, webhook_steps
from session_lifecycle.testing import (
    WEBHOOK_EVENTS,
    SignedWebhook,
    call_records,
    livekit_webhooks,
)
from tests.testing.drawing import drawn, simplest

# Some thousand values each.
pytestmark = pytest.mark.slow

EVENTS = {
    *("room_started", "room_finished", "participant_joined", "participant_left"),
    *("participant_connection_aborted", "track_published", "track_unpublished"),
    *("egress_started", "egress_updated", "egress_ended", "ingress_started", "ingress_ended"),
    *("agent_job_started", "agent_job_ended"),
}
KINDS = {None, "SIP", "AGENT", "CONNECTOR", "INGRESS", "EGRESS", "BRIDGE"}
REASONS = {
    *(None, "CLIENT_INITIATED", "DUPLICATE_IDENTITY", "SERVER_SHUTDOWN", "PARTICIPANT_REMOVED"),
    *("ROOM_DELETED", "STATE_MISMATCH", "JOIN_FAILURE", "MIGRATION", "SIGNAL_CLOSE", "ROOM_CLOSED"),
    *("USER_UNAVAILABLE", "USER_REJECTED", "SIP_TRUNK_FAILURE", "CONNECTION_TIMEOUT"),
    *("MEDIA_FAILURE", "AGENT_ERROR"),
}
CALL_STATES = {"active", "dialing", "ringing", "automation", "hangup"}


# --- webhooks ------------------------------------------------------------------------------------


def test_as_livekit_posts_them() -> None:
    """Read by LiveKit's classes and written by them again, not a character is another."""
    for body in drawn(livekit_webhooks(), 400):
        assert MessageToDict(ParseDict(body, WebhookEvent())) == body
        assert json.loads(json.dumps(body)) == body


def test_every_event_kind_reason_and_state() -> None:
    assert set(WEBHOOK_EVENTS) == EVENTS
    assert {body["event"] for body in drawn(livekit_webhooks(), 500)} == EVENTS
    left = drawn(livekit_webhooks(events=["participant_left"]), 400)
    assert {body["event"] for body in left} == {"participant_left"}
    assert {body["participant"].get("kind") for body in left} == KINDS
    assert {body["participant"].get("disconnectReason") for body in left} == REASONS
    joined = [
        body["participant"] for body in drawn(livekit_webhooks(events="participant_joined"), 300)
    ]
    states = {person.get("attributes", {}).get("sip.callStatus") for person in joined}
    assert states == {None, *CALL_STATES}
    assert not any("disconnectReason" in person for person in joined)
    assert all(type(body["createdAt"]) is str for body in left)


def test_they_meet() -> None:
    """Few rooms, people, connections and ids, so that a list of them is a story."""
    bodies = drawn(livekit_webhooks(), 400)
    assert {webhook_session_key(body) for body in bodies} >= {"room-1", "room-2"}
    assert {body["id"] for body in bodies} == {f"EV_{number}" for number in range(1, 10)}
    steps = [step for body in bodies for step in webhook_steps(body)]
    assert {step.connection for step in steps} == {"", "PA_1", "PA_2"}
    assert {"caller", "operator", "sip_+15550100"} <= {step.party for step in steps}
    reasons = {step.claim.reason for step in steps if step.claim is not None}
    assert len(reasons) > 6
    assert replay(steps).session.ending is not None


def test_drifted_ones_are_read_all_the_same() -> None:
    bodies = drawn(livekit_webhooks(drifted=True), 400)
    refused = 0
    for body in bodies:
        webhook_steps(body)
        try:
            refused += MessageToDict(ParseDict(body, WebhookEvent())) != body
        except Exception:
            refused += 1
    assert refused > 100
    leaves = drawn(livekit_webhooks(events=["participant_left"], drifted=True), 800)
    claims = [step.claim for body in leaves for step in webhook_steps(body)]
    raws = {claim.raw for claim in claims if claim is not None}
    assert raws & {f"DisconnectReason {word}" for word in ("FROM_2031", 99, -1)}
    assert {body["event"] for body in bodies if type(body.get("event")) is str} > EVENTS


def test_the_simplest() -> None:
    assert simplest(livekit_webhooks()) == {
        "event": "room_started",
        "id": "EV_1",
        "createdAt": "1795435200",
        "room": {"sid": "RM_1", "name": "room-1", "creationTime": "1795435140"},
    }


def received(webhook: SignedWebhook, key: str, secret: str) -> WebhookEvent:
    receiver = WebhookReceiver(TokenVerifier(key, secret))
    return receiver.receive(webhook.body.decode(), webhook.authorization)


def test_signed_ones_are_taken_by_livekits_receiver() -> None:
    for webhook in drawn(livekit_webhooks(signed=True), 40):
        event = received(webhook, "devkey", "a secret of 32 characters or more")
        assert MessageToDict(event) == json.loads(webhook.body)
        assert webhook.forgery is None


def test_forged_ones_are_refused_by_livekits_receiver() -> None:
    key, secret = "APIkey", "another secret of 32 characters!"
    forged = drawn(livekit_webhooks(signed=True, forged=True, key=key, secret=secret), 80)
    assert {one.forgery for one in forged} == {"body", "secret", "key", "hash", "expired"}
    for webhook in forged:
        with pytest.raises(Exception, match=r"(?i)mismatch|signature|issuer|sha256|expired"):
            received(webhook, key, secret)
    both = Counter(
        one.forgery is None for one in drawn(livekit_webhooks(signed=True, forged=None), 80)
    )
    assert set(both) == {True, False}


# --- call records --------------------------------------------------------------------------------

VENDORS = {
    *("livekit", "pipecat", "daily", "vapi", "retell", "elevenlabs", "feather_v1", "twilio"),
    *("telnyx", "plivo", "vonage", "bandwidth", "signalwire", "amazon_connect", "freeswitch"),
    "asterisk",
}


def test_call_records_of_every_vendor() -> None:
    records: list[dict[str, Any]] = [dict(record) for record in drawn(call_records(), 400)]
    assert {record["vendor"] for record in records} == VENDORS
    fields = Counter(name for record in records for name in record)
    assert set(fields) == {"vendor", "code", "status", "sip_status", "q850_cause"}
    assert min(fields.values()) > 75
    assert {
        type(record["sip_status"]).__name__ for record in records if "sip_status" in record
    } == {
        "int",
        "str",
        "NoneType",
    }


def test_their_words_are_the_vendors_own() -> None:
    for record in drawn(call_records(), 400):
        for name in ("code", "status"):
            word = record.get(name)
            if word is not None:
                found = translate(str(record.get("vendor")), word)
                assert found.grade != "unlisted", record


def test_they_are_translated() -> None:
    found = Counter(translate_call(**record).reason for record in drawn(call_records(), 300))
    assert len(found) > 15
    assert SessionTerminationReason.CALLEE_BUSY in found
    for record in drawn(call_records(drifted=True), 300):
        translate_call(**record)


def test_drifted_ones_have_strangers_words() -> None:
    records = drawn(call_records(vendors=["twilio"], drifted=True))
    assert {record.get("vendor") for record in records} == {"twilio"}
    codes = [record["code"] for record in records if record.get("code") is not None]
    assert sum(translate("twilio", code).grade == "unlisted" for code in codes) > 5
    assert {type(code) for code in codes} >= {str, int}
