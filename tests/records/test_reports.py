"""Events and claims: to steps and from them, and the lines that `session-lifecycle replay` reads.

What the command makes of a dumped line is the second witness: it has a reader of its own.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_lifecycle import (
    EndClaim,
    HistoryStep,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
    UnknownStatusError,
    audit_history,
    replay,
)
from session_lifecycle._cli import main
from session_lifecycle._cli._read import Reader
from session_lifecycle.integrations.cattrs import make_converter, read_record
from session_lifecycle.records import ClaimRecord, EventRecord
from session_lifecycle.testing import claim_records, event_records

R, S, E = SessionTerminationReason, SessionStatus, SessionEvent
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONVERTER = make_converter()
Record = EventRecord | ClaimRecord


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


STEPS: tuple[tuple[Record, HistoryStep], ...] = (
    (
        EventRecord("a", "answer", NOON, "livekit", "e1"),
        HistoryStep(NOON, E.ANSWER, "livekit", "e1"),
    ),
    (
        EventRecord("a", E.RING, party="bob", connection="PA_1"),
        HistoryStep(None, E.RING, party="bob", connection="PA_1"),
    ),
    (EventRecord("a", "whisper", NOON), HistoryStep(NOON, "whisper")),
    (EventRecord("a", "x" * 65), HistoryStep(None, "x" * 63 + "…")),
    # An ending event is a claim, with the status of the event.
    (
        EventRecord("a", E.CLOSE, NOON, "api", "e2", R.AGENT_INITIATED, party="bob"),
        HistoryStep(
            NOON, EndClaim(R.AGENT_INITIATED, NOON, "api", S.CLOSED), "api", "e2", party="bob"
        ),
    ),
    (EventRecord("a", E.FAIL), HistoryStep(None, EndClaim(R.ERROR, status=S.ERROR))),
    (EventRecord("a", E.EXPIRE), HistoryStep(None, EndClaim(R.UNKNOWN, status=S.EXPIRED))),
    (EventRecord("a", E.SUPERSEDE), HistoryStep(None, EndClaim(R.SUPERSEDED, status=S.SUPERSEDED))),
    (
        EventRecord("a", E.CLOSE, reason="moved away"),
        HistoryStep(None, EndClaim(R.UNKNOWN, status=S.CLOSED, raw="moved away")),
    ),
    # "" is nobody's word.
    (EventRecord("a", E.CLOSE, raw=""), HistoryStep(None, EndClaim(R.UNKNOWN, status=S.CLOSED))),
    (ClaimRecord("a", R.UNKNOWN, raw=""), HistoryStep(None, EndClaim(R.UNKNOWN))),
    (
        ClaimRecord("a", "moved away", raw=""),
        HistoryStep(None, EndClaim(R.UNKNOWN, raw="moved away")),
    ),
    (
        EventRecord("a", E.CLOSE, reason="moved away", raw="GONE"),
        HistoryStep(None, EndClaim(R.UNKNOWN, status=S.CLOSED, raw="GONE")),
    ),
    (
        EventRecord("a", E.FAIL, reason="Callee-Busy", raw="486"),
        HistoryStep(None, EndClaim(R.CALLEE_BUSY, status=S.ERROR, raw="486")),
    ),
    (
        ClaimRecord("a", "Room.Deleted", NOON, "livekit", "c1", party="bob", connection="PA_2"),
        HistoryStep(
            NOON,
            EndClaim(R.ROOM_DELETED, NOON, "livekit"),
            "livekit",
            "c1",
            party="bob",
            connection="PA_2",
        ),
    ),
    (ClaimRecord("a", "moved away"), HistoryStep(None, EndClaim(R.UNKNOWN, raw="moved away"))),
    (ClaimRecord("a", "   "), HistoryStep(None, EndClaim(R.UNKNOWN))),
    (
        ClaimRecord("a", R.UNKNOWN, status="Expired", raw="timer"),
        HistoryStep(None, EndClaim(R.UNKNOWN, status=S.EXPIRED, raw="timer")),
    ),
    (
        ClaimRecord("a", R.AGENT_ERROR, NOON, status=S.CLOSED),
        HistoryStep(NOON, EndClaim(R.AGENT_ERROR, NOON, status=S.CLOSED)),
    ),
)
steps = pytest.mark.parametrize(("record", "step"), STEPS, ids=lambda thing: repr(thing)[:60])


def read_by_the_command(record: Record) -> HistoryStep:
    """Return the step that the command reads in the record's line."""
    reader = Reader()
    reader.take(CONVERTER.dumps(record).encode())
    (case,) = reader.cases.values()
    (step,) = case.steps
    return step


