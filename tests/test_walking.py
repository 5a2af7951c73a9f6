"""A list is paged through while the index is renewed: complete, without doubles, without what was withdrawn.

Full run: tests/long/walks.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from indexer.build import build
from service.app import create_app
from service.settings import ServiceSettings

BRIDGES = 24
QUERIES = ({"q": "Brücke"}, {"q": "Brücke Mühlbach", "sort": "date"}, {"date_from": "2020-01-01"}, {"q": "jahr:2024 Brücke"})


class Papers:
    """A folder of papers on bridges, its index, and a client of a service over it."""

    def __init__(self, root: Path) -> None:
        self.source = root / "papiere"
        self.source.mkdir()
        self.settings = ServiceSettings(index=root / "index", encoder="hash")
        for number in range(BRIDGES):
            self.write(number)
        self.publish()
        self.client = TestClient(create_app(self.settings))

    def write(self, number: int, words: str = "") -> None:
        day = f"{1 + number % 28:02}.05.{2023 + number % 2}"
        told = f"Die Brücke {number} am Mühlbach wird {words or 'im Herbst'} erneuert. {'Holz ' * number}"
        text = f"Landkreis Musterbach\n\nDatum: {day}\n\n{told}"
        (self.source / f"{number}.txt").write_text(text, encoding="utf-8")

    def publish(self) -> None:
        build(self.settings, [self.source])

    def withdraw(self, number: int) -> None:
        (self.source / f"{number}.txt").unlink()

    def pages(self, query: dict[str, str], limit: int = 3) -> Iterator[dict[str, object]]:
        cursor: dict[str, str] = {}
        while True:
            response = self.client.get("/api/v1/search", params=query | {"limit": str(limit)} | cursor)
            assert response.status_code == 200, response.text
            page = response.json()
            yield page
            if page["next"] is None:
                return
            cursor = {"cursor": page["next"]}

    def walk(self, query: dict[str, str]) -> list[str]:
        return [name for page in self.pages(query) for name in names(page)]


def names(page: dict[str, object]) -> list[str]:
    """The files of a page's hits, those that hits stand for too."""
    hits = page["hits"]
    assert isinstance(hits, list)
    return [one["document"]["file_name"] for hit in hits for one in (hit, *hit["alike"])]


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    return Papers(tmp_path)


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_d20_a_walk_goes_on_over_new_generations_without_what_was_withdrawn(papers: Papers, query: dict[str, str]) -> None:
    before = papers.walk(query)
    pages = papers.pages(query)
    first = next(pages)
    rest = [name for name in before if name not in names(first)]
    papers.withdraw(int(rest[0].partition(".")[0]))
    papers.write(int(rest[2].partition(".")[0]), "doch nicht")
    for number in range(BRIDGES, BRIDGES + 5):  # they come first now in one order or another
        papers.write(number)
    papers.publish()
    second = next(pages)
    last = [name for name in rest if name not in (rest[0], rest[2], *names(second))][-1]
    papers.withdraw(int(last.partition(".")[0]))
    papers.publish()
    seen = names(first) + names(second) + [name for page in pages for name in names(page)]
    changed = {rest[0], rest[2], last}
    assert len(seen) == len(set(seen)), "a double"
    assert set(before) - changed <= set(seen), "not complete"
    assert not changed & set(seen), "withdrawn or changed, and yet shown"
    assert second["generation"] == "public/000002"


def test_counts_of_a_walk_are_those_of_what_is_still_there(papers: Papers) -> None:
    pages = papers.pages({"q": "Brücke"})
    total = next(pages)["total"]
    for number in (3, 4):
        papers.withdraw(number)
    papers.publish()
    second = next(pages)
    assert second["total"] <= total
    facets = second["facets"]
    assert isinstance(facets, dict)
    assert sum(year["count"] for year in facets["year"]) <= BRIDGES - 2


def test_a_walk_that_began_long_ago_is_told_to_begin_anew(papers: Papers, monkeypatch: pytest.MonkeyPatch) -> None:
    page = next(papers.pages({"q": "Brücke"}))
    monkeypatch.setattr("service.library._WALKS", -1.0)
    papers.withdraw(3)
    papers.publish()
    response = papers.client.get("/api/v1/search", params={"q": "Brücke", "cursor": str(page["next"])})
    assert (response.status_code, response.json()["type"]) == (410, "urn:ratslotse:problem:cursor_expired")
