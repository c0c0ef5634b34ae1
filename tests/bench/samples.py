"""What both sides of a contest are given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from session_lifecycle import (
    EvalRunStatus,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
)

E = SessionEvent
S = SessionStatus

# A call as it goes: each pair is a status and what happened then, two redeliveries among them.
HISTORY: tuple[tuple[SessionStatus, SessionEvent], ...] = (
    (S.QUEUED, E.RING),
    (S.RINGING, E.RING),
    (S.RINGING, E.ANSWER),
    (S.ACTIVE, E.PAUSE),
    (S.PAUSED, E.RESUME),
    (S.ACTIVE, E.REQUEST_APPROVAL),
    (S.AWAITING_APPROVAL, E.DENY),
    (S.ACTIVE, E.REQUEST_HUMAN),
    (S.WAITING_FOR_HUMAN, E.RETURN_TO_AGENT),
    (S.ACTIVE, E.TRANSFER),
    (S.TRANSFERRED, E.RETURN_TO_AGENT),
    (S.ACTIVE, E.CLOSE),
    (S.CLOSED, E.CLOSE),
)

# What live sessions cannot do.
REFUSED: tuple[tuple[SessionStatus, SessionEvent], ...] = (
    (S.QUEUED, E.PAUSE),
    (S.QUEUED, E.TRANSFER),
    (S.RINGING, E.RESUME),
    (S.RINGING, E.REQUEST_HUMAN),
    (S.PAUSED, E.APPROVE),
    (S.RINGING, E.RETURN_TO_AGENT),
    (S.PAUSED, E.REQUEST_APPROVAL),
    (S.WAITING_FOR_HUMAN, E.PAUSE),
    (S.TRANSFERRED, E.RESUME),
    (S.AWAITING_APPROVAL, E.TRANSFER),
)


def as_read(text: str) -> str:
    """An equal text that is another object, like one that was read from a row."""
    return text.encode().decode()


CANONICAL = tuple(as_read(reason.value) for reason in SessionTerminationReason)
UPPER = tuple(text.upper() for text in CANONICAL)
KEBAB = tuple(as_read(text.replace("_", "-")) for text in CANONICAL if "_" in text)
CAMEL = tuple(
    as_read(first + "".join(word.capitalize() for word in others))
    for first, *others in (text.split("_") for text in CANONICAL)
    if others
)
# Spellings that nobody works out in advance.
LOOSE = tuple(f" {text.replace('_', ' ').capitalize()}" for text in CANONICAL)
# What vendors write, and what none of our words means.
UNKNOWN = (
    "operator-busy",
    "customer-ended-call",
    "assistant-said-end-call-phrase",
    "pipeline-error-openai-llm-failed",
    "normal_clearing",
    "no-answer-from-bridge",
    "Agent hangup",
    "inactivity",
    "twilio-reported-customer-misdialed",
    "call.start.error-get-org",
    "hangup",
    "COMPLETED",
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
# The agent hangs up; the room goes, and with it the participant.
REPORTS: tuple[tuple[SessionTerminationReason, datetime, str], ...] = (
    (SessionTerminationReason.ROOM_DELETED, NOON + timedelta(seconds=1), "livekit"),
    (SessionTerminationReason.AGENT_INITIATED, NOON, "worker"),
    (SessionTerminationReason.PARTICIPANT_LEFT, NOON + timedelta(seconds=2), "livekit"),
)


class Score:
    """As small as an object with attributes can be."""

    __slots__ = ("passed",)

    def __init__(self, passed: bool | None) -> None:
        self.passed = passed


class Run:
    """As small as an object with attributes can be."""

    __slots__ = ("is_critical", "scores", "status")

    def __init__(self, status: str, is_critical: bool, scores: list[Score]) -> None:
        self.status = status
        self.is_critical = is_critical
        self.scores = scores


def eval_runs(count: int, *, members: bool) -> list[Run]:
    """Runs of three scores; of twenty, sixteen are completed, and two of those have failed."""
    statuses = ["completed"] * 16 + ["running", "queued", "failed", "errored"]
    runs: list[Run] = []
    for number in range(count):
        status = statuses[number % 20]
        last = None if number % 20 == 3 else number % 20 != 7
        scores = [Score(True), Score(True), Score(last)]
        word = EvalRunStatus(status) if members else as_read(status)
        runs.append(Run(word, number % 3 == 0, scores))
    return runs


# Vendors' words for endings, each as a log has them.
VENDORS_WORDS = (
    ("livekit", as_read("ROOM_DELETED")),
    ("livekit", as_read("USER_REJECTED")),
    ("sip", as_read("486")),
    ("sip", as_read("603")),
    ("q850", as_read("19")),
    ("twilio", as_read("completed")),
    ("twilio", as_read("no-answer")),
    ("vapi", as_read("customer-ended-call")),
    ("vapi", as_read("call.in-progress.error-vapifault-openai-llm-failed")),
    ("retell", as_read("dial_busy")),
    ("retell", as_read("voicemail_reached")),
)
