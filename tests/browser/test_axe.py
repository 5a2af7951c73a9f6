"""axe-core finds nothing to complain of (C1): in every state of the pages, and in answers and papers of the sample corpus.

Widget and operator's page have tests of their own, which call accessibility.check too.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from accessibility import DARK, FORCED, LIGHT, check, violations
from playwright.sync_api import Browser, Page
from states import WIDE, Site, walk

pytestmark = pytest.mark.browser

QUESTIONS = {
    "answer": "Welche acht Handlungsfelder betrachtet der Landkreis Börde?",
    "no answer": "Wie hoch ist die Kreisumlage in Norderbrook?",
}
LINKED = {"document": "/dokumente/", "paper": "/vorlagen/"}  # the first that the search for a number leads to
ON_PAPER = ("done", "not in the documents", "shared answer", "hits", "original", "text", "paper", "Impressum")


@pytest.fixture(scope="module", params=["de", "en"])
def reader(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, locale=request.param, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("language", "schemes"), [("de", [LIGHT, FORCED]), ("en", [DARK])])
def test_c1_every_state_of_the_pages(language: str, schemes: list, browser: Browser, site: Site) -> None:
    """Colours do not know the language, so each scheme is looked at in one of them; all three in both with the sample below."""
    context = browser.new_context(base_url=site.address, locale=language, reduced_motion="reduce", viewport=WIDE)  # type: ignore[arg-type]
    page = context.new_page()
    for state in walk(page, site):
        check(page, schemes, state)
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        page.emulate_media(**LIGHT)
        if state in ON_PAPER:
            page.emulate_media(media="print")
            assert violations(page) == [], f"{state}, printed"
            page.emulate_media(media="screen")
    context.close()


@pytest.mark.parametrize("name", QUESTIONS)
def test_c1_an_answer(name: str, reader: Page) -> None:
    reader.goto("about:blank")  # else the conversation before is still there
    reader.goto("/")
    reader.locator("textarea").first.fill(QUESTIONS[name])
    reader.locator("form.ask button[type=submit]").click()
    reader.locator("#antwort .origin").wait_for()
    check(reader)


@pytest.mark.parametrize("name", LINKED)
def test_c1_what_the_search_leads_to(name: str, reader: Page) -> None:
    (paper,) = reader.request.get("/api/v1/papers", params={"reference": "2024/131"}).json()
    address = f"/vorlagen/{paper['id']}" if name == "paper" else f"/dokumente/{paper['documents'][0]['id']}?start=0&end=20"
    reader.goto(address)
    check(reader)


def test_the_check_finds_what_is_wrong(reader: Page) -> None:
    reader.goto("about:blank")  # without the policy of a page of ours
    reader.set_content('<!doctype html><html lang="de"><title>x</title><main><h1>x</h1><img src="x"><a href="/"></a></main>')
    assert {line.partition(":")[0] for line in violations(reader)} >= {"image-alt", "link-name"}
