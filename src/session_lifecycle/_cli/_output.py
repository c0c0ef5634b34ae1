"""What commands that tell of many sessions have in common: what they show, when they fail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from session_lifecycle._cli._paint import add_color

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

# Of more sessions than this a summary is shown: their stories would hide what they have in common.
FEW = 10


def add_output(parser: ArgumentParser, each: str, failures: Iterable[str], if_: str) -> None:
    """Add the arguments that say what is printed, and what makes the command fail.

    Args:
        parser: the command's.
        each: what is shown of a session.
        failures: what `--fail-on` may name.
        if_: when a session is such a one.
    """
    parser.add_argument(
        "--show",
        choices=("sessions", "summary"),
        help=f"{each}, or one summary of all (the default for more than {FEW})",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one JSON object a session; with --show summary one for all",
    )
    parser.add_argument(
        "--fail-on",
        action="append",
        default=[],
        choices=tuple(map(str, failures)),
        help=f"exit with status 3 if {if_}; may be given more than once",
    )
    add_color(parser)


def shows_sessions(arguments: Namespace, count: int) -> bool:
    """Return whether each of so many sessions is shown, and not a summary of all."""
    if arguments.show is not None:
        return bool(arguments.show == "sessions")
    return arguments.json or count <= FEW
