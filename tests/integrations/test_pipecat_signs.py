"""What explains the end of a Pipecat pipeline, and what takes it back, against doubles."""

from __future__ import annotations

import asyncio
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from session_lifecycle import Ending
from session_lifecycle.integrations.pipecat import LifecycleRecorder
from tests.integrations.pipecat_doubles import (
    AVATAR,
    CALL,
    CLIENT,
    EARS,
    FILTER,
    LLM_WORKS,
    MODEL,
    MOUTH,
    NOON,
    SOCKET,
    SPEECH,
    STT_WORKS,
    TTS_WORKS,
    VOICE,
    WORKS,
    A,
    B,
    Bot,
    Happening,
    R,
    Worker,
    frame,
    played,
)

# --- errors --------------------------------------------------------------------------------------


# fmt: off
ERRORS = (
    # of      claims         mended by
    (MODEL,   "agent_error", {LLM_WORKS, CALL}),
    (VOICE,   "agent_error", {TTS_WORKS}),
    (EARS,    "agent_error", {STT_WORKS}),
    (AVATAR,  "agent_error", set[str]()),
    (MOUTH,   "error",       {SPEECH}),
    (CLIENT,  "error",       {SPEECH}),
    (FILTER,  "error",       {SPEECH, LLM_WORKS, CALL}),
    (None,    "error",       {SPEECH, LLM_WORKS, CALL}),
)
# fmt: on


@pytest.mark.parametrize("work", WORKS)
@pytest.mark.parametrize(("of", "claims", "mended"), ERRORS)
def test_an_error_stands_until_its_part_works_again(
    of: object, claims: str, mended: set[str], work: str
) -> None:
    async def scene(bot: Bot) -> None:
        await bot.phone.happens("on_client_connected")
        for text in ("quota exceeded", "and again"):
            error = frame("ErrorFrame", error=text, processor=of)
            await bot.worker.happens("on_pipeline_error", error)
        name, source = WORKS[work]
        await bot.worker.push(frame(name, function_calls=()), source)
        await bot.worker.end("EndFrame")

    expected = "pipeline_exit" if work in mended else claims
    raw = None if work in mended else "quota exceeded"
    assert played(scene) == (expected, "pipecat", raw)


class FunctionCallsStartedFrame:
    @property
    def function_calls(self) -> None:
        raise AssertionError("looked at for nothing")


Untouchable = FunctionCallsStartedFrame


def test_work_without_an_error_is_not_looked_at() -> None:
    async def scene(bot: Bot) -> None:
        # It has no `function_calls` to look at.
        await bot.worker.push(SimpleNamespace(), MODEL)
        await bot.worker.push(Untouchable(), MODEL)
        await bot.worker.end(reason=R.RESOLVED)

    assert played(scene)[0] == "resolved"


# --- the transport -------------------------------------------------------------------------------


