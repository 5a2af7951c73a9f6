"""Minutes give each paper on the agenda its result, and no other paper's."""

from __future__ import annotations

from datetime import date

import pytest

from indexer.domain import Consultation, Paper
from indexer.papers import read_paper
from indexer.parsing.layout import lay_out
from indexer.parsing.text import blocks_of
from indexer.records import paper_as_json, paper_from_json
from indexer.status import outcome_of


def paper_of(text: str) -> Paper:
    document = lay_out(blocks_of(text.splitlines()))
    return read_paper(document.text, document.blocks, file_name="a.txt")


EXTRACT = """Niederschrift 12. Sitzung des Gemeinderates

28. Februar 2024, 15:30 Uhr

öffentlich

Vorsitz: Bürgermeisterin Erika Muster

Punkt 9 der Tagesordnung: Radwege am See

Antrag: SPD

Vorlage: 2024/076

Beschluss:

{resolution}

Abstimmungsergebnis:

{vote}

Die Vorsitzende ruft Punkt 9 auf und verweist auf die Vorlage 2023/101.

2. März 2024
"""


@pytest.mark.parametrize(
    ("resolution", "vote", "result", "outcome"),
    [
        (
            "Der Radweg wird gebaut.",
            "Bei 45 Ja-Stimmen einstimmig zugestimmt",
            "Bei 45 Ja-Stimmen einstimmig zugestimmt",
            "decided",
        ),
        (
            "Der Radweg wird gebaut.",
            "Mehrheitlich abgelehnt (3 Ja, 38 Nein)",
            "Mehrheitlich abgelehnt (3 Ja, 38 Nein)",
            "rejected",
        ),
        (
            "Kenntnisnahme von der Stellungnahme der Verwaltung",
            "Keine Abstimmung",
            "Kenntnisnahme von der Stellungnahme der Verwaltung",
            "noted",
        ),
        (
            "Beratung im Planungsausschuss am 11. Mai 2024",
            "Keine Abstimmung",
            "Beratung im Planungsausschuss am 11. Mai 2024",
            "postponed",
        ),
        ("Der Gemeinderat beschließt den Bau des Radwegs.", "Keine Abstimmung", "Keine Abstimmung", "none"),
    ],
)
def test_an_extract_belongs_to_its_paper_and_tells_its_result(resolution: str, vote: str, result: str, outcome: str) -> None:
    paper = paper_of(EXTRACT.format(resolution=resolution, vote=vote))
    assert (paper.paper_type, paper.reference, paper.date) == ("Niederschrift", "2024/076", date(2024, 3, 2))
    assert paper.consultations == (Consultation("Gemeinderat", date(2024, 2, 28), True, None, result, "9"),)
    assert outcome_of(paper.consultations[0]) == outcome
    assert paper.related == ("2023/101",)


def test_an_extract_on_two_papers_belongs_to_neither() -> None:
    text = EXTRACT.format(resolution="Beratung im Bauausschuss", vote="Keine Abstimmung")
    joint = text.replace("Vorlage: 2024/076", "Vorlage: 2024/076\n\nPunkt 9.1 der Tagesordnung: Brücken\n\nVorlage: 2024/077")
    assert paper_of(joint).reference is None


MINUTES = """Niederschrift über die 3. Sitzung des Sozialausschusses am 12.03.2024

TOP 1 Begrüßung

Die Vorsitzende begrüßt die Anwesenden.

TOP 2 Pflegeplan (Drucksache 2024/017)

Beschlussempfehlung an den Kreistag:

Der Ausschuss empfiehlt dem Kreistag, den Plan zu beschließen.

Abstimmung: 12 Ja-Stimmen, 3 Nein-Stimmen

TOP 3 Bericht über die Schulsozialarbeit (Drucksache 2024/020)

Der Ausschuss nimmt den Bericht zur Kenntnis.

TOP 4 Wohnungslotsen (Drucksachen 2024/031 und 2024/031-1)

Abstimmung: 4 Ja-Stimmen, 9 Nein-Stimmen

TOP 5 Elternbeiträge (Drucksache 2024/044)

Der Antrag wird lange beraten.

gez. Erika Muster
"""


def test_minutes_of_a_whole_sitting_tell_results_by_paper() -> None:
    paper = paper_of(MINUTES)
    assert paper.reference is None
    assert [(step.organization, step.date, step.result) for step in paper.consultations] == [
        ("Sozialausschuss", date(2024, 3, 12), None)
    ]
    told = {one.reference: (outcome_of(one.step), one.step.agenda_item) for one in paper.resolutions}
    assert told == {"2024/017": ("recommended", "2"), "2024/020": ("noted", "3")}  # of joint items and prose: nothing
    assert paper_from_json(paper_as_json(paper)) == paper


def test_votes_in_a_table_are_those_of_its_item() -> None:
    rows = "| Ja | Nein | Enthaltung | Ergebnis |\n|---|---|---|---|\n| 13 | 0 | 1 | einstimmig empfohlen |"
    paper = paper_of(MINUTES.replace("Der Antrag wird lange beraten.", rows))
    assert paper.resolutions[-1].reference == "2024/044"
    assert paper.resolutions[-1].step.result == "einstimmig empfohlen (13 Ja, 0 Nein, 1 Enthaltungen)"
