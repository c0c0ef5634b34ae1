"""How did this session end, may it do that now, which report is true, did it pass its evals?

Pure functions over immutable values, for services that run voice agents and for their tests. No
I/O, no clock (time is an argument), no dependency outside the standard library.

A name is loaded when it is first asked for, with what it needs and no more.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from session_lifecycle._audit import AuditFinding, audit_history
    from session_lifecycle._coercion import (
        REASON_ALIASES,
        ReasonAlias,
        ReasonReading,
        coerce_session_status,
        coerce_termination_reason,
        parse_session_event,
        parse_session_status,
        parse_termination_reason,
        read_termination_reason,
    )
    from session_lifecycle._ending import EndClaim, Ending, claim_rank, settle
    from session_lifecycle._errors import (
        IllegalTransitionError,
        RollupError,
        SessionLifecycleError,
        UnknownEventError,
        UnknownReasonError,
        UnknownStatusError,
    )
    from session_lifecycle._evals import (
        EvalRunLike,
        EvalScoreLike,
        eval_outcome_counts,
        eval_run_outcome,
        latest_attempts,
        replace_run,
        rollup_eval_runs,
    )
    from session_lifecycle._history import HistoryEntry, HistoryStep, SessionHistory
    from session_lifecycle._machine import (
        INITIAL_STATUSES,
        LIVE_STATUSES,
        TERMINAL_STATUSES,
        TRANSITION_RULES,
        TRANSITIONS,
        Transition,
        TransitionRule,
        allowed_events,
        can_apply,
        is_live,
        is_terminal,
        next_status,
        shortest_path,
        source_statuses,
        status_change_events,
        transition,
    )
    from session_lifecycle._reasons import (
        REASON_TRAITS,
        TRAIT_LAWS,
        ReasonTraits,
        TraitLaw,
        reason_traits,
    )
    from session_lifecycle._replay import replay
    from session_lifecycle._rollup import (
        EMPTY_ROLLUP,
        EvalRollup,
        eval_status_bounds,
        merge_rollups,
    )
    from session_lifecycle._session import (
        Session,
        apply_claim,
        apply_event,
        close_session,
        restore_session,
        session_change,
        start_session,
    )
    from session_lifecycle._settlement import (
        SETTLEMENT_ORDER,
        SETTLEMENT_RANKS,
        SettlementRank,
        SettlementRow,
    )
    from session_lifecycle._words import (
        AuditCode,
        ClaimRank,
        CoercionVia,
        EndActor,
        EndFault,
        EndOutcome,
        EndPhase,
        EvalOutcome,
        EvalRunStatus,
        EvalStatus,
        RedialAdvice,
        SessionChange,
        SessionDirection,
        SessionEvent,
        SessionPriority,
        SessionStatus,
        SessionTerminationReason,
        SessionType,
        TransitionVerdict,
        TranslationGrade,
    )
else:  # Were a checker to see this, it would take any name for a public one.

    def __getattr__(name: str) -> object:
        from importlib import import_module

        from session_lifecycle._names import HOME_OF

        if name not in HOME_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        thing = getattr(import_module(f"{__name__}.{HOME_OF[name]}"), name)
        globals()[name] = thing  # Found by itself from now on.
        return thing


del TYPE_CHECKING

__version__ = "0.1.0"

__all__ = [
    "EMPTY_ROLLUP",
    "INITIAL_STATUSES",
    "LIVE_STATUSES",
    "REASON_ALIASES",
    "REASON_TRAITS",
    "SETTLEMENT_ORDER",
    "SETTLEMENT_RANKS",
    "TERMINAL_STATUSES",
    "TRAIT_LAWS",
    "TRANSITIONS",
    "TRANSITION_RULES",
    "__version__",
    "AuditCode",
    "AuditFinding",
    "ClaimRank",
    "CoercionVia",
    "EndActor",
    "EndClaim",
    "EndFault",
    "EndOutcome",
    "EndPhase",
    "Ending",
    "EvalOutcome",
    "EvalRollup",
    "EvalRunLike",
    "EvalRunStatus",
    "EvalScoreLike",
    "EvalStatus",
    "HistoryEntry",
    "HistoryStep",
    "IllegalTransitionError",
    "ReasonAlias",
    "ReasonReading",
    "ReasonTraits",
    "RedialAdvice",
    "RollupError",
    "Session",
    "SessionChange",
    "SessionDirection",
    "SessionEvent",
    "SessionHistory",
    "SessionLifecycleError",
    "SessionPriority",
    "SessionStatus",
    "SessionTerminationReason",
    "SessionType",
    "SettlementRank",
    "SettlementRow",
    "TraitLaw",
    "Transition",
    "TransitionRule",
    "TransitionVerdict",
    "TranslationGrade",
    "UnknownEventError",
    "UnknownReasonError",
    "UnknownStatusError",
    "allowed_events",
    "apply_claim",
    "apply_event",
    "audit_history",
    "can_apply",
    "claim_rank",
    "close_session",
    "coerce_session_status",
    "coerce_termination_reason",
    "eval_outcome_counts",
    "eval_run_outcome",
    "eval_status_bounds",
    "is_live",
    "is_terminal",
    "latest_attempts",
    "merge_rollups",
    "next_status",
    "parse_session_event",
    "parse_session_status",
    "parse_termination_reason",
    "read_termination_reason",
    "reason_traits",
    "replace_run",
    "replay",
    "restore_session",
    "rollup_eval_runs",
    "session_change",
    "settle",
    "shortest_path",
    "source_statuses",
    "start_session",
    "status_change_events",
    "transition",
]


def __dir__() -> list[str]:
    return sorted(__all__)
