"""Run the benchmarks: `python -m tests.bench`, and `--help` for what else there is."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from pathlib import Path

import session_lifecycle
from tests.bench.contests import all_contests
from tests.bench.harness import Result, as_json, measure, table


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Ours, and what one would write by hand."
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the results there as well")
    parser.add_argument(
        "--seconds", metavar="N", type=float, default=2.0, help="how long to time each row (2)"
    )
    parser.add_argument("--only", metavar="TEXT", default="", help="only rows with this in them")
    parser.add_argument("--quick", action="store_true", help="a few rounds each: to see it work")
    chosen = parser.parse_args(arguments)

    seconds = 0.0 if chosen.quick else chosen.seconds
    results: list[Result] = []
    for contest in all_contests(quick=chosen.quick):
        if chosen.only in f"{contest.work} | {contest.against}":
            results.append(measure(contest, seconds))
            if sys.stderr.isatty():
                print(f"{contest.work}: {results[-1].ratio:.2f}", file=sys.stderr)

    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"session_lifecycle {session_lifecycle.__version__}, {python}\n")
    print(table(results))
    if chosen.json is not None:
        found = {
            "package": session_lifecycle.__version__,
            "python": python,
            "rows": as_json(results),
        }
        chosen.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
