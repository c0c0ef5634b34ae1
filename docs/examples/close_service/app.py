"""The app, put together: all it needs is in its settings, so a test makes as many as it likes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from . import routes, webhooks
from .guard import Guard, answer_errors
from .settings import Settings
from .tables import open_database


def create_app(settings: Settings) -> FastAPI:
    """Return the service. It makes its tables if they are not there."""
    engine = open_database(settings.database_url)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        engine.dispose()

    app = FastAPI(
        title="Close a v2 conversation",
        version="1",
        lifespan=life,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
    )
    app.state.engine, app.state.settings = engine, settings
    app.include_router(routes.router)
    app.include_router(webhooks.router)
    answer_errors(app)
    app.add_middleware(Guard, settings=settings)
    return app
