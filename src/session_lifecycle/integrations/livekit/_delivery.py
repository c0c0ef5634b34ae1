"""Telling the user: each ending in turn, whatever the user's function does.

The function may be `async`. What it raises is handed to the event loop's exception handler, which
logs it: it is never swallowed, and it never reaches the framework, whose shutdown it would break.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable

from session_lifecycle._ending import Ending

EndingListener = Callable[[Ending], Awaitable[object] | object]
"""Takes an ending; `async` or not. What it returns is not looked at."""


class Delivery:
    """Calls a user's functions."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Deliver in this loop."""
        self._loop = loop
        # A loop keeps no hold of its tasks.
        self._tasks: set[asyncio.Task[None]] = set()

    def tell(self, listener: EndingListener, ending: Ending) -> None:
        """Call a function with an ending, now; what it still awaits is done in the background."""
        try:
            answer = listener(ending)
        except Exception as error:
            self.report(error, "the listener of an ending raised")
            return
        if isawaitable(answer):
            task = self._loop.create_task(self._finish(answer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def finished(self) -> None:
        """Wait until all functions have done what they were called for, but for one that asks."""
        while others := self._tasks - {asyncio.current_task()}:
            await asyncio.wait(others)

    def report(self, error: Exception, message: str) -> None:
        """Hand an error to the loop's exception handler."""
        self._loop.call_exception_handler(
            {"message": f"session_lifecycle: {message}", "exception": error}
        )

    async def _finish(self, answer: Awaitable[object]) -> None:
        try:
            await answer
        except Exception as error:
            self.report(error, "the listener of an ending raised")
