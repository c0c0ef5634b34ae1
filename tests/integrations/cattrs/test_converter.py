"""Converters: three libraries, one of the user's own, and what is left as it was."""

from __future__ import annotations

import collections
import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, NamedTuple
from uuid import UUID

import attrs
import cattrs
import pytest
from cattrs import BaseConverter, UnstructureStrategy
from cattrs.preconf.json import make_converter as make_json
from cattrs.preconf.msgspec import make_converter as make_msgspec
from cattrs.preconf.orjson import make_converter as make_orjson

from session_lifecycle import EvalOutcome, SessionStatus, SessionTerminationReason
from session_lifecycle.integrations import cattrs as edge
from session_lifecycle.integrations.cattrs import (
    InvalidRequestError,
    configure_converter,
    make_converter,
    parse_request,
    read_record,
)
from session_lifecycle.records import CloseRequest, Conversation, EvalRun, EvalScore
from tests.records.corpus import FULL, FULL_RECORD, ID, REQUIRED, conversation, exactly

R = SessionTerminationReason
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LIBRARIES = ("json", "orjson", "msgspec")


# --- the libraries -------------------------------------------------------------------------------


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_converter_for_json(library: str) -> None:
    converter = make_converter(library)  # type: ignore[call-overload]
    kinds = {
        "json": ("cattrs.preconf.json", "JsonConverter", str),
        "orjson": ("cattrs.preconf.orjson", "OrjsonConverter", bytes),
        "msgspec": ("cattrs.preconf.msgspec", "MsgspecJsonConverter", bytes),
    }
    module, name, kind = kinds[library]
    assert (type(converter).__module__, type(converter).__name__) == (module, name)
    dumped = converter.dumps(FULL_RECORD)
    assert type(dumped) is kind
    assert json.loads(dumped) == FULL
    assert exactly(converter.loads(dumped, Conversation)) == exactly(FULL_RECORD)
    assert converter.loads(b'{"reason": "Agent-Initiated"}', CloseRequest).reason is (
        R.AGENT_INITIATED
    )
    assert make_converter(library) is not converter  # type: ignore[call-overload]


def test_json_is_the_usual_one() -> None:
    assert type(make_converter()) is type(make_converter("json"))


@pytest.mark.parametrize(
    "library", ["yaml", "", "JSON", None, 5, ["json"], "x" * 99, "\x1b[2J"], ids=repr
)
def test_a_library_that_is_none(library: Any) -> None:
    with pytest.raises(
        ValueError, match=r"^library is .*, expected 'json', 'orjson' or 'msgspec'$"
    ):
        make_converter(library)


