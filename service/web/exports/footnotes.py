"""Footnotes in a Word file, which python-docx cannot write: the part word/footnotes.xml and the marks that point into it."""

from __future__ import annotations

from collections.abc import Sequence

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt
from docx.styles.style import CharacterStyle, ParagraphStyle
from docx.text.paragraph import Paragraph

from service.web.exports.sheets import Note


class Footnotes:
    """The footnotes of a document; each stands where it is marked first, later marks point at it."""

    def __init__(self, document: Document, notes: Sequence[Note]) -> None:
        self._text, self._mark = _styles(document)
        self._marked: set[int] = set()
        root = OxmlElement("w:footnotes")
        part = XmlPart(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, root, document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        for number, kind in ((-1, "separator"), (0, "continuationSeparator")):
            root.append(_element("w:footnote", {"type": kind, "id": number}, _p(_r(_element(f"w:{kind}")))))
        for note in notes:
            root.append(self._footnote(note, part))

    def mark(self, paragraph: Paragraph, number: int) -> None:
        """Puts a mark at the end of a paragraph."""
        name = f"note_{number}"
        if paragraph._p.xpath(".//w:footnoteReference | .//w:instrText"):  # 1, 2 and not 12
            paragraph._p.append(_r(_words(", "), style=self._mark))
        if number not in self._marked:
            self._marked.add(number)
            paragraph._p.append(_element("w:bookmarkStart", {"id": number, "name": name}))
            paragraph._p.append(_r(_element("w:footnoteReference", {"id": number}), style=self._mark))
            paragraph._p.append(_element("w:bookmarkEnd", {"id": number}))
            return
        instruction = _element("w:instrText")
        instruction.text = f" NOTEREF {name} \\f \\h "
        for child in (
            *(_element("w:fldChar", {"fldCharType": "begin"}), instruction, _element("w:fldChar", {"fldCharType": "separate"})),
            *(_words(str(number)), _element("w:fldChar", {"fldCharType": "end"})),
        ):
            paragraph._p.append(_r(child, style=self._mark))

    def _footnote(self, note: Note, part: XmlPart) -> BaseOxmlElement:
        paragraph = _p(_r(_element("w:footnoteRef"), style=self._mark), _r(_words(f" {note.before}")), style=self._text)
        if note.address:
            link = _element("w:hyperlink", {}, _r(_words(note.address)))
            link.set(qn("r:id"), part.relate_to(note.address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
            paragraph.append(link)
            paragraph.append(_r(_words(note.after)))
        return _element("w:footnote", {"id": note.number}, paragraph)


def _styles(document: Document) -> tuple[str, str]:
    """Those that Word uses for footnotes; their ids."""
    text = document.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
    mark = document.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
    assert isinstance(text, ParagraphStyle) and isinstance(mark, CharacterStyle)  # noqa: PT018, S101 (the kinds asked for)
    text.base_style = document.styles["Normal"]
    text.font.size = Pt(9)
    text.paragraph_format.space_after = Pt(3)
    mark.font.superscript = True
    return text.style_id, mark.style_id


def _element(name: str, attributes: dict[str, object] | None = None, *children: BaseOxmlElement) -> BaseOxmlElement:
    element = OxmlElement(name)
    for key, value in (attributes or {}).items():
        element.set(qn(f"w:{key}"), str(value))
    for child in children:
        element.append(child)
    return element


def _p(*children: BaseOxmlElement, style: str = "") -> BaseOxmlElement:
    properties = [_element("w:pPr", {}, _element("w:pStyle", {"val": style}))] if style else []
    return _element("w:p", {}, *properties, *children)


def _r(child: BaseOxmlElement, *, style: str = "") -> BaseOxmlElement:
    properties = [_element("w:rPr", {}, _element("w:rStyle", {"val": style}))] if style else []
    return _element("w:r", {}, *properties, child)


def _words(text: str) -> BaseOxmlElement:
    element = _element("w:t")
    element.text = text
    element.set(qn("xml:space"), "preserve")
    return element
