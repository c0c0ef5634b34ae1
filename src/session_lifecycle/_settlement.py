"""The settlement order: how much each kind of claim about an ending can know.

What the order decides. A claim ranks by how much its reporter can know. Higher rank wins. Inside a
rank the earliest wins, because the first cause explains the rest, compared by whole second plus
lag: webhooks carry whole seconds, and symptoms get three seconds more, since reporters' clocks
differ and a command is often recorded just after its first echo. A claim without a time comes last;
then the place in the table; then exact time, source, status and raw, so that the order is total.

The rule that did not fit in the table: a SILENT reason that names a status other than its own (an
`expire` without a reason, say), with raw or without, is a CAUSE: without lag, last in its rank.

What it refuses to know. A claim is about the session's own connection to its own participant: a
failed transfer leg is no `callee_*`, and no order can repair a false claim. Nor can any order tell
a crash two seconds before a hang-up from one two seconds after it, when two clocks reported them.
"""

from collections.abc import Mapping
from typing import NamedTuple

from session_lifecycle._names import publish
from session_lifecycle._reasons import reason_traits
from session_lifecycle._table import index
from session_lifecycle._words import ClaimRank, SessionStatus, SessionTerminationReason


class SettlementRank(NamedTuple):
    """A rank and why its claims know more than those below."""

    rank: ClaimRank
    why: str


# fmt: off
SETTLEMENT_RANKS: Mapping[ClaimRank, SettlementRank] = index((
    SettlementRank(ClaimRank.HUMAN,   "a person took over and finished it"),
    SettlementRank(ClaimRank.DIALLED, "the dialled network or a detector measured "
                                      "that no conversation took place"),
    SettlementRank(ClaimRank.BRIDGED, "the call went on elsewhere; "
                                      "what our leg did afterwards is teardown"),
    SettlementRank(ClaimRank.CAUSE,   "a command, a timer, a refusal or a failure; "
                                      "the first of these explains the rest"),
    SettlementRank(ClaimRank.FOREIGN, "somebody said a word we do not know; "
                                      "teardown may not overwrite it"),
    SettlementRank(ClaimRank.ECHO,    "teardown that follows any ending"),
    SettlementRank(ClaimRank.SILENT,  "no information"),
), lambda row: row.rank)
"""Why each rank stands where it stands, strongest first, read-only."""
# fmt: on


class SettlementRow(NamedTuple):
    """One place in the settlement order.

    Attributes:
        rank: how much such a claim can know.
        reason: the reason claimed.
        lag: seconds added to its time before claims of one rank are compared; 3 for a symptom.
        raw: `True` for a claim that carries `raw`, `False` for one that does not, `None` for both.
    """

    rank: ClaimRank
    reason: SessionTerminationReason
    lag: int
    raw: bool | None


# The letters the table is written in.
K = ClaimRank
R = SessionTerminationReason

