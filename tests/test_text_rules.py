"""Foreign text is bounded, escaped and read past the methods of whoever made it.

The exact bounds, which the rules about errors and hostile input only keep within.
"""

from __future__ import annotations

from enum import StrEnum

import pytest

from session_lifecycle import SessionStatus
from session_lifecycle._text import clip, member, plain, show, text_of


class Loud(str):
    """Text whose methods lie."""

    __slots__ = ()

    def __getitem__(self, _: object) -> str:
        return "lies"

    def __str__(self) -> str:
        return "lies"

    def __len__(self) -> int:
        return 3


class Word(StrEnum):
    A = "a"


def test_a_text_is_read_up_to_65_characters_which_is_one_too_many_for_a_word() -> None:
    assert text_of("ab") == "ab"
    assert text_of("x" * 64) == "x" * 64
    assert text_of("x" * 66) == "x" * 65
    assert text_of(Loud("y" * 66)) == "y" * 65
    assert type(text_of(Loud("ab"))) is str


@pytest.mark.parametrize("other", [None, 5, b"ab", ["a"], object(), str])
def test_what_is_no_text_has_none(other: object) -> None:
    assert text_of(other) is None


def test_a_clipped_text_has_64_characters_the_last_of_them_an_ellipsis() -> None:
    whole = "x" * 64
    assert clip(whole) is whole
    assert clip("x" * 65) == "x" * 63 + "…"


def test_short_values_are_shown_as_they_are() -> None:
    shown = {"None": None, "True": True, "1.5": 1.5, "-7": -7, "'a'": "a", "b'a'": b"a"}
    assert {text: show(value) for text, value in shown.items()} == {text: text for text in shown}
    assert show("it's\n") == '"it\'s\\n"'
    assert show(SessionStatus.CLOSED) == "'closed'"


def test_an_int_is_written_out_up_to_199_bits() -> None:
    assert show(2**199 - 1) == str(2**199 - 1)
    assert show(2**199) == "an int of 200 bits"
    assert show(2**200) == "an int of 201 bits"
    assert show(-(2**199)) == "an int of 200 bits"


def test_a_text_is_shown_with_its_quotes_in_at_most_66_characters() -> None:
    assert show("x" * 64) == f"'{'x' * 64}'"
    assert show("x" * 65) == f"'{'x' * 63}…'"
    # Escaping makes text longer: what comes out is cut, and closed by the quote it opened with.
    feeds = r"\n" * 40
    assert show("\n" * 32) == f"'{feeds[:64]}'"
    assert show("\n" * 31 + "x") == f"'{feeds[:62]}x'"
    assert show("\n" * 32 + "x") == f"'{feeds[:63]}…'"
    assert show("'" + "\n" * 40) == f'"\'{feeds[:62]}…"'


def test_bytes_are_shown_in_64_characters() -> None:
    assert show(b"x" * 61) == repr(b"x" * 61)
    assert show(b"x" * 62) == f"b'{'x' * 61}…"
    assert show(b"x" * 100) == f"b'{'x' * 61}…"


def test_anything_else_is_shown_by_the_name_of_its_class() -> None:
    assert show(object()) == "a object"
    assert show(type("X" * 64, (), {})()) == f"a {'X' * 64}"
    assert show(type("X" * 65, (), {})()) == f"a {'X' * 63}…"
    assert show(type("X" * 66, (), {})()) == f"a {'X' * 63}…"
    assert show(type("a\nb", (), {})()) == "a a\\nb"


def test_a_plain_text_is_the_text_without_its_class() -> None:
    whole = "ab"
    assert plain(whole, "source") is whole
    found = plain(Loud("ab"), "source")
    assert (type(found), found) == (str, "ab")
    assert type(plain(Word.A, "source")) is str
    with pytest.raises(TypeError) as refused:
        plain(b"ab", "source")
    assert str(refused.value) == "source is b'ab', expected a str"


def test_a_member_is_found_by_itself_or_its_exact_text() -> None:
    assert member(Word, Word.A) is Word.A
    assert member(Word, "a") is Word.A
    assert member(Word, Loud("a")) is Word.A
    for other in ("A", "", None, 5, SessionStatus.CLOSED):
        assert member(Word, other) is None
