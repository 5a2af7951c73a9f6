"""The widget on another site's page, under a strict policy: it works, breaks nothing there and is broken by nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from accessibility import check
from hosts import HOSTILE, Host, hosting
from playwright.sync_api import Browser, Page, Route, expect

from indexer.build import build
from service.settings import ServiceSettings

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
EVIL = '<img src="https://evil.example/x" onerror="alert(1)"><script>alert(2)</script>'
PAPERS = {
    "Landkreis Musterbach/kita.md": """# Ausbau der Kindertagesstätten

Landkreis Musterbach · Drucksachen-Nr.: 2024/017

Der Ausbau der Kindertagesstätten kostet 910.000 Euro. Die Kita am Mühlbach wird um 40 Plätze erweitert.
""",
    "Landkreis Musterbach/boese.md": f"# Brücke {EVIL}\n\nDie Brücke {EVIL} am Weiher wird 2025 erneuert.",
}
QUESTION = "Was kostet der Ausbau der Kindertagesstätten?"
CHAT, SEARCH = "Fragen an die Ratsunterlagen", "In den Ratsunterlagen suchen"
PLACED = '<main><h1>Kreistag</h1><p>Willkommen.</p><rats-lotse><a href="{server}">Ratslotse</a></rats-lotse><p>Ende.</p></main>'


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with hosting() as running:
        yield running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, serve, host: Host) -> Iterator[str]:
    root = tmp_path_factory.mktemp("widget")
    for name, text in PAPERS.items():
        (root / "papiere" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "papiere" / name).write_text(text, encoding="utf-8")
    settings = ServiceSettings(index=root / "index", encoder="hash", widget_origins=host.address)
    build(settings, [root / "papiere"])
    with serve(settings) as address:
        yield address


@pytest.fixture
def site(browser: Browser, server: str, host: Host, complaints: list[str]) -> Iterator[Page]:
    """A page of the county's site. Whatever the browser complains of, and any request elsewhere, is noted."""
    context = browser.new_context(locale="de-DE", reduced_motion="reduce")
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    known = (server, host.address)
    opened.on("request", lambda sent: None if sent.url.startswith(known) else complaints.append(sent.url))
    yield opened
    context.close()


def policy(server: str) -> str:
    """A strict one, with the two lines of docs/widget.md and nothing else of the server."""
    documented = "script-src https://rats.example.de; connect-src https://rats.example.de"
    assert documented in (ROOT / "docs" / "widget.md").read_text(encoding="utf-8")
    allowed = documented.replace("https://rats.example.de", server)
    types = "require-trusted-types-for 'script'; trusted-types 'none'"
    return f"default-src 'none'; style-src 'self'; base-uri 'none'; {allowed}; {types}"


def tag(server: str, data: str = "") -> str:
    return f'<script type="module" src="{server}/widget.js"{data}></script>'


def placed(host: Host, server: str, path: str = "/", head: str = "", body: str = PLACED) -> str:
    return host.html(path, body.format(server=server) + tag(server), policy(server), head)


def ask(page: Page, question: str) -> None:
    page.get_by_label("Ihre Frage", exact=True).fill(question)
    page.keyboard.press("Enter")


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name=CHAT).click()
    expect(page.get_by_label("Ihre Frage", exact=True)).to_be_focused()


def test_on_a_phone_the_key_for_a_new_line_makes_one_and_no_keys_are_explained(browser: Browser, host: Host, server: str) -> None:
    context = browser.new_context(locale="de-DE", has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    opened(page, placed(host, server))
    ask(page, QUESTION)
    page.keyboard.type("Und wann?")
    expect(page.get_by_label("Ihre Frage", exact=True)).to_have_value(f"{QUESTION}\nUnd wann?")
    expect(page.get_by_text("Umschalt und Eingabe")).to_be_hidden()
    context.close()


ANSWER = {
    "id": "1",
    "generation": "1",
    "outcome": "answered",
    "mode": "generated",
    "language": "de",
    "interpretation": {"question": QUESTION},
    "statements": [{"text": "Er kostet 910.000 Euro.", "citations": [1], "support": "checked"}],
    "text": "Er kostet 910.000 Euro. [1]",
    "citations": [
        {
            "number": 1,
            "quote": "Der Ausbau kostet 910.000 Euro.",
            "page_label": "1",
            "document": {"title": "Ausbau"},
            "paper": {"reference": "2024/017"},
            "url": "/dokumente/1",
            "recognition": None,
        }
    ],
    "near_misses": [],
    "coverage": {"documents": 2, "bodies": [], "updated": "2026-11-22T12:00:00+00:00"},
    "notice": "",
    "ai_notice": "Von einer KI formuliert.",
}


def scripted(page: Page, host: Host, *events: tuple[str, dict[str, object]]) -> None:
    """From now on the server answers every question with these events."""
    body = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)

    def answer(route: Route) -> None:
        shared = {"Access-Control-Allow-Origin": host.address, "Access-Control-Allow-Headers": "content-type"}
        route.fulfill(status=200, body=body, headers={**shared, "Content-Type": "text/event-stream"})

    page.route("**/api/v1/ask*", answer)


