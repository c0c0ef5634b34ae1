"""The public strategies: what they reach, what they never draw, and what they shrink to.

The words are literals of this file, so that a strategy cannot vouch for the table it draws from.
"""

from __future__ import annotations

import inspect
import math
import pickle
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from session_lifecycle import (
    EMPTY_ROLLUP,
    EndClaim,
    Ending,
    EvalRollup,
    HistoryStep,
    Session,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
    claim_rank,
    coerce_session_status,
    eval_outcome_counts,
    latest_attempts,
    read_termination_reason,
    replay,
    rollup_eval_runs,
    transition,
)
from session_lifecycle import testing as kit
from session_lifecycle.crosswalk import translate, vendors
from session_lifecycle.testing import PlainRun, PlainScore
from tests.testing.drawing import drawn, simplest

# Some hundred values each.
pytestmark = pytest.mark.slow

R = SessionTerminationReason
S = SessionStatus

LIVE = {
    *("queued", "ringing", "active", "paused", "waiting_for_human", "transferred"),
    "awaiting_approval",
}
TERMINAL = {"closed", "expired", "error", "superseded"}
RANKS = {"human", "dialled", "bridged", "cause", "foreign", "echo", "silent"}
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
AGENT = EndClaim(R.AGENT_INITIATED)
BUSY = EndClaim(R.UNKNOWN, raw="operator-busy")


# --- what they shrink to -------------------------------------------------------------------------

# fmt: off
SIMPLEST: list[tuple[str, dict[str, Any], Any]] = [
    ("reasons", {}, R.AGENT_INITIATED),
    ("reasons", {"ranks": ["echo"]}, R.ROOM_DELETED),
    ("reasons", {"ranks": ["dialled", "human"]}, R.CALLEE_BUSY),
    ("drifted_reasons", {}, "operator-busy"),
    ("drifted_reasons", {"recognized": True}, "AGENT_INITIATED"),
    ("drifted_reasons", {"recognized": False}, "operator-busy"),
    ("drifted_statuses", {}, "ended"),
    ("drifted_statuses", {"recognized": True}, "ACTIVE"),
    ("statuses", {}, S.ACTIVE),
    ("statuses", {"live": False}, S.CLOSED),
    ("events", {}, SessionEvent.ANSWER),
    ("events", {"ending": True}, SessionEvent.CLOSE),
    ("transitions", {}, transition(S.ACTIVE, SessionEvent.ANSWER)),
    ("reason_readings", {}, read_termination_reason(R.AGENT_INITIATED)),
    ("times", {}, None),
    ("times", {"allow_none": False}, NOON),
    ("times", {"allow_none": False, "whole_seconds": False}, NOON + timedelta(microseconds=1)),
    ("sources", {}, ""),
    ("claims", {}, AGENT),
    ("claims", {"ranks": ["silent"]}, EndClaim(R.UNKNOWN)),
    ("claims", {"ranks": ["foreign"]}, EndClaim(R.UNKNOWN, raw="operator-busy")),
    ("endings", {}, Ending([AGENT])),
    ("sessions", {}, Session(S.ACTIVE)),
    ("sessions", {"live": False}, Session(S.CLOSED, Ending([AGENT]))),
    ("steps", {}, HistoryStep(None, SessionEvent.ANSWER)),
    ("replays", {}, replay([])),
    ("eval_scores", {}, PlainScore(True)),
    ("eval_scores", {"drifted": True}, PlainScore(True)),
    ("eval_runs", {}, PlainRun("completed")),
    ("eval_runs", {"critical": True, "drifted": True}, PlainRun("completed", True)),
    ("eval_runs", {"attempts": True}, PlainRun("completed", False, (), "tone", 1)),
    ("rollups", {}, EMPTY_ROLLUP),
    ("rollups", {"headline": "passed"}, EvalRollup(1, 1, 0, 0, 1, 1)),
    ("rollups", {"headline": "failed"}, EvalRollup(1, 0, 1, 0, 1, 0, 1)),
    ("rollups", {"headline": "pending"}, EvalRollup(1, 0, 0, 1, 1, 0, 0, 1)),
    ("call_records", {"vendors": ["twilio", "telnyx"]}, {"vendor": "twilio"}),
]
# fmt: on


