"""What crosses the wire. Requests are strict: no unknown field, nothing coerced.

FastAPI validates what it has decoded, where a strict UUID or enum would refuse its own text: these
two are read from text, and from nothing else JSON can say.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from session_lifecycle import (
    EvalStatus,
    SessionChange,
    SessionDirection,
    SessionPriority,
    SessionStatus,
    SessionTerminationReason,
    SessionType,
)
from session_lifecycle.integrations.pydantic import (
    DirectionOrText,
    PriorityOrText,
    ReasonOrText,
    SessionTypeOrText,
    StatusOrText,
    UtcDatetime,
)

_FROM_TEXT = Field(strict=False)
# No control characters: PostgreSQL stores no NUL, and a log shows no line that is not one.
_PLAIN = r"^[^\x00-\x1f\x7f]+$"


class Request(BaseModel):
    """What a caller sends."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Start(Request):
    """A conversation to start."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"end_user_id": "7d9f0c1e-58f5-4b7e-9a51-0f3f3bb0a0f4", "channel": "voice"},
                {
                    "end_user_id": "7d9f0c1e-58f5-4b7e-9a51-0f3f3bb0a0f4",
                    "channel": "voice",
                    "status": "ringing",
                    "direction": "outbound",
                    "external_session_id": "call-01JDB7Q5",
                    "started_at": "2026-11-23T10:00:00Z",
                },
            ]
        }
    )

    end_user_id: Annotated[UUID, _FROM_TEXT]
    channel: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    status: Literal["queued", "ringing", "active"] = "active"
    priority: Annotated[SessionPriority, _FROM_TEXT] = SessionPriority.NORMAL
    direction: Annotated[SessionDirection, _FROM_TEXT] = SessionDirection.INBOUND
    session_type: Annotated[SessionType, _FROM_TEXT] = SessionType.LIVE
    external_session_id: Annotated[
        str | None, Field(max_length=128, pattern=_PLAIN, description="LiveKit's room name")
    ] = None
    subject: Annotated[str | None, Field(max_length=256, pattern=_PLAIN)] = None
    started_at: Annotated[
        UtcDatetime | None, Field(description="Times before it do not count as an end")
    ] = None


_REASON = Field(
    description="One of our reasons in any spelling, or other text, which is kept and counted as "
    "drift; NUL is kept as U+FFFD",
    examples=["user_requested", "operator-busy", None],
)


class Close(Request):
    """Why it is closed."""

    reason: Annotated[ReasonOrText | None, _REASON] = None


class End(Request):
    """Why it is ended; without a reason, the agent did."""

    reason: Annotated[ReasonOrText | None, _REASON] = SessionTerminationReason.AGENT_INITIATED


Limit = Annotated[int, Field(ge=1, le=100, examples=[20])]


class Page(BaseModel):
    """Which conversations to list."""

    model_config = ConfigDict(extra="forbid")

    status: SessionStatus | None = None
    limit: Limit = 20
    before: Annotated[UUID | None, Field(description="`next` of the page before")] = None


class EvalSummary(BaseModel):
    """The rollup of the eval runs."""

    model_config = ConfigDict(from_attributes=True)

    total: int
    succeeded: int
    failed: int
    pending: int
    critical_total: int
    critical_succeeded: int
    critical_failed: int
    critical_pending: int
    eval_status: EvalStatus


class Conversation(BaseModel):
    """A conversation. A word in its row that we do not know is shown as it is stored."""

    id: UUID
    organization_id: UUID
    end_user_id: UUID
    channel: str
    status: StatusOrText
    priority: PriorityOrText | None
    direction: DirectionOrText | None
    session_type: SessionTypeOrText | None
    message_count: int
    started_at: datetime | None
    created_at: datetime
    updated_at: datetime
    external_session_id: str | None
    subject: str | None
    assigned_agent_id: UUID | None
    retention_policy_id: UUID | None
    summary: str | None
    metadata: dict[str, Any]
    context_variables: dict[str, Any]
    first_message_at: datetime | None
    last_message_at: datetime | None
    ended_at: datetime | None
    closed_at: datetime | None
    ttl_expires_at: datetime | None
    retention_expires_at: datetime | None
    archived_at: datetime | None
    memory_synced: bool
    duration_ms: int | None
    summary_preview: str | None
    has_recording: bool
    eval_summary: EvalSummary
    # Ours: the API keeps them to itself, and an example is to be looked into.
    termination_reason: SessionTerminationReason | None
    termination_raw: str | None


class Conversations(BaseModel):
    """A page, newest first; `next` is `before` of the next page."""

    conversations: list[Conversation]
    next: UUID | None


class Handoff(BaseModel):
    """A human was asked for."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    conversation_id: UUID
    status: str
    requested_at: datetime
    resolved_at: datetime | None


class Resolved(BaseModel):
    """What resolving a handoff did."""

    handoff: Handoff
    conversation: Conversation


class Drift(BaseModel):
    """A reason that we do not know, and how often it was given."""

    model_config = ConfigDict(from_attributes=True)

    word: str
    times: int


class Taken(BaseModel):
    """What a webhook changed, step by step; nothing for a room that we do not know."""

    changes: list[SessionChange]


class Problem(BaseModel):
    """Why not."""

    detail: str


class Fault(BaseModel):
    """One thing that is wrong with a request. All text is escaped and bounded."""

    path: Annotated[str, Field(max_length=200)]
    value: Annotated[str, Field(max_length=64)]
    expected: Annotated[str, Field(max_length=200)]


class Faults(BaseModel):
    """All that is wrong with a request, or the first hundred of it."""

    detail: Annotated[list[Fault], Field(max_length=100)]
