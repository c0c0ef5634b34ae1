"""How text becomes one of our words, and when it must not.

Three doors lead to a termination reason: `coerce_termination_reason` never raises and answers
`UNKNOWN`; `read_termination_reason` gives the same answer with the evidence; and
`parse_termination_reason` is strict, for the paths on which the caller can still act.

One normalisation. Text is looked up as it is; then stripped, with its case ignored and every run of
`-`, `.`, `/`, `:` and white space read as one `_`; then with its camelCase split as well; then
among the aliases. Nothing is ever matched by likeness: `operator-busy` is not `callee_busy`. Text
of more than 64 characters cannot be a reason and is not scanned; numbers and bytes are no text,
because whose numbers they are is known to the crosswalk only.

Statuses get the opposite default and so doors of their own. An unknown reason is still an ending,
but an unknown status must neither end a live call nor count as live: `coerce_session_status` gives
`None`, `parse_session_status` raises.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from itertools import product
from typing import NamedTuple, TypeVar

from session_lifecycle._errors import UnknownEventError, UnknownReasonError, UnknownStatusError
from session_lifecycle._names import publish
from session_lifecycle._spelling import joined, normal_forms
from session_lifecycle._table import index
from session_lifecycle._text import clip, show, text_of
from session_lifecycle._words import (
    MAX_WORD_LENGTH,
    CoercionVia,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
)

_W = TypeVar("_W", bound=StrEnum)
_UNKNOWN = SessionTerminationReason.UNKNOWN
_UNRECOGNIZED = (_UNKNOWN, CoercionVia.UNRECOGNIZED)


class ReasonAlias(NamedTuple):
    """A normalised spelling that stands for a reason, with the place where it was seen.

    Attributes:
        alias: the spelling, normalised; never a canonical value.
        reason: what it stands for.
        seen: where it was seen.
        date: when it was added, ISO 8601.
    """

    alias: str
    reason: SessionTerminationReason
    seen: str
    date: str


class _Prefix(NamedTuple):
    prefix: str
    reasons: tuple[SessionTerminationReason, ...]
    seen: str
    date: str


R = SessionTerminationReason

# The names LiveKit's DisconnectReason has; it has no RESOLVED, so its prefix gives none a meaning.
_LIVEKIT_NAMES = (
    R.UNKNOWN_REASON,
    R.CLIENT_INITIATED,
    R.DUPLICATE_IDENTITY,
    R.SERVER_SHUTDOWN,
    R.PARTICIPANT_REMOVED,
    R.ROOM_DELETED,
    R.STATE_MISMATCH,
    R.JOIN_FAILURE,
    R.MIGRATION,
    R.SIGNAL_CLOSE,
    R.ROOM_CLOSED,
    R.USER_UNAVAILABLE,
    R.USER_REJECTED,
    R.SIP_TRUNK_FAILURE,
    R.CONNECTION_TIMEOUT,
    R.MEDIA_FAILURE,
    R.AGENT_ERROR,
)

# Member names with their class in front: what a log or `str()` of a member leaves behind.
_STR = "str() of a member of class SessionTerminationReason(str, Enum)"
_SDK = "LiveKit client SDKs: DisconnectReason.ROOM_DELETED; in Go with a _"

# fmt: off
_PREFIXES: tuple[_Prefix, ...] = (
    #       prefix                         of which reasons  seen as  on
    _Prefix("session_termination_reason_", tuple(R),         _STR,    "2026-11-23"),
    _Prefix("disconnect_reason_",          _LIVEKIT_NAMES,   _SDK,    "2026-11-23"),
)
# fmt: on

REASON_ALIASES: Mapping[str, ReasonAlias] = index(
    (
        ReasonAlias(row.prefix + reason, reason, row.seen, row.date)
        for row in _PREFIXES
        for reason in row.reasons
    ),
    lambda row: row.alias,
)
"""The aliases by their normalised spelling, read-only."""

_CANONICAL: dict[str, SessionTerminationReason] = {reason.value: reason for reason in R}
_ALIASES = {alias: row.reason for alias, row in REASON_ALIASES.items()}


def _spellings(words: Iterable[_W]) -> dict[str, _W]:
    """The ordinary spellings of each word, worked out once: what `normal_forms` would find."""
    found: dict[str, _W] = {}
    for word in words:
        first, *others = word.split("_")
        camel = first + "".join(map(str.capitalize, others))
        pascal = camel[0].upper() + camel[1:]
        for spelling in (word.upper(), word.replace("_", "-"), camel, pascal):
            if spelling != word.value:
                found[spelling] = word
    return found


class _Readings(dict[str, SessionTerminationReason]):
    """What a text comes to by one look: a miss is no exception, which would cost more than all."""

    __slots__ = ()

    def __missing__(self, text: str) -> SessionTerminationReason:
        if text[:3] not in _HEADS and text > "!" and text.isascii():
            return _UNKNOWN
        return _read_unlisted(text)[0]


# What a text may be to be answered by one look.
_KNOWN = _Readings(_spellings(R) | _CANONICAL)


# Most of what we do not know is turned away at these doors. No ASCII text that we recognise begins
# with three other letters, whatever their case (or with white space: that is below "!"); none has
# other letters at its two ends; and none comes down to other letters once its joints are gone.
_HEADS = frozenset(
    "".join(letters)
    for head in {word[:3] for word in (*_CANONICAL, *_ALIASES)}
    for letters in product(*((letter, letter.upper()) for letter in head))
)
_ENDS = frozenset(word[:3] + word[-3:] for word in (*_CANONICAL, *_ALIASES))
_LETTERS = frozenset(word.replace("_", "") for word in (*_CANONICAL, *_ALIASES))
# With all the white space that ASCII has.
_JOINTS = str.maketrans("", "", "-./:_ \t\n\v\f\r\x1c\x1d\x1e\x1f")


class ReasonReading(NamedTuple):
    """A reason with the evidence it was read from; how a service counts drift without losing data.

    Attributes:
        reason: the reason, `UNKNOWN` if the value was absent or not recognised.
        raw: the value as given; text of more than 64 characters is cut and marked with an ellipsis.
        via: by which door it came in.
    """

    reason: SessionTerminationReason
    raw: object
    via: CoercionVia

    def __repr__(self) -> str:
        return f"ReasonReading(reason={self.reason}, raw={show(self.raw)}, via={self.via})"


def coerce_termination_reason(value: object) -> SessionTerminationReason:
    """Return the reason that `value` names, or `UNKNOWN`. Never raises, for any object whatever.

    Accepted: a member; its value; the same in any case, in kebab-case, camelCase, PascalCase, with
    spaces, dots, slashes or colons for the underscores; and the spellings in `REASON_ALIASES`.

    A vendor's words belong to the vendor's own table first: LiveKit's default shutdown text
    `user requested` is the developer's code speaking, and would be read as `user_requested` here.

    >>> coerce_termination_reason("Participant left")
    <SessionTerminationReason.PARTICIPANT_LEFT: 'participant_left'>
    >>> coerce_termination_reason("operator-busy")
    <SessionTerminationReason.UNKNOWN: 'unknown'>
    """
    # The length first (64, written out because this is the hot path): hashing reads the whole text.
    if type(value) is str and len(value) <= 64:
        return _KNOWN[value]
    return _find(value)[0]


def read_termination_reason(value: object) -> ReasonReading:
    """Return what `coerce_termination_reason` would, with the value as given and the door it took.

    Never raises. `None` is `absent`; everything else that is not recognised is `unrecognized`.

    >>> read_termination_reason("operator-busy")
    ReasonReading(reason=unknown, raw='operator-busy', via=unrecognized)
    """
    reason, via = _find(value)
    text = text_of(value)
    raw = value if text is None or type(value) is SessionTerminationReason else clip(text)
    return ReasonReading(reason, raw, via)


def parse_termination_reason(value: object) -> SessionTerminationReason:
    """Return the reason that `value` names.

    Raises:
        UnknownReasonError: if it names none; `.suggestions` holds the closest known words.

    >>> parse_termination_reason("calleeBusy")
    <SessionTerminationReason.CALLEE_BUSY: 'callee_busy'>
    >>> parse_termination_reason("callee_bussy")
    Traceback (most recent call last):
        ...
    session_lifecycle.UnknownReasonError: 'callee_bussy' is not a termination reason. ...
    """
    reason, via = _find(value)
    if via is CoercionVia.ABSENT or via is CoercionVia.UNRECOGNIZED:
        raise UnknownReasonError(value, closest_reasons(value))
    return reason


def coerce_session_status(value: object) -> SessionStatus | None:
    """Return the status that `value` names, or `None`. Never raises.

    The same normalisation as for reasons, and the opposite default: there is no status for "we do
    not know", because it would end a live call or count as live.

    >>> coerce_session_status("Waiting-for-human")
    <SessionStatus.WAITING_FOR_HUMAN: 'waiting_for_human'>
    >>> coerce_session_status("hibernating")
    """
    return _word_of(value, SessionStatus, _STATUSES)


def parse_session_status(value: object) -> SessionStatus:
    """Return the status that `value` names.

    Raises:
        UnknownStatusError: if it names none; `.suggestions` holds the closest known words.
    """
    return _parse(value, SessionStatus, _STATUSES, UnknownStatusError)


def coerce_event(value: object) -> SessionEvent | None:
    """Return the event that `value` names, or `None`. Never raises."""
    return _word_of(value, SessionEvent, _EVENTS)


def parse_session_event(value: object) -> SessionEvent:
    """Return the event that `value` names.

    Raises:
        UnknownEventError: if it names none; `.suggestions` holds the closest known words.
    """
    return _parse(value, SessionEvent, _EVENTS, UnknownEventError)


_STATUSES: dict[str, SessionStatus] = {status.value: status for status in SessionStatus}
_EVENTS: dict[str, SessionEvent] = {event.value: event for event in SessionEvent}


def _find(value: object) -> tuple[SessionTerminationReason, CoercionVia]:
    if type(value) is SessionTerminationReason:
        return value, CoercionVia.EXACT
    if value is None:
        return _UNKNOWN, CoercionVia.ABSENT
    text = text_of(value)
    if text is None or len(text) > MAX_WORD_LENGTH:
        return _UNRECOGNIZED
    if (found := _CANONICAL.get(text)) is not None:
        return found, CoercionVia.EXACT
    if (found := _KNOWN.get(text)) is not None:
        return found, CoercionVia.NORMALIZED
    return _read_unlisted(text)


def _read_unlisted(text: str) -> tuple[SessionTerminationReason, CoercionVia]:
    """The slow way, for a text that is none of the ordinary spellings."""
    if text.isascii():
        bare = text.strip()
        if (bare[:3] + bare[-3:]).lower() not in _ENDS:
            return _UNRECOGNIZED
        if bare.lower().translate(_JOINTS) not in _LETTERS:
            return _UNRECOGNIZED
    forms = normal_forms(text)
    for form in forms:
        if (found := _CANONICAL.get(form)) is not None:
            return found, CoercionVia.NORMALIZED
    for form in forms:
        if (found := _ALIASES.get(form)) is not None:
            return found, CoercionVia.ALIAS
    return _UNRECOGNIZED


def _word_of(value: object, words: type[_W], known: dict[str, _W]) -> _W | None:
    if type(value) is words:
        return value
    text = text_of(value)
    if text is None or len(text) > MAX_WORD_LENGTH:
        return None
    if (found := known.get(text)) is not None:
        return found
    for form in normal_forms(text):
        if (found := known.get(form)) is not None:
            return found
    return None


def _parse(
    value: object,
    words: type[_W],
    known: dict[str, _W],
    error: Callable[[object, tuple[str, ...]], Exception],
) -> _W:
    found = _word_of(value, words, known)
    if found is None:
        raise error(value, _closest(value, words))
    return found


def closest_reasons(value: object) -> tuple[str, ...]:
    """Return up to three reasons spelled like `value`: a hint for a person, never an answer."""
    return _closest(value, SessionTerminationReason)


def _closest(value: object, words: Iterable[str]) -> tuple[str, ...]:
    text = text_of(value)
    if not text:
        return ()
    from difflib import get_close_matches  # An error may take its time; an import may not.

    return tuple(map(str, get_close_matches(joined(text.strip().casefold()), list(words), 3, 0.6)))


publish(globals())
