"""What the Pipecat recorder adds to a frame: `python -m tests.bench.pipecat_frames`.

In an environment with Pipecat (the dependency group `voice`). Two workers run in one loop, alike
but for the recorder on one of them, and take turns with the same frames. What is compared is the
time this process was given until nothing of a batch is left to do, the observers' queues included.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import warnings
from collections.abc import Callable
from statistics import quantiles
from time import process_time

from tests.bench.results import at_most

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # Pipecat's own imports.
    from loguru import logger
    from pipecat.frames.frames import Frame, OutputAudioRawFrame, TranscriptionFrame
    from pipecat.pipeline.pipeline import Pipeline
    from pipecat.pipeline.worker import PipelineWorker
    from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
    from pipecat.workers.runner import WorkerRunner

from session_lifecycle.integrations.pipecat import LifecycleRecorder

MICROSECONDS = 1_000_000
TARGET = at_most(50, "microseconds")
# As many processors as a bot has: transport, speech to text, aggregators, model, speech, transport.
PROCESSORS = 8
BATCH = 100
ROUNDS = 60


class Passing(FrameProcessor):
    """Hands every frame on."""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        await self.push_frame(frame, direction)


class Last(FrameProcessor):
    """Sees the batch come in."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0
        self.all_seen = asyncio.Event()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        await self.push_frame(frame, direction)
        if isinstance(frame, OutputAudioRawFrame | TranscriptionFrame):
            self.seen += 1
            if self.seen % BATCH == 0:
                self.all_seen.set()


def audio() -> Frame:
    """The frame there are most of; nothing is to be learned from it."""
    return OutputAudioRawFrame(b"\0" * 640, 16_000, 1)


def speech() -> Frame:
    """A frame that is looked at: somebody is there."""
    return TranscriptionFrame("good day", "caller", "2026-11-30T12:00:00Z")


class Side:
    """A worker, and how long it takes for a batch."""

    def __init__(self, *, recorded: bool) -> None:
        self.last = Last()
        line = [*[Passing() for _ in range(PROCESSORS - 1)], self.last]
        # RTVI would answer a transcription with frames of its own: three frames, not one.
        self.worker = PipelineWorker(Pipeline(line), idle_timeout_secs=None, enable_rtvi=False)
        self.endings: list[object] = []
        if recorded:
            LifecycleRecorder(self.worker, None, self.endings.append)

    async def takes(self, make: Callable[[], Frame]) -> float:
        """The seconds for each frame of a batch."""
        frames = [make() for _ in range(BATCH)]
        self.last.all_seen.clear()
        before = process_time()
        await self.worker.queue_frames(frames)
        await self.last.all_seen.wait()
        await asyncio.sleep(0.01)  # The observers have queues of their own.
        return (process_time() - before) / BATCH


async def measure(make: Callable[[], Frame]) -> tuple[list[float], list[float]]:
    """Times of a frame without the recorder, and what it adds, a number a round."""
    bare, recorded = Side(recorded=False), Side(recorded=True)
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(bare.worker, recorded.worker)
    running = asyncio.create_task(runner.run())
    without: list[float] = []
    added: list[float] = []
    for number in range(ROUNDS + 5):
        gc.collect()
        sides = (bare, recorded) if number % 2 else (recorded, bare)
        times = {side: await side.takes(make) for side in sides}
        if number >= 5:  # The first ones warm up.
            without.append(times[bare])
            added.append(times[recorded] - times[bare])
    await runner.cancel()
    await running
    assert len(recorded.endings) == 1
    return without, added


def main() -> int:
    """Print a row for each kind of frame; 1 if one is over the target."""
    logger.remove()
    print(
        f"| frame, {PROCESSORS} processors | without | the recorder adds | middle half | target |"
    )
    print("|---|---|---|---|---|")
    verdict = 0
    for make in (audio, speech):
        without, added = asyncio.run(measure(make))
        _, plain, _ = quantiles(without, n=4)
        low, middle, high = [MICROSECONDS * one for one in quantiles(added, n=4)]
        print(
            f"| {make.__name__} | {MICROSECONDS * plain:.0f} "
            f"| {1 + middle / MICROSECONDS / plain:.2f}x | {middle:.1f} microseconds "
            f"| {low:.1f} to {high:.1f} | {TARGET} |"
        )
        verdict |= not TARGET.is_met_by(middle)
    return verdict


if __name__ == "__main__":
    sys.exit(main())
