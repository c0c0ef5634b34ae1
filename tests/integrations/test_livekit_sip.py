"""Of a phone, what SIP says is finer than the room's word."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from livekit.protocol.models import DisconnectReason

from session_lifecycle import (
    RedialAdvice,
    SessionTerminationReason,
    reason_traits,
    replay,
)
from session_lifecycle.integrations.livekit import webhook_steps
from session_lifecycle.integrations.livekit._leaves import claim_of_leave
from tests.integrations.livekit_bodies import Kind, body, claim_in, steps_of

R = SessionTerminationReason


def left(word: str, *, kind: int = Kind.SIP, event: str = "participant_left", **sip: str) -> Any:
    return body(event, kind=kind, reason=DisconnectReason.Value(word), sip=sip, second=30, number=2)


def said(word: str, **more: Any) -> tuple[R, str | None] | None:
    claim = claim_in(webhook_steps(left(word, **more)))
    return None if claim is None else (claim.reason, claim.raw)


# The room's word, the SIP status, and what both together claim: RFC 3261, and our crosswalk.
@pytest.mark.parametrize(
    ("word", "code", "reason"),
    [
        # Trace 22, livekit/sip#295: a trunk's failure shows as if the person had hung up.
        ("CLIENT_INITIATED", "503", R.SIP_TRUNK_FAILURE),
        ("CLIENT_INITIATED", "500", R.SIP_TRUNK_FAILURE),
        # The callee's own answers, which the room folds into one.
        ("USER_REJECTED", "486", R.CALLEE_BUSY),
        ("USER_REJECTED", "600", R.CALLEE_BUSY),
        ("USER_REJECTED", "607", R.CALLEE_DECLINED),
        ("USER_REJECTED", "403", R.SIP_FAILED),
        ("USER_REJECTED", "407", R.SIP_FAILED),
        ("USER_REJECTED", "488", R.SIP_FAILED),
        ("USER_UNAVAILABLE", "404", R.CALLEE_NOT_FOUND),
        ("USER_UNAVAILABLE", "480", R.CALLEE_UNAVAILABLE),
        ("SIP_TRUNK_FAILURE", "486", R.CALLEE_BUSY),
        # Who was not reached had no conversation, whatever word the room ended with.
        ("CLIENT_INITIATED", "486", R.CALLEE_BUSY),
        ("UNKNOWN_REASON", "486", R.CALLEE_BUSY),
        ("CLIENT_INITIATED", "408", R.USER_UNAVAILABLE),
        ("CLIENT_INITIATED", "603", R.USER_REJECTED),
        ("PARTICIPANT_REMOVED", "603", R.USER_REJECTED),
        ("ROOM_DELETED", "480", R.CALLEE_UNAVAILABLE),
        ("MEDIA_FAILURE", "488", R.SIP_FAILED),
        ("CLIENT_INITIATED", "SIP_STATUS_BUSY_HERE", R.CALLEE_BUSY),
        ("CLIENT_INITIATED", " 486 ", R.CALLEE_BUSY),
    ],
)
def test_a_sip_status_is_finer_than_the_rooms_word(word: str, code: str, reason: R) -> None:
    raw = "SIP 486" if code == "SIP_STATUS_BUSY_HERE" else f"SIP {code.strip()}"
    assert said(word, callStatusCode=code) == (reason, raw)
    assert said(word, callStatusCode=code, callStatus="hangup") == said(word, callStatusCode=code)


@pytest.mark.parametrize("word", ["USER_REJECTED", "SIP_TRUNK_FAILURE", "SERVER_SHUTDOWN"])
def test_a_refusal_without_a_person_is_left_to_the_rooms_word(word: str) -> None:
    """603 alone does not say who refused; nor is anybody rung again because of it."""
    found = said(word, callStatusCode="603")
    assert found == (R(word.lower()), None)
    assert reason_traits(found[0]).redial is RedialAdvice.ASK


@pytest.mark.parametrize("code", ["200", "202", "180", "100", "0", "", "zzz", "7", "9" * 10_000])
@pytest.mark.parametrize("word", ["CLIENT_INITIATED", "ROOM_DELETED", "SIP_TRUNK_FAILURE"])
def test_a_status_that_is_no_failure_says_nothing(word: str, code: str) -> None:
    assert said(word, callStatusCode=code) == (R(word.lower()), None)


@pytest.mark.parametrize("state", ["active", "automation"])
@pytest.mark.parametrize("word", ["CLIENT_INITIATED", "ROOM_DELETED", "SIP_TRUNK_FAILURE"])
def test_an_answered_call_has_had_its_answer(word: str, state: str) -> None:
    """A status beside it is of another dial: of an attempt before, or of a transfer's leg."""
    assert said(word, callStatusCode="486", callStatus=state) == (R(word.lower()), None)


@pytest.mark.parametrize("word", ["USER_UNAVAILABLE", "USER_REJECTED", "JOIN_FAILURE"])
@pytest.mark.parametrize(
    "sip", [{"callStatus": "active"}, {"callStatus": "automation"}, {"callStatusCode": "200"}]
)
def test_who_answered_was_not_unreachable(word: str, sip: dict[str, str]) -> None:
    """Or somebody who has just spoken is rung again."""
    raw = f"DisconnectReason {word} of an answered SIP call"
    assert said(word, **sip) == (R.UNKNOWN, raw)
    assert len(raw) <= 64
    assert reason_traits(R.UNKNOWN).redial is RedialAdvice.ASK


