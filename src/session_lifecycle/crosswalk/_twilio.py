"""Twilio: call statuses, who picked up, error codes, and how conferences and relays end.

Source: twilio==9.13.0 (PyPI), twilio.com/docs (call statuses, Answering Machine Detection, Voice
Insights) and its Error and Warning Dictionary; read 2026-11-24.

Of the error codes: 21xxx is the API's refusal of a request, so nothing was dialled; 32xxx is the
SIP network's refusal of an INVITE; 132xx speaks of a `<Dial>` out of a call that is running, whose
failure ends nothing but the leg that never was.
"""

from session_lifecycle._words import SessionStatus as S
from session_lifecycle._words import SessionTerminationReason as R
from session_lifecycle._words import TranslationGrade as G
from session_lifecycle.crosswalk._rows import Field, Row, same

TITLE = "Twilio"

_COMPLETED = "a person, a voicemail or a menu answered, and it is over: AnsweredBy decides"
_BUSY = "a phone that refuses a call can send busy as well"
_FAILED = "could not be connected: SipResponseCode and ErrorCode decide"
_NO_ANSWER = "not answered before the timeout; whether it rang is not said"
_CANCELED = "Direction decides: a caller gave up, or the application cancelled its own dial"
_MACHINE = "voicemail, a menu or a network's tone: the transcript decides"
_DIAL = "a <Dial> out of a running call was refused; that call goes on"
_INVALID = "refused as no valid number; nothing was dialled"

