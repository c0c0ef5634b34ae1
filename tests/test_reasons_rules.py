"""Section 2 of the specification: every rule about the traits, quoted and then attacked.

The oracle is the trait table turned on its side: for each column, which reasons have which word.
It was typed from the specification, so that a cell must be wrong twice, in two shapes, to pass.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

import pytest

from session_lifecycle import (
    REASON_TRAITS,
    TERMINAL_STATUSES,
    TRAIT_LAWS,
    EndActor,
    EndClaim,
    EndFault,
    EndOutcome,
    EndPhase,
    ReasonTraits,
    RedialAdvice,
    SessionStatus,
    SessionTerminationReason,
    UnknownReasonError,
    _reasons,
    apply_claim,
    coerce_termination_reason,
    reason_traits,
    start_session,
)

R = SessionTerminationReason

ACTOR = {
    "agent": "agent_initiated agent_error",
    "participant": "participant_left abandoned callee_declined client_initiated",
    "operator": "handoff_resolved",
    "policy": "voicemail_detected silence_timeout max_call_duration participant_join_timeout",
    "platform": "pipeline_exit server_shutdown participant_removed room_deleted state_mismatch "
    "room_closed dispatch_failed token_mint_failed setup_error",
    "carrier": "callee_busy callee_no_answer callee_unavailable callee_not_found user_unavailable "
    "sip_trunk_failure sip_dial_failed",
    "router": "duplicate_identity migration stale_routing superseded duplicate_dispatch",
    "unknown": "user_requested resolved unresolved escalated transferred error unknown sip_failed "
    "unknown_reason join_failure signal_close user_rejected connection_timeout media_failure",
}
PHASE = {
    "setup": "callee_busy callee_no_answer callee_unavailable callee_declined callee_not_found "
    "sip_failed join_failure user_unavailable user_rejected dispatch_failed token_mint_failed "
    "sip_dial_failed participant_join_timeout setup_error duplicate_dispatch",
    "conversation": "voicemail_detected silence_timeout max_call_duration participant_left "
    "pipeline_exit agent_initiated resolved unresolved escalated handoff_resolved transferred "
    "client_initiated participant_removed room_deleted migration signal_close room_closed "
    "media_failure",
    "any": "user_requested abandoned error unknown unknown_reason duplicate_identity "
    "server_shutdown state_mismatch sip_trunk_failure connection_timeout agent_error "
    "stale_routing superseded",
}
OUTCOME = {
    "resolved": "agent_initiated resolved handoff_resolved",
    "unresolved": "unresolved",
    "abandoned": "abandoned",
    "escalated": "escalated",
    "transferred": "transferred",
    "unreached": "voicemail_detected callee_busy callee_no_answer callee_unavailable "
    "callee_declined callee_not_found sip_failed join_failure user_unavailable user_rejected "
    "dispatch_failed token_mint_failed sip_dial_failed participant_join_timeout setup_error",
    "void": "stale_routing superseded duplicate_dispatch",
    "undetermined": "silence_timeout max_call_duration participant_left pipeline_exit "
    "user_requested error unknown unknown_reason client_initiated duplicate_identity "
    "server_shutdown participant_removed room_deleted state_mismatch migration signal_close "
    "room_closed sip_trunk_failure connection_timeout media_failure agent_error",
}
FAULT = {
    "none": "voicemail_detected silence_timeout max_call_duration participant_left user_requested "
    "agent_initiated resolved unresolved abandoned escalated handoff_resolved transferred "
    "callee_busy callee_no_answer callee_unavailable callee_declined callee_not_found "
    "client_initiated duplicate_identity participant_removed room_deleted room_closed "
    "user_unavailable superseded",
    "agent": "agent_error",
    "platform": "server_shutdown state_mismatch migration dispatch_failed token_mint_failed "
    "setup_error stale_routing duplicate_dispatch",
    "carrier": "sip_trunk_failure",
    "unknown": "pipeline_exit error unknown sip_failed unknown_reason join_failure signal_close "
    "user_rejected connection_timeout media_failure sip_dial_failed participant_join_timeout",
}
STATUS = {
    "closed": "voicemail_detected silence_timeout max_call_duration participant_left "
    "pipeline_exit user_requested agent_initiated resolved unresolved abandoned escalated "
    "handoff_resolved transferred unknown callee_busy callee_no_answer callee_unavailable "
    "callee_declined callee_not_found unknown_reason client_initiated duplicate_identity "
    "participant_removed room_deleted migration signal_close room_closed user_unavailable "
    "user_rejected",
    "expired": "participant_join_timeout",
    "error": "error sip_failed server_shutdown state_mismatch join_failure sip_trunk_failure "
    "connection_timeout media_failure agent_error dispatch_failed token_mint_failed "
    "sip_dial_failed setup_error",
    "superseded": "stale_routing superseded duplicate_dispatch",
}
REDIAL = {
    "not_applicable": "silence_timeout max_call_duration participant_left pipeline_exit "
    "user_requested agent_initiated resolved unresolved abandoned escalated handoff_resolved "
    "transferred client_initiated duplicate_identity participant_removed room_deleted migration "
    "signal_close room_closed stale_routing superseded duplicate_dispatch",
    "later": "voicemail_detected callee_busy callee_no_answer callee_unavailable user_unavailable",
    "now": "dispatch_failed token_mint_failed setup_error",
    "never": "callee_not_found",
    "ask": "error unknown callee_declined sip_failed unknown_reason server_shutdown "
    "state_mismatch join_failure user_rejected sip_trunk_failure connection_timeout "
    "media_failure agent_error sip_dial_failed participant_join_timeout",
}


def column(oracle: dict[str, str]) -> dict[str, str]:
    """Return the oracle's word for each reason; every reason has exactly one."""
    words = [(reason, word) for word, reasons in oracle.items() for reason in reasons.split()]
    assert len(words) == len(dict(words)) == 46
    return dict(words)


