"""Section 5, sessions: what ends one, what never revives one, and what a stored row gives back.

What each event leads to and claims is written out here from the spec; who wins among claims is
`test_settlement_laws`'s business, so that here `settle` is taken at its word.
"""

from __future__ import annotations

import copy
import itertools
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_lifecycle import (
    EndClaim,
    Ending,
    IllegalTransitionError,
    Session,
    SessionChange,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
    UnknownEventError,
    UnknownReasonError,
    UnknownStatusError,
    apply_claim,
    apply_event,
    close_session,
    restore_session,
    session_change,
    settle,
    start_session,
)
from session_lifecycle import testing as kit

R = SessionTerminationReason

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
INITIAL = ("queued", "ringing", "active")
LIVE_MOVES = {
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
}
# "Without a reason it claims `unknown` (close, expire), `error` (fail), `superseded` (supersede),
# with the event's status."
ENDINGS = {
    "close": ("closed", "unknown"),
    "expire": ("expired", "unknown"),
    "fail": ("error", "error"),
    "supersede": ("superseded", "superseded"),
}

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TIMES = kit.times(around=NOON)
STARTS = kit.times(around=NOON, strays=False)
SOURCES = kit.sources()
RAWS = st.sampled_from((None, None, "Wackelkontakt"))
CLAIMS = kit.claims(at=TIMES)
# Not `drifted_reasons`: these tests say what each comes to, by hand.
# What a caller may give as a reason, and what it comes to: the reason, and the word kept as raw.
WORDS: dict[str | None, tuple[str | None, str | None]] = {
    None: (None, None),
    "agent-initiated": ("agent_initiated", None),
    "Participant left": ("participant_left", None),
    "DisconnectReason.ROOM_DELETED": ("room_deleted", None),
    "unknown": ("unknown", None),
    "operator-busy": ("unknown", "operator-busy"),
    "x" * 65: ("unknown", "x" * 63 + "…"),
}
REASONS = st.sampled_from(list(WORDS)) | kit.reasons()

Op = Callable[[Session], Session]


def _event(name: str, at: Any, reason: Any, source: str, raw: Any) -> Op:
    return lambda session: apply_event(
        session, SessionEvent(name), at=at, reason=reason, source=source, raw=raw
    )


def _close(reason: Any, at: Any, source: str) -> Op:
    return lambda session: close_session(session, reason, at=at, source=source)


ENDING_OPS: st.SearchStrategy[Op] = st.one_of(
    st.builds(_event, kit.events(ending=True), TIMES, REASONS, SOURCES, RAWS),
    st.builds(_close, REASONS, TIMES, SOURCES),
    st.builds(lambda claim: lambda session: apply_claim(session, claim), CLAIMS),
)
LIVE_OPS: st.SearchStrategy[Op] = st.builds(
    _event, kit.events(ending=False), TIMES, REASONS, SOURCES, RAWS
)
OPS = st.one_of(LIVE_OPS, LIVE_OPS, ENDING_OPS)
LIVE_SESSIONS = kit.sessions(live=True, started_at=STARTS)
ENDED_SESSIONS = kit.sessions(live=False, claim=CLAIMS, started_at=STARTS)
SESSIONS = LIVE_SESSIONS | ENDED_SESSIONS
# Sessions that often differ in one thing only: in status, winner or time.
_ALIKE = st.builds(
    lambda status, at, source, known_at: restore_session(
        status, reason=R.RESOLVED, claimed_at=at, source=source, at=known_at
    ),
    st.sampled_from(("closed", "expired")),
    st.sampled_from((None, NOON + timedelta(seconds=5))),
    st.sampled_from(("", "worker")),
    st.sampled_from((None, NOON)),
)


def _after(session: Session, op: Op) -> Session:
    """The session after an operation; an illegal one is refused and changes nothing."""
    try:
        return op(session)
    except IllegalTransitionError:
        assert session.ending is None, "nothing is illegal for an ended session"
        return session


def _row(session: Session) -> dict[str, Any]:
    """What a store keeps of a session: one row."""
    ending = session.ending
    row: dict[str, Any] = {"status": str(session.status), "started_at": session.started_at}
    if ending is not None:
        row |= {
            "reason": str(ending.reason),
            "at": ending.at,
            "claimed_at": ending.winner.at,
            "source": ending.source,
            "raw": ending.winner.raw,
        }
    return row


