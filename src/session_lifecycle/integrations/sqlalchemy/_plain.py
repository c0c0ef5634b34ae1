"""Column types for what is no word of ours: foreign text, and times."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator, TypeEngine

from session_lifecycle._text import plain
from session_lifecycle._value import utc

# PostgreSQL stores no NUL, and nobody can encode half a surrogate pair.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: Any, length: int | None = None) -> str:
    """Return text as `ForeignTextType` writes it.

    Raises:
        TypeError: if it is no text.
    """
    kept = UNSTORABLE.sub("\ufffd", plain(text, "the text"))
    return kept if length is None or len(kept) <= length else kept[: length - 1] + "…"


_DAY = timedelta(days=1)
_FIRST = datetime.min.replace(tzinfo=UTC) + _DAY
_LAST = datetime.max.replace(tzinfo=UTC) - _DAY


def storable_time(value: Any, name: str) -> datetime | None:
    """Return a time as `UtcDateTime` writes it: in UTC, and not on the calendar's outermost days.

    Raises:
        ValueError: if it has no zone.
        TypeError: if it is no time.
    """
    # Go's zero time is the calendar's first moment. A driver that hands times over in the
    # connection's zone cannot read it west of UTC, and every query that meets the row fails.
    kept = utc(value, name)
    return None if kept is None else min(max(kept, _FIRST), _LAST)


class ForeignTextType(TypeDecorator[str]):
    """Text that somebody else made, for columns such as `termination_raw`.

    What a database cannot hold (NUL, half a surrogate pair) is written as U+FFFD; text longer than
    the column is cut and marked with an ellipsis. So a vendor's word never makes a write fail.
    """

    impl: type[TypeEngine[Any]] | TypeEngine[Any] = String
    cache_ok: bool | None = True

    def __init__(self, length: int | None = None) -> None:
        """Make the type; without a length, the text may be as long as it likes."""
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Return the text to write."""
        return None if value is None else storable(value, self.length)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.length,), {"_variant_mapping": self._variant_mapping}


class UtcDateTime(TypeDecorator[datetime]):
    """A time with a zone: `TIMESTAMP WITH TIME ZONE`, or UTC without a zone where there is none.

    Aware in and aware out, in UTC, on SQLite as well. A naive time is refused. The first and the
    last day of the calendar are moved in by a day, because not every driver reads them back.
    """

    impl: type[TypeEngine[Any]] | TypeEngine[Any] = DateTime
    cache_ok: bool | None = True

    def __init__(self) -> None:
        super().__init__(timezone=True)

    def process_bind_param(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the time to write, in UTC."""
        return storable_time(value, "the time")

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored time, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def __repr__(self) -> str:
        return "UtcDateTime()"  # Not `timezone=True`, which the constructor does not take.

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (), {"_variant_mapping": self._variant_mapping}


for _thing in (ForeignTextType, UtcDateTime):
    _thing.__module__ = __package__ or __name__
