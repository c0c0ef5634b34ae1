"""Webhooks built with LiveKit's own classes, for the tests of what is read from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from google.protobuf.json_format import MessageToDict
from livekit.protocol.models import ParticipantInfo, Room
from livekit.protocol.webhook import WebhookEvent

from session_lifecycle import EndClaim, HistoryStep, SessionTerminationReason
from session_lifecycle.integrations.livekit import webhook_steps

Kind = ParticipantInfo.Kind
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def message(
    event: str,
    *,
    second: int = 0,
    identity: str = "caller",
    sid: str = "PA_1",
    kind: int = Kind.STANDARD,
    reason: int = 0,
    sip: Mapping[str, str] | None = None,
    number: int = 1,
    **more: Any,
) -> WebhookEvent:
    """Return a webhook; `sip` are attributes, without their prefix."""
    person = None
    if event.startswith("participant"):
        attributes = {f"sip.{name}": value for name, value in (sip or {}).items()}
        person = ParticipantInfo(
            identity=identity, sid=sid, kind=kind, disconnect_reason=reason, attributes=attributes
        )
    return WebhookEvent(
        event=event,
        id=f"EV_{number}",
        created_at=int(START.timestamp()) + second,
        room=Room(name="room-1", sid="RM_1"),
        participant=person,
        **more,
    )


def body(event: str, **more: Any) -> dict[str, Any]:
    """Return a webhook as the JSON object that LiveKit posts."""
    return MessageToDict(message(event, **more))


def only(steps: tuple[HistoryStep, ...]) -> HistoryStep:
    assert len(steps) == 1
    return steps[0]


def claim_in(steps: tuple[HistoryStep, ...]) -> EndClaim | None:
    """Return the one claim, `None` if nothing is said."""
    if not steps:
        return None
    claim = only(steps).claim
    assert claim is not None
    return claim


def claimed(steps: tuple[HistoryStep, ...]) -> SessionTerminationReason | None:
    """Return the one reason claimed, `None` if nothing is said."""
    claim = claim_in(steps)
    return None if claim is None else claim.reason


def steps_of(bodies: Iterable[Any]) -> Iterator[HistoryStep]:
    for each in bodies:
        yield from webhook_steps(each)
