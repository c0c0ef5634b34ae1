"""One-winner writes, one writer at a time: what is answered, and what is written.

Quoted: issue 5, domain.md sections 4 and 5. `test_contention.py` has many writers at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    func,
    insert,
    select,
    text,
)

from session_lifecycle import (
    TERMINAL_STATUSES,
    EndClaim,
    SessionChange,
    SessionEvent,
    TransitionVerdict,
    UnknownEventError,
    settle,
    start_session,
    transition,
)
from session_lifecycle import testing as kit
from session_lifecycle.integrations.sqlalchemy import (
    WriteVerdict,
    apply_claim_to,
    apply_event_to,
    interpret,
)
from tests.integrations.sqlalchemy.calls import (
    ECHO,
    HANG_UP,
    HUMAN,
    LATER,
    NOON,
    Base,
    E,
    R,
    S,
    calls,
    fill,
    row,
)

# --- what is answered ----------------------------------------------------------------------------


def test_interpret_says_applied_already_so_lost_to_illegal_missing(database: Any) -> None:
    """`interpret(result)` that says applied / already so / lost to / illegal / missing."""

    def work(connection: Connection) -> None:
        fill(connection, S.RINGING)

        def event_(what: SessionEvent, key: int = 0) -> Any:
            return apply_event_to(connection, calls, key, what)

        def claim(what: EndClaim) -> Any:
            return apply_claim_to(connection, calls, 0, what)

        refused = event_(E.PAUSE)
        assert refused.verdict is WriteVerdict.ILLEGAL
        assert refused.allowed == (E.ANSWER, E.CLOSE, E.EXPIRE, E.FAIL, E.SUPERSEDE)
        answered = event_(E.ANSWER)
        assert answered.verdict is WriteVerdict.APPLIED
        assert answered.change is SessionChange.MOVED
        assert (answered.status_before, answered.status_after) == (S.RINGING, S.ACTIVE)
        assert answered.reason is None
        assert event_(E.ANSWER).verdict is WriteVerdict.ALREADY
        assert event_(E.RING).verdict is WriteVerdict.ALREADY  # It is past that.

        ended = claim(HANG_UP)
        assert (ended.verdict, ended.change) == (WriteVerdict.APPLIED, SessionChange.ENDED)
        assert (ended.status_before, ended.status_after) == (S.ACTIVE, S.CLOSED)
        assert claim(HANG_UP).verdict is WriteVerdict.ALREADY
        assert event_(E.PAUSE).verdict is WriteVerdict.LOST
        lost = claim(ECHO)
        assert (lost.verdict, lost.change) == (WriteVerdict.LOST, SessionChange.UNCHANGED)
        assert (lost.reason, lost.winner) == (R.AGENT_INITIATED, HANG_UP)
        assert lost.after == lost.before  # What a row does not keep, the answer does not show.
        corrected = claim(HUMAN)
        assert corrected.verdict is WriteVerdict.APPLIED
        assert corrected.change is SessionChange.CORRECTED
        assert corrected.reason is R.HANDOFF_RESOLVED

        missing = event_(E.CLOSE, 99)
        assert (missing.verdict, missing.change) == (WriteVerdict.MISSING, SessionChange.UNCHANGED)
        assert missing.status_before is missing.status_after is missing.reason is None

    database.begin(work)


# What an ending event without a reason comes to on an ended row without one; the rest is lost. By
# the settlement order: superseded, then error, then `unknown` with a status of its own, then none.
ON_ENDED = {
    (S.CLOSED, E.CLOSE): "already",
    (S.CLOSED, E.EXPIRE): "applied",
    (S.CLOSED, E.FAIL): "applied",
    (S.CLOSED, E.SUPERSEDE): "applied",
    (S.EXPIRED, E.EXPIRE): "already",
    (S.EXPIRED, E.FAIL): "applied",
    (S.EXPIRED, E.SUPERSEDE): "applied",
    (S.ERROR, E.FAIL): "already",
    (S.ERROR, E.SUPERSEDE): "applied",
    (S.SUPERSEDED, E.SUPERSEDE): "already",
}


def test_every_status_and_event_is_answered_as_the_machine_does(database: Any) -> None:
    """Live moves: `UPDATE ... WHERE id = :id AND status IN (...)`, from our own tables."""
    pairs = [(status, what) for status in S for what in E]
    words = {
        TransitionVerdict.MOVED: WriteVerdict.APPLIED,
        TransitionVerdict.ALREADY: WriteVerdict.ALREADY,
        TransitionVerdict.ILLEGAL: WriteVerdict.ILLEGAL,
    }

    def work(connection: Connection) -> None:
        fill(connection, *[status for status, _ in pairs])
        for key, (status, what) in enumerate(pairs):
            result = apply_event_to(connection, calls, key, what)
            answer = transition(status, what)
            assert row(connection, key)["status"] is result.status_after
            assert result.status_before is status
            written = row(connection, key)["version"] - 1
            assert written == (result.change is not SessionChange.UNCHANGED)
            if answer.verdict in words:
                assert result.verdict is words[answer.verdict]
                assert result.status_after is answer.after
                assert bool(result.allowed) is (answer.verdict is TransitionVerdict.ILLEGAL)
            elif status in TERMINAL_STATUSES:
                assert result.verdict == ON_ENDED.get((status, what), "lost")
            else:
                assert result.verdict is WriteVerdict.ALREADY

    database.begin(work)


def test_interpret_takes_an_ending_event_as_what_it_claims() -> None:
    """Without a reason it claims `unknown` (close, expire), `error` (fail), `superseded`."""
    found = [interpret(start_session(), what).reason for what in (E.EXPIRE, E.FAIL, E.SUPERSEDE)]
    assert found == [R.UNKNOWN, R.ERROR, R.SUPERSEDED]
    with pytest.raises(UnknownEventError):
        interpret(start_session(), "hang_up")  # type: ignore[arg-type]


def test_a_claim_that_lost_may_have_told_an_earlier_end(database: Any) -> None:
    """A weaker claim changes nothing but `at`."""
    early = EndClaim(R.ROOM_CLOSED, NOON - timedelta(seconds=9), "livekit")

    def work(connection: Connection) -> None:
        fill(connection)
        apply_claim_to(connection, calls, 0, HANG_UP)
        before = row(connection)
        result = apply_claim_to(connection, calls, 0, early)
        assert (result.verdict, result.change) == (WriteVerdict.LOST, SessionChange.REFINED)
        assert row(connection) == before | {"ended_at": early.at, "version": 3}

    database.begin(work)


# --- what is written -----------------------------------------------------------------------------


def test_a_weaker_claim_writes_nothing_and_a_stronger_one_corrects(database: Any) -> None:
    """Endings: settled, so that a weaker claim changes nothing and a stronger one corrects it."""
    written: dict[str, Any] = {}

    def end(connection: Connection) -> None:
        fill(connection)
        apply_claim_to(connection, calls, 0, HANG_UP, now=LATER)
        written.update(row(connection))

    database.begin(end)
    assert written == {
        "id": 0,
        "status": S.CLOSED,
        "termination_reason": R.AGENT_INITIATED,
        "termination_raw": None,
        "ended_by": "worker",
        "claimed_at": NOON,
        "ended_at": NOON,
        "started_at": None,
        "closed_at": LATER,
        "version": 2,
    }
    database.statements.clear()
    database.begin(lambda connection: apply_claim_to(connection, calls, 0, ECHO))
    assert [statement.split()[0] for statement, _ in database.statements] == ["SELECT"]
    crash = EndClaim(R.AGENT_ERROR, NOON - timedelta(minutes=1), "sentry")

    def correct(connection: Connection) -> dict[str, Any]:
        apply_claim_to(connection, calls, 0, crash)
        return row(connection)

    assert database.begin(correct) == written | {
        "status": S.ERROR,
        "termination_reason": R.AGENT_ERROR,
        "ended_by": "sentry",
        "claimed_at": crash.at,
        "ended_at": crash.at,
        "version": 3,
    }


def test_idempotent_closes_move_no_closed_at(database: Any) -> None:
    """Idempotent closes move no `closed_at`: the first live-to-ended write, and never moves."""

    def work(connection: Connection) -> None:
        fill(connection)
        for n in range(3):
            at, now = NOON - timedelta(minutes=n), LATER + timedelta(minutes=n)
            result = apply_event_to(
                connection, calls, 0, E.CLOSE, reason="resolved", at=at, source="api", now=now
            )
            assert (result.change is SessionChange.ENDED) is (n == 0)
        assert row(connection)["closed_at"] == LATER
        assert row(connection)["ended_at"] == NOON - timedelta(minutes=2)

    database.begin(work)


def test_a_closed_at_that_is_there_already_stays(database: Any) -> None:
    def work(connection: Connection) -> None:
        fill(connection, closed_at=NOON)
        assert apply_event_to(connection, calls, 0, E.CLOSE, now=LATER).change == "ended"
        assert row(connection)["closed_at"] == NOON

    database.begin(work)


def test_closed_at_is_the_databases_own_time_if_none_is_given(database: Any) -> None:
    def work(connection: Connection) -> None:
        fill(connection)
        apply_event_to(connection, calls, 0, E.CLOSE)
        closed_at = row(connection)["closed_at"]
        assert abs(datetime.now(UTC) - closed_at) < timedelta(minutes=5)

    database.begin(work)


def test_a_word_that_cannot_be_coerced_is_kept(database: Any) -> None:
    def work(connection: Connection) -> None:
        fill(connection)
        apply_event_to(connection, calls, 0, E.FAIL, reason="disk on fire", source="worker")
        found = row(connection)
        assert (found["status"], found["termination_reason"]) == (S.ERROR, R.UNKNOWN)
        assert (found["termination_raw"], found["ended_by"]) == ("disk on fire", "worker")

    database.begin(work)


def test_a_time_before_the_start_does_not_count(database: Any) -> None:
    """Times before `not_before` (the session's start) count as absent."""
    epoch = EndClaim(R.AGENT_INITIATED, datetime(1970, 1, 1, tzinfo=UTC), "worker")

    def work(connection: Connection) -> None:
        fill(connection, started_at=NOON)
        apply_claim_to(connection, calls, 0, epoch)
        assert row(connection)["ended_at"] is None
        assert row(connection)["claimed_at"] == epoch.at
        apply_claim_to(connection, calls, 0, ECHO)
        assert row(connection)["ended_at"] == ECHO.at
        assert row(connection)["termination_reason"] is R.AGENT_INITIATED

    database.begin(work)


def test_what_no_database_holds_is_claimed_again_without_a_write(database: Any) -> None:
    """A NUL and half a surrogate pair are stored as U+FFFD; the same claim is the same claim."""
    claim = EndClaim(R.UNKNOWN, NOON, "a\x00b\ud800", raw="\x00")

    def work(connection: Connection) -> None:
        fill(connection)
        assert apply_claim_to(connection, calls, 0, claim).change is SessionChange.ENDED
        again = apply_claim_to(connection, calls, 0, claim)
        assert (again.verdict, again.change) == (WriteVerdict.ALREADY, SessionChange.UNCHANGED)
        assert row(connection)["ended_by"] == "a\ufffdb\ufffd"

    database.begin(work)


TIMES = kit.times(around=NOON)
# Some sources besides, which a database might order by its own rules.
CLAIMS = kit.claims(at=TIMES, source=kit.sources() | st.sampled_from(["Z", "z", "é"]))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], tuple[Engine, int]]]:
    """A database for many examples, each with a row of its own."""
    engine = create_engine(f"sqlite:///{tmp_path_factory.mktemp('many') / 'calls.db'}")
    Base.metadata.create_all(engine)
    keys = count()
    yield lambda: (engine, next(keys))
    engine.dispose()


