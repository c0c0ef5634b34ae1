"""Column types: a word in Python, plain text of 64 characters in the database.

No ENUM type and no CHECK, so that a new word needs no migration; and so an old reader meets words
that it does not know. What it does then:

    a reason    reads as UNKNOWN    what cannot be coerced is written as `unknown`
    the others  read as None        what is no such word is refused when it is written

The text as it is stored can always be had: `raw_value(column)`. A comparison is no write: a word we
know is compared in its one spelling, any other text as it is, so that a filter by a misspelt word
finds no row, instead of every row that is `unknown`.

What no type can do. SQL groups, sorts and joins by the stored text: two words from next year are
two groups, both read as UNKNOWN. To the ORM, UNKNOWN assigned to what already reads UNKNOWN is no
change. And as a primary key, two such rows would be one object: never make it one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Literal, TypeVar

from sqlalchemy import Dialect, SQLColumnExpression, String, type_coerce
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from session_lifecycle._coercion import (
    _closest,
    _word_of,
    coerce_termination_reason,
    read_termination_reason,
)
from session_lifecycle._errors import UnknownStatusError, _UnknownWordError
from session_lifecycle._text import plain, show, text_of
from session_lifecycle._words import (
    MAX_WORD_LENGTH,
    CoercionVia,
    EvalRunStatus,
    SessionDirection,
    SessionPriority,
    SessionStatus,
    SessionTerminationReason,
    SessionType,
)
from session_lifecycle.integrations.sqlalchemy._plain import (
    UNSTORABLE,
    ForeignTextType,
    UtcDateTime,
)

W = TypeVar("W", bound=StrEnum)


# --- refused words -------------------------------------------------------------------------------
# `DontWrapMixin`: raised as they are, where SQLAlchemy would wrap them in a `StatementError`.


class RefusedStatusError(UnknownStatusError, DontWrapMixin):
    """Raised when a word that is no session status is to be written. It is not sent."""


class RefusedWordError(_UnknownWordError, DontWrapMixin):
    """Raised when a word that is not in a column's vocabulary is to be written. It is not sent."""

    _what = "a word of this column"
    _next = "Write a member of the column's enum."


class _RefusedPriorityError(RefusedWordError):
    _what = "a session priority"
    _next = f"Expected one of: {', '.join(SessionPriority)}."


class _RefusedDirectionError(RefusedWordError):
    _what = "a session direction"
    _next = f"Expected one of: {', '.join(SessionDirection)}."


class _RefusedTypeError(RefusedWordError):
    _what = "a session type"
    _next = f"Expected one of: {', '.join(SessionType)}."


class _RefusedRunStatusError(RefusedWordError):
    _what = "an eval run status"
    _next = f"Expected one of: {', '.join(EvalRunStatus)}."


# --- words ---------------------------------------------------------------------------------------

_COMPARED = frozenset(
    {
        operators.eq,
        operators.ne,
        operators.in_op,
        operators.not_in_op,
        operators.is_distinct_from,
        operators.is_not_distinct_from,
    }
)


