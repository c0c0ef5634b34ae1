"""One claim into one row: compare-and-set on the version, against the order as one SQL statement.

`apply_claim_to` reads, asks the pure functions and writes with a guard. The other side is what was
built instead and not kept: the whole settlement order, written out as a statement of PostgreSQL's.
It is a second copy of the order, and cannot read a drifted word; here it shows what it would buy.
The time is the clock's, round trips included, without the commit.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from session_lifecycle import (
    TERMINAL_STATUSES,
    EndClaim,
    SessionTerminationReason,
    reason_traits,
)
from session_lifecycle._settlement import place_of
from tests.bench.harness import Contest, Sample

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table, TextClause

_SCHEMA = "session_lifecycle_claims"
_AGAINST = "the settlement order as one SQL statement"
_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

R = SessionTerminationReason
_STANDS = EndClaim(R.AGENT_INITIATED, _NOON, "worker")
# What comes to a row, and what is there already.
_CLAIMS = {
    "ends a live session": (_STANDS, None),
    "loses to what is there": (
        EndClaim(R.ROOM_DELETED, _NOON + timedelta(seconds=1), "livekit"),
        _STANDS,
    ),
    "corrects what is there": (EndClaim(R.HANDOFF_RESOLVED, _NOON, "operator"), _STANDS),
}


def _place(cell: int) -> str:
    """Return the CASE that gives one cell of a stored claim's place: its rank, tie or lag."""
    whens: list[str] = []
    for reason in R:
        own = reason_traits(reason).status
        other = next(status for status in TERMINAL_STATUSES if status is not own)
        cells = {
            (status is own, has_raw): place_of(reason, status, has_raw)[cell]
            for status in (own, other)
            for has_raw in (False, True)
        }
        if len(set(cells.values())) == 1:
            whens.append(f"WHEN termination_reason = '{reason}' THEN {cells[True, False]}")
            continue
        whens += [
            f"WHEN termination_reason = '{reason}' AND (status = '{own}') = {is_own} "
            f"AND (termination_raw IS NOT NULL) = {has_raw} THEN {value}"
            for (is_own, has_raw), value in cells.items()
        ]
    return f"CASE {' '.join(whens)} END"


def _statement() -> str:
    at = "CAST(:at AS timestamptz)"
    return f"""
WITH o AS (SELECT * FROM calls WHERE id = :id FOR NO KEY UPDATE),
p AS (SELECT o.*, status NOT IN ('closed', 'expired', 'error', 'superseded') AS live,
  {_place(0)} AS rank, {_place(1)} AS tie, {_place(2)} AS lag,
  claimed_at IS NULL OR coalesce(claimed_at < started_at, false) AS untimed,
  {at} IS NULL OR coalesce({at} < started_at, false) AS new_untimed FROM o),
q AS (SELECT p.*, CASE WHEN new_untimed THEN NULL ELSE {at} END AS new_at, live OR
  ROW(:rank, new_untimed,
    CASE WHEN new_untimed THEN 0 ELSE floor(extract(epoch FROM {at})) + :lag END, :tie,
    CASE WHEN new_untimed THEN '-infinity' ELSE {at} END, CAST(:source AS text) COLLATE "C",
    CAST(:status AS text) COLLATE "C", CAST(:raw AS text) IS NOT NULL,
    coalesce(:raw, '') COLLATE "C") <
  ROW(rank, untimed,
    CASE WHEN untimed THEN 0 ELSE floor(extract(epoch FROM claimed_at)) + lag END, tie,
    CASE WHEN untimed THEN '-infinity' ELSE claimed_at END, coalesce(ended_by, '') COLLATE "C",
    status COLLATE "C", termination_raw IS NOT NULL,
    coalesce(termination_raw, '') COLLATE "C") AS wins FROM p),
u AS (UPDATE calls c SET status = CASE WHEN wins THEN :status ELSE q.status END,
  termination_reason = CASE WHEN wins THEN :reason ELSE q.termination_reason END,
  termination_raw = CASE WHEN wins THEN :raw ELSE q.termination_raw END,
  claimed_at = CASE WHEN wins THEN {at} ELSE q.claimed_at END,
  ended_by = CASE WHEN wins THEN :source ELSE q.ended_by END,
  ended_at = CASE WHEN live THEN new_at ELSE least(q.ended_at, new_at) END,
  closed_at = CASE WHEN live THEN clock_timestamp() ELSE q.closed_at END, version = q.version + 1
FROM q WHERE c.id = q.id
  AND (wins OR new_at < q.ended_at OR (q.ended_at IS NULL AND new_at IS NOT NULL)) RETURNING c.id)
SELECT q.live, u.id IS NOT NULL AS wrote FROM q LEFT JOIN u ON u.id = q.id
"""


