"""Telling the user how a call ended, whatever the user's function does.

The function may be `async`. What it raises is handed to the event loop's exception handler, which
logs it: it is never swallowed, and it never reaches the framework, whose shutdown it would break.
What it still awaits is done in a task of its own, so that a framework which gives up a task of its
own does not give up the user's write.
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

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        """Deliver in this loop; in the one that runs then, if it is not given."""
        self._loop = loop
        # A loop keeps no hold of its tasks.
        self._tasks: set[asyncio.Task[None]] = set()

    def tell(self, listener: EndingListener, ending: Ending) -> None:
        """Call a function with an ending, now; what it still awaits is done in the background.

        Raises:
            RuntimeError: if no loop was given and none runs; then nobody is called.
        """
        loop = self._loop or asyncio.get_running_loop()
        try:
            answer = listener(ending)
        except Exception as error:
            self.report(error, "the listener of an ending raised")
            return
        if isawaitable(answer):
            task = loop.create_task(self._finish(answer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def finished(self) -> None:
        """Wait until all functions have done what they were called for.

        One of them that asks has nobody to wait for: it would wait for itself, or two for each
        other.
        """
        while self._tasks and asyncio.current_task() not in self._tasks:
            await asyncio.wait(self._tasks)

    def report(self, error: Exception, message: str) -> None:
        """Hand an error to the loop's exception handler."""
        loop = self._loop or asyncio.get_running_loop()
        loop.call_exception_handler(
            {"message": f"session_lifecycle: {message}", "exception": error}
        )

    async def _finish(self, answer: Awaitable[object]) -> None:
        try:
            await answer
        except Exception as error:
            self.report(error, "the listener of an ending raised")
