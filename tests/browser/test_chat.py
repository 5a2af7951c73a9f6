"""The chat with JavaScript: answers come piece by piece, can be stopped, break off and go on, and the conversation stays."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

import service.library
import service.web.chatting
from service.settings import ServiceSettings
from tests.conftest import Built
from tests.llm_server import END, LlmServer, Reply, held, piece, running, said
from tests.test_asking import Echo

pytestmark = pytest.mark.browser

BUS, WATER = "Wie oft fährt die Buslinie 7?", "Wie viel Trinkwasser liefert der Brunnen am Weiher?"
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>[x](javascript:alert(1))'
RECORD = """() => {
  window.told = [];
  const status = document.getElementById("ansage");
  new MutationObserver(() => window.told.push(status.textContent)).observe(status, {childList: true});
}"""

Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, complaints: list[str]) -> Iterator[Opened]:
    """``opened(address)``: the start page, as a German reader sees it with JavaScript."""
    contexts: list[BrowserContext] = []

    def make(address: str, path: str = "/", **options: object) -> Page:
        context = browser.new_context(base_url=address, **{"locale": "de-DE", "reduced_motion": "reduce"} | options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda sent: None if sent.url.startswith(address) else complaints.append(sent.url))
        page.goto(path)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def quoting(built: Built, serve) -> Iterator[str]:
    """A service that answers with quotations of the small papers."""
    with serve(ServiceSettings(index=built.settings.index, encoder="hash")) as address:
        yield address


@pytest.fixture(scope="module")
def model() -> Iterator[LlmServer]:
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def writing(built: Built, serve, model: LlmServer) -> Iterator[str]:
    """A service whose answers are what the scripted model says, a statement for every piece of text."""
    settings = {"llm_url": model.url, "llm_model": "muster-7b", "llm_seconds": 60}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service.library, "Writer", Echo)
        with serve(ServiceSettings(index=built.settings.index, encoder="hash", **settings)) as address:
            yield address


def ask(page: Page, question: str) -> Locator:
    """The turn of a question that was asked by the Enter key."""
    page.locator("#frage").fill(question)
    page.locator("#frage").press("Enter")
    turn = page.locator("#antwort")
    expect(turn.locator("h2")).to_contain_text(question)
    return turn


def complete(turn: Locator) -> None:
    expect(turn.locator(".origin")).to_be_visible(timeout=20_000)
    expect(turn.locator(".answer")).not_to_have_attribute("aria-busy", "true")
    expect(turn.locator(".progress")).to_have_count(0)


def gated(*pieces: str) -> tuple[Reply, threading.Event]:
    """A model that says the first piece, and the rest when it is let go."""
    gate = threading.Event()

    def steps() -> Iterator[bytes]:
        yield piece(pieces[0])
        gate.wait(30)
        yield from [*(piece(text) for text in pieces[1:]), *END]

    return Reply(steps()), gate


def test_c3_d1_statements_come_one_by_one_and_three_things_are_announced(
    opened: Opened, writing: str, model: LlmServer, complaints: list[str]
) -> None:
    page = opened(writing)
    page.evaluate(RECORD)
    reply, gate = gated("Alle 30 Minuten.", "Sie hält am Bahnhof.")
    model.replies.append(reply)
    turn = ask(page, BUS)
    expect(turn.locator(".statements > li")).to_have_count(1)
    expect(turn.locator(".sources li").first).to_be_visible()  # listed before the first word, and still there
    expect(turn.locator(".answer")).to_have_attribute("aria-busy", "true")
    expect(turn.get_by_role("button", name="Anhalten")).to_be_in_viewport()
    first = turn.locator(".statements a").first
    first.focus()
    gate.set()
    complete(turn)
    expect(turn.locator(".statements > li")).to_have_count(2)
    expect(first).to_be_focused()
    told = page.evaluate("window.told")
    assert told[:2] == ["Frage angenommen.", "Antwort wird geschrieben."]
    assert told[2].startswith("Antwort vollständig, ")
    assert len(told) == 3
    assert not turn.locator("xpath=ancestor-or-self::*[@aria-live or @role='status']").count()
    assert page.title() == "Antwort – Ratslotse"
    assert complaints == []


def test_the_box_keeps_the_focus_and_what_is_typed_meanwhile(opened: Opened, writing: str, model: LlmServer) -> None:
    page = opened(writing)
    reply, gate = gated("Alle 30 Minuten.", "Mehr nicht.")
    model.replies.append(reply)
    turn = ask(page, BUS)
    expect(turn.locator(".statements > li")).to_have_count(1)
    page.keyboard.type("Und wo hält sie?")
    gate.set()
    complete(turn)
    expect(page.locator("#frage")).to_be_focused()
    expect(page.locator("#frage")).to_have_value("Und wo hält sie?")


def test_d2_a_stopped_answer_ends_at_the_server_too_and_is_asked_again(
    opened: Opened, writing: str, model: LlmServer, complaints: list[str]
) -> None:
    page = opened(writing)
    model.replies.append(held("Alle 30 "))
    turn = ask(page, BUS)
    expect(turn.locator(".statements > li")).to_have_count(1)
    turn.get_by_role("button", name="Anhalten").click()
    expect(turn.locator(".ended")).to_contain_text("Sie haben die Antwort angehalten.")
    assert model.gone.acquire(timeout=20)
    expect(page.locator("#ansage")).to_have_text("Sie haben die Antwort angehalten. Sie ist unvollständig.")
    expect(turn.get_by_role("button", name="Erneut versuchen")).to_be_focused()
    model.replies.append(said("Alle 30 Minuten."))
    turn.get_by_role("button", name="Erneut versuchen").click()
    complete(turn)
    expect(page.locator(".turn")).to_have_count(1)
    expect(turn.locator(".statements > li")).to_have_count(1)
    expect(turn.locator(".ended")).to_have_count(0)
    assert complaints == []


def test_a_new_question_takes_the_place_of_the_answer_under_way(opened: Opened, writing: str, model: LlmServer) -> None:
    page = opened(writing)
    page.evaluate(RECORD)
    model.replies += [held("Alle 30 "), said("900 Kubikmeter.")]
    expect(ask(page, BUS).locator(".statements > li")).to_have_count(1)
    complete(ask(page, WATER))
    expect(page.locator(".turn").first.locator(".ended")).to_contain_text("Sie haben die Antwort angehalten.")
    told = [text[:14] for text in page.evaluate("window.told")]
    assert told == ["Frage angenomm", "Antwort wird g", "Frage angenomm", "Antwort wird g", "Antwort vollst"]


def test_a_stopped_question_goes_back_into_the_box(opened: Opened, writing: str, model: LlmServer) -> None:
    page = opened(writing)
    model.replies.append(held("Alle 30 "))
    turn = ask(page, BUS)
    turn.get_by_role("button", name="Anhalten").click()
    turn.get_by_role("button", name="Frage ändern").click()
    expect(page.locator("#frage")).to_be_focused()
    expect(page.locator("#frage")).to_have_value(BUS)


@pytest.mark.parametrize("broken", ["midway", "refused", "no-stream"])
def test_d2_a_broken_connection_is_said_and_leaves_no_double_answer(opened: Opened, quoting: str, broken: str) -> None:
    page = opened(quoting)
    times: list[Route] = []

    def breaks(route: Route) -> None:
        times.append(route)
        if broken == "refused":
            route.abort("connectionreset")
        elif broken == "no-stream":
            route.fulfill(status=502, body="<h1>Bad Gateway</h1>", content_type="text/html")
        else:
            whole = route.fetch().body().decode()
            route.fulfill(body=whole[: whole.index("event: final")], content_type="text/event-stream")

    page.route(f"{quoting}/", breaks, times=1)
    turn = ask(page, BUS)
    expect(turn.locator(".ended")).to_contain_text("Die Verbindung ist abgebrochen.")
    expect(turn.locator(".answer h1")).to_have_count(0)
    turn.get_by_role("button", name="Erneut versuchen").click()
    complete(turn)
    assert len(times) == 1
    expect(page.locator(".turn")).to_have_count(1)
    expect(turn.locator("ol.statements")).to_have_count(1)


def test_a_silent_connection_counts_as_broken(opened: Opened, writing: str, model: LlmServer) -> None:
    page = opened(writing)
    page.clock.install()
    model.replies.append(held("Alle 30 "))
    turn = ask(page, BUS)
    expect(turn.locator(".statements > li")).to_have_count(1)
    page.clock.fast_forward(46_000)
    expect(turn.locator(".ended")).to_contain_text("Die Verbindung ist abgebrochen.")


def test_d18_typed_text_survives_a_reload_and_goes_when_it_is_answered(opened: Opened, quoting: str) -> None:
    page = opened(quoting)
    page.locator("#frage").fill(BUS)
    page.reload()
    expect(page.locator("#frage")).to_have_value(BUS)
    complete(ask(page, BUS))
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    page.reload()
    expect(page.locator("#frage")).to_have_value("")


def test_d18_a_question_under_way_survives_a_reload(opened: Opened, writing: str, model: LlmServer) -> None:
    page = opened(writing)
    model.replies.append(held("Alle 30 "))
    expect(ask(page, BUS).locator(".statements > li")).to_have_count(1)
    page.reload()
    expect(page.locator("#frage")).to_have_value(BUS)


def test_the_conversation_grows_and_is_there_again_after_a_document(opened: Opened, quoting: str, complaints: list[str]) -> None:
    page = opened(quoting)
    complete(ask(page, BUS))
    expect(page.get_by_label("Ihre nächste Frage")).to_be_visible()
    expect(page.get_by_role("heading", name="Neueste Vorlagen")).to_be_hidden()
    complete(ask(page, "Und wo hält sie?"))
    before = page.locator("#gespraech").inner_text()
    links = page.locator(".turn").first.locator("a.cite-link")
    links.first.evaluate("(link) => location.assign(link.href)")  # a click opens the panel
    expect(page.locator("#zitat")).to_be_in_viewport()
    page.go_back()
    expect(page.locator(".turn")).to_have_count(2)
    assert page.locator("#gespraech").inner_text() == before
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)
    assert page.locator(".carried input[name=turn_question]").count() == 2
    page.go_back()
    expect(page.locator(".turn")).to_have_count(0)  # the start page, as before the first question
    expect(page.get_by_label("Ihre Frage")).to_be_visible()
    page.go_forward()
    expect(page.locator(".turn")).to_have_count(2)
    page.get_by_role("link", name="Neue Frage").click()
    expect(page.locator(".turn")).to_have_count(0)
    assert complaints == []


def test_b5_a_conversation_about_papers_renewed_since_is_not_shown_again(opened: Opened, quoting: str) -> None:
    page = opened(quoting)
    complete(ask(page, BUS))
    page.evaluate("history.replaceState({...history.state, generation: '/public/000000'}, '')")
    page.reload()
    expect(page.locator("#frage")).to_have_value(BUS)
    expect(page.locator(".turn")).to_have_count(0)


def test_a_link_within_the_page_leaves_the_conversation_alone(opened: Opened, quoting: str) -> None:
    page = opened(quoting)
    complete(ask(page, BUS))
    page.evaluate("location.hash = '#inhalt'")
    expect(page.locator(".turn")).to_have_count(1)
    page.go_back()
    expect(page.locator(".turn")).to_have_count(1)


def test_filters_are_taken_away_in_the_conversation(opened: Opened, quoting: str) -> None:
    page = opened(quoting)
    complete(ask(page, "Welche Kitaplätze fehlen in Musterbach?"))
    first = page.locator(".turn").first
    expect(first.locator(".understood")).to_contain_text("Landkreis Musterbach")
    first.get_by_role("button", name="In allen Körperschaften fragen").dblclick()
    complete(page.locator("#antwort"))
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("#antwort .understood")).to_contain_text("Gesucht in allen Unterlagen.")
    page.locator("#antwort summary", has_text="Frage ändern").click()
    page.get_by_label("Frage, wie ich sie verstanden habe").last.fill(WATER)
    page.locator("#antwort").get_by_role("button", name="So fragen").click()
    expect(page.locator(".turn")).to_have_count(3)
    expect(page.locator("#antwort h2")).to_contain_text(WATER)


@pytest.mark.parametrize(
    ("question", "path", "message"),
    [
        ("", "/", "Es wurde nichts eingegeben."),
        ("?!", "/", "Es wurde nichts eingegeben."),
        ("a" * 2001, "/", "2001 Zeichen"),
        ("", "/?language=en", "Nothing was entered."),
    ],
)
def test_a_question_that_cannot_be_asked_is_told_at_the_form(
    opened: Opened, quoting: str, question: str, path: str, message: str
) -> None:
    page = opened(quoting, path)
    box = page.locator("#frage")
    box.fill(question)
    box.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(message)
    expect(page.locator(".turn")).to_have_count(0)
    expect(box).to_have_value(question)
    expect(box).to_have_attribute("aria-invalid", "true")
    box.fill(BUS)
    box.press("Enter")
    complete(page.locator("#antwort"))
    expect(page.get_by_role("alert")).to_have_count(0)


def test_d17_a_fault_of_ours_is_told_with_its_number(
    opened: Opened, quoting: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(*_: object) -> None:
        raise ZeroDivisionError

    page = opened(quoting)
    with monkeypatch.context() as patch:
        patch.setattr(service.web.chatting, "_put", fails)
        turn = ask(page, BUS)
        expect(turn.locator(".ended")).to_contain_text("Etwas ist schiefgegangen")
    number = turn.locator(".ended .quiet").inner_text().removeprefix("Fehlernummer: ").split(".")[0]
    assert f"error {number}" in caplog.text
    turn.get_by_role("button", name="Erneut versuchen").click()
    complete(turn)


def test_whole_answers_only_if_the_reader_wants_it(opened: Opened, writing: str, model: LlmServer) -> None:
    page = opened(writing)
    page.get_by_role("button", name="Tasten und Einstellungen").click()
    page.get_by_label("Antworten erst zeigen, wenn sie vollständig sind").check()
    page.keyboard.press("Escape")
    page.reload()
    reply, gate = gated("Alle 30 Minuten.", "Sie hält am Bahnhof.")
    model.replies.append(reply)
    turn = ask(page, BUS)
    expect(turn.locator(".progress")).to_contain_text("KI formuliert die Antwort")
    expect(turn.locator(".answer > *")).to_have_count(0)
    gate.set()
    complete(turn)
    expect(turn.locator(".statements > li")).to_have_count(2)
    page.get_by_role("button", name="Tasten und Einstellungen").click()
    page.get_by_label("Antworten erst zeigen").uncheck()
    assert page.evaluate("localStorage.length") == 0


def test_d16_keys_are_listed_work_and_can_be_switched_off(opened: Opened, quoting: str) -> None:
    page = opened(quoting)
    dialog = page.get_by_role("dialog", name="Tasten und Einstellungen")
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#frage")).to_be_focused()
    page.keyboard.type("a/b?")
    page.keyboard.press("Shift+Enter")
    expect(page.locator("#frage")).to_have_value("a/b?\n")
    page.get_by_role("button", name="Tasten und Einstellungen").click()
    page.get_by_label("Einzelne Tasten als Kürzel verwenden").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("#frage")).not_to_be_focused()


def test_enter_makes_a_line_on_a_touch_screen(opened: Opened, quoting: str) -> None:
    page = opened(quoting, has_touch=True, is_mobile=True, viewport={"width": 360, "height": 640})
    box = page.locator("#frage")
    box.tap()
    box.press_sequentially("Buslinie")
    box.press("Enter")
    expect(box).to_have_value("Buslinie\n")
    expect(page.locator(".turn")).to_have_count(0)


def test_b11_what_a_model_says_stays_text(opened: Opened, writing: str, model: LlmServer, complaints: list[str]) -> None:
    page = opened(writing)
    model.replies.append(said(HOSTILE, "Ende."))
    turn = ask(page, BUS)
    complete(turn)
    expect(turn.locator(".said").first).to_contain_text(HOSTILE)
    assert turn.locator("img, script, [onerror]").count() == 0
    assert page.title() == "Antwort – Ratslotse"
    assert complaints == []


def test_b13_text_becomes_markup_in_one_place_only(opened: Opened, quoting: str) -> None:
    page = opened(quoting)
    refused = "() => { try { document.body.innerHTML = '<p>'; return false } catch { return true } }"
    assert page.evaluate(refused)
    assert page.evaluate("() => { try { trustedTypes.createPolicy('other', {}); return false } catch { return true } }")


def test_c5_the_answer_is_the_same_without_javascript(opened: Opened, quoting: str) -> None:
    answers = []
    for javascript in (True, False):
        page = opened(quoting, java_script_enabled=javascript)
        page.locator("#frage").fill(BUS)
        page.get_by_role("button", name="Frage stellen").click()
        expect(page.locator("#antwort .origin")).to_be_visible()
        answers.append(page.locator("#antwort .answer > :not(.tools)").all_inner_texts())  # copying needs scripts
    assert answers[0] == answers[1]


def test_an_example_question_is_asked_at_once(opened: Opened, quoting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service.library.Library, "examples", lambda *_: (BUS,))
    page = opened(quoting)
    page.get_by_role("button", name=BUS).click()
    complete(page.locator("#antwort"))
    expect(page.locator("#antwort h2")).to_contain_text(BUS)
    expect(page.locator("#antwort")).to_be_focused()
    expect(page.get_by_role("heading", name="Zum Beispiel")).to_be_hidden()
