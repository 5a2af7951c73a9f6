"""Every state a reader can bring the pages into, one after the other: ``for state in walk(page, site): check(page)``.

``site`` (a fixture of conftest.py) is a service over the small papers of tests/conftest.py with a scripted language model, with
sharing and judging switched on. The walk speaks no language: it goes by the addresses, ids and classes of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from tests.llm_server import LlmServer, held, said

BUS = "Wie oft fährt die Buslinie 7?"
LEVY = "Bei wie viel Prozent bleibt die Kreisumlage in Musterbach?"
PLACES = "Wie viele Kitaplätze fehlen im Landkreis Musterbach?"
WIDE = {"width": 1280, "height": 900}

FIXED = {
    "help": "/hilfe",
    "about": "/ueber",
    "AI notice": "/ki-hinweis",
    "Datenschutz": "/datenschutz",
    "Impressum": "/impressum",
    "Barrierefreiheit": "/barrierefreiheit",
    "barriers": "/barriere-melden",
    "no such page": "/nirgends",
}
SEARCHES = {
    "search": "/suche",
    "hits": "/suche?q=Landkreis",
    "hits with a filter": "/suche?q=Landkreis&body=Landkreis+Musterbach",
    "number": "/suche?q=2024/017",
    "operators": '/suche?q="fehlen 140" UND Kitaplätze NICHT Bus x:y',
    "nothing found": "/suche?q=Hubschrauberlandeplatz",
    "nothing left by a filter": "/suche?q=Landkreis&year=1901",
    "another spelling": "/suche?q=Buslinje",
    "search too long": "/suche?q=" + 2001 * "a",
    "wrong day": "/suche?q=Bus&date_from=gestern",
}


@dataclass(frozen=True)
class Site:
    address: str
    model: LlmServer


def walk(page: Page, site: Site) -> Iterator[str]:
    """The name of each state once the page is in it, styles and all."""
    for state in _states(page, site):
        page.wait_for_load_state()
        yield state


def _states(page: Page, site: Site) -> Iterator[str]:
    yield from chat(page, site)
    yield from without_script(page, site)
    yield from searching(page)
    yield from papers(page)
    for name, address in FIXED.items():
        page.goto(address)
        yield name


def chat(page: Page, site: Site) -> Iterator[str]:
    page.goto("/")
    yield "start"
    page.locator("#frage").fill(BUS)
    yield "typing"
    page.locator("#frage").fill("?!")
    page.locator("#frage").press("Enter")
    expect(page.locator("#fehler")).to_be_visible()
    yield "no question"
    page.keyboard.press("Escape")
    page.locator("#tasten-auf button").click()
    yield "keys"
    page.keyboard.press("Escape")
    site.model.replies += [held("Alle 30 Minuten."), said("Alle 30 Minuten.", "Sie hält am Bahnhof.")]
    ask(page, BUS)
    expect(page.locator("#antwort .statements > li")).to_have_count(1)
    yield "streaming"
    page.locator("[data-do=stop]").click()
    expect(page.locator("#antwort .ended")).to_be_visible()
    yield "stopped"
    page.locator("[data-do=retry]").click()
    complete(page)
    unfold(page)
    yield "done"
    page.locator("[data-tool=share] [type=submit]").click()
    expect(page.locator(".tool-link")).to_be_visible()
    shared = str(page.locator("[data-share=address]").get_attribute("href"))
    page.locator("[data-tool=judge] [value=up]").click()
    expect(page.locator("[data-tool=judge] [value=none]")).to_be_visible()
    yield "shared and judged"
    yield from panel(page, site)
    site.model.replies.append(said("?"))
    ask(page, "Wer leitet das Schwimmbad in Musterbach?")
    complete(page)
    expect(page.locator("#antwort .not_in_documents")).to_be_visible()
    expect(page.locator("#antwort .near")).to_be_visible()
    yield "not in the documents"
    ask(page, "Hallo")
    complete(page)
    yield "not a question"
    page.route(f"{site.address}/*", lambda route: route.abort(), times=1)
    ask(page, BUS)
    expect(page.locator("#antwort .ended")).to_be_visible()
    yield "broken off"
    page.goto(shared)
    yield "shared answer"


def panel(page: Page, site: Site) -> Iterator[str]:
    """A citation with its card, then the page of the original beside the answer, in both views, and where it fails."""
    site.model.replies.append(said("Sie bleibt bei 41 Prozent."))
    ask(page, LEVY)
    complete(page)
    citation = page.locator("#antwort a.cite-link").first
    citation.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#quellenkarte")).to_be_visible()
    yield "card"
    citation.press("Enter")
    expect(page.locator(".panel .sheet img")).to_have_js_property("complete", True)
    yield "panel with the original"
    page.locator(".panel .views a").last.click()
    expect(page.locator(".panel mark")).to_be_visible()
    yield "panel with the text"
    page.route(re.compile("/seite"), lambda route: route.abort(), times=1)
    page.locator(".panel .views a").first.click()
    expect(page.locator(".panel-failed")).to_be_visible()
    yield "panel that failed"
    page.locator(".panel-close").click()


def without_script(page: Page, site: Site) -> Iterator[str]:
    """The same conversation by forms, as where scripts do not run."""
    page.route("**/*.js", lambda route: route.abort())
    site.model.replies += [said("Alle 30 Minuten."), said("Es fehlen 140 Plätze.")]
    page.goto("/")
    for question in (BUS, PLACES):
        page.locator("#frage").fill(question)
        page.locator("form.ask [type=submit]").click()
        expect(page.locator("#gefragt")).to_contain_text(question)
    yield "conversation without script"
    page.locator("[data-tool=judge] [value=down]").click()
    page.wait_for_url("**/antwort/urteil")
    yield "judged without script"
    page.go_back()
    page.locator("details:has(> [data-tool=share]) > summary").click()
    page.locator("[data-tool=share] [type=submit]").click()
    page.wait_for_url("**/antwort/teilen")
    yield "link without script"
    page.unroute("**/*.js")


def searching(page: Page) -> Iterator[str]:
    for name, address in SEARCHES.items():
        page.goto(address)
        unfold(page)
        yield name
    page.goto("/suche")
    page.locator("#q").press_sequentially("bus")
    expect(page.locator(".suggestions > li").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    yield "suggestions"
    page.goto("/suche?q=Kita")
    page.locator(".hits > li > .quiet a").first.click()
    yield "similar papers"
    page.goto("/suche")
    page.locator("#text").fill("Die Buslinie fährt alle 30 Minuten zum Bahnhof.")
    page.locator("form:has(#text) [type=submit]").click()
    yield "similar to a text"
    page.goto("/suche")
    page.locator("form:has(#text) [type=submit]").click()
    yield "no text"


def papers(page: Page) -> Iterator[str]:
    levy = hit(page, "Kreisumlage")
    page.goto(levy)
    yield "original"
    page.goto(levy.replace("?", "?q=Landkreis&"))
    yield "original with words searched"
    page.goto(levy.replace("?", "?ansicht=text&q=Landkreis&"))
    yield "text with words searched"
    page.goto(levy.replace("?", "?q=Hubschrauber&"))
    yield "words not there"
    page.goto(levy.replace("?", "/seite?"))
    yield "page alone"
    page.goto(levy.replace("wording=", "wording=x"))
    yield "words that are gone"
    page.goto(hit(page, "Kitaplätze"))
    unfold(page)
    yield "text"
    page.locator(".actions a[href*='/vorlagen/']").click()
    yield "paper"


def ask(page: Page, question: str) -> None:
    page.locator("#frage").fill(question)
    page.locator("#frage").press("Enter")
    expect(page.locator("#antwort h2")).to_contain_text(question)


def complete(page: Page) -> None:
    expect(page.locator("#antwort .origin")).to_be_visible()
    expect(page.locator("#antwort .progress")).to_have_count(0)


def unfold(page: Page) -> None:
    page.locator("main details").evaluate_all("(all) => all.forEach((one) => { one.open = true; })")


def hit(page: Page, words: str) -> str:
    """The address of the first passage found."""
    found: dict[str, Any] = page.request.get("/api/v1/search", params={"q": words}).json()
    return str(found["hits"][0]["url"])
