"""Every ending of a call, with the real LiveKit Agents, against an oracle written by hand.

What happens, happens through the framework: its job runner, its session, its tools, and the room's
own events. No test calls the recorder. Where a developer must, to claim a decision of their code,
the agent under test does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from livekit.agents import APIStatusError
from livekit.agents.beta.tools import EndCallTool

from session_lifecycle import reason_traits
from tests.voice.livekit_agents import scenes as on
from tests.voice.livekit_agents.apps import App, Hanging, hang_up
from tests.voice.livekit_agents.models import calls
from tests.voice.livekit_agents.stage import Reason, Stage
from tests.voice.loop import run


class Scene(NamedTuple):
    """One call: the agent, what happens to it, and what must be said of it."""

    name: str
    app: Callable[[], App]
    act: on.Act
    reason: str
    status: str
    source: str
    raw: str | None
    redial: str


BYE = (calls("end_call"), "goodbye")
BUSY = APIStatusError("overloaded", status_code=503, retryable=False)
NA = "not_applicable"
DIALLING = "sip.callStatus dialing, DisconnectReason CLIENT_INITIATED"


def end_call() -> EndCallTool:
    """LiveKit's own tool; one belongs to one call."""
    return EndCallTool(delete_room=False)


# fmt: off
ORACLE: tuple[Scene, ...] = (
    #     what happens                 the agent, what happens to it
    #     reason, status, source, raw, redial
    Scene("agent tool",
          lambda: App(*BYE, tools=[end_call()]), on.agent_ends,
          "agent_initiated", "closed", "livekit-agents", "end_call", NA),
    Scene("agent tool of one's own",
          lambda: App(calls("hang_up"), "bye", tools=[hang_up], end_tools={"hang_up": "resolved"}),
          on.agent_ends,
          "resolved", "closed", "livekit-agents", "hang_up", NA),
    Scene("agent tool that is none",
          lambda: App(calls("hang_up"), "bye", tools=[hang_up]), on.agent_ends,
          "unknown", "closed", "job", None, "ask"),
    Scene("caller leaves",
          App, on.caller_leaves,
          "client_initiated", "closed", "room", None, NA),
    Scene("caller leaves, no reason given",
          App, on.caller_leaves_for_no_reason,
          "participant_left", "closed", "room", None, NA),
    Scene("somebody else leaves",
          lambda: App(*BYE, tools=[end_call()]), on.another_leaves,
          "agent_initiated", "closed", "livekit-agents", "end_call", NA),
    Scene("silence, claimed",
          lambda: App("hello", started=on.away_claims, away_after=0.05), on.user_is_silent,
          "silence_timeout", "closed", "worker", None, NA),
    Scene("silence, as the job's reason",
          lambda: App("hello", started=on.away_shuts_down, away_after=0.05), on.user_is_silent,
          "silence_timeout", "closed", "job", None, NA),
    Scene("maximum duration",
          lambda: App(started=on.limited), on.nothing,
          "max_call_duration", "closed", "timer", None, NA),
    Scene("model error",
          lambda: App(ZeroDivisionError(), most_errors=0), on.model_fails,
          "agent_error", "error", "livekit-agents", "llm_error: ZeroDivisionError", "ask"),
    Scene("provider exception",
          lambda: App(BUSY, most_errors=0), on.model_fails,
          "agent_error", "error", "livekit-agents", "llm_error: APIStatusError", "ask"),
    Scene("model error, and the caller gives up",
          lambda: App(ZeroDivisionError()), on.model_fails_and_nobody_speaks,
          "agent_error", "error", "livekit-agents", "llm_error: ZeroDivisionError", "ask"),
    Scene("model error, and the agent goes on",
          lambda: App(ZeroDivisionError(), "hello"), on.model_fails_once,
          "client_initiated", "closed", "room", None, NA),
    Scene("job shutdown",
          App, on.worker_shuts_down,
          "pipeline_exit", "closed", "job", "parent process shutdown", NA),
    Scene("developer's shutdown",
          lambda: App(started=on.developer_closes), on.nothing,
          "unknown", "closed", "job", None, "ask"),
    Scene("developer's shutdown, with a word",
          lambda: App(started=on.developer_says_why), on.nothing,
          "unknown", "closed", "job", "lunch break", "ask"),
    Scene("room deleted",
          App, on.room_goes(Reason.ROOM_DELETED),
          "room_deleted", "closed", "room", None, NA),
    Scene("server shutdown",
          App, on.room_goes(Reason.SERVER_SHUTDOWN),
          "server_shutdown", "error", "room", None, "ask"),
    Scene("another agent takes over",
          App, on.room_goes(Reason.DUPLICATE_IDENTITY),
          "duplicate_identity", "closed", "room", None, NA),
    Scene("worker crash",
          lambda: App(started=on.crashes), on.not_even_a_caller,
          "agent_error", "error", "job", "job crashed", "ask"),
    Scene("duplicate end",
          lambda: App(*BYE, tools=[end_call()]), on.everything_ends_it,
          "agent_initiated", "closed", "livekit-agents", "end_call", NA),
    Scene("end during start-up: the caller gives up",
          lambda: App(before_start=on.caller_gives_up_first), on.caller_hangs_up,
          "client_initiated", "closed", "room", None, NA),
    Scene("end during start-up: no room",
          lambda: App(before_start=on.server_is_away), on.not_even_a_caller,
          "agent_error", "error", "job", "job crashed", "ask"),
    Scene("close hangs, and the room closes",
          lambda: App(agent=Hanging), on.close_hangs,
          "client_initiated", "closed", "room", None, NA),
    Scene("close hangs, and on.nothing else comes",
          lambda: App(*BYE, tools=[end_call()], agent=Hanging, give_up_after=0.2),
          on.close_hangs_and_nothing_else_comes,
          "agent_initiated", "closed", "livekit-agents", "end_call", NA),
    Scene("duplicate identity",
          lambda: App(*BYE, tools=[end_call()]), on.connection_is_replaced,
          "agent_initiated", "closed", "livekit-agents", "end_call", NA),
    Scene("caller comes back",
          lambda: App(*BYE, tools=[end_call()]), on.caller_comes_back,
          "agent_initiated", "closed", "livekit-agents", "end_call", NA),
    Scene("trunk failure, called so",
          App, on.phone(Reason.SIP_TRUNK_FAILURE, sip_callStatus="dialing"),
          "sip_trunk_failure", "error", "room", None, "ask"),
    Scene("trunk failure, called client initiated",
          App, on.phone(Reason.CLIENT_INITIATED, sip_callStatus="dialing"),
          "sip_failed", "error", "room", DIALLING, "ask"),
    Scene("callee busy",
          App, on.phone(Reason.USER_REJECTED, sip_callStatus="ringing", sip_callStatusCode="486"),
          "callee_busy", "closed", "room", "SIP 486", "later"),
    Scene("on.phone hangs up",
          App, on.phone(Reason.CLIENT_INITIATED, sip_callStatus="active"),
          "client_initiated", "closed", "room", None, NA),
    Scene("caller leaves, and the teardown fails",
          lambda: App(ZeroDivisionError(), most_errors=0), on.caller_leaves_and_teardown_fails,
          "client_initiated", "closed", "room", None, NA),
)
# fmt: on


@pytest.mark.parametrize("scene", ORACLE, ids=lambda scene: scene.name)
def test_the_ending_is_what_the_oracle_says(scene: Scene) -> None:
    async def call() -> App:
        app = scene.app()

        async def act(stage: Stage) -> None:
            await app.is_ready.wait()
            await scene.act(stage, app)

        await Stage(app.entrypoint).play(act)
        return app

    app = run(call())
    assert len(app.endings) == 1
    ending = app.endings[0]
    said = (ending.reason, ending.status, ending.source, ending.winner.raw)
    assert said == (scene.reason, scene.status, scene.source, scene.raw)
    assert reason_traits(ending.reason).redial == scene.redial
    # What came later was weaker: nobody had to be told.
    assert app.refined == []
    assert app.recorder.ending is not None
    assert app.recorder.ending.winner == ending.winner
