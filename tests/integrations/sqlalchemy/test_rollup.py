"""The rollup in the database, on PostgreSQL and SQLite: `rollup_eval_runs`, as one SELECT.

Quoted: issue 5 ("the same counts and headline as `rollup_eval_runs`, on PostgreSQL and SQLite, in
one pass, no N+1") and domain.md, section 6.
"""

from __future__ import annotations

import doctest
import enum
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Engine,
    Enum,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Unicode,
    UnicodeText,
    func,
    insert,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, mapped_column, relationship

from session_lifecycle import (
    EMPTY_ROLLUP,
    EvalRollup,
    EvalRunStatus,
    EvalStatus,
    RollupError,
    rollup_eval_runs,
)
from session_lifecycle.integrations.sqlalchemy import EvalRunStatusType
from session_lifecycle.integrations.sqlalchemy._rollup import rollup_from_row, rollup_select

META = MetaData()
SESSIONS = Table("session", META, Column("id", String, primary_key=True))
RUNS = Table(
    "eval_run",
    META,
    Column("id", Integer, primary_key=True),
    Column("session_id", String, index=True),
    Column("status", UnicodeText),
    Column("is_critical", Boolean),
)
SCORES = Table(
    "eval_score",
    META,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, index=True),
    Column("passed", Boolean),
)
COUNTS = (
    *("total", "succeeded", "failed", "pending"),
    *("critical_total", "critical_succeeded", "critical_failed", "critical_pending"),
)


class Score(NamedTuple):
    passed: bool | None


class Run(NamedTuple):
    session_id: str | None
    status: Any
    is_critical: bool | None
    scores: tuple[Score, ...]


def run(
    status: Any, *passed: bool | None, session: str | None = "s", critical: bool | None = True
) -> Run:
    return Run(session, status, critical, tuple(map(Score, passed)))


@pytest.fixture
def tables(engine: Engine) -> Engine:
    META.create_all(engine)
    return engine


@contextmanager
def stored(engine: Engine, runs: Sequence[Run], orphans: int = 0) -> Iterator[Connection]:
    """The runs in tables that are empty again afterwards, with scores that belong to no run."""
    with engine.connect() as connection, connection.begin() as transaction:
        rows = [
            {"id": i, "session_id": r.session_id, "status": r.status, "is_critical": r.is_critical}
            for i, r in enumerate(runs)
        ]
        scores = [{"run_id": i, "passed": s.passed} for i, r in enumerate(runs) for s in r.scores]
        scores += [{"run_id": lost, "passed": False} for lost in (None, 10_000)[:orphans]]
        for table, values in ((RUNS, rows), (SCORES, scores)):
            if values:
                connection.execute(insert(table), values)
        yield connection
        transaction.rollback()


def found(connection: Connection, statement: Any) -> dict[Any, EvalRollup]:
    """Each key's rollup; that the headline in SQL is the rollup's is checked on the way."""
    rollups: dict[Any, EvalRollup] = {}
    for row in connection.execute(statement):
        rollup = rollup_from_row(row)
        assert row.eval_status == rollup.eval_status.value
        assert row[0] not in rollups
        rollups[row[0]] = rollup
    return rollups


# --- SQL equals the pure function ----------------------------------------------------------------

