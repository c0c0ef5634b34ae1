"""The claims of one call, settled, and one ending delivered.

Bounded: claims that differ in nothing but their time are one, at the earliest of these; of more
than 64 the weakest is let go, and only its time counts.
"""

from datetime import datetime

from session_lifecycle._ending import EndClaim, Ending
from session_lifecycle.integrations._delivery import Delivery, EndingListener

MAX_CLAIMS = 64


class Record:
    """What was claimed of one call, and who is told."""

    def __init__(
        self,
        on_ending: EndingListener,
        on_refined: EndingListener | None,
        started_at: datetime | None,
    ) -> None:
        """Keep the claims of one call.

        Args:
            on_ending: told of the ending, once.
            on_refined: told, after that, of each ending that differs from the one before.
            started_at: times before it are no times.
        """
        self._on_ending = on_ending
        self._on_refined = on_refined
        self._started_at = started_at
        self.delivery = Delivery()
        self._settled: Ending | None = None
        self._delivered = False

    @property
    def settled(self) -> Ending | None:
        """The ending so far, `None` before the first claim."""
        return self._settled

    @property
    def delivered(self) -> bool:
        """Whether somebody was told."""
        return self._delivered

    def add(self, claim: EndClaim) -> None:
        """Settle one more claim."""
        before = self._settled
        claims, at = ((), None) if before is None else (before.claims, before.at)
        same = next((one for one in claims if _same(one, claim)), None)
        if same is not None and _not_later(same, claim):
            return
        others = [one for one in claims if one is not same]
        settled = Ending((*others, claim), at, self._started_at)
        if len(settled.claims) > MAX_CLAIMS:
            settled = Ending(settled.claims[:MAX_CLAIMS], settled.at, self._started_at)
        self._settled = settled
        if self._delivered and self._on_refined is not None and _differs(before, settled):
            self.delivery.tell(self._on_refined, settled)

    def deliver(self) -> None:
        """Tell of the ending, once; there must be a claim."""
        if not self._delivered and self._settled is not None:
            self._delivered = True
            self.delivery.tell(self._on_ending, self._settled)


def _same(one: EndClaim, other: EndClaim) -> bool:
    """Whether two claims differ in their time at most."""
    mine, yours = [(c.reason, c.status, c.source, c.raw) for c in (one, other)]
    return mine == yours


def _not_later(one: EndClaim, other: EndClaim) -> bool:
    return other.at is None or (one.at is not None and one.at <= other.at)


def _differs(before: Ending | None, after: Ending) -> bool:
    return before is None or (before.winner, before.at) != (after.winner, after.at)
