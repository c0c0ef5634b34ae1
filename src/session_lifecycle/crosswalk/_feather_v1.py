"""Feather, API v1: why a call ended, by whom, and where it stands.

Source: docs.featherhq.com (v1, undated), which lists the words and explains few; read 2026-11-24.
"""

from session_lifecycle._words import SessionStatus as S
from session_lifecycle._words import SessionTerminationReason as R
from session_lifecycle._words import TranslationGrade as G
from session_lifecycle.crosswalk._rows import Field, Row, same

TITLE = "Feather v1"

_DISPOSITION = "what the talk came to, not how it ended: callEndedBy decides who hung up"
_TO_DIAL = "not answered yet, as far as is known"

# fmt: off
FIELDS = (
    Field(
        "call_ended_reason", "reason", "callEndedReason",
        version="v1 docs (undated)",
        source="https://docs.featherhq.com/api-reference/calls/list-all-calls",
        read="2026-11-24",
        rows=(
            Row("NO_ANSWER",      R.CALLEE_NO_ANSWER,   G.EXACT,     None, ""),
            Row("LEFT_VOICEMAIL", R.VOICEMAIL_DETECTED, G.NARROWER,  None, "a message was left"),
            Row("BAD_NUMBER",     R.UNKNOWN,            G.AMBIGUOUS, None,
                "no such number, or somebody else's: callDuration and the transcript decide"),
            Row("NOT_INTERESTED", R.UNKNOWN,            G.AMBIGUOUS, None, _DISPOSITION),
            Row("WARM_TRANSFER",  R.TRANSFERRED,        G.NARROWER,  None, "introduced first"),
            Row("CALENDLY",       R.UNKNOWN,            G.AMBIGUOUS, None, _DISPOSITION),
            Row("DNC",            R.UNKNOWN,            G.AMBIGUOUS, None,
                "no more calls are wanted, never dial again: callEndedBy decides who hung up"),
            Row("ENDED",          R.UNKNOWN,            G.AMBIGUOUS, None, "callEndedBy decides"),
            Row("FRAUD",          R.UNKNOWN,            G.AMBIGUOUS, None, _DISPOSITION),
            Row("LINE_BUSY",      R.CALLEE_BUSY,        G.EXACT,     None, ""),
            *same(R.UNKNOWN, G.AMBIGUOUS, None, _DISPOSITION, ("TEXT_CONSENT", "CALL_AGAIN")),
        ),
        also={},
        retired={},
    ),
    Field(
        "call_ended_by", "reason", "callEndedBy",
        version="v1 docs (undated)",
        source="https://docs.featherhq.com/api-reference/calls/list-all-calls;"
               " https://docs.featherhq.com/api-reference/get-workflows-calls",
        read="2026-11-24",
        rows=(
            Row("ASSISTANT", R.AGENT_INITIATED,  G.EXACT, None, "callEndedReason says why"),
            Row("USER",      R.PARTICIPANT_LEFT, G.EXACT, None, "callEndedReason says why"),
        ),
        also={},
        retired={},
    ),
    Field(
        "call_status", "status", "status of a call",
        version="v1 docs (undated)",
        source="https://docs.featherhq.com/api-reference/calls/list-all-calls;"
               " https://docs.featherhq.com/api-reference/get-workflows-calls;"
               " https://docs.featherhq.com/documentation/core-concepts/calls",
        read="2026-11-24",
        rows=(
            *same(R.UNKNOWN, G.NOT_AN_END, S.QUEUED, _TO_DIAL,
                  ("PENDING", "INITIATED", "SCHEDULED", "QUEUED")),
            Row("IN_PROGRESS", R.UNKNOWN, G.NOT_AN_END, S.ACTIVE, "in the conversation"),
            Row("COMPLETED",   R.UNKNOWN, G.AMBIGUOUS,  None,
                "callEndedReason and callEndedBy decide"),
            Row("FAILED",      R.ERROR,   G.AMBIGUOUS,  None,
                "not connected, or broken off: callEndedReason decides"),
            Row("CANCELLED",   R.UNKNOWN, G.AMBIGUOUS,  None,
                "cancelled before it was done: the application's own reason decides"),
        ),
        also={},
        retired={},
    ),
)
# fmt: on
