"""What a command to end a Pipecat pipeline claims, against doubles."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from session_lifecycle import Ending, UnknownReasonError
from session_lifecycle.integrations.pipecat import LifecycleRecorder
from session_lifecycle.integrations.pipecat._names import Part, Told, part_of, told_by
from tests.integrations.pipecat_doubles import (
    AVATAR,
    CLIENT,
    EARS,
    FILTER,
    MICROPHONE,
    MODEL,
    MOUTH,
    SOURCE,
    VOICE,
    Bot,
    Events,
    R,
    Worker,
    frame,
    named,
    played,
)
from tests.voice.loop import run

# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("EndFrame", Told.COMMAND),
        ("CancelFrame", Told.COMMAND),
        ("EndWorkerFrame", Told.COMMAND),
        ("CancelWorkerFrame", Told.COMMAND),
        ("EndTaskFrame", Told.COMMAND),
        ("CancelTaskFrame", Told.COMMAND),
        ("StopFrame", Told.NOTHING),
        ("ErrorFrame", Told.NOTHING),
        ("LLMTextFrame", Told.WORK),
        ("TranscriptionFrame", Told.PERSON),
        ("ClientConnectedFrame", Told.PERSON),
        ("UserStartedSpeakingFrame", Told.PERSON),
        ("BotStartedSpeakingFrame", Told.SPEECH),
        ("FunctionCallsStartedFrame", Told.CALL),
    ],
)
def test_a_frame_is_what_its_first_named_base_is(name: str, told: Told) -> None:
    assert told_by(type(frame(name))) is told
    assert told_by(named("OneOfABotsOwn", type(frame(name)))) is told


@pytest.mark.parametrize(
    ("processor", "part"),
    [
        (MODEL, Part.LLM),
        (VOICE, Part.TTS),
        (EARS, Part.STT),
        (AVATAR, Part.SERVICE),
        (MOUTH, Part.TRANSPORT),
        (MICROPHONE, Part.TRANSPORT),
        (CLIENT, Part.CLIENT),
        (FILTER, Part.OTHER),
        (None, Part.OTHER),
    ],
)
def test_a_processor_is_what_its_first_named_base_is(processor: object, part: Part) -> None:
    assert part_of(processor) is part


# --- commands ------------------------------------------------------------------------------------


# Whether anybody came: a client, nobody though a transport would say, nobody can say.
CAME, NOBODY, UNSEEN = "came", "nobody", "unseen"

# fmt: off
COMMANDS = (
    # reason given             by      seen    claimed                     raw
    (None,                     SOURCE, CAME,   "pipeline_exit",            None),
    (None,                     SOURCE, NOBODY, "unknown",                  None),
    (None,                     SOURCE, UNSEEN, "pipeline_exit",            None),
    (" ",                      SOURCE, CAME,   "pipeline_exit",            None),
    ("idle timeout",           SOURCE, CAME,   "silence_timeout",          "idle timeout"),
    ("idle timeout",           SOURCE, NOBODY, "participant_join_timeout", "idle timeout"),
    ("idle timeout",           SOURCE, UNSEEN, "unknown",                  "idle timeout"),
    ("runner exiting",         SOURCE, CAME,   "pipeline_exit",            "runner exiting"),
    ("runner exiting",         SOURCE, NOBODY, "unknown",                  "runner exiting"),
    ("interrupt signal",       SOURCE, CAME,   "server_shutdown",          "interrupt signal"),
    ("helper finished",        SOURCE, CAME,   "pipeline_exit",            "helper finished"),
    ("fatal error: no key",    SOURCE, CAME,   "error",                    "fatal error: no key"),
    ("OpenAI#0 can no longer do its job", SOURCE, CAME, "error",
        "OpenAI#0 can no longer do its job"),
    ("a goodbye",              SOURCE, CAME,   "unknown",                  "a goodbye"),
    ("user requested",         SOURCE, CAME,   "unknown",                  "user requested"),
    ("x" * 99,                 SOURCE, CAME,   "unknown",                  "x" * 63 + "…"),
    (["a", "list"],            SOURCE, CAME,   "unknown",                  "a list"),
    ("max_call_duration",      SOURCE, CAME,   "max_call_duration",        None),
    (R.VOICEMAIL_DETECTED,     SOURCE, CAME,   "voicemail_detected",       None),
    (None,                     MODEL,  CAME,   "agent_initiated",          None),
    ("a goodbye",              MODEL,  CAME,   "agent_initiated",          "a goodbye"),
    (R.ESCALATED,              MODEL,  CAME,   "escalated",                None),
    (None,                     CLIENT, CAME,   "user_requested",           None),
    (None,                     FILTER, CAME,   "pipeline_exit",            None),
)
# fmt: on


@pytest.mark.parametrize("name", ["EndFrame", "CancelFrame", "EndWorkerFrame", "CancelTaskFrame"])
@pytest.mark.parametrize(("reason", "by", "seen", "claimed", "raw"), COMMANDS)
def test_a_command_claims(
    name: str, reason: object, by: object, seen: str, claimed: str, raw: str | None
) -> None:
    async def scene(bot: Bot) -> None:
        if seen == CAME:
            await bot.phone.happens("on_client_connected", {"id": "1"})
        command = frame(name, reason=reason)
        await bot.worker.push(command, by)
        await bot.worker.end("EndFrame", reason)

    bot = Bot(phone=Events() if seen == UNSEEN else None)
    assert played(scene, bot) == (claimed, "pipecat", raw)
    # The frame that answers a request says nothing new.
    assert len(bot.endings[0].claims) == 1


def test_without_a_transport() -> None:
    async def main() -> list[Ending]:
        worker, endings = Worker(), list[Ending]()
        LifecycleRecorder(worker, None, endings.append)
        assert worker.observers
        await worker.push(frame("UserStartedSpeakingFrame"))
        await worker.end("CancelFrame", "idle timeout")
        return endings

    (ending,) = run(main())
    assert (ending.reason, ending.at is None) == ("silence_timeout", False)


def test_after_a_command_only_news_is_heard() -> None:
    async def scene(bot: Bot) -> None:
        await bot.worker.push(frame("EndFrame", reason=None))
        await bot.worker.happens(
            "on_pipeline_error", frame("ErrorFrame", error="no", processor=MODEL)
        )
        await bot.phone.happens("on_client_disconnected", {"id": "1"})
        await bot.worker.push(frame("CancelFrame", reason="idle timeout"))
        await bot.worker.push(frame("CancelFrame", reason="a policy"))
        await bot.worker.push(frame("CancelFrame", reason=R.MAX_CALL_DURATION))
        await bot.worker.end()

    bot = Bot()
    assert played(scene, bot)[0] == "max_call_duration"
    assert [one.raw for one in bot.endings[0].claims] == [None, "a policy", None]


# --- frames once each ----------------------------------------------------------------------------


@pytest.mark.parametrize("first_push", [True, None])
def test_who_passes_a_command_on_has_not_given_it(first_push: bool | None) -> None:
    """Since 1.11 the worker says which push is the first; before, the frame's number does."""

    async def scene(bot: Bot) -> None:
        command = frame("EndWorkerFrame", reason="a policy")
        await bot.worker.push(command, FILTER)
        await bot.worker.push(command, MODEL, first=False)
        await bot.worker.end()

    told = ("unknown", "pipecat", "a policy")
    assert played(scene, Bot(Worker(first_push=first_push))) == told


def test_the_observer_has_what_the_worker_asks_an_observer_for() -> None:
    async def main() -> None:
        (observer,) = Bot().worker.observers
        await observer.setup(None)
        await observer.on_process_frame(None)
        await observer.on_processor_setup(None)
        await observer.on_startup_warmup(None)
        await observer.on_pipeline_started()
        await observer.on_something_of_next_year(1, 2)
        assert observer.observe_every_push is False
        assert not hasattr(observer, "name")

    run(main())


# --- tools ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tool", "told"), [("hang_up", "escalated"), ("look_up", "unknown")])
def test_a_named_tool(tool: str, told: str) -> None:
    async def scene(bot: Bot) -> None:
        calls = [SimpleNamespace(function_name=tool)]
        await bot.worker.push(frame("FunctionCallsStartedFrame", function_calls=calls), MODEL)
        await bot.worker.end()

    assert played(scene, Bot(end_tools={"hang_up": "Escalated"}))[0] == told


def test_a_tool_with_a_reason_that_is_none() -> None:
    with pytest.raises(UnknownReasonError):
        Bot(end_tools={"hang_up": "goodbye"})
