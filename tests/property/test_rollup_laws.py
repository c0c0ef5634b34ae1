"""Section 6, the eval rollup: counts by an oracle, sums in any order, a headline that holds."""

from __future__ import annotations

import itertools
import pickle
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import Enum
from types import SimpleNamespace
from typing import Any, NamedTuple

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from session_lifecycle import (
    EMPTY_ROLLUP,
    EvalOutcome,
    EvalRollup,
    EvalRunStatus,
    EvalStatus,
    RollupError,
    SessionLifecycleError,
    eval_outcome_counts,
    eval_run_outcome,
    eval_status_bounds,
    latest_attempts,
    merge_rollups,
    replace_run,
    rollup_eval_runs,
)
from session_lifecycle import testing as kit
from session_lifecycle.testing import PlainRun, PlainScore

UNFINISHED = ("queued", "pending", "running")
FINISHED = ("completed", "failed", "errored")
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

# Statuses as members, as text and as a database's own enum, words from next year, verdicts that are
# no bool (1, "true", NaN), no scores at all.
RUNS = kit.eval_runs(drifted=True, max_scores=4)
RUN_LISTS = st.lists(RUNS, max_size=9)
SCORES = st.lists(kit.eval_scores(drifted=True), max_size=4).map(tuple)


def status_by_the_letter(run: PlainRun) -> str:
    """The status as a text, whichever kind of enum it came in."""
    status = run.status.value if isinstance(run.status, Enum) else run.status
    return status if isinstance(status, str) else ""


def outcome_by_the_letter(run: PlainRun) -> str:
    """ "`pending`; `errored` for every status that is neither unfinished nor `completed`; for
    completed: `passed`, `failed` (some score `passed is False`), `no_verdict` (no scores, or some
    `None` and none `False`)".
    """
    status = status_by_the_letter(run)
    if status in UNFINISHED:
        return "pending"
    if status != "completed":
        return "errored"
    passed = [score.passed if type(score.passed) is bool else None for score in run.scores or ()]
    if any(verdict is False for verdict in passed):
        return "failed"
    if not passed or any(verdict is None for verdict in passed):
        return "no_verdict"
    return "passed"


def succeeded_by_the_letter(run: PlainRun, require_scores: bool) -> bool:
    """ "`succeeded` = runs with status `completed` and every score `passed is True`"; with
    `require_scores`, a run without scores did not.
    """
    if status_by_the_letter(run) != "completed":
        return False
    scores = run.scores or ()
    return all(score.passed is True for score in scores) and (bool(scores) or not require_scores)


def counts_by_the_letter(runs: Iterable[PlainRun], require_scores: bool = False) -> dict[str, int]:
    """The eight counts, each counted on its own."""
    counts = {}
    runs = list(runs)
    for prefix, among in (("", runs), ("critical_", [r for r in runs if r.is_critical])):
        succeeded = sum(succeeded_by_the_letter(run, require_scores) for run in among)
        pending = sum(status_by_the_letter(run) in UNFINISHED for run in among)
        counts |= {
            f"{prefix}total": len(among),
            f"{prefix}succeeded": succeeded,
            # "`failed = total - succeeded - pending`, whatever else the status says"
            f"{prefix}failed": len(among) - succeeded - pending,
            f"{prefix}pending": pending,
        }
    return counts


def headline_by_the_letter(counts: dict[str, int]) -> str:
    """ "`none` when there are no criticals; else `failed` as soon as one failed; else `pending`
    while one is pending; else `passed`."
    """
    if counts["critical_total"] == 0:
        return "none"
    if counts["critical_failed"] > 0:
        return "failed"
    return "pending" if counts["critical_pending"] > 0 else "passed"


def _counts(rollup: EvalRollup) -> dict[str, int]:
    return {name: getattr(rollup, name) for name in COUNTS}


