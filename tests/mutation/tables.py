"""Re-point every cell of every table, one at a time: `python -m tests.mutation.tables`."""

from __future__ import annotations

from pathlib import Path

from tests.mutation.cells import enums_of, mutants_of
from tests.mutation.equivalent import TABLES
from tests.mutation.report import arguments, conclude
from tests.mutation.runner import Runner, copied_tree
from tests.mutation.source import Mutant, Source

# The core, in the order of its rooms.
CORE = (
    *("_names.py", "_words.py", "_text.py", "_errors.py", "_table.py", "_value.py"),
    *("_machine.py", "_reasons.py", "_spelling.py", "_coercion.py", "_settlement.py"),
    *("_ending.py", "_session.py", "_history.py", "_replay.py", "_audit.py", "_rollup.py"),
    "_evals.py",
)
# Without the vendors' modules: their rows have witnesses of their own, the lists, the second
# judgement and the traps, and to re-point them all would take a day.
CROSSWALK = (
    *("crosswalk/_rows.py", "crosswalk/_values.py", "crosswalk/_tables.py"),
    *("crosswalk/_translate.py", "crosswalk/_call.py", "crosswalk/_drift.py"),
    "crosswalk/_vcon_disposition.py",
)
LIVEKIT = (
    *("integrations/livekit/_webhooks.py", "integrations/livekit/_leaves.py"),
    *("integrations/livekit/_sip.py", "integrations/livekit/_message.py"),
    "integrations/livekit/_judges.py",
)
# With the edges that have tables of their own. Without the list of where each public name is at
# home: its order says nothing, and tests/test_structure.py holds it to what type checkers read.
MODULES = (
    *(module for module in CORE if module != "_names.py"),
    *LIVEKIT,
    *CROSSWALK,
)


def every_mutant(package: Path) -> list[Mutant]:
    """The mutants of every table of a package."""
    enums = enums_of(Source(package / "_words.py", "_words.py"))
    found: list[Mutant] = []
    for module in MODULES:
        found += mutants_of(Source(package / module, module), enums)
    return list({mutant.name: mutant for mutant in found}.values())


def main() -> int:
    """Run the mutants that the command line asks for."""
    chosen = arguments(__doc__ or "").parse_args()
    with copied_tree() as tree:
        every = every_mutant(tree / "src" / "session_lifecycle")
        mutants = [mutant for mutant in every if chosen.only in mutant.name]
        runner = Runner(tree, chosen.jobs)
        runner.check(sorted({mutant.module for mutant in mutants}))
        fates = runner.run(mutants)
    return conclude(fates, every, TABLES, chosen.only)


if __name__ == "__main__":
    raise SystemExit(main())
