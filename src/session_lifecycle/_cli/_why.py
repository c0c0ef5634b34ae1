"""Why a claim lost, in words: the first step of the order at which it falls behind the winner."""

from __future__ import annotations

from datetime import datetime

from session_lifecycle._ending import EndClaim, claim_rank, standing
from session_lifecycle._settlement import SETTLEMENT_RANKS, place_of


def why_won(claim: EndClaim) -> str:
    """Say what a winning claim's rank stands for."""
    rank = claim_rank(claim)
    return f"{rank}: {SETTLEMENT_RANKS[rank].why}"


def why_lost(loser: EndClaim, winner: EndClaim, not_before: datetime | None) -> str:
    """Say at which step of the order a claim falls behind the winner."""
    lost, won = standing(loser, not_before), standing(winner, not_before)
    if lost.rank != won.rank:
        return f"{claim_rank(loser)} ranks below {claim_rank(winner)}"
    if lost.untimed != won.untimed:
        return "gave no time" if loser.at is None else "its time is before the session's start"
    if lost.second != won.second:
        lag = _lag(loser)
        behind = f"{lost.second - won.second} s later"
        return f"{behind}, {lag} s of it because it is a symptom" if lag > _lag(winner) else behind
    if lost.tie != won.tie:
        return "as early, but lower in the order of its rank"
    if lost.exact != won.exact:
        return "later within the same second"
    return "the same claim, otherwise told"


def _lag(claim: EndClaim) -> int:
    return place_of(claim.reason, claim.status, claim.raw is not None).lag
