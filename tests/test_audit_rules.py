"""Section 5 of the specification: what `audit_history` finds, and what it leaves alone."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta, timezone

import pytest

from session_lifecycle import (
    AuditCode,
    AuditFinding,
    EndClaim,
    HistoryEntry,
    HistoryStep,
    SessionChange,
    SessionEvent,
    SessionStatus,
    TransitionVerdict,
    audit_history,
    replay,
)
from session_lifecycle import SessionTerminationReason as R

E = SessionEvent
V = TransitionVerdict
UNCHANGED = SessionChange.UNCHANGED
NOON = datetime(2026, 3, 14, 12, 0, 0, tzinfo=UTC)


def at(seconds: float | None) -> datetime | None:
    return None if seconds is None else NOON + timedelta(seconds=seconds)


def step(what, seconds=None, source="", step_id=None, raw=None) -> HistoryStep:
    """A step of an event's word, a reason's word, or a word we do not know."""
    if what in set(R):
        what = EndClaim(R(what), at(seconds), source, None, raw)
    return HistoryStep(at(seconds), what, source, step_id)


def found(steps, now=None, **more) -> list[str]:
    return [str(finding.code) for finding in audit_history(replay(steps), now=now, **more)]


def the_one(steps, now=None) -> AuditFinding:
    findings = audit_history(replay(steps), now=now)
    assert len(findings) == 1
    return findings[0]


class TestFindings:
    """`audit_history(history, *, now=None) -> tuple[AuditFinding, ...]` names what is wrong:
    illegal edge, revived after an end, end time moved later, ended without ever starting, unknown
    status or reason, still live after a deadline, waiting decision answered too late."""

    def test_an_illegal_edge(self):
        """names what is wrong: illegal edge"""
        steps = [step("answer", 0), step("pause", 5), step("approve", 6), step("close", 9)]
        finding = the_one(steps)
        assert finding.code is AuditCode.ILLEGAL_EDGE
        assert finding.entry.step == steps[2]
        assert "approve" in finding.message
        assert "paused" in finding.message

    @pytest.mark.parametrize("event", ["ring", "answer", "pause", "resume", "transfer"])
    def test_revived_after_an_end(self, event):
        """revived after an end"""
        steps = [step("ring", 0), step("answer", 1), step("agent_initiated", 10), step(event, 20)]
        finding = the_one(steps)
        assert finding.code is AuditCode.REVIVED_AFTER_END
        assert finding.entry.step == steps[3]
        assert event in finding.message
        assert replay(steps).session.status is SessionStatus.CLOSED

    def test_revived_without_times(self):
        """revived after an end"""
        assert found([step("answer"), step("agent_initiated"), step("pause")]) == [
            "revived_after_end"
        ]

    def test_an_end_moved_later(self):
        """end time moved later"""
        steps = [
            step("answer", 0),
            step("agent_initiated", 10, "worker"),
            step("agent_initiated", 40, "worker"),
        ]
        for order in itertools.permutations(steps):
            finding = the_one(order)
            assert finding.code is AuditCode.END_MOVED_LATER
            assert finding.entry.step == steps[2]
            assert "agent_initiated" in finding.message
        steps = [step("answer", 0), step("close", 10, "api"), step("close", 11, "api")]
        assert found(steps) == ["end_moved_later"]

    def test_another_reporter_moves_nothing(self):
        """end time moved later"""
        first = step("agent_initiated", 10, "worker")
        for other in (
            step("agent_initiated", 40, "supervisor"),
            step("room_deleted", 40, "worker"),
            step("agent_initiated", 10, "worker"),
            step("agent_initiated", None, "worker"),
        ):
            assert found([step("answer", 0), first, other]) == []

    @pytest.mark.parametrize("word", ["agent_initiated", "participant_left", "resolved", "close"])
    def test_ended_without_ever_starting(self, word):
        """ended without ever starting"""
        finding = the_one([step(word, 10)])
        assert finding.code is AuditCode.ENDED_WITHOUT_START
        assert finding.entry is None
        assert found([step(word)]) == ["ended_without_start"]

    def test_what_could_not_happen_shows_no_beginning(self):
        """ended without ever starting"""
        for first, last in ((0, 10), (None, None)):
            steps = [step("hibernated", first), step("agent_initiated", last)]
            assert found(steps) == ["unknown_status", "ended_without_start"]

    @pytest.mark.parametrize("word", ["callee_busy", "dispatch_failed", "participant_join_timeout"])
    def test_what_ends_before_it_starts_has_no_start(self, word):
        """ended without ever starting"""
        assert found([step(word, 10)]) == []
        assert found([step("ring", 0), step(word, 10)]) == []

    def test_a_word_for_a_status_we_do_not_know(self):
        """unknown status or reason"""
        steps = [step("answer", 0), step("hibernated\n", 5), step("close", 10)]
        finding = the_one(steps)
        assert finding.code is AuditCode.UNKNOWN_STATUS
        assert finding.entry.step == steps[1]
        assert "hibernated" in finding.message
        assert finding.message.isprintable()

    def test_a_word_for_a_reason_we_do_not_know(self):
        """unknown status or reason"""
        steps = [step("answer", 0), step("unknown", 5, "vendor", raw="gremlins " * 900)]
        finding = the_one(steps)
        assert finding.code is AuditCode.UNKNOWN_REASON
        assert finding.entry.step == steps[1]
        assert "gremlins" in finding.message
        assert len(finding.message) < 120
        # Nobody said why: that is no word.
        assert found([step("answer", 0), step("unknown", 5)]) == []
        assert found([step("answer", 0), step("unknown_reason", 5, raw="0")]) == []

    def test_still_live_after_a_deadline(self):
        """still live after a deadline"""
        steps = [step("ring", 0), step("answer", 5)]
        finding = the_one(steps, at(5) + timedelta(days=1, seconds=1))
        assert finding.code is AuditCode.LIVE_PAST_DEADLINE
        assert finding.entry is None
        assert "active" in finding.message
        assert found(steps, at(5) + timedelta(days=1)) == []
        east = timezone(timedelta(hours=9))
        assert found(steps, (at(5) + timedelta(days=2)).astimezone(east)) == ["live_past_deadline"]
        assert found(steps, at(70), deadline=timedelta(minutes=1)) == ["live_past_deadline"]
        assert found(steps, at(60), deadline=timedelta(minutes=1)) == []

    def test_only_the_living_have_deadlines_and_only_if_we_know_the_time(self):
        """still live after a deadline"""
        steps = [step("ring", 0), step("answer", 5)]
        assert found(steps) == []
        assert found([*steps, step("close", 9)], at(0) + timedelta(days=400)) == []
        with pytest.raises(ValueError, match="zone"):
            found(steps, datetime(2026, 3, 20))
        with pytest.raises(TypeError):
            audit_history(replay(steps), NOON)

    @pytest.mark.parametrize("answer", ["approve", "deny"])
    @pytest.mark.parametrize("end", ["expire", "close", "participant_left"])
    def test_a_waiting_decision_answered_too_late(self, answer, end):
        """waiting decision answered too late."""
        steps = [
            step("answer", 0),
            step("request_approval", 5),
            step(end, 65),
            step(answer, 67, "operator"),
        ]
        for order in itertools.permutations(steps):
            finding = the_one(order)
            assert finding.code is AuditCode.DECISION_TOO_LATE
            assert finding.entry.step == steps[3]
            assert answer in finding.message
        # In time, it is none.
        in_time = [*steps[:3], step(answer, 64, "operator")]
        for order in itertools.permutations(in_time):
            assert found(order) == []

    def test_every_finding_can_be_found(self):
        """`audit_history(history, *, now=None) -> tuple[AuditFinding, ...]` names what is wrong"""
        sick = [
            step("answer", 0),
            step("return_to_agent", 1),
            step("resume", 2),
            step("pause", 3),
            step("deny", 4),
            step("hibernated", 5),
            step("unknown", 10, "vendor", raw="gremlins"),
            step("resolved", 11, "worker"),
            step("resolved", 12, "worker"),
            step("approve", 13),
            step("transfer", 14),
        ]
        codes = found(sick, at(0) + timedelta(days=9))
        assert codes == [
            "illegal_edge",
            "unknown_status",
            "unknown_reason",
            "end_moved_later",
            "decision_too_late",
            "revived_after_end",
        ]
        codes += found([step("resolved", 5)])
        codes += found([step("pause", 0)], at(0) + timedelta(days=9))
        assert set(codes) == set(AuditCode)
        history = replay(sick)
        entries = [finding.entry for finding in audit_history(history)]
        places = [history.entries.index(entry) for entry in entries]
        assert places == sorted(places)


# --------------------------------------------------------------------------------- what is clean

CALL = (
    step("ring", 0, "livekit", "1"),
    step("answer", 4, "livekit", "2"),
    step("agent_initiated", 60.4, "worker", "3"),
    step("room_deleted", 60, "livekit", "4"),
    step("participant_left", 61, "livekit", "5"),
)
HANDOFF = (
    step("answer", 0),
    step("request_human", 30),
    step("transfer", 60),
    step("return_to_agent", 90),
    step("request_human", 100),
    step("handoff_resolved", 300, "operator"),
)
APPROVAL = (
    step("answer", 0),
    step("request_approval", 30),
    step("approve", 60),
    step("request_approval", 70),
    step("deny", 80),
    step("participant_left", 90),
)
BUSY = (step("ring", 0), step("callee_busy", 5, "dialler"), step("close", 6, "dialler"))
LIVE = (step("ring", 0), step("answer", 5), step("pause", 9), step("resume", 20))
CLEAN = {"call": CALL, "handoff": HANDOFF, "approval": APPROVAL, "busy": BUSY, "live": LIVE}


@pytest.mark.parametrize("name", CLEAN)
class TestClean:
    """names what is wrong"""

    def test_in_every_order_of_arrival(self, name):
        """names what is wrong"""
        for order in itertools.permutations(CLEAN[name]):
            assert audit_history(replay(order), now=at(1_000)) == ()

    def test_with_redeliveries(self, name):
        """names what is wrong"""
        steps = CLEAN[name]
        for again in range(len(steps)):
            for repeated in (steps[again], *steps):
                assert found([*steps, repeated], at(1_000)) == []
        # Redelivered in one go, and back to front.
        if all(one.step_id is not None for one in steps):
            assert found([*steps, *reversed(steps), *steps]) == []

    def test_without_any_time(self, name):
        """names what is wrong"""
        steps = [
            HistoryStep(
                None,
                one.event or EndClaim(one.claim.reason, None, one.source),
                one.source,
                one.step_id,
            )
            for one in CLEAN[name]
        ]
        assert found(steps, at(1_000)) == []


@pytest.mark.parametrize("late", ["ring", "answer"])
def test_late_webhooks_are_silent(late):
    """names what is wrong"""
    # With a time they go where they belong; without one they are late, which is no error.
    for when in (3, None):
        steps = [step("ring", 0), step("answer", 5), step("agent_initiated", 60), step(late, when)]
        assert found(steps) == []


def test_a_start_that_is_reported_late_is_a_start():
    """ended without ever starting"""
    # It was answered, as the webhook says that came in after the hang-up's.
    assert found([step("agent_initiated", None, "worker"), step("answer", None, "livekit")]) == []


def test_nothing_at_all_is_clean():
    """names what is wrong"""
    assert found([]) == []
    assert found([], at(0)) == []


class TestTheExactBounds:
    """Where a finding begins, and what it says."""

    def test_a_live_move_at_the_very_end_is_no_revival(self):
        """The end's own second: webhooks carry whole seconds."""
        steps = [step("answer", 0), step("agent_initiated", 10), step("pause", 10)]
        history = replay(steps)
        assert [entry.step for entry in history.entries][-1].claim is not None
        late = HistoryEntry(
            steps[2], V.LATE, SessionStatus.CLOSED, SessionStatus.CLOSED, UNCHANGED, ""
        )
        ended = history._replace(entries=(*history.entries, late))
        assert audit_history(ended) == ()
        later = late._replace(step=step("pause", 11))
        codes = [one.code for one in audit_history(ended._replace(entries=(later,)))]
        assert codes == [AuditCode.REVIVED_AFTER_END]

    def test_a_step_about_somebody_else_shows_no_beginning(self):
        history = replay([step("resolved", 10)])
        stranger = HistoryEntry(
            step("pause", 5),
            V.LATE,
            SessionStatus.ACTIVE,
            SessionStatus.ACTIVE,
            UNCHANGED,
            "about another party",
        )
        whole = history._replace(entries=(stranger, *history.entries))
        assert [finding.code for finding in audit_history(whole)] == ["ended_without_start"]
        own = stranger._replace(note="")
        assert audit_history(history._replace(entries=(own, *history.entries))) == ()

    def test_what_a_finding_about_the_whole_says(self):
        """`entry`: the entry it shows at, or `None` if it is about the whole."""
        finding = the_one([step("resolved", 10)])
        assert finding == (
            AuditCode.ENDED_WITHOUT_START,
            "it ended and no step shows it begin",
            None,
        )

    def test_the_codes_in_the_order_in_which_the_specification_names_them(self):
        """names what is wrong: illegal edge, revived after an end, end time moved later, ended
        without ever starting, unknown status or reason, still live after a deadline, waiting
        decision answered too late."""
        assert [str(code) for code in AuditCode] == [
            "illegal_edge",
            "revived_after_end",
            "end_moved_later",
            "ended_without_start",
            "unknown_status",
            "unknown_reason",
            "live_past_deadline",
            "decision_too_late",
        ]

    @pytest.mark.parametrize("event", sorted(set(E)))
    def test_which_late_events_are_what(self, event):
        """revived after an end; waiting decision answered too late"""
        steps = [step("answer", 0), step("agent_initiated", 10), step(event, 20)]
        expected = {"approve": ["decision_too_late"], "deny": ["decision_too_late"]}
        expected |= {ending: [] for ending in ("close", "expire", "fail", "supersede")}
        assert found(steps) == expected.get(event, ["revived_after_end"])
