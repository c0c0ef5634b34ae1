"""What a run is asked for, and what it says: the score, and who survived."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Mapping, Sequence

from tests.mutation.runner import KILLED, REFUSED, SURVIVED, TIMEOUT, Fate
from tests.mutation.source import Mutant

EQUIVALENT = "equivalent"
COLUMNS = ("mutants", KILLED, REFUSED, TIMEOUT, EQUIVALENT, SURVIVED)


def arguments(description: str) -> argparse.ArgumentParser:
    """What every command here can be asked for."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", metavar="TEXT", default="", help="only mutants named like this")
    parser.add_argument("--jobs", metavar="N", type=int, default=os.cpu_count() or 1)
    return parser


def conclude(
    fates: Sequence[Fate], every: Sequence[Mutant], equivalent: Mapping[str, str], only: str
) -> int:
    """Print the score and the survivors; 0 if all of them are known to be equivalent, else 1."""
    print(score(fates, equivalent))
    survivors = [fate.mutant for fate in fates if fate.verdict == SURVIVED]
    strangers = [mutant for mutant in survivors if mutant.name not in equivalent]
    for mutant in strangers:
        print(f"SURVIVED src/session_lifecycle/{mutant.module}:{mutant.line}\n    {mutant.name}")
    alive = {mutant.name for mutant in survivors}
    gone = {name for name in equivalent if only in name} - {mutant.name for mutant in every}
    died = {fate.mutant.name for fate in fates} & equivalent.keys() - alive
    for name in sorted(gone | died):
        print(f"{'NO LONGER THERE' if name in gone else 'NOT EQUIVALENT'}: {name}")
    if only:
        print(f"only mutants with {only!r} in their name")
    return 1 if strangers or gone or died else 0


def score(fates: Sequence[Fate], equivalent: Mapping[str, str]) -> str:
    """How many mutants each table or function had, and what became of them."""
    rows: dict[str, Counter[str]] = {}
    for mutant, verdict, _ in fates:
        known = verdict == SURVIVED and mutant.name in equivalent
        counts = rows.setdefault(f"{mutant.module} {mutant.table}", Counter())
        counts.update(("mutants", EQUIVALENT if known else verdict))
    rows["all"] = sum(rows.values(), Counter())
    width = max(map(len, rows))
    lines = [" | ".join(["in".ljust(width), *COLUMNS])]
    for name, counts in rows.items():
        cells = [str(counts[column]).rjust(len(column)) for column in COLUMNS]
        lines.append(" | ".join([name.ljust(width), *cells]))
    return "\n".join(lines)
