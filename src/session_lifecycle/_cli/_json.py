"""One session's story, for programs: plain JSON values, times ISO 8601 in UTC."""

from __future__ import annotations

from typing import Any

from session_lifecycle._cli._case import Case, Evals
from session_lifecycle._cli._tell import iso
from session_lifecycle._cli._why import why_lost, why_won
from session_lifecycle._ending import EndClaim, Ending
from session_lifecycle._history import HistoryEntry, SessionHistory
from session_lifecycle._reasons import reason_traits
from session_lifecycle._rollup import COUNTS


def story_as_json(session_id: str, case: Case, history: SessionHistory) -> dict[str, Any]:
    """Return what became of a session."""
    ending = history.session.ending
    return {
        "session_id": session_id,
        "status": history.session.status,
        "started_at": iso(history.session.started_at),
        "ended_at": iso(history.session.ended_at),
        "ending": None if ending is None else _ending(ending),
        "timeline": [_entry(entry) for entry in history.entries],
        "evals": evals_as_json(case.evals) if case.evals.rollup.total else None,
        "repeated": case.repeated,
    }


def _ending(ending: Ending) -> dict[str, Any]:
    return {
        "reason": ending.reason,
        "status": ending.status,
        "outcome": ending.outcome,
        "fault": reason_traits(ending.reason).fault,
        "redial": reason_traits(ending.reason).redial,
        "winner": _claim(ending.winner) | {"why": why_won(ending.winner)},
        "lost": [
            _claim(claim) | {"why": why_lost(claim, ending.winner, ending.not_before)}
            for claim in ending.claims[1:]
        ],
    }


def _claim(claim: EndClaim) -> dict[str, Any]:
    return {
        "reason": claim.reason,
        "status": claim.status,
        "at": iso(claim.at),
        "source": claim.source,
        "raw": claim.raw,
    }


def _entry(entry: HistoryEntry) -> dict[str, Any]:
    step = entry.step
    return {
        "at": iso(step.at),
        "source": step.source,
        "step_id": step.step_id,
        "event": step.event,
        "claim": None if step.claim is None else step.claim.reason,
        "raw": step.raw if step.claim is None else step.claim.raw,
        "party": step.party,
        "connection": step.connection,
        "verdict": entry.verdict,
        "before": entry.before,
        "after": entry.after,
        "change": entry.change,
        "note": entry.note,
    }


def evals_as_json(evals: Evals) -> dict[str, Any]:
    """Return the counts, the headline, and how many runs had each outcome."""
    rollup = evals.rollup
    return {name: getattr(rollup, name) for name in COUNTS} | {
        "eval_status": rollup.eval_status,
        "outcomes": evals.by_outcome(),
    }