def check(name: str, oracle: dict[str, str], vocabulary: type[StrEnum]) -> None:
    expected = column(oracle)
    for reason in R:
        cell = getattr(reason_traits(reason), name)
        assert type(cell) is vocabulary
        assert cell == expected[reason.value], reason


# --- the row -------------------------------------------------------------------------------------


def test_every_reason_has_a_row_with_every_cell_written() -> None:
    """`reason_traits(reason) -> ReasonTraits`, a row of a table with every cell written."""
    kinds = {
        "reason": SessionTerminationReason,
        "actor": EndActor,
        "phase": EndPhase,
        "outcome": EndOutcome,
        "fault": EndFault,
        "status": SessionStatus,
        "redial": RedialAdvice,
    }
    assert ReasonTraits._fields == tuple(kinds)
    assert ReasonTraits._field_defaults == {}, "a cell with a default can be left unwritten"
    for reason in R:
        row = reason_traits(reason)
        assert type(row) is ReasonTraits
        assert row.reason is reason
        assert [type(cell) for cell in row] == list(kinds.values())


def test_the_table_is_read_only_and_in_the_order_of_the_enum() -> None:
    """`reason_traits(reason) -> ReasonTraits`, a row of a table with every cell written."""
    assert list(REASON_TRAITS) == list(R)
    assert type(REASON_TRAITS) is MappingProxyType
    with pytest.raises(TypeError):
        REASON_TRAITS[R.ERROR] = REASON_TRAITS[R.UNKNOWN]  # type: ignore[index]
    with pytest.raises(AttributeError):
        reason_traits(R.ERROR).status = SessionStatus.CLOSED  # type: ignore[misc]
    for reason in R:
        assert reason_traits(reason) is REASON_TRAITS[reason]
        assert reason_traits(reason.value) is REASON_TRAITS[reason]  # type: ignore[arg-type]


def test_both_halves_of_the_table_are_written_in_the_order_of_the_enum() -> None:
    """A table's rows stand in the order of its enum, also where only their key is read."""
    assert [row.reason for row in _reasons._SAYS] == list(R)
    assert [row.reason for row in _reasons._LEADS] == list(R)


