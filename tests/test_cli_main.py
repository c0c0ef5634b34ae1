"""The command line as a whole: calls, help, streams that close, and interrupts."""

from __future__ import annotations

import gc
import io
import json
import os
import re
import signal
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from session_lifecycle import __version__
from session_lifecycle._cli import COMMANDS, main

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
NAMES = ("replay", "explain", "translate", "drift", "table", "audit", "rollup", "completion")
PROGRAM = [sys.executable, "-m", "session_lifecycle"]


@pytest.fixture
def file(tmp_path: Path) -> str:
    """One clean session, as every command that reads lines reads it."""
    path = tmp_path / "x.jsonl"
    lines = [
        {"session_id": "a", "at": "2026-11-23T10:00:00Z", "event": "answer"},
        {"session_id": "a", "at": "2026-11-23T10:00:01Z", "event": "pause"},
        {"session_id": "a", "eval_run": {"status": "completed"}},
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(path)


def many(path: Path) -> str:
    """So many sessions with findings and runs that what is printed of them fills any pipe."""
    lines = [
        {"session_id": f"s{number}", **what}
        for number in range(5_000)
        for what in ({"event": "hibernate"}, {"eval_run": {"status": "completed"}})
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(path)


def test_no_command_is_forgotten_here() -> None:
    assert len(COMMANDS) == len(NAMES)
    assert {command.__name__.rpartition(".")[2] for command in COMMANDS} == set(NAMES)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "arguments are required: COMMAND"),
        (["dance"], "invalid choice: 'dance'"),
        (["replay"], "arguments are required: FILE"),
        (["audit"], "arguments are required: FILE"),
        (["rollup"], "arguments are required: FILE"),
        (["explain"], "arguments are required: WORD"),
        (["completion"], "arguments are required: shell"),
        (["completion", "fish"], "invalid choice: 'fish'"),
        (["replay", "--nonsense", "x"], "unrecognized arguments: --nonsense"),
        (["replay", "--js", "x"], "unrecognized arguments: --js"),
        (["audit", "--ignore", "x", "-"], "invalid choice: 'x'"),
        (["explain", "--vendor", "acme", "x"], "invalid choice: 'acme'"),
        (["translate"], "arguments are required: VENDOR"),
        (["translate", "acme", "x"], "invalid choice: 'acme'"),
        (["drift", "vapi"], "arguments are required: FILE"),
        (["drift", "acme", "x"], "invalid choice: 'acme'"),
        (["rollup", "--latest", "key"], "expected 2 arguments"),
    ],
)
def test_wrong_calls_exit_with_2_and_say_what_is_expected(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("usage: session-lifecycle")
    assert told in printed.err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"session-lifecycle {__version__}\n"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    for name in NAMES:
        assert re.search(rf"^    {name}\s+\w", told, re.MULTILINE), name


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_every_command(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """It has examples that name the command, says what it exits with, and fits a terminal."""
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    examples = told.partition("examples:\n")[2]
    assert re.search(rf"session-lifecycle {name} ", examples)
    assert "exit status" in told
    assert all(len(row) <= 100 for row in told.splitlines())


def test_the_examples_in_the_help_are_calls_that_work(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    """Each is run as it is printed, on files of these names."""
    monkeypatch.chdir(tmp_path)
    for name in ("calls.jsonl", "runs.jsonl"):
        (tmp_path / name).write_text(
            Path(file).read_text() + '{"session_id": "call-17", "event": "close"}\n'
        )
    (tmp_path / "webhooks.jsonl").write_text('{"call": {"endedReason": "voicemail"}}\n')
    (tmp_path / "ended_reasons.txt").write_text("customer-busy\nquantum\n")
    calls = 0
    for name in NAMES:
        with pytest.raises(SystemExit):
            main([name, "--help"])
        examples = capsys.readouterr().out.partition("examples:\n")[2].partition("\n\n")[0]
        for row in examples.splitlines():
            found = re.search(r"session-lifecycle (.*?)(?: +[|>].*|\)\".*)?$", row)
            assert found is not None, row
            arguments = [a or b for a, b in re.findall(r'"([^"]*)"|(\S+)', found[1])]
            if arguments[-1] == "-":
                arguments[-1] = "calls.jsonl"
            assert main(arguments) in (0, 3), row
            calls += 1
    assert calls > 12


def test_printing_into_a_program(file: str) -> None:
    printed = io.StringIO()
    with redirect_stdout(printed):
        assert main(["replay", file]) == 0
    assert printed.getvalue().startswith("a: still paused\n")


@pytest.mark.parametrize("name", NAMES)
def test_interrupted(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def interrupt(arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"session_lifecycle._cli.{name}.run", interrupt)
    words = {
        "explain": ["error"],
        "table": ["machine"],
        "completion": ["bash"],
        "translate": ["sip"],
        "drift": ["sip", "-"],
    }
    assert main([name, *words.get(name, ["-"])]) == 130


@pytest.mark.skipif(sys.platform == "win32", reason="a signal is sent to a process")
def test_interrupted_by_a_person() -> None:
    """While it waits for standard input: no traceback."""
    with subprocess.Popen(
        [*PROGRAM, "replay", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        # Once a line is complained of, it reads; and then it waits for the next one.
        process.stdin.write(b"nonsense\n")
        process.stdin.flush()
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
    assert process.returncode == 130
    assert b"Traceback" not in told


PIPED = {
    "replay": ["replay", "--show", "sessions", "FILE"],
    "explain": ["explain", "participant left"],
    "translate": ["translate", "vapi"],
    "drift": ["drift", "vapi", "FILE"],
    "table": ["table", "machine"],
    "audit": ["audit", "FILE"],
    "rollup": ["rollup", "--show", "sessions", "FILE"],
    "completion": ["completion", "bash"],
}


@pytest.mark.parametrize("name", NAMES)
def test_into_a_pipe_that_closes(tmp_path: Path, name: str) -> None:
    """The reader, `head` say, has seen enough: no traceback, no error."""
    path = many(tmp_path / "x.jsonl")
    arguments = [path if word == "FILE" else word for word in PIPED[name]]
    environment = dict(os.environ, PYTHONUNBUFFERED="1")  # So that short output meets it, too.
    with subprocess.Popen(
        [*PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read()
    # Of what replay could not read it has complained before it printed anything.
    assert all(row.startswith(b"session-lifecycle: ") for row in told.splitlines())
    assert b"cannot write" not in told
    assert process.returncode == 0


def test_nobody_reads_the_complaints(tmp_path: Path, file: str) -> None:
    """That is no reason to leave the work undone, or to call it well done."""
    bad = tmp_path / "y.jsonl"
    bad.write_text("nonsense\n" * 20_000)
    with subprocess.Popen(
        [*PROGRAM, "replay", str(bad), file], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stderr.readline()
        process.stderr.close()
        told = process.stdout.read()
    assert told.startswith(b"a: still paused\n")
    assert process.returncode == 1


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_is_left_as_it_was(
    capsys: pytest.CaptureFixture[str], file: str, enabled: bool
) -> None:
    """Whether the command went well or not."""
    before = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        assert main(["replay", file]) == 0
        assert gc.isenabled() is enabled
        assert main(["replay", file + "x"]) == 2
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


CLOSED = [
    ("<&-", "-", 2, "session-lifecycle: -: cannot be read: standard input is closed\n"),
    (">&-", "FILE", 2, "session-lifecycle: standard output is closed\n"),
    (">/dev/full", "FILE", 2, "session-lifecycle: cannot write: No space left on device\n"),
    ("2>&-", "BAD", 1, ""),
    ("2>/dev/full", "BAD", 1, ""),
]


@pytest.mark.skipif(sys.platform == "win32", reason="the redirections are those of a POSIX shell")
@pytest.mark.parametrize(("redirection", "what", "status", "err"), CLOSED)
def test_closed_and_full_streams(
    tmp_path: Path, file: str, redirection: str, what: str, status: int, err: str
) -> None:
    """No traceback, and no error where results belong."""
    bad = tmp_path / "y.jsonl"
    bad.write_text("nonsense\n")
    command = f'exec "$0" -m session_lifecycle replay "$1" {redirection}'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable, {"FILE": file, "BAD": str(bad)}.get(what, what)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (status, "", err)


def test_the_command_line_needs_the_standard_library_only() -> None:
    code = (
        "import sys, session_lifecycle._cli as c\n"
        "c.main(['replay', sys.argv[1]])\n"
        "own = {'session_lifecycle', '__main__'}\n"
        "print({m.partition('.')[0] for m in sys.modules} - set(sys.stdlib_module_names) - own)"
    )
    package = Path(__import__("session_lifecycle").__file__).parent.parent
    bare = f"import sys; sys.path.insert(0, {str(package)!r})\n{code}"
    example = str(EXAMPLES / "busy_callee.jsonl")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", bare, example],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "set()"
