"""Twenty tasks of councillors and staff, each with the most actions it may take (D23): a click, or words typed and sent.

They begin on the page that its users have open: the chat or the search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from states import BUS, LEVY, PLACES, WIDE, Site

from tests.llm_server import said

pytestmark = pytest.mark.browser


class Reader:
    """Somebody with a mouse and a keyboard whose actions are counted."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page, self.site, self.actions = page, site, 0
        self.answer = page.locator("#antwort")

    def ask(self, question: str, *statements: str) -> None:
        self.site.model.replies.append(said(*(statements or ("Das steht dort.",))))
        self._send("#frage", question)
        expect(self.answer.locator("h2")).to_contain_text(question)
        expect(self.answer.locator(".origin")).to_be_visible()

    def search(self, words: str) -> None:
        self._send("#q", words)
        expect(self.page.locator(".hits > li").first).to_be_visible()

    def click(self, target: str | Locator) -> None:
        self.actions += 1
        (self.page.locator(target) if isinstance(target, str) else target).first.click()

    def download(self, target: str) -> str:
        with self.page.expect_download() as started:
            self.click(target)
        return started.value.suggested_filename

    def sees(self, target: str, words: str = "") -> None:
        expect(self.page.locator(target).first).to_be_visible()
        expect(self.page.locator(target).first).to_contain_text(words)

    def _send(self, box: str, words: str) -> None:
        self.actions += 1
        self.page.locator(box).fill(words)
        self.page.locator(box).press("Enter")


Task = Callable[[Reader], None]


def fact_in_a_text(reader: Reader) -> None:
    reader.ask(PLACES)
    reader.click("#antwort a.cite-link")
    reader.sees(".panel mark", "140 Kitaplätze")


def fact_on_a_page_of_a_pdf(reader: Reader) -> None:
    reader.ask(LEVY)
    reader.click("#antwort a.cite-link")
    reader.sees(".panel .sheet rect")


def cited_words_in_the_whole_document(reader: Reader) -> None:
    reader.ask(PLACES)
    reader.click("#antwort a.cite-link")
    reader.click(".panel a.leaf-open")
    expect(reader.page.locator("#zitat")).to_be_in_viewport()


def example_question(reader: Reader) -> None:
    reader.site.model.replies.append(said("Alle 30 Minuten."))
    reader.click(".example")
    reader.sees("#antwort .statements", "Alle 30 Minuten.")


def next_question(reader: Reader) -> None:
    reader.ask(BUS)
    reader.ask("Und wo hält sie?")
    expect(reader.page.locator(".turn")).to_have_count(2)


def all_bodies_instead_of_one(reader: Reader) -> None:
    reader.ask(PLACES)
    reader.site.model.replies.append(said("Es fehlen 140 Plätze."))
    reader.click("#antwort .undo")
    expect(reader.page.locator(".turn")).to_have_count(2)


def where_documents_are_silent_the_nearest_passage(reader: Reader) -> None:
    reader.ask("Wer leitet das Schwimmbad in Musterbach?", "?")
    reader.click("#antwort .near a.cite-link")
    reader.sees(".panel mark, .panel .sheet rect")


def link_to_pass_on(reader: Reader) -> None:
    reader.ask(BUS)
    reader.click("details:has(> [data-tool=share]) > summary")
    reader.click("[data-tool=share] [type=submit]")
    reader.sees("[data-share=address]", "/geteilt/")


def paper_by_its_number(reader: Reader) -> None:
    reader.search("2024/017")
    reader.click(".jump a")
    reader.sees("h1", "Ausbau der Kindertagesstätten")


def what_became_of_a_paper(reader: Reader) -> None:
    reader.search("DS 24/017")
    reader.click(".jump a")
    reader.sees(".timeline", "einstimmig beschlossen")


def file_of_an_answer(format: str) -> Task:
    def task(reader: Reader) -> None:
        reader.ask(BUS)
        assert reader.download(f".tool-files [value={format}]").endswith(f".{format}")

    return task


def copy_with_footnotes(reader: Reader) -> None:
    reader.ask(BUS)
    reader.click("[data-tool=copy]")
    reader.sees(".tool-status", "mit Fußnoten kopiert")


def list_of_hits(kind: str) -> Task:
    def task(reader: Reader) -> None:
        reader.search("Landkreis")
        assert reader.download(f".take a[href*='/suche.{kind}']").endswith(f".{kind}")

    return task


def like_a_hit(reader: Reader) -> None:
    reader.search("Kita")
    reader.click(".hits > li > .quiet a")
    reader.sees("h2", "Ähnlich wie")


def like_a_text(reader: Reader) -> None:
    reader.page.locator("#text").fill("Die Buslinie fährt alle 30 Minuten zum Bahnhof.")
    reader.click("form:has(#text) [type=submit]")
    reader.sees(".hits", "Buslinie 7")


def papers_of_one_body(reader: Reader) -> None:
    reader.search("Landkreis")
    reader.click(".facets summary")
    reader.click(reader.page.locator(".facets a", has_text="Landkreis Beispielheim"))
    reader.sees(".chips", "Landkreis Beispielheim")


def original_file(reader: Reader) -> None:
    reader.search("2024/017")
    reader.click(".jump a")
    assert reader.download("a[download]").endswith(".md")


COUNCILLORS: list[tuple[Task, str, int]] = [
    *((task, "/", 3) for task in (fact_in_a_text, fact_on_a_page_of_a_pdf, cited_words_in_the_whole_document)),
    (example_question, "/", 1),
    *((task, "/", 2) for task in (next_question, all_bodies_instead_of_one)),
    (link_to_pass_on, "/", 3),
    (where_documents_are_silent_the_nearest_passage, "/", 3),
    *((task, "/suche", 2) for task in (paper_by_its_number, what_became_of_a_paper)),
]
STAFF: list[tuple[Task, str, int]] = [
    *((file_of_an_answer(format), "/", 2) for format in ("pdf", "docx", "md")),
    (copy_with_footnotes, "/", 2),
    *((list_of_hits(kind), "/suche", 2) for kind in ("csv", "xlsx")),
    *((task, "/suche", 2) for task in (like_a_hit, like_a_text)),
    *((task, "/suche", 3) for task in (papers_of_one_body, original_file)),
]


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(base_url=site.address, locale="de-DE", reduced_motion="reduce", viewport=WIDE)  # type: ignore[arg-type]
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("tasks", [COUNCILLORS, STAFF], ids=["councillors", "staff"])
def test_d23_tasks_take_few_actions(tasks: list[tuple[Task, str, int]], page: Page, site: Site) -> None:
    for task, begin, most in tasks:
        page.goto("/hilfe")  # a conversation of the task before is left
        page.goto(begin)
        reader = Reader(page, site)
        task(reader)
        assert reader.actions <= most, task
