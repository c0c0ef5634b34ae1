"""Text that was never one of our words, and how our words are spelled by others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from session_lifecycle._words import MAX_WORD_LENGTH
from session_lifecycle.testing._mix import among

# Close enough to one of our words for a person, and never close enough for the library.
NEAR_MISSES = (
    *("operator-busy", "busy", "hangup", "completed", "no answer", "timed_out", "callee_bussy"),
    *("callee__busy", "_agent_initiated", "agent_initiated!", "agent\u200binitiated", "end_call"),
    *("DisconnectReason.RESOLVED", "errors", "unkown", "null", "None", "0", "486", "true"),
)
# For columns and bodies: what breaks readers, printers, logs and databases.
HOSTILE = (
    *("", " ", "-", "\n", "Wackelkontakt", "مغلق", "\u202eresolved", "🤖", "e\u0301" * 20),
    *("a" * MAX_WORD_LENGTH, "a" * (MAX_WORD_LENGTH + 1), "error" + " " * 60),
    *("\x00", "agent_initiated\x00", "\x1b[31mred", "a\r\nSet-Cookie: b=c", "%s%n{0}"),
    *("'; DROP TABLE sessions; --", "\\", "<script>", '{"reason": null}', "\uffff"),
    *("\ud800", "\udfff\ud800", "resolved\udc80", "left" * 2_500, "_" * 10_000),
)


def is_storable(text: str) -> bool:
    """Return whether a UTF-8 column of 64 characters takes a text."""
    if len(text) > MAX_WORD_LENGTH or "\x00" in text:
        return False
    return not any("\ud800" <= char <= "\udfff" for char in text)


KEPT_WORDS = tuple(filter(is_storable, (*NEAR_MISSES, *HOSTILE)))
"""Words that could not be coerced, as a claim keeps them: storable."""


def strange_texts(*, storable: bool) -> SearchStrategy[str]:
    """Return a strategy for text of any kind, short for the most part."""
    if storable:
        return st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=64)
    return st.text(st.characters(), max_size=80)


def _camel(word: str) -> str:
    first, *others = word.split("_")
    return first + "".join(map(str.capitalize, others))


# Each gives text which reads as the word it was made from.
_SPELLINGS: tuple[Callable[[str], str], ...] = (
    str.upper,
    lambda word: word.replace("_", "-"),
    lambda word: word.replace("_", " ").capitalize(),
    lambda word: word.replace("_", " ").title(),
    _camel,
    lambda word: _camel(f"_{word}"),
    lambda word: word.replace("_", ".").upper(),
    lambda word: word.replace("_", " - "),
    lambda word: word.replace("_", ":/").title(),
    lambda word: f"  {word}\r\n",
    lambda word: f"\u00a0{word.replace('_', chr(0x2003))}\u3000",
    lambda word: word.replace("s", "\u017f").replace("k", "\u212a"),
)
_PREFIXES: tuple[Callable[[str], str], ...] = (
    lambda word: f"SessionTerminationReason.{word.upper()}",
    lambda word: f"session-termination-reason-{word}",
)


def other_spellings(
    words: SearchStrategy[StrEnum], *, prefixed: bool = False
) -> SearchStrategy[str]:
    """Return a strategy for words of ours as others spell them; each is read as the word.

    Args:
        words: the words.
        prefixed: also with the name of the class in front, as only reasons may be.
    """
    ways = (*_SPELLINGS, *_PREFIXES) if prefixed else _SPELLINGS
    return st.builds(_spelled, words, among(ways))


def _spelled(word: StrEnum, way: Callable[[str], str]) -> str:
    return way(word.value)


def slips(words: Sequence[StrEnum]) -> SearchStrategy[str]:
    """Return a strategy for words of ours with one letter lost, doubled or put in."""
    return st.builds(_slip, among(words), st.integers(0, 23), st.sampled_from("-xX_é "))


def _slip(word: StrEnum, place: int, letter: str) -> str:
    text = word.value
    place %= len(text)
    if letter == "-":
        return text[:place] + text[place + 1 :]
    return text[:place] + (text[place] if letter == "X" else letter) + text[place:]
