"""The endpoints of an organisation. Who asks for what is another's is told that it is not there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response, Security
from fastapi.security import APIKeyHeader
from sqlalchemy import Engine, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from session_lifecycle import EndClaim, SessionEvent, SessionTerminationReason
from session_lifecycle.integrations.sqlalchemy import (
    WriteVerdict,
    apply_claim_to,
    apply_event_to,
    raw_value,
)

from . import endings, models, views
from .guard import note
from .tables import Conversation, Drift, Handoff, writing


def database(request: Request) -> Engine:
    """Return the engine that the app was made with."""
    engine: Engine = request.app.state.engine
    return engine


def organization(
    request: Request,
    _key: Annotated[str | None, Security(APIKeyHeader(name="x-api-key", auto_error=False))],
) -> UUID:
    """Return whose key it is. The guard has looked at it."""
    owner: UUID = request.state.organization
    return owner


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the declarations of what an endpoint may answer besides."""
    declared: dict[int | str, dict[str, Any]] = {s: {"model": models.Problem} for s in statuses}
    return {**declared, 413: {"model": models.Problem}, 422: {"model": models.Faults}}


Database = Annotated[Engine, Depends(database)]
Organization = Annotated[UUID, Depends(organization)]
Key = Annotated[UUID, Path(examples=["7d9f0c1e-58f5-4b7e-9a51-0f3f3bb0a0f4"])]

router = APIRouter(prefix="/v1/v2", responses=problems(401, 503))


def _links(*operations: str, **parameters: str) -> dict[str, Any]:
    return {"links": {name: {"operationId": name, "parameters": parameters} for name in operations}}


_RESOLVE = _links(
    "resolve_handoff",
    conversation_id="$response.body#/conversation_id",
    handoff_id="$response.body#/id",
)
_ITS_OWN = _links(
    *("get", "close", "end_session", "request_handoff"),
    conversation_id="$response.body#/id",
)


@router.post(
    "/conversations",
    status_code=201,
    operation_id="start",
    responses={
        **problems(409),
        200: {"model": models.Conversation, **_ITS_OWN},
        201: _ITS_OWN,
    },
)
def start(
    engine: Database, owner: Organization, body: models.Start, response: Response
) -> models.Conversation:
    """Start a conversation. 200: its room has this one of yours. 409: it has somebody else's."""
    now = datetime.now(UTC)
    row = Conversation(organization_id=owner, created_at=now, updated_at=now, **body.model_dump())
    try:
        with writing(engine) as db:
            db.add(row)
            db.flush()
            shown = views.conversation(db, owner, row.id)
    except IntegrityError:
        its_own = views.owned(owner).filter_by(external_session_id=body.external_session_id)
        with Session(engine) as db:
            found = db.execute(views.page(its_own)).all()
        if not found:
            raise HTTPException(409, "the external session is not yours") from None
        response.status_code = 200
        return views.shown(found[0])
    note("start", organization=owner, conversation=shown.id)
    return shown


@router.get("/conversations", operation_id="list", responses=problems(404))
def listed(
    engine: Database, owner: Organization, page: Annotated[models.Page, Query()]
) -> models.Conversations:
    """List conversations, newest first. 404: `before` is no conversation of yours."""
    wanted = views.owned(owner)
    order = (Conversation.created_at, Conversation.id)
    with Session(engine) as db:
        if page.before is not None:
            last = views.owned(owner).with_only_columns(*order).filter_by(id=page.before)
            edge = views.one(db.execute(last).all(), "conversation")
            wanted = wanted.where(tuple_(*order) < tuple_(*edge))
        if page.status is not None:
            wanted = wanted.where(raw_value(Conversation.status) == page.status.value)
        newest = wanted.order_by(*(column.desc() for column in order)).limit(page.limit)
        found = [views.shown(row) for row in db.execute(views.page(newest))]
    full = len(found) == page.limit
    return models.Conversations(conversations=found, next=found[-1].id if full else None)


@router.get("/conversations/{conversation_id}", operation_id="get", responses=problems(404))
def get(engine: Database, owner: Organization, conversation_id: Key) -> models.Conversation:
    """Show a conversation."""
    with Session(engine) as db:
        return views.conversation(db, owner, conversation_id)


