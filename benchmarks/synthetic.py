"""Synthetic papers, vectors and questions of any number, for measuring speed and size: no texts of others, no model.

Texts are words of the sample corpus by Zipf's law, a third of them joined to compounds, so the vocabulary grows as German
does; two words in five are favourites of the document's topic, so words and vectors tell of the same things. Vectors are made
like those measured of multilingual-e5-small on 5,030 passages of council papers: about 45 dimensions matter, the mean has a
squared length of 0.86, passages of one document are near each other, questions lie off to one side.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.domain import Document, File, Paper
from indexer.german import can_be_part, words
from indexer.parsing.layout import RawBlock, lay_out
from indexer.vectors import Matrix

DIMENSION = 384
PER_DOCUMENT = 10  # passages
BODIES = {"Landkreis Halb": 0.5, "Landkreis Zehntel": 0.1, "Landkreis Prozent": 0.01, "Landkreis Promille": 0.001}
_REST = "Landkreis Rest"
_TOPICS, _FAVOURITES, _FAVOURED = 300, 80, 0.4  # topics, words that each prefers, share of words taken from them
_WORDS = 130  # of a passage
_MATTERING, _MEAN = 45, 0.86


def vocabulary(corpus: Path) -> list[str]:
    """The words of the sample corpus, most frequent first."""
    counts: dict[str, int] = {}
    for path in sorted(corpus.rglob("*")):
        if path.suffix in (".md", ".txt"):
            for word in words(path.read_text(encoding="utf-8")):
                counts[word] = counts.get(word, 0) + word.isalpha()
    return sorted((word for word in counts if counts[word]), key=lambda word: (-counts[word], word))


class Maker:
    """Everything is drawn from one seed: the same size gives the same index."""

    def __init__(self, corpus: Path, passages: int, seed: int = 0) -> None:
        self._chance = np.random.default_rng(seed)
        self._passages = passages
        self._topic_of = self._chance.integers(0, _TOPICS, -(-passages // PER_DOCUMENT))
        self._words = vocabulary(corpus)
        self._parts = [word for word in self._words if can_be_part(word)]
        ranks = np.arange(1, len(self._words) + 1)
        self._frequencies = (1 / ranks) / (1 / ranks).sum()
        basis = np.linalg.qr(self._chance.normal(size=(DIMENSION, _MATTERING + 1)))[0].T.astype(np.float32)
        self._mean, self._basis = basis[0], basis[1:]
        self._favourites = self._chance.integers(0, len(self._words), (_TOPICS, _FAVOURITES))
        self._topics = self._chance.normal(size=(_TOPICS, _MATTERING)).astype(np.float32)

    def documents(self) -> Iterator[Document]:
        for number, topic in enumerate(self._topic_of.tolist()):
            name = f"{number:07}"
            laid_out = lay_out([RawBlock("paragraph", self._text(_WORDS, topic)) for _ in range(PER_DOCUMENT)])
            day = f"{2000 + number % 25}-{number % 12 + 1:02}-{number % 28 + 1:02}"
            reference = f"{day[:4]}/{number}"
            file = File("synthetic", name, Path(name), "text/plain", "", "", 0, "public")
            paper = Paper(name=self._text(8, topic), reference=reference, paper_type="Beschlussvorlage", body=self._body())
            yield Document(name, file, laid_out.text, laid_out.pages, laid_out.blocks, paper)

    def vectors(self) -> Matrix:
        found = np.empty((self._passages, DIMENSION), np.float32)
        step = 5_000 * PER_DOCUMENT
        for start in range(0, self._passages, step):
            count = min(step, self._passages - start)
            about = self._topics[self._topic_of[start // PER_DOCUMENT : -(-(start + count) // PER_DOCUMENT)]]
            about = np.repeat(about + self._normal(len(about)), PER_DOCUMENT, axis=0)[:count]
            found[start : start + count] = self._placed(about + 0.8 * self._normal(count))
        return found

    def questions(self, count: int) -> tuple[list[str], Matrix]:
        topics = self._chance.integers(0, _TOPICS, count)
        lengths = self._chance.integers(3, 12, count)
        texts = [self._text(length, topic) for length, topic in zip(lengths.tolist(), topics.tolist(), strict=True)]
        about = self._topics[topics] + self._normal(count)
        aside = about + 0.7 * np.roll(self._topics[0], 1) + 0.5 * self._normal(count)
        return texts, self._placed(aside)

    def _body(self) -> str:
        at = self._chance.random()
        for body, share in BODIES.items():
            if at < share:
                return body
            at -= share
        return _REST

    def _text(self, length: int, topic: int) -> str:
        chosen = self._chance.choice(len(self._words), length, p=self._frequencies)
        favoured = self._chance.random(length) < _FAVOURED
        chosen = np.where(favoured, self._favourites[topic][self._chance.integers(0, _FAVOURITES, length)], chosen)
        joined = self._chance.random(length) < 1 / 3
        heads = self._chance.integers(0, len(self._parts), length)
        return " ".join(
            self._parts[head] + self._words[at] if join else self._words[at]
            for at, join, head in zip(chosen.tolist(), joined.tolist(), heads.tolist(), strict=True)
        )

    def _normal(self, count: int) -> npt.NDArray[np.float32]:
        return self._chance.normal(size=(count, _MATTERING)).astype(np.float32)

    def _placed(self, about: npt.NDArray[np.float32]) -> Matrix:
        """In the space of the encoder: a common part, and a share of the rest in the dimensions that matter."""
        own = about @ self._basis
        own *= np.sqrt(1 - _MEAN) / np.linalg.norm(own, axis=1, keepdims=True)
        return np.asarray(own + np.sqrt(_MEAN) * self._mean, np.float32)
