"""LiveKit's webhooks, as steps of a session's history.

`webhook_steps(body)` reads one webhook body, the JSON object exactly as LiveKit posts it (protobuf
JSON: default values left out), and needs nothing of LiveKit's to be installed. Verify the signature
first, with LiveKit's own receiver.

What the tables decide. A caller who joins answers; while the SIP leg still dials, the phone rings.
A caller who leaves claims what LiveKit gives as the reason, or `participant_left` where it gives
none. An agent who leaves claims nothing by that alone: it may be dispatched again, another may have
taken over, and an agent's `CLIENT_INITIATED` is nobody hanging up. Only what is true of the room,
or of the agent itself, counts from its mouth. `room_finished` claims `room_closed`.

Words that are no end: `DUPLICATE_IDENTITY` and `MIGRATION` replace a *connection*, and the person
is still there. A recorder, a stream or a bridge is neither caller nor agent and says nothing.

Delivery. Every step carries the webhook's `id` as `step_id`, so that `replay` drops redeliveries,
and the participant's identity and `sid` as `party` and `connection`, so that an older connection's
leave ends nothing after a re-join. A body that says nothing about a session gives no steps.

Source: livekit-protocol 1.1.29, livekit_webhook.proto and livekit_models.proto, read 2026-11-23.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, NamedTuple, cast

from session_lifecycle._ending import EndClaim
from session_lifecycle._history import HistoryStep
from session_lifecycle._table import index
from session_lifecycle._text import clip, show
from session_lifecycle._words import SessionEvent, SessionTerminationReason

SessionKey = Literal["room.name", "room.sid"]
"""What a session is: everything in a room of one name, or one life of that room."""

_SOURCE = "livekit"


class _Leave(NamedTuple):
    """What a participant's leaving claims, by who left; `None`: it is no end of the session."""

    word: str
    caller: SessionTerminationReason | None
    agent: SessionTerminationReason | None


R = SessionTerminationReason

# In the order of LiveKit's numbers, from 0.
# fmt: off
_LEAVES: tuple[_Leave, ...] = (
    #      DisconnectReason       a caller's             an agent's
    _Leave("UNKNOWN_REASON",      R.PARTICIPANT_LEFT,    None),
    _Leave("CLIENT_INITIATED",    R.CLIENT_INITIATED,    None),
    _Leave("DUPLICATE_IDENTITY",  None,                  None),
    _Leave("SERVER_SHUTDOWN",     R.SERVER_SHUTDOWN,     None),
    _Leave("PARTICIPANT_REMOVED", R.PARTICIPANT_REMOVED, None),
    _Leave("ROOM_DELETED",        R.ROOM_DELETED,        R.ROOM_DELETED),
    _Leave("STATE_MISMATCH",      R.STATE_MISMATCH,      None),
    _Leave("JOIN_FAILURE",        R.JOIN_FAILURE,        None),
    _Leave("MIGRATION",           None,                  None),
    _Leave("SIGNAL_CLOSE",        R.SIGNAL_CLOSE,        None),
    _Leave("ROOM_CLOSED",         R.ROOM_CLOSED,         R.ROOM_CLOSED),
    _Leave("USER_UNAVAILABLE",    R.USER_UNAVAILABLE,    None),
    _Leave("USER_REJECTED",       R.USER_REJECTED,       None),
    _Leave("SIP_TRUNK_FAILURE",   R.SIP_TRUNK_FAILURE,   None),
    _Leave("CONNECTION_TIMEOUT",  R.CONNECTION_TIMEOUT,  None),
    _Leave("MEDIA_FAILURE",       R.MEDIA_FAILURE,       None),
    _Leave("AGENT_ERROR",         R.AGENT_ERROR,         R.AGENT_ERROR),
)
# fmt: on

_LEAVE_BY_WORD = index(_LEAVES, lambda row: row.word)

# Who a participant is, by its kind; a kind left out is STANDARD. Kinds not listed here (INGRESS,
# EGRESS, BRIDGE, and what comes next year) are neither.
_CALLERS = frozenset({"STANDARD", "SIP", "CONNECTOR"})
_AGENTS = frozenset({"AGENT"})

# What a join means while the SIP leg is in this state (attribute sip.callStatus); else an answer.
_JOINS: Mapping[str, SessionEvent | None] = {
    "dialing": SessionEvent.RING,
    "ringing": SessionEvent.RING,
    "hangup": None,
}

# What a caller's leaving claims where LiveKit gives no reason.
_LEAVE_EVENTS = {
    "participant_left": R.PARTICIPANT_LEFT,
    "participant_connection_aborted": R.JOIN_FAILURE,
}

# The events that may say something about a session.
_TELLING = frozenset({"room_finished", "participant_joined", *_LEAVE_EVENTS})


