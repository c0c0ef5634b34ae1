"""Section 3 of the specification: every rule about reading words, quoted and then attacked."""

from __future__ import annotations

import copy
import datetime
import decimal
import enum
import math
import pickle
import re
import sys
import time
import tracemalloc
import weakref
from collections import Counter
from collections.abc import Callable
from types import MappingProxyType
from typing import NoReturn

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from session_lifecycle import (
    REASON_ALIASES,
    CoercionVia,
    ReasonReading,
    SessionEvent,
    SessionLifecycleError,
    SessionStatus,
    SessionTerminationReason,
    UnknownEventError,
    UnknownReasonError,
    UnknownStatusError,
    _coercion,
    _spelling,
    coerce_session_status,
    coerce_termination_reason,
    parse_session_event,
    parse_session_status,
    parse_termination_reason,
    read_termination_reason,
)
from session_lifecycle import testing as kit

R = SessionTerminationReason
Via = CoercionVia

# The 17 names of LiveKit's DisconnectReason, typed from its protocol.
LIVEKIT = (
    "unknown_reason client_initiated duplicate_identity server_shutdown participant_removed "
    "room_deleted state_mismatch join_failure migration signal_close room_closed user_unavailable "
    "user_rejected sip_trunk_failure connection_timeout media_failure agent_error"
)
LIVEKIT_NAMES = LIVEKIT.split()
REASON_WORDS = [reason.value for reason in R]


# --- spellings -----------------------------------------------------------------------------------


def pascal(word: str) -> str:
    return "".join(part.capitalize() for part in word.split("_"))


def camel(word: str) -> str:
    first, *others = word.split("_")
    return first + "".join(part.capitalize() for part in others)


def with_acronyms(word: str) -> str:
    """Return `SIPTrunkFailure` for `sip_trunk_failure`: the name a Go programmer would give it."""
    return "".join(part.upper() if part == "sip" else part.capitalize() for part in word.split("_"))


# Each is one way to write a word down; none of them is the word itself for every word.
SPELLINGS = {
    "upper": str.upper,
    "title": str.title,
    "swapcase": lambda word: word.capitalize().swapcase(),
    "kebab": lambda word: word.replace("_", "-"),
    "upper kebab": lambda word: word.upper().replace("_", "-"),
    "camel": camel,
    "pascal": pascal,
    "acronym": with_acronyms,
    "camel and kebab": lambda word: "-".join(part.capitalize() for part in word.split("_")),
    "dotted": lambda word: word.replace("_", "."),
    "slashed": lambda word: word.replace("_", "/"),
    "colons": lambda word: word.replace("_", "::"),
    "spaced": lambda word: word.replace("_", " "),
    "sentence": lambda word: word.replace("_", " ").capitalize(),
    "wide": lambda word: word.replace("_", " \t - \n"),
    "other spaces": lambda word: word.replace("_", "\N{NO-BREAK SPACE}\N{EM SPACE}"),
    "padded": lambda word: f"\n\t {word}\r\n",
    "padded and shouted": lambda word: f" {word.upper()} ",
    "padded to the limit": lambda word: word.ljust(64),
}


def oracle(text: str, words: set[str], aliases: set[str]) -> tuple[str | None, str]:
    """Return what an ASCII text names and how, by another hand: with regular expressions."""
    if text in words:
        return text, "exact"
    text = text.strip()
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    forms = [re.sub(r"[-./:\s]+", "_", form.casefold()) for form in (text, split)]
    for form in forms:
        if form in words:
            return form, "normalized"
    for form in forms:
        if form in aliases:
            return form, "alias"
    return None, "unrecognized"


ALIASES = {
    **{f"session_termination_reason_{word}": word for word in REASON_WORDS},
    **{f"disconnect_reason_{word}": word for word in LIVEKIT_NAMES},
}


# --- objects that are no words -------------------------------------------------------------------


def fails(*_: object, **__: object) -> NoReturn:
    raise RuntimeError("this object's code must not be run")


class Hostile:
    """Raises whatever is asked of it."""

    __eq__ = __ne__ = __hash__ = __str__ = __repr__ = __bool__ = __len__ = __iter__ = fails
    __getattribute__ = __getattr__ = __format__ = __index__ = __int__ = __lt__ = fails
    __class__ = property(fails)


class HostileText(str):
    """A text that raises whatever is asked of it."""

    __slots__ = ()
    __eq__ = __ne__ = __hash__ = __str__ = __repr__ = __len__ = __iter__ = __getitem__ = fails
    __getattribute__ = __format__ = __contains__ = __add__ = __lt__ = fails
    strip = casefold = lower = split = translate = replace = fails


class LyingText(str):
    """A text that claims to be another one."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("error")

    def __str__(self) -> str:
        return "error"

    def __len__(self) -> int:
        return 5

    strip = casefold = lower = __str__


class EqualsEverything:
    """What `unittest.mock.ANY` is: equal to every word there is."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


class HostileMeta(type):
    """A class that raises whatever is asked of it."""

    __instancecheck__ = __subclasscheck__ = __eq__ = __hash__ = __repr__ = __str__ = fails
    __name__ = property(fails)  # type: ignore[assignment]


