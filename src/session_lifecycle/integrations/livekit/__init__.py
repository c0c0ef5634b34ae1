"""LiveKit: how its agents' calls ended, its webhooks as steps, its judges' verdicts as a rollup.

Nothing of LiveKit's is imported, and nothing of it needs to be installed. A name is loaded when it
is first asked for, with what it needs and no more.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from session_lifecycle.integrations._delivery import EndingListener
    from session_lifecycle.integrations.livekit._framework import (
        AgentSessionLike,
        JobLike,
        RoomLike,
    )
    from session_lifecycle.integrations.livekit._judges import (
        JudgeGroupLike,
        JudgeLike,
        JudgeRun,
        JudgeScore,
        outcome_from_judges,
        runs_from_judges,
    )
    from session_lifecycle.integrations.livekit._message import WebhookMessage
    from session_lifecycle.integrations.livekit._recorder import LifecycleRecorder
    from session_lifecycle.integrations.livekit._webhooks import (
        SessionKey,
        webhook_session_key,
        webhook_steps,
    )
else:  # Were a checker to see this, it would take any name for a public one.
    # Where each name is found.
    _HOME_OF = {
        "AgentSessionLike": "_framework",
        "EndingListener": "_recorder",
        "JobLike": "_framework",
        "JudgeGroupLike": "_judges",
        "JudgeLike": "_judges",
        "JudgeRun": "_judges",
        "JudgeScore": "_judges",
        "LifecycleRecorder": "_recorder",
        "RoomLike": "_framework",
        "SessionKey": "_webhooks",
        "WebhookMessage": "_message",
        "outcome_from_judges": "_judges",
        "runs_from_judges": "_judges",
        "webhook_session_key": "_webhooks",
        "webhook_steps": "_webhooks",
    }

    def __getattr__(name: str) -> object:
        from importlib import import_module
        from types import FunctionType

        if name not in _HOME_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        thing = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
        if isinstance(thing, type | FunctionType):
            thing.__module__ = __name__
        globals()[name] = thing
        return thing


__all__ = [
    "AgentSessionLike",
    "EndingListener",
    "JobLike",
    "JudgeGroupLike",
    "JudgeLike",
    "JudgeRun",
    "JudgeScore",
    "LifecycleRecorder",
    "RoomLike",
    "SessionKey",
    "WebhookMessage",
    "outcome_from_judges",
    "runs_from_judges",
    "webhook_session_key",
    "webhook_steps",
]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
