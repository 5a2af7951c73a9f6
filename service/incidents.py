"""Errors that readers meet: each gets a short id, which stands in the log beside its stable code (docs/errors.md)."""

from __future__ import annotations

import logging
import uuid

from indexer.errors import printable

logger = logging.getLogger("ratslotse")

_LONGEST = 200  # characters of an address in the log


def noted(code: str, status: int, where: str, cause: BaseException | str | None = None) -> str:
    """Writes one line to the log and returns its id for the reader.

    ``where``: method and path, never the query, which holds what people search for. ``cause``: what only the operator is told;
    an exception is logged with its traceback.
    """
    identifier = uuid.uuid4().hex[:8]
    level = logging.ERROR if status >= 500 else logging.WARNING
    trace = cause if isinstance(cause, BaseException) else None
    told = f": {cause}" if cause and trace is None else ""
    logger.log(level, "error %s %s %d %s%s", identifier, code, status, printable(where)[:_LONGEST], told, exc_info=trace)
    return identifier
