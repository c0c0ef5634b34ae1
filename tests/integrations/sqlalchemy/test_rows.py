"""Rows and sessions: a session that is stored and read again ends as it would have in memory."""

from __future__ import annotations

import copy
import doctest
import pickle
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects import mysql
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.orm.exc import StaleDataError

from session_lifecycle import (
    EndClaim,
    IllegalTransitionError,
    Session,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
    UnknownStatusError,
    apply_claim,
    apply_event,
    start_session,
)
from session_lifecycle import testing as kit
from session_lifecycle.integrations.sqlalchemy import (
    ForeignTextType,
    SessionColumns,
    UtcDateTime,
    ending_values,
    raw_value,
    render_item,
    row_columns,
    session_from_row,
)

R = SessionTerminationReason
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


class Base(DeclarativeBase):
    pass


class Call(SessionColumns, Base):
    __tablename__ = "calls"
    id: Mapped[int] = mapped_column(primary_key=True)


TABLE: Any = Call.__table__
READ = select(*row_columns(Call)).where(Call.id == 1)


@pytest.fixture
def db(database: Any) -> Any:
    database.begin(Base.metadata.create_all)
    return database


def store(db: Any, session: Session, previous: Session | None, now: datetime) -> dict[str, Any]:
    values = ending_values(session, previous, now=now)
    if previous is None:
        db.begin(lambda c: c.execute(insert(TABLE).values(id=1, **values)) and None)
    elif values:
        db.begin(lambda c: c.execute(update(TABLE).where(TABLE.c.id == 1).values(values)) and None)
    return values


def read(db: Any) -> Session:
    session: Session = db.begin(lambda c: session_from_row(c.execute(READ).one()))
    return session


def closed_at(db: Any) -> Any:
    return db.begin(lambda c: c.scalar(select(TABLE.c.closed_at)))


# --- a life --------------------------------------------------------------------------------------


def test_a_life_in_a_row(db: Any) -> None:
    """`closed_at`, a service's own column, is the first live-to-ended write and never moves."""
    queued = start_session(SessionStatus.QUEUED, at=NOON)
    store(db, queued, None, NOON)
    assert (read(db), closed_at(db)) == (queued, None)

    active = apply_event(read(db), SessionEvent.ANSWER)
    assert store(db, active, queued, later(1)) == {"status": "active"}
    assert read(db) == active

    echo = EndClaim(R.ROOM_CLOSED, later(60), "livekit")
    ended = apply_claim(read(db), echo)
    assert store(db, ended, active, later(61)) == {
        "status": "closed",
        "termination_reason": "room_closed",
        "termination_raw": None,  # The first ending is written whole, over what may be left.
        "ended_by": "livekit",
        "claimed_at": later(60),
        "ended_at": later(60),
        "closed_at": later(61),
    }
    assert (read(db), closed_at(db)) == (ended, later(61))

    cause = EndClaim(R.AGENT_ERROR, later(60.5), "worker")
    corrected = apply_claim(read(db), cause)
    assert store(db, corrected, ended, later(90)) == {
        "status": "error",
        "termination_reason": "agent_error",
        "termination_raw": None,  # Another winner is written whole.
        "ended_by": "worker",
        "claimed_at": later(60.5),
    }
    assert read(db).ended_at == later(60)
    assert closed_at(db) == later(61)

    weaker = apply_claim(read(db), EndClaim(R.PIPELINE_EXIT, later(99)))
    assert store(db, weaker, read(db), later(99)) == {}
    assert closed_at(db) == later(61)


def test_who_closes_first_is_not_asked_again(db: Any) -> None:
    active = start_session(at=NOON)
    ended = apply_claim(active, EndClaim(R.RESOLVED, later(5)))
    assert ending_values(ended, active, now=later(6))["closed_at"] == later(6)
    assert ending_values(ended, None, now=later(6))["closed_at"] == later(6)
    assert ending_values(ended, ended, now=later(7)) == {}
    assert "closed_at" not in ending_values(active, None, now=later(6))
    with pytest.raises(IllegalTransitionError):
        ending_values(active, ended)


def test_the_databases_clock_closes_without_ours(db: Any) -> None:
    active = start_session(at=NOON)
    store(db, active, None, NOON)
    values = ending_values(apply_claim(active, EndClaim(R.RESOLVED)), active)
    db.begin(lambda c: c.execute(update(TABLE).values(values)) and None)
    written = closed_at(db)
    assert written.tzinfo is UTC
    assert abs(written - datetime.now(UTC)) < timedelta(minutes=5)


