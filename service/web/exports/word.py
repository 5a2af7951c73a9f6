"""A sheet as a Word file: headings, a style for quotations, real footnotes, language and title set."""

from __future__ import annotations

import io

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from service.web.exports.footnotes import Footnotes
from service.web.exports.sheets import Entry, Said, Sheet
from service.web.texts import Texts

_REGIONS = {"de": "de-DE", "en": "en-GB"}
_GENERATED = "KI-erzeugter Text / AI-generated text; digitalsourcetype/compositeWithTrainedAlgorithmicMedia"


def word(sheet: Sheet) -> bytes:
    document = docx.Document()
    _prepare(document, sheet)
    t = Texts(sheet.language)
    notes = Footnotes(document, sheet.notes)
    document.add_heading(sheet.title, 0)
    label = document.add_paragraph()
    label.add_run(f"{t('kept_ai')} ").bold = True
    label.add_run(sheet.label)
    for entry in sheet.entries:
        _write(document, entry, notes, t)
    document.add_paragraph(sheet.made)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _prepare(document: Document, sheet: Sheet) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.language = sheet.title, "Ratslotse", _REGIONS[sheet.language]
    properties.created = properties.modified = sheet.moment
    properties.comments = ""
    properties.keywords = "; ".join([_GENERATED, *sheet.models]) if sheet.generated else ""
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
    for element in document.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), _REGIONS[sheet.language])
    for name in ("Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        if isinstance(style, ParagraphStyle):
            style.font.color.rgb = RGBColor(0, 0, 0)
    _quotation_style(document)


def _quotation_style(document: Document) -> None:
    """Of German words, with a line on their left."""
    style = document.styles.add_style("Ratslotse Quotation", WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)  # noqa: S101 (the kind asked for)
    style.base_style = document.styles["Normal"]
    style.paragraph_format.left_indent = Cm(0.6)
    style.paragraph_format.space_after = Pt(8)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), _REGIONS["de"])
    style.element.get_or_add_rPr().append(language)
    borders, left = OxmlElement("w:pBdr"), OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "8"), ("color", "888888")):
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    style.element.get_or_add_pPr().insert(0, borders)


def _write(document: Document, entry: Entry, notes: Footnotes, t: Texts) -> None:
    document.add_heading(entry.heading, 1)
    document.add_paragraph(entry.asked)
    if entry.understood:
        document.add_paragraph(f"{t('kept_understood')} {entry.understood}")
    document.add_heading(t("kept_answer"), 2)
    if entry.outcome:
        document.add_paragraph().add_run(entry.outcome).bold = True
    for said in entry.said:
        _write_said(document, said, notes, t)
    if entry.notices:
        document.add_heading(t("notices_title"), 2)
        _list(document, entry.notices)
    if entry.near:
        document.add_heading(t("near_title"), 2)
        document.add_paragraph(t("near_hint"))
        for said in entry.near:
            _write_said(document, said, notes, t)
    document.add_heading(t("kept_scope"), 2)
    _list(document, entry.scope)


def _list(document: Document, lines: tuple[str, ...]) -> None:
    for line in lines:
        document.add_paragraph(line, style="List Bullet")


def _write_said(document: Document, said: Said, notes: Footnotes, t: Texts) -> None:
    if said.lead:
        document.add_paragraph(said.lead).paragraph_format.keep_with_next = True
    paragraph = document.add_paragraph(style="Ratslotse Quotation" if said.kind == "quoted" else None)
    _write_lines(paragraph, said)
    if said.kind == "generated":
        paragraph.add_run(f" ({t('kept_by_model')})").italic = True
    for number in said.marks:
        notes.mark(paragraph, number)


def _write_lines(paragraph: Paragraph, said: Said) -> None:
    for i, line in enumerate(said.lines):
        run = paragraph.add_run(f"• {line.text}" if line.bullet else line.text)
        if i < len(said.lines) - 1:
            run.add_break()
