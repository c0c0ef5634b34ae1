"""SignalWire RELAY: why a call ended.

Source: signalwire-agents==1.1.0 (PyPI), signalwire_agents/relay/constants.py;
developer.signalwire.com, DisconnectReason; signalwire.com/docs, RELAY call hangup;
read 2026-11-24.
"""

from session_lifecycle._words import SessionTerminationReason as R
from session_lifecycle._words import TranslationGrade as G
from session_lifecycle.crosswalk._rows import Field, Row

TITLE = "SignalWire"

# fmt: off
FIELDS = (
    Field(
        "end_reason", "reason", "end_reason of calling.call.state",
        version="signalwire-agents 1.1.0",
        source="signalwire-agents==1.1.0 signalwire_agents/relay/constants.py",
        read="2026-11-24",
        rows=(
            Row("hangup",       R.UNKNOWN,           G.AMBIGUOUS, None,
                "the application's own reason decides; without one, the other side hung up"),
            Row("cancel",       R.UNKNOWN,           G.AMBIGUOUS, None,
                "direction decides: an inbound caller gave up, or we cancelled our own dial"),
            Row("busy",         R.CALLEE_BUSY,       G.EXACT,     None,
                "on an inbound call it is our own hangup with that reason"),
            Row("noAnswer",     R.CALLEE_NO_ANSWER,  G.EXACT,     None, "that it rang is presumed"),
            Row("decline",      R.USER_REJECTED,     G.AMBIGUOUS, None,
                "direction decides: refused by person or network, or by our own hangup"),
            Row("error",        R.ERROR,             G.EXACT,     None, ""),
            Row("abandoned",    R.UNKNOWN,           G.AMBIGUOUS, None,
                "direction decides: undocumented, an inbound caller or a dial was given up"),
            Row("max_duration", R.MAX_CALL_DURATION, G.EXACT,     None, ""),
            Row("not_found",    R.CALLEE_NOT_FOUND,  G.EXACT,     None, ""),
        ),
        also={},
        retired={},
    ),
)
# fmt: on