MOMENTS = kit.times(around=NOON)


@given(st.lists(kit.claims(at=MOMENTS), min_size=1, max_size=5), MOMENTS)
def test_storing_between_claims_changes_nothing(
    reports: list[EndClaim], started_at: datetime | None
) -> None:
    """a store that keeps the winner with its own time, and the earliest time, and merges each new
    claim in, ends in the same place as one that keeps everything"""
    whole = start_session(at=started_at)
    row: dict[str, Any] = ending_values(whole, None)
    for number, claim in enumerate(reports):
        whole = apply_claim(whole, claim)
        kept = session_from_row(row)
        row |= ending_values(apply_claim(kept, claim), kept, now=later(number))
    after = session_from_row(row)
    assert row["closed_at"] == NOON
    assert whole.ending is not None
    assert after.ending is not None
    there, here = whole.ending.winner, after.ending.winner
    assert (here.reason, here.status, here.at) == (there.reason, there.status, there.at)
    assert (after.status, after.ended_at) == (whole.status, whole.ended_at)


# --- words and times that other people made ------------------------------------------------------


def test_a_newer_versions_word_outlives_an_older_reader(db: Any) -> None:
    """FOREIGN: somebody said a word we do not know; teardown may not overwrite it"""
    newer = {"id": 1, "status": "closed", "ended": "callee_moved_away", "version": 1}
    sql = "INSERT INTO calls (id, status, termination_reason, version) VALUES (:id, :status, "
    db.begin(lambda c: c.execute(text(sql + ":ended, :version)"), newer) and None)
    before = read(db)
    assert before.ending is not None
    assert before.ending.winner.raw == "callee_moved_away"
    after = apply_claim(before, EndClaim(R.ROOM_DELETED, NOON, "livekit"))
    assert store(db, after, before, later(1)) == {"ended_at": NOON}
    raw = select(raw_value(TABLE.c.termination_reason))
    assert db.begin(lambda c: c.scalar(raw)) == "callee_moved_away"
    # Of an entity the word has been read already, and is lost to whoever settles with it.
    entity = db.session(lambda s: session_from_row(s.get_one(Call, 1)))
    assert (entity.ending.reason, entity.ending.winner.raw) == (R.UNKNOWN, None)


def test_an_unknown_status_is_refused_when_it_is_acted_on(db: Any) -> None:
    """an unknown status must neither end a live call nor count as live"""
    sql = text("INSERT INTO calls (id, status, version) VALUES (1, 'hibernating', 1)")
    db.begin(lambda c: c.execute(sql) and None)
    with pytest.raises(UnknownStatusError, match="'hibernating'"):
        read(db)
    with pytest.raises(UnknownStatusError, match="None is not"):
        db.session(lambda s: session_from_row(s.get_one(Call, 1)))


def test_what_no_database_can_hold_never_makes_a_write_fail(db: Any) -> None:
    claim = EndClaim(R.UNKNOWN, NOON, "ven\ud800dor", raw="a\x00b" + "c" * 90)
    active = start_session()
    store(db, active, None, NOON)
    ended = apply_claim(active, claim)
    store(db, ended, active, NOON)
    winner = read(db).ending.winner  # type: ignore[union-attr]
    assert winner.source == "ven\ufffddor"
    assert winner.raw == "a\ufffdb" + "c" * 60 + "…"
    assert store(db, ended, read(db), NOON) == {}


def test_times_are_aware_and_in_utc(db: Any) -> None:
    """On SQLite as well, which keeps no zone; to the microsecond."""
    vienna = timezone(timedelta(hours=1))
    at = datetime(2026, 3, 29, 1, 59, 59, 999_999, tzinfo=vienna)
    db.begin(lambda c: c.execute(insert(TABLE).values(id=1, status="active", started_at=at)) and 0)
    found = db.begin(lambda c: c.scalar(select(TABLE.c.started_at)))
    assert (found, found.tzinfo) == (at, UTC)
    same = select(TABLE.c.id).where(TABLE.c.started_at == at)
    before = select(TABLE.c.id).where(TABLE.c.started_at < at)
    assert db.begin(lambda c: (c.scalar(same), c.scalar(before))) == (1, None)
    naive = insert(TABLE).values(id=2, status="active", started_at=datetime(2026, 1, 1))
    with pytest.raises(StatementError, match="without a zone"):
        db.begin(lambda c: c.execute(naive))


# --- the ORM -------------------------------------------------------------------------------------


