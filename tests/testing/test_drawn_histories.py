"""Histories: each kind is what it says, together they reach everything, and they shrink short.

What is legal is judged by a copy of the specification's table, made by hand, beside `replay`.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from session_lifecycle import (
    EndClaim,
    HistoryStep,
    SessionEvent,
    SessionTerminationReason,
    TransitionVerdict,
    audit_history,
    claim_rank,
    replay,
)
from session_lifecycle.testing import HistoryKind, audit_findings, histories, replays, steps
from tests.testing.drawing import drawn, simplest

# Some thousand values each.
pytestmark = pytest.mark.slow

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
E = SessionEvent
V = TransitionVerdict

# Where each live event leads from each live status.
MOVES = {
    "queued": {"ring": "ringing", "answer": "active"},
    "ringing": {"answer": "active"},
    "active": {
        "pause": "paused",
        "request_human": "waiting_for_human",
        "request_approval": "awaiting_approval",
        "transfer": "transferred",
    },
    "paused": {
        "resume": "active",
        "request_human": "waiting_for_human",
        "transfer": "transferred",
    },
    "waiting_for_human": {"transfer": "transferred", "return_to_agent": "active"},
    "transferred": {"return_to_agent": "active"},
    "awaiting_approval": {"approve": "active", "deny": "active"},
}
ENDING = {"close", "expire", "fail", "supersede"}
STATUSES = {*MOVES, "closed", "expired", "error", "superseded"}
RANKS = {"human", "dialled", "bridged", "cause", "foreign", "echo", "silent"}


def step(seconds: float, event: SessionEvent | str | EndClaim, number: int) -> HistoryStep:
    return HistoryStep(NOON + timedelta(seconds=seconds), event, "", f"step-{number}")


def verdicts(history: list[HistoryStep]) -> set[str]:
    return {entry.verdict.value for entry in replay(history).entries}


# --- what they shrink to -------------------------------------------------------------------------

RING = step(0, E.RING, 1)
SHORTEST: list[tuple[HistoryKind | None, list[HistoryStep]]] = [
    (None, []),
    ("legal", []),
    ("illegal", [RING, step(1, E.PAUSE, 2)]),
    ("late", [step(0, E.CLOSE, 1), step(1, E.PAUSE, 2)]),
    ("duplicated", [RING, RING]),
    ("shuffled", [step(1, E.ANSWER, 2), RING]),
]


@pytest.mark.parametrize(("kind", "expected"), SHORTEST)
def test_the_shortest(kind: HistoryKind | None, expected: list[HistoryStep]) -> None:
    assert simplest(histories(kind=kind)) == expected


def test_a_failure_shrinks_to_what_it_needs() -> None:
    """One that needs an approval too late: asked for, expired, approved."""

    def fails(history: list[HistoryStep]) -> bool:
        return any(f.code == "decision_too_late" for f in audit_history(replay(history)))

    found = simplest(histories(kind="late"), fails)
    assert [one.event for one in found] == [E.CLOSE, E.APPROVE]
    waits = simplest(
        histories(kind="legal"),
        lambda history: replay(history).session.status == "awaiting_approval",
    )
    # From `active`, from `queued`, or from `queued` by `ringing`: one step more, a second later.
    before = [E.RING, E.ANSWER, E.REQUEST_APPROVAL][-len(waits) :]
    assert waits == [step(place, event, place + 1) for place, event in enumerate(before)]

    def by_a_human(history: list[HistoryStep]) -> bool:
        return any(one.claim and claim_rank(one.claim) == "human" for one in history)

    human = simplest(histories(kind="legal"), by_a_human)
    claim = EndClaim(SessionTerminationReason.HANDOFF_RESOLVED, NOON)
    assert human == [step(0, claim, 1)]


def test_a_finding_shrinks_to_an_illegal_edge() -> None:
    finding = simplest(audit_findings())
    assert finding.code == "illegal_edge"
    assert finding.message.startswith("pause from ringing")


# --- what they reach -----------------------------------------------------------------------------


def test_together_they_reach_every_status_and_every_rank() -> None:
    """800 seeded histories; no status and no rank is a rarity among them."""
    found = [(history, replay(history)) for history in drawn(histories(), 800)]
    reached = Counter(
        status
        for _, history in found
        for status in {
            history.start.status.value,
            *[entry.after.value for entry in history.entries],
        }
    )
    assert set(reached) == STATUSES
    assert min(reached.values()) >= 20, reached
    ranks = Counter(
        claim_rank(one.claim).value for history, _ in found for one in history if one.claim
    )
    assert set(ranks) == RANKS
    assert min(ranks.values()) >= 8, ranks
    events = {one.event.value for history, _ in found for one in history if one.event}
    assert len(events) == 14
    assert {entry.verdict for _, history in found for entry in history.entries} == set(V)
    changes = {entry.change.value for _, history in found for entry in history.entries}
    assert changes == {"unchanged", "moved", "ended", "corrected", "refined"}
    assert {len(history) for history, _ in found} >= {1, 2, 3, 4, 5, 6, 7, 8}


@pytest.mark.parametrize("length", [4, 8, 15])
@pytest.mark.parametrize("kind", ["legal", "illegal", "late", "duplicated", "shuffled"])
def test_none_is_longer_than_asked_for(kind: HistoryKind, length: int) -> None:
    longest = max(map(len, drawn(histories(kind=kind, max_length=length), 100)))
    assert length - 6 <= longest <= length


# --- what each kind is ---------------------------------------------------------------------------


def walked(history: list[HistoryStep]) -> str:
    """Where a history leads by the table above; it fails where it is not legal."""
    first = history[0].event
    status = "queued" if first in MOVES["queued"] or first is None else "active"
    for one in history:
        assert status in MOVES, "something comes after the end"
        if one.claim is not None or one.event in ENDING:
            status = "ended"
        else:
            assert one.event is not None
            status = MOVES[status][one.event.value]
    return status


def test_legal() -> None:
    ends = Counter[str]()
    for history in drawn(histories(kind="legal"), 300):
        if history:
            ends[walked(history)] += 1
            replay(history, strict=True)
            assert verdicts(history) == {"moved"}
    assert set(ends) == {*MOVES, "ended"} - {"queued"}
    assert ends["ended"] > 30


def test_illegal() -> None:
    unknown = 0
    for history in drawn(histories(kind="illegal"), 150):
        assert verdicts(history) == {"illegal", "moved"}
        unknown += any(one.raw is not None for one in history)
        # Without what is illegal, it is legal.
        entries = replay(history).entries
        walked([entry.step for entry in entries if entry.verdict != "illegal"])
    assert 5 < unknown < 100


def test_every_illegal_pair_is_met() -> None:
    """28 of 36; a queued session's eight are not, for a reader could not tell them."""
    met = {
        (entry.before.value, entry.step.event.value)
        for history in drawn(histories(kind="illegal"), 800)
        for entry in replay(history).entries
        if entry.verdict == "illegal" and entry.step.event is not None
    }
    assert "queued" not in {status for status, _ in met}
    assert len(met) == 28


