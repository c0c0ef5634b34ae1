"""Printed from the laws that the conformance kit checks."""

from __future__ import annotations

from collections.abc import Iterable

from print_tables import table

from session_lifecycle.testing._laws import LIFECYCLE_LAWS, ROLLUP_LAWS, Law


def lifecycle_laws() -> str:
    """Print the laws of a session's life."""
    return _laws(LIFECYCLE_LAWS)


def rollup_laws() -> str:
    """Print the laws of a rollup."""
    return _laws(ROLLUP_LAWS)


def _laws(laws: Iterable[Law]) -> str:
    rows = [(f"`{law.name}`", law.sentence, law.why) for law in laws]
    return table(("law", "what must hold", "what happens where it does not"), rows)
