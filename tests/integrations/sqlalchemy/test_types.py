"""The column types, on real databases: what is written, what is read, what is compared.

Quoted: issue 5, domain.md, and the source API's own words.
"""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from session_lifecycle import (
    EvalRunStatus,
    SessionDirection,
    SessionLifecycleError,
    SessionPriority,
    SessionStatus,
    SessionTerminationReason,
    SessionType,
    UnknownStatusError,
)
from session_lifecycle.integrations import sqlalchemy as edge
from session_lifecycle.integrations.sqlalchemy import (
    TYPE_ANNOTATION_MAP,
    EvalRunStatusType,
    SessionDirectionType,
    SessionPriorityType,
    SessionStatusType,
    SessionTerminationReasonType,
    SessionTypeType,
    raw_value,
)

Reason = SessionTerminationReason
REASON, STATUS = SessionTerminationReasonType, SessionStatusType
OTHERS = {
    SessionStatusType: SessionStatus,
    SessionPriorityType: SessionPriority,
    SessionDirectionType: SessionDirection,
    SessionTypeType: SessionType,
    EvalRunStatusType: EvalRunStatus,
}
TYPES: dict[Any, type[StrEnum]] = {REASON: Reason, **OTHERS}

metadata = MetaData()
calls = Table(
    "calls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reason", REASON),
    Column("status", STATUS),
)


class Base(DeclarativeBase):
    metadata = metadata
    type_annotation_map = TYPE_ANNOTATION_MAP


class Call(Base):
    __tablename__ = "orm_calls"
    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[Reason | None]
    status: Mapped[SessionStatus | None] = mapped_column(default="Active")


@pytest.fixture
def db(database: Any) -> Any:
    database.begin(metadata.create_all)
    return database


def stored(connection: Connection, column: str = "reason") -> list[Any]:
    """What is in the table, seen past our types."""
    return list(connection.scalars(text(f"SELECT {column} FROM calls ORDER BY id")))


def drifted(connection: Connection, *words: str | None, column: str = "reason") -> None:
    """Rows as a newer version, an older one or a person with a console would leave them."""
    for number, word in enumerate(words, 1):
        connection.execute(
            text(f"INSERT INTO calls (id, {column}) VALUES (:id, :word)"),
            {"id": number, "word": word},
        )


# --- what is written and read --------------------------------------------------------------------

# fmt: off
WRITTEN = [
    (Reason.CALLEE_BUSY,   "callee_busy"),
    ("callee_busy",        "callee_busy"),
    ("Participant left",   "participant_left"),
    ("roomDeleted",        "room_deleted"),
    ("callee_moved_away",  "unknown"),
    ("x" * 65,             "unknown"),
    ("nul\x00 in it",      "unknown"),
    ("half \ud800 a pair", "unknown"),
    ("",                   "unknown"),
    (7,                    "unknown"),
    (b"room_deleted",      "unknown"),
    (None,                 None),
]
# fmt: on


def test_what_cannot_be_coerced_becomes_unknown_when_written(db: Any) -> None:
    """what cannot be coerced becomes `UNKNOWN` when written and when read; NULL stays NULL"""

    def work(connection: Connection) -> list[Any]:
        for number, (given, _) in enumerate(WRITTEN):
            connection.execute(insert(calls).values(id=number, reason=given))
        return stored(connection)

    assert db.begin(work) == [text for _, text in WRITTEN]


def test_a_drifted_row_never_breaks_a_list_query(db: Any) -> None:
    """A drifted row never breaks a list query."""
    words = ["room_deleted", "Room Deleted", "callee_moved_away", "", None]

    def core(connection: Connection) -> list[Any]:
        drifted(connection, *words)
        connection.execute(text("INSERT INTO orm_calls (id, reason) SELECT id, reason FROM calls"))
        return list(connection.scalars(select(calls.c.reason).order_by(calls.c.id)))

    read = [Reason.ROOM_DELETED, Reason.ROOM_DELETED, Reason.UNKNOWN, Reason.UNKNOWN, None]
    assert db.begin(core) == read
    orm = db.session(lambda s: [call.reason for call in s.scalars(select(Call).order_by(Call.id))])
    assert orm == read
    assert [type(reason) for reason in orm] == [Reason] * 4 + [type(None)]


def test_the_raw_drifted_text_can_still_be_had(db: Any) -> None:
    """The raw drifted text can still be had (`raw_value` helper: a second column type or a cast)
    so that nothing is lost."""

    def work(connection: Connection) -> list[Any]:
        drifted(connection, "callee_moved_away", "Room Deleted", None)
        both = select(calls.c.reason, raw_value(calls.c.reason).label("word")).order_by(calls.c.id)
        return [tuple(row) for row in connection.execute(both)]

    assert db.begin(work) == [
        (Reason.UNKNOWN, "callee_moved_away"),
        (Reason.ROOM_DELETED, "Room Deleted"),
        (None, None),
    ]


