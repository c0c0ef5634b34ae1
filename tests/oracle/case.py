"""What a vector is: a question, the answer, and the sentence it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, TypeVar

T = TypeVar("T")


class Group(NamedTuple):
    """Cases that ask about one sentence.

    Attributes:
        name: the first part of its cases' names.
        basis: whether the specification says so, or leaves it open and it was decided.
        says: the sentence, for a person who looks at a failure.
    """

    name: str
    basis: Literal["specification", "decision"]
    says: str


class Case(NamedTuple):
    """One question with its answer.

    Attributes:
        group: the group's name.
        name: what tells it from the others of its group; never changes.
        does: the function asked.
        given: its arguments.
        expect: its answer.
    """

    group: str
    name: str
    does: str
    given: dict[str, Any]
    expect: dict[str, Any]


class Draw:
    """Numbers that look drawn and are the same on every Python, for ever: a plain generator of
    pseudo-random numbers, since the standard library promises that of few of its methods.
    """

    def __init__(self, seed: int) -> None:
        self._state = seed

    def below(self, limit: int) -> int:
        """Return a number from 0 up to `limit`, without it."""
        # Knuth's MMIX constants; the low bits are the weak ones.
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 33) % limit

    def one_of(self, things: Sequence[T]) -> T:
        """Return one of these."""
        return things[self.below(len(things))]
