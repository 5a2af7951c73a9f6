"""Haystack: ``python benchmarks/peers/haystack_peer.py TASK_DIR``. In-memory document store with its defaults (BM25L).

Hybrid: the documented pipeline of InMemoryBM25Retriever and InMemoryEmbeddingRetriever (10 documents each, the default), joined
by DocumentJoiner's reciprocal rank fusion. Its tokenizer has no option for a language. Query vectors are handed in directly.
"""

from __future__ import annotations

import os

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "false"  # is read at import

from common import TOP, Query, Search, Task, main
from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore


def store(task: Task, vectors: bool) -> InMemoryDocumentStore:
    documents = InMemoryDocumentStore(shared=False)
    embeddings = task.vectors.tolist() if vectors else [None] * len(task.ids)
    rows = zip(task.ids, task.texts, embeddings, strict=True)
    documents.write_documents([Document(id=i, content=text, embedding=embedding) for i, text, embedding in rows])
    return documents


def ids(answer: dict[str, list[Document]]) -> list[str]:
    return [document.id for document in answer["documents"]]


def lexical(task: Task) -> Search:
    retriever = InMemoryBM25Retriever(store(task, vectors=False), top_k=TOP)
    return lambda query: ids(retriever.run(query=query.text))


def dense(task: Task) -> Search:
    retriever = InMemoryEmbeddingRetriever(store(task, vectors=True), top_k=TOP)
    return lambda query: ids(retriever.run(query_embedding=query.vector))


def hybrid(task: Task) -> Search:
    documents = store(task, vectors=True)
    pipeline = Pipeline()
    pipeline.add_component("bm25", InMemoryBM25Retriever(documents, top_k=TOP))
    pipeline.add_component("embedding", InMemoryEmbeddingRetriever(documents, top_k=TOP))
    pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=TOP))
    pipeline.connect("bm25", "joiner")
    pipeline.connect("embedding", "joiner")

    def search(query: Query) -> list[str]:
        return ids(pipeline.run({"bm25": {"query": query.text}, "embedding": {"query_embedding": query.vector}})["joiner"])

    return search


if __name__ == "__main__":
    main("haystack", ["haystack-ai"], {"lexical": lexical, "dense": dense, "hybrid": hybrid})
