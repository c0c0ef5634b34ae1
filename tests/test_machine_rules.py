"""Section 4 of the specification: every rule about the state machine, quoted and then attacked.

The oracle is a matrix of all 154 cells, drawn by hand from the specification's sentences about the
four verdicts. It is no print of the code: a rule that is wrong there must be wrong here as well.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from itertools import product
from types import MappingProxyType
from unittest import mock

import pytest

from session_lifecycle import (
    INITIAL_STATUSES,
    LIVE_STATUSES,
    TERMINAL_STATUSES,
    TRANSITION_RULES,
    TRANSITIONS,
    EndClaim,
    IllegalTransitionError,
    SessionEvent,
    SessionLifecycleError,
    SessionStatus,
    SessionTerminationReason,
    Transition,
    TransitionVerdict,
    UnknownEventError,
    UnknownStatusError,
    allowed_events,
    apply_claim,
    can_apply,
    close_session,
    is_live,
    is_terminal,
    next_status,
    restore_session,
    shortest_path,
    source_statuses,
    start_session,
    status_change_events,
    transition,
)

S = SessionStatus
E = SessionEvent
V = TransitionVerdict

# Columns: ring answer pause resume request_human request_approval approve deny transfer
# return_to_agent close expire fail supersede. A cell: > moved, = already, ~ late, x illegal.
MATRIX = """
                   ri an pa re rh ra ap de tr rt cl ex fa su
