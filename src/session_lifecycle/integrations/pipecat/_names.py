"""Pipecat's frames and processors, told by the names of their classes.

What the tables decide: of the hundred kinds of frames, those that say something of an end; and of
all processors, whose word a frame is. A class is what the first name in its line of bases says, so
that a bot's own subclass of a service counts as the service.

Source: pipecat-ai 1.14.0 pipecat/frames/frames.py, services/*_service.py, transports/base_*.py,
processors/frameworks/rtvi/processor.py, pipeline/worker.py; 1.3.0 for the names of its time
(`EndTaskFrame`); read 2026-11-30.
"""

from collections.abc import Mapping
from enum import Enum, auto


class Told(Enum):
    """What a frame tells about the end of a call."""

    COMMAND = auto()  # End the pipeline, or ask for it.
    PERSON = auto()  # Somebody is there.
    SPEECH = auto()  # The bot is heard.
    CALL = auto()  # The model calls its tools.
    WORK = auto()  # Whoever pushed it does its job.
    NOTHING = auto()


class Part(Enum):
    """What a processor is to the bot."""

    LLM = auto()
    TTS = auto()
    STT = auto()
    SERVICE = auto()  # Any other provider's.
    TRANSPORT = auto()
    CLIENT = auto()  # The client's own messages come in through it.
    OTHER = auto()


# `StopFrame` is missing on purpose: processors and connections stay, and may be started again.
# An `ErrorFrame` is told by the worker's event, after those who can mend it have had it.
_FRAMES: Mapping[str, Told] = {
    "EndFrame": Told.COMMAND,
    "CancelFrame": Told.COMMAND,
    "EndWorkerFrame": Told.COMMAND,
    "CancelWorkerFrame": Told.COMMAND,
    "EndTaskFrame": Told.COMMAND,  # Until 1.4.
    "CancelTaskFrame": Told.COMMAND,  # Until 1.4.
    "ClientConnectedFrame": Told.PERSON,
    "UserStartedSpeakingFrame": Told.PERSON,
    "TranscriptionFrame": Told.PERSON,
    "BotStartedSpeakingFrame": Told.SPEECH,
    "FunctionCallsStartedFrame": Told.CALL,
    "DataFrame": Told.WORK,
}

_PROCESSORS: Mapping[str, Part] = {
    "LLMService": Part.LLM,
    "TTSService": Part.TTS,
    "STTService": Part.STT,
    "AIService": Part.SERVICE,
    "BaseInputTransport": Part.TRANSPORT,
    "BaseOutputTransport": Part.TRANSPORT,
    "RTVIProcessor": Part.CLIENT,
}


def told_by(frame: type) -> Told:
    """Return what frames of a class tell."""
    named = (_FRAMES.get(base.__name__) for base in frame.__mro__)
    return next((told for told in named if told is not None), Told.NOTHING)


def part_of(processor: object) -> Part:
    """Return what a processor is; `None`, say, is `OTHER`."""
    named = (_PROCESSORS.get(base.__name__) for base in type(processor).__mro__)
    return next((part for part in named if part is not None), Part.OTHER)
