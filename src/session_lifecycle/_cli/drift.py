"""`session-lifecycle drift`: what a log contains that a vendor's table does not."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from typing import TYPE_CHECKING, cast

from session_lifecycle._cli._input import read_files
from session_lifecycle._cli._lines import BadLineError, decode, text_of_line
from session_lifecycle._cli._tell import FOUND, STATUS, WRONG, complain, counted, escaped
from session_lifecycle._cli.translate import unknown_field
from session_lifecycle._text import show
from session_lifecycle.crosswalk import UnlistedCode, drift, vendors

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

_HELP = """\
Counts the words in a log that a vendor's table does not have: words of a newer release, of
somebody else, or misspelt. Each is shown with the listed word most like it, a hint for a person and
never an answer. A line is one word; with --key it is a JSON object that has the word under NAME."""

_EXAMPLES = """\
examples:
  session-lifecycle drift vapi ended_reasons.txt
  session-lifecycle drift --key call.endedReason vapi webhooks.jsonl
  session-lifecycle drift --field call_status --json twilio -

"""

_STATUS = STATUS.replace("what it was to look for", "words the table lacks").replace(
    "there was nothing for --fail-on to look at", "no line has a word"
)


def add_to(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "drift",
        help="what a log contains that a vendor's table does not",
        description=_HELP,
        epilog=_EXAMPLES + _STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "vendor", choices=vendors(), metavar="VENDOR", help=f"one of: {', '.join(vendors())}"
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="lines; - is standard input")
    parser.add_argument(
        "--key",
        metavar="NAME",
        help="lines are JSON objects with the word under this name; a.b is b inside of a",
    )
    parser.add_argument("--field", metavar="NAME", help="the field of the vendor's they stand in")
    parser.add_argument("--json", action="store_true", help="print one JSON object a word")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Run the command and return its exit status."""
    if (unknown := unknown_field(arguments.vendor, arguments.field)) is not None:
        complain(unknown)
        return WRONG
    words = _Words(arguments.key)
    status = read_files(arguments.files, words.take)
    found = drift(arguments.vendor, words.counts, field=arguments.field)
    for one in found:
        print(json.dumps(one._asdict()) if arguments.json else _line(one))
    if not arguments.json:
        seen, strange = words.counts.total(), sum(one.seen for one in found)
        print(
            f"{strange:,} of {counted(seen, 'word')} not in the table"
            + (f"; {words.without:,} without one" if words.without else "")
        )
    if not words.counts and status != WRONG:
        # A gate that looked at nothing is not green.
        without = f": {counted(words.without, 'line')} without {show(arguments.key)}"
        complain(f"no word in any line{without if words.without else ''}")
        return WRONG
    return WRONG if status == WRONG else FOUND if found else status


class _Words:
    """The words of a log, counted."""

    def __init__(self, key: str | None) -> None:
        self._path = None if key is None else key.split(".")
        self.counts: Counter[str | int] = Counter()
        self.without = 0

    def take(self, line: bytes) -> None:
        """Count the word in a line.

        Raises:
            BadLineError: with the cause.
        """
        word: object = text_of_line(line) if self._path is None else decode(line)
        if word is None or word == "":
            return  # A blank line.
        if self._path is not None:
            for name in self._path:
                inside = cast("dict[str, object]", word) if type(word) is dict else {}
                word = inside.get(name)
        if word is None or word == "":
            self.without += 1
        elif isinstance(word, str) or type(word) is int:
            self.counts[word] += 1
        else:
            raise BadLineError(f"the word is {show(word)}, expected a text or a whole number")


def _line(one: UnlistedCode) -> str:
    nearest = f"  nearest: {one.nearest}" if one.nearest else ""
    return f"{one.seen:>8,}  {escaped(one.code)}{nearest}"
