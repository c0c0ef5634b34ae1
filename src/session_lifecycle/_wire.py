"""What every edge reads alike: a word of ours, a time with a zone, a UUID, a mapping; or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar, cast
from uuid import UUID

from session_lifecycle._coercion import _word_of, read_termination_reason
from session_lifecycle._text import show, text_of
from session_lifecycle._value import utc
from session_lifecycle._words import MAX_WORD_LENGTH, CoercionVia, SessionTerminationReason

W = TypeVar("W", bound=StrEnum)

_NO_WORD = (CoercionVia.ABSENT, CoercionVia.UNRECOGNIZED)


def word_reader(words: type[W]) -> Callable[[object], W | None]:
    """Return the function that reads a word of this vocabulary, in any spelling, and never raises.

    `None` is for what is no such word, text of any length and content included.
    """
    by_text: dict[str, Any] = {word.value: word for word in words}

    def slowly(value: object) -> W | None:
        if words is SessionTerminationReason:
            reading = read_termination_reason(value)
            return None if reading.via in _NO_WORD else by_text[reading.reason]
        found: W | None = _word_of(value, words, by_text)
        return found

    def read(value: object) -> W | None:
        # The length first: hashing reads the whole text.
        if type(value) is str and len(value) <= MAX_WORD_LENGTH:
            found: W | None = by_text.get(value)
            if found is not None:
                return found
        return slowly(value)

    return read


# Not `fromisoformat` alone: it takes week dates, and times without seconds; others take digits for
# seconds since 1970. JSON Schema's `date-time` is RFC 3339, and a schema must tell the truth.
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
_RFC_3339 = re.compile(
    rf"\d{{4}}-\d\d-\d\d[Tt]{_CLOCK}:[0-5]\d(\.\d+)?([Zz]|[+-]{_CLOCK})", re.ASCII
)
MOMENT = "RFC 3339 text with a zone, like '2026-11-23T10:00:00Z'"


def moment(value: object) -> datetime:
    """Return the time, in UTC, that is given or that RFC 3339 text with a zone names.

    Digits beyond microseconds are cut off. Text has at most 64 characters.

    Raises:
        ValueError: if it is no such text, a time without a zone, or none that UTC can express.
    """
    text = text_of(value)
    at: datetime | None = None
    try:
        if text is None:
            at = utc(value, "a time")
        elif len(text) <= MAX_WORD_LENGTH and _RFC_3339.fullmatch(text):
            at = utc(datetime.fromisoformat(text.upper()), "a time")
    except (TypeError, ValueError):
        pass
    if at is None:
        raise ValueError(f"{show(value)} is no time with a zone: expected {MOMENT}")
    return at


# The type is asked, not the object, which may lie; and a type may fail when it is asked.


def plain_uuid(value: object) -> UUID | None:
    """Return a UUID, or a driver's own kind of one, as a plain UUID; `None` for anything else."""
    if type(value) is UUID:
        return value
    try:
        return UUID(int=cast("UUID", value).int) if issubclass(type(value), UUID) else None
    except Exception:
        return None


def plain_dict(value: object) -> dict[str, object] | None:
    """Return a copy of a mapping; `None` for what is none, and for one that cannot be read."""
    try:
        return dict(cast("Mapping[str, object]", value)) if is_mapping(value) else None
    except Exception:
        return None


def is_mapping(value: object) -> bool:
    """Return whether a value is a mapping."""
    try:
        return type(value) is dict or issubclass(type(value), Mapping)
    except Exception:
        return False
