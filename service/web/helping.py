"""``/hilfe``: how to ask, read and search, with searches and questions from the reader's own documents that work at a click."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from indexer.generation import Generation
from service.api.dependencies import LibraryDep
from service.rates import counted
from service.web.language import language_of_request
from service.web.rendering import page
from service.web.searching import examples
from service.web.texts import Texts

router = APIRouter(include_in_schema=False)

_ANSWERED = (
    "number IN (SELECT number FROM documents WHERE reference_key IS NOT NULL AND status = ? "
    "ORDER BY date DESC NULLS LAST, number LIMIT 1)"
)


@router.get("/hilfe", dependencies=[counted("read")])
def help_page(request: Request, library: LibraryDep) -> Response:
    t = Texts(language_of_request(request))
    generation = library.generation()
    values = {"sections": t.help, "searches": examples(generation, t), "questions": questions(generation, t)}
    return page(request, "help.html", values=values)


def questions(generation: Generation, t: Texts) -> list[str]:
    """Questions about papers that are there: what was decided on one, what another is about."""
    decided = generation.documents(_ANSWERED, ["decided"])
    proposed = generation.documents(_ANSWERED, ["proposed"])
    return [
        *(t("help_ask_decided", number=one.paper.reference) for one in decided),
        *(t("help_ask_proposed", number=one.paper.reference) for one in proposed),
    ]
