"""The row of reading: ORM entities with a column of ours, against the same with plain text."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from session_lifecycle import SessionStatus, SessionTerminationReason
from tests.bench.harness import CLOCK, Contest, NotInstalledError, Sample
from tests.bench.results import at_most

if TYPE_CHECKING:
    from sqlalchemy import Engine

_TABLE = "session_lifecycle_bench_calls"


class _Calls(NamedTuple):
    """The same table by two classes."""

    engine: Engine
    ours: type[Any]
    plain: type[Any]


def entities(*, quick: bool = False) -> Iterator[Contest]:
    """What does a column of ours cost, read as an attribute of an entity?"""
    rows = 1_000 if quick else 100_000
    for column, words in (
        ("SessionTerminationReasonType", tuple(map(str, SessionTerminationReason))),
        ("SessionStatusType", tuple(map(str, SessionStatus))),
    ):
        yield Contest(
            f"{rows:,} ORM entities of ten columns in PostgreSQL, one a {column}",
            "the same with String",
            at_most(1.25),
            _same(rows, column, words),
            _times(rows, column, words),
            "ms",
            2 if quick else 9,
        )


@cache
def _calls(rows: int, column: str, words: tuple[str, ...]) -> _Calls:
    for name in ("sqlalchemy", "psycopg", "pytest"):
        if find_spec(name) is None:
            raise NotInstalledError(f"{name} is not installed")
    from sqlalchemy import Integer, String, create_engine, insert
    from sqlalchemy.orm import DeclarativeBase, mapped_column

    from session_lifecycle.integrations import sqlalchemy as edge
    from tests.bench.databases import url

    def mapped(kind: Any) -> type[Any]:
        base = type("Base", (DeclarativeBase,), {})
        columns = {f"c{n}": mapped_column(Integer if n % 2 else String(20)) for n in range(8)}
        own = {"id": mapped_column(Integer, primary_key=True), "word": mapped_column(kind)}
        return type("Call", (base,), {"__tablename__": _TABLE, **own, **columns})

    ours, plain = mapped(getattr(edge, column)), mapped(String(64))
    engine = create_engine(url())
    plain.metadata.drop_all(engine)
    plain.metadata.create_all(engine)
    atexit.register(plain.metadata.drop_all, engine)
    with engine.begin() as connection:
        for first in range(0, rows, 10_000):
            values = [
                {"id": n, "word": words[n % len(words)]}
                | {f"c{i}": n if i % 2 else f"text {n}" for i in range(8)}
                for n in range(first, min(first + 10_000, rows))
            ]
            connection.execute(insert(plain), values)
    return _Calls(engine, ours, plain)


def _read(engine: Engine, kind: type[Any]) -> list[Any]:
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    with Session(engine) as session:
        return list(session.scalars(select(kind).order_by(kind.id)))


def _same(rows: int, column: str, words: tuple[str, ...]) -> Callable[[], None]:
    def check() -> None:
        calls = _calls(rows, column, words)
        ours, plain = _read(calls.engine, calls.ours), _read(calls.engine, calls.plain)
        assert len(ours) == rows
        if any(type(one.word) is str for one in ours):
            raise AssertionError(f"{column} read a plain text")
        if [one.word for one in ours] != [one.word for one in plain]:
            raise AssertionError(f"{column} and String read other words")

    return check


def _times(rows: int, column: str, words: tuple[str, ...]) -> Callable[[], Callable[[], Sample]]:
    def prepare() -> Callable[[], Sample]:
        calls = _calls(rows, column, words)

        def took(kind: type[Any]) -> float:
            gc.collect()
            gc.disable()  # It would run in one of the two.
            try:
                begun = CLOCK()
                _read(calls.engine, kind)
                return (CLOCK() - begun) * 1000
            finally:
                gc.enable()

        return lambda: Sample(took(calls.ours), took(calls.plain))

    return prepare
