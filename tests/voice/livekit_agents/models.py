"""Models that say what a test wrote down, in the places of the real ones."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from livekit.agents import llm
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS

# What one turn of the model is: something said, the tool it calls, or how it fails.
Turn = str | Exception
_NUMBERS = itertools.count(1)


def calls(tool: str) -> str:
    """The turn in which the model calls a tool."""
    return f"{_CALLS}{tool}"


_CALLS = "-> "


class ScriptedLLM(llm.LLM):
    """A language model with its answers written down; the last one is given again and again."""

    def __init__(self, *turns: Turn) -> None:
        super().__init__()
        self._turns = iter([*turns[:-1]])
        self._last: Sequence[Turn] = turns[-1:] or ("hello",)

    def chat(
        self,
        *,
        chat_ctx: llm.ChatContext,
        tools: list[Any] | None = None,
        conn_options: Any = DEFAULT_API_CONNECT_OPTIONS,
        **_: Any,
    ) -> llm.LLMStream:
        turn = next(self._turns, self._last[0])
        return _Stream(self, turn, chat_ctx=chat_ctx, tools=tools or [], conn_options=conn_options)


class _Stream(llm.LLMStream):
    def __init__(self, model: llm.LLM, turn: Turn, **given: Any) -> None:
        self._turn = turn
        super().__init__(model, **given)

    async def _run(self) -> None:
        if isinstance(self._turn, Exception):
            raise self._turn
        delta = llm.ChoiceDelta(role="assistant", content=self._turn)
        if self._turn.startswith(_CALLS):
            call = llm.FunctionToolCall(
                name=self._turn.removeprefix(_CALLS), arguments="{}", call_id=f"c{next(_NUMBERS)}"
            )
            delta = llm.ChoiceDelta(role="assistant", tool_calls=[call])
        self._event_ch.send_nowait(llm.ChatChunk(id="chunk", delta=delta))
