"""Any bytes as lines: an answer or the documented error, and the same one however they arrive.

Laws, for the command's line reader and for `replay`: a line is taken or refused with a short cause;
every step is kept with its verdict, and live moves have the verdict of the oracle; the ending is
what the oracle settles; strict replay refuses the first illegal step and nothing else; each line
twice comes to the same; and so does any order, where no two live moves of a session share a time.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from random import Random
from typing import get_args

from session_lifecycle import (
    HistoryEntry,
    HistoryStep,
    IllegalTransitionError,
    SessionHistory,
    UnknownEventError,
    audit_history,
    replay,
)
from session_lifecycle._cli._case import Case
from session_lifecycle._cli._lines import BadLineError, lines
from session_lifecycle._cli._read import Reader
from session_lifecycle.integrations.livekit import SessionKey
from tests.fuzz import mutations
from tests.fuzz.inputs import as_lines, example_lines, may_be_deep
from tests.oracle import machine, settlement
from tests.oracle.spec import REASONS

mutate = mutations.json_lines
MAX_LEN = 4_000
_ENDINGS = ("close", "expire", "fail", "supersede")
# The oracle sends losers away one by one; of more claims it would take too long.
_MOST_CLAIMS = 12


def seeds() -> Iterator[bytes]:
    """Yield the examples, and lines of our own for each event and each reason."""
    for found in example_lines().values():
        for start in range(0, len(found), 8):
            yield b"".join(found[start : start + 8])
    noon = "2026-11-23T12:00:"
    for number, event in enumerate(machine.TARGET):
        opening = {"session_id": "a", "at": f"{noon}00Z", "event": "answer", "id": "1"}
        then = {"session_id": "a", "at": f"{noon}{number:02}Z", "event": event, "source": "ui"}
        yield as_lines([then, opening, then | {"reason": "Room deleted", "id": "2"}])
    for reason in REASONS:
        claim = {"session_id": "a", "at": f"{noon}05Z", "claim": reason, "source": "worker"}
        other = {"session_id": "a", "at": f"{noon}04Z", "claim": "participant left"}
        yield as_lines([claim, other | {"status": "expired", "raw": "Wackelkontakt"}])


def check(data: bytes) -> None:
    """Read the bytes as lines, tell each session's history, and tell it again in another order."""
    if may_be_deep(data):
        return
    found = list(_lines(data))
    keys: tuple[SessionKey, ...] = get_args(SessionKey)
    for key in keys if b"room" in data else keys[:1]:
        reader = Reader(key)
        taken = [line for line in found if _take(reader, line)]
        histories = {name: _check_case(case) for name, case in reader.cases.items()}
        _check_twice(key, taken, reader.cases, histories)
        _check_orders(key, taken, histories, Random(data))


def _lines(data: bytes) -> Iterator[bytes]:
    for line, size in lines(io.BytesIO(data)):
        assert len(line) == size  # What is longer than a line may be is in the ordinary tests.
        yield line


def _take(reader: Reader, line: bytes) -> bool:
    cause = ""
    try:
        reader.take(line)
    except BadLineError as error:
        cause = f"{error}"
        assert cause
    assert len(cause) < 400
    assert cause.isprintable()
    return not cause


def _check_case(case: Case) -> SessionHistory:
    history = case.history()
    kept = [entry.step for entry in history.entries]
    assert sorted(map(id, kept)) == sorted(map(id, case.steps))
    place = {id(step): number for number, step in enumerate(kept)}
    for before, step in zip([None, *case.steps], case.steps, strict=False):
        if step.at is None:  # "keeps its place behind the one it arrived after"
            here = place[id(step)]
            assert (kept[here - 1] if here else None) is before
    status = history.start.status
    for entry in history.entries:
        assert entry.before is status
        status = entry.after
        _check_entry(entry)
    assert history.session.status is status
    assert (history.session.ending is None) is (status in machine.SOURCES["close"])
    _check_ending(history)
    _check_strict(case.steps, history)
    assert replay(case.steps * 2).session == history.session or any(
        step.step_id is None for step in case.steps
    )
    for finding in audit_history(history):
        assert finding.message.isprintable()
        assert len(finding.message) < 600
    return history


def _check_entry(entry: HistoryEntry) -> None:
    event = entry.step.event
    assert entry.note.isprintable()
    assert len(entry.note) < 300
    if event is None or event in _ENDINGS or (entry.note and entry.verdict != "illegal"):
        return
    expected = machine.transition(entry.before, event)
    assert (entry.verdict, entry.after) == (expected["verdict"], expected["after"])


