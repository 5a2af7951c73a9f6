"""Whether a new generation fits on the disk: asked before the hours that encoding takes, not found out afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from indexer.errors import NoSpace
from indexer.store import Collection

_SPARE = 1.2  # times the estimate
_PASSAGE = 7_200  # bytes in a generation; measured: 4,500 to 7,200
_TELLING = 1_000  # passages of a live generation from which on its own size tells more than that
_VECTOR = 5_000  # bytes in the cache of vectors, of a passage that is new
_MEGABYTE = 1_000_000


def check_space(root: Path, wanted: Mapping[str, int]) -> None:
    """``wanted``: passages by collection. Raises NoSpace if less is free than 1.2 times what is needed besides what is there."""
    needed = _SPARE * sum(_estimated(Collection(root, name), passages) for name, passages in wanted.items())
    free = shutil.disk_usage(root).free
    if free < needed:
        raise NoSpace(index=root, free=free // _MEGABYTE, needed=int(needed) // _MEGABYTE + 1)


def _estimated(collection: Collection, passages: int) -> int:
    """Bytes of a generation that is as large for each passage as the live one."""
    live = collection.folder / "generations" / (collection.current() or "none")
    size = sum(path.stat().st_size for path in live.rglob("*") if path.is_file())
    held = collection.passages()
    return passages * (size // held if held >= _TELLING else _PASSAGE) + max(0, passages - held) * _VECTOR
