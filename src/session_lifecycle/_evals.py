"""Reading the eval runs that targeted a session, into counts and one headline.

What the headline may promise. `passed` says that every critical run completed with every score
passed. It does not say that anything was measured: by the letter of the rule a completed run
without scores succeeded. For a gate that is a trap, so `require_scores=True` counts it as failed,
and `eval_outcome_counts` shows it as `no_verdict`. Whatever is neither unfinished nor completed has
failed, a status from next year included: a crashed judge never shows up green.

Reading is total. A `passed` that is not a bool is never a pass; `scores=None` is no scores;
`is_critical=None` is not critical, and anything else decides by its truth value. `strict=True`
raises `RollupError` instead, for those who would rather hear of it.
"""

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, Protocol, TypeVar

from session_lifecycle._errors import RollupError
from session_lifecycle._names import publish
from session_lifecycle._rollup import COUNTS, EvalRollup
from session_lifecycle._text import show
from session_lifecycle._words import EvalOutcome, EvalRunStatus


class EvalScoreLike(Protocol):
    """One score of a run. Any object with this attribute will do."""

    @property
    def passed(self) -> object:
        """`True`, `False`, or `None` for "no verdict"."""


class EvalRunLike(Protocol):
    """One eval run. Any object with these attributes will do: attrs, ORM row, pydantic."""

    @property
    def status(self) -> object:
        """An `EvalRunStatus`, its text, or a word we do not know."""

    @property
    def is_critical(self) -> object:
        """Whether the run drives the headline."""

    @property
    def scores(self) -> Iterable[EvalScoreLike] | None:
        """The run's scores."""


_R = TypeVar("_R", bound=EvalRunLike)
_A = TypeVar("_A")

_COMPLETED_MEMBER = EvalRunStatus.COMPLETED
_COMPLETED = EvalRunStatus.COMPLETED.value
# A tuple: to look in it compares, and does not hash a text of any length.
_UNFINISHED = ("queued", "pending", "running")


def rollup_eval_runs(
    runs: Iterable[EvalRunLike], *, require_scores: bool = False, strict: bool = False
) -> EvalRollup:
    """Return the counts over eval runs, and with them the headline.

    Args:
        runs: the runs, read once.
        require_scores: count a completed run without scores as failed instead of succeeded.
        strict: refuse what the total reading would only read past.

    Raises:
        RollupError: only if `strict`, for a `passed` that is neither bool nor `None`, for
            `scores=None`, or for an `is_critical` that is no bool.

    >>> rollup_eval_runs([]).eval_status
    <EvalStatus.NONE: 'none'>
    """
    total = succeeded = pending = 0
    critical_total = critical_succeeded = critical_pending = 0
    member, completed, text = _COMPLETED_MEMBER, _COMPLETED, str
    for run in map(_checked, runs) if strict else runs:
        total += 1
        # What _read() says, written out for runs that are what they should be: nothing is counted
        # before everything that may raise has been read.
        try:
            status = run.status
            critical = not not run.is_critical  # noqa: SIM208  # Sooner than a call of bool().
            if status is member or (type(status) is text and status == completed):
                try:
                    for score in _some(run.scores) if require_scores else run.scores:  # type: ignore[union-attr]
                        if score.passed is not True:
                            break
                    else:
                        succeeded += 1
                        if critical:
                            critical_succeeded += 1
                except Exception:
                    _, done, _ = _read(run, require_scores, True)
                    succeeded += done
                    critical_succeeded += done and critical
            elif type(status) is text or type(status) is EvalRunStatus:
                if status in _UNFINISHED:
                    pending += 1
                    if critical:
                        critical_pending += 1
            else:
                raise TypeError  # Another Enum, perhaps.
        except Exception:
            critical, done, waits = _read(run, require_scores, False)
            succeeded += done
            pending += waits
            if critical:
                critical_succeeded += done
                critical_pending += waits
        if critical:
            critical_total += 1
    return EvalRollup(
        total,
        succeeded,
        total - succeeded - pending,
        pending,
        critical_total,
        critical_succeeded,
        critical_total - critical_succeeded - critical_pending,
        critical_pending,
    )


class _NoScore:
    """Stands for scores where there are none and some are required: no verdict, so no success."""

    passed = None


def _some(scores: Iterable[EvalScoreLike] | None) -> Iterable[EvalScoreLike]:
    return tuple(scores or ()) or (_NoScore(),)


def _read(run: object, require_scores: bool, begun: bool) -> tuple[bool, bool, bool]:
    """Whether a run is critical, succeeded, pending; for any object, and without raising."""
    critical = _get(run, "is_critical")
    try:
        critical = bool(critical)
    except Exception:
        critical = True  # It says something: a gate had better look.
    status = _status_of(run)
    if status != _COMPLETED:
        return critical, False, status in _UNFINISHED
    if begun and _is_read_once(_get(run, "scores")):
        return critical, False, False  # What was read of them did not all pass.
    passed = _passed(run)
    return critical, all(p is True for p in passed) and (bool(passed) or not require_scores), False


def _is_read_once(scores: Any) -> bool:
    try:
        return iter(scores) is scores
    except Exception:
        return scores is not None


def _get(thing: object, name: str) -> Any:
    try:
        return getattr(thing, name)
    except Exception:
        return None


