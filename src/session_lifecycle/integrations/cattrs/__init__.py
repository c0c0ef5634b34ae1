"""cattrs: records from JSON and back, by two doors.

Install `session-lifecycle[records]`. What others stored or sent is read whatever it holds; what a
client asks for is checked, and the client is told all that is wrong with it at once:

    read_record     total: a word we do not know stays text, what cannot be read is set aside
    parse_request   strict: an unknown field, a wrong type or a missing value is a fault

`make_converter()` is a converter for JSON that knows both: `CloseRequest`, `EventRecord` and
`ClaimRecord` are requests, the other records are what a service answered. `configure_converter`
teaches the same to a converter of yours, whose other classes are structured as before.

What survives a round trip: every value, every field and word we do not know, and the values of
known fields that could not be read. Spelling does not: `Agent-Initiated` comes back as
`agent_initiated`, a time in another zone in UTC.
"""

from session_lifecycle.integrations.cattrs._converters import configure_converter, make_converter
from session_lifecycle.integrations.cattrs._doors import RecordReading, parse_request, read_record
from session_lifecycle.integrations.cattrs._faults import Fault, InvalidRequestError, faults_of

__all__ = [
    "Fault",
    "InvalidRequestError",
    "RecordReading",
    "configure_converter",
    "faults_of",
    "make_converter",
    "parse_request",
    "read_record",
]

# One canonical path for each, which pickles and messages show.
for _thing in (
    *(Fault, InvalidRequestError, RecordReading),
    *(configure_converter, faults_of, make_converter, parse_request, read_record),
):
    _thing.__module__ = __name__
