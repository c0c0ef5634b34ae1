"""The how-to page: its code runs against a real bot, and its table is what was seen."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from session_lifecycle import SessionTerminationReason, reason_traits
from tests.voice.loop import run
from tests.voice.pipecat_ai.stage import Bot, EndWorkerFrame, steps
from tests.voice.pipecat_ai.test_endings import ROWS

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "embed-in-pipecat.md"
TEXT = PAGE.read_text(encoding="utf-8")

Scene = Callable[[dict[str, Any], Bot], Awaitable[None]]


def code() -> dict[str, Any]:
    """The page's names, as one program; `EndWorkerFrame` has another name in old versions."""
    blocks = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {"EndWorkerFrame": EndWorkerFrame}
    for block in blocks:
        exec(block.replace("from pipecat.frames.frames import EndWorkerFrame\n", ""), names)
    return names


async def tool(page: dict[str, Any], bot: Bot) -> None:
    async def hang_up(params: Any) -> None:
        await page["hang_up"](params)

    bot.model.register_function("hang_up", hang_up)
    await bot.phone.caller_comes()
    await bot.hears("call hang_up")


async def time_is_up(page: dict[str, Any], bot: Bot) -> None:
    await page["when_time_is_up"](bot.worker)


async def the_caller_is_silent(page: dict[str, Any], bot: Bot) -> None:
    await page["when_the_caller_is_silent"](bot.phone.input())


@pytest.mark.parametrize(
    ("scene", "printed"),
    [
        (tool, "closed: agent_initiated by pipecat; redial: not_applicable\n"),
        (time_is_up, "closed: max_call_duration by pipecat; redial: not_applicable\n"),
        (the_caller_is_silent, "closed: silence_timeout by pipecat; redial: not_applicable\n"),
    ],
)
def test_the_pages_code(scene: Scene, printed: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = code()

    async def main() -> None:
        bot = Bot()
        bot.recorder.detach()
        bot.worker.add_event_handler("on_pipeline_started", lambda *_: bot.started.set())
        playing = asyncio.create_task(_play(bot))
        await page["hold_call"](bot.worker, bot.phone)
        await playing

    async def _play(bot: Bot) -> None:
        await bot.started.wait()
        await steps()
        await scene(page, bot)

    run(main())
    assert capsys.readouterr().out == printed


def test_the_pages_named_tools(capsys: pytest.CaptureFixture[str]) -> None:
    page = code()

    async def main() -> None:
        bot = Bot()
        page["record"](bot.worker, bot.phone)

        async def end_conversation(params: Any) -> None:
            await bot.worker.stop_when_done()

        async def scene(_: Bot) -> None:
            bot.model.register_function("end_conversation", end_conversation)
            await bot.hears("call end_conversation")

        await bot.run(scene)

    run(main())
    printed = capsys.readouterr().out
    assert printed == "closed: agent_initiated by pipecat; redial: not_applicable\n"


def test_the_pages_claim() -> None:
    page = code()

    async def main() -> None:
        bot = Bot()
        await bot.run(lambda _: page["when_a_machine_answers"](bot.recorder, bot.worker))
        (ending,) = bot.endings
        assert (ending.reason, ending.source) == ("voicemail_detected", "detector")
        assert ending.winner.raw == "AMD: machine_start"

    run(main())


def test_the_pages_table_is_what_was_seen() -> None:
    table = re.findall(r"^\| [^|]+ \| `(\w+)` \| `(\w+)` \|$", TEXT, re.MULTILINE)
    assert len(table) == 13
    for reason, redial in table:
        assert reason_traits(SessionTerminationReason(reason)).redial == redial
    # One more than these is seen where there is a real socket.
    assert {reason for reason, _ in table} - {row.reason for row in ROWS} == {"connection_timeout"}
