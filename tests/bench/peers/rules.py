"""The session's machine as a peer is given it: plain text, typed from the specification.

Nothing here is read from our own tables, so that equal answers mean something.
"""

from __future__ import annotations

from typing import Any

LIVE = (
    *("queued", "ringing", "active", "paused"),
    *("waiting_for_human", "transferred", "awaiting_approval"),
)
ENDED = ("closed", "expired", "error", "superseded")
STATUSES = LIVE + ENDED
EVENTS = (
    *("ring", "answer", "pause", "resume", "request_human", "request_approval", "approve"),
    *("deny", "transfer", "return_to_agent", "close", "expire", "fail", "supersede"),
)

# fmt: off
# What moves a session: the event, from where, to where.
MOVES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("ring",             ("queued",),                                 "ringing"),
    ("answer",           ("queued", "ringing"),                       "active"),
    ("pause",            ("active",),                                 "paused"),
    ("resume",           ("paused",),                                 "active"),
    ("request_human",    ("active", "paused"),                        "waiting_for_human"),
    ("request_approval", ("active",),                                 "awaiting_approval"),
    ("approve",          ("awaiting_approval",),                      "active"),
    ("deny",             ("awaiting_approval",),                      "active"),
    ("transfer",         ("active", "paused", "waiting_for_human"),   "transferred"),
    ("return_to_agent",  ("waiting_for_human", "transferred"),        "active"),
    ("close",            LIVE,                                        "closed"),
    ("expire",           LIVE,                                        "expired"),
    ("fail",             LIVE,                                        "error"),
    ("supersede",        LIVE,                                        "superseded"),
)
# What is heard and changes nothing: a redelivery, a report of the dialling that comes late, and
# everything that reaches an ended session. Any other pair is refused.
_DIALLED = ("active", "paused", "waiting_for_human", "transferred", "awaiting_approval")
STAYS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ring",             ("ringing", *_DIALLED, *ENDED)),
    ("answer",           (*_DIALLED, *ENDED)),
    ("pause",            ("paused", *ENDED)),
    ("resume",           ("active", *ENDED)),
    ("request_human",    ("waiting_for_human", *ENDED)),
    ("request_approval", ("awaiting_approval", *ENDED)),
    ("approve",          ("active", *ENDED)),
    ("deny",             ("active", *ENDED)),
    ("transfer",         ("transferred", *ENDED)),
    ("return_to_agent",  ("active", *ENDED)),
    ("close",            ENDED),
    ("expire",           ENDED),
    ("fail",             ENDED),
    ("supersede",        ENDED),
)
# fmt: on

# How a new session, which is queued, gets to each status.
WAYS: dict[str, tuple[str, ...]] = {
    "queued": (),
    "ringing": ("ring",),
    "active": ("answer",),
    "paused": ("answer", "pause"),
    "waiting_for_human": ("answer", "request_human"),
    "transferred": ("answer", "transfer"),
    "awaiting_approval": ("answer", "request_approval"),
    "closed": ("close",),
    "expired": ("expire",),
    "error": ("fail",),
    "superseded": ("supersede",),
}

# The history of `samples.HISTORY`, by its events.
HISTORY = (
    *("ring", "ring", "answer", "pause", "resume", "request_approval", "deny"),
    *("request_human", "return_to_agent", "transfer", "return_to_agent", "close", "close"),
)


def walk(machine: Any) -> None:
    """Take the history with a machine that has a method for each event, call by call."""
    machine.ring()
    machine.ring()
    machine.answer()
    machine.pause()
    machine.resume()
    machine.request_approval()
    machine.deny()
    machine.request_human()
    machine.return_to_agent()
    machine.transfer()
    machine.return_to_agent()
    machine.close()
    machine.close()