def test_unknown_status_text_reads_as_none(db: Any) -> None:
    """Types for status (unknown text reads as `None` plus the raw text, and is refused on write)"""

    def work(connection: Connection) -> list[Any]:
        drifted(connection, "active", "Waiting-for-human", "hibernating", None, column="status")
        both = select(calls.c.status, raw_value(calls.c.status)).order_by(calls.c.id)
        return [tuple(row) for row in connection.execute(both)]

    assert db.begin(work) == [
        (SessionStatus.ACTIVE, "active"),
        (SessionStatus.WAITING_FOR_HUMAN, "Waiting-for-human"),
        (None, "hibernating"),
        (None, None),
    ]


def test_an_unknown_status_is_refused_on_write(db: Any) -> None:
    """refused on write with UnknownStatusError: as itself, in no `StatementError`"""
    for give in ("hibernating", "activ", 3):
        with pytest.raises(UnknownStatusError) as refused:
            db.begin(lambda c, give=give: c.execute(insert(calls).values(id=1, status=give)))
        assert refused.value.value == give
        with pytest.raises(UnknownStatusError):
            db.session(lambda s, give=give: s.add(Call(id=1, status=give)))
    assert db.begin(lambda c: c.scalar(select(func.count()).select_from(calls))) == 0
    with pytest.raises(UnknownStatusError) as refused:
        STATUS().process_bind_param("activ", None)  # type: ignore[arg-type]
    assert refused.value.suggestions == ("active",)
    assert type(pickle.loads(pickle.dumps(refused.value))) is type(refused.value)
    assert not isinstance(refused.value, StatementError)


SAID = {
    SessionStatusType: "a session status",
    SessionPriorityType: "a session priority. Expected one of: low, normal, high, urgent",
    SessionDirectionType: "a session direction. Expected one of: inbound, outbound",
    SessionTypeType: "a session type. Expected one of: live, test, simulation",
    EvalRunStatusType: "an eval run status. Expected one of: queued, pending, running, completed",
}


@pytest.mark.parametrize(("kind", "words"), OTHERS.items(), ids=lambda thing: thing.__name__)
def test_the_other_vocabularies_are_refused_likewise(kind: Any, words: type[StrEnum]) -> None:
    for word in words:
        assert kind().process_bind_param(word, None) == word.value
        assert kind().process_bind_param(word.name, None) == word.value
        assert kind().process_result_value(word.value, None) is word
    assert kind().process_bind_param(None, None) is None
    assert kind().process_result_value(None, None) is None
    for stranger in ("a word from next year", "", "x" * 65, 7, b"live"):
        assert kind().process_result_value(stranger, None) is None
        with pytest.raises(SessionLifecycleError, match=f"is not {SAID[kind]}") as refused:
            kind().process_bind_param(stranger, None)
        assert isinstance(refused.value, ValueError)
        copied = pickle.loads(pickle.dumps(refused.value))
        assert (type(copied), str(copied)) == (type(refused.value), str(refused.value))


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_every_word_comes_back(db: Any, kind: Any) -> None:
    every = Table("every", MetaData(), Column("id", Integer, primary_key=True), Column("w", kind))

    def work(connection: Connection) -> list[Any]:
        every.create(connection)
        rows = [{"id": n, "w": word} for n, word in enumerate(TYPES[kind])]
        connection.execute(insert(every), rows)
        return list(connection.scalars(select(every.c.w).order_by(every.c.id)))

    assert [(type(word), word) for word in db.begin(work)] == [
        (TYPES[kind], word) for word in TYPES[kind]
    ]


# --- where a value may stand ---------------------------------------------------------------------


