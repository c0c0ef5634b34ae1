"""`--lifecycle-report`: the laws as a table, after the tests; also where they ran in processes.

Each run is a process: a plugin is loaded before anything could measure it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from session_lifecycle.testing._report import tables

ROOT = Path(__file__).parents[2]
TESTS = """
from session_lifecycle.testing import LifecycleConformance
from tests.testing.stores import broken, memory, rollups

class TestRight(memory.InMemory):
    pass

class TestBelow(TestRight):
    pass

class TestRevives(memory.InMemory):
    kind = broken.RevivesOnLateApproval

class TestGate(rollups.Rollup):
    pass

class TestNoScores(rollups.PassesWithNothingMeasured):
    pass

class TestOther:
    checked = 3

    def test_short(self):
        pass

def test_short():
    pass
"""


def run(folder: Path, *options: str, tests: str = TESTS) -> tuple[int, str]:
    (folder / "test_stores.py").write_text(tests, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no"]
    command += ["-p", "session_lifecycle._pytest"]
    done = subprocess.run(
        [*command, "-k", "short or each_law", *options],
        cwd=folder,
        # Other plugins are slow to load. This one is named, and must not be loaded twice.
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def rows_of(output: str) -> dict[str, dict[str, tuple[str, int, str]]]:
    """What the tables say: by class and law, the result, how often, and the sentence."""
    found: dict[str, dict[str, tuple[str, int, str]]] = {}
    name = ""
    lines = output.partition("laws of a session's life ====")[2].splitlines()[1:]
    for line in lines:
        row = re.fullmatch(r"  (\w+) +(holds|BROKEN|not checked) +([\d,]+)  (\S.*)", line)
        if row:
            found[name][row[1]] = row[2], int(row[3].replace(",", "")), row[4]
        elif re.fullmatch(r"[\w.]+", line):
            name = line.rpartition(".")[2]
            found[name] = {}
    return found


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str]:
    return run(tmp_path_factory.mktemp("report"), "--lifecycle-report")


def test_a_table_for_each_class_in_order(report: tuple[int, str]) -> None:
    code, output = report
    assert code == 1
    assert "2 failed, 5 passed" in output
    found = rows_of(output)
    assert list(found) == ["TestBelow", "TestGate", "TestNoScores", "TestRevives", "TestRight"]
    assert len(found["TestRight"]) >= 20
    assert len(found["TestGate"]) == 7


def test_what_was_checked_holds_and_what_was_not_is_said(report: tuple[int, str]) -> None:
    right = rows_of(report[1])["TestRight"]
    result, times, sentence = right["ended_stays_ended"]
    assert (result, sentence) == ("holds", "A session that has ended is never live again.")
    assert times > 500
    not_checked = right["none_is_lost_at_once"]
    assert not_checked[:2] == ("not checked", 0)
    assert not [row for row in right.values() if row[0] == "BROKEN"]


def test_a_broken_law_is_broken_and_the_others_are_not(report: tuple[int, str]) -> None:
    found = rows_of(report[1])
    fallen = {(name, law) for name in found for law, row in found[name].items() if "BROKEN" in row}
    assert fallen == {
        ("TestRevives", "ended_stays_ended"),
        ("TestNoScores", "nothing_measured_is_not_passed"),
    }


def test_a_class_below_a_tested_one_has_its_own_counts(report: tuple[int, str]) -> None:
    found = rows_of(report[1])
    assert found["TestBelow"] == found["TestRight"]


@pytest.mark.slow
def test_in_processes_the_table_is_the_same(tmp_path: Path, report: tuple[int, str]) -> None:
    pytest.importorskip("xdist")
    code, output = run(tmp_path, "--lifecycle-report", "-p", "xdist.plugin", "-n", "2")
    assert code == 1
    assert rows_of(output) == rows_of(report[1])


def test_nobody_who_has_not_asked_gets_a_table(tmp_path: Path) -> None:
    code, output = run(tmp_path)
    assert code == 1
    assert "laws of a session's life" not in output
    # The failure says it all.
    assert "LawBrokenError: the law ended_stays_ended is broken." in output
    assert "What it leads to: A late webhook or approval revives a call" in output


def test_a_run_without_the_kit_says_so(tmp_path: Path) -> None:
    one = "class TestOne:\n    def test_short(self): pass\n"
    code, output = run(tmp_path, "--lifecycle-report", tests=one)
    assert code == 0, output
    assert "no test of LifecycleConformance or EvalRollupConformance ran" in output


def test_the_plugin_imports_nothing_of_the_package(tmp_path: Path) -> None:
    # Whoever has it installed pays for it in every run.
    tests = """
import sys

def test_short():
    loaded = {name for name in sys.modules if name.startswith("session_lifecycle")}
    assert not {name for name in loaded if "testing" in name}
    assert "hypothesis" not in sys.modules
"""
    code, output = run(tmp_path, tests=tests)
    assert code == 0, output


def test_the_lines_by_themselves() -> None:
    assert list(tables({}, {})) == [
        "no test of LifecycleConformance or EvalRollupConformance ran",
    ]
    lines = list(tables({"b.Gate": {"critical_decides": 1_234}, "a.Store": {}}, {}))
    assert lines[0] == "a.Store"
    assert "b.Gate" in lines
    assert (
        "  critical_decides                 holds            1,234  "
        "The headline is that of the critical runs alone."
    ) in lines
    broken = list(tables({"b.Gate": {}}, {"b.Gate": {"critical_decides"}}))
    assert broken[3] == (
        "  critical_decides                 BROKEN               0  "
        "The headline is that of the critical runs alone."
    )


def test_a_class_of_which_nothing_was_checked_has_no_table() -> None:
    assert list(tables({"TestHeadline": {}}, {})) == ["TestHeadline", "  no law was checked"]
