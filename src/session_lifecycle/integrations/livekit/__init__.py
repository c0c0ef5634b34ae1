"""LiveKit: its webhooks as steps of a session's history.

Nothing of LiveKit's is imported, and nothing of it needs to be installed.
"""

from session_lifecycle.integrations.livekit._webhooks import (
    SessionKey,
    webhook_session_key,
    webhook_steps,
)

__all__ = ["SessionKey", "webhook_session_key", "webhook_steps"]

for _thing in (webhook_steps, webhook_session_key):
    _thing.__module__ = __name__
