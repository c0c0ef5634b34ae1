"""A conversation as its clients see it: what is asked of it, and what was answered."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from session_lifecycle import EndClaim
from tests.service.client import KEY, Answer, Headers

Verb = Literal["start", "handoffs", "close", "end_session", "resolve", "webhook", "get"]

_OURS = (("x-api-key", KEY), ("content-type", "application/json"))


class Ask(NamedTuple):
    """A request to be sent.

    Attributes:
        claim: what it claims, if anything; of a close's, all but the time.
        look: whether the conversation is to be looked at as soon as this is answered.
    """

    call: Call
    verb: Verb
    body: bytes | None = None
    claim: EndClaim | None = None
    headers: Headers = _OURS
    look: bool = False

    @property
    def sent(self) -> tuple[str, str, bytes | None, Headers]:
        """What a client sends, once the keys are known."""
        return ("GET" if self.verb == "get" else "POST", self._path, self.body, self.headers)

    @property
    def _path(self) -> str:
        if self.verb == "webhook":
            return "/v1/livekit/webhook"
        if self.verb == "start":
            return "/v1/v2/conversations"
        mine = f"/v1/v2/conversations/{self.call.key}"
        if self.verb == "get":
            return mine
        if self.verb == "resolve":
            return f"{mine}/handoffs/{self.call.handoff}/resolve"
        return f"{mine}/{self.verb}"


class Told(NamedTuple):
    """A request, and what became of it."""

    ask: Ask
    answer: Answer


@dataclass(eq=False)
class Call:
    """A conversation: how it starts, what is asked of it, and what was answered.

    Attributes:
        taken: what a service that was killed had written and not acknowledged.
    """

    room: str
    status: str
    started_at: datetime | None
    hands_over: bool
    endings: list[Ask] = field(default_factory=list)
    key: str = ""
    handoff: str = ""
    told: list[Told] = field(default_factory=list)
    taken: set[Verb] = field(default_factory=set)

    def __repr__(self) -> str:
        return self.room

    def start(self) -> Ask:
        """Return the request that starts it."""
        given = {
            "end_user_id": str(UUID(int=0xB)),
            "channel": "voice",
            "external_session_id": self.room,
            "status": self.status,
            "started_at": self.started_at and self.started_at.isoformat(),
        }
        return Ask(self, "start", json.dumps(given).encode())

    def keep(self, told: Told) -> None:
        """Keep what became of a request, and the key that it was answered."""
        self.told.append(told)
        if told.ask.verb == "start" and told.answer.status in (200, 201):
            self.key = told.answer.body["id"]
        if told.ask.verb == "handoffs" and told.answer.status in (200, 201):
            self.handoff = told.answer.body["id"]

    def expected(self, verb: Verb) -> int:
        """Return the status that a request is to be answered with."""
        return 201 if verb in ("start", "handoffs") and verb not in self.taken else 200

    def answered(self, *verbs: Verb) -> list[Told]:
        """Return the requests that were answered with a success."""
        of_these = [told for told in self.told if told.ask.verb in verbs]
        return [told for told in of_these if told.answer.status in (200, 201)]

    def shown(self) -> list[tuple[Answer, dict[str, Any]]]:
        """Return the answers that showed the conversation, and what they showed."""
        showing = self.answered("start", "get", "close", "end_session", "resolve")
        bodies = [(told.answer, told.answer.body) for told in showing]
        return [(answer, body.get("conversation", body)) for answer, body in bodies]


def time_of(shown: str | None) -> datetime | None:
    """Return a time as answers show it."""
    return None if shown is None else datetime.fromisoformat(shown)


def unexpected(calls: list[Call]) -> list[str]:
    """Return the first answers that are not what was expected; no answer is none."""
    found = [
        f"{told.ask.verb}: {told.answer.status} {told.answer.body!a:.300}"
        for call in calls
        for told in call.told
        if told.answer.status not in (None, call.expected(told.ask.verb))
    ]
    return found[:5]
