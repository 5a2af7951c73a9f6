"""``/api/v1/operator/books``: the books as JSON, for the operator's monitoring. Not in the public schema."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from service.api.dependencies import RuntimeDep
from service.inspection import books_report, index_folder
from service.operator import HEADERS, check_password
from service.web.language import language_of_request

router = APIRouter(prefix="/api/v1/operator", include_in_schema=False, dependencies=[Depends(check_password)])


@router.get("/books")
def books(request: Request, response: Response, runtime: RuntimeDep) -> dict[str, Any]:
    """What ``ratslotse inspect --failures --json`` prints."""
    response.headers.update(HEADERS)
    return books_report(index_folder(runtime.settings), language_of_request(request))
