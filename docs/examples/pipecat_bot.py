"""A Pipecat bot that answers a call, and prints how it ended and whether to ring again.

It waits for one caller on a WebSocket; OpenAI listens, thinks and speaks:

    pip install session-lifecycle "pipecat-ai[silero,websocket]>=1.14"
    OPENAI_API_KEY=... python pipecat_bot.py
"""

import asyncio
import os

from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import EndWorkerFrame, LLMRunFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.serializers.protobuf import ProtobufFrameSerializer
from pipecat.services.llm_service import FunctionCallParams
from pipecat.services.openai.llm import OpenAILLMService
from pipecat.services.openai.stt import OpenAISTTService
from pipecat.services.openai.tts import OpenAITTSService
from pipecat.transports.websocket import server
from pipecat.workers.runner import WorkerRunner

from session_lifecycle import Ending, SessionTerminationReason, reason_traits
from session_lifecycle.integrations.pipecat import LifecycleRecorder

INSTRUCTIONS = "You take orders for a pizzeria. Say goodbye, then call hang_up."


def tell(ending: Ending) -> None:
    """Print what a service would store."""
    redial = reason_traits(ending.reason).redial
    print(f"{ending.status}, {ending.reason} by {ending.source}; redial: {redial}")


async def hang_up(params: FunctionCallParams) -> None:
    """End the call, after the goodbye."""
    await params.result_callback({"status": "done"})
    await params.llm.push_frame(EndWorkerFrame())


async def answer(transport, stt, llm, tts, longest=600.0) -> None:
    """Hold one call, of so many seconds at most."""
    context = LLMContext([{"role": "system", "content": INSTRUCTIONS}], tools=[hang_up])
    speech = LLMUserAggregatorParams(vad_analyzer=SileroVADAnalyzer())
    turns = LLMContextAggregatorPair(context, user_params=speech)
    line = [transport.input(), stt, turns.user(), llm, tts, transport.output(), turns.assistant()]
    worker = PipelineWorker(Pipeline(line), idle_timeout_secs=60)

    @transport.event_handler("on_client_connected")
    async def greet(_, client):
        await worker.queue_frame(LLMRunFrame())

    @transport.event_handler("on_client_disconnected")
    async def stop(_, client):
        await worker.cancel()

    async with LifecycleRecorder(worker, transport, tell):
        runner = WorkerRunner(handle_sigterm=True)
        await runner.add_workers(worker)
        running = asyncio.create_task(runner.run())
        done, _ = await asyncio.wait([running], timeout=longest)
        if not done:
            await worker.cancel(reason=SessionTerminationReason.MAX_CALL_DURATION)
        await running


if __name__ == "__main__":
    audio = {"audio_in_enabled": True, "audio_out_enabled": True}
    params = server.SingleClientWebsocketServerParams(serializer=ProtobufFrameSerializer(), **audio)
    key = {"api_key": os.environ["OPENAI_API_KEY"]}
    services = OpenAISTTService(**key), OpenAILLMService(**key), OpenAITTSService(**key)
    asyncio.run(answer(server.SingleClientWebsocketServerTransport(params=params), *services))
