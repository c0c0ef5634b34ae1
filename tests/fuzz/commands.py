"""The commands that read lines, whole: any bytes on standard input give an answer.

Laws: no traceback; an exit status of the documented four, which says whether lines were skipped;
each complaint is one short printable line with the number of its line; with `--json` every line of
the answer is JSON, without it nothing in the answer steers a terminal.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from types import SimpleNamespace
from unittest import mock

from session_lifecycle._cli import build_parser
from tests.fuzz import mutations, replay
from tests.fuzz.inputs import as_lines

mutate = mutations.json_lines
MAX_LEN = replay.MAX_LEN
COMMANDS = (
    "replay --json --show sessions",
    "replay --show sessions --session-key room.sid",
    "replay --show summary --fail-on drift --fail-on audit --fail-on failed",
    "replay --show summary --json --since 2026-11-23",
    "audit",
    "audit --json --now 2026-11-24T10:00:00Z --deadline 2",
    "rollup --show sessions --require-scores",
    "rollup --json --latest evaluator order",
    "rollup --show summary --fail-on failed",
    "drift --json --key reason retell",
    "drift --field disconnect_reason livekit",
)
# Commands whose answer may be that there is something wrong, or nothing to look at.
_JUDGES = ("--fail-on", "audit", "drift")
_PARSED = [build_parser().parse_args([*command.split(), "-"]) for command in COMMANDS]


def seeds() -> Iterator[bytes]:
    """Yield what `replay` starts from, and eval runs, retried and shuffled."""
    yield from replay.seeds()
    run = {"status": "completed", "is_critical": True, "evaluator": "tone", "order": 1}
    for passed in (True, False, None, "yes", 1, 0.5):
        first = {"session_id": "a", "id": 7, "eval_run": {**run, "scores": [{"passed": passed}]}}
        retry = {"session_id": "a", "id": "8", **run, "order": "2026-11-23T10:00:00Z"}
        yield as_lines([first, retry, {"session_id": "b", "eval_run": {"status": "running"}}])


def check(data: bytes) -> None:
    """Run every command over the bytes."""
    for command, arguments in zip(COMMANDS, _PARSED, strict=True):
        out, err = io.StringIO(), io.StringIO()
        stdin = SimpleNamespace(buffer=io.BytesIO(data))
        with redirect_stdout(out), redirect_stderr(err), mock.patch("sys.stdin", stdin):
            status = arguments.run(arguments)
        complaints = err.getvalue().splitlines()
        _check_complaints(complaints)
        skipped = any(re.search(r"lines? skipped$", line) for line in complaints)
        left_out = any(": left out: " in line for line in complaints)
        assert status in (0, 1, 2, 3), (command, status)
        assert (status == 0) <= (not skipped and not left_out), (command, status)
        assert (status == 1) <= (skipped or left_out), (command, status)
        assert (status in (2, 3)) <= any(word in command for word in _JUDGES), (command, status)
        for line in out.getvalue().split("\n"):
            assert line.isprintable(), (command, line[:100])
            if line and "--json" in command:
                json.loads(line)


def _check_complaints(complaints: list[str]) -> None:
    for line in complaints:
        assert line.startswith("session-lifecycle: ")
        assert line.isprintable()
        assert len(line) < 500
