"""Other sites: which of them may ask from their pages (CORS), and which may frame the chat.

Sites of the widget may ask what it asks; sites of the interface, all of ``/api/v1``, with a key if they have one. Cookies
("credentials") are never allowed. The widget's own files may be loaded from everywhere (web/pages.py):
they hold nothing that is not public, and what they ask for is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers

from service.headers import HEADERS
from service.origins import foreign_origin
from service.settings import ServiceSettings

SHARED = frozenset(f"/api/v1/{name}" for name in ("about", "ask", "search", "suggest"))  # what the widget asks
ASKING = "/api/v1/ask"  # it makes work, so a page of a site that is not allowed is refused, not only kept from reading

WIDGET_FILE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}  # headers of its own files


_READABLE = {"Access-Control-Expose-Headers": "Content-Disposition, ETag, RateLimit, RateLimit-Policy, Retry-After"}
_PREFLIGHT = {"Access-Control-Allow-Methods": "GET, POST", "Access-Control-Max-Age": "600"}


def is_interface(path: str) -> bool:
    return path.startswith("/api/v1/") and not path.startswith("/api/v1/operator/")


def shared_headers(path: str, headers: Headers, settings: ServiceSettings) -> Mapping[str, str]:
    """What lets the page of an allowed site read the response; nothing for all others."""
    origin = foreign_origin(headers)
    if origin is None or not is_interface(path):
        return {}
    if origin in settings.api_sites:
        return {"Access-Control-Allow-Origin": origin, **_READABLE}
    return {"Access-Control-Allow-Origin": origin} if path in SHARED and origin in settings.widget_sites else {}


def preflight_headers(headers: Headers, settings: ServiceSettings) -> Mapping[str, str]:
    """What an allowed site may send."""
    keys = foreign_origin(headers) in settings.api_sites
    return _PREFLIGHT | {"Access-Control-Allow-Headers": "authorization, content-type" if keys else "content-type"}


def framed_by(allowed: frozenset[str]) -> Mapping[str, str]:
    """Security headers of a page that allowed sites may show in a frame."""
    name = "Content-Security-Policy"
    ancestors = " ".join(sorted(allowed)) or "'none'"
    return {name: HEADERS[name].replace("frame-ancestors 'none'", f"frame-ancestors {ancestors}")}
