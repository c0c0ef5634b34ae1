"""Section 5 of the specification: `HistoryStep` and `replay()`."""

from __future__ import annotations

import copy
import itertools
import pickle
import sys
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import session_lifecycle as sl
from session_lifecycle import (
    EndClaim,
    HistoryStep,
    SessionChange,
    SessionEvent,
    SessionStatus,
    TransitionVerdict,
    replay,
    settle,
)
from session_lifecycle import SessionTerminationReason as R
from session_lifecycle import testing as kit

E = SessionEvent
NOON = datetime(2026, 3, 14, 12, 0, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def at(seconds: float | None) -> datetime | None:
    return None if seconds is None else NOON + timedelta(seconds=seconds)


def claim(word, seconds=None, source="", status=None, raw=None) -> EndClaim:
    return EndClaim(R(word), at(seconds), source, status, raw)


def step(what, seconds=None, step_id=None, source="", **more) -> HistoryStep:
    """A step of an event's or a reason's word."""
    if what in set(E):
        return HistoryStep(at(seconds), E(what), source, step_id, **more)
    return HistoryStep(at(seconds), claim(what, seconds, source), source, step_id, **more)


def told(history) -> list[tuple[str, str]]:
    """What was applied, in order, with its verdict."""
    return [
        (str(entry.step.event or entry.step.claim.reason), str(entry.verdict))
        for entry in history.entries
    ]


def names(history) -> list[str]:
    return [name for name, _ in told(history)]


def replaced(value, **changes):
    """`copy.replace` where Python has it (3.13), and what it calls where it has not."""
    if sys.version_info >= (3, 13):
        return copy.replace(value, **changes)
    return value.__replace__(**changes)


# A claim is passed on later than it was made, or before it; some clocks are wrong by years.
a_time = kit.times(around=NOON)
a_step = kit.steps(at=a_time, claim=kit.claims(at=a_time), unknown_events=False, parties=False)


# -------------------------------------------------------------------------------------- one step


class TestStep:
    """`HistoryStep(at, event | claim, source, step_id)`"""

    def test_an_event(self):
        """`HistoryStep(at, event | claim, source, step_id)`"""
        east = timezone(timedelta(hours=9))
        one = HistoryStep(NOON.astimezone(east), E.ANSWER, "livekit", "evt-1")
        assert (one.at, one.event, one.source, one.step_id) == (NOON, E.ANSWER, "livekit", "evt-1")
        assert one.at.tzinfo is UTC
        assert one.claim is None
        assert (one.party, one.connection, one.raw) == ("", "", None)
        assert HistoryStep(None, "answer").event is E.ANSWER
        assert HistoryStep(None, E.ANSWER).step_id is None

    def test_a_claim(self):
        """`HistoryStep(at, event | claim, source, step_id)`"""
        hang_up = claim("agent_initiated", 5, "worker")
        one = HistoryStep(at(5), hang_up, "worker", "evt-2")
        assert one.claim == hang_up
        assert one.event is None
        assert one == HistoryStep(at(5), None, "worker", "evt-2", hang_up)
        # Time and source need be given once.
        assert HistoryStep(None, hang_up) == HistoryStep(at(5), hang_up, "worker")
        assert HistoryStep(at(5), claim("agent_initiated"), "worker").claim == hang_up

    def test_a_claim_keeps_its_own_time(self):
        """`HistoryStep(at, event | claim, source, step_id)`"""
        one = HistoryStep(at(9), claim("agent_initiated", 5, "worker"), "relay")
        assert (one.at, one.source) == (at(9), "relay")
        assert one.claim == claim("agent_initiated", 5, "worker")

    def test_a_word_we_do_not_know(self):
        """every step kept with its verdict"""
        one = HistoryStep(NOON, "hibernated")
        assert (one.event, one.claim, one.raw) == (None, None, "hibernated")
        assert len(HistoryStep(NOON, "x" * 1_000).raw) == 64

    @pytest.mark.parametrize(
        "wrong",
        [
            {},
            {"at": NOON},
            {"event": E.ANSWER, "claim": claim("resolved")},
            {"event": claim("resolved"), "claim": claim("resolved")},
            {"at": datetime(2026, 3, 14), "event": E.ANSWER},
        ],
        ids=repr,
    )
    def test_neither_or_both(self, wrong):
        """`HistoryStep(at, event | claim, source, step_id)`"""
        with pytest.raises(ValueError, match=r"zone|claim"):
            HistoryStep(**wrong)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"event": 7},
            {"event": b"answer"},
            {"claim": R.RESOLVED},
            {"event": E.ANSWER, "at": "2026-03-14"},
            {"event": E.ANSWER, "source": None},
            {"event": E.ANSWER, "step_id": 7},
            {"event": E.ANSWER, "party": 7},
            {"event": E.ANSWER, "connection": None},
        ],
        ids=repr,
    )
    def test_another_type(self, wrong):
        """`HistoryStep(at, event | claim, source, step_id)`"""
        with pytest.raises(TypeError):
            HistoryStep(**wrong)

    @pytest.mark.parametrize(
        "value",
        [
            HistoryStep(NOON, E.ANSWER, "livekit", "evt-1", party="caller", connection="c1"),
            HistoryStep(NOON, claim("resolved", 5, "worker"), "relay", "evt-2"),
            HistoryStep(None, "hibernated", "livekit"),
        ],
        ids=repr,
    )
    def test_it_is_a_value(self, value):
        """`HistoryStep(at, event | claim, source, step_id)`"""
        for name in (*type(value).__slots__, "anything"):
            with pytest.raises(AttributeError):
                setattr(value, name, None)
            with pytest.raises(AttributeError):
                delattr(value, name)
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            loaded = pickle.loads(pickle.dumps(value, protocol))
            assert loaded == value
            assert hash(loaded) == hash(value)
        assert copy.copy(value) == copy.deepcopy(value) == replaced(value) == value
        assert replaced(value, step_id="other") != value
        cells = tuple(getattr(value, name) for name in type(value).__slots__)
        likeness = SimpleNamespace(**dict(zip(type(value).__slots__, cells, strict=True)))
        for other in (cells, likeness, value.claim, value.event, None):
            assert value != other

    def test_its_repr_stays_short(self):
        """`HistoryStep(at, event | claim, source, step_id)`"""
        one = HistoryStep(None, "\n" * 99, "s" * 10**6, "i" * 10**6, None, "p" * 10**6, "c" * 10**6)
        assert len(repr(one)) < 700
        assert repr(one).isprintable()


