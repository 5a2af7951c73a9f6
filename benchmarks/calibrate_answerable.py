"""Fits the weights of service/answerable.py on a BEIR folder: ``python benchmarks/calibrate_answerable.py XQUAD_DE_DIR``.

Each sampled question is put twice, with its passages and without those of the relevant document: an answer and a near
miss. Prints AUROC and weights for German (queries.jsonl) and, if the folder has them, English questions (queries.en.jsonl).
About two minutes on two cores.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from indexer.cache import EmbeddingCache
from indexer.domain import Document, File, Paper
from indexer.encoders import Encoder, encode_texts, load_encoder
from indexer.generation import Generation
from indexer.parsing.layout import RawBlock, lay_out
from indexer.passages import passages_of, searched_text
from indexer.search import ranked
from indexer.settings import Settings
from indexer.store import Collection
from service.answerable import signals
from service.evidence import EvidenceFinder
from service.questions import Language, Names, understand

QUESTIONS = 300
SEED = 1


def documents(folder: Path) -> Iterator[Document]:
    for line in (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        laid_out = lay_out([RawBlock("paragraph", entry["text"])])
        file = File("beir", entry["_id"], Path(entry["_id"]), "text/plain", "", "", 0, "public")
        yield Document(entry["_id"], file, laid_out.text, laid_out.pages, laid_out.blocks, Paper(name=entry["title"]))


def index(folder: Path, root: Path, encoder: Encoder) -> Generation:
    found = list(documents(folder))
    passages = [passage for document in found for passage in passages_of(document)]
    cache = EmbeddingCache(root / "embeddings.sqlite", encoder.name)
    texts = [searched_text(passage) for passage in passages]
    vectors = encode_texts(lambda: encoder, texts, cache, lambda *_: None)
    Collection(root, "public").publish(found, passages, vectors, encoder.name)
    return Collection(root, "public").open()


def samples(
    folder: Path, queries: str, language: Language, generation: Generation, encoder: Encoder
) -> Iterator[tuple[int, tuple[float, float]]]:
    """(1 with the right passage in reach, 0 without it; signals)."""
    lines = (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    relevant = dict(line.split("\t")[:2] for line in lines)
    questions = [json.loads(line) for line in (folder / queries).read_text(encoding="utf-8").splitlines()]
    finder, names = EvidenceFinder(encoder), Names(generation)
    for entry in random.Random(SEED).sample(questions, QUESTIONS):
        question = understand(entry["text"], names, language=language)
        query = encoder.encode([entry["text"]], "query")[0]
        hits = ranked(generation, query, entry["text"]).hits(0, 30)
        without = [hit for hit in hits if hit.passage.document.id != relevant[entry["_id"]]]
        for label, reach in ((1, hits[:8]), (0, without[:8])):
            found = finder.find(generation, question, query, reach)
            yield label, signals(generation, question, found, reach)


def main() -> None:
    folder = Path(sys.argv[1])
    encoder = load_encoder(Settings())
    with tempfile.TemporaryDirectory() as root:
        generation = index(folder, Path(root), encoder)
        for language, queries in (("de", "queries.jsonl"), ("en", "queries.en.jsonl")):
            if not (folder / queries).exists():
                continue
            labels, values = zip(*samples(folder, queries, language, generation, encoder), strict=True)
            model = LogisticRegression(C=100, max_iter=5000).fit(np.array(values), labels)
            auroc = roc_auc_score(labels, model.decision_function(np.array(values)))
            meaning, words = model.coef_[0]
            print(f"{language}: AUROC {auroc:.3f}, meaning {meaning:.1f}, words {words:.1f}, constant {model.intercept_[0]:.1f}")


if __name__ == "__main__":
    main()
