"""The counts over eval runs, the headline they give, and their sums.

The counts are a monoid: shards are merged in any order, and merging equals rolling up the whole.
Source of the counts: the API's `eval_summary`.
"""

from collections.abc import Iterable
from typing import final

from session_lifecycle._errors import RollupError
from session_lifecycle._names import publish
from session_lifecycle._text import show
from session_lifecycle._value import Value, fill
from session_lifecycle._words import EvalStatus

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


@final
class EvalRollup(Value):
    """The counts over a set of eval runs. Immutable, hashable, picklable, never inconsistent.

    Attributes:
        total: all runs.
        succeeded: completed, and every score passed.
        failed: the rest: `total - succeeded - pending`.
        pending: queued, pending or running.
        critical_total: the same over runs marked critical, and so on.
    """

    __slots__ = COUNTS

    total: int
    succeeded: int
    failed: int
    pending: int
    critical_total: int
    critical_succeeded: int
    critical_failed: int
    critical_pending: int

    def __init__(
        self,
        total: int = 0,
        succeeded: int = 0,
        failed: int = 0,
        pending: int = 0,
        critical_total: int = 0,
        critical_succeeded: int = 0,
        critical_failed: int = 0,
        critical_pending: int = 0,
    ) -> None:
        """Check and keep the counts.

        Raises:
            RollupError: if a count is no int or negative, if the three do not add up to their
                total, or if more runs are critical than there are.
        """
        counts = (total, succeeded, failed, pending)
        critical = (critical_total, critical_succeeded, critical_failed, critical_pending)
        for name, count in zip(COUNTS, counts + critical, strict=True):
            if type(count) is not int or count < 0:
                raise RollupError(f"{name} is {show(count)}, expected an int of at least 0")
        for (whole, *parts), kind in ((counts, "runs"), (critical, "critical runs")):
            if whole != sum(parts):
                raise RollupError(
                    f"{show(whole)} {kind}, but {show(parts[0])} succeeded, {show(parts[1])} "
                    f"failed and {show(parts[2])} pending: the three must add up to the total"
                )
        for name, count, among in zip(COUNTS[:4], counts, critical, strict=True):
            if among > count:
                raise RollupError(
                    f"critical_{name} is {show(among)} and {name} is {show(count)}: "
                    "critical runs are counted among all"
                )
        for name, count in zip(COUNTS, counts + critical, strict=True):
            fill(self, name, count)

    @property
    def eval_status(self) -> EvalStatus:
        """The headline, from the critical counts only.

        `none` without critical runs; `failed` as soon as one failed; `pending` while one is; else
        `passed`. Over a fixed set of runs whose statuses only progress, `failed` stays; new
        critical runs and retries may change it.
        """
        if not self.critical_total:
            return EvalStatus.NONE
        if self.critical_failed:
            return EvalStatus.FAILED
        return EvalStatus.PENDING if self.critical_pending else EvalStatus.PASSED


EMPTY_ROLLUP = EvalRollup()
"""The rollup of no runs: the neutral element of `merge_rollups`."""


def merge_rollups(rollups: Iterable[EvalRollup]) -> EvalRollup:
    """Return the rollup of all the runs behind these rollups; `EMPTY_ROLLUP` for none.

    Each run must be in one shard only: pick the latest attempts before sharding.
    """
    sums = [0] * len(COUNTS)
    for rollup in rollups:
        for place, name in enumerate(COUNTS):
            sums[place] += getattr(rollup, name)
    return EvalRollup(*sums)


def eval_status_bounds(rollup: EvalRollup) -> tuple[EvalStatus, EvalStatus]:
    """Return the worst and the best headline this set of runs can still end with.

    Equal when decided. New critical runs and retries are another set of runs.
    """
    headline = rollup.eval_status
    if headline is EvalStatus.PENDING:
        return EvalStatus.FAILED, EvalStatus.PASSED
    return headline, headline


publish(globals())