@pytest.mark.parametrize("library", ["orjson", "msgspec"])
def test_a_library_that_is_not_installed(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says which one; and the converter without one goes on working."""
    monkeypatch.setitem(sys.modules, library, None)
    for name in [f"cattrs.preconf.{library}", "cattrs.preconf.msgspec"]:
        monkeypatch.delitem(sys.modules, name, raising=False)
    with pytest.raises(ModuleNotFoundError, match=library):
        make_converter(library)  # type: ignore[call-overload]
    assert make_converter().loads("{}", CloseRequest) == CloseRequest()


def test_public_names() -> None:
    assert edge.__all__ == [
        *("Fault", "InvalidRequestError", "RecordReading", "configure_converter", "faults_of"),
        *("make_converter", "parse_request", "read_record"),
    ]
    for name in edge.__all__:
        thing = getattr(edge, name)
        assert thing.__module__ == "session_lifecycle.integrations.cattrs"
        assert thing.__qualname__ == name


# --- a converter of the user's own ---------------------------------------------------------------


class Colour(Enum):
    RED = "red"


class Theirs(StrEnum):
    ACTIVE = "active"


class Point(NamedTuple):
    x: int
    y: str


@attrs.frozen
class Inner:
    number: int
    when: datetime | None = None


@attrs.define
class Outer:
    inner: Inner
    colour: Colour
    word: Theirs
    outcome: EvalOutcome
    many: list[Inner] = attrs.Factory(list)
    by_name: dict[str, Inner | None] = attrs.Factory(dict)
    either: int | None = None
    tags: frozenset[str] = frozenset()
    raw: bytes = b""
    on: date | None = None
    text: str = attrs.field(default="", alias="txt")


OUTER = Outer(
    Inner(1, NOON),
    Colour.RED,
    Theirs.ACTIVE,
    EvalOutcome.PASSED,
    [Inner(2)],
    {"a": Inner(3), "b": None},
    5,
    frozenset({"t"}),
    b"\x00\xff",
    date(2026, 11, 23),
    "closed",
)

MAKERS: dict[str, Callable[[], BaseConverter]] = {
    "Converter": cattrs.Converter,
    "BaseConverter": BaseConverter,
    "json": make_json,
    "orjson": make_orjson,
    "msgspec": make_msgspec,
    "omit_if_default": lambda: make_json(omit_if_default=True),
    "forbid_extra_keys": lambda: make_json(forbid_extra_keys=True),
    "no details": lambda: make_json(detailed_validation=False),
    "prefer_attrib_converters": lambda: make_json(prefer_attrib_converters=True),
    "tuples": lambda: cattrs.Converter(unstruct_strat=UnstructureStrategy.AS_TUPLE),
    "another dict": lambda: cattrs.Converter(dict_factory=collections.OrderedDict),
}
makers = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


def outcome_of(do: Callable[[], Any]) -> Any:
    try:
        return exactly(do())
    except Exception as error:
        return type(error), str(error)


@makers
def test_other_classes_are_as_they_were(make: Callable[[], BaseConverter]) -> None:
    """Compared with a converter that has never heard of us: both ways, and what is refused."""
    before, taught = make(), make()
    configure_converter(taught)
    written = before.unstructure(OUTER)
    assert exactly(taught.unstructure(OUTER)) == exactly(written)
    samples: list[tuple[Any, Any]] = [
        (written, Outer),
        ({"inner": {"number": "x"}}, Outer),
        ({"number": "7", "extra": 1, "when": None}, Inner),
        ({"number": 7, "bogus": 1}, Inner),
        ("red", Colour),
        ("ACTIVE", Theirs),
        ("active", Theirs),
        ("Passed", EvalOutcome),
        ("passed", EvalOutcome),
        (["1", 2], list[int]),
        ({"a": 1}, dict[str, float]),
        ((1, "2"), Point),
        ("closed", str),
        ("closed", int | str),
        (None, int | None),
        ("2026-11-23T12:00:00", datetime),
        ("12", Decimal),
        (ID, UUID),
        ({"extra": 1}, dict),
    ]
    for value, kind in samples:
        expected = outcome_of(lambda v=value, k=kind: before.structure(v, k))  # type: ignore[misc]
        found = outcome_of(lambda v=value, k=kind: taught.structure(v, k))  # type: ignore[misc]
        assert found == expected, (value, kind)
    for value in (OUTER, Colour.RED, Theirs.ACTIVE, Point(1, "2"), NOON, {"a": OUTER}, [UUID(ID)]):
        assert outcome_of(lambda v=value: taught.unstructure(v)) == outcome_of(  # type: ignore[misc]
            lambda v=value: before.unstructure(v)  # type: ignore[misc]
        )


@makers
def test_records_are_the_same_whatever_the_converter_is_set_to(
    make: Callable[[], BaseConverter],
) -> None:
    """Its own settings are about its own classes."""
    converter = make()
    configure_converter(converter)
    given = FULL | {"new": [1], "archived_at": "never"}
    record = converter.structure(given, Conversation)
    assert exactly(record) == exactly(
        attrs.evolve(FULL_RECORD, archived_at=None, extra={"new": [1], "archived_at": "never"})
    )
    assert converter.unstructure(record) == given
    assert type(converter.unstructure(record)) is dict
    run = {"status": "completed", "scores": [{"passed": True}, {"passed": 1}]}
    assert converter.structure(run, EvalRun).scores == (
        EvalScore(passed=True),
        EvalScore(extra={"passed": 1}),
    )
    with pytest.raises(InvalidRequestError) as caught:
        parse_request({"reason": 5, "more": 1}, CloseRequest, converter=converter)
    assert [fault.path for fault in caught.value.faults] == ["$.reason", "$.more"]
    assert read_record({"status": 5}, EvalRun, converter=converter).faults[0].path == "$.status"
    assert converter.unstructure(CloseRequest("error")) == {"reason": "error"}


def test_the_users_hooks_stay() -> None:
    """What they taught their converter, before or after, goes for their classes."""
    converter = cattrs.Converter()
    converter.register_structure_hook(datetime, lambda value, _: datetime.fromtimestamp(value, UTC))
    converter.register_unstructure_hook(datetime, lambda at: at.timestamp())
    configure_converter(converter)
    converter.register_structure_hook(str, lambda value, _: f"<{value}>")
    assert converter.structure({"number": 1, "when": 0}, Inner) == Inner(
        1, datetime(1970, 1, 1, tzinfo=UTC)
    )
    assert converter.unstructure(Inner(1, NOON)) == {"number": 1, "when": NOON.timestamp()}
    # And not for ours: the wire has one form.
    made = converter.structure(REQUIRED | {"started_at": "2026-11-23T12:00:00Z"}, Conversation)
    assert exactly(made) == exactly(conversation(started_at=NOON))
    assert converter.unstructure(made)["started_at"] == "2026-11-23T12:00:00Z"
    with pytest.raises(cattrs.ClassValidationError):
        converter.structure({"reason": 5}, CloseRequest)


def test_a_hook_of_theirs_for_a_record_comes_first() -> None:
    converter = cattrs.Converter()
    configure_converter(converter)
    converter.register_structure_hook(CloseRequest, lambda value, _: CloseRequest("error"))
    assert converter.structure({"bogus": 1}, CloseRequest) == CloseRequest("error")


def test_teaching_twice_and_copying() -> None:
    converter = cattrs.Converter()
    configure_converter(converter)
    configure_converter(converter)
    for taught in (converter, converter.copy(), make_converter().copy()):
        assert exactly(taught.structure(FULL, Conversation)) == exactly(FULL_RECORD)
        assert taught.unstructure(FULL_RECORD) == FULL
        assert taught.structure("Closed", SessionStatus) is SessionStatus.CLOSED


def test_values_of_the_callers_own_are_written() -> None:
    """In what a record only carries, each as the library writes it."""

    class Text(StrEnum):
        ONE = "one"

    own = {"at": NOON, "word": Text.ONE, "inner": Inner(1), "status": R.ERROR}
    expected = {"at": "2026-11-23T12:00:00+00:00", "word": "one", "status": "error"}
    expected |= {"inner": {"number": 1, "when": None}}  # type: ignore[dict-item]
    for library in LIBRARIES:
        converter = make_converter(library)  # type: ignore[call-overload]
        made = conversation(metadata=own, extra={"own": own})
        told = json.loads(converter.dumps(made))
        score = json.loads(converter.dumps(EvalScore(value=own, raw_value=NOON)))
        for written in (told["metadata"], told["own"], score["value"]):
            at = written["at"].replace("Z", "+00:00")
            assert written | {"at": at} == expected, library
        assert score["raw_value"].replace("Z", "+00:00") == "2026-11-23T12:00:00+00:00"


def test_a_field_that_has_been_given_a_value_says_it() -> None:
    """What could not be read is written as it was, until somebody puts it right."""
    converter = make_converter()
    read: Any = read_record({"status": 5, "started_at": "noon", "scores": [5]}, EvalRun).record
    assert converter.unstructure(read)["status"] == 5
    right = attrs.evolve(read, status="completed", started_at=NOON, scores=[EvalScore(passed=True)])
    written = converter.unstructure(right)
    assert written["status"] == "completed"
    assert written["started_at"] == "2026-11-23T12:00:00Z"
    assert written["scores"][0]["passed"] is True
    said = attrs.evolve(conversation(), extra={"status": 5, "summary": 5, "new": 1})
    written = converter.unstructure(said)
    assert (written["status"], written["summary"], written["new"]) == ("active", 5, 1)
