"""A second opinion on the schemas: jsonschema-rs and pydantic are asked about the same values, and
FastAPI writes the types into its OpenAPI.
"""

from __future__ import annotations

import inspect
import json
from enum import StrEnum
from typing import Any

import jsonschema_rs
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from session_lifecycle import (
    SessionPriority,
    SessionStatus,
    SessionTerminationReason,
    _words,
    close_session,
    start_session,
)
from session_lifecycle.integrations import pydantic as edge
from session_lifecycle.integrations.cattrs import parse_request
from session_lifecycle.integrations.pydantic import (
    CoercedReason,
    ReasonOrText,
    StatusOrText,
    UtcDatetime,
)
from session_lifecycle.records import CloseRequest
from session_lifecycle.testing import drifted_reasons, drifted_statuses
from tests.integrations.test_pydantic import NO_TIMES, REASONS, TIMES, WORDS

R, S = SessionTerminationReason, SessionStatus


class Close(BaseModel):
    """The body of "Close a v2 conversation", as a service would write it for itself."""

    model_config = ConfigDict(extra="forbid")
    reason: ReasonOrText | None = None


class Call(BaseModel):
    status: StatusOrText
    priority: SessionPriority = SessionPriority.NORMAL
    ended_at: UtcDatetime | None = None
    termination_reason: CoercedReason | None = None


class Judge:
    """Both judges of a type: what pydantic takes as JSON, and what its schema allows."""

    def __init__(self, kind: Any) -> None:
        self.adapter: TypeAdapter[Any] = TypeAdapter(kind)
        self.reads, self.writes = (
            jsonschema_rs.Draft202012Validator(
                self.adapter.json_schema(mode=mode), validate_formats=True
            )
            for mode in ("validation", "serialization")
        )

    def takes(self, value: Any) -> bool:
        """Return whether pydantic takes it; and if so, see that what it writes is allowed."""
        try:
            made = self.adapter.validate_json(json.dumps(value))
        except ValidationError:
            return False
        written = json.loads(self.adapter.dump_json(made))
        assert self.writes.is_valid(written), written
        return True

    def allows(self, value: Any) -> bool:
        return self.reads.is_valid(value)


CLOSE, REASON = Judge(Close), Judge(ReasonOrText)
STATUS, TIME, COERCED = Judge(StatusOrText), Judge(UtcDatetime), Judge(CoercedReason)

TEXTS: tuple[Any, ...] = (
    *("error", "Agent-Initiated", "zz", "", " ", "x" * 64, "\x00", "é" * 64, "\U0001f44b" * 64),
    *("x" * 65, "\U0001f44b" * 65, "error" + " " * 60, "x" * 1_000),
)
OTHERS: tuple[Any, ...] = (None, 0, 5, 5.0, 1e99, True, False, [], ["error"], {}, {"reason": "x"})


@pytest.mark.parametrize("name", WORDS)
def test_words(name: str) -> None:
    for kind in (WORDS[name][0], WORDS[name][0] | None):
        judge = Judge(kind)
        for value in (*WORDS[name][2], *TEXTS, *OTHERS):
            assert judge.takes(value) is judge.allows(value), value
        assert judge.takes(None) is (kind is not WORDS[name][0])
        assert judge.takes("x" * 65) is (name != "reason")


def test_bodies_of_a_close() -> None:
    """And the strict door of the records is a third judge."""
    for reason in (*REASONS, *TEXTS, *OTHERS):
        for body in ({"reason": reason}, {"reason": reason, "more": 1}, {"Reason": reason}, reason):
            taken = CLOSE.takes(body)
            assert taken is CLOSE.allows(body), body
            if body is None:  # No body at all, which an endpoint declares beside its model.
                assert parse_request(body, CloseRequest) == CloseRequest()
                continue
            try:
                parse_request(body, CloseRequest)
            except ValueError:
                assert not taken, body
            else:
                assert taken, body
    assert CLOSE.takes({})
    assert CLOSE.allows({})


def test_coerced() -> None:
    for value in (*REASONS, *TEXTS, *OTHERS):
        assert COERCED.takes(value)
        assert COERCED.allows(value)
    assert not COERCED.writes.is_valid("zz")


def test_times() -> None:
    for text, _ in TIMES:
        assert TIME.takes(text)
        assert TIME.allows(text), text
    for value in (*NO_TIMES, *OTHERS):
        assert not TIME.takes(value)
        assert not TIME.allows(value), value
    # What the format allows, and no `datetime` can be.
    for text in ("1990-12-31T23:59:60Z", "9999-12-31T23:59:59-00:01"):
        assert TIME.allows(text)
        assert not TIME.takes(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=70),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@given(JSON | drifted_reasons(storable=True) | drifted_statuses(storable=True))
def test_both_judges_agree(value: Any) -> None:
    for judge in (REASON, STATUS, COERCED, TIME):
        assert judge.takes(value) is judge.allows(value)


