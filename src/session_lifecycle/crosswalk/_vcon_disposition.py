"""Our reasons as vCon dispositions, and what that loses.

A disposition stands only in a dialog of type `incomplete`: one that never came to a conversation.
What happened in a conversation goes into `analysis`, a transfer into a dialog of type `transfer`,
who left into `party_history`. No reason is written as a word that would be read back as leave to
redial, `later` or `now`, unless the reason gives it: hence `failed` for a refusal.

Source: draft-ietf-vcon-vcon-core-04 (2026-09-07), sections 4.3.1 and 4.3.11; read 2026-11-24.
"""

from typing import NamedTuple

from session_lifecycle._errors import UnknownReasonError
from session_lifecycle._table import index
from session_lifecycle._text import member
from session_lifecycle._words import SessionTerminationReason


class VconDisposition(NamedTuple):
    """A reason as a vCon says it.

    Attributes:
        reason: the reason.
        disposition: the word for a dialog of type `incomplete`; `None` where there is none.
        lost: what a reader of the vCon does not learn of the reason; `""` if nothing.
    """

    reason: SessionTerminationReason
    disposition: str | None
    lost: str


D = VconDisposition
R = SessionTerminationReason

_CONVERSATION = "all of it: the draft has no word for how a conversation ended"
_LEFT = "all of it; who left can stand in party_history"
_VERDICT = "all of it; the outcome belongs into analysis"
_MOVED = "all of it; the conversation went on over another connection"
_NEVER = "all of it: this was never the real session, which has a vCon of its own"

# fmt: off
_DISPOSITIONS: tuple[VconDisposition, ...] = (
    # how a conversation ends
    D(R.VOICEMAIL_DETECTED,       "voicemail-no-message", "that a detector said it; with a message "
                                                          "left it is a dialog of type recording"),
    D(R.SILENCE_TIMEOUT,          None,        _CONVERSATION),
    D(R.MAX_CALL_DURATION,        None,        _CONVERSATION),
    D(R.PARTICIPANT_LEFT,         None,        _LEFT),
    D(R.PIPELINE_EXIT,            None,        _CONVERSATION),
    D(R.USER_REQUESTED,           "failed",    "who asked for the end"),
    D(R.AGENT_INITIATED,          None,        _LEFT),
    D(R.RESOLVED,                 None,        _VERDICT),
    D(R.UNRESOLVED,               None,        _VERDICT),
    D(R.ABANDONED,                "hung-up",   "that it was the caller"),
    D(R.ESCALATED,                None,        "all of it; it is a dialog of type transfer"),
    D(R.HANDOFF_RESOLVED,         None,        _VERDICT),
    D(R.TRANSFERRED,              None,        "nothing much: it is a dialog of type transfer"),
    # failures and fallbacks
    D(R.ERROR,                    "failed",    "that something broke"),
    D(R.UNKNOWN,                  "failed",    "that nothing is known; the draft asks for it"),
    # what the dialling found
    D(R.CALLEE_BUSY,              "busy",      ""),
    D(R.CALLEE_NO_ANSWER,         "no-answer", "that it rang"),
    D(R.CALLEE_UNAVAILABLE,       "no-answer", "that it did not ring"),
    D(R.CALLEE_DECLINED,          "failed",    "that the person refused; no-answer fits by the "
                                               "letter, and would be read as leave to redial"),
    D(R.CALLEE_NOT_FOUND,         "failed",    "that the number is never to be dialled again"),
    D(R.SIP_FAILED,               "failed",    "that it was SIP"),
    # LiveKit's own words
    D(R.UNKNOWN_REASON,           "failed",    "that LiveKit gave no reason"),
    D(R.CLIENT_INITIATED,         None,        _LEFT),
    D(R.DUPLICATE_IDENTITY,       None,        _MOVED),
    D(R.SERVER_SHUTDOWN,          "failed",    "that a server was drained"),
    D(R.PARTICIPANT_REMOVED,      None,        _CONVERSATION),
    D(R.ROOM_DELETED,             None,        _CONVERSATION),
    D(R.STATE_MISMATCH,           "failed",    "that the server lost its state"),
    D(R.JOIN_FAILURE,             "failed",    "that somebody could not join"),
    D(R.MIGRATION,                None,        _MOVED),
    D(R.SIGNAL_CLOSE,             None,        _CONVERSATION),
    D(R.ROOM_CLOSED,              None,        _CONVERSATION),
    D(R.USER_UNAVAILABLE,         "no-answer", "that it may not have rung"),
    D(R.USER_REJECTED,            "failed",    "that somebody or something refused"),
    D(R.SIP_TRUNK_FAILURE,        "failed",    "that the carrier failed"),
    D(R.CONNECTION_TIMEOUT,       "failed",    "that the connection was lost"),
    D(R.MEDIA_FAILURE,            None,        _CONVERSATION),
    D(R.AGENT_ERROR,              "failed",    "that our agent failed"),
    # before anybody was connected
    D(R.DISPATCH_FAILED,          "failed",    "that dialling again at once is harmless"),
    D(R.TOKEN_MINT_FAILED,        "failed",    "that it was ours, before anything was dialled"),
    D(R.SIP_DIAL_FAILED,          "failed",    "that the network refused or found no route"),
    D(R.PARTICIPANT_JOIN_TIMEOUT, "failed",    "that nobody came in time"),
    D(R.SETUP_ERROR,              "failed",    "that it was ours, before anything was dialled"),
    # never the real session
    D(R.STALE_ROUTING,            None,        _NEVER),
    D(R.SUPERSEDED,               None,        _NEVER),
    D(R.DUPLICATE_DISPATCH,       None,        _NEVER),
)
# fmt: on

_BY_REASON = index(_DISPOSITIONS, lambda row: row.reason)


def to_vcon(
    reason: SessionTerminationReason | str, *, conversation: bool = False
) -> VconDisposition:
    """Return a reason as a vCon disposition, and what is lost by writing it so.

    The way back is `translate("vcon", disposition)`.

    Args:
        reason: a member, or its exact text.
        conversation: whether a conversation took place; such a dialog has no disposition.

    Raises:
        UnknownReasonError: for a word that is no reason; coerce it first.

    >>> to_vcon(SessionTerminationReason.CALLEE_NO_ANSWER)
    VconDisposition(reason=<SessionTerminationReason.CALLEE_NO_ANSWER: 'callee_no_answer'>, disposition='no-answer', lost='that it rang')
    >>> print(to_vcon(SessionTerminationReason.SILENCE_TIMEOUT).disposition)
    None
    """  # noqa: E501  # A doctest shows what is printed.
    known = member(SessionTerminationReason, reason)
    if known is None:
        raise UnknownReasonError(reason)
    row = _BY_REASON[known]
    if conversation and row.disposition is not None:
        return VconDisposition(known, None, _CONVERSATION)
    return row
