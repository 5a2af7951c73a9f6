"""How well words alone find the paragraph that answers a question: XQuAD in German (Artetxe et al. 2020), 1190 questions.

The folder is XQUAD_FOLDER or lies beside the project; without it the test is skipped.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexer import german, lexical
from indexer.domain import Document
from indexer.evaluate import mean, measured, read_task
from indexer.passages import passages_of, searched_fields
from indexer.words import read_words

FOLDER = Path(os.environ.get("XQUAD_FOLDER") or Path(__file__).resolve().parents[2] / "shared" / "data" / "xquad-de")


@pytest.mark.skipif(not (FOLDER / "corpus.jsonl").is_file(), reason=f"XQuAD is not at {FOLDER}")
def test_words_alone_find_the_paragraph_that_answers(make_document, tmp_path: Path) -> None:
    task = read_task(FOLDER)
    papers: list[Document] = [make_document(i, text, name=title or None) for i, (title, text) in task.documents.items()]
    passages = [passage for paper in papers for passage in passages_of(paper)]
    words = read_words(map(searched_fields, passages))
    analyser = german.Analyser(words.parts_of_compounds())
    lexical.write(words, analyser, tmp_path / "lexical")
    index = lexical.Bm25Index.open(tmp_path / "lexical", len(passages))
    scores = []
    for identifier, text in task.queries.items():
        found = index.nearest(lexical.bag_of(analyser, text), 200)
        ranking = dict.fromkeys(passages[row].document.id for row, _ in found)
        scores.append(measured(list(ranking), task.relevant[identifier]))
    assert mean(scores)["ndcg@10"] >= 0.955
