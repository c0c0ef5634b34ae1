"""The laws as data; and that each of them can be broken: by whom, and what the kit says then."""

from __future__ import annotations

import copy
import pickle
import re
from typing import Any

import pytest
from hypothesis import Phase, settings

from session_lifecycle import SessionEvent, SessionStatus
from session_lifecycle.testing import LAWS, LawBrokenError
from session_lifecycle.testing._laws import LIFECYCLE_LAWS, ROLLUP_LAWS
from session_lifecycle.testing._model import Report
from session_lifecycle.testing._trial import Trial
from tests.testing.stores import broken, others, rollups
from tests.testing.stores.memory import Store, over

QUICK = settings(
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
)


# --- as data -------------------------------------------------------------------------------------


def test_every_law_has_a_name_of_its_own() -> None:
    every = [law.name for law in (*LIFECYCLE_LAWS, *ROLLUP_LAWS)]
    assert len(set(every)) == len(every) == len(LAWS)
    assert list(LAWS) == every
    assert all(LAWS[name].name == name for name in every)


def test_they_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        LAWS["mine"] = LIFECYCLE_LAWS[0]  # type: ignore[index]


@pytest.mark.parametrize("law", LAWS.values(), ids=lambda law: law.name)
def test_a_law_is_a_name_and_two_sentences(law: Any) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", law.name)
    assert len(law.name) <= 32  # The column of the table that pytest prints.
    for sentence in (law.sentence, law.why):
        assert sentence[0].isupper() or sentence[0] == "`"
        assert sentence.endswith(".")
        assert "\n" not in sentence
        assert len(sentence) <= 100
    assert law.sentence != law.why


def test_the_error_can_be_sent_to_another_process() -> None:
    error = LawBrokenError(LAWS["reading_is_total"], ("one", "two"), "It raised.")
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is LawBrokenError
        assert str(again) == str(error)
        assert (again.law, again.history, again.found) == (error.law, ("one", "two"), "It raised.")


# --- broken, each --------------------------------------------------------------------------------

WALK, WORD = "test_every_short_history", "test_unknown_words"
STATUS = "test_every_status"
CRASH, AT_ONCE = "test_crash_and_retry", "test_two_at_once"
EACH, ANY = "test_each_law", "test_any_runs"
# Which law, who breaks it, which test is asked, and a part of what it says was found.
# fmt: off
LIFECYCLE: list[tuple[str, type[Store], str, str]] = [
    ("created_as_asked",             others.StartsActive,          WALK, "queued; found active."),
    ("moves_follow_the_machine",     others.NeverPauses,           WALK, "paused; found active."),
    ("moves_follow_the_machine",     others.RefusesRinging,        WALK, "PermissionError"),
    ("illegal_changes_nothing",      others.ResumesAnything,       WALK, "queued; found active."),
    ("late_is_no_error",             others.RefusesLate,           WALK, "raised ValueError: 'it"),
    ("a_claim_ends_it",              others.AlwaysCloses,          WALK, "expired, callee_busy at"),
    ("a_claim_ends_it",              others.NotesClaims,           WALK, "found queued."),
    ("a_claim_ends_it",              others.ForgetsWhoSaidSo,      WALK, "source 'operator'; fo"),
    ("a_claim_ends_it",              others.RefusesClaims,         WALK, "raised KeyError: "),
    ("a_close_closes",               others.RefusesToClose,        WALK, "PermissionError"),
    ("a_close_closes",               others.ExpiresByClosing,      WALK, "expired, unknown at"),
    ("ended_stays_ended",            broken.RevivesOnLateApproval, WALK, "found active, unknown,"),
    ("stronger_claim_wins",          broken.FirstWins,             WALK, "closed, handoff_resolv"),
    ("weaker_claim_changes_nothing", broken.LastWins,              WALK, "expired, unknown at"),
    ("end_is_the_earliest_time",     others.WinnersTime,           WALK, "closed, handoff_resolv"),
    ("closed_at_never_moves",        broken.MovesClosedAt,         WALK, "It was 2026-11-24T"),
    ("closed_at_never_moves",        others.NoClosedAt,            WALK, "and has no closed_at."),
    ("redelivery_changes_nothing",   others.EachDeliveryCounts,    WALK, "closed, handoff_resolv"),
    ("others_are_left_alone",        others.MovesItsNeighbours,    WALK, "was active: paused"),
    ("others_are_left_alone",        others.MovesItsNeighbours,  STATUS, "was active: paused"),
    ("others_are_left_alone",        others.MovesTheNext,        STATUS, "active; found paused."),
    ("others_are_left_alone",        others.SharesItsEnd,        STATUS, "active; found active"),
    ("live_has_no_end",              others.SaysWhenItWillEnd,     WALK, "found queued, ended_at"),
    ("none_is_lost_at_once",         broken.CheckThenAct,       AT_ONCE, "found closed, room_del"),
    ("none_is_lost_at_once",         others.RefusesTheSecond,   AT_ONCE, "raised RuntimeError: '"),
    ("a_crash_loses_nothing",        others.HalfWritten,          CRASH, "found active, room_del"),
    ("a_crash_loses_nothing",        others.MarksItFirst,         CRASH, "closed, room_deleted a"),
    ("a_crash_loses_nothing",        others.ChokesOnItsRest,      CRASH, "raised RuntimeError: '"),
    ("reading_is_total",             broken.RaisesOnUnknownReason, WORD, "Reading raised ValueEr"),
    ("reading_is_total",             others.RaisesInTheList,       WORD, "Listing raised ValueEr"),
    ("unknown_word_is_kept",         others.UnknownIsAnError,      WORD, ", error, ended_at"),
    ("unknown_word_is_kept",         others.ForgetsTheWord,        WALK, "raw 'operator-busy'; "),
    ("unknown_status_is_not_ended",  broken.UnknownStatusHasEnded, WORD, "the list of ended ones"),
    ("unknown_status_is_not_live",   broken.UnknownStatusIsLive,   WORD, "the list of live ones."),
    ("unknown_status_is_not_ended",  others.ReadsUnknownAsClosed,  WORD, "It is read as closed."),
    ("unknown_status_is_not_live",   others.ReadsUnknownAsActive,  WORD, "It is read as active."),
    ("the_list_agrees",              others.ListsActiveOnes,     STATUS, "not in the list of liv"),
    ("the_list_agrees",              others.ListsEverything,     STATUS, "the list of ended ones"),
    ("the_list_agrees",              others.ListsTwice,          STATUS, "is 2 times in the list"),
]
ROLLUPS: list[tuple[str, type[rollups.Rollup], str, str]] = [
    ("rollup_counts_what_ran",         rollups.SkipsNewStatuses,          ANY,  "Expected total"),
    ("rollup_counts_what_ran",         rollups.ForgetsQueued,             EACH, "be 4; found 3."),
    ("only_true_is_a_pass",            rollups.TruthyPasses,              EACH, "be 0; found 1."),
    ("only_true_is_a_pass",            rollups.Raises,                    EACH, "TypeError: 'a "),
    ("critical_decides",               rollups.EveryRunDecides,           EACH, "eval_status to"),
    ("a_crashed_judge_is_not_passed",  rollups.CrashedIsPassed,           EACH, "be 0; found 1."),
    ("nothing_measured_is_not_passed", rollups.PassesWithNothingMeasured, EACH, "be 0; found 1."),
    ("a_retry_counts_once",            rollups.CountsRetriesTwice,        EACH, "be 1; found 2."),
    ("order_does_not_matter",          rollups.LastInTheListCounts,       ANY,  "Expected "),
]
# fmt: on


