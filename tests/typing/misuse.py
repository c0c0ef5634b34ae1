"""Mistakes that a type checker must catch.

Never executed. `tests/test_typing.py` has mypy and pyright read it, and checks that they report the
lines marked `# error`, every one of them and no other. A line marked `# error: mypy` or
`# error: pyright` is one that only this checker sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, assert_never

from session_lifecycle import (
    REASON_TRAITS,
    SETTLEMENT_ORDER,
    TERMINAL_STATUSES,
    TRANSITION_RULES,
    TRANSITIONS,
    AuditCode,
    AuditFinding,
    EndActor,
    EndClaim,
    EndFault,
    Ending,
    EndOutcome,
    EndPhase,
    EvalOutcome,
    EvalRollup,
    EvalStatus,
    HistoryStep,
    IllegalTransitionError,
    ReasonReading,
    ReasonTraits,
    RedialAdvice,
    Session,
    SessionChange,
    SessionEvent,
    SessionHistory,
    SessionStatus,
    SessionTerminationReason,
    SettlementRow,
    Transition,
    TransitionRule,
    TransitionVerdict,
    UnknownReasonError,
    allowed_events,
    apply_claim,
    apply_event,
    audit_history,
    can_apply,
    claim_rank,
    close_session,
    coerce_session_status,
    coerce_termination_reason,
    eval_outcome_counts,
    eval_run_outcome,
    eval_status_bounds,
    is_live,
    is_terminal,
    latest_attempts,
    merge_rollups,
    next_status,
    parse_session_status,
    parse_termination_reason,
    read_termination_reason,
    reason_traits,
    replace_run,
    replay,
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
from session_lifecycle import UnknownReasonErorr as misspelt  # error
from session_lifecycle.crosswalk import drift, translate, translate_call, vocabulary

print(misspelt)  # error: pyright

# --- values are immutable ------------------------------------------------------------------------


def assigning(
    claim: EndClaim,
    ending: Ending,
    session: Session,
    rollup: EvalRollup,
    step: HistoryStep,
    at: datetime,
) -> None:
    claim.reason = SessionTerminationReason.ERROR  # error
    claim.at = at  # error
    claim.raw = None  # error
    claim.note = "no such attribute"  # error
    ending.at = at  # error
    ending.claims = (claim,)  # error
    ending.winner = claim  # error
    ending.status = SessionStatus.CLOSED  # error
    session.status = SessionStatus.CLOSED  # error
    session.ending = None  # error
    session.ended_at = at  # error
    rollup.total = 1  # error
    rollup.total += 1  # error
    rollup.eval_status = EvalStatus.PASSED  # error
    step.event = SessionEvent.CLOSE  # error
    del claim.reason  # error: pyright
    del ending.winner  # error: pyright
    del session.status  # error: pyright


def assigning_to_rows(
    traits: ReasonTraits,
    answer: Transition,
    rule: TransitionRule,
    row: SettlementRow,
    reading: ReasonReading,
    history: SessionHistory,
    finding: AuditFinding,
) -> None:
    traits.redial = RedialAdvice.NOW  # error
    answer.after = SessionStatus.ACTIVE  # error
    rule.sources = ()  # error
    rule.sources.append(SessionStatus.CLOSED)  # error
    row.lag = 0  # error
    reading.raw = ""  # error
    history.entries.append(finding)  # error
    finding.code = AuditCode.ILLEGAL_EDGE  # error
    traits[1] = EndActor.AGENT  # error


def assigning_to_tables(traits: ReasonTraits, rule: TransitionRule, answer: Transition) -> None:
    REASON_TRAITS[SessionTerminationReason.ERROR] = traits  # error
    TRANSITION_RULES[SessionEvent.RING] = rule  # error
    TRANSITIONS[SessionStatus.ACTIVE][SessionEvent.RING] = answer  # error
    del TRANSITION_RULES[SessionEvent.RING]  # error
    REASON_TRAITS.pop(SessionTerminationReason.ERROR)  # error
    TERMINAL_STATUSES.add(SessionStatus.TRANSFERRED)  # error
    SETTLEMENT_ORDER.append(SETTLEMENT_ORDER[0])  # error
    SessionStatus.ACTIVE = SessionStatus.CLOSED  # error


# --- a word is not a text, and not a word of another vocabulary ----------------------------------


def texts_for_words(session: Session, event: SessionEvent, text: str) -> None:
    next_status("ringing", event)  # error
    next_status(session.status, "answer")  # error
    transition(text, event)  # error
    can_apply(session.status, text)  # error
    is_terminal("closed")  # error
    is_live(text)  # error
    allowed_events("active")  # error
    source_statuses("close")  # error
    shortest_path("queued", SessionStatus.CLOSED)  # error
    status_change_events(session.status, text)  # error
    reason_traits("error")  # error
    start_session("ringing")  # error
    apply_event(session, "answer")  # error
    Session("active")  # error
    EndClaim("room_deleted")  # error
    EndClaim(SessionTerminationReason.ERROR, status="closed")  # error
    TRANSITIONS["active"]  # error
    # What a column may hold is text here; an integer is not.
    restore_session(text, reason=text)
    restore_session(5)  # error
    close_session(session, 5)  # error


def words_of_another_vocabulary(session: Session, claim: EndClaim) -> None:
    next_status(SessionEvent.ANSWER, SessionStatus.RINGING)  # error
    source_statuses(SessionStatus.CLOSED)  # error
    reason_traits(SessionStatus.ERROR)  # error
    EndClaim(SessionStatus.CLOSED)  # error
    EndClaim(claim.reason, status=SessionTerminationReason.SUPERSEDED)  # error
    apply_event(session, SessionStatus.CLOSED)  # error
    apply_event(session, claim)  # error
    apply_claim(session, SessionTerminationReason.ERROR)  # error
    claim_rank(claim.reason)  # error
    session_change(session, session.status)  # error
    IllegalTransitionError(SessionEvent.RING, SessionEvent.RING)  # error


# Words of two vocabularies are texts, and equal where the texts are: "error" the reason is "error"
# the status. Pyright knows, and keeps quiet where two vocabularies share a text.
def comparing_what_is_not_comparable(
    session: Session,
    event: SessionEvent,
    outcome: EvalOutcome,
    headline: EvalStatus,
    reason: SessionTerminationReason,
) -> None:
    if session.status == SessionEvent.CLOSE:  # error
        print("an event is no status")
    if session.status is reason:  # error: mypy
        print("nor is a reason")
    if outcome == headline:  # error: mypy
        print("one run's outcome is not the session's headline")
    if transition(session.status, event) == TransitionVerdict.MOVED:  # error: mypy
        print("the whole answer is not its verdict")
    if session == SessionStatus.CLOSED:  # error: pyright
        print("a session is not its status")
    if event in TERMINAL_STATUSES:  # error: mypy
        print("events do not stand among statuses")
    if session.status == "actve":  # error: pyright
        print("misspelt")
    if session.status == "active":
        print("a word is equal to its own text")


def ordering(claim: EndClaim, ending: Ending, rollup: EvalRollup) -> None:
    print(claim < claim)  # error
    print(sorted([claim, claim]))  # error
    print(max(ending, ending))  # error
    print(rollup + rollup)  # error
    print(sum([rollup, rollup]))  # error


# --- what may be missing -------------------------------------------------------------------------


def forgetting_none(session: Session, claim: EndClaim, text: str, step: HistoryStep) -> None:
    print(session.ending.reason)  # error
    print(session.ended_at.isoformat())  # error
    print(claim.at.isoformat())  # error
    print(claim.raw.upper())  # error
    print(coerce_session_status(text).value)  # error
    print(is_live(coerce_session_status(text)))  # error
    print(len(shortest_path(session.status, SessionStatus.CLOSED)))  # error
    for event in shortest_path(session.status, SessionStatus.CLOSED):  # error
        print(event)
    print(step.claim.reason)  # error
    print(audit_history(replay([step]))[0].entry.step)  # error
    try:
        next_status(session.status, SessionEvent.RING)
    except IllegalTransitionError as error:
        print(error.event.value)  # error
    if session.ending is not None:
        print(session.ending.reason)


def naming_the_wrong_type(session: Session, event: SessionEvent, text: str) -> None:
    status: SessionStatus = coerce_session_status(text)  # error
    answer: SessionStatus = transition(session.status, event)  # error
    moved: SessionStatus = apply_event(session, event)  # error
    may: list[SessionEvent] = allowed_events(session.status)  # error
    reason: SessionTerminationReason = read_termination_reason(text)  # error
    maybe: SessionStatus = parse_termination_reason(text)  # error
    passed: bool = rollup_eval_runs([]).eval_status  # error
    counts: dict[str, int] = eval_outcome_counts([])  # error
    headline: EvalStatus = eval_status_bounds(EvalRollup())  # error
    worst, best, middle = eval_status_bounds(EvalRollup())  # error
    entries: tuple[HistoryStep, ...] = replay([]).entries  # error
    change: bool = session_change(session, session)  # error
    print(status, answer, moved, may, reason, maybe, passed, counts, headline, entries, change)
    print(worst, best, middle)  # error: pyright
    print(read_termination_reason(text).raw.upper())  # error
    print(parse_session_status(text).reason)  # error
    print(coerce_termination_reason(text).status)  # error
    print(SessionStatus.ENDED)  # error
    print(SessionTerminationReason.COMPLETED)  # error


# --- arguments -----------------------------------------------------------------------------------


def forgetting_arguments(session: Session, reason: SessionTerminationReason) -> None:
    next_status(session.status)  # error
    transition()  # error
    settle()  # error
    apply_event(session)  # error
    apply_claim(session)  # error
    close_session()  # error
    restore_session()  # error
    coerce_termination_reason()  # error
    session_change(session)  # error
    EndClaim()  # error
    Session()  # error
    Ending()  # error
    Transition(session.status, SessionEvent.RING)  # error
    ReasonTraits(reason, EndActor.AGENT, EndPhase.ANY, EndOutcome.VOID, EndFault.NONE)  # error
    SettlementRow(SETTLEMENT_ORDER[0].rank, reason)  # error
    UnknownReasonError()  # error


def keyword_only(
    session: Session, claim: EndClaim, history: SessionHistory, at: datetime, rollup: EvalRollup
) -> None:
    settle([claim], at)  # error
    start_session(SessionStatus.ACTIVE, at)  # error
    restore_session(SessionStatus.CLOSED, claim.reason)  # error
    apply_event(session, SessionEvent.CLOSE, at)  # error
    close_session(session, claim.reason, at)  # error
    replay([], True)  # error
    audit_history(history, at)  # error
    rollup_eval_runs([], True)  # error
    eval_outcome_counts([], True)  # error
    replace_run(rollup, None, None, True)  # error


def arguments_of_another_kind(
    session: Session, claim: EndClaim, rollup: EvalRollup, at: datetime
) -> None:
    settle(claim)  # error
    settle([claim.reason])  # error
    settle([claim], not_before="2026-11-23")  # error
    EndClaim(claim.reason, "2026-11-23T12:00:00Z")  # error
    EndClaim(claim.reason, 1_700_000_000)  # error
    EndClaim(claim.reason, at, None)  # error
    EndClaim(claim.reason, note="what for?")  # error
    Session(SessionStatus.CLOSED, claim)  # error
    Session(SessionStatus.CLOSED, closed_at=at)  # error
    HistoryStep(at, 5)  # error
    HistoryStep(at, claim=claim.reason)  # error
    EvalRollup("1")  # error
    EvalRollup(totals=1)  # error
    EvalRollup(eval_status=EvalStatus.PASSED)  # error
    merge_rollups(rollup)  # error
    apply_event(session, SessionEvent.CLOSE, reason=5)  # error
    apply_event(session, SessionEvent.CLOSE, ended_at=at)  # error
    replay([claim])  # error
    replay([SessionEvent.RING])  # error


# --- eval runs that are none ---------------------------------------------------------------------


class Score(NamedTuple):
    passed: bool | None


class Run(NamedTuple):
    status: str
    is_critical: bool
    scores: Sequence[Score] | None


class RunWithoutScores(NamedTuple):
    status: str
    is_critical: bool


class RunWithNumbers(NamedTuple):
    status: str
    is_critical: bool
    scores: Sequence[float]


class RunWithOneScore(NamedTuple):
    status: str
    is_critical: bool
    scores: float


def no_runs(
    run: Run, bare: RunWithoutScores, numbers: RunWithNumbers, one: RunWithOneScore
) -> None:
    eval_run_outcome(run)
    eval_run_outcome(bare)  # error
    eval_run_outcome(numbers)  # error
    eval_run_outcome(one)  # error
    eval_run_outcome({"status": "completed", "is_critical": True, "scores": []})  # error
    eval_run_outcome("completed")  # error
    rollup_eval_runs(run)  # error
    rollup_eval_runs([bare])  # error
    rollup_eval_runs(None)  # error
    latest_attempts([run])  # error
    latest_attempts([run], key=lambda one: one.status)  # error
    latest_attempts([run], key="status", order="started_at")  # error
    latest_attempts([bare], key=id, order=id)  # error


# --- classes that are closed, and matches that are not complete ----------------------------------


class LoudClaim(EndClaim):  # error
    pass


class MergedEnding(Ending):  # error
    pass


class BusySession(Session):  # error
    pass


class BigRollup(EvalRollup):  # error
    pass


class NamedStep(HistoryStep):  # error
    pass


class MoreReasons(SessionTerminationReason):  # error
    POWER_CUT = "power_cut"


def incomplete(status: SessionStatus, change: SessionChange, verdict: TransitionVerdict) -> None:
    match status:
        case SessionStatus.QUEUED | SessionStatus.RINGING | SessionStatus.ACTIVE:
            pass
        case _:
            assert_never(status)  # error
    match change:
        case SessionChange.UNCHANGED | SessionChange.MOVED | SessionChange.ENDED:
            pass
        case SessionChange.CORRECTED:
            pass
        case _:
            assert_never(change)  # error
    if verdict is TransitionVerdict.MOVED or verdict is TransitionVerdict.ALREADY:
        print("done")
    elif verdict is TransitionVerdict.LATE:
        print("too late")
    else:
        assert_never(verdict)  # error


def matching_what_is_not_there(claim: EndClaim, session: Session) -> None:
    match claim:
        case EndClaim(outcome=outcome):  # error
            print(outcome)
        case _:
            pass
    match session:
        case Session(ending=EndClaim()):  # error: pyright
            print("an ending is not a claim")
        case _:
            pass


# --- vendors' words ------------------------------------------------------------------------------


def misused_words_of_vendors(at: datetime) -> None:
    found = translate("livekit", 5)
    translate("livekit")  # error
    translate(5, "livekit")  # error
    translate("livekit", 5, "disconnect_reason")  # error
    found.reason = SessionTerminationReason.ERROR  # error
    print(found.meaning)  # error
    found.claim("now")  # error
    apply_claim(start_session(), found.claim(at))  # error
    translate_call("twilio", "completed")  # error
    print(vocabulary("livekit").fields["disconnect_reason"])  # error
    drift("livekit", 5)  # error
