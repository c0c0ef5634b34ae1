"""Section 3 once more: what a value comes to, and by which door it came in.

The specification folds case before it splits camelCase, and after folding there is none left. What
it must mean is two looks, the one that ignores case alone first: `eRROR` is `error`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.oracle.spec import LIVEKIT_NAMES, REASONS

LONGEST = 64

# "member names with a class prefix like `DisconnectReason.ROOM_DELETED` or
# `SessionTerminationReason.ERROR`"
ALIASES = {f"session_termination_reason_{word}": word for word in REASONS} | {
    f"disconnect_reason_{word}": word for word in LIVEKIT_NAMES
}


def read_reason(value: object) -> dict[str, object]:
    """Return the reason, the value as it is kept, the door, and whether the strict reader takes it.

    A value is what JSON can say: a text, a number, true, false, null, an array or an object.
    """
    if value is None:
        return {"reason": "unknown", "raw": None, "via": "absent", "accepted": False}
    if not isinstance(value, str):
        # "`bool`, numbers and `bytes` are unrecognised here"
        return {"reason": "unknown", "raw": value, "via": "unrecognized", "accepted": False}
    reason, via = _reason_of(value)
    accepted = via != "unrecognized"
    return {"reason": reason, "raw": kept(value), "via": via, "accepted": accepted}


def _reason_of(text: str) -> tuple[str, str]:
    if len(text) > LONGEST:  # "text over 64 characters is never scanned whole"
        return "unknown", "unrecognized"
    if text in REASONS:  # "a `str` is looked up as it is"
        return text, "exact"
    for look in looks(text):  # "then looked up again"
        if look in REASONS:
            return look, "normalized"
    for look in looks(text):  # "then in the alias table"
        if look in ALIASES:
            return ALIASES[look], "alias"
    return "unknown", "unrecognized"


def read_word(value: object, known: tuple[str, ...]) -> str | None:
    """Return the status or event a value names, or `None`: one normalisation, and no aliases."""
    if not isinstance(value, str) or len(value) > LONGEST:
        return None
    return next((look for look in (value, *looks(value)) if look in known), None)


def kept(text: str) -> str:
    """ "`raw` (the value as given, exactly, up to 64 characters of text; longer text is kept
    truncated and marked)": 63 characters and an ellipsis.
    """
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"


def looks(text: str) -> tuple[str, str]:
    """ "then stripped, case-folded, camelCase split, and runs of `-`, `.`, `/`, `:` and white space
    turned into one `_`".
    """
    bare = re.sub(r"^\s+|\s+$", "", text)
    return _joined(bare.casefold()), _joined("_".join(_camel_parts(bare)).casefold())


def _joined(text: str) -> str:
    return re.sub(r"[-./:\s]+", "_", text)


def _camel_parts(text: str) -> Iterator[str]:
    """A part begins at a capital behind a small letter, and at the last capital of an acronym."""
    begin = 0
    for place in range(1, len(text)):
        behind, here, ahead = text[place - 1], text[place], text[place + 1 : place + 2]
        if here.isupper() and (behind.islower() or (behind.isupper() and ahead.islower())):
            yield text[begin:place]
            begin = place
    yield text[begin:]
