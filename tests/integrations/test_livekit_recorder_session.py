"""What the recorder hears of the session and of its tools."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from session_lifecycle import EndClaim, SessionTerminationReason
from session_lifecycle.integrations.livekit._held import Held
from tests.integrations.livekit_doubles import (
    CLOSE,
    ERROR,
    GONE,
    LEFT,
    NOON,
    TOOL,
    TOOLS,
    Call,
    closed,
    ended,
    ending_of,
    executed,
    failed,
    gone,
    play,
    started,
)

# --- the session ----------------------------------------------------------------------------------

FAILED = ("agent_error", "livekit-agents")


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (closed("job_shutdown"), ("pipeline_exit", "livekit-agents", "job_shutdown")),
        (closed("error", failed().error), (*FAILED, "llm_error: ZeroDivisionError")),
        (closed("error", SimpleNamespace(type=5, error="?")), (*FAILED, "error: '?'")),
        (closed("error"), (*FAILED, "error")),
        (closed("participant_disconnected"), ("participant_left", "livekit-agents", None)),
        (closed("next year's"), ("unknown", "livekit-agents", "next year's")),
        (closed(None), ("unknown", "livekit-agents", None)),
        (closed("user_initiated"), ("unknown", "livekit-agents", None)),
        (closed("task_completed"), ("unknown", "livekit-agents", None)),
    ],
)
def test_what_the_close_event_claims(event: object, said: tuple[str, str, str | None]) -> None:
    assert ending_of((CLOSE, event)).said == said


def test_the_rooms_word_for_a_leave_is_finer_than_the_sessions() -> None:
    call = ending_of((LEFT, gone(5)), (CLOSE, closed("participant_disconnected")))
    assert call.said == ("room_deleted", "room", None)
    call = ending_of((LEFT, gone(5)), (CLOSE, closed("error")))
    assert call.said == ("agent_error", "livekit-agents", "error")


def test_an_error_that_is_no_end_says_nothing() -> None:
    for no_end in (failed(recoverable=True), SimpleNamespace(), SimpleNamespace(error=None)):
        call = ending_of((ERROR, no_end), (LEFT, gone(1)))
        assert call.said == ("client_initiated", "room", None)


def speaks(state: str) -> tuple[str, object]:
    return "agent_state_changed", SimpleNamespace(new_state=state)


def hears(text: str) -> tuple[str, object]:
    return "user_input_transcribed", SimpleNamespace(transcript=text)


@pytest.mark.parametrize(
    ("model", "then", "reason"),
    [
        ("llm_error", (), "agent_error"),
        ("llm_error", (speaks("thinking"), hears("hello?")), "agent_error"),
        ("llm_error", (speaks("speaking"),), "client_initiated"),
        ("tts_error", (speaks("speaking"),), "client_initiated"),
        ("llm_error", (hears("hello?"), speaks("speaking")), "client_initiated"),
        ("stt_error", (speaks("speaking"), hears("")), "agent_error"),
        ("stt_error", (hears("hello?"),), "client_initiated"),
        (5, (speaks("speaking"),), "client_initiated"),
    ],
)
def test_a_model_that_failed_explains_the_end_until_it_works_again(
    model: object, then: tuple[tuple[str, object], ...], reason: str
) -> None:
    call = ending_of((ERROR, failed(model)), (ERROR, failed(model)), *then, (LEFT, gone(1)))
    assert call.said[0] == reason


def test_nobody_listens_to_speech_but_after_a_failure() -> None:
    async def act() -> None:
        call = Call()
        assert "user_input_transcribed" not in call.session.listeners
        call.session.emit(*(ERROR, failed()))
        assert len(call.session.listeners["user_input_transcribed"]) == 1
        call.session.emit(*speaks("speaking"))
        assert call.session.listeners["user_input_transcribed"] == []
        call.session.emit(*(ERROR, failed()))
        call.session.emit(*(ERROR, failed()))
        assert len(call.session.listeners["user_input_transcribed"]) == 1
        call.recorder.detach()
        assert [one for one in call.session.listeners.values() if one] == []

    assert play(act) == []


def test_a_failure_after_the_end_is_teardown() -> None:
    call = ending_of((CLOSE, closed()), (ERROR, failed()), speaks("speaking"), (GONE, 5))
    assert call.said == ("room_deleted", "room", None)


# --- tools ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([(TOOL, started("end_call"))], "agent_initiated"),
        ([(TOOL, started("end_call")), (TOOL, ended("done"))], "agent_initiated"),
        ([(TOOL, started("end_call")), (TOOL, ended("error"))], "unknown"),
        ([(TOOL, started("end_call")), (TOOL, ended("cancelled"))], "unknown"),
        ([(TOOL, started("end_call")), (TOOL, ended("error", "c2"))], "agent_initiated"),
        ([(TOOL, started("weather")), (TOOLS, executed("end_call"))], "unknown"),
        ([(TOOL, SimpleNamespace())], "unknown"),
        ([(TOOLS, executed("end_call"))], "agent_initiated"),
        ([(TOOLS, executed("end_call", output=False))], "agent_initiated"),
        ([(TOOLS, executed("end_call", is_error=True))], "unknown"),
        ([(TOOLS, executed("weather"))], "unknown"),
        ([(CLOSE, closed()), (TOOLS, executed("end_call"))], "agent_initiated"),
        ([(TOOLS, executed("hand_over"))], "escalated"),
    ],
)
def test_a_tool_that_ends_the_call(events: list[tuple[str, object]], reason: str) -> None:
    call = ending_of(*events, end_tools={"hand_over": "escalated", "weather": None})
    assert call.said[0] == reason


def test_end_call_can_be_told_that_it_does_not() -> None:
    call = ending_of((TOOLS, executed("end_call")), end_tools={"end_call": None})
    assert call.said[0] == "unknown"


def test_a_model_that_calls_its_tool_without_end_is_held_to_sixteen() -> None:
    call = ending_of(*[(TOOL, started("end_call", f"c{number}")) for number in range(50)])
    assert call.said[0] == "agent_initiated"
    assert call.endings[0].at == NOON + timedelta(seconds=10)
    held, claim = Held(), EndClaim(SessionTerminationReason.AGENT_INITIATED)
    for number in range(50):
        held.command(number, claim)
    assert held.take() == [claim] * 16
    assert held.take() == []
