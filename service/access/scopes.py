"""What a key must be for, by address. An address that is not here is for no key; one that needs nothing is named, too."""

from __future__ import annotations

from service.access.readers import Reader, Scope
from service.errors import NoSuchAddress

# The same for everybody: nobody is asked who they are, and an ended login breaks no page of another site with the widget.
UNASKED = ("/static/", "/health/", "/widget.js", "/robots.txt", "/favicon.ico", "/.well-known/")
_NOTHING: tuple[str, ...] = (
    *("/hilfe", "/ueber", "/impressum", "/datenschutz", "/barrierefreiheit", "/barriere-melden", "/ki-hinweis"),
    *("/einbetten", "/opensearch.xml"),
    *("/api/v1/about", "/api/v1/openapi.json"),
    *("/anmelden", "/anmelden/zurueck", "/abmelden", "/betrieb", "/betrieb/urteile.csv", "/api/v1/operator/books"),
    *("/v1/models", "/mcp", "/metrics"),  # at /mcp each tool demands its own
)
_EXACT: dict[str, Scope] = {
    "/": "ask",
    "/api/v1/ask": "ask",
    "/v1/chat/completions": "ask",
    "/suche": "search",
    "/api/v1/search": "search",
    "/api/v1/suggest": "search",
    "/api/v1/bodies": "search",
    "/api/v1/papers": "documents",
}
_BELOW: dict[str, Scope] = {
    "/antwort/": "ask",
    "/geteilt/": "ask",
    "/suche.": "search",
    "/suche/": "search",
    "/dokumente/": "documents",
    "/vorlagen/": "documents",
    "/api/v1/documents/": "documents",
    "/api/v1/papers/": "documents",
}


def needed(path: str) -> Scope | None:
    """What a key must be for there; None: anything. Raises NoSuchAddress."""
    if path in _NOTHING or path.startswith((*UNASKED, "/v1/models/")):
        return None
    found = _EXACT.get(path) or next((scope for start, scope in _BELOW.items() if path.startswith(start)), None)
    if found is None:
        raise NoSuchAddress(path=path)
    return found


def check_scope(reader: Reader, path: str) -> None:
    """Raises ScopeMissing, NoSuchAddress."""
    if reader.kind == "key" and (scope := needed(path)):
        reader.demand(scope)