class TestTheCounts:
    """ "`rollup_eval_runs(runs) -> EvalRollup` with `total, succeeded, failed, pending,
    critical_total, ...` and the derived `eval_status`."
    """

    @given(RUN_LISTS, st.booleans())
    def test_agrees_with_the_letter_of_the_spec(
        self, runs: list[PlainRun], require_scores: bool
    ) -> None:
        """Counts and headline, counted once more from the spec's sentences."""
        rollup = rollup_eval_runs(runs, require_scores=require_scores)
        expected = counts_by_the_letter(runs, require_scores)
        assert _counts(rollup) == expected
        assert rollup.eval_status == headline_by_the_letter(expected)
        assert type(rollup.eval_status) is EvalStatus
        assert rollup.failed == rollup.total - rollup.succeeded - rollup.pending

    @given(RUN_LISTS)
    def test_outcomes(self, runs: list[PlainRun]) -> None:
        """ "`eval_run_outcome(run) -> EvalOutcome`", and `eval_outcome_counts` counts them all."""
        for run in runs:
            assert eval_run_outcome(run) == outcome_by_the_letter(run)
            assert type(eval_run_outcome(run)) is EvalOutcome
        counted = Counter(map(outcome_by_the_letter, runs))
        assert eval_outcome_counts(runs) == {word: counted[word] for word in EvalOutcome}

    @given(RUN_LISTS)
    def test_counts_and_outcomes_tell_one_story(self, runs: list[PlainRun]) -> None:
        """What passed succeeded, what is pending is pending; only `no_verdict` can be either."""
        rollup, outcomes = rollup_eval_runs(runs), eval_outcome_counts(runs)
        assert rollup.pending == outcomes[EvalOutcome.PENDING]
        assert rollup.succeeded - outcomes[EvalOutcome.PASSED] >= 0
        assert rollup.succeeded - outcomes[EvalOutcome.PASSED] <= outcomes[EvalOutcome.NO_VERDICT]
        gated = rollup_eval_runs(runs, require_scores=True)
        assert gated.succeeded == outcomes[EvalOutcome.PASSED]

    @pytest.mark.parametrize("status", EvalRunStatus)
    def test_a_run_without_scores(self, status: EvalRunStatus) -> None:
        """ "A completed run with no scores counts as succeeded ... `require_scores=True` counts it
        as failed, and `eval_outcome_counts(runs)` shows it as `no_verdict`."
        """
        completed = status == "completed"
        for scores in ((), [], None):
            run = PlainRun(status, True, scores)
            assert rollup_eval_runs([run]).succeeded == completed
            assert rollup_eval_runs([run], require_scores=True).succeeded == 0
            if completed:
                assert eval_run_outcome(run) == "no_verdict"

    @given(RUN_LISTS)
    def test_any_object_with_those_attributes_will_do(self, runs: list[PlainRun]) -> None:
        """ "any object with those attributes will do: attrs, dataclass, ORM row, pydantic"."""

        class Tuple(NamedTuple):
            status: Any
            is_critical: Any
            scores: Any

        @attrs.frozen(slots=True)
        class Attrs:
            status: Any
            is_critical: Any
            scores: Any

        class Lazy:
            """An ORM row, which reads its columns on demand and its scores once."""

            def __init__(self, status: Any, is_critical: Any, scores: Any) -> None:
                self._cells = {"status": status, "is_critical": is_critical, "scores": scores}

            def __getattr__(self, name: str) -> Any:
                cell = self.__dict__["_cells"][name]
                return iter(cell) if name == "scores" and cell is not None else cell

        expected = rollup_eval_runs(runs)
        for kind in (Tuple, Attrs, Lazy):
            theirs = [kind(run.status, run.is_critical, run.scores) for run in runs]
            assert rollup_eval_runs(theirs) == expected
        bags = [SimpleNamespace(**vars(run)) for run in runs]
        assert rollup_eval_runs(iter(bags)) == expected
        assert eval_outcome_counts(bags) == eval_outcome_counts(runs)


