"""Endings that went wrong in real systems, with the real objects, in every order of the reports.

One session and one room of LiveKit's, no job: nothing here decides the order but the test.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import permutations
from typing import Any, NamedTuple

import pytest
from livekit import rtc
from livekit.agents import Agent, AgentSession
from livekit.agents.voice.agent_session import SessionConnectOptions

from session_lifecycle import Ending
from session_lifecycle.integrations.livekit import LifecycleRecorder
from tests.voice.livekit_agents.apps import Clock, end_the_call
from tests.voice.livekit_agents.models import ScriptedLLM, calls
from tests.voice.livekit_agents.stage import SIP, Reason, joined, left, room_gone
from tests.voice.loop import run


class Call:
    """A call that is going on."""

    def __init__(self, *turns: Any) -> None:
        self.endings: list[Ending] = []
        self.refined: list[Ending] = []
        self.clock = Clock()
        self.room = rtc.Room()
        self.session: AgentSession[Any] = AgentSession(
            llm=ScriptedLLM(*turns), conn_options=SessionConnectOptions(max_unrecoverable_errors=0)
        )
        self.recorder = LifecycleRecorder(
            self.session,
            self.room,
            self.endings.append,
            on_refined=self.refined.append,
            end_tools={"end_the_call": "agent_initiated"},
            clock=self.clock,
        )

    async def asks(self) -> None:
        closed = asyncio.get_running_loop().create_future()
        self.session.once("close", closed.set_result)
        self.session.generate_reply(user_input="hello")
        await closed

    async def closes(self) -> None:
        await self.session.aclose()

    def leaves(self, identity: str, reason: int) -> Callable[[], Awaitable[None]]:
        async def act() -> None:
            self.room._on_room_event(left(identity, reason))

        return act

    def joins(self, identity: str, sid: str, **given: Any) -> Callable[[], Awaitable[None]]:
        async def act() -> None:
            self.room._on_room_event(joined(identity, sid, **given))

        return act

    def room_goes(self, reason: int) -> Callable[[], Awaitable[None]]:
        async def act() -> None:
            self.room._on_room_event(room_gone(reason))

        return act


class Trace(NamedTuple):
    """What was reported of a call, and the right answer."""

    name: str
    turns: tuple[Any, ...]
    number: int
    reports: Callable[[Call], list[Callable[[], Awaitable[None]]]]
    caller: dict[str, Any]
    reason: str
    status: str


# fmt: off
TRACES = (
    Trace("1: the agent hung up; the room says everybody left",
          (calls("end_the_call"), "bye"), 4,
          lambda call: [
              call.asks, call.leaves("caller", Reason.CLIENT_INITIATED),
              call.room_goes(Reason.CLIENT_INITIATED), call.closes,
          ],
          {}, "agent_initiated", "closed"),
    Trace("19: the model failed; teardown says disconnected",
          (ZeroDivisionError(),), 4,
          lambda call: [
              call.asks, call.leaves("caller", Reason.ROOM_DELETED),
              call.room_goes(Reason.ROOM_DELETED), call.closes,
          ],
          {}, "agent_error", "error"),
    Trace("22: the trunk failed; the room says the client left",
          (), 3,
          lambda call: [
              call.leaves("caller", Reason.CLIENT_INITIATED),
              call.room_goes(Reason.ROOM_CLOSED), call.closes,
          ],
          {"kind": SIP, "sip_callStatus": "dialing"}, "sip_failed", "error"),
    Trace("17: closed four times",
          (), 4,
          lambda call: [call.closes, call.closes, call.closes, call.closes],
          {}, "unknown", "closed"),
)
# fmt: on
ORDERS = [
    pytest.param(trace, order, id=f"{trace.name}, {' '.join(map(str, order))}")
    for trace in TRACES
    for order in permutations(range(trace.number))
    # Nobody can ask a session that is closed.
    if not trace.turns or order.index(0) < order.index(3)
]


@pytest.mark.parametrize(("trace", "order"), ORDERS)
def test_every_order_of_the_reports_gives_the_right_answer(
    trace: Trace, order: tuple[int, ...]
) -> None:
    async def play() -> Call:
        call = Call(*trace.turns)
        await call.session.start(Agent(instructions="x", tools=[end_the_call]))
        await call.joins("caller", "PA_1", **trace.caller)()
        reports = trace.reports(call)
        for number in order:
            call.clock.forward(0.3)
            await reports[number]()
        await call.recorder.aclose()
        return call

    call = run(play())
    assert [(one.reason, one.status) for one in call.endings] == [(trace.reason, trace.status)]
    assert call.refined == []


def test_7_a_leave_of_the_connection_before_ends_nothing_in_either_order() -> None:
    async def play(*, leave_first: bool) -> None:
        call = Call()
        await call.session.start(Agent(instructions="x"))
        await call.joins("caller", "PA_1")()
        before = call.room.remote_participants["caller"]
        # The room itself knows one participant of an identity; its server may tell of both.
        after = rtc.RemoteParticipant(joined("caller", "PA_2").participant_connected.info)
        before._info.disconnect_reason = Reason.CONNECTION_TIMEOUT
        reports = [("participant_connected", after), ("participant_disconnected", before)]
        for event, participant in reversed(reports) if leave_first else reports:
            call.room.emit(event, participant)
        assert call.recorder.ending is None
        assert call.endings == []
        after._info.disconnect_reason = Reason.CLIENT_INITIATED
        call.room.emit("participant_disconnected", after)
        await call.closes()
        await call.recorder.aclose()
        assert [one.reason for one in call.endings] == ["client_initiated"]

    run(play(leave_first=True))
    run(play(leave_first=False))


def test_8_who_left_without_ever_having_joined_has_left() -> None:
    async def play() -> Call:
        call = Call()
        await call.session.start(Agent(instructions="x"))
        # Nobody told of the joining: the room had them before the agent came.
        call.room._create_remote_participant(joined("caller", "PA_1").participant_connected.info)
        await call.leaves("caller", Reason.CLIENT_INITIATED)()
        await call.closes()
        await call.recorder.aclose()
        return call

    call = run(play())
    assert [one.reason for one in call.endings] == ["client_initiated"]
