"""Contests of whole processes: what importing costs, and what a command takes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests.bench.harness import CLOCK, Contest, Sample
from tests.bench.results import Target


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

    def pair() -> Sample:
        return Sample(_import_seconds(ours, path, loaded), _import_seconds(theirs, path, "pass"))

    def prepare() -> Callable[[], Sample]:
        return pair

    return Contest(work, against, target, check, prepare)


def first_use(work: str, ours: str, *, path: str, begun: str, target: Target) -> Contest:
    """What a statement takes the first time, in milliseconds, in a new interpreter.

    Args:
        work: what is done.
        ours: the statement.
        path: where ours is found.
        begun: what comes before, and does not count.
        target: how many milliseconds it should take.
    """

    def once() -> float:
        return _import_seconds(ours, path, begun) * 1000

    def check() -> None:
        once()  # It is compiled from now on.

    return Contest(work, "-", target, check, lambda: lambda: Sample(once(), None), "ms")


def _import_seconds(statement: str, path: str, before: str) -> float:
    code = (
        f"import sys; sys.path.insert(0, {path!r}); from time import {CLOCK.__name__} as clock; "
        f"{before}; begun = clock(); {statement}; print(clock() - begun)"
    )
    command = [sys.executable, "-I", "-S", "-c", code]
    return float(subprocess.run(command, capture_output=True, check=True).stdout)


class Usage(NamedTuple):
    """What a process took: seconds of processor time, its own and the system's, and peak bytes."""

    seconds: float
    peak: int


# On Linux a process starts with the peak of the one that started it. So a small one, which has
# loaded next to nothing, starts the one we ask about.
_STARTER = """
import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ,
    file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
_, status, usage = os.wait4(child, 0)
peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print([os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, peak])
"""


def usage(arguments: Sequence[str], path: str) -> Usage:
    """Run Python with these arguments, and `path` to find our package, and return what it took.

    Raises:
        AssertionError: if it fails.
    """
    command = [sys.executable, "-I", "-S", "-c", _STARTER, sys.executable, *arguments]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", check=True, env={"PYTHONPATH": path}
    )
    status, seconds, peak = json.loads(done.stdout)
    if status != 0:
        raise AssertionError(f"{' '.join(arguments)} gave {status}: {done.stderr}")
    return Usage(seconds, peak)
