"""The records as classes: which fields, of which types, and that they are values.

What the fields are is written here as source-api.md has it ("Response 200", "Eval runs"), and not
read from the classes.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, get_type_hints
from uuid import UUID

import attrs
import pytest
from attrs.exceptions import FrozenInstanceError

import session_lifecycle.records
from session_lifecycle import (
    EvalRollup,
    EvalRunStatus,
    EvalStatus,
    RollupError,
    SessionDirection,
    SessionEvent,
    SessionPriority,
    SessionStatus,
    SessionTerminationReason,
    SessionType,
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
from tests.records.corpus import ID, conversation, exactly
from tests.records.corpus_more import EVERYTHING

JSON_OBJECT = Mapping[str, object]
_REPORTED: dict[str, Any] = {
    "at": datetime | None,
    "source": str,
    "id": str | None,
    "raw": str | None,
    "party": str,
    "connection": str,
    "extra": JSON_OBJECT,
}
FIELDS: dict[type[Any], dict[str, Any]] = {
    Conversation: {
        "id": UUID,
        "organization_id": UUID,
        "end_user_id": UUID,
        "channel": str,
        "status": SessionStatus | str,
        "priority": SessionPriority | str | None,
        "direction": SessionDirection | str | None,
        "session_type": SessionType | str | None,
        "message_count": int | None,
        "started_at": datetime | None,
        "created_at": datetime | None,
        "updated_at": datetime | None,
        "external_session_id": str | None,
        "subject": str | None,
        "assigned_agent_id": UUID | None,
        "retention_policy_id": UUID | None,
        "summary": str | None,
        "metadata": JSON_OBJECT | None,
        "context_variables": JSON_OBJECT | None,
        "first_message_at": datetime | None,
        "last_message_at": datetime | None,
        "ended_at": datetime | None,
        "closed_at": datetime | None,
        "ttl_expires_at": datetime | None,
        "retention_expires_at": datetime | None,
        "archived_at": datetime | None,
        "memory_synced": bool | None,
        "duration_ms": int | None,
        "summary_preview": str | None,
        "has_recording": bool | None,
        "eval_summary": EvalSummary | None,
        "extra": JSON_OBJECT,
    },
    EvalSummary: {
        "total": int,
        "succeeded": int,
        "failed": int,
        "pending": int,
        "critical_total": int,
        "critical_succeeded": int,
        "critical_failed": int,
        "critical_pending": int,
        "eval_status": EvalStatus | str,
        "extra": JSON_OBJECT,
    },
    EvalRun: {
        "status": EvalRunStatus | str,
        "id": UUID | None,
        "session_id": UUID | None,
        "evaluator_id": UUID | None,
        "scope": SessionType | str | None,
        "started_at": datetime | None,
        "finished_at": datetime | None,
        "error_text": str | None,
        "threshold_snapshot": object,
        "severity_snapshot": object,
        "is_critical_snapshot": bool | None,
        "scores": tuple[EvalScore, ...],
        "extra": JSON_OBJECT,
    },
    EvalScore: {
        "value": object,
        "raw_value": object,
        "label": str | None,
        "passed": bool | None,
        "confidence": object,
        "rationale": str | None,
        "severity": str | None,
        "blocking": bool | None,
        "extra": JSON_OBJECT,
    },
    CloseRequest: {"reason": SessionTerminationReason | str | None, "extra": JSON_OBJECT},
    EventRecord: {
        "session_id": str,
        "event": SessionEvent | str,
        "reason": SessionTerminationReason | str | None,
    }
    | _REPORTED,
    ClaimRecord: {
        "session_id": str,
        "claim": SessionTerminationReason | str,
        "status": SessionStatus | str | None,
    }
    | _REPORTED,
}
NEEDED: dict[type[Any], set[str]] = {
    Conversation: {"id", "organization_id", "end_user_id", "channel", "status"},
    EvalSummary: set(FIELDS[EvalSummary]) - {"extra"},
    EvalRun: {"status"},
    EvalScore: set(),
    CloseRequest: set(),
    EventRecord: {"session_id", "event"},
    ClaimRecord: {"session_id", "claim"},
}
# Two values that each kind of field takes.
VALUES: dict[Any, tuple[Any, Any]] = {
    UUID: (UUID(int=1), UUID(int=2)),
    str: ("a", "b"),
    int: (1, 2),
    bool: (True, False),
    datetime: (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)),
    object: (1, "1"),
    JSON_OBJECT: ({"a": 1}, {"a": 2}),
    EvalSummary: tuple(EvalSummary(n, *[0] * 7, "none") for n in (1, 2)),
    tuple[EvalScore, ...]: ((EvalScore(passed=True),), (EvalScore(passed=False),)),
}


def two_values(kind: Any) -> tuple[Any, Any]:
    inner = [part for part in getattr(kind, "__args__", ()) if part is not type(None)]
    if kind in VALUES:
        return VALUES[kind]
    if len(inner) == 1:
        return VALUES[inner[0]]
    words = list(inner[0])  # A vocabulary or text.
    return words[0], words[1]


def a_full_one(kind: type[Any]) -> Any:
    return kind(**{name: two_values(type_)[0] for name, type_ in FIELDS[kind].items()})


records = pytest.mark.parametrize("kind", FIELDS, ids=lambda kind: kind.__name__)
corpus = pytest.mark.parametrize(
    "record", [e.record for e in EVERYTHING], ids=lambda r: repr(r)[:9]
)


@records
def test_fields(kind: type[Any]) -> None:
    assert {field.name: field.type for field in attrs.fields(kind)} == FIELDS[kind]
    assert get_type_hints(kind) == FIELDS[kind]
    needed = {field.name for field in attrs.fields(kind) if field.default is attrs.NOTHING}
    assert needed == NEEDED[kind]


def test_a_conversation_is_in_the_apis_order() -> None:
    assert list(attrs.fields_dict(Conversation)) == list(FIELDS[Conversation])
    assert list(attrs.fields_dict(EvalSummary)) == list(FIELDS[EvalSummary])


@records
def test_what_is_needed_is_needed(kind: type[Any]) -> None:
    given = {name: two_values(FIELDS[kind][name])[0] for name in NEEDED[kind]}
    kind(**given)
    for name in given:
        with pytest.raises(TypeError, match=f"missing 1 required .*'{name}'"):
            kind(**{other: value for other, value in given.items() if other != name})


@records
def test_an_immutable_value(kind: type[Any]) -> None:
    made = a_full_one(kind)
    for name, type_ in FIELDS[kind].items():
        with pytest.raises(FrozenInstanceError):
            setattr(made, name, two_values(type_)[1])
        with pytest.raises(FrozenInstanceError):
            delattr(made, name)
    with pytest.raises((FrozenInstanceError, AttributeError)):
        made.another = 1
    assert not hasattr(made, "__dict__")
    assert set(kind.__slots__) - {"__weakref__"} == set(FIELDS[kind])


@records
def test_every_field_is_part_of_equality(kind: type[Any]) -> None:
    made = a_full_one(kind)
    assert made == a_full_one(kind)
    assert hash(made) == hash(a_full_one(kind))
    for name, type_ in FIELDS[kind].items():
        first, second = two_values(type_)
        assert getattr(made, name) == first
        other = attrs.evolve(made, **{name: second})
        assert getattr(other, name) == second
        assert (made == other, made != other) == (False, True)
    assert len({made, a_full_one(kind)}) == 1


@records
def test_equal_only_to_its_own_kind(kind: type[Any]) -> None:
    made = a_full_one(kind)
    theirs = attrs.make_class("Theirs", list(FIELDS[kind]))(**attrs.asdict(made, recurse=False))
    for other in (attrs.astuple(made), attrs.asdict(made), theirs, None, 0):
        assert made != other
    with pytest.raises(TypeError):
        assert made < made


@corpus
def test_pickles(record: Any) -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        dumped = pickle.dumps(record, protocol)
        assert exactly(pickle.loads(dumped)) == exactly(record)
        # Under its public name: where a class is defined is our business.
        assert b"records._" not in dumped


@corpus
def test_copies(record: Any) -> None:
    for copied in (copy.copy(record), copy.deepcopy(record), attrs.evolve(record)):
        assert exactly(copied) == exactly(record)
        assert hash(copied) == hash(record)


def test_mappings_are_copied() -> None:
    """Who gave one cannot change the record by it; nor can who has a deep copy."""
    given: dict[str, Any] = {"a": [1]}
    made = conversation(metadata=given, context_variables=given, extra=given)
    given["a"], given["b"] = 2, 3
    assert made.metadata == made.context_variables == made.extra == {"a": [1]}
    copied = copy.deepcopy(made)
    copied.metadata["a"].append(2)
    assert made.metadata == {"a": [1]}
    summary = EvalSummary(*[0] * 8, "none", extra=given)
    given.clear()
    assert summary.extra == {"a": 2, "b": 3}


def test_no_two_records_share_their_extra() -> None:
    assert EvalScore().extra is not EvalScore().extra
    assert CloseRequest("error").extra == {}


def test_times_are_kept_in_utc() -> None:
    class Theirs(datetime):
        """pandas and pendulum have one, with an equality of its own."""

    east = datetime(2026, 11, 23, 15, 30, tzinfo=UTC).astimezone()
    given = Theirs(2026, 11, 23, 10, tzinfo=UTC) + timedelta(hours=5, minutes=30)
    made = conversation(started_at=given, ended_at=east)
    assert made.started_at == made.ended_at == datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    for kept in (made.started_at, made.ended_at):
        assert type(kept) is datetime
        assert kept.tzinfo is UTC


def test_a_drivers_own_uuid_is_a_uuid() -> None:
    """asyncpg's is a subclass, and what it gives for every column of ids."""
    pgproto = pytest.importorskip("asyncpg.pgproto.pgproto")
    made = conversation(id=pgproto.UUID(ID), assigned_agent_id=pgproto.UUID(ID))
    for kept in (made.id, made.assigned_agent_id):
        assert type(kept) is UUID
        assert kept == UUID(ID)
    assert hash(made) == hash(conversation(assigned_agent_id=UUID(ID)))


def test_summaries_and_rollups() -> None:
    counts = (5, 2, 2, 1, 3, 1, 1, 1)
    summary = EvalSummary.from_rollup(EvalRollup(*counts))
    assert summary == EvalSummary(*counts, EvalStatus.FAILED)
    assert summary.to_rollup() == EvalRollup(*counts)
    assert EvalSummary.from_rollup(EvalRollup()).eval_status is EvalStatus.NONE
    # What was reported is kept; that it does not add up is found out by who counts with it.
    reported = EvalSummary(5, 5, 5, 5, 0, 0, 0, 0, EvalStatus.PASSED)
    with pytest.raises(RollupError, match="the three must add up to the total"):
        reported.to_rollup()
    # The headline is worked out, not believed.
    liar = EvalSummary(1, 0, 1, 0, 1, 0, 1, 0, EvalStatus.PASSED)
    assert liar.to_rollup().eval_status is EvalStatus.FAILED


def test_public_names() -> None:
    assert session_lifecycle.records.__all__ == sorted(kind.__name__ for kind in FIELDS)
    for kind in FIELDS:
        assert kind.__module__ == "session_lifecycle.records"
        assert getattr(session_lifecycle.records, kind.__qualname__) is kind
