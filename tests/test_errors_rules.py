"""Section 8 of the specification: what is raised, what it says, and how little it repeats."""

from __future__ import annotations

import copy
import pickle
import traceback
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import session_lifecycle as sl
from session_lifecycle import (
    EndClaim,
    EvalRollup,
    IllegalTransitionError,
    RollupError,
    SessionEvent,
    SessionLifecycleError,
    SessionStatus,
    UnknownEventError,
    UnknownReasonError,
    UnknownStatusError,
)

SNOW = "☃"  # In no message of ours.
LONG = SNOW * 10_000


def caught(kind, function, *args, **more) -> SessionLifecycleError:
    with pytest.raises(kind) as info:
        function(*args, **more)
    assert type(info.value) is kind
    return info.value


def a_run(passed=True, critical=True):
    scores = [SimpleNamespace(passed=passed)]
    return SimpleNamespace(status="completed", is_critical=critical, scores=scores)


def unorderable(one, other):
    return sl.latest_attempts([one, other], key=lambda _: 1, order=lambda place: place)


# One of each, as the library raises it.
RAISED = {
    "reason": (UnknownReasonError, sl.parse_termination_reason, "callee_bussy"),
    "reason_of_a_claim": (UnknownReasonError, EndClaim, "callee_bussy"),
    "traits": (UnknownReasonError, sl.reason_traits, "callee_bussy"),
    "status": (UnknownStatusError, sl.parse_session_status, "hibernating"),
    "status_of_a_row": (UnknownStatusError, sl.restore_session, "hibernating"),
    "status_of_a_session": (UnknownStatusError, sl.Session, "hibernating"),
    "status_asked_about": (UnknownStatusError, sl.is_live, "hibernating"),
    "event": (UnknownEventError, sl.parse_session_event, "dance"),
    "illegal": (IllegalTransitionError, sl.next_status, SessionStatus.PAUSED, SessionEvent.APPROVE),
    "revival": (
        IllegalTransitionError,
        sl.status_change_events,
        SessionStatus.CLOSED,
        SessionStatus.ACTIVE,
    ),
    "counts": (RollupError, EvalRollup, 1, 2),
    "passed": (RollupError, lambda: sl.rollup_eval_runs([a_run(1)], strict=True)),
    "order": (RollupError, unorderable, None, 1),
}
ERRORS = {name: caught(*how) for name, how in RAISED.items()}
every_error = pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)


class TestKinds:
    """`SessionLifecycleError(Exception)`; `UnknownReasonError(…, ValueError)` (`.value`,
    `.suggestions`); `UnknownStatusError(…, ValueError)`; `IllegalTransitionError(…, ValueError)`
    (`.status`, `.event`, `.allowed`); `RollupError(…, ValueError)`."""

    def test_bases(self):
        """`SessionLifecycleError(Exception)`; `UnknownReasonError(…, ValueError)` (`.value`,
        `.suggestions`); `UnknownStatusError(…, ValueError)`; `IllegalTransitionError(…,
        ValueError)` (`.status`, `.event`, `.allowed`); `RollupError(…, ValueError)`."""
        assert issubclass(SessionLifecycleError, Exception)
        assert not issubclass(SessionLifecycleError, ValueError)
        kinds = {kind for kind, *_ in RAISED.values()}
        assert kinds == {
            UnknownReasonError,
            UnknownStatusError,
            UnknownEventError,
            IllegalTransitionError,
            RollupError,
        }
        for kind in kinds:
            assert issubclass(kind, SessionLifecycleError)
            assert issubclass(kind, ValueError)
            # Nobody who catches one of them gets another.
            assert [other for other in kinds if issubclass(kind, other)] == [kind]

    @every_error
    def test_caught_as_what_a_caller_expects(self, error):
        """`SessionLifecycleError(Exception)`"""
        for kind in (SessionLifecycleError, ValueError, Exception):
            with pytest.raises(kind) as info:
                raise error
            assert info.value is error

    def test_unknown_reason(self):
        """`UnknownReasonError(…, ValueError)` (`.value`, `.suggestions`)"""
        error = ERRORS["reason"]
        assert error.value == "callee_bussy"
        assert error.suggestions[0] == "callee_busy"
        assert type(error.suggestions) is tuple
        assert all(type(word) is str for word in error.suggestions)
        hopeless = caught(UnknownReasonError, sl.parse_termination_reason, "§§§")
        assert (hopeless.value, hopeless.suggestions) == ("§§§", ())
        for value in (None, 486, b"busy", 1.5, ["x"]):
            error = caught(UnknownReasonError, sl.parse_termination_reason, value)
            assert error.value == value
            assert error.suggestions == ()

    def test_unknown_status(self):
        """`UnknownStatusError(…, ValueError)`"""
        error = caught(UnknownStatusError, sl.parse_session_status, "activ")
        assert error.value == "activ"
        assert "active" in error.suggestions
        assert caught(UnknownEventError, sl.parse_session_event, "puase").suggestions == ("pause",)

    def test_illegal_transition(self):
        """`IllegalTransitionError(…, ValueError)` (`.status`, `.event`, `.allowed`)"""
        error = ERRORS["illegal"]
        assert error.status is SessionStatus.PAUSED
        assert error.event is SessionEvent.APPROVE
        assert error.allowed == (
            "resume",
            "request_human",
            "transfer",
            "close",
            "expire",
            "fail",
            "supersede",
        )
        assert error.target is None
        revival = ERRORS["revival"]
        assert (revival.status, revival.event, revival.allowed) == ("closed", None, ())
        assert revival.target is SessionStatus.ACTIVE


