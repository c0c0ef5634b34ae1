"""The rollup of eval runs, counted by the database: what `rollup_eval_runs` says, as one SELECT.

How it is counted. Each run is a row of small integers: 1 in `total`, 1 in `succeeded` if it has
completed, 1 in `pending` if it is unfinished. Each completed run with a score that is not true is
one row more, with -1 in `succeeded`; it is found by a semi-join. All of them are added up, once. So
a verdict is never a three-valued boolean (`bool_and` of no scores is NULL, and of one true and one
NULL is true), a NULL key is a group like any other, and no score is grouped by its run.

Why not a join with the scores grouped by run, as one would write it? It was measured, with a
million runs on PostgreSQL: it takes five times as long. `NOT EXISTS` as a column is as fast as this
while its hash table fits `work_mem`, and five times slower from then on. So the runs are read twice
and the scores once (three times and twice to require scores), in order, whatever is in them.

Words are compared as they are stored, letter by letter, whatever the column's collation or type:
`Completed` has not completed, as in `rollup_eval_runs`. A status that cannot be read has failed.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    case,
    func,
    select,
    union_all,
)

from session_lifecycle._rollup import COUNTS, EMPTY_ROLLUP, EvalRollup
from session_lifecycle._text import show
from session_lifecycle._words import EvalRunStatus, EvalStatus
from session_lifecycle.integrations.sqlalchemy._eval_columns import (
    Named,
    Source,
    column_of,
    has_status,
    is_marked,
    is_no_pass,
    number,
    text,
)

_HEADLINE = "eval_status"
_COMPLETED = (EvalRunStatus.COMPLETED,)
_UNFINISHED = (EvalRunStatus.QUEUED, EvalRunStatus.PENDING, EvalRunStatus.RUNNING)


def rollup_select(
    run_table: Source,
    score_table: Source,
    *,
    by: Named | None = "session_id",
    where: ColumnElement[bool] | None = None,
    every: Select[Any] | SQLColumnExpression[Any] | None = None,
    require_scores: bool = False,
    run_id: Named = "id",
    status: Named = "status",
    is_critical: Named = "is_critical",
    score_run_id: Named = "run_id",
    passed: Named = "passed",
) -> Select[Any]:
    """Return a SELECT of the counts and the headline, one row a group of runs.

    Its columns are the group's key, named as `by` is, the eight counts of `EvalRollup`, and
    `eval_status` as text. `rollup_from_row` makes an `EvalRollup` of a row. No order is promised.

    A key appears if a run has it: a session without runs has no row unless `every` names it, and
    runs whose key is NULL are a group of their own. Filter by `where`, not by the statement's own
    `.where()`, which is too late: the runs have been counted.

    Args:
        run_table: the runs: a table, an alias, a subquery or a mapped class.
        score_table: the scores, likewise. A score whose run is not among the runs counts nowhere.
        by: the key, a column of `run_table` or an expression over it; `None` for one row over all
            runs, which is there even if there are none.
        where: which runs count, a condition on `run_table`. With an index on the scores' run, only
            the scores of those runs are read.
        every: keys that get a row whatever the runs: a column such as `Call.id`, or a SELECT of
            one. It adds keys and takes none away.
        require_scores: count a completed run without scores as failed instead of succeeded.
        run_id: the run's key.
        status: its status, text or an `Enum`.
        is_critical: whether it is critical: true, or a number other than 0. NULL is not.
        score_run_id: the key of a score's run.
        passed: its verdict. Only true is a pass: NULL is none, nor is a 2 in SQLite.

    Raises:
        TypeError: if a column is not there, or `passed` or `is_critical` is of a type that could
            not mean this.
        ValueError: if `every` is not one column, or given without `by`; or if the key is named as
            a count is.

    >>> from sqlalchemy import column, table
    >>> runs = table("eval_run", *map(column, ("id", "session_id", "status", "is_critical")))
    >>> scores = table("eval_score", column("run_id"), column("passed"))
    >>> rollup_select(runs, scores).selected_columns.keys()[:4]
    ['session_id', 'total', 'succeeded', 'failed']
    """
    key = None if by is None else column_of(run_table, by, "by", "runs")
    run = column_of(run_table, run_id, "run_id", "runs")
    word = column_of(run_table, status, "status", "runs")
    completed, unfinished = has_status(word, *_COMPLETED), has_status(word, *_UNFINISHED)
    critical = is_marked(column_of(run_table, is_critical, "is_critical", "runs"))
    scored = column_of(score_table, score_run_id, "score_run_id", "scores")
    no_pass = is_no_pass(column_of(score_table, passed, "passed", "scores"))

    def runs(total: int, succeeded: ColumnElement[int], pending: ColumnElement[int]) -> Select[Any]:
        rows = _row(key, number(total), succeeded, pending, _one_if(critical))
        rows = rows.select_from(run_table)
        return rows if where is None else rows.where(where)

    def completed_with_score(succeeded: int, *which: ColumnElement[bool]) -> Select[Any]:
        scores = select(scored).select_from(score_table).where(*which)
        if where is not None:
            scores = scores.join(run_table, run == scored).where(where)
        # It is a query of its own, though it may name the same table as the one around it.
        found = run.in_(scores.correlate(None))
        return runs(0, number(succeeded), number(0)).where(completed, found)

    nothing_yet = number(0) if require_scores else _one_if(completed)
    parts = [runs(1, nothing_yet, _one_if(unfinished)), completed_with_score(-1, no_pass)]
    if require_scores:
        parts.append(completed_with_score(1))
    if every is not None:
        parts.append(_row(_every(every, key), *[number(0)] * 4))
    return _added_up(parts, None if by is None else _name(by))


def _name(by: Named) -> str:
    name: str = by if isinstance(by, str) else getattr(by, "key", None) or "key"
    if name in (*COUNTS, _HEADLINE):
        raise ValueError(f"by is named {show(name)} as a count is: give it another label")
    return name


def rollup_from_row(row: object) -> EvalRollup:
    """Return the rollup that a row of `rollup_select` is.

    Args:
        row: a mapping, a `Row` or an object with the eight counts; what else it has is not read.
            If all are NULL, as after an outer join that found nothing, it is `EMPTY_ROLLUP`.
            Sums of counts, which some databases give as `Decimal`, are read as well.

    Raises:
        TypeError: if a count is not there.
        RollupError: if the counts cannot be.

    >>> row = {"total": 3, "succeeded": 2, "failed": 1, "pending": 0, "critical_total": 1}
    >>> row |= {"critical_succeeded": 1, "critical_failed": 0, "critical_pending": 0}
    >>> rollup_from_row(row).eval_status
    <EvalStatus.PASSED: 'passed'>
    """
    counts = [_cell(row, name) for name in COUNTS]
    if all(count is None for count in counts):
        return EMPTY_ROLLUP
    return EvalRollup(*counts)


def _cell(row: object, name: str) -> Any:
    cells: Any = row
    try:
        count: Any = cells[name] if isinstance(row, Mapping) else getattr(row, name)
    except (KeyError, AttributeError):
        raise TypeError(
            f"the row is {show(cells)} without {name!r}, expected a row of rollup_select"
        ) from None
    if type(count) is Decimal and count.is_finite() and count == count.to_integral_value():
        return int(count)
    return count


# --- rows of integers ----------------------------------------------------------------------------


def _one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, number(1)), else_=number(0))


def _row(key: ColumnElement[Any] | None, *cells: ColumnElement[int]) -> Select[Any]:
    names = ("total", "succeeded", "pending", "critical")
    columns: list[ColumnElement[Any]] = [
        cell.label(name) for cell, name in zip(cells, names, strict=True)
    ]
    return select(*columns) if key is None else select(key.label("key"), *columns)


def _every(every: Select[Any] | SQLColumnExpression[Any], key: object) -> ColumnElement[Any]:
    if key is None:
        raise ValueError("every is given without by: expected by, whose keys every completes")
    if not isinstance(every, Select):
        every = select(every)
    columns = list(every.subquery("every").c)
    if len(columns) != 1:
        raise ValueError(f"every has {len(columns)} columns, expected one: the keys")
    return columns[0]


def _added_up(parts: list[Select[Any]], name: str | None) -> Select[Any]:
    rows = union_all(*parts).subquery("runs")

    def added(column: ColumnElement[int]) -> ColumnElement[int]:
        # Over all runs there may be no row to add, and the sum of none is NULL.
        return func.coalesce(func.sum(column), number(0)) if name is None else func.sum(column)

    counted = [rows.c[part] for part in ("total", "succeeded", "pending")]
    every = _four(*map(added, counted))
    critical = _four(*(added(column * rows.c.critical) for column in counted))
    columns: list[ColumnElement[Any]] = [
        count.label(label) for count, label in zip((*every, *critical), COUNTS, strict=True)
    ]
    columns.append(_headline(*critical).label(_HEADLINE))
    if name is None:
        return cast("Select[Any]", select(*columns))
    return cast("Select[Any]", select(rows.c.key.label(name), *columns).group_by(rows.c.key))


def _four(
    total: ColumnElement[int], succeeded: ColumnElement[int], pending: ColumnElement[int]
) -> tuple[ColumnElement[int], ...]:
    return total, succeeded, total - succeeded - pending, pending


def _headline(
    total: ColumnElement[int],
    succeeded: ColumnElement[int],
    failed: ColumnElement[int],
    pending: ColumnElement[int],
) -> ColumnElement[str]:
    """`EvalRollup.eval_status`, from the critical counts."""
    return case(
        (total == number(0), text(EvalStatus.NONE)),
        (failed > number(0), text(EvalStatus.FAILED)),
        (pending > number(0), text(EvalStatus.PENDING)),
        else_=text(EvalStatus.PASSED),
    )


for _thing in (rollup_select, rollup_from_row):
    _thing.__module__ = __package__ or __name__
