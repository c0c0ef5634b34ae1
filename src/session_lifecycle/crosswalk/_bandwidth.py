"""Bandwidth: why a call disconnected, and which side hung up.

Source: bandwidth-sdk==23.3.1 (PyPI), bandwidth/models/disconnect_callback.py;
dev.bandwidth.com, Disconnect webhook; Bandwidth/api-docs PR 870; read 2026-11-24.
"""

from session_lifecycle._words import SessionTerminationReason as R
from session_lifecycle._words import TranslationGrade as G
from session_lifecycle.crosswalk._rows import Field, Row

TITLE = "Bandwidth"

# fmt: off
FIELDS = (
    Field(
        "disconnect_cause", "reason", "cause of a disconnect event",
        version="bandwidth-sdk 23.3.1",
        source=(
            "bandwidth-sdk==23.3.1 bandwidth/models/disconnect_callback.py; "
            "https://dev.bandwidth.com/docs/voice/webhooks/disconnect/"
        ),
        read="2026-11-24",
        rows=(
            Row("hangup",                 R.UNKNOWN,           G.AMBIGUOUS, None,
                "hangUpSource decides: either party, our Hangup verb or the end of our BXML"),
            Row("busy",                   R.CALLEE_BUSY,       G.EXACT,     None, ""),
            Row("timeout",                R.USER_UNAVAILABLE,  G.NARROWER,  None,
                "callTimeout ran out unanswered; whether it rang is not said"),
            Row("cancel",                 R.UNKNOWN,           G.AMBIGUOUS, None,
                "direction decides: an inbound caller gave up, or we cancelled our own dial"),
            Row("rejected",               R.USER_REJECTED,     G.AMBIGUOUS, None,
                "sipResponseCode decides whether the callee or a network in its name refused"),
            Row("callback-error",         R.ERROR,             G.NARROWER,  None,
                "our webhook could not be reached; the call may have been answered"),
            Row("invalid-bxml",           R.ERROR,             G.NARROWER,  None,
                "our webhook returned bad BXML; the call may have been answered"),
            Row("application-error",      R.ERROR,             G.NARROWER,  None,
                "our application asked for what Bandwidth cannot do"),
            Row("account-limit",          R.ERROR,             G.NARROWER,  None,
                "the account's own rate limit at Bandwidth, so no outage"),
            Row("node-capacity-exceeded", R.SIP_TRUNK_FAILURE, G.NARROWER,  None,
                "Bandwidth itself was full"),
            Row("error",                  R.ERROR,             G.EXACT,     None, ""),
            Row("unknown",                R.ERROR,             G.EXACT,     None,
                "documented as an unknown error, and so more than not known"),
        ),
        also={},
        retired={},
    ),
    Field(
        "hangup_source", "reason", "hangUpSource of Bandwidth Insights",
        version="Bandwidth/api-docs PR 870",
        source="https://github.com/Bandwidth/api-docs/pull/870.diff",
        read="2026-11-24",
        rows=(
            Row("BANDWIDTH_INTERNAL", R.UNKNOWN, G.AMBIGUOUS, None,
                "cause decides: what our application ordered ends on this side, too"),
            Row("CALLED_PARTY",       R.UNKNOWN, G.AMBIGUOUS, None,
                "direction decides who was called, cause whether it was a refusal"),
            Row("CALLING_PARTY",      R.UNKNOWN, G.AMBIGUOUS, None,
                "direction decides who was calling, cause whether it was a cancel"),
        ),
        also={},
        retired={},
    ),
)
# fmt: on