# Not `eval_runs`: drifted ones hold what is no text, which no column of text can.
STATUSES = st.one_of(
    st.sampled_from([*map(str, EvalRunStatus), None]),
    # Words of next year, and near misses.
    st.sampled_from(
        ["cancelled", "", "Completed", "completed ", " completed", "PENDING", "ｒunning"]
    ),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
)
VERDICTS = st.sampled_from([True, True, True, None, False])
RUN = st.builds(
    Run,
    st.sampled_from([None, "", "a", "b", "c"]),
    STATUSES | st.just("completed"),
    st.sampled_from([None, True, False]),
    st.lists(st.builds(Score, VERDICTS), max_size=4).map(tuple),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(runs=st.lists(RUN, max_size=12), orphans=st.integers(0, 2), require_scores=st.booleans())
def test_sql_equals_the_pure_function(
    tables: Engine, runs: list[Run], orphans: int, require_scores: bool
) -> None:
    """Hypothesis: SQL rollup equals the pure function on random runs, also with NULL `passed`,
    no scores, unknown statuses."""

    def pure(chosen: list[Run]) -> EvalRollup:
        return rollup_eval_runs(chosen, require_scores=require_scores)

    def by_session(chosen: list[Run]) -> dict[str | None, EvalRollup]:
        keys = {r.session_id for r in chosen}
        return {key: pure([r for r in chosen if r.session_id == key]) for key in keys}

    with stored(tables, runs, orphans) as connection:
        grouped = rollup_select(RUNS, SCORES, require_scores=require_scores)
        assert found(connection, grouped) == by_session(runs)

        over_all = rollup_select(RUNS, SCORES, by=None, require_scores=require_scores)
        (row,) = connection.execute(over_all)
        assert rollup_from_row(row) == pure(runs)
        assert row.eval_status == pure(runs).eval_status

        some = rollup_select(
            RUNS, SCORES, where=RUNS.c.session_id.in_(["a", ""]), require_scores=require_scores
        )
        assert found(connection, some) == by_session([r for r in runs if r.session_id in ("a", "")])


# As in tests/test_rollup_rules.py: by hand from domain.md.
# fmt: off
CASES = [
    # status       passed          succeeded, failed, pending      with require_scores
    ("completed",  (True, True),   (1, 0, 0),                      (1, 0, 0)),
    ("completed",  (True, None),   (0, 1, 0),                      (0, 1, 0)),
    ("completed",  (None, None),   (0, 1, 0),                      (0, 1, 0)),
    ("completed",  (True, False),  (0, 1, 0),                      (0, 1, 0)),
    ("completed",  (None, False),  (0, 1, 0),                      (0, 1, 0)),
    ("completed",  (),             (1, 0, 0),                      (0, 1, 0)),
    ("queued",     (False,),       (0, 0, 1),                      (0, 0, 1)),
    ("pending",    (True,),        (0, 0, 1),                      (0, 0, 1)),
    ("running",    (),             (0, 0, 1),                      (0, 0, 1)),
    ("failed",     (True,),        (0, 1, 0),                      (0, 1, 0)),
    ("errored",    (True,),        (0, 1, 0),                      (0, 1, 0)),
    ("cancelled",  (True,),        (0, 1, 0),                      (0, 1, 0)),
    ("COMPLETED",  (True,),        (0, 1, 0),                      (0, 1, 0)),
    (None,         (True,),        (0, 1, 0),                      (0, 1, 0)),
]
# fmt: on


@pytest.mark.parametrize("critical", [True, False, None])
def test_each_kind_of_run(tables: Engine, critical: bool | None) -> None:
    """Failed is "whatever else the status says"; criticals are counted among all."""
    runs = [
        run(status, *passed, session=str(number), critical=critical)
        for number, (status, passed, _, _) in enumerate(CASES)
    ]
    with stored(tables, runs) as connection:
        for require_scores in (False, True):
            rollups = found(connection, rollup_select(RUNS, SCORES, require_scores=require_scores))
            for number, (_, _, plain, strict) in enumerate(CASES):
                counts = (1, *(strict if require_scores else plain))
                expected = EvalRollup(*counts, *(counts if critical else (0, 0, 0, 0)))
                assert rollups[str(number)] == expected


def test_over_no_runs_there_is_one_row_of_zeros(tables: Engine) -> None:
    with stored(tables, [], orphans=2) as connection:
        (row,) = connection.execute(rollup_select(RUNS, SCORES, by=None))
        assert (*row,) == (0, 0, 0, 0, 0, 0, 0, 0, "none")
        assert connection.execute(rollup_select(RUNS, SCORES)).all() == []


# --- which rows ----------------------------------------------------------------------------------


def test_a_session_without_runs_appears_only_when_asked(tables: Engine) -> None:
    runs = [run("completed", session="a"), run("failed", session=None), run("queued", session="x")]
    rolled = {r.session_id: rollup_eval_runs([r]) for r in runs}
    with stored(tables, runs) as connection:
        connection.execute(insert(SESSIONS), [{"id": "a"}, {"id": "b"}, {"id": "c"}])
        assert found(connection, rollup_select(RUNS, SCORES)) == rolled
        asked = rollup_select(RUNS, SCORES, every=SESSIONS.c.id)
        # It adds keys and takes none away.
        assert found(connection, asked) == {**rolled, "b": EMPTY_ROLLUP, "c": EMPTY_ROLLUP}
        page = select(SESSIONS.c.id).order_by(SESSIONS.c.id).offset(1).limit(1)
        one = rollup_select(RUNS, SCORES, every=page, where=RUNS.c.session_id.in_(page))
        assert found(connection, one) == {"b": EMPTY_ROLLUP}


def test_a_run_counts_once_whoever_else_has_its_key(tables: Engine) -> None:
    """A repeated key in `every` repeats nothing."""
    with stored(tables, [run("completed", True), run("completed", False)]) as connection:
        twice = rollup_select(RUNS, SCORES, every=RUNS.c.session_id)
        assert found(connection, twice) == {"s": EvalRollup(2, 1, 1, 0, 2, 1, 1, 0)}


def test_the_key_may_be_an_expression(tables: Engine) -> None:
    runs = [run("completed", session="a1"), run("failed", session="a2"), run("queued", session="b")]
    letter = func.substr(RUNS.c.session_id, 1, 1)
    with stored(tables, runs) as connection:
        for by, name in ((letter, "key"), (letter.label("letter"), "letter")):
            statement = rollup_select(RUNS, SCORES, by=by)
            assert statement.selected_columns.keys() == [name, *COUNTS, "eval_status"]
            assert found(connection, statement) == {
                "a": rollup_eval_runs(runs[:2]),
                "b": rollup_eval_runs(runs[2:]),
            }


def test_what_is_returned_is_a_select_like_any_other(tables: Engine) -> None:
    runs = [run("completed", False, session="a"), run("queued", session="b")]
    runs += [run("completed", session="c"), run("running", session="d", critical=None)]
    with stored(tables, runs) as connection:
        statement = rollup_select(RUNS, SCORES)
        ordered = statement.order_by(literal_column("session_id").desc()).limit(2)
        assert [row.session_id for row in connection.execute(ordered)] == ["d", "c"]
        inner = statement.subquery()
        red = select(inner.c.session_id).where(inner.c.eval_status.in_(["failed", "pending"]))
        assert sorted(connection.scalars(red)) == ["a", "b"]


def test_tables_and_columns_may_be_named_as_ours_are(tables: Engine) -> None:
    names = MetaData()
    runs = Table(
        "runs",
        names,
        Column("key", Integer, primary_key=True),
        Column("every", String),
        Column("succeeded", String),
        Column("critical", Integer),
    )
    scores = Table("every", names, Column("key", Integer), Column("total", Boolean))
    names.create_all(tables)
    statement = rollup_select(
        *(runs, scores),
        by="every",
        every=runs.c.every,
        where=runs.c.key > 0,
        run_id="key",
        status="succeeded",
        is_critical=runs.c.critical,
        score_run_id="key",
        passed="total",
    )
    with tables.begin() as connection:
        connection.execute(insert(runs), [{"key": 1, "every": "s", "succeeded": "completed"}])
        rows = [{"key": 2, "every": "s", "succeeded": "completed", "critical": 2}]
        connection.execute(insert(runs), rows)
        connection.execute(insert(scores), [{"key": 2, "total": None}])
        # "anything else decides by its truth value": 2 is critical, NULL is not.
        assert found(connection, statement) == {"s": EvalRollup(2, 1, 1, 0, 1, 0, 1, 0)}


# --- the ORM, and every driver -------------------------------------------------------------------


class Base(DeclarativeBase):
    pass


class EvalRun(Base):
    __tablename__ = "run"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str]
    status: Mapped[EvalRunStatus | None] = mapped_column("run_status", EvalRunStatusType)
    is_critical: Mapped[bool | None]
    scores: Mapped[list[EvalScore]] = relationship()