class Referent:
    """Something a weak reference can be to."""


class VendorCode(enum.IntEnum):
    ROOM_DELETED = 5


class OtherEnum(enum.Enum):
    ERROR = "error"


def dead_proxy() -> object:
    return weakref.proxy(Referent())


def a_list_that_holds_itself() -> list[object]:
    found: list[object] = []
    found.append(found)
    return found


STRANGERS: dict[str, object] = {
    "hostile": Hostile(),
    "class": Hostile,
    "hostile class": HostileMeta("X", (), {})(),
    "hostile text": HostileText("no word of ours"),
    "lying text": LyingText("no word of ours"),
    "equals everything": EqualsEverything(),
    "dead proxy": dead_proxy(),
    "holds itself": a_list_that_holds_itself(),
    "true": True,
    "false": False,
    "zero": 0,
    "a vendor's number": 5,
    "long number": 10**5_000,
    "float": 1.5,
    "nan": math.nan,
    "complex": 1j,
    "decimal": decimal.Decimal("sNaN"),
    "bytes": b"error",
    "bytearray": bytearray(b"error"),
    "memoryview": memoryview(b"error"),
    "a vendor's enum": VendorCode.ROOM_DELETED,
    "another enum": OtherEnum.ERROR,
    "list": ["error"],
    "tuple": ("error",),
    "dict": {"error": "error"},
    "date": datetime.datetime(2026, 1, 1),
    "object": object(),
    "function": fails,
    "module": sys,
    "not implemented": NotImplemented,
    "ellipsis": ...,
    "empty text": "",
    "blank text": " \t\n",
    "separators": "-./:",
    "underscores": "___",
    "null": "\0",
    "surrogate": "\ud800error",
    "zero width": "error\N{ZERO WIDTH SPACE}",
    "another script": "еrror",  # The first letter is Cyrillic.
    "long text": "error" * 1_000,
    "65 characters": "error".ljust(65),
}
# By name: the test runner itself must not look at them.
STRANGE = pytest.mark.parametrize("name", STRANGERS)
STRANGE_OR_ABSENT = pytest.mark.parametrize("name", ["absent", *STRANGERS])


# --- the three doors -----------------------------------------------------------------------------


def test_the_three_doors_agree_on_every_spelling() -> None:
    """Three doors, one normalisation:"""
    texts = [spell(word) for word in REASON_WORDS for spell in SPELLINGS.values()]
    texts += [spell(alias) for alias in ALIASES for spell in SPELLINGS.values()]
    for text in texts:
        reading = read_termination_reason(text)
        assert coerce_termination_reason(text) is reading.reason
        if reading.via is Via.UNRECOGNIZED:
            with pytest.raises(UnknownReasonError):
                parse_termination_reason(text)
        else:
            assert parse_termination_reason(text) is reading.reason


@STRANGE
def test_coercion_never_raises(name: str) -> None:
    """Never raises, for any object whatever."""
    stranger = STRANGERS[name]
    assert coerce_termination_reason(stranger) is R.UNKNOWN
    assert read_termination_reason(stranger).via is Via.UNRECOGNIZED


@given(
    st.one_of(
        st.text(),
        st.text(alphabet=" \t\n-./:_aA", max_size=8),
        st.binary(),
        st.integers(),
        st.floats(),
        st.none(),
        kit.drifted_reasons(text_only=False),
    )
)
@example("")
@example(" ")
@example("-")
def test_coercion_always_answers_with_a_reason(value: object) -> None:
    """`coerce_termination_reason(value: object) -> SessionTerminationReason`: total."""
    answer = coerce_termination_reason(value)
    assert type(answer) is SessionTerminationReason


@STRANGE
def test_what_is_absent_or_not_recognised_is_unknown(name: str) -> None:
    """`None` and everything unrecognised give `UNKNOWN`."""
    stranger = STRANGERS[name]
    assert coerce_termination_reason(None) is R.UNKNOWN
    assert read_termination_reason(None) == (R.UNKNOWN, None, Via.ABSENT)
    assert read_termination_reason(stranger)[::2] == (R.UNKNOWN, Via.UNRECOGNIZED)


@given(st.one_of(st.text(), kit.drifted_reasons(), kit.reasons().map(str.title), st.none()))
def test_reading_gives_the_same_answer_with_the_evidence(value: str | None) -> None:
    """`read_termination_reason(value: object) -> ReasonReading`, a record `(reason, raw, via)`: the
    same answer with the evidence
    """
    reading = read_termination_reason(value)
    assert type(reading) is ReasonReading
    assert ReasonReading._fields == ("reason", "raw", "via")
    assert reading == (reading.reason, reading.raw, reading.via)
    assert reading.reason is coerce_termination_reason(value)


@STRANGE
def test_the_value_is_kept_as_given(name: str) -> None:
    """`raw` (the value as given, exactly, up to 64 characters of text; longer text is kept
    truncated and marked)
    """
    stranger = STRANGERS[name]
    raw = read_termination_reason(stranger).raw
    if not issubclass(type(stranger), str):
        assert raw is stranger
    elif str.__len__(stranger) <= 64:  # type: ignore[arg-type]
        # A text's own content, whatever its methods say.
        assert str.__eq__(stranger, str.__str__(raw)) is True  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["  Callee-Busy ", "callee_busy", "operator-busy", "x" * 64])
