"""A6: every file of a generation is cut, loses single bits, or is taken from another generation.

    .venv/bin/python -m tests.long.torn_files [--mutations 2000] [--seed 1]

Each time the index is opened: the damage is found by its hash and the generation before is opened, with its answers; nothing
crashes. A change that changes nothing (white space in the manifest, a file that is the same in both) leaves the live one.
Leaves with code 1 on a violation.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from indexer.store import Collection
from tests.long import phases
from tests.long.phases import Phase

_CHUNK = 100  # mutations a process: if one kills it, the others still count
Mutation = tuple[str, str, bytes]  # kind, name of the file, what it holds then


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutations", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started, wrong = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as folder:
        phase = phases.make(Path(folder), "reindex")
        every = list(_mutations(phase, options.mutations, random.Random(options.seed)))
        for first in range(0, len(every), _CHUNK):
            part = every[first : first + _CHUNK]
            code = phases.finish(phases.forked(lambda part=part: _violations(phase, part)))
            if code:
                print(f"mutations {first} to {first + len(part) - 1}: {code} (a negative number is the signal that killed it)")
                wrong += 1
    kinds = Counter(kind for kind, _, _ in every)
    told = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
    print(f"{len(every)} mutations ({told}), {time.monotonic() - started:.0f} s: {wrong} parts with a violation")
    return 1 if wrong else 0


def _mutations(phase: Phase, count: int, chance: random.Random) -> Iterator[Mutation]:
    live, before = (phase.after / "public" / "generations" / number for number in ("000002", "000001"))
    names = sorted(path.relative_to(live).as_posix() for path in live.rglob("*") if path.is_file())
    found: list[Mutation] = []
    for name in names:
        data = (live / name).read_bytes()
        found += [("cut", name, data[:at]) for at in {0, 1, len(data) // 2, len(data) - 1}]
        found.append(("swap", name, (before / name).read_bytes()))
        found += [("swap", name, (live / other).read_bytes()) for other in chance.sample(names, 2)]
    contents = {name: (live / name).read_bytes() for name in names}
    while len(found) < count:
        name = chance.choice(names)
        data = bytearray(contents[name])
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        found.append(("flip", name, bytes(data)))
    yield from chance.sample(found, min(count, len(found)))


def _violations(phase: Phase, mutations: list[Mutation]) -> int:
    """Their number, printed one by one."""
    wrong = 0
    folder = phase.after / "public" / "generations" / "000002"
    for number, (kind, name, data) in enumerate(mutations):
        path = folder / name
        whole = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(data)
        try:
            opened = Collection(phase.after, "public").open("hash-1")
            harmless = data == whole or (name == "manifest.json" and data.split() == whole.split())
            expected = ("000002", phase.new) if harmless else ("000001", phase.old)
            right = opened.number == expected[0]
            if number % 10 == 0:
                right = right and phases.answers(phase.after)["public"] == expected[1]["public"]
        except Exception as error:
            right, opened = False, error
        finally:
            path.write_bytes(whole)
        if not right:
            wrong += 1
            print(f"{kind} {name}: {opened!r}", flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
