"""Pydantic models of the API's answers and requests, as a service would write them for itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from session_lifecycle.integrations.pydantic import (
    DirectionOrText,
    EvalRunStatusOrText,
    EvalStatusOrText,
    PriorityOrText,
    ReasonOrText,
    SessionTypeOrText,
    StatusOrText,
    UtcDatetime,
)
from session_lifecycle.records import (
    ClaimRecord,
    CloseRequest,
    Conversation,
    EvalRun,
    EvalSummary,
    EventRecord,
)


class Model(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)


class Summary(Model):
    total: int
    succeeded: int
    failed: int
    pending: int
    critical_total: int
    critical_succeeded: int
    critical_failed: int
    critical_pending: int
    eval_status: EvalStatusOrText


class Answer(Model):
    id: UUID
    organization_id: UUID
    end_user_id: UUID
    channel: str
    status: StatusOrText
    priority: PriorityOrText | None = None
    direction: DirectionOrText | None = None
    session_type: SessionTypeOrText | None = None
    message_count: int | None = None
    started_at: UtcDatetime | None = None
    created_at: UtcDatetime | None = None
    updated_at: UtcDatetime | None = None
    external_session_id: str | None = None
    subject: str | None = None
    assigned_agent_id: UUID | None = None
    retention_policy_id: UUID | None = None
    summary: str | None = None
    metadata: dict[str, Any] | None = None
    context_variables: dict[str, Any] | None = None
    first_message_at: UtcDatetime | None = None
    last_message_at: UtcDatetime | None = None
    ended_at: UtcDatetime | None = None
    closed_at: UtcDatetime | None = None
    ttl_expires_at: UtcDatetime | None = None
    retention_expires_at: UtcDatetime | None = None
    archived_at: UtcDatetime | None = None
    memory_synced: bool | None = None
    duration_ms: int | None = None
    summary_preview: str | None = None
    has_recording: bool | None = None
    eval_summary: Summary | None = None


class Score(Model):
    passed: bool | None = None
    value: Any = None
    raw_value: Any = None
    label: str | None = None
    confidence: Any = None
    rationale: str | None = None
    severity: str | None = None
    blocking: bool | None = None


class Run(Model):
    status: EvalRunStatusOrText
    id: UUID | None = None
    session_id: UUID | None = None
    evaluator_id: UUID | None = None
    scope: SessionTypeOrText | None = None
    started_at: UtcDatetime | None = None
    finished_at: UtcDatetime | None = None
    error_text: str | None = None
    threshold_snapshot: Any = None
    severity_snapshot: Any = None
    is_critical_snapshot: bool | None = None
    scores: list[Score] | None = None


class Close(Model):
    reason: ReasonOrText | None = None


class Report(Model):
    session_id: str
    at: UtcDatetime | None = None
    source: str = ""
    id: str | None = None
    raw: str | None = None
    party: str = ""
    connection: str = ""


class Event(Report):
    event: str
    reason: ReasonOrText | None = None


class Claim(Report):
    claim: ReasonOrText
    status: StatusOrText | None = None


MODELS: dict[type[Any], type[Model]] = {
    Conversation: Answer,
    EvalSummary: Summary,
    EvalRun: Run,
    CloseRequest: Close,
    EventRecord: Event,
    ClaimRecord: Claim,
}
