"""Section 6 of the specification: eval runs, their counts, and the headline."""

from __future__ import annotations

import copy
import dataclasses
import enum
import itertools
import operator
import pickle
import random
import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

import attrs
import cattrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_lifecycle import (
    EMPTY_ROLLUP,
    EvalOutcome,
    EvalRollup,
    EvalRunStatus,
    EvalStatus,
    RollupError,
    eval_outcome_counts,
    eval_run_outcome,
    eval_status_bounds,
    latest_attempts,
    merge_rollups,
    replace_run,
    rollup_eval_runs,
)
from session_lifecycle import testing as kit

COUNTS = (
    "total",
    "succeeded",
    "failed",
    "pending",
    "critical_total",
    "critical_succeeded",
    "critical_failed",
    "critical_pending",
)
UNFINISHED = ("queued", "pending", "running")
# Neither unfinished nor completed; the last ones are words of next year, and near misses.
FAILURES = (
    "failed",
    "errored",
    "cancelled",
    "timed_out",
    "skipped",
    "",
    "Completed",
    "completed ",
    "PENDING",
    "completed" * 1_000,
)
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


# ------------------------------------------------------------- four kinds of run, and a fifth


@attrs.define
class AttrsScore:
    passed: bool | None


@attrs.define
class AttrsRun:
    status: str
    is_critical: bool
    scores: list[AttrsScore]


@dataclasses.dataclass
class DataScore:
    passed: bool | None


@dataclasses.dataclass
class DataRun:
    status: EvalRunStatus
    is_critical: bool
    scores: list[DataScore]


class TupleScore(NamedTuple):
    passed: bool | None


class TupleRun(NamedTuple):
    status: str
    is_critical: bool
    scores: tuple[TupleScore, ...]


class RowScore:
    """A lazy relation's object."""

    __slots__ = ("_cells",)

    def __init__(self, passed):
        self._cells = {"passed": passed}

    @property
    def passed(self):
        return self._cells["passed"]


class RowRun:
    """As an ORM has them: attributes come from descriptors, and relations are loaded anew."""

    def __init__(self, status, is_critical, passed):
        self._row = (status, is_critical, passed)

    status = property(lambda self: self._row[0])
    is_critical = property(lambda self: self._row[1])
    scores = property(lambda self: (RowScore(passed) for passed in self._row[2]))


def by_attrs(status, critical, *passed):
    return AttrsRun(status, critical, [AttrsScore(one) for one in passed])


def by_dataclass(status, critical, *passed):
    known = EvalRunStatus(status) if status in set(EvalRunStatus) else status
    return DataRun(known, critical, [DataScore(one) for one in passed])


def by_namespace(status, critical, *passed):
    scores = [SimpleNamespace(passed=one) for one in passed]
    return SimpleNamespace(status=status, is_critical=critical, scores=scores)


def by_cattrs(status, critical, *passed):
    record = {
        "status": status,
        "is_critical": critical,
        "scores": [{"passed": one} for one in passed],
    }
    return cattrs.structure(record, AttrsRun)


def by_tuple(status, critical, *passed):
    return TupleRun(status, critical, tuple(TupleScore(one) for one in passed))


def by_row(status, critical, *passed):
    return RowRun(status, critical, passed)


KINDS = (by_attrs, by_dataclass, by_namespace, by_cattrs, by_tuple, by_row)
run = by_namespace

# (status, critical, passed...) of every sort that has a rule.
RUNS = (
    ("completed", False),
    ("completed", True),
    ("completed", True, True),
    ("completed", False, True, True),
    ("completed", True, True, False),
    ("completed", False, False),
    ("completed", True, None),
    ("completed", True, True, None),
    ("completed", False, False, None),
    ("queued", True),
    ("queued", False, True),
    ("pending", True, False),
    ("pending", False),
    ("running", True, True),
    ("running", False),
    ("failed", True, True),
    ("failed", False),
    ("errored", True),
    ("errored", False, True),
    ("cancelled", True, True),
    ("a_word_from_next_year", False, True),
)


def oracle(specs, *, require_scores=False) -> tuple[int, ...]:
    """The eight counts, each counted by itself."""
    counts = []
    for rows in (list(specs), [spec for spec in specs if spec[1]]):
        succeeded = sum(
            spec[0] == "completed"
            and all(one is True for one in spec[2:])
            and (len(spec) > 2 or not require_scores)
            for spec in rows
        )
        pending = sum(spec[0] in UNFINISHED for spec in rows)
        counts += [len(rows), succeeded, len(rows) - succeeded - pending, pending]
    return tuple(counts)


def counts_of(rollup) -> tuple[int, ...]:
    return tuple(getattr(rollup, name) for name in COUNTS)


def replaced(value, **changes):
    """`copy.replace` where Python has it (3.13), and what it calls where it has not."""
    if sys.version_info >= (3, 13):
        return copy.replace(value, **changes)
    return value.__replace__(**changes)


# Not `eval_runs`: the oracle counts these cells, and each kind of run is made from them.
a_spec = st.sampled_from(RUNS)
specs = st.lists(a_spec, max_size=12)


def a_rollup(six) -> EvalRollup:
    """A consistent rollup of three critical and three other counts."""
    critical, others = six[:3], six[3:]
    both = [a + b for a, b in zip(critical, others, strict=True)]
    return EvalRollup(sum(both), *both, sum(critical), *critical)


# -------------------------------------------------------------------------------------- counts


