"""A bot that runs offline: Pipecat's own worker, runner, services and transport, a scripted model.

What happens to it enters through Pipecat's public interface: frames that are queued, the worker's
and the runner's methods, and the transport's events, which are fired as Pipecat's own transports
fire them.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from loguru import logger
from pipecat.frames import frames
from pipecat.frames.frames import (
    ErrorFrame,
    Frame,
    FunctionCallFromLLM,
    LLMTextFrame,
    StartFrame,
    TranscriptionFrame,
)
from pipecat.pipeline.parallel_pipeline import ParallelPipeline
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.llm_service import LLMService
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import BaseTransport, TransportParams
from pipecat.workers.runner import WorkerRunner

from session_lifecycle import Ending
from session_lifecycle.integrations.pipecat import LifecycleRecorder

logger.disable("pipecat")

# Its name until 1.4.
EndWorkerFrame = getattr(frames, "EndWorkerFrame", None) or frames.EndTaskFrame

# What 1.3 does not have: it waits for a setup or a start for ever, and an error in one is the
# run's own crash.
HAS_TIMEOUTS = "setup_timeout_secs" in inspect.signature(PipelineWorker).parameters

EndingListener = Callable[[Ending], Any]


NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def fast_clock() -> Callable[[], datetime]:
    """A clock on which a hundredth of a second is a second: calls take their time."""
    start = time.monotonic()
    return lambda: NOON + timedelta(seconds=100 * (time.monotonic() - start))


def said(text: str) -> TranscriptionFrame:
    """What the caller says, as a speech service hands it on."""
    return TranscriptionFrame(text, "caller", "2026-11-30T12:00:00Z")


class ScriptedModel(LLMService):
    """A model that does what the caller says: it answers, calls a tool, fails or breaks."""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if not isinstance(frame, TranscriptionFrame):
            await self.push_frame(frame, direction)
            return
        verb, _, rest = frame.text.partition(" ")
        if verb == "answer":
            await self.push_frame(LLMTextFrame(rest))
        elif verb == "call":
            calls = [FunctionCallFromLLM(rest, "call-1", {}, None)]
            await self.run_function_calls(calls)
        elif verb == "fail":
            await self.push_error(rest)
        elif verb == "die":
            error = ErrorFrame(rest)
            error.fatal = True  # As Pipecat's own services do it; to construct it so warns.
            await self.push_error_frame(error)
        elif verb == "break":
            raise RuntimeError(rest)
        else:
            await self.push_frame(frame, direction)


class Filter(FrameProcessor):
    """A processor of the bot's own."""

    def __init__(self, eats: tuple[type[Frame], ...] = ()) -> None:
        super().__init__()
        self.eats = eats

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, TranscriptionFrame) and frame.text.startswith("filter breaks"):
            raise ValueError("no such filter")
        if not isinstance(frame, self.eats):
            await self.push_frame(frame, direction)


class _Ears(BaseInputTransport):
    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)


class _Mouth(BaseOutputTransport):
    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)


class Phone(BaseTransport):
    """A transport with all the events that one of Pipecat's may have, and no network."""

    EVENTS = (
        *("on_client_connected", "on_client_disconnected", "on_participant_left"),
        *("on_connected", "on_disconnected", "on_left", "on_joined", "on_session_timeout"),
        *("on_dialin_connected", "on_dialin_error", "on_dialin_stopped"),
        *("on_dialout_connected", "on_dialout_answered", "on_dialout_error", "on_dialout_stopped"),
    )

    def __init__(self, events: tuple[str, ...] = EVENTS) -> None:
        super().__init__()
        self._ears = _Ears(TransportParams())
        self._mouth = _Mouth(TransportParams())
        for event in events:
            self._register_event_handler(event)

    def input(self) -> BaseInputTransport:
        return self._ears

    def output(self) -> BaseOutputTransport:
        return self._mouth

    async def happens(self, event: str, *told: Any) -> None:
        """Fire an event as transports do, and let its handlers run."""
        await self._call_event_handler(event, *told)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def caller_comes(self, who: str = "caller") -> None:
        await self.happens("on_client_connected", {"id": who})

    async def caller_leaves(self, who: str = "caller") -> None:
        await self.happens("on_client_disconnected", {"id": who})


class Bot:
    """A worker with a model and a phone, its recorder, and what the recorder told."""

    def __init__(
        self,
        *,
        processors: tuple[FrameProcessor, ...] = (),
        phone: Phone | None = None,
        with_transport: bool = True,
        parallel: bool = False,
        filtered: bool = False,
        on_ending: EndingListener | None = None,
        recorder: dict[str, Any] | None = None,
        **worker: Any,
    ) -> None:
        self.phone = phone or Phone()
        self.model = ScriptedModel()
        middle = [ParallelPipeline([self.model], [Filter()])] if parallel else [self.model]
        if filtered:
            middle.append(Filter())
        line = [self.phone.input(), *middle, *processors, self.phone.output()]
        self.worker = PipelineWorker(Pipeline(line), cancel_timeout_secs=2.0, **worker)
        self.endings: list[Ending] = []
        self.recorder = LifecycleRecorder(
            self.worker,
            self.phone if with_transport else None,
            on_ending or self.endings.append,
            **({"clock": fast_clock()} | (recorder or {})),
        )
        self.started = asyncio.Event()
        self.worker.add_event_handler("on_pipeline_started", self._is_started)
        self.runner: WorkerRunner | None = None
        self.running: asyncio.Task[None] | None = None

    def _is_started(self, worker: object, frame: object) -> None:
        self.started.set()

    async def run(self, scene: Callable[[Bot], Awaitable[None]], *, wait: bool = True) -> None:
        """Run the bot until it ends; the scene is played once the pipeline has started."""
        self.runner = WorkerRunner(handle_sigint=False, handle_sigterm=True)
        await self.runner.add_workers(self.worker)
        self.running = asyncio.create_task(self.runner.run())
        if wait:
            await self.started.wait()
            await steps()  # The start's last ones: a cancel before them is one at the start.
        await scene(self)
        await self.running

    async def hears(self, text: str) -> None:
        """The caller says something, and the bot has a moment to deal with it."""
        await self.worker.queue_frame(said(text))
        await steps()
        await asyncio.sleep(0.05)  # Five seconds, by the bot's clock.


async def steps() -> None:
    """Let everything that is ready happen, and what comes of it: on a busy machine time may not."""
    for _ in range(200):
        await asyncio.sleep(0)


def sweep() -> None:
    """Cancel what Pipecat leaves behind where a test has broken it on purpose; ours is not there.

    Pipecat 1.3 also leaves it behind where a frame that ends was held up.
    """
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        assert "LifecycleRecorder" not in task.get_name()
        task.cancel()