queued             >  >  x  x  x  x  x  x  x  x  >  >  >  >
ringing            =  >  x  x  x  x  x  x  x  x  >  >  >  >
active             ~  =  >  =  >  >  =  =  >  =  >  >  >  >
paused             ~  ~  =  >  >  x  x  x  >  x  >  >  >  >
waiting_for_human  ~  ~  x  x  =  x  x  x  >  >  >  >  >  >
transferred        ~  ~  x  x  x  x  x  x  =  >  >  >  >  >
awaiting_approval  ~  ~  x  x  x  =  >  >  x  x  >  >  >  >
closed             ~  ~  ~  ~  ~  ~  ~  ~  ~  ~  ~  ~  ~  ~
expired            ~  ~  ~  ~  ~  ~  ~  ~  ~  ~  ~  ~  ~  ~
error              ~  ~  ~  ~  ~  ~  ~  ~  ~  ~  ~  ~  ~  ~
superseded         ~  ~  ~  ~  ~  ~  ~  ~  ~  ~  ~  ~  ~  ~
"""

# Where each event leads, if it leads anywhere.
TARGET = {
    "ring": "ringing",
    "answer": "active",
    "pause": "paused",
    "resume": "active",
    "request_human": "waiting_for_human",
    "request_approval": "awaiting_approval",
    "approve": "active",
    "deny": "active",
    "transfer": "transferred",
    "return_to_agent": "active",
    "close": "closed",
    "expire": "expired",
    "fail": "error",
    "supersede": "superseded",
}

VERDICT = {">": "moved", "=": "already", "~": "late", "x": "illegal"}
TERMINAL = ("closed", "expired", "error", "superseded")


def drawn() -> dict[tuple[str, str], str]:
    """Return the verdict the drawing has for each status and event."""
    cells: dict[tuple[str, str], str] = {}
    for line in MATRIX.strip().splitlines()[1:]:
        status, *signs = line.split()
        for event, sign in zip(TARGET, signs, strict=True):
            cells[status, event] = VERDICT[sign]
    assert len(cells) == 154
    return cells


DRAWN = drawn()
CELLS = list(product(S, E))
PAIRS = list(product(S, S))
ILLEGAL = [cell for cell in CELLS if DRAWN[cell] == "illegal"]


def moves(status: SessionStatus) -> list[tuple[SessionEvent, SessionStatus]]:
    """Return where a session can go, asked of the public function, event by event."""
    answers = [transition(status, event) for event in E]
    return [(answer.event, answer.after) for answer in answers if answer.verdict is V.MOVED]


# --- the rules -----------------------------------------------------------------------------------


def test_one_row_an_event() -> None:
    """`SessionEvent` and its rules, one row an event:"""
    assert list(TARGET) == [event.value for event in E]
    assert list(TRANSITION_RULES) == list(E)
    for event in E:
        rule = TRANSITION_RULES[event]
        assert rule._fields == ("event", "sources", "target")
        assert rule.event is event
        assert rule.target == TARGET[event]
        assert list(rule.sources) == [s for s in S if DRAWN[s, event] == "moved"]


def test_the_three_statuses_a_session_starts_in() -> None:
    """A session may start as `queued`, `ringing` or `active`."""
    assert {status.value for status in INITIAL_STATUSES} == {"queued", "ringing", "active"}
    for status in S:
        if status.value in ("queued", "ringing", "active"):
            assert start_session(status).status is status
        else:
            with pytest.raises(ValueError, match="queued, ringing or active"):
                start_session(status)


def test_a_denied_approval_can_be_read_both_ways() -> None:
    """(The source's docs contradict themselves on a denied approval: both readings are legal here,
    `deny` continues, `close` ends.)
    """
    assert next_status(S.AWAITING_APPROVAL, E.DENY) is S.ACTIVE
    assert next_status(S.AWAITING_APPROVAL, E.CLOSE) is S.CLOSED
    # And one after the other.
    assert next_status(next_status(S.AWAITING_APPROVAL, E.DENY), E.CLOSE) is S.CLOSED


# --- the matrix ----------------------------------------------------------------------------------


def test_all_154_cells_are_as_drawn() -> None:
    """Every (status, event) pair has an answer, one of four verdicts (`TransitionVerdict`), derived
    from the rows above:
    """
    wrong = []
    for status, event in CELLS:
        answer = transition(status, event)
        assert type(answer) is Transition
        verdict = DRAWN[status, event]
        after = TARGET[event] if verdict == "moved" else status.value
        if (answer.verdict, answer.after) != (verdict, after):
            wrong.append((status.value, event.value, answer.verdict, answer.after))
    assert wrong == []
    assert set(DRAWN.values()) == {verdict.value for verdict in V}


def test_already_is_a_redelivery() -> None:
    """`already` (a live session whose status is the event's target: a redelivery)"""
    for status, event in CELLS:
        answer = transition(status, event)
        redelivered = status.value not in TERMINAL and TARGET[event] == status
        assert (answer.verdict is V.ALREADY) is redelivered, answer
        if answer.verdict is V.MOVED:
            again = transition(answer.after, event)
            # An ending that is delivered twice meets a session that has ended.
            assert again.verdict is (V.LATE if TARGET[event] in TERMINAL else V.ALREADY)
            assert again.after is answer.after


def test_late_is_normal_and_changes_nothing() -> None:
    """`late` (the session has ended, or `ring`/`answer` come after the session was answered: normal
    with webhooks, no error)
    """
    for status, event in CELLS:
        ended = status.value in TERMINAL
        answered = status.value not in (*TERMINAL, "queued", "ringing")
        # An answer that meets an active session is a redelivery first of all.
        late = ended or (answered and event.value in ("ring", "answer") and TARGET[event] != status)
        assert (transition(status, event).verdict is V.LATE) is late, (status, event)
        if late:
            assert next_status(status, event) is status


def test_illegal_is_what_a_live_session_cannot_do() -> None:
    """`illegal` (a live session that cannot do that: the caller's bug)"""
    for status, event in CELLS:
        illegal = transition(status, event).verdict is V.ILLEGAL
        assert illegal is ((status, event) in ILLEGAL)
        if illegal:
            assert status.value not in TERMINAL
    # Counted row by row in the drawing.
    assert len(ILLEGAL) == 8 + 8 + 0 + 4 + 5 + 6 + 5


def test_the_matrix_is_total_and_read_only() -> None:
    """The matrix is total and read-only."""
    assert list(TRANSITIONS) == list(S)
    for status in S:
        assert list(TRANSITIONS[status]) == list(E)
        with pytest.raises(TypeError):
            TRANSITIONS[status][E.RING] = None  # type: ignore[index]
        with pytest.raises(TypeError):
            del TRANSITIONS[status][E.RING]  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        TRANSITIONS[S.CLOSED] = TRANSITIONS[S.ACTIVE]  # type: ignore[index]
    for status, event in CELLS:
        answer = transition(status, event)
        for name in Transition._fields:
            with pytest.raises(AttributeError):
                setattr(answer, name, None)
        assert type(answer.allowed) is tuple


# --- transition() --------------------------------------------------------------------------------


def test_the_whole_answer_is_one_value_built_once() -> None:
    """`transition(status, event) -> Transition`: the whole answer as a value, one of the 154 built
    once at import: `before`, `event`, `after`, `verdict`, `allowed` (what could be done instead).
    """
    assert Transition._fields == ("before", "event", "after", "verdict", "allowed")
    for status, event in CELLS:
        answer = transition(status, event)
        assert answer is transition(status, event) is TRANSITIONS[status][event]
        # Members equal their text, so that a canonical string from a row finds the same value.
        assert transition(status.value, event.value) is answer  # type: ignore[arg-type]
        assert (answer.before, answer.event) == (status, event)
        assert [type(cell) for cell in answer] == [S, E, S, V, tuple]
        assert list(answer.allowed) == [e for e in E if DRAWN[status, e] == "moved"]
    assert len({id(transition(status, event)) for status, event in CELLS}) == 154


def test_a_refusal_is_a_value_too() -> None:
    """So a refusal is explained without an exception."""
    for status, event in ILLEGAL:
        answer = transition(status, event)
        assert answer.verdict == "illegal"
        assert answer.after is status
        assert answer.allowed, "a live session can always do something"
        assert event not in answer.allowed
        for other in answer.allowed:
            assert can_apply(status, other)


def test_the_next_status() -> None:
    """`next_status(status, event) -> SessionStatus`: the new status; the same one for `already` and
    `late`
    """
    for status, event in CELLS:
        if (status, event) in ILLEGAL:
            continue
        moved = DRAWN[status, event] == "moved"
        after = next_status(status, event)
        assert type(after) is SessionStatus
        assert after == (TARGET[event] if moved else status)


@pytest.mark.parametrize(("status", "event"), ILLEGAL)
def test_an_illegal_event_is_refused_with_what_would_be_possible(
    status: SessionStatus, event: SessionEvent
) -> None:
    """for `illegal` raises `IllegalTransitionError` with `.status`, `.event`, `.allowed` and a
    message that says what would be possible.
    """
    with pytest.raises(IllegalTransitionError) as caught:
        next_status(status, event)
    error = caught.value
    possible = [e.value for e in E if DRAWN[status, e] == "moved"]
    assert error.status is status
    assert error.event is event
    assert type(error.allowed) is tuple
    assert list(error.allowed) == possible
    assert {type(allowed) for allowed in error.allowed} == {SessionEvent}
    assert f"'{status.value}'" in str(error)
    assert f"'{event.value}'" in str(error)
    assert ", ".join(f"'{name}'" for name in possible) in str(error)
    assert isinstance(error, ValueError)
    assert isinstance(error, SessionLifecycleError)
    # Without the lookup that failed inside.
    assert error.__suppress_context__


# --- the small readers ---------------------------------------------------------------------------


def test_can_apply_is_true_for_moves_only() -> None:
    """`can_apply(status, event) -> bool`"""
    for status, event in CELLS:
        assert can_apply(status, event) is (DRAWN[status, event] == "moved")


def test_the_events_that_would_move_a_session() -> None:
    """`allowed_events(status)`"""
    for status in S:
        assert type(allowed_events(status)) is tuple
        assert list(allowed_events(status)) == [e for e in E if DRAWN[status, e] == "moved"]
        assert (allowed_events(status) == ()) is (status.value in TERMINAL)


def test_the_statuses_a_database_guard_lets_pass() -> None:
    """`source_statuses(event)` (for a database guard on live moves; endings are guarded by
    settlement, section 5)
    """
    for event in E:
        sources = source_statuses(event)
        assert type(sources) is tuple
        assert list(sources) == [s for s in S if DRAWN[s, event] == "moved"]
        assert not set(sources) & set(TERMINAL)


def test_an_ending_is_not_guarded_by_status() -> None:
    """`source_statuses(event)` (for a database guard on live moves; endings are guarded by
    settlement, section 5)
    """
    # The guard would turn this claim away, and settlement lets it win.
    assert S.CLOSED not in source_statuses(E.FAIL)
    closed = close_session(start_session(), SessionTerminationReason.ROOM_DELETED)
    crash = EndClaim(SessionTerminationReason.AGENT_ERROR)
    assert apply_claim(closed, crash).status is S.ERROR


def walk(start: SessionStatus) -> dict[SessionStatus, tuple[SessionEvent, ...]]:
    """Return the shortest path to everything in reach, level by level, by public questions only.

    Of paths of one length the first is kept, all events being tried in their order.
    """
    found = {start: ()}
    level: list[tuple[SessionEvent, ...]] = [()]
    ends: dict[tuple[SessionEvent, ...], SessionStatus] = {(): start}
    while level:
        longer: list[tuple[SessionEvent, ...]] = []
        for path in level:
            for event, after in moves(ends[path]):
                if after not in found:
                    found[after] = (*path, event)
                    ends[*path, event] = after
                    longer.append((*path, event))
        level = sorted(longer, key=lambda path: [list(E).index(event) for event in path])
    return found


@pytest.mark.parametrize("start", S)
def test_the_shortest_path_is_what_a_walk_finds(start: SessionStatus) -> None:
    """`shortest_path(start, goal)` (events, or `None`)"""
    reached = walk(start)
    for goal in S:
        path = shortest_path(start, goal)
        assert path == reached.get(goal), goal
        if path is not None:
            status = start
            for event in path:
                assert type(event) is SessionEvent
                assert can_apply(status, event)
                status = next_status(status, event)
            assert status is goal


@pytest.mark.parametrize(
    ("start", "goal", "path"),
    [
        ("queued", "queued", ""),
        ("closed", "closed", ""),
        ("queued", "ringing", "ring"),
        ("queued", "active", "answer"),
        ("queued", "closed", "close"),
        ("queued", "paused", "answer pause"),
        ("ringing", "transferred", "answer transfer"),
        ("queued", "awaiting_approval", "answer request_approval"),
        ("awaiting_approval", "paused", "approve pause"),
        ("transferred", "awaiting_approval", "return_to_agent request_approval"),
        ("waiting_for_human", "paused", "return_to_agent pause"),
        ("active", "superseded", "supersede"),
        ("active", "queued", None),
        ("active", "ringing", None),
        ("ringing", "queued", None),
        ("closed", "active", None),
        ("closed", "error", None),
        ("superseded", "closed", None),
    ],
)
def test_some_paths_written_out(start: str, goal: str, path: str | None) -> None:
    """`shortest_path(start, goal)` (events, or `None`)"""
    expected = None if path is None else tuple(path.split())
    assert shortest_path(S(start), S(goal)) == expected


def caused_by(old: SessionStatus, new: SessionStatus) -> list[SessionEvent]:
    """Return every event that takes a session from `old` to `new`, tried one by one."""
    return [event for event, after in moves(old) if after is new]


@pytest.mark.parametrize(("old", "new"), [pair for pair in PAIRS if pair[0] is not pair[1]])
def test_the_events_behind_a_change_of_status(old: SessionStatus, new: SessionStatus) -> None:
    """`status_change_events(old, new)` for services that store only the status: the events that
    could have caused it
    """
    causes = caused_by(old, new)
    if causes:
        assert type(status_change_events(old, new)) is tuple
        assert list(status_change_events(old, new)) == causes
    elif not {old.value, new.value} <= set(TERMINAL):
        with pytest.raises(IllegalTransitionError):
            status_change_events(old, new)


def test_some_causes_written_out() -> None:
    """`status_change_events(old, new)` for services that store only the status: the events that
    could have caused it
    """
    assert status_change_events(S.AWAITING_APPROVAL, S.ACTIVE) == ("approve", "deny")
    assert status_change_events(S.QUEUED, S.ACTIVE) == ("answer",)
    assert status_change_events(S.PAUSED, S.ACTIVE) == ("resume",)
    assert status_change_events(S.TRANSFERRED, S.ACTIVE) == ("return_to_agent",)
    assert status_change_events(S.QUEUED, S.SUPERSEDED) == ("supersede",)


@pytest.mark.parametrize("status", S)
def test_nothing_changed(status: SessionStatus) -> None:
    """`()` when nothing changed"""
    assert status_change_events(status, status) == ()
    # Not even for text that is equal and another object.
    assert status_change_events(status, "".join(list(status))) == ()  # type: ignore[arg-type]


def test_one_ending_corrected_to_another() -> None:
    """an ending event for terminal to terminal (a correction)"""
    endings = {"closed": "close", "expired": "expire", "error": "fail", "superseded": "supersede"}
    corrections = 0
    for old, new in PAIRS:
        if old is not new and {old.value, new.value} <= set(TERMINAL):
            assert status_change_events(old, new) == (endings[new.value],)
            corrections += 1
    assert corrections == 12


def test_a_change_that_no_event_could_cause() -> None:
    """raises when none could"""
    refused = 0
    for old, new in PAIRS:
        corrected = {old.value, new.value} <= set(TERMINAL)
        if old is new or corrected or caused_by(old, new):
            continue
        with pytest.raises(IllegalTransitionError) as caught:
            status_change_events(old, new)
        error = caught.value
        assert (error.status, error.event, error.target) == (old, None, new)
        assert list(error.allowed) == [e for e in E if DRAWN[old, e] == "moved"]
        assert f"'{old}'" in str(error)
        assert f"'{new}'" in str(error)
        assert ("it has ended" in str(error)) is (old.value in TERMINAL)
        refused += 1
    # 121 pairs, of which 11 are the same, 12 corrections, 28 endings and 14 live moves.
    assert refused == 121 - 11 - 12 - 28 - 14


def test_live_and_terminal_and_initial() -> None:
    """`is_terminal`, `is_live`, `LIVE_STATUSES`, `TERMINAL_STATUSES`, `INITIAL_STATUSES`."""
    assert {status.value for status in TERMINAL_STATUSES} == set(TERMINAL)
    assert set(S) == TERMINAL_STATUSES | LIVE_STATUSES
    assert not TERMINAL_STATUSES & LIVE_STATUSES
    assert INITIAL_STATUSES < LIVE_STATUSES
    for statuses in (LIVE_STATUSES, TERMINAL_STATUSES, INITIAL_STATUSES):
        assert type(statuses) is frozenset
        assert {type(status) for status in statuses} == {SessionStatus}
    for status in S:
        assert is_terminal(status) is (status.value in TERMINAL)
        assert is_live(status) is (status.value not in TERMINAL)
        assert is_live(status.value) is is_live(status)  # type: ignore[arg-type]


def test_the_public_views_are_read_only() -> None:
    """Hot paths read private plain dicts; read-only proxies are the public view."""
    for view in (TRANSITIONS, TRANSITION_RULES, *TRANSITIONS.values()):
        assert type(view) is MappingProxyType
        with pytest.raises(TypeError):
            view[next(iter(view))] = None  # type: ignore[index]
        with pytest.raises(AttributeError):
            view.clear()  # type: ignore[attr-defined]
    # What the view shows is what the functions answer from.
    for status, event in CELLS:
        assert TRANSITIONS[status][event].after == (
            status if (status, event) in ILLEGAL else next_status(status, event)
        )


# --- laws ----------------------------------------------------------------------------------------


def test_only_the_terminal_statuses_have_no_exit() -> None:
    """Laws, proved by walking the whole table: terminal statuses have no exit and only they"""
    without_exit = {status.value for status in S if not moves(status)}
    assert without_exit == set(TERMINAL)
    for status, event in CELLS:
        if status.value in TERMINAL:
            assert next_status(status, event) is status


def test_every_status_can_be_reached() -> None:
    """every status is reachable from an initial one"""
    reached = {status for initial in INITIAL_STATUSES for status in walk(initial)}
    assert reached == set(S)


def test_every_live_session_can_end_in_every_way() -> None:
    """every live status can reach every terminal one"""
    for status in S:
        if status.value not in TERMINAL:
            assert {s.value for s in walk(status)} >= set(TERMINAL), status
            # And at once.
            assert {after.value for _, after in moves(status)} >= set(TERMINAL), status


def test_no_pair_has_two_answers() -> None:
    """no pair has two answers"""
    rows = [
        (source, rule.event, rule.target)
        for rule in TRANSITION_RULES.values()
        for source in rule.sources
    ]
    assert len(rows) == len({(source, event) for source, event, _ in rows}) == 43
    for rule in TRANSITION_RULES.values():
        assert rule.target not in rule.sources, "a move that moves nothing"
    for status, event in CELLS:
        assert transition(status, event) is transition(status, event)


# --- strangers -----------------------------------------------------------------------------------

BY_STATUS: dict[str, Callable[[object], object]] = {
    "transition": lambda status: transition(status, E.CLOSE),  # type: ignore[arg-type]
    "next_status": lambda status: next_status(status, E.CLOSE),  # type: ignore[arg-type]
    "can_apply": lambda status: can_apply(status, E.CLOSE),  # type: ignore[arg-type]
    "allowed_events": allowed_events,  # type: ignore[dict-item]
    "is_live": is_live,  # type: ignore[dict-item]
    "is_terminal": is_terminal,  # type: ignore[dict-item]
    "path from": lambda status: shortest_path(status, S.CLOSED),  # type: ignore[arg-type]
    "path to": lambda status: shortest_path(S.QUEUED, status),  # type: ignore[arg-type]
    "change from": lambda status: status_change_events(status, S.CLOSED),  # type: ignore[arg-type]
    "change to": lambda status: status_change_events(S.QUEUED, status),  # type: ignore[arg-type]
}
BY_EVENT: dict[str, Callable[[object], object]] = {
    "transition": lambda event: transition(S.ACTIVE, event),  # type: ignore[arg-type]
    "late transition": lambda event: transition(S.CLOSED, event),  # type: ignore[arg-type]
    "next_status": lambda event: next_status(S.ACTIVE, event),  # type: ignore[arg-type]
    "late next_status": lambda event: next_status(S.CLOSED, event),  # type: ignore[arg-type]
    "can_apply": lambda event: can_apply(S.ACTIVE, event),  # type: ignore[arg-type]
    "source_statuses": source_statuses,  # type: ignore[dict-item]
}
# The readers of the machine take members and their exact text; other spellings have their doors.
STRANGERS = [None, "", "hibernating", "ACTIVE", "Close", "x" * 65, 0, True, b"active", [], object()]


@pytest.mark.parametrize("name", BY_STATUS)
@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda thing: repr(thing)[:12])
def test_an_unknown_status_is_refused(name: str, stranger: object) -> None:
    """`coerce_session_status` returns `None` for what it does not know, because an unknown status
    must neither end a live call nor count as live.
    """
    with pytest.raises(UnknownStatusError):
        BY_STATUS[name](stranger)


