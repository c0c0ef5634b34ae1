"""Every ending of a real Pipecat pipeline, against a table written by hand.

The bot is Pipecat's own worker, runner and base classes (stage.py); what happens to it comes in
through their public interface (scenes.py), and nobody calls the recorder.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from session_lifecycle import reason_traits
from tests.voice.loop import run
from tests.voice.pipecat_ai import scenes
from tests.voice.pipecat_ai.stage import Bot

# Pipecat's own, where a pipeline is cancelled before a task of it has run (1.3).
pytestmark = pytest.mark.filterwarnings("ignore:coroutine 'FrameProcessor:RuntimeWarning")


class Row(NamedTuple):
    scene: str
    reason: str
    status: str
    source: str
    raw: str | None
    redial: str
    bot: Mapping[str, Any] = MappingProxyType({})
    waits: bool = True


IDLE = {"idle_timeout_secs": 0.3}
ALONE = {"with_transport": False}
NO = "not_applicable"

# fmt: off
ROWS = (
    # scene                        reason                      status     source       raw  redial
    Row("tool",                    "agent_initiated",          "closed",  "pipecat",   None, NO),
    Row("tool_downstream",         "agent_initiated",          "closed",  "pipecat",   None, NO),
    Row("tool",                    "agent_initiated",          "closed",  "pipecat",   None, NO,
        {"parallel": True}),
    Row("tool_with_prose",         "agent_initiated",          "closed",  "pipecat",
        "they said goodbye", NO),
    Row("tool_with_our_word",      "resolved",                 "closed",  "pipecat",   None, NO),
    Row("tool_by_name",            "agent_initiated",          "closed",  "pipecat",   None, NO,
        {"recorder": {"end_tools": {"hang_up": "agent_initiated"}}}),
    Row("tool_by_name",            "pipeline_exit",            "closed",  "pipecat",   None, NO),
    Row("filter_asks",             "unknown",                  "closed",  "pipecat",
        "filter is full", "ask"),
    Row("caller_leaves",           "participant_left",         "closed",  "transport", None, NO),
    Row("caller_leaves_unseen",    "participant_left",         "closed",  "transport", None, NO),
    Row("idle",                    "silence_timeout",          "closed",  "pipecat",
        "idle timeout", NO, IDLE),
    Row("idle_after_speech",       "silence_timeout",          "closed",  "pipecat",
        "idle timeout", NO, IDLE | ALONE),
    Row("idle_alone",              "participant_join_timeout", "expired", "pipecat",
        "idle timeout", "ask", IDLE),
    Row("idle_alone",              "unknown",                  "closed",  "pipecat",
        "idle timeout", "ask", IDLE | ALONE),
    Row("timer",                   "max_call_duration",        "closed",  "pipecat",   None, NO),
    Row("timer_as_text",           "silence_timeout",          "closed",  "pipecat",   None, NO),
    Row("error_and_silence",       "agent_error",              "error",   "pipecat",
        "quota exceeded", "ask", IDLE),
    Row("error_and_recovery",      "participant_left",         "closed",  "transport", None, NO),
    Row("error_and_end",           "agent_error",              "error",   "pipecat",
        "quota exceeded", "ask"),
    Row("fatal_error",             "agent_error",              "error",   "pipecat",
        "key rejected", "ask"),
    Row("provider_raises",         "agent_error",              "error",   "pipecat",
        "Error processing frame: connection reset", "ask"),
    Row("filter_raises",           "error",                    "error",   "pipecat",
        "Error processing frame: no such filter", "ask", {"filtered": True}),
    Row("sigterm",                 "server_shutdown",          "error",   "pipecat",
        "interrupt signal", "ask"),
    Row("runner_cancelled",        "unknown",                  "closed",  "pipecat",
        "deploy", "ask"),
    Row("runner_ended",            "pipeline_exit",            "closed",  "pipecat",
        "runner exiting", NO),
    Row("runner_ended_with_our_word", "escalated",             "closed",  "pipecat",   None, NO),
    Row("worker_ended_with_our_word", "escalated",             "closed",  "pipecat",   None, NO),
    Row("sigterm_after_the_caller", "participant_left",        "closed",  "transport", None, NO),
    Row("task_cancelled",          "pipeline_exit",            "closed",  "pipecat",
        "runner exiting", NO),
    Row("connection_lost",         "unknown",                  "closed",  "transport",
        "on_disconnected", "ask", IDLE),
    Row("connection_back",         "silence_timeout",          "closed",  "pipecat",
        "idle timeout", NO, IDLE),
    Row("cancel",                  "pipeline_exit",            "closed",  "pipecat",   None, NO),
    Row("cancel_with_prose",       "unknown",                  "closed",  "pipecat",
        "customer went home", "ask"),
    Row("cancel_with_an_object",   "unknown",                  "closed",  "pipecat",
        "a dict", "ask"),
    Row("stop_when_done",          "pipeline_exit",            "closed",  "pipecat",   None, NO),
    Row("ended_four_times",        "agent_initiated",          "closed",  "pipecat",   None, NO),
    Row("cancel_at_start",         "unknown",                  "closed",  "pipecat",   None, "ask",
        waits=False),
    Row("runner_cancelled_at_start", "server_shutdown",        "error",   "pipecat",
        "interrupt signal", "ask", waits=False),
    Row("back_and_hung_up_on",     "agent_initiated",          "closed",  "pipecat",   None, NO),
    Row("back_in_time",            "max_call_duration",        "closed",  "pipecat",   None, NO),
    Row("one_of_two_leaves",       "pipeline_exit",            "closed",  "pipecat",   None, NO),
    Row("hidden",                  "pipeline_exit",            "closed",  "pipecat",   None, NO),
    Row("left_and_then_errors",    "participant_left",         "closed",  "transport", None, NO),
    Row("dial_error",              "error",                    "error",   "transport",
        "trunk is down", "ask"),
    Row("dial_error_and_answer",   "pipeline_exit",            "closed",  "pipecat",   None, NO),
    Row("client_disconnects_the_bot", "user_requested",        "closed",  "pipecat",   None, NO),
)
# fmt: on


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.scene}-{row.reason}")
def test_a_call_ends_as_the_table_says(row: Row) -> None:
    made: list[Bot] = []

    async def main() -> None:
        made.append(Bot(**row.bot))
        await made[0].run(getattr(scenes, row.scene), wait=row.waits)

    run(main())
    (ending,) = made[0].endings
    winner = ending.winner
    found = (winner.reason, winner.status, winner.source, winner.raw)
    assert found == (row.reason, row.status, row.source, row.raw), ending
    assert reason_traits(winner.reason).redial == row.redial
    assert made[0].recorder.ending == ending
