"""SQLAlchemy 2: column types, a mixin for session tables, one-winner writes, rollups in SQL.

Install `session-lifecycle[sqlalchemy]`. Sync and async engines alike: nothing here opens a
connection or waits for one, except what says that it runs a statement.
"""

from session_lifecycle.integrations.sqlalchemy._columns import SessionColumns
from session_lifecycle.integrations.sqlalchemy._outcome import WriteResult, WriteVerdict, interpret
from session_lifecycle.integrations.sqlalchemy._plain import ForeignTextType, UtcDateTime
from session_lifecycle.integrations.sqlalchemy._rollup import rollup_from_row, rollup_select
from session_lifecycle.integrations.sqlalchemy._rows import (
    ending_values,
    row_columns,
    session_from_row,
)
from session_lifecycle.integrations.sqlalchemy._statements import move_statement
from session_lifecycle.integrations.sqlalchemy._types import (
    TYPE_ANNOTATION_MAP,
    EvalRunStatusType,
    RefusedStatusError,
    RefusedWordError,
    SessionDirectionType,
    SessionPriorityType,
    SessionStatusType,
    SessionTerminationReasonType,
    SessionTypeType,
    raw_value,
    render_item,
)
from session_lifecycle.integrations.sqlalchemy._writes import (
    WriteConflictError,
    apply_claim_to,
    apply_claim_to_async,
    apply_event_to,
    apply_event_to_async,
)

__all__ = [
    "TYPE_ANNOTATION_MAP",
    "EvalRunStatusType",
    "ForeignTextType",
    "RefusedStatusError",
    "RefusedWordError",
    "SessionColumns",
    "SessionDirectionType",
    "SessionPriorityType",
    "SessionStatusType",
    "SessionTerminationReasonType",
    "SessionTypeType",
    "UtcDateTime",
    "WriteConflictError",
    "WriteResult",
    "WriteVerdict",
    "apply_claim_to",
    "apply_claim_to_async",
    "apply_event_to",
    "apply_event_to_async",
    "ending_values",
    "interpret",
    "move_statement",
    "raw_value",
    "render_item",
    "rollup_from_row",
    "rollup_select",
    "row_columns",
    "session_from_row",
]
