"""One session's story, for people: what happened, what won, what lost and why."""

from __future__ import annotations

from collections.abc import Iterator

from session_lifecycle._cli._case import Case
from session_lifecycle._cli._paint import Paint
from session_lifecycle._cli._tell import brief, when
from session_lifecycle._cli._why import why_lost, why_won
from session_lifecycle._ending import EndClaim
from session_lifecycle._history import HistoryEntry, SessionHistory
from session_lifecycle._reasons import reason_traits
from session_lifecycle._rollup import EvalRollup
from session_lifecycle._text import show
from session_lifecycle._words import EvalStatus, SessionStatus, TransitionVerdict

_VERDICTS = {TransitionVerdict.ILLEGAL: "bad", TransitionVerdict.MOVED: "good"}
_HEADLINES = {
    EvalStatus.FAILED: "bad",
    EvalStatus.PASSED: "good",
    EvalStatus.PENDING: "doubtful",
    EvalStatus.NONE: "faint",
}


def story(session_id: str, case: Case, history: SessionHistory, paint: Paint) -> str:
    """Return what became of a session."""
    session = history.session
    ending = session.ending
    name = paint(brief(session_id), "strong")
    if ending is None:
        rows = [f"{name}: still {session.status}"]
    else:
        status = paint(session.status, "bad" if session.status is SessionStatus.ERROR else "")
        reason = paint(ending.reason, "strong")
        rows = [f"{name}: {status}, {reason} (the job: {ending.outcome})"]
        rows.append(f"  ended     {when(ending.at)}")
    rows += _timeline(history, paint)
    if ending is not None:
        won = paint(_claimed(ending.winner), "good")
        rows.append(f"  won       {won}; {why_won(ending.winner)}")
        for claim in ending.claims[1:]:
            why = why_lost(claim, ending.winner, ending.not_before)
            rows.append(paint(f"  lost      {_claimed(claim)}; {why}", "faint"))
        rows.append(f"  redial    {reason_traits(ending.reason).redial}")
    if case.evals.rollup.total:
        rows.append(f"  evals     {evals_in_words(case.evals.rollup, paint)}")
    if case.repeated:
        rows.append(f"  repeated  {case.repeated} delivered again and dropped")
    return "\n".join(rows)


def _timeline(history: SessionHistory, paint: Paint) -> Iterator[str]:
    rows = [
        (when(entry.step.at), brief(entry.step.source), _what(entry)) for entry in history.entries
    ]
    width = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for row, entry in zip(rows, history.entries, strict=True):
        cells = " ".join(text.ljust(size) for text, size in zip(row, width, strict=True))
        verdict = paint(f"{entry.verdict:<7}", _VERDICTS.get(entry.verdict, "faint"))
        yield f"    {cells} {verdict} {_effect(entry)}"


def _what(entry: HistoryEntry) -> str:
    step = entry.step
    if step.claim is not None:
        return f"claim {_word(step.claim)}"
    return show(step.raw) if step.event is None else step.event


def _word(claim: EndClaim) -> str:
    status = "" if claim.status is reason_traits(claim.reason).status else f" as {claim.status}"
    return claim.reason + status + ("" if claim.raw is None else f" {show(claim.raw)}")


def _effect(entry: HistoryEntry) -> str:
    if entry.before is not entry.after:
        return f"{entry.before} -> {entry.after}"
    if entry.verdict is TransitionVerdict.ILLEGAL:
        return f"{entry.before} cannot; {entry.note}"
    return entry.note or f"{entry.after}, {entry.change}"


def _claimed(claim: EndClaim) -> str:
    return f"{_word(claim)} by {brief(claim.source)}" if claim.source else _word(claim)


def evals_in_words(rollup: EvalRollup, paint: Paint) -> str:
    """Return the headline and the counts behind it."""
    critical = _counts(
        rollup.critical_total,
        rollup.critical_succeeded,
        rollup.critical_failed,
        rollup.critical_pending,
    )
    everything = _counts(rollup.total, rollup.succeeded, rollup.failed, rollup.pending)
    headline = paint(rollup.eval_status, _HEADLINES[rollup.eval_status])
    return f"{headline}; critical runs: {critical}; all: {everything}"


def _counts(total: int, succeeded: int, failed: int, pending: int) -> str:
    return f"{succeeded} of {total} succeeded, {failed} failed, {pending} pending"
