"""The command line: standard library only, one file a command."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from session_lifecycle import __version__
from session_lifecycle._cli import replay
from session_lifecycle._cli._say import complain


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    0: all is well. 1: some lines were skipped. 2: the call is wrong, or a file cannot be read.
    """
    parser = argparse.ArgumentParser(
        prog="session-lifecycle",
        description="How did this session end, which report is true, did it pass its evals?",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    replay.add_to(commands)
    arguments = parser.parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What a vendor wrote must not break the terminal it is shown on.
            stream.reconfigure(errors="backslashreplace")
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison]
        complain("standard output is closed")
        return 2
    try:
        status = arguments.run(arguments)
        sys.stdout.flush()
        return int(status)
    except BrokenPipeError:
        _silence()  # The reader, `head` say, has seen enough.
        return 0
    except OSError as error:
        complain(f"cannot write: {error.strerror or error}")
        _silence()
        return 2
    except KeyboardInterrupt:
        return 130


def _silence() -> None:
    """Keep the interpreter from flushing once more as it leaves."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
