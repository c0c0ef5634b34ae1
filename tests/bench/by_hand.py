"""The other side: what somebody would write who needs this one thing, and is good at it.

No checks, no errors with advice, no other inputs than those of the contest; and the tables are
typed again here, from the specification, so that equal answers mean something.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from session_lifecycle import (
    EvalRunStatus,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
)
from tests.bench import samples

E = SessionEvent
S = SessionStatus
R = SessionTerminationReason

_LIVE = (
    *(S.QUEUED, S.RINGING, S.ACTIVE, S.PAUSED),
    *(S.WAITING_FOR_HUMAN, S.TRANSFERRED, S.AWAITING_APPROVAL),
)
_ENDINGS = {E.CLOSE: S.CLOSED, E.EXPIRE: S.EXPIRED, E.FAIL: S.ERROR, E.SUPERSEDE: S.SUPERSEDED}
_MOVES: dict[SessionStatus, dict[SessionEvent, SessionStatus]] = {
    S.QUEUED: {E.RING: S.RINGING, E.ANSWER: S.ACTIVE},
    S.RINGING: {E.RING: S.RINGING, E.ANSWER: S.ACTIVE},
    S.ACTIVE: {
        E.PAUSE: S.PAUSED,
        E.REQUEST_HUMAN: S.WAITING_FOR_HUMAN,
        E.REQUEST_APPROVAL: S.AWAITING_APPROVAL,
        E.TRANSFER: S.TRANSFERRED,
    },
    S.PAUSED: {
        E.RESUME: S.ACTIVE,
        E.REQUEST_HUMAN: S.WAITING_FOR_HUMAN,
        E.TRANSFER: S.TRANSFERRED,
    },
    S.WAITING_FOR_HUMAN: {E.TRANSFER: S.TRANSFERRED, E.RETURN_TO_AGENT: S.ACTIVE},
    S.TRANSFERRED: {E.RETURN_TO_AGENT: S.ACTIVE},
    S.AWAITING_APPROVAL: {E.APPROVE: S.ACTIVE, E.DENY: S.ACTIVE},
}
_NEXT: dict[SessionStatus, dict[SessionEvent, SessionStatus | None]] = {
    **{ended: dict.fromkeys(SessionEvent, ended) for ended in _ENDINGS.values()},
    **{live: {**dict.fromkeys(SessionEvent), **_ENDINGS, **_MOVES[live]} for live in _LIVE},
}


def next_status(status: SessionStatus, event: SessionEvent) -> SessionStatus | None:
    """The new status, `None` where there is none."""
    return _NEXT[status][event]


_REASONS = {reason.value: reason for reason in R}
_UPPER = dict(zip(samples.UPPER, R, strict=True))
_KEBAB = {reason.value.replace("_", "-"): reason for reason in R}
_CAMEL = {"".join(reason.value.title().split("_")): reason for reason in R}
_CAMEL = {spelling[0].lower() + spelling[1:]: reason for spelling, reason in _CAMEL.items()}
_LOOSE = dict(zip(samples.LOOSE, R, strict=True))
_UNKNOWN = R.UNKNOWN


def coerce(value: str) -> SessionTerminationReason:
    """By a dict."""
    return _REASONS.get(value, _UNKNOWN)


def coerce_upper(value: str) -> SessionTerminationReason:
    """By a dict made for the purpose."""
    return _UPPER.get(value, _UNKNOWN)


def coerce_kebab(value: str) -> SessionTerminationReason:
    """By a dict made for the purpose."""
    return _KEBAB.get(value, _UNKNOWN)


def coerce_camel(value: str) -> SessionTerminationReason:
    """By a dict made for the purpose."""
    return _CAMEL.get(value, _UNKNOWN)


def coerce_loose(value: str) -> SessionTerminationReason:
    """By a dict made for the purpose."""
    return _LOOSE.get(value, _UNKNOWN)


_WORDS = {
    "livekit": {"ROOM_DELETED": R.ROOM_DELETED, "USER_REJECTED": R.USER_REJECTED},
    "sip": {"486": R.CALLEE_BUSY, "603": R.USER_REJECTED},
    "q850": {"19": R.CALLEE_NO_ANSWER},
    "twilio": {"completed": R.UNKNOWN, "no-answer": R.CALLEE_NO_ANSWER},
    "vapi": {
        "customer-ended-call": R.PARTICIPANT_LEFT,
        "call.in-progress.error-vapifault-openai-llm-failed": R.AGENT_ERROR,
    },
    "retell": {"dial_busy": R.CALLEE_BUSY, "voicemail_reached": R.VOICEMAIL_DETECTED},
}


def translate(vendor: str, code: str) -> SessionTerminationReason:
    """By a dict of dicts."""
    return _WORDS[vendor].get(code, _UNKNOWN)


def coerce_by_enum(value: str) -> SessionTerminationReason:
    """As most people write it."""
    try:
        return SessionTerminationReason(value)
    except ValueError:
        return _UNKNOWN


Counts = tuple[int, int, int, int, int, int, int, int]


def rollup_of_texts(runs: Iterable[samples.Run]) -> Counts:
    """One loop over runs whose statuses are texts."""
    total = succeeded = pending = 0
    critical_total = critical_succeeded = critical_pending = 0
    for run in runs:
        total += 1
        critical = run.is_critical
        if critical:
            critical_total += 1
        status = run.status
        if status == "completed":
            for score in run.scores:
                if score.passed is not True:
                    break
            else:
                succeeded += 1
                if critical:
                    critical_succeeded += 1
        elif status in ("queued", "pending", "running"):
            pending += 1
            if critical:
                critical_pending += 1
    return (
        *(total, succeeded, total - succeeded - pending, pending),
        *(critical_total, critical_succeeded),
        *(critical_total - critical_succeeded - critical_pending, critical_pending),
    )


_COMPLETED = EvalRunStatus.COMPLETED
_UNFINISHED = (EvalRunStatus.QUEUED, EvalRunStatus.PENDING, EvalRunStatus.RUNNING)


def rollup_of_members(runs: Iterable[samples.Run]) -> Counts:
    """The same over runs whose statuses are members, so that `is` will do."""
    total = succeeded = pending = 0
    critical_total = critical_succeeded = critical_pending = 0
    for run in runs:
        total += 1
        critical = run.is_critical
        if critical:
            critical_total += 1
        status = run.status
        if status is _COMPLETED:
            for score in run.scores:
                if score.passed is not True:
                    break
            else:
                succeeded += 1
                if critical:
                    critical_succeeded += 1
        elif status in _UNFINISHED:
            pending += 1
            if critical:
                critical_pending += 1
    return (
        *(total, succeeded, total - succeeded - pending, pending),
        *(critical_total, critical_succeeded),
        *(critical_total - critical_succeeded - critical_pending, critical_pending),
    )


# A claim, an ending and a session as plain tuples.
Claim = tuple[SessionTerminationReason, datetime | None, str, SessionStatus, str | None]
Ending = tuple[tuple[Claim, ...], datetime | None]
Session = tuple[SessionStatus, Ending | None, datetime | None]

_STATUS = dict.fromkeys(R, S.CLOSED)
_RANK = {R.AGENT_INITIATED: (3, 0), R.PARTICIPANT_LEFT: (3, 3), R.ROOM_DELETED: (5, 0)}


def claim(reason: SessionTerminationReason, at: datetime, source: str) -> Claim:
    """A claim."""
    return (reason, at, source, _STATUS[reason], None)


def _place(one: Claim) -> tuple[int, float]:
    rank, lag = _RANK[one[0]]
    at = one[1]
    return rank, at.timestamp() // 1 + lag if at is not None else float("inf")


def settle(claims: Sequence[Claim]) -> Ending:
    """The claims, the winner first, and the earliest time."""
    ordered = tuple(sorted(claims, key=_place))
    return ordered, min([one[1] for one in ordered if one[1] is not None], default=None)


def session(status: SessionStatus, ending: Ending | None, started_at: datetime | None) -> Session:
    """A session."""
    return (status, ending, started_at)


def apply_event(before: Session, event: SessionEvent) -> Session:
    """The session after a live move."""
    status = _NEXT[before[0]][event]
    assert status is not None
    return (status, None, before[2])
