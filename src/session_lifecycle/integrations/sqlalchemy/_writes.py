"""One-winner writes: a report goes into a row, and of those that come at once none is lost.

Read the row, ask `interpret` what the report does to it, write with a guard, and do it again from
the new row where the guard fails: compare-and-set on `version`. A live move is guarded by
`source_statuses(event)` as well, for the sake of writers who do not know of the version.

Why not the settlement order as one SQL statement? It was built and measured, and is no faster
(`tests/bench/settling.py`). It is a second copy of the order, in one database's SQL, which cannot
read a drifted word as `restore_session` does. And here a claim that changes nothing, the usual
case, locks nothing.

Why it ends. From the second try on the row is locked when it is read, so that the guard cannot fail
again: under READ COMMITTED on PostgreSQL two tries are all there ever are. SQLite has no such lock
and needs none: the first UPDATE, though it met no row, made us its only writer. The limit is for
what shows the same old row over and over.

Nothing here commits, rolls back or opens a transaction: what is written is part of the caller's.
Under REPEATABLE READ and SERIALIZABLE a database refuses to write what has changed since the
transaction began (SQLSTATE 40001). That error comes through: only who began the transaction can
begin it anew. Whoever writes several sessions in one transaction takes them in one order, by key,
or meets a deadlock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import (
    Connection,
    CursorResult,
    Executable,
    Result,
    inspect,
)
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.orm import scoped_session

from session_lifecycle._ending import EndClaim
from session_lifecycle._errors import SessionLifecycleError
from session_lifecycle._text import show
from session_lifecycle._value import utc
from session_lifecycle._words import SessionChange, SessionEvent, SessionTerminationReason
from session_lifecycle.integrations.sqlalchemy._outcome import WriteResult, interpret, report
from session_lifecycle.integrations.sqlalchemy._rows import session_from_row
from session_lifecycle.integrations.sqlalchemy._statements import as_stored, next_version, write
from session_lifecycle.integrations.sqlalchemy._where import (
    SessionTable,
    Target,
    key_values,
    session_table,
    shown,
)

if TYPE_CHECKING:
    # At run time it would ask for greenlet, which whoever is not async need not have.
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_scoped_session

    AsyncDatabase = AsyncConnection | AsyncSession | async_scoped_session[Any]
else:
    AsyncDatabase = Any  # For who asks for the type hints.

Database = Connection | OrmSession | scoped_session[Any]

MAX_TRIES = 5


class WriteConflictError(SessionLifecycleError):
    """Raised when a row kept changing between reading it and writing it. Nothing was written.

    Attributes:
        key: the row's key.
        tries: how often it was read and written.
    """

    def __init__(self, key: object, tries: int) -> None:
        super().__init__(key, tries)
        self.key = key
        self.tries = tries

    def __str__(self) -> str:
        return (
            f"the row of session {shown(key_values(self.key))} was another one at each of "
            f"{self.tries} writes than when it was read just before: expected that a second read "
            "shows what others wrote. Roll back and report again in a new transaction; if that "
            "does not help, look for an isolation level that shows old rows, or a trigger that "
            "changes the version or refuses the update."
        )


def apply_event_to(
    db: Database,
    target: Target,
    key: Any,
    event: SessionEvent,
    *,
    at: datetime | None = None,
    reason: SessionTerminationReason | str | None = None,
    source: str = "",
    raw: str | None = None,
    columns: Mapping[str, str | None] | None = None,
    now: datetime | None = None,
) -> WriteResult:
    """Apply an event to the session in a row: a live move, or an ending event's claim.

    To close a session is the event `close`, with a reason or without; as often as you like, for
    `closed_at` does not move.

    Args:
        db: a connection or a session, in a transaction of the caller, who commits.
        target: a mapped class, or a `Table`.
        key: the primary key, a tuple if it has several columns, as the ORM's `get` takes it.
        event: what happened.
        at: when, aware, for an ending event.
        reason: why, for an ending event: a member or text (coerced, an unknown word kept as raw).
        source: who says so.
        raw: the word that could not be coerced.
        columns: the names of the columns (attributes, for a mapped class) that are not called as in
            `SessionColumns`; `None` for one that the table does not have.
        now: what to write to `closed_at`; left out, the database's own time.

    Returns:
        What became of it. An illegal event, a missing row and a lost claim are no errors.

    Raises:
        UnknownEventError: if `event` is no session event.
        UnknownStatusError: if the row's status is none: it can neither be moved nor ended.
        WriteConflictError: if the row changed again at every try.
        ValueError: if a time has no zone, or `columns` or `key` do not fit the table.
        TypeError: if `db` is no connection or session, or `target` no table or mapped class.
    """
    said = report(event, at=at, reason=reason, source=source, raw=raw)
    return _write(_sync(db), session_table(target, columns), key, said, utc(now, "now"))


def apply_claim_to(
    db: Database,
    target: Target,
    key: Any,
    claim: EndClaim,
    *,
    columns: Mapping[str, str | None] | None = None,
    now: datetime | None = None,
) -> WriteResult:
    """Settle a claim into the session in a row: a live one ends, an ended one may be corrected.

    A claim that is too weak writes nothing, except an earlier `ended_at`. However many processes
    claim at once, and in whatever order, the row ends as `settle` says of all their claims, as far
    as the columns can hold them; `change` is `ended` for one of them.

    Args:
        db: a connection or a session, in a transaction of the caller, who commits.
        target: a mapped class, or a `Table`.
        key: the primary key, a tuple if it has several columns, as the ORM's `get` takes it.
        claim: the report of an ending.
        columns: the names of the columns, as in `apply_event_to`.
        now: what to write to `closed_at`; left out, the database's own time.

    Returns:
        What became of it. A missing row and a lost claim are no errors.

    Raises:
        TypeError: if `claim` is no `EndClaim`, `db` no connection or session, or `target` no table
            or mapped class.
        UnknownStatusError: if the row's status is none: it can neither be moved nor ended.
        WriteConflictError: if the row changed again at every try.
        ValueError: if `now` has no zone, or `columns` or `key` do not fit the table.
    """
    said = _claim(claim, "apply_event_to")
    return _write(_sync(db), session_table(target, columns), key, said, utc(now, "now"))


async def apply_event_to_async(
    db: AsyncDatabase,
    target: Target,
    key: Any,
    event: SessionEvent,
    *,
    at: datetime | None = None,
    reason: SessionTerminationReason | str | None = None,
    source: str = "",
    raw: str | None = None,
    columns: Mapping[str, str | None] | None = None,
    now: datetime | None = None,
) -> WriteResult:
    """Apply an event to the session in a row, as `apply_event_to` does.

    Args:
        db: an async connection or session, in a transaction of the caller, who commits.
        target: a mapped class, or a `Table`.
        key: the primary key, a tuple if it has several columns, as the ORM's `get` takes it.
        event: what happened.
        at: when, aware, for an ending event.
        reason: why, for an ending event: a member or text (coerced, an unknown word kept as raw).
        source: who says so.
        raw: the word that could not be coerced.
        columns: the names of the columns, as in `apply_event_to`.
        now: what to write to `closed_at`; left out, the database's own time.

    Returns:
        What became of it. An illegal event, a missing row and a lost claim are no errors.

    Raises:
        UnknownEventError: if `event` is no session event.
        UnknownStatusError: if the row's status is none: it can neither be moved nor ended.
        WriteConflictError: if the row changed again at every try.
        ValueError: if a time has no zone, or `columns` or `key` do not fit the table.
        TypeError: if `db` is no async one, or `target` no table or mapped class.
    """
    said = report(event, at=at, reason=reason, source=source, raw=raw)
    where = session_table(target, columns)
    return await _async(db).run_sync(_write, where, key, said, utc(now, "now"))


async def apply_claim_to_async(
    db: AsyncDatabase,
    target: Target,
    key: Any,
    claim: EndClaim,
    *,
    columns: Mapping[str, str | None] | None = None,
    now: datetime | None = None,
) -> WriteResult:
    """Settle a claim into the session in a row, as `apply_claim_to` does.

    Args:
        db: an async connection or session, in a transaction of the caller, who commits.
        target: a mapped class, or a `Table`.
        key: the primary key, a tuple if it has several columns, as the ORM's `get` takes it.
        claim: the report of an ending.
        columns: the names of the columns, as in `apply_event_to`.
        now: what to write to `closed_at`; left out, the database's own time.

    Returns:
        What became of it. A missing row and a lost claim are no errors.

    Raises:
        TypeError: if `claim` is no `EndClaim`, `db` no async one, or `target` no table or mapped
            class.
        UnknownStatusError: if the row's status is none: it can neither be moved nor ended.
        WriteConflictError: if the row changed again at every try.
        ValueError: if `now` has no zone, or `columns` or `key` do not fit the table.
    """
    said = _claim(claim, "apply_event_to_async")
    where = session_table(target, columns)
    return await _async(db).run_sync(_write, where, key, said, utc(now, "now"))


def _claim(claim: object, instead: str) -> EndClaim:
    if type(claim) is not EndClaim:
        raise TypeError(f"claim is {show(claim)}, expected an EndClaim; for an event use {instead}")
    return claim


def _sync(db: Any) -> Connection | OrmSession:
    own: Any = cast("Any", db)() if isinstance(db, scoped_session) else db
    if not isinstance(own, Connection | OrmSession):
        raise TypeError(
            f"db is {show(own)}, expected a Connection or a Session, as `with engine.begin() as "
            "db:` gives one; for an async one use the function whose name ends in _async"
        )
    return own


def _async(db: Any) -> AsyncConnection | AsyncSession:
    # An `async_scoped_session` gives its session when it is called; the others cannot be called.
    own = db() if callable(db) and hasattr(db, "registry") else db
    if not callable(getattr(own, "run_sync", None)):
        raise TypeError(
            f"db is {show(own)}, expected an AsyncConnection or an AsyncSession, as `async with "
            "engine.begin() as db:` gives one; for a sync one use the function without _async"
        )
    return cast("AsyncConnection | AsyncSession", own)


def _write(
    db: Connection | OrmSession,
    where: SessionTable,
    key: object,
    said: SessionEvent | EndClaim,
    now: datetime | None,
) -> WriteResult:
    if isinstance(db, OrmSession) and db.autoflush:
        db.flush()  # SQLAlchemy 2.0 does it for entities only.
    if isinstance(said, EndClaim):
        said = as_stored(where, said)
    which = where.key(key)
    for tried in range(MAX_TRIES):
        read = where.locked if tried else where.row
        row = _run(db, where, read, which).mappings().one_or_none()
        try:
            before = None if row is None else session_from_row(row)
        except ValueError as error:
            error.add_note(f"in the row {shown(key_values(key))} of {show(where.table.name)}")
            raise
        result = interpret(before, said)
        if row is None:
            return result
        if result.change is SessionChange.UNCHANGED:
            _refresh(db, where, key, row["version"])
            return result
        statement = write(where, key, row, said, result, now)
        if cast("CursorResult[Any]", _run(db, where, statement)).rowcount == 1:
            _refresh(db, where, key, next_version(row))
            return result
    raise WriteConflictError(key, MAX_TRIES)


def _run(
    db: Connection | OrmSession,
    where: SessionTable,
    statement: Executable,
    parameters: Mapping[str, object] | None = None,
) -> Result[Any]:
    if isinstance(db, Connection) or where.mapper is None:
        return db.execute(statement, parameters)
    # A session may have a database for each class.
    return db.execute(statement, parameters, bind_arguments={"mapper": where.mapper})


def _refresh(
    db: Connection | OrmSession, where: SessionTable, key: object, version: int | None
) -> None:
    """Show an object that the ORM has loaded what its row says now; expired, async could not."""
    if isinstance(db, Connection) or where.mapper is None:
        return
    identity = where.mapper.identity_key_from_primary_key(key_values(key))
    thing = db.identity_map.get(identity)
    if thing is not None and inspect(thing).dict.get(where.names["version"]) != version:
        db.refresh(thing, list(where.names.values()))


for _thing in (
    *(apply_claim_to, apply_claim_to_async, apply_event_to, apply_event_to_async),
    WriteConflictError,
):
    _thing.__module__ = __package__ or __name__