class TestMessages:
    """Facts as attributes; what was given, what was expected, what to do; they pickle, copy, and
    never print more than 64 characters of foreign text, escaped."""

    @pytest.mark.parametrize(
        ("name", "given_", "expected", "to_do"),
        [
            ("reason", "'callee_bussy'", "SessionTerminationReason", "read_termination_reason"),
            ("reason", "'callee_bussy'", "'callee_busy'", "read_termination_reason"),
            ("status", "'hibernating'", "SessionStatus", "coerce_session_status"),
            ("event", "'dance'", "14 members of SessionEvent", "Expected"),
            ("illegal", "'approve'", "'resume'", "can_apply"),
            ("revival", "'closed'", "ended", "close_session"),
            ("counts", "2 succeeded", "must add up", "1 runs"),
            ("passed", "1", "expected True, False or None", "passed"),
            ("order", "None", "cannot be compared", "give a start time or an attempt number"),
        ],
    )
    def test_given_expected_to_do(self, name, given_, expected, to_do):
        """what was given, what was expected, what to do"""
        said = str(ERRORS[name])
        assert given_ in said
        assert expected in said
        assert to_do in said

    @every_error
    def test_they_pickle(self, error):
        """they pickle, copy"""
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            loaded = pickle.loads(pickle.dumps(error, protocol))
            assert type(loaded) is type(error)
            assert str(loaded) == str(error)
            assert vars(loaded) == vars(error)
            assert loaded.args == error.args

    @every_error
    def test_they_copy(self, error):
        """they pickle, copy"""
        for twin in (copy.copy(error), copy.deepcopy(error)):
            assert twin is not error
            assert type(twin) is type(error)
            assert str(twin) == str(error)
            assert vars(twin) == vars(error)

    @every_error
    def test_facts_in_a_copy(self, error):
        """Facts as attributes"""
        names = {
            UnknownReasonError: ("value", "suggestions"),
            UnknownStatusError: ("value", "suggestions"),
            UnknownEventError: ("value", "suggestions"),
            IllegalTransitionError: ("status", "event", "allowed"),
            RollupError: ("args",),
        }
        loaded = pickle.loads(pickle.dumps(error))
        for name in names[type(error)]:
            assert getattr(loaded, name) == getattr(error, name)


