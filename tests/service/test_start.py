"""The one command that starts it: what it says, what it needs, and what it keeps to itself."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.service.conftest import ENVIRONMENT, KEYS, LIVEKIT_SECRET, ROOT

COMMAND = [sys.executable, "-W", "error", "-m", "close_service"]
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("API_", "DATABASE", "LIVEKIT"))}
CLEAN["PYTHONPATH"] = str(ROOT / "docs" / "examples")


def once(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=CLEAN | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[str]:
    """Start it on a free port, give its address, and stop it; what it said is in two files."""
    with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
        process = subprocess.Popen(
            [*COMMAND, "--port", "0"], cwd=folder, env=CLEAN | environment, stdout=out, stderr=err
        )
        try:
            while not (said := (folder / "out").read_text()).endswith("\n"):
                assert process.poll() is None, (folder / "err").read_text()
            yield said.split()[-1]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def test_help_shows_examples_and_the_environment(tmp_path: Path) -> None:
    done = once(tmp_path, "--help")
    assert done.returncode == 0
    for word in ("--host", "--port", "API_KEYS", "DATABASE_URL", "LIVEKIT_API_SECRET", "curl"):
        assert word in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["--port", "many"], ["--what"]])
def test_refuses_what_it_does_not_know(tmp_path: Path, arguments: list[str]) -> None:
    assert once(tmp_path, *arguments).returncode == 2


@pytest.mark.slow
def test_refuses_bad_keys_without_showing_them(tmp_path: Path) -> None:
    done = once(tmp_path, API_KEYS="nobody:a-secret-of-somebody")
    assert done.returncode == 2
    assert "entry 1 of API_KEYS" in done.stderr
    assert "a-secret" not in done.stderr + done.stdout


@pytest.mark.slow
def test_without_keys_it_makes_one_and_says_so_once(tmp_path: Path) -> None:
    with running(tmp_path) as address:
        said = (tmp_path / "err").read_text()
        (pair,) = re.findall(r"API_KEYS=(\S+)", said)
        key = pair.partition(":")[2]
        assert len(key) >= 32
        answer = httpx.get(f"{address}/v1/v2/drift", headers={"x-api-key": key})
        assert (answer.status_code, answer.json()) == (200, [])
    said = (tmp_path / "err").read_text() + (tmp_path / "out").read_text()
    assert said.count(key) == 1


@pytest.mark.slow
def test_logs_writes_in_lines_of_json_and_no_requests(tmp_path: Path) -> None:
    with running(tmp_path, **ENVIRONMENT) as address:
        client = httpx.Client(base_url=address, headers={"x-api-key": KEYS["ours"]})
        body = {"end_user_id": "00000000-0000-0000-0000-000000000001", "channel": "voice"}
        key = client.post("/v1/v2/conversations", json=body).json()["id"]
        client.get(f"/v1/v2/conversations/{key}?looked=for")
        client.post(f"/v1/v2/conversations/{key}/close", json={"reason": "odd\n\nword"})
        client.get("/%0a%0dforged", headers={"x-api-key": "wrong"})
        client.close()
    text = (tmp_path / "err").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    own = [json.loads(line["message"]) for line in lines if line["logger"] == "close_service"]
    assert [line["wrote"] for line in own] == ["start", "close"]
    assert own[1]["asked"] == "odd\\n\\nword"
    assert {line["logger"] for line in lines} == {"close_service", "uvicorn.error"}
    for absent in ("looked", "forged", "wrong", *KEYS.values(), LIVEKIT_SECRET):
        assert absent not in text
