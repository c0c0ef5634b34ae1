"""The bench of the wire: its rows, and that each is between two sides that do the same."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from session_lifecycle import rollup_eval_runs
from tests.test_bench import MAIN, Run, cells, check_table, on_the_page, python, sitting


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return sitting("wire", tmp_path_factory.mktemp("wire"))


REQUEST = "a close request through the example service, SQLite"
JSON = "15 conversations of 31 fields with 5 runs of 3 scores"


@pytest.mark.slow
def test_the_wire_has_the_rows_it_should(wire: Run) -> None:
    check_table(wire)
    assert set(wire.found["peers"]) == {"pydantic", "msgspec", "cattrs", "sqlalchemy", "fastapi"}
    assert [(row["work"], row["against"]) for row in wire.found["rows"]] == [
        (f"make_converter('{library}').{verb}, {JSON}", against)
        for verb, pydantic, msgspec in (
            ("loads", "model_validate_json", "json.Decoder"),
            ("dumps", "model_dump_json", "json.Encoder"),
        )
        for library in ("json", "orjson", "msgspec")
        for against in (
            f"pydantic models, {pydantic}",
            f"msgspec Structs, {msgspec}",
            "plain attrs classes, cattrs with orjson",
        )
    ] + [
        (REQUEST, "the same with an UPDATE by hand"),
        (REQUEST, "a FastAPI service by hand"),
        ("apply_event_to in it, its Python alone", "the whole request with an UPDATE by hand"),
    ]
    for row in wire.found["rows"]:
        assert row["of"] == "ours / theirs"
        assert row["target"] is None
        assert row["unit"] == ("" if JSON in row["work"] else "ms a request")
    for printed in wire.table[-3:]:
        assert all(cell.endswith(" ms a request") for cell in printed[5:7])


# Of the response, of a run, of a score.
FIELDS = (
    "id organization_id end_user_id channel status priority direction session_type message_count "
    "started_at created_at updated_at external_session_id subject assigned_agent_id "
    "retention_policy_id summary metadata context_variables first_message_at last_message_at "
    "ended_at closed_at ttl_expires_at retention_expires_at archived_at memory_synced duration_ms "
    "summary_preview has_recording eval_summary",
    "status id session_id evaluator_id scope started_at finished_at error_text threshold_snapshot "
    "severity_snapshot is_critical_snapshot scores",
    "value raw_value label passed confidence rationale severity blocking",
)


def test_the_bodies_have_every_field_of_the_api_and_their_summaries_are_true() -> None:
    from session_lifecycle.integrations.cattrs import read_record
    from session_lifecycle.records import Conversation, EvalRun, EvalSummary
    from tests.bench.bodies import bodies

    found = bodies(0, 100)
    assert len(set(found)) == 100
    for body in map(json.loads, found):
        said, runs = body["conversation"], body["eval_runs"]
        scores = [score for run in runs for score in run["scores"]]
        assert None not in said.values()
        assert (len(runs), len(scores)) == (5, 15)
        for thing, names in zip((said, runs[0], scores[0]), FIELDS, strict=True):
            assert list(thing) == names.split()
        read = [read_record(run, EvalRun) for run in runs]
        conversation, faults = read_record(said, Conversation)
        assert not faults
        assert not any(one.faults for one in read)
        rollup = rollup_eval_runs([one.record for one in read])
        assert conversation.eval_summary == EvalSummary.from_rollup(rollup)


@pytest.mark.parametrize(("name", "given"), [("status", "archived_v2"), ("brand_new", 1)])
def test_only_ours_keeps_what_it_does_not_know(name: str, given: object) -> None:
    from tests.bench import bodies, shapes

    said = json.loads(bodies.bodies(0, 1)[0])
    said["conversation"][name] = given
    body = json.dumps(said).encode()
    for library in ("json", "orjson", "msgspec"):
        side = shapes.ours(library)
        assert json.loads(side.dumps(side.loads(body))) == said
    for library in ("pydantic", "msgspec", "cattrs"):
        side = shapes.theirs(library)
        if name == "status":
            with pytest.raises(Exception, match=r"Judged|Invalid enum"):
                side.loads(body)
        else:
            assert json.loads(side.dumps(side.loads(body))) != said


def test_a_side_that_reads_or_writes_otherwise_is_refused() -> None:
    from tests.bench import shapes
    from tests.bench.wire import check

    ours, theirs = shapes.ours("orjson"), shapes.theirs("msgspec")
    check(lambda: ours, lambda: theirs)

    def as_text(body: bytes) -> Any:
        made = theirs.loads(body)
        made.conversation.status = str(made.conversation.status)
        return made

    with pytest.raises(AssertionError, match=" and "):
        check(lambda: ours, lambda: theirs._replace(loads=as_text))
    with pytest.raises(AssertionError, match=r"is written as b'\{\}'"):
        check(lambda: ours, lambda: theirs._replace(dumps=lambda _: b"{}"))


# What the other side of each row of a request does, if it is to leave or to answer something else.
LIES = """
import json
from datetime import timedelta
from tests.bench.service import service
service()
from tests.bench import bare_service as bare, requests
wins, shown = bare.first_wins, bare._shown
lies = (
    ("first_wins", lambda *a, now, **k: wins(*a, now=now + timedelta(seconds=1), **k)),
    ("_shown", lambda row: shown(row).model_copy(update={"channel": "text"})),
    ("first_wins", lambda *a, source, **k: wins(*a, source="worker", **k)),
)
for contest, (name, lie) in zip(requests.requests(quick=True), lies, strict=True):
    honest = getattr(bare, name)
    setattr(bare, name, lie)
    try:
        contest.check()
    except AssertionError as error:
        print(str(error)[:9])
    setattr(bare, name, honest)
    contest.check()
"""


@pytest.mark.slow
def test_a_request_that_leaves_or_answers_something_else_is_refused() -> None:
    done = python("-c", LIES)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["ours left"] * 3


@pytest.mark.parametrize(
    ("missing", "row"), [("msgspec", "'json').loads"), ("orjson", "plain"), ("fastapi", REQUEST)]
)
def test_what_is_not_installed_is_told(missing: str, row: str) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None; {MAIN}"
    done = python("-c", code, "wire", "--quick", "--only", row)
    assert done.returncode == 1, done.stderr
    told = [cells(line) for line in done.stdout.splitlines()]
    assert any(row[6:] == [f"{missing} is not installed", "-", "NOT INSTALLED"] for row in told)


@pytest.mark.slow
def test_the_page_has_the_rows_of_the_wire(wire: Run) -> None:
    table = on_the_page("wire")
    measured = [[row[0].replace(", 15 ", ", 10,000 "), row[1], ""] for row in wire.table[2:]]
    assert [row[:3] for row in table[2:]] == measured
    ratio = r"\d+(\.\d\d)?x theirs"
    for row in table[2:]:
        request = r": \d+\.\d\d ms a request, theirs \d+\.\d\d ms a request"
        for cell in row[3:]:
            assert re.fullmatch(ratio if "conversations" in row[0] else ratio + request, cell)
