"""A running service over the sample corpus and a headless Chromium. Skips, saying so, where there is no browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from states import BUS, Site

import service.library
from service.settings import ServiceSettings
from tests.conftest import Built
from tests.llm_server import running
from tests.serving import serving
from tests.test_asking import Echo

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


Serve = Callable[[ServiceSettings], AbstractContextManager[str]]


@pytest.fixture(scope="session")
def serve() -> Serve:
    """``with serve(settings) as address``: a running service."""
    return serving


@pytest.fixture(scope="session")
def address(sample_index: Path, serve: Serve) -> Iterator[str]:
    """Where the service over the sample corpus listens."""
    with serve(ServiceSettings(index=sample_index)) as listening:
        yield listening


@pytest.fixture(scope="module")
def site(built: Built, serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A service over the small papers with all that can be switched on: states.py walks through it."""
    with running() as model, pytest.MonkeyPatch.context() as patch:
        patch.setattr(service.library, "Writer", Echo)
        patch.setattr(service.library.Library, "examples", lambda *_: (BUS,))
        settings = ServiceSettings(
            index=built.settings.index,
            encoder="hash",
            llm_url=model.url,
            llm_model="muster-7b",
            state=tmp_path_factory.mktemp("zustand"),
            share_days=7,
            feedback=True,
        )
        with serve(settings) as address:
            yield Site(address, model)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("no Chromium here: install it with 'apt-get install chromium'")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of, and requests that left this machine."""
    return []


@pytest.fixture(params=[True, False], ids=["with-js", "without-js"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str, complaints: list[str]) -> Iterator[Page]:
    """A German reader's page; everything must work with and without JavaScript."""
    context = browser.new_context(base_url=address, locale="de-DE", java_script_enabled=request.param)
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda sent: None if sent.url.startswith(address) else complaints.append(sent.url))
    yield opened
    context.close()
