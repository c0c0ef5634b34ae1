"""A session's replay, as text for people and as JSON for programs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from session_lifecycle._cli._read import Case
from session_lifecycle._cli._why import why_lost, why_won
from session_lifecycle._ending import EndClaim, Ending
from session_lifecycle._history import HistoryEntry, SessionHistory
from session_lifecycle._reasons import reason_traits
from session_lifecycle._rollup import COUNTS
from session_lifecycle._text import show
from session_lifecycle._words import TransitionVerdict


def escaped(text: str) -> str:
    """Return text with nothing in it that could steer a terminal."""
    return repr(text)[1:-1]


def complain(message: str) -> None:
    """Print an error to standard error, if there is one."""
    if sys.stderr is not None:  # pyright: ignore[reportUnnecessaryComparison]
        print(f"session-lifecycle: {message}", file=sys.stderr)


def as_text(session_id: str, case: Case, history: SessionHistory) -> str:
    """Return what became of a session, for people."""
    session = history.session
    ending = session.ending
    name = show(session_id)[1:-1]
    if ending is None:
        rows = [f"{name}: still {session.status}"]
    else:
        rows = [f"{name}: {session.status}, {ending.reason} (the job: {ending.outcome})"]
        rows.append(f"  ended     {_moment(ending.at)}")
    rows += _timeline(history)
    if ending is not None:
        rows.append(f"  won       {_claimed(ending.winner)}; {why_won(ending.winner)}")
        for claim in ending.claims[1:]:
            why = why_lost(claim, ending.winner, ending.not_before)
            rows.append(f"  lost      {_claimed(claim)}; {why}")
        rows.append(f"  redial    {reason_traits(ending.reason).redial}")
    rollup = case.rollup
    if rollup.total:
        critical = _counted(
            rollup.critical_total,
            rollup.critical_succeeded,
            rollup.critical_failed,
            rollup.critical_pending,
        )
        everything = _counted(rollup.total, rollup.succeeded, rollup.failed, rollup.pending)
        rows.append(
            f"  evals     {rollup.eval_status}; critical runs: {critical}; all: {everything}"
        )
    if case.repeated:
        rows.append(f"  repeated  {case.repeated} delivered again and dropped")
    return "\n".join(rows)


def _timeline(history: SessionHistory) -> Iterator[str]:
    rows = [
        (_moment(entry.step.at), show(entry.step.source)[1:-1], _what(entry), entry.verdict, entry)
        for entry in history.entries
    ]
    width = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for row in rows:
        cells = " ".join(text.ljust(size) for text, size in zip(row[:3], width, strict=False))
        yield f"    {cells} {row[3]:<7} {_effect(row[4])}"


def _what(entry: HistoryEntry) -> str:
    step = entry.step
    return f"claim {_word(step.claim)}" if step.claim else str(step.event)


def _word(claim: EndClaim) -> str:
    return str(claim.reason) if claim.raw is None else f"{claim.reason} {show(claim.raw)}"


def _effect(entry: HistoryEntry) -> str:
    if entry.before is not entry.after:
        return f"{entry.before} -> {entry.after}"
    if entry.verdict is TransitionVerdict.ILLEGAL:
        return f"{entry.before} cannot; {entry.note}"
    return entry.note or f"{entry.after}, {entry.change}"


def _claimed(claim: EndClaim) -> str:
    return f"{_word(claim)} by {show(claim.source)[1:-1]}" if claim.source else _word(claim)


def _moment(at: datetime | None) -> str:
    if at is None:
        return "at no known time"
    exact = "milliseconds" if at.microsecond else "seconds"
    return at.replace(tzinfo=None).isoformat(" ", exact) + "Z"


def _counted(total: int, succeeded: int, failed: int, pending: int) -> str:
    return f"{succeeded} of {total} succeeded, {failed} failed, {pending} pending"


def as_json(session_id: str, case: Case, history: SessionHistory) -> dict[str, Any]:
    """Return what became of a session, for programs: plain JSON values, times ISO 8601 in UTC."""
    ending = history.session.ending
    return {
        "session_id": session_id,
        "status": history.session.status,
        "started_at": _iso(history.session.started_at),
        "ended_at": _iso(history.session.ended_at),
        "ending": None if ending is None else _ending(ending),
        "timeline": [_entry(entry) for entry in history.entries],
        "evals": _evals(case) if case.rollup.total else None,
        "repeated": case.repeated,
    }


def _ending(ending: Ending) -> dict[str, Any]:
    losers = ending.claims[1:]
    return {
        "reason": ending.reason,
        "status": ending.status,
        "outcome": ending.outcome,
        "fault": reason_traits(ending.reason).fault,
        "redial": reason_traits(ending.reason).redial,
        "winner": _claim(ending.winner) | {"why": why_won(ending.winner)},
        "lost": [
            _claim(claim) | {"why": why_lost(claim, ending.winner, ending.not_before)}
            for claim in losers
        ],
    }


def _claim(claim: EndClaim) -> dict[str, Any]:
    return {
        "reason": claim.reason,
        "status": claim.status,
        "at": _iso(claim.at),
        "source": claim.source,
        "raw": claim.raw,
    }


def _entry(entry: HistoryEntry) -> dict[str, Any]:
    step = entry.step
    return {
        "at": _iso(step.at),
        "source": step.source,
        "step_id": step.step_id,
        "event": step.event,
        "claim": None if step.claim is None else step.claim.reason,
        "raw": None if step.claim is None else step.claim.raw,
        "party": step.party,
        "connection": step.connection,
        "verdict": entry.verdict,
        "before": entry.before,
        "after": entry.after,
        "change": entry.change,
        "note": entry.note,
    }


def _evals(case: Case) -> dict[str, Any]:
    return {name: getattr(case.rollup, name) for name in COUNTS} | {
        "eval_status": case.rollup.eval_status,
        "outcomes": case.outcomes,
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")
