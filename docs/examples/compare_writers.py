"""What would the first report have made of each session, and what the last?

`python docs/examples/compare_writers.py FILE...` prints, for each session, three ways to decide.
Without a file it reads the generated day and counts how often each is wrong, by the truth that the
day's maker knows. Needs nothing but `session_lifecycle`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from make_day import make

from session_lifecycle import (
    EndClaim,
    HistoryStep,
    apply_claim,
    apply_event,
    coerce_termination_reason,
    parse_session_event,
    read_termination_reason,
    replay,
    start_session,
)
from session_lifecycle.integrations.livekit import webhook_session_key, webhook_steps

Steps = list[HistoryStep]
Ended = tuple[str, str | None]


def read(path: Path) -> dict[str, Steps]:
    """Return each session's steps in order of arrival."""
    found: dict[str, Steps] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        body = json.loads(line)
        session_id = body.get("session_id") or webhook_session_key(body)
        steps = [own_step(body)] if "session_id" in body else webhook_steps(body)
        found.setdefault(session_id, []).extend(step for step in steps if step is not None)
    return found


def own_step(body: dict[str, Any]) -> HistoryStep | None:
    """Return the step of a line of our own; `None` for an eval run."""
    if "eval_run" in body:
        return None
    at, source, step_id = datetime.fromisoformat(body["at"]), body["source"], body.get("id")
    if "event" in body:
        return HistoryStep(at, parse_session_event(body["event"]), source, step_id)
    reason = coerce_termination_reason(body["claim"])
    unread = read_termination_reason(body["claim"]).via == "unrecognized"
    return HistoryStep(at, EndClaim(reason, raw=body["claim"] if unread else None), source, step_id)


def reports(steps: Steps) -> list[Ended]:
    """Return what each report of an end says, taken at its word."""
    ended: list[Ended] = []
    for step in steps:
        before = start_session()
        if step.claim is not None:
            after = apply_claim(before, step.claim)
        elif step.event in ("close", "expire", "fail", "supersede"):
            after = apply_event(before, step.event)
        else:
            continue
        ended.append((after.status, after.ending.reason))
    return ended


def first_writer(steps: Steps) -> Ended:
    """The first report decides."""
    return next(iter(reports(steps)), ("active", None))


def last_writer(steps: Steps) -> Ended:
    """Every report overwrites the one before."""
    return next(iter(reports(steps)[::-1]), ("active", None))


def settled(steps: Steps) -> Ended:
    """The reports are settled as a set."""
    session = replay(steps).session
    return session.status, None if session.ending is None else session.ending.reason


WAYS: tuple[tuple[str, Callable[[Steps], Ended]], ...] = (
    ("first writer wins", first_writer),
    ("last writer wins", last_writer),
    ("settled as a set", settled),
)


def compare(path: Path) -> None:
    """Print what each way to decide makes of each session in a file."""
    for name, steps in read(path).items():
        answers = [" ".join(map(str, decide(steps))) for _, decide in WAYS]
        print("".join(cell.ljust(25) for cell in [name, *answers]).rstrip())


def count() -> None:
    """Print how many sessions of the day each way to decide gets wrong."""
    day, truth = read(Path(__file__).parent / "day.jsonl"), make().truth
    for label, decide in WAYS:
        wrong = sum(decide(day[name]) != told.ending for name, told in truth.items())
        print(f"{label}: {wrong} of {len(truth)} wrong")


if __name__ == "__main__":
    if sys.argv[1:]:
        print(
            "".join(head.ljust(25) for head in ["session", *(label for label, _ in WAYS)]).rstrip()
        )
        for file in sys.argv[1:]:
            compare(Path(file))
    else:
        count()
