"""One-winner writes into rows that others wrote, before us or at the same moment.

Quoted: issue 5.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    event,
    select,
    text,
    update,
)
from sqlalchemy.exc import OperationalError

from session_lifecycle import (
    EndClaim,
    SessionChange,
    UnknownStatusError,
)
from session_lifecycle.integrations.sqlalchemy import (
    WriteConflictError,
    WriteVerdict,
    apply_claim_to,
    apply_event_to,
    move_statement,
    raw_value,
)
from tests.integrations.sqlalchemy.calls import (
    ECHO,
    HANG_UP,
    HUMAN,
    NOON,
    Base,
    Call,
    E,
    R,
    S,
    calls,
    commit,
    fill,
    row,
)

# --- rows that others wrote ----------------------------------------------------------------------


def drift(connection: Connection, **words: str) -> None:
    Base.metadata.create_all(connection)
    cells = {"id": "0", "status": "closed", "version": "1"} | words
    named = ", ".join(f":{name}" for name in cells)
    kept = {n: int(c) if n in {"id", "version"} else c for n, c in cells.items()}
    connection.execute(text(f"INSERT INTO calls ({', '.join(cells)}) VALUES ({named})"), kept)


def stored_word(connection: Connection) -> str | None:
    return connection.scalar(select(raw_value(calls.c.termination_reason)))


def test_a_word_from_next_year_outlives_an_earlier_time(database: Any) -> None:
    def work(connection: Connection) -> None:
        drift(connection, termination_reason="callee_moved_away")
        result = apply_claim_to(connection, calls, 0, ECHO)
        assert result.change is SessionChange.REFINED
        assert stored_word(connection) == "callee_moved_away"
        assert row(connection)["ended_at"] == ECHO.at

    database.begin(work)


def test_a_word_from_next_year_is_gone_when_another_claim_wins(database: Any) -> None:
    """`unknown` that names a status other than its own is a CAUSE, and carries no raw."""

    def work(connection: Connection) -> None:
        drift(connection, termination_reason="callee_moved_away")
        claim = EndClaim(R.UNKNOWN, NOON, "timer", S.EXPIRED)
        result = apply_claim_to(connection, calls, 0, claim)
        assert (result.change, result.winner) == (SessionChange.CORRECTED, claim)
        assert stored_word(connection) == "unknown"
        assert apply_claim_to(connection, calls, 0, claim).winner == claim

    database.begin(work)


def test_a_drifted_spelling_of_a_status_still_moves(database: Any) -> None:
    def work(connection: Connection) -> None:
        drift(connection, status="Active")
        assert apply_event_to(connection, calls, 0, E.PAUSE).status_after is S.PAUSED
        assert row(connection)["status"] is S.PAUSED

    database.begin(work)


def test_an_unknown_status_is_neither_moved_nor_ended(database: Any) -> None:
    """An unknown status must neither end a live call nor count as live."""

    def work(connection: Connection) -> None:
        drift(connection, status="on_the_moon")
        for report in (
            lambda: apply_event_to(connection, calls, 0, E.CLOSE),
            lambda: apply_event_to(connection, calls, 0, E.PAUSE),
            lambda: apply_claim_to(connection, calls, 0, HANG_UP),
        ):
            with pytest.raises(UnknownStatusError):
                report()
        assert connection.scalar(select(raw_value(calls.c.status))) == "on_the_moon"
        assert row(connection)["version"] == 1

    database.begin(work)


# --- guards --------------------------------------------------------------------------------------


def between_read_and_write(engine: Engine, work: Callable[[], None]) -> list[str]:
    """Do `work` once, just before the first UPDATE is sent; return what is sent."""
    sent: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def _(_1: Any, _2: Any, statement: str, *_: Any) -> None:
        sent.append(statement)
        if [s.split()[0] for s in sent].count("UPDATE") == 1 and statement.startswith("UPDATE"):
            work()

    return sent


def test_who_comes_between_is_settled_in(engine: Engine, other: Engine) -> None:
    """UPDATE ... WHERE id AND version: read, settle and write again from the new row."""
    sent = between_read_and_write(engine, lambda: commit(other, HUMAN))
    with engine.begin() as connection:
        result = apply_claim_to(connection, calls, 0, HANG_UP)
        assert (result.verdict, result.reason) == (WriteVerdict.LOST, R.HANDOFF_RESOLVED)
        assert result.change is SessionChange.REFINED
        assert row(connection)["ended_at"] == NOON
        assert row(connection)["ended_by"] == "operator"
    assert [statement.split()[0] for statement in sent[:4]] == 2 * ["SELECT", "UPDATE"]
    locks = [" FOR NO KEY UPDATE" in statement for statement in sent[:4]]
    assert locks == [False, False, engine.name == "postgresql", False]


def test_a_move_between_is_seen(engine: Engine, other: Engine) -> None:
    def pause() -> None:
        with other.begin() as connection:
            apply_event_to(connection, calls, 0, E.PAUSE)

    between_read_and_write(engine, pause)
    with engine.begin() as connection:
        result = apply_event_to(connection, calls, 0, E.TRANSFER)
        assert (result.status_before, result.status_after) == (S.PAUSED, S.TRANSFERRED)


def test_who_does_not_know_of_the_version_is_seen_by_the_status(
    engine: Engine, other: Engine
) -> None:
    def old_service() -> None:
        with other.begin() as connection:
            connection.execute(update(calls).values(status=S.AWAITING_APPROVAL))

    between_read_and_write(engine, old_service)
    with engine.begin() as connection:
        result = apply_event_to(connection, calls, 0, E.PAUSE)
        assert (result.verdict, result.status_before) == (WriteVerdict.ILLEGAL, S.AWAITING_APPROVAL)


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_stricter_levels_say_so_themselves(postgres_url: Any, level: Any) -> None:
    """A serialization failure comes through; in a new transaction the report is settled in."""
    other = create_engine(postgres_url)
    with other.begin() as connection:
        fill(connection)
    engine = create_engine(postgres_url, isolation_level=level)
    with engine.connect() as connection:
        with connection.begin():
            assert row(connection)["version"] == 1
            commit(other, ECHO)
            with pytest.raises(OperationalError) as failed:
                apply_claim_to(connection, calls, 0, HANG_UP)
            assert getattr(failed.value.orig, "sqlstate", None) == "40001"
            connection.rollback()
        with connection.begin():
            result = apply_claim_to(connection, calls, 0, HANG_UP)
            assert result.change is SessionChange.CORRECTED
    engine.dispose()
    other.dispose()


REFUSING = {
    "sqlite": ("CREATE TRIGGER refuse BEFORE UPDATE ON calls BEGIN SELECT RAISE(IGNORE); END",),
    "postgresql": (
        "CREATE FUNCTION refuse() RETURNS trigger AS 'BEGIN RETURN NULL; END' LANGUAGE plpgsql",
        "CREATE TRIGGER refuse BEFORE UPDATE ON calls FOR EACH ROW EXECUTE FUNCTION refuse()",
    ),
}


def test_tries_are_bounded_and_end_in_an_error_that_says_what_to_do(engine: Engine) -> None:
    with engine.begin() as connection:
        fill(connection)
        for statement in REFUSING[engine.name]:
            connection.execute(text(statement))
        with pytest.raises(WriteConflictError, match="Roll back and report again") as failed:
            apply_claim_to(connection, calls, 0, HANG_UP)
        assert row(connection)["status"] is S.ACTIVE
    error = pickle.loads(pickle.dumps(failed.value))
    assert (error.key, error.tries, str(error)) == (0, 5, str(failed.value))


def test_nothing_is_committed_by_itself(database: Any) -> None:
    """Inside the caller's transaction (never commits by itself)."""
    database.begin(fill)

    def work(connection: Connection) -> None:
        point = connection.begin_nested()
        assert apply_claim_to(connection, calls, 0, HANG_UP).change is SessionChange.ENDED
        assert connection.in_transaction()
        point.rollback()
        assert row(connection)["status"] is S.ACTIVE
        assert apply_claim_to(connection, calls, 0, HANG_UP).change is SessionChange.ENDED

    database.begin(work)


def test_a_live_move_in_one_statement() -> None:
    """`UPDATE ... WHERE id = :id AND status IN (...)`."""
    statement = move_statement(Call, 7, E.RETURN_TO_AGENT)
    assert " ".join(str(statement.compile(compile_kwargs={"literal_binds": True})).split()) == (
        "UPDATE calls SET status='active', version=(coalesce(calls.version, 0) + 1) "
        "WHERE calls.id = 7 AND calls.status IN ('waiting_for_human', 'transferred')"
    )
    with pytest.raises(ValueError, match="expected a live event"):
        move_statement(Call, 7, E.CLOSE)
