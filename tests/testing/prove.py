"""Prove that the kit bites: `python -m tests.testing.prove`.

Three tables. The ten broken stores, each with the law that it breaks, and how long it takes to find
it: the median of five runs with Hypothesis' default profile. The walks that leave nothing out: how
much there is, and how long it takes. The mutants of the store on plain `sqlite3`: how many there
are, and how many the kit catches. It ends with an error if one of the ten is not found, or found by
another law, or takes five seconds; or if a mutant survives that `equivalent.txt` does not know.

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
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from hypothesis import Phase, settings

from session_lifecycle import next_status
from session_lifecycle.testing import check_every_history, check_every_path
from tests.testing import sqlite_store
from tests.testing.kit import Failure, first_failure
from tests.testing.mutants import Mutant, mutants_of
from tests.testing.sqlite_conformance import PlainSqlite
from tests.testing.stores.memory import InMemory
from tests.testing.stores.ten import TEN, Broken

RUNS = 5
AT_MOST = 5.0  # Seconds, to find one of the ten.
SECONDS_EACH = 300
HERE = Path(__file__).parent


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
    return in_all < AT_MOST


# --- the walks -----------------------------------------------------------------------------------


class GoesBack(InMemory):
    """The store in memory; what it has of a session is one row, which can be put back."""

    def snapshot(self, key: int) -> object:
        return dict(self.store.rows[key])

    def restore(self, key: int, snapshot: Any) -> None:
        self.store.rows[key] = dict(snapshot)


def the_walks() -> bool:
    """Print how much is walked, and how long that takes. Whatever is broken is raised."""
    row = "{:<44} {:>10} {:>11} {:>8}".format
    print(row("walk", "histories", "steps", "seconds"))
    for name, walk in (
        ("a store in memory, 3, from each start", lambda: check_every_history(GoesBack(), 3)),
        ("the same, each history from its start", lambda: check_every_history(InMemory(), 3)),
        (
            "a store in memory, 4, from active",
            lambda: check_every_history(GoesBack(), 4, starts=["active"]),
        ),
        ("a store in memory, 4, from each start", lambda: check_every_history(GoesBack(), 4)),
        ("the bare table, 6, from each start", lambda: check_every_path(next_status, 6)),
    ):
        since = time.process_time()  # Of one core: nobody is waited for.
        walked = walk()
        seconds = f"{time.process_time() - since:.1f}"
        print(row(name, f"{walked.histories:,}", f"{walked.steps:,}", seconds), flush=True)
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
    # That it is caught is enough; how need not be short, but must be the same in every run.
    settings.register_profile(
        "mutant",
        settings.get_profile("default"),
        database=None,
        derandomize=True,
        phases=[Phase.generate],
    )
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
            failure = first_failure(kind)
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
    name = Path(sqlite_store.__file__).name
    print(f"{len(fates)} mutants of {name}, {len(caught)} caught by")
    _counted(Counter(fate.test or fate.law for fate in caught))
    print("which say")
    _counted(Counter(fate.law for fate in caught))
    _listed("survive, and nobody can tell them from the store", survivors, equivalent)
    differ = len(fates) - len(survivors & equivalent.keys())
    share = 100 * len(caught) / (differ or 1)
    print(f"caught: {len(caught)} of the {differ} that differ, {share:.1f} %")
    names = {mutant.name for mutant in every}
    died = {fate.mutant.name for fate in caught}
    listed = equivalent.keys()
    wrong = [f"SURVIVED {name}" for name in sorted(survivors - listed)]
    wrong += [f"NO LONGER THERE {name}" for name in sorted(listed - names)]
    wrong += [f"CAUGHT, and listed as if it survived: {name}" for name in sorted(listed & died)]
    for line in wrong:
        print(line)
    return not wrong


def _counted(counts: Counter[str]) -> None:
    for what, times in counts.most_common():
        print(f"  {times:>4}  {what}")


def _listed(what: str, survivors: set[str], reasons: dict[str, str]) -> None:
    found = sorted(survivors & reasons.keys())
    print(f"{len(found)} {what}")
    for name in found:
        print(f"  {name}\n      {reasons[name]}")


def main(given: list[str] | None = None) -> int:
    """Print both tables; 1 if something is not as it must be."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.testing.prove",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--part", choices=tuple(PARTS), help="only one of the tables")
    parser.add_argument("--only", metavar="TEXT", default="", help="only mutants named like this")
    parser.add_argument("--jobs", metavar="N", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--verbose", action="store_true", help="tell of each mutant")
    asked = parser.parse_args(given)
    good = True
    for number, part in enumerate((asked.part,) if asked.part else PARTS):
        print("\n" if number else "", end="")
        good = PARTS[part](asked) and good
    return 0 if good else 1


PARTS: dict[str, Callable[[argparse.Namespace], bool]] = {
    "ten": lambda asked: the_ten(),
    "walks": lambda asked: the_walks(),
    "mutants": lambda asked: the_mutants(asked.jobs, asked.only, verbose=asked.verbose),
}

if __name__ == "__main__":
    sys.exit(main())