class TestCounts:
    """`rollup_eval_runs(runs) -> EvalRollup` with `total, succeeded, failed, pending,
    critical_total, critical_succeeded, critical_failed, critical_pending` and the derived
    `eval_status`."""

    @pytest.mark.parametrize("make", KINDS)
    @pytest.mark.parametrize("require_scores", [False, True])
    def test_any_object_will_do(self, make, require_scores):
        """A run has `status`, `is_critical`, `scores`, each score `passed: bool | None`; any object
        with those attributes will do (a `Protocol`): attrs, dataclass, ORM row, pydantic."""
        runs = [make(*spec) for spec in RUNS]
        rollup = rollup_eval_runs(runs, require_scores=require_scores)
        assert counts_of(rollup) == oracle(RUNS, require_scores=require_scores)
        for spec in RUNS:
            one = rollup_eval_runs([make(*spec)], require_scores=require_scores)
            assert counts_of(one) == oracle([spec], require_scores=require_scores)

    def test_kinds_may_be_mixed(self):
        """any object with those attributes will do (a `Protocol`): attrs, dataclass, ORM row,
        pydantic."""
        runs = [make(*spec) for make, spec in zip(itertools.cycle(KINDS), RUNS, strict=False)]
        assert counts_of(rollup_eval_runs(iter(runs))) == oracle(RUNS)

    def test_by_literals(self):
        """`rollup_eval_runs(runs) -> EvalRollup` with `total, succeeded, failed, pending,
        critical_total, critical_succeeded, critical_failed, critical_pending` and the derived
        `eval_status`."""
        rollup = rollup_eval_runs(
            [
                run("completed", True, True, True),
                run("completed", False, True, False),
                run("running", True),
                run("queued", False),
                run("errored", False),
            ]
        )
        assert rollup == EvalRollup(5, 1, 2, 2, 2, 1, 0, 1)
        assert counts_of(rollup) == (5, 1, 2, 2, 2, 1, 0, 1)
        assert rollup.eval_status is EvalStatus.PENDING

    @given(specs, st.booleans())
    def test_against_the_oracle(self, rows, require_scores):
        """`rollup_eval_runs(runs) -> EvalRollup` with `total, succeeded, failed, pending,
        critical_total, critical_succeeded, critical_failed, critical_pending` and the derived
        `eval_status`."""
        rollup = rollup_eval_runs([run(*row) for row in rows], require_scores=require_scores)
        assert counts_of(rollup) == oracle(rows, require_scores=require_scores)

    @pytest.mark.parametrize("passed", [[], [True], [True] * 9])
    def test_succeeded(self, passed):
        """`succeeded` = runs with status `completed` and every score `passed is True`."""
        assert rollup_eval_runs([run("completed", False, *passed)]).succeeded == 1
        for place in range(len(passed)):
            for verdict in (False, None, 1, "true"):
                spoilt = [*passed[:place], verdict, *passed[place + 1 :]]
                rollup = rollup_eval_runs([run("completed", False, *spoilt)])
                assert (rollup.succeeded, rollup.failed) == (0, 1)
        for status in (*UNFINISHED, *FAILURES):
            assert rollup_eval_runs([run(status, False, *passed)]).succeeded == 0

    @pytest.mark.parametrize("status", UNFINISHED)
    def test_pending(self, status):
        """`pending` = runs still `queued`/`pending` or `running`."""
        for passed in ((), (True,), (False,), (None,)):
            for word in (status, EvalRunStatus(status)):
                rollup = rollup_eval_runs([run(word, False, *passed)], require_scores=True)
                assert counts_of(rollup) == (1, 0, 0, 1, 0, 0, 0, 0)

    @pytest.mark.parametrize("status", FAILURES, ids=lambda text: repr(text[:20]))
    def test_failed(self, status):
        """`failed = total - succeeded - pending`, whatever else the status says (failed, errored,
        cancelled, a word from next year)."""
        for passed in ((), (True,), (False,)):
            rollup = rollup_eval_runs([run(status, True, *passed)])
            assert counts_of(rollup) == (1, 0, 1, 0, 1, 0, 1, 0)
            assert rollup.eval_status is EvalStatus.FAILED

    def test_critical(self):
        """The `critical_*` counts are the same over runs marked critical."""
        for spec in RUNS:
            marked = counts_of(rollup_eval_runs([run(spec[0], True, *spec[2:])]))
            plain = counts_of(rollup_eval_runs([run(spec[0], False, *spec[2:])]))
            assert marked[:4] == plain[:4] == marked[4:]
            assert plain[4:] == (0, 0, 0, 0)


# ---------------------------------------------------------------------------------- the headline


