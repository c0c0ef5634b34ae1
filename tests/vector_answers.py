"""What the package answers when it is asked the questions of the vectors, in JSON's own terms."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import session_lifecycle as sl

Document = dict[str, Any]
Answers = dict[str, Callable[[Document], Document]]


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _read_reason(given: Document) -> Document:
    value = given["value"]
    reading = sl.read_termination_reason(value)
    assert sl.coerce_termination_reason(value) is reading.reason
    try:
        accepted = sl.parse_termination_reason(value) is reading.reason
    except sl.UnknownReasonError:
        accepted = False
    return {"reason": reading.reason, "raw": reading.raw, "via": reading.via, "accepted": accepted}


def _read_status(given: Document) -> Document:
    status = sl.coerce_session_status(given["value"])
    try:
        assert sl.parse_session_status(given["value"]) is status
    except sl.UnknownStatusError:
        assert status is None
    return {"status": status}


def _read_event(given: Document) -> Document:
    try:
        return {"event": sl.parse_session_event(given["value"])}
    except sl.UnknownEventError:
        return {"event": None}


def _describe_status(given: Document) -> Document:
    status = sl.SessionStatus(given["status"])
    assert sl.is_live(status) is not sl.is_terminal(status)
    return {"live": sl.is_live(status), "initial": status in sl.INITIAL_STATUSES}


def _transition(given: Document) -> Document:
    status, event = sl.SessionStatus(given["status"]), sl.SessionEvent(given["event"])
    answer = sl.transition(status, event)
    assert sl.allowed_events(status) == answer.allowed
    try:
        assert sl.next_status(status, event) is answer.after
    except sl.IllegalTransitionError:
        assert answer.verdict == "illegal"
    return {"verdict": answer.verdict, "after": answer.after, "allowed": list(answer.allowed)}


def claim_of(given: Document) -> sl.EndClaim:
    status = None if given["status"] is None else sl.SessionStatus(given["status"])
    reason = sl.SessionTerminationReason(given["reason"])
    return sl.EndClaim(reason, moment(given["at"]), given["source"], status, given["raw"])


def _settle(given: Document) -> Document:
    try:
        claims = [claim_of(claim) for claim in given["claims"]]
        ending = sl.settle(claims, not_before=moment(given["not_before"]))
    except ValueError as error:
        reasons = {
            "no claims": "no claims",
            "zone": "time without a zone",
            "is a live status": "live status",
        }
        (refused,) = (said for part, said in reasons.items() if part in str(error))
        return {"refused": refused}
    at = None if ending.at is None else ending.at.replace(tzinfo=None)
    digits = "microseconds" if at is not None and at.microsecond % 1000 else "milliseconds"
    return {
        "order": [claims.index(claim) for claim in ending.claims],
        "ranks": [sl.claim_rank(claim) for claim in ending.claims],
        "reason": ending.reason,
        "status": ending.status,
        "outcome": ending.outcome,
        "source": ending.source,
        "at": None if at is None else f"{at.isoformat(timespec=digits)}Z",
    }


def run_of(given: Document | None) -> Any:
    if given is None:
        return None
    scores = given["scores"]
    made = None if scores is None else [SimpleNamespace(**score) for score in scores]
    return SimpleNamespace(status=given["status"], is_critical=given["is_critical"], scores=made)


COUNTS = sl.EvalRollup.__slots__


def told(rollup: sl.EvalRollup) -> Document:
    counts = {name: getattr(rollup, name) for name in COUNTS}
    return {"counts": counts, "eval_status": rollup.eval_status}


def _rollup(given: Document) -> Document:
    runs = [run_of(run) for run in given["runs"]]
    rollup = sl.rollup_eval_runs(runs, require_scores=given["require_scores"])
    worst, best = sl.eval_status_bounds(rollup)
    return told(rollup) | {
        "worst": worst,
        "best": best,
        "outcomes": [sl.eval_run_outcome(run) for run in runs],
        "outcome_counts": sl.eval_outcome_counts(runs),
    }


def _merge(given: Document) -> Document:
    mode = {"require_scores": given["require_scores"]}
    shards = [sl.rollup_eval_runs(map(run_of, shard), **mode) for shard in given["shards"]]
    merged = sl.merge_rollups(shards)
    assert sl.merge_rollups(shards[::-1]) == merged
    return told(merged)


def _replace(given: Document) -> Document:
    mode = {"require_scores": given["require_scores"]}
    runs = [run_of(run) for run in given["runs"]]
    before = sl.rollup_eval_runs(runs, **mode)
    old = None if given["old"] is None else runs[given["old"]]
    return told(sl.replace_run(before, old, run_of(given["new"]), **mode))


def _latest(given: Document) -> Document:
    attempts = list(enumerate(given["attempts"]))
    kept = sl.latest_attempts(
        attempts, key=lambda one: one[1]["key"], order=lambda one: one[1]["order"]
    )
    return {"kept": sorted(place for place, _ in kept)}


def _read_strictly(given: Document) -> Document:
    try:
        sl.rollup_eval_runs(map(run_of, given["runs"]), strict=True)
    except sl.RollupError:
        return {"accepted": False}
    return {"accepted": True}


def _build(given: Document) -> Document:
    try:
        return {"valid": told(sl.EvalRollup(**given["counts"]))["counts"] == given["counts"]}
    except sl.RollupError:
        return {"valid": False}


PACKAGE: Answers = {
    "read_reason": _read_reason,
    "read_status": _read_status,
    "read_event": _read_event,
    "describe_status": _describe_status,
    "transition": _transition,
    "settle": _settle,
    "rollup": _rollup,
    "merge": _merge,
    "replace": _replace,
    "latest": _latest,
    "read_strictly": _read_strictly,
    "build": _build,
}


def wrong(vectors: Document, answers: Answers = PACKAGE) -> list[str]:
    """Return the names of the cases that are answered otherwise."""
    found = []
    for case in vectors["cases"]:
        answer = json.loads(json.dumps(answers[case["does"]](case["given"])))
        # Text and types: a member is its text in JSON, and `True` is not 1.
        if json.dumps(answer, sort_keys=True) != json.dumps(case["expect"], sort_keys=True):
            found.append(case["id"])
    return found