@pytest.mark.parametrize("state", ["dialing", "ringing"])
def test_nobody_hangs_up_a_leg_that_was_never_answered(state: str) -> None:
    """Trace 22 without a status: the room's word would say that there had been a conversation."""
    raw = f"sip.callStatus {state}, DisconnectReason CLIENT_INITIATED"
    assert said("CLIENT_INITIATED", callStatus=state) == (R.SIP_FAILED, raw)
    assert said("CLIENT_INITIATED", callStatus=state, callStatusCode="487") == (R.SIP_FAILED, raw)
    assert said("CLIENT_INITIATED", callStatus=state, callStatusCode="503") == (
        *(R.SIP_TRUNK_FAILURE, "SIP 503"),
    )
    assert said("UNKNOWN_REASON", callStatus=state) == (
        *(R.SIP_FAILED, f"sip.callStatus {state}, DisconnectReason UNKNOWN_REASON"),
    )
    assert said("CLIENT_INITIATED", callStatus=state, callStatusCode="200") == (
        *(R.CLIENT_INITIATED, None),
    )


@pytest.mark.parametrize(
    "word", ["USER_UNAVAILABLE", "SIP_TRUNK_FAILURE", "ROOM_DELETED", "PARTICIPANT_REMOVED"]
)
@pytest.mark.parametrize("state", ["dialing", "ringing", "hangup", "from_2031", ""])
def test_other_words_stay_as_they_are(word: str, state: str) -> None:
    assert said(word, callStatus=state) == (R(word.lower()), None)
    assert said("CLIENT_INITIATED", callStatus="hangup") == (R.CLIENT_INITIATED, None)


def test_an_aborted_connection_of_a_phone() -> None:
    aborted = "participant_connection_aborted"
    assert said("UNKNOWN_REASON", event=aborted) == (R.JOIN_FAILURE, None)
    assert said("UNKNOWN_REASON", event=aborted, callStatus="dialing") == (R.JOIN_FAILURE, None)
    assert said("UNKNOWN_REASON", event=aborted, callStatusCode="zzz") == (R.JOIN_FAILURE, None)
    assert said("UNKNOWN_REASON", event=aborted, callStatusCode="486") == (
        *(R.CALLEE_BUSY, "SIP 486"),
    )


@pytest.mark.parametrize("word", ["DUPLICATE_IDENTITY", "MIGRATION"])
def test_a_connection_that_was_replaced_is_no_end(word: str) -> None:
    assert said(word, callStatusCode="486", callStatus="dialing") is None


@pytest.mark.parametrize("kind", [Kind.STANDARD, Kind.CONNECTOR, Kind.AGENT])
def test_only_a_phone_is_believed(kind: int) -> None:
    """Anybody may give himself attributes."""
    attributes = {"callStatusCode": "486", "callStatus": "dialing"}
    agent = kind == Kind.AGENT
    assert said("CLIENT_INITIATED", kind=kind, **attributes) == (
        None if agent else (R.CLIENT_INITIATED, None)
    )


@pytest.mark.parametrize("kind", ["SIP", 3])
def test_a_phone_is_told_by_its_kinds_name_or_number(kind: str | int) -> None:
    attributes = {"sip.callStatusCode": "486"}
    assert claim_of_leave("CLIENT_INITIATED", kind, attributes) == (R.CALLEE_BUSY, "SIP 486")
    assert claim_of_leave("CLIENT_INITIATED", None, attributes) == (R.CLIENT_INITIATED, None)


@pytest.mark.parametrize("code", [486.0, True, None, [], {}, 0, 10**400, "x" * 10_000])
def test_a_status_of_another_type_says_nothing(code: object) -> None:
    drifted = left("CLIENT_INITIATED")
    for attributes in ({"sip.callStatusCode": code, "sip.callStatus": []}, None, [], "x", {}):
        drifted["participant"]["attributes"] = attributes
        claim = claim_in(webhook_steps(drifted))
        assert claim is not None
        assert (claim.reason, claim.raw) == (R.CLIENT_INITIATED, None)
    drifted["participant"]["attributes"] = {"sip.callStatusCode": 486}
    claim = claim_in(webhook_steps(drifted))
    assert claim is not None
    assert (claim.reason, claim.raw) == (R.CALLEE_BUSY, "SIP 486")


def test_the_sip_outcome_wins_in_any_order() -> None:
    """Busy, and the room's teardown after it."""
    bodies = [
        body("participant_joined", kind=Kind.SIP, sip={"callStatus": "dialing"}, number=1),
        left("USER_REJECTED", callStatus="ringing", callStatusCode="486"),
        body("room_finished", second=31, room_end_reason=1, number=3),
    ]
    for order in permutations(bodies * 2, 6):
        ending = replay(steps_of(order)).session.ending
        assert ending is not None
        assert (ending.reason, ending.winner.raw) == (R.CALLEE_BUSY, "SIP 486")
        assert reason_traits(ending.reason).redial is RedialAdvice.LATER
