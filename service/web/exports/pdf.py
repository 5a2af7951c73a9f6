"""A sheet as PDF/UA: tagged, with language, title, headings and real footnotes; typeset by Typst (sheet.typ).

The texts are handed over as data, which Typst never reads as markup. It opens no file but its own and asks no network: it would
only for packages, and the template names none.
"""

from __future__ import annotations

import io
import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import typst
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, StreamObject

from service.web.exports.sheets import Said, Sheet
from service.web.texts import Texts

_TEMPLATE = Path(__file__).with_name("sheet.typ")
_TEXTS = {
    "ai": "kept_ai",
    "understood": "kept_understood",
    "answer": "kept_answer",
    "notices": "notices_title",
    "near": "near_title",
    "near_hint": "near_hint",
    "scope": "kept_scope",
    "by_model": "kept_by_model",
    "page_of": "page_of",
}
# The vocabulary of the IPTC for how a digital thing came about: here quotations together with text of a trained model.
_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
_MARK = (
    '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
    f"<Iptc4xmpExt:DigitalSourceType>{_SOURCE_TYPE}</Iptc4xmpExt:DigitalSourceType></rdf:Description>"
)


def pdf(sheet: Sheet) -> bytes:
    t = Texts(sheet.language)
    seen: set[int] = set()
    data = {
        "title": sheet.title,
        "author": "Ratslotse",
        "language": sheet.language,
        "label": sheet.label,
        "made": sheet.made,
        "texts": {name: t(key) for name, key in _TEXTS.items()},
        "notes": [asdict(note) for note in sheet.notes],
        "entries": [
            {
                "heading": entry.heading,
                "asked": entry.asked,
                "understood": entry.understood,
                "outcome": entry.outcome,
                "said": [_said(said, seen) for said in entry.said],
                "notices": entry.notices,
                "near": [_said(said, seen) for said in entry.near],
                "scope": entry.scope,
            }
            for entry in sheet.entries
        ],
    }
    made = _typeset(json.dumps(data, ensure_ascii=False), sheet)
    return _marked(made) if sheet.generated else made


def _said(said: Said, seen: set[int]) -> dict[str, object]:
    marks = []
    for number in said.marks:
        marks.append({"number": number, "first": number not in seen})
        seen.add(number)
    return {**asdict(said), "marks": marks}


def _typeset(data: str, sheet: Sheet) -> bytes:
    """With Typst's own fonts; where they lack a character, with those of this machine. If all lack it, a box stands for it, and
    that is no PDF/UA.
    """
    for own_fonts in (True, False):
        with suppress(typst.TypstError):
            return _compiled(data, sheet, own_fonts, ["ua-1"])
    return _compiled(data, sheet, False, [])


def _compiled(data: str, sheet: Sheet, own_fonts: bool, standards: list[typst.PDFStandard]) -> bytes:
    compiler = typst.Compiler(_TEMPLATE, root=_TEMPLATE.parent, sys_inputs={"data": data}, ignore_system_fonts=own_fonts)
    made = compiler.compile(format="pdf", pdf_standards=standards, timestamp=sheet.moment)
    assert isinstance(made, bytes)  # noqa: S101 (as for all formats but pictures)
    return made


def _marked(made: bytes) -> bytes:
    """With the machine-readable mark of generated text among the XMP metadata."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(made)))
    found = writer.root_object["/Metadata"].get_object()
    assert isinstance(found, StreamObject)  # noqa: S101 (Typst always writes it)
    stream = StreamObject()
    stream.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    stream.set_data(found.get_data().replace(b"</rdf:RDF>", _MARK.encode() + b"</rdf:RDF>"))
    writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()
