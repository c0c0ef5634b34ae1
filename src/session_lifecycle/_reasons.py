"""What is true of each termination reason: one row a reason, every cell written.

What the table decides: who acted, when the reason can happen, what it establishes about the job,
whose failure it was, the terminal status it leads to when the claimant names none, and whether an
outbound dialler may call this person again because of it.

What it refuses to know. A word establishes never more than it says: most conversations that ended
are `undetermined`, and `unknown` is neither success, nor failure, nor safe to redial.

Why some cells look odd:

- `agent_initiated` is `resolved`: so the source API documents it.
- `user_rejected` has no actor: LiveKit folds bad credentials of our own, a codec mismatch, busy,
  decline and a carrier's block into it. `user_requested` has none either, because the source lets
  an API caller use it in the user's name.
- `duplicate_identity` and `migration` are not `void`: one *connection* was replaced, and a real
  conversation is no less real for that.
- `silence_timeout` and `max_call_duration` are `not_applicable` for redial: somebody answered.
  Systems that redial on them ring people who have just spoken.
"""

from collections.abc import Mapping
from typing import NamedTuple

from session_lifecycle._errors import UnknownReasonError
from session_lifecycle._names import publish
from session_lifecycle._table import index
from session_lifecycle._words import (
    EndActor,
    EndFault,
    EndOutcome,
    EndPhase,
    RedialAdvice,
    SessionStatus,
    SessionTerminationReason,
)


class ReasonTraits(NamedTuple):
    """What is true of one reason.

    Attributes:
        reason: the reason itself.
        actor: who acted.
        phase: when it can happen; `setup` is before agent and participant are connected.
        outcome: what the word itself establishes about the job, never more.
        fault: whose failure it was.
        status: the terminal status it leads to when the claimant names none.
        redial: may an outbound dialler call this person again because of this ending?
    """

    reason: SessionTerminationReason
    actor: EndActor
    phase: EndPhase
    outcome: EndOutcome
    fault: EndFault
    status: SessionStatus
    redial: RedialAdvice


class _Says(NamedTuple):
    reason: SessionTerminationReason
    actor: EndActor
    phase: EndPhase
    outcome: EndOutcome
    fault: EndFault


class _Leads(NamedTuple):
    reason: SessionTerminationReason
    status: SessionStatus
    redial: RedialAdvice


# The letters the tables are written in.
R = SessionTerminationReason
A = EndActor
P = EndPhase
O = EndOutcome  # noqa: E741
F = EndFault
S = SessionStatus
D = RedialAdvice

