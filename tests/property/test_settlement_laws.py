"""Section 5, settlement: its laws, and an oracle of the order written from the spec's table.

The oracle finds the winner the way the text does, by sending away loser after loser, instead of by
a sort key; its tables are literals of this file.
"""

from __future__ import annotations

import copy
import itertools
import pickle
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from session_lifecycle import (
    SETTLEMENT_ORDER,
    SETTLEMENT_RANKS,
    ClaimRank,
    EndClaim,
    Ending,
    Session,
    SessionStatus,
    SessionTerminationReason,
    apply_claim,
    claim_rank,
    restore_session,
    settle,
    start_session,
)
from session_lifecycle import testing as kit

R = SessionTerminationReason

# | rank | reasons, in tie order |, without `unknown`, whose rank is not decided by its word alone.
HUMAN = ("handoff_resolved",)
DIALLED = (
    "voicemail_detected",
    "callee_declined",
    "callee_busy",
    "callee_no_answer",
    "callee_not_found",
    "callee_unavailable",
)
BRIDGED = ("transferred",)
SYMPTOMS = (
    "participant_left",
    "client_initiated",
    "media_failure",
    "agent_error",
    "connection_timeout",
    "server_shutdown",
    "state_mismatch",
    "error",
)
CAUSE = (
    "silence_timeout",
    "max_call_duration",
    "participant_join_timeout",
    "escalated",
    "resolved",
    "unresolved",
    "abandoned",
    "user_requested",
    "agent_initiated",
    "duplicate_dispatch",
    "stale_routing",
    "superseded",
    "user_rejected",
    "user_unavailable",
    "sip_trunk_failure",
    "sip_dial_failed",
    "sip_failed",
    "dispatch_failed",
    "token_mint_failed",
    "setup_error",
    "join_failure",
    *SYMPTOMS,
)
ECHO = (
    "participant_removed",
    "room_deleted",
    "room_closed",
    "signal_close",
    "duplicate_identity",
    "migration",
    "pipeline_exit",
)
SILENT = ("unknown_reason", "unknown")
RANKS = ("human", "dialled", "bridged", "cause", "foreign", "echo", "silent")
RANK_BY_REASON = (
    dict.fromkeys(HUMAN, "human")
    | dict.fromkeys(DIALLED, "dialled")
    | dict.fromkeys(BRIDGED, "bridged")
    | dict.fromkeys(CAUSE, "cause")
    | dict.fromkeys(ECHO, "echo")
    | dict.fromkeys(SILENT, "silent")
)
# Each reason's place in its row; a silent word is last in CAUSE too, when it stands there.
TIE_ORDER = (*HUMAN, *DIALLED, *BRIDGED, *CAUSE, *ECHO, *SILENT)

# Section 2, the columns `status` and `outcome`.
_ERRORS = """
    error sip_failed server_shutdown state_mismatch join_failure sip_trunk_failure
    connection_timeout media_failure agent_error dispatch_failed token_mint_failed sip_dial_failed
    setup_error
"""
_VOID = "stale_routing superseded duplicate_dispatch"
OWN_STATUS = (
    dict.fromkeys(TIE_ORDER, "closed")
    | dict.fromkeys(_ERRORS.split(), "error")
    | dict.fromkeys(_VOID.split(), "superseded")
    | {"participant_join_timeout": "expired"}
)
OUTCOMES = (
    dict.fromkeys(TIE_ORDER, "undetermined")
    | dict.fromkeys(["agent_initiated", "resolved", "handoff_resolved"], "resolved")
    | {word: word for word in ("unresolved", "abandoned", "escalated", "transferred")}
    | dict.fromkeys(DIALLED, "unreached")
    | dict.fromkeys(
        [
            "sip_failed",
            "join_failure",
            "user_unavailable",
            "user_rejected",
            "dispatch_failed",
            "token_mint_failed",
            "sip_dial_failed",
            "participant_join_timeout",
            "setup_error",
        ],
        "unreached",
    )
    | dict.fromkeys(_VOID.split(), "void")
)


