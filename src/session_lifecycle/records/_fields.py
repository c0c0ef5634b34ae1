"""What the fields of records have in common: what each kind accepts, shows and hashes.

A record is printed, compared and put into sets. Foreign text is shown bounded and escaped, and
neither it nor a mapping is part of the hash: a summary may have any length.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

import attrs

from session_lifecycle._text import plain, show, text_of
from session_lifecycle._value import utc
from session_lifecycle._wire import W, plain_dict, plain_uuid, word_reader
from session_lifecycle._words import MAX_WORD_LENGTH, SessionTerminationReason

_EXPECTED = {UUID: "a UUID", bool: "True or False", int: "an int", str: "text"}


def _refuse(name: str, value: object, expected: str) -> TypeError:
    return TypeError(f"{name} is {show(value)}, expected {expected}")


def _is(kind: type[Any], *, needed: bool) -> Callable[[Any, "attrs.Attribute[Any]", Any], None]:
    """Return a validator: exactly of this type, so that no bool is a number; or `None`."""

    def check(record: object, field: "attrs.Attribute[Any]", value: object) -> None:
        if type(value) is not kind and (needed or value is not None):
            expected = _EXPECTED.get(kind, f"an {kind.__name__}")
            expected += "" if needed else " or None"
            raise _refuse(field.name, value, expected)

    return check


def show_uuid(value: object) -> str:
    """Return a UUID's own text for a representation."""
    return str(value)


def show_time(value: object) -> str:
    """Return a time in ISO 8601 for a representation."""
    return value.isoformat() if isinstance(value, datetime) else "None"


def show_size(value: object) -> str:
    """Return how many entries a mapping or tuple has: what is in them may have any length."""
    if not isinstance(value, dict | tuple):
        return show(value)
    size = len(cast("tuple[object, ...]", value))
    return f"<{size} {'entry' if size == 1 else 'entries'}>"


is_count = _is(int, needed=True)


def as_uuid(value: UUID, name: str) -> UUID:
    """Return a plain UUID: a driver's own kind of UUID is one, too.

    Raises:
        TypeError: if it is none.
    """
    found = plain_uuid(value)
    if found is None:
        raise _refuse(name, value, _EXPECTED[UUID])
    return found


def as_text(value: str, name: str) -> str:
    """Return plain text.

    Raises:
        TypeError: if it is none.
    """
    if text_of(value) is None:
        raise _refuse(name, value, _EXPECTED[str])
    return plain(value, name)


def _uuid_or_none(value: UUID | None, field: "attrs.Attribute[Any]") -> UUID | None:
    return None if value is None else as_uuid(value, field.name)


def _text_or_none(value: str | None, field: "attrs.Attribute[Any]") -> str | None:
    return None if value is None else as_text(value, field.name)


def _text(value: str, field: "attrs.Attribute[Any]") -> str:
    return as_text(value, field.name)


# --- optional fields -----------------------------------------------------------------------------
# To a type checker they are fields with a default, which is all it needs to know.


def optional(kind: type[Any]) -> Any:
    """Return a field for one of our records or `None`."""
    return attrs.field(default=None, validator=_is(kind, needed=False))


def optional_uuid() -> Any:
    """Return a field for a UUID or `None`."""
    convert: Any = attrs.Converter(_uuid_or_none, takes_field=True)
    return attrs.field(default=None, converter=convert, repr=show_uuid)


def optional_text() -> Any:
    """Return a field for text of any length or `None`."""
    convert: Any = attrs.Converter(_text_or_none, takes_field=True)
    return attrs.field(default=None, converter=convert, repr=show, hash=False)


def text() -> Any:
    """Return a field for text of any length, empty if left out."""
    convert: Any = attrs.Converter(_text, takes_field=True)
    return attrs.field(default="", converter=convert, repr=show, hash=False)


def optional_number() -> Any:
    """Return a field for an int or `None`."""
    return attrs.field(default=None, validator=_is(int, needed=False), repr=show)


def optional_bool() -> Any:
    """Return a field for True, False or `None`."""
    return attrs.field(default=None, validator=_is(bool, needed=False))


def optional_time() -> Any:
    """Return a field for an aware time, kept in UTC, or `None`."""
    convert: Any = attrs.Converter(_utc, takes_field=True)
    return attrs.field(default=None, converter=convert, repr=show_time)


def _utc(value: datetime | None, field: "attrs.Attribute[Any]") -> datetime | None:
    return utc(value, field.name)


def optional_mapping() -> Any:
    """Return a field for a JSON object or `None`. It is copied: nobody else can change it."""
    convert: Any = attrs.Converter(_copied_or_none, takes_field=True)
    return attrs.field(default=None, converter=convert, repr=show_size, hash=False)


def extra_fields(*, shown: bool = True) -> Any:
    """Return the field for what a record does not know; it is copied, the default as well."""
    convert: Any = attrs.Converter(_copied, takes_field=True)
    empty: dict[str, object] = {}
    return attrs.field(
        default=empty, converter=convert, repr=shown and show_size, hash=False, kw_only=True
    )


def _copied_or_none(
    value: Mapping[str, object] | None, field: "attrs.Attribute[Any]"
) -> dict[str, object] | None:
    return None if value is None else _copied(value, field)


def _copied(value: Mapping[str, object], field: "attrs.Attribute[Any]") -> dict[str, object]:
    found = plain_dict(value)
    if found is None:
        raise _refuse(field.name, value, "a mapping")
    return found


def anything() -> Any:
    """Return a field for any JSON value."""
    return attrs.field(default=None, repr=show, hash=False)


# --- words ---------------------------------------------------------------------------------------


def word_or_text(read: Callable[[object], W | None], value: W | str, name: str) -> W | str:
    """Return the member for a word we know in any spelling, other text as it is.

    Raises:
        TypeError: if the value is no text.
    """
    found = read(value)
    return found if found is not None else as_text(value, name)


def optional_word(words: type[StrEnum], name: str) -> Any:
    """Return a field for a word, text we do not know, or `None`."""
    read = word_reader(words)

    def convert(value: Any) -> str | None:
        return None if value is None else word_or_text(read, value, name)

    # attrs shows it as the parameter's type.
    convert.__annotations__["value"] = words | str | None
    converter: Any = convert
    return attrs.field(default=None, converter=converter, repr=show_word, hash=False)


def show_word(value: object) -> str:
    """Return a word for a representation: as our values show theirs, foreign text in quotes."""
    return show(value) if type(value) is str or value is None else str(value)


read_reason = word_reader(SessionTerminationReason)


def requested_reason(
    value: SessionTerminationReason | str | None,
) -> SessionTerminationReason | str | None:
    """Convert what a request gives as its reason: a word of ours, other text as it is, or `None`.

    Raises:
        ValueError: if it is text of more than 64 characters.
        TypeError: if it is no text.
    """
    if value is None:
        return None
    word = word_or_text(read_reason, value, "reason")
    if len(word) > MAX_WORD_LENGTH:
        raise ValueError(
            f"reason is {show(word)}, text of {len(word)} characters: expected one of the "
            f"{len(SessionTerminationReason)} reasons, or at most {MAX_WORD_LENGTH} characters"
        )
    return word
