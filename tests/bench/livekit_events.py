"""What the LiveKit recorder adds to an event: `python -m tests.bench.livekit_events`.

In an environment with LiveKit Agents (the dependency group `voice`). Two sessions in two rooms, the
real ones, alike but for the recorder on one of them, take turns with the same events, in one run.
What is compared is the time this process was given. Audio, text and speech have no row: the
recorder listens to none of their events.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import sys
from collections.abc import Callable
from statistics import quantiles
from time import process_time
from typing import Any, NamedTuple

from livekit import rtc
from livekit.agents import Agent, AgentSession, CloseEvent, CloseReason
from livekit.agents.llm import FunctionCall, FunctionCallOutput, LLMError
from livekit.agents.voice.events import ErrorEvent, FunctionToolsExecutedEvent
from livekit.rtc._proto import participant_pb2

from session_lifecycle.integrations.livekit import LifecycleRecorder
from tests.bench.results import at_most

MICROSECONDS = 1_000_000
TARGET = at_most(50, "microseconds")
BATCH = 200
ROUNDS = 40
_COUNT = itertools.count(100)


class Side:
    """A session and its room."""

    def __init__(self, *, recorded: bool) -> None:
        self.session: AgentSession[Any] = AgentSession()
        self.room = rtc.Room()
        self.recorder = None
        if recorded:
            # One hour: nothing is delivered meanwhile, and the timer runs.
            self.recorder = LifecycleRecorder(
                self.session, self.room, print, settle_after=3600, give_up_after=3600
            )

    def takes(self, tell: Callable[[Side], None]) -> float:
        """The seconds for each event of a batch."""
        self.session._recorded_events.clear()  # It keeps them, and would grow.
        before = process_time()
        for _ in range(BATCH):
            tell(self)
        return (process_time() - before) / BATCH


def person(sid: str) -> rtc.RemoteParticipant:
    """Somebody who calls."""
    owned = participant_pb2.OwnedParticipant()
    owned.info.identity, owned.info.sid = "caller", sid
    owned.info.disconnect_reason = participant_pb2.CLIENT_INITIATED
    return rtc.RemoteParticipant(owned)


def tools(name: str) -> FunctionToolsExecutedEvent:
    """What is told when a tool has run."""
    call = FunctionCall(call_id="c1", name=name, arguments="{}")
    output = FunctionCallOutput(call_id="c1", name=name, output="", is_error=False)
    return FunctionToolsExecutedEvent(function_calls=[call], function_call_outputs=[output])


CALLER, AGAIN = person("PA_1"), person("PA_2")
WEATHER, END_CALL = tools("weather"), tools("end_call")
FAILED = ErrorEvent(
    error=LLMError(timestamp=0.0, label="x", error=ZeroDivisionError(), recoverable=False),
    source=None,
)
CLOSED = CloseEvent(reason=CloseReason.USER_INITIATED)


def _leave_and_come_back(side: Side) -> None:
    side.room.emit("participant_connected", CALLER)
    side.room.emit("participant_disconnected", CALLER)


def _tool_ran(side: Side) -> None:
    side.session.emit("function_tools_executed", WEATHER)


def _end_tool_ran(side: Side) -> None:
    side.session.emit("function_tools_executed", END_CALL)


def _model_failed(side: Side) -> None:
    side.session.emit("error", FAILED)


def _session_closes(side: Side) -> None:
    side.session.emit("close", CLOSED)


def _room_goes(side: Side) -> None:
    side.room.emit("disconnected", next(_COUNT))


class Row(NamedTuple):
    """A kind of event, as it is told."""

    name: str
    tell: Callable[[Side], None]
    events: int = 1


ROWS = (
    Row("a tool ran", _tool_ran),
    Row("a tool that ends the call ran", _end_tool_ran),
    Row("a model failed", _model_failed),
    Row("the caller comes and leaves", _leave_and_come_back, events=2),
    Row("the session closes, again and again", _session_closes),
    Row("the room goes, each time with a new word", _room_goes),
)


async def measure(row: Row) -> tuple[list[float], list[float]]:
    """Times of an event without the recorder, and what it adds, a number a round."""
    bare, recorded = Side(recorded=False), Side(recorded=True)
    for side in (bare, recorded):
        await side.session.start(Agent(instructions="x"))
    without: list[float] = []
    added: list[float] = []
    for number in range(ROUNDS + 5):
        gc.collect()
        sides = (bare, recorded) if number % 2 else (recorded, bare)
        times = {side: side.takes(row.tell) / row.events for side in sides}
        if number >= 5:  # The first ones warm up.
            without.append(times[bare])
            added.append(times[recorded] - times[bare])
    assert recorded.recorder is not None
    recorded.recorder.detach()
    for side in (bare, recorded):
        await side.session.aclose()
    return without, added


def main() -> int:
    """Print a row for each kind of event; 1 if one is over the target."""
    print("| event | without | with | the recorder adds | middle half | target |")
    print("|---|---|---|---|---|---|")
    verdict = 0
    for row in ROWS:
        without, added = asyncio.run(measure(row))
        _, plain, _ = quantiles(without, n=4)
        low, middle, high = [MICROSECONDS * one for one in quantiles(added, n=4)]
        print(
            f"| {row.name} | {MICROSECONDS * plain:.1f} "
            f"| {1 + middle / MICROSECONDS / plain:.2f}x | {middle:.1f} microseconds "
            f"| {low:.1f} to {high:.1f} | {TARGET} |"
        )
        verdict |= not TARGET.is_met_by(middle)
    return verdict


if __name__ == "__main__":
    sys.exit(main())