class TestHeadline:
    """`eval_status` looks at the critical counts only: `none` when there are no criticals; else
    `failed` as soon as one failed; else `pending` while one is pending; else `passed`."""

    def test_every_combination(self):
        """`eval_status` looks at the critical counts only: `none` when there are no criticals; else
        `failed` as soon as one failed; else `pending` while one is pending; else `passed`."""
        for six in itertools.product(range(3), repeat=6):
            succeeded, failed, pending = six[:3]
            rollup = a_rollup(six)
            if succeeded == failed == pending == 0:
                expected = "none"
            elif failed:
                expected = "failed"
            elif pending:
                expected = "pending"
            else:
                expected = "passed"
            assert rollup.eval_status is EvalStatus(expected)

    def test_what_is_not_critical_does_not_move_it(self):
        """`eval_status` looks at the critical counts only"""
        for spec in RUNS:
            headline = rollup_eval_runs([run(*spec)]).eval_status
            for other in RUNS:
                other_run = run(other[0], False, *other[2:])
                assert rollup_eval_runs([run(*spec), other_run]).eval_status is headline

    @given(st.lists(a_spec, min_size=1, max_size=6), st.randoms(use_true_random=False))
    def test_failed_stays_failed(self, rows, rng: random.Random):
        """Over a fixed set of runs whose statuses only progress, a headline that is `failed` stays
        so; new criticals and retries may change it, and the docs say so."""
        runs = [run(*row) for row in rows]
        seen_failed = False
        for one in rng.sample(runs, len(runs)):
            headline = rollup_eval_runs(runs).eval_status
            assert not (seen_failed and headline is not EvalStatus.FAILED)
            seen_failed = headline is EvalStatus.FAILED
            if one.status in UNFINISHED:
                one.status = rng.choice(["running", "completed", "errored"])

    def test_new_criticals_and_retries_may_change_it(self):
        """Over a fixed set of runs whose statuses only progress, a headline that is `failed` stays
        so; new criticals and retries may change it, and the docs say so."""
        passed, failed = run("completed", True, True), run("errored", True)
        assert rollup_eval_runs([passed]).eval_status is EvalStatus.PASSED
        assert rollup_eval_runs([passed, failed]).eval_status is EvalStatus.FAILED
        assert rollup_eval_runs([passed, run("queued", True)]).eval_status is EvalStatus.PENDING
        attempts = [SimpleNamespace(**vars(failed), n=1), SimpleNamespace(**vars(passed), n=2)]
        last = latest_attempts(attempts, key=lambda _: "judge", order=lambda one: one.n)
        assert rollup_eval_runs(attempts).eval_status is EvalStatus.FAILED
        assert rollup_eval_runs(last).eval_status is EvalStatus.PASSED
        told = " ".join(EvalRollup.eval_status.__doc__.split())
        assert "new critical runs and retries may change it" in told


class TestNoScores:
    """A completed run with no scores counts as succeeded by the letter of "every score passed".
    That is a trap for a gate"""

    def test_by_the_letter(self):
        """A completed run with no scores counts as succeeded by the letter of "every score
        passed"."""
        for scores in ([], (), None, iter(())):
            one = SimpleNamespace(status="completed", is_critical=True, scores=scores)
            rollup = rollup_eval_runs([one])
            assert counts_of(rollup) == (1, 1, 0, 0, 1, 1, 0, 0)
            assert rollup.eval_status is EvalStatus.PASSED

    def test_require_scores(self):
        """That is a trap for a gate, so: `rollup_eval_runs(runs, require_scores=True)` counts it as
        failed, and `eval_outcome_counts(runs)` shows it as `no_verdict`."""
        for scores in ([], (), None, iter(())):
            one = SimpleNamespace(status="completed", is_critical=True, scores=scores)
            rollup = rollup_eval_runs([one], require_scores=True)
            assert counts_of(rollup) == (1, 0, 1, 0, 1, 0, 1, 0)
            assert rollup.eval_status is EvalStatus.FAILED
            counts = eval_outcome_counts([one])
            assert counts == {
                "pending": 0,
                "passed": 0,
                "failed": 0,
                "no_verdict": 1,
                "errored": 0,
            }
        # Scores that cannot be had are no scores.
        unreachable = type("Run", (Mute,), {"status": "completed", "is_critical": True})()
        assert rollup_eval_runs([unreachable], require_scores=True).failed == 1
        # Only completed runs owe scores, and one score is enough.
        for spec in RUNS:
            if spec[0] != "completed" or len(spec) > 2:
                both = [rollup_eval_runs([run(*spec)], require_scores=flag) for flag in (0, 1)]
                assert both[0] == both[1]


# --------------------------------------------------------------------------------- one run's word


class TestOutcome:
    """`eval_run_outcome(run) -> EvalOutcome`: `pending`; `errored` for every status that is neither
    unfinished nor `completed` (failed, errored, cancelled, a new word); for completed: `passed`,
    `failed` (some score `passed is False`), `no_verdict` (no scores, or some `None` and none
    `False`)."""

    @pytest.mark.parametrize("make", KINDS)
    def test_unfinished_and_broken(self, make):
        """`eval_run_outcome(run) -> EvalOutcome`: `pending`; `errored` for every status that is
        neither unfinished nor `completed` (failed, errored, cancelled, a new word)"""
        for critical, passed in itertools.product((True, False), ((), (True,), (False,), (None,))):
            for status in UNFINISHED:
                one = make(status, critical, *passed)
                assert eval_run_outcome(one) is EvalOutcome.PENDING
            for status in FAILURES:
                one = make(status, critical, *passed)
                assert eval_run_outcome(one) is EvalOutcome.ERRORED

    @pytest.mark.parametrize("make", KINDS)
    def test_completed(self, make):
        """for completed: `passed`, `failed` (some score `passed is False`), `no_verdict` (no
        scores, or some `None` and none `False`)."""
        for length in range(4):
            for passed in itertools.product((True, False, None), repeat=length):
                outcome = eval_run_outcome(make("completed", True, *passed))
                if False in passed:
                    assert outcome is EvalOutcome.FAILED
                elif None in passed or not passed:
                    assert outcome is EvalOutcome.NO_VERDICT
                else:
                    assert outcome is EvalOutcome.PASSED

    @given(specs)
    def test_the_counts_are_the_outcomes_counted(self, rows):
        """`eval_outcome_counts(runs)` shows it as `no_verdict`."""
        runs = [run(*row) for row in rows]
        counts = eval_outcome_counts(iter(runs))
        assert list(counts) == list(EvalOutcome)
        assert sum(counts.values()) == len(runs)
        for outcome in EvalOutcome:
            assert counts[outcome] == sum(eval_run_outcome(one) is outcome for one in runs)

    @given(specs)
    def test_outcomes_agree_with_the_rollup(self, rows):
        """`failed = total - succeeded - pending`, whatever else the status says (failed, errored,
        cancelled, a word from next year)."""
        runs = [run(*row) for row in rows]
        counts = eval_outcome_counts(runs)
        strictly = rollup_eval_runs(runs, require_scores=True)
        assert strictly.pending == counts[EvalOutcome.PENDING]
        assert strictly.succeeded == counts[EvalOutcome.PASSED]


