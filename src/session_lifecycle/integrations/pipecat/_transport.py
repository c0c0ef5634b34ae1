"""What a transport tells of its clients, its phone and its own connection.

The events are those of all of Pipecat's transports; each has some of them. An event that says that
a call ended by itself (`on_dialout_stopped`) says not who ended it and is left alone: the client's
leaving comes with it. So is `on_session_timeout`: the call goes on until your code ends it.

Source: pipecat-ai 1.14.0 pipecat/transports/*/; read 2026-11-30.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from session_lifecycle._words import SessionTerminationReason, TranslationGrade
from session_lifecycle.crosswalk import translate
from session_lifecycle.crosswalk._translate import kept
from session_lifecycle.integrations.pipecat._call import TRANSPORT, Call

R = SessionTerminationReason

# More clients than this are not kept in mind as hidden.
_MAX_HIDDEN = 256

# Where a client's data has its identity: Daily and LiveKit, Vonage.
_IDENTITIES = ("id", "streamId")

# Where a dial error's data has its text (docs.daily.co, telephony events).
_MESSAGES = ("errorMsg", "error", "message")


class TransportListener:
    """A handler for each event that tells something, under the event's own name."""

    EVENTS = (
        *("on_client_connected", "on_client_disconnected", "on_participant_left"),
        *("on_connected", "on_joined", "on_disconnected", "on_left"),
        *("on_dialin_connected", "on_dialin_error"),
        *("on_dialout_connected", "on_dialout_answered", "on_dialout_error"),
    )

    def __init__(self, call: Call) -> None:
        self._call = call
        self._hidden: set[str] = set()

    def on_client_connected(self, transport: object, *client: Any) -> None:
        """Somebody is there."""
        self._call.came(_identity(client))

    def on_client_disconnected(self, transport: object, *client: Any) -> None:
        """A client's connection is gone."""
        who = _identity(client)
        if who in self._hidden:
            self._hidden.remove(who)
            self._call.hidden(who)
        else:
            self._call.left(who, _close_code(client))

    def on_participant_left(self, transport: object, *told: Any) -> None:
        """Daily gives its reason here, just before it says that the client is gone."""
        listed = translate("daily", told[1] if len(told) > 1 else None)
        if listed.grade is TranslationGrade.NOT_AN_END and len(self._hidden) < _MAX_HIDDEN:
            self._hidden.add(_identity(told))

    def on_connected(self, transport: object, *told: Any) -> None:
        """The bot's own connection is there."""
        self._call.back("connection")

    on_joined = on_connected

    def on_disconnected(self, transport: object, *told: Any) -> None:
        """The bot's own connection is gone; LiveKit's reason for it is not passed on."""
        self._call.sign("connection", R.UNKNOWN, "on_disconnected", TRANSPORT)

    def on_left(self, transport: object, *told: Any) -> None:
        """The bot has left the room; Daily and Vonage say it so."""
        self._call.sign("connection", R.UNKNOWN, "on_left", TRANSPORT)

    def on_dialin_connected(self, transport: object, *told: Any) -> None:
        """A person is on the line."""
        self._call.person()

    on_dialout_answered = on_dialin_connected

    def on_dialout_connected(self, transport: object, *told: Any) -> None:
        """Another attempt has got further than the one that failed."""
        self._call.back("dial")

    def on_dialin_error(self, transport: object, *told: Any) -> None:
        """The phone was not reached; Daily's text says why, in prose."""
        self._dial_error("on_dialin_error", told)

    def on_dialout_error(self, transport: object, *told: Any) -> None:
        """The phone was not reached, and may be tried again."""
        self._dial_error("on_dialout_error", told)

    def _dial_error(self, event: str, told: tuple[Any, ...]) -> None:
        reason = translate("pipecat", event, field="event").reason
        self._call.dial_failed(reason, _message(told) or event)


def _identity(client: tuple[Any, ...]) -> str:
    """A text by which a client is known again: its id, else the object it is."""
    if not client:
        return ""
    first = client[0]
    if isinstance(first, Mapping):
        return _first(cast("Mapping[str, object]", first), _IDENTITIES)
    return kept(first) if isinstance(first, str) else f"object {id(first)}"


def _close_code(client: tuple[Any, ...]) -> int | None:
    """The code a WebSocket was closed with, if the client is one that tells (RFC 6455)."""
    code = getattr(client[0], "close_code", None) if client else None
    return int(code) if isinstance(code, int) and 1000 <= code < 5000 else None


def _message(told: tuple[Any, ...]) -> str:
    data = told[0] if told else None
    if isinstance(data, Mapping):
        return _first(cast("Mapping[str, object]", data), _MESSAGES)
    return kept(data).strip()


def _first(data: Mapping[str, object], names: tuple[str, ...]) -> str:
    """The first of these that is there and not blank, as text."""
    texts = (kept(data.get(name)).strip() for name in names)
    return next((text for text in texts if text), "")
