"""The rows of databases: a rollup as one SELECT, against SQL written by hand. They take minutes.

PostgreSQL makes the rows itself, from numbers, and tells how long a statement took in it; sending
the rows to us and reading them is left out on both sides. `TEST_POSTGRES_URL` names a server;
without it one is started, as for the tests.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.bench.harness import Contest, NotInstalledError, Sample
from tests.bench.results import at_most

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

_SCHEMA = "session_lifecycle_bench"
_MS = "ms"
_SCORES = 3

# Five runs a session. Of twenty runs fourteen have completed, three are unfinished, and three say
# failed, errored, cancelled. Of a hundred scores five are false and one is NULL.
_TABLES = """
CREATE TABLE eval_run (id uuid PRIMARY KEY, session_id uuid, status varchar(64), is_critical bool);
CREATE TABLE eval_score (id bigint PRIMARY KEY, run_id uuid NOT NULL, passed bool);
INSERT INTO eval_run SELECT md5('run' || n)::uuid, md5('session' || n / 5)::uuid,
  (array_fill('completed'::text, ARRAY[14])
   || '{{running,queued,failed,errored,cancelled,pending}}'::text[])[1 + mod(n, 20)],
  CASE mod(n, 7) WHEN 0 THEN NULL ELSE mod(n, 7) < 3 END FROM generate_series(0, {runs} - 1) AS n;
INSERT INTO eval_score SELECT n, md5('run' || n / {scores})::uuid,
  CASE mod(abs(hashint8(n)::bigint), 100) WHEN 5 THEN NULL
  ELSE mod(abs(hashint8(n)::bigint), 100) > 5 END
  FROM generate_series(0, {runs} * {scores} - 1) AS n;
CREATE INDEX ON eval_run (session_id);
CREATE INDEX ON eval_score (run_id);
"""

_UNFINISHED = "status IN ('queued', 'pending', 'running')"
_BAD = "SELECT 1 FROM eval_score s WHERE s.run_id = r.id AND s.passed IS NOT TRUE"


def _counted(succeeded: str, runs: str) -> str:
    """The statement over runs with a condition for success; `FILTER` is what one would write."""

    def count(*conditions: str) -> str:
        return f"count(*) FILTER (WHERE {' AND '.join(conditions)})" if conditions else "count(*)"

    def four(*critical: str) -> tuple[str, str, str, str]:
        total, done = count(*critical), count(*critical, succeeded)
        pending = count(*critical, _UNFINISHED)
        return total, done, f"{total} - {done} - {pending}", pending

    total, _, failed, pending = four("is_critical")
    return (
        f"SELECT session_id, {', '.join((*four(), *four('is_critical')))}, "
        f"CASE WHEN {total} = 0 THEN 'none' WHEN {failed} > 0 THEN 'failed' "
        f"WHEN {pending} > 0 THEN 'pending' ELSE 'passed' END FROM ({runs}) r GROUP BY session_id"
    )


_JOINED = f"""
SELECT session_id, total, done, total - done - pending, pending, critical, c_done,
  critical - c_done - c_pending, c_pending, CASE WHEN critical = 0 THEN 'none'
  WHEN critical - c_done - c_pending > 0 THEN 'failed' WHEN c_pending > 0 THEN 'pending'
  ELSE 'passed' END
FROM (SELECT session_id, total, completed - coalesce(bad, 0) AS done, pending, critical,
    c_completed - coalesce(c_bad, 0) AS c_done, c_pending
  FROM (SELECT session_id, count(*) AS total,
      count(*) FILTER (WHERE status = 'completed') AS completed,
      count(*) FILTER (WHERE {_UNFINISHED}) AS pending,
      count(*) FILTER (WHERE is_critical) AS critical,
      count(*) FILTER (WHERE is_critical AND status = 'completed') AS c_completed,
      count(*) FILTER (WHERE is_critical AND {_UNFINISHED}) AS c_pending
    FROM eval_run GROUP BY session_id) AS runs
  LEFT JOIN (SELECT session_id, count(*) AS bad, count(*) FILTER (WHERE is_critical) AS c_bad
    FROM eval_run r WHERE status = 'completed' AND EXISTS ({_BAD}) GROUP BY session_id) AS failures
  USING (session_id)) AS counts
"""

# What rollup_select writes, in the words of somebody who knows the form.
_ADDED_UP = f"""
SELECT session_id, total, done, total - done - pending, pending, critical, c_done,
  critical - c_done - c_pending, c_pending, CASE WHEN critical = 0 THEN 'none'
  WHEN critical - c_done - c_pending > 0 THEN 'failed' WHEN c_pending > 0 THEN 'pending'
  ELSE 'passed' END
