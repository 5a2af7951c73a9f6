"""How good the ranking is, on any folder in the layout of BEIR (Thakur et al. 2021): corpus, queries, relevance judgements.

    corpus.jsonl   {"_id", "title", "text"} a line     queries.jsonl  {"_id", "text"} a line
    qrels.tsv      query id, document id, grade, with a head line (or qrels/test.tsv)

Each document is indexed as a paper of that title. A document is as good as its best passage. Measured are the lexical
ranking, the dense one, both fused as every search is, and the reranker's if the settings name one.

nDCG@10   gain = grade, discount log2(rank + 1)     MRR@10   1 / rank of the first relevant document, 0 beyond rank 10
recall@k  share of the relevant documents among the first k
"""

from __future__ import annotations

import contextlib
import json
import math
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from indexer.cache import EmbeddingCache
from indexer.domain import Document, File, Paper
from indexer.encoders import Encoder, Role, encode_texts
from indexer.errors import BadTask
from indexer.filters import ANY
from indexer.generation import Generation
from indexer.lexical import bag_of
from indexer.parsing.layout import RawBlock, lay_out
from indexer.passages import searched_text
from indexer.prepared import prepare
from indexer.rerankers import Reranker, reranked
from indexer.search import DEPTH, folded, ranked
from indexer.store import PUBLIC, Collection
from indexer.vectors import Matrix, RowScore, Vector

METRICS = ("ndcg@10", "mrr@10", "recall@1", "recall@5", "recall@20")
_RESAMPLES = 10_000

Grades = Mapping[str, float]  # document id -> grade, above 0 where relevant
Scores = dict[str, float]  # metric -> value
Progress = Callable[[str, int, int], None]  # role of the texts, done, total


@dataclass(frozen=True)
class Task:
    documents: Mapping[str, tuple[str, str]]  # id -> (title, text)
    queries: Mapping[str, str]  # only those with a relevant document
    relevant: Mapping[str, Grades]


def read_task(folder: Path, queries: str = "queries.jsonl") -> Task:
    """Raises BadTask that names the file, the line and what is wanted there."""
    documents = {
        str(e["_id"]): (str(e.get("title") or ""), str(e["text"])) for e in _lines(folder / "corpus.jsonl", "_id", "text")
    }
    relevant: dict[str, dict[str, float]] = {}
    for query, document, grade in _judgements(folder):
        if grade > 0:
            relevant.setdefault(query, {})[document] = grade
    asked = {str(e["_id"]): str(e["text"]) for e in _lines(folder / queries, "_id", "text") if str(e["_id"]) in relevant}
    if not documents or not asked:
        raise BadTask(path=folder, line=0, wanted="documents, and queries with a relevant document")
    return Task(documents, asked, relevant)


def _lines(path: Path, *wanted: str) -> Iterator[dict[str, Any]]:
    number = 0
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    entry = json.loads(line)
                    if not isinstance(entry, dict) or any(name not in entry for name in wanted):
                        raise BadTask(path=path, line=number, wanted=f"an object with {', '.join(wanted)}")
                    yield entry
    except (OSError, ValueError) as error:
        raise BadTask(path=path, line=max(1, number), wanted=f"JSON lines ({error})") from error


def _judgements(folder: Path) -> Iterator[tuple[str, str, float]]:
    path = next((p for p in (folder / "qrels.tsv", folder / "qrels" / "test.tsv") if p.exists()), folder / "qrels.tsv")
    number = 0
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file):
                if number and line.strip():  # the first line is a head
                    query, document, grade = line.rstrip("\n").split("\t")
                    yield query, document, float(grade)
    except (OSError, ValueError) as error:
        raise BadTask(path=path, line=number + 1, wanted="query-id, corpus-id, score between tabs") from error