@pytest.mark.parametrize(("name", "options", "expected"), SIMPLEST)
def test_what_it_shrinks_to(name: str, options: dict[str, Any], expected: object) -> None:
    assert simplest(getattr(kit, name)(**options)) == expected


def test_a_claim_shrinks_to_what_matters() -> None:
    """A failure that needs one cell of a claim leaves the others as they are."""
    found = simplest(kit.claims(), lambda claim: claim.source == "livekit")
    assert found == EndClaim(R.AGENT_INITIATED, None, "livekit")
    found = simplest(kit.claims(), lambda claim: claim_rank(claim) == "human")
    assert found == EndClaim(R.HANDOFF_RESOLVED)
    found = simplest(kit.claims(), lambda claim: claim.at is not None)
    assert found == EndClaim(R.AGENT_INITIATED, NOON)
    # Of FOREIGN claims all have a word, and it may stay at that.
    found = simplest(
        kit.claims(), lambda claim: claim.raw is not None and claim_rank(claim) != "foreign"
    )
    assert found == EndClaim(R.AGENT_INITIATED, raw="operator-busy")


def test_lists_lose_what_a_failure_does_not_need() -> None:
    """One claim, step or run of many, and nothing beside it; from any start."""
    for seed in range(5):
        claims = st.lists(kit.claims(), min_size=seed and 1, max_size=8)
        assert simplest(claims, lambda said: any(c.reason == "transferred" for c in said)) == [
            EndClaim(R.TRANSFERRED)
        ]
        steps = st.lists(kit.steps(), min_size=seed and 1, max_size=8)
        assert simplest(steps, lambda said: any(s.event == "transfer" for s in said)) == [
            HistoryStep(None, SessionEvent.TRANSFER)
        ]
        about = simplest(steps, lambda said: any(s.party == "operator" for s in said))
        assert about == [
            HistoryStep(None, SessionEvent.ANSWER, party="operator", connection="PA_9")
        ]
        runs = st.lists(kit.eval_runs(attempts=True), min_size=seed and 1, max_size=8)
        assert simplest(runs, lambda them: any(run.order == 2 for run in them)) == [
            PlainRun("completed", False, (), "tone", 2)
        ]
        retried = simplest(runs, lambda them: len({run.key for run in them}) < len(them))
        assert retried == [PlainRun("completed", False, (), "tone", 1)] * 2


# --- words ---------------------------------------------------------------------------------------


def test_every_word_is_drawn() -> None:
    assert set(drawn(kit.reasons(), 1_000)) == set(R)
    assert set(drawn(kit.statuses())) == LIVE | TERMINAL
    assert set(drawn(kit.statuses(live=True))) == LIVE
    assert set(drawn(kit.statuses(live=False))) == TERMINAL
    assert len(set(drawn(kit.events()))) == 14
    assert set(drawn(kit.events(ending=True))) == {"close", "expire", "fail", "supersede"}
    assert len(set(drawn(kit.events(ending=False)))) == 10
    assert len(set(drawn(kit.transitions(), 300))) > 80


def test_reasons_of_a_rank() -> None:
    assert set(drawn(kit.reasons(ranks=["human"]))) == {"handoff_resolved"}
    assert set(drawn(kit.reasons(ranks=["foreign", "silent"]))) == {"unknown", "unknown_reason"}
    assert len(set(drawn(kit.reasons(ranks=["cause"]), 600))) == 29
    assert len(set(drawn(kit.reasons(ranks=["echo"])))) == 7


