"""LiveKit's webhooks: any JSON object gives steps, at most one, well formed and bounded.

Laws: `webhook_steps` and `webhook_session_key` are total for any object; a step says who, when and
by which delivery exactly as the body does; what is claimed is what a few sentences of the docs say;
the body is left as it was; a redelivery changes nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from session_lifecycle import HistoryStep, SessionEvent, SessionTerminationReason, replay
from session_lifecycle.integrations.livekit import webhook_session_key, webhook_steps
from tests.fuzz import mutations
from tests.fuzz.inputs import as_lines, example_lines, json_of, vendors_words
from tests.oracle.spec import LIVEKIT_NAMES, table

mutate = mutations.json_lines
MAX_LEN = 2_000
# The kinds of participants, by LiveKit's names and numbers.
_PHONES = ("SIP", 3)
_CALLERS = ("STANDARD", 0, "CONNECTOR", 7, *_PHONES)
_AGENTS = ("AGENT", 4)
_JOINED, _ABORTED = "participant_joined", "participant_connection_aborted"
_ENDS_NOTHING = ("duplicate_identity", "migration")
_TRUE_FROM_AN_AGENT = ("room_deleted", "room_closed", "agent_error")
_ENDS_OF_ROOMS = [
    word.removeprefix("ROOM_END_") for word in vendors_words("livekit.room_end_reason")
]
_NEEDS_NO_ANSWER = [row["reason"] for row in table("reasons.md") if row["phase"] == "setup"]


def seeds() -> Iterator[bytes]:
    """Yield the webhooks of the examples, and a leave for each of LiveKit's reasons."""
    for lines in example_lines().values():
        yield from (line for line in lines if b"session_id" not in line)
    for end in _ENDS_OF_ROOMS:
        finished = {"event": "room_finished", "id": "EV_2", "roomEndReason": f"ROOM_END_{end}"}
        yield as_lines([finished | {"job": {"room": {"name": "r"}}}])
    for number, name in enumerate(LIVEKIT_NAMES):
        for kind, word in (("SIP", name.upper()), ("AGENT", number)):
            person: dict[str, Any] = {
                "identity": "a",
                "sid": "PA_1",
                "kind": kind,
                "disconnectReason": word,
            }
            state = ("ringing", "active", "hangup")[number % 3]
            person["attributes"] = {"sip.callStatus": state, "sip.callStatusCode": ""}
            body = {"event": "participant_left", "id": "EV_1", "createdAt": "1767225600"}
            yield as_lines([{**body, "room": {"name": "r", "sid": "RM_1"}, "participant": person}])


def check(data: bytes) -> None:
    """Read the bytes as one webhook."""
    try:
        body = json_of(data)
    except ValueError:
        return
    if not isinstance(body, dict):
        with pytest.raises(TypeError, match="expected the decoded JSON object"):
            webhook_steps(body)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="expected the decoded JSON object"):
            webhook_session_key(body)  # type: ignore[arg-type]
        return
    before = repr(body)  # As text, where NaN is NaN.
    steps = webhook_steps(body)
    names = webhook_session_key(body), webhook_session_key(body, "room.sid")
    assert repr(body) == before
    assert names == _room(body)
    assert type(steps) is tuple
    expected = _what(body)
    assert len(steps) == (expected is not None)
    for step in steps:
        _check_step(step, body)
        assert expected in (_said(step), "any")
    assert replay([*steps, *steps]).session == replay(steps).session


def _check_step(step: HistoryStep, body: dict[str, Any]) -> None:
    assert type(step) is HistoryStep
    assert step.source == "livekit"
    assert step.step_id == (_text(body.get("id")) or None)
    assert step.at == _time(body.get("createdAt"))
    person = _object(body.get("participant"))
    told = body["event"] != "room_finished" and not _is(person.get("kind"), _AGENTS)
    assert step.party == (_text(person.get("identity")) if told else "")
    assert step.connection == (_text(person.get("sid")) if told else "")
    if step.claim is None:
        assert type(step.event) is SessionEvent
    else:
        assert type(step.claim.reason) is SessionTerminationReason
        assert (step.claim.at, step.claim.source) == (step.at, "livekit")
        assert step.claim.raw is None or len(step.claim.raw) <= 64
    # Three foreign texts, each of at most 64 characters, once in the step and two in its claim.
    assert len(repr(step)) < 1_000
    assert repr(step).isprintable()
    assert hash(step) == hash(copy.copy(step))


