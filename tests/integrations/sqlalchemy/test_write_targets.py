"""One-winner writes through the ORM and into tables of any make, and what is refused.

Quoted: issue 5.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    insert,
    select,
    text,
)
from sqlalchemy.ext.asyncio import (
    AsyncSession,
    async_scoped_session,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session
from sqlalchemy.orm.exc import StaleDataError

from session_lifecycle import (
    EndClaim,
    SessionChange,
    UnknownEventError,
    UnknownStatusError,
    apply_event,
    session_change,
    start_session,
)
from session_lifecycle.integrations.sqlalchemy import (
    SessionColumns,
    WriteConflictError,
    WriteVerdict,
    apply_claim_to,
    apply_claim_to_async,
    apply_event_to,
    apply_event_to_async,
    ending_values,
    move_statement,
)
from tests.integrations.sqlalchemy.calls import (
    ECHO,
    HANG_UP,
    HUMAN,
    LATER,
    NOON,
    Base,
    Call,
    E,
    Leg,
    R,
    S,
    calls,
    commit,
    fill,
)

# --- the ORM -------------------------------------------------------------------------------------


def test_a_loaded_object_shows_what_was_written(database: Any) -> None:
    database.begin(lambda connection: fill(connection, S.ACTIVE, S.QUEUED))

    def work(session: Session) -> None:
        call = session.get_one(Call, 0)
        other = session.get_one(Call, 1)
        result = apply_claim_to(session, Call, 0, HANG_UP, now=NOON)
        assert result.change is SessionChange.ENDED
        database.statements.clear()
        assert (call.status, call.termination_reason) == (S.CLOSED, R.AGENT_INITIATED)
        assert (call.ended_at, call.closed_at, call.version) == (NOON, NOON, 2)
        assert other.status is S.QUEUED
        assert database.statements == []  # Nothing was left to be loaded, which async could not.
        call.termination_raw = "looked into"
        session.flush()  # The version it writes over is the one it has seen.
        assert call.version == 3

    database.session(work)


def test_an_object_that_is_behind_its_row_is_shown_the_row(engine: Engine, other: Engine) -> None:
    with Session(engine) as session:
        call = session.get_one(Call, 0)
        session.expire_on_commit = False
        session.commit()
        commit(other, HANG_UP)
        assert call.status is S.ACTIVE
        assert apply_claim_to(session, Call, 0, ECHO).verdict is WriteVerdict.LOST
        assert call.status is S.CLOSED


def test_what_an_object_has_yet_to_write_is_written_first(database: Any) -> None:
    database.begin(Base.metadata.create_all)

    def work(session: Session) -> None:
        call = Call(id=5, status=S.ACTIVE, started_at=NOON)
        session.add(call)
        early = EndClaim(R.RESOLVED, NOON - timedelta(hours=1))
        assert apply_claim_to(session, Call, 5, early).change is SessionChange.ENDED
        assert call.ended_at is None  # It had not started.
        with session.no_autoflush:
            session.add(Call(id=6, status=S.ACTIVE))
            missing = apply_event_to(session, Call, 6, E.CLOSE)
            assert missing.verdict is WriteVerdict.MISSING

    database.session(work)


def test_a_flush_over_somebody_elses_write_is_refused(engine: Engine, other: Engine) -> None:
    """No lost update, from the other side: an object cannot write over a write it has not seen."""
    with Session(engine) as session:
        call = session.get_one(Call, 0)
        call.status = S.PAUSED
        commit(other, HANG_UP)
        with pytest.raises(StaleDataError):
            session.flush()


def test_a_scoped_session_will_do(engine: Engine, other: Engine) -> None:
    scoped = scoped_session(lambda: Session(engine))
    assert apply_event_to(scoped, Call, 0, E.PAUSE).status_after is S.PAUSED
    assert scoped.get_one(Call, 0).status is S.PAUSED
    scoped.remove()


@pytest.mark.parametrize("driver", ["postgresql+asyncpg", "sqlite+aiosqlite"])
def test_async(driver: str, request: pytest.FixtureRequest) -> None:
    """SQLAlchemy 2.x, sync and async."""
    url = request.getfixturevalue("sqlite_url" if "sqlite" in driver else "postgres_url")

    async def work() -> None:
        engine = create_async_engine(url.set(drivername=driver))
        async with engine.begin() as connection:
            await connection.run_sync(fill)
            moved = await apply_event_to_async(connection, calls, 0, E.PAUSE)
            assert (moved.status_before, moved.status_after) == (S.ACTIVE, S.PAUSED)
        async with AsyncSession(engine) as session, session.begin():
            call = await session.get_one(Call, 0)
            ended = await apply_event_to_async(
                session, Call, 0, E.CLOSE, reason="resolved", at=NOON, source="api", now=LATER
            )
            assert ended.change is SessionChange.ENDED
            assert (call.status, call.closed_at) == (S.CLOSED, LATER)
            corrected = await apply_claim_to_async(session, Call, 0, HUMAN)
            assert corrected.change is SessionChange.CORRECTED
            assert call.termination_reason is R.HANDOFF_RESOLVED
        await engine.dispose()

    asyncio.run(work())


# --- other tables --------------------------------------------------------------------------------


def test_a_key_of_several_columns_and_an_attribute_of_another_name(engine: Engine) -> None:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Leg(call=1, name=name, status=S.ACTIVE) for name in ("a", "b")])
        apply_claim_to(session, Leg, (1, "b"), HANG_UP)
        found = session.scalars(select(Leg).order_by(Leg.name)).all()
        assert [(leg.status, leg.ended_by) for leg in found] == [
            (S.ACTIVE, None),
            (S.CLOSED, "worker"),
        ]
        with pytest.raises(ValueError, match=r"the primary key of 'legs' is \(call, name\)"):
            apply_claim_to(session, Leg, 1, HANG_UP)


OLD = Table(
    "old",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("state", String(32)),
    Column("why", String(64)),
    Column("end", DateTime(timezone=True)),
    Column("row_version", Integer),
)
NAMES: dict[str, str | None] = {
    "status": "state",
    "termination_reason": "why",
    "termination_raw": None,
    "ended_by": None,
    "claimed_at": None,
    "ended_at": "end",
    "started_at": None,
    "closed_at": None,
    "version": "row_version",
}


def test_a_table_with_other_names_and_fewer_columns(engine: Engine) -> None:
    """Column names come from a small mapping argument; a version that is NULL yet counts as 0."""
    OLD.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(OLD).values(id=1, state="active"))
        results = [
            apply_claim_to(connection, OLD, 1, claim, columns=NAMES)
            for claim in (ECHO, HANG_UP, HANG_UP, ECHO)
        ]
        assert [result.verdict.value for result in results] == [
            *("applied", "applied", "already", "lost"),
        ]
        found = connection.execute(select(OLD)).one()
        end = NOON if engine.name == "postgresql" else NOON.replace(tzinfo=None)
        assert found == (1, "closed", "agent_initiated", end, 2)
        assert (
            apply_event_to(connection, OLD, 1, E.PAUSE, columns=NAMES).reason is R.AGENT_INITIATED
        )
        connection.execute(insert(OLD).values(id=2, state="active"))
        moved = connection.execute(move_statement(OLD, 2, E.PAUSE, columns=NAMES))
        assert moved.rowcount == 1
        found = connection.execute(select(OLD).where(OLD.c.id == 2)).one()
        assert found == (2, "paused", None, None, 1)


def test_columns_that_do_not_fit_are_refused_before_anything_is_sent(engine: Engine) -> None:
    with engine.connect() as connection:
        for columns, said in (
            (None, "'old' has no column 'status' for status"),
            ({**NAMES, "claimed_at": "claimed"}, r"or columns=\{'claimed_at': None\}"),
            ({**NAMES, "version": None}, "has no column None for version"),
            ({**NAMES, "reason": "why"}, "columns names 'reason'"),
        ):
            with pytest.raises(ValueError, match=said):
                apply_claim_to(connection, OLD, 1, HANG_UP, columns=columns)
        keyless = Table("keyless", MetaData(), *[Column(name, Integer) for name in NAMES])
        with pytest.raises(ValueError, match="without a primary key"):
            apply_claim_to(connection, keyless, 1, HANG_UP)
        with pytest.raises(TypeError, match="expected a Table or a class mapped to one"):
            apply_claim_to(connection, 7, 1, HANG_UP)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="expected a value for each"):
            apply_claim_to(connection, Call, None, HANG_UP)
        with pytest.raises(ValueError, match="a time without a zone"):
            apply_event_to(connection, Call, 1, E.CLOSE, at=datetime(2026, 1, 1))
        with pytest.raises(UnknownEventError):
            apply_event_to(connection, Call, 1, "hang_up")  # type: ignore[arg-type]


def test_the_results_agree_with_the_core(tmp_path: Path) -> None:
    """`before` and `after` are sessions: what `session_change` says of them is `change`."""
    engine = create_engine(f"sqlite:///{tmp_path / 'calls.db'}")
    with engine.begin() as connection:
        fill(connection)
        session = start_session()
        for what in (E.PAUSE, E.RESUME, E.EXPIRE, E.CLOSE, E.FAIL, E.ANSWER):
            result = apply_event_to(connection, calls, 0, what)
            before, session = session, apply_event(session, what)
            assert result.before is not None
            assert result.after is not None
            assert result.change is session_change(before, session)
            assert result.change is session_change(result.before, result.after)
            assert result.status_after is session.status
    engine.dispose()


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize("claim", [E.CLOSE, "close", None, R.RESOLVED], ids=str)
def test_what_is_no_claim_is_refused_before_anything_is_sent(engine: Engine, claim: Any) -> None:
    """An event given for a claim would write half an ending."""
    with (
        engine.connect() as connection,
        pytest.raises(TypeError, match=r"expected an EndClaim; for an event use apply_event_to$"),
    ):
        apply_claim_to(connection, Call, 0, claim)
    with pytest.raises(TypeError, match=r"for an event use apply_event_to_async$"):
        asyncio.run(apply_claim_to_async(None, Call, 0, claim))  # type: ignore[arg-type]


def test_a_database_of_another_kind_is_refused_by_name(tmp_path: Path) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'calls.db'}")
    for db in (engine, engine.sync_engine, AsyncSession(engine), None):
        with pytest.raises(TypeError, match="expected a Connection or a Session"):
            apply_claim_to(db, Call, 0, HANG_UP)  # type: ignore[arg-type]
    with Session(engine.sync_engine) as session:
        for other in (session, engine.sync_engine, engine, None):
            with pytest.raises(TypeError, match="expected an AsyncConnection or an AsyncSession"):
                asyncio.run(apply_event_to_async(other, Call, 0, E.CLOSE))  # type: ignore[arg-type]


def test_now_is_checked_whether_it_is_needed_or_not(engine: Engine, other: Engine) -> None:
    """A naive time is refused at once."""
    wrong: Any
    with engine.begin() as connection:
        for wrong, error in ((datetime(2026, 1, 1), ValueError), ("noon", TypeError)):
            with pytest.raises(error, match=r"^now is "):
                apply_claim_to(connection, Call, 0, HANG_UP, now=wrong)
            with pytest.raises(error, match=r"^now is "):
                apply_event_to(connection, Call, 0, E.PAUSE, now=wrong)
            with pytest.raises(error, match=r"^now is "):
                ending_values(start_session(), None, now=wrong)


def test_a_column_of_times_without_a_zone_is_refused(engine: Engine) -> None:
    """What PostgreSQL would move by the connection's zone, and no one could read back."""
    kinds = {"id": Integer, "state": String, "why": String, "end": DateTime, "row_version": Integer}
    columns = [Column(name, kind, primary_key=name == "id") for name, kind in kinds.items()]
    naive = Table("naive", MetaData(), *columns)
    with (
        engine.connect() as connection,
        pytest.raises(ValueError, match="column 'end' of 'naive', for ended_at, is a DateTime wit"),
    ):
        apply_claim_to(connection, naive, 1, HANG_UP, columns=NAMES)


