"""Endings that went wrong in real systems, as LiveKit posts them: signed, verified, in any order.

Built by LiveKit's own classes, signed with its own signer, verified with its own receiver; read
from the body and from the receiver's message alike. What is not LiveKit's to tell (a worker, a
dialler) is a step of ours beside it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations
from typing import Any

import pytest
from google.protobuf.json_format import MessageToJson
from livekit.api import AccessToken, TokenVerifier, WebhookReceiver
from livekit.protocol.agent import Job, JobState, JobStatus
from livekit.protocol.models import DisconnectReason as D
from livekit.protocol.models import Room, RoomEndReason
from livekit.protocol.webhook import WebhookEvent

from session_lifecycle import (
    ClaimRank,
    EndClaim,
    HistoryStep,
    RedialAdvice,
    Session,
    SessionChange,
    SessionStatus,
    SessionTerminationReason,
    TransitionVerdict,
    apply_claim,
    apply_event,
    audit_history,
    claim_rank,
    reason_traits,
    replay,
    session_change,
    start_session,
)
from session_lifecycle.integrations.livekit import webhook_session_key, webhook_steps
from tests.integrations.livekit_bodies import START, Kind, message

R = SessionTerminationReason
KEY, SECRET = "devkey", "a secret of at least 32 characters"
RECEIVER = WebhookReceiver(TokenVerifier(KEY, SECRET))

# What arrives: a webhook of LiveKit's, or a step that somebody else reports.
Report = WebhookEvent | HistoryStep


def posted(event: WebhookEvent, secret: str = SECRET) -> tuple[str, str]:
    """Return the body and the header as LiveKit posts them."""
    body = MessageToJson(event)
    digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
    return body, AccessToken(KEY, secret).with_sha256(digest).to_jwt()


def arrived(report: Report) -> tuple[HistoryStep, ...]:
    """Return the steps of a report, after its signature was verified."""
    if isinstance(report, HistoryStep):
        return (report,)
    body, token = posted(report)
    received = RECEIVER.receive(body, token)
    steps = webhook_steps(received)
    assert steps == webhook_steps(json.loads(body))
    assert webhook_session_key(received) == "room-1"
    return steps


def in_every_order(reports: Sequence[Report]) -> Iterator[Session]:
    """Yield the session that every order of the reports comes to, each of them delivered twice."""
    read = [arrived(report) for report in reports]
    for order in permutations(read):
        steps = [step for one in (*order, *order) for step in one]
        yield replay(steps).session


def joined(second: int = 0, *, sid: str = "PA_1", number: int = 1, **more: Any) -> WebhookEvent:
    return message("participant_joined", second=second, sid=sid, number=number, **more)


def left(second: int, reason: int, *, number: int = 2, **more: Any) -> WebhookEvent:
    return message("participant_left", second=second, reason=reason, number=number, **more)


def finished(second: int, *, why: int = 0, number: int = 9) -> WebhookEvent:
    return message("room_finished", second=second, room_end_reason=why, number=number)


def told(reason: R, second: float, source: str = "worker") -> HistoryStep:
    at = START.replace(second=int(second), microsecond=int(second % 1 * 1_000_000))
    return HistoryStep(at, EndClaim(reason, at, source), source, f"{source}-1")


def ended(sessions: Iterable[Session]) -> tuple[R, SessionStatus, RedialAdvice]:
    """Return the one ending that all of them have."""
    (one,) = {(s.ending.reason, s.status) for s in sessions if s.ending is not None}
    return *one, reason_traits(one[0]).redial


def test_a_forged_end_is_none() -> None:
    body, token = posted(finished(30))
    assert RECEIVER.receive(body, token).event == "room_finished"
    with pytest.raises(Exception, match="hash mismatch"):
        RECEIVER.receive(body.replace("room-1", "room-2"), token)
    with pytest.raises(Exception, match=r"(?i)signature"):
        RECEIVER.receive(*posted(finished(30), secret="another secret of 32 characters!"))


@pytest.mark.parametrize("second", [30, 31])
def test_trace_1_the_workers_own_word_counts_and_the_agents_leave_is_an_echo(second: int) -> None:
    """livekit/livekit#4447: success by the worker, "agent left the room" by the server."""
    agent = {"kind": Kind.AGENT, "identity": "agent-AJ_1", "sid": "PA_2"}
    failed = Job(
        room=Room(name="room-1", sid="RM_1"),
        state=JobState(status=JobStatus.JS_FAILED, error="agent worker left the room"),
    )
    reports = [
        joined(),
        told(R.AGENT_INITIATED, 30.412),
        left(second, D.CLIENT_INITIATED, number=3, **agent),
        message("agent_job_ended", second=second, job=failed, number=4),
        finished(second + 1, why=RoomEndReason.ROOM_END_API_DELETE),
    ]
    expected = (R.AGENT_INITIATED, SessionStatus.CLOSED, RedialAdvice.NOT_APPLICABLE)
    assert ended(in_every_order(reports)) == expected


