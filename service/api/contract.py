"""The contract of ``/api/v1`` as OpenAPI 3.1: what the routes say of themselves, and what holds for all of them.

The committed copy is docs/openapi.json; tests/test_openapi.py compares them, scripts/openapi.py renews it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from service.access.errors import HeadersRefused, KeyRefused, ScopeMissing, SessionEnded
from service.api.schemas import Problem
from service.errors import (
    BadParameter,
    BadRequest,
    NotFound,
    OutOfService,
    QuestionEmpty,
    QuestionTooLong,
    ServiceError,
    StillLoading,
    TooLarge,
    TooMany,
    Unexpected,
    UnsupportedType,
    problem,
)
from service.questions import LONGEST

PROBLEM_TYPE = "application/problem+json"

_DESCRIPTION = """Search in council documents, and answers with their sources.

- **Errors** are `application/problem+json` (RFC 9457). `type` is stable and ends in the code; `title` and `detail` speak German
  or English by `Accept-Language`; the operator finds `id` in the log.
- **Caching**: GET has an `ETag`, and `If-None-Match` is answered with 304. HEAD works wherever GET does.
- **Limits**: `RateLimit-Policy` and `RateLimit` tell the allowance and what is left of it; 429 and 503 come with `Retry-After`.
- **Keys** are optional. Without one a request sees what is public.
- **Stability**: within `v1` nothing is removed, renamed or narrowed. New fields may appear: ignore those you do not know.
"""
_TAGS = [
    {"name": "answers", "description": "Questions and cited answers"},
    {"name": "search", "description": "Ranked passages, suggestions, bodies"},
    {"name": "documents", "description": "Documents, papers, originals and their pages"},
    {"name": "health", "description": "For monitoring"},
]
_TOO_LARGE = TooLarge(limit=100)
_QUESTION = (QuestionEmpty(), QuestionTooLong(length=2400, limit=LONGEST))
_MISFIT = BadParameter(name="limit", problem_de="muss mindestens 1 sein", problem_en="must be at least 1")

_RETRY = {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}}
_TAG = {"ETag": {"description": "for If-None-Match", "schema": {"type": "string"}}}

NO_SUCH_DOCUMENT = NotFound(what="941629b30077")
TOO_MANY = TooMany(seconds=7)
ASKING = (*_QUESTION, _MISFIT, StillLoading())


def problems(*errors: ServiceError) -> dict[int | str, dict[str, Any]]:
    """These errors as responses of a route."""
    responses: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        code = "index_missing" if isinstance(error, OutOfService) else error.code  # readers are told the cause's
        told = problem(code, error.title_en, error.status, error.message("en"), "3fa81c02")
        response = responses.setdefault(error.status, _response(error.title_en))
        response["content"][PROBLEM_TYPE]["examples"].setdefault(code, {"summary": error.title_en, "value": told})
    return responses


def _response(title: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": title, "content": {PROBLEM_TYPE: {"schema": schema, "examples": {}}}}


def named_as_function(route: APIRoute) -> str:
    """The operationId: renaming a function of a route is a change of the contract."""
    return route.name


def describe(app: FastAPI) -> None:
    """Makes the application tell its contract at its ``openapi_url``."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = get_openapi(
                title="Ratslotse",
                version="1",
                summary="Questions to council documents, each statement with its source",
                description=_DESCRIPTION,
                routes=app.routes,
                tags=_TAGS,
                servers=[{"url": "/", "description": "the server that this comes from"}],
                license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
            )
            app.openapi_schema = _completed(found)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _completed(schema: dict[str, Any]) -> dict[str, Any]:
    """With what no route says of itself: the errors that any of them can end in, keys, the schema of errors."""
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = Problem.model_json_schema()
    components["schemas"] = dict(sorted(schemas.items()))
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "A key of the operator's; see docs/access.md"}
    }
    for path, item in schema["paths"].items():
        for operation in item.values():
            operation["responses"] = _all_responses(operation, _common(path, operation))
            for status in {"429", "503"} & set(operation["responses"]):
                operation["responses"][status]["headers"] = _RETRY
            if path.startswith("/api/"):
                operation["security"] = [{}, {"key": []}]
        if path.startswith("/api/") and "get" in item:
            responses = item["get"]["responses"]
            responses["200"]["headers"] = responses.setdefault("304", {"description": "As it was"})["headers"] = _TAG
            item["get"]["responses"] = dict(sorted(responses.items()))
    return schema


def _common(path: str, operation: dict[str, Any]) -> Sequence[ServiceError]:
    if path == "/health/live":
        return (Unexpected(),)
    with_body = (BadRequest(), _TOO_LARGE, UnsupportedType()) if "requestBody" in operation else ()
    taken = (_MISFIT,) if any(one["in"] == "query" for one in operation.get("parameters", ())) else ()
    if not path.startswith("/api/"):
        return (*with_body, *taken, Unexpected(), OutOfService())
    refused = (HeadersRefused(), KeyRefused(), SessionEnded(), ScopeMissing(scope="search"))
    return (*with_body, *taken, *refused, Unexpected(), OutOfService())


def _all_responses(operation: dict[str, Any], errors: Sequence[ServiceError]) -> dict[str, Any]:
    """The operation's own responses and those of common errors, the own ones first."""
    responses: dict[str, Any] = operation["responses"]
    if PROBLEM_TYPE not in responses.get("422", {}).get("content", {}):
        responses.pop("422", None)  # FastAPI's own, which is never sent
    for status, response in problems(*errors).items():
        told = responses.setdefault(str(status), response)
        content = told.setdefault("content", {}).setdefault(PROBLEM_TYPE, response["content"][PROBLEM_TYPE])
        if told is not response:
            content["examples"] = content.get("examples", {}) | response["content"][PROBLEM_TYPE]["examples"]
    return dict(sorted(responses.items()))