@steps
def test_to_a_step(record: Record, step: HistoryStep) -> None:
    assert record.to_step() == step


@steps
def test_the_command_reads_the_same_step(record: Record, step: HistoryStep) -> None:
    assert read_by_the_command(record) == step


@steps
def test_and_back(record: Record, step: HistoryStep) -> None:
    kind: type[Any] = EventRecord if step.claim is None else ClaimRecord
    back = kind.from_step("a", step)
    assert back.session_id == "a"
    assert back.to_step() == step
    # By the total door: as a request, an event that we do not know would be refused.
    assert read_record(json.loads(CONVERTER.dumps(back)), kind).record == back


def test_of_a_claim() -> None:
    claim = EndClaim(R.UNKNOWN, NOON, "webhook", S.ERROR, "GONE")
    record = ClaimRecord.from_claim("a", claim, id="c1")
    assert record == ClaimRecord("a", R.UNKNOWN, NOON, "webhook", "c1", S.ERROR, "GONE")
    assert record.to_claim() == claim
    assert ClaimRecord.from_claim("a", EndClaim(R.ERROR)) == ClaimRecord(
        "a", R.ERROR, status=S.ERROR
    )


def test_one_is_not_the_other() -> None:
    with pytest.raises(ValueError, match="the step is a claim, expected an event: use ClaimRecord"):
        EventRecord.from_step("a", HistoryStep(None, EndClaim(R.ERROR)))
    with pytest.raises(ValueError, match="the step is an event, expected a claim: use EventRecord"):
        ClaimRecord.from_step("a", HistoryStep(None, E.RING))


def test_an_ending_event_that_is_a_step() -> None:
    """A step may hold the event itself; what is recorded is the event, without a reason."""
    record = EventRecord.from_step("a", HistoryStep(NOON, E.CLOSE, "api", "e"))
    assert record == EventRecord("a", E.CLOSE, NOON, "api", "e")


def test_a_status_that_ends_nothing() -> None:
    with pytest.raises(UnknownStatusError, match="'evaporated' is not a session status"):
        ClaimRecord("a", R.ERROR, status="evaporated").to_claim()
    with pytest.raises(ValueError, match="'active' is a live status, and a claim is about an end"):
        ClaimRecord("a", R.ERROR, status="active").to_step()


def test_a_claim_that_nobody_can_read_keeps_what_it_said() -> None:
    """As the core does: teardown may not overwrite what somebody said, whatever it was."""
    record = read_record({"session_id": "a", "claim": 5}, ClaimRecord).record
    assert record is not None
    assert record.to_claim() == EndClaim(R.UNKNOWN, raw="5")


# --- laws ----------------------------------------------------------------------------------------

# Any text and any time: wider than `event_records` and `claim_records`, which mean something.
TEXTS = st.text(max_size=70) | st.sampled_from(["", " ", "bob", "486"])
WORDS = st.sampled_from([*R, "Room-Deleted", "moved away", "", "\t"]) | st.text(max_size=70)
TIMES = st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
COMMON: dict[str, Any] = {
    "session_id": st.text(min_size=1, max_size=9),
    "at": TIMES,
    "source": TEXTS,
    "id": st.none() | TEXTS,
    "raw": st.none() | TEXTS,
    "party": TEXTS,
    "connection": TEXTS,
}
EVENTS = st.builds(
    EventRecord, event=st.sampled_from([*E]) | TEXTS, reason=st.none() | WORDS, **COMMON
)
CLAIMS = st.builds(
    ClaimRecord,
    claim=WORDS,
    status=st.sampled_from([None, S.CLOSED, S.EXPIRED, S.ERROR, S.SUPERSEDED]),
    **COMMON,
)
RECORDS = EVENTS | CLAIMS | event_records() | claim_records()