# Each function repeats what it is given, if it is text.
REPEATS = {
    "reason": (UnknownReasonError, sl.parse_termination_reason),
    "claim": (UnknownReasonError, EndClaim),
    "traits": (UnknownReasonError, sl.reason_traits),
    "status": (UnknownStatusError, sl.parse_session_status),
    "row": (UnknownStatusError, sl.restore_session),
    "terminal": (UnknownStatusError, sl.is_terminal),
    "event": (UnknownEventError, sl.parse_session_event),
    "next": (UnknownEventError, lambda text: sl.next_status(SessionStatus.ACTIVE, text)),
    "rollup": (RollupError, EvalRollup),
    "passed": (RollupError, lambda text: sl.rollup_eval_runs([a_run(text)], strict=True)),
    "critical": (RollupError, lambda text: sl.rollup_eval_runs([a_run(True, text)], strict=True)),
    "replay": (
        UnknownEventError,
        lambda text: sl.replay([sl.HistoryStep(None, text)], strict=True),
    ),
}
every_door = pytest.mark.parametrize("door", REPEATS.values(), ids=REPEATS)


class BadRepr:
    def __repr__(self):
        raise RuntimeError("no")

    __str__ = __repr__


class TestForeignText:
    """never print more than 64 characters of foreign text, escaped."""

    @every_door
    @pytest.mark.parametrize("length", [1, 63, 64, 65, 10_000])
    def test_at_most_64_characters(self, door, length):
        """never print more than 64 characters of foreign text, escaped."""
        error = caught(*door, SNOW * length)
        for printed in (str(error), "".join(traceback.format_exception_only(error))):
            assert min(length, 60) <= printed.count(SNOW) <= 64
            assert len(printed) < 600
        assert repr(error).count(SNOW) <= 64

    @every_door
    @pytest.mark.parametrize(
        "text", ["a\nb", "\x1b[31mred", "\r\x00", "\u202e", "\ud800", "'\"\\", "\u2028" * 99]
    )
    def test_escaped(self, door, text):
        """never print more than 64 characters of foreign text, escaped."""
        error = caught(*door, text)
        for printed in (str(error), repr(error)):
            assert printed.isprintable()
            printed.encode()

    def test_text_is_cut_where_it_is_kept_too(self):
        """never print more than 64 characters of foreign text, escaped."""
        error = caught(UnknownReasonError, sl.parse_termination_reason, LONG)
        assert len(error.value) <= 64
        exact = caught(UnknownReasonError, sl.parse_termination_reason, SNOW * 64)
        assert exact.value == SNOW * 64

    @pytest.mark.parametrize("name", ["reason", "status", "event", "rollup", "passed"])
    @pytest.mark.parametrize(
        "value",
        [b"x" * 10_000, 10**10_000, -(10**10_000), [LONG], {LONG: 1}, BadRepr(), 1.5],
        ids=["bytes", "int", "negative", "list", "dict", "bad_repr", "float"],
    )
    def test_whatever_it_is(self, name, value):
        """never print more than 64 characters of foreign text, escaped."""
        error = caught(*REPEATS[name], value)
        printed = "".join(traceback.format_exception_only(error))
        assert len(printed) < 600
        assert printed.count("x" * 65) == 0
        assert SNOW not in printed

    @pytest.mark.parametrize("name", ["reason", "status", "event", "rollup"])
    @pytest.mark.parametrize(
        "value",
        [b"x" * 10_000, 10**10_000, [LONG], BadRepr()],
        ids=["bytes", "int", "list", "bad_repr"],
    )
    def test_its_repr_as_well(self, name, value):
        """never print more than 64 characters of foreign text, escaped."""
        # A log line written with %r, and a list of errors, print the repr.
        printed = repr(caught(*REPEATS[name], value))
        assert len(printed) < 600
        assert printed.count("x" * 65) == 0
        assert SNOW not in printed

    @given(st.text(max_size=300))
    def test_any_text(self, text):
        """never print more than 64 characters of foreign text, escaped."""
        error = UnknownReasonError(text)
        said = str(error)
        assert said.isprintable()
        # The frame is ours; what stands in it is an escaped piece of at most 64 characters.
        frame = len(str(UnknownReasonError("")))
        assert len(said) - frame <= 64 + 2
        assert pickle.loads(pickle.dumps(error)).value == error.value

    def test_what_cannot_be_ordered(self):
        """never print more than 64 characters of foreign text, escaped."""
        said = str(caught(RollupError, unorderable, LONG, 1))
        assert said.count(SNOW) <= 64
        said = str(caught(RollupError, unorderable, BadRepr(), "\n"))
        assert said.isprintable()
