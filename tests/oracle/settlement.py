"""Section 5 once more: who wins, by sending away loser after loser instead of by a sort key.

A claim is what JSON says: `reason`, `at` (ISO 8601 or `None`), `source`, `status` (or `None`) and
`raw`. Times are counted in whole microseconds since 1970.

Five things the specification leaves open, though it wants a total order. `Reading` names them; the
vectors ask about them in groups of their own, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from tests.oracle.spec import OUTCOME, OWN_STATUS, TERMINAL, listed, table

Claim = dict[str, Any]

SECOND = 1_000_000
RANKS = tuple(row["rank"].lower() for row in table("settlement.md"))
SILENT = ("unknown_reason", "unknown")
SYMPTOMS: list[str] = []
RANK: dict[str, str] = {}
# "*italic*: a symptom"; the row of FOREIGN is a condition, not a word.
for _row in table("settlement.md"):
    if _row["rank"] != "FOREIGN":
        for _word in listed(_row["reasons, in tie order (*italic*: a symptom, lag 3 s)"]):
            RANK[_word.strip("*")] = _row["rank"].lower()
            if _word.startswith("*"):
                SYMPTOMS.append(_word.strip("*"))
TIE_ORDER = tuple(RANK)


class Reading(NamedTuple):
    """What the specification leaves open.

    Attributes:
        silent_level: whether the two silent words, both "last in tie order" as a CAUSE, stand level
            there, so that the time decides between them.
        unknown_first: whether of the two `unknown` is the first there.
        status_as_listed: whether "status" as a step of the order means the order in which section 1
            lists them, and not their code points.
        raw_first: whether of two claims that differ in nothing but `raw` one with it comes first.
        later_ignored_first: whether of two claims that differ in nothing but a time that counts as
            absent the later comes first, and one without any last.
    """

    silent_level: bool
    unknown_first: bool
    status_as_listed: bool
    raw_first: bool
    later_ignored_first: bool


# As docs/reference/settlement.md has it.
DECIDED = Reading(False, False, False, False, False)
# Each of the five read the other way, alone.
READINGS = (DECIDED, *(DECIDED._replace(**{name: True}) for name in Reading._fields))


def own_status(claim: Claim) -> str:
    """ "`status` a terminal status, `None` is replaced by the reason's own when it is built"."""
    return claim["status"] or OWN_STATUS[claim["reason"]]


def rank(claim: Claim) -> str:
    """Return the rank: the table's, and the two sentences that are about more than the word."""
    reason = claim["reason"]
    if reason in SILENT and own_status(claim) != OWN_STATUS[reason]:
        return "cause"  # "A SILENT reason that names a status other than its own"
    if reason == "unknown" and claim["raw"] is not None:
        return "foreign"  # "unknown, when it carries `raw`"
    return RANK[reason]


def moment(text: str) -> int:
    """Return the microseconds since 1970 of an ISO 8601 time with a zone."""
    since = datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)
    return since // timedelta(microseconds=1)


def in_zone(text: str) -> bool:
    """Whether a time says which zone it is in."""
    return datetime.fromisoformat(text).tzinfo is not None


def written(micros: int | None) -> str | None:
    """Return a time in UTC with three digits of a second, or six where three are not enough."""
    if micros is None:
        return None
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    digits = "milliseconds" if micros % 1000 == 0 else "microseconds"
    return at.replace(tzinfo=None).isoformat(timespec=digits) + "Z"


def counted(claim: Claim, not_before: str | None) -> int | None:
    """ "Times before `not_before` (the session's start) count as absent"."""
    at = None if claim["at"] is None else moment(claim["at"])
    if at is None or (not_before is not None and at < moment(not_before)):
        return None
    return at


def _least(claims: list[Claim], key: Callable[[Claim], Any]) -> list[Claim]:
    keys = [key(claim) for claim in claims]
    return [claim for claim, own in zip(claims, keys, strict=True) if own == min(keys)]