@pytest.mark.parametrize("stranger", ["hang_up", "ERROR", "", None, 1, True, [], b"error"])
def test_a_stranger_has_no_traits(stranger: object) -> None:
    """`reason_traits(reason) -> ReasonTraits`, a row of a table with every cell written."""
    with pytest.raises(UnknownReasonError):
        reason_traits(stranger)  # type: ignore[arg-type]


# --- the columns ---------------------------------------------------------------------------------


def test_who_acted() -> None:
    """`actor`, who acted: `agent participant operator policy platform carrier router unknown`."""
    check("actor", ACTOR, EndActor)


def test_when_it_can_happen() -> None:
    """`phase`, when it can happen: `setup` (before agent and participant are connected to each
    other), `conversation`, `any`.
    """
    check("phase", PHASE, EndPhase)


def test_what_the_word_establishes_about_the_job() -> None:
    """`outcome`, what the word itself establishes about the job, never more: `resolved unresolved
    abandoned escalated transferred unreached void undetermined`.
    """
    check("outcome", OUTCOME, EndOutcome)


def test_void_is_what_was_never_the_real_session() -> None:
    """(`void`: this was never the real session, another one was.)"""
    void = {reason.value for reason in R if reason_traits(reason).outcome is EndOutcome.VOID}
    assert void == {"stale_routing", "superseded", "duplicate_dispatch"}
    # Another one was: the router alone can know of it.
    assert {reason_traits(R(word)).actor for word in void} == {EndActor.ROUTER}


def test_whose_failure_it_was() -> None:
    """`fault`, whose failure it was: `none agent platform carrier unknown`."""
    check("fault", FAULT, EndFault)


def test_the_status_when_the_claimant_names_none() -> None:
    """`status`, the terminal status it leads to when the claimant names none."""
    check("status", STATUS, SessionStatus)
    expected = column(STATUS)
    for reason in R:
        assert reason_traits(reason).status.value in ("closed", "expired", "error", "superseded")
        assert EndClaim(reason).status == expected[reason.value]
        assert apply_claim(start_session(), EndClaim(reason)).status == expected[reason.value]
        for named in TERMINAL_STATUSES:
            assert EndClaim(reason, status=named).status is named


def test_whether_a_dialler_may_call_again() -> None:
    """`redial`, may an outbound dialler call this person again because of this ending:
    `not_applicable` (somebody answered, or it was no dial), `later` (wait first), `now` (we failed
    before the phone could ring), `never`, `ask` (the word does not say enough: look at the
    vendor's own code).
    """
    check("redial", REDIAL, RedialAdvice)


# --- why some cells look odd ---------------------------------------------------------------------


def test_agent_initiated_is_resolved() -> None:
    """`agent_initiated → resolved` is what the source API documents."""
    assert reason_traits(R.AGENT_INITIATED).outcome.value == "resolved"


def test_user_rejected_has_no_actor() -> None:
    """`user_rejected` has no actor, because LiveKit folds our own bad credentials, a codec
    mismatch, busy, decline and a carrier block into it.
    """
    row = reason_traits(R.USER_REJECTED)
    assert row.actor.value == "unknown"
    # Nor is it known whose failure it was, or whether to dial again.
    assert (row.fault.value, row.redial.value) == ("unknown", "ask")


def test_user_requested_has_no_actor() -> None:
    """`user_requested` has none either: the source lets an API caller use it for the user."""
    assert reason_traits(R.USER_REQUESTED).actor.value == "unknown"


@pytest.mark.parametrize("reason", [R.DUPLICATE_IDENTITY, R.MIGRATION])
def test_a_replaced_connection_is_a_real_conversation(reason: SessionTerminationReason) -> None:
    """`duplicate_identity` and `migration` say that one *connection* was replaced: a real
    conversation is not void for that.
    """
    row = reason_traits(reason)
    assert row.outcome.value == "undetermined"
    assert row.status.value == "closed"


def test_nobody_is_rung_again_because_he_fell_silent() -> None:
    """`silence_timeout` is `not_applicable` for redial because somebody answered: systems that
    redial on it ring people who have just spoken.
    """
    assert reason_traits(R.SILENCE_TIMEOUT).redial.value == "not_applicable"


