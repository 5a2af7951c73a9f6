"""The tools of an answer in a real browser: copying, files, links and judgements, with and without JavaScript, and on paper."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from indexer.build import build
from service.settings import ServiceSettings

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> ![x](https://boese.example/p.png)"
WORDS = "Die Brücke am Mühlbach wird 2025 erneuert."
QUESTION = "Wann wird die Brücke am Mühlbach erneuert?"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, serve) -> Iterator[str]:
    root = tmp_path_factory.mktemp("werkzeuge")
    folder = root / "papiere" / "Landkreis Musterbach"
    folder.mkdir(parents=True)
    (folder / "bruecke.txt").write_text(f"Landkreis Musterbach\n\nDrucksachen-Nr.: 2024/017\n\n{WORDS} {HOSTILE}")
    (folder / "weg.txt").write_text("Landkreis Musterbach\n\nDer Weg am Weiher bleibt bis Mai gesperrt.")
    settings = ServiceSettings(index=root / "index", encoder="hash", share_days=7, feedback=True)
    build(settings, [root / "papiere"])
    with serve(settings) as address:
        yield address


@pytest.fixture
def opened(browser: Browser, site: str, request: pytest.FixtureRequest, complaints: list[str]) -> Iterator[Page]:
    """A page of a reader with JavaScript, or without if the test is marked so."""
    javascript = getattr(request, "param", True)
    context = browser.new_context(
        base_url=site, locale="de-DE", viewport={"width": 360, "height": 740}, java_script_enabled=javascript
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on("request", lambda sent: None if sent.url.startswith(site) else complaints.append(sent.url))
    yield page
    context.close()


def ask(page: Page, question: str = QUESTION) -> None:
    page.goto("/")
    page.get_by_label("Ihre Frage").fill(question)
    page.get_by_role("button", name="Frage stellen").click()
    expect(page.get_by_role("heading", name="Antwort weiterverwenden")).to_be_visible()


def test_copying_takes_the_footnotes_along_as_text_and_as_rich_text(opened: Page, complaints: list[str]) -> None:
    ask(opened)
    opened.get_by_role("button", name="Kopieren").click()
    expect(opened.locator(".tool-status")).to_have_text("Die Antwort ist mit Fußnoten kopiert.")
    text, html = opened.evaluate(
        """async () => {
            const [item] = await navigator.clipboard.read();
            return Promise.all(["text/plain", "text/html"].map(async (type) => (await item.getType(type)).text()));
        }"""
    )
    for copied in (text, html):
        assert WORDS in copied
        assert "KI-Hinweis" in copied
        assert "/dokumente/" in copied
    assert "<img" not in html
    assert "<script" not in html
    assert complaints == []


def test_copying_works_where_there_is_no_clipboard_to_write_to(opened: Page) -> None:
    opened.add_init_script("delete window.ClipboardItem")  # as on plain HTTP in an intranet
    ask(opened)
    opened.get_by_role("button", name="Kopieren").click()
    expect(opened.locator(".tool-status")).to_have_text("Die Antwort ist mit Fußnoten kopiert.")
    assert WORDS in opened.evaluate("navigator.clipboard.readText()")


def test_a_failed_copy_is_told_with_the_way_out(opened: Page) -> None:
    ask(opened)
    opened.route("**/antwort/export", lambda route: route.abort())
    opened.get_by_role("button", name="Kopieren").click()
    expect(opened.locator(".tool-status")).to_contain_text("Bitte laden Sie die Antwort als Text")


def test_after_a_restart_copying_and_sharing_tell_what_to_do(opened: Page) -> None:
    ask(opened)
    opened.locator(".tools input[name=token]").evaluate_all("(fields) => fields.forEach((one) => { one.value = 'fremd'; })")
    opened.get_by_text("Antwort teilen").click()
    for name in ("Kopieren", "Link erstellen"):
        opened.get_by_role("button", name=name).click()
        expect(opened.locator(".tool-status")).to_contain_text("Bitte stellen Sie die Frage noch einmal")


@pytest.mark.parametrize("opened", [True, False], indirect=True, ids=["with-js", "without-js"])
def test_d23_a_file_with_footnotes_is_one_click_from_its_answer(opened: Page) -> None:
    ask(opened)
    with opened.expect_download() as started:
        opened.get_by_role("button", name="Als PDF laden").click()
    assert started.value.suggested_filename.endswith(".pdf")
    text = PdfReader(io.BytesIO(Path(started.value.path()).read_bytes())).pages[0].extract_text()
    assert WORDS in " ".join(text.split())


@pytest.mark.parametrize("opened", [False], indirect=True)
def test_what_needs_javascript_is_absent_without_it(opened: Page) -> None:
    ask(opened)
    for name in ("Kopieren", "Drucken"):
        expect(opened.get_by_role("button", name=name)).to_have_count(0)


@pytest.mark.parametrize("opened", [True, False], indirect=True, ids=["with-js", "without-js"])
def test_a_shared_answer_is_read_by_another_reader_until_it_is_revoked(opened: Page, browser: Browser, site: str) -> None:
    ask(opened)
    opened.get_by_text("Antwort teilen").click()
    opened.get_by_role("button", name="Link erstellen").click()
    links = opened.get_by_role("link").filter(has_text="/geteilt/")
    expect(links).to_have_count(2)
    address, revoking = (links.nth(i).get_attribute("href") or "" for i in range(2))
    reader = browser.new_context(locale="de-DE")
    page = reader.new_page()
    page.goto(address)
    expect(page.get_by_role("heading", name="Auskunft aus Ratsunterlagen")).to_be_visible()
    expect(page.get_by_text(WORDS).first).to_be_visible()
    opened.goto(revoking)
    opened.get_by_role("button", name="Widerrufen und löschen").click()
    expect(opened.get_by_text("Der Link ist widerrufen")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Nicht gefunden")).to_be_visible()
    reader.close()


def test_the_link_is_copied_and_what_was_done_is_said_in_view(opened: Page, site: str) -> None:
    ask(opened)
    opened.get_by_text("Antwort teilen").click()
    opened.get_by_role("button", name="Link erstellen").click()
    opened.get_by_role("button", name="Link kopieren").click()
    expect(opened.locator(".tool-status")).to_have_text("Der Link ist kopiert.")
    expect(opened.locator(".tool-status")).to_be_in_viewport()
    assert opened.evaluate("navigator.clipboard.readText()").startswith(f"{site}/geteilt/")


@pytest.mark.parametrize("opened", [True, False], indirect=True, ids=["with-js", "without-js"])
def test_a_judgement_is_stored_and_taken_back(opened: Page) -> None:
    ask(opened)
    opened.get_by_text("Grund angeben").click()
    opened.get_by_label("Grund", exact=True).select_option(label="Es fehlt etwas")
    opened.get_by_role("button", name="Nein, nicht hilfreich").click()
    expect(opened.get_by_text("Danke. Ihr Urteil ist gespeichert.")).to_be_visible()
    opened.get_by_role("button", name="Urteil zurücknehmen").click()
    expect(opened.get_by_text("Ihr Urteil ist gelöscht.")).to_be_visible()


@pytest.mark.parametrize("opened", [True, False], indirect=True, ids=["with-js", "without-js"])
def test_a_whole_conversation_is_loaded_from_its_last_answer(opened: Page) -> None:
    ask(opened)
    expect(opened.locator(".tool-conversation")).to_have_count(0)
    opened.locator("#frage").fill("Wie lange bleibt der Weg am Weiher gesperrt?")
    opened.get_by_role("button", name="Frage stellen").click()
    last = opened.locator(".tool-files").last
    last.get_by_label("mit den Fragen und Antworten davor").check()
    with opened.expect_download() as started:
        last.get_by_role("button", name="Als Text laden").click()
    text = Path(started.value.path()).read_text()
    assert text.index(QUESTION) < text.index("Wie lange bleibt der Weg")


def test_on_paper_stand_full_addresses_the_notice_and_no_controls(opened: Page, site: str) -> None:
    ask(opened)
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(opened.pdf())).pages).split())
    assert f"[1] {site}/dokumente/" in text
    assert "KI-Hinweis" in text
    for control in ("Kopieren", "Als PDF laden", "Link erstellen", "Ja, hilfreich", "Frage stellen", "Frage ändern"):
        assert control not in text


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_wider_than_the_page_and_every_target_is_large_enough(opened: Page, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 740})
    ask(opened)
    opened.get_by_text("Antwort teilen").click()
    opened.get_by_role("button", name="Link erstellen").click()
    expect(opened.locator(".tool-link")).to_be_visible()
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    small = opened.evaluate(
        """() => [...document.querySelectorAll(".tools button, .tools input, .tools select, .tools summary")]
            .filter((one) => one.type !== "checkbox" && one.offsetHeight > 0 && one.offsetHeight < 24)
            .map((one) => one.outerHTML)"""
    )
    assert small == []
