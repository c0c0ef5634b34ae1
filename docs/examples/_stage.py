"""What the example makers share: a call that posts webhooks, and the people in it.

Webhook bodies are what LiveKit posts: protobuf JSON, made with LiveKit's own protocol classes.
Needs `livekit-protocol`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from google.protobuf.json_format import MessageToDict
from livekit.protocol.models import DisconnectReason, ParticipantInfo, Room
from livekit.protocol.webhook import WebhookEvent

START = int(datetime(2026, 11, 23, 10, 0, tzinfo=UTC).timestamp())

Line = dict[str, Any]


class Call:
    """One room's webhooks, with ids of their own."""

    def __init__(self, name: str, number: int) -> None:
        self.room = Room(name=name, sid=f"RM_{number:04d}")
        self.posted = 0

    def hook(self, second: int, event: str, who: ParticipantInfo | None = None) -> Line:
        """Return a webhook body as LiveKit posts it, `second` seconds into the story."""
        self.posted += 1
        body = WebhookEvent(
            event=event,
            id=f"EV_{self.room.name}_{self.posted:02d}",
            created_at=START + second,
            room=self.room,
            participant=who,
        )
        return MessageToDict(body)

    def own(self, second: float, **what: Any) -> Line:
        """Return a line of our own."""
        at = datetime.fromtimestamp(START + second, UTC).isoformat().replace("+00:00", "Z")
        return {"session_id": self.room.name, "at": at, **what}

    def eval_run(self, critical: bool, *passed: bool | None) -> Line:
        """Return a completed eval run with one score a verdict."""
        scores = [{"passed": verdict} for verdict in passed]
        run = {"status": "completed", "is_critical": critical, "scores": scores}
        return {"session_id": self.room.name, "eval_run": run}


def caller(sid: str, left: str | None = None, **attributes: str) -> ParticipantInfo:
    """Return a phone caller, with the reason of leaving if they left."""
    return _person(sid, "sip_+15550100", ParticipantInfo.Kind.SIP, left, attributes)


def colleague(sid: str, left: str | None = None, **attributes: str) -> ParticipantInfo:
    """Return the person who is rung up to take the call over."""
    return _person(sid, "sip_+15550199", ParticipantInfo.Kind.SIP, left, attributes)


def agent(sid: str, left: str | None = None) -> ParticipantInfo:
    """Return the agent, with the reason of leaving if it left."""
    return _person(sid, "agent-AJ_7", ParticipantInfo.Kind.AGENT, left, {})


def _person(
    sid: str, identity: str, kind: int, left: str | None, attributes: dict[str, str]
) -> ParticipantInfo:
    reason = DisconnectReason.Value(left) if left else 0
    return ParticipantInfo(
        sid=sid, identity=identity, kind=kind, disconnect_reason=reason, attributes=attributes
    )


def as_lines(lines: Iterable[Line]) -> str:
    """Return JSON Lines."""
    return "".join(json.dumps(line) + "\n" for line in lines)
