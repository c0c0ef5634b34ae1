"""Ending a session: claims, and `settle()`, which says who wins.

Several reporters say how a session ended: the worker, a webhook, a timer, an operator. Neither the
first writer is right nor the last: a late webhook overwrites a crash, and a crash during teardown
overwrites a clean end. So every report is kept as a claim, and the ending is a function of the
*set* of claims, whatever order they came in. `_settlement` has the order they are settled by.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import NamedTuple, final

from session_lifecycle._errors import UnknownReasonError, UnknownStatusError
from session_lifecycle._machine import TERMINAL_STATUSES
from session_lifecycle._names import publish
from session_lifecycle._reasons import reason_traits
from session_lifecycle._settlement import place_of
from session_lifecycle._text import clip, member, plain, show
from session_lifecycle._value import Value, fill, utc
from session_lifecycle._words import (
    ClaimRank,
    EndOutcome,
    SessionStatus,
    SessionTerminationReason,
)


@final
class EndClaim(Value):
    """One report that a session ended. Immutable, hashable, picklable.

    Attributes:
        reason: the reason claimed.
        at: when it happened, aware and in UTC, or `None` if the reporter gave no time.
        source: who says so: `"worker"`, `"livekit"`, an operator's name; free text.
        status: the terminal status claimed; the reason's own unless the claimant named one.
        raw: the word that could not be coerced, up to 64 characters (longer is cut and marked).
    """

    __slots__ = ("reason", "at", "source", "status", "raw")

    reason: SessionTerminationReason
    at: datetime | None
    source: str
    status: SessionStatus
    raw: str | None

    def __init__(
        self,
        reason: SessionTerminationReason,
        at: datetime | None = None,
        source: str = "",
        status: SessionStatus | None = None,
        raw: str | None = None,
    ) -> None:
        """Check and keep a claim.

        Raises:
            UnknownReasonError: if `reason` is no member (nor its exact text). For a word that
                somebody else wrote, coerce first and pass the word as `raw`.
            UnknownStatusError: if `status` is no session status.
            ValueError: if `status` is live, or `at` is a time without a zone.
            TypeError: if `at`, `source` or `raw` is of another type.

        >>> EndClaim(SessionTerminationReason.CALLEE_BUSY, source="dialler").status
        <SessionStatus.CLOSED: 'closed'>
        """
        if type(reason) is not SessionTerminationReason:
            reason = _member(reason)
        status = reason_traits(reason).status if status is None else _terminal(status)
        if at is not None:
            at = utc(at, "at")
        fill(self, "reason", reason)
        fill(self, "at", at)
        fill(self, "source", source if type(source) is str else plain(source, "source"))
        fill(self, "status", status)
        fill(self, "raw", None if raw is None else clip(plain(raw, "raw")))


def _member(reason: object) -> SessionTerminationReason:
    known = member(SessionTerminationReason, reason)
    if known is None:
        raise UnknownReasonError(reason)
    return known


def _terminal(status: object) -> SessionStatus:
    known = member(SessionStatus, status)
    if known is None:
        raise UnknownStatusError(status)
    if known not in TERMINAL_STATUSES:
        raise ValueError(
            f"'{known}' is a live status, and a claim is about an ending: "
            "expected closed, expired, error or superseded, or None for the reason's own"
        )
    return known


def claim_rank(claim: EndClaim) -> ClaimRank:
    """Return how much a claim can know: its rank in `SETTLEMENT_ORDER`.

    >>> claim_rank(EndClaim(SessionTerminationReason.ROOM_DELETED))
    <ClaimRank.ECHO: 'echo'>
    """
    return place_of(claim.reason, claim.status, claim.raw is not None).name


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_TIME = timedelta(0)


class Standing(NamedTuple):
    """Where a claim stands among others; the smallest wins. The cells are the order's own steps."""

    rank: int
    untimed: bool
    second: int
    tie: int
    exact: timedelta
    source: str
    status: str
    has_raw: bool
    raw: str
    ignored: timedelta


def standing(claim: EndClaim, not_before: datetime | None) -> Standing:
    """Return the sort key of a claim; a time before `not_before` counts as absent."""
    at, raw = claim.at, claim.raw
    rank, tie, lag, _ = place_of(claim.reason, claim.status, raw is not None)
    since = _NO_TIME if at is None else at - _EPOCH
    rest = (claim.source, claim.status, raw is not None, raw or "")
    if at is None or (not_before is not None and at < not_before):
        # The time itself comes in at the very end, so that no two claims ever stand level.
        ignored = timedelta.min if at is None else since
        return Standing(rank, True, 0, tie, _NO_TIME, *rest, ignored)
    second = since.days * 86_400 + since.seconds + lag
    return Standing(rank, False, second, tie, since, *rest, _NO_TIME)


