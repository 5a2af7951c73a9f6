"""The Model Context Protocol at ``/mcp``: streamable HTTP of the official SDK, without sessions: nothing is kept between calls.

A request comes in as any other does: its reader and what they may see are settled before the SDK gets it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import ValidationError
from starlette.types import Receive, Scope, Send

from indexer.errors import RatslotseError
from service.access.readers import reader_of
from service.api.dependencies import LibraryDep
from service.doors.mcp_tools import TOOLS, Call, Tool
from service.doors.origin import not_from_elsewhere
from service.errors import StillLoading, Unexpected
from service.incidents import incident
from service.lanes import own_place
from service.parameters import bad_parameter
from service.rates import count, counted
from service.settings import ServiceSettings
from service.texts import notice_key, say
from service.web.language import language_of_request

if TYPE_CHECKING:
    from mcp.server import ServerRequestContext
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
    from mcp.types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams

    Context = ServerRequestContext[Any, Request]

router = APIRouter(include_in_schema=False)

_BY_NAME = {tool.name: tool for tool in TOOLS}


class McpDoor:
    """Open while the application lives. The SDK takes a second to import, which nobody waits for who does not use it."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._manager: asyncio.Future[StreamableHTTPSessionManager] | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        self._manager = asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(self._serve(self._manager))
        yield
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)

    async def _serve(self, opened: asyncio.Future[StreamableHTTPSessionManager]) -> None:
        try:
            manager = await asyncio.to_thread(_manager, self._settings)
        except Exception as fault:  # told to whoever knocks
            opened.set_exception(fault)
            return
        async with manager.run():
            opened.set_result(manager)
            await asyncio.Event().wait()  # until the application ends

    async def manager(self) -> StreamableHTTPSessionManager:
        """Raises StillLoading."""
        if self._manager is None:
            raise StillLoading
        return await asyncio.shield(self._manager)


@router.post("/mcp", dependencies=[Depends(not_from_elsewhere), counted("read", None)])
async def mcp(request: Request, library: LibraryDep) -> Response:
    door: McpDoor = request.app.state.mcp
    request.state.library = library
    return _Handed(await door.manager())


class _Handed(Response):
    """The request is the SDK's from here on."""

    def __init__(self, manager: StreamableHTTPSessionManager) -> None:
        super().__init__()
        self._manager = manager

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._manager.handle_request(scope, receive, send)


def _manager(settings: ServiceSettings) -> StreamableHTTPSessionManager:
    from mcp.server import Server
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    notice = notice_key(settings.llm_url is not None)
    server = Server(
        "ratslotse",
        title="Ratslotse",
        version=version("ratslotse"),
        instructions=f"{say(notice, 'de')}\n{say(notice, 'en')}",
        website_url=settings.public_url,
        on_list_tools=_listed,
        on_call_tool=_called,
    )
    return StreamableHTTPSessionManager(server, stateless=True)


async def _listed(context: Context, _: PaginatedRequestParams | None) -> ListToolsResult:
    from mcp import types

    english = language_of_request(_request(context)) == "en"
    harmless = types.ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    return types.ListToolsResult(
        tools=[
            types.Tool(
                name=tool.name,
                title=tool.title[english],
                description=tool.description[english],
                input_schema=tool.takes.model_json_schema(),
                output_schema=tool.gives.model_json_schema(mode="serialization"),
                annotations=harmless,
            )
            for tool in TOOLS
        ]
    )


async def _called(context: Context, asked: CallToolRequestParams) -> CallToolResult:
    """Whatever goes wrong is told in a result, as a model can then mend its call; of our own faults nothing but their number."""
    from mcp import types
    from mcp.shared.exceptions import MCPError

    request = _request(context)
    tool = _BY_NAME.get(asked.name)
    if tool is None:
        raise MCPError(code=types.INVALID_PARAMS, message=f"Unknown tool: {asked.name[:100]}")
    call = Call(request, request.state.library, language_of_request(request))
    reader = reader_of(request)
    try:
        reader.demand(tool.scope)
        count(tool.kind, request, reader)
        result, text = await _used(tool, call, asked.arguments or {})
    except Exception as error:
        told = error if isinstance(error, RatslotseError) else Unexpected()
        happened = incident(told, call.language, f"POST /mcp {tool.name}", None if told is error else error)
        message = f"{happened.detail} ({happened.code}, {happened.identifier})"
        return types.CallToolResult(content=[types.TextContent(text=message)], is_error=True)
    said = types.TextContent(text=text or result.model_dump_json())
    return types.CallToolResult(content=[said], structured_content=result.model_dump(mode="json"))


async def _used(tool: Tool, call: Call, arguments: dict[str, Any]) -> Any:
    try:
        taken = tool.takes.model_validate(arguments)
    except ValidationError as error:
        first = error.errors()[0]
        raise bad_parameter({**first, "loc": ("body", *first["loc"])}) from None
    if tool.kind == "ask":  # waits where it is worked on
        return await tool.use(call, taken)
    async with own_place("look"):
        return await tool.use(call, taken)


def _request(context: Context) -> Request:
    assert context.request is not None  # noqa: S101 (the transport is HTTP)
    return context.request