def test_d19_two_widgets_under_a_strict_policy_leave_no_trace(site: Page, host: Host, server: str, complaints: list[str]) -> None:
    searching = tag(server, ' data-mode="search" data-language="de" data-body="Landkreis Musterbach"')
    plain = host.html("/plain", PLACED.format(server=server), policy(server))
    both = host.html("/both", PLACED.format(server=server) + searching, policy(server))
    site.goto(plain)
    before = site.evaluate("Object.getOwnPropertyNames(window)")
    expect(site.get_by_role("link", name="Ratslotse")).to_be_visible()  # what stands in the element until the script has run
    opened(site, both)
    expect(site.get_by_role("link", name="Ratslotse", exact=True)).not_to_be_visible()
    ask(site, QUESTION)
    expect(site.get_by_role("article")).to_contain_text("910.000 Euro")
    site.get_by_role("button", name=SEARCH).click()
    site.get_by_label("Suchwörter").fill("Mühlbach")
    site.keyboard.press("Enter")
    hit = site.locator(".hits a").first
    assert hit.get_attribute("href").startswith(f"{server}/dokumente/")
    expect(site.locator(".hits mark").first).to_have_text("Mühlbach")
    assert site.evaluate("Object.getOwnPropertyNames(window)") == before
    traces = "[document.cookie, localStorage.length, sessionStorage.length, document.styleSheets.length, "
    traces += "document.adoptedStyleSheets.length, document.querySelectorAll('[style]').length]"
    assert site.evaluate(traces) == ["", 0, 0, 0, 0, 0]
    assert site.context.cookies() == []
    assert complaints == []


def test_d19_a_policy_of_nonces_is_enough_too(site: Page, host: Host, server: str, complaints: list[str]) -> None:
    strict = f"default-src 'none'; script-src 'nonce-abc' 'strict-dynamic'; connect-src {server}; "
    strict += "require-trusted-types-for 'script'; trusted-types 'none'"
    body = PLACED.format(server=server) + tag(server, ' nonce="abc"')
    opened(site, host.html("/nonce", body, strict))
    ask(site, QUESTION)
    expect(site.get_by_role("article")).to_contain_text("910.000 Euro")
    assert complaints == []


def test_d19_before_it_opens_little_is_loaded_and_nothing_waits_for_it(site: Page, host: Host, server: str) -> None:
    loaded: list[int] = []
    site.on("response", lambda response: loaded.append(len(response.body())) if response.url.startswith(server) else None)
    site.goto(placed(host, server, "/weight"), wait_until="networkidle")
    expect(site.get_by_role("button", name=CHAT)).to_be_visible()
    blocking = "performance.getEntriesByType('resource').filter(one => one.renderBlockingStatus === 'blocking').length"
    assert site.evaluate(blocking) == 0
    assert sum(loaded) <= 30_000
    assert len(loaded) <= 6


def test_d3_a_citation_is_a_link_to_the_marked_words_in_a_new_tab(site: Page, host: Host, server: str) -> None:
    opened(site, placed(host, server))
    ask(site, QUESTION)
    link = site.get_by_role("link", name="Quelle 1: Drucksache 2024/017, Seite 1 (neues Fenster)")
    assert (link.get_attribute("rel"), link.get_attribute("target")) == ("noopener", "_blank")
    with site.context.expect_page() as other:
        link.click()
    expect(other.value.locator("#zitat")).to_contain_text("910.000 Euro")
    assert other.value.evaluate("window.opener") is None


