"""Hypothesis profiles: `dev`, `ci` where CI is set; `nightly` and `mutation` on request."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

# No deadlines: on a shared machine a slow example says nothing about the code.
_SLOW = [HealthCheck.too_slow]
settings.register_profile("dev", deadline=None, max_examples=50, suppress_health_check=_SLOW)
settings.register_profile(
    "ci",
    deadline=None,
    max_examples=150,
    derandomize=True,
    print_blob=True,
    suppress_health_check=_SLOW,
)
settings.register_profile(
    "nightly",
    deadline=None,
    max_examples=5_000,
    stateful_step_count=100,
    suppress_health_check=_SLOW,
)
# Few examples, the same every time: for a run over thousands of mutants (tests/mutation).
settings.register_profile(
    "mutation",
    deadline=None,
    max_examples=20,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],  # That it fails is enough; how need not be short.
    # mutmut runs a test more than once in one process, which is one of the things checked.
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return what `-n auto` means here: no more than four workers, for they share one PostgreSQL,
    and some tests take dozens of its 200 connections."""
    return min(4, os.cpu_count() or 1)
