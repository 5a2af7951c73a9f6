"""The table of who may see what where (access_matrix.py), cell by cell on the running application; and that no check is idle."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from httpx import Response

import service.access.control
import service.access.gate
import service.access.scopes
import service.web.conversing
import service.web.keeping
from indexer.generation import paper_id
from indexer.store import Collection
from service.access.keys import Keys
from service.access.proxy import Proxy
from service.access.readers import ANONYMOUS, SCOPES, Reader
from service.access.scopes import UNASKED, needed
from service.api import dependencies
from service.app import create_app
from service.kept.stores import open_stores
from service.settings import ServiceSettings
from service.web.exports.tools import AnswerTools
from tests.access_matrix import CLASSES, ROWS, SEES, Paper, Row, asked
from tests.conftest import Guarded

LISTED = "10.20.0.5"
SAME = {"Sec-Fetch-Site": "same-origin"}
PASSWORD = "Schlüssel zum Rathaus"
TEXT = Row("GET", "/api/v1/documents/{identifier}/text", "documents", "paper")
PATHS = {"pages/{number}": "pages/1", "seite/{number}": "seite/1", "{kind}": "bib", "{name}": "ratslotse"}


@dataclass(frozen=True)
class Site:
    app: FastAPI
    papers: Mapping[str, Paper]
    headers: Mapping[str, Mapping[str, str]]  # by which a reader is known

    def ask(self, reader: str, row: Row, paper: Paper) -> Response:
        """Like each of the readers would, from a page of this site."""
        peer = LISTED if reader == "login" else "203.0.113.9"
        client = TestClient(self.app, client=(peer, 50_000), headers={"Accept-Language": "de", **SAME, **self.headers[reader]})
        path = row.path
        for name, value in PATHS.items():
            path = path.replace(name, value)
        path = path.replace("{identifier}", paper.paper_id if "/vorlagen/" in path or "/papers/" in path else paper.id)
        return client.request(row.method, path, follow_redirects=False, **row.sent(paper))  # type: ignore[return-value]


@pytest.fixture(scope="module")
def site(guarded: Guarded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    settings = ServiceSettings(
        index=guarded.index,
        encoder="hash",
        state=tmp_path_factory.mktemp("state"),
        roles=guarded.roles,
        login_roles={"Amt": "verwaltung"},
        proxy_addresses=LISTED,
        operator_password=PASSWORD,
        share_days=7,
        feedback=True,
        rates="ask=0,search=0,suggest=0,read=0,export=0,share=0",
    )
    app = create_app(settings)
    keys = Keys(open_stores(settings), lambda: 1_900_000_000)

    def key(name: str, role: str, *scopes: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {keys.add(name, role, scopes or SCOPES, 3_000)[1]}"}

    headers = {
        "anonymous": {},
        "login": {"X-Remote-User": "maria", "X-Remote-Groups": "Amt"},
        **{role: key(role, role) for role in ("verwaltung", "ausschuss")},
        **{f"only {scope}": key(f"only {scope}", "anonymous", scope) for scope in SCOPES},
    }
    papers = {}
    for name, (word, identifier) in guarded.papers.items():
        document = Collection(guarded.index, name).open().documents()[0]
        papers[name] = Paper(identifier, paper_id(document), word, document.paper.reference or "")
    with TestClient(app):  # started, for what lives only then
        yield Site(app, papers, headers)


def routes(app: FastAPI) -> set[tuple[str, str]]:
    found = (
        (method, one.path) for one in iter_route_contexts(app.routes) for method in one.methods or () if one.path != "/static"
    )
    return {(method, path) for method, path in found if method != "HEAD"}


def test_b7_every_address_of_the_service_stands_in_the_table(site: Site) -> None:
    assert routes(site.app) == {(row.method, row.path) for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path} {row.scope}")
def test_b7_a_key_must_be_for_what_the_table_says(row: Row) -> None:
    assert (needed(re.sub(r"\{\w+\}", "x", row.path)) or "") == row.scope


def test_b7_a_key_sees_no_address_that_the_table_does_not_know(site: Site) -> None:
    row = Row("GET", "/api/v2/neu", "", "nothing")
    assert [site.ask(reader, row, site.papers["public"]).status_code for reader in ("anonymous", "verwaltung")] == [404, 404]


def sees(reader: str, row: Row) -> frozenset[str]:
    return SEES["anonymous"] if row.shows == "public" or (reader == "login" and row.for_programs) else SEES[reader]


def check_row(site: Site, row: Row, reader: str) -> None:
    """All cells of one row for one reader."""
    allowed = sees(reader, row)
    for name in CLASSES:
        paper = site.papers[name]
        response = site.ask(reader, row, paper)
        assert response.status_code < 500, (response.status_code, response.text[:300])
        if row.shows in ("paper", "public"):
            assert bool(row.seen(response, paper)) is (name in allowed), (name, response.status_code, response.text[:2_000])
            if name not in allowed and "{identifier}" in row.path:
                assert response.status_code == 404
        elif row.shows == "count":
            assert row.seen(response, paper) == len(allowed)
        elif row.shows == "operator":
            assert response.status_code == 401
        hidden = [other for other in CLASSES if other not in allowed and other != name]
        assert not [other for other in hidden if site.papers[other].word in response.text]
        if allowed != SEES["anonymous"]:
            assert response.headers.get("cache-control") == "private, no-store" or row.path.startswith(UNASKED)


READERS = list(SEES)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("row", [row for row in ROWS if row.shows != "answer"], ids=lambda row: f"{row.method} {row.path}")
def test_b7_a_reader_sees_what_the_table_says_and_nothing_else(site: Site, row: Row, reader: str) -> None:
    check_row(site, row, reader)


def check_scopes(site: Site) -> None:
    for scope in SCOPES:
        for row in ROWS:
            refused = site.ask(f"only {scope}", row, site.papers["public"]).status_code == 403
            if row.shows not in ("answer", "operator") and row.path != "/abmelden":
                assert refused is (row.scope not in ("", scope)), (scope, row.path)


def test_b7_a_key_opens_only_what_it_is_for(site: Site) -> None:
    check_scopes(site)


def token(site: Site, reader: str, paper: Paper) -> str:
    page = site.ask(reader, Row("POST", "/", "ask", "paper", lambda p: {"data": {"question": asked(p)}}), paper).text
    found = re.search(r'<input type="hidden" name="token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def answered(method: str, path: str, **data: str) -> Row:
    return Row(method, path, "ask", "answer", lambda _: {"data": data})


def check_exports(site: Site) -> None:
    """An answer becomes a file for those who see as much as who was given it."""
    hidden = site.papers["internal"]
    given = token(site, "verwaltung", hidden)
    for reader, status in [("verwaltung", 200), ("login", 200), ("anonymous", 410), ("ausschuss", 410)]:
        response = site.ask(reader, answered("POST", "/antwort/export", token=given, format="txt"), hidden)
        assert response.status_code == status
        assert (hidden.word in response.text) is (status == 200)
        if status == 200:
            assert "Nicht öffentlich: Diese Auskunft" in response.text
        judged = site.ask(reader, answered("POST", "/antwort/urteil", token=given, verdict="up"), hidden)
        assert judged.status_code == status


def check_shares(site: Site) -> None:
    """B5: nobody shares what not everybody may see, and a link shows everybody the same."""
    public, hidden = site.papers["public"], site.papers["internal"]
    for reader in ("verwaltung", "ausschuss", "login"):
        for paper in (public, hidden):
            refused = site.ask(reader, answered("POST", "/antwort/teilen", token=token(site, "anonymous", public)), paper)
            assert (refused.status_code, "lassen sich deshalb nicht teilen" in refused.text) == (403, True)
        page = site.ask(reader, Row("POST", "/", "ask", "paper", lambda p: {"data": {"question": asked(p)}}), hidden).text
        assert 'action="/antwort/teilen"' not in page
    shared = site.ask("anonymous", answered("POST", "/antwort/teilen", token=token(site, "anonymous", public)), public).text
    path = re.search(r"/geteilt/[\w-]+", shared)[0]  # type: ignore[index]
    for reader in READERS:
        page = site.ask(reader, Row("GET", path, "ask", "answer"), public).text
        assert public.word in page
        assert "Nicht öffentlich: Diese Auskunft" not in page


def check_turns(site: Site) -> None:
    """What was said to somebody who has logged out since is not gone on from."""
    hidden = site.papers["internal"]
    turn = {
        "turn_question": asked(hidden),
        "turn_answer": f"{hidden.word} kostet",
        "turn_token": token(site, "verwaltung", hidden),
    }
    asks = Row("POST", "/", "ask", "answer", lambda _: {"data": {"question": "Und der Weg?"} | turn})
    assert hidden.word in site.ask("verwaltung", asks, hidden).text
    assert hidden.word not in site.ask("anonymous", asks, hidden).text


def check_origins(site: Site) -> None:
    """B22: what changes something for who is logged in comes from a page of this site."""
    client = TestClient(site.app, client=(LISTED, 50_000), headers=site.headers["login"])
    for path in ("/", "/suche", "/antwort/export", "/antwort/teilen", "/antwort/urteil"):
        assert client.post(path, data={"question": "x"}).status_code == 403, path


def check_audit(site: Site) -> None:
    """B24: what is not public stands in the log before it is shown, whichever door it leaves by."""
    log = Path(site.app.state.access._folder) / "audit.jsonl"
    hidden = site.papers["internal"]
    for row in (row for row in ROWS if row.shows in ("paper", "public") and "{kind}" not in row.path):
        before = len(log.read_text().splitlines()) if log.exists() else 0
        site.ask("verwaltung", row, hidden)
        added = log.read_text().splitlines()[before:] if log.exists() else []
        assert any(hidden.id in line and '"access"' in line for line in added) is (row.shows == "paper"), row.path


@pytest.mark.parametrize(
    "check", [check_exports, check_shares, check_turns, check_origins, check_audit], ids=lambda c: c.__name__
)
def test_b7_answers_and_changes(site: Site, check: Callable[[Site], None]) -> None:
    check(site)


def check_revoked(site: Site) -> None:
    """B5, B10: expired and revoked keys."""
    keys = site.app.state.access.keys
    key, text = keys.add("kurz", "verwaltung", SCOPES, 1)
    headers = {**site.headers, "kurz": {"Authorization": f"Bearer {text}"}}
    mine = Site(site.app, site.papers, headers)
    paper = site.papers["internal"]
    assert mine.ask("kurz", TEXT, paper).status_code == 200
    keys.revoke(key.id)
    assert mine.ask("kurz", TEXT, paper).status_code == 401


def check_headers(site: Site) -> None:
    """B9: only listed servers name a reader."""
    row = Row("GET", "/dokumente/{identifier}", "documents", "paper")
    named = Site(site.app, site.papers, {**site.headers, "elsewhere": site.headers["login"]})
    assert named.ask("elsewhere", row, site.papers["internal"]).status_code == 404


def check_documents(site: Site) -> None:
    check_row(site, TEXT, "anonymous")


def check_login_at_programs(site: Site) -> None:
    check_row(site, next(row for row in ROWS if row.path == "/api/v1/search"), "login")


def nothing(*_: object, **__: object) -> None:
    return None


def everybody(_: Request) -> Reader:
    return Reader("key", "", "verwaltung", frozenset({"public", "internal"}))


def unsalted(name: str) -> Callable[[pytest.MonkeyPatch], None]:
    real = getattr(AnswerTools, name)

    def without_reach(self: AnswerTools, *arguments: Any) -> Any:
        return real(self, *arguments[:-1], "verwaltung")

    return lambda patch: patch.setattr(AnswerTools, name, without_reach)


def unsigned(patch: pytest.MonkeyPatch) -> None:
    unsalted("token")(patch)
    unsalted("opened")(patch)


# Each takes one check away; the named part of the tests must then fail.
MUTATIONS: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], Callable[[Site], None]]] = {
    "the reach of a reader": (
        lambda patch: patch.setattr(dependencies, "reader_of", everybody) or patch.setattr(Reader, "reach", "internal+public"),
        check_documents,
    ),
    "the scope of a key": (lambda patch: patch.setattr(service.access.gate, "check_scope", nothing), check_scopes),
    "whether a key is good": (lambda patch: patch.setattr(Keys, "is_good", lambda *_: True), check_revoked),
    "who may name a reader": (lambda patch: patch.setattr(Proxy, "trusts", lambda *_: True), check_headers),
    "logins are for pages": (lambda patch: patch.setattr(service.access.control, "_FOR_PROGRAMS", ()), check_login_at_programs),
    "where a change comes from": (lambda patch: patch.setattr(service.access.gate, "same_origin", lambda _: True), check_origins),
    "what is written down": (lambda patch: patch.setattr(service.access.gate._Told, "_audit", nothing), check_audit),
    "records for one reach": (unsigned, check_exports),
    "turns for one reach": (lambda patch: patch.setattr(AnswerTools, "fits", lambda *_: True), check_turns),
    "nothing hidden is shared": (
        lambda patch: (
            patch.setattr(service.web.keeping, "SharingRefused", lambda: ANONYMOUS) or patch.setattr(Reader, "sees_hidden", False)
        ),
        check_shares,
    ),
    "no cache keeps it": (
        lambda patch: patch.setattr(Reader, "sees_hidden", False),
        lambda site: check_row(site, TEXT, "verwaltung"),
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_b7_without_any_one_check_the_tests_would_fail(site: Site, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    take_away, check = MUTATIONS[name]
    check(site)
    take_away(monkeypatch)
    with pytest.raises((AssertionError, TypeError)):
        check(site)
