"""Classes of our users: what they hear of faults, and which words their fields may hold."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any, Literal, Optional, Union

import attrs
import cattrs
import pytest
from cattrs import BaseConverter, ClassValidationError

from session_lifecycle import (
    EvalRunStatus,
    EvalStatus,
    SessionDirection,
    SessionEvent,
    SessionPriority,
    SessionStatus,
    SessionTerminationReason,
    SessionType,
)
from session_lifecycle.integrations.cattrs import (
    Fault,
    InvalidRequestError,
    RecordReading,
    configure_converter,
    faults_of,
    make_converter,
    parse_request,
    read_record,
)
from session_lifecycle.records import Conversation
from tests.records.corpus import ID, REQUIRED, conversation, exactly

R, S = SessionTerminationReason, SessionStatus


class Colour(Enum):
    RED = "red"
    BLUE = 2


@attrs.define
class Leg:
    number: int
    codec: str | None = None


@attrs.define
class Call:
    legs: list[Leg]
    main: Leg
    colour: Colour = Colour.RED
    by_name: dict[str, Leg] = attrs.Factory(dict)
    by_number: dict[int, int] = attrs.Factory(dict)
    limit: int | None = None
    tags: list[int] = attrs.Factory(list)
    size: int = attrs.field(default=1, validator=attrs.validators.ge(0))


@pytest.fixture
def strict() -> Any:
    converter = cattrs.Converter(forbid_extra_keys=True)
    configure_converter(converter)
    return converter


def faults(sent: object, converter: BaseConverter, kind: Any = Call) -> list[tuple[str, ...]]:
    with pytest.raises(InvalidRequestError) as caught:
        parse_request(sent, kind, converter=converter)
    return [tuple(fault) for fault in caught.value.faults]


WHOLE = "a value of type int"
GOOD = {"legs": [], "main": {"number": 1}}
# fmt: off
SENT: tuple[tuple[Any, list[tuple[str, str, str]]], ...] = (
    ({}, [("$.legs", "nothing", "another value: \"'legs'\""),
          ("$.main", "nothing", "a value of type Leg")]),
    (GOOD | {"legs": [{"number": "x"}, 5, {"number": 1}, {}]},
        [("$.legs[0].number", "'x'", WHOLE), ("$.legs[1]", "5", "a value of type Leg"),
         ("$.legs[3].number", "nothing", WHOLE)]),
    (GOOD | {"colour": "green"}, [("$.colour", "'green'", "one of red, 2")]),
    (GOOD | {"by_name": {"a": {"number": None}, "b c": {"number": []}, "d": {}}},
        [("$.by_name.a.number", "None", WHOLE), ("$.by_name['b c'].number", "a list", WHOLE),
         ("$.by_name.d.number", "nothing", WHOLE)]),
    # It is the key that is wrong, and the key that is told.
    (GOOD | {"by_number": {"x": 5, "7": "y"}},
        [("$.by_number.x", "'x'", WHOLE), ("$.by_number['7']", "'y'", WHOLE)]),
    # A field of the same name at the top is another field.
    (GOOD | {"bogus": "top", "main": {"number": 1, "bogus": 7}},
        [("$.main.bogus", "7", "no field of this name"),
         ("$.bogus", "'top'", "no field of this name")]),
    (GOOD | {"legs": [{"number": 1}, {"number": 2} | dict.fromkeys("hgfedcba", 3)]},
        [(f"$.legs[1].{name}", "3", "no field of this name") for name in "abcdefgh"]),
    (GOOD | {"tags": "ab"}, [("$.tags[0]", "'a'", WHOLE), ("$.tags[1]", "'b'", WHOLE)]),
    (GOOD | {"tags": 5}, [("$.tags", "5", "another value: \"'int' object is not iterable\"")]),
    (GOOD | {"size": -1}, [("$", "a dict", "another value: \"'size' must be >= 0: -1\"")]),
)
# fmt: on


@pytest.mark.parametrize(("sent", "expected"), SENT, ids=[f"{row[0]!r:.60}" for row in SENT])
def test_faults_of_users_classes(strict: Any, sent: Any, expected: Any) -> None:
    assert faults(sent, strict) == expected


@pytest.mark.parametrize("key", [None, 1.5, True, ("a", 1), b"x", Colour.RED, 2**70, "\x1b"])
def test_any_key_can_be_told(strict: Any, key: Any) -> None:
    """A mapping in Python may have keys that JSON has not."""
    ((path, value, expected),) = faults(GOOD | {"by_name": {key: 5}}, strict)
    assert path.startswith("$.by_name[")
    assert path.isprintable()
    assert len(path) < 100
    assert (value, expected) == ("5", "a value of type Leg")


def test_without_what_was_given(strict: Any) -> None:
    """cattrs' own errors do not hold the value; ours do."""

    @attrs.define
    class Filter:
        limit: int
        status: S

    with pytest.raises(ClassValidationError) as caught:
        strict.structure({"limit": "x", "status": "zz", "more": 1}, Filter)
    told = faults_of(caught.value)
    assert told[0] == Fault("$.limit", "a value", WHOLE)
    assert told[1].path == "$.status"
    assert told[1].value == "'zz'"
    assert told[2] == Fault("$.more", "a value", "no field of this name")
    assert faults_of(caught.value, {"limit": "x", "status": "zz", "more": 1})[0].value == "'x'"


