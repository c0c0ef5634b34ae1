"""Records: what crosses the wire, as frozen attrs classes.

Install `session-lifecycle[records]`, which brings attrs and cattrs. A record checks itself however
it is made: ids are UUIDs, times are aware and kept in UTC, a word of ours is a member and any other
word stays the text it is. What a record does not know it keeps: `extra` holds the fields of a newer
service, and the values of known fields that could not be read.

The pure functions take records as they are: `rollup_eval_runs(runs)`,
`close_session(session, request.reason)`, `replay([record.to_step() for record in records])`.

Fields and their types: the conversation API, version 1.21.0. How they are read and written is the
edge's business: `session_lifecycle.integrations.cattrs`.
"""

import sys

from session_lifecycle.records._conversation import CloseRequest, Conversation
from session_lifecycle.records._evals import EvalRun, EvalScore, EvalSummary
from session_lifecycle.records._reports import ClaimRecord, EventRecord

__all__ = [
    "ClaimRecord",
    "CloseRequest",
    "Conversation",
    "EvalRun",
    "EvalScore",
    "EvalSummary",
    "EventRecord",
]

# One canonical path for each, which pickles and messages show.
for _record in (
    *(ClaimRecord, CloseRequest, Conversation),
    *(EvalRun, EvalScore, EvalSummary, EventRecord),
):
    _record.__module__ = __name__

# Hypothesis, where it was imported before, has asked for the strategies of what there was then.
if "session_lifecycle._hypothesis" in sys.modules:
    sys.modules["session_lifecycle._hypothesis"].register_records()