class EvalScore(Base):
    __tablename__ = "score"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    passed: Mapped[bool | None]


def test_mapped_classes_by_every_driver(database: Any) -> None:
    """One statement; the same as the pure function over the objects, which are runs as they are."""
    database.begin(Base.metadata.create_all)

    def add(session: Any) -> None:
        for number, (status, passed, _, _) in enumerate(CASES):
            if status in set(EvalRunStatus):
                scores = [EvalScore(passed=one) for one in passed]
                session.add(
                    EvalRun(
                        session_id=f"s{number % 3}", status=status, is_critical=True, scores=scores
                    )
                )

    def read(session: Any) -> None:
        session.execute(text("UPDATE run SET run_status = 'cancelled' WHERE run_status = 'failed'"))
        del database.statements[:]
        for runs, scores in ((EvalRun, EvalScore), (aliased(EvalRun), aliased(EvalScore))):
            for require_scores in (False, True):
                rows = session.execute(
                    rollup_select(runs, scores, require_scores=require_scores)
                ).all()
                assert len(database.statements) == 1
                objects = session.scalars(select(EvalRun)).all()
                for row in rows:
                    of = [one for one in objects if one.session_id == row.session_id]
                    assert rollup_from_row(row) == rollup_eval_runs(
                        of, require_scores=require_scores
                    )
                assert len(rows) == 3
                del database.statements[:]
        one = rollup_select(EvalRun, EvalScore, by=None, where=EvalRun.session_id == "s0")
        assert rollup_from_row(session.execute(one).one()) == rollup_eval_runs(
            [r for r in session.scalars(select(EvalRun)) if r.session_id == "s0"]
        )

    database.session(add)
    database.session(read)


