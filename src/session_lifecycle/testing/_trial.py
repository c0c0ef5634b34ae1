"""A trial: a store is told what happens to sessions, and held to what they must be afterwards.

The model of a session is `Session`, moved by the core's own functions. After each step the session
is read and judged: what differs, and after what, names the law that is broken. The order of the
questions matters: the first that fits is the reason a person would give.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

from session_lifecycle._ending import EndClaim, claim_rank
from session_lifecycle._machine import is_live, transition
from session_lifecycle._session import Session, restore_session, session_change, start_session
from session_lifecycle._text import show
from session_lifecycle._words import (
    SessionChange,
    SessionEvent,
    SessionStatus,
    TransitionVerdict,
)
from session_lifecycle.testing._interleave import Together, WriterDiedError, check_watch
from session_lifecycle.testing._laws import LAWS, LawBrokenError
from session_lifecycle.testing._model import (
    Known,
    Report,
    after_both,
    error_in_words,
    fits,
    has_no_end,
    may_be_refused,
    may_be_refused_at_once,
    remembered,
    session_after,
    shown,
    told,
)
from session_lifecycle.testing._stored import Caller, Seen, StoredSession, Subject, seen


class Trial:
    """One run of a store against the model.

    Attributes:
        known: what must be true of each session, by its number in this trial.
        reached: how often each status was reached, and each rank as `rank human`.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._caller = Caller(tuple(subject.watch))
        self.known: dict[int, Known] = {}
        self._keys: list[Any] = []
        self._bystander: Any = ...
        self._steps: list[tuple[str, tuple[object, ...]]] = []
        self.reached: Counter[str] = Counter()
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

    # --- what can be done ------------------------------------------------------------------------

    def create(self, status: SessionStatus, started_at: datetime | None) -> int:
        """Create a session, and return its number in this trial."""
        if self._bystander is ...:
            self._bystander = self._caller.call(self._subject.create, SessionStatus.ACTIVE, None)
        number = len(self._keys)
        when = "" if started_at is None else f", started {started_at.isoformat()}"
        self._did("session {}: create({}{})", number, status, when)
        self._keys.append(self._caller.call(self._subject.create, status, started_at))
        known = self.known[number] = Known(start_session(status, at=started_at))
        found = self._read(number)
        self._hold("created_as_asked", found.status is status, number, found)
        self._hold("live_has_no_end", has_no_end(found), number, found)
        self._note(known)
        return number

    def tell(self, number: int, report: Report, *, again: bool = False) -> None:
        """Make a report, and hold the store to what must follow."""
        known = self.known[number]
        again = again or any(report.is_the_same_as(earlier) for earlier in known.reports)
        self._did("session {}: {!r}{}", number, report, ", again" if again else "")
        before, after = known.session, remembered(known.session, report)
        error = self._tell(number, report)
        if error is not None and may_be_refused(before, report):
            error = None
        if error is not None:
            self._broken("late_is_no_error", f"It raised {error_in_words(error)}.")
        self._count("late_is_no_error")
        known.session = after
        known.reports.append(report)
        self._judge(number, report, before, again=again)
        self._look_at_the_bystander()
        self._note(known)

    def tell_unjudged(self, number: int, report: Report) -> None:
        """Make a report that has been judged before, at the end of a shorter history."""
        known = self.known[number]
        self._did("session {}: {!r}", number, report)
        self._tell(number, report)
        known.session = remembered(known.session, report)
        known.reports.append(report)

    def look(self, number: int) -> None:
        """Read a session that has ended, and remember when it says that it was closed."""
        known = self.known[number]
        if known.session.ending is not None:
            self._remember_close(known, self._read(number))

    def tell_at_once(self, number: int, first: Report, second: Report, point: int) -> Together:
        """Make two reports at once; the first is stopped at a point until the second is through.

        Returns:
            What came of the two.
        """
        known = self.known[number]
        one, two = (self._call_of(number, report) for report in (first, second))
        is_async = self._subject.is_async
        together = self._caller.at_once(one, two, point, is_async=is_async)
        words = "session {}: {!r}, stopped before {}, and meanwhile {!r}"
        self._did(words, number, first, together.where or "its end", second)
        ways = [after_both(known.session, first, second), after_both(known.session, second, first)]
        for outcome, report in ((together.first, first), (together.second, second)):
            if outcome.error is not None and not may_be_refused_at_once(known.session, report):
                self._broken("none_is_lost_at_once", f"It raised {error_in_words(outcome.error)}.")
        found = self._read(number)
        fitting = [way for way in ways if fits(way, found)]
        if not fitting:
            expected = " or ".join(dict.fromkeys(map(told, ways)))
            self._broken("none_is_lost_at_once", f"Expected {expected}; found {shown(found)}.")
        if together.where:
            self._count("none_is_lost_at_once")
        known.session = fitting[0]
        known.reports += [first, second]
        self._remember_close(known, found, "none_is_lost_at_once")
        self._note(known)
        return together

    def tell_and_die(self, number: int, report: Report, point: int) -> bool:
        """Make a report whose writer dies at a point, and make it again.

        Returns:
            Whether the writer got to that point, and died.
        """
        known = self.known[number]
        call = self._call_of(number, report)
        death = self._caller.dying(call, point, is_async=self._subject.is_async)
        words = "session {}: {!r}, whose writer dies before {}; and again"
        self._did(words, number, report, death.where or "nothing")
        after = session_after(known.session, report)
        error = self._tell(number, report)
        died = isinstance(death.outcome.error, WriterDiedError)
        if error is not None and not may_be_refused(known.session, report):
            self._broken("a_crash_loses_nothing", f"It raised {error_in_words(error)}.")
        found = self._read(number)
        if not fits(after, found):
            self._broken("a_crash_loses_nothing", f"Expected {told(after)}; found {shown(found)}.")
        if died:
            self._count("a_crash_loses_nothing")
        known.session = after
        known.reports.append(report)
        self._remember_close(known, found, "a_crash_loses_nothing")
        self._note(known)
        return died

    def drift_reason(self, number: int, word: str) -> bool:
        """Write a word nobody knows as an ended one's reason; `False` if that cannot be done."""
        known = self.known[number]
        ending = known.session.ending
        assert ending is not None
        written = self._caller.call(self._subject.write_drifted, self._keys[number], reason=word)
        if written is NotImplemented:
            return False
        self._did("session {}: its stored reason is now {}", number, show(word))
        known.session = restore_session(
            ending.status,
            reason=word,
            at=ending.at,
            claimed_at=ending.winner.at,
            source=ending.winner.source,
            raw=ending.winner.raw,
            started_at=known.session.started_at,
        )
        found = self._read(number)
        self._hold("unknown_word_is_kept", fits(known.session, found), number, found)
        return True

    def drift_status(self, number: int, word: str) -> bool:
        """Write a status nobody knows; `False` if that cannot be done."""
        written = self._caller.call(self._subject.write_drifted, self._keys[number], status=word)
        if written is NotImplemented:
            return False
        self._did("session {}: its stored status is now {}", number, show(word))
        self.known[number].drifted = True
        self._judge_drifted(number)
        return True

    def tell_drifted(self, number: int, event: SessionEvent) -> None:
        """Tell a session whose status nobody knows of a live event, which it must not take."""
        self._did("session {}: apply_event({})", number, event)
        self._tell(number, Report(event))
        self._judge_drifted(number)

    def look_at_the_list(self) -> None:
        """Hold the lists of live and of ended sessions to what they must have."""
        self._did("list_sessions(live=True), list_sessions(live=False)")
        listed: dict[bool, list[Any]] = {}
        for live in (True, False):
            try:
                found = self._caller.call(self._subject.list_sessions, live=live)
                listed[live] = list(found)
            except Exception as error:
                self._broken("reading_is_total", f"Listing raised {error_in_words(error)}.")
        for number, known in self.known.items():
            for live, keys in listed.items():
                there = self._keys[number] in keys
                if known.drifted and there:
                    name = "unknown_status_is_not_live" if live else "unknown_status_is_not_ended"
                    kind = "live" if live else "ended"
                    self._broken(name, f"Session {number} is in the list of {kind} ones.")
                if not known.drifted and there is not (is_live(known.session.status) is live):
                    kind = "live" if live else "ended"
                    is_there = "is" if there else "is not"
                    self._broken(
                        "the_list_agrees",
                        f"Session {number}, {told(known.session)}, {is_there} in the list of "
                        f"{kind} ones.",
                    )
        self._count("the_list_agrees")

    @property
    def history(self) -> tuple[str, ...]:
        """What was done, in words."""
        return tuple(words.format(*facts) for words, facts in self._steps)

    def _did(self, words: str, *facts: object) -> None:
        self._steps.append((words, facts))  # Put into words only if somebody asks.

    # --- how it is judged ------------------------------------------------------------------------

    def _look_at_the_bystander(self) -> None:
        """A session that is told of nothing stands where it stood."""
        found = seen(self._caller.call(self._subject.read, self._bystander))
        if found.status is not SessionStatus.ACTIVE:
            self._broken("others_are_left_alone", f"A session that was active: {shown(found)}.")
        self._count("others_are_left_alone")

    def _judge(self, number: int, report: Report, before: Session, *, again: bool) -> None:
        known, found = self.known[number], self._read(number)
        after = known.session
        if after.ending is None:
            self._judge_live(number, report, before, found)
            return
        if found.status is not None and is_live(found.status):
            name = "a_claim_ends_it" if before.ending is None else "ended_stays_ended"
            self._broken(name, f"Expected {told(after)}; found {shown(found)}.")
        same = (found.status, found.reason) == (after.status, after.ending.reason)
        if before.ending is None:
            ends = isinstance(report.said, EndClaim)
            self._hold("a_claim_ends_it" if ends else "a_close_closes", same, number, found)
            self._hold_the_end(number, found)
            self._remember_close(known, found)
            return
        self._count("ended_stays_ended")
        self._remember_close(known, found)
        if again:
            end = found.ended_at is ... or found.ended_at == after.ended_at
            self._hold("redelivery_changes_nothing", same and end, number, found)
        corrects = session_change(before, after) is SessionChange.CORRECTED
        name = "stronger_claim_wins" if corrects else "weaker_claim_changes_nothing"
        self._hold(name, same, number, found)
        self._hold_the_end(number, found)

    def _judge_live(self, number: int, report: Report, before: Session, found: Seen) -> None:
        assert not isinstance(report.said, EndClaim)
        verdict = transition(before.status, report.said).verdict
        name = {
            TransitionVerdict.MOVED: "moves_follow_the_machine",
            TransitionVerdict.ILLEGAL: "illegal_changes_nothing",
        }.get(verdict, "late_is_no_error")
        self._hold(name, found.status is self.known[number].session.status, number, found)
        self._hold("live_has_no_end", has_no_end(found), number, found)

    def _judge_drifted(self, number: int) -> None:
        found = self._read(number)
        if found.status is not None:
            live = is_live(found.status)
            name = "unknown_status_is_not_live" if live else "unknown_status_is_not_ended"
            self._broken(name, f"It is read as {found.status}.")
        self._count("unknown_status_is_not_live")
        self._count("unknown_status_is_not_ended")

    def _hold_the_end(self, number: int, found: Seen) -> None:
        if found.ended_at is not ...:
            expected = self.known[number].session.ended_at
            same = found.ended_at == expected
            self._hold("end_is_the_earliest_time", same, number, found)

    def _remember_close(
        self, known: Known, found: Seen, law: str = "closed_at_never_moves"
    ) -> None:
        if known.session.ending is None or found.closed_at is ...:
            return
        if known.closed_at is ...:
            known.closed_at = found.closed_at
            if found.closed_at is None:
                self._broken(law, "It has ended, and has no closed_at.")
        if found.closed_at != known.closed_at:
            self._broken(
                "closed_at_never_moves",
                f"It was {known.closed_at.isoformat()}, and is {shown(found)}.",
            )
        self._count("closed_at_never_moves")

    def _hold(self, name: str, holds: bool, number: int, found: Seen) -> None:
        if not holds:
            expected = told(self.known[number].session)
            self._broken(name, f"Expected {expected}; found {shown(found)}.")
        self._count(name)

    def _count(self, name: str) -> None:
        self._subject.checked[name] += 1

    def _broken(self, name: str, found: str) -> NoReturn:
        raise LawBrokenError(LAWS[name], self.history, found)

    # --- how it is asked -------------------------------------------------------------------------

    def _read(self, number: int) -> Seen:
        try:
            stored: StoredSession = self._caller.call(self._subject.read, self._keys[number])
        except Exception as error:
            self._broken("reading_is_total", f"Reading raised {error_in_words(error)}.")
        self._count("reading_is_total")
        return seen(stored)

    def _tell(self, number: int, report: Report) -> Exception | None:
        try:
            self._caller.call(self._call_of(number, report))
        except Exception as error:
            return error
        return None

    def _call_of(self, number: int, report: Report) -> Callable[[], Any]:
        subject, key, said = self._subject, self._keys[number], report.said
        if isinstance(said, EndClaim):
            return lambda: subject.report_ending(key, said)
        return lambda: subject.apply_event(key, said, report.at, report.source)

    def _note(self, known: Known) -> None:
        """Note what was reached, so that nobody takes a run for one that it was not."""
        self.reached[known.session.status] += 1
        if known.session.ending is not None:
            for claim in known.session.ending.claims:
                self.reached[f"rank {claim_rank(claim)}"] += 1