def _said(step: HistoryStep) -> str:
    return str(step.event) if step.claim is None else str(step.claim.reason)


def _room(body: dict[str, Any]) -> tuple[str, str]:
    """ "A recorder's webhook has both, an ingress's the name only, an agent job's the room of the
    job".
    """
    room = _object(body.get("room"))
    for name in ("egressInfo", "ingressInfo"):
        info = _object(body.get(name))
        if info and not room:
            return _text(info.get("roomName")), _text(info.get("roomId"))
    room = room or _object(_object(body.get("job")).get("room"))
    return _text(room.get("name")), _text(room.get("sid"))


def _what(body: dict[str, Any]) -> str | None:
    """What a webhook says, by the sentences of the documentation; `any` reason for a SIP code."""
    event = _text(body.get("event"))
    if event == "room_finished":
        return _end_of_room(body.get("roomEndReason"))
    if event not in (_JOINED, "participant_left", _ABORTED):
        return None
    person = _object(body.get("participant"))
    kind, attributes = person.get("kind"), _object(person.get("attributes"))
    kind = "STANDARD" if kind is None else kind
    state = _text(attributes.get("sip.callStatus"))
    if event == _JOINED:
        if not _is(kind, _CALLERS) or state == "hangup":
            return None
        return "ring" if state in ("dialing", "ringing") else "answer"
    word = _reason(person.get("disconnectReason"))
    if _is(kind, _AGENTS):
        return word if word in _TRUE_FROM_AN_AGENT else None
    if not _is(kind, _CALLERS) or word in _ENDS_NOTHING:
        return None
    if word == "unknown_reason":
        word = "join_failure" if event == _ABORTED else "participant_left"
    if word is None:
        return "unknown"
    return _of_phone(word, state, attributes) if _is(kind, _PHONES) else word


def _of_phone(word: str, state: str, attributes: dict[str, Any]) -> str:
    answered = state in ("active", "automation")
    if not answered and attributes.get("sip.callStatusCode"):
        return "any"
    if answered and word in _NEEDS_NO_ANSWER:
        return "unknown"
    went_away = word in ("client_initiated", "participant_left")
    return "sip_failed" if went_away and state in ("dialing", "ringing") else word


def _end_of_room(given: object) -> str:
    given = 0 if given is None else given
    if type(given) is int and 0 <= given < len(_ENDS_OF_ROOMS):
        given = f"ROOM_END_{_ENDS_OF_ROOMS[given]}"
    end = given.removeprefix("ROOM_END_") if isinstance(given, str) else ""
    if end not in _ENDS_OF_ROOMS or given == end:
        return "unknown"
    other = {"API_DELETE": "room_deleted", "SERVER_SHUTDOWN": "server_shutdown"}
    return {**other, "OPEN_FAILED": "error"}.get(end, "room_closed")


def _is(kind: object, kinds: tuple[object, ...]) -> bool:
    """Whether a kind is one of these; True and 4.0 are no numbers of LiveKit's."""
    return type(kind) in (str, int) and kind in kinds


def _reason(given: object) -> str | None:
    """LiveKit's own word, by its name or number; left out is 0, in protobuf's JSON."""
    if given is None:
        given = 0
    if type(given) is int:
        return LIVEKIT_NAMES[given] if 0 <= given < len(LIVEKIT_NAMES) else None
    known = {name.upper(): name for name in LIVEKIT_NAMES}
    return known.get(given) if isinstance(given, str) else None


def _time(given: object) -> datetime | None:
    """Whole seconds since 1970, as a number or as up to twelve digits; 0 is not set."""
    if isinstance(given, str) and 0 < len(given) <= 12 and set(given) <= set("0123456789"):
        given = int(given)
    if type(given) is not int or given <= 0:
        return None
    try:
        return datetime.fromtimestamp(given, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
