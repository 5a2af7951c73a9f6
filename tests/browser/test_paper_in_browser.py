"""A paper, the help and the pages of duty in a real browser: on a phone, printed, with the keyboard, without a script."""

from __future__ import annotations

import pytest
from accessibility import check
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


def open_paper(page: Page, reference: str) -> None:
    (paper,) = page.request.get("/api/v1/papers", params={"reference": reference}).json()
    page.goto(f"/vorlagen/{paper['id']}")


def test_from_a_result_of_the_beratungsfolge_to_the_words_that_say_so(page: Page, complaints: list[str]) -> None:
    open_paper(page, "2025/023")
    steps = page.get_by_role("list").filter(has=page.locator("time")).get_by_role("listitem")
    expect(steps).to_have_count(4)
    expect(steps.first).to_contain_text("Nichtöffentlich beraten. Der Inhalt steht nicht in den Unterlagen.")
    page.get_by_role("link", name="Beleg:").last.click()
    expect(page.locator("mark").first).to_be_in_viewport()
    expect(page.locator("main")).to_contain_text("einstimmig empfohlen")
    assert complaints == []


def test_a_printed_paper_has_its_timeline_and_no_controls(page: Page) -> None:
    open_paper(page, "2025/023")
    page.emulate_media(media="print")
    expect(page.locator(".timeline .when").last).to_be_visible()
    for hidden in ("header.site nav", "footer.site nav", ".actions", ".skip"):
        expect(page.locator(hidden).first).to_be_hidden()


def test_a_question_of_the_help_is_answered_at_a_click(page: Page, complaints: list[str]) -> None:
    page.goto("/hilfe")
    page.locator("form.try").first.get_by_role("button").press("Enter")
    expect(page.locator("#antwort")).to_be_visible()
    expect(page.locator("#antwort blockquote").first).to_be_visible()
    assert complaints == []


def test_c8_a_barrier_can_be_reported_from_an_error_page(page: Page) -> None:
    page.goto("/nirgends")
    page.get_by_role("link", name="Barriere melden").click()
    expect(page.get_by_role("heading", level=1, name="Barriere melden")).to_be_visible()


@pytest.mark.parametrize("path", ["/hilfe", "/datenschutz", "/ki-hinweis", "/nirgends"])
def test_c4_a_phone_needs_no_sideways_scrolling(path: str, browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, locale="de-DE", viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


@pytest.mark.parametrize("language", ["de", "en"])
def test_c1_a_paper_with_holes_and_a_superseded_one(language: str, browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, locale=language)
    page = context.new_page()
    open_paper(page, "2025/023")
    check(page)
    plans = page.request.get("/api/v1/search", params={"q": "Sozialplanung Aurental", "paper_type": "Sozialplanung"}).json()
    paper = page.request.get(f"/api/v1/papers/{plans['hits'][0]['paper']['id']}").json()
    (older,) = (version["id"] for version in paper["versions"] if not version["newest"])
    page.goto(f"/vorlagen/{older}")
    expect(page.locator("h1 + .note")).to_be_visible()
    check(page)
    context.close()
