"""Records: any JSON, by the total door and by the strict one, and back on the wire.

Laws: `read_record` raises for nothing; what it read, written and read again is the same record with
the same faults; what `parse_request` takes, `read_record` takes without a fault, as the same record
and the command's line reader as the same step; what it refuses, it refuses with short printable
faults.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from session_lifecycle._cli._read import Reader
from session_lifecycle.integrations.cattrs import (
    Fault,
    InvalidRequestError,
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
from tests.fuzz import mutations
from tests.fuzz.inputs import as_lines, example_lines, json_of

mutate = mutations.json_lines
MAX_LEN = 2_000
RECORDS: tuple[type[Any], ...] = (
    *(Conversation, EvalRun, EvalScore, EvalSummary),
    *(CloseRequest, EventRecord, ClaimRecord),
)
_REPORTS = (EventRecord, ClaimRecord)
_CONVERTER = make_converter()


def seeds() -> Iterator[bytes]:
    """Yield the lines of the examples, a conversation, runs, and requests."""
    for lines in example_lines().values():
        yield from (line for line in lines[:20] if b"session_id" in line)
        yield from (as_lines([json.loads(line)["eval_run"]]) for line in lines if b"l_run" in line)
    uuid, noon = "7d9f0c1e-58f5-4b7e-9a51-0f3f3bb0a0f4", "2026-11-23T12:00:00Z"
    summary = dict.fromkeys(("total", "succeeded", "failed", "pending", "critical_total"), 0)
    conversation = {"id": uuid, "organization_id": uuid, "end_user_id": uuid, "channel": "voice"}
    more = {"status": "active", "priority": "high", "started_at": noon, "duration_ms": 5}
    yield as_lines([conversation | more])
    yield as_lines([conversation | more | {"eval_summary": summary, "metadata": {"a": [1]}}])
    yield as_lines([{"id": uuid, "status": "completed", "scores": [{"passed": True, "score": 1}]}])
    yield from (as_lines([{"reason": reason}]) for reason in ("Agent-Initiated", "busy", None, 5))


def check(data: bytes) -> None:
    """Read the bytes as each kind of record, by both doors."""
    try:
        given = json_of(data)
    except ValueError:
        return
    for kind in RECORDS:
        # As text: equality would not do for NaN, nor tell 1 from True.
        before = repr(given)
        read = _read(kind, given)
        taken = _taken(kind, given)
        assert repr(given) == before
        if taken is not None and given is not None:  # A close's body may be left out.
            assert read == (repr(taken), _written(taken), ())
        if taken is not None and kind is CloseRequest:
            assert len(taken.reason or "") <= 64
        if taken is not None and kind in _REPORTS and taken.session_id:
            _check_line(given, taken)


def _read(kind: type[Any], given: object) -> tuple[str, str, tuple[Fault, ...]]:
    record, faults = read_record(given, kind)
    _check_faults(faults)
    if record is None:
        assert faults
        return "", "", faults
    assert type(record) is kind
    assert repr(record).isprintable()
    assert isinstance(hash(record), int)
    written = _written(record)
    again = read_record(json.loads(written), kind)
    assert again.record is not None
    assert (repr(again.record), _written(again.record)) == (repr(record), written)
    # What was not there may be there by now, as null.
    told = {fault for fault in faults if fault.value != "nothing"}
    assert told <= set(again.faults) <= set(faults)
    return repr(record), written, faults


def _written(record: object) -> str:
    return json.dumps(_CONVERTER.unstructure(record), sort_keys=True)


def _taken(kind: type[Any], given: object) -> Any:
    """The record that the strict door makes; `None` if it refuses, in a way that it may."""
    try:
        return parse_request(given, kind)
    except InvalidRequestError as error:
        refusal = error
    assert refusal.faults
    _check_faults(refusal.faults)
    assert str(refusal).isprintable()
    assert len(str(refusal)) < 8_000
    return None


def _check_faults(faults: Iterable[Fault]) -> None:
    for fault in faults:
        assert str(fault).isprintable()
        assert len(fault.value) <= 70
        assert len(fault.path) < 600
        assert len(fault.expected) < 1_500


def _check_line(given: object, record: Any) -> None:
    reader = Reader()
    reader.take(json.dumps(given).encode())
    assert reader.cases[record.session_id].steps == [record.to_step()]