class TestTheMonoid:
    """ "Monoid: `EMPTY_ROLLUP`, `merge_rollups(rollups)`; merging shards equals rolling up the
    whole, in any order."
    """

    @given(RUN_LISTS, st.randoms(), st.booleans())
    def test_shards_in_any_order(
        self, runs: list[PlainRun], random: Any, require_scores: bool
    ) -> None:
        """ "merging shards equals rolling up the whole, in any order"."""
        shards: list[list[PlainRun]] = [[] for _ in range(4)]
        for run in random.sample(runs, len(runs)):
            shards[random.randrange(4)].append(run)
        rollups = [rollup_eval_runs(shard, require_scores=require_scores) for shard in shards]
        whole = rollup_eval_runs(runs, require_scores=require_scores)
        assert merge_rollups(rollups) == whole
        assert merge_rollups(iter(rollups[::-1])) == whole
        assert merge_rollups([merge_rollups(rollups[:2]), merge_rollups(rollups[2:])]) == whole

    @given(RUN_LISTS)
    def test_the_empty_rollup_is_neutral(self, runs: list[PlainRun]) -> None:
        """ "`EMPTY_ROLLUP`": no runs, and merged in it changes nothing."""
        rollup = rollup_eval_runs(runs)
        assert merge_rollups([rollup, EMPTY_ROLLUP]) == rollup
        assert merge_rollups([EMPTY_ROLLUP, rollup]) == rollup
        assert merge_rollups([]) == EMPTY_ROLLUP == rollup_eval_runs([])
        assert EMPTY_ROLLUP.eval_status == "none"

    @given(RUN_LISTS, RUNS, st.booleans(), st.data())
    def test_replacing_a_run_equals_a_recount(
        self, runs: list[PlainRun], new: PlainRun, require_scores: bool, data: st.DataObject
    ) -> None:
        """ "`replace_run(rollup, old, new, *, require_scores=False)` updates one run without a
        recount": to change, to add and to take out.
        """
        mode = {"require_scores": require_scores}
        before = rollup_eval_runs(runs, **mode)
        assert replace_run(before, None, new, **mode) == rollup_eval_runs([*runs, new], **mode)
        if runs:
            place = data.draw(st.integers(0, len(runs) - 1))
            others = runs[:place] + runs[place + 1 :]
            assert replace_run(before, runs[place], new, **mode) == rollup_eval_runs(
                [*others, new], **mode
            )
            assert replace_run(before, runs[place], None, **mode) == rollup_eval_runs(
                others, **mode
            )

    @given(RUNS)
    def test_a_run_that_was_not_counted_cannot_be_replaced(self, run: PlainRun) -> None:
        """ "A rollup with negative ... counts cannot be built by any public means." """
        with pytest.raises(RollupError, match="not among"):
            replace_run(EMPTY_ROLLUP, run, None)


# What a pending run can still become.
_OUTCOMES = (
    PlainRun("completed", True, (PlainScore(True),)),
    PlainRun("completed", True, (PlainScore(False),)),
    PlainRun("errored", True, ()),
)


class TestTheHeadline:
    """ "Over a fixed set of runs whose statuses only progress, a headline that is `failed` stays
    so".
    """

    @given(RUN_LISTS, st.data())
    def test_a_failed_headline_stays_failed(
        self, runs: list[PlainRun], data: st.DataObject
    ) -> None:
        """ "a headline that is `failed` stays so"; and so does one that has passed, and the next
        headline lies within the bounds of the one before.
        """
        headline = rollup_eval_runs(runs).eval_status
        for _ in range(3):
            worst, best = eval_status_bounds(rollup_eval_runs(runs))
            runs = [_progressed(run, data.draw) for run in runs]
            before, headline = headline, rollup_eval_runs(runs).eval_status
            if before in ("failed", "passed", "none"):
                assert headline is before
            assert headline == "pending" or headline in (worst, best)

    @given(st.lists(RUNS, max_size=5))
    def test_bounds_by_brute_force(self, runs: list[PlainRun]) -> None:
        """ "`eval_status_bounds(rollup) -> (worst, best)` the headline can still become; equal when
        decided": every way the pending runs can end is tried.
        """
        open_places = [n for n, run in enumerate(runs) if status_by_the_letter(run) in UNFINISHED]
        assume(len(open_places) <= 4)
        reached = set()
        for ends in itertools.product(_OUTCOMES, repeat=len(open_places)):
            ended = list(runs)
            for place, end in zip(open_places, ends, strict=True):
                ended[place] = replace(end, is_critical=runs[place].is_critical)
            reached.add(rollup_eval_runs(ended).eval_status.value)
        badness = ("failed", "none", "passed")
        expected = (min(reached, key=badness.index), max(reached, key=badness.index))
        assert eval_status_bounds(rollup_eval_runs(runs)) == expected
        assert (expected[0] == expected[1]) is (rollup_eval_runs(runs).eval_status != "pending")

    @given(RUN_LISTS)
    def test_only_critical_runs_count(self, runs: list[PlainRun]) -> None:
        """ "`eval_status` looks at the critical counts only"."""
        critical = [run for run in runs if run.is_critical]
        assert rollup_eval_runs(runs).eval_status is rollup_eval_runs(critical).eval_status