def test_text_up_to_64_characters_is_kept_whole(text: str) -> None:
    """`raw` (the value as given, exactly, up to 64 characters of text; longer text is kept
    truncated and marked)
    """
    assert read_termination_reason(text).raw == text


@pytest.mark.parametrize("length", [65, 66, 128, 100_000])
def test_longer_text_is_cut_to_63_characters_and_an_ellipsis(length: int) -> None:
    """`raw` (the value as given, exactly, up to 64 characters of text; longer text is kept
    truncated and marked)
    """
    text = ("0123456789" * length)[:length]
    for given_text in (text, HostileText(text)):
        reading = read_termination_reason(given_text)
        assert reading.reason is R.UNKNOWN
        assert reading.raw == ("0123456789" * 6) + "012…"
        assert len(str(reading.raw)) == 64


def test_each_door_a_word_can_come_in_by() -> None:
    """`via` (`exact`, `normalized`, `alias`, `absent`, `unrecognized`)."""
    values = {
        "exact": "room_deleted",
        "normalized": "Room deleted",
        "alias": "DisconnectReason.ROOM_DELETED",
        "absent": None,
        "unrecognized": "the room was deleted",
    }
    assert list(values) == list(Via)
    for via, value in values.items():
        assert read_termination_reason(value).via is Via(via)


def test_a_service_can_count_its_drift() -> None:
    """This is how a service counts drift without losing data."""
    column = ["error", "Error", "DisconnectReason.AGENT_ERROR", None, "busy", "busy", 486]
    readings = [read_termination_reason(value) for value in column]
    assert Counter(reading.via for reading in readings) == {
        "exact": 1,
        "normalized": 1,
        "alias": 1,
        "absent": 1,
        "unrecognized": 3,
    }
    assert [reading.raw for reading in readings] == column
    drift = Counter(r.raw for r in readings if r.via is Via.UNRECOGNIZED)
    assert drift == {"busy": 2, 486: 1}


@STRANGE
def test_a_reading_can_be_printed_whatever_was_read(name: str) -> None:
    """This is how a service counts drift without losing data."""
    stranger = STRANGERS[name]
    shown = repr(read_termination_reason(stranger))
    assert shown.startswith("ReasonReading(reason=unknown, raw=")
    assert len(shown) < 160
    assert shown.isprintable()


def test_the_strict_door_reads_what_the_others_recognise() -> None:
    """`parse_termination_reason(value: object) -> SessionTerminationReason`: strict."""
    for reason in R:
        assert parse_termination_reason(reason) is reason
        assert parse_termination_reason(reason.value) is reason
        assert parse_termination_reason(reason.value.upper()) is reason
        assert parse_termination_reason(f"SessionTerminationReason.{reason.name}") is reason


@STRANGE_OR_ABSENT
def test_the_strict_door_refuses_everything_else(name: str) -> None:
    """Raises `UnknownReasonError` (a `ValueError`) with the closest known values for anything that
    is not exact, normalized or an alias.
    """
    stranger = STRANGERS.get(name)
    with pytest.raises(UnknownReasonError) as caught:
        parse_termination_reason(stranger)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, SessionLifecycleError)
    assert type(caught.value.suggestions) is tuple
    assert set(caught.value.suggestions) <= set(REASON_WORDS)


@pytest.mark.parametrize("reason", R)
def test_a_slip_of_the_pen_is_told_what_was_meant(reason: SessionTerminationReason) -> None:
    """Raises `UnknownReasonError` (a `ValueError`) with the closest known values for anything that
    is not exact, normalized or an alias.
    """
    word = reason.value
    for slip in (f"{word}x", f"x{word}", f"{word[:3]}{word[4:]}", f" {word.upper()}Q"):
        with pytest.raises(UnknownReasonError) as caught:
            parse_termination_reason(slip)
        assert caught.value.value == slip
        assert caught.value.suggestions[0] == word
        assert all(type(suggestion) is str for suggestion in caught.value.suggestions)
        assert f"'{word}'" in str(caught.value)


def test_nothing_close_is_no_suggestion() -> None:
    """Raises `UnknownReasonError` (a `ValueError`) with the closest known values for anything that
    is not exact, normalized or an alias.
    """
    for stranger in ("qqqqqqqq", "", 486, None, "callee_busy" * 100):
        with pytest.raises(UnknownReasonError) as caught:
            parse_termination_reason(stranger)
        assert caught.value.suggestions == ()


# --- normalisation -------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", R)
def test_a_member_is_itself(reason: SessionTerminationReason) -> None:
    """an enum member is itself"""
    assert coerce_termination_reason(reason) is reason
    assert parse_termination_reason(reason) is reason
    reading = read_termination_reason(reason)
    assert reading == (reason, reason, Via.EXACT)
    assert reading.raw is reason


