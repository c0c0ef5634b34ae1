"""What the input says of one session: its distinct steps, and what its eval runs came to."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from session_lifecycle._evals import eval_run_outcome, rollup_eval_runs
from session_lifecycle._history import HistoryStep, SessionHistory
from session_lifecycle._replay import replay
from session_lifecycle._rollup import EMPTY_ROLLUP, EvalRollup, merge_rollups
from session_lifecycle._words import EvalOutcome


class Score(NamedTuple):
    """One score of a run."""

    passed: object


class Run(NamedTuple):
    """One eval run as a line gives it."""

    status: object
    is_critical: object
    scores: tuple[Score, ...]


class Evals(NamedTuple):
    """What a session's eval runs came to: the counts, and how many runs had each outcome."""

    rollup: EvalRollup = EMPTY_ROLLUP
    outcomes: tuple[int, ...] = (0,) * len(EvalOutcome)

    def by_outcome(self) -> dict[EvalOutcome, int]:
        """Return how many runs had each outcome."""
        return dict(zip(EvalOutcome, self.outcomes, strict=True))


NO_EVALS = Evals()

# Up to so many steps are looked through for an id; a set of them would take more room than they do.
_FEW = 16


class Case:
    """What the input says of one session; grows with distinct steps, not with lines."""

    __slots__ = ("_ids", "_room", "_runs", "evals", "repeated", "several_rooms", "steps")

    def __init__(self) -> None:
        self.steps: list[HistoryStep] = []
        self.evals = NO_EVALS
        self.repeated = 0
        self.several_rooms = False
        self._room = 0
        self._ids: set[str] | None = None
        self._runs: set[str] | None = None

    def add_room(self, sid: str) -> None:
        """Note whether more than one room went by the session's name."""
        room = hash(sid)  # Only to be compared with the next one.
        if sid and room != self._room:
            self.several_rooms = self.several_rooms or self._room != 0
            self._room = room

    def has_step(self, step_id: object) -> bool:
        """Return whether there is a step of this id, and count that it came again."""
        if type(step_id) is not str:
            return False
        if self._ids is not None:
            if step_id not in self._ids:
                return False
        else:
            for step in self.steps:
                if step.step_id == step_id:
                    break
            else:
                return False
        self.repeated += 1
        return True

    def has_run(self, run_id: str | None) -> bool:
        """Return whether there is an eval run of this id; if there is none, there is from now on.

        That it came again is counted.
        """
        if run_id is None:
            return False
        if self._runs is None:
            self._runs = set()
        known = run_id in self._runs
        self._runs.add(run_id)
        self.repeated += known
        return known

    def add_step(self, step: HistoryStep) -> None:
        """Keep a step that is not there already."""
        self.steps.append(step)
        if self._ids is not None and step.step_id is not None:
            self._ids.add(step.step_id)
        elif len(self.steps) == _FEW:
            self._ids = {kept.step_id for kept in self.steps if kept.step_id is not None}

    def history(self) -> SessionHistory:
        """Return what the steps come to."""
        return replay(self.steps)

    def last_heard(self) -> datetime | None:
        """Return the latest time in it, `None` if it has none."""
        return max((s.at for s in self.steps if s.at is not None), default=None)


class Tally:
    """Adds eval runs up. It remembers what the ordinary ones come to: there are few kinds of them,
    and sessions of the same evals then share one value."""

    def __init__(self, *, require_scores: bool = False) -> None:
        self._require_scores = require_scores
        self._kinds: dict[tuple[object, ...], Evals] = {}
        self._sums: dict[tuple[Evals, Evals], Evals] = {}

    def add(self, evals: Evals, run: Run) -> Evals:
        """Return the evals with one run more."""
        return self.merge(evals, self._one(run))

    def merge(self, one: Evals, other: Evals) -> Evals:
        """Return both together."""
        if (both := self._sums.get((one, other))) is None:
            rollup = merge_rollups((one.rollup, other.rollup))
            counts = zip(one.outcomes, other.outcomes, strict=True)
            both = Evals(rollup, tuple([a + b for a, b in counts]))
            if len(self._sums) < _MEMORY:
                self._sums[one, other] = both
        return both

    def _one(self, run: Run) -> Evals:
        kind = _kind(run)
        known = None if kind is None else self._kinds.get(kind)
        if known is None:
            rollup = rollup_eval_runs([run], require_scores=self._require_scores)
            outcome = eval_run_outcome(run)
            known = Evals(rollup, tuple([int(other is outcome) for other in EvalOutcome]))
            if kind is not None and len(self._kinds) < _MEMORY:
                self._kinds[kind] = known
        return known


_MEMORY = 1_000


def _kind(run: Run) -> tuple[object, ...] | None:
    """All that decides about a run, or `None` where equality would not: 1 equals `True`."""
    if type(run.status) is not str or len(run.status) > 64 or len(run.scores) > 16:
        return None
    kind = (run.is_critical, *(score.passed for score in run.scores))
    return (run.status, *kind) if all(c is None or type(c) is bool for c in kind) else None
