"""The example service, held to the laws through its HTTP API.

Each request is served in the thread that makes it, so that a request can be stopped in any line of
the service. And the service's clock says what the report says, for a close has no time of its own.

What the API can be told: a start; a join, which rings or answers, and a request for a human; a
close with a time, which ends as `closed`, whoever claims it; and what LiveKit says of a caller who
leaves, in whole seconds or without a time. The rest (pauses, approvals, transfers, `expire`, `fail`
and `supersede`, other claims) has no endpoint. `OverTheApi` says so. `WithAWorker` writes it into
the same rows, with our layer, as a worker would, and the API has to live with that.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import anyio.to_thread
import httpx
import pytest
from close_service import endings, routes, webhooks
from close_service.tables import Base, Conversation, EvalRun, EvalScore
from livekit.api import AccessToken
from sqlalchemy import String, delete, insert, literal, update

from session_lifecycle import (
    LIVE_STATUSES,
    TERMINAL_STATUSES,
    CoercionVia,
    EndClaim,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
    latest_attempts,
    read_termination_reason,
    reason_traits,
)
from session_lifecycle.integrations.sqlalchemy import apply_claim_to, apply_event_to
from session_lifecycle.testing import (
    EvalAttempt,
    EvalRollupConformance,
    LifecycleConformance,
    StoredSession,
)

R = SessionTerminationReason
KEY, OURS = "key-of-ours-0123456789", UUID(int=0xA)
LIVEKIT_KEY, LIVEKIT_SECRET = "livekit-key", "a secret of livekit's, 32 letters long"
ENVIRONMENT = {
    "API_KEYS": f"{OURS}:{KEY}",
    "LIVEKIT_API_KEY": LIVEKIT_KEY,
    "LIVEKIT_API_SECRET": LIVEKIT_SECRET,
}

# What LiveKit says when a caller leaves, each under our word for it.
LEAVES = {
    R.PARTICIPANT_LEFT: "UNKNOWN_REASON",
    R.CLIENT_INITIATED: "CLIENT_INITIATED",
    R.SERVER_SHUTDOWN: "SERVER_SHUTDOWN",
    R.PARTICIPANT_REMOVED: "PARTICIPANT_REMOVED",
    R.ROOM_DELETED: "ROOM_DELETED",
    R.STATE_MISMATCH: "STATE_MISMATCH",
    R.JOIN_FAILURE: "JOIN_FAILURE",
    R.SIGNAL_CLOSE: "SIGNAL_CLOSE",
    R.ROOM_CLOSED: "ROOM_CLOSED",
    R.USER_UNAVAILABLE: "USER_UNAVAILABLE",
    R.USER_REJECTED: "USER_REJECTED",
    R.SIP_TRUNK_FAILURE: "SIP_TRUNK_FAILURE",
    R.CONNECTION_TIMEOUT: "CONNECTION_TIMEOUT",
    R.MEDIA_FAILURE: "MEDIA_FAILURE",
    R.AGENT_ERROR: "AGENT_ERROR",
}

_now: ContextVar[datetime] = ContextVar("_now")


class Clock(datetime):
    """`datetime`, as the service sees it."""

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return _now.get(None) or datetime.now(tz)


async def _here(work: Any, *arguments: Any, **_: Any) -> Any:
    return work(*arguments)


def serve_here(patch: pytest.MonkeyPatch) -> None:
    """Serve requests in the thread that makes them, by the clock of the report."""
    patch.setattr(anyio.to_thread, "run_sync", _here)
    for module in (endings, routes, webhooks):
        patch.setattr(module, "datetime", Clock)


class Api:
    """Requests to a service in this process, each served in the thread that makes it."""

    def __init__(self, app: Any) -> None:
        self.app = app
        # How often something was told by which endpoint.
        self.told = Counter[str]()

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        async def answer() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://service", trust_env=False
            ) as client:
                return await client.request(method, path, **given)

        given.setdefault("headers", {"x-api-key": KEY})
        if method == "POST":
            self.told[path.rpartition("/")[2]] += 1
        return asyncio.run(answer())

    def post(self, path: str, body: Any = None, refused: int | None = None) -> Any:
        response = self.ask("POST", f"/v1/v2/conversations{path}", json=body)
        if response.status_code != refused:
            response.raise_for_status()
        return response.json()

    def get(self, key: str) -> Any:
        return self.ask("GET", f"/v1/v2/conversations/{key}").raise_for_status().json()


class OverTheApi(LifecycleConformance[str]):
    """The five methods over requests. A subclass gives it the `app`."""

    app: Any

    def open(self) -> None:
        self.api = Api(self.app)
        # And how often by the worker; in all examples together.
        self.told = self.api.told = getattr(self, "told", Counter[str]())
        with self.app.state.engine.begin() as db:
            for table in reversed(Base.metadata.sorted_tables):
                db.execute(delete(table))

    def webhook(self, key: str, event: str, at: datetime | None, **person: Any) -> None:
        body = {"event": event, "id": str(uuid4()), "room": {"name": key}}
        body |= {"participant": {"identity": "caller", "sid": "PA_1", "kind": "SIP", **person}}
        if at is not None:
            body["createdAt"] = str(int(at.timestamp()))
        sent = json.dumps(body).encode()
        digest = base64.b64encode(hashlib.sha256(sent).digest()).decode()
        token = AccessToken(LIVEKIT_KEY, LIVEKIT_SECRET).with_sha256(digest).to_jwt()
        headers = {"content-type": "application/webhook+json", "authorization": token}
        asked = self.api.ask("POST", "/v1/livekit/webhook", content=sent, headers=headers)
        asked.raise_for_status()

    # --- the five --------------------------------------------------------------------------------

    def create(self, status: SessionStatus, started_at: datetime | None) -> str:
        body = {"end_user_id": str(OURS), "channel": "voice", "status": status}
        if started_at is not None:
            body["started_at"] = started_at.isoformat()
        key: str = self.api.post("", body)["id"]
        # The room is named after its conversation before the first webhook comes.
        self.write(key, external_session_id=key)
        return key

    def apply_event(
        self, key: str, event: SessionEvent, at: datetime | None, source: str
    ) -> object:
        if event is SessionEvent.CLOSE and at is not None:
            self.close_it(key, None, at)
        elif event in (SessionEvent.RING, SessionEvent.ANSWER):
            state = "ringing" if event is SessionEvent.RING else "active"
            self.webhook(key, "participant_joined", None, attributes={"sip.callStatus": state})
        elif event is SessionEvent.REQUEST_HUMAN:
            # A request that comes too late is refused: it is a wish and no report.
            self.api.post(f"/{key}/handoffs", refused=409)
        else:
            return NotImplemented
        return None

    def report_ending(self, key: str, claim: EndClaim) -> object:
        reason, at = claim.reason, claim.at
        word = claim.raw if reason is R.UNKNOWN else str(reason)
        by_itself = claim.status is reason_traits(reason).status
        if claim.raw is not None and word is not claim.raw:
            return NotImplemented  # Beside a reason of ours there is no place for another word.
        if claim.status is SessionStatus.CLOSED and at is not None and _can_be_said(word):
            self.close_it(key, word, at)
        elif reason in LEAVES and by_itself and (at is None or _is_a_webhooks(at)):
            self.webhook(key, "participant_left", at, disconnectReason=LEAVES[reason])
        else:
            return NotImplemented
        return None

    def close_it(self, key: str, reason: str | None, at: datetime) -> None:
        before = _now.set(at)
        try:
            self.api.post(f"/{key}/close", {"reason": reason})
        finally:
            _now.reset(before)

    def read(self, key: str) -> StoredSession:
        shown = self.api.get(key)
        times = (shown["ended_at"], shown["closed_at"])
        ended_at, closed_at = (at and datetime.fromisoformat(at) for at in times)
        # Who claimed the end, the API says in words of its own.
        return StoredSession(
            shown["status"],
            shown["termination_reason"],
            ended_at,
            closed_at,
            raw=shown["termination_raw"],
        )

    def list_sessions(self, *, live: bool) -> Iterable[str]:
        for status in LIVE_STATUSES if live else TERMINAL_STATUSES:
            given: dict[str, Any] | None = {"status": status.value, "limit": 100}
            while given:
                answer = self.api.ask("GET", "/v1/v2/conversations", params=given)
                page = answer.raise_for_status().json()
                yield from (shown["id"] for shown in page["conversations"])
                given = page["next"] and {**given, "before": page["next"]}

    def write_drifted(
        self, key: str, *, status: str | None = None, reason: str | None = None
    ) -> None:
        self.write(key, status=status, termination_reason=reason)

    def write(self, key: str, **words: str | None) -> None:
        """Write text into a row, past the types that would refuse it."""
        table = Conversation.__table__
        given = {name: literal(word, String()) for name, word in words.items() if word is not None}
        with self.app.state.engine.execution_options(writes=True).begin() as db:
            db.execute(update(table).where(table.c.id == UUID(key)).values(given))


class WithAWorker(OverTheApi):
    """What the API cannot be told, a worker writes."""

    def apply_event(
        self, key: str, event: SessionEvent, at: datetime | None, source: str
    ) -> object:
        if super().apply_event(key, event, at, source) is NotImplemented:
            self.told["worker"] += 1
            with self.app.state.engine.execution_options(writes=True).begin() as db:
                apply_event_to(db, Conversation, UUID(key), event, at=at, source=source)
        return None

    def report_ending(self, key: str, claim: EndClaim) -> object:
        if super().report_ending(key, claim) is NotImplemented:
            self.told["worker"] += 1
            with self.app.state.engine.execution_options(writes=True).begin() as db:
                apply_claim_to(db, Conversation, UUID(key), claim)
        return None


class SummaryOverTheApi(EvalRollupConformance):
    """The `eval_summary` that the API shows: of the runs that whoever runs evals has kept.

    The service knows of no evaluators: of several attempts it is given the last, and a verdict that
    is no bool has no place in its column. Nothing measured is no failure to it.
    """

    require_scores = False
    app: Any

    def roll_up(self, runs: Sequence[EvalAttempt]) -> object:
        api = Api(self.app)
        body = {"end_user_id": str(OURS), "channel": "voice", "status": "active"}
        key = api.post("", body)["id"]
        kept = latest_attempts(
            runs, key=lambda run: run.evaluator, order=lambda run: run.started_at
        )
        with self.app.state.engine.execution_options(writes=True).begin() as db:
            for run in kept:
                of_run = {"id": uuid4(), "is_critical": run.is_critical}
                status = literal(run.status, String())
                new = insert(EvalRun.__table__).values(**of_run, session_id=UUID(key))
                db.execute(new.values(status=status))
                for passed in (score.passed for score in run.scores):
                    verdict = passed if isinstance(passed, bool) else None
                    db.execute(insert(EvalScore).values(run_id=of_run["id"], passed=verdict))
        return api.get(key)["eval_summary"]


def _can_be_said(word: str | None) -> bool:
    """Whether a close can give this reason, and mean it: a word of ours, or nobody's."""
    if word is None or word in list(R):
        return True
    unread = read_termination_reason(word).via is CoercionVia.UNRECOGNIZED
    return unread and word.isprintable() and bool(word.strip()) and len(word) <= 64


def _is_a_webhooks(at: datetime) -> bool:
    return at.microsecond == 0 and at.timestamp() > 0