@pytest.mark.parametrize("word", REASON_WORDS)
def test_a_canonical_word_is_looked_up_as_it_is(word: str) -> None:
    """a `str` is looked up as it is"""
    # Built anew, so that it is not the very object in the table; and as a subclass.
    for text in ("".join(list(word)), HostileText(word)):
        assert coerce_termination_reason(text) is R(word)
        reading = read_termination_reason(text)
        assert reading.via is Via.EXACT
        assert reading.raw == word


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_every_spelling_of_every_reason(spell: Callable[[str], str]) -> None:
    """then stripped, case-folded, camelCase split, and runs of `-`, `.`, `/`, `:` and white space
    turned into one `_`
    """
    respelled = 0
    for word in REASON_WORDS:
        text = spell(word)
        reading = read_termination_reason(text)
        assert reading.reason is coerce_termination_reason(text) is R(word), text
        assert parse_termination_reason(text) is R(word)
        assert reading.raw == text
        assert reading.via is (Via.EXACT if text == word else Via.NORMALIZED)
        respelled += text != word
    assert respelled >= 30, "this spelling changes hardly a word and tests nothing"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("SIPTrunkFailure", "sip_trunk_failure"),
        ("sipDialFailed", "sip_dial_failed"),
        ("SIPFailed", "sip_failed"),
        ("SIP-failed", "sip_failed"),
        ("calleeNOAnswer", "callee_no_answer"),
        ("Callee_noAnswer", "callee_no_answer"),
        ("CalleeBUSY", "callee_busy"),
        ("callee - busy", "callee_busy"),
        ("callee.:/busy", "callee_busy"),
        ("callee\x1fbusy", "callee_busy"),
        ("cAlLeE_bUsY", "callee_busy"),
        ("\N{LATIN SMALL LIGATURE ST}ale routing", "stale_routing"),  # Case-folded to two letters.
        ("un\N{KELVIN SIGN}nown", "unknown"),
        ("\N{LATIN SMALL LETTER LONG S}uperseded", "superseded"),  # Case-folded to an s.
    ],
)
def test_particular_spellings(text: str, word: str) -> None:
    """then looked up again"""
    assert read_termination_reason(text) == (R(word), text, Via.NORMALIZED)
    assert coerce_termination_reason(text) is parse_termination_reason(text) is R(word)


@pytest.mark.parametrize(
    "text",
    [
        "callee__busy",
        "_callee_busy",
        "callee_busy_",
        "-callee-busy",
        "callee-busy.",
        "callee_-busy",
        "callee_ busy",
        ": callee_busy",
        "callee,busy",
        "callee+busy",
        "callee\\busy",
        "callee\N{EN DASH}busy",
        "calleebusy",
        "CALLEEBUSY",
        "Calleebusy",
        "cAlleeBusy",
        "callee busy!",
        "'callee_busy'",
    ],
)
def test_what_the_normalisation_does_not_do(text: str) -> None:
    """then stripped, case-folded, camelCase split, and runs of `-`, `.`, `/`, `:` and white space
    turned into one `_`
    """
    assert read_termination_reason(text) == (R.UNKNOWN, text, Via.UNRECOGNIZED)
    assert coerce_termination_reason(text) is R.UNKNOWN


ASCII_SOUP = st.text(alphabet="aAbBeErRoO_-./: \t5", max_size=12)


@given(
    st.one_of(
        ASCII_SOUP,
        # More ways than `drifted_reasons` has: what is not read is as good, the other hand says so.
        st.builds(
            lambda word, case, sep, pad: f"{pad}{case(word).replace('_', sep)}{pad}",
            st.sampled_from([*REASON_WORDS, *ALIASES]),
            st.sampled_from([str.lower, str.upper, str.title, pascal, camel, with_acronyms]),
            st.sampled_from(["_", "-", ".", "/", ":", " ", "::", " - ", "__", "", "-_"]),
            st.sampled_from(["", " ", "\t\n", "-", "_", "."]),
        ).filter(lambda text: len(text) <= 64),
    )
)
@example("error")
@example("DisconnectReason.ERROR")
def test_the_normalisation_agrees_with_one_written_by_another_hand(text: str) -> None:
    """then looked up again"""
    found, via = oracle(text, set(REASON_WORDS), set(ALIASES))
    reading = read_termination_reason(text)
    assert reading.via == via
    assert reading.reason is coerce_termination_reason(text)
    if found is None:
        assert reading.reason is R.UNKNOWN
    else:
        assert reading.reason == ALIASES.get(found, found)


def test_spellings_worked_out_beforehand_are_what_the_normalisation_finds() -> None:
    """then looked up again"""
    # The one look behind the curtain: tables for speed must not know other words than the rule.
    checked = 0
    for table in vars(_coercion).values():
        if not isinstance(table, dict) or not all(type(key) is str for key in table):
            continue
        if not table or {type(word) for word in table.values()} != {SessionTerminationReason}:
            continue
        for spelling, reason in table.items():
            if spelling not in ALIASES:
                assert reason.value in (spelling, *_spelling.normal_forms(spelling))
            found, via = oracle(spelling, set(REASON_WORDS), set(ALIASES))
            assert reason == ALIASES.get(str(found), found)
            assert read_termination_reason(spelling) == (reason, spelling, via)
            checked += 1
    assert checked > 200