def test_of_any_error() -> None:
    assert faults_of(ValueError("\n" * 99), 5) == (
        Fault("$", "5", "another value: '" + "\\n" * 31 + "\\…'"),
    )
    assert faults_of(KeyError("x")) == (Fault("$", "a value", "another value: \"'x'\""),)


def test_notes_of_their_own() -> None:
    """A hook of theirs may have said something already: the place is among the notes, not first."""

    def refuse(value: Any, _: Any) -> Any:
        error = ValueError("no leg")
        error.add_note("ask the carrier")
        raise error

    converter = cattrs.Converter()
    converter.register_structure_hook(Leg, refuse)
    configure_converter(converter)
    assert faults({"legs": [], "main": 7}, converter) == [("$.main", "7", "a value of type Leg")]


def test_a_converter_without_details() -> None:
    """It stops at the first fault, and does not say where: then nor do we."""
    converter = cattrs.Converter(detailed_validation=False)
    configure_converter(converter)
    ((path, value, _),) = faults(GOOD | {"colour": "green", "limit": "x"}, converter)
    assert (path, value) == ("$", "a dict")


def test_a_huge_text_where_a_list_is_expected(strict: Any) -> None:
    """cattrs reads a text as a list of letters: a thousand of them are told, and no more."""
    assert len(faults(GOOD | {"tags": "x" * 3_000}, strict)) == 1_000


def test_the_doors_take_users_classes() -> None:
    made = Call([Leg(1)], Leg(2, "opus"))
    sent = {"legs": [{"number": 1}], "main": {"number": 2, "codec": "opus"}, "unheard": 1}
    assert parse_request(sent, Call) == made
    assert read_record(sent, Call) == RecordReading(made, ())
    reading = read_record({"legs": [{"number": "x"}]}, Call)
    assert reading.record is None
    assert [fault.path for fault in reading.faults] == ["$.legs[0].number", "$.main"]
    assert parse_request([{"number": 1}], list[Leg]) == [Leg(1)]


# --- words ---------------------------------------------------------------------------------------

VOCABULARIES: tuple[Any, ...] = (
    *(SessionStatus, SessionEvent, SessionPriority, SessionDirection, SessionType),
    *(EvalRunStatus, EvalStatus),
)
EDGES = {library: make_converter(library) for library in ("json", "orjson", "msgspec")}


@pytest.fixture(params=["plain", "base", *EDGES])
def converter(request: pytest.FixtureRequest) -> Any:
    if request.param in EDGES:
        return EDGES[request.param]
    plain = cattrs.Converter() if request.param == "plain" else BaseConverter()
    configure_converter(plain)
    return plain


def spelled(word: str) -> list[str]:
    return [word, word.upper(), f" {word.replace('_', '-')} ", word.title().replace("_", " ")]


def both(words: Any) -> list[Any]:
    """Both ways of writing a union; before Python 3.14 they are two kinds of type."""
    return [words | str, Union[words, str], str | words]  # noqa: UP007


def maybe(words: Any) -> list[Any]:
    return [words | str | None, Optional[words | str], Union[None, words, str]]  # noqa: UP007,UP045


@pytest.mark.parametrize("words", VOCABULARIES, ids=lambda words: words.__name__)
def test_a_vocabulary(converter: Any, words: Any) -> None:
    """A word in any spelling is a member; what is none is refused, and told what there is."""
    for word in words:
        for text in spelled(word):
            assert converter.structure(text, words) is word
    for other in ("zz", "", None, 5, True, b"closed", [], "closed" + " " * 64, ["closed"]):
        with pytest.raises(ValueError, match=f"expected one of {', '.join(words)}$"):
            converter.structure(other, words)