# fmt: off
# What the word says.
_SAYS: tuple[_Says, ...] = (
    #     reason                      actor          phase           outcome         fault
    # how a conversation ends
    _Says(R.VOICEMAIL_DETECTED,       A.POLICY,      P.CONVERSATION, O.UNREACHED,    F.NONE),
    _Says(R.SILENCE_TIMEOUT,          A.POLICY,      P.CONVERSATION, O.UNDETERMINED, F.NONE),
    _Says(R.MAX_CALL_DURATION,        A.POLICY,      P.CONVERSATION, O.UNDETERMINED, F.NONE),
    _Says(R.PARTICIPANT_LEFT,         A.PARTICIPANT, P.CONVERSATION, O.UNDETERMINED, F.NONE),
    _Says(R.PIPELINE_EXIT,            A.PLATFORM,    P.CONVERSATION, O.UNDETERMINED, F.UNKNOWN),
    _Says(R.USER_REQUESTED,           A.UNKNOWN,     P.ANY,          O.UNDETERMINED, F.NONE),
    _Says(R.AGENT_INITIATED,          A.AGENT,       P.CONVERSATION, O.RESOLVED,     F.NONE),
    _Says(R.RESOLVED,                 A.UNKNOWN,     P.CONVERSATION, O.RESOLVED,     F.NONE),
    _Says(R.UNRESOLVED,               A.UNKNOWN,     P.CONVERSATION, O.UNRESOLVED,   F.NONE),
    _Says(R.ABANDONED,                A.PARTICIPANT, P.ANY,          O.ABANDONED,    F.NONE),
    _Says(R.ESCALATED,                A.UNKNOWN,     P.CONVERSATION, O.ESCALATED,    F.NONE),
    _Says(R.HANDOFF_RESOLVED,         A.OPERATOR,    P.CONVERSATION, O.RESOLVED,     F.NONE),
    _Says(R.TRANSFERRED,              A.UNKNOWN,     P.CONVERSATION, O.TRANSFERRED,  F.NONE),
    # failures and fallbacks
    _Says(R.ERROR,                    A.UNKNOWN,     P.ANY,          O.UNDETERMINED, F.UNKNOWN),
    _Says(R.UNKNOWN,                  A.UNKNOWN,     P.ANY,          O.UNDETERMINED, F.UNKNOWN),
    # what the dialling found
    _Says(R.CALLEE_BUSY,              A.CARRIER,     P.SETUP,        O.UNREACHED,    F.NONE),
    _Says(R.CALLEE_NO_ANSWER,         A.CARRIER,     P.SETUP,        O.UNREACHED,    F.NONE),
    _Says(R.CALLEE_UNAVAILABLE,       A.CARRIER,     P.SETUP,        O.UNREACHED,    F.NONE),
    _Says(R.CALLEE_DECLINED,          A.PARTICIPANT, P.SETUP,        O.UNREACHED,    F.NONE),
    _Says(R.CALLEE_NOT_FOUND,         A.CARRIER,     P.SETUP,        O.UNREACHED,    F.NONE),
    _Says(R.SIP_FAILED,               A.UNKNOWN,     P.SETUP,        O.UNREACHED,    F.UNKNOWN),
    # LiveKit's own words
    _Says(R.UNKNOWN_REASON,           A.UNKNOWN,     P.ANY,          O.UNDETERMINED, F.UNKNOWN),
    _Says(R.CLIENT_INITIATED,         A.PARTICIPANT, P.CONVERSATION, O.UNDETERMINED, F.NONE),
    _Says(R.DUPLICATE_IDENTITY,       A.ROUTER,      P.ANY,          O.UNDETERMINED, F.NONE),
    _Says(R.SERVER_SHUTDOWN,          A.PLATFORM,    P.ANY,          O.UNDETERMINED, F.PLATFORM),
    _Says(R.PARTICIPANT_REMOVED,      A.PLATFORM,    P.CONVERSATION, O.UNDETERMINED, F.NONE),
    _Says(R.ROOM_DELETED,             A.PLATFORM,    P.CONVERSATION, O.UNDETERMINED, F.NONE),
    _Says(R.STATE_MISMATCH,           A.PLATFORM,    P.ANY,          O.UNDETERMINED, F.PLATFORM),
    _Says(R.JOIN_FAILURE,             A.UNKNOWN,     P.SETUP,        O.UNREACHED,    F.UNKNOWN),
    _Says(R.MIGRATION,                A.ROUTER,      P.CONVERSATION, O.UNDETERMINED, F.PLATFORM),
    _Says(R.SIGNAL_CLOSE,             A.UNKNOWN,     P.CONVERSATION, O.UNDETERMINED, F.UNKNOWN),
    _Says(R.ROOM_CLOSED,              A.PLATFORM,    P.CONVERSATION, O.UNDETERMINED, F.NONE),
    _Says(R.USER_UNAVAILABLE,         A.CARRIER,     P.SETUP,        O.UNREACHED,    F.NONE),
    _Says(R.USER_REJECTED,            A.UNKNOWN,     P.SETUP,        O.UNREACHED,    F.UNKNOWN),
    _Says(R.SIP_TRUNK_FAILURE,        A.CARRIER,     P.ANY,          O.UNDETERMINED, F.CARRIER),
    _Says(R.CONNECTION_TIMEOUT,       A.UNKNOWN,     P.ANY,          O.UNDETERMINED, F.UNKNOWN),
    _Says(R.MEDIA_FAILURE,            A.UNKNOWN,     P.CONVERSATION, O.UNDETERMINED, F.UNKNOWN),
    _Says(R.AGENT_ERROR,              A.AGENT,       P.ANY,          O.UNDETERMINED, F.AGENT),
    # before anybody was connected
    _Says(R.DISPATCH_FAILED,          A.PLATFORM,    P.SETUP,        O.UNREACHED,    F.PLATFORM),
    _Says(R.TOKEN_MINT_FAILED,        A.PLATFORM,    P.SETUP,        O.UNREACHED,    F.PLATFORM),
    _Says(R.SIP_DIAL_FAILED,          A.CARRIER,     P.SETUP,        O.UNREACHED,    F.UNKNOWN),
    _Says(R.PARTICIPANT_JOIN_TIMEOUT, A.POLICY,      P.SETUP,        O.UNREACHED,    F.UNKNOWN),
    _Says(R.SETUP_ERROR,              A.PLATFORM,    P.SETUP,        O.UNREACHED,    F.PLATFORM),
    # never the real session
    _Says(R.STALE_ROUTING,            A.ROUTER,      P.ANY,          O.VOID,         F.PLATFORM),
    _Says(R.SUPERSEDED,               A.ROUTER,      P.ANY,          O.VOID,         F.NONE),
    _Says(R.DUPLICATE_DISPATCH,       A.ROUTER,      P.SETUP,        O.VOID,         F.PLATFORM),
)

