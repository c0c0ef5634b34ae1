"""A session driven at random, beside a model written by hand from sections 4 and 5 of the spec.

The model reads none of the package's tables. It holds plain strings and whole microseconds, its own
adjacency, one entry a status, and its own comparison of two claims. Three sessions are driven at
once: one that remembers, one that is pickled after every step, and one of which only a stored row
is left after every step. All three must stand where the model stands.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from session_lifecycle import (
    EndClaim,
    IllegalTransitionError,
    Session,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
    UnknownStatusError,
    apply_claim,
    apply_event,
    can_apply,
    close_session,
    is_live,
    is_terminal,
    restore_session,
    session_change,
    start_session,
)
from session_lifecycle import testing as kit

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

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
# What changes nothing there and is no error: redeliveries, and a ring or answer after the answer.
NOTHING_NEW = {
    "queued": (),
    "ringing": ("ring",),
    "active": ("ring", "answer", "resume", "approve", "deny", "return_to_agent"),
    "paused": ("ring", "answer", "pause"),
    "waiting_for_human": ("ring", "answer", "request_human"),
    "transferred": ("ring", "answer", "transfer"),
    "awaiting_approval": ("ring", "answer", "request_approval"),
}
LIVE_EVENTS = (
    "ring",
    "answer",
    "pause",
    "resume",
    "request_human",
    "request_approval",
    "approve",
    "deny",
    "transfer",
    "return_to_agent",
)
# An ending event's status, and what it claims without a reason.
ENDING_EVENTS = {
    "close": ("closed", "unknown"),
    "expire": ("expired", "unknown"),
    "fail": ("error", "error"),
    "supersede": ("superseded", "superseded"),
}
TERMINAL = ("closed", "expired", "error", "superseded")

# (rank, place in its row, lag in seconds) of the reasons the machine draws from: all ranks, the
# ends of the long rows, symptoms and causes. Smaller is stronger. `unknown_reason` is left out: of
# the two silent words as a CAUSE the spec calls both the last.
STANDS: dict[str, tuple[int, int, int]] = {
    "handoff_resolved": (1, 1, 0),
    "voicemail_detected": (2, 1, 0),
    "callee_busy": (2, 3, 0),
    "callee_unavailable": (2, 6, 0),
    "transferred": (3, 1, 0),
    "silence_timeout": (4, 1, 0),
    "participant_join_timeout": (4, 3, 0),
    "abandoned": (4, 7, 0),
    "agent_initiated": (4, 9, 0),
    "superseded": (4, 12, 0),
    "sip_trunk_failure": (4, 15, 0),
    "join_failure": (4, 21, 0),
    "participant_left": (4, 22, 3),
    "media_failure": (4, 24, 3),
    "agent_error": (4, 25, 3),
    "error": (4, 29, 3),
    "participant_removed": (6, 1, 0),
    "room_deleted": (6, 2, 0),
    "pipeline_exit": (6, 7, 0),
    "unknown": (7, 2, 0),
}
# The terminal status of those whose own is not `closed`.
OWN_STATUS = {
    "participant_join_timeout": "expired",
    "superseded": "superseded",
    "sip_trunk_failure": "error",
    "join_failure": "error",
    "media_failure": "error",
    "agent_error": "error",
    "error": "error",
}
# What a caller may write for a reason, and what it comes to: the reason, and the word kept as raw.
WORDS = {
    "agent-initiated": ("agent_initiated", None),
    "Room deleted": ("room_deleted", None),
    "SIPTrunkFailure": ("sip_trunk_failure", None),
    "DisconnectReason.ROOM_DELETED": ("room_deleted", None),
    "operator-busy": ("unknown", "operator-busy"),
    "left" * 17: ("unknown", ("left" * 17)[:63] + "…"),
}


class Said(NamedTuple):
    """A claim in the model's own terms; `at` in microseconds after noon."""

    reason: str
    at: int | None
    source: str
    status: str
    raw: str | None


def _standing(said: Said) -> tuple[int, int, int]:
    """Rank, tie and lag, with the two sentences that are about more than the word."""
    if said.reason == "unknown":
        if said.status != "closed":  # "names a status other than its own": a CAUSE, last there
            return 4, 100, 0
        if said.raw is not None:
            return 5, 1, 0
    return STANDS[said.reason]


def _is_stronger(one: Said, other: Said, start: int | None) -> bool:
    """Whether `one` beats `other`, by one question after the other."""
    (rank, tie, lag), (other_rank, other_tie, other_lag) = _standing(one), _standing(other)
    if rank != other_rank:
        return rank < other_rank
    at = None if one.at is None or (start is not None and one.at < start) else one.at
    theirs = None if other.at is None or (start is not None and other.at < start) else other.at
    if (at is None) != (theirs is None):
        return theirs is None
    if at is not None and theirs is not None:
        second, their_second = at // 1_000_000 + lag, theirs // 1_000_000 + other_lag
        if second != their_second:
            return second < their_second
    if tie != other_tie:
        return tie < other_tie
    if at is not None and theirs is not None and at != theirs:
        return at < theirs
    if one.source != other.source:
        return one.source < other.source
    if one.status != other.status:
        return one.status < other.status
    if one.raw != other.raw:
        return other.raw is not None and (one.raw is None or one.raw < other.raw)
    return True