def _status_of(run: object) -> str:
    status = _get(run, "status")
    if issubclass(type(status), Enum) and not issubclass(type(status), str):
        status = _get(status, "value")
    # The longest status has 9 characters; a longer text need not be read to the end.
    return str.__getitem__(status, slice(0, 16)) if issubclass(type(status), str) else ""


def _passed(run: object) -> list[bool | None]:
    """Each score's `passed`, `None` for all that is no bool, and for scores that break off."""
    scores = _get(run, "scores")
    passed: list[bool | None] = []
    if scores is not None:
        try:
            for score in scores:
                verdict = _get(score, "passed")
                passed.append(verdict if verdict is True or verdict is False else None)
        except Exception:
            passed.append(None)
    return passed


class _CheckedRun:
    """A run that strict reading has accepted, its scores read once."""

    __slots__ = ("is_critical", "scores", "status")

    def __init__(self, status: object, is_critical: bool, scores: list[EvalScoreLike]) -> None:
        self.status = status
        self.is_critical = is_critical
        self.scores = scores


def _checked(run: EvalRunLike) -> _CheckedRun:
    try:
        status, is_critical, scores = run.status, run.is_critical, run.scores
        if is_critical is not True and is_critical is not False:
            raise RollupError(f"is_critical is {show(is_critical)}, expected True or False")
        if scores is None:
            raise RollupError("scores is None, expected an iterable of scores, () for none")
        scores = list(scores)
        for score in scores:
            passed = score.passed
            if passed is not None and passed is not True and passed is not False:
                raise RollupError(f"passed is {show(passed)}, expected True, False or None")
    except (AttributeError, TypeError) as error:
        raise RollupError(
            f"{show(run)} is no eval run: {show(str(error))}; expected status, is_critical and "
            "scores, each score with passed"
        ) from error
    return _CheckedRun(status, is_critical, scores)


def eval_run_outcome(run: EvalRunLike, *, strict: bool = False) -> EvalOutcome:
    """Return what one run established.

    `pending` while unfinished; `errored` for every other status but `completed`, a new word
    included; for a completed run `passed`, `failed` (some score's `passed` is `False`) or
    `no_verdict` (no scores, or one without a verdict and none failed).

    Raises:
        RollupError: only if `strict`, as in `rollup_eval_runs`.
    """
    if strict:
        run = _checked(run)
    status = _status_of(run)
    if status in _UNFINISHED:
        return EvalOutcome.PENDING
    if status != _COMPLETED:
        return EvalOutcome.ERRORED
    passed = _passed(run)
    if False in passed:
        return EvalOutcome.FAILED
    return EvalOutcome.PASSED if passed and None not in passed else EvalOutcome.NO_VERDICT


def eval_outcome_counts(
    runs: Iterable[EvalRunLike], *, strict: bool = False
) -> dict[EvalOutcome, int]:
    """Return how many runs had each outcome; every outcome has a count.

    Raises:
        RollupError: only if `strict`, as in `rollup_eval_runs`.
    """
    counts = dict.fromkeys(EvalOutcome, 0)
    for run in runs:
        counts[eval_run_outcome(run, strict=strict)] += 1
    return counts


def replace_run(
    rollup: EvalRollup,
    old: EvalRunLike | None,
    new: EvalRunLike | None,
    *,
    require_scores: bool = False,
) -> EvalRollup:
    """Return the rollup after one run changed from `old` to `new`, without a recount.

    Args:
        rollup: counted with the same `require_scores`.
        old: the run as it was counted, or `None` to add a run.
        new: the run as it is now, or `None` to take it out.
        require_scores: as in `rollup_eval_runs`.

    Raises:
        RollupError: if `old` cannot be among the runs of `rollup`.
    """
    out = rollup_eval_runs([] if old is None else [old], require_scores=require_scores)
    come = rollup_eval_runs([] if new is None else [new], require_scores=require_scores)
    counts = [getattr(rollup, n) - getattr(out, n) + getattr(come, n) for n in COUNTS]
    try:
        return EvalRollup(*counts)
    except RollupError as error:
        raise RollupError(f"the old run is not among those counted: without it, {error}") from None


def latest_attempts(
    runs: Iterable[_R], *, key: Callable[[_R], _A], order: Callable[[_R], Any]
) -> tuple[_R, ...]:
    """Return the last attempt of each key, so that a retry is not counted twice.

    It comes before any rollup or sharding. Of two attempts with the same `order` the later in
    `runs` counts.

    Args:
        runs: the runs, in any order.
        key: what an attempt is an attempt at: the evaluator or binding; hashable.
        order: the attempt's start time or number; comparable among the attempts at one key.

    Returns:
        One run a key, in the order in which the keys first came.

    Raises:
        RollupError: if two attempts cannot be ordered, for example because one has no start time.
    """
    latest: dict[_A, tuple[Any, _R]] = {}
    for run in runs:
        name, place = key(run), order(run)
        if name in latest:
            before = latest[name][0]
            if not _at_least(place, before):
                continue
        latest[name] = place, run
    return tuple(run for _, run in latest.values())


def _at_least(place: Any, before: Any) -> bool:
    try:
        later, earlier = bool(place >= before), bool(place < before)
    except Exception:
        later = earlier = False
    if later is earlier:  # Neither of None and a time, nor of NaN and a number, comes first.
        raise RollupError(
            f"order gave {show(place)} and {show(before)}, which cannot be compared: "
            "give a start time or an attempt number for every run of a key"
        )
    return later


publish(globals())
