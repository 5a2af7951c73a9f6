"""Who is logged in: kept in this process for as long as the login lasts. After a restart all log in again.

The cookie holds a signed random name of the session and nothing else. So a login ends at once: by logging out, by one of the two
limits, by `ratslotse logins end`, by changing the settings, which takes a restart.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from itsdangerous import BadSignature, Signer
from starlette.datastructures import Headers

from service.access.clock import passing
from service.access.kept import KeptFile
from service.errors import StateFull

IDLE = 3_600  # seconds without a request
LONGEST = 10 * 3_600  # seconds since logging in: a working day
_MOST = 10_000


@dataclass
class Session:
    """``proof``: the ID token, with which the provider can be asked to log out, too. Times as of clock.passing."""

    id: str
    name: str
    role: str
    proof: str
    ended: tuple[str, str]  # the marks that held when it began, see Logins
    began: float
    seen: float


class Logins:
    """Which logins the operator ended: a random mark for everybody and one for a name, which change with every such order."""

    def __init__(self, folder: Path) -> None:
        self._file = KeptFile(folder / "logins.json")

    def marks(self, name: str) -> tuple[str, str]:
        """Raises StateUnusable."""
        content = self._file.read()
        return str(content.get("all", "")), str(content.get("names", {}).get(name, ""))

    def end(self, name: str | None) -> None:
        """All logins of that name, or of everybody. Raises StateUnusable."""
        with self._file.changing() as content:
            if name is None:
                content.update(all=secrets.token_hex(8))
            else:
                content.setdefault("names", {})[name] = secrets.token_hex(8)


class Sessions:
    """Safe to use from many threads. ``secure``: whether readers come by https."""

    def __init__(self, logins: Logins, *, secure: bool, clock: Callable[[], float] = passing) -> None:
        self.secure = secure
        self.cookie = "__Host-ratslotse" if secure else "ratslotse"
        self._attributes = f"; Path=/; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"
        self._logins = logins
        self._clock = clock
        self._signer = Signer(secrets.token_bytes(32))
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def begin(self, name: str, role: str, proof: str) -> str:
        """A new session under a new name. Returns the Set-Cookie header. Raises StateFull, StateUnusable."""
        now, identifier = self._clock(), secrets.token_urlsafe(32)
        marks = self._logins.marks(name)
        with self._lock:
            self._sessions = {key: one for key, one in self._sessions.items() if not self._over(one, now)}
            if len(self._sessions) >= _MOST:
                raise StateFull
            self._sessions[identifier] = Session(identifier, name, role, proof, marks, now, now)
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
        now = self._clock()
        with self._lock:
            session = self._sessions.get(identifier)
            if session is None or self._over(session, now) or session.ended != self._logins.marks(session.name):
                self._sessions.pop(identifier, None)
                return None
            session.seen = now
            return session

    def end(self, value: str) -> None:
        """``value``: of the cookie."""
        session = self.find(value)
        with self._lock:
            self._sessions.pop(session.id if session else "", None)

    @staticmethod
    def _over(session: Session, now: float) -> bool:
        return now - session.seen > IDLE or now - session.began > LONGEST


def cookies(headers: Headers, name: str) -> list[str]:
    """All values that a request bears under this name."""
    found = []
    for part in ";".join(headers.getlist("cookie")).split(";"):
        key, equals, value = part.strip().partition("=")
        if equals and key == name:
            found.append(value)
    return found
