"""Every state of the pages (states.py) on the smallest screen: C4, C18 (longer texts), C6 (titles)."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import ceil

import pytest
from playwright.sync_api import Browser, Page
from states import Site, chat, walk

from service.web.texts import Texts

pytestmark = pytest.mark.browser

ENLARGED = {"width": 320, "height": 256}  # a window of 1280 by 1024 at 400 %
SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }"""  # WCAG 1.4.12
WIDTH = "document.documentElement.scrollWidth"
SPACED = "style => { const it = new CSSStyleSheet(); it.replaceSync(style); document.adoptedStyleSheets = [it]; }"
LOST = """() => {
  const scrolls = (one) => one && (/auto|scroll/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
  const seen = (one) => one.checkVisibility({visibilityProperty: true}) && !one.closest(".unseen, .hearable, .skip, option, svg");
  const name = (one) => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 60)}`;
  const lost = [];
  for (const one of document.querySelectorAll("body *")) {
    if (!seen(one)) continue;
    const {overflowX, overflowY} = getComputedStyle(one);
    const cut = one.scrollWidth > one.clientWidth + 1 && /hidden|clip/.test(overflowX)
      || one.scrollHeight > one.clientHeight + 1 && /hidden|clip/.test(overflowY);
    if (cut && one.textContent.trim()) lost.push(`cut off: ${name(one)}`);
    if (scrolls(one)) continue;
    for (const node of one.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const outside = [...range.getClientRects()].some((box) => box.right > innerWidth + 1 || box.left < -1);
      if (outside) lost.push(`out of the window: ${name(one)}`);
    }
  }
  return lost;
}"""
SMALL = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.closest(".skip:not(:focus)"))
  .filter((one) => {
    const beside = [...one.parentElement.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    return !(beside.some((node) => /[\\p{L}]{2}/u.test(node.data)) && getComputedStyle(one).display === "inline");
  })
  .filter((one) => { const {width, height} = one.getBoundingClientRect(); return width < 24 || height < 24; })
  .map((one) => {
    const {width, height} = one.getBoundingClientRect();
    return `${Math.round(width)} by ${Math.round(height)}: ${one.outerHTML.slice(0, 160)}`;
  })"""


def longer(spoken: Callable[..., str]) -> Callable[..., str]:
    """Every word of four letters and more by two fifths longer, as in a language of long words."""

    def lengthened(self: Texts, key: str, **values: object) -> str:
        return re.sub(r"\w{4,}", lambda word: word[0] + word[0][-ceil(0.4 * len(word[0])) :], spoken(self, key, **values))

    return lengthened


@pytest.mark.parametrize("language", ["de", "en"])
def test_c4_nothing_is_lost_at_400_percent_or_with_wider_spacing(language: str, browser: Browser, site: Site) -> None:
    page = small(browser, site, language)
    found = []
    for state in walk(page, site):
        wide = [f"scrolls sideways: {page.evaluate(WIDTH)}"] if page.evaluate(WIDTH) > ENLARGED["width"] else []
        targets = [f"small target {line}" for line in page.evaluate(SMALL)]
        page.evaluate(SPACED, SPACING)
        spaced = [f"spaced, scrolls sideways: {page.evaluate(WIDTH)}"] if page.evaluate(WIDTH) > ENLARGED["width"] else []
        lost = [f"spaced, {line}" for line in page.evaluate(LOST)]
        page.evaluate("document.adoptedStyleSheets = []")
        found += [f"{state}: {line}" for line in (*wide, *targets, *spaced, *lost)]
    page.context.close()
    assert not found, "\n".join(found)


def test_c18_texts_longer_by_two_fifths_need_no_sideways_scrolling(
    browser: Browser, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Texts, "__call__", longer(Texts.__call__))
    page = small(browser, site, "de")
    found = []
    for state in walk(page, site):
        lost = page.evaluate(LOST)
        if page.evaluate(WIDTH) > ENLARGED["width"] or lost:
            found.append(f"{state}: {page.evaluate(WIDTH)} wide, {lost}")
    page.context.close()
    assert not found, "\n".join(found)


def small(browser: Browser, site: Site, language: str) -> Page:
    context = browser.new_context(base_url=site.address, locale=language, reduced_motion="reduce", viewport=ENLARGED)  # type: ignore[arg-type]
    return context.new_page()


def test_c6_titles_tell_the_state_and_citations_make_sense_alone(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.address, locale="de-DE", reduced_motion="reduce")
    page = context.new_page()
    titles, names = {}, set()
    for state in chat(page, site):
        titles[state] = page.title().removesuffix(" – Ratslotse")
        names |= set(page.locator("#gespraech a.cite-link").all_text_contents())
    context.close()
    assert titles["start"] == titles["typing"] == "Fragen an die Ratsunterlagen"
    assert titles["no question"] == "Fehler: Fragen an die Ratsunterlagen"
    assert titles["streaming"] == "KI formuliert die Antwort …"
    assert titles["stopped"] == "Sie haben die Antwort angehalten. Sie ist unvollständig."
    assert titles["done"] == titles["not in the documents"] == "Antwort"
    assert titles["broken off"].startswith("Die Verbindung ist abgebrochen.")
    assert titles["shared answer"] == "Auskunft aus Ratsunterlagen"
    assert names
    assert not {name for name in names if not re.fullmatch(r"(\[Quelle \d+(: |\] ))?.+, Seite \d+\]?", name.strip())}