# fmt: off
SCENES: tuple[tuple[tuple[Happening, ...], str, str | None], ...] = (
    ((("on_client_connected", A), ("on_client_disconnected", A)), "participant_left", None),
    ((("on_client_connected",), ("on_client_disconnected",)), "participant_left", None),
    ((("on_client_disconnected", A),), "participant_left", None),
    ((("on_client_connected", A), ("on_client_connected", B), ("on_client_disconnected", A)),
        "pipeline_exit", None),
    ((("on_client_connected", A), ("on_client_connected", A), ("on_client_disconnected", A)),
        "pipeline_exit", None),
    ((("on_client_connected", A), ("on_client_disconnected", A), ("on_client_connected", B)),
        "pipeline_exit", None),
    ((("on_client_connected", "sid"), ("on_client_disconnected", "sid")),
        "participant_left", None),
    ((("on_client_connected", {}), ("on_client_disconnected", {})), "participant_left", None),
    ((("on_client_connected", SOCKET), ("on_client_disconnected", SOCKET)),
        "connection_timeout", "1006"),
    ((("on_client_disconnected", SimpleNamespace(close_code=1000)),), "participant_left", "1000"),
    ((("on_client_disconnected", SimpleNamespace(close_code=7)),), "participant_left", None),
    ((("on_client_disconnected", SimpleNamespace(close_code=None)),), "participant_left", None),
    ((("on_client_connected", A), ("on_participant_left", A, "hidden"),
      ("on_client_disconnected", A)), "pipeline_exit", None),
    ((("on_client_connected", A), ("on_participant_left", A, "leftCall"),
      ("on_client_disconnected", A)), "participant_left", None),
    ((("on_client_connected", B), ("on_participant_left", B), ("on_client_disconnected", B)),
        "participant_left", None),
    ((("on_client_connected", A), ("on_participant_left", A, "hidden"),
      ("on_client_disconnected", A), ("on_client_connected", A), ("on_client_disconnected", A)),
        "participant_left", None),
    ((("on_client_connected", B), ("on_client_disconnected", {"streamId": "c"})),
        "pipeline_exit", None),
    ((("on_disconnected",),), "unknown", "on_disconnected"),
    ((("on_left", {}),), "unknown", "on_left"),
    ((("on_client_connected", A), ("on_left",), ("on_joined", {})), "pipeline_exit", None),
    ((("on_client_connected", A), ("on_disconnected",), ("on_connected",)),
        "pipeline_exit", None),
    ((("on_dialout_error", {"errorMsg": "busy"}),), "error", "busy"),
    ((("on_dialout_error", {"errorMsg": "1"}), ("on_dialout_error", {"error": "2"})),
        "error", "2"),
    ((("on_dialout_error", {"error": " ", "message": "3"}),), "error", "3"),
    ((("on_dialout_error", {"code": 1}),), "error", "on_dialout_error"),
    ((("on_dialout_error",),), "error", "on_dialout_error"),
    ((("on_dialin_error", "no such number"),), "error", "no such number"),
    ((("on_dialin_error", "gone"), ("on_dialin_connected", {})), "pipeline_exit", None),
    ((("on_dialout_error", "gone"), ("on_dialout_connected", {})), "unknown", None),
    ((("on_dialout_answered", {}), ("on_dialout_error", {"errorMsg": "of a transfer"})),
        "pipeline_exit", None),
)
# fmt: on


@pytest.mark.parametrize(("happenings", "reason", "raw"), SCENES)
def test_what_a_transport_tells(
    happenings: tuple[Happening, ...], reason: str, raw: str | None
) -> None:
    async def scene(bot: Bot) -> None:
        for event, *told in happenings:
            await bot.phone.happens(event, *told)
        await bot.worker.end("CancelFrame")

    told = played(scene)
    assert (told[0], told[2]) == (reason, raw)


def test_whoever_is_cut_off_is_not_silent() -> None:
    async def scene(bot: Bot) -> None:
        await bot.phone.happens("on_client_connected", A)
        await bot.phone.happens("on_disconnected")
        await bot.worker.end("CancelFrame", "idle timeout")

    assert played(scene) == ("unknown", "transport", "on_disconnected")


def test_the_first_sign_of_a_kind_stands() -> None:
    async def scene(bot: Bot) -> None:
        await bot.phone.happens("on_client_disconnected", A)
        await bot.phone.happens("on_client_disconnected", A)
        await bot.worker.end("CancelFrame")

    bot = Bot()
    assert played(scene, bot)[0] == "participant_left"
    assert bot.endings[0].winner.at == NOON


def test_many_who_are_hidden_are_not_kept() -> None:
    async def scene(bot: Bot) -> None:
        await bot.phone.happens("on_client_connected", {"id": "256"})
        for number in range(257):
            await bot.phone.happens("on_participant_left", {"id": f"{number}"}, "hidden")
        await bot.phone.happens("on_client_disconnected", {"id": "256"})
        await bot.worker.end("CancelFrame")

    assert played(scene)[0] == "participant_left"


def test_many_clients_are_not_kept() -> None:
    async def scene(bot: Bot) -> None:
        for number in range(1000):
            await bot.phone.happens("on_client_connected", {"id": f"{number}"})
            await bot.phone.happens("on_participant_left", {"id": f"{number}"}, "hidden")
        # Those who are hidden are not gone; of more than 256 that is not known.
        for number in range(256):
            await bot.phone.happens("on_client_disconnected", {"id": f"{number}"})
        assert bot.recorder.ending is None
        for number in range(256, 512):
            await bot.phone.happens("on_client_disconnected", {"id": f"{number}"})
        for number in range(256):
            await bot.phone.happens("on_client_disconnected", {"id": f"{number}"})
        await bot.worker.end("CancelFrame")

    # With all of them in mind, 488 would still be there, and hidden.
    assert played(scene)[0] == "participant_left"


# --- the worker's other events -------------------------------------------------------------------


def test_a_start_that_does_not_come() -> None:
    async def scene(bot: Bot) -> None:
        await bot.worker.happens("on_pipeline_timeout", frame("StartFrame"))
        await bot.worker.cleanup()

    assert played(scene) == ("error", "pipecat", "on_pipeline_timeout")


