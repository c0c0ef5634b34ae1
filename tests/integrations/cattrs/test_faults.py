"""The strict door, and what it tells a client: all that is wrong, where, and what was expected."""

from __future__ import annotations

import copy
import pickle
from enum import Enum
from typing import Any

import pytest

from session_lifecycle import SessionLifecycleError, SessionTerminationReason
from session_lifecycle.integrations.cattrs import Fault, InvalidRequestError, parse_request
from session_lifecycle.records import (
    ClaimRecord,
    CloseRequest,
    Conversation,
    EvalRun,
    EvalSummary,
    EventRecord,
)
from tests.records.corpus import ID, NO_RUNS, REQUIRED

R = SessionTerminationReason

A_REASON = "one of the 46 termination reasons, or other text of at most 64 characters"
AN_EVENT = (
    "one of ring, answer, pause, resume, request_human, request_approval, approve, deny, transfer, "
    "return_to_agent, close, expire, fail, supersede"
)
AN_ENDING = "one of closed, expired, error, superseded"
A_TIME = "RFC 3339 text with a zone, like '2026-11-23T10:00:00Z'"
OF_CLOSE = "no field of this name: there is reason"
OF_EVENT = (
    "no field of this name: there are session_id, event, at, source, id, reason, raw, party, "
    "connection"
)
A_NAME = "text that is not empty"
LONG = "'" + "x" * 63 + "…'"


def refusal(sent: object, kind: type[Any]) -> InvalidRequestError:
    with pytest.raises(InvalidRequestError) as caught:
        parse_request(sent, kind)
    return caught.value


def faults(sent: object, kind: type[Any]) -> list[tuple[str, str, str]]:
    return [tuple(fault) for fault in refusal(sent, kind).faults]


# fmt: off
REFUSED: tuple[tuple[type[Any], Any, list[tuple[str, str, str]]], ...] = (
    (CloseRequest, {"reason": 5}, [("$.reason", "5", A_REASON)]),
    (CloseRequest, {"reason": True}, [("$.reason", "True", A_REASON)]),
    (CloseRequest, {"reason": ["error"]}, [("$.reason", "a list", A_REASON)]),
    (CloseRequest, {"reason": {}}, [("$.reason", "a dict", A_REASON)]),
    (CloseRequest, {"reason": b"error"}, [("$.reason", "b'error'", A_REASON)]),
    (CloseRequest, {"reason": "x" * 65}, [("$.reason", LONG, A_REASON)]),
    (CloseRequest, {"reason": 5, "resaon": "error"},
        [("$.reason", "5", A_REASON), ("$.resaon", "'error'", OF_CLOSE)]),
    # Ours is a field of the record, and none of the request.
    (CloseRequest, {"extra": {}}, [("$.extra", "a dict", OF_CLOSE)]),
    (CloseRequest, {"Reason": "error", "reason": "x"}, [("$.Reason", "'error'", OF_CLOSE)]),
    (EventRecord, {}, [("$.session_id", "nothing", A_NAME), ("$.event", "nothing", AN_EVENT)]),
    # In the order of the fields, and then of what was sent.
    (EventRecord,
        {"zebra": 1, "raw": 486, "at": "noon", "aardvark": None, "event": "whisper"},
        [("$.session_id", "nothing", A_NAME), ("$.event", "'whisper'", AN_EVENT),
         ("$.at", "'noon'", A_TIME), ("$.raw", "486", "text"),
         ("$.zebra", "1", OF_EVENT), ("$.aardvark", "None", OF_EVENT)]),
    (EventRecord, {"session_id": None, "event": None, "source": None, "party": None},
        [("$.session_id", "None", A_NAME), ("$.event", "None", AN_EVENT),
         ("$.source", "None", "text"), ("$.party", "None", "text")]),
    (EventRecord, {"session_id": "a", "event": "close", "reason": 5, "at": 1795428000, "id": 7},
        [("$.at", "1795428000", A_TIME), ("$.id", "7", "text"), ("$.reason", "5", A_REASON)]),
    (ClaimRecord, {"session_id": "a"}, [("$.claim", "nothing", A_REASON)]),
    (ClaimRecord, {"session_id": "a", "claim": None, "status": "active"},
        [("$.claim", "None", A_REASON), ("$.status", "'active'", AN_ENDING)]),
    (ClaimRecord, {"session_id": "a", "claim": "x" * 65, "status": "evaporated"},
        [("$.claim", LONG, A_REASON), ("$.status", "'evaporated'", AN_ENDING)]),
    (ClaimRecord, {"session_id": "a", "claim": "error", "at": "2026-11-23T10:00:00"},
        [("$.at", "'2026-11-23T10:00:00'", A_TIME)]),
    (EvalSummary, NO_RUNS | {"total": True, "failed": "1", "eval_status": None},
        [("$.total", "True", "a whole number"), ("$.failed", "'1'", "a whole number"),
         ("$.eval_status", "None", "text")]),
    (EvalRun, {"status": "failed", "scores": [{"passed": True}, {"passed": 1, "label": 2}, 5, {}]},
        [("$.scores[1].passed", "1", "true or false"), ("$.scores[1].label", "2", "text"),
         ("$.scores[2]", "5", "an object")]),
    (EvalRun, {"status": "completed", "scores": {"0": {}}, "id": "x"},
        [("$.id", "'x'", "a UUID"), ("$.scores", "a dict", "a list of objects")]),
    (Conversation,
        REQUIRED | {"id": ID[:-1], "metadata": [], "message_count": 1.0, "memory_synced": 0,
                    "eval_summary": NO_RUNS | {"pending": None, "more": 1}},
        [("$.id", f"'{ID[:-1]}'", "a UUID"), ("$.message_count", "1.0", "a whole number"),
         ("$.metadata", "a list", "an object"), ("$.memory_synced", "0", "true or false"),
         ("$.eval_summary.pending", "None", "a whole number"),
         ("$.eval_summary.eval_status", "nothing", "text"),
         ("$.eval_summary.more", "1",
          "no field of this name: there are total, succeeded, failed, pending, critical_total, "
          "critical_succeeded, critical_failed, critical_pending, eval_status")]),
)
# fmt: on