# What follows from it.
_LEADS: tuple[_Leads, ...] = (
    #      reason                      status        redial
    # how a conversation ends
    _Leads(R.VOICEMAIL_DETECTED,       S.CLOSED,     D.LATER),
    _Leads(R.SILENCE_TIMEOUT,          S.CLOSED,     D.NOT_APPLICABLE),
    _Leads(R.MAX_CALL_DURATION,        S.CLOSED,     D.NOT_APPLICABLE),
    _Leads(R.PARTICIPANT_LEFT,         S.CLOSED,     D.NOT_APPLICABLE),
    _Leads(R.PIPELINE_EXIT,            S.CLOSED,     D.NOT_APPLICABLE),
    _Leads(R.USER_REQUESTED,           S.CLOSED,     D.NOT_APPLICABLE),
    _Leads(R.AGENT_INITIATED,          S.CLOSED,     D.NOT_APPLICABLE),
    _Leads(R.RESOLVED,                 S.CLOSED,     D.NOT_APPLICABLE),
    _Leads(R.UNRESOLVED,               S.CLOSED,     D.NOT_APPLICABLE),
    _Leads(R.ABANDONED,                S.CLOSED,     D.NOT_APPLICABLE),
    _Leads(R.ESCALATED,                S.CLOSED,     D.NOT_APPLICABLE),
    _Leads(R.HANDOFF_RESOLVED,         S.CLOSED,     D.NOT_APPLICABLE),
    _Leads(R.TRANSFERRED,              S.CLOSED,     D.NOT_APPLICABLE),
    # failures and fallbacks
    _Leads(R.ERROR,                    S.ERROR,      D.ASK),
    _Leads(R.UNKNOWN,                  S.CLOSED,     D.ASK),
    # what the dialling found
    _Leads(R.CALLEE_BUSY,              S.CLOSED,     D.LATER),
    _Leads(R.CALLEE_NO_ANSWER,         S.CLOSED,     D.LATER),
    _Leads(R.CALLEE_UNAVAILABLE,       S.CLOSED,     D.LATER),
    _Leads(R.CALLEE_DECLINED,          S.CLOSED,     D.ASK),
    _Leads(R.CALLEE_NOT_FOUND,         S.CLOSED,     D.NEVER),
    _Leads(R.SIP_FAILED,               S.ERROR,      D.ASK),
    # LiveKit's own words
    _Leads(R.UNKNOWN_REASON,           S.CLOSED,     D.ASK),
    _Leads(R.CLIENT_INITIATED,         S.CLOSED,     D.NOT_APPLICABLE),
    _Leads(R.DUPLICATE_IDENTITY,       S.CLOSED,     D.NOT_APPLICABLE),
    _Leads(R.SERVER_SHUTDOWN,          S.ERROR,      D.ASK),
    _Leads(R.PARTICIPANT_REMOVED,      S.CLOSED,     D.NOT_APPLICABLE),
    _Leads(R.ROOM_DELETED,             S.CLOSED,     D.NOT_APPLICABLE),
    _Leads(R.STATE_MISMATCH,           S.ERROR,      D.ASK),
    _Leads(R.JOIN_FAILURE,             S.ERROR,      D.ASK),
    _Leads(R.MIGRATION,                S.CLOSED,     D.NOT_APPLICABLE),
    _Leads(R.SIGNAL_CLOSE,             S.CLOSED,     D.NOT_APPLICABLE),
    _Leads(R.ROOM_CLOSED,              S.CLOSED,     D.NOT_APPLICABLE),
    _Leads(R.USER_UNAVAILABLE,         S.CLOSED,     D.LATER),
    _Leads(R.USER_REJECTED,            S.CLOSED,     D.ASK),
    _Leads(R.SIP_TRUNK_FAILURE,        S.ERROR,      D.ASK),
    _Leads(R.CONNECTION_TIMEOUT,       S.ERROR,      D.ASK),
    _Leads(R.MEDIA_FAILURE,            S.ERROR,      D.ASK),
    _Leads(R.AGENT_ERROR,              S.ERROR,      D.ASK),
    # before anybody was connected
    _Leads(R.DISPATCH_FAILED,          S.ERROR,      D.NOW),
    _Leads(R.TOKEN_MINT_FAILED,        S.ERROR,      D.NOW),
    _Leads(R.SIP_DIAL_FAILED,          S.ERROR,      D.ASK),
    _Leads(R.PARTICIPANT_JOIN_TIMEOUT, S.EXPIRED,    D.ASK),
    _Leads(R.SETUP_ERROR,              S.ERROR,      D.NOW),
    # never the real session
    _Leads(R.STALE_ROUTING,            S.SUPERSEDED, D.NOT_APPLICABLE),
    _Leads(R.SUPERSEDED,               S.SUPERSEDED, D.NOT_APPLICABLE),
    _Leads(R.DUPLICATE_DISPATCH,       S.SUPERSEDED, D.NOT_APPLICABLE),
)
# fmt: on