def test_late() -> None:
    earlier = 0
    for history in drawn(histories(kind="late"), 300):
        assert "illegal" not in verdicts(history)
        assert "late" in verdicts(history)
        assert replay(history).session.ending is not None
        times = [one.at for one in history if one.at is not None]
        earlier += times != sorted(times)
    # Some report the end as earlier than the first report of it did.
    assert 5 < earlier < 100


def test_duplicated() -> None:
    for history in drawn(histories(kind="duplicated"), 150):
        once = list(dict.fromkeys(history))
        assert len(once) < len(history)
        assert len({one.step_id for one in history}) == len(once)
        assert replay(history) == replay(once)
        assert "illegal" not in verdicts(history)


def test_shuffled() -> None:
    for history in drawn(histories(kind="shuffled"), 150):
        times = [one.at for one in history]
        assert None not in times
        assert len(set(times)) == len(times)
        in_order = sorted(history, key=lambda one: one.at or NOON)
        assert history != in_order
        assert replay(history) == replay(in_order)
        assert "illegal" not in verdicts(history)


def test_times_tie_and_share_a_second() -> None:
    ties = seconds = untimed = 0
    for history in drawn(histories(kind="legal"), 150):
        times = [one.at for one in history if one.at is not None]
        ties += len(set(times)) < len(times)
        whole = {at.replace(microsecond=0) for at in times}
        seconds += len(whole) < len(set(times))
        untimed += len(times) < len(history)
    assert min(ties, seconds, untimed) > 15


def test_ids_are_the_histories_own() -> None:
    for history in drawn(histories(kind="legal"), 100):
        assert [one.step_id for one in history] == [f"step-{n + 1}" for n in range(len(history))]


# --- steps and replays ---------------------------------------------------------------------------


def test_steps_of_every_kind() -> None:
    found = drawn(steps(), 800)
    assert len({one.event for one in found}) == 15
    assert {claim_rank(one.claim).value for one in found if one.claim} == RANKS
    assert "hibernate" in {one.raw for one in found}
    assert max(len(one.raw) for one in found if one.raw) == 64
    parties = {(one.party, one.connection) for one in found}
    assert parties == {
        *(("", ""), ("caller", ""), ("caller", "PA_1"), ("caller", "PA_2")),
        ("operator", "PA_9"),
    }
    assert {one.step_id for one in found} == {None, "step-1", "step-2", "step-3", "step-4"}
    plain = drawn(steps(parties=False, unknown_events=False))
    assert {(one.party, one.connection, one.raw) for one in plain} == {("", "", None)}


def test_replays_are_of_their_kind() -> None:
    for history in drawn(replays(kind="illegal"), 60):
        assert any(entry.verdict == "illegal" for entry in history.entries)
