"""One ending of a Pipecat call, delivered once and refined, against doubles."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from session_lifecycle import Ending
from tests.integrations.pipecat_doubles import (
    NOON,
    A,
    Bot,
    R,
    Worker,
    frame,
    played,
)
from tests.voice.loop import run

# --- delivery ------------------------------------------------------------------------------------


def test_a_stop_delivers_nothing() -> None:
    async def main() -> None:
        bot = Bot()
        await bot.worker.end("StopFrame")
        await bot.recorder.aclose()
        assert (bot.endings, bot.recorder.ending) == ([], None)

    run(main())


@pytest.mark.parametrize("ends_later", [False, True])
def test_a_hang_is_given_up_on(ends_later: bool) -> None:
    async def main() -> None:
        bot = Bot(give_up_after=0.01)
        await bot.worker.push(frame("EndFrame", reason=R.RESOLVED))
        await bot.worker.push(frame("EndFrame", reason=None))
        assert bot.recorder.ending is None
        await asyncio.sleep(0.05)
        assert bot.told()[0] == "resolved"
        await bot.worker.push(frame("CancelFrame", reason=R.MAX_CALL_DURATION))
        if ends_later:
            await bot.worker.end()
        assert len(bot.endings) == 1

    run(main())


def test_the_teardown_waits_for_who_was_told_when_it_was_given_up_on() -> None:
    written: list[Ending] = []

    async def write(ending: Ending) -> None:
        await asyncio.sleep(0.05)
        written.append(ending)

    async def main() -> None:
        bot = Bot(on_ending=write, give_up_after=0.01)
        await bot.worker.push(frame("EndFrame", reason=R.RESOLVED))
        await asyncio.sleep(0.03)
        assert (bot.recorder.ending is not None, written) == (True, [])
        await bot.worker.cleanup()
        assert [one.reason for one in written] == ["resolved"]

    run(main())


def test_who_is_told_is_not_cut_off_with_the_task_that_tells() -> None:
    written: list[Ending] = []

    async def write(ending: Ending) -> None:
        await asyncio.sleep(0.02)
        written.append(ending)

    async def main() -> None:
        bot = Bot(on_ending=write)
        teardown = asyncio.create_task(bot.worker.end(reason=R.RESOLVED))
        await asyncio.sleep(0.01)
        teardown.cancel()
        with pytest.raises(asyncio.CancelledError):
            await teardown
        await bot.recorder.aclose()
        assert [one.reason for one in written] == ["resolved"]

    run(main())


def test_a_frame_that_cannot_be_read_is_told_to_the_loop_and_stops_nothing(
    told_loop: tuple[asyncio.Runner, list[dict[str, Any]]],
) -> None:
    runner, told = told_loop

    async def main() -> None:
        bot = Bot(end_tools={"goodbye": "resolved"})
        await bot.worker.push(frame("FunctionCallsStartedFrame", function_calls=5))
        await bot.worker.end(reason=R.RESOLVED)
        assert bot.told()[0] == "resolved"

    runner.run(main())
    assert [one["message"] for one in told] == [
        "session_lifecycle: what Pipecat told could not be read"
    ]


def test_detached_it_does_nothing() -> None:
    async def main() -> None:
        bot = Bot()
        await bot.worker.push(frame("EndFrame", reason=None))
        bot.recorder.detach()
        bot.recorder.detach()
        await bot.worker.push(frame("CancelFrame", reason=None))
        await bot.worker.end()
        assert bot.endings == []
        assert not any(bot.worker._event_handlers.values())
        assert not any(bot.phone._event_handlers.values())

    run(main())


class Old(Worker):
    """As in 1.3, where a handler stays for good."""

    remove_event_handler = None  # type: ignore[assignment]


def test_a_handler_that_cannot_be_removed_tells_nobody() -> None:
    async def main() -> None:
        bot = Bot(Old())
        bot.recorder.detach()
        await bot.worker.push(frame("EndFrame", reason=None))
        await bot.phone.happens("on_client_disconnected", A)
        assert bot.endings == []

    run(main())


def test_a_block_that_ends_well_has_delivered() -> None:
    async def main() -> None:
        bot = Bot()
        async with bot.recorder as same:
            await bot.worker.end(reason=R.RESOLVED)
        assert same is bot.recorder
        assert bot.told() == ("resolved", "pipecat", None)

    run(main())


@pytest.mark.parametrize(
    ("finished", "told"),
    [(True, ("error", "pipecat", None)), (False, ("unknown", "pipecat", None))],
)
def test_a_block_that_ends_without_an_end(finished: bool, told: tuple[str, ...]) -> None:
    async def main() -> None:
        bot = Bot()
        async with bot.recorder:
            bot.worker.finished = finished
        assert bot.told() == told

    run(main())


def test_a_block_that_raises() -> None:
    async def main() -> None:
        bot = Bot()
        with pytest.raises(ConnectionError):
            async with bot.recorder:
                raise ConnectionError("not shown: it may hold a secret")
        assert bot.told() == ("error", "pipecat", "ConnectionError")

    run(main())


@pytest.fixture
def told_loop() -> Iterator[tuple[asyncio.Runner, list[dict[str, Any]]]]:
    told: list[dict[str, Any]] = []
    with asyncio.Runner() as runner:
        runner.get_loop().set_exception_handler(lambda _, context: told.append(context))
        yield runner, told


def test_a_listener_that_raises(
    told_loop: tuple[asyncio.Runner, list[dict[str, Any]]],
) -> None:
    runner, told = told_loop

    async def refuse(ending: Ending) -> None:
        raise OSError("gone")

    async def main() -> None:
        bot = Bot(on_ending=refuse)
        await bot.worker.end()
        assert bot.recorder.ending is not None

    runner.run(main())
    assert [str(one["exception"]) for one in told] == ["gone"]


# --- claims --------------------------------------------------------------------------------------


def test_claims_before_and_after_the_end() -> None:
    refined: list[Ending] = []

    async def main() -> None:
        bot = Bot(on_refined=refined.append)
        bot.recorder.claim("silence-timeout", source="timer")
        assert bot.recorder.ending is None
        await bot.worker.end()
        assert bot.told() == ("silence_timeout", "timer", None)
        late = NOON + timedelta(hours=1)
        bot.recorder.claim("closed by hand", at=late)
        bot.recorder.claim("silence-timeout", at=late, source="timer")
        bot.recorder.claim(R.VOICEMAIL_DETECTED, raw="AMD", at=late, source="detector")
        bot.recorder.claim("silence-timeout", at=NOON - timedelta(seconds=5), source="timer")
        await bot.recorder.aclose()
        ending = bot.recorder.ending
        assert ending is not None
        assert [(one.reason, one.raw) for one in ending.claims] == [
            ("voicemail_detected", "AMD"),
            ("silence_timeout", None),
            ("unknown", "closed by hand"),
            ("unknown", None),
        ]

    run(main())
    # What changed nothing was not told.
    assert [(one.reason, one.at) for one in refined] == [
        ("voicemail_detected", NOON),
        ("voicemail_detected", NOON - timedelta(seconds=5)),
    ]


def test_times_before_the_call_are_no_times() -> None:
    async def scene(bot: Bot) -> None:
        bot.recorder.claim("max_call_duration", at=datetime(1970, 1, 1, tzinfo=UTC))
        bot.recorder.claim("silence_timeout", at=NOON)
        await bot.worker.end()

    bot = Bot()
    assert played(scene, bot)[0] == "silence_timeout"
    assert bot.endings[0].at == NOON


def test_a_listener_may_close_the_recorder() -> None:
    async def main() -> None:
        async def close(ending: Ending) -> None:
            await bot.recorder.aclose()

        bot = Bot(on_refined=close)
        await bot.worker.end()
        bot.recorder.claim("resolved")
        bot.recorder.claim("handoff_resolved")
        await bot.recorder.aclose()

    run(main())


def test_a_late_claim_outside_of_a_loop() -> None:
    bot = Bot(on_refined=print)
    run(bot.worker.end())
    with pytest.raises(RuntimeError, match="no running event loop"):
        bot.recorder.claim("resolved")
    assert bot.recorder.ending is not None
    assert bot.recorder.ending.reason == "resolved"


def test_a_late_claim_without_a_listener() -> None:
    async def scene(bot: Bot) -> None:
        await bot.worker.end()
        bot.recorder.claim("resolved")

    bot = Bot()
    assert played(scene, bot)[0] == "unknown"
    assert bot.recorder.ending is not None
    assert bot.recorder.ending.reason == "resolved"


def test_a_claim_without_words_says_nothing() -> None:
    async def scene(bot: Bot) -> None:
        bot.recorder.claim(" ")
        await bot.worker.end()

    assert played(scene) == ("unknown", "worker", None)


def test_an_empty_raw_loses_no_word() -> None:
    async def scene(bot: Bot) -> None:
        bot.recorder.claim("closed by hand", raw="")
        await bot.worker.end()

    assert played(scene) == ("unknown", "worker", "closed by hand")


def test_of_many_claims_the_weakest_are_let_go() -> None:
    async def scene(bot: Bot) -> None:
        bot.recorder.claim("room_closed", at=NOON - timedelta(seconds=5))
        for number in range(100):
            bot.recorder.claim(f"word {number}")
        await bot.worker.end(reason=R.RESOLVED)

    bot = Bot()
    assert played(scene, bot)[0] == "resolved"
    (ending,) = bot.endings
    assert len(ending.claims) == 64
    # Teardown ranks below words that nobody knows; when it was, is kept.
    assert "room_closed" not in {one.reason for one in ending.claims}
    assert ending.at == NOON - timedelta(seconds=5)
