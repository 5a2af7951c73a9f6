"""Markdown (CommonMark with tables) to blocks: rendered by markdown-it-py, then read as HTML. Raw HTML inside stays text."""

from __future__ import annotations

from markdown_it import MarkdownIt

from indexer.parsing.html import blocks_of
from indexer.parsing.layout import LaidOut, lay_out
from indexer.parsing.text import decode


def parse(data: bytes) -> LaidOut:
    rendered = MarkdownIt("commonmark", {"html": False}).enable("table").render(decode(data))
    return lay_out(blocks_of(rendered))
