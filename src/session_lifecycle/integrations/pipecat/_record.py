"""The claims of one call, settled, and one ending delivered.

Bounded: claims that differ in nothing but their time are one, at the earliest of these; of more
than 64 the weakest is let go, and only its time counts.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable

from session_lifecycle._ending import EndClaim, Ending

MAX_CLAIMS = 64

EndingListener = Callable[[Ending], Awaitable[object] | object]
"""Takes an ending; `async` or not. What it returns is not looked at."""


class Record:
    """What was claimed of one call, and who is told."""

    def __init__(self, on_ending: EndingListener, on_refined: EndingListener | None) -> None:
        """Keep the claims of one call.

        Args:
            on_ending: told of the ending, once.
            on_refined: told, after that, of each ending that differs from the one before.
        """
        self._on_ending = on_ending
        self._on_refined = on_refined
        self._settled: Ending | None = None
        self._delivered = False
        # A loop keeps no hold of its tasks.
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def settled(self) -> Ending | None:
        """The ending so far, `None` before the first claim."""
        return self._settled

    @property
    def delivered(self) -> bool:
        """Whether somebody was told."""
        return self._delivered

    def add(self, claim: EndClaim) -> None:
        """Settle one more claim."""
        before = self._settled
        claims, at = ((), None) if before is None else (before.claims, before.at)
        same = next((one for one in claims if _same(one, claim)), None)
        if same is not None and _not_later(same, claim):
            return
        others = [one for one in claims if one is not same]
        settled = Ending((*others, claim), at)
        if len(settled.claims) > MAX_CLAIMS:
            settled = Ending(settled.claims[:MAX_CLAIMS], settled.at)
        self._settled = settled
        if self._delivered and self._on_refined is not None and _differs(before, settled):
            task = asyncio.get_running_loop().create_task(self._tell(self._on_refined, settled))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def deliver(self) -> None:
        """Tell of the ending, once; there must be a claim."""
        if not self._delivered and self._settled is not None:
            self._delivered = True
            await self._tell(self._on_ending, self._settled)

    async def finished(self) -> None:
        """Wait until everybody who was told is done; one of these has nobody to wait for."""
        while self._tasks and asyncio.current_task() not in self._tasks:
            await asyncio.wait(self._tasks)

    async def _tell(self, listener: EndingListener, ending: Ending) -> None:
        """Call a listener. What it raises goes to the loop's exception handler, which logs it.

        It is not swallowed, and it does not break the framework's teardown.
        """
        try:
            answer = listener(ending)
            if inspect.isawaitable(answer):
                await answer
        except Exception as error:
            asyncio.get_running_loop().call_exception_handler(
                {
                    "message": "session_lifecycle: the listener of an ending raised",
                    "exception": error,
                }
            )


def _same(one: EndClaim, other: EndClaim) -> bool:
    """Whether two claims differ in their time at most."""
    mine, yours = [(c.reason, c.status, c.source, c.raw) for c in (one, other)]
    return mine == yours


def _not_later(one: EndClaim, other: EndClaim) -> bool:
    return other.at is None or (one.at is not None and one.at <= other.at)


def _differs(before: Ending | None, after: Ending) -> bool:
    return before is None or (before.winner, before.at) != (after.winner, after.at)