class _Store(NamedTuple):
    connection: Connection
    calls: Table
    one: TextClause

    def fill(self, sessions: int, there: EndClaim | None) -> None:
        """Make so many rows, live or ended by a claim."""
        cells: dict[str, Any] = {"status": "active", "version": 1}
        if there is not None:
            cells |= {"status": there.status.value, "termination_reason": there.reason.value}
            cells |= {"claimed_at": there.at, "ended_at": there.at, "ended_by": there.source}
            cells |= {"closed_at": there.at}
        self.connection.execute(self.calls.delete())
        rows = [{"id": key, **cells} for key in range(sessions)]
        self.connection.execute(self.calls.insert(), rows)

    def ours(self, key: int, claim: EndClaim) -> None:
        from session_lifecycle.integrations.sqlalchemy import apply_claim_to

        apply_claim_to(self.connection, self.calls, key, claim)

    def theirs(self, key: int, claim: EndClaim) -> None:
        place = place_of(claim.reason, claim.status, claim.raw is not None)
        cells = {"id": key, "rank": place.rank, "tie": place.tie, "lag": place.lag}
        cells |= {"at": claim.at, "source": claim.source, "raw": claim.raw}
        cells |= {"status": claim.status.value, "reason": claim.reason.value}
        self.connection.execute(self.one, cells).one()

    def rows(self) -> list[tuple[Any, ...]]:
        cells = [cell for cell in self.calls.columns if cell.name != "closed_at"]
        found = self.connection.execute(self.calls.select().with_only_columns(*cells))
        return sorted(tuple(row) for row in found)


@cache
def _store() -> _Store:
    from sqlalchemy import Integer, MetaData, create_engine, text
    from sqlalchemy.orm import DeclarativeBase, mapped_column

    from session_lifecycle.integrations.sqlalchemy import SessionColumns
    from tests.bench.databases import url

    class Base(DeclarativeBase):
        metadata = MetaData(schema=_SCHEMA)

    class Call(SessionColumns, Base):
        __tablename__ = "calls"
        id = mapped_column(Integer, primary_key=True)

    connection = create_engine(url(), isolation_level="AUTOCOMMIT").connect()

    def leave() -> None:
        connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE")
        connection.close()

    atexit.register(leave)
    for statement in (
        f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE",
        f"CREATE SCHEMA {_SCHEMA}",
        f"SET search_path TO {_SCHEMA}",
        "SET synchronous_commit TO off",
    ):
        connection.exec_driver_sql(statement)
    Base.metadata.create_all(connection)
    calls: Any = Call.__table__
    return _Store(connection, calls, text(_statement()))


def settling(*, quick: bool = False) -> Iterator[Contest]:
    """How did it end? One claim, one row, one connection."""
    sessions = 20 if quick else 400
    for what, (claim, there) in _CLAIMS.items():
        yield Contest(
            f"apply_claim_to, a claim that {what}, in PostgreSQL",
            _AGAINST,
            None,
            _same_rows(claim, there),
            _times(sessions, claim, there),
            "ms",
            2 if quick else 9,
        )


def _same_rows(claim: EndClaim, there: EndClaim | None) -> Callable[[], None]:
    def check() -> None:
        store = _store()
        found: list[list[tuple[Any, ...]]] = []
        for side in (store.ours, store.theirs):
            store.fill(1, there)
            side(0, claim)
            found.append(store.rows())
        if found[0] != found[1]:
            raise AssertionError(f"ours wrote {found[0]}, one statement {found[1]}")

    return check


def _times(
    sessions: int, claim: EndClaim, there: EndClaim | None
) -> Callable[[], Callable[[], Sample]]:
    def prepare() -> Callable[[], Sample]:
        store = _store()

        def took(side: Callable[[int, EndClaim], None]) -> float:
            store.fill(sessions, there)
            began = perf_counter()
            for key in range(sessions):
                side(key, claim)
            return (perf_counter() - began) * 1_000 / sessions

        return lambda: Sample(took(store.ours), took(store.theirs))

    return prepare