class TestASession:
    """ "`Session(status, ending, started_at)`: an immutable value"."""

    @given(SESSIONS, st.lists(OPS, max_size=8))
    def test_ending_is_none_exactly_while_live(self, session: Session, ops: list[Op]) -> None:
        """ "`ending` is `None` exactly while live"; an ended one has its ending's status."""
        for op in ops:
            session = _after(session, op)
            assert (session.ending is None) is (session.status in LIVE)
            if session.ending is not None:
                assert session.status is session.ending.status
                assert session.ended_at == session.ending.at
            else:
                assert session.ended_at is None

    @given(SESSIONS)
    def test_is_a_value(self, session: Session) -> None:
        """Hashable, equal to its like, it pickles and copies; no attribute can be set."""
        for twin in (pickle.loads(pickle.dumps(session)), copy.deepcopy(session)):
            assert twin == session
            assert hash(twin) == hash(session)
        assert session != (session.status, session.ending, session.started_at)
        with pytest.raises(AttributeError):
            session.status = SessionStatus.ACTIVE  # type: ignore[misc]
        with pytest.raises(AttributeError):
            del session.status

    @given(kit.statuses(), st.none() | CLAIMS)
    def test_status_and_ending_cannot_contradict_each_other(
        self, status: SessionStatus, claim: EndClaim | None
    ) -> None:
        """However it is made: a live one has no ending, an ended one its ending's status."""
        ending = None if claim is None else settle([claim])
        if (status in LIVE) if ending is None else (status == ending.status):
            assert Session(status, ending).ending is ending
        else:
            with pytest.raises(ValueError, match="ending"):
                Session(status, ending)

    @given(st.lists(CLAIMS, min_size=1, max_size=4), STARTS, TIMES)
    def test_the_sessions_start_counts(
        self, claims: list[EndClaim], start: datetime | None, known_at: datetime | None
    ) -> None:
        """ "Times before `not_before` (the session's start) count as absent": also where the ending
        was settled before the start was known, with the earliest time it knew.
        """
        if any(start and claim.at and claim.at < start for claim in claims):
            known_at = None  # An ending keeps one time, and the bogus one hides what it knew.
        settled = Ending(claims, known_at, start)
        session = Session(settled.status, Ending(claims, known_at), start)
        assert session.ending == settled

    @given(kit.statuses(), TIMES)
    def test_start_takes_initial_statuses_only(
        self, status: SessionStatus, at: datetime | None
    ) -> None:
        """ "`start_session(status=ACTIVE, *, at=None)` takes initial statuses only." """
        assert start_session() == Session(SessionStatus.ACTIVE)
        if status in INITIAL:
            assert start_session(status, at=at) == Session(status, None, at)
        else:
            with pytest.raises(ValueError, match=status.value):
                start_session(status, at=at)

    @given(st.datetimes(), ENDED_SESSIONS)
    def test_a_naive_time_is_refused_at_every_door(self, naive: datetime, ended: Session) -> None:
        """ "A naive time ... is a `ValueError` at once." """
        live = start_session()
        for refused in (
            lambda: start_session(at=naive),
            lambda: Session(SessionStatus.ACTIVE, None, naive),
            lambda: close_session(live, at=naive),
            lambda: close_session(ended, at=naive),
            lambda: apply_event(live, SessionEvent.FAIL, at=naive),
            lambda: apply_event(live, SessionEvent.PAUSE, at=naive),
            lambda: restore_session("closed", at=naive),
            lambda: restore_session("closed", claimed_at=naive),
            lambda: restore_session("active", started_at=naive),
        ):
            with pytest.raises(ValueError, match="zone"):
                refused()