def test_c8_c10_that_an_ai_answers_and_the_pages_of_law_are_at_hand(site: Page, host: Host, server: str) -> None:
    opened(site, placed(host, server))
    box = site.get_by_role("region", name=CHAT)
    expect(box.locator(".ai")).to_contain_text("Sie wählt wörtliche Zitate")
    expect(box).to_contain_text(f"Betrieben auf {urlsplit(server).netloc}.")
    for path, name in {
        "hilfe": "Hilfe",
        "ki-hinweis": "KI-Hinweis",
        "datenschutz": "Datenschutz",
        "impressum": "Impressum",
        "barrierefreiheit": "Barrierefreiheit",
    }.items():
        expect(box.get_by_role("link", name=f"{name} (neues Fenster)")).to_have_attribute("href", f"{server}/{path}")
    ask(site, QUESTION)
    expect(site.get_by_role("article")).to_contain_text("Von einer KI ausgewählte Zitate.")


def test_c2_the_keyboard_alone_is_enough_and_escape_leads_back(site: Page, host: Host, server: str) -> None:
    site.goto(placed(host, server))
    button = site.get_by_role("button", name=CHAT)
    expect(button).to_be_visible()
    site.keyboard.press("Tab")
    expect(button).to_be_focused()
    site.keyboard.press("Enter")
    field = site.get_by_label("Ihre Frage", exact=True)
    expect(field).to_be_focused()
    site.keyboard.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    site.keyboard.type(QUESTION)
    site.keyboard.press("Shift+Enter")
    site.keyboard.press("Enter")
    expect(site.get_by_role("article")).to_contain_text("Von einer KI")
    expect(field).to_be_focused()
    for _ in range(3):  # ask, new conversation, source
        site.keyboard.press("Tab")
    expect(site.get_by_role("link", name="Quelle 1")).to_be_focused()
    site.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(field).not_to_be_visible()
    site.keyboard.press("Enter")
    expect(site.get_by_role("article")).to_contain_text("910.000 Euro")


def test_a_follow_up_leans_on_what_was_said_until_a_new_conversation_begins(site: Page, host: Host, server: str) -> None:
    sent: list[dict[str, object]] = []
    site.on("request", lambda request: sent.append(request.post_data_json) if request.method == "POST" else None)
    opened(site, placed(host, server))
    ask(site, "Hallo")
    expect(site.get_by_role("article")).to_contain_text("Von einer KI")
    ask(site, QUESTION)
    expect(site.get_by_role("article")).to_have_count(2)
    expect(site.get_by_role("article").first).to_contain_text("910.000 Euro")
    ask(site, "Und wie viele Plätze?")
    expect(site.get_by_role("article").first).to_contain_text("40 Plätze")
    site.get_by_role("button", name="Neues Gespräch").click()
    expect(site.get_by_role("article")).to_have_count(0)
    ask(site, QUESTION)
    expect(site.get_by_role("article")).to_contain_text("910.000 Euro")
    assert [[turn["question"] for turn in one["history"]] for one in sent] == [[], [], [QUESTION], []]
    assert "910.000 Euro" in sent[2]["history"][0]["answer"]


def test_c3_three_announcements_an_answer_and_the_last_event_replaces_all(site: Page, host: Host, server: str) -> None:
    withdrawn = {"text": "Zurückgezogen.", "citations": [1], "support": "checked", "sources": ANSWER["citations"]}
    scripted(site, host, ("interpretation", {}), ("statement", withdrawn), ("statement", withdrawn), ("final", ANSWER))
    opened(site, placed(host, server))
    site.evaluate(
        """() => {
            const status = document.querySelector("rats-lotse").shadowRoot.querySelector("[role=status]");
            status.said = [];
            new MutationObserver(() => status.said.push(status.textContent)).observe(status, { childList: true });
        }"""
    )
    ask(site, QUESTION)
    turn = site.get_by_role("article")
    expect(turn).to_contain_text("Er kostet 910.000 Euro.")
    expect(turn).not_to_contain_text("Zurückgezogen")
    expect(turn.locator("[aria-busy]")).to_have_count(0)
    said = site.evaluate("document.querySelector('rats-lotse').shadowRoot.querySelector('[role=status]').said")
    assert said[-1] == "Die Antwort ist fertig. Quellen: 1."
    assert len(said) <= 3
    assert site.locator("[aria-live], [role=alert]").count() == 0