def test_unknown_establishes_nothing() -> None:
    """`UNKNOWN` is neither success, nor failure, nor safe to redial."""
    row = reason_traits(R.UNKNOWN)
    assert row.outcome.value == "undetermined"
    assert row.status.value == "closed"
    assert row.fault.value == "unknown"
    assert row.redial.value == "ask"
    # Whatever could not be read ends up in this row.
    assert reason_traits(coerce_termination_reason("no such word")) is row


# --- implications --------------------------------------------------------------------------------

# The same implications as the table of laws, written as what must not be found in a row.
FORBIDDEN = {
    "superseded but not void": lambda r: r.status == "superseded" and r.outcome != "void",
    "void but not superseded": lambda r: r.outcome == "void" and r.status != "superseded",
    "setup but reached": lambda r: r.phase == "setup" and r.outcome not in ("unreached", "void"),
    "redialled though it is settled": lambda r: (
        r.redial in ("later", "now", "never") and r.outcome not in ("unreached", "undetermined")
    ),
    "now but after setup": lambda r: r.redial == "now" and r.phase != "setup",
    "an error that nobody made": lambda r: r.status == "error" and r.fault == "none",
}


def test_the_laws_are_a_table_and_every_row_obeys() -> None:
    """Implications that must hold over all rows, written as a small table of their own and
    checked:
    """
    assert type(TRAIT_LAWS) is tuple
    # `iff` takes two rows.
    assert len(TRAIT_LAWS) == 6
    for reason in R:
        row = reason_traits(reason)
        assert all(law.holds(row) for law in TRAIT_LAWS)
        assert not [name for name, broken in FORBIDDEN.items() if broken(row)]


def test_the_laws_stand_in_the_order_of_the_specification() -> None:
    """`SUPERSEDED` iff `void`; setup; redial; redial now; an error is somebody's fault."""
    assert [(law.when, law.then) for law in TRAIT_LAWS] == [
        ("status", "outcome"),
        ("outcome", "status"),
        ("phase", "outcome"),
        ("redial", "outcome"),
        ("redial", "phase"),
        ("status", "fault"),
    ]


def test_the_laws_refuse_exactly_the_rows_that_break_an_implication() -> None:
    """Implications that must hold over all rows, written as a small table of their own and
    checked:
    """
    met = set()
    for phase in EndPhase:
        for outcome in EndOutcome:
            for fault in EndFault:
                for status in SessionStatus:
                    for redial in RedialAdvice:
                        row = ReasonTraits(
                            R.UNKNOWN,
                            EndActor.UNKNOWN,
                            phase,
                            outcome,
                            fault,
                            status,
                            redial,
                        )
                        broken = {name for name, breaks in FORBIDDEN.items() if breaks(row)}
                        assert all(law.holds(row) for law in TRAIT_LAWS) is not bool(broken), row
                        met |= broken
    assert met == set(FORBIDDEN)


def test_superseded_iff_void() -> None:
    """`status == superseded` iff `outcome == void`"""
    for reason in R:
        row = reason_traits(reason)
        assert (row.status.value == "superseded") is (row.outcome.value == "void"), reason


def test_who_was_not_connected_was_not_reached() -> None:
    """`phase == setup` implies `outcome in {unreached, void}`"""
    for reason in R:
        row = reason_traits(reason)
        if row.phase.value == "setup":
            assert row.outcome.value in ("unreached", "void"), reason


def test_a_redial_is_about_somebody_not_reached() -> None:
    """`redial in {later, now, never}` implies `outcome in {unreached, undetermined}`"""
    for reason in R:
        row = reason_traits(reason)
        if row.redial.value in ("later", "now", "never"):
            assert row.outcome.value in ("unreached", "undetermined"), reason


def test_a_redial_now_is_for_failures_before_the_phone_could_ring() -> None:
    """`redial == now` implies `phase == setup`"""
    for reason in R:
        row = reason_traits(reason)
        if row.redial.value == "now":
            assert row.phase.value == "setup", reason


def test_an_error_is_somebodys_fault() -> None:
    """`status == error` implies `fault != none`"""
    for reason in R:
        row = reason_traits(reason)
        if row.status.value == "error":
            assert row.fault.value != "none", reason
