"""The benchmarks run, and both sides of every row give the same answers. No time is judged here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )


def test_the_bench_prints_a_table_and_writes_the_same_as_json(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    done = python("-m", "tests.bench", "--quick", "--json", str(file))
    # A side that answers otherwise than the other ends the run with an error.
    assert done.returncode == 0, done.stderr
    head, *lines = done.stdout.splitlines()
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line]
    assert table[0] == ["work", "against", "ratio", "middle half", "target", "verdict"]

    found = json.loads(file.read_text(encoding="utf-8"))
    assert head == f"session_lifecycle {found['package']}, {found['python']}"
    assert [(row["work"], row["against"]) for row in found["rows"]] == [
        (row[0], row[1]) for row in table[2:]
    ]
    assert len(found["rows"]) == len({(row["work"], row["against"]) for row in found["rows"]})
    for row, printed in zip(found["rows"], table[2:], strict=True):
        assert printed[2] == f"{row['ratio']:.2f}x"
        assert 0 < row["low"] <= row["ratio"] <= row["high"]
        assert row["rounds"] >= 5
        assert row["verdict"] in ({"met", "MISSED"} if row["target"] else {"-"})


def test_a_row_can_be_picked() -> None:
    done = python("-m", "tests.bench", "--quick", "--only", "next_status")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n| next_status") == 1
    assert "rollup" not in done.stdout


def test_a_contest_of_different_answers_is_refused() -> None:
    contest = "calls('shout', 'whisper', str.upper, str.lower, [('!',), ('a',)])"
    done = python("-c", f"from tests.bench.harness import calls, measure; measure({contest}, 0)")
    assert done.returncode == 1
    assert "AssertionError: shout of ('a',): 'A' and 'a'" in done.stderr
