"""Endings that went wrong in real systems: every order of the reports gives the same right answer.

The facts are those of public issue threads, named by repository and number; the times, sources and
words are our own. Each case goes three ways: settled at once, applied one by one, and replayed.
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import NamedTuple

import pytest

import session_lifecycle as sl
from session_lifecycle import (
    EndClaim,
    HistoryStep,
    SessionChange,
    SessionEvent,
    SessionStatus,
    apply_claim,
    apply_event,
    close_session,
    coerce_termination_reason,
    reason_traits,
    replay,
    restore_session,
    session_change,
    settle,
    start_session,
)
from session_lifecycle import SessionTerminationReason as R

NOON = datetime(2026, 3, 14, 12, 0, 0, tzinfo=UTC)


def at(seconds: float | None) -> datetime | None:
    return None if seconds is None else NOON + timedelta(seconds=seconds)


class Report(NamedTuple):
    """One report: a reason's word or an event's, when, by whom; `raw` and `status` of a claim."""

    word: str
    second: float
    source: str
    raw: str | None = None
    status: str | None = None


class Case(NamedTuple):
    """Reports of one session, and the right answer.

    `timeless`: whether the reports settle it without their times as well.
    """

    number: int
    where: str
    reports: tuple[Report, ...]
    reason: str
    status: str
    timeless: bool = True


# What an ending event without a reason claims: the specification's sentence, typed again.
BY_EVENT = {
    "close": ("unknown", "closed"),
    "expire": ("unknown", "expired"),
    "fail": ("error", "error"),
    "supersede": ("superseded", "superseded"),
}


def is_event(report: Report) -> bool:
    return report.word in set(SessionEvent)


def claim_of(report: Report, timed: bool) -> EndClaim | None:
    """The claim a report makes; `None` for a live event."""
    word, status = report.word, report.status
    if is_event(report):
        if word not in BY_EVENT:
            return None
        word, status = BY_EVENT[word]
    status = None if status is None else SessionStatus(status)
    when = at(report.second) if timed else None
    return EndClaim(R(word), when, report.source, status, report.raw)


def step_of(report: Report, timed: bool) -> HistoryStep:
    when = at(report.second) if timed else None
    what = SessionEvent(report.word) if is_event(report) else claim_of(report, timed)
    return HistoryStep(when, what, report.source)


def applied(session, report: Report, timed: bool):
    if is_event(report):
        when = at(report.second) if timed else None
        return apply_event(session, SessionEvent(report.word), at=when, source=report.source)
    return apply_claim(session, claim_of(report, timed))


CASES = (
    Case(
        1,
        "livekit/livekit#4447",
        (
            Report("resolved", 60.4, "worker"),
            Report("participant_left", 59, "server"),
        ),
        "resolved",
        "closed",
    ),
    Case(
        1,
        "livekit/livekit#4447",
        (
            Report("agent_initiated", 60.4, "worker"),
            Report("client_initiated", 62, "server"),
            Report("room_closed", 59, "server"),
        ),
        "agent_initiated",
        "closed",
    ),
    Case(
        2,
        "Nexmo/nexmo-developer PR#1653",
        (
            Report("callee_busy", 8, "carrier"),
            Report("ring", 1, "started"),
            Report("ring", 2, "ringing"),
            Report("close", 9, "completed"),
        ),
        "callee_busy",
        "closed",
    ),
    Case(
        2,
        "Nexmo/nexmo-developer PR#1653",
        (
            Report("callee_busy", 8, "carrier"),
            Report("ring", 2, "ringing"),
            Report("unknown", 7, "vendor", "completed"),
        ),
        "callee_busy",
        "closed",
    ),
    Case(
        3,
        "PrefectHQ/prefect#23025",
        (
            Report("resolved", 60.2, "worker"),
            Report("agent_error", 61.8, "supervisor"),
            Report("server_shutdown", 61, "supervisor"),
        ),
        "resolved",
        "closed",
    ),
    Case(
        3,
        "PrefectHQ/prefect#23025",
        (Report("resolved", 60, "worker"), Report("fail", 58, "supervisor")),
        "resolved",
        "closed",
    ),
    Case(
        4,
        "PrefectHQ/prefect PR#22717",
        (Report("user_requested", 60, "operator"), Report("agent_error", 90, "supervisor")),
        "user_requested",
        "closed",
    ),
    Case(
        4,
        "PrefectHQ/prefect PR#22717",
        (
            Report("user_requested", 60, "operator"),
            Report("fail", 61, "supervisor"),
            Report("pipeline_exit", 59, "worker", None, "error"),
        ),
        "user_requested",
        "closed",
    ),
    # Nobody saw a crash: the supervisor saw a process gone. It was a symptom, and not even timed.
    Case(
        5,
        "PrefectHQ/prefect#16429",
        (
            Report("pipeline_exit", 60, "supervisor", None, "error"),
            Report("resolved", 400, "worker"),
        ),
        "resolved",
        "closed",
    ),
    Case(
        5,
        "PrefectHQ/prefect#16429",
        (Report("agent_error", 60, "supervisor"), Report("resolved", 62.5, "worker")),
        "resolved",
        "closed",
    ),
    Case(
        5,
        "PrefectHQ/prefect#16429",
        (
            Report("unknown", 60, "supervisor", "CRASHED", "closed"),
            Report("resolved", 400, "worker"),
        ),
        "resolved",
        "closed",
    ),
    Case(
        6,
        "langgenius/dify#31222",
        (
            Report("answer", 1, "queue"),
            Report("resolved", 60, "worker"),
            Report("answer", 75, "queue"),
        ),
        "resolved",
        "closed",
        timeless=False,
    ),
    Case(
        6,
        "langgenius/dify#31222",
        (Report("resolved", 60, "worker"), Report("answer", 2, "queue")),
        "resolved",
        "closed",
    ),
    Case(
        8,
        "livekit/livekit#1130",
        (Report("participant_left", 60, "server"),),
        "participant_left",
        "closed",
    ),
    Case(
        9,
        "chatwoot/chatwoot#14149",
        (Report("fail", 5, "channel"), Report("answer", 6, "channel")),
        "error",
        "error",
    ),
    Case(
        9,
        "chatwoot/chatwoot#14149",
        (
            Report("sip_failed", 5, "channel"),
            Report("answer", 5, "channel"),
            Report("close", 5, "channel"),
        ),
        "sip_failed",
        "error",
    ),
    Case(
        10,
        "rapidpro/mailroom PR#482",
        (Report("callee_busy", 20, "carrier"), Report("close", 21, "callback")),
        "callee_busy",
        "closed",
    ),
    Case(
        10,
        "rapidpro/mailroom PR#482",
        (
            Report("callee_busy", 20, "carrier"),
            Report("resolved", 15, "callback"),
            Report("room_closed", 10, "server"),
        ),
        "callee_busy",
        "closed",
    ),
    Case(
        12,
        "CALLE-AI#341",
        (
            Report("dispatch_failed", 1, "dialler"),
            Report("unknown", 1, "job", "task_completed"),
            Report("close", 2, "job"),
        ),
        "dispatch_failed",
        "error",
    ),
    Case(
        12,
        "CALLE-AI#341",
        (Report("dispatch_failed", 1, "dialler"), Report("resolved", 4, "job")),
        "dispatch_failed",
        "error",
        timeless=False,
    ),
    Case(
        14,
        "preloop PR#510",
        (
            Report("answer", 0, "worker"),
            Report("request_approval", 5, "worker"),
            Report("expire", 65, "timer"),
            Report("approve", 67, "operator"),
        ),
        "unknown",
        "expired",
        timeless=False,
    ),
    Case(
        15,
        "HarperFast PR#839",
        (
            Report("answer", 0, "worker"),
            Report("request_approval", 5, "worker"),
            Report("user_requested", 20, "operator"),
            Report("approve", 30, "operator"),
        ),
        "user_requested",
        "closed",
        timeless=False,
    ),
    Case(
        19,
        "juspay/clairvoyance PR#751",
        (Report("agent_error", 60.9, "worker"), Report("client_initiated", 61, "finally")),
        "agent_error",
        "error",
        timeless=False,
    ),
    Case(
        19,
        "juspay/clairvoyance PR#751",
        (
            Report("fail", 60.9, "worker"),
            Report("pipeline_exit", 60, "finally"),
            Report("close", 61, "finally"),
        ),
        "error",
        "error",
    ),
    Case(
        22,
        "livekit/sip#295",
        (
            Report("sip_trunk_failure", 10.3, "sip"),
            Report("client_initiated", 10, "room"),
            Report("room_closed", 31, "room"),
        ),
        "sip_trunk_failure",
        "error",
    ),
    Case(
        22,
        "livekit/sip#295",
        (Report("sip_dial_failed", 10.3, "sip"), Report("client_initiated", 8, "room")),
        "sip_dial_failed",
        "error",
    ),
)
IDS = [f"{case.number}-{case.where}" for case in CASES]
every_case = pytest.mark.parametrize("case", CASES, ids=IDS)
TOLD = {case.number for case in CASES}


@pytest.fixture
def _trace(request):
    return request.param


def trace(number: int, where: str):
    """Mark a test or a class as one trace's, with the trace in its id."""
    TOLD.add(number)

    def mark(test):
        of = pytest.mark.parametrize("_trace", [number], ids=[f"{number}-{where}"], indirect=True)
        return pytest.mark.usefixtures("_trace")(of(test))

    return mark


