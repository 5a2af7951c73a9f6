"""Fits the weights of service/answerable.py on a BEIR folder: ``python -m benchmarks.calibrate_answerable XQUAD_DE_DIR``.

Each sampled question is put twice, with its passages and without those of the relevant document: an answer and a near
miss. Prints AUROC and weights for German (queries.jsonl) and, if the folder has them, English questions (queries.en.jsonl).
About two minutes on two cores.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from indexer.encoders import Encoder, load_encoder
from indexer.evaluate import Task, indexed, read_task
from indexer.generation import Generation
from indexer.search import folded, ranked
from indexer.settings import Settings
from service.answerable import signals
from service.evidence import EvidenceFinder
from service.questions import Language, Names, understand

QUESTIONS = 300
SEED = 1


def samples(
    task: Task, language: Language, generation: Generation, encoder: Encoder
) -> Iterator[tuple[int, tuple[float, float]]]:
    """(1 with the right passage in reach, 0 without it; signals)."""
    finder, names = EvidenceFinder(encoder), Names(generation)
    for identifier, text in random.Random(SEED).sample(list(task.queries.items()), QUESTIONS):
        question = understand(text, names, language=language)
        query = encoder.encode([text], "query")[0]
        hits = folded(ranked(generation, query, text)).hits(0, 30)
        without = [hit for hit in hits if hit.passage.document.id not in task.relevant[identifier]]
        for label, reach in ((1, hits[:8]), (0, without[:8])):
            found = finder.find(generation, question, query, reach)
            yield label, signals(generation, question, found, reach)


def main() -> None:
    folder = Path(sys.argv[1])
    encoder = load_encoder(Settings())
    with tempfile.TemporaryDirectory() as root:
        task = read_task(folder)
        generation = indexed(task, encoder, Path(root) / "cache", Path(root), lambda *_: None)
        for language, queries in (("de", "queries.jsonl"), ("en", "queries.en.jsonl")):
            if not (folder / queries).exists():
                continue
            task = read_task(folder, queries)
            labels, values = zip(*samples(task, language, generation, encoder), strict=True)
            model = LogisticRegression(C=100, max_iter=5000).fit(np.array(values), labels)
            auroc = roc_auc_score(labels, model.decision_function(np.array(values)))
            meaning, words = model.coef_[0]
            print(f"{language}: AUROC {auroc:.3f}, meaning {meaning:.1f}, words {words:.1f}, constant {model.intercept_[0]:.1f}")


if __name__ == "__main__":
    main()
