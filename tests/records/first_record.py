"""A request and an answer, with `session-lifecycle[records]` and nothing else.

Run by the gate in an environment of its own: the tests' environment has more than users get.
"""

from __future__ import annotations

from session_lifecycle import close_session, rollup_eval_runs, start_session
from session_lifecycle.integrations.cattrs import (
    Fault,
    InvalidRequestError,
    make_converter,
    parse_request,
    read_record,
)
from session_lifecycle.records import CloseRequest, EvalRun, EvalSummary

request = parse_request({"reason": "operator-busy"}, CloseRequest)
closed = close_session(start_session(), request.reason)
assert closed.ending is not None
assert closed.ending.winner.raw == "operator-busy"

faults: tuple[Fault, ...] = ()
try:
    parse_request({"reason": 5, "resaon": "error"}, CloseRequest)
except InvalidRequestError as error:
    faults = error.faults
assert [fault.path for fault in faults] == ["$.reason", "$.resaon"]

run, faults = read_record({"status": "completed", "scores": [{"passed": True}], "new": 1}, EvalRun)
assert run is not None
assert not faults
converter = make_converter()
assert converter.loads(converter.dumps(run), EvalRun) == run
assert converter.unstructure(EvalSummary.from_rollup(rollup_eval_runs([run])))["succeeded"] == 1
print("a request was taken, a bad one was told what is wrong, and an answer came back")