def ways(case: Case):
    """Every order of the reports, with times and, where that is enough, without."""
    for timed in (True, False) if case.timeless else (True,):
        for order in itertools.permutations(case.reports):
            yield timed, order


def check(case: Case, ending) -> None:
    assert (str(ending.reason), str(ending.status)) == (case.reason, case.status)


class TestEveryOrder:
    """Neither first-writer-wins nor last-writer-wins is right (`traces.md` 1 to 10)."""

    @every_case
    def test_settled(self, case):
        """a function of the *set* of claims"""
        endings = {True: set(), False: set()}
        for timed, order in ways(case):
            claims = [claim_of(report, timed) for report in order]
            ending = settle(one for one in claims if one is not None)
            check(case, ending)
            endings[timed].add(ending)
        assert [len(one) for one in endings.values()] == [1, 1 if case.timeless else 0]

    @every_case
    def test_applied_one_by_one(self, case):
        """Neither first-writer-wins nor last-writer-wins is right (`traces.md` 1 to 10)."""
        # A session that was answered before any of these reports, or is still being dialled: the
        # approvals presuppose the first.
        for timed, order in ways(case):
            for status in (SessionStatus.QUEUED, SessionStatus.ACTIVE):
                session, changes = start_session(status), []
                for report in order:
                    before = session
                    try:
                        session = applied(session, report, timed)
                    except sl.IllegalTransitionError:
                        # Asked of a live session in the wrong order: the caller's bug, and no end.
                        assert report.word in ("approve", "request_approval")
                        continue
                    changes.append(session_change(before, session))
                check(case, session.ending)
                assert changes.count(SessionChange.ENDED) == 1
                rest = changes[changes.index(SessionChange.ENDED) + 1 :]
                assert set(rest) <= {"unchanged", "corrected", "refined"}

    @every_case
    def test_stored_in_one_row(self, case):
        """a store that keeps the winner with its own time, and the earliest time, and merges each
        new claim in, ends in the same place as one that keeps everything."""
        for timed, order in ways(case):
            session = start_session()
            for report in order:
                claim = claim_of(report, timed)
                if claim is None:
                    continue
                ending = apply_claim(session, claim).ending
                session = restore_session(
                    ending.status,
                    reason=ending.reason,
                    at=ending.at,
                    claimed_at=ending.winner.at,
                    source=ending.source,
                    raw=ending.winner.raw,
                )
            check(case, session.ending)

    @every_case
    def test_replayed(self, case):
        """every step kept with its verdict"""
        sessions = {True: set(), False: set()}
        for timed, order in ways(case):
            history = replay(step_of(report, timed) for report in order)
            check(case, history.session.ending)
            assert len(history.entries) == len(order)
            sessions[timed].add(history.session)
        assert [len(one) for one in sessions.values()] == [1, 1 if case.timeless else 0]

    @every_case
    def test_redelivered(self, case):
        """Laws: commutative, associative, idempotent"""
        once = replay(step_of(report, True) for report in case.reports).session
        for order in itertools.permutations(case.reports):
            steps = [step_of(report, True) for report in order]
            assert replay([*steps, *steps]).session == once


