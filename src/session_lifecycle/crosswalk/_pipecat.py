"""Pipecat: the frames, reasons and events with which a pipeline ends.

Source: pipecat-ai 1.14.0 (PyPI), docs.daily.co (telephony events); read 2026-11-24.
"""

from session_lifecycle._words import SessionStatus as S
from session_lifecycle._words import SessionTerminationReason as R
from session_lifecycle._words import TranslationGrade as G
from session_lifecycle.crosswalk._rows import Field, Row, same

TITLE = "Pipecat"

_VERSION = "pipecat-ai 1.14.0"
_READ = "2026-11-24"

_HOW_NOT_WHY = "how the pipeline ends, not why: the frame's own reason decides"
_REQUEST = "only asks for it: the frame that follows is the end"
_REPORTED = "reported, and the pipeline goes on unless a cancel reason follows"
_FAILED = "the processor decides: a service is agent_error, a transport is not"
_WHOSE_LEAVING = "the transport's own reason decides: left, removed or cut off"
_BOT_LEFT = "the bot's own connection is gone: the frame or the error before it decides"
_JOB = "a job one worker did for another, not the call"

# fmt: off
FIELDS = (
    Field(
        "terminal_frame", "event", "terminal frames",
        version=_VERSION,
        source="pipecat-ai==1.14.0 pipecat/frames/frames.py, pipeline/worker.py",
        read=_READ,
        rows=(
            Row("EndFrame",          R.UNKNOWN, G.AMBIGUOUS,  None, _HOW_NOT_WHY),
            Row("CancelFrame",       R.UNKNOWN, G.AMBIGUOUS,  None, _HOW_NOT_WHY),
            Row("StopFrame",         R.UNKNOWN, G.NOT_AN_END, None,
                "processors and connections stay, and may be started again"),
            Row("ErrorFrame",        R.UNKNOWN, G.NOT_AN_END, None, _REPORTED),
            Row("FatalErrorFrame",   R.ERROR,   G.AMBIGUOUS,  None, _FAILED),
            Row("EndWorkerFrame",    R.UNKNOWN, G.NOT_AN_END, None, _REQUEST),
            Row("CancelWorkerFrame", R.UNKNOWN, G.NOT_AN_END, None, _REQUEST),
            Row("StopWorkerFrame",   R.UNKNOWN, G.NOT_AN_END, None, _REQUEST),
        ),
        also={
            "EndTaskFrame": "EndWorkerFrame", "CancelTaskFrame": "CancelWorkerFrame",
            "StopTaskFrame": "StopWorkerFrame",
        },
        retired={},
    ),
    Field(
        "cancel_reason", "reason", "reasons of its own",
        version=_VERSION,
        source="pipecat-ai==1.14.0 pipecat/pipeline/worker.py, workers/runner.py",
        read=_READ,
        rows=(
            Row("idle timeout",                         R.UNKNOWN,         G.AMBIGUOUS, None,
                "on_client_connected decides: after it silence_timeout, else nobody ever came"),
            Row("fatal error: <text>",                  R.ERROR,           G.AMBIGUOUS, None,
                _FAILED),
            Row("<processor> can no longer do its job", R.ERROR,           G.AMBIGUOUS, None,
                _FAILED),
            Row("<name> finished",                      R.PIPELINE_EXIT,   G.NARROWER,  None,
                "ended with the worker it belongs to, whose own reason says why"),
            Row("interrupt signal",                     R.SERVER_SHUTDOWN, G.NARROWER,  None,
                "the bot's process was told to stop, and cut the call"),
        ),
        also={},
        retired={},
    ),
    Field(
        "event", "event", "events about an end",
        version=_VERSION,
        source="pipecat-ai==1.14.0 pipecat/transports, pipeline/worker.py; "
        "docs.daily.co/reference/daily-js/events/telephony-events",
        read=_READ,
        rows=(
            Row("on_client_disconnected",      R.UNKNOWN,       G.AMBIGUOUS,  None, _WHOSE_LEAVING),
            Row("on_participant_left",         R.UNKNOWN,       G.AMBIGUOUS,  None,
                "the transport's own reason decides; Daily's `hidden` is no end"),
            Row("on_participant_disconnected", R.UNKNOWN,       G.AMBIGUOUS,  None,
                "LiveKit's disconnect_reason decides; Pipecat does not pass it on"),
            Row("on_disconnected",             R.UNKNOWN,       G.AMBIGUOUS,  None, _BOT_LEFT),
            Row("on_left",                     R.UNKNOWN,       G.AMBIGUOUS,  None, _BOT_LEFT),
            Row("on_dialin_stopped",           R.UNKNOWN,       G.AMBIGUOUS,  None,
                "the caller hung up or our side ended it: the application's own reason decides"),
            Row("on_dialin_error",             R.ERROR,         G.AMBIGUOUS,  None,
                "the event's error message decides"),
            Row("on_dialout_stopped",          R.UNKNOWN,       G.AMBIGUOUS,  None,
                "a call to stop_dialout decides who; on_dialout_answered whether anybody answered"),
            Row("on_dialout_error",            R.ERROR,         G.AMBIGUOUS,  None,
                "the event's error message decides; a phone may have rung"),
            Row("on_session_timeout",          R.UNKNOWN,       G.NOT_AN_END, None,
                "a notice: the call goes on until the application ends it"),
            Row("on_idle_timeout",             R.UNKNOWN,       G.NOT_AN_END, None,
                "a notice: where it ends the pipeline, `idle timeout` follows"),
            Row("on_pipeline_finished",        R.PIPELINE_EXIT, G.EXACT,      None,
                "the terminal frame's reason says why"),
            Row("on_pipeline_timeout",         R.UNKNOWN,       G.AMBIGUOUS,  None,
                "the frame decides: StartFrame never started, CancelFrame is slow teardown"),
            Row("on_pipeline_error",           R.UNKNOWN,       G.NOT_AN_END, None, _REPORTED),
            Row("on_setup_timeout",            R.ERROR,         G.NARROWER,   None,
                "the pipeline was not ready in time; a callee may have picked up"),
        ),
        also={},
        retired={},
    ),
    Field(
        "job_status", "status", "JobStatus",
        version=_VERSION,
        source="pipecat-ai==1.14.0 pipecat/pipeline/job_context.py",
        read=_READ,
        rows=same(R.UNKNOWN, G.NOT_AN_END, None, _JOB,
                  ("completed", "cancelled", "failed", "error")),
        also={},
        retired={},
    ),
    Field(
        "ivr_status", "detector", "IVRStatus",
        version=_VERSION,
        source="pipecat-ai==1.14.0 pipecat/extensions/ivr/ivr_navigator.py",
        read=_READ,
        rows=(
            Row("detected",  R.UNKNOWN, G.NOT_AN_END, S.ACTIVE, "a menu answered"),
            Row("completed", R.UNKNOWN, G.NOT_AN_END, S.ACTIVE,
                "through the menu, and on to whom was asked for"),
            Row("stuck",     R.UNKNOWN, G.NOT_AN_END, S.ACTIVE,
                "no way through the menu; the application decides what now"),
            Row("wait",      R.UNKNOWN, G.NOT_AN_END, S.ACTIVE, "listening on"),
        ),
        also={},
        retired={},
    ),
)
# fmt: on
