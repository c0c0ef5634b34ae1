"""WebSocket: the code a connection was closed with.

Source: RFC 6455 section 7.4, the IANA WebSocket Close Code Number Registry and websockets==17.4
(PyPI), frames.py; read 2026-11-24.

A closed socket says little about who ended a conversation: either end may send a code, and what
the socket carried (the person, the media, a model) is not in it. Where the code is a vendor's, the
vendor's own word is better than this table.
"""

from session_lifecycle._words import SessionTerminationReason as R
from session_lifecycle._words import TranslationGrade as G
from session_lifecycle.crosswalk._rows import Field, Row, same

TITLE = "WebSocket"

_UNREADABLE = "one end could not take what the other sent; which one erred is not said"

# fmt: off
FIELDS = (
    Field(
        "close_code", "reason", "close code",
        version="RFC 6455; IANA; websockets 17.4",
        source="https://www.rfc-editor.org/rfc/rfc6455;"
               " https://www.iana.org/assignments/websocket/websocket.xhtml;"
               " websockets==17.4 websockets/frames.py",
        read="2026-11-24",
        rows=(
            Row("1000", R.UNKNOWN,            G.AMBIGUOUS, None,
                "closed on purpose by either end: its side and its reason text decide"),
            Row("1001", R.UNKNOWN,            G.AMBIGUOUS, None,
                "a page left, a server stopping, a limit: its side and its reason text decide"),
            *same(R.ERROR, G.NARROWER, None, _UNREADABLE, ("1002", "1003")),
            Row("1005", R.UNKNOWN,            G.AMBIGUOUS, None,
                "closed without a code: the records of the two ends decide"),
            Row("1006", R.CONNECTION_TIMEOUT, G.EXACT,     None,
                "dropped without a closing handshake"),
            Row("1007", R.ERROR,              G.NARROWER,  None, _UNREADABLE),
            Row("1008", R.UNKNOWN,            G.AMBIGUOUS, None,
                "credentials, a limit or another rule: the reason text decides"),
            Row("1009", R.ERROR,              G.NARROWER,  None, _UNREADABLE),
            Row("1010", R.ERROR,              G.NARROWER,  None,
                "the client misses an extension the server did not offer"),
            Row("1011", R.ERROR,              G.AMBIGUOUS, None,
                "a server's failure, or Gemini Live's time limit: the reason text decides"),
            Row("1012", R.SERVER_SHUTDOWN,    G.NARROWER,  None,
                "a service restarts, and a client may come back"),
            Row("1013", R.UNKNOWN,            G.AMBIGUOUS, None,
                "overload, or a second client was turned away: the reason text decides"),
            Row("1014", R.ERROR,              G.NARROWER,  None,
                "a gateway had a bad answer from the server behind it"),
            Row("1015", R.JOIN_FAILURE,       G.NARROWER,  None,
                "the TLS handshake failed, so there was no connection"),
            Row("3000", R.ERROR,              G.NARROWER,  None,
                "no credentials, or none that were accepted; at the start or later"),
            Row("3003", R.ERROR,              G.NARROWER,  None,
                "known, but not allowed; at the start or later"),
            Row("3008", R.CONNECTION_TIMEOUT, G.AMBIGUOUS, None,
                "the reason text decides what took too long"),
            Row("4000-4999", R.UNKNOWN,       G.AMBIGUOUS, None,
                "private: the server's own documentation and the reason text decide"),
        ),
        also={
            "NORMAL_CLOSURE": "1000",
            "GOING_AWAY": "1001",
            "PROTOCOL_ERROR": "1002",
            "UNSUPPORTED_DATA": "1003",
            "NO_STATUS_RCVD": "1005",
            "ABNORMAL_CLOSURE": "1006",
            "INVALID_DATA": "1007",
            "POLICY_VIOLATION": "1008",
            "MESSAGE_TOO_BIG": "1009",
            "MANDATORY_EXTENSION": "1010",
            "INTERNAL_ERROR": "1011",
            "SERVICE_RESTART": "1012",
            "TRY_AGAIN_LATER": "1013",
            "BAD_GATEWAY": "1014",
            "TLS_HANDSHAKE": "1015",
            "UNAUTHORIZED": "3000",
            "FORBIDDEN": "3003",
            "TIMEOUT": "3008",
        },
        retired={},
    ),
)
# fmt: on