def test_b11_b12_hostile_words_stay_words(site: Page, host: Host, server: str, complaints: list[str]) -> None:
    opened(site, placed(host, server))
    ask(site, "Wann wird die Brücke am Weiher erneuert?")
    expect(site.get_by_role("article")).to_contain_text("<script>alert(2)</script>")
    places = [
        "javascript:alert(3)",
        "https://evil.example/",
        "//evil.example/",
        "data:text/html,x",
        "http://[",
        f"{server}.evil.example/",
    ]
    cited = [ANSWER["citations"][0] | {"number": n, "url": url, "quote": EVIL} for n, url in enumerate(places, start=1)]
    statement = {"text": f"Siehe {EVIL} https://evil.example", "citations": [c["number"] for c in cited], "support": "checked"}
    hostile = {"notice": EVIL, "ai_notice": EVIL, "citations": cited, "statements": [statement], "near_misses": cited}
    near = {"near_misses": [miss | {"reason": EVIL} for miss in cited]}
    scripted(site, host, ("final", ANSWER | hostile | near))
    ask(site, f"{EVIL}?")
    turn = site.get_by_role("article").first
    expect(turn.locator(".note")).to_contain_text(EVIL)
    assert turn.locator("a, img, script, iframe").count() == 0
    assert complaints == []


def test_d2_stopped_refused_or_broken_off_the_question_can_be_asked_again(site: Page, host: Host, server: str) -> None:
    opened(site, placed(host, server))
    site.route("**/api/v1/ask*", lambda route: None)  # no answer comes
    ask(site, QUESTION)
    site.get_by_role("button", name="Antwort anhalten").click()
    turn = site.get_by_role("article")
    expect(turn).to_contain_text("Angehalten.")
    expect(site.get_by_label("Ihre Frage", exact=True)).to_be_focused()
    site.unroute("**/api/v1/ask*")
    scripted(site, host, ("error", {"detail": "Unerwarteter Fehler, Nummer 1a2b3c4d."}))
    turn.get_by_role("button", name="Erneut versuchen").click()
    expect(turn).to_contain_text("Fehler: Unerwarteter Fehler, Nummer 1a2b3c4d.")
    site.unroute("**/api/v1/ask*")
    scripted(site, host, ("interpretation", {}))
    turn.get_by_role("button", name="Erneut versuchen").click()
    expect(turn).to_contain_text("Die Verbindung brach ab.")
    site.unroute("**/api/v1/ask*")
    turn.get_by_role("button", name="Erneut versuchen").click()
    expect(turn).to_contain_text("910.000 Euro")
    expect(turn).to_have_count(1)


def test_b22_on_a_site_that_is_not_allowed_it_says_that_it_gets_no_answer(
    site: Page, host: Host, server: str, complaints: list[str]
) -> None:
    address = placed(host, server).replace("localhost", "127.0.0.1")
    opened(site, address)
    ask(site, QUESTION)
    expect(site.get_by_role("article")).to_contain_text("Der Server ist nicht erreichbar.")
    assert any("CORS" in complaint for complaint in complaints)


MEASURED = """() => {
    const host = document.querySelector("rats-lotse"), from = host.getBoundingClientRect();
    return [Math.round(from.width), Math.round(from.height), ...[...host.shadowRoot.querySelectorAll("*")].map(element => {
        const box = element.getBoundingClientRect(), look = getComputedStyle(element);
        const place = [box.left - from.left, box.top - from.top, box.width, box.height];
        if (!element.checkVisibility()) return element.tagName;
        return [element.tagName, ...place.map(Math.round), look.color, look.fontSize, look.direction, look.opacity].join(" ");
    })];
}"""
MOVED = "Promise.all(document.getAnimations().map(one => one.finished)).then(() => {})"  # what the page moves is at its end
SURROUNDINGS = """() => [...document.querySelectorAll("main, h1, p, table, button, .slot")].map(element => {
    const box = element.getBoundingClientRect(), look = getComputedStyle(element);
    const place = [box.left + scrollX, box.top + scrollY, box.width, box.height].map(Math.round);
    return element.checkVisibility() ? [element.tagName, ...place, look.color, look.font].join(" ") : element.tagName;
})"""
BESIDE = """<main class="entry-content frame"><h1>Kreistag</h1><p class="quiet error">Absatz</p>
<table><tr><td>Zelle</td></tr></table><button class="box">Knopf</button></main><div class="slot">{element}</div>"""
# Out of the page's flow, and always as wide: what happens between boxes of a page is the page's own affair.
SLOT = "html .slot { all: initial !important; position: absolute !important; top: 3000px !important; width: 600px !important }"


