"""The mutants that no test can tell from the code, each with its reason.

`tables.txt` and `functions.txt` hold them by name, as the report prints it, under a line that says
why. A mutant that dies, or is gone, must leave the list.
"""

from __future__ import annotations

from pathlib import Path


def known(file: str) -> dict[str, str]:
    """The reason why each mutant of a list is equivalent, by the mutant's name."""
    found: dict[str, str] = {}
    reason = ""
    for line in (Path(__file__).parent / file).read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            reason = line.removeprefix("# ")
        elif line:
            found[line] = reason
    return found


TABLES = known("tables.txt")
FUNCTIONS = known("functions.txt")