class TestEvents:
    """ "`apply_event(session, event, ...)`: live moves by the machine, raises on illegal; an ending
    event is a claim, on an ended session too (settled in)."
    """

    @pytest.mark.parametrize(("status", "event"), list(itertools.product(LIVE, LIVE_MOVES)))
    def test_live_moves_by_the_machine(self, status: str, event: str) -> None:
        """ "live moves by the machine, raises on illegal"."""
        session = Session(SessionStatus(status), None, NOON)
        sources, target = LIVE_MOVES[event]
        late = event in ("ring", "answer") and status not in ("queued", "ringing")
        if status in sources:
            after = apply_event(session, SessionEvent(event), at=NOON, source="worker")
            assert after == Session(SessionStatus(target), None, NOON)
        elif status == target or late:
            assert apply_event(session, SessionEvent(event)) == session
        else:
            with pytest.raises(IllegalTransitionError) as caught:
                apply_event(session, SessionEvent(event))
            assert (caught.value.status, caught.value.event) == (status, event)

    @given(LIVE_SESSIONS, kit.events(ending=True), TIMES, REASONS, SOURCES, RAWS)
    def test_an_ending_event_is_a_claim(
        self,
        live: Session,
        event: str,
        at: datetime | None,
        word: Any,
        source: str,
        raw: str | None,
    ) -> None:
        """ "Without a reason it claims `unknown` (close, expire), `error` (fail), `superseded`
        (supersede), with the event's status."
        """
        status, claimed = ENDINGS[event]
        reason, kept = (word, None) if isinstance(word, R) else WORDS[word]
        ended = apply_event(live, SessionEvent(event), at=at, reason=word, source=source, raw=raw)
        assert ended.ending is not None
        assert ended.ending.claims == (
            EndClaim(
                R(reason or claimed),
                at,
                source,
                SessionStatus(status),
                kept if raw is None else raw,
            ),
        )
        assert ended.status == status
        assert ended.started_at == live.started_at

    @given(ENDED_SESSIONS, kit.events(ending=True), TIMES, REASONS, SOURCES, RAWS)
    def test_on_an_ended_session_too(
        self,
        ended: Session,
        event: str,
        at: datetime | None,
        word: Any,
        source: str,
        raw: str | None,
    ) -> None:
        """ "on an ended session too (settled in)": the same claim a live session would get."""
        assert ended.ending is not None
        given_as = {"at": at, "reason": word, "source": source, "raw": raw}
        alone = apply_event(start_session(), SessionEvent(event), **given_as).ending
        assert alone is not None
        after = apply_event(ended, SessionEvent(event), **given_as)
        assert after.ending == settle(
            [*ended.ending.claims, alone.winner], not_before=ended.started_at
        )

    @given(ENDED_SESSIONS, LIVE_OPS)
    def test_live_events_come_late_to_an_ended_session(self, ended: Session, op: Op) -> None:
        """ "`late` (the session has ended...: normal with webhooks, no error)"."""
        assert op(ended) == ended

    @given(SESSIONS, st.text(max_size=70))
    def test_an_unknown_event_is_refused(self, session: Session, word: str) -> None:
        """No word we do not know moves or ends a session."""
        if word not in (*LIVE_MOVES, *ENDINGS):
            with pytest.raises(UnknownEventError):
                apply_event(session, word)  # type: ignore[arg-type]

    @given(SESSIONS, CLAIMS)
    def test_apply_claim(self, session: Session, claim: EndClaim) -> None:
        """ "`apply_claim(session, claim)`: ends a live session, settles into an ended one." """
        known = () if session.ending is None else session.ending.claims
        after = apply_claim(session, claim)
        assert after.ending == settle([*known, claim], not_before=session.started_at)
        assert after.started_at == session.started_at
        assert apply_claim(after, claim) == after, "a redelivered claim changes nothing"