def test_a_flush_over_somebody_elses_write_is_stale(db: Any) -> None:
    """`SessionColumns` mixin ... an optimistic version"""
    db.session(lambda s: s.add(Call(id=1, status=SessionStatus.ACTIVE)))

    def work(session: OrmSession) -> None:
        call = session.get_one(Call, 1)
        session.execute(text("UPDATE calls SET version = version + 1"))
        call.status = SessionStatus.PAUSED

    with pytest.raises(StaleDataError):
        db.session(work)
    db.session(lambda s: setattr(s.get_one(Call, 1), "status", SessionStatus.PAUSED))
    assert db.begin(lambda c: tuple(c.execute(select(TABLE.c.status, TABLE.c.version)).one())) == (
        SessionStatus.PAUSED,
        2,
    )


def test_a_class_with_arguments_of_its_own_keeps_the_version() -> None:
    class Kinds(DeclarativeBase):
        pass

    class Kind(SessionColumns, Kinds):
        __tablename__ = "kinds"
        id: Mapped[int] = mapped_column(primary_key=True)
        kind: Mapped[str]
        __mapper_args__ = {  # noqa: RUF012
            "version_id_col": SessionColumns.version,
            "polymorphic_on": "kind",
        }

    assert Kind.__mapper__.version_id_col is Kind.__table__.c.version
    assert Kind.__mapper__.polymorphic_on is Kind.__table__.c.kind


def test_an_entity_takes_the_values_as_attributes(db: Any) -> None:
    def work(session: OrmSession) -> None:
        call = Call(id=1, **ending_values(start_session(at=NOON), None))
        session.add(call)
        session.flush()
        before = session_from_row(call)
        after = apply_claim(before, EndClaim(R.ESCALATED, later(3), "agent"))
        for name, value in ending_values(after, before, now=later(4)).items():
            setattr(call, name, value)

    db.session(work)
    assert read(db).ending.reason is R.ESCALATED  # type: ignore[union-attr]
    assert closed_at(db) == later(4)


def test_a_table_may_have_fewer_columns() -> None:
    """A table without `claimed_at` works: the winner's time is then taken to be `ended_at`."""
    session = session_from_row({"status": "closed", "ended_at": NOON})
    assert session.ending is not None
    assert session.ending.winner == EndClaim(R.UNKNOWN, NOON, status=SessionStatus.CLOSED)
    timed = session_from_row({"status": "closed", "ended_at": NOON, "claimed_at": None})
    assert timed.ending is not None
    assert timed.ending.winner.at is None
    with pytest.raises(TypeError, match="without a `status`"):
        session_from_row({"state": "closed"})
    with pytest.raises(TypeError, match="no column `status`"):
        row_columns(Base)


def test_a_table_is_as_good_as_a_class() -> None:
    sql = [str(select(*row_columns(source))) for source in (Call, TABLE)]
    assert sql[0] == sql[1]
    assert str(select(*row_columns(TABLE.alias("c")))).startswith("SELECT c.status AS status, ")


@pytest.mark.parametrize("kind", [ForeignTextType(9), UtcDateTime()], ids=repr)
def test_a_plain_type_can_be_copied_and_pickled(kind: Any) -> None:
    for copied in (copy.copy(kind), copy.deepcopy(kind), pickle.loads(pickle.dumps(kind))):
        assert (type(copied), repr(copied)) == (type(kind), repr(kind))


def test_the_plain_types() -> None:
    assert [ForeignTextType(4).process_bind_param(t, None) for t in ("abcd", "abcde", None)] == [  # type: ignore[arg-type]
        *("abcd", "abc…", None)
    ]
    assert (repr(UtcDateTime()), render_item("type", UtcDateTime(), None)) == (
        *("UtcDateTime()", "sa.DateTime(timezone=True)"),
    )


@pytest.mark.parametrize("thing", [session_from_row, raw_value], ids=lambda thing: thing.__name__)
def test_the_examples_are_true(thing: Any) -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    globs = {**thing.__globals__}
    tests = [t for t in finder.find(thing, thing.__name__, module=False, globs=globs) if t.examples]
    assert tests
    for test in tests:
        assert doctest.DocTestRunner().run(test).failed == 0


def test_other_databases_have_their_own_time_as_well() -> None:
    ended = apply_event(start_session(), SessionEvent.CLOSE)
    closed_at = ending_values(ended, None)["closed_at"]
    assert str(closed_at.compile(dialect=mysql.dialect())) == "CURRENT_TIMESTAMP"
