"""One ending, whatever happens: stops, hangs, crashes, floods, and a listener that raises."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Any

import pytest
from pipecat.frames.frames import CancelFrame, EndFrame, Frame, StopFrame
from pipecat.observers.base_observer import BaseObserver
from pipecat.pipeline import worker as pipecat_worker
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.frame_processor import FrameProcessor, FrameProcessorSetup
from pipecat.services.llm_service import FunctionCallParams

from session_lifecycle import Ending, SessionTerminationReason
from session_lifecycle.integrations.pipecat import LifecycleRecorder
from tests.voice.loop import run
from tests.voice.pipecat_ai.stage import HAS_TIMEOUTS, Bot, EndWorkerFrame, Filter, sweep

R = SessionTerminationReason


def _told(ending: Ending) -> tuple[str, str | None]:
    return ending.reason, ending.winner.raw


needs_timeouts = pytest.mark.skipif(
    not HAS_TIMEOUTS, reason="this Pipecat waits for ever where it should give up"
)


async def _nothing(bot: Bot) -> None:
    """Let it run."""


def test_a_stop_ends_no_session() -> None:
    async def main() -> None:
        bot = Bot()
        async with bot.recorder:
            await bot.phone.caller_comes()
            await bot.run(lambda _: bot.worker.queue_frame(StopFrame()))
            # Its processors are still up; the next worker would take them over.
            await bot.worker.pipeline.cleanup()
        assert (bot.endings, bot.recorder.ending) == ([], None)
        sweep()

    run(main())


class Blocked(Filter):
    """Keeps the frames that it is told to, until it is let go."""

    def __init__(self, *eats: type[Frame]) -> None:
        super().__init__(eats)


def test_a_pipeline_that_hangs_is_told_of_once() -> None:
    async def main() -> None:
        blocked = Blocked(EndFrame)
        bot = Bot(processors=(blocked,), recorder={"give_up_after": 0.3})

        async def scene(_: Bot) -> None:
            async def hang_up(params: FunctionCallParams) -> None:
                await params.llm.push_frame(EndWorkerFrame())

            bot.model.register_function("hang_up", hang_up)
            await bot.hears("call hang_up")
            assert bot.endings == []
            await asyncio.sleep(0.4)
            assert list(map(_told, bot.endings)) == [("agent_initiated", None)]
            await blocked.push_frame(EndFrame())

        await bot.run(scene)
        assert len(bot.endings) == 1

    run(main())


def test_the_teardown_waits_for_who_was_told_of_a_hang() -> None:
    done: list[str] = []

    async def save(ending: Ending) -> None:
        await asyncio.sleep(0.3)
        done.append(ending.reason)

    async def main() -> None:
        blocked = Blocked(EndFrame)
        bot = Bot(on_ending=save, processors=(blocked,), recorder={"give_up_after": 0.1})

        async def scene(_: Bot) -> None:
            await bot.worker.queue_frame(EndFrame(reason=R.RESOLVED))
            await asyncio.sleep(0.2)
            assert (bot.recorder.ending is None, done) == (False, [])
            await blocked.push_frame(EndFrame())

        await bot.run(scene)
        assert done == ["resolved"]

    run(main())


def test_a_cancel_that_hangs_is_told_of_once() -> None:
    """Pipecat waits for a `CancelFrame` that never arrives, and then gives up by itself."""

    async def main() -> None:
        bot = Bot(processors=(Blocked(CancelFrame),))
        await bot.run(lambda _: bot.worker.cancel(reason=R.SILENCE_TIMEOUT))
        assert list(map(_told, bot.endings)) == [("silence_timeout", None)]
        sweep()

    run(main())


class SlowSetup(FrameProcessor):
    async def setup(self, setup: FrameProcessorSetup) -> None:
        await super().setup(setup)
        await asyncio.sleep(1000)


class BrokenSetup(FrameProcessor):
    async def setup(self, setup: FrameProcessorSetup) -> None:
        raise ConnectionError("no such host")


class SlowStart(FrameProcessor):
    async def process_frame(self, frame: Frame, direction: Any) -> None:
        await super().process_frame(frame, direction)


@needs_timeouts
def test_a_pipeline_that_is_not_ready_in_time() -> None:
    async def main() -> None:
        bot = Bot(processors=(SlowSetup(),), setup_timeout_secs=0.2)
        await bot.run(_nothing, wait=False)
        assert list(map(_told, bot.endings)) == [("error", "on_setup_timeout")]

    run(main())


@needs_timeouts
def test_a_pipeline_that_never_starts() -> None:
    async def main() -> None:
        bot = Bot(processors=(SlowStart(),), start_timeout_secs=0.2)
        await bot.run(_nothing, wait=False)
        assert list(map(_told, bot.endings)) == [("error", "on_pipeline_timeout")]

    run(main())


def test_a_processor_that_cannot_connect() -> None:
    """An error of the pipeline; in 1.3 a crash of the run, which the runner keeps to itself."""
    options: dict[str, Any] = {"start_timeout_secs": 0.2} if HAS_TIMEOUTS else {}
    expected = ("error", "Error setting up processor: no such host")

    async def main() -> None:
        bot = Bot(processors=(BrokenSetup(),), **options)
        async with bot.recorder:
            await bot.run(_nothing, wait=False)
        assert list(map(_told, bot.endings)) == [expected if HAS_TIMEOUTS else ("unknown", None)]
        sweep()

    run(main())


@pytest.mark.skipif(
    not hasattr(pipecat_worker, "ProcessorUnusablePolicy"),
    reason="this Pipecat has no policy for processors that are unusable",
)
def test_a_processor_that_can_no_longer_do_its_job() -> None:
    """Pipecat's newer way to say that an error is fatal."""

    async def main() -> None:
        bot = Bot(processor_unusable_policy=pipecat_worker.ProcessorUnusablePolicy.CANCEL)

        async def scene(_: Bot) -> None:
            await bot.model.push_error("key rejected", force_treat_as_permanent=True)

        await bot.run(scene)
        assert list(map(_told, bot.endings)) == [("agent_error", "key rejected")]
        raws = [one.raw for one in bot.endings[0].claims]
        assert raws == ["key rejected", f"{bot.model} can no longer do its job"]

    run(main())


