"""The completion scripts, in the shells they are for."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from session_lifecycle._cli import main

COMMANDS = ["replay", "explain", "translate", "drift", "table", "audit", "rollup", "completion"]
REPLAY = ["--help", "--only", "--session-key", "--since", "--show", "--json", "--fail-on"]
REPLAY += ["--color"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the shells are those of POSIX")


@pytest.fixture
def script(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Path:
    assert main(["completion", "bash"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    path = tmp_path / "completion.bash"
    path.write_text(printed.out)
    return path


def offered(script: Path, *words: str, folder: Path | None = None) -> list[str]:
    """What bash would offer where the last of these words is being typed."""
    code = (
        'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))\n'
        '_session_lifecycle; ((${#COMPREPLY[@]})) && printf "%s\\n" "${COMPREPLY[@]}"; true'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", code, "bash", str(script), "session-lifecycle", *words],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_bash_offers_commands(script: Path) -> None:
    assert offered(script, "") == COMMANDS
    assert offered(script, "re") == ["replay"]
    assert offered(script, "-") == ["--help", "--version"]
    assert offered(script, "--v") == ["--version"]
    assert offered(script, "x") == []


def test_bash_offers_the_options_of_a_command(script: Path) -> None:
    assert offered(script, "replay", "--") == REPLAY
    assert offered(script, "replay", "a.jsonl", "--s") == ["--session-key", "--since", "--show"]
    assert offered(script, "replay", "--only", "audit", "--fa") == ["--fail-on"]
    assert offered(script, "table", "--") == ["--help", "--format"]
    assert offered(script, "completion", "-") == ["--help"]


@pytest.mark.parametrize("name", COMMANDS)
def test_bash_offers_every_option_the_help_names(
    script: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    with pytest.raises(SystemExit):
        main([name, "--help"])
    told = capsys.readouterr().out.partition("\noptions:\n")[2].partition("\n\n")[0]
    named = re.findall(r"^  (?:-\w, )?(--[\w-]+)", told, re.MULTILINE)
    assert offered(script, name, "--") == named


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["replay", "--show", ""], ["sessions", "summary"]),
        (["replay", "--show", "su"], ["summary"]),
        (["replay", "--show", "=", "su"], ["summary"]),
        (["replay", "--show", "="], ["sessions", "summary"]),
        # One word where COMP_WORDBREAKS has no =.
        (["replay", "--show=su"], ["--show=summary"]),
        (["replay", "--fail-on", "failed", "--fail-on", "d"], ["drift"]),
        (["replay", "--session-key", ""], ["room.name", "room.sid"]),
        (["replay", "--color", "a"], ["auto", "always"]),
        (["rollup", "--fail-on", ""], ["none", "pending", "passed", "failed"]),
        (["audit", "--ignore", "unknown"], ["unknown_status", "unknown_reason"]),
        (["explain", "--vendor", "li"], ["livekit"]),
        (["translate", "tw"], ["twilio"]),
        (["drift", "--json", "va"], ["vapi"]),
        (["table", ""], ["reasons", "machine", "settlement"]),
        (["table", "--format", "m"], ["markdown", "mermaid"]),
        (["table", "--format", "json", ""], ["reasons", "machine", "settlement"]),
        (["completion", ""], ["bash", "zsh"]),
        (["explain", "callee_n"], ["callee_no_answer", "callee_not_found"]),
        (["explain", "--json", "waiting"], ["waiting_for_human"]),
    ],
)
def test_bash_offers_values(script: Path, words: list[str], expected: list[str]) -> None:
    assert offered(script, *words) == expected


@pytest.mark.parametrize(
    "words",
    [
        ["replay", ""],
        ["replay", "ca"],
        ["audit", "--json", "ca"],
        ["rollup", "--fail-on", "failed", "ca"],
    ],
)
def test_bash_leaves_file_names_to_the_default(
    script: Path, tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "calls.jsonl").touch()
    assert offered(script, *words, folder=tmp_path) == []
    assert "complete -o default -F _session_lifecycle session-lifecycle\n" in script.read_text()


@pytest.mark.parametrize("option", ["--only", "--since"])
def test_bash_offers_nothing_where_it_knows_nothing(script: Path, option: str) -> None:
    assert offered(script, "replay", option, "") == []


class Typist:
    """A shell on a terminal, with somebody who types."""

    def __init__(self, *command: str, **environment: str) -> None:
        import pty

        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            start_new_session=True,
        )
        os.close(slave)

    def type(self, keys: str, until: str) -> str:
        """Type, and return what is shown once this is."""
        os.write(self._master, keys.encode())
        shown, give_up = "", time.monotonic() + 30
        while until not in shown:
            assert time.monotonic() < give_up, shown
            if select.select([self._master], [], [], 0.1)[0]:
                read = os.read(self._master, 65_536).decode(errors="replace")
                shown += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00\x07]", "", read)
        return shown

    def leave(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)


def typist(shell: str, *arguments: str) -> Iterator[Typist]:
    """Somebody at this shell, where `session-lifecycle` is the one under test."""
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm", "COLUMNS": "200", "PS1": "> "}
    environment |= {k: v for k, v in os.environ.items() if k == "PYTHONPATH"}
    somebody = Typist(shell, *arguments, **environment)
    program = f'session-lifecycle() {{ "{sys.executable}" -m session_lifecycle "$@"; }}\n'
    somebody.type(program + "echo rea''dy\n", until="ready")
    try:
        yield somebody
    finally:
        somebody.leave()


def completes(somebody: Typist, typed: str, completed: str) -> None:
    """Type it, press the tabulator key, and see the line completed; then wipe it."""
    somebody.type(f"session-lifecycle {typed}\t", until=f"session-lifecycle {completed}")
    somebody.type("\x15echo don''e\n", until="done")


TYPED = [
    ("repl", "replay "),
    ("replay --sho", "replay --show "),
    ("replay --show su", "replay --show summary "),
    ("replay --show=su", "replay --show=summary"),
    ("table --format json mach", "table --format json machine "),
    ("explain participant_le", "explain participant_left "),
    ("replay call", "replay calls.jsonl"),
]


@pytest.fixture
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "calls.jsonl").touch()
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_files")
def test_in_bash_as_somebody_types() -> None:
    for somebody in typist("bash", "--norc", "--noprofile", "-i"):
        somebody.type("eval \"$(session-lifecycle completion bash)\"; echo lo''ad\n", until="load")
        for typed, completed in TYPED:
            completes(somebody, typed, completed)
        # A session is no file: what is typed after the tabulator key stands right behind it.
        somebody.type("session-lifecycle replay --only call\tX", until="--only callX")


@pytest.mark.usefixtures("_files")
def test_in_zsh_as_somebody_types() -> None:
    if shutil.which("zsh") is None:
        assert not os.environ.get("CI"), "there is no zsh here: apt-get install zsh"
        pytest.skip("there is no zsh on this machine; the gate has one")
    for somebody in typist("zsh", "-f", "-i"):
        somebody.type(
            "autoload -Uz compinit; compinit -u -D; "
            "eval \"$(session-lifecycle completion zsh)\"; echo lo''ad\n",
            until="load",
        )
        for typed, completed in TYPED:
            completes(somebody, typed, completed)
