"""Bytes into text and JSON, and what fuzzing starts from: lines of the examples, and our words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

from session_lifecycle import (
    EvalRunStatus,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
    _words,
)

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
VENDORS = ROOT / "tests" / "data" / "vendors"

# The names of fields, and the words that are in no enum of ours.
NAMES = (
    *("session_id", "at", "event", "claim", "source", "id", "raw", "reason", "status", "party"),
    *("connection", "eval_run", "is_critical", "scores", "passed", "room", "name", "sid"),
    *("participant", "identity", "kind", "attributes", "sip.callStatus", "disconnectReason"),
    *("createdAt", "evaluator", "order", "roomEndReason", "sip.callStatusCode"),
    *("egressInfo", "ingressInfo", "roomName", "roomId", "job"),
)
FOREIGN = (
    *("room_started", "room_finished", "participant_joined", "participant_left"),
    *("participant_connection_aborted", "track_published"),
    *("STANDARD", "SIP", "AGENT", "CONNECTOR", "EGRESS", "INGRESS", "BRIDGE"),
    *("dialing", "ringing", "hangup", "active", "automation"),
    *("ROOM_END_UNKNOWN", "ROOM_END_API_DELETE", "ROOM_END_OPEN_FAILED"),
    *("DisconnectReason.", "SessionTerminationReason."),
)
TIMES = (
    *("2026-11-23T10:00:00Z", "2026-11-23T10:00:00.000001Z", "2026-11-23T10:00:03+02:00"),
    *("2026-11-22T10:00:00Z", "1970-01-01T00:00:00Z", "2026-11-23T10:00:00", "2026-11-23"),
    *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999999Z"),
    *("9999-12-31T23:59:59-23:59", "20261123T100000Z", "2026-W48-1T10Z"),
)
# Seconds apart, as reports of one ending are: which is first decides.
NEAR = tuple(f"2026-11-23T10:00:{second:02}Z" for second in range(6))
# What may stand in a field: half of what is put there is taken from here.
FITTING: dict[str, tuple[str, ...]] = {
    "at": (*NEAR, *NEAR, *TIMES),
    "createdAt": tuple(str(1767225600 + second) for second in range(6)),
    "event": (*SessionEvent, *FOREIGN[:6]),
    "claim": tuple(SessionTerminationReason),
    "reason": tuple(SessionTerminationReason),
    "status": (*SessionStatus, *EvalRunStatus),
    "kind": FOREIGN[6:13],
    "source": ("worker", "livekit", ""),
    "roomEndReason": FOREIGN[18:21],
    "sip.callStatus": FOREIGN[13:18],
    "sip.callStatusCode": ("486", "200", "404", "603", "100"),
    "disconnectReason": tuple(word.upper() for word in SessionTerminationReason),
}
# What is no word of anybody's.
HOSTILE: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 5, 486, 2**63, 10**30, -0.0, 1.5, 1e308, [], {}, [[]], [{}]),
    *(float("nan"), float("inf"), "", " ", "\x00", "\x1b[31m", "\ud800", "\u202e", "\ufeff"),
    *("x" * 64, "x" * 65, "\ufb00" * 64, "1767225600", "0", "999999999999", "\u0661" * 10),
    *("0486", "03999", "\u0664\u0668\u0666"),
    "y" * 500,
    json.loads("[" * 400 + "]" * 400),
)


def text_of(data: bytes) -> str:
    """Return a text for any bytes: what is no UTF-8 becomes lone surrogates."""
    return data.decode("utf-8", "surrogateescape")


def may_be_deep(data: bytes) -> bool:
    """Return whether there are so many brackets that Python's parser might give up.

    At which depth it does depends on how deep the caller stands: there is no law to hold it to.
    """
    return data.count(b"[") + data.count(b"{") > 600


def json_of(data: bytes) -> object:
    """Return the JSON value in the bytes.

    Raises:
        ValueError: if there is none, or one that may be too deep.
    """
    if may_be_deep(data):
        raise ValueError("too deep")
    return json.loads(data)


def words() -> list[str]:
    """Return all words of all our vocabularies, each once, in their order."""
    enums = [enum for enum in vars(_words).values() if isinstance(enum, type)]
    ours = (word.value for enum in enums if issubclass(enum, StrEnum) for word in enum)
    return list(dict.fromkeys([*ours, *NAMES, *FOREIGN, *TIMES]))


def dictionary() -> str:
    """Return the words as a dictionary that libFuzzer reads."""
    entries = [*words(), *(json.dumps(word) for word in words()), "\u017f", "\ufb00", "\u0130"]
    escaped = ("".join(map("\\x{:02x}".format, entry.encode())) for entry in entries)
    return "".join(f'"{entry}"\n' for entry in escaped)


def vendors_words(*names: str) -> Iterator[str]:
    """Yield the words in some of the vendors' lists."""
    for name in names:
        for line in (VENDORS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                yield line.split("\t")[0]


def example_lines() -> dict[str, list[bytes]]:
    """Return the lines of the examples, by the name of the file; of the long one the first."""
    return {
        file.stem: file.read_bytes().splitlines(keepends=True)[:40]
        for file in sorted(EXAMPLES.glob("*.jsonl"))
    }


def as_lines(bodies: Iterable[object]) -> bytes:
    """Return JSON Lines."""
    return b"".join(json.dumps(body).encode() + b"\n" for body in bodies)
