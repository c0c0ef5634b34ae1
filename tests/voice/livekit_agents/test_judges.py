"""LiveKit's own judges: those that raise, those that doubt, and those of one name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from livekit.agents import llm
from livekit.agents.evals import (
    EvaluationResult,
    JudgeGroup,
    JudgmentResult,
    accuracy_judge,
    safety_judge,
)
from livekit.agents.job import _JobContextVar
from livekit.agents.observability import Tagger
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS
from livekit.protocol.agent import Job

from session_lifecycle import EvalRollup, EvalStatus, eval_outcome_counts
from session_lifecycle.integrations.livekit import outcome_from_judges, runs_from_judges
from tests.voice.loop import run


class Fixed:
    """A judge that says one thing, or raises. LiveKit's `Evaluator` is what has these two."""

    def __init__(self, name: str, verdict: Any) -> None:
        self.name = name
        self._verdict = verdict

    async def evaluate(self, **_: Any) -> JudgmentResult:
        if isinstance(self._verdict, Exception):
            raise self._verdict
        return JudgmentResult(verdict=self._verdict, reasoning="because")


class Model(llm.LLM):
    """A language model that submits a verdict, or fails as they do."""

    def __init__(self, verdict: str | Exception | None = None) -> None:
        super().__init__()
        self._verdict = verdict

    def chat(self, *, chat_ctx: Any, tools: Any = None, **_: Any) -> llm.LLMStream:
        options = DEFAULT_API_CONNECT_OPTIONS
        return Stream(
            self, self._verdict, chat_ctx=chat_ctx, tools=tools or [], conn_options=options
        )


class Stream(llm.LLMStream):
    def __init__(self, model: llm.LLM, verdict: str | Exception | None, **given: Any) -> None:
        self._verdict = verdict
        super().__init__(model, **given)

    async def _run(self) -> None:
        if isinstance(self._verdict, Exception):
            raise self._verdict
        delta = llm.ChoiceDelta(role="assistant", content="I would rather not say.")
        if self._verdict is not None:
            arguments = json.dumps({"verdict": self._verdict, "reasoning": "because"})
            call = llm.FunctionToolCall(name="submit_verdict", arguments=arguments, call_id="call")
            delta = llm.ChoiceDelta(role="assistant", tool_calls=[call])
        self._event_ch.send_nowait(llm.ChatChunk(id="chunk", delta=delta))


def judged(group: JudgeGroup) -> EvaluationResult:
    context = llm.ChatContext.empty()
    context.add_message(role="user", content="Is my order on its way?")
    context.add_message(role="assistant", content="It left on Monday.")
    return run(group.evaluate(context))


def group_of(*judges: Any, model: llm.LLM | None = None) -> JudgeGroup:
    return JudgeGroup(llm=model or Model(), judges=list(judges))


@contextmanager
def job() -> Iterator[Any]:
    """As much of a job as judges know of: LiveKit's own fake one is in its newer versions only."""
    report = SimpleNamespace(chat_history=llm.ChatContext.empty())
    context = SimpleNamespace(
        tagger=Tagger(), make_session_report=lambda: report, job=Job(id="AJ_1")
    )
    token = _JobContextVar.set(context)
    try:
        yield context
    finally:
        _JobContextVar.reset(token)


def outcomes(result: object, **told: Any) -> dict[str, int]:
    counts = eval_outcome_counts(runs_from_judges(result, **told))
    return {str(outcome): count for outcome, count in counts.items() if count}


DOWN = ConnectionError("the model is down")


def test_trace_21_all_judges_raise_and_livekit_says_that_all_passed() -> None:
    group = group_of(Fixed("accuracy", DOWN), Fixed("safety", TimeoutError()))
    result = judged(group)
    assert (result.all_passed, result.majority_passed, result.none_failed) == (True, True, True)
    for told in ({"judges": group}, {"judges": group.judges}, {"judges": ["accuracy", "safety"]}):
        assert outcome_from_judges(result, **told) == EvalRollup(2, 0, 2, 0, 2, 0, 2, 0)
        assert outcomes(result, **told) == {"errored": 2}
    assert outcome_from_judges(result).eval_status is EvalStatus.FAILED


