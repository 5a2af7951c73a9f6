"""Rules speak about non-public sittings; a stamp on them is a stamp all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer import build
from indexer.papers import read_paper
from indexer.parsing.layout import lay_out
from indexer.parsing.text import blocks_of
from indexer.settings import Settings
from indexer.store import Collection

RULES = """{head}Geschäftsordnung für den Rat der Gemeinde Musterbach

Der Rat hat in seiner Sitzung am 12.03.2024 folgende Geschäftsordnung beschlossen:

§ 1 Einberufung

Der Rat wird zu einer nichtöffentlichen Sitzung
nur geladen, wenn es nötig ist.

§ 2 Tagesordnung

Die Tagesordnung umfasst:

9. Anfragen

10. nichtöffentliche Sitzung

§ 3
Nichtöffentliche Sitzungen

Der Antrag wird in nichtöffentlicher Sitzung
beraten. Protokolle nichtöffentlicher Sitzungen sind vertraulich zu behandeln.

- nicht öffentliche Beratung einer Angelegenheit.

§ 4 Protokoll

{body}

§ 5 Schluss

Diese Ordnung gilt ab dem 01.04.2024.
"""


def public(text: str) -> bool | None:
    document = lay_out(blocks_of(text.splitlines()))
    return read_paper(document.text, document.blocks, file_name="a.txt").public


def test_rules_are_not_withheld_for_what_they_rule() -> None:
    assert public(RULES.format(head="", body="Das Protokoll ist öffentlich.")) is None


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Nichtöffentlich\n\n", ""),
        ("Nichtöffentliche Vorlage\n\n", ""),
        ("Beratung in nichtöffentlicher Sitzung\n\n", ""),
        ("", "Nichtöffentlich"),
        ("", "- nichtöffentlich -"),
        ("", "- vertraulich -"),
        ("", "Nichtöffentliche Anlage"),
        ("", "Vertraulich"),
        ("", "vertraulich"),
        ("", "n.ö."),
        ("", "Status: nichtöffentlich"),
        ("", "Nicht zur Veröffentlichung"),
        ("Beschlussvorlage\n\nDrucksachen-Nr. 2024/017\n\nStatus: nichtöffentlich\n\n", ""),
        ("Beschlussvorlage\n\nBetreff: Neue Regeln\n\n", ""),  # a Vorlage that holds rules is no rules: the strict reading
    ],
)
def test_a_mark_on_rules_withholds_them(head: str, body: str) -> None:
    assert public(RULES.format(head=head, body=body)) is False


def test_a_report_in_which_rules_are_quoted_is_read_strictly() -> None:
    text = RULES.format(head="", body="").replace("Geschäftsordnung für den Rat der Gemeinde Musterbach", "Bericht des Amtes")
    assert public(text) is False


@pytest.mark.parametrize("body", ["Landkreis Musterbach", None])
def test_an_anlage_that_names_no_body_is_withheld_with_its_vorlage(make_document, body: str | None) -> None:
    vorlage = make_document("vorlage.txt", "Grundstück am See.", reference="2024/150", body=body, public=False)
    anlage = make_document("anlage.txt", "Lageplan.", reference="2024/150")
    of_another = make_document("anderer.txt", "Radweg.", reference="2024/150", body="Landkreis Beispielheim")
    other = make_document("andere.txt", "Radweg.", reference="2024/151", body=body)
    withheld = build.withheld_of([vorlage, anlage, of_another, other])
    hidden = [d.id for d in (vorlage, anlage, of_another, other) if build.collection_of(d, withheld) == "internal"]
    assert hidden == ["vorlage.txt", "anlage.txt", *(["anderer.txt"] if body is None else [])]


def test_the_attachments_of_a_marked_letter_are_withheld_with_it(make_document) -> None:
    letter = make_document("brief.eml", "Anbei der Vertrag.", public=False)
    attached = make_document("brief.eml!/vertrag.pdf", "Kaufvertrag.")
    deeper = make_document("brief.eml!/alles.zip!/plan.pdf", "Lageplan.")
    packed = make_document("alles.zip!/brief.eml", "Anbei.", public=False)
    with_it = make_document("alles.zip!/brief.eml!/liste.txt", "Liste.")
    others = [make_document("alles.zip!/radweg.txt", "Radweg."), make_document("brief.eml2", "Radweg.")]
    withheld = build.withheld_of([letter, attached, deeper, packed, with_it, *others])
    assert {build.collection_of(d, withheld) for d in (letter, attached, deeper, packed, with_it)} == {"internal"}
    assert {build.collection_of(d, withheld) for d in others} == {"public"}


ANLAGE = "Landkreis Musterbach\n\nAnlage 1 zur Vorlage 2024/150\n\nKaufvertrag über das Grundstück am See.\n"


def names(settings: Settings, collection: str) -> list[str]:
    return sorted(one.document.file.name for one in Collection(settings.index, collection).documents()[0])


def test_an_anlage_stays_withheld_when_its_vorlage_cannot_be_read_any_more(settings, write, tmp_path: Path) -> None:
    vorlage = "Landkreis Musterbach\n\nBeschlussvorlage\n\nDrucksachen-Nr.: 2024/150\n\nNichtöffentlich\n\nKauf am See.\n"
    papers = tmp_path / "papiere"
    write(papers, {"vorlage.txt": vorlage, "anlage.txt": ANLAGE})
    build.build(settings, [papers])
    (papers / "vorlage.txt").write_bytes(b"\0\0\0")
    for _ in range(2):
        assert build.build(settings, [papers]).books()["failed"] == 1
        assert names(settings, "public") == []
    (papers / "vorlage.txt").unlink()
    build.build(settings, [papers])
    assert names(settings, "internal") == []


def test_an_anlage_is_withheld_with_a_vorlage_that_only_its_sidecar_tells_of(settings, write, tmp_path: Path) -> None:
    sidecar = 'public = false\nreference = "2024/150"\nbody = "Landkreis Musterbach"\n'
    write(tmp_path / "papiere", {"vorlage.pdf": b"%PDF-1.4 nichts", "vorlage.toml": sidecar, "anlage.txt": ANLAGE})
    for _ in range(2):
        build.build(settings, [tmp_path / "papiere"])
        assert names(settings, "public") == []


@pytest.mark.parametrize("item", ["N 1 Grundstück am See", "TOP N 8 Verkauf der Halle"])
def test_minutes_with_a_non_public_item_are_withheld(item: str) -> None:
    text = "Niederschrift über die Sitzung des Kreistages\n\nÖffentlicher Teil\n\nTOP Ö 1 Haushalt\n\nEr wird beschlossen.\n\n"
    for shown, public in ((text, True), (f"{text}{item}\n\nDer Kreistag stimmt zu.\n", False)):
        laid_out = lay_out(blocks_of(shown.splitlines()))
        assert read_paper(laid_out.text, laid_out.blocks, file_name="n.txt").public is public
