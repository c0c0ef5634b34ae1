"""Section 4 once more: the verdict on every status and event, sentence by sentence."""

from __future__ import annotations

from tests.oracle.spec import EVENTS, INITIAL, LIVE, TERMINAL, listed, table

_ROWS = {row["event"]: row for row in table("machine.md")}
SOURCES = {
    event: LIVE if row["from"] == "every live status" else listed(row["from"])
    for event, row in _ROWS.items()
}
TARGET = {event: row["to"] for event, row in _ROWS.items()}
# Live, and nobody has answered yet.
UNANSWERED = ("queued", "ringing")


def verdict(status: str, event: str) -> str:
    """Return one of the four verdicts."""
    if status in TERMINAL:
        return "late"  # "the session has ended"
    if status in SOURCES[event]:
        return "moved"
    if status == TARGET[event]:
        return "already"  # "a live session whose status is the event's target"
    if event in ("ring", "answer") and status not in UNANSWERED:
        return "late"  # "`ring`/`answer` come after the session was answered"
    return "illegal"  # "a live session that cannot do that"


def transition(status: str, event: str) -> dict[str, object]:
    """Return the verdict, the status afterwards, and what could be done there instead."""
    said = verdict(status, event)
    return {
        "verdict": said,
        "after": TARGET[event] if said == "moved" else status,
        "allowed": [other for other in EVENTS if verdict(status, other) == "moved"],
    }


def describe_status(status: str) -> dict[str, object]:
    """Return whether a session in this status is live, and whether one may start in it."""
    return {"live": status in LIVE, "initial": status in INITIAL}