def rank_by_the_letter(claim: EndClaim) -> str:
    """The rank of a claim, as the table and the paragraph under it have it."""
    reason = claim.reason.value
    if reason in SILENT and claim.status.value != OWN_STATUS[reason]:
        return "cause"  # "names a status other than its own, with or without `raw`"
    if reason == "unknown" and claim.raw is not None:
        return "foreign"  # "unknown, when it carries `raw`"
    return RANK_BY_REASON[reason]


def _second_plus_lag(at: datetime, reason: str) -> datetime:
    # Seconds before year 10000 plus a lag may lie behind it: all that matters is the distance.
    whole = at.replace(microsecond=0) - timedelta(days=2)
    return whole + timedelta(seconds=3) if reason in SYMPTOMS else whole


def _those_with_least(claims: list[EndClaim], key: Callable[[EndClaim], Any]) -> list[EndClaim]:
    least = min(map(key, claims))
    return [claim for claim in claims if key(claim) == least]


def winner_by_the_letter(
    claims: Iterable[EndClaim], not_before: datetime | None, *, silent_tie: bool = True
) -> EndClaim:
    """Send away loser after loser, in the words of the spec.

    Of the two silent words, the spec calls both "last in tie order" when they stand in CAUSE. They
    may tie there, so that only the end of the order tells them apart, or not (`silent_tie`).
    """
    left = list(claims)

    def time_of(claim: EndClaim) -> datetime | None:
        """ "Times before `not_before` (the session's start) count as absent"."""
        if claim.at is None or (not_before is not None and claim.at < not_before):
            return None
        return claim.at

    # "Higher rank wins."
    left = _those_with_least(left, lambda claim: RANKS.index(rank_by_the_letter(claim)))
    # "a claim without a time comes last"
    timed = [claim for claim in left if time_of(claim) is not None]
    if timed:
        # "Inside a rank the earliest wins, compared by whole second plus lag"
        left = _those_with_least(
            timed, lambda c: _second_plus_lag(time_of(c) or datetime.min, c.reason.value)
        )
    # "then tie order"
    left = _those_with_least(
        left,
        lambda claim: (
            len(TIE_ORDER)
            if silent_tie and claim.reason in SILENT and rank_by_the_letter(claim) == "cause"
            else TIE_ORDER.index(claim.reason)
        ),
    )
    # "then exact time"
    if timed:
        left = _those_with_least(left, time_of)
    # "source (by code point), status, raw, so that the order is total"
    left = _those_with_least(left, lambda claim: [ord(c) for c in claim.source])
    left = _those_with_least(left, lambda claim: claim.status.value)
    left = _those_with_least(left, lambda claim: (claim.raw is not None, claim.raw or ""))
    left = _those_with_least(left, lambda claim: TIE_ORDER.index(claim.reason))
    # Where only times that count as absent are left to tell claims apart, the spec is silent.
    assert len({as_it_counts(claim, not_before) for claim in left}) == 1
    return left[0]


def as_it_counts(claim: EndClaim, not_before: datetime | None) -> EndClaim:
    """A claim without a time that counts as absent."""
    bogus = not_before is not None and claim.at is not None and claim.at < not_before
    time = None if bogus else claim.at
    return EndClaim(claim.reason, time, claim.source, claim.status, claim.raw)


def order_by_the_letter(
    claims: Iterable[EndClaim], not_before: datetime | None, *, silent_tie: bool
) -> list[EndClaim]:
    """ "`claims` (winner first, then the others in order)", as far as their times count."""
    left, ordered = set(claims), []
    while left:
        ordered.append(winner_by_the_letter(left, not_before, silent_tie=silent_tie))
        left.remove(ordered[-1])
    return [as_it_counts(claim, not_before) for claim in ordered]


def earliest_by_the_letter(
    claims: Iterable[EndClaim], not_before: datetime | None
) -> datetime | None:
    """ "`at`, the earliest time claimed"; times before the start count as absent."""
    times = [c.at for c in claims if c.at is not None]
    return min([t for t in times if not_before is None or t >= not_before], default=None)


NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
_TOKYO = timezone(timedelta(hours=9))

