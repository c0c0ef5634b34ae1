"""Section 1 of the specification: every rule about the words, quoted and then attacked."""

from __future__ import annotations

import copy
import json
import pickle
from enum import StrEnum
from types import SimpleNamespace

import pytest

import session_lifecycle
from session_lifecycle import (
    LIVE_STATUSES,
    TERMINAL_STATUSES,
    ClaimRank,
    CoercionVia,
    EndActor,
    EndFault,
    EndOutcome,
    EndPhase,
    EvalOutcome,
    EvalRunStatus,
    EvalStatus,
    RedialAdvice,
    SessionChange,
    SessionDirection,
    SessionEvent,
    SessionLifecycleError,
    SessionPriority,
    SessionStatus,
    SessionTerminationReason,
    SessionType,
    TransitionVerdict,
    TranslationGrade,
    UnknownEventError,
    UnknownStatusError,
    can_apply,
    coerce_termination_reason,
    eval_run_outcome,
    is_live,
    is_terminal,
    parse_session_event,
    parse_session_status,
    read_termination_reason,
    reason_traits,
    rollup_eval_runs,
)

R = SessionTerminationReason
S = SessionStatus

# What was released, typed from the specification. A word may be added here, and none ever removed.
RELEASED = (
    "voicemail_detected silence_timeout max_call_duration participant_left pipeline_exit "
    "user_requested agent_initiated resolved unresolved abandoned escalated handoff_resolved "
    "transferred error unknown callee_busy callee_no_answer callee_unavailable callee_declined "
    "callee_not_found sip_failed unknown_reason client_initiated duplicate_identity "
    "server_shutdown participant_removed room_deleted state_mismatch join_failure migration "
    "signal_close room_closed user_unavailable user_rejected sip_trunk_failure connection_timeout "
    "media_failure agent_error dispatch_failed token_mint_failed sip_dial_failed "
    "participant_join_timeout setup_error stale_routing superseded duplicate_dispatch"
)
RELEASED_REASONS = RELEASED.split()

EVERY_VOCABULARY = [
    thing
    for name, thing in sorted(vars(session_lifecycle).items())
    if name in session_lifecycle.__all__ and isinstance(thing, type) and issubclass(thing, StrEnum)
]


def words_of(vocabulary: type[StrEnum]) -> str:
    return " ".join(member.value for member in vocabulary)


# --- every vocabulary ----------------------------------------------------------------------------


@pytest.mark.parametrize("vocabulary", EVERY_VOCABULARY, ids=lambda words: words.__name__)
def test_members_are_plain_text_named_by_their_value(vocabulary: type[StrEnum]) -> None:
    """All are `enum.StrEnum`; `member.name == member.value.upper()`."""
    assert vocabulary.__bases__ == (StrEnum,)
    for name, member in vocabulary.__members__.items():
        assert name == member.name == member.value.upper()
        assert type(member.value) is str
        assert member == member.value
        assert f"{member}" == str(member) == member.value
        assert json.loads(json.dumps({"word": member})) == {"word": member.value}
        assert vocabulary(member.value) is vocabulary[name] is member


@pytest.mark.parametrize("vocabulary", EVERY_VOCABULARY, ids=lambda words: words.__name__)
def test_no_vocabulary_has_two_names_for_one_word(vocabulary: type[StrEnum]) -> None:
    assert len(vocabulary.__members__) == len(list(vocabulary))


@pytest.mark.parametrize("vocabulary", EVERY_VOCABULARY, ids=lambda words: words.__name__)
def test_members_survive_pickling_and_copying_as_themselves(vocabulary: type[StrEnum]) -> None:
    for member in vocabulary:
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            assert pickle.loads(pickle.dumps(member, protocol)) is member
        assert copy.copy(member) is copy.deepcopy(member) is member


# --- termination reasons -------------------------------------------------------------------------


def test_the_46_reasons_in_order() -> None:
    """`SessionTerminationReason`: exactly these 46, in this order: `voicemail_detected
    silence_timeout max_call_duration participant_left pipeline_exit user_requested agent_initiated
    resolved unresolved abandoned escalated handoff_resolved transferred error unknown callee_busy
    callee_no_answer callee_unavailable callee_declined callee_not_found sip_failed unknown_reason
    client_initiated duplicate_identity server_shutdown participant_removed room_deleted
    state_mismatch join_failure migration signal_close room_closed user_unavailable user_rejected
    sip_trunk_failure connection_timeout media_failure agent_error dispatch_failed token_mint_failed
    sip_dial_failed participant_join_timeout setup_error stale_routing superseded
    duplicate_dispatch`.
    """
    assert len(RELEASED_REASONS) == 46
    assert [reason.value for reason in R] == RELEASED_REASONS


