"""A session in each of the statuses, and the words that nobody knows: looked at, and listed.

Nothing here is left to chance: each status is reached by the shortest way that the store can be
told of. What is at random finds the rare ones late, a list that forgets one of them among others.
"""

from __future__ import annotations

from session_lifecycle._ending import EndClaim
from session_lifecycle._history import ENDING_EVENTS
from session_lifecycle._machine import INITIAL_STATUSES, shortest_path
from session_lifecycle._words import SessionEvent, SessionStatus, SessionTerminationReason
from session_lifecycle.testing._model import Report
from session_lifecycle.testing._stored import Subject
from session_lifecycle.testing._times import NOON
from session_lifecycle.testing._trial import Trial, must_have_tried

R = SessionTerminationReason
_STARTS = tuple(status for status in reversed(SessionStatus) if status in INITIAL_STATUSES)
# An end with a reason of ours; a store that cannot be told of it may be told of an event.
_CLAIMS = {
    SessionStatus.CLOSED: EndClaim(R.RESOLVED, NOON, "worker"),
    SessionStatus.EXPIRED: EndClaim(R.PARTICIPANT_JOIN_TIMEOUT, NOON, "worker"),
    SessionStatus.ERROR: EndClaim(R.AGENT_ERROR, NOON, "worker"),
    SessionStatus.SUPERSEDED: EndClaim(R.SUPERSEDED, NOON, "router"),
}
_ECHO = Report(EndClaim(R.ROOM_DELETED, NOON, "livekit"))
# Of more than one end the walk tells, in fewer steps.
_A_LIFE = tuple(
    Report(event, NOON, "api")
    for event in (SessionEvent.ANSWER, SessionEvent.PAUSE, SessionEvent.CLOSE)
)
_LIVE_EVENTS = tuple(event for event in SessionEvent if event not in ENDING_EVENTS)


def bring_to(trial: Trial, status: SessionStatus) -> int | None:
    """Bring a session to a status, by a way that the store can be told of.

    Returns:
        Its number; it is the only one in the trial. `None` if there is no such way.
    """
    for start in (status, *_STARTS):
        if start in INITIAL_STATUSES:
            for way in _ways(start, status):
                trial.forget()
                number = trial.create(start, None)
                if number is not None and all(trial.tell(number, report) for report in way):
                    return number
    return None


def _ways(start: SessionStatus, goal: SessionStatus) -> list[tuple[Report, ...]]:
    ways: list[tuple[Report, ...]] = [(Report(_CLAIMS[goal]),)] if goal in _CLAIMS else []
    by_events = shortest_path(start, goal)
    if by_events is None:
        return ways
    return [*ways, tuple(Report(event, NOON, "api") for event in by_events)]


def check_every_status(subject: Subject) -> int:
    """Bring a session to each status, read it and look for it in the lists.

    And let one of three live: the others are left alone.

    Args:
        subject: the store.

    Returns:
        How many statuses were reached.

    Raises:
        LawBrokenError: if a law is broken.
        AssertionError: if no session could be created.
    """
    reached = 0
    trial = Trial(subject)
    try:
        for status in SessionStatus:
            if bring_to(trial, status) is not None:
                trial.look_at_the_list()
                reached += 1
        _look_at_neighbours(trial)
    finally:
        trial.close()
    must_have_tried(reached)
    return reached


def _look_at_neighbours(trial: Trial) -> None:
    """Let the second of three sessions live and end; the first and the third stay as they were."""
    for start in _STARTS:
        trial.forget()
        numbers = [trial.create(start, None) for _ in range(3)]
        second = numbers[1]
        if second is not None:
            for report in _A_LIFE:
                if trial.tell(second, report):
                    trial.look_at_the_others(second)
            return


def check_unknown_words(subject: Subject) -> int:
    """Write words that nobody knows into rows: they are read and listed, and not written over.

    Args:
        subject: the store.

    Returns:
        How many words were written: none, if the store has no `write_drifted`.

    Raises:
        LawBrokenError: if a law is broken.
    """
    written = 0
    trial = Trial(subject)
    try:
        for status in (SessionStatus.ACTIVE, SessionStatus.CLOSED):
            number = bring_to(trial, status)
            if number is not None and trial.drift_status(number, "hibernating"):
                written += 1
                trial.look_at_the_list()
                for event in _LIVE_EVENTS:
                    trial.tell_drifted(number, event)
                trial.look_at_the_list()
        number = bring_to(trial, SessionStatus.CLOSED)
        if number is not None and trial.drift_reason(number, "operator-busy"):
            written += 1
            trial.look_at_the_list()
            trial.tell(number, _ECHO)
    finally:
        trial.close()
    return written
