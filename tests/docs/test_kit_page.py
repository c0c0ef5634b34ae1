"""What the page on the kit quotes of its proof is what the proof is held to."""

from __future__ import annotations

import re
from pathlib import Path

from session_lifecycle.testing import LifecycleConformance
from tests.testing import sqlite_store
from tests.testing.mutants import mutants_of
from tests.testing.prove import AT_MOST, known_equivalents
from tests.testing.stores.ten import TEN

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "test-your-service.md").read_text(encoding="utf-8")


def test_the_table_of_the_ten_is_the_one_that_is_proved() -> None:
    rows = re.findall(r"^(\w[\w -]+?)  +(\w+) +(test_\w+) +(\d) +[\d.]+ +([\d.]+)$", PAGE, re.M)
    quoted = [(what, law, test, int(steps)) for what, law, test, steps, _ in rows]
    assert quoted == [(one.what, one.law, one.test, one.steps) for one in TEN]
    assert all(float(seconds) < AT_MOST for *_, seconds in rows)


def test_the_numbers_of_the_mutants_are_those_that_there_are() -> None:
    every = mutants_of(Path(sqlite_store.__file__).read_text(encoding="utf-8"))
    alike = len(known_equivalents())
    caught = f"Of {len(every)} mutants {len(every) - alike} are caught"
    assert caught in PAGE
    assert f"The other {alike} do what the store does" in PAGE


def test_the_walks_are_as_long_as_it_says() -> None:
    rows = dict(
        re.findall(
            r"^((?:a store in memory|the bare table), \d, from \w+)(?: start)? +([\d,]+) ",
            PAGE,
            re.M,
        )
    )
    # 21 things to say and 14 events, to the power of each length, from one start or from three.
    claims, events = ({n: sum(k**i for i in range(1, n + 1)) for n in (3, 4, 6)} for k in (21, 14))
    assert rows == {
        "a store in memory, 3, from each": f"{3 * claims[3]:,}",
        "a store in memory, 4, from active": f"{claims[4]:,}",
        "a store in memory, 4, from each": f"{3 * claims[4]:,}",
        "the bare table, 6, from each": f"{3 * events[6]:,}",
    }


def test_every_test_of_the_kit_has_its_row_in_their_order() -> None:
    tests = [name for name in vars(LifecycleConformance) if name.startswith("test_")]
    assert re.findall(r"^\| `(test_\w+)` \|", PAGE, re.M) == tests
