"""Strategies that are written out by their name.

Hypothesis writes a strategy out with all that it is made of: in the rules of a state machine, where
a health check fails, for a type. Of `claims` that would be 4,000 characters, and of a list of
histories so many that Hypothesis warns. The name of the function says as much.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from zlib import crc32

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

F = TypeVar("F", bound=Callable[..., SearchStrategy[Any]])


class _Named:
    """Gives a strategy, and has a name.

    The hash is its name's, the same in every process. Hypothesis takes it for what tells one kind
    of draw from another, and puts what it drew in one place in another of the same kind: with one
    hash for all, a time's choices in the place of a claim's.
    """

    def __init__(self, name: str, strategy: SearchStrategy[Any]) -> None:
        self._name = name
        self._strategy = strategy

    def __call__(self, _: None) -> SearchStrategy[Any]:
        return self._strategy

    def __repr__(self) -> str:
        return self._name

    def __hash__(self) -> int:
        return crc32(self._name.encode())


def named(function: F) -> F:
    """Let the strategies that a function returns be written out as `none().flatmap(function)`.

    They draw what they drew, by the same choices, and are made at once, so that an option that
    makes no sense is refused at once.
    """

    @wraps(function)
    def named_function(*given: Any, **options: Any) -> SearchStrategy[Any]:
        return st.none().flatmap(_Named(function.__name__, function(*given, **options)))

    return cast(F, named_function)
