"""Who is logged in, for as long as the login lasts. One host keeps this in its process: after a restart all log in again. Hosts
that share a server keep it there, so that a login at one counts at all of them, and so does its end.

The cookie holds a signed random name of the session and nothing else; only its digest is kept. So a login ends at once: by
logging out, by one of the two limits, by `ratslotse logins end`, by changing the settings, which takes a restart.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from itsdangerous import BadSignature, Signer
from starlette.datastructures import Headers

from service.errors import StateFull
from service.kept.records import Content
from service.kept.stores import Stores
from service.kept.tables import Statements

IDLE = 3_600  # seconds without a request
LONGEST = 10 * 3_600  # seconds since logging in: a working day
_NOTED = 60  # seconds after which it is noted anew that a session is used
_MOST = 10_000


@dataclass(frozen=True)
class Session:
    """``proof``: the ID token, with which the provider can be asked to log out, too. ``everybody``, ``own``: the marks that held
    when it began, see Logins. Times as of the clock of the stores."""

    id: str
    name: str
    role: str
    proof: str
    everybody: str
    own: str
    began: float
    seen: float


class Logins:
    """Which logins the operator ended: a random mark for everybody and one for a name, which change with every such order."""

    def __init__(self, stores: Stores) -> None:
        self._kept = stores.kept("logins")

    def marks(self, name: str) -> tuple[str, str]:
        """Raises StateUnusable."""
        content = self._kept.read()
        return str(content.get("all", "")), str(content.get("names", {}).get(name, ""))

    def end(self, name: str | None) -> None:
        """All logins of that name, or of everybody. Raises StateUnusable."""

        def ended(content: Content) -> None:
            if name is None:
                content.update(all=secrets.token_hex(8))
            else:
                content.setdefault("names", {})[name] = secrets.token_hex(8)

        self._kept.change(ended)


class Sessions:
    """Safe to use from many threads. ``secure``: whether readers come by https."""

    def __init__(self, stores: Stores, *, secure: bool) -> None:
        self.secure = secure
        self.cookie = "__Host-ratslotse" if secure else "ratslotse"
        self._attributes = f"; Path=/; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"
        self._logins = Logins(stores)
        self._tables = stores.logins
        self._clock = stores.clock
        self._signer = Signer(stores.secret("sessions"))

    def begin(self, name: str, role: str, proof: str) -> str:
        """A new session under a new name. Returns the Set-Cookie header. Raises StateFull, StateUnusable."""
        now, identifier = self._clock(), secrets.token_urlsafe(32)
        marks = self._logins.marks(name)

        def begun(tables: Statements) -> None:
            tables.run("DELETE FROM sessions WHERE seen < ? OR began < ?", [now - IDLE, now - LONGEST])
            (count,) = tables.one("SELECT count(*) FROM sessions") or (0,)
            if count >= _MOST:
                raise StateFull
            values = (_digest(identifier), name, role, proof, *marks, now, now)
            tables.run("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

        self._tables.transact(begun)
        return f"{self.cookie}={self._signer.sign(identifier).decode()}{self._attributes}"

    @property
    def forget(self) -> str:
        """The Set-Cookie header that takes it away."""
        return f"{self.cookie}={self._attributes}; Max-Age=0"

    def given(self, headers: Headers) -> list[str]:
        """What the request bears under the name of the cookie; more than one is none of ours."""
        return cookies(headers, self.cookie)

    def find(self, value: str) -> Session | None:
        """The session, if it is still good. Raises StateUnusable."""
        try:
            identifier = self._signer.unsign(value).decode()
        except (BadSignature, UnicodeError):
            return None
        now, kept_as = self._clock(), _digest(identifier)
        query = "SELECT name, role, proof, everybody, own, began, seen FROM sessions WHERE id = ?"
        found = self._tables.transact(lambda tables: tables.one(query, [kept_as]))
        if found is None:
            return None
        session = Session(identifier, *found)
        if _over(session, now) or (session.everybody, session.own) != self._logins.marks(session.name):
            self._tables.transact(lambda tables: tables.run("DELETE FROM sessions WHERE id = ?", [kept_as]))
            return None
        if now - session.seen > _NOTED:
            self._tables.transact(lambda tables: tables.run("UPDATE sessions SET seen = ? WHERE id = ?", [now, kept_as]))
        return session

    def end(self, value: str) -> None:
        """``value``: of the cookie. Raises StateUnusable."""
        if session := self.find(value):
            self._tables.transact(lambda tables: tables.run("DELETE FROM sessions WHERE id = ?", [_digest(session.id)]))


def _over(session: Session, now: float) -> bool:
    return now - session.seen > IDLE or now - session.began > LONGEST


def _digest(identifier: str) -> str:
    return hashlib.sha256(identifier.encode()).hexdigest()


def cookies(headers: Headers, name: str) -> list[str]:
    """All values that a request bears under this name."""
    found = []
    for part in ";".join(headers.getlist("cookie")).split(";"):
        key, equals, value = part.strip().partition("=")
        if equals and key == name:
            found.append(value)
    return found
