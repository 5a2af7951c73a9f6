"""Feeds of what a search finds (Atom, RFC 4287; RSS 2.0), and the OpenSearch description by which browsers find the search."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape
from xml.etree import ElementTree

from service.listing import Record, printable
from service.texts import cut
from service.web.texts import Texts

MOST = 50  # entries
_ATOM = "http://www.w3.org/2005/Atom"
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_SUMMARY = 400  # characters


def atom(records: Sequence[Record], title: str, own_url: str, page_url: str, published: datetime, t: Texts) -> bytes:
    """Newest first. Papers without any day are left out: nothing could be said about when they changed.

    Ids come from the search and from the documents, not from addresses, so they stay when the service moves.
    """
    dated = _dated(records)
    feed = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": "de"})
    _add(feed, "id", _urn(own_url.partition("://")[2].partition("/")[2]))
    _add(feed, "title", title)
    _add(feed, "updated", _stamp(dated[0][0] if dated else published))
    _add(feed, "link", rel="self", type="application/atom+xml", href=own_url)
    _add(feed, "link", rel="alternate", type="text/html", href=page_url)
    _add(_add(feed, "author"), "name", t("site"))
    for changed, one in dated:
        entry = _add(feed, "entry")
        _add(entry, "id", _urn(one.id))
        _add(entry, "title", _title(one))
        _add(entry, "updated", _stamp(changed))
        _add(entry, "link", rel="alternate", type="text/html", href=one.url)
        if one.body:
            _add(_add(entry, "author"), "name", one.body)
        for term in _terms(one, t):
            _add(entry, "category", term=printable(term))
        _add(entry, "summary", _summary(one))
    return _xml(feed)


def rss(records: Sequence[Record], title: str, own_url: str, page_url: str, published: datetime, t: Texts) -> bytes:
    """The same as RSS 2.0, for readers of feeds that know nothing else."""
    dated = _dated(records)
    root = ElementTree.Element("rss", {"version": "2.0", "xmlns:atom": _ATOM})
    channel = _add(root, "channel")
    _add(channel, "title", title)
    _add(channel, "link", page_url)
    _add(channel, "description", title)
    _add(channel, "language", "de")
    _add(channel, "lastBuildDate", format_datetime(dated[0][0] if dated else published))
    _add(channel, "atom:link", rel="self", type="application/rss+xml", href=own_url)
    for changed, one in dated:
        item = _add(channel, "item")
        _add(item, "title", _title(one))
        _add(item, "link", one.url)
        _add(item, "description", escape(_summary(one)))  # readers of RSS take it for HTML
        for term in _terms(one, t):
            _add(item, "category", term)
        _add(item, "guid", _urn(one.id), isPermaLink="false")
        _add(item, "pubDate", format_datetime(changed))
    return _xml(root)


def _dated(records: Sequence[Record]) -> list[tuple[datetime, Record]]:
    dated = ((one.changed, one) for one in records if one.changed)
    return sorted(dated, key=lambda pair: pair[0], reverse=True)[:MOST]


def _title(one: Record) -> str:
    return f"{one.number}: {one.title}" if one.number else one.title


def _terms(one: Record, t: Texts) -> Iterator[str]:
    return filter(None, (one.kind, t(f"status_{one.status}") if one.status else ""))


def _summary(one: Record) -> str:
    text = cut(one.text, _SUMMARY)
    return text if text == one.text else f"{text} …"


def description(base: str, t: Texts) -> bytes:
    """The OpenSearch 1.1 description document: the page, the feed and suggestions."""
    root = ElementTree.Element("OpenSearchDescription", {"xmlns": _OPENSEARCH})

    def add(name: str, text: str | None = None, **attributes: str) -> None:
        ElementTree.SubElement(root, name, attributes).text = text

    add("ShortName", t("site")[:16])
    add("Description", t("opensearch_description"))
    add("InputEncoding", "UTF-8")
    add("Url", type="text/html", template=f"{base}/suche?q={{searchTerms}}")
    add("Url", type="application/atom+xml", template=f"{base}/suche.atom?q={{searchTerms}}")
    add("Url", type="application/x-suggestions+json", template=f"{base}/suche/vorschlaege?q={{searchTerms}}")
    add("Image", f"{base}/favicon.ico", type="image/svg+xml")
    return _xml(root)


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    one = ElementTree.SubElement(parent, name, attributes)
    one.text = printable(text) if text else None
    return one


def _urn(name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, name)}"


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _xml(root: ElementTree.Element) -> bytes:
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))
