"""A complete LiveKit agent that prints how its call ended, and whether to dial again.

`python livekit_agent.py dev` runs it, with LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET set;
`pip install session-lifecycle livekit-agents` brings what it needs (livekit-agents 1.4.2 or later).
"""

import asyncio
from collections.abc import Callable

from livekit.agents import Agent, AgentServer, AgentSession, JobContext, UserStateChangedEvent, cli
from livekit.agents.beta.tools import EndCallTool
from livekit.agents.voice.room_io import RoomOptions

from session_lifecycle import Ending, reason_traits
from session_lifecycle.integrations.livekit import LifecycleRecorder

LONGEST_CALL = 600.0  # Seconds.
LONGEST_SILENCE = 20.0
# Who listens, thinks and speaks; any of LiveKit's will do.
STT, LLM, TTS = "deepgram/nova-3", "openai/gpt-4.1-mini", "cartesia/sonic-3"

server = AgentServer()


def print_ending(ending: Ending) -> None:
    """Where a service would write its row, and bill."""
    print(f"{ending.status}: {ending.reason} ({ending.source})")
    print(f"dial again: {reason_traits(ending.reason).redial}")


def watch_the_call(session: AgentSession[None], hang_up: Callable[[str], None]) -> None:
    """End a call that is too long or too quiet. Only this code knows why it ends: it says so."""
    limit = asyncio.get_running_loop().call_later(LONGEST_CALL, hang_up, "max_call_duration")

    def on_user_state(event: UserStateChangedEvent) -> None:
        if event.new_state == "away":
            hang_up("silence_timeout")

    session.on("user_state_changed", on_user_state)
    session.on("close", lambda _: limit.cancel())


@server.rtc_session()
async def entrypoint(context: JobContext) -> None:
    """Hold one call."""
    session = AgentSession[None](stt=STT, llm=LLM, tts=TTS, user_away_timeout=LONGEST_SILENCE)
    recorder = LifecycleRecorder(session, context.room, on_ending=print_ending)

    def hang_up(reason: str) -> None:
        recorder.claim(reason)
        context.shutdown()

    watch_the_call(session, hang_up)
    agent = Agent(
        instructions="You answer the phone of a bakery. Hang up once you have said goodbye.",
        tools=[EndCallTool()],
    )
    # The room goes with the session, and the caller's line with the room.
    options = RoomOptions(delete_room_on_close=True)
    await session.start(agent, room=context.room, room_options=options)


if __name__ == "__main__":
    cli.run_app(server)
