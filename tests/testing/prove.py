"""Prove that the kit bites: `python -m tests.testing.prove`.

Two tables. The ten broken stores, each with the law that it breaks, and how long it takes to find:
the median of five runs with Hypothesis' default profile. And the mutants of the store on plain
`sqlite3`: how many there are, and how many the kit catches. It ends with an error if one of the ten
is not found, or found by another law, or if a mutant survives that `equivalent.txt` does not know.

It needs the package, Hypothesis and these tests, nothing else.
"""

from __future__ import annotations

import argparse
import importlib.util
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from hypothesis import settings

from tests.testing import sqlite_store
from tests.testing.kit import Failure, first_failure
from tests.testing.mutants import Mutant, mutants_of
from tests.testing.sqlite_conformance import PlainSqlite
from tests.testing.stores.ten import TEN, Broken

RUNS = 5
SECONDS_EACH = 120
HERE = Path(__file__).parent
# The cheap ones first: nearly all mutants die in the first second.
QUICKEST_FIRST = ["test_every_short_history", "test_crash_and_retry", "test_two_at_once"]
QUICKEST_FIRST += ["test_life"]


# --- the ten -------------------------------------------------------------------------------------


def the_ten() -> bool:
    """Print the table of the ten; whether each was found as it must be."""
    # The examples of an earlier run would be tried first.
    settings.register_profile("proof", settings.get_profile("default"), database=None)
    settings.load_profile("proof")
    row = "{:<33} {:<30} {:<25} {:>5} {:>8} {:>8}".format
    print(row("store", "law", "found by", "steps", "seconds", "in all"))
    good = True
    for broken in TEN:
        failures = [first_failure(broken.kind) for _ in range(RUNS)]
        found = [failure for failure in failures if failure is not None]
        good = _report(row, broken, found) and good
    print(f"\nmedians of {RUNS} runs; 'in all' with the tests that passed before it")
    return good


def _report(row: Any, broken: Broken, found: list[Failure]) -> bool:
    said = [(one.law, one.test, one.steps) for one in found]
    if said != [(broken.law, broken.test, broken.steps)] * RUNS:
        print(f"WRONG: {broken.what}: expected {broken[2:]} {RUNS} times, found {Counter(said)}")
        return False
    seconds = median(one.seconds for one in found)
    in_all = median(one.since_start for one in found)
    steps = broken.steps
    print(row(broken.what, broken.law, broken.test, steps, f"{seconds:.2f}", f"{in_all:.2f}"))
    return True


# --- the mutants ---------------------------------------------------------------------------------


class Fate(NamedTuple):
    """What became of a mutant: by what it was caught, and by which test; `""` if it survived."""

    mutant: Mutant
    law: str
    test: str
    seconds: float


def _try(text: str, answer: Any) -> None:
    """Run the kit over a mutant, in a process of its own."""
    settings.register_profile("mutant", settings.get_profile("default"), database=None)
    settings.register_profile("mutant", settings.get_profile("mutant"), derandomize=True)
    settings.load_profile("mutant")
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    with tempfile.TemporaryDirectory(prefix="session-lifecycle-") as folder:
        # In a file, not in a string: only in files a writer can be stopped.
        file = Path(folder) / "mutant.py"
        file.write_text(text, encoding="utf-8")
        spec = importlib.util.spec_from_file_location("mutant", file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
            kind = type("Mutated", (PlainSqlite,), {"module": module})
            failure = first_failure(kind, QUICKEST_FIRST)
        except Exception as error:
            failure = Failure("import", error, 0.0, 0.0)
        answer.send(("", "") if failure is None else (failure.law, failure.test))


def fates_of(mutants: list[Mutant], jobs: int) -> Iterator[Fate]:
    """Yield what becomes of each, a process each."""
    ways = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if "fork" in ways else "spawn")
    waiting, running = list(mutants), dict[Any, tuple[Mutant, Any, float]]()
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop(0)
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_try, args=(mutant.text, theirs), daemon=True)
            process.start()
            theirs.close()
            running[process] = mutant, ours, time.monotonic()
        for process, (mutant, ours, since) in list(running.items()):
            seconds = time.monotonic() - since
            late = seconds > SECONDS_EACH
            if process.is_alive() and not late and not ours.poll():
                continue
            law, test = ours.recv() if ours.poll() else ("no end", "") if late else ("crash", "")
            process.kill()
            process.join()
            ours.close()
            del running[process]
            yield Fate(mutant, law, test, seconds)
        time.sleep(0.02)


def known_equivalents() -> dict[str, str]:
    """The mutants that nobody can tell from the store, each with the reason why."""
    found: dict[str, str] = {}
    reason = ""
    for line in (HERE / "equivalent.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            reason = line.removeprefix("# ")
        elif line:
            found[line] = reason
    return found


def the_mutants(jobs: int, only: str, *, verbose: bool) -> bool:
    """Print what became of the mutants; whether all that survive are known."""
    text = Path(sqlite_store.__file__).read_text(encoding="utf-8")
    every = mutants_of(text)
    mutants = [mutant for mutant in every if only in mutant.name]
    fates = []
    for fate in fates_of(mutants, jobs):
        fates.append(fate)
        if verbose:
            said = fate.law or "SURVIVES"
            print(f"{fate.seconds:6.1f} s  {said:<30} {fate.mutant.name}", flush=True)
    equivalent = known_equivalents()
    caught = [fate for fate in fates if fate.law]
    survivors = {fate.mutant.name for fate in fates if not fate.law}
    by_test = Counter(fate.test or fate.law for fate in caught)
    print(f"{len(fates)} mutants of {Path(sqlite_store.__file__).name}, {len(caught)} caught by")
    for test, times in by_test.most_common():
        print(f"  {times:>4}  {test}")
    print("which say")
    for law, times in Counter(fate.law for fate in caught).most_common():
        print(f"  {times:>4}  {law}")
    known = survivors & equivalent.keys()
    print(f"{len(known)} survive, which nobody can tell from the store:")
    for name in sorted(known):
        print(f"  {name}\n      {equivalent[name]}")
    different = len(fates) - len(known)
    share = 100 * len(caught) / (different or 1)
    print(f"caught: {len(caught)} of the {different} that differ, {share:.1f} %")
    wrong = [f"SURVIVED {name}" for name in sorted(survivors - equivalent.keys())]
    names = {mutant.name for mutant in every}
    wrong += [f"NO LONGER THERE {name}" for name in sorted(equivalent.keys() - names)]
    died = {fate.mutant.name for fate in caught} & equivalent.keys()
    wrong += [f"NOT EQUIVALENT {name}" for name in sorted(died)]
    for line in wrong:
        print(line)
    return not wrong


def main(given: list[str] | None = None) -> int:
    """Print both tables; 1 if something is not as it must be."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.testing.prove",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--part", choices=("ten", "mutants"), help="only one of the tables")
    parser.add_argument("--only", metavar="TEXT", default="", help="only mutants named like this")
    parser.add_argument("--jobs", metavar="N", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--verbose", action="store_true", help="tell of each mutant")
    asked = parser.parse_args(given)
    good = True
    if asked.part != "mutants":
        good = the_ten() and good
        print()
    if asked.part != "ten":
        good = the_mutants(asked.jobs, asked.only, verbose=asked.verbose) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
