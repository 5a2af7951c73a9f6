"""HTML to blocks. A council page is mostly navigation: only its main part is read, and scripts, forms and menus never."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from indexer.domain import CELL_SEPARATOR, BlockKind
from indexer.errors import BrokenFile
from indexer.parsing.layout import LaidOut, RawBlock, clean, lay_out, row_text
from indexer.parsing.mainpart import main_part, without_menus
from indexer.parsing.stamps import stamps_of
from indexer.parsing.text import decode

_AS_BROWSERS_DO = {"iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252"}
_BLOCKS = frozenset(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure footer header hr html main ol p pre "
    "section summary ul".split()
)
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
_LABEL = re.compile(r"[^\W\d_][^:]{0,45}:?$")
_LABEL_CLASS = re.compile(r"(?:^|[\s_-])(?:key|label|caption|head|title|term)(?:$|[\s_-])")
_INSIDE_VALUE = frozenset("table ul ol dl h1 h2 h3 h4 h5 h6".split())
_LONGEST_STAMP = 40  # characters
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
    root, title = main_part(LexborHTMLParser(source))
    if root is None:
        return []
    blocks = _walked(root)
    if title:
        blocks = [RawBlock("heading", title, level=1), *blocks]
    told = {clean(block.text) for block in blocks}
    return [*(stamp for stamp in _stamps(source) if stamp.text not in told), *blocks]


def _walked(root: LexborNode) -> list[RawBlock]:
    walk = _Walk()
    walk.visit(root, 0)
    walk.flush()
    return walk.blocks


def _stamps(source: str) -> list[RawBlock]:
    """Short lines anywhere on the page that may mark the paper; no links: a menu may lead to what is not public."""
    if (body := without_menus(LexborHTMLParser(source))) is None:
        return []
    lines = (clean(block.text.replace(CELL_SEPARATOR, " ")) for block in _walked(body))
    return stamps_of(line for line in lines if len(line) <= _LONGEST_STAMP)


def _refuse_absurd_nesting(source: str) -> None:
    depth = 0
    for tag in _NESTING.finditer(source):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > _ABSURD:
            raise BrokenFile(reason=f"über / over {_ABSURD} Ebenen / levels")


def _inline(root: LexborNode) -> str:
    """The text of a heading or cell: a blank where a line or block ends, none where only the type changes."""
    parts: list[str] = []
    for node in root.traverse(include_text=True):
        if node.tag == "-text":
            parts.append(node.text_content or "")
        elif node.tag == "br" or node.tag in _BLOCKS or node.tag == "li":
            parts.append(" ")
    return "".join(parts)


def _elements(node: LexborNode) -> list[LexborNode]:
    return list(node.iter())


def _is_pair(node: LexborNode) -> bool:
    """A label and its value, laid out by style alone: two elements, and the first ends in a colon or is called a label."""
    children = _elements(node)
    if len(children) != 2 or clean(node.text(deep=False)):
        return False
    label = clean(children[0].text())
    named = bool(_LABEL_CLASS.search((children[0].attributes.get("class") or "").lower()))
    return (
        bool(_LABEL.match(label))
        and children[0].tag in ("div", "span", "strong", "b", "label")
        and (label.endswith(":") or named)
    )


def _row(cells: list[LexborNode], held: dict[int, tuple[int, str]]) -> list[str]:
    """The texts of a row; a cell that reaches down from a row above is repeated. ``held``: by column, how far, and its text."""
    texts: list[str] = []
    column = 0
    for cell in [*cells, None]:
        while held.get(column, (0, ""))[0]:
            rest, text = held[column]
            held[column] = rest - 1, text
            texts.append(text)
            column += 1
        if cell is not None:
            texts.append(clean(_inline(cell)))
            held[column] = _span(cell, "rowspan") - 1, texts[-1]
            column += _span(cell, "colspan")
    return texts


def _span(cell: LexborNode, name: str) -> int:
    number = cell.attributes.get(name) or "1"
    return int(number) if re.fullmatch(r"[1-9]\d{0,2}", number) else 1


def _is_head(cells: list[LexborNode], texts: list[str]) -> bool:
    """Whether a first row names the columns: it says so, or holds at least three words, no label and no figure."""
    if all(cell.tag == "th" for cell in cells):
        return len(cells) > 1
    return len(cells) > 2 and all(text and not text.endswith(":") and not re.search(r"\d", text) for text in texts)


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
        elif tag == "li" and not _is_pair(node):
            self.flush()
            self._item = True
            self._children(node, depth)
            self.flush()
            self._item = False
        elif tag == "dl" or (tag in ("div", "li") and _is_pair(node)):
            self.flush()
            self._pairs(node, depth)
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

    def _pairs(self, node: LexborNode, depth: int) -> None:
        """Labels with their values, each pair on a line: "Datum: 03.06.2024"."""
        for number, child in enumerate(_elements(node)):
            if child.tag == "div" and node.tag == "dl":  # it may group a dt with its dd
                self._pairs(child, depth + 1)
            elif child.tag == "dt" or (node.tag != "dl" and number == 0):
                self.flush()
                label = clean(_inline(child))
                self._text.append(label if label.endswith((":", "?")) or not label else f"{label}:")
            elif child.tag in _INSIDE_VALUE or any(child.css_first(tag) is not None for tag in _INSIDE_VALUE):
                self.flush()
                self.visit(child, depth + 1)
            else:
                self._text.append(f" {_inline(child)}")
        self.flush()

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
        tables_inside = len(table.css("table")) > 1  # it finds itself, too
        rows = [row.css("th, td") for row in table.css("tr")]
        is_data = sum(len(cells) >= 3 for cells in rows) >= 2
        if (
            tables_inside
            or table.css_first("td h2, td h3") is not None
            or (not is_data and table.css_first("td ul, td p + p") is not None)
        ):
            self._children(table, depth)
            return
        held: dict[int, tuple[int, str]] = {}
        for number, cells in enumerate(rows):
            texts = _row(cells, held)
            if any(texts):
                head = number == 0 and len(rows) > 1 and _is_head(cells, texts)
                self.blocks.append(RawBlock("table_head" if head else "table_row", row_text(texts)))
