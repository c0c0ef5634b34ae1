"""What `replay` and `audit_history` make of histories."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from session_lifecycle._audit import AuditFinding, audit_history
from session_lifecycle._history import HistoryEntry, SessionHistory
from session_lifecycle._replay import replay
from session_lifecycle.testing._histories import HistoryKind, histories
from session_lifecycle.testing._named import named


@named
def replays(
    *, kind: HistoryKind | None = None, max_length: int = 8
) -> SearchStrategy[SessionHistory]:
    """Return a strategy for what `replay` makes of `histories` of this kind and length.

    Example: `replays(kind="late")`.
    """
    return histories(kind=kind, max_length=max_length).map(replay)


@named
def history_entries() -> SearchStrategy[HistoryEntry]:
    """Return a strategy for entries of histories: a step with what came of it.

    Example: `history_entries().filter(lambda entry: entry.change == "ended")`.
    """
    return replays().filter(_has_entries).flatmap(_one_entry)


def _has_entries(history: SessionHistory) -> bool:
    return bool(history.entries)


def _one_entry(history: SessionHistory) -> SearchStrategy[HistoryEntry]:
    return st.sampled_from(history.entries)


@named
def audit_findings() -> SearchStrategy[AuditFinding]:
    """Return a strategy for what is wrong in a history. It shrinks to an illegal edge.

    Example: `audit_findings().map(lambda finding: finding.message)`.
    """
    wrong = replays(kind="illegal") | replays(kind="late")
    return wrong.map(audit_history).filter(bool).flatmap(st.sampled_from)
