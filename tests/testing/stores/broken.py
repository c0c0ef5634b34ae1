"""Eight stores that are broken, each in a way seen in public code: those of the ten that store."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from session_lifecycle import (
    EndClaim,
    Session,
    SessionEvent,
    SessionTerminationReason,
    apply_claim,
    start_session,
)
from session_lifecycle.testing import StoredSession
from tests.testing.stores.memory import Row, Store, cells, session_of


class FirstWins(Store):
    """An ended session takes no claim any more."""

    def tell(self, key: int, said: Any, at: datetime | None, source: str) -> None:
        if not (isinstance(said, EndClaim) and self.ended(self.rows[key]["status"])):
            super().tell(key, said, at, source)


class LastWins(Store):
    """Each claim overwrites the one before; only the earliest time is kept."""

    def tell(self, key: int, said: Any, at: datetime | None, source: str) -> None:
        row = self.rows[key]
        if not (isinstance(said, EndClaim) and self.ended(row["status"])):
            super().tell(key, said, at, source)
            return
        settled = apply_claim(session_of(row), said)
        new = cells(apply_claim(start_session(at=row["started_at"]), said))
        self.rows[key] = {**row, **new, "at": settled.ended_at}


class CheckThenAct(Store):
    """What was read is written, whatever has been written in between."""

    def write(self, key: int, row: Row, before: Session, after: Session) -> bool:
        self.rows[key] = self.new_row(row, before, after)
        return True


class RaisesOnUnknownReason(Store):
    """The stored reason is looked up in the enum."""

    def read(self, key: int) -> StoredSession:
        found = super().read(key)
        return found._replace(reason=found.reason and SessionTerminationReason(found.reason))


class UnknownStatusHasEnded(Store):
    """What is not live has ended."""

    def ended(self, status: str) -> bool:
        return not self.live(status)


class UnknownStatusIsLive(Store):
    """What has not ended is live."""

    def live(self, status: str) -> bool:
        return not self.ended(status)


class RevivesOnLateApproval(Store):
    """An approval makes it active, whenever it comes."""

    def tell(self, key: int, said: Any, at: datetime | None, source: str) -> None:
        if said is SessionEvent.APPROVE and self.ended(self.rows[key]["status"]):
            self.rows[key] = {**self.rows[key], "status": "active"}
        else:
            super().tell(key, said, at, source)


class MovesClosedAt(Store):
    """Each close stamps the row."""

    def tell(self, key: int, said: Any, at: datetime | None, source: str) -> None:
        super().tell(key, said, at, source)
        if isinstance(said, EndClaim) or said is SessionEvent.CLOSE:
            self.rows[key] = {**self.rows[key], "closed_at": self.now()}
