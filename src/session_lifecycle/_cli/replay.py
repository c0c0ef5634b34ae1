"""`session-lifecycle replay`: what happened, to what it means."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, BinaryIO

from session_lifecycle._cli._read import BadLineError, Case, lines, read_line
from session_lifecycle._cli._say import as_json, as_text, complain, escaped
from session_lifecycle._replay import replay
from session_lifecycle._text import show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

_HELP = """\
Reads JSON Lines, one thing that happened a line, many sessions in one file, in any order of
arrival, and says for each session how it ended. Lines of three kinds may be mixed:

  {"session_id": "a", "at": "2026-11-23T10:00:00Z", "event": "answer"}
  {"session_id": "a", "at": "2026-11-23T10:05:00Z", "claim": "participant left", "source": "worker"}
      optional: source, id (of the report; repeated ones are dropped), raw, for an ending event
      reason, for a claim status
  {"event": "participant_left", "room": {"name": "a"}, ...}
      a LiveKit webhook body, exactly as LiveKit posts it; a leg that is dialled rings, and LiveKit
      posts no answer: send an answer of your own
  {"session_id": "a", "eval_run": {"status": "completed", "is_critical": true,
                                   "scores": [{"passed": true}]}}
      an eval run; retries are counted as they come

A line that cannot be read is reported with file, line number and cause, and skipped."""

_STATUS = """\
exit status: 0 if every line was read, 1 if some were skipped, 2 if the call is wrong or a file
cannot be read"""


def add_to(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "replay",
        help="what happened, to what it means",
        description=_HELP,
        epilog=_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="JSON Lines; - is standard input")
    parser.add_argument("--json", action="store_true", help="print one JSON object a session")
    parser.add_argument(
        "--session-key",
        choices=("room.name", "room.sid"),
        default="room.name",
        help="what a session is in LiveKit's webhooks: everything in a room of one name (the "
        "default), or one life of that room",
    )
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Run the command and return its exit status."""
    cases: dict[str, Case] = {}
    read = skipped = unreadable = 0
    for name in arguments.files:
        try:
            with _open(name) as stream:
                counts = _read_all(stream, name, arguments.session_key, cases)
        except OSError as error:
            complain(f"{escaped(name)}: cannot be read: {error.strerror or error}")
            unreadable += 1
            continue
        read, skipped = read + counts[0], skipped + counts[1]
    for session_id, case in cases.items():
        if case.several_rooms:
            complain(
                f"{show(session_id)} is the name of several rooms, told here as one session: "
                "--session-key room.sid tells them apart"
            )
        history = replay(case.steps.values())
        if arguments.json:
            print(json.dumps(as_json(session_id, case, history)))
        else:
            print(as_text(session_id, case, history))
    if skipped:
        complain(f"{skipped} of {read} lines skipped")
    return 2 if unreadable else 1 if skipped else 0


def _open(name: str) -> AbstractContextManager[BinaryIO]:
    if name != "-":
        return open(name, "rb")
    if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]
        raise OSError("standard input is closed")
    return nullcontext(sys.stdin.buffer)  # It is not ours to close.


def _read_all(stream: BinaryIO, name: str, key: str, cases: dict[str, Case]) -> tuple[int, int]:
    read = skipped = 0
    for number, line in lines(stream):
        read += 1
        try:
            read_line(line, key, cases)  # type: ignore[arg-type]  # argparse checked the choice
        except BadLineError as cause:
            complain(f"{escaped(name)}:{number}: {cause}")
            skipped += 1
    return read, skipped
