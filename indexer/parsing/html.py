"""HTML to blocks. A council page is mostly navigation: only its main part is read, and scripts, forms and menus never."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from indexer.domain import BlockKind
from indexer.errors import BrokenFile
from indexer.parsing.layout import LaidOut, RawBlock, clean, lay_out, row_text
from indexer.parsing.text import decode

_NEVER = (
    "script, style, template, noscript, nav, input, textarea, button, select, iframe, object, svg, dialog, head, "
    "[hidden], [aria-hidden=true]"
)
_FRAME = "header, footer, aside, [role=navigation], [role=banner], [role=contentinfo], [role=search], [role=complementary]"
_MAIN = ("main", "[role=main]", "article", "#content", "#main", ".content")
_MENU = re.compile(  # a whole class name or id: "main-nav", "breadcrumb", but not "has-sidebar"
    r"(?:^|\s)(?:(?:main|top|sub|meta|page|site|left|right)[-_]?)?"
    r"(?:nav|navigation|navbar|menu|breadcrumbs?|footer|cookie[-_\w]*|sidebar|skip[-_]?links?|toolbar|pagination)(?:\s|$)"
)
_AS_BROWSERS_DO = {"iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252"}
_BLOCKS = frozenset(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure footer header hr html main ol p pre "
    "section summary ul".split()
)
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
_DEEPEST = 150  # nesting beyond it is no document
_ABSURD = 25_000  # nesting beyond it takes an HTML parser, which looks through all that is open at each tag, minutes
_NESTING = re.compile(rf"<(/?)(?:{'|'.join(sorted(_BLOCKS - {'p', 'hr'}))})[\s/>]", re.IGNORECASE)


def parse(data: bytes) -> LaidOut:
    return lay_out(blocks_of(_decoded(data)))


def _decoded(data: bytes) -> str:
    named = _CHARSET.search(data[:4096])
    if named and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            label = named.group(1).decode("ascii").lower()  # the page was read as ASCII so far: it cannot be UTF-16
            return decode(data) if label.startswith("utf") else data.decode(_AS_BROWSERS_DO.get(label, label), "replace")
        except LookupError:
            pass
    return decode(data)


def blocks_of(source: str) -> list[RawBlock]:
    """The blocks of a page's main part; of the whole page where it names none. Raises BrokenFile."""
    _refuse_absurd_nesting(source)
    tree = LexborHTMLParser(source)
    for node in tree.css(_NEVER):
        node.decompose()
    root = next((found[0] for selector in _MAIN if len(found := tree.css(selector)) == 1 and _substantial(found[0])), None)
    if root is None:
        for node in tree.css(_FRAME):
            node.decompose()
        root = tree.body
    if root is None:
        return []
    for node in root.css("[class], [id]"):
        if _MENU.search(f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}".lower()):
            node.decompose()
    walk = _Walk()
    walk.visit(root, 0)
    walk.flush()
    return walk.blocks


def _refuse_absurd_nesting(source: str) -> None:
    depth = 0
    for tag in _NESTING.finditer(source):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > _ABSURD:
            raise BrokenFile(reason=f"über / over {_ABSURD} Ebenen / levels")


def _substantial(node: LexborNode) -> bool:
    return len(clean(node.text())) >= 40


def _inline(root: LexborNode) -> str:
    """The text of a heading or cell: a blank where a line or block ends, none where only the type changes."""
    parts: list[str] = []
    for node in root.traverse(include_text=True):
        if node.tag == "-text":
            parts.append(node.text_content or "")
        elif node.tag == "br" or node.tag in _BLOCKS or node.tag == "li":
            parts.append(" ")
    return "".join(parts)


class _Walk:
    """Collects inline text until a block begins or ends."""

    def __init__(self) -> None:
        self.blocks: list[RawBlock] = []
        self._text: list[str] = []
        self._lists = 0
        self._item = False  # the next text opens a list item

    def flush(self) -> None:
        text = clean("".join(self._text))
        self._text.clear()
        if text:
            kind: BlockKind = "list_item" if self._item else "paragraph"
            self.blocks.append(RawBlock(kind, text, level=self._lists if self._item else 0))
            self._item = False

    def visit(self, node: LexborNode, depth: int) -> None:
        if depth > _DEEPEST:
            self._text.append(f" {_inline(node)} ")
            return
        tag = node.tag
        if tag == "-text":
            self._text.append(node.text_content or "")
        elif tag in _HEADINGS:
            self.flush()
            self.blocks.append(RawBlock("heading", _inline(node), level=_HEADINGS[tag]))
        elif tag == "table":
            self.flush()
            self._table(node, depth)
        elif tag == "img":
            self._picture(node)
        elif tag == "br":
            self._text.append(" ") if self._item else self.flush()
        elif tag == "li":
            self.flush()
            self._item = True
            self._children(node, depth)
            self.flush()
            self._item = False
        elif tag in _BLOCKS:
            self.flush()
            self._lists += tag in ("ul", "ol")
            self._children(node, depth)
            self.flush()
            self._lists -= tag in ("ul", "ol")
        else:
            self._children(node, depth)

    def _children(self, node: LexborNode, depth: int) -> None:
        child = node.child
        while child is not None:
            self.visit(child, depth + 1)
            child = child.next

    def _picture(self, node: LexborNode) -> None:
        """A picture speaks by its description; without one it is a gap, if something announced it."""
        description = clean(node.attributes.get("alt") or "")
        if description:
            self._text.append(f" {description} ")
        else:
            self.flush()
            self.blocks.append(RawBlock("paragraph", "", picture=True))

    def _table(self, table: LexborNode, depth: int) -> None:
        """Rows of a data table; a table that only lays out the page (nested tables) is walked through."""
        if table.css_first("table table") is not None or table.css_first("td ul, td p + p, td h2, td h3") is not None:
            self._children(table, depth)
            return
        for number, row in enumerate(table.css("tr")):
            cells = row.css("th, td")
            if not any(clean(cell.text()) for cell in cells):
                continue
            head = all(cell.tag == "th" for cell in cells) and len(cells) > 1 and number == 0
            kind: BlockKind = "table_head" if head else "table_row"
            self.blocks.append(RawBlock(kind, row_text(_inline(cell) for cell in cells)))
