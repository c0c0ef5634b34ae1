"""Who the caller is, and which of the caller's connections a leave is about.

A session is about one caller: the one it is told of, else the first that comes, as LiveKit's own
`RoomIO` links them. Others may come and go. The caller may come back, under the same identity and a
new `sid`; then the old connection's leave ends nothing, whether it is heard before or after.

Source: livekit-agents 1.8.9 voice/room_io/room_io.py (_on_participant_connected), livekit 1.1.15
rtc/_proto/participant_pb2 (ParticipantKind, numbered otherwise than in webhooks); read 2026-11-30.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, cast

# In the order of the room's numbers, from 0.
_KINDS = ("STANDARD", "INGRESS", "EGRESS", "SIP", "AGENT", "CONNECTOR", "BRIDGE")
_CALLERS = frozenset({"STANDARD", "SIP", "CONNECTOR"})
# An avatar: it speaks for the agent.
_ON_BEHALF = "lk.publish_on_behalf"


class Person(NamedTuple):
    """Somebody in the room who may be the caller.

    Attributes:
        identity: who it is.
        sid: which connection it is.
        kind: the participant's kind, by name.
        attributes: the participant's.
    """

    identity: str
    sid: str
    kind: str
    attributes: Mapping[str, object]


def person_of(participant: object) -> Person | None:
    """Return who a participant is; `None` for an agent, a recorder, an avatar."""
    kind = getattr(participant, "kind", 0)
    name = _KINDS[kind] if isinstance(kind, int) and 0 <= kind < len(_KINDS) else ""
    if name not in _CALLERS:
        return None
    attributes: Mapping[str, object] = {}
    given = getattr(participant, "attributes", None)
    if isinstance(given, Mapping):
        attributes = cast("Mapping[str, object]", given)
    if attributes.get(_ON_BEHALF):
        return None
    identity, sid = getattr(participant, "identity", ""), getattr(participant, "sid", "")
    return Person(_text(identity), _text(sid), name, attributes)


def _text(text: object) -> str:
    return text if isinstance(text, str) else ""


class Caller:
    """The one person that a session is about, once it is known who."""

    def __init__(self, identity: str | None) -> None:
        """Wait for the person of this identity, or for the first, if it is `None`."""
        self._identity = identity
        self._sid: str | None = None

    def joined(self, person: Person) -> bool:
        """Note that somebody is there; return whether it is the caller."""
        if self._identity is None:
            self._identity = person.identity
        if person.identity != self._identity:
            return False
        self._sid = person.sid
        return True

    def has_left(self, person: Person) -> bool:
        """Return whether this leave is the caller's, from the connection that is in use.

        Somebody may leave whom nobody has seen come: where the caller is still awaited, it counts.
        """
        if self._identity is None:
            self._identity = person.identity
        return person.identity == self._identity and self._sid in (None, person.sid)
