"""Made-up traffic: conversations, and everything that will be said about how each of them ended.

A webhook's body is built by LiveKit's own classes and signed by LiveKit's own signer; what it
claims is read off the body by the library, away from the service. What a close claims is written
here by hand, beside what is sent. Only its time is not known: the server takes its own.

Whatever is said of an end comes once or several times, in any order: a conversation is over before
it was answered, a leave is told after the room is gone.

Four kinds of conversations, by LiveKit's clock: an hour ahead of the server's, an hour behind it,
the same, or none at all. Between a webhook's claim and a close's, the first three make another of
them the earlier one. In half of the first two the start is given as well, in the middle of the
times that are reported: those before it do not count.
"""

from __future__ import annotations

import json
import random
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

from google.protobuf.json_format import MessageToJson
from livekit.api import AccessToken
from livekit.protocol.models import DisconnectReason, ParticipantInfo, Room
from livekit.protocol.webhook import WebhookEvent

from session_lifecycle import EndClaim, SessionStatus, SessionTerminationReason
from session_lifecycle.integrations.livekit import webhook_steps
from tests.service.calls import Ask, Call
from tests.service.client import LIVEKIT_KEY, LIVEKIT_SECRET

R = SessionTerminationReason

# What is sent to close a conversation, and what that claims: a reason, and a word kept as it came.
CLOSES: tuple[tuple[Any, R, str | None], ...] = (
    (None, R.UNKNOWN, None),
    ({"reason": None}, R.UNKNOWN, None),
    ({"reason": "user_requested"}, R.USER_REQUESTED, None),
    ({"reason": "Silence Timeout"}, R.SILENCE_TIMEOUT, None),
    ({"reason": "callee-busy"}, R.CALLEE_BUSY, None),
    ({"reason": "agent_error"}, R.AGENT_ERROR, None),
    ({"reason": "room_closed"}, R.ROOM_CLOSED, None),
    ({"reason": "transferred"}, R.TRANSFERRED, None),
    ({"reason": "operator-busy"}, R.UNKNOWN, "operator-busy"),
    ({"reason": "operator-busy"}, R.UNKNOWN, "operator-busy"),  # Often: it is counted, at once.
)
# The same for end_session, where no reason is the agent's.
ENDS: tuple[tuple[Any, R, str | None], ...] = (
    (None, R.AGENT_INITIATED, None),
    ({"reason": None}, R.AGENT_INITIATED, None),
    ({"reason": "resolved"}, R.RESOLVED, None),
    ({"reason": "Abandoned"}, R.ABANDONED, None),
    ({"reason": "operator-busy"}, R.UNKNOWN, "operator-busy"),
    ({"reason": "lunch"}, R.UNKNOWN, "lunch"),
)
RESOLVE = EndClaim(R.HANDOFF_RESOLVED, None, "operator")
HOUR = 3_600


def make_calls(seed: int, count: int, now: datetime, most: int) -> list[Call]:
    """Return conversations; the same ones for a seed and a time.

    Args:
        seed: of what is random.
        count: how many.
        now: what the server's clock says.
        most: how often a request may come.
    """
    chance, second = random.Random(seed), int(now.timestamp())
    return [_call(chance, f"room-{seed}-{n}", second, most) for n in range(count)]


def _call(chance: random.Random, room: str, now: int, most: int) -> Call:
    clock = chance.choice([-HOUR, HOUR, 0, None])
    base = 0 if clock is None else now + clock
    started_at = None
    if clock and chance.random() < 0.5:
        started_at = datetime.fromtimestamp(base + 10, UTC)
    hands_over = chance.random() < 0.2
    status = "active" if hands_over else chance.choice(["queued", "ringing", "active"])
    call = Call(room, status, started_at, hands_over)
    once = _webhooks(chance, call, base)
    once += [to_close(call, "close", *chance.choice(CLOSES)) for _ in range(chance.randrange(4))]
    if chance.random() < 0.4 or not any(ask.claim for ask in once):
        once.append(to_close(call, "end_session", *chance.choice(ENDS)))
    if hands_over:
        once.append(to_resolve(call))
    often = [ask for ask in once for _ in range(chance.randint(1, most))]
    call.endings = [ask._replace(look=chance.random() < 0.2) for ask in often]
    chance.shuffle(call.endings)
    return call


def to_close(
    call: Call,
    verb: Literal["close", "end_session"] = "close",
    sent: Any = None,
    reason: R = R.UNKNOWN,
    raw: str | None = None,
) -> Ask:
    """Return a request to close, and what it claims: a close closes, whatever the reason's own
    status is."""
    source = "api" if verb == "close" else "admin"
    claim = EndClaim(reason, None, source, SessionStatus.CLOSED, raw)
    return Ask(call, verb, None if sent is None else json.dumps(sent).encode(), claim)


def to_resolve(call: Call) -> Ask:
    """Return a request to resolve the handoff."""
    return Ask(call, "resolve", None, RESOLVE)


# --- LiveKit's ------------------------------------------------------------------------------------


def _webhooks(chance: random.Random, call: Call, base: int) -> list[Ask]:
    kind = chance.choice([ParticipantInfo.STANDARD, ParticipantInfo.SIP])

    def at() -> int:
        return base and base + chance.randrange(20)  # 0 is protobuf's "not set".

    def person(reason: int = 0) -> ParticipantInfo:
        return ParticipantInfo(
            identity=f"caller-{call.room}", sid="PA_1", kind=kind, disconnect_reason=reason
        )

    said = []
    if chance.random() < 0.7:
        said.append(WebhookEvent(event="participant_joined", created_at=base, participant=person()))
    for _ in range(chance.choice([0, 1, 1, 2])):
        left = chance.choice(
            ["participant_left", "participant_left", "participant_connection_aborted"]
        )
        reason = chance.choice(DisconnectReason.values())
        said.append(WebhookEvent(event=left, created_at=at(), participant=person(reason)))
    if chance.random() < 0.4:
        agent = ParticipantInfo(
            identity="agent",
            sid="PA_2",
            kind=ParticipantInfo.AGENT,
            disconnect_reason=chance.choice(DisconnectReason.values()),
        )
        said.append(WebhookEvent(event="participant_left", created_at=at(), participant=agent))
    if chance.random() < 0.6:
        why = chance.randrange(6)
        said.append(WebhookEvent(event="room_finished", created_at=at(), room_end_reason=why))
    if chance.random() < 0.2:
        said.append(WebhookEvent(event="track_published", created_at=at(), participant=person()))
    for number, event in enumerate(said):
        event.id = f"EV_{call.room}_{number}"
        event.room.CopyFrom(Room(name=call.room, sid=f"RM_{call.room}"))
    return [_webhook(call, event) for event in said]


def _webhook(call: Call, event: WebhookEvent) -> Ask:
    body = MessageToJson(event).encode()
    digest = b64encode(sha256(body).digest()).decode()
    token = AccessToken(LIVEKIT_KEY, LIVEKIT_SECRET).with_sha256(digest).to_jwt()
    claims = [step.claim for step in webhook_steps(json.loads(body)) if step.claim is not None]
    assert len(claims) <= 1
    headers = (("content-type", "application/webhook+json"), ("authorization", token))
    return Ask(call, "webhook", body, claims[0] if claims else None, headers)
