"""The vectors for services in other languages: written by the oracle, and true of the package.

Two directions. The files are what `tests/oracle` writes, which knows the specification and nothing
of the package; and the package, asked every question of theirs, gives exactly their answers.
"""

from __future__ import annotations

import ast
import copy
import json
import sys
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from itertools import permutations
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

import session_lifecycle as sl
from tests.oracle import make_vectors, spec
from tests.oracle.schema import ASKS
from tests.vector_answers import Document, claim_of, moment, wrong

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "reference" / "vectors"
ORACLE = ROOT / "tests" / "oracle"
TOPICS = ("coercion", "machine", "settlement", "rollup")

# A version's files never change. Whoever changes one raises the version, by the rule on the page.
PUBLISHED = {
    "1.0.0": {
        "coercion.json": "aab8e02ce0ee01c762b166ed8c2237f6685bf8cedf97ada68f59641bee464d44",
        "machine.json": "b7f13eba1d91209f8bf3aa21ba4076d9dffc486cfae7c5eae3d18ccf2787c214",
        "rollup.json": "e2735cef528d5bb2595f068f25eac41babf57ebb6955d6df56d8afb2b97688a4",
        "settlement.json": "f6732a92ca75bd4d77719025e128e2c420c573a80216573ffb59287b39b6673a",
        "vectors.schema.json": "6ad58510b2f85186d04be3a67fcbc3f5acbfc7bc0459dc9a5fb7fd71f30e58ef",
    },
}


def read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="ascii")


SCHEMA: Document = json.loads(read("vectors.schema.json"))
FILES: dict[str, Document] = {topic: json.loads(read(f"{topic}.json")) for topic in TOPICS}
every_topic = pytest.mark.parametrize("topic", TOPICS)


def group_of(case: Document) -> str:
    return str(case["id"]).split("/")[0]


# --- what the oracle is --------------------------------------------------------------------------


@pytest.mark.parametrize("file", sorted(ORACLE.glob("*.py")), ids=lambda file: file.name)
def test_the_oracle_knows_nothing_of_the_package(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module or ""]
        for name in names:
            assert name.split(".")[0] in sys.stdlib_module_names or name.startswith("tests.oracle")
    assert "import session_lifecycle" not in file.read_text(encoding="utf-8")


def test_the_oracle_read_the_specification_right() -> None:
    """What was parsed, against what can be counted in the text."""
    assert len(spec.REASONS) == len(set(spec.REASONS)) == 46
    assert (spec.REASONS[0], spec.REASONS[-1]) == ("voicemail_detected", "duplicate_dispatch")
    assert spec.TERMINAL == ("closed", "expired", "error", "superseded")
    assert len(spec.LIVE) == 7
    assert len(spec.EVENTS) == 14
    assert len(spec.LIVEKIT_NAMES) == 17
    assert list(spec.OWN_STATUS) == list(spec.OUTCOME) == list(spec.REASONS)
    assert spec.section(5)[0] == "5. Ending a session: claims and settlement"


# --- the files -----------------------------------------------------------------------------------


def test_the_files_are_what_the_oracle_writes() -> None:
    """`python -m tests.oracle.make_vectors` writes what is missing."""
    written = make_vectors.files()
    assert {file.name for file in FOLDER.glob("*.json")} == written.keys()
    assert [name for name, text in written.items() if read(name) != text] == []


def test_a_file_does_not_change_under_its_version() -> None:
    """Raise `VERSION` in `make_vectors.py` by the page's rule, then write the new digests here."""
    found = {file.name: sha256(file.read_bytes()).hexdigest() for file in FOLDER.glob("*.json")}
    assert {make_vectors.VERSION: found} == PUBLISHED


@every_topic
def test_a_file_is_small_enough_to_be_reviewed(topic: str) -> None:
    text = read(f"{topic}.json")
    assert text.isascii()
    assert len(text) < 300_000
    assert len(text.splitlines()) > len(FILES[topic]["cases"])  # One a line.
    assert max(map(len, text.splitlines())) < 2_500


@every_topic
def test_a_file_names_what_it_was_written_from(topic: str) -> None:
    vectors = FILES[topic]
    assert vectors["version"] == make_vectors.VERSION
    number = {"coercion": 3, "machine": 4, "settlement": 5, "rollup": 6}[topic]
    copied = (ROOT / "tests" / "data" / "spec" / "domain-sections.md").read_text(encoding="utf-8")
    begin = copied.index(f"## {number}. ") + 3
    end = copied.find("\n## ", begin)
    text = copied[begin : end if end > 0 else None].strip()
    assert vectors["specification"]["section"] == text.splitlines()[0]
    assert vectors["specification"]["sha256"] == sha256(text.encode()).hexdigest()


@every_topic
def test_every_case_has_its_own_name_and_its_group(topic: str) -> None:
    cases = FILES[topic]["cases"]
    names = [case["id"] for case in cases]
    assert len(names) == len(set(names))
    assert set(map(group_of, cases)) == FILES[topic]["groups"].keys()
    # Two groups may ask the same, because each is about another sentence; one asks it once.
    questions = Counter(
        (group_of(case), json.dumps([case["does"], case["given"]])) for case in cases
    )
    assert [question for question, times in questions.items() if times > 1] == []


