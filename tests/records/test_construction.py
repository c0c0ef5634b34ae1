"""What a record refuses, in which words; and how it is printed and hashed, whatever is in it."""

from __future__ import annotations

import ctypes
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from fractions import Fraction
from typing import Any
from uuid import UUID

import attrs
import pytest

from session_lifecycle import (
    EvalRunStatus,
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
    EvalRun,
    EvalScore,
    EvalSummary,
    EventRecord,
)
from tests.records.corpus import FULL_RECORD, ID, conversation
from tests.test_hostile_input import HOSTILE, Hostility, LongText

R = SessionTerminationReason
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def summary(**fields: Any) -> EvalSummary:
    counts = {name: 0 for name in attrs.fields_dict(EvalSummary) if name != "extra"}
    return EvalSummary(**(counts | {"eval_status": "none"} | fields))


MAKERS: dict[str, Callable[..., Any]] = {
    "conversation": conversation,
    "summary": summary,
    "run": lambda **fields: EvalRun(**({"status": "completed"} | fields)),
    "score": EvalScore,
    "close": CloseRequest,
    "event": lambda **fields: EventRecord(**({"session_id": "a", "event": "ring"} | fields)),
    "claim": lambda **fields: ClaimRecord(**({"session_id": "a", "claim": "error"} | fields)),
}
A_TIME = ", expected an aware datetime or None: parse text with datetime.fromisoformat first"
NO_ZONE = (
    "a time without a zone: attach the one it was read in, for example value.replace(tzinfo=UTC)"
)
LONG = "'" + "x" * 63 + "…'"

