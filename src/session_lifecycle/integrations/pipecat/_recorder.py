"""How a call ended, from the Pipecat bot that held it.

`LifecycleRecorder` listens to what Pipecat tells everybody: the frames of the worker's pipeline,
the worker's events and the transport's. A pipeline is over when it says so
(`on_pipeline_finished`), or at the latest when it cleans up, which it does even if it never
started. A pipeline that hangs after it was told to end is given up on.

Nothing of Pipecat's is imported: its objects come in, and are asked for little.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol, final

from session_lifecycle._coercion import parse_termination_reason
from session_lifecycle._ending import EndClaim, Ending
from session_lifecycle._session import read_word
from session_lifecycle._value import utc
from session_lifecycle._words import SessionTerminationReason
from session_lifecycle.integrations._delivery import EndingListener
from session_lifecycle.integrations._given import check_listener, check_object, check_seconds
from session_lifecycle.integrations.pipecat._call import Call
from session_lifecycle.integrations.pipecat._names import Part
from session_lifecycle.integrations.pipecat._observer import FrameObserver
from session_lifecycle.integrations.pipecat._record import Record
from session_lifecycle.integrations.pipecat._transport import TransportListener
from session_lifecycle.integrations.pipecat._worker import WorkerListener


class EventsLike(Protocol):
    """What Pipecat's workers and transports have in common."""

    def add_event_handler(self, event_name: str, handler: Any) -> None:
        """Call a handler when something happens."""


class WorkerLike(EventsLike, Protocol):
    """What of a `PipelineWorker` is used."""

    def add_observer(self, observer: Any) -> None:
        """Show frames to an observer."""

    def has_finished(self) -> bool:
        """Whether the run is over."""
        ...


def _now() -> datetime:
    return datetime.now(UTC)


