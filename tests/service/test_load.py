"""Under load: closes, handoffs and webhooks, all at once, and every row ends as `settle` says.

A service in a process of its own, on SQLite and on PostgreSQL, and eight clients. Some 140
conversations are started, ended by everybody at the same time, most of it more than once, and read
in between. Meanwhile somebody looks into the database again and again. Afterwards, of every
conversation:

- its row is what `settle` says of the claims that were made. They are collected away from the
  service: a webhook's from the body that was posted, a close's from what was sent. The one thing we
  cannot know, the time that the server took for a close, is handled in `ledger.py`;
- one task, one end, `closed_at` written by the request that ended it, and never moved;
- no answer shows it live that was asked for after another had shown it ended, and `ended_at` never
  moves later;
- every answer is the one that was expected. None is a 5xx.

CLOSE_SERVICE_CALLS and CLOSE_SERVICE_SEED make it longer, or another one.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from tests.service import ledger
from tests.service.calls import Call, time_of, unexpected
from tests.service.client import Answer, Server
from tests.service.crowd import Work, crowd
from tests.service.rows import Handoff, Row, read_handoffs, read_rows, torn
from tests.service.traffic import make_calls

pytestmark = pytest.mark.slow

CALLS = int(os.environ.get("CLOSE_SERVICE_CALLS", "140"))
SEED = int(os.environ.get("CLOSE_SERVICE_SEED", "20261123"))
WITHIN = 60.0 + CALLS / 2  # Seconds, on the slowest machine. It takes about a tenth.
LIVE = {"queued", "ringing", "active", "waiting_for_human"}


@contextmanager
def watched(engine: Engine) -> Iterator[list[int]]:
    """Look for half-written conversations all the while. Gives how many ends were seen."""
    over, seen = threading.Event(), [0]
    found: list[Any] = []

    def look() -> None:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            while not over.wait(0.03) and not found:
                found.extend(torn(db))
                seen.append(db.scalar(text("SELECT count(*) FROM tasks")) or 0)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join(30)
    assert not found


def test_every_conversation_ends_as_settle_says(database_url: URL, tmp_path: Path) -> None:
    calls = make_calls(SEED, CALLS, datetime.now(UTC), most=3)
    work = Work(calls, SEED, WITHIN)
    engine = create_engine(database_url, poolclass=NullPool)
    with Server(database_url, tmp_path / "service.log") as server:
        with watched(engine) as seen, crowd(work, server.port):
            pass
        print(f"seed {SEED}: {work.answers} requests, {len(calls)} conversations")
        assert not work.cut_off, server.log()
        assert not unexpected(calls), server.log()
    # It was a load: there were many, and it was looked at while half of them were live.
    assert len(seen) > 20
    assert any(0.2 < ended / len(calls) < 0.8 for ended in seen)
    assert work.answers > 8 * len(calls)

    with engine.connect() as db:
        rows, handoffs = read_rows(db), read_handoffs(db)
        drift = {row.word: row.times for row in db.execute(text("SELECT word, times FROM drift"))}
        assert db.scalar(text("SELECT count(*) FROM tasks")) == len(calls)
    assert len(rows) == len(calls)
    settled = Counter(check(call, rows[call.room], handoffs) for call in calls)
    # Of most, only one answer was possible; and every kind of claim won somewhere.
    assert settled["decided"] > 0.8 * len(calls), settled
    kinds = {(row.status, row.source) for row in rows.values()}
    assert kinds >= {(s, "livekit") for s in ("closed", "error")}
    assert kinds >= {("closed", source) for source in ("api", "admin", "operator")}
    assert drift == foreign_words(calls)


def check(call: Call, row: Row, handoffs: dict[str, list[Handoff]]) -> str:
    """Check a conversation; say whether only one ending was possible."""
    mine = handoffs.get(call.room, [])
    assert row.key == call.key
    assert row.tasks == 1
    assert [one.key for one in mine] == ([call.handoff] if call.hands_over else [])
    resolved_at = mine[0].resolved_at if mine else None
    if call.hands_over:
        assert (row.reason, row.claimed_at) == ("handoff_resolved", resolved_at)
        assert_resolved(call, mine[0])
    claims = ledger.made(call, resolved_at)
    only = ledger.decided(claims, call.started_at)
    assert only in (None, row.ending[:4]), (call, row)
    assert ledger.explained(row, claims, call.started_at), (call, row, claims)
    assert_ended_once(call, row)
    assert_never_back(call, row)
    return "decided" if only else "open"


def assert_resolved(call: Call, handoff: Handoff) -> None:
    """Its time is of one of the requests, and every one of them was told the same."""
    resolves = call.answered("resolve")
    assert handoff.status == "resolved"
    assert handoff.resolved_at is not None
    assert any(within(told.answer, handoff.resolved_at) for told in resolves)
    for told in resolves:
        shown = told.answer.body["handoff"]
        assert (shown["id"], shown["status"]) == (handoff.key, "resolved")
        assert time_of(shown["resolved_at"]) == handoff.resolved_at


def assert_ended_once(call: Call, row: Row) -> None:
    """`closed_at` is of the request that ended it. A webhook is told so, a close is not."""
    ended = [told for told in call.answered("webhook") if "ended" in told.answer.body["changes"]]
    assert len(ended) <= 1
    might = ended or call.answered("close", "end_session", "resolve")
    assert row.closed_at is not None
    assert any(within(told.answer, row.closed_at) for told in might), (call, row)


def assert_never_back(call: Call, row: Row) -> None:
    """What is asked for after an end was seen, shows that end, or an earlier time of it."""
    ended_seen: datetime | None = None
    seen = sorted(call.shown(), key=lambda pair: pair[0].received)
    for answer, said in seen:
        closed_at, ended_at = time_of(said["closed_at"]), time_of(said["ended_at"])
        if said["status"] in LIVE:
            assert (closed_at, ended_at) == (None, None)
            assert ended_seen is None or answer.sent <= ended_seen, (call, said)
            continue
        assert closed_at == row.closed_at, (call, said)
        if ended_seen is None:
            ended_seen = answer.received
        for before, earlier in seen:
            if before.received < answer.sent and earlier["ended_at"] is not None:
                assert ended_at is not None
                assert ended_at <= datetime.fromisoformat(earlier["ended_at"]), (call, said)
    for told in call.answered("close", "end_session", "resolve"):
        said = told.answer.body
        assert said.get("conversation", said)["status"] not in LIVE


def foreign_words(calls: list[Call]) -> dict[str, int]:
    """Return how often each word that nobody knows was sent to close a conversation."""
    closes = [told for call in calls for told in call.answered("close", "end_session")]
    words = [told.ask.claim.raw for told in closes if told.ask.claim is not None]
    return dict(Counter(word for word in words if word is not None))


def within(answer: Answer, at: datetime) -> bool:
    return answer.sent <= at <= answer.received
