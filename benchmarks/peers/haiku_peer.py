"""haiku.rag: ``python benchmarks/peers/haiku_peer.py TASK_DIR``. Needs Python 3.12; its minimal package is enough.

One document and chunk per passage (import_documents) in LanceDB in a temporary folder; client.search with "fts" (stemmed as
English: no option for a language), "vector", and its default "hybrid" (RRF), no reranker. The embedder looks vectors up by text.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Literal

os.environ["LOGFIRE_SEND_TO_LOGFIRE"] = "false"
os.environ["LOGFIRE_IGNORE_NO_CONFIG"] = "1"

from common import TOP, Build, Query, Search, Task, main
from docling_core.types.doc import DoclingDocument
from docling_core.types.doc.labels import DocItemLabel
from haiku.rag.client import HaikuRAG
from haiku.rag.client.documents import DocumentImport
from haiku.rag.config import AppConfig
from haiku.rag.embeddings import EmbedderWrapper
from haiku.rag.store.models.chunk import Chunk

FOLDER = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
RUNNER = asyncio.Runner()


class LookUp(EmbedderWrapper):
    def __init__(self, queries: list[Query]) -> None:
        super().__init__(None, len(queries[0].vector))
        self._vectors = {query.text: query.vector for query in queries}

    async def _embed_query(self, text: str) -> list[float]:
        return self._vectors[text]


def prepared(passage: str, text: str, vector: list[float]) -> DocumentImport:
    document = DoclingDocument(name=passage)
    document.add_text(label=DocItemLabel.TEXT, text=text)
    return DocumentImport(document, [Chunk(content=text, embedding=vector)], uri=passage)


async def filled(task: Task, name: str) -> HaikuRAG:
    config = AppConfig.model_validate({"embeddings": {"model": {"vector_dim": task.vectors.shape[1]}}})
    client = HaikuRAG(Path(FOLDER.name) / name, config=config, create=True)
    await client.__aenter__()
    rows = zip(task.ids, task.texts, task.vectors.tolist(), strict=True)
    await client.import_documents([prepared(*row) for row in rows])
    client.chunk_repository.embedder = LookUp(task.queries)
    return client


def configuration(kind: Literal["fts", "vector", "hybrid"]) -> Build:
    def build(task: Task) -> Search:
        client = RUNNER.run(filled(task, f"{kind}.lancedb"))

        def search(query: Query) -> list[str]:
            found = RUNNER.run(client.search(query.text, limit=TOP, search_type=kind))
            return [str(result.document_uri) for result in found]

        return search

    return build


if __name__ == "__main__":
    kinds = {"lexical": configuration("fts"), "dense": configuration("vector"), "hybrid": configuration("hybrid")}
    with FOLDER, RUNNER:
        main("haiku.rag", ["haiku.rag-slim", "lancedb"], kinds)
