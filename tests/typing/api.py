"""What a user's type checker sees: every public name, attribute and parameter.

Never executed. `tests/test_typing.py` has mypy and pyright read it, and checks that it leaves no
public name and no public attribute out.
"""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, assert_never, assert_type

import attrs

from session_lifecycle import (
    EMPTY_ROLLUP,
    INITIAL_STATUSES,
    LIVE_STATUSES,
    REASON_ALIASES,
    REASON_TRAITS,
    SETTLEMENT_ORDER,
    SETTLEMENT_RANKS,
    TERMINAL_STATUSES,
    TRAIT_LAWS,
    TRANSITION_RULES,
    TRANSITIONS,
    AuditCode,
    AuditFinding,
    ClaimRank,
    CoercionVia,
    EndActor,
    EndClaim,
    EndFault,
    Ending,
    EndOutcome,
    EndPhase,
    EvalOutcome,
    EvalRollup,
    EvalRunLike,
    EvalRunStatus,
    EvalScoreLike,
    EvalStatus,
    HistoryEntry,
    HistoryStep,
    IllegalTransitionError,
    ReasonAlias,
    ReasonReading,
    ReasonTraits,
    RedialAdvice,
    RollupError,
    Session,
    SessionChange,
    SessionDirection,
    SessionEvent,
    SessionHistory,
    SessionLifecycleError,
    SessionPriority,
    SessionStatus,
    SessionTerminationReason,
    SessionType,
    SettlementRank,
    SettlementRow,
    TraitLaw,
    Transition,
    TransitionRule,
    TransitionVerdict,
    TranslationGrade,
    UnknownEventError,
    UnknownReasonError,
    UnknownStatusError,
    __version__,
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
    parse_session_event,
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
from session_lifecycle.crosswalk import (
    FieldKind,
    Translation,
    UnknownVendorError,
    UnlistedCode,
    VconDisposition,
    VendorField,
    VendorVocabulary,
    drift,
    to_vcon,
    translate,
    translate_call,
    vendors,
    vocabulary,
)

VERSION: str = __version__
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

# --- 1. Vocabulary: each match is complete, so that a lost or a new member shows here ------------


def every_reason(reason: SessionTerminationReason) -> None:
    R = SessionTerminationReason
    match reason:
        case R.VOICEMAIL_DETECTED | R.SILENCE_TIMEOUT | R.MAX_CALL_DURATION | R.PARTICIPANT_LEFT:
            pass
        case R.PIPELINE_EXIT | R.USER_REQUESTED | R.AGENT_INITIATED | R.RESOLVED | R.UNRESOLVED:
            pass
        case R.ABANDONED | R.ESCALATED | R.HANDOFF_RESOLVED | R.TRANSFERRED | R.ERROR | R.UNKNOWN:
            pass
        case R.CALLEE_BUSY | R.CALLEE_NO_ANSWER | R.CALLEE_UNAVAILABLE | R.CALLEE_DECLINED:
            pass
        case R.CALLEE_NOT_FOUND | R.SIP_FAILED | R.UNKNOWN_REASON | R.CLIENT_INITIATED:
            pass
        case R.DUPLICATE_IDENTITY | R.SERVER_SHUTDOWN | R.PARTICIPANT_REMOVED | R.ROOM_DELETED:
            pass
        case R.STATE_MISMATCH | R.JOIN_FAILURE | R.MIGRATION | R.SIGNAL_CLOSE | R.ROOM_CLOSED:
            pass
        case R.USER_UNAVAILABLE | R.USER_REJECTED | R.SIP_TRUNK_FAILURE | R.CONNECTION_TIMEOUT:
            pass
        case R.MEDIA_FAILURE | R.AGENT_ERROR | R.DISPATCH_FAILED | R.TOKEN_MINT_FAILED:
            pass
        case R.SIP_DIAL_FAILED | R.PARTICIPANT_JOIN_TIMEOUT | R.SETUP_ERROR | R.STALE_ROUTING:
            pass
        case R.SUPERSEDED | R.DUPLICATE_DISPATCH:
            assert_type(
                reason,
                Literal[
                    SessionTerminationReason.SUPERSEDED,
                    SessionTerminationReason.DUPLICATE_DISPATCH,
                ],
            )
        case _:
            assert_never(reason)


def every_status(status: SessionStatus) -> str:
    match status:
        case SessionStatus.QUEUED | SessionStatus.RINGING:
            return "waits"
        case SessionStatus.ACTIVE | SessionStatus.PAUSED | SessionStatus.TRANSFERRED:
            return "talks"
        case SessionStatus.WAITING_FOR_HUMAN | SessionStatus.AWAITING_APPROVAL:
            return "wants a person"
        case SessionStatus.CLOSED | SessionStatus.EXPIRED:
            return "ended"
        case SessionStatus.ERROR:
            return "failed"
        case SessionStatus.SUPERSEDED:
            return "was another"
        case _:
            assert_never(status)


def every_event(event: SessionEvent) -> None:
    E = SessionEvent
    match event:
        case E.RING | E.ANSWER | E.PAUSE | E.RESUME | E.REQUEST_HUMAN | E.REQUEST_APPROVAL:
            pass
        case E.APPROVE | E.DENY | E.TRANSFER | E.RETURN_TO_AGENT:
            pass
        case E.CLOSE | E.EXPIRE | E.FAIL | E.SUPERSEDE:
            pass
        case _:
            assert_never(event)


def every_word_about_a_session(
    priority: SessionPriority, direction: SessionDirection, kind: SessionType
) -> None:
    match priority:
        case SessionPriority.LOW | SessionPriority.NORMAL:
            pass
        case SessionPriority.HIGH | SessionPriority.URGENT:
            pass
        case _:
            assert_never(priority)
    match direction:
        case SessionDirection.INBOUND | SessionDirection.OUTBOUND:
            pass
        case _:
            assert_never(direction)
    match kind:
        case SessionType.LIVE | SessionType.TEST | SessionType.SIMULATION:
            pass
        case _:
            assert_never(kind)


def every_word_about_evals(run: EvalRunStatus, headline: EvalStatus, outcome: EvalOutcome) -> None:
    match run:
        case EvalRunStatus.QUEUED | EvalRunStatus.PENDING | EvalRunStatus.RUNNING:
            pass
        case EvalRunStatus.COMPLETED | EvalRunStatus.FAILED | EvalRunStatus.ERRORED:
            pass
        case _:
            assert_never(run)
    match headline:
        case EvalStatus.NONE | EvalStatus.PENDING | EvalStatus.PASSED | EvalStatus.FAILED:
            pass
        case _:
            assert_never(headline)
    match outcome:
        case EvalOutcome.PENDING | EvalOutcome.PASSED | EvalOutcome.FAILED:
            pass
        case EvalOutcome.NO_VERDICT | EvalOutcome.ERRORED:
            pass
        case _:
            assert_never(outcome)


def every_word_of_the_traits(
    actor: EndActor, phase: EndPhase, outcome: EndOutcome, fault: EndFault, redial: RedialAdvice
) -> None:
    match actor:
        case EndActor.AGENT | EndActor.PARTICIPANT | EndActor.OPERATOR | EndActor.POLICY:
            pass
        case EndActor.PLATFORM | EndActor.CARRIER | EndActor.ROUTER | EndActor.UNKNOWN:
            pass
        case _:
            assert_never(actor)
    match phase:
        case EndPhase.SETUP | EndPhase.CONVERSATION | EndPhase.ANY:
            pass
        case _:
            assert_never(phase)
    match outcome:
        case EndOutcome.RESOLVED | EndOutcome.UNRESOLVED | EndOutcome.ABANDONED:
            pass
        case EndOutcome.ESCALATED | EndOutcome.TRANSFERRED | EndOutcome.UNREACHED:
            pass
        case EndOutcome.VOID | EndOutcome.UNDETERMINED:
            pass
        case _:
            assert_never(outcome)
    match fault:
        case EndFault.NONE | EndFault.AGENT | EndFault.PLATFORM:
            pass
        case EndFault.CARRIER | EndFault.UNKNOWN:
            pass
        case _:
            assert_never(fault)
    match redial:
        case RedialAdvice.LATER | RedialAdvice.NOW:
            pass
        case RedialAdvice.NEVER | RedialAdvice.ASK | RedialAdvice.NOT_APPLICABLE:
            pass
        case _:
            assert_never(redial)


def every_word_of_an_answer(
    verdict: TransitionVerdict,
    rank: ClaimRank,
    via: CoercionVia,
    change: SessionChange,
    grade: TranslationGrade,
    code: AuditCode,
) -> None:
    match verdict:
        case TransitionVerdict.MOVED | TransitionVerdict.ALREADY | TransitionVerdict.LATE:
            pass
        case TransitionVerdict.ILLEGAL:
            pass
        case _:
            assert_never(verdict)
    match rank:
        case ClaimRank.HUMAN | ClaimRank.DIALLED | ClaimRank.BRIDGED | ClaimRank.CAUSE:
            pass
        case ClaimRank.FOREIGN | ClaimRank.ECHO | ClaimRank.SILENT:
            pass
        case _:
            assert_never(rank)
    match via:
        case CoercionVia.EXACT | CoercionVia.NORMALIZED | CoercionVia.ALIAS:
            pass
        case CoercionVia.ABSENT | CoercionVia.UNRECOGNIZED:
            pass
        case _:
            assert_never(via)
    match change:
        case SessionChange.UNCHANGED | SessionChange.MOVED | SessionChange.ENDED:
            pass
        case SessionChange.CORRECTED | SessionChange.REFINED:
            pass
        case _:
            assert_never(change)
    match grade:
        case TranslationGrade.EXACT | TranslationGrade.BROADER | TranslationGrade.NARROWER:
            pass
        case TranslationGrade.AMBIGUOUS | TranslationGrade.NOT_AN_END | TranslationGrade.UNLISTED:
            pass
        case _:
            assert_never(grade)
    match code:
        case AuditCode.ILLEGAL_EDGE | AuditCode.REVIVED_AFTER_END | AuditCode.END_MOVED_LATER:
            pass
        case AuditCode.ENDED_WITHOUT_START | AuditCode.LIVE_PAST_DEADLINE:
            pass
        case AuditCode.UNKNOWN_STATUS | AuditCode.UNKNOWN_REASON | AuditCode.DECISION_TOO_LATE:
            pass
        case _:
            assert_never(code)


def words_are_text(status: SessionStatus, reason: SessionTerminationReason) -> None:
    text: str = status
    texts: list[str] = [status, reason, status.value, status.name]
    assert_type(SessionStatus("active"), SessionStatus)
    assert_type(SessionStatus["ACTIVE"], SessionStatus)
    assert_type(list(SessionTerminationReason), list[SessionTerminationReason])
    print(text, texts, f"{status}")


# --- 2. Reason traits ----------------------------------------------------------------------------


def traits(reason: SessionTerminationReason) -> None:
    row = reason_traits(reason)
    assert_type(row, ReasonTraits)
    assert_type(reason_traits(reason=reason), ReasonTraits)
    assert_type(row.reason, SessionTerminationReason)
    assert_type(row.actor, EndActor)
    assert_type(row.phase, EndPhase)
    assert_type(row.outcome, EndOutcome)
    assert_type(row.fault, EndFault)
    assert_type(row.status, SessionStatus)
    assert_type(row.redial, RedialAdvice)
    _, actor, phase, outcome, fault, status, redial = row
    assert_type(ReasonTraits(reason, actor, phase, outcome, fault, status, redial), ReasonTraits)
    assert_type(REASON_TRAITS, Mapping[SessionTerminationReason, ReasonTraits])
    assert_type(REASON_TRAITS[reason].redial, RedialAdvice)
    assert_type(TRAIT_LAWS, tuple[TraitLaw, ...])
    law = TRAIT_LAWS[0]
    assert_type(law.when, str)
    assert_type(law.among, frozenset[str])
    assert_type(law.then, str)
    assert_type(law.within, frozenset[str])
    assert_type(law.holds(row), bool)


# --- 3. Coercion ---------------------------------------------------------------------------------


def coercion(anything: object, text: str | None) -> None:
    assert_type(coerce_termination_reason(anything), SessionTerminationReason)
    assert_type(coerce_termination_reason(value=text), SessionTerminationReason)
    assert_type(parse_termination_reason(anything), SessionTerminationReason)
    assert_type(parse_termination_reason(value=text), SessionTerminationReason)
    reading = read_termination_reason(anything)
    assert_type(reading, ReasonReading)
    assert_type(read_termination_reason(value=text), ReasonReading)
    assert_type(reading.reason, SessionTerminationReason)
    assert_type(reading.raw, object)
    assert_type(reading.via, CoercionVia)
    match reading:
        case ReasonReading(reason, str() as word, CoercionVia.UNRECOGNIZED):
            assert_type(reason, SessionTerminationReason)
            assert_type(word, str)
        case ReasonReading(via=via):
            assert_type(via, CoercionVia)

    status = coerce_session_status(anything)
    assert_type(status, SessionStatus | None)
    if status is not None:
        assert_type(status, SessionStatus)
    assert_type(coerce_session_status(value=text), SessionStatus | None)
    assert_type(parse_session_status(anything), SessionStatus)
    assert_type(parse_session_status(value=text), SessionStatus)
    assert_type(parse_session_event(anything), SessionEvent)
    assert_type(parse_session_event(value=text), SessionEvent)

    assert_type(REASON_ALIASES, Mapping[str, ReasonAlias])
    alias = REASON_ALIASES["disconnect_reason_room_deleted"]
    assert_type(alias.alias, str)
    assert_type(alias.reason, SessionTerminationReason)
    assert_type(alias.seen, str)
    assert_type(alias.date, str)


# --- 4. State machine ----------------------------------------------------------------------------


def machine(status: SessionStatus, event: SessionEvent) -> None:
    assert_type(next_status(status, event), SessionStatus)
    assert_type(next_status(status=status, event=event), SessionStatus)
    assert_type(can_apply(status, event), bool)
    assert_type(can_apply(status=status, event=event), bool)
    assert_type(allowed_events(status), tuple[SessionEvent, ...])
    assert_type(source_statuses(event), tuple[SessionStatus, ...])
    assert_type(shortest_path(status, SessionStatus.CLOSED), tuple[SessionEvent, ...] | None)
    assert_type(shortest_path(start=status, goal=status), tuple[SessionEvent, ...] | None)
    assert_type(status_change_events(status, status), tuple[SessionEvent, ...])
    assert_type(status_change_events(old=status, new=status), tuple[SessionEvent, ...])
    assert_type(is_terminal(status), bool)
    assert_type(is_live(status), bool)

    answer = transition(status, event)
    assert_type(answer, Transition)
    assert_type(transition(status=status, event=event), Transition)
    assert_type(answer.before, SessionStatus)
    assert_type(answer.event, SessionEvent)
    assert_type(answer.after, SessionStatus)
    assert_type(answer.verdict, TransitionVerdict)
    assert_type(answer.allowed, tuple[SessionEvent, ...])
    match answer:
        case Transition(verdict=TransitionVerdict.MOVED, after=after):
            assert_type(after, SessionStatus)
        case Transition(allowed=()):
            pass
        case Transition(allowed=allowed):
            assert_type(allowed[0], SessionEvent)

    assert_type(TRANSITIONS, Mapping[SessionStatus, Mapping[SessionEvent, Transition]])
    assert_type(TRANSITIONS[status][event], Transition)
    assert_type(TRANSITION_RULES, Mapping[SessionEvent, TransitionRule])
    rule = TRANSITION_RULES[event]
    assert_type(rule.event, SessionEvent)
    assert_type(rule.sources, tuple[SessionStatus, ...])
    assert_type(rule.target, SessionStatus)
    assert_type(INITIAL_STATUSES, frozenset[SessionStatus])
    assert_type(LIVE_STATUSES, frozenset[SessionStatus])
    assert_type(TERMINAL_STATUSES, frozenset[SessionStatus])


# --- 5. Endings, sessions, histories -------------------------------------------------------------


def claims(reason: SessionTerminationReason, status: SessionStatus, at: datetime | None) -> None:
    claim = EndClaim(reason)
    assert_type(claim, EndClaim)
    assert_type(EndClaim(reason, at, "worker", status, "operator-busy"), EndClaim)
    assert_type(EndClaim(reason=reason, at=at, source="", status=None, raw=None), EndClaim)
    assert_type(claim.reason, SessionTerminationReason)
    assert_type(claim.at, datetime | None)
    assert_type(claim.source, str)
    # `None` is asked for, and never what is kept.
    assert_type(claim.status, SessionStatus)
    assert_type(claim.raw, str | None)
    assert_type(claim_rank(claim), ClaimRank)
    assert_type(claim == claim, bool)
    assert_type({claim: 1}, dict[EndClaim, int])
    assert_type(copy.copy(claim), EndClaim)
    assert_type(copy.deepcopy(claim), EndClaim)
    assert_type(pickle.dumps(claim), bytes)
    assert_type(claim.__replace__(source="webhook"), EndClaim)
    if sys.version_info >= (3, 13):
        assert_type(copy.replace(claim, source="webhook"), EndClaim)

    assert_type(SETTLEMENT_ORDER, tuple[SettlementRow, ...])
    row = SETTLEMENT_ORDER[0]
    assert_type(row.rank, ClaimRank)
    assert_type(row.reason, SessionTerminationReason)
    assert_type(row.lag, int)
    assert_type(row.raw, bool | None)
    assert_type(SETTLEMENT_RANKS, Mapping[ClaimRank, SettlementRank])
    assert_type(SETTLEMENT_RANKS[row.rank].rank, ClaimRank)
    assert_type(SETTLEMENT_RANKS[row.rank].why, str)


def what_a_claim_says(claim: EndClaim) -> str:
    match claim:
        case EndClaim(reason=SessionTerminationReason.UNKNOWN, raw=str() as word):
            assert_type(word, str)
            return word
        case EndClaim(status=SessionStatus.ERROR, at=datetime() as at):
            assert_type(at, datetime)
            return at.isoformat()
        case EndClaim(at=None, source=source):
            assert_type(source, str)
            return source
        case EndClaim(reason=reason):
            assert_type(reason, SessionTerminationReason)
            return reason


def endings(claim: EndClaim, at: datetime | None) -> None:
    ending = settle([claim])
    assert_type(ending, Ending)
    assert_type(settle({claim}, not_before=at), Ending)
    assert_type(settle(claims=(one for one in (claim, claim))), Ending)
    assert_type(Ending([claim], at, not_before=at), Ending)
    assert_type(Ending(claims=(claim,), at=at), Ending)
    assert_type(ending.claims, tuple[EndClaim, ...])
    assert_type(ending.at, datetime | None)
    assert_type(ending.not_before, datetime | None)
    assert_type(ending.winner, EndClaim)
    assert_type(ending.reason, SessionTerminationReason)
    assert_type(ending.status, SessionStatus)
    assert_type(ending.outcome, EndOutcome)
    assert_type(ending.source, str)
    assert_type(ending.merge(ending), Ending)
    assert_type(ending.merge(other=ending), Ending)
    assert_type({ending}, set[Ending])


def sessions(status: SessionStatus, event: SessionEvent, text: str, claim: EndClaim) -> None:
    session = start_session()
    assert_type(session, Session)
    assert_type(start_session(SessionStatus.RINGING, at=NOON), Session)
    assert_type(start_session(status=status), Session)
    assert_type(Session(status, settle([claim]), NOON), Session)
    assert_type(Session(status=status, ending=None, started_at=None), Session)
    assert_type(session.status, SessionStatus)
    assert_type(session.ending, Ending | None)
    assert_type(session.started_at, datetime | None)
    assert_type(session.ended_at, datetime | None)
    assert_type({session}, set[Session])
    if session.ending is not None:
        assert_type(session.ending.reason, SessionTerminationReason)
    match session:
        case Session(ending=Ending(reason=reason)):
            assert_type(reason, SessionTerminationReason)
        case Session(ending=None, status=SessionStatus.RINGING):
            pass
        case Session(status=other):
            assert_type(other, SessionStatus)

    assert_type(restore_session(status), Session)
    assert_type(restore_session(text, reason=text, at=NOON, raw=text), Session)
    assert_type(restore_session(status, reason=claim.reason, claimed_at=None), Session)
    assert_type(restore_session(text, claimed_at=NOON, source=text, started_at=NOON), Session)
    # For a table without that column: said by leaving it out, or in so many words.
    assert_type(restore_session(text, claimed_at=...), Session)

    assert_type(apply_event(session, event), Session)
    assert_type(apply_event(session, event, at=NOON, reason=text, source=text, raw=text), Session)
    assert_type(apply_event(session=session, event=event, reason=claim.reason), Session)
    assert_type(apply_claim(session, claim), Session)
    assert_type(apply_claim(session=session, claim=claim), Session)
    assert_type(close_session(session), Session)
    assert_type(close_session(session, text, at=NOON, source=text), Session)
    assert_type(close_session(session=session, reason=claim.reason), Session)
    assert_type(session_change(session, session), SessionChange)
    assert_type(session_change(before=session, after=session), SessionChange)


def histories(claim: EndClaim, event: SessionEvent) -> None:
    step = HistoryStep(NOON, event, "worker", "id-1")
    assert_type(step, HistoryStep)
    assert_type(HistoryStep(None, claim), HistoryStep)
    assert_type(HistoryStep(NOON, "answered"), HistoryStep)
    assert_type(HistoryStep(at=NOON, claim=claim, party="p", connection="c"), HistoryStep)
    assert_type(HistoryStep(raw="hibernated", step_id=None, source=""), HistoryStep)
    assert_type(step.at, datetime | None)
    assert_type(step.event, SessionEvent | None)
    assert_type(step.source, str)
    assert_type(step.step_id, str | None)
    assert_type(step.claim, EndClaim | None)
    assert_type(step.party, str)
    assert_type(step.connection, str)
    assert_type(step.raw, str | None)

    history = replay([step])
    assert_type(history, SessionHistory)
    assert_type(replay(steps=(step, step), strict=True), SessionHistory)
    assert_type(history.start, Session)
    assert_type(history.entries, tuple[HistoryEntry, ...])
    assert_type(history.session, Session)
    entry = history.entries[0]
    assert_type(entry.step, HistoryStep)
    assert_type(entry.verdict, TransitionVerdict)
    assert_type(entry.before, SessionStatus)
    assert_type(entry.after, SessionStatus)
    assert_type(entry.change, SessionChange)
    assert_type(entry.note, str)

    findings = audit_history(history)
    assert_type(findings, tuple[AuditFinding, ...])
    findings = audit_history(history=history, now=NOON, deadline=timedelta(hours=1))
    for finding in findings:
        assert_type(finding.code, AuditCode)
        assert_type(finding.message, str)
        assert_type(finding.entry, HistoryEntry | None)


# --- 6. Eval rollup: whatever has the attributes will do -----------------------------------------


class PlainScore:
    def __init__(self, passed: bool | None) -> None:
        self.passed = passed


class PlainRun:
    """An ORM row: attributes that can be written, text for words, a list of rows."""

    status: str
    is_critical: bool | None
    scores: list[PlainScore]
    attempt: int


@attrs.frozen
class AttrsScore:
    passed: bool | None


@attrs.define
class AttrsRun:
    status: EvalRunStatus
    is_critical: bool = False
    scores: tuple[AttrsScore, ...] = ()


@dataclass(frozen=True)
class FrozenRun:
    status: EvalRunStatus | str
    is_critical: bool
    scores: Sequence[AttrsScore | PlainScore] | None


class TupleScore(NamedTuple):
    passed: bool | None
    name: str


class TupleRun(NamedTuple):
    status: EvalRunStatus
    is_critical: bool
    scores: frozenset[TupleScore]


class ComputedRun:
    """Properties will do as well."""

    @property
    def status(self) -> str:
        return "completed"

    @property
    def is_critical(self) -> bool:
        return True

    @property
    def scores(self) -> Iterable[EvalScoreLike]:
        yield TupleScore(True, "tone")


def runs_of_every_kind(plain: PlainRun, computed: ComputedRun) -> list[EvalRunLike]:
    return [
        plain,
        computed,
        AttrsRun(EvalRunStatus.COMPLETED, is_critical=True, scores=(AttrsScore(passed=True),)),
        FrozenRun("cancelled", is_critical=False, scores=None),
        TupleRun(EvalRunStatus.RUNNING, is_critical=False, scores=frozenset()),
    ]


def what_a_run_is_known_by(run: EvalRunLike) -> None:
    assert_type(run.status, object)
    assert_type(run.is_critical, object)
    assert_type(run.scores, Iterable[EvalScoreLike] | None)
    for score in run.scores or ():
        assert_type(score.passed, object)


def evals(runs: list[EvalRunLike], attempts: list[PlainRun], old: TupleRun) -> None:
    rollup = rollup_eval_runs(runs)
    assert_type(rollup, EvalRollup)
    assert_type(rollup_eval_runs(attempts, require_scores=True, strict=True), EvalRollup)
    assert_type(rollup_eval_runs(runs=(run for run in attempts)), EvalRollup)
    assert_type(EvalRollup(1, 1, 0, 0), EvalRollup)
    assert_type(EvalRollup(total=1, pending=1, critical_total=1, critical_pending=1), EvalRollup)
    assert_type(EvalRollup(succeeded=0, failed=0, critical_succeeded=0), EvalRollup)
    assert_type(EvalRollup(critical_failed=0), EvalRollup)
    assert_type(EMPTY_ROLLUP, EvalRollup)
    assert_type(rollup.total, int)
    assert_type(rollup.succeeded, int)
    assert_type(rollup.failed, int)
    assert_type(rollup.pending, int)
    assert_type(rollup.critical_total, int)
    assert_type(rollup.critical_succeeded, int)
    assert_type(rollup.critical_failed, int)
    assert_type(rollup.critical_pending, int)
    assert_type(rollup.eval_status, EvalStatus)
    assert_type({rollup}, set[EvalRollup])
    assert_type(merge_rollups([rollup, EMPTY_ROLLUP]), EvalRollup)
    assert_type(merge_rollups(rollups=iter([rollup])), EvalRollup)
    assert_type(eval_status_bounds(rollup), tuple[EvalStatus, EvalStatus])
    assert_type(replace_run(rollup, old, None), EvalRollup)
    assert_type(replace_run(rollup=rollup, old=None, new=old, require_scores=True), EvalRollup)
    assert_type(eval_run_outcome(old), EvalOutcome)
    assert_type(eval_run_outcome(run=old, strict=True), EvalOutcome)
    assert_type(eval_outcome_counts(attempts), dict[EvalOutcome, int])
    assert_type(eval_outcome_counts(runs=runs, strict=True), dict[EvalOutcome, int])
    # The runs come back as what they were.
    latest = latest_attempts(attempts, key=lambda run: run.status, order=lambda run: run.attempt)
    assert_type(latest, tuple[PlainRun, ...])


# --- 8. Errors -----------------------------------------------------------------------------------


def errors(value: object, status: SessionStatus, event: SessionEvent) -> None:
    try:
        parse_termination_reason(value)
    except UnknownReasonError as error:
        assert_type(error.value, object)
        assert_type(error.suggestions, tuple[str, ...])
    try:
        parse_session_status(value)
    except UnknownStatusError as error:
        assert_type(error.value, object)
        assert_type(error.suggestions, tuple[str, ...])
    try:
        parse_session_event(value)
    except UnknownEventError as error:
        assert_type(error.value, object)
        assert_type(error.suggestions, tuple[str, ...])
    try:
        next_status(status, event)
    except IllegalTransitionError as error:
        assert_type(error.status, SessionStatus)
        assert_type(error.event, SessionEvent | None)
        assert_type(error.allowed, tuple[SessionEvent, ...])
        assert_type(error.target, SessionStatus | None)
    expected_by_callers: list[ValueError] = [
        UnknownReasonError(value, ("error",)),
        UnknownStatusError(value, ("active",)),
        UnknownEventError(value=value, suggestions=()),
        UnknownVendorError(value=value, suggestions=()),
        IllegalTransitionError(status, event),
        IllegalTransitionError(status, None, (event,), target=status),
        RollupError("no such counts"),
    ]
    ours: list[SessionLifecycleError] = [UnknownReasonError(value), RollupError("no such counts")]
    print(expected_by_callers, ours)


# --- 9. Vendors' words ---------------------------------------------------------------------------


def words_of_vendors(code: object, at: datetime) -> None:
    found = translate("livekit", 5)
    assert_type(found, Translation)
    assert_type(translate(vendor="livekit", code=code, field="disconnect_reason"), Translation)
    assert_type(found.vendor, str)
    assert_type(found.code, str)
    assert_type(found.reason, SessionTerminationReason)
    assert_type(found.grade, TranslationGrade)
    assert_type(found.status, SessionStatus | None)
    assert_type(found.note, str)
    assert_type(found.retired, str | None)
    assert_type(found.field, str)
    assert_type(found.is_end, bool)
    assert_type(found.claim(), EndClaim | None)
    assert_type(found.claim(at=at, source="dialler"), EndClaim | None)
    assert_type(translate_call(), Translation)
    best = translate_call(
        vendor="twilio", code=code, status="completed", sip_status=486, q850_cause="17"
    )
    assert_type(best, Translation)


def vocabularies() -> None:
    assert_type(vendors(), tuple[str, ...])
    try:
        words = vocabulary(vendor="livekit")
    except UnknownVendorError as error:
        assert_type(error.value, object)
        assert_type(error.suggestions, tuple[str, ...])
        return
    assert_type(words, VendorVocabulary)
    assert_type(words.vendor, str)
    assert_type(words.title, str)
    assert_type(words.fields, tuple[VendorField, ...])
    assert_type(words.rows, tuple[Translation, ...])
    field = words.fields[0]
    assert_type(field.name, str)
    kind: FieldKind = field.kind
    assert_type(kind, FieldKind)
    texts: list[str] = [field.title, field.version, field.source, field.read]
    assert_type(field.rows, tuple[Translation, ...])
    assert_type(field.also, tuple[tuple[str, str], ...])
    counted: dict[str, int] = {"quantum": 2}
    assert_type(drift(vendor="livekit", seen_codes=["a", 5, None]), tuple[UnlistedCode, ...])
    assert_type(drift(words, counted, field="disconnect_reason"), tuple[UnlistedCode, ...])
    for one in drift(words, iter(texts)):
        assert_type(one.code, str)
        assert_type(one.seen, int)
        assert_type(one.nearest, str)


def vcon(reason: SessionTerminationReason) -> None:
    written = to_vcon(reason=reason, conversation=False)
    assert_type(written, VconDisposition)
    assert_type(written.reason, SessionTerminationReason)
    assert_type(written.disposition, str | None)
    assert_type(written.lost, str)
