"""What it claims that a participant leaves a LiveKit room, by who left and for which reason.

A caller who leaves claims what LiveKit gives as the reason, or `participant_left` where it gives
none; of a phone, what SIP says is finer. An agent who leaves claims nothing by that alone: it may
be dispatched again, another may have taken over, and an agent's `CLIENT_INITIATED` is nobody
hanging up. Only what is true of the room, or of the agent itself, counts from its mouth. A
recorder, a stream or a bridge is neither caller nor agent and says nothing.

Words that are no end: `DUPLICATE_IDENTITY` and `MIGRATION` replace a *connection*, and the person
is still there.

Source: livekit-protocol 1.1.29 livekit_models.proto (DisconnectReason, ParticipantInfo.Kind), read
2026-11-23.
"""

from __future__ import annotations

from typing import NamedTuple

from session_lifecycle._table import index
from session_lifecycle._text import clip, show
from session_lifecycle._words import SessionTerminationReason
from session_lifecycle.integrations.livekit._message import Body
from session_lifecycle.integrations.livekit._sip import Said, of_sip_leg

R = SessionTerminationReason


class _Leave(NamedTuple):
    """What a participant's leaving claims, by who left; `None`: it is no end of the session."""

    word: str
    caller: SessionTerminationReason | None
    agent: SessionTerminationReason | None


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

# Who a participant is, by its kind's name or number; one left out is STANDARD. Kinds not listed
# here (INGRESS, EGRESS, BRIDGE, and what comes next year) are neither.
_PHONES: frozenset[object] = frozenset({"SIP", 3})
_CALLERS: frozenset[object] = frozenset({"STANDARD", 0, "SIP", 3, "CONNECTOR", 7})
_AGENTS: frozenset[object] = frozenset({"AGENT", 4})


def is_caller(kind: object) -> bool:
    """Return whether a participant of this kind is a person, or the phone of one."""
    return kind is None or _is_one_of(kind, _CALLERS)


def is_agent(kind: object) -> bool:
    """Return whether a participant of this kind is an agent."""
    return _is_one_of(kind, _AGENTS)


def _is_one_of(kind: object, kinds: frozenset[object]) -> bool:
    return isinstance(kind, str | int) and type(kind) is not bool and kind in kinds


def leave_reasons(word: str) -> _Leave | None:
    """Return what a participant's leaving with this `DisconnectReason` claims, `None` if unlisted.

    Args:
        word: its name, or its number as text.
    """
    if word.isascii() and word.isdigit() and len(word) < 4 and int(word) < len(_LEAVES):
        return _LEAVES[int(word)]
    return _LEAVE_BY_WORD.get(word.upper().removeprefix("DISCONNECTREASON."))


def claim_of_leave(
    word: object, kind: object, attributes: Body | None = None, *, aborted: bool = False
) -> Said | None:
    """Return what a participant's leaving claims; `None` if it ends no session.

    Total: whatever is given, nothing is raised. A caller's reason that we do not know is claimed as
    `unknown`, its word kept as `raw`.

    Args:
        word: the `DisconnectReason`, its name or number; `None` for none.
        kind: the participant's kind, its name or number; `None` for STANDARD.
        attributes: the participant's attributes; of a phone, `sip.*` is read.
        aborted: whether the connection was given up before the participant was in the room.
    """
    if word is None:
        word = 0
    if type(word) is int and 0 <= word < len(_LEAVES):
        word = _LEAVES[word].word
    row = _LEAVE_BY_WORD.get(word) if isinstance(word, str) and len(word) <= 64 else None
    if is_agent(kind):
        return None if row is None or row.agent is None else Said(row.agent, None)
    if not is_caller(kind):
        return None
    if row is None:
        return Said(R.UNKNOWN, foreign("DisconnectReason", word))
    if row.caller is None:
        return None
    reason = row.caller
    if aborted and reason is R.PARTICIPANT_LEFT:
        reason = R.JOIN_FAILURE
    if kind in _PHONES and attributes:
        return of_sip_leg(row.word, reason, attributes)
    return Said(reason, None)


def foreign(name: str, word: object) -> str:
    """Return a word of LiveKit's that we do not know, as `raw`: after what it is a word of."""
    return clip(f"{name} {word if isinstance(word, str) else show(word)}")
