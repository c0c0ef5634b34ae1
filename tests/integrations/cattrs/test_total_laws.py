"""Laws of the total door, over JSON-like objects with anything in them.

1. Reading what was written gives the same record.
2. What was written keeps every key of what was read, with its value unless that was respelled.
3. What is wrong is told, once, where it is.
4. A run that cannot be read is never counted as passed.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import attrs
import cattrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from session_lifecycle import EvalRunStatus, EvalStatus, SessionStatus, rollup_eval_runs
from session_lifecycle.integrations.cattrs import (
    configure_converter,
    make_converter,
    parse_request,
    read_record,
)
from session_lifecycle.records import (
    ClaimRecord,
    CloseRequest,
    Conversation,
    EvalRun,
    EvalScore,
    EvalSummary,
    EventRecord,
)
from tests.records.corpus import FULL, ID, exactly
from tests.records.corpus_more import RUN, SCORE

PLAIN = cattrs.Converter()
configure_converter(PLAIN)
CONVERTERS = [PLAIN, make_converter()]
REQUESTS = (CloseRequest, EventRecord, ClaimRecord)

# Not the records' own strategies, which draw what is valid: here most of it is not.
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=70)
    | st.sampled_from([*SessionStatus, *EvalRunStatus, *EvalStatus, "room-deleted", "Ring", ID])
    | st.sampled_from(["2026-11-23T10:00:00Z", "2026-11-23T10:00:00.5+05:30", "noon", "urn:" + ID])
).map(lambda value: str(value) if isinstance(value, str) else value)
NAMES = st.text(max_size=9)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
# Objects that are nearly what they should be: some fields good, some not, some missing, some more.
GOOD: dict[type[Any], dict[str, Any]] = {
    Conversation: FULL,
    EvalSummary: FULL["eval_summary"],
    EvalRun: RUN,
    EvalScore: SCORE,
    CloseRequest: {"reason": "error"},
    EventRecord: {
        **{"session_id": "a", "event": "close", "at": "2026-11-23T10:00:00Z", "source": "worker"},
        **{"id": "e", "reason": "error", "raw": "486", "party": "p", "connection": "c"},
    },
    ClaimRecord: {
        **{"session_id": "a", "claim": "gone", "at": "2026-11-23T10:00:00Z", "source": "worker"},
        **{"id": "c", "status": "error", "raw": "486", "party": "p", "connection": "c"},
    },
}


@st.composite
def nearly(draw: st.DrawFn, kind: type[Any]) -> dict[str, Any]:
    good = GOOD[kind]
    kept = draw(st.sets(st.sampled_from([*good])))
    wrong = draw(st.dictionaries(st.sampled_from([*good]), JSON, max_size=4))
    more = draw(st.dictionaries(NAMES, JSON, max_size=2))
    sent = {name: good[name] for name in good if name in kept} | wrong | more
    if kind is Conversation and draw(st.booleans()):
        sent["eval_summary"] = draw(nearly(EvalSummary))
    if kind is EvalRun and draw(st.booleans()):
        sent["scores"] = draw(st.lists(nearly(EvalScore) | JSON, max_size=3))
    needed = {field.name for field in attrs.fields(kind) if field.default is attrs.NOTHING}
    if draw(st.integers(0, 3)):  # Mostly there is a record.
        sent = {name: good[name] for name in needed if name not in wrong} | sent
    return sent


ANY: st.SearchStrategy[tuple[type[Any], Any]] = st.sampled_from([*GOOD]).flatmap(
    lambda kind: st.tuples(st.just(kind), nearly(kind) | JSON)
)


def same_json(left: Any, right: Any) -> bool:
    """As text, where -0.0 is not 0, and `True` is not 1."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


@given(ANY)
def test_nothing_is_raised_and_what_is_wrong_is_told(case: tuple[type[Any], Any]) -> None:
    kind, sent = case
    for converter in CONVERTERS:
        record, faults = read_record(sent, kind, converter=converter)
        assert (record is None) <= bool(faults)
        paths = [fault.path for fault in faults]
        assert len(paths) == len(set(paths))
        for path in paths:
            assert path.startswith("$")
        assert record is None or type(record) is kind


@given(ANY)
def test_reading_what_was_written_gives_the_same_record(case: tuple[type[Any], Any]) -> None:
    kind, sent = case
    for converter in CONVERTERS:
        record, faults = read_record(sent, kind, converter=converter)
        if record is not None:
            written = converter.unstructure(record)
            again = read_record(json.loads(json.dumps(written)), kind, converter=converter)
            assert exactly(again.record) == exactly(record)
            # A run's status that was missing is there now, if only as an empty text.
            missing = (kind is EvalRun, "$.status", "nothing")
            assert again.faults == tuple(
                fault for fault in faults if (True, fault.path, fault.value) != missing
            )
            assert same_json(converter.unstructure(again.record), written)


