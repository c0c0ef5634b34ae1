"""Words of ours: reasons, statuses, events, who reports, and the machine's answers.

Hypothesis would take the members of an enum by itself. It would shrink to whichever is written
first: `voicemail_detected`, `queued`. These shrink to the ordinary case: an agent that hangs up, an
active session, an answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from session_lifecycle._history import ENDING_EVENTS
from session_lifecycle._machine import LIVE_STATUSES, Transition, transition
from session_lifecycle._settlement import SETTLEMENT_ORDER
from session_lifecycle._words import (
    ClaimRank,
    SessionEvent,
    SessionStatus,
    SessionTerminationReason,
)
from session_lifecycle.testing._mix import among, chosen
from session_lifecycle.testing._named import named

R = SessionTerminationReason

# One of each rank, the ordinary ones, and then the others as the enum has them.
_ORDINARY = (
    *(R.AGENT_INITIATED, R.PARTICIPANT_LEFT, R.ROOM_DELETED, R.UNKNOWN),
    *(R.CALLEE_BUSY, R.TRANSFERRED, R.HANDOFF_RESOLVED),
)
REASONS = (*_ORDINARY, *[reason for reason in R if reason not in _ORDINARY])
"""The reasons, the most ordinary first."""
_STATUSES = (
    SessionStatus.ACTIVE,
    *[status for status in SessionStatus if status is not SessionStatus.ACTIVE],
)
ENDED_STATUSES = tuple(status for status in _STATUSES if status not in LIVE_STATUSES)
"""The terminal statuses, the simplest first."""
EVENTS = (
    SessionEvent.ANSWER,
    *[event for event in SessionEvent if event is not SessionEvent.ANSWER],
)
"""The events, the simplest first."""


@named
def reasons(
    *, ranks: Iterable[ClaimRank | str] | None = None
) -> SearchStrategy[SessionTerminationReason]:
    """Return a strategy for termination reasons.

    It shrinks to `agent_initiated`, or to the most ordinary reason of the ranks.

    Args:
        ranks: only the reasons that the settlement order has at these ranks; `unknown` stands at
            `silent`, and at `foreign` for a claim that carries `raw`.

    Raises:
        InvalidArgument: if a rank is none, or there are none.

    Example: `reasons(ranks=["dialled", "human"])`.
    """
    if ranks is None:
        return among(REASONS)
    wanted = chosen(ClaimRank, ranks, "ranks")
    listed = {row.reason for row in SETTLEMENT_ORDER if row.rank in wanted}
    return among([reason for reason in REASONS if reason in listed])


@named
def statuses(*, live: bool | None = None) -> SearchStrategy[SessionStatus]:
    """Return a strategy for session statuses. It shrinks to `active`, or to `closed`.

    Args:
        live: `True` for live statuses only, `False` for terminal ones.

    Example: `statuses(live=False)`.
    """
    wanted = [s for s in _STATUSES if live is None or (s in LIVE_STATUSES) is live]
    return among(wanted)


@named
def events(*, ending: bool | None = None) -> SearchStrategy[SessionEvent]:
    """Return a strategy for session events. It shrinks to `answer`, or to `close`.

    Args:
        ending: `True` for the four events that end a session only, `False` for the others.

    Example: `events(ending=True)`.
    """
    wanted = [e for e in EVENTS if ending is None or (e in ENDING_EVENTS) is ending]
    return among(wanted)


@named
def transitions() -> SearchStrategy[Transition]:
    """Return a strategy for the machine's 154 answers. It shrinks to `answer` while `active`.

    Example: `transitions().filter(lambda answer: answer.verdict == "late")`.
    """
    return st.builds(transition, statuses(), events())


# The last two are ordered one way by code point and the other way in UTF-16.
SOURCES = ("", "worker", "livekit", "timer", "operator", "\uffff", "\U0001f600")
"""Who reports, the simplest first."""


@named
def sources() -> SearchStrategy[str]:
    """Return a strategy for who reports: few, so that they meet. It shrinks to `""`.

    Two of them sort differently by code point, as settlement does, and by UTF-16 code unit. All
    can be stored in UTF-8.

    Example: `st.tuples(sources(), claims())`.
    """
    return st.sampled_from(SOURCES)
