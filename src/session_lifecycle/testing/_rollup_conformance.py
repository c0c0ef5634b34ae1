"""The conformance kit for eval rollups: one method, and the laws of a headline."""

# No annotations from __future__: as text, `get_type_hints` would look for the names in the public
# module, which these classes say they are from.

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, NamedTuple, NoReturn, cast

import hypothesis
from hypothesis import given
from hypothesis import strategies as st

from session_lifecycle._evals import latest_attempts, rollup_eval_runs
from session_lifecycle._rollup import COUNTS, EvalRollup
from session_lifecycle._text import show
from session_lifecycle.testing._fitting import fitting
from session_lifecycle.testing._laws import LAWS, LawBrokenError

_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
_SHOWN = (*COUNTS, "eval_status")


class AttemptScore(NamedTuple):
    """One score of an attempt.

    Attributes:
        passed: True, False, None, or what a careless judge wrote instead.
    """

    passed: object


class EvalAttempt(NamedTuple):
    """One eval run, as the kit gives it to a rollup.

    Attributes:
        evaluator: what it is an attempt at; of several only the last counts.
        started_at: when it started, aware.
        status: an eval run's status, or a word from next year, as text.
        is_critical: whether it drives the headline.
        scores: its scores.
    """

    evaluator: str
    started_at: datetime
    status: str
    is_critical: bool
    scores: tuple[AttemptScore, ...]


def attempt(
    status: str = "completed",
    *passed: object,
    critical: bool = True,
    evaluator: str = "a",
    minute: int = 0,
) -> EvalAttempt:
    """Return an attempt, in short."""
    scores = tuple(map(AttemptScore, passed))
    return EvalAttempt(evaluator, _NOON + timedelta(minutes=minute), status, critical, scores)


_PASSED = attempt("completed", True, evaluator="good")

# Each law with runs that show it, the shortest first.
# fmt: off
_CASES: tuple[tuple[str, tuple[EvalAttempt, ...]], ...] = (
    ("nothing_measured_is_not_passed", (attempt("completed"),)),
    ("nothing_measured_is_not_passed", (_PASSED, attempt("completed"))),
    ("a_crashed_judge_is_not_passed",  (attempt("errored", True),)),
    ("a_crashed_judge_is_not_passed",  (attempt("failed"),)),
    ("a_crashed_judge_is_not_passed",  (attempt("cancelled", True),)),
    ("a_crashed_judge_is_not_passed",  (_PASSED, attempt("paused_by_quota", True))),
    ("only_true_is_a_pass",            (attempt("completed", None),)),
    ("only_true_is_a_pass",            (attempt("completed", 1),)),
    ("only_true_is_a_pass",            (attempt("completed", "true"),)),
    ("only_true_is_a_pass",            (attempt("completed", True, None),)),
    ("only_true_is_a_pass",            (attempt("completed", True, False),)),
    ("critical_decides",               ()),
    ("critical_decides",               (attempt("completed", False, critical=False),)),
    ("critical_decides",               (attempt("completed", True, critical=False),)),
    ("critical_decides",               (_PASSED, attempt("completed", False, critical=False))),
    ("critical_decides",               (_PASSED, attempt("running", critical=False))),
    ("critical_decides",               (_PASSED, attempt("running"))),
    ("critical_decides",               (attempt("running"), attempt("failed", evaluator="b"))),
    ("a_retry_counts_once",            (attempt("failed"), attempt("completed", True, minute=1))),
    ("a_retry_counts_once",            (attempt("completed", True), attempt("failed", minute=1))),
    ("a_retry_counts_once",            (attempt("completed", True, minute=1), attempt("failed"))),
    ("a_retry_counts_once",            (attempt("completed", True),
                                        attempt("completed", True, minute=1))),
    ("rollup_counts_what_ran",         (_PASSED, attempt("queued"),
                                        attempt("failed", evaluator="b"),
                                        attempt("pending", critical=False, evaluator="c"))),
)
# fmt: on


