"""Keys of programs: what is kept of them, and whether one that a program shows is good.

A key is 256 random bits, "rl_1a2b3c4d_…": by its beginning people recognise it, and scanners find one that was published. Only
its SHA-256 is kept. A slow or salted hash, as passwords need, would add nothing but time to every request: nobody can try 2^256
keys.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from service.access.errors import KeyNameTaken, KeyUnknown
from service.access.readers import SCOPES, Scope
from service.kept.records import Content
from service.kept.stores import Stores

_DAY = 86_400


@dataclass(frozen=True)
class Key:
    """``made``, ``expires``, ``revoked``: seconds since 1970."""

    id: str
    name: str
    role: str
    scopes: tuple[Scope, ...]
    made: int
    expires: int
    revoked: int | None
    digest: str


class Keys:
    """Everything raises StateUnusable if they cannot be read or written."""

    def __init__(self, stores: Stores, now: Callable[[], int]) -> None:
        self._kept = stores.kept("keys")
        self._now = now

    def all(self) -> list[Key]:
        """In the order in which they were made, revoked ones too."""
        return [_key(fields) for fields in self._kept.read().get("keys", ())]

    def add(self, name: str, role: str, scopes: Iterable[str], days: int) -> tuple[Key, str]:
        """A new key and its text, which nobody can find out later. Raises KeyNameTaken."""
        identifier = secrets.token_hex(4)
        text = f"rl_{identifier}_{secrets.token_urlsafe(32)}"
        made = self._now()
        chosen = tuple(scope for scope in SCOPES if scope in set(scopes))
        key = Key(identifier, name, role, chosen, made, made + days * _DAY, None, _digest(text))

        def added(content: Content) -> None:
            kept = content.setdefault("keys", [])
            if any(one["name"] == name and one["revoked"] is None for one in kept):
                raise KeyNameTaken(name=name)
            kept.append(asdict(key))

        self._kept.change(added)
        return key, text

    def revoke(self, which: str) -> Key:
        """By name or id. Raises KeyUnknown if no key that is still good bears it."""

        def revoked(content: Content) -> Key:
            for fields in content.get("keys", ()):
                if which in (fields["name"], fields["id"]) and fields["revoked"] is None:
                    fields.update(revoked=self._now())
                    return _key(fields)
            raise KeyUnknown(which=which)

        return self._kept.change(revoked)

    def find(self, text: str) -> Key | None:
        """The key that a program shows, good or not. All are compared, so that it takes equally long whatever was shown."""
        given = _digest(text)
        found = [key for key in self.all() if secrets.compare_digest(key.digest, given)]
        return found[0] if found else None

    def is_good(self, key: Key) -> bool:
        """Neither revoked nor expired."""
        return key.revoked is None and self._now() < key.expires


def _key(fields: dict[str, object]) -> Key:
    return Key(**fields | {"scopes": tuple(fields["scopes"])})  # type: ignore[arg-type]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