class TestClosing:
    """ "`close_session(session, reason=None, *, at=None, source="")`"."""

    @given(LIVE_SESSIONS, REASONS, TIMES, SOURCES)
    def test_a_live_session_becomes_closed_whatever_the_reason(
        self, live: Session, word: Any, at: datetime | None, source: str
    ) -> None:
        """ "a live session becomes `closed` whatever the reason"; "text (coerced, raw kept)"."""
        reason, raw = (word, None) if isinstance(word, R) else WORDS[word]
        closed = close_session(live, word, at=at, source=source)
        assert closed.status == "closed"
        assert closed.ending is not None
        assert closed.ending.winner == EndClaim(
            R(reason or "unknown"), at, source, SessionStatus.CLOSED, raw
        )

    @given(LIVE_SESSIONS, st.text(max_size=100))
    def test_closing_with_any_text(self, live: Session, word: str) -> None:
        """ "text (coerced, raw kept)": no text raises, and a word we do not know is not lost."""
        assert close_session(live, word).status == "closed"
        unheard_of = f"{word}✂"  # No word of ours, however it is spelled, ends in scissors.
        ending = close_session(live, unheard_of).ending
        assert ending is not None
        assert ending.reason is R.UNKNOWN
        assert ending.winner.raw == (unheard_of if len(unheard_of) <= 64 else f"{unheard_of[:63]}…")

    @given(ENDED_SESSIONS, REASONS, TIMES, SOURCES)
    def test_closing_an_ended_session(
        self, ended: Session, word: Any, at: datetime | None, source: str
    ) -> None:
        """ "On an ended one the claim is settled in: never an error, `at` can only move earlier, a
        live status never comes back."
        """
        after = close_session(ended, word, at=at, source=source)
        assert after.status in TERMINAL
        if ended.ended_at is not None:
            assert after.ended_at is not None
            assert after.ended_at <= ended.ended_at
        event = apply_event(ended, SessionEvent.CLOSE, at=at, reason=word, source=source)
        assert after == event

    @given(LIVE_SESSIONS, st.lists(st.tuples(REASONS, TIMES, SOURCES), min_size=1, max_size=5))
    def test_closing_is_closing_in_any_order(self, live: Session, closings: list[Any]) -> None:
        """Neither first-writer-wins nor last-writer-wins: the writers' order does not matter."""
        ends = set()
        for order in (closings, closings[::-1], closings * 2):
            session = live
            for word, at, source in order:
                session = close_session(session, word, at=at, source=source)
            ends.add(session)
        assert len(ends) == 1


class TestALife:
    """ "Settlement may correct one terminal status to another; it never revives." """

    @given(LIVE_SESSIONS, st.lists(OPS, max_size=12))
    def test_ended_once_and_never_revived(self, session: Session, ops: list[Op]) -> None:
        """ "`ended` is returned once in a session's life: the place to bill"; "a live status never
        comes back"; "`ended_at` may move earlier".
        """
        changes = []
        for op in ops:
            before, session = session, _after(session, op)
            changes.append(session_change(before, session))
            if before.ending is not None:
                assert session.ending is not None
                assert set(before.ending.claims) <= set(session.ending.claims)
                if before.ended_at is not None:
                    assert session.ended_at is not None
                    assert session.ended_at <= before.ended_at
        assert changes.count(SessionChange.ENDED) == (session.ending is not None)
        if SessionChange.ENDED in changes:
            end = changes.index(SessionChange.ENDED)
            assert set(changes[:end]) <= {"unchanged", "moved"}
            assert set(changes[end + 1 :]) <= {"unchanged", "corrected", "refined"}

    @given(LIVE_SESSIONS, st.lists(ENDING_OPS, min_size=1, max_size=5), st.randoms())
    def test_reports_of_an_end_come_in_any_order(
        self, session: Session, ops: list[Op], random: Any
    ) -> None:
        """A function of the set of claims, events and closings among them: any order, any number
        of deliveries.
        """
        one = other = session
        for op in ops:
            one = op(one)
        for op in random.sample(ops * 2, len(ops) * 2):
            other = op(other)
        assert one == other

    @given(LIVE_SESSIONS, st.lists(ENDING_OPS, min_size=1, max_size=5))
    def test_the_ending_is_what_settle_says(self, session: Session, ops: list[Op]) -> None:
        """However the reports came in, they are settled together."""
        claims = [ending.winner for op in ops if (ending := op(session).ending) is not None]
        for op in ops:
            session = op(session)
        assert session.ending == settle(claims, not_before=session.started_at)


class TestSessionChange:
    """ "`session_change(before, after) -> SessionChange`: `unchanged moved ended corrected
    refined`".
    """

    @given(*[st.one_of(LIVE_SESSIONS, ENDED_SESSIONS, _ALIKE, _ALIKE, _ALIKE)] * 2)
    def test_any_two_values(self, before: Session, after: Session) -> None:
        """Every two values have one answer; only a revival has none, and raises."""
        if before.ending is None:
            if after.ending is not None:
                expected = "ended"
            else:
                expected = "unchanged" if before.status is after.status else "moved"
        elif after.ending is None:
            with pytest.raises(IllegalTransitionError):
                session_change(before, after)
            return
        elif (before.ending.reason, before.status) != (after.ending.reason, after.status):
            expected = "corrected"
        elif (before.ending.winner, before.ended_at) != (after.ending.winner, after.ended_at):
            expected = "refined"
        else:
            expected = "unchanged"
        assert session_change(before, after) == expected
        assert type(session_change(before, after)) is SessionChange

    @given(SESSIONS)
    def test_nothing_changed(self, session: Session) -> None:
        """A session against itself, or against itself as its row gives it back: `unchanged`."""
        assert session_change(session, session) == "unchanged"
        assert session_change(session, restore_session(**_row(session))) == "unchanged"