# --------------------------------------------------------------------------------------- monoid


class TestMonoid:
    """Monoid: `EMPTY_ROLLUP`, `merge_rollups(rollups)`; merging shards equals rolling up the whole,
    in any order."""

    def test_the_empty_one(self):
        """Monoid: `EMPTY_ROLLUP`, `merge_rollups(rollups)`"""
        assert counts_of(EMPTY_ROLLUP) == (0,) * 8
        assert EvalRollup() == rollup_eval_runs([]) == merge_rollups([]) == EMPTY_ROLLUP
        assert EMPTY_ROLLUP.eval_status is EvalStatus.NONE

    @given(kit.rollups(), kit.rollups(), kit.rollups())
    def test_laws(self, a, b, c):
        """Monoid: `EMPTY_ROLLUP`, `merge_rollups(rollups)`"""
        assert merge_rollups([a, EMPTY_ROLLUP]) == merge_rollups([EMPTY_ROLLUP, a]) == a
        assert merge_rollups([a, b]) == merge_rollups([b, a])
        left = merge_rollups([merge_rollups([a, b]), c])
        assert left == merge_rollups([a, merge_rollups([b, c])]) == merge_rollups(iter([a, b, c]))
        assert counts_of(left) == tuple(map(sum, zip(*map(counts_of, (a, b, c)), strict=True)))

    @given(specs, st.integers(1, 5), st.booleans(), st.randoms(use_true_random=False))
    def test_shards(self, rows, shards, require_scores, rng: random.Random):
        """merging shards equals rolling up the whole, in any order."""
        parts = [[] for _ in range(shards)]
        for row in rows:
            rng.choice(parts).append(run(*row))
        rng.shuffle(parts)
        merged = merge_rollups(rollup_eval_runs(p, require_scores=require_scores) for p in parts)
        whole = rollup_eval_runs([run(*row) for row in rows], require_scores=require_scores)
        assert merged == whole
        assert merged.eval_status is whole.eval_status


class TestReplaceRun:
    """`replace_run(rollup, old, new, *, require_scores=False)` updates one run without a
    recount."""

    @pytest.mark.parametrize("require_scores", [False, True])
    def test_equals_a_recount(self, require_scores):
        """`replace_run(rollup, old, new, *, require_scores=False)` updates one run without a
        recount."""
        others = [run(*spec) for spec in RUNS]
        for old, new in itertools.product(RUNS, repeat=2):
            before = rollup_eval_runs([*others, run(*old)], require_scores=require_scores)
            after = replace_run(before, run(*old), run(*new), require_scores=require_scores)
            assert counts_of(after) == oracle([*RUNS, new], require_scores=require_scores)

    def test_adds_and_takes_out(self):
        """`replace_run(rollup, old, new, *, require_scores=False)` updates one run without a
        recount."""
        for spec in RUNS:
            added = replace_run(EMPTY_ROLLUP, None, run(*spec))
            assert counts_of(added) == oracle([spec])
            assert replace_run(added, run(*spec), None) == EMPTY_ROLLUP
        assert replace_run(EMPTY_ROLLUP, None, None) == EMPTY_ROLLUP

    def test_a_run_that_was_not_counted(self):
        """A rollup with negative or inconsistent counts cannot be built by any public means."""
        for counted, old in itertools.product(RUNS, repeat=2):
            rollup = rollup_eval_runs([run(*counted)])
            if oracle([counted]) == oracle([old]):
                continue
            with pytest.raises(RollupError):
                replace_run(rollup, run(*old), None)
            with pytest.raises(RollupError):
                replace_run(EMPTY_ROLLUP, run(*old), None)


class TestBounds:
    """`eval_status_bounds(rollup) -> (worst, best)` the headline can still become; equal when
    decided."""

    WORST_FIRST = ("failed", "pending", "passed", "none")
    ENDS = (
        ("completed", True),
        ("completed", True, True),
        ("completed", True, False),
        ("errored",),
    )

    @given(st.lists(a_spec, max_size=5))
    def test_against_every_way_the_pending_runs_can_finish(self, rows):
        """`eval_status_bounds(rollup) -> (worst, best)` the headline can still become; equal when
        decided."""
        waiting = [row for row in rows if row[0] in UNFINISHED]
        done = [run(*row) for row in rows if row[0] not in UNFINISHED]
        headlines = set()
        for ways in itertools.product(self.ENDS, repeat=len(waiting)):
            finished = [
                run(way[0], row[1], *way[2:]) for way, row in zip(ways, waiting, strict=True)
            ]
            headlines.add(str(rollup_eval_runs([*done, *finished]).eval_status))
        worst, best = eval_status_bounds(rollup_eval_runs([run(*row) for row in rows]))
        ranked = sorted(headlines, key=self.WORST_FIRST.index)
        assert (worst, best) == (ranked[0], ranked[-1])

    def test_by_literals(self):
        """equal when decided."""
        cases = {
            (): ("none", "none"),
            (("running", False),): ("none", "none"),
            (("running", True),): ("failed", "passed"),
            (("running", True), ("completed", True, True)): ("failed", "passed"),
            (("running", True), ("errored", True)): ("failed", "failed"),
            (("running", False), ("completed", True, True)): ("passed", "passed"),
        }
        for rows, bounds in cases.items():
            found = eval_status_bounds(rollup_eval_runs([run(*row) for row in rows]))
            assert found == bounds
            assert all(type(one) is EvalStatus for one in found)


