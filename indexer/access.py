"""Who sees what: collections, roles, and the name of the one index that a reader asks.

A collection is the papers of one access class. A role sees a set of collections. Whoever sees several asks a joint index over
all of them: one index with statistics of its own, so that nothing hidden can change an answer, a count, a rank or a time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

PUBLIC = "public"
INTERNAL = "internal"
ANONYMOUS = "anonymous"  # the role of everybody who has not logged in
COLLECTION_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")  # of a collection or a role
_LONGEST = 200  # characters of a folder's name

Roles = Mapping[str, frozenset[str]]


def reach(collections: Iterable[str]) -> str:
    """The folder of the index over these collections.

    >>> reach(["public"]), reach({"public", "internal"})
    ('public', 'internal+public')
    """
    name = "+".join(sorted(set(collections)))
    return name if len(name) <= _LONGEST else f"+{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def is_joint(folder: str) -> bool:
    """Whether a folder's name is that of an index over several collections."""
    first, *others = folder.split("+")
    named = bool(COLLECTION_NAME.fullmatch(first)) and all(map(COLLECTION_NAME.fullmatch, others))
    return bool(others) and (named or re.fullmatch(r"\+[0-9a-f]{32}", folder) is not None)


def reaches(roles: Roles) -> dict[frozenset[str], list[str]]:
    """Every set of collections that somebody sees, with the names of the roles that see just these."""
    found: dict[frozenset[str], list[str]] = {frozenset([PUBLIC]): [ANONYMOUS]}
    for role, collections in sorted(roles.items()):
        found.setdefault(collections, []).append(role)
    return found


def checked_roles(value: object) -> dict[str, frozenset[str]]:
    """The roles of a table, or of the text ``role=public,internal;other=public``. Raises ValueError with the reason."""
    roles: dict[str, frozenset[str]] = {}
    for role, seen in value.items() if isinstance(value, Mapping) else _pairs(value):
        names = frozenset(_names(role, seen))
        if role in roles:
            raise ValueError(f"{role} is named twice")
        if role == ANONYMOUS and names != {PUBLIC}:
            raise ValueError(f"{ANONYMOUS} sees {PUBLIC} and cannot be given anything else")
        roles[role] = names
    roles.pop(ANONYMOUS, None)
    return roles


def _pairs(value: object) -> Iterable[tuple[str, object]]:
    if not isinstance(value, str):
        raise ValueError("no table of roles")
    for part in filter(None, map(str.strip, value.split(";"))):
        role, equals, names = part.partition("=")
        if not equals:
            raise ValueError(f"{part}: no = between role and collections")
        yield role.strip(), [name.strip() for name in names.split(",")]


def _names(role: object, seen: object) -> Iterable[str]:
    if not isinstance(seen, (list, tuple, frozenset)):
        raise ValueError(f"{role}: no list of collections")
    names = list(seen)
    for name in (role, *names):
        if not isinstance(name, str) or not COLLECTION_NAME.fullmatch(name):
            raise ValueError(f"{role}: {name!r} is no name; allowed are lower case letters (a to z), digits and hyphen")
    if not names:
        raise ValueError(f"{role}: no collection")
    return names
