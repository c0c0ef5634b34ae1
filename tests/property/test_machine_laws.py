"""Section 4, the state machine: "Laws, proved by walking the whole table".

The rules are written out here once more, from the spec's table, and every answer is derived from
that copy: no table of the package is read to know what is right.
"""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_lifecycle import (
    INITIAL_STATUSES,
    LIVE_STATUSES,
    TERMINAL_STATUSES,
    TRANSITION_RULES,
    TRANSITIONS,
    IllegalTransitionError,
    SessionEvent,
    SessionStatus,
    TransitionVerdict,
    UnknownEventError,
    UnknownStatusError,
    allowed_events,
    can_apply,
    is_live,
    is_terminal,
    next_status,
    shortest_path,
    source_statuses,
    status_change_events,
    transition,
)
from session_lifecycle import testing as kit

LIVE = (
    "queued",
    "ringing",
    "active",
    "paused",
    "waiting_for_human",
    "transferred",
    "awaiting_approval",
)
TERMINAL = ("closed", "expired", "error", "superseded")
STATUSES = LIVE + TERMINAL
INITIAL = ("queued", "ringing", "active")

# | event | from | to |
RULES: dict[str, tuple[tuple[str, ...], str]] = {
    "ring": (("queued",), "ringing"),
    "answer": (("queued", "ringing"), "active"),
    "pause": (("active",), "paused"),
    "resume": (("paused",), "active"),
    "request_human": (("active", "paused"), "waiting_for_human"),
    "request_approval": (("active",), "awaiting_approval"),
    "approve": (("awaiting_approval",), "active"),
    "deny": (("awaiting_approval",), "active"),
    "transfer": (("active", "paused", "waiting_for_human"), "transferred"),
    "return_to_agent": (("waiting_for_human", "transferred"), "active"),
    "close": (LIVE, "closed"),
    "expire": (LIVE, "expired"),
    "fail": (LIVE, "error"),
    "supersede": (LIVE, "superseded"),
}

PAIRS = tuple(itertools.product(SessionStatus, SessionEvent))
CHANGES = tuple(itertools.product(SessionStatus, SessionStatus))


def verdict_by_the_letter(status: str, event: str) -> str:
    """ "one of four verdicts, derived from the rows above"."""
    sources, target = RULES[event]
    if status in sources:
        return "moved"
    if status in TERMINAL:
        return "late"  # "the session has ended"
    if status == target:
        return "already"  # "a live session whose status is the event's target: a redelivery"
    if event in ("ring", "answer") and status not in ("queued", "ringing"):
        return "late"  # "`ring`/`answer` come after the session was answered"
    return "illegal"


def _moves_out_of(status: str) -> list[tuple[str, str]]:
    return [(event, target) for event, (sources, target) in RULES.items() if status in sources]


