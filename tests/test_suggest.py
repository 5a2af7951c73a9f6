"""Suggestions while typing and other spellings: from the public documents alone, and only where they lead to something."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.build import build
from indexer.domain import Consultation
from indexer.filters import ANY, Filters
from indexer.generation import Generation
from service.app import create_app
from service.settings import ServiceSettings
from service.spelling import respelled
from service.suggesting import MOST, Suggester


@pytest.fixture(scope="module")
def generation(make_document, make_index) -> Generation:
    steps = (Consultation("Ausschuss für Jugend und Soziales"),)
    papers = [
        make_document(
            "1.txt",
            "Die Straße am Bach wird saniert. Der Jugendhilfeausschuss berät. Die Kindertagesstätte öffnet.",
            name='Ausbau der "Kindertagesstätten"',
            reference="2024/017",
            consultations=steps,
        ),
        make_document(
            "2.txt", "Der Jugendhilfeausschuss tagt in der Straße. Gebühren steigen.", reference="2024/018", name="Sitzung"
        ),
        make_document(
            "3.txt", "Gebühren für die Kindertagesstätte.", name="Gebühren", reference="DS 33/2023", body="Stadt Aurental"
        ),
    ]
    return make_index(papers)


@pytest.mark.parametrize(
    ("typed", "text", "kind"),
    [
        ("2024/0", "2024/017", "number"),
        ("ds 2024/01", "2024/018", "number"),
        ("24/17", "2024/017", "number"),
        ("33", "DS 33/2023", "number"),
        ("ausb", "Ausbau der Kindertagesstätten", "paper"),
        ("KINDER", "Ausbau der Kindertagesstätten", "paper"),  # at any word of a title
        ("kindertagesst", "Ausbau der Kindertagesstätten", "paper"),
        ("soz", "Ausschuss für Jugend und Soziales", "organization"),
        ("stras", "Straße", "word"),  # as the documents print it
        ("gebüh", "Gebühren", "paper"),
        ("neue stras", "neue Straße", "word"),
    ],
)
def test_d12_suggestions_begin_like_what_is_typed(generation: Generation, typed: str, text: str, kind: str) -> None:
    found = [(one.text, one.kind) for one in Suggester(generation).suggestions(typed)]
    assert (text, kind) in found
    assert len({one.casefold() for one, _ in found}) == len(found) <= MOST


@pytest.mark.parametrize("typed", ["", " ", "-", "a", "xyz", "Straße", "§ 17"])
def test_nothing_is_suggested_where_nothing_begins_so(generation: Generation, typed: str) -> None:
    assert Suggester(generation).suggestions(typed) == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_may_be_typed(generation: Generation, typed: str) -> None:
    assert len(Suggester(generation).suggestions(typed)) <= MOST


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Jugendhilfeauschuss", "Jugendhilfeausschuss"),
        ("Sitzung im Jugenthilfeausschuss 2024", "Sitzung im Jugendhilfeausschuss 2024"),
        ("strase", "Straße"),
        ('"Gebüren" UND Kita', '"Gebühren" UND Kita'),
    ],
)
def test_an_unknown_word_is_offered_as_the_documents_spell_it(generation: Generation, typed: str, meant: str) -> None:
    assert respelled(generation, typed, ANY) == meant


@pytest.mark.parametrize(
    "typed", ["Jugendhilfeausschuss", "Strassen", "Raumfahrtprogramm", "bus", "2024/107", "the streets are gebüren"]
)
def test_no_other_spelling_is_offered_for_what_is_known_or_like_nothing(generation: Generation, typed: str) -> None:
    assert respelled(generation, typed, ANY) is None


def test_a_spelling_that_would_find_nothing_within_the_filters_is_not_offered(generation: Generation) -> None:
    assert respelled(generation, "Jugendhilfeauschuss", Filters(body=("Stadt Aurental",))) is None
    assert respelled(generation, "Gebüren", Filters(body=("Stadt Aurental",))) == "Gebühren"


def test_b1_words_of_papers_that_are_not_public_are_never_suggested(tmp_path: Path, write) -> None:
    write(
        tmp_path / "papiere",
        {
            "offen.md": "# Ausbau der Buslinie\n\nDrucksachen-Nr.: 2024/1\n\nDie Buslinie wird ausgebaut.",
            "geheim.md": "# Ausbildung der Zylinderkopfdichtung\n\nDrucksachen-Nr.: 2024/199\n\nZylinderkopfdichtung.",
            "geheim.toml": "public = false\n",
        },
    )
    settings = ServiceSettings(index=tmp_path / "index", encoder="hash")
    build(settings, [tmp_path / "papiere"])
    client = TestClient(create_app(settings))
    for typed in ("ausb", "zyl", "2024/1", "zylinderkopfdichtun"):
        told = (
            client.get("/api/v1/suggest", params={"q": typed}).text + client.get("/suche/vorschlaege", params={"q": typed}).text
        )
        assert "199" not in told
        assert 'dichtung"' not in told.lower()
        assert "Zylinderkopfdichtung" not in client.get("/suche", params={"q": f"{typed} x"}).text
    assert client.get("/api/v1/suggest", params={"q": "ausb"}).json()["suggestions"][0] == {
        "text": "Ausbau der Buslinie",
        "kind": "paper",
    }


def test_browsers_get_suggestions_in_their_own_form(built) -> None:
    client = TestClient(create_app(ServiceSettings(**built.settings.model_dump())))
    response = client.get("/suche/vorschlaege", params={"q": "2024/0"})
    assert response.headers["content-type"] == "application/x-suggestions+json"
    assert response.json() == ["2024/0", ["2024/017"]]


def test_a_title_without_spaces_is_cut_too(make_document, make_index) -> None:
    generation = make_index([make_document("a.txt", "Der Plan.", name="Haushaltsplan_" * 30)])
    assert [len(one.text) for one in Suggester(generation).suggestions("haushaltsplan") if one.kind == "paper"] == [120]


def test_nobody_waits_while_the_suggestions_of_an_index_are_made(generation: Generation, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(ServiceSettings(index=generation.where.parents[2], encoder="hash"))
    client, begun, go_on = TestClient(app), threading.Event(), threading.Event()

    def slow(made_from: Generation) -> Suggester:
        begun.set()
        go_on.wait(60)
        return Suggester(made_from)

    monkeypatch.setattr("service.library.Suggester", slow)
    ask = partial(client.get, "/api/v1/suggest", params={"q": "stras"})
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask)
        begun.wait(60)
        assert ask().json() == {"suggestions": []}
        assert client.get("/suche/vorschlaege", params={"q": "stras"}).json() == ["stras", []]
        go_on.set()
        assert first.result(60).json()["suggestions"]
    assert ask().json() == first.result().json()
