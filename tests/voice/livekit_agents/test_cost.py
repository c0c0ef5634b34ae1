"""The benchmark of an event's cost runs. No time is judged here."""

from __future__ import annotations

import pytest

from tests.bench import livekit_events
from tests.voice.loop import run


def test_the_benchmark_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(livekit_events, "BATCH", 5)
    monkeypatch.setattr(livekit_events, "ROUNDS", 2)
    without, added = run(livekit_events.measure(livekit_events.ROWS[0]))
    assert (len(without), len(added)) == (2, 2)
    assert all(one >= 0 for one in without)
    assert livekit_events.main() in (0, 1)
    printed = capsys.readouterr().out.splitlines()
    named = [line.split("|")[1].strip() for line in printed[2:]]
    assert named == [row.name for row in livekit_events.ROWS]
