"""Vonage Voice: where a call stands, the detail of a failure, and which side ended it.

Source: vonage-voice==1.5.1 (PyPI), vonage_voice/models/enums.py; Vonage/vonage-java-sdk@609f524d
(2026-08-11), CallStatusDetail.java, DisconnectedBy.java and its call statuses;
Nexmo/nexmo-developer@607d9e7c, webhook-reference.md; read 2026-11-24.
"""

from session_lifecycle._words import SessionStatus as S
from session_lifecycle._words import SessionTerminationReason as R
from session_lifecycle._words import TranslationGrade as G
from session_lifecycle.crosswalk._rows import Field, Row

TITLE = "Vonage"

# fmt: off
FIELDS = (
    Field(
        "call_status", "status", "status of a call or of an event webhook",
        version="vonage-voice 1.5.1; vonage-java-sdk 609f524d (2026-08-11)",
        source=(
            "vonage-voice==1.5.1 CallState; Vonage/vonage-java-sdk@609f524d CallStatus.java; "
            "Nexmo/nexmo-developer webhook-reference.md"
        ),
        read="2026-11-24",
        rows=(
            Row("started",      R.UNKNOWN,          G.NOT_AN_END, S.QUEUED,
                "the call exists, and nothing has rung yet"),
            Row("ringing",      R.UNKNOWN,          G.NOT_AN_END, S.RINGING,
                "the destination rings"),
            Row("answered",     R.UNKNOWN,          G.NOT_AN_END, S.ACTIVE,
                "somebody or something picked up"),
            Row("machine",      R.UNKNOWN,          G.AMBIGUOUS,  None,
                "machine_detection decides whether it hung up; voicemail or another robot"),
            Row("human",        R.UNKNOWN,          G.NOT_AN_END, S.ACTIVE,  "a person picked up"),
            Row("completed",    R.UNKNOWN,          G.AMBIGUOUS,  None,
                "disconnected_by and the direction decide; it also follows busy and failed"),
            Row("busy",         R.CALLEE_BUSY,      G.EXACT,      None,      ""),
            Row("cancelled",    R.UNKNOWN,          G.AMBIGUOUS,  None,
                "the application's own reason decides: the dialling side gave up unanswered"),
            Row("failed",       R.SIP_FAILED,       G.AMBIGUOUS,  None,
                "detail decides: no route, a number out of service or an error of Vonage"),
            Row("rejected",     R.USER_REJECTED,    G.AMBIGUOUS,  None,
                "detail decides: refused by Vonage, by the carrier or by the person called"),
            Row("timeout",      R.CALLEE_NO_ANSWER, G.EXACT,      None,
                "ringing_timer ran out"),
            Row("unanswered",   R.SIP_FAILED,       G.AMBIGUOUS,  S.CLOSED,
                "detail decides: not reachable, or refused by the person called"),
            Row("disconnected", R.UNKNOWN,          G.NOT_AN_END, None,
                "the application's WebSocket went away, and the call follows its NCCO on"),
            Row("transfer",     R.UNKNOWN,          G.NOT_AN_END, None,
                "the leg moved to another conversation, which may be ours as well"),
            Row("input",        R.UNKNOWN,          G.NOT_AN_END, S.ACTIVE,
                "keys or speech were collected"),
        ),
        also={},
        retired={},
    ),
    Field(
        "call_status_detail", "reason", "detail of an event webhook",
        version="vonage-java-sdk 609f524d (2026-08-11)",
        source=(
            "Vonage/vonage-java-sdk@609f524d CallStatusDetail.java; public copies of the webhook "
            "reference"
        ),
        read="2026-11-24",
        rows=(
            Row("invalid_number",        R.SIP_FAILED,         G.AMBIGUOUS, None,
                "to or from decides: the number dialled, or the one it was dialled from, is none"),
            Row("restricted",            R.SIP_DIAL_FAILED,    G.NARROWER, None,
                "the carrier refused; the person was not asked"),
            Row("declined",              R.CALLEE_DECLINED,    G.EXACT,    None,
                "told apart from the carrier's refusal, restricted"),
            Row("cannot_route",          R.SIP_DIAL_FAILED,    G.NARROWER, None,
                "no route to the number"),
            Row("number_out_of_service", R.CALLEE_NOT_FOUND,   G.NARROWER, None,
                "the number once existed and is no longer in use"),
            Row("internal_error",        R.SIP_TRUNK_FAILURE,  G.NARROWER, None,
                "an error inside Vonage"),
            Row("carrier_timeout",       R.SIP_DIAL_FAILED,    G.NARROWER, None,
                "the carrier did not respond in time; of the phone nothing is known"),
            Row("unavailable",           R.CALLEE_UNAVAILABLE, G.EXACT,    None, ""),
            Row("timeout",               R.USER_UNAVAILABLE,   G.NARROWER, None,
                "not answered in time; whether it rang is not said"),
        ),
        also={},
        retired={},
    ),
    Field(
        "disconnected_by", "reason", "disconnected_by of an event webhook",
        version="vonage-java-sdk 609f524d (2026-08-11)",
        source="Vonage/vonage-java-sdk@609f524d DisconnectedBy.java",
        read="2026-11-24",
        rows=(
            Row("platform", R.UNKNOWN, G.AMBIGUOUS, None,
                "status and detail decide: our NCCO was done, or Vonage ended it"),
            Row("user",     R.UNKNOWN, G.AMBIGUOUS, None,
                "status decides: hung up, refused or not answered"),
        ),
        also={},
        retired={},
    ),
)
# fmt: on