_LEADS_BY_REASON = index(_LEADS, lambda row: row.reason)

REASON_TRAITS: Mapping[SessionTerminationReason, ReasonTraits] = index(
    (ReasonTraits(*says, *_LEADS_BY_REASON[says.reason][1:]) for says in _SAYS),
    lambda row: row.reason,
)
"""The whole table by reason, read-only, in the order of `SessionTerminationReason`."""

_TRAITS = dict(REASON_TRAITS)


def reason_traits(reason: SessionTerminationReason) -> ReasonTraits:
    """Return what is true of a reason: its row of the table.

    Raises:
        UnknownReasonError: if `reason` is no termination reason. Coerce what others wrote first,
            with `coerce_termination_reason`.

    >>> reason_traits(SessionTerminationReason.CALLEE_BUSY).redial
    <RedialAdvice.LATER: 'later'>
    """
    try:
        return _TRAITS[reason]
    except Exception:  # Not in the table, or not even hashable.
        raise UnknownReasonError(reason) from None


class TraitLaw(NamedTuple):
    """An implication that holds over every row: where `when` is `among`, `then` is `within`."""

    when: str
    among: frozenset[str]
    then: str
    within: frozenset[str]

    def holds(self, row: ReasonTraits) -> bool:
        """Return whether a row obeys this law."""
        return getattr(row, self.when) not in self.among or getattr(row, self.then) in self.within


def _any(*words: str) -> frozenset[str]:
    return frozenset(words)


_Law = TraitLaw

# fmt: off
TRAIT_LAWS: tuple[TraitLaw, ...] = (
    #    where     is among                        then       is within
    _Law("status",  _any(S.SUPERSEDED),             "outcome", _any(O.VOID)),
    _Law("outcome", _any(O.VOID),                   "status",  _any(S.SUPERSEDED)),
    _Law("phase",   _any(P.SETUP),                  "outcome", _any(O.UNREACHED, O.VOID)),
    _Law("redial",  _any(D.LATER, D.NOW, D.NEVER),  "outcome", _any(O.UNREACHED, O.UNDETERMINED)),
    _Law("redial",  _any(D.NOW),                    "phase",   _any(P.SETUP)),
    _Law("status",  _any(S.ERROR),                  "fault",   frozenset(F) - {F.NONE}),
)
"""What must be true of every row, checked by the tests."""
# fmt: on

publish(globals())
