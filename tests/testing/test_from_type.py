"""`st.from_type` just works: the entry-point hook, what it costs, and what it leaves alone.

Whatever depends on what was imported first runs in an interpreter of its own. There the hook is
found by a distribution made for the test, so that it does not matter how this one was installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

import session_lifecycle
from session_lifecycle import (
    AuditFinding,
    EndClaim,
    Ending,
    EvalRollup,
    EvalRunLike,
    EvalScoreLike,
    HistoryEntry,
    HistoryStep,
    ReasonAlias,
    ReasonReading,
    ReasonTraits,
    Session,
    SessionEvent,
    SessionHistory,
    SessionStatus,
    SessionTerminationReason,
    SettlementRank,
    SettlementRow,
    TraitLaw,
    Transition,
    TransitionRule,
    _hypothesis,
    coerce_termination_reason,
    reason_traits,
    replay,
    rollup_eval_runs,
    transition,
)
from session_lifecycle.records import (
    ClaimRecord,
    CloseRequest,
    Conversation,
    EvalRun,
    EvalScore,
    EvalSummary,
    EventRecord,
)
from tests.testing.drawing import drawn, simplest

ROOT = Path(__file__).parent.parent.parent
HOOK = "session_lifecycle._hypothesis:register"

# What every installation does at `import hypothesis`.
_hypothesis.register()
_hypothesis.register_records()

R = SessionTerminationReason
OURS: tuple[type[Any], ...] = (
    *(SessionTerminationReason, SessionStatus, SessionEvent, ReasonReading, Transition),
    *(EndClaim, Ending, Session, HistoryStep, HistoryEntry, SessionHistory, AuditFinding),
    *(EvalRollup, ReasonTraits, ReasonAlias, TransitionRule, SettlementRank, SettlementRow),
    *(TraitLaw, ClaimRecord, CloseRequest, Conversation, EvalRun, EvalScore, EvalSummary),
    EventRecord,
)


@pytest.mark.parametrize("kind", OURS)
def test_a_type_gives_its_own_kind(kind: type[Any]) -> None:
    values = drawn(st.from_type(kind), 60)
    assert values
    assert all(type(value) is kind for value in values)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (SessionTerminationReason, R.AGENT_INITIATED),
        (SessionStatus, SessionStatus.ACTIVE),
        (EndClaim, EndClaim(R.AGENT_INITIATED)),
        (Ending, Ending([EndClaim(R.AGENT_INITIATED)])),
        (Session, Session(SessionStatus.ACTIVE)),
        (HistoryStep, HistoryStep(None, SessionEvent.ANSWER)),
        (EvalRollup, EvalRollup()),
        (CloseRequest, CloseRequest()),
        (EvalRun, EvalRun(status="completed")),
        (EvalSummary, EvalSummary(0, 0, 0, 0, 0, 0, 0, 0, "none")),
        (ClaimRecord, ClaimRecord("call-1", R.AGENT_INITIATED, status="closed")),
        (EventRecord, EventRecord("call-1", SessionEvent.ANSWER)),
    ],
)
def test_it_shrinks_to_the_ordinary_case(kind: type[Any], expected: object) -> None:
    assert simplest(st.from_type(kind)) == expected


@pytest.mark.parametrize("kind", [*OURS, EvalRunLike, EvalScoreLike])
def test_written_out_in_a_line_or_two(kind: type[Any]) -> None:
    assert len(repr(st.from_type(kind))) < 300
    assert len(repr(st.lists(st.from_type(tuple[kind, int])))) < 400


def test_they_mean_something() -> None:
    """Rows of the tables, answers of the machine, histories that were replayed."""
    for traits in drawn(st.from_type(ReasonTraits), 60):
        assert traits == reason_traits(traits.reason)
    for answer in drawn(st.from_type(Transition), 60):
        assert answer is transition(answer.before, answer.event)
    for history in drawn(st.from_type(SessionHistory), 60):
        assert replay([entry.step for entry in history.entries]).session == history.session
    for reading in drawn(st.from_type(ReasonReading), 60):
        assert reading.reason is coerce_termination_reason(reading.raw)
    for summary in drawn(st.from_type(EvalSummary), 60):
        assert summary.to_rollup().eval_status == summary.eval_status
    for conversation in drawn(st.from_type(Conversation), 60):
        ended = conversation.status in ("closed", "expired", "error", "superseded")
        assert ended or isinstance(conversation.status, str)
        times = (conversation.started_at, conversation.ended_at)
        assert None in times or times[0] <= times[1]


def test_any_eval_run_will_do() -> None:
    runs = drawn(st.lists(st.from_type(EvalRunLike), max_size=4), 40)
    assert max(rollup_eval_runs(them, strict=True).total for them in runs) == 4
    assert {score.passed for score in drawn(st.from_type(EvalScoreLike))} == {True, False, None}


def test_types_inside_types() -> None:
    """Hypothesis finds them wherever a type names them."""
    pairs = drawn(st.from_type(tuple[EndClaim, list[Session] | None]), 40)
    assert {type(claim) for claim, _ in pairs} == {EndClaim}
    assert any(sessions for _, sessions in pairs)


def test_every_public_type_but_the_words_and_the_errors() -> None:
    """Enums that shrink well as they are, and what is raised, need no strategy of ours."""
    registered = {name for name, _ in (*_hypothesis._TYPES, *_hypothesis._ROWS)}
    public = {
        name
        for name in session_lifecycle.__all__
        if isinstance(getattr(session_lifecycle, name), type)
    }
    assert registered <= public
    assert public - registered == {
        *("AuditCode", "ClaimRank", "CoercionVia", "EndActor", "EndFault", "EndOutcome"),
        *("EndPhase", "EvalOutcome", "EvalRunStatus", "EvalStatus", "RedialAdvice"),
        *("SessionChange", "SessionDirection", "SessionPriority", "SessionType"),
        *("TransitionVerdict", "TranslationGrade"),
        *("IllegalTransitionError", "RollupError", "SessionLifecycleError", "UnknownEventError"),
        *("UnknownReasonError", "UnknownStatusError"),
    }


# --- the hook, in this interpreter ---------------------------------------------------------------


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The modules whose types are registered, instead of registering them."""
    asked: list[str] = []
    monkeypatch.setattr(_hypothesis, "_register", lambda module, types: asked.append(module))
    return asked