def measured(ranking: Sequence[str], relevant: Grades) -> Scores:
    """The metrics of one query; ``ranking`` holds document ids, best first, each once.

    >>> measured(["b", "a"], {"a": 1})["mrr@10"]
    0.5
    """
    gains = [relevant.get(document, 0.0) for document in ranking[:10]]
    ideal = sorted(relevant.values(), reverse=True)[:10]
    first = next((rank for rank, gain in enumerate(gains, start=1) if gain), 0)
    scores = {"ndcg@10": _discounted(gains) / _discounted(ideal), "mrr@10": 1 / first if first else 0.0}
    return scores | {f"recall@{k}": sum(d in relevant for d in ranking[:k]) / len(relevant) for k in (1, 5, 20)}


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def mean(scores: Iterable[Scores]) -> Scores:
    """The metrics averaged over queries, to four digits."""
    table = list(scores)
    return {name: round(sum(s[name] for s in table) / len(table), 4) for name in table[0]} if table else {}


def difference(first: Sequence[float], second: Sequence[float]) -> dict[str, float]:
    """How much higher the first is, query by query, with the 95 % interval of a paired bootstrap (Efron 1979; seed 0).

    An interval without 0 says that other questions of this kind would hardly turn the order round.
    """
    gaps = np.array(first) - np.array(second)
    chance = np.random.default_rng(0)
    means = [float(gaps[chance.integers(0, len(gaps), len(gaps))].mean()) for _ in range(_RESAMPLES)]
    low, high = np.percentile(means, [2.5, 97.5])
    return {"mean": round(float(gaps.mean()), 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def evaluate(
    task: Task, encoder: Encoder, cache: Path, reranker: Reranker | None = None, progress: Progress = lambda *_: None
) -> dict[str, dict[str, Scores]]:
    """Ranker -> query id -> metrics. ``cache``: folder where vectors are kept for the next time."""
    with tempfile.TemporaryDirectory() as root:
        generation = indexed(task, encoder, cache, Path(root), progress)
        vectors = encoded(encoder, list(task.queries.values()), "query", cache, progress)
        found: dict[str, dict[str, Scores]] = {}
        for (identifier, text), vector in zip(task.queries.items(), vectors, strict=True):
            for name, ranking in rankings(generation, vector, text, reranker).items():
                found.setdefault(name, {})[identifier] = measured(ranking, task.relevant[identifier])
    return found


def rankings(generation: Generation, query: Vector, text: str, reranker: Reranker | None = None) -> dict[str, list[str]]:
    """Ranker -> document ids, best first. Near-duplicates come where they were folded in."""
    fused = folded(ranked(generation, query, text, ANY))
    found = {
        "lexical": _rows(generation.lexical.nearest(bag_of(generation.analyser, text), DEPTH)),
        "dense": _rows(generation.vectors.nearest(query, DEPTH)),
        "fused": fused.all_rows().tolist(),
    }
    if reranker is not None:
        found["reranked"] = reranked(fused, text, reranker).all_rows().tolist()
    return {name: list(dict.fromkeys(generation.document_id(row) for row in rows)) for name, rows in found.items()}


def _rows(found: Sequence[RowScore]) -> list[int]:
    return [row for row, _ in found]


def indexed(task: Task, encoder: Encoder, cache: Path, root: Path, progress: Progress) -> Generation:
    documents = [_document(identifier, title, text) for identifier, (title, text) in task.documents.items()]
    prepared = [prepare(document) for document in documents]
    texts = [searched_text(passage) for one in prepared for passage in one.passages]
    vectors = encoded(encoder, texts, "passage", cache, progress)
    collection = Collection(root, PUBLIC)
    collection.publish(prepared, vectors, encoder.name)
    return collection.open()


def _document(identifier: str, title: str, text: str) -> Document:
    parts = [part for part in text.split("\n\n") if part.strip()] or [title]  # some documents are nothing but a title
    laid_out = lay_out([RawBlock("paragraph", part) for part in parts])
    file = File("beir", identifier, Path(identifier), "text/plain", "", "", 0, PUBLIC)
    return Document(identifier, file, laid_out.text, laid_out.pages, laid_out.blocks, Paper(name=title or None))


def encoded(encoder: Encoder, texts: Sequence[str], role: Role, cache: Path, progress: Progress) -> Matrix:
    path = cache / f"{role}.sqlite"
    with contextlib.closing(EmbeddingCache(path, encoder.name)) as known:
        return encode_texts(lambda: encoder, texts, known, lambda done, total: progress(role, done, total), role)