def respelled(kind: type[Any], name: str, sent: Any, record: Any) -> bool:
    """Whether a field was read as what it says in other words: as a word, a time, an id, a list."""
    value = getattr(record, name, None)
    if isinstance(sent, str):
        return not isinstance(value, str) or type(value) is not str
    return isinstance(value, tuple | EvalSummary)


@given(ANY)
def test_what_was_written_keeps_what_was_read(case: tuple[type[Any], Any]) -> None:
    kind, sent = case
    record, _ = read_record(sent, kind)
    if record is None:
        return
    written = PLAIN.unstructure(record)
    names = set(attrs.fields_dict(kind)) - {"extra"}
    for name, value in sent.items():
        if kind in REQUESTS and name not in written:
            # A report leaves out what it would say by saying nothing.
            assert value in (None, "")
        elif name not in names or name in record.extra or not respelled(kind, name, value, record):
            assert same_json(written[name], value)
    # And it makes nothing up but the fields there are.
    assert set(written) <= names | set(sent)


@given(ANY)
def test_what_is_set_aside_is_what_is_told(case: tuple[type[Any], Any]) -> None:
    """Each field that could not be read has a fault, in the order of the fields, and its value in
    `extra`; no other field of ours is there."""
    kind, sent = case
    record, faults = read_record(sent, kind)
    if record is None:
        return
    names = [name for name in attrs.fields_dict(kind) if name != "extra"]
    aside = [name for name in names if name in record.extra]
    told = dict.fromkeys(
        fault.path.removeprefix("$.").split(".")[0].split("[")[0] for fault in faults
    )
    nested = {"scores", "status", "eval_summary"}  # Told for what is in them, or not there.
    assert [name for name in told if name not in nested] == [n for n in aside if n not in nested]
    assert set(aside) <= set(told)
    for name in aside:
        assert record.extra[name] is sent[name]
    assert {name for name in record.extra if name not in names} == set(sent) - set(names)


@example((CloseRequest, None))
@given(ANY)
def test_the_strict_door_takes_what_the_total_one_has_no_fault_with(
    case: tuple[type[Any], Any],
) -> None:
    """Whoever gets through the strict door has a record without faults, and the same one."""
    kind, sent = case
    try:
        made = parse_request(sent, kind)
    except ValueError:
        return
    record, faults = read_record(sent, kind)
    if sent is None:
        # A request without a body is a close; what was stored of nothing is no record.
        assert (kind, made, record) == (CloseRequest, CloseRequest(), None)
        return
    assert exactly(record) == exactly(made)
    assert faults == ()


PASSES = st.lists(st.just({"passed": True}), min_size=1, max_size=3)


@given(JSON, st.booleans())
def test_a_run_without_a_readable_status_is_not_green(status: Any, critical: bool) -> None:
    sent = {"status": status, "scores": [{"passed": True}], "is_critical_snapshot": critical}
    rollup = rollup_eval_runs([read_record(sent, EvalRun).record])
    if not (isinstance(status, str) and status.strip().lower() == "completed"):
        assert rollup.succeeded == 0
        assert rollup.eval_status != "passed"


@given(PASSES, JSON, st.integers(0, 3))
def test_a_run_with_a_score_nobody_can_read_is_not_green(
    scores: list[Any], odd: Any, place: int
) -> None:
    for score in ({"passed": odd}, odd):
        sent = {"status": "completed", "scores": [*scores[:place], score, *scores[place:]]}
        record, faults = read_record(sent, EvalRun)
        rollup = rollup_eval_runs([record])
        if score != {"passed": True} or faults:
            assert (rollup.total, rollup.succeeded) == (1, 0)


@given(JSON)
def test_a_run_with_scores_that_are_none_is_not_green(scores: Any) -> None:
    record, faults = read_record({"status": "completed", "scores": scores}, EvalRun)
    if scores not in (None, []):
        assert rollup_eval_runs([record]).succeeded == 0 or all(
            isinstance(score, dict) and score.get("passed") is True for score in scores
        )
        assert faults or isinstance(scores, list)


@given(JSON)
def test_what_says_anything_of_being_critical_is(said: Any) -> None:
    record, _ = read_record({"status": "failed", "is_critical_snapshot": said}, EvalRun)
    rollup = rollup_eval_runs([record])
    assert (rollup.eval_status == "failed") is bool(said)


@given(st.uuids() | st.uuids().map(str) | st.uuids().map(lambda u: str(u).upper()))
def test_ids(given_id: Any) -> None:
    record, faults = read_record({"status": "failed", "id": given_id}, EvalRun)
    assert record is not None
    assert record.id == UUID(str(given_id))
    assert faults == ()


@pytest.mark.parametrize("kind", GOOD, ids=lambda kind: kind.__name__)
def test_the_good_ones_are_good(kind: type[Any]) -> None:
    """Or nothing above would mean much."""
    record, faults = read_record(GOOD[kind], kind)
    assert faults == ()
    assert same_json(PLAIN.unstructure(record), GOOD[kind])