def test_each_law_is_broken_by_somebody() -> None:
    assert {law for law, *_ in (*LIFECYCLE, *ROLLUPS)} == LAWS.keys()


@pytest.mark.parametrize(
    ("law", "kind", "test", "said"), LIFECYCLE, ids=[row[1].__name__ for row in LIFECYCLE]
)
def test_a_store_breaks_it(law: str, kind: type[Store], test: str, said: str) -> None:
    subject = over(kind)()
    subject.settings = QUICK  # type: ignore[misc]
    with pytest.raises(LawBrokenError) as found:
        getattr(subject, test)()
    assert found.value.law.name == law
    assert said in found.value.found
    assert subject.checked[law] >= 0
    # Nothing foreign is printed as it is.
    assert "\x1b" not in str(found.value)
    assert len(found.value.found) < 300


def test_where_two_orders_lead_to_two_places_both_are_said() -> None:
    trial = Trial(over(others.NeverPauses)())
    number = trial.create(SessionStatus.ACTIVE, None)
    assert number == 0
    pause, approval = Report(SessionEvent.PAUSE), Report(SessionEvent.REQUEST_APPROVAL)
    assert trial.tell_at_once(number, pause, approval, 10**9) is not None
    trial.forget()
    number = trial.create(SessionStatus.ACTIVE, None)
    assert number == 0
    trial.drift_status(number, "hibernating")
    with pytest.raises(LawBrokenError) as found:
        trial.tell_at_once(number, pause, approval, 10**9)
    assert found.value.law.name == "none_is_lost_at_once"
    assert found.value.found == (
        "Expected paused or awaiting_approval; found no status that we know."
    )


@pytest.mark.parametrize(
    ("law", "kind", "test", "said"), ROLLUPS, ids=[row[1].__name__ for row in ROLLUPS]
)
def test_a_rollup_breaks_it(law: str, kind: type[rollups.Rollup], test: str, said: str) -> None:
    subject = kind()
    subject.settings = QUICK  # type: ignore[misc]
    with pytest.raises(LawBrokenError) as found:
        getattr(subject, test)()
    assert found.value.law.name == law
    assert said in found.value.found