@given(RECORDS)
def test_the_command_reads_what_the_record_says(record: Record) -> None:
    assert read_by_the_command(record) == record.to_step()


@given(RECORDS)
def test_a_step_survives_a_record(record: Record) -> None:
    step = record.to_step()
    kind: type[Any] = EventRecord if step.claim is None else ClaimRecord
    assert kind.from_step(record.session_id, step).to_step() == step


@given(RECORDS)
def test_a_line_is_one_line_and_comes_back(record: Record) -> None:
    line = CONVERTER.dumps(record)
    assert len(line.splitlines()) == 1
    assert read_record(json.loads(line), type(record)).record == record


# --- the command itself --------------------------------------------------------------------------

# A caller hangs up; his leg is gone from the room; the agent had been transferring him to a leg
# that nobody answered, which is another party's ending and none of this session.
STORY: tuple[Record, ...] = (
    EventRecord("call-1", "ring", later(0), "livekit", "1", party="caller", connection="PA_1"),
    EventRecord("call-1", "answer", later(2), "livekit", "2", party="caller", connection="PA_1"),
    EventRecord("call-1", "pause", later(9), "worker", "3"),
    ClaimRecord(
        "call-1", R.CALLEE_BUSY, later(20), "livekit", "4", party="desk", connection="PA_2"
    ),
    ClaimRecord("call-1", "participant left", later(30), "livekit", "5", party="caller"),
    ClaimRecord("call-1", R.ROOM_DELETED, later(31), "livekit", "6"),
    ClaimRecord("call-1", R.ROOM_DELETED, later(31), "livekit", "6"),
    EventRecord("call-1", "whisper", later(32), "worker"),
)


def test_replay(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Dumped, one a line, and replayed: what `replay` says of the records' own steps."""
    lines = tmp_path / "calls.jsonl"
    lines.write_text("".join(CONVERTER.dumps(record) + "\n" for record in STORY), encoding="utf-8")
    assert main(["replay", "--json", str(lines)]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    told = json.loads(printed.out)
    assert told["session_id"] == "call-1"
    assert told["status"] == "closed"
    assert told["ending"]["reason"] == "participant_left"
    assert told["ended_at"] == "2026-11-23T12:00:30Z"
    assert told["repeated"] == 1
    timeline = told["timeline"]
    assert [(s["event"] or s["claim"], s["verdict"], s["note"]) for s in timeline] == [
        ("ring", "moved", ""),
        ("answer", "moved", ""),
        ("pause", "moved", ""),
        ("callee_busy", "late", "about another party"),
        ("participant_left", "moved", ""),
        ("room_deleted", "late", ""),
        (None, "illegal", "'whisper' is no event we know"),
    ]
    history = replay([record.to_step() for record in STORY])
    assert history.session.status is S.CLOSED
    assert history.session.ending is not None
    assert history.session.ending.reason is R.PARTICIPANT_LEFT
    assert [entry.verdict for entry in history.entries] == [s["verdict"] for s in timeline]
    assert [finding.code for finding in audit_history(history)] == ["unknown_status"]


def test_all_three_libraries_write_lines_that_replay_reads(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    told = []
    for library in ("json", "orjson", "msgspec"):
        converter = make_converter(library)  # type: ignore[call-overload]
        dumped = [converter.dumps(record) for record in STORY]
        lines = [line if isinstance(line, bytes) else line.encode() for line in dumped]
        path = tmp_path / library
        path.write_bytes(b"\n".join(lines))
        assert main(["replay", "--json", str(path)]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1] == told[2]