def _progressed(run: PlainRun, draw: Any) -> PlainRun:
    """The run a while later: an unfinished one may go on or end, a finished one stays."""
    status = status_by_the_letter(run)
    if status not in UNFINISHED:
        return run
    later = draw(st.sampled_from(UNFINISHED[UNFINISHED.index(status) :] + FINISHED))
    return replace(run, status=later, scores=draw(SCORES) if later == "completed" else run.scores)


class TestTheValue:
    """ "A rollup with negative or inconsistent counts cannot be built by any public means." """

    @given(
        st.lists(st.sampled_from((0, 0, 1, 1, 2, 3, -1)), min_size=6, max_size=6),
        st.sampled_from((0, 0, 0, 0, 1, -1)),
        st.sampled_from((0, 0, 0, 0, 1, -1)),
    )
    def test_only_consistent_counts(self, parts: list[int], off: int, critical_off: int) -> None:
        """Built from any eight ints, there is a set of runs with these counts, or it is refused."""
        totals = (sum(parts[:3]) + off, sum(parts[3:]) + critical_off)
        cells = (totals[0], *parts[:3], totals[1], *parts[3:])
        counts = dict(zip(COUNTS, cells, strict=True))
        kinds = ("succeeded", "failed", "pending")
        possible = (
            min(cells) >= 0
            and counts["total"] == sum(counts[kind] for kind in kinds)
            and counts["critical_total"] == sum(counts[f"critical_{kind}"] for kind in kinds)
            and all(counts[f"critical_{kind}"] <= counts[kind] for kind in kinds)
        )
        if not possible:
            with pytest.raises(RollupError) as caught:
                EvalRollup(**counts)
            assert isinstance(caught.value, (SessionLifecycleError, ValueError))
            return
        assert _counts(EvalRollup(**counts)) == counts

    @pytest.mark.parametrize("kind", ["succeeded", "failed", "pending"])
    def test_more_critical_runs_than_runs(self, kind: str) -> None:
        """Every sum is right, and still no set of runs has these counts."""
        critical = {"critical_total": 1, f"critical_{kind}": 1}
        assert EvalRollup(**(critical | {"total": 1, kind: 1})).critical_total == 1
        other = "pending" if kind == "failed" else "failed"
        with pytest.raises(RollupError, match=kind):
            EvalRollup(**(critical | {"total": 1, other: 1}))

    @given(RUN_LISTS, st.sampled_from(COUNTS), st.integers(-2, 12))
    def test_no_way_round_the_check(self, runs: list[PlainRun], name: str, count: int) -> None:
        """Neither an attribute, nor `copy.replace`, nor a pickle makes an inconsistent one."""
        rollup = rollup_eval_runs(runs)
        assert pickle.loads(pickle.dumps(rollup)) == rollup
        with pytest.raises(AttributeError):
            setattr(rollup, name, count)
        if count != getattr(rollup, name):
            # One count alone cannot change: some sum is wrong, or more are critical than are.
            with pytest.raises(RollupError):
                rollup.__replace__(**{name: count})
        for wrong in (True, 1.0, "1", None):
            with pytest.raises(RollupError):
                rollup.__replace__(**{name: wrong})

    @given(RUN_LISTS)
    def test_equal_only_its_own_kind(self, runs: list[PlainRun]) -> None:
        """Hashable, and equal to its like, never to a tuple of the same numbers."""
        rollup = rollup_eval_runs(runs)
        assert rollup == EvalRollup(**_counts(rollup))
        assert hash(rollup) == hash(EvalRollup(**_counts(rollup)))
        assert rollup != tuple(_counts(rollup).values())


