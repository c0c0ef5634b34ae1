"""The kit, run by hand: its tests in its own order, and what the first failure says."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from session_lifecycle.testing import (
    EvalRollupConformance,
    LawBrokenError,
    LifecycleConformance,
)


class Failure(NamedTuple):
    """What the first failing test said.

    Attributes:
        test: its name.
        error: the broken law, or whatever else was raised.
        seconds: how long that test took.
        since_start: how long it took with all that passed before it.
    """

    test: str
    error: BaseException
    seconds: float
    since_start: float

    @property
    def law(self) -> str:
        """The law's name; of another error, its type's."""
        error = self.error
        return error.law.name if isinstance(error, LawBrokenError) else type(error).__name__

    @property
    def steps(self) -> int:
        return len(self.error.history) if isinstance(self.error, LawBrokenError) else 0


def kit_tests(kind: type[Any]) -> list[str]:
    """The kit's tests, in the order in which pytest would run them."""
    home = (
        EvalRollupConformance if issubclass(kind, EvalRollupConformance) else LifecycleConformance
    )
    return [name for name in vars(home) if name.startswith("test_")]


def first_failure(kind: type[Any], tests: list[str] | None = None) -> Failure | None:
    """Run the tests until one fails; `None` if none does."""
    begun = time.perf_counter()
    for test in kit_tests(kind) if tests is None else tests:
        since = time.perf_counter()
        try:
            getattr(kind(), test)()
        except Exception as error:
            now = time.perf_counter()
            return Failure(test, error, now - since, now - begun)
    return None
