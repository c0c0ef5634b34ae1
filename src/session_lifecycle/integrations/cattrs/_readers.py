"""How each kind of field is read, and written: a table by type, and what requests restrict.

A reader takes what JSON gives, or the Python value itself where a row gives that. It raises
`UnfitError` for anything else, and says what it expected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from functools import partial
from types import NoneType, UnionType
from typing import Any, NamedTuple, Union, cast, get_args, get_origin
from uuid import UUID

from cattrs import BaseConverter, IterableValidationError, IterableValidationNote
from cattrs.fns import identity

from session_lifecycle._machine import TERMINAL_STATUSES
from session_lifecycle._text import plain, show, text_of
from session_lifecycle._wire import MOMENT, moment, plain_dict, plain_uuid, word_reader
from session_lifecycle._words import (
    MAX_WORD_LENGTH,
    EvalRunStatus,
    EvalStatus,
    SessionDirection,
    SessionEvent,
    SessionPriority,
    SessionStatus,
    SessionTerminationReason,
    SessionType,
)
from session_lifecycle.records import (
    ClaimRecord,
    CloseRequest,
    EvalScore,
    EvalSummary,
    EventRecord,
)

MOST_FAULTS = 1_000
"""How many faults are told at the most: nobody reads more, and each takes its time."""
NOTHING: Any = object()
"""Stands for a value that is not there."""


class UnfitError(ValueError):
    """A value that a field cannot take.

    Attributes:
        value: what was given; `NOTHING` if nothing was.
        expected: what was expected.
    """

    def __init__(self, value: object, expected: str) -> None:
        super().__init__(value, expected)
        self.value = value
        self.expected = expected

    def __str__(self) -> str:
        given = "nothing" if self.value is NOTHING else show(self.value)
        return f"{given}, expected {self.expected}"


class Reader(NamedTuple):
    """How a value is read, and what is expected of it."""

    read: Callable[[Any], Any]
    expected: str


WORDS = (
    SessionTerminationReason,
    SessionStatus,
    SessionEvent,
    SessionPriority,
    SessionDirection,
    SessionType,
    EvalRunStatus,
    EvalStatus,
)


# --- values --------------------------------------------------------------------------------------


def _exactly(kind: type[Any], expected: str) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is kind:  # So that no bool is a number.
            return value
        raise UnfitError(value, expected)

    return Reader(read, expected)


_UUID_LENGTH = 36


def _uuid(value: Any) -> UUID:
    found = plain_uuid(value)
    if found is None and type(value) is str and len(value) == _UUID_LENGTH:
        try:
            found = UUID(value)
        except ValueError:
            raise UnfitError(value, _A_UUID) from None
        # `UUID` itself takes braces, a URN, signs and blanks: texts which would not come back.
        if str(found) != value.lower():
            found = None
    if found is None:
        raise UnfitError(value, _A_UUID)
    return found


_A_UUID = "a UUID"


def _text(value: Any) -> str:
    if type(value) is str:
        return value
    if text_of(value) is None:
        raise UnfitError(value, "text")
    return plain(value, "the text")


def _time(value: Any) -> datetime:
    try:
        return moment(value)
    except ValueError:
        raise UnfitError(value, MOMENT) from None


def _object(value: Any) -> Mapping[str, Any]:
    found = plain_dict(value)
    if found is None:
        raise UnfitError(value, "an object")
    return found


def _anything(value: Any) -> Any:
    return value


BY_TYPE: Mapping[Any, Reader] = {
    UUID: Reader(_uuid, _A_UUID),
    str: Reader(_text, "text"),
    int: _exactly(int, "a whole number"),
    bool: _exactly(bool, "true or false"),
    datetime: Reader(_time, MOMENT),
    Mapping[str, object]: Reader(_object, "an object"),
    object: Reader(_anything, "a value"),
}


# --- words ---------------------------------------------------------------------------------------


def word_or_text(words: type[Any]) -> Reader:
    """Return the reader of a word as others wrote it: a member, or text we do not know."""
    known = word_reader(words)

    def read(value: Any) -> Any:
        found = known(value)
        return found if found is not None else _text(value)

    return Reader(read, "text")


def one_of(words: type[Any], *among: Any) -> Reader:
    """Return the reader of a word that must be one of these, or one of the vocabulary."""
    every: Any = words
    known, allowed = word_reader(words), among or tuple(every)
    expected = f"one of {', '.join(allowed)}"

    def read(value: Any) -> Any:
        found = known(value)
        if found not in allowed:
            raise UnfitError(value, expected)
        return found

    return Reader(read, expected)


def _reason() -> Reader:
    known = word_reader(SessionTerminationReason)
    expected = (
        f"one of the {len(SessionTerminationReason)} termination reasons, "
        f"or other text of at most {MAX_WORD_LENGTH} characters"
    )

    def read(value: Any) -> Any:
        found = known(value)
        if found is not None:
            return found
        text = text_of(value)
        if text is None or len(text) > MAX_WORD_LENGTH:
            raise UnfitError(value, expected)
        return text

    return Reader(read, expected)


# What a request may say where a stored record may say anything.
_A_NAME = "text that is not empty"


def _name(value: Any) -> str:
    if not text_of(value):
        raise UnfitError(value, _A_NAME)
    return plain(value, "the name")


_NAME = Reader(_name, _A_NAME)
_TERMINAL = tuple(status for status in SessionStatus if status in TERMINAL_STATUSES)

# fmt: off
RESTRICTED: Mapping[tuple[type[Any], str], Reader] = {
    (CloseRequest, "reason"):     _reason(),  # And where it was stored: it holds no more.
    (EventRecord,  "session_id"): _NAME,
    (EventRecord,  "event"):      one_of(SessionEvent),
    (EventRecord,  "reason"):     _reason(),
    (ClaimRecord,  "session_id"): _NAME,
    (ClaimRecord,  "claim"):      _reason(),
    (ClaimRecord,  "status"):     one_of(SessionStatus, *_TERMINAL),
}
# fmt: on


# --- fields --------------------------------------------------------------------------------------


def vocabulary_of(kind: Any) -> Any:
    """Return which words `words | str` and `words | str | None` are of, `None` for other types."""
    if get_origin(kind) not in (Union, UnionType):
        return None
    parts = set(get_args(kind)) - {NoneType}
    words = parts - {str}
    (found,) = words if len(parts) == 2 and len(words) == 1 else (None,)
    return found if found in WORDS else None


def reader_of(kind: Any, nested: Callable[[Any, Any], Any]) -> Reader:
    """Return how a record's field of this type is read; `None`, where it may be, is not asked.

    Args:
        kind: the field's type.
        nested: makes a record that is inside another.
    """
    if kind in BY_TYPE:
        return BY_TYPE[kind]
    words = vocabulary_of(kind)
    if words is not None:
        return word_or_text(words)
    if kind == tuple[EvalScore, ...]:
        return Reader(_list_of(EvalScore, nested), "a list of objects")
    (inner,) = set(get_args(kind)) - {NoneType}
    if inner is EvalSummary:
        return Reader(partial(_one, EvalSummary, nested), "an object")
    return BY_TYPE[inner]


def _one(record: Any, nested: Callable[[Any, Any], Any], value: Any) -> Any:
    return nested(value, record)


def _list_of(record: Any, nested: Callable[[Any, Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    def read(value: Any) -> tuple[Any, ...]:
        if value is None:
            return ()
        if not issubclass(type(value), (list, tuple)):
            raise UnfitError(value, "a list of objects")
        made: list[Any] = []
        failures: list[Exception] = []
        for index, one in enumerate(cast("list[Any]", value)):
            try:
                made.append(nested(one, record))
            except Exception as error:
                note = cast("Any", IterableValidationNote)
                error.add_note(note("An item of a list", index, record))
                failures.append(error)
                if len(failures) == MOST_FAULTS:
                    break
        if failures:
            group = cast("Any", IterableValidationError)  # As its base, to a checker.
            raise group("While structuring a list", failures, record)
        return tuple(made)

    return read


def may_be_none(kind: Any) -> bool:
    """Return whether a field of this type takes `None`."""
    return NoneType in get_args(kind)


def writer_of(kind: Any, converter: BaseConverter) -> Callable[[Any], Any] | None:
    """Return how a record's field of this type is written; `None` leaves it to the converter."""
    inner = set(get_args(kind)) - {NoneType} or {kind}
    if vocabulary_of(kind) is not None:
        return write_word
    if inner == {datetime}:
        return _write_time
    if inner == {UUID}:
        return _write_uuid
    if inner <= {Mapping[str, object], object}:
        return foreign_writer(converter)
    return identity if inner <= {str, int, bool} else None


def foreign_writer(converter: BaseConverter) -> Callable[[Any], Any]:
    """Return how a value that is not ours is written: by what it is, for it may hold values of the
    caller's own.
    """

    def write(value: Any) -> Any:
        try:
            return converter.unstructure(value)
        except RecursionError:
            return value  # cattrs cannot go as deep as JSON can, and what JSON gave is plain.

    return write


def write_word(word: Any) -> Any:
    """Return a word's text: of a member, its value."""
    return word.value if isinstance(word, Enum) else word


def _write_time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def _write_uuid(value: UUID | None) -> str | None:
    return None if value is None else str(value)