# ------------------------------------------------------------------ what else those traces teach


@trace(7, "livekit/livekit#2399")
def test_a_rejoin_outlives_the_old_connections_leave():
    """What a claim is about: the session's own connection to its own participant."""

    def told(word, second, connection):
        report = step_of(Report(word, second, "server"), True)
        return HistoryStep(
            report.at, report.claim or report.event, "server", None, None, "caller", connection
        )

    joined, again = told("answer", 0, "old"), told("answer", 30, "new")
    # The leave of the old connection comes after the re-join, or in the same second.
    for second in (30, 31, 45):
        for order in itertools.permutations(
            [joined, again, told("participant_left", second, "old")]
        ):
            history = replay(order)
            assert sl.is_live(history.session.status)
            assert history.session.ending is None
            assert sl.audit_history(history) == ()
    for order in itertools.permutations(
        [joined, again, told("participant_left", 31, "old"), told("participant_left", 90, "new")]
    ):
        assert replay(order).session.ended_at == at(90)


@trace(8, "livekit/livekit#1130")
def test_a_leave_without_a_join_ends_and_is_marked():
    """ended without ever starting"""
    left = step_of(Report("participant_left", 60, "server"), True)
    history = replay([left], strict=True)
    assert history.session.status is SessionStatus.CLOSED
    assert history.entries[0].verdict == "moved"
    assert [str(one.code) for one in sl.audit_history(history)] == ["ended_without_start"]
    # Joined, it is not marked.
    joined = step_of(Report("answer", 0, "server"), True)
    for order in itertools.permutations([joined, left]):
        assert sl.audit_history(replay(order)) == ()


