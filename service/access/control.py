"""Who asks: by the key, the header of a server in front or the cookie that a request bears."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from fastapi import Request

from service.access.clock import Now, passing
from service.access.errors import KeyRefused, SessionEnded
from service.access.keys import Keys
from service.access.oidc import Provider
from service.access.proxy import Proxy
from service.access.readers import ANONYMOUS, Reader
from service.access.sessions import Session, Sessions
from service.access.settings import refuse_contradictions
from service.audit import Event, audit
from service.embedding import SHARED
from service.kept.stores import Stores
from service.settings import ServiceSettings

_LOGGING_IN = ("/anmelden", "/anmelden/zurueck")  # also for those whose login has ended
_TOLD_AGAIN = 60.0  # seconds after which a key that is used in vain is written down again
NO_KEY = "public"  # what clients that insist on a key send without having one
_FOR_PROGRAMS = SHARED | {"/einbetten", "/suche.atom", "/suche.rss"}  # the widget and feeds: public, unless a key is shown


class Access:
    """Keys, logins and roles of one service."""

    def __init__(self, settings: ServiceSettings, stores: Stores) -> None:
        """Raises SettingsError if what the settings say of access does not fit together."""
        refuse_contradictions(settings, settings.public_url)
        self._folder = settings.state_folder
        self.keys = Keys(stores, Now())
        secure = (settings.public_url or "").startswith("https:")
        self.sessions = Sessions(stores, secure=secure)
        self.provider = Provider(settings, stores) if settings.oidc_issuer else None
        self._proxy = Proxy(settings) if settings.proxy_addresses else None
        self._roles = settings.roles
        self._refused: dict[str, float] = {}  # keys, and when it was written down

    def audit(self, event: Event, name: str, subjects: Iterable[str] = ()) -> None:
        """Raises AuditUnusable: what cannot be written down is not done."""
        audit(self._folder, event, name, subjects)

    def collections(self, role: str) -> frozenset[str] | None:
        """What the role may see; None: there is no such role any more."""
        return ANONYMOUS.collections if role == ANONYMOUS.role else self._roles.get(role)

    def reader(self, request: Request) -> Reader:
        """Raises KeyRefused, SessionEnded, HeadersRefused, StateUnusable; what was shown and is no good is never overlooked."""
        given = request.headers.getlist("authorization")
        if given and (len(given) > 1 or not given[0].lower().startswith("basic ")):  # Basic is for servers in front and /betrieb
            return self._by_key(given)
        if request.url.path in _FOR_PROGRAMS:
            return ANONYMOUS
        return self._by_proxy(request) or self._by_session(request) or ANONYMOUS

    def _by_key(self, given: list[str]) -> Reader:
        scheme, _, text = given[0].partition(" ")
        if len(given) == 1 and scheme.lower() == "bearer" and text.strip() == NO_KEY:
            return ANONYMOUS
        key = self.keys.find(text.strip()) if len(given) == 1 and scheme.lower() == "bearer" else None
        if key is None:
            raise KeyRefused
        collections = self.collections(key.role)
        if collections is None or not self.keys.is_good(key):
            if passing() - self._refused.get(key.id, float("-inf")) > _TOLD_AGAIN:
                self._refused[key.id] = passing()
                self.audit("login_refused", key.name, [f"rl_{key.id}"])
            raise KeyRefused
        return Reader("key", key.name, key.role, collections, frozenset(key.scopes))

    def _by_proxy(self, request: Request) -> Reader | None:
        found = self._proxy and self._proxy.reader(getattr(request.state, "peer", ""), request.headers)
        return self._person(*found, secret=found[0]) if found else None

    def _by_session(self, request: Request) -> Reader | None:
        if self.provider is None or request.url.path in _LOGGING_IN:
            return None
        session = self.session(request)
        return self._person(session.name, session.role, secret=session.id) if session else None

    def session(self, request: Request) -> Session | None:
        """That of the request's cookie; None if there is no cookie. Raises SessionEnded, StateUnusable."""
        given = self.sessions.given(request.headers)
        session = self.sessions.find(given[0]) if len(given) == 1 else None
        if given and session is None:
            raise SessionEnded
        return session

    def _person(self, name: str, role: str, secret: str) -> Reader:
        collections = self.collections(role)
        if collections is None:
            raise SessionEnded
        return Reader("login", name, role, collections, mark=hashlib.sha256(secret.encode()).hexdigest()[:16])
