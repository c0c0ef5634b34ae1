"""The example agent: its entrypoint runs in a real job. Models and devices are left out."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from livekit.agents import AgentSession, JobContext

from tests.voice.livekit_agents.apps import SILENT_ROOM
from tests.voice.livekit_agents.models import ScriptedLLM, calls
from tests.voice.livekit_agents.stage import SIP, Reason, Stage
from tests.voice.loop import run

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "docs" / "examples" / "livekit_agent.py"
BYE = (calls("end_call"), "goodbye")


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("livekit_agent", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "RoomOptions", lambda **_: SILENT_ROOM)
    monkeypatch.setattr(JobContext, "delete_room", deleted)
    return module


def deleted(context: JobContext, room_name: str = "") -> asyncio.Future[None]:
    """Delete no room: that is the server's."""
    done = asyncio.get_running_loop().create_future()
    done.set_result(None)
    return done


def hold(
    example: ModuleType, monkeypatch: pytest.MonkeyPatch, turns: tuple[str, ...], act: Any
) -> None:
    for name, model in {"STT": None, "LLM": ScriptedLLM(*turns), "TTS": None}.items():
        monkeypatch.setattr(example, name, model)

    async def job() -> None:
        await Stage(example.entrypoint).play(act)

    run(job())


async def session_of(stage: Stage) -> AgentSession[Any]:
    """The session of the job, once it has started."""
    while True:
        try:
            session = stage.context.primary_session
        except RuntimeError:
            session = None
        if session is not None and session.agent_state == "listening":
            return session
        await asyncio.sleep(0.01)


async def says_goodbye(stage: Stage) -> None:
    session = await session_of(stage)
    stage.joins("caller", "PA_1", SIP)
    stage.user_says(session, "thank you, bye")


async def hangs_up(stage: Stage) -> None:
    await session_of(stage)
    stage.joins("caller", "PA_1", SIP)
    stage.leaves("caller", Reason.CLIENT_INITIATED)
    stage.worker_shuts_down()


async def is_busy(stage: Stage) -> None:
    await session_of(stage)
    stage.joins("callee", "PA_1", SIP, sip_callStatus="ringing", sip_callStatusCode="486")
    stage.leaves("callee", Reason.USER_REJECTED)
    stage.worker_shuts_down()


async def says_nothing(stage: Stage) -> None:
    session = await session_of(stage)
    stage.joins("caller", "PA_1", SIP)
    stage.user_says(session, "hello")


NO_DIAL = "dial again: not_applicable"


@pytest.mark.parametrize(
    ("turns", "limits", "act", "printed"),
    [
        (BYE, {}, says_goodbye, f"closed: agent_initiated (livekit-agents)\n{NO_DIAL}\n"),
        (("hi",), {}, hangs_up, f"closed: client_initiated (room)\n{NO_DIAL}\n"),
        (("hi",), {}, is_busy, "closed: callee_busy (room)\ndial again: later\n"),
        (("hi",), {"LONGEST_SILENCE": 0.1}, says_nothing,
         f"closed: silence_timeout (worker)\n{NO_DIAL}\n"),
        (("hi",), {"LONGEST_CALL": 0.1}, says_nothing,
         f"closed: max_call_duration (worker)\n{NO_DIAL}\n"),
    ],
    ids=["agent tool", "hang-up", "busy", "silence", "too long"],
)  # fmt: skip
def test_the_example_prints_the_ending_and_the_advice(
    example: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    turns: tuple[str, ...],
    limits: dict[str, float],
    act: Callable[[Stage], Any],
    printed: str,
) -> None:
    for name, seconds in limits.items():
        monkeypatch.setattr(example, name, seconds)
    hold(example, monkeypatch, turns, act)
    assert capsys.readouterr().out == printed


def test_the_example_is_short() -> None:
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) < 80
