"""The total door: whatever a row or a webhook holds, it is read, and nothing of it is lost."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from session_lifecycle.integrations.cattrs import Fault, RecordReading, read_record
from session_lifecycle.records import (
    ClaimRecord,
    Conversation,
    EvalRun,
    EventRecord,
)
from tests.records.corpus import ID, NO_RUNS, REQUIRED, UNREADABLE, conversation

A_TIME = "RFC 3339 text with a zone, like '2026-11-23T10:00:00Z'"
AN_ID = "a UUID"


def told(reading: RecordReading[Any]) -> list[tuple[str, ...]]:
    return [tuple(fault) for fault in reading.faults]


def test_what_cannot_be_read_is_told() -> None:
    """Each value with its place, in the order of the fields."""
    assert told(read_record(REQUIRED | UNREADABLE, Conversation)) == [
        ("$.priority", "3", "text"),
        ("$.direction", "a list", "text"),
        ("$.session_type", "True", "text"),
        ("$.message_count", "'12'", "a whole number"),
        ("$.started_at", "'noon'", A_TIME),
        ("$.created_at", "'2026-11-23T10:00:00'", A_TIME),
        ("$.updated_at", "1795428000", A_TIME),
        ("$.external_session_id", "5", "text"),
        ("$.subject", "a dict", "text"),
        ("$.assigned_agent_id", "'agent-7'", AN_ID),
        ("$.retention_policy_id", "'1f0c5b3e-8a4d-4c1b-9e2f-00000000000g'", AN_ID),
        ("$.summary", "a list", "text"),
        ("$.metadata", "'{}'", "an object"),
        ("$.context_variables", "a list", "an object"),
        ("$.first_message_at", "''", A_TIME),
        ("$.last_message_at", "'2026-13-01T00:00:00Z'", A_TIME),
        ("$.ended_at", "'2026-W48-1T10:00:00Z'", A_TIME),
        ("$.closed_at", "'1795428000'", A_TIME),
        ("$.ttl_expires_at", "'2026-11-23T10:00Z'", A_TIME),
        ("$.retention_expires_at", "'2026-11-23 10:00:00Z'", A_TIME),
        ("$.archived_at", "False", A_TIME),
        ("$.memory_synced", "'yes'", "true or false"),
        ("$.duration_ms", "420000.5", "a whole number"),
        ("$.summary_preview", "0", "text"),
        ("$.has_recording", "1", "true or false"),
        ("$.eval_summary", "a list", "an object"),
    ]


def test_what_is_wrong_within() -> None:
    """Of a score in a list, of a count in a summary: where it is, and not only that there is."""
    given = REQUIRED | {"eval_summary": NO_RUNS | {"total": "1", "eval_status": 5}}
    reading = read_record(given, Conversation)
    assert reading.record == conversation(extra={"eval_summary": given["eval_summary"]})
    assert told(reading) == [
        ("$.eval_summary.total", "'1'", "a whole number"),
        ("$.eval_summary.eval_status", "5", "text"),
    ]
    scores = [{"passed": True}, {"passed": 1, "label": 5}, {"passed": False}]
    assert told(read_record({"status": "completed", "scores": scores}, EvalRun)) == [
        ("$.scores[1].passed", "1", "true or false"),
        ("$.scores[1].label", "5", "text"),
    ]
    scores.append(5)  # type: ignore[arg-type]
    assert told(read_record({"status": "completed", "scores": scores}, EvalRun)) == [
        ("$.scores[3]", "5", "an object")
    ]
    assert told(read_record({"scores": None}, EvalRun)) == [("$.status", "nothing", "text")]


def test_without_what_it_needs_there_is_none() -> None:
    given = {"id": "x", "channel": 5, "status": None, "started_at": "noon"}
    reading = read_record(given, Conversation)
    assert reading.record is None
    assert told(reading) == [
        ("$.id", "'x'", AN_ID),
        ("$.organization_id", "nothing", AN_ID),
        ("$.end_user_id", "nothing", AN_ID),
        ("$.channel", "5", "text"),
        ("$.status", "None", "text"),
        ("$.started_at", "'noon'", A_TIME),
    ]
    assert told(read_record({"session_id": "a"}, EventRecord))[0][:2] == ("$.event", "nothing")
    assert told(read_record({"claim": "error"}, ClaimRecord))[0][:2] == ("$.session_id", "nothing")


def test_a_reading_is_a_value() -> None:
    reading = read_record({"status": 5}, EvalRun)
    assert reading == RecordReading(EvalRun(status="", extra={"status": 5}), reading.faults)
    assert pickle.loads(pickle.dumps(reading)) == reading
    assert type(reading.faults[0]) is Fault
    assert repr(reading).startswith("RecordReading(record=EvalRun(status='', ")


# --- times and ids -------------------------------------------------------------------------------

NO_TIMES = (
    *("", "2026-11-23", "10:00:00Z", "2026-11-23T10:00:00", "2026-11-23 10:00:00Z"),
    *("2026-11-23T10:00Z", "2026-11-23T10Z", "20261123T100000Z", "2026-W48-1T10:00:00Z"),
    *("2026-327T10:00:00Z", "2026-02-29T10:00:00Z", "2026-00-01T10:00:00Z", "0000-01-01T00:00:00Z"),
    *("2026-11-23T24:00:00Z", "2026-11-23T23:60:00Z", "2026-11-23T23:59:60Z"),
    *("2026-11-23T10:00:00+0100", "2026-11-23T10:00:00+01", "2026-11-23T10:00:00 Z"),
    *("2026-11-23T10:00:00+24:00", "2026-11-23T10:00:00+05:60", "2026-11-23T10:00:00-05:99"),
    *("2026-11-23T10:00:00.Z", "2026-11-23T10:00:00,5Z", "2026-11-23T10:00:00Z\n"),
    *(" 2026-11-23T10:00:00Z", "2026-11-23T10:00:00ZZ", "2026-11-23T10:00:00+01:00:30"),
    *("٢٠٢٦-11-23T10:00:00Z", "2026-11-23T10:00:00\u2212", "+2026-11-23T10:00:00Z"),
    *("0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "now", "1795428000"),
    # Longer than any time; the first 65 characters alone would be one.
    "2026-11-23T10:00:00." + "1" * 44 + "Z" + "junk",
    "2026-11-23T10:00:00." + "1" * 5_000 + "Z",
    *(0, 1795428000, 1795428000.5, True, b"2026-11-23T10:00:00Z", [2026, 11, 23], {}),
    *(datetime(2026, 11, 23), datetime(2026, 11, 23).date(), timedelta(1)),
)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TIMES = (
    ("2026-11-23T12:00:00Z", NOON),
    ("2026-11-23t12:00:00z", NOON),
    ("2026-11-23T12:00:00+00:00", NOON),
    ("2026-11-23T12:00:00-00:00", NOON),
    ("2026-11-23T17:45:00+05:45", NOON),
    ("2026-11-22T12:01:00-23:59", NOON),
    ("2026-11-23T12:00:00.0Z", NOON),
    ("2026-11-23T12:00:00.1Z", NOON + timedelta(microseconds=100_000)),
    ("2026-11-23T12:00:00.000001Z", NOON + timedelta(microseconds=1)),
    ("2026-11-23T12:00:00.9999999Z", NOON + timedelta(microseconds=999_999)),
    ("2026-11-23T12:00:00." + "9" * 43 + "Z", NOON + timedelta(microseconds=999_999)),
    ("2024-02-29T23:59:59Z", datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)),
    ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
    ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    (NOON, NOON),
)


@pytest.mark.parametrize("given", NO_TIMES, ids=lambda given: f"{given!r:.40}")
def test_what_is_no_time(given: Any) -> None:
    reading = read_record(REQUIRED | {"started_at": given}, Conversation)
    assert reading.record == conversation(extra={"started_at": given})
    assert [fault.path for fault in reading.faults] == ["$.started_at"]


@pytest.mark.parametrize(("given", "at"), TIMES, ids=lambda given: f"{given!s:.40}")
def test_times(given: Any, at: datetime) -> None:
    (record, faults) = read_record(REQUIRED | {"started_at": given}, Conversation)
    assert (record, faults) == (conversation(started_at=at), ())
    assert record is not None
    assert record.started_at is not None
    assert record.started_at.tzinfo is UTC


NO_IDS = (
    *("", ID[:-1], ID + "0", f"{{{ID}}}", f"urn:uuid:{ID}", ID.replace("-", ""), f" {ID[1:]}"),
    # Of 36 characters each, and readable to `uuid.UUID`.
    "urn:" + ID.replace("-", ""),
    "----" + ID.replace("-", ""),
    "{}{}" + ID.replace("-", ""),
    "+" + ID[1:],
    ID[:-1] + " ",
    ID[:-3] + "0_0",
    "0x" + ID[2:],
    ID[:-1] + "\uff11",
    ID[:-1] + "g",
    *(0, True, None.__class__, b"x" * 16, ID.encode(), [ID], {}),
)


@pytest.mark.parametrize("given", NO_IDS, ids=lambda given: f"{given!r:.45}")
def test_what_is_no_id(given: Any) -> None:
    reading = read_record(REQUIRED | {"assigned_agent_id": given}, Conversation)
    assert reading.record == conversation(extra={"assigned_agent_id": given})
    assert read_record(REQUIRED | {"id": given}, Conversation).record is None


def test_ids() -> None:
    """Text in either case, a UUID, and a driver's own."""

    class Theirs(UUID):
        pass

    for given in (ID, ID.upper(), UUID(ID), Theirs(ID)):
        record = read_record(REQUIRED | {"assigned_agent_id": given}, Conversation).record
        assert record == conversation(assigned_agent_id=UUID(ID))
        assert record is not None
        assert type(record.assigned_agent_id) is UUID


def test_what_is_given_is_left_alone() -> None:
    given = json.loads(json.dumps(REQUIRED | UNREADABLE | {"more": {"a": [1]}}))
    before = copy.deepcopy(given)
    record = read_record(given, Conversation).record
    assert given == before
    assert record is not None
    given["metadata"] = {}
    given["new"] = 1
    assert record.extra["metadata"] == "{}"
    assert "new" not in record.extra
