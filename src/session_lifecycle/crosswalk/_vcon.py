"""vCon: why a call or conversation never came about (a dialog of type `incomplete`).

Source: draft-ietf-vcon-vcon-core-04 (2026-09-07), section 4.3.11, in
ietf-wg-vcon/draft-ietf-vcon-vcon-core@502f0cb7; the words are the same in -03 (2026-07-01);
read 2026-11-24.
"""

from session_lifecycle._words import SessionTerminationReason as R
from session_lifecycle._words import TranslationGrade as G
from session_lifecycle.crosswalk._rows import Field, Row

TITLE = "vCon"

# fmt: off
FIELDS = (
    Field(
        "disposition", "reason", "disposition of a dialog of type incomplete",
        version="draft-ietf-vcon-vcon-core-04 (2026-09-07)",
        source=(
            "ietf-wg-vcon/draft-ietf-vcon-vcon-core@502f0cb7 draft-ietf-vcon-vcon-core-04, "
            "section 4.3.11"
        ),
        read="2026-11-24",
        rows=(
            Row("no-answer",            R.CALLEE_NO_ANSWER,   G.EXACT,     None,
                "a connection that nobody accepted counts, too"),
            Row("congestion",           R.SIP_FAILED,         G.NARROWER,  None,
                "for load; whose system was full is not said"),
            Row("failed",               R.SIP_FAILED,         G.BROADER,   None,
                "any connection, not only SIP; also the word for a cause that is not known"),
            Row("busy",                 R.CALLEE_BUSY,        G.EXACT,     None, ""),
            Row("hung-up",              R.UNKNOWN,            G.AMBIGUOUS, None,
                "party_history decides who left before a word was said, answered or not"),
            Row("voicemail-no-message", R.VOICEMAIL_DETECTED, G.NARROWER,  None,
                "and no message was left"),
        ),
        also={},
        retired={},
    ),
)
# fmt: on
