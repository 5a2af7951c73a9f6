"""B5: what is taken away, a right or a paper, is gone with the next request, wherever it was kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

import service.access.gate
from indexer.build import build
from service.access.gate import Gate
from service.access.keys import Keys
from service.access.readers import SCOPES
from service.app import create_app
from service.errors import ServiceError
from service.kept.stores import open_stores
from service.settings import ServiceSettings
from tests.llm_server import finished

SAME = {"Sec-Fetch-Site": "same-origin"}
WORDS = "Die Brücke am Mühlbach wird 2025 für 40.000 Euro erneuert."


class Town:
    """A public and an internal paper, one service, a key that sees both."""

    def __init__(self, root: Path) -> None:
        self.root = root
        roles = {"verwaltung": frozenset({"public", "internal"})}
        self.settings = ServiceSettings(index=root / "index", encoder="hash", state=root / "state", roles=roles, share_days=7)
        self.place("public", "weg.txt", "Landkreis Musterbach\n\nDer Weg am Weiher bleibt gesperrt.")
        self.place("internal", "haus.txt", "Landkreis Musterbach\n\nDas alte Haus am Markt wird für 9 Millionen Euro verkauft.")
        self.read_in()
        self.keys = Keys(open_stores(self.settings), lambda: 1_900_000_000)
        self.key, self.text = self.keys.add("Amt", "verwaltung", SCOPES, 3_000)
        self.app: FastAPI = create_app(self.settings)
        self.anonymous = TestClient(self.app, headers={**SAME, "Accept-Language": "de"})
        self.official = TestClient(self.app, headers={**SAME, "Accept-Language": "de", "Authorization": f"Bearer {self.text}"})

    def place(self, access: str, name: str, text: str) -> Path:
        path = self.root / access / "Landkreis Musterbach" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def read_in(self) -> None:
        for access in ("public", "internal"):
            build(self.settings, [self.root / access], access=access)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def found(client: TestClient, words: str) -> Any:
    return client.get("/api/v1/search", params={"q": words}).json()["hits"]


def token(client: TestClient, question: str) -> str:
    page = client.post("/", data={"question": question}).text
    return re.findall(r'name="token" value="([^"]+)"', page)[0]


def test_b5_a_paper_that_is_no_longer_public(town: Town) -> None:
    paper = town.place("public", "bruecke.txt", f"Landkreis Musterbach\n\n{WORDS}")
    town.read_in()
    anonymous = town.anonymous
    identifier = found(anonymous, "Brücke Mühlbach")[0]["document"]["id"]
    addresses = [f"/dokumente/{identifier}", *(f"/api/v1/documents/{identifier}{end}" for end in ("", "/text", "/file"))]
    tags = {path: anonymous.get(path).headers.get("etag", '"x"') for path in addresses}
    signed = token(anonymous, "Was kostet die Brücke am Mühlbach?")
    shared = anonymous.post("/antwort/teilen", data={"token": signed}, headers={"Accept": "application/json"}).json()["address"]
    assert WORDS in anonymous.get(shared).text

    paper.rename(town.place("internal", "bruecke.txt", ""))
    town.read_in()

    assert "Brücke" not in str(found(anonymous, "Brücke Mühlbach"))
    for path, tag in tags.items():
        assert anonymous.get(path, headers={"If-None-Match": tag}).status_code == 404, path
    exported = anonymous.post("/antwort/export", data={"token": signed, "format": "txt"}).text
    for told in (exported, anonymous.get(shared).text, town.official.get(shared).text):
        assert WORDS not in told
    assert "Brücke" in str(found(town.official, "Brücke Mühlbach"))  # whoever may see it still does


def test_b5_a_right_that_is_withdrawn(town: Town) -> None:
    official = town.official
    identifier = found(official, "Haus Markt")[0]["document"]["id"]
    tag = official.get(f"/api/v1/documents/{identifier}").headers.get("etag", '"x"')
    signed = token(official, "Für wie viel wird das alte Haus verkauft?")
    assert "9 Millionen" in official.post("/antwort/export", data={"token": signed, "format": "txt"}).text

    town.keys.revoke("Amt")

    assert official.get(f"/api/v1/documents/{identifier}", headers={"If-None-Match": tag}).status_code == 401
    assert official.post("/antwort/export", data={"token": signed, "format": "txt"}).status_code == 401
    without = town.anonymous.post("/antwort/export", data={"token": signed, "format": "txt"})
    assert without.status_code == 410
    assert "9 Millionen" not in without.text


def test_b5_an_answer_under_way_breaks_off(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    passed = [0.0]
    monkeypatch.setattr(service.access.gate, "passing", lambda: passed[0])
    sent: list[bytes] = []

    async def answering(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for piece in (b"erstens", b"zweitens"):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            passed[0] += 1
            town.keys.revoke("Amt")

    async def received() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message.get("body", b""))

    headers = [(b"authorization", f"Bearer {town.text}".encode())]
    scope = {"type": "http", "method": "GET", "path": "/api/v1/ask", "query_string": b"", "headers": headers, "app": town.app}
    with pytest.raises(ServiceError):
        finished(Gate(answering, town.app.state.access)(scope, received, send))
    assert sent == [b"", b"erstens"]
