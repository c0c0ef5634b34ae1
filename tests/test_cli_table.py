"""`session-lifecycle table`, as a person and as a program would use it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from session_lifecycle._cli import main

ROOT = Path(__file__).parent.parent


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["table", *arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_text_is_the_default_and_one_fact_stands_on_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, err = run(capsys, "reasons")
    assert (status, err) == (0, "")
    assert run(capsys, "reasons", "--format", "text") == (0, out, "")
    (busy,) = (line for line in out.splitlines() if line.startswith("callee_busy "))
    assert busy.split() == [
        "callee_busy",
        "carrier",
        "setup",
        "unreached",
        "none",
        "closed",
        "later",
    ]
    assert len(out.splitlines()) == 4 + 46


def test_the_machine_and_the_settlement_have_two_sheets(
    capsys: pytest.CaptureFixture[str],
) -> None:
    machine = run(capsys, "machine")[1].split("\n\n")
    assert [part.split()[0] for part in machine] == ["The", "event", "Every", "event"]
    (pause,) = (" ".join(line.split()) for line in machine[3].splitlines() if "pause " in line)
    assert pause == (
        "pause illegal illegal paused already illegal illegal illegal late late late late"
    )
    settlement = run(capsys, "settlement")[1].split("\n\n")
    assert "human    a person took over and finished it" in settlement[1].splitlines()
    assert "cause    participant_left          3 s, a symptom" in settlement[3].splitlines()
    assert "foreign  unknown with raw          none" in settlement[3].splitlines()


def test_markdown_can_be_pasted(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "machine", "--format", "markdown")
    assert (status, err) == (0, "")
    assert "| `answer` | queued, ringing | active |" in out.splitlines()
    titles = [line for line in out.splitlines() if line and not line.startswith("|")]
    assert len(titles) == 2
    # A table needs an empty line before it.
    assert re.findall(r"\.\n\n\| event \|", out) == [".\n\n| event |"] * 2


@pytest.mark.parametrize(
    ("table", "keys"),
    [
        ("reasons", {"reasons"}),
        ("machine", {"initial", "terminal", "rules", "matrix"}),
        ("settlement", {"ranks", "order"}),
    ],
)
def test_json_is_one_document(
    capsys: pytest.CaptureFixture[str], table: str, keys: set[str]
) -> None:
    status, out, err = run(capsys, table, "--format", "json")
    assert (status, err) == (0, "")
    assert json.loads(out).keys() == keys


def test_the_machine_as_mermaid_is_the_readmes_picture(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, err = run(capsys, "machine", "--format", "mermaid")
    assert (status, err) == (0, "")
    assert f"```mermaid\n{out}```\n" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", ["reasons", "settlement"])
def test_only_the_machine_has_a_picture(capsys: pytest.CaptureFixture[str], table: str) -> None:
    status, out, err = run(capsys, table, "--format", "mermaid")
    assert (status, out) == (2, "")
    assert err == (
        f"session-lifecycle: {table} has no picture, only the machine has: "
        "table machine --format mermaid, or another format\n"
    )


@pytest.mark.parametrize("arguments", [[], ["words"], ["reasons", "--format", "yaml"]])
def test_a_wrong_call_says_what_there_is(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        run(capsys, *arguments)
    assert left.value.code == 2
    assert "usage: session-lifecycle table" in capsys.readouterr().err


def test_the_help_says_what_each_table_and_format_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run(capsys, "--help")
    assert left.value.code == 0
    told = capsys.readouterr().out
    for word in ("reasons", "machine", "settlement", "text", "markdown", "json", "mermaid"):
        assert re.search(rf"^  {word} +\w", told, re.MULTILINE), word
