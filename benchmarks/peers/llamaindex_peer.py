"""LlamaIndex: ``python benchmarks/peers/llamaindex_peer.py TASK_DIR``. VectorStoreIndex in memory and BM25Retriever.

BM25Retriever gets the two options that its page names for a language, stemmer and language. Hybrid: QueryFusionRetriever over
both, num_queries=1 (no language model), once with mode "reciprocal_rerank" ("hybrid", the page on Reciprocal Rerank Fusion)
and once as BM25Retriever's page has it, with the default mode ("hybrid-simple"). Query vectors are handed in directly.
"""

from __future__ import annotations

from typing import Any

import Stemmer
from common import TOP, Build, Query, Search, Task, main
from llama_index.core import MockEmbedding, QueryBundle, VectorStoreIndex
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import BaseRetriever, QueryFusionRetriever
from llama_index.core.schema import TextNode
from llama_index.retrievers.bm25 import BM25Retriever


def search_with(retriever: BaseRetriever) -> Search:
    def search(query: Query) -> list[str]:
        return [node.node_id for node in retriever.retrieve(QueryBundle(query.text, embedding=query.vector))]

    return search


def nodes(task: Task) -> list[TextNode]:
    rows = zip(task.ids, task.texts, task.vectors.tolist(), strict=True)
    return [TextNode(id_=i, text=text, embedding=vector) for i, text, vector in rows]


def bm25(of: list[TextNode]) -> BM25Retriever:
    return BM25Retriever.from_defaults(nodes=of, similarity_top_k=TOP, stemmer=Stemmer.Stemmer("german"), language="german")


def vector(of: list[TextNode]) -> BaseRetriever:
    return VectorStoreIndex(of, embed_model=MockEmbedding(1)).as_retriever(similarity_top_k=TOP)  # all vectors are there


def lexical(task: Task) -> Search:
    return search_with(bm25(nodes(task)))


def dense(task: Task) -> Search:
    return search_with(vector(nodes(task)))


def hybrid(**options: Any) -> Build:
    def build(task: Task) -> Search:
        of = nodes(task)
        pair = [vector(of), bm25(of)]
        return search_with(QueryFusionRetriever(pair, llm=MockLLM(), similarity_top_k=TOP, num_queries=1, **options))

    return build


if __name__ == "__main__":
    both = {"hybrid": hybrid(mode="reciprocal_rerank"), "hybrid-simple": hybrid()}
    main("llama-index", ["llama-index-core", "llama-index-retrievers-bm25"], {"lexical": lexical, "dense": dense} | both)
