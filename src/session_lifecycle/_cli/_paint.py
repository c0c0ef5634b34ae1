"""Colours, on a terminal only. They say nothing that the words beside them do not say."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from argparse import ArgumentParser

_CODES = {"strong": "1", "faint": "2", "bad": "31", "good": "32", "doubtful": "33"}


class Paint:
    """Wraps text in the codes of a style, or leaves it as it is."""

    def __init__(self, on: bool) -> None:
        """Paint if `on`."""
        self.on = on

    def __call__(self, text: str, style: str) -> str:
        """Return text in a style; no style leaves it as it is."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.on and style else text


def add_color(parser: ArgumentParser) -> None:
    """Add the argument that says when to use colours."""
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colours: on a terminal only (auto, the default; NO_COLOR turns them off)",
    )


def paint_for(stream: TextIO, choice: str) -> Paint:
    """Return the paint for a stream: `auto` paints terminals, unless NO_COLOR or TERM says no."""
    if choice == "auto":
        dumb = os.environ.get("NO_COLOR", "") != "" or os.environ.get("TERM") == "dumb"
        return Paint(stream.isatty() and not dumb)
    return Paint(choice == "always")
