"""At the door: keys, bounds, errors that echo little, and a log that can be believed."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from close_service import guard
from close_service.settings import Settings
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from tests.service.conftest import KEYS, LIVEKIT_SECRET, Service, answered

JSON = {"content-type": "application/json"}
ONE = "00000000-0000-0000-0000-000000000001"
BOMB = b"[" * 60_000
SPOTS = [
    ("GET", "/v1/v2/conversations"),
    ("POST", "/v1/v2/conversations"),
    ("GET", "/v1/v2/conversations/x"),
    ("POST", "/v1/v2/conversations/x/close"),
    ("POST", "/v1/v2/nothing/here"),
    ("DELETE", "/v1/v2/conversations"),
]


@pytest.mark.parametrize(
    "body", [b"", b"{", BOMB, b"x" * 70_000], ids=["empty", "half", "bomb", "big"]
)
def test_without_a_key_nothing_else_is_told(service: Service, body: bytes) -> None:
    wrong = [{}, {"x-api-key": ""}, {"x-api-key": "key-of-ours-012345678"}]
    wrong += [{"x-api-key": f"{KEYS['ours']} x"}, {"authorization": KEYS["ours"]}]
    for headers in wrong:
        for method, path in SPOTS:
            answer = service.nobody.request(method, path, content=body, headers=JSON | headers)
            assert answer.status_code == 401, (method, path, headers)
            assert answer.json() == {"detail": "expected a valid x-api-key"}
    odd = service.nobody.get("/v1/v2/drift", headers=[(b"x-api-key", b"\xff\xfe")])
    assert odd.status_code == 401


def test_every_key_is_compared_whichever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [f"key-number-{n}-0123456789" for n in range(5)]
    known = Settings.of({"API_KEYS": ",".join(f"{uuid4()}:{key}" for key in keys)})
    door = guard.Guard(lambda *_: None, known)  # type: ignore[arg-type, return-value]
    compared: list[tuple[bytes, bytes]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return one == other

    monkeypatch.setattr(guard, "compare_digest", compare)
    for key in (keys[0], keys[4], "nobody's", "", "x" * 10_000):
        compared.clear()
        found = door._organization(key)
        assert (found is not None) == (key in keys)
        assert len(compared) == len(keys)
        assert {len(text) for pair in compared for text in pair} == {32}


@pytest.mark.parametrize(
    "given", ["x", "x:y", ONE, f"{ONE}:short", f"nobody:{'k' * 20}", f"{ONE}:{'k' * 20}," * 2]
)
def test_keys_that_cannot_be_are_refused_and_not_shown(given: str) -> None:
    with pytest.raises(
        ValueError, match=r"^entry \d of API_KEYS: expected <organisation"
    ) as caught:
        Settings.of({"API_KEYS": given})
    assert "kkk" not in str(caught.value)
    assert "kkk" not in repr(Settings.of({"API_KEYS": f"{uuid4()}:{'k' * 20}"}))


def test_tells_all_faults_at_once_and_echoes_little(service: Service) -> None:
    body = {"reason": 5, "x" * 300 + "\n\x1b": ["y" * 300], "z": "\n\u202e" * 200}
    answer = service.ours.post(
        "/v1/v2/conversations/n\u00f6/close", content=json.dumps(body).encode(), headers=JSON
    )
    faults = answered(answer, 422)["detail"]
    assert [fault["path"] for fault in faults] == [
        "path.conversation_id",
        "body.reason",
        "body." + "x" * 64,
        "body.z",
    ]
    values = [fault["value"] for fault in faults]
    assert values == ["n\\xf6", "5", "an array", ("\\n\\u202e" * 32)[:64]]
    assert all(fault["expected"] for fault in faults)
    assert answer.text.isascii()
    # Pydantic takes no object with a name that is no Unicode text: that is its one fault.
    answer = service.ours.post(
        f"/v1/v2/conversations/{uuid4()}/close", content=b'{"a\\ud800": 1}', headers=JSON
    )
    assert [fault["path"] for fault in answered(answer, 422)["detail"]] == ["body"]
    many = {f"field-{n}": n for n in range(2_000)}
    answer = service.ours.post(f"/v1/v2/conversations/{uuid4()}/close", json=many)
    assert len(answered(answer, 422)["detail"]) == 100


def test_bodies_that_are_no_json_or_too_deep_are_422(service: Service) -> None:
    key = service.start()["id"]
    path = f"/v1/v2/conversations/{key}/close"
    odd = [b"{", BOMB, b'{"reason":' + b"[" * 50_000, b'"\xff"', b"\xff\xfe", b"1" * 9_000, b"NaN"]
    odd += [b'{"a":' * 10_000 + b"1" + b"}" * 10_000, b"[" * 300 + b"]" * 300, b"{}{}", b"\x00"]
    odd += [
        b'{"reason":' + b"[" * n + b"]" * n + b"}" for n in (400, 800, 900, 940, 960, 980, 1_000)
    ]
    odd += [b'{"reason": "\\ud800"}', b'{"reason": NaN}', b'{"reason": 1e999}', b'{"reason": true}']
    odd += [b'{"reason": []}', b"[]", b'"text"', b"5", b"false", b'{"reason": "a", "other": 1}']
    for body in odd:
        answer = service.ours.post(path, content=body, headers=JSON)
        assert answer.status_code == 422, (body[:20], len(body), answer.text)
        assert {*answer.json()["detail"][0]} == {"path", "value", "expected"}
        assert len(answer.content) < 1_000
    for kind in ({}, {"content-type": "text/plain"}):
        assert service.ours.post(path, content=b'{"reason": null}', headers=kind).status_code == 422
    assert service.get(key)["status"] == "active"


def test_large_bodies_are_413_however_they_are_sent(service: Service) -> None:
    key = service.start()["id"]
    path = f"/v1/v2/conversations/{key}/close"

    def chunks(size: int) -> Iterator[bytes]:
        yield b'{"reason": null'
        for _ in range(size // 1_000):
            yield b" " * 1_000
        yield b"}"

    for client, where in ((service.ours, path), (service.nobody, "/v1/livekit/webhook")):
        for content in (b" " * 65_537, chunks(70_000), chunks(1_000_000)):
            answer = client.post(where, content=content, headers=JSON | {"connection": "close"})
            assert answered(answer, 413) == {"detail": "the body has more than 65536 bytes"}
    fits = b'{"reason": null}' + b" " * (65_536 - 16)
    assert service.get(key)["status"] == "active"
    assert answered(service.ours.post(path, content=fits, headers=JSON))["status"] == "closed"
    answered(service.ours.post(path, content=chunks(60_000), headers=JSON))


def test_a_promise_of_too_much_is_answered_at_once(service: Service) -> None:
    for promise in ("65537", "9" * 30):
        with socket.create_connection(("127.0.0.1", service.port), timeout=20) as line:
            line.sendall(
                b"POST /v1/v2/conversations HTTP/1.1\r\nhost: x\r\nx-api-key: "
                + KEYS["ours"].encode()
                + f"\r\ncontent-length: {promise}\r\n\r\n".encode()
            )
            assert line.recv(100).startswith((b"HTTP/1.1 413", b"HTTP/1.1 400"))


def asgi(messages: list[dict[str, Any]], length: bytes) -> list[Any]:
    """Run the guard alone on what a server would never send, and return what came of it."""
    heard: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        heard.append((await receive())["body"])

    async def send(message: Any) -> None:
        heard.append(message.get("status"))

    async def receive() -> Any:
        return messages.pop(0)

    scope = {
        "type": "http",
        "path": "/",
        "method": "POST",
        "headers": [(b"content-length", length)],
    }
    asyncio.run(guard.Guard(app, Settings())(scope, receive, send))
    return heard


def test_a_promise_of_too_little_is_not_believed() -> None:
    part = {"type": "http.request", "body": b"x" * 40_000, "more_body": True}
    assert asgi([dict(part), dict(part)], b"10") == [413, None]
    last = {"type": "http.request", "body": b"x" * 25_536}
    assert [len(body) for body in asgi([dict(part), last], b"10")] == [65_536]


def test_half_a_body_is_no_body() -> None:
    part = {"type": "http.request", "body": b"null", "more_body": True}
    assert asgi([part, {"type": "http.disconnect"}], b"10") == []


def test_a_database_that_is_busy_is_503(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: Any, **__: Any) -> Any:
        raise OperationalError("SELECT secret", {}, Exception("database is locked"))

    monkeypatch.setattr("close_service.views.conversation", busy)
    answer = service.ours.get(f"/v1/v2/conversations/{uuid4()}")
    assert (answered(answer, 503), answer.headers["retry-after"]) == ({"detail": "try again"}, "1")


def test_errors_of_the_database_show_no_parameters(service: Service) -> None:
    with service.engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text("SELECT :what FROM nowhere"), {"what": "somebody's word"})
    assert "somebody" not in str(caught.value)


def test_other_errors_are_declared_ones(service: Service) -> None:
    for path, status in (("/v1/v2/nothing", 404), ("/", 404), ("/docs", 404)):
        assert set(answered(service.ours.get(path), status)) == {"detail"}
    answer = service.ours.delete("/v1/v2/conversations")
    assert (answered(answer, 405), answer.headers["allow"]) == (
        {"detail": "Method Not Allowed"},
        "GET, POST",
    )
    assert service.ours.put(f"/v1/v2/conversations/{uuid4()}").headers["allow"] == "GET"
    assert service.ours.put("/openapi.json").headers["allow"]
    assert service.ours.get("/v1/v2/conversations/").status_code == 404


def test_one_line_a_write_with_nothing_foreign_in_it(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    key = service.start()["id"]
    evil = '\n{"wrote": "close"}\r\x1b[2J\u2028\u202e\x85\x7f' + "é" * 20
    room = 'room"\u2028\u202e'
    service.start(external_session_id=room)
    body = {
        "event": "room_finished",
        "id": evil * 9,
        "room": {"name": room},
        "createdAt": "1795428096",
    }
    caplog.clear()
    service.post(key, "close", {"reason": evil})
    service.post(key, "end_session")
    service.webhook(body)
    asked = service.post(service.start()["id"], "handoffs", status=201)
    service.post(asked["conversation_id"], f"handoffs/{asked['id']}/resolve")
    service.ours.get(f"/v1/v2/conversations/{key}")
    service.ours.post(f"/v1/v2/conversations/{uuid4()}/close", json={"reason": evil})
    service.nobody.get("/v1/v2/drift", headers={"x-api-key": "wrong-key-0123456789"})
    lines = [r.getMessage() for r in caplog.records if r.name == "close_service"]
    wrote = [json.loads(line)["wrote"] for line in lines]
    assert wrote == ["close", "close", "webhook", "start", "handoff", "resolve"]
    for line in lines:
        assert line.isascii()
        assert line.isprintable()
        assert len(line) < 1_000
    said = json.loads(lines[0])
    assert (said["conversation"], said["verdict"], said["change"]) == (key, "applied", "ended")
    assert said["asked"].startswith('\\n{"wrote": "close"}\\r\\x1b[2J\\u2028\\u202e\\x85\\x7f')
    own = [r.getMessage() for r in caplog.records if r.name.startswith(("close_service", "sqlal"))]
    for secret in (*KEYS.values(), LIVEKIT_SECRET, "wrong-key", "eyJ"):
        assert not [line for line in own if secret in line]


def test_reading_writes_no_line(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    key = service.start()["id"]
    service.post(key, "close")
    caplog.clear()
    service.get(key)
    answered(service.ours.get("/v1/v2/conversations"))
    answered(service.ours.get("/v1/v2/drift"))
    assert [
        r for r in caplog.records if r.name == "close_service" and r.levelno >= logging.INFO
    ] == []


def test_a_slow_promise_does_not_hold_up_others(service: Service) -> None:
    lines = [socket.create_connection(("127.0.0.1", service.port), timeout=20) for _ in range(50)]
    try:
        for line in lines:
            head = b"POST /v1/v2/conversations HTTP/1.1\r\nhost: x\r\nx-api-key: "
            line.sendall(head + KEYS["ours"].encode() + b"\r\ncontent-length: 9\r\n\r\n{")
        began = time.monotonic()
        service.start()
        assert time.monotonic() - began < 10
    finally:
        for line in lines:
            line.close()
