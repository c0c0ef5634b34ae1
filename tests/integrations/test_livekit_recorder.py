"""The recorder: it delivers once, and when; what developers claim; what cannot break it."""

from __future__ import annotations

import asyncio
import inspect
from datetime import UTC, datetime, timedelta
from random import Random
from weakref import ref

import pytest

from session_lifecycle import EndClaim, Ending, SessionTerminationReason, UnknownReasonError, settle
from session_lifecycle.integrations.livekit import LifecycleRecorder
from tests.integrations.livekit_doubles import (
    CLOSE,
    GONE,
    JOINED,
    LEFT,
    NOON,
    TOOL,
    TOOLS,
    Call,
    Emitter,
    Job,
    closed,
    ended,
    gone,
    play,
    shut_down,
    somebody,
    started,
)

# --- once, and when -------------------------------------------------------------------------------


def test_it_is_delivered_after_the_window_and_what_comes_then_refines_it() -> None:
    async def act() -> None:
        call = Call(settle_after=0.05)
        call.session.emit(CLOSE, closed())
        call.later(1)
        call.room.emit(GONE, 5)
        assert call.endings == []
        await asyncio.sleep(0.1)
        assert call.said == ("room_deleted", "room", None)
        call.room.emit(GONE, 5)  # Said before.
        call.session.emit(CLOSE, closed("task_completed"))  # Weaker.
        assert call.refined == []
        call.room.emit(LEFT, gone(15))
        call.recorder.claim("agent_initiated")  # Three seconds of a symptom's lag are not over.
        assert [one.reason for one in call.refined] == ["media_failure", "agent_initiated"]
        assert call.recorder.ending == call.refined[-1]
        await shut_down(call)
        assert len(call.endings) == 1

    assert play(act) == []


def test_without_a_listener_for_it_a_late_claim_is_kept_all_the_same() -> None:
    async def act() -> None:
        call = Call(on_refined=None)
        await shut_down(call)
        call.recorder.claim("silence_timeout")
        assert call.said[0] == "unknown"
        assert call.recorder.ending is not None
        assert call.recorder.ending.reason == "silence_timeout"

    assert play(act) == []


def test_an_end_that_is_due_and_never_seen_is_given_up() -> None:
    async def act() -> None:
        call = Call(give_up_after=0.05, has_room=False)
        call.recorder.claim("silence_timeout", source="timer")
        call.recorder.claim("max_call_duration", source="timer")
        assert call.recorder.ending is None
        await asyncio.sleep(0.1)
        assert call.said == ("silence_timeout", "timer", None)

    assert play(act) == []


@pytest.mark.parametrize(
    ("due", "no_more", "again"),
    [
        ((LEFT, gone(14)), (JOINED, somebody(sid="PA_2")), (LEFT, gone(14, sid="PA_2"))),
        ((TOOL, started("end_call")), (TOOL, ended("error")), (TOOL, started("end_call", "c2"))),
    ],
)
def test_an_end_that_is_due_no_more_is_waited_for(
    due: tuple[str, object], no_more: tuple[str, object], again: tuple[str, object]
) -> None:
    async def act() -> None:
        call = Call(give_up_after=0.05)
        for name, event in (due, no_more):
            call.emit(name, event)
        await asyncio.sleep(0.1)
        assert call.endings == []
        # It goes on as before: what may explain an end is none, until the wait is over.
        call.emit(*again)
        assert call.recorder.ending is None
        await asyncio.sleep(0.1)
        assert len(call.endings) == 1

    assert play(act) == []


def test_who_comes_back_after_the_end_stops_nothing() -> None:
    async def act() -> None:
        call = Call(settle_after=0.05)
        call.emit(LEFT, gone(1))
        call.emit(CLOSE, closed())
        call.emit(JOINED, somebody(sid="PA_2"))
        await asyncio.sleep(0.1)
        assert call.said == ("client_initiated", "room", None)

    assert play(act) == []


def test_the_end_ends_the_wait_for_it() -> None:
    async def act() -> None:
        call = Call(give_up_after=0.02, settle_after=0.1)
        call.recorder.claim("silence_timeout")
        call.emit(CLOSE, closed())
        await asyncio.sleep(0.05)
        assert call.endings == []
        await asyncio.sleep(0.1)
        assert call.said[0] == "silence_timeout"

    assert play(act) == []


def test_what_comes_after_the_delivery_starts_no_timer() -> None:
    async def act() -> None:
        call = Call()
        await shut_down(call)
        call.emit(GONE, 5)
        call.emit(LEFT, gone(1))

    assert play(act) == []