def test_a_cancel_that_is_slow() -> None:
    async def scene(bot: Bot) -> None:
        await bot.worker.happens("on_pipeline_timeout", frame("CancelFrame"))
        await bot.worker.cleanup()

    assert played(scene) == ("unknown", "pipecat", None)


def test_a_setup_that_takes_too_long() -> None:
    """Given up at once: nothing may have been set up that could be cleaned up."""

    async def scene(bot: Bot) -> None:
        await bot.worker.happens("on_setup_timeout")

    assert played(scene) == ("error", "pipecat", "on_setup_timeout")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("BusCancelWorkerMessage", ("server_shutdown", "pipecat", "interrupt signal")),
        ("BusEndWorkerMessage", ("server_shutdown", "pipecat", "interrupt signal")),
        ("BusCancelMessage", ("unknown", "pipecat", None)),
    ],
)
def test_a_runner_that_is_stopped_before_the_start(name: str, told: tuple[str, ...]) -> None:
    async def scene(bot: Bot) -> None:
        await bot.worker.happens("on_bus_message", frame(name, reason="interrupt signal"))
        await bot.worker.cleanup()

    assert played(scene) == told


def test_a_transport_that_does_not_say_which_events_it_has() -> None:
    asked: list[str] = []
    phone = SimpleNamespace(add_event_handler=lambda event, _: asked.append(event))
    LifecycleRecorder(Worker(), phone, print)
    assert len(asked) == 12


def test_a_clock_without_a_zone() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        LifecycleRecorder(Worker(), None, print, clock=lambda: datetime(2026, 11, 30))


def test_a_bridged_workers_bus_is_left_alone() -> None:
    bot = Bot(Worker(bridged=True))
    assert bot.worker._event_handlers["on_bus_message"] == []


# --- whatever happens, in whatever order ---------------------------------------------------------


HAPPENINGS: tuple[Happening, ...] = (
    *(("on_client_connected", who) for who in (A, B)),
    *(("on_client_disconnected", who) for who in (A, B, SOCKET)),
    *((event,) for event in ("on_left", "on_disconnected", "on_connected")),
    *(("on_dialout_error", {"errorMsg": "busy"}), ("on_dialout_answered", {})),
)
# What Pipecat itself says, or nobody.
PIPECATS = (None, "idle timeout", "interrupt signal", "runner exiting", "fatal error: no key")

steps = st.one_of(
    st.tuples(st.just("phone"), st.sampled_from(HAPPENINGS)),
    st.tuples(st.just("error"), st.sampled_from((MODEL, VOICE, EARS, MOUTH, FILTER))),
    st.tuples(st.just("work"), st.sampled_from(sorted(WORKS))),
    st.tuples(st.just("bus"), st.sampled_from(PIPECATS)),
    st.tuples(st.just("command"), st.sampled_from(PIPECATS)),
)


async def step(bot: Bot, kind: str, what: Any) -> None:
    if kind == "phone":
        await bot.phone.happens(*what)
    elif kind == "error":
        error = frame("ErrorFrame", error="broken", processor=what)
        await bot.worker.happens("on_pipeline_error", error)
    elif kind == "work":
        name, source = WORKS[what]
        await bot.worker.push(frame(name, function_calls=()), source)
    elif kind == "bus":
        await bot.worker.happens("on_bus_message", frame("BusEndWorkerMessage", reason=what))
    else:
        await bot.worker.push(frame("CancelFrame", reason=what))


def ending_of(*parts: list[tuple[str, Any]]) -> Ending:
    async def main() -> Ending:
        bot = Bot()
        for part in parts:
            for kind, what in part:
                await step(bot, kind, what)
        await bot.worker.end()
        (ending,) = bot.endings
        assert bot.recorder.ending == ending
        return ending

    return asyncio.run(main())


@settings(max_examples=60, deadline=None)
@given(
    before=st.lists(steps, max_size=8),
    command=st.sampled_from(PIPECATS),
    after=st.lists(steps, max_size=8),
)
def test_what_follows_a_command_is_teardown(
    before: list[tuple[str, Any]], command: str | None, after: list[tuple[str, Any]]
) -> None:
    end = [("command", command)]
    alone, followed = ending_of(before, end), ending_of(before, end, after)
    assert [one.reason for one in alone.claims] == [one.reason for one in followed.claims]
    assert followed.winner == alone.winner
