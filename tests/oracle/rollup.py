"""Section 6 once more: each count counted on its own, and bounds by trying every end there is.

A run is what JSON says: `status`, `is_critical` and `scores`, each score with `passed`.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from tests.oracle.spec import words

Run = dict[str, Any]

OUTCOMES = words("EvalOutcome")
HEADLINES = words("EvalStatus")
# "`queued`, `pending` and `running` are unfinished."
UNFINISHED = words("EvalRunStatus")[:3]
KINDS = ("total", "succeeded", "failed", "pending")
COUNTS = (*KINDS, *(f"critical_{kind}" for kind in KINDS))


def _verdicts(run: Run) -> list[bool | None]:
    # "`passed` that is not a bool ... counts as `None`, `scores=None` is no scores"
    passed = [score["passed"] for score in run["scores"] or []]
    return [verdict if isinstance(verdict, bool) else None for verdict in passed]


def outcome(run: Run) -> str:
    """Return what one run established."""
    if run["status"] in UNFINISHED:
        return "pending"
    if run["status"] != "completed":
        return "errored"  # "every status that is neither unfinished nor `completed`"
    verdicts = _verdicts(run)
    if False in verdicts:
        return "failed"  # "some score `passed is False`"
    if not verdicts or None in verdicts:
        return "no_verdict"  # "no scores, or some `None` and none `False`"
    return "passed"


def _succeeded(run: Run, require_scores: bool) -> bool:
    # "status `completed` and every score `passed is True`"
    if run["status"] != "completed" or not all(verdict is True for verdict in _verdicts(run)):
        return False
    return bool(_verdicts(run)) or not require_scores


def counts(runs: list[Run], require_scores: bool) -> dict[str, int]:
    """Return the eight counts."""
    found: dict[str, int] = {}
    # "the same over runs marked critical"; `None` is not critical, else its truth value decides
    for prefix, among in (("", runs), ("critical_", [run for run in runs if run["is_critical"]])):
        succeeded = sum(_succeeded(run, require_scores) for run in among)
        pending = sum(run["status"] in UNFINISHED for run in among)
        # "`failed = total - succeeded - pending`, whatever else the status says"
        cells = (len(among), succeeded, len(among) - succeeded - pending, pending)
        found |= {f"{prefix}{kind}": cell for kind, cell in zip(KINDS, cells, strict=True)}
    return found


def headline(found: dict[str, int]) -> str:
    """Return "`none` when there are no criticals; else `failed` as soon as one failed; else
    `pending` while one is pending; else `passed`".
    """
    if found["critical_total"] == 0:
        return "none"
    if found["critical_failed"] > 0:
        return "failed"
    return "pending" if found["critical_pending"] > 0 else "passed"


def bounds(runs: list[Run], require_scores: bool) -> tuple[str, str]:
    """Return the worst and the best "the headline can still become", every end having been tried.

    Of two runs that count alike one is enough, so that many unfinished ones do not take long.
    """
    ended = [run for run in runs if run["status"] not in UNFINISHED]
    waiting = [run for run in runs if run["status"] in UNFINISHED]
    critical = [run for run in waiting if run["is_critical"]][:3]
    reached = set()
    for ends in product((True, False), repeat=len(critical)):
        become = [
            {"status": "completed", "is_critical": True, "scores": [{"passed": end}]}
            for end in ends
        ]
        reached.add(headline(counts([*ended, *become], require_scores)))
    badness = ("failed", "none", "passed")
    return min(reached, key=badness.index), max(reached, key=badness.index)


def rollup(runs: list[Run], require_scores: bool) -> dict[str, object]:
    """Return the counts, the headline with its bounds, and each run's outcome."""
    found = counts(runs, require_scores)
    worst, best = bounds(runs, require_scores)
    outcomes = [outcome(run) for run in runs]
    return {
        "counts": found,
        "eval_status": headline(found),
        "worst": worst,
        "best": best,
        "outcomes": outcomes,
        "outcome_counts": {word: outcomes.count(word) for word in OUTCOMES},
    }


def merge(shards: list[list[Run]], require_scores: bool) -> dict[str, object]:
    """ "merging shards equals rolling up the whole"."""
    found = counts([run for shard in shards for run in shard], require_scores)
    return {"counts": found, "eval_status": headline(found)}


def replace(
    runs: list[Run], old: int | None, new: Run | None, require_scores: bool
) -> dict[str, object]:
    """ "updates one run without a recount": what a recount would give."""
    kept = [run for place, run in enumerate(runs) if place != old]
    found = counts(kept if new is None else [*kept, new], require_scores)
    return {"counts": found, "eval_status": headline(found)}


def accepted_strictly(runs: list[Run]) -> bool:
    """Whether "`strict=True`" takes these runs: a `passed` that is neither bool nor `None`, no
    `scores` and an `is_critical` that is no bool are refused.
    """
    return all(
        isinstance(run["is_critical"], bool)
        and run["scores"] is not None
        and all(isinstance(score["passed"], bool | None) for score in run["scores"])
        for run in runs
    )


def valid(found: dict[str, int]) -> bool:
    """Whether there is a set of runs with these counts: none is negative, each three add up to
    their total, and no kind has more critical runs than runs.
    """
    parts = KINDS[1:]
    return (
        min(found.values()) >= 0
        and found["total"] == sum(found[kind] for kind in parts)
        and found["critical_total"] == sum(found[f"critical_{kind}"] for kind in parts)
        and all(found[f"critical_{kind}"] <= found[kind] for kind in KINDS)
    )


def latest(attempts: list[dict[str, Any]]) -> list[int]:
    """Return the places of "the last attempt of each key ... by `order`"; of two with the same
    order the later in the list. In the order of the places.
    """
    keys = {attempt["key"] for attempt in attempts}
    numbered = list(enumerate(attempts))
    return sorted(
        max((one["order"], place) for place, one in numbered if one["key"] == key)[1]
        for key in keys
    )
