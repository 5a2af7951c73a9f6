"""Rules speak about non-public sittings; a stamp on them is a stamp all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer import build
from indexer.domain import CELL_SEPARATOR
from indexer.harvest.objects import Meeting, Paper
from indexer.harvest.records import Links
from indexer.harvest.wanted import wanted_of_meeting
from indexer.papers import read_paper
from indexer.parsing.layout import RawBlock, lay_out
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


UNKNOWN_OR_CONTRADICTORY = """
Status: teilweise öffentlich|Status: eingeschränkt öffentlich|Status: teilöffentlich|Status: öffentlich bis auf Anlage 3
Status: nicht öffentl.|Status: nichtöff.|Status: NÖ-Teil|Status: unbekannt|Status: ungeklärt|Status: öffentlich, nichtöffentlich
Status: öffentlich (Anlage nichtöffentlich)|Sitzungsart: geheim|Sitzungsart: nicht öffentl.|Beratung: n.ö.|Behandlung: vertraulich
Öffentlich: teilweise|Öffentlich: unklar|Öffentlich: ?|Öffentlich: noch offen|Öffentlich: -|Öffentlich: 0|Öffentlich: false
Öffentlich: no|Öffentlich nein|Öffentlich: siehe Anlage|Nichtöffentlich ja|nichtöffentlich: x|Öffentlichkeitsstatus: eingeschränkt
Öffentlichkeit: eingeschränkt|Öffentlichkeit: ausgeschlossen|Öffentlichkeit: keine|Öffentlichkeitsgrad: intern
Öffentlichkeit ausgeschlossen|Vertraulichkeit: hoch|Vertraulichkeit: ja|Vertraulich: ja|Vertraulichkeitsstufe: 2
Geheimhaltung: ja|Geheimhaltungsgrad: vertraulich|Einstufung: VS-NfD|Vermerk: nur intern|VS-Vertraulich|VS – Geheim
nicht öff.|nichtöff.|n. öff.|n/ö|NÖ|in n.ö. Sitzung|Nichtöff. Sitzung|teilöffentlich|halböffentlich|teilweise öffentlich
öffentlich (teilweise)|öffentlich?|öffentlich mit Ausnahme der Anlage 2|☒ öffentlich ☒ nichtöffentlich|öffentlich ☐
verwaltungsintern|nur intern|rein intern|Nur für Ratsmitglieder|Nur für Mitglieder des Kreisausschusses|Für den Dienstgebrauch
Nur für internen Gebrauch|Nicht veröffentlichen|Bitte nicht veröffentlichen!|not public|CONFIDENTIAL|Strictly confidential
nicht_öffentlich|nicht.öffentlich|nicht—öffentlich|nicht\u2011öffentlich|nicht\u00a0öffentlich|nicht\u00adöffentlich
nichto\u0308ffentlich|nichtőffentlich|nichtöfentlich|nichtöffenlich|nicht öffetlich|nichöffentlich|NICHT ÖFFENTLICHE SITZUNG
"""
HARMLESS = """
Öffentlichkeit: 12 Zuhörer|Öffentlichkeitsarbeit: Frau Muster|Vertraulichkeit: keine|Status: in Bearbeitung|Status: Entwurf
Halböffentliche Räume im Quartier|Die Öffentlichkeit wird früh beteiligt und das Ergebnis dem Kreistag zur Kenntnis gegeben
Einstufung: Entgeltgruppe 9|Interne Revision|Nur für Mitglieder des Vereins|Gesperrt: Kreisstraße 12|Gebrauchte Fahrzeuge
"""


def of_lines(lines: str) -> list[str]:
    return [line for line in lines.replace("\n", "|").split("|") if line]


@pytest.mark.parametrize("line", of_lines(UNKNOWN_OR_CONTRADICTORY))
def test_b6_a_mark_that_is_unknown_or_contradicts_itself_means_not_public(line: str) -> None:
    assert public(f"Landkreis Musterbach\n\nBeschlussvorlage\n\n{line}\n\nBetreff: Radweg\n\nSachverhalt\n\nText.\n") is False


@pytest.mark.parametrize("line", of_lines(HARMLESS))
def test_what_is_no_mark_withholds_nothing(line: str) -> None:
    assert public(f"Landkreis Musterbach\n\nBeschlussvorlage\n\n{line}\n\nBetreff: Radweg\n\nSachverhalt\n\nText.\n") is None


@pytest.mark.parametrize(
    ("label", "said", "expected"),
    [
        ("Öffentlichkeit", "beschränkt", False),
        ("Öffentlichkeitsstatus", "???", False),
        ("Vertraulichkeit", "hoch", False),
        ("Öffentlichkeit", "öffentlich", True),
        ("Öffentlichkeit", "Datum", None),  # the head of a table
        ("Vertraulichkeit", "keine", None),
    ],
)
def test_b6_a_mark_in_the_cell_beside_its_label_counts(label: str, said: str, expected: bool | None) -> None:
    found = lay_out([RawBlock("table_row", f"{label}{CELL_SEPARATOR}{said}")])
    assert read_paper(found.text, found.blocks, file_name="a.txt").public is expected


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


def sitting(item: dict[str, object], **fields: object) -> Meeting:
    """With an invitation, minutes, and one item that has an Anlage and a decision, none of them marked but as given."""
    origin = "https://ris.musterbach.example"
    files = {name: {"id": f"{origin}/file/{name}", "name": name} for name in ("invitation", "resultsProtocol")}
    held = {"auxiliaryFile": [{"id": f"{origin}/file/anlage"}], "resolutionFile": {"id": f"{origin}/file/beschluss"}}
    items = [{"id": f"{origin}/item/1", "number": "1", "name": "Radweg"} | held | item]
    return Meeting.model_validate({"id": f"{origin}/meeting/1", "name": "Kreistag", "agendaItem": items} | files | fields)


def marks(meeting: Meeting) -> dict[str, object]:
    wanted = wanted_of_meeting(meeting, "Landkreis Musterbach", Links({}))
    return {file.id.rpartition("/")[2]: notes.get("public") for file, notes in wanted.files}


@pytest.mark.parametrize("mark", [False, "nein", "unbekannt", "teilweise", 0, [], {}, "nicht öffentlich", "TRUE?"])
def test_b6_all_that_hangs_on_an_item_bears_its_mark(mark: object) -> None:
    assert marks(sitting({"public": mark})) == {
        "anlage": False,
        "beschluss": False,
        "invitation": None,
        "resultsProtocol": None,
    }


@pytest.mark.parametrize("fields", [{"public": "?"}, {"public": False}, {"name": "Kreistag (nichtöffentlich)"}])
def test_b6_all_of_a_sitting_that_is_not_public_is_withheld_whatever_its_items_say(fields: dict[str, object]) -> None:
    meeting = sitting({"public": True}, **fields)
    assert set(marks(meeting).values()) == {False}
    assert "Radweg" not in wanted_of_meeting(meeting, "Landkreis Musterbach", Links({})).record


def test_b6_a_file_that_hangs_on_a_public_item_too_bears_the_strictest_mark() -> None:
    meeting = sitting({"public": True})
    twice = meeting.agendaItem[0].model_copy(update={"id": "https://ris.musterbach.example/item/2", "public": False})
    for items in ([*meeting.agendaItem, twice], [twice, *meeting.agendaItem]):
        assert marks(meeting.model_copy(update={"agendaItem": items}))["anlage"] is False


def test_b6_a_step_without_a_sitting_does_not_make_a_paper_public() -> None:
    links = Links({})
    links.add_meeting(sitting({"public": False}))
    origin = "https://ris.musterbach.example"
    steps = [{"id": f"{origin}/c/1", "agendaItem": f"{origin}/item/1"}, {"id": f"{origin}/c/2", "role": "Entscheidung"}]
    paper = Paper.model_validate({"id": f"{origin}/paper/1", "name": "Radweg", "consultation": steps})
    assert links.is_public(paper) is False
    assert links.is_public(paper.model_copy(update={"consultation": []})) is None