# --- what columns hold ---------------------------------------------------------------------------


class Native(enum.Enum):
    """As `Mapped[EvalRunStatus]` is without a `type_annotation_map`: the names are stored."""

    DONE = "completed"
    GOING = "running"
    COMPLETED = "abandoned"


@pytest.mark.parametrize(
    ("kind", "rows", "counts"),
    [
        (Enum(EvalRunStatus), list(EvalRunStatus), (6, 1, 2, 3)),
        (Enum(Native, name="n1"), list(Native), (3, 1, 1, 1)),
        (
            Enum(Native, name="n2", values_callable=lambda words: [w.value for w in words]),
            list(Native),
            (3, 1, 1, 1),
        ),
        (Enum("completed", "running", "gone", name="n3"), ["completed", "gone"], (2, 1, 1, 0)),
        (Enum("it's", "100%", name="n4"), ["it's", "100%"], (2, 0, 2, 0)),
        (EvalRunStatusType(), list(EvalRunStatus), (6, 1, 2, 3)),
        (Unicode(64), list(EvalRunStatus), (6, 1, 2, 3)),
    ],
    ids=lambda kind: repr(kind)[:24],
)
def test_an_enum_counts_as_it_is_read(
    tables: Engine, kind: Any, rows: list[Any], counts: tuple[int, ...]
) -> None:
    runs = Table(
        "typed",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("status", kind),
        Column("is_critical", Boolean),
    )
    runs.create(tables)
    with tables.begin() as connection:
        connection.execute(insert(runs), [{"status": row} for row in rows])
        read = [
            SimpleNamespace(status=status, is_critical=False, scores=())
            for status in connection.scalars(select(runs.c.status))
        ]
        rollup = rollup_from_row(connection.execute(rollup_select(runs, SCORES, by=None)).one())
        assert rollup == rollup_eval_runs(read) == EvalRollup(*counts)


CASE_BLIND = (
    "CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
)


