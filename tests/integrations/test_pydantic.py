"""Annotated types for models: what they take, and that their JSON Schema says the same.

Schemas are compared with literals, the words with those of domain.md section 1; and jsonschema-rs,
which schemathesis brings along, is asked about every value that pydantic is asked about.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum, IntEnum, StrEnum
from functools import cache
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic.json_schema import JsonSchemaValue

from session_lifecycle import (
    EvalOutcome,
    EvalRunStatus,
    EvalStatus,
    SessionDirection,
    SessionPriority,
    SessionStatus,
    SessionTerminationReason,
    SessionType,
)
from session_lifecycle.integrations.pydantic import (
    CoercedReason,
    DirectionOrText,
    EvalRunStatusOrText,
    EvalStatusOrText,
    PriorityOrText,
    ReasonOrText,
    SessionTypeOrText,
    StatusOrText,
    UtcDatetime,
)
from tests.records.corpus import exactly
from tests.test_hostile_input import HOSTILE, LongText

R, S = SessionTerminationReason, SessionStatus

REASONS = [
    *("voicemail_detected", "silence_timeout", "max_call_duration", "participant_left"),
    *("pipeline_exit", "user_requested", "agent_initiated", "resolved", "unresolved", "abandoned"),
    *("escalated", "handoff_resolved", "transferred", "error", "unknown", "callee_busy"),
    *("callee_no_answer", "callee_unavailable", "callee_declined", "callee_not_found"),
    *("sip_failed", "unknown_reason", "client_initiated", "duplicate_identity", "server_shutdown"),
    *("participant_removed", "room_deleted", "state_mismatch", "join_failure", "migration"),
    *("signal_close", "room_closed", "user_unavailable", "user_rejected", "sip_trunk_failure"),
    *("connection_timeout", "media_failure", "agent_error", "dispatch_failed"),
    *("token_mint_failed", "sip_dial_failed", "participant_join_timeout", "setup_error"),
    *("stale_routing", "superseded", "duplicate_dispatch"),
]
WORDS: dict[str, tuple[Any, type[StrEnum], list[str]]] = {
    "reason": (ReasonOrText, SessionTerminationReason, REASONS),
    "status": (
        StatusOrText,
        SessionStatus,
        [
            *("queued", "ringing", "active", "paused", "waiting_for_human", "transferred"),
            *("awaiting_approval", "closed", "expired", "error", "superseded"),
        ],
    ),
    "priority": (PriorityOrText, SessionPriority, ["low", "normal", "high", "urgent"]),
    "direction": (DirectionOrText, SessionDirection, ["inbound", "outbound"]),
    "session_type": (SessionTypeOrText, SessionType, ["live", "test", "simulation"]),
    "run_status": (
        EvalRunStatusOrText,
        EvalRunStatus,
        ["queued", "pending", "running", "completed", "failed", "errored"],
    ),
    "eval_status": (EvalStatusOrText, EvalStatus, ["none", "pending", "passed", "failed"]),
}
words = pytest.mark.parametrize("name", WORDS)


adapter_of = cache(TypeAdapter[Any])


def schema_of(kind: Any, mode: Any = "validation") -> JsonSchemaValue:
    """Return a type's schema, without the vocabulary's docstring."""
    schema = adapter_of(kind).json_schema(mode=mode)
    for definition in (schema, *schema.get("$defs", {}).values()):
        if "enum" in definition:
            assert definition.pop("description")
    return schema


def refusal(kind: Any, value: Any, **how: Any) -> tuple[str, str]:
    with pytest.raises(ValidationError) as caught:
        adapter_of(kind).validate_python(value, **how)
    (error,) = caught.value.errors(include_url=False)  # One thing is wrong, and it is told once.
    return error["type"], error["msg"]


# --- words or text -------------------------------------------------------------------------------


def test_there_are_46_reasons() -> None:
    assert len(REASONS) == len(set(REASONS)) == 46


@words
@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_schema_of_words(name: str, mode: str) -> None:
    """The words, or a plain string; of a reason one of at most 64 characters."""
    kind, vocabulary, values = WORDS[name]
    text = {"type": "string", "maxLength": 64} if name == "reason" else {"type": "string"}
    title = vocabulary.__name__
    assert schema_of(kind, mode) == {
        "$defs": {title: {"enum": values, "title": title, "type": "string"}},
        "anyOf": [{"$ref": f"#/$defs/{title}"}, text],
    }
    assert schema_of(kind | None, mode)["anyOf"] == [
        {"$ref": f"#/$defs/{title}"},
        text,
        {"type": "null"},
    ]


@words
@pytest.mark.parametrize("strict", [False, True])
def test_words(name: str, strict: bool) -> None:
    """A word of ours in any spelling is a member; other text stays the text it is."""
    kind, vocabulary, values = WORDS[name]
    adapter = adapter_of(kind)
    for value in values:
        for spelled in (value, value.upper(), f" {value.replace('_', '-')}", LongText(value)):
            assert adapter.validate_python(spelled, strict=strict) is vocabulary(value)
            text = json.dumps(spelled)
            assert adapter.validate_json(text, strict=strict) is vocabulary(value)
        assert adapter.validate_python(vocabulary(value), strict=strict) is vocabulary(value)
        assert adapter.dump_python(vocabulary(value), mode="json") == value
        assert adapter.dump_json(vocabulary(value)) == json.dumps(value).encode()
    for text in ("zz", "", " ", "x" * 64, "é" * 64, "\x00", "\U0001f44b" * 64):
        assert exactly(adapter.validate_python(text, strict=strict)) == (str, text)
        assert exactly(adapter.validate_json(json.dumps(text), strict=strict)) == (str, text)
        assert adapter.dump_python(text, mode="json") == text
    assert adapter_of(kind | None).validate_python(None, strict=strict) is None


class TheirText(StrEnum):
    ERROR = "error"
    GONE = "gone"


class TheirOldText(str, Enum):  # noqa: UP042 - what half the services still have
    GONE = "gone"


class TheirNumber(IntEnum):
    FIVE = 5


class TheirPlain(Enum):
    ERROR = "error"


NO_TEXT = (
    *(5, 5.0, True, False, None, b"error", bytearray(b"error"), [], ["error"], {}, {"reason": "x"}),
    *(TheirNumber.FIVE, TheirPlain.ERROR, object(), R, datetime(2026, 1, 1)),
)


@words
@pytest.mark.parametrize("strict", [False, True])
def test_what_is_no_text(name: str, strict: bool) -> None:
    """No number becomes a word, and no list a text: the schema says string."""
    kind = WORDS[name][0]
    for value in NO_TEXT:
        assert refusal(kind, value, strict=strict) == (
            "string_type",
            "Input should be a valid string",
        )


@words
@pytest.mark.parametrize("strict", [False, True])
def test_texts_of_other_classes(name: str, strict: bool) -> None:
    """A `str` is its content: plain afterwards, whoever's class or vocabulary it is of."""
    kind, vocabulary, _ = WORDS[name]
    adapter = adapter_of(kind)
    for text in (LongText("gone"), TheirText.GONE, TheirOldText.GONE, EvalOutcome.NO_VERDICT):
        found = adapter.validate_python(text, strict=strict)
        assert exactly(found) == (str, str.__str__(text))
    expected = R.ERROR if vocabulary is R else S.ERROR if vocabulary is S else "error"
    found = adapter.validate_python(TheirText.ERROR, strict=strict)
    assert exactly(found) == exactly(expected)


