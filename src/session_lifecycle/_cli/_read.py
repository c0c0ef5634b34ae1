"""Lines of JSON into steps and eval runs, by session; a line that cannot be read has a cause."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple, cast

from session_lifecycle._coercion import parse_session_event, parse_session_status
from session_lifecycle._ending import EndClaim
from session_lifecycle._evals import eval_run_outcome, rollup_eval_runs
from session_lifecycle._history import HistoryStep
from session_lifecycle._rollup import EMPTY_ROLLUP, EvalRollup, merge_rollups
from session_lifecycle._session import claim_of_event, read_word
from session_lifecycle._text import show
from session_lifecycle._words import EvalOutcome, SessionTerminationReason
from session_lifecycle.integrations.livekit import (
    SessionKey,
    webhook_session_key,
    webhook_steps,
)

MAX_LINE = 1 << 20
_ENDING = ("close", "expire", "fail", "supersede")


class BadLineError(ValueError):
    """A line that cannot be read; the message is its cause."""


class Score(NamedTuple):
    """One score of a run."""

    passed: object


class Run(NamedTuple):
    """One eval run as a line gives it."""

    status: object
    is_critical: object
    scores: tuple[Score, ...]


class Case:
    """What the input says of one session; grows with distinct steps, not with lines."""

    def __init__(self) -> None:
        self.steps: dict[str | int, HistoryStep] = {}
        self.rollup: EvalRollup = EMPTY_ROLLUP
        self.outcomes: dict[EvalOutcome, int] = dict.fromkeys(EvalOutcome, 0)
        self.repeated = 0
        self.several_rooms = False
        self._room = ""

    def add_room(self, sid: str) -> None:
        """Note whether more than one room went by the session's name."""
        self.several_rooms = self.several_rooms or bool(sid and self._room not in ("", sid))
        self._room = sid or self._room

    def add_step(self, step: HistoryStep) -> None:
        """Keep a step, unless one of its id is there already."""
        name = len(self.steps) if step.step_id is None else step.step_id
        if name in self.steps:
            self.repeated += 1
        else:
            self.steps[name] = step

    def add_run(self, run: Run) -> None:
        """Count an eval run."""
        self.rollup = merge_rollups((self.rollup, rollup_eval_runs([run])))
        self.outcomes[eval_run_outcome(run)] += 1


def lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield each line with its number; of one over 1 MiB only the first part."""
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        whole = line
        while len(line) > MAX_LINE and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE + 1)
        yield number, whole


def read_line(line: bytes, key: SessionKey, cases: dict[str, Case]) -> None:
    """Read one line into the case of its session; blank lines and silent webhooks change nothing.

    Raises:
        BadLineError: with the cause.
    """
    body = _decode(line)
    if body is None:
        return
    if "session_id" in body:
        session_id = body["session_id"]
        if not isinstance(session_id, str) or not session_id:
            raise BadLineError(f"session_id is {show(session_id)}, expected text")
        what = _own(body)
        case = cases.setdefault(session_id, Case())
        if isinstance(what, Run):
            case.add_run(what)
        else:
            case.add_step(what)
        return
    if not isinstance(body.get("event"), str):
        raise BadLineError(
            "neither ours nor LiveKit's: expected session_id with event, claim or eval_run, "
            "or a LiveKit webhook body, which has an event"
        )
    session_id = webhook_session_key(body, key)
    steps = webhook_steps(body)
    if not session_id:
        if steps:
            raise BadLineError(
                f"a LiveKit {show(body['event'])} without {key}: whose session is it?"
            )
        return
    # Seen, even if it says nothing yet: a room that only started is a session, too.
    case = cases.setdefault(session_id, Case())
    case.add_room(webhook_session_key(body, "room.sid"))
    for step in steps:
        case.add_step(step)


def _decode(line: bytes) -> dict[str, Any] | None:
    if len(line) > MAX_LINE:
        raise BadLineError(f"longer than {MAX_LINE} bytes")
    try:
        text = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise BadLineError(f"not UTF-8: byte {error.start + 1} of the line") from None
    if not text:
        return None
    try:
        body: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadLineError(f"not JSON: {error.msg} at column {error.colno}") from None
    except (ValueError, RecursionError) as error:
        raise BadLineError(f"not JSON we can read: {type(error).__name__}") from None
    if not isinstance(body, dict):
        raise BadLineError(f"a JSON {type(body).__name__}, expected an object")
    return cast("dict[str, Any]", body)


def _own(body: dict[str, Any]) -> HistoryStep | Run:
    kinds = [kind for kind in ("event", "claim", "eval_run") if kind in body]
    if len(kinds) != 1:
        found = " and ".join(kinds) or "none of them"
        raise BadLineError(f"expected one of event, claim and eval_run, found {found}")
    try:
        return _run(body["eval_run"]) if kinds == ["eval_run"] else _step(body, kinds[0])
    except BadLineError:
        raise
    except (ValueError, TypeError) as error:
        raise BadLineError(str(error)) from None


def _step(body: dict[str, Any], kind: str) -> HistoryStep:
    at = _time(body.get("at"))
    source, step_id = _optional(body, "source") or "", _optional(body, "id")
    word = _optional(body, "reason" if kind == "event" else "claim")
    if kind == "event":
        event = parse_session_event(body["event"])
        if event not in _ENDING:
            return HistoryStep(at, event, source, step_id)
        raw = _optional(body, "raw")
        claim = claim_of_event(event, word, at=at, source=source, raw=raw)
        return HistoryStep(at, claim, source, step_id)
    read, raw = read_word(word)
    reason = SessionTerminationReason.UNKNOWN if read is None else read
    status = _optional(body, "status")
    named = None if status is None else parse_session_status(status)
    claim = EndClaim(reason, at, source, named, _optional(body, "raw") or raw)
    return HistoryStep(at, claim, source, step_id)


def _optional(body: dict[str, Any], name: str) -> str | None:
    text = body.get(name)
    if text is not None and not isinstance(text, str):
        raise BadLineError(f"{name} is {show(text)}, expected text")
    return text


def _time(text: object) -> datetime | None:
    if text is None:
        return None
    if not isinstance(text, str):
        raise BadLineError(f"at is {show(text)}, expected text like '2026-11-23T10:00:00Z'")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadLineError(
            f"at is {show(text)}, expected ISO 8601 like '2026-11-23T10:00:00Z'"
        ) from None
    if at.utcoffset() is None:
        raise BadLineError(f"at is {show(text)}, a time without a zone: append Z if it is UTC")
    return at


def _run(run: Any) -> Run:
    fields = _object(run)
    if fields is None or "status" not in fields:
        raise BadLineError(f"eval_run is {show(run)}, expected an object with status and scores")
    scores: Any = fields.get("scores")
    rows = [_object(row) for row in _list([] if scores is None else scores)]
    passed = tuple(Score(row.get("passed")) for row in rows if row is not None)
    if len(passed) != len(rows):
        raise BadLineError('a score is no object, expected {"passed": true, false or null}')
    return Run(fields["status"], fields.get("is_critical"), passed)


def _object(value: Any) -> dict[str, Any] | None:
    return cast("dict[str, Any]", value) if type(value) is dict else None


def _list(value: Any) -> Sequence[Any]:
    if type(value) is list:
        return cast("Sequence[Any]", value)
    raise BadLineError(f"scores is {show(value)}, expected a list")
