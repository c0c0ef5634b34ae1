"""Every point at which a writer can be stopped or die: two reports at once, and crash and retry.

A few reports, of each kind one, and of those each pair; for each the points there are, from the
first line of your code to the last. How many there are is counted in a run in which nobody is
stopped. Where two come at once each point may cost a wait for a lock, so of very many a part is
tried, spread evenly, and for each pair another one.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations, product

from session_lifecycle._ending import EndClaim
from session_lifecycle._words import SessionEvent, SessionStatus, SessionTerminationReason
from session_lifecycle.testing._interleave import PATIENCE
from session_lifecycle.testing._model import Report
from session_lifecycle.testing._statuses import bring_to
from session_lifecycle.testing._stored import Subject
from session_lifecycle.testing._times import NOON
from session_lifecycle.testing._trial import Trial, must_have_tried

R = SessionTerminationReason
_LATER = NOON + timedelta(seconds=9)

# The stronger the later: who takes the last for the truth, or the first, is wrong about one pair.
_REPORTS = (
    Report(EndClaim(R.ROOM_DELETED, NOON, "livekit")),
    Report(EndClaim(R.MEDIA_FAILURE, NOON + timedelta(seconds=4), "sip")),
    Report(EndClaim(R.HANDOFF_RESOLVED, _LATER, "operator")),
    Report(SessionEvent.CLOSE, NOON + timedelta(seconds=2), "api"),
    Report(SessionEvent.PAUSE),
    Report(SessionEvent.REQUEST_HUMAN),
)
_ECHO = Report(EndClaim(R.ROOM_CLOSED, _LATER, "livekit"))
# A claim and a close come twice. Of one that has ended two moves say nothing.
_PAIRS = (*((report, report) for report in _REPORTS[::3]), *permutations(_REPORTS, 2))
_MOVES = _REPORTS[4:]
_CASES = tuple(
    (begun, pair)
    for begun, pair in product((None, _ECHO), _PAIRS)
    if begun is None or not set(pair) <= set(_MOVES)
)
_NEVER = 10**9
_GOLDEN = 0.618


def check_two_at_once(subject: Subject, max_points: int = 100) -> int:
    """Make two reports at once, the first stopped at each of its points in turn.

    Each pair of reports, on a live session and on one that an echo has ended.

    Args:
        subject: the store.
        max_points: how many points to try at the most for each pair: the first, the last, and of
            those in between for each pair others.

    Returns:
        How often two reports were made at once.

    Raises:
        LawBrokenError: if one of them is lost.
        AssertionError: if the store could be told of no pair.
    """
    tried = 0
    trial = Trial(subject)
    try:
        for turn, (begun, (first, second)) in enumerate(_CASES):
            number = _begin(trial, begun)
            if number is None:
                continue
            # One after the other: how many points there are, and how long the second takes.
            apart = trial.tell_at_once(number, first, second, _NEVER)
            if apart is None:
                continue
            tried += 1
            patience = min(max(5 * apart.seconds, 0.002), PATIENCE)
            for point in spread(apart.points, max_points, turn):
                number = _begin(trial, begun)
                together = number is not None and trial.tell_at_once(
                    number, first, second, point, patience
                )
                tried += bool(together)
    finally:
        trial.close()
    must_have_tried(tried)
    return tried


def check_crash_and_retry(subject: Subject, max_points: int = 500) -> int:
    """Make a report whose writer dies at each of its points in turn, and make it again.

    Args:
        subject: the store.
        max_points: how many points to try at the most for each.

    Returns:
        How often a writer died.

    Raises:
        LawBrokenError: if the second try does not leave what one report does.
        AssertionError: if the store could be told of none.
    """
    died = tried = 0
    trial = Trial(subject)
    try:
        for turn, (begun, report) in enumerate(product((None, _ECHO), _REPORTS)):
            number = _begin(trial, begun)
            lived = None if number is None else trial.tell_and_die(number, report, _NEVER)
            if lived is None:
                continue
            tried += 1
            for point in spread(lived.points, max_points, turn):
                number = _begin(trial, begun)
                death = None if number is None else trial.tell_and_die(number, report, point)
                died += death is not None and bool(death.where)
    finally:
        trial.close()
    must_have_tried(tried)
    return died


def _begin(trial: Trial, begun: Report | None) -> int | None:
    """Return a session that is active, or that an echo has ended; `None` if there can be none."""
    number = bring_to(trial, SessionStatus.ACTIVE)
    if number is None or begun is None or trial.tell(number, begun):
        return number
    return None


def spread(points: int, most: int, turn: int) -> list[int]:
    """Return which of so many points to try: the first, the last, and evenly those in between.

    >>> spread(5, 100, 0)
    [1, 2, 3, 4, 5]
    >>> spread(100, 5, 0), spread(100, 5, 1)
    ([1, 2, 34, 67, 100], [1, 22, 54, 87, 100])
    """
    if points <= most:
        return list(range(1, points + 1))
    step = (points - 2) / max(most - 2, 1)
    phase = turn * _GOLDEN % 1
    between = (2 + int((place + phase) * step) for place in range(most - 2))
    return [1, *between, points]
