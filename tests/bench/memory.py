"""Contests of bytes: what an instance takes in memory, and how long it is when pickled."""

from __future__ import annotations

import gc
import pickle
import tracemalloc
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.bench.harness import Contest, Sample
from tests.bench.results import Target


class Making(NamedTuple):
    """How instances are made.

    Attributes:
        make: makes one from its number, with all that it owns.
        count: how many are worth making.
        drop: forgets them, for a library that keeps a list of them.
    """

    make: Callable[[int], Any]
    count: int
    drop: Callable[[list[Any]], None] = lambda instances: None


def bytes_each(making: Making) -> float:
    """Return what an instance takes: all that was allocated for many and is kept, divided.

    Whatever instances share, members and module-level things, was there before and does not count.

    """
    make, count, drop = making
    kept = [make(number) for number in range(3)]  # Caches fill.
    kept.extend([None] * count)
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for number in range(count):
            kept[number + 3] = make(number)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    drop(kept)
    return (after - before) / count


def pickled(making: Making) -> float | None:
    """Return the length of one instance, pickled; `None` if it does not pickle."""
    one = making.make(0)
    try:
        text = pickle.dumps(one, 5)
        pickle.loads(text)
    except Exception:
        return None
    finally:
        making.drop([one])
    return len(text)


def sizes(
    work: str,
    against: str,
    size: Callable[[Making], float | None],
    ours: Making,
    theirs: Callable[[], Making] | None = None,
    *,
    target: Target | None = None,
    peer: str = "",
) -> Contest:
    """A contest of sizes: `bytes_each` or `pickled`.

    Ours are told beside theirs, and the ratio is how many times ours theirs is.

    Args:
        work: what is measured.
        against: what of theirs is.
        size: how it is measured.
        ours: how ours are made.
        theirs: returns how theirs are; left out, ours are measured only.
        target: how many bytes ours should be.
        peer: the name of their library.
    """

    def prepare() -> Callable[[], Sample]:
        other = None if theirs is None else size(theirs())
        mine = size(ours)
        assert mine is not None, f"{work}: ours has none"
        return lambda: Sample(mine, other)

    return Contest(
        *(work, against, target, lambda: None, prepare, "bytes"),
        rounds=1,
        note="" if theirs is None else "does not pickle",
        peer=peer,
        larger=True,
    )
