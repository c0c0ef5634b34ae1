"""Section 5, `replay` and `audit_history`: one history, in whatever order it arrived."""

from __future__ import annotations

import itertools
import pickle
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from session_lifecycle import (
    EndClaim,
    HistoryEntry,
    HistoryStep,
    IllegalTransitionError,
    SessionEvent,
    SessionTerminationReason,
    UnknownEventError,
    apply_claim,
    apply_event,
    audit_history,
    replay,
    session_change,
    settle,
)
from session_lifecycle import testing as kit

R = SessionTerminationReason
ENDING_EVENTS = ("close", "expire", "fail", "supersede")

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = kit.times(around=NOON, allow_none=False)
# So few that steps often share one.
FEW_MOMENTS = kit.times(around=NOON, whole_seconds=True, strays=False, allow_none=False)
SOURCES = kit.sources()
CLAIMS = kit.claims(at=kit.times(around=NOON))
WHAT = st.one_of(kit.events(), CLAIMS, st.just("hibernate"))
# Who a step is about; most reports do not say. Not as `steps` has it: a connection of nobody's, and
# one that two parties share, must be survived too.
PARTIES = st.sampled_from(("", "", "", "caller", "agent"))
CONNECTIONS = st.sampled_from(("", "", "PA_1", "PA_2"))


@st.composite
def timed_steps(draw: st.DrawFn) -> list[HistoryStep]:
    """Draw distinct steps, no two of which share a time."""
    times = draw(st.lists(MOMENTS, unique=True, max_size=9))
    return [
        HistoryStep(
            time,
            draw(WHAT),
            draw(SOURCES),
            f"step-{number}",
            party=draw(PARTIES),
            connection=draw(CONNECTIONS),
        )
        for number, time in enumerate(times)
    ]


@st.composite
def any_steps(draw: st.DrawFn) -> list[HistoryStep]:
    """Draw steps with and without times and ids; a step without an id is told by its source."""
    return [
        HistoryStep(
            draw(st.one_of(st.none(), FEW_MOMENTS, MOMENTS)),
            draw(WHAT),
            f"reporter-{number}",
            draw(st.one_of(st.none(), st.just(f"step-{number}"))),
        )
        for number in range(draw(st.integers(0, 9)))
    ]


def _is_ending(step: HistoryStep) -> bool:
    return step.claim is not None or step.event in ENDING_EVENTS


