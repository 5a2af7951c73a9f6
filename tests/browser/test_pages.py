"""The main job in a real browser: ask, read the answer, click a citation, see the quoted words marked in their document."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

QUESTION = "Welche acht Handlungsfelder betrachtet der Landkreis Börde?"


def ask(page: Page, question: str) -> None:
    page.goto("/")
    page.get_by_label("Ihre Frage").fill(question)
    page.get_by_role("button", name="Frage stellen").click()
    expect(page.locator("#antwort .origin")).to_be_visible(timeout=60_000)  # the first question waits for the encoder


def test_from_the_question_to_the_marked_words(page: Page, complaints: list[str]) -> None:
    ask(page, "Welche Handlungsfelder hat Konstanz priorisiert?")
    answer = page.locator("#antwort")
    expect(answer).to_contain_text("Sechs Handlungsfelder erhielten Priorität 1, vier Handlungsfelder erhielten Priorität 2")
    expect(answer).to_contain_text("Personal")
    expect(answer).to_contain_text("steht nicht im Text")
    expect(answer).not_to_contain_text("Bevölkerung")
    quote = answer.locator("blockquote").first.inner_text().strip()
    answer.get_by_role("link", name="Quelle 1").first.click()
    mark = page.locator("#zitat")
    expect(mark).to_be_in_viewport()
    assert " ".join(page.locator("mark").all_inner_texts()) == quote
    expect(page.locator("main")).to_contain_text("2022/200")
    assert complaints == []


def test_the_way_back_from_a_document_leads_to_the_answer(page: Page) -> None:
    ask(page, QUESTION)
    page.goto(str(page.get_by_role("link", name="Quelle 1").first.get_attribute("href")))  # a click opens the panel
    expect(page.locator("#zitat")).to_be_in_viewport()
    page.go_back()
    expect(page.locator("#antwort")).to_be_visible()


def test_a_list_is_shown_as_a_list_and_marked_whole(page: Page) -> None:
    ask(page, QUESTION)
    items = page.locator("#antwort .statements > li").first.locator("blockquote li")
    expect(items).to_have_count(8)
    names = items.all_inner_texts()
    page.get_by_role("link", name="Quelle 1").first.click()
    expect(page.locator("mark#zitat")).to_be_visible()
    assert page.locator("mark").all_inner_texts()[-8:] == names


def test_where_the_documents_are_silent_the_page_says_so(page: Page) -> None:
    ask(page, "Wie hoch ist die Kreisumlage in Norderbrook?")
    expect(page.locator("#antwort")).to_contain_text("Das steht nicht in den Unterlagen.")
    expect(page.locator("#antwort")).to_contain_text("Kreisumlage")


def test_the_body_that_a_question_names_is_taken_away_and_comes_back(page: Page, complaints: list[str]) -> None:
    ask(page, QUESTION)
    understood = page.locator("#antwort .understood")
    expect(understood).to_contain_text("Nur gesucht in den Unterlagen von: Landkreis Börde.")
    understood.get_by_role("button", name="In allen Körperschaften fragen").click()
    expect(understood).to_contain_text("Gesucht in allen Unterlagen.")
    expect(page.locator("#antwort .asked")).to_contain_text(QUESTION)
    understood.get_by_role("button", name="Doch beachten").click()
    expect(understood).to_contain_text("Nur gesucht in den Unterlagen von: Landkreis Börde.")
    expect(page.locator("#antwort")).to_be_in_viewport()
    assert complaints == []


def test_a_number_leads_to_its_paper_and_its_beratungsfolge(page: Page, complaints: list[str]) -> None:
    page.goto("/suche")
    page.get_by_label("Suchwörter").fill("DS 24/0466")
    page.get_by_role("button", name="Suchen", exact=True).click()
    page.goto(page.locator("main a[href*='/dokumente/']").first.get_attribute("href") or "")  # a click opens the panel
    expect(page.locator("h1")).to_contain_text("Frauenhaus")
    expect(page.locator("main")).to_contain_text("einstimmig beschlossen")
    assert complaints == []


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "#inhalt")  # skip link
    page.get_by_label("Ihre Frage").focus()
    page.keyboard.type(QUESTION)
    for _ in range(2):  # body, button
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#antwort")).to_contain_text("Bevölkerung")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_needs_no_sideways_scrolling(browser: Browser, address: str, scheme: str) -> None:
    context = browser.new_context(base_url=address, locale="de-DE", viewport={"width": 320, "height": 640}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    ask(page, QUESTION)
    expect(page.locator("#antwort")).to_be_visible()
    for path in ("", "/suche?q=Frauenhaus", "/hilfe", "/ueber"):
        if path:
            page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
