"""What the recorder hears of the room and of the job."""

from __future__ import annotations

import doctest
import sys
from datetime import timedelta
from types import ModuleType, SimpleNamespace

import pytest

from session_lifecycle.integrations.livekit import _signals
from tests.integrations.livekit_doubles import (
    CLOSE,
    GONE,
    JOINED,
    LEFT,
    NOON,
    Call,
    Job,
    closed,
    ending_of,
    gone,
    play,
    shut_down,
    somebody,
)

# --- the room -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (1, ("pipeline_exit", "room", None)),
        (3, ("server_shutdown", "room", None)),
        (5, ("room_deleted", "room", None)),
        (8, ("migration", "room", None)),
        (99, ("unknown", "room", "DisconnectReason 99")),
        ("TEA_TIME", ("unknown", "room", "DisconnectReason TEA_TIME")),
    ],
)
def test_what_it_claims_that_the_agents_connection_is_gone(
    reason: object, said: tuple[str, str, str | None]
) -> None:
    assert ending_of((GONE, reason)).said == said


def test_a_caller_is_a_person_or_the_phone_of_one() -> None:
    # STANDARD, INGRESS, EGRESS, SIP, AGENT, CONNECTOR, BRIDGE, and what comes next year.
    callers = [
        kind for kind in range(-2, 9) if ending_of((LEFT, gone(1, kind=kind))).said[0] != "unknown"
    ]
    assert callers == [0, 3, 5]
    assert ending_of((LEFT, SimpleNamespace(disconnect_reason=1))).said[0] == "client_initiated"


@pytest.mark.parametrize(
    "leaver",
    [
        gone(1, kind=4),  # An agent.
        gone(1, kind=99),
        gone(1, kind="STANDARD"),  # The room has numbers.
        gone(1, attributes={"lk.publish_on_behalf": "agent"}),
        gone(2),  # DUPLICATE_IDENTITY: the connection was replaced.
        gone(1, "supervisor", "PA_9"),
        gone(1, sid="PA_0"),
    ],
)
def test_a_leave_that_is_not_the_callers_says_nothing(leaver: object) -> None:
    call = ending_of((JOINED, somebody()), (LEFT, leaver))
    assert call.said == ("unknown", "job", None)


def test_the_first_who_comes_is_the_caller_or_who_was_there_before() -> None:
    supervisor = (LEFT, gone(1, "supervisor", "PA_9"))
    call = ending_of((JOINED, somebody("supervisor", "PA_9")), (JOINED, somebody()), supervisor)
    assert call.said[0] == "client_initiated"
    assert ending_of(supervisor, there=(somebody(),)).said[0] == "unknown"
    assert ending_of((JOINED, somebody("supervisor")), supervisor, participant="caller").said == (
        *("unknown", "job", None),
    )
    assert ending_of(supervisor).said[0] == "client_initiated"


def test_who_is_there_when_the_room_connects_is_seen() -> None:
    async def act() -> None:
        call = Call()
        call.room.remote_participants = {0: somebody(kind=4), 1: somebody()}
        call.room.emit("connection_state_changed", 1)
        call.room.emit(LEFT, gone(1, "supervisor", "PA_9"))
        await shut_down(call)
        assert call.said == ("unknown", "job", None)

    assert play(act) == []


def test_who_comes_back_has_not_left() -> None:
    back = [(LEFT, gone(14)), (JOINED, somebody(sid="PA_2"))]
    assert ending_of((JOINED, somebody()), *back).said[0] == "unknown"
    again = ending_of((JOINED, somebody()), *back, (LEFT, gone(1, sid="PA_2")), (GONE, 5))
    assert again.said[0] == "client_initiated"
    # The session closes all the same if it has begun to.
    closing = ending_of((JOINED, somebody()), *back, (CLOSE, closed("participant_disconnected")))
    assert closing.said == ("participant_left", "livekit-agents", None)


def test_somebody_else_who_comes_brings_nobody_back() -> None:
    other = somebody("supervisor", "PA_9")
    call = ending_of((JOINED, somebody()), (LEFT, gone(14)), (JOINED, other), (GONE, 10))
    assert call.said == ("connection_timeout", "room", None)


def test_the_first_leave_counts_and_a_phone_says_more() -> None:
    phone = {"kind": 3, "attributes": {"sip.callStatus": "dialing"}}
    call = ending_of((LEFT, gone(1, **phone)), (LEFT, gone(5)))
    assert call.said == (
        *("sip_failed", "room"),
        "sip.callStatus dialing, DisconnectReason CLIENT_INITIATED",
    )
    assert call.endings[0].at == NOON + timedelta(seconds=10)


def test_identities_are_told_apart_by_their_last_letter() -> None:
    long = "x" * 100
    call = ending_of((JOINED, somebody(long + "a")), (LEFT, gone(1, long + "b")))
    assert call.said[0] == "unknown"
    assert ending_of((JOINED, somebody(None, b"?")), (LEFT, gone(1, None, b"?"))).said[0] == (
        "client_initiated"
    )


# --- the job --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("job crashed", ("agent_error", "job", "job crashed")),
        ("parent process shutdown", ("pipeline_exit", "job", "parent process shutdown")),
        ("user requested", ("unknown", "job", None)),
        ("max_call_duration", ("max_call_duration", "job", None)),
        ("lunch break", ("unknown", "job", "lunch break")),
        ("", ("unknown", "job", None)),
    ],
)
def test_what_the_jobs_shutdown_claims(reason: str, said: tuple[str, str, str | None]) -> None:
    async def act() -> None:
        call = Call()
        await shut_down(call, reason)
        assert call.said == said

    assert play(act) == []


def test_the_job_is_found_where_the_framework_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job()

    def no_job() -> Job:
        raise RuntimeError("no job context found")

    async def act() -> None:
        agents = ModuleType("livekit.agents")
        monkeypatch.setitem(sys.modules, "livekit.agents", agents)
        agents.get_job_context = no_job  # type: ignore[attr-defined]
        Call(job=None)
        assert job.callbacks == []
        agents.get_job_context = lambda: job  # type: ignore[attr-defined]
        Call(job=None)
        assert len(job.callbacks) == 1
        monkeypatch.delitem(sys.modules, "livekit.agents")
        Call(job=None)
        assert len(job.callbacks) == 1

    assert play(act) == []


def test_the_examples_of_the_words_run() -> None:
    ran = doctest.testmod(_signals)
    assert (ran.failed, ran.attempted > 0) == (0, True)
