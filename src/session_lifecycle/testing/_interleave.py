"""Two reports at once, and a report whose writer dies: at a chosen point, and so again and again.

A race that is waited for is found one day. Here the first writer is stopped before its n-th line of
the code under test (async: at its n-th await), the second runs to its end, and the first goes on.
Hypothesis chooses n. A writer that waits for a lock the other holds is let go on as well; what is
asked of a store is that it ends right, not that nobody waits.
"""

from __future__ import annotations

import asyncio
import contextvars
import linecache
import sys
import sysconfig
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Generator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from session_lifecycle._text import show

PATIENCE = 0.03  # Seconds that the second may take before it is taken to wait for the first.
_HUNG = 20.0


class WriterDiedError(BaseException):
    """Thrown into a writer, so that it dies: no `except Exception` keeps it alive."""


class Outcome(NamedTuple):
    """What came of a call: its value or its error."""

    value: Any
    error: BaseException | None


class Together(NamedTuple):
    """What came of two calls at once.

    Attributes:
        first: of the one that was stopped.
        second: of the one that ran in between.
        where: where the first was stopped; `""` if it has not so many points.
        points: how many points the first came by, up to the one at which it was stopped.
        seconds: how long the second took, or was waited for.
    """

    first: Outcome
    second: Outcome
    where: str
    points: int
    seconds: float


class Death(NamedTuple):
    """What came of a call that was to die.

    Attributes:
        outcome: of the call.
        where: where it died; `""` if it has not so many points.
        points: how many points it came by, up to the one at which it died.
    """

    outcome: Outcome
    where: str
    points: int


# --- where a writer can be stopped ---------------------------------------------------------------


@cache
def _folders(name: str) -> tuple[Path, ...]:
    """Return where the code of a module or package is."""
    try:
        spec = find_spec(name)
    except ModuleNotFoundError:  # Of what it would be inside of.
        spec = None
    if spec is None:
        raise ValueError(f"watch names {name!r}, which is no module or package that can be found")
    if spec.submodule_search_locations:
        return tuple(Path(folder).resolve() for folder in spec.submodule_search_locations)
    return (Path(spec.origin or name).resolve(),)


def check_watch(watch: tuple[str, ...]) -> None:
    """Look for what is to be watched, before anything is tried.

    Raises:
        TypeError: if it is one text.
        ValueError: if a name is no module or package that can be found.
    """
    if isinstance(watch, str):  # A comma was forgotten, and each letter would be a name.
        raise TypeError(f"watch is {show(watch)}, expected a tuple of names: ({show(watch)},)")
    for name in watch:
        _folders(name)


def _place(frame: FrameType | None) -> str:
    """Return a line of code in words: where it is, and what it says."""
    if frame is None:
        return "its first await"
    file, line = frame.f_code.co_filename, frame.f_lineno
    return f"{Path(file).name}:{line}, `{linecache.getline(file, line).strip()[:80]}`"


