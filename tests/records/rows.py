"""Tables that hold records, as a service that keeps the API's answers would have them.

Each table is declared twice. Other services write words that we do not know, which our column types
refuse, so the rows are written through plain text columns; they are read through ours.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    insert,
    select,
)

from session_lifecycle.integrations.cattrs import make_converter
from session_lifecycle.integrations.sqlalchemy import (
    EvalRunStatusType,
    SessionDirectionType,
    SessionPriorityType,
    SessionStatusType,
    SessionTerminationReasonType,
    SessionTypeType,
    UtcDateTime,
    raw_value,
)
from session_lifecycle.records import (
    ClaimRecord,
    CloseRequest,
    Conversation,
    EvalRun,
    EvalSummary,
    EventRecord,
)

_JSON = JSON(none_as_null=True)
_REPORT = {
    "session_id": Text,
    "at": UtcDateTime,
    "source": Text,
    "id": Text,
    "raw": Text,
    "party": Text,
    "connection": Text,
}
COLUMNS: dict[type[Any], dict[str, Any]] = {
    Conversation: {
        **dict.fromkeys(("id", "organization_id", "end_user_id", "assigned_agent_id"), Uuid),
        "retention_policy_id": Uuid,
        "status": SessionStatusType,
        "priority": SessionPriorityType,
        "direction": SessionDirectionType,
        "session_type": SessionTypeType,
        **dict.fromkeys(("message_count", "duration_ms"), BigInteger),
        **dict.fromkeys(("channel", "external_session_id", "subject", "summary"), Text),
        "summary_preview": Text,
        **dict.fromkeys(("started_at", "created_at", "updated_at", "ended_at"), UtcDateTime),
        **dict.fromkeys(("first_message_at", "last_message_at", "closed_at"), UtcDateTime),
        **dict.fromkeys(("ttl_expires_at", "retention_expires_at", "archived_at"), UtcDateTime),
        **dict.fromkeys(("metadata", "context_variables", "eval_summary"), _JSON),
        **dict.fromkeys(("memory_synced", "has_recording"), Boolean),
    },
    EvalSummary: {
        **dict.fromkeys(("total", "succeeded", "failed", "pending"), BigInteger),
        **dict.fromkeys(("critical_total", "critical_succeeded"), BigInteger),
        **dict.fromkeys(("critical_failed", "critical_pending"), BigInteger),
        "eval_status": Text,
    },
    EvalRun: {
        **dict.fromkeys(("id", "session_id", "evaluator_id"), Uuid),
        "status": EvalRunStatusType,
        "scope": SessionTypeType,
        **dict.fromkeys(("started_at", "finished_at"), UtcDateTime),
        "error_text": Text,
        **dict.fromkeys(("threshold_snapshot", "severity_snapshot", "scores"), _JSON),
        "is_critical_snapshot": Boolean,
    },
    CloseRequest: {"reason": SessionTerminationReasonType},
    EventRecord: _REPORT | {"event": Text, "reason": SessionTerminationReasonType},
    ClaimRecord: _REPORT | {"claim": SessionTerminationReasonType, "status": SessionStatusType},
}
_WORDS = (
    *(SessionStatusType, SessionPriorityType, SessionDirectionType, SessionTypeType),
    *(EvalRunStatusType, SessionTerminationReasonType),
)


def table(record: type[Any], *, ours: bool) -> Table:
    """Return a record's table, with our column types for words or with plain text."""
    columns = [
        Column(name, Text if kind in _WORDS and not ours else kind)
        for name, kind in COLUMNS[record].items()
    ]
    key = Column("row", Integer, primary_key=True)
    return Table(record.__name__.lower(), MetaData(), key, *columns, Column("extra", _JSON))


def store(connection: Connection, kind: type[Any], records: list[Any]) -> None:
    """Write records into a new table; what is made of records is written as JSON."""
    converter = make_converter()
    written = table(kind, ours=False)
    written.metadata.create_all(connection)
    for row, record in enumerate(records):
        cells: dict[str, Any] = {name: getattr(record, name) for name in COLUMNS[kind]}
        for name in ("eval_summary", "scores"):
            if name in cells:
                cells[name] = converter.unstructure(cells[name])
        extra = getattr(record, "extra", {})
        # As the converter does: a field that could not be read says what it said.
        if "scores" in extra:
            cells["scores"] = []
        connection.execute(insert(written), [{"row": row, "extra": extra or None, **cells}])


def read(connection: Connection, kind: type[Any]) -> list[tuple[Any, dict[str, Any]]]:
    """Return each row as it is read, words as they are stored, and what was extra."""
    ours = table(kind, ours=True)
    columns = [
        raw_value(ours.c[name]).label(name) if type(ours.c[name].type) in _WORDS else ours.c[name]
        for name in COLUMNS[kind]
    ]
    rows = connection.execute(select(*columns).order_by(ours.c.row)).mappings().all()
    extras = connection.execute(select(ours.c.extra).order_by(ours.c.row)).scalars().all()
    return [(row, extra or {}) for row, extra in zip(rows, extras, strict=True)]