def measured(page: Page, host: Host, server: str, css: str) -> list[str]:
    """The widget's inside with an answer. What stands beside it must be as without it."""
    page.goto("about:blank")
    head = host.style("/theme.css", css) + host.style("/slot.css", SLOT)
    bare = host.html("/bare", BESIDE.format(element=""), policy(server), head)
    page.goto(bare)
    page.evaluate(MOVED)
    alone = page.evaluate(SURROUNDINGS)
    body = BESIDE.format(element="<rats-lotse></rats-lotse>") + tag(server)
    page.goto(host.html("/themed", body, policy(server), head))
    page.evaluate("customElements.whenDefined('rats-lotse')")
    page.locator("rats-lotse .opener").evaluate("button => button.click()")
    expect(page.locator("rats-lotse .box > .quiet")).to_contain_text("Durchsucht")
    page.locator("rats-lotse textarea").evaluate(f"field => {{ field.value = {QUESTION!r}; field.form.requestSubmit(); }}")
    expect(page.locator("rats-lotse .turn")).to_contain_text("Von einer KI")
    page.evaluate(MOVED)
    beside = [line for line in page.evaluate(SURROUNDINGS) if not line.startswith("DIV")]
    assert beside == [line for line in alone if not line.startswith("DIV")]
    return page.evaluate(MEASURED)


@pytest.fixture(scope="module")
def calm(browser: Browser, host: Host, server: str) -> list[str]:
    """The widget's inside on a page without any style of its own."""
    context = browser.new_context(locale="de-DE", viewport={"width": 900, "height": 900})
    inside = measured(context.new_page(), host, server, "")
    context.close()
    return inside


@pytest.mark.parametrize("name", HOSTILE)
def test_d19_no_style_of_the_page_gets_in_and_none_gets_out(
    name: str, browser: Browser, host: Host, server: str, calm: list[str]
) -> None:
    assert len(HOSTILE) >= 20
    context = browser.new_context(locale="de-DE", viewport={"width": 900, "height": 900})
    assert measured(context.new_page(), host, server, HOSTILE[name]) == calm
    context.close()


def test_c4_the_page_s_colour_is_taken_if_it_can_be_read(site: Page, host: Host, server: str) -> None:
    def colours(css: str, scheme: str = "light") -> tuple[str, str]:
        site.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        site.goto("about:blank")
        site.goto(placed(host, server, "/colours", host.style("/colour.css", f"main{{{css}}}")))
        button = site.get_by_role("button", name=CHAT)
        look = button.evaluate("one => [getComputedStyle(one).backgroundColor, getComputedStyle(one).color]")
        return look[0], look[1]

    built_in = ("rgb(23, 72, 107)", "rgb(255, 255, 255)")
    assert colours("") == built_in
    assert colours("--ratslotse-accent: #7a1f5c") == ("rgb(122, 31, 92)", "rgb(255, 255, 255)")
    for unreadable in ("yellow", "#999", "rgb(0 0 0 / 50%)", "var(--none)", "red; url(x)", "expression(1)"):
        assert colours(f"--ratslotse-accent: {unreadable}") == built_in
    in_the_dark = colours("--ratslotse-accent: #7a1f5c; --ratslotse-accent-dark: #f0a6d6", "dark")
    assert in_the_dark == ("rgb(240, 166, 214)", "rgb(12, 27, 40)")
    assert colours("--ratslotse-accent-dark: #222", "dark") == colours("", "dark")


def test_shortcuts_of_the_page_take_no_letter_typed_here(site: Page, host: Host, server: str) -> None:
    opened(site, placed(host, server))
    site.evaluate("document.addEventListener('keydown', event => { if (event.key !== 'Tab') event.preventDefault(); })")
    site.keyboard.type("k/?")
    expect(site.get_by_label("Ihre Frage", exact=True)).to_have_value("k/?")