class EvalRollupConformance(ABC):
    """Subclass it, write the one method over your rollup, and pytest finds the tests.

    Attributes:
        require_scores: whether the headline is a gate, for which a run without scores has failed.
            Say False for one that follows the letter of "every score passed".
        settings: Hypothesis settings for the runs at random; None for those of the profile.
        checked: how often each law was checked, by name.
    """

    require_scores: ClassVar[bool] = True
    settings: ClassVar[hypothesis.settings | None] = None
    checked: ClassVar[Counter[str]]

    def __init_subclass__(cls, **named: Any) -> None:
        super().__init_subclass__(**named)
        cls.checked = Counter()

    @abstractmethod
    def roll_up(self, runs: Sequence[EvalAttempt]) -> object:
        """Return your rollup of the runs that targeted one session.

        An `EvalRollup`, or a mapping or object with `eval_status` and as many of its counts as you
        have: what you do not have is not checked.
        """

    def test_each_law(self) -> None:
        """Each law, on runs that show it."""
        for name, runs in _CASES:
            if self.require_scores or name != "nothing_measured_is_not_passed":
                self._hold(name, runs)

    def test_any_runs(self) -> None:
        """Runs at random, and the same in another order."""

        @fitting(self.settings)
        @given(st.lists(attempts(), max_size=6, unique_by=_place))
        def check(runs: list[EvalAttempt]) -> None:
            in_order = sorted(runs, key=_order)
            self._hold("rollup_counts_what_ran", in_order)
            for other in (runs, in_order[::-1]):
                self._hold("order_does_not_matter", other)

        check()

    def _hold(self, name: str, runs: Sequence[EvalAttempt]) -> None:
        counted = latest_attempts(runs, key=lambda run: run.evaluator, order=_order)
        expected = rollup_eval_runs(counted, require_scores=self.require_scores)
        try:
            found = self.roll_up(runs)
        except Exception as error:
            told = f"It raised {type(error).__name__}: {show(str(error))}."
            self._broken(name, runs, told)
        if _field(found, "eval_status") is ...:
            raise TypeError(
                f"roll_up returned {show(found)}, expected an EvalRollup, or a mapping or object "
                "with eval_status and as many of its counts as there are"
            )
        self.checked[name] += 1
        for field in _SHOWN:
            value = _field(found, field)
            if value is not ... and value != getattr(expected, field):
                told = (
                    f"Expected {field} to be {show(getattr(expected, field))}; found {show(value)}."
                )
                self._broken(name, runs, told)

    def _broken(self, name: str, runs: Sequence[EvalAttempt], found: str) -> NoReturn:
        raise LawBrokenError(LAWS[name], tuple(map(_told, runs)), found)


def _order(run: EvalAttempt) -> datetime:
    return run.started_at


def _place(run: EvalAttempt) -> tuple[str, datetime]:
    # Of two attempts at one time, which is the last, nobody can say.
    return run.evaluator, run.started_at


def _field(found: object, name: str) -> object:
    if isinstance(found, EvalRollup):
        return getattr(found, name)
    if isinstance(found, Mapping):
        return cast("Mapping[str, object]", found).get(name, ...)
    return getattr(found, name, ...)


def _told(run: EvalAttempt) -> str:
    passed = ", ".join(show(score.passed) for score in run.scores) or "no scores"
    kind = "critical" if run.is_critical else "not critical"
    return f"{run.evaluator}, {run.started_at:%H:%M}: {run.status}, {kind}, passed: {passed}"


def attempts() -> st.SearchStrategy[EvalAttempt]:
    """Return attempts at a few evaluators, with statuses and verdicts of every kind."""
    statuses = (
        "completed",
        "completed",
        "running",
        "queued",
        "pending",
        "failed",
        "errored",
        "new",
    )
    verdicts = st.sampled_from((True, True, False, None, 1, "true"))
    return st.builds(
        EvalAttempt,
        st.sampled_from("abc"),
        st.integers(0, 10**6).map(lambda n: _NOON + timedelta(seconds=n)),
        st.sampled_from(statuses),
        st.booleans(),
        st.lists(verdicts.map(AttemptScore), max_size=3).map(tuple),
    )
