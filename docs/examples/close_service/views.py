"""Rows as they are shown: a page, evals included, is one statement.

Words are selected as they are stored (`raw_value`), so a word from next year is shown and does not
take the list down.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import HTTPException
from sqlalchemy import BindParameter, Row, Select, bindparam, select
from sqlalchemy.orm import Session

from session_lifecycle import read_termination_reason
from session_lifecycle.integrations.sqlalchemy import raw_value, rollup_from_row, rollup_select

from . import models
from .tables import Conversation, EvalRun, EvalScore

_WORDS = ("status", "priority", "direction", "session_type", "termination_reason")
_COLUMNS = tuple(
    raw_value(column).label(column.name) if column.name in _WORDS else column
    for column in Conversation.__table__.c
    if column.name in models.Conversation.model_fields
)
_PREVIEW = 140


def page(which: Select[Any]) -> Select[Any]:
    """Return the one statement for the conversations whose ids a SELECT gives, newest first."""
    wanted = which.subquery("wanted")
    runs = EvalRun.session_id.in_(select(wanted.c.id))
    counts = rollup_select(EvalRun, EvalScore, where=runs).subquery("counts")
    return (
        select(*_COLUMNS, *(column for column in counts.c if column.name != "session_id"))
        .join(wanted, wanted.c.id == Conversation.id)
        .outerjoin(counts, counts.c.session_id == Conversation.id)
        .order_by(Conversation.created_at.desc(), Conversation.id.desc())
    )


def owned(organization: UUID | BindParameter[UUID]) -> Select[Any]:
    """Return the SELECT of an organisation's ids, which every look at a row begins with."""
    return select(Conversation.id).where(Conversation.organization_id == organization)


# Built once: to build it takes longer than to run it.
_ONE = page(owned(bindparam("organization")).where(Conversation.id == bindparam("key")))


def conversation(db: Session, organization: UUID, key: UUID) -> models.Conversation:
    """Return an organisation's conversation; somebody else's is not there: 404."""
    found = db.execute(_ONE, {"organization": organization, "key": key}).all()
    return shown(one(found, "conversation"))


def owner_check(db: Session, organization: UUID, key: UUID) -> None:
    """Answer 404 unless it is an organisation's conversation."""
    one(db.scalars(owned(organization).where(Conversation.id == key)).all(), "conversation")


def one(found: Sequence[Any], what: str) -> Any:
    """Return the one thing there is, or answer 404."""
    if not found:
        raise HTTPException(404, f"there is no such {what}")
    return found[0]


def shown(row: Row[Any]) -> models.Conversation:
    """Return a row of a page as it is shown."""
    cells = dict(row._mapping)
    stored = cells.pop("termination_reason")
    reason = None if stored is None else read_termination_reason(stored)
    # Of a row that an older or a newer service wrote, the word itself is in the reason's column.
    unread = stored if reason is not None and reason.reason != stored else None
    took = None
    if cells["ended_at"] is not None and cells["started_at"] is not None:
        took = (cells["ended_at"] - cells["started_at"]) // timedelta(milliseconds=1)
    cells |= {
        "termination_reason": reason and reason.reason,
        "termination_raw": cells["termination_raw"] or unread,
        "duration_ms": took,
        "summary_preview": cells["summary"] and cells["summary"][:_PREVIEW],
        "eval_summary": models.EvalSummary.model_validate(rollup_from_row(row)),
    }
    return models.Conversation.model_validate(cells)
