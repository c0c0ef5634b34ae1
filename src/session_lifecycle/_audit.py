"""Audit: what is wrong with a recorded history. Redeliveries and late webhooks are not."""

from datetime import datetime, timedelta
from typing import NamedTuple

from session_lifecycle._history import OPENING_EVENTS, HistoryEntry, SessionHistory, is_ending
from session_lifecycle._machine import TERMINAL_STATUSES
from session_lifecycle._names import publish
from session_lifecycle._reasons import reason_traits
from session_lifecycle._text import show
from session_lifecycle._value import utc
from session_lifecycle._words import (
    AuditCode,
    EndPhase,
    SessionEvent,
    SessionTerminationReason,
    TransitionVerdict,
)

_DECISIONS = frozenset({SessionEvent.APPROVE, SessionEvent.DENY})


class AuditFinding(NamedTuple):
    """Something wrong in a history.

    Attributes:
        code: what kind of thing.
        message: what it is, in words.
        entry: the entry it shows at, or `None` if it is about the whole.
    """

    code: AuditCode
    message: str
    entry: HistoryEntry | None


def _judge_entry(entry: HistoryEntry, ended_at: datetime | None) -> list[tuple[AuditCode, str]]:
    step = entry.step
    if step.claim is not None:
        if step.claim.reason is SessionTerminationReason.UNKNOWN and step.claim.raw is not None:
            return [(AuditCode.UNKNOWN_REASON, f"{show(step.claim.raw)} is no reason we know")]
        return []
    if step.event is None:
        return [(AuditCode.UNKNOWN_STATUS, entry.note)]
    if entry.verdict is TransitionVerdict.ILLEGAL:
        return [(AuditCode.ILLEGAL_EDGE, f"{step.event} from {entry.before}; {entry.note}")]
    if entry.before not in TERMINAL_STATUSES or is_ending(step) or entry.note:
        return []
    if step.event in _DECISIONS:
        return [(AuditCode.DECISION_TOO_LATE, f"{step.event} came when it was {entry.before}")]
    # Without times to compare, a late ring or answer is what webhooks do every day.
    if step.at > ended_at if step.at and ended_at else step.event not in OPENING_EVENTS:
        return [(AuditCode.REVIVED_AFTER_END, f"{step.event} came when it was {entry.before}")]
    return []


_DAY = timedelta(days=1)


def audit_history(
    history: SessionHistory, *, now: datetime | None = None, deadline: timedelta = _DAY
) -> tuple[AuditFinding, ...]:
    """Return what is wrong with a history, in the order of its entries; `()` for a clean one.

    Redeliveries and late webhooks are no findings. `illegal_edge`: an event a live session cannot
    take. `revived_after_end`: a live move reported for a time after the end. `decision_too_late`:
    an approval or denial after the end. `end_moved_later`: one reporter gives the same ending a
    later time. `ended_without_start`: no step shows that it began, and its reason is none of the
    setup's. `unknown_status`, `unknown_reason`: a word we do not know. `live_past_deadline`: still
    live, and nothing heard of it for longer than `deadline`.

    Args:
        history: what `replay` returned.
        now: the present, aware; without it no deadline is judged.
        deadline: how long a live session may go without a step.

    Raises:
        ValueError: if `now` has no zone.
    """
    findings: list[AuditFinding] = []
    ended_at = history.session.ended_at
    claimed: dict[tuple[str, str], datetime] = {}
    started = False
    for entry in history.entries:
        step = entry.step
        found = _judge_entry(entry, ended_at)
        if is_ending(step) and not entry.note and step.at is not None:
            name = (step.source, str(step.claim.reason if step.claim else step.event))
            if step.at > claimed.setdefault(name, step.at):
                found.append(
                    (AuditCode.END_MOVED_LATER, f"{name[1]} was claimed for an earlier time before")
                )
        findings += [AuditFinding(code, message, entry) for code, message in found]
        # A late report of its beginning still shows that it began.
        shown = entry.verdict is not TransitionVerdict.ILLEGAL and not entry.note
        started = started or (shown and not is_ending(step))
    ending = history.session.ending
    if (
        ending is not None
        and not started
        and reason_traits(ending.reason).phase is not EndPhase.SETUP
    ):
        findings.append(
            AuditFinding(AuditCode.ENDED_WITHOUT_START, "it ended and no step shows it begin", None)
        )
    present = utc(now, "now")
    heard = [entry.step.at for entry in history.entries if entry.step.at is not None]
    if ending is None and present is not None and heard and present - max(heard) > deadline:
        message = f"still {history.session.status}, last heard of {max(heard):%Y-%m-%d %H:%M:%S}Z"
        findings.append(AuditFinding(AuditCode.LIVE_PAST_DEADLINE, message, None))
    return tuple(findings)


publish(globals())