@trace(10, "rapidpro/mailroom PR#482")
def test_busy_may_be_redialled_later():
    """Neither first-writer-wins nor last-writer-wins is right (`traces.md` 1 to 10)."""
    ending = settle([EndClaim(R.UNKNOWN, at(21), "callback"), EndClaim(R.CALLEE_BUSY, at(20))])
    assert reason_traits(ending.reason).redial == "later"
    assert ending.outcome == "unreached"


@trace(11, "CALLE-AI#195")
class TestDeclined:
    """A failed transfer leg is no `callee_*`, `transferred` is claimed only once the call is
    bridged, `server_shutdown` only when a drain really cut the call, a decision only where it is
    made and when it is made."""

    # 16 people of 17 had refused nothing.
    WORDS = (
        "declined",
        "call_declined",
        "call-rejected",
        "rejected",
        "refused",
        "user_rejected",
        "busy",
        "no-answer",
        "hangup",
        "cancelled",
        "failed",
        "blocked",
        "486",
        "603",
        "21",
        "CALL_REJECTED",
        "callee_decline",
        "callee_declined_by_carrier",
        "not_callee_declined",
        "",
    )

    @pytest.mark.parametrize("word", [*WORDS, None, 603, 486, 21, b"callee_declined", True])
    def test_no_other_word_becomes_it(self, word):
        """No order can repair a false claim."""
        assert coerce_termination_reason(word) is not R.CALLEE_DECLINED
        assert close_session(start_session(), word).ending.reason is not R.CALLEE_DECLINED
        assert restore_session("closed", reason=word).ending.reason is not R.CALLEE_DECLINED

    def test_only_a_claim_of_it_settles_as_it(self):
        """the winner is one of the claims"""
        others = [EndClaim(reason) for reason in R if reason is not R.CALLEE_DECLINED]
        for pair in itertools.combinations(others, 2):
            assert settle(pair).reason is not R.CALLEE_DECLINED
        assert coerce_termination_reason("callee-declined") is R.CALLEE_DECLINED
        # LiveKit's word for a rejection says nothing of a person.
        assert reason_traits(R.USER_REJECTED).actor == "unknown"
        assert reason_traits(R.CALLEE_DECLINED).actor == "participant"


