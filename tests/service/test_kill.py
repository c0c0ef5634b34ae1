"""Killed in mid-load: what was acknowledged is there, and what was not is whole or not there.

The service is killed with SIGKILL while eight clients wait for its answers, three times, and each
time started again on the same database. The moment of a kill is the worst we can think of: a start,
a close, a resolve has just been acknowledged, and another start is in the database and its client
does not know. Between a kill and the next start we look at what was left:

- whatever was acknowledged with a 2xx is there: conversations, handoffs, resolves, and every claim,
  in that the row is what `settle` says of all of them (`ledger.py`);
- what was not acknowledged may be there or not, but not by halves: a task if and only if it has
  ended, a handoff resolved if and only if that is why it has ended. Nothing ranks above a person
  who finished it, so that `handoff_resolved` stands, whatever else was claimed;
- what had ended is as it was found after the kill before, or better known; `closed_at` is the same.

The clients then send again what was cut off, and it is taken; in the end everything is there once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from tests.service import ledger
from tests.service.calls import Ask, Call, Told, Verb, time_of, unexpected
from tests.service.client import Answer, Client, Server
from tests.service.crowd import CLIENTS, Work, crowd
from tests.service.rows import Handoff, Row, read_handoffs, read_rows, torn
from tests.service.traffic import R, make_calls, to_close, to_resolve

pytestmark = pytest.mark.slow

CALLS = 27
SEED = 20261124
WITHIN = 120.0  # Seconds, on the slowest machine.
# After how many answers it is killed, of some 200; and what is acknowledged at that moment.
KILLS: tuple[tuple[int, Verb], ...] = ((30, "start"), (60, "close"), (90, "resolve"))


def test_nothing_that_was_acknowledged_is_lost(database_url: URL, tmp_path: Path) -> None:
    calls = make_calls(SEED, CALLS, datetime.now(UTC), most=1)
    work = Work(calls, SEED, WITHIN)
    engine = create_engine(database_url, poolclass=NullPool)
    ended: dict[str, datetime] = {}
    for answers, verb in KILLS:
        last_words, rest = heard(verb)
        start = unheard(verb)
        calls += [last_words[0].call, start.call]
        cut_off = work.cut_off
        work.endless = True
        with Server(database_url, tmp_path / f"{verb}.log") as server, crowd(work, server.port):
            wait_until(f"{answers} were answered", partial(work.has_answers, answers))
            kill(server, engine, last_words, start)
        work.add(start, *rest)  # For the clients of the next one.
        assert work.cut_off == cut_off + CLIENTS  # Every one of them was waiting.
        assert not unexpected(calls), server.log()
        with left_behind(engine) as db:
            check(calls, db, ended)
        assert "start" in start.call.taken
    work.endless = False
    with Server(database_url, tmp_path / "last.log") as server, crowd(work, server.port):
        pass
    assert not unexpected(calls), server.log()
    found = sum(len(call.taken) for call in calls)
    print(f"seed {SEED}: {work.answers} answers, {work.cut_off} cut off, {found} were there")
    # Whatever was to be sent was answered in the end.
    for call in calls:
        answered = {told.ask for told in call.told if told.answer.status is not None}
        assert answered >= {call.start(), *call.endings}, call
    with engine.connect() as db:
        check(calls, db, ended)
        assert db.scalar(text("SELECT count(*) FROM tasks")) == len(calls)
    assert len(ended) == len(calls)


# --- the kill -------------------------------------------------------------------------------------


def heard(verb: Verb) -> tuple[list[Ask], list[Ask]]:
    """Return what a conversation is asked, of which the last is acknowledged at the kill; and what
    is left for later."""
    call = Call(f"heard-{verb}", "active", None, hands_over=verb == "resolve")
    end = to_resolve(call) if call.hands_over else to_close(call)
    call.endings = [end]
    before = [call.start(), Ask(call, "handoffs")] if call.hands_over else [call.start()]
    return (before, [end]) if verb == "start" else ([*before, end], [])


def unheard(verb: Verb) -> Ask:
    """Return the start of a conversation that is there at the kill, and nobody was told."""
    call = Call(f"unheard-{verb}", "ringing", None, hands_over=False)
    call.endings = [to_close(call, "end_session", None, R.AGENT_INITIATED)]
    return call.start()


def kill(server: Server, engine: Engine, last_words: list[Ask], start: Ask) -> None:
    """Kill the service the moment that the last word is acknowledged."""
    client, deaf = Client(server.port), Client(server.port)
    *before, last = last_words
    try:
        for ask in before:
            ask.call.keep(Told(ask, client.send(*ask.sent)))
        sent = deaf.send_and_not_listen(*start.sent)
        wait_until("it was started", partial(is_there, engine, start.call))
        answer = client.send(*last.sent)
        server.kill()
    finally:
        client.close()
        deaf.close()
    assert answer.status is not None
    last.call.keep(Told(last, answer))
    start.call.keep(Told(start, Answer(sent, datetime.now(UTC), None, None)))


def is_there(engine: Engine, call: Call) -> bool:
    asked = text("SELECT count(*) FROM conversations WHERE external_session_id = :room")
    with engine.connect() as db:
        return bool(db.scalar(asked, {"room": call.room}))


def wait_until(what: str, so: Callable[[], bool]) -> None:
    until = time.monotonic() + WITHIN
    while not so():
        assert time.monotonic() < until, f"waited {WITHIN:.0f} s until {what}"
        time.sleep(0.002)


# --- what it left ---------------------------------------------------------------------------------


@contextmanager
def left_behind(engine: Engine) -> Iterator[Connection]:
    """Look at what a killed service left, once nobody works for it any more.

    PostgreSQL goes on with the statement it was sent last, and only then finds nobody there.
    """
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        if engine.name == "postgresql":
            wait_until("its connections are gone", lambda: not db.scalar(others))
        yield db


def check(calls: list[Call], db: Connection, ended: dict[str, datetime]) -> None:
    """Check what is there of all conversations. Keeps in `ended` when those that have ended did."""
    assert not torn(db)
    rows, handoffs = read_rows(db), read_handoffs(db)
    for call in calls:
        row, mine = rows.pop(call.room, None), handoffs.pop(call.room, [])
        # A key is known once it was acknowledged, or once it was found here.
        if row is None:
            assert not call.key, call
            continue
        if not call.key:
            call.key = row.key
            call.taken.add("start")
        if mine and not call.handoff:
            call.handoff = mine[0].key
            call.taken.add("handoffs")
        assert row.key == call.key
        assert [one.key for one in mine] == [call.handoff] * bool(call.handoff), call
        check_end(call, row, mine, ended)
    assert not rows
    assert not handoffs


def check_end(call: Call, row: Row, mine: list[Handoff], ended: dict[str, datetime]) -> None:
    resolved_at = mine[0].resolved_at if mine else None
    for told in call.answered("resolve"):
        assert time_of(told.answer.body["handoff"]["resolved_at"]) == resolved_at, call
    claims = ledger.made(call, resolved_at)
    if row.closed_at is None:
        assert not any(one.sure for one in claims), (call, row)
        assert call.room not in ended
        return
    assert row.tasks == 1
    assert ledger.explained(row, claims, call.started_at), (call, row, claims)
    # Once for all: whoever is told that it has ended, before a kill or after it, is told the same.
    assert ended.setdefault(call.room, row.closed_at) == row.closed_at
    for _, said in call.shown():
        assert time_of(said["closed_at"]) in (None, row.closed_at)
    for told in call.answered("close", "end_session", "resolve"):
        said = told.answer.body
        assert time_of(said.get("conversation", said)["closed_at"]) == row.closed_at
