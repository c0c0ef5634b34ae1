"""What a worker tells: the frames of its pipeline, its events, and the runner's messages to it.

Source: pipecat-ai 1.14.0 and 1.3.0 pipeline/worker.py, workers/base_worker.py, workers/runner.py;
read 2026-11-30.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from session_lifecycle._words import SessionTerminationReason
from session_lifecycle.integrations.pipecat._call import Call
from session_lifecycle.integrations.pipecat._commands import SOURCE
from session_lifecycle.integrations.pipecat._names import Part, Told, part_of, told_by

R = SessionTerminationReason

_BUS_COMMANDS = frozenset({"BusEndWorkerMessage", "BusCancelWorkerMessage"})


class WorkerListener:
    """A handler for each event that tells something, under the event's own name."""

    EVENTS = (
        *("on_pipeline_finished", "on_pipeline_error"),
        *("on_pipeline_timeout", "on_setup_timeout"),
    )
    # Also what comes over the bus, unless every frame does: each event is a task of its own.
    BUS_EVENTS = ("on_bus_message",)

    def __init__(
        self,
        call: Call,
        end_tools: Mapping[str, SessionTerminationReason],
        on_command: Callable[[], None],
        on_over: Callable[[], None],
        on_stopped: Callable[[], None],
    ) -> None:
        """Listen for a call.

        Args:
            call: what is told of it.
            end_tools: what the call of a tool claims, by its name.
            on_command: after a command to end.
            on_over: when the pipeline is over.
            on_stopped: when it has only stopped.
        """
        self._call = call
        self._end_tools = end_tools
        self._on_command = on_command
        self._on_over = on_over
        self._on_stopped = on_stopped

    def is_wanted(self, told: Told) -> bool:
        """Whether a frame that tells this changes anything now."""
        if told is Told.COMMAND or self._call.troubled:
            return True
        if told is Told.PERSON:
            return not self._call.person_known
        return told is Told.CALL and bool(self._end_tools)

    def on_frame(self, told: Told, frame: object, source: object) -> None:
        """A frame that tells something has been pushed for the first time."""
        if told is Told.COMMAND:
            self._command(frame, part_of(source))
            return
        if told is Told.PERSON:
            self._call.person()
        elif told is Told.CALL:
            self._tools_called(getattr(frame, "function_calls", ()))
        self._call.works(None if told is Told.SPEECH else part_of(source))

    def on_pipeline_finished(self, worker: object, frame: object) -> None:
        """The frame that ended the pipeline is through it, or was waited for too long."""
        if told_by(type(frame)) is Told.COMMAND:
            self._command(frame, Part.OTHER)
            self._on_over()
        else:
            self._on_stopped()

    def on_pipeline_error(self, worker: object, frame: object) -> None:
        """An error has come as far as the worker: nobody on its way has mended it."""
        part = part_of(getattr(frame, "processor", None))
        self._call.error(part, getattr(frame, "error", None))

    def on_pipeline_timeout(self, worker: object, frame: object) -> None:
        """A `StartFrame` never arrived. A `CancelFrame` that does not is only slow."""
        if type(frame).__name__ == "StartFrame":
            self._call.sign("start", R.ERROR, "on_pipeline_timeout", SOURCE)

    def on_setup_timeout(self, worker: object) -> None:
        """The pipeline was not ready in time, and is given up, perhaps without a cleanup."""
        self._call.sign("start", R.ERROR, "on_setup_timeout", SOURCE)
        self._on_over()

    def on_bus_message(self, worker: object, message: object) -> None:
        """The runner ends its workers. A pipeline that has not started shows no frame of it."""
        if type(message).__name__ in _BUS_COMMANDS:
            self._command(message, Part.OTHER)

    def _tools_called(self, calls: Iterable[Any]) -> None:
        for call in calls:
            reason = self._end_tools.get(getattr(call, "function_name", ""))
            if reason is not None:
                self._call.sign("tool", reason, None, SOURCE)

    def _command(self, command: object, by: Part) -> None:
        self._call.command(getattr(command, "reason", None), by)
        self._on_command()
