"""Which hosts may be asked, and at which address.

Links come from the server and are hostile: a link into the own network would make the harvester a door into it. So only the
host of the endpoint and those the operator allows are asked; their names are resolved once, checked, and the connection goes
to the checked address, whatever the name means later. Addresses inside the network count only if the endpoint itself is inside.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence

import httpx

from indexer.errors import RefusedAddress, Unavailable

Resolve = Callable[[str], list[str]]
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_WEB_PORTS = (80, 443)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LONGEST_URL = 2_000


def resolve(host: str) -> list[str]:
    """The addresses of a host name. Raises OSError or UnicodeError."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)))


def is_inside(text: str) -> bool:
    """Whether an address is not one of the public internet: loopback, private, link-local, or such a one in disguise.

    >>> [is_inside(a) for a in ("10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "9.9.9.9")]
    [True, True, True, True, True, False]
    """
    address: _Address | None = ipaddress.ip_address(text.partition("%")[0])
    while isinstance(address, ipaddress.IPv6Address) and (hidden := _embedded(address)) is not None:
        address = hidden
    return address is None or not address.is_global or address.is_multicast or address.is_reserved


def _embedded(address: ipaddress.IPv6Address) -> _Address | None:
    if address in _NAT64 or int(address) >> 32 == 0:  # the second: IPv4-compatible, long out of use
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]


class Hosts:
    """The hosts that may be asked. Raises RefusedAddress, or Unavailable if a name leads nowhere."""

    def __init__(self, root: httpx.URL, also: Sequence[str] = (), resolved: Resolve = resolve) -> None:
        self._resolve = resolved
        self._addresses: dict[str, str] = {}
        own = (root.host, _port(root))
        self._allowed = {own, *((root.host, port) for port in _WEB_PORTS)}
        for name in also:
            host, _, port = name.lower().partition(":")
            self._allowed |= {(host, int(port))} if port.isdecimal() else {(host, port) for port in _WEB_PORTS}
        self.inside = any(is_inside(address) for address in self._resolved(root))

    def checked(self, link: str, base: httpx.URL | None = None) -> httpx.URL:
        """The link as an address that may be asked. Nothing is resolved yet."""
        shown = link[:200]
        try:
            url = httpx.URL(link.strip()) if base is None else base.join(link.strip())
        except (httpx.InvalidURL, ValueError, TypeError) as error:
            raise RefusedAddress(url=shown, reason=error) from error
        if url.scheme not in ("http", "https") or not url.host or len(str(url)) > _LONGEST_URL:
            raise RefusedAddress(url=shown, reason="nur http und https / only http and https")
        if url.userinfo:
            raise RefusedAddress(url=shown, reason="Kennung in der Adresse / credentials in the address")
        if (url.host, _port(url)) not in self._allowed:
            raise RefusedAddress(url=shown, reason="fremder Rechner / other host")
        return url

    def address(self, url: httpx.URL) -> str:
        """The address to connect to: looked up once per run, so that it cannot change between check and use."""
        if url.host not in self._addresses:
            found = self._resolved(url)
            if not self.inside and any(is_inside(address) for address in found):
                raise RefusedAddress(url=url, reason="Adresse im eigenen Netz / address inside the network")
            self._addresses[url.host] = found[0]
        return self._addresses[url.host]

    def _resolved(self, url: httpx.URL) -> list[str]:
        try:
            found = self._resolve(url.host)
        except (OSError, UnicodeError) as error:
            raise Unavailable(url, error) from error
        if not found:
            raise Unavailable(url, "kein Eintrag im DNS / no entry in the DNS")
        return found


class PinnedTransport(httpx.BaseTransport):
    """Connects to the checked address of a host; TLS and the Host header keep its name. Raises what ``Hosts`` raises."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._trusted = httpx.create_ssl_context()
        self._inner: dict[str, httpx.HTTPTransport] = {}  # by name: a TLS connection is never shared between two

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = self._hosts.checked(str(request.url))
        pinned = httpx.Request(
            request.method,
            url.copy_with(host=self._hosts.address(url)),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions | {"sni_hostname": url.host},
        )
        if url.host not in self._inner:
            self._inner[url.host] = httpx.HTTPTransport(verify=self._trusted)
        return self._inner[url.host].handle_request(pinned)

    def close(self) -> None:
        for inner in self._inner.values():
            inner.close()


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)
