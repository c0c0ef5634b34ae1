"""Hypothesis settings that fit a test over somebody's store."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, settings


def fitting(chosen: settings | None) -> settings:
    """Return settings, those of the profile if none were chosen, made to fit.

    A store may be slow, which is no failure. The explanations cost more than all the rest, and the
    law says what is wrong. One broken law at a time is enough.
    """
    own = chosen or settings()
    every: Any = HealthCheck
    return settings(
        own,
        deadline=None,
        suppress_health_check=list(every),
        phases=[phase for phase in own.phases if phase is not Phase.explain],
        report_multiple_bugs=False,
    )