def test_the_row_of_an_unknown_status_is_named(engine: Engine, other: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE calls SET status = 'hibernating'"))
        with pytest.raises(UnknownStatusError) as caught:
            apply_claim_to(connection, Call, 0, HANG_UP)
    assert caught.value.__notes__ == ["in the row 0 of 'calls'"]


def test_a_key_of_several_columns_is_shown_whole() -> None:
    assert str(WriteConflictError((1, "b"), 5)).startswith("the row of session 1, 'b' was another")


# --- other ways of mapping -----------------------------------------------------------------------


def test_a_key_is_given_as_get_takes_it(engine: Engine) -> None:
    """The mapper's order, which may be another than the table's."""

    class Turned(DeclarativeBase):
        pass

    class Turn(SessionColumns, Turned):
        __tablename__ = "turns"
        a: Mapped[int] = mapped_column(primary_key=True)
        b: Mapped[int] = mapped_column(primary_key=True)
        __mapper_args__ = {  # noqa: RUF012
            "version_id_col": SessionColumns.version,
            "primary_key": [b, a],
        }

    Turned.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Turn(a=1, b=2, status=S.ACTIVE))
        session.flush()
        assert session.get(Turn, (2, 1)) is not None
        moved = apply_event_to(session, Turn, (2, 1), E.PAUSE)
        assert moved.verdict is WriteVerdict.APPLIED
        assert session.get_one(Turn, (2, 1)).status is S.PAUSED


