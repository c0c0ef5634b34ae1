"""The reference pages say what the code says, and the picture what the table says.

What the pages should say stands here as literals and in the copy of the specification, so that the
printer of a page cannot vouch for itself.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

import session_lifecycle
from session_lifecycle import _cli, crosswalk, records, testing
from session_lifecycle.integrations import cattrs, livekit, pipecat, pydantic, sqlalchemy

ROOT = Path(__file__).parent.parent.parent
REFERENCE = ROOT / "docs" / "reference"
SPEC = ROOT / "tests" / "data" / "spec"

sys.path.insert(0, str(REFERENCE))

import make_reference  # noqa: E402
import print_api  # noqa: E402
import print_cli  # noqa: E402
import print_vendors  # noqa: E402

PAGES = make_reference.pages()
PRINTED = re.compile(r"<!-- printed: ([a-z-]+) -->\n(.*?)<!-- end -->", re.DOTALL)


def part(page: str, name: str) -> str:
    text = (REFERENCE / page).read_text(encoding="utf-8")
    (found,) = (body for printed, body in PRINTED.findall(text) if printed == name)
    return found.strip()


def rows(page: str, name: str) -> list[list[str]]:
    lines = part(page, name).splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def spec(name: str) -> str:
    return (SPEC / name).read_text(encoding="utf-8").strip()


# --- what is printed is what the code says -------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_what_would_be_printed(page: Path) -> None:
    """`python docs/reference/make_reference.py` writes what is missing."""
    assert page.read_text(encoding="utf-8") == make_reference.printed(page)


def test_every_page_of_entries_is_what_would_be_printed() -> None:
    pages = print_api.entry_pages()
    for name, text in pages.items():
        assert (REFERENCE / name).read_text(encoding="utf-8") == text
    assert {f"api/{page.name}" for page in (REFERENCE / "api").iterdir()} == pages.keys()


def test_every_vendor_has_the_page_that_would_be_printed() -> None:
    pages = print_vendors.vendor_pages()
    for name, text in pages.items():
        assert (REFERENCE / name).read_text(encoding="utf-8") == text
    found = {f"vendors/{page.name}" for page in (REFERENCE / "vendors").iterdir()}
    assert found == {*pages, "vendors/index.md"}
    assert len(pages) == 20


def test_a_vendors_page_shows_every_cell() -> None:
    retell = (REFERENCE / "vendors" / "retell.md").read_text(encoding="utf-8")
    assert "| `dial_busy` | `callee_busy` | exact |" in retell
    assert "| `machine_detected` (last in retell-sdk 4.34.0) |" in retell
    twilio = (REFERENCE / "vendors" / "twilio.md").read_text(encoding="utf-8")
    assert "| `in-progress` | goes on, `active` | not_an_end | answered |" in twilio
    livekit_page = (REFERENCE / "vendors" / "livekit.md").read_text(encoding="utf-8")
    assert "`5` is `ROOM_DELETED`" in livekit_page


def test_every_printer_has_its_place() -> None:
    names = [name for page in PAGES for name, _ in PRINTED.findall(page.read_text("utf-8"))]
    assert sorted(names) == sorted(make_reference.PRINTERS)


def test_the_pages_are_these() -> None:
    names = {page.name for page in PAGES}
    assert names == {
        *("reasons.md", "machine.md", "settlement.md", "coercion.md", "rollup.md"),
        *("cli.md", "api.md", "laws.md"),
        "index.md",  # of vendors
    }


def test_a_table_that_changed_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "reasons.md"
    text = (REFERENCE / "reasons.md").read_text(encoding="utf-8")
    page.write_text(text.replace("| `callee_busy` | carrier |", "| `callee_busy` | policy |"))
    assert page.read_text(encoding="utf-8") != text == make_reference.printed(page)


# --- second witnesses ----------------------------------------------------------------------------


def test_reasons() -> None:
    assert part("reasons.md", "traits").replace("`", "") == spec("reasons.md")
    laws = part("reasons.md", "trait-laws").splitlines()
    assert len(laws) == 6
    assert laws[2] == "- If `phase` is `setup`, `outcome` is `unreached` or `void`."
    fault = ["`agent`", "`platform`", "`carrier` or `unknown`"]
    assert laws[5] == f"- If `status` is `error`, `fault` is {', '.join(fault)}."
    columns = {row[0].strip("`"): row[1:] for row in rows("reasons.md", "trait-columns")}
    assert list(columns) == ["actor", "phase", "outcome", "fault", "status", "redial"]
    assert columns["phase"][1] == "`setup`, `conversation`, `any`"
    assert columns["status"][1] == "`closed`, `expired`, `error`, `superseded`"
    assert columns["actor"][0] == "who acted"


def test_machine() -> None:
    assert part("machine.md", "rules").replace("`", "") == spec("machine.md")
    statuses = {row[0].strip("`"): row[1:] for row in rows("machine.md", "statuses")}
    ending = "`close`, `expire`, `fail`, `supersede`"
    assert statuses["queued"] == ["live", "yes", f"`ring`, `answer`, {ending}"]
    assert statuses["transferred"] == ["live", "no", f"`return_to_agent`, {ending}"]
    assert statuses["expired"] == ["terminal", "no", "nothing"]
    assert [row[1] for row in statuses.values()] == ["yes"] * 3 + ["no"] * 8
    matrix = {row[0].strip("`"): row[1:] for row in rows("machine.md", "matrix")}
    assert len(matrix) == 14
    assert matrix["answer"] == ["`active`", "`active`", "already", *["late"] * 8]
    assert matrix["resume"] == [
        *("illegal", "illegal", "already", "`active`", "illegal", "illegal", "illegal"),
        *["late"] * 4,
    ]
    assert matrix["fail"] == ["`error`"] * 7 + ["late"] * 4


def test_settlement() -> None:
    ranks = part("settlement.md", "ranks").splitlines()
    expected = spec("settlement.md").splitlines()
    # The last row here says what follows from the row of FOREIGN.
    expected[-1] = expected[-1].replace("unknown |", "unknown, when it carries none |")
    for line, row in zip(ranks[:2], expected[:2], strict=True):
        assert line == row
    for line, row in zip(ranks[2:], expected[2:], strict=True):
        rank = row.split(" | ")[0].strip("| ")
        assert line == row.replace(f"| {rank} |", f"| `{rank.lower()}` |", 1)
    steps = rows("settlement.md", "steps")
    assert [row[0] for row in steps] == [str(number) for number in range(1, 11)]
    assert steps[0][2:] == ["`agent_initiated` at 10:00:50", "`room_deleted` at 10:00:40"]
    # Two seconds behind, and three seconds' lag ahead.
    assert steps[2] == [
        *("3", "the earlier whole second, lag added"),
        *("`silence_timeout` at 10:00:42", "`agent_error` at 10:00:40"),
    ]
    assert steps[3][2:] == [
        "`user_requested` at 10:00:40.900",
        "`agent_initiated` at 10:00:40.100",
    ]
    assert steps[5][2:] == ["`resolved` at 10:00:40 by Zoe", "`resolved` at 10:00:40 by ann"]


def test_reading_words() -> None:
    doors = {row[0].strip("`"): row[1:] for row in rows("coercion.md", "doors")}
    assert [row[0].split("`")[1] for row in doors.values()] == [
        *("exact", "normalized", "alias", "absent", "unrecognized", "unrecognized"),
    ]
    assert doors["'operator-busy'"][1:] == ["`unknown`", "raises `UnknownReasonError`"]
    assert doors["'DisconnectReason.ROOM_DELETED'"][1:] == ["`room_deleted`"] * 2
    spellings = {row[0].strip("`"): row[1:] for row in rows("coercion.md", "spellings")}
    assert spellings["'participantLeft'"] == [
        "`participantleft`, `participant_left`",
        "`participant_left`",
        "`normalized`",
    ]
    assert spellings["'DisconnectReason.RESOLVED'"][1:] == ["`unknown`", "`unrecognized`"]
    assert spellings["'-error'"] == ["nothing", "`unknown`", "`unrecognized`"]
    ours, theirs = rows("coercion.md", "aliases")
    assert ours[:2] == ["`session_termination_reason_`", "every reason, 46"]
    assert theirs[0] == "`disconnect_reason_`"
    assert len(theirs[1].split(", ")) == 17
    assert "`resolved`" not in theirs[1]
    assert [ours[3], theirs[3]] == ["2026-11-23"] * 2
    assert rows("coercion.md", "other-words")[2] == [
        "`'hibernating'`",
        "`None`",
        "raises `UnknownStatusError`",
    ]


def test_rollup() -> None:
    counted = {row[0].strip("`"): row[2] for row in rows("rollup.md", "counts")}
    assert list(counted) == ["total", "succeeded", "failed", "pending"]
    assert counted["failed"] == "the rest: `total - succeeded - pending`"
    outcomes = [[cell.replace("`", "") for cell in row] for row in rows("rollup.md", "outcomes")]
    assert ["completed", "no scores", "no_verdict", "succeeded", "failed"] in outcomes
    assert ["completed", "True, None", "no_verdict", "failed", "failed"] in outcomes
    assert ["completed", "None, False", "failed", "failed", "failed"] in outcomes
    assert ["running", "True", "pending", "pending", "pending"] in outcomes
    assert ["cancelled", "True", "errored", "failed", "failed"] in outcomes
    assert ["completed", "True, True", "passed", "succeeded", "succeeded"] in outcomes
    headlines = [tuple(row) for row in rows("rollup.md", "headlines")]
    assert len(headlines) == 8
    assert headlines[0] == ("none", "none", "none", "`none`", "decided")
    assert ("none", "some", "some", "`pending`", "`failed` or `passed`") in headlines
    assert ("some", "some", "some", "`failed`", "decided") in headlines
    assert ("none", "none", "some", "`passed`", "decided") in headlines


# --- the command line ----------------------------------------------------------------------------


def test_every_command_and_option_is_on_the_page() -> None:
    page = part("cli.md", "commands")
    found = {}
    for action in _cli.build_parser()._actions:
        if isinstance(action.choices, dict):
            found = dict(action.choices)
    assert re.findall(r"^## (\S+)$", page, re.MULTILINE) == list(found)
    sections = dict(zip(found, re.split(r"^## .*$", page, flags=re.MULTILINE)[1:], strict=True))
    for name, command in found.items():
        for action in command._actions:
            for option in action.option_strings:
                shown = re.search(rf"`{option}[` ]", sections[name])
                assert shown or option in ("-h", "--help"), f"{name} {option}"
        assert f"session-lifecycle {name}" in sections[name]


def test_a_help_text_becomes_markdown() -> None:
    told = print_cli._told("reads *all* with --now:\n\n  a  b\n    c\n\nThen <stops>.\n")
    assert told == ("Reads \\*all\\* with `--now`:\n\n```text\na  b\n  c\n```\n\nThen \\<stops\\>.")


def test_the_page_of_a_known_command() -> None:
    page = part("cli.md", "commands")
    assert "session-lifecycle table [--format {text,markdown,json,mermaid}]" in page
    assert "| `{reasons,machine,settlement}` | which one |" in page


# --- the public names ----------------------------------------------------------------------------


def test_every_public_name_is_in_one_group() -> None:
    grouped: dict[str, list[str]] = {}
    for group in print_api.GROUPS:
        grouped.setdefault(group.module, []).extend(group.names)
    assert sorted(grouped.pop("session_lifecycle")) == sorted(session_lifecycle.__all__)
    assert sorted(grouped.pop(livekit.__name__)) == sorted(livekit.__all__)
    assert sorted(grouped.pop(crosswalk.__name__)) == sorted(crosswalk.__all__)
    for module in (pipecat, sqlalchemy, records, cattrs, pydantic, testing):
        assert sorted(grouped.pop(module.__name__)) == sorted(module.__all__)
    assert not grouped


def test_every_public_name_says_what_it_is() -> None:
    lines = [line for line in part("api.md", "names").splitlines() if line.startswith("| [`")]
    said: dict[str, Any] = dict(
        re.findall(r"^\| \[`(\w+)`\]\(#[\w.]+\) \| (.+) \|$", "\n".join(lines), re.M)
    )
    assert said.keys() == {
        *(*session_lifecycle.__all__, *livekit.__all__, *crosswalk.__all__),
        *(*sqlalchemy.__all__, *records.__all__, *cattrs.__all__, *pydantic.__all__),
        *testing.__all__,
        *pipecat.__all__,
    }
    assert said["coerce_termination_reason"].startswith("Return the reason that `value` names")
    assert said["EMPTY_ROLLUP"] == "The rollup of no runs: the neutral element of `merge_rollups`."
    for name, text in said.items():
        assert text.endswith((".", "?")), name
        assert not text.startswith(("dict(", "tuple(", "str(", "Built-in")), name
