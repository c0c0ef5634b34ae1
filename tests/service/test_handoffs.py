"""Handoffs: asked for once, and resolved with their conversation in one transaction."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

from close_service import tables
from sqlalchemy import text

from tests.service.conftest import Service, answered


def resolve(service: Service, key: str, handoff: str, status: int = 200) -> Any:
    return service.post(key, f"handoffs/{handoff}/resolve", status=status)


def test_resolving_closes_the_conversation(service: Service) -> None:
    key = service.start()["id"]
    asked = service.post(key, "handoffs", status=201)
    assert (asked["conversation_id"], asked["status"]) == (key, "requested")
    assert service.get(key)["status"] == "waiting_for_human"
    done = resolve(service, key, asked["id"])
    assert done["handoff"]["status"] == "resolved"
    assert done["handoff"]["resolved_at"] == done["conversation"]["ended_at"]
    conversation = service.get(key)
    assert done["conversation"] == conversation
    assert conversation["status"] == "closed"
    assert conversation["termination_reason"] == "handoff_resolved"
    assert [task.conversation_id for task in service.rows(tables.Task)] == [UUID(key)]


def test_resolving_twice_moves_nothing(service: Service) -> None:
    key = service.start()["id"]
    asked = service.post(key, "handoffs", status=201)["id"]
    first = resolve(service, key, asked)
    assert resolve(service, key, asked) == first
    assert len(service.rows(tables.Task)) == 1


def test_on_an_ended_conversation_it_is_settled_in(service: Service) -> None:
    """A person who finished it is believed, whatever else was reported first."""
    key = service.start()["id"]
    asked = service.post(key, "handoffs", status=201)["id"]
    closed = service.post(key, "close", {"reason": "silence_timeout"})
    done = resolve(service, key, asked)["conversation"]
    assert done["termination_reason"] == "handoff_resolved"
    assert (done["status"], done["closed_at"]) == ("closed", closed["closed_at"])
    assert done["ended_at"] == closed["ended_at"]
    assert len(service.rows(tables.Task)) == 1


def test_who_cannot_ask_is_told_so(service: Service) -> None:
    waiting, ended, ringing = (
        service.start(status=s)["id"] for s in ("active", "active", "ringing")
    )
    asked = service.post(waiting, "handoffs", status=201)
    assert service.post(waiting, "handoffs", status=200) == asked  # The first answer was lost.
    service.post(ended, "close")
    for key, status in ((ended, "closed"), (ringing, "ringing")):
        assert status in service.post(key, "handoffs", status=409)["detail"]
    assert len(service.rows(tables.Handoff)) == 1
    resolve(service, waiting, str(uuid4()), status=404)
    resolve(service, ended, str(service.rows(tables.Handoff)[0].id), status=404)


def test_both_or_neither(service: Service) -> None:
    """A task that cannot be written leaves the handoff open and the conversation live."""
    key = service.start()["id"]
    asked = service.post(key, "handoffs", status=201)["id"]
    path = f"/v1/v2/conversations/{key}/handoffs/{asked}/resolve"
    with service.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("ALTER TABLE tasks RENAME TO gone"))
    assert service.ours.post(path, headers={"connection": "close"}).status_code in {500, 503}
    with service.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO tasks"))
    assert service.rows(tables.Handoff)[0].status == "requested"
    assert service.get(key)["status"] == "waiting_for_human"
    assert answered(service.ours.post(path))["conversation"]["status"] == "closed"


def test_of_many_who_resolve_and_close_at_once_the_person_wins(service: Service) -> None:
    keys = [service.start()["id"] for _ in range(4)]
    asked = {key: service.post(key, "handoffs", status=201)["id"] for key in keys}
    todo = [(key, f"handoffs/{asked[key]}/resolve") for key in keys * 2]
    todo += [(key, "close") for key in keys * 2]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: service.post(*one), sorted(todo, key=str)))
    for key in keys:
        assert service.get(key)["termination_reason"] == "handoff_resolved"
    assert len(service.rows(tables.Task)) == len(keys)
    assert {row.status for row in service.rows(tables.Handoff)} == {"resolved"}
