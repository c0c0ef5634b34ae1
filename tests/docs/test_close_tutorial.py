"""The tutorial that closes a conversation: its own command starts the service, its blocks run.

Two terminals, as on the page: one runs the service, the other is one shell for all that comes
behind it, in an empty folder with nothing but the documents in it. Only the port is another one:
where the page says 8000, the service is told 0, and the client what it then says.
"""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import IO, NamedTuple

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "tutorial" / "close-a-conversation.md"
FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
PORT = "8000"
LISTENS = re.compile(r"listening on http://127\.0\.0\.1:(\d+)\n")
BETWEEN = "\x1e"


class Told(NamedTuple):
    """What the page tells its reader to do, and what it says will be seen."""

    start: str
    listens: str
    programs: dict[str, str]
    commands: list[tuple[str, str]]


def told() -> Told:
    blocks = [(found[2], found[3]) for found in FENCE.finditer(PAGE.read_text(encoding="utf-8"))]
    ran = [(code, shown) for (kind, code), (behind, shown) in pairwise(blocks) if behind == "text"]
    (start, listens), *commands = ran
    programs = {}
    for kind, code in blocks:
        if kind == "python":
            name = re.match(r"# (\w+\.py)\n", code)
            assert name is not None, "a python block is a program: '# its_name.py' comes first"
            programs[name[1]] = code
    # Nothing is left over but how to install.
    assert {kind for kind, _ in blocks} == {"sh", "text", "python"}
    assert len([kind for kind, _ in blocks if kind == "text"]) == len(ran)
    (install,) = {code for kind, code in blocks if kind == "sh"} - {code for code, _ in ran}
    assert "pip install" in install
    return Told(start, listens, programs, commands)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder, but for the documents: the checkout's, as far as the page needs it."""
    (tmp_path / "docs").symlink_to(ROOT / "docs", target_is_directory=True)
    (tmp_path / ".bin").mkdir()
    program = tmp_path / ".bin" / "python3"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    program.chmod(0o755)
    return tmp_path


@pytest.fixture
def environment(folder: Path) -> dict[str, str]:
    mine = {
        "PATH": f"{folder / '.bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    # The service must be told by the page, and by nothing else.
    theirs = ("API_KEYS", "DATABASE_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET", "FORGED")
    return {name: value for name, value in os.environ.items() if name not in theirs} | mine


@pytest.fixture
def service(folder: Path, environment: dict[str, str]) -> Iterator[IO[str]]:
    """The service, as the page's command starts it; what it prints."""
    command = told().start
    assert command.count(PORT) == 1
    errors = folder / ".stderr"
    with errors.open("w", encoding="utf-8") as log:
        running = subprocess.Popen(
            ["sh", "-c", command.replace(PORT, "0")],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,  # So that all of it can be stopped.
        )
    assert running.stdout is not None
    try:
        yield running.stdout
        os.killpg(running.pid, signal.SIGINT)  # Ctrl-C, as the page has it.
        more, _ = running.communicate(timeout=30)
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
    assert more == ""
    log_lines = errors.read_text(encoding="utf-8")
    assert "Traceback" not in log_lines
    assert "key-of-the-tutorial" not in log_lines


@pytest.mark.slow
def test_the_page_shows_what_is_seen(
    folder: Path, environment: dict[str, str], service: IO[str]
) -> None:
    page = told()
    ready, _, _ = select.select([service], [], [], 60)
    first = service.readline() if ready else "nothing\n"
    listens = LISTENS.fullmatch(first)
    assert listens is not None, first + (folder / ".stderr").read_text(encoding="utf-8")
    port = listens[1]
    assert page.listens.replace(PORT, port) == first
    for name, code in page.programs.items():
        assert code.count(PORT) == 1
        (folder / name).write_text(code.replace(PORT, port), encoding="utf-8")
    # One shell: the page keeps ids in variables.
    script = "".join(f"{code}printf '{BETWEEN}'\n" for code, _ in page.commands)
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stderr == ""
    seen = done.stdout.split(BETWEEN)
    assert seen.pop() == ""
    assert [*zip([code for code, _ in page.commands], seen, strict=True)] == page.commands
    # It stored where the page says, and nothing else was written.
    left = {file.name for file in folder.iterdir() if not file.name.startswith(".")}
    ours = {"docs", "close_service.db-shm", "close_service.db-wal"}
    assert left - ours == {"ask.py", "count.py", "close_service.db", "second.txt", "third.txt"}


def test_the_client_needs_the_standard_library_only() -> None:
    (program,) = told().programs.values()
    imported = set(re.findall(r"^(?:import|from) (\w+)", program, re.MULTILINE))
    assert imported <= sys.stdlib_module_names