# fmt: off
REFUSED: tuple[tuple[str, str, Any, type[Exception], str], ...] = (
    ("conversation", "id", ID, TypeError, f"id is '{ID}', expected a UUID"),
    ("conversation", "id", None, TypeError, "id is None, expected a UUID"),
    ("conversation", "organization_id", 5, TypeError, "organization_id is 5, expected a UUID"),
    ("conversation", "end_user_id", b"", TypeError, "end_user_id is b'', expected a UUID"),
    ("conversation", "channel", None, TypeError, "channel is None, expected text"),
    ("conversation", "status", None, TypeError, "status is None, expected text"),
    ("conversation", "status", 5, TypeError, "status is 5, expected text"),
    ("conversation", "priority", 1, TypeError, "priority is 1, expected text"),
    ("conversation", "direction", b"inbound", TypeError,
        "direction is b'inbound', expected text"),
    ("conversation", "session_type", True, TypeError, "session_type is True, expected text"),
    ("conversation", "message_count", True, TypeError,
        "message_count is True, expected an int or None"),
    ("conversation", "message_count", 1.0, TypeError,
        "message_count is 1.0, expected an int or None"),
    ("conversation", "duration_ms", "7", TypeError, "duration_ms is '7', expected an int or None"),
    ("conversation", "memory_synced", 1, TypeError,
        "memory_synced is 1, expected True or False or None"),
    ("conversation", "has_recording", "x" * 99, TypeError,
        f"has_recording is {LONG}, expected True or False or None"),
    ("conversation", "metadata", [], TypeError, "metadata is a list, expected a mapping"),
    ("conversation", "context_variables", "{}", TypeError,
        "context_variables is '{}', expected a mapping"),
    ("conversation", "extra", None, TypeError, "extra is None, expected a mapping"),
    ("conversation", "eval_summary", {}, TypeError,
        "eval_summary is a dict, expected an EvalSummary or None"),
    ("conversation", "started_at", "noon", TypeError, f"started_at is 'noon'{A_TIME}"),
    ("conversation", "ended_at", date(2026, 1, 1), TypeError, f"ended_at is a date{A_TIME}"),
    ("conversation", "closed_at", 5, TypeError, f"closed_at is 5{A_TIME}"),
    ("conversation", "created_at", datetime(2026, 1, 1), ValueError,
        f"created_at is 2026-01-01T00:00:00, {NO_ZONE}"),
    ("conversation", "archived_at", datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        ValueError, "archived_at is a time which UTC cannot express: OverflowError in its zone"),
    ("summary", "total", True, TypeError, "total is True, expected an int"),
    ("summary", "critical_pending", None, TypeError, "critical_pending is None, expected an int"),
    ("summary", "failed", Fraction(1), TypeError, "failed is a Fraction, expected an int"),
    ("summary", "eval_status", None, TypeError, "eval_status is None, expected text"),
    ("score", "passed", 1, TypeError, "passed is 1, expected True or False or None"),
    ("score", "blocking", "no", TypeError, "blocking is 'no', expected True or False or None"),
    ("run", "status", None, TypeError, "status is None, expected text"),
    ("run", "scope", 5, TypeError, "scope is 5, expected text"),
    ("run", "is_critical_snapshot", 1, TypeError,
        "is_critical_snapshot is 1, expected True or False or None"),
    ("run", "finished_at", datetime(2026, 1, 1), ValueError,
        f"finished_at is 2026-01-01T00:00:00, {NO_ZONE}"),
    ("run", "scores", 5, TypeError, "scores is 5, expected an iterable of EvalScore"),
    ("run", "scores", True, TypeError, "scores is True, expected an iterable of EvalScore"),
    ("run", "scores", [{"passed": True}], TypeError, "a score is a dict, expected an EvalScore"),
    ("run", "scores", "ab", TypeError, "a score is 'a', expected an EvalScore"),
    ("close", "reason", 5, TypeError, "reason is 5, expected text"),
    ("close", "reason", b"error", TypeError, "reason is b'error', expected text"),
    ("close", "reason", "x" * 65, ValueError,
        f"reason is {LONG}, text of 65 characters: expected one of the 46 reasons, "
        "or at most 64 characters"),
    ("close", "reason", "error" + " " * 60, ValueError,
        f"reason is 'error{' ' * 58}…', text of 65 characters: expected one of the 46 reasons, "
        "or at most 64 characters"),
    ("event", "session_id", 5, TypeError, "session_id is 5, expected text"),
    ("event", "event", None, TypeError, "event is None, expected text"),
    ("event", "id", 5, TypeError, "id is 5, expected text"),
    ("event", "source", None, TypeError, "source is None, expected text"),
    ("event", "reason", 5, TypeError, "reason is 5, expected text"),
    ("event", "at", "2026-11-23T10:00:00Z", TypeError, f"at is '2026-11-23T10:00:00Z'{A_TIME}"),
    ("claim", "claim", None, TypeError, "claim is None, expected text"),
    ("claim", "status", 5, TypeError, "status is 5, expected text"),
    ("claim", "raw", 486, TypeError, "raw is 486, expected text"),
    ("claim", "party", None, TypeError, "party is None, expected text"),
    ("claim", "connection", b"\x1b[2J", TypeError,
        "connection is b'\\x1b[2J', expected text"),
)
# fmt: on


@pytest.mark.parametrize(
    ("maker", "name", "value", "error", "message"),
    REFUSED,
    ids=[f"{row[0]}-{row[1]}-{row[2]!r:.9}" for row in REFUSED],
)
def test_refused(maker: str, name: str, value: Any, error: type[Exception], message: str) -> None:
    """In one sentence: what was given, what was expected, and what to do where that is not it."""
    with pytest.raises(error) as caught:
        MAKERS[maker](**{name: value})
    assert type(caught.value) is error
    assert str(caught.value) == message
    # However it is changed, it is checked again.
    with pytest.raises(error):
        attrs.evolve(MAKERS[maker](), **{name: value})


class Theirs(StrEnum):
    ERROR = "error"
    GONE = "gone"


