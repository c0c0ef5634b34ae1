"""When an ending is delivered: once, whatever hangs, and what comes later refines it.

What may explain an end is held (`_held`). Once the session is seen to end, it is settled with what
the end itself says, and with everything that is heard from then on. The ending is delivered
`settle_after` seconds later, or when `deliver` is called, whichever is first. Where an end is due
and is never seen, it is delivered after `give_up_after` seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from session_lifecycle._ending import EndClaim, Ending, settle
from session_lifecycle._session import ending_change
from session_lifecycle._value import utc
from session_lifecycle._words import SessionChange
from session_lifecycle.integrations._delivery import Delivery, EndingListener
from session_lifecycle.integrations.livekit._held import Held
from session_lifecycle.integrations.livekit._sip import Said

# A vendor may fire a thousand events. The weakest claims go first: they can never win.
_MOST_CLAIMS = 32


class Settling:
    """One session's claims, from what explains its end to the ending delivered."""

    def __init__(
        self,
        on_ending: EndingListener,
        on_refined: EndingListener | None,
        settle_after: float,
        give_up_after: float,
        clock: Callable[[], datetime],
    ) -> None:
        """Begin, in the running loop."""
        self._loop = asyncio.get_running_loop()
        self.delivery = Delivery(self._loop)
        self._on_ending = on_ending
        self._on_refined = on_refined
        self._settle_after = settle_after
        self._give_up_after = give_up_after
        self._clock = clock
        self._started_at = utc(clock(), "the clock's time")
        self._ending: Ending | None = None
        self._held = Held()
        self._timer: asyncio.TimerHandle | None = None
        self._has_ended = False
        self._is_delivered = False
        self._is_stopped = False

    @property
    def ending(self) -> Ending | None:
        """How the session ended, as far as is known; `None` while it has not."""
        return self._ending

    def claim(self, said: Said, source: str, at: datetime | None = None) -> EndClaim:
        """Return the claim of something that is said now, or was at another time."""
        return EndClaim(said.reason, self._clock() if at is None else at, source, None, said.raw)

    # --- what explains an end ---------------------------------------------------------------------

    def command(self, key: object, claim: EndClaim) -> None:
        """Take a command to end the session, which `withdraw` takes back."""
        self._explain(claim, lambda held: held.command(key, claim))

    def withdraw(self, key: object) -> None:
        """Take a command back."""
        self._held.withdraw(key)
        self._watch()

    def left(self, claim: EndClaim) -> None:
        """Take it that the caller is gone, which `returned` takes back."""
        self._explain(claim, lambda held: held.left(claim))

    def returned(self) -> None:
        """Take it that the caller is there."""
        self._held.returned()
        self._watch()

    def failed(self, claim: EndClaim, *, hears: bool) -> None:
        """Take it that a model failed, the one that hears or another, until it has `recovered`."""
        if not self._has_ended:  # After the end it is teardown.
            self._held.failed(claim, hears=hears)

    def recovered(self, *, hears: bool) -> bool:
        """Take it that the agent hears, or speaks; return whether that was in doubt."""
        return self._held.recovered(hears=hears)

    def _explain(self, claim: EndClaim, hold: Callable[[Held], None]) -> None:
        if self._has_ended:
            self._settle(claim)
        else:
            hold(self._held)
            self._watch()

    def _watch(self) -> None:
        """Give up after a while if an end is due; if none is any more, wait as before."""
        if self._has_ended or self._is_stopped:
            return
        if not self._held.is_end_due:
            self._stop_timer()
        elif self._timer is None:
            self._timer = self._loop.call_later(self._give_up_after, self._give_up)

    def _give_up(self) -> None:
        self._end()
        self.deliver()

    # --- the end ----------------------------------------------------------------------------------

    def end(self, claim: EndClaim) -> None:
        """Take it that the session has ended, and what that says of the reason."""
        if self._is_stopped:  # A job cannot be told to leave us out.
            return
        if not self._has_ended:
            self._end()
            self._timer = self._loop.call_later(self._settle_after, self.deliver)
        self._settle(claim)

    def _end(self) -> None:
        self._has_ended = True
        self._stop_timer()
        for claim in self._held.take():
            self._settle(claim)

    def _settle(self, claim: EndClaim) -> None:
        before, alone = self._ending, Ending((claim,), None, self._started_at)
        if before is None:
            self._ending = alone
            return
        if _says_nothing_new(before, claim):
            return
        after = self._ending = _bounded(before.merge(alone))
        if self._is_delivered and not self._is_stopped and self._on_refined is not None:
            change = ending_change((before.winner, before.at), (after.winner, after.at))
            if change is not SessionChange.UNCHANGED:
                self.delivery.tell(self._on_refined, after)

    def deliver(self) -> None:
        """Deliver the ending now, if there is one and it has not been."""
        self._stop_timer()
        ending = self._ending
        if ending is not None and not self._is_delivered and not self._is_stopped:
            self._is_delivered = True
            self.delivery.tell(self._on_ending, ending)

    def finish(self, otherwise: EndClaim) -> None:
        """Deliver now; if nothing at all is known of an end, what is given here."""
        if self._is_stopped:
            return
        if not self._has_ended:
            self._end()
        if self._ending is None:
            self._settle(otherwise)
        self.deliver()

    def stop(self) -> None:
        """Deliver nothing any more."""
        self._is_stopped = True
        self._stop_timer()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _says_nothing_new(ending: Ending, claim: EndClaim) -> bool:
    """Whether a claim is a later one of what is said already, or the weakest of too many."""
    if not _is_since(claim.at, ending.at):
        return False
    word = (claim.reason, claim.source, claim.raw)
    for one in ending.claims:
        if (one.reason, one.source, one.raw) == word and _is_since(claim.at, one.at):
            return True
    if len(ending.claims) < _MOST_CLAIMS:
        return False
    weakest = ending.claims[-1]
    return settle((weakest, claim), not_before=ending.not_before).winner == weakest


def _is_since(at: datetime | None, then: datetime | None) -> bool:
    return at is not None and then is not None and at >= then


def _bounded(ending: Ending) -> Ending:
    if len(ending.claims) <= _MOST_CLAIMS:
        return ending
    return Ending(ending.claims[:_MOST_CLAIMS], ending.at, ending.not_before)
