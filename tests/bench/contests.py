"""The rows of the table, and those against what is written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import session_lifecycle
from session_lifecycle import (
    EndClaim,
    EvalRollup,
    Session,
    SessionEvent,
    SessionStatus,
    Transition,
    apply_event,
    coerce_termination_reason,
    is_live,
    next_status,
    rollup_eval_runs,
    settle,
    transition,
)
from session_lifecycle.crosswalk import translate
from tests.bench import by_hand, samples
from tests.bench.harness import Contest, calls
from tests.bench.libraries import machines, memory, validators
from tests.bench.processes import first_use, imports
from tests.bench.replays import replays
from tests.bench.results import at_least, at_most

_DICT = "a function around dict.get"


def core(*, quick: bool = False) -> Iterator[Contest]:
    """The rows of the package itself, in the table's order; `quick` for fewer of what there are
    many."""
    yield from machine()
    yield from machines()
    yield from coercion()
    yield from validators()
    yield from rollups(1_000 if quick else 100_000)
    yield from endings()
    yield from words_of_vendors()
    yield from loading()
    yield from memory(quick=quick)
    yield from replays(quick=quick)


def machine() -> Iterator[Contest]:
    """May it do that now?"""
    yield calls(
        "next_status, a legal history",
        "a dict of dicts",
        next_status,
        by_hand.next_status,
        samples.HISTORY,
        target=at_most(1.3),
    )
    yield calls(
        "transition, refused, as a value",
        "a dict of dicts",
        transition,
        by_hand.next_status,
        samples.REFUSED,
        target=at_most(1.5),
        same=_same_refusal,
    )


def _same_refusal(ours: Transition, theirs: SessionStatus | None) -> bool:
    return theirs is None and ours.verdict == "illegal" and ours.after is ours.before


def coercion() -> Iterator[Contest]:
    """How did it end?"""
    coerce = coerce_termination_reason
    canonical = [(text,) for text in samples.CANONICAL]
    unknown = [(text,) for text in samples.UNKNOWN]
    name = "coerce_termination_reason"
    yield calls(f"{name}, canonical", _DICT, coerce, by_hand.coerce, canonical, target=at_most(1.8))
    for words, given in (("canonical", canonical), ("unknown", unknown)):
        yield calls(
            f"{name}, {words}",
            "the enum's own call in a try",
            coerce,
            by_hand.coerce_by_enum,
            given,
            target=at_least(3),
        )
    for spelling, texts, floor, target in (
        ("UPPER_CASE", samples.UPPER, by_hand.coerce_upper, at_most(6)),
        ("kebab-case", samples.KEBAB, by_hand.coerce_kebab, at_most(25)),
        ("camelCase", samples.CAMEL, by_hand.coerce_camel, at_most(25)),
        ("Any other spelling", samples.LOOSE, by_hand.coerce_loose, None),
    ):
        yield calls(
            f"{name}, {spelling}", _DICT, coerce, floor, [(text,) for text in texts], target=target
        )


def rollups(count: int) -> Iterator[Contest]:
    """Did it pass its evals?"""
    for kind, floor in (("texts", by_hand.rollup_of_texts), ("members", by_hand.rollup_of_members)):
        runs = samples.eval_runs(count, members=kind == "members")
        yield calls(
            f"rollup_eval_runs, {count:,} runs of 3 scores, statuses are {kind}",
            "one tight loop",
            rollup_eval_runs,
            floor,
            [(runs,)],
            target=at_most(1.3),
            same=_same_counts,
        )


def _same_counts(ours: EvalRollup, theirs: by_hand.Counts) -> bool:
    return theirs == (
        *(ours.total, ours.succeeded, ours.failed, ours.pending),
        *(ours.critical_total, ours.critical_succeeded),
        *(ours.critical_failed, ours.critical_pending),
    )


def endings() -> Iterator[Contest]:
    """Which report is it?"""
    yield calls(
        "EndClaim(reason, at, source)",
        "a plain tuple",
        EndClaim,
        by_hand.claim,
        samples.REPORTS,
        same=lambda ours, theirs: _cells(ours) == theirs,
    )
    yield calls(
        "settle of 3 claims",
        "plain tuples, sorted",
        settle,
        by_hand.settle,
        [([EndClaim(*report) for report in samples.REPORTS],)],
        theirs_given=[([by_hand.claim(*report) for report in samples.REPORTS],)],
        same=lambda ours, theirs: (tuple(map(_cells, ours.claims)), ours.at) == theirs,
    )
    statuses = [status for status in SessionStatus if is_live(status)]
    yield calls(
        "Session(status, None, started_at)",
        "a plain tuple",
        Session,
        by_hand.session,
        [(status, None, samples.NOON) for status in statuses],
        same=_same_session,
    )
    moves = [
        (status, event) for status, event in samples.HISTORY if event is not SessionEvent.CLOSE
    ]
    yield calls(
        "apply_event, live moves",
        "plain tuples",
        apply_event,
        by_hand.apply_event,
        [(Session(status, None, samples.NOON), event) for status, event in moves],
        theirs_given=[((status, None, samples.NOON), event) for status, event in moves],
        same=_same_session,
    )


def _cells(claim: EndClaim) -> by_hand.Claim:
    return (claim.reason, claim.at, claim.source, claim.status, claim.raw)


def _same_session(ours: Session, theirs: by_hand.Session) -> bool:
    return (ours.status, ours.ending, ours.started_at) == theirs


def words_of_vendors() -> Iterator[Contest]:
    """What does the vendor's word mean?"""
    words = samples.VENDORS_WORDS
    yield calls(
        "translate, a listed word",
        "a dict of dicts",
        translate,
        by_hand.translate,
        words,
        same=lambda ours, theirs: ours.reason is theirs,
    )
    yield calls(
        "translate, a listed word",
        "coerce_termination_reason, canonical",
        translate,
        coerce_termination_reason,
        words,
        theirs_given=[(str(translate(*word).reason),) for word in words],
        same=lambda ours, theirs: ours.reason is theirs,
    )
    path = str(Path(session_lifecycle.__file__).parent.parent)
    begun = "from session_lifecycle.crosswalk import translate; translate('daily', '')"
    yield first_use(
        "translate, the first word of the largest table",
        "translate('vapi', 'voicemail')",
        path=path,
        begun=begun,
        target=at_most(5, "ms"),
    )


def loading() -> Iterator[Contest]:
    """What does it cost to have it?"""
    path = str(Path(session_lifecycle.__file__).parent.parent)
    floor = "import enum, typing"
    # A name is loaded when it is asked for, so that the bare import is not the whole story.
    some = "from session_lifecycle import next_status, coerce_termination_reason"
    whole = "from session_lifecycle import *"
    for ours, target in (
        ("import session_lifecycle", at_most(1.6)),
        (some, at_most(1.6)),
        (whole, None),
    ):
        yield imports(ours, floor, ours, floor, path=path, target=target)
    work = f"{whole}, beyond enum and typing"
    yield imports(work, floor, whole, floor, path=path, loaded=floor)
