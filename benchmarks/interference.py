"""Whether anybody notices papers that they may not see: ``python -m benchmarks.interference [--seed N] [--report FILE]``.

A county with 300 hidden papers, full of words that stand nowhere else and near copies of public ones. For each of five roles two
services, one over an index made without what the role may not see, are asked the same over every route of the application:

B1  the answers are equal to the byte, but for dates; so are the files of the index
B2  no such word reaches the language model unless the question held it, none a log
B3  a question for such a word takes as long as one for a word that stands nowhere
B4  an id of a hidden paper is answered like one that never was, on every route by every method

An hour and a half on two cores. tests/test_interference.py holds a sample.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import rankdata

from benchmarks.machine import machine
from benchmarks.report import on, table
from indexer.access import ANONYMOUS
from tests.asking import TRICKS
from tests.interference import Pair, leaks, told_apart
from tests.secret_county import ROLES, County, canaries, made_up


@dataclass(frozen=True)
class Size:
    public: int
    hidden: int
    requests: int
    questions: int
    pairs: int
    ids: int  # that are tried for each role; 0: all


def index(root: Path, seed: int, size: Size) -> None:
    """In a process of its own, as in a county: the caches of the service know nothing of what the indexer read."""
    county = County(root, seed, size.public, size.hidden)
    for role in (*ROLES, None):
        county.index(role)


def of_role(county: County, role: str, seed: int, size: Size) -> dict[str, object]:
    same = county.files(role, county.alone(role)) == county.files(role, county.whole)
    with Pair(county, role) as pair:
        asking, asked, differences = pair.asking(seed), [], []
        for number, request in enumerate(asking.requests(size.requests)):
            answer, differs = pair.ask(number, request)
            asking.learn(request, answer)
            asked.append(request)
            if differs:
                differences.append(f"{request.method} {request.path}: {differs}")
        prompts = [[prompt.body for prompt in side.model.requests] for side in (pair.alone, pair.whole)]
        ids = county.ids(role, seen=False)
        if size.ids:
            ids = random.Random(seed).sample(ids, min(size.ids, len(ids)))
        apart = told_apart(pair, ids)
        for line in (*differences, *apart, *asking.unanswered()):
            print("  ", role, line)
        leaked = leaks(pair, asked)
    return {
        "role": role,
        "hidden papers": len(county.unseen(role)),
        "index equal": "yes" if same else "NO",
        "requests": size.requests,
        "routes": len({request.route for request in asked}),
        "other answers (B1)": len(differences),
        "prompts": len(prompts[0]),
        "prompts equal": "yes" if prompts[0] == prompts[1] else "NO",
        "words in prompts (B2)": leaked["prompts"],
        "words in logs (B2)": leaked["logs"],
        "ids tried": len(ids),
        "told apart (B4)": len(apart),
    }


def questions(county: County, seed: int, size: Size) -> dict[str, object]:
    """A quarter of them tricks. None holds a word of a hidden paper that stands nowhere else."""
    chance = random.Random(seed)
    hidden = county.unseen(ANONYMOUS)
    words = set(canaries(hidden))
    with Pair(county, ANONYMOUS) as pair:
        for number in range(size.questions):
            paper = chance.choice(hidden)
            known = [word for word in f"{paper.title} {paper.text}".split() if not any(one in word for one in words)]
            some = " ".join(chance.sample(known, 4))
            trick = chance.choice(TRICKS).format(words=some, number=paper.number)
            text = trick if number % 4 == 0 else f"Was steht über {some}?"
            pair.whole.client.post("/api/v1/ask", json={"question": text})
        prompts = "\n".join(prompt.prompt for prompt in pair.whole.model.requests).casefold()
        found = sum(word.casefold() in prompts for word in words)
        return {"questions": size.questions, "prompts": len(pair.whole.model.requests), "words found (B2)": found}


def timing(county: County, seed: int, pairs: int) -> dict[str, object]:
    """Pairs of a word of hidden papers and one of none, in an order drawn by chance, each word as often."""
    chance = random.Random(seed)
    hidden = sorted(set(canaries(county.unseen(ANONYMOUS))))
    nowhere = [made_up(chance) for _ in hidden]
    taken: tuple[list[float], list[float]] = ([], [])
    with Pair(county, ANONYMOUS) as pair:
        for number in range(pairs + 50):
            order = [0, 1] if chance.random() < 0.5 else [1, 0]
            for kind in order:
                word = (hidden, nowhere)[kind][number % len(hidden)]
                started = time.perf_counter()
                pair.whole.client.get("/api/v1/search", params={"q": word})
                if number >= 50:  # warm
                    taken[kind].append(1000 * (time.perf_counter() - started))
    medians = [statistics.median(one) for one in taken]
    return {
        "pairs": pairs,
        "median of hidden (ms)": f"{medians[0]:.2f}",
        "median of nowhere (ms)": f"{medians[1]:.2f}",
        "gap of medians": f"{abs(medians[0] - medians[1]):.3f} ms, {100 * abs(medians[0] / medians[1] - 1):.1f} %",
        "AUC (B3)": f"{_auc(*taken):.4f}",
    }


def _auc(one: Sequence[float], other: Sequence[float]) -> float:
    """How often a time of the first is longer than one of the second."""
    ranks = rankdata(np.array([*one, *other]))
    return float((ranks[: len(one)].sum() - len(one) * (len(one) + 1) / 2) / (len(one) * len(other)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=20260304)
    for name, number in (
        ("public", 200),
        ("hidden", 300),
        ("requests", 2000),
        ("questions", 2000),
        ("pairs", 10_000),
        ("ids", 0),
    ):
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    size = Size(options.public, options.hidden, options.requests, options.questions, options.pairs, options.ids)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            pool.submit(index, root, options.seed, size).result()
        county = County(root, options.seed, size.public, size.hidden)
        times = timing(county, options.seed, size.pairs)
        asked = questions(county, options.seed, size)
        roles = []
        for role in ROLES:
            roles.append(of_role(county, role, options.seed, size))
            print(roles[-1], flush=True)
    command = " ".join(["python -m benchmarks.interference", *sys.argv[1:]])
    text = _report(command, size, roles, asked, times)
    print(text)
    if options.report:
        options.report.write_text(text, encoding="utf-8")


def _report(
    command: str, size: Size, roles: Sequence[dict[str, object]], asked: dict[str, object], times: dict[str, object]
) -> str:
    parts = [
        "# Non-interference",
        f"`{command}`: {size.public} public papers, {size.hidden} hidden ones.",
        on(machine()),
        "\n".join(table(list(roles[0]), [list(one.values()) for one in roles])),
        "Questions of somebody anonymous to a language model that tells all it is given:",
        "\n".join(table(list(asked), [list(asked.values())])),
        "Times of searches for a word that only hidden papers hold, and for one that none holds:",
        "\n".join(table(list(times), [list(times.values())])),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    main()