def test_records_wait_until_they_are_loaded(
    registered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _hypothesis.register()
    assert registered == ["session_lifecycle"] * 2 + ["session_lifecycle.records"]
    registered.clear()
    monkeypatch.delitem(sys.modules, "session_lifecycle.records")
    _hypothesis.register()
    assert registered == ["session_lifecycle"] * 2


@pytest.mark.parametrize("hook", [_hypothesis.register, _hypothesis.register_records])
def test_whatever_is_wrong_it_raises_nothing(
    hook: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def half_a_module(module: str, _: object) -> None:
        asked.append(module)
        raise AttributeError("partially initialized module has no attribute")

    monkeypatch.setattr(_hypothesis, "_register", half_a_module)
    hook()
    # The first that fails is the last that is tried.
    assert len(asked) == 1


# --- the hook, in an interpreter of its own ------------------------------------------------------


@pytest.fixture(scope="module")
def hooked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which Hypothesis finds the hook."""
    place = tmp_path_factory.mktemp("hooked")
    info = place / "hooked_for_a_test-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hooked-for-a-test\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[hypothesis]\nhooked = {HOOK}\n")
    path = os.pathsep.join([str(place), str(ROOT / "src")])
    return {**os.environ, "PYTHONPATH": path}


def run(program: str, env: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env=env,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_entry_point_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert HOOK in project.get("entry-points", {}).get("hypothesis", {}).values()


def test_it_works_as_it_is_imported(hooked: dict[str, str]) -> None:
    program = (
        "from hypothesis import find, strategies as st\n"
        "from session_lifecycle import EndClaim\n"
        "print(find(st.from_type(EndClaim), lambda claim: True))\n"
    )
    assert run(program, hooked).startswith("EndClaim(reason=agent_initiated, at=None, source=''")


@pytest.mark.parametrize("first", ["hypothesis", "session_lifecycle.records"])
def test_records_whichever_was_imported_first(hooked: dict[str, str], first: str) -> None:
    """Inferred from annotations alone, a run is refused: its times have no zone."""
    program = (
        f"import {first}\n"
        "import hypothesis, session_lifecycle.records as records\n"
        "from hypothesis import Phase, given, settings, strategies as st\n"
        "@settings(database=None, phases=[Phase.generate], derandomize=True)\n"
        "@given(st.from_type(records.EvalRun), st.from_type(records.Conversation))\n"
        "def draws(run, conversation): assert run.started_at is None or run.started_at.tzinfo\n"
        "draws()\n"
        "print('drawn')"
    )
    assert run(program, hooked) == "drawn"


def test_what_importing_hypothesis_loads(hooked: dict[str, str]) -> None:
    """The core, which has no other imports. Neither the strategies, nor attrs, nor a vendor."""
    program = "import sys, hypothesis; print(*sorted(sys.modules))"
    without = set(run(program, {**hooked, "HYPOTHESIS_NO_PLUGINS": "1"}).split())
    loaded = set(run(program, hooked).split()) - without
    core = {name for name in loaded if name.startswith("session_lifecycle")}
    assert {"session_lifecycle._hypothesis", "session_lifecycle._session"} <= core
    rooms = {name.split(".")[1] for name in core if "." in name}
    edges = {"testing", "records", "crosswalk", "integrations", "_cli", "_render", "_wire"}
    assert rooms.isdisjoint(edges)
    others = {name.split(".")[0] for name in loaded - core}
    # Hypothesis itself brings typing_extensions, where it is installed.
    assert others <= {*sys.stdlib_module_names, "hypothesis", "typing_extensions"}, others


def test_importing_the_package_loads_nothing_of_it(hooked: dict[str, str]) -> None:
    program = (
        "import sys, session_lifecycle\n"
        "from session_lifecycle import *\n"
        "import session_lifecycle.records\n"
        "print(*sorted(name for name in sys.modules if 'hypothesis' in name or 'testing' in name))"
    )
    assert run(program, hooked) == ""


@pytest.mark.parametrize("broken", ["_words", "_session", "_settlement", "_hypothesis.nothing"])
def test_a_broken_installation_breaks_nobody_elses_tests(
    hooked: dict[str, str], broken: str
) -> None:
    program = (
        "import sys\n"
        f"sys.modules['session_lifecycle.{broken}'] = None\n"
        "from hypothesis import find, strategies as st\n"
        "print(find(st.integers(), lambda n: n > 3))\n"
    )
    assert run(program, hooked) == "4"


def test_who_asks_hears_what_is_broken(hooked: dict[str, str]) -> None:
    program = (
        "import sys\n"
        "sys.modules['session_lifecycle.testing'] = None\n"
        "from hypothesis import find, strategies as st\n"
        "from session_lifecycle import EndClaim\n"
        "try: find(st.from_type(EndClaim), lambda claim: True)\n"
        "except ImportError as error: print(error)\n"
    )
    assert "session_lifecycle.testing" in run(program, hooked) or "testing" in run(program, hooked)


def test_it_can_be_kept_from_running(hooked: dict[str, str]) -> None:
    program = "import sys, hypothesis; print('session_lifecycle' in sys.modules)"
    assert run(program, {**hooked, "HYPOTHESIS_NO_PLUGINS": "1"}) == "False"


OTHERS = """
import collections.abc, enum, os, re, typing
from hypothesis import strategies as st
os.environ.clear()  # Hypothesis draws it, too.
for kind in (
    typing.Any, object, str, int, tuple, typing.NamedTuple, enum.Enum, enum.StrEnum,
    collections.abc.Hashable, collections.abc.Sized, collections.abc.Iterable,
    collections.abc.Container, typing.Sequence[int], typing.Sequence[str],
    typing.Collection[str], typing.Iterable[int], typing.SupportsFloat,
    tuple[int, str], dict[str, list[int]], typing.Hashable, typing.Mapping[str, int],
):
    try:
        strategy = st.from_type(kind)
        strategy.validate()
        told = f"{kind} {strategy!r} {len(strategy.branches)}"
    except Exception as error:
        told = f"{kind} {type(error)}"
    print(re.sub("0x[0-9a-f]+", "", told))
"""


def test_nobody_elses_types_are_drawn_otherwise(hooked: dict[str, str]) -> None:
    """Not even those that ours are kinds of: text, tuples, enums, whatever can be hashed."""
    without = run(OTHERS, {**hooked, "HYPOTHESIS_NO_PLUGINS": "1"})
    assert without.count("\n") == 20
    assert run(OTHERS, hooked) == without
