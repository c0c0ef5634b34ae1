"""The agents under test: what a developer would write, with the recorder in its place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from livekit.agents import (
    Agent,
    AgentSession,
    APIConnectOptions,
    JobContext,
    RunContext,
    get_job_context,
    llm,
)
from livekit.agents.llm import function_tool
from livekit.agents.voice import room_io
from livekit.agents.voice.agent_session import SessionConnectOptions

from session_lifecycle import Ending
from session_lifecycle.integrations.livekit import LifecycleRecorder
from tests.voice.livekit_agents.models import ScriptedLLM, Turn

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
# No microphone, no speaker, no screen.
SILENT_ROOM = room_io.RoomOptions(audio_input=False, audio_output=False, text_output=False)
Wire = Callable[["App"], Awaitable[None] | None]


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class NotStartedError(Exception):
    """The agent has nobody to talk to."""


class App:
    """One agent in one job: `entrypoint` is what LiveKit runs."""

    def __init__(
        self,
        *turns: Turn,
        tools: Sequence[Any] = (),
        agent: type[Agent] = Agent,
        started: Wire | None = None,
        before_start: Wire | None = None,
        most_errors: int = 3,
        away_after: float | None = None,
        **recorder: Any,
    ) -> None:
        self.endings: list[Ending] = []
        self.refined: list[Ending] = []
        self.clock = Clock()
        self.delivered = asyncio.Event()
        self.is_ready = asyncio.Event()
        self._turns = turns
        self._tools = list(tools)
        self._agent = agent
        self._started = started
        self._before_start = before_start
        self._most_errors = most_errors
        self._away_after = away_after
        self._given = {"settle_after": 0.05, "clock": self.clock, **recorder}

    async def entrypoint(self, context: JobContext) -> None:
        try:
            await self._entrypoint(context)
        finally:
            self.is_ready.set()

    async def _entrypoint(self, context: JobContext) -> None:
        self.context = context
        self.session: AgentSession[Any] = AgentSession(
            llm=ScriptedLLM(*self._turns),
            user_away_timeout=self._away_after,
            conn_options=SessionConnectOptions(
                max_unrecoverable_errors=self._most_errors,
                llm_conn_options=APIConnectOptions(max_retry=0),
            ),
        )
        self.recorder = LifecycleRecorder(
            self.session,
            context.room,
            self.on_ending,
            on_refined=self.refined.append,
            **self._given,
        )
        self.agent = self._agent(instructions="x", tools=self._tools)
        try:
            await _done(self._before_start, self)
        except NotStartedError:
            return
        await self.session.start(self.agent, room=context.room, room_options=SILENT_ROOM)
        await _done(self._started, self)

    def on_ending(self, ending: Ending) -> None:
        self.endings.append(ending)
        self.delivered.set()


async def _done(wire: Wire | None, app: App) -> None:
    if wire is not None:
        answer = wire(app)
        if answer is not None:
            await answer


@function_tool
async def hang_up(context: RunContext[Any]) -> str:
    """Hang up."""
    context.session.shutdown()
    get_job_context().shutdown()
    return "done"


@function_tool
async def end_the_call(context: RunContext[Any]) -> str:
    """End the call, where there is no job."""
    context.session.shutdown()
    return "done"


@function_tool
async def stuck(context: RunContext[Any]) -> str:
    """End the call, or try to."""
    raise llm.ToolError("the line is stuck")


class Hanging(Agent):
    """An agent whose close hangs until somebody lets it go."""

    async def on_exit(self) -> None:
        self.is_leaving.set()
        await self.may_leave.wait()

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.is_leaving = asyncio.Event()
        self.may_leave = asyncio.Event()