@pytest.mark.parametrize("name", BY_EVENT)
@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda thing: repr(thing)[:12])
def test_an_unknown_event_is_refused(name: str, stranger: object) -> None:
    """`illegal` (a live session that cannot do that: the caller's bug)"""
    # A word that is no event is no illegal event, and not a late one either.
    with pytest.raises(UnknownEventError):
        BY_EVENT[name](stranger)


@pytest.mark.parametrize("name", BY_STATUS)
def test_what_equals_every_status_is_none(name: str) -> None:
    """`coerce_session_status` returns `None` for what it does not know, because an unknown status
    must neither end a live call nor count as live.
    """
    with pytest.raises(UnknownStatusError):
        BY_STATUS[name](mock.ANY)


@pytest.mark.parametrize("name", BY_EVENT)
def test_what_equals_every_event_is_none(name: str) -> None:
    """`illegal` (a live session that cannot do that: the caller's bug)"""
    with pytest.raises(UnknownEventError):
        BY_EVENT[name](mock.ANY)


def test_an_unknown_status_is_named_before_an_unknown_event() -> None:
    """`coerce_session_status` returns `None` for what it does not know, because an unknown status
    must neither end a live call nor count as live.
    """
    for ask in (transition, next_status, can_apply):
        with pytest.raises(UnknownStatusError):
            ask("hibernating", "wake")  # type: ignore[arg-type]