def test_a_number_at_the_end_of_a_word_is_no_part_of_the_normalisation() -> None:
    """then looked up again"""
    for text in ("error5", "error_5", "Error 5", "5"):
        assert coerce_termination_reason(text) is R.UNKNOWN


# --- aliases -------------------------------------------------------------------------------------


def test_the_alias_table_is_small_dated_and_says_where_each_was_seen() -> None:
    """then in the alias table (small, dated, each alias with the place where it was seen, e.g.
    member names with a class prefix like `DisconnectReason.ROOM_DELETED` or
    `SessionTerminationReason.ERROR`).
    """
    assert type(REASON_ALIASES) is MappingProxyType
    assert {alias: row.reason.value for alias, row in REASON_ALIASES.items()} == ALIASES
    assert len(REASON_ALIASES) == 46 + 17
    for alias, row in REASON_ALIASES.items():
        assert row.alias == alias
        assert len(alias) <= 64, "it could never be found"
        assert datetime.date.fromisoformat(row.date) >= datetime.date(2026, 1, 1)
        assert len(row.seen) > 10


@pytest.mark.parametrize("reason", R)
def test_a_members_name_behind_its_class(reason: SessionTerminationReason) -> None:
    """then in the alias table (small, dated, each alias with the place where it was seen, e.g.
    member names with a class prefix like `DisconnectReason.ROOM_DELETED` or
    `SessionTerminationReason.ERROR`).
    """
    for text in (
        f"SessionTerminationReason.{reason.name}",
        f"SessionTerminationReason.{reason.value}",
        f"SessionTerminationReason::{pascal(reason.value)}",
        f"session_termination_reason_{reason.value}",
        f" SESSION_TERMINATION_REASON_{reason.name} ",
    ):
        assert read_termination_reason(text) == (reason, text, Via.ALIAS)
        assert parse_termination_reason(text) is reason


@pytest.mark.parametrize("reason", R)
def test_livekits_class_is_a_prefix_for_livekits_names_only(
    reason: SessionTerminationReason,
) -> None:
    """then in the alias table (small, dated, each alias with the place where it was seen, e.g.
    member names with a class prefix like `DisconnectReason.ROOM_DELETED` or
    `SessionTerminationReason.ERROR`).
    """
    theirs = reason.value in LIVEKIT_NAMES
    for text in (
        f"DisconnectReason.{reason.name}",
        f"DisconnectReason_{reason.name}",
        f"DisconnectReason.{pascal(reason.value)}",
        f"disconnect_reason_{reason.value}",
        f"DISCONNECT_REASON_{reason.name}",
    ):
        expected = (reason, text, Via.ALIAS) if theirs else (R.UNKNOWN, text, Via.UNRECOGNIZED)
        assert read_termination_reason(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "EndReason.ERROR",
        "SessionStatus.ERROR",
        "Reason.ERROR",
        "livekit.DisconnectReason.ROOM_DELETED",
        "DisconnectReason.DisconnectReason.ROOM_DELETED",
        "SessionTerminationReason.DisconnectReason.ROOM_DELETED",
        "DisconnectReason.",
        "DisconnectReason",
        "DisconnectReason.5",
        "<SessionTerminationReason.ERROR: 'error'>",
    ],
)
def test_no_other_prefix_is_stripped(text: str) -> None:
    """then in the alias table (small, dated, each alias with the place where it was seen, e.g.
    member names with a class prefix like `DisconnectReason.ROOM_DELETED` or
    `SessionTerminationReason.ERROR`).
    """
    assert coerce_termination_reason(text) is R.UNKNOWN


# --- no fuzzy matching ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["operator-busy", "busy", "callee", "callee_bussy", "calle_busy", "busy_callee", "room_delete"],
)
def test_likeness_is_no_match(text: str) -> None:
    """No fuzzy matching, ever: `operator-busy` is not `callee_busy`."""
    assert read_termination_reason(text) == (R.UNKNOWN, text, Via.UNRECOGNIZED)


@pytest.mark.parametrize("word", REASON_WORDS)
def test_one_letter_off_is_another_word(word: str) -> None:
    """No fuzzy matching, ever: `operator-busy` is not `callee_busy`."""
    places = range(len(word))
    slips = {word[:i] + word[i + 1 :] for i in places}
    slips |= {word[:i] + letter + word[i:] for i in places for letter in "xe"}
    slips |= {word[:i] + letter + word[i + 1 :] for i in places for letter in "xe"}
    slips |= {word[:i] + word[i + 1 : i + 2] + word[i] + word[i + 2 :] for i in places}
    slips |= {word + word, word + "s", word[::-1], word[: len(word) // 2]}
    for slip in slips - set(REASON_WORDS):
        assert coerce_termination_reason(slip) is R.UNKNOWN, slip


# --- what is no text -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        *(True, False, *range(-1, 20), 486, 1.0, 5.0, math.nan, math.inf, 5j),
        *(decimal.Decimal(5), VendorCode.ROOM_DELETED, b"error", bytearray(b"error")),
        memoryview(b"error"),
    ],
    ids=lambda value: f"{type(value).__name__} {value}"[:20],
)
def test_numbers_and_bytes_are_the_crosswalks_business(value: object) -> None:
    """`bool`, numbers and `bytes` are unrecognised here (vendor numbers go through the crosswalk,
    which knows whose numbers they are).
    """
    reading = read_termination_reason(value)
    assert reading.reason is R.UNKNOWN
    assert reading.via is Via.UNRECOGNIZED
    assert reading.raw is value


