"""What each refusal says, word for word: it names what was given, and the caller's next move.

The attributes of the errors are tested beside their rules. Here is the sentence that a person
reads, with the name of the parameter in it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from session_lifecycle import (
    EndClaim,
    Ending,
    EvalRollup,
    HistoryStep,
    IllegalTransitionError,
    RollupError,
    Session,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
    UnknownEventError,
    UnknownReasonError,
    UnknownStatusError,
    apply_event,
    audit_history,
    close_session,
    latest_attempts,
    parse_session_status,
    replace_run,
    replay,
    restore_session,
    rollup_eval_runs,
    session_change,
    settle,
    start_session,
    transition,
)

R, S, E = SessionTerminationReason, SessionStatus, SessionEvent
LIVE = start_session()
CLAIM = EndClaim(R.RESOLVED)
NAIVE = datetime(2026, 1, 2, 12)
NO_ZONE = (
    "{} is 2026-01-02T12:00:00, a time without a zone: attach the one it was read in, "
    "for example value.replace(tzinfo=UTC)"
)
NO_TIME = (
    "{} is '2026-01-02', expected an aware datetime or None: "
    "parse text with datetime.fromisoformat first"
)


class Moody(tzinfo):
    def utcoffset(self, _: datetime | None) -> Any:
        raise RuntimeError("not today")


class Case(NamedTuple):
    call: Callable[[], object]
    error: type[Exception]
    says: str


def any_of(value: object) -> Any:
    """A value that a type checker would not let pass."""
    return value


def run(**cells: object) -> Any:
    return SimpleNamespace(**{"status": "completed", "is_critical": True, "scores": (), **cells})


# --- times ---------------------------------------------------------------------------------------

TIMES: dict[str, tuple[str, Callable[[Any], object]]] = {
    "claim": ("at", lambda at: EndClaim(R.RESOLVED, at)),
    "ending": ("at", lambda at: Ending([CLAIM], at)),
    "ending's start": ("not_before", lambda at: Ending([CLAIM], None, at)),
    "settle": ("not_before", lambda at: settle([CLAIM], not_before=at)),
    "session": ("started_at", lambda at: Session(S.ACTIVE, None, at)),
    "start": ("started_at", lambda at: start_session(at=at)),
    "restore": ("at", lambda at: restore_session("closed", at=at)),
    "restore's own": ("claimed_at", lambda at: restore_session("closed", claimed_at=at)),
    "event": ("at", lambda at: apply_event(LIVE, E.CLOSE, at=at)),
    "live event": ("at", lambda at: apply_event(LIVE, E.PAUSE, at=at)),
    "close": ("at", lambda at: close_session(LIVE, at=at)),
    "step": ("at", lambda at: HistoryStep(at, E.ANSWER)),
    "audit": ("now", lambda at: audit_history(replay([]), now=at)),
}


@pytest.mark.parametrize(("name", "call"), TIMES.values(), ids=TIMES)
def test_a_time_that_is_none_is_named(name: str, call: Callable[[Any], object]) -> None:
    with pytest.raises(ValueError, match="zone") as refused:
        call(NAIVE)
    assert str(refused.value) == NO_ZONE.format(name)
    with pytest.raises(TypeError) as refused_type:
        call("2026-01-02")
    assert str(refused_type.value) == NO_TIME.format(name)
    with pytest.raises(ValueError, match="UTC") as refused_zone:
        call(datetime(2026, 1, 2, tzinfo=Moody()))
    expected = f"{name} is a time which UTC cannot express: RuntimeError in its zone"
    assert str(refused_zone.value) == expected
    assert isinstance(refused_zone.value.__cause__, RuntimeError)


def test_a_naive_time_at_the_edge_of_the_calendar_is_still_a_naive_time() -> None:
    with pytest.raises(ValueError, match="zone") as refused:
        EndClaim(R.RESOLVED, datetime.min)
    assert str(refused.value).startswith("at is 0001-01-01T00:00:00, a time without a zone: ")


# --- all the others ------------------------------------------------------------------------------

CONSTRUCTED = {
    "claim's source": Case(
        lambda: EndClaim(R.RESOLVED, source=any_of(5)), TypeError, "source is 5, expected a str"
    ),
    "claim's raw": Case(
        lambda: EndClaim(R.RESOLVED, raw=any_of(5)), TypeError, "raw is 5, expected a str"
    ),
    "claim's live status": Case(
        lambda: EndClaim(R.RESOLVED, status=S.PAUSED),
        ValueError,
        "'paused' is a live status, and a claim is about an ending: "
        "expected closed, expired, error or superseded, or None for the reason's own",
    ),
    "no claim": Case(
        lambda: settle([]),
        ValueError,
        "no claims to settle: an ending needs at least one EndClaim; "
        "EndClaim(SessionTerminationReason.UNKNOWN) says that nobody said why",
    ),
    "another claim": Case(
        lambda: settle(any_of(["resolved"])),
        TypeError,
        "a claim is 'resolved', expected an EndClaim",
    ),
    "ended without an ending": Case(
        lambda: Session(S.EXPIRED),
        ValueError,
        "a session that is 'expired' has ended and needs an ending: "
        "restore_session makes one from what a row holds",
    ),
    "live with an ending": Case(
        lambda: Session(S.ACTIVE, Ending([CLAIM])),
        ValueError,
        "a session that is 'active' cannot have an ending that is 'closed': the ending decides "
        "the status of an ended session, and a live one has none",
    ),
    "another ending": Case(
        lambda: Session(S.CLOSED, any_of("closed")),
        TypeError,
        "ending is 'closed', expected an Ending or None",
    ),
    "another start": Case(
        lambda: start_session(S.PAUSED),
        ValueError,
        "no session starts as 'paused': expected queued, ringing or active; "
        "restore_session takes up a stored one",
    ),
    "two claims": Case(
        lambda: HistoryStep(None, CLAIM, claim=CLAIM),
        ValueError,
        "two claims in one step: make it two steps",
    ),
    "neither event nor claim": Case(
        HistoryStep,
        ValueError,
        "a step is either an event or a claim: "
        "HistoryStep(at, SessionEvent.ANSWER) or HistoryStep(at, EndClaim(reason, at))",
    ),
    "step's claim": Case(
        lambda: HistoryStep(claim=any_of("resolved")),
        TypeError,
        "claim is 'resolved', expected an EndClaim",
    ),
    "step's event": Case(
        lambda: HistoryStep(None, any_of(5)), TypeError, "event is 5, expected a str"
    ),
    **{
        f"step's {name}": Case(
            lambda name=name: HistoryStep(None, E.RING, **{name: 5}),  # type: ignore[misc]
            TypeError,
            f"{name} is 5, expected a str",
        )
        for name in ("source", "step_id", "party", "connection", "raw")
    },
    "a changed value": Case(
        lambda: setattr(LIVE, "status", S.PAUSED),  # A checker would refuse it, too.
        AttributeError,
        "Session is immutable: build a new one",
    ),
    "a cell taken out": Case(
        lambda: delattr(CLAIM, "reason"), AttributeError, "EndClaim is immutable: build a new one"
    ),
}  # fmt: skip

EVALS = {
    "no count": Case(
        lambda: EvalRollup(any_of(True)),
        RollupError,
        "total is True, expected an int of at least 0",
    ),
    "negative": Case(
        lambda: EvalRollup(0, 0, 0, 0, 0, 0, -1),
        RollupError,
        "critical_failed is -1, expected an int of at least 0",
    ),
    "the sum of the runs": Case(
        lambda: EvalRollup(9, 1, 2, 3),
        RollupError,
        "9 runs, but 1 succeeded, 2 failed and 3 pending: the three must add up to the total",
    ),
    "the sum of the critical runs": Case(
        lambda: EvalRollup(9, 9, 0, 0, 8, 1, 2, 3),
        RollupError,
        "8 critical runs, but 1 succeeded, 2 failed and 3 pending: "
        "the three must add up to the total",
    ),
    "more critical than all": Case(
        lambda: EvalRollup(3, 1, 1, 1, 3, 1, 2, 0),
        RollupError,
        "critical_failed is 2 and failed is 1: critical runs are counted among all",
    ),
    "replaced a stranger": Case(
        lambda: replace_run(EvalRollup(), run(), None),
        RollupError,
        "the old run is not among those counted: without it, "
        "total is -1, expected an int of at least 0",
    ),
    "attempts without order": Case(
        lambda: latest_attempts([run(n=1), run(n="x")], key=lambda _: "", order=lambda r: r.n),
        RollupError,
        "order gave 'x' and 1, which cannot be compared: "
        "give a start time or an attempt number for every run of a key",
    ),
    "strict: is_critical": Case(
        lambda: rollup_eval_runs([run(is_critical=None)], strict=True),
        RollupError,
        "is_critical is None, expected True or False",
    ),
    "strict: scores": Case(
        lambda: rollup_eval_runs([run(scores=None)], strict=True),
        RollupError,
        "scores is None, expected an iterable of scores, () for none",
    ),
    "strict: passed": Case(
        lambda: rollup_eval_runs([run(scores=[SimpleNamespace(passed=1)])], strict=True),
        RollupError,
        "passed is 1, expected True, False or None",
    ),
    "strict: no run": Case(
        lambda: rollup_eval_runs(any_of([7]), strict=True),
        RollupError,
        "7 is no eval run: \"'int' object has no attribute 'status'\"; expected status, "
        "is_critical and scores, each score with passed",
    ),
}
CASES = CONSTRUCTED | EVALS


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_a_refusal_says(case: Case) -> None:
    with pytest.raises(case.error) as refused:
        case.call()
    assert type(refused.value) is case.error
    assert str(refused.value) == case.says


# --- unknown words and impossible moves ----------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: EndClaim(any_of("nonsense")), UnknownReasonError),
        (lambda: EndClaim(any_of("nonsense"), status=S.CLOSED), UnknownReasonError),
        (lambda: EndClaim(R.ERROR, status=any_of("nonsense")), UnknownStatusError),
        (lambda: transition(S.ACTIVE, any_of("nonsense")), UnknownEventError),
        (lambda: transition(any_of("nonsense"), E.CLOSE), UnknownStatusError),
        (lambda: apply_event(LIVE, any_of("nonsense")), UnknownEventError),
        (lambda: replay([HistoryStep(None, "nonsense")], strict=True), UnknownEventError),
        (lambda: Session(any_of("nonsense")), UnknownStatusError),
    ],
)
def test_a_word_nobody_knows_is_kept_in_the_error(
    call: Callable[[], object], error: type[UnknownReasonError]
) -> None:
    with pytest.raises(error) as refused:
        call()
    assert refused.value.value == "nonsense"
    assert str(refused.value).startswith("'nonsense' is not a")


def test_what_an_error_about_a_word_says_with_and_without_a_hint() -> None:
    with pytest.raises(UnknownStatusError) as refused:
        parse_session_status("nonsense")
    after = (
        "Expected one of the 11 members of SessionStatus; "
        "coerce_session_status gives None instead of raising."
    )
    assert str(refused.value) == f"'nonsense' is not a session status. {after}"
    with pytest.raises(UnknownStatusError) as refused:
        parse_session_status("pasued")
    assert str(refused.value) == (
        f"'pasued' is not a session status. The closest known: 'paused'. {after}"
    )
    assert repr(refused.value) == f"UnknownStatusError({str(refused.value)!r})"


def test_a_revived_session_is_refused_with_both_statuses() -> None:
    ended = close_session(LIVE)
    with pytest.raises(IllegalTransitionError) as refused:
        session_change(ended, Session(S.PAUSED))
    found = refused.value
    assert (found.status, found.event, found.allowed, found.target) == (
        S.CLOSED, None, (), S.PAUSED,
    )  # fmt: skip
    assert str(found) == (
        "a session that is 'closed' cannot become 'paused' by one event: it has ended. "
        "An ended session takes only claims about its ending (apply_claim, close_session)."
    )


def test_what_strict_replay_says() -> None:
    steps = [HistoryStep(datetime(2026, 1, 2, tzinfo=UTC), E.RING), HistoryStep(None, E.RESUME)]
    with pytest.raises(IllegalTransitionError) as refused:
        replay(steps, strict=True)
    found = refused.value
    assert (found.status, found.event, found.target) == (S.RINGING, E.RESUME, None)
    assert found.allowed == (E.ANSWER, E.CLOSE, E.EXPIRE, E.FAIL, E.SUPERSEDE)
    assert [entry.note for entry in replay(steps).entries] == [
        "",
        "possible here: answer, close, expire, fail, supersede",
    ]