def test_trace_7_a_leave_of_the_old_connection_ends_nothing() -> None:
    """livekit/livekit#2399: re-join, then the old connection's leave."""
    reports = [
        joined(0, sid="PA_1", number=1),
        joined(30, sid="PA_2", number=2),
        left(31, D.CLIENT_INITIATED, sid="PA_1", number=3),
        left(29, D.DUPLICATE_IDENTITY, sid="PA_1", number=4),
    ]
    for session in in_every_order(reports):
        assert (session.status, session.ending) == (SessionStatus.ACTIVE, None)
    reports = [*reports[:3], left(60, D.CLIENT_INITIATED, sid="PA_2", number=5)]
    for session in in_every_order(reports):
        assert session.ended_at == START.replace(minute=1)


def test_trace_8_left_without_ever_having_joined_ends_and_is_no_error() -> None:
    """livekit/livekit#1130: it is marked as out of order."""
    reports = [left(30, D.CLIENT_INITIATED), finished(31)]
    expected = (R.CLIENT_INITIATED, SessionStatus.CLOSED, RedialAdvice.NOT_APPLICABLE)
    assert ended(in_every_order(reports)) == expected
    history = replay([step for report in reports for step in arrived(report)])
    assert [entry.verdict for entry in history.entries] == [
        TransitionVerdict.MOVED,
        TransitionVerdict.LATE,
    ]
    assert [finding.code for finding in audit_history(history)] == ["ended_without_start"]


def test_trace_17_closed_four_times_is_billed_once() -> None:
    """Vexa-ai/vexa#330: four closes, four billing events; here by four different reports."""
    reports = [
        left(30, D.ROOM_DELETED, number=2),
        left(30, D.ROOM_DELETED, number=3, kind=Kind.AGENT, identity="agent", sid="PA_2"),
        finished(31, why=RoomEndReason.ROOM_END_API_DELETE, number=4),
        told(R.AGENT_INITIATED, 29.5),
    ]
    read = [step for report in [joined(), *reports, *reports] for step in arrived(report)]
    for order in permutations(read[1:5]):
        session, bills = start_session(), 0
        for step in (read[0], *order, *order):
            before = session
            if step.claim is None:
                assert step.event is not None
                session = apply_event(session, step.event, at=step.at)
            else:
                session = apply_claim(session, step.claim)
            bills += session_change(before, session) is SessionChange.ENDED
        assert bills == 1
        assert session.ending is not None
        assert session.ending.reason is R.AGENT_INITIATED


def test_trace_19_failed_stays_failed() -> None:
    """juspay/clairvoyance PR#751: failed, and then `finally` hung up."""
    reports = [
        joined(),
        told(R.AGENT_ERROR, 20),
        left(20, D.AGENT_ERROR, kind=Kind.AGENT, identity="agent", sid="PA_2", number=3),
        left(24, D.CLIENT_INITIATED, number=4),
        finished(25, why=RoomEndReason.ROOM_END_API_DELETE),
    ]
    expected = (R.AGENT_ERROR, SessionStatus.ERROR, RedialAdvice.ASK)
    assert ended(in_every_order(reports)) == expected


PHONE = {"kind": Kind.SIP, "identity": "sip_+15550100"}


@pytest.mark.parametrize(
    ("word", "sip", "reason", "redial"),
    [
        # As it is since livekit/sip#861, with what an application put there, and as it was before.
        (D.SIP_TRUNK_FAILURE, {"callStatus": "dialing"}, R.SIP_TRUNK_FAILURE, RedialAdvice.ASK),
        (
            D.CLIENT_INITIATED,
            {"callStatus": "dialing", "callStatusCode": "503"},
            R.SIP_TRUNK_FAILURE,
            RedialAdvice.ASK,
        ),
        (D.CLIENT_INITIATED, {"callStatus": "dialing"}, R.SIP_FAILED, RedialAdvice.ASK),
        (
            D.USER_REJECTED,
            {"callStatus": "ringing", "callStatusCode": "486"},
            R.CALLEE_BUSY,
            RedialAdvice.LATER,
        ),
    ],
)
def test_trace_22_the_sip_outcome_is_finer_than_the_rooms_word(
    word: int, sip: dict[str, str], reason: R, redial: RedialAdvice
) -> None:
    """livekit/sip#295: a trunk failure shows in the room as `CLIENT_INITIATED`."""
    reports = [
        joined(0, sip={"callStatus": "dialing"}, **PHONE),
        left(3, word, sip=sip, **PHONE),
        finished(24, why=RoomEndReason.ROOM_END_IDLE_TIMEOUT),
    ]
    status = reason_traits(reason).status
    assert ended(in_every_order(reports)) == (reason, status, redial)
    (step,) = arrived(reports[1])
    assert step.claim is not None
    assert claim_rank(step.claim) is not ClaimRank.ECHO


def test_trace_22_the_crosswalk_is_told_by_a_worker_that_knows_the_status() -> None:
    """LiveKit's SIP service tells the dialler alone: its claim and the room's make one ending."""
    reports = [
        joined(0, sip={"callStatus": "dialing"}, **PHONE),
        told(R.SIP_TRUNK_FAILURE, 3, "dialler"),
        left(3, D.CLIENT_INITIATED, sip={"callStatus": "dialing"}, **PHONE),
        finished(24),
    ]
    expected = (R.SIP_TRUNK_FAILURE, SessionStatus.ERROR, RedialAdvice.ASK)
    assert ended(in_every_order(reports)) == expected
