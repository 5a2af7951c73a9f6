"""Which part of a web page is the paper: navigation, log-in, search, cookie notices and footers are taken out of it.

General habits of web pages and of council information systems, no rule for a single host: landmarks, names of classes and ids,
lists that are nothing but short links, the part that holds most of the text that is no link.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from indexer.parsing.layout import clean

_NEVER = (
    "script, style, template, noscript, nav, input, textarea, button, select, iframe, object, svg, dialog, head, "
    "[hidden], [aria-hidden=true]:not(label)"
)
_FRAME = "header, footer, aside, [role=navigation], [role=banner], [role=contentinfo], [role=search], [role=complementary]"
_MAIN = ("main", "[role=main]", "article", "#content", "#main", ".content")
_PARTS = r"nav|navigation|navbar|navi|menue?|breadcrumbs?|brotkrumen|footer|sidebar|toolbar|pagination|login|anmeldung"
_MENU = re.compile(  # a whole class name or id: "main-nav", "smcmenu", "skip-links", but not "has-sidebar"
    rf"(?:^|\s)(?!(?:has|is|no|with)[-_])(?:[\w-]{{0,30}}[-_]|main|top|sub|meta|page|site|left|right|ris|smc)?(?:{_PARTS})(?:\s|$)"
    r"|(?:^|\s)(?:cookie[-_\w]*|consent[-_\w]*|skip[-_]?(?:links?|nav|to[-_]\w+)|search[-_]?(?:box|form|bar)|suchformular|suchfeld)"
    r"(?:\s|$)"
)
_TOOLS = re.compile(
    r"(?:(?:Diese )?(?:Seite )?drucken|Druck(?:ansicht|version)|zurück(?: zu.{0,30})?|nach oben|(?:zum )?Seitenanfang"
    r"|zum Inhalt(?: springen)?|(?:Seite )?(?:vorlesen|weiterempfehlen|teilen|merken|empfehlen)|Startseite|Home"
    r"|(?:An|Ab)melden|Log(?:in|out)|Hilfe|Impressum|Datenschutz(?:erklärung)?|Barrierefreiheit|Kontakt|Sitemap"
    r"|Abonnement abschließen|PDF herunterladen)",
    re.IGNORECASE,
)
_MOSTLY = 0.75  # of the text that is no link: the part that holds so much is the paper
_LINKS_ONLY = 0.9  # of a list's text
_LONGEST_LINK = 40  # characters, on average: a menu's; names of papers are longer
_FEWEST_LINKS = 4
_DEEPEST = 50


def main_part(tree: LexborHTMLParser) -> tuple[LexborNode | None, str]:
    """The element that holds the paper, cleared of what is not its text, and a title that stands elsewhere, "" if none does."""
    _drop(tree.css(_NEVER))
    root = next((found[0] for selector in _MAIN if len(found := tree.css(selector)) == 1 and _substantial(found[0])), None)
    if root is not None:
        _clear(root)
        return root, ""
    _drop(tree.css(_FRAME))
    if tree.body is None:
        return None, ""
    _clear(tree.body)
    titles = [clean(node.text()) for node in tree.css("h1")]
    root = _densest(tree.body)
    title = titles[0] if titles and root.css_first("h1") is None else ""
    return root, title


def without_menus(tree: LexborHTMLParser) -> LexborNode | None:
    """The whole page but its links, forms and scripts."""
    _drop(tree.css(f"{_NEVER}, a, form, title"))
    return tree.body


def _substantial(node: LexborNode) -> bool:
    return len(clean(node.text())) >= 40


def _clear(root: LexborNode) -> None:
    """Takes out menus by their names, links that are tools of the page, forms that only ask, lists of short links."""
    whole = len(clean(root.text())) or 1
    named = [node for node in root.css("[class], [id]") if _MENU.search(_names(node))]
    _drop([node for node in named if len(clean(node.text())) < whole / 2])  # no name makes the most of a page a menu
    _drop([link for link in root.css("a") if _TOOLS.fullmatch(clean(link.text()))])
    _drop([links for links in root.css("ul, ol") if _is_menu(links)])


def _names(node: LexborNode) -> str:
    return f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}".lower()


def _drop(nodes: Sequence[LexborNode]) -> None:
    """Takes elements out; one inside another goes with it and must not be touched afterwards."""
    going = {node.mem_id for node in nodes}
    for node in [node for node in nodes if not _lies_in(node, going)]:
        node.decompose()


def _lies_in(node: LexborNode, going: set[int]) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.mem_id in going:
            return True
        parent = parent.parent
    return False


def _is_menu(listed: LexborNode) -> bool:
    links = [clean(link.text()) for link in listed.css("a")]
    length = sum(map(len, links))
    text = len(clean(listed.text()))
    return len(links) >= _FEWEST_LINKS and length >= _LINKS_ONLY * text and length <= _LONGEST_LINK / 2 * len(links)


def _densest(root: LexborNode) -> LexborNode:
    """The smallest element that still holds most of the text."""
    least = _MOSTLY * _own_text(root)
    for _ in range(_DEEPEST):
        child = next((child for child in root.iter() if _own_text(child) >= least), None)
        if child is None or child.tag in ("table", "p", "ul", "ol", "dl"):
            break
        root = child
    return root


def _own_text(node: LexborNode) -> int:
    """How much text is no link."""
    return len(clean(node.text())) - sum(len(clean(link.text())) for link in node.css("a"))
