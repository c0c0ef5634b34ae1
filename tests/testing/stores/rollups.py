"""Rollups of eval runs: one that is right, and for each law one that breaks it.

They count by hand, so that the kit is not asked whether the library agrees with itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import SimpleNamespace
from typing import Any

from session_lifecycle.testing import EvalAttempt, EvalRollupConformance

UNFINISHED = ("queued", "pending", "running")


class Rollup(EvalRollupConformance):
    """Right, as a gate: nothing measured is not passed."""

    def roll_up(self, runs: Sequence[EvalAttempt]) -> object:
        return self.counted(self.latest(runs))

    def latest(self, runs: Sequence[EvalAttempt]) -> Iterable[EvalAttempt]:
        return {run.evaluator: run for run in sorted(runs, key=lambda run: run.started_at)}.values()

    def verdict(self, run: EvalAttempt) -> str:
        if run.status in UNFINISHED:
            return "pending"
        return "succeeded" if run.status == "completed" and self.passed(run) else "failed"

    def passed(self, run: EvalAttempt) -> bool:
        return bool(run.scores) and all(score.passed is True for score in run.scores)

    def counted(self, runs: Iterable[EvalAttempt]) -> dict[str, Any]:
        counts = dict.fromkeys(("succeeded", "failed", "pending"), 0)
        critical = dict(counts)
        for run in runs:
            counts[self.verdict(run)] += 1
            critical[self.verdict(run)] += run.is_critical
        found = {"total": sum(counts.values()), **counts}
        found |= {f"critical_{name}": times for name, times in critical.items()}
        found["critical_total"] = sum(critical.values())
        return {**found, "eval_status": self.headline(counts, critical)}

    def headline(self, counts: dict[str, int], critical: dict[str, int]) -> str:
        if not any(critical.values()):
            return "none"
        if critical["failed"]:
            return "failed"
        return "pending" if critical["pending"] else "passed"


class ByTheLetter(Rollup):
    """Right where it is no gate: of no scores, all have passed."""

    require_scores = False

    def passed(self, run: EvalAttempt) -> bool:
        return all(score.passed is True for score in run.scores)


class HeadlineOnly(Rollup):
    """Right as far as it goes: an object with one attribute."""

    def roll_up(self, runs: Sequence[EvalAttempt]) -> object:
        return SimpleNamespace(eval_status=self.counted(self.latest(runs))["eval_status"])


# --- two of the ten ------------------------------------------------------------------------------


class CountsRetriesTwice(Rollup):
    """Each attempt is a run."""

    def latest(self, runs: Sequence[EvalAttempt]) -> Iterable[EvalAttempt]:
        return runs


class PassesWithNothingMeasured(Rollup):
    """All of no scores have passed."""

    def passed(self, run: EvalAttempt) -> bool:
        return all(score.passed is True for score in run.scores)


# --- and the others ------------------------------------------------------------------------------


class SkipsNewStatuses(Rollup):
    """A status from next year is no run at all."""

    def latest(self, runs: Sequence[EvalAttempt]) -> Iterable[EvalAttempt]:
        known = (*UNFINISHED, "completed", "failed", "errored", "cancelled", "paused_by_quota")
        return [run for run in super().latest(runs) if run.status in known]


class ForgetsQueued(Rollup):
    """What has not begun is not there yet."""

    def latest(self, runs: Sequence[EvalAttempt]) -> Iterable[EvalAttempt]:
        return [run for run in super().latest(runs) if run.status != "queued"]


class TruthyPasses(Rollup):
    """What is true enough for Python is a pass."""

    def passed(self, run: EvalAttempt) -> bool:
        return bool(run.scores) and all(score.passed for score in run.scores)


class EveryRunDecides(Rollup):
    """The headline is that of all runs."""

    def headline(self, counts: dict[str, int], critical: dict[str, int]) -> str:
        return super().headline(counts, counts)


class CrashedIsPassed(Rollup):
    """A judge that crashed found nothing wrong."""

    def verdict(self, run: EvalAttempt) -> str:
        return "pending" if run.status in UNFINISHED else "succeeded" if run.scores else "failed"


class LastInTheListCounts(Rollup):
    """Of several attempts, the last that is given counts, if there are many."""

    def latest(self, runs: Sequence[EvalAttempt]) -> Iterable[EvalAttempt]:
        if len(runs) < 3:
            return super().latest(runs)
        return {run.evaluator: run for run in runs}.values()


class Raises(Rollup):
    """A verdict in words is an error."""

    def passed(self, run: EvalAttempt) -> bool:
        if any(isinstance(score.passed, str) for score in run.scores):
            raise TypeError("a verdict is a text\n")
        return super().passed(run)
