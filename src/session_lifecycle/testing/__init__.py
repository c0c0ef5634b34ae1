"""Test your service: strategies, a conformance kit, and walks that leave nothing out.

Install `session-lifecycle[testing]`, which brings Hypothesis.

The strategies draw what a service meets: words that drifted, times that tie, histories that arrive
twice and out of order, webhooks with their defaults left out. Each shrinks to the ordinary case. A
type has one as soon as Hypothesis is imported: `st.from_type(Session)`. The functions take options.
"""

from session_lifecycle.testing._call_records import CallRecord, call_records
from session_lifecycle.testing._conformance import LifecycleConformance
from session_lifecycle.testing._drift import drifted_reasons, drifted_statuses, reason_readings
from session_lifecycle.testing._endings import claims, endings, sessions
from session_lifecycle.testing._evals import (
    PlainRun,
    PlainScore,
    eval_runs,
    eval_scores,
    rollups,
)
from session_lifecycle.testing._histories import HistoryKind, histories
from session_lifecycle.testing._laws import LAWS, Law, LawBrokenError
from session_lifecycle.testing._points import check_crash_and_retry, check_two_at_once
from session_lifecycle.testing._records import (
    claim_records,
    close_requests,
    conversations,
    eval_run_records,
    eval_score_records,
    eval_summaries,
    event_records,
)
from session_lifecycle.testing._replays import audit_findings, history_entries, replays
from session_lifecycle.testing._rollup_conformance import (
    AttemptScore,
    EvalAttempt,
    EvalRollupConformance,
)
from session_lifecycle.testing._signing import SignedWebhook
from session_lifecycle.testing._steps import steps
from session_lifecycle.testing._stored import StoredSession, Subject
from session_lifecycle.testing._times import times
from session_lifecycle.testing._walk import (
    EVERY_RANK,
    Walk,
    check_every_history,
    check_every_path,
    every_history,
)
from session_lifecycle.testing._webhooks import WEBHOOK_EVENTS, livekit_webhooks
from session_lifecycle.testing._words import events, reasons, sources, statuses, transitions

__all__ = [
    "EVERY_RANK",
    "LAWS",
    "WEBHOOK_EVENTS",
    "AttemptScore",
    "CallRecord",
    "EvalAttempt",
    "EvalRollupConformance",
    "HistoryKind",
    "Law",
    "LawBrokenError",
    "LifecycleConformance",
    "PlainRun",
    "PlainScore",
    "SignedWebhook",
    "StoredSession",
    "Subject",
    "Walk",
    "audit_findings",
    "call_records",
    "check_crash_and_retry",
    "check_every_history",
    "check_every_path",
    "check_two_at_once",
    "claim_records",
    "claims",
    "close_requests",
    "conversations",
    "drifted_reasons",
    "drifted_statuses",
    "endings",
    "eval_run_records",
    "eval_runs",
    "eval_score_records",
    "eval_scores",
    "eval_summaries",
    "event_records",
    "events",
    "every_history",
    "histories",
    "history_entries",
    "livekit_webhooks",
    "reason_readings",
    "reasons",
    "replays",
    "rollups",
    "sessions",
    "sources",
    "statuses",
    "steps",
    "times",
    "transitions",
]

# One canonical path for each, which tracebacks and pickles show.
for _public in (
    *(CallRecord, PlainRun, PlainScore, SignedWebhook),
    *(AttemptScore, EvalAttempt, EvalRollupConformance, LifecycleConformance, StoredSession),
    *(Subject,),
    *(Law, LawBrokenError, Walk, check_crash_and_retry, check_every_history, check_every_path),
    *(check_two_at_once, every_history),
    *(audit_findings, call_records, claim_records, claims, close_requests, conversations),
    *(drifted_reasons, drifted_statuses, endings, eval_run_records, eval_runs),
    *(eval_score_records, eval_scores, eval_summaries, event_records, events, histories),
    *(history_entries, livekit_webhooks, reason_readings, reasons, replays, rollups, sessions),
    *(sources, statuses, steps, times, transitions),
):
    _public.__module__ = __name__
