"""A conversation, as the API answers, and what closes one, as the API is asked."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import attrs

from session_lifecycle._text import show
from session_lifecycle._wire import word_reader
from session_lifecycle._words import (
    SessionDirection,
    SessionPriority,
    SessionStatus,
    SessionTerminationReason,
    SessionType,
)
from session_lifecycle.records._evals import EvalSummary
from session_lifecycle.records._fields import (
    as_text,
    as_uuid,
    extra_fields,
    optional,
    optional_bool,
    optional_mapping,
    optional_number,
    optional_text,
    optional_time,
    optional_uuid,
    optional_word,
    requested_reason,
    show_uuid,
    show_word,
    word_or_text,
)

_read_status = word_reader(SessionStatus)


# Type checkers ask for named functions.
def _id(value: UUID) -> UUID:
    return as_uuid(value, "id")


def _organization_id(value: UUID) -> UUID:
    return as_uuid(value, "organization_id")


def _end_user_id(value: UUID) -> UUID:
    return as_uuid(value, "end_user_id")


def _channel(value: str) -> str:
    return as_text(value, "channel")


def _status(value: SessionStatus | str) -> SessionStatus | str:
    return word_or_text(_read_status, value, "status")


@attrs.frozen(kw_only=True)
class Conversation:
    """A conversation: every field of the API's response, under its own name. Immutable.

    The first five are always there. Times are aware and in UTC; `duration_ms` is in milliseconds.
    The API gives no termination reason here.

    Attributes:
        id: its id.
        organization_id: whose it is.
        end_user_id: with whom it is held.
        channel: by which channel: `"voice"`, say.
        status: a member, or the text of a status we do not know.
        eval_summary: the counts over its eval runs.
        extra: the fields we do not know, and the values of known ones that could not be read.

    Raises:
        TypeError: if a value is of another type.
        ValueError: if a time has no zone.
    """

    id: UUID = attrs.field(converter=_id, repr=show_uuid)
    organization_id: UUID = attrs.field(converter=_organization_id, repr=show_uuid)
    end_user_id: UUID = attrs.field(converter=_end_user_id, repr=show_uuid)
    channel: str = attrs.field(converter=_channel, repr=show, hash=False)
    status: SessionStatus | str = attrs.field(converter=_status, repr=show_word, hash=False)
    priority: SessionPriority | str | None = optional_word(SessionPriority, "priority")
    direction: SessionDirection | str | None = optional_word(SessionDirection, "direction")
    session_type: SessionType | str | None = optional_word(SessionType, "session_type")
    message_count: int | None = optional_number()
    started_at: datetime | None = optional_time()
    created_at: datetime | None = optional_time()
    updated_at: datetime | None = optional_time()
    external_session_id: str | None = optional_text()
    subject: str | None = optional_text()
    assigned_agent_id: UUID | None = optional_uuid()
    retention_policy_id: UUID | None = optional_uuid()
    summary: str | None = optional_text()
    metadata: Mapping[str, object] | None = optional_mapping()
    context_variables: Mapping[str, object] | None = optional_mapping()
    first_message_at: datetime | None = optional_time()
    last_message_at: datetime | None = optional_time()
    ended_at: datetime | None = optional_time()
    closed_at: datetime | None = optional_time()
    ttl_expires_at: datetime | None = optional_time()
    retention_expires_at: datetime | None = optional_time()
    archived_at: datetime | None = optional_time()
    memory_synced: bool | None = optional_bool()
    duration_ms: int | None = optional_number()
    summary_preview: str | None = optional_text()
    has_recording: bool | None = optional_bool()
    eval_summary: EvalSummary | None = optional(EvalSummary)
    extra: Mapping[str, object] = extra_fields()


@attrs.frozen
class CloseRequest:
    """What "Close a v2 conversation" is asked: why, if the client says so. Immutable.

    Attributes:
        reason: a member for a word we know in any spelling; other text of at most 64 characters as
            it is; or `None`. `close_session` takes it as it is, and keeps what it does not know.
        extra: what a request that was stored and read again had besides.

    Raises:
        ValueError: if the reason is longer.
        TypeError: if it is no text.

    >>> CloseRequest("Agent-Initiated")
    CloseRequest(reason=agent_initiated)
    """

    reason: SessionTerminationReason | str | None = attrs.field(
        default=None, converter=requested_reason, repr=show_word
    )
    extra: Mapping[str, object] = extra_fields(shown=False)
