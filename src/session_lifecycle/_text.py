"""Foreign text, held with tongs: bounded, escaped, and past the methods of whoever made it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from session_lifecycle._words import MAX_WORD_LENGTH

W = TypeVar("W", bound=StrEnum)

_MARK = "…"


def text_of(value: object) -> str | None:
    """Return up to 65 characters of a text's own content, or `None` for what is no text.

    The type is asked, not the object, and a subclass is read past its own methods: either may lie.
    """
    kind = type(value)
    if kind is not str and not issubclass(kind, str):
        return None
    return str.__getitem__(value, slice(0, MAX_WORD_LENGTH + 1))  # type: ignore[index]


def clip(text: str) -> str:
    """Return `text` itself up to 64 characters, longer text cut to 63 and an ellipsis."""
    if len(text) <= MAX_WORD_LENGTH:
        return text
    return text[: MAX_WORD_LENGTH - 1] + _MARK


def show(value: object) -> str:
    """Return a short, escaped, printable text for any object whatever, without running its code."""
    kind = type(value)
    if value is None or kind is bool or kind is float:
        return str(value)
    if kind is int:
        assert isinstance(value, int)
        # Python refuses to print very long integers, and takes its time over long ones.
        return str(value) if value.bit_length() < 200 else f"an int of {value.bit_length()} bits"
    text = text_of(value)
    if text is not None:
        return _quoted(text)
    if kind is bytes:
        assert isinstance(value, bytes)
        return clip(repr(value[:MAX_WORD_LENGTH]))
    name: str = type.__dict__["__name__"].__get__(kind)
    return f"a {_quoted(name[: MAX_WORD_LENGTH + 1])[1:-1]}"


def _quoted(text: str) -> str:
    shown = repr(clip(text))
    if len(shown) <= MAX_WORD_LENGTH + 2:
        return shown
    return shown[:MAX_WORD_LENGTH] + _MARK + shown[0]


def plain(text: Any, name: str) -> str:
    """Return text as a plain `str`, without the methods of a subclass.

    Raises:
        TypeError: if it is no text.
    """
    if type(text) is str:
        return text
    if not issubclass(type(text), str):
        raise TypeError(f"{name} is {show(text)}, expected a str")
    return str.__str__(text)


def member(words: type[W], value: object) -> W | None:
    """Return the member that is `value` or has exactly this text, `None` for anything else."""
    if type(value) is words:
        return value
    text = text_of(value)
    try:
        return None if text is None else words(text)
    except ValueError:
        return None
