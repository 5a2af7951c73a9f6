"""C13: nothing leaves for a third party, and nothing is left behind: on all pages, in all the states that tests reach here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from playwright.sync_api import Browser, BrowserContext, Page, expect

from service import web

pytestmark = pytest.mark.browser

# All that any page keeps in the browser. Cookies: none.
_LIST = (Path(__file__).resolve().parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")
KEPT = set(re.findall(r"^\| `([^`]+)` \|", _LIST, re.MULTILINE))
REFERENCE = "2024/131"  # of a paper among the documents


@pytest.fixture
def reader(browser: Browser, address: str) -> Iterator[tuple[Page, list[str]]]:
    """A page with a record of every host it wants to speak to. Every request to another one is refused, and noted."""
    context = browser.new_context(base_url=address, locale="de-DE")
    foreign: list[str] = []
    context.on("request", lambda sent: None if sent.url.startswith((address, "data:", "blob:")) else foreign.append(sent.url))
    context.on("page", lambda page: page.on("websocket", lambda socket: foreign.append(socket.url)))
    yield context.new_page(), foreign
    context.close()


def left_behind(page: Page, context: BrowserContext) -> list[str]:
    """Cookies, keys of storage, databases and caches that are not in the list above."""
    keys = page.evaluate(
        """async () => [...Object.keys(localStorage), ...Object.keys(sessionStorage),
            ...(await indexedDB.databases()).map(one => `database ${one.name}`),
            ...(window.caches ? await caches.keys() : []).map(name => `cache ${name}`),
            ...((await navigator.serviceWorker?.getRegistrations()) ?? []).map(one => `worker ${one.scope}`)]"""
    )
    return [f"cookie {cookie['name']}" for cookie in context.cookies()] + [key for key in keys if key not in KEPT]


def addresses(page: Page) -> list[str]:
    """All pages for people, from their routes, so that a new one cannot be forgotten."""
    (paper,) = page.request.get("/api/v1/papers", params={"reference": REFERENCE}).json()
    routes = [route for part in (web, *web.PARTS) for route in part.router.routes if isinstance(route, APIRoute)]
    shown = [route.path for route in routes if "GET" in route.methods]
    known = {"/vorlagen/": paper["id"], "/dokumente/": paper["documents"][0]["id"]}
    named = [re.sub(r"\{\w+\}", next((known[k] for k in known if path.startswith(k)), "nichts"), path) for path in shown]
    assert {"/", "/suche", "/hilfe", "/einbetten"} <= set(named)
    return [*named, "/suche?q=Frauenhaus", "/suche?q=Frauenhaus&year=1901", "/einbetten?mode=search", "/nirgends"]


def test_c13_no_page_speaks_to_another_host_or_leaves_anything(reader: tuple[Page, list[str]]) -> None:
    page, foreign = reader
    for path in addresses(page):
        answer = page.request.get(path)
        assert "set-cookie" not in answer.headers, path
        if answer.headers["content-type"].startswith("text/html"):
            page.goto(path, wait_until="networkidle")
            assert left_behind(page, page.context) == [], path
    assert foreign == []


def test_c13_neither_does_a_question(reader: tuple[Page, list[str]]) -> None:
    page, foreign = reader
    page.goto("/")
    page.get_by_label("Ihre Frage").fill("Welche acht Handlungsfelder betrachtet der Landkreis Börde?")
    page.get_by_role("button", name="Frage stellen").click()
    expect(page.get_by_role("link", name="Quelle 1").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert left_behind(page, page.context) == []
    page.get_by_role("link", name="Quelle 1").first.click()
    page.wait_for_load_state("networkidle")
    assert left_behind(page, page.context) == []
    assert foreign == []


def test_c13_no_page_names_a_foreign_address_to_load(reader: tuple[Page, list[str]]) -> None:
    """What a page may load by itself stands in its policy: its own server, nothing else."""
    page, _ = reader
    for path in addresses(page):
        policy = page.request.get(path).headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; "), path
        loading = [part for part in policy.split("; ") if part.split()[0].endswith("-src")]
        assert {source for part in loading for source in part.split()[1:]} <= {"'none'", "'self'"}, path


def test_c13_the_record_sees_what_it_looks_for(reader: tuple[Page, list[str]]) -> None:
    page, foreign = reader
    page.goto("/hilfe")
    page.evaluate("() => { localStorage.setItem('fremd', '1'); document.cookie = 'keks=1'; }")
    assert left_behind(page, page.context) == ["cookie keks", "fremd"]
    page.goto("about:blank")
    page.set_content('<img src="http://127.0.0.9:9/x">')
    page.wait_for_load_state("networkidle")
    assert [url for url in foreign if "127.0.0.9" in url]
