"""LiveKit's webhooks, as steps of a session's history.

`webhook_steps(body)` reads one webhook body, the JSON object exactly as LiveKit posts it (protobuf
JSON: default values left out) or the message that LiveKit's `WebhookReceiver` returns, and needs
nothing of LiveKit's to be installed. Verify the signature first, with that receiver.

What the table decides. Of fourteen events four tell something of a session. A caller who joins
answers; while the SIP leg still dials, the phone rings. Who leaves claims what `_leaves` and, of a
phone, `_sip` say. `room_finished` claims why the room ended. The others may come in a session that
goes on, and in one that is over.

Delivery. Every step carries the webhook's `id` as `step_id`, so that `replay` drops redeliveries,
and the participant's identity and `sid` as `party` and `connection`, so that an older connection's
leave ends nothing after a re-join. A body that says nothing about a session gives no steps.

Source: livekit-protocol 1.1.29 livekit_webhook.proto, livekit_models.proto, read 2026-11-23;
livekit/protocol@d74e7cd (2026-08-22) webhook/consts.go, livekit/livekit pkg/telemetry/events.go,
read 2026-11-30.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from session_lifecycle._ending import EndClaim
from session_lifecycle._history import HistoryStep
from session_lifecycle._table import index
from session_lifecycle._words import SessionEvent, SessionTerminationReason
from session_lifecycle.integrations.livekit._leaves import (
    claim_of_leave,
    foreign,
    is_agent,
    is_caller,
)
from session_lifecycle.integrations.livekit._message import (
    Body,
    WebhookMessage,
    body_of,
    part,
    text,
)
from session_lifecycle.integrations.livekit._sip import CALL_STATUS, Said

SessionKey = Literal["room.name", "room.sid"]
"""What a session is: everything in a room of one name, or one life of that room."""

_SOURCE = "livekit"


class _Event(NamedTuple):
    """One of LiveKit's events.

    Attributes:
        name: the event.
        tells: what it tells of a session: `join`, `leave`, `abort` or `end`; `None` for nothing.
        not_told: what it does not tell.
    """

    name: str
    tells: Literal["join", "leave", "abort", "end"] | None
    not_told: str


R = SessionTerminationReason

# fmt: off
_EVENTS: tuple[_Event, ...] = (
    _Event("room_started",      None,    "that anybody is there, or is being called"),
    _Event("room_finished",     "end",   "who ended the call: it is teardown, and comes last"),
    _Event("participant_joined", "join", "whether a phone that still rings is answered later"),
    _Event("participant_left",  "leave", "of an agent: that the call ended"),
    _Event("participant_connection_aborted",
                                "abort", "whether the caller tries again"),
    _Event("track_published",   None,    "whose it is: here a participant has no kind"),
    _Event("track_unpublished", None,    "that its owner is gone"),
    _Event("egress_started",    None,    "a recorder is no party to the call"),
    _Event("egress_updated",    None,    "a recorder is no party to the call"),
    _Event("egress_ended",      None,    "that the call ended: a recorder may stop or fail before"),
    _Event("ingress_started",   None,    "a stream that comes in is no caller"),
    _Event("ingress_ended",     None,    "that the call ended: the room may go on without it"),
    _Event("agent_job_started", None,    "that a phone was answered: the agent may wait for that"),
    _Event("agent_job_ended",   None,    "that the call ended: another agent may have taken over"),
)

# What a join means while the SIP leg is in this state; else an answer.
_JOINS: Mapping[str, SessionEvent | None] = {
    "dialing": SessionEvent.RING,
    "ringing": SessionEvent.RING,
    "hangup":  None,
}


class _RoomEnd(NamedTuple):
    """Why a room ended, and what that claims."""

    word: str
    reason: SessionTerminationReason


# In the order of LiveKit's numbers, from 0. A room that idled or was replaced has ended; nothing is
# said of a conversation in it.
_ROOM_ENDS: tuple[_RoomEnd, ...] = (
    #        RoomEndReason
    _RoomEnd("ROOM_END_UNKNOWN",         R.ROOM_CLOSED),
    _RoomEnd("ROOM_END_API_DELETE",      R.ROOM_DELETED),
    _RoomEnd("ROOM_END_IDLE_TIMEOUT",    R.ROOM_CLOSED),
    _RoomEnd("ROOM_END_SERVER_SHUTDOWN", R.SERVER_SHUTDOWN),
    _RoomEnd("ROOM_END_SUPERSEDED",      R.ROOM_CLOSED),
    _RoomEnd("ROOM_END_OPEN_FAILED",     R.ERROR),
)
# fmt: on

_TELLS = {row.name: row.tells for row in index(_EVENTS, lambda row: row.name).values()}
_ROOM_END_BY_WORD = index(_ROOM_ENDS, lambda row: row.word)


def webhook_steps(body: Body | WebhookMessage) -> tuple[HistoryStep, ...]:
    """Return what one LiveKit webhook says about its session; `()` if it says nothing.

    Reading is total: whatever the body holds, an event or a reason from a newer LiveKit included,
    nothing is raised. A reason we do not know is claimed as `unknown`, its word kept as `raw`; so
    is what SIP says of a phone, where it is finer than the room's word.

    Args:
        body: the decoded JSON object, or the `WebhookEvent` of LiveKit's `WebhookReceiver`. Both
            give the same steps; but a receiver that is older than the server drops the words that
            it does not know, and the JSON has them.

    Raises:
        TypeError: if `body` is neither; decode JSON with `json.loads` first.

    >>> body = {"event": "room_finished", "id": "EV_1", "createdAt": "1767225600"}
    >>> webhook_steps(body)[0].claim.reason
    <SessionTerminationReason.ROOM_CLOSED: 'room_closed'>
    """
    body = body_of(body)
    event = text(body, "event")
    tells = _TELLS.get(event)
    if tells is None:
        return ()
    if tells == "end":
        return _step(body, _end_of_room(body.get("roomEndReason")))
    person = part(body, "participant")
    kind, attributes = person.get("kind"), part(person, "attributes")
    if tells == "join":
        if not is_caller(kind):
            return ()
        state = text(attributes, CALL_STATUS)
        return _step(body, _JOINS.get(state, SessionEvent.ANSWER), person)
    word, aborted = person.get("disconnectReason"), tells == "abort"
    return _step(body, claim_of_leave(word, kind, attributes, aborted=aborted), person)


def _end_of_room(word: object) -> Said:
    if word is None:
        word = 0
    if type(word) is int and 0 <= word < len(_ROOM_ENDS):
        word = _ROOM_ENDS[word].word
    row = _ROOM_END_BY_WORD.get(word) if isinstance(word, str) and len(word) <= 64 else None
    return (
        Said(R.UNKNOWN, foreign("RoomEndReason", word)) if row is None else Said(row.reason, None)
    )


def _step(
    body: Body, what: SessionEvent | Said | None, person: Body | None = None
) -> tuple[HistoryStep, ...]:
    if what is None:
        return ()
    at, step_id = _time(body.get("createdAt")), text(body, "id") or None
    said: SessionEvent | EndClaim
    if type(what) is SessionEvent:
        said = what
    else:
        assert type(what) is Said
        said = EndClaim(what.reason, at, _SOURCE, raw=what.raw)
    if person is None or is_agent(person.get("kind")):
        # An agent is no party to tell from others: it is the session's.
        return (HistoryStep(at, said, _SOURCE, step_id),)
    party, connection = text(person, "identity"), text(person, "sid")
    return (HistoryStep(at, said, _SOURCE, step_id, party=party, connection=connection),)


def webhook_session_key(body: Body | WebhookMessage, key: SessionKey = "room.name") -> str:
    """Return which session a webhook belongs to: its room's name or sid; `""` if it names no room.

    A name may be used again for a later call; a `sid` is one life of a room. A recorder's webhook
    has both, an ingress's the name only, an agent job's the room of the job.

    Args:
        body: the decoded JSON object, or the `WebhookEvent` of LiveKit's `WebhookReceiver`.
        key: which of the two names.

    Raises:
        TypeError: if `body` is neither.
    """
    return webhook_room(body_of(body))[key == "room.sid"]


def webhook_room(body: Body) -> tuple[str, str]:
    """Return the name and the sid of a webhook's room, `""` for what it does not tell."""
    room = part(body, "room")
    if not room:
        for name in ("egressInfo", "ingressInfo"):
            info = part(body, name)
            if info:
                return text(info, "roomName"), text(info, "roomId")
        room = part(part(body, "job"), "room")
    return text(room, "name"), text(room, "sid")


def _time(seconds: object) -> datetime | None:
    """UTC from a decimal string of seconds; `None` for 0 (protobuf: not set) and for nonsense."""
    if isinstance(seconds, str) and len(seconds) <= 12 and seconds.isdigit() and seconds.isascii():
        seconds = int(seconds)
    if type(seconds) is not int or not 0 < seconds < 253_402_300_800:  # The year 10000.
        return None
    return datetime.fromtimestamp(seconds, UTC)