@pytest.mark.parametrize("language", ["de", "en"])
def test_c1_c4_every_state_is_accessible(site: Page, host: Host, server: str, language: str) -> None:
    chat, search = (CHAT, SEARCH) if language == "de" else ("Ask the council documents", "Search the council documents")
    elements = "".join(f'<rats-lotse mode="{mode}" language="{language}"></rats-lotse>' for mode in ("chat", "search"))
    site.goto(placed(host, server, "/axe", body=f"<main><h1>Kreistag</h1>{elements}</main>"))
    expect(site.get_by_role("button", name=chat)).to_be_visible()
    check(site)
    site.get_by_role("button", name=chat).click()
    field = site.locator("textarea")
    expect(site.locator(".box .ai")).to_contain_text(". ")
    site.keyboard.press("Enter")
    check(site)
    field.fill(QUESTION)
    site.keyboard.press("Enter")
    turn = site.get_by_role("article")
    expect(turn.first).to_contain_text("910.000 Euro")
    field.fill("Wie hoch ist der Mount Everest?")
    site.keyboard.press("Enter")
    expect(turn).to_have_count(2)
    expect(turn.first.locator(".near")).to_be_visible()
    scripted(site, host, ("error", {"detail": "Unerwarteter Fehler."}))
    field.fill(QUESTION)
    site.keyboard.press("Enter")
    expect(turn.first.locator(".error")).to_be_visible()
    scripted(site, host, ("final", ANSWER))
    field.fill(QUESTION)
    site.keyboard.press("Enter")
    turn.first.locator("summary").click()
    site.get_by_role("button", name=search).click()
    site.get_by_role("searchbox").fill("Mühlbach")
    site.keyboard.press("Enter")
    expect(site.locator(".hits")).to_be_visible()
    check(site)
    site.set_viewport_size({"width": 320, "height": 640})
    assert site.evaluate("document.documentElement.scrollWidth") <= 320
    targets = site.locator("rats-lotse").locator("a, button, summary, textarea, input")
    sizes = targets.evaluate_all("all => all.map(one => one.getBoundingClientRect().height).filter(height => height > 0)")
    assert min(sizes) >= 24


def test_d19_a_frame_needs_no_script_of_the_page(site: Page, host: Host, server: str, complaints: list[str]) -> None:
    frame = f'<h1>Kreistag</h1><iframe src="{server}/einbetten" title="Fragen" width="600" height="600"></iframe>'
    address = host.html("/frame", frame, f"default-src 'none'; frame-src {server}")
    site.goto(address)
    inside = site.frame_locator("iframe")
    expect(inside.locator(".box .ai")).to_contain_text("Sie wählt wörtliche Zitate")
    inside.get_by_role("textbox", name="Ihre Frage").fill(QUESTION)
    inside.get_by_role("button", name="Frage stellen").click()
    expect(inside.get_by_role("article")).to_contain_text("910.000 Euro")
    assert complaints == []
    site.goto(address.replace("localhost", "127.0.0.1"))  # a site that is not allowed
    assert any("frame-ancestors" in complaint for complaint in complaints)
    expect(site.frame_locator("iframe").locator("rats-lotse")).to_have_count(0)


def test_c5_a_frame_without_scripts_is_a_form(browser: Browser, host: Host, server: str) -> None:
    context = browser.new_context(locale="de-DE", java_script_enabled=False)
    page = context.new_page()
    page.goto(host.html("/frame", f'<iframe src="{server}/einbetten" title="Fragen"></iframe>', f"frame-src {server}"))
    inside = page.frame_locator("iframe")
    inside.get_by_label("Ihre Frage").fill(QUESTION)
    with context.expect_page() as other:
        inside.get_by_role("button", name="Frage stellen").click()
    expect(other.value.locator("#antwort")).to_contain_text("910.000 Euro")
    context.close()


def test_the_demonstration_runs(site: Page, host: Host, server: str, complaints: list[str]) -> None:
    html = (ROOT / "docs" / "widget-demo.html").read_text(encoding="utf-8")
    css = (ROOT / "docs" / "widget-demo.css").read_text(encoding="utf-8")
    host.style("/widget-demo.css", css)
    host.pages["/demo"] = ("text/html", html.replace("http://127.0.0.1:8000", server), "")
    site.goto(f"{host.address}/demo")
    site.get_by_role("button", name=CHAT).click()
    ask(site, QUESTION)
    expect(site.get_by_role("article")).to_contain_text("910.000 Euro")
    expect(site.get_by_role("button", name=SEARCH)).to_be_visible()
    assert complaints == []
