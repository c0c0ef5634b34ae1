"""Section 0: "nothing a vendor, a user or an old row can contain makes the read path raise".

Every object here is one that some parser, mock, ORM or attacker can put where a word was expected:
text that breaks or lies when it is touched, text of 100 MB, objects that lie about their class.
The total doors must answer, at a cost that does not depend on the input; the strict doors must say
no in one short, printable sentence of their own.
"""

from __future__ import annotations

import ctypes
import sys
import time
import tracemalloc
import weakref
from array import array
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from types import SimpleNamespace
from typing import Any, NoReturn
from unittest import mock

import pytest

from session_lifecycle import (
    EndClaim,
    EvalOutcome,
    EvalRollup,
    HistoryStep,
    IllegalTransitionError,
    RollupError,
    Session,
    SessionEvent,
    SessionLifecycleError,
    SessionStatus,
    SessionTerminationReason,
    UnknownEventError,
    UnknownReasonError,
    UnknownStatusError,
    allowed_events,
    apply_claim,
    apply_event,
    can_apply,
    close_session,
    coerce_session_status,
    coerce_termination_reason,
    eval_outcome_counts,
    eval_run_outcome,
    is_live,
    is_terminal,
    next_status,
    parse_session_event,
    parse_session_status,
    parse_termination_reason,
    read_termination_reason,
    reason_traits,
    restore_session,
    rollup_eval_runs,
    session_change,
    settle,
    shortest_path,
    source_statuses,
    start_session,
    status_change_events,
    transition,
)

R = SessionTerminationReason
S = SessionStatus
E = SessionEvent


class Hostility(Exception):
    """Raised by the objects here: none of the package's own errors, and no builtin it expects."""


def _refuse(*_: object, **__: object) -> NoReturn:
    raise Hostility


_TOUCHES = [
    "__hash__",
    "__eq__",
    "__ne__",
    "__lt__",
    "__gt__",
    "__le__",
    "__ge__",
    "__len__",
    "__str__",
    "__repr__",
    "__format__",
    "__getitem__",
    "__iter__",
    "__contains__",
    "__bool__",
    "__add__",
    "__mul__",
    "__mod__",
]
_STR_METHODS = [
    "casefold",
    "strip",
    "lower",
    "upper",
    "translate",
    "split",
    "encode",
    "replace",
    "isupper",
    "islower",
    "isdigit",
    "join",
    "title",
    "startswith",
    "endswith",
]


class BreaksWhenTouched:
    """No question can be asked of it, not even its class."""

    __hash__ = __eq__ = __repr__ = __str__ = __bool__ = __len__ = __iter__ = _refuse  # type: ignore[assignment]
    __getattribute__ = _refuse


class TextThatBreaks(str):
    """A `str` all of whose own methods raise."""

    __slots__ = ()