@given(st.fixed_dictionaries({}, optional={"reason": JSON, "more": JSON}) | JSON)
def test_both_judges_agree_on_bodies(body: Any) -> None:
    assert CLOSE.takes(body) is CLOSE.allows(body)


@given(st.datetimes(timezones=st.timezones()))
def test_any_time_there_is(at: Any) -> None:
    """As Python and its JSON write it: read, and written as the same moment."""
    try:
        expected = at.timestamp()
    except (OverflowError, ValueError):
        return
    found = TIME.adapter.validate_python(at)
    assert found.timestamp() == expected
    assert TIME.takes(found.isoformat())
    assert TIME.allows(found.isoformat())


# --- models --------------------------------------------------------------------------------------


def test_a_body_closes_a_session() -> None:
    for body, reason, raw in (
        ("{}", R.UNKNOWN, None),
        ('{"reason": null}', R.UNKNOWN, None),
        ('{"reason": "Room.Deleted"}', R.ROOM_DELETED, None),
        ('{"reason": "operator-busy"}', R.UNKNOWN, "operator-busy"),
    ):
        closed = close_session(start_session(), Close.model_validate_json(body).reason)
        assert closed.ending is not None
        assert (closed.ending.reason, closed.ending.winner.raw) == (reason, raw)


def test_what_a_client_hears() -> None:
    """Each thing once, at its place: no union member of ours is in the path."""
    with pytest.raises(ValidationError) as caught:
        Call.model_validate_json('{"status": 5, "priority": "HIGH", "ended_at": "123"}')
    assert [(e["loc"], e["type"]) for e in caught.value.errors()] == [
        (("status",), "string_type"),
        (("priority",), "enum"),
        (("ended_at",), "utc_datetime"),
    ]


def test_assigning_and_dumping() -> None:
    class Checked(Call):
        model_config = ConfigDict(validate_assignment=True, use_enum_values=False)

    call = Checked(status="Closed")
    assert call.status is S.CLOSED
    call.status = "hibernating"
    call.ended_at = "2026-11-23T12:00:00+01:00"  # type: ignore[assignment]
    assert call.model_dump(mode="json") == {
        "status": "hibernating",
        "priority": "normal",
        "ended_at": "2026-11-23T11:00:00Z",
        "termination_reason": None,
    }
    assert Checked.model_validate_json(call.model_dump_json()) == call
    assert Checked(**call.model_dump()) == call


def test_openapi() -> None:
    app = FastAPI()

    @app.post("/close")
    def close(body: Close, status: StatusOrText = S.ACTIVE) -> Call:
        return Call(status=status, termination_reason=body.reason)

    told = app.openapi()
    assert told["openapi"].startswith("3.1.")
    schemas = told["components"]["schemas"]
    assert schemas["SessionTerminationReason"]["enum"] == REASONS
    assert schemas["SessionTerminationReason"]["type"] == "string"
    assert schemas["Close"]["properties"]["reason"] == {
        "anyOf": [
            {"$ref": "#/components/schemas/SessionTerminationReason"},
            {"type": "string", "maxLength": 64},
            {"type": "null"},
        ],
        "title": "Reason",
    }
    assert schemas["Call"]["properties"]["status"] == {
        "anyOf": [{"$ref": "#/components/schemas/SessionStatus"}, {"type": "string"}],
        "title": "Status",
    }
    assert schemas["Call"]["properties"]["ended_at"]["anyOf"] == [
        {"type": "string", "format": "date-time"},
        {"type": "null"},
    ]
    (parameter,) = told["paths"]["/close"]["post"]["parameters"]
    assert parameter["schema"]["anyOf"][0] == {"$ref": "#/components/schemas/SessionStatus"}
    assert parameter["schema"]["default"] == "active"
    # And it is JSON, with words and not with members.
    assert json.loads(json.dumps(told)) == told


def test_no_hooks_on_our_enums() -> None:
    """What a serializer sees is a plain `StrEnum`."""
    vocabularies = [
        thing
        for _, thing in inspect.getmembers(_words, inspect.isclass)
        if issubclass(thing, StrEnum) and thing is not StrEnum
    ]
    assert len(vocabularies) > 10
    for vocabulary in vocabularies:
        for hook in ("__get_pydantic_core_schema__", "__get_pydantic_json_schema__", "validate"):
            assert not hasattr(vocabulary, hook)
        assert "_missing_" not in vars(vocabulary)
        assert TypeAdapter(vocabulary).json_schema()["enum"] == [w.value for w in vocabulary]


def test_public_names() -> None:
    assert edge.__all__ == sorted(edge.__all__)
    assert {kind for kind, *_ in WORDS.values()} | {CoercedReason, UtcDatetime} == {
        getattr(edge, name) for name in edge.__all__
    }