def test_where_in_and_null(db: Any) -> None:
    """Values bound in `WHERE`, `IN`, literals, defaults, bulk inserts and `RETURNING` behave."""
    reason = calls.c.reason

    def work(connection: Connection) -> dict[str, list[int]]:
        drifted(connection, "room_deleted", "unknown", "callee_moved_away", None, "Room Deleted")
        found = {
            "member": reason == Reason.ROOM_DELETED,
            "text": reason == "room-deleted",
            "ne": reason != "Room-Deleted",
            "drifted": reason == "callee_moved_away",
            "unknown": reason == Reason.UNKNOWN,
            "misspelt": reason == "calle_moved_away",
            "hostile": reason == "nul\x00 and half \ud800 a pair",
            "number": reason == 7,
            "bytes": reason == b"room_deleted",
            "in": reason.in_([Reason.UNKNOWN, "RoomDeleted"]),
            "in drifted": reason.in_(["callee_moved_away", None]),
            "in nothing": reason.in_([]),
            "not in": reason.not_in([Reason.UNKNOWN, "callee_moved_away"]),
            "null": reason == None,  # noqa: E711
            "distinct": reason.is_distinct_from("Room-Deleted"),
            "not distinct": reason.is_not_distinct_from("Room-Deleted"),
            "like": reason.like("room%"),
            "ilike": reason.ilike("ROOM%"),
            "prefix": reason.startswith("callee_"),
            "substring": reason.contains("moved", autoescape=True),
            "concatenated": reason + "!" == "room_deleted!",
            "raw": raw_value(reason) == "Room Deleted",
            "bound": reason == bindparam("later", "room_deleted"),
        }
        return {
            name: list(connection.scalars(select(calls.c.id).where(where).order_by(calls.c.id)))
            for name, where in found.items()
        }

    assert db.begin(work) == {
        "member": [1],
        "text": [1],
        "ne": [2, 3, 5],
        "drifted": [3],
        "unknown": [2],
        "misspelt": [],
        "hostile": [],
        "number": [],
        "bytes": [],
        "in": [1, 2],
        "in drifted": [3],
        "in nothing": [],
        "not in": [1, 5],
        "null": [4],
        "distinct": [2, 3, 4, 5],
        "not distinct": [1],
        "like": [1] if db.dialect.name == "postgresql" else [1, 5],  # SQLite's ignores case.
        "ilike": [1, 5],
        "prefix": [3],
        "substring": [3],
        "concatenated": [1],
        "raw": [5],
        "bound": [1],
    }


def test_a_status_is_compared_as_what_is_asked_for(db: Any) -> None:
    """A comparison is no write: a filter by an unknown status finds such rows, and raises not."""

    def work(connection: Connection) -> list[list[int]]:
        drifted(connection, "active", "hibernating", column="status")
        asked = ["ACTIVE", "hibernating", "activ"]
        wheres = [calls.c.status == word for word in asked]
        wheres.append(calls.c.status.in_(["active", "hibernating"]))
        wheres.append(calls.c.status.in_(frozenset({SessionStatus.ACTIVE})))
        return [list(connection.scalars(select(calls.c.id).where(where))) for where in wheres]

    assert db.begin(work) == [[1], [2], [], [1, 2], [1]]


def test_literals(db: Any) -> None:
    """Values bound in ... literals ... behave."""

    def work(connection: Connection) -> tuple[Any, ...]:
        drifted(connection, "callee_busy")
        shown = case((calls.c.reason == "Callee Busy", literal("callee-busy", REASON)))
        row = connection.execute(
            select(
                shown,
                literal(Reason.ERROR, REASON),
                literal(None, REASON),
                cast(literal("Room Deleted", REASON), REASON),
                type_coerce("room_closed", REASON),
                func.coalesce(calls.c.reason, Reason.ERROR),
                func.max(calls.c.reason),
                func.lower(calls.c.reason),
            ).group_by(calls.c.reason)
        ).one()
        return tuple(row)

    assert db.begin(work) == (
        *(Reason.CALLEE_BUSY, Reason.ERROR, None, Reason.ROOM_DELETED, Reason.ROOM_CLOSED),
        *(Reason.CALLEE_BUSY, Reason.CALLEE_BUSY, "callee_busy"),
    )
    inline = select(calls.c.id).where(calls.c.reason.in_(["Room Deleted", "o'clock"]))
    sql = str(inline.compile(dialect=db.dialect, compile_kwargs={"literal_binds": True}))
    assert sql.endswith("IN ('room_deleted', 'o''clock')")
    sql = str(
        insert(calls)
        .values(reason="o'clock", status=None)
        .compile(dialect=db.dialect, compile_kwargs={"literal_binds": True})
    )
    assert "VALUES ('unknown', NULL)" in sql


def test_defaults_bulk_inserts_and_returning(db: Any) -> None:
    """Values bound in ... defaults, bulk inserts and `RETURNING` behave."""
    table = Table(
        "defaulted",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("mine", REASON, default="Agent Error", onupdate="who knows"),
        Column("theirs", REASON, server_default=Reason.SETUP_ERROR),
    )

    def work(connection: Connection) -> tuple[list[Any], list[Any], list[Any]]:
        table.create(connection)
        rows = [{"id": 1, "mine": "Room Deleted"}, {"id": 2, "mine": "nobody's word"}]
        back = connection.execute(insert(table).returning(*table.c), rows).all()
        one = connection.execute(insert(table).values(id=3).returning(*table.c)).all()
        changed = connection.execute(
            update(table).where(table.c.id == 3).values(theirs="Superseded").returning(*table.c)
        ).all()
        return sorted(map(tuple, back)), [tuple(*one)], [tuple(*changed)]

    assert db.begin(work) == (
        [(1, Reason.ROOM_DELETED, Reason.SETUP_ERROR), (2, Reason.UNKNOWN, Reason.SETUP_ERROR)],
        [(3, Reason.AGENT_ERROR, Reason.SETUP_ERROR)],
        [(3, Reason.UNKNOWN, Reason.SUPERSEDED)],
    )