@given(claims=st.lists(CLAIMS, min_size=1, max_size=6), start=TIMES)
def test_a_row_ends_as_settle_says_of_all_its_claims(
    many: Callable[[], tuple[Engine, int]], claims: list[EndClaim], start: datetime | None
) -> None:
    """A store that keeps the winner with its own time, and the earliest time, and merges each new
    claim in, ends in the same place as one that keeps everything."""
    engine, key = many()
    with engine.connect() as connection:
        connection.execute(insert(calls).values(id=key, status=S.ACTIVE, started_at=start))
        changes = [apply_claim_to(connection, calls, key, claim).change for claim in claims]
        found = row(connection, key)
    ending = settle(claims, not_before=start)
    winner = ending.winner
    assert (found["status"], found["termination_reason"]) == (winner.status, winner.reason)
    assert (found["ended_by"], found["termination_raw"]) == (winner.source, winner.raw)
    assert (found["claimed_at"], found["ended_at"]) == (winner.at, ending.at)
    assert changes.count(SessionChange.ENDED) == 1
    assert changes[0] is SessionChange.ENDED
    assert found["version"] == 1 + sum(change is not SessionChange.UNCHANGED for change in changes)


# --- what a row may hold already ------------------------------------------------------------------

LEFTOVERS = {
    "termination_raw": "brb",
    "ended_by": "somebody",
    "claimed_at": NOON,
    "ended_at": NOON,
}