# Not the whole prefix of the interpreter: a project may live inside it.
_LIBRARIES = tuple(
    {Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib")}
    | {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")}
    | {Path(__file__).resolve().parent.parent}
)


@cache
def _is_watched(file: str, watch: tuple[str, ...]) -> bool:
    if file.startswith("<"):  # Generated code is nobody's own; what is typed in is.
        return file.startswith(("<doctest", "<ipython", "<stdin"))
    path = Path(file).resolve()
    if any(path.is_relative_to(folder) for name in watch for folder in _folders(name)):
        return True
    return not any(path.is_relative_to(folder) for folder in _LIBRARIES)


class _Points:
    """Counts the lines of watched code in one thread, and acts before one of them."""

    def __init__(self, point: int, watch: tuple[str, ...], act: Callable[[], None]) -> None:
        self.passed = 0
        self.where = ""
        self._point = point
        self._line_of: dict[int, int] = {}
        self._watch = watch
        self._act = act

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if self.where or not _is_watched(frame.f_code.co_filename, self._watch):
            return None
        self._line_of.pop(id(frame), None)  # Of a frame that is gone, the number is used again.
        return self._line

    def _line(self, frame: FrameType, event: str, _: Any) -> Any:
        # A line that comes after a later one is the end of a `with` or the turn of a loop. Nobody
        # may die there: Python would not leave the `with`, and its lock would be held for ever.
        if event == "line" and not self.where:
            line, last = frame.f_lineno, self._line_of.get(id(frame), 0)
            self._line_of[id(frame)] = line
            if line <= last:
                return self._line
            self.passed += 1
            if self.passed >= self._point:
                self.where = _place(frame)
                self._act()
        return self._line


def _in_a_thread(
    call: Callable[[], Any], points: _Points | None = None
) -> tuple[threading.Thread, list[Outcome]]:
    found: list[Outcome] = []
    context = contextvars.copy_context()

    def work() -> None:
        if points is not None:
            sys.settrace(points.trace)
        try:
            found.append(Outcome(context.run(call), None))
        except BaseException as error:
            found.append(Outcome(None, error))
        finally:
            sys.settrace(None)

    thread = threading.Thread(target=work, daemon=True)
    return thread, found


def _joined(thread: threading.Thread, found: list[Outcome]) -> Outcome:
    thread.join(_HUNG)
    if found:
        return found[0]
    return _hung()


def _hung() -> Outcome:
    return Outcome(None, TimeoutError(f"a report took more than {_HUNG:g} seconds: a deadlock?"))


# --- sync ----------------------------------------------------------------------------------------


def at_once(
    first: Callable[[], Any],
    second: Callable[[], Any],
    point: int,
    watch: tuple[str, ...] = (),
    patience: float = PATIENCE,
) -> Together:
    """Run the first up to a point, the second to its end, and the first to its own.

    Each has a thread. Where the first has fewer points, the second comes after it. A second that
    takes longer than `patience`, in seconds, is taken to wait for the first.
    """
    stopped, go_on = threading.Event(), threading.Event()

    def stop() -> None:
        stopped.set()
        go_on.wait(_HUNG)

    points = _Points(point, watch, stop)
    one, of_one = _in_a_thread(first, points)
    two, of_two = _in_a_thread(second)
    one.start()
    # One that hangs before it comes there is not waited for without end.
    patient_until = time.perf_counter() + _HUNG
    while one.is_alive() and not stopped.wait(0.001) and time.perf_counter() < patient_until:
        pass
    since = time.perf_counter()
    two.start()
    two.join(patience if points.where else _HUNG)
    seconds = time.perf_counter() - since
    go_on.set()
    ends = _joined(one, of_one), _joined(two, of_two)
    return Together(*ends, points.where, points.passed, seconds)


def dying(call: Callable[[], Any], point: int, watch: tuple[str, ...] = ()) -> Death:
    """Run a call that dies before its n-th line of watched code; if it has so many."""

    def die() -> None:
        raise WriterDiedError

    points = _Points(point, watch, die)
    thread, found = _in_a_thread(call, points)
    thread.start()
    return Death(_joined(thread, found), points.where, points.passed)


# --- async ---------------------------------------------------------------------------------------


class _Stepped:
    """A coroutine that is stopped at its n-th await: before it waits for what it awaits."""

    def __init__(
        self, work: Coroutine[Any, Any, Any], point: int, act: Callable[[], Awaitable[None]]
    ) -> None:
        self._work = work
        self._point = point
        self._act = act
        self.where = ""
        self.passed = 0

    def __await__(self) -> Generator[Any, Any, Any]:
        thrown: BaseException | None = None
        while True:
            try:
                awaited = self._work.send(None) if thrown is None else self._work.throw(thrown)
            except StopIteration as stop:
                return stop.value
            self.passed += not self.where
            try:
                if self.passed == self._point and not self.where:
                    self.where = _place(getattr(self._work, "cr_frame", None))
                    yield from self._act().__await__()
                yield awaited
                thrown = None
            except BaseException as error:
                thrown = error


async def _outcome(work: Awaitable[Any]) -> Outcome:
    try:
        return Outcome(await work, None)
    except BaseException as error:
        return Outcome(None, error)


async def at_once_async(
    first: Coroutine[Any, Any, Any],
    second: Coroutine[Any, Any, Any],
    point: int,
    patience: float = PATIENCE,
) -> Together:
    """Run the first up to an await, the second to its end, and the first to its own."""
    two: asyncio.Task[Outcome] | None = None
    stepped: _Stepped
    seconds = 0.0

    async def the_second(patience: float) -> None:
        nonlocal two, seconds
        since = time.perf_counter()
        two = asyncio.ensure_future(_outcome(second))
        await asyncio.wait({two}, timeout=patience)
        seconds = time.perf_counter() - since

    async def both() -> Together:
        one = await _outcome(stepped)
        if two is None:
            await the_second(_HUNG)
        assert two is not None
        return Together(one, await two, stepped.where, stepped.passed, seconds)

    stepped = _Stepped(first, point, lambda: the_second(patience))
    task = asyncio.ensure_future(both())
    await asyncio.wait({task}, timeout=_HUNG)
    if task.done():
        return task.result()
    task.cancel()
    await asyncio.wait({task})
    return Together(_hung(), _hung(), "", stepped.passed, _HUNG)


async def dying_async(work: Coroutine[Any, Any, Any], point: int) -> Death:
    """Run a coroutine that dies at its n-th await; if it has so many."""

    async def die() -> None:
        raise WriterDiedError

    stepped = _Stepped(work, point, die)
    return Death(await _outcome(stepped), stepped.where, stepped.passed)