def _check_ending(history: SessionHistory) -> None:
    ending = history.session.ending
    told = [entry for entry in history.entries if not entry.note]
    claimed = {entry.step.claim for entry in told if entry.step.claim is not None}
    if ending is None:
        assert not claimed
        return
    assert claimed <= set(ending.claims)
    assert len(ending.claims) <= sum(e.step.event in (None, *_ENDINGS) for e in told)
    if len(ending.claims) > _MOST_CLAIMS:
        return
    claims = [
        {
            "reason": str(claim.reason),
            "at": None if claim.at is None else claim.at.isoformat(),
            "source": claim.source,
            "status": str(claim.status),
            "raw": claim.raw,
        }
        for claim in ending.claims
    ]
    started = history.session.started_at
    expected = settlement.settle(claims, None if started is None else started.isoformat())
    assert expected["order"] == list(range(len(claims)))
    assert ending.reason == expected["reason"]
    assert ending.status == expected["status"]
    assert ending.outcome == expected["outcome"]
    at = None if ending.at is None else settlement.moment(ending.at.isoformat())
    assert settlement.written(at) == expected["at"]


def _check_strict(steps: list[HistoryStep], history: SessionHistory) -> None:
    illegal = [entry for entry in history.entries if entry.verdict == "illegal"]
    refused: tuple[object, ...] = ()
    try:
        assert replay(steps, strict=True) == history
    except IllegalTransitionError as error:
        refused = error.status, error.event, None
    except UnknownEventError as error:
        refused = illegal[0].before, None, error.value
    first = illegal[:1]
    assert [refused] * len(first) == [(e.before, e.step.event, e.step.raw) for e in first]
    assert bool(refused) is bool(illegal)


def _check_twice(
    key: SessionKey,
    taken: list[bytes],
    cases: dict[str, Case],
    histories: dict[str, SessionHistory],
) -> None:
    """ "A live event that comes again is `already` or `late`, and moves nothing"."""
    again = _read(key, [line for line in taken for _ in range(2)])
    assert list(again) == list(histories)
    for name, history in histories.items():
        other = again[name].history()
        assert (other.start, other.session) == (history.start, history.session)
        assert again[name].several_rooms == cases[name].several_rooms


def _check_orders(
    key: SessionKey, taken: list[bytes], histories: dict[str, SessionHistory], random: Random
) -> None:
    """ "Ordered by time": any order of arrival, where no two live moves share a time."""
    told = {name: history for name, history in histories.items() if _has_one_order(history)}
    for name in _sharing_ids(key, taken) if told else ():
        told.pop(name, None)
    cases = _read(key, random.sample(taken, len(taken)))
    assert set(cases) == set(histories)
    for name, history in told.items():
        other = cases[name].history()
        assert (other.start, other.session) == (history.start, history.session)
        assert _moves(other) == _moves(history)


def _moves(history: SessionHistory) -> list[tuple[HistoryStep, str, str]]:
    """The live moves in their order, each with its verdict and the status it met."""
    return [
        (entry.step, entry.verdict, entry.before)
        for entry in history.entries
        if entry.step.claim is None and entry.step.event not in _ENDINGS
    ]


def _has_one_order(history: SessionHistory) -> bool:
    """Whether the times alone put the steps in order, as far as the order matters.

    Live moves come before endings of the same time, and endings are settled as a set; but which
    connection is held when two steps share a time depends on the order of arrival.
    """
    steps = [entry.step for entry in history.entries]
    times = [step.at for step in steps]
    if None in times:
        return False
    if any(step.party for step in steps):
        return len(set(times)) == len(times)
    moves = [step.at for step in steps if step.claim is None and step.event not in _ENDINGS]
    return len(set(moves)) == len(moves)


def _sharing_ids(key: SessionKey, taken: list[bytes]) -> set[str]:
    """The sessions in which two reports share an id and are not the same: the first counts."""
    steps: dict[tuple[str, str], HistoryStep] = {}
    found = set()
    for line in taken:
        for name, case in _read(key, [line]).items():
            for step in case.steps:
                same = step.step_id is None or steps.setdefault((name, step.step_id), step) == step
                found |= set() if same else {name}
    return found


def _read(key: SessionKey, found: Iterable[bytes]) -> dict[str, Case]:
    reader = Reader(key)
    for line in found:
        assert _take(reader, line)
    return reader.cases
