"""The widget on other sites: which of them may ask from their pages (CORS), and which may frame the chat.

No credentials are ever allowed: there is none to send. The widget's own files may be loaded from everywhere (web/pages.py):
they hold nothing that is not public, and what they ask for is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers

from service.headers import HEADERS
from service.origins import foreign_origin

SHARED = frozenset(f"/api/v1/{name}" for name in ("about", "ask", "search", "suggest"))  # what the widget asks
ASKING = "/api/v1/ask"  # it makes work, so a page of a site that is not allowed is refused, not only kept from reading

WIDGET_FILE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}  # headers of its own files


def shared_headers(path: str, headers: Headers, allowed: frozenset[str]) -> Mapping[str, str]:
    """What lets the page of an allowed site read the response; nothing for all others."""
    origin = foreign_origin(headers)
    return {"Access-Control-Allow-Origin": origin} if path in SHARED and origin in allowed and origin is not None else {}


def framed_by(allowed: frozenset[str]) -> Mapping[str, str]:
    """Security headers of a page that allowed sites may show in a frame."""
    name = "Content-Security-Policy"
    ancestors = " ".join(sorted(allowed)) or "'none'"
    return {name: HEADERS[name].replace("frame-ancestors 'none'", f"frame-ancestors {ancestors}")}
