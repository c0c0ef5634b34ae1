"""LiveKit Agents' judges, as eval runs and their rollup.

Why not LiveKit's own answer. A judge that raises leaves no trace in LiveKit's result: its judgment
is missing, and "all passed" is then said of the others. If every judge raises, nothing is left, and
all passed, most passed and none failed. Here every judge that was asked is a run. One without a
judgment errored; one that says "maybe" has no verdict; neither is a pass.

What has to be told. Only the caller knows who was asked, so give `judges=`. Without it nobody can
be missed; but a result without any judgment is still no success: it counts as one run that errored.
LiveKit keeps one judgment for each name. Of two judges of one name one verdict is left, and nobody
knows whose: the other counts as errored.

The counting is `rollup_eval_runs`'s, and only there.

Source: livekit-agents 1.8.9 livekit/agents/evals/evaluation.py (EvaluationResult, JudgeGroup),
evals/judge.py (JudgmentResult), observability.py (Tagger.evaluations); read 2026-11-30.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol, cast

from session_lifecycle._evals import rollup_eval_runs
from session_lifecycle._rollup import EvalRollup
from session_lifecycle._text import clip, show
from session_lifecycle._words import EvalRunStatus


class JudgeLike(Protocol):
    """A judge. Any object with a name will do."""

    @property
    def name(self) -> str:
        """Its name, by which LiveKit keeps its judgment."""
        ...


class JudgeGroupLike(Protocol):
    """LiveKit's `JudgeGroup`."""

    @property
    def judges(self) -> Iterable[JudgeLike]:
        """The judges that it asks."""
        ...


class JudgeScore(NamedTuple):
    """A verdict.

    Attributes:
        passed: `True` for "pass", `False` for "fail", `None` for "maybe" and what we do not know.
    """

    passed: bool | None


class JudgeRun(NamedTuple):
    """What came of one judge: an eval run, as `rollup_eval_runs` and its neighbours read it.

    Attributes:
        name: the judge's, up to 64 characters; `""` if it cannot be read.
        status: `completed`, or `errored` for a judge without a judgment.
        is_critical: whether it drives the headline.
        scores: its one score; none if it errored.
    """

    name: str
    status: EvalRunStatus
    is_critical: bool
    scores: tuple[JudgeScore, ...]


_VERDICTS = {"pass": True, "fail": False}


def outcome_from_judges(
    result: object,
    *,
    judges: JudgeGroupLike | Iterable[JudgeLike | str] | None = None,
    critical: Iterable[JudgeLike | str] | None = None,
) -> EvalRollup:
    """Return the rollup of a session's judges; a judge that raised counts as errored.

    It is `rollup_eval_runs(runs_from_judges(...))`. Every run among them that completed has a
    score: nothing passes without having been measured.

    Args:
        result: as in `runs_from_judges`.
        judges: as there.
        critical: as there.

    Raises:
        TypeError: as there.

    >>> from types import SimpleNamespace
    >>> nothing_left = SimpleNamespace(judgments={})  # Both judges raised.
    >>> print(outcome_from_judges(nothing_left, judges=["accuracy", "safety"]).eval_status)
    failed
    """
    return rollup_eval_runs(runs_from_judges(result, judges=judges, critical=critical))


def runs_from_judges(
    result: object,
    *,
    judges: JudgeGroupLike | Iterable[JudgeLike | str] | None = None,
    critical: Iterable[JudgeLike | str] | None = None,
) -> tuple[JudgeRun, ...]:
    """Return one eval run for each judge that was asked, in the order of `judges`, then the others.

    Reading `result` is total: what it does not hold as it should has no verdict, or errored.

    Args:
        result: LiveKit's `EvaluationResult`, or the list that a job's `ctx.tagger.evaluations` is.
        judges: who was asked: the `JudgeGroup`, its judges, or their names. Without it, who raised
            cannot be seen; only that nobody answered can, and is one errored run.
        critical: which judges drive the headline, by name. They count as asked, too. All, if left
            out.

    Raises:
        TypeError: if `judges` or `critical` is not what it should be.
    """
    asked = Counter[str]() if judges is None else Counter(_names(judges, "judges"))
    needed = None if critical is None else set(_names(critical, "critical"))
    for name in sorted(needed or ()):
        asked.setdefault(name, 1)
    said: dict[str, list[bool | None]] = {}
    for name, verdict in _judgments(result):
        said.setdefault(name, []).append(verdict)
    if judges is None and not asked and not said:
        asked[""] = 1  # Nothing was measured.
    runs: list[JudgeRun] = []
    for name in [*asked, *(name for name in said if name not in asked)]:
        is_critical = needed is None or name in needed
        verdicts = said.get(name, ())
        for verdict in verdicts:
            scores = (JudgeScore(verdict),)
            runs.append(JudgeRun(clip(name), EvalRunStatus.COMPLETED, is_critical, scores))
        for _ in range(asked[name] - len(verdicts)):
            runs.append(JudgeRun(clip(name), EvalRunStatus.ERRORED, is_critical, ()))
    return tuple(runs)


def _names(asked: object, argument: str) -> list[str]:
    """The names of judges; `""` for one that has none."""
    inner = _get(asked, "judges")
    rows = asked if inner is None else inner
    if isinstance(rows, str):
        return [rows]
    try:
        found = list(cast("Iterable[object]", rows))
    except TypeError:
        raise TypeError(
            f"{argument} is {show(asked)}, expected judges or their names, or LiveKit's JudgeGroup"
        ) from None
    return [_text(one) or _text(_get(one, "name")) for one in found]


def _judgments(result: object) -> Iterator[tuple[str, bool | None]]:
    """Each judge's name and verdict, from what LiveKit keeps of them."""
    kept = _get(result, "judgments")
    try:
        if isinstance(kept, Mapping):
            pairs = [(name, _get(one, "verdict")) for name, one in cast("Any", kept).items()]
        else:
            rows = [] if isinstance(result, str | Mapping) else list(cast("Any", result))
            pairs = [(_get(one, "name"), _get(one, "verdict")) for one in rows]
    except Exception:  # It cannot be read: nobody has answered.
        return
    for name, verdict in pairs:
        yield _text(name), _VERDICTS.get(_text(verdict))


def _get(thing: object, name: str) -> object:
    try:
        return cast("Any", thing)[name] if isinstance(thing, dict) else getattr(thing, name, None)
    except Exception:
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


# Their public path, which a signature shows even before the name is asked for.
for _thing in (JudgeLike, JudgeGroupLike, JudgeScore, JudgeRun):
    _thing.__module__ = __name__.rpartition(".")[0]
