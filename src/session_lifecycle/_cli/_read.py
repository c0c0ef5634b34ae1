"""Lines into the steps and eval runs of their sessions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from session_lifecycle._cli._case import Case, Run, Score, Tally
from session_lifecycle._cli._lines import BadLineError, decode
from session_lifecycle._coercion import coerce_event, parse_session_status
from session_lifecycle._ending import EndClaim
from session_lifecycle._history import ENDING_EVENTS, HistoryStep
from session_lifecycle._session import claim_of_event, read_word
from session_lifecycle._text import show
from session_lifecycle._words import SessionEvent, SessionTerminationReason
from session_lifecycle.integrations.livekit._webhooks import (
    SessionKey,
    webhook_room,
    webhook_steps,
)

_KINDS = ("event", "claim", "eval_run")
_SOURCES = 1_000


class Reader:
    """Reads lines of all kinds, in any order, into cases by session.

    Attributes:
        cases: what was read, by session, in the order in which they were first heard of.
    """

    def __init__(
        self,
        key: SessionKey = "room.name",
        *,
        only: Collection[str] = (),
    ) -> None:
        """Start with nothing read.

        Args:
            key: what a session is in LiveKit's webhooks.
            only: the sessions to keep; all if empty.
        """
        self.cases: dict[str, Case] = {}
        self._key: SessionKey = key
        self._only = frozenset(only)
        self._sources: dict[str, str] = {}
        self._tally = Tally()

    def take(self, line: bytes) -> None:
        """Read one line; blank lines and webhooks that say nothing change nothing.

        Raises:
            BadLineError: with the cause.
        """
        body = decode(line)
        if body is None:
            return
        if is_ours(body):
            self._take_own(body)
        else:
            self._take_webhook(body)

    def _take_own(self, body: dict[str, Any]) -> None:
        session_id, kinds = named(body), kinds_of(body)
        if len(kinds) != 1:
            found = " and ".join(kinds) or "none of them"
            raise BadLineError(f"expected one of event, claim and eval_run, found {found}")
        try:
            what = read_run(body["eval_run"])[0] if kinds == ["eval_run"] else self._step(body)
        except BadLineError:
            raise
        except (ValueError, TypeError) as error:
            raise BadLineError(str(error)) from None
        case = self._case(session_id)
        if case is None:
            return
        if isinstance(what, Run):
            if not case.has_run(run_id_of(body)):
                case.evals = self._tally.add(case.evals, what)
        elif not case.has_step(what.step_id):
            case.add_step(what)

    def _take_webhook(self, body: dict[str, Any]) -> None:
        name, sid = webhook_room(body)
        session_id = sid if self._key == "room.sid" else name
        if not session_id:
            if webhook_steps(body):
                raise BadLineError(
                    f"a LiveKit {show(body['event'])} without {self._key}: whose session is it?"
                )
            return
        # Seen, even if it says nothing yet: a room that only started is a session, too.
        case = self._case(session_id)
        if case is None:
            return
        if self._key == "room.name":
            case.add_room(sid)
        if case.has_step(body.get("id")):
            return
        _share_names(body.get("participant"), case.steps)
        for step in webhook_steps(body):
            case.add_step(step)

    def _case(self, session_id: str) -> Case | None:
        case = self.cases.get(session_id)
        if case is None and (not self._only or session_id in self._only):
            case = self.cases[session_id] = Case()
        return case

    def _source(self, name: str) -> str:
        """Return the same text object for the same name: there are few who report."""
        if len(self._sources) < _SOURCES:
            return self._sources.setdefault(name, name)
        return self._sources.get(name, name)

    def _step(self, body: dict[str, Any]) -> HistoryStep:
        at = _time(body.get("at"))
        source, step_id = self._source(_optional(body, "source") or ""), _optional(body, "id")
        party, connection = _optional(body, "party") or "", _optional(body, "connection") or ""
        said: SessionEvent | EndClaim | str
        if "event" not in body:
            said = _claim(body, at, source)
        else:
            # An event that we do not know is kept with its text.
            said = coerce_event(body["event"]) or _text(body, "event")
            if said in ENDING_EVENTS:
                word, raw = _optional(body, "reason"), _optional(body, "raw") or None
                event = SessionEvent(said)
                said = claim_of_event(event, word, at=at, source=source, raw=raw)
        return HistoryStep(at, said, source, step_id, party=party, connection=connection)


def _share_names(person: Any, steps: Sequence[HistoryStep]) -> None:
    """Let a participant's names be the text objects that a step before has: it saves memory."""
    names = _object(person)
    if names is not None:
        for step in steps[:4]:
            if step.party == names.get("identity"):
                names["identity"] = step.party
                if step.connection == names.get("sid"):
                    names["sid"] = step.connection