class BrokenObserver(BaseObserver):
    async def setup(self, task_manager: Any) -> None:
        raise ConnectionError("no such host")


@needs_timeouts
def test_a_crash_of_the_framework_is_told_of_by_the_block() -> None:
    """The worker's run raises, the runner keeps it to itself, and nothing is cleaned up."""

    async def main() -> None:
        bot = Bot()
        bot.worker.add_observer(BrokenObserver())
        async with bot.recorder:
            await bot.run(_nothing, wait=False)
        assert list(map(_told, bot.endings)) == [("error", None)]
        sweep()

    run(main())


@needs_timeouts
def test_what_a_cancel_during_the_start_says_is_not_passed_on() -> None:
    """Pipecat drops its frame; the how-to page says so, and what to do."""

    async def scene(bot: Bot) -> None:
        await asyncio.sleep(0.1)
        await bot.worker.cancel(reason=R.MAX_CALL_DURATION)

    async def main() -> None:
        bot = Bot(processors=(SlowSetup(),))
        await bot.run(scene, wait=False)
        assert list(map(_told, bot.endings)) == [("unknown", None)]

    run(main())


def test_a_block_that_raises_is_an_error() -> None:
    async def main() -> None:
        bot = Bot()
        with pytest.raises(RuntimeError):
            async with bot.recorder:
                raise RuntimeError("the token was refused")
        assert list(map(_told, bot.endings)) == [("error", "RuntimeError")]

    run(main())


