"""What routes need, named once. These are coroutines: others would each wait for a thread, in every request."""

from __future__ import annotations

from asyncio import to_thread
from typing import Annotated

from fastapi import Depends, Request

from service.access.readers import Reader, reader_of
from service.library import Library
from service.runtime import Runtime


async def _runtime(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


async def _reader(request: Request) -> Reader:
    return reader_of(request)


RuntimeDep = Annotated[Runtime, Depends(_runtime)]
ReaderDep = Annotated[Reader, Depends(_reader)]


async def _library(runtime: RuntimeDep, reader: ReaderDep) -> Library:
    opened = runtime.opened().get(reader.reach)
    return opened if opened is not None else await to_thread(runtime.library, reader.reach)


LibraryDep = Annotated[Library, Depends(_library)]
