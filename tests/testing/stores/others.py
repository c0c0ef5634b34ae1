"""Stores that break what the ten do not: with them, every law is broken by somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from session_lifecycle import (
    EndClaim,
    Session,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
    coerce_session_status,
    coerce_termination_reason,
)
from session_lifecycle.testing import StoredSession
from tests.testing.stores.memory import Row, Store, cells, session_of


class StartsActive(Store):
    """Whoever rings counts as a conversation."""

    def create(self, status: SessionStatus, started_at: datetime | None) -> int:
        return super().create(SessionStatus.ACTIVE, started_at)


class NeverPauses(Store):
    """A pause is taken for granted."""

    def tell(self, key: int, said: Any, at: datetime | None, source: str) -> None:
        if said is not SessionEvent.PAUSE:
            super().tell(key, said, at, source)


class ResumesAnything(Store):
    """A resume makes a live session active, whatever it was."""

    def tell(self, key: int, said: Any, at: datetime | None, source: str) -> None:
        if said is SessionEvent.RESUME and self.live(self.rows[key]["status"]):
            self.rows[key] = {**self.rows[key], "status": "active"}
        else:
            super().tell(key, said, at, source)


class RefusesLate(Store):
    """What comes after the end is an error."""

    def tell(self, key: int, said: Any, at: datetime | None, source: str) -> None:
        if isinstance(said, SessionEvent) and self.ended(self.rows[key]["status"]):
            raise ValueError("it has ended\n\x1b[31m" + "and that is that " * 9)
        super().tell(key, said, at, source)


class AlwaysCloses(Store):
    """An end is an end: the claim's own status is not looked at."""

    def after(self, before: Session, said: Any, at: datetime | None, source: str) -> Session:
        if isinstance(said, EndClaim):
            said = EndClaim(said.reason, said.at, said.source, SessionStatus.CLOSED, said.raw)
        return super().after(before, said, at, source)


class ForgetsWhoSaidSo(Store):
    """An end is an end: whoever it was."""

    def read(self, key: int) -> StoredSession:
        return super().read(key)._replace(source=None)


class ForgetsTheWord(Store):
    """What a vendor said is nobody's word."""

    def read(self, key: int) -> StoredSession:
        return super().read(key)._replace(raw=None)


class NotesClaims(Store):
    """A claim is noted, for whoever ends the session."""

    def tell(self, key: int, said: Any, at: datetime | None, source: str) -> None:
        if not isinstance(said, EndClaim):
            super().tell(key, said, at, source)


class ExpiresByClosing(Store):
    """A timer closes, as everybody does."""

    def tell(self, key: int, said: Any, at: datetime | None, source: str) -> None:
        close = SessionEvent.CLOSE if said is SessionEvent.EXPIRE else said
        super().tell(key, close, at, source)


class WinnersTime(Store):
    """The end is when the winner says it was."""

    def new_row(self, row: Row, before: Session, after: Session) -> Row:
        new = super().new_row(row, before, after)
        return {**new, "at": new["claimed_at"]}


class EachDeliveryCounts(Store):
    """A claim that comes again ends the session again, now."""

    def tell(self, key: int, said: Any, at: datetime | None, source: str) -> None:
        row = self.rows[key]
        known = session_of(row).ending
        if known is not None and known.winner == said:
            self.rows[key] = {**row, "at": self.now()}
        else:
            super().tell(key, said, at, source)


class NoClosedAt(Store):
    """`closed_at` is somebody else's business."""

    def now(self) -> Any:
        return None


class MovesItsNeighbours(Store):
    """An UPDATE whose WHERE has lost the key: what is as it was before is as it is after."""

    def write(self, key: int, row: Row, before: Session, after: Session) -> bool:
        same = [k for k, other in self.rows.items() if other["status"] == row["status"]]
        done = super().write(key, row, before, after)
        for other in same if done else ():
            self.rows[other] = {**self.rows[key], "started_at": self.rows[other]["started_at"]}
        return done


class MovesTheNext(Store):
    """The key is compared by `>=`."""

    def write(self, key: int, row: Row, before: Session, after: Session) -> bool:
        done = super().write(key, row, before, after)
        if done and key + 1 in self.rows:
            self.rows[key + 1] = {**self.rows[key + 1], "status": str(after.status)}
        return done


class SharesItsEnd(Store):
    """A JOIN by the wrong column: of whichever session ends, the one before it is read."""

    def read(self, key: int) -> StoredSession:
        found = super().read(key)
        theirs = super().read(key + 1) if key + 1 in self.rows else found
        return found._replace(reason=found.reason or theirs.reason)


