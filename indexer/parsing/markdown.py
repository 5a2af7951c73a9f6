"""Markdown (CommonMark with tables) to blocks: rendered by markdown-it-py, then read as HTML. Raw HTML inside stays text."""

from __future__ import annotations

from pathlib import Path

from markdown_it import MarkdownIt

from indexer.parsing.html import blocks_of
from indexer.parsing.layout import LaidOut, lay_out
from indexer.parsing.text import decode


def parse(path: Path) -> LaidOut:
    rendered = MarkdownIt("commonmark", {"html": False}).enable("table").render(decode(path.read_bytes()))
    return lay_out(blocks_of(rendered))
