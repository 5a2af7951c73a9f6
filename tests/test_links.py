"""How papers hang together: numbers as links in both directions, versions, results told by minutes, Anlagen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from indexer import links
from indexer.build import build
from indexer.domain import Consultation, Document, Resolution
from indexer.generation import Generation, paper_id
from indexer.settings import Settings
from indexer.store import PUBLIC, Collection

BODY = "Landkreis Musterbach"


def document(make_document, identifier: str, text: str = "Ein Satz über die Sache.", /, **fields: object) -> Document:
    made: Document = make_document(identifier, text, **({"body": BODY} | fields))
    return made


def group(generation: Generation, number: str, body: str = BODY) -> list[Document]:
    of_number = [d for d in generation.documents() if d.paper.reference == number and d.paper.body == body]
    return generation.documents("paper_id = ?", [paper_id(of_number[0])])


@pytest.fixture
def made(make_index, make_document) -> Generation:
    kreistag = Consultation("Kreistag", date(2024, 6, 3))
    return make_index(
        [
            document(
                make_document,
                "vorlage",
                name="Pflegeplan",
                reference="2024/017",
                paper_type="Beschlussvorlage",
                consultations=(replace(kreistag, role="Entscheidung"),),
                related=("23/101", "2024/099"),
                date=date(2024, 5, 3),
            ),
            document(make_document, "alt", name="Pflegebericht", reference="2023/101", paper_type="Mitteilungsvorlage"),
            document(make_document, "anlage", name="Tabelle", reference="2024/017", paper_type="Anlage", related=("2023/101",)),
            document(
                make_document,
                "minutes",
                name="Niederschrift",
                paper_type="Niederschrift",
                related=("2024/017", "2024/018"),
                resolutions=(
                    Resolution("2024/017", replace(kreistag, result="einstimmig beschlossen", agenda_item="5")),
                    Resolution("2024/018", replace(kreistag, result="abgelehnt", agenda_item="6")),
                ),
            ),
            document(make_document, "anderswo", reference="2023/101", body="Stadt Beispielheim", related=("2024/017",)),
        ]
    )


def test_numbers_lead_to_the_papers_of_the_same_body_and_back(made: Generation) -> None:
    found = links.references(made, group(made, "2024/017"))
    assert [(link.number, link.paper.title if link.paper else None) for link in found] == [
        ("23/101", "Pflegebericht"),
        ("2024/099", None),
    ]
    assert [d.title for d in links.referenced_by(made, group(made, "2023/101"))] == ["Pflegeplan"]
    assert links.referenced_by(made, group(made, "2023/101", "Stadt Beispielheim")) == []


def test_minutes_name_the_paper_and_give_it_its_own_result(made: Generation) -> None:
    paper = group(made, "2024/017")
    assert [d.title for d in links.referenced_by(made, paper)] == ["Niederschrift"]
    assert links.consultations(made, paper) == [
        Consultation("Kreistag", date(2024, 6, 3), role="Entscheidung", result="einstimmig beschlossen", agenda_item="5")
    ]


def test_the_vorlage_speaks_for_the_paper_not_its_anlage_or_minutes(made: Generation) -> None:
    assert links.main_document(group(made, "2024/017")).title == "Pflegeplan"


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        (("2024/050", "2024/050/1", "2024/050/2"), ["2024/050", "2024/050/1", "2024/050/2"]),
        (("DS 4/2024", "DS 4/2024 1. Ergänzung", "DS 4/2024 2. Ergänzung"), None),
        (("253130", "253130-02"), None),
        (("2024/050", "2024/051"), []),
        (("2021-26/12", "2021-26/13"), []),
    ],
)
def test_parts_of_a_number_are_versions(make_index, make_document, numbers: tuple[str, ...], shown: list[str] | None) -> None:
    made = make_index([document(make_document, n, reference=n, paper_type="Beschlussvorlage") for n in reversed(numbers)])
    for number in numbers:
        found = links.versions(made, group(made, number))
        assert [v.paper.paper.reference for v in found] == (list(numbers) if shown is None else shown)
        assert [v.newest for v in found] == [False] * (len(found) - 1) + [True] * bool(found)


def test_an_amendment_with_a_part_of_the_number_is_no_version(make_index, make_document) -> None:
    motion = document(make_document, "a", reference="24/0457", paper_type="Antrag")
    amendment = document(make_document, "b", reference="24/0457-1", paper_type="Änderungsantrag")
    made = make_index([motion, amendment])
    assert links.versions(made, [motion]) == links.versions(made, [amendment]) == []


def test_a_paper_that_says_what_it_replaces_is_a_version(make_index, make_document) -> None:
    text = "Diese Vorlage ersetzt die Vorlage 2024/007."
    kind = "Beschlussvorlage"
    old = document(make_document, "a", reference="2024/007", paper_type=kind, date=date(2024, 2, 1))
    names_it = {"paper_type": kind, "related": ("2024/007",)}
    new = document(make_document, "b", text, reference="2024/031", date=date(2024, 4, 1), **names_it)
    only_named = document(make_document, "c", reference="2024/044", **names_it)
    made = make_index([new, old, only_named])
    for paper in (old, new):
        found = links.versions(made, [paper])
        assert [(v.paper.paper.reference, v.newest) for v in found] == [("2024/007", False), ("2024/031", True)]
    assert links.versions(made, [only_named]) == []


def test_a_plan_that_is_continued_is_a_version(make_index, make_document) -> None:
    kind = "Sozialplanung"
    first = document(make_document, "a", name="Integrierte Sozialplanung 2022", paper_type=kind)
    second = document(make_document, "b", name="Fortschreibung 2024 der Integrierten Sozialplanung", paper_type=kind)
    other = document(make_document, "c", name="Sozialplanung für Kinder 2023", paper_type=kind)
    made = make_index([second, other, first])
    found = links.versions(made, [first])
    assert [(v.paper.title[-4:] if v.newest else v.paper.title, v.newest) for v in found] == [
        ("Integrierte Sozialplanung 2022", False),
        ("nung", True),
    ]
    assert links.versions(made, [other]) == []


def test_an_anlage_is_withheld_with_its_vorlage(tmp_path: Path, settings: Settings) -> None:
    def public() -> list[Document]:
        build(settings, [tmp_path / "papiere"])
        return Collection(settings.index, PUBLIC).open().documents()

    folder = tmp_path / "papiere" / BODY
    folder.mkdir(parents=True)
    vorlage = f"{BODY}\n\nBeschlussvorlage\n\nDrucksachen-Nr. 2024/150\n\nStatus: {{}}\n\nBetreff: Ein Grundstück\n\nText.\n"
    (folder / "a.txt").write_text(vorlage.format("nichtöffentlich"), encoding="utf-8")
    (folder / "b.txt").write_text("Anlage 1 zur Vorlage 2024/150\n\nLageplan des Grundstücks am See.\n", encoding="utf-8")
    (folder / "Anlage 2 zu 2024_150.txt").write_text("Kaufpreis und Bedingungen.\n", encoding="utf-8")
    (folder / "c.txt").write_text("Ein Plan ohne Nummer, der niemandem gehört.\n", encoding="utf-8")
    assert [d.file.name.rsplit("/", 1)[-1] for d in public()] == ["c.txt"]
    (folder / "a.txt").write_text(vorlage.format("öffentlich"), encoding="utf-8")
    assert len(public()) == 4
    assert len({paper_id(d) for d in public() if d.file.name != f"{BODY}/c.txt"}) == 1
