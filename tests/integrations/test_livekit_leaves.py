"""What it claims that somebody leaves a LiveKit room, by who it is and why."""

from __future__ import annotations

import json

import pytest
from livekit.protocol.models import DisconnectReason

from session_lifecycle import SessionTerminationReason
from session_lifecycle.integrations.livekit import webhook_steps
from session_lifecycle.integrations.livekit._leaves import claim_of_leave, leave_reasons
from tests.integrations.livekit_bodies import Kind, body, claimed, only

R = SessionTerminationReason

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


# By LiveKit's numbers: who is a caller, who an agent, who neither.
KINDS = {
    **dict.fromkeys(["STANDARD", 0, "SIP", 3, "CONNECTOR", 7, None], "caller"),
    **dict.fromkeys(["AGENT", 4], "agent"),
    **dict.fromkeys(["INGRESS", 1, "EGRESS", 2, "BRIDGE", 8, "", 99, -1], "neither"),
}


def test_every_kind_of_the_installed_protocol_is_told_by_name_and_number() -> None:
    assert {*Kind.keys(), *Kind.values()} == {k for k in KINDS if k not in (None, "", 99, -1)}
    for name, number in Kind.items():
        assert KINDS[name] == KINDS[number]


@pytest.mark.parametrize("kind", KINDS)
def test_who_leaves_is_told_by_its_kind(kind: str | int | None) -> None:
    claims = {"caller": R.ROOM_DELETED, "agent": R.ROOM_DELETED, "neither": None}
    said = claim_of_leave("ROOM_DELETED", kind)
    assert (None if said is None else said.reason) is claims[KINDS[kind]]
    left = claim_of_leave("USER_REJECTED", kind)
    assert (left is not None) is (KINDS[kind] == "caller")
    drifted = body("participant_left", reason=DisconnectReason.ROOM_DELETED)
    drifted["participant"]["kind"] = kind
    assert claimed(webhook_steps(drifted)) is claims[KINDS[kind]]


@pytest.mark.parametrize("kind", [True, False, 0.0, [], {}, object(), b"SIP"])
def test_a_kind_that_is_none_is_neither(kind: object) -> None:
    assert claim_of_leave("ROOM_DELETED", kind) is None


@pytest.mark.parametrize(
    "written", ["ROOM_DELETED", "room_deleted", "DisconnectReason.ROOM_DELETED", "5"]
)
def test_what_a_word_claims_is_told_as_people_write_it(written: str) -> None:
    row = leave_reasons(written)
    assert row is not None
    assert (row.word, row.caller, row.agent) == ("ROOM_DELETED", R.ROOM_DELETED, R.ROOM_DELETED)


@pytest.mark.parametrize("written", ["", "17", "0005", "-1", "1000", "FROM_2031", "٥"])
def test_a_word_that_is_not_listed_claims_nothing(written: str) -> None:
    assert leave_reasons(written) is None


def test_what_a_leave_claims_is_told_without_a_webhook() -> None:
    """As those need it who hear of a leave from the room itself."""
    assert claim_of_leave(None, None) == (R.PARTICIPANT_LEFT, None)
    assert claim_of_leave(None, None, aborted=True) == (R.JOIN_FAILURE, None)
    assert claim_of_leave(13, Kind.SIP, {}) == (R.SIP_TRUNK_FAILURE, None)
    assert claim_of_leave(99, Kind.SIP) == (R.UNKNOWN, "DisconnectReason 99")
    assert claim_of_leave(2, Kind.SIP) is None
