"""Many writers at a time, on a real PostgreSQL: nobody's claim is lost, and one of them ends it.

Quoted: issue 5, proof (d). The oracle is `settle`, which sees all claims at once and no row.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import (
    URL,
    Column,
    Engine,
    Integer,
    MetaData,
    Table,
    create_engine,
    event,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from session_lifecycle import (
    TERMINAL_STATUSES,
    EndClaim,
    SessionChange,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
    settle,
)
from session_lifecycle.integrations.sqlalchemy import (
    SessionColumns,
    apply_claim_to,
    apply_claim_to_async,
    apply_event_to,
    apply_event_to_async,
)

WRITERS = 16
SESSIONS = 1_000
AT_ONCE = 8  # Sessions fought over at a time: two writers for each.
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
# Every tenth of a thousand in the default run: each is fought over as hard.
how_many = pytest.mark.parametrize(
    "sessions", [SESSIONS // 10, pytest.param(SESSIONS, marks=pytest.mark.slow)]
)
ENDINGS = [None, None, *sorted(TERMINAL_STATUSES)]
MOVES = [SessionEvent.PAUSE, SessionEvent.RESUME, SessionEvent.TRANSFER, SessionEvent.ANSWER]


class Base(DeclarativeBase):
    pass


class Call(SessionColumns, Base):
    __tablename__ = "calls"
    id: Mapped[int] = mapped_column(primary_key=True)


bills = Table("bills", MetaData(), Column("id", Integer, primary_key=True), Column("call", Integer))


class Report(NamedTuple):
    call: int
    said: EndClaim | SessionEvent


def random_claim(chance: random.Random) -> EndClaim:
    """Random times, sources, raws and statuses, near enough to each other to tie."""
    at: datetime | None = NOON + timedelta(seconds=chance.randrange(-3, 12))
    if at is not None and chance.random() < 0.5:
        at += timedelta(microseconds=chance.randrange(1_000_000))
    return EndClaim(
        chance.choice(list(SessionTerminationReason)),
        None if chance.random() < 0.15 else at,
        chance.choice(["", "worker", "livekit", "Z", "z", "é", "\U0001f600", "\uffee"]),
        chance.choice(ENDINGS),
        chance.choice([None, None, None, "", "brb", "Ünknown"]),
    )


def fight(
    seed: int, sessions: int
) -> tuple[dict[int, list[EndClaim]], list[list[Report]], dict[int, Any]]:
    """Return each call's claims, what each writer reports in its order, and when calls started."""
    chance = random.Random(seed)
    claims = {
        call: [random_claim(chance) for _ in range(chance.randrange(1, 6))]
        for call in range(sessions)
    }
    for of_one in claims.values():
        of_one.extend(chance.sample(of_one, len(of_one) // 2))  # Redelivered.
    reports = [Report(call, claim) for call, of_one in claims.items() for claim in of_one]
    reports += [Report(call, chance.choice(MOVES)) for call in range(sessions)]
    chance.shuffle(reports)
    reports.sort(key=lambda report: report.call // AT_ONCE)
    starts = {call: chance.choice([None, None, NOON]) for call in claims}
    return claims, [reports[n::WRITERS] for n in range(WRITERS)], starts


@contextmanager
def opened(url: URL, starts: dict[int, Any]) -> Iterator[Engine]:
    engine = create_engine(url, pool_size=WRITERS)
    Base.metadata.create_all(engine)
    bills.create(engine)
    with engine.begin() as connection:
        rows = [{"id": n, "status": "active", "started_at": at} for n, at in starts.items()]
        connection.execute(insert(Call), rows)
    yield engine
    engine.dispose()


def check(engine: Engine, claims: dict[int, list[EndClaim]], starts: dict[int, Any]) -> None:
    """Every session ends exactly as `settle` says in all its columns, and was billed once."""
    with engine.connect() as connection:
        rows = connection.execute(select(Call.__table__)).all()
        billed = Counter(connection.scalars(select(bills.c.call)))
    assert len(rows) == len(claims)
    for row in rows:
        ending = settle(claims[row.id], not_before=starts[row.id])
        winner = ending.winner
        stored = (row.status, row.termination_reason, row.termination_raw)
        assert stored == (winner.status, winner.reason, winner.raw)
        assert (row.ended_at, row.claimed_at) == (ending.at, winner.at)
        assert row.ended_by == winner.source
        assert row.closed_at is not None
    assert billed == dict.fromkeys(claims, 1)


@how_many
def test_sixteen_connections_fight_over_a_thousand_sessions(
    postgres_url: URL, sessions: int
) -> None:
    """16 connections fight over 1,000 sessions with random claims in random order: every session
    ends exactly as `settle` says in all its columns, exactly one transition from live to ended is
    recorded for each, no lost update, no deadlock."""
    claims, work, starts = fight(1, sessions)
    with opened(postgres_url, starts) as engine:
        ready = threading.Barrier(WRITERS)
        again: list[str] = []

        @event.listens_for(engine, "before_cursor_execute")
        def _(_1: Any, _2: Any, statement: str, *_: Any) -> None:
            if statement.endswith("FOR NO KEY UPDATE"):
                again.append(statement)

        def write(reports: list[Report]) -> Counter[SessionChange]:
            changes: Counter[SessionChange] = Counter()
            with engine.connect() as connection:
                ready.wait()
                for call, said in reports:
                    with connection.begin():
                        if isinstance(said, EndClaim):
                            result = apply_claim_to(connection, Call, call, said)
                        else:
                            result = apply_event_to(connection, Call, call, said)
                        changes[result.change] += 1
                        if result.change is SessionChange.ENDED:
                            connection.execute(insert(bills).values(call=call))
            return changes

        with ThreadPoolExecutor(WRITERS) as pool:
            changes = sum(pool.map(write, work), Counter[SessionChange]())
        check(engine, claims, starts)
        assert changes[SessionChange.ENDED] == sessions
        assert changes.total() == sum(map(len, work))
        # Every write, and nothing else, made a version.
        with engine.connect() as connection:
            versions = connection.scalar(select(func.sum(Call.version - 1)))
        assert versions == changes.total() - changes[SessionChange.UNCHANGED]
        assert again  # Some were too late, so that there was a fight at all.


@how_many
def test_sixteen_async_connections_fight_over_a_thousand_sessions(
    postgres_url: URL, sessions: int
) -> None:
    claims, work, starts = fight(2, sessions)

    async def all_write() -> int:
        engine = create_async_engine(
            postgres_url.set(drivername="postgresql+asyncpg"), pool_size=WRITERS
        )

        async def write(reports: list[Report]) -> int:
            ended = 0
            async with engine.connect() as connection:
                for call, said in reports:
                    async with connection.begin():
                        if isinstance(said, EndClaim):
                            result = await apply_claim_to_async(connection, Call, call, said)
                        else:
                            result = await apply_event_to_async(connection, Call, call, said)
                        if result.change is SessionChange.ENDED:
                            ended += 1
                            await connection.execute(insert(bills).values(call=call))
            return ended

        ended = sum(await asyncio.gather(*map(write, work)))
        await engine.dispose()
        return ended

    with opened(postgres_url, starts) as engine:
        assert asyncio.run(all_write()) == sessions
        check(engine, claims, starts)


def test_of_sixteen_who_answer_one_does(postgres_url: URL) -> None:
    """Live moves: one winner; to the others it is `already` so."""
    rings = 60
    with opened(postgres_url, dict.fromkeys(range(rings))) as engine:
        with engine.begin() as connection:
            connection.execute(update(Call).values(status=SessionStatus.RINGING))
        ready = threading.Barrier(WRITERS)

        def answer(_: int) -> Counter[str]:
            verdicts: Counter[str] = Counter()
            with engine.connect() as connection:
                ready.wait()
                for call in range(rings):
                    with connection.begin():
                        result = apply_event_to(connection, Call, call, SessionEvent.ANSWER)
                    verdicts[result.verdict] += 1
            return verdicts

        with ThreadPoolExecutor(WRITERS) as pool:
            verdicts = sum(pool.map(answer, range(WRITERS)), Counter[str]())
        assert verdicts == {"applied": rings, "already": rings * (WRITERS - 1)}


# --- a writer that dies --------------------------------------------------------------------------

WRITER = """
import sys
from sqlalchemy import create_engine, insert
from tests.integrations.sqlalchemy.test_contention import NOON, SESSIONS, WORD, Call, bills
from session_lifecycle import EndClaim, SessionTerminationReason
from session_lifecycle.integrations.sqlalchemy import apply_claim_to

engine = create_engine(sys.argv[1])
claim = EndClaim(SessionTerminationReason.UNKNOWN, NOON, "writer", raw=WORD)
with engine.connect() as connection:
    for call in range(SESSIONS):
        with connection.begin():
            result = apply_claim_to(connection, Call, call, claim, now=NOON)
            assert result.change == "ended", result
            connection.execute(insert(bills).values(call=call))
            if sys.argv[2] == "wait":
                print("written", flush=True)
                sys.stdin.read()  # In mid-transaction, until it is killed.
        print(call, flush=True)
"""
WORD = "killed"


def start_writer(url: URL, how: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WRITER, url.render_as_string(False), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=os.path.abspath(os.path.join(__file__, *[os.pardir] * 4)),
    )


def kill(writer: subprocess.Popen[str]) -> None:
    os.kill(writer.pid, signal.SIGKILL)
    assert writer.wait() == -signal.SIGKILL
    for pipe in (writer.stdin, writer.stdout):
        assert pipe is not None
        pipe.close()


def said_by(writer: subprocess.Popen[str]) -> str:
    assert writer.stdout is not None
    return writer.stdout.readline().strip()


def test_a_writer_killed_in_mid_transaction_leaves_nothing_half_written(engine: Engine) -> None:
    """Kill a writer in mid-transaction: nothing half-written."""
    with opened(engine.url, dict.fromkeys(range(2))):
        pass
    writer = start_writer(engine.url, "wait")
    assert said_by(writer) == "written"
    kill(writer)
    with engine.begin() as connection:
        if engine.name == "postgresql":
            # The server may need a moment to see that it is alone: the lock is what we wait for.
            connection.execute(text("SET LOCAL lock_timeout = '30s'"))
        claim = EndClaim(SessionTerminationReason.RESOLVED, NOON, "after")
        result = apply_claim_to(connection, Call, 0, claim, now=NOON)
        assert result.change is SessionChange.ENDED
        assert result.status_before is SessionStatus.ACTIVE
    with engine.connect() as connection:
        found = connection.execute(select(Call.__table__).order_by(Call.id)).all()
        assert [(row.status, row.ended_by, row.version) for row in found] == [
            ("closed", "after", 2),
            ("active", None, 1),
        ]
        assert connection.scalar(select(func.count()).select_from(bills)) == 0


def test_a_writer_killed_anywhere_leaves_whole_endings(engine: Engine) -> None:
    """Each session is live with nothing written, or ended with everything written and billed."""
    with opened(engine.url, dict.fromkeys(range(SESSIONS))):
        pass
    writer = start_writer(engine.url, "go on")
    told = [int(said_by(writer)) for _ in range(25)]
    kill(writer)  # Wherever it is by now.
    with engine.begin() as connection:
        if engine.name == "postgresql":
            connection.execute(text("LOCK TABLE calls, bills IN ACCESS EXCLUSIVE MODE"))
        found = connection.execute(select(Call.__table__)).all()
        billed = Counter(connection.scalars(select(bills.c.call)))
    live = (None, None, None, None, None, None, 1)
    ended = ("unknown", WORD, "writer", NOON, NOON, NOON, 2)
    for row in found:
        cells = (row.termination_reason, row.termination_raw, row.ended_by)
        cells += (row.claimed_at, row.ended_at, row.closed_at, row.version)
        assert (row.status, cells) in [("active", live), ("closed", ended)]
        assert billed[row.id] == (row.status == "closed")
    closed = {row.id for row in found if row.status == "closed"}
    assert closed >= set(told)
    assert len(closed) < SESSIONS  # It did not come to its end.