@pytest.mark.parametrize(
    ("kind", "sent", "expected"),
    REFUSED,
    ids=[f"{row[0].__name__}-{row[1]!r:.30}" for row in REFUSED],
)
def test_all_faults_at_once(kind: type[Any], sent: Any, expected: Any) -> None:
    assert faults(sent, kind) == expected


@pytest.mark.parametrize("kind", [CloseRequest, EventRecord, ClaimRecord, Conversation, EvalRun])
def test_what_is_no_object(kind: type[Any]) -> None:
    for sent, shown in (
        (5, "5"),
        ("{}", "'{}'"),
        ([], "a list"),
        ([("reason", "error")], "a list"),
        (True, "True"),
        (b"{}", "b'{}'"),
        (object(), "a object"),
    ):
        assert faults(sent, kind) == [("$", shown, "an object")]


def test_what_is_taken() -> None:
    """A reason may be any text of at most 64 characters; a spelling of ours is a member."""
    for text in ("operator-busy", "", " ", "x" * 64, "\U0001f44b" * 64, "\x00", "\ud800"):
        assert parse_request({"reason": text}, CloseRequest).reason == text
    assert parse_request({"reason": "Room.Deleted"}, CloseRequest).reason is R.ROOM_DELETED
    for nothing in ({}, {"reason": None}):
        assert parse_request(nothing, CloseRequest) == CloseRequest(None)
    assert parse_request({"session_id": "a", "event": "Answer", "at": None}, EventRecord) == (
        EventRecord("a", "answer")
    )
    claim = parse_request({"session_id": "a", "claim": "gone", "status": "Error"}, ClaimRecord)
    assert claim == ClaimRecord("a", "gone", status="error")


def test_a_session_without_a_name() -> None:
    """`replay` refuses such a line, so the door to it does."""
    for kind, what in ((EventRecord, {"event": "ring"}), (ClaimRecord, {"claim": "error"})):
        assert faults({"session_id": ""} | what, kind) == [("$.session_id", "''", A_NAME)]


# --- paths, values and sizes ---------------------------------------------------------------------


