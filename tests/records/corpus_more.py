"""The rest of the corpus: eval runs, their scores and summaries, requests, and what is reported."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from session_lifecycle import (
    EvalRunStatus,
    EvalStatus,
    SessionEvent,
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
from tests.records.corpus import AGENT, CONVERSATIONS, COUNTS, ID, NO_RUNS, POLICY, Entry, at

R = SessionTerminationReason

# Less than nothing, more critical runs than there are, and a sum that is none: kept as reported.
BAD_SUMS = dict(zip(COUNTS, (-1, 7, 0, 2**40, 9, 9, 9, 9), strict=True))

SUMMARIES = (
    Entry(
        "a summary",
        COUNTS | {"eval_status": "failed"},
        EvalSummary(5, 2, 2, 1, 3, 1, 1, 1, EvalStatus.FAILED),
        COUNTS | {"eval_status": "failed"},
    ),
    Entry(
        "no runs",
        NO_RUNS | {"eval_status": "none"},
        EvalSummary(0, 0, 0, 0, 0, 0, 0, 0, EvalStatus.NONE),
        NO_RUNS | {"eval_status": "none"},
    ),
    Entry(
        "counts that do not add up, an unknown headline, a new count",
        BAD_SUMS | {"eval_status": "mixed", "skipped": 4},
        EvalSummary(-1, 7, 0, 2**40, 9, 9, 9, 9, "mixed", extra={"skipped": 4}),
        BAD_SUMS | {"eval_status": "mixed", "skipped": 4},
        refused=True,
    ),
)

# --- eval runs -----------------------------------------------------------------------------------

NO_SCORE = dict.fromkeys(
    ("passed", "value", "raw_value", "label", "confidence", "rationale", "severity", "blocking")
)
SCORE = {
    "passed": True,
    "value": 0.93,
    "raw_value": "9.3/10",
    "label": "polite",
    "confidence": 1,
    "rationale": "Greets, thanks, closes.",
    "severity": "high",
    "blocking": False,
}
NO_RUN: dict[str, Any] = {
    **dict.fromkeys(("id", "session_id", "evaluator_id", "scope", "started_at", "finished_at")),
    **dict.fromkeys(("error_text", "threshold_snapshot", "severity_snapshot")),
    "is_critical_snapshot": None,
    "scores": [],
}
RUN = {
    "status": "completed",
    "id": ID,
    "session_id": POLICY,
    "evaluator_id": AGENT,
    "scope": "simulation",
    "started_at": "2026-11-23T10:08:00Z",
    "finished_at": "2026-11-23T10:08:09.900000Z",
    "error_text": "",
    "threshold_snapshot": 0.8,
    "severity_snapshot": "high",
    "is_critical_snapshot": True,
    "scores": [SCORE, NO_SCORE | {"passed": False}],
}
# A run that says it is completed, with scores nobody can read: kept, and no pass.
ODD_SCORES: tuple[Any, ...] = (5, "[]", {"0": SCORE}, True, [SCORE, 5], [[SCORE]], [None])


def _unread_scores(given: Any) -> Entry:
    return Entry(
        f"scores that are {given!r:.20}",
        {"status": "completed", "scores": given},
        EvalRun(status=EvalRunStatus.COMPLETED, scores=(EvalScore(),), extra={"scores": given}),
        NO_RUN | {"status": "completed", "scores": given},
        unread=("$.scores",),
        refused=True,
    )


def _unread_status(given: Any) -> Entry:
    return Entry(
        f"a status that is {given!r}",
        {"status": given, "scores": [SCORE]},
        EvalRun(status="", scores=(EvalScore(**SCORE),), extra={"status": given}),
        NO_RUN | {"status": given, "scores": [SCORE]},
        unread=("$.status",),
        refused=True,
    )


def _unread_critical(given: Any, critical: bool) -> Entry:
    return Entry(
        f"critical: {given!r}",
        {"status": "completed", "is_critical_snapshot": given},
        EvalRun(
            status=EvalRunStatus.COMPLETED,
            is_critical_snapshot=critical,
            extra={"is_critical_snapshot": given},
        ),
        NO_RUN | {"status": "completed", "is_critical_snapshot": given},
        unread=("$.is_critical_snapshot",),
        refused=True,
    )


RUNS = (
    Entry(
        "every field",
        RUN,
        EvalRun(
            status=EvalRunStatus.COMPLETED,
            id=UUID(ID),
            session_id=UUID(POLICY),
            evaluator_id=UUID(AGENT),
            scope=SessionType.SIMULATION,
            started_at=at(10, 8),
            finished_at=at(10, 8, 9, 900_000),
            error_text="",
            threshold_snapshot=0.8,
            severity_snapshot="high",
            is_critical_snapshot=True,
            scores=(
                EvalScore(
                    passed=True,
                    value=0.93,
                    raw_value="9.3/10",
                    label="polite",
                    confidence=1,
                    rationale="Greets, thanks, closes.",
                    severity="high",
                    blocking=False,
                ),
                EvalScore(passed=False),
            ),
        ),
        RUN,
    ),
    Entry(
        "a status only",
        {"status": "queued"},
        EvalRun(status=EvalRunStatus.QUEUED),
        NO_RUN | {"status": "queued"},
    ),
    Entry(
        "nulls",
        NO_RUN | {"status": "running", "scores": None},
        EvalRun(status=EvalRunStatus.RUNNING),
        NO_RUN | {"status": "running", "scores": []},
    ),
    Entry(
        "unknown words and fields",
        {"status": "cancelled", "scope": "shadow", "is_critical": True, "scores": [{"why": "?"}]},
        EvalRun(
            status="cancelled",
            scope="shadow",
            scores=(EvalScore(extra={"why": "?"}),),
            extra={"is_critical": True},
        ),
        NO_RUN
        | {"status": "cancelled", "scope": "shadow", "is_critical": True}
        | {"scores": [NO_SCORE | {"why": "?"}]},
        refused=True,
    ),
    Entry(
        "values of every kind",
        {"status": "Completed", "threshold_snapshot": {"min": [1, None]}}
        | {"severity_snapshot": 3, "scores": [{"value": v} for v in (None, True, -1, "A", [], {})]},
        EvalRun(
            status=EvalRunStatus.COMPLETED,
            threshold_snapshot={"min": [1, None]},
            severity_snapshot=3,
            scores=tuple(EvalScore(value=v) for v in (None, True, -1, "A", [], {})),
        ),
        NO_RUN
        | {"status": "completed", "threshold_snapshot": {"min": [1, None]}, "severity_snapshot": 3}
        | {"scores": [NO_SCORE | {"value": v} for v in (None, True, -1, "A", [], {})]},
    ),
    Entry(
        "verdicts that are none",
        {"status": "completed", "scores": [{"passed": p} for p in (1, "true", 0, [], {})]},
        EvalRun(
            status=EvalRunStatus.COMPLETED,
            scores=tuple(EvalScore(extra={"passed": p}) for p in (1, "true", 0, [], {})),
        ),
        NO_RUN
        | {"status": "completed"}
        | {"scores": [NO_SCORE | {"passed": p} for p in (1, "true", 0, [], {})]},
        unread=("$.scores",),
        refused=True,
    ),
    *map(_unread_scores, ODD_SCORES),
    *map(_unread_status, (None, 5, True, ["completed"], {"completed": True})),
    Entry(
        "no status",
        {"scores": [SCORE], "is_critical_snapshot": True},
        EvalRun(status="", scores=(EvalScore(**SCORE),), is_critical_snapshot=True),
        NO_RUN | {"status": "", "scores": [SCORE], "is_critical_snapshot": True},
        unread=("$.status",),
        refused=True,
    ),
    *(_unread_critical(given, True) for given in (1, "false", [0], -0.5)),
    *(_unread_critical(given, False) for given in (0, "", [], {})),
)

# --- requests ------------------------------------------------------------------------------------


def _close(given: Any, reason: Any, written: Any) -> Entry:
    record = CloseRequest(reason)
    return Entry(f"close: {given!r:.40}", {"reason": given}, record, {"reason": written})


CLOSES = (
    Entry("close", {}, CloseRequest(None), {}),
    Entry("close: null", {"reason": None}, CloseRequest(None), {}),
    Entry(
        "close, and more",
        {"reason": "error", "note": "n", "extra": 1},
        CloseRequest(R.ERROR, extra={"note": "n", "extra": 1}),
        {"reason": "error", "note": "n", "extra": 1},
        refused=True,
    ),
    *(
        Entry(
            f"close: {given!r:.9}",
            {"reason": given},
            CloseRequest(None, extra={"reason": given}),
            {"reason": given},
            unread=("$.reason",),
            refused=True,
        )
        for given in (5, True, ["error"], {"reason": "error"}, "x" * 65, "error" + " " * 64)
    ),
    _close("agent_initiated", R.AGENT_INITIATED, "agent_initiated"),
    _close("Agent-Initiated", R.AGENT_INITIATED, "agent_initiated"),
    _close("DisconnectReason.ROOM_DELETED", R.ROOM_DELETED, "room_deleted"),
    _close("operator-busy", "operator-busy", "operator-busy"),
    _close("x" * 64, "x" * 64, "x" * 64),
    _close("\U0001f44b" * 64, "\U0001f44b" * 64, "\U0001f44b" * 64),
    _close("", "", ""),
)

# --- reports -------------------------------------------------------------------------------------

EVENTS = (
    Entry(
        "an event",
        {"session_id": "a", "event": "answer"},
        EventRecord("a", SessionEvent.ANSWER),
        {"session_id": "a", "event": "answer"},
    ),
    Entry(
        "an event, every field",
        {"session_id": "a", "event": "close", "at": "2026-11-23T10:00:00Z", "source": "worker"}
        | {"id": "e-1", "reason": "callee_busy", "raw": "486", "party": "p", "connection": "c"},
        EventRecord(
            "a", SessionEvent.CLOSE, at(10), "worker", "e-1", R.CALLEE_BUSY, "486", "p", "c"
        ),
        {"session_id": "a", "event": "close", "at": "2026-11-23T10:00:00Z", "source": "worker"}
        | {"id": "e-1", "reason": "callee_busy", "raw": "486", "party": "p", "connection": "c"},
    ),
    Entry(
        "an event in another spelling, with a word for its reason",
        {"session_id": "é", "event": "Request-Human", "reason": "he asked", "at": None},
        EventRecord("é", SessionEvent.REQUEST_HUMAN, reason="he asked"),
        {"session_id": "é", "event": "request_human", "reason": "he asked"},
    ),
    Entry(
        "an event from next year, a new field, a time that is none",
        {"session_id": "a", "event": "whisper", "at": 5, "gain": 0.5},
        EventRecord("a", "whisper", extra={"at": 5, "gain": 0.5}),
        {"session_id": "a", "event": "whisper", "at": 5, "gain": 0.5},
        unread=("$.at",),
        refused=True,
    ),
)
CLAIMS = (
    Entry(
        "a claim",
        {"session_id": "a", "claim": "room_deleted"},
        ClaimRecord("a", R.ROOM_DELETED),
        {"session_id": "a", "claim": "room_deleted"},
    ),
    Entry(
        "a claim, every field",
        {"session_id": "a", "claim": "unknown", "at": "2026-11-23T10:00:00Z", "source": "worker"}
        | {"id": "c-1", "status": "error", "raw": "GONE", "party": "p", "connection": "c"},
        ClaimRecord("a", R.UNKNOWN, at(10), "worker", "c-1", SessionStatus.ERROR, "GONE", "p", "c"),
        {"session_id": "a", "claim": "unknown", "at": "2026-11-23T10:00:00Z", "source": "worker"}
        | {"id": "c-1", "status": "error", "raw": "GONE", "party": "p", "connection": "c"},
    ),
    Entry(
        "a claim in words of their own",
        {"session_id": "a", "claim": "callee_moved_away", "status": "Closed"},
        ClaimRecord("a", "callee_moved_away", status=SessionStatus.CLOSED),
        {"session_id": "a", "claim": "callee_moved_away", "status": "closed"},
    ),
    Entry(
        "a claim that is no text, with a status from next year",
        {"session_id": "a", "claim": 5, "status": "evaporated"},
        ClaimRecord("a", R.UNKNOWN, status="evaporated", extra={"claim": 5}),
        {"session_id": "a", "claim": 5, "status": "evaporated"},
        unread=("$.claim",),
        refused=True,
    ),
)

EVERYTHING = (*CONVERSATIONS, *SUMMARIES, *RUNS, *CLOSES, *EVENTS, *CLAIMS)
