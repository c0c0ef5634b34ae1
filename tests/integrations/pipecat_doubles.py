"""What Pipecat's workers, transports and frames are to the recorder, without the framework.

That Pipecat does behave so is what tests/voice/pipecat_ai shows, with the real one.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

from session_lifecycle import Ending, SessionTerminationReason
from session_lifecycle.integrations.pipecat import LifecycleRecorder
from tests.voice.loop import run

R = SessionTerminationReason
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
NUMBERS = count()


def named(name: str, *bases: type) -> type:
    return type(name, bases or (object,), {})


DataFrame = named("DataFrame")
SystemFrame = named("SystemFrame")
FRAMES: dict[str, type] = {
    "LLMTextFrame": named("LLMTextFrame", DataFrame),
    "TranscriptionFrame": named("TranscriptionFrame", DataFrame),
}


def frame(name: str, **fields: Any) -> Any:
    kind = FRAMES.setdefault(name, named(name, SystemFrame))
    one: Any = kind()
    vars(one).update(id=next(NUMBERS), **fields)
    return one


SOURCE = named("PipelineSource")()
FILTER = named("Filter", named("FrameProcessor"))()
MODEL = named("OpenAI", named("LLMService", named("AIService")))()
VOICE = named("Cartesia", named("TTSService", named("AIService")))()
EARS = named("Deepgram", named("STTService", named("AIService")))()
AVATAR = named("Tavus", named("AIService"))()
MOUTH = named("Output", named("BaseOutputTransport"))()
MICROPHONE = named("Input", named("BaseInputTransport"))()
CLIENT = named("RTVIProcessor")()


class Events:
    def __init__(self, *events: str) -> None:
        self._event_handlers: dict[str, list[Callable[..., Any]]] = {one: [] for one in events}

    def add_event_handler(self, event: str, handler: Callable[..., Any]) -> None:
        self._event_handlers[event].append(handler)

    def remove_event_handler(self, event: str, handler: Callable[..., Any]) -> None:
        self._event_handlers[event].remove(handler)

    async def happens(self, event: str, *told: Any) -> None:
        for handler in list(self._event_handlers[event]):
            answer = handler(self, *told)
            if inspect.isawaitable(answer):
                await answer


class Worker(Events):
    def __init__(self, *, bridged: bool = False, first_push: bool | None = True) -> None:
        super().__init__(
            *("on_pipeline_finished", "on_pipeline_error", "on_pipeline_timeout"),
            *("on_setup_timeout", "on_bus_message", "on_idle_timeout"),
        )
        self.bridged = bridged
        self.first_push = first_push
        self.finished = False
        self.observers: list[Any] = []

    def add_observer(self, observer: Any) -> None:
        self.observers.append(observer)

    def has_finished(self) -> bool:
        return self.finished

    async def push(self, one: Any, source: object = SOURCE, *, first: bool = True) -> None:
        data = SimpleNamespace(frame=one, source=source)
        if self.first_push is not None:
            data.first_push = first
        for observer in self.observers:
            await observer.on_push_frame(data)

    async def end(self, name: str = "EndFrame", reason: object = None) -> None:
        one = frame(name, reason=reason)
        await self.push(one)
        await self.happens("on_pipeline_finished", one)
        await self.cleanup()

    async def cleanup(self) -> None:
        self.finished = True
        for observer in self.observers:
            await observer.cleanup()


class Phone(Events):
    def __init__(self) -> None:
        super().__init__(
            *("on_client_connected", "on_client_disconnected", "on_participant_left"),
            *("on_connected", "on_joined", "on_disconnected", "on_left"),
            *("on_dialin_connected", "on_dialin_error", "on_dialout_connected"),
            *("on_dialout_answered", "on_dialout_error"),
        )


class Bot:
    """A worker, a phone and a recorder; every look at the clock takes ten seconds."""

    def __init__(self, worker: Worker | None = None, phone: Events | None = None, **options: Any):
        self.worker = worker or Worker()
        self.phone = Phone() if phone is None else phone
        self.endings: list[Ending] = []
        ticks = count(-1)  # The first look is the recorder's own.
        options.setdefault("on_ending", self.endings.append)
        self.recorder = LifecycleRecorder(
            self.worker,
            self.phone,
            clock=lambda: NOON + timedelta(seconds=10 * next(ticks)),
            **options,
        )

    def told(self) -> tuple[str, str, str | None]:
        (ending,) = self.endings
        return ending.reason, ending.source, ending.winner.raw


def played(scene: Callable[[Bot], Awaitable[None]], bot: Bot | None = None) -> tuple[Any, ...]:
    made = bot or Bot()
    run(scene(made))
    return made.told()


# What a part of the bot does when it works.
LLM_WORKS, TTS_WORKS, STT_WORKS, SPEECH, CALL = "llm", "tts", "stt", "speech", "call"
WORKS: dict[str, tuple[str, object]] = {
    LLM_WORKS: ("LLMTextFrame", MODEL),
    TTS_WORKS: ("TTSAudioRawFrame", VOICE),
    STT_WORKS: ("TranscriptionFrame", EARS),
    SPEECH: ("BotStartedSpeakingFrame", MOUTH),
    CALL: ("FunctionCallsStartedFrame", MODEL),
}
FRAMES["TTSAudioRawFrame"] = named("TTSAudioRawFrame", DataFrame)

# Two clients and a socket that dropped.
A, B = {"id": "a"}, {"streamId": "b"}
SOCKET = SimpleNamespace(close_code=1006)
Happening = tuple[Any, ...]
