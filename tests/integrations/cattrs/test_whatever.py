"""The total door before any object whatever: "nothing a vendor, a user or an old row can contain".

The objects are those that the core is tested with, and more that lie about being what a record is
made of: a mapping, a list, an id, a time.
"""

from __future__ import annotations

import enum
import json
from collections import ChainMap, OrderedDict, UserDict, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from unittest import mock
from uuid import UUID

import attrs
import pytest

from session_lifecycle import eval_run_outcome, rollup_eval_runs
from session_lifecycle.integrations.cattrs import RecordReading, make_converter, read_record
from session_lifecycle.records import (
    ClaimRecord,
    CloseRequest,
    Conversation,
    EvalRun,
    EvalScore,
    EvalSummary,
    EventRecord,
)
from tests.records.corpus import ID, NO_RUNS, REQUIRED
from tests.test_hostile_input import HOSTILE

# What each record cannot be without, and an object that is enough for one.
ENOUGH: dict[type[Any], dict[str, Any]] = {
    Conversation: dict(REQUIRED),
    EvalSummary: NO_RUNS | {"eval_status": "none"},
    EvalRun: {"status": "completed"},
    EvalScore: {},
    CloseRequest: {},
    EventRecord: {"session_id": "a", "event": "ring"},
    ClaimRecord: {"session_id": "a", "claim": "error"},
}
NEEDED: dict[type[Any], set[str]] = {
    Conversation: set(REQUIRED),
    EvalSummary: set(ENOUGH[EvalSummary]),
    EvalRun: set(),
    EvalScore: set(),
    CloseRequest: set(),
    EventRecord: {"session_id", "event"},
    ClaimRecord: {"session_id"},
}
kinds = pytest.mark.parametrize("kind", ENOUGH, ids=lambda kind: kind.__name__)


class Flaky(Mapping[str, Any]):
    """A mapping with a good run in it, which breaks after so many questions."""

    def __init__(self, answers: int, cells: dict[str, Any]) -> None:
        self.answers, self.cells = answers, cells

    def _answer(self) -> None:
        self.answers -= 1
        if self.answers < 0:
            raise OSError("the connection is gone")

    def __getitem__(self, key: str) -> Any:
        self._answer()
        return self.cells[key]

    def __iter__(self) -> Iterator[str]:
        for key in self.cells:
            self._answer()
            yield key

    def __len__(self) -> int:
        return len(self.cells)


class LyingDict(dict[str, Any]):
    def _break(self, *_: object) -> Any:
        raise LookupError

    keys = items = get = __iter__ = __contains__ = __len__ = _break


class LyingUuid(UUID):
    def __getattribute__(self, name: str) -> Any:
        raise LookupError


class LyingTime(datetime):
    def utcoffset(self) -> Any:
        raise LookupError


class LyingList(list[Any]):
    def __iter__(self) -> Any:
        raise LookupError


class Truthless(enum.Enum):
    """pandas.NA, a numpy array and an expression of SQLAlchemy are like that."""

    NA = 1

    def __bool__(self) -> bool:
        raise TypeError("the truth value is ambiguous")


class SaysItIs:
    def __init__(self, claimed: type[Any]) -> None:
        self.claimed = claimed

    @property
    def __class__(self) -> Any:
        return self.claimed


MORE = {
    "a mapping that breaks": lambda: Flaky(0, {"a": 1}),
    "a mapping that breaks later": lambda: Flaky(2, {"a": 1}),
    "a dict that lies": lambda: LyingDict(a=1),
    "a UUID that lies": lambda: LyingUuid(ID),
    "a time that lies": lambda: LyingTime(2026, 1, 1, tzinfo=UTC),
    "a list that lies": lambda: LyingList([{}]),
    "no truth": lambda: Truthless.NA,
    **{
        f"says it is a {claimed.__name__}": lambda claimed=claimed: SaysItIs(claimed)
        for claimed in (UUID, datetime, dict, Mapping, list, tuple, str, int, bool, EvalSummary)
    },
    **{
        f"a mock of a {spec.__name__}": lambda spec=spec: mock.MagicMock(spec=spec)
        for spec in (UUID, datetime, dict, list, EvalSummary)
    },
}
EVERY_OBJECT = {**HOSTILE, **MORE}


FIELDS = [(kind, f) for kind in ENOUGH for f in [*attrs.fields_dict(kind), "unheard of"]]


@pytest.mark.parametrize("name", EVERY_OBJECT)
def test_whatever_is_in_a_field(name: str) -> None:
    """It is read, or set aside with its place; the rest of the record is there."""
    for kind, field in FIELDS:
        value = EVERY_OBJECT[name]()
        record, faults = read_record(ENOUGH[kind] | {field: value}, kind)
        for fault in faults:
            assert fault.path.startswith(f"$.{field}"), kind
            assert str(fault).isprintable()
            assert len(str(fault)) < 400
        if record is None:
            assert field in NEEDED[kind], kind
            assert faults
        else:
            assert repr(record).isprintable()
            assert isinstance(hash(record), int)
            if faults or field == "unheard of":
                assert record.extra[field] is value, (kind, field)


