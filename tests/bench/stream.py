"""A stream of reports for `replay`: as many lines as asked for, the same for everybody.

The mix. Nine sessions of ten are answered, one is dialled in vain. Each has LiveKit's webhooks as
they look in `docs/examples`: room_started, the agent's join, the caller's join and leave,
room_finished. In seven of ten the worker claims a reason, some in another spelling or in a word
that nobody knows; one of ten is paused and resumed by events of our own; three of ten have an eval
run. That is 6.2 distinct lines a session, of which 3.9 are steps, and 185 bytes a line. One webhook
of ten is delivered twice. All lines are shuffled within a window of 500.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

_WINDOW = 500
_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
_STAMP = int(_NOON.timestamp())
_ENDS = (
    ("CLIENT_INITIATED", "participant left"),
    ("ROOM_DELETED", "agent_initiated"),
    ("CLIENT_INITIATED", "resolved"),
    ("CONNECTION_TIMEOUT", "connection-timeout"),
    ("ROOM_DELETED", "silence_timeout"),
    ("CLIENT_INITIATED", "customer-ended-call"),
)


class Stream(NamedTuple):
    """What was written.

    Attributes:
        lines: all of them.
        sessions: how many they are about.
        steps: the distinct lines that are steps of a history.
        size: in bytes.
    """

    lines: int
    sessions: int
    steps: int
    size: int


def write(path: Path, lines: int) -> Stream:
    """Write a stream of so many lines to a file."""
    sessions = steps = size = 0
    once_more: set[str] = set()
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line, session, kind in _shuffled(lines):
            size += file.write(line)
            sessions = max(sessions, session + 1)
            if kind != _NO_STEP and line not in once_more:
                steps += 1
                if kind == _TWICE:
                    once_more.add(line)
    return Stream(lines, sessions, steps, size)


# What a line is: no step, a step, or a step that is delivered twice.
_NO_STEP, _STEP, _TWICE = 0, 1, 2
_Line = tuple[str, int, int]


def _shuffled(lines: int) -> Iterator[_Line]:
    # Of `random` only `random()`: its numbers for a seed are promised never to change.
    draw = Random(3).random
    waiting: list[_Line] = []
    number = 0
    for left in range(lines, 0, -1):
        while len(waiting) < min(_WINDOW, left):
            waiting.extend(_session(number, draw()))
            number += 1
        place = int(draw() * len(waiting))
        waiting[place], waiting[-1] = waiting[-1], waiting[place]
        yield waiting.pop()


def _session(number: int, chance: float) -> list[_Line]:
    story = number % 10
    begun = number % 80_000
    name, at = f"call-{number:07d}", _STAMP + begun
    room = f'"room": {{"sid": "RM_{number:07d}", "name": "{name}"}}'
    fails = story == 9
    left_as, claim = ("USER_REJECTED", "") if fails else _ENDS[number % 6]
    status = "dialing" if fails else "active"
    length = 4 if fails else 20 + int(chance * 400)
    caller = (
        f'{{"sid": "PA_{number:07d}", "identity": "sip_+1555{number % 9999:04d}", "kind": "SIP"'
    )
    agent = f'{{"sid": "PA_a{number:07d}", "identity": "agent-AJ_{number % 97}", "kind": "AGENT"}}'
    joined = f'{caller}, "attributes": {{"sip.callStatus": "{status}"}}}}'
    hooks = (
        ("room_started", room, 0, _NO_STEP),
        ("participant_joined", f'{room}, "participant": {agent}', 0, _NO_STEP),
        ("participant_joined", f'{room}, "participant": {joined}', 2, _STEP),
        (
            "participant_left",
            f'{room}, "participant": {caller}, "disconnectReason": "{left_as}"}}',
            length,
            _STEP,
        ),
        ("room_finished", room, length + 1, _STEP),
    )
    found = [
        (
            f'{{"event": "{event}", {about}, "id": "EV_{number:07d}_{place}", '
            f'"createdAt": "{at + second}"}}\n',
            number,
            kind,
        )
        for place, (event, about, second, kind) in enumerate(hooks)
    ]
    if chance < 0.5:
        place = int(chance * 10)  # One of the five, once more.
        line, _, kind = found[place]
        found[place] = (line, number, _TWICE if kind else _NO_STEP)
        found.append(found[place])

    def own(seconds: float, what: str) -> str:
        time = (_NOON + timedelta(seconds=begun + seconds)).isoformat()
        return f'{{"session_id": "{name}", "at": "{time}", {what}, "source": "worker"}}\n'

    if story < 7:
        found.append((own(length + chance, f'"claim": "{claim}"'), number, _STEP))
    if story == 8:
        found.append((own(8 + chance, '"event": "pause"'), number, _STEP))
        found.append((own(12 + chance, '"event": "resume"'), number, _STEP))
    if story in (1, 4, 7):
        passed = "true" if chance < 0.9 else "false"
        run = f'"status": "completed", "is_critical": true, "scores": [{{"passed": {passed}}}]'
        found.append((f'{{"session_id": "{name}", "eval_run": {{{run}}}}}\n', number, _NO_STEP))
    return found
