"""Run a coroutine as a program would, and see that nothing of it is left behind.

No task, no timer, no thread, and nothing that the loop was told of as an error. A framework winds
down in its own time, so it is given a moment before the look around.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

# How long a framework may take to wind down after the coroutine has returned.
_MOMENT = 2.0


def run(
    coroutine: Coroutine[Any, Any, T],
    timeout: float = 30.0,
    *,
    errors: list[dict[str, Any]] | None = None,
) -> T:
    """Return what a coroutine returns, in a loop of its own that must be empty after it.

    Args:
        coroutine: what is run.
        timeout: seconds; a test that hangs is a test that fails.
        errors: takes what the loop's exception handler is told; without it, that must be nothing.

    Raises:
        TimeoutError: if the coroutine takes longer.
        AssertionError: if a task, a timer or a thread is left, or the loop was told of an error.
    """
    told: list[dict[str, Any]] = []
    threads = set(threading.enumerate())

    async def main() -> T:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: told.append(context))
        async with asyncio.timeout(timeout):
            answer = await coroutine
        await _until_empty(loop)
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        assert not tasks, f"left behind: {tasks}"
        timers = _timers(loop)
        assert not timers, f"left behind: {timers}"
        return answer

    answer = asyncio.run(main())
    more = [one for one in threading.enumerate() if one not in threads and not one.daemon]
    assert not more, f"left behind: {more}"
    if errors is None:
        assert not told, f"the loop was told of {told}"
    else:
        errors.extend(told)
    return answer


async def _until_empty(loop: asyncio.AbstractEventLoop) -> None:
    """Wait until nothing is left, or the moment is over."""
    until = loop.time() + _MOMENT
    while loop.time() < until:
        if not _timers(loop) and len(asyncio.all_tasks()) == 1:
            return
        await asyncio.sleep(0.01)


def _timers(loop: asyncio.AbstractEventLoop) -> list[asyncio.TimerHandle]:
    scheduled: list[asyncio.TimerHandle] = loop._scheduled  # type: ignore[attr-defined]
    return [one for one in scheduled if not one.cancelled()]
