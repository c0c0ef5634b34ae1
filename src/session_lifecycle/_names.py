"""Which module each public name is at home in. The root looks here when a name is first asked for.

A service that only reads words loads the words; it does not pay for replay and rollup as well.
"""

from collections.abc import Mapping
from typing import Any

# fmt: off
HOMES: dict[str, tuple[str, ...]] = {
    "_words": (
        "AuditCode", "ClaimRank", "CoercionVia", "EndActor", "EndFault", "EndOutcome",
        "EndPhase", "EvalOutcome", "EvalRunStatus", "EvalStatus", "RedialAdvice",
        "SessionChange", "SessionDirection", "SessionEvent", "SessionPriority", "SessionStatus",
        "SessionTerminationReason", "SessionType", "TransitionVerdict", "TranslationGrade",
    ),
    "_errors": (
        "IllegalTransitionError", "RollupError", "SessionLifecycleError", "UnknownEventError",
        "UnknownReasonError", "UnknownStatusError",
    ),
    "_machine": (
        "INITIAL_STATUSES", "LIVE_STATUSES", "TERMINAL_STATUSES", "TRANSITION_RULES",
        "TRANSITIONS", "Transition", "TransitionRule", "allowed_events", "can_apply", "is_live",
        "is_terminal", "next_status", "shortest_path", "source_statuses",
        "status_change_events", "transition",
    ),
    "_reasons": (
        "REASON_TRAITS", "TRAIT_LAWS", "ReasonTraits", "TraitLaw", "reason_traits",
    ),
    "_coercion": (
        "REASON_ALIASES", "ReasonAlias", "ReasonReading", "coerce_session_status",
        "coerce_termination_reason", "parse_session_event", "parse_session_status",
        "parse_termination_reason", "read_termination_reason",
    ),
    "_settlement": (
        "SETTLEMENT_ORDER", "SETTLEMENT_RANKS", "SettlementRank", "SettlementRow",
    ),
    "_ending": (
        "EndClaim", "Ending", "claim_rank", "settle",
    ),
    "_session": (
        "Session", "apply_claim", "apply_event", "close_session", "restore_session",
        "session_change", "start_session",
    ),
    "_history": (
        "HistoryEntry", "HistoryStep", "SessionHistory",
    ),
    "_replay": (
        "replay",
    ),
    "_audit": (
        "AuditFinding", "audit_history",
    ),
    "_rollup": (
        "EMPTY_ROLLUP", "EvalRollup", "eval_status_bounds", "merge_rollups",
    ),
    "_evals": (
        "EvalRunLike", "EvalScoreLike", "eval_outcome_counts", "eval_run_outcome",
        "latest_attempts", "replace_run", "rollup_eval_runs",
    ),
}
# fmt: on

HOME_OF: dict[str, str] = {name: home for home, names in HOMES.items() for name in names}


def publish(things: Mapping[str, Any]) -> None:
    """Give the public classes and functions of a module one canonical path: the root's.

    Tracebacks show it, and pickles name it: they keep loading when a module is split or renamed.
    A class's annotations are looked up there as well: where it is defined, they are no strings.

    Args:
        things: the globals of the module, at its end.
    """
    root, _, module = things["__name__"].rpartition(".")
    for name in HOMES[module]:
        if hasattr(things[name], "__qualname__"):
            things[name].__module__ = root
