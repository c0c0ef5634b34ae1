"""A webhook's body, from whichever form it comes in: decoded JSON, or LiveKit's own message.

LiveKit posts protobuf JSON: names in camelCase, enums by name, defaults left out. Its
`WebhookReceiver` gives a protobuf message instead. Here the message is read into what its JSON
would hold, as far as it is needed, so that all else knows one form only. Nothing of protobuf is
imported: a message describes itself, and its own description names its enums, whatever its version.

What a receiver of an older version drops: a word it does not know becomes the default, as if there
had been none. In the posted JSON the word is still there: read that where you have it.

Source: livekit-protocol 1.1.29 livekit_webhook.proto; livekit-api 1.2.2 webhook.py
(WebhookReceiver); read 2026-11-30.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

from session_lifecycle._text import show

Body = Mapping[str, object]
"""A JSON object."""


class WebhookMessage(Protocol):
    """LiveKit's `livekit.protocol.webhook.WebhookEvent`, as its `WebhookReceiver` returns it."""

    @property
    def event(self) -> str:
        """Which event it is."""
        ...

    @property
    def DESCRIPTOR(self) -> Any:  # noqa: N802  # Protobuf's name.
        """Protobuf's description of the message."""

    def ListFields(self) -> Sequence[tuple[Any, Any]]:  # noqa: N802
        """Return the fields that are set, each with its description."""
        ...


# The parts of a message that are read. Of the others, files and tracks, there may be a great many.
_PARTS = frozenset({"room", "participant", "egressInfo", "ingressInfo", "job"})
_MAP = "attributes"


def body_of(said: Body | WebhookMessage) -> Body:
    """Return a webhook as the JSON object it is posted as, as far as it is read here.

    Raises:
        TypeError: if it is neither a mapping nor a message with an event.
    """
    if is_mapping(said):
        return cast("Body", said)
    described = getattr(type(said), "DESCRIPTOR", None)
    if "event" not in getattr(described, "fields_by_name", ()):
        raise TypeError(
            f"body is {show(said)}, expected the decoded JSON object of a webhook, "
            "or LiveKit's WebhookEvent"
        )
    return _read(cast("WebhookMessage", said))


def _read(message: WebhookMessage) -> dict[str, object]:
    found: dict[str, object] = {}
    for field, value in message.ListFields():
        name: str = field.json_name
        if name in _PARTS:
            found[name] = _read(value)
        elif field.enum_type is not None and type(value) is int:
            row = field.enum_type.values_by_number.get(value)
            # JSON has the number of a member without a name.
            found[name] = value if row is None else row.name
        elif field.message_type is None or name == _MAP:
            found[name] = value
    return found


def part(whole: Body, name: str) -> Body:
    """Return an object within another, an empty one where it is missing or is no object."""
    found = whole.get(name)
    return cast("Body", found) if is_mapping(found) else {}


def text(whole: Body, name: str, default: str = "") -> str:
    """Return a text within an object: `default` where it is missing, `""` where it is no text."""
    found = whole.get(name, default)
    if type(found) is str:
        return found
    return default if found is None else found if isinstance(found, str) else ""


def is_mapping(thing: object) -> bool:
    """Return whether a thing is a JSON object."""
    return type(thing) is dict or isinstance(thing, Mapping)  # A dict is known much sooner.


# Its public path, which a signature shows even before the name is asked for.
WebhookMessage.__module__ = __name__.rpartition(".")[0]
