"""A session's history: steps, and what came of each."""

from datetime import datetime
from typing import NamedTuple, final

from session_lifecycle._coercion import coerce_event
from session_lifecycle._ending import EndClaim
from session_lifecycle._names import publish
from session_lifecycle._session import Session
from session_lifecycle._text import clip, plain, show
from session_lifecycle._value import Value, fill, utc
from session_lifecycle._words import (
    SessionChange,
    SessionEvent,
    SessionStatus,
    TransitionVerdict,
)

ENDING_EVENTS = frozenset(
    {SessionEvent.CLOSE, SessionEvent.EXPIRE, SessionEvent.FAIL, SessionEvent.SUPERSEDE}
)
OPENING_EVENTS = frozenset({SessionEvent.RING, SessionEvent.ANSWER})


@final
class HistoryStep(Value):
    """One thing that happened: an event, or a claim about the end. Immutable, hashable, picklable.

    Attributes:
        at: when, aware and in UTC, or `None`.
        event: the event, `None` for a claim or an unknown word.
        source: who says so.
        step_id: the id of this report, by which a redelivery is known; or `None`. One id is one
            report, whoever sends it: put the source in front where two reporters count alike.
        claim: the claim, `None` for an event.
        party: who this is about, if a report tells several people apart; `""` for the session.
        connection: which of that party's connections; `""` if not told apart.
        raw: the text of an event we do not know, up to 64 characters.
    """

    __slots__ = ("at", "event", "source", "step_id", "claim", "party", "connection", "raw")

    at: datetime | None
    event: SessionEvent | None
    source: str
    step_id: str | None
    claim: EndClaim | None
    party: str
    connection: str
    raw: str | None

    def __init__(
        self,
        at: datetime | None = None,
        event: SessionEvent | EndClaim | str | None = None,
        source: str = "",
        step_id: str | None = None,
        claim: EndClaim | None = None,
        party: str = "",
        connection: str = "",
        raw: str | None = None,
    ) -> None:
        """Check and keep a step: `HistoryStep(at, event_or_claim, source, step_id)`.

        The text of an event we do not know is kept as `raw`, and replayed as illegal. `at` and
        `source` need be given once only, in the step or in its claim.

        Raises:
            ValueError: if it is neither event nor claim, or both; or if `at` has no zone.
            TypeError: if something is of another type.
        """
        if type(event) is EndClaim:
            if claim is not None:
                raise ValueError("two claims in one step: make it two steps")
            event, claim = None, event
        if claim is not None and type(claim) is not EndClaim:
            raise TypeError(f"claim is {show(claim)}, expected an EndClaim")
        known = event if type(event) is SessionEvent else None
        if event is not None and known is None:
            known = coerce_event(event)
            if known is None:
                raw = plain(event, "event")
        if raw is not None:
            raw = clip(plain(raw, "raw"))
        if (event is None and raw is None) is (claim is None):
            raise ValueError(
                "a step is either an event or a claim: "
                "HistoryStep(at, SessionEvent.ANSWER) or HistoryStep(at, EndClaim(reason, at))"
            )
        if at is not None:
            at = utc(at, "at")
        if type(source) is not str:
            source = plain(source, "source")
        if claim is not None:
            at = at or claim.at
            source = source or claim.source
            if (claim.at is None and at is not None) or (source and not claim.source):
                whole = (claim.at or at, claim.source or source)
                claim = EndClaim(claim.reason, *whole, claim.status, claim.raw)
        fill(self, "at", at)
        fill(self, "event", known)
        fill(self, "source", source)
        fill(self, "step_id", None if step_id is None else plain(step_id, "step_id"))
        fill(self, "claim", claim)
        fill(self, "party", party if type(party) is str else plain(party, "party"))
        fill(
            self,
            "connection",
            connection if type(connection) is str else plain(connection, "connection"),
        )
        fill(self, "raw", raw)


class HistoryEntry(NamedTuple):
    """A step with what came of it.

    Attributes:
        step: the step.
        verdict: the machine's answer; for a claim, `moved` if it ended the session, else `late`.
        before: the status it met.
        after: the status that followed.
        change: what happened to the session.
        note: why nothing came of it, where the verdict does not say so; else `""`.
    """

    step: HistoryStep
    verdict: TransitionVerdict
    before: SessionStatus
    after: SessionStatus
    change: SessionChange
    note: str


class SessionHistory(NamedTuple):
    """What a replay came to.

    Attributes:
        start: the session before the first step.
        entries: every step in the order applied, with its verdict.
        session: the session after the last.
    """

    start: Session
    entries: tuple[HistoryEntry, ...]
    session: Session


def is_ending(step: HistoryStep) -> bool:
    """Return whether a step is a claim or an ending event."""
    return step.claim is not None or step.event in ENDING_EVENTS


publish(globals())
