"""Points of docs/explanation/decisions.md that no rule of the specification has a test for.

Each docstring is a sentence of that page, and a test holds it to that.
"""

from __future__ import annotations

import ast
import enum
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from session_lifecycle import (
    EndClaim,
    HistoryStep,
    SessionEvent,
    SessionTerminationReason,
    apply_event,
    audit_history,
    claim_rank,
    coerce_termination_reason,
    replay,
    restore_session,
    start_session,
)

R = SessionTerminationReason
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAGE = Path(__file__).parent.parent / "docs" / "explanation" / "decisions.md"


@pytest.mark.parametrize("text", ["-error", "error-", ".error", "error:", " -error "])
def test_separators(text: str) -> None:
    """A separator at either end is part of the word."""
    assert coerce_termination_reason(text) is R.UNKNOWN
    assert coerce_termination_reason(text.replace("-", " ").strip(" .:")) is R.ERROR


def test_members_of_other_enums() -> None:
    """A member of an enum that is no `str` is no text."""

    class Plain(enum.Enum):
        ERROR = "error"

    class Text(enum.StrEnum):
        ERROR = "error"

    assert coerce_termination_reason(Plain.ERROR) is R.UNKNOWN
    assert coerce_termination_reason(Text.ERROR) is R.ERROR


def test_an_empty_column() -> None:
    """A claim built by hand with `raw=""` does carry a `raw`: give `None` for an empty column."""
    assert claim_rank(EndClaim(R.UNKNOWN, raw="")) == "foreign"
    assert claim_rank(EndClaim(R.UNKNOWN)) == "silent"


def test_live_events() -> None:
    """A live event's reason, source and time are not kept."""
    paused = apply_event(start_session(), SessionEvent.PAUSE, at=NOON, reason="error", source="ui")
    assert paused == apply_event(start_session(), SessionEvent.PAUSE)


def test_rows_without_a_column() -> None:
    """If `restore_session` is not given one, the winner's own time is taken to be `at`."""
    kept = restore_session("closed", reason="agent_initiated", at=NOON).ending
    silent = restore_session("closed", reason="agent_initiated", at=NOON, claimed_at=None).ending
    assert kept is not None
    assert silent is not None
    assert (kept.winner.at, kept.at) == (NOON, NOON)
    assert (silent.winner.at, silent.at) == (None, NOON)


def test_a_supervisor_who_comes_first() -> None:
    """If a supervisor joins before the caller does, the supervisor is taken for the party"""
    steps = [
        HistoryStep(NOON, SessionEvent.ANSWER, party="supervisor", connection="1"),
        HistoryStep(NOON + timedelta(seconds=3), SessionEvent.ANSWER, party="caller"),
        HistoryStep(NOON + timedelta(seconds=20), EndClaim(R.PARTICIPANT_LEFT), party="caller"),
    ]
    assert replay(steps).session.ending is None


@pytest.mark.parametrize(("hours", "overdue"), [(24, False), (25, True)])
def test_overdue(hours: int, overdue: bool) -> None:
    """A live session is overdue after 24 hours without a step, if you say what time it is."""
    history = replay([HistoryStep(NOON, SessionEvent.ANSWER)])
    assert audit_history(history) == ()
    found = audit_history(history, now=NOON + timedelta(hours=hours))
    assert [finding.code for finding in found] == ["live_past_deadline"] * overdue


def test_these_are_sentences_of_the_page() -> None:
    said = " ".join(PAGE.read_text(encoding="utf-8").replace("**", "").split())
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    quoted = [ast.get_docstring(node) for node in tree.body if isinstance(node, ast.FunctionDef)]
    sentences = [sentence for sentence in quoted if sentence is not None]
    assert len(sentences) == 7
    for sentence in sentences:
        assert sentence in said