_CLOSE = kit.times(around=NOON, strays=False, allow_none=False)
# The calendar's ends, a broken second before the epoch, another zone: more than `times` has.
_FAR = st.sampled_from(
    (
        datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC),
        datetime(1, 1, 3, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        (NOON + timedelta(seconds=1)).astimezone(_TOKYO),
    )
)
TIMES = st.one_of(kit.times(around=NOON), kit.times(around=NOON, strays=False), _FAR)
STARTS = st.one_of(st.none(), st.none(), _CLOSE, st.just(NOON), _FAR)

_PLAIN = kit.claims(at=TIMES)
# Few values in every cell, so that they often differ in one cell only.
_QUIET = st.builds(
    EndClaim,
    st.sampled_from((R.UNKNOWN, R.UNKNOWN_REASON, R.ROOM_DELETED, R.ERROR)),
    TIMES,
    st.just(""),
    st.sampled_from((None, "closed", "expired", "error")),
    st.sampled_from((None, None, "x")),
)
CLAIMS = _PLAIN | _QUIET
CLAIM_SETS = st.lists(CLAIMS, min_size=1, max_size=7)


class TestTheOrder:
    """ "The order, written as one table (`SETTLEMENT_ORDER`; `claim_rank(claim) -> ClaimRank`)"."""

    def test_the_table_is_the_specs(self) -> None:
        """Every reason once; `unknown` twice, "when it carries `raw`" and when it does not."""
        foreign = ("foreign", "unknown", 0, True)
        rows = [
            (rank, reason, 3 if reason in SYMPTOMS else 0, None)
            for rank, reasons in (
                ("human", HUMAN),
                ("dialled", DIALLED),
                ("bridged", BRIDGED),
                ("cause", CAUSE),
                ("echo", ECHO),
                ("silent", SILENT[:1]),
            )
            for reason in reasons
        ]
        rows.insert(next(i for i, row in enumerate(rows) if row[0] == "echo"), foreign)
        assert list(SETTLEMENT_ORDER) == [*rows, ("silent", "unknown", 0, False)]
        assert tuple(SETTLEMENT_RANKS) == RANKS == tuple(ClaimRank)
        assert sorted(TIE_ORDER) == sorted(SessionTerminationReason)

    @pytest.mark.parametrize("reason", SessionTerminationReason)
    def test_every_rank(self, reason: SessionTerminationReason) -> None:
        """Every reason, with every status and with raw or without, ranks as the table says."""
        for status in (None, *("closed", "expired", "error", "superseded")):
            for raw in (None, "", "Wackelkontakt"):
                claim = EndClaim(reason, None, "", status, raw)  # type: ignore[arg-type]
                assert claim_rank(claim) == rank_by_the_letter(claim)
                assert type(claim_rank(claim)) is ClaimRank

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (0, 0),
            (0, 1),
            (0, 2),
            (0, 3),
            (0, 4),
            # "by whole second": a moment may cross a second, and most of a second may not.
            (0, 0.999_999),
            (0.999_999, 1),
            (0.5, 1.5),
            (0.6, 3.4),
            (0.999_999, 3),
        ],
    )
    def test_every_pair_of_reasons(self, first: float, second: float) -> None:
        """Any two reasons, this far apart, whichever of them came first."""
        earlier = NOON + timedelta(seconds=first)
        ours = [EndClaim(reason, earlier) for reason in SessionTerminationReason]
        ours.append(EndClaim(R.UNKNOWN, earlier, raw="Wackelkontakt"))
        later = NOON + timedelta(seconds=second)
        theirs = [EndClaim(claim.reason, later, "z", None, claim.raw) for claim in ours]
        for one, other in itertools.product(ours, theirs):
            expected = winner_by_the_letter((one, other), None)
            assert settle((one, other)).winner == expected
            assert settle((other, one)).winner == expected

    @given(CLAIM_SETS, STARTS)
    def test_settle_agrees_with_the_letter_of_the_spec(
        self, claims: list[EndClaim], not_before: datetime | None
    ) -> None:
        """ "`Ending` has `winner` (the claim), its `reason`, `status`, `outcome`, `source`; `at`,
        the earliest time claimed; `claims` (winner first, then the others in order)."
        """
        ending = settle(claims, not_before=not_before)
        ordered = [as_it_counts(claim, not_before) for claim in ending.claims]
        assert ordered in [
            order_by_the_letter(claims, not_before, silent_tie=tie) for tie in (True, False)
        ]
        winner = ending.claims[0]
        assert ending.at == earliest_by_the_letter(claims, not_before)
        assert ending.winner is winner
        assert ending.reason is winner.reason
        assert ending.status is winner.status
        assert ending.source == winner.source
        assert ending.outcome == OUTCOMES[winner.reason]

    @pytest.mark.parametrize(
        ("winner", "loser"),
        [
            # "Higher rank wins", whenever it was.
            (
                EndClaim(R.TRANSFERRED, NOON + timedelta(hours=1), "z"),
                EndClaim(R.SILENCE_TIMEOUT, NOON, "a"),
            ),
            # "Inside a rank the earliest wins", before tie order...
            (
                EndClaim(R.JOIN_FAILURE, NOON, "z"),
                EndClaim(R.SILENCE_TIMEOUT, NOON + timedelta(seconds=1), "a"),
            ),
            # ... "compared by whole second plus lag".
            (
                EndClaim(R.SUPERSEDED, NOON + timedelta(seconds=2.9)),
                EndClaim(R.PARTICIPANT_LEFT, NOON),
            ),
            (
                EndClaim(R.PARTICIPANT_LEFT, NOON),
                EndClaim(R.SUPERSEDED, NOON + timedelta(seconds=4)),
            ),
            # "a claim without a time comes last"
            (EndClaim(R.JOIN_FAILURE, NOON, "z"), EndClaim(R.SILENCE_TIMEOUT, None, "a")),
            # "then tie order", before the exact time
            (
                EndClaim(R.CALLEE_BUSY, NOON + timedelta(microseconds=999_999), "z"),
                EndClaim(R.CALLEE_NO_ANSWER, NOON, "a"),
            ),
            (EndClaim(R.CALLEE_BUSY, None, "z"), EndClaim(R.CALLEE_NO_ANSWER, None, "a")),
            # "then exact time", before the source
            (
                EndClaim(R.RESOLVED, NOON, "z"),
                EndClaim(R.RESOLVED, NOON + timedelta(microseconds=1), "a"),
            ),
            # "source (by code point)", before the status
            (
                EndClaim(R.RESOLVED, NOON, "a", SessionStatus.SUPERSEDED),
                EndClaim(R.RESOLVED, NOON, "z", SessionStatus.CLOSED),
            ),
            # "status", before raw
            (
                EndClaim(R.RESOLVED, NOON, "a", SessionStatus.CLOSED, "z"),
                EndClaim(R.RESOLVED, NOON, "a", SessionStatus.EXPIRED, "a"),
            ),
            # "raw"
            (EndClaim(R.RESOLVED, NOON, raw="a"), EndClaim(R.RESOLVED, NOON, raw="z")),
        ],
    )
    def test_every_step_of_the_order(self, winner: EndClaim, loser: EndClaim) -> None:
        """Each step of the order decides before the next, though that would decide otherwise."""
        for claims in ((winner, loser), (loser, winner)):
            assert settle(claims).claims == (winner, loser)
            assert order_by_the_letter(claims, None, silent_tie=True) == [winner, loser]

    def test_source_by_code_point(self) -> None:
        """ "source (by code point)": not by the code units of UTF-16, as some languages do."""
        by_code_point = ("", "A", "Z", "a", "é", "\uffff", "\U0001f600")
        claims = [EndClaim(R.ROOM_DELETED, NOON, source) for source in by_code_point[::-1]]
        assert [claim.source for claim in settle(claims).claims] == list(by_code_point)

    @given(st.lists(_QUIET, min_size=2, max_size=5, unique=True), STARTS, st.randoms())
    def test_the_order_is_total(
        self, claims: list[EndClaim], not_before: datetime | None, random: Any
    ) -> None:
        """ "so that the order is total": no two claims that differ ever stand level."""
        shuffled = random.sample(claims, len(claims))
        assert (
            settle(shuffled, not_before=not_before).claims
            == settle(claims, not_before=not_before).claims
        )

    def test_silent_words_with_another_status_do_not_stand_level(self) -> None:
        """ "so that the order is total": in CAUSE both silent words are last, and still in order.

        They share a tie, and may share time, source, status and raw: only the reason is left.
        """
        expired = SessionStatus.EXPIRED
        for raw in (None, "x"):
            unknown = EndClaim(R.UNKNOWN, NOON, "timer", expired, raw)
            nothing = EndClaim(R.UNKNOWN_REASON, NOON, "timer", expired, raw)
            assert settle((unknown, nothing)) == settle((nothing, unknown))


