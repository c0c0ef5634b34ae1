"""How a store is judged: what was read of a session, held to what must be true of it by now.

The order of the questions matters: the first that fits is the reason a person would give. So what
differs, and after what, names the law that is broken.
"""

from __future__ import annotations

from collections import Counter
from typing import NoReturn

from session_lifecycle._ending import claim_rank
from session_lifecycle._machine import is_live
from session_lifecycle._session import Session, session_change
from session_lifecycle._words import SessionChange
from session_lifecycle.testing._laws import LAWS, LawBrokenError
from session_lifecycle.testing._model import (
    Known,
    Report,
    expected_and_found,
    fits,
    has_no_end,
    law_of,
    shown,
    stands,
    told,
)
from session_lifecycle.testing._stored import Seen


class Judging:
    """What was done to sessions, and what must be true of them.

    Attributes:
        known: what must be true of each session, by its number.
        reached: how often each status was reached, and each rank as `rank human`.
        checked: how often each law was checked.
    """

    def __init__(self, checked: Counter[str]) -> None:
        self.known: dict[int, Known] = {}
        self.reached: Counter[str] = Counter()
        self.checked = checked
        self._steps: list[tuple[str, tuple[object, ...]]] = []

    @property
    def history(self) -> tuple[str, ...]:
        """What was done, in words."""
        return tuple(words.format(*facts) for words, facts in self._steps)

    def did(self, words: str, *facts: object) -> None:
        """Note a step."""
        self._steps.append((words, facts))  # Put into words only if somebody asks.

    def did_not(self) -> None:
        """Take the last step back: the store could not be told of it."""
        self._steps.pop()

    def note(self, known: Known) -> None:
        """Note what was reached, so that nobody takes a run for one that it was not."""
        self.reached[known.session.status] += 1
        if known.session.ending is not None:
            for claim in known.session.ending.claims:
                self.reached[f"rank {claim_rank(claim)}"] += 1

    # --- one law ---------------------------------------------------------------------------------

    def count(self, name: str) -> None:
        """Note that a law was checked, and holds."""
        self.checked[name] += 1

    def broken(self, name: str, found: str) -> NoReturn:
        """Say that a law is broken.

        Raises:
            LawBrokenError: always.
        """
        raise LawBrokenError(LAWS[name], self.history, found)

    def hold(self, name: str, holds: bool, number: int, found: Seen) -> None:
        """Count a law that holds, and say what was found where it does not."""
        if not holds:
            self.broken(name, expected_and_found(self.known[number].session, found))
        self.count(name)

    # --- after a report --------------------------------------------------------------------------

    def judge(
        self, number: int, report: Report, before: Session, found: Seen, *, again: bool
    ) -> None:
        """Hold what was read after a report to what must follow from it."""
        known = self.known[number]
        after = known.session
        if after.ending is None:
            self._judge_live(number, report, before, found)
            return
        if found.status is not None and is_live(found.status):
            name = "a_claim_ends_it" if before.ending is None else "ended_stays_ended"
            self.broken(name, f"Expected {told(after)}; found {shown(found)}.")
        same = stands(after, found, known.rewritten)
        if before.ending is None:
            name = law_of(before, report)
            if not same and stands(after, found._replace(raw=...), known.rewritten):
                name = "unknown_word_is_kept"
            self.hold(name, same, number, found)
            self._hold_the_end(number, found)
            self.remember_close(known, found)
            return
        self.count("ended_stays_ended")
        self.remember_close(known, found)
        if again:
            end = found.ended_at is ... or found.ended_at == after.ended_at
            self.hold("redelivery_changes_nothing", same and end, number, found)
        name = "weaker_claim_changes_nothing"
        if session_change(before, after) is SessionChange.CORRECTED:
            name = "stronger_claim_wins"
        elif after.ending.winner == known.rewritten:
            name = "unknown_word_is_kept"
        self.hold(name, same, number, found)
        self._hold_the_end(number, found)

    def _judge_live(self, number: int, report: Report, before: Session, found: Seen) -> None:
        name = law_of(before, report)
        self.hold(name, found.status is self.known[number].session.status, number, found)
        self.hold("live_has_no_end", has_no_end(found), number, found)

    def _hold_the_end(self, number: int, found: Seen) -> None:
        if found.ended_at is not ...:
            same = found.ended_at == self.known[number].session.ended_at
            self.hold("end_is_the_earliest_time", same, number, found)

    def remember_close(self, known: Known, found: Seen, law: str = "closed_at_never_moves") -> None:
        """Remember when a session was closed, and hold the store to it from then on."""
        if known.session.ending is None or found.closed_at is ...:
            return
        if known.closed_at is ...:
            known.closed_at = found.closed_at
            if found.closed_at is None:
                self.broken(law, "It has ended, and has no closed_at.")
        if found.closed_at != known.closed_at:
            was = known.closed_at.isoformat()
            self.broken("closed_at_never_moves", f"It was {was}, and is {shown(found)}.")
        self.count("closed_at_never_moves")

    # --- of two at once, and of one that died ----------------------------------------------------

    def which_way(self, number: int, ways: list[Session], found: Seen) -> Session:
        """Return which of the ways it could have gone is the one that is found."""
        rewritten = self.known[number].rewritten
        fitting = [way for way in ways if fits(way, found, rewritten)]
        if not fitting:
            expected = list(dict.fromkeys(map(told, ways)))
            said = f"Expected {' or '.join(expected)}; found {shown(found)}."
            if len(expected) == 1:
                said = expected_and_found(ways[0], found)
            self.broken("none_is_lost_at_once", said)
        return fitting[0]

    # --- of words nobody knows -------------------------------------------------------------------

    def judge_drifted(self, found: Seen) -> None:
        """A status that nobody knows is read as none, neither live nor ended."""
        if found.status is not None:
            live = is_live(found.status)
            name = "unknown_status_is_not_live" if live else "unknown_status_is_not_ended"
            self.broken(name, f"It is read as {found.status}.")
        self.count("unknown_status_is_not_live")
        self.count("unknown_status_is_not_ended")

    def judge_listed(self, number: int, *, times: int, live: bool) -> None:
        """Hold how often a session is in a list to whether it must be there."""
        known = self.known[number]
        kind = "live" if live else "ended"
        if known.drifted:
            if times:
                name = f"unknown_status_is_not_{kind}"
                self.broken(name, f"Session {number} is in the list of {kind} ones.")
        elif times != (is_live(known.session.status) is live):
            is_there = "is not" if not times else "is" if times == 1 else f"is {times} times"
            self.broken(
                "the_list_agrees",
                f"Session {number}, {told(known.session)}, {is_there} in the list of {kind} ones.",
            )
