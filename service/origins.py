"""Which site a request comes from, by what its browser says, and which other sites may ask.

A site is its origin, scheme, host and port, compared as a whole and letter by letter: no wildcards, no suffixes, never "null".
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers

_ORIGIN = re.compile(r"(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::([1-9][0-9]{0,4}))?")
_USUAL = {"https": "443", "http": "80"}


def origins(listed: str | None) -> frozenset[str]:
    """The origins of a comma-separated list as browsers send them. Raises ValueError, which shows the first that is none.

    >>> sorted(origins("https://www.landkreis.example, http://intranet:8080"))
    ['http://intranet:8080', 'https://www.landkreis.example']
    """
    return frozenset(_origin(one.strip()) for one in (listed or "").split(",") if one.strip())


def _origin(text: str) -> str:
    found = _ORIGIN.fullmatch(text)
    if found is None or found[3] == _USUAL[found[1]]:
        raise ValueError(f"{text!r}: scheme, host in lower case (xn--… for umlauts) and port if unusual, nothing after it")
    return text


def same_origin(headers: Headers) -> bool:
    """Whether the browser says that a page of this site sent the request. Over plain HTTP it does so only by Origin."""
    site = headers.get("sec-fetch-site")
    origin = urlsplit(headers.get("origin", "")).netloc
    return site == "same-origin" if site else bool(origin) and origin == headers.get("host")


def foreign_origin(headers: Headers) -> str | None:
    """The other site that the request comes from; None: this one, or no browser's page."""
    sent = headers.getlist("origin")
    if len(sent) > 1:
        return "null"  # a browser sends one
    return None if not sent or same_origin(headers) else sent[0]


def from_this_site(headers: Headers, public_url: str | None) -> bool:
    """Whether no browser sent a POST, or a page of this site under the address that the operator says, or that has no name.

    Browsers say with each POST which site sends it. A foreign name that was turned to this computer (DNS rebinding) stands in
    Host, too; so a name counts only if it is the operator's.
    """
    sent = headers.getlist("origin")
    if len(sent) != 1:
        return not sent
    if public_url is not None and sent[0] == public_url.lower():
        return True
    try:
        origin = urlsplit(sent[0])
        return origin.netloc == headers.get("host") and (
            origin.hostname == "localhost" or bool(ip_address(origin.hostname or ""))
        )
    except ValueError:
        return False
