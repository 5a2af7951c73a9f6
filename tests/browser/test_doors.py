"""The same outcome, citations and ranking through every door; benchmarks/doors.py asks fifty questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from benchmarks.doors import UNLIMITED, asking, differences, searching
from service.settings import ServiceSettings
from tests.serving import serving

QUESTIONS = [
    "Welche Handlungsfelder hat Konstanz priorisiert?",
    "Which Handlungsfelder has Konstanz prioritised?",
    "Wurde die Drucksache 2024/117 beschlossen?",
    "Wie viele Straßenbahnen fahren im Landkreis Rotenburg (Wümme)?",
    "Guten Tag!",
]


@pytest.fixture(scope="module")
def site(sample_index: Path) -> Iterator[str]:
    with serving(ServiceSettings(index=sample_index, rates=UNLIMITED)) as address:
        yield address


def test_every_door_gives_the_same_answers(page: Page, site: str) -> None:
    assert {name: wrong for name, wrong in differences(asking(page), site, QUESTIONS).items() if wrong} == {}


def test_every_door_ranks_alike(page: Page, site: str) -> None:
    words = ["Sozialplanung Pflege", "2024/117", "Frauenhaus"]
    assert {name: wrong for name, wrong in differences(searching(page), site, words).items() if wrong} == {}