def test_one_that_raised_is_missed() -> None:
    """LiveKit says "all passed" of those that are left."""
    group = group_of(Fixed("accuracy", "pass"), Fixed("safety", DOWN), Fixed("tone", "pass"))
    result = judged(group)
    assert result.all_passed
    assert outcomes(result, judges=group) == {"passed": 2, "errored": 1}
    assert outcome_from_judges(result, judges=group).eval_status is EvalStatus.FAILED
    assert outcome_from_judges(result, judges=group, critical=["tone"]).eval_status == "passed"
    # Without `judges` nobody can be missed.
    assert outcome_from_judges(result).eval_status is EvalStatus.PASSED


@pytest.mark.parametrize(
    ("verdict", "outcome", "status"),
    [("pass", "passed", "passed"), ("fail", "failed", "failed"), ("maybe", "no_verdict", "failed")],
)
def test_what_a_verdict_counts_as(verdict: str, outcome: str, status: str) -> None:
    """A language model's, by LiveKit's own judges, and one that is computed."""
    group = group_of(accuracy_judge(), safety_judge(), Fixed("own", verdict), model=Model(verdict))
    result = judged(group)
    assert list(result.judgments) == ["accuracy", "safety", "own"]
    assert outcomes(result, judges=group) == {outcome: 3}
    assert outcome_from_judges(result, judges=group).eval_status == status


@pytest.mark.parametrize("fault", [None, "from_2031", DOWN])
def test_a_model_that_does_not_answer_is_no_pass(fault: Any) -> None:
    """It makes no call, says what is no verdict, or cannot be reached."""
    group = group_of(accuracy_judge(), Fixed("own", "pass"), model=Model(fault))
    result = judged(group)
    assert result.none_failed
    assert outcome_from_judges(result, judges=group).succeeded == 1
    assert outcome_from_judges(result, judges=group).eval_status is EvalStatus.FAILED


def test_two_judges_of_one_name_leave_one_judgment() -> None:
    group = group_of(Fixed("llm", "fail"), Fixed("llm", "pass"))
    result = judged(group)
    assert result.all_passed
    assert list(result.judgments) == ["llm"]
    assert outcomes(result, judges=group) == {"passed": 1, "errored": 1}
    assert outcome_from_judges(result, judges=group).eval_status is EvalStatus.FAILED


def test_nobody_asked() -> None:
    group = group_of()
    result = judged(group)
    assert result.all_passed
    assert outcome_from_judges(result, judges=group).eval_status is EvalStatus.NONE


def test_what_the_jobs_tagger_keeps_is_read_as_well() -> None:
    group = group_of(Fixed("accuracy", "pass"), Fixed("safety", DOWN), Fixed("tone", "maybe"))

    async def main() -> list[dict[str, Any]]:
        with job() as context:
            await group.evaluate(llm.ChatContext.empty())
            return list(context.tagger.evaluations)

    kept = run(main())
    assert outcomes(kept, judges=group) == {"passed": 1, "errored": 1, "no_verdict": 1}


def test_the_pages_own_code_runs() -> None:
    page = Path(__file__).parents[3] / "docs" / "how-to" / "gate-on-livekit-judges.md"
    code = page.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    names: dict[str, Any] = {}
    exec(compile(code, page.name, "exec"), names)

    async def main(model: llm.LLM) -> EvalRollup:
        with job() as context:
            rollup: EvalRollup = await names["judge_session"](context, model)
            return rollup

    assert run(main(Model("pass"))) == EvalRollup(2, 2, 0, 0, 1, 1, 0, 0)
    assert run(main(Model(DOWN))) == EvalRollup(2, 0, 2, 0, 1, 0, 1, 0)