@words
def test_half_a_surrogate_pair(name: str) -> None:
    """JSON may write one, and nobody could write it on: refused, and told once."""
    kind = WORDS[name][0]
    for text in ("\ud800", "gone\udfff", LongText("\ud800")):
        for how in ({}, {"strict": True}):
            assert refusal(kind, text, **how)[0] == "string_unicode"
    with pytest.raises(ValidationError):
        adapter_of(kind).validate_json('"\\ud800"')
    assert adapter_of(kind).validate_json('"\\ud83d\\ude00"') == "\U0001f600"


def test_the_length_of_a_reason() -> None:
    for text in ("x" * 65, "error" + " " * 60, LongText("x" * 65), "x" * 1_000_000):
        for how in ({}, {"strict": True}):
            assert refusal(ReasonOrText, text, **how) == (
                "string_too_long",
                "String should have at most 64 characters",
            )
    for name in set(WORDS) - {"reason"}:
        long = "error" + " " * 1_000
        assert adapter_of(WORDS[name][0]).validate_python(long) == long


def test_what_goes_wrong_without_them() -> None:
    """The module says why they exist: it had better be so."""
    assert exactly(adapter_of(R | str).validate_python("abandoned")) == (str, "abandoned")
    assert adapter_of(datetime).validate_python("123").year == 1970


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_values(name: str) -> None:
    """Taken or refused; no other error, in Python's mode or in JSON's, strict or not."""
    for kind in [*(row[0] for row in WORDS.values()), UtcDatetime, ReasonOrText | None]:
        for strict in (False, True):
            value = HOSTILE[name]()
            try:
                found = adapter_of(kind).validate_python(value, strict=strict)
            except ValidationError:
                continue
            text = str.__str__(value)  # type: ignore[arg-type]
            assert found == text or (type(found) is not str and found == text.lower())
    assert adapter_of(CoercedReason).validate_python(HOSTILE[name]()) in R


