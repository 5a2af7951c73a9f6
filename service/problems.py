"""Every error as RFC 9457 problem+json in the reader's language; pages show the same words as a page."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from indexer.errors import EncoderError, IndexProblem, RatslotseError
from service import web
from service.embedding import shared_headers
from service.errors import BadParameter, NotFound, ServiceError, Unexpected, problem
from service.headers import HEADERS
from service.streaming import ReaderLeft
from service.web.language import language_of_request

logger = logging.getLogger("ratslotse")

_LEFT = 499  # as other servers call it in their logs; nobody reads this response


def add_problem_handlers(app: FastAPI) -> None:
    async def ratslotse(request: Request, error: Exception) -> Response:
        assert isinstance(error, RatslotseError)  # noqa: S101 (registered for this class)
        return _response(request, error)

    async def validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path")) or "body"
        return _response(request, BadParameter(name=name, problem=first["msg"]))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        if error.status_code == NotFound.status:
            return _response(request, NotFound(what=request.url.path))
        return _problem(request, error.status_code, "http", str(error.detail), str(error.detail), error.headers)

    async def unexpected(request: Request, error: Exception) -> Response:
        number = uuid.uuid4().hex[:8]
        logger.error("error %s", number, exc_info=error)
        response = _response(request, Unexpected(number=number))
        allowed = request.app.state.runtime.settings.widget_sites
        response.headers.update({**HEADERS, **shared_headers(request.url.path, request.headers, allowed)})
        response.headers.add_vary_header("Origin")  # this handler runs outside the middleware that sets them
        return response

    async def left(_: Request, __: Exception) -> Response:
        return Response(status_code=_LEFT)

    app.add_exception_handler(ReaderLeft, left)
    app.add_exception_handler(RatslotseError, ratslotse)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, unexpected)


def _response(request: Request, error: RatslotseError) -> Response:
    language = language_of_request(request)
    kind = type(error) if isinstance(error, ServiceError) else ServiceError
    title = kind.title_en if language == "en" else kind.title_de
    status = 503 if isinstance(error, IndexProblem | EncoderError) else kind.status
    return _problem(request, status, error.code, title, error.message(language), kind.headers)


def _problem(
    request: Request, status: int, code: str, title: str, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    if not request.url.path.startswith(("/api/", "/health/")):
        page = web.error_page(request, language_of_request(request), status, title, detail)
        page.headers.update(headers or {})
        return page
    body = problem(code, title, status, detail)
    return JSONResponse(body, status, dict(headers or {}), media_type="application/problem+json")
