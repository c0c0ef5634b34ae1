"""What happens to a call from outside, and what the agents do that a developer wrote."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from unittest import mock

from livekit import rtc

from tests.voice.livekit_agents.apps import App, Hanging, NotStartedError
from tests.voice.livekit_agents.stage import AGENT, SIP, Reason, Stage

Act = Callable[[Stage, App], Awaitable[None]]


async def agent_ends(stage: Stage, app: App) -> None:
    stage.joins("caller", "PA_1")
    stage.user_says(app.session, "that is all, bye")


async def caller_leaves(stage: Stage, app: App) -> None:
    stage.joins("caller", "PA_1")
    stage.leaves("caller", Reason.CLIENT_INITIATED)
    await app.delivered.wait()
    stage.worker_shuts_down()


async def caller_leaves_for_no_reason(stage: Stage, app: App) -> None:
    stage.joins("caller", "PA_1")
    stage.leaves("caller", Reason.UNKNOWN_REASON)
    app.clock.forward(20)
    stage.room_goes(Reason.ROOM_CLOSED)


async def another_leaves(stage: Stage, app: App) -> None:
    stage.joins("caller", "PA_1")
    stage.joins("supervisor", "PA_2")
    stage.joins("other agent", "PA_3", AGENT)
    stage.leaves("supervisor", Reason.CLIENT_INITIATED)
    stage.leaves("other agent", Reason.CLIENT_INITIATED)
    app.clock.forward(20)
    stage.user_says(app.session, "that is all, bye")


async def user_is_silent(stage: Stage, app: App) -> None:
    stage.joins("caller", "PA_1")
    stage.user_says(app.session, "hello")


async def model_fails(stage: Stage, app: App) -> None:
    stage.joins("caller", "PA_1")
    stage.user_says(app.session, "hello")
    await app.delivered.wait()
    stage.worker_shuts_down()


async def model_fails_and_nobody_speaks(stage: Stage, app: App) -> None:
    stage.joins("caller", "PA_1")
    failed = stage.event_of(app.session, "error")
    stage.user_says(app.session, "hello")
    await failed
    app.clock.forward(8)
    stage.leaves("caller", Reason.CLIENT_INITIATED)
    await app.delivered.wait()
    stage.worker_shuts_down()


async def model_fails_once(stage: Stage, app: App) -> None:
    stage.joins("caller", "PA_1")
    failed = stage.event_of(app.session, "error")
    stage.user_says(app.session, "hello")
    await failed
    spoken = stage.event_of(
        app.session, "agent_state_changed", lambda event: event.new_state == "speaking"
    )
    stage.user_says(app.session, "hello again")
    await spoken
    app.clock.forward(8)
    stage.leaves("caller", Reason.CLIENT_INITIATED)
    await app.delivered.wait()
    stage.worker_shuts_down()


async def nothing(stage: Stage, app: App) -> None:
    stage.joins("caller", "PA_1")


async def worker_shuts_down(stage: Stage, app: App) -> None:
    stage.joins("caller", "PA_1")
    stage.worker_shuts_down()


def room_goes(reason: int) -> Act:
    async def act(stage: Stage, app: App) -> None:
        stage.joins("caller", "PA_1")
        stage.room_goes(reason)

    return act


async def everything_ends_it(stage: Stage, app: App) -> None:
    stage.joins("caller", "PA_1")
    executed = stage.event_of(app.session, "function_tools_executed")
    stage.user_says(app.session, "bye")
    await executed
    app.session.shutdown()
    stage.leaves("caller", Reason.ROOM_DELETED)
    app.clock.forward(1)
    stage.room_goes(Reason.ROOM_DELETED)
    app.context.shutdown("session ended")
    await app.session.aclose()
    stage.worker_shuts_down()
    stage.room_goes(Reason.CLIENT_INITIATED)


async def close_hangs(stage: Stage, app: App) -> None:
    stage.joins("caller", "PA_1")
    stage.leaves("caller", Reason.CLIENT_INITIATED)
    assert isinstance(app.agent, Hanging)
    await app.agent.is_leaving.wait()
    app.clock.forward(20)
    stage.room_goes(Reason.ROOM_CLOSED)
    await app.delivered.wait()
    app.agent.may_leave.set()


async def close_hangs_and_nothing_else_comes(stage: Stage, app: App) -> None:
    stage.joins("caller", "PA_1")
    stage.user_says(app.session, "bye")
    assert isinstance(app.agent, Hanging)
    await app.agent.is_leaving.wait()
    await app.delivered.wait()
    app.agent.may_leave.set()
    stage.worker_shuts_down()


async def connection_is_replaced(stage: Stage, app: App) -> None:
    stage.joins("caller", "PA_1")
    stage.leaves("caller", Reason.DUPLICATE_IDENTITY)
    stage.joins("caller", "PA_2")
    app.clock.forward(30)
    stage.user_says(app.session, "bye")


async def caller_comes_back(stage: Stage, app: App) -> None:
    stage.joins("caller", "PA_1")
    stage.leaves("caller", Reason.CONNECTION_TIMEOUT)
    app.clock.forward(5)
    stage.joins("caller", "PA_2")
    app.clock.forward(30)
    stage.user_says(app.session, "bye")


def phone(left: int, **attributes: str) -> Act:
    async def act(stage: Stage, app: App) -> None:
        stage.joins("phone", "PA_1", SIP, **attributes)
        stage.leaves("phone", left)
        app.clock.forward(20)
        stage.room_goes(Reason.ROOM_CLOSED)

    return act


async def caller_leaves_and_teardown_fails(stage: Stage, app: App) -> None:
    stage.joins("caller", "PA_1")
    stage.leaves("caller", Reason.CLIENT_INITIATED)
    app.clock.forward(1)
    stage.user_says(app.session, "too late")
    await app.delivered.wait()
    stage.worker_shuts_down("job crashed")


# --- what the agents do ---------------------------------------------------------------------------


def away_claims(app: App) -> None:
    def on_user_state(event: Any) -> None:
        if event.new_state == "away":
            app.recorder.claim("silence_timeout")
            app.session.shutdown()
            app.context.shutdown()

    app.session.on("user_state_changed", on_user_state)


def away_shuts_down(app: App) -> None:
    def on_user_state(event: Any) -> None:
        if event.new_state == "away":
            app.context.shutdown(reason="silence_timeout")

    app.session.on("user_state_changed", on_user_state)


def limited(app: App) -> None:
    def is_over() -> None:
        app.recorder.claim("max_call_duration", source="timer")
        app.clock.forward(1)
        app.context.shutdown("time is up")

    asyncio.get_running_loop().call_later(0.05, is_over)


def developer_closes(app: App) -> None:
    app.context.shutdown()


def developer_says_why(app: App) -> None:
    app.context.shutdown("lunch break")


async def crashes(app: App) -> None:
    raise ZeroDivisionError


async def caller_gives_up_first(app: App) -> None:
    await app.context.connect()
    gone = asyncio.Event()
    app.context.room.on("participant_disconnected", lambda _: gone.set())
    app.is_ready.set()
    await gone.wait()
    app.context.shutdown("nobody there")
    raise NotStartedError


async def server_is_away(app: App) -> None:
    with mock.patch.object(rtc.Room, "connect", side_effect=rtc.ConnectError("no such host")):
        await app.context.connect()


async def caller_hangs_up(stage: Stage, app: App) -> None:
    stage.joins("caller", "PA_1")
    stage.leaves("caller", Reason.CLIENT_INITIATED)


async def not_even_a_caller(stage: Stage, app: App) -> None:
    pass