# --- the error -----------------------------------------------------------------------------------


def refusals() -> list[IllegalTransitionError]:
    """Return one refusal of each kind, raised by the library itself."""
    found = []
    for cause in (
        lambda: next_status(S.RINGING, E.RESUME),
        lambda: status_change_events(S.QUEUED, S.PAUSED),
        lambda: status_change_events(S.CLOSED, S.ACTIVE),
    ):
        with pytest.raises(IllegalTransitionError) as caught:
            cause()
        found.append(caught.value)
    return found


def test_a_refusal_says_what_was_asked_and_what_to_do() -> None:
    """Facts as attributes; what was given, what was expected, what to do; they pickle, copy, and
    never print more than 64 characters of foreign text, escaped.
    """
    assert [str(error) for error in refusals()] == [
        "a session that is 'ringing' cannot take 'resume'. Possible now: 'answer', 'close', "
        "'expire', 'fail', 'supersede'. To ask before acting: can_apply, transition.",
        "a session that is 'queued' cannot become 'paused' by one event. Possible now: 'ring', "
        "'answer', 'close', 'expire', 'fail', 'supersede'. To ask before acting: can_apply, "
        "transition.",
        "a session that is 'closed' cannot become 'active' by one event: it has ended. An ended "
        "session takes only claims about its ending (apply_claim, close_session).",
    ]


def test_a_refusal_survives_pickling_and_copying() -> None:
    """Facts as attributes; what was given, what was expected, what to do; they pickle, copy, and
    never print more than 64 characters of foreign text, escaped.
    """
    for error in refusals():
        twins = [copy.copy(error), copy.deepcopy(error)]
        protocols = range(pickle.HIGHEST_PROTOCOL + 1)
        twins += [pickle.loads(pickle.dumps(error, protocol)) for protocol in protocols]
        for twin in twins:
            assert type(twin) is IllegalTransitionError
            assert str(twin) == str(error)
            assert twin.args == error.args
            for name in ("status", "event", "allowed", "target"):
                assert getattr(twin, name) == getattr(error, name)


def test_a_live_session_never_comes_back_from_a_stored_end() -> None:
    """raises when none could"""
    for ended in S:
        if ended.value in TERMINAL:
            session = restore_session(ended)
            assert not is_live(session.status)
            for live in S:
                if live.value not in TERMINAL:
                    with pytest.raises(IllegalTransitionError, match="it has ended"):
                        status_change_events(session.status, live)
