"""Printed from the public names: which there are, grouped by the question they answer."""

from __future__ import annotations

import ast
import inspect
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, NamedTuple, get_origin

from print_tables import table
from sqlalchemy.types import TypeDecorator

import session_lifecycle
from session_lifecycle import crosswalk, records, testing
from session_lifecycle.integrations import cattrs, livekit, pipecat, pydantic, sqlalchemy


class Group(NamedTuple):
    """The names of one page under `api/`."""

    page: str
    title: str
    about: str
    names: tuple[str, ...]
    module: str = "session_lifecycle"


# fmt: off
GROUPS: tuple[Group, ...] = (
    Group("reasons", "How did this session end?", "Reading words, and what is true of each.", (
        "SessionTerminationReason",
        "coerce_termination_reason", "read_termination_reason", "parse_termination_reason",
        "ReasonReading", "CoercionVia", "REASON_ALIASES", "ReasonAlias",
        "reason_traits", "ReasonTraits", "REASON_TRAITS", "TRAIT_LAWS", "TraitLaw",
        "EndActor", "EndPhase", "EndOutcome", "EndFault", "RedialAdvice",
    )),
    Group("machine", "May it do that now?", "The state machine.", (
        "SessionStatus", "SessionEvent",
        "transition", "Transition", "TransitionVerdict", "next_status", "can_apply",
        "allowed_events", "source_statuses", "shortest_path", "status_change_events",
        "is_live", "is_terminal",
        "LIVE_STATUSES", "TERMINAL_STATUSES", "INITIAL_STATUSES",
        "TRANSITIONS", "TRANSITION_RULES", "TransitionRule",
        "coerce_session_status", "parse_session_status", "parse_session_event",
    )),
    Group("endings", "Which report is true?", "Claims, and how they are settled.", (
        "EndClaim", "settle", "Ending", "claim_rank", "ClaimRank",
        "SETTLEMENT_ORDER", "SettlementRow", "SETTLEMENT_RANKS", "SettlementRank",
    )),
    Group("sessions", "What became of it?", "Sessions as values, and their histories.", (
        "Session", "start_session", "restore_session", "apply_event", "apply_claim",
        "close_session", "session_change", "SessionChange",
        "replay", "HistoryStep", "HistoryEntry", "SessionHistory",
        "audit_history", "AuditFinding", "AuditCode",
    )),
    Group("evals", "Did it pass its evals?", "Counts and one headline from eval runs.", (
        "rollup_eval_runs", "EvalRollup", "EvalStatus", "EMPTY_ROLLUP", "merge_rollups",
        "replace_run", "eval_status_bounds", "latest_attempts",
        "eval_run_outcome", "eval_outcome_counts", "EvalOutcome",
        "EvalRunLike", "EvalScoreLike", "EvalRunStatus",
    )),
    Group("errors", "When it says no", "Every error keeps its facts and names the next move.", (
        "SessionLifecycleError", "UnknownReasonError", "UnknownStatusError", "UnknownEventError",
        "IllegalTransitionError", "RollupError",
    )),
    Group("labels", "Other words", "Words that decide nothing here, and the version.", (
        "SessionType", "SessionDirection", "SessionPriority", "TranslationGrade", "__version__",
    )),
    Group("livekit", "LiveKit", "Webhooks as steps, endings of agents, judges as evals.", (
        "LifecycleRecorder", "EndingListener", "AgentSessionLike", "RoomLike", "JobLike",
        "webhook_steps", "webhook_session_key", "SessionKey", "WebhookMessage",
        "outcome_from_judges", "runs_from_judges", "JudgeRun", "JudgeScore",
        "JudgeGroupLike", "JudgeLike",
    ), livekit.__name__),
    Group("pipecat", "Pipecat", "Endings of bots.", (
        "LifecycleRecorder", "EndingListener", "WorkerLike", "EventsLike",
    ), pipecat.__name__),
    Group("crosswalk", "What does the vendor's word mean?", "Vendors' words in ours.", (
        "translate", "Translation", "translate_call", "drift", "UnlistedCode",
        "vendors", "vocabulary", "VendorVocabulary", "VendorField", "FieldKind",
        "UnknownVendorError",
        "to_vcon", "VconDisposition",
    ), crosswalk.__name__),
    Group("sqlalchemy", "SQLAlchemy", "Sessions in a database.", (
        "SessionTerminationReasonType", "SessionStatusType", "SessionPriorityType",
        "SessionDirectionType", "SessionTypeType", "EvalRunStatusType", "TYPE_ANNOTATION_MAP",
        "raw_value", "render_item", "ForeignTextType", "UtcDateTime",
        "SessionColumns", "row_columns", "session_from_row", "ending_values",
        "apply_event_to", "apply_claim_to", "apply_event_to_async", "apply_claim_to_async",
        "interpret", "WriteResult", "WriteVerdict", "move_statement", "WriteConflictError",
        "rollup_select", "rollup_from_row", "RefusedStatusError", "RefusedWordError",
    ), sqlalchemy.__name__),
    Group("records", "What crosses the wire?", "Records, as frozen attrs classes.", (
        "Conversation", "CloseRequest", "EvalSummary", "EvalRun", "EvalScore",
        "EventRecord", "ClaimRecord",
    ), records.__name__),
    Group("cattrs", "cattrs", "Records from JSON and back, by two doors.", (
        "make_converter", "configure_converter", "parse_request", "InvalidRequestError",
        "read_record", "RecordReading", "Fault", "faults_of",
    ), cattrs.__name__),
    Group("pydantic", "Pydantic", "Annotated types for the fields of models.", (
        "ReasonOrText", "CoercedReason", "StatusOrText", "PriorityOrText", "DirectionOrText",
        "SessionTypeOrText", "EvalRunStatusOrText", "EvalStatusOrText", "UtcDatetime",
    ), pydantic.__name__),
    Group("testing", "Is your service right?", "The conformance kit and the strategies.", (
        "LifecycleConformance", "StoredSession", "Subject", "EvalRollupConformance", "EvalAttempt",
        "AttemptScore", "LAWS", "Law", "LawBrokenError",
        "every_history", "EVERY_RANK", "check_every_history", "check_every_path", "Walk",
        "check_two_at_once", "check_crash_and_retry",
        "reasons", "drifted_reasons", "reason_readings", "statuses", "drifted_statuses",
        "events", "transitions", "times", "sources", "claims", "endings", "sessions", "steps",
        "histories", "HistoryKind", "replays", "history_entries", "audit_findings",
        "eval_scores", "eval_runs", "PlainScore", "PlainRun", "rollups",
        "livekit_webhooks", "WEBHOOK_EVENTS", "SignedWebhook", "call_records", "CallRecord",
        "conversations", "close_requests", "eval_summaries", "eval_run_records",
        "eval_score_records", "event_records", "claim_records",
    ), testing.__name__),
)
# fmt: on