def _claim(body: dict[str, Any], at: datetime | None, source: str) -> EndClaim:
    read, raw = read_word(_optional(body, "claim"))
    reason = SessionTerminationReason.UNKNOWN if read is None else read
    status = _optional(body, "status")
    named = None if status is None else parse_session_status(status)
    return EndClaim(reason, at, source, named, _optional(body, "raw") or raw)


def is_ours(body: dict[str, Any]) -> bool:
    """Return whether a line is one of ours, and not a webhook of LiveKit's.

    Raises:
        BadLineError: if it is neither.
    """
    if "session_id" in body:
        return True
    if isinstance(body.get("event"), str):
        return False
    raise BadLineError(
        "neither ours nor LiveKit's: expected session_id with event, claim or eval_run, "
        "or a LiveKit webhook body, which has an event"
    )


def named(body: dict[str, Any]) -> str:
    """Return the session that a line of ours is about.

    Raises:
        BadLineError: with the cause.
    """
    session_id = body["session_id"]
    if not isinstance(session_id, str) or not session_id:
        raise BadLineError(f"session_id is {show(session_id)}, expected text")
    return session_id


def kinds_of(body: dict[str, Any]) -> list[str]:
    """Return which kinds of line a line of ours claims to be."""
    return [kind for kind in _KINDS if kind in body]


def run_id_of(body: dict[str, Any]) -> str | None:
    """Return the id of an eval run as text; databases count theirs.

    Raises:
        BadLineError: if it is neither text nor a whole number.
    """
    run_id = body.get("id")
    return str(run_id) if type(run_id) is int else _optional(body, "id")


def _text(body: dict[str, Any], name: str) -> str:
    text = _optional(body, name)
    if text is None:
        raise BadLineError(f"{name} is null, expected text")
    return text


def _optional(body: dict[str, Any], name: str) -> str | None:
    text = body.get(name)
    if text is not None and type(text) is not str:
        raise BadLineError(f"{name} is {show(text)}, expected text")
    return text


def _time(text: object) -> datetime | None:
    return None if text is None else moment(text, "at")


def moment(text: object, name: str) -> datetime:
    """Return the time that ISO 8601 text with a zone names.

    Raises:
        BadLineError: with the cause.
    """
    if not isinstance(text, str):
        raise BadLineError(f"{name} is {show(text)}, expected text like '2026-11-23T10:00:00Z'")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadLineError(
            f"{name} is {show(text)}, expected ISO 8601 like '2026-11-23T10:00:00Z'"
        ) from None
    if at.utcoffset() is None:
        raise BadLineError(f"{name} is {show(text)}, a time without a zone: append Z if it is UTC")
    return at


def read_run(value: Any) -> tuple[Run, dict[str, Any]]:
    """Return the eval run in a JSON value, and its fields.

    Raises:
        BadLineError: with the cause.
    """
    fields = _object(value)
    if fields is None or "status" not in fields:
        raise BadLineError(f"eval_run is {show(value)}, expected an object with status and scores")
    scores: Any = fields.get("scores")
    rows = [_object(row) for row in _list([] if scores is None else scores)]
    passed = tuple([Score(row.get("passed")) for row in rows if row is not None])
    if len(passed) != len(rows):
        raise BadLineError('a score is no object, expected {"passed": true, false or null}')
    return Run(fields["status"], fields.get("is_critical"), passed), fields


def _object(value: Any) -> dict[str, Any] | None:
    return cast("dict[str, Any]", value) if type(value) is dict else None


def _list(value: Any) -> Sequence[Any]:
    if type(value) is list:
        return cast("Sequence[Any]", value)
    raise BadLineError(f"scores is {show(value)}, expected a list")
