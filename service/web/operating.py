"""``/betrieb``: the books for the operator, and a button to have a file read again. Only with a password; see operator.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from service.api.dependencies import RuntimeDep
from service.errors import NotFound, StateUnusable
from service.inspection import books_report, index_folder, retry
from service.operator import HEADERS, check_origin, check_password
from service.web.exports.judgements import as_csv
from service.web.exports.tools import AnswerTools
from service.web.language import chosen_language, language_of_request, with_language
from service.web.rendering import page

router = APIRouter(prefix="/betrieb", include_in_schema=False, dependencies=[Depends(check_password)])

_JUDGEMENTS = 20  # that the page shows, the newest
_LISTED = 100  # files of one reason that the page shows


@router.get("")
def books(request: Request, runtime: RuntimeDep) -> Response:
    report = books_report(index_folder(runtime.settings), language_of_request(request))
    failures: Sequence[Mapping[str, Any]] = report["failures"]
    groups = [
        reason | {"listed": [f for f in failures if (f["result"], f["code"]) == (reason["result"], reason["code"])][:_LISTED]}
        for reason in report["reasons"]
    ]
    waiting = sum(failure["temporary"] and not failure["marked"] for failure in failures)
    marked = sum(failure["marked"] for failure in failures)
    tools: AnswerTools = request.app.state.tools
    judged = None
    with suppress(StateUnusable):  # which the log tells; the rest of the page is needed most then
        judged = tools.judgements.newest() if tools.judgements else None
    values = {"groups": groups, "waiting": waiting, "marked": marked, "judgements": judged, "listed_judgements": _JUDGEMENTS}
    response = page(request, "operating.html", values=report | values)
    response.headers.update(HEADERS)
    return response


@router.post("", dependencies=[Depends(check_origin)])
def read_again(request: Request, runtime: RuntimeDep, file: Annotated[str, Form()]) -> Response:
    """Marks a file by its id, or all "temporary" ones, for the next run."""
    retry(index_folder(runtime.settings), file)
    return RedirectResponse(with_language("/betrieb", chosen_language(request)), 303, HEADERS)


@router.get("/urteile.csv")
def judgements(request: Request) -> Response:
    """What readers think of answers, for a spreadsheet."""
    tools: AnswerTools = request.app.state.tools
    if tools.judgements is None:
        raise NotFound(what=request.url.path)
    headers = HEADERS | {"Content-Disposition": 'attachment; filename="urteile.csv"'}
    return Response(as_csv(tools.judgements.newest()).encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)
