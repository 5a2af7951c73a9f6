"""What each part of the ranking is worth: ``python -m benchmarks.quality --help``.

XQuAD's German and English questions on its paragraphs and on its sentences; questions on council papers (an index of them and
a file of gold questions; development and test half apart). All passages are scored by each part, so every way of
putting the scores together is compared on the same numbers. The rule in use is "cos + 0.2 lexical"; what a search adds to it
(papers named by number, the passages of one paper, folded near-duplicates, bodies named) is in the last line, "as searched".
About four minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.machine import machine
from benchmarks.report import on, table
from indexer.encoders import Encoder, load_encoder
from indexer.evaluate import encoded, indexed, measured, read_task
from indexer.generation import Generation
from indexer.german import stem, words
from indexer.lexical import GRAM_WEIGHT, Bag, bag_of
from indexer.settings import Settings
from indexer.store import PUBLIC, Collection
from service.answers import Answerer
from service.evaluation import first_rank
from service.gold import Gold, read_gold

Scores = npt.NDArray[np.float64]
Table = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Parts:
    """The scores of every passage for one question."""

    dense: Scores
    terms: Scores
    unsplit: Scores  # of the question's whole words alone
    grams: Scores
    bound: float
    terms_bound: float


def parts_of(generation: Generation, vectors: npt.NDArray[np.float32], query: npt.NDArray[np.float32], text: str) -> Parts:
    rows = np.arange(generation.passages)
    bag = bag_of(generation.analyser, text)
    terms, grams = Bag(bag.terms), Bag({}, bag.grams)
    whole = Bag({stem(word): 1 for word in words(text) if stem(word) in bag.terms})
    score, bound = generation.lexical.scores, generation.lexical.bound
    return Parts(
        (vectors @ query).astype(np.float64),
        *(score(part, rows) for part in (terms, whole, grams)),
        bound=bound(bag) or 1,
        terms_bound=bound(terms) or 1,
    )


def rules(p: Parts) -> Iterator[tuple[str, Scores]]:
    lexical = (p.terms + p.grams) / p.bound
    yield "words, not split", p.unsplit
    yield "words with parts", p.terms
    yield "runs of letters", p.grams
    yield "lexical (both)", lexical
    yield "dense", p.dense
    for weight in (0.1, 0.2, 0.3, 0.4):
        yield f"cos + {weight} lexical", p.dense + weight * lexical
    yield "cos + 0.2 words alone", p.dense + 0.2 * p.terms / p.terms_bound
    yield "reciprocal rank fusion, k 60", 1 / (60 + ranks(p.dense)) + 1 / (60 + ranks(lexical))
    yield "min-max, 0.7 dense", 0.7 * spread(p.dense) + 0.3 * spread(lexical)


def ranks(scores: Scores) -> Scores:
    order = np.empty(len(scores))
    order[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return order


def spread(scores: Scores) -> Scores:
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high > low else np.zeros(len(scores))


def averaged(found: dict[str, list[dict[str, float]]]) -> Table:
    return {rule: {m: round(float(np.mean([s[m] for s in of_rule])), 4) for m in of_rule[0]} for rule, of_rule in found.items()}


def on_task(folder: Path, queries: str, encoder: Encoder, cache: Path) -> Table:
    task = read_task(folder, queries)
    found: dict[str, list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as root:
        generation = indexed(task, encoder, cache, Path(root), lambda *_: None)
        vectors = generation.vectors.of(np.arange(generation.passages))
        asked = encoded(encoder, list(task.queries.values()), "query", cache, lambda *_: None)
        names = [generation.document_id(row) for row in range(generation.passages)]
        for (identifier, text), query in zip(task.queries.items(), asked, strict=True):
            for rule, scores in rules(parts_of(generation, vectors, query, text)):
                best = list(dict.fromkeys(names[row] for row in np.argsort(-scores, kind="stable")[:60]))
                result = measured(best, task.relevant[identifier])
                found.setdefault(rule, []).append({m: result[m] for m in ("ndcg@10", "mrr@10")})
    return averaged(found)


def on_questions(index: Path, gold: Sequence[Gold], encoder: Encoder) -> dict[str, Table]:
    """Half (and kind) of the questions -> rule -> share of questions with a right passage among the first k."""
    generation = Collection(index, PUBLIC).open()
    answerer = Answerer(generation, encoder)
    vectors = generation.vectors.of(np.arange(generation.passages))
    passages = [generation.passage(row) for row in range(generation.passages)]
    found: dict[str, dict[str, list[dict[str, float]]]] = {}
    for one in gold:
        quotes = [place for place in one.places if place.quote]
        if not (one.answerable and quotes) or one.follow_up:
            continue
        right = {row for row, passage in enumerate(passages) if any(place.stands_in(passage) for place in quotes)}
        query = encoder.encode([one.question], "query")[0]
        results = {}
        for rule, scores in rules(parts_of(generation, vectors, query, one.question)):
            order = np.argsort(-scores, kind="stable")[:10].tolist()
            results[rule] = next((rank for rank, row in enumerate(order, start=1) if row in right), None)
        results["as searched"] = first_rank(quotes, answerer.ranking(one.question).hits(0, 10))
        for group in (half(one), one.kind, "all"):
            for rule, rank in results.items():
                row = {f"passage@{k}": float(rank is not None and rank <= k) for k in (1, 5, 10)}
                found.setdefault(group, {}).setdefault(rule, []).append(row | {"mrr@10": 1 / rank if rank else 0.0})
    return {f"{group} ({len(next(iter(of_group.values())))})": averaged(of_group) for group, of_group in found.items()}


def half(gold: Gold) -> str:
    """By a hash of the question: weights were chosen on the development half alone."""
    return "development" if int(hashlib.sha256(gold.question.encode()).hexdigest(), 16) % 2 else "test"


def markdown(title: str, scores: Table) -> Iterator[str]:
    metrics = list(next(iter(scores.values())))
    yield f"\n## {title}\n"
    yield from table(["", *metrics], [(rule, *(f"{values[m]:.3f}" for m in metrics)) for rule, values in scores.items()])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--xquad", type=Path)
    parser.add_argument("--index", type=Path, action="append", default=[])
    parser.add_argument("--questions", type=Path, action="append", default=[])
    parser.add_argument("--cache", type=Path, default=Path("index/evaluation"))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    encoder = load_encoder(Settings())
    report: dict[str, object] = {"machine": machine(), "gram_weight": GRAM_WEIGHT}
    tables: dict[str, Table] = {}
    if options.xquad:
        with tempfile.TemporaryDirectory() as folder:
            sentences = Path(folder) / "sentences"
            command = [sys.executable, "-m", "benchmarks.xquad_sentences", str(options.xquad), str(sentences)]
            subprocess.run(command, check=True)
            for name, source in (("paragraphs", options.xquad), ("sentences", sentences)):
                for language, queries in (("German", "queries.jsonl"), ("English", "queries.en.jsonl")):
                    tables[f"XQuAD {name}, {language} questions"] = on_task(source, queries, encoder, options.cache)
    for index, path in zip(options.index, options.questions, strict=True):
        for group, scores in on_questions(index, read_gold(path), encoder).items():
            tables[f"{path.parent.name}/{path.name}: {group}"] = scores
    print(f"# Quality\n\n{on(machine())}")
    for title, scores in tables.items():
        print("\n".join(markdown(title, scores)))
    if options.json:
        options.json.write_text(json.dumps(report | {"tables": tables}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
