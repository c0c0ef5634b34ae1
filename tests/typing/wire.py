"""What a user's type checker sees of records, of the two doors and of fields of models.

Never executed: mypy and pyright read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import assert_type
from uuid import UUID

import attrs
from cattrs import Converter
from cattrs.preconf.json import JsonConverter
from cattrs.preconf.orjson import OrjsonConverter
from pydantic import BaseModel

from session_lifecycle import (
    EndClaim,
    EvalRollup,
    EvalStatus,
    HistoryStep,
    Session,
    SessionStatus,
    SessionTerminationReason,
    close_session,
    latest_attempts,
    replay,
    rollup_eval_runs,
    start_session,
)
from session_lifecycle.integrations.cattrs import (
    Fault,
    InvalidRequestError,
    configure_converter,
    faults_of,
    make_converter,
    parse_request,
    read_record,
)
from session_lifecycle.integrations.pydantic import (
    CoercedReason,
    ReasonOrText,
    StatusOrText,
    UtcDatetime,
)
from session_lifecycle.records import (
    ClaimRecord,
    CloseRequest,
    Conversation,
    EvalRun,
    EvalScore,
    EvalSummary,
    EventRecord,
)


def records(key: UUID, at: datetime) -> None:
    conversation = Conversation(
        id=key, organization_id=key, end_user_id=key, channel="voice", status="active", ended_at=at
    )
    assert_type(conversation.status, SessionStatus | str)
    assert_type(conversation.ended_at, datetime | None)
    assert_type(conversation.duration_ms, int | None)
    assert_type(conversation.extra, Mapping[str, object])
    assert_type(attrs.evolve(conversation, subject="a bill"), Conversation)

    request = CloseRequest("Agent-Initiated")
    assert_type(request.reason, SessionTerminationReason | str | None)
    assert_type(close_session(start_session(), request.reason), Session)

    scores = (EvalScore(passed=True), EvalScore(value=0.5))
    runs = [EvalRun(status="completed", is_critical_snapshot=True, scores=scores, started_at=at)]
    rollup = rollup_eval_runs(runs)
    assert_type(EvalSummary.from_rollup(rollup), EvalSummary)
    assert_type(EvalSummary.from_rollup(rollup).to_rollup(), EvalRollup)
    assert_type(EvalSummary.from_rollup(rollup).eval_status, EvalStatus | str)
    last = latest_attempts(runs, key=lambda run: run.evaluator_id, order=lambda run: run.started_at)
    assert_type(last, tuple[EvalRun, ...])

    event, claim = EventRecord("s", "answer", at, id="e1"), ClaimRecord("s", "resolved", at)
    assert_type(event.to_step(), HistoryStep)
    assert_type(claim.to_claim(), EndClaim)
    replay([event.to_step(), claim.to_step()])


def doors(body: object) -> None:
    assert_type(make_converter(), JsonConverter)
    assert_type(make_converter("orjson"), OrjsonConverter)
    assert_type(make_converter().loads("{}", CloseRequest), CloseRequest)
    own = Converter()
    configure_converter(own)
    try:
        assert_type(parse_request(body, CloseRequest, converter=own), CloseRequest)
    except InvalidRequestError as error:
        assert_type(error.faults, tuple[Fault, ...])
        assert_type(faults_of(error, body), tuple[Fault, ...])
    read = read_record(body, EvalRun)
    assert_type(read.record, EvalRun | None)
    assert_type(read.faults, tuple[Fault, ...])


class Model(BaseModel):
    reason: ReasonOrText | None = None
    stored: CoercedReason
    status: StatusOrText
    at: UtcDatetime


def fields(model: Model) -> None:
    assert_type(model.reason, SessionTerminationReason | str | None)
    assert_type(model.stored, SessionTerminationReason)
    assert_type(model.status, SessionStatus | str)
    assert_type(model.at, datetime)
    close_session(start_session(), model.reason)