# --------------------------------------------------------------------------------------- retries


class TestLatestAttempts:
    """`latest_attempts(runs, *, key, order)`: keeps the last attempt of each key (the evaluator or
    binding) by `order` (start time or attempt number), so that a retry is not counted twice; it
    comes before any sharding."""

    def attempt(self, evaluator, number, *spec):
        started = NOON + timedelta(minutes=number)
        one = run(*(spec or ("completed", True, True)))
        return SimpleNamespace(**vars(one), evaluator=evaluator, number=number, started=started)

    def test_by_number_and_by_time(self):
        """keeps the last attempt of each key (the evaluator or binding) by `order` (start time or
        attempt number)"""
        runs = [self.attempt("tone", n) for n in (2, 3, 1)] + [self.attempt("facts", 9)]
        for order in ("number", "started"):
            for arrival in itertools.permutations(runs):
                last = latest_attempts(
                    arrival,
                    key=operator.attrgetter("evaluator"),
                    order=operator.attrgetter(order),
                )
                assert isinstance(last, tuple)
                assert {(one.evaluator, one.number) for one in last} == {("tone", 3), ("facts", 9)}
                first_seen = list(dict.fromkeys(one.evaluator for one in arrival))
                assert [one.evaluator for one in last] == first_seen

    def test_a_retry_is_not_counted_twice(self):
        """so that a retry is not counted twice; it comes before any sharding."""
        first, second = self.attempt("tone", 1, "errored", True), self.attempt("tone", 2)
        key, order = operator.attrgetter("evaluator"), operator.attrgetter("number")
        last = latest_attempts([second, first], key=key, order=order)
        assert last == (second,)
        assert counts_of(rollup_eval_runs(last)) == (1, 1, 0, 0, 1, 1, 0, 0)
        # After sharding it is too late: each shard keeps its own last one.
        shards = [latest_attempts([one], key=key, order=order) for one in (first, second)]
        assert merge_rollups(map(rollup_eval_runs, shards)).total == 2

    def test_of_two_equal_ones_the_later_counts(self):
        """keeps the last attempt of each key (the evaluator or binding) by `order` (start time or
        attempt number)"""
        one, other = self.attempt("tone", 1), self.attempt("tone", 1, "errored", True)
        key, order = operator.attrgetter("evaluator"), operator.attrgetter("number")
        assert latest_attempts([one, other], key=key, order=order) == (other,)
        assert latest_attempts([other, one], key=key, order=order) == (one,)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (None, 1),
            (None, None),
            (float("nan"), 1.0),
            (1, "2"),
            (NOON, NOON.replace(tzinfo=None)),
            (object(), object()),
        ],
    )
    def test_what_cannot_be_ordered(self, one, other):
        """keeps the last attempt of each key (the evaluator or binding) by `order` (start time or
        attempt number)"""
        for pair in ((one, other), (other, one)):
            with pytest.raises(RollupError):
                latest_attempts(pair, key=lambda _: "tone", order=lambda place: place)

    def test_one_attempt_needs_no_order(self):
        """keeps the last attempt of each key (the evaluator or binding) by `order` (start time or
        attempt number)"""
        one = run(*RUNS[0])
        assert latest_attempts([one], key=lambda _: 1, order=lambda _: None) == (one,)
        assert latest_attempts([], key=lambda _: 1, order=lambda _: None) == ()

    @given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=10))
    def test_against_a_stable_sort(self, pairs):
        """`latest_attempts(runs, *, key, order)`: keeps the last attempt of each key (the evaluator
        or binding) by `order` (start time or attempt number), so that a retry is not counted twice;
        it comes before any sharding."""
        runs = [(*pair, place) for place, pair in enumerate(pairs)]
        last = latest_attempts(runs, key=lambda one: one[0], order=lambda one: one[1])
        expected = {one[0]: one for one in sorted(runs, key=lambda one: one[1])}
        assert dict(zip((one[0] for one in last), last, strict=True)) == expected


# ------------------------------------------------------------------------------- hostile runs


class Mute:
    """Everything raises."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    @property
    def status(self):
        raise KeyError("status")

    @property
    def is_critical(self):
        raise LookupError("detached")

    @property
    def scores(self):
        raise OSError("the database is gone")


class NoTruth:
    """As a numpy array has it: neither true nor false, and equal to nothing in particular."""

    def __bool__(self):
        raise ValueError("the truth value of an array is ambiguous")

    def __eq__(self, other):
        return NoTruth()

    def __repr__(self):
        return "NoTruth()"

    __hash__ = None


class SaysYes:
    """As `unittest.mock.ANY`: equal to everything, and true."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("completed")

    def __repr__(self):
        return "SaysYes()"