def test_case_counts_whatever_the_collation(tables: Engine) -> None:
    """`Completed` is a word we do not know, also where the database thinks that it is the same."""
    collation: str | None = "NOCASE"
    if tables.dialect.name == "postgresql":
        try:
            with tables.begin() as connection:
                connection.execute(text(CASE_BLIND))
            collation = "blind"
        except DBAPIError:
            collation = None  # Built without ICU, as the one from pip is: it knows no such thing.
    runs = Table(
        "blind",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("status", String(64, collation=collation)),
        Column("is_critical", Boolean),
    )
    runs.create(tables)
    statement = rollup_select(runs, SCORES, by=None)
    said = 'COLLATE "C" IN' if tables.dialect.name == "postgresql" else "COLLATE BINARY IN"
    assert str(statement.compile(tables)).count(said) == 3
    with tables.begin() as connection:
        words = ["completed", "Completed", "RUNNING", "running"]
        connection.execute(insert(runs), [{"status": word} for word in words])
        alike = select(func.count()).where(runs.c.status == "completed")
        assert connection.scalar(alike) == (1 if collation is None else 2)
        assert rollup_from_row(connection.execute(statement).one()) == EvalRollup(4, 1, 2, 1)


def test_what_only_sqlite_can_hold_is_no_pass_and_no_word(sqlite_url: Any) -> None:
    """A `passed` that is not a bool is never a pass; `is_critical` decides by its truth value."""
    from sqlalchemy import create_engine

    engine = create_engine(sqlite_url)
    META.create_all(engine)
    with engine.begin() as connection:
        for number, passed in enumerate(("2", "'true'", "'1'", "-1", "0.5", "1")):
            connection.execute(
                text(f"INSERT INTO eval_run VALUES ({number}, 's{number}', 'completed', 2)")
            )
            connection.execute(
                text(f"INSERT INTO eval_score VALUES ({number}, {number}, {passed})")
            )
        connection.execute(
            text("INSERT INTO eval_run VALUES (6, 's6', x'636f6d706c65746564', 'y')")
        )
        rollups = found(connection, rollup_select(RUNS, SCORES))
    engine.dispose()
    # '1' is the number 1 in a column of numbers.
    passes = {"s2", "s5"}
    one, none = EvalRollup(1, 1, 0, 0, 1, 1, 0, 0), EvalRollup(1, 0, 1, 0, 1, 0, 1, 0)
    assert rollups == {f"s{n}": one if f"s{n}" in passes else none for n in range(7)}


def test_verdicts_may_be_an_expression(tables: Engine) -> None:
    scores = Table("said", MetaData(), Column("run_id", Integer), Column("data", JSON))
    scores.create(tables)
    statement = rollup_select(RUNS, scores, passed=scores.c.data["ok"].as_boolean())
    with stored(tables, [run("completed"), run("completed"), run("completed")]) as connection:
        said = [{"ok": True}, {"ok": False}, {}]
        rows = [{"run_id": number, "data": data} for number, data in enumerate(said)]
        connection.execute(insert(scores), rows)
        assert found(connection, statement) == {"s": EvalRollup(3, 1, 2, 0, 3, 1, 2, 0)}


# --- how it is done ------------------------------------------------------------------------------


@pytest.mark.parametrize("require_scores", [False, True])
@pytest.mark.parametrize("where", [None, RUNS.c.session_id == "s"], ids=["all", "one session"])
def test_nothing_is_looked_up_run_by_run(tables: Engine, where: Any, require_scores: bool) -> None:
    """in one pass, no N+1: no subquery is asked again for each run."""
    statement = rollup_select(RUNS, SCORES, where=where, require_scores=require_scores)
    query = str(statement.compile(tables, compile_kwargs={"literal_binds": True}))
    runs, scores = (2, 1) if not require_scores else (3, 2)
    if where is not None:
        runs += scores
    assert (query.count("FROM eval_run") + query.count("JOIN eval_run")) == runs
    assert query.count("FROM eval_score") == scores
    explain = "EXPLAIN" if tables.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    with tables.connect() as connection:
        plan = "\n".join(map(str, connection.execute(text(f"{explain} {query}"))))
    assert "SubPlan" not in plan
    assert "CORRELATED" not in plan


