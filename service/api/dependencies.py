"""What routes need, named once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from service.access.readers import Reader, reader_of
from service.library import Library
from service.runtime import Runtime


def _runtime(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


RuntimeDep = Annotated[Runtime, Depends(_runtime)]
ReaderDep = Annotated[Reader, Depends(reader_of)]


def _library(runtime: RuntimeDep, reader: ReaderDep) -> Library:
    return runtime.library(reader.reach)


LibraryDep = Annotated[Library, Depends(_library)]