@trace(12, "CALLE-AI#341")
def test_a_reason_never_becomes_an_outcome_by_itself():
    """Without a reason it claims `unknown` (close, expire), `error` (fail), `superseded`
    (supersede), with the event's status."""
    # It failed before dialling, and the job called itself completed.
    for word in ("task_completed", "completed", "success", "done", "ok", "finished"):
        assert coerce_termination_reason(word) is R.UNKNOWN
        assert close_session(start_session(), word).ending.outcome == "undetermined"
    for reason in (R.DISPATCH_FAILED, R.TOKEN_MINT_FAILED, R.SETUP_ERROR, R.SIP_DIAL_FAILED):
        session = close_session(start_session(SessionStatus.QUEUED), reason)
        assert session.status is SessionStatus.CLOSED
        assert session.ending.outcome == "unreached"
    # Closed in good order is no outcome either.
    assert close_session(start_session()).ending.outcome == "undetermined"


@trace(13, "PYPE-AI/whispey PR#494")
def test_one_budget_for_the_person():
    """so that a retry is not counted twice"""
    # 480, 486 and 503 in a row, and each had a budget of its own.
    attempts = [
        SimpleNamespace(person="p", number=number, session=apply_claim(start_session(), one))
        for number, one in enumerate(
            (
                EndClaim(R.CALLEE_UNAVAILABLE, at(0), raw="480"),
                EndClaim(R.CALLEE_BUSY, at(3_600), raw="486"),
                EndClaim(R.SIP_TRUNK_FAILURE, at(7_200), raw="503"),
            )
        )
    ]
    # None of them may be dialled again at once, and the person has one last attempt, not three.
    advice = [str(reason_traits(one.session.ending.reason).redial) for one in attempts]
    assert advice == ["later", "later", "ask"]
    for order in itertools.permutations(attempts):
        last = sl.latest_attempts(
            order, key=lambda one: one.person, order=lambda one: one.session.ended_at
        )
        assert last == (attempts[2],)


@trace(14, "preloop PR#510")
@pytest.mark.parametrize("answer", ["approve", "deny"])
def test_a_decision_too_late_is_recorded(answer):
    """waiting decision answered too late."""
    reports = (
        Report("answer", 0, "worker"),
        Report("request_approval", 5, "worker"),
        Report("expire", 65, "timer"),
        Report(answer, 67, "operator"),
    )
    for order in itertools.permutations([step_of(report, True) for report in reports]):
        history = replay(order, strict=True)
        assert history.session.status is SessionStatus.EXPIRED
        last = history.entries[-1]
        assert (last.step.event, last.verdict, last.after) == (answer, "late", "expired")
        assert [str(one.code) for one in sl.audit_history(history)] == ["decision_too_late"]


@trace(15, "HarperFast PR#839")
def test_an_approval_does_not_undo_an_abort():
    """a live status never comes back."""
    # Without times too, since either order ends it.
    waiting = sl.Session(SessionStatus.AWAITING_APPROVAL)
    for order in itertools.permutations(
        [Report("user_requested", 20, "operator"), Report("approve", 30, "operator")]
    ):
        for timed in (True, False):
            session = waiting
            for report in order:
                session = applied(session, report, timed)
            assert session.status is SessionStatus.CLOSED
            assert session.ending.reason is R.USER_REQUESTED


