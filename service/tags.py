"""ETag and 304: a client that has the same already is not sent it again.

The tag is a digest of what would be sent. So it is right whatever an answer depends on: generation, reader, language.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute

_SAME = ("etag", "cache-control", "vary", "content-language")  # what 304 repeats


def tagged(request: Request, response: Response) -> Response:
    """The response with its tag, or 304 if the client's tag is the same. A tag that the response has is kept."""
    if request.method != "GET" or response.status_code != 200:
        return response
    if "etag" not in response.headers:
        if not hasattr(response, "body"):  # a stream or a file
            return response
        response.headers["ETag"] = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    response.headers.setdefault("Cache-Control", "private, no-cache")  # it may be kept, and is asked for anew each time
    if _known(request.headers.get("if-none-match", ""), response.headers["ETag"]):
        return Response(status_code=304, headers={name: response.headers[name] for name in _SAME if name in response.headers})
    return response


def _known(sent: str, tag: str) -> bool:
    """Servers in front that compress make tags weak."""
    tags = [part.strip().removeprefix("W/") for part in sent.split(",")]
    return tag in tags or tags == ["*"]


class TaggedRoute(APIRoute):
    """A route whose GET responses have tags."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def with_tag(request: Request) -> Response:
            return tagged(request, await handle(request))

        return with_tag
