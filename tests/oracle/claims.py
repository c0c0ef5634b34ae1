"""Claims and sets of claims, written short; what the specification leaves open is told apart."""

from __future__ import annotations

from typing import Literal, overload

from tests.oracle.case import Case
from tests.oracle.settlement import Claim, leaves_open, moment, settle, written

STARTED = "2026-03-01T12:00:00.000Z"

# Whose cases the specification alone does not decide.
OPEN = ("status_order", "raw_or_none", "silent_words", "ignored_time")


def at(second: float | None) -> str | None:
    """Return a time this many seconds after the session's start."""
    return None if second is None else written(moment(STARTED) + round(second * 1_000_000))


def claim(
    reason: str,
    second: float | None = None,
    source: str = "",
    status: str | None = None,
    raw: str | None = None,
) -> Claim:
    """Return a claim."""
    return {"reason": reason, "at": at(second), "source": source, "status": status, "raw": raw}


@overload
def settled(group: str, name: str, claims: list[Claim], not_before: str | None = None) -> Case: ...
@overload
def settled(
    group: str,
    name: str,
    claims: list[Claim],
    not_before: str | None = None,
    *,
    optional: Literal[True],
) -> Case | None: ...
def settled(
    group: str,
    name: str,
    claims: list[Claim],
    not_before: str | None = None,
    *,
    optional: bool = False,
) -> Case | None:
    """Return the case of these claims.

    Which of two claims wins is asked only where the specification decides it, except in the groups
    of what it leaves open; `optional` asks nothing then, and returns `None`.
    """
    answer = settle(claims, not_before)
    if "refused" not in answer and leaves_open(claims, not_before) is not (group in OPEN):
        if optional:
            return None
        raise AssertionError(f"{group}/{name} is in the wrong group: {claims}")
    given = {"claims": claims, "not_before": not_before}
    return Case(group, name, "settle", given, answer)