class YesText(str):
    """Text that says it is every other text."""

    __slots__ = ()

    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("completed")


class Plain(enum.Enum):
    DONE = "completed"
    WAITING = "running"
    BROKEN = "failed"
    ODD = 7


class BadScore:
    @property
    def passed(self):
        raise RuntimeError("lazy loading failed")


def breaks_off(*passed):
    yield from (SimpleNamespace(passed=one) for one in passed)
    raise ConnectionError("the cursor was closed")


def one_run(status: Any = "completed", is_critical: Any = True, scores: Any = ()):
    return SimpleNamespace(status=status, is_critical=is_critical, scores=scores)


NOT_BOOL = [1, 0, "true", "false", "", float("nan"), 1.0, [], [True], NoTruth(), SaysYes(), b"1"]


class TestTotal:
    """Reading is total: `passed` that is not a bool (1, "true", NaN) is never a pass and counts as
    `None`, `scores=None` is no scores, `is_critical=None` is not critical; `strict=True` raises
    `RollupError` instead."""

    @pytest.mark.parametrize("passed", NOT_BOOL, ids=lambda one: type(one).__name__)
    def test_what_is_no_bool_is_no_pass(self, passed):
        """`passed` that is not a bool (1, "true", NaN) is never a pass and counts as `None`"""
        for others in ((), (True,), (None,)):
            one = run("completed", True, *others, passed)
            assert counts_of(rollup_eval_runs([one])) == (1, 0, 1, 0, 1, 0, 1, 0)
            assert eval_run_outcome(one) is EvalOutcome.NO_VERDICT
        # With a real failure beside it, the run failed.
        assert eval_run_outcome(run("completed", True, passed, False)) is EvalOutcome.FAILED

    @pytest.mark.parametrize("passed", NOT_BOOL, ids=lambda one: type(one).__name__)
    def test_strictly_it_is_refused(self, passed):
        """`strict=True` raises `RollupError` instead."""
        one = run("completed", True, True, passed)
        for read in (rollup_eval_runs, eval_outcome_counts):
            with pytest.raises(RollupError, match="passed"):
                read([one], strict=True)
        with pytest.raises(RollupError, match="passed"):
            eval_run_outcome(one, strict=True)

    def test_no_scores(self):
        """`scores=None` is no scores"""
        one = one_run(scores=None)
        assert rollup_eval_runs([one]) == rollup_eval_runs([one_run(scores=[])])
        assert rollup_eval_runs([one], require_scores=True).failed == 1
        assert eval_run_outcome(one) is EvalOutcome.NO_VERDICT
        for read in (rollup_eval_runs, eval_outcome_counts):
            with pytest.raises(RollupError, match="scores"):
                read([one], strict=True)

    def test_critical_is_none(self):
        """`is_critical=None` is not critical"""
        one = one_run(is_critical=None)
        assert counts_of(rollup_eval_runs([one])) == (1, 1, 0, 0, 0, 0, 0, 0)
        for value in (None, 1, "true", NoTruth()):
            for read in (rollup_eval_runs, eval_outcome_counts):
                with pytest.raises(RollupError, match="is_critical"):
                    read([one_run(is_critical=value)], strict=True)

    def test_strict_reads_what_is_in_order_as_ever(self):
        """`strict=True` raises `RollupError` instead."""
        for make in KINDS:
            runs = [make(*spec) for spec in RUNS]
            assert counts_of(rollup_eval_runs(runs, strict=True)) == oracle(RUNS)
            assert eval_outcome_counts(runs, strict=True) == eval_outcome_counts(runs)

    @pytest.mark.parametrize(
        "run",
        [
            SimpleNamespace(status="completed", is_critical=True, scores=5),
            SimpleNamespace(status="completed", is_critical=True),
            SimpleNamespace(status="completed", is_critical=True, scores=[object()]),
            SimpleNamespace(is_critical=True, scores=[]),
            {"status": "completed"},
        ],
        ids=["scores are no iterable", "no scores", "no passed", "no status", "a dict"],
    )
    def test_strict_says_what_is_no_eval_run(self, run):
        """`strict=True` raises `RollupError` instead"""
        with pytest.raises(RollupError, match=r"is no eval run: .* expected status, is_critical"):
            rollup_eval_runs([run], strict=True)
        with pytest.raises(RollupError, match="is no eval run"):
            eval_run_outcome(run, strict=True)

    def test_strict_reads_scores_that_can_be_read_once(self):
        """`strict=True` raises `RollupError` instead."""

        def once(*passed):
            return one_run(scores=(SimpleNamespace(passed=one) for one in passed))

        assert eval_run_outcome(once(True)) is EvalOutcome.PASSED
        assert eval_run_outcome(once(True), strict=True) is EvalOutcome.PASSED
        assert eval_run_outcome(once(True, False), strict=True) is EvalOutcome.FAILED
        assert eval_outcome_counts([once(True)], strict=True)[EvalOutcome.PASSED] == 1
        for require_scores in (False, True):
            for strict in (False, True):
                rollup = rollup_eval_runs(
                    [once(True)], require_scores=require_scores, strict=strict
                )
                assert rollup.succeeded == 1
                rollup = rollup_eval_runs([once(True, None)], strict=strict)
                assert rollup.failed == 1

    @pytest.mark.parametrize(
        ("hostile", "expected", "outcome"),
        [
            (Mute(), (1, 0, 1, 0, 0, 0, 0, 0), "errored"),
            (object(), (1, 0, 1, 0, 0, 0, 0, 0), "errored"),
            (None, (1, 0, 1, 0, 0, 0, 0, 0), "errored"),
            ("completed", (1, 0, 1, 0, 0, 0, 0, 0), "errored"),
            (one_run(status=NoTruth()), (1, 0, 1, 0, 1, 0, 1, 0), "errored"),
            (one_run(status=None), (1, 0, 1, 0, 1, 0, 1, 0), "errored"),
            (one_run(status=b"completed"), (1, 0, 1, 0, 1, 0, 1, 0), "errored"),
            (one_run(status=["completed"]), (1, 0, 1, 0, 1, 0, 1, 0), "errored"),
            (one_run(status=Plain.ODD), (1, 0, 1, 0, 1, 0, 1, 0), "errored"),
            (one_run(status=Plain.BROKEN), (1, 0, 1, 0, 1, 0, 1, 0), "errored"),
            (one_run(status=Plain.WAITING), (1, 0, 0, 1, 1, 0, 0, 1), "pending"),
            (one_run(status=Plain.DONE, scores=[AttrsScore(True)]), (1, 1, 0, 0) * 2, "passed"),
            (one_run(status=Plain.DONE, scores=[AttrsScore(False)]), (1, 0, 1, 0) * 2, "failed"),
            (one_run(scores=5), (1, 0, 1, 0, 1, 0, 1, 0), "no_verdict"),
            (one_run(scores="ab"), (1, 0, 1, 0, 1, 0, 1, 0), "no_verdict"),
            (one_run(scores=[None]), (1, 0, 1, 0, 1, 0, 1, 0), "no_verdict"),
            (one_run(scores=[object()]), (1, 0, 1, 0, 1, 0, 1, 0), "no_verdict"),
            (one_run(scores=[Mute()]), (1, 0, 1, 0, 1, 0, 1, 0), "no_verdict"),
            (one_run(scores=[BadScore()]), (1, 0, 1, 0, 1, 0, 1, 0), "no_verdict"),
            (one_run(is_critical=NoTruth()), (1, 1, 0, 0, 1, 1, 0, 0), "no_verdict"),
            (one_run(is_critical=0), (1, 1, 0, 0, 0, 0, 0, 0), "no_verdict"),
            (one_run(is_critical=1), (1, 1, 0, 0, 1, 1, 0, 0), "no_verdict"),
        ],
        ids=lambda one: type(one).__name__,
    )
    def test_hostile_runs(self, hostile, expected, outcome):
        """Reading is total"""
        assert counts_of(rollup_eval_runs([hostile])) == expected
        assert eval_run_outcome(hostile) is EvalOutcome(outcome)
        counts = eval_outcome_counts([hostile, hostile])
        assert counts[EvalOutcome(outcome)] == 2
        assert replace_run(rollup_eval_runs([hostile]), hostile, hostile) == rollup_eval_runs(
            [hostile]
        )

    @pytest.mark.parametrize("passed", [(), (True,), (True, True), (False,), (None,)])
    def test_scores_that_break_off(self, passed):
        """Reading is total"""
        for require_scores in (False, True):
            rollup = rollup_eval_runs(
                [one_run(scores=breaks_off(*passed))], require_scores=require_scores
            )
            # What was not read to the end did not all pass.
            assert counts_of(rollup) == (1, 0, 1, 0, 1, 0, 1, 0)
        outcome = eval_run_outcome(one_run(scores=breaks_off(*passed)))
        assert outcome is (EvalOutcome.FAILED if False in passed else EvalOutcome.NO_VERDICT)

    @pytest.mark.parametrize("bad", [BadScore(), object(), SimpleNamespace(passed=1)])
    def test_a_generator_with_a_bad_score_in_it(self, bad):
        """Reading is total"""
        good = SimpleNamespace(passed=True)
        for scores in ([bad, good], [good, bad], [good, bad, good], [bad]):
            one = one_run(scores=iter(scores))
            assert rollup_eval_runs([one]).failed == 1
            one = one_run(scores=(score for score in scores))
            assert rollup_eval_runs([one], require_scores=True).failed == 1
            assert eval_run_outcome(one_run(scores=iter(scores))) is EvalOutcome.NO_VERDICT

    @pytest.mark.parametrize("status", [SaysYes(), YesText("failed"), YesText("")], ids=repr)
    def test_a_status_that_says_it_is_completed(self, status):
        """`succeeded` = runs with status `completed` and every score `passed is True`."""
        one = one_run(status=status, scores=[AttrsScore(True)])
        assert eval_run_outcome(one) is EvalOutcome.ERRORED
        assert counts_of(rollup_eval_runs([one])) == (1, 0, 1, 0, 1, 0, 1, 0)

    def test_one_bad_run_does_not_spoil_the_others(self):
        """Reading is total"""
        runs = [run(*spec) for spec in RUNS]
        rollup = rollup_eval_runs([Mute(), *runs, one_run(scores=5), Mute()])
        extra = (3, 0, 3, 0, 1, 0, 1, 0)
        expected = [a + b for a, b in zip(oracle(RUNS), extra, strict=True)]
        assert list(counts_of(rollup)) == expected