def test_subclasses_have_the_version_of_their_base(engine: Engine) -> None:
    """Joined and single-table inheritance, the mixin before the base or after it."""

    class Things(DeclarativeBase):
        pass

    class Thing(SessionColumns, Things):
        __tablename__ = "things"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Joined(Thing):
        __tablename__ = "joined"
        id: Mapped[int] = mapped_column(ForeignKey("things.id"), primary_key=True)
        more: Mapped[int]

    class Single(Thing):
        pass

    class Behind(Things, SessionColumns):
        __tablename__ = "behind"
        id: Mapped[int] = mapped_column(primary_key=True)

    Things.metadata.create_all(engine)
    with Session(engine) as session:
        things = [Joined(id=1, status=S.ACTIVE, more=1), Single(id=2, status=S.ACTIVE)]
        things.append(Behind(id=1, status=S.ACTIVE))  # type: ignore[arg-type]
        session.add_all(things)
        session.flush()
        for thing in things:
            thing.status = S.PAUSED
        session.flush()
        assert [thing.version for thing in things] == [2, 2, 2]
        assert Single.__mapper__.version_id_col is Thing.__table__.c.version


def test_a_session_with_a_database_for_each_class(engine: Engine, other: Engine) -> None:
    with Session(binds={Call: engine}) as session:
        assert apply_event_to(session, Call, 0, E.PAUSE).status_after is S.PAUSED


