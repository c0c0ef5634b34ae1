"""Run the fuzz targets: `python -m tests.fuzz`, and `--help` for what else there is."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.fuzz import TARGETS
from tests.fuzz.inputs import ROOT, dictionary
from tests.fuzz.shrink import failure, shrink

# A single input that takes longer than this is a finding: what is read costs time in proportion.
SECONDS_AN_INPUT = 10
MEGABYTES = 1_024

_LAST = re.compile(r"^#(\d+)\t.*?cov: (\d+) ft: (\d+)", re.M)


class Run(NamedTuple):
    """What came of fuzzing one target.

    Attributes:
        target: its name.
        seeds: with how many inputs it began.
        executions: how many it tried.
        edges: how many edges of the package's bytecode they reached.
        seconds: how long it ran.
        finding: what broke a law, shrunk; `None` if nothing did.
        how: how that failed.
    """

    target: str
    seeds: int
    executions: int
    edges: int
    seconds: int
    finding: bytes | None
    how: str


def main(arguments: list[str]) -> int:
    """Run the targets one after the other, print a table, and return 1 if a law was broken."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description="Coverage-guided fuzzing of the laws, by atheris."
    )
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"all, or some of {', '.join(TARGETS)}"
    )
    parser.add_argument(
        "--seconds", metavar="N", type=int, default=60, help="how long to run each target (60)"
    )
    parser.add_argument(
        "--corpus",
        metavar="FOLDER",
        type=Path,
        help="keep what reached new edges, and begin with it the next time",
    )
    chosen = parser.parse_args(arguments)
    wrong = [name for name in chosen.targets if name not in TARGETS]
    if wrong:
        parser.error(f"{wrong[0]!r} is no target, expected some of {', '.join(TARGETS)}")
    if importlib.util.find_spec("atheris") is None:
        parser.error("atheris is not installed: pip install --group fuzz, on Python up to 3.13")
    print(HEAD, flush=True)
    broken = False
    for name in chosen.targets or TARGETS:
        run = fuzz(name, chosen.seconds, chosen.corpus)
        print(row(run), flush=True)
        if run.how:
            broken = True
            print(f"{run.target}: {run.how}\n  {run.finding!r}", file=sys.stderr)
    return int(broken)


def fuzz(name: str, seconds: int, kept: Path | None = None) -> Run:
    """Fuzz one target in a process of its own."""
    target = importlib.import_module(f"tests.fuzz.{name}")
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        work = Path(folder)
        found, seeds = work / "found", work / "seeds"
        corpus = work / "corpus" if kept is None else kept / name
        for place in (found, seeds, corpus):
            place.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(target.seeds()):
            (seeds / f"{number:04}").write_bytes(seed)
        (work / "words.dict").write_text(dictionary(), encoding="ascii")
        command = [
            *(sys.executable, "-m", "tests.fuzz.engine", name),
            *(str(corpus), str(seeds), f"-dict={work / 'words.dict'}"),
            *(f"-max_total_time={seconds}", f"-max_len={target.MAX_LEN}", "-print_final_stats=1"),
            *(f"-timeout={SECONDS_AN_INPUT}", f"-rss_limit_mb={MEGABYTES}"),
            f"-artifact_prefix={found}/",
        ]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False
        )
        how, finding = "", None
        if done.returncode:
            how = f"the engine ended with {done.returncode}:\n{done.stderr[-2_000:]}"
            for file in found.glob("[!s]*"):  # crash, oom, timeout; without what was only slow
                finding, how = file.read_bytes(), file.name.partition("-")[0]
        if finding is not None and failure(target.check, finding):
            finding = shrink(target.check, finding)
            how = failure(target.check, finding)
        begun = sum(1 for _ in seeds.iterdir())
    return Run(name, begun, *_statistics(done.stderr), finding, how)


def _statistics(said: str) -> tuple[int, int, int]:
    executions, edges = 0, 0
    for last in _LAST.finditer(said):
        executions, edges = int(last[1]), int(last[2])
    time = re.search(r"^Done (\d+) runs? in (\d+) second", said, re.M)
    return (int(time[1]) if time else executions), edges, int(time[2]) if time else 0


HEAD = """\
| target | seeds | seconds | executions | edges | findings |
|---|---:|---:|---:|---:|---:|"""


def row(run: Run) -> str:
    """Return a run as a row of the table, in Markdown."""
    return (
        f"| {run.target} | {run.seeds:,} | {run.seconds:,} | {run.executions:,} | {run.edges:,} "
        f"| {int(bool(run.how))} |"
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