@trace(16, "openclaw#6721, #79121")
def test_the_dead_and_the_living():
    """still live after a deadline"""
    # openclaw#6721: three days without a word, in a status before the answer.
    dead = replay([step_of(Report("ring", 0, "carrier"), True)])
    now = at(0) + timedelta(days=3)
    assert sl.is_live(dead.session.status)
    assert [str(one.code) for one in sl.audit_history(dead, now=now)] == ["live_past_deadline"]
    assert sl.audit_history(dead, now=at(30)) == ()
    # openclaw#79121: speaking, though nobody wrote down when it was answered, or that it was.
    spoken = step_of(Report("resume", 3 * 86_400 - 5, "worker"), True)
    unwritten = HistoryStep(None, SessionEvent.ANSWER, "carrier")
    for steps in ([spoken], [unwritten, spoken], [spoken, unwritten]):
        alive = replay(steps)
        assert alive.session.status is SessionStatus.ACTIVE
        assert sl.audit_history(alive, now=now) == ()


@trace(17, "Vexa-ai/vexa#330")
@pytest.mark.parametrize("source", ["api", None])
def test_closed_four_times_and_billed_once(source):
    """`ended` is returned once in a session's life: the place to bill and to start
    post-processing."""
    closes = [(60, "agent_initiated"), (61, "agent_initiated"), (62, None), (75, "room_deleted")]
    session, bills = start_session(at=NOON), []
    for second, reason in closes:
        after = close_session(session, reason, at=at(second), source=source or f"pod-{second}")
        change = session_change(session, after)
        bills += [second] if change is SessionChange.ENDED else []
        assert change in (SessionChange.ENDED, SessionChange.UNCHANGED)
        session = after
    assert bills == [60]
    assert session.ended_at == at(60)
    # In any other order it is billed once as well.
    for order in itertools.permutations(closes):
        other, changes = start_session(at=NOON), []
        for second, reason in order:
            after = close_session(other, reason, at=at(second), source=source or f"pod-{second}")
            changes.append(session_change(other, after))
            other = after
        assert changes.count(SessionChange.ENDED) == 1
        assert other == session


@trace(18, "dograh-hq/dograh#709")
class TestRemovedReason:
    """a live session becomes `closed` whatever the reason."""

    ALL = (
        "voicemail_detected",
        "silence_timeout",
        "max_call_duration",
        "participant_left",
        "pipeline_exit",
        "user_requested",
        "agent_initiated",
        "resolved",
        "unresolved",
        "abandoned",
        "escalated",
        "handoff_resolved",
        "transferred",
        "error",
        "unknown",
        "callee_busy",
        "callee_no_answer",
        "callee_unavailable",
        "callee_declined",
        "callee_not_found",
        "sip_failed",
        "unknown_reason",
        "client_initiated",
        "duplicate_identity",
        "server_shutdown",
        "participant_removed",
        "room_deleted",
        "state_mismatch",
        "join_failure",
        "migration",
        "signal_close",
        "room_closed",
        "user_unavailable",
        "user_rejected",
        "sip_trunk_failure",
        "connection_timeout",
        "media_failure",
        "agent_error",
        "dispatch_failed",
        "token_mint_failed",
        "sip_dial_failed",
        "participant_join_timeout",
        "setup_error",
        "stale_routing",
        "superseded",
        "duplicate_dispatch",
    )

    def test_all_46_are_there(self):
        """a live session becomes `closed` whatever the reason."""
        assert len(self.ALL) == 46
        assert tuple(reason.value for reason in R) == self.ALL
        assert tuple(reason.name.lower() for reason in R) == self.ALL

    @pytest.mark.parametrize("word", ALL)
    def test_each_can_be_hung_up_with(self, word):
        """a live session becomes `closed` whatever the reason."""
        assert close_session(start_session(), word).ending.reason.value == word
        assert restore_session("closed", reason=word).ending.reason.value == word

    def test_a_word_of_another_release_does_not_crash_the_hang_up(self):
        """`reason` an enum member, text (coerced, raw kept) or `None`"""
        session = close_session(start_session(), "user_idle_max_duration_exceeded", at=at(5))
        assert session.status is SessionStatus.CLOSED
        assert session.ending.winner.raw == "user_idle_max_duration_exceeded"
        assert restore_session("closed", reason="gone_in_v9").ending.winner.raw == "gone_in_v9"