class _WordType(TypeDecorator[W]):
    """What the types have in common.

    `impl` is the class: as an instance it would decide the length, whatever the constructor says.
    Each type says `cache_ok` itself, because SQLAlchemy asks no base class.
    """

    impl: type[TypeEngine[Any]] | TypeEngine[Any] = String
    cache_ok: bool | None = True

    _words: ClassVar[type[StrEnum]]
    _by_text: ClassVar[dict[str, Any]]
    _refused: ClassVar[type[_UnknownWordError]]

    def __init__(self, length: int = MAX_WORD_LENGTH) -> None:
        """Make the type.

        Args:
            length: of the column; at least 64, because a later word may be that long.

        Raises:
            ValueError: if it is less.
        """
        if length < MAX_WORD_LENGTH:
            raise ValueError(
                f"a column of {length} characters cannot hold every word there will be: "
                f"expected at least {MAX_WORD_LENGTH}, the default"
            )
        super().__init__(length)
        # Of its own, to be part of the key of cached statements: a CAST shows it.
        self.length = length

    @property
    def python_type(self) -> type[Any]:
        """The enum that a value is read as."""
        return self._words

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        """Return the type of a value compared with the column: text, for LIKE and the like."""
        return _ComparedType(type(self)) if op in _COMPARED else String()

    @classmethod
    def _known(cls, value: object) -> StrEnum | None:
        return _word_of(value, cls._words, cls._by_text)

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """Return the text to write: the word's one spelling; what is no word is refused."""
        if value is None:
            return None
        if type(value) is self._words:
            return value.value
        known = self._known(value)
        if known is None:
            raise self._refused(value, _closest(value, self._words))
        return known.value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Return the word that stored text is; `None` for NULL, and for text that is none."""
        found = self._by_text.get(value)
        return found if found is not None or value is None else self._known(value)

    def __reduce__(self) -> tuple[Any, ...]:
        # SQLAlchemy's own way asks a half-made type for its `impl`, without end.
        return type(self), (self.length,), {"_variant_mapping": self._variant_mapping}


def _at_once(words: type[StrEnum]) -> dict[str, Any]:
    """What is read by one look: the values, and the names that a native ENUM leaves behind."""
    return {text: word for word in words for text in (word.value, word.name)}


class SessionTerminationReasonType(_WordType[SessionTerminationReason]):
    """A termination reason: `VARCHAR(64)`, read and written by `coerce_termination_reason`.

    NULL stays NULL. Whatever cannot be coerced becomes `UNKNOWN`, when it is written and when it
    is read; reading never raises. To keep a word that cannot be coerced, write it to a column of
    its own, `termination_raw`; to see one that is stored, select `raw_value`.
    """

    cache_ok: bool | None = True
    _words = SessionTerminationReason
    _by_text = _at_once(SessionTerminationReason)

    @classmethod
    def _known(cls, value: object) -> StrEnum | None:
        reading = read_termination_reason(value)
        return None if reading.via is CoercionVia.UNRECOGNIZED else reading.reason

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """Return the text to write: the reason's value, `unknown` for what cannot be coerced."""
        return None if value is None else coerce_termination_reason(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> SessionTerminationReason | None:
        """Return the reason that stored text is read as, `None` for NULL only."""
        return None if value is None else coerce_termination_reason(value)


class SessionStatusType(_WordType[SessionStatus]):
    """A session status: `VARCHAR(64)`.

    Stored text that is no status reads as `None`, because an unknown status must neither end a live
    call nor count as live: annotate the attribute `SessionStatus | None`, and select `raw_value`
    for the text. Writing one raises `UnknownStatusError`.
    """

    cache_ok: bool | None = True
    _words = SessionStatus
    _by_text = _at_once(SessionStatus)
    _refused = RefusedStatusError


class SessionPriorityType(_WordType[SessionPriority]):
    """A session priority: `VARCHAR(64)`; unknown text reads as `None` and is refused on write."""

    cache_ok: bool | None = True
    _words = SessionPriority
    _by_text = _at_once(SessionPriority)
    _refused = _RefusedPriorityError


class SessionDirectionType(_WordType[SessionDirection]):
    """A session direction: `VARCHAR(64)`; unknown text reads as `None` and is refused on write."""

    cache_ok: bool | None = True
    _words = SessionDirection
    _by_text = _at_once(SessionDirection)
    _refused = _RefusedDirectionError


class SessionTypeType(_WordType[SessionType]):
    """A session type: `VARCHAR(64)`; unknown text reads as `None` and is refused on write."""

    cache_ok: bool | None = True
    _words = SessionType
    _by_text = _at_once(SessionType)
    _refused = _RefusedTypeError


class EvalRunStatusType(_WordType[EvalRunStatus]):
    """An eval run's status: `VARCHAR(64)`; unknown text reads as `None`, and is refused on write.

    `rollup_eval_runs` counts a run whose status is `None` as it counts one with an unknown word.
    """

    cache_ok: bool | None = True
    _words = EvalRunStatus
    _by_text = _at_once(EvalRunStatus)
    _refused = _RefusedRunStatusError


class _ComparedType(TypeDecorator[str]):
    """A value compared with a column of words: a word we know in its spelling, or text as it is."""

    impl: type[TypeEngine[Any]] | TypeEngine[Any] = String
    cache_ok: bool | None = True

    def __init__(self, column: type[_WordType[Any]]) -> None:
        super().__init__()
        self.column = column

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        if value is None:
            return None
        known = self.column._known(value)
        if known is not None:
            return known.value
        if text_of(value) is None:
            return show(value)
        text = plain(value, "value")
        # What no database can hold equals nothing stored, which is no reason to fail.
        return show(text) if UNSTORABLE.search(text) else text


# --- what goes with them -------------------------------------------------------------------------


def raw_value(column: SQLColumnExpression[Any]) -> ColumnElement[str | None]:
    """Return a column's text as it is stored, for a SELECT, a WHERE or an ORDER BY.

    The SQL is the column's own name, so that an index on it is used. Give it a label when the
    column itself is selected as well.

    >>> from sqlalchemy import column, select
    >>> reason = column("reason", SessionTerminationReasonType)
    >>> print(select(reason, raw_value(reason).label("word")))
    SELECT reason, reason AS word
    """
    return type_coerce(column, String())


TYPE_ANNOTATION_MAP: Mapping[Any, TypeEngine[Any]] = MappingProxyType(
    {
        SessionTerminationReason: SessionTerminationReasonType(),
        SessionStatus: SessionStatusType(),
        SessionPriority: SessionPriorityType(),
        SessionDirection: SessionDirectionType(),
        SessionType: SessionTypeType(),
        EvalRunStatus: EvalRunStatusType(),
    }
)
"""For `type_annotation_map` of a declarative base, so that a bare `Mapped[SessionStatus]` is text.

Without it SQLAlchemy makes a native ENUM of the member names.
"""


def render_item(type_: str, obj: object, autogen_context: object) -> str | Literal[False]:
    """Render our types in an Alembic revision as what they are in the database.

    Give it to `context.configure(render_item=...)` in `env.py`. Alembic's own rendering names our
    class without importing it, and would tie an old revision to this package.
    """
    if type_ == "type" and isinstance(obj, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if type_ == "type" and isinstance(obj, (_WordType, ForeignTextType)):
        return "sa.String()" if obj.length is None else f"sa.String(length={obj.length})"
    return False


# One canonical path for each, which pickles and Alembic's own rendering show.
for _thing in (
    *(SessionTerminationReasonType, SessionStatusType, SessionPriorityType, SessionDirectionType),
    *(SessionTypeType, EvalRunStatusType, RefusedStatusError, RefusedWordError),
    *(raw_value, render_item),
):
    _thing.__module__ = __package__ or __name__