def test_it_compiles_for_other_databases() -> None:
    text = str(rollup_select(RUNS, SCORES).compile(dialect=mysql.dialect()))  # type: ignore[no-untyped-call]
    assert "(eval_run.status IN ('completed'))" in text


def test_statements_of_other_columns_are_other_statements(tables: Engine) -> None:
    """SQLAlchemy keeps compiled statements: what differs must differ in their key as well."""
    with stored(tables, [run("completed", session="queued")]) as connection:
        kept: dict[Any, Any] = {}
        connection.execution_options(compiled_cache=kept)
        for status, counts in (("status", (1, 1, 0, 0)), ("session_id", (1, 0, 0, 1))) * 2:
            row = connection.execute(rollup_select(RUNS, SCORES, by=None, status=status)).one()
            assert rollup_from_row(row) == EvalRollup(*counts, *counts)
        assert len(kept) == 2


def test_runs_may_come_from_a_query(tables: Engine) -> None:
    """The latest attempts only: "it comes before any sharding"."""
    runs = [run("failed", session="a"), run("completed", True, session="a")]
    number = func.row_number().over(partition_by=RUNS.c.session_id, order_by=RUNS.c.id.desc())
    numbered = select(RUNS, number.label("newest")).cte("numbered")
    latest = rollup_select(numbered, SCORES, where=numbered.c.newest == 1)
    with stored(tables, [*runs, run("queued", session="b")]) as connection:
        assert found(connection, latest) == {
            "a": EvalRollup(1, 1, 0, 0, 1, 1, 0, 0),
            "b": EvalRollup(1, 0, 0, 1, 1, 0, 0, 1),
        }


