"""The tables for other eyes, compared with the copy of the specification and with the README."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from session_lifecycle._render import (
    SHEETS,
    Sheet,
    arrows,
    as_document,
    as_markdown,
    as_text,
    machine_as_mermaid,
    matrix_sheet,
    order_sheet,
    ranks_sheet,
    reasons_sheet,
    rules_sheet,
)

ROOT = Path(__file__).parent.parent
SPEC = ROOT / "tests" / "data" / "spec"

LIVE = ["queued", "ringing", "active", "paused", "waiting_for_human", "transferred"]
LIVE += ["awaiting_approval"]
ENDED = ["closed", "expired", "error", "superseded"]


def spec(name: str) -> str:
    return (SPEC / name).read_text(encoding="utf-8").strip()


def cells(name: str) -> list[list[str]]:
    rows = spec(name).splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def moves() -> dict[tuple[str, str], str]:
    """The specification's moves: from which status, by which event, to which."""
    return {
        (source, event): target
        for event, sources, target in cells("machine.md")
        for source in (LIVE if sources == "every live status" else sources.split(", "))
    }


def test_the_sheets_are_the_specifications_tables() -> None:
    assert as_markdown(reasons_sheet()).replace("`", "") == spec("reasons.md")
    assert as_markdown(rules_sheet()).replace("`", "") == spec("machine.md")
    assert list(ranks_sheet().rows) == [(r.lower(), why) for r, why, _ in cells("settlement.md")]


def test_the_first_column_is_code_in_markdown() -> None:
    sheet = Sheet("", ("one", "two"), (("a", "b_c"), ("d", "e")))
    assert as_markdown(sheet) == "| one | two |\n|---|---|\n| `a` | b_c |\n| `d` | e |"


def test_every_pair_is_in_the_matrix() -> None:
    moved = moves()
    sheet = matrix_sheet()
    assert sheet.columns == ("event", *LIVE, *ENDED)
    assert [row[0] for row in sheet.rows] == [row[0] for row in cells("machine.md")]
    targets = {row[0]: row[2] for row in cells("machine.md")}
    for event, *answers in sheet.rows:
        for status, answer in zip(sheet.columns[1:], answers, strict=True):
            if (status, event) in moved:
                expected = moved[status, event]
            elif status in ENDED:
                expected = "late"
            elif status == targets[event]:
                expected = "already"
            elif event in ("ring", "answer") and status not in ("queued", "ringing"):
                expected = "late"
            else:
                expected = "illegal"
            assert answer == expected, (status, event)


def test_the_order_is_the_specifications_with_symptoms_marked() -> None:
    expected = []
    for rank, _, reasons in cells("settlement.md"):
        for word in reasons.replace(", when it carries `raw`", " with raw").split(", "):
            lag = "3 s, a symptom" if word.startswith("*") else "none"
            expected.append((rank.lower(), word.strip("*"), lag))
    assert expected[-1] == ("silent", "unknown", "none")
    expected[-1] = ("silent", "unknown without raw", "none")
    assert list(order_sheet().rows) == expected


def test_text_is_aligned() -> None:
    sheet = Sheet("What it is.", ("a", "bcd"), (("long", "x"), ("b", "")))
    assert as_text(sheet) == "What it is.\n\na     bcd\n----  ---\nlong  x\nb"
    lines = as_text(rules_sheet()).splitlines()
    assert lines[2] == "event             from                               to"
    assert lines[4] == "ring              queued                             ringing"
    assert lines[-1] == "supersede         every live status                  superseded"


@pytest.mark.parametrize("sheet", [s for name in SHEETS for s in SHEETS[name]()], ids=str)
def test_a_sheet_is_text_in_every_cell(sheet: Sheet) -> None:
    assert sheet.title.endswith(".")
    for row in (sheet.columns, *sheet.rows):
        assert len(row) == len(sheet.columns)
        assert all(type(cell) is str and cell and "|" not in cell for cell in row)


def plain(value: Any) -> bool:
    if type(value) is dict:
        return all(type(key) is str and plain(inner) for key, inner in value.items())
    if type(value) is list:
        return all(map(plain, value))
    return value is None or type(value) in (str, int, bool)


@pytest.mark.parametrize("table", ["reasons", "machine", "settlement"])
def test_a_document_is_plain(table: str) -> None:
    document = as_document(table)
    assert plain(document)
    assert json.loads(json.dumps(document)) == document


def test_the_documents_are_the_tables_under_their_own_names() -> None:
    (reasons,) = as_document("reasons").values()
    assert [list(row.values()) for row in reasons] == cells("reasons.md")
    assert list(reasons[0]) == spec("reasons.md").splitlines()[0].strip("| ").split(" | ")

    machine = as_document("machine")
    assert list(machine) == ["initial", "terminal", "rules", "matrix"]
    assert machine["initial"] == ["queued", "ringing", "active"]
    assert machine["terminal"] == ENDED
    assert machine["rules"][1] == {
        "event": "answer",
        "sources": ["queued", "ringing"],
        "target": "active",
    }
    pairs = {(row["before"], row["event"]): row for row in machine["matrix"]}
    events = [row[0] for row in cells("machine.md")]
    assert list(pairs) == list(product([*LIVE, *ENDED], events))
    moved = {pair: row["after"] for pair, row in pairs.items() if row["verdict"] == "moved"}
    assert moved == moves()
    assert pairs["closed", "answer"] == {
        "before": "closed",
        "event": "answer",
        "after": "closed",
        "verdict": "late",
    }

    settlement = as_document("settlement")
    assert settlement["ranks"][0] == {
        "rank": "human",
        "why": "a person took over and finished it",
    }
    assert settlement["order"][0] == {
        "rank": "human",
        "reason": "handoff_resolved",
        "lag": 0,
        "raw": None,
    }
    assert {"rank": "cause", "reason": "error", "lag": 3, "raw": None} in settlement["order"]
    unknowns = [row for row in settlement["order"] if row["reason"] == "unknown"]
    assert [(row["rank"], row["raw"]) for row in unknowns] == [("foreign", True), ("silent", False)]


def test_the_readmes_picture_is_what_is_printed() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (picture,) = re.findall(r"^```mermaid\n(.*?)\n```$", readme, re.MULTILINE | re.DOTALL)
    assert machine_as_mermaid() == picture


def test_every_move_has_one_arrow() -> None:
    drawn = [
        ((source, event), str(arrow.target))
        for arrow in arrows()
        for source in (LIVE if arrow.source is None else [str(arrow.source)])
        for event in arrow.events
    ]
    assert len(drawn) == len(dict(drawn))
    assert dict(drawn) == moves()
