"""One corpus of records that every edge must bring back: conversations; `corpus_more` has the rest.

An entry is a JSON object as somebody sent it, the record that reading it must give, what writing
that record must give, and where something could not be read. All four are written out; nothing here
is worked out by the code that is tested. The fields are those of source-api.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import attrs

from session_lifecycle import (
    EvalStatus,
    SessionDirection,
    SessionPriority,
    SessionStatus,
    SessionType,
)
from session_lifecycle.records import Conversation, EvalSummary


class Entry(NamedTuple):
    """One thing that crosses the wire.

    Attributes:
        name: what is particular about it.
        given: the JSON object as it came.
        record: what reading it gives.
        written: the JSON object that the record is written as.
        unread: the paths that could not be read, in the order of the fields.
        refused: whether a client that asks for this is refused.
    """

    name: str
    given: Mapping[str, Any]
    record: Any
    written: Mapping[str, Any]
    unread: tuple[str, ...] = ()
    refused: bool = False


def exactly(value: Any) -> Any:
    """Return a value with the types in it: to Python, `True` is 1 and a member is its text."""
    if attrs.has(type(value)):
        cells = {name: exactly(getattr(value, name)) for name in attrs.fields_dict(type(value))}
        return type(value), cells
    if isinstance(value, Mapping):
        return {key: exactly(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value), [exactly(inner) for inner in value]
    return type(value), value


def at(hour: int, minute: int = 0, second: int = 0, micro: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, second, micro, tzinfo=UTC)


ID, ORGANIZATION, END_USER, AGENT, POLICY = (
    f"{n}f0c5b3e-8a4d-4c1b-9e2f-00000000000{n}" for n in range(1, 6)
)
REQUIRED = {
    "id": ID,
    "organization_id": ORGANIZATION,
    "end_user_id": END_USER,
    "channel": "voice",
    "status": "active",
}
OPTIONAL = (
    *("priority", "direction", "session_type", "message_count"),
    *("started_at", "created_at", "updated_at"),
    *("external_session_id", "subject", "assigned_agent_id", "retention_policy_id", "summary"),
    *("metadata", "context_variables"),
    *("first_message_at", "last_message_at", "ended_at", "closed_at"),
    *("ttl_expires_at", "retention_expires_at", "archived_at"),
    *("memory_synced", "duration_ms", "summary_preview", "has_recording", "eval_summary"),
)
NULLS: dict[str, None] = dict.fromkeys(OPTIONAL)


def conversation(**fields: Any) -> Conversation:
    """Return the record with the ids above; what differs is given."""
    required: dict[str, Any] = {
        "id": UUID(ID),
        "organization_id": UUID(ORGANIZATION),
        "end_user_id": UUID(END_USER),
        "channel": "voice",
        "status": SessionStatus.ACTIVE,
    }
    return Conversation(**(required | fields))


COUNTS = {"total": 5, "succeeded": 2, "failed": 2, "pending": 1} | {
    "critical_total": 3,
    "critical_succeeded": 1,
    "critical_failed": 1,
    "critical_pending": 1,
}
NO_RUNS = dict.fromkeys(COUNTS, 0)

# --- conversations -------------------------------------------------------------------------------

FULL = REQUIRED | {
    "status": "closed",
    "priority": "high",
    "direction": "outbound",
    "session_type": "live",
    "message_count": 14,
    "started_at": "2026-11-23T10:00:00Z",
    "created_at": "2026-11-23T09:59:58.250000Z",
    "updated_at": "2026-11-23T10:07:02Z",
    "external_session_id": "RM_2kTYbVkqPnLC",
    "subject": "Delivery slot",
    "assigned_agent_id": AGENT,
    "retention_policy_id": POLICY,
    "summary": "The caller moved the delivery to Thursday.\n\u201cThanks\u201d \U0001f44b",
    "metadata": {"campaign": "autumn", "tags": ["a", "b"], "score": 0.5, "vip": False, "x": None},
    "context_variables": {},
    "first_message_at": "2026-11-23T10:00:01Z",
    "last_message_at": "2026-11-23T10:06:57Z",
    "ended_at": "2026-11-23T10:07:00Z",
    "closed_at": "2026-11-23T10:07:01Z",
    "ttl_expires_at": "2026-11-24T10:00:00Z",
    "retention_expires_at": "2027-11-23T10:07:01Z",
    "archived_at": "2026-12-01T00:00:00Z",
    "memory_synced": True,
    "duration_ms": 420000,
    "summary_preview": "The caller moved\u2026",
    "has_recording": False,
    "eval_summary": COUNTS | {"eval_status": "failed"},
}
FULL_RECORD = Conversation(
    id=UUID("1f0c5b3e-8a4d-4c1b-9e2f-000000000001"),
    organization_id=UUID("2f0c5b3e-8a4d-4c1b-9e2f-000000000002"),
    end_user_id=UUID("3f0c5b3e-8a4d-4c1b-9e2f-000000000003"),
    channel="voice",
    status=SessionStatus.CLOSED,
    priority=SessionPriority.HIGH,
    direction=SessionDirection.OUTBOUND,
    session_type=SessionType.LIVE,
    message_count=14,
    started_at=at(10),
    created_at=at(9, 59, 58, 250_000),
    updated_at=at(10, 7, 2),
    external_session_id="RM_2kTYbVkqPnLC",
    subject="Delivery slot",
    assigned_agent_id=UUID("4f0c5b3e-8a4d-4c1b-9e2f-000000000004"),
    retention_policy_id=UUID("5f0c5b3e-8a4d-4c1b-9e2f-000000000005"),
    summary="The caller moved the delivery to Thursday.\n\u201cThanks\u201d \U0001f44b",
    metadata={"campaign": "autumn", "tags": ["a", "b"], "score": 0.5, "vip": False, "x": None},
    context_variables={},
    first_message_at=at(10, 0, 1),
    last_message_at=at(10, 6, 57),
    ended_at=at(10, 7),
    closed_at=at(10, 7, 1),
    ttl_expires_at=datetime(2026, 11, 24, 10, tzinfo=UTC),
    retention_expires_at=datetime(2027, 11, 23, 10, 7, 1, tzinfo=UTC),
    archived_at=datetime(2026, 12, 1, tzinfo=UTC),
    memory_synced=True,
    duration_ms=420_000,
    summary_preview="The caller moved\u2026",
    has_recording=False,
    eval_summary=EvalSummary(5, 2, 2, 1, 3, 1, 1, 1, EvalStatus.FAILED),
)

# What no word, number, time, id, text, object or truth value is, one for each optional field.
UNREADABLE = {
    "priority": 3,
    "direction": ["inbound"],
    "session_type": True,
    "message_count": "12",
    "started_at": "noon",
    "created_at": "2026-11-23T10:00:00",
    "updated_at": 1795428000,
    "external_session_id": 5,
    "subject": {"text": "Delivery"},
    "assigned_agent_id": "agent-7",
    "retention_policy_id": "1f0c5b3e-8a4d-4c1b-9e2f-00000000000g",
    "summary": [],
    "metadata": "{}",
    "context_variables": [["a", 1]],
    "first_message_at": "",
    "last_message_at": "2026-13-01T00:00:00Z",
    "ended_at": "2026-W48-1T10:00:00Z",
    "closed_at": "1795428000",
    "ttl_expires_at": "2026-11-23T10:00Z",
    "retention_expires_at": "2026-11-23 10:00:00Z",
    "archived_at": False,
    "memory_synced": "yes",
    "duration_ms": 420000.5,
    "summary_preview": 0,
    "has_recording": 1,
    "eval_summary": [COUNTS],
}
UNKNOWN_FIELDS = {
    "sentiment": "warm",
    "legs": [{"id": 1, "codec": None}],
    "extra": {"extra": 1},
    "is_critical": True,
    "termination_reason": "callee_moved_away",
    "": "a field without a name",
    "wörter": [1.5, -3, True, None],
}


def deep(levels: int) -> dict[str, Any]:
    inner: dict[str, Any] = {"bottom": True}
    for level in range(levels):
        inner = {"level": level, "in": [inner]}
    return inner


CONVERSATIONS = (
    Entry("required fields only", REQUIRED, conversation(), REQUIRED | NULLS),
    Entry("every field", FULL, FULL_RECORD, FULL),
    Entry("nulls", REQUIRED | NULLS, conversation(), REQUIRED | NULLS),
    Entry(
        "zeros, empty texts and falses",
        REQUIRED
        | {"channel": "", "message_count": 0, "duration_ms": 0, "subject": "", "summary": ""}
        | {"metadata": {}, "memory_synced": False, "has_recording": False},
        conversation(
            channel="",
            message_count=0,
            duration_ms=0,
            subject="",
            summary="",
            metadata={},
            memory_synced=False,
            has_recording=False,
        ),
        REQUIRED
        | NULLS
        | {"channel": "", "message_count": 0, "duration_ms": 0, "subject": "", "summary": ""}
        | {"metadata": {}, "memory_synced": False, "has_recording": False},
    ),
    Entry(
        "a word from next year in every field of words",
        REQUIRED
        | {"status": "hibernating", "priority": "whenever", "direction": "sideways"}
        | {"session_type": "rehearsal", "eval_summary": NO_RUNS | {"eval_status": "mixed"}},
        conversation(
            status="hibernating",
            priority="whenever",
            direction="sideways",
            session_type="rehearsal",
            eval_summary=EvalSummary(0, 0, 0, 0, 0, 0, 0, 0, "mixed"),
        ),
        REQUIRED
        | NULLS
        | {"status": "hibernating", "priority": "whenever", "direction": "sideways"}
        | {"session_type": "rehearsal", "eval_summary": NO_RUNS | {"eval_status": "mixed"}},
    ),
    Entry(
        "words that are none, of any length",
        REQUIRED | {"status": "", "priority": " ", "direction": "x" * 5_000, "channel": "é" * 99},
        conversation(status="", priority=" ", direction="x" * 5_000, channel="é" * 99),
        REQUIRED
        | NULLS
        | {"status": "", "priority": " ", "direction": "x" * 5_000, "channel": "é" * 99},
    ),
    Entry(
        "our words in other spellings, an id in capitals",
        REQUIRED
        | {"id": ID.upper(), "status": "Waiting-for-human", "priority": "HIGH"}
        | {"direction": " Outbound ", "session_type": "LIVE"}
        | {"eval_summary": NO_RUNS | {"eval_status": "None"}},
        conversation(
            status=SessionStatus.WAITING_FOR_HUMAN,
            priority=SessionPriority.HIGH,
            direction=SessionDirection.OUTBOUND,
            session_type=SessionType.LIVE,
            eval_summary=EvalSummary(0, 0, 0, 0, 0, 0, 0, 0, EvalStatus.NONE),
        ),
        REQUIRED
        | NULLS
        | {"status": "waiting_for_human", "priority": "high", "direction": "outbound"}
        | {"session_type": "live", "eval_summary": NO_RUNS | {"eval_status": "none"}},
    ),
    Entry(
        "unknown fields",
        REQUIRED | UNKNOWN_FIELDS | {"eval_summary": NO_RUNS | {"eval_status": "none", "new": {}}},
        conversation(
            eval_summary=EvalSummary(0, 0, 0, 0, 0, 0, 0, 0, EvalStatus.NONE, extra={"new": {}}),
            extra=UNKNOWN_FIELDS,
        ),
        REQUIRED
        | NULLS
        | UNKNOWN_FIELDS
        | {"eval_summary": NO_RUNS | {"eval_status": "none", "new": {}}},
        refused=True,
    ),
    Entry(
        "deep metadata",
        REQUIRED | {"metadata": deep(90), "context_variables": {"id": None, "": [[[]]]}},
        conversation(metadata=deep(90), context_variables={"id": None, "": [[[]]]}),
        REQUIRED | NULLS | {"metadata": deep(90), "context_variables": {"id": None, "": [[[]]]}},
    ),
    Entry(
        "optional values that cannot be read",
        REQUIRED | UNREADABLE,
        conversation(extra=UNREADABLE),
        REQUIRED | UNREADABLE,
        unread=tuple(f"$.{name}" for name in OPTIONAL),
        refused=True,
    ),
    Entry(
        "a summary without its counts",
        REQUIRED | {"eval_summary": {"total": 1, "eval_status": "passed"}},
        conversation(extra={"eval_summary": {"total": 1, "eval_status": "passed"}}),
        REQUIRED | NULLS | {"eval_summary": {"total": 1, "eval_status": "passed"}},
        unread=("$.eval_summary",),
        refused=True,
    ),
    Entry(
        "times with offsets, fractions and small letters",
        REQUIRED
        | {"started_at": "2026-11-23T15:30:00.123456+05:30", "ended_at": "2026-11-23t10:00:00z"}
        | {"closed_at": "2026-11-23T10:00:00.5Z", "created_at": "2026-11-23T10:00:00.1234567Z"}
        | {"updated_at": "2026-11-22T23:00:00-11:00", "archived_at": "2026-11-23T10:00:00-00:00"},
        conversation(
            started_at=at(10, 0, 0, 123_456),
            ended_at=at(10),
            closed_at=at(10, 0, 0, 500_000),
            created_at=at(10, 0, 0, 123_456),
            updated_at=at(10),
            archived_at=at(10),
        ),
        REQUIRED
        | NULLS
        | {"started_at": "2026-11-23T10:00:00.123456Z", "ended_at": "2026-11-23T10:00:00Z"}
        | {"closed_at": "2026-11-23T10:00:00.500000Z", "created_at": "2026-11-23T10:00:00.123456Z"}
        | {"updated_at": "2026-11-23T10:00:00Z", "archived_at": "2026-11-23T10:00:00Z"},
    ),
    Entry(
        "numbers at the edge of 64 bits",
        REQUIRED | {"message_count": 2**53 + 1, "duration_ms": -(2**63)},
        conversation(message_count=2**53 + 1, duration_ms=-(2**63)),
        REQUIRED | NULLS | {"message_count": 2**53 + 1, "duration_ms": -(2**63)},
    ),
)
