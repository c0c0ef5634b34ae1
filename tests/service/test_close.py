"""Close and end_session: what is answered, and what one transaction writes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from close_service import tables
from sqlalchemy import event, text

from session_lifecycle import SessionStatus, SessionTerminationReason, rollup_eval_runs
from tests.service.conftest import OURS, Service, answered

# The response of the source's API, and ours.
FIELDS = {
    *("id", "organization_id", "end_user_id", "channel", "status", "priority", "direction"),
    *("session_type", "message_count", "started_at", "created_at", "updated_at", "subject"),
    *("external_session_id", "assigned_agent_id", "retention_policy_id", "summary", "metadata"),
    *("context_variables", "first_message_at", "last_message_at", "ended_at", "closed_at"),
    *("ttl_expires_at", "retention_expires_at", "archived_at", "memory_synced", "duration_ms"),
    *("summary_preview", "has_recording", "eval_summary"),
    *("termination_reason", "termination_raw"),
}
COUNTS = {
    *("total", "succeeded", "failed", "pending", "eval_status"),
    *("critical_total", "critical_succeeded", "critical_failed", "critical_pending"),
}


def drift(service: Service) -> dict[str, int]:
    found = answered(service.ours.get("/v1/v2/drift"))
    return {row["word"]: row["times"] for row in found}


def test_answers_with_every_field_of_the_api(service: Service) -> None:
    started = service.start(
        direction="outbound", subject="rent", started_at="2026-11-23T10:00:00+01:00"
    )
    assert set(started) == FIELDS
    assert set(started["eval_summary"]) == COUNTS
    assert started["started_at"] == "2026-11-23T09:00:00Z"
    assert (started["status"], started["closed_at"], started["duration_ms"]) == (
        "active",
        None,
        None,
    )
    closed = service.post(started["id"], "close", {"reason": "user_requested"})
    assert set(closed) == FIELDS
    took = datetime.fromisoformat(closed["ended_at"]) - datetime.fromisoformat(closed["started_at"])
    assert closed["duration_ms"] == took // timedelta(milliseconds=1)
    kept = datetime.fromisoformat(closed["retention_expires_at"])
    assert kept - datetime.fromisoformat(closed["closed_at"]) == timedelta(days=30)


@pytest.mark.parametrize(
    ("body", "reason", "raw"),
    [
        (..., "unknown", None),
        (None, "unknown", None),
        ({}, "unknown", None),
        ({"reason": None}, "unknown", None),
        ({"reason": "user_requested"}, "user_requested", None),
        ({"reason": "Participant left"}, "participant_left", None),
        ({"reason": "operator-busy"}, "unknown", "operator-busy"),
        ({"reason": "é" * 64}, "unknown", "é" * 64),
        ({"reason": "a\x00b"}, "unknown", "a\ufffdb"),
        ({"reason": " "}, "unknown", None),
    ],
)
def test_takes_every_reason(service: Service, body: Any, reason: str, raw: str | None) -> None:
    closed = service.post(service.start()["id"], "close", body)
    assert (closed["status"], closed["termination_reason"]) == ("closed", reason)
    assert closed["termination_raw"] == raw
    assert drift(service) == ({} if raw is None else {raw: 1})


def test_takes_each_of_the_46_reasons_and_counts_none_as_drift(service: Service) -> None:
    for reason in SessionTerminationReason:
        closed = service.post(service.start()["id"], "close", {"reason": reason.value})
        assert (closed["status"], closed["termination_reason"]) == ("closed", reason.value)
    assert drift(service) == {}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (..., "agent_initiated"),
        (None, "agent_initiated"),
        ({}, "agent_initiated"),
        ({"reason": None}, "agent_initiated"),
        ({"reason": "max_call_duration"}, "max_call_duration"),
    ],
)
def test_end_session_is_the_agents_unless_it_says_otherwise(
    service: Service, body: Any, reason: str
) -> None:
    ended = service.post(service.start()["id"], "end_session", body)
    assert (ended["status"], ended["termination_reason"]) == ("closed", reason)


@pytest.mark.parametrize("status", ["queued", "ringing", "active"])
def test_closing_twice_moves_nothing(service: Service, status: str) -> None:
    key = service.start(status=status)["id"]
    first = service.post(key, "close", {"reason": "user_requested"})
    assert service.post(key, "close", {"reason": "user_requested"}) == first
    assert service.post(key, "close") == first
    assert service.get(key) == first


def test_another_word_may_win_and_closed_at_stays(service: Service) -> None:
    key = service.start()["id"]
    first = service.post(key, "close")
    second = service.post(key, "close", {"reason": "agent_error"})
    assert (first["termination_reason"], second["termination_reason"]) == ("unknown", "agent_error")
    moved = {name for name in FIELDS if first[name] != second[name]}
    assert moved == {"termination_reason", "updated_at"}
    assert len(service.rows(tables.Task)) == 1


def test_drift_is_counted_by_word_and_bounded(service: Service) -> None:
    key = service.start()["id"]
    for word in ("b", "a", "a", "c", "x" * 64, "user_requested"):
        service.post(key, "close", {"reason": word})
    assert list(drift(service).items()) == [("a", 2), ("b", 1), ("c", 1), ("x" * 64, 1)]
    assert len(answered(service.ours.get("/v1/v2/drift?limit=2"))) == 2
    service.post(key, "close", {"reason": "x" * 65}, status=422)
    assert len(drift(service)) == 4


def test_what_follows_an_end_is_in_its_transaction(service: Service) -> None:
    """A task that cannot be written leaves the conversation live, and the drift uncounted."""
    key = service.start()["id"]
    with service.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("ALTER TABLE tasks RENAME TO gone"))
    path = f"/v1/v2/conversations/{key}/close"
    answer = service.ours.post(path, json={"reason": "odd"}, headers={"connection": "close"})
    assert answer.status_code in {500, 503}
    with service.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO tasks"))
    assert (service.get(key)["status"], drift(service)) == ("active", {})
    assert service.post(key, "close", {"reason": "odd"})["status"] == "closed"
    assert (len(service.rows(tables.Task)), drift(service)) == (1, {"odd": 1})


def test_of_many_who_close_at_once_one_starts_what_follows(service: Service) -> None:
    reasons = ("user_requested", "agent_error", "odd", None)
    keys = [service.start()["id"] for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        todo = [(key, "close", {"reason": reason}) for key, reason in product(keys, reasons * 2)]
        found = list(pool.map(lambda one: service.post(*one), todo))
    assert len(service.rows(tables.Task)) == len(keys)
    for key in keys:
        said = {row["closed_at"] for row in found if row["id"] == key}
        assert said == {service.get(key)["closed_at"]}
    assert drift(service) == {"odd": 2 * len(keys)}


def test_lists_newest_first_page_by_page(service: Service) -> None:
    keys = [service.start()["id"] for _ in range(7)]
    service.post(keys[3], "close")
    path, seen, sizes = "/v1/v2/conversations?limit=3", [], []
    while True:
        page = answered(service.ours.get(path))
        seen += [row["id"] for row in page["conversations"]]
        sizes.append(len(page["conversations"]))
        if page["next"] is None:
            break
        path = f"/v1/v2/conversations?limit=3&before={page['next']}"
    assert (seen, sizes) == (keys[::-1], [3, 3, 1])
    for status in SessionStatus:
        page = answered(service.ours.get(f"/v1/v2/conversations?status={status.value}"))
        expected = {"closed": [keys[3]], "active": [k for k in keys[::-1] if k != keys[3]]}
        assert [row["id"] for row in page["conversations"]] == expected.get(status.value, [])
    for refused in ("limit=0", "limit=101", "limit=x", "status=ended", "before=x", "page=2"):
        answered(service.ours.get(f"/v1/v2/conversations?{refused}"), 422)
    answered(service.ours.get(f"/v1/v2/conversations?before={uuid4()}"), 404)


class Run:
    def __init__(self, status: str, is_critical: bool, passed: list[bool | None]) -> None:
        self.status, self.is_critical = status, is_critical
        self.scores = [type("Score", (), {"passed": one})() for one in passed]


CASES = tuple(
    product(
        ("queued", "running", "completed", "errored"),
        (True, False),
        ([], [True], [True, False], [None]),
    )
)


def evals(service: Service, key: str) -> None:
    for status, critical, scores in CASES:
        run = tables.EvalRun(id=uuid4(), session_id=UUID(key), status=status, is_critical=critical)
        service.add(run, *(tables.EvalScore(run_id=run.id, passed=passed) for passed in scores))


def test_the_eval_summary_is_the_rollup_of_the_runs(service: Service) -> None:
    key, other = (service.start()["id"] for _ in range(2))
    runs = [Run(*case) for case in CASES]
    evals(service, key)
    summary = service.get(key)["eval_summary"]
    rollup = rollup_eval_runs(runs)
    assert summary == {name: getattr(rollup, name) for name in COUNTS}
    assert (summary["total"], summary["succeeded"], summary["eval_status"]) == (32, 4, "failed")
    assert service.get(other)["eval_summary"]["eval_status"] == "none"
    assert service.post(key, "close")["eval_summary"] == summary


def test_a_list_is_one_statement_however_long(service: Service) -> None:
    statements: list[str] = []

    @event.listens_for(service.engine, "before_cursor_execute")
    def _note(_1: Any, _2: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    asked = []
    for count in (1, 30):
        for _ in range(count):
            key = service.start()["id"]
            if count == 1:
                evals(service, key)
        statements.clear()
        answered(service.ours.get("/v1/v2/conversations?limit=100"))
        asked.append([one for one in statements if one.startswith("SELECT")])
    assert [len(one) for one in asked] == [1, 1]


def test_rows_of_another_version_do_not_take_the_list_down(service: Service) -> None:
    key, odd, live = (service.start(external_session_id=f"room-{n}")["id"] for n in range(3))
    service.post(key, "close")
    change = """UPDATE conversations SET status = :status, termination_reason = :reason,
        priority = 'p9', direction = 'sideways', session_type = 'dream' WHERE id = :id"""
    rows = [
        {"status": "closed", "reason": "callee_in_space", "id": UUID(key)},
        {"status": "hibernating", "reason": None, "id": UUID(odd)},
    ]
    with service.engine.execution_options(writes=True).begin() as connection:
        for row in rows:
            kind = connection.dialect.name
            row["id"] = row["id"].hex if kind == "sqlite" else row["id"]  # type: ignore[attr-defined]
            connection.execute(text(change), row)
    shown = answered(service.ours.get("/v1/v2/conversations"))["conversations"]
    assert [row["id"] for row in shown] == [live, odd, key]
    assert [row["status"] for row in shown] == ["active", "hibernating", "closed"]
    assert (shown[2]["termination_reason"], shown[2]["termination_raw"]) == (
        "unknown",
        "callee_in_space",
    )
    words = [shown[1][name] for name in ("priority", "direction", "session_type")]
    assert words == ["p9", "sideways", "dream"]
    # What it does not know, it neither ends nor revives: it says so, and leaves the row alone.
    service.post(odd, "close", status=409)
    service.post(odd, "end_session", status=409)
    service.post(odd, "handoffs", status=409)
    room = {"event": "room_finished", "room": {"name": "room-1"}, "createdAt": "1795428096"}
    service.webhook(room, status=409)
    assert service.get(odd) == shown[1]
    # A later echo of teardown does not overwrite a word that says more than it.
    assert service.webhook(room | {"room": {"name": "room-0"}}) in (["refined"], ["unchanged"])
    assert service.get(key)["termination_raw"] == "callee_in_space"


def test_starts_once_a_room(service: Service) -> None:
    started = service.start(external_session_id="room")
    again = answered(
        service.ours.post(
            "/v1/v2/conversations",
            json={"end_user_id": str(uuid4()), "channel": "sms", "external_session_id": "room"},
        )
    )
    assert again == started
    service.start(), service.start()  # Without a room there is nothing to be the same.
    assert len(service.rows(tables.Conversation)) == 3
    assert started["organization_id"] == str(OURS)


def test_writes_take_the_lock_first_or_are_read_committed(
    service: Service,
) -> None:
    begun: list[str] = []

    @event.listens_for(service.engine, "before_cursor_execute")
    def _note(_1: Any, _2: Any, statement: str, *_: Any) -> None:
        begun.append(statement)

    key = service.start()["id"]
    service.post(key, "close")
    service.get(key)
    with service.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            said = [one for one in begun if one.startswith("BEGIN")]
            assert said == ["BEGIN IMMEDIATE", "BEGIN IMMEDIATE", "BEGIN"]
            pragmas = {"foreign_keys": 1, "synchronous": 2, "journal_mode": "wal"}
            pragmas |= {"busy_timeout": 30_000}
            for name, value in pragmas.items():
                assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == value
        else:
            level = connection.exec_driver_sql("SHOW transaction_isolation").scalar()
            assert level == "read committed"
