"""Styles, page layouts and page headers and footers of a paper as OpenDocument."""

from __future__ import annotations

from xml.sax.saxutils import escape

from benchmarks.typeset.parts import Look, Paper

_A4 = (21.0, 29.7)


def common_styles(look: Look) -> str:
    align = "justify" if look.justified else "start"
    styles = [
        '<style:default-style style:family="paragraph"><style:text-properties fo:language="de" fo:country="DE" '
        'fo:font-family="Liberation Serif" fo:font-size="11pt"/></style:default-style>',
        _style("Text", font=look.font, size=look.size, align=align, after=look.space, leading=look.leading),
        _style("Cell", font=look.font, size=look.size - 1),
        _style("CellRight", font=look.font, size=look.size - 1, align="end"),
        _style("CellHead", font=look.font, size=look.size - 1, bold=True),
        _style("Small", font=look.font, size=look.size - 2.5),
        _style("Frame", font=look.font, size=look.size - 2.5, align="center"),
        _style("Right", font=look.font, size=look.size, align="end", after=look.space),
        _style("Letterhead", font=look.heading_font, size=look.heading_sizes[0] + 3, bold=True, after=2),
        _style("Caption", font=look.font, size=look.size - 1.5, after=look.space),
        _style("BoldLine", font=look.font, size=look.size, bold=True, before=8, after=3, keep=True),
        '<style:style style:name="Bold" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>',
        '<style:style style:name="Raised" style:family="text"><style:text-properties style:text-position="super 58%"/>'
        "</style:style>",
        # A frame whose style has no parent is taken for a drawing, and its text loses its styles.
        '<style:style style:name="Box" style:family="graphic"><style:graphic-properties fo:padding="0cm"/></style:style>',
        '<text:notes-configuration text:note-class="footnote" style:num-format="1" '
        'text:citation-body-style-name="Raised" text:citation-style-name="Raised"/>',
    ]
    for level, size in enumerate(look.heading_sizes, start=1):
        styles.append(_style(f"H{level}", font=look.heading_font, size=size, bold=True, before=10, after=4, keep=True))
    return "".join(styles)


def _style(
    name: str,
    font: str,
    size: float,
    align: str = "start",
    bold: bool = False,
    before: float = 0,
    after: float = 0,
    leading: int = 100,
    keep: bool = False,
) -> str:
    return (
        f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties fo:text-align="{align}" '
        f'fo:margin-top="{before}pt" fo:margin-bottom="{after}pt" fo:line-height="{leading}%" '
        f'fo:orphans="2" fo:widows="2" fo:keep-with-next="{"always" if keep else "auto"}"/>'
        f'<style:text-properties fo:font-family="{font}" fo:font-size="{size}pt" fo:hyphenate="false" '
        f'fo:font-weight="{"bold" if bold else "normal"}"/></style:style>'
    )


def page_layouts(paper: Paper) -> str:
    return "".join(_page_layout(paper, name) for name in ("Standard", "Landscape", "Roman"))


def _page_layout(paper: Paper, name: str) -> str:
    width, height = reversed(_A4) if name == "Landscape" else _A4
    turned = "landscape" if name == "Landscape" else "portrait"
    numbers = "i" if name == "Roman" else "1"
    frame = '<style:{0}-style><style:header-footer-properties fo:min-height="0.9cm" fo:margin-{1}="0.4cm"/></style:{0}-style>'
    return (
        f'<style:page-layout style:name="Page{name}"><style:page-layout-properties '
        f'fo:page-width="{width}cm" fo:page-height="{height}cm" fo:margin="{paper.look.margin}cm" '
        f'style:print-orientation="{turned}" style:num-format="{numbers}"/>'
        f"{frame.format('header', 'bottom') if paper.header else ''}"
        f"{frame.format('footer', 'top') if paper.footer else ''}</style:page-layout>"
    )


def master_pages(paper: Paper) -> str:
    frames = ""
    for kind, text in (("header", paper.header), ("footer", paper.footer)):
        if text:
            line = escape(text).replace("##", "<text:page-count/>")
            line = line.replace("#", '<text:page-number text:select-page="current"/>')
            frames += f'<style:{kind}><text:p text:style-name="Frame">{line}</text:p></style:{kind}>'
    names = ("Standard", "Landscape", "Roman")
    return "".join(
        f'<style:master-page style:name="{n}" style:page-layout-name="Page{n}">{frames}</style:master-page>' for n in names
    )
