"""What a contest is, how it is measured and shown. Knows nothing of what is measured."""

from __future__ import annotations

import operator
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from statistics import median, quantiles
from time import perf_counter, process_time
from timeit import Timer
from typing import Any, NamedTuple

# The time this process was given: other processes on the machine take none of it away. (On Windows
# that clock ticks sixty times a second, which will not do.)
_CLOCK = perf_counter if sys.platform == "win32" else process_time
# One sample takes long enough for the clock, and is short enough to fit between two interruptions.
_SAMPLE_SECONDS = 0.0004
_LEAST_ROUNDS = 5


Arguments = tuple[Any, ...]


class Target(NamedTuple):
    """How a ratio is judged: against at most, or at least, so much."""

    kind: str
    limit: float

    def is_met_by(self, ratio: float) -> bool:
        return ratio <= self.limit if self.kind == "at most" else ratio >= self.limit

    def __str__(self) -> str:
        return f"{self.kind} {self.limit:g}x"


def at_most(limit: float) -> Target:
    """Ours takes at most so many times as long as theirs."""
    return Target("at most", limit)


def at_least(limit: float) -> Target:
    """Theirs takes at least so many times as long as ours."""
    return Target("at least", limit)


class Contest(NamedTuple):
    """One row: the work, whom we are compared with, and how one round of both is timed.

    Attributes:
        work: what is done.
        against: by whom it is done as well.
        target: what the ratio should be, or `None` for a row that is only printed.
        check: raises unless both sides give the same answers.
        prepare: returns what times one round, in seconds: ours, theirs.
    """

    work: str
    against: str
    target: Target | None
    check: Callable[[], None]
    prepare: Callable[[], Callable[[], tuple[float, float]]]


class Result(NamedTuple):
    """What came of a contest: the median of the rounds' ratios, and the middle half of them."""

    work: str
    against: str
    ratio: float
    low: float
    high: float
    rounds: int
    target: Target | None
    verdict: str


def calls(
    work: str,
    against: str,
    ours: Callable[..., object],
    theirs: Callable[..., object],
    arguments: Sequence[Arguments],
    *,
    theirs_given: Sequence[Arguments] | None = None,
    target: Target | None = None,
    same: Callable[[Any, Any], bool] = operator.eq,
) -> Contest:
    """A contest of two functions, called again and again with the same arguments.

    Args:
        work: what is done.
        against: how it is done by them.
        ours: our function.
        theirs: their function.
        arguments: a tuple of arguments a call.
        theirs_given: the same in their own shape, if theirs is another.
        target: what the ratio should be.
        same: whether two answers are the same.
    """
    given = (arguments, arguments if theirs_given is None else theirs_given)

    def check() -> None:
        for mine, other in zip(*given, strict=True):
            answers = ours(*mine), theirs(*other)
            if not same(*answers):
                raise AssertionError(f"{work} of {mine!r}: {answers[0]!r} and {answers[1]!r}")

    def prepare() -> Callable[[], tuple[float, float]]:
        timers = (_timer(ours, given[0]), _timer(theirs, given[1]))
        number = _number(timers[1])
        return lambda: (timers[0].timeit(number), timers[1].timeit(number))

    return Contest(work, against, target, check, prepare)


def _timer(function: Callable[..., object], arguments: Sequence[Arguments]) -> Timer:
    # Written out call by call: a loop over the arguments would cost as much as a dict lookup.
    names = [[f"a{row}_{column}" for column in range(len(a))] for row, a in enumerate(arguments)]
    unpack = f"{', '.join(chain.from_iterable(names))}, = values" if any(names) else ""
    return Timer(
        "\n".join(f"f({', '.join(row)})" for row in names),
        f"f = function\n{unpack}",
        timer=_CLOCK,
        globals={"function": function, "values": tuple(chain.from_iterable(arguments))},
    )


def _number(timer: Timer) -> int:
    number = 1
    while (taken := timer.timeit(number)) < _SAMPLE_SECONDS / 2:
        number *= 2
    return max(1, round(number * _SAMPLE_SECONDS / taken))


def imports(
    work: str,
    against: str,
    ours: str,
    theirs: str,
    *,
    path: str,
    loaded: str = "pass",
    target: Target | None = None,
) -> Contest:
    """A contest of two import statements, each in a new interpreter without site or environment.

    Args:
        work: what is done.
        against: how it is done by them.
        ours: our statement.
        theirs: their statement.
        path: where ours is found.
        loaded: a statement before ours, whose cost does not count.
        target: what the ratio should be.
    """

    def check() -> None:
        pair()  # Both can be imported, and are compiled from now on.

    def pair() -> tuple[float, float]:
        return _import_seconds(ours, path, loaded), _import_seconds(theirs, path, "pass")

    return Contest(work, against, target, check, lambda: pair)


def _import_seconds(statement: str, path: str, before: str) -> float:
    code = (
        f"import sys; sys.path.insert(0, {path!r}); from time import {_CLOCK.__name__} as clock; "
        f"{before}; begun = clock(); {statement}; print(clock() - begun)"
    )
    command = [sys.executable, "-I", "-S", "-c", code]
    return float(subprocess.run(command, capture_output=True, check=True).stdout)


def measure(contest: Contest, seconds: float) -> Result:
    """Time rounds of a contest for so many seconds, after both sides gave the same answers."""
    contest.check()
    pair = contest.prepare()
    pair()
    faster_is_better = contest.target is None or contest.target.kind == "at most"
    ratios: list[float] = []
    until = perf_counter() + seconds
    while len(ratios) < _LEAST_ROUNDS or perf_counter() < until:
        ours, theirs = pair()
        ratios.append(ours / theirs if faster_is_better else theirs / ours)
    ratio = median(ratios)
    low, _, high = quantiles(ratios, n=4)
    verdict = "-"
    if contest.target is not None:
        verdict = "met" if contest.target.is_met_by(ratio) else "MISSED"
    return Result(
        contest.work, contest.against, ratio, low, high, len(ratios), contest.target, verdict
    )


def table(results: Iterable[Result]) -> str:
    """The results as one Markdown table."""
    rows = [("work", "against", "ratio", "middle half", "target", "verdict")]
    for one in results:
        target = "printed only" if one.target is None else str(one.target)
        half = f"{one.low:.2f} to {one.high:.2f}"
        rows.append((one.work, one.against, f"{one.ratio:.2f}x", half, target, one.verdict))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |"
        for row in rows
    ]
    lines.insert(1, f"|{'|'.join('-' * (width + 2) for width in widths)}|")
    return "\n".join(lines)


def as_json(results: Iterable[Result]) -> list[dict[str, object]]:
    """The results as plain values."""
    return [{**one._asdict(), "target": one.target and one.target._asdict()} for one in results]
