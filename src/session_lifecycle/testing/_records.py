"""Records: conversations, eval runs and reports, as they cross the wire.

They need attrs, which is imported when one of these functions is called, and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from session_lifecycle._history import ENDING_EVENTS, HistoryStep
from session_lifecycle._words import (
    EvalRunStatus,
    SessionDirection,
    SessionPriority,
    SessionType,
)
from session_lifecycle.testing._drift import drifted_reasons, drifted_statuses
from session_lifecycle.testing._endings import claims, sessions
from session_lifecycle.testing._evals import rollups
from session_lifecycle.testing._mix import mixed
from session_lifecycle.testing._named import named
from session_lifecycle.testing._steps import UNKNOWN_EVENTS, steps
from session_lifecycle.testing._times import times
from session_lifecycle.testing._words import reasons

if TYPE_CHECKING:
    from session_lifecycle import EvalRollup, Session
    from session_lifecycle.records import (
        ClaimRecord,
        CloseRequest,
        Conversation,
        EvalRun,
        EvalScore,
        EvalSummary,
        EventRecord,
    )

_SESSION_IDS = st.sampled_from(("call-1", "call-2"))
_TEXTS = st.sampled_from(("", "Refund", "Rückruf 📞", "line one\nline two"))
_EXTRA: SearchStrategy[dict[str, object]] = st.sampled_from(({}, {"field_from_2031": [1, None]}))


def _or_none(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.none() | strategy


@named
def eval_score_records() -> SearchStrategy[EvalScore]:
    """Return a strategy for `EvalScore` records. It shrinks to one without a verdict.

    Example: `eval_score_records()`.
    """
    from session_lifecycle.records import EvalScore

    return st.builds(
        EvalScore,
        passed=st.sampled_from((None, True, True, True, False)),
        value=st.sampled_from((None, 0, 1, 0.5, "good")),
        label=_or_none(_TEXTS),
        confidence=st.sampled_from((None, 0.9, 1)),
        rationale=_or_none(_TEXTS),
        severity=st.sampled_from((None, "high")),
        blocking=st.sampled_from((None, True, False)),
        extra=_EXTRA,
    )


@named
def eval_run_records() -> SearchStrategy[EvalRun]:
    """Return a strategy for `EvalRun` records: of every status, some of an unknown one.

    Example: `st.lists(eval_run_records()).map(rollup_eval_runs)`.
    """
    from session_lifecycle.records import EvalRun

    completed = EvalRunStatus.COMPLETED
    others = [status for status in EvalRunStatus if status is not completed]
    return st.builds(
        EvalRun,
        status=st.sampled_from((*[completed] * 6, *others, "cancelled")),
        id=_or_none(st.uuids()),
        evaluator_id=_or_none(st.uuids(version=4)),
        scope=_or_none(st.sampled_from(SessionType)),
        started_at=times(strays=False),
        finished_at=times(strays=False),
        error_text=_or_none(_TEXTS),
        is_critical_snapshot=st.sampled_from((None, True, False)),
        scores=st.lists(eval_score_records(), max_size=3),
        extra=_EXTRA,
    )


@named
def eval_summaries() -> SearchStrategy[EvalSummary]:
    """Return a strategy for `EvalSummary` records that add up, with their own headline.

    Example: `eval_summaries().map(lambda summary: summary.to_rollup())`.
    """
    from session_lifecycle.records import EvalSummary

    def summary(rollup: EvalRollup) -> EvalSummary:
        return EvalSummary.from_rollup(rollup)

    return rollups().map(summary)


@named
def conversations() -> SearchStrategy[Conversation]:
    """Return a strategy for `Conversation` records whose fields fit each other.

    `ended_at` and `closed_at` are there when the status is terminal, and no earlier than
    `started_at`. Some have a status from next year.

    Example: `conversations().filter(lambda one: one.eval_summary is not None)`.
    """
    from session_lifecycle.records import Conversation

    def conversation(session: Session, status: str | None, fields: dict[str, Any]) -> Conversation:
        given = dict(fields)
        if session.ending is not None:
            given |= {"ended_at": session.ended_at, "closed_at": session.ended_at}
        if given["subject"] is not None:
            given["summary_preview"] = given["subject"][:4]
        return Conversation(
            status=session.status if status is None else status,
            started_at=session.started_at,
            created_at=session.started_at,
            **given,
        )

    strange = drifted_statuses(recognized=False, storable=True)
    fields = st.fixed_dictionaries(
        {
            "id": st.uuids(),
            "organization_id": st.uuids(),
            "end_user_id": st.uuids(),
            "channel": st.sampled_from(("voice", "chat")),
            "priority": _or_none(st.sampled_from(SessionPriority)),
            "direction": _or_none(st.sampled_from(SessionDirection)),
            "session_type": _or_none(st.sampled_from(SessionType)),
            "message_count": _or_none(st.integers(0, 40)),
            "subject": _or_none(_TEXTS),
            "metadata": st.sampled_from((None, {}, {"crm": {"id": 7}})),
            "duration_ms": _or_none(st.integers(0, 3_600_000)),
            "has_recording": st.sampled_from((None, True, False)),
            "eval_summary": _or_none(eval_summaries()),
            "extra": _EXTRA,
        }
    )
    unknown: SearchStrategy[str | None] = mixed((6, st.none()), (1, strange))
    return st.builds(conversation, sessions(), unknown, fields)


@named
def close_requests() -> SearchStrategy[CloseRequest]:
    """Return a strategy for `CloseRequest` records: with a reason, a stranger's word, or none.

    It shrinks to one without a reason.

    Example: `close_requests().map(lambda request: request.reason)`.
    """
    from session_lifecycle.records import CloseRequest

    reason: SearchStrategy[str | None] = mixed(
        (1, st.none()), (3, reasons()), (2, drifted_reasons(storable=True))
    )
    return st.builds(CloseRequest, reason)


@named
def event_records() -> SearchStrategy[EventRecord]:
    """Return a strategy for `EventRecord` records: what happened, an unknown word now and then.

    An event that ends a session may say why. It shrinks to `answer`.

    Example: `st.lists(event_records()).map(lambda said: replay(r.to_step() for r in said))`.
    """
    from session_lifecycle.records import EventRecord

    def record(
        session_id: str, step: HistoryStep, why: str | None, extra: dict[str, object]
    ) -> EventRecord:
        return EventRecord(
            session_id,
            step.event or step.raw or UNKNOWN_EVENTS[0],
            step.at,
            step.source,
            step.step_id,
            reason=why if step.event in ENDING_EVENTS else None,
            party=step.party,
            connection=step.connection,
            extra=extra,
        )

    said: SearchStrategy[str | None] = mixed(
        (2, st.none()), (2, reasons()), (1, drifted_reasons(storable=True))
    )
    return st.builds(record, _SESSION_IDS, steps().filter(_is_event), said, _EXTRA)


def _is_event(step: HistoryStep) -> bool:
    return step.claim is None


@named
def claim_records() -> SearchStrategy[ClaimRecord]:
    """Return a strategy for `ClaimRecord` records: who says how a session ended.

    It shrinks to `agent_initiated`.

    Example: `claim_records().map(lambda record: record.to_claim())`.
    """
    from session_lifecycle import EndClaim
    from session_lifecycle.records import ClaimRecord

    def record(session_id: str, claim: EndClaim, step_id: str | None) -> ClaimRecord:
        return ClaimRecord.from_claim(session_id, claim, id=step_id)

    ids = st.sampled_from((None, "step-1", "step-2"))
    return st.builds(record, _SESSION_IDS, claims(), ids)
