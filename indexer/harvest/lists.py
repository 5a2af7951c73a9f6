"""OParl's lists, page by page, as real servers serve them.

Known oddities, each met in the wild: HTTP 404 for an empty window; a ``next`` link that loses the filter or leaves "+"
unencoded; a full page without ``next`` although there is more; the same page under ever new addresses. A list that may be
cut short says so in ``complete``: what it does not name is then not taken for deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx

from indexer.errors import FetchError, RefusedAddress, Unavailable, Unusable
from indexer.harvest.client import Client
from indexer.harvest.objects import key_of

_MOST_PAGES = 20_000


@dataclass(frozen=True)
class _Page:
    items: list[object]
    next: str | None
    size: int | None  # elementsPerPage
    total: int | None  # totalElements


class Listing:
    """One list. Iterate over ``items()``; then these say how it ended.

    ``complete``: all of it was seen. ``problem``: why not. ``failed``: because a page could not be fetched, which may pass.
    """

    def __init__(self, client: Client, url: str, since: datetime | None = None) -> None:
        self._client = client
        self._url = url
        self._since = f"{since:%Y-%m-%dT%H:%M:%SZ}" if since else None  # no "+", which servers echo unencoded
        self._total: int | None = None
        self._size: int | None = None
        self.complete = False
        self.problem: FetchError | None = None
        self.failed = False

    def items(self) -> Iterator[object]:
        """Objects or references, each once."""
        seen: set[str] = set()
        unnamed = 0
        url = self._filtered(self._url)
        for number in range(1, _MOST_PAGES + 1):
            try:
                page = self._page(url, first=number == 1, any_seen=bool(seen))
            except FetchError as error:
                self.problem = error
                self.failed = not isinstance(error, RefusedAddress) and not (isinstance(error, Unavailable) and error.withdrawn)
                return
            self._total = page.total or self._total
            self._size = page.size or self._size
            before = len(seen)
            for item in page.items:
                key = _key(item)
                if key is None or key not in seen:
                    yield item
                seen |= {key} if key else set()
                unnamed += key is None
            following = page.next or self._guessed(page, number + 1, len(seen) + unnamed)
            if len(seen) == before or following is None:
                self._close(len(seen) + unnamed, repeats=len(seen) == before and bool(page.items), linked=page.next is not None)
                return
            url = self._filtered(following)
        self.problem = Unusable(url=self._url, reason=f"> {_MOST_PAGES} Seiten / pages")

    def _guessed(self, page: _Page, number: int, seen: int) -> str | None:
        """The next page's address where the server gives none although this one need not be the last."""
        if self._total is not None:
            more = seen < self._total
        else:
            more = bool(page.items) and (self._size is None or len(page.items) >= self._size)
        return str(httpx.URL(self._url).copy_set_param("page", number)) if more else None

    def _close(self, seen: int, *, repeats: bool, linked: bool) -> None:
        """Complete if the total agrees; without one, unless it repeats itself where it should go on."""
        if self._total is not None:
            self.complete = seen >= self._total
        else:
            self.complete = not repeats or (not linked and self._size is None)
        if not self.complete:
            named = "?" if self._total is None else self._total
            self.problem = Unusable(url=self._url, reason=f"Liste bricht ab / list cut short: {seen} / {named}")

    def _page(self, url: str, *, first: bool, any_seen: bool) -> _Page:
        try:
            raw = self._client.json(url)
        except Unavailable as error:
            if error.status == 404 and ((first and self._since) or any_seen):  # an empty window, or behind the last page
                return _Page([], None, None, None)
            raise
        if isinstance(raw, list):  # a list without its envelope
            return _Page(raw, None, None, None)
        if not isinstance(raw, Mapping) or not isinstance(raw.get("data"), list):
            raise Unusable(url=url, reason="keine OParl-Liste / no OParl list")
        links, pagination = _mapping(raw.get("links")), _mapping(raw.get("pagination"))
        following = links.get("next")
        return _Page(
            raw["data"],
            following if isinstance(following, str) and key_of(following) else None,
            _number(pagination.get("elementsPerPage")),
            _number(pagination.get("totalElements")),
        )

    def _filtered(self, url: str) -> str:
        """The address with our filter, well encoded, whatever the server made of it."""
        if self._since is None:
            return url
        return str(httpx.URL(url).copy_set_param("modified_since", self._since))


def _key(item: object) -> str | None:
    return key_of(item.get("id") if isinstance(item, Mapping) else item)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
