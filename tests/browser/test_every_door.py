"""The same outcome, citations and ranking through every door; benchmarks/doors.py asks fifty questions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from benchmarks.doors import UNLIMITED, asking, differences, searching
from service.settings import ServiceSettings
from tests.conftest import Built
from tests.serving import serving

QUESTIONS = ["Wie oft fährt die Buslinie 7?", "Wie viele Straßenbahnen fahren in Musterbach?", "Guten Tag!"]


@pytest.fixture(scope="module")
def site(built: Built) -> Iterator[str]:
    with serving(ServiceSettings(index=built.settings.index, encoder="hash", rates=UNLIMITED)) as address:
        yield address


def test_every_door_gives_the_same_answers(page: Page, site: str) -> None:
    assert {name: wrong for name, wrong in differences(asking(page), site, QUESTIONS).items() if wrong} == {}


def test_every_door_ranks_alike(page: Page, site: str) -> None:
    words = ["Kita Kosten", "2024/017"]
    assert {name: wrong for name, wrong in differences(searching(page), site, words).items() if wrong} == {}