class SaysWhenItWillEnd(Store):
    """A session that goes on is shown with the end that it will have, unless it is told."""

    def read(self, key: int) -> StoredSession:
        found = super().read(key)
        return found if found.closed_at else found._replace(ended_at=self.clock)


class UnknownIsAnError(Store):
    """A word that nobody knows is read as a failure of ours."""

    def read(self, key: int) -> StoredSession:
        found = super().read(key)
        if coerce_termination_reason(found.reason) is SessionTerminationReason.UNKNOWN:
            return found._replace(reason=found.reason and "error")
        return found


class ReadsUnknownAsClosed(Store):
    """What is no status of ours has surely ended."""

    otherwise = "closed"

    def read(self, key: int) -> StoredSession:
        found = super().read(key)
        known = coerce_session_status(found.status)
        return found._replace(status=self.otherwise if known is None else known)


class ReadsUnknownAsActive(ReadsUnknownAsClosed):
    """What is no status of ours is something new, and so goes on."""

    otherwise = "active"


class RaisesInTheList(Store):
    """One row that cannot be read takes the list down."""

    def keys(self, live: bool) -> list[int]:
        for row in self.rows.values():
            SessionTerminationReason(row["reason"] or "unknown")
        return super().keys(live)


class ListsActiveOnes(Store):
    """Live is what is active."""

    def keys(self, live: bool) -> list[int]:
        if not live:
            return super().keys(live)
        return [key for key, row in self.rows.items() if row["status"] == "active"]


class ListsEverything(Store):
    """Whoever asks for the ended ones gets all that are known."""

    def keys(self, live: bool) -> list[int]:
        return super().keys(live) + ([] if live else super().keys(True))


class ListsTwice(Store):
    """A join brings each session as often as it was told of its end."""

    def keys(self, live: bool) -> list[int]:
        return super().keys(live) * (1 if live else 2)


class RefusesClaims(Store):
    """A word of its own for each end, and none for ours."""

    def tell(self, key: int, said: Any, at: datetime | None, source: str) -> None:
        if isinstance(said, EndClaim):
            raise KeyError(said.reason)
        super().tell(key, said, at, source)


class RefusesEvents(Store):
    """What it was built for it does not do yet."""

    refused: SessionEvent

    def tell(self, key: int, said: Any, at: datetime | None, source: str) -> None:
        if said is self.refused:
            raise PermissionError
        super().tell(key, said, at, source)


class RefusesRinging(RefusesEvents):
    """No phone."""

    refused = SessionEvent.RING


class RefusesToClose(RefusesEvents):
    """No end."""

    refused = SessionEvent.CLOSE


class SaysSomethingElse(Store):
    """`read` returns its row."""

    def read(self, key: int) -> Any:
        return self.rows[key]


class RefusesTheSecond(Store):
    """The second of two ends that came at once is refused, as a conflict."""

    def write(self, key: int, row: Row, before: Session, after: Session) -> bool:
        if not super().write(key, row, before, after):
            raise RuntimeError("the row has changed")
        return True


# --- half written --------------------------------------------------------------------------------


class HalfWritten(Store):
    """The ending is written, and then the status; whether there is anything to write, the ending
    says. A writer that dies in between leaves a session that lives for ever."""

    def tell(self, key: int, said: Any, at: datetime | None, source: str) -> None:
        row = self.rows[key]
        before = session_of(row)
        after = self.after(before, said, at, source)
        if after.ending is None or before.ending is not None:
            super().tell(key, said, at, source)
            return
        ending = {**cells(after), "status": row["status"], "closed_at": self.now()}
        if row["reason"] != ending["reason"]:
            self.rows[key] = {**row, **ending}
            self.rows[key] = {**self.rows[key], "status": str(after.status)}


class MarksItFirst(Store):
    """What has been delivered is marked as such, and then applied. Of a writer that dies in between
    the second delivery is dropped as known."""

    def __init__(self) -> None:
        super().__init__()
        self.delivered: set[object] = set()

    def tell(self, key: int, said: Any, at: datetime | None, source: str) -> None:
        if isinstance(said, EndClaim):
            if (key, said) in self.delivered:
                return
            self.delivered.add((key, said))
        super().tell(key, said, at, source)


class ChokesOnItsRest(Store):
    """Marked as being written, and unmarked; what is marked is refused, for somebody is at it."""

    def tell(self, key: int, said: Any, at: datetime | None, source: str) -> None:
        if self.rows[key].get("busy"):
            raise RuntimeError("half written")
        self.rows[key]["busy"] = True
        super().tell(key, said, at, source)
        self.rows[key]["busy"] = False