def test_a_block_after_the_end_says_nothing_more() -> None:
    async def main() -> None:
        bot = Bot()

        async def block() -> None:
            async with bot.recorder:
                await bot.run(lambda _: bot.worker.cancel(reason=R.RESOLVED))
                raise RuntimeError("after the end")

        with pytest.raises(RuntimeError):
            await block()
        assert list(map(_told, bot.endings)) == [("resolved", None)]
        assert bot.recorder.ending == bot.endings[0]

    run(main())


def test_the_teardown_waits_for_the_listener() -> None:
    done: list[str] = []

    async def main() -> None:
        async def save(ending: Ending) -> None:
            await asyncio.sleep(0.1)
            done.append(ending.reason)

        bot = Bot(on_ending=save)
        await bot.run(lambda _: bot.worker.cancel(reason=R.RESOLVED))
        assert done == ["resolved"]

    run(main())


@pytest.mark.parametrize("asynchronous", [True, False])
def test_a_listener_that_raises_is_heard_of_and_breaks_nothing(asynchronous: bool) -> None:
    def refuse(ending: Ending) -> None:
        raise OSError("the database is gone")

    async def refuse_later(ending: Ending) -> None:
        refuse(ending)

    async def main() -> None:
        bot = Bot(on_ending=refuse_later if asynchronous else refuse)
        await bot.run(lambda _: bot.worker.stop_when_done())
        assert bot.worker.has_finished()

    errors: list[dict[str, Any]] = []
    run(main(), errors=errors)
    (error,) = errors
    assert str(error["exception"]) == "the database is gone"
    assert error["message"] == "session_lifecycle: the listener of an ending raised"


def test_a_late_claim_refines() -> None:
    refined: list[Ending] = []

    async def main() -> None:
        bot = Bot(recorder={"on_refined": refined.append})
        await bot.run(lambda _: bot.worker.cancel())
        bot.recorder.claim("voicemail_detected", source="detector")
        await bot.recorder.aclose()
        assert [one.reason for one in bot.endings] == ["unknown"]
        assert [one.reason for one in refined] == ["voicemail_detected"]
        assert bot.recorder.ending == refined[0]

    run(main())


def test_nothing_is_delivered_after_detach() -> None:
    async def main() -> None:
        bot = Bot()
        bot.recorder.detach()
        bot.recorder.detach()
        await bot.run(lambda _: bot.worker.stop_when_done())
        assert (bot.endings, bot.recorder.ending) == ([], None)

    run(main())


def test_no_handler_and_no_cycle_keeps_a_call_alive() -> None:
    def handlers(thing: Any) -> dict[str, int]:
        return {name: len(one.handlers) for name, one in thing._event_handlers.items()}

    async def main() -> weakref.ref[LifecycleRecorder]:
        bot = Bot()
        await bot.run(lambda _: bot.worker.stop_when_done())
        if hasattr(bot.worker, "remove_event_handler"):
            assert set(handlers(bot.phone).values()) == {0}
            others = PipelineWorker(bot.worker.pipeline)
            others.add_event_handler("on_pipeline_started", handlers)
            assert handlers(bot.worker) == handlers(others)
        return weakref.ref(bot.recorder)

    alive = run(main())
    gc.collect()
    assert alive() is None


def test_a_flood_is_bounded() -> None:
    async def main() -> None:
        bot = Bot()

        async def scene(_: Bot) -> None:
            for number in range(1000):
                await bot.phone.happens("on_dialout_error", {"errorMsg": f"error {number}"})
            for number in range(1000):
                await bot.phone.caller_comes(f"client {number}")
                await bot.phone.happens("on_participant_left", {"id": f"{number}"}, "hidden")
            for number in range(200):
                bot.recorder.claim(f"word {number}")
            await bot.worker.cancel(reason=R.MAX_CALL_DURATION)

        await bot.run(scene)
        (ending,) = bot.endings
        assert (ending.reason, len(ending.claims)) == ("max_call_duration", 64)

    run(main())