def test_what_is_said_again_is_kept_once() -> None:
    async def act() -> None:
        call = Call()
        for _ in range(5):
            call.later(1)
            call.emit(CLOSE, closed())
            call.emit(GONE, 5)
        await shut_down(call)
        assert len(call.endings[0].claims) == 3

    assert play(act) == []


def test_claims_are_bounded_and_the_winner_stays() -> None:
    async def act() -> None:
        call = Call()
        call.room.emit(LEFT, gone(15))
        for number in range(1000):
            call.room.emit(GONE, 100 + number)
        await shut_down(call)
        (ending,) = call.endings
        assert ending.reason == "media_failure"
        assert len(ending.claims) == 32

    assert play(act) == []


def test_what_is_dropped_could_never_have_won() -> None:
    """Fifty claims of every kind: winner and time are those of all of them, settled at once."""
    reasons = [
        *("unknown", "room_deleted", "agent_error", "silence_timeout", "participant_left"),
        *("pipeline_exit", "callee_busy", "transferred"),
    ]

    async def act() -> None:
        for seed in range(20):
            chance = Random(seed)
            call = Call()
            claims = []
            # The claims of a rank come late in half the cases, when there are too many already.
            kinds = reasons[: chance.randint(1, 5)] * 8 + reasons * (seed % 2)
            for number, reason in enumerate(kinds + reasons):
                at = NOON + timedelta(seconds=chance.randint(1, 100))
                raw = f"{number}" if reason == "unknown" or chance.random() < 0.7 else None
                call.recorder.claim(reason, raw=raw, at=at)
                claims.append(EndClaim(SessionTerminationReason(reason), at, "worker", None, raw))
                if number == 0:
                    call.later(200)
                    call.session.emit(CLOSE, closed("job_shutdown"))
            await shut_down(call)
            ending, whole = call.recorder.ending, settle(claims, not_before=NOON)
            assert ending is not None
            assert ending.winner == whole.winner
            assert ending.at == whole.at
            assert len(ending.claims) <= 32

    assert play(act) == []


# --- the developer's own --------------------------------------------------------------------------


def test_claims_of_the_developer() -> None:
    async def act() -> None:
        for reason, raw, said in (
            ("silence-timeout", None, ("silence_timeout", "worker", None)),
            ("tea time", None, ("unknown", "worker", "tea time")),
            ("callee_busy", "486", ("callee_busy", "worker", "486")),
            ("", None, ("unknown", "job", None)),
        ):
            call = Call()
            call.recorder.claim(reason, raw=raw)
            await shut_down(call)
            assert call.said == said

    assert play(act) == []


def test_a_claim_has_the_time_of_its_decision() -> None:
    async def act() -> None:
        call = Call(settle_after=0.01)
        call.session.emit(CLOSE, closed())
        call.recorder.claim("silence_timeout")
        call.recorder.claim("silence_timeout", at=NOON + timedelta(seconds=1))  # Said before.
        await asyncio.sleep(0.05)
        assert call.said == ("silence_timeout", "worker", None)
        call.recorder.claim("max_call_duration", at=NOON - timedelta(days=365))  # Before the call.
        assert call.refined == []
        with pytest.raises(ValueError, match="zone"):
            call.recorder.claim("silence_timeout", at=NOON.replace(tzinfo=None))
        call = Call()
        call.recorder.claim("silence_timeout", at=NOON + timedelta(seconds=9))
        call.recorder.claim("silence_timeout", at=NOON + timedelta(seconds=5))
        await shut_down(call)
        assert call.endings[0].winner.at == NOON + timedelta(seconds=5)
        assert [one.reason for one in call.endings[0].claims].count("silence_timeout") == 2

    assert play(act) == []


def test_closing_delivers_what_is_known_once() -> None:
    async def act() -> None:
        async with Call().recorder as recorder:
            assert recorder.ending is None
        call = Call()
        call.session.emit(CLOSE, closed("job_shutdown"))
        await call.recorder.aclose()
        await call.recorder.aclose()
        call.recorder.claim("silence_timeout")
        call.room.emit(GONE, 5)
        await shut_down(call)
        assert call.said == ("pipeline_exit", "livekit-agents", "job_shutdown")
        assert call.refined == []

    assert play(act) == []


def test_closing_counts_what_is_held() -> None:
    async def act() -> None:
        call = Call()
        call.recorder.claim("silence_timeout")
        await call.recorder.aclose()
        assert call.said == ("silence_timeout", "worker", None)

    assert play(act) == []


def test_a_block_that_is_left_by_an_exception() -> None:
    async def act() -> None:
        call = Call()
        with pytest.raises(ZeroDivisionError):
            async with call.recorder:
                raise ZeroDivisionError
        assert call.said == ("agent_error", "worker", "ZeroDivisionError")
        call = Call()
        with pytest.raises(asyncio.CancelledError):
            async with call.recorder:
                raise asyncio.CancelledError
        assert call.said == ("pipeline_exit", "worker", "CancelledError")

    assert play(act) == []