class TextThatLies(str):
    """A `str` that claims to be another text, whichever way it is asked."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("completed")

    def __len__(self) -> int:
        return 5

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, place: Any) -> str:
        return "error"

    def __iter__(self) -> Iterator[str]:
        return iter("error")

    def casefold(self) -> str:
        return "error"

    __str__ = __repr__ = casefold

    def strip(self, chars: str | None = None) -> str:
        return "error"


for _name in _TOUCHES + _STR_METHODS:
    setattr(TextThatBreaks, _name, _refuse)


class LongText(str):
    """A `str` subclass that keeps its content, for texts whose length is the attack."""

    __slots__ = ()


class NumberThatBreaks(int):
    __str__ = __repr__ = __format__ = __eq__ = __hash__ = _refuse  # type: ignore[assignment]


class FloatThatBreaks(float):
    __str__ = __repr__ = __format__ = __eq__ = __hash__ = _refuse  # type: ignore[assignment]


class BytesThatBreak(bytes):
    __str__ = __repr__ = __eq__ = __hash__ = __getitem__ = _refuse  # type: ignore[assignment]


class ListThatBreaks(list):  # type: ignore[type-arg]
    __iter__ = __len__ = __repr__ = __bool__ = __eq__ = _refuse  # type: ignore[assignment]


class TheirText(StrEnum):
    ROOM_DELETED = "ROOM_DELETED"
    COMPLETED = "completed"


class TheirOldText(str, Enum):  # noqa: UP042 - what half the services still have
    ERROR = "error"


class TheirNumber(IntEnum):
    ROOM_DELETED = 5


class TheirPlain(Enum):
    ERROR = "error"
    LIST = [1]  # noqa: RUF012 - a member with a value that cannot be hashed


def _lies_about_its_class(claimed: Any) -> object:
    class Lies:
        @property
        def __class__(self) -> Any:
            return claimed

    return Lies()


class RaisesAboutItsClass:
    @property
    def __class__(self) -> Any:
        raise Hostility


class _BrokenMeta(type):
    """A class that breaks, lies or claims everything is its instance."""

    __hash__ = __eq__ = __repr__ = __str__ = __bool__ = _refuse  # type: ignore[assignment]

    def __instancecheck__(cls, instance: object) -> bool:
        return True

    def __subclasscheck__(cls, subclass: type) -> bool:
        return True

    @property
    def __name__(cls) -> str:
        raise Hostility

    @property
    def __mro__(cls) -> Any:
        raise Hostility


class OfABrokenClass(metaclass=_BrokenMeta):
    pass


class _NameMeta(type):
    __name__ = 7  # type: ignore[assignment]


class OfANamelessClass(metaclass=_NameMeta):
    pass


class Row:
    pass


def _dead_proxy() -> object:
    return weakref.proxy(Row())


def _recursive_list() -> list[Any]:
    things: list[Any] = []
    things.append(things)
    return things


def _recursive_dict() -> dict[str, Any]:
    things: dict[str, Any] = {}
    things["self"] = things
    return things


def _raising_generator() -> Iterator[object]:
    yield SimpleNamespace(passed=True)
    raise Hostility


# Built anew for every test: a generator or an iterator is used up by the first.
HOSTILE: dict[str, Callable[[], object]] = {
    # text
    "text that breaks": lambda: TextThatBreaks("nobody's word"),
    "our word, breaking": lambda: TextThatBreaks("error"),
    "our status, breaking": lambda: TextThatBreaks("closed"),
    "text that lies": lambda: TextThatLies("nobody's word"),
    "empty text": lambda: "",
    "empty text that breaks": lambda: TextThatBreaks(""),
    "white space": lambda: " \t\n",
    "separators": lambda: "-_-",
    "lone surrogate": lambda: "\ud800",
    "lone surrogates": lambda: "room\udfffdeleted\ud83d",
    "NULs": lambda: "\x00" * 9,
    "a word and a NUL": lambda: "error\x00",
    "terminal escapes": lambda: "\x1b]0;owned\x07\x1b[2J\r\n",
    "bidi overrides": lambda: "\u202eegdelwonk\u2066",
    "combining": lambda: "e" + "\u0301" * 70,
    "astral": lambda: "\U0010ffff" * 64,
    "folds longer": lambda: "\N{LATIN SMALL LIGATURE FFI}" * 64,
    "65 characters": lambda: "x" * 65,
    "1 MB": lambda: "x" * 1_000_000,
    "1 MB of surrogates, a subclass": lambda: LongText("\ud800" * 1_000_000),
    "1 MB of a word": lambda: "error" + " " * 1_000_000,
    "format": lambda: "%s%n{0.__class__}{}",
    # numbers and bytes
    "protobuf's number": lambda: 5,
    "a number enum": lambda: TheirNumber.ROOM_DELETED,
    "True": lambda: True,
    "a huge int": lambda: 10**5_000,
    "a huge negative int": lambda: -(10**5_000),
    "an int that breaks": lambda: NumberThatBreaks(5),
    "NaN": lambda: float("nan"),
    "inf": lambda: float("-inf"),
    "a float that breaks": lambda: FloatThatBreaks(1.5),
    "a signalling NaN": lambda: Decimal("sNaN"),
    "complex": lambda: 1j,
    "bytes": lambda: b"error",
    "many bytes": lambda: b"\xff\x00" * 500_000,
    "bytes that break": lambda: BytesThatBreak(b"error"),
    "bytearray": lambda: bytearray(b"error"),
    "memoryview": lambda: memoryview(b"error"),
    "array": lambda: array("u", "error") if sys.version_info < (3, 13) else array("w", "error"),
    # other people's enums
    "their str enum": lambda: TheirText.ROOM_DELETED,
    "their old str enum": lambda: TheirOldText.ERROR,
    "their plain enum": lambda: TheirPlain.ERROR,
    "their unhashable enum": lambda: TheirPlain.LIST,
    "their enum class": lambda: TheirText,
    # containers
    "list": lambda: ["error"],
    "many": lambda: ["x" * 100] * 10_000,
    "recursive list": _recursive_list,
    "recursive dict": _recursive_dict,
    "dict": lambda: {"reason": "error"},
    "set": lambda: {"error"},
    "a list that breaks": lambda: ListThatBreaks([1]),
    "range": lambda: range(3),
    "generator": lambda: (word for word in ("error",)),
    "a generator that breaks": _raising_generator,
    # objects
    "object": object,
    "breaks when touched": BreaksWhenTouched,
    "lies: a str": lambda: _lies_about_its_class(str),
    "lies: a reason": lambda: _lies_about_its_class(SessionTerminationReason),
    "lies: a status": lambda: _lies_about_its_class(SessionStatus),
    "lies: a datetime": lambda: _lies_about_its_class(datetime),
    "lies: an ellipsis": lambda: _lies_about_its_class(type(...)),
    "lies: a claim": lambda: _lies_about_its_class(EndClaim),
    "lies: nonsense": lambda: _lies_about_its_class(7),
    "raises about its class": RaisesAboutItsClass,
    "of a broken class": OfABrokenClass,
    "a broken class": lambda: OfABrokenClass,
    "of a nameless class": OfANamelessClass,
    "of a class with a long name": type("x" * 100_000, (), {}),
    "a dead proxy": _dead_proxy,
    "a type": lambda: type,
    "a str type": lambda: str,
    "an exception": lambda: ValueError("error"),
    "a function": lambda: len,
    "NotImplemented": lambda: NotImplemented,
    "Mock": mock.Mock,
    "MagicMock": mock.MagicMock,
    "a Mock of a str": lambda: mock.Mock(spec=str),
    "a Mock of a reason": lambda: mock.MagicMock(spec=SessionTerminationReason),
    "ANY": lambda: mock.ANY,
    "sentinel": lambda: mock.sentinel.reason,
}
# What some of them are all the same: a `str` is its content, whatever its methods say.
READ_AS = {
    "our word, breaking": R.ERROR,
    "their str enum": R.ROOM_DELETED,
    "their old str enum": R.ERROR,
}
READ_AS_STATUS = {
    "our word, breaking": S.ERROR,
    "our status, breaking": S.CLOSED,
    "their old str enum": S.ERROR,
}

hostile = pytest.mark.parametrize("name", HOSTILE)

# The errors that a caller of a strict door is promised.
PROMISED = (SessionLifecycleError, ValueError, TypeError)

GIANT = 100_000_000


@pytest.fixture(scope="module")
def giants() -> list[str]:
    """Texts of 100 MB: plain, a subclass, and a word of ours behind and before 100 MB of space."""
    return ["x" * GIANT, LongText("x" * GIANT), " " * GIANT + "error", "error" + " " * GIANT]


TOTAL_DOORS = (coerce_termination_reason, read_termination_reason, coerce_session_status)
STRICT_READERS = (parse_termination_reason, parse_session_status, parse_session_event)


class TestTheTotalDoors:
    """ "total. Never raises, for any object whatever." """

    @hostile
    def test_never_raise(self, name: str) -> None:
        """`coerce_*` and `read_*` answer for every one of them, and agree with one another."""
        value = HOSTILE[name]()
        reason = coerce_termination_reason(value)
        assert type(reason) is SessionTerminationReason
        assert reason is READ_AS.get(name, R.UNKNOWN)
        reading = read_termination_reason(value)
        assert reading.reason is reason
        assert (reading.via == "unrecognized") is (name not in READ_AS)
        assert coerce_session_status(value) is READ_AS_STATUS.get(name)

    @hostile
    def test_raw_is_the_value_or_its_text(self, name: str) -> None:
        """ "`raw` (the value as given, exactly, up to 64 characters of text...)"."""
        value = HOSTILE[name]()
        raw = read_termination_reason(value).raw
        if not issubclass(type(value), str):
            assert raw is value
            return
        # A plain text: what is kept of a hostile one must not be hostile to whoever reads it.
        assert type(raw) is str
        text = str.__str__(value)  # type: ignore[arg-type]
        assert raw == (text if str.__len__(text) <= 64 else text[:63] + "…")

    @hostile
    def test_a_reading_prints_short_and_escaped(self, name: str) -> None:
        """`repr()` and `str()` of a reading run no foreign code, and fit on a line of a log."""
        reading = read_termination_reason(HOSTILE[name]())
        for printed in (repr(reading), str(reading), f"{reading}", repr([reading])):
            assert len(printed) < 250
            assert printed.isprintable()

    def test_a_long_text_costs_nothing(self, giants: list[str]) -> None:
        """ "cost is bounded whatever the length of the input (text over 64 characters is never
        scanned whole)": scanning 100 MB a thousand times would take minutes, copying it gigabytes.
        """
        for door in TOTAL_DOORS:
            door(giants[0])  # Whatever is built once, is built before we count.
        tracemalloc.start()
        try:
            start = time.perf_counter()
            for text in giants:
                for door in TOTAL_DOORS:
                    for _ in range(100):
                        door(text)
            taken = time.perf_counter() - start
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 16_000
        assert taken < 1.0
        for text in giants:
            assert read_termination_reason(text).via == "unrecognized"

    def test_a_long_text_is_not_hashed(self) -> None:
        """A hash reads a text whole, if only once: Python keeps it, so that a loop cannot tell."""
        text, control = "y" * 1_000_000, "z" * 1_000_000
        for door in TOTAL_DOORS:
            door(text)
        # CPython keeps -1 in a text until it is hashed, in the cell behind its length.
        unhashed = _kept_hash(control)
        if unhashed == -1 and hash(control) == _kept_hash(control):
            assert _kept_hash(text) == -1

    def test_an_error_about_a_long_text_costs_little(self, giants: list[str]) -> None:
        """The strict readers go through the same normalisation, at a cost bounded as well."""
        for read in STRICT_READERS:
            with pytest.raises(ValueError, match="x"):
                read(giants[0])  # difflib is imported by the first.
        for text in giants:
            tracemalloc.start()
            try:
                for read in STRICT_READERS:
                    with pytest.raises(SessionLifecycleError) as caught:
                        read(text)
                    assert len(str(caught.value)) < 600
                peak = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
            assert peak < 2_000_000, "far from 100 MB"


def _kept_hash(text: str) -> int:
    """Read where CPython keeps the hash of a text: behind the object's head and its length."""
    place = object.__basicsize__ + ctypes.sizeof(ctypes.c_ssize_t)
    return ctypes.c_ssize_t.from_address(id(text) + place).value


