"""Who uses the vectors: they ask enough to find a broken service, another language is held to them
and holds to them, and the page says what is in them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from enum import StrEnum
from itertools import combinations, product
from pathlib import Path

import pytest

import session_lifecycle as sl
from tests.oracle import make_vectors
from tests.oracle.schema import ASKS, QUESTIONS
from tests.vector_answers import PACKAGE, Document, wrong

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "reference" / "vectors"
PAGE = (FOLDER.parent / "vectors.md").read_text(encoding="utf-8")
ORACLE = ROOT / "tests" / "oracle"
REQUIRED = "SESSION_LIFECYCLE_REQUIRE_NODE"
TOPICS = ("coercion", "machine", "settlement", "rollup")

SCHEMA: Document = json.loads((FOLDER / "vectors.schema.json").read_text(encoding="ascii"))
FILES: dict[str, Document] = {
    topic: json.loads((FOLDER / f"{topic}.json").read_text(encoding="ascii")) for topic in TOPICS
}
every_topic = pytest.mark.parametrize("topic", TOPICS)


# --- they ask enough -----------------------------------------------------------------------------


def asked(does: str) -> list[tuple[Document, Document]]:
    """What is given and what is expected, of every case of a question."""
    cases = [case for vectors in FILES.values() for case in vectors["cases"]]
    return [(case["given"], case["expect"]) for case in cases if case["does"] == does]


def values(words: type[StrEnum]) -> set[str]:
    return {word.value for word in words}


def test_every_cell_of_the_machine_is_asked() -> None:
    cells = [(given["status"], given["event"]) for given, _ in asked("transition")]
    assert len(cells) == 154
    assert set(cells) == set(product(values(sl.SessionStatus), values(sl.SessionEvent)))


def test_every_word_is_read_by_every_door() -> None:
    read_as: dict[str, set[str]] = {}
    for given, expect in asked("read_reason"):
        read_as.setdefault(expect["reason"], set()).add(json.dumps(given["value"]))
    assert read_as.keys() == values(sl.SessionTerminationReason)
    # Of a word without joints there are fewer spellings than of `callee_busy`.
    assert min(map(len, read_as.values())) >= 5
    assert len(read_as["callee_busy"]) >= 13
    assert {expect["via"] for _, expect in asked("read_reason")} == values(sl.CoercionVia)
    for does, words in (("status", sl.SessionStatus), ("event", sl.SessionEvent)):
        found = {expect[does] for _, expect in asked(f"read_{does}")}
        assert found == {None, *values(words)}


def test_every_claim_wins_and_every_rank_meets_every_other() -> None:
    answers = [expect for _, expect in asked("settle") if "refused" not in expect]
    assert {expect["reason"] for expect in answers} == values(sl.SessionTerminationReason)
    assert {expect["outcome"] for expect in answers} == values(sl.EndOutcome)
    assert {expect["status"] for expect in answers} == set(sl.TERMINAL_STATUSES)
    met = {tuple(expect["ranks"]) for expect in answers}
    assert set(combinations(map(str, sl.ClaimRank), 2)) <= met
    refused = {expect["refused"] for _, expect in asked("settle") if "refused" in expect}
    assert refused == {"no claims", "time without a zone", "live status"}


def test_every_headline_is_reached() -> None:
    answers = [expect for _, expect in asked("rollup")]
    assert {expect["eval_status"] for expect in answers} == values(sl.EvalStatus)
    assert {one for expect in answers for one in expect["outcomes"]} == values(sl.EvalOutcome)
    assert {expect["valid"] for _, expect in asked("build")} == {True, False}
    assert {expect["accepted"] for _, expect in asked("read_strictly")} == {True, False}


def ranked_by(key: Callable[[list[Document], list[int]], list[int]]) -> Callable[..., Document]:
    """A settlement that puts the claims in an order of its own."""

    def settled(given: Document) -> Document:
        answer = PACKAGE["settle"](given)
        if "refused" in answer:
            return answer
        return answer | {"order": key(given["claims"], answer["order"])}

    return settled


def blind_to(cell: str) -> Callable[[Document], Document]:
    """A settlement that does not look at one cell of its claims, or at the session's start."""

    def settled(given: Document) -> Document:
        if cell in given:
            return PACKAGE["settle"](given | {cell: None})
        empty = "" if cell == "source" else None
        claims = [claim | {cell: empty} for claim in given["claims"]]
        return PACKAGE["settle"](given | {"claims": claims})

    return settled


