"""The operator's page in a real browser, which says by itself where a form comes from."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from indexer.build import build
from service.settings import ServiceSettings

pytestmark = pytest.mark.browser

PASSWORD = "Wort des Betriebs"


@pytest.mark.parametrize("javascript", [True, False])
def test_the_operator_finds_a_failure_on_a_phone_and_has_it_tried_again(
    browser: Browser, tmp_path: Path, folder: Path, write, serve, javascript: bool
) -> None:
    write(folder, {"Niederschrift_der_Sitzung_des_Jugendhilfeausschusses_vom_2024-05-03.pdf": b"%PDF-1.7 nonsense"})
    settings = ServiceSettings(index=tmp_path / "index", encoder="hash", operator_password=PASSWORD)
    build(settings, [folder])
    with serve(settings) as address:
        context = browser.new_context(
            base_url=address,
            locale="de-DE",
            viewport={"width": 320, "height": 640},
            java_script_enabled=javascript,
            http_credentials={"username": "betrieb", "password": PASSWORD},
        )
        page = context.new_page()
        page.goto("/betrieb")
        expect(page.get_by_role("heading", name="Beschädigt: 1 Datei, nicht lesbar")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.get_by_role("button", name="Erneut versuchen").click()
        expect(page.get_by_role("status")).to_contain_text("vorgemerkt: 1 Datei")
        expect(page.get_by_role("button", name="Erneut versuchen")).to_have_count(0)
        context.close()