# --- the schema ----------------------------------------------------------------------------------


def validator() -> Any:
    return jsonschema_rs.Draft202012Validator(SCHEMA)


def test_the_schema_is_a_schema() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(SCHEMA)


@every_topic
def test_a_file_is_valid(topic: str) -> None:
    assert [str(error) for error in validator().iter_errors(FILES[topic])] == []


def objects(schema: Any) -> Iterator[Document]:
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for inner in schema.values():
            yield from objects(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from objects(inner)


def test_the_schema_is_strict() -> None:
    for schema in objects(SCHEMA):
        assert schema["additionalProperties"] is False or "basis" in str(schema)
        assert "properties" not in schema or schema["required"] == list(schema["properties"])


@every_topic
def test_the_schema_refuses_what_is_no_vector(topic: str) -> None:
    for number in (0, len(FILES[topic]["cases"]) // 2, len(FILES[topic]["cases"]) - 1):
        for part in ("given", "expect"):
            for change in ("more", "less"):
                vectors = copy.deepcopy(FILES[topic])
                cells = vectors["cases"][number][part]
                if change == "more":
                    cells["unheard_of"] = None
                else:
                    del cells[next(iter(cells))]
                assert not validator().is_valid(vectors), (number, part, change)
    for key in FILES[topic]:
        assert not validator().is_valid({k: v for k, v in FILES[topic].items() if k != key})
    assert not validator().is_valid(FILES[topic] | {"more": 1})
    assert not validator().is_valid(FILES[topic] | {"topic": "weather"})
    assert not validator().is_valid(FILES[topic] | {"version": "1"})
    other = FILES["machine" if topic != "machine" else "rollup"]["cases"]
    assert not validator().is_valid(FILES[topic] | {"cases": other})
    assert not validator().is_valid(FILES[topic] | {"cases": []})


def test_the_schema_knows_every_word() -> None:
    for name, words in (
        ("reason", sl.SessionTerminationReason),
        ("status", sl.SessionStatus),
        ("event", sl.SessionEvent),
        ("rank", sl.ClaimRank),
        ("verdict", sl.TransitionVerdict),
        ("via", sl.CoercionVia),
        ("outcome", sl.EndOutcome),
        ("eval_status", sl.EvalStatus),
        ("eval_outcome", sl.EvalOutcome),
        ("terminal_status", sl.TERMINAL_STATUSES),
    ):
        assert sorted(SCHEMA["$defs"][name]["enum"]) == sorted(words), name


# --- the package gives these answers -------------------------------------------------------------


def orders(count: int) -> Iterator[tuple[int, ...]]:
    """Some orders of this many claims: all of few, and of more each claim first and last once."""
    places = tuple(range(count))
    if count <= 4:
        yield from permutations(places)
        return
    for turn in places:
        turned = places[turn:] + places[:turn]
        yield turned
        yield turned[::-1]


@every_topic
def test_the_package_gives_exactly_these_answers(topic: str) -> None:
    assert {case["does"] for case in FILES[topic]["cases"]} == set(ASKS[topic])
    assert wrong(FILES[topic]) == []


def test_the_package_gives_them_in_any_order_and_in_any_parts() -> None:
    """ "a function of the *set* of claims"; "`Ending.merge(other)` agrees with `settle`"."""
    for case in FILES["settlement"]["cases"]:
        if "refused" in case["expect"]:
            continue
        claims = [claim_of(claim) for claim in case["given"]["claims"]]
        start = moment(case["given"]["not_before"])
        expected = [claims[place] for place in case["expect"]["order"]]
        for order in orders(len(claims)):
            ending = sl.settle([claims[place] for place in order], not_before=start)
            assert list(ending.claims) == expected, case["id"]
            assert ending.at == moment(case["expect"]["at"]), case["id"]
        whole = sl.settle(claims, not_before=start)
        for cut in range(1, len(claims)):
            parts = [sl.settle(part, not_before=start) for part in (claims[:cut], claims[cut:])]
            assert parts[0].merge(parts[1]) == whole, case["id"]


def changed(value: Any) -> Any:
    """Something else of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, list):
        return value[:-1] if value else [0]
    if isinstance(value, dict):
        key = next(iter(value))
        return value | {key: changed(value[key])}
    return "x"


@every_topic
def test_a_changed_cell_is_noticed(topic: str) -> None:
    """In a copy, each cell of the first case of each group in turn; and never another case."""
    cases = FILES[topic]["cases"]
    firsts = {group_of(cases[number]): number for number in reversed(range(len(cases)))}
    for number in firsts.values():
        for cell in cases[number]["expect"]:
            case = copy.deepcopy(cases[number])
            case["expect"][cell] = changed(case["expect"][cell])
            assert wrong({"cases": [cases[number - 1], case]}) == [case["id"]], cell
        copied = FILES[topic] | {"cases": [*cases[:number], case, *cases[number + 1 :]]}
        assert make_vectors.as_text(copied) != read(f"{topic}.json")