class TestStrictReading:
    """ "Reading is total: ... `strict=True` raises `RollupError` instead." """

    @given(RUN_LISTS, st.booleans())
    def test_strict_raises_exactly_where_total_reads_past(
        self, runs: list[PlainRun], require_scores: bool
    ) -> None:
        """ "`passed` that is not a bool ... counts as `None`, `scores=None` is no scores,
        `is_critical=None` is not critical; `strict=True` raises `RollupError` instead".
        """

        def sound(run: PlainRun) -> bool:
            return (
                type(run.is_critical) is bool
                and run.scores is not None
                and all(s.passed is None or type(s.passed) is bool for s in run.scores)
            )

        mode = {"require_scores": require_scores}
        if all(map(sound, runs)):
            assert rollup_eval_runs(runs, strict=True, **mode) == rollup_eval_runs(runs, **mode)
            assert eval_outcome_counts(runs, strict=True) == eval_outcome_counts(runs)
            return
        for read in (rollup_eval_runs, eval_outcome_counts):
            with pytest.raises(RollupError):
                read(runs, strict=True)
        for run in runs:
            if not sound(run):
                with pytest.raises(RollupError):
                    eval_run_outcome(run, strict=True)

    @given(RUN_LISTS)
    def test_scores_that_can_be_read_once(self, runs: list[PlainRun]) -> None:
        """Scores may be a generator: read once, with the same counts, strict or not."""

        def once(run: PlainRun) -> SimpleNamespace:
            scores: Iterator[PlainScore] | None = None if run.scores is None else iter(run.scores)
            return SimpleNamespace(status=run.status, is_critical=run.is_critical, scores=scores)

        assert rollup_eval_runs(map(once, runs)) == rollup_eval_runs(runs)
        sound = [
            replace(run, scores=run.scores or (), is_critical=bool(run.is_critical))
            for run in runs
            if all(s.passed is None or type(s.passed) is bool for s in run.scores or ())
        ]
        assert rollup_eval_runs(map(once, sound), strict=True) == rollup_eval_runs(sound)


class TestLatestAttempts:
    """ "`latest_attempts(runs, *, key, order)`: keeps the last attempt of each key (the evaluator
    or binding) by `order` (start time or attempt number), so that a retry is not counted twice".
    """

    @given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=12))
    def test_the_last_attempt_of_each_key(self, attempts: list[tuple[int, int]]) -> None:
        """One run a key, the one with the highest order; of two alike, the later given."""
        runs = [PlainRun("completed", True, (), key, order) for key, order in attempts]
        latest = latest_attempts(runs, key=lambda run: run.key, order=lambda run: run.order)
        assert [run.key for run in latest] == list(dict.fromkeys(run.key for run in runs))
        for run in latest:
            rivals = [other for other in runs if other.key == run.key]
            highest = max(other.order for other in rivals)
            assert run is [other for other in rivals if other.order == highest][-1]

    @given(st.lists(RUNS, max_size=6), st.lists(RUNS, max_size=6), st.randoms())
    def test_a_retry_is_not_counted_twice(
        self, first: list[PlainRun], retried: list[PlainRun], random: Any
    ) -> None:
        """ "so that a retry is not counted twice; it comes before any sharding": in any order."""
        runs = [replace(run, key=n, order=1) for n, run in enumerate(first)]
        retries = [replace(run, key=n, order=2) for n, run in enumerate(retried)]
        everything = random.sample(runs + retries, len(runs + retries))
        latest = latest_attempts(everything, key=lambda r: r.key, order=lambda r: r.order)
        assert rollup_eval_runs(latest) == rollup_eval_runs(retries + runs[len(retries) :])
        again = latest_attempts(latest, key=lambda r: r.key, order=lambda r: r.order)
        assert again == latest

    @pytest.mark.parametrize("order", [None, float("nan"), "2026-03-01", object()])
    def test_attempts_without_an_order_are_refused(self, order: object) -> None:
        """A retry that cannot be ordered must not silently win or lose, whichever came first."""
        for orders in ((1, order), (order, 1)):
            with pytest.raises(RollupError, match="order"):
                latest_attempts(orders, key=lambda _: "judge", order=lambda it: it)  # type: ignore[type-var]