def winner(claims: Iterable[Claim], not_before: str | None, reading: Reading = DECIDED) -> Claim:
    """Return the claim that is left when every loser was sent away."""
    # "Higher rank wins."
    left = _least(list(claims), lambda claim: RANKS.index(rank(claim)))
    # "a claim without a time comes last"
    timed = [claim for claim in left if counted(claim, not_before) is not None]
    left = timed or left
    if timed:
        # "the earliest wins, compared by whole second plus lag"
        left = _least(left, lambda c: (counted(c, not_before) or 0) // SECOND + _lag(c))
    # "then tie order"
    left = _least(left, lambda claim: _tie(claim, reading))
    if timed:
        # "then exact time"
        left = _least(left, lambda claim: counted(claim, not_before))
    # "source (by code point), status, raw, so that the order is total"
    left = _least(left, lambda claim: [ord(letter) for letter in claim["source"]])
    listed_at = TERMINAL.index if reading.status_as_listed else str
    left = _least(left, lambda claim: listed_at(own_status(claim)))
    left = _least(left, lambda claim: (claim["raw"] is not None) is not reading.raw_first)
    left = _least(left, lambda claim: claim["raw"] or "")
    # Left open, and decided: the silent words in their row's order, then the times that count for
    # nothing, none before one, and an earlier before a later.
    left = _least(left, lambda claim: _among_silent(claim, reading))
    toward = -1 if reading.later_ignored_first else 1
    left = _least(left, lambda c: toward * (-(10**18) if c["at"] is None else moment(c["at"])))
    if any(same(claim) != same(left[0]) for claim in left):
        raise AssertionError(f"the order is not total: {left}")
    return left[0]


def _lag(claim: Claim) -> int:
    # "symptoms get three seconds"; a silent word that names another status is "without lag".
    return 3 if claim["reason"] in SYMPTOMS else 0


def _tie(claim: Claim, reading: Reading) -> int:
    if claim["reason"] in SILENT and rank(claim) == "cause":  # "last in tie order"
        return len(TIE_ORDER) + (0 if reading.silent_level else _among_silent(claim, reading))
    return TIE_ORDER.index(claim["reason"])


def _among_silent(claim: Claim, reading: Reading) -> int:
    first, second = reversed(SILENT) if reading.unknown_first else SILENT
    return (first, second).index(claim["reason"]) if claim["reason"] in SILENT else 0


def same(claim: Claim) -> tuple[object, ...]:
    """Return what two claims that are one claim have in common."""
    at = None if claim["at"] is None else moment(claim["at"])
    return claim["reason"], at, claim["source"], own_status(claim), claim["raw"]


def order(claims: list[Claim], not_before: str | None, reading: Reading = DECIDED) -> list[int]:
    """Return the claims' places, the winner's first; a repeated claim once, at its first place."""
    places: dict[tuple[object, ...], int] = {}
    for place, claim in enumerate(claims):
        places.setdefault(same(claim), place)
    left = [claims[place] for place in places.values()]
    found = []
    while left:
        best = winner(left, not_before, reading)
        found.append(places[same(best)])
        left.remove(best)
    return found


def leaves_open(claims: list[Claim], not_before: str | None) -> bool:
    """Whether the specification alone does not decide the order of these claims."""
    return len({tuple(order(claims, not_before, reading)) for reading in READINGS}) > 1


def settle(claims: list[Claim], not_before: str | None) -> dict[str, object]:
    """Return the whole answer, or why there is none."""
    if not claims:
        return {"refused": "no claims"}
    times = [claim["at"] for claim in claims if claim["at"] is not None]
    if not all(map(in_zone, [*times, *([not_before] if not_before else [])])):
        return {"refused": "time without a zone"}
    if any(own_status(claim) not in TERMINAL for claim in claims):
        return {"refused": "live status"}
    places = order(claims, not_before)
    best = claims[places[0]]
    counting = [at for claim in claims if (at := counted(claim, not_before)) is not None]
    return {
        "order": places,
        "ranks": [rank(claims[place]) for place in places],
        "reason": best["reason"],
        "status": own_status(best),
        "outcome": OUTCOME[best["reason"]],
        "source": best["source"],
        "at": written(min(counting, default=None)),
    }
