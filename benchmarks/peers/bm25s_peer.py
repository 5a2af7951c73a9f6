"""bm25s: ``python benchmarks/peers/bm25s_peer.py TASK_DIR``. Lexical only.

"lexical" is the library as it comes (English stop words, no stemmer); "lexical-german" sets the two options that its README
names, stopwords and stemmer, to German, for passages and queries alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import bm25s
import Stemmer
from common import Build, Query, Search, Task, main

GERMAN = {"stopwords": "de", "stemmer": Stemmer.Stemmer("german")}


def lexical(options: dict[str, Any]) -> Build:
    def build(task: Task) -> Search:
        tokenize = partial(bm25s.tokenize, show_progress=False, **options)
        retriever = bm25s.BM25(corpus=task.ids)
        retriever.index(tokenize(task.texts), show_progress=False)

        def search(query: Query) -> list[str]:
            found: Sequence[Sequence[str]] = retriever.retrieve(tokenize(query.text), k=task.top, show_progress=False).documents
            return [str(passage) for passage in found[0]]

        return search

    return build


if __name__ == "__main__":
    main("bm25s", ["bm25s", "PyStemmer"], {"lexical": lexical({}), "lexical-german": lexical(GERMAN)})
