"""Two at once, and a writer that dies: at which points, and what comes of waiting."""

from __future__ import annotations

import asyncio
import colorsys
import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType, SimpleNamespace
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


def places_of(call: Callable[[], Any], watch: tuple[str, ...] = ()) -> list[str]:
    """The lines at which a call can be stopped, in order."""
    places = []
    for point in range(1, 100):
        death = dying(call, point, watch)
        if not death.where:
            assert death.outcome.error is None
            return [place.partition(", `")[2].removesuffix("`") for place in places]
        assert isinstance(death.outcome.error, WriterDiedError)
        places.append(death.where)
    raise AssertionError("it does not end")


# --- points --------------------------------------------------------------------------------------


def test_every_line_is_a_point_and_it_is_named() -> None:
    def write() -> None:
        first = 1
        second = first + 1
        assert second

    assert places_of(write) == ["first = 1", "second = first + 1", "assert second"]
    death = dying(write, 2)
    file, _, rest = death.where.partition(":")
    assert file == "test_interleave.py"
    assert rest.partition(",")[0].isdecimal()


def test_a_line_is_said_in_short() -> None:
    def write() -> None:
        assert [len("x"), len("xx"), len("xxx"), len("xxxx"), len("xxxxx"), len("xxxxxx")], "x"

    (place,) = places_of(write)
    assert place.startswith('assert [len("x"), ')
    assert len(place) == 80


def test_what_is_called_has_points_of_its_own() -> None:
    def later() -> None:
        assert 2

    def write() -> None:
        assert 1
        later()

    assert places_of(write) == ["assert 1", "later()", "assert 2"]


def _early() -> None:
    a = 1
    assert a


def _late() -> None:
    b = 2
    assert b


def test_no_line_is_left_out_because_another_function_stood_below_it() -> None:
    def write() -> None:
        _late()
        _early()
        _late()

    assert places_of(write) == [
        *("_late()", "b = 2", "assert b"),
        *("_early()", "a = 1", "assert a"),
        *("_late()", "b = 2", "assert b"),
    ]


def test_nobody_dies_where_a_with_is_left() -> None:
    left = threading.Lock()

    def write() -> None:
        with left:
            assert left.locked()

    for point in range(1, 10):
        dying(write, point)
        assert not left.locked()


def test_the_turn_of_a_loop_is_no_point_its_lines_are() -> None:
    def write() -> None:
        for _ in range(2):
            first = 1
            assert first

    assert places_of(write) == [
        "for _ in range(2):",
        *("first = 1", "assert first"),
        *("first = 1", "assert first"),
    ]


def test_libraries_have_no_points_unless_they_are_watched() -> None:
    def write() -> None:
        colorsys.rgb_to_yiq(1, 1, 1)

    assert places_of(write) == ["colorsys.rgb_to_yiq(1, 1, 1)"]
    watched = places_of(write, ("colorsys",))
    assert watched[0] == "colorsys.rgb_to_yiq(1, 1, 1)"
    assert watched[-1] == "return (y, i, q)"
    # A package is watched with all that is in it.
    assert "return _default_decoder.decode(s)" in places_of(lambda: json.loads("1"), ("json",))
    assert "return self._default_decoder" not in places_of(lambda: json.loads("1"))


def test_our_own_code_is_a_library() -> None:
    from session_lifecycle import next_status

    def write() -> None:
        next_status("active", "pause")

    assert places_of(write) == ['next_status("active", "pause")']


def test_code_without_a_file_has_no_points_but_what_was_typed_in_has() -> None:
    def points_in(file: str) -> int:
        code = compile("a = 1\nb = 2\n", file, "exec")
        inside = [place for place in places_of(lambda: exec(code)) if "exec(code)" not in place]
        return len(inside)

    assert points_in("<string>") == 0
    assert points_in("<attrs generated init x>") == 0
    assert points_in("<stdin>") == 2
    assert points_in("<doctest a.md[0]>") == 2
    assert points_in("<ipython-input-1>") == 2
    assert points_in("/srv/app/store.py") == 2


