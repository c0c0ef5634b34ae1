"""How the command line speaks: errors, times, foreign text; and what its exit statuses mean."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from typing import TextIO

from session_lifecycle._text import show

# Exit statuses; 130 is an interrupt. The most serious one that applies is returned.
OK, SKIPPED, WRONG, FOUND = 0, 1, 2, 3

STATUS = """\
exit status:
  0  all is well
  1  some lines could not be read and were skipped
  2  the call is wrong, a file cannot be read, or there was nothing for --fail-on to look at
  3  found what it was to look for
Of several that apply, 2 goes before 3 and 3 before 1."""


def complain(message: str) -> None:
    """Print an error to standard error, if there is one."""
    if sys.stderr is None:  # pyright: ignore[reportUnnecessaryComparison]
        return
    try:
        print(f"session-lifecycle: {message}", file=sys.stderr)
    except OSError:
        silence(sys.stderr)  # Nobody listens; that is no reason to leave the work undone.


def silence(stream: TextIO) -> None:
    """Keep the interpreter from flushing once more as it leaves."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def escaped(text: str) -> str:
    """Return text with nothing in it that could steer a terminal."""
    return repr(text)[1:-1]


def brief(text: str) -> str:
    """Return foreign text escaped, and cut if it is long."""
    return show(text)[1:-1]


def when(at: datetime | None) -> str:
    """Return a time for people: UTC, with milliseconds only if it has any."""
    if at is None:
        return "at no known time"
    exact = "milliseconds" if at.microsecond else "seconds"
    return at.replace(tzinfo=None).isoformat(" ", exact) + "Z"


def iso(at: datetime | None) -> str | None:
    """Return a time for programs: ISO 8601 in UTC."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def counted(count: int, noun: str) -> str:
    """Return `1 session`, `1,000 sessions`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
