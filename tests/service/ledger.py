"""Whether a row is what `settle` says of the claims that were made.

When did the server take a close? It keeps its own time of it, and tells it only of the claim that
won. What we know is that it was between our sending and its answering. So a row is right if there
is a time for each close, within its request, at which `settle` of all the claims says what the row
says. `explained` looks for one. It need not try them all. The row itself says when its winner was
(`claimed_at`) and when the earliest was (`ended_at`): two of the closes may be those. Any other can
be taken at its latest: a later claim is never stronger, and never the earliest. (It would be, if it
were before the conversation's start at first. Starts are an hour away, see `traffic.py`.)

That is no loophole: rank goes before time. `decided` says of how many conversations only one answer
was possible, whatever the times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from session_lifecycle import EndClaim, Ending, settle
from tests.service.calls import Call
from tests.service.rows import Row
from tests.service.traffic import RESOLVE


class Made(NamedTuple):
    """A claim that was made, or may have been.

    Attributes:
        claim: with the earliest time it can have; of a webhook's, its time.
        latest: the latest time it can have.
        sure: whether it was acknowledged.
    """

    claim: EndClaim
    latest: datetime | None
    sure: bool = True

    def could_be(self, at: datetime | None) -> bool:
        """Say whether it may have been made at this time."""
        if at is None or self.claim.at is None or self.latest is None:
            return at is None and self.claim.at is None
        return self.claim.at <= at <= self.latest

    def taken(self, at: datetime | None) -> EndClaim:
        """Return the claim, as if it was made then."""
        known = self.claim
        return EndClaim(known.reason, at, known.source, known.status, known.raw)


def made(call: Call, resolved_at: datetime | None) -> list[Made]:
    """Return every claim that was, or may have been, made about a conversation.

    A handoff is resolved once: of all who did so one made a claim, at the time its row has.
    """
    found: dict[tuple[EndClaim, datetime | None], Made] = {}
    for ask, answer in call.told:
        if ask.claim is None or ask.verb == "resolve":
            continue
        sure = answer.status is not None
        if ask.verb == "webhook":
            one = Made(ask.claim, ask.claim.at, sure)
        else:
            early = Made(ask.claim, None).taken(answer.sent)
            one = Made(early, answer.received, sure)
        found[one.claim, one.latest] = one if sure else found.get((one.claim, one.latest), one)
    if resolved_at is not None:
        claim = Made(RESOLVE, None).taken(resolved_at)
        found[claim, resolved_at] = Made(claim, resolved_at)
    return list(found.values())


def as_stored(ending: Ending) -> tuple[Any, ...]:
    """Return an ending as `Row.ending` has it."""
    winner = ending.winner
    return (winner.status, winner.reason, winner.raw, winner.source, winner.at, ending.at)


def explained(row: Row, claims: Sequence[Made], started_at: datetime | None) -> bool:
    """Say whether the row is what `settle` says, at some time of each close."""
    *_, claimed_at, ended_at = row.ending
    # The earliest may be the winner itself, or a webhook's, or there may be none.
    winners = [one for one in claims if _winner(one) == row.ending[:4] and one.could_be(claimed_at)]
    firsts = [None, *(one for one in claims if one.could_be(ended_at))]
    for winner in winners:
        for first in firsts:
            taken = [winner.taken(claimed_at)]
            if first is not None and first is not winner:
                taken.append(first.taken(ended_at))
            others = [one for one in claims if one.sure and one is not winner and one is not first]
            taken += [one.taken(one.latest) for one in others]
            if as_stored(settle(taken, not_before=started_at)) == row.ending:
                return True
    return False


def decided(claims: Iterable[Made], started_at: datetime | None) -> tuple[Any, ...] | None:
    """Return what must have won, whatever the times of the closes; `None` if it may be several.

    If a claim can win at all, it does when it is at its earliest and the others at their latest.
    """
    claims = list(claims)
    latest = [one.taken(one.latest) for one in claims]
    found = set()
    for place, one in enumerate(claims):
        taken = [*latest[:place], one.claim, *latest[place + 1 :]]
        found.add(as_stored(settle(taken, not_before=started_at))[:4])
    return found.pop() if len(found) == 1 else None


def _winner(one: Made) -> tuple[Any, ...]:
    # What a row says of its winner, but for the time.
    return (one.claim.status, one.claim.reason, one.claim.raw, one.claim.source)