def test_a_longer_word_is_cut_to_the_column(engine: Engine) -> None:
    """A vendor's word never makes a write fail; PostgreSQL refuses what is too long."""
    short = Table(
        "short",
        MetaData(),
        Column("id", Integer, primary_key=True),
        *(Column(name, String(64)) for name in ("status", "termination_reason")),
        Column("ended_by", String(8)),
        *(Column(name, DateTime(timezone=True)) for name in ("ended_at", "closed_at")),
        Column("version", Integer),
    )
    short.create(engine)
    names = dict.fromkeys(("termination_raw", "claimed_at", "started_at"))
    claim = EndClaim(R.RESOLVED, NOON, "the-night-operator")
    with engine.begin() as connection:
        connection.execute(insert(short).values(id=1, status="active"))
        results = [apply_claim_to(connection, short, 1, claim, columns=names) for _ in range(2)]
        assert [result.verdict for result in results] == ["applied", "already"]
        assert connection.scalar(select(short.c.ended_by)) == "the-nig…"


def test_an_async_scoped_session_will_do(tmp_path: Path) -> None:
    async def work() -> None:
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'calls.db'}")
        async with engine.begin() as connection:
            await connection.run_sync(fill)
        scoped = async_scoped_session(async_sessionmaker(engine), scopefunc=asyncio.current_task)
        moved = await apply_event_to_async(scoped, Call, 0, E.PAUSE)
        assert moved.status_after is S.PAUSED
        await scoped.remove()
        await engine.dispose()

    asyncio.run(work())
