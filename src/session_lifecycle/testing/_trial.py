"""A trial: a store is told what happens to sessions, and held to what they must be afterwards.

The model of a session is `Session`, moved by the core's own functions. After each step the session
is read and judged.

What a store cannot be told (`NotImplemented`) is no step: it is in no history, and the model stands
still.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from session_lifecycle._ending import EndClaim
from session_lifecycle._session import restore_session, start_session
from session_lifecycle._text import show
from session_lifecycle._words import SessionEvent, SessionStatus
from session_lifecycle.testing._interleave import (
    PATIENCE,
    Death,
    Outcome,
    Together,
    WriterDiedError,
    check_watch,
)
from session_lifecycle.testing._judging import Judging
from session_lifecycle.testing._model import (
    Known,
    Report,
    after_both,
    error_in_words,
    expected_and_found,
    fits,
    has_no_end,
    law_of,
    may_be_refused,
    may_be_refused_at_once,
    remembered,
    session_after,
    shown,
)
from session_lifecycle.testing._stored import Caller, Seen, StoredSession, Subject, seen


class Place(NamedTuple):
    """A place in a history, to which a trial can go back: what is known there, and stored."""

    key: Any
    known: Known
    steps: tuple[tuple[str, tuple[object, ...]], ...]
    stored: Any


class Trial(Judging):
    """One run of a store against the model.

    Attributes:
        told: how many reports were made.
    """

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject.checked)
        self._subject = subject
        self._caller = Caller(tuple(subject.watch))
        self.told = 0
        self._keys: list[Any] = []
        self._bystander: Any = ...
        check_watch(subject.watch)
        self._caller.call(subject.open)

    def close(self) -> None:
        """Let the store clean up."""
        try:
            self._caller.call(self._subject.close)
        finally:
            self._caller.close()

    def forget(self) -> None:
        """Begin anew, in the same store."""
        self.known.clear()
        self._keys.clear()
        self._steps.clear()

    # --- there and back --------------------------------------------------------------------------

    def place(self, number: int) -> Place | None:
        """Return where a session stands, or `None` if the store cannot be brought back to it."""
        stored = self._caller.call(self._subject.snapshot, self._keys[number])
        if stored is NotImplemented:
            return None
        return Place(self._keys[number], self.known[number].copy(), tuple(self._steps), stored)

    def go_to(self, place: Place) -> int:
        """Bring store and model to where they stood, and return the session's number."""
        self._caller.call(self._subject.restore, place.key, place.stored)
        self._keys[:] = [place.key]
        self.known = {0: place.known.copy()}
        self._steps[:] = place.steps
        return 0

    # --- what can be done ------------------------------------------------------------------------

    def create(self, status: SessionStatus, started_at: datetime | None) -> int | None:
        """Create a session, and return its number in this trial; `None` if that cannot be said."""
        if self._bystander is ...:
            self._bystander = self._created(SessionStatus.ACTIVE, None)
        key = self._created(status, started_at)
        if key is NotImplemented:
            return None
        number = len(self._keys)
        when = "" if started_at is None else f", started {started_at.isoformat()}"
        self.did("session {}: create({}{})", number, status, when)
        self._keys.append(key)
        known = self.known[number] = Known(start_session(status, at=started_at))
        found = self._read(number)
        self.hold("created_as_asked", found.status is status, number, found)
        self.hold("live_has_no_end", has_no_end(found), number, found)
        self.note(known)
        return number

    def tell(self, number: int, report: Report, *, again: bool = False) -> bool:
        """Make a report, and hold the store to what must follow; `False` if it cannot be made."""
        known = self.known[number]
        again = again or any(report.is_the_same_as(earlier) for earlier in known.reports)
        self.did("session {}: {!r}{}", number, report, ", again" if again else "")
        before = known.session
        outcome = self._tell(number, report)
        if self._is_no_step(outcome):
            return False
        if outcome.error is not None and not may_be_refused(before, report):
            self.broken(law_of(before, report), f"It raised {error_in_words(outcome.error)}.")
        if law_of(before, report) == "late_is_no_error":
            self.count("late_is_no_error")
        known.session = remembered(before, report)
        known.reports.append(report)
        self.judge(number, report, before, self._read(number), again=again)
        self._look_at_the_bystander()
        self.note(known)
        return True

    def tell_unjudged(self, number: int, report: Report) -> bool:
        """Make a report that has been judged before, at the end of a shorter history."""
        known = self.known[number]
        self.did("session {}: {!r}", number, report)
        if self._is_no_step(self._tell(number, report)):
            return False
        known.session = remembered(known.session, report)
        known.reports.append(report)
        return True

    def look(self, number: int) -> None:
        """Read a session that has ended, and remember when it says that it was closed."""
        known = self.known[number]
        if known.session.ending is not None:
            self.remember_close(known, self._read(number))

    def tell_at_once(
        self, number: int, first: Report, second: Report, point: int, patience: float = PATIENCE
    ) -> Together | None:
        """Make two reports at once; the first is stopped at a point until the second is through.

        Returns:
            What came of the two; `None` if one of them cannot be made.
        """
        known = self.known[number]
        one, two = (self._call_of(number, report) for report in (first, second))
        is_async = self._subject.is_async
        together = self._caller.at_once(one, two, point, is_async=is_async, patience=patience)
        words = "session {}: {!r}, stopped before {}, and meanwhile {!r}"
        self.did(words, number, first, together.where or "its end", second)
        if NotImplemented is together.first.value or NotImplemented is together.second.value:
            self.did_not()
            return None
        self.told += 2
        for outcome, report in ((together.first, first), (together.second, second)):
            if outcome.error is not None and not may_be_refused_at_once(known.session, report):
                self.broken("none_is_lost_at_once", f"It raised {error_in_words(outcome.error)}.")
        ways = [after_both(known.session, first, second), after_both(known.session, second, first)]
        found = self._read(number)
        known.session = self.which_way(number, ways, found)
        if together.where:
            self.count("none_is_lost_at_once")
        known.reports += [first, second]
        self.remember_close(known, found, "none_is_lost_at_once")
        self.note(known)
        return together

    def tell_and_die(self, number: int, report: Report, point: int) -> Death | None:
        """Make a report whose writer dies at a point, and make it again.

        Returns:
            What came of the first; `None` if it cannot be made.
        """
        known = self.known[number]
        call = self._call_of(number, report)
        death = self._caller.dying(call, point, is_async=self._subject.is_async)
        words = "session {}: {!r}, whose writer dies before {}; and again"
        self.did(words, number, report, death.where or "nothing")
        again = self._tell(number, report)
        if self._is_no_step(again):
            return None
        if again.error is not None and not may_be_refused(known.session, report):
            self.broken("a_crash_loses_nothing", f"It raised {error_in_words(again.error)}.")
        known.session = session_after(known.session, report)
        found = self._read(number)
        if not fits(known.session, found, known.rewritten):
            self.broken("a_crash_loses_nothing", expected_and_found(known.session, found))
        if isinstance(death.outcome.error, WriterDiedError):
            self.count("a_crash_loses_nothing")
        known.reports.append(report)
        self.remember_close(known, found, "a_crash_loses_nothing")
        self.note(known)
        return death

    def drift_reason(self, number: int, word: str) -> bool:
        """Write a word nobody knows as an ended one's reason; `False` if that cannot be done."""
        known = self.known[number]
        ending = known.session.ending
        assert ending is not None
        written = self._caller.call(self._subject.write_drifted, self._keys[number], reason=word)
        if written is NotImplemented:
            return False
        self.did("session {}: its stored reason is now {}", number, show(word))
        known.session = restore_session(
            ending.status,
            reason=word,
            at=ending.at,
            claimed_at=ending.winner.at,
            source=ending.winner.source,
            raw=ending.winner.raw,
            started_at=known.session.started_at,
        )
        known.rewritten = known.session.ending and known.session.ending.winner
        found = self._read(number)
        same = fits(known.session, found, known.rewritten)
        self.hold("unknown_word_is_kept", same, number, found)
        return True

    def drift_status(self, number: int, word: str) -> bool:
        """Write a status nobody knows; `False` if that cannot be done."""
        written = self._caller.call(self._subject.write_drifted, self._keys[number], status=word)
        if written is NotImplemented:
            return False
        self.did("session {}: its stored status is now {}", number, show(word))
        self.known[number].drifted = True
        self.judge_drifted(self._read(number))
        return True

    def tell_drifted(self, number: int, event: SessionEvent) -> bool:
        """Tell a session whose status nobody knows of a live event, which it must not take."""
        self.did("session {}: apply_event({})", number, event)
        if self._is_no_step(self._tell(number, Report(event))):
            return False
        self.judge_drifted(self._read(number))
        return True

    def look_at_the_list(self) -> None:
        """Hold the lists of live and of ended sessions to what they must have."""
        self.did("list_sessions(live=True), list_sessions(live=False)")
        listed: dict[bool, list[Any]] = {}
        for live in (True, False):
            try:
                found = self._caller.call(self._subject.list_sessions, live=live)
                keys = list(found) if hasattr(found, "__iter__") else None
            except Exception as error:
                self.broken("reading_is_total", f"Listing raised {error_in_words(error)}.")
            if keys is None:
                raise TypeError(f"list_sessions returned {show(found)}, expected sessions' keys")
            listed[live] = keys
        for number in self.known:
            for live, keys in listed.items():
                self.judge_listed(number, times=keys.count(self._keys[number]), live=live)
        self.count("the_list_agrees")

    def look_at_the_others(self, number: int) -> None:
        """Hold the other sessions to where they stood before this one was told of something."""
        for other, known in self.known.items():
            if other != number:
                found = self._read(other)
                same = fits(known.session, found) and (
                    known.session.ending is not None or has_no_end(found)
                )
                self.hold("others_are_left_alone", same, other, found)

    # --- how it is asked -------------------------------------------------------------------------

    def _look_at_the_bystander(self) -> None:
        """A session that is told of nothing stands where it stood."""
        if self._bystander is NotImplemented:
            return
        found = seen(self._caller.call(self._subject.read, self._bystander))
        if found.status is not SessionStatus.ACTIVE:
            self.broken("others_are_left_alone", f"A session that was active: {shown(found)}.")
        self.count("others_are_left_alone")

    def _created(self, status: SessionStatus, started_at: datetime | None) -> Any:
        key = self._caller.call(self._subject.create, status, started_at)
        if key is None:
            raise TypeError("create returned None, expected the session's key: was it returned?")
        return key

    def _read(self, number: int) -> Seen:
        try:
            stored: StoredSession = self._caller.call(self._subject.read, self._keys[number])
        except Exception as error:
            self.broken("reading_is_total", f"Reading raised {error_in_words(error)}.")
        self.count("reading_is_total")
        return seen(stored)

    def _tell(self, number: int, report: Report) -> Outcome:
        try:
            return Outcome(self._caller.call(self._call_of(number, report)), None)
        except Exception as error:
            return Outcome(None, error)

    def _is_no_step(self, outcome: Outcome) -> bool:
        """Return whether a report could not be made, and is to be forgotten."""
        if outcome.value is NotImplemented:
            self.did_not()
            return True
        self.told += 1
        return False

    def _call_of(self, number: int, report: Report) -> Callable[[], Any]:
        subject, key, said = self._subject, self._keys[number], report.said
        if isinstance(said, EndClaim):
            return lambda: subject.report_ending(key, said)
        return lambda: subject.apply_event(key, said, report.at, report.source)


def must_have_tried(times: int) -> None:
    """Fail where nothing was tried, so that nobody takes it for a test that has passed.

    Raises:
        AssertionError: if it was not once.
    """
    if not times:
        raise AssertionError(
            "nothing was tried: create returned NotImplemented, or each report did. The kit needs "
            "a session that can be created, and something that it can be told"
        )