@router.post(
    "/conversations/{conversation_id}/close",
    operation_id="close",
    responses={**problems(404, 409), 200: _links("drift")},
)
def close(
    engine: Database, owner: Organization, conversation_id: Key, body: models.Close | None = None
) -> models.Conversation:
    """Close a conversation; again, and nothing moves. 409: its status is none that we know."""
    reason = None if body is None else body.reason
    return endings.close(engine, owner, conversation_id, reason, "api")


@router.post(
    "/conversations/{conversation_id}/end_session",
    operation_id="end_session",
    responses=problems(404, 409),
)
def end_session(
    engine: Database, owner: Organization, conversation_id: Key, body: models.End | None = None
) -> models.Conversation:
    """End a conversation, as an admin does. 409: its status is none that we know."""
    reason = None if body is None else body.reason
    reason = SessionTerminationReason.AGENT_INITIATED if reason is None else reason
    return endings.close(engine, owner, conversation_id, reason, "admin")


@router.post(
    "/conversations/{conversation_id}/handoffs",
    status_code=201,
    operation_id="request_handoff",
    responses={
        **problems(404, 409),
        200: {"model": models.Handoff, **_RESOLVE},
        201: _RESOLVE,
    },
)
def request_handoff(
    engine: Database, owner: Organization, conversation_id: Key, response: Response
) -> models.Handoff:
    """Ask for a human. 200: one was asked for before. 409: it is in no status to do so."""
    now = datetime.now(UTC)
    with writing(engine) as db:
        views.owner_check(db, owner, conversation_id)
        asked = apply_event_to(db, Conversation, conversation_id, SessionEvent.REQUEST_HUMAN)
        waiting = select(Handoff).filter_by(conversation_id=conversation_id, status="requested")
        before = db.scalars(waiting).first() if asked.verdict is WriteVerdict.ALREADY else None
        if before is not None:  # The answer was lost, say, and the client asks again.
            response.status_code = 200
            return models.Handoff.model_validate(before)
        if asked.verdict is not WriteVerdict.APPLIED:
            raise HTTPException(409, f"a conversation that is '{asked.status_before}' cannot do it")
        endings.follow(db, conversation_id, asked, now)
        row = Handoff(conversation_id=conversation_id, status="requested", requested_at=now)
        db.add(row)
        db.flush()
        shown = models.Handoff.model_validate(row)
    note("handoff", organization=owner, conversation=conversation_id, handoff=shown.id)
    return shown


@router.post(
    "/conversations/{conversation_id}/handoffs/{handoff_id}/resolve",
    operation_id="resolve_handoff",
    responses=problems(404, 409),
)
def resolve_handoff(
    engine: Database, owner: Organization, conversation_id: Key, handoff_id: Key
) -> models.Resolved:
    """Resolve a handoff and close its conversation, in one transaction."""
    now = datetime.now(UTC)
    mine = views.owned(owner).where(Conversation.id == conversation_id)
    which = (Handoff.id == handoff_id) & Handoff.conversation_id.in_(mine)
    open_one = update(Handoff).where(which, Handoff.status != "resolved")
    told: dict[str, object] = {}
    with writing(engine) as db:
        now_resolved = open_one.values(status="resolved", resolved_at=now).returning(Handoff.id)
        if db.scalars(now_resolved).all():
            claim = EndClaim(SessionTerminationReason.HANDOFF_RESOLVED, now, "operator")
            result = apply_claim_to(db, Conversation, conversation_id, claim, now=now)
            endings.follow(db, conversation_id, result, now)
            told = endings.told(result)
        row = views.one(db.scalars(select(Handoff).where(which)).all(), "handoff")
        shown = models.Resolved(
            handoff=models.Handoff.model_validate(row),
            conversation=views.conversation(db, owner, conversation_id),
        )
    note("resolve", organization=owner, handoff=handoff_id, **told)
    return shown


@router.get("/drift", operation_id="drift", responses=problems())
def drift(engine: Database, owner: Organization, limit: models.Limit = 20) -> list[models.Drift]:
    """List the reasons that we do not know, the most frequent first."""
    asked = select(Drift).filter_by(organization_id=owner).order_by(Drift.times.desc(), Drift.word)
    with Session(engine) as db:
        return [models.Drift.model_validate(row) for row in db.scalars(asked.limit(limit))]
