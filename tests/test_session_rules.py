"""Section 5 of the specification: `Session`, what moves it, and what happened to it."""

from __future__ import annotations

import copy
import itertools
import pickle
import sys
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import session_lifecycle as sl
from session_lifecycle import (
    EndClaim,
    Ending,
    Session,
    SessionChange,
    SessionEvent,
    SessionStatus,
    apply_claim,
    apply_event,
    close_session,
    restore_session,
    session_change,
    settle,
    start_session,
)
from session_lifecycle import SessionTerminationReason as R
from session_lifecycle import testing as kit

NOON = datetime(2026, 3, 14, 12, 0, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EAST = timezone(timedelta(hours=9))

LIVE = (
    "queued",
    "ringing",
    "active",
    "paused",
    "waiting_for_human",
    "transferred",
    "awaiting_approval",
)
INITIAL = ("queued", "ringing", "active")
TERMINAL = ("closed", "expired", "error", "superseded")
ENDING_EVENTS = {"close": "closed", "expire": "expired", "fail": "error", "supersede": "superseded"}
CLAIMED = {"close": "unknown", "expire": "unknown", "fail": "error", "supersede": "superseded"}
# (from, event): to, typed from section 4.
MOVES = {
    ("queued", "ring"): "ringing",
    ("queued", "answer"): "active",
    ("ringing", "answer"): "active",
    ("active", "pause"): "paused",
    ("paused", "resume"): "active",
    ("active", "request_human"): "waiting_for_human",
    ("paused", "request_human"): "waiting_for_human",
    ("active", "request_approval"): "awaiting_approval",
    ("awaiting_approval", "approve"): "active",
    ("awaiting_approval", "deny"): "active",
    ("active", "transfer"): "transferred",
    ("paused", "transfer"): "transferred",
    ("waiting_for_human", "transfer"): "transferred",
    ("waiting_for_human", "return_to_agent"): "active",
    ("transferred", "return_to_agent"): "active",
}
ANSWERED = set(LIVE) - {"queued", "ringing"}


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def claim(word, seconds=None, source="", status=None, raw=None) -> EndClaim:
    when = None if seconds is None else at(seconds)
    return EndClaim(R(word), when, source, status, raw)


def live(status, started_at=None) -> Session:
    return Session(SessionStatus(status), None, started_at)


def ended(status="closed", reason="resolved", seconds=60.0, source="worker") -> Session:
    one = claim(reason, seconds, source, SessionStatus(status))
    return apply_claim(start_session(at=NOON), one)


def replaced(value, **changes):
    """`copy.replace` where Python has it (3.13), and what it calls where it has not."""
    if sys.version_info >= (3, 13):
        return copy.replace(value, **changes)
    return value.__replace__(**changes)


a_claim = kit.claims(at=kit.times(around=NOON))
some_claims = st.lists(a_claim, min_size=1, max_size=6)
a_start = kit.times(around=NOON, strays=False)


# ------------------------------------------------------------------------------------- the value


class TestSession:
    """`Session(status, ending, started_at)`: an immutable value, `ending` is `None` exactly while
    live."""

    def test_live_means_no_ending(self):
        """`Session(status, ending, started_at)`: an immutable value, `ending` is `None` exactly
        while live."""
        assert {*LIVE, *TERMINAL} == set(SessionStatus)
        ending = settle([claim("resolved", 5)])
        for status in LIVE:
            session = Session(SessionStatus(status), None, NOON)
            assert (session.status, session.ending, session.started_at) == (status, None, NOON)
            assert session.ended_at is None
            with pytest.raises(ValueError, match=status):
                Session(SessionStatus(status), ending, NOON)
        for status in TERMINAL:
            with pytest.raises(ValueError, match="ending"):
                Session(SessionStatus(status), None, NOON)

    def test_the_ending_decides_the_status(self):
        """`Session(status, ending, started_at)`: an immutable value, `ending` is `None` exactly
        while live."""
        for own, other in itertools.product(TERMINAL, repeat=2):
            ending = settle([claim("resolved", 5, status=SessionStatus(own))])
            if own == other:
                assert Session(SessionStatus(other), ending).status is SessionStatus(own)
            else:
                with pytest.raises(ValueError, match=other):
                    Session(SessionStatus(other), ending)

    def test_its_cells_are_checked(self):
        """`Session(status, ending, started_at)`: an immutable value, `ending` is `None` exactly
        while live."""
        assert Session("active").status is SessionStatus.ACTIVE
        assert live("active", NOON.astimezone(EAST)).started_at.tzinfo is UTC
        with pytest.raises(sl.UnknownStatusError):
            Session("hibernating")
        with pytest.raises(ValueError, match="zone"):
            live("active", datetime(2026, 3, 14))
        for wrong in (claim("resolved"), "resolved", R.RESOLVED, (claim("resolved"),)):
            with pytest.raises(TypeError):
                Session(SessionStatus.CLOSED, wrong)
        with pytest.raises(TypeError):
            live("active", "2026-03-14")

    @pytest.mark.parametrize("value", [live("paused", NOON), ended(), live("active")], ids=repr)
    def test_it_is_a_value(self, value):
        """`Session(status, ending, started_at)`: an immutable value, `ending` is `None` exactly
        while live."""
        for name in ("status", "ending", "started_at", "ended_at", "anything"):
            with pytest.raises(AttributeError):
                setattr(value, name, None)
            with pytest.raises(AttributeError):
                delattr(value, name)
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            assert pickle.loads(pickle.dumps(value, protocol)) == value
        assert copy.copy(value) == copy.deepcopy(value) == replaced(value) == value
        cells = (value.status, value.ending, value.started_at)
        assert Session(*cells) == value
        assert hash(Session(*cells)) == hash(value)
        likeness = SimpleNamespace(status=cells[0], ending=cells[1], started_at=cells[2])
        for other in (cells, likeness, value.ending, value.status, None):
            assert value != other
            assert other != value

    def test_a_replaced_session_is_checked_again(self):
        """`Session(status, ending, started_at)`: an immutable value, `ending` is `None` exactly
        while live."""
        session = ended()
        with pytest.raises(ValueError, match="ending"):
            replaced(session, ending=None)
        with pytest.raises(ValueError, match="active"):
            replaced(session, status=SessionStatus.ACTIVE)
        assert replaced(session, status=SessionStatus.ACTIVE, ending=None).ended_at is None


class TestStart:
    """`start_session(status=ACTIVE, *, at=None)` takes initial statuses only."""

    def test_initial_statuses(self):
        """`start_session(status=ACTIVE, *, at=None)` takes initial statuses only."""
        assert start_session() == live("active")
        for status in INITIAL:
            assert start_session(SessionStatus(status)) == live(status)
            assert start_session(status, at=NOON) == live(status, NOON)

    def test_nothing_else(self):
        """`start_session(status=ACTIVE, *, at=None)` takes initial statuses only."""
        for status in (*LIVE, *TERMINAL):
            if status not in INITIAL:
                with pytest.raises(ValueError, match=status):
                    start_session(SessionStatus(status))
        with pytest.raises(sl.UnknownStatusError):
            start_session("hibernating")
        with pytest.raises(ValueError, match="zone"):
            start_session(at=datetime(2026, 3, 14))
        with pytest.raises(TypeError):
            start_session(SessionStatus.ACTIVE, NOON)


# -------------------------------------------------------------------------------- a stored row


class TestRestore:
    """`restore_session(status, *, reason=None, at=None, claimed_at=None, source="", raw=None,
    started_at=None)` from a stored row: unknown status text raises `UnknownStatusError`; a terminal
    row without a reason claims what its ending event would; a live row's reason is not an
    ending."""

    @pytest.mark.parametrize("status", ["hibernating", "", "closed!", None, 7, b"closed", "done"])
    def test_an_unknown_status(self, status):
        """unknown status text raises `UnknownStatusError`"""
        with pytest.raises(sl.UnknownStatusError):
            restore_session(status, reason="resolved", at=NOON)

    @pytest.mark.parametrize(
        ("status", "reason"),
        [
            ("closed", "unknown"),
            ("expired", "unknown"),
            ("error", "error"),
            ("superseded", "superseded"),
        ],
    )
    def test_a_terminal_row_without_a_reason(self, status, reason):
        """a terminal row without a reason claims what its ending event would"""
        session = restore_session(status, at=at(60), source="row", started_at=NOON)
        expected = EndClaim(R(reason), at(60), "row", SessionStatus(status))
        assert session.ending.claims == (expected,)
        assert session.status is SessionStatus(status)
        assert session.ended_at == at(60)
        assert session.started_at == NOON
        event = {"closed": "close", "expired": "expire", "error": "fail"}.get(status, "supersede")
        by_event = apply_event(start_session(at=NOON), SessionEvent(event), at=at(60), source="row")
        assert session == by_event

    @pytest.mark.parametrize("status", LIVE)
    def test_a_live_row(self, status):
        """a live row's reason is not an ending."""
        row = {"reason": "resolved", "at": at(60), "source": "row", "raw": "x"}
        session = restore_session(status, **row, started_at=NOON)
        assert session == live(status, NOON)
        assert session.ending is None
        assert restore_session(status, reason="gremlins") == live(status)

    @pytest.mark.parametrize("status", TERMINAL)
    @pytest.mark.parametrize("reason", list(R), ids=str)
    def test_every_pair_of_words_can_be_read(self, status, reason):
        """`restore_session(status, *, reason=None, at=None, claimed_at=None, source="", raw=None,
        started_at=None)` from a stored row"""
        for word in (reason, str(reason), str(reason).upper()):
            session = restore_session(status.upper(), reason=word, at=NOON)
            assert session.status is SessionStatus(status)
            assert session.ending.reason is reason
            assert session.ending.winner.raw is None

    @pytest.mark.parametrize("word", ["gremlins", "operator-busy", "x" * 1_000, "\x00"])
    def test_a_drifted_reason_is_kept_as_raw(self, word):
        """`restore_session(status, *, reason=None, at=None, claimed_at=None, source="", raw=None,
        started_at=None)` from a stored row"""
        session = restore_session("closed", reason=word)
        assert session.ending.reason is R.UNKNOWN
        kept = session.ending.winner.raw
        assert kept == word if len(word) <= 64 else len(kept) == 64
        # What the row itself holds as raw goes before it.
        assert restore_session("closed", reason=word, raw="first").ending.winner.raw == "first"
        assert restore_session("closed", reason="unknown", raw="first").ending.winner.raw == "first"

    def test_the_times_of_a_row(self):
        """`restore_session(status, *, reason=None, at=None, claimed_at=None, source="", raw=None,
        started_at=None)` from a stored row"""
        row = {"reason": "resolved", "source": "worker", "started_at": NOON}
        session = restore_session("closed", at=at(3), claimed_at=at(9), **row)
        assert session.ending.winner == claim("resolved", 9, "worker")
        assert session.ended_at == at(3)
        timeless = restore_session("closed", at=at(3), claimed_at=None, **row)
        assert timeless.ending.winner == claim("resolved", None, "worker")
        assert timeless.ended_at == at(3)
        # A table without the column: the end is the winner's own time.
        assert restore_session("closed", at=at(3), **row).ending.winner.at == at(3)
        assert restore_session("closed", **row).ended_at is None
        # A row that says the end came before the start says no time.
        assert restore_session("closed", at=EPOCH, claimed_at=at(9), **row).ended_at == at(9)
        assert restore_session("closed", at=EPOCH, **row).ended_at is None

    @pytest.mark.parametrize("name", ["at", "claimed_at", "started_at"])
    def test_a_naive_time(self, name):
        """A naive time or a live status is a `ValueError` at once."""
        with pytest.raises(ValueError, match="zone"):
            restore_session("closed", **{name: datetime(2026, 3, 14)})

    @given(some_claims, a_start)
    def test_a_store_of_one_row(self, claims, start):
        """Because of these, a store that keeps the winner with its own time, and the earliest time,
        and merges each new claim in, ends in the same place as one that keeps everything."""
        row = None
        for one in claims:
            session = start_session(at=start) if row is None else restore_session(**row)
            session = apply_claim(session, one)
            winner = session.ending.winner
            row = {
                "status": session.status.value,
                "reason": winner.reason.value,
                "at": session.ended_at and session.ended_at.astimezone(EAST),
                "claimed_at": winner.at,
                "source": winner.source,
                "raw": winner.raw,
                "started_at": start,
            }
        whole = settle(claims, not_before=start)
        last = restore_session(**row)
        assert last.ending.winner == whole.winner
        assert last.ended_at == whole.at


# ------------------------------------------------------------------------------------ live moves


class TestLiveMoves:
    """`apply_event(session, event, *, at=None, reason=None, source="", raw=None)`: live moves by
    the machine, raises on illegal; an ending event is a claim, on an ended session too (settled
    in)."""

    @pytest.mark.parametrize("status", LIVE)
    def test_from_every_live_status(self, status):
        """`apply_event(session, event, *, at=None, reason=None, source="", raw=None)`: live moves
        by the machine, raises on illegal; an ending event is a claim, on an ended session too
        (settled in)."""
        for event in SessionEvent:
            if event in ENDING_EVENTS:
                continue
            session = live(status, NOON)
            moved = MOVES.get((status, event))
            target = next(to for (_, name), to in MOVES.items() if name == event)
            late = event in ("ring", "answer") and status in ANSWERED
            if moved is not None:
                after = apply_event(session, event, at=at(5))
                assert after == live(moved, NOON)
                assert session_change(session, after) is SessionChange.MOVED
            elif status == target or late:
                assert apply_event(session, event, at=at(5)) == session
            else:
                with pytest.raises(sl.IllegalTransitionError) as caught:
                    apply_event(session, event, at=at(5))
                assert caught.value.status is SessionStatus(status)
                assert caught.value.event is event
            assert session == live(status, NOON)

    @pytest.mark.parametrize("status", TERMINAL)
    def test_an_ended_session_stays(self, status):
        """a live status never comes back."""
        session = ended(status)
        for event in SessionEvent:
            if event not in ENDING_EVENTS:
                after = apply_event(session, event, at=at(90), reason="resolved", source="late")
                assert after == session

    @pytest.mark.parametrize("event", ["dance", "", None, 7, b"close", "CLOSE"])
    def test_no_event(self, event):
        """live moves by the machine, raises on illegal"""
        for session in (live("active"), ended()):
            with pytest.raises(sl.UnknownEventError):
                apply_event(session, event)

    def test_text_is_as_good_as_a_member(self):
        """live moves by the machine, raises on illegal"""
        assert apply_event(live("active"), "pause") == live("paused")
        assert apply_event(live("active"), "fail") == apply_event(live("active"), SessionEvent.FAIL)


class TestEndingEvents:
    """an ending event is a claim, on an ended session too (settled in)."""

    @pytest.mark.parametrize("status", LIVE)
    @pytest.mark.parametrize("event", sorted(ENDING_EVENTS))
    def test_without_a_reason(self, status, event):
        """Without a reason it claims `unknown` (close, expire), `error` (fail), `superseded`
        (supersede), with the event's status."""
        session = live(status, NOON)
        after = apply_event(session, SessionEvent(event), at=at(5), source="timer")
        target = SessionStatus(ENDING_EVENTS[event])
        assert after.status is target
        assert after.ending.claims == (EndClaim(R(CLAIMED[event]), at(5), "timer", target),)
        assert after.started_at == NOON
        assert session_change(session, after) is SessionChange.ENDED

    @pytest.mark.parametrize("event", sorted(ENDING_EVENTS))
    @pytest.mark.parametrize("reason", list(R), ids=str)
    def test_with_a_reason(self, event, reason):
        """an ending event is a claim, on an ended session too (settled in)."""
        target = SessionStatus(ENDING_EVENTS[event])
        for word in (reason, str(reason), str(reason).replace("_", "-").upper()):
            after = apply_event(
                live("active"), SessionEvent(event), at=at(5), reason=word, source="api"
            )
            assert after.ending.claims == (EndClaim(reason, at(5), "api", target),)

    def test_with_a_word_we_do_not_know(self):
        """an ending event is a claim, on an ended session too (settled in)."""
        after = apply_event(live("active"), SessionEvent.FAIL, reason="gremlins")
        assert after.ending.claims == (
            EndClaim(R.UNKNOWN, None, "", SessionStatus.ERROR, "gremlins"),
        )
        given_raw = apply_event(live("active"), SessionEvent.CLOSE, reason="gremlins", raw="486")
        assert given_raw.ending.winner.raw == "486"
        raw_only = apply_event(live("active"), SessionEvent.CLOSE, raw="486")
        assert raw_only.ending.winner == EndClaim(R.UNKNOWN, raw="486")

    @pytest.mark.parametrize("event", sorted(ENDING_EVENTS))
    @pytest.mark.parametrize("status", TERMINAL)
    def test_on_an_ended_session(self, event, status):
        """an ending event is a claim, on an ended session too (settled in)."""
        session = ended(status, "resolved", 60)
        after = apply_event(session, SessionEvent(event), at=at(61), source="late")
        assert after.ending.winner == session.ending.winner
        assert after.status is SessionStatus(status)
        assert len(after.ending.claims) == 2
        better = apply_event(session, SessionEvent(event), at=at(2), reason="callee_busy")
        assert better.ending.reason is R.CALLEE_BUSY
        assert better.status is SessionStatus(ENDING_EVENTS[event])
        assert better.ended_at == at(2)

    def test_a_naive_time(self):
        """A naive time or a live status is a `ValueError` at once."""
        for session in (live("active"), ended()):
            with pytest.raises(ValueError, match="zone"):
                apply_event(session, SessionEvent.CLOSE, at=datetime(2026, 3, 14))


# ---------------------------------------------------------------------------------------- claims


class TestApplyClaim:
    """`apply_claim(session, claim)`: ends a live session, settles into an ended one."""

    @pytest.mark.parametrize("status", LIVE)
    @pytest.mark.parametrize("reason", list(R), ids=str)
    def test_ends_a_live_session(self, status, reason):
        """`apply_claim(session, claim)`: ends a live session, settles into an ended one."""
        one = EndClaim(reason, at(5), "worker")
        after = apply_claim(live(status, NOON), one)
        assert after.status is one.status
        assert after.ending.claims == (one,)
        assert after.started_at == NOON
        assert after.ended_at == at(5)

    @given(some_claims, a_start)
    def test_settles_into_an_ended_one(self, claims, start):
        """`apply_claim(session, claim)`: ends a live session, settles into an ended one."""
        session = start_session(at=start)
        for one in claims:
            session = apply_claim(session, one)
        assert session.ending == settle(claims, not_before=start)
        assert session.status is session.ending.status
        assert session.started_at == start
        assert apply_claim(session, claims[0]) == session

    def test_times_before_the_start_count_as_absent(self):
        """Times before `not_before` (the session's start) count as absent: one bogus epoch must not
        decide."""
        bogus = EndClaim(R.ABANDONED, EPOCH, "legacy")
        for order in itertools.permutations([bogus, claim("silence_timeout", 30)]):
            session = start_session(at=NOON)
            for one in order:
                session = apply_claim(session, one)
            assert session.ending.reason is R.SILENCE_TIMEOUT
            assert session.ended_at == at(30)

    def test_what_is_no_claim(self):
        """`apply_claim(session, claim)`: ends a live session, settles into an ended one."""
        for wrong in ("resolved", R.RESOLVED, None):
            with pytest.raises(TypeError):
                apply_claim(live("active"), wrong)


# ---------------------------------------------------------------------------------------- close


class TestClose:
    """`close_session(session, reason=None, *, at=None, source="")`, which is what "Close a v2
    conversation" does: `reason` an enum member, text (coerced, raw kept) or `None`; a live session
    becomes `closed` whatever the reason."""

    @pytest.mark.parametrize("status", LIVE)
    @pytest.mark.parametrize("reason", [None, *R], ids=str)
    def test_a_live_session_becomes_closed(self, status, reason):
        """a live session becomes `closed` whatever the reason."""
        after = close_session(live(status, NOON), reason, at=at(5), source="api")
        assert after.status is SessionStatus.CLOSED
        expected = EndClaim(reason or R.UNKNOWN, at(5), "api", SessionStatus.CLOSED)
        assert after.ending.claims == (expected,)
        assert after.ended_at == at(5)

    @pytest.mark.parametrize(
        ("word", "reason", "raw"),
        [
            ("agent_initiated", "agent_initiated", None),
            ("Agent-Initiated", "agent_initiated", None),
            ("calleeBusy", "callee_busy", None),
            ("operator-busy", "unknown", "operator-busy"),
            ("Gremlins ate it", "unknown", "Gremlins ate it"),
            ("unknown", "unknown", None),
        ],
    )
    def test_text(self, word, reason, raw):
        """`reason` an enum member, text (coerced, raw kept) or `None`"""
        winner = close_session(start_session(), word).ending.winner
        assert winner == EndClaim(R(reason), None, "", SessionStatus.CLOSED, raw)

    @pytest.mark.parametrize("reason", ["x" * 10**6, 486, b"busy", 1.5, object(), ["x"], True])
    def test_whatever_a_caller_passes(self, reason):
        """`close_session(session, reason=None, *, at=None, source="")`, which is what "Close a v2
        conversation" does: `reason` an enum member, text (coerced, raw kept) or `None`; a live
        session becomes `closed` whatever the reason."""
        for session in (start_session(), ended("error", "agent_error")):
            after = close_session(session, reason)
            assert after.ending is not None
        winner = close_session(start_session(), reason).ending.winner
        assert winner.reason is R.UNKNOWN
        assert 0 < len(winner.raw) <= 64

    @pytest.mark.parametrize("status", TERMINAL)
    @pytest.mark.parametrize("reason", [None, "gremlins", *R], ids=str)
    def test_an_ended_one_is_settled(self, status, reason):
        """On an ended one the claim is settled in: never an error, `at` can only move earlier, a
        live status never comes back."""
        for first, second in ((60, 5), (60, 3_600), (60, None), (None, 5), (None, None)):
            session = ended(status, "agent_error", first)
            when = None if second is None else at(second)
            after = close_session(session, reason, at=when, source="admin")
            assert after.status in TERMINAL
            word = reason if reason in set(R) else None
            late = EndClaim(
                word or R.UNKNOWN,
                when,
                "admin",
                SessionStatus.CLOSED,
                "gremlins" if reason == "gremlins" else None,
            )
            assert after.ending == settle([*session.ending.claims, late], not_before=NOON)
            known = [second for second in (first, second) if second is not None]
            assert after.ended_at == (at(min(known)) if known else None)

    def test_every_later_close_is_a_no_op(self):
        """On an ended one the claim is settled in: never an error, `at` can only move earlier, a
        live status never comes back."""
        session = close_session(start_session(at=NOON), "agent_initiated", at=at(60), source="api")
        for second in (61, 120, 86_400):
            again = close_session(session, "agent_initiated", at=at(second), source="api")
            assert session_change(session, again) is SessionChange.UNCHANGED
            assert again.ended_at == at(60)
            session = again

    def test_settlement_corrects_and_never_revives(self):
        """Settlement may correct one terminal status to another; it never revives."""
        session = apply_claim(start_session(at=NOON), claim("pipeline_exit", 50, "worker"))
        session = apply_claim(session, claim("superseded", 51, "router"))
        assert session.status is SessionStatus.SUPERSEDED
        session = apply_claim(session, claim("agent_error", 40, "worker"))
        assert session.status is SessionStatus.ERROR
        session = apply_claim(session, claim("callee_busy", 45, "dialler", SessionStatus.EXPIRED))
        assert session.status is SessionStatus.EXPIRED
        session = close_session(session, "handoff_resolved", at=at(55))
        assert session.status is SessionStatus.CLOSED
        assert session.ended_at == at(40)

    @given(
        kit.statuses(live=False),
        st.lists(a_claim | kit.events(), max_size=8),
    )
    def test_no_history_revives(self, status, happenings):
        """Settlement may correct one terminal status to another; it never revives."""
        session = ended(status, "room_deleted")
        for happening in happenings:
            before = session
            if isinstance(happening, EndClaim):
                session = apply_claim(session, happening)
            else:
                session = apply_event(session, happening, at=at(70))
            assert session.status in TERMINAL
            assert session.ending is not None
            assert set(before.ending.claims) <= set(session.ending.claims)
            assert session.ended_at <= before.ended_at


# ----------------------------------------------------------------------------------- two times


@given(some_claims, a_start)
def test_ended_at_moves_earlier_and_closed_at_never(claims, start):
    """`ended_at` (the ending's `at`) may move earlier; `closed_at`, a service's own column, is the
    first live-to-ended write and never moves."""
    session, closed_at = start_session(at=start), None
    for turn, one in enumerate(claims):
        after = apply_claim(session, one)
        if session_change(session, after) is SessionChange.ENDED:
            assert closed_at is None
            closed_at = turn
        assert after.ended_at == after.ending.at
        assert session.ended_at is None or after.ended_at <= session.ended_at
        session = after
    assert closed_at == 0


def test_a_session_made_by_hand_keeps_the_same_laws():
    """On an ended one the claim is settled in: never an error, `at` can only move earlier, a live
    status never comes back."""
    # The ending was settled by somebody who did not know the start that the session now names.
    bogus = EndClaim(R.ABANDONED, EPOCH, "legacy")
    ending = settle([bogus, claim("silence_timeout", 30)])
    session = Session(SessionStatus.CLOSED, ending, NOON)
    after = close_session(session, "agent_initiated", at=at(3_600), source="admin")
    assert after.ended_at <= session.ended_at


def test_a_session_made_by_hand_keeps_the_earliest_time():
    """`ended_at` (the ending's `at`) may move earlier; `closed_at`, a service's own column, is the
    first live-to-ended write and never moves."""
    # The earliest time may come from a claim that the store did not keep.
    ending = Ending([claim("resolved", 60)], at(3))
    for start in (None, NOON, at(3)):
        assert Session(SessionStatus.CLOSED, ending, start).ended_at == at(3)
    assert Session(SessionStatus.CLOSED, ending, at(4)).ended_at == at(60)


def test_a_late_report_moves_ended_at():
    """`ended_at` (the ending's `at`) may move earlier; `closed_at`, a service's own column, is the
    first live-to-ended write and never moves."""
    session = close_session(start_session(at=NOON), "agent_initiated", at=at(60))
    late = apply_claim(session, claim("participant_left", 58, "livekit"))
    assert (session.ended_at, late.ended_at) == (at(60), at(58))
    assert late.ending.reason is R.AGENT_INITIATED
    assert session_change(session, late) is not SessionChange.ENDED
    early = apply_claim(session, EndClaim(R.PARTICIPANT_LEFT, EPOCH))
    assert early.ended_at == at(60)


# --------------------------------------------------------------------------------- what changed


class TestChange:
    """`session_change(before, after) -> SessionChange`: `unchanged moved ended corrected
    refined`."""

    def test_its_words(self):
        """`session_change(before, after) -> SessionChange`: `unchanged moved ended corrected
        refined`."""
        assert list(SessionChange) == ["unchanged", "moved", "ended", "corrected", "refined"]

    def test_between_live_sessions(self):
        """`session_change(before, after) -> SessionChange`: `unchanged moved ended corrected
        refined`."""
        for old, new in itertools.product(LIVE, repeat=2):
            change = session_change(live(old, NOON), live(new, NOON))
            assert change == ("unchanged" if old == new else "moved")

    def test_ended(self):
        """`session_change(before, after) -> SessionChange`: `unchanged moved ended corrected
        refined`."""
        for old, new in itertools.product(LIVE, TERMINAL):
            assert session_change(live(old), ended(new)) == "ended"

    def test_corrected(self):
        """`session_change(before, after) -> SessionChange`: `unchanged moved ended corrected
        refined`."""
        before = ended("closed", "room_deleted")
        assert session_change(before, apply_claim(before, claim("resolved", 60))) == "corrected"
        # The same reason with another status, and the same status with another reason.
        same_reason = apply_claim(before, claim("room_deleted", 9, status=SessionStatus.ERROR))
        assert session_change(before, same_reason) == "corrected"
        both = apply_claim(before, claim("agent_error", 60))
        assert both.status is SessionStatus.ERROR
        assert session_change(before, both) == "corrected"

    def test_refined(self):
        """`session_change(before, after) -> SessionChange`: `unchanged moved ended corrected
        refined`."""
        before = ended("closed", "resolved", 60)
        dated = apply_claim(before, claim("room_deleted", 58, "livekit"))
        assert session_change(before, dated) == "refined"
        same_reason = apply_claim(before, claim("resolved", 59, "agent"))
        assert same_reason.ending.source == "agent"
        assert session_change(before, same_reason) == "refined"
        # Better known, though no earlier: the same second, another source.
        tie = apply_claim(before, claim("resolved", 60, "agent"))
        assert tie.ending.source == "agent"
        assert session_change(before, tie) == "refined"

    def test_unchanged(self):
        """`session_change(before, after) -> SessionChange`: `unchanged moved ended corrected
        refined`."""
        before = ended("closed", "resolved", 60)
        assert session_change(before, before) == "unchanged"
        weaker = apply_claim(before, claim("room_deleted", 61, "livekit"))
        assert weaker != before
        assert session_change(before, weaker) == "unchanged"

    def test_nothing_comes_back_to_life(self):
        """Settlement may correct one terminal status to another; it never revives."""
        for old, new in itertools.product(TERMINAL, LIVE):
            with pytest.raises(sl.IllegalTransitionError) as caught:
                session_change(ended(old), live(new))
            assert caught.value.status is SessionStatus(old)
            assert caught.value.allowed == ()

    @given(
        kit.statuses(live=True),
        st.lists(a_claim | kit.events(), max_size=10),
        a_start,
    )
    def test_ended_once(self, status, happenings, start):
        """`ended` is returned once in a session's life: the place to bill and to start
        post-processing."""
        session, changes = live(status, start), []
        for happening in happenings:
            before = session
            try:
                if isinstance(happening, EndClaim):
                    session = apply_claim(session, happening)
                else:
                    session = apply_event(session, happening, at=at(3))
            except sl.IllegalTransitionError:
                continue
            changes.append(session_change(before, session))
        assert changes.count(SessionChange.ENDED) == (session.ending is not None)
        if SessionChange.ENDED in changes:
            rest = changes[changes.index(SessionChange.ENDED) + 1 :]
            assert SessionChange.MOVED not in rest


def test_a_naive_time_is_refused_where_it_would_not_be_kept_either():
    """A naive time or a live status is a `ValueError` at once."""
    naive = datetime(2026, 3, 14, 12)
    with pytest.raises(ValueError, match="a time without a zone"):
        apply_event(start_session(), SessionEvent.PAUSE, at=naive)
    with pytest.raises(ValueError, match="a time without a zone"):
        restore_session("active", at=naive)
    with pytest.raises(ValueError, match="a time without a zone"):
        restore_session("active", claimed_at=naive)


def test_a_zone_that_fails_is_a_value_error():
    """A naive time or a live status is a `ValueError` at once."""

    class Broken(tzinfo):
        def utcoffset(self, when):
            raise RuntimeError("no such zone any more")

    class Odd(datetime):
        def astimezone(self, zone=None):
            raise RuntimeError("not asked")

    with pytest.raises(ValueError, match="which UTC cannot express: RuntimeError in its zone"):
        start_session(at=datetime(2026, 3, 14, 12, tzinfo=Broken()))
    odd = Odd(2026, 3, 14, 12, tzinfo=timezone(timedelta(hours=1)))
    assert start_session(at=odd).started_at == datetime(2026, 3, 14, 11, tzinfo=UTC)


def test_a_blank_reason_is_no_reason_given():
    """Without a reason it claims `unknown` (close, expire), `error` (fail), `superseded`
    (supersede), with the event's status.
    """
    for event, reason in (("close", "unknown"), ("fail", "error"), ("supersede", "superseded")):
        ended = apply_event(start_session(), SessionEvent(event), reason=" ")
        assert ended == apply_event(start_session(), SessionEvent(event))
        assert ended.ending is not None
        assert ended.ending.reason == reason
        assert ended.ending.winner.raw is None


def test_an_ending_that_knows_the_start_keeps_it_in_a_session_that_does_not():
    """An ending that was settled without the session's start is settled anew, with it."""
    ending = Ending([EndClaim(R.RESOLVED, NOON)], not_before=NOON)
    assert Session("closed", ending).ending is ending
    assert Session("closed", ending, NOON).ending is ending
    later = Session("closed", ending, NOON + timedelta(seconds=1)).ending
    assert later.not_before == NOON + timedelta(seconds=1)
    assert later.at is None


def test_a_row_without_a_source_is_nobodys_claim():
    assert restore_session("closed").ending.source == ""