FROM (SELECT session_id, count(*) FILTER (WHERE kind < 3) AS total,
    count(*) FILTER (WHERE kind = 1) - count(*) FILTER (WHERE kind = 3) AS done,
    count(*) FILTER (WHERE kind = 2) AS pending,
    count(*) FILTER (WHERE is_critical AND kind < 3) AS critical,
    count(*) FILTER (WHERE is_critical AND kind = 1)
      - count(*) FILTER (WHERE is_critical AND kind = 3) AS c_done,
    count(*) FILTER (WHERE is_critical AND kind = 2) AS c_pending
  FROM (SELECT session_id, is_critical,
      CASE WHEN status = 'completed' THEN 1 WHEN {_UNFINISHED} THEN 2 ELSE 0 END AS kind
    FROM eval_run UNION ALL SELECT session_id, is_critical, 3 FROM eval_run r
    WHERE status = 'completed' AND EXISTS ({_BAD})) AS rows
  GROUP BY session_id) AS counts
"""

# By hand, each as well as it can be: what is quickest depends on the data and on `work_mem`.
_BY_HAND = {
    "SQL by hand, runs joined with failing ones": _JOINED,
    "SQL by hand, NOT EXISTS a failing score": _counted(
        "done",
        "SELECT session_id, status, is_critical, status = 'completed' AND NOT EXISTS "
        f"({_BAD}) AS done FROM eval_run r OFFSET 0",
    ),
    "SQL by hand, in the same form": _ADDED_UP,
    "SQL as one writes it, bool_and by run": _counted(
        "status = 'completed' AND coalesce(ok, true)",
        "SELECT r.*, ok FROM eval_run r LEFT JOIN (SELECT run_id, bool_and(passed IS TRUE) AS ok "
        "FROM eval_score GROUP BY run_id) AS scores ON scores.run_id = r.id",
    ),
}


def databases(*, quick: bool = False) -> Iterator[Contest]:
    """Did they pass their evals? Asked of the database."""
    runs = 2_000 if quick else 1_000_000
    for against, statement in _BY_HAND.items():
        yield Contest(
            f"rollup_select, {runs:,} runs of {_SCORES} scores in PostgreSQL, by session",
            against,
            at_most(1.1),
            _same_rows(runs, statement),
            _times(runs, statement),
            _MS,
            2 if quick else 5,
        )


class _Database(NamedTuple):
    connection: Connection
    ours: str


@cache
def _database(runs: int) -> _Database:
    for name in ("sqlalchemy", "psycopg", "pytest"):
        if find_spec(name) is None:
            raise NotInstalledError(f"{name} is not installed")
    from sqlalchemy import MetaData, create_engine

    from session_lifecycle.integrations.sqlalchemy._rollup import rollup_select

    engine = create_engine(url(), isolation_level="AUTOCOMMIT")
    connection = engine.connect()

    def leave() -> None:
        connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE")
        connection.close()

    atexit.register(leave)
    for statement in (
        f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE",
        f"CREATE SCHEMA {_SCHEMA}",
        f"SET search_path TO {_SCHEMA}",
        *_TABLES.format(runs=runs, scores=_SCORES).strip().removesuffix(";").split(";"),
        "VACUUM ANALYZE eval_run",
        "VACUUM ANALYZE eval_score",
    ):
        connection.exec_driver_sql(statement)
    found = MetaData()
    found.reflect(connection)
    ours = rollup_select(found.tables["eval_run"], found.tables["eval_score"])
    return _Database(connection, str(ours.compile(engine)))


@cache
def url() -> URL:
    """Where the PostgreSQL is, which is started if none is named."""
    from sqlalchemy import make_url

    named = os.environ.get("TEST_POSTGRES_URL") or _started().url
    return make_url(named).set(drivername="postgresql+psycopg")


def _started() -> Any:
    from tests.integrations.sqlalchemy.conftest import Server

    return Server()  # It stops at exit.


def _same_rows(runs: int, theirs: str) -> Callable[[], None]:
    def check() -> None:
        connection, ours = _database(runs)
        mine, other = (
            {tuple(row) for row in connection.exec_driver_sql(statement)}
            for statement in (ours, theirs)
        )
        if mine != other or len(mine) != runs / 5:
            raise AssertionError(f"{len(mine ^ other)} rows differ, of {len(mine)}: {theirs}")

    return check


def _times(runs: int, theirs: str) -> Callable[[], Callable[[], Sample]]:
    def prepare() -> Callable[[], Sample]:
        connection, ours = _database(runs)

        def took(statement: str) -> float:
            explained = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}"
            (plan,) = connection.exec_driver_sql(explained).scalar_one()
            return float(plan["Planning Time"] + plan["Execution Time"])

        return lambda: Sample(took(ours), took(theirs))

    return prepare
