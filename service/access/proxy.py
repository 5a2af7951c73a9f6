"""Readers whom a server in front has logged in: it names them in a header. Only listed addresses may.

What counts is the address of the connection itself. What a request tells of the way it came (X-Forwarded-For and its kin) proves
nothing and is not looked at.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping

from starlette.datastructures import Headers

from service.access.errors import HeadersRefused
from service.access.settings import AccessSettings, networks

_NAME = re.compile(r"[^\x00-\x1f\x7f,;=\"<>()]{1,200}")
_NOBODY = ("(null)", "-", "null", "none")  # what servers send for a variable that is not set


class Proxy:
    def __init__(self, settings: AccessSettings) -> None:
        self._networks = networks(settings.proxy_addresses)
        self._user = settings.proxy_user_header.lower()
        self._groups = settings.proxy_groups_header.lower()
        self._roles: Mapping[str, str] = settings.login_roles

    def trusts(self, peer: str) -> bool:
        """``peer``: the address at the other end of the connection."""
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self._networks)

    def reader(self, peer: str, headers: Headers) -> tuple[str, str] | None:
        """Name and role; None: nobody, or somebody without a role here. Raises HeadersRefused."""
        if not self.trusts(peer):
            return None
        user, groups = self._single(headers, self._user), self._single(headers, self._groups)
        if not user:
            if groups:
                raise HeadersRefused
            return None
        if user.lower() in _NOBODY or not _NAME.fullmatch(user):
            raise HeadersRefused
        named = {group.strip() for group in groups.split(",")}
        role = next((role for group, role in self._roles.items() if group in named), None)
        return (user, role) if role else None

    @staticmethod
    def _single(headers: Headers, name: str) -> str:
        """The header's value; "" if it is not there. Twice, or written with underscores: somebody else may have added it."""
        found = [(key, value) for key, value in headers.items() if key.lower().replace("_", "-") == name]
        if len(found) > 1 or any(key.lower() != name for key, _ in found):
            raise HeadersRefused
        try:
            return found[0][1].strip().encode("latin-1").decode("utf-8") if found else ""
        except UnicodeError as error:
            raise HeadersRefused from error
