"""What happens to a bot: one function an ending, each through Pipecat's public interface."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

from pipecat.frames.frames import CancelFrame, EndFrame, InputTransportMessageFrame
from pipecat.processors.frame_processor import FrameDirection
from pipecat.services.llm_service import FunctionCallParams

from session_lifecycle import SessionTerminationReason
from tests.voice.pipecat_ai.stage import Bot, EndWorkerFrame, steps

R = SessionTerminationReason


async def _call_with_a_tool(bot: Bot, frame: Any, direction: FrameDirection) -> None:
    async def hang_up(params: FunctionCallParams) -> None:
        await params.llm.push_frame(frame, direction)

    bot.model.register_function("hang_up", hang_up)
    await bot.phone.caller_comes()
    await bot.hears("call hang_up")


async def tool(bot: Bot) -> None:
    await _call_with_a_tool(bot, EndWorkerFrame(), FrameDirection.UPSTREAM)
    await bot.phone.caller_leaves()


async def tool_downstream(bot: Bot) -> None:
    await _call_with_a_tool(bot, EndWorkerFrame(), FrameDirection.DOWNSTREAM)


async def tool_with_prose(bot: Bot) -> None:
    frame = EndWorkerFrame(reason="they said goodbye")
    await _call_with_a_tool(bot, frame, FrameDirection.UPSTREAM)


async def tool_with_our_word(bot: Bot) -> None:
    frame = EndWorkerFrame(reason=R.RESOLVED)
    await _call_with_a_tool(bot, frame, FrameDirection.UPSTREAM)


async def tool_by_name(bot: Bot) -> None:
    """A tool that ends the call by other means: its name says so."""

    async def hang_up(params: FunctionCallParams) -> None:
        await bot.worker.stop_when_done()

    bot.model.register_function("hang_up", hang_up)
    await bot.phone.caller_comes()
    await bot.hears("call hang_up")


async def filter_asks(bot: Bot) -> None:
    """A request that only passes the model's service is not the model's."""
    await bot.worker.queue_frame(EndWorkerFrame(reason="filter is full"))


def _cancels_when_left(bot: Bot) -> None:
    async def give_up(*_: Any) -> None:
        await bot.worker.cancel()

    bot.phone.add_event_handler("on_client_disconnected", give_up)


async def caller_leaves(bot: Bot) -> None:
    _cancels_when_left(bot)
    await bot.phone.caller_comes()
    await bot.hears("answer good day")
    await bot.phone.caller_leaves()


async def caller_leaves_unseen(bot: Bot) -> None:
    """Left without ever having joined."""
    _cancels_when_left(bot)
    await bot.phone.caller_leaves()


async def idle(bot: Bot) -> None:
    await bot.phone.caller_comes()


async def idle_after_speech(bot: Bot) -> None:
    await bot.hears("answer good day")


async def idle_alone(bot: Bot) -> None:
    """Pipecat's idle timer, and nobody has ever come."""


async def timer(bot: Bot) -> None:
    await bot.phone.caller_comes()
    await bot.worker.cancel(reason=R.MAX_CALL_DURATION)


async def timer_as_text(bot: Bot) -> None:
    await bot.worker.queue_frame(EndFrame(reason="silence_timeout"))


async def error_and_silence(bot: Bot) -> None:
    await bot.phone.caller_comes()
    await bot.hears("fail quota exceeded")


async def error_and_recovery(bot: Bot) -> None:
    _cancels_when_left(bot)
    await bot.phone.caller_comes()
    await bot.hears("fail quota exceeded")
    await bot.hears("answer here I am again")
    await bot.phone.caller_leaves()


async def error_and_end(bot: Bot) -> None:
    """What Pipecat's documentation does with an error: end the pipeline."""

    async def end(*_: Any) -> None:
        await bot.worker.stop_when_done()

    bot.worker.add_event_handler("on_pipeline_error", end)
    await bot.phone.caller_comes()
    await bot.hears("fail quota exceeded")


async def fatal_error(bot: Bot) -> None:
    await bot.phone.caller_comes()
    await bot.hears("die key rejected")
    await bot.phone.caller_leaves()


async def provider_raises(bot: Bot) -> None:
    _cancels_when_left(bot)
    await bot.phone.caller_comes()
    await bot.hears("break connection reset")
    await bot.phone.caller_leaves()


async def filter_raises(bot: Bot) -> None:
    await bot.phone.caller_comes()
    await bot.hears("filter breaks")
    await bot.worker.stop_when_done()


async def sigterm(bot: Bot) -> None:
    await bot.phone.caller_comes()
    os.kill(os.getpid(), signal.SIGTERM)


