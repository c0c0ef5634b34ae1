"""What a strategy draws: many values, the same in every run, and the simplest there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis.strategies import SearchStrategy, integers

T = TypeVar("T")

_ALIKE = settings(
    database=None,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
_SHRINKING = settings(_ALIKE, max_examples=500, phases=[Phase.generate, Phase.shrink])
# Beside it, the same value is no repetition, which Hypothesis would leave out.
_ANYTHING = integers(0, 2**64)


def drawn(strategy: SearchStrategy[T], number: int = 150) -> list[T]:
    """About this many values, the same each time, as often as they come."""
    values: list[T] = []

    @settings(_ALIKE, max_examples=number)
    @given(strategy, _ANYTHING)
    def keep(value: T, _: int) -> None:
        values.append(value)

    keep()
    return values


def _always(_: object) -> bool:
    return True


def simplest(strategy: SearchStrategy[T], fails: Callable[[T], bool] = _always) -> T:
    """What a failure shrinks to; one that depends on nothing, if it is not told."""
    return find(strategy, fails, settings=_SHRINKING)
