"""Pipecat is imported here, once, where its imports may warn of what Python will take away."""

from __future__ import annotations

import warnings
from importlib.util import find_spec

if find_spec("pipecat") is not None:  # Without it nothing in this folder is collected.
    with warnings.catch_warnings():
        # `audioop` is gone in Python 3.13; Pipecat brings its own there. It also names a class of
        # websockets' that is deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        import pipecat.pipeline.worker
        import pipecat.services.llm_service
        import pipecat.transports.websocket.server
        import pipecat.workers.runner  # noqa: F401
