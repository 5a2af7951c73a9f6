"""The tasks of readers with the keyboard alone (C2): every stop of the Tab key is seen, none is a trap, focus comes back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from states import BUS, LEVY, PLACES, WIDE, Site, complete, hit

from tests.llm_server import held, said

pytestmark = pytest.mark.browser

FOCUS = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const {outlineStyle, outlineWidth} = getComputedStyle(one);
  const box = one.getClientRects()[0];
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const at = left < right && top < bottom && document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const faults = [];
  if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) faults.push("no outline");
  if (!at) faults.push("out of the window");
  else if (!one.contains(at) && !at.contains(one)) faults.push(`under ${at.outerHTML.slice(0, 80)}`);
  return {name: one.outerHTML.slice(0, 120), faults};
}"""
REACHABLE = """() => [...document.querySelectorAll(
  "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
)].filter((one) => one.checkVisibility({visibilityProperty: true})).length"""


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(base_url=site.address, locale="de-DE", reduced_motion="reduce", viewport=WIDE)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def stop(page: Page) -> str | None:
    """The element with the focus, which must be seen to have it; None: the page is at its end."""
    found = page.evaluate(FOCUS)
    if found is None:
        return None
    assert not found["faults"], f"{page.url}: {found['name']}: {found['faults']}"
    return str(found["name"])


def to(page: Page, target: Locator, key: str = "Tab") -> Locator:
    """Goes there with the Tab key, through stops that are all seen."""
    expect(target).to_be_visible()
    for _ in range(120):
        if target.evaluate("(one) => one === document.activeElement"):
            return target
        page.keyboard.press(key)
        stop(page)
    raise AssertionError(f"{target} is not reached")


def press(page: Page, target: Locator, key: str = "Enter", by: str = "Tab") -> None:
    to(page, target, by)
    page.keyboard.press(key)


def all_stops(page: Page) -> int:
    """How many stops there are from the beginning of the page to its end."""
    page.locator(".skip").focus()
    for count in range(1, 200):
        page.keyboard.press("Tab")
        if stop(page) is None:
            return count
    raise AssertionError("the Tab key does not come to an end")


def write(page: Page, question: str) -> None:
    to(page, page.locator("#frage"))
    page.keyboard.type(question)
    page.keyboard.press("Enter")
    expect(page.locator("#antwort h2")).to_contain_text(question)


