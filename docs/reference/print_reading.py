"""Printed from what the readers answer: words into reasons, eval runs into counts."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace as Run

from print_tables import attributes, code, table

from session_lifecycle import (
    REASON_ALIASES,
    CoercionVia,
    EvalRollup,
    EvalStatus,
    SessionTerminationReason,
    coerce_session_status,
    coerce_termination_reason,
    eval_run_outcome,
    eval_status_bounds,
    parse_session_status,
    parse_termination_reason,
    read_termination_reason,
    rollup_eval_runs,
)
from session_lifecycle._rollup import COUNTS
from session_lifecycle._spelling import normal_forms

_VIA = {
    CoercionVia.EXACT: "a member, or its text exactly",
    CoercionVia.NORMALIZED: "another spelling of a reason's text",
    CoercionVia.ALIAS: "a spelling among the aliases",
    CoercionVia.ABSENT: "nobody said a word",
    CoercionVia.UNRECOGNIZED: "anything else",
}
# One for each door, in the order of CoercionVia, and what is no text.
_GIVEN: tuple[object, ...] = (
    "callee_busy",
    "CalleeBusy",
    "DisconnectReason.ROOM_DELETED",
    None,
    "operator-busy",
    486,
)


def doors() -> str:
    """Print what each door answers to one value of each kind."""
    rows = []
    for value in _GIVEN:
        via = read_termination_reason(value).via
        rows.append(
            (
                f"`{value!r}`",
                f"`{via}`: {_VIA[via]}",
                f"`{coerce_termination_reason(value)}`",
                _or_raises(parse_termination_reason, value),
            )
        )
    return table(("given", "`via`", "coerce and read answer", "parse answers"), rows)


def _or_raises(parse: Callable[[object], object], value: object) -> str:
    try:
        return f"`{parse(value)}`"
    except ValueError as error:
        return f"raises `{type(error).__name__}`"


# What a look-up tries, step by step.
_SPELLINGS = (
    "participant_left",
    "  Participant Left ",
    "PARTICIPANT-LEFT",
    "participantLeft",
    "room/deleted",
    "SIPTrunkFailure",
    "callee..busy",
    "sip: dial :: failed",
    "DisconnectReason.ROOM_DELETED",
    "SessionTerminationReason.ERROR",
    "DisconnectReason.RESOLVED",
    "-error",
    "operator-busy",
    "",
)


def spellings() -> str:
    """Print how some spellings are normalised, and what becomes of them."""
    rows = []
    for text in _SPELLINGS:
        reading = read_termination_reason(text)
        forms = code(form for form in normal_forms(text) if form) or "nothing"
        rows.append((f"`{text!r}`", forms, f"`{reading.reason}`", f"`{reading.via}`"))
    return table(("given", "looked up as", "reason", "`via`"), rows)


def aliases() -> str:
    """Print the aliases, those of one prefix in one row."""
    groups: dict[tuple[str, str, str], list[SessionTerminationReason]] = {}
    for row in REASON_ALIASES.values():
        prefix = row.alias.removesuffix(row.reason)
        groups.setdefault((prefix, row.seen, row.date), []).append(row.reason)
    every = list(SessionTerminationReason)
    rows = [
        (
            f"`{prefix}`",
            f"every reason, {len(every)}" if reasons == every else code(reasons),
            seen,
            date,
        )
        for (prefix, seen, date), reasons in groups.items()
    ]
    return table(("prefix", "in front of", "where it was seen", "since"), rows)


def other_words() -> str:
    """Print what statuses' own doors answer."""
    given = ("waiting_for_human", "Waiting-for-human", "hibernating", None)
    rows = [
        (f"`{text!r}`", f"`{coerce_session_status(text)}`", _or_raises(parse_session_status, text))
        for text in given
    ]
    return table(("given", "`coerce_session_status`", "`parse_session_status`"), rows)


def counts() -> str:
    """Print what each count counts, as the class says it."""
    meant = attributes(EvalRollup)
    rows = [
        (f"`{name}`", f"`critical_{name}`", meant[name].rstrip("."))
        for name in COUNTS
        if not name.startswith("critical_")
    ]
    return table(("all runs", "critical runs", "what is counted"), rows)


def outcomes() -> str:
    """Print what one run comes to, by its status and its scores."""
    verdicts: tuple[tuple[bool | None, ...], ...] = (
        (True, True),
        (True, None),
        (True, False),
        (None, False),
        (),
    )
    cases = [("completed", passed) for passed in verdicts]
    cases += [(status, (True,)) for status in ("queued", "pending", "running")]
    cases += [(status, (True,)) for status in ("failed", "errored", "cancelled")]
    rows = []
    for status, passed in cases:
        run = Run(status=status, is_critical=True, scores=[Run(passed=p) for p in passed])
        rows.append(
            (
                f"`{status}`",
                code(passed) or "no scores",
                f"`{eval_run_outcome(run)}`",
                _counted(rollup_eval_runs([run])),
                _counted(rollup_eval_runs([run], require_scores=True)),
            )
        )
    columns = ("status", "scores passed", "outcome", "counted as", "with `require_scores`")
    return table(columns, rows)


def _counted(rollup: EvalRollup) -> str:
    return next(f"`{n}`" for n in ("succeeded", "failed", "pending") if getattr(rollup, n))


def headlines() -> str:
    """Print the headline for every mixture of critical runs, and what it can still become."""
    rows = []
    for failed in (False, True):
        for pending in (False, True):
            for succeeded in (False, True):
                parts = (succeeded, failed, pending)
                rollup = EvalRollup(*(sum(parts), *map(int, parts)) * 2)
                worst, best = eval_status_bounds(rollup)
                still = "decided" if worst is best else f"`{worst}` or `{best}`"
                said = ("some" if part else "none" for part in (failed, pending, succeeded))
                rows.append((*said, f"`{rollup.eval_status}`", still))
    if {row[3].strip("`") for row in rows} != set(EvalStatus):
        raise ValueError("a headline that no mixture of runs has")
    columns = ("failed", "pending", "succeeded", "`eval_status`", "can become")
    return table((f"critical runs: {columns[0]}", *columns[1:]), rows)