class TestTheLawsOfSettlement:
    """ "Laws: commutative, associative, idempotent; the winner is one of the claims; a weaker claim
    changes nothing but `at`; nothing is lost."
    """

    @given(CLAIM_SETS, STARTS, st.randoms())
    def test_a_function_of_the_set(
        self, claims: list[EndClaim], not_before: datetime | None, random: Any
    ) -> None:
        """ "a function of the *set* of claims": neither order nor repetition matters."""
        shuffled = random.sample(claims * 2, len(claims) * 2)
        ending = settle(claims, not_before=not_before)
        assert settle(shuffled, not_before=not_before) == ending
        assert settle(iter(claims), not_before=not_before) == ending
        assert hash(settle(shuffled, not_before=not_before)) == hash(ending)

    @given(CLAIM_SETS, CLAIM_SETS, STARTS, STARTS)
    @example(
        [EndClaim(R.UNKNOWN, None, "", SessionStatus.EXPIRED)],
        [EndClaim(R.UNKNOWN_REASON, None, "", SessionStatus.EXPIRED)],
        None,
        None,
    )
    def test_commutative(
        self,
        one: list[EndClaim],
        other: list[EndClaim],
        start: datetime | None,
        other_start: datetime | None,
    ) -> None:
        """ "commutative": merging one ending with another is merging the other with the one."""
        left, right = settle(one, not_before=start), settle(other, not_before=other_start)
        assert left.merge(right) == right.merge(left)

    @given(CLAIM_SETS, CLAIM_SETS, CLAIM_SETS, STARTS)
    def test_associative(
        self, a: list[EndClaim], b: list[EndClaim], c: list[EndClaim], start: datetime | None
    ) -> None:
        """ "associative": however the merges are bracketed."""
        x, y, z = (settle(claims, not_before=start) for claims in (a, b, c))
        assert x.merge(y).merge(z) == x.merge(y.merge(z))

    @given(CLAIM_SETS, STARTS)
    def test_idempotent(self, claims: list[EndClaim], start: datetime | None) -> None:
        """ "idempotent": an ending merged with itself, or settled again, is itself."""
        ending = settle(claims, not_before=start)
        assert ending.merge(ending) == ending
        assert settle(ending.claims, not_before=start) == ending
        assert Ending(ending.claims, ending.at, ending.not_before) == ending

    @given(CLAIM_SETS, CLAIM_SETS, STARTS)
    def test_merge_agrees_with_settle(
        self, one: list[EndClaim], other: list[EndClaim], start: datetime | None
    ) -> None:
        """ "`Ending.merge(other)` agrees with `settle`." """
        merged = settle(one, not_before=start).merge(settle(other, not_before=start))
        assert merged == settle([*one, *other], not_before=start)

    @given(CLAIM_SETS, CLAIM_SETS, STARTS, STARTS)
    def test_the_later_start_counts(
        self,
        one: list[EndClaim],
        other: list[EndClaim],
        start: datetime | None,
        other_start: datetime | None,
    ) -> None:
        """ "Times before `not_before` (the session's start) count as absent": the later knows."""
        merged = settle(one, not_before=start).merge(settle(other, not_before=other_start))
        known = [time for time in (start, other_start) if time is not None]
        assert merged == settle([*one, *other], not_before=max(known, default=None))

    @given(CLAIM_SETS, STARTS)
    def test_the_winner_is_one_of_the_claims(
        self, claims: list[EndClaim], start: datetime | None
    ) -> None:
        """ "the winner is one of the claims"."""
        assert settle(claims, not_before=start).winner in claims

    @given(CLAIM_SETS, CLAIMS, STARTS)
    def test_a_weaker_claim_changes_nothing_but_at(
        self, claims: list[EndClaim], claim: EndClaim, start: datetime | None
    ) -> None:
        """ "a weaker claim changes nothing but `at`"; and `at` moves no way but back."""
        before = settle(claims, not_before=start)
        stronger = as_it_counts(before.winner, start)
        assume(as_it_counts(claim, start) != stronger)
        both = (before.winner, claim)
        winners = [winner_by_the_letter(both, start, silent_tie=tie) for tie in (True, False)]
        assume(all(as_it_counts(winner, start) == stronger for winner in winners))
        after = before.merge(settle([claim], not_before=start))
        assert after.winner == before.winner
        for fact in ("reason", "status", "outcome", "source"):
            assert getattr(after, fact) == getattr(before, fact)
        assert after.at == earliest_by_the_letter([*claims, claim], start)
        if before.at is not None:
            assert after.at is not None
            assert after.at <= before.at

    @given(CLAIM_SETS, CLAIM_SETS, STARTS)
    def test_nothing_is_lost(
        self, one: list[EndClaim], other: list[EndClaim], start: datetime | None
    ) -> None:
        """ "nothing is lost": every claim is kept, as it was made, and none twice."""
        merged = settle(one, not_before=start).merge(settle(other, not_before=start))
        assert set(merged.claims) == {*one, *other}
        assert len(merged.claims) == len(set(merged.claims))

    @given(CLAIM_SETS, STARTS)
    def test_an_absent_time_is_no_time(
        self, claims: list[EndClaim], start: datetime | None
    ) -> None:
        """ "Times before `not_before` count as absent: one bogus epoch must not decide." """
        kept = settle(claims, not_before=start)
        cleaned = settle(as_it_counts(claim, start) for claim in claims)
        assert as_it_counts(kept.winner, start) == cleaned.winner
        assert kept.at == cleaned.at

    def test_a_bogus_epoch_and_no_time_do_not_stand_level(self) -> None:
        """ "so that the order is total": a claim timed 1970 is not the same claim as an untimed."""
        epoch = EndClaim(R.ROOM_DELETED, datetime(1970, 1, 1, tzinfo=UTC), "livekit")
        untimed = EndClaim(R.ROOM_DELETED, None, "livekit")
        one, other = (settle(c, not_before=NOON) for c in ((epoch, untimed), (untimed, epoch)))
        assert one == other

    def test_no_claims(self) -> None:
        """ "(none: `ValueError`)"."""
        with pytest.raises(ValueError, match="no claims"):
            settle([])

    @given(CLAIMS, CLAIMS, st.integers(-(10**6), 10**6))
    def test_who_wins_does_not_depend_on_the_day(
        self, one: EndClaim, other: EndClaim, days: int
    ) -> None:
        """Only how far apart claims are matters, in whole seconds, not when the session was."""

        def moved(claim: EndClaim) -> EndClaim:
            time = None if claim.at is None else claim.at + timedelta(days=days)
            return EndClaim(claim.reason, time, claim.source, claim.status, claim.raw)

        try:
            then = settle([moved(one), moved(other)])
        except OverflowError:
            return  # No such day in the calendar.
        assert then.winner == moved(settle([one, other]).winner)


