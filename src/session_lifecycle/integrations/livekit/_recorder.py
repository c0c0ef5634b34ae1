"""How a call ended, from the LiveKit agent that held it.

`LifecycleRecorder` listens to what LiveKit Agents tells everybody: the session's events, the room's
and the job's shutdown. The session is seen to end when it closes, when the agent's connection to
the room is gone, or when the job shuts down. Who knows most is often the last to speak: the reason
of the job's shutdown comes after the close. So the ending is delivered when the job shuts down, or
`settle_after` seconds after the first of these.

A close can hang: a tool that awaits `session.aclose()` waits for itself. Then the agent's command
or the caller's leave is all there is, and after `give_up_after` seconds it is the ending.

Nothing of LiveKit's is imported: its objects come in, and are asked for little. The session and the
room are held weakly; they hold what listens to them, as they hold every listener.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import final

from session_lifecycle._coercion import parse_termination_reason
from session_lifecycle._ending import Ending
from session_lifecycle._session import read_word
from session_lifecycle._text import show
from session_lifecycle._words import SessionTerminationReason
from session_lifecycle.integrations._delivery import EndingListener
from session_lifecycle.integrations._given import check_listener, check_object, check_seconds
from session_lifecycle.integrations.livekit._framework import (
    AgentSessionLike,
    JobLike,
    RoomLike,
    current_job,
)
from session_lifecycle.integrations.livekit._listening import Listening
from session_lifecycle.integrations.livekit._parties import Caller
from session_lifecycle.integrations.livekit._settling import Settling
from session_lifecycle.integrations.livekit._signals import NOTHING, of_block
from session_lifecycle.integrations.livekit._sip import Said

# LiveKit's own tool for hanging up (livekit-agents 1.8.9 beta/tools/end_call.py, read 2026-11-30).
_END_CALL = {"end_call": SessionTerminationReason.AGENT_INITIATED}


def _now() -> datetime:
    return datetime.now(UTC)


def _check(session: object, room: object, job: object, participant: object) -> None:
    check_object(session, "agent_session", "on", "off", kind="LiveKit's AgentSession")
    if room is not None:
        check_object(room, "room", "on", "off", kind="LiveKit's rtc.Room, or None")
        if not hasattr(room, "remote_participants"):
            raise TypeError(
                f"room is {show(room)}, which has no remote_participants: "
                "expected LiveKit's rtc.Room, or None"
            )
    if job is not None:
        check_object(job, "job", "add_shutdown_callback", kind="LiveKit's JobContext")
    if participant is not None and not isinstance(participant, str):
        raise TypeError(f"participant is {show(participant)}, expected an identity, a str")


@final
class LifecycleRecorder:
    """Listens to a LiveKit agent and delivers, once, how its call ended.

    Make one for each call, in the job's entrypoint, before `session.start`. It ends no call itself.
    Supported: livekit-agents 1.4.2 to 1.8.9.

    A process that is killed delivers nothing: that is what LiveKit's webhooks are for.
    """

    def __init__(
        self,
        agent_session: AgentSessionLike,
        room: RoomLike | None,
        on_ending: EndingListener,
        *,
        on_refined: EndingListener | None = None,
        job: JobLike | None = None,
        participant: str | None = None,
        end_tools: Mapping[str, SessionTerminationReason | str | None] | None = None,
        settle_after: float = 3.0,
        give_up_after: float = 60.0,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        """Attach to a session, its room and its job.

        Args:
            agent_session: LiveKit's `AgentSession`.
            room: LiveKit's `rtc.Room`, usually `ctx.room`; `None` for a session without one.
            on_ending: called once, with the `Ending`; it may be `async`, and then the job's
                shutdown waits for it. What it raises goes to the event loop's exception handler.
            on_refined: called after that, each time a late claim changes the ending.
            job: LiveKit's `JobContext`; the one this code runs in, if it is not given.
            participant: the caller's identity; the first caller's, if it is not given.
            end_tools: which tools end the call, by name, with the reason that each one claims;
                `None` for one that does not. They are added to `end_call`, LiveKit's own.
            settle_after: seconds from the first sign of the end to the delivery.
            give_up_after: seconds to wait for that sign after a command to end the call, or after
                the caller is gone. LiveKit itself gives a close 60 (livekit-agents 1.8.9
                ipc/job_proc_lazy_main.py, read 2026-11-30). A session that waits longer for its
                caller to come back needs more.
            clock: gives the time of what happens now, aware; the machine's, if it is not given.

        Raises:
            RuntimeError: if no event loop runs.
            UnknownReasonError: if the reason of a tool is not known.
            ValueError: if `clock` gives a time without a zone, or a number of seconds is negative.
            TypeError: if anything else is not what it should be. Nothing is listened to then.
        """
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            raise RuntimeError(
                "no event loop runs, and what a recorder waits for comes in one: "
                "make a LifecycleRecorder in the job's entrypoint"
            ) from None
        _check(agent_session, room, job, participant)
        check_listener(on_ending, "on_ending")
        if on_refined is not None:
            check_listener(on_refined, "on_refined")
        check_seconds(settle_after, "settle_after")
        check_seconds(give_up_after, "give_up_after")
        tools = {
            name: parse_termination_reason(reason)
            for name, reason in {**_END_CALL, **(end_tools or {})}.items()
            if reason is not None
        }
        clock = _now if clock is None else clock
        self._settling = Settling(on_ending, on_refined, settle_after, give_up_after, clock)
        self._listening = Listening(self._settling, Caller(participant), tools)
        self._listening.attach(agent_session, room, current_job() if job is None else job)

    @property
    def ending(self) -> Ending | None:
        """How the call ended, as far as is known; `None` while it has not."""
        return self._settling.ending

    def claim(
        self,
        reason: SessionTerminationReason | str,
        *,
        raw: str | None = None,
        at: datetime | None = None,
        source: str = "worker",
    ) -> None:
        """Claim a decision to end the call, where it is made, just before the call is told to end.

        For what LiveKit cannot tell: a silence timer, a maximum duration, a transfer that is
        bridged. The call ends by what you do next; this says why. After the end it refines.

        Args:
            reason: a member or text (coerced, an unknown word kept as `raw`).
            raw: the word that could not be coerced.
            at: when it was decided, aware; now, if it is not given.
            source: who decided.

        Raises:
            ValueError: if `at` has no zone.
        """
        read, unread = read_word(reason)
        said = Said(SessionTerminationReason.UNKNOWN if read is None else read, raw or unread)
        self._settling.command((said, source, at), self._settling.claim(said, source, at))

    def detach(self) -> None:
        """Stop listening. Nothing is delivered from now on; `ending` stays."""
        self._settling.stop()
        self._listening.detach()

    async def aclose(self) -> None:
        """Deliver, if nothing has been delivered; stop listening; wait for `on_ending`.

        For a session without a job, whose shutdown does this. What explains an end counts as one
        now; where nothing does, the ending is `unknown`. After `detach` it only waits.
        """
        self._settling.finish(self._settling.claim(NOTHING, "recorder"))
        self.detach()
        await self._settling.delivery.finished()

    async def __aenter__(self) -> LifecycleRecorder:
        """Return the recorder."""
        return self

    async def __aexit__(self, _: object, error: BaseException | None, __: object) -> None:
        """Close the recorder. A block that raises is the agent's failure; a cancelled one exits."""
        if error is not None:
            self._settling.end(self._settling.claim(of_block(error), "worker"))
        await self.aclose()
