"""A12: backups while a run writes, each restored and compared: ``python -m tests.long.backups [--times 50] [--seed 1]``."""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import threading
from pathlib import Path

from indexer.build import build
from indexer.store import collections
from service.audit import audit, verify
from service.backup.restoring import restore
from service.backup.writing import backup
from service.settings import ServiceSettings

_FILLER = " ".join(f"Die Verwaltung berichtet im {n}. Quartal über die Umsetzung der Maßnahme." for n in range(2, 24))


def restored_while_writing(root: Path, times: int, seed: int) -> int:
    """Papers change and are indexed without a pause in a thread. Returns how many backups were one of the states published."""
    chance = random.Random(seed)
    folder = root / "amt"
    settings = ServiceSettings(index=root / "index", encoder="hash", state=root / "state")
    folder.mkdir()
    for number in range(8):
        _write(folder, number, 0)
    published: set[str] = set()
    build(settings, [folder])
    published.add(_digest(settings.index))
    done = threading.Event()

    def edit() -> None:
        edition = 0
        while not done.is_set():
            edition += 1
            _write(folder, chance.randrange(8), edition)
            if edition % 3 == 0:
                (folder / f"{chance.randrange(8)}.md").unlink(missing_ok=True)
            build(settings, [folder])
            published.add(_digest(settings.index))
            audit(settings.state_folder, "access", "k", [str(edition)])

    writer = threading.Thread(target=edit)
    writer.start()
    found = []
    try:
        for number in range(times):
            backup(settings, root / f"{number}.tar")
            into = root / f"back{number}"
            restore(settings, root / f"{number}.tar", into, "none")
            assert verify(into / "state").fault is None
            found.append(_digest(into / "index"))
            shutil.rmtree(into)
            (root / f"{number}.tar").unlink()
    finally:
        done.set()
        writer.join()
    return sum(digest in published for digest in found)


def _write(folder: Path, number: int, edition: int) -> None:
    text = f"# Vorlage {number}\n\n{_FILLER}\n\n## Kosten\n\nSie kostet {edition} Euro. {_FILLER}"
    (folder / f"{number}.md").write_text(text, encoding="utf-8")


def _digest(index: Path) -> str:
    """Opening checks the hash of every file."""
    return "".join(str(one.open().manifest["digest"]) for one in collections(index))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        good = restored_while_writing(Path(root), options.times, options.seed)
    print(f"{good} of {options.times} restored backups are a published state, seed {options.seed}")
    raise SystemExit(good != options.times)


if __name__ == "__main__":
    main()
