"""Lines into the eval runs of their sessions, of each the last attempt if that is asked for."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from session_lifecycle._cli._case import NO_EVALS, Evals, Run, Score, Tally
from session_lifecycle._cli._lines import BadLineError, decode
from session_lifecycle._cli._read import is_ours, kinds_of, moment, named, read_run, run_id_of
from session_lifecycle._cli._tell import OK, SKIPPED, complain
from session_lifecycle._errors import RollupError
from session_lifecycle._evals import latest_attempts
from session_lifecycle._text import show


class _Attempt(NamedTuple):
    """An eval run, and what it is an attempt at."""

    status: object
    is_critical: object
    scores: tuple[Score, ...]
    key: str
    order: float | datetime | None
    given: object

    def run(self) -> Run:
        return Run(self.status, self.is_critical, self.scores)


class RunReader:
    """Reads eval runs into their sessions.

    Attributes:
        evals: what they came to, by session, in the order in which they were first heard of.
    """

    def __init__(self, only: Collection[str], latest: list[str] | None, require_scores: bool):
        """Start with nothing read.

        Args:
            only: the sessions to keep; all if empty.
            latest: which field says what a run is an attempt at, and which one orders attempts.
            require_scores: a completed run without scores has failed.
        """
        self._only = frozenset(only)
        self._latest = latest
        self._tally = Tally(require_scores=require_scores)
        self.evals: dict[str, Evals] = {}
        self._attempts: dict[str, list[_Attempt]] = {}
        self._ids: set[tuple[str, str]] = set()

    def take(self, line: bytes) -> None:
        """Read one line; lines about other things than eval runs are passed over.

        Raises:
            BadLineError: with the cause.
        """
        body = decode(line)
        if body is None or not is_ours(body):
            return
        session_id, kinds = named(body), kinds_of(body)
        if len(kinds) > 1 or (not kinds and "status" not in body):
            found = " and ".join(kinds) or "none of them"
            raise BadLineError(
                f"expected one of event, claim and eval_run, or a run's status, found {found}"
            )
        if kinds and kinds != ["eval_run"]:
            return
        run, fields = read_run(body.get("eval_run", body))
        run_id = run_id_of(body)
        if self._only and session_id not in self._only:
            return
        if self._is_known(session_id, run_id):
            return
        evals = self.evals.setdefault(session_id, NO_EVALS)
        if self._latest is None or (key := fields.get(self._latest[0])) is None:
            self.evals[session_id] = self._tally.add(evals, run)
            return
        # As text, so that a key may be anything; 1 and "1" are two.
        key, given = json.dumps(key, sort_keys=True), fields.get(self._latest[1])
        attempt = _Attempt(*run, key, _order(given), given)
        self._attempts.setdefault(session_id, []).append(attempt)

    def _is_known(self, session_id: str, run_id: str | None) -> bool:
        """Whether a run of this id has been read, and from now on it has."""
        known = (session_id, run_id) in self._ids
        if run_id is not None:
            self._ids.add((session_id, run_id))
        return known

    def finish(self) -> int:
        """Count the last attempts, and return the exit status."""
        status = OK
        for session_id, attempts in self._attempts.items():
            try:
                last = latest_attempts(attempts, key=lambda a: a.key, order=lambda a: a.order)
            except RollupError as error:
                why = str(error)
                for attempt in attempts:
                    if attempt.order is None:
                        why = f"a run's order is {show(attempt.given)}, expected a number or a time"
                complain(f"{show(session_id)}: left out: {why}")
                del self.evals[session_id]
                status = SKIPPED
                continue
            for attempt in last:
                self.evals[session_id] = self._tally.add(self.evals[session_id], attempt.run())
        return status


def _order(value: object) -> float | datetime | None:
    """A number or a time; `None` for what cannot be put in order."""
    if isinstance(value, str):
        try:
            return moment(value, "order")
        except BadLineError:
            return None
    return value if type(value) in (int, float) else None  # type: ignore[return-value]
