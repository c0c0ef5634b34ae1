"""What the immutable values print, and how they are taken apart and put together again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from session_lifecycle import (
    EndClaim,
    Ending,
    EvalRollup,
    HistoryStep,
    Session,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
)

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
BUSY = EndClaim(SessionTerminationReason.CALLEE_BUSY, NOON, "dialler", raw=None)
ODD = EndClaim(SessionTerminationReason.UNKNOWN, None, "it's", SessionStatus.ERROR, "gremlins")

CALLEE_BUSY = (
    "EndClaim(reason=callee_busy, at=2026-03-14T12:00:00+00:00, source='dialler', status=closed, "
    "raw=None)"
)
GREMLINS = "EndClaim(reason=unknown, at=None, source=\"it's\", status=error, raw='gremlins')"


def test_a_claim_prints_every_cell_by_its_name() -> None:
    assert repr(BUSY) == CALLEE_BUSY
    assert repr(ODD) == GREMLINS


def test_values_print_the_values_inside_them() -> None:
    ending = Ending([ODD, BUSY], None, NOON - timedelta(hours=1))
    printed = (
        f"Ending(claims=[{CALLEE_BUSY}, {GREMLINS}], at=2026-03-14T12:00:00+00:00, "
        "not_before=2026-03-14T11:00:00+00:00)"
    )
    assert repr(ending) == printed
    session = Session(SessionStatus.CLOSED, ending, ending.not_before)
    assert repr(session) == (
        f"Session(status=closed, ending={printed}, started_at=2026-03-14T11:00:00+00:00)"
    )
    assert repr(HistoryStep(NOON, SessionEvent.RING, "sip", "7")) == (
        "HistoryStep(at=2026-03-14T12:00:00+00:00, event=ring, source='sip', step_id='7', "
        "claim=None, party='', connection='', raw=None)"
    )
    assert repr(EvalRollup(1, 1)) == (
        "EvalRollup(total=1, succeeded=1, failed=0, pending=0, critical_total=0, "
        "critical_succeeded=0, critical_failed=0, critical_pending=0)"
    )


def test_a_value_is_taken_apart_by_position_in_the_order_of_its_constructor() -> None:
    match BUSY:
        case EndClaim(reason, at, source, status, raw):
            assert (reason, at, source, status, raw) == (
                "callee_busy",
                NOON,
                "dialler",
                "closed",
                None,
            )
    assert EndClaim.__match_args__ == ("reason", "at", "source", "status", "raw")
    assert Session.__match_args__ == ("status", "ending", "started_at")


def test_a_copy_with_changes_is_checked_and_keeps_the_rest() -> None:
    changed = BUSY.__replace__(source="worker", at=None)
    assert changed == EndClaim(SessionTerminationReason.CALLEE_BUSY, None, "worker")
    assert BUSY.source == "dialler"


def test_different_values_have_different_hashes() -> None:
    """Else a set of claims would be searched from end to end; a few may meet by chance."""
    assert len({hash(EndClaim(reason)) for reason in SessionTerminationReason}) > 40
