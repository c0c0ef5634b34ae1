"""Printed from the settlement order: its ranks, and the steps by which claims are compared."""

from __future__ import annotations

from datetime import UTC, datetime

from print_tables import table

from session_lifecycle import (
    SETTLEMENT_ORDER,
    SETTLEMENT_RANKS,
    EndClaim,
    SessionStatus,
    SettlementRow,
    settle,
)
from session_lifecycle import SessionTerminationReason as R
from session_lifecycle._ending import Standing, standing


def ranks() -> str:
    """Print the ranks with their reasons in tie order, symptoms in italics."""
    rows = []
    for rank in SETTLEMENT_RANKS.values():
        reasons = [_reason(row) for row in SETTLEMENT_ORDER if row.rank is rank.rank]
        rows.append((f"`{rank.rank}`", rank.why, ", ".join(reasons)))
    return table(("rank", "why", "reasons, in tie order (*italic*: a symptom, lag 3 s)"), rows)


def _reason(row: SettlementRow) -> str:
    if row.lag not in (0, 3):
        raise ValueError(f"the column's heading says 3 s, and {row.reason} lags by {row.lag}")
    said = {None: "", True: ", when it carries `raw`", False: ", when it carries none"}
    return (f"*{row.reason}*" if row.lag else str(row.reason)) + said[row.raw]


def _at(second: float) -> datetime:
    whole = int(second)
    return datetime(2026, 11, 23, 10, 0, whole, round((second - whole) * 1_000_000), UTC)


# For each step what it prefers, and two claims that are level until then; the first one wins.
_START = _at(30)
_STEPS: dict[str, tuple[str, EndClaim, EndClaim]] = {
    "rank": (
        "the higher rank",
        EndClaim(R.AGENT_INITIATED, _at(50)),
        EndClaim(R.ROOM_DELETED, _at(40)),
    ),
    "untimed": (
        "a claim with a time that counts",
        EndClaim(R.USER_REJECTED, _at(50)),
        EndClaim(R.SILENCE_TIMEOUT),
    ),
    "second": (
        "the earlier whole second, lag added",
        EndClaim(R.SILENCE_TIMEOUT, _at(42)),
        EndClaim(R.AGENT_ERROR, _at(40)),
    ),
    "tie": (
        "the earlier place in the order",
        EndClaim(R.USER_REQUESTED, _at(40.9)),
        EndClaim(R.AGENT_INITIATED, _at(40.1)),
    ),
    "exact": (
        "the earlier time, exactly",
        EndClaim(R.RESOLVED, _at(40.1), "b"),
        EndClaim(R.RESOLVED, _at(40.2), "a"),
    ),
    "source": (
        "the source, by code point",
        EndClaim(R.RESOLVED, _at(40), "Zoe"),
        EndClaim(R.RESOLVED, _at(40), "ann"),
    ),
    "status": (
        "the status, by code point",
        EndClaim(R.RESOLVED, _at(40), status=SessionStatus.CLOSED),
        EndClaim(R.RESOLVED, _at(40), status=SessionStatus.ERROR),
    ),
    "has_raw": (
        "a claim without `raw`",
        EndClaim(R.RESOLVED, _at(40)),
        EndClaim(R.RESOLVED, _at(40), raw="done"),
    ),
    "raw": (
        "the `raw`, by code point",
        EndClaim(R.RESOLVED, _at(40), raw="Done"),
        EndClaim(R.RESOLVED, _at(40), raw="done"),
    ),
    "ignored": (
        "no time, then the earlier of two that do not count",
        EndClaim(R.RESOLVED),
        EndClaim(R.RESOLVED, _at(20)),
    ),
}


def steps() -> str:
    """Print the steps of comparison, each with two claims that it decides between."""
    if tuple(_STEPS) != Standing._fields:
        raise ValueError(f"the steps are {Standing._fields}, and here {tuple(_STEPS)} are told")
    rows = []
    for number, (name, (prefers, *claims)) in enumerate(_STEPS.items(), 1):
        ending = settle(reversed(claims), not_before=_START)
        level = zip(*(standing(claim, _START) for claim in claims), strict=True)
        decides = next(at for at, (one, other) in enumerate(level) if one != other)
        if Standing._fields[decides] != name or ending.winner != claims[0]:
            raise ValueError(f"the claims for {name} are told apart by another step")
        won, lost = ending.claims
        rows.append((str(number), prefers, _told(won), _told(lost)))
    return table(("step", "what wins", "so this", "before this"), rows)


def _told(claim: EndClaim) -> str:
    parts = [f"`{claim.reason}`"]
    if claim.at is not None:
        exact = "milliseconds" if claim.at.microsecond else "seconds"
        parts.append(f"at {claim.at.time().isoformat(exact)}")
    if claim.source:
        parts.append(f"by {claim.source}")
    if claim.status is not SessionStatus.CLOSED and claim.reason is R.RESOLVED:
        parts.append(f"as `{claim.status}`")
    if claim.raw is not None:
        parts.append(f"for `{claim.raw}`")
    return " ".join(parts)
