"""Pipecat: one ending of a bot's call, in our words.

Nothing of Pipecat's is imported: the recorder is given a worker and a transport, and uses their
public interface. Supported: pipecat-ai 1.3.0 (the first with `PipelineWorker`) to 1.14.0.
"""

from session_lifecycle.integrations._delivery import EndingListener
from session_lifecycle.integrations.pipecat._recorder import (
    EventsLike,
    LifecycleRecorder,
    WorkerLike,
)

__all__ = ["EndingListener", "EventsLike", "LifecycleRecorder", "WorkerLike"]

for _public in (EventsLike, LifecycleRecorder, WorkerLike):
    _public.__module__ = __name__