# ---------------------------------------------------------------- no inconsistent rollup, ever

GOOD = (5, 1, 2, 2, 3, 1, 1, 1)
# One cell wrong in every way, and some that add up but cannot be.
BAD = [
    *[
        (*GOOD[:place], wrong, *GOOD[place + 1 :])
        for place in range(8)
        for wrong in (-1, GOOD[place] + 1, GOOD[place] - 1, 10**30, None, "1", 1.0, True, NoTruth())
        if wrong is not True or GOOD[place] == 1
    ],
    (0, -1, 1, 0, 0, 0, 0, 0),
    (0, 1, -1, 0, 0, 0, 0, 0),
    (1, 2, -1, 0, 0, 0, 0, 0),
    (2, 2, 0, 0, 2, 0, 2, 0),
    (2, 2, 0, 0, 2, 0, 0, 2),
    (2, 0, 2, 0, 1, 1, 0, 0),
    (2, 0, 0, 2, 1, 0, 1, 0),
    (1, 1, 0, 0, 2, 2, 0, 0),
    (0, 0, 0, 0, 1, 1, 0, 0),
    (0, 0, 0, 0, 0, -1, 1, 0),
    (float("nan"),) * 8,
]


class TestConsistent:
    """A rollup with negative or inconsistent counts cannot be built by any public means."""

    @pytest.mark.parametrize("counts", BAD, ids=repr)
    def test_not_by_the_constructor(self, counts):
        """A rollup with negative or inconsistent counts cannot be built by any public means."""
        with pytest.raises(RollupError):
            EvalRollup(*counts)
        with pytest.raises(RollupError):
            EvalRollup(**dict(zip(COUNTS, counts, strict=True)))
        assert counts_of(EvalRollup(*GOOD)) == GOOD

    @pytest.mark.parametrize("counts", BAD, ids=repr)
    def test_not_by_a_replacement(self, counts):
        """A rollup with negative or inconsistent counts cannot be built by any public means."""
        changes = dict(zip(COUNTS, counts, strict=True))
        with pytest.raises(RollupError):
            replaced(EvalRollup(*GOOD), **changes)
        good = EvalRollup(*GOOD)
        assert replaced(good) == good
        assert replaced(good, total=6, pending=3) == EvalRollup(6, 1, 2, 3, 3, 1, 1, 1)

    def test_not_by_a_tampered_pickle(self):
        """A rollup with negative or inconsistent counts cannot be built by any public means."""
        good = EvalRollup(*GOOD)
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            data = pickle.dumps(good, protocol)
            assert pickle.loads(data) == good
            # The first 5 in it is `total`: as text in protocol 0, as one byte in the others.
            five, six = (b"I5\n", b"I6\n") if protocol == 0 else (b"K\x05", b"K\x06")
            assert five in data
            with pytest.raises(RollupError):
                pickle.loads(data.replace(five, six))

    def test_not_by_a_pickled_state(self):
        """A rollup with negative or inconsistent counts cannot be built by any public means."""

        class Forged:
            def __reduce__(self):
                return EvalRollup, (), (None, {"total": -1})

        with pytest.raises(AttributeError):
            pickle.loads(pickle.dumps(Forged()))

    def test_not_by_a_merge(self):
        """A rollup with negative or inconsistent counts cannot be built by any public means."""
        good = EvalRollup(*GOOD)
        for counts in BAD[-11:-1]:
            forged = SimpleNamespace(**dict(zip(COUNTS, counts, strict=True)))
            with pytest.raises(RollupError):
                merge_rollups([forged])
        assert counts_of(merge_rollups([good, good])) == tuple(2 * one for one in GOOD)

    def test_not_by_setting_or_deleting(self):
        """A rollup with negative or inconsistent counts cannot be built by any public means."""
        good = EvalRollup(*GOOD)
        for name in (*COUNTS, "eval_status", "anything"):
            with pytest.raises(AttributeError):
                setattr(good, name, 0)
            with pytest.raises(AttributeError):
                delattr(good, name)
        assert counts_of(good) == GOOD
        assert not hasattr(good, "__dict__")

    def test_it_is_a_value(self):
        """A rollup with negative or inconsistent counts cannot be built by any public means."""
        good, twin = EvalRollup(*GOOD), EvalRollup(*GOOD)
        assert good == twin
        assert hash(good) == hash(twin)
        assert copy.copy(good) == copy.deepcopy(good) == good
        likeness = SimpleNamespace(**dict(zip(COUNTS, GOOD, strict=True)))
        for other in (GOOD, list(GOOD), likeness, EMPTY_ROLLUP, None, 5):
            assert good != other
            assert other != good
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            loaded = pickle.loads(pickle.dumps(good, protocol))
            assert loaded == good
            assert hash(loaded) == hash(good)
        assert repr(good).startswith("EvalRollup(total=5, succeeded=1, failed=2, pending=2, ")


def test_only_an_enum_means_its_value():
    """A status from next year has failed, and so has one that is no word at all."""
    odd = SimpleNamespace(value="completed")
    run = SimpleNamespace(status=odd, is_critical=True, scores=())
    assert eval_run_outcome(run) is EvalOutcome.ERRORED
    assert rollup_eval_runs([run]).critical_failed == 1


def test_a_run_with_another_enums_status_is_read_like_any_other():
    """Scores that can be read only once, and `require_scores`."""
    completed = enum.Enum("Vendor", {"DONE": "completed"}).DONE
    passed = SimpleNamespace(passed=True)
    run = SimpleNamespace(status=completed, is_critical=True, scores=iter([passed, passed]))
    assert rollup_eval_runs([run]).critical_succeeded == 1
    empty = SimpleNamespace(status=completed, is_critical=True, scores=())
    assert rollup_eval_runs([empty]).critical_succeeded == 1
    assert rollup_eval_runs([empty], require_scores=True).critical_failed == 1
