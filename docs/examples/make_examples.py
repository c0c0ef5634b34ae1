"""Make the example streams beside this file; `index.md` tells what each is about.

`python docs/examples/make_examples.py` writes them; a test checks that they are what it writes.
Needs `livekit-protocol`. A day of a thousand sessions has a maker of its own, `make_day.py`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from _stage import Call, Line, agent, as_lines, caller, colleague

HERE = Path(__file__).parent
DIALING = {"sip.callStatus": "dialing"}
TALKING = {"sip.callStatus": "active"}


def agent_hang_up() -> Iterator[Line]:
    """The agent ends the call with its tool; LiveKit echoes the end three times over."""
    call = Call("agent-hang-up", 1)
    yield call.hook(0, "room_started")
    yield call.hook(0, "participant_joined", agent("PA_a1"))
    yield call.hook(2, "participant_joined", caller("PA_c1", **TALKING))
    yield call.own(95.412, claim="agent_initiated", source="worker")
    yield call.hook(95, "participant_left", caller("PA_c1", "ROOM_DELETED"))
    yield call.hook(95, "participant_left", agent("PA_a1", "CLIENT_INITIATED"))
    yield call.hook(96, "room_finished")
    yield call.eval_run(True, True, True)
    yield call.eval_run(False, True, None)


def busy_callee() -> Iterator[Line]:
    """The callee is busy. LiveKit says USER_REJECTED, which covers other endings, too."""
    call = Call("busy-callee", 2)
    yield call.hook(0, "room_started")
    yield call.hook(0, "participant_joined", agent("PA_a2"))
    yield call.hook(1, "participant_joined", caller("PA_c2", **DIALING))
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


def failed_warm_transfer() -> Iterator[Line]:
    """A colleague is rung up and does not answer; the agent takes the caller back, and finishes.

    The colleague's leg fails with words that would end a session: it is another party's leg.
    """
    call = Call("failed-warm-transfer", 5)
    yield call.hook(0, "participant_joined", agent("PA_a6"))
    yield call.hook(1, "participant_joined", caller("PA_c6", **TALKING))
    yield call.own(80.2, event="request_human", source="worker")
    yield call.own(81, event="transfer", source="worker")
    yield call.hook(81, "participant_joined", colleague("PA_h6", **DIALING))
    yield call.hook(106, "participant_left", colleague("PA_h6", "USER_UNAVAILABLE"))
    yield call.own(106.3, event="return_to_agent", source="worker")
    yield call.own(190.7, claim="agent_initiated", source="worker")
    yield call.hook(191, "participant_left", caller("PA_c6", "ROOM_DELETED"))
    yield call.hook(191, "room_finished")
    yield call.eval_run(True, True)


def approvals() -> Iterator[Line]:
    """Two refunds wait for a person. One is denied and the call goes on; one is approved too late.

    The second session has expired when the approval comes in, and stays so.
    """
    denied, late = Call("denied-approval", 6), Call("approved-too-late", 7)
    yield denied.hook(1, "participant_joined", caller("PA_c7", **TALKING))
    yield denied.own(50, event="request_approval", source="worker")
    yield denied.own(63.1, event="deny", source="desk")
    yield denied.own(140.5, claim="resolved", source="worker")
    yield denied.hook(141, "room_finished")
    yield late.hook(1, "participant_joined", caller("PA_c8", **TALKING))
    yield late.own(40, event="request_approval", source="worker")
    yield late.own(160, event="expire", source="timer")
    yield late.own(164.9, event="approve", source="desk")
    yield late.hook(161, "room_finished")


def superseded() -> Iterator[Line]:
    """A router replaces two sessions: one before anybody knew its end, one after.

    Of the first only teardown had told; of the second the caller had hung up a minute before.
    """
    replaced, over = Call("replaced", 8), Call("over-before-replaced", 9)
    yield replaced.hook(1, "participant_joined", caller("PA_c9", **TALKING))
    yield replaced.hook(30, "room_finished")
    yield replaced.own(31.5, event="supersede", source="router")
    yield over.hook(1, "participant_joined", caller("PA_c10", **TALKING))
    yield over.hook(75, "participant_left", caller("PA_c10", "CLIENT_INITIATED"))
    yield over.hook(76, "room_finished")
    yield over.own(135, event="supersede", source="router")


def rejoin() -> Iterator[Line]:
    """Two callers lose their line and come back: the old connection's leave comes after or before.

    After: it is about an older connection. Before: who is back never left.
    """
    late, early = Call("old-leave-comes-late", 10), Call("left-and-came-back", 11)
    yield late.hook(1, "participant_joined", caller("PA_c11", **TALKING))
    yield late.hook(40, "participant_joined", caller("PA_c12", **TALKING))
    yield late.hook(55, "participant_left", caller("PA_c11", "CONNECTION_TIMEOUT"))
    yield late.hook(180, "participant_left", caller("PA_c12", "CLIENT_INITIATED"))
    yield late.hook(181, "room_finished")
    yield early.hook(1, "participant_joined", caller("PA_c13", **TALKING))
    yield early.hook(38, "participant_left", caller("PA_c13", "SIGNAL_CLOSE"))
    yield early.hook(44, "participant_joined", caller("PA_c14", **TALKING))
    yield early.own(120.25, claim="agent_initiated", source="worker")
    yield early.hook(120, "participant_left", caller("PA_c14", "ROOM_DELETED"))
    yield early.hook(121, "room_finished")


def media_failure() -> Iterator[Line]:
    """The media fails; the silence timer, the caller and the room follow, and all report an end."""
    call = Call("media-failure", 12)
    yield call.hook(1, "participant_joined", caller("PA_c15", **TALKING))
    yield call.own(95.6, claim="silence_timeout", source="timer")
    yield call.hook(97, "participant_left", caller("PA_c15", "CLIENT_INITIATED"))
    yield call.own(80.4, claim="media_failure", source="sip bridge")
    yield call.hook(98, "room_finished")
    yield call.own(98.3, claim="pipeline_exit", source="worker")


EXAMPLES = {
    "agent_hang_up.jsonl": agent_hang_up,
    "busy_callee.jsonl": busy_callee,
    "shuffled.jsonl": shuffled,
    "failed_warm_transfer.jsonl": failed_warm_transfer,
    "approvals.jsonl": approvals,
    "superseded.jsonl": superseded,
    "rejoin.jsonl": rejoin,
    "media_failure.jsonl": media_failure,
}


if __name__ == "__main__":
    for name, make in EXAMPLES.items():
        (HERE / name).write_text(as_lines(make()), encoding="utf-8")
