"""The conformance kit: a class to subclass, whose tests prove that a store keeps the laws.

What it finds are the bugs of consumers: of their stores, handlers and services, behind five small
methods. Nothing of how they are built is known here.
"""

# No annotations from __future__: as text, `get_type_hints` would look for the names in the public
# module, which these classes say they are from.

import inspect
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Awaitable, Iterable
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

import hypothesis
from hypothesis.stateful import run_state_machine_as_test

from session_lifecycle._ending import EndClaim
from session_lifecycle._words import ClaimRank, SessionEvent, SessionStatus
from session_lifecycle.testing._fitting import fitting
from session_lifecycle.testing._machine import lifecycle_machine
from session_lifecycle.testing._points import check_crash_and_retry, check_two_at_once
from session_lifecycle.testing._statuses import check_every_status, check_unknown_words
from session_lifecycle.testing._stored import StoredSession
from session_lifecycle.testing._trial import must_have_tried
from session_lifecycle.testing._walk import check_claims, check_every_history

_K = TypeVar("_K")


class LifecycleConformance(ABC, Generic[_K]):
    """Subclass it, write the five methods over your store or API, and pytest finds the tests.

    The methods may all be async. Each may be called from any thread, one at a time; the tests of
    two reports at once call `apply_event` and `report_ending` from two threads, or from two tasks.

    An API may have no word for what the kit wants to say: no pause, say, or no start in `ringing`.
    `create`, `apply_event` and `report_ending` return `NotImplemented` then, and must have done
    nothing. The step is none: it is in no history, and nothing is expected of it. A history or a
    pair of reports that needs it is left out, and a law that nothing else asks for is reported as
    not checked. A test in which nothing at all could be said fails.

    Attributes:
        concurrent: whether two reports may come at once. Say False for a store that one thread
            owns; the law `none_is_lost_at_once` is then not checked.
        watch: modules and packages of which a writer may be stopped in any line, beside your own
            code: those that read and write for you, if they are installed packages.
        walk_length: up to which length all histories are walked.
        max_points: at how many of its points, at the most, the first of two reports at once is
            stopped. Of more, the first and the last are tried, and for each pair others of those
            in between. Each may cost a wait for a lock.
        settings: Hypothesis settings for the tests at random; None for those of the profile.
        checked: how often each law was checked, by name.
    """

    concurrent: ClassVar[bool] = True
    watch: ClassVar[tuple[str, ...]] = ()
    walk_length: ClassVar[int] = 2
    max_points: ClassVar[int] = 10
    settings: ClassVar[hypothesis.settings | None] = None
    checked: ClassVar[Counter[str]]

    def __init_subclass__(cls, **named: Any) -> None:
        super().__init_subclass__(**named)
        cls.checked = Counter()

    # --- yours -----------------------------------------------------------------------------------

    @abstractmethod
    def create(self, status: SessionStatus, started_at: datetime | None) -> _K | Awaitable[_K]:
        """Make a session in this status, with this start, and return its key.

        Or `NotImplemented`, if yours cannot be made so. The tests make do with whatever start there
        is, and an event or two.
        """

    @abstractmethod
    def apply_event(self, key: _K, event: SessionEvent, at: datetime | None, source: str) -> object:
        """Tell the session of an event.

        Raise, if you like, where the machine says that it is illegal; never for a late one.

        Returns:
            `NotImplemented` if nobody can tell yours of it; anything else is not looked at.
        """

    @abstractmethod
    def report_ending(self, key: _K, claim: EndClaim) -> object:
        """Tell the session of a claim about its end.

        Returns:
            `NotImplemented` if nobody can tell yours of it; anything else is not looked at.
        """

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
            `NotImplemented` if it cannot be done, anything else if it was. It may be for this one
            word only: where the column is too narrow for it, say.
        """
        return NotImplemented

    def snapshot(self, key: _K) -> Any:
        """Return all that is stored of a session, for `restore`; `NotImplemented` if you do not.

        With both, the walk goes back to where histories part, instead of telling each from its
        start: it is faster by the length of the walk, and can be made longer by a step or two.
        """
        return NotImplemented

    def restore(self, key: _K, snapshot: Any) -> object:
        """Store a session as it was when the snapshot was taken, with all that belongs to it."""
        raise TypeError("there is a snapshot, and no restore to bring it back: write both, or none")

    def open(self) -> object:
        """Begin an example with an empty store, or one in which other keys do not matter."""

    def close(self) -> object:
        """End an example."""

    # --- the tests -------------------------------------------------------------------------------

    @property
    def is_async(self) -> bool:
        """Whether reports are made by async methods."""
        of_events, of_claims = map(
            inspect.iscoroutinefunction, (self.apply_event, self.report_ending)
        )
        if of_events is not of_claims:
            raise TypeError(
                "one of apply_event and report_ending is an `async def`, and the other is not: "
                "write both so, or neither"
            )
        return of_claims

    # The cheapest first; and the walk before the words, for it finds what is shortest.

    def test_every_status(self) -> None:
        """A session in each status, read and listed."""
        check_every_status(self)

    def test_every_short_history(self) -> None:
        """All histories up to a length, events and claims of each rank: `check_every_history`.

        They reach every status and every rank, unless there is something that cannot be said.
        """
        reached: Counter[str] = Counter()
        walk = check_every_history(self, self.walk_length, reached=reached)
        missing = [name for name in _TO_BE_REACHED if not reached[name]]
        assert walk.skipped or not missing, f"the walk did not reach {', '.join(missing)}"
        # What three claims do to each other, two do not show.
        check_claims(self, self.walk_length + 1)

    def test_unknown_words(self) -> None:
        """Rows in which a status or a reason is a word that nobody knows: read, listed and told."""
        check_unknown_words(self)

    def test_crash_and_retry(self) -> None:
        """A report whose writer dies at each of its points: `check_crash_and_retry`."""
        check_crash_and_retry(self)

    def test_two_at_once(self) -> None:
        """Two reports at once, the first stopped at each of its points: `check_two_at_once`."""
        if self.concurrent:
            check_two_at_once(self, self.max_points)

    def test_life(self) -> None:
        """Sessions at random: legal, illegal, late and repeated reports, and drifted rows."""
        seen: Counter[str] = Counter()
        run_state_machine_as_test(lifecycle_machine(self, seen), settings=fitting(self.settings))
        must_have_tried(seen["told"])


_TO_BE_REACHED = (*map(str, SessionStatus), *(f"rank {rank}" for rank in ClaimRank))
