"""Break the bodies of functions: `python -m tests.mutation.functions`.

`mutmut` runs over the core. It imports the package before it changes anything: what runs at import
only has no chance to be noticed. It passes over properties, and its run leaves out the property
tests. So whatever it could not kill, and nobody has called equivalent, gets a second run here, in a
process that imports the package with the change in it.

The crosswalk gets that run only: it keeps what it has made of a vendor's table, and `mutmut` would
ask a process that made it before the change.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.mutation.bodies import bodies_of
from tests.mutation.equivalent import FUNCTIONS
from tests.mutation.report import arguments, conclude
from tests.mutation.runner import KILLED, SURVIVED, Fate, Runner, copied_tree
from tests.mutation.source import Mutant, Source
from tests.mutation.tables import CORE, CROSSWALK

# How mutmut says that a test failed; the others are: survived, no tests, timeout, and worse.
KILLED_CODES = (1, 3)


def run_mutmut(tree: Path, jobs: int, only: str) -> dict[str, int | None]:
    """Run `mutmut` in a copy of the tree, and return its exit code for each mutant."""
    command = [sys.executable, "-c", "from mutmut.__main__ import cli; cli()", "run"]
    # Its names are others than ours, except for the module's.
    module = only.partition(".")[0]
    command += ["--max-children", str(jobs), *([f"*.{module}.*"] if only else [])]
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    subprocess.run(command, cwd=tree, env=environment, check=True, stdout=sys.stderr)
    return verdicts(tree)


def verdicts(tree: Path) -> dict[str, int | None]:
    """The exit code `mutmut` keeps for each mutant; `None` for one that was not run."""
    found: dict[str, int | None] = {}
    for file in (tree / "mutants" / "src").rglob("*.meta"):
        found |= json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def main() -> int:
    """Run the mutants that the command line asks for."""
    parser = arguments(__doc__ or "")
    parser.add_argument(
        "--keep", metavar="FOLDER", type=Path, help="work there; again: only what has changed since"
    )
    chosen = parser.parse_args()
    with copied_tree(chosen.keep) as tree:
        start = chosen.only.partition(".")[0]
        modules = [module for module in (*CORE, *CROSSWALK) if module.startswith(start)]
        codes = {}
        if set(CORE) & set(modules):
            codes = run_mutmut(tree, chosen.jobs, chosen.only)
        package = tree / "src" / "session_lifecycle"
        fates: list[Fate] = []
        second: list[Mutant] = []
        every: list[Mutant] = []
        for module in modules:
            source = Source(package / module, module)
            for mutant, _ in bodies_of(source, lambda key: codes.get(key) not in KILLED_CODES):
                every.append(mutant)
                if not mutant.text:
                    fates.append(Fate(mutant, KILLED, "mutmut"))
                elif mutant.name in FUNCTIONS and module in CORE:
                    fates.append(Fate(mutant, SURVIVED, "mutmut"))
                elif chosen.only in mutant.name:
                    second.append(mutant)
        killed = sum(fate.verdict == KILLED for fate in fates)
        asked = sum(mutant.module in CORE for mutant in every)
        print(f"mutmut killed {killed} of {asked}", file=sys.stderr)
        runner = Runner(tree, chosen.jobs)
        runner.check(sorted({mutant.module for mutant in second}))
        fates += runner.run(second)
    return conclude(fates, every, FUNCTIONS, chosen.only)


if __name__ == "__main__":
    raise SystemExit(main())
