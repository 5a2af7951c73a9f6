"""The search in a real browser, with and without JavaScript: papers by number, suggestions by keyboard, lists to take along."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def scripted(browser: Browser, address: str, complaints: list[str]) -> Iterator[Page]:
    """A page with JavaScript."""
    context = browser.new_context(base_url=address, locale="de-DE")
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()


def search(page: Page, words: str) -> None:
    page.goto("/suche")
    page.get_by_label("Suchwörter").fill(words)
    page.get_by_role("button", name="Suchen", exact=True).click()


def test_d23_a_number_leads_to_its_paper_in_two_actions(page: Page, complaints: list[str]) -> None:
    search(page, "24/0466")
    page.get_by_role("link", name="Zur Vorlage").click()
    expect(page.locator("main")).to_contain_text("Frauenhaus")
    assert complaints == []


def test_d10_filters_come_and_go_and_the_way_back_works(page: Page, complaints: list[str]) -> None:
    search(page, "Pflege")
    page.locator(".facets summary").click()
    facet = page.locator(".facets a").first
    count = re.search(r"\((\d+)\)", facet.inner_text())
    facet.click()
    expect(page.locator(".chips")).to_contain_text("Filter entfernen")
    assert count
    expect(page.locator("main")).to_contain_text(re.compile(rf"in {count[1]} Dokument"))
    page.get_by_role("link", name="neueste zuerst").click()
    expect(page.locator(".order strong")).to_have_text("neueste zuerst")
    page.go_back()
    expect(page.locator(".order strong")).to_have_text("beste zuerst")
    page.locator("a.chip").click()
    expect(page.locator(".chips")).to_have_count(0)
    expect(page.get_by_label("Suchwörter")).to_have_value("Pflege")
    assert complaints == []


def test_operators_are_read_and_an_example_is_a_click_away(page: Page, complaints: list[str]) -> None:
    page.goto("/suche")
    page.locator(".examples a").first.click()
    expect(page.locator(".read")).to_contain_text("So wurde gesucht:")
    assert complaints == []


def test_d14_similar_papers_to_a_hit_and_to_a_pasted_text(page: Page, complaints: list[str]) -> None:
    search(page, "Frauenhaus")
    page.get_by_role("link", name="Ähnliche Vorlagen zu: ").first.click()
    expect(page.get_by_role("heading", name="Ähnlich wie: ")).to_be_visible()
    page.goto("/suche")
    page.get_by_label("Text einfügen").fill("Das Frauenhaus braucht mehr Plätze.")
    page.get_by_role("button", name="Ähnliche suchen").click()
    expect(page.get_by_role("heading", name="Ähnlich wie Ihr Text")).to_be_visible()
    expect(page.locator(".hits > li").first).to_contain_text("Frauenhaus")
    expect(page.get_by_label("Text einfügen")).to_have_value("Das Frauenhaus braucht mehr Plätze.")
    assert complaints == []


def test_d23_a_list_is_two_actions_away(page: Page) -> None:
    search(page, "Pflege")
    with page.expect_download() as download:
        page.get_by_role("link", name="Als Excel-Datei (XLSX)").click()
    assert download.value.suggested_filename == "ratslotse.xlsx"


def test_d12_suggestions_are_chosen_by_keyboard_and_submit_nothing(scripted: Page, complaints: list[str]) -> None:
    scripted.goto("/suche")
    box = scripted.get_by_role("combobox", name="Suchwörter")
    box.press_sequentially("frauenh")
    options = scripted.locator(".suggestions").get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(scripted.get_by_role("status")).to_contain_text("Auswahl mit den Pfeiltasten")
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
    meant = options.first.locator("span").first.inner_text()
    box.press("Enter")
    expect(box).to_have_value(meant)
    expect(options).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    assert scripted.url.endswith("/suche")
    box.press("Enter")
    expect(scripted.locator(".hits > li").first).to_be_visible()
    assert complaints == []


def test_escape_closes_suggestions_and_keeps_what_was_typed(scripted: Page) -> None:
    scripted.goto("/suche")
    box = scripted.get_by_role("combobox", name="Suchwörter")
    box.press_sequentially("pfle")
    expect(scripted.locator(".suggestions").get_by_role("option").first).to_be_visible()
    box.press("Escape")
    expect(scripted.locator(".suggestions").get_by_role("option")).to_have_count(0)
    expect(box).to_have_value("pfle")
    box.press("Enter")
    expect(scripted).to_have_url(re.compile("q=pfle"))


def test_a_suggestion_is_taken_by_touch(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, locale="de-DE", viewport={"width": 360, "height": 640}, has_touch=True)
    page = context.new_page()
    page.goto("/suche")
    box = page.get_by_role("combobox", name="Suchwörter")
    box.press_sequentially("frauenh")
    option = page.locator(".suggestions").get_by_role("option").first
    meant = option.locator("span").first.inner_text()
    option.tap()
    expect(box).to_have_value(meant)
    expect(box).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


def test_d16_keys_go_through_the_hits_and_rest_while_typing(scripted: Page) -> None:
    scripted.goto("/suche?q=Pflege")
    hits = scripted.locator(".hits h3 a")
    for key, hit in (("j", 0), ("j", 1), ("k", 0)):
        scripted.keyboard.press(key)
        expect(hits.nth(hit)).to_be_focused()
    scripted.keyboard.press("/")
    box = scripted.get_by_role("combobox", name="Suchwörter")
    expect(box).to_be_focused()
    box.press("End")
    box.press_sequentially(" jk/")
    expect(box).to_have_value(re.compile("jk/$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["/suche", '/suche?q="Pflege" UND Plan -Kita x "&date_from=2000-01-01', "/suche?q=Pfleje&language=en"]
)
def test_no_state_of_the_search_needs_sideways_scrolling(browser: Browser, address: str, scheme: str, path: str) -> None:
    context = browser.new_context(base_url=address, locale="de-DE", viewport={"width": 320, "height": 640}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(path)
    for summary in page.locator("summary").all():
        if summary.locator("..").get_attribute("open") is None:
            summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
