"""The walks: how many histories there are, in which order, and that they find the shortest."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any

import pytest
from hypothesis import settings

from session_lifecycle import (
    EndClaim,
    SessionEvent,
    SessionStatus,
    claim_rank,
    next_status,
    transition,
)
from session_lifecycle.testing import (
    EVERY_RANK,
    LawBrokenError,
    StoredSession,
    Walk,
    check_every_history,
    check_every_path,
    every_history,
)
from tests.testing.prove import GoesBack
from tests.testing.stores import asynchronous, broken, others
from tests.testing.stores.memory import InMemory, Store, over

E, S = SessionEvent, SessionStatus
# Under the profile `nightly` what the issue promises: 22 million sequences, half a minute.
NIGHTLY = settings.default.max_examples >= 5_000
LONGEST = 6 if NIGHTLY else 4


def test_there_are_21_things_to_say_and_all_sequences_of_them() -> None:
    lengths = Counter(map(len, every_history(3)))
    assert lengths == {1: 21, 2: 441, 3: 9_261}
    assert len(set(every_history(2))) == 462


def test_the_short_ones_come_first() -> None:
    lengths = [len(history) for history in every_history(3)]
    assert lengths == sorted(lengths)


def test_it_is_made_of_what_is_given_and_made_one_at_a_time() -> None:
    pause = every_history(2, events=[E.PAUSE], claims=[])
    assert list(pause) == [(E.PAUSE,), (E.PAUSE, E.PAUSE)]
    assert list(every_history(0)) == []
    endless = every_history(1_000)
    assert [history[0] for history in islice(endless, 2)] == [E.RING, E.ANSWER]


def test_every_rank_has_a_claim_and_no_two_times_are_alike() -> None:
    ranks = ["human", "dialled", "bridged", "cause", "foreign", "echo", "silent"]
    assert [str(claim_rank(claim)) for claim in EVERY_RANK] == ranks
    assert len({claim.at for claim in EVERY_RANK}) == 7


def test_a_store_is_walked_from_each_start_once() -> None:
    begun: Counter[str] = Counter()
    told: Counter[int] = Counter()

    class Counted(InMemory):
        def create(self, status: SessionStatus, started_at: object) -> int:
            begun[status] += 1
            return self.store.create(status, None)

        def report_ending(self, key: int, claim: EndClaim) -> None:
            told[key] += 1
            super().report_ending(key, claim)

    walk = check_every_history(Counted(), 2, events=[E.CLOSE, E.PAUSE], claims=EVERY_RANK[:1])
    # 3 and 9 sequences, from three starts; 3 and 18 steps.
    assert walk == Walk(36, 63, skipped=0)
    assert walk.histories == 36
    assert walk.steps == 63
    assert sum(told.values()) == 3 + 18
    assert begun["queued"] >= 12


def test_it_starts_where_it_is_told_to() -> None:
    walk = check_every_history(InMemory(), 2, starts=["active"])
    assert walk == Walk(462, 903)


def test_the_first_that_is_found_is_the_shortest() -> None:
    with pytest.raises(LawBrokenError) as found:
        check_every_history(over(broken.RevivesOnLateApproval)(), 3)
    assert found.value.law.name == "ended_stays_ended"
    assert found.value.history == (
        "session 0: create(queued)",
        "session 0: apply_event(close, at 2026-11-23T12:00:00+00:00)",
        "session 0: apply_event(approve, at 2026-11-23T12:00:00+00:00)",
    )


def test_what_breaks_at_length_three_is_not_found_at_two() -> None:
    class ForgetsTheWord(others.Store):
        """The word that could not be read is never written over."""

        def new_row(self, row: others.Row, before: object, after: object) -> others.Row:
            new = super().new_row(row, before, after)  # type: ignore[arg-type]
            return {**new, "raw": row["raw"]} if row["reason"] else new

        def read(self, key: int) -> StoredSession:
            return super().read(key)._replace(raw=...)  # What is told would show it sooner.

    subject = over(ForgetsTheWord)()
    check_every_history(subject, 2, events=[], starts=["active"])
    with pytest.raises(LawBrokenError) as found:
        check_every_history(subject, 3, events=[], starts=["active"])
    # An echo, a word that nobody knows, and the echo again, which now wins over it.
    assert found.value.law.name == "redelivery_changes_nothing"
    assert len(found.value.history) == 4


def test_who_can_go_back_is_walked_as_a_tree() -> None:
    told: Counter[str] = Counter()

    class Counted(GoesBack):
        made = 0

        def create(self, *given: Any) -> int:
            self.made += 1
            return super().create(*given)

        def apply_event(self, *given: Any) -> None:
            told["events"] += 1
            super().apply_event(*given)

        def report_ending(self, *given: Any) -> None:
            told["claims"] += 1
            super().report_ending(*given)

    subject = Counted()
    walk = check_every_history(subject, 2)
    assert walk == Walk(3 * 462, 3 * 903)
    # Each history costs its last step; a bystander, and one for each first step.
    assert told == {"events": 3 * 14 * 22, "claims": 3 * 7 * 22}
    assert subject.made == 1 + 3 * 21


@pytest.mark.parametrize(
    "broken_one", [broken.RevivesOnLateApproval, broken.MovesClosedAt, broken.FirstWins]
)
def test_either_way_the_same_history_is_found(broken_one: type[Store]) -> None:
    class Back(GoesBack):
        kind = broken_one

    with pytest.raises(LawBrokenError) as by_going_back:
        check_every_history(Back(), 3)
    with pytest.raises(LawBrokenError) as from_the_start:
        check_every_history(over(broken_one)(), 3)
    assert by_going_back.value.law is from_the_start.value.law
    assert by_going_back.value.history == from_the_start.value.history


def test_async_stores_can_go_back_as_well() -> None:
    class Back(asynchronous.AsyncInMemory):
        async def snapshot(self, key: int) -> object:
            return dict(self.store.rows[key])

        async def restore(self, key: int, snapshot: Any) -> None:
            self.store.rows[key] = dict(snapshot)

    assert check_every_history(Back(), 2, starts=["active"]) == Walk(462, 903)


@pytest.mark.slow
def test_length_four_in_memory() -> None:
    assert check_every_history(GoesBack(), 4).histories == 3 * 204_204


def test_the_store_is_closed_when_a_law_is_broken() -> None:
    closed: list[bool] = []

    class Closes(over(broken.FirstWins)):  # type: ignore[misc]
        def close(self) -> None:
            closed.append(True)

    with pytest.raises(LawBrokenError):
        check_every_history(Closes(), 2)
    assert closed == [True]


# --- the bare table ------------------------------------------------------------------------------


def test_our_own_table_is_right_at_every_length_that_is_walked() -> None:
    walk = check_every_path(next_status, LONGEST)
    # 14 events to the power of the length, from three starts.
    sequences = [3 * 14**length for length in range(1, LONGEST + 1)]
    assert walk.histories == sum(sequences)
    assert walk.steps == sum(length * many for length, many in enumerate(sequences, 1))
    if LONGEST == 4:
        assert walk == Walk(124_110, 486_906)
    else:
        assert walk.histories == 24_326_190


def test_a_table_may_return_text_and_refuse_in_its_own_way() -> None:
    def by_text(status: SessionStatus, event: SessionEvent) -> str:
        return next_status(status, event).value

    def by_key(status: SessionStatus, event: SessionEvent) -> SessionStatus:
        answer = transition(status, event)
        if answer.verdict == "illegal":
            raise KeyError(event)
        return answer.after

    def stays(status: SessionStatus, event: SessionEvent) -> SessionStatus:
        return transition(status, event).after

    for step in (by_text, by_key, stays):
        assert check_every_path(step, 2).histories == 630


def _wrong(
    status: SessionStatus, event: SessionEvent, here: str, what: str, answer: object
) -> object:
    if (status, event) == (here, what):
        if isinstance(answer, Exception):
            raise answer
        return answer
    return next_status(status, event)


# fmt: off
MISTAKES = [
    ("active", "pause",   "active",
     "moves_follow_the_machine", ("starts as active", "pause"), "Expected paused; found 'active'."),
    ("queued", "resume",  "active",
     "illegal_changes_nothing", ("starts as queued", "resume"), "Expected queued; found 'active'."),
    ("active", "answer",  "ringing",
     "late_is_no_error", ("starts as active", "answer"), "Expected active; found 'ringing'."),
    ("closed", "approve", "active",
     "ended_stays_ended", ("starts as queued", "close", "approve"),
     "Expected closed; found 'active'."),
    ("closed", "ring",    ValueError("it has ended"),
     "ended_stays_ended", ("starts as queued", "close", "ring"),
     "Expected closed; found an error."),
    ("paused", "resume",  KeyError("resume"),
     "moves_follow_the_machine", ("starts as active", "pause", "resume"),
     "Expected active; found an error."),
    ("paused", "close",   None,
     "moves_follow_the_machine", ("starts as active", "pause", "close"),
     "Expected closed; found an error."),
]
# fmt: on


@pytest.mark.parametrize(("here", "what", "answer", "law", "history", "said"), MISTAKES)
def test_one_wrong_cell_is_found_by_the_shortest_way_to_it(
    here: str, what: str, answer: object, law: str, history: tuple[str, ...], said: str
) -> None:
    with pytest.raises(LawBrokenError) as found:
        check_every_path(lambda s, e: _wrong(s, e, here, what, answer), 4)
    assert found.value.law.name == law
    assert found.value.history == history
    assert found.value.found == said


def test_an_error_that_is_no_refusal_comes_through() -> None:
    def broken_table(status: SessionStatus, event: SessionEvent) -> SessionStatus:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        check_every_path(broken_table, 1)


def test_the_starts_of_a_table_can_be_chosen() -> None:
    assert check_every_path(next_status, 1, starts=["active"]) == Walk(14, 14)
