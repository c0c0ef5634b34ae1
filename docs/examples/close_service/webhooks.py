"""LiveKit's webhooks: what is signed is read, and each step goes into the row of its room.

Redelivery needs no memory: a claim that comes again changes nothing, and a join after the answer
is late. Order needs none either: a row ends as `settle` says of all its claims.

What a row can fence. A session is about its own participant, on the latest connection. So the row
keeps who joined last and when; a leave of somebody else (an operator, the leg of a transfer) or of
an older connection ends nothing. A leave that comes before any join is believed.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.security import APIKeyHeader
from google.protobuf.json_format import ParseError
from livekit.api import TokenVerifier, WebhookReceiver
from sqlalchemy import select

from session_lifecycle import EndClaim, HistoryStep, SessionEvent
from session_lifecycle.integrations.livekit import webhook_session_key, webhook_steps
from session_lifecycle.integrations.sqlalchemy import apply_claim_to, apply_event_to

from . import endings, models
from .guard import note
from .routes import Database, problems
from .tables import Conversation, writing

_JOINS = (SessionEvent.RING, SessionEvent.ANSWER)
_SIGNATURE = APIKeyHeader(name="Authorization", scheme_name="LiveKit", auto_error=False)
_BODY = {"schema": {"type": "object", "examples": [{"event": "room_finished", "id": "EV_1"}]}}


async def signed_body(
    request: Request, token: Annotated[str | None, Security(_SIGNATURE)]
) -> dict[str, Any]:
    """Return the decoded body, after its signature has been found to be LiveKit's."""
    settings, body = request.app.state.settings, await request.body()
    if not (settings.livekit_key and settings.livekit_secret):
        raise HTTPException(503, "LIVEKIT_API_KEY and LIVEKIT_API_SECRET are not set")
    receiver = WebhookReceiver(TokenVerifier(settings.livekit_key, settings.livekit_secret))
    try:
        receiver.receive(body.decode(), token or "")
    except (ParseError, RecursionError):
        pass  # It is signed. What this version of LiveKit's classes cannot read is read below.
    except Exception:  # Of a token that is not LiveKit's, anything may be wrong.
        raise HTTPException(401, "expected LiveKit's signature of this body") from None
    try:
        decoded = json.loads(body)
    except (ValueError, RecursionError):
        decoded = None
    if not isinstance(decoded, dict):
        fault = {"loc": ("body",), "input": "", "msg": "a JSON object, not nested too deeply"}
        raise RequestValidationError([fault])
    return decoded


router = APIRouter()


@router.post(
    "/v1/livekit/webhook",
    operation_id="livekit_webhook",
    responses=problems(401, 409, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/webhook+json": _BODY, "application/json": _BODY},
        }
    },
)
def webhook(
    engine: Database, body: Annotated[dict[str, Any], Depends(signed_body)]
) -> models.Taken:
    """Take a webhook of LiveKit. 409: a status that we do not know; LiveKit will try again."""
    now = datetime.now(UTC)
    room, steps = webhook_session_key(body), webhook_steps(body)
    results = []
    if not (room and steps):
        return models.Taken(changes=[])
    # Locked, so that of two joins at once the later one stays.
    asked = select(Conversation).filter_by(external_session_id=room).with_for_update()
    with writing(engine) as db:
        row = db.scalars(asked).one_or_none()
        for step in steps:
            said = step.claim or step.event
            if row is None or said is None or not _concerns(row, step):
                continue
            if isinstance(said, EndClaim):
                result = apply_claim_to(db, Conversation, row.id, said, now=now)
            else:
                result = apply_event_to(db, Conversation, row.id, said, at=step.at)
            endings.follow(db, row.id, result, now)
            results.append(result)
    for result in results:
        note("webhook", conversation=row and row.id, webhook=body.get("id"), **endings.told(result))
    return models.Taken(changes=[result.change for result in results])


def _concerns(row: Conversation, step: HistoryStep) -> bool:
    """Say whether a step is about the conversation's party, on its latest connection."""
    if not step.party:
        return True
    if row.party not in (None, step.party):
        return False
    if step.event not in _JOINS:
        return row.connection in (None, step.connection)
    if step.at is not None and (row.joined_at is None or step.at >= row.joined_at):
        row.party, row.connection, row.joined_at = step.party, step.connection, step.at
    return True
