"""Drifted words: what stands in a row or a request where one of our words should.

A library's own tests draw its own words. Production draws from elsewhere: a vendor's table, another
team's spelling, a typo, and now and then something that was meant to break a parser.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar, overload

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from session_lifecycle._coercion import (
    ReasonReading,
    coerce_session_status,
    read_termination_reason,
)
from session_lifecycle._words import CoercionVia, SessionStatus, SessionTerminationReason
from session_lifecycle.testing._mix import among, mixed
from session_lifecycle.testing._named import named
from session_lifecycle.testing._texts import (
    HOSTILE,
    NEAR_MISSES,
    is_storable,
    other_spellings,
    slips,
    strange_texts,
)
from session_lifecycle.testing._vendor_words import every_vendor_word
from session_lifecycle.testing._words import REASONS, reasons, statuses

_T = TypeVar("_T")

_NO_TEXTS: tuple[object, ...] = (
    *(0, 5, 486, -1, 10**400, 1.5, float("nan"), True, False),
    *(b"agent_initiated", b"\xff", (), [], {"reason": "error"}),
)
_STATUS_MISSES = ("ended", "completed", "hibernating", "in-progress", "done", "open", "live")


@overload
def drifted_reasons(
    *,
    recognized: bool | None = ...,
    storable: bool = ...,
    text_only: Literal[True] = ...,
) -> SearchStrategy[str]: ...
@overload
def drifted_reasons(
    *, recognized: bool | None = ..., storable: bool = ..., text_only: bool
) -> SearchStrategy[Any]: ...
@named
def drifted_reasons(
    *, recognized: bool | None = None, storable: bool = False, text_only: bool = True
) -> SearchStrategy[Any]:
    """Return a strategy for what stands where a termination reason should.

    Every word of the crosswalk's vendors; our words in others' spellings; near misses and slips;
    hostile text: empty, NUL, half surrogates, right to left, escapes, 10,000 characters.

    It shrinks to `operator-busy`, or to `AGENT_INITIATED` if it must be recognised.

    Args:
        recognized: `True` for text that reads as a reason, `False` for text that does not.
        storable: only what a UTF-8 column of 64 characters takes: no NUL, no half surrogate.
        text_only: `False` for numbers, booleans, bytes and containers as well.

    Example: `drifted_reasons(recognized=False, storable=True)`, for rows of a test database.
    """
    spelled = other_spellings(reasons(), prefixed=True)
    if recognized:
        return spelled  # All of them are storable.
    texts = _drifted(NEAR_MISSES, spelled, list(SessionTerminationReason), "reason", storable)
    found = texts if text_only else mixed((4, texts), (1, among(_NO_TEXTS)))
    return found if recognized is None else found.filter(_is_no_reason)


def _is_no_reason(word: object) -> bool:
    return read_termination_reason(word).via is CoercionVia.UNRECOGNIZED


@overload
def drifted_statuses(
    *,
    recognized: bool | None = ...,
    storable: bool = ...,
    text_only: Literal[True] = ...,
) -> SearchStrategy[str]: ...
@overload
def drifted_statuses(
    *, recognized: bool | None = ..., storable: bool = ..., text_only: bool
) -> SearchStrategy[Any]: ...
@named
def drifted_statuses(
    *, recognized: bool | None = None, storable: bool = False, text_only: bool = True
) -> SearchStrategy[Any]:
    """Return a strategy for what stands where a session status should.

    As `drifted_reasons`, with the vendors' words for where a call stands. It shrinks to `ended`, or
    to `ACTIVE` if it must be recognised.

    Args:
        recognized: `True` for text that reads as a status, `False` for text that does not.
        storable: only what a UTF-8 column of 64 characters takes.
        text_only: `False` for numbers, booleans, bytes and containers as well.

    Example: `drifted_statuses(recognized=False)`: each must neither end a call nor count as live.
    """
    spelled = other_spellings(statuses())
    if recognized:
        return spelled
    texts = _drifted(_STATUS_MISSES, spelled, list(SessionStatus), "status", storable)
    found = texts if text_only else mixed((4, texts), (1, among(_NO_TEXTS)))
    return found if recognized is None else found.filter(_is_no_status)


def _is_no_status(word: object) -> bool:
    return coerce_session_status(word) is None


def _drifted(
    misses: Sequence[str],
    spelled: SearchStrategy[str],
    words: Sequence[Any],
    kind: Literal["reason", "status"],
    storable: bool,
) -> SearchStrategy[str]:
    keep: Callable[[str], bool] = is_storable if storable else _anything
    # Deferred: the vendors' tables are loaded when the first word is drawn.
    vendors = st.deferred(lambda: among(list(filter(keep, every_vendor_word((kind,))))))
    return mixed(
        (2, among(misses)),
        (2, spelled),
        (4, vendors),
        (2, among(list(filter(keep, HOSTILE)))),
        (1, slips(words)),
        (1, strange_texts(storable=storable)),
    )


def _anything(_: str) -> bool:
    return True


@named
def reason_readings() -> SearchStrategy[ReasonReading]:
    """Return a strategy for readings: a reason, with the value it was read from and by which door.

    By every door. It shrinks to a reading of `agent_initiated`.

    Example: `reason_readings().filter(lambda reading: reading.via == "alias")`.
    """
    values: SearchStrategy[object] = mixed(
        # Nothing at all among them: by itself it would be simpler than any reason.
        (3, among((*REASONS, *map(str.__str__, REASONS), *[None] * 24))),
        (2, drifted_reasons(recognized=True)),
        (3, drifted_reasons(text_only=False)),
    )
    return values.map(read_termination_reason)
