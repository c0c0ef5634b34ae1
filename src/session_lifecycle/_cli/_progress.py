"""How far reading has come, told on a terminal when it takes long; never into a pipe."""

from __future__ import annotations

import os
import sys
from time import monotonic
from typing import BinaryIO

_PATIENCE = 1.0  # seconds without a word, and
_PAUSE = 0.2  # between two


class Progress:
    """One line on standard error, written over and over, and gone when reading is done."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        """Watch the reading of a stream of this name."""
        self.on = sys.stderr is not None and sys.stderr.isatty()  # pyright: ignore[reportUnnecessaryComparison]
        self._name = name
        self._total = _size(stream) if self.on else 0
        self._next = monotonic() + _PATIENCE
        self._shown = False

    def tell(self, lines: int, size: int) -> None:
        """Say how many lines and bytes have been read, if it is time to."""
        now = monotonic()
        if not self.on or now < self._next:
            return
        self._next = now + _PAUSE
        share = f", {min(100, 100 * size // self._total)} %" if self._total else ""
        self._write(f"{self._name}: {lines:,} lines{share}")
        self._shown = True

    def clear(self) -> None:
        """Wipe the line."""
        if self._shown:
            self._write("")
            self._shown = False

    def _write(self, text: str) -> None:
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


def _size(stream: BinaryIO) -> int:
    """How large the file is, 0 for what has no size: a pipe, a terminal."""
    try:
        return os.fstat(stream.fileno()).st_size
    except OSError:
        return 0