def test_the_orm_writes_and_reads_the_same(db: Any) -> None:
    def write(session: Session) -> None:
        session.add_all(
            [Call(id=1, reason=Reason.RESOLVED), Call(id=2, reason="what?"), Call(id=3)]  # type: ignore[arg-type]
        )
        session.flush()
        session.execute(insert(Call), [{"id": 4, "reason": "Escalated", "status": "Closed"}])
        session.execute(update(Call).where(Call.id == 3).values(reason="Setup-Error"))

    def read(session: Session) -> list[Any]:
        return [(c.reason, c.status) for c in session.scalars(select(Call).order_by(Call.id))]

    db.session(write)
    assert db.session(read) == [
        (Reason.RESOLVED, SessionStatus.ACTIVE),
        (Reason.UNKNOWN, SessionStatus.ACTIVE),
        (Reason.SETUP_ERROR, SessionStatus.ACTIVE),
        (Reason.ESCALATED, SessionStatus.CLOSED),
    ]


# --- the types themselves ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_impl_is_the_class_and_cache_ok_is_said(kind: Any) -> None:
    """`impl` must be the class and not an instance; (`impl = String`, length 64, `cache_ok`)"""
    assert kind.impl is String
    assert vars(kind)["cache_ok"] is True
    assert (kind().length, kind().impl.length) == (64, 64)
    assert (kind(80).length, kind(80).impl.length) == (80, 80)
    assert repr(kind(80)) == f"{kind.__name__}(length=80)"
    assert kind().python_type is TYPES[kind]
    with pytest.raises(ValueError, match="at least 64"):
        kind(63)


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_a_type_can_be_copied_and_pickled(kind: Any) -> None:
    """A `TypeDecorator` instance cannot, by itself; with its variants, as it was made."""
    made = kind(80).with_variant(String(100), "mysql")
    for copied in (copy.copy(made), copy.deepcopy(made), made.copy()):
        assert repr(copied) == repr(made)
        assert copied._variant_mapping.keys() == {"mysql"}
    loaded = pickle.loads(pickle.dumps(made))
    assert (type(loaded), loaded.length, loaded.impl.length) == (kind, 80, 80)
    assert loaded._variant_mapping["mysql"].length == 100
    # A fresh table: SQLAlchemy 2.0 cannot pickle one whose columns were compared, ours or others.
    table = pickle.loads(pickle.dumps(Table("fresh", MetaData(), Column("word", kind))))
    assert type(table.c.word.type) is kind


def test_two_lengths_are_two_cached_statements(db: Any) -> None:
    """cache_ok: what the SQL shows has to be part of the key, and a CAST shows the length."""

    def work(connection: Connection) -> None:
        for length in (64, 80):
            connection.scalar(select(cast("room_deleted", REASON(length))))

    db.begin(work)
    casts = [sql for sql, _ in db.statements if "CAST" in sql]
    assert [f"VARCHAR({n})" in sql for sql, n in zip(casts, (64, 80), strict=True)] == [True, True]


def test_statements_are_cached(db: Any) -> None:
    one = select(calls.c.id).where(calls.c.reason == Reason.ERROR)
    other = select(calls.c.id).where(calls.c.reason == "any word")
    assert one._generate_cache_key() == other._generate_cache_key() is not None


def test_public_things_have_one_path() -> None:
    """One canonical path per public name."""
    assert edge.__all__ == sorted(edge.__all__, key=lambda name: (not name.isupper(), name))
    for name in edge.__all__:
        thing = getattr(edge, name)
        home = getattr(thing, "__module__", edge.__name__)
        if not name.isupper():
            assert (home, thing.__qualname__) == (edge.__name__, name)


def test_who_is_not_async_needs_no_greenlet() -> None:
    """SQLAlchemy brings it only to those who ask for asyncio."""
    program = (
        "import sys; sys.modules['greenlet'] = None\n"
        "import session_lifecycle.integrations.sqlalchemy as edge\n"
        "print(len(edge.__all__))"
    )
    command = [sys.executable, "-c", program]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (found.stdout, found.stderr) == ("28\n", "")