def test_keys_that_are_no_names() -> None:
    given = {
        "": 1,
        "a b": 2,
        "it's": 3,
        "\x1b[2J": 4,
        "x" * 65: 5,
        "é": 6,
        "0": 7,
        "a.b": 8,
        "y" * 64: 9,
        "class": 10,
    }
    assert [path for path, *_ in faults(given, CloseRequest)] == [
        "$['']",
        "$['a b']",
        '$["it\'s"]',
        "$['\\x1b[2J']",
        f"$['{'x' * 63}…']",
        "$['é']",
        "$['0']",
        "$['a.b']",
        f"$.{'y' * 64}",
        "$.class",
    ]


def test_keys_that_are_no_text() -> None:
    """A mapping in Python may have any; each is told, and told apart from a name."""
    for key in (
        None,
        1,
        1.5,
        True,
        b"x",
        ("a", 1),
        frozenset(),
        Enum("Their", "KEY").KEY,
        10**5_000,
    ):
        ((path, value, expected),) = faults({key: "v"}, CloseRequest)
        assert path.startswith("$")
        assert path.isprintable()
        assert len(path) < 80
        assert (value, expected) == ("'v'", OF_CLOSE)


def test_a_huge_request_gets_a_short_answer() -> None:
    huge = {f"{n}\n" + "k" * 100_000: "v" * 100_000 for n in range(100)}
    error = refusal(huge, CloseRequest)
    assert len(error.faults) == 100
    for said in (str(error), repr(error), *map(str, error.faults)):
        assert said.isprintable()
        assert len(said) < 2_500
    assert str(error).endswith("; and 92 more")
    for fault in error.faults:
        assert max(map(len, fault)) <= 100


def test_of_very_many_faults_the_first_thousand() -> None:
    error = refusal(dict.fromkeys(map(str, range(5_000))), CloseRequest)
    assert len(error.faults) == 1_000
    assert error.faults[0].path == "$['0']"
    assert error.faults[-1].path == "$['999']"


def test_hostile_values_are_escaped() -> None:
    given = {"session_id": 1, "event": "\x1b]0;owned\x07\u202e", "at": "\ud800", "raw": ["\n"]}
    assert faults(given, EventRecord) == [
        ("$.session_id", "1", A_NAME),
        ("$.event", "'\\x1b]0;owned\\x07\\u202e'", AN_EVENT),
        ("$.at", "'\\ud800'", A_TIME),
        ("$.raw", "a list", "text"),
    ]


# --- the error -----------------------------------------------------------------------------------


def test_the_error() -> None:
    error = refusal({"reason": 5, "resaon": "error"}, CloseRequest)
    assert isinstance(error, ValueError)
    assert isinstance(error, SessionLifecycleError)
    assert error.faults == (
        Fault("$.reason", "5", A_REASON),
        Fault("$.resaon", "'error'", OF_CLOSE),
    )
    assert str(error.faults[0]) == f"$.reason is 5, expected {A_REASON}"
    assert (
        str(error)
        == f"$.reason is 5, expected {A_REASON}; $.resaon is 'error', expected {OF_CLOSE}"
    )
    assert repr(error) == f"InvalidRequestError({str(error)!r})"
    assert type(error).__module__ == "session_lifecycle.integrations.cattrs"


@pytest.mark.parametrize("count", [1, 8, 9, 30])
def test_the_error_travels(count: int) -> None:
    """To another process and back, whatever the request held."""
    unpicklable = {f"k{n}": (lambda: None) for n in range(count)}
    error = refusal(unpicklable, CloseRequest)
    copies = [pickle.loads(pickle.dumps(error, n)) for n in range(pickle.HIGHEST_PROTOCOL + 1)]
    for copied in [*copies, copy.copy(error), copy.deepcopy(error)]:
        assert type(copied) is InvalidRequestError
        assert copied.faults == error.faults
        assert str(copied) == str(error)
    assert str(error).count("; ") == (count - 1 if count <= 8 else 8)
    assert str(error).endswith(f"; and {count - 8} more") is (count > 8)


def test_the_request_is_left_alone() -> None:
    given = {"session_id": "a", "event": "whisper", "more": {"a": [1]}}
    before = copy.deepcopy(given)
    faults(given, EventRecord)
    assert given == before
