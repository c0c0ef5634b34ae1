"""Section 5 of the specification: claims, `settle()`, and the order claims are settled by.

Every docstring quotes the rule it attacks. The table below is typed from the specification, not
read from the package, and the oracle compares claims two at a time instead of sorting by a key.
"""

from __future__ import annotations

import copy
import functools
import itertools
import pickle
import random
import sys
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import session_lifecycle as sl
from session_lifecycle import (
    ClaimRank,
    EndClaim,
    Ending,
    EndOutcome,
    SessionStatus,
    claim_rank,
    reason_traits,
    settle,
)
from session_lifecycle import SessionTerminationReason as R
from session_lifecycle import testing as kit
from session_lifecycle._text import show

NOON = datetime(2026, 3, 14, 12, 0, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TERMINAL = (
    SessionStatus.CLOSED,
    SessionStatus.EXPIRED,
    SessionStatus.ERROR,
    SessionStatus.SUPERSEDED,
)

# Strongest first; inside a rank in tie order.
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
FACTS = (
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
)
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
CAUSE = FACTS + SYMPTOMS
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


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def claim(word, seconds=None, source="", status=None, raw=None) -> EndClaim:
    when = None if seconds is None else at(seconds)
    return EndClaim(R(word), when, source, status, raw)


def settled_every_way(claims, not_before=None) -> Ending:
    """Settle in all orders, at once and one by one; refuse two answers."""
    answers = set()
    for order in itertools.permutations(claims):
        answers.add(settle(order, not_before=not_before))
        ones = [settle([one], not_before=not_before) for one in order]
        answers.add(functools.reduce(Ending.merge, ones))
        answers.add(functools.reduce(lambda left, right: right.merge(left), ones))
    assert len(answers) == 1
    return answers.pop()


def wins(winner: EndClaim, loser: EndClaim) -> bool:
    """Whether the first wins over the second, in both orders."""
    ending = settled_every_way([winner, loser])
    assert ending.winner in (winner, loser)
    return ending.winner == winner


# --------------------------------------------------------------------------- an independent oracle


def oracle_rank(one: EndClaim) -> str:
    word, own = str(one.reason), one.status == SessionStatus.CLOSED
    if word in SILENT and not own:
        return "cause"
    if word == "unknown" and one.raw is not None:
        return "foreign"
    rows = {"human": HUMAN, "dialled": DIALLED, "bridged": BRIDGED, "cause": CAUSE, "echo": ECHO}
    return next((rank for rank, row in rows.items() if word in row), "silent")


def oracle_compare(not_before):
    """Compare two claims by the steps of the sentence, one after the other."""

    def counted(one):
        if one.at is None or (not_before is not None and one.at < not_before):
            return None
        return one.at

    def tie(one):
        row = [*HUMAN, *DIALLED, *BRIDGED, *CAUSE, *ECHO]
        if oracle_rank(one) == "silent":
            return SILENT.index(one.reason)
        # A silent word that names a status stands behind them all, among its kind as it did before.
        return row.index(one.reason) if one.reason in row else len(row) + SILENT.index(one.reason)

    def second(one):
        lag = 3 if one.reason in SYMPTOMS else 0
        return counted(one).replace(microsecond=0) + timedelta(seconds=lag)

    def compare(left, right):
        steps = [(RANKS.index(oracle_rank(one)) for one in (left, right))]
        times = counted(left), counted(right)
        steps.append(time is None for time in times)
        if None not in times:
            steps.append(second(one) for one in (left, right))
        steps.append(tie(one) for one in (left, right))
        if None not in times:
            steps.append(times)
        steps.append([ord(letter) for letter in one.source] for one in (left, right))
        steps.append(str(one.status) for one in (left, right))
        steps.append((one.raw is not None, one.raw or "") for one in (left, right))
        for a, b in steps:
            if a != b:
                return -1 if a < b else 1
        return 0

    return compare


def oracle_order(claims, not_before=None) -> list[EndClaim]:
    """The claims in order; those that differ by an ignored time only stand level."""
    return sorted(claims, key=functools.cmp_to_key(oracle_compare(not_before)))


a_claim = kit.claims(at=kit.times(around=NOON))
some_claims = st.lists(a_claim, min_size=1, max_size=7)
a_start = kit.times(around=NOON, strays=False)


# ------------------------------------------------------------------------------------- one claim


class TestClaim:
    """Each report is an `EndClaim(reason, at=None, source="", status=None, raw=None)`"""

    def test_its_cells_in_order(self):
        """Each report is an `EndClaim(reason, at=None, source="", status=None, raw=None)`"""
        one = EndClaim(R.CALLEE_BUSY)
        assert (one.reason, one.at, one.source, one.raw) == (R.CALLEE_BUSY, None, "", None)
        one = EndClaim(R.UNKNOWN, NOON, "livekit", SessionStatus.EXPIRED, "gremlins")
        assert one.reason is R.UNKNOWN
        assert one.at == NOON
        assert one.source == "livekit"
        assert one.status is SessionStatus.EXPIRED
        assert one.raw == "gremlins"

    @pytest.mark.parametrize("hours", [-12, -7.5, 0, 1, 5.75, 14])
    def test_its_time_is_kept_in_utc(self, hours):
        """`at` an aware `datetime` (kept in UTC) or `None`"""
        zone = timezone(timedelta(hours=hours))
        kept = EndClaim(R.RESOLVED, NOON.astimezone(zone)).at
        assert kept.isoformat() == "2026-03-14T12:00:00+00:00"
        assert kept.tzinfo is UTC
        assert EndClaim(R.RESOLVED, NOON.astimezone(zone)) == EndClaim(R.RESOLVED, NOON)
        assert EndClaim(R.RESOLVED).at is None

    def test_its_time_is_a_plain_datetime(self):
        """`at` an aware `datetime` (kept in UTC) or `None`"""

        class Stamp(datetime):
            """As pandas and pendulum have."""

            def __eq__(self, other):
                return False

            __hash__ = datetime.__hash__

        kept = EndClaim(R.RESOLVED, Stamp(2026, 3, 14, 12, tzinfo=UTC)).at
        assert type(kept) is datetime
        assert kept == NOON

    @pytest.mark.parametrize("reason", list(R), ids=str)
    def test_its_status_is_terminal(self, reason):
        """`status` a terminal status, `None` is replaced by the reason's own when it is built"""
        assert EndClaim(reason).status is reason_traits(reason).status
        assert EndClaim(reason).status in TERMINAL
        for status in TERMINAL:
            assert EndClaim(reason, status=status).status is status

    def test_its_status_by_literals(self):
        """`status` a terminal status, `None` is replaced by the reason's own when it is built"""
        assert EndClaim(R.CALLEE_BUSY).status is SessionStatus.CLOSED
        assert EndClaim(R.AGENT_ERROR).status is SessionStatus.ERROR
        assert EndClaim(R.PARTICIPANT_JOIN_TIMEOUT).status is SessionStatus.EXPIRED
        assert EndClaim(R.STALE_ROUTING).status is SessionStatus.SUPERSEDED
        assert EndClaim(R.UNKNOWN).status is SessionStatus.CLOSED

    def test_raw_is_kept(self):
        """`raw` the word that could not be coerced."""
        assert EndClaim(R.UNKNOWN, raw="Gremlins!").raw == "Gremlins!"
        assert EndClaim(R.UNKNOWN, raw="x" * 64).raw == "x" * 64
        long = EndClaim(R.UNKNOWN, raw="x" * 10_000).raw
        assert len(long) == 64
        assert long != "x" * 64
        assert long.startswith("x" * 60)

    @pytest.mark.parametrize("time", [datetime(2026, 3, 14, 12), datetime.min, datetime.max])
    def test_a_naive_time_is_refused(self, time):
        """A naive time or a live status is a `ValueError` at once."""
        with pytest.raises(ValueError, match="zone"):
            EndClaim(R.RESOLVED, time)

    def test_a_zone_that_knows_no_offset_is_naive(self):
        """A naive time or a live status is a `ValueError` at once."""

        class Nowhere(tzinfo):
            def utcoffset(self, when):
                return None

        with pytest.raises(ValueError, match="zone"):
            EndClaim(R.RESOLVED, datetime(2026, 3, 14, tzinfo=Nowhere()))

    @pytest.mark.parametrize("status", sorted(set(SessionStatus) - set(TERMINAL)), ids=str)
    def test_a_live_status_is_refused(self, status):
        """A naive time or a live status is a `ValueError` at once."""
        with pytest.raises(ValueError, match=str(status)):
            EndClaim(R.RESOLVED, status=status)

    @pytest.mark.parametrize(
        ("time", "hours"), [(datetime.max, -1), (datetime.max, -14), (datetime.min, 1)]
    )
    def test_a_time_that_utc_cannot_express_is_refused(self, time, hours):
        """`at` an aware `datetime` (kept in UTC) or `None`"""
        with pytest.raises(ValueError, match="UTC"):
            EndClaim(R.RESOLVED, time.replace(tzinfo=timezone(timedelta(hours=hours))))

    def test_the_ends_of_time_settle(self):
        """`at` an aware `datetime` (kept in UTC) or `None`"""
        first = EndClaim(R.PARTICIPANT_LEFT, datetime.min.replace(tzinfo=UTC))
        last = EndClaim(R.PARTICIPANT_LEFT, datetime.max.replace(tzinfo=UTC))
        ending = settled_every_way([last, first])
        assert ending.winner == first
        assert ending.at == first.at

    @pytest.mark.parametrize(
        "wrong",
        [
            {"at": "2026-03-14T12:00:00Z"},
            {"at": 1_773_489_600},
            {"at": NOON.date()},
            {"at": True},
            {"source": None},
            {"source": b"livekit"},
            {"source": 7},
            {"raw": 486},
            {"raw": b"busy"},
            {"raw": ["busy"]},
        ],
        ids=repr,
    )
    def test_another_type_is_a_type_error(self, wrong):
        """Each report is an `EndClaim(reason, at=None, source="", status=None, raw=None)`"""
        with pytest.raises(TypeError):
            EndClaim(R.UNKNOWN, **wrong)

    @pytest.mark.parametrize("reason", ["gremlins", None, 5, ["x"], object()], ids=show)
    def test_a_reason_nobody_knows_is_refused(self, reason):
        """Each report is an `EndClaim(reason, at=None, source="", status=None, raw=None)`"""
        with pytest.raises(sl.UnknownReasonError):
            EndClaim(reason)

    @pytest.mark.parametrize("status", ["gone", 5, ["x"], object()], ids=show)
    def test_a_status_nobody_knows_is_refused(self, status):
        """`status` a terminal status, `None` is replaced by the reason's own when it is built"""
        with pytest.raises(sl.UnknownStatusError):
            EndClaim(R.RESOLVED, status=status)

    def test_text_subclasses_are_kept_as_plain_text(self):
        """Each report is an `EndClaim(reason, at=None, source="", status=None, raw=None)`"""

        class Liar(str):
            __slots__ = ()

            def __eq__(self, other):
                return True

            __hash__ = str.__hash__

        one = EndClaim(R.UNKNOWN, NOON, Liar("livekit"), None, Liar("word"))
        assert type(one.source) is str
        assert type(one.raw) is str
        assert one == EndClaim(R.UNKNOWN, NOON, "livekit", None, "word")


# --------------------------------------------------------------------------- claims are values

VALUES = (
    EndClaim(R.UNKNOWN, NOON, "livekit", SessionStatus.EXPIRED, "gremlins"),
    EndClaim(R.CALLEE_BUSY),
    Ending([claim("room_deleted", 1, "livekit"), claim("agent_initiated", 2)], at(-1), at(-60)),
    Ending([claim("unknown")]),
)


def replaced(value, **changes):
    """`copy.replace` where Python has it (3.13), and what it calls where it has not."""
    if sys.version_info >= (3, 13):
        return copy.replace(value, **changes)
    return value.__replace__(**changes)


@pytest.mark.parametrize("value", VALUES, ids=repr)
class TestValues:
    """`settle(claims, *, not_before=None) -> Ending`: a function of the *set* of claims"""

    def test_nothing_can_be_set_or_deleted(self, value):
        """`settle(claims, *, not_before=None) -> Ending`: a function of the *set* of claims"""
        before = repr(value)
        for name in (*type(value).__slots__, "winner", "anything", "__class__"):
            with pytest.raises(AttributeError):
                setattr(value, name, None)
            with pytest.raises(AttributeError):
                delattr(value, name)
        assert repr(value) == before
        assert not hasattr(value, "__dict__")

    def test_pickles_with_every_protocol(self, value):
        """`settle(claims, *, not_before=None) -> Ending`: a function of the *set* of claims"""
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            loaded = pickle.loads(pickle.dumps(value, protocol))
            assert loaded == value
            assert hash(loaded) == hash(value)
            assert repr(loaded) == repr(value)

    def test_copies(self, value):
        """`settle(claims, *, not_before=None) -> Ending`: a function of the *set* of claims"""
        assert copy.copy(value) == value
        assert copy.deepcopy([value]) == [value]
        assert replaced(value) == value

    def test_equals_only_its_own_kind(self, value):
        """`settle(claims, *, not_before=None) -> Ending`: a function of the *set* of claims"""
        cells = tuple(getattr(value, name) for name in type(value).__slots__)
        twin = type(value)(*cells)
        assert twin == value
        assert hash(twin) == hash(value)
        assert len({twin, value}) == 1
        likeness = SimpleNamespace(**dict(zip(type(value).__slots__, cells, strict=True)))
        for other in (cells, list(cells), likeness, None, repr(value), *VALUES):
            assert (other == value) is (other is value)
            assert (other != value) is (other is not value)


def test_a_replaced_claim_is_checked_again():
    """A naive time or a live status is a `ValueError` at once."""
    one = claim("unknown", 0, "worker")
    assert replaced(one, source="livekit") == claim("unknown", 0, "livekit")
    with pytest.raises(ValueError, match="live"):
        replaced(one, status=SessionStatus.ACTIVE)
    with pytest.raises(ValueError, match="zone"):
        replaced(one, at=datetime(2026, 3, 14))
    with pytest.raises(TypeError):
        replaced(one, colour="red")


def test_a_replaced_ending_is_settled_again():
    """`claims` (winner first, then the others in order)"""
    echo, cause = claim("room_deleted", 0), claim("agent_initiated", 1)
    ending = replaced(settle([echo]), claims=(echo, cause))
    assert ending.claims == (cause, echo)
    assert Ending((echo, cause)).claims == (cause, echo)
    with pytest.raises(ValueError, match="claim"):
        replaced(ending, claims=())
    with pytest.raises(TypeError):
        replaced(ending, claims=("room_deleted",))


def test_a_repr_stays_short_and_on_one_line():
    """`raw` the word that could not be coerced."""
    one = EndClaim(R.UNKNOWN, NOON, "s\n" * 100_000, None, "\x1b[31m" * 1_000)
    for shown in (repr(one), repr(settle([one])), repr(sl.apply_claim(sl.start_session(), one))):
        assert len(shown) < 600
        assert shown.isprintable()
    assert one.source == "s\n" * 100_000


# ------------------------------------------------------------------------------------- the ending


def test_no_claims_are_refused():
    """a function of the *set* of claims (none: `ValueError`)."""
    for nothing in ((), [], iter(()), set()):
        with pytest.raises(ValueError, match="claim"):
            settle(nothing)


def test_what_is_no_claim_is_refused():
    """a function of the *set* of claims (none: `ValueError`)."""
    for wrong in ("room_deleted", R.ROOM_DELETED, None, (R.ROOM_DELETED, NOON)):
        with pytest.raises(TypeError):
            settle([claim("unknown"), wrong])


def test_it_reads_any_iterable_of_claims():
    """a function of the *set* of claims (none: `ValueError`)."""
    one, other = claim("room_deleted", 0), claim("agent_initiated", 0)
    whole = settle([one, other])
    for claims in (
        {one, other},
        frozenset({one, other}),
        (one, other, one, one),
        iter([other, one, other]),
        dict.fromkeys([one, other]),
    ):
        assert settle(claims) == whole


@given(some_claims, a_start, st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(claims, not_before, rng: random.Random):
    """a function of the *set* of claims (none: `ValueError`)."""
    ending = settle(claims, not_before=not_before)
    shuffled = claims + rng.choices(claims, k=3)
    rng.shuffle(shuffled)
    again = settle(shuffled, not_before=not_before)
    assert again == ending
    assert again.claims == ending.claims
    assert hash(again) == hash(ending)


def test_what_an_ending_has():
    """`Ending` has `winner` (the claim), its `reason`, `status`, `outcome`, `source`; `at`, the
    earliest time claimed; `claims` (winner first, then the others in order)."""
    echo = claim("room_deleted", -2, "livekit")
    timer = claim("silence_timeout", 4, "timer", SessionStatus.EXPIRED)
    busy = claim("callee_busy", 6, "dialler")
    silent = claim("unknown_reason", None, "webhook")
    ending = settled_every_way([silent, echo, busy, timer])
    assert ending.winner == busy
    assert ending.reason is R.CALLEE_BUSY
    assert ending.status is SessionStatus.CLOSED
    assert ending.outcome is EndOutcome.UNREACHED
    assert ending.source == "dialler"
    assert ending.at == at(-2)
    assert ending.claims == (busy, timer, echo, silent)
    assert settle([timer]).status is SessionStatus.EXPIRED
    assert settle([silent]).at is None


@given(some_claims, a_start)
def test_every_ending_agrees_with_the_oracle(claims, not_before):
    """`claims` (winner first, then the others in order)"""
    ending = settle(claims, not_before=not_before)
    expected = oracle_order(set(claims), not_before)
    compare = oracle_compare(not_before)
    assert len(ending.claims) == len(expected)
    # Level for the oracle means: they differ by a time that counts as absent, and by nothing else.
    assert all(compare(a, b) == 0 for a, b in zip(ending.claims, expected, strict=True))
    assert ending.winner == ending.claims[0]
    assert (ending.reason, ending.status, ending.source) == (
        ending.winner.reason,
        ending.winner.status,
        ending.winner.source,
    )
    counted = [c.at for c in claims if c.at and (not_before is None or c.at >= not_before)]
    assert ending.at == min(counted, default=None)


class TestNotBefore:
    """Times before `not_before` (the session's start) count as absent: one bogus epoch must not
    decide."""

    def test_a_bogus_epoch_neither_wins_nor_dates_the_ending(self):
        """Times before `not_before` (the session's start) count as absent: one bogus epoch must
        not decide."""
        bogus = EndClaim(R.ABANDONED, EPOCH, "legacy")
        real = claim("silence_timeout", 90, "timer")
        ending = settled_every_way([bogus, real], not_before=NOON)
        assert ending.winner == real
        assert ending.at == at(90)
        assert bogus in ending.claims
        # Without a start nobody can know that it is bogus.
        assert settled_every_way([bogus, real]).winner == bogus

    def test_the_start_itself_counts(self):
        """Times before `not_before` (the session's start) count as absent: one bogus epoch must
        not decide."""
        on_time = claim("abandoned", 0)
        too_early = claim("silence_timeout", -0.000001)
        ending = settled_every_way([on_time, too_early], not_before=NOON)
        assert ending.winner == on_time
        assert ending.at == NOON

    def test_all_bogus_means_no_time(self):
        """Times before `not_before` (the session's start) count as absent: one bogus epoch must
        not decide."""
        claims = [EndClaim(R.ABANDONED, EPOCH), claim("resolved", -5)]
        ending = settled_every_way(claims, not_before=NOON)
        assert ending.at is None
        # Both without a time, so that tie order decides: resolved stands before abandoned.
        assert ending.reason is R.RESOLVED

    def test_absent_times_do_not_decide_among_themselves(self):
        """Times before `not_before` (the session's start) count as absent: one bogus epoch must
        not decide."""
        early, late = EndClaim(R.RESOLVED, EPOCH, "worker"), claim("resolved", -5, "api")
        none = claim("resolved", None, "job")
        ending = settled_every_way([early, late, none], not_before=NOON)
        assert [one.source for one in ending.claims] == ["api", "job", "worker"]

    def test_rank_still_goes_first(self):
        """Higher rank wins."""
        bogus = EndClaim(R.CALLEE_BUSY, EPOCH)
        ending = settled_every_way([bogus, claim("agent_error", 1)], not_before=NOON)
        assert ending.reason is R.CALLEE_BUSY
        assert ending.at == at(1)

    def test_it_may_be_in_any_zone_but_needs_one(self):
        """Times before `not_before` (the session's start) count as absent: one bogus epoch must
        not decide."""
        zone = timezone(timedelta(hours=-5))
        claims = [EndClaim(R.ABANDONED, EPOCH), claim("resolved", 5)]
        there = settle(claims, not_before=NOON.astimezone(zone))
        assert there == settle(claims, not_before=NOON)
        with pytest.raises(ValueError, match="zone"):
            settle(claims, not_before=datetime(2026, 3, 14))
        with pytest.raises(TypeError):
            settle(claims, not_before="2026-03-14")


# ----------------------------------------------------------------------------------------- laws


class TestLaws:
    """Laws: commutative, associative, idempotent; the winner is one of the claims; a weaker claim
    changes nothing but `at`; nothing is lost."""

    @given(some_claims, some_claims, a_start)
    def test_merge_is_settle(self, left, right, start):
        """`Ending.merge(other)` agrees with `settle`."""
        merged = settle(left, not_before=start).merge(settle(right, not_before=start))
        assert merged == settle(left + right, not_before=start)

    def test_merge_is_settle_with_the_later_start(self):
        """`Ending.merge(other)` agrees with `settle`."""
        claims = [claim("abandoned", 1), claim("resolved", 3)]
        early = settle(claims[:1], not_before=NOON)
        late = settle(claims[1:], not_before=at(2))
        whole = settle(claims, not_before=at(2))
        assert early.merge(late) == late.merge(early) == whole
        assert settle(claims[:1]).merge(late) == late.merge(settle(claims[:1])) == whole

    @given(some_claims, some_claims, a_start)
    def test_commutative(self, left, right, start):
        """Laws: commutative, associative, idempotent"""
        one, other = settle(left, not_before=start), settle(right, not_before=start)
        assert one.merge(other) == other.merge(one)

    @given(some_claims, some_claims, some_claims, a_start)
    def test_associative(self, left, middle, right, start):
        """Laws: commutative, associative, idempotent"""
        a, b, c = (settle(claims, not_before=start) for claims in (left, middle, right))
        assert a.merge(b).merge(c) == a.merge(b.merge(c))

    @given(some_claims, a_start)
    def test_idempotent(self, claims, start):
        """Laws: commutative, associative, idempotent"""
        ending = settle(claims, not_before=start)
        assert ending.merge(ending) == ending
        for part in ending.claims:
            assert ending.merge(settle([part], not_before=start)) == ending
        assert settle(ending.claims, not_before=start) == ending

    @given(some_claims, a_start)
    def test_the_winner_is_a_claim(self, claims, start):
        """the winner is one of the claims"""
        assert settle(claims, not_before=start).winner in claims

    @given(some_claims, a_claim, a_start)
    def test_a_weaker_claim(self, claims, extra, start):
        """a weaker claim changes nothing but `at`"""
        before = settle(claims, not_before=start)
        after = before.merge(settle([extra], not_before=start))
        if after.winner != before.winner:
            assert after.winner == extra
            return
        assert (after.reason, after.status, after.outcome, after.source) == (
            before.reason,
            before.status,
            before.outcome,
            before.source,
        )
        assert after.at in (before.at, extra.at)
        assert before.at is None or after.at <= before.at

    def test_a_weaker_claim_may_date_the_ending(self):
        """a weaker claim changes nothing but `at`"""
        strong, weak = claim("callee_busy", 10, "dialler"), claim("room_deleted", 2, "livekit")
        ending = settled_every_way([strong, weak])
        assert ending.winner == strong
        assert ending.winner.at == at(10)
        assert ending.at == at(2)

    @given(some_claims, some_claims, a_start)
    def test_nothing_is_lost(self, left, right, start):
        """nothing is lost."""
        merged = settle(left, not_before=start).merge(settle(right, not_before=start))
        assert set(merged.claims) == {*left, *right}
        assert len(merged.claims) == len({*left, *right})


@given(some_claims, a_start, st.randoms(use_true_random=False))
def test_a_store_of_one_row_ends_in_the_same_place(claims, start, rng: random.Random):
    """Because of these, a store that keeps the winner with its own time, and the earliest time, and
    merges each new claim in, ends in the same place as one that keeps everything."""
    whole = settle(claims, not_before=start)
    order = claims + rng.choices(claims, k=2)
    rng.shuffle(order)
    session = sl.start_session(at=start)
    for one in order:
        session = sl.apply_claim(session, one)
        # Write the row, forget everything, and read it back.
        ending = session.ending
        session = sl.restore_session(
            str(ending.status),
            reason=str(ending.reason),
            at=ending.at,
            claimed_at=ending.winner.at,
            source=ending.source,
            raw=ending.winner.raw,
            started_at=start,
        )
        assert len(session.ending.claims) == 1
    assert session.ending.winner == whole.winner
    assert session.ended_at == whole.at
    assert session.status is whole.status


def test_a_row_that_knows_only_one_time_would_not():
    """Because of these, a store that keeps the winner with its own time, and the earliest time, and
    merges each new claim in, ends in the same place as one that keeps everything."""
    # Why the winner's own time has a column of its own: the room's echo came first, then the
    # agent's hang-up, then a caller's one whose clock stands between the two.
    echo = claim("room_deleted", 0, "livekit")
    hang_up = claim("agent_initiated", 9, "worker")
    request = claim("user_requested", 5, "api")
    session = sl.apply_claim(sl.apply_claim(sl.start_session(), echo), hang_up)
    row = {"reason": "agent_initiated", "source": "worker", "at": session.ended_at}
    assert row["at"] == at(0)
    both = sl.restore_session("closed", claimed_at=at(9), **row)
    assert sl.apply_claim(both, request).ending.reason is R.USER_REQUESTED
    one = sl.restore_session("closed", claimed_at=at(0), **row)
    assert sl.apply_claim(one, request).ending.reason is R.AGENT_INITIATED
    # And a winner that gave no time stays behind one that did.
    timeless = sl.restore_session("closed", claimed_at=None, **row)
    assert timeless.ending.winner.at is None
    assert timeless.ended_at == at(0)
    assert sl.apply_claim(timeless, request).ending.reason is R.USER_REQUESTED


# ------------------------------------------------------------------------- the table, row by row


def check_row(rank: str, row: tuple[str, ...], **more) -> None:
    """A row's rank, its order, and that no word is missing from it."""
    for word in row:
        assert claim_rank(claim(word, **more)) is ClaimRank(rank)
        assert claim_rank(claim(word, 5, "worker", **more)) is ClaimRank(rank)
    for stronger, weaker in itertools.combinations(row, 2):
        assert wins(claim(stronger, **more), claim(weaker, **more))
    table = [entry for entry in sl.SETTLEMENT_ORDER if entry.rank == rank]
    assert tuple(str(entry.reason) for entry in table) == row


def lag_of(word: str, against: str) -> int:
    """The lag of a word, measured: how much later `against`, without lag, may be and still win."""
    later = [d for d in range(-9, 10) if wins(claim(against, d), claim(word, 0))]
    assert later == list(range(-9, later[-1] + 1))
    return later[-1]


class TestTable:
    """The order, written as one table (`SETTLEMENT_ORDER`; `claim_rank(claim) -> ClaimRank`)"""

    def test_human(self):
        """| HUMAN | a person took over and finished it | handoff_resolved |"""
        check_row("human", HUMAN)

    def test_dialled(self):
        """| DIALLED | the dialled network or a detector measured that no conversation took place |
        voicemail_detected, callee_declined, callee_busy, callee_no_answer, callee_not_found,
        callee_unavailable |"""
        check_row("dialled", DIALLED)

    def test_bridged(self):
        """| BRIDGED | the call went on elsewhere; what our leg did afterwards is teardown |
        transferred |"""
        check_row("bridged", BRIDGED)

    def test_cause(self):
        """| CAUSE | a command, a timer, a refusal or a failure; the first of these explains the
        rest | silence_timeout, max_call_duration, participant_join_timeout, escalated, resolved,
        unresolved, abandoned, user_requested, agent_initiated, duplicate_dispatch, stale_routing,
        superseded, user_rejected, user_unavailable, sip_trunk_failure, sip_dial_failed, sip_failed,
        dispatch_failed, token_mint_failed, setup_error, join_failure, *participant_left*,
        *client_initiated*, *media_failure*, *agent_error*, *connection_timeout*, *server_shutdown*,
        *state_mismatch*, *error* |"""
        check_row("cause", CAUSE)

    def test_foreign(self):
        """| FOREIGN | somebody said a word we do not know; teardown may not overwrite it | unknown,
        when it carries `raw` |"""
        check_row("foreign", ("unknown",), raw="gremlins")
        assert claim_rank(claim("unknown", raw="")) is ClaimRank.FOREIGN
        assert claim_rank(claim("unknown", raw=None)) is ClaimRank.SILENT
        # A reason we do know is not foreign, whatever it carries.
        assert claim_rank(claim("room_deleted", raw="x")) is ClaimRank.ECHO
        assert claim_rank(claim("unknown_reason", raw="x")) is ClaimRank.SILENT
        assert claim_rank(claim("resolved", raw="x")) is ClaimRank.CAUSE
        foreign = claim("unknown", 60, "vendor", raw="gremlins")
        for echo in ECHO:
            assert wins(foreign, claim(echo, 0))

    def test_echo(self):
        """| ECHO | teardown that follows any ending | participant_removed, room_deleted,
        room_closed, signal_close, duplicate_identity, migration, pipeline_exit |"""
        check_row("echo", ECHO)

    def test_silent(self):
        """| SILENT | no information | unknown_reason, unknown |"""
        check_row("silent", SILENT)

    def test_every_reason_has_its_place(self):
        """The order, written as one table (`SETTLEMENT_ORDER`; `claim_rank(claim) -> ClaimRank`)"""
        placed = [*HUMAN, *DIALLED, *BRIDGED, *CAUSE, *ECHO, *SILENT]
        assert sorted(placed) == sorted(R)
        assert [str(rank) for rank in ClaimRank] == list(RANKS)
        assert list(sl.SETTLEMENT_RANKS) == list(RANKS)
        order = [(row.rank, row.reason) for row in sl.SETTLEMENT_ORDER]
        assert len(order) == len(set(order)) == len(placed) + 1

    @pytest.mark.parametrize("pair", list(itertools.combinations(RANKS, 2)), ids="-".join)
    def test_higher_rank_wins_whenever_it_comes(self, pair):
        """Higher rank wins."""
        rows = {
            "human": HUMAN,
            "dialled": DIALLED,
            "bridged": BRIDGED,
            "cause": (*FACTS[:2], *SYMPTOMS[-2:]),
            "foreign": ("unknown",),
            "echo": ECHO,
            "silent": SILENT,
        }
        raws = ["gremlins" if rank == "foreign" else None for rank in pair]
        for high, low in itertools.product(*(rows[rank] for rank in pair)):
            for first, second in ((None, None), (0, None), (None, 0), (3_600, 0), (0, 3_600)):
                stronger = claim(high, first, "z", raw=raws[0])
                assert wins(stronger, claim(low, second, "a", raw=raws[1]))

    @pytest.mark.parametrize("word", FACTS[1:])
    def test_facts_have_no_lag(self, word):
        """Inside a rank the earliest wins, compared by whole second plus lag"""
        assert lag_of(word, "silence_timeout") == 0

    @pytest.mark.parametrize("word", SYMPTOMS)
    def test_symptoms_get_three_seconds(self, word):
        """symptoms get three seconds, because reporters' clocks differ and a command is often
        recorded just after its first echo"""
        assert lag_of(word, "silence_timeout") == 3
        assert lag_of(word, "join_failure") == 3

    @pytest.mark.parametrize("row", [DIALLED, ECHO], ids=["dialled", "echo"])
    def test_other_ranks_have_no_lag(self, row):
        """Inside a rank the earliest wins, compared by whole second plus lag"""
        for word in row[1:]:
            assert lag_of(word, row[0]) == 0
        assert wins(claim("unknown", 0), claim("unknown_reason", 1))
        assert not wins(claim("unknown", 0), claim("unknown_reason", 0))


# ------------------------------------------------------------------------ a silent word that acts


NAMED = [
    (word, status, raw)
    for word in SILENT
    for status in (SessionStatus.EXPIRED, SessionStatus.ERROR, SessionStatus.SUPERSEDED)
    for raw in (None, "", "gremlins")
]


class TestNamedStatus:
    """A SILENT reason that names a status other than its own (`expire` without a reason, say), with
    or without `raw`, is a CAUSE, without lag, last in tie order."""

    @pytest.mark.parametrize(("word", "status", "raw"), NAMED)
    def test_is_a_cause(self, word, status, raw):
        """A SILENT reason that names a status other than its own (`expire` without a reason, say),
        with or without `raw`, is a CAUSE, without lag, last in tie order."""
        timer = claim(word, 9, "timer", status, raw)
        assert claim_rank(timer) is ClaimRank.CAUSE
        for echo in ECHO:
            assert wins(timer, claim(echo, 0))
        assert wins(timer, claim("unknown", 0, raw="a word"))
        for stronger in (*HUMAN, *DIALLED, *BRIDGED):
            assert wins(claim(stronger, 60), timer)
        ending = settled_every_way([timer, claim("room_deleted", 8), claim("unknown", 7)])
        assert ending.status is status

    @pytest.mark.parametrize(("word", "status", "raw"), NAMED)
    def test_without_lag_and_last_in_tie_order(self, word, status, raw):
        """A SILENT reason that names a status other than its own (`expire` without a reason, say),
        with or without `raw`, is a CAUSE, without lag, last in tie order."""
        for cause in CAUSE:
            lag = 3 if cause in SYMPTOMS else 0
            # Level by second plus lag, or both without a time: the other one wins.
            assert wins(claim(cause, 0), claim(word, lag, "", status, raw))
            assert wins(claim(cause), claim(word, None, "", status, raw))
            # One second earlier: this one wins.
            assert wins(claim(word, lag - 1, "", status, raw), claim(cause, 0))

    @pytest.mark.parametrize("word", SILENT)
    def test_its_own_status_named_says_nothing_more(self, word):
        """A SILENT reason that names a status other than its own (`expire` without a reason, say),
        with or without `raw`, is a CAUSE, without lag, last in tie order."""
        named = claim(word, 0, status=SessionStatus.CLOSED)
        assert named == claim(word, 0)
        assert claim_rank(named) is ClaimRank.SILENT

    def test_other_ranks_do_not_rise_by_a_status(self):
        """A SILENT reason that names a status other than its own (`expire` without a reason, say),
        with or without `raw`, is a CAUSE, without lag, last in tie order."""
        for status in TERMINAL:
            for word in ECHO:
                assert claim_rank(claim(word, status=status)) is ClaimRank.ECHO
            for word in HUMAN:
                assert claim_rank(claim(word, status=status)) is ClaimRank.HUMAN


# ------------------------------------------------------------------------------- inside one rank


class TestInsideARank:
    """Inside a rank the earliest wins, compared by whole second plus lag (webhooks carry whole
    seconds; symptoms get three seconds, because reporters' clocks differ and a command is often
    recorded just after its first echo); a claim without a time comes last; then tie order; then
    exact time, source (by code point), status, raw, so that the order is total."""

    def test_the_earliest(self):
        """Inside a rank the earliest wins, compared by whole second plus lag"""
        assert wins(claim("abandoned", 1), claim("silence_timeout", 2))
        assert wins(claim("silence_timeout", 1), claim("abandoned", 2))

    def test_whole_seconds(self):
        """webhooks carry whole seconds"""
        # Inside one second the tie order decides, however the fractions fall.
        assert wins(claim("silence_timeout", 0.999999), claim("abandoned", 0))
        # The next second has begun.
        assert wins(claim("abandoned", 0.999999), claim("silence_timeout", 1))
        # A second is cut, never rounded, before the epoch as well.
        old = EPOCH - timedelta(seconds=1)
        early = EndClaim(R.ABANDONED, old - timedelta(microseconds=1))
        assert wins(early, EndClaim(R.SILENCE_TIMEOUT, old))
        inside = EndClaim(R.ABANDONED, old + timedelta(microseconds=1))
        assert wins(EndClaim(R.SILENCE_TIMEOUT, old + timedelta(seconds=0.9)), inside)

    def test_whole_seconds_in_every_zone(self):
        """webhooks carry whole seconds"""
        odd = timezone(timedelta(hours=5, minutes=30, seconds=15, microseconds=500_000))
        there = EndClaim(R.ABANDONED, at(0.9).astimezone(odd))
        assert there == claim("abandoned", 0.9)
        assert wins(claim("silence_timeout", 0.99), there)

    def test_lag_counts_whole_seconds(self):
        """symptoms get three seconds, because reporters' clocks differ and a command is often
        recorded just after its first echo"""
        left = claim("participant_left", 0.9)
        assert wins(claim("agent_initiated", 3.99), left)
        assert wins(left, claim("agent_initiated", 4))
        # Two symptoms have the same lag: the earlier one wins.
        assert wins(claim("error", 0), claim("participant_left", 1))

    def test_without_a_time_last(self):
        """a claim without a time comes last"""
        assert wins(claim("join_failure", 86_400), claim("silence_timeout"))
        assert wins(claim("error", 86_400), claim("silence_timeout"))
        ancient = EndClaim(R.ABANDONED, datetime.max.replace(tzinfo=UTC))
        assert wins(ancient, claim("silence_timeout"))

    def test_then_tie_order(self):
        """then tie order"""
        for stronger, weaker in itertools.pairwise(FACTS):
            assert wins(claim(stronger, 0.9, "z"), claim(weaker, 0.1, "a"))
            assert wins(claim(stronger, None, "z"), claim(weaker, None, "a"))

    def test_then_exact_time(self):
        """then exact time, source (by code point), status, raw, so that the order is total."""
        early = claim("resolved", 0.100001, "z", SessionStatus.SUPERSEDED, "z")
        late = claim("resolved", 0.100002, "a", SessionStatus.CLOSED)
        assert wins(early, late)

    def test_then_source_by_code_point(self):
        """then exact time, source (by code point), status, raw, so that the order is total."""
        sources = ["", "\n", "0", "Worker", "livekit", "worker", "worker ", "ä", "\uffee", "😀"]
        assert sources == sorted(sources, key=lambda text: [ord(letter) for letter in text])
        for when in (0, None):
            for first, second in itertools.combinations(sources, 2):
                strong = claim("resolved", when, first, SessionStatus.SUPERSEDED, "z")
                assert wins(strong, claim("resolved", when, second, SessionStatus.CLOSED))

    def test_then_status(self):
        """then exact time, source (by code point), status, raw, so that the order is total."""
        for when in (0, None):
            for first, second in itertools.combinations(
                ("closed", "error", "expired", "superseded"), 2
            ):
                strong = claim("resolved", when, "w", SessionStatus(first), "z")
                assert wins(strong, claim("resolved", when, "w", SessionStatus(second), "a"))

    def test_then_raw(self):
        """then exact time, source (by code point), status, raw, so that the order is total."""
        for when in (0, None):
            for first, second in itertools.combinations((None, "", "A", "a", "ä", "😀"), 2):
                strong = claim("resolved", when, "w", None, first)
                assert wins(strong, claim("resolved", when, "w", None, second))

    @given(st.lists(a_claim, min_size=2, max_size=2, unique=True), a_start)
    def test_the_order_is_total(self, pair, start):
        """then exact time, source (by code point), status, raw, so that the order is total."""
        one, other = pair
        forwards = settle([one, other], not_before=start)
        assert forwards.claims == settle([other, one], not_before=start).claims

    def test_no_two_claims_stand_level(self):
        """then exact time, source (by code point), status, raw, so that the order is total."""
        claims = [
            EndClaim(R(word), when, "", status, raw)
            for word in ("unknown", "unknown_reason", "resolved", "room_deleted")
            for when in (None, EPOCH, EPOCH + timedelta(seconds=1), NOON)
            for status in (SessionStatus.CLOSED, SessionStatus.EXPIRED)
            for raw in (None, "", "gremlins")
        ]
        for start in (None, NOON):
            for one, other in itertools.combinations(claims, 2):
                forwards = settle([one, other], not_before=start)
                assert forwards.claims == settle([other, one], not_before=start).claims

    def test_ignored_times_still_give_one_order(self):
        """then exact time, source (by code point), status, raw, so that the order is total."""
        twins = [EndClaim(R.RESOLVED, EPOCH + timedelta(days=day), "w") for day in range(4)]
        assert len(settled_every_way(twins, not_before=NOON).claims) == 4


# ---------------------------------------------------------------------- what it comes to in life


def times(*columns):
    """Every combination of one time from each column."""
    return list(itertools.product(*columns))


# A worker's clock has fractions; a webhook's has none, and may be cut below the worker's time; and
# two machines differ by a second or two.
class TestSo:
    """Several reporters say how a session ended: the worker, a webhook, a timer, an operator."""

    @pytest.mark.parametrize(
        ("hung_up", "deleted", "left"),
        [
            *times((10.0, 10.4, 10.999), (8, 10, 11, 13, None), (8, 10, 11, 12, 40, None)),
            *times((None,), (8, 10, None), (None,)),
        ],
    )
    def test_the_agent_hangs_up(self, hung_up, deleted, left):
        """So: the agent hangs up, LiveKit then fires `room_deleted` and `participant_left`:
        `agent_initiated`."""
        ending = settled_every_way(
            [
                claim("agent_initiated", hung_up, "worker"),
                claim("room_deleted", deleted, "livekit"),
                claim("participant_left", left, "livekit"),
            ]
        )
        assert ending.reason is R.AGENT_INITIATED
        assert ending.source == "worker"
        assert ending.status is SessionStatus.CLOSED
        assert ending.outcome is EndOutcome.RESOLVED
        known = [second for second in (hung_up, deleted, left) if second is not None]
        assert ending.at == (at(min(known)) if known else None)

    @pytest.mark.parametrize(
        ("left", "broke", "exited"),
        [*times((10, 10.2), (10.3, 10.999, 11.5, 13), (9, 11, 12, None)), (None, None, None)],
    )
    @pytest.mark.parametrize("failure", ["error", "agent_error", "media_failure"])
    def test_the_caller_hangs_up(self, left, broke, exited, failure):
        """The caller hangs up and the pipeline errors while tearing down: `participant_left`."""
        ending = settled_every_way(
            [
                claim("participant_left", left, "livekit"),
                claim(failure, broke, "worker"),
                claim("pipeline_exit", exited, "worker", SessionStatus.ERROR),
            ]
        )
        assert ending.reason is R.PARTICIPANT_LEFT
        assert ending.status is SessionStatus.CLOSED

    @pytest.mark.parametrize("failed", [10, 10.7])
    @pytest.mark.parametrize("fired", [25, 25.7])
    @pytest.mark.parametrize("left", [26, 31, 60])
    @pytest.mark.parametrize("word", ["participant_left", "client_initiated", "abandoned"])
    def test_the_media_fails(self, failed, fired, left, word):
        """The media fails, the silence timer fires fifteen seconds later, the caller gives up:
        `media_failure`."""
        ending = settled_every_way(
            [
                claim("media_failure", failed, "worker"),
                claim("silence_timeout", fired, "timer"),
                claim(word, left, "livekit"),
            ]
        )
        assert ending.reason is R.MEDIA_FAILURE
        assert ending.status is SessionStatus.ERROR
        assert ending.at == at(failed)

    @pytest.mark.parametrize(
        ("failed", "room"), [*times((10, 10.5), (7, 8, 10, 11, 14, None)), (None, None)]
    )
    def test_the_trunk_fails(self, failed, room):
        """The trunk fails and the room calls it `client_initiated`: `sip_trunk_failure`."""
        ending = settled_every_way(
            [
                claim("sip_trunk_failure", failed, "sip"),
                claim("client_initiated", room, "livekit"),
                claim("room_closed", room, "livekit"),
            ]
        )
        assert ending.reason is R.SIP_TRUNK_FAILURE
        assert ending.status is SessionStatus.ERROR
        assert reason_traits(ending.reason).fault == "carrier"

    @pytest.mark.parametrize("crashed", [10, 10.9])
    @pytest.mark.parametrize("closed", [3_610, 3_600.2])
    def test_an_admin_closes(self, crashed, closed):
        """An admin closes, by default as `agent_initiated`, an hour after the agent crashed:
        `agent_error`."""
        ending = settled_every_way(
            [
                claim("agent_error", crashed, "worker"),
                claim("room_closed", crashed + 20, "livekit"),
                claim("agent_initiated", closed, "admin", SessionStatus.CLOSED),
            ]
        )
        assert ending.reason is R.AGENT_ERROR
        assert ending.status is SessionStatus.ERROR
        assert ending.outcome is EndOutcome.UNDETERMINED
        assert ending.at == at(crashed)

    @pytest.mark.parametrize("judged", [130, 600.5, 3_600])
    def test_a_classifier_writes(self, judged):
        """A classifier writes `abandoned` minutes after a media failure: `media_failure`, the
        classifier's word is kept among the claims."""
        word = claim("abandoned", judged, "classifier")
        ending = settled_every_way(
            [claim("media_failure", 10.3, "worker"), claim("room_closed", 31, "livekit"), word]
        )
        assert ending.reason is R.MEDIA_FAILURE
        assert word in ending.claims
        assert ending.at == at(10.3)

    @pytest.mark.parametrize("marked", [14, 30.5, 900, None])
    @pytest.mark.parametrize("word", ["superseded", "stale_routing", "duplicate_dispatch"])
    @pytest.mark.parametrize(
        "end", ["agent_initiated", "participant_left", "callee_busy", "transferred", "agent_error"]
    )
    def test_a_known_end_is_not_superseded(self, marked, word, end):
        """A conversation whose end is known before a router marks it superseded stays what it
        was"""
        known = claim(end, 10, "worker")
        echo = claim("room_deleted", 11, "livekit")
        ending = settled_every_way([known, echo, claim(word, marked, "router")])
        assert ending.winner == known
        assert ending.status is not SessionStatus.SUPERSEDED

    @pytest.mark.parametrize("marked", [9, 14, 30.5, 900, None])
    @pytest.mark.parametrize("word", ["superseded", "stale_routing", "duplicate_dispatch"])
    def test_mere_teardown_may_be_superseded(self, marked, word):
        """one whose end only teardown told may become superseded."""
        for echo in ECHO:
            claims = [claim(echo, 10, "livekit"), claim("unknown", 9, "webhook")]
            assert settle(claims).status is SessionStatus.CLOSED
            ending = settled_every_way([*claims, claim(word, marked, "router")])
            assert ending.reason is R(word)
            assert ending.status is SessionStatus.SUPERSEDED
            assert ending.outcome is EndOutcome.VOID

    def test_what_no_order_can_know(self):
        """What no order can know (a crash two seconds before or after a hang-up on two clocks) is
        documented, not hidden."""
        hang_up = claim("agent_initiated", 10, "worker")
        for crashed in (8, 12):
            crash = claim("agent_error", crashed, "supervisor")
            ending = settled_every_way([hang_up, crash])
            # One answer for both, and the other report stays in sight.
            assert ending.winner == hang_up
            assert ending.claims == (hang_up, crash)
        files = Path(sl.__file__).parent.glob("_*.py")
        told = [" ".join(path.read_text(encoding="utf-8").split()) for path in files]
        assert any("crash two seconds before a hang-up" in text for text in told)


def test_neither_the_first_writer_nor_the_last():
    """Neither first-writer-wins nor last-writer-wins is right (`traces.md` 1 to 10)."""
    crash, hang_up = claim("agent_error", 60, "worker"), claim("agent_initiated", 0, "worker")
    for order in ([crash, hang_up], [hang_up, crash]):
        session = sl.start_session()
        for one in order:
            session = sl.apply_claim(session, one)
        assert session.ending.winner == hang_up
    winners = {settle(order).winner for order in itertools.permutations([crash, hang_up])}
    assert winners == {hang_up}


class TestWhatAClaimIsAbout:
    """What a claim is about: the session's own connection to its own participant."""

    def test_a_false_claim_stays_false(self):
        """No order can repair a false claim."""
        # The transfer leg was busy and somebody claimed it of the session: nothing can know better.
        false = claim("callee_busy", 50, "transfer-leg")
        truth = claim("agent_initiated", 60, "worker")
        assert settled_every_way([false, truth]).winner == false

    def test_what_is_claimed_where_it_belongs(self):
        """A failed transfer leg is no `callee_*`, `transferred` is claimed only once the call is
        bridged, `server_shutdown` only when a drain really cut the call, a decision only where it
        is made and when it is made."""
        session = sl.start_session(at=NOON)
        # The leg is tried, fails and comes back: live moves, and no claim at all.
        for event in ("transfer", "return_to_agent"):
            session = sl.apply_event(session, sl.SessionEvent(event), at=at(50))
            assert session.ending is None
        # A drain that let the call end by itself claims nothing; the hang-up speaks for itself.
        session = sl.apply_claim(session, claim("agent_initiated", 60, "worker"))
        assert session.ending.reason is R.AGENT_INITIATED
        # Once bridged, what our leg does is teardown, and a later decision does not undo it.
        bridged = sl.apply_claim(sl.start_session(), claim("transferred", 50, "sip"))
        for echo in ("participant_left", "room_deleted", "agent_initiated", "server_shutdown"):
            bridged = sl.apply_claim(bridged, claim(echo, 40, "livekit"))
        assert bridged.ending.reason is R.TRANSFERRED
        # A decision timed when it was made goes before the failure that followed it; one written
        # down an hour later does not.
        crash = claim("agent_error", 60, "worker")
        assert settled_every_way([crash, claim("resolved", 58, "agent")]).reason is R.RESOLVED
        assert settled_every_way([crash, claim("resolved", 3_660, "job")]).reason is R.AGENT_ERROR


def test_a_claim_made_from_exact_text_holds_the_member():
    """Members are equal to their text, but a claim keeps the member."""
    for one in (EndClaim("callee_busy"), EndClaim("callee_busy", status="expired")):
        assert one.reason is R.CALLEE_BUSY
        assert type(one.status) is SessionStatus
    assert EndClaim("callee_busy", status="expired").status is SessionStatus.EXPIRED


def test_seconds_are_counted_across_midnight():
    """Compared by whole second plus lag: 23:59:57 and three is midnight."""
    midnight = datetime(2026, 3, 15, tzinfo=UTC)
    cause = EndClaim(R.MAX_CALL_DURATION, midnight)
    for seconds, first in ((2, False), (3, False), (4, True)):
        symptom = EndClaim(R.MEDIA_FAILURE, midnight - timedelta(seconds=seconds))
        assert wins(symptom, cause) is first


def test_a_time_before_the_later_start_does_not_hide_one_after_it():
    """Of two different `not_before` the later one counts, for times of claims not kept as well."""
    early = Ending([claim("resolved")], at(-60))
    late = Ending([claim("room_deleted")], at(30), at(0))
    for merged in (early.merge(late), late.merge(early)):
        assert (merged.at, merged.not_before) == (at(30), at(0))
