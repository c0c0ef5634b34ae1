"""Run the benchmarks: `python -m tests.bench`, and `--help` for what else there is."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import session_lifecycle
from tests.bench import contests
from tests.bench.databases import databases
from tests.bench.entities import entities
from tests.bench.harness import Contest, measure
from tests.bench.requests import requests
from tests.bench.results import NOT_INSTALLED, Result, as_json, table
from tests.bench.settling import settling
from tests.bench.wire import wire


def _stored(*, quick: bool) -> Iterator[Contest]:
    yield from databases(quick=quick)
    yield from entities(quick=quick)
    yield from settling(quick=quick)


def _on_the_wire(*, quick: bool) -> Iterator[Contest]:
    yield from wire(quick=quick)
    yield from requests(quick=quick)


SITTINGS: dict[str, Callable[..., Iterator[Contest]]] = {
    "core": contests.core,
    "databases": _stored,
    "wire": _on_the_wire,
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Ours, and what one would write by hand."
    )
    parser.add_argument(
        "sitting",
        nargs="?",
        choices=SITTINGS,
        default="core",
        help="what is measured (core); databases starts a PostgreSQL and takes minutes; wire is "
        "records as JSON and one request to the example service, and takes minutes",
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the results there as well")
    parser.add_argument(
        "--seconds", metavar="N", type=float, default=2.0, help="how long to time each row (2)"
    )
    parser.add_argument("--only", metavar="TEXT", default="", help="only rows with this in them")
    parser.add_argument(
        "--without-peers",
        action="store_true",
        help="leave out the rows against other libraries; one that is not installed is an error",
    )
    parser.add_argument("--quick", action="store_true", help="a few rounds each: to see it work")
    chosen = parser.parse_args(arguments)

    seconds = 0.0 if chosen.quick else chosen.seconds
    results: list[Result] = []
    peers: dict[str, str] = {}
    for contest in SITTINGS[chosen.sitting](quick=chosen.quick):
        if contest.peer and chosen.without_peers:
            continue
        if chosen.only in f"{contest.work} | {contest.against}":
            results.append(measure(contest, seconds))
            if contest.peer:
                peers[contest.peer] = _version(contest.peer)
            if sys.stderr.isatty():
                print(f"{contest.work}: {results[-1].verdict}", file=sys.stderr)

    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"session_lifecycle {session_lifecycle.__version__}, {python}")
    if peers:
        print(", ".join(f"{name} {version}" for name, version in peers.items()))
    print(f"\n{table(results)}")
    if chosen.json is not None:
        found = {
            "sitting": chosen.sitting,
            "package": session_lifecycle.__version__,
            "python": python,
            "peers": peers,
            "rows": as_json(results),
        }
        chosen.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    missing = [one for one in results if one.verdict == NOT_INSTALLED]
    for one in missing:
        print(f"{one.work}, against {one.against}: {one.note}", file=sys.stderr)
    if missing:
        print("install the dependency group test, or say --without-peers", file=sys.stderr)
    return 1 if missing else 0


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
