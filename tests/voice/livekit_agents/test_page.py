"""The page on embedding: its blocks run, and its table is what the real framework gave."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import livekit.agents
import pytest
from livekit.agents import Agent, AgentSession, JobContext

from session_lifecycle import reason_traits
from tests.voice.livekit_agents.apps import SILENT_ROOM
from tests.voice.livekit_agents.models import ScriptedLLM, calls
from tests.voice.livekit_agents.stage import Stage
from tests.voice.livekit_agents.test_endings import ORACLE
from tests.voice.loop import run

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "embed-in-livekit.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the page's blocks define, one after the other, as a reader would have it."""

    class Session(AgentSession[Any]):
        """With a written model, and without devices."""

        def __init__(self, llm: str | None = None, **given: Any) -> None:
            super().__init__(llm=ScriptedLLM(calls("end_call"), "bye"), **given)

        async def start(self, agent: Agent, **given: Any) -> Any:
            if "room" in given:
                given["room_options"] = SILENT_ROOM
            return await super().start(agent, **given)

    monkeypatch.setattr(livekit.agents, "AgentSession", Session)
    monkeypatch.setattr(JobContext, "delete_room", lambda *_: asyncio.sleep(0))
    names: dict[str, Any] = {}
    for block in BLOCKS:
        exec(compile(block, str(PAGE), "exec"), names)
    return names


def test_the_first_block_holds_a_call(
    page: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    async def job() -> None:
        stage = Stage(page["hold_call"])

        async def act(stage: Stage) -> None:
            stage.joins("caller", "PA_1")
            while stage.context._primary_agent_session is None:
                await asyncio.sleep(0)
            await asyncio.sleep(0.05)
            stage.user_says(stage.context.primary_session, "bye")

        await stage.play(act)

    run(job())
    printed = "closed: agent_initiated by livekit-agents; redial: not_applicable\n"
    assert capsys.readouterr().out == printed


def test_the_other_blocks_claim_what_they_say(
    page: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    async def silent(ctx: JobContext) -> None:
        session = livekit.agents.AgentSession(user_away_timeout=0.05)
        recorder = page["record"](session, ctx)
        page["hang_up_when_silent"](session, recorder)
        await session.start(Agent(instructions="x"), room=ctx.room)
        session.on("close", lambda _: ctx.shutdown())
        await session.say("hello")

    async def too_long(ctx: JobContext) -> None:
        session = livekit.agents.AgentSession()
        page["record"](session, ctx)
        await session.start(Agent(instructions="x"), room=ctx.room)
        page["hang_up_when_time_is_up"](ctx)

    async def nothing(stage: Stage) -> None:
        stage.joins("caller", "PA_1")

    async def script() -> None:
        session = livekit.agents.AgentSession()
        await page["hold_a_call_without_a_job"](session, Agent(instructions="x"))

    async def job(entrypoint: Any) -> None:
        await Stage(entrypoint).play(nothing)

    run(job(silent))
    run(job(too_long))
    run(script())
    assert capsys.readouterr().out.splitlines() == [
        "closed: silence_timeout by worker; redial: not_applicable",
        "closed: max_call_duration by job; redial: not_applicable",
        "closed: unknown by livekit-agents; redial: ask",
    ]


def test_the_table_is_what_the_oracle_says() -> None:
    section = TEXT.split("## What it knows by itself\n", 1)[1].split("\n## ", 1)[0]
    lines = [line.strip("|") for line in section.splitlines() if line.startswith("|")]
    cells = [[cell.strip(" `") for cell in line.split("|")] for line in lines]
    head, _, *told = cells
    assert head == ["what happens", "reason", "status", "who says so", "redial"]
    oracle = {one.name: one for one in ORACLE}
    for name, reason, status, source, redial in told:
        scene = oracle[name]
        assert (reason, status, source) == (scene.reason, scene.status, scene.source), name
        assert redial == scene.redial == reason_traits(scene.reason).redial, name


def test_every_block_of_the_page_is_tried() -> None:
    assert len(BLOCKS) == 5