WORDS = {
    ("conversation", "status"): ("Waiting-For human", SessionStatus.WAITING_FOR_HUMAN),
    ("conversation", "priority"): ("URGENT", SessionPriority.URGENT),
    ("conversation", "direction"): (" inbound", SessionDirection.INBOUND),
    ("conversation", "session_type"): ("Simulation", SessionType.SIMULATION),
    ("run", "status"): ("Completed", EvalRunStatus.COMPLETED),
    ("run", "scope"): ("TEST", SessionType.TEST),
    ("close", "reason"): ("participantLeft", R.PARTICIPANT_LEFT),
    ("event", "event"): ("return to agent", SessionEvent.RETURN_TO_AGENT),
    ("event", "reason"): ("SessionTerminationReason.ERROR", R.ERROR),
    ("claim", "claim"): ("room.deleted", R.ROOM_DELETED),
    ("claim", "status"): ("Superseded", SessionStatus.SUPERSEDED),
}


@pytest.mark.parametrize("place", WORDS, ids=".".join)
def test_words(place: tuple[str, str]) -> None:
    """A word of ours, in any spelling, is a member; any other text is kept as it is."""
    (maker, name), (spelled, word) = place, WORDS[place]
    for given in (spelled, word, word.value, LongText(spelled)):
        assert getattr(MAKERS[maker](**{name: given}), name) is word
    for given in ("gone", "", "  ", "x" * 64, LongText("gone"), Theirs.GONE, "\ud800"):
        kept = getattr(MAKERS[maker](**{name: given}), name)
        assert type(kept) is str
        assert kept == given
    if maker != "close":
        long = "error" + " " * 1_000
        assert getattr(MAKERS[maker](**{name: long}), name) is long


def test_text_of_a_class_of_its_own_is_text() -> None:
    """And plain afterwards: sqlalchemy's quoted_name and markupsafe's Markup are `str`."""
    text = LongText("voice")
    made = conversation(channel=text, subject=text)
    event = EventRecord(text, "ring", source=text, id=text, raw=text, party=text, connection=text)
    kept = [made.channel, made.subject, event.session_id, event.source, event.id, event.raw]
    for one in [*kept, event.party, event.connection]:
        assert type(one) is str
        assert one == "voice"


def test_scores_are_read_once() -> None:
    scores = (EvalScore(passed=p) for p in (True, None))
    assert EvalRun(status="running", scores=scores).scores == (
        EvalScore(passed=True),
        EvalScore(passed=None),
    )
    assert EvalRun(status="running", scores=None).scores == ()
    assert EvalRun(status="running", scores=[]).scores == ()


FIELDS = [(maker, field) for maker in MAKERS for field in attrs.fields_dict(type(MAKERS[maker]()))]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_values(name: str) -> None:
    """Any field takes any object, or refuses it in short and printable words; and prints it."""
    for maker, field in FIELDS:
        try:
            said = repr(made := MAKERS[maker](**{field: HOSTILE[name]()}))
            hash(made)
        except (TypeError, ValueError) as error:
            said = str(error)
        except (Hostility, ReferenceError):
            assert field == "scores", f"{maker}: no iterable of the caller's, which breaks off"
            continue
        assert said.isprintable(), (maker, field)
        assert len(said) < 1_500


def test_repr() -> None:
    assert repr(CloseRequest("operator-busy")) == "CloseRequest(reason='operator-busy')"
    assert repr(CloseRequest(R.ERROR)) == "CloseRequest(reason=error)"
    assert repr(CloseRequest()) == "CloseRequest(reason=None)"
    assert repr(EventRecord("a", "ring", NOW, "w", extra={"x": 1})) == (
        "EventRecord(session_id='a', event=ring, at=2026-11-23T10:00:00+00:00, source='w', id=None,"
        " reason=None, raw=None, party='', connection='', extra=<1 entry>)"
    )
    said = repr(FULL_RECORD)
    for part in (
        f"id={ID}, ",
        "status=closed, priority=high, ",
        "started_at=2026-11-23T10:00:00+00:00, ",
        "metadata=<5 entries>, context_variables=<0 entries>, ",
        "eval_summary=EvalSummary(total=5, ",
        "eval_status=failed, extra=<0 entries>), extra=<0 entries>)",
    ):
        assert part in said
    run = EvalRun(status="cancelled", scores=[EvalScore(), EvalScore()])
    assert "status='cancelled'" in repr(run)
    assert "scores=<2 entries>" in repr(run)


