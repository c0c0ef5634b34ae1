"""What a contest is and how it is measured. Knows nothing of what is measured."""

from __future__ import annotations

import gc
import operator
import sys
from collections.abc import Callable, Sequence
from itertools import chain
from time import perf_counter, process_time
from timeit import Timer
from typing import Any, NamedTuple

from tests.bench.results import NOT_INSTALLED, Result, Target, middle_half

# The time this process was given: other processes on the machine take none of it away. (On Windows
# that clock ticks sixty times a second, which will not do.)
CLOCK = perf_counter if sys.platform == "win32" else process_time
# One sample takes long enough for the clock, and is short enough to fit between two interruptions.
_SAMPLE_SECONDS = 0.0004
_LEAST_ROUNDS = 5


Arguments = tuple[Any, ...]


class NotInstalledError(Exception):
    """Raised for a row against a library that is not there."""


class Sample(NamedTuple):
    """What one round found of both sides, in one unit; a side that has nothing to show is `None`.

    Attributes:
        ours: the time, the bytes.
        theirs: the same of the other side.
    """

    ours: float
    theirs: float | None


class Contest(NamedTuple):
    """One row: the work, whom we are compared with, and how one round of both is measured.

    Attributes:
        work: what is done.
        against: by whom it is done as well.
        target: what the ratio should be, or `None` for a row that is only printed.
        check: raises unless both sides give the same answers.
        prepare: returns what measures one round: ours, theirs.
        unit: of the amounts, where they are worth printing: a time is not, on another machine.
        rounds: how many, where time does not decide; one is enough for what never varies.
        note: what to say in the place of the other side, where it has nothing to show.
        peer: the name of the library we are compared with, if it is one.
        larger: the ratio is theirs over ours, whatever the target.
    """

    work: str
    against: str
    target: Target | None
    check: Callable[[], None]
    prepare: Callable[[], Callable[[], Sample]]
    unit: str = ""
    rounds: int = 0
    note: str = ""
    peer: str = ""
    larger: bool = False

    @property
    def is_theirs_over_ours(self) -> bool:
        """Which way the ratio goes."""
        return self.larger or (self.target is not None and self.target.kind == "at least")


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

    def prepare() -> Callable[[], Sample]:
        timers = (_timer(ours, given[0]), _timer(theirs, given[1]))
        number = _number(timers[1].timeit)
        return lambda: Sample(timers[0].timeit(number), timers[1].timeit(number))

    return Contest(work, against, target, check, prepare)


def _timer(function: Callable[..., object], arguments: Sequence[Arguments]) -> Timer:
    # Written out call by call: a loop over the arguments would cost as much as a dict lookup.
    names = [[f"a{row}_{column}" for column in range(len(a))] for row, a in enumerate(arguments)]
    unpack = f"{', '.join(chain.from_iterable(names))}, = values" if any(names) else ""
    return Timer(
        "\n".join(f"f({', '.join(row)})" for row in names),
        f"f = function\n{unpack}",
        timer=CLOCK,
        globals={"function": function, "values": tuple(chain.from_iterable(arguments))},
    )


def _number(timed: Callable[[int], float]) -> int:
    number = 1
    while (taken := timed(number)) < _SAMPLE_SECONDS / 2:
        number *= 2
    return max(1, round(number * _SAMPLE_SECONDS / taken))


class Walk(NamedTuple):
    """How a machine that keeps its own state goes through a history.

    Attributes:
        make: returns a new machine.
        walk: takes a new machine through the history.
        drop: forgets machines, for a library that keeps a list of them.
    """

    make: Callable[[], Any]
    walk: Callable[[Any], None]
    drop: Callable[[list[Any]], None]


def walks(
    work: str,
    against: str,
    ours: Callable[..., object],
    arguments: Sequence[Arguments],
    theirs: Callable[[], Walk],
    check: Callable[[], None],
    *,
    target: Target,
) -> Contest:
    """A contest of a function, called for each step, and a machine that is taken through the steps.

    To make the machines is not timed: each round walks new ones.

    Args:
        work: what is done.
        against: the library.
        ours: our function.
        arguments: a tuple of arguments a step.
        theirs: returns the other side, or raises `NotInstalledError`.
        check: raises unless both sides give the same answers.
        target: what the ratio should be.
    """

    def prepare() -> Callable[[], Sample]:
        timer, (make, walk, drop) = _timer(ours, arguments), theirs()

        def walked(number: int) -> float:
            machines = [make() for _ in range(number)]
            gc.disable()  # As `timeit` does for us.
            begun = CLOCK()
            for machine in machines:
                walk(machine)
            taken = CLOCK() - begun
            gc.enable()
            drop(machines)
            return taken

        count, number = _number(walked), _number(timer.timeit)
        return lambda: Sample(timer.timeit(number) / number, walked(count) / count)

    return Contest(work, against, target, check, prepare, peer=against)


def measure(contest: Contest, seconds: float) -> Result:
    """Measure rounds of a contest for so many seconds, after both sides gave the same answers."""
    samples: list[Sample] = []
    try:
        contest.check()
        pair = contest.prepare()
        if contest.rounds:
            samples = [pair() for _ in range(contest.rounds)]
        else:
            pair()
            until = perf_counter() + seconds
            while len(samples) < _LEAST_ROUNDS or perf_counter() < until:
                samples.append(pair())
    except NotInstalledError as error:
        return _result(contest, [], str(error))
    return _result(contest, samples, contest.note)


def _result(contest: Contest, samples: list[Sample], note: str) -> Result:
    upside_down, target = contest.is_theirs_over_ours, contest.target
    ratios = [
        one.theirs / one.ours if upside_down else one.ours / one.theirs
        for one in samples
        if one.theirs is not None
    ]
    ratio, low, high = middle_half(ratios)
    ours, _, _ = middle_half([one.ours for one in samples])
    theirs, _, _ = middle_half([one.theirs for one in samples if one.theirs is not None])
    judged = ratio if target is None or target.unit == "x" else ours
    verdict = "-"
    if not samples:
        verdict = NOT_INSTALLED
    elif target is not None and judged is not None:
        verdict = "met" if target.is_met_by(judged) else "MISSED"
    return Result(
        contest.work,
        contest.against,
        ratio,
        "theirs / ours" if upside_down else "ours / theirs",
        low,
        high,
        len(samples),
        ours if contest.unit else None,
        theirs if contest.unit else None,
        contest.unit,
        note if theirs is None else "",
        target,
        verdict,
    )