@trace(20, "cobuildwithus/murph PR#1363")
def test_a_transferred_call_lives_until_its_leg_ends():
    """`transferred` is claimed only once the call is bridged"""
    session = apply_event(start_session(at=NOON), SessionEvent.TRANSFER, at=at(20))
    assert session.status is SessionStatus.TRANSFERRED
    assert sl.is_live(session.status)
    assert session.ending is None
    # It may fail and come back.
    assert apply_event(session, SessionEvent.RETURN_TO_AGENT).status is SessionStatus.ACTIVE
    reports = (
        Report("answer", 0, "worker"),
        Report("transfer", 20, "worker"),
        Report("transferred", 300, "sip"),
        Report("participant_left", 299, "room"),
        Report("agent_initiated", 25, "worker"),
    )
    for order in itertools.permutations([step_of(report, True) for report in reports[:2]]):
        assert replay(order).session.status is SessionStatus.TRANSFERRED
    for order in itertools.permutations([claim_of(report, True) for report in reports[2:]]):
        ended = session
        for one in order:
            ended = apply_claim(ended, one)
        assert ended.ending.reason is R.TRANSFERRED
        assert ended.ending.outcome == "transferred"


@trace(21, "livekit/agents")
class TestAllJudgesRaise:
    """`failed = total - succeeded - pending`, whatever else the status says (failed, errored,
    cancelled, a word from next year)."""

    # Every judge raised, and all three of its summaries were true.

    @pytest.mark.parametrize("status", ["errored", "failed", "crashed", None])
    @pytest.mark.parametrize("scores", [[], None, [SimpleNamespace(passed=None)]])
    def test_a_judge_that_raised_did_not_pass(self, status, scores):
        """`failed = total - succeeded - pending`, whatever else the status says (failed, errored,
        cancelled, a word from next year)."""
        runs = [SimpleNamespace(status=status, is_critical=True, scores=scores)] * 3
        rollup = sl.rollup_eval_runs(runs)
        assert (rollup.succeeded, rollup.failed) == (0, 3)
        assert rollup.eval_status == "failed"
        assert sl.eval_outcome_counts(runs)["errored"] == 3

    def test_nothing_was_measured(self):
        """That is a trap for a gate, so: `rollup_eval_runs(runs, require_scores=True)` counts it as
        failed, and `eval_outcome_counts(runs)` shows it as `no_verdict`."""

        class Raises:
            @property
            def passed(self):
                raise RuntimeError("the judge raised")

        for scores in ([Raises()], [SimpleNamespace(passed=None)], [SimpleNamespace(passed=1)]):
            runs = [SimpleNamespace(status="completed", is_critical=True, scores=scores)] * 3
            assert sl.rollup_eval_runs(runs).eval_status == "failed"
            assert sl.eval_outcome_counts(runs)["no_verdict"] == 3
        runs = [SimpleNamespace(status="completed", is_critical=True, scores=[])] * 3
        assert sl.rollup_eval_runs(runs, require_scores=True).eval_status == "failed"
        assert sl.eval_outcome_counts(runs)["no_verdict"] == 3
        assert sl.rollup_eval_runs([]).eval_status == "none"


# ------------------------------------------------------------------------ traps in public code


