"""What every command that reads lines has in common: its files, and which sessions of them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Container, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from session_lifecycle._cli._case import Case
from session_lifecycle._cli._lines import BadLineError, lines
from session_lifecycle._cli._progress import Progress, size_of
from session_lifecycle._cli._read import Reader
from session_lifecycle._cli._tell import OK, SKIPPED, WRONG, complain, counted, escaped, when
from session_lifecycle._text import show
from session_lifecycle._value import utc

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


class Input(NamedTuple):
    """What was read.

    Attributes:
        cases: by session, in the order in which they were first heard of.
        status: the exit status so far.
    """

    cases: dict[str, Case]
    status: int


def add_files(parser: ArgumentParser) -> None:
    """Add the arguments that say which files, and which sessions in them."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="JSON Lines; - is standard input")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="SESSION",
        help="only this session; may be given more than once",
    )


def add_input(parser: ArgumentParser) -> None:
    """Add the arguments that say what is read of steps."""
    add_files(parser)
    parser.add_argument(
        "--session-key",
        choices=("room.name", "room.sid"),
        default="room.name",
        help="what a session is in LiveKit's webhooks: everything in a room of one name (the "
        "default), or one life of that room",
    )
    parser.add_argument(
        "--since",
        type=time_argument,
        metavar="TIME",
        help="only sessions that were heard of at this time or later, and those without any time: "
        "2026-11-23, or 2026-11-23T10:00:00Z",
    )


def time_argument(text: str) -> datetime:
    """Return the time in an argument; a date alone is its midnight in UTC."""
    try:
        if len(text) == len("2026-11-23"):
            text = f"{datetime.strptime(text, '%Y-%m-%d').date()}T00:00:00Z"
        at = utc(datetime.fromisoformat(text), "the time")
        assert at is not None
        return at
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{show(text)} is no time that UTC can express: expected a date like 2026-11-23, or a "
            "time with its zone like 2026-11-23T10:00:00Z"
        ) from None


def read_input(arguments: Namespace) -> Input:
    """Read the files, tell of every line that cannot be read, and return what was asked for."""
    reader = Reader(arguments.session_key, only=arguments.only)
    status = read_files(arguments.files, reader.take)
    if arguments.only:
        status = max(status, missing(arguments.only, reader.cases))
    elif status == OK and not reader.cases:
        complain("no session in any line")
    for session_id, case in reader.cases.items():
        if case.several_rooms:
            complain(
                f"{show(session_id)} is the name of several rooms, told here as one session: "
                "--session-key room.sid tells them apart"
            )
    cases = _heard_since(reader.cases, arguments.since)
    if reader.cases and not cases:
        since = when(arguments.since)
        complain(f"none of {counted(len(reader.cases), 'session')} was heard of since {since}")
    return Input(cases, status)


def read_files(names: Iterable[str], take: Callable[[bytes], None]) -> int:
    """Give every line of the files to `take`, tell what it refuses, and return the exit status."""
    read = skipped = status = 0
    for name in names:
        try:
            with _open(name) as stream:
                counts = _read_all(stream, escaped(name), take)
        except OSError as error:
            complain(f"{escaped(name)}: cannot be read: {error.strerror or error}")
            status = WRONG
            continue
        read, skipped = read + counts[0], skipped + counts[1]
    if skipped:
        complain(f"{skipped} of {counted(read, 'line')} skipped")
        status = max(status, SKIPPED)
    return status


def missing(only: Iterable[str], found: Container[str]) -> int:
    """Tell of each session asked for that no line is about, and return the exit status."""
    status = OK
    for session_id in only:
        if session_id not in found:
            complain(f"--only {show(session_id)}: no line is about a session of this name")
            status = WRONG
    return status


def _heard_since(cases: dict[str, Case], since: datetime | None) -> dict[str, Case]:
    if since is None:
        return cases
    heard = {session_id: case.last_heard() for session_id, case in cases.items()}
    return {
        session_id: case
        for session_id, case in cases.items()
        if (last := heard[session_id]) is None or last >= since
    }


def _open(name: str) -> AbstractContextManager[BinaryIO]:
    if name != "-":
        return open(name, "rb")
    if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]
        raise OSError("standard input is closed")
    return nullcontext(sys.stdin.buffer)  # It is not ours to close.


def _read_all(stream: BinaryIO, name: str, take: Callable[[bytes], None]) -> tuple[int, int]:
    progress = Progress(name, size_of(stream), "line")
    number = skipped = total = 0
    try:
        for line, size in lines(stream):
            number += 1
            total += size
            try:
                take(line)
            except BadLineError as cause:
                progress.clear()
                complain(f"{name}:{number}: {cause}")
                skipped += 1
            progress.tell(number, total)
    finally:
        progress.clear()
    return number, skipped