@pytest.mark.parametrize("text", ["5", "486", "0", "-1", "true", "null", "none", "nan", "1.0"])
def test_a_number_written_out_is_no_word_either(text: str) -> None:
    """`bool`, numbers and `bytes` are unrecognised here (vendor numbers go through the crosswalk,
    which knows whose numbers they are).
    """
    assert read_termination_reason(text).via is Via.UNRECOGNIZED


# --- laws ----------------------------------------------------------------------------------------


@given(st.text() | kit.drifted_reasons(recognized=True) | st.sampled_from([*ALIASES]))
def test_coercing_twice_changes_nothing(text: str) -> None:
    """Laws: idempotent"""
    once = coerce_termination_reason(text)
    assert coerce_termination_reason(once) is once
    assert coerce_termination_reason(once.value) is once
    assert read_termination_reason(once) == (once, once, Via.EXACT)


def test_canonical_words_stand_for_themselves() -> None:
    """canonical values are fixed points"""
    for reason in R:
        assert coerce_termination_reason(reason.value) == reason.value
        assert parse_termination_reason(reason.value) == reason.value
        assert read_termination_reason(reason.value).via is Via.EXACT
        # Also when pickled and read back: what a queue between two services does to it.
        assert coerce_termination_reason(pickle.loads(pickle.dumps(reason.value))) is reason


def test_aliases_stay_out_of_the_way() -> None:
    """an alias never shadows a canonical value"""
    assert set(REASON_ALIASES).isdisjoint(REASON_WORDS)
    for word in REASON_WORDS:
        for spell in SPELLINGS.values():
            assert spell(word) not in REASON_ALIASES
            assert read_termination_reason(spell(word)).via is not Via.ALIAS
    for alias, row in REASON_ALIASES.items():
        assert read_termination_reason(alias) == (row.reason, alias, Via.ALIAS)


def test_the_limit_is_64_characters() -> None:
    """cost is bounded whatever the length of the input (text over 64 characters is never scanned
    whole).
    """
    for word in REASON_WORDS:
        assert read_termination_reason(word.rjust(64)) == (R(word), word.rjust(64), "normalized")
        assert read_termination_reason(word.rjust(65)).via is Via.UNRECOGNIZED
        assert read_termination_reason(HostileText(word.rjust(65))).via is Via.UNRECOGNIZED
        assert read_termination_reason(word.ljust(65)).via is Via.UNRECOGNIZED


READERS = {
    "coerce reason": coerce_termination_reason,
    "read reason": read_termination_reason,
    "parse reason": parse_termination_reason,
    "coerce status": coerce_session_status,
    "parse status": parse_session_status,
    "parse event": parse_session_event,
}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS.keys())
@pytest.mark.parametrize("kind", [str, HostileText])
def test_a_long_text_is_not_read_to_its_end(
    reader: Callable[[object], object], kind: type[str]
) -> None:
    """cost is bounded whatever the length of the input (text over 64 characters is never scanned
    whole).
    """
    length = 16_000_000

    def used(text: str) -> None:
        try:
            reader(text)
        except ValueError as error:
            str(error)

    used(kind("warm up, and be imported " * 4))
    # A hash is kept with its text: each text is read once only.
    fastest = reading = math.inf
    for letter in "abc":
        plain, text = letter * length, kind(letter * length)
        begun = time.perf_counter()
        hash(plain)
        reading = min(reading, time.perf_counter() - begun)
        tracemalloc.start()
        used(text)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000, "it was copied"
        tracemalloc.stop()
        text = kind(letter * (length + 1))
        begun = time.perf_counter()
        used(text)
        fastest = min(fastest, time.perf_counter() - begun)
    assert fastest < reading / 2, "it was scanned"


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS.keys())
def test_long_bytes_are_not_copied(reader: Callable[[object], object]) -> None:
    """cost is bounded whatever the length of the input (text over 64 characters is never scanned
    whole).
    """
    value = bytes(16_000_000)
    tracemalloc.start()
    try:
        said = repr(reader(value))
    except SessionLifecycleError as error:
        said = str(error)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used < 1_000_000
    assert len(said) < 400


def test_a_developers_own_words_are_read_here_as_anybodys() -> None:
    """A vendor's words go through the crosswalk (section 7) first: LiveKit's own default shutdown
    string `user requested` is the developer's code speaking, and would normalise to
    `user_requested`.
    """
    assert read_termination_reason("user requested") == (
        R.USER_REQUESTED,
        "user requested",
        Via.NORMALIZED,
    )


# --- statuses and events -------------------------------------------------------------------------


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_statuses_and_events_have_the_same_normalisation(spell: Callable[[str], str]) -> None:
    """Statuses get the opposite default, and so their own door"""
    for status in SessionStatus:
        text = spell(status.value)
        assert coerce_session_status(text) is parse_session_status(text) is status
    for event in SessionEvent:
        assert parse_session_event(spell(event.value)) is event


