"""The frames of a pipeline, of which a few are passed on.

It is what Pipecat's `BaseObserver` is to its worker, without being one: Pipecat need not be
imported for it. The worker gives every observer a queue and a task of its own, so nothing here
holds up a frame.

Source: pipecat-ai 1.14.0 and 1.3.0 pipeline/worker_observer.py, observers/base_observer.py;
read 2026-11-30.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

from session_lifecycle.integrations.pipecat._names import Told, told_by

# Frames that were passed on already. Since 1.11 the worker says which push is a frame's first;
# before, every processor on the way pushes it once more.
_REMEMBERED = 256


class Pushed(Protocol):
    """What Pipecat calls `FramePushed`."""

    source: object
    frame: object


class FrameObserver:
    """Passes on the frames that tell something, once each, with who pushed them."""

    # Once a frame, not once for every processor on its way.
    observe_every_push = False

    def __init__(
        self,
        on_frame: Callable[[Told, object, object], None],
        is_wanted: Callable[[Told], bool],
        on_cleanup: Callable[[], Awaitable[None]],
        report: Callable[[Exception, str], None],
    ) -> None:
        self._on_frame = on_frame
        self._is_wanted = is_wanted
        self._on_cleanup = on_cleanup
        self._report = report
        self._told: dict[type, Told] = {}
        self._remembered: deque[object] = deque(maxlen=_REMEMBERED)

    async def on_push_frame(self, data: Pushed) -> None:
        """Pass on a frame. What cannot be read must not raise: Pipecat would show no more."""
        try:
            self._pass_on(data)
        except Exception as error:
            self._report(error, "what Pipecat told could not be read")

    def _pass_on(self, data: Pushed) -> None:
        kind = type(data.frame)
        told = self._told.get(kind)
        if told is None:
            told = self._told[kind] = told_by(kind)
        if told is not Told.NOTHING and self._is_wanted(told) and self._is_first(data):
            self._on_frame(told, data.frame, data.source)

    async def cleanup(self) -> None:
        """Say that the pipeline is being cleaned up, however it ended."""
        await self._on_cleanup()

    async def setup(self, task_manager: object) -> None:
        """Do nothing: there is nothing to set up."""

    async def on_process_frame(self, data: object) -> None:
        """Do nothing: who pushed a frame is what counts."""

    def __getattr__(self, name: str) -> Callable[..., Awaitable[None]]:
        """Do nothing for whatever else an observer is told, now or in a later Pipecat."""
        if name.startswith("on_"):
            return _ignore
        raise AttributeError(name)

    def _is_first(self, data: Pushed) -> bool:
        first = getattr(data, "first_push", None)
        if first is not None:
            return bool(first)
        number = getattr(data.frame, "id", None)
        if number in self._remembered:
            return False
        self._remembered.append(number)
        return True


async def _ignore(*told: object) -> None:
    pass
