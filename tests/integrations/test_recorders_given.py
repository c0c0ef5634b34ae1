"""What the recorders refuse, at once: else it is noticed at the end of the call, by nobody."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

from session_lifecycle.integrations import livekit, pipecat
from tests.integrations.livekit_doubles import Emitter, play, somebody
from tests.integrations.pipecat_doubles import Worker

# What is given, in place of what should be, and how the refusal begins.
LIVEKIT: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "no session": (
        {"agent_session": None},
        TypeError,
        "agent_session is None, which has no on(): expected LiveKit's AgentSession",
    ),
    "a room's name": (
        {"room": "call-1"},
        TypeError,
        "room is 'call-1', which has no on(): expected LiveKit's rtc.Room, or None",
    ),
    "session and room": (
        {"room": Emitter()},
        TypeError,
        "room is a Emitter, which has no remote_participants: expected LiveKit's rtc.Room",
    ),
    "a job's id": (
        {"job": "AJ_1"},
        TypeError,
        "job is 'AJ_1', which has no add_shutdown_callback(): expected LiveKit's JobContext",
    ),
    "nobody": (
        {"on_ending": None},
        TypeError,
        "on_ending is None, expected a function that takes an Ending",
    ),
    "nobody to refine for": (
        {"on_refined": "log"},
        TypeError,
        "on_refined is 'log', expected a function that takes an Ending",
    ),
    "a participant": (
        {"participant": somebody()},
        TypeError,
        "participant is a SimpleNamespace, expected an identity, a str",
    ),
    "a text": (
        {"settle_after": "3"},
        TypeError,
        "settle_after is '3', expected a number of seconds",
    ),
    "yes": ({"settle_after": True}, TypeError, "settle_after is True, expected a number"),
    "the past": (
        {"give_up_after": -1},
        ValueError,
        "give_up_after is -1, expected seconds, 0 or more",
    ),
    "not a number": ({"give_up_after": math.nan}, ValueError, "give_up_after is nan"),
}


@pytest.mark.parametrize("what", LIVEKIT)
def test_what_livekits_is_given(what: str) -> None:
    wrong, kind, said = LIVEKIT[what]

    async def act() -> None:
        session = Emitter()
        given = {"agent_session": session, "room": None, "on_ending": print, **wrong}
        with pytest.raises(kind, match=f"^{re.escape(said)}"):
            livekit.LifecycleRecorder(**given)
        assert session.listeners == {}

    assert play(act) == []


PIPECAT: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "no worker": (
        {"worker": None},
        TypeError,
        "worker is None, which has no add_observer(): expected Pipecat's PipelineWorker",
    ),
    "a transport's name": (
        {"transport": "daily"},
        TypeError,
        "transport is 'daily', which has no add_event_handler(): expected Pipecat's transport",
    ),
    "nobody": (
        {"on_ending": None},
        TypeError,
        "on_ending is None, expected a function that takes an Ending",
    ),
    "nobody to refine for": (
        {"on_refined": "log"},
        TypeError,
        "on_refined is 'log', expected a function that takes an Ending",
    ),
    "a text": (
        {"give_up_after": "60"},
        TypeError,
        "give_up_after is '60', expected a number of seconds",
    ),
    "the past": (
        {"give_up_after": -1},
        ValueError,
        "give_up_after is -1, expected seconds, 0 or more",
    ),
}


@pytest.mark.parametrize("what", PIPECAT)
def test_what_pipecats_is_given(what: str) -> None:
    wrong, kind, said = PIPECAT[what]
    worker = Worker()
    given = {"worker": worker, "transport": None, "on_ending": print, **wrong}
    with pytest.raises(kind, match=f"^{re.escape(said)}"):
        pipecat.LifecycleRecorder(**given)
    assert worker.observers == []
    assert not any(worker._event_handlers.values())