def test_leftovers_of_an_ending_that_was_taken_back_do_not_stay(database: Any) -> None:
    """Every session ends exactly as `settle` says in all its columns."""

    def work(connection: Connection) -> None:
        fill(connection, S.ACTIVE, **LEFTOVERS)
        untimed = EndClaim(R.RESOLVED, None, "worker")
        assert apply_claim_to(connection, calls, 0, untimed).change is SessionChange.ENDED
        found = row(connection)
        assert (found["termination_reason"], found["ended_by"]) == (R.RESOLVED, "worker")
        assert (found["termination_raw"], found["claimed_at"], found["ended_at"]) == (None,) * 3
        # A timed cause goes before one without a time, and would not before the leftover's.
        timed = EndClaim(R.AGENT_ERROR, NOON + timedelta(hours=1), "worker")
        assert apply_claim_to(connection, calls, 0, timed).change is SessionChange.CORRECTED
        assert row(connection)["ended_at"] == NOON + timedelta(hours=1)

    database.begin(work)


def test_the_databases_time_is_found_by_itself(database: Any) -> None:
    """SQLite compares times as text: what the database writes looks like what we bind."""

    def work(connection: Connection) -> None:
        fill(connection)
        apply_claim_to(connection, calls, 0, HANG_UP)
        closed_at = row(connection)["closed_at"]
        assert abs(closed_at - datetime.now(UTC)) < timedelta(hours=1)
        which = select(calls.c.id).where(calls.c.closed_at == closed_at)
        assert connection.scalars(which).all() == [0]

    database.begin(work)


