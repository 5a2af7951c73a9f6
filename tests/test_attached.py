"""An Anlage bears the number of the paper it belongs to; a paper that lists its Anlagen is none."""

from __future__ import annotations

from datetime import date

import pytest

from indexer.domain import Consultation, Paper
from indexer.papers import read_paper
from indexer.parsing.layout import lay_out
from indexer.parsing.text import blocks_of


def paper_of(text: str, file_name: str = "a.txt") -> Paper:
    document = lay_out(blocks_of(text.splitlines()))
    return read_paper(document.text, document.blocks, file_name=file_name)


@pytest.mark.parametrize(
    ("text", "file_name", "number"),
    [
        ("Anlage 2 zur Vorlage 2022/200\n\nLageplan am See", "a.txt", "2022/200"),
        ("Anlage 1 zu Drucksache 12/2019\n\nLageplan am See", "a.txt", "12/2019"),
        ("zur DS 71/2018\n\nANLAGE 3\n\nLageplan am See", "a.txt", "DS 71/2018"),
        ("Lageplan am See", "Anlage 1 zu 2022_200.pdf", "2022/200"),
        ("Lageplan am See", "Landkreis Musterbach/DS_18_2018_Anlage_Karte.pdf", "DS 18/2018"),
        ("Lageplan am See", "DS_33-2018_1._Ergaenzung_-_Anlage.pdf", "DS 33/2018 1. Ergänzung"),
        ("Anlage 4\n\nLageplan am See", "a.txt", None),
        ("Anlage 4\n\nLageplan am See, siehe Vorlage 2021/009", "a.txt", None),
    ],
)
def test_an_anlage_bears_the_number_of_its_vorlage(text: str, file_name: str, number: str | None) -> None:
    paper = paper_of(text, file_name)
    assert (paper.paper_type, paper.reference) == ("Anlage", number)


def test_the_sitting_beside_the_mark_is_the_one_of_the_paper() -> None:
    paper = paper_of("Lageplan am See\n\nAnlage 4\n\nSozialausschuss 12.07.2023, TOP 6a\n")
    assert paper.consultations == (Consultation("Sozialausschuss", date(2023, 7, 12), agenda_item="6a"),)
    assert paper.date is None


@pytest.mark.parametrize(
    ("text", "file_name", "kind"),
    [
        ("Beschlussvorlage\n\nDrucksachen-Nr. 2024/017\n\nBetreff: Plan\n\nText.\n\nAnlage 1", "a.txt", "Beschlussvorlage"),
        ("Anlagenbau im Landkreis Musterbach\n\nEin Bericht.", "a.txt", None),
        ("Ein Bericht.", "kapitalanlagen_2023_12.txt", None),
        ("Ein Bericht.", "2022_200.txt", None),
    ],
)
def test_what_only_speaks_of_anlagen_is_none(text: str, file_name: str, kind: str | None) -> None:
    paper = paper_of(text, file_name)
    assert paper.paper_type == kind
    assert paper.reference == ("2024/017" if kind else None)
