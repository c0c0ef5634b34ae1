"""What the recorder leaves behind, whom it tells and how often, and what cannot break it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import ref

import pytest
from livekit import rtc
from livekit.agents import Agent, AgentSession
from livekit.rtc._proto import participant_pb2

from session_lifecycle import Ending
from session_lifecycle.integrations.livekit import LifecycleRecorder
from session_lifecycle.integrations.livekit._parties import _KINDS
from tests.voice.livekit_agents.apps import App, stuck
from tests.voice.livekit_agents.models import ScriptedLLM, calls
from tests.voice.livekit_agents.stage import Reason, Stage, joined, left
from tests.voice.loop import run

OUR_EVENTS = {
    "session": {"close", "error", "function_tools_executed", "tool_execution_updated"},
    "room": {
        *("participant_connected", "participant_disconnected"),
        *("disconnected", "connection_state_changed"),
    },
}


def ours(emitter: rtc.EventEmitter[Any]) -> set[str]:
    """The events at which the recorder is called back."""
    return {
        event
        for event, listeners in emitter._events.items()
        if any(one.__module__.startswith("session_lifecycle") for one in listeners)
    }


def play(app: App, act: Callable[[Stage], Awaitable[None]]) -> list[dict[str, Any]]:
    """Run a job; return what the loop's exception handler was told."""
    errors: list[dict[str, Any]] = []

    async def scene(stage: Stage) -> None:
        await app.is_ready.wait()
        await act(stage)

    async def job() -> None:
        await Stage(app.entrypoint).play(scene)

    run(job(), errors=errors)
    return errors


async def caller_leaves(stage: Stage) -> None:
    stage.joins("caller", "PA_1")
    stage.leaves("caller", Reason.CLIENT_INITIATED)
    stage.worker_shuts_down()


def test_the_jobs_shutdown_waits_for_an_async_listener() -> None:
    written: list[Ending] = []

    class Stored(App):
        async def on_ending(self, ending: Ending) -> None:  # type: ignore[override]
            await asyncio.sleep(0.2)
            written.append(ending)

    assert play(Stored(), caller_leaves) == []
    assert [one.reason for one in written] == ["client_initiated"]


@pytest.mark.parametrize("is_async", [False, True])
def test_a_listener_that_raises_is_told_to_the_loop_and_breaks_nothing(is_async: bool) -> None:
    class Broken(App):
        def on_ending(self, ending: Ending) -> Any:
            if is_async:
                return self.later()
            raise TypeError("ours")

        async def later(self) -> None:
            raise TypeError("ours")

    app = Broken()
    errors = play(app, caller_leaves)
    assert [str(one["exception"]) for one in errors] == ["ours"]
    assert app.recorder.ending is not None


def test_no_handler_is_left_after_detach_and_none_before_it_is_missing() -> None:
    async def call() -> None:
        session, room = AgentSession[Any](), rtc.Room()
        before = ours(session), ours(room)
        recorder = LifecycleRecorder(session, room, print)
        assert (ours(session), ours(room)) == (OUR_EVENTS["session"], OUR_EVENTS["room"])
        recorder.detach()
        assert (ours(session), ours(room)) == before == (set(), set())

    run(call())


def test_nothing_is_delivered_after_detach() -> None:
    endings: list[Ending] = []

    async def call() -> None:
        session, room = AgentSession[Any](), rtc.Room()
        recorder = LifecycleRecorder(session, room, endings.append, settle_after=0.01)
        await session.start(Agent(instructions="x"))
        recorder.claim("silence_timeout")
        recorder.detach()
        await session.aclose()
        await recorder.aclose()
        await asyncio.sleep(0.05)
        assert recorder.ending is None

    run(call())
    assert endings == []


def test_a_session_without_a_job_is_closed_with_the_recorder() -> None:
    endings: list[Ending] = []

    async def call() -> None:
        session = AgentSession[Any]()
        async with LifecycleRecorder(session, None, endings.append) as recorder:
            await session.start(Agent(instructions="x"))
            recorder.claim("max_call_duration")
            await session.aclose()
            assert endings == []

    run(call())
    assert [one.reason for one in endings] == ["max_call_duration"]


def test_a_session_that_nobody_ends_is_unknown() -> None:
    endings: list[Ending] = []

    async def call() -> None:
        async with LifecycleRecorder(AgentSession[Any](), rtc.Room(), endings.append):
            pass

    run(call())
    assert [(one.reason, one.source) for one in endings] == [("unknown", "recorder")]