def in_order(standings: list[tuple[Standing, EndClaim]]) -> list[EndClaim]:
    """Return claims in order, none twice: no two different claims ever stand level."""
    standings.sort(key=itemgetter(0))
    found: list[EndClaim] = []
    before = None
    for place, claim in standings:
        if place != before:
            found.append(claim)
        before = place
    return found


def _earliest(times: Iterable[datetime | None], not_before: datetime | None) -> datetime | None:
    counted = [t for t in times if t is not None and (not_before is None or t >= not_before)]
    return min(counted, default=None)


@final
class Ending(Value):
    """How a session ended, settled from a set of claims. Immutable, hashable, picklable.

    However it is made, the claims are settled anew, so that no `Ending` can contradict them.

    Attributes:
        claims: every claim, the winner first, then the others in order; none twice.
        at: the earliest time claimed, in UTC; `None` if no claim had a time that counts.
        not_before: the session's start, if known; earlier times count as absent.
    """

    __slots__ = ("claims", "at", "not_before")

    claims: tuple[EndClaim, ...]
    at: datetime | None
    not_before: datetime | None

    def __init__(
        self,
        claims: Iterable[EndClaim],
        at: datetime | None = None,
        not_before: datetime | None = None,
    ) -> None:
        """Settle claims.

        Args:
            claims: at least one.
            at: an earlier time already known of this ending, from claims a store did not keep.
            not_before: the session's start; earlier times count as absent.

        Raises:
            ValueError: if there are no claims, or a time has no zone.
            TypeError: if a claim is no `EndClaim`.
        """
        not_before = utc(not_before, "not_before")
        given = list(claims)
        for claim in given:
            if type(claim) is not EndClaim:
                raise TypeError(f"a claim is {show(claim)}, expected an EndClaim")
        if not given:
            raise ValueError(
                "no claims to settle: an ending needs at least one EndClaim; "
                "EndClaim(SessionTerminationReason.UNKNOWN) says that nobody said why"
            )
        if len(given) > 1:
            given = in_order([(standing(claim, not_before), claim) for claim in given])
        fill(self, "claims", tuple(given))
        fill(self, "not_before", not_before)
        times = [utc(at, "at"), *[claim.at for claim in given]]
        fill(self, "at", _earliest(times, not_before))

    @classmethod
    def _settled(
        cls, claims: Iterable[EndClaim], at: datetime | None, not_before: datetime | None
    ) -> "Ending":
        """Return an ending of claims in order, by one who settled them on the way."""
        ending = object.__new__(cls)
        fill(ending, "claims", tuple(claims))
        fill(ending, "at", at)
        fill(ending, "not_before", not_before)
        return ending

    @property
    def winner(self) -> EndClaim:
        """The claim that won."""
        return self.claims[0]

    @property
    def reason(self) -> SessionTerminationReason:
        """The winner's reason."""
        return self.claims[0].reason

    @property
    def status(self) -> SessionStatus:
        """The winner's terminal status."""
        return self.claims[0].status

    @property
    def outcome(self) -> EndOutcome:
        """What the winner's reason establishes about the job."""
        return reason_traits(self.claims[0].reason).outcome

    @property
    def source(self) -> str:
        """Who made the winning claim."""
        return self.claims[0].source

    def merge(self, other: "Ending") -> "Ending":
        """Return the ending of both sets of claims together, as `settle` would.

        Commutative, associative and idempotent for endings of one session. Of two different
        `not_before` the later one counts.
        """
        not_before = max((t for t in (self.not_before, other.not_before) if t), default=None)
        at = _earliest((self.at, other.at), not_before)
        return Ending((*self.claims, *other.claims), at, not_before)


def settle(claims: Iterable[EndClaim], *, not_before: datetime | None = None) -> Ending:
    """Settle who is right about an ending: a function of the set of claims, not of their order.

    Args:
        claims: at least one; repeated ones count once.
        not_before: the session's start, aware. Earlier times count as absent, so that one bogus
            epoch does not decide; the claims themselves are kept as they are.

    Raises:
        ValueError: if there are no claims.

    >>> hang_up = EndClaim(SessionTerminationReason.AGENT_INITIATED, source="worker")
    >>> echo = EndClaim(SessionTerminationReason.ROOM_DELETED, source="livekit")
    >>> settle([echo, hang_up]).reason
    <SessionTerminationReason.AGENT_INITIATED: 'agent_initiated'>
    """
    return Ending(claims, None, not_before)


publish(globals())
