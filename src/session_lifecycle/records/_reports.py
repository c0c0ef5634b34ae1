"""What reporters say about a session: events and claims, in the form that `replay` reads as lines.

A line of JSON with `event` is an `EventRecord`, one with `claim` a `ClaimRecord`. Both become the
steps of a history, and come from them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Self

import attrs

from session_lifecycle._ending import EndClaim
from session_lifecycle._history import ENDING_EVENTS, HistoryStep
from session_lifecycle._session import claim_of_event, read_word
from session_lifecycle._text import show
from session_lifecycle._wire import word_reader
from session_lifecycle._words import SessionEvent, SessionStatus, SessionTerminationReason
from session_lifecycle.records._fields import (
    as_text,
    extra_fields,
    optional_text,
    optional_time,
    optional_word,
    read_reason,
    show_word,
    text,
    word_or_text,
)

_read_event = word_reader(SessionEvent)


def _session_id(value: str) -> str:
    return as_text(value, "session_id")


def _event(value: SessionEvent | str) -> SessionEvent | str:
    return word_or_text(_read_event, value, "event")


def _claim(value: SessionTerminationReason | str) -> SessionTerminationReason | str:
    return word_or_text(read_reason, value, "claim")


@attrs.frozen
class EventRecord:
    """One event of a session, as somebody reported it. Immutable.

    Attributes:
        session_id: the session.
        event: a member, or the text of an event we do not know.
        at: when, aware and in UTC, or `None`.
        source: who says so.
        id: the id of this report, by which a redelivery is known, or `None`.
        reason: why, for an event that ends the session: a member, other text, or `None`.
        raw: the word that could not be coerced, or `None`.
        party: whom it is about; `""` for the session.
        connection: which of that party's connections.
        extra: the fields we do not know, and the values of known ones that could not be read.

    Raises:
        TypeError: if a value is of another type.
        ValueError: if the time has no zone.
    """

    session_id: str = attrs.field(converter=_session_id, repr=show, hash=False)
    event: SessionEvent | str = attrs.field(converter=_event, repr=show_word, hash=False)
    at: datetime | None = optional_time()
    source: str = text()
    id: str | None = optional_text()
    reason: SessionTerminationReason | str | None = optional_word(
        SessionTerminationReason, "reason"
    )
    raw: str | None = optional_text()
    party: str = text()
    connection: str = text()
    extra: Mapping[str, object] = extra_fields()

    @classmethod
    def from_step(cls, session_id: str, step: HistoryStep) -> Self:
        """Return the record of a step that is an event.

        Raises:
            ValueError: if the step is a claim.
        """
        event = step.event or step.raw
        if event is None:
            raise ValueError("the step is a claim, expected an event: use ClaimRecord.from_step")
        return cls(
            session_id,
            event,
            step.at,
            step.source,
            step.step_id,
            party=step.party,
            connection=step.connection,
        )

    def to_step(self) -> HistoryStep:
        """Return the step of a history that this is; an ending event is a claim there."""
        said: SessionEvent | EndClaim | str = self.event
        if isinstance(said, SessionEvent) and said in ENDING_EVENTS:
            said = claim_of_event(
                said, self.reason, at=self.at, source=self.source, raw=self.raw or None
            )
        return HistoryStep(
            self.at, said, self.source, self.id, party=self.party, connection=self.connection
        )


@attrs.frozen
class ClaimRecord:
    """One claim about how a session ended, as somebody reported it. Immutable.

    Attributes:
        session_id: the session.
        claim: the reason claimed: a member, or the word that could not be coerced.
        at: when it ended, aware and in UTC, or `None`.
        source: who says so.
        id: the id of this report, by which a redelivery is known, or `None`.
        status: the terminal status claimed, `None` for the reason's own: a member, or text.
        raw: the word that could not be coerced, or `None`.
        party: whom it is about; `""` for the session.
        connection: which of that party's connections.
        extra: the fields we do not know, and the values of known ones that could not be read.

    Raises:
        TypeError: if a value is of another type.
        ValueError: if the time has no zone.
    """

    session_id: str = attrs.field(converter=_session_id, repr=show, hash=False)
    claim: SessionTerminationReason | str = attrs.field(
        converter=_claim, repr=show_word, hash=False
    )
    at: datetime | None = optional_time()
    source: str = text()
    id: str | None = optional_text()
    status: SessionStatus | str | None = optional_word(SessionStatus, "status")
    raw: str | None = optional_text()
    party: str = text()
    connection: str = text()
    extra: Mapping[str, object] = extra_fields()

    @classmethod
    def from_claim(
        cls,
        session_id: str,
        claim: EndClaim,
        *,
        id: str | None = None,
    ) -> Self:
        """Return the record of a claim."""
        return cls(session_id, claim.reason, claim.at, claim.source, id, claim.status, claim.raw)

    @classmethod
    def from_step(cls, session_id: str, step: HistoryStep) -> Self:
        """Return the record of a step that is a claim.

        A record has one time and one source: the claim's own.

        Raises:
            ValueError: if the step is an event.
        """
        if step.claim is None:
            raise ValueError("the step is an event, expected a claim: use EventRecord.from_step")
        record = cls.from_claim(session_id, step.claim, id=step.step_id)
        return attrs.evolve(record, party=step.party, connection=step.connection)

    def to_claim(self) -> EndClaim:
        """Return the claim that this is; a word we do not know is claimed as `unknown`, and kept.

        Raises:
            UnknownStatusError: if the status is none we know.
            ValueError: if it is a live one.
        """
        said: object = self.claim
        if said is SessionTerminationReason.UNKNOWN:
            said = self.extra.get("claim", said)  # What was no text is still somebody's word.
        read, word = read_word(said)
        reason = SessionTerminationReason.UNKNOWN if read is None else read
        raw = self.raw or word  # As `replay` reads a line: blank text is nobody's word.
        return EndClaim(reason, self.at, self.source, self.status, raw)  # type: ignore[arg-type]

    def to_step(self) -> HistoryStep:
        """Return the step of a history that this is.

        Raises:
            UnknownStatusError: if the status is none we know.
            ValueError: if it is a live one.
        """
        return HistoryStep(
            self.at,
            self.to_claim(),
            self.source,
            self.id,
            party=self.party,
            connection=self.connection,
        )
