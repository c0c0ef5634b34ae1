"""How a call ended, in our words, from the real LiveKit Agents and the real Pipecat.

They are 760 MB with what they need, so they have an environment of their own: `pip install --group
voice`. What enters, enters through the frameworks' public interface; no test calls the recorder.
"""

from __future__ import annotations

from importlib.util import find_spec

REQUIRED = "SESSION_LIFECYCLE_REQUIRE_VOICE"
# By folder, what to look for. It is not imported: that takes seconds.
FRAMEWORKS = {"livekit_agents": "livekit.agents", "pipecat_ai": "pipecat"}


def missing() -> list[str]:
    """The folders whose framework is not installed."""
    return [folder for folder, module in FRAMEWORKS.items() if not _is_here(module)]


def _is_here(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # Of the package that it would be in.
        return False
