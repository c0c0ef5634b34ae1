"""The vectors about the machine: all 154 cells, and the eleven statuses."""

from __future__ import annotations

from collections.abc import Iterator

from tests.oracle.case import Case, Group
from tests.oracle.machine import describe_status, transition
from tests.oracle.spec import EVENTS, STATUSES

# fmt: off
GROUPS = (
    Group("status", "specification",
          "a session may start as queued, ringing or active; the last four statuses are terminal"),
    Group("moved", "specification",
          "one row an event: the event leads from here to its target"),
    Group("already", "specification",
          "a live session whose status is the event's target: a redelivery"),
    Group("late", "specification",
          "the session has ended, or ring or answer come after it was answered: no error"),
    Group("illegal", "specification",
          "a live session that cannot do that: the caller's bug"),
)
# fmt: on


def cases() -> Iterator[Case]:
    """Yield every case, in the order of the file."""
    for status in STATUSES:
        yield Case("status", status, "describe_status", {"status": status}, describe_status(status))
    for status in STATUSES:
        for event in EVENTS:
            answer = transition(status, event)
            given = {"status": status, "event": event}
            group = str(answer["verdict"])
            yield Case(group, f"{status}/{event}", "transition", given, answer)
