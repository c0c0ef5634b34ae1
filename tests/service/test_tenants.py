"""Every endpoint that the OpenAPI names, with another organisation's ids: nothing there to see.

The endpoints are walked, not listed: one whose parameters are not known here fails the test.
"""

from __future__ import annotations

import json
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from close_service import routes, tables, webhooks
from sqlalchemy import select

from tests.service.conftest import OURS, THEIRS, Service, answered

# Asked with LiveKit's signature, and of nobody's organisation.
SIGNED = {"/v1/livekit/webhook"}
PREFIX = "/v1/v2/"


def contract(service: Service) -> dict[str, Any]:
    return answered(service.nobody.get("/openapi.json"))


def endpoints(service: Service) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, declared)
        for path, methods in contract(service)["paths"].items()
        for method, declared in methods.items()
        if path not in SIGNED
    ]


def everything(service: Service) -> dict[str, list[Any]]:
    with service.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in tables.Base.metadata.sorted_tables
        }


class World:
    """What an organisation has: three conversations, with all that hangs on them."""

    def __init__(self, service: Service, client: httpx.Client, name: str) -> None:
        def call(path: str, body: Any = None, status: int = 200) -> Any:
            return answered(client.post(f"/v1/v2/conversations{path}", json=body), status)

        self.rooms = [f"room-of-{name}-{n}" for n in range(3)]
        fields = {"end_user_id": str(uuid4()), "channel": "voice", "subject": f"subject of {name}"}
        starts = [call("", fields | {"external_session_id": room}, 201) for room in self.rooms]
        live, waiting, ended = self.keys = [start["id"] for start in starts]
        self.handoff = call(f"/{waiting}/handoffs", status=201)["id"]
        call(f"/{ended}/close", {"reason": f"word of {name}"})
        run = tables.EvalRun(
            id=uuid4(), session_id=UUID(live), status="completed", is_critical=True
        )
        service.add(run, tables.EvalScore(run_id=run.id, passed=True))
        self.secrets = [*self.keys, *self.rooms, self.handoff, fields["end_user_id"]]
        self.secrets += [f"subject of {name}", f"word of {name}"]


@pytest.fixture
def worlds(service: Service) -> tuple[World, World]:
    return World(service, service.ours, "us"), World(service, service.theirs, "them")


def test_the_openapi_names_every_route(service: Service) -> None:
    built = {
        (r.path, m)
        for router in (routes.router, webhooks.router)
        for r in router.routes
        for m in r.methods
    }  # type: ignore[attr-defined]
    named = {(path, m) for m, path, _ in endpoints(service)} | {(path, "POST") for path in SIGNED}
    assert built == named
    assert all(path.startswith(PREFIX) for path, _ in built if path not in SIGNED)


def test_every_endpoint_asks_for_a_key_and_says_so(service: Service) -> None:
    before = everything(service)
    for method, path, declared in endpoints(service):
        assert declared["security"] == [{"APIKeyHeader": []}], path
        assert {"401", "413", "422", "503"} <= set(declared["responses"]), path
        for headers in ({}, {"x-api-key": "not-a-key-0123456789"}):
            answer = service.nobody.request(method, path, headers=headers)
            assert answer.status_code == 401, path
    assert everything(service) == before


def bodies(service: Service, declared: dict[str, Any], them: World) -> list[Any]:
    """The bodies to try: none, and what the endpoint takes, naming what is theirs where it can."""
    if "requestBody" not in declared:
        return [None]
    schema = json.dumps(declared["requestBody"])
    for name, body in {
        "Start": {
            "end_user_id": str(uuid4()),
            "channel": "voice",
            "external_session_id": them.rooms[0],
        },
        "Close": {"reason": "user_requested"},
        "End": {"reason": "user_requested"},
    }.items():
        if f"#/components/schemas/{name}" in schema:
            return [body] if name == "Start" else [None, body]
    raise AssertionError(f"say here what to send to {schema}")


def test_what_is_theirs_is_not_there(service: Service, worlds: tuple[World, World]) -> None:
    us, them = worlds
    before = everything(service)
    tried = 0
    for method, path, declared in endpoints(service):
        named = [p["name"] for p in declared.get("parameters", []) if p["in"] == "path"]
        wanted = {
            p["name"]: p["schema"] for p in declared.get("parameters", []) if p["in"] == "query"
        }
        ids = {
            "conversation_id": [*them.keys, us.keys[1]],
            "handoff_id": [them.handoff, us.handoff],
        }
        assert set(named) <= set(ids), f"say here what another's {named} is"
        for chosen in product(*(ids[name] for name in named)):
            if chosen and set(chosen) <= {us.keys[1], us.handoff}:
                continue  # All ours: for the other tests.
            nobodys = [str(uuid4()) for _ in named]
            for body in bodies(service, declared, them):
                answer = service.ours.request(
                    method, path.format(**dict(zip(named, chosen, strict=True))), json=body
                )
                nothing = service.ours.request(
                    method, path.format(**dict(zip(named, nobodys, strict=True))), json=body
                )
                where = (method, path, chosen, answer.text)
                if named:
                    assert answer.status_code == 404, where
                    assert answer.content == nothing.content, where
                elif body is not None:
                    assert answer.status_code == 409, where
                else:
                    assert answer.status_code == 200, where
                assert not [secret for secret in them.secrets if secret in answer.text], where
                tried += 1
        for name, schema in wanted.items():
            if "uuid" in json.dumps(schema):
                answer = service.ours.request(method, path, params={name: them.keys[0]})
                assert answer.status_code == 404, (path, name)
                tried += 1
    assert tried >= 20
    assert everything(service) == before


def test_nothing_of_theirs_is_in_what_is_ours(
    service: Service, worlds: tuple[World, World]
) -> None:
    us, them = worlds
    for client, own, other, owner in (
        (service.ours, us, them, OURS),
        (service.theirs, them, us, THEIRS),
    ):
        page = client.get("/v1/v2/conversations?limit=100")
        shown = answered(page)["conversations"]
        assert [row["id"] for row in shown] == own.keys[::-1]
        assert {row["organization_id"] for row in shown} == {str(owner)}
        told = page.text + client.get("/v1/v2/drift").text
        assert not [secret for secret in other.secrets if secret in told]


def test_writing_to_ours_leaves_theirs_alone(service: Service, worlds: tuple[World, World]) -> None:
    us, _ = worlds

    def theirs() -> list[str]:
        return [service.theirs.get(f"/v1/v2/{what}").text for what in ("conversations", "drift")]

    before = theirs()
    for key in us.keys:
        service.post(key, "close", {"reason": "word of them"})
    service.post(us.keys[1], f"handoffs/{us.handoff}/resolve")
    for room in us.rooms:
        service.webhook(
            {"event": "room_finished", "room": {"name": room}, "createdAt": "1795428096"}
        )
    assert theirs() == before
