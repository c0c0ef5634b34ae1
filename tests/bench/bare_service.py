"""The other side of a request: closing a conversation, as one writes it without this library.

First wins: one UPDATE with a guard on the status, by hand. It knows one writer's word only, in one
spelling; a hang-up that was reported first stands, whatever a carrier or an operator says next. No
line is logged.

Two of it. `first_wins` is the UPDATE alone, to be put where the example service calls the library.
`create_app` is a service of its own, with the example's key check: models of plain types, three
statements by hand, no ORM. It answers and writes what the example does.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from close_service.guard import Guard
from close_service.routes import Database, Organization
from close_service.settings import Settings
from fastapi import APIRouter, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import JSON, Boolean, DateTime, Engine, TextClause, Uuid, bindparam, text
from sqlalchemy.orm import Session

from session_lifecycle import SessionChange, SessionTerminationReason
from tests.bench.shapes import CONVERSATION, SUMMARY, conversation, pydantic_model

_CLOSED = (
    "UPDATE conversations SET status = 'closed', termination_reason = :reason, ended_by = :source, "
    "claimed_at = :now, ended_at = :now, closed_at = :now, version = version + 1"
)
_FIRST = "WHERE id = :id AND status NOT IN ('closed', 'expired', 'error', 'superseded')"
_KEPT = timedelta(days=30)
_TYPES = {"id": Uuid(), "owner": Uuid(), "now": DateTime(), "kept": DateTime()}


def _statement(sql: str) -> TextClause:
    names = [name for name in _TYPES if f":{name}" in sql]
    return text(sql).bindparams(*(bindparam(name, type_=_TYPES[name]) for name in names))


# --- in the place of `apply_event_to` ------------------------------------------------------------

_FIRST_WINS = _statement(f"{_CLOSED} {_FIRST}")


class Written(NamedTuple):
    """What the example service asks of a write."""

    verdict: str
    change: SessionChange
    reason: str | None


def first_wins(
    db: Session, _target: object, key: UUID, _event: object, *, now: datetime, **said: Any
) -> Written:
    """Close it, if nobody has."""
    reason = None if said["reason"] is None else str(said["reason"])
    given = {"id": key, "now": now, "reason": reason, "source": said["source"]}
    if db.execute(_FIRST_WINS, given).rowcount:
        return Written("applied", SessionChange.ENDED, reason)
    return Written("already", SessionChange.UNCHANGED, None)


# --- a service of its own ------------------------------------------------------------------------

_CLOSE = _statement(
    f"{_CLOSED}, updated_at = :now, retention_expires_at = :kept {_FIRST} "
    "AND organization_id = :owner"
)
_TASK = _statement("INSERT INTO tasks (conversation_id, created_at) VALUES (:id, :now)")
_WORKED_OUT = ("duration_ms", "summary_preview")
_STORED = {name: kind for name, kind in CONVERSATION.items() if name not in _WORKED_OUT}
_TIMES = {name for name, kind in _STORED.items() if kind == datetime | None}
_READ_AS: dict[Any, Any] = {
    UUID: Uuid(),
    UUID | None: Uuid(),
    datetime | None: DateTime(),
    bool | None: Boolean(),
    dict[str, Any] | None: JSON(),
}
_UNFINISHED = "status IN ('queued', 'pending', 'running')"
_READ = _statement(
    f"""
SELECT {", ".join(_STORED)}, termination_reason, termination_raw, r.* FROM conversations,
  (SELECT count(*) AS total, count(*) FILTER (WHERE done) AS succeeded,
    count(*) FILTER (WHERE {_UNFINISHED}) AS pending,
    count(*) FILTER (WHERE is_critical) AS critical_total,
    count(*) FILTER (WHERE is_critical AND done) AS critical_succeeded,
    count(*) FILTER (WHERE is_critical AND {_UNFINISHED}) AS critical_pending
  FROM (SELECT status, is_critical, status = 'completed' AND NOT EXISTS (SELECT 1 FROM eval_scores s
    WHERE s.run_id = eval_runs.id AND s.passed IS NOT TRUE) AS done
    FROM eval_runs WHERE session_id = :id)) AS r
WHERE id = :id AND organization_id = :owner"""
).columns(**{name: _READ_AS[kind] for name, kind in _STORED.items() if kind in _READ_AS})


class _Close(BaseModel):
    """Why it is closed."""

    model_config = ConfigDict(extra="forbid", strict=True)

    reason: Annotated[str, Field(max_length=64)] | None = None


_Answer: Any = pydantic_model(
    "Answer",
    {
        "termination_reason": SessionTerminationReason | None,
        "termination_raw": str | None,
        **conversation(pydantic_model).__annotations__,
    },
)

router = APIRouter(prefix="/v1/v2")


@router.post("/conversations/{conversation_id}/close")
def close(
    engine: Database, owner: Organization, conversation_id: UUID, body: _Close | None = None
) -> _Answer:
    """Close a conversation; again, and nothing moves."""
    now = datetime.now(UTC)
    given = {"id": conversation_id, "owner": owner, "now": now, "kept": now + _KEPT}
    said = {"reason": None if body is None else body.reason, "source": "api"}
    with engine.execution_options(writes=True).begin() as db:
        if db.execute(_CLOSE, given | said).rowcount:
            db.execute(_TASK, given)
        row = db.execute(_READ, given).mappings().one_or_none()
    if row is None:
        raise HTTPException(404, "there is no such conversation")
    return _shown(row)


def _shown(row: Any) -> Any:
    cells = {
        name: cell.replace(tzinfo=UTC) if cell is not None and name in _TIMES else cell
        for name, cell in row.items()
    }
    for prefix in ("", "critical_"):
        done = cells[f"{prefix}succeeded"] + cells[f"{prefix}pending"]
        cells[f"{prefix}failed"] = cells[f"{prefix}total"] - done
    headline = "passed" if cells["critical_total"] else "none"
    if cells["critical_failed"]:
        headline = "failed"
    elif cells["critical_pending"]:
        headline = "pending"
    cells["eval_status"] = headline
    took = None
    if cells["ended_at"] is not None and cells["started_at"] is not None:
        took = (cells["ended_at"] - cells["started_at"]) // timedelta(milliseconds=1)
    cells["duration_ms"] = took
    cells["summary_preview"] = cells["summary"] and cells["summary"][:140]
    cells["eval_summary"] = {name: cells.pop(name) for name in SUMMARY}
    return _Answer(**cells)


def create_app(settings: Settings, engine: Engine) -> FastAPI:
    """Return the service, on a database that has its tables."""
    app = FastAPI()
    app.state.engine, app.state.settings = engine, settings
    app.include_router(router)
    app.add_middleware(Guard, settings=settings)
    return app