@pytest.mark.parametrize("name", ["no_such_thing", "session_lifecycle.no_such_thing"])
def test_a_name_that_names_nothing_is_refused(name: str) -> None:
    death = dying(lambda: None, 1, (name,))
    assert isinstance(death.outcome.error, ValueError)
    assert str(death.outcome.error) == (
        f"watch names {name!r}, which is no module or package that can be found"
    )


LIBRARY = colorsys.rgb_to_yiq.__code__.co_filename
# fmt: off
FILES = [
    (__file__,                      (),              True),
    ("/srv/app/store.py",           (),              True),
    (LIBRARY,                       (),              False),
    (LIBRARY,                       ("colorsys",),   True),
    (LIBRARY,                       ("json",),       False),
    (json.__file__,                 ("json",),       True),
    (json.decoder.__file__,         ("json",),       True),
    (pytest.__file__,               (),              False),
    (interleave.__file__,           (),              False),
    (f"{Path(LIBRARY).parent}-mine/store.py", (),    True),
    ("<string>",                    (),              False),
    ("<stdin>",                     (),              True),
]
# fmt: on


@pytest.mark.parametrize(("file", "watch", "watched"), FILES)
def test_which_files_are_watched(file: str, watch: tuple[str, ...], watched: bool) -> None:
    interleave._is_watched.cache_clear()
    interleave._folders.cache_clear()
    assert interleave._is_watched(file, watch) is watched


def test_a_place_in_words() -> None:
    frame = sys._getframe()
    assert interleave._place(frame).startswith("test_interleave.py:")
    assert "_place(frame)" in interleave._place(frame)
    assert interleave._place(None) == "its first await"


def test_the_trace_function_by_hand() -> None:
    # While it runs, nothing is traced, coverage neither.
    acted: list[str] = []
    points = interleave._Points(2, (), lambda: acted.append(points.where))
    here: FrameType = sys._getframe()
    assert points.trace(here, "call", None) == points._line
    for _ in range(3):
        assert points._line(here, "line", None) == points._line
        assert points.left == 1  # A turn of the loop is no point.
    assert points._line(here, "return", None) == points._line
    assert acted == []
    assert points._line(here, "line", None) == points._line
    assert points._line(here, "line", None) == points._line
    (where,) = acted
    assert where.startswith("test_interleave.py:")
    assert points.trace(here, "call", None) is None  # It has acted, and wants to hear no more.
    elsewhere = interleave._Points(1, (), lambda: None)
    code = compile("import sys\nframe = sys._getframe()\n", LIBRARY, "exec")
    found: dict[str, Any] = {}
    exec(code, found)
    assert elsewhere.trace(found["frame"], "call", None) is None


def test_what_a_point_does_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    # For the same reason: here the call itself says when it has come to its point.
    made: list[interleave._Points] = []
    said: list[str] = []

    class ByHand(interleave._Points):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            made.append(self)

    monkeypatch.setattr(interleave, "_Points", ByHand)
    monkeypatch.setattr(interleave, "sys", SimpleNamespace(settrace=lambda trace: None))

    def first() -> None:
        said.append("one")
        made[-1].where = "here"
        made[-1]._act()
        said.append("two")

    together = at_once(first, lambda: said.append("other"), 1)
    assert (together.where, said) == ("here", ["one", "other", "two"])
    death = dying(first, 1)
    assert isinstance(death.outcome.error, WriterDiedError)
    assert said == ["one", "other", "two", "one"]


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


def test_a_slow_second_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interleave, "_PATIENCE", 0.01)
    done = threading.Event()
    said: list[str] = []

    def second() -> None:
        done.wait(10)
        said.append("second")

    def first() -> None:
        assert 2
        said.append("first")
        done.set()

    at_once(first, second, 2)
    assert said == ["first", "second"]


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
