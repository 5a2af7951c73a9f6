"""What the schemas, tables and roles on a server are called. PostgreSQL cuts names at 63 bytes; long ones are digests."""

from __future__ import annotations

import hashlib

SHARED = "ratslotse"  # the schema of what all indexes share
_LONGEST = 63  # bytes
_NUMBER_BYTES = 21  # room for "/" and the number of a generation


def index_schema(index: str) -> str:
    """The schema of an index (see access.reach).

    >>> index_schema("internal+public")
    'ratslotse/internal+public'
    """
    return _short(f"{SHARED}/", index, _LONGEST - _NUMBER_BYTES)


def generation_schema(index: str, number: str) -> str:
    """
    >>> generation_schema("public", "000042")
    'ratslotse/public/000042'
    """
    return f"{index_schema(index)}/{number}"


def vectors_table(number: str) -> str:
    """The table in the schema of an index that holds its vectors, by the number of the generation it was made for.

    >>> vectors_table("000042")
    'vectors_000042'
    """
    return f"vectors_{number}"


def reading_role(index: str) -> str:
    """The group role whose members may read an index.

    >>> reading_role("public")
    'ratslotse_read_public'
    """
    return _short("ratslotse_read_", index, _LONGEST)


def _short(before: str, name: str, longest: int) -> str:
    if len(before) + len(name) <= longest:  # names of indexes are ASCII
        return before + name
    return f"{before}~{hashlib.sha256(name.encode()).hexdigest()[: longest - len(before) - 1]}"
