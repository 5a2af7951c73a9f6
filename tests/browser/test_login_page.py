"""Logging in and out as people do it: the way there and back, what the pages say meanwhile, and what is left afterwards."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from accessibility import FORCED, LIGHT, check
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from service.app import create_app
from service.settings import ServiceSettings
from tests.conftest import Guarded
from tests.oidc_server import CLIENT, SECRET, running

pytestmark = pytest.mark.browser

QUESTION = "Was kostet der Plan Karmesin?"


@pytest.fixture
def visit(browser: Browser, guarded: Guarded, tmp_path: Path) -> Iterator[tuple[Page, FastAPI]]:
    """A browser before a service that has a provider to log in at."""
    with socket.create_server(("127.0.0.1", 0)) as listener, running() as provider:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = ServiceSettings(
            index=guarded.index,
            encoder="hash",
            state=tmp_path,
            roles=guarded.roles,
            public_url=address,
            share_days=7,
            oidc_issuer=provider.address,
            oidc_client_id=CLIENT,
            oidc_client_secret=SECRET,
            login_roles={"Amt": "verwaltung"},
        )
        app = create_app(settings)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", proxy_headers=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        context = browser.new_context(base_url=address, locale="de-DE", reduced_motion="reduce")
        yield context.new_page(), app
        context.close()
        server.should_exit = True
        thread.join(10)


def test_a_login_that_ends_during_a_conversation_is_told_and_the_question_is_kept(visit: tuple[Page, FastAPI]) -> None:
    reader, app = visit
    reader.goto("/")
    reader.get_by_role("link", name="Anmelden").click()
    expect(reader.get_by_role("region", name="Ihre Anmeldung")).to_be_visible()
    reader.get_by_label("Ihre Frage").fill(QUESTION)
    app.state.access.sessions._tables.transact(lambda tables: tables.run("DELETE FROM sessions"))
    reader.get_by_role("button", name="Frage stellen").click()
    expect(reader.get_by_role("heading", name="Ihre Anmeldung ist beendet")).to_be_visible()
    assert reader.context.cookies() == []
    reader.get_by_role("link", name="Zur Startseite").click()
    expect(reader.get_by_label("Ihre Frage")).to_have_value(QUESTION)


def test_logging_in_and_out(visit: tuple[Page, FastAPI]) -> None:
    reader, _ = visit
    reader.goto("/suche?q=Karmesin")
    assert reader.context.cookies() == []  # C13
    reader.get_by_role("link", name="Anmelden").click()
    strip = reader.get_by_role("region", name="Ihre Anmeldung")
    expect(strip).to_contain_text("Angemeldet: maria (Rolle: verwaltung). Sie sehen auch nicht öffentliche Unterlagen.")
    assert reader.url.endswith("/suche?q=Karmesin")
    expect(reader.get_by_role("link", name="Plan Karmesin").first).to_be_visible()
    assert [cookie["name"] for cookie in reader.context.cookies()] == ["ratslotse"]
    assert reader.evaluate("document.cookie") == ""

    reader.goto("/")
    reader.get_by_label("Ihre Frage").fill(QUESTION)
    reader.get_by_role("button", name="Frage stellen").click()
    reader.locator("#antwort .origin").wait_for()
    expect(reader.get_by_text("Diese Antwort lässt sich nicht teilen")).to_be_visible()
    check(reader, [LIGHT, FORCED], "logged in")

    strip.get_by_role("button", name="Abmelden").click()
    expect(reader.get_by_role("heading", name="Sie sind abgemeldet")).to_be_visible()
    check(reader, [LIGHT], "logged out")
    assert reader.context.cookies() == []
    reader.go_back()
    reader.wait_for_load_state("networkidle")
    expect(reader.get_by_role("link", name="Anmelden")).to_be_visible()
    assert "Karmesin" not in reader.locator("main").inner_text()
    assert reader.get_by_label("Ihre Frage").input_value() == ""