# ------------------------------------------------------------------------------------- in order


class TestOrder:
    """`replay(steps, *, strict=False) -> SessionHistory`: `HistoryStep(at, event | claim, source,
    step_id)`; ordered by time, a step without a time keeps its place behind the one it arrived
    after, a repeated `step_id` is dropped; every step kept with its verdict, illegal ones reported
    and skipped (`strict=True` raises at the first)."""

    CALL = (
        ("ring", 0),
        ("answer", 5),
        ("pause", 10),
        ("resume", 15),
        ("agent_initiated", 20),
        ("room_deleted", 21),
    )

    def test_by_time(self):
        """ordered by time"""
        expected = [
            ("ring", "moved"),
            ("answer", "moved"),
            ("pause", "moved"),
            ("resume", "moved"),
            ("agent_initiated", "moved"),
            ("room_deleted", "late"),
        ]
        for order in itertools.permutations([step(*one) for one in self.CALL]):
            history = replay(order)
            assert told(history) == expected
            assert history.session.ending.reason is R.AGENT_INITIATED
            assert history.session.ended_at == at(20)
            assert history.session.started_at == NOON
            assert history.start.status is SessionStatus.QUEUED

    def test_by_microseconds_and_zones(self):
        """ordered by time"""
        west = timezone(timedelta(hours=-11))
        early, late = at(0.000001), at(0.000002)
        for order in itertools.permutations(
            [
                HistoryStep(NOON, E.ANSWER),
                HistoryStep(early.astimezone(west), E.PAUSE),
                HistoryStep(late, E.RESUME),
            ]
        ):
            assert names(replay(order)) == ["answer", "pause", "resume"]

    @pytest.mark.parametrize("year", [1, 1969, 1970, 2026, 2300, 3000, 9998])
    def test_by_time_in_every_year(self, year):
        """ordered by time"""
        first = datetime(year, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
        steps = [
            HistoryStep(first + timedelta(microseconds=place), event)
            for place, event in enumerate((E.ANSWER, E.PAUSE, E.RESUME))
        ]
        for order in itertools.permutations(steps):
            assert names(replay(order)) == ["answer", "pause", "resume"]

    def test_at_one_time_live_moves_come_first(self):
        """ordered by time"""
        # Webhooks carry whole seconds, and a session is not over before it began.
        for order in itertools.permutations([step("participant_left", 0), step("answer", 0)]):
            history = replay(order)
            assert told(history) == [("answer", "moved"), ("participant_left", "moved")]
        for order in itertools.permutations([step("fail", 3), step("answer", 0), step("pause", 3)]):
            assert names(replay(order)) == ["answer", "pause", "fail"]

    def test_at_one_time_arrival_decides_between_equals(self):
        """ordered by time"""
        first = [step("answer", 0), step("pause", 5), step("resume", 5)]
        assert names(replay(first)) == ["answer", "pause", "resume"]
        swapped = [step("answer", 0), step("resume", 5), step("pause", 5)]
        assert names(replay(swapped)) == ["answer", "resume", "pause"]

    def test_a_step_without_a_time(self):
        """a step without a time keeps its place behind the one it arrived after"""
        # `resume` arrived behind the pause at 10 and goes where that goes.
        steps = [step("pause", 10), step("resume"), step("answer", 0), step("transfer", 20)]
        assert names(replay(steps)) == ["answer", "pause", "resume", "transfer"]
        assert replay(steps).session.status is SessionStatus.TRANSFERRED
        # Several in a row stay behind one another.
        steps = [step("pause", 10), step("resume"), step("pause"), step("answer", 0)]
        assert names(replay(steps)) == ["answer", "pause", "resume", "pause"]
        # Those that arrived before any time stay in front.
        steps = [step("ring"), step("answer"), step("pause", 10), step("close", 5)]
        assert names(replay(steps)) == ["ring", "answer", "close", "pause"]

    def test_no_times_at_all(self):
        """a step without a time keeps its place behind the one it arrived after"""
        words = ["ring", "answer", "pause", "resume", "resolved", "room_deleted"]
        assert names(replay([step(word) for word in words])) == words
        assert replay([step(word) for word in words]).session.ended_at is None
        late = replay([step("resolved"), step("answer"), step("pause")])
        assert told(late) == [("resolved", "moved"), ("answer", "late"), ("pause", "late")]

    def test_a_repeated_step_id(self):
        """a repeated `step_id` is dropped"""
        steps = [
            step("answer", 0, "a"),
            step("pause", 5, "b"),
            step("resume", 10, "c"),
            step("pause", 5, "b"),
            step("pause", 11, "b"),
            step("answer", 0, "a"),
        ]
        assert names(replay(steps)) == ["answer", "pause", "resume"]
        assert replay(steps).session.status is SessionStatus.ACTIVE
        # Also among those without a time, which would otherwise pause it again.
        steps = [step("answer"), step("pause", None, "b"), step("resume"), step("pause", None, "b")]
        assert names(replay(steps)) == ["answer", "pause", "resume"]

    def test_a_dropped_repetition_moves_nothing(self):
        """a repeated `step_id` is dropped"""
        # The timeless step arrived behind the redelivery; its place is behind what was kept.
        steps = [step("answer", 0, "a"), step("pause", 5), step("answer", 0, "a"), step("resume")]
        assert names(replay(steps)) == ["answer", "pause", "resume"]

    def test_steps_without_an_id_are_all_kept(self):
        """every step kept with its verdict"""
        history = replay([step("answer", 0), step("answer", 0), step("answer", 0)])
        assert told(history) == [("answer", "moved"), ("answer", "already"), ("answer", "already")]

    def test_any_iterable(self):
        """`replay(steps, *, strict=False) -> SessionHistory`"""
        steps = [step(*one) for one in self.CALL]
        assert replay(iter(steps)) == replay(tuple(steps)) == replay(steps)
        empty = replay([])
        assert empty.entries == ()
        assert empty.start == empty.session
        assert empty.session.ending is None


class TestEntries:
    """every step kept with its verdict, illegal ones reported and skipped (`strict=True` raises at
    the first)."""

    STEPS = (
        step("answer", 0, source="livekit"),
        step("approve", 5),
        step("pause", 10),
        step("pause", 11),
        step("deny", 15),
        HistoryStep(at(16), "hibernated"),
        step("ring", 17),
        step("fail", 20, source="worker"),
        step("resolved", 25),
        step("resume", 30),
    )

    def test_verdicts(self):
        """every step kept with its verdict"""
        history = replay(self.STEPS)
        rows = [(e.verdict, e.before, e.after, e.change) for e in history.entries]
        assert rows == [
            ("moved", "queued", "active", "moved"),
            ("already", "active", "active", "unchanged"),
            ("moved", "active", "paused", "moved"),
            ("already", "paused", "paused", "unchanged"),
            ("illegal", "paused", "paused", "unchanged"),
            ("illegal", "paused", "paused", "unchanged"),
            ("late", "paused", "paused", "unchanged"),
            ("moved", "paused", "error", "ended"),
            ("late", "error", "error", "unchanged"),
            ("late", "error", "error", "unchanged"),
        ]
        assert [entry.step for entry in history.entries] == list(self.STEPS)
        fail = EndClaim(R.ERROR, at(20), "worker", SessionStatus.ERROR)
        assert history.session.ending.winner == fail
        assert history.session.ending.claims == (fail, claim("resolved", 25))

    def test_a_claim_that_corrects(self):
        """every step kept with its verdict"""
        history = replay([step("answer", 0), step("room_deleted", 9), step("superseded", 10)])
        last = history.entries[-1]
        assert (last.verdict, last.before, last.after) == ("late", "closed", "superseded")
        assert last.change is SessionChange.CORRECTED

    def test_illegal_ones_say_what_was_possible(self):
        """illegal ones reported and skipped (`strict=True` raises at the first)."""
        history = replay(self.STEPS)
        notes = {e.step.event or e.step.raw: e.note for e in history.entries if e.note}
        assert "resume" in notes["deny"]
        assert "hibernated" in notes["hibernated"]
        assert set(notes) == {"deny", "hibernated"}

    def test_strict(self):
        """illegal ones reported and skipped (`strict=True` raises at the first)."""
        with pytest.raises(sl.IllegalTransitionError) as caught:
            replay(self.STEPS, strict=True)
        assert (caught.value.status, caught.value.event) == ("paused", "deny")
        assert caught.value.allowed == sl.allowed_events(SessionStatus.PAUSED)
        with pytest.raises(sl.UnknownEventError) as caught:
            replay([one for one in self.STEPS if one.event != "deny"], strict=True)
        assert caught.value.value == "hibernated"
        rest = [one for one in self.STEPS if one.event is not E.DENY and one.raw is None]
        assert replay(rest, strict=True) == replay(rest)

    def test_strict_raises_at_the_first_in_time(self):
        """illegal ones reported and skipped (`strict=True` raises at the first)."""
        steps = [step("deny", 15), step("return_to_agent", 5), step("pause", 3), step("answer", 0)]
        for order in itertools.permutations(steps):
            with pytest.raises(sl.IllegalTransitionError) as caught:
                replay(order, strict=True)
            assert caught.value.event is E.RETURN_TO_AGENT

    @given(st.lists(a_step, max_size=9))
    def test_nothing_is_lost_and_nothing_raises(self, steps):
        """every step kept with its verdict"""
        history = replay(steps)
        ids = [one.step_id for one in steps if one.step_id is not None]
        expected = len(steps) - len(ids) + len(set(ids))
        assert len(history.entries) == expected
        kept, seen = [], set()
        for one in steps:
            if one.step_id is None or one.step_id not in seen:
                kept.append(one)
            seen.add(one.step_id)
        assert sorted(map(repr, kept)) == sorted(repr(e.step) for e in history.entries)
        # The same again, one by one.
        session = history.start
        for entry in history.entries:
            one, before = entry.step, session
            if entry.verdict is TransitionVerdict.ILLEGAL:
                assert entry.note
                with pytest.raises(sl.IllegalTransitionError):
                    sl.apply_event(session, one.event)
            elif one.claim is not None:
                session = sl.apply_claim(session, one.claim)
            else:
                session = sl.apply_event(session, one.event, at=one.at, source=one.source)
            assert (entry.before, entry.after) == (before.status, session.status)
            assert entry.change is sl.session_change(before, session)
        assert session == history.session
        changes = [entry.change for entry in history.entries]
        assert changes.count(SessionChange.ENDED) == (history.session.ending is not None)
        # The end is what settlement says of all the claims made, in whatever order.
        claims = [one.claim for one in kept if one.claim is not None]
        for one in kept:
            if one.event in ("close", "expire", "fail", "supersede"):
                word = {"fail": "error", "supersede": "superseded"}.get(one.event, "unknown")
                status = {"close": "closed", "expire": "expired", "fail": "error"}
                target = SessionStatus(status.get(one.event, "superseded"))
                claims.append(EndClaim(R(word), one.at, one.source, target))
        if claims:
            assert history.session.ending == settle(claims, not_before=history.session.started_at)


# ------------------------------------------------------------------------- where a session starts


class TestStart:
    """Times before `not_before` (the session's start) count as absent: one bogus epoch must not
    decide."""

    @pytest.mark.parametrize(
        ("first", "start"),
        [
            ("ring", "queued"),
            ("answer", "queued"),
            ("pause", "active"),
            ("request_human", "active"),
            ("transfer", "active"),
            ("resolved", "queued"),
            ("fail", "queued"),
        ],
    )
    def test_the_first_status(self, first, start):
        """`start_session(status=ACTIVE, *, at=None)` takes initial statuses only."""
        history = replay([step(first, 0)])
        assert history.start == sl.start_session(start, at=history.start.started_at)

    def test_it_starts_when_it_first_rang(self):
        """Times before `not_before` (the session's start) count as absent: one bogus epoch must not
        decide."""
        bogus = HistoryStep(None, EndClaim(R.ABANDONED, EPOCH, "legacy"))
        steps = [bogus, step("ring", 0), step("answer", 5), step("silence_timeout", 40)]
        for order in itertools.permutations(steps):
            history = replay(order)
            assert history.session.started_at == NOON
            assert history.session.ending.reason is R.SILENCE_TIMEOUT
            assert history.session.ended_at == at(40)
            assert names(history) == ["ring", "answer", "silence_timeout", "abandoned"]
            assert history.entries[-1].change is SessionChange.UNCHANGED

    def test_it_starts_when_it_first_rang_however_long_ago(self):
        """Times before `not_before` (the session's start) count as absent: one bogus epoch must not
        decide."""
        steps = [step("ring", 0), step("answer", 3 * 86_400), step("close", 3 * 86_400 + 60)]
        for order in itertools.permutations(steps):
            assert replay(order).session.started_at == NOON
            assert names(replay(order)) == ["ring", "answer", "close"]

    def test_a_bogus_epoch_alone_does_not_end_a_call_at_its_beginning(self):
        """Times before `not_before` (the session's start) count as absent: one bogus epoch must not
        decide."""
        bogus = HistoryStep(None, EndClaim(R.ABANDONED, EPOCH, "legacy"))
        steps = [bogus, step("answer", 0), step("pause", 5), step("resume", 10)]
        for order in itertools.permutations(steps):
            history = replay(order)
            assert names(history) == ["answer", "pause", "resume", "abandoned"]
            assert [e.verdict for e in history.entries] == ["moved"] * 4
            assert history.session.ended_at is None
            assert history.session.ending.claims == (bogus.claim,)


# ------------------------------------------------------------------------ whose connection it was


class TestConnections:
    """What a claim is about: the session's own connection to its own participant."""

    def joined(self, party, connection, second):
        return step("answer", second, party=party, connection=connection)

    def left(self, party, connection, second):
        return step("participant_left", second, party=party, connection=connection)

    def test_an_old_connections_leave(self):
        """What a claim is about: the session's own connection to its own participant."""
        steps = [
            self.joined("caller", "c1", 0),
            self.joined("caller", "c2", 10),
            self.left("caller", "c1", 12),
        ]
        for order in itertools.permutations(steps):
            history = replay(order)
            assert history.session.status is SessionStatus.ACTIVE
            assert history.session.ending is None
            last = history.entries[-1]
            assert (last.verdict, last.change) == ("late", "unchanged")
            assert "connection" in last.note
        for order in itertools.permutations([*steps, self.left("caller", "c2", 30)]):
            history = replay(order)
            assert history.session.ending.reason is R.PARTICIPANT_LEFT
            assert history.session.ended_at == at(30)

    def test_the_session_outlives_another_partys_leave(self):
        """What a claim is about: the session's own connection to its own participant."""
        steps = [
            self.joined("caller", "c1", 0),
            self.joined("supervisor", "s1", 5),
            self.left("supervisor", "s1", 20),
        ]
        for order in itertools.permutations(steps):
            history = replay(order)
            assert history.session.status is SessionStatus.ACTIVE
            assert [bool(e.note) for e in history.entries] == [False, True, True]
            assert "party" in history.entries[-1].note

    def test_what_names_no_party_is_about_the_session(self):
        """What a claim is about: the session's own connection to its own participant."""
        steps = [self.joined("caller", "c1", 0), self.joined("caller", "c2", 5), step("fail", 9)]
        for order in itertools.permutations(steps):
            assert replay(order).session.status is SessionStatus.ERROR
        # And what names the party but no connection is about the party.
        steps = [self.joined("caller", "c1", 0), self.left("caller", "", 9)]
        for order in itertools.permutations(steps):
            assert replay(order).session.ending.reason is R.PARTICIPANT_LEFT

    def test_a_failed_transfer_leg(self):
        """A failed transfer leg is no `callee_*`"""
        steps = [
            self.joined("caller", "c1", 0),
            step("transfer", 20),
            step("callee_busy", 25, party="expert"),
            step("return_to_agent", 26),
        ]
        for order in itertools.permutations(steps):
            history = replay(order)
            assert history.session.status is SessionStatus.ACTIVE
            assert history.session.ending is None


class TestWhatIsGivenOnce:
    """`at` and `source` need be given once only, in the step or in its claim."""

    def test_a_time_of_the_step_is_the_claims(self):
        one = HistoryStep(at(5), claim("resolved"))
        assert (one.at, one.source) == (at(5), "")
        assert one.claim == claim("resolved", 5)

    def test_a_source_of_the_step_is_the_claims(self):
        one = HistoryStep(None, claim("resolved"), "worker")
        assert (one.at, one.source) == (None, "worker")
        assert one.claim == claim("resolved", None, "worker")

    def test_what_the_claim_has_it_keeps(self):
        own = claim("unknown", 3, "livekit", "error", "gremlins")
        one = HistoryStep(at(5), own, "worker")
        assert (one.at, one.source, one.claim) == (at(5), "worker", own)
        one = HistoryStep(None, own)
        assert (one.at, one.source, one.claim) == (at(3), "livekit", own)

    def test_status_and_raw_stay_when_time_and_source_come_in(self):
        one = HistoryStep(at(5), claim("unknown", None, "", "error", "gremlins"), "worker")
        assert one.claim == claim("unknown", 5, "worker", "error", "gremlins")


def test_an_end_in_the_very_second_of_the_start_counts():
    """Only times before the session's start count as absent."""
    steps = [step("answer", 0), step("agent_initiated", 0), step("room_deleted", 10)]
    history = replay(steps)
    assert [str(entry.change) for entry in history.entries] == ["moved", "ended", "unchanged"]
    assert history.session.ended_at == at(0)


def test_the_end_of_a_conversation_before_its_beginning_has_a_wrong_clock():
    """A setup may fail before anybody is called; a conversation cannot end before it began."""
    wrong = replay([step("answer", 0), step("agent_initiated", -60)]).session
    assert (wrong.started_at, wrong.ended_at) == (at(0), None)
    assert wrong.ending.winner.at == at(-60)
    setup = replay([step("answer", 0), step("sip_failed", -60)]).session
    assert (setup.started_at, setup.ended_at) == (at(-60), at(-60))


OTHER = "about another party"


def of_party(what, seconds, connection="", party="caller"):
    return step(what, seconds, party=party, connection=connection)


class TestWhoComesBack:
    """Who is back before anything else ended the session never left it."""

    def test_a_leave_before_a_re_join_ends_nothing(self):
        steps = [
            of_party("answer", 0, "1"),
            of_party("participant_left", 5, "1"),
            of_party("answer", 10, "2"),
        ]
        history = replay(steps)
        assert history.session.status == "active"
        assert history.entries[1].note == "about an older connection"

    def test_what_somebody_does_before_a_re_join_was_done(self):
        steps = [of_party("answer", 0, "1"), of_party("pause", 5, "1"), of_party("answer", 10, "2")]
        history = replay(steps)
        assert [entry.note for entry in history.entries] == ["", "", ""]
        assert history.session.status == "paused"

    @pytest.mark.parametrize("connection", ["", "1"])
    def test_the_same_connection_or_none_is_no_re_join(self, connection):
        steps = [
            of_party("answer", 0, "1"),
            of_party("participant_left", 5, "1"),
            of_party("answer", 10, connection),
        ]
        for more, notes in ([], []), ([of_party("ring", 11, "9", "operator")], [OTHER]):
            history = replay([*steps, *more])
            assert [entry.note for entry in history.entries] == ["", "", "", *notes]
            assert history.session.ended_at == at(5)

    def test_another_connections_leave_is_no_re_join(self):
        steps = [
            of_party("answer", 0, "1"),
            of_party("participant_left", 10, "1"),
            of_party("participant_left", 20, "2"),
        ]
        history = replay(steps)
        assert [entry.note for entry in history.entries] == ["", "", "about an older connection"]
        assert history.session.ended_at == at(10)

    def test_another_partys_leave_in_between_changes_nothing(self):
        steps = [
            of_party("answer", 0, "1"),
            of_party("participant_left", 5, "1"),
            of_party("participant_left", 7, "9", party="operator"),
            of_party("answer", 10, "2"),
        ]
        history = replay(steps)
        assert history.session.status == "active"
        assert [entry.note for entry in history.entries] == [
            "",
            "about an older connection",
            "about another party",
            "",
        ]


@pytest.mark.parametrize("event", sorted(set(E) - {E.RING, E.ANSWER}))
def test_only_a_ring_or_an_answer_begins_a_session(event):
    """If it ever rang or was answered, it is taken to have started."""
    assert replay([step(event, 5)]).session.started_at is None
    assert replay([step("answer", 5)]).session.started_at == at(5)


def test_the_first_live_move_says_how_it_starts_not_the_first_step():
    """The session starts as `queued`, or as `active` if its first live move is not possible."""
    for first in (claim("resolved"), E.CLOSE, "hibernated"):
        steps = [HistoryStep(None, first), HistoryStep(None, E.PAUSE)]
        assert replay(steps).start.status == "active"
        assert replay([steps[0], HistoryStep(None, E.RING)]).start.status == "queued"
