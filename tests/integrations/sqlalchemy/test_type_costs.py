"""What lossy reading costs in SQL: solved or documented, each cost with the way round it.

docs/explanation/no-native-enum.md tells them; issue 5 and `ecosystem.md` section 1 list them.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Enum,
    MetaData,
    Table,
    bindparam,
    case,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import flag_modified

from session_lifecycle import SessionStatus, SessionTerminationReason, UnknownStatusError
from session_lifecycle.integrations.sqlalchemy import (
    TYPE_ANNOTATION_MAP,
    SessionTerminationReasonType,
    raw_value,
)

Reason = SessionTerminationReason


class Base(DeclarativeBase):
    type_annotation_map = TYPE_ANNOTATION_MAP


class Call(Base):
    __tablename__ = "calls"
    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[Reason | None]
    status: Mapped[SessionStatus | None]


class ByReason(Base):
    """The mistake: a reason as the key."""

    __tablename__ = "by_reason"
    reason: Mapped[Reason] = mapped_column(primary_key=True)


WORDS = ["room_deleted", "callee_moved_away", "callee_in_space", "callee_in_space", "unknown", None]


@pytest.fixture
def db(database: Any) -> Any:
    def work(connection: Connection) -> None:
        Base.metadata.create_all(connection)
        for number, word in enumerate(WORDS, 1):
            connection.execute(
                text("INSERT INTO calls (id, reason) VALUES (:id, :word)"),
                {"id": number, "word": word},
            )
        for word in ("callee_moved_away", "callee_in_space", "room_deleted"):
            connection.execute(text("INSERT INTO by_reason VALUES (:word)"), {"word": word})

    database.begin(work)
    return database


def stored(connection: Connection) -> list[str | None]:
    return list(connection.scalars(text("SELECT reason FROM calls ORDER BY id")))


def test_group_by_groups_by_the_raw_text(db: Any) -> None:
    """`GROUP BY` still groups by the raw text (two future words come back as two UNKNOWN rows)

    Adding up in Python is exact, and there are never more rows than words.
    """
    grouped = select(Call.reason, func.count()).group_by(Call.reason)
    rows = db.begin(lambda c: [tuple(row) for row in c.execute(grouped)])
    assert Counter(rows) == {
        (Reason.ROOM_DELETED, 1): 1,
        (Reason.UNKNOWN, 1): 2,  # `unknown` itself, and one word from next year.
        (Reason.UNKNOWN, 2): 1,
        (None, 1): 1,
    }
    folded: Counter[Reason | None] = Counter()
    for reason, times in rows:
        folded[reason] += times
    assert folded == {Reason.ROOM_DELETED: 1, Reason.UNKNOWN: 4, None: 1}


def test_distinct_and_order_by_see_the_raw_text_as_well(db: Any) -> None:
    distinct = db.begin(lambda c: list(c.scalars(select(Call.reason).distinct())))
    assert Counter(distinct) == {Reason.UNKNOWN: 3, Reason.ROOM_DELETED: 1, None: 1}
    by_text = select(Call.id).where(Call.reason.is_not(None)).order_by(Call.reason, Call.id)
    assert db.begin(lambda c: list(c.scalars(by_text))) == [3, 4, 2, 1, 5]


def test_rows_that_read_unknown_are_found_by_what_they_are_not(db: Any) -> None:
    """`== UNKNOWN` finds what is stored so; a word nobody knows is none of those we know."""
    same = select(Call.id).where(Call.reason == Reason.UNKNOWN)
    drifted = select(Call.id).where(raw_value(Call.reason).not_in(list(Reason))).order_by(Call.id)
    assert db.begin(lambda c: list(c.scalars(same))) == [5]
    assert db.begin(lambda c: list(c.scalars(drifted))) == [2, 3, 4]


def test_unknown_assigned_to_what_reads_unknown_is_no_update(db: Any) -> None:
    """assigning UNKNOWN to a row that already reads UNKNOWN emits no UPDATE: the raw text stays"""

    def assign(session: Session) -> None:
        call = session.get_one(Call, 2)
        assert call.reason is Reason.UNKNOWN
        call.reason = Reason.UNKNOWN

    db.session(assign)
    assert not [sql for sql, _ in db.statements if sql.startswith("UPDATE")]
    assert db.begin(stored)[1] == "callee_moved_away"


def test_who_means_it_says_so(db: Any) -> None:
    def marked(session: Session) -> None:
        call = session.get_one(Call, 2)
        call.reason = Reason.UNKNOWN
        flag_modified(call, "reason")

    def directly(session: Session) -> None:
        session.execute(update(Call).where(Call.id == 3).values(reason=Reason.UNKNOWN))

    db.session(marked)
    db.session(directly)
    assert db.begin(stored) == [WORDS[0], "unknown", "unknown", *WORDS[3:]]


def test_a_flush_of_something_else_leaves_the_raw_text(db: Any) -> None:
    """What nobody assigned is not written: an old reader does not destroy what it cannot read."""

    def work(session: Session) -> None:
        session.get_one(Call, 2).status = SessionStatus.CLOSED

    db.session(work)
    assert db.begin(stored) == WORDS


def test_column_to_column_keeps_the_raw_text(db: Any) -> None:
    copied = update(Call).where(Call.id == 1)
    other = select(Call.reason).where(Call.id == 2).scalar_subquery()
    db.session(lambda s: s.execute(copied.values(reason=other)) and None)
    assert db.begin(stored)[0] == "callee_moved_away"


def test_distinct_raw_keys_collapse_in_the_identity_map(db: Any) -> None:
    """distinct raw keys collapse in the identity map: three rows, two objects. Never a key."""

    def read(session: Session) -> tuple[int, int]:
        return (
            len(set(session.scalars(select(ByReason)))),
            len(set(session.scalars(select(raw_value(ByReason.reason))))),
        )

    assert db.session(read) == (2, 3)


def test_functions_keep_the_type_or_lose_it(db: Any) -> None:
    """`coalesce`, `max` and CASE keep the type: a fallback is read, too. `lower` gives text."""
    asked = select(
        func.coalesce(Call.reason, "not given"),
        func.coalesce(raw_value(Call.reason), "not given"),
        func.lower(Call.reason),
    ).order_by(Call.id)
    rows = db.begin(lambda c: [tuple(row) for row in c.execute(asked)])
    assert rows[1] == (Reason.UNKNOWN, "callee_moved_away", "callee_moved_away")
    assert rows[5] == (Reason.UNKNOWN, "not given", None)


def test_a_parameter_without_a_type_is_a_write(db: Any) -> None:
    """SQLAlchemy gives it the column's own type; give it a type, and it is text."""
    untyped = select(Call.id).where(Call.reason == bindparam("word"))
    typed = select(Call.id).where(raw_value(Call.reason) == bindparam("word"))
    given = {"word": "callee_moved_away"}
    assert db.begin(lambda c: list(c.scalars(untyped, given))) == [5]  # Those that are `unknown`.
    assert db.begin(lambda c: list(c.scalars(typed, given))) == [2]
    status = select(Call.id).where(Call.status == bindparam("word"))
    with pytest.raises(UnknownStatusError):
        db.begin(lambda c: list(c.scalars(status, given)))