def webhook_steps(body: Mapping[str, object]) -> tuple[HistoryStep, ...]:
    """Return what one LiveKit webhook says about its session; `()` if it says nothing.

    Reading is total: whatever the body holds, an event or a reason from a newer LiveKit included,
    nothing is raised. A reason we do not know is claimed as `unknown`, its word kept as `raw`.

    Args:
        body: the decoded JSON object.

    Raises:
        TypeError: if `body` is no mapping; decode it with `json.loads` first.

    >>> body = {"event": "room_finished", "id": "EV_1", "createdAt": "1767225600"}
    >>> webhook_steps(body)[0].claim.reason
    <SessionTerminationReason.ROOM_CLOSED: 'room_closed'>
    """
    if not _is_mapping(body):
        raise TypeError(f"body is {show(body)}, expected the decoded JSON object of a webhook")
    event = _text(body, "event")
    if event not in _TELLING:
        return ()
    if event == "room_finished":
        return _step(body, R.ROOM_CLOSED)
    person = _part(body, "participant")
    kind = _text(person, "kind", "STANDARD")
    if event == "participant_joined" and kind in _CALLERS:
        state = _text(_part(person, "attributes"), "sip.callStatus")
        return _step(body, _JOINS.get(state, SessionEvent.ANSWER), person)
    if event in _LEAVE_EVENTS and (kind in _CALLERS or kind in _AGENTS):
        return _step(body, _leave_claim(event, kind, person), person)
    return ()


def leave_reasons(word: str) -> _Leave | None:
    """Return what a participant's leaving with this `DisconnectReason` claims, `None` if unlisted.

    Args:
        word: its name, or its number as text.
    """
    if word.isascii() and word.isdigit() and len(word) < 4 and int(word) < len(_LEAVES):
        return _LEAVES[int(word)]
    return _LEAVE_BY_WORD.get(word.upper().removeprefix("DISCONNECTREASON."))


def _leave_claim(event: str, kind: str, person: Mapping[str, object]) -> _What:
    word = person.get("disconnectReason")
    if word is None:
        word = 0
    if type(word) is int and 0 <= word < len(_LEAVES):
        word = _LEAVES[word].word
    row = _LEAVE_BY_WORD.get(word) if isinstance(word, str) and len(word) <= 64 else None
    if kind in _AGENTS:
        return None if row is None else row.agent
    if row is None:
        return clip(f"DisconnectReason {_word(word)}")
    return _LEAVE_EVENTS[event] if row.caller is R.PARTICIPANT_LEFT else row.caller


def _word(word: object) -> str:
    return word if isinstance(word, str) else show(word)


# What a webhook says: an event, a reason claimed, a word to claim as unknown, or nothing.
_What = SessionEvent | SessionTerminationReason | str | None


def _step(
    body: Mapping[str, object], what: _What, person: Mapping[str, object] | None = None
) -> tuple[HistoryStep, ...]:
    if what is None:
        return ()
    at, step_id = _time(body.get("createdAt")), _text(body, "id") or None
    said: SessionEvent | EndClaim
    if type(what) is SessionEvent:
        said = what
    elif type(what) is SessionTerminationReason:
        said = EndClaim(what, at, _SOURCE)
    else:
        said = EndClaim(R.UNKNOWN, at, _SOURCE, raw=what)
    if person is None or (type(said) is EndClaim and _text(person, "kind") in _AGENTS):
        # An agent is no party to tell from others: it is the session's.
        return (HistoryStep(at, said, _SOURCE, step_id),)
    party, connection = _text(person, "identity"), _text(person, "sid")
    return (HistoryStep(at, said, _SOURCE, step_id, party=party, connection=connection),)


def webhook_session_key(body: Mapping[str, object], key: SessionKey = "room.name") -> str:
    """Return which session a webhook belongs to: its room's name or sid; `""` if it names no room.

    A name may be used again for a later call; a `sid` is one life of a room.
    """
    return webhook_room(body)[key == "room.sid"]


def webhook_room(body: Mapping[str, object]) -> tuple[str, str]:
    """Return the name and the sid of a webhook's room, `""` for what it does not tell."""
    room = _part(body, "room")
    return _text(room, "name"), _text(room, "sid")


def _part(whole: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = whole.get(name)
    return cast("Mapping[str, object]", part) if _is_mapping(part) else {}


def _is_mapping(thing: object) -> bool:
    return type(thing) is dict or isinstance(thing, Mapping)  # A dict is known much sooner.


def _text(whole: Mapping[str, object], name: str, default: str = "") -> str:
    text = whole.get(name, default)
    if type(text) is str:
        return text
    return default if text is None else text if isinstance(text, str) else ""


def _time(seconds: object) -> datetime | None:
    """UTC from a decimal string of seconds; `None` for 0 (protobuf: not set) and for nonsense."""
    if isinstance(seconds, str) and len(seconds) <= 12 and seconds.isdigit() and seconds.isascii():
        seconds = int(seconds)
    if type(seconds) is not int or not 0 < seconds < 253_402_300_800:  # The year 10000.
        return None
    return datetime.fromtimestamp(seconds, UTC)
