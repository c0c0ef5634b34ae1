"""Print what was measured into the documentation: `python -m tests.bench.page FILE...`.

Each file is what `python -m tests.bench --json FILE` wrote on one Python in one sitting; the page
has a place for each sitting, and shows its Pythons side by side. Nothing is measured here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.bench.results import PER_REQUEST, Target, amount, short

PAGE = Path(__file__).parent.parent.parent / "docs" / "explanation" / "how-fast.md"
END = "<!-- end -->\n"

Found = dict[str, Any]


def main(files: list[str]) -> int:
    found = [json.loads(Path(file).read_text(encoding="utf-8")) for file in files]
    for sitting in dict.fromkeys(run["sitting"] for run in found):
        begin = f"<!-- measured: {sitting} -->\n"
        before, marked, rest = PAGE.read_text(encoding="utf-8").partition(begin)
        if not marked:
            print(f"{PAGE.name} has no line {begin.strip()}", file=sys.stderr)
            return 1
        after = rest.partition(END)[2]
        table = measured([run for run in found if run["sitting"] == sitting])
        PAGE.write_text(f"{before}{begin}\n{table}\n{END}{after}", encoding="utf-8")
    return 0


def measured(runs: list[Found]) -> str:
    """Return the versions and the table."""
    peers = {name: version for run in runs for name, version in run["peers"].items()}
    versions = ", ".join(f"{name} {version}" for name, version in peers.items())
    rows = [("work", "against", "target", *(run["python"] for run in runs))]
    rows.append(("---",) * len(rows[0]))
    for row in runs[0]["rows"]:
        name = (row["work"], row["against"])
        same = [next(r for r in run["rows"] if (r["work"], r["against"]) == name) for run in runs]
        rows.append((*name, _target(row), *map(_cell, same)))
    return f"With {versions}.\n\n{_lines(rows)}" if versions else _lines(rows)


def _lines(rows: Iterable[tuple[str, ...]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _target(row: Found) -> str:
    return "" if row["target"] is None else str(Target(**row["target"]))


def _cell(row: Found) -> str:
    verdict = " **missed**" if row["verdict"] == "MISSED" else ""
    ours, theirs = (amount(row[side], row["unit"]) for side in ("ours", "theirs"))
    if row["unit"] == "bytes":
        other = row["note"] or theirs
        return f"{ours}{f', theirs {other}' if other else ''}{verdict}"
    if row["ratio"] is None:
        return f"{ours}{verdict}"
    ratio = f"{short(row['ratio'])}x"
    told = f"{ratio} theirs" if row["of"] == "ours / theirs" else f"theirs {ratio}"
    if row["unit"] == PER_REQUEST:
        told += f": {ours}, theirs {theirs}"
    return told + verdict


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