class TestTheStore:
    """ "Because of these, a store that keeps the winner with its own time, and the earliest time,
    and merges each new claim in, ends in the same place as one that keeps everything."
    """

    @given(CLAIM_SETS, kit.times(around=NOON, strays=False), st.booleans())
    def test_a_store_that_forgets_ends_in_the_same_place(
        self, claims: list[EndClaim], start: datetime | None, as_text: bool
    ) -> None:
        """After every claim only a row is left; `restore_session` takes it up again."""
        session: Session = start_session(at=start)
        for count, claim in enumerate(claims, start=1):
            session = apply_claim(session, claim)
            ending = session.ending
            assert ending is not None
            everything = settle(claims[:count], not_before=start)
            assert ending.winner == everything.winner
            assert ending.at == everything.at
            assert session.ended_at == everything.at
            assert session.status is everything.status
            session = restore_session(
                str(session.status) if as_text else session.status,
                reason=str(ending.reason) if as_text else ending.reason,
                at=ending.at,
                claimed_at=ending.winner.at,
                source=ending.source,
                raw=ending.winner.raw,
                started_at=session.started_at,
            )

    @given(CLAIM_SETS, STARTS)
    def test_incremental_claims_equal_settling_at_once(
        self, claims: list[EndClaim], start: datetime | None
    ) -> None:
        """`apply_claim` "ends a live session, settles into an ended one": one by one or at once."""
        session = start_session(at=start)
        for claim in claims:
            session = apply_claim(session, claim)
        assert session.ending == settle(claims, not_before=start)

    @given(CLAIM_SETS, CLAIM_SETS, STARTS)
    def test_a_row_kept_by_one_process_merges_with_anothers(
        self, one: list[EndClaim], other: list[EndClaim], start: datetime | None
    ) -> None:
        """Two stores, each with its winner and earliest time, agree with one that saw it all."""
        rows = []
        for claims in (one, other):
            ending = settle(claims, not_before=start)
            rows.append(Ending([ending.winner], ending.at, start))
        merged, everything = rows[0].merge(rows[1]), settle([*one, *other], not_before=start)
        assert merged.winner == everything.winner
        assert merged.at == everything.at


