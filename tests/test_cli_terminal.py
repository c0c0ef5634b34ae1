"""Colours and progress: what a person at a terminal sees, and a pipe does not."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from session_lifecycle._cli import main
from session_lifecycle._cli._paint import Paint

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
CODES = re.compile(r"\x1b\[[0-9;]*m")
WIPE = "\r\x1b[K"

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main([*arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Sessions with everything in them that has a colour."""
    runs = [
        {"status": "completed", "is_critical": True, "scores": [{"passed": True}]},
        {"status": "failed", "is_critical": True},
        {"status": "running", "is_critical": True},
        {"status": "completed"},
    ]
    lines: list[dict[str, object]] = []
    for number, evals in enumerate(runs):
        name = f"s{number}"
        lines += [
            {"session_id": name, "at": "2026-11-23T10:00:00Z", "event": "answer"},
            {"session_id": name, "at": "2026-11-23T10:00:01Z", "event": "approve"},
            {"session_id": name, "at": "2026-11-23T10:00:02Z", "event": "hibernate"},
            {"session_id": name, "eval_run": evals},
        ]
        if number:
            lines += [
                {"session_id": name, "at": "2026-11-23T10:00:05Z", "claim": "error"},
                {"session_id": name, "at": "2026-11-23T10:00:06Z", "claim": "room_closed"},
            ]
    path = tmp_path / "x.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(path)


SHOWN = [
    ["replay"],
    ["replay", "--show", "summary"],
    ["rollup"],
    ["rollup", "--show", "summary"],
]


