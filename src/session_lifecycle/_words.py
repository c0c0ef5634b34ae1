"""Every word of the domain, and nothing else.

Each vocabulary is a plain `enum.StrEnum` whose member names are its values in upper case, so that
JSON, databases and logs see an ordinary string. What is true of a word stands in a table elsewhere:
`_reasons` for termination reasons, `_machine` for statuses and events, `_ending` for ranks.

A released member is never removed or renamed: a row written years ago must still be readable.
"""

from __future__ import annotations

from enum import StrEnum

from session_lifecycle._names import publish

# The longest a stored word may ever be: the source API keeps reasons in a VARCHAR(64).
MAX_WORD_LENGTH = 64


class SessionTerminationReason(StrEnum):
    """Why a session ended: the 46 canonical reasons of the source API, in its order.

    `AGENT_INITIATED` covers every end that a language model decided. `UNKNOWN` is the fallback for
    a word that could not be read; `UNKNOWN_REASON` is LiveKit saying "no reason", another fact.
    """

    VOICEMAIL_DETECTED = "voicemail_detected"
    SILENCE_TIMEOUT = "silence_timeout"
    MAX_CALL_DURATION = "max_call_duration"
    PARTICIPANT_LEFT = "participant_left"
    PIPELINE_EXIT = "pipeline_exit"
    USER_REQUESTED = "user_requested"
    AGENT_INITIATED = "agent_initiated"
    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"
    ABANDONED = "abandoned"
    ESCALATED = "escalated"
    HANDOFF_RESOLVED = "handoff_resolved"
    TRANSFERRED = "transferred"
    ERROR = "error"
    UNKNOWN = "unknown"
    CALLEE_BUSY = "callee_busy"
    CALLEE_NO_ANSWER = "callee_no_answer"
    CALLEE_UNAVAILABLE = "callee_unavailable"
    CALLEE_DECLINED = "callee_declined"
    CALLEE_NOT_FOUND = "callee_not_found"
    SIP_FAILED = "sip_failed"
    UNKNOWN_REASON = "unknown_reason"
    CLIENT_INITIATED = "client_initiated"
    DUPLICATE_IDENTITY = "duplicate_identity"
    SERVER_SHUTDOWN = "server_shutdown"
    PARTICIPANT_REMOVED = "participant_removed"
    ROOM_DELETED = "room_deleted"
    STATE_MISMATCH = "state_mismatch"
    JOIN_FAILURE = "join_failure"
    MIGRATION = "migration"
    SIGNAL_CLOSE = "signal_close"
    ROOM_CLOSED = "room_closed"
    USER_UNAVAILABLE = "user_unavailable"
    USER_REJECTED = "user_rejected"
    SIP_TRUNK_FAILURE = "sip_trunk_failure"
    CONNECTION_TIMEOUT = "connection_timeout"
    MEDIA_FAILURE = "media_failure"
    AGENT_ERROR = "agent_error"
    DISPATCH_FAILED = "dispatch_failed"
    TOKEN_MINT_FAILED = "token_mint_failed"
    SIP_DIAL_FAILED = "sip_dial_failed"
    PARTICIPANT_JOIN_TIMEOUT = "participant_join_timeout"
    SETUP_ERROR = "setup_error"
    STALE_ROUTING = "stale_routing"
    SUPERSEDED = "superseded"
    DUPLICATE_DISPATCH = "duplicate_dispatch"


class SessionStatus(StrEnum):
    """Where a session stands. The last four are terminal, the others are live.

    `TRANSFERRED` is live: a transfer can fail and come back.
    """

    QUEUED = "queued"
    RINGING = "ringing"
    ACTIVE = "active"
    PAUSED = "paused"
    WAITING_FOR_HUMAN = "waiting_for_human"
    TRANSFERRED = "transferred"
    AWAITING_APPROVAL = "awaiting_approval"
    CLOSED = "closed"
    EXPIRED = "expired"
    ERROR = "error"
    SUPERSEDED = "superseded"


class SessionEvent(StrEnum):
    """What can happen to a session. The last four end it."""

    RING = "ring"
    ANSWER = "answer"
    PAUSE = "pause"
    RESUME = "resume"
    REQUEST_HUMAN = "request_human"
    REQUEST_APPROVAL = "request_approval"
    APPROVE = "approve"
    DENY = "deny"
    TRANSFER = "transfer"
    RETURN_TO_AGENT = "return_to_agent"
    CLOSE = "close"
    EXPIRE = "expire"
    FAIL = "fail"
    SUPERSEDE = "supersede"


