"""What reading costs: memory grows with distinct steps, and with nothing else."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Iterator

import pytest

from session_lifecycle._cli._read import Reader

SESSIONS = 2_000


def day(*, pad: str = "", deliveries: int = 1, sessions: int = SESSIONS) -> Iterator[bytes]:
    """Lines of calls of six steps each: three webhooks, three reports of a worker."""
    for number in range(sessions):
        name = f"call-{number:06d}"
        room = {"name": name, "sid": f"RM_{number:08d}"}
        caller = {"identity": f"sip_+49301{number:06d}", "sid": f"PA_{number:08d}", "kind": "SIP"}
        at = f"2026-11-23T10:{number % 60:02d}:"
        hook = {"createdAt": str(1_795_428_000 + number), "room": room, "ignored": pad}
        own = {"session_id": name, "source": "worker", "ignored": pad}
        joined = caller | {"attributes": {"sip.callStatus": "ringing"}}
        left = caller | {"disconnectReason": "CLIENT_INITIATED"}
        bodies: list[dict[str, object]] = [
            {**hook, "event": "participant_joined", "id": f"EV_{number}_1", "participant": joined},
            {**own, "event": "answer", "id": f"{name}-1", "at": f"{at}02.{number % 1000:03d}Z"},
            {**own, "event": "transfer", "id": f"{name}-2", "at": f"{at}05.{number % 1000:03d}Z"},
            {**own, "claim": "agent ended", "id": f"{name}-3", "at": f"{at}20.123456Z"},
            {**hook, "event": "participant_left", "id": f"EV_{number}_2", "participant": left},
            {**hook, "event": "room_finished", "id": f"EV_{number}_3"},
        ]
        texts = [json.dumps(body).encode() for body in bodies]
        for _ in range(deliveries):
            yield from texts


def traced(lines: Iterator[bytes]) -> tuple[int, int]:
    """How many bytes stay allocated once all lines are read, and for how many steps."""
    gc.collect()
    tracemalloc.start()
    try:
        reader = Reader()
        for line in lines:
            reader.take(line)
        del line
        gc.collect()
        size = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    return size, sum(len(case.steps) for case in reader.cases.values())


@pytest.mark.slow
def test_a_distinct_step_costs_at_most_400_bytes() -> None:
    """All that is kept of a session is counted in: its name, its place, its ids."""
    size, steps = traced(day())
    assert steps == 6 * SESSIONS
    assert size / steps <= 400


@pytest.mark.slow
def test_redeliveries_cost_nothing() -> None:
    """Three for each line; one pointer kept for each of them would show."""
    once, steps = traced(day(sessions=500))
    again, kept = traced(day(sessions=500, deliveries=4))
    assert kept == steps
    assert again <= 1.05 * once


@pytest.mark.slow
def test_raw_lines_are_not_kept() -> None:
    plain, steps = traced(day(sessions=300))
    padded, kept = traced(day(sessions=300, pad="x" * 20_000))
    assert kept == steps
    assert padded - plain < 100_000  # Of 36 million that were read.


@pytest.mark.slow
def test_many_steps_of_one_session_are_found_by_their_ids() -> None:
    """A long session is looked through by a set, which costs room; it stays a bounded price."""
    lines = [
        json.dumps({"session_id": "a", "id": f"report-{n}", "event": "answer"}).encode()
        for n in range(3_000)
    ]
    size, steps = traced(iter(lines * 2))
    assert steps == 3_000
    assert size / steps <= 400


@pytest.mark.slow
def test_eval_runs_are_counted_and_not_kept() -> None:
    run = {"status": "completed", "is_critical": True, "scores": [{"passed": True}] * 3}
    line = json.dumps({"session_id": "a", "eval_run": run}).encode()
    few, _ = traced(iter([line] * 10))
    many, _ = traced(iter([line] * 3_000))
    # What the sums of so many come to is remembered, up to a thousand of them.
    assert many - few < 600_000
    reader = Reader()
    for _ in range(3_000):
        reader.take(line)
    assert reader.cases["a"].evals.rollup.critical_succeeded == 3_000


def test_only_the_sessions_asked_for_are_kept() -> None:
    reader = Reader(only=["call-000007"])
    for line in day(sessions=50):
        reader.take(line)
    assert list(reader.cases) == ["call-000007"]
    assert len(reader.cases["call-000007"].steps) == 6


def test_names_are_kept_once() -> None:
    """Those of reporters for the whole input, those of a caller for the session."""
    reader = Reader()
    for line in day(sessions=2):
        reader.take(line)
    first, second = (case.steps for case in reader.cases.values())
    reporters = {id(step.source) for step in first + second if step.source == "worker"}
    assert len(reporters) == 1
    callers = [step for step in first if step.party]
    assert len(callers) == 2
    assert len({id(step.party) for step in callers}) == 1
    assert len({id(step.connection) for step in callers}) == 1


def test_more_reporters_than_are_remembered() -> None:
    reader = Reader()
    for n in range(1_200):
        body = {"session_id": str(n % 7), "event": "answer", "source": f"reporter {n % 1_100}"}
        reader.take(json.dumps(body).encode())
    sources = {step.source for case in reader.cases.values() for step in case.steps}
    assert sources == {f"reporter {n}" for n in range(1_100)}
