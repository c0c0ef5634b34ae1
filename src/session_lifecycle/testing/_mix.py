"""One of several things, each as often as its weight says, in as few choices as can be.

`st.one_of` takes its parts alike, and counts a part that is named twice only once.

Few choices, because of how Hypothesis shrinks: it leaves out up to five in a row. An element of a
list takes one for itself, so that lists lose what a failure does not need only if their elements
take four. Hence values in one list of alternatives, where each of their parts could be drawn alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from hypothesis.strategies import SearchStrategy

from session_lifecycle._text import member, show

T = TypeVar("T")
U = TypeVar("U")
W = TypeVar("W", bound=StrEnum)


def mixed(*parts: tuple[int, SearchStrategy[T]]) -> SearchStrategy[T]:
    """Return a strategy that takes each part as often as its weight; it shrinks to the first."""
    strategies = [strategy for weight, strategy in parts for _ in range(weight)]
    return among(strategies).flatmap(_itself)


def _itself(strategy: SearchStrategy[T]) -> SearchStrategy[T]:
    return strategy


def weighted(*parts: tuple[int, Collection[T]]) -> list[T]:
    """Return the values of each part so many times: all of them once, and then again."""
    first = [value for _, values in parts for value in values]
    return first + [value for weight, values in parts for value in list(values) * (weight - 1)]


def among(values: Sequence[T]) -> SearchStrategy[T]:
    """Return a strategy for one of many values, which is not printed with all of them."""
    return st.sampled_from(range(len(values))).map(lambda place: values[place])


def together(one: Sequence[T], other: Sequence[U]) -> SearchStrategy[tuple[T, U]]:
    """Return a strategy for two values that have nothing to do with each other, by one choice.

    The first stands in the low bits of a number and the second in the high ones: to a shrinker that
    masks bits and counts down, each can become its simplest while the other stays.
    """
    bits = (len(one) - 1).bit_length()
    low = [*one, *[one[0]] * ((1 << bits) - len(one))]
    mask = len(low) - 1
    places = st.sampled_from(range(len(low) * len(other)))
    return places.map(lambda place: (low[place & mask], other[place >> bits]))


def chosen(words: type[W], given: Iterable[W | str], name: str) -> tuple[W, ...]:
    """Return the words of a vocabulary that an option names, in the vocabulary's order.

    Raises:
        InvalidArgument: if it names none, or one that is no such word.
    """
    wanted = set[W]()
    for word in [given] if isinstance(given, str) else given:
        known = member(words, word)
        if known is None:
            expected = ", ".join(words)
            raise InvalidArgument(f"{name} has {show(word)}, expected some of: {expected}")
        wanted.add(known)
    if not wanted:
        raise InvalidArgument(f"{name} is empty: leave it out for all, or name at least one")
    return tuple([word for word in words if word in wanted])
