"""The way to the original in a real browser: cards, the panel beside the answer, pages with the quoted words framed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = pytest.mark.browser

QUESTION = "Wie viele Menschen über 75 Jahre im Landkreis Aurental nutzen das Internet nie?"
SEVERAL = "Wie viele Menschen leben allein im Landkreis Aurental laut Sozialplanung?"
WORDS = "Fast ein Fünftel der Menschen über 75 Jahre nutzt das Internet nie."
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


def opened(browser: Browser, address: str, **options: object) -> Page:
    context = browser.new_context(base_url=address, locale="de-DE", **options)  # type: ignore[arg-type]
    return context.new_page()


def ask(page: Page, question: str = QUESTION) -> None:
    page.goto("/hilfe")  # the start page anew would bring back the conversation of its entry of the history
    page.goto("/")
    page.get_by_label("Ihre Frage").fill(question)
    page.get_by_role("button", name="Frage stellen").click()
    expect(page.locator("#antwort")).to_be_visible()


@pytest.fixture
def wide(browser: Browser, address: str) -> Iterator[Page]:
    page = opened(browser, address, viewport=WIDE)
    ask(page)
    yield page
    page.context.close()


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    page = opened(browser, address, viewport=PHONE, has_touch=True)
    ask(page)
    yield page
    page.context.close()


def citation(page: Page):
    return page.locator("#antwort a.cite-link").first


def panel(page: Page):
    return page.get_by_role("dialog")


def framed(page: Page, root: str) -> tuple[dict[str, float], dict[str, float]]:
    """The picture of the page and the frame on it, both there and in view."""
    picture, frame = page.locator(f"{root} .sheet img"), page.locator(f"{root} .sheet rect").first
    expect(picture).not_to_have_js_property("naturalWidth", 0)  # of a broken one it stays so
    expect(picture).to_have_js_property("complete", True)
    expect(frame).to_be_in_viewport()
    inner, outer = frame.bounding_box(), picture.bounding_box()
    assert inner
    assert outer
    return inner, outer


def test_a_click_shows_the_page_beside_the_answer_which_stays_usable(wide: Page) -> None:
    citation(wide).click()
    expect(panel(wide)).to_be_visible()
    expect(panel(wide)).to_have_accessible_name(re.compile("Quelle 1"))
    expect(wide.locator("#tafel-titel")).to_be_focused()
    frame, picture = framed(wide, ".panel")
    assert picture["x"] <= frame["x"]
    assert frame["x"] + frame["width"] <= picture["x"] + picture["width"]
    answer, beside = wide.locator("#antwort").bounding_box(), panel(wide).bounding_box()
    assert answer
    assert beside
    assert answer["x"] + answer["width"] <= beside["x"]
    wide.locator("textarea[name=question]").last.fill("Und 2023?")  # nothing lies over the chat
    assert wide.evaluate("document.documentElement.scrollWidth") <= WIDE["width"]


def test_esc_closes_the_panel_and_focus_returns_to_the_link(wide: Page) -> None:
    citation(wide).focus()
    wide.keyboard.press("Enter")
    expect(panel(wide)).to_be_visible()
    wide.keyboard.press("Escape")
    expect(panel(wide)).to_have_count(0)
    expect(citation(wide)).to_be_focused()
    citation(wide).click()
    panel(wide).get_by_role("button", name="Schließen").click()
    expect(panel(wide)).to_have_count(0)
    expect(citation(wide)).to_be_focused()


def test_pages_and_views_change_inside_the_panel(wide: Page) -> None:
    citation(wide).click()
    framed(wide, ".panel")
    panel(wide).get_by_role("link", name="Text", exact=True).click()
    expect(panel(wide).locator("mark")).to_have_text(WORDS)
    panel(wide).get_by_role("link", name="Nächste Seite").click()
    expect(panel(wide)).to_contain_text("Seite 4 von 4")
    panel(wide).get_by_role("link", name="Vorige Seite").click()
    panel(wide).get_by_role("link", name="Vorige Seite").click()
    expect(panel(wide)).to_contain_text("Seite 2 von 4")
    expect(panel(wide).get_by_role("link", name="Vorige Seite")).to_be_focused()
    assert urlpath(wide) == "/"


def urlpath(page: Page) -> str:
    return re.sub(r"^https?://[^/]+|[?#].*$", "", page.url)


def test_the_panel_stays_in_place_when_the_next_citation_is_clicked(wide: Page) -> None:
    ask(wide, SEVERAL)
    citation(wide).click()
    framed(wide, ".panel")
    before = panel(wide).bounding_box()
    second = wide.locator("#antwort a.cite-link").nth(1)
    second.click()
    expect(panel(wide)).to_have_accessible_name(re.compile("Quelle 2"))
    framed(wide, ".panel")
    assert panel(wide).bounding_box() == before
    wide.keyboard.press("Escape")
    expect(second).to_be_focused()


def test_d4_the_page_in_the_panel_has_an_address_of_its_own(wide: Page) -> None:
    citation(wide).click()
    framed(wide, ".panel")
    with wide.context.expect_page() as tab:
        panel(wide).get_by_role("link", name="Im Dokument öffnen").click(modifiers=["Control"])
    new = tab.value
    framed(new, ".viewer")
    expect(new.locator(".viewer mark")).to_have_text(WORDS)


def test_a_click_with_ctrl_leads_to_the_document_in_a_new_tab(wide: Page) -> None:
    with wide.context.expect_page() as tab:
        citation(wide).click(modifiers=["Control"])
    assert "/dokumente/" in tab.value.url
    framed(tab.value, ".viewer")
    expect(panel(wide)).to_have_count(0)


def test_on_a_phone_the_page_is_a_sheet_over_the_answer_that_can_be_read(phone: Page) -> None:
    citation(phone).tap()
    expect(panel(phone)).to_be_visible()
    frame, picture = framed(phone, ".panel")
    assert picture["width"] >= 600, "small type would not be readable"
    assert frame["x"] >= 0
    assert phone.evaluate("document.querySelector('dialog.panel').matches(':modal')")
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert phone.locator(".card:not([hidden])").count() == 0
    phone.keyboard.press("Escape")
    expect(panel(phone)).to_have_count(0)
    expect(citation(phone)).to_be_focused()


def test_going_back_on_a_phone_closes_the_sheet_and_keeps_the_conversation(phone: Page) -> None:
    for close in (phone.go_back, phone.get_by_role("button", name="Schließen").tap):
        citation(phone).tap()
        expect(panel(phone)).to_be_visible()
        close()
        expect(panel(phone)).to_have_count(0)
        expect(citation(phone)).to_be_visible()
    phone.wait_for_function("!history.state?.sheet")
    phone.reload()
    expect(citation(phone)).to_be_visible()
    phone.go_back()
    expect(phone.locator("#antwort")).to_have_count(0)


def test_a_failed_page_says_so_and_offers_the_document(wide: Page) -> None:
    wide.route("**/seite?*", lambda route: route.abort())
    citation(wide).click()
    failed = panel(wide).locator(".panel-failed")
    expect(failed).to_contain_text("konnte nicht geladen werden")
    expect(failed.get_by_role("link", name="Im Dokument öffnen")).to_have_attribute("href", re.compile("/dokumente/.*start="))


def test_where_the_picture_cannot_be_drawn_the_text_stands_in(wide: Page) -> None:
    wide.route("**/pages/*", lambda route: route.fulfill(status=503))
    citation(wide).click()
    expect(panel(wide).locator("mark")).to_have_text(WORDS)


def test_a_card_tells_about_a_source_on_hover_and_goes_with_esc(wide: Page) -> None:
    link, card = citation(wide), wide.get_by_role("tooltip")
    link.hover()
    for words in ("Fortschreibung 2024 der Sozialplanung", "2024/117", "21.05.2024", "Landkreis Aurental", "Seite 3", WORDS):
        expect(card).to_contain_text(words)
    card.hover()  # the pointer may move onto it
    expect(card).to_be_visible()
    wide.keyboard.press("Escape")
    expect(card).to_have_count(0)
    wide.mouse.move(5, 5)
    link.hover()
    expect(card).to_be_visible()
    wide.mouse.move(5, 5)
    expect(card).to_have_count(0)


def test_a_card_comes_with_the_keyboard_and_describes_the_link(wide: Page) -> None:
    link, card = citation(wide), wide.get_by_role("tooltip")
    link.focus()
    wide.keyboard.press("Tab")
    wide.keyboard.press("Shift+Tab")
    expect(link).to_be_focused()
    expect(card).to_be_visible()
    expect(link).to_have_accessible_description(re.compile("Landkreis Aurental"))
    wide.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(link).to_be_focused()


def test_the_search_page_has_the_panel_too(browser: Browser, address: str) -> None:
    page = opened(browser, address, viewport=WIDE)
    page.goto("/suche?q=Klickbus")
    page.locator("a.cite-link").first.click()
    framed(page, ".panel")
    assert urlpath(page) == "/suche"
    page.context.close()


def test_c5_without_javascript_every_page_and_view_is_a_link(browser: Browser, address: str) -> None:
    page = opened(browser, address, viewport=WIDE, java_script_enabled=False)
    ask(page)
    citation(page).click()
    framed(page, ".viewer")
    page.get_by_role("link", name="Text", exact=True).click()
    expect(page.locator("mark")).to_have_text(WORDS)
    page.get_by_label("Im Dokument suchen").fill("Menschen")
    page.get_by_role("button", name="Suchen").click()
    expect(page.get_by_role("status")).to_contain_text("Fundstellen")
    page.get_by_role("link", name="Original", exact=True).click()
    expect(page.locator(".sheet rect.found").first).to_be_attached()
    page.get_by_role("link", name="Vorige Seite").click()
    expect(page.get_by_role("heading", name="Seite 2 des Originals")).to_be_visible()
    page.get_by_label("Seite (von 4)").fill("3")
    page.get_by_role("button", name="Anzeigen").click()
    expect(page.get_by_role("heading", name="Seite 3 des Originals")).to_be_visible()
    page.context.close()


def test_c4_nothing_of_the_viewer_scrolls_sideways_at_320_dots(browser: Browser, address: str) -> None:
    page = opened(browser, address, viewport={"width": 320, "height": 640})
    ask(page)
    href = str(citation(page).get_attribute("href"))
    for one in (href, href.replace("?", "?ansicht=text&"), href.replace("?", "?q=Menschen&"), href.replace("?", "/seite?")):
        page.goto(one)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, one
    page.context.close()


def test_the_policy_of_the_site_holds_with_panel_and_card(browser: Browser, address: str) -> None:
    """Nothing is blocked, though every string that becomes HTML must be a trusted one."""
    context: BrowserContext = browser.new_context(base_url=address, locale="de-DE", viewport=WIDE)  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    ask(page)
    citation(page).hover()
    expect(page.get_by_role("tooltip")).to_be_visible()
    citation(page).click()
    framed(page, ".panel")
    assert complaints == []
    context.close()
