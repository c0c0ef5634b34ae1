"""Judges, with small doubles; the real ones are in tests/voice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_lifecycle import EvalOutcome, EvalRollup, EvalStatus, eval_outcome_counts
from session_lifecycle.integrations.livekit import (
    JudgeRun,
    JudgeScore,
    outcome_from_judges,
    runs_from_judges,
)


@dataclass
class Judgment:
    verdict: Any


@dataclass
class Result:
    """As `EvaluationResult` is."""

    judgments: Any = field(default_factory=dict)


@dataclass
class Judge:
    name: Any


@dataclass
class Group:
    judges: list[Judge]


def result(**verdicts: Any) -> Result:
    return Result({name: Judgment(verdict) for name, verdict in verdicts.items()})


def outcomes(*args: Any, **kwargs: Any) -> dict[str, int]:
    """Return how many judges came to what, without the zeros."""
    counts = eval_outcome_counts(runs_from_judges(*args, **kwargs))
    return {str(outcome): count for outcome, count in counts.items() if count}


THREE = Group([Judge("accuracy"), Judge("safety"), Judge("tone")])


def test_trace_21_if_every_judge_raised_nothing_was_measured() -> None:
    """livekit/agents: `all_passed`, `majority_passed` and `none_failed` are all true of it."""
    rollup = outcome_from_judges(Result(), judges=THREE)
    assert rollup == EvalRollup(3, 0, 3, 0, 3, 0, 3, 0)
    assert rollup.eval_status is EvalStatus.FAILED
    assert outcomes(Result(), judges=THREE) == {"errored": 3}


@pytest.mark.parametrize("nobody_told", [None, Result(), Result(None), Result(5), [], {}, 5, "x"])
def test_nothing_measured_is_not_passed_though_nobody_says_who_was_asked(nobody_told: Any) -> None:
    rollup = outcome_from_judges(nobody_told)
    assert rollup == EvalRollup(1, 0, 1, 0, 1, 0, 1, 0)
    assert rollup.eval_status is EvalStatus.FAILED
    assert runs_from_judges(nobody_told) == (JudgeRun("", "errored", True, ()),)


def test_nobody_asked_is_not_nothing_measured() -> None:
    assert outcome_from_judges(Result(), judges=[]) == EvalRollup()
    assert outcome_from_judges(Result(), judges=[]).eval_status is EvalStatus.NONE


@pytest.mark.parametrize(
    ("verdict", "outcome", "status"),
    [
        ("pass", EvalOutcome.PASSED, EvalStatus.PASSED),
        ("fail", EvalOutcome.FAILED, EvalStatus.FAILED),
        ("maybe", EvalOutcome.NO_VERDICT, EvalStatus.FAILED),
        ("from_2031", EvalOutcome.NO_VERDICT, EvalStatus.FAILED),
        ("PASS", EvalOutcome.NO_VERDICT, EvalStatus.FAILED),
        (True, EvalOutcome.NO_VERDICT, EvalStatus.FAILED),
        (None, EvalOutcome.NO_VERDICT, EvalStatus.FAILED),
        ([], EvalOutcome.NO_VERDICT, EvalStatus.FAILED),
    ],
)
def test_what_a_verdict_counts_as(verdict: Any, outcome: EvalOutcome, status: EvalStatus) -> None:
    for judges in (None, ["safety"]):
        assert outcomes(result(safety=verdict), judges=judges) == {outcome: 1}
        assert outcome_from_judges(result(safety=verdict), judges=judges).eval_status is status


def test_each_judge_is_a_run_in_the_order_in_which_they_were_asked() -> None:
    said = result(tone="maybe", extra="fail", accuracy="pass")
    assert runs_from_judges(said, judges=THREE) == (
        JudgeRun("accuracy", "completed", True, (JudgeScore(True),)),
        JudgeRun("safety", "errored", True, ()),
        JudgeRun("tone", "completed", True, (JudgeScore(None),)),
        JudgeRun("extra", "completed", True, (JudgeScore(False),)),
    )


@pytest.mark.parametrize(
    "judges",
    [
        THREE,
        THREE.judges,
        iter(THREE.judges),
        ["accuracy", "safety", "tone"],
        {"accuracy": 1, "safety": 2, "tone": 3},
        SimpleNamespace(judges=("accuracy", Judge("safety"), "tone")),
    ],
)
def test_who_was_asked_is_told_in_any_form(judges: Any) -> None:
    rollup = outcome_from_judges(result(accuracy="pass", safety="pass"), judges=judges)
    assert rollup == EvalRollup(3, 2, 1, 0, 3, 2, 1, 0)


def test_one_name_is_one_judge() -> None:
    assert outcomes(Result(), judges="accuracy") == {"errored": 1}
    assert outcomes(result(accuracy="pass"), judges="accuracy", critical="accuracy") == {
        "passed": 1
    }


def test_of_judges_of_one_name_only_one_can_be_told() -> None:
    """LiveKit keeps a judgment by its judge's name: the last one stays."""
    twins = [Judge("llm"), Judge("llm"), Judge("tone")]
    assert outcomes(result(llm="pass", tone="pass"), judges=twins) == {"passed": 2, "errored": 1}
    assert outcomes(Result(), judges=twins) == {"errored": 3}
    assert (
        outcome_from_judges(result(llm="pass", tone="pass"), judges=twins).eval_status == "failed"
    )