class TestRestoring:
    """ "`restore_session(status, *, reason=None, at=None, claimed_at=None, source="", raw=None,
    started_at=None)` from a stored row".
    """

    @given(SESSIONS)
    def test_what_a_row_keeps_comes_back(self, session: Session) -> None:
        """Status, winner and earliest time come back, and storing that again changes nothing."""
        restored = restore_session(**_row(session))
        assert restored.status is session.status
        assert restored.started_at == session.started_at
        assert restored.ended_at == session.ended_at
        if session.ending is None:
            assert restored == session
        else:
            assert restored.ending is not None
            assert restored.ending.winner == session.ending.winner
        assert _row(restored) == _row(session)

    @given(kit.statuses(live=True), REASONS, TIMES, SOURCES, RAWS, STARTS)
    def test_a_live_rows_reason_is_not_an_ending(
        self,
        status: str,
        word: Any,
        at: datetime | None,
        source: str,
        raw: str | None,
        start: datetime | None,
    ) -> None:
        """ "a live row's reason is not an ending"."""
        live = restore_session(status, reason=word, at=at, source=source, raw=raw, started_at=start)
        assert live == Session(SessionStatus(status), None, start)

    @given(kit.events(ending=True), TIMES, SOURCES, RAWS)
    def test_a_terminal_row_without_a_reason(
        self, event: str, at: datetime | None, source: str, raw: str | None
    ) -> None:
        """ "a terminal row without a reason claims what its ending event would"."""
        status, reason = ENDINGS[event]
        restored = restore_session(status, at=at, source=source, raw=raw)
        assert restored.ending == settle(
            [EndClaim(R(reason), at, source, SessionStatus(status), raw)]
        )
        assert restored == apply_event(
            start_session(), SessionEvent(event), at=at, source=source, raw=raw
        )

    @given(kit.statuses(live=False), REASONS, TIMES, RAWS)
    def test_a_terminal_row_with_a_reason(
        self, status: str, word: Any, at: datetime | None, raw: str | None
    ) -> None:
        """The row's own status stays, its reason is coerced, a word we do not know is kept."""
        own = dict(ENDINGS.values())
        reason, kept = (word, None) if isinstance(word, R) else WORDS[word]
        ending = restore_session(status, reason=word, at=at, raw=raw).ending
        assert ending is not None
        assert ending.claims == (
            EndClaim(
                R(reason or own[status]),
                at,
                "",
                SessionStatus(status),
                kept if raw is None else raw,
            ),
        )
        assert ending.at == at

    @given(TIMES, TIMES)
    def test_the_winners_own_time(self, at: datetime | None, claimed_at: datetime | None) -> None:
        """A row holds two times: the earliest claimed, and the winner's own (`claimed_at`)."""
        ending = restore_session("closed", at=at, claimed_at=claimed_at).ending
        assert ending is not None
        assert ending.winner.at == claimed_at
        known = [time for time in (at, claimed_at) if time is not None]
        assert ending.at == min(known, default=None)

    @given(st.text(max_size=30))
    def test_unknown_status_text_raises(self, word: str) -> None:
        """ "unknown status text raises `UnknownStatusError`"."""
        folded = word.strip().casefold()
        if not any(folded[:4] == status[:4] for status in (*LIVE, *TERMINAL)):
            with pytest.raises(UnknownStatusError):
                restore_session(word)

    def test_statuses_are_read_by_the_one_normalisation(self) -> None:
        """ "one normalisation": a row written in another spelling is still the same row."""
        assert restore_session("Waiting-For-Human") == restore_session("waiting_for_human")
        assert restore_session(" CLOSED ", reason="RoomDeleted").ending == settle(
            [EndClaim(R.ROOM_DELETED)]
        )


def test_a_claim_takes_no_word_for_a_reason() -> None:
    """A claim's `reason` is a member (or its exact text); what others wrote is coerced first."""
    assert EndClaim("error") == EndClaim(R.ERROR)  # type: ignore[arg-type]
    with pytest.raises(UnknownReasonError):
        EndClaim("Room deleted")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Ending(["error"])  # type: ignore[list-item]
