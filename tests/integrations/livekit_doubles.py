"""Doubles of LiveKit Agents' session, room and job, and a call between them.

They are for the recorder's branches. The proof, with LiveKit's own objects, is in tests/voice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from session_lifecycle import Ending
from session_lifecycle.integrations.livekit import LifecycleRecorder

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


class Emitter:
    """Calls back, in the order of registration, as LiveKit's does."""

    def __init__(self) -> None:
        self.listeners: dict[str, list[Callable[..., None]]] = {}

    def on(self, event: str, callback: Callable[..., None]) -> None:
        self.listeners.setdefault(event, []).append(callback)

    def off(self, event: str, callback: Callable[..., None]) -> None:
        self.listeners[event].remove(callback)

    def emit(self, event: str, *arguments: object) -> None:
        for listener in list(self.listeners.get(event, [])):
            listener(*arguments)


class Room(Emitter):
    def __init__(self, *there: object) -> None:
        super().__init__()
        self.remote_participants = dict(enumerate(there))


class Job:
    def __init__(self) -> None:
        self.callbacks: list[Callable[[str], Awaitable[None]]] = []

    def add_shutdown_callback(self, callback: Callable[[str], Awaitable[None]]) -> None:
        self.callbacks.append(callback)


def somebody(
    identity: object = "caller", sid: object = "PA_1", kind: object = 0, **more: object
) -> SimpleNamespace:
    return SimpleNamespace(identity=identity, sid=sid, kind=kind, **more)


def gone(
    reason: object, identity: object = "caller", sid: object = "PA_1", **more: object
) -> SimpleNamespace:
    return somebody(identity, sid, disconnect_reason=reason, **more)


def started(name: str, call_id: str = "c1") -> SimpleNamespace:
    call = SimpleNamespace(name=name, call_id=call_id)
    return SimpleNamespace(update=SimpleNamespace(type="tool_call_started", function_call=call))


def ended(status: str, call_id: str = "c1") -> SimpleNamespace:
    update = SimpleNamespace(type="tool_call_ended", call_id=call_id, status=status)
    return SimpleNamespace(update=update)


def executed(name: str, *, is_error: bool = False, output: bool = True) -> SimpleNamespace:
    made = SimpleNamespace(call_id="c1", is_error=is_error) if output else None
    return SimpleNamespace(
        function_calls=[SimpleNamespace(name=name, call_id="c1")], function_call_outputs=[made]
    )


def failed(model: object = "llm_error", *, recoverable: bool = False) -> SimpleNamespace:
    error = SimpleNamespace(type=model, error=ZeroDivisionError(), recoverable=recoverable)
    return SimpleNamespace(error=error)


def closed(reason: object = "user_initiated", error: object = None) -> SimpleNamespace:
    return SimpleNamespace(reason=reason, error=error)


class Call:
    """A recorder between doubles."""

    def __init__(self, *there: object, has_room: bool = True, **given: Any) -> None:
        self.now = NOON
        self.session, self.room, self.job = Emitter(), Room(*there), Job()
        self.endings: list[Ending] = []
        self.refined: list[Ending] = []
        given = {"job": self.job, "on_refined": self.refined.append, **given}
        self.recorder = LifecycleRecorder(
            self.session,
            self.room if has_room else None,
            self.endings.append,
            clock=lambda: self.now,
            **given,
        )

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def emit(self, event: str, argument: object) -> None:
        """Let the room or the session tell, whichever tells of such events."""
        emitter = self.room if event in self.room.listeners else self.session
        emitter.emit(event, argument)

    @property
    def said(self) -> tuple[str, str, str | None]:
        (ending,) = self.endings
        return ending.reason, ending.source, ending.winner.raw


def play(act: Callable[[], Awaitable[None]]) -> list[dict[str, Any]]:
    """Run; leave nothing behind; return what the loop's exception handler was told."""
    told: list[dict[str, Any]] = []

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
        await asyncio.wait_for(act(), 10)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        timers: Any = asyncio.get_running_loop()
        assert [one for one in timers._scheduled if not one.cancelled()] == []

    asyncio.run(main())
    return told


async def shut_down(call: Call, reason: str = "user requested") -> None:
    for callback in call.job.callbacks:
        await callback(reason)


def ending_of(*events: tuple[str, object], there: tuple[object, ...] = (), **given: Any) -> Call:
    """What becomes of a call in which the session or the room tells these, ten seconds apart."""
    calls: list[Call] = []

    async def act() -> None:
        call = Call(*there, **given)
        calls.append(call)
        for name, event in events:
            call.later(10)
            call.emit(name, event)
        call.later(10)
        await shut_down(call)

    assert play(act) == []
    return calls[0]


JOINED, LEFT, GONE, CLOSE = (
    *("participant_connected", "participant_disconnected"),
    *("disconnected", "close"),
)
TOOL, TOOLS, ERROR = "tool_execution_updated", "function_tools_executed", "error"