@pytest.mark.parametrize("storable", [False, True])
def test_drifted_reasons(storable: bool) -> None:
    words = drawn(kit.drifted_reasons(storable=storable), 800)
    assert all(type(word) is str for word in words)
    via = Counter(read_termination_reason(word).via.value for word in words)
    assert via["unrecognized"] > 400
    assert via["normalized"] > 60
    assert via["alias"] > 5
    assert via["absent"] == 0
    assert {"operator-busy", ""} <= set(words)
    # Of vendors: the words of several, whatever they are.
    listed = [v for v in vendors() if any(translate(v, w).grade != "unlisted" for w in words)]
    assert len(listed) > 10
    assert len(set(words)) > 200
    if storable:
        assert max(map(len, words)) == 64
        assert not any(
            "\x00" in word or "\ud800" <= char <= "\udfff" for word in words for char in word
        )
    else:
        assert max(map(len, words)) == 10_000
        assert any("\x00" in word for word in words)
        assert any("\ud800" <= char <= "\udfff" for word in words for char in word)
        hostile = {word for word in words if not word.isprintable() or not word.isascii()}
        assert len(hostile) > 40


def test_drifted_reasons_that_are_read_and_that_are_not() -> None:
    for word in drawn(kit.drifted_reasons(recognized=True)):
        assert read_termination_reason(word).via in ("exact", "normalized", "alias"), word
    for word in drawn(kit.drifted_reasons(recognized=False)):
        assert read_termination_reason(word).via == "unrecognized", word
    read = {read_termination_reason(w).reason for w in drawn(kit.drifted_reasons(recognized=True))}
    assert len(read) > 25


def test_drifted_statuses() -> None:
    words = drawn(kit.drifted_statuses(), 400)
    read = Counter(coerce_session_status(word) for word in words)
    assert read[None] > 150
    assert set(read) - {None} == LIVE | TERMINAL
    assert all(map(coerce_session_status, drawn(kit.drifted_statuses(recognized=True))))
    assert not any(map(coerce_session_status, drawn(kit.drifted_statuses(recognized=False))))


@pytest.mark.parametrize("draw", [kit.drifted_reasons, kit.drifted_statuses])
def test_what_is_no_text(draw: Any) -> None:
    kinds = {type(value) for value in drawn(draw(text_only=False), 600)}
    assert kinds == {str, int, float, bool, bytes, tuple, list, dict}


def test_readings_come_in_by_every_door() -> None:
    doors = Counter(reading.via.value for reading in drawn(kit.reason_readings(), 300))
    assert set(doors) == {"exact", "normalized", "alias", "absent", "unrecognized"}
    assert min(doors.values()) >= 3


# --- times ---------------------------------------------------------------------------------------


def test_times_are_aware_and_close_together() -> None:
    found = drawn(kit.times(), 600)
    times = [at for at in found if at is not None]
    assert len(found) - len(times) >= 20
    assert all(at.tzinfo is UTC for at in times)
    close = [at for at in times if abs((at - NOON).total_seconds()) < 9]
    assert len(close) > len(times) / 2
    # Some 13 seconds with 4 moments in each: two claims often tie, or nearly.
    assert len({at.replace(microsecond=0) for at in close}) == 13
    assert {at.microsecond for at in close} == {0, 1, 400_000, 999_999}
    far = {at.replace(microsecond=0) for at in times} - {at.replace(microsecond=0) for at in close}
    assert far == {
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2026, 11, 22, 11, 59, 59, tzinfo=UTC),
        datetime(2026, 11, 23, 11, tzinfo=UTC),
        datetime(2026, 11, 23, 12, 15, tzinfo=UTC),
        datetime(2026, 11, 23, 13, tzinfo=UTC),
    }


def test_times_as_they_are_asked_for() -> None:
    whole = drawn(kit.times(whole_seconds=True, allow_none=False))
    assert {at.microsecond for at in whole} == {0}
    broken = drawn(kit.times(whole_seconds=False, allow_none=False))
    assert {at.microsecond for at in broken} == {1, 400_000, 999_999}
    around = datetime.fromisoformat("2030-01-01T09:00:00.5+09:00")
    moved = drawn(kit.times(around=around, strays=False, allow_none=False))
    middle = datetime(2030, 1, 1, tzinfo=UTC)
    assert all(timedelta(seconds=-4) <= at - middle < timedelta(seconds=9) for at in moved)
    assert simplest(kit.times(around=around, allow_none=False)) == middle


@pytest.mark.parametrize("around", [datetime(2026, 3, 1), None, datetime.max.replace(tzinfo=UTC)])
def test_times_around_nothing(around: Any) -> None:
    with pytest.raises((ValueError, InvalidArgument), match=r"without a zone|around is"):
        kit.times(around=around)


