"""Endings that went wrong in real systems, played by a real pipeline in every order.

The numbers are those of the project's list of traces; what was reported there by other systems is
done here by Pipecat's own means.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Awaitable, Callable
from itertools import permutations

import pytest
from pipecat.frames.frames import EndFrame
from pipecat.services.llm_service import FunctionCallParams

from tests.voice.loop import run
from tests.voice.pipecat_ai.stage import Bot, EndWorkerFrame

Step = Callable[[Bot], Awaitable[None]]


async def the_agent_hangs_up(bot: Bot) -> None:
    await bot.hears("call hang_up")


async def the_bot_leaves_the_room(bot: Bot) -> None:
    await bot.phone.happens("on_left")


async def the_rooms_connection_is_gone(bot: Bot) -> None:
    await bot.phone.happens("on_disconnected")


async def a_fatal_error(bot: Bot) -> None:
    await bot.hears("die provider is down")


async def the_caller_is_disconnected(bot: Bot) -> None:
    await bot.phone.caller_leaves()


async def cleanup_closes(bot: Bot) -> None:
    """The `finally` of the bot's code."""
    await bot.worker.queue_frame(EndFrame(reason="disconnected"))


async def cleanup_cancels(bot: Bot) -> None:
    await bot.worker.cancel()


async def the_process_is_stopped(bot: Bot) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _played(*steps: Step) -> tuple[str, int]:
    """The reason delivered, and how many endings were."""
    made: list[Bot] = []

    async def scene(bot: Bot) -> None:
        async def hang_up(params: FunctionCallParams) -> None:
            await params.llm.push_frame(EndWorkerFrame())

        bot.model.register_function("hang_up", hang_up)
        await bot.phone.caller_comes()
        for step in steps:
            await step(bot)

    async def main() -> None:
        made.append(Bot())
        await made[0].run(scene)

    run(main())
    return made[0].endings[0].reason, len(made[0].endings)


def _name(steps: tuple[Step, ...]) -> str:
    return "-".join(step.__name__ for step in steps)


@pytest.mark.parametrize(
    "steps",
    list(permutations((the_agent_hangs_up, the_bot_leaves_the_room, the_rooms_connection_is_gone))),
    ids=_name,
)
def test_1_the_workers_own_word_and_the_agents_leave(steps: tuple[Step, ...]) -> None:
    assert _played(*steps) == ("agent_initiated", 1)


def test_3_completed_and_then_stopped_during_teardown() -> None:
    assert _played(the_agent_hangs_up, the_process_is_stopped) == ("agent_initiated", 1)


def test_17_closed_four_times() -> None:
    assert _played(the_agent_hangs_up, *[cleanup_closes] * 3) == ("agent_initiated", 1)


@pytest.mark.parametrize(
    "steps",
    list(permutations((the_caller_is_disconnected, cleanup_closes, cleanup_cancels))),
    ids=_name,
)
def test_19_failed_and_then_finally_wrote_disconnected(steps: tuple[Step, ...]) -> None:
    assert _played(a_fatal_error, *steps) == ("agent_error", 1)
