"""What happens in the one transaction that ends a conversation.

Whoever ends it, by a close, a handoff or a webhook, asks `SessionChange.ENDED`: it comes once in a
conversation's life. What follows from it, a task and a date, is written beside it, so that there is
never one without the other.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from session_lifecycle import SessionChange, SessionEvent, SessionTerminationReason
from session_lifecycle.integrations.sqlalchemy import WriteResult, apply_event_to

from . import models, views
from .guard import note
from .tables import Conversation, Drift, Task, writing

_KEPT = timedelta(days=30)
_INSERT: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def close(
    engine: Engine,
    organization: UUID,
    key: UUID,
    reason: SessionTerminationReason | str | None,
    source: str,
) -> models.Conversation:
    """Close an organisation's conversation, once or again."""
    now = datetime.now(UTC)
    with writing(engine) as db:
        views.owner_check(db, organization, key)
        result = apply_event_to(
            db, Conversation, key, SessionEvent.CLOSE, at=now, reason=reason, source=source, now=now
        )
        follow(db, key, result, now)
        # What pydantic left as text is no word of ours; blank text is nobody's word.
        if type(reason) is str and reason.strip():
            count(db, organization, reason)
        shown = views.conversation(db, organization, key)
    note(
        "close",
        organization=organization,
        conversation=key,
        by=source,
        asked=reason,
        **told(result),
    )
    return shown


def follow(db: Session, key: UUID, result: WriteResult, now: datetime) -> None:
    """Write what follows from a change of a conversation, if something does."""
    if result.change is SessionChange.UNCHANGED:
        return
    row = db.get_one(Conversation, key)
    row.updated_at = now
    if result.change is SessionChange.ENDED:
        row.retention_expires_at = now + _KEPT
        db.add(Task(conversation_id=key, created_at=now))
    db.flush()


def count(db: Session, organization: UUID, word: str) -> None:
    """Count a word that we do not know."""
    insert = _INSERT[db.get_bind().dialect.name]
    new = insert(Drift).values(organization_id=organization, word=word, times=1)
    again = {"times": Drift.times + 1}
    db.execute(new.on_conflict_do_update(index_elements=["organization_id", "word"], set_=again))


def told(result: WriteResult) -> dict[str, object]:
    """Return what the log says of a write."""
    return {"verdict": result.verdict, "change": result.change, "reason": result.reason}
