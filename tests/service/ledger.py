"""What the database says of the conversations, and whether that is what `settle` says.

The rows are read with plain SQL, so that the service's own classes cannot vouch for themselves.

When did the server take a close? It keeps its own time of it, and tells it only of the claim that
won. What we know is that it was between our sending and its answering. So a row is right if there
is a time for each close, within its request, at which `settle` of all the claims says what the row
says. `explained` looks for one. It need not try them all. The row itself says when its winner was
(`claimed_at`) and when the earliest was (`ended_at`): two of the closes may be those. Any other can
be taken at its latest, because a later claim is never stronger, and never the earliest.

That is no loophole: rank goes before time. `decided` says of how many conversations only one answer
was possible, whatever the times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from session_lifecycle import EndClaim, Ending, settle
from tests.service.traffic import RESOLVE, Call

Answer = tuple[Any, ...]


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
    found = {}
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


# --- what is in the database ----------------------------------------------------------------------


class Row(NamedTuple):
    """A conversation in the database."""

    key: str
    status: str
    reason: str | None
    raw: str | None
    source: str | None
    claimed_at: datetime | None
    ended_at: datetime | None
    closed_at: datetime | None
    tasks: int

    @property
    def ending(self) -> Answer:
        return (self.status, self.reason, self.raw, self.source, self.claimed_at, self.ended_at)


_ROWS = text("""
    SELECT external_session_id, id, status, termination_reason, termination_raw, ended_by,
        claimed_at, ended_at, closed_at,
        (SELECT count(*) FROM tasks WHERE tasks.conversation_id = conversations.id)
    FROM conversations
""")
_HANDOFFS = text("""
    SELECT external_session_id, handoffs.id, handoffs.status, resolved_at
    FROM handoffs JOIN conversations ON conversations.id = conversation_id
""")
# One statement sees one moment: what belongs together is there together, or not at all.
_TORN = text("""
    SELECT external_session_id, conversations.status, closed_at, termination_reason,
        tasks.conversation_id, handoffs.status
    FROM conversations
        LEFT JOIN tasks ON tasks.conversation_id = conversations.id
        LEFT JOIN handoffs ON handoffs.conversation_id = conversations.id
    WHERE (conversations.status IN ('closed', 'expired', 'error', 'superseded'))
            <> (tasks.conversation_id IS NOT NULL)
        OR (closed_at IS NULL) <> (tasks.conversation_id IS NULL)
        OR (termination_reason IS NULL) <> (tasks.conversation_id IS NULL)
        OR coalesce(handoffs.status = 'resolved', 1 = 0)
            <> coalesce(termination_reason = 'handoff_resolved', 1 = 0)
""")


def rows(db: Connection) -> dict[str, Row]:
    """Return the conversations, by their room."""
    found = {}
    for room, key, status, reason, raw, source, *times, tasks in db.execute(_ROWS):
        claimed_at, ended_at, closed_at = map(_time, times)
        found[room] = Row(
            _key(key), status, reason, raw, source, claimed_at, ended_at, closed_at, tasks
        )
    return found


class Handoff(NamedTuple):
    """A handoff in the database."""

    key: str
    status: str
    resolved_at: datetime | None


def handoffs(db: Connection) -> dict[str, list[Handoff]]:
    """Return the handoffs, by their conversation's room."""
    found: dict[str, list[Handoff]] = {}
    for room, key, status, resolved_at in db.execute(_HANDOFFS):
        found.setdefault(room, []).append(Handoff(_key(key), status, _time(resolved_at)))
    return found


def torn(db: Connection) -> Sequence[Any]:
    """Return the conversations of which only a part is written."""
    return db.execute(_TORN).all()


def _key(key: Any) -> str:
    plain = str(key).replace("-", "")
    return "-".join([plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]])


def _time(cell: Any) -> datetime | None:
    """SQLite keeps text, without a zone: it is UTC."""
    if cell is None:
        return None
    at = datetime.fromisoformat(cell) if isinstance(cell, str) else cell
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


# --- is it what settle says? ----------------------------------------------------------------------


def told(ending: Ending) -> Answer:
    """Return an ending as `Row.ending` has it."""
    winner = ending.winner
    return (winner.status, winner.reason, winner.raw, winner.source, winner.at, ending.at)


def explained(row: Row, claims: Sequence[Made], started_at: datetime | None) -> bool:
    """Say whether the row is what `settle` says, at some time of each close."""
    *_, claimed_at, ended_at = row.ending
    # Of the winner, more than its time is known; and the earliest may be the winner itself.
    winners = [one for one in claims if told_of(one) == row.ending[:4] and one.could_be(claimed_at)]
    firsts = [None, *(one for one in claims if one.could_be(ended_at))]
    for winner in winners:
        for first in firsts:
            taken = [winner.taken(claimed_at)]
            if first is not None and first is not winner:
                taken.append(first.taken(ended_at))
            others = [one for one in claims if one.sure and one is not winner and one is not first]
            taken += [one.taken(one.latest) for one in others]
            if told(settle(taken, not_before=started_at)) == row.ending:
                return True
    return False


def told_of(one: Made) -> Answer:
    """Return of a claim what a row says of its winner, but for the times."""
    return (one.claim.status, one.claim.reason, one.claim.raw, one.claim.source)


def decided(claims: Iterable[Made], started_at: datetime | None) -> Answer | None:
    """Return what must have won, whatever the times of the closes; `None` if it may be several.

    If a claim can win at all, it does when it is at its earliest and the others at their latest.
    """
    claims = list(claims)
    latest = [one.taken(one.latest) for one in claims]
    found = set()
    for place, one in enumerate(claims):
        taken = [*latest[:place], one.claim, *latest[place + 1 :]]
        found.add(told(settle(taken, not_before=started_at))[:4])
    return found.pop() if len(found) == 1 else None