# Every place of a public function where a word, a time or a value can come in.
STRICT_DOORS: dict[str, Callable[[Any], object]] = {
    "parse_termination_reason": parse_termination_reason,
    "parse_session_status": parse_session_status,
    "parse_session_event": parse_session_event,
    "reason_traits": reason_traits,
    "transition of": lambda value: transition(value, E.ANSWER),
    "transition by": lambda value: transition(S.ACTIVE, value),
    "next_status of": lambda value: next_status(value, E.CLOSE),
    "next_status by": lambda value: next_status(S.ACTIVE, value),
    "can_apply of": lambda value: can_apply(value, E.CLOSE),
    "can_apply by": lambda value: can_apply(S.ACTIVE, value),
    "allowed_events": allowed_events,
    "source_statuses": source_statuses,
    "is_live": is_live,
    "is_terminal": is_terminal,
    "shortest_path from": lambda value: shortest_path(value, S.CLOSED),
    "shortest_path to": lambda value: shortest_path(S.ACTIVE, value),
    "status_change_events from": lambda value: status_change_events(value, S.CLOSED),
    "status_change_events to": lambda value: status_change_events(S.ACTIVE, value),
    "EndClaim.reason": EndClaim,
    "EndClaim.at": lambda value: EndClaim(R.ERROR, value),
    "EndClaim.source": lambda value: EndClaim(R.ERROR, source=value),
    "EndClaim.status": lambda value: EndClaim(R.ERROR, status=value),
    "EndClaim.raw": lambda value: EndClaim(R.ERROR, raw=value),
    "settle": lambda value: settle([value]),
    "settle.not_before": lambda value: settle([EndClaim(R.ERROR)], not_before=value),
    "Session.status": Session,
    "Session.ending": lambda value: Session(S.CLOSED, value),
    "start_session": start_session,
    "start_session.at": lambda value: start_session(at=value),
    "restore_session.status": restore_session,
    "restore_session.at": lambda value: restore_session("closed", at=value),
    "restore_session.claimed_at": lambda value: restore_session("closed", claimed_at=value),
    "restore_session.source": lambda value: restore_session("closed", source=value),
    "restore_session.raw": lambda value: restore_session("closed", raw=value),
    "restore_session.started_at": lambda value: restore_session("active", started_at=value),
    "apply_event": lambda value: apply_event(start_session(), value),
    "apply_event.at": lambda value: apply_event(start_session(), E.FAIL, at=value),
    "apply_claim": lambda value: apply_claim(start_session(), value),
    "close_session.at": lambda value: close_session(start_session(), at=value),
    "close_session.source": lambda value: close_session(start_session(), source=value),
    "HistoryStep.at": lambda value: HistoryStep(value, E.ANSWER),
    "HistoryStep.event": lambda value: HistoryStep(None, value),
    "HistoryStep.claim": lambda value: HistoryStep(None, claim=value),
    "HistoryStep.source": lambda value: HistoryStep(None, E.ANSWER, source=value),
    "HistoryStep.step_id": lambda value: HistoryStep(None, E.ANSWER, step_id=value),
    "EvalRollup": EvalRollup,
}
strict_door = pytest.mark.parametrize("door", STRICT_DOORS)


