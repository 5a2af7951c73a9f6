"""axe-core finds nothing to complain of: C1 for the pages as they are served, before anybody touches them.

States that take a click belong to the tests of their part; they call accessibility.check there.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from accessibility import check, violations
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PAGES = {
    "start": "/",
    "help": "/hilfe",
    "about": "/ueber",
    "search": "/suche",
    "results": "/suche?q=Frauenhaus",
    "nothing found": "/suche?q=Frauenhaus&year=1901",
    "error page": "/nirgends",
    "page of duty": "/datenschutz",
    "notice on AI": "/ki-hinweis",
}
QUESTIONS = {
    "answer": "Welche acht Handlungsfelder betrachtet der Landkreis Börde?",
    "no answer": "Wie hoch ist die Kreisumlage in Norderbrook?",
}
LINKED = {"document": "/dokumente/", "paper": "/vorlagen/"}  # the first that the search for a number leads to


@pytest.fixture(scope="module", params=["de", "en"])
def reader(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, locale=request.param, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_c1_a_page_as_it_is_served(name: str, reader: Page) -> None:
    reader.goto(PAGES[name])
    check(reader)


@pytest.mark.parametrize("name", QUESTIONS)
def test_c1_an_answer(name: str, reader: Page) -> None:
    reader.goto("about:blank")  # else the conversation before is still there
    reader.goto("/")
    reader.locator("textarea").first.fill(QUESTIONS[name])
    reader.locator("form.ask button[type=submit]").click()
    reader.locator("#antwort").wait_for()
    check(reader)


@pytest.mark.parametrize("name", LINKED)
def test_c1_what_the_search_leads_to(name: str, reader: Page) -> None:
    (paper,) = reader.request.get("/api/v1/papers", params={"reference": "2024/131"}).json()
    address = f"/vorlagen/{paper['id']}" if name == "paper" else f"/dokumente/{paper['documents'][0]['id']}?start=0&end=20"
    reader.goto(address)
    check(reader)


def test_the_check_finds_what_is_wrong(reader: Page) -> None:
    reader.set_content('<!doctype html><html lang="de"><title>x</title><main><h1>x</h1><img src="x"><a href="/"></a></main>')
    assert {line.partition(":")[0] for line in violations(reader)} >= {"image-alt", "link-name"}
