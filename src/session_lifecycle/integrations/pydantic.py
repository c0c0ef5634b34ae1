"""Pydantic 2: annotated types for fields, whose JSON Schema tells the truth.

Install `session-lifecycle[pydantic]`. The words stay plain enums, without a hook for any library on
them: the types here are `Annotated`, and stand where a field is declared.

    ReasonOrText     a request's reason: one of the 46, or any other text of at most 64 characters
    StatusOrText     and the like: a word of ours, or text we do not know, which is kept
    CoercedReason    a stored reason: whatever it is, a reason is read, if need be `unknown`
    UtcDatetime      RFC 3339 text with a zone, a time in UTC in Python

Where a request may only say one of our words, use the enum itself: `priority: SessionPriority`.

What goes wrong without them. `SessionTerminationReason | str` reads `"abandoned"` as text, because
text is the closer match. A validator in front of the enum leaves a schema that promises an enum and
accepts anything. And a plain `datetime` takes `"123"` for two minutes past 1970.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError, PydanticKnownError

from session_lifecycle._coercion import coerce_termination_reason
from session_lifecycle._text import plain, text_of
from session_lifecycle._wire import MOMENT, W, moment, word_reader
from session_lifecycle._words import (
    MAX_WORD_LENGTH,
    EvalRunStatus,
    EvalStatus,
    SessionDirection,
    SessionPriority,
    SessionStatus,
    SessionTerminationReason,
    SessionType,
)

__all__ = [
    "CoercedReason",
    "DirectionOrText",
    "EvalRunStatusOrText",
    "EvalStatusOrText",
    "PriorityOrText",
    "ReasonOrText",
    "SessionTypeOrText",
    "StatusOrText",
    "UtcDatetime",
]


# JSON may write half a surrogate pair, which is no Unicode text.
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def _word_or_text(words: type[W]) -> BeforeValidator:
    """Return what reads a word of ours; other text goes on to be checked as text.

    No number, and nothing else that is no text, may become one: the schema says string.
    """
    read: Callable[[object], W | None] = word_reader(words)

    def validate(value: Any) -> Any:
        found = read(value)
        if found is not None:
            return found
        text = text_of(value)
        if text is None:
            raise PydanticKnownError("string_type")
        if words is SessionTerminationReason and len(text) > MAX_WORD_LENGTH:
            raise PydanticKnownError("string_too_long", {"max_length": MAX_WORD_LENGTH})
        if _HALF_A_PAIR.search(value):  # Left to the union, it would be told of twice.
            raise PydanticKnownError("string_unicode")
        return plain(value, "the word")

    return BeforeValidator(validate)


def _utc(value: Any) -> datetime:
    try:
        return moment(value)
    except ValueError:
        raise PydanticCustomError("utc_datetime", f"Input should be {MOMENT}") from None


_ShortText = Annotated[str, Field(max_length=MAX_WORD_LENGTH)]

ReasonOrText = Annotated[
    SessionTerminationReason | _ShortText, _word_or_text(SessionTerminationReason)
]
"""A termination reason as a request gives it: a member for a word we know in any spelling, else the
text, of at most 64 characters. Longer text, and what is no text, is refused. With `| None` for a
reason that may be left out, `close_session` takes the value as it is."""

StatusOrText = Annotated[SessionStatus | str, _word_or_text(SessionStatus)]
"""A session status as others write it: a member, or text we do not know, which is kept."""

PriorityOrText = Annotated[SessionPriority | str, _word_or_text(SessionPriority)]
"""A session priority as others write it: a member, or text we do not know, which is kept."""

DirectionOrText = Annotated[SessionDirection | str, _word_or_text(SessionDirection)]
"""A session direction as others write it: a member, or text we do not know, which is kept."""

SessionTypeOrText = Annotated[SessionType | str, _word_or_text(SessionType)]
"""A session type as others write it: a member, or text we do not know, which is kept."""

EvalRunStatusOrText = Annotated[EvalRunStatus | str, _word_or_text(EvalRunStatus)]
"""An eval run's status as others write it: a member, or text we do not know, which is kept.
`rollup_eval_runs` counts an unknown one as failed."""

EvalStatusOrText = Annotated[EvalStatus | str, _word_or_text(EvalStatus)]
"""A headline over eval runs as others write it: a member, or text we do not know, which is kept."""

CoercedReason = Annotated[
    SessionTerminationReason,
    BeforeValidator(coerce_termination_reason, json_schema_input_type=Any),
]
"""A stored termination reason: a member, `unknown` for whatever cannot be coerced. Never refused,
so that no row takes a list down; the word itself is lost, so keep it in a field of its own."""

UtcDatetime = Annotated[datetime, BeforeValidator(_utc, json_schema_input_type=datetime)]
"""A time with a zone, given as RFC 3339 text or as an aware `datetime`; in UTC once it is read.
Numbers, digits and times without a zone are refused."""
