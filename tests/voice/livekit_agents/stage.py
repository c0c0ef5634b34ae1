"""A job of LiveKit Agents, for real, but for what is beyond the process: server and network.

The framework's own job runner runs the entrypoint, shuts the job down and calls its callbacks. The
room is the real `rtc.Room`, fed with the events that its native half would send. What is replaced:
the channel to the worker, which here is a list, and `Room.connect`, which would need a server.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
from collections.abc import Awaitable, Callable
from typing import Any
from unittest import mock

from livekit import rtc
from livekit.agents import AgentSession, JobContext
from livekit.agents.ipc import proto
from livekit.agents.ipc.job_proc_lazy_main import _JobProc
from livekit.agents.job import JobAcceptArguments, JobExecutorType, RunningJobInfo
from livekit.agents.utils import aio
from livekit.protocol import agent
from livekit.rtc._proto import participant_pb2, room_pb2

STANDARD = participant_pb2.PARTICIPANT_KIND_STANDARD
SIP = participant_pb2.PARTICIPANT_KIND_SIP
AGENT = participant_pb2.PARTICIPANT_KIND_AGENT
Reason = participant_pb2.DisconnectReason
Entrypoint = Callable[[JobContext], Awaitable[None]]


class Stage:
    """One job in one room, and what happens to it from outside."""

    def __init__(self, entrypoint: Entrypoint) -> None:
        self.sent: list[object] = []
        self._entrypoint = entrypoint
        self._inbox: aio.Chan[Any] = aio.Chan()
        self._context: JobContext | None = None
        self._has_begun = asyncio.Event()

    @property
    def room(self) -> rtc.Room:
        assert self._context is not None, "the job has not begun"
        return self._context.room

    @property
    def context(self) -> JobContext:
        assert self._context is not None, "the job has not begun"
        return self._context

    async def play(self, scene: Callable[[Stage], Awaitable[None]]) -> None:
        """Start the job, let the scene happen, and wait until the job has ended."""
        given: dict[str, Any] = {
            "executor_type": JobExecutorType.THREAD,
            "user_arguments": None,
            "session_end_timeout": 5.0,
        }
        known = inspect.signature(_JobProc).parameters
        job = _JobProc(
            lambda _: None,
            self._begin,
            None,
            **{name: value for name, value in given.items() if name in known},
        )
        job.initialize(_initialize(), self)  # type: ignore[arg-type]
        with mock.patch.object(rtc.Room, "connect", _connect):
            running = asyncio.ensure_future(job.entrypoint(self._inbox))
            self._inbox.send_nowait(_start())
            begun = asyncio.ensure_future(self._has_begun.wait())
            await asyncio.wait([begun, running], return_when=asyncio.FIRST_COMPLETED)
            begun.cancel()
            await scene(self)
            await running
        self._inbox.close()

    async def _begin(self, context: JobContext) -> None:
        self._context = context
        # What the room tells, it tells where the job runs.
        self._there = contextvars.copy_context()
        self._has_begun.set()
        await self._entrypoint(context)

    async def send(self, message: object) -> None:
        """Take what the job tells its worker."""
        self.sent.append(message)

    # --- what the server does ---------------------------------------------------------------------

    def worker_shuts_down(self, reason: str = "parent process shutdown") -> None:
        # The text that newer runners put in the place of none; older ones say nothing.
        self._inbox.send_nowait(proto.ShutdownRequest(reason=reason))

    def joins(self, identity: str, sid: str, kind: int = STANDARD, **attributes: str) -> None:
        self._happens(joined(identity, sid, kind, **attributes))

    def leaves(self, identity: str, reason: int) -> None:
        self._happens(left(identity, reason))

    def room_goes(self, reason: int) -> None:
        self._happens(room_gone(reason))

    def _happens(self, event: room_pb2.RoomEvent) -> None:
        self._there.run(self.room._on_room_event, event)

    # --- what the user does -----------------------------------------------------------------------

    def user_says(self, session: AgentSession[Any], text: str) -> None:
        self._there.run(session.generate_reply, user_input=text)

    def event_of(
        self, session: AgentSession[Any], name: Any, that: Callable[[Any], bool] = lambda _: True
    ) -> Awaitable[None]:
        """Wait until the session tells of such an event, from now on."""
        happened = asyncio.get_running_loop().create_future()

        def on_event(event: object) -> None:
            if that(event):
                session.off(name, on_event)
                happened.set_result(None)

        session.on(name, on_event)
        return happened


def joined(identity: str, sid: str, kind: int = STANDARD, **attributes: str) -> room_pb2.RoomEvent:
    event = room_pb2.RoomEvent()
    info = event.participant_connected.info.info
    info.identity, info.sid, info.kind = identity, sid, kind
    for name, value in attributes.items():
        info.attributes[name.replace("_", ".")] = value
    return event


def left(identity: str, reason: int) -> room_pb2.RoomEvent:
    event = room_pb2.RoomEvent()
    event.participant_disconnected.participant_identity = identity
    event.participant_disconnected.disconnect_reason = reason
    return event


def room_gone(reason: int) -> room_pb2.RoomEvent:
    event = room_pb2.RoomEvent()
    event.disconnected.reason = reason
    return event


class _Agent(rtc.LocalParticipant):
    """The agent in the room. Older versions let others ask it for the session, over the network."""

    def register_rpc_method(self, *_: Any) -> Any:
        return lambda handler: handler

    def unregister_rpc_method(self, *_: Any) -> None:
        pass


async def _connect(room: rtc.Room, *_: Any, **__: Any) -> None:
    """Be in the room, as far as listeners can see."""
    mine = participant_pb2.OwnedParticipant()
    mine.info.identity, mine.info.kind = "agent", AGENT
    room._local_participant = _Agent(room._room_queue, mine)
    event = room_pb2.RoomEvent()
    event.connection_state_changed.state = rtc.ConnectionState.CONN_CONNECTED
    room._on_room_event(event)


def _initialize() -> proto.InitializeRequest:
    return proto.InitializeRequest()


def _start() -> proto.StartJobRequest:
    request = proto.StartJobRequest()
    job = agent.Job(id="AJ_1", agent_name="test")
    job.room.name, job.room.sid = "call", "RM_1"
    request.running_job = RunningJobInfo(
        accept_arguments=JobAcceptArguments(name="", identity="agent", metadata=""),
        job=job,
        url="ws://localhost",
        token="",
        worker_id="AW_1",
        fake_job=False,
    )
    return request