_MODULES = {
    thing.__name__: thing
    for thing in (
        *(session_lifecycle, livekit, pipecat, crosswalk, sqlalchemy),
        *(records, cattrs, pydantic, testing),
    )
}


def _directive(group: Group, name: str) -> str:
    thing = getattr(_MODULES[group.module], name)
    if inspect.isclass(thing):
        lines = [f".. autoclass:: {name}"]
        if not issubclass(thing, TypeDecorator):  # Whose methods are SQLAlchemy's to call.
            lines.append("   :members:")
        if issubclass(thing, Exception):
            lines = [f".. autoexception:: {name}", "   :members:", "   :show-inheritance:"]
    elif inspect.isfunction(thing):
        lines = [f".. autofunction:: {name}"]
    elif get_origin(thing) is Annotated:  # Autodoc would print what is in it.
        said = re.sub(r"`([^`]+)`", r"``\1``", _constants()[name])
        lines = [f".. py:data:: {name}", "", *(f"   {line}" for line in said.splitlines())]
    else:
        lines = [f".. autodata:: {name}"]
        if not isinstance(thing, str):
            lines.append("   :no-value:")
    return "\n".join(lines)


def entry_pages() -> dict[str, str]:
    """Return the pages under `api/`, which Sphinx fills from the docstrings, by their paths."""
    found = {}
    for group in GROUPS:
        entries = "\n\n".join(_directive(group, name) for name in group.names)
        found[f"api/{group.page}.md"] = (
            f"# {group.title}\n\n{group.about}\n\n"
            f"```{{eval-rst}}\n.. py:currentmodule:: {group.module}\n\n{entries}\n```\n"
        )
    return found


def names() -> str:
    """Print every public name with the first sentence it says of itself."""
    sections = []
    for group in GROUPS:
        rows = [
            (f"[`{name}`](#{group.module}.{name})", _first_sentence(group, name))
            for name in group.names
        ]
        sections += [f"## {group.title}", f"[{group.about}](api/{group.page}.md)"]
        sections += [table((f"in `{group.module}`", "says of itself"), rows)]
    return "\n\n".join(sections)


def _first_sentence(group: Group, name: str) -> str:
    thing = getattr(_MODULES[group.module], name)
    if inspect.isclass(thing) or inspect.isfunction(thing):
        said = inspect.getdoc(thing)
    else:
        said = _constants()[name]
    text = " ".join((said or "").split("\n\n")[0].split())
    return re.split(r"(?<=[.?])\s|(?<=:)$", text)[0]


@cache
def _constants() -> dict[str, str]:
    """Return what stands below each constant, wherever in the package it is written."""
    found = {"__version__": "The version of the package."}
    for file in Path(session_lifecycle.__file__).parent.rglob("*.py"):
        body = ast.parse(file.read_text(encoding="utf-8")).body
        for node, after in pairwise(body):
            target = node.targets[0] if isinstance(node, ast.Assign) else node
            target = node.target if isinstance(node, ast.AnnAssign) else target
            said = after.value if isinstance(after, ast.Expr) else None
            if isinstance(target, ast.Name) and isinstance(said, ast.Constant):
                found[target.id] = str(said.value)
    return found
