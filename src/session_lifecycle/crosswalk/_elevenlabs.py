"""ElevenLabs Agents: conversations, batch calls, and the free text of why one ended.

Source: elevenlabs==2.78.0 (PyPI), and the texts of `termination_reason` as public code and reports
have them (the API declares it an optional string); read 2026-11-24.
"""

from session_lifecycle._words import SessionStatus as S
from session_lifecycle._words import SessionTerminationReason as R
from session_lifecycle._words import TranslationGrade as G
from session_lifecycle.crosswalk._rows import Field, Row, same

TITLE = "ElevenLabs"

_DONE = "over: metadata.termination_reason decides"
_FAILED = "not connected, or broken off: metadata.error and termination_reason decide"
_CLIENT = "the person or the client's own code closed it: the client's own record decides"
_TO_DIAL = "not answered yet, as far as is known"
_JUDGED = "a language model's opinion on the goal, no ending"
_QUOTA = "billing stopped it; whether before or in the call is not said"

# fmt: off
FIELDS = (
    Field(
        "conversation_status", "status", "status of a conversation",
        version="elevenlabs 2.78.0",
        source="elevenlabs==2.78.0 types/get_conversation_response_model_status.py",
        read="2026-11-24",
        rows=(
            Row("initiated",   R.UNKNOWN, G.NOT_AN_END, S.QUEUED, _TO_DIAL),
            Row("in-progress", R.UNKNOWN, G.NOT_AN_END, S.ACTIVE, "in the conversation"),
            Row("processing",  R.UNKNOWN, G.AMBIGUOUS,  None,
                "over, and being analysed: metadata.termination_reason decides"),
            Row("done",        R.UNKNOWN, G.AMBIGUOUS,  None,     _DONE),
            Row("failed",      R.ERROR,   G.AMBIGUOUS,  None,     _FAILED),
        ),
        also={},
        retired={},
    ),
    Field(
        "batch_recipient_status", "status", "status of a batch call's recipient",
        version="elevenlabs 2.78.0",
        source="elevenlabs==2.78.0 types/batch_call_recipient_status.py",
        read="2026-11-24",
        rows=(
            *same(R.UNKNOWN, G.NOT_AN_END, S.QUEUED, _TO_DIAL,
                  ("pending", "dispatched", "initiated")),
            Row("in_progress", R.UNKNOWN,            G.NOT_AN_END, S.ACTIVE, "in the conversation"),
            Row("completed",   R.UNKNOWN,            G.AMBIGUOUS,  None,
                "over: the conversation's termination_reason decides"),
            Row("failed",      R.ERROR,              G.AMBIGUOUS,  None,     _FAILED),
            Row("cancelled",   R.UNKNOWN,            G.AMBIGUOUS,  None,
                "the batch was cancelled: the application's own reason decides"),
            Row("voicemail",   R.VOICEMAIL_DETECTED, G.EXACT,      None,     ""),
        ),
        also={},
        retired={},
    ),
    Field(
        "call_successful", "event", "call_successful (evaluation result)",
        version="elevenlabs 2.78.0",
        source="elevenlabs==2.78.0 types/evaluation_success_result.py",
        read="2026-11-24",
        rows=same(R.UNKNOWN, G.NOT_AN_END, None, _JUDGED, ("success", "failure", "unknown")),
        also={},
        retired={},
    ),
    Field(
        "termination_reason", "reason", "metadata.termination_reason (free text)",
        version="observed 2026",
        source="elevenlabs==2.78.0 types/conversation_history_metadata_common_model.py declares"
               " Optional[str]; texts seen in public code and reports",
        read="2026-11-24",
        rows=(
            Row("Client disconnected: 1000", R.UNKNOWN,           G.AMBIGUOUS,  None, _CLIENT),
            Row("Client disconnected: 1005", R.UNKNOWN,           G.AMBIGUOUS,  None, _CLIENT),
            Row("Client disconnected: 1012", R.SERVER_SHUTDOWN,   G.NARROWER,   None,
                "the service on the client's end of the socket restarted"),
            Row("custom_llm generation failed", R.AGENT_ERROR,    G.NARROWER,   None,
                "the custom LLM"),
            Row("This request exceeds your quota limit.", R.ERROR, G.NARROWER,  None, _QUOTA),
            Row("Call ended by remote party", R.PARTICIPANT_LEFT, G.NARROWER,   None,
                "on a phone or SIP leg"),
            Row("end_call tool",             R.AGENT_INITIATED,   G.EXACT,      None, ""),
            Row("exceeded maximum duration", R.MAX_CALL_DURATION, G.EXACT,      None, ""),
            Row("Non retryable error during text to speech", R.AGENT_ERROR, G.NARROWER, None,
                "text to speech"),
            # The wording that public records have.
            Row("end_call tool was called.", R.AGENT_INITIATED,   G.EXACT,      None, ""),
            Row("voicemail_detection tool was called.", R.VOICEMAIL_DETECTED, G.EXACT, None, ""),
            *same(R.SILENCE_TIMEOUT, G.EXACT, None, "",
                  ("Ending conversation after <seconds> seconds of silence",
                   "Ending conversation after <seconds> seconds of silence.")),
            Row("Client disconnected: <websocket>", R.UNKNOWN,    G.AMBIGUOUS,  None, _CLIENT),
        ),
        also={
            "end_call tool was called": "end_call tool was called.",
            "voicemail_detection tool was called": "voicemail_detection tool was called.",
        },
        retired={},
    ),
)
# fmt: on