class SessionPriority(StrEnum):
    """How urgent a session is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class SessionDirection(StrEnum):
    """Who started it, seen from the platform."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class SessionType(StrEnum):
    """Whether a person was at the other end."""

    LIVE = "live"
    TEST = "test"
    SIMULATION = "simulation"


class EvalRunStatus(StrEnum):
    """Where an eval run stands. The first three are unfinished."""

    QUEUED = "queued"
    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    ERRORED = "errored"


class EvalStatus(StrEnum):
    """A session's headline over its critical eval runs."""

    NONE = "none"
    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"


class EvalOutcome(StrEnum):
    """What one eval run established."""

    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"
    NO_VERDICT = "no_verdict"
    ERRORED = "errored"


class EndActor(StrEnum):
    """Who acted, so that the session ended."""

    AGENT = "agent"
    PARTICIPANT = "participant"
    OPERATOR = "operator"
    POLICY = "policy"
    PLATFORM = "platform"
    CARRIER = "carrier"
    ROUTER = "router"
    UNKNOWN = "unknown"


class EndPhase(StrEnum):
    """When a reason can happen; `SETUP` is before agent and participant are connected."""

    SETUP = "setup"
    CONVERSATION = "conversation"
    ANY = "any"


class EndOutcome(StrEnum):
    """What a reason itself establishes about the job, never more.

    `VOID`: this was never the real session, another one was.
    """

    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"
    ABANDONED = "abandoned"
    ESCALATED = "escalated"
    TRANSFERRED = "transferred"
    UNREACHED = "unreached"
    VOID = "void"
    UNDETERMINED = "undetermined"


class EndFault(StrEnum):
    """Whose failure the ending was."""

    NONE = "none"
    AGENT = "agent"
    PLATFORM = "platform"
    CARRIER = "carrier"
    UNKNOWN = "unknown"


class RedialAdvice(StrEnum):
    """May an outbound dialler call this person again because of this ending?

    `NOT_APPLICABLE`: somebody answered, or it was no dial. `LATER`: wait first. `NOW`: we failed
    before the phone could ring. `NEVER`. `ASK`: the word does not say enough, look at the vendor's
    own code.
    """

    NOT_APPLICABLE = "not_applicable"
    LATER = "later"
    NOW = "now"
    NEVER = "never"
    ASK = "ask"


class TransitionVerdict(StrEnum):
    """The machine's answer to one (status, event) pair.

    `ALREADY`: a redelivery. `LATE`: normal with webhooks, no error. `ILLEGAL`: the caller's bug.
    """

    MOVED = "moved"
    ALREADY = "already"
    LATE = "late"
    ILLEGAL = "illegal"


class ClaimRank(StrEnum):
    """How much a claim about an ending can know, strongest first.

    Compare ranks by their place in this enum; as strings they sort alphabetically.
    """

    HUMAN = "human"
    DIALLED = "dialled"
    BRIDGED = "bridged"
    CAUSE = "cause"
    FOREIGN = "foreign"
    ECHO = "echo"
    SILENT = "silent"


class CoercionVia(StrEnum):
    """By which door a word became a reason."""

    EXACT = "exact"
    NORMALIZED = "normalized"
    ALIAS = "alias"
    ABSENT = "absent"
    UNRECOGNIZED = "unrecognized"


class SessionChange(StrEnum):
    """What happened between two values of one session.

    `ENDED` comes once in a session's life: the place to bill and to start post-processing.
    `CORRECTED`: another reason or status won. `REFINED`: the same answer, better known.
    """

    UNCHANGED = "unchanged"
    MOVED = "moved"
    ENDED = "ended"
    CORRECTED = "corrected"
    REFINED = "refined"


class TranslationGrade(StrEnum):
    """How well a vendor's word maps to ours.

    `BROADER`: theirs says less than ours; `NARROWER`: theirs says more. `AMBIGUOUS`: another field
    decides. `NOT_AN_END`: the word does not end a session. `UNLISTED`: no row for it.
    """

    EXACT = "exact"
    BROADER = "broader"
    NARROWER = "narrower"
    AMBIGUOUS = "ambiguous"
    NOT_AN_END = "not_an_end"
    UNLISTED = "unlisted"


class AuditCode(StrEnum):
    """What `audit_history` can find wrong with a recorded history."""

    ILLEGAL_EDGE = "illegal_edge"
    REVIVED_AFTER_END = "revived_after_end"
    END_MOVED_LATER = "end_moved_later"
    ENDED_WITHOUT_START = "ended_without_start"
    UNKNOWN_STATUS = "unknown_status"
    UNKNOWN_REASON = "unknown_reason"
    LIVE_PAST_DEADLINE = "live_past_deadline"
    DECISION_TOO_LATE = "decision_too_late"


publish(globals())