def _walks(start: str, length: int) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every walk of `length` moves, in the order of `SessionEvent`."""
    if length == 0:
        yield (), start
        return
    for walk, end in _walks(start, length - 1):
        for event, target in _moves_out_of(end):
            yield (*walk, event), target


def _reachable(start: str) -> set[str]:
    seen, queue = {start}, [start]
    while queue:
        for _, target in _moves_out_of(queue.pop()):
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return seen


class TestTheMatrix:
    """ "Every (status, event) pair has an answer, one of four verdicts... The matrix is total and
    read-only."
    """

    def test_is_total_and_has_no_more(self) -> None:
        """154 answers, in the order of the enums."""
        assert [(s, e) for s, row in TRANSITIONS.items() for e in row] == list(PAIRS)
        assert len(PAIRS) == 154
        assert tuple(SessionStatus) == STATUSES
        assert tuple(SessionEvent) == tuple(RULES)

    def test_is_read_only(self) -> None:
        """Neither the matrix nor a row of it takes an item, and no answer takes an attribute."""
        row = TRANSITIONS[SessionStatus.CLOSED]
        for table, key in ((TRANSITIONS, SessionStatus.CLOSED), (row, SessionEvent.ANSWER)):
            with pytest.raises(TypeError):
                table[key] = None  # type: ignore[index]
        with pytest.raises(AttributeError):
            row[SessionEvent.ANSWER].after = SessionStatus.ACTIVE  # type: ignore[misc]

    @pytest.mark.parametrize(("status", "event"), PAIRS)
    def test_every_answer(self, status: SessionStatus, event: SessionEvent) -> None:
        """ "`transition(status, event) -> Transition`: the whole answer as a value, one of the 154
        built once at import: `before`, `event`, `after`, `verdict`, `allowed`".
        """
        answer = transition(status, event)
        verdict = verdict_by_the_letter(status, event)
        after = RULES[event][1] if verdict == "moved" else status
        allowed = tuple(name for name, _ in _moves_out_of(status))
        assert answer == (status, event, after, verdict, allowed)
        assert answer is transition(status, event)
        assert answer is TRANSITIONS[status][event]
        assert type(answer.after) is SessionStatus
        assert type(answer.verdict) is TransitionVerdict

    @pytest.mark.parametrize(("status", "event"), PAIRS)
    def test_every_next_status(self, status: SessionStatus, event: SessionEvent) -> None:
        """ "`next_status(status, event)`: the new status; the same one for `already` and `late`;
        for `illegal` raises `IllegalTransitionError` with `.status`, `.event`, `.allowed` and a
        message that says what would be possible."
        """
        verdict = verdict_by_the_letter(status, event)
        assert can_apply(status, event) is (verdict == "moved")
        if verdict != "illegal":
            assert next_status(status, event) is transition(status, event).after
            return
        with pytest.raises(IllegalTransitionError) as caught:
            next_status(status, event)
        error = caught.value
        assert (error.status, error.event) == (status, event)
        assert error.allowed == tuple(name for name, _ in _moves_out_of(status))
        assert all(f"'{name}'" in str(error) for name in error.allowed)
        twin = pickle.loads(pickle.dumps(error))
        assert (twin.status, twin.event, twin.allowed) == (status, event, error.allowed)
        assert str(twin) == str(error)

    @pytest.mark.parametrize(("status", "event"), PAIRS)
    def test_canonical_text_works_like_a_member(
        self, status: SessionStatus, event: SessionEvent
    ) -> None:
        """Members equal their text, so that both find the same answer."""
        assert transition(status.value, event.value) is transition(status, event)  # type: ignore[arg-type]


class TestTheLaws:
    """ "Laws, proved by walking the whole table"."""

    def test_terminal_statuses_have_no_exit_and_only_they(self) -> None:
        """ "terminal statuses have no exit and only they"."""
        for status in SessionStatus:
            leaves = any(transition(status, event).after is not status for event in SessionEvent)
            assert leaves is (status in LIVE)
            assert (allowed_events(status) == ()) is (status in TERMINAL)
            assert is_terminal(status) is (status in TERMINAL)
            assert is_live(status) is (status in LIVE)

    def test_every_status_is_reachable_from_an_initial_one(self) -> None:
        """ "every status is reachable from an initial one"."""
        found = {
            goal
            for start, goal in itertools.product(INITIAL_STATUSES, SessionStatus)
            if shortest_path(start, goal) is not None
        }
        assert found == set(STATUSES)

    def test_every_live_status_can_reach_every_terminal_one(self) -> None:
        """ "every live status can reach every terminal one", and by one event."""
        for live, end in itertools.product(LIVE_STATUSES, TERMINAL_STATUSES):
            path = shortest_path(live, end)
            assert path is not None
            assert len(path) == 1

    def test_no_pair_has_two_answers(self) -> None:
        """ "no pair has two answers": one row an event, one target a row."""
        assert [rule.event for rule in TRANSITION_RULES.values()] == list(SessionEvent)
        assert {
            event: (rule.sources, rule.target) for event, rule in TRANSITION_RULES.items()
        } == RULES

    def test_the_sets_of_statuses(self) -> None:
        """ "A session may start as `queued`, `ringing` or `active`"; four are terminal."""
        assert set(INITIAL) == INITIAL_STATUSES
        assert set(TERMINAL) == TERMINAL_STATUSES
        assert set(LIVE) == LIVE_STATUSES

    @given(
        kit.statuses(),
        st.lists(kit.events(), max_size=30),
    )
    def test_no_walk_leaves_an_end(self, status: SessionStatus, events: list[SessionEvent]) -> None:
        """However long it goes on, once terminal it stays at that same status."""
        for event in events:
            answer = transition(status, event)
            if status in TERMINAL:
                assert answer.after is status
                assert answer.verdict == "late"
            if answer.verdict == "moved":
                # "already": what has just happened can be delivered again and changes nothing.
                again = transition(answer.after, event)
                assert again.after is answer.after
                assert again.verdict in ("already", "late")
            status = answer.after


class TestTheReaders:
    """ "`allowed_events(status)`; `source_statuses(event)`; `shortest_path(start, goal)`;
    `status_change_events(old, new)`".
    """

    @pytest.mark.parametrize("event", SessionEvent)
    def test_source_statuses(self, event: SessionEvent) -> None:
        """ "`source_statuses(event)` (for a database guard on live moves)"."""
        assert source_statuses(event) == RULES[event][0]
        assert source_statuses(event.value) == RULES[event][0]  # type: ignore[arg-type]

    @pytest.mark.parametrize(("start", "goal"), CHANGES)
    def test_shortest_path(self, start: SessionStatus, goal: SessionStatus) -> None:
        """ "`shortest_path(start, goal)` (events, or `None`)": the first of the shortest walks."""
        path = shortest_path(start, goal)
        if goal not in _reachable(start):
            assert path is None
            return
        expected = next(
            walk
            for length in range(len(STATUSES))
            for walk, end in _walks(start, length)
            if end == goal
        )
        assert path == expected
        for event in path or ():
            start = next_status(start, event)
        assert start is goal

    @pytest.mark.parametrize(("old", "new"), CHANGES)
    def test_status_change_events(self, old: SessionStatus, new: SessionStatus) -> None:
        """ "the events that could have caused it, `()` when nothing changed, an ending event for
        terminal to terminal (a correction), raises when none could".
        """
        if old == new:
            assert status_change_events(old, new) == ()
            return
        if old in TERMINAL and new in TERMINAL:
            expected = tuple(event for event, (_, target) in RULES.items() if target == new)
            assert len(expected) == 1
        else:
            expected = tuple(event for event, target in _moves_out_of(old) if target == new)
        if expected:
            assert status_change_events(old, new) == expected
            return
        with pytest.raises(IllegalTransitionError) as caught:
            status_change_events(old, new)
        assert (caught.value.status, caught.value.event) == (old, None)
        assert caught.value.target is new

    @given(st.text(max_size=100), kit.statuses(), kit.events())
    def test_unknown_words_are_neither_live_nor_terminal(
        self, word: str, status: SessionStatus, event: SessionEvent
    ) -> None:
        """An unknown word "must neither end a live call nor count as live": every reader raises."""
        if word not in STATUSES:
            for ask in (is_live, is_terminal, allowed_events):
                with pytest.raises(UnknownStatusError):
                    ask(word)  # type: ignore[arg-type]
            for ask_event in (transition, next_status, can_apply):
                with pytest.raises(UnknownStatusError):
                    ask_event(word, event)  # type: ignore[arg-type]
            for ask_change in (shortest_path, status_change_events):
                with pytest.raises(UnknownStatusError):
                    ask_change(word, status)  # type: ignore[arg-type]
                with pytest.raises(UnknownStatusError):
                    ask_change(status, word)  # type: ignore[arg-type]
        if word not in RULES:
            for ask_event in (transition, next_status, can_apply):
                with pytest.raises(UnknownEventError):
                    ask_event(status, word)  # type: ignore[arg-type]
            with pytest.raises(UnknownEventError):
                source_statuses(word)  # type: ignore[arg-type]
