"""Two at once, and a writer that dies: in threads and in tasks, and what comes of waiting."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from typing import Any

import pytest

from session_lifecycle.testing import _interleave as interleave
from session_lifecycle.testing._interleave import (
    WriterDiedError,
    at_once,
    at_once_async,
    dying,
    dying_async,
)

# --- two at once ---------------------------------------------------------------------------------


def test_the_second_runs_where_the_first_is_stopped() -> None:
    said: list[str] = []

    def first() -> str:
        said.append("one")
        said.append("two")
        return "first"

    def second() -> str:
        said.append("other")
        return "second"

    together = at_once(first, second, 2)
    assert said == ["one", "other", "two"]
    assert together.first == ("first", None)
    assert together.second == ("second", None)
    assert together.where.endswith('`said.append("two")`')


def test_where_the_first_has_fewer_points_the_second_comes_after_it() -> None:
    said: list[str] = []

    def first() -> None:
        time.sleep(0.02)
        said.append("one")

    together = at_once(first, lambda: said.append("other"), 50)
    assert said == ["one", "other"]
    assert together.where == ""


def test_errors_are_what_came_of_it() -> None:
    def first() -> None:
        raise ValueError("one")

    def second() -> None:
        raise KeyError("other")

    together = at_once(first, second, 1)
    assert str(together.first.error) == "one"
    assert isinstance(together.second.error, KeyError)


def test_who_waits_for_a_lock_the_other_holds_is_let_go_on() -> None:
    lock = threading.Lock()
    inside: list[str] = []

    def write(name: str) -> None:
        with lock:
            inside.append(f"{name} in")
            inside.append(f"{name} out")

    together = at_once(lambda: write("first"), lambda: write("second"), 4)
    assert together.where.endswith('`inside.append(f"{name} out")`')
    assert inside == ["first in", "first out", "second in", "second out"]
    assert together.first.error is None
    assert together.second.error is None


def test_a_deadlock_is_an_error_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interleave, "_HUNG", 0.2)
    one, other = threading.Lock(), threading.Lock()
    end = threading.Event()

    def write(mine: threading.Lock, theirs: threading.Lock) -> None:
        with mine:
            assert mine.locked()
            while not end.is_set() and not theirs.acquire(timeout=0.01):
                pass

    try:
        together = at_once(lambda: write(one, other), lambda: write(other, one), 3)
    finally:
        end.set()  # So that the threads end, which a real deadlock's do not.
    told = "a report took more than 0.2 seconds: a deadlock?"
    assert str(together.first.error) == told
    assert isinstance(together.second.error, TimeoutError)


def test_a_first_that_hangs_by_itself_is_an_error_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interleave, "_HUNG", 0.1)
    end = threading.Event()
    try:
        together = at_once(end.wait, lambda: "second", 10**9)
    finally:
        end.set()
    assert isinstance(together.first.error, TimeoutError)
    assert together.second == ("second", None)


def test_a_slow_second_is_not_waited_for() -> None:
    done = threading.Event()
    said: list[str] = []

    def second() -> None:
        done.wait(10)
        said.append("second")

    def first() -> None:
        assert 2
        said.append("first")
        done.set()

    together = at_once(first, second, 2, patience=0.01)
    assert said == ["first", "second"]
    assert 0.01 <= together.seconds < 5


def test_what_is_set_for_the_caller_is_set_for_both() -> None:
    import contextvars

    name: contextvars.ContextVar[str] = contextvars.ContextVar("name")
    name.set("kit")
    together = at_once(name.get, name.get, 1)
    assert (together.first.value, together.second.value) == ("kit", "kit")


def test_a_writer_dies_whatever_it_catches() -> None:
    said: list[str] = []

    def write() -> None:
        try:
            said.append("one")
            said.append("two")
        except Exception:
            said.append("caught")
        finally:
            said.append("left")

    death = dying(write, 3)
    assert isinstance(death.outcome.error, WriterDiedError)
    assert said == ["one", "left"]
    assert dying(write, 50).where == ""


def test_tracing_ends_with_the_call() -> None:
    before = sys.gettrace()
    at_once(lambda: None, lambda: None, 1)
    assert sys.gettrace() is before


# --- async ---------------------------------------------------------------------------------------


async def _nap(times: int = 1) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


def test_async_the_second_runs_where_the_first_awaits() -> None:
    said: list[str] = []

    async def write(name: str) -> str:
        said.append(f"{name} read")
        await _nap()
        said.append(f"{name} write")
        return name

    together = asyncio.run(at_once_async(write("first"), write("second"), 1))
    assert said == ["first read", "second read", "second write", "first write"]
    assert together.first.value == "first"
    assert together.second.value == "second"
    assert together.where.endswith("`await _nap()`")


def test_async_with_fewer_awaits_the_second_comes_after_it() -> None:
    said: list[str] = []

    async def write(name: str) -> None:
        await _nap()
        said.append(name)

    together = asyncio.run(at_once_async(write("first"), write("second"), 2))
    assert said == ["first", "second"]
    assert together.where == ""


def test_async_errors_are_what_came_of_it() -> None:
    async def first() -> None:
        await _nap()
        raise ValueError("one")

    async def second() -> None:
        raise KeyError("other")

    together = asyncio.run(at_once_async(first(), second(), 1))
    assert str(together.first.error) == "one"
    assert isinstance(together.second.error, KeyError)


def test_async_who_waits_for_a_lock_is_let_go_on() -> None:
    said: list[str] = []

    async def main() -> Any:
        lock = asyncio.Lock()

        async def write(name: str) -> None:
            async with lock:
                await _nap()
                said.append(name)

        return await at_once_async(write("first"), write("second"), 1)

    together = asyncio.run(main())
    assert said == ["first", "second"]
    assert together.first.error is None
    assert together.second.error is None


def test_async_a_deadlock_is_an_error_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interleave, "_HUNG", 0.2)

    async def main() -> Any:
        one, other = asyncio.Lock(), asyncio.Lock()

        async def write(mine: asyncio.Lock, theirs: asyncio.Lock) -> None:
            async with mine:
                await _nap()
                async with theirs:
                    pass

        return await at_once_async(write(one, other), write(other, one), 1)

    together = asyncio.run(main())
    assert str(together.first.error) == "a report took more than 0.2 seconds: a deadlock?"


def test_async_an_error_that_is_awaited_reaches_the_writer() -> None:
    said: list[str] = []

    async def write() -> None:
        try:
            await asyncio.wait_for(asyncio.sleep(10), 0.01)
        except TimeoutError:
            said.append("late")
        await _nap()

    together = asyncio.run(at_once_async(write(), _nap(), 2))
    assert said == ["late"]
    assert together.first.error is None


def test_async_a_writer_dies_at_an_await() -> None:
    said: list[str] = []

    async def write() -> None:
        try:
            said.append("one")
            await _nap()
            said.append("two")
            await _nap()
            said.append("three")
        except Exception:
            said.append("caught")
        finally:
            await _nap()
            said.append("left")

    death = asyncio.run(dying_async(write(), 2))
    assert isinstance(death.outcome.error, WriterDiedError)
    assert death.where.endswith("`await _nap()`")
    assert said == ["one", "two", "left"]
    death = asyncio.run(dying_async(write(), 4))
    assert death.outcome == (None, None)
    assert death.where == ""


def test_async_an_awaitable_that_is_no_coroutine_can_be_stopped_too() -> None:
    class Reply:
        """What some clients return: it has no frame to tell of."""

        def __init__(self) -> None:
            self.steps = _nap().__await__()

        def send(self, value: None) -> Any:
            return self.steps.send(value)

        def throw(self, error: BaseException) -> Any:
            return self.steps.throw(error)

    death = asyncio.run(dying_async(Reply(), 1))  # type: ignore[arg-type]
    assert death.where == "its first await"


def test_it_does_not_take_long() -> None:
    began = time.monotonic()
    for _ in range(50):
        at_once(lambda: None, lambda: None, 1)
    assert time.monotonic() - began < 5