class TestAClaim:
    """ "Each report is an `EndClaim(reason, at=None, source="", status=None, raw=None)`"."""

    @given(CLAIMS)
    def test_a_claim_is_a_value(self, claim: EndClaim) -> None:
        """Immutable, hashable, it pickles and copies, and comes back equal."""
        for twin in (pickle.loads(pickle.dumps(claim)), copy.deepcopy(claim), copy.copy(claim)):
            assert twin == claim
            assert hash(twin) == hash(claim)
        with pytest.raises(AttributeError):
            claim.source = "someone else"  # type: ignore[misc]

    @given(CLAIM_SETS, STARTS)
    def test_an_ending_is_a_value(self, claims: list[EndClaim], start: datetime | None) -> None:
        """A pickled ending is settled anew, and comes back equal."""
        ending = settle(claims, not_before=start)
        assert pickle.loads(pickle.dumps(ending)) == ending
        with pytest.raises(AttributeError):
            ending.at = None  # type: ignore[misc]

    @given(kit.reasons(), TIMES)
    def test_at_is_kept_in_utc(self, reason: R, at: datetime | None) -> None:
        """ "`at` an aware `datetime` (kept in UTC) or `None`": the same moment, wherever read."""
        there = None if at is None or at.year in (1, 9999) else at.astimezone(_TOKYO)
        assume(at is None or there is not None)
        here, abroad = EndClaim(reason, at), EndClaim(reason, there)
        assert here == abroad
        assert abroad.at is None or abroad.at.tzinfo is UTC

    @given(kit.reasons())
    def test_status_is_the_reasons_own(self, reason: R) -> None:
        """ "`None` is replaced by the reason's own when it is built"."""
        assert EndClaim(reason).status == OWN_STATUS[reason]
        assert type(EndClaim(reason).status) is SessionStatus

    @given(kit.reasons(), st.datetimes())
    def test_a_naive_time_is_refused(self, reason: R, naive: datetime) -> None:
        """ "A naive time ... is a `ValueError` at once." """
        with pytest.raises(ValueError, match="zone"):
            EndClaim(reason, naive)
        with pytest.raises(ValueError, match="zone"):
            settle([EndClaim(reason)], not_before=naive)

    @pytest.mark.parametrize(
        "status",
        [
            "queued",
            "ringing",
            "active",
            "paused",
            "waiting_for_human",
            "transferred",
            "awaiting_approval",
        ],
    )
    def test_a_live_status_is_refused(self, status: str) -> None:
        """ "A naive time or a live status is a `ValueError` at once." """
        with pytest.raises(ValueError, match=status):
            EndClaim(R.ERROR, status=SessionStatus(status))

    @given(st.text(max_size=200))
    def test_raw_is_kept_up_to_64_characters(self, word: str) -> None:
        """ "`raw` the word that could not be coerced", truncated and marked like a reading's."""
        raw = EndClaim(R.UNKNOWN, raw=word).raw
        assert raw == (word if len(word) <= 64 else f"{word[:63]}…")
        assert EndClaim(R.UNKNOWN, raw=raw).raw == raw
