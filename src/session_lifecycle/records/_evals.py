"""Eval runs, their scores, and the summary over them, as the API answers.

Runs and scores are what `rollup_eval_runs` reads: it takes these records as they are.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import attrs

from session_lifecycle._rollup import COUNTS, EvalRollup
from session_lifecycle._text import show
from session_lifecycle._wire import word_reader
from session_lifecycle._words import EvalRunStatus, EvalStatus, SessionType
from session_lifecycle.records._fields import (
    anything,
    extra_fields,
    is_count,
    optional_bool,
    optional_text,
    optional_time,
    optional_uuid,
    optional_word,
    show_size,
    show_word,
    word_or_text,
)

_read_run_status, _read_headline = word_reader(EvalRunStatus), word_reader(EvalStatus)


def _run_status(value: EvalRunStatus | str) -> EvalRunStatus | str:
    return word_or_text(_read_run_status, value, "status")


def _headline(value: EvalStatus | str) -> EvalStatus | str:
    return word_or_text(_read_headline, value, "eval_status")


@attrs.frozen
class EvalSummary:
    """The counts over a conversation's eval runs, as the API reports them. Immutable.

    They are kept as reported. Whether they add up is what `to_rollup` finds out.

    Attributes:
        total: all runs; the others as in `EvalRollup`.
        eval_status: the headline: a member, or the text of one we do not know.
        extra: the fields we do not know, and the values of known ones that could not be read.

    Raises:
        TypeError: if a count is no int.

    >>> from session_lifecycle import EvalRollup
    >>> EvalSummary.from_rollup(EvalRollup(2, 1, 1)).eval_status
    <EvalStatus.NONE: 'none'>
    """

    total: int = attrs.field(validator=is_count, repr=show)
    succeeded: int = attrs.field(validator=is_count, repr=show)
    failed: int = attrs.field(validator=is_count, repr=show)
    pending: int = attrs.field(validator=is_count, repr=show)
    critical_total: int = attrs.field(validator=is_count, repr=show)
    critical_succeeded: int = attrs.field(validator=is_count, repr=show)
    critical_failed: int = attrs.field(validator=is_count, repr=show)
    critical_pending: int = attrs.field(validator=is_count, repr=show)
    eval_status: EvalStatus | str = attrs.field(converter=_headline, repr=show_word, hash=False)
    extra: Mapping[str, object] = extra_fields()

    @classmethod
    def from_rollup(cls, rollup: EvalRollup) -> Self:
        """Return the summary that a rollup is on the wire."""
        counts: dict[str, Any] = {name: getattr(rollup, name) for name in COUNTS}
        return cls(**counts, eval_status=rollup.eval_status)

    def to_rollup(self) -> EvalRollup:
        """Return the rollup with these counts; its headline is worked out from them.

        Raises:
            RollupError: if they do not add up.
        """
        return EvalRollup(*[getattr(self, name) for name in COUNTS])


@attrs.frozen(kw_only=True)
class EvalScore:
    """One score of an eval run. Immutable.

    Attributes:
        passed: True, False, or `None` for no verdict. Anything else that a service wrote is in
            `extra`, and no pass.
        value: the score, as the evaluator gave it; and so the fields after it.
        extra: the fields we do not know, and the values of known ones that could not be read.

    Raises:
        TypeError: if a value is of another type.
    """

    passed: bool | None = optional_bool()
    value: object = anything()
    raw_value: object = anything()
    label: str | None = optional_text()
    confidence: object = anything()
    rationale: str | None = optional_text()
    severity: str | None = optional_text()
    blocking: bool | None = optional_bool()
    extra: Mapping[str, object] = extra_fields()


def _scores(value: Iterable[EvalScore] | None) -> tuple[EvalScore, ...]:
    try:
        scores = () if value is None else tuple(value)
    except TypeError:
        raise TypeError(f"scores is {show(value)}, expected an iterable of EvalScore") from None
    for score in scores:
        if type(score) is not EvalScore:
            raise TypeError(f"a score is {show(score)}, expected an EvalScore")
    return scores


def _scores_field() -> Any:
    # With its converter in sight, pyright takes a run for no `EvalRunLike`.
    return attrs.field(default=(), converter=_scores, repr=show_size, hash=False)


@attrs.frozen(kw_only=True)
class EvalRun:
    """One eval run that targeted a conversation. Immutable; what `rollup_eval_runs` reads.

    Attributes:
        status: a member, or the text of a status we do not know, which counts as failed.
        id: its id.
        session_id: the conversation.
        evaluator_id: what a retry is a retry of: the key for `latest_attempts`.
        scope: on what kind of session it ran: a member, or text.
        started_at: when it started, aware and in UTC; what `latest_attempts` orders by.
        finished_at: when it finished.
        error_text: why it did not.
        threshold_snapshot: the binding's threshold, as it was when the run was made.
        severity_snapshot: its severity, likewise.
        is_critical_snapshot: whether the binding was critical, likewise; also as `is_critical`.
        scores: its scores; `None` is none.
        extra: the fields we do not know, and the values of known ones that could not be read.

    Raises:
        TypeError: if a value is of another type.
        ValueError: if a time has no zone.
    """

    status: EvalRunStatus | str = attrs.field(converter=_run_status, repr=show_word, hash=False)
    id: UUID | None = optional_uuid()
    session_id: UUID | None = optional_uuid()
    evaluator_id: UUID | None = optional_uuid()
    scope: SessionType | str | None = optional_word(SessionType, "scope")
    started_at: datetime | None = optional_time()
    finished_at: datetime | None = optional_time()
    error_text: str | None = optional_text()
    threshold_snapshot: object = anything()
    severity_snapshot: object = anything()
    is_critical_snapshot: bool | None = optional_bool()
    scores: tuple[EvalScore, ...] = _scores_field()
    extra: Mapping[str, object] = extra_fields()

    @property
    def is_critical(self) -> bool | None:
        """Whether the run drives the headline."""
        return self.is_critical_snapshot
