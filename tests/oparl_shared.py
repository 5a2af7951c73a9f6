"""The real OParl slices of shared/data as servers. System, Body and list pages are made; PDFs are served as their text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from oparl_server import OparlServer

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
KARLSRUHE, CHANGES, NORDSTEMMEN = (DATA / f"oparl-{name}" for name in ("karlsruhe-2023", "karlsruhe-changes", "nordstemmen"))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def karlsruhe(papers: int | None = None) -> OparlServer:
    """``papers``: so many, with the meetings they were on; None: all."""
    origin = "https://web1.karlsruhe.de"
    chosen = lines(KARLSRUHE / "papers.jsonl")[:papers]
    met = {step.get("meeting") for paper in chosen for step in paper["consultation"]}
    meetings = [meeting for meeting in lines(KARLSRUHE / "meetings.jsonl") if papers is None or meeting["id"] in met]
    files = {urlsplit(file["downloadUrl"]).path: file["text"].encode() for file in lines(KARLSRUHE / "files.jsonl")}
    lists = {"organization": lines(KARLSRUHE / "organizations.jsonl"), "meeting": meetings, "paper": chosen}
    return OparlServer(origin, _as_text(lists), files, body="Stadt Karlsruhe", page_size=50)


def add_changes(server: OparlServer) -> list[dict[str, Any]]:
    """The files of the changed papers; returns their states in the order in which they were seen."""
    states = lines(CHANGES / "paper_states.jsonl")
    texts = {file["id"]: file["text"].encode() for file in lines(CHANGES / "files.jsonl")}
    server.files |= {urlsplit(file["downloadUrl"]).path: texts[file["id"]] for file in _files(states) if file["id"] in texts}
    return [_as_text(state) for state in states]


def nordstemmen(papers: int | None = None) -> OparlServer:
    origin = "https://nordstemmen.ratsinfomanagement.net"
    pages: dict[str, list[str]] = {}
    for page in lines(NORDSTEMMEN / "pages.jsonl"):
        pages.setdefault(page["file"], []).append(page["text"])
    chosen = lines(NORDSTEMMEN / "papers.jsonl")[:papers]
    met = {step["meeting"] for paper in chosen for step in paper["consultation"]}
    lists = {"meeting": [m for m in lines(NORDSTEMMEN / "meetings.jsonl") if m["id"] in met], "paper": chosen}
    listed = [file for one in (*lists["meeting"], *chosen) for file in _files(one)]
    files = {urlsplit(f["downloadUrl"]).path: "\n\n".join(pages[f["id"]]).encode() for f in listed if f["id"] in pages}
    return OparlServer(origin, _as_text(lists), files, body="Gemeinde Nordstemmen", page_size=50)


def _files(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        own = [value] if "downloadUrl" in value else []
        return own + [file for inner in value.values() for file in _files(inner)]
    return [file for inner in value for file in _files(inner)] if isinstance(value, list) else []


def _as_text(value: Any) -> Any:
    """The objects with their files announced as what is served."""
    for file in _files(value):
        file["mimeType"] = "text/plain"
        file.pop("fileName", None)
    return value