# --- claims, endings, sessions -------------------------------------------------------------------


def test_claims_of_every_rank_and_status() -> None:
    claims = drawn(kit.claims(), 1_000)
    ranks = Counter(claim_rank(claim).value for claim in claims)
    assert set(ranks) == RANKS
    assert min(ranks.values()) >= 30, ranks
    assert {claim.status.value for claim in claims} == TERMINAL
    assert len({claim.reason for claim in claims}) > 36
    assert len({claim.source for claim in claims}) == 7
    assert any(claim.raw is not None and claim_rank(claim) != "foreign" for claim in claims)
    # Three sentences of the specification that are about more than the word.
    named = [
        c for c in claims if c.reason in ("unknown", "unknown_reason") and c.status != "closed"
    ]
    assert named
    assert {claim_rank(claim) for claim in named} == {"cause"}


@pytest.mark.parametrize("rank", sorted(RANKS))
def test_claims_of_one_rank(rank: str) -> None:
    assert {claim_rank(claim) for claim in drawn(kit.claims(ranks=[rank]))} == {rank}
    own = drawn(kit.claims(ranks=[rank], status=st.none(), raw=st.sampled_from((None, "word"))))
    assert {claim_rank(claim) for claim in own} == {rank}


def test_claims_of_ones_own() -> None:
    found = drawn(
        kit.claims(
            reason=st.just(R.CALLEE_BUSY),
            at=st.just(NOON),
            source=st.just("dialler"),
            status=st.just(S.EXPIRED),
            raw=st.just("486"),
        )
    )
    assert set(found) == {EndClaim(R.CALLEE_BUSY, NOON, "dialler", S.EXPIRED, "486")}


def test_steps_of_ones_own() -> None:
    found = drawn(
        kit.steps(
            at=st.just(NOON),
            source=st.just("webhook"),
            claim=st.just(BUSY),
            step_id=st.sampled_from(("EV_1", "EV_2")),
            unknown_events=False,
            parties=False,
        )
    )
    assert {(step.at, step.source) for step in found} == {(NOON, "webhook")}
    assert {step.step_id for step in found} == {"EV_1", "EV_2"}
    # A step's claim has the step's time and source, where it has none of its own.
    assert {step.claim for step in found} == {
        None,
        EndClaim(R.UNKNOWN, NOON, "webhook", raw=BUSY.raw),
    }
    assert {step.party for step in found} == {""}
    about = {step.party for step in drawn(kit.steps(step_id=st.none()))}
    assert about == {"", "caller", "operator"}


def test_endings() -> None:
    endings = drawn(kit.endings(), 400)
    assert {len(ending.claims) for ending in endings} == {1, 2, 3, 4}
    assert {ending.status.value for ending in endings} == TERMINAL
    assert {claim_rank(ending.winner).value for ending in endings} == RANKS
    assert {ending.not_before is None for ending in endings} == {True, False}
    # Some know of a time earlier than any claim's that they have kept.
    assert any(e.at is not None and e.at not in [c.at for c in e.claims] for e in endings)


def test_sessions_of_all_eleven_statuses() -> None:
    found = Counter(session.status.value for session in drawn(kit.sessions(), 800))
    assert set(found) == LIVE | TERMINAL
    assert min(found.values()) >= 4, found
    assert {session.status.value for session in drawn(kit.sessions(live=True))} == LIVE
    ended = drawn(kit.sessions(live=False))
    assert {session.status.value for session in ended} == TERMINAL
    assert {session.started_at is None for session in ended} == {True, False}
    # Times before the start are among them, which do not count.
    early = [
        claim
        for session in ended
        if session.ending is not None and session.started_at is not None
        for claim in session.ending.claims
        if claim.at is not None and claim.at < session.started_at
    ]
    assert len(early) > 10


# --- evals ---------------------------------------------------------------------------------------


