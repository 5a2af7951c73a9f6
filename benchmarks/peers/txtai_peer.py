"""txtai: ``python benchmarks/peers/txtai_peer.py TASK_DIR``. Embeddings with keyword=True, method "external", or hybrid=True.

Defaults throughout: Faiss (exact up to 5000 passages, then IVF), BM25 over words by Unicode's rules (no stop words; a stemmer is
not documented), hybrid as the mean of normalized scores. Vectors are looked up by text, in the function txtai calls to encode.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from common import TOP, Build, Matrix, Search, Task, main
from txtai import Embeddings


def configuration(**options: Any) -> Build:
    def build(task: Task) -> Search:
        vectors = dict(zip(task.texts, task.vectors, strict=True))

        def look_up(texts: list[str]) -> Matrix:
            return np.stack([vectors[text] for text in texts])

        external = {} if options.get("keyword") else {"method": "external", "transform": look_up}
        embeddings = Embeddings(**external, **options)
        embeddings.index(zip(task.ids, task.texts, strict=True))
        vectors.update((query.text, np.array(query.vector, np.float32)) for query in task.queries)
        return lambda query: [passage for passage, _ in embeddings.search(query.text, TOP)]

    return build


if __name__ == "__main__":
    configurations = {"lexical": configuration(keyword=True), "dense": configuration(), "hybrid": configuration(hybrid=True)}
    main("txtai", ["txtai", "faiss-cpu", "torch", "transformers"], configurations)
