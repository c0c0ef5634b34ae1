"""Daily: why a participant left a room.

Source: daily-co/daily-python@89f4a09 (2026-08-19), docs/src/types.rst, and docs.daily.co
(daily-js, participant and error events); read 2026-11-24.
"""

from session_lifecycle._words import SessionTerminationReason as R
from session_lifecycle._words import TranslationGrade as G
from session_lifecycle.crosswalk._rows import Field, Row

TITLE = "Daily"

# fmt: off
FIELDS = (
    Field(
        "participant_left_reason", "reason", "ParticipantLeftReason",
        version="daily-python 89f4a09 (2026-08-19)",
        source="daily-co/daily-python@89f4a09 docs/src/types.rst",
        read="2026-11-24",
        rows=(
            Row("leftCall", R.UNKNOWN, G.AMBIGUOUS,  None,
                "the participant's own `error` event decides: left, ejected, expired or cut off"),
            Row("hidden",   R.UNKNOWN, G.NOT_AN_END, None,
                "no longer visible to others, and still there"),
        ),
        also={},
        retired={},
    ),
)
# fmt: on
