"""Who may see what where: every address of the service, what a key must be for there, and what it shows of papers.

Readers and the classes of papers they see; what is not in the list does not exist for them:

    anonymous   public
    ausschuss   public, sozialausschuss
    verwaltung  public, internal
    login       public, internal; at addresses for programs (widget, feeds) public alone
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from httpx import Response

from tests.mcp_calls import call

CLASSES = ("public", "internal", "sozialausschuss")
SEES: dict[str, frozenset[str]] = {
    "anonymous": frozenset({"public"}),
    "ausschuss": frozenset({"public", "sozialausschuss"}),
    "verwaltung": frozenset({"public", "internal"}),
    "login": frozenset({"public", "internal"}),
}


@dataclass(frozen=True)
class Paper:
    """One of each class. ``word`` stands in no other."""

    id: str
    paper_id: str
    word: str
    number: str


# nothing: no paper that the reader may not see; paper: only those who may see it; public: those everybody may see, whoever asks;
# count: how many papers there are;
# answer: an answer that a reader was given (tested apart); operator: only with the operator's password
Shows = Literal["nothing", "paper", "public", "count", "answer", "operator"]


@dataclass(frozen=True)
class Row:
    """``sent``: what is sent to get at a paper. ``seen``: whether the response shows it, or how many it counts."""

    method: str
    path: str
    scope: Literal["", "ask", "search", "documents"]
    shows: Shows
    sent: Callable[[Paper], dict[str, Any]] = lambda _: {}
    seen: Callable[[Response, Paper], int] = lambda response, _: response.status_code == 200
    for_programs: bool = field(default=False)


def linked(response: Response, paper: Paper) -> bool:
    """By its id: words that were sent come back on pages."""
    return paper.id in response.text


def worded(response: Response, paper: Paper) -> bool:
    return paper.word in response.text


def query(response: Response, paper: Paper) -> bool:
    """A list names the paper by its number."""
    return response.status_code == 200 and paper.number.encode() in response.content.replace(b"\\/", b"/")


def asked(paper: Paper) -> str:
    return f"Was kostet der Plan {paper.word}?"


def chat(paper: Paper) -> dict[str, Any]:
    return {"json": {"model": "ratslotse", "messages": [{"role": "user", "content": asked(paper)}]}}


def tool(name: str, argument: str) -> Callable[[Paper], dict[str, Any]]:
    def sent(paper: Paper) -> dict[str, Any]:
        message = call(name, {argument: paper.id if argument == "id" else asked(paper)})
        return {"content": message.body, "headers": message.headers}

    return sent


def params(name: str) -> Callable[[Paper], dict[str, Any]]:
    return lambda paper: {"params": {name: paper.word}}


ROWS: tuple[Row, ...] = (
    # programs
    Row("POST", "/api/v1/ask", "ask", "paper", lambda p: {"json": {"question": asked(p)}}, linked, for_programs=True),
    Row("GET", "/api/v1/search", "search", "paper", params("q"), linked, for_programs=True),
    Row("GET", "/api/v1/suggest", "search", "public", lambda p: {"params": {"q": p.word[:4]}}, worded, for_programs=True),
    Row("GET", "/api/v1/about", "", "count", seen=lambda r, _: r.json()["coverage"]["documents"], for_programs=True),
    Row("GET", "/api/v1/bodies", "search", "count", seen=lambda r, _: sum(one["documents"] for one in r.json())),
    Row("GET", "/api/v1/documents/{identifier}", "documents", "paper"),
    Row("GET", "/api/v1/documents/{identifier}/text", "documents", "paper", seen=worded),
    Row("GET", "/api/v1/documents/{identifier}/file", "documents", "paper"),
    Row("GET", "/api/v1/documents/{identifier}/pages/{number}", "documents", "paper"),
    Row("GET", "/api/v1/documents/{identifier}/boxes", "documents", "paper", lambda _: {"params": {"start": 0, "end": 9}}),
    Row("GET", "/api/v1/papers", "documents", "paper", lambda p: {"params": {"reference": p.number}}, linked),
    Row("GET", "/api/v1/papers/{identifier}", "documents", "paper", seen=linked),
    Row("GET", "/api/v1/openapi.json", "", "nothing"),
    Row("POST", "/v1/chat/completions", "ask", "paper", chat, linked),
    Row("GET", "/v1/models", "", "nothing"),
    Row("GET", "/v1/models/{name}", "", "nothing"),
    Row("POST", "/mcp", "", "paper", tool("ask", "question"), linked),  # each tool demands its own scope
    Row("POST", "/mcp", "", "paper", tool("fetch", "id"), worded),
    Row("GET", "/health/live", "", "nothing"),
    Row("GET", "/health/ready", "", "nothing"),
    # pages
    Row("GET", "/", "ask", "count", seen=lambda r, _: int(re.findall(r"(\d+) Dokumente?\b", r.text)[0])),
    Row("POST", "/", "ask", "paper", lambda p: {"data": {"question": asked(p)}}, linked),
    Row("GET", "/suche", "search", "paper", params("q"), linked),
    Row("POST", "/suche", "search", "paper", lambda p: {"data": {"text": f"Der Plan {p.word} kostet 5.000 Euro."}}, linked),
    Row("GET", "/suche.{kind}", "search", "paper", params("q"), query),
    Row("GET", "/suche.atom", "search", "paper", params("q"), linked, for_programs=True),
    Row("GET", "/suche.rss", "search", "paper", params("q"), linked, for_programs=True),
    Row("GET", "/suche/vorschlaege", "search", "public", lambda p: {"params": {"q": p.word[:4]}}, worded),
    Row("GET", "/dokumente/{identifier}", "documents", "paper", seen=worded),
    Row("GET", "/dokumente/{identifier}/seite", "documents", "paper", seen=worded),
    Row("GET", "/dokumente/{identifier}/seite/{number}", "documents", "paper", seen=worded),
    Row("GET", "/vorlagen/{identifier}", "documents", "paper", seen=linked),
    Row("POST", "/antwort/export", "ask", "answer"),
    Row("POST", "/antwort/teilen", "ask", "answer"),
    Row("POST", "/antwort/urteil", "ask", "answer"),
    Row("GET", "/geteilt/{identifier}", "ask", "answer"),
    Row("GET", "/geteilt/{identifier}/widerrufen/{secret}", "ask", "answer"),
    Row("POST", "/geteilt/{identifier}/widerrufen/{secret}", "ask", "answer"),
    Row("GET", "/einbetten", "", "nothing", for_programs=True),
    *(Row("GET", path, "", "nothing") for path in ("/hilfe", "/ueber", "/impressum", "/datenschutz", "/ki-hinweis")),
    *(Row("GET", path, "", "nothing") for path in ("/barrierefreiheit", "/barriere-melden", "/robots.txt", "/favicon.ico")),
    *(Row("GET", path, "", "nothing") for path in ("/widget.js", "/opensearch.xml", "/.well-known/security.txt")),
    *(Row("GET", path, "", "nothing") for path in ("/anmelden", "/anmelden/zurueck")),
    Row("POST", "/abmelden", "", "nothing"),
    # the operator's, by a password of their own
    Row("GET", "/betrieb", "", "operator"),
    Row("POST", "/betrieb", "", "operator"),
    Row("GET", "/betrieb/urteile.csv", "", "operator"),
    Row("GET", "/api/v1/operator/books", "", "operator"),
    Row("GET", "/metrics", "", "operator"),
)