def test_an_attribute_is_what_was_assigned_until_it_is_read_again(db: Any) -> None:
    """As with every type of SQLAlchemy's: assign members."""

    def work(session: Session) -> tuple[Any, Any]:
        call = session.get_one(Call, 1)
        call.reason = "Callee-Busy"  # type: ignore[assignment]
        session.flush()
        before = call.reason
        session.refresh(call)
        return before, call.reason

    assert db.session(work) == ("Callee-Busy", Reason.CALLEE_BUSY)


def test_a_bare_annotation_becomes_a_native_enum_without_the_map() -> None:
    """a bare `Mapped[SessionTerminationReason]` becomes a native ENUM unless a
    `type_annotation_map` says otherwise"""

    class Forgetful(DeclarativeBase):
        pass

    class Forgotten(Forgetful):
        __tablename__ = "calls"
        id: Mapped[int] = mapped_column(primary_key=True)
        reason: Mapped[Reason | None]

    lost = Forgotten.__table__.c.reason.type
    assert isinstance(lost, Enum)
    assert lost.native_enum
    assert lost.enums[0] == "VOICEMAIL_DETECTED"  # The name, not the value.
    kept = Call.__table__.c.reason.type
    assert isinstance(kept, SessionTerminationReasonType)


def test_what_an_enum_column_does_with_a_newer_word(db: Any) -> None:
    """Why none: SQLAlchemy's own `Enum` raises `LookupError` on an unknown value as it reads it."""
    strict = Table(
        "calls", MetaData(), Column("reason", Enum(Reason, native_enum=False, length=64))
    )
    with pytest.raises(LookupError):
        db.begin(lambda c: list(c.scalars(select(strict.c.reason))))


def test_greater_and_less_compare_text(db: Any) -> None:
    """By the alphabet, as the database has it: an enum has no order in SQL."""
    later = select(Call.id).where(Call.reason > Reason.ROOM_CLOSED).order_by(Call.id)
    assert db.begin(lambda c: list(c.scalars(later))) == [1, 5]


def test_an_expression_in_an_update_is_stored_unread(db: Any) -> None:
    """An expression is no value: a status nobody knows is stored, too, and reads as `None`."""
    nonsense = case((Call.id == 1, "nonsense"), else_=SessionStatus.CLOSED)

    def work(connection: Connection) -> list[Any]:
        connection.execute(update(Call).values(status=nonsense))
        asked = select(raw_value(Call.status), Call.status).where(Call.id < 3).order_by(Call.id)
        return [tuple(row) for row in connection.execute(asked)]

    assert db.begin(work) == [("nonsense", None), ("closed", SessionStatus.CLOSED)]
