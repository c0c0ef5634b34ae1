"""What is listened to: the session's events, the room's, the shutdown of the job.

A listener of ours must never raise: LiveKit's emitter lets a `TypeError` of a listener through to
its own code, and a close that it breaks leaves the room open. What goes wrong here goes to the
event loop's exception handler.

Source: livekit-agents 1.8.9 voice/agent_session.py, voice/events.py, job.py; livekit 1.1.15
rtc/room.py, rtc/event_emitter.py; read 2026-11-30.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from weakref import ref

from session_lifecycle._ending import EndClaim
from session_lifecycle._text import text_of
from session_lifecycle._words import SessionTerminationReason
from session_lifecycle.integrations.livekit._framework import (
    AgentSessionLike,
    Emitter,
    JobLike,
    RoomLike,
)
from session_lifecycle.integrations.livekit._leaves import claim_of_leave
from session_lifecycle.integrations.livekit._parties import Caller, person_of
from session_lifecycle.integrations.livekit._settling import Settling
from session_lifecycle.integrations.livekit._signals import (
    NOTHING,
    of_close,
    of_error,
    of_job,
    of_room,
)
from session_lifecycle.integrations.livekit._sip import Said

P = ParamSpec("P")

# Who says so.
_SESSION, _ROOM, _JOB = "livekit-agents", "room", "job"

# The model that hears. That it works again shows in what is heard, of the others in what is said;
# LiveKit counts their failures apart in the same way.
_EARS = "stt_error"


def _guarded(
    handler: Callable[Concatenate[Listening, P], None],
) -> Callable[Concatenate[Listening, P], None]:
    @wraps(handler)
    def guarded(self: Listening, /, *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            handler(self, *args, **kwargs)
        except Exception as error:
            self.settling.delivery.report(error, "what LiveKit told could not be read")

    return guarded


class Listening:
    """Hears what LiveKit tells, and passes on what it says of the session's end."""

    def __init__(
        self,
        settling: Settling,
        caller: Caller,
        end_tools: Mapping[str, SessionTerminationReason],
    ) -> None:
        """Hear nothing yet."""
        self.settling = settling
        self._caller = caller
        self._end_tools = end_tools
        self._is_caller_gone = False
        self._tells_of_tools = False
        self._attached: dict[str, tuple[ref[Emitter], Callable[..., None]]] = {}

    # --- whom to listen to ------------------------------------------------------------------------

    def attach(self, session: AgentSessionLike, room: RoomLike | None, job: JobLike | None) -> None:
        """Listen to a session, its room and its job; to the first two without holding them."""
        self._listen(session, "close", self._on_close)
        self._listen(session, "error", self._on_error)
        self._listen(session, "tool_execution_updated", self._on_tool)
        self._listen(session, "function_tools_executed", self._on_tools_executed)
        if room is not None:
            self._listen(room, "participant_connected", self._on_joined)
            self._listen(room, "participant_disconnected", self._on_left)
            self._listen(room, "disconnected", self._on_room_gone)
            # Who is in the room before us joins with no event.
            self._listen(room, "connection_state_changed", self._on_connection)
            self._on_connection()
        if job is not None:
            job.add_shutdown_callback(self.on_job_shutdown)

    def detach(self) -> None:
        """Listen to nobody any more. A job keeps its callback."""
        for event in tuple(self._attached):
            self._leave_off(event)

    def _listen(self, emitter: Emitter, event: str, handler: Callable[..., None]) -> None:
        emitter.on(event, handler)
        self._attached[event] = ref(emitter), handler

    def _leave_off(self, event: str) -> None:
        attached, handler = self._attached.pop(event)
        emitter = attached()
        if emitter is not None:
            emitter.off(event, handler)

    def _claim(self, said: Said, source: str) -> EndClaim:
        return self.settling.claim(said, source)

    # --- the end ----------------------------------------------------------------------------------

    @_guarded
    def _on_close(self, event: object) -> None:
        said = of_close(event)
        if said.reason is SessionTerminationReason.PARTICIPANT_LEFT and self._is_caller_gone:
            said = NOTHING  # The room has said it, and why.
        self.settling.end(self._claim(said, _SESSION))

    @_guarded
    def _on_room_gone(self, reason: object = None) -> None:
        self.settling.end(self._claim(of_room(reason), _ROOM))

    async def on_job_shutdown(self, reason: str = "") -> None:
        """Deliver, and wait for it: after this the process ends."""
        self._on_shutdown(reason)
        await self.settling.delivery.finished()

    @_guarded
    def _on_shutdown(self, reason: object) -> None:
        self.settling.end(self._claim(of_job(reason), _JOB))
        self.settling.deliver()

    # --- the caller -------------------------------------------------------------------------------

    @_guarded
    def _on_connection(self, _: object = None) -> None:
        room: Any = self._attached["connection_state_changed"][0]()
        for participant in list(room.remote_participants.values()):
            self._on_joined(participant)

    @_guarded
    def _on_joined(self, participant: object) -> None:
        person = person_of(participant)
        if person is not None and self._caller.joined(person):
            self._is_caller_gone = False
            self.settling.returned()

    @_guarded
    def _on_left(self, participant: object) -> None:
        person = person_of(participant)
        if person is None or not self._caller.has_left(person):
            return
        word = getattr(participant, "disconnect_reason", None)
        said = claim_of_leave(word, person.kind, person.attributes)
        if said is not None:
            self._is_caller_gone = True
            self.settling.left(self._claim(said, _ROOM))

    # --- the agent --------------------------------------------------------------------------------

    @_guarded
    def _on_tool(self, event: object) -> None:
        # Newer versions tell when a tool begins and how it ends.
        self._tells_of_tools = True
        update: Any = getattr(event, "update", None)
        kind = getattr(update, "type", None)
        if kind == "tool_call_started":
            self._on_call(update.function_call)
        elif kind == "tool_call_ended" and update.status != "done":
            self.settling.withdraw(update.call_id)

    @_guarded
    def _on_tools_executed(self, event: Any) -> None:
        if self._tells_of_tools:
            return
        # Older ones tell only what has run.
        failed = {one.call_id for one in event.function_call_outputs if one and one.is_error}
        for call in event.function_calls:
            if call.call_id not in failed:
                self._on_call(call)

    def _on_call(self, call: Any) -> None:
        reason = self._end_tools.get(call.name)
        if reason is not None:
            self.settling.command(call.call_id, self._claim(Said(reason, call.name), _SESSION))

    @_guarded
    def _on_error(self, event: object) -> None:
        error = getattr(event, "error", None)
        if getattr(error, "recoverable", True):
            return
        hears = text_of(getattr(error, "type", None)) == _EARS
        self.settling.failed(self._claim(of_error(error), _SESSION), hears=hears)
        if "agent_state_changed" not in self._attached:
            # Only now: nobody's speech costs anything in a conversation that goes well.
            session: Any = self._attached["error"][0]()
            self._listen(session, "agent_state_changed", self._on_agent_state)
            self._listen(session, "user_input_transcribed", self._on_transcript)

    @_guarded
    def _on_agent_state(self, event: object) -> None:
        if getattr(event, "new_state", None) == "speaking":
            self._recovered(hears=False)

    @_guarded
    def _on_transcript(self, event: object) -> None:
        if getattr(event, "transcript", None):
            self._recovered(hears=True)

    def _recovered(self, *, hears: bool) -> None:
        if self.settling.recovered(hears=hears):
            self._leave_off("agent_state_changed")
            self._leave_off("user_input_transcribed")
