"""What `--fail-on` found: how many sessions, and the names of the first few."""

from __future__ import annotations

from collections.abc import Iterable

from session_lifecycle._cli._tell import complain, counted
from session_lifecycle._text import show

_NAMED = 5


class Failures:
    """The sessions that `--fail-on` is about, by kind."""

    def __init__(self, kinds: Iterable[str]) -> None:
        """Look for these kinds, each once, in this order."""
        self.kinds = tuple(dict.fromkeys(kinds))
        self._counts = dict.fromkeys(self.kinds, 0)
        self._named: dict[str, list[str]] = {kind: [] for kind in self.kinds}

    def note(self, kind: str, session_id: str) -> None:
        """Count a session."""
        self._counts[kind] += 1
        if len(self._named[kind]) < _NAMED:
            self._named[kind].append(show(session_id))

    def tell(self) -> bool:
        """Say what was found, and return whether anything was."""
        for kind, count in self._counts.items():
            if count:
                more = f" and {count - _NAMED:,} more" if count > _NAMED else ""
                names = ", ".join(self._named[kind])
                complain(f"--fail-on {kind}: {counted(count, 'session')}: {names}{more}")
        return any(self._counts.values())
