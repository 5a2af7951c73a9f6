"""Documents as JSON and back, for the index. Text and file path are columns of their own."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from indexer.domain import Block, Consultation, Document, File, Page, Paper, Resolution

_TUPLES = ("originators", "signatories", "attachments", "related")


def dumps(document: Document) -> str:
    """Everything but the text. Blocks as arrays: a long document has thousands. The path as bytes: it need not be UTF-8."""
    file = asdict(document.file) | {"path": quote_from_bytes(os.fsencode(document.file.path))}
    record = {
        "file": file,
        "pages": [[p.number, p.label, p.start, p.end] for p in document.pages],
        "blocks": [[b.kind, b.level, b.page, b.start, b.end, b.gap] for b in document.blocks],
        "paper": paper_as_json(document.paper),
        "notes": document.notes,
    }
    return json.dumps(record, ensure_ascii=False, default=str, sort_keys=True)


def loads(identifier: str, record: str, text: str) -> Document:
    values = json.loads(record)
    return Document(
        id=identifier,
        file=File(**values["file"] | {"path": Path(os.fsdecode(unquote_to_bytes(values["file"]["path"])))}),
        text=text,
        pages=tuple(Page(*page) for page in values["pages"]),
        blocks=tuple(Block(*block) for block in values["blocks"]),
        paper=paper_from_json(values["paper"]),
        notes=tuple(values["notes"]),
    )


def paper_as_json(paper: Paper) -> dict[str, Any]:
    """Dates as ISO 8601; field names as in the glossary."""
    return json.loads(json.dumps(asdict(paper), default=str))  # type: ignore[no-any-return]


def paper_from_json(values: dict[str, Any]) -> Paper:
    lists = {name: tuple(values[name]) for name in _TUPLES}
    steps = tuple(_step(step) for step in values["consultations"])
    told = tuple(Resolution(one["reference"], _step(one["step"])) for one in values.get("resolutions", ()))
    return Paper(**values | lists | {"date": _date(values["date"]), "consultations": steps, "resolutions": told})


def _step(values: dict[str, Any]) -> Consultation:
    return Consultation(**values | {"date": _date(values["date"])})


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
