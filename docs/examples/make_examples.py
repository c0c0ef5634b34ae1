"""Make the example streams beside this file with LiveKit's own protocol classes.

`python docs/examples/make_examples.py` writes them; a test checks that they are what it writes.
Needs `livekit-protocol`. Webhook bodies are what LiveKit posts: protobuf JSON, one a line.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict
from livekit.protocol.models import DisconnectReason, ParticipantInfo, Room
from livekit.protocol.webhook import WebhookEvent

HERE = Path(__file__).parent
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


def caller(sid: str, left: str | None = None, **attributes: str) -> ParticipantInfo:
    """Return a phone caller, with the reason of leaving if they left."""
    return _person(sid, "sip_+15550100", ParticipantInfo.Kind.SIP, left, attributes)


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


def agent_hang_up() -> Iterator[Line]:
    """The agent ends the call with its tool; LiveKit echoes the end three times over."""
    call = Call("agent-hang-up", 1)
    yield call.hook(0, "room_started")
    yield call.hook(0, "participant_joined", agent("PA_a1"))
    yield call.hook(2, "participant_joined", caller("PA_c1", **{"sip.callStatus": "active"}))
    yield call.own(95.412, claim="agent_initiated", source="worker")
    yield call.hook(95, "participant_left", caller("PA_c1", "ROOM_DELETED"))
    yield call.hook(95, "participant_left", agent("PA_a1", "CLIENT_INITIATED"))
    yield call.hook(96, "room_finished")
    for passed in ([True, True], [True, None]):
        scores = [{"passed": verdict} for verdict in passed]
        run = {"status": "completed", "is_critical": None not in passed, "scores": scores}
        yield {"session_id": call.room.name, "eval_run": run}


def busy_callee() -> Iterator[Line]:
    """The callee is busy. LiveKit says USER_REJECTED, which five other endings are called, too."""
    call = Call("busy-callee", 2)
    yield call.hook(0, "room_started")
    yield call.hook(0, "participant_joined", agent("PA_a2"))
    yield call.hook(1, "participant_joined", caller("PA_c2", **{"sip.callStatus": "dialing"}))
    yield call.hook(4, "participant_left", caller("PA_c2", "USER_REJECTED"))
    yield call.own(4.02, claim="callee_busy", source="dialler: SIP 486")
    yield call.hook(5, "participant_left", agent("PA_a2", "CLIENT_INITIATED"))
    yield call.hook(5, "room_finished")


def shuffled() -> list[Line]:
    """Two calls, every webhook delivered up to three times, and all of it in no order.

    In one the caller's line drops and they re-join: the old connection's leave comes after the new
    one's join and ends nothing. In the other the caller just hangs up, and a retry of the worker's
    report says again what it said before.
    """
    rejoin, plain = Call("re-join", 3), Call("hang-up", 4)
    lines = [
        rejoin.hook(0, "room_started"),
        rejoin.hook(0, "participant_joined", agent("PA_a3")),
        rejoin.hook(1, "participant_joined", caller("PA_c3")),
        rejoin.hook(40, "participant_joined", caller("PA_c4")),
        rejoin.hook(52, "participant_left", caller("PA_c3", "CONNECTION_TIMEOUT")),
        rejoin.hook(180, "participant_left", caller("PA_c4", "CLIENT_INITIATED")),
        rejoin.hook(181, "room_finished"),
        plain.hook(0, "room_started"),
        plain.hook(0, "participant_joined", agent("PA_a5")),
        plain.hook(1, "participant_joined", caller("PA_c5")),
        plain.hook(60, "participant_left", caller("PA_c5", "CLIENT_INITIATED")),
        plain.own(60.3, claim="participant left", source="worker", id="report-1"),
        plain.hook(61, "room_finished"),
    ]
    chance = random.Random(4)
    lines += [line for line in lines for _ in range(chance.randrange(3))]
    chance.shuffle(lines)
    return lines


EXAMPLES = {
    "agent_hang_up.jsonl": agent_hang_up,
    "busy_callee.jsonl": busy_callee,
    "shuffled.jsonl": shuffled,
}


def as_lines(lines: Iterable[Line]) -> str:
    """Return JSON Lines."""
    return "".join(json.dumps(line) + "\n" for line in lines)


if __name__ == "__main__":
    for name, make in EXAMPLES.items():
        (HERE / name).write_text(as_lines(make()), encoding="utf-8")
