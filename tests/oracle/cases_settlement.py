"""The vectors about who is right: each step of the order, and what no step may depend on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise, product

from tests.oracle.case import Case, Draw, Group
from tests.oracle.claims import STARTED, at, claim, settled
from tests.oracle.settlement import RANK, RANKS, SILENT, SYMPTOMS, TIE_ORDER, Claim, rank
from tests.oracle.spec import OWN_STATUS, REASONS, STATUSES

# fmt: off
GROUPS = (
    Group("alone", "specification",
          "a claim's rank, its own status and its outcome, reason by reason"),
    Group("ranks", "specification",
          "higher rank wins, whichever came first; at is the earliest time claimed"),
    Group("tie_order", "specification",
          "in one second the tie order decides; each reason beside the next of its rank"),
    Group("earliest", "specification",
          "inside a rank the earliest wins, before tie order"),
    Group("lag", "specification",
          "a symptom's time counts three seconds later"),
    Group("whole_second", "specification",
          "times are compared by whole second; a moment may cross one, most of one may not"),
    Group("no_time", "specification",
          "inside a rank a claim without a time comes last"),
    Group("exact_time", "specification",
          "one reason in one second: the exact time decides"),
    Group("microseconds", "specification",
          "the exact time, for who keeps more than milliseconds"),
    Group("source", "specification",
          "then the source, by code point and not by UTF-16 code unit"),
    Group("status", "specification",
          "then the status; a status that is named is the ending's"),
    Group("raw", "specification",
          "then raw; it gives no reason but unknown another rank"),
    Group("foreign", "specification",
          "somebody said a word we do not know: teardown may not overwrite it"),
    Group("named_status", "specification",
          "a silent reason that names a status other than its own is a cause, without lag, last"),
    Group("not_before", "specification",
          "times before the session's start count as absent: one bogus epoch must not decide"),
    Group("zones", "specification",
          "times of other zones, before 1970 and at the calendar's end"),
    Group("repeats", "specification",
          "a function of the set: a claim told twice is one claim"),
    Group("stories", "specification",
          "the endings the specification tells, and one whose order no claim can know"),
    Group("traces", "specification",
          "endings that went wrong in real systems, by repository and number"),
    Group("drawn", "specification",
          "sets of claims as they are drawn"),
    Group("refused", "specification",
          "no claims, a time without a zone, a live status: refused at once"),
    Group("status_order", "decision",
          "statuses are compared by code point, as sources are"),
    Group("raw_or_none", "decision",
          "of two claims that differ in raw alone, one without it comes first"),
    Group("silent_words", "decision",
          "as causes unknown_reason stands before unknown, as it does in the rank of silence"),
    Group("ignored_time", "decision",
          "where only times that count as absent differ: none first, then the earlier"),
)
# fmt: on

# Where each rank's claim is looked for: one reason a rank.
_ONE_OF = {
    "human": claim("handoff_resolved", source="desk"),
    "dialled": claim("callee_busy", source="carrier"),
    "bridged": claim("transferred", source="worker"),
    "cause": claim("agent_initiated", source="worker"),
    "foreign": claim("unknown", source="vendor", raw="Wackelkontakt"),
    "echo": claim("room_deleted", source="livekit"),
    "silent": claim("unknown_reason", source="livekit"),
}


def _moved(one: Claim, second: float | None) -> Claim:
    return one | {"at": at(second)}


def _ranks() -> Iterator[Case]:
    for reason in REASONS:
        yield settled("alone", reason, [claim(reason, 10)])
    yield settled("alone", "unknown/raw", [claim("unknown", 10, raw="Wackelkontakt")])
    yield settled("alone", "no_time", [claim("resolved")])
    for stronger, weaker in combinations(RANKS, 2):
        for name, first, second in (("first", 10, 70), ("later", 70, 10)):
            pair = [_moved(_ONE_OF[weaker], second), _moved(_ONE_OF[stronger], first)]
            yield settled("ranks", f"{stronger}/{weaker}/{name}", pair)
    every = [_moved(one, 10 - place) for place, one in enumerate(_ONE_OF.values())]
    yield settled("ranks", "all_of_them", every[::-1])


def _seconds() -> Iterator[Case]:
    for one, other in pairwise(TIE_ORDER):
        if RANK[one] == RANK[other]:
            # A symptom is told three seconds early, so that lag makes them level; the loser first.
            early = [10 - 3 * (word in SYMPTOMS) for word in (one, other)]
            pair = [claim(other, early[1]), claim(one, early[0] + 0.5)]
            yield settled("tie_order", f"{one}/{other}", pair)
    for one, other in (
        ("silence_timeout", "join_failure"),
        ("callee_declined", "callee_unavailable"),
        ("voicemail_detected", "callee_busy"),
        ("participant_removed", "pipeline_exit"),
        ("participant_left", "error"),
        ("agent_initiated", "sip_trunk_failure"),
    ):
        for name, gap in (("after", 1), ("hour_after", 3600)):
            pair = [claim(one, 10 + gap), claim(other, 10)]
            yield settled("earliest", f"{one}/{name}", pair)
    for symptom in SYMPTOMS:
        for gap in (2, 3, 4):
            pair = [claim(symptom, 10, "room"), claim("agent_initiated", 10 + gap, "worker")]
            yield settled("lag", f"{symptom}/{gap}", pair)
    for name, later, earlier in (
        ("same_second", claim("silence_timeout", 10.999), claim("join_failure", 10)),
        ("next_second", claim("silence_timeout", 11), claim("join_failure", 10.999)),
        ("one_apart", claim("silence_timeout", 11.5), claim("join_failure", 10.5)),
        ("lag/same", claim("silence_timeout", 13.4), claim("error", 10.6)),
        ("lag/same_late", claim("silence_timeout", 13.999), claim("error", 10)),
        ("lag/next", claim("silence_timeout", 14), claim("error", 10.999)),
        ("lag/both", claim("participant_left", 11.001), claim("error", 10.999)),
    ):
        yield settled("whole_second", name, [later, earlier])


def _times() -> Iterator[Case]:
    for name, claims in {
        "inside_a_rank": [claim("silence_timeout"), claim("join_failure", 10)],
        "higher_rank": [claim("handoff_resolved"), claim("agent_initiated", 10)],
        "both": [claim("join_failure"), claim("silence_timeout")],
        "symptom_with_time": [claim("silence_timeout"), claim("error", 10)],
        "three": [claim("resolved"), claim("error"), claim("unresolved", 10)],
        "none_at_all": [claim("room_closed"), claim("unknown_reason"), claim("pipeline_exit")],
    }.items():
        yield settled("no_time", name, claims)
    for group, first, later in (("exact_time", 10.001, 10.002), ("microseconds", 10.0, 10.000001)):
        for reason in ("resolved", "error", "callee_busy"):
            pair = [claim(reason, later, "a"), claim(reason, first, "z")]
            yield settled(group, reason, pair)
        ends = [claim("resolved", 10 + (later - first) * 9, "a"), claim("resolved", 10.999, "z")]
        yield settled(group, "end_of_the_second", ends)
    epoch = "1970-01-01T00:00:00.000Z"
    bogus = claim("silence_timeout") | {"at": epoch}
    honest = claim("join_failure", 40)
    for name, claims, start in (
        ("unknown_start", [bogus, honest], None),
        ("epoch", [bogus, honest], STARTED),
        ("epoch_of_a_higher_rank", [_ONE_OF["human"] | {"at": epoch}, honest], STARTED),
        ("epoch_alone", [bogus], STARTED),
        ("just_before", [claim("silence_timeout", -0.001), honest], STARTED),
        ("at_the_start", [claim("silence_timeout", 0), honest], STARTED),
        ("just_after", [claim("silence_timeout", 0.001), honest], STARTED),
        ("all_before", [claim("join_failure", -9), claim("silence_timeout", -5)], STARTED),
        ("echo_before", [claim("room_closed", -9), claim("resolved", 9)], STARTED),
        ("and_no_time", [claim("silence_timeout"), claim("resolved", -1), honest], STARTED),
        ("symptom", [claim("error", -1), claim("participant_left", 9)], STARTED),
        ("another_zone", [bogus, honest], "2026-03-01T21:00:00.000+09:00"),
    ):
        yield settled("not_before", name, claims, start)


def _ends_of_the_order() -> Iterator[Case]:
    by_code_point = ("", "A", "Z", "a", "\u00e9", "\uffff", "\U0001f600")
    for one, other in pairwise(by_code_point):
        pair = [claim("room_deleted", 10, other), claim("room_deleted", 10, one)]
        yield settled("source", f"{ascii(one)[1:-1]}/{ascii(other)[1:-1]}", pair)
    yield settled("source", "all", [claim("resolved", 10, one) for one in by_code_point[::-1]])
    longer = [claim("resolved", 10, "worker-2"), claim("resolved", 10, "worker")]
    yield settled("source", "longer", longer)
    for name, claims in {
        "own_first": [claim("resolved", 10, status="superseded"), claim("resolved", 10)],
        "before_raw": [claim("resolved", 10, status="expired", raw="a"), claim("resolved", 10)],
        "after_source": [claim("resolved", 10, "z"), claim("resolved", 10, "a", "superseded")],
        "named": [claim("pipeline_exit", 10, status="error"), claim("unknown_reason", 10)],
        "named_as_own": [claim("error", 10, status="error")],
        "closed_after_all": [claim("sip_failed", 10, status="closed")],
        "superseded_closed": [claim("superseded", 10, status="closed")],
    }.items():
        yield settled("status", name, claims)
    for one, other in pairwise(("", "A", "a", "\u00e9", "\uffff")):
        pair = [claim("resolved", 10, raw=other), claim("resolved", 10, raw=one)]
        yield settled("raw", f"{ascii(one)[1:-1]}/{ascii(other)[1:-1]}", pair)
    for reason in ("resolved", "room_deleted", "unknown_reason", "error"):
        yield settled("raw", f"rank/{reason}", [claim(reason, 10, raw="x"), claim("resolved", 9)])
    word = claim("unknown", 70, "vendor", raw="Wackelkontakt")
    for name, claims in {
        "echo": [claim("room_deleted", 10, "livekit"), word],
        "silent": [claim("unknown", 10), claim("unknown_reason", 10), word],
        "cause": [word, claim("resolved", 3600, "worker")],
        "empty_word": [claim("unknown", 10, raw=""), claim("pipeline_exit", 9)],
        "two_words": [word, claim("unknown", 10, "other", raw="kaputt")],
        "named_as_own": [claim("unknown", 10, status="closed", raw="x"), claim("join_failure")],
    }.items():
        yield settled("foreign", name, claims)


def _silence_that_names() -> Iterator[Case]:
    for reason, status in product(SILENT, ("closed", "expired", "error", "superseded")):
        for called, raw in (("no_raw", None), ("raw", "x")):
            one = claim(reason, 10, "timer", status, raw)
            name = f"{reason}/{status}/{called}"
            yield settled("named_status", name, [claim("room_deleted", 9, "livekit"), one])
    timer = claim("unknown", 10, "timer", "expired")
    for name, claims in {
        "last_in_tie_order": [timer, claim("join_failure", 10)],
        "behind_the_last_symptom": [timer, claim("error", 7)],
        "without_lag": [claim("error", 8), timer],
        "earlier_than_a_cause": [claim("resolved", 11), timer],
        "over_a_foreign_word": [claim("unknown", 9, raw="x"), timer],
        "below_dialled": [timer, claim("voicemail_detected", 70)],
    }.items():
        yield settled("named_status", name, claims)
    level = [claim(word, 10, "timer", "expired") for word in ("unknown", "unknown_reason")]
    yield settled("silent_words", "same_time", level)
    yield settled("silent_words", "no_time", [one | {"at": None} for one in level])
    later = [claim("unknown_reason", 10.5, status="error"), claim("unknown", 10, status="error")]
    yield settled("silent_words", "later_in_the_second", later)
    for reason in ("resolved", "room_deleted"):
        pair = [claim(reason, 10, status=status) for status in ("expired", "error")]
        yield settled("status_order", reason, pair)
    for name, raw in (("word", "done"), ("empty", "")):
        pair = [claim("resolved", 10, raw=raw), claim("resolved", 10)]
        yield settled("raw_or_none", name, pair)
    for name, seconds in (("none_first", (-5, None)), ("earlier_first", (-5, -9))):
        pair = [claim("resolved", second) for second in seconds]
        yield settled("ignored_time", name, pair, STARTED)


_DRAWN_STATUSES = (None, None, None, None, "closed", "error", "superseded")
_DRAWN_SECONDS = (None, -3600, 0, 1, 1.2, 1.9, 2, 3, 3.5, 4, 5.75, 15, 900)
_DRAWN_SOURCES = ("worker", "livekit", "", "operator")


def _drawn() -> Iterator[Case]:
    draw = Draw(seed=5)
    # Causes, echoes and silence oftener than their share, since those are what meet.
    pool = [*REASONS, *(word for word in REASONS if rank(claim(word)) in ("echo", "silent"))]
    found = 0
    while found < 90:
        claims = []
        for _ in range(3 + draw.below(4)):
            reason = draw.one_of(pool)
            status = draw.one_of(_DRAWN_STATUSES)
            claims.append(
                claim(
                    reason,
                    draw.one_of(_DRAWN_SECONDS),
                    draw.one_of(_DRAWN_SOURCES),
                    None if status == OWN_STATUS[reason] else status,
                    "Wackelkontakt" if reason == "unknown" and draw.below(2) else None,
                )
            )
        case = settled("drawn", f"{found:02}", claims, draw.one_of((None, STARTED)), optional=True)
        if case is not None:
            yield case
            found += 1


def _refused() -> Iterator[Case]:
    yield settled("refused", "no_claims", [])
    naive = claim("resolved") | {"at": "2026-03-01T12:00:00.000"}
    yield settled("refused", "naive_time", [naive])
    yield settled("refused", "naive_time_among_others", [claim("error", 10), naive])
    yield settled("refused", "naive_start", [claim("error", 10)], "2026-03-01T12:00:00.000")
    for status in STATUSES[:-4]:
        yield settled("refused", f"live_status/{status}", [claim("error", 10, status=status)])


def cases() -> Iterator[Case]:
    """Yield every case, in the order of the file."""
    from tests.oracle import stories

    yield from _ranks()
    yield from _seconds()
    yield from _times()
    yield from _ends_of_the_order()
    yield from _silence_that_names()
    yield from stories.cases()
    yield from _drawn()
    yield from _refused()