def _refusals(door: str) -> Iterator[tuple[str, Exception]]:
    """What a door says to each hostile value that it does not take."""
    for name, make in HOSTILE.items():
        try:
            STRICT_DOORS[door](make())
        except Exception as error:
            yield name, error


class TestTheStrictDoors:
    """ "Facts as attributes; what was given, what was expected, what to do; ... never print more
    than 64 characters of foreign text, escaped."
    """

    @strict_door
    def test_raise_only_what_is_promised(self, door: str) -> None:
        """No foreign exception comes through, and no accident of ours."""
        strange = {n: repr(type(e)) for n, e in _refusals(door) if not isinstance(e, PROMISED)}
        assert strange == {}

    @strict_door
    def test_messages_are_short_and_printable(self, door: str) -> None:
        """Whatever was given, the message fits in a log and does nothing to a terminal."""
        for name, error in _refusals(door):
            if isinstance(error, PROMISED):
                assert len(str(error)) < 600, name
                assert str(error).isprintable(), name

    @pytest.mark.parametrize("error", [UnknownReasonError, UnknownStatusError, UnknownEventError])
    def test_errors_print_short_in_a_list_too(self, error: type[Exception]) -> None:
        """`repr()` of an error, which is what a list of errors and a logged `exc_info` show."""
        wrong = {}
        for name, make in HOSTILE.items():
            try:
                shown = repr([error(make(), ("closed",))])
            except Exception as broken:
                wrong[name] = repr(type(broken))
                continue
            if len(shown) >= 700 or not shown.isprintable():
                wrong[name] = f"{len(shown)} characters"
        assert wrong == {}

    def test_a_class_name_is_foreign_text_too(self) -> None:
        """ "never print more than 64 characters of foreign text, escaped": a class can have any
        name, and its object is told by it.
        """
        vile = type("vile\n\x1b[31m\u202e", (), {})()
        for door in (parse_termination_reason, EndClaim, is_live, source_statuses):
            with pytest.raises(SessionLifecycleError, match="vile") as caught:
                door(vile)
            assert str(caught.value).isprintable()
        assert repr(read_termination_reason(vile)).isprintable()

    def test_an_unknown_event_is_an_unknown_event(self) -> None:
        """`apply_event` names its refusal for what cannot be hashed as for any other word."""
        for value in ("hibernate", ["close"], {}, None, 7):
            with pytest.raises(UnknownEventError):
                apply_event(start_session(), value)  # type: ignore[arg-type]

    @hostile
    @pytest.mark.parametrize("error", [UnknownReasonError, UnknownStatusError, UnknownEventError])
    def test_errors_a_service_raises_itself(self, error: type[Exception], name: str) -> None:
        """The public errors, built by hand around anything: they print, and they do not raise."""
        built = error(HOSTILE[name]())
        assert len(str(built)) < 600
        assert str(built).isprintable()


