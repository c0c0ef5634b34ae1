"""The example's bot holds a call with everything real but its phone and its services."""

from __future__ import annotations

import runpy
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from pipecat.frames.frames import Frame, FunctionCallFromLLM, LLMContextFrame, LLMTextFrame
from pipecat.processors.frame_processor import FrameDirection
from pipecat.services.llm_service import LLMService

from tests.voice.loop import run
from tests.voice.pipecat_ai.stage import HAS_TIMEOUTS, Filter, Phone

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "pipecat_bot.py"

pytestmark = pytest.mark.skipif(
    not HAS_TIMEOUTS, reason="the example is written for the Pipecat of today"
)


class Greeter(LLMService):
    """A model that greets; it may call a tool then, or fail instead."""

    def __init__(self, then: str) -> None:
        super().__init__()
        self.then = then

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if not isinstance(frame, LLMContextFrame):
            await self.push_frame(frame, direction)
        elif self.then == "fail":
            raise ConnectionError("rate limit")
        else:
            await self.push_frame(LLMTextFrame("Good day. "))
            if self.then == "hang_up":
                calls = [FunctionCallFromLLM("hang_up", "call-1", {}, frame.context)]
                await self.run_function_calls(calls)


async def stays(phone: Phone) -> None:
    await phone.caller_comes()


async def leaves(phone: Phone) -> None:
    await phone.caller_comes()
    await phone.caller_leaves()


async def nobody(phone: Phone) -> None:
    """Nobody comes."""


@pytest.mark.parametrize(
    ("then", "caller", "printed"),
    [
        ("hang_up", stays, "closed, agent_initiated by pipecat; redial: not_applicable\n"),
        ("greet", leaves, "closed, participant_left by transport; redial: not_applicable\n"),
        ("greet", stays, "closed, max_call_duration by pipecat; redial: not_applicable\n"),
    ],
)
def test_the_bot_prints_how_its_call_ended(
    then: str,
    caller: Callable[[Phone], Awaitable[None]],
    printed: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Of Pipecat's services, their imports.
        bot: dict[str, Any] = runpy.run_path(str(EXAMPLE))
    phone = Phone()

    async def ready(*_: object) -> None:
        await caller(phone)

    async def main() -> None:
        ears, voice = Filter(), Filter()
        ears.add_event_handler("on_before_process_frame", _once(ready))
        await bot["answer"](phone, ears, Greeter(then), voice, longest=1.0)

    run(main())
    assert capsys.readouterr().out == printed


def _once(ready: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """The caller comes when the first frame has: Pipecat has started."""
    seen: list[object] = []

    async def on_before_process_frame(*told: object) -> None:
        if not seen:
            seen.append(told)
            await ready()

    return on_before_process_frame


def test_the_example_is_short() -> None:
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) < 80
