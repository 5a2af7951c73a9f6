"""The web application: ``create_app(settings)`` builds it, nothing happens at import."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from service import api, web
from service.access.control import Access
from service.access.gate import Gate
from service.access.peers import Peers
from service.api.contract import describe, named_as_function
from service.api.metrics import Served
from service.doors import mcp, openai
from service.headers import HeadAsGet, SecurityHeaders
from service.kept.stores import open_stores
from service.lanes import Lanes
from service.limits import SmallRequests
from service.metrics import Measured, Metrics
from service.othersites import OtherSites
from service.overload import Overload
from service.problems import add_problem_handlers
from service.quotas import Rates, quotas
from service.rates import RateHeaders
from service.runtime import Runtime
from service.settings import ServiceSettings
from service.web.exports.tools import AnswerTools


def create_app(settings: ServiceSettings) -> FastAPI:
    """The application over the index the settings name. Raises IndexMissing and its kin, so that a start fails clearly."""
    runtime = Runtime(settings)

    stores = open_stores(settings)
    access = Access(settings, stores)
    tools = AnswerTools(settings, stores)
    door = mcp.McpDoor(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        sweeping = asyncio.create_task(tools.sweep_hourly(runtime))
        runtime.public.examples("de")  # found in the background, so that the first page has them
        async with door.open():
            yield
        sweeping.cancel()
        await runtime.aclose()

    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        generate_unique_id_function=named_as_function,
        lifespan=lifespan,
    )
    describe(app)
    app.state.runtime = runtime
    app.state.tools = tools
    app.state.access = access
    app.state.lanes = Lanes(on_server=settings.database is not None)
    app.state.rates = Rates(quotas(settings.rates), settings.answers_at_once)
    app.state.mcp = door
    app.state.metrics = Metrics()
    app.state.metrics.registry.register(Served(runtime))
    app.add_middleware(HeadAsGet)
    app.add_middleware(Gate, access=access)
    app.add_middleware(RateHeaders, rates=app.state.rates)
    app.add_middleware(SmallRequests)
    app.add_middleware(OtherSites, settings=settings)
    app.add_middleware(Overload)
    app.add_middleware(Peers)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Measured, metrics=app.state.metrics)  # added last, so outermost
    add_problem_handlers(app)
    app.include_router(api.router)
    app.include_router(openai.router)
    app.include_router(mcp.router)
    app.include_router(web.router)
    if settings.operator_password:  # without one these addresses are like any other that is not there
        app.include_router(api.operator_router)
        app.include_router(web.operator_router)
    web.mount_static(app)
    return app
