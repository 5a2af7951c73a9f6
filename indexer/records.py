"""Documents as JSON and back, for the index. Text and boxes are columns of their own."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from indexer.domain import Block, Consultation, Document, File, Page, Paper, Resolution

_TUPLES = ("originators", "signatories", "attachments", "related")


def dumps(document: Document) -> str:
    """Everything but text and boxes. Blocks as arrays: a long document has thousands. The path as bytes: it need not be UTF-8."""
    file = vars(document.file) | {"path": quote_from_bytes(os.fsencode(document.file.path))}
    record = {
        "file": file,
        "pages": [[p.number, p.label, p.start, p.end] for p in document.pages],
        "blocks": [[b.kind, b.level, b.page, b.start, b.end, b.gap, b.confidence] for b in document.blocks],
        "paper": _fields(document.paper),
        "notes": document.notes,
        "language": document.language,
    }
    return json.dumps(record, ensure_ascii=False, default=str, sort_keys=True)


def loads(identifier: str, record: str, text: str, boxes: bytes = b"") -> Document:
    values = json.loads(record)
    path = Path(os.fsdecode(unquote_to_bytes(values["file"]["path"])))
    return Document(
        id=identifier,
        file=File(**values["file"] | {"path": path, "member": tuple(values["file"].get("member", ()))}),  # none in index format 2
        text=text,
        pages=tuple(Page(*page) for page in values["pages"]),
        blocks=tuple(Block(*block) for block in values["blocks"]),
        paper=paper_from_json(values["paper"]),
        notes=tuple(values["notes"]),
        boxes=boxes,
        language=values.get("language"),  # index format 2 has none
    )


def paper_as_json(paper: Paper) -> dict[str, Any]:
    """Dates as ISO 8601; field names as in the glossary."""
    return json.loads(json.dumps(_fields(paper), default=str))  # type: ignore[no-any-return]


def _fields(paper: Paper) -> dict[str, Any]:
    """As dataclasses.asdict gives them, without its copies: they take longer than all the rest of a record."""
    told = [{"reference": one.reference, "step": vars(one.step)} for one in paper.resolutions]
    return vars(paper) | {"consultations": [vars(step) for step in paper.consultations], "resolutions": told}


def paper_from_json(values: dict[str, Any]) -> Paper:
    lists = {name: tuple(values[name]) for name in _TUPLES}
    steps = tuple(_step(step) for step in values["consultations"])
    told = tuple(Resolution(one["reference"], _step(one["step"])) for one in values.get("resolutions", ()))
    return Paper(**values | lists | {"date": _date(values["date"]), "consultations": steps, "resolutions": told})


def _step(values: dict[str, Any]) -> Consultation:
    return Consultation(**values | {"date": _date(values["date"])})


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