def test_members_are_themselves_at_every_door() -> None:
    """Statuses get the opposite default, and so their own door"""
    for status in SessionStatus:
        assert coerce_session_status(status) is parse_session_status(status) is status
        assert coerce_session_status(HostileText(status.value)) is status
    for event in SessionEvent:
        assert parse_session_event(event) is event
        assert parse_session_event(HostileText(event.value)) is event


def test_the_opposite_default() -> None:
    """Statuses get the opposite default, and so their own door"""
    assert coerce_termination_reason("hibernating") is R.UNKNOWN
    assert coerce_session_status("hibernating") is None
    # A word of another vocabulary is a stranger here.
    for word in set(REASON_WORDS) - {"transferred", "error", "superseded"}:
        assert coerce_session_status(word) is None


@STRANGE_OR_ABSENT
def test_parsing_a_status_is_strict(name: str) -> None:
    """`parse_session_status` is strict"""
    stranger = STRANGERS.get(name)
    with pytest.raises(UnknownStatusError) as caught:
        parse_session_status(stranger)
    assert set(caught.value.suggestions) <= {status.value for status in SessionStatus}


@STRANGE_OR_ABSENT
def test_an_unknown_status_is_none(name: str) -> None:
    """`coerce_session_status` returns `None` for what it does not know, because an unknown status
    must neither end a live call nor count as live.
    """
    stranger = STRANGERS.get(name)
    assert coerce_session_status(stranger) is None


@pytest.mark.parametrize(
    "text", ["SessionStatus.ACTIVE", "session_status_active", "activ", "ACTIVE!", "ended", "live"]
)
def test_no_alias_and_no_likeness_makes_a_status(text: str) -> None:
    """`coerce_session_status` returns `None` for what it does not know, because an unknown status
    must neither end a live call nor count as live.
    """
    assert coerce_session_status(text) is None


@STRANGE_OR_ABSENT
def test_parsing_an_event_is_strict(name: str) -> None:
    """Strict readers for the words that cross a wire: `parse_session_status`,
    `parse_session_event`.
    """
    stranger = STRANGERS.get(name)
    with pytest.raises(UnknownEventError) as caught:
        parse_session_event(stranger)
    assert set(caught.value.suggestions) <= {event.value for event in SessionEvent}


def test_a_mistyped_status_or_event_is_told_what_was_meant() -> None:
    """`parse_session_status` is strict"""
    for status in SessionStatus:
        with pytest.raises(UnknownStatusError) as unknown_status:
            parse_session_status(f"{status.value}x")
        assert unknown_status.value.suggestions[0] == status.value
    for event in SessionEvent:
        with pytest.raises(UnknownEventError) as unknown_event:
            parse_session_event(f"{event.value}x")
        assert unknown_event.value.suggestions[0] == event.value


# --- what the strict doors say -------------------------------------------------------------------

FOREIGN: dict[str, object] = {
    "none": None,
    "empty": "",
    "short": "hang_up",
    "64 characters": "x" * 64,
    "65 characters": "x" * 65,
    "a novel": "chapter one " * 10_000,
    "lines": "a\nb\r\n\tc",
    "escapes": "\x1b[31mred\x1b[0m",
    "64 nulls": "\0" * 64,
    "64 backslashes": "\\" * 64,
    "both quotes": "'\"" * 40,
    "surrogates": "\ud800" * 64,
    "right to left": "\N{RIGHT-TO-LEFT OVERRIDE}evil" * 8,
    "lines of another kind": "a\N{LINE SEPARATOR}b\N{NEXT LINE}c",
    "hostile text": HostileText("\n" * 70),
    "bytes": b"\x00\n" * 1_000,
    "long number": 10**5_000,
    "object": Hostile(),
    "a long list": ["x" * 100] * 100,
    "a class with a long name": type("x" * 1_000, (), {})(),
    "a class with a name of control characters": type("x\n\x1b[31m", (), {})(),
}
STRICT = {
    parse_termination_reason: (UnknownReasonError, "a termination reason"),
    parse_session_status: (UnknownStatusError, "a session status"),
    parse_session_event: (UnknownEventError, "a session event"),
}
STRICT_DOORS = pytest.mark.parametrize("door", STRICT, ids=lambda door: door.__name__)


def refusal(door: Callable[[object], object], value: object) -> UnknownReasonError:
    with pytest.raises(SessionLifecycleError) as caught:
        door(value)
    assert type(caught.value) is STRICT[door][0]
    return caught.value  # type: ignore[return-value]


@STRICT_DOORS
@pytest.mark.parametrize("name", FOREIGN)
def test_a_refusal_prints_little_of_what_it_was_given(
    door: Callable[[object], object], name: str
) -> None:
    """Facts as attributes; what was given, what was expected, what to do; they pickle, copy, and
    never print more than 64 characters of foreign text, escaped.
    """
    message = str(refusal(door, FOREIGN[name]))
    given_part, what, rest = message.partition(f" is not {STRICT[door][1]}.")
    assert what
    # Between quotes, or behind an article: two characters of ours.
    assert len(given_part) <= 64 + 2
    assert "Expected one of the " in rest
    assert message.isprintable()