@pytest.mark.parametrize("command", SHOWN)
def test_colours_say_nothing_that_the_words_do_not(
    capsys: pytest.CaptureFixture[str], file: str, command: list[str]
) -> None:
    status, plain, err = run(capsys, *command, file)
    assert "\x1b" not in plain
    assert run(capsys, *command, "--color", "never", file) == (status, plain, err)
    painted_status, painted, painted_err = run(capsys, *command, "--color", "always", file)
    assert (painted_status, painted_err) == (status, err)
    assert len(CODES.findall(painted)) >= 4
    assert CODES.sub("", painted) == plain
    # Every row ends as it began: what follows is not painted by accident.
    for row in painted.splitlines():
        codes = CODES.findall(row)
        assert codes[1::2] == ["\x1b[0m"] * (len(codes) // 2)
        assert "\x1b[0m" not in codes[::2]


def test_what_went_wrong_is_red(capsys: pytest.CaptureFixture[str], file: str) -> None:
    painted = run(capsys, "replay", "--color", "always", file)[1]
    assert "\x1b[1ms1\x1b[0m: \x1b[31merror\x1b[0m, \x1b[1merror\x1b[0m (the job: " in painted
    assert "\x1b[31millegal\x1b[0m" in painted
    assert "\x1b[31mfailed\x1b[0m; critical runs: " in painted


def test_json_is_never_painted(capsys: pytest.CaptureFixture[str], file: str) -> None:
    for command in SHOWN:
        plain = run(capsys, *command, "--json", file)
        assert run(capsys, *command, "--json", "--color", "always", file) == plain
        assert "\x1b" not in plain[1]


def test_paint() -> None:
    assert Paint(True)("x", "bad") == "\x1b[31mx\x1b[0m"
    assert Paint(True)("x", "") == "x"
    assert Paint(False)("x", "bad") == "x"


@pytest.mark.parametrize(
    ("environment", "painted"),
    [
        ({}, True),
        ({"TERM": "xterm"}, True),
        ({"NO_COLOR": ""}, True),  # By its own word it counts only if it is not empty.
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": "0"}, False),
        ({"TERM": "dumb"}, False),
    ],
)
def test_on_a_terminal_unless_the_environment_says_no(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    environment: dict[str, str],
    painted: bool,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert ("\x1b" in run(capsys, "replay", file)[1]) is painted
    # Who asks for them gets them.
    assert "\x1b" in run(capsys, "replay", "--color", "always", file)[1]


def on_a_terminal(*command: str, typed: bytes = b"", **environment: str) -> tuple[int, str]:
    """Run a command whose three streams are a terminal, and return all that it showed there."""
    import pty

    master, slave = pty.openpty()
    inherited = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM", "COLUMNS")}
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=slave,
        stderr=slave,
        env=inherited | {"TERM": "xterm", "COLUMNS": "80"} | environment,
    ) as process:
        os.close(slave)
        assert process.stdin is not None
        process.stdin.write(typed)
        process.stdin.close()
        shown = b""
        while True:
            try:
                read = os.read(master, 65_536)
            except OSError:  # That is how Linux says that nobody is left on the other side.
                break
            if not read:
                break
            shown += read
    os.close(master)
    return process.returncode, shown.decode().replace("\r\n", "\n")


def left(shown: str) -> list[str]:
    """What is to be read on the screen in the end."""
    return [row.rpartition(WIPE)[2] for row in shown.removesuffix("\n").split("\n")]


@POSIX
def test_colours_on_a_real_terminal(capsys: pytest.CaptureFixture[str], file: str) -> None:
    program = (sys.executable, "-m", "session_lifecycle")
    plain = run(capsys, "replay", file)[1]
    status, shown = on_a_terminal(*program, "replay", file)
    assert status == 0
    assert "\x1b[1ms0\x1b[0m" in shown
    assert CODES.sub("", shown) == plain
    assert on_a_terminal(*program, "replay", file, NO_COLOR="1") == (0, plain)


# The command line, impatient: it tells of its progress at every second line.
IMPATIENT = """\
import sys
from session_lifecycle._cli import _progress, main
_progress._PATIENCE = _progress._PAUSE = 0.0
_progress._EVERY = 2
sys.exit(main())
"""


@POSIX
def test_progress_on_a_real_terminal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """It is written over, is gone in the end, and what is complained of stands on its own line."""
    line = '{"session_id": "a", "event": "answer"}\n'
    path = tmp_path / "x.jsonl"
    path.write_text(line * 4 + "nonsense\n" + line * 3)
    status, shown = on_a_terminal(sys.executable, "-c", IMPATIENT, "replay", str(path))
    assert status == 1
    plain_status, out, err = run(capsys, "replay", str(path))
    assert plain_status == 1
    assert [CODES.sub("", row) for row in left(shown)] == (err + out).splitlines()
    told = [row.partition(": ")[2] for row in re.findall(r"\r\x1b\[K([^\r\n]+)(?=\r)", shown)]
    assert told == ["2 lines, 27 %", "4 lines, 55 %", "6 lines, 72 %", "8 lines, 100 %"]


@POSIX
def test_progress_of_standard_input_which_has_no_size() -> None:
    typed = b'{"session_id": "a", "event": "answer"}\n' * 5
    status, shown = on_a_terminal(sys.executable, "-c", IMPATIENT, "replay", "-", typed=typed)
    assert status == 0
    assert f"{WIPE}-: 2 lines{WIPE}-: 4 lines{WIPE}" in shown
    assert "%" not in shown
    assert CODES.sub("", left(shown)[0]) == "a: still active"


@POSIX
def test_no_progress_on_a_dumb_terminal(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"session_id": "a", "event": "answer"}\n' * 5)
    command = (sys.executable, "-c", IMPATIENT, "replay", str(path))
    assert WIPE not in on_a_terminal(*command, TERM="dumb")[1]


class Terminal(io.StringIO):
    """Standard error, as it would be on a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("_PATIENCE", 0.0), ("_PAUSE", 0.0), ("_EVERY", 2)):
        monkeypatch.setattr(f"session_lifecycle._cli._progress.{name}", value)


def watch(*arguments: str) -> tuple[int, str]:
    """Run with standard error on a terminal, and return what was written there."""
    with redirect_stderr(Terminal()) as terminal:
        status = main([*arguments])
    return status, terminal.getvalue()


ANSWER = '{"session_id": "a", "event": "answer"}\n'  # 39 bytes


@pytest.mark.usefixtures("_impatient")
def test_progress_names_the_file_the_lines_and_the_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.jsonl").write_text(ANSWER * 8)
    status, shown = watch("replay", "x.jsonl")
    shares = (25, 50, 75, 100)
    told = [f"x.jsonl: {2 * n} lines, {share} %" for n, share in enumerate(shares, start=1)]
    assert (status, shown) == (0, "".join(WIPE + row for row in told) + WIPE)


@pytest.mark.usefixtures("_impatient")
def test_a_complaint_in_between_stands_on_a_clean_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.jsonl").write_text(ANSWER * 2 + "nonsense nonsense nonsense nonsense no\n" + ANSWER)
    assert watch("rollup", "x.jsonl") == (
        1,
        f"{WIPE}x.jsonl: 2 lines, 50 %{WIPE}"
        "session-lifecycle: x.jsonl:3: not JSON: Expecting value at column 1\n"
        f"{WIPE}x.jsonl: 4 lines, 100 %{WIPE}"
        "session-lifecycle: 1 of 4 lines skipped\n",
    )


@pytest.mark.usefixtures("_impatient")
def test_settling_very_many_sessions_is_told_of_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.jsonl").write_text("".join(ANSWER.replace('"a"', f'"{n}"') for n in range(12)))
    status, shown = watch("replay", "x.jsonl")
    assert status == 0
    assert f"{WIPE}settling: 6 sessions, 50 %{WIPE}settling: 8 sessions" in shown
    assert shown.endswith(WIPE)


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("columns", [20, 24, 25, 26, 40, 80])
def test_progress_never_takes_more_than_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    """The end of a long path is kept: it says which file it is."""
    monkeypatch.setenv("COLUMNS", str(columns))
    folder = tmp_path / ("d" * 100)
    folder.mkdir()
    path = folder / "calls.jsonl"
    path.write_text(ANSWER * 4)
    status, shown = watch("replay", str(path))
    assert status == 0
    told = [row for row in shown.split(WIPE) if row]
    assert len(told) == 2
    assert told[0].endswith(": 2 lines, 50 %")
    assert all(len(row) < columns for row in told)
    if columns >= 40:
        assert told[0].endswith("calls.jsonl: 2 lines, 50 %")
        assert len(told[0]) == columns - 1


@pytest.mark.usefixtures("_impatient")
def test_it_waits_before_it_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second without a word, and a fifth of one between two."""
    monkeypatch.setattr("session_lifecycle._cli._progress._PATIENCE", 1.0)
    monkeypatch.setattr("session_lifecycle._cli._progress._PAUSE", 0.2)
    clock = iter([100.0, 100.9, 101.0, 101.1, 101.2, 101.3, 101.5, *[101.5] * 10])
    monkeypatch.setattr("session_lifecycle._cli._progress.monotonic", lambda: next(clock))
    path = tmp_path / "x.jsonl"
    path.write_text(ANSWER * 12)
    monkeypatch.chdir(tmp_path)
    status, shown = watch("replay", "x.jsonl")
    assert status == 0
    assert re.findall(r"(\d+) lines", shown) == ["4", "8", "12"]


@pytest.mark.parametrize("command", [["replay"], ["audit"], ["rollup"]])
def test_no_progress_into_a_pipe(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    command: list[str],
) -> None:
    for name, value in (("_PATIENCE", 0.0), ("_PAUSE", 0.0), ("_EVERY", 1)):
        monkeypatch.setattr(f"session_lifecycle._cli._progress.{name}", value)
    run_line = '{"session_id": "a", "eval_run": {"status": "completed"}}\n'
    path = tmp_path / "x.jsonl"
    path.write_text((ANSWER + run_line) * 10)
    assert run(capsys, *command, str(path))[2] == ""
