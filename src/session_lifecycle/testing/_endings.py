"""Claims about an ending, endings settled from them, and sessions, live and ended.

What decides a settlement is the rank, and words drawn alike would hardly reach the ranks: of the
46, one is HUMAN, one BRIDGED, and 29 are a CAUSE. So a word is drawn with the rank it is to have.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from session_lifecycle._ending import EndClaim, Ending, claim_rank, settle
from session_lifecycle._session import Session
from session_lifecycle._settlement import SETTLEMENT_ORDER
from session_lifecycle._words import ClaimRank, SessionStatus, SessionTerminationReason
from session_lifecycle.testing._mix import among, chosen, mixed, together, weighted
from session_lifecycle.testing._named import named
from session_lifecycle.testing._texts import KEPT_WORDS
from session_lifecycle.testing._times import times
from session_lifecycle.testing._words import (
    ENDED_STATUSES,
    REASONS,
    SOURCES,
    reasons,
    sources,
    statuses,
)

R = SessionTerminationReason


def _of_rank(rank: ClaimRank) -> tuple[SessionTerminationReason, ...]:
    listed = {row.reason for row in SETTLEMENT_ORDER if row.rank is rank}
    return tuple([reason for reason in REASONS if reason in listed])


_OF_RANK = {rank: _of_rank(rank) for rank in ClaimRank}
# How often each reason of a rank is drawn: all of a rank together about as often as the others,
# a CAUSE more often. The rank to shrink to first.
_WEIGHTS = {
    ClaimRank.CAUSE: 1,
    ClaimRank.ECHO: 2,
    ClaimRank.SILENT: 4,
    ClaimRank.DIALLED: 3,
    ClaimRank.BRIDGED: 8,
    ClaimRank.HUMAN: 8,
    ClaimRank.FOREIGN: 8,
}


class _Slot(NamedTuple):
    """A rank, and a reason that can stand there."""

    rank: ClaimRank
    reason: SessionTerminationReason


def _slots() -> list[_Slot]:
    # A silent word that names a status other than its own is a CAUSE as well.
    causes = (*_OF_RANK[ClaimRank.CAUSE], *_OF_RANK[ClaimRank.SILENT])
    rows = _OF_RANK | {ClaimRank.CAUSE: causes}
    return [
        _Slot(rank, reason)
        for rank, weight in _WEIGHTS.items()
        for reason in rows[rank]
        for _ in range(weight)
    ]


_SLOTS = _slots()


@named
def claims(
    *,
    ranks: Iterable[ClaimRank | str] | None = None,
    reason: SearchStrategy[SessionTerminationReason] | None = None,
    at: SearchStrategy[datetime | None] | None = None,
    source: SearchStrategy[str] | None = None,
    status: SearchStrategy[SessionStatus | None] | None = None,
    raw: SearchStrategy[str | None] | None = None,
) -> SearchStrategy[EndClaim]:
    """Return a strategy for claims about an ending: of every rank, with every terminal status.

    It shrinks to `agent_initiated`, without a time, a source or anything else.

    Args:
        ranks: only claims of these ranks.
        reason: the reason, instead of one for each rank.
        at: the time; `times()` if left out.
        source: who says so; `sources()` if left out.
        status: the terminal status, `None` for the reason's own.
        raw: the word that could not be coerced.

    Raises:
        InvalidArgument: if a rank is none, or there are none.

    Example: `claims(ranks=["cause"], at=times(whole_seconds=True))`.
    """
    wanted = tuple(ClaimRank) if ranks is None else chosen(ClaimRank, ranks, "ranks")
    at = times() if at is None else at
    if reason is None and status is None and raw is None:
        slots = [slot for slot in _SLOTS if slot.rank in wanted]
        said = _SAID if source is None else st.tuples(source, _RAWS)
        return st.builds(_claim, among(slots), at, said, _STATUSES)
    made = st.builds(
        EndClaim,
        reasons(ranks=wanted) if reason is None else reason,
        at,
        sources() if source is None else source,
        _STATUSES if status is None else status,
        _RAWS if raw is None else raw,
    )
    return made if ranks is None else made.filter(lambda claim: claim_rank(claim) in wanted)


_STATUSES: SearchStrategy[SessionStatus | None] = among(weighted((4, [None]), (1, ENDED_STATUSES)))
_WORDS: list[str | None] = weighted((2 * len(KEPT_WORDS), [None]), (1, KEPT_WORDS))
_RAWS = among(_WORDS)
# By whom it is said, and with which word that could not be coerced: mostly none.
_SAID = together(SOURCES, _WORDS)


def _claim(
    slot: _Slot,
    at: datetime | None,
    said: tuple[str, str | None],
    status: SessionStatus | None,
) -> EndClaim:
    """A claim that stands where its slot is. For silent words, status and raw decide that too."""
    (rank, reason), (source, raw) = slot, said
    if reason in _OF_RANK[ClaimRank.SILENT]:
        closed = status in (None, SessionStatus.CLOSED)
        if rank is ClaimRank.CAUSE:
            status = SessionStatus.EXPIRED if closed else status
        else:
            status = status if closed else None
            if rank is ClaimRank.FOREIGN:
                raw = "operator-busy" if raw is None else raw
            elif reason is R.UNKNOWN:
                raw = None
    return EndClaim(reason, at, source, status, raw)


def starts() -> SearchStrategy[datetime | None]:
    """Return a strategy for when a session started, close to the times of its claims."""
    return mixed((1, st.none()), (1, times(strays=False, allow_none=False)))


@named
def endings(
    *,
    claim: SearchStrategy[EndClaim] | None = None,
    max_claims: int = 4,
    not_before: SearchStrategy[datetime | None] | None = None,
) -> SearchStrategy[Ending]:
    """Return a strategy for endings, settled from one claim or several.

    It shrinks to one claim of `agent_initiated`.

    Args:
        claim: each claim; `claims()` if left out.
        max_claims: how many at most.
        not_before: the session's start. If left out, none, or a time among the claims'.

    Example: `endings(max_claims=2)`.
    """
    several = st.lists(claims() if claim is None else claim, min_size=1, max_size=max_claims)
    # An earlier time that a store has kept, of claims it has not.
    known: SearchStrategy[datetime | None] = mixed((4, st.none()), (1, times()))
    return st.builds(Ending, several, known, starts() if not_before is None else not_before)


@named
def sessions(
    *,
    live: bool | None = None,
    claim: SearchStrategy[EndClaim] | None = None,
    started_at: SearchStrategy[datetime | None] | None = None,
) -> SearchStrategy[Session]:
    """Return a strategy for sessions, of all eleven statuses.

    It shrinks to an active session, or to one that was closed by `agent_initiated`.

    Args:
        live: `True` for live ones only, `False` for ended ones.
        claim: each claim about the end; `claims()` if left out.
        started_at: when it started. If left out, unknown, or a time among the claims'.

    Example: `sessions(live=False)`.
    """
    started_at = starts() if started_at is None else started_at
    going_on = st.builds(Session, statuses(live=True), st.none(), started_at)
    several = st.lists(claims() if claim is None else claim, min_size=1, max_size=4)
    ended = st.builds(_ended, several, started_at)
    if live is None:
        return mixed((1, going_on), (1, ended))
    return going_on if live else ended


def _ended(claims: list[EndClaim], started_at: datetime | None) -> Session:
    ending = settle(claims, not_before=started_at)
    return Session(ending.status, ending, started_at)
