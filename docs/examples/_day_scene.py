"""One session of the generated day: its reporters, and the lines they send."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

Line = dict[str, Any]


class Scene:
    """One session: its reporters send lines, each at its time and with a delay of its own."""

    def __init__(self, number: int, start: int, chance: random.Random) -> None:
        self.number = number
        self.name = f"s{number:04d}"
        self.start = start
        self.chance = chance
        self.sent: list[tuple[float, Line]] = []

    def between(self, low: float, high: float) -> float:
        """Return a number from `low` to `high`, to a tenth."""
        return round(low + (high - low) * self.chance.random(), 1)

    def pick(self, *options: str) -> str:
        """Return one of the options."""
        return options[int(self.chance.random() * len(options))]

    def own(self, second: float, **what: Any) -> None:
        """Send a line of our own, quickly."""
        at = datetime.fromtimestamp(self.start + second, UTC).isoformat(timespec="milliseconds")
        at = at.replace("+00:00", "Z").replace(".000Z", "Z")
        self._send(second, self.between(0, 0.4), {"session_id": self.name, "at": at, **what})

    def hook(self, second: float, event: str, who: Line | None = None) -> None:
        """Send a webhook as LiveKit posts it: whole seconds, late, and now and then again."""
        person = {} if who is None else {"participant": who}
        body = {
            "event": event,
            "room": {"sid": f"RM_{self.number}", "name": self.name},
            **person,
            "id": f"EV_{self.number}_{len(self.sent)}",
            "createdAt": str(int(self.start + second)),
        }
        self._send(second, self.between(0.1, 6), body)
        if self.chance.random() < 0.08:
            self._send(second, self.between(10, 40), body)

    def _send(self, second: float, delay: float, line: Line) -> None:
        self.sent.append((self.start + second + delay, line))

    def caller(self, left: str | int | None = None, call_status: str = "") -> Line:
        """Return the caller as LiveKit describes them."""
        person: Line = {"sid": f"PA_{self.number}", "identity": "sip_caller", "kind": "SIP"}
        if call_status:
            person["attributes"] = {"sip.callStatus": call_status}
        if left is not None:
            person["disconnectReason"] = left
        return person

    def talk(self, low: float = 15, high: float = 300) -> float:
        """Let the caller come in, and return the second at which something happens next."""
        self.hook(1, "participant_joined", self.caller())
        return self.between(low, high)

    def dial(self) -> float:
        """Let a phone ring, and return the second at which something happens next."""
        self.hook(0, "participant_joined", self.caller(call_status="dialing"))
        return self.between(3, 40)

    def leave(self, second: float, left: str | int, room: bool = True) -> None:
        """Let the caller leave and the room close."""
        self.hook(second, "participant_left", self.caller(left))
        if room:
            self.hook(second + 1, "room_finished")
