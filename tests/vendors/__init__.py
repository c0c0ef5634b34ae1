"""The lists of words in tests/data/vendors, against the packages of those who wrote the words.

`pip install --no-deps --group vendors` brings the packages: they are read, never imported, so none
needs what it depends on. When it fails, a vendor has a new word. Here: what a list is, and how it
differs from what a package has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

Words = dict[str, int | None]
"""The words of a package, in its order, with their numbers where they have them."""

Differences = dict[str, list[str]]
"""What a package and a list do not agree on, by the kind of the difference."""

ANYTHING = "*"


class Line(NamedTuple):
    """A line of a list: `word`, `word<TAB>number`, and `~` before a word that is retired."""

    word: str
    number: int | None
    retired: bool


def lines_of(text: str) -> list[Line]:
    found = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            word, _, number = line.removeprefix("~").partition("\t")
            digits = number.strip()
            found.append(Line(word.strip(), int(digits) if digits else None, line.startswith("~")))
    return found


def differences(
    words: Words,
    lines: Iterable[Line],
    elsewhere: Collection[str] = (),
    left_out: Collection[str] = (),
) -> Differences:
    """What a package and a list do not agree on, by the kind of the difference.

    Args:
        words: what the package has.
        lines: what the list has.
        elsewhere: words of the list that come from another place; `*` for any.
        left_out: words of the package that are not for the list.
    """
    lines = list(lines)
    listed = {line.word: line.number for line in lines if not line.retired}
    retired = {line.word for line in lines if line.retired}
    known = listed.keys() | retired
    in_vain = [word for word in left_out if word in known or word not in words]
    if ANYTHING not in elsewhere:
        in_vain += [word for word in elsewhere if word in words or word not in listed]
    other = [] if ANYTHING in elsewhere else [word for word in listed if word not in words]
    found = {
        "new": [word for word in words if word not in known and word not in left_out],
        "missing": [word for word in other if word not in elsewhere],
        "back": [word for word in words if word in retired and word not in listed],
        "renumbered": [
            f"{word} (now {words[word]}, listed as {number})"
            for word, number in listed.items()
            if None not in (number, words.get(word)) and number != words[word]
        ],
        "excepted in vain": in_vain,
    }
    return {kind: those for kind, those in found.items() if those}


def by_number(words: Words) -> Words:
    """For a field whose numbers are the words, as `486` is: the names are only names."""
    return {str(number): None for number in words.values()}


def lines_by_number(lines: Iterable[Line]) -> list[Line]:
    return [
        Line(str(word if number is None else number), None, retired)
        for word, number, retired in lines
    ]


# The numbers are the words, or the names differ between two packages that share them.
NUMBERED = {
    ("livekit.agents_close_reason", "livekit-protocol"),
    ("sip.response_code", "livekit-protocol"),
    ("websocket.close_code", "websockets"),
}

# Words of a list that this package does not have, because they were read elsewhere.
ELSEWHERE = {
    # Only on the wire: the protocol has them, and the Python enums do not.
    ("livekit.agents_close_reason", "livekit-agents"): ["unknown"],
    ("livekit.amd_category", "livekit-agents"): ["AMD_UNKNOWN"],
    # The standard and other switches have more codes than LiveKit has names.
    ("sip.response_code", "livekit-protocol"): [ANYTHING],
    # A callback sends it, as the documentation of `status_callback_event` says.
    ("twilio.call_status", "twilio"): ["initiated"],
    # Only events send them (vonage-java-sdk, the webhook reference).
    ("vonage.call_status", "vonage-voice"): ["human", "disconnected", "transfer", "input"],
    # Registered at IANA, and those for private use.
    ("websocket.close_code", "websockets"): ["3000", "3003", "3008", "4000-4999"],
    # In the administrator guide, and not yet in the service's model.
    ("amazon_connect.amd_status", "botocore"): ["AMD_UNRESOLVED_SILENCE"],
    ("amazon_connect.contact_state", "botocore"): ["PAUSED"],
}

# Words of a package that are not for the list.
LEFT_OUT = {
    ("pipecat.event", "pipecat-ai"): [
        *("on_before_leave", "on_before_disconnect"),  # The event without "before" follows.
        *("on_recording_stopped", "on_recording_error", "track-ended"),  # Of a part of the call.
        *("on_transcription_stopped", "on_transcription_error", "on_avatar_disconnected"),
        *("on_error", "on_heartbeat_timeout"),  # It goes on.
        *("closed", "disconnected", "failed"),  # Becomes the transport's on_client_disconnected.
    ],
}

WHAT_TO_DO = {
    "new": "judge the new words: a row each in the vendor's module of session_lifecycle.crosswalk, "
    "a line each in the list, and CHANGELOG.md under Vocabulary",
    "missing": "if the package is not older than the list: retire the missing ones (`retired` in "
    "the module, `~` in the list, CHANGELOG.md under Vocabulary); a word that was read in another "
    "place belongs in ELSEWHERE",
    "back": "not retired any more: take them out of `retired`, and the `~` off the list",
    "renumbered": "look whether the old number is still sent, then correct the list and the module",
    "excepted in vain": "take them out of ELSEWHERE or LEFT_OUT",
}


def told(found: Differences, names: Mapping[str, str]) -> str:
    """The differences as lines, each kind with what to do; a number with its name beside it."""
    lines = []
    for kind, words in found.items():
        named = [f"{word} ({names[word]})" if word in names else word for word in words]
        lines.append(f"\n  {kind}: {', '.join(named)}\n    {WHAT_TO_DO[kind]}")
    return "".join(lines)
