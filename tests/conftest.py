"""Hypothesis profiles: `dev` by default, `ci` where CI is set, `nightly` on request."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

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
settings.load_profile("ci" if os.environ.get("CI") else "dev")