def test_eval_runs_of_every_outcome() -> None:
    runs = drawn(kit.eval_runs(), 400)
    assert all(eval_outcome_counts(runs, strict=True).values())
    statuses = {(type(run.status).__name__, str(run.status)) for run in runs}
    words = ("queued", "pending", "running", "completed", "failed", "errored")
    assert statuses == {(kind, word) for kind in ("str", "EvalRunStatus") for word in words}
    assert {run.is_critical for run in runs} == {True, False}
    assert {(run.key, run.order) for run in runs} == {("", 0)}
    assert {run.is_critical for run in drawn(kit.eval_runs(critical=True))} == {True}


def test_drifted_eval_runs() -> None:
    runs = drawn(kit.eval_runs(drifted=True), 500)
    assert rollup_eval_runs(runs).total == len(runs)
    assert any(run.scores is None for run in runs)
    assert any(run.is_critical is None for run in runs)
    assert {"cancelled", "COMPLETED", None, 7} <= {run.status for run in runs}
    verdicts = [score.passed for run in runs for score in run.scores or ()]
    assert any(type(verdict) is float and math.isnan(verdict) for verdict in verdicts)
    assert {"true", 1} <= {v for v in verdicts if type(v) is not bool}


def test_attempts() -> None:
    lists = drawn(st.lists(kit.eval_runs(attempts=True), max_size=9))
    kept = [latest_attempts(runs, key=lambda r: r.key, order=lambda r: r.order) for runs in lists]
    assert {len(runs) for runs in kept} == {0, 1, 2, 3}
    assert sum(len(runs) > len(last) for runs, last in zip(lists, kept, strict=True)) > 15


def test_rollups_have_every_headline() -> None:
    found = Counter(rollup.eval_status.value for rollup in drawn(kit.rollups(), 300))
    assert set(found) == {"none", "pending", "passed", "failed"}
    assert min(found.values()) > 10, found
    for headline in found:
        assert {r.eval_status for r in drawn(kit.rollups(headline=headline))} == {headline}


# --- how they are asked --------------------------------------------------------------------------

FUNCTIONS = [
    getattr(kit, name)
    for name in kit.__all__
    if inspect.isfunction(getattr(kit, name)) and not name.startswith(("check_", "every_"))
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_one_canonical_path_and_keywords_only(function: Any) -> None:
    assert function.__module__ == "session_lifecycle.testing"
    assert pickle.loads(pickle.dumps(function)) is function
    kinds = {parameter.kind for parameter in inspect.signature(function).parameters.values()}
    assert kinds <= {inspect.Parameter.KEYWORD_ONLY}
    assert "Example: `" in function.__doc__


@pytest.mark.parametrize("function", FUNCTIONS)
def test_written_out_by_their_names(function: Any) -> None:
    """With all that they are made of, a list of histories would be 10,000 characters."""
    assert repr(function()) == f"none().flatmap({function.__name__})"
    several = repr(st.lists(function(), max_size=3))
    assert several == f"lists(none().flatmap({function.__name__}), max_size=3)"


def test_what_takes_no_options_says_so() -> None:
    with pytest.raises(TypeError, match=r"claims\(\) takes 0 positional arguments"):
        kit.claims(["human"])  # type: ignore[misc]
    with pytest.raises(TypeError, match=r"claims\(\) got an unexpected keyword argument 'rank'"):
        kit.claims(rank="human")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: kit.reasons(ranks=["loud"]), "ranks has 'loud', expected some of: human"),
        (lambda: kit.claims(ranks=[]), "ranks is empty"),
        (lambda: kit.rollups(headline="green"), "headline has 'green', expected some of: none"),
        (lambda: kit.histories(kind="odd"), "kind is 'odd', expected one of: legal"),  # type: ignore[arg-type]
        (lambda: kit.histories(max_length=3), "max_length is 3, expected at least 4"),
        (lambda: kit.livekit_webhooks(events=["room_burnt"]), "events has 'room_burnt', expected"),
        (lambda: kit.livekit_webhooks(events=[]), "events is empty"),
        (lambda: kit.call_records(vendors="acme"), "vendors has 'acme', expected some of: sip"),
        (lambda: kit.call_records(vendors=[]), "vendors is empty"),
    ],
)
def test_what_makes_no_sense_is_refused(ask: Any, message: str) -> None:
    with pytest.raises(InvalidArgument, match=message):
        ask()