def test_one_word_for_every_end_a_language_model_decides() -> None:
    """`AGENT_INITIATED` covers every LLM-driven end."""
    acts = [
        reason
        for reason in R
        if reason_traits(reason).actor is EndActor.AGENT
        and reason_traits(reason).fault is EndFault.NONE
    ]
    assert acts == [R.AGENT_INITIATED]


def test_unknown_and_unknown_reason_are_two_facts() -> None:
    """`UNKNOWN` is the defensive fallback; `UNKNOWN_REASON` is LiveKit's own "no reason", a
    different fact, and both stay.
    """
    assert R.UNKNOWN != R.UNKNOWN_REASON
    assert {R.UNKNOWN, R.UNKNOWN_REASON} <= set(R)
    for stranger in (None, "", "whatever", 3, object()):
        assert coerce_termination_reason(stranger) is R.UNKNOWN
    # LiveKit said it, so it is recognised, and never merely the fallback.
    for spelling in ("unknown_reason", "UNKNOWN_REASON", "DisconnectReason.UNKNOWN_REASON"):
        reading = read_termination_reason(spelling)
        assert reading.reason is R.UNKNOWN_REASON
        assert reading.via is not CoercionVia.UNRECOGNIZED


@pytest.mark.parametrize("word", RELEASED_REASONS)
def test_rows_and_pickles_of_released_reasons_can_still_be_read(word: str) -> None:
    """A released member is never removed or renamed; 64 characters is the longest a value may ever
    be.
    """
    assert R(word).value == word
    assert R[word.upper()] is R(word)
    # As a pickle written by an earlier release names it: module, class, value.
    stored = b"csession_lifecycle\nSessionTerminationReason\n(V" + word.encode() + b"\ntR."
    assert pickle.loads(stored) is R(word)


@pytest.mark.parametrize("vocabulary", EVERY_VOCABULARY, ids=lambda words: words.__name__)
def test_every_value_fits_the_column_it_is_stored_in(vocabulary: type[StrEnum]) -> None:
    """A released member is never removed or renamed; 64 characters is the longest a value may ever
    be.
    """
    for member in vocabulary:
        assert 1 <= len(member.value) <= 64
        # Of one byte each, so that a column counted in bytes will do as well.
        assert member.value.isascii()


# --- statuses ------------------------------------------------------------------------------------


def test_the_statuses_in_order() -> None:
    """`SessionStatus`: `queued ringing active paused waiting_for_human transferred
    awaiting_approval closed expired error superseded`.
    """
    assert words_of(S) == (
        "queued ringing active paused waiting_for_human transferred awaiting_approval "
        "closed expired error superseded"
    )


def test_the_last_four_statuses_are_terminal() -> None:
    """The last four are terminal, the rest are live."""
    statuses = [status.value for status in S]
    assert statuses[-4:] == ["closed", "expired", "error", "superseded"]
    for status in S:
        terminal = status.value in ("closed", "expired", "error", "superseded")
        assert is_terminal(status) is terminal
        assert is_live(status) is not terminal
        assert (status in TERMINAL_STATUSES) is terminal
        assert (status in LIVE_STATUSES) is not terminal


def test_a_transferred_session_is_live_and_can_come_back() -> None:
    """`transferred` is live: a transfer can fail and come back."""
    assert is_live(S.TRANSFERRED)
    assert not is_terminal(S.TRANSFERRED)
    assert can_apply(S.TRANSFERRED, SessionEvent.RETURN_TO_AGENT)


# --- priorities, directions, types ---------------------------------------------------------------


def test_the_priorities_in_order() -> None:
    """`SessionPriority`: `low normal high urgent`."""
    assert words_of(SessionPriority) == "low normal high urgent"


def test_the_directions_in_order() -> None:
    """`SessionDirection`: `inbound outbound`."""
    assert words_of(SessionDirection) == "inbound outbound"


def test_the_types_in_order() -> None:
    """`SessionType`: `live test simulation`."""
    assert words_of(SessionType) == "live test simulation"


# --- evals ---------------------------------------------------------------------------------------


def test_the_run_statuses_in_order() -> None:
    """`EvalRunStatus`: `queued pending running completed failed errored`."""
    assert words_of(EvalRunStatus) == "queued pending running completed failed errored"


