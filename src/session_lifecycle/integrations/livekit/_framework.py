"""What is asked of LiveKit's objects, and no more."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Protocol, cast


class Emitter(Protocol):
    """Something with events."""

    def on(self, event: Any, callback: Any, /) -> object:
        """Call back at each of these events."""

    def off(self, event: Any, callback: Any, /) -> object:
        """Call back no longer."""


class AgentSessionLike(Emitter, Protocol):
    """LiveKit's `AgentSession`."""


class RoomLike(Emitter, Protocol):
    """LiveKit's `rtc.Room`."""

    @property
    def remote_participants(self) -> Mapping[str, Any]:
        """Who else is in the room, by identity."""
        ...


class JobLike(Protocol):
    """LiveKit's `JobContext`."""

    def add_shutdown_callback(self, callback: Any, /) -> object:
        """Await this when the job shuts down, with the reason."""


def current_job() -> JobLike | None:
    """Return the job that this code runs in; `None` outside one, as in a test or a console."""
    agents: Any = sys.modules.get("livekit.agents")
    if agents is None:
        return None
    try:
        return cast("JobLike", agents.get_job_context())
    except RuntimeError:
        return None


for _public in (AgentSessionLike, RoomLike, JobLike):
    _public.__module__ = __name__.rpartition(".")[0]
