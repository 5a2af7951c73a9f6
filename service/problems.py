"""Every error as RFC 9457 problem+json in the reader's language; pages show the same words as a page. Each has an id."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from indexer.errors import RatslotseError
from service import web
from service.doors import openai_errors
from service.embedding import shared_headers
from service.errors import BadRequest, NoSuchAddress, NotAllowed, ServiceError, Unexpected, UnsupportedType, problem
from service.headers import HEADERS
from service.incidents import incident
from service.parameters import bad_parameter
from service.streaming import ReaderLeft
from service.web.language import language_of_request

_LEFT = 499  # as other servers call it in their logs; nobody reads this response
_FOR_OPERATORS = ("/betrieb", "/api/v1/operator/")


def add_problem_handlers(app: FastAPI) -> None:
    async def ratslotse(request: Request, error: Exception) -> Response:
        assert isinstance(error, RatslotseError)  # noqa: S101 (registered for this class)
        return problem_response(request, error)

    async def validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        first = error.errors()[0]
        misunderstood = request.url.path.startswith("/api/") and first["loc"] == ("body",) and not _is_json(request)
        return problem_response(request, UnsupportedType() if misunderstood else bad_parameter(first))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        kinds: dict[int, ServiceError] = {404: NoSuchAddress(path=request.url.path), 405: NotAllowed()}
        response = problem_response(request, kinds.get(error.status_code, BadRequest()))
        response.headers.update(error.headers or {})
        return response

    async def unexpected(request: Request, error: Exception) -> Response:
        response = problem_response(request, Unexpected(), error)
        settings = request.app.state.runtime.settings
        response.headers.update({**HEADERS, **shared_headers(request.url.path, request.headers, settings)})
        response.headers.add_vary_header("Origin")  # this handler runs outside the middleware that sets them
        return response

    async def left(_: Request, __: Exception) -> Response:
        return Response(status_code=_LEFT)

    app.add_exception_handler(ReaderLeft, left)
    app.add_exception_handler(RatslotseError, ratslotse)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, unexpected)


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def problem_response(request: Request, error: RatslotseError, cause: BaseException | None = None) -> Response:
    """The error as a page or as problem+json, noted in the log."""
    language, path = language_of_request(request), request.url.path
    operator = path.startswith(_FOR_OPERATORS)
    told = incident(error, language, f"{request.method} {path}", cause, operator=operator)
    if path.startswith(openai_errors.PREFIX):
        return openai_errors.error_response(told)
    if path.startswith(("/api/", "/health/", "/mcp")):
        body = problem(told.code, told.title, told.status, told.detail, told.identifier)
        headers = {"Cache-Control": "no-store", "Vary": "Accept-Language", "Content-Language": language, **told.headers}
        return JSONResponse(body, told.status, headers, media_type="application/problem+json")
    page = web.error_page(request, language, told.status, told.title, told.detail, told.identifier)
    page.headers.update(told.headers)
    return page
