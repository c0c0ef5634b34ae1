"""A real client on a real socket: Pipecat's own WebSocket server, on this machine only."""

from __future__ import annotations

import asyncio
import socket

import pytest
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.transports.websocket import server
from pipecat.workers.runner import WorkerRunner
from websockets.asyncio.client import ClientConnection, connect

from session_lifecycle import Ending
from session_lifecycle.integrations.pipecat import LifecycleRecorder
from tests.voice.loop import run

# Its name until 1.8.
Transport = getattr(server, "SingleClientWebsocketServerTransport", None) or (
    server.WebsocketServerTransport
)
Params = getattr(server, "SingleClientWebsocketServerParams", None) or server.WebsocketServerParams


async def hang_up(client: ClientConnection) -> None:
    await client.close()


async def go_away(client: ClientConnection) -> None:
    await client.close(1001)


async def vanish(client: ClientConnection) -> None:
    client.transport.abort()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.parametrize(
    ("leave", "reason", "raw"),
    [
        (hang_up, "participant_left", "1000"),
        (go_away, "participant_left", "1001"),
        (vanish, "connection_timeout", "1006"),
    ],
)
def test_a_client_leaves(leave: object, reason: str, raw: str) -> None:
    endings: list[Ending] = []

    async def main() -> None:
        port = _free_port()
        transport = Transport(host="127.0.0.1", port=port, params=Params())
        line = Pipeline([transport.input(), transport.output()])
        worker = PipelineWorker(line)
        came, gone = asyncio.Event(), asyncio.Event()
        LifecycleRecorder(worker, transport, endings.append)

        @transport.event_handler("on_client_connected")
        async def on_client_connected(_: object, client: object) -> None:
            came.set()

        @transport.event_handler("on_client_disconnected")
        async def on_client_disconnected(_: object, client: object) -> None:
            gone.set()
            await worker.cancel()

        @transport.event_handler("on_websocket_ready")
        async def on_websocket_ready(_: object) -> None:
            client = await connect(f"ws://127.0.0.1:{port}")
            await came.wait()
            await leave(client)
            await gone.wait()

        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(worker)
        await runner.run()

    run(main())
    (ending,) = endings
    assert (ending.reason, ending.source, ending.winner.raw) == (reason, "transport", raw)