@pytest.mark.parametrize("name", EVERY_OBJECT)
def test_whatever_is_given(name: str) -> None:
    for kind in ENOUGH:
        record, faults = read_record(EVERY_OBJECT[name](), kind)
        assert record is not None or faults
        for fault in faults:
            assert str(fault).isprintable()


def test_whatever_class_is_asked_for() -> None:
    """Even one that no converter knows, and what is no class."""
    for kind in (object(), 5, lambda: None, type("Theirs", (), {}), dict[int], Any, None):
        reading = read_record({"a": 1}, kind)  # type: ignore[var-annotated,arg-type]
        assert isinstance(reading, RecordReading)


@kinds
def test_a_mapping_that_breaks(kind: type[Any]) -> None:
    """Whenever it does, from the first question to after the last."""
    for answers in range(60):
        record, faults = read_record(Flaky(answers, ENOUGH[kind] | {"unheard of": 1}), kind)
        assert faults if record is None else record.extra in ({}, {"unheard of": 1})
    assert record is not None


@pytest.mark.parametrize(
    "wrap",
    [dict, OrderedDict, UserDict, ChainMap, MappingProxyType, lambda d: defaultdict(list, d)],
    ids=["dict", "OrderedDict", "UserDict", "ChainMap", "MappingProxyType", "defaultdict"],
)
@kinds
def test_any_mapping_will_do(kind: type[Any], wrap: Any) -> None:
    given = ENOUGH[kind] | {"unheard of": 1}
    wrapped = wrap(dict(given))
    assert read_record(wrapped, kind) == read_record(given, kind)
    assert dict(wrapped) == given  # It is left as it was.


def test_what_refers_to_itself() -> None:
    loop: dict[str, Any] = {"a": 1}
    loop["loop"] = loop
    record, faults = read_record(REQUIRED | {"metadata": loop, "loop": loop}, Conversation)
    assert record is not None
    assert faults == ()
    assert record.metadata is not None
    assert record.metadata["loop"] is loop
    given: dict[str, Any] = {"status": "completed"}
    given["scores"] = [given]
    run = read_record(given, EvalRun).record
    assert run is not None
    assert rollup_eval_runs([run]).succeeded == 0


def test_deep_below_any_limit() -> None:
    """What a decoder could read, and Python itself cannot walk."""
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    record, faults = read_record(
        REQUIRED | {"metadata": {"d": deep}, "subject": deep}, Conversation
    )
    assert record is not None
    assert [fault.path for fault in faults] == ["$.subject"]
    assert "<1 entry>" in repr(record)


@pytest.mark.parametrize("deep", ["[" * 400 + "]" * 400, '{"a":' * 400 + "1" + "}" * 400])
def test_deeper_than_cattrs_goes_is_written_as_it_was(deep: str) -> None:
    """Found by fuzzing: JSON of 330 levels was read, and could not be written any more."""
    value = json.loads(deep)
    given = REQUIRED | {"metadata": {"d": value}, "unheard of": value}
    record, faults = read_record(given, Conversation)
    assert faults == ()
    written = make_converter().unstructure(record)
    assert json.dumps(written["metadata"]) == f'{{"d": {json.dumps(value)}}}'
    assert json.dumps(written["unheard of"]) == json.dumps(value)
    again = read_record(json.loads(make_converter().dumps(record)), Conversation)
    assert repr(again.record) == repr(record)


@pytest.mark.parametrize("name", EVERY_OBJECT)
def test_no_run_passes_by_what_nobody_can_read(name: str) -> None:
    """ "A crashed judge never shows up green", whatever stands where its verdict should."""
    if name in ("empty text", "True"):
        return  # One of them is read; of the other `test_round_trips` says what it comes to.
    for field in ("status", "scores"):
        given = {"status": "completed", "scores": [{"passed": True}], field: EVERY_OBJECT[name]()}
        run = read_record(given, EvalRun).record
        assert run is not None
        if field == "scores" or run.status != "completed":
            assert rollup_eval_runs([run]).succeeded == 0, field
            assert eval_run_outcome(run) != "passed"
    value = EVERY_OBJECT[name]()
    given = {"status": "completed", "scores": [{"passed": True}, {"passed": value}]}
    run = read_record(given, EvalRun).record
    assert run is not None
    assert rollup_eval_runs([run]).succeeded == 0
    run = read_record({"status": "completed", "is_critical_snapshot": Truthless.NA}, EvalRun).record
    assert run is not None
    assert run.is_critical is True  # It says something: a gate had better look.
