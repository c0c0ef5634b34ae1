"""Section 3: any text, and any JSON value, through every door, beside the oracle's second reading.

Laws: the coercing doors are total and answer with a member; the three doors for reasons, and the
two for statuses and for events, tell one story; a reading comes to the same when it is read again;
what is kept and printed of foreign text is bounded and printable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

from session_lifecycle import (
    REASON_ALIASES,
    CoercionVia,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
    UnknownEventError,
    UnknownReasonError,
    UnknownStatusError,
    coerce_session_status,
    coerce_termination_reason,
    parse_session_event,
    parse_session_status,
    parse_termination_reason,
    read_termination_reason,
)
from tests.fuzz import mutations
from tests.fuzz.inputs import HOSTILE, as_lines, json_of, text_of, vendors_words
from tests.oracle.cases_coercion import cases
from tests.oracle.coercion import read_reason, read_word
from tests.oracle.spec import EVENTS, STATUSES

# Some more than the 64 characters that a word may have, each up to four bytes long.
MAX_LEN = 300
mutate = mutations.spelling


class _Liar(str):
    """A text whose own methods are not to be asked."""

    __slots__ = ()

    def _refuse(self, *_: object) -> Any:
        raise AssertionError("a method of foreign text was called")

    strip = lower = casefold = isascii = translate = __getitem__ = __len__ = _refuse
    __eq__ = __str__ = __repr__ = __hash__ = _refuse


def seeds() -> Iterator[bytes]:
    """Yield what the vectors ask, vendors' words, aliases, and JSON values."""
    asked = [case.given["value"] for case in cases()]
    texts = [text for text in asked if isinstance(text, str)]
    words = vendors_words("livekit.agents_close_reason", "retell.disconnection_reason")
    for text in dict.fromkeys([*texts, *REASON_ALIASES, *words]):
        yield text.encode()
    for value in HOSTILE:
        yield as_lines([value])[:MAX_LEN]


def check(data: bytes) -> None:
    """Ask every door for the text, for the bytes, and for the JSON value they are."""
    text = text_of(data)
    _check_reason(text)
    _check_others(text)
    assert coerce_termination_reason(_Liar(text)) is coerce_termination_reason(text)
    assert coerce_session_status(_Liar(text)) is coerce_session_status(text)
    assert read_termination_reason(data) == (_UNKNOWN, data, CoercionVia.UNRECOGNIZED)
    try:
        value = json_of(data)
    except ValueError:
        return
    _check_reason(value)
    _check_others(value)


_UNKNOWN = SessionTerminationReason.UNKNOWN


def _check_reason(value: object) -> None:
    reason = coerce_termination_reason(value)
    assert type(reason) is SessionTerminationReason
    assert coerce_termination_reason(reason) is reason
    assert coerce_termination_reason(str(reason)) is reason
    reading = read_termination_reason(value)
    expected = read_reason(value)
    assert (reading.reason, reading.via) == (expected["reason"], expected["via"])
    assert reading.reason is reason
    if isinstance(value, str):
        assert reading.raw == expected["raw"]
        assert coerce_termination_reason(reading.raw) is reason
    else:
        assert reading.raw is value
    assert len(repr(reading)) < 300
    assert repr(reading).isprintable()
    found = _parsed(parse_termination_reason, value, UnknownReasonError, SessionTerminationReason)
    assert found is (reason if expected["accepted"] else None)


def _check_others(value: object) -> None:
    status = coerce_session_status(value)
    assert status == read_word(value, STATUSES)
    assert status is None or type(status) is SessionStatus
    assert _parsed(parse_session_status, value, UnknownStatusError, SessionStatus) is status
    event = _parsed(parse_session_event, value, UnknownEventError, SessionEvent)
    assert event == read_word(value, EVENTS)


def _parsed(
    door: Callable[[object], Any], value: object, error: type[Any], words: type[StrEnum]
) -> object:
    """What a strict door answers; `None` if it refuses, in a way that it may."""
    refusal = None
    try:
        found = door(value)
    except error as caught:
        found, refusal = None, caught
    if refusal is None:
        assert type(found) is words
        return found
    assert len(str(refusal)) < 600
    assert str(refusal).isprintable()
    assert repr(refusal).isprintable()
    assert len(refusal.suggestions) <= 3
    assert set(refusal.suggestions) <= set(words)
    return None
