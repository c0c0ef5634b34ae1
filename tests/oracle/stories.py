"""Endings as they happen: those the specification tells, and those of real systems.

The facts of the second kind are those of public issue threads, named by repository and number; the
times, sources and words are our own.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.oracle.case import Case
from tests.oracle.claims import STARTED, claim, settled
from tests.oracle.settlement import Claim

HOUR = 3600

# "So: ..." (section 5). What is right is written beside it, so that the oracle has a witness.
TOLD: dict[str, tuple[str, list[Claim]]] = {
    "agent_hangs_up": (
        "agent_initiated",
        [
            claim("room_deleted", 60, "livekit"),
            claim("participant_left", 59, "livekit"),
            claim("agent_initiated", 60.4, "worker"),
        ],
    ),
    "caller_hangs_up_pipeline_errors": (
        "participant_left",
        [claim("error", 61, "worker"), claim("participant_left", 60, "livekit")],
    ),
    "media_fails_then_silence": (
        "media_failure",
        [
            claim("media_failure", 60, "livekit"),
            claim("silence_timeout", 75, "timer"),
            claim("participant_left", 80, "livekit"),
        ],
    ),
    "trunk_fails": (
        "sip_trunk_failure",
        [claim("client_initiated", 10, "room"), claim("sip_trunk_failure", 10.3, "sip")],
    ),
    "admin_closes_an_hour_later": (
        "agent_error",
        [claim("agent_initiated", 60 + HOUR, "admin"), claim("agent_error", 60, "supervisor")],
    ),
    "classifier_minutes_later": (
        "media_failure",
        [claim("abandoned", 300, "classifier"), claim("media_failure", 60, "livekit")],
    ),
    "known_before_superseded": (
        "resolved",
        [claim("superseded", 62, "router"), claim("resolved", 60, "worker")],
    ),
    "only_teardown_told": (
        "superseded",
        [claim("room_closed", 60, "livekit"), claim("superseded", 62, "router")],
    ),
    "two_clocks": (
        "agent_initiated",
        [claim("agent_error", 58, "supervisor"), claim("agent_initiated", 60, "worker")],
    ),
}

# By repository and number: the reports, and the reason that is right.
TRACES: dict[str, tuple[str, list[Claim]]] = {
    "1 livekit/livekit#4447": (
        "resolved",
        [claim("participant_left", 59, "server"), claim("resolved", 60.4, "worker")],
    ),
    "1 livekit/livekit#4447, room closed": (
        "agent_initiated",
        [
            claim("room_closed", 58, "server"),
            claim("agent_initiated", 60.4, "worker"),
            claim("client_initiated", 62, "server"),
        ],
    ),
    "2 Nexmo/nexmo-developer PR#1653": (
        "callee_busy",
        [claim("callee_busy", 8, "carrier"), claim("unknown", 9, "vendor", raw="completed")],
    ),
    "3 PrefectHQ/prefect#23025": (
        "resolved",
        [
            claim("resolved", 60.2, "worker"),
            claim("server_shutdown", 61, "supervisor"),
            claim("agent_error", 61.8, "supervisor"),
        ],
    ),
    "4 PrefectHQ/prefect PR#22717": (
        "user_requested",
        [claim("user_requested", 60, "operator"), claim("agent_error", 90, "supervisor")],
    ),
    "5 PrefectHQ/prefect#16429": (
        "resolved",
        [
            claim("pipeline_exit", 60, "supervisor", "error"),
            claim("resolved", 400, "worker"),
        ],
    ),
    "9 chatwoot/chatwoot#14149": (
        "error",
        [claim("error", 5, "channel"), claim("unknown", 6, "channel", "closed", "sent")],
    ),
    "10 rapidpro/mailroom PR#482": (
        "callee_busy",
        [claim("unknown", 21, "callback"), claim("callee_busy", 20, "carrier")],
    ),
    "12 CALLE-AI#341": (
        "dispatch_failed",
        [claim("unknown", 1, "job", raw="task_completed"), claim("dispatch_failed", 1, "dialler")],
    ),
    "14 preloop PR#510": (
        "unknown",
        [claim("unknown", 65, "timer", "expired"), claim("room_closed", 70, "livekit")],
    ),
    "15 HarperFast PR#839": (
        "user_requested",
        [claim("pipeline_exit", 31, "worker"), claim("user_requested", 20, "operator")],
    ),
    "17 Vexa-ai/vexa#330": (
        "agent_initiated",
        [
            claim("agent_initiated", 60, "api"),
            claim("agent_initiated", 61, "api"),
            claim("unknown", 62, "api"),
            claim("room_deleted", 75, "livekit"),
        ],
    ),
    "19 juspay/clairvoyance PR#751": (
        "agent_error",
        [claim("client_initiated", 61, "finally"), claim("agent_error", 60.9, "worker")],
    ),
    "22 livekit/sip#295": (
        "sip_trunk_failure",
        [
            claim("client_initiated", 10, "room"),
            claim("sip_trunk_failure", 10.3, "sip"),
            claim("room_closed", 31, "room"),
        ],
    ),
}

_ZONES: dict[str, tuple[list[Claim], str | None]] = {
    "earlier_there": (
        [
            claim("resolved") | {"at": "2026-03-01T21:00:09.000+09:00"},
            claim("unresolved") | {"at": "2026-03-01T12:00:10.000Z"},
        ],
        None,
    ),
    "half_an_hour_off": (
        [
            claim("unresolved") | {"at": "2026-03-01T17:30:10.000+05:30"},
            claim("resolved") | {"at": "2026-03-01T07:00:11.000-05:00"},
        ],
        STARTED,
    ),
    "before_1970": (
        [
            claim("join_failure") | {"at": "1969-12-31T23:59:59.000Z"},
            claim("silence_timeout") | {"at": "1969-12-31T23:59:59.500Z"},
        ],
        None,
    ),
    "across_1970": (
        [
            claim("silence_timeout") | {"at": "1970-01-01T00:00:00.000Z"},
            claim("join_failure") | {"at": "1969-12-31T23:59:59.900Z"},
        ],
        None,
    ),
    "end_of_the_calendar": (
        [
            claim("error") | {"at": "9999-12-31T23:59:58.000Z"},
            claim("silence_timeout") | {"at": "9999-12-31T23:59:59.999Z"},
        ],
        None,
    ),
}


def cases() -> Iterator[Case]:
    """Yield the stories, the traces, and what is odd about calendars."""
    for group, told in (("stories", TOLD), ("traces", TRACES)):
        for name, (right, claims) in told.items():
            case = settled(group, name, claims)
            if case.expect["reason"] != right:
                raise AssertionError(f"{name}: {case.expect['reason']}, and {right} is right")
            yield case
    for name, (claims, start) in _ZONES.items():
        yield settled("zones", name, claims, start)
    one = claim("resolved", 60, "worker")
    echo = claim("room_deleted", 61, "livekit")
    yield settled("repeats", "twice", [one, one])
    yield settled("repeats", "all_twice", [echo, one, echo, one])
    yield settled("repeats", "own_status_named", [one, one | {"status": "closed"}])
    yield settled("repeats", "another_time", [claim("resolved", 61, "worker"), one])