class TestReplay:
    """ "`replay(steps, *, strict=False) -> SessionHistory`"."""

    @given(timed_steps(), st.randoms())
    def test_any_permutation_with_duplicates_gives_the_same_session(
        self, steps: list[HistoryStep], random: Any
    ) -> None:
        """ "ordered by time ..., a repeated `step_id` is dropped": the order and the number of
        deliveries do not matter where no two steps share a time.
        """
        shuffled = random.sample(steps * 3, len(steps) * 3)
        first, second = replay(steps), replay(shuffled)
        assert second.session == first.session
        assert second.start == first.start
        assert set(second.entries) == set(first.entries) or _bogus(steps)

    @given(
        st.datetimes(timezones=st.just(UTC)),
        st.permutations((SessionEvent.ANSWER, SessionEvent.PAUSE, SessionEvent.RESUME)),
    )
    @example(
        datetime(9999, 1, 1, tzinfo=UTC),
        [SessionEvent.RESUME, SessionEvent.PAUSE, SessionEvent.ANSWER],
    )
    @example(
        datetime(2026, 3, 1, tzinfo=UTC),
        [SessionEvent.RESUME, SessionEvent.PAUSE, SessionEvent.ANSWER],
    )
    def test_ordered_by_time_to_the_microsecond(
        self, start: datetime, arrived: list[SessionEvent]
    ) -> None:
        """ "ordered by time": steps a microsecond apart have an order, in any year."""
        assume(start < datetime(9999, 12, 31, tzinfo=UTC))
        order = (SessionEvent.ANSWER, SessionEvent.PAUSE, SessionEvent.RESUME)
        steps = [
            HistoryStep(start + timedelta(microseconds=order.index(event)), event)
            for event in arrived
        ]
        assert [entry.step.event for entry in replay(steps).entries] == list(order)

    @given(any_steps(), st.data())
    def test_a_repeated_step_id_changes_nothing(
        self, steps: list[HistoryStep], data: st.DataObject
    ) -> None:
        """ "a repeated `step_id` is dropped": wherever it arrives again, timed or not."""
        delivered = list(steps)
        for step in steps:
            if step.step_id is not None and data.draw(st.booleans()):
                after = delivered.index(step) + 1
                delivered.insert(data.draw(st.integers(after, len(delivered))), step)
        assert replay(delivered) == replay(steps)

    @given(any_steps())
    def test_every_step_is_kept_with_its_verdict(self, steps: list[HistoryStep]) -> None:
        """ "every step kept with its verdict, illegal ones reported and skipped"."""
        history = replay(steps)
        assert Counter(entry.step for entry in history.entries) == Counter(steps)
        status = history.start.status
        for entry in history.entries:
            assert entry.before is status
            status = entry.after
            if entry.verdict == "illegal":
                assert entry.after is entry.before
                assert entry.note, "an illegal step says what would have been possible"
            if entry.verdict == "moved":
                assert entry.change in ("moved", "ended")
        assert status is history.session.status
        assert history.start.ending is None
        ended = [entry for entry in history.entries if entry.change == "ended"]
        assert len(ended) == (history.session.ending is not None)

    @given(any_steps())
    def test_replay_is_applying_each_step(self, steps: list[HistoryStep]) -> None:
        """The final session is what `apply_event` and `apply_claim` make of the steps in order."""
        history = replay(steps)
        session = history.start
        for entry in history.entries:
            before = session
            if entry.step.claim is not None:
                session = apply_claim(session, entry.step.claim)
            elif entry.verdict != "illegal":
                assert entry.step.event is not None
                session = apply_event(
                    session, entry.step.event, at=entry.step.at, source=entry.step.source
                )
            assert entry.change == session_change(before, session)
        assert session == history.session

    @given(any_steps())
    def test_a_step_without_a_time_keeps_its_place(self, steps: list[HistoryStep]) -> None:
        """ "a step without a time keeps its place behind the one it arrived after"."""
        order = [entry.step for entry in replay(steps).entries]
        for before, step in zip([None, *steps], steps, strict=False):
            if step.at is None:
                place = order.index(step)
                assert (order[place - 1] if place else None) == before

    @given(any_steps())
    def test_ordered_by_time(self, steps: list[HistoryStep]) -> None:
        """ "ordered by time": but for ends timed before the start, whose time counts as absent."""
        bogus = _bogus(steps)
        timed = [entry.step for entry in replay(steps).entries if entry.step.at is not None]
        behind = timed[len(timed) - len(bogus) :]
        assert Counter(behind) == Counter(bogus), "one bogus epoch must not end it at its start"
        timed = timed[: len(timed) - len(bogus)]
        assert [step.at for step in timed] == sorted(
            step.at for step in timed if step.at is not None
        )
        # "At one time, live moves come before endings".
        for one, other in itertools.pairwise(timed):
            if one.at == other.at:
                assert _is_ending(one) <= _is_ending(other)

    @given(any_steps(), st.sampled_from(("", "PA_1")))
    def test_a_party_alone_tells_nothing_apart(
        self, steps: list[HistoryStep], connection: str
    ) -> None:
        """Steps that all name the same party and connection come to the same as if none did."""
        named = [
            HistoryStep(
                step.at,
                step.event or step.raw,
                step.source,
                step.step_id,
                step.claim,
                "caller",
                connection,
            )
            for step in steps
        ]
        assert replay(named).session == replay(steps).session

    @given(any_steps())
    def test_where_it_starts(self, steps: list[HistoryStep]) -> None:
        """A session starts as `queued`; as `active` if its first live move is impossible there.

        If it rang or was answered, it started with its earliest step less than a day before that.
        """
        history = replay(steps)
        live = [e.step.event for e in history.entries if not _is_ending(e.step) and e.step.event]
        assert history.start.status == (
            "queued" if not live or live[0] in ("ring", "answer") else "active"
        )
        assert history.start.started_at == _started(steps)
        assert history.session.started_at == _started(steps)

    @given(timed_steps())
    def test_the_ending_is_what_settle_says(self, steps: list[HistoryStep]) -> None:
        """The session's ending is settled from all its claims, events among them."""
        steps = [step for step in steps if not step.party]
        history = replay(steps)
        defaults = {
            "close": (R.UNKNOWN, "closed"),
            "expire": (R.UNKNOWN, "expired"),
            "fail": (R.ERROR, "error"),
            "supersede": (R.SUPERSEDED, "superseded"),
        }
        claims = [step.claim for step in steps if step.claim is not None]
        claims += [
            EndClaim(reason, step.at, step.source, status)  # type: ignore[arg-type]
            for step in steps
            if step.event in ENDING_EVENTS
            for reason, status in [defaults[step.event]]
        ]
        if not claims:
            assert history.session.ending is None
            return
        start = _started(steps)
        assert history.session.started_at == start
        assert history.session.ending == settle(claims, not_before=start)

    @given(any_steps())
    def test_strict_raises_at_the_first_illegal_step(self, steps: list[HistoryStep]) -> None:
        """ "(`strict=True` raises at the first)"."""
        history = replay(steps)
        illegal = [entry for entry in history.entries if entry.verdict == "illegal"]
        if not illegal:
            assert replay(steps, strict=True) == history
        elif illegal[0].step.event is None:
            with pytest.raises(UnknownEventError) as unknown:
                replay(steps, strict=True)
            assert unknown.value.value == illegal[0].step.raw
        else:
            with pytest.raises(IllegalTransitionError) as refused:
                replay(steps, strict=True)
            assert refused.value.status is illegal[0].before
            assert refused.value.event is illegal[0].step.event

    @given(any_steps())
    def test_a_history_is_a_value(self, steps: list[HistoryStep]) -> None:
        """Histories pickle, and replaying from any iterable gives the same."""
        history = replay(iter(steps))
        assert history == replay(steps)
        assert pickle.loads(pickle.dumps(history)) == history

    def test_no_steps(self) -> None:
        """Nothing happened: a queued session, which has not ended."""
        history = replay([])
        assert history.session.status == "queued"
        assert history.entries == ()
        assert audit_history(history) == ()