def test_critical_judges_drive_the_headline() -> None:
    said = result(accuracy="pass", tone="fail")
    assert outcome_from_judges(said, critical=["accuracy"]) == EvalRollup(2, 1, 1, 0, 1, 1, 0, 0)
    assert outcome_from_judges(said, critical=["accuracy"]).eval_status is EvalStatus.PASSED
    assert outcome_from_judges(said, critical=[Judge("tone")]).eval_status is EvalStatus.FAILED
    assert outcome_from_judges(said, critical=[]).eval_status is EvalStatus.NONE


def test_a_critical_judge_who_did_not_answer_is_missed() -> None:
    """To name it is to say that it was asked."""
    assert outcome_from_judges(result(tone="pass"), critical=["safety", "accuracy"]) == EvalRollup(
        *(3, 1, 2, 0, 2, 0, 2, 0)
    )
    names = [run.name for run in runs_from_judges(result(tone="pass"), critical={"b", "a", "c"})]
    assert names == ["a", "b", "c", "tone"]
    nothing = outcome_from_judges(Result(), critical=[])
    assert nothing == EvalRollup(1, 0, 1, 0, 0, 0, 0, 0)


def test_what_a_jobs_tagger_keeps() -> None:
    """`ctx.tagger.evaluations`, where a session is judged twice is told twice."""
    kept = [
        {"name": "accuracy", "tag": "lk.judge.accuracy:pass", "verdict": "pass"},
        {"name": "accuracy", "tag": "lk.judge.accuracy:fail", "verdict": "fail"},
        {"name": "tone", "verdict": "maybe"},
    ]
    assert outcomes(kept) == {"passed": 1, "failed": 1, "no_verdict": 1}
    assert outcomes(kept, judges=THREE) == {
        "passed": 1,
        "failed": 1,
        "no_verdict": 1,
        "errored": 1,
    }


class Broken:
    """Nothing of it can be read."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __iter__(self) -> Iterator[Any]:
        raise RuntimeError("broken")


class Half(dict[str, Any]):
    def items(self) -> Any:
        yield "accuracy", Judgment("pass")
        raise RuntimeError("broken")


@pytest.mark.parametrize(
    "kept",
    [Broken(), Half(), [Broken()], [None], {5: Broken()}, {None: 1}],
    ids=lambda kept: type(kept).__name__,
)
def test_what_cannot_be_read_is_no_pass(kept: Any) -> None:
    for told in (kept, Result(kept)):
        assert outcome_from_judges(told, judges=["accuracy"]).critical_succeeded == 0
        assert outcome_from_judges(told).eval_status is EvalStatus.FAILED


@pytest.mark.parametrize(
    "judge",
    [Judge(None), Judge(5), Judge(""), Broken(), object(), 5, None],
    ids=lambda judge: type(judge).__name__,
)
def test_a_judge_without_a_name_was_asked_all_the_same(judge: Any) -> None:
    assert outcomes(result(tone="pass"), judges=[judge, "tone"]) == {"passed": 1, "errored": 1}


def test_a_long_name_is_matched_whole_and_shown_cut() -> None:
    names = ["x" * 100 + "1", "x" * 100 + "2"]
    runs = runs_from_judges(result(**{names[0]: "pass"}), judges=names)
    assert [(run.name, run.status) for run in runs] == [
        ("x" * 63 + "…", "completed"),
        ("x" * 63 + "…", "errored"),
    ]


@pytest.mark.parametrize("argument", ["judges", "critical"])
@pytest.mark.parametrize("wrong", [5, object(), True])
def test_who_was_asked_is_the_callers_to_say(argument: str, wrong: Any) -> None:
    with pytest.raises(TypeError, match=f"{argument} is .*, expected judges or their names"):
        outcome_from_judges(Result(), **{argument: wrong})


NAMES = st.sampled_from(["accuracy", "safety", "tone", "handoff"])
VERDICTS = st.sampled_from(["pass", "fail", "maybe", "from_2031", None])


@given(
    said=st.dictionaries(NAMES, VERDICTS),
    asked=st.none() | st.lists(NAMES),
    critical=st.none() | st.sets(NAMES),
)
def test_it_passes_only_if_every_critical_judge_said_so(
    said: dict[str, Any], asked: list[str] | None, critical: set[str] | None
) -> None:
    """By a few sentences of its own: who was asked, who drives the headline, who said pass."""
    rollup = outcome_from_judges(result(**said), judges=asked, critical=critical)
    everybody = {*said, *(asked or ()), *(critical or ())}
    drivers = everybody if critical is None else critical
    twice = {name for name in asked or () if (asked or []).count(name) > 1}
    passes = {name for name in everybody if said.get(name) == "pass"}
    nothing = asked is None and not everybody
    if not drivers:
        expected = "failed" if nothing and critical is None else "none"
    else:
        expected = "passed" if drivers <= passes - twice else "failed"
    assert rollup.eval_status == expected
    assert rollup.succeeded == len(passes)
    assert rollup.pending == 0
    assert rollup.total >= len(everybody)
    runs = runs_from_judges(result(**said), judges=asked, critical=critical)
    assert all(bool(run.scores) is (run.status == "completed") for run in runs)