# fmt: off
FIELDS = (
    Field(
        "call_status", "status", "CallStatus",
        version="twilio 9.13.0",
        source="twilio==9.13.0 rest/api/v2010/account/call;"
               " https://www.twilio.com/help/faq/voice/what-do-the-call-statuses-mean",
        read="2026-11-24",
        rows=(
            Row("queued",      R.UNKNOWN,          G.NOT_AN_END, S.QUEUED,  "waits to be dialled"),
            Row("ringing",     R.UNKNOWN,          G.NOT_AN_END, S.RINGING, "rings"),
            Row("in-progress", R.UNKNOWN,          G.NOT_AN_END, S.ACTIVE,  "answered"),
            Row("completed",   R.UNKNOWN,          G.AMBIGUOUS,  None,      _COMPLETED),
            Row("busy",        R.CALLEE_BUSY,      G.EXACT,      None,      _BUSY),
            Row("failed",      R.SIP_FAILED,       G.AMBIGUOUS,  None,      _FAILED),
            Row("no-answer",   R.CALLEE_NO_ANSWER, G.BROADER,    None,      _NO_ANSWER),
            Row("canceled",    R.UNKNOWN,          G.AMBIGUOUS,  None,      _CANCELED),
            # A status callback has it, the REST resource does not.
            Row("initiated",   R.UNKNOWN,          G.NOT_AN_END, S.QUEUED,  "dialled"),
        ),
        also={},
        retired={},
    ),
    Field(
        "insights_call_state", "status", "Voice Insights call_state",
        version="twilio 9.13.0",
        source="twilio==9.13.0 rest/insights/v1/call/call_summary",
        read="2026-11-24",
        rows=(
            Row("ringing",   R.UNKNOWN,          G.NOT_AN_END, S.RINGING, "rings"),
            Row("completed", R.UNKNOWN,          G.AMBIGUOUS,  None,      _COMPLETED),
            Row("busy",      R.CALLEE_BUSY,      G.EXACT,      None,      _BUSY),
            Row("fail",      R.SIP_FAILED,       G.AMBIGUOUS,  None,      _FAILED),
            Row("noanswer",  R.CALLEE_NO_ANSWER, G.BROADER,    None,      _NO_ANSWER),
            Row("canceled",  R.UNKNOWN,          G.AMBIGUOUS,  None,      _CANCELED),
            Row("answered",  R.UNKNOWN,          G.NOT_AN_END, S.ACTIVE,  "answered"),
            Row("undialed",  R.UNKNOWN,          G.AMBIGUOUS,  None,
                "never dialled, cancelled or refused before: ErrorCode decides"),
        ),
        also={},
        retired={},
    ),
    Field(
        "answered_by", "detector", "AnsweredBy (Answering Machine Detection)",
        version="twilio 9.13.0",
        source="twilio==9.13.0 rest/insights/v1/call/call_summary;"
               " https://www.twilio.com/docs/voice/answering-machine-detection",
        read="2026-11-24",
        rows=(
            Row("unknown",             R.UNKNOWN,            G.NOT_AN_END, S.ACTIVE,
                "the detection ran out of time; the call is answered and goes on"),
            Row("machine_start",       R.UNKNOWN,            G.AMBIGUOUS,  None, _MACHINE),
            Row("machine_end_beep",    R.VOICEMAIL_DETECTED, G.NARROWER,   None,
                "the beep was heard: a message can be left now"),
            Row("machine_end_silence", R.UNKNOWN,            G.AMBIGUOUS,  None, _MACHINE),
            Row("machine_end_other",   R.UNKNOWN,            G.AMBIGUOUS,  None, _MACHINE),
            Row("human",               R.UNKNOWN,            G.NOT_AN_END, S.ACTIVE,
                "a person answered; the call goes on"),
            Row("fax",                 R.UNKNOWN,            G.NARROWER,   None,
                "a fax machine answered: neither a person nor a voicemail, and no reason of ours"),
        ),
        also={},
        retired={},
    ),
    Field(
        "error_code", "reason", "ErrorCode",
        version="Error and Warning Dictionary, read 2026-11-24",
        source="https://www.twilio.com/docs/api/errors; livekit/sip@be5d3f5 pkg/sip/errors.go;"
               " pipecat-ai==1.14.0 serializers/twilio.py",
        read="2026-11-24",
        rows=(
            Row("64104", R.MAX_CALL_DURATION,  G.EXACT,      None, ""),
            Row("32203", R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "blocked by Twilio, for fraud or regulation, as SIP 603: no person refused"),
            Row("20404", R.UNKNOWN,            G.NOT_AN_END, None,
                "the hang-up found the call over already; its end is told elsewhere"),
            # the account
            Row("10001", R.ERROR,              G.NARROWER,   None,
                "the account is disabled, for money or for its use; when in the call is not said"),
            Row("10003", R.SETUP_ERROR,        G.NARROWER,   None,
                "an incoming call refused, the account was inactive"),
            Row("10004", R.SETUP_ERROR,        G.NARROWER,   None,
                "over the account's limit of calls at once, and so rejected"),
            Row("10005", R.SETUP_ERROR,        G.NARROWER,   None,
                "calls are switched off for the account"),
            # <Dial>; 13224 is seen on calls made by the API too
            Row("13223", R.UNKNOWN,            G.NOT_AN_END, None, _DIAL),
            Row("13224", R.SIP_DIAL_FAILED,    G.AMBIGUOUS,  None,
                "no such number, not served, or a carrier's outage: last_sip_response_num decides"),
            Row("13225", R.UNKNOWN,            G.NOT_AN_END, None, _DIAL),
            Row("13226", R.UNKNOWN,            G.NOT_AN_END, None, _DIAL),
            Row("13227", R.UNKNOWN,            G.NOT_AN_END, None, _DIAL),
            Row("13805", R.MAX_CALL_DURATION,  G.NARROWER,   None,
                "the ten minutes of a trial account"),
            # the API
            Row("21201", R.SETUP_ERROR,        G.NARROWER,   None,
                "the request named no number to call"),
            Row("21210", R.SETUP_ERROR,        G.NARROWER,   None,
                "the caller ID is not verified for the account; nothing was dialled"),
            Row("21211", R.CALLEE_NOT_FOUND,   G.NARROWER,   None, _INVALID),
            Row("21212", R.SETUP_ERROR,        G.NARROWER,   None,
                "the caller ID is no valid number; nothing was dialled"),
            Row("21214", R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "Twilio has no route to the number; nothing was dialled"),
            Row("21215", R.SETUP_ERROR,        G.NARROWER,   None,
                "the account's geographic permissions forbid the destination"),
            Row("21216", R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "blocked by Twilio: fraud, regulation, or a customer profile is missing"),
            Row("21217", R.CALLEE_NOT_FOUND,   G.NARROWER,   None, _INVALID),
            Row("21219", R.SETUP_ERROR,        G.NARROWER,   None,
                "a trial account may call verified numbers only"),
            Row("21220", R.UNKNOWN,            G.NOT_AN_END, None,
                "a request came when the call was not in the state for it"),
            # what the callee's side answered
            Row("31480", R.CALLEE_UNAVAILABLE, G.EXACT,      None, ""),
            Row("31486", R.CALLEE_BUSY,        G.EXACT,      None, ""),
            Row("31487", R.UNKNOWN,            G.AMBIGUOUS,  None,
                "ended by a CANCEL or a BYE: disconnected_by decides from which side"),
            Row("31603", R.USER_REJECTED,      G.AMBIGUOUS,  None,
                "X-Twilio-Error decides: the callee declined, or 10001, an inactive account"),
            # SIP trunks
            Row("32011", R.UNKNOWN,            G.NOT_AN_END, None,
                "one attempt to reach your SIP endpoint failed; others may follow"),
            Row("32101", R.CALLEE_NOT_FOUND,   G.NARROWER,   None,
                "the number, as it was sent, is no E.164 number"),
            Row("32200", R.SIP_FAILED,         G.NARROWER,   None,
                "the trunk's authentication, or an account that is not active"),
            Row("32204", R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "the caller ID is not verified for the account"),
            Row("32205", R.SIP_DIAL_FAILED,    G.NARROWER,   None,
                "the account's geographic permissions forbid the destination"),
            Row("32400", R.SIP_TRUNK_FAILURE,  G.NARROWER,   None,
                "the trunk brought along did not take the call, and failover was off"),
            Row("32401", R.UNKNOWN,            G.NOT_AN_END, None,
                "the trunk brought along failed and Twilio's own route took over"),
            # ConversationRelay
            Row("64102", R.AGENT_ERROR,        G.NARROWER,   None,
                "the agent's WebSocket server did not answer, or its URL is wrong"),
            Row("64105", R.ERROR,              G.NARROWER,   None,
                "the agent's server or the network between dropped the socket in the call"),
            Row("64106", R.ERROR,              G.NARROWER,   None,
                "a voice, language or provider that was asked for is not supported"),
            Row("64108", R.UNKNOWN,            G.AMBIGUOUS,  None,
                "the call was over, or the carrier's media stopped: CallStatus decides"),
            Row("64109", R.ERROR,              G.NARROWER,   None,
                "over the account's limit of relays at once; the call may have been answered"),
        ),
        also={},
        retired={},
    ),
    Field(
        "conference_end_reason", "reason", "reason_conference_ended",
        version="twilio 9.13.0",
        source="twilio==9.13.0 rest/api/v2010/account/conference",
        read="2026-11-24",
        rows=(
            Row("conference-ended-via-api", R.ROOM_DELETED, G.EXACT, None, ""),
            Row("participant-with-end-conference-on-exit-left", R.UNKNOWN, G.AMBIGUOUS, None,
                "CallSidEndingConference decides: the caller's leg, the agent's or an operator's"),
            *same(R.PARTICIPANT_REMOVED, G.NARROWER, None,
                  "and the conference ended with it; CallSidEndingConference tells whose leg",
                  ("participant-with-end-conference-on-exit-kicked", "last-participant-kicked")),
            Row("last-participant-left", R.ROOM_CLOSED, G.EXACT, None, ""),
        ),
        # Conference Insights spells them with underscores.
        also={
            "conference_ended_via_api": "conference-ended-via-api",
            "participant_with_end_conference_on_exit_left":
                "participant-with-end-conference-on-exit-left",
            "participant_with_end_conference_on_exit_kicked":
                "participant-with-end-conference-on-exit-kicked",
            "last_participant_kicked": "last-participant-kicked",
            "last_participant_left": "last-participant-left",
        },
        retired={},
    ),
    Field(
        "stream_status", "status", "Media Stream status",
        version="twilio 9.13.0",
        source="twilio==9.13.0 rest/api/v2010/account/call/stream",
        read="2026-11-24",
        rows=(
            Row("in-progress", R.UNKNOWN, G.NOT_AN_END, S.ACTIVE, "audio is streamed"),
            Row("stopped",     R.UNKNOWN, G.NOT_AN_END, None,
                "the stream is over; whether the call is, CallStatus says"),
        ),
        also={},
        retired={},
    ),
    Field(
        "crelay_session_state", "status", "Voice Insights ConversationRelay session state",
        version="twilio 9.13.0",
        source="twilio==9.13.0 rest/insights/v1/call/call_summary",
        read="2026-11-24",
        rows=(
            Row("unknown", R.UNKNOWN, G.EXACT,     None, "Twilio itself does not know"),
            Row("failure", R.ERROR,   G.AMBIGUOUS, None, "the relay failed: ErrorCode decides"),
            Row("ended",   R.UNKNOWN, G.AMBIGUOUS, None,
                "ended by the application, or handed on: its HandoffData decides"),
            Row("hung_up", R.UNKNOWN, G.AMBIGUOUS, None,
                "hung up by either side: disconnected_by and the agent's record decide"),
        ),
        also={},
        retired={},
    ),
    Field(
        "voice_insights_property", "event", "Voice Insights properties of a call summary",
        version="docs, read 2026-11-24",
        source="https://www.twilio.com/docs/voice/voice-insights/api/call/details-call-summary",
        read="2026-11-24",
        rows=(
            Row("disconnected_by",       R.UNKNOWN, G.NOT_AN_END, None,
                "a field's name; its value is the side a BYE came from, not what was meant"),
            Row("last_sip_response_num", R.UNKNOWN, G.NOT_AN_END, None,
                "a field's name; its value is a SIP status, for the table of vendor sip"),
        ),
        also={},
        retired={},
    ),
)
# fmt: on
