"""A described paper as a flat OpenDocument text, which LibreOffice turns into a PDF."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw

from benchmarks.typeset.odt_styles import common_styles, master_pages, page_layouts
from benchmarks.typeset.parts import Columns, Grid, Heading, Items, Note, Paper, Para, Part, Picture, Placed, Turn, counted
from benchmarks.typeset.words import hyphenated

_NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
    for name, urn in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
    )
)
_INLINE = re.compile(r"(\*\*|\{[^}]*\}|\n|\t)")


def flat_odt(paper: Paper) -> str:
    return _Writer(paper).document()


class _Writer:
    """Writes one paper; automatic styles are collected on the way."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.look = paper.look
        self.styles: list[str] = []
        self.master = ""  # of the next paragraph, after a Turn
        self.notes = 0

    def document(self) -> str:
        body = "".join(self.parts(self.paper.parts))
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><office:document {_NAMESPACES} office:version="1.3" '
            'office:mimetype="application/vnd.oasis.opendocument.text">'
            f"<office:styles>{common_styles(self.look)}</office:styles>"
            f"<office:automatic-styles>{page_layouts(self.paper)}{''.join(self.styles)}</office:automatic-styles>"
            f"<office:master-styles>{master_pages(self.paper)}</office:master-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document>"
        )

    def add(self, family: str, inside: str, **attributes: str) -> str:
        """An automatic style; returns its name."""
        name = f"A{len(self.styles)}"
        more = "".join(f' style:{key}="{value}"' for key, value in attributes.items())
        self.styles.append(f'<style:style style:name="{name}" style:family="{family}"{more}>{inside}</style:style>')
        return name

    def parts(self, parts: Sequence[Part]) -> Iterator[str]:
        for part in parts:
            if isinstance(part, Heading):
                name = "BoldLine" if part.bold_only else f"H{part.level}"
                yield self.paragraph(name, part.text, f'text:h text:outline-level="{part.level}"')
            elif isinstance(part, Para):
                style = {"body": "Text"}.get(part.style, part.style.capitalize())
                yield self.paragraph(style, self.syllables(part.text))
            elif isinstance(part, Items):
                yield self.typed_list(part) if part.typed else self.list(part)
            elif isinstance(part, Grid):
                yield self.grid(part)
            elif isinstance(part, Columns):
                yield self.columns(part)
            elif isinstance(part, Note):
                yield self.note(part)
            elif isinstance(part, Placed):
                yield self.placed(part)
            elif isinstance(part, Picture):
                yield self.picture(part)
            elif isinstance(part, Turn):
                number = f' style:page-number="{part.number}"' if part.number else ""
                self.master = f' style:master-page-name="{part.page}"|{number}'

    def syllables(self, text: str) -> str:
        return hyphenated(text) if self.look.hyphenated else text

    def paragraph(self, style: str, text: str, tag: str = "text:p") -> str:
        if self.master:
            master, _, number = self.master.partition("|")
            self.master = ""
            properties = f"<style:paragraph-properties{number}/>"
            name = f"A{len(self.styles)}"
            self.styles.append(
                f'<style:style style:name="{name}" style:family="paragraph" style:parent-style-name="{style}"{master}>'
                f"{properties}</style:style>"
            )
            style = name
        return f'<{tag} text:style-name="{style}">{self.inline(text)}</{tag.split()[0]}>'

    def inline(self, text: str) -> str:
        out, bold = [], False
        for bit in _INLINE.split(text):
            if bit == "**":
                out.append("</text:span>" if bold else '<text:span text:style-name="Bold">')
                bold = not bold
            elif bit == "\n":
                out.append("<text:line-break/>")
            elif bit == "\t":
                out.append("<text:tab/>")
            elif bit.startswith("{"):
                self.notes += 1
                out.append(
                    f'<text:note text:note-class="footnote"><text:note-citation>{self.notes}</text:note-citation>'
                    f'<text:note-body><text:p text:style-name="Small">{escape(bit[1:-1])}</text:p></text:note-body></text:note>'
                )
            else:
                out.append(escape(bit))
        return "".join(out)

    def list(self, part: Items) -> str:
        name = f"L{len(self.styles)}"
        levels = "".join(self.list_level(level, mark) for level, mark in enumerate(part.marks, start=1))
        self.styles.append(f'<text:list-style style:name="{name}">{levels}</text:list-style>')
        out, depth = [], 0
        for level, text in part.items:
            while depth > level:
                out.append("</text:list-item></text:list>")
                depth -= 1
            if depth == level:
                out.append("</text:list-item><text:list-item>")
            while depth < level:
                depth += 1
                out.append(
                    f'<text:list text:style-name="{name}"><text:list-item>' if depth == 1 else "<text:list><text:list-item>"
                )
            out.append(self.paragraph("Text", self.syllables(text)))
        return "".join(out) + "</text:list-item></text:list>" * depth

    def list_level(self, level: int, mark: str) -> str:
        kind = counted(mark)
        before, _, after = mark.partition(kind) if kind else ("", "", "")
        left = round(self.look.indent * level, 2)
        position = (
            '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
            f'<style:list-level-label-alignment text:label-followed-by="listtab" text:list-tab-stop-position="{left}cm" '
            f'fo:text-indent="-{self.look.indent}cm" fo:margin-left="{left}cm"/></style:list-level-properties>'
        )
        if kind:
            tag, numbers = "number", f'style:num-format="{kind}" style:num-prefix="{before}" style:num-suffix="{after}"'
        else:
            tag, numbers = "bullet", f'text:bullet-char="{mark}"'
        return f'<text:list-level-style-{tag} text:level="{level}" {numbers}>{position}</text:list-level-style-{tag}>'

    def typed_list(self, part: Items) -> str:
        out = []
        for level, mark, text in part.marked():
            left = round(self.look.indent * level, 2)
            inside = f'<style:paragraph-properties fo:margin-left="{left}cm" fo:text-indent="-{self.look.indent}cm">'
            inside += (
                f'<style:tab-stops><style:tab-stop style:position="{left}cm"/></style:tab-stops></style:paragraph-properties>'
            )
            style = self.add("paragraph", inside, **{"parent-style-name": "Text"})
            out.append(self.paragraph(style, f"{mark}\t{self.syllables(text)}"))
        return "".join(out)

    def grid(self, part: Grid) -> str:
        width = self.add("table", f'<style:table-properties style:width="{sum(part.widths)}cm" table:align="left"/>')
        columns = "".join(f'<table:table-column table:style-name="{self.column(w)}"/>' for w in part.widths)
        line = "0.5pt solid #333333"
        padding = f'fo:padding="{self.look.padding}cm"'
        borders = {
            "all": f'fo:border="{line}"',
            "rows": f'fo:border="none" fo:border-bottom="{line}"',
            "none": 'fo:border="none"',
            "shaded": 'fo:border="none"',
        }[part.rules]
        shade = 'fo:background-color="#e4e9ee"'
        dull = self.add("table-cell", f"<style:table-cell-properties {padding} {borders}/>")
        dark = self.add("table-cell", f"<style:table-cell-properties {padding} {borders} {shade}/>")
        rows = []
        for at, row in enumerate(part.rows):
            style = dark if part.rules == "shaded" and at % 2 == 0 else dull
            rows.append(f"<table:table-row>{self.row(part, row, style, at < part.heads)}</table:table-row>")
        head, rest = "".join(rows[: part.heads]), "".join(rows[part.heads :])
        head = f"<table:table-header-rows>{head}</table:table-header-rows>" if head else ""
        return f'<table:table table:style-name="{width}">{columns}{head}{rest}</table:table>' + self.paragraph("Small", "")

    def column(self, width: float) -> str:
        return self.add("table-column", f'<style:table-column-properties style:column-width="{width}cm"/>')

    def row(self, part: Grid, row: Sequence[str | None], style: str, head: bool) -> str:
        out = []
        for at, cell in enumerate(row):
            if cell is None:
                out.append("<table:covered-table-cell/>")
                continue
            covered = next((i for i, other in enumerate(row[at + 1 :]) if other is not None), len(row) - at - 1)
            span = f' table:number-columns-spanned="{covered + 1}"' if covered else ""
            name = "CellHead" if head else "CellRight" if at in part.right else "Cell"
            text = self.paragraph(name, self.syllables(cell))
            out.append(f'<table:table-cell table:style-name="{style}" office:value-type="string"{span}>{text}</table:table-cell>')
        return "".join(out)

    def columns(self, part: Columns) -> str:
        inside = (
            '<style:section-properties text:dont-balance-text-columns="false">'
            f'<style:columns fo:column-count="{part.count}" fo:column-gap="{self.look.gutter}cm"/></style:section-properties>'
        )
        name = self.add("section", inside)
        return f'<text:section text:style-name="{name}" text:name="{name}">{"".join(self.parts(part.parts))}</text:section>'

    def note(self, part: Note) -> str:
        place = 'style:horizontal-pos="from-left" style:horizontal-rel="page-end-margin" style:wrap="run-through"'
        if not part.margin:
            place = 'style:horizontal-pos="right" style:horizontal-rel="paragraph" style:wrap="left"'
        inside = f'<style:graphic-properties draw:fill="none" {place} style:vertical-pos="top" style:vertical-rel="paragraph" '
        inside += f'fo:padding="0.2cm" fo:border="{"none" if part.margin else "0.7pt solid #225588"}" fo:margin-left="0.4cm"/>'
        style = self.add("graphic", inside, **{"parent-style-name": "Box"})
        width = self.look.margin - 0.8 if part.margin else 5.2
        box = f'<draw:text-box fo:min-height="1cm">{self.paragraph("Small", part.text)}</draw:text-box>'
        frame = f'<draw:frame draw:style-name="{style}" text:anchor-type="paragraph" svg:width="{width}cm" svg:x="0.3cm">{box}'
        return f'<text:p text:style-name="Small">{frame}</draw:frame></text:p>'

    def placed(self, part: Placed) -> str:
        inside = (
            '<style:graphic-properties draw:fill="none" fo:border="none" style:wrap="run-through" style:vertical-pos="from-top" '
        )
        inside += 'style:vertical-rel="page" style:horizontal-pos="from-left" style:horizontal-rel="page"/>'
        style = self.add("graphic", inside, **{"parent-style-name": "Box"})
        frames = []
        for left, top, width, parts in reversed(part.frames):
            box = f'<draw:text-box fo:min-height="1cm">{"".join(self.parts(parts))}</draw:text-box>'
            frames.append(
                f'<draw:frame draw:style-name="{style}" text:anchor-type="page" text:anchor-page-number="1" '
                f'svg:x="{left}cm" svg:y="{top}cm" svg:width="{width}cm">{box}</draw:frame>'
            )
        return "".join(frames) + self.paragraph("Small", "")

    def picture(self, part: Picture) -> str:
        data = base64.b64encode(_bars(part)).decode()
        return (
            f'<text:p text:style-name="Text"><draw:frame text:anchor-type="as-char" svg:width="{part.width}cm" '
            f'svg:height="{part.height}cm"><draw:image><office:binary-data>{data}</office:binary-data></draw:image>'
            "</draw:frame></text:p>"
        )


def _bars(part: Picture) -> bytes:
    image = Image.new("RGB", (int(part.width * 40), int(part.height * 40)), "#f3f1ea")
    draw = ImageDraw.Draw(image)
    for at in range(9):
        height = image.height * (0.25 + 0.07 * ((at * 5) % 9))
        left = image.width * (0.05 + at * 0.1)
        draw.rectangle(
            (left, image.height - height, left + image.width * 0.07, image.height), fill=("#3a6b8c", "#c98b2b")[at % 2]
        )
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