# --- a stored reason -----------------------------------------------------------------------------


def test_a_coerced_reason() -> None:
    adapter = adapter_of(CoercedReason)
    for value in REASONS:
        assert adapter.validate_python(value.upper()) is R(value)
        assert adapter.validate_json(json.dumps(value), strict=True) is R(value)
    for value in (*NO_TEXT, "zz", "", "x" * 1_000_000, "\ud800", "error" + " " * 60):
        for strict in (False, True):
            assert adapter.validate_python(value, strict=strict) is R.UNKNOWN
    for text in ("null", "5", "[]", "{}", '"zz"', "1e99"):
        assert adapter.validate_json(text) is R.UNKNOWN
    assert adapter_of(CoercedReason | None).validate_python(None) in (None, R.UNKNOWN)


def test_the_schema_of_a_coerced_reason() -> None:
    """It takes anything, and says so; what it gives is one of the 46."""
    assert schema_of(CoercedReason) == {}
    assert schema_of(CoercedReason, "serialization") == {
        "enum": REASONS,
        "title": "SessionTerminationReason",
        "type": "string",
    }


# --- times ---------------------------------------------------------------------------------------

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TIMES = (
    ("2026-11-23T12:00:00Z", NOON),
    ("2026-11-23t12:00:00z", NOON),
    ("2026-11-23T17:45:00+05:45", NOON),
    ("2026-11-23T12:00:00-00:00", NOON),
    ("2026-11-23T12:00:00.5Z", NOON + timedelta(microseconds=500_000)),
    ("2026-11-23T12:00:00.1234567Z", NOON + timedelta(microseconds=123_456)),
    ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
    ("9999-12-31T23:59:59.999999Z", datetime.max.replace(tzinfo=UTC)),
)
NO_TIMES = (
    *("", "noon", "123", "1795428000", "2026-11-23", "2026-11-23T12:00:00", "2026-11-23 12:00:00Z"),
    *("2026-11-23T12:00Z", "2026-W48-1T12:00:00Z", "20261123T120000Z", "2026-11-23T12:00:00+0100"),
    *("2026-11-23T24:00:00Z", "2026-11-23T12:00:00+05:60", "2026-02-29T12:00:00Z"),
    *("2026-11-23T12:00:00Z ", "2026-11-23T12:00:00,5Z"),
)
SAYS = "Input should be RFC 3339 text with a zone, like '2026-11-23T10:00:00Z'"


@pytest.mark.parametrize("strict", [False, True])
def test_times(strict: bool) -> None:
    adapter = adapter_of(UtcDatetime)
    east = timezone(timedelta(hours=5, minutes=45))
    for given_time, at in (*TIMES, (NOON, NOON), (NOON.astimezone(east), NOON)):
        found = adapter.validate_python(given_time, strict=strict)
        assert (found, found.tzinfo) == (at, UTC)
        if isinstance(given_time, str):
            found = adapter.validate_json(json.dumps(given_time), strict=strict)
            assert (found, found.tzinfo) == (at, UTC)
        assert adapter.validate_json(adapter.dump_json(found)) == at
        assert adapter.dump_python(found, mode="json").endswith("Z")
    others = (0, 5, 5.0, True, None, b"2026-11-23T12:00:00Z", date(2026, 11, 23), timedelta(1), [])
    edge_of_time = datetime.min.replace(tzinfo=timezone(timedelta(hours=1)))
    for value in (*NO_TIMES, *others, datetime(2026, 11, 23, 12), edge_of_time):
        assert refusal(UtcDatetime, value, strict=strict) == ("utc_datetime", SAYS)
    assert adapter_of(UtcDatetime | None).validate_python(None, strict=strict) is None


def test_the_schema_of_a_time() -> None:
    for mode in ("validation", "serialization"):
        assert schema_of(UtcDatetime, mode) == {"format": "date-time", "type": "string"}
