"""The session state machine: a table of rules, the total matrix derived from it, and small readers.

What the table decides. `RULES` says which event may move a session from which statuses to which
one. Nothing else moves a session, and no pair has two answers: each event has one row and one
target. Four events end a session, from every live status. No row leads out of a terminal status.

What follows from it. Every (status, event) pair, all 154, has one of four verdicts:

- `moved`: the rule applies.
- `already`: the session is live and stands where the event would lead. A redelivery.
- `late`: the session has ended; or it was answered and somebody still reports that it rings or was
  answered. Webhooks arrive late every day, so this is no error and changes nothing.
- `illegal`: a live session cannot do that. The caller's bug, and the only verdict that raises.

What it refuses to know. It knows no reasons: who ended a session and which of several reports is
right is settled elsewhere. A denied approval leads back to `active`, since the source's documents
contradict each other and `close` remains possible from there. `transferred` is live, because a
transfer can fail and come back.

The public functions read private plain dicts; `TRANSITIONS` is the read-only view of the same.
Members are equal to their text, so that a canonical string works as well as a member.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, NoReturn

from session_lifecycle._errors import IllegalTransitionError, UnknownEventError, UnknownStatusError
from session_lifecycle._names import publish
from session_lifecycle._table import index
from session_lifecycle._text import member
from session_lifecycle._words import SessionEvent, SessionStatus
from session_lifecycle._words import TransitionVerdict as Verdict

INITIAL_STATUSES = frozenset({SessionStatus.QUEUED, SessionStatus.RINGING, SessionStatus.ACTIVE})
"""The statuses a session may start in."""

TERMINAL_STATUSES = frozenset(
    {SessionStatus.CLOSED, SessionStatus.EXPIRED, SessionStatus.ERROR, SessionStatus.SUPERSEDED}
)
"""The statuses no event leads out of."""

LIVE_STATUSES = frozenset(SessionStatus) - TERMINAL_STATUSES
"""Every other status, `transferred` among them."""


class TransitionRule(NamedTuple):
    """One row: `event` moves a session from any of `sources` to `target`."""

    event: SessionEvent
    sources: tuple[SessionStatus, ...]
    target: SessionStatus


EVERY_LIVE = tuple(status for status in SessionStatus if status in LIVE_STATUSES)

# The letters the table is written in.
E = SessionEvent
S = SessionStatus
_Rule = TransitionRule

# fmt: off
RULES: tuple[TransitionRule, ...] = (
    #     event               from                                          to
    _Rule(E.RING,             (S.QUEUED,),                                S.RINGING),
    _Rule(E.ANSWER,           (S.QUEUED, S.RINGING),                      S.ACTIVE),
    _Rule(E.PAUSE,            (S.ACTIVE,),                                S.PAUSED),
    _Rule(E.RESUME,           (S.PAUSED,),                                S.ACTIVE),
    _Rule(E.REQUEST_HUMAN,    (S.ACTIVE, S.PAUSED),                       S.WAITING_FOR_HUMAN),
    _Rule(E.REQUEST_APPROVAL, (S.ACTIVE,),                                S.AWAITING_APPROVAL),
    _Rule(E.APPROVE,          (S.AWAITING_APPROVAL,),                     S.ACTIVE),
    _Rule(E.DENY,             (S.AWAITING_APPROVAL,),                     S.ACTIVE),
    _Rule(E.TRANSFER,         (S.ACTIVE, S.PAUSED, S.WAITING_FOR_HUMAN),  S.TRANSFERRED),
    _Rule(E.RETURN_TO_AGENT,  (S.WAITING_FOR_HUMAN, S.TRANSFERRED),       S.ACTIVE),
    _Rule(E.CLOSE,            EVERY_LIVE,                                 S.CLOSED),
    _Rule(E.EXPIRE,           EVERY_LIVE,                                 S.EXPIRED),
    _Rule(E.FAIL,             EVERY_LIVE,                                 S.ERROR),
    _Rule(E.SUPERSEDE,        EVERY_LIVE,                                 S.SUPERSEDED),
)
# fmt: on

TRANSITION_RULES: Mapping[SessionEvent, TransitionRule] = index(RULES, lambda rule: rule.event)
"""The rules by event, read-only, in the order of `SessionEvent`."""


class Transition(NamedTuple):
    """The whole answer to one (status, event) pair, so that a refusal is explained without raising.

    Attributes:
        before: the status asked about.
        event: the event asked about.
        after: the status that follows; `before` unless the verdict is `moved`.
        verdict: `moved`, `already`, `late` or `illegal`.
        allowed: the events that would move a session out of `before`, in `SessionEvent` order.
    """

    before: SessionStatus
    event: SessionEvent
    after: SessionStatus
    verdict: Verdict
    allowed: tuple[SessionEvent, ...]


# Both move a session, or come again, until it was answered; after that they are only late.
_OF_THE_DIALLING = frozenset({E.RING, E.ANSWER})


def _judge(status: SessionStatus, rule: TransitionRule) -> Verdict:
    if status in rule.sources:
        return Verdict.MOVED
    if status in TERMINAL_STATUSES:
        return Verdict.LATE
    if status is rule.target:
        return Verdict.ALREADY
    if rule.event in _OF_THE_DIALLING:
        return Verdict.LATE
    return Verdict.ILLEGAL


_ALLOWED = {s: tuple(rule.event for rule in RULES if s in rule.sources) for s in SessionStatus}
_MATRIX = {
    status: {
        rule.event: Transition(
            status,
            rule.event,
            rule.target if status in rule.sources else status,
            _judge(status, rule),
            _ALLOWED[status],
        )
        for rule in RULES
    }
    for status in SessionStatus
}
_NEXT = {
    status: {
        event: answer.after
        for event, answer in row.items()
        if answer.verdict is not Verdict.ILLEGAL
    }
    for status, row in _MATRIX.items()
}

TRANSITIONS: Mapping[SessionStatus, Mapping[SessionEvent, Transition]] = MappingProxyType(
    {status: MappingProxyType(row) for status, row in _MATRIX.items()}
)
"""The total matrix, `TRANSITIONS[status][event]`, read-only: all 154 answers."""


def transition(status: SessionStatus, event: SessionEvent) -> Transition:
    """Return the whole answer for one status and event, a value built once at import.

    Raises:
        UnknownStatusError: if `status` is no session status.
        UnknownEventError: if `event` is no session event.

    >>> transition(SessionStatus.CLOSED, SessionEvent.ANSWER).verdict
    <TransitionVerdict.LATE: 'late'>
    >>> transition(SessionStatus.RINGING, SessionEvent.PAUSE).allowed[0]
    <SessionEvent.ANSWER: 'answer'>
    """
    try:
        return _MATRIX[status][event]
    except Exception:  # Not in the table, or not even hashable.
        _refuse(status, event)


def next_status(status: SessionStatus, event: SessionEvent) -> SessionStatus:
    """Return the status that follows; the same one for a redelivery or a late report.

    Raises:
        IllegalTransitionError: if a live session cannot do that; it carries `allowed`.
        UnknownStatusError: if `status` is no session status.
        UnknownEventError: if `event` is no session event.

    >>> next_status(SessionStatus.RINGING, SessionEvent.ANSWER)
    <SessionStatus.ACTIVE: 'active'>
    >>> next_status(SessionStatus.CLOSED, SessionEvent.ANSWER)
    <SessionStatus.CLOSED: 'closed'>
    """
    try:
        return _NEXT[status][event]
    except Exception:  # Not in the table, or not even hashable.
        _refuse(status, event)


def _refuse(status: object, event: object) -> NoReturn:
    before = _known_status(status)
    asked = member(SessionEvent, event)
    if asked is None:
        raise UnknownEventError(event) from None
    raise IllegalTransitionError(before, asked, _ALLOWED[before]) from None


def _known_status(status: object) -> SessionStatus:
    known = member(SessionStatus, status)
    if known is None:
        raise UnknownStatusError(status) from None
    return known


def can_apply(status: SessionStatus, event: SessionEvent) -> bool:
    """Return whether the event would move a session of this status; `False` for late and already.

    Raises:
        UnknownStatusError: if `status` is no session status.
        UnknownEventError: if `event` is no session event.
    """
    return transition(status, event).verdict is Verdict.MOVED


def allowed_events(status: SessionStatus) -> tuple[SessionEvent, ...]:
    """Return the events that would move a session of this status, in the order of `SessionEvent`.

    Raises:
        UnknownStatusError: if `status` is no session status.
    """
    return _ALLOWED[_known_status(status)]


def source_statuses(event: SessionEvent) -> tuple[SessionStatus, ...]:
    """Return the statuses this event moves a session out of, in the order of `SessionStatus`.

    The guard of a database update for a live move: `UPDATE ... WHERE status IN (...)`. An ending is
    not guarded by status but by settlement, because a better claim corrects an ended session.

    Raises:
        UnknownEventError: if `event` is no session event.
    """
    known = member(SessionEvent, event)
    if known is None:
        raise UnknownEventError(event)
    return TRANSITION_RULES[known].sources


def is_terminal(status: SessionStatus) -> bool:
    """Return whether no event leads out of this status.

    Raises:
        UnknownStatusError: if `status` is no session status: an unknown word must neither end a
            live call nor count as live.
    """
    return _known_status(status) in TERMINAL_STATUSES


def is_live(status: SessionStatus) -> bool:
    """Return whether a session of this status still goes on.

    Raises:
        UnknownStatusError: if `status` is no session status.
    """
    return _known_status(status) in LIVE_STATUSES


def shortest_path(start: SessionStatus, goal: SessionStatus) -> tuple[SessionEvent, ...] | None:
    """Return the fewest events that lead from `start` to `goal`, or `None` if none do.

    `()` where both are the same. Among equally short paths, the one whose events come first in
    `SessionEvent`.

    Raises:
        UnknownStatusError: if either is no session status.
    """
    start, goal = _known_status(start), _known_status(goal)
    paths: dict[SessionStatus, tuple[SessionEvent, ...]] = {start: ()}
    # A dict grows at its end while we walk it from its front: breadth first.
    queue = [start]
    for status in queue:
        if status is goal:
            return paths[status]
        for event in _ALLOWED[status]:
            target = TRANSITION_RULES[event].target
            if target not in paths:
                paths[target] = (*paths[status], event)
                queue.append(target)
    return None


def status_change_events(old: SessionStatus, new: SessionStatus) -> tuple[SessionEvent, ...]:
    """Return the events, each alone, that could have taken a session from `old` to `new`.

    For services that store only the status. `()` if nothing changed. From one terminal status to
    another, the ending event of `new`: a better claim corrected the ending.

    Raises:
        IllegalTransitionError: if no single event could, a revival above all; its `event` is `None`
            and its `target` is `new`.
        UnknownStatusError: if either is no session status.
    """
    old, new = _known_status(old), _known_status(new)
    if old is new:
        return ()
    corrected = old in TERMINAL_STATUSES and new in TERMINAL_STATUSES
    found = tuple(
        rule.event for rule in RULES if rule.target is new and (corrected or old in rule.sources)
    )
    if not found:
        raise IllegalTransitionError(old, None, _ALLOWED[old], new)
    return found


publish(globals())
