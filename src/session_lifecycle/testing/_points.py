"""Every point at which a writer can be stopped or die: two reports at once, and crash and retry.

A few reports, of each kind one, and of those each pair; for each the points there are, from the
first line of your code to the last: each of the first dozens, and of many more every second, third,
fourth. So a race is found every time, and it is the shortest.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations, product

from session_lifecycle._ending import EndClaim
from session_lifecycle._words import SessionEvent, SessionStatus, SessionTerminationReason
from session_lifecycle.testing._model import Report
from session_lifecycle.testing._stored import Subject
from session_lifecycle.testing._times import NOON
from session_lifecycle.testing._trial import Trial

R = SessionTerminationReason
_LATER = NOON + timedelta(seconds=9)

# The stronger the later: who takes the last for the truth, or the first, is wrong about one pair.
_REPORTS = (
    Report(EndClaim(R.ROOM_DELETED, NOON, "livekit")),
    Report(EndClaim(R.MEDIA_FAILURE, NOON + timedelta(seconds=4), "sip")),
    Report(EndClaim(R.HANDOFF_RESOLVED, _LATER, "operator")),
    Report(SessionEvent.CLOSE, NOON + timedelta(seconds=2), "api"),
    Report(SessionEvent.PAUSE),
)
_ECHO = Report(EndClaim(R.ROOM_CLOSED, _LATER, "livekit"))
# Two of one kind are tried once: they say the same.
_PAIRS = ((_REPORTS[0], _REPORTS[0]), *permutations(_REPORTS, 2))


def check_two_at_once(subject: Subject, max_points: int = 100) -> int:
    """Make two reports at once, the first stopped at each of its points in turn.

    Each pair of reports, on a live session and on one that an echo has ended.

    Args:
        subject: the store.
        max_points: how many points to try at the most for each.

    Returns:
        How often two reports were made at once.

    Raises:
        LawBrokenError: if one of them is lost.
    """
    tried = 0
    trial = Trial(subject)
    try:
        for begun, (first, second) in product((None, _ECHO), _PAIRS):
            point = 1
            for _ in range(max_points):
                trial.forget()
                number = trial.create(SessionStatus.ACTIVE, None)
                if begun is not None:
                    trial.tell(number, begun)
                tried += 1
                together = trial.tell_at_once(number, first, second, point)
                if not together.where:
                    break
                # While a lock is held, one point is as good as the next, and each takes its time.
                point += (1 + point // 40) * (4 if together.waited else 1)
    finally:
        trial.close()
    return tried


def check_crash_and_retry(subject: Subject, max_points: int = 100) -> int:
    """Make a report whose writer dies at each of its points in turn, and make it again.

    Args:
        subject: the store.
        max_points: how many points to try at the most for each.

    Returns:
        How often a writer died.

    Raises:
        LawBrokenError: if the second try does not leave what one report does.
    """
    died = 0
    trial = Trial(subject)
    try:
        for begun, report in product((None, _ECHO), _REPORTS):
            point = 1
            for _ in range(max_points):
                trial.forget()
                number = trial.create(SessionStatus.ACTIVE, None)
                if begun is not None:
                    trial.tell(number, begun)
                if not trial.tell_and_die(number, report, point):
                    break
                died += 1
                point += 1 + point // 100
    finally:
        trial.close()
    return died
