"""The conformance kit: a class to subclass, whose tests prove that a store keeps the laws.

What it finds are the bugs of consumers: of their stores, handlers and services, behind five small
methods. Nothing of how they are built is known here.
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Awaitable, Iterable
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from session_lifecycle._ending import EndClaim
from session_lifecycle._words import ClaimRank, SessionEvent, SessionStatus
from session_lifecycle.testing._fitting import fitting
from session_lifecycle.testing._machine import lifecycle_machine
from session_lifecycle.testing._points import check_crash_and_retry, check_two_at_once
from session_lifecycle.testing._stored import StoredSession
from session_lifecycle.testing._walk import check_every_history

_K = TypeVar("_K")


class LifecycleConformance(ABC, Generic[_K]):
    """Subclass it, write the five methods over your store or API, and pytest finds the tests.

    The methods may all be async. Each may be called from any thread, one at a time; the tests of
    two reports at once call `apply_event` and `report_ending` from two threads, or from two tasks.

    Attributes:
        concurrent: whether two reports may come at once. Say False for a store that one thread
            owns; the law `none_is_lost_at_once` is then not checked.
        watch: modules and packages of which a writer may be stopped in any line, beside your own
            code: those that read and write for you, if they are installed packages.
        walk_length: up to which length all histories are walked.
        settings: Hypothesis settings for the tests at random; None for those of the profile.
        checked: how often each law was checked, by name.
    """

    concurrent: ClassVar[bool] = True
    watch: ClassVar[tuple[str, ...]] = ()
    walk_length: ClassVar[int] = 2
    settings: ClassVar[settings | None] = None
    checked: ClassVar[Counter[str]]

    def __init_subclass__(cls, **named: Any) -> None:
        super().__init_subclass__(**named)
        cls.checked = Counter()

    # --- yours -----------------------------------------------------------------------------------

    @abstractmethod
    def create(self, status: SessionStatus, started_at: datetime | None) -> _K | Awaitable[_K]:
        """Make a session in this status, with this start, and return its key."""

    @abstractmethod
    def apply_event(self, key: _K, event: SessionEvent, at: datetime | None, source: str) -> object:
        """Tell the session of an event; what is returned is not looked at.

        Raise, if you like, where the machine says that it is illegal; never for a late one.
        """

    @abstractmethod
    def report_ending(self, key: _K, claim: EndClaim) -> object:
        """Tell the session of a claim about its end; what is returned is not looked at."""

    @abstractmethod
    def read(self, key: _K) -> StoredSession | Awaitable[StoredSession]:
        """Return what is to be seen of the session."""

    @abstractmethod
    def list_sessions(self, *, live: bool) -> Iterable[_K] | Awaitable[Iterable[_K]]:
        """Return the keys of the sessions that count as live, or of those that count as ended."""

    # --- yours, if you can -----------------------------------------------------------------------

    def write_drifted(
        self, key: _K, *, status: str | None = None, reason: str | None = None
    ) -> object:
        """Write into a session's row, past all checks, a word that nobody knows.

        As a newer service or an old migration would have written it. Without this method the laws
        about unknown words are checked as far as claims bring them.

        Returns:
            `NotImplemented` if it cannot be done, anything else if it was.
        """
        return NotImplemented

    def open(self) -> object:
        """Begin an example with an empty store, or one in which other keys do not matter."""

    def close(self) -> object:
        """End an example."""

    # --- the tests -------------------------------------------------------------------------------

    @property
    def is_async(self) -> bool:
        """Whether reports are made by async methods."""
        return inspect.iscoroutinefunction(self.report_ending)

    def test_every_short_history(self) -> None:
        """All histories up to a length, events and claims of each rank: `check_every_history`.

        They reach every status and every rank, or it is an error.
        """
        reached: Counter[str] = Counter()
        check_every_history(self, self.walk_length, reached=reached)
        missing = [name for name in _TO_BE_REACHED if not reached[name]]
        assert not missing, f"the walk did not reach {', '.join(missing)}"
        # What three claims do to each other, two do not show.
        check_every_history(
            self,
            self.walk_length + 1,
            events=(SessionEvent.CLOSE,),
            starts=(SessionStatus.ACTIVE,),
        )

    def test_crash_and_retry(self) -> None:
        """A report whose writer dies at each of its points: `check_crash_and_retry`."""
        check_crash_and_retry(self)

    def test_two_at_once(self) -> None:
        """Two reports at once, the first stopped at each of its points: `check_two_at_once`."""
        if self.concurrent:
            check_two_at_once(self)

    def test_life(self) -> None:
        """Sessions at random: legal, illegal, late and repeated reports, and drifted rows."""
        machine = lifecycle_machine(self, Counter())
        run_state_machine_as_test(machine, settings=fitting(self.settings))


_TO_BE_REACHED = (*map(str, SessionStatus), *(f"rank {rank}" for rank in ClaimRank))