CONVERSATION = {
    "voicemail_detected",
    "silence_timeout",
    "max_call_duration",
    "participant_left",
    "pipeline_exit",
    "agent_initiated",
    "resolved",
    "unresolved",
    "escalated",
    "handoff_resolved",
    "transferred",
    "client_initiated",
    "participant_removed",
    "room_deleted",
    "migration",
    "signal_close",
    "room_closed",
    "media_failure",
}


def _started(steps: list[HistoryStep]) -> datetime | None:
    """The earliest time less than a day before it first rang or was answered.

    Ends of a conversation apart.
    """
    openings = [s.at for s in steps if s.event in ("ring", "answer") and s.at is not None]
    if not openings:
        return None
    earliest = min(openings) - timedelta(hours=24)
    return min(
        s.at for s in steps if s.at is not None and s.at > earliest and not _of_conversation(s)
    )


def _of_conversation(step: HistoryStep) -> bool:
    """Only a conversation ends so: a claim of it before any ring or answer has a wrong clock."""
    return step.claim is not None and step.claim.reason in CONVERSATION


def _bogus(steps: list[HistoryStep]) -> list[HistoryStep]:
    """Ends timed before the session's start."""
    start = _started(steps)
    return [s for s in steps if start and _is_ending(s) and s.at is not None and s.at < start]


class TestAStep:
    """ "`HistoryStep(at, event | claim, source, step_id)`"."""

    @given(st.one_of(st.none(), MOMENTS), WHAT, SOURCES, st.one_of(st.none(), st.text(max_size=9)))
    def test_a_step_is_a_value(
        self, at: datetime | None, what: Any, source: str, step_id: str | None
    ) -> None:
        """Either an event or a claim, hashable, pickled; time and source need be told once."""
        step = HistoryStep(at, what, source, step_id)
        assert (step.event is None and step.raw is None) is (step.claim is not None)
        assert pickle.loads(pickle.dumps(step)) == step
        assert hash(pickle.loads(pickle.dumps(step))) == hash(step)
        assert step.step_id == step_id
        if step.claim is None:
            assert (step.at, step.source) == (at, source)
            return
        assert step.at == (at or what.at)
        assert step.claim.at == (what.at or at)
        assert step.claim.source == (what.source or source)
        assert (step.claim.reason, step.claim.status, step.claim.raw) == (
            what.reason,
            what.status,
            what.raw,
        )

    @given(CLAIMS)
    def test_neither_nor_and_both_are_refused(self, claim: EndClaim) -> None:
        """ "event | claim": one of them, and one only."""
        with pytest.raises(ValueError, match="either"):
            HistoryStep(NOON)
        with pytest.raises(ValueError, match="either"):
            HistoryStep(NOON, SessionEvent.ANSWER, claim=claim)
        with pytest.raises(ValueError, match="two claims"):
            HistoryStep(NOON, claim, claim=claim)
        with pytest.raises(ValueError, match="zone"):
            HistoryStep(datetime(2026, 3, 1), SessionEvent.ANSWER)