class TestEndingWithAnything:
    """ "`reason` an enum member, text (coerced, raw kept) or `None`... never an error"."""

    @hostile
    def test_closing_never_raises(self, name: str) -> None:
        """Whatever the reason, a live session closes, an ended one stays ended."""
        live = start_session()
        for session in (live, close_session(live, R.RESOLVED)):
            after = close_session(session, HOSTILE[name]())  # type: ignore[arg-type]
            assert after.status == "closed"
            assert after.ending is not None
            claimed = [claim for claim in after.ending.claims if claim.reason is not R.RESOLVED]
            assert [claim.reason for claim in claimed] == [READ_AS.get(name, R.UNKNOWN)]
            for claim in claimed:
                assert claim.raw is None or len(claim.raw) <= 64
            assert len(repr(after)) < 1_000
            assert repr(after).isprintable()

    @hostile
    def test_an_old_row_can_contain_anything(self, name: str) -> None:
        """A row's reason never makes the read path raise; a live row's is not even looked at."""
        ended = restore_session("error", reason=HOSTILE[name]())  # type: ignore[arg-type]
        assert ended.status == "error"
        assert ended.ending is not None
        # Blank text is no reason given: the row claims what its ending event would.
        blank = name in ("None", "empty text", "empty text that breaks", "white space")
        expected = R.ERROR if blank else R.UNKNOWN
        assert ended.ending.reason is READ_AS.get(name, expected)
        live = restore_session("paused", reason=HOSTILE[name]())  # type: ignore[arg-type]
        assert live == Session(S.PAUSED)
        assert session_change(live, ended) == "ended"

    @hostile
    def test_an_ending_event_with_any_reason(self, name: str) -> None:
        """ "reason ... a member or text (coerced...)": an event with a bad reason is still one."""
        ended = apply_event(start_session(), E.FAIL, reason=HOSTILE[name]())  # type: ignore[arg-type]
        assert ended.status == "error"


