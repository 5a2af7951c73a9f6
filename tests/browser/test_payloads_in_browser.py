"""B11: harmful texts in a real browser, a sample; tests/long/payloads.py opens five hundred."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hosts import hosting
from playwright.sync_api import Browser, BrowserContext

from tests.payloads import payloads
from tests.sinks import PASSWORD, Opened, Sink, Site, hostile_site, sinks

pytestmark = pytest.mark.browser


TEXTS = payloads(500)[3::63]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with hosting() as host, hostile_site(tmp_path_factory.mktemp("hostile"), TEXTS, host.address) as running:
        host.html("/", f'<rats-lotse></rats-lotse><script type="module" src="{running.address}/widget.js"></script>')
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="de-DE", http_credentials={"username": "betrieb", "password": PASSWORD})
    yield opened
    opened.close()


def test_b11_what_strangers_write_stays_text_wherever_it_is_shown(site: Site, context: BrowserContext) -> None:
    found = list(sinks(site, context))
    assert {sink.name: sink.complaints for sink in found if sink.complaints} == {}
    assert [sink.name for sink in found if not sink.shown] == []


def test_b11_texts_that_became_markup_would_be_noticed(site: Site, context: BrowserContext) -> None:
    opened, sink = Opened(site, context), Sink("unescaped")
    opened.open_raw("".join(f"<p>{text}</p>" for text in payloads(60)))
    opened.look(sink, TEXTS)
    kinds = {complaint.partition(" ")[0] for complaint in sink.complaints}
    assert {"dialog", "request", "markup"} <= kinds
