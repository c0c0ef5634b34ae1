"""What vendors really write: every word of the crosswalk's tables, its variable parts filled in.

The tables are loaded when the first word is drawn.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from session_lifecycle.crosswalk import FieldKind

ALL_KINDS: tuple[FieldKind, ...] = ("reason", "status", "detector", "event")

# What stands for a variable part of a word; anything else in angle brackets is `30`.
_FILLED = {"sip": "486", "q850": "17", "websocket": "1006", "name": "billing", "processor": "stt"}
_PART = re.compile(r"<([a-z]+)>")
# Numbers that one row stands for, and one of them.
_SPANS = {"<unallocated>": "110", "4000-4999": "4001"}


def _filled(code: str) -> str:
    if code in _SPANS:
        return _SPANS[code]
    if re.fullmatch(r"\dxx", code):
        return f"{code[0]}99"
    return _PART.sub(lambda part: _FILLED.get(part[1], "30"), code)


@cache
def vendor_words(vendor: str, kinds: tuple[FieldKind, ...] = ALL_KINDS) -> tuple[str, ...]:
    """Return the words of a vendor's fields of these kinds, in every spelling, none twice."""
    from session_lifecycle.crosswalk import vocabulary

    fields = [field for field in vocabulary(vendor).fields if field.kind in kinds]
    codes = [row.code for field in fields for row in field.rows]
    codes += [spelling for field in fields for spelling, _ in field.also]
    return tuple(dict.fromkeys(map(_filled, codes)))


@cache
def every_vendor_word(kinds: tuple[FieldKind, ...] = ALL_KINDS) -> tuple[str, ...]:
    """Return the words of all vendors, none twice."""
    from session_lifecycle.crosswalk import vendors

    words = [word for vendor in vendors() for word in vendor_words(vendor, kinds)]
    return tuple(dict.fromkeys(words))
