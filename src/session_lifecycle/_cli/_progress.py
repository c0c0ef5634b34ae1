"""How far reading has come, told on a terminal when it takes long; never into a pipe."""

from __future__ import annotations

import os
import shutil
import sys
from time import monotonic
from typing import BinaryIO, TextIO

from session_lifecycle._cli._tell import counted

_PATIENCE = 1.0  # seconds without a word, and
_PAUSE = 0.2  # between two
# Looked at once in so many units: to ask for the time at each would cost more than to read it.
_EVERY = 1024


class Progress:
    """One line on standard error, written over and over, and gone when the work is done."""

    def __init__(self, name: str, total: int, unit: str) -> None:
        """Watch work of this name.

        Args:
            name: what is worked on.
            total: how much there is to do, 0 if nobody knows.
            unit: what is counted.
        """
        self._on = _can_be_written_over(sys.stderr)
        self._name = name
        self._total = total
        self._unit = unit
        self._next = monotonic() + _PATIENCE
        self._shown = False

    def tell(self, count: int, done: int) -> None:
        """Say how many units there have been and how much is done, if it is time to."""
        if not self._on or count % _EVERY or (now := monotonic()) < self._next:
            return
        self._next = now + _PAUSE
        share = f", {min(100, 100 * done // self._total)} %" if self._total else ""
        rest = f": {counted(count, self._unit)}{share}"
        room = shutil.get_terminal_size().columns - 1 - len(rest)
        over = len(self._name) - room
        self._write((self._name if over <= 0 else f"…{self._name[over + 1 :]}") + rest)
        self._shown = True

    def clear(self) -> None:
        """Wipe the line."""
        if self._shown:
            self._write("")
            self._shown = False

    def _write(self, text: str) -> None:
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


def _can_be_written_over(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def size_of(stream: BinaryIO) -> int:
    """Return how large a file is, 0 for what has no size: a pipe, a terminal."""
    try:
        return os.fstat(stream.fileno()).st_size
    except OSError:
        return 0
