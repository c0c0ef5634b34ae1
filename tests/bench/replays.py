"""The rows of `replay`: the command as a whole process, over streams of growing length."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import session_lifecycle
from tests.bench.harness import Contest, Sample
from tests.bench.processes import Usage, usage
from tests.bench.results import Target, at_most
from tests.bench.stream import Stream, write

_PACKAGE = str(Path(session_lifecycle.__file__).parent.parent)
_LOADS = """
import json, sys
with open(sys.argv[1], encoding="utf-8") as lines:
    for line in lines:
        json.loads(line)
"""
_MICRO = "us a line"


class Measured(NamedTuple):
    """A stream, and what each round of both sides took."""

    stream: Stream
    ours: tuple[Usage, ...]
    theirs: tuple[Usage, ...]

    def micros(self, one: Usage) -> float:
        return one.seconds / self.stream.lines * 1e6


@cache
def measured(lines: int, rounds: int) -> Measured:
    """Run both sides over a stream of so many lines, by turns."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "stream.jsonl"
        stream = write(file, lines)
        pairs = [(_replay(file), usage(("-c", _LOADS, str(file)), _PACKAGE)) for _ in range(rounds)]
    ours, theirs = zip(*pairs, strict=True)
    return Measured(stream, ours, theirs)


def _replay(file: Path) -> Usage:
    # It fails where a line was skipped.
    return usage(("-m", "session_lifecycle", "replay", str(file)), _PACKAGE)


@cache
def _peak_of_nothing() -> int:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "empty.jsonl"
        file.touch()
        return min(_replay(file).peak for _ in range(3))


def replays(*, quick: bool = False) -> Iterator[Contest]:
    """What happened, to what it means: time, growth and memory."""
    if sys.platform == "win32":
        return  # It does not tell what a process took.
    sizes = ((200, 1), (400, 1)) if quick else ((10_000, 9), (100_000, 5), (1_000_000, 3))
    loop = "a process that only json.loads each"
    for size in sizes:
        yield _contest(
            f"replay {size[0]:,} lines", loop, at_most(5), size[1], _times(*size), _MICRO
        )
    last, before = sizes[-1], sizes[-2]
    yield _contest(
        f"replay, each of {last[0]:,} lines",
        f"each of {before[0]:,} lines",
        at_most(1.2),
        1,
        lambda: iter([Sample(_middle(*last), _middle(*before))]),
        _MICRO,
    )
    work = f"peak memory of replay, {last[0]:,} lines"
    yield _contest(work, loop, None, last[1], _peaks(*last), "bytes")
    yield _contest(
        f"{work}, a distinct step",
        "replay of an empty file, taken off",
        at_most(400, "bytes"),
        last[1],
        _step_bytes(*last),
        "bytes",
    )


def _contest(
    work: str,
    against: str,
    target: Target | None,
    rounds: int,
    samples: Callable[[], Iterator[Sample]],
    unit: str,
) -> Contest:
    def prepare() -> Callable[[], Sample]:
        found = samples()
        return lambda: next(found)

    return Contest(work, against, target, lambda: None, prepare, unit, rounds)


def _times(lines: int, rounds: int) -> Callable[[], Iterator[Sample]]:
    def samples() -> Iterator[Sample]:
        found = measured(lines, rounds)
        for ours, theirs in zip(found.ours, found.theirs, strict=True):
            yield Sample(found.micros(ours), found.micros(theirs))

    return samples


def _middle(lines: int, rounds: int) -> float:
    found = measured(lines, rounds)
    return median(map(found.micros, found.ours))


def _peaks(lines: int, rounds: int) -> Callable[[], Iterator[Sample]]:
    def samples() -> Iterator[Sample]:
        found = measured(lines, rounds)
        for ours, theirs in zip(found.ours, found.theirs, strict=True):
            yield Sample(ours.peak, theirs.peak)

    return samples


def _step_bytes(lines: int, rounds: int) -> Callable[[], Iterator[Sample]]:
    def samples() -> Iterator[Sample]:
        found = measured(lines, rounds)
        for ours in found.ours:
            yield Sample((ours.peak - _peak_of_nothing()) / found.stream.steps, None)

    return samples
