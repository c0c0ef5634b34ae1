"""The specification's tables and lists of words, parsed from the verbatim copy of its text."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "data" / "spec"
# A list of facts read from LiveKit's own package, with its source and date in its first lines.
LIVEKIT = FOLDER.parent / "vendors" / "livekit.disconnect_reason.txt"


def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def table(name: str) -> list[dict[str, str]]:
    """Return a Markdown table's rows, each by the names of its columns."""
    lines = [line for line in _text(name).splitlines() if line.startswith("|")]
    head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [dict(zip(head, row, strict=True)) for row in rows]


def listed(cell: str) -> tuple[str, ...]:
    """Return the entries of a cell like `active, paused`."""
    return tuple(part.strip() for part in cell.split(","))


@cache
def words(enum: str) -> tuple[str, ...]:
    """Return the words section 1 lists for an enum, in its order."""
    found = re.search(rf"^- .*?`{enum}`[^`]*`([a-z_\s]+)`", _text("vocabularies.md"), re.M)
    inline = re.search(rf"`{enum}`[^:;.`]*: `([a-z_\s]+)`", _text("vocabularies.md"))
    match = inline or found
    if match is None:
        raise LookupError(f"section 1 lists no words for {enum}")
    return tuple(match[1].split())


@cache
def section(number: int) -> tuple[str, str]:
    """Return a section's heading, and the SHA-256 of its whole text: which text was read."""
    parts = re.split(r"^## ", _text("domain-sections.md"), flags=re.MULTILINE)
    (found,) = (part for part in parts if part.startswith(f"{number}. "))
    heading = found.splitlines()[0]
    return heading, sha256(found.strip().encode()).hexdigest()


REASONS = words("SessionTerminationReason")
STATUSES = words("SessionStatus")
EVENTS = tuple(row["event"] for row in table("machine.md"))
# "The last four are terminal, the rest are live."
TERMINAL = STATUSES[-4:]
LIVE = STATUSES[:-4]
# "A session may start as `queued`, `ringing` or `active`."
INITIAL = ("queued", "ringing", "active")

# Section 2, the columns `status` and `outcome`.
OWN_STATUS = {row["reason"]: row["status"] for row in table("reasons.md")}
OUTCOME = {row["reason"]: row["outcome"] for row in table("reasons.md")}

# "Member names": those of LiveKit's DisconnectReason, which has no RESOLVED, say.
LIVEKIT_NAMES = tuple(
    line.split("\t")[0].lower()
    for line in LIVEKIT.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