def test_closed_at_is_when_it_was_written_and_not_when_the_transaction_began(
    postgres_url: Any,
) -> None:
    """`closed_at` is the first live-to-ended write."""
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        fill(connection)
        apply_claim_to(connection, calls, 0, HANG_UP)
        began = connection.scalar(select(func.now()))
        assert row(connection)["closed_at"] > began
    engine.dispose()


@pytest.mark.parametrize("at", [datetime.min, datetime.max], ids=["first", "last"])
def test_the_ends_of_the_calendar_are_read_back_anywhere(postgres_url: Any, at: datetime) -> None:
    """A drifted row never breaks a list query: Go's zero time is the calendar's first moment."""
    claim = EndClaim(R.RESOLVED, at.replace(tzinfo=UTC), "worker")
    engine = create_engine(postgres_url)
    for zone in ("America/New_York", "Asia/Tokyo"):
        with engine.connect() as connection:
            connection.execute(text(f"SET TIME ZONE '{zone}'"))
            fill(connection)
            apply_claim_to(connection, calls, 0, claim)
            assert row(connection)["claimed_at"].year in {1, 9999}
            again = apply_claim_to(connection, calls, 0, claim)
            assert (again.verdict, again.change) == (WriteVerdict.ALREADY, SessionChange.UNCHANGED)
            connection.rollback()
    engine.dispose()