def test_c2_asking_stopping_asking_anew(page: Page, site: Site) -> None:
    page.goto("/")
    press(page, page.locator(".skip"))
    expect(page.locator("#inhalt")).to_be_focused()
    site.model.replies += [held("Alle 30 Minuten."), said("Alle 30 Minuten."), said("Es fehlen 140 Plätze."), said("140.")]
    write(page, BUS)
    expect(page.locator("#antwort .statements > li")).to_have_count(1)
    press(page, page.locator("[data-do=stop]"), by="Shift+Tab")
    expect(page.locator("[data-do=retry]")).to_be_focused()
    press(page, page.locator("[data-do=retry]"))
    complete(page)
    press(page, page.locator("#antwort details:has(.edit) > summary"))
    to(page, page.locator("#antwort .edit textarea"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(PLACES)
    press(page, page.locator("#antwort .edit button"))
    expect(page.locator("#antwort h2")).to_contain_text(PLACES)
    complete(page)
    press(page, page.locator("#antwort .undo").first, by="Shift+Tab")
    expect(page.locator(".turn")).to_have_count(3)
    complete(page)
    assert all_stops(page) >= page.evaluate(REACHABLE)


def test_c2_to_the_original_and_back(page: Page, site: Site) -> None:
    page.goto("/")
    site.model.replies.append(said("Sie bleibt bei 41 Prozent."))
    write(page, LEVY)
    complete(page)
    citation = page.locator("#antwort a.cite-link").first
    press(page, citation, by="Shift+Tab")
    expect(page.locator(".panel .sheet img")).to_have_js_property("complete", True)
    expect(page.locator("#tafel-titel")).to_be_focused()
    press(page, page.locator(".panel .views a").last)
    expect(page.locator(".panel mark")).to_be_visible()
    expect(page.locator(".panel .views a").last).to_be_focused()
    press(page, page.locator(".panel [rel=next]"))
    expect(page.locator(".panel [rel=prev]")).to_be_visible()
    assert all_stops(page) >= page.evaluate(REACHABLE)
    to(page, page.locator(".panel-close"), "Shift+Tab")
    page.keyboard.press("Escape")
    expect(citation).to_be_focused()
    page.set_viewport_size({"width": 320, "height": 640})
    page.keyboard.press("Enter")
    to(page, page.locator(".panel .views a").last)
    press(page, page.locator(".panel-close"), by="Shift+Tab")
    expect(citation).to_be_focused()


def test_c2_taking_an_answer_along_and_settings(page: Page, site: Site) -> None:
    page.goto("/")
    site.model.replies.append(said("Alle 30 Minuten."))
    write(page, BUS)
    complete(page)
    with page.expect_download():
        press(page, page.locator(".tool-files [value=md]"), by="Shift+Tab")
    press(page, page.locator("details:has(> [data-tool=share]) > summary"))
    press(page, page.locator("[data-tool=share] [type=submit]"))
    expect(page.locator(".tool-link")).to_be_visible()
    press(page, page.locator("[data-tool=judge] [value=up]"))
    expect(page.locator("[data-tool=judge] [value=none]")).to_be_visible()
    keys = page.locator("#tasten-auf button")
    press(page, keys)
    press(page, page.locator("#tasten-an"), "Space")
    expect(page.locator("#tasten-an")).not_to_be_checked()
    page.keyboard.press("Escape")
    expect(keys).to_be_focused()
    page.keyboard.press("/")
    expect(keys).to_be_focused()  # the single keys are off
    press(page, page.locator("header [hreflang]"), by="Shift+Tab")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_c2_searching_and_reading(page: Page) -> None:
    page.goto("/suche")
    to(page, page.locator("#q"))
    page.keyboard.type("landk")
    expect(page.locator(".suggestions > li").first).to_be_visible()
    for key in ("ArrowDown", "Enter", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".hits > li").first).to_be_visible()
    press(page, page.locator(".facets summary"))
    press(page, page.locator(".facets a").first)
    expect(page.locator("a.chip")).to_be_visible()
    assert all_stops(page) >= page.evaluate(REACHABLE)
    press(page, page.locator("a.chip"))
    expect(page.locator("a.chip")).to_have_count(0)
    with page.expect_download():
        press(page, page.locator(".take a[href*='.csv']"))
    press(page, page.locator(".hits > li > .quiet a").first, by="Shift+Tab")
    expect(page.locator("h2", has_text="Ähnlich wie")).to_be_visible()
    page.goto(hit(page, "Kreisumlage"))
    press(page, page.locator(".viewer > .paging [rel=next]"))
    expect(page.locator(".viewer > .paging [rel=prev]")).to_be_visible()
    press(page, page.locator(".views a").last)
    expect(page.locator("#seite-2")).to_be_attached()
    to(page, page.locator("#suche-im-dokument"))
    page.keyboard.type("Schuldenstand")
    page.keyboard.press("Enter")
    expect(page.locator(".hits-inside [role=status]")).to_contain_text("Schuldenstand")
    assert all_stops(page) >= page.evaluate(REACHABLE)


def test_c2_focus_is_not_hidden_while_an_answer_comes(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 320, "height": 400})
    page.goto("/")
    site.model.replies.append(held(*(f"Nummer {number}: Alle 30 Minuten. Sie hält am Bahnhof." for number in range(8))))
    write(page, BUS)
    expect(page.locator("#antwort .statements > li")).to_have_count(8)
    assert all_stops(page) >= page.evaluate(REACHABLE)
    to(page, page.locator("[data-do=stop]"))