# fmt: off
SETTLEMENT_ORDER: tuple[SettlementRow, ...] = (
    #             rank       reason                      lag raw
    SettlementRow(K.HUMAN,   R.HANDOFF_RESOLVED,         0, None),
    SettlementRow(K.DIALLED, R.VOICEMAIL_DETECTED,       0, None),
    SettlementRow(K.DIALLED, R.CALLEE_DECLINED,          0, None),
    SettlementRow(K.DIALLED, R.CALLEE_BUSY,              0, None),
    SettlementRow(K.DIALLED, R.CALLEE_NO_ANSWER,         0, None),
    SettlementRow(K.DIALLED, R.CALLEE_NOT_FOUND,         0, None),
    SettlementRow(K.DIALLED, R.CALLEE_UNAVAILABLE,       0, None),
    SettlementRow(K.BRIDGED, R.TRANSFERRED,              0, None),
    # a command, a timer, a verdict
    SettlementRow(K.CAUSE,   R.SILENCE_TIMEOUT,          0, None),
    SettlementRow(K.CAUSE,   R.MAX_CALL_DURATION,        0, None),
    SettlementRow(K.CAUSE,   R.PARTICIPANT_JOIN_TIMEOUT, 0, None),
    SettlementRow(K.CAUSE,   R.ESCALATED,                0, None),
    SettlementRow(K.CAUSE,   R.RESOLVED,                 0, None),
    SettlementRow(K.CAUSE,   R.UNRESOLVED,               0, None),
    SettlementRow(K.CAUSE,   R.ABANDONED,                0, None),
    SettlementRow(K.CAUSE,   R.USER_REQUESTED,           0, None),
    SettlementRow(K.CAUSE,   R.AGENT_INITIATED,          0, None),
    SettlementRow(K.CAUSE,   R.DUPLICATE_DISPATCH,       0, None),
    SettlementRow(K.CAUSE,   R.STALE_ROUTING,            0, None),
    SettlementRow(K.CAUSE,   R.SUPERSEDED,               0, None),
    # a refusal or a failure at its source
    SettlementRow(K.CAUSE,   R.USER_REJECTED,            0, None),
    SettlementRow(K.CAUSE,   R.USER_UNAVAILABLE,         0, None),
    SettlementRow(K.CAUSE,   R.SIP_TRUNK_FAILURE,        0, None),
    SettlementRow(K.CAUSE,   R.SIP_DIAL_FAILED,          0, None),
    SettlementRow(K.CAUSE,   R.SIP_FAILED,               0, None),
    SettlementRow(K.CAUSE,   R.DISPATCH_FAILED,          0, None),
    SettlementRow(K.CAUSE,   R.TOKEN_MINT_FAILED,        0, None),
    SettlementRow(K.CAUSE,   R.SETUP_ERROR,              0, None),
    SettlementRow(K.CAUSE,   R.JOIN_FAILURE,             0, None),
    # symptoms
    SettlementRow(K.CAUSE,   R.PARTICIPANT_LEFT,         3, None),
    SettlementRow(K.CAUSE,   R.CLIENT_INITIATED,         3, None),
    SettlementRow(K.CAUSE,   R.MEDIA_FAILURE,            3, None),
    SettlementRow(K.CAUSE,   R.AGENT_ERROR,              3, None),
    SettlementRow(K.CAUSE,   R.CONNECTION_TIMEOUT,       3, None),
    SettlementRow(K.CAUSE,   R.SERVER_SHUTDOWN,          3, None),
    SettlementRow(K.CAUSE,   R.STATE_MISMATCH,           3, None),
    SettlementRow(K.CAUSE,   R.ERROR,                    3, None),
    # what knows less
    SettlementRow(K.FOREIGN, R.UNKNOWN,                  0, True),
    SettlementRow(K.ECHO,    R.PARTICIPANT_REMOVED,      0, None),
    SettlementRow(K.ECHO,    R.ROOM_DELETED,             0, None),
    SettlementRow(K.ECHO,    R.ROOM_CLOSED,              0, None),
    SettlementRow(K.ECHO,    R.SIGNAL_CLOSE,             0, None),
    SettlementRow(K.ECHO,    R.DUPLICATE_IDENTITY,       0, None),
    SettlementRow(K.ECHO,    R.MIGRATION,                0, None),
    SettlementRow(K.ECHO,    R.PIPELINE_EXIT,            0, None),
    SettlementRow(K.SILENT,  R.UNKNOWN_REASON,           0, None),
    SettlementRow(K.SILENT,  R.UNKNOWN,                  0, False),
)
"""The settlement order, strongest first; inside a rank, the tie order."""
# fmt: on


class Place(NamedTuple):
    """Where a kind of claim stands: numbers to compare by, and the rank's name."""

    rank: int
    tie: int
    lag: int
    name: ClaimRank


_RANKS = {rank: place for place, rank in enumerate(ClaimRank)}


def _places(*, raw: bool) -> dict[SessionTerminationReason, Place]:
    places = (
        (row.reason, Place(_RANKS[row.rank], tie, row.lag, row.rank))
        for tie, row in enumerate(SETTLEMENT_ORDER)
        if row.raw is None or row.raw is raw
    )
    return dict(index(places, lambda item: item[0]).values())


# By whether a claim carries raw.
_PLACES = (_places(raw=False), _places(raw=True))
# The rule that did not fit in the table: behind every other cause, among themselves as in SILENT.
_NAMED_STATUS = {
    row.reason: Place(_RANKS[K.CAUSE], len(SETTLEMENT_ORDER) + tie, 0, K.CAUSE)
    for tie, row in enumerate(SETTLEMENT_ORDER)
    if row.rank is K.SILENT
}


def place_of(reason: SessionTerminationReason, status: SessionStatus, has_raw: bool) -> Place:
    """Return where a claim of this reason, with this status, with raw or without, stands."""
    if reason in _NAMED_STATUS and status is not reason_traits(reason).status:
        return _NAMED_STATUS[reason]
    return _PLACES[has_raw][reason]


publish(globals())
