"""The rows of a request: closing a conversation through the example service, against by hand.

Each request closes another live conversation, with a reason of ours, in a SQLite file. Times are
the processor's, of all threads of this process: waiting for the disk is left out on both sides.

The library costs what it does beside the other side, so there are two of them. One is the example
itself, whose one call into the library is replaced by an UPDATE with a guard, first wins: what lies
between the two is the library's write. The other is a service of its own without the library, the
ORM and the log (`bare_service.py`): what lies between those two is also how the example is written.

And what of the library's write is Python alone, without a statement run: `apply_event_to` over a
session that has the row at hand, beside the whole request by hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache, partial
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest.mock import patch
from uuid import UUID

from tests.bench.harness import CLOCK, Contest, Sample
from tests.bench.results import PER_REQUEST
from tests.bench.service import close, fill, service

_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
_WORK = "a close request through the example service, SQLite"
_ALONE = "apply_event_to in it, its Python alone"
# What a close writes; the rest of a row is the service's.
_COLUMNS = ("id", "status", "termination_reason", "termination_raw", "ended_by", "claimed_at")
_COLUMNS += ("ended_at", "closed_at", "started_at")

Turn = Callable[[list[UUID]], tuple[float, list[bytes]]]
"""Closes conversations: the seconds it took, and the answers."""


def requests(*, quick: bool = False) -> Iterator[Contest]:
    """What does the library cost a request?"""
    turn, rounds = (3, 3) if quick else (25, 80)
    for work, against, ours, theirs, peer in (
        (_WORK, "the same with an UPDATE by hand", _example, _by_hand, "sqlalchemy"),
        (_WORK, "a FastAPI service by hand", _example, _bare, "fastapi"),
        (_ALONE, "the whole request with an UPDATE by hand", _alone, _by_hand, "sqlalchemy"),
    ):
        yield Contest(
            work,
            against,
            None,
            partial(_check, ours, theirs),
            partial(_samples, ours, theirs, turn, rounds),
            PER_REQUEST,
            rounds,
            peer=peer,
        )


def _example(keys: list[UUID]) -> tuple[float, list[bytes]]:
    return close(service().ours, keys)


def _by_hand(keys: list[UUID]) -> tuple[float, list[bytes]]:
    app = service().ours
    from close_service import endings

    from tests.bench.bare_service import first_wins

    with patch.object(endings, "apply_event_to", first_wins):
        return close(app, keys)


def _bare(keys: list[UUID]) -> tuple[float, list[bytes]]:
    return close(service().bare, keys)


class _Found(NamedTuple):
    """What a statement found: the row that was read, or the one that was written."""

    row: Any
    rowcount: int = 1

    def mappings(self) -> _Found:
        return self

    def one_or_none(self) -> Any:
        return self.row


def _alone(keys: list[UUID]) -> tuple[float, list[bytes]]:
    """Close as the library does, with the row at hand; what it would write is written after."""
    engine = service().engine
    from close_service.tables import Conversation, writing
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from session_lifecycle import SessionEvent
    from session_lifecycle.integrations.sqlalchemy import apply_event_to, row_columns

    columns = (*row_columns(Conversation), Conversation.closed_at, Conversation.version)
    wrote: list[Any] = []

    class Nowhere(Session):
        row: Any = None

        def execute(self, statement: Any, *_: Any, **__: Any) -> Any:
            if not statement.is_select:
                wrote.append(statement)
            return _Found(self.row)

    with writing(engine) as db, Nowhere() as nowhere:
        nowhere.row = (
            db.execute(select(*columns).where(Conversation.id == keys[0])).mappings().one()
        )
        begun = CLOCK()
        for key in keys:
            apply_event_to(
                *(nowhere, Conversation, key, SessionEvent.CLOSE),
                **{"at": _NOON, "reason": "user_requested", "source": "api", "now": _NOON},
            )
        took = CLOCK() - begun
        for statement in wrote:
            db.execute(statement)
    return took, []


_SIDES: tuple[Turn, ...] = (_example, _by_hand, _bare, _alone)


def _check(ours: Turn, theirs: Turn) -> None:
    engine = service().engine
    from close_service import endings
    from sqlalchemy import text

    from tests.bench import bare_service

    found: list[tuple[list[Any], list[Any], list[Any]]] = []
    for side in (ours, theirs):
        keys = fill(engine, 2)
        with ExitStack() as frozen:
            for module in (endings, bare_service):
                clock = SimpleNamespace(now=lambda _: _NOON)
                frozen.enter_context(patch.object(module, "datetime", clock))
            _, answers = side(keys)
        with engine.connect() as db:
            rows, tasks = (
                [tuple(row) for row in db.execute(text(statement))]
                for statement in (
                    f"SELECT {', '.join(_COLUMNS)} FROM conversations ORDER BY id",
                    "SELECT * FROM tasks ORDER BY conversation_id",
                )
            )
        found.append((rows, tasks, [json.loads(answer) for answer in answers]))
    whole = ours is not _alone  # A write is no request: it answers nobody, and makes no task.
    if found[0][0] != found[1][0] or (whole and found[0] != found[1]):
        raise AssertionError(f"ours left {found[0]}, by hand {found[1]}")


@cache
def _measured(turn: int, rounds: int) -> list[dict[Turn, float]]:
    """Let all sides take turns: their milliseconds a request, round by round."""
    engine = service().engine
    return [
        {side: side(fill(engine, turn))[0] * 1_000 / turn for side in _SIDES} for _ in range(rounds)
    ]


def _samples(ours: Turn, theirs: Turn, turn: int, rounds: int) -> Callable[[], Sample]:
    found = iter(_measured(turn, rounds))

    def sample() -> Sample:
        one = next(found)
        return Sample(one[ours], one[theirs])

    return sample
