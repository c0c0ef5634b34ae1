"""Telnyx: why a call hung up, and which leg did it.

Source: telnyx==4.189.0 (PyPI), telnyx/types/call_hangup.py, call_dial_params.py and
calls/action_reject_params.py; developers.telnyx.com, TeXML Hangup; read 2026-11-24.
"""

from session_lifecycle._words import SessionTerminationReason as R
from session_lifecycle._words import TranslationGrade as G
from session_lifecycle.crosswalk._rows import Field, Row

TITLE = "Telnyx"

# fmt: off
FIELDS = (
    Field(
        "hangup_cause", "reason", "hangup_cause",
        version="telnyx 4.189.0",
        source="telnyx==4.189.0 telnyx/types/call_hangup.py, call_dial_params.py",
        read="2026-11-24",
        rows=(
            Row("call_rejected",     R.USER_REJECTED,     G.AMBIGUOUS, None,
                "sip_hangup_cause decides who refused; on an inbound call it was our own reject"),
            Row("normal_clearing",   R.UNKNOWN,           G.AMBIGUOUS, None,
                "hangup_source, read with the direction of the call, decides who hung up"),
            Row("originator_cancel", R.UNKNOWN,           G.AMBIGUOUS, None,
                "the direction decides: an inbound caller gave up, or we cancelled our own dial"),
            Row("timeout",           R.USER_UNAVAILABLE,  G.NARROWER,  None,
                "timeout_secs ran out unanswered; whether it rang is not said"),
            Row("time_limit",        R.MAX_CALL_DURATION, G.EXACT,     None,
                "time_limit_secs, counted from the answer"),
            Row("user_busy",         R.CALLEE_BUSY,       G.EXACT,     None,
                "on an inbound call it is our own reject with USER_BUSY"),
            Row("not_found",         R.CALLEE_NOT_FOUND,  G.EXACT,     None,
                "on an inbound call it is our own reject with NOT_FOUND"),
            Row("no_answer",         R.CALLEE_NO_ANSWER,  G.EXACT,     None,
                "timeout_secs ran out with retry_on_timeout off; that it rang is presumed"),
            Row("unspecified",       R.UNKNOWN,           G.EXACT,     None,
                "Telnyx's own word for a cause it does not know"),
        ),
        also={},
        retired={},
    ),
    Field(
        "hangup_source", "reason", "hangup_source",
        version="telnyx 4.189.0",
        source="telnyx==4.189.0 telnyx/types/call_hangup.py",
        read="2026-11-24",
        rows=(
            Row("caller",  R.UNKNOWN, G.AMBIGUOUS, None,
                "the direction decides whether the calling leg was the person or our own side"),
            Row("callee",  R.UNKNOWN, G.AMBIGUOUS, None,
                "the direction decides whether the called leg was the person or our own side"),
            Row("unknown", R.UNKNOWN, G.EXACT,     None, "Telnyx does not know who hung up"),
        ),
        also={},
        retired={},
    ),
    Field(
        "texml_call_status", "status", "CallStatus of a TeXML status callback",
        version="docs (stored copy)",
        source="https://developers.telnyx.com/docs/voice/programmable-voice/texml-verbs/hangup",
        read="2026-11-24",
        rows=(
            Row("completed", R.UNKNOWN,          G.AMBIGUOUS, None,
                "HangupSource, read with the direction of the call, decides who hung up"),
            Row("no-answer", R.CALLEE_NO_ANSWER, G.EXACT,     None, "that it rang is presumed"),
            Row("busy",      R.CALLEE_BUSY,      G.EXACT,     None, ""),
            Row("failed",    R.SIP_FAILED,       G.AMBIGUOUS, None,
                "hangup_cause decides, where the same call has one; who failed is not said"),
            Row("canceled",  R.UNKNOWN,          G.AMBIGUOUS, None,
                "the direction decides: an inbound caller gave up, or we cancelled our own dial"),
        ),
        also={},
        retired={},
    ),
)
# fmt: on
