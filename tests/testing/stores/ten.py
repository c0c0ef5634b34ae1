"""The ten that are broken: which law each breaks, which test of the kit says so, in how many steps.

What the kit is held to. The tests run in the order in which the kit's class has them, until one
fails; steps are the lines of the history that it prints, of which the first makes the session.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.testing.stores import broken, rollups
from tests.testing.stores.memory import over


class Broken(NamedTuple):
    """One of the ten.

    Attributes:
        what: what is wrong with it, as the issue calls it.
        kind: the kit's class over it.
        law: which law it breaks.
        test: the first test of the kit that fails.
        steps: how long the history is.
    """

    what: str
    kind: type[Any]
    law: str
    test: str
    steps: int


# fmt: off
TEN: tuple[Broken, ...] = (
    Broken("first wins", over(broken.FirstWins),
           "stronger_claim_wins", "test_every_short_history", 3),
    Broken("last wins", over(broken.LastWins),
           "weaker_claim_changes_nothing", "test_every_short_history", 3),
    Broken("check-then-act", over(broken.CheckThenAct),
           "none_is_lost_at_once", "test_two_at_once", 2),
    Broken("raises on an unknown reason", over(broken.RaisesOnUnknownReason),
           "reading_is_total", "test_unknown_words", 3),
    Broken("unknown status treated as ended", over(broken.UnknownStatusHasEnded),
           "unknown_status_is_not_ended", "test_unknown_words", 3),
    Broken("unknown status treated as live", over(broken.UnknownStatusIsLive),
           "unknown_status_is_not_live", "test_unknown_words", 3),
    Broken("revives on a late approval", over(broken.RevivesOnLateApproval),
           "ended_stays_ended", "test_every_short_history", 3),
    Broken("moves closed_at on a repeat", over(broken.MovesClosedAt),
           "closed_at_never_moves", "test_every_short_history", 3),
    Broken("counts retries twice", rollups.CountsRetriesTwice,
           "a_retry_counts_once", "test_each_law", 2),
    Broken("passes when nothing was measured", rollups.PassesWithNothingMeasured,
           "nothing_measured_is_not_passed", "test_each_law", 1),
)
# fmt: on