@pytest.mark.parametrize("words", [*VOCABULARIES, R], ids=lambda words: words.__name__)
def test_a_word_or_text(converter: Any, words: Any) -> None:
    for kind in both(words) + maybe(words):
        for word in words:
            for text in spelled(word):
                assert converter.structure(text, kind) is word
        for text in ("zz", "", "x" * 10_000):
            assert exactly(converter.structure(text, kind)) == (str, text)
        for other in (5, True, b"closed", []):
            with pytest.raises(ValueError, match=r"expected text$"):
                converter.structure(other, kind)
    for kind in maybe(words):
        assert converter.structure(None, kind) is None
    for kind in both(words):
        with pytest.raises(ValueError, match=r"None, expected text$"):
            converter.structure(None, kind)


def test_a_reason(converter: Any) -> None:
    """Whatever it is, a reason is read: no row takes a list down."""
    for reason in R:
        for text in spelled(reason):
            assert converter.structure(text, R) is reason
    for other in ("zz", "", None, 5, True, b"error", [], {}, object(), "error" + " " * 64):
        assert converter.structure(other, R) is R.UNKNOWN
    assert converter.structure(None, R | None) is None
    assert converter.structure("zz", R | None) is R.UNKNOWN


def test_words_in_containers(converter: Any) -> None:
    assert exactly(converter.structure(["Closed", "zz"], list[S | str])) == (
        list,
        [(S, S.CLOSED), (str, "zz")],
    )
    assert converter.structure({"Closed": 1, "active": 2}, dict[S, int]) == {
        S.CLOSED: 1,
        S.ACTIVE: 2,
    }
    # As keys, words that we do not know would fall together as reasons; as words or text they do
    # not (ecosystem.md section 2).
    assert converter.structure({"zz": 1, "yy": 2}, dict[R | str, int]) == {"zz": 1, "yy": 2}
    found = converter.structure({"Error": 1}, dict[R | str, int])
    assert exactly(list(found)) == (list, [(R, R.ERROR)])
    with pytest.raises(cattrs.IterableValidationError) as caught:
        converter.structure({"zz": 1}, dict[S, int])
    assert [fault.value for fault in faults_of(caught.value)] == ["'zz'"]


@attrs.define
class Filter:
    status: S | str
    direction: SessionDirection | str | None = None
    priority: Optional[SessionPriority | str] = None  # noqa: UP045
    kind: Union[SessionType, str] = "live"  # noqa: UP007
    reason: R = R.UNKNOWN
    reasons: dict[R | str, int] = attrs.Factory(dict)
    last: Conversation | None = None
    calls: list[Conversation] = attrs.Factory(list)
    exact: EvalStatus | None = None


@pytest.mark.parametrize("library", EDGES)
def test_words_and_records_in_a_users_class(library: str) -> None:
    converter = EDGES[library]
    sent = {
        "status": "hibernating",
        "direction": "Inbound",
        "priority": "HIGH",
        "kind": "rehearsal",
        "reason": "zz",
        "reasons": {"error": 1, "gone": 2},
        "last": REQUIRED | {"new": [1]},
        "calls": [REQUIRED],
        "exact": "passed",
    }
    made = converter.structure(sent, Filter)
    expected = Filter(
        status="hibernating",
        direction=SessionDirection.INBOUND,
        priority=SessionPriority.HIGH,
        kind="rehearsal",
        reason=R.UNKNOWN,
        reasons={R.ERROR: 1, "gone": 2},
        last=conversation(extra={"new": [1]}),
        calls=[conversation()],
        exact=EvalStatus.PASSED,
    )
    assert exactly(made) == exactly(expected)
    assert exactly(converter.loads(converter.dumps(made), Filter)) == exactly(expected)


def test_other_unions_are_none_of_ours() -> None:
    """What looks alike is left to the converter, as it was."""
    plain, taught = cattrs.Converter(), cattrs.Converter()
    configure_converter(taught)
    for kind in (S | int, S | EvalStatus | str, Literal["a"] | str, int | str, Colour | str):
        for value in ("closed", 5):
            told = []
            for converter in (plain, taught):
                try:
                    told.append(exactly(converter.structure(value, kind)))
                except Exception as error:
                    told.append(type(error))
            assert told[0] == told[1], kind


def test_a_record_of_theirs_with_our_fields() -> None:
    """Their class of the same name is theirs."""

    @attrs.define
    class Conversation:
        id: str
        at: datetime | None = None

    converter = make_converter()
    assert converter.structure({"id": ID, "extra": 1}, Conversation) == Conversation(ID)
