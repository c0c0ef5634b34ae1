"""The test at random comes everywhere: to each status, and to each rank."""

from __future__ import annotations

from collections import Counter

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from session_lifecycle import ClaimRank, SessionStatus
from session_lifecycle.testing._fitting import fitting
from session_lifecycle.testing._machine import lifecycle_machine
from tests.testing.stores.memory import InMemory


def test_every_status_and_every_rank_is_reached_at_random() -> None:
    seen: Counter[str] = Counter()
    same_each_time = settings(max_examples=100, derandomize=True, database=None)
    run_state_machine_as_test(lifecycle_machine(InMemory(), seen), settings=fitting(same_each_time))

    assert {name for name in map(str, SessionStatus) if not seen[name]} == set()
    assert {rank for rank in ClaimRank if not seen[f"rank {rank}"]} == set()
    assert (len(SessionStatus), len(ClaimRank)) == (11, 7)
