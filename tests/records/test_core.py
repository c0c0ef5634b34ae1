"""The pure functions take records as they are: nothing is converted on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_lifecycle import (
    EMPTY_ROLLUP,
    EvalRollup,
    EvalRunStatus,
    EvalStatus,
    RollupError,
    SessionStatus,
    SessionTerminationReason,
    close_session,
    eval_outcome_counts,
    eval_run_outcome,
    eval_status_bounds,
    latest_attempts,
    merge_rollups,
    replace_run,
    restore_session,
    rollup_eval_runs,
    start_session,
)
from session_lifecycle.integrations.cattrs import read_record
from session_lifecycle.records import CloseRequest, EvalRun, EvalScore, EvalSummary
from session_lifecycle.testing import eval_run_records
from tests.records.corpus import FULL_RECORD
from tests.records.corpus_more import RUNS

R = SessionTerminationReason
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def run(status: str, *passed: bool | None, critical: bool | None = None, **fields: Any) -> EvalRun:
    scores = [EvalScore(passed=p) for p in passed]
    return EvalRun(status=status, scores=scores, is_critical_snapshot=critical, **fields)


def test_a_rollup_of_records() -> None:
    runs = [
        run("completed", True, True, critical=True),
        run("completed", True, False, critical=True),
        run("completed", True, None),
        run("completed"),
        run("queued", critical=True),
        run("running", True),
        run("cancelled", True, critical=False),
        run("errored", critical=None),
    ]
    rollup = rollup_eval_runs(runs)
    assert rollup == EvalRollup(8, 2, 4, 2, 3, 1, 1, 1)
    assert rollup.eval_status is EvalStatus.FAILED
    assert rollup_eval_runs(runs, require_scores=True) == EvalRollup(8, 1, 5, 2, 3, 1, 1, 1)
    assert [eval_run_outcome(one) for one in runs] == [
        *("passed", "failed", "no_verdict", "no_verdict", "pending", "pending", "errored"),
        "errored",
    ]
    assert eval_outcome_counts(runs)["pending"] == 2
    assert EvalSummary.from_rollup(rollup) == EvalSummary(8, 2, 4, 2, 3, 1, 1, 1, "failed")


def test_strict_reading() -> None:
    """`strict=True` wants to know whether a run is critical."""
    assert rollup_eval_runs([run("completed", True, critical=False)], strict=True).succeeded == 1
    with pytest.raises(RollupError, match="is_critical is None, expected True or False"):
        rollup_eval_runs([run("completed", True)], strict=True)


def test_is_critical_is_the_snapshot() -> None:
    for value in (True, False, None):
        assert run("completed", critical=value).is_critical is value


@given(st.lists(eval_run_records(), max_size=8), st.booleans())
def test_records_count_as_any_objects_do(records: list[EvalRun], require_scores: bool) -> None:
    plain: list[Any] = [
        SimpleNamespace(
            status=record.status,
            is_critical=record.is_critical_snapshot,
            scores=[SimpleNamespace(passed=score.passed) for score in record.scores or ()],
        )
        for record in records
    ]
    rollup = rollup_eval_runs(plain, require_scores=require_scores)
    assert rollup_eval_runs(records, require_scores=require_scores) == rollup
    assert list(map(eval_run_outcome, records)) == list(map(eval_run_outcome, plain))
    # A summary is what a rollup is on the wire, and shards may come as summaries.
    shards = [
        EvalSummary.from_rollup(rollup_eval_runs([r], require_scores=require_scores))
        for r in records
    ]
    assert merge_rollups(shards) == rollup  # type: ignore[arg-type]
    assert EvalSummary.from_rollup(rollup).to_rollup() == rollup
    assert eval_status_bounds(EvalSummary.from_rollup(rollup)) == eval_status_bounds(rollup)  # type: ignore[arg-type]


def test_replace_run() -> None:
    before = run("running", critical=True)
    after = run("completed", True, critical=True)
    rollup = replace_run(EMPTY_ROLLUP, None, before)
    assert replace_run(rollup, before, after) == EvalRollup(1, 1, 0, 0, 1, 1, 0, 0)


def test_latest_attempts() -> None:
    """A retry counts once: by the evaluator, and by when it started."""
    polite, quick = UUID(int=1), UUID(int=2)
    first = run("completed", False, critical=True, evaluator_id=polite, started_at=NOON)
    other = run("completed", True, critical=True, evaluator_id=quick, started_at=NOON)
    retry = run(
        "completed",
        True,
        critical=True,
        evaluator_id=polite,
        started_at=NOON + timedelta(microseconds=1),
    )
    latest = latest_attempts(
        [retry, other, first], key=lambda r: r.evaluator_id, order=lambda r: r.started_at
    )
    assert latest == (retry, other)
    assert rollup_eval_runs(latest).eval_status is EvalStatus.PASSED
    with pytest.raises(RollupError, match="which cannot be compared"):
        latest_attempts(
            [first, run("running", evaluator_id=polite)],
            key=lambda r: r.evaluator_id,
            order=lambda r: r.started_at,
        )


@pytest.mark.parametrize("require_scores", [False, True])
@pytest.mark.parametrize("entry", RUNS, ids=lambda entry: entry.name)
def test_what_cannot_be_read_is_no_pass(entry: Any, require_scores: bool) -> None:
    """A status, or scores, that nobody can read: the run counts, and never as succeeded."""
    if {"$.status", "$.scores"} & set(entry.unread):
        made = read_record(entry.given, EvalRun).record
        rollup = rollup_eval_runs([made], require_scores=require_scores)
        assert (rollup.total, rollup.succeeded, rollup.failed) == (1, 0, 1)
        assert eval_run_outcome(made) in ("errored", "failed", "no_verdict")


# --- closing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "reason", "raw"),
    [
        (None, R.UNKNOWN, None),
        ("Agent-Initiated", R.AGENT_INITIATED, None),
        (R.HANDOFF_RESOLVED, R.HANDOFF_RESOLVED, None),
        ("operator-busy", R.UNKNOWN, "operator-busy"),
        ("\x00" * 64, R.UNKNOWN, "\x00" * 64),
        ("  ", R.UNKNOWN, None),
    ],
)
def test_a_close_request_closes(asked: Any, reason: R, raw: str | None) -> None:
    request = CloseRequest(asked)
    closed = close_session(start_session(), request.reason, at=NOON, source="api")
    assert closed.status is SessionStatus.CLOSED
    assert closed.ending is not None
    assert closed.ending.reason is reason
    assert closed.ending.winner.raw == raw


def test_a_conversation_is_restored() -> None:
    """The API gives no reason with a conversation: what ended it is not known."""
    session = restore_session(
        FULL_RECORD.status, at=FULL_RECORD.ended_at, started_at=FULL_RECORD.started_at
    )
    assert session.status is SessionStatus.CLOSED
    assert session.ended_at == FULL_RECORD.ended_at
    assert session.ending is not None
    assert session.ending.reason is R.UNKNOWN


def test_members_are_members() -> None:
    """Who compares by `is` may go on doing so."""
    assert run("completed").status is EvalRunStatus.COMPLETED
    assert FULL_RECORD.status is SessionStatus.CLOSED
