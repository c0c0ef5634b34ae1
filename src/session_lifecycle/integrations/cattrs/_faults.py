"""What is wrong with what was given: where, what it is, what was expected. All of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from itertools import islice
from typing import Any, NamedTuple, cast

from cattrs import (
    AttributeValidationNote,
    BaseValidationError,
    ForbiddenExtraKeysError,
    IterableValidationNote,
)

from session_lifecycle._errors import SessionLifecycleError
from session_lifecycle._text import clip, show
from session_lifecycle.integrations.cattrs._readers import MOST_FAULTS, NOTHING, UnfitError

_SHOWN = 8


class Fault(NamedTuple):
    """One thing that is wrong with what was given.

    Attributes:
        path: where, as a JSONPath: `$.runs[0].status`; a foreign key of at most 64 characters.
        value: what is there, escaped and of at most 64 characters; `nothing` if nothing is.
        expected: what was expected there.
    """

    path: str
    value: str
    expected: str

    def __str__(self) -> str:
        return f"{self.path} is {self.value}, expected {self.expected}"


class InvalidRequestError(SessionLifecycleError, ValueError):
    """Raised for a request that cannot be taken; it says all that is wrong, for the client to act.

    Attributes:
        faults: what is wrong, in the order of the fields.
    """

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        more = len(self.faults) - _SHOWN
        told = "; ".join(map(str, self.faults[:_SHOWN]))
        return f"{told}; and {more} more" if more > 0 else told


Path = tuple[object, ...]
"""The keys and places on the way to a value."""


def faults_of(error: BaseException, given: object = ...) -> tuple[Fault, ...]:
    """Return what cattrs found wrong, for any class it structured, ours or not.

    Of more than a thousand faults, the first thousand.

    Args:
        error: what `converter.structure` raised.
        given: what it was given. cattrs' own errors do not hold the value they are about: without
            this, such a fault says `a value` for it.
    """
    return tuple(islice(faults_at((), error, given), MOST_FAULTS))


def faults_at(path: Path, error: BaseException, given: object, kind: Any = None) -> Iterator[Fault]:
    """Yield what is wrong with the value at this path.

    Args:
        path: where it is.
        error: what was raised for it.
        given: the value; `...` if it is not known.
        kind: what it was to be, if that is known.
    """
    if isinstance(error, BaseValidationError):
        for inner in error.exceptions:
            note = _note(inner)
            if note is None:
                yield from faults_at(path, inner, given)
            else:
                place = note.name if isinstance(note, AttributeValidationNote) else note.index
                # Of a dict that is read by cattrs itself, it may be the key that is wrong.
                value = place if "mapping key" in note else _at(given, place)
                yield from faults_at((*path, place), inner, value, note.type)
    elif isinstance(error, ForbiddenExtraKeysError):
        for name in sorted(map(str, error.extra_fields)):
            yield _fault((*path, name), _at(given, name), "no field of this name")
    elif isinstance(error, UnfitError):
        yield _fault(path, error.value, error.expected)
    else:
        yield _fault(path, given, _expected(error, kind))


def _note(error: BaseException) -> AttributeValidationNote | IterableValidationNote | None:
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote | IterableValidationNote):
            return note
    return None


def _expected(error: BaseException, kind: Any) -> str:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return f"one of {', '.join(str(member.value) for member in kind)}"
    if isinstance(kind, type):
        return f"a value of type {kind.__name__}"
    return f"another value: {show(str(error))}"


def _fault(path: Path, value: object, expected: str) -> Fault:
    told = "nothing" if value is NOTHING else "a value" if value is ... else show(value)
    return Fault("$" + "".join(map(_place, path)), told, expected)


def _at(whole: object, place: object) -> object:
    if whole is ...:
        return whole
    try:
        return cast("Any", whole)[place]
    except Exception:
        return NOTHING


def _place(place: object) -> str:
    """Return a step of a JSONPath; a key that is no plain name is quoted, escaped and cut."""
    if type(place) is str and place.isidentifier() and place.isascii() and place == clip(place):
        return f".{place}"
    return f"[{show(place)}]"
