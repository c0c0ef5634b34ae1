"""Amazon Connect: why a contact was disconnected, who picked up, and where a contact stands.

Source: Amazon Connect Administrator Guide, contact record data model and contact states (stored
copies, 2026); botocore==1.44.5 (PyPI), connect/2017-08-08; read 2026-11-24.

`EXPIRED` means one thing for campaigns and another for chats, tasks and emails: hence two fields.
An agent is a person here; the bot is the flow.
"""

from session_lifecycle._words import SessionStatus as S
from session_lifecycle._words import SessionTerminationReason as R
from session_lifecycle._words import TranslationGrade as G
from session_lifecycle.crosswalk._rows import Field, Row

TITLE = "Amazon Connect"

# fmt: off
FIELDS = (
    Field(
        "disconnect_reason_voice", "reason", "DisconnectReason, voice",
        version="docs 2026 (stored copy)",
        source="https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html",
        read="2026-11-24",
        rows=(
            Row("CUSTOMER_DISCONNECT",        R.PARTICIPANT_LEFT,         G.BROADER,   None,
                "also a lost line: bad reception looks the same"),
            Row("AGENT_DISCONNECT",           R.ESCALATED,                G.NARROWER,  None,
                "a person had the call and hung up; resolved or not is not said"),
            Row("THIRD_PARTY_DISCONNECT",     R.UNKNOWN,                  G.AMBIGUOUS, None,
                "InitiationMethod decides: a third party left, and the customer may go on"),
            Row("TELECOM_PROBLEM",            R.SIP_TRUNK_FAILURE,        G.NARROWER,  None,
                "the destination's network failed, the number seems valid"),
            Row("TELECOM_BUSY",               R.CALLEE_BUSY,              G.EXACT,     None, ""),
            Row("TELECOM_NUMBER_INVALID",     R.CALLEE_NOT_FOUND,         G.EXACT,     None,
                "malformed, not existing or no longer in use"),
            Row("TELECOM_POTENTIAL_BLOCKING", R.SIP_DIAL_FAILED,          G.NARROWER,  None,
                "networks seem to block the call; the person was not asked"),
            Row("TELECOM_UNANSWERED",         R.CALLEE_UNAVAILABLE,       G.EXACT,     None,
                "named unanswered, documented as not deliverable at this time"),
            Row("TELECOM_TIMEOUT",            R.CALLEE_NO_ANSWER,         G.EXACT,     None,
                "after 60 s of ringing"),
            Row("TELECOM_ORIGINATOR_CANCEL",  R.UNKNOWN,                  G.AMBIGUOUS, None,
                "InitiationMethod decides: the caller gave up, we cancelled, or 60 s unanswered"),
            Row("CUSTOMER_NEVER_ARRIVED",     R.PARTICIPANT_JOIN_TIMEOUT, G.EXACT,     None,
                "web calls only"),
            Row("CONTACT_FLOW_DISCONNECT",    R.UNKNOWN,                  G.AMBIGUOUS, None,
                "the flow's own attributes decide: the bot was done, or an error branch hung up"),
            Row("BARGED",                     R.ESCALATED,                G.NARROWER,  None,
                "a supervisor took the human agent off and may go on talking"),
            Row("OTHER",                      R.UNKNOWN,                  G.AMBIGUOUS, None,
                "the application's own reason decides, if it disconnected by API"),
        ),
        also={},
        retired={},
    ),
    Field(
        "disconnect_reason_campaign", "reason", "DisconnectReason, outbound campaigns",
        version="docs 2026 (stored copy)",
        source="https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html",
        read="2026-11-24",
        rows=(
            Row("OUTBOUND_DESTINATION_ENDPOINT_ERROR", R.SETUP_ERROR, G.NARROWER,  None,
                "our configuration does not allow this destination; it was not dialled"),
            Row("OUTBOUND_RESOURCE_ERROR",         R.SETUP_ERROR, G.NARROWER,  None,
                "the instance lacks a permission or a resource; it was not dialled"),
            Row("OUTBOUND_ATTEMPT_FAILED",         R.SIP_FAILED,  G.NARROWER,  None,
                "unknown error, bad parameter or no permission; whether it rang is not said"),
            Row("OUTBUND_PREVIEW_DISCARDED",       R.UNKNOWN,     G.NARROWER,  None,
                "taken off the list before dialling, for good; no reason of ours says so"),
            Row("EXPIRED",                         R.UNKNOWN,     G.AMBIGUOUS, S.EXPIRED,
                "ConnectedToSystemTimestamp decides: no agent or no line, answered before or not"),
        ),
        also={
            "OUTBOUND_PREVIEW_DISCARDED": "OUTBUND_PREVIEW_DISCARDED",
        },
        retired={},
    ),
    Field(
        "disconnect_reason_chat_task_email", "reason", "DisconnectReason, chats, tasks and emails",
        version="docs 2026 (stored copy)",
        source="https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html",
        read="2026-11-24",
        rows=(
            Row("AGENT_NETWORK_DISCONNECT",        R.CONNECTION_TIMEOUT, G.NARROWER,  None,
                "the human agent's network, not the customer's"),
            Row("CUSTOMER_CONNECTION_NOT_ESTABLISHED", R.JOIN_FAILURE,       G.EXACT,     None,
                ""),
            Row("EXPIRED",                         R.UNKNOWN,            G.AMBIGUOUS, S.EXPIRED,
                "Channel decides: a chat reached its length, a task or email waited too long"),
            Row("API",                             R.UNKNOWN,            G.AMBIGUOUS, None,
                "the application's own reason decides: it called StopContact"),
            Row("IDLE_DISCONNECT",                 R.SILENCE_TIMEOUT,    G.EXACT,     None,
                "which participant was idle is not said"),
            Row("SYSTEM_ERROR",                    R.ERROR,              G.NARROWER,  None,
                "the failure was inside Amazon Connect"),
            Row("AGENT_COMPLETED",                 R.ESCALATED,          G.NARROWER,  None,
                "a person closed the task; resolved or not is not said"),
            Row("TRANSFERRED",                     R.UNKNOWN,            G.AMBIGUOUS, None,
                "the next contact decides: an agent has it, or only another queue"),
            Row("DISCARDED",                       R.UNKNOWN,            G.NARROWER,  None,
                "a draft was thrown away and never sent; no reason of ours says so"),
        ),
        also={},
        retired={},
    ),
    Field(
        "amd_status", "detector", "AnsweringMachineDetectionStatus",
        version="botocore 1.44.5",
        source=(
            "botocore==1.44.5 connect/2017-08-08; "
            "https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html"
        ),
        read="2026-11-24",
        rows=(
            Row("ANSWERED",                R.UNKNOWN,            G.NOT_AN_END, S.ACTIVE,
                "somebody or something picked up"),
            Row("UNDETECTED",              R.UNKNOWN,            G.NOT_AN_END, None,
                "the detector found nothing"),
            Row("ERROR",                   R.UNKNOWN,            G.NOT_AN_END, None,
                "the detector failed, not the call"),
            Row("HUMAN_ANSWERED",          R.UNKNOWN,            G.NOT_AN_END, S.ACTIVE,
                "a person picked up"),
            Row("SIT_TONE_DETECTED",       R.SIP_DIAL_FAILED,    G.AMBIGUOUS,  None,
                "DisconnectReason decides: the tone of an announcement, which one is not said"),
            Row("SIT_TONE_BUSY",           R.CALLEE_BUSY,        G.EXACT,      None,     ""),
            Row("SIT_TONE_INVALID_NUMBER", R.CALLEE_NOT_FOUND,   G.EXACT,      None,     ""),
            Row("FAX_MACHINE_DETECTED",    R.UNKNOWN,            G.NARROWER,   None,
                "a fax picked up, and nobody was reached; no reason of ours says so"),
            Row("VOICEMAIL_BEEP",          R.VOICEMAIL_DETECTED, G.NARROWER,   None,
                "the beep was heard, a message can be left"),
            Row("VOICEMAIL_NO_BEEP",       R.VOICEMAIL_DETECTED, G.NARROWER,   None,
                "no beep was heard"),
            Row("AMD_UNRESOLVED",          R.UNKNOWN,            G.NOT_AN_END, S.ACTIVE,
                "connected, person or voicemail not decided"),
            # In the docs, and not in botocore 1.44.5.
            Row("AMD_UNRESOLVED_SILENCE",  R.UNKNOWN,            G.NOT_AN_END, S.ACTIVE,
                "connected, and nothing was heard to decide by"),
            Row("AMD_UNANSWERED",          R.CALLEE_NO_ANSWER,   G.EXACT,      None,     ""),
            Row("AMD_ERROR",               R.UNKNOWN,            G.NOT_AN_END, S.ACTIVE,
                "connected; the detector failed, not the call"),
            Row("AMD_NOT_APPLICABLE",      R.UNKNOWN,            G.AMBIGUOUS,  None,
                "DisconnectReason decides: it was over before it rang"),
        ),
        also={},
        retired={},
    ),
    Field(
        "contact_state", "status", "ContactState in the agent event stream",
        version="botocore 1.44.5",
        source=(
            "botocore==1.44.5 connect/2017-08-08; "
            "https://docs.aws.amazon.com/connect/latest/adminguide/about-contact-states.html"
        ),
        read="2026-11-24",
        rows=(
            Row("INCOMING",         R.UNKNOWN, G.NOT_AN_END, S.QUEUED,
                "a queued callback is offered to a human agent"),
            Row("PENDING",          R.UNKNOWN, G.NOT_AN_END, S.QUEUED,
                "a queued callback is pending"),
            Row("CONNECTING",       R.UNKNOWN, G.NOT_AN_END, S.WAITING_FOR_HUMAN,
                "the contact rings at a human agent"),
            Row("CONNECTED",        R.UNKNOWN, G.NOT_AN_END, S.TRANSFERRED,
                "a human agent has the contact"),
            Row("CONNECTED_ONHOLD", R.UNKNOWN, G.NOT_AN_END, S.TRANSFERRED,
                "a human agent has the contact, and put it on hold"),
            # In the docs, and not in botocore 1.44.5.
            Row("PAUSED",           R.UNKNOWN, G.NOT_AN_END, S.PAUSED, "a task that was put aside"),
            Row("MISSED",           R.UNKNOWN, G.NOT_AN_END, S.WAITING_FOR_HUMAN,
                "this human agent did not take it; the contact goes on"),
            Row("ERROR",            R.UNKNOWN, G.AMBIGUOUS,  None,
                "DisconnectReason decides: the customer gave up in the whisper, for one"),
            Row("ENDED",            R.UNKNOWN, G.AMBIGUOUS,  None,
                "DisconnectReason decides"),
            Row("REJECTED",         R.UNKNOWN, G.NOT_AN_END, None,
                "a human agent refused and the contact goes on, or the customer was gone already"),
        ),
        also={},
        retired={},
    ),
)
# fmt: on
