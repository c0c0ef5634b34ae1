"""LiveKit's webhooks, as LiveKit posts them.

Protobuf JSON: fields in camelCase, enums by name, 64-bit integers as strings, and whatever has its
default value left out. So a participant of kind STANDARD has no `kind`, and one who left for no
reason given has no `disconnectReason`: a reader that asks for a field by name must not need it.

Source: livekit-protocol 1.1.29, livekit_webhook.proto and livekit_models.proto;
livekit/protocol@d74e7cd (2026-08-22) webhook/consts.go; read 2026-11-30.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, Literal, overload

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from hypothesis.strategies import SearchStrategy

from session_lifecycle._text import show
from session_lifecycle.testing._mix import among, mixed, weighted
from session_lifecycle.testing._named import named
from session_lifecycle.testing._signing import FORGERIES, Forgery, SignedWebhook, sign
from session_lifecycle.testing._times import times

WebhookBody = dict[str, Any]

WEBHOOK_EVENTS = (
    *("room_started", "room_finished", "participant_joined", "participant_left"),
    *("participant_connection_aborted", "track_published", "track_unpublished"),
    *("egress_started", "egress_updated", "egress_ended", "ingress_started", "ingress_ended"),
    *("agent_job_started", "agent_job_ended"),
)
"""The events that LiveKit posts, the simplest first."""

# Callers and agents more often than those who say nothing.
_KINDS = weighted(
    (3, ("STANDARD", "SIP", "AGENT")), (1, ("CONNECTOR", "INGRESS", "EGRESS", "BRIDGE"))
)
_CALL_STATES = ("active", "dialing", "ringing", "automation", "hangup")
# Who hung up, and whose dial came to nothing; with the response that an application has put there.
_LEFT_STATES = weighted((4, ("hangup",)), (1, ("dialing", "ringing", "active")))
_LEFT_CODES = weighted((6, (None,)), (1, ("486", "480", "503", "603", "200")))
_PARTIES = {"SIP": "sip_+15550100", "AGENT": "agent-AJ_1", "CONNECTOR": "whatsapp-1"}


@cache
def _words(field: str) -> list[str]:
    from session_lifecycle.crosswalk import vocabulary

    (found,) = [one for one in vocabulary("livekit").fields if one.name == field]
    return [row.code for row in found.rows]


def _set(**fields: object) -> WebhookBody:
    """A message as protobuf JSON writes it: without what has its default value."""
    return {name: value for name, value in fields.items() if value not in (None, "", 0, {}, [])}


@st.composite
def _participants(draw: st.DrawFn, event: str) -> WebhookBody:
    kind = draw(among(_KINDS))
    identity = _PARTIES.get(kind) or draw(st.sampled_from(("caller", "operator")))
    sid = draw(st.sampled_from(("PA_1", "PA_2")))
    if event.startswith("track"):
        return _set(sid=sid, identity=identity)  # LiveKit tells no more.
    ended = event != "participant_joined"
    attributes: dict[str, str] = {}
    if kind == "SIP":
        attributes = {
            "sip.callID": "SCL_1",
            "sip.callStatus": draw(among(_LEFT_STATES if ended else _CALL_STATES)),
            "sip.phoneNumber": "+15550100",
            "sip.trunkID": "ST_1",
        }
        code = draw(among(_LEFT_CODES)) if ended else None
        attributes |= {} if code is None else {"sip.callStatusCode": code}
    return _set(
        sid=sid,
        identity=identity,
        state="DISCONNECTED" if ended else draw(st.sampled_from(("ACTIVE", "JOINED"))),
        joinedAt=str(_seconds(draw(_whole_times()))),
        kind=None if kind == "STANDARD" else kind,
        attributes=attributes,
        disconnectReason=_unless_first(draw, "disconnect_reason") if ended else None,
    )


def _unless_first(draw: st.DrawFn, field: str) -> str | None:
    """A word of an enum; `None` for the first, which is its default."""
    words = _words(field)
    word = draw(among(words))
    return None if word == words[0] else word


def _whole_times() -> SearchStrategy[datetime]:
    return times(whole_seconds=True, strays=False, allow_none=False)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


@st.composite
def _bodies(draw: st.DrawFn, names: tuple[str, ...]) -> WebhookBody:
    telling = [name for name in names if name in WEBHOOK_EVENTS[:5]]
    event = draw(among(weighted((1, names), (1, telling))))
    place = draw(st.sampled_from(("1", "2")))
    body = _set(
        event=event,
        id=f"EV_{draw(st.integers(1, 9))}",
        createdAt=str(_seconds(draw(_whole_times()))),
    )
    subject = event.partition("_")[0]
    room = _set(sid=f"RM_{place}", name=f"room-{place}", creationTime=str(_seconds(_BEGUN)))
    if subject in ("egress", "ingress"):
        # Neither of them tells the room but by its name.
        sid = "EG_1" if subject == "egress" else "IN_1"
        info = _set(roomName=room["name"])
        if event == "egress_ended":
            info["status"] = draw(st.sampled_from(("EGRESS_COMPLETE", "EGRESS_FAILED")))
        elif event != "egress_started" and subject == "egress":
            info["status"] = "EGRESS_ACTIVE"
        return body | {f"{subject}Info": {f"{subject}Id": sid, **info}}
    if subject == "agent":
        state = "RUNNING" if event == "agent_job_started" else draw(st.sampled_from(_JOB_ENDS))
        return body | {"job": {"id": "AJ_1", "room": room, "state": {"status": f"JS_{state}"}}}
    body["room"] = room
    if subject in ("participant", "track"):
        body["participant"] = draw(_participants(event))
    if subject == "track":
        body["track"] = _set(sid="TR_1", name="microphone", source="MICROPHONE")
    if event == "room_finished":
        ended = _unless_first(draw, "room_end_reason")
        body |= {} if ended is None else {"roomEndReason": ended}
    return body


_JOB_ENDS = ("SUCCESS", "FAILED", "CANCELLED")
_BEGUN = datetime.fromisoformat("2026-11-23T11:59:00+00:00")

# What a newer LiveKit, a proxy or a test may send in place of a field: by its path.
_CHANGES: tuple[tuple[tuple[str, ...], tuple[object, ...]], ...] = (
    (("event",), ("from_2031", "", 5, None)),
    (("id",), ("", None, 7)),
    (("createdAt",), ("0", "", "-5", "9" * 400, 1_795_435_200, None, 1.5)),
    (("room",), (None, {}, "room-1", {"name": "room-1", "sid": ""})),
    (("participant",), (None, {}, [], "caller")),
    (("participant", "kind"), ("STANDARD", "FROM_2031", 4, 99, None)),
    (("participant", "disconnectReason"), ("UNKNOWN_REASON", "FROM_2031", 5, 99, -1, None)),
    (
        ("participant", "attributes"),
        (None, [], {"sip.callStatus": "from_2031"}, {"sip.callStatusCode": "699"}),
    ),
    (("roomEndReason",), ("ROOM_END_UNKNOWN", "FROM_2031", 1, 99, None)),
    (("participant", "identity"), (None, 5, "x" * 10_000, "\u202ecaller", "\x00")),
    (("numDropped",), (3,)),
    (("fieldFrom2031",), ({"region": "eu"},)),
)


def _changed(body: WebhookBody) -> SearchStrategy[WebhookBody]:
    """One field of a body changed, one that it could have."""
    return among(
        [
            body | {path[0]: value if len(path) == 1 else body[path[0]] | {path[1]: value}}
            for path, values in _CHANGES
            if path[0] in body or path[0] not in ("room", "participant")
            for value in values
        ]
    )


@overload
def livekit_webhooks(
    *, events: Iterable[str] | None = ..., drifted: bool = ..., signed: Literal[False] = ...
) -> SearchStrategy[WebhookBody]: ...
@overload
def livekit_webhooks(
    *,
    events: Iterable[str] | None = ...,
    drifted: bool = ...,
    signed: Literal[True],
    forged: bool | None = ...,
    key: str = ...,
    secret: str = ...,
) -> SearchStrategy[SignedWebhook]: ...
@named
def livekit_webhooks(
    *,
    events: Iterable[str] | None = None,
    drifted: bool = False,
    signed: bool = False,
    forged: bool | None = False,
    key: str = "devkey",
    secret: str = "a secret of 32 characters or more",
) -> SearchStrategy[WebhookBody] | SearchStrategy[SignedWebhook]:
    """Return a strategy for LiveKit's webhooks: the decoded JSON, or body and header.

    Of every event, with participants of every kind who leave for every reason, SIP legs in every
    state and with some responses, two rooms and two connections, all within seconds of each other.
    It shrinks to a `room_started`.

    Args:
        events: only these events.
        drifted: some with one field that a newer LiveKit or a careless proxy would send: new
            names, numbers for names, defaults written out, `null`, fields of another type.
        signed: draw a `SignedWebhook` instead, whose header verifies with `key` and `secret`.
        forged: with `signed`: `True` for webhooks that a receiver must refuse only, `None` for
            both.
        key: the API key.
        secret: the API secret.

    Raises:
        InvalidArgument: if an event is none of LiveKit's, or there are none.

    Example: `st.lists(livekit_webhooks(events=["participant_left", "room_finished"]))`.
    """
    names = WEBHOOK_EVENTS if events is None else _named(events)
    bodies = _bodies(names)
    if drifted:
        bodies = mixed((2, bodies), (3, bodies.flatmap(_changed)))
    if not signed:
        return bodies
    kinds: tuple[Forgery | None, ...] = {
        False: (None,),
        True: FORGERIES,
        None: (*(None,) * 3, *FORGERIES),
    }[forged]
    return st.builds(sign, bodies, st.just(key), st.just(secret), st.sampled_from(kinds))


def _named(events: Iterable[str]) -> tuple[str, ...]:
    wanted = [events] if isinstance(events, str) else list(events)
    for event in wanted:
        if event not in WEBHOOK_EVENTS:
            expected = ", ".join(WEBHOOK_EVENTS)
            raise InvalidArgument(f"events has {show(event)}, expected some of: {expected}")
    if not wanted:
        raise InvalidArgument("events is empty: leave it out for all, or name at least one")
    return tuple([event for event in WEBHOOK_EVENTS if event in wanted])
