"""Make `day.jsonl`: a thousand sessions of one day, as their reporters' lines came in.

`python docs/examples/make_day.py` writes it; a test checks that it is what this writes, on every
Python, and that each session's ending is the truth its story tells. Standard library only, and of
`random` only `random()`, whose numbers for a seed are promised never to change.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from _day_scene import Line, Scene
from _day_stories import (
    Story,
    Truth,
    agent_hangs_up,
    approved_too_late,
    caller_hangs_up,
    caller_leaves_bridge,
    failure,
    foreign_word,
    handed_off,
    job_done,
    newer_livekit,
    nobody_comes,
    rejoins,
    replaced,
    setup_fails,
    still_talking,
    timer,
    transfer_fails,
    transferred,
    trunk_fails,
    unreached,
    voicemail,
)

MIDNIGHT = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp())
OPENS, SHUTS = 8 * 3600, 20 * 3600  # The hours in which calls begin.

# How many sessions of the day go by which story: a thousand in all.
STORIES: tuple[tuple[int, Story], ...] = (
    (150, agent_hangs_up),
    (170, caller_hangs_up),
    (110, caller_leaves_bridge),
    (110, job_done("resolved")),
    (30, job_done("unresolved")),
    (35, job_done("escalated")),
    (15, job_done("abandoned")),
    (55, unreached("callee_busy", "USER_REJECTED")),
    (60, unreached("callee_no_answer", "USER_UNAVAILABLE")),
    (10, unreached("callee_declined", "USER_REJECTED")),
    (45, voicemail),
    (40, timer("silence_timeout")),
    (15, timer("max_call_duration")),
    (20, nobody_comes),
    (7, setup_fails("dispatch_failed")),
    (3, setup_fails("token_mint_failed")),
    (10, failure("media_failure")),
    (15, failure("agent_error")),
    (8, trunk_fails),
    (25, transferred),
    (8, transfer_fails),
    (12, handed_off),
    (5, replaced),
    (5, approved_too_late),
    (15, rejoins),
    (10, foreign_word),
    (2, newer_livekit),
    (10, still_talking),
)


class Told(NamedTuple):
    """What is true of one session, from the story and not from the lines."""

    ending: Truth
    headline: str


class Day(NamedTuple):
    """The lines in order of arrival, and the truth of each session."""

    lines: list[Line]
    truth: dict[str, Told]


def make() -> Day:
    """Return the day; the same one every time."""
    chance = random.Random(20261124)
    stories = [story for count, story in STORIES for _ in range(count)]
    stories = [stories[place] for place in _shuffled(len(stories), chance)]
    arrivals: list[tuple[float, Line]] = []
    truth: dict[str, Told] = {}
    for number, story in enumerate(stories):
        start = MIDNIGHT + OPENS + int((SHUTS - OPENS) * chance.random())
        scene = Scene(number, start, chance)
        ending = story(scene)
        arrivals += scene.sent
        last = max(arrival for arrival, _ in scene.sent)
        headline, runs = _evals(scene)
        truth[scene.name] = Told(ending, headline)
        arrivals += [(last + 60 + place, run) for place, run in enumerate(runs)]
    arrivals.sort(key=lambda arrived: arrived[0])
    return Day([line for _, line in arrivals], truth)


def as_lines(day: Day) -> str:
    """Return JSON Lines, without the spaces that JSON can do without."""
    return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in day.lines)


def _shuffled(size: int, chance: random.Random) -> list[int]:
    draws = [chance.random() for _ in range(size)]
    return sorted(range(size), key=draws.__getitem__)


def _evals(scene: Scene) -> tuple[str, list[Line]]:
    """Judge a session, or not: its headline, and the lines of its eval runs."""
    draw = scene.chance.random()
    if draw < 0.75:
        return "none", []
    if draw < 0.80:  # A run that is not critical makes no headline.
        return "none", [_run(scene, "completed", False, False)]
    if draw < 0.95:
        return "passed", [_run(scene, "completed", True, True)]
    if draw < 0.98:
        return "failed", [_run(scene, "completed", True, True, False)]
    return "pending", [_run(scene, "running", True)]


def _run(scene: Scene, status: str, critical: bool, *passed: bool) -> Line:
    scores = [{"passed": verdict} for verdict in passed]
    run: dict[str, Any] = {"status": status, "is_critical": critical, "scores": scores}
    return {"session_id": scene.name, "eval_run": run}


if __name__ == "__main__":
    target = Path(__file__).parent / "day.jsonl"
    target.write_text(as_lines(make()), encoding="utf-8")
