"""Eval runs, their scores, and rollups of them.

Runs and scores are plain objects of their own: what the rollup reads is a `Protocol`, and a test
should not depend on the class it is given.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from session_lifecycle._rollup import EvalRollup
from session_lifecycle._words import EvalRunStatus, EvalStatus
from session_lifecycle.testing._mix import among, chosen, together, weighted
from session_lifecycle.testing._named import named


@dataclass(frozen=True)
class PlainScore:
    """A score with nothing to it but `passed`."""

    passed: Any = None


@dataclass(frozen=True)
class PlainRun:
    """An eval run with nothing to it but what `rollup_eval_runs` and `latest_attempts` read.

    Attributes:
        status: an `EvalRunStatus`, its text, or whatever stands there.
        is_critical: whether the run drives the headline.
        scores: its scores.
        key: what it is an attempt at; `""` unless attempts were asked for.
        order: the number of the attempt.
    """

    status: Any
    is_critical: Any = False
    scores: tuple[PlainScore, ...] | None = ()
    key: str = ""
    order: int = 0


class TheirRunStatus(Enum):
    """A status as some database drivers give it: an enum whose members are no text."""

    COMPLETED = "completed"
    RUNNING = "running"
    FAILED = "failed"


S = EvalRunStatus
_OTHERS = tuple(status for status in S if status is not S.COMPLETED)
# Words from next year, ours in a spelling that does not count, and what is no word.
_DRIFTED = ("cancelled", "skipped", "", "COMPLETED", "completed ", "x" * 10_000, None, 7, b"failed")
_NO_BOOLS = (1, 0, 1.0, float("nan"), "true", "False", "", ())


@named
def eval_scores(*, drifted: bool = False) -> SearchStrategy[PlainScore]:
    """Return a strategy for scores: passed for the most part, failed, or without a verdict.

    It shrinks to a passed one.

    Args:
        drifted: some whose `passed` is no bool: `1`, `"true"`, NaN.

    Example: `st.lists(eval_scores(), max_size=3)`.
    """
    verdicts: list[object] = weighted(
        (3, (True,)), (1, (False, None)), (1, _NO_BOOLS if drifted else ())
    )
    return st.builds(PlainScore, among(verdicts))


@named
def eval_runs(
    *,
    critical: bool | None = None,
    attempts: bool = False,
    drifted: bool = False,
    max_scores: int = 3,
) -> SearchStrategy[PlainRun]:
    """Return a strategy for eval runs: any object that `rollup_eval_runs` reads.

    Of every status, as a member and as its text, and with every outcome. It shrinks to a completed
    run that is not critical and has no scores.

    Args:
        critical: `True` for critical runs only, `False` for others.
        attempts: give each run a `key`, one of three, and an `order`, so that a list of them has
            several attempts at the same thing, for `latest_attempts`.
        drifted: some with a status, a verdict or an `is_critical` that a newer or a careless
            service wrote, and with `scores=None`.
        max_scores: how many scores at most.

    Example: `st.lists(eval_runs(attempts=True), max_size=9)`.
    """
    statuses: list[object] = weighted(
        (8, (S.COMPLETED, S.COMPLETED.value)),
        (1, (*_OTHERS, *[status.value for status in _OTHERS])),
        (1, (*_DRIFTED, *TheirRunStatus) if drifted else ()),
    )
    marks: list[object] = weighted(
        (8, (False, True) if critical is None else (critical,)),
        (1, (None, 0, 1, "yes") if drifted and critical is None else ()),
    )
    given = st.lists(eval_scores(drifted=drifted), max_size=max_scores).map(tuple)
    scores: SearchStrategy[tuple[PlainScore, ...] | None] = given
    if drifted:
        scores = st.builds(_unless, among(weighted((5, (False,)), (1, (True,)))), given)
    key = st.sampled_from(("tone", "facts", "policy") if attempts else ("",))
    return st.builds(
        _run, together(marks, statuses), scores, key, st.integers(1, 4) if attempts else st.just(0)
    )


def _run(
    state: tuple[object, object], scores: tuple[PlainScore, ...] | None, key: str, order: int
) -> PlainRun:
    is_critical, status = state
    return PlainRun(status, is_critical, scores, key, order)


def _unless(missing: bool, scores: tuple[PlainScore, ...]) -> tuple[PlainScore, ...] | None:
    # `None` by itself would be simpler than no scores.
    return None if missing else scores


@named
def rollups(
    *, headline: EvalStatus | str | None = None, max_count: int = 5
) -> SearchStrategy[EvalRollup]:
    """Return a strategy for rollups: each is that of some runs, with every headline as often.

    It shrinks to the rollup of no runs, or to the fewest runs that give the headline.

    Args:
        headline: only rollups with this `eval_status`.
        max_count: how many runs at most of each outcome, critical and not; at least 1.

    Raises:
        InvalidArgument: if the headline is none.

    Example: `rollups(headline="pending")`.
    """
    if headline is not None:
        (headline,) = chosen(EvalStatus, [headline], "headline")
    counts = st.integers(0, max_count)
    some = st.integers(1, max(1, max_count))
    zero = st.just(0)
    # What the critical runs must be: how many succeeded, failed and are pending.
    critical = {
        EvalStatus.NONE: (zero, zero, zero),
        EvalStatus.PASSED: (some, zero, zero),
        EvalStatus.PENDING: (counts, zero, some),
        EvalStatus.FAILED: (counts, some, counts),
    }
    parts = [
        st.builds(_rollup, st.tuples(*row), st.tuples(counts, counts, counts))
        for name, row in critical.items()
        if headline in (None, name)
    ]
    return st.one_of(parts)


def _rollup(critical: tuple[int, int, int], others: tuple[int, int, int]) -> EvalRollup:
    succeeded, failed, pending = [n + m for n, m in zip(critical, others, strict=True)]
    total = succeeded + failed + pending
    return EvalRollup(total, succeeded, failed, pending, sum(critical), *critical)
