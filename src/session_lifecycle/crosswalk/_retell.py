"""Retell AI: why a call was disconnected, and where it stands.

Source: retell-sdk==6.2.13 (PyPI; 4.0.0 to 4.38.0 for what is retired) and
docs.retellai.com/reliability/debug-call-disconnect; read 2026-11-24.
"""

from session_lifecycle._words import SessionStatus as S
from session_lifecycle._words import SessionTerminationReason as R
from session_lifecycle._words import TranslationGrade as G
from session_lifecycle.crosswalk._rows import Field, Row, same

TITLE = "Retell AI"

_MONEY = "billing stopped it; whether before or in the call is not said"
_BLOCKED = "a carrier or its analytics blocked the calling number: no person refused"
_REASON = "disconnection_reason decides"

# fmt: off
FIELDS = (
    Field(
        "disconnection_reason", "reason", "disconnection_reason",
        version="retell-sdk 6.2.13",
        source="retell-sdk==6.2.13 retell/types/phone_call_response.py;"
               " https://docs.retellai.com/reliability/debug-call-disconnect",
        read="2026-11-24",
        rows=(
            Row("user_hangup",             R.PARTICIPANT_LEFT,   G.EXACT,      None, ""),
            Row("agent_hangup",            R.AGENT_INITIATED,    G.EXACT,      None, ""),
            Row("user_requested_dnc",      R.AGENT_INITIATED,    G.NARROWER,   None,
                "the agent ended it because the person wants no more calls: never dial again"),
            Row("user_requested_callback", R.UNKNOWN,            G.AMBIGUOUS,  None,
                "the person asks to be called back; the transcript decides who hung up"),
            Row("call_transfer",           R.TRANSFERRED,        G.EXACT,      None, ""),
            Row("voicemail_reached",       R.VOICEMAIL_DETECTED, G.EXACT,      None, ""),
            Row("ivr_reached",             R.UNKNOWN,            G.NARROWER,   None,
                "a menu answered and the agent hung up as set: no person, no voicemail"),
            Row("inactivity",              R.SILENCE_TIMEOUT,    G.EXACT,      None, ""),
            Row("max_duration_reached",    R.MAX_CALL_DURATION,  G.EXACT,      None, ""),
            # limits and money
            Row("concurrency_limit_reached", R.SETUP_ERROR,      G.NARROWER,   None,
                "no free slot within the account's limit: no agent, and no number dialled"),
            Row("no_concurrency_fallback", R.TRANSFERRED,        G.NARROWER,   None,
                "no free slot: the caller was put through to the fallback number, no agent spoke"),
            *same(R.ERROR, G.NARROWER, None, _MONEY,
                  ("no_valid_payment", "credit_exhausted", "budget_reached")),
            Row("scam_detected",           R.ERROR,              G.NARROWER,   None,
                "Retell took the agent for a scam and stopped it"),
            # what the dialling found
            Row("dial_busy",               R.CALLEE_BUSY,        G.EXACT,      None, ""),
            Row("dial_failed",             R.SIP_FAILED,         G.EXACT,      None,
                "no SIP code or an unknown one; a carrier's spam block can look like this"),
            Row("dial_no_answer",          R.CALLEE_NO_ANSWER,   G.EXACT,      None, ""),
            Row("invalid_destination",     R.SIP_FAILED,         G.NARROWER,   None,
                "invalid as it was written: the provider may only want another format"),
            Row("telephony_provider_permission_denied", R.SIP_FAILED, G.NARROWER, None,
                "the trunk did not accept our credentials"),
            Row("telephony_provider_unavailable", R.SIP_TRUNK_FAILURE, G.EXACT, None, ""),
            Row("sip_routing_error",       R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "a loop, or too many hops"),
            *same(R.SIP_DIAL_FAILED, G.NARROWER, None, _BLOCKED,
                  ("marked_as_spam", "network_blocked")),
            Row("user_declined",           R.CALLEE_DECLINED,    G.EXACT,      None, ""),
            # failures
            Row("error_llm_websocket_open", R.AGENT_ERROR,       G.NARROWER,   None,
                "the custom LLM's socket did not open, or its server closed it without a code"),
            Row("error_llm_websocket_lost_connection", R.ERROR,  G.NARROWER,   None,
                "the custom LLM's socket was lost, by its server or the network between"),
            Row("error_llm_websocket_runtime", R.AGENT_ERROR,    G.NARROWER,   None,
                "the custom LLM's socket failed or was closed in the call"),
            Row("error_llm_websocket_corrupt_payload", R.AGENT_ERROR, G.NARROWER, None,
                "the custom LLM sent what could not be read"),
            Row("error_no_audio_received", R.MEDIA_FAILURE,      G.NARROWER,   None,
                "nothing was heard from the person's side"),
            Row("error_asr",               R.AGENT_ERROR,        G.NARROWER,   None,
                "speech recognition"),
            Row("error_retell",            R.ERROR,              G.NARROWER,   None,
                "the failure was Retell's own; ours leaves open whose it was"),
            Row("error_unknown",           R.ERROR,              G.EXACT,      None, ""),
            Row("error_user_not_joined",   R.PARTICIPANT_JOIN_TIMEOUT, G.EXACT, None, ""),
            Row("registered_call_timeout", R.PARTICIPANT_JOIN_TIMEOUT, G.NARROWER, None,
                "a registered call was not connected within five minutes, by whoever had to"),
            # transfers and people
            Row("transfer_bridged",        R.TRANSFERRED,        G.EXACT,      None, ""),
            Row("transfer_cancelled",      R.UNKNOWN,            G.NOT_AN_END, None,
                "a transfer was called off on the way; the caller's own call goes on"),
            Row("manual_stopped",          R.UNKNOWN,            G.AMBIGUOUS,  None,
                "stopped through the API or dashboard: the application's own reason decides"),
            Row("call_take_over",          R.ESCALATED,          G.NARROWER,   None,
                "a person listening in took over from the agent and goes on talking"),
            # no longer in use
            Row("machine_detected",        R.UNKNOWN,            G.AMBIGUOUS,  None,
                "voicemail or another machine: call_analysis.in_voicemail decides"),
            Row("error_inbound_webhook",   R.ERROR,              G.NARROWER,   None,
                "the customer's webhook for inbound calls failed"),
            Row("error_twilio",            R.ERROR,              G.NARROWER,   None,
                "the socket to Twilio failed; whose fault is not said"),
            Row("error_frontend_corrupted_payload", R.ERROR,     G.NARROWER,   None,
                "the web client sent what could not be read"),
        ),
        also={},
        # The last SDK releases that had them.
        retired={
            "machine_detected": "retell-sdk 4.34.0",
            "error_inbound_webhook": "retell-sdk 4.37.0",
            "error_twilio": "retell-sdk 4.29.0",
            "error_frontend_corrupted_payload": "retell-sdk 4.29.0",
        },
    ),
    Field(
        "call_status", "status", "call_status",
        version="retell-sdk 6.2.13",
        source="retell-sdk==6.2.13 retell/types/phone_call_response.py",
        read="2026-11-24",
        rows=(
            Row("registered",    R.UNKNOWN, G.NOT_AN_END, S.QUEUED, "an id, and no call yet"),
            Row("not_connected", R.UNKNOWN, G.AMBIGUOUS,  None,
                "the dial reached nobody, for any reason: disconnection_reason decides"),
            Row("ongoing",       R.UNKNOWN, G.NOT_AN_END, S.ACTIVE, "connected"),
            Row("ended",         R.UNKNOWN, G.AMBIGUOUS,  None,
                "hung up by either side, or transferred: disconnection_reason decides"),
            Row("error",         R.ERROR,   G.AMBIGUOUS,  None,     _REASON),
        ),
        also={},
        retired={},
    ),
)
# fmt: on
