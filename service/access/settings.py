"""Settings of logging in: by OpenID Connect, or by a server in front that names the reader. Both are off by default."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, field_validator

from indexer.access import ANONYMOUS
from indexer.errors import SettingsError
from indexer.settings import PREFIX, Settings

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_HEADER = r"^[A-Za-z][A-Za-z0-9-]{0,60}$"  # no underscore: servers in front take "_" and "-" for the same or not, as they like
_TAKEN = re.compile(r"(?i)host|authorization|cookie|origin|content-.*|sec-.*|x-forwarded-.*|forwarded|accept.*|connection")


class AccessSettings(Settings):
    oidc_issuer: str | None = Field(
        None,
        pattern=r"^https?://[^\s?#]+$",
        description="OpenID Connect provider, as its discovery document names itself; default: nobody can log in",
    )
    oidc_client_id: str | None = Field(None, description="name of Ratslotse there")
    oidc_client_secret: SecretStr | None = Field(None, description="secret of Ratslotse there, if it has one")
    oidc_claim: str = Field("roles", min_length=1, description="claim of the ID token with roles or groups; a.b: b inside a")
    login_roles: dict[str, str] = Field(
        {}, description="role of those who have this value of the claim or group, as Value=role;Other=role; the first one counts"
    )
    proxy_addresses: str | None = Field(
        None, description="addresses or networks of servers in front that may name the reader, separated by commas; default: none"
    )
    proxy_user_header: str = Field("X-Remote-User", pattern=_HEADER, description="header in which they name the reader")
    proxy_groups_header: str = Field("X-Remote-Groups", pattern=_HEADER, description="header with groups, separated by commas")

    @field_validator("oidc_issuer", "oidc_client_id", "oidc_client_secret", "proxy_addresses", mode="before")
    @classmethod
    def _none_if_empty_access(cls, value: object) -> object:
        return value or None

    @field_validator("login_roles", mode="before")
    @classmethod
    def _table(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [part.rpartition("=") for part in filter(None, map(str.strip, value.split(";")))]
        if not all(name.strip() and role.strip() for name, _, role in pairs):
            raise ValueError("no = between value and role")
        if len({name.strip() for name, _, _ in pairs}) < len(pairs):
            raise ValueError("a value is named twice")
        return {name.strip(): role.strip() for name, _, role in pairs}

    @field_validator("proxy_addresses")
    @classmethod
    def _networks(cls, value: str | None) -> str | None:
        if any(network.prefixlen == 0 for network in networks(value)):
            raise ValueError("everybody could name themselves")
        return value


def networks(listed: str | None) -> list[Network]:
    """Raises ValueError at the first that is no address or network."""
    return [ipaddress.ip_network(one.strip()) for one in (listed or "").split(",") if one.strip()]


def refuse_contradictions(settings: AccessSettings, public_url: str | None) -> None:
    """So that nobody believes in a lock that is none. Raises SettingsError with what does not fit together."""
    oidc, proxy = settings.oidc_issuer is not None, settings.proxy_addresses is not None
    unknown = sorted(set(settings.login_roles.values()) - {*settings.roles, ANONYMOUS})
    url, issuer = urlsplit(public_url or ""), urlsplit(settings.oidc_issuer or "")
    headers = (settings.proxy_user_header, settings.proxy_groups_header)
    problems = (
        (oidc != (settings.oidc_client_id is not None), "oidc_client_id", "nur mit OIDC_ISSUER", "only with OIDC_ISSUER"),
        (not oidc and settings.oidc_client_secret is not None, "oidc_client_secret", "ohne OIDC_ISSUER", "without OIDC_ISSUER"),
        (oidc and proxy, "proxy_addresses", "und OIDC_ISSUER: nur eines von beiden", "and OIDC_ISSUER: only one of them"),
        (
            oidc and not _safe(issuer),
            "oidc_issuer",
            "nur https (http auf demselben Rechner)",
            "only https (http on this computer)",
        ),
        (oidc and not _safe(url), "public_url", "mit https zum Anmelden nötig", "needed for logging in, with https"),
        ((oidc or proxy) and not settings.login_roles, "login_roles", "leer: niemand hat eine Rolle", "empty: nobody has a role"),
        (bool(settings.login_roles) and not (oidc or proxy), "login_roles", "ohne Anmeldung", "without a way to log in"),
        (bool(unknown), "login_roles", f"nicht in ROLES: {', '.join(unknown)}", f"not in ROLES: {', '.join(unknown)}"),
        (any(map(_TAKEN.fullmatch, headers)), "proxy_user_header", "schon vergeben", "is taken"),
        (headers[0].lower() == headers[1].lower(), "proxy_groups_header", "zweimal derselbe", "the same one twice"),
    )
    for wrong, name, german, english in problems:
        if wrong:
            raise SettingsError(
                name=f"{PREFIX}{name.upper()}",
                problem_de=german,
                problem_en=english,
                remedy_de="Wie die Einstellungen zusammengehören, steht in docs/access.md.",
                remedy_en="How the settings belong together stands in docs/access.md.",
            )


def _safe(url: SplitResult) -> bool:
    return url.scheme == "https" or (url.scheme == "http" and url.hostname in ("127.0.0.1", "::1", "localhost"))