def _runs_with(name: str) -> list[object]:
    """Eval runs with one hostile value, in each place where it can stand."""
    make = HOSTILE[name]
    good = SimpleNamespace(passed=True)
    runs = [
        make(),
        SimpleNamespace(status=make(), is_critical=True, scores=[good]),
        SimpleNamespace(status="completed", is_critical=make(), scores=[good]),
        SimpleNamespace(status="completed", is_critical=True, scores=[good, make()]),
        SimpleNamespace(
            status="completed", is_critical=True, scores=[SimpleNamespace(passed=make())]
        ),
        SimpleNamespace(status=make(), is_critical=make(), scores=[make()]),
    ]
    if not name.startswith(("1 MB", "many")):  # They would be read as a million scores.
        runs.append(SimpleNamespace(status="completed", is_critical=True, scores=make()))
    return runs


class TestHostileRuns:
    """ "Reading is total: `passed` that is not a bool (1, "true", NaN) is never a pass and counts
    as `None`, `scores=None` is no scores, `is_critical=None` is not critical".
    """

    @hostile
    def test_reading_is_total(self, name: str) -> None:
        """No run makes the counting raise, and each is counted once."""
        count = len(_runs_with(name))
        for require_scores in (False, True):
            rollup = rollup_eval_runs(_runs_with(name), require_scores=require_scores)  # type: ignore[arg-type]
            assert rollup.total == count
        outcomes = eval_outcome_counts(_runs_with(name))  # type: ignore[arg-type]
        assert tuple(outcomes) == tuple(EvalOutcome)
        assert sum(outcomes.values()) == count

    @hostile
    def test_counts_and_outcomes_tell_one_story(self, name: str) -> None:
        """ "and must always get the same answer": what is no pass for one is none for the other."""
        for index in range(len(_runs_with(name))):
            rollup = rollup_eval_runs([_runs_with(name)[index]], require_scores=True)  # type: ignore[list-item]
            outcome = eval_run_outcome(_runs_with(name)[index])  # type: ignore[arg-type]
            assert rollup.succeeded == (outcome == "passed"), (index, outcome)
            assert rollup.pending == (outcome == "pending"), (index, outcome)

    def test_scores_that_break_off_are_no_pass(self) -> None:
        """ "every score `passed is True`": nobody knows that of scores that broke off, not even
        of those that can be read once only, and are empty when they are read again.
        """
        for scores in (_raising_generator(), map(_refuse, [1]), ListThatBreaks([1])):
            run = SimpleNamespace(status="completed", is_critical=True, scores=scores)
            assert rollup_eval_runs([run]).eval_status == "failed"
        run.scores = _raising_generator()
        assert eval_run_outcome(run) == "no_verdict"

    @hostile
    def test_a_hostile_score_is_never_a_pass(self, name: str) -> None:
        """ "`passed` that is not a bool ... is never a pass": it fails the run it belongs to."""
        if name == "True":
            return  # That one is a bool.
        run = SimpleNamespace(
            status="completed",
            is_critical=True,
            scores=[SimpleNamespace(passed=True), SimpleNamespace(passed=HOSTILE[name]())],
        )
        assert rollup_eval_runs([run]).eval_status == "failed"
        assert eval_run_outcome(run) == "no_verdict"

    @hostile
    def test_strict_reading_refuses_by_name(self, name: str) -> None:
        """ "`strict=True` raises `RollupError` instead", with a short and printable message."""
        if name == "True":
            return
        good = SimpleNamespace(passed=True)
        runs = (
            SimpleNamespace(status="completed", is_critical=HOSTILE[name](), scores=[good]),
            SimpleNamespace(
                status="completed",
                is_critical=True,
                scores=[SimpleNamespace(passed=HOSTILE[name]())],
            ),
        )
        for run in runs:
            with pytest.raises(RollupError) as caught:
                rollup_eval_runs([run], strict=True)
            assert len(str(caught.value)) < 600
            assert str(caught.value).isprintable()

    def test_strict_reading_refuses_what_is_no_run(self) -> None:
        """ "`strict=True` raises `RollupError` instead", for what lacks a part as for a bad one."""
        good = SimpleNamespace(passed=True)
        for run in (
            object(),
            SimpleNamespace(status="completed", scores=[good]),
            SimpleNamespace(status="completed", is_critical=True),
            SimpleNamespace(status="completed", is_critical=True, scores=5),
            SimpleNamespace(status="completed", is_critical=True, scores=[good, object()]),
        ):
            for read in (rollup_eval_runs, eval_outcome_counts):
                with pytest.raises(RollupError):
                    read([run], strict=True)  # type: ignore[list-item]


def test_an_illegal_transition_says_no_more_than_our_own_words() -> None:
    """An error about our own words: short, whatever the session had been through."""
    live = restore_session("paused", reason=TextThatBreaks("error"), started_at=datetime.now(UTC))
    with pytest.raises(IllegalTransitionError) as caught:
        apply_event(live, E.APPROVE, source=TextThatBreaks("worker"))
    assert len(str(caught.value)) < 600
    assert len(repr(caught.value)) < 1_200
