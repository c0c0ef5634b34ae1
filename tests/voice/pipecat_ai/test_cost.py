"""The benchmark of a frame's cost runs. No time is judged here."""

from __future__ import annotations

import asyncio

import pytest

from tests.bench import pipecat_frames


def test_the_benchmark_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pipecat_frames, "BATCH", 5)
    monkeypatch.setattr(pipecat_frames, "ROUNDS", 2)
    without, added = asyncio.run(pipecat_frames.measure(pipecat_frames.audio))
    assert (len(without), len(added)) == (2, 2)
    assert all(one > 0 for one in without)
    assert pipecat_frames.main() in (0, 1)
    printed = capsys.readouterr().out.splitlines()
    assert [line.split("|")[1].strip() for line in printed[2:]] == ["audio", "speech"]
