"""The vendors' tables: loaded when first asked for, and indexed by every spelling of a word.

A word that several of a vendor's fields hold, and that means the same in all, needs no field. Where
they differ, the word without a field is `ambiguous`, and means what is true in all of them. Bare
numbers are those of the first field that has numbers: LiveKit's `5` is its `DisconnectReason`.
"""

from importlib import import_module
from typing import NamedTuple, cast

from session_lifecycle._errors import _UnknownWordError
from session_lifecycle._text import text_of
from session_lifecycle._words import SessionTerminationReason, TranslationGrade
from session_lifecycle.crosswalk._rows import Field
from session_lifecycle.crosswalk._values import Translation, VendorField, VendorVocabulary

# fmt: off
VENDORS = (
    # standards
    "sip", "q850", "websocket", "vcon",
    # where an agent runs
    "livekit", "pipecat", "daily",
    # agent platforms
    "vapi", "retell", "elevenlabs", "feather_v1",
    # telephony
    "twilio", "telnyx", "plivo", "vonage", "bandwidth", "signalwire",
    "amazon_connect", "freeswitch", "asterisk",
)
# fmt: on

UNKNOWN = SessionTerminationReason.UNKNOWN


class UnknownVendorError(_UnknownWordError):
    """A vendor that has no table.

    Attributes:
        value: what was given; text longer than 64 characters is cut and marked.
        suggestions: the closest vendors, nearest first.
    """

    _what = "a vendor with a table"
    _next = f"Expected one of: {', '.join(VENDORS)}."


class Pattern(NamedTuple):
    """A word with a variable part: what stands before and behind it, and what the part is."""

    before: str
    after: str
    part: str
    row: Translation


class Span(NamedTuple):
    """Numbers that have no rows of their own, and the row that stands for them."""

    numbers: range
    row: Translation


class Index(NamedTuple):
    """What one word is looked up in."""

    by_code: dict[str | int, Translation]
    patterns: tuple[Pattern, ...]
    spans: tuple[Span, ...]


# A variable part may be a number of one of these, or one word without white space in it.
STANDARDS = frozenset({"sip", "q850", "websocket"})
NAMES = frozenset({"name", "processor"})
_Q850 = range(0, 128)


def vendors() -> tuple[str, ...]:
    """Return the names of the vendors that have a table: standards first, then platforms."""
    return VENDORS


_LOADED: dict[str, VendorVocabulary] = {}


def vocabulary(vendor: str) -> VendorVocabulary:
    """Return a vendor's words, field by field, with where and when they were read.

    Raises:
        UnknownVendorError: if there is no such vendor.

    >>> [field.name for field in vocabulary("daily").fields]
    ['participant_left_reason']
    """
    name = text_of(vendor) or ""
    if name not in VENDORS:
        from difflib import get_close_matches

        close = get_close_matches(name.strip().casefold(), VENDORS, 3)
        raise UnknownVendorError(vendor, tuple(close))
    if name not in _LOADED:
        module = import_module(f"session_lifecycle.crosswalk._{name}")
        fields = cast("tuple[Field, ...]", module.FIELDS)
        words = VendorVocabulary(name, module.TITLE, tuple([_field(name, f) for f in fields]))
        return _LOADED.setdefault(name, words)  # Another thread may have been sooner.
    return _LOADED[name]


def _field(vendor: str, field: Field) -> VendorField:
    retired = field.retired.get
    rows = tuple(
        [
            Translation(vendor, code, reason, grade, status, note, retired(code), field.name)
            for code, reason, grade, status, note in field.rows
        ]
    )
    return VendorField(*field[:6], rows, tuple(field.also.items()))


def index_of(words: VendorVocabulary) -> Index:
    """Return what to look a word of these fields up in."""
    found: dict[str, Translation] = {}
    patterns: list[Pattern] = []
    spans: list[Span] = []
    numbered = False
    for one in words.fields:
        own: dict[str, Translation] = {}
        for row in one.rows:
            if span := _span(row.code):
                spans.append(Span(span, row))
            elif "<" in row.code:
                patterns.append(_pattern(row))
            own[row.code] = row
        for spelling, code in one.also:
            if code in own and not (numbered and spelling.isdigit()):
                own[spelling] = own[code]
        numbered = numbered or any(spelling.isdigit() for spelling, _ in one.also)
        for code, row in own.items():
            found[code] = _merged(found[code], row) if code in found else row
    by_code = {key: row for code, row in found.items() for key in _keys(code)}
    return Index(by_code, tuple(patterns), tuple(spans))


def _keys(code: str) -> tuple[str | int, ...]:
    """A word as it is, and a number as an `int` as well."""
    if code.isdecimal() and str(int(code)) == code:
        return code, int(code)
    return (code,)


def _span(code: str) -> range | None:
    """The numbers that a row such as `4xx`, `4000-4999` or `<unallocated>` stands for."""
    if code == "<unallocated>":
        return _Q850
    if len(code) == 3 and code[0].isdigit() and code[1:] == "xx":
        return range(int(code[0]) * 100, int(code[0]) * 100 + 100)
    first, dash, last = code.partition("-")
    if dash and first.isdigit() and last.isdigit():
        return range(int(first), int(last) + 1)
    return None


def _pattern(row: Translation) -> Pattern:
    before, _, rest = row.code.partition("<")
    part, _, after = rest.partition(">")
    return Pattern(before, after, part, row)


def _merged(one: Translation, other: Translation) -> Translation:
    """What a word means that stands in two fields: what is true in both."""
    retired = one.retired if other.retired else None
    if one[2:5] == other[2:5]:
        return one._replace(retired=retired)
    fields = f"{one.field} or {other.field}"
    both_end = one.is_end and other.is_end
    return one._replace(
        reason=one.reason if one.reason is other.reason else UNKNOWN,
        # A word that ends nothing in one field must not end anything without its field.
        grade=TranslationGrade.AMBIGUOUS if both_end else TranslationGrade.NOT_AN_END,
        status=one.status if one.status is other.status else None,
        note=f"which field it stands in decides: {fields}",
        retired=retired,
        field=fields,
    )