class TestAudit:
    """ "`audit_history(history, *, now=None) -> tuple[AuditFinding, ...]` names what is wrong"."""

    @given(timed_steps(), st.one_of(st.none(), MOMENTS))
    def test_is_total_and_finds_what_replay_reported(
        self, steps: list[HistoryStep], now: datetime | None
    ) -> None:
        """ "illegal edge ... unknown status or reason": one finding for each such entry."""
        history = replay(steps)
        findings = audit_history(history, now=now)

        def found(code: str) -> list[HistoryEntry | None]:
            return [finding.entry for finding in findings if finding.code == code]

        illegal = [entry for entry in history.entries if entry.verdict == "illegal"]
        assert found("illegal_edge") == [e for e in illegal if e.step.event is not None]
        unknown = [e for e in history.entries if e.step.event is None and e.step.claim is None]
        assert set(found("unknown_status")) <= set(unknown)
        if not any(step.party for step in steps):
            assert found("unknown_status") == unknown
        assert found("unknown_reason") == [
            entry
            for entry in history.entries
            if entry.step.claim is not None
            and entry.step.claim.reason is R.UNKNOWN
            and entry.step.claim.raw is not None
        ]
        for finding in findings:
            assert finding.message.isprintable()
            assert finding.entry is None or finding.entry in history.entries

    @given(timed_steps(), MOMENTS, st.booleans())
    def test_still_live_after_a_deadline(
        self, steps: list[HistoryStep], now: datetime, ends: bool
    ) -> None:
        """ "still live after a deadline": only for a live session, only when told the time."""
        steps = [step for step in steps if ends or not _is_ending(step)]
        history = replay(steps)
        deadline = timedelta(seconds=5)
        late = {f.code for f in audit_history(history, now=now, deadline=deadline)}
        heard = max((step.at for step in steps if step.at is not None), default=None)
        live = history.session.ending is None
        overdue = live and heard is not None and now - heard > deadline
        assert ("live_past_deadline" in late) is overdue
        assert "live_past_deadline" not in {f.code for f in audit_history(history)}

    @given(any_steps(), st.booleans())
    def test_a_redelivery_is_no_finding(self, steps: list[HistoryStep], at_end: bool) -> None:
        """A history whose every step came twice is as right or wrong as it was."""
        steps = [step for step in steps if step.step_id is not None]
        twice = steps + steps if at_end else [step for step in steps for _ in range(2)]
        assert audit_history(replay(twice)) == audit_history(replay(steps))

    @given(st.integers(0, 5), st.integers(0, 3))
    def test_a_sound_history_has_no_findings(self, pauses: int, echoes: int) -> None:
        """Ring, answer, talk, hang up, and the webhooks that repeat it: nothing is wrong."""
        events = [SessionEvent.RING, SessionEvent.ANSWER]
        events += [SessionEvent.PAUSE, SessionEvent.RESUME] * pauses
        steps = [HistoryStep(NOON + timedelta(seconds=n), e) for n, e in enumerate(events)]
        end = NOON + timedelta(minutes=1)
        steps.append(HistoryStep(end, EndClaim(R.AGENT_INITIATED, end, "worker")))
        for n in range(echoes):
            later = end + timedelta(seconds=n)
            steps.append(HistoryStep(later, EndClaim(R.ROOM_DELETED, later, f"webhook-{n}")))
        # A webhook of the start that comes in last is normal too.
        steps.append(HistoryStep(NOON, SessionEvent.RING))
        history = replay(steps)
        assert history.session.ending is not None
        assert history.session.ending.reason is R.AGENT_INITIATED
        assert audit_history(history, now=end + timedelta(days=9)) == ()