@STRICT_DOORS
def test_a_refusal_says_what_was_given_and_what_was_expected(
    door: Callable[[object], object],
) -> None:
    """Facts as attributes; what was given, what was expected, what to do; they pickle, copy, and
    never print more than 64 characters of foreign text, escaped.
    """
    assert str(refusal(door, "qqqq")).startswith("'qqqq' is not ")
    assert str(refusal(door, "a\nb")).startswith(r"'a\nb' is not ")
    assert str(refusal(door, 486)).startswith("486 is not ")
    assert str(refusal(door, True)).startswith("True is not ")
    assert str(refusal(door, None)).startswith("None is not ")
    assert str(refusal(door, b"error")).startswith("b'error' is not ")
    assert str(refusal(door, ["error"])).startswith("a list is not ")


def test_a_refusal_counts_what_it_expected() -> None:
    """Facts as attributes; what was given, what was expected, what to do; they pickle, copy, and
    never print more than 64 characters of foreign text, escaped.
    """
    assert "46 members of SessionTerminationReason" in str(refusal(parse_termination_reason, "x"))
    assert "read_termination_reason" in str(refusal(parse_termination_reason, "x"))
    assert "11 members of SessionStatus" in str(refusal(parse_session_status, "x"))
    assert "coerce_session_status" in str(refusal(parse_session_status, "x"))
    assert "14 members of SessionEvent" in str(refusal(parse_session_event, "x"))


@STRICT_DOORS
def test_a_refusal_keeps_its_facts(door: Callable[[object], object]) -> None:
    """Facts as attributes; what was given, what was expected, what to do; they pickle, copy, and
    never print more than 64 characters of foreign text, escaped.
    """
    whole, cut = refusal(door, "x" * 64), refusal(door, "x" * 65)
    assert whole.value == "x" * 64
    assert cut.value == "x" * 63 + "…"
    for value in (None, 486, b"error", ["error"]):
        assert refusal(door, value).value is value


@STRICT_DOORS
@pytest.mark.parametrize("value", ["calee_bussy", "x" * 65, "a\nb", 486, None, ("error",), b"x"])
def test_a_refusal_survives_pickling_and_copying(
    door: Callable[[object], object], value: object
) -> None:
    """Facts as attributes; what was given, what was expected, what to do; they pickle, copy, and
    never print more than 64 characters of foreign text, escaped.
    """
    error = refusal(door, value)
    copies = [copy.copy(error), copy.deepcopy(error)]
    protocols = range(pickle.HIGHEST_PROTOCOL + 1)
    copies += [pickle.loads(pickle.dumps(error, protocol)) for protocol in protocols]
    for twin in copies:
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert (twin.value, twin.suggestions) == (error.value, error.suggestions)
        assert twin.args == error.args


@pytest.mark.parametrize("error", [error for error, _ in STRICT.values()])
def test_a_refusal_can_be_made_by_hand(error: type[UnknownReasonError]) -> None:
    """Facts as attributes; what was given, what was expected, what to do; they pickle, copy, and
    never print more than 64 characters of foreign text, escaped.
    """
    assert issubclass(error, ValueError)
    assert issubclass(error, SessionLifecycleError)
    made = error("hang_up")
    assert (made.value, made.suggestions) == ("hang_up", ())
    assert "closest" not in str(made)
    assert "The closest known: 'error', 'unknown'." in str(error("x", ("error", "unknown")))


def test_at_most_three_words_are_suggested_nearest_first() -> None:
    """`.suggestions` holds the closest known words."""
    # `callee_declined` is alike enough, and a fourth.
    suggested = refusal(parse_termination_reason, "calle_no").suggestions
    assert suggested == ("callee_not_found", "callee_no_answer", "callee_busy")


def test_a_reading_shows_what_it_was_read_from() -> None:
    reading = read_termination_reason("operator-busy")
    assert repr(reading) == "ReasonReading(reason=unknown, raw='operator-busy', via=unrecognized)"
    assert repr(read_termination_reason(486)).split(", ")[1] == "raw=486"


def test_the_aliases_in_order() -> None:
    """Ours in the order of the reasons, then LiveKit's in the order of its numbers."""
    assert list(REASON_ALIASES) == [
        *(f"session_termination_reason_{word}" for word in REASON_WORDS),
        *(f"disconnect_reason_{word}" for word in LIVEKIT_NAMES),
    ]


def test_every_alias_says_where_and_when_it_was_seen() -> None:
    """The place where it was seen, for whoever wonders one day whether it still is."""
    ours, theirs = REASON_ALIASES["session_termination_reason_error"], "disconnect_reason_migration"
    assert ours.seen == "str() of a member of class SessionTerminationReason(str, Enum)"
    assert REASON_ALIASES[theirs].seen == (
        "LiveKit client SDKs: DisconnectReason.ROOM_DELETED; in Go with a _"
    )
    assert {row.date for row in REASON_ALIASES.values()} == {"2026-11-23"}
