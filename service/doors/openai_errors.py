"""Errors as clients of the OpenAI interface read them: ``{"error": {"message", "type", "param", "code"}}``."""

from __future__ import annotations

from fastapi.responses import JSONResponse, Response

from service.incidents import Incident

PREFIX = "/v1/"
_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}


def error_body(told: Incident) -> dict[str, dict[str, str | None]]:
    """``id`` stands in the log."""
    kind = _TYPES.get(told.status, "server_error" if told.status >= 500 else "invalid_request_error")
    return {"error": {"message": told.detail, "type": kind, "param": told.parameter, "code": told.code, "id": told.identifier}}


def error_response(told: Incident) -> Response:
    """What we call 422 is 400 there."""
    return JSONResponse(error_body(told), 400 if told.status == 422 else told.status, dict(told.headers))