class TestTraps:
    """`raw` the word that could not be coerced."""

    @pytest.mark.parametrize("word", ["silence_timeout", "max_call_duration"])
    def test_a_person_who_answered_is_not_redialled(self, word):
        """`Ending` has `winner` (the claim), its `reason`, `status`, `outcome`, `source`"""
        ending = close_session(start_session(), word).ending
        assert reason_traits(ending.reason).redial == "not_applicable"
        assert ending.outcome == "undetermined"
        # Nor because the room closed behind it.
        for echo in ("room_deleted", "participant_left", "client_initiated"):
            claims = [claim_of(Report(w, s, ""), True) for w, s in ((word, 60), (echo, 61))]
            for order in itertools.permutations(claims):
                assert reason_traits(settle(order).reason).redial == "not_applicable"

    def test_no_conversation_is_redialled(self):
        """`Ending` has `winner` (the claim), its `reason`, `status`, `outcome`, `source`"""
        for reason in R:
            row = reason_traits(reason)
            if row.redial in ("now", "later"):
                assert row.outcome == "unreached"
        assert reason_traits(R.UNKNOWN).redial == "ask"
        assert reason_traits(R.UNKNOWN).outcome == "undetermined"

    @pytest.mark.parametrize("word", ["completed", "complete", "success", "ended", "finished"])
    def test_completed_is_no_success(self, word):
        """`raw` the word that could not be coerced."""
        ending = close_session(start_session(), word).ending
        assert (ending.reason, ending.outcome) == (R.UNKNOWN, "undetermined")
        assert ending.winner.raw == word

    def test_voicemail_is_no_no_answer(self):
        """Higher rank wins."""
        for word in ("voicemail", "machine", "answering_machine", "machine_end_beep"):
            assert coerce_termination_reason(word) is R.UNKNOWN
        machine = claim_of(Report("voicemail_detected", 20, "detector"), True)
        for word in ("participant_left", "agent_initiated", "silence_timeout"):
            other = claim_of(Report(word, 12, "worker"), True)
            for order in itertools.permutations([machine, other]):
                assert settle(order).reason is R.VOICEMAIL_DETECTED
        # Somebody's machine answered, so that it was a conversation's place that it was found in.
        assert reason_traits(R.VOICEMAIL_DETECTED).phase == "conversation"
        assert reason_traits(R.CALLEE_NO_ANSWER).phase == "setup"

    @pytest.mark.parametrize(
        "word",
        ["do_not_call", "do-not-call", "DNC", "on_dnc_list", "carrier_blocked", "spam_block"],
    )
    def test_a_flag_or_a_block_is_neither_busy_nor_a_refusal(self, word):
        """`raw` the word that could not be coerced."""
        ending = close_session(start_session(SessionStatus.QUEUED), word).ending
        assert ending.reason is R.UNKNOWN
        assert ending.winner.raw == word
        assert reason_traits(ending.reason).redial == "ask"

    @pytest.mark.parametrize("code", [480, "480", "SIP 480", "sip-480", 18, 19, 20, "20"])
    def test_a_number_means_nothing_without_its_vendor(self, code):
        """`raw` the word that could not be coerced."""
        session = close_session(start_session(SessionStatus.QUEUED), code)
        assert session.ending.reason is R.UNKNOWN
        assert session.ending.winner.raw == str(code)

    def test_user_initiated_is_the_developers_code(self):
        """`raw` the word that could not be coerced."""
        for word in ("user_initiated", "UserInitiated", "CloseReason.USER_INITIATED"):
            assert coerce_termination_reason(word) is R.UNKNOWN
        # Even where it reads as ours, it does not say that the caller acted.
        assert reason_traits(R.USER_REQUESTED).actor == "unknown"

    @pytest.mark.parametrize(
        "word",
        [
            "pipeline-error-llm-failed",
            "call.in-progress.error-transport",
            "assistant-not-found",
            "customer-busy",
            "customer-did-not-answer",
            "twilio-failed-to-connect-call",
            "error_of_nobody",
            "no-error",
        ],
    )
    def test_no_word_is_read_by_a_part_of_it(self, word):
        """`raw` the word that could not be coerced."""
        ending = close_session(start_session(), word).ending
        assert ending.reason is R.UNKNOWN
        assert ending.winner.raw == word


def test_every_row_that_concerns_the_core_is_here():
    """Neither first-writer-wins nor last-writer-wins is right (`traces.md` 1 to 10)."""
    assert sorted(TOLD) == list(range(1, 23))
