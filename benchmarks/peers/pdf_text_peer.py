"""pypdf, pdfplumber and markitdown as readers of PDFs: ``python benchmarks/peers/pdf_text_peer.py DIR``.

Each as it comes, every PDF of the folder, one JSON object: for each reader its version, seconds, and for each file the text
and the rows of its tables. Of markitdown's Markdown, table rows are taken apart and the marks of headings and bold words dropped.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pdfplumber
from markitdown import MarkItDown
from pypdf import PdfReader

Read = Callable[[Path], tuple[str, list[list[str]]]]
_RULE = re.compile(r"^\|[\s:|-]+\|$")


def pypdf(path: Path) -> tuple[str, list[list[str]]]:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages), []


def plumber(path: Path) -> tuple[str, list[list[str]]]:
    with pdfplumber.open(path) as pdf:
        text = "\n".join(page.extract_text() for page in pdf.pages)
        rows = [[cell or "" for cell in row] for page in pdf.pages for table in page.extract_tables() for row in table]
    return text, rows


def markdown(path: Path) -> tuple[str, list[list[str]]]:
    lines, rows = [], []
    for line in MarkItDown().convert(path).text_content.splitlines():
        if _RULE.match(line.strip()):
            continue
        if line.strip().startswith("|"):
            rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
        lines.append(re.sub(r"^#+ |\*\*|\|", " ", line))
    return "\n".join(lines), rows


def measured(read: Read, paths: list[Path]) -> dict[str, Any]:
    papers, start = {}, time.perf_counter()
    for path in paths:
        text, rows = read(path)
        papers[path.stem] = {"text": text, "rows": rows}
    return {"seconds": time.perf_counter() - start, "papers": papers}


def main() -> None:
    logging.disable(logging.CRITICAL)
    paths = sorted(Path(sys.argv[1]).glob("*.pdf"))
    readers: dict[str, Read] = {"pypdf": pypdf, "pdfplumber": plumber, "markitdown": markdown}
    with contextlib.redirect_stdout(sys.stderr):
        told = {name: {"version": version(name), **measured(read, paths)} for name, read in readers.items()}
    json.dump(told, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