async def runner_cancelled(bot: Bot) -> None:
    assert bot.runner is not None
    await bot.phone.caller_comes()
    await bot.runner.cancel(reason="deploy")


async def runner_ended(bot: Bot) -> None:
    assert bot.runner is not None
    await bot.phone.caller_comes()
    await bot.runner.end()


async def runner_ended_with_our_word(bot: Bot) -> None:
    assert bot.runner is not None
    await bot.phone.caller_comes()
    await bot.runner.end(reason="escalated")


async def worker_ended_with_our_word(bot: Bot) -> None:
    """Asks the runner to end everybody."""
    await bot.phone.caller_comes()
    await bot.worker.end(reason=R.ESCALATED)


async def sigterm_after_the_caller(bot: Bot) -> None:
    await bot.phone.caller_comes()
    await bot.phone.caller_leaves()
    await asyncio.sleep(0.05)
    os.kill(os.getpid(), signal.SIGTERM)


async def task_cancelled(bot: Bot) -> None:
    await bot.phone.caller_comes()
    assert bot.running is not None
    bot.running.cancel()


async def connection_lost(bot: Bot) -> None:
    """The room is deleted: LiveKit's transport fires this, and does not say why."""
    await bot.phone.caller_comes()
    await bot.phone.happens("on_disconnected")


async def connection_back(bot: Bot) -> None:
    await connection_lost(bot)
    await bot.phone.happens("on_connected")


async def cancel(bot: Bot) -> None:
    await bot.phone.caller_comes()
    await bot.worker.cancel()
    await steps()
    await bot.phone.caller_leaves()
    await bot.phone.happens("on_left")


async def cancel_with_prose(bot: Bot) -> None:
    await bot.phone.caller_comes()
    await bot.worker.cancel(reason="customer went home")


async def cancel_with_an_object(bot: Bot) -> None:
    await bot.worker.queue_frame(CancelFrame(reason={"code": 7}))


async def stop_when_done(bot: Bot) -> None:
    await bot.phone.caller_comes()
    await bot.worker.stop_when_done()


async def ended_four_times(bot: Bot) -> None:
    await _call_with_a_tool(bot, EndWorkerFrame(), FrameDirection.UPSTREAM)
    await bot.worker.queue_frames([EndFrame(), EndFrame(reason="idle timeout")])
    await bot.worker.stop_when_done()
    await bot.worker.cancel()


async def cancel_at_start(bot: Bot) -> None:
    await bot.worker.cancel()


async def runner_cancelled_at_start(bot: Bot) -> None:
    assert bot.runner is not None
    await asyncio.sleep(0.1)
    await bot.runner.cancel(reason="interrupt signal")


async def back_and_hung_up_on(bot: Bot) -> None:
    """The caller's connection is replaced; the old one's leave is reported after that."""
    await bot.phone.caller_comes()
    await bot.phone.caller_comes()
    await bot.phone.caller_leaves()
    await _call_with_a_tool(bot, EndWorkerFrame(), FrameDirection.UPSTREAM)


async def back_in_time(bot: Bot) -> None:
    await bot.phone.caller_comes("connection 1")
    await bot.phone.caller_leaves("connection 1")
    await bot.phone.caller_comes("connection 2")
    await bot.worker.cancel(reason=R.MAX_CALL_DURATION)


async def one_of_two_leaves(bot: Bot) -> None:
    await bot.phone.caller_comes("caller")
    await bot.phone.caller_comes("supervisor")
    await bot.phone.caller_leaves("supervisor")
    await bot.worker.stop_when_done()


async def hidden(bot: Bot) -> None:
    await bot.phone.caller_comes()
    await bot.phone.happens("on_participant_left", {"id": "caller"}, "hidden")
    await bot.phone.caller_leaves()
    await bot.worker.stop_when_done()


async def left_and_then_errors(bot: Bot) -> None:
    _cancels_when_left(bot)
    await bot.phone.caller_comes()
    await bot.phone.caller_leaves()
    await bot.worker.queue_frame(EndFrame(reason="fatal error: socket closed"))


async def dial_error(bot: Bot) -> None:
    await bot.phone.happens("on_dialout_error", {"errorMsg": "trunk is down"})
    await bot.worker.cancel()


async def dial_error_and_answer(bot: Bot) -> None:
    await bot.phone.happens("on_dialout_error", {"errorMsg": "trunk is down"})
    await bot.phone.happens("on_dialout_answered", {"sessionId": "1"})
    await bot.worker.cancel()


async def client_disconnects_the_bot(bot: Bot) -> None:
    """A message of Pipecat's client library."""
    message = {"label": "rtvi-ai", "type": "disconnect-bot", "id": "1"}
    await bot.phone.caller_comes()
    await bot.worker.queue_frame(InputTransportMessageFrame(message=message))