@final
class LifecycleRecorder:
    """Listens to a Pipecat bot and delivers, once, how its call ended.

    Make one for each call, after the worker and before the run. It ends no call itself. The ending
    is delivered when the pipeline is over, within its teardown, which waits for it.

    What it knows by itself: a tool of the model's that ends the call, a client that leaves,
    Pipecat's idle timer, errors that nobody mended, a process that is stopped, a lost connection.
    What it cannot know is why your own code ends the pipeline. Say so in the `reason`, with one of
    our words: `await worker.cancel(reason=SessionTerminationReason.MAX_CALL_DURATION)`. Any other
    text is kept and not guessed at: the ending is `unknown`, your text is its `raw`.

    A `StopFrame` ends no session: nothing is delivered, and the next worker gets a recorder. A
    process that is killed delivers nothing either.

    Supported: pipecat-ai 1.3.0 to 1.14.0 (read 2026-11-30: pipeline/worker.py, workers/runner.py,
    frames/frames.py, transports/).
    """

    def __init__(
        self,
        worker: WorkerLike,
        transport: EventsLike | None,
        on_ending: EndingListener,
        *,
        on_refined: EndingListener | None = None,
        end_tools: Mapping[str, SessionTerminationReason | str] | None = None,
        give_up_after: float = 60.0,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        """Attach to a worker, and to the transport of its caller.

        Args:
            worker: Pipecat's `PipelineWorker`.
            transport: the transport; `None` if there is none, and then nobody's leaving is seen.
            on_ending: called once, with the `Ending`; it may be `async`, and then the pipeline's
                teardown waits for it. What it raises goes to the event loop's exception handler.
            on_refined: called after that, each time a late claim changes the ending.
            end_tools: which tools end the call, by name, with the reason that each one claims. Only
                for tools that do it by other means than a frame pushed from their model's service,
                which is seen without this.
            give_up_after: seconds that the pipeline may take to end after the first command to end
                it, goodbyes included; then the ending is delivered all the same.
            clock: gives the time of what happens now, aware; the machine's, if it is not given.

        Raises:
            UnknownReasonError: if the reason of a tool is not known.
            ValueError: if `clock` gives a time without a zone, or `give_up_after` is negative.
            TypeError: if anything else is not what it should be. Nothing is listened to then.
        """
        check_object(
            worker,
            "worker",
            *("add_observer", "add_event_handler", "has_finished"),
            kind="Pipecat's PipelineWorker",
        )
        if transport is not None:
            check_object(
                transport, "transport", "add_event_handler", kind="Pipecat's transport, or None"
            )
        check_listener(on_ending, "on_ending")
        if on_refined is not None:
            check_listener(on_refined, "on_refined")
        check_seconds(give_up_after, "give_up_after")
        self._clock = _now if clock is None else clock
        started_at = utc(self._clock(), "clock()")
        named = {**(end_tools or {})}
        tools = {name: parse_termination_reason(reason) for name, reason in named.items()}
        self._record = Record(on_ending, on_refined, started_at)
        self._call = Call(self._record, self._clock)
        self._worker = worker
        self._give_up_after = give_up_after
        self._timer: asyncio.TimerHandle | None = None
        self._stopped = False
        self._attached: list[tuple[Any, str, Any]] = []
        listener = WorkerListener(
            self._call, tools, self._on_command, self._on_over, self._on_stopped
        )
        worker.add_observer(
            FrameObserver(
                listener.on_frame, listener.is_wanted, self.aclose, self._record.delivery.report
            )
        )
        self._attach(worker, listener, listener.EVENTS)
        if not getattr(worker, "bridged", False):
            self._attach(worker, listener, listener.BUS_EVENTS)
        if transport is not None:
            self._attach(transport, TransportListener(self._call), TransportListener.EVENTS)
            self._call.sees_clients = "on_client_connected" in {one[1] for one in self._attached}

    @property
    def ending(self) -> Ending | None:
        """How the call ended, as far as is known; `None` while it has not."""
        return self._record.settled if self._record.delivered else None

    def claim(
        self,
        reason: SessionTerminationReason | str,
        *,
        raw: str | None = None,
        at: datetime | None = None,
        source: str = "worker",
    ) -> None:
        """Claim a decision to end the call, where it is made, just before the call is told to end.

        For what a `reason` cannot say: a source, a word of somebody else's. The call ends by what
        you do next; this says why. After the end it refines.

        Args:
            reason: a member or text (coerced, an unknown word kept as `raw`).
            raw: the word that could not be coerced.
            at: when it was decided, aware; now, if it is not given.
            source: who decided.

        Raises:
            ValueError: if `at` has no zone.
            RuntimeError: if it changes what was delivered, and no event loop runs to tell of it.
        """
        read, unread = read_word(reason)
        known = SessionTerminationReason.UNKNOWN if read is None else read
        at = self._clock() if at is None else at
        self._record.add(EndClaim(known, at, source, raw=raw or unread))

    def detach(self) -> None:
        """Stop listening. Nothing is delivered from now on; `ending` stays."""
        if self._timer is not None:
            self._timer.cancel()
        self._stopped = True
        for thing, event, handler in self._attached:
            # Early versions cannot remove a handler; there it stays, and tells nobody.
            remove = getattr(thing, "remove_event_handler", None)
            if remove is not None:
                remove(event, handler)
        self._attached.clear()

    async def aclose(self) -> None:
        """Deliver, if nothing has been delivered; stop listening; wait for those who are told.

        The pipeline's own teardown does this. After a `StopFrame` or `detach` it only waits.
        """
        self._on_over()
        self.detach()
        await self._record.delivery.finished()

    async def __aenter__(self) -> LifecycleRecorder:
        """Return the recorder."""
        return self

    async def __aexit__(self, _: object, error: BaseException | None, __: object) -> None:
        """Close the recorder. A block that raises has failed, and so has a run without an end."""
        if isinstance(error, Exception):
            self._call.error(Part.OTHER, type(error).__name__)
        elif self._worker.has_finished():
            # It ran, and got neither to an end nor to its cleanup: the run itself has failed, and
            # Pipecat's runner does not say how. After an end this says nothing more.
            self._call.error(Part.OTHER, None)
        await self.aclose()

    def _attach(self, thing: Any, listener: object, events: tuple[str, ...]) -> None:
        """Listen to those of these events that a worker or transport has.

        Which ones it has is not public; Pipecat logs a warning for each that it is asked for in
        vain, so this looks, and asks for all where it cannot.
        """
        known: object = getattr(thing, "_event_handlers", None)
        for event in events:
            if not isinstance(known, Mapping) or event in known:
                handler = getattr(listener, event)
                thing.add_event_handler(event, handler)
                self._attached.append((thing, event, handler))

    def _on_command(self) -> None:
        """The pipeline was told to end. If it hangs, somebody still has to tell of the call."""
        if self._timer is None and not self._stopped:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._give_up_after, self._on_over)

    def _on_over(self) -> None:
        """Deliver, unless the session goes on or somebody was told."""
        if not self._stopped:
            self._call.finish()
            self._record.deliver()

    def _on_stopped(self) -> None:
        self._stopped = True
