"""Names of bodies as they stand in questions: inside longer names, before streets, as ordinary words, of town and county."""

from __future__ import annotations

import pytest

from service.bodynames import BodyNames, short_name

BODIES = (
    "Stadt Bad Homburg",
    "Stadt Homburg",
    "Kreisstadt Neunkirchen",
    "Landkreis Neunkirchen",
    "Universitäts- und Hansestadt Greifswald",
    "Stadt Singen",
    "Stadt Landau",
    "Stadt Grünhausen",
    "Gemeinde Altmünchen",
)


@pytest.fixture(scope="module")
def names(make_index, make_document) -> BodyNames:
    papers = [make_document(f"papier {n}", "Der Radweg wird gebaut.", body=body) for n, body in enumerate(BODIES)]
    return BodyNames(make_index(papers))


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("Kitas in Bad Homburg", {"Stadt Bad Homburg"}),
        ("Kitas in Homburg", {"Stadt Homburg"}),
        ("Was plant die Stadt Neunkirchen?", {"Kreisstadt Neunkirchen"}),
        ("Was plant der Landkreis Neunkirchen?", {"Landkreis Neunkirchen"}),
        ("Was plant das Landratsamt Neunkirchen?", {"Landkreis Neunkirchen"}),
        ("Was plant Neunkirchen?", {"Kreisstadt Neunkirchen", "Landkreis Neunkirchen"}),
        ("Was plant Greifswald?", {"Universitäts- und Hansestadt Greifswald"}),
        ("Wer soll beim Fest singen?", set()),
        ("was plant singen?", {"Stadt Singen"}),
        ("Was plant Singen?", {"Stadt Singen"}),
        ("Wann wird die Landauer Straße saniert?", set()),
        ("Der Landauer Stadtrat", {"Stadt Landau"}),
        ("Was kostet das Grünhauser Freibad?", {"Stadt Grünhausen"}),
        ("Die Altmünchner Vereine", {"Gemeinde Altmünchen"}),
        ("Der Altmuenchner Rat", {"Gemeinde Altmünchen"}),
        ("Eine Singer Nähmaschine", set()),  # "Singen" is too short to lose its "en"
    ],
)
def test_the_bodies_that_a_text_names(names: BodyNames, text: str, bodies: set[str]) -> None:
    assert {body for named in names.named(text) for body in named.bodies} == bodies


@pytest.mark.parametrize(
    ("body", "short"),
    [
        ("Landkreis Altmoor (Leine)", "Altmoor"),
        ("Stadt Bad Homburg", "Bad Homburg"),
        ("Große Kreisstadt Rottal", "Rottal"),
        ("Universitäts- und Hansestadt Greifswald", "Greifswald"),
        ("Darmstadt", "Darmstadt"),
    ],
)
def test_the_name_that_people_use(body: str, short: str) -> None:
    assert short_name(body) == short