def test_three_run_statuses_are_unfinished() -> None:
    """`queued`, `pending` and `running` are unfinished."""
    for status in EvalRunStatus:
        run = SimpleNamespace(status=status, is_critical=True, scores=())
        unfinished = status.value in ("queued", "pending", "running")
        assert (rollup_eval_runs([run]).pending == 1) is unfinished
        assert (eval_run_outcome(run) is EvalOutcome.PENDING) is unfinished


def test_the_headline_takes_each_of_its_words() -> None:
    """`EvalStatus` (the session's headline): `none pending passed failed`."""
    assert words_of(EvalStatus) == "none pending passed failed"
    runs = {
        status: SimpleNamespace(status=status, is_critical=True, scores=())
        for status in EvalRunStatus
    }
    headlines = {
        "none": rollup_eval_runs([]),
        "pending": rollup_eval_runs([runs[EvalRunStatus.RUNNING]]),
        "passed": rollup_eval_runs([runs[EvalRunStatus.COMPLETED]]),
        "failed": rollup_eval_runs([runs[EvalRunStatus.ERRORED]]),
    }
    for word, rollup in headlines.items():
        assert rollup.eval_status is EvalStatus(word)


def test_the_outcome_of_a_run_takes_each_of_its_words() -> None:
    """`EvalOutcome` (one run's): `pending passed failed no_verdict errored`."""
    assert words_of(EvalOutcome) == "pending passed failed no_verdict errored"
    passed, failed = SimpleNamespace(passed=True), SimpleNamespace(passed=False)
    runs = {
        "pending": ("queued", ()),
        "passed": ("completed", (passed,)),
        "failed": ("completed", (passed, failed)),
        "no_verdict": ("completed", ()),
        "errored": ("errored", (passed,)),
    }
    for word, (status, scores) in runs.items():
        run = SimpleNamespace(status=status, is_critical=False, scores=scores)
        assert eval_run_outcome(run) is EvalOutcome(word)


# --- the words of the tables ---------------------------------------------------------------------

# Typed from sections 2 to 7, each list in the order in which its words are introduced there.
LATER_WORDS = {
    EndActor: "agent participant operator policy platform carrier router unknown",
    EndPhase: "setup conversation any",
    EndOutcome: "resolved unresolved abandoned escalated transferred unreached void undetermined",
    EndFault: "none agent platform carrier unknown",
    RedialAdvice: "not_applicable later now never ask",
    ClaimRank: "human dialled bridged cause foreign echo silent",
    TransitionVerdict: "moved already late illegal",
    CoercionVia: "exact normalized alias absent unrecognized",
    SessionChange: "unchanged moved ended corrected refined",
    TranslationGrade: "exact broader narrower ambiguous not_an_end unlisted",
}


@pytest.mark.parametrize("vocabulary", LATER_WORDS, ids=lambda words: words.__name__)
def test_the_words_of_the_tables(vocabulary: type[StrEnum]) -> None:
    """Of the tables below: `EndActor`, `EndPhase`, `EndOutcome`, `EndFault`, `RedialAdvice`,
    `ClaimRank`, `TransitionVerdict`, `CoercionVia`, `SessionChange`, `TranslationGrade`.
    """
    assert words_of(vocabulary) == LATER_WORDS[vocabulary]
    assert vocabulary in EVERY_VOCABULARY


def test_nothing_the_specification_names_is_missing_from_the_vocabularies() -> None:
    """All are `enum.StrEnum`; `member.name == member.value.upper()`."""
    assert {
        "SessionTerminationReason",
        "SessionStatus",
        "SessionEvent",
        "SessionPriority",
        "SessionDirection",
        "SessionType",
        "EvalRunStatus",
        "EvalStatus",
        "EvalOutcome",
        *(vocabulary.__name__ for vocabulary in LATER_WORDS),
    } <= {vocabulary.__name__ for vocabulary in EVERY_VOCABULARY}


# --- strict readers ------------------------------------------------------------------------------


def test_words_that_cross_a_wire_have_strict_readers() -> None:
    """Strict readers for the words that cross a wire: `parse_session_status`,
    `parse_session_event`.
    """
    for status in S:
        assert parse_session_status(status.value) is status
    for event in SessionEvent:
        assert parse_session_event(event.value) is event
    for stranger in (None, "", "hibernating", 1, True, b"active"):
        with pytest.raises(UnknownStatusError) as status_error:
            parse_session_status(stranger)
        with pytest.raises(UnknownEventError) as event_error:
            parse_session_event(stranger)
        for caught in (status_error, event_error):
            assert isinstance(caught.value, ValueError)
            assert isinstance(caught.value, SessionLifecycleError)
