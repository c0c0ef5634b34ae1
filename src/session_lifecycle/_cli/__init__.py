"""The command line: standard library only, one file a command."""

from __future__ import annotations

import argparse
import gc
import io
import sys
from collections.abc import Sequence

from session_lifecycle import __version__
from session_lifecycle._cli import (
    audit,
    completion,
    drift,
    explain,
    replay,
    rollup,
    table,
    translate,
)
from session_lifecycle._cli._tell import WRONG, complain, silence

COMMANDS = (replay, explain, translate, drift, table, audit, rollup, completion)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="session-lifecycle",
        description="How did this session end, which report is true, did it pass its evals?",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_to(commands)
    parser.set_defaults(parser=parser)  # Completion is printed from it.
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: see `_tell.STATUS`."""
    arguments = build_parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What a vendor wrote must not break the terminal it is shown on.
            stream.reconfigure(errors="backslashreplace")
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison]
        complain("standard output is closed")
        return WRONG
    collects = gc.isenabled()
    gc.disable()  # What is read is kept until the end: to look for garbage in it only takes time.
    try:
        status = arguments.run(arguments)
        sys.stdout.flush()
        return int(status)
    except BrokenPipeError:
        silence(sys.stdout)  # The reader, `head` say, has seen enough.
        return 0
    except OSError as error:
        complain(f"cannot write: {error.strerror or error}")
        silence(sys.stdout)
        return WRONG
    except KeyboardInterrupt:
        return 130
    finally:
        if collects:
            gc.enable()
