"""One word of a vendor, looked up."""

from __future__ import annotations

from enum import Enum
from typing import cast

from session_lifecycle._text import clip, show, text_of
from session_lifecycle._words import SessionTerminationReason, TranslationGrade
from session_lifecycle.crosswalk._tables import (
    NAMES,
    STANDARDS,
    VENDORS,
    Index,
    Pattern,
    index_of,
    vocabulary,
)
from session_lifecycle.crosswalk._values import Translation

UNLISTED = TranslationGrade.UNLISTED

# A vendor, or a vendor and one of its fields.
_Key = str | tuple[str, str]
_NOTHING = Index({}, (), ())

# Text is looked at and kept this far: longer than any vendor's word.
MAX_CODE_LENGTH = 256
# Longer than any number in one; Python takes its time over printing very long ones.
_DIGITS = 6
_BITS = 64


class _Indexes(dict[_Key, Index]):
    """Indexes by vendor, or by vendor and field, each made when it is first asked for."""

    def __missing__(self, key: _Key) -> Index:
        vendor, field = key if isinstance(key, tuple) else (key, None)
        if vendor not in VENDORS:
            return _NOTHING
        words = vocabulary(vendor)
        chosen = tuple([one for one in words.fields if field is None or one.name == field])
        if not chosen:
            return _NOTHING
        self[key] = index_of(words._replace(fields=chosen))
        return self[key]


_INDEXES = _Indexes()


def translate(vendor: str, code: object, *, field: str | None = None) -> Translation:
    """Return what a vendor's word for an ending means in ours.

    Total: whatever is given, nothing is raised. A word no table has, and any word of a vendor
    without a table, is `unknown`, grade `unlisted`, with the word kept. Words are compared as they
    are written; white space around them counts for nothing, and nothing is guessed.

    Args:
        vendor: one of `vendors()`.
        code: the vendor's word or number. A number may be text or an `int`.
        field: the field it stands in, one of the names in `vocabulary(vendor)`, for a word that
            means one thing here and another there. Without it, such a word is `ambiguous`.

    >>> print(translate("livekit", 5).reason, translate("sip", "486").reason)
    room_deleted callee_busy
    >>> stranger = translate("retell", "quantum_hangup")
    >>> print(stranger.reason, stranger.grade, stranger.code)
    unknown unlisted quantum_hangup
    """
    kind = type(code)
    if (kind is str or kind is int) and type(vendor) is str:
        if field is None:
            index = _INDEXES[vendor]
        elif type(field) is str:
            index = _INDEXES[vendor, field]
        else:
            index = _NOTHING
        found = index.by_code.get(code)  # type: ignore[call-overload]
        if found is not None:
            return found  # type: ignore[no-any-return]
    return _look_closer(vendor, code, field)


def translate_status(vendor: str, status: object) -> Translation:
    """Return what a vendor's word for where a call stands means in ours.

    Such a word is looked for in the vendor's fields that tell a status, then in all.
    """
    name = text_of(vendor) or ""
    if name in VENDORS:
        for field in vocabulary(name).fields:
            if field.kind == "status":
                found = translate(name, status, field=field.name)
                if found.grade is not UNLISTED:
                    return found
    return translate(vendor, status)


def _look_closer(vendor: object, code: object, field: object) -> Translation:
    """Look for a word that is not there as it is written."""
    name = text_of(vendor) or ""
    key: _Key = name if field is None else (name, text_of(field) or "")
    index = _INDEXES[key]
    found = look_up(index, code)
    if found is not None:
        return found
    note = "no row for this word"
    if name not in VENDORS:
        note = f"no table for vendor {show(vendor)}"
    elif index is _NOTHING:
        note = f"{name} has no field {show(field)}"
    return Translation(
        clip(name), kept(code), SessionTerminationReason.UNKNOWN, UNLISTED, None, note, None, ""
    )


def kept(code: object) -> str:
    """Return a word as it was given: up to 256 characters of text, `""` for `None`."""
    if issubclass(type(code), str):
        return str.__getitem__(code, slice(0, MAX_CODE_LENGTH))  # type: ignore[index]
    return "" if code is None else show(code)


def look_up(index: Index, code: object) -> Translation | None:
    """Return what one word means, in any of its spellings; `None` for a word that is not there."""
    if issubclass(type(code), Enum) and not issubclass(type(code), str | int):
        code = cast("Enum", code)._value_
    text = _head(code)
    found = index.by_code.get(text)
    if found is not None or not text:
        return found
    return _in_span(index, text) or _in_patterns(index, text, code)


def _head(code: object) -> str:
    """The beginning of a text, without the white space around it, or a number as text."""
    kind = type(code)
    if issubclass(kind, str):
        return str.__getitem__(code, slice(0, MAX_CODE_LENGTH)).strip()  # type: ignore[index]
    if issubclass(kind, int) and kind is not bool:
        number = int.__index__(code)  # type: ignore[arg-type]
        return str(number) if number.bit_length() < _BITS else ""
    return ""


def _in_span(index: Index, text: str) -> Translation | None:
    if index.spans and len(text) <= _DIGITS and text.isdecimal() and str(int(text)) == text:
        for numbers, row in index.spans:
            if int(text) in numbers:
                return row._replace(code=text)
    return None


def _in_patterns(index: Index, text: str, code: object) -> Translation | None:
    for pattern in index.patterns:
        part = _variable_part(pattern, text, code)
        if part:
            row = pattern.row._replace(code=text)
            return _by_standard(row, pattern.part, part) if pattern.part in STANDARDS else row
    return None


def _variable_part(pattern: Pattern, text: str, code: object) -> str:
    """What stands for a pattern's variable part; `""` if the word does not follow the pattern."""
    before, after, kind, _ = pattern
    if not text.startswith(before):
        return ""
    if kind in STANDARDS:
        return _number(text[len(before) :], after)
    end = text[-len(after) :] if after else ""
    if len(text) == MAX_CODE_LENGTH and after:
        # Of a long text only the beginning is here; its end is where it was.
        end = str.__getitem__(code, slice(-len(after), None))  # type: ignore[index]
    part = text[len(before) : len(text) - len(after)]
    fits = end == after and not (kind in NAMES and len(part.split()) > 1)
    return part if fits else ""


def _number(text: str, after: str) -> str:
    """The number a text begins with, if what a pattern has behind its number follows it."""
    digits = len(text) - len(text.lstrip("0123456789"))
    # What follows may have a variable part of its own, which may be anything.
    fixed, varies, _ = after.partition("<")
    fits = text[digits:].startswith(fixed) if varies else text[digits:] == after
    return text[:digits] if fits and digits <= _DIGITS else ""


def _by_standard(row: Translation, standard: str, number: str) -> Translation:
    """What a standard says of the number in a vendor's word, if it says something of an end."""
    meant = translate(standard, number)
    if not meant.is_end or meant.grade is UNLISTED:
        return row
    note = f"{standard} {number}: {meant.note}" if meant.note else f"{standard} {number}"
    return row._replace(reason=meant.reason, grade=meant.grade, status=meant.status, note=note)