def test_the_bench_of_databases_compares_equal_answers(
    postgres_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the times, of which there is nothing to be said here; it runs only in its own sitting."""
    root = Path(__file__).parent.parent.parent.parent
    monkeypatch.setenv("TEST_POSTGRES_URL", postgres_server.render_as_string(hide_password=False))
    command = [sys.executable, "-m", "tests.bench", "--quick", "--only", "rollup_select"]
    with_databases, without = (
        subprocess.run([*command, *more], cwd=root, capture_output=True, text=True, check=True)
        for more in (["databases"], [])
    )
    assert with_databases.stdout.count("| rollup_select, 2,000 runs of 3 scores") == 4
    assert without.stdout.count("rollup_select") == 0


def test_runs_and_scores_may_be_in_one_table(engine: Engine) -> None:
    """A run that has one score keeps it in its own row."""
    one = Table(
        "one",
        MetaData(),
        *(Column(name, Integer, primary_key=name == "id") for name in ("id", "session_id")),
        Column("status", String(64)),
        *(Column(name, Boolean) for name in ("is_critical", "passed")),
    )
    one.create(engine)
    with engine.begin() as connection:
        words = ("id", "session_id", "status", "is_critical", "passed")
        rows = [(1, 7, "completed", True, True), (2, 7, "completed", False, None)]
        connection.execute(insert(one), [dict(zip(words, row, strict=True)) for row in rows])
        asked = rollup_select(one, one, score_run_id="id")
        found = rollup_from_row(connection.execute(asked).one())
    assert found == EvalRollup(2, 1, 1, 0, 1, 1, 0, 0)


# --- what is refused -----------------------------------------------------------------------------

RUN_COLUMNS = "'id', 'session_id', 'status', 'is_critical'"


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (
            {"by": "call_id"},
            TypeError,
            "by is 'call_id', which is no column of the runs: expected a column, or one of "
            + RUN_COLUMNS,
        ),
        (
            {"passed": "verdict"},
            TypeError,
            "passed is 'verdict', which is no column of the scores: expected a column, or one of "
            "'id', 'run_id', 'passed'",
        ),
        (
            {"passed": "run_id"},
            TypeError,
            "passed is of type Integer, expected Boolean, because only True is a pass: "
            "give an expression such as `column == 1`",
        ),
        (
            {"is_critical": "status"},
            TypeError,
            "is_critical is of type UnicodeText, expected Boolean or a number: "
            "give an expression such as `column == 'yes'`",
        ),
        (
            {"by": None, "every": SESSIONS.c.id},
            ValueError,
            "every is given without by: expected by, whose keys every completes",
        ),
        ({"every": select(RUNS)}, ValueError, "every has 4 columns, expected one: the keys"),
        (
            {"by": RUNS.c.session_id.label("total")},
            ValueError,
            "by is named 'total' as a count is: give it another label",
        ),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, dict) else "",
)
def test_what_cannot_be_meant_is_refused(given: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        rollup_select(RUNS, SCORES, **given)
    assert str(caught.value) == message


def test_mapped_classes_are_told_by_their_attributes() -> None:
    with pytest.raises(TypeError, match=r"'run_status', which is no column .* 'status'"):
        rollup_select(EvalRun, EvalScore, status="run_status")
    with pytest.raises(
        TypeError, match=r"^the runs are a type, expected a table or a mapped class"
    ):
        rollup_select(Run, SCORES)


# --- rows ----------------------------------------------------------------------------------------


def test_a_row_in_any_shape_is_a_rollup(tables: Engine) -> None:
    runs = [run("completed", True), run("queued", critical=None)]
    expected = rollup_eval_runs(runs)
    with stored(tables, runs) as connection:
        row = connection.execute(rollup_select(RUNS, SCORES)).one()
        for shape in (row, row._mapping, row._asdict(), SimpleNamespace(**row._asdict())):
            assert rollup_from_row(shape) == expected
        assert rollup_from_row(row).eval_status is EvalStatus.PASSED


def test_a_session_that_an_outer_join_found_nothing_for_has_no_runs(tables: Engine) -> None:
    with stored(tables, []) as connection:
        connection.execute(insert(SESSIONS), [{"id": "a"}])
        counts = rollup_select(RUNS, SCORES).subquery()
        joined = select(SESSIONS.c.id, counts).outerjoin(counts, counts.c.session_id == "a")
        assert rollup_from_row(connection.execute(joined).one()) == EMPTY_ROLLUP


def test_rollups_may_be_added_up_in_sql(tables: Engine) -> None:
    """Merging shards equals rolling up the whole. PostgreSQL's sum of bigints is a `Decimal`."""
    runs = [run("completed", session="a"), run("failed", session="b"), run("queued", session="b")]
    with stored(tables, runs) as connection:
        each = rollup_select(RUNS, SCORES).subquery()
        whole = select(*(func.sum(each.c[name]).label(name) for name in COUNTS))
        assert rollup_from_row(connection.execute(whole).one()) == rollup_eval_runs(runs)


def test_a_row_that_is_no_rollup_is_refused() -> None:
    counts: dict[str, Any] = dict.fromkeys(COUNTS, 0)
    with pytest.raises(RollupError, match="the three must add up"):
        rollup_from_row(counts | {"total": 1})
    for nonsense in (None, Decimal("0.5"), Decimal("NaN"), "0", True):
        with pytest.raises(RollupError, match=r"^total is .*, expected an int"):
            rollup_from_row(counts | {"total": nonsense})
    for row in ({}, SimpleNamespace(total=1), None):
        with pytest.raises(TypeError, match=r"without '\w+', expected a row of rollup_select$"):
            rollup_from_row(row)


@pytest.mark.parametrize("function", [rollup_select, rollup_from_row])
def test_the_docstrings_run(function: Any) -> None:
    runner = doctest.DocTestRunner()
    names = {function.__name__: function}
    for example in doctest.DocTestFinder().find(function, globs=names, module=False):
        ran = runner.run(example)
        assert (ran.failed, ran.attempted > 2) == (0, True)
