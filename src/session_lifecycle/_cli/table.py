"""`session-lifecycle table`: a table of the library, to read, to paste or to load."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from session_lifecycle._cli._tell import OK, WRONG, complain
from session_lifecycle._render import (
    SHEETS,
    as_document,
    as_markdown,
    as_text,
    machine_as_mermaid,
)

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

_HELP = """\
Prints one of the tables by which the library decides, from the tables themselves.

  reasons     who acted, when it can happen, what it establishes, whose fault it was, the status
              it leads to, and whether to redial; one row for each termination reason
  machine     which event moves a session from which statuses to which one; and the answer to
              every pair of event and status
  settlement  how much each kind of claim about an ending can know, and the order in which
              claims of one rank are settled"""

_FORMATS = """\
formats:
  text        aligned columns
  markdown    tables to paste into a page
  json        one document, with the field names the library uses; lists are lists
  mermaid     the machine as a state diagram; the other tables have no picture

examples:
  session-lifecycle table reasons | grep later
  session-lifecycle table machine | less -S
  session-lifecycle table machine --format mermaid > machine.mmd
  session-lifecycle table settlement --format json

exit status:
  0  all is well
  2  the call is wrong"""


def add_to(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "table",
        help="print a table of the library",
        description=_HELP,
        epilog=_FORMATS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("table", choices=tuple(SHEETS), help="which one")
    parser.add_argument(
        "--format",
        choices=("text", "markdown", "json", "mermaid"),
        default="text",
        help="text (the default), markdown, json, or for the machine mermaid",
    )
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Run the command and return its exit status."""
    table: str = arguments.table
    if arguments.format == "mermaid":
        if table != "machine":
            complain(
                f"{table} has no picture, only the machine has: "
                "table machine --format mermaid, or another format"
            )
            return WRONG
        print(machine_as_mermaid())
    elif arguments.format == "json":
        print(json.dumps(as_document(table), indent=2))
    elif arguments.format == "markdown":
        sheets = (f"{sheet.title}\n\n{as_markdown(sheet)}" for sheet in SHEETS[table]())
        print("\n\n".join(sheets))
    else:
        print("\n\n".join(as_text(sheet) for sheet in SHEETS[table]()))
    return OK
