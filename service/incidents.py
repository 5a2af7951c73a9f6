"""Errors that readers meet: each gets a short id, which stands in the log beside its stable code (docs/errors.md)."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from indexer.errors import RatslotseError, printable
from service.errors import OutOfService, ServiceError
from service.metrics import count_error
from service.questions import Language

logger = logging.getLogger("ratslotse")

_LONGEST = 200  # characters of an address in the log
_SECRET = re.compile(r"(?<=/geteilt/).+", re.DOTALL)  # whoever knows it reads, or revokes, a shared answer


def noted(code: str, status: int, where: str, cause: BaseException | str | None = None) -> str:
    """Writes one line to the log and returns its id for the reader.

    ``where``: method and path, never the query, which holds what people search for, nor the secret of a link. ``cause``: what
    only the operator is told; an exception is logged with its traceback.
    """
    identifier = uuid.uuid4().hex[:8]
    level = logging.ERROR if status >= 500 else logging.WARNING
    trace = cause if isinstance(cause, BaseException) else None
    told = f": {cause}" if cause and trace is None else ""
    address = printable(_SECRET.sub("…", where))[:_LONGEST]
    fields = {"id": identifier, "code": code, "status": status, "where": address}
    logger.log(level, "error %s %s %d %s%s", identifier, code, status, address, told, exc_info=trace, extra=fields)
    count_error(code)
    return identifier


@dataclass(frozen=True)
class Incident:
    """An error as a reader is told of it. ``parameter``: the one that does not fit."""

    code: str
    parameter: str | None
    status: int
    title: str
    detail: str
    identifier: str
    headers: Mapping[str, str]


def incident(
    error: RatslotseError, language: Language, where: str, cause: BaseException | None = None, *, operator: bool = False
) -> Incident:
    """Notes an error in the log and words it for the reader.

    What goes wrong below the service names files and settings: it is for the log and the operator's page, not for readers.
    """
    told = error if isinstance(error, ServiceError) else OutOfService()
    hidden = "" if isinstance(error, ServiceError) else error.message("en")
    identifier = noted(error.code, told.status, where, cause or hidden)
    title = told.title_en if language == "en" else told.title_de
    detail = error.message(language) if operator else told.message(language)
    return Incident(error.code, told.details.get("name"), told.status, title, detail, identifier, told.headers)