def altered(does: str, change: Callable[[Document], Document]) -> Callable[[Document], Document]:
    """A service that asks itself something else."""
    return lambda given: PACKAGE[does](change(given))


def stripped(given: Document) -> Document:
    value = given["value"]
    return {"value": value.strip("-_. ") if isinstance(value, str) else value}


# What a service written by hand gets wrong.
BROKEN = {
    "first writer wins": ("settle", ranked_by(lambda _, order: sorted(order))),
    "last writer wins": ("settle", ranked_by(lambda _, order: sorted(order)[::-1])),
    "a bogus epoch decides": ("settle", blind_to("not_before")),
    "a foreign word is lost": ("settle", blind_to("raw")),
    "a named status is lost": ("settle", blind_to("status")),
    "time does not matter": ("settle", blind_to("at")),
    "a joint at an end is stripped": ("read_reason", altered("read_reason", stripped)),
    "retries are counted": ("latest", lambda given: {"kept": [*range(len(given["attempts"]))]}),
    "passes where nothing was measured": (
        "rollup",
        altered("rollup", lambda given: given | {"require_scores": False}),
    ),
    "all runs move the headline": (
        "rollup",
        altered(
            "rollup",
            lambda given: given | {"runs": [run | {"is_critical": True} for run in given["runs"]]},
        ),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_service_is_found(name: str) -> None:
    does, answer = BROKEN[name]
    (topic,) = (topic for topic, asks in ASKS.items() if does in asks)
    assert wrong(FILES[topic], {**PACKAGE, does: answer}) != []


# --- another language ----------------------------------------------------------------------------


def node(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    found = shutil.which("node")
    if found is None:
        reason = "THE VECTORS ARE NOT CHECKED BY ANOTHER LANGUAGE: there is no node on the path"
        if os.environ.get(REQUIRED):
            pytest.fail(f"{reason}, and {REQUIRED} is set")
        pytest.skip(reason)
    command = [found, str(FOLDER / "check.mjs"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def fields_of(answer: Document) -> list[str]:
    """Every field an answer may have, by its schema."""
    parts = [SCHEMA["$defs"]["counted"] if "$ref" in one else one for one in [answer]]
    fields = [list(part["properties"]) for one in parts for part in one.get("oneOf", [one])]
    return [field for names in fields for field in names]


def test_the_example_in_another_language_is_right() -> None:
    done = node(FOLDER / "example.mjs")
    assert (done.returncode, done.stderr) == (0, "")
    version = make_vectors.VERSION
    assert done.stdout.splitlines() == [
        f"coercion {version}: not checked",
        f"machine {version}: describe_status.live 11, describe_status.initial 11, "
        "transition.verdict 154, transition.after 154, transition.allowed 154",
        f"settlement {version}: not checked",
        f"rollup {version}: not checked",
        "all right",
    ]
    assert f"```text\n{done.stdout}```" in PAGE


def test_a_service_in_another_language_can_answer_everything() -> None:
    """With all its functions and fields, and with claims in other orders than the given one."""
    done = node(ORACLE / "service.mjs")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    compared = dict(re.findall(r"(\w+\.\w+) (\d+)", done.stdout))
    for does, (_, answered) in QUESTIONS.items():
        if does not in ASKS["machine"]:
            for field in fields_of(answered):
                assert int(compared.pop(f"{does}.{field}")) >= 5, (does, field)
    assert compared == {}


@pytest.mark.parametrize(
    ("topic", "old", "new", "name"),
    [
        ("machine", '"verdict": "illegal"', '"verdict": "late"', "illegal/queued/pause"),
        ("settlement", '"order": [1, 0]', '"order": [0, 1]', "ranks/human/dialled/first"),
        ("rollup", '"best": "passed"', '"best": "failed"', "one_run/queued"),
        ("coercion", '"via": "alias"', '"via": "normalized"', "alias/ours/voicemail_detected"),
    ],
)
def test_another_language_notices_a_changed_cell(
    topic: str, old: str, new: str, name: str, tmp_path: Path
) -> None:
    for file in FOLDER.glob("*.json"):
        shutil.copy(file, tmp_path)
    copied = tmp_path / f"{topic}.json"
    text = copied.read_text(encoding="ascii")
    assert old in text
    copied.write_text(text.replace(old, new, 1), encoding="ascii")
    service = FOLDER / "example.mjs" if topic == "machine" else ORACLE / "service.mjs"
    done = node("--in", tmp_path, service)
    assert done.returncode == 1
    assert re.findall(r"WRONG (\S+):", done.stdout)[0] == name
    assert len(set(re.findall(r"WRONG (\S+):", done.stdout))) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('[["waiting_for_human", "transferred"], "active"]', '[["waiting_for_human"], "active"]'),
        ('? "late" : "illegal"', '? "illegal" : "illegal"'),
        ("if (status === target)", "if (false)"),
        ('return "late";', 'return "illegal";'),
    ],
)
def test_another_language_notices_a_wrong_rule(old: str, new: str, tmp_path: Path) -> None:
    text = (FOLDER / "example.mjs").read_text(encoding="utf-8")
    assert old in text
    broken = tmp_path / "broken.mjs"
    broken.write_text(text.replace(old, new), encoding="utf-8")
    done = node(broken)
    assert done.returncode == 1
    assert "WRONG" in done.stdout
    assert done.stdout.splitlines()[-1].endswith(" wrong")


def test_the_check_says_what_it_could_not_do(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.mjs"
    nothing.write_text("export const transitions = () => ({});\n", encoding="utf-8")
    strange = tmp_path / "strange.mjs"
    strange.write_text("export const transition = () => ({ state: 1 });\n", encoding="utf-8")
    example = FOLDER / "example.mjs"
    for arguments, code, said in (
        ((), 2, "expected one adapter"),
        ((nothing,), 2, "nothing was checked"),
        ((strange,), 1, "154 wrong"),
        (("--skip", "weather", example), 2, "no such group: weather"),
        (("--skip", "late", "--skip", "lag", example), 0, "left out: late, lag"),
    ):
        done = node(*arguments)
        assert done.returncode == code, done.stdout + done.stderr
        assert said in done.stdout + done.stderr


# --- the page ------------------------------------------------------------------------------------


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without backticks."""
    section = f"\n{PAGE}".split(f"\n{heading}\n")[1].split("\n#")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def named(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def linked(cell: str) -> list[str]:
    return re.findall(r"\(vectors/([\w.]+)\)", cell)


def test_the_page_has_every_file() -> None:
    names = {file.name for file in FOLDER.iterdir()}
    assert names == {
        cell for row in rows("# Vectors for services in any language") for cell in linked(row[0])
    }
    assert f"version {make_vectors.VERSION}" in PAGE


@every_topic
def test_the_page_has_every_question_and_every_field(topic: str) -> None:
    """Each question a row: what is given, and what is answered, field by field."""
    heading = f"### {topic}.json"
    table = {named(row[0])[0]: row[1:] for row in rows(heading)}
    assert list(table) == list(ASKS[topic])
    for does, (given, answered) in table.items():
        taken, answer = QUESTIONS[does]
        assert named(given) == list(taken["properties"])
        assert named(answered) == fields_of(answer)


def test_the_page_has_every_part() -> None:
    table = {named(row[0])[0]: named(row[1]) for row in rows("### The parts")}
    for name in ("claim", "run", "attempt", "counts"):
        fields = list(SCHEMA["$defs"][name]["properties"])
        # A run's scores have a field of their own.
        assert table.pop(name) == fields + ["passed"] * (name == "run")
    assert table == {}


def test_the_page_has_what_was_decided() -> None:
    table = [named(row[0])[0] for row in rows("## What the specification leaves open")]
    groups = [group for vectors in FILES.values() for group in vectors["groups"].items()]
    assert table == [name for name, group in groups if group["basis"] == "decision"]


def test_the_page_has_every_part_of_a_file() -> None:
    table = {named(row[0])[0] for row in rows("## What a file holds")}
    vectors = FILES["machine"]
    fields = {*vectors, *vectors["cases"][0]}
    assert table == fields