HOSTILE_TEXT = "\x1b]0;owned\x07\u202e" + "\n" * 1_000_000


def full_of(text: str) -> list[Any]:
    """Records with this text in every field that takes text, and in what they only carry."""
    inside = {"key": text, text[:9]: [text]}
    words = dict.fromkeys(("channel", "status", "priority", "direction", "session_type"), text)
    texts = dict.fromkeys(("external_session_id", "subject", "summary", "summary_preview"), text)
    mappings = dict.fromkeys(("metadata", "context_variables", "extra"), inside)
    score = EvalScore(
        **dict.fromkeys(("value", "raw_value", "label", "confidence", "rationale"), text),
        severity=text,
        extra=inside,
    )
    run = EvalRun(
        **dict.fromkeys(("status", "scope", "error_text", "threshold_snapshot"), text),
        severity_snapshot=text,
        scores=[score],
        extra=inside,
    )
    reported = dict.fromkeys(("session_id", "source", "id", "raw", "party", "connection"), text)
    return [
        conversation(**words, **texts, **mappings, eval_summary=summary(eval_status=text)),
        summary(eval_status=text, extra=inside),
        score,
        run,
        EventRecord(event=text, reason=text, extra=inside, **reported),
        ClaimRecord(claim=text, status=text, extra=inside, **reported),
        CloseRequest(None, extra=inside),
    ]


def test_repr_is_bounded_and_escaped() -> None:
    for record in full_of(HOSTILE_TEXT):
        assert repr(record).isprintable()
        assert len(repr(record)) < 2_000
        assert str(record) == repr(record)
    assert len(repr(summary(total=10**5_000))) < 300
    assert "message_count=an int of 16610 bits" in repr(conversation(message_count=10**5_000))


def _kept_hash(text: str) -> int:
    """Read where CPython keeps the hash of a text: -1 until it is hashed."""
    place = object.__basicsize__ + ctypes.sizeof(ctypes.c_ssize_t)
    return ctypes.c_ssize_t.from_address(id(text) + place).value


def test_a_hash_reads_no_foreign_text() -> None:
    """However long a summary is, a record goes into a set as soon as any other."""
    text, control = "y" * 100_000, "z" * 100_000
    assert _kept_hash(control) == -1
    assert hash(control) == _kept_hash(control)
    for record in full_of(text):
        assert isinstance(hash(record), int)
        assert {record: 1}[record] == 1
        assert isinstance(hash(pickle.loads(pickle.dumps(record))), int)
    assert _kept_hash(text) == -1


def test_what_cannot_be_hashed_hinders_no_hash() -> None:
    """A score may be a list, and metadata always is a dict."""
    score = EvalScore(value=[1], raw_value={}, confidence=[[]], extra={"a": []})
    assert isinstance(hash(EvalRun(status="x", scores=[score], threshold_snapshot=[])), int)
    assert len({score, EvalScore(value=[1], raw_value={}, confidence=[[]], extra={"a": []})}) == 1


def test_ids_times_and_numbers_are_hashed() -> None:
    """So that a thousand conversations do not fall into one slot of a dict."""
    by_id = {conversation(id=UUID(int=n)): n for n in range(1_000)}
    assert len({hash(record) for record in by_id}) == 1_000
    assert by_id[conversation(id=UUID(int=7))] == 7
    runs = [EvalRun(status="x", started_at=NOW + timedelta(seconds=n)) for n in range(100)]
    assert len(set(map(hash, runs))) == 100
    assert len({hash(summary(total=n)) for n in range(100)}) == 100