def _moment(at: int | None) -> datetime | None:
    return None if at is None else NOON + timedelta(microseconds=at)


def _number(at: datetime | None) -> int | None:
    return None if at is None else (at - NOON) // timedelta(microseconds=1)


def _said(claim: EndClaim) -> Said:
    """A claim, told in the model's terms."""
    return Said(claim.reason.value, _number(claim.at), claim.source, claim.status.value, claim.raw)


def _row(session: Session) -> dict[str, Any]:
    ending = session.ending
    row: dict[str, Any] = {"status": session.status.value, "started_at": session.started_at}
    if ending is not None:
        row |= {
            "reason": ending.reason.value,
            "at": ending.at,
            "claimed_at": ending.winner.at,
            "source": ending.source,
            "raw": ending.winner.raw,
        }
    return row


TIMES = kit.times(around=NOON).map(_number)
SOURCES = kit.sources()
RAWS = st.sampled_from((None, None, None, "", "Wackelkontakt"))
# Of the words, those of which the model knows what they are.
REASONS = st.sampled_from(sorted(STANDS))
REASONS_OR_WORDS = st.one_of(st.none(), REASONS, st.sampled_from(sorted(WORDS)))


class SessionLife(RuleBasedStateMachine):
    """One session from its start to long after its end."""

    def __init__(self) -> None:
        super().__init__()
        self.status = "active"
        self.start: int | None = None
        self.said: list[Said] = []
        self.ended = 0
        self.session = self.pickled = self.stored = start_session()

    @initialize(status=st.sampled_from(("queued", "ringing", "active")), at=TIMES)
    def begin(self, status: str, at: int | None) -> None:
        """ "A session may start as `queued`, `ringing` or `active`." """
        self.status, self.start = status, at
        self.session = start_session(SessionStatus(status), at=_moment(at))
        self.pickled = self.stored = self.session

    # What the model says.

    @property
    def winner(self) -> Said | None:
        """The claim that beats all the others."""
        if not self.said:
            return None
        return reduce(lambda a, b: a if _is_stronger(a, b, self.start) else b, self.said)

    @property
    def at(self) -> int | None:
        """ "`at`, the earliest time claimed"; times before the start count as absent."""
        times = [said.at for said in self.said if said.at is not None]
        return min((t for t in times if self.start is None or t >= self.start), default=None)

    def _counted(self, said: Said) -> Said:
        """ "Times before `not_before` (the session's start) count as absent"."""
        bogus = said.at is not None and self.start is not None and said.at < self.start
        return said._replace(at=None) if bogus else said

    def _hear(self, said: Said | None, does: Callable[[Session], Session]) -> None:
        """Let the model hear what was said (`None`: a live event), and the sessions do it."""
        before, before_status, before_winner, before_at = (
            self.session,
            self.status,
            self.winner,
            self.at,
        )
        if said is not None:
            self.said.append(said)
            assert self.winner is not None
            self.status = self.winner.status
        self.session = does(self.session)
        self.pickled = pickle.loads(pickle.dumps(does(self.pickled)))
        self.stored = restore_session(**_row(does(self.stored)))

        winner = self.winner
        if winner is None:
            expected = "unchanged" if before.status == self.session.status else "moved"
        elif before_winner is None:
            expected = "ended"
            self.ended += 1
        elif (before_winner.reason, before_status) != (winner.reason, winner.status):
            expected = "corrected"
        elif (self._counted(before_winner), before_at) != (self._counted(winner), self.at):
            expected = "refined"
        else:
            expected = "unchanged"
        change = session_change(before, self.session)
        # Of claims that differ only in a time that counts as absent, the spec prefers none.
        told = winner is not None and self._counted(winner) != winner
        assert change == expected or (told and (change, expected) == ("refined", "unchanged"))
        assert session_change(self.session, self.stored) == "unchanged"

    # What can happen.

    @precondition(lambda self: not self.said)
    @rule(data=st.data())
    def a_move_the_machine_allows(self, data: st.DataObject) -> None:
        """ "live moves by the machine"."""
        event, target = data.draw(st.sampled_from(sorted(MOVES[self.status].items())))
        assert can_apply(SessionStatus(self.status), SessionEvent(event))
        self._hear(None, lambda session: apply_event(session, SessionEvent(event)))
        self.status = target

    @rule(event=kit.events(ending=False).map(str), at=TIMES, reason=REASONS_OR_WORDS)
    def any_live_event(self, event: str, at: int | None, reason: str | None) -> None:
        """Moved, redelivered, late, or illegal: "raises on illegal"."""

        def does(session: Session) -> Session:
            return apply_event(session, SessionEvent(event), at=_moment(at), reason=reason)

        if self.said or event in NOTHING_NEW[self.status]:
            before = self.session
            self._hear(None, does)
            assert self.session == before
        elif event in MOVES[self.status]:
            self._hear(None, does)
            self.status = MOVES[self.status][event]
        else:
            with pytest.raises(IllegalTransitionError) as caught:
                does(self.session)
            assert caught.value.status == self.status
            assert set(caught.value.allowed) == {*MOVES[self.status], *ENDING_EVENTS}

    @rule(
        event=kit.events(ending=True).map(str),
        at=TIMES,
        reason=REASONS_OR_WORDS,
        source=SOURCES,
        raw=RAWS,
    )
    def an_ending_event(
        self, event: str, at: int | None, reason: str | None, source: str, raw: str | None
    ) -> None:
        """ "an ending event is a claim, on an ended session too (settled in)"."""
        status, claimed = ENDING_EVENTS[event]
        word, kept = WORDS.get(reason or claimed, (reason or claimed, None))
        self._hear(
            Said(word, at, source, status, kept if raw is None else raw),
            lambda session: apply_event(
                session,
                SessionEvent(event),
                at=_moment(at),
                reason=reason,
                source=source,
                raw=raw,
            ),
        )

    @rule(reason=REASONS_OR_WORDS, at=TIMES, source=SOURCES)
    def close(self, reason: str | None, at: int | None, source: str) -> None:
        """ "a live session becomes `closed` whatever the reason. On an ended one the claim is
        settled in: never an error".
        """
        word, kept = WORDS.get(reason or "unknown", (reason or "unknown", None))
        self._hear(
            Said(word, at, source, "closed", kept),
            lambda session: close_session(session, reason, at=_moment(at), source=source),
        )

    @rule(
        reason=REASONS,
        at=TIMES,
        source=SOURCES,
        status=st.none() | kit.statuses(live=False).map(str),
        raw=RAWS,
    )
    def a_claim(
        self, reason: str, at: int | None, source: str, status: str | None, raw: str | None
    ) -> None:
        """ "ends a live session, settles into an ended one"."""
        claim = EndClaim(
            SessionTerminationReason(reason),
            _moment(at),
            source,
            None if status is None else SessionStatus(status),
            raw,
        )
        self._hear(
            Said(reason, at, source, status or OWN_STATUS.get(reason, "closed"), raw),
            lambda session: apply_claim(session, claim),
        )

    @precondition(lambda self: self.said)
    @rule(data=st.data())
    def a_redelivery(self, data: st.DataObject) -> None:
        """What was said before is said again: nothing changes at all."""
        said = data.draw(st.sampled_from(self.said))
        claim = EndClaim(
            SessionTerminationReason(said.reason),
            _moment(said.at),
            said.source,
            SessionStatus(said.status),
            said.raw,
        )
        before = self.session
        self._hear(said, lambda session: apply_claim(session, claim))
        assert self.session == before

    @rule(word=st.sampled_from(("", "hibernating", "ended", "completed")))
    def a_row_with_a_status_nobody_knows(self, word: str) -> None:
        """ "unknown status text raises `UnknownStatusError`": it neither ends nor revives."""
        with pytest.raises(UnknownStatusError):
            restore_session(**(_row(self.session) | {"status": word}))

    # What is always so.

    @invariant()
    def all_stand_where_the_model_stands(self) -> None:
        """Status, winner and time agree, in the one that remembers and in the one that forgets."""
        winner = self.winner
        for session in (self.session, self.pickled, self.stored):
            assert session.status == self.status
            assert session.started_at == _moment(self.start)
            assert session.ended_at == _moment(self.at)
            assert (session.ending is None) is (winner is None)
            if session.ending is not None and winner is not None:
                assert self._counted(_said(session.ending.winner)) == self._counted(winner)

    @invariant()
    def it_is_live_or_it_has_ended(self) -> None:
        """ "`ending` is `None` exactly while live"; "`ended` ... once in a session's life"."""
        assert is_live(self.session.status) is (not self.said)
        assert is_terminal(self.session.status) is bool(self.said)
        assert self.ended == bool(self.said)

    @invariant()
    def nothing_is_lost(self) -> None:
        """Every claim is kept, none twice; and the pickled one is the same value."""
        assert self.pickled == self.session
        assert hash(self.pickled) == hash(self.session)
        assert copy.deepcopy(self.session) == self.session
        kept = () if self.session.ending is None else self.session.ending.claims
        assert len(kept) == len(set(self.said))
        assert set(map(_said, kept)) == set(self.said)


TestSessionLife = SessionLife.TestCase
