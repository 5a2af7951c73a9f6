"""200 walks through lists while the index is renewed: every one complete, without doubles, without what was withdrawn before it.

.venv/bin/python -m tests.long.walks
"""

from __future__ import annotations

import random
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.test_walking import BRIDGES, QUERIES, Papers, names

WALKS = 200


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        papers = Papers(Path(folder))
        gone: set[str] = set()
        renewals: list[int] = []
        changing = {f"{number}.txt" for number in range(BRIDGES // 2)}
        done = threading.Event()

        def renew() -> None:
            random_numbers = random.Random(1)
            while not done.is_set():
                name = random_numbers.choice(sorted(changing))
                number = int(name.partition(".")[0])
                if name in gone:
                    gone.discard(name)
                    papers.write(number)
                    papers.publish()
                else:
                    papers.withdraw(number)
                    papers.publish()
                    gone.add(name)
                renewals.append(number)

        def walk(number: int) -> tuple[int, int, int]:
            """Doubles, papers never touched and not found, papers found though they were withdrawn all the while."""
            query = QUERIES[number % len(QUERIES)]
            seen, wrong, generation, whole = [], 0, None, {}
            while generation != whole.get("generation", ""):
                whole = next(papers.pages(query, limit=50))  # all there is, in the generation that the walk begins with
                pages = papers.pages(query, limit=3)
                first = next(pages)
                generation = first["generation"]
            steady = set(names(whole)) - changing
            seen += names(first)
            while True:
                before, count = set(gone), len(renewals)
                page = next(pages, None)
                if page is None:
                    break
                seen += names(page)
                if len(renewals) <= count + 1:
                    wrong += len(before & gone & set(names(page)))
            return len(seen) - len(set(seen)), len(steady - set(seen)), wrong

        with ThreadPoolExecutor(1) as writer, ThreadPoolExecutor(4) as readers:
            writing = writer.submit(renew)
            found = list(readers.map(walk, range(WALKS)))
            done.set()
            writing.result()
        doubles, missing, withdrawn = map(sum, zip(*found, strict=True))
        print(f"walks {len(found)}, renewals {len(renewals)}: doubles {doubles}, missing {missing}, withdrawn {withdrawn}")


if __name__ == "__main__":
    main()