def test_a_cancelled_block_exits_and_one_that_raises_is_the_agents_failure() -> None:
    endings: list[Ending] = []

    async def call() -> None:
        async def block(error: Exception | None) -> None:
            session = AgentSession[Any]()
            async with LifecycleRecorder(session, None, endings.append):
                await session.start(Agent(instructions="x"))
                try:
                    if error is not None:
                        raise error
                    await asyncio.sleep(60)
                finally:
                    await session.aclose()

        waiting = asyncio.create_task(block(None))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        with pytest.raises(ZeroDivisionError):
            await block(ZeroDivisionError())

    run(call())
    said = [(one.reason, one.status, one.source, one.winner.raw) for one in endings]
    assert said == [
        ("pipeline_exit", "closed", "worker", "CancelledError"),
        ("agent_error", "error", "worker", "ZeroDivisionError"),
    ]


def test_a_tool_that_raises_has_ended_nothing() -> None:
    app = App(calls("stuck"), "sorry", tools=[stuck], end_tools={"stuck": "agent_initiated"})

    async def act(stage: Stage) -> None:
        stage.joins("caller", "PA_1")
        executed = stage.event_of(app.session, "function_tools_executed")
        stage.user_says(app.session, "bye")
        await executed
        app.clock.forward(60)
        stage.leaves("caller", Reason.CLIENT_INITIATED)
        stage.worker_shuts_down()

    play(app, act)
    assert [one.reason for one in app.endings] == ["client_initiated"]


def test_a_late_claim_refines_and_is_told_of() -> None:
    app = App()

    async def act(stage: Stage) -> None:
        stage.joins("caller", "PA_1")
        stage.room_goes(Reason.ROOM_DELETED)
        await app.delivered.wait()

    async def after(stage: Stage) -> None:
        await act(stage)
        stage.leaves("caller", Reason.MEDIA_FAILURE)

    play(app, after)
    assert [one.reason for one in app.endings] == ["room_deleted"]
    assert [one.reason for one in app.refined] == ["media_failure"]
    assert app.recorder.ending == app.refined[-1]


def test_a_thousand_events_are_one_ending_with_few_claims() -> None:
    app = App()

    async def act(stage: Stage) -> None:
        for number in range(1000):
            stage.joins("caller", f"PA_{number}")
            stage.leaves("caller", Reason.MEDIA_FAILURE)
            # A word of next year, each time another.
            stage.room.emit("disconnected", 100 + number)
        await app.delivered.wait()

    play(app, act)
    (ending,) = app.endings
    assert ending.reason == "media_failure"
    assert app.recorder.ending is not None
    assert len(app.recorder.ending.claims) <= 32


def test_what_cannot_be_read_is_told_to_the_loop_and_goes_no_further() -> None:
    errors: list[dict[str, Any]] = []

    class Hostile:
        @property
        def reason(self) -> str:
            raise TypeError("no reason for you")

    async def call() -> None:
        session, room = AgentSession[Any](), rtc.Room()
        recorder = LifecycleRecorder(session, room, print)
        # LiveKit's emitter would let a TypeError through to its own close.
        rtc.EventEmitter.emit(session, "close", Hostile())
        for event in OUR_EVENTS["session"] - {"close"} | {"agent_state_changed"}:
            rtc.EventEmitter.emit(session, event, object())
        for event in OUR_EVENTS["room"]:
            room.emit(event, object())  # type: ignore[arg-type]
        recorder.detach()

    run(call(), errors=errors)
    assert {type(one["exception"]) for one in errors} <= {TypeError, AttributeError}
    assert "no reason for you" in [str(one["exception"]) for one in errors]


def test_the_recorder_keeps_neither_session_nor_room() -> None:
    async def call() -> None:
        session, room = AgentSession[Any](llm=ScriptedLLM("hello")), rtc.Room()
        recorder = LifecycleRecorder(session, room, print)
        await session.start(Agent(instructions="x"))
        room._on_room_event(joined("caller", "PA_1"))
        room._on_room_event(left("caller", Reason.UNKNOWN_REASON))
        await session.aclose()
        kept = ref(session), ref(room)
        del session, room
        gc.collect()
        assert [one() for one in kept] == [None, None]
        recorder.detach()
        assert recorder.ending is not None

    run(call())


def test_whoever_listens_need_not_keep_the_recorder() -> None:
    endings: list[Ending] = []

    async def call() -> None:
        session = AgentSession[Any]()
        LifecycleRecorder(session, None, endings.append, settle_after=0.01)
        gc.collect()
        await session.start(Agent(instructions="x"))
        await session.aclose()
        await asyncio.sleep(0.1)

    run(call())
    assert [one.reason for one in endings] == ["unknown"]


def test_the_kinds_of_participants_are_numbered_as_the_room_numbers_them() -> None:
    there = participant_pb2.ParticipantKind.items()
    assert there
    assert {f"PARTICIPANT_KIND_{_KINDS[number]}": number for _, number in there} == dict(there)