def test_after_detach_nothing_is_heard_and_nobody_told() -> None:
    async def act() -> None:
        call = Call(give_up_after=0.01, settle_after=0.01)
        call.recorder.detach()
        call.recorder.claim("silence_timeout")
        call.session.emit(CLOSE, closed())
        await shut_down(call)
        await call.recorder.aclose()
        await asyncio.sleep(0.05)
        assert (call.endings, call.recorder.ending) == ([], None)
        call = Call()
        call.recorder.claim("silence_timeout")
        call.recorder.detach()
        call.recorder.claim("max_call_duration")
        await call.recorder.aclose()
        call.recorder.claim("max_call_duration")
        assert call.recorder.ending is None

    assert play(act) == []


def test_without_a_clock_it_is_now() -> None:
    async def act() -> None:
        before = datetime.now(UTC)
        async with LifecycleRecorder(Emitter(), None, print) as recorder:
            pass
        assert recorder.ending is not None
        assert recorder.ending.at is not None
        assert before <= recorder.ending.at <= datetime.now(UTC)

    assert play(act) == []


def test_times_before_the_call_are_no_times() -> None:
    async def act() -> None:
        call = Call()
        for reason in ("silence_timeout", "max_call_duration"):
            call.recorder.claim(reason, at=NOON - timedelta(days=365))
        await call.recorder.aclose()
        assert call.said[0] == "silence_timeout"
        assert call.endings[0].at is None

    assert play(act) == []


def test_a_session_that_is_gone_needs_no_detaching() -> None:
    async def act() -> None:
        session = Emitter()
        gone_session = ref(session)
        recorder = LifecycleRecorder(session, None, print)
        del session
        assert gone_session() is None
        recorder.detach()

    assert play(act) == []


# --- errors ---------------------------------------------------------------------------------------


def test_what_a_listener_raises_is_told_to_the_loop() -> None:
    async def later(_: Ending) -> None:
        await asyncio.sleep(0)
        raise ZeroDivisionError

    async def act() -> None:
        for listener in (later, lambda ending: 1 / 0):
            job = Job()
            recorder = LifecycleRecorder(Emitter(), None, listener, job=job)
            await job.callbacks[0]("user requested")
            assert recorder.ending is not None

    told = play(act)
    assert [type(one["exception"]) for one in told] == [ZeroDivisionError, ZeroDivisionError]
    assert {one["message"] for one in told} == {
        "session_lifecycle: the listener of an ending raised"
    }


def test_the_job_waits_for_an_async_listener() -> None:
    written: list[Ending] = []

    async def write(ending: Ending) -> None:
        await asyncio.sleep(0.01)
        written.append(ending)

    async def act() -> None:
        job = Job()
        LifecycleRecorder(Emitter(), None, write, job=job)
        await job.callbacks[0]("user requested")
        assert [one.reason for one in written] == ["unknown"]
        async with LifecycleRecorder(Emitter(), None, write, job=job):
            pass
        assert len(written) == 2

    assert play(act) == []


def test_a_listener_may_close_the_recorder() -> None:
    done: list[Ending] = []

    async def act() -> None:
        async def close(ending: Ending) -> None:
            await recorder.aclose()
            done.append(ending)

        recorder = LifecycleRecorder(Emitter(), None, close, job=Job())
        await recorder.aclose()
        assert len(done) == 1

    assert play(act) == []


def test_what_cannot_be_read_is_told_to_the_loop_and_raises_nothing() -> None:
    async def act() -> None:
        call = Call()
        call.session.emit(TOOLS, object())
        assert call.recorder.ending is None
        call.recorder.detach()

    (told,) = play(act)
    assert told["message"] == "session_lifecycle: what LiveKit told could not be read"


def test_the_waits_are_what_the_page_says() -> None:
    given = inspect.signature(LifecycleRecorder).parameters
    assert (given["settle_after"].default, given["give_up_after"].default) == (3.0, 60.0)


def test_without_a_loop_it_says_what_to_do() -> None:
    with pytest.raises(RuntimeError, match="make a LifecycleRecorder in the job's entrypoint"):
        LifecycleRecorder(Emitter(), None, print)


def test_what_is_wrong_is_said_at_once() -> None:
    async def act() -> None:
        with pytest.raises(UnknownReasonError, match="tea_time"):
            LifecycleRecorder(Emitter(), None, print, end_tools={"x": "tea_time"})
        with pytest.raises(ValueError, match="zone"):
            LifecycleRecorder(Emitter(), None, print, clock=datetime.now)

    assert play(act) == []
