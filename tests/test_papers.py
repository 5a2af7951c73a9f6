"""What a reader may rely on in the head of a paper. The small texts are our own."""

from __future__ import annotations

import dataclasses
import json
import time
from datetime import date
from pathlib import Path

import pytest

from indexer.bodies import body_key, body_names
from indexer.domain import Block, Consultation, File, Paper
from indexer.errors import BadSidecar
from indexer.papers import read_paper
from indexer.parsing import ocr, parse
from indexer.parsing.layout import LaidOut, lay_out
from indexer.parsing.text import blocks_of, decode
from indexer.sources.folder import FolderSource

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
GOLDEN = Path(__file__).parent / "golden" / "papers_seeds.json"
CORPUS = Path(__file__).resolve().parents[1] / "corpus"
SAMPLE = json.loads((Path(__file__).parent / "golden" / "papers_sample.json").read_text(encoding="utf-8"))
SCANS = ["sample/Landkreis Aurental/auszug-kreistag-2021-12-06-seniorenbus.pdf"]

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the development data is not at {DATA}")


def parsed(path: Path) -> LaidOut:
    return parse(path.read_bytes(), path.name)


def laid_out(text: str) -> LaidOut:
    return lay_out(blocks_of(text.splitlines()))


def paper_of(text: str, **known: object) -> Paper:
    document = laid_out(text)
    return read_paper(document.text, document.blocks, file_name="a.txt", **known)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def sample() -> dict[str, File]:
    files = FolderSource(CORPUS, "public", 10**9).files()
    return {file.name: file for file in files if isinstance(file, File) and file.name.startswith("sample/")}


VORLAGE = """Landkreis Musterbach

Beschlussvorlage

| Amt | Datum | Drucksachen-Nr. |
|---|---|---|
| Sozialamt | 03.05.2024 | 2024/017 |

| Gremium | Status | Termin | Ergebnis |
|---|---|---|---|
| Sozialausschuss | öffentlich | 14.05.2024 | einstimmig empfohlen |
| Kreistag | öffentlich | 03.06.2024 | |

Betreff: Fortschreibung des Pflegeplans

Beschlussvorschlag

Der Kreistag beschließt die Fortschreibung, siehe Drucksache 2023/101 und Drucksache 2024/017.

Anlagen

Anlage 1 - Pflegeplan
Anlage 2

gez. Erika Muster
Landrätin
"""


def test_a_vorlage_with_tables_is_read_whole() -> None:
    paper = paper_of(VORLAGE)
    assert paper.name == "Fortschreibung des Pflegeplans"
    assert (paper.reference, paper.paper_type, paper.date) == ("2024/017", "Beschlussvorlage", date(2024, 5, 3))
    assert (paper.body, paper.public, paper.originators) == ("Landkreis Musterbach", True, ("Sozialamt",))
    assert paper.consultations == (
        Consultation("Sozialausschuss", date(2024, 5, 14), True, result="einstimmig empfohlen"),
        Consultation("Kreistag", date(2024, 6, 3), True),
    )
    assert paper.attachments[0] == "Pflegeplan"
    assert paper.signatories == ("Erika Muster",)
    assert paper.related == ("2023/101",)


def test_a_text_without_head_states_nothing() -> None:
    assert paper_of("Am 3. Mai wurde der Spielplatz eröffnet. Es kamen viele.") == Paper()


def test_no_result_is_made_of_an_empty_cell_or_of_a_proposal() -> None:
    paper = paper_of(
        "Beschlussvorlage\n\nTermin\tGremium\tJa\tNein\tEnthalt.\n03.06.2024\tKreistag\t\t\t\n\n"
        "Beschlussvorschlag:\n\nDer Kreistag beschließt einstimmig den Plan.\n"
    )
    assert paper.consultations == (Consultation("Kreistag", date(2024, 6, 3)),)


def test_counted_votes_are_the_result() -> None:
    paper = paper_of("Vorlage\n\nTermin\tGremium\tJa\tNein\tEnthalt.\n03.06.2024\tKreistag\t23\t2\t0\n")
    assert paper.consultations[0].result == "23 Ja, 2 Nein, 0 Enthaltungen"


def test_a_table_that_ran_together_is_parted_by_its_dates() -> None:
    paper = paper_of(
        "Beschlussvorlage\n\nWegebau am See\n\nGremium Termin TOP ö nö Ergebnis\n"
        "Ausschuss für öffentliche\nEinrichtungen\n"
        "02.05.2023 5 x vorberaten\nGemeinderat 16.05.2023 9.1 x\n\nBeschlussantrag (Kurzfassung)\n\nText.\n"
    )
    assert paper.consultations == (
        Consultation("Ausschuss für öffentliche Einrichtungen", date(2023, 5, 2), result="vorberaten", agenda_item="5"),
        Consultation("Gemeinderat", date(2023, 5, 16), agenda_item="9.1"),
    )
    assert paper.public is None  # which column a cross stands in is lost


def test_a_motion_names_the_sitting_it_is_meant_for() -> None:
    paper = paper_of(
        "Neue Buslinie\n\nMusterbach, den 27.02.2020\n\nSehr geehrte Frau Muster, die Fraktionen von ABC und XYZ "
        "bitten Sie, den nachfolgenden Antrag für die Kreistagssitzung am 30.03.2020 zu berücksichtigen.\n"
    )
    assert (paper.paper_type, paper.date, paper.originators) == ("Antrag", date(2020, 2, 27), ("ABC", "XYZ"))
    assert paper.consultations == (Consultation("Kreistag", date(2020, 3, 30)),)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Interfraktioneller Änderungsantrag", "Änderungsantrag"),
        ("Informationsvorlage", "Informationsvorlage"),
        ("Nichtöffentliche Berichtsvorlage", "Berichtsvorlage"),
        ("Stellungnahme zum Antrag", "Stellungnahme"),
        ("Niederschrift über die 3. Sitzung des Kreistags", "Niederschrift"),
        ("Auszug aus der Niederschrift", "Auszug"),
        ("Einladung zur Sitzung", "Einladung"),
        ("Vorlagenart: Mitteilungsvorlage", "Mitteilungsvorlage"),
        ("Hauptsatzung des Landkreises Musterbach", "Satzung"),
        ("Sozialplanung 2024", "Sozialplanung"),
        ("Pflegestrukturplanung des Landkreises", "Fachplanung"),
        ("Antragsstau in der Wohngeldstelle", None),
    ],
)
def test_the_kind_is_the_one_printed(line: str, kind: str | None) -> None:
    assert paper_of(f"{line}\n\nEin Text über dies und das, der nichts weiter sagt.\n").paper_type == kind


def test_only_a_web_page_without_traits_of_a_paper_is_a_web_page() -> None:
    document = laid_out("Unsere Leistungen\n\nWir beraten Sie gern.\n")
    assert read_paper(document.text, document.blocks, file_name="amt/index.html").paper_type == "Webseite"
    assert read_paper(document.text, document.blocks, file_name="amt/index.txt").paper_type is None


@pytest.mark.parametrize(
    "line",
    [
        "Der Kreistag tagte am 03.06.2024",
        "Eingang: 03.06.2024",
        "Beschluss vom 03.06.2024",
        "zum Antrag vom 03.06.2024",
        "Stand: 03.06.2024",
    ],
)
def test_a_date_of_something_else_is_not_the_date_of_the_paper(line: str) -> None:
    assert paper_of(f"Beschlussvorlage\n\n{line}\n\nSachverhalt\n\nText.\n").date is None


NOT_PUBLIC = """Status: nichtöffentlich|Status: nicht öffentlich|Status: nicht-öffentlich|Status: N|Status: nö
Status: n.ö.
Status: NICHTÖFFENTLICH|Status: vertraulich|Status: nur intern|Status: öffentlich / nicht öffentlich
Nichtöffentliche Beschlussvorlage|Nicht öffentliche Sitzung|Beschlussvorlage - nichtöffentlich|(nichtöffentlich)
Beschlussvorlage (nicht öffentlich)|Beratung in nichtöffentlicher Sitzung|vertraulich|- Vertraulich -|STRENG VERTRAULICH
Vertrauliche Unterlage|Öffentlich: nein|Öffentlichkeitsstatus: nicht öffentlich|Öffentlichkeit: Nein|VS-NfD|intern
☐ öffentlich ☒ nichtöffentlich|öffentlich ☐ nichtöffentlich ☒|☐ öffentlich ☐ nichtöffentlich|öffentlich/nichtöffentlich
n i c h t ö f f e n t l i c h|Nichtoeffentlich|Nur für den Dienstgebrauch|nicht –öffentlich|Sitzungsart: nichtöffentlich
[ ] öffentlich [x] nicht öffentlich|Drucksache 12/2022 nichtöffentlich|Unter Ausschluss der Öffentlichkeit"""
PUBLIC = """Status: öffentlich|öffentlich|Öffentliche Sitzung|Beratung in öffentlicher Sitzung|Status: Ö|ÖFFENTLICH
(öffentlich)
Öffentliche Beschlussvorlage|Beschlussvorlage - öffentlich -|☒ öffentlich ☐ nichtöffentlich
öffentlich ☒ nichtöffentlich ☐
Öffentlich: ja|[x] öffentlich [ ] nichtöffentlich"""
NO_MARK = """Ausschuss für öffentliche Einrichtungen|Öffentliche Ordnung und Sicherheit|Öffentlichkeitsarbeit
Öffentliche Bekanntmachung
Förderung nichtöffentlicher Schulen|Vertrauliche Geburt und Beratung|Interne Revision
Nicht öffentlich geförderter Wohnungsbau"""


@pytest.mark.parametrize(
    ("line", "public"),
    [
        (line, public)
        for lines, public in ((NOT_PUBLIC, False), (PUBLIC, True), (NO_MARK, None))
        for line in lines.replace("\n", "|").split("|")
    ],
)
def test_every_spelling_of_the_status_is_read(line: str, public: bool | None) -> None:
    assert paper_of(f"Beschlussvorlage\n\n{line}\n\nBetreff: Radweg\n\nSachverhalt\n\nText.\n").public is public


@pytest.mark.parametrize(
    "text",
    [
        "Beschlussvorlage\n\nStatus: öffentlich\n\nNichtöffentliche Sitzung\n\nSachverhalt\n\nText.\n",
        "Beschlussvorlage\n\nStatus: öffentlich\n\nSachverhalt\n\nText.\n\nVertraulich\n\nMehr Text.\n",
        "Beschlussvorlage\n\nStatus: öffentlich\n\nStatus: nichtöffentlich\n\nSachverhalt\n\nText.\n",
    ],
)
def test_a_contradictory_mark_is_not_public(text: str) -> None:
    assert paper_of(text).public is False


@pytest.mark.parametrize(
    ("marks", "public"),
    [(("öffentlich", "öffentlich"), True), (("nichtöffentlich", "nichtöffentlich"), False), (("N", "Ö"), None)],
)
def test_steps_speak_for_the_paper_only_if_all_agree(marks: tuple[str, str], public: bool | None) -> None:
    rows = f"Sozialausschuss\t{marks[0]}\t14.05.2024\nKreistag\t{marks[1]}\t03.06.2024\n"
    paper = paper_of(f"Beschlussvorlage\n\nGremium\tStatus\tTermin\n{rows}\nSachverhalt\n\nText.\n")
    assert paper.public is public
    assert [step.public for step in paper.consultations] == [mark[0] in "öÖ" for mark in marks]


def test_the_sidecar_overrules_the_text() -> None:
    sidecar = {
        "name": "Anderer Name",
        "reference": "7/2024",
        "paperType": "Antrag",
        "date": "2024-07-01",
        "body": "Stadt Anderswo",
        "originatorOrganization": ["Bauamt"],
        "public": True,
        "consultation": [{"organization": "Rat", "date": "2024-08-01", "public": True, "role": "Entscheidung"}],
    }
    paper = paper_of(VORLAGE, sidecar=sidecar)
    assert (paper.name, paper.reference, paper.paper_type) == ("Anderer Name", "7/2024", "Antrag")
    assert (paper.date, paper.body, paper.originators, paper.public) == (
        date(2024, 7, 1),
        "Stadt Anderswo",
        ("Bauamt",),
        True,
    )
    assert paper.consultations == (Consultation("Rat", date(2024, 8, 1), True, "Entscheidung"),)


def test_a_sidecar_cannot_make_a_non_public_paper_public() -> None:
    assert paper_of("Vorlage\n\nStatus: nichtöffentlich\n", sidecar={"public": True}).public is False
    assert paper_of("Vorlage\n\nStatus: öffentlich\n", sidecar={"public": False}).public is False


@pytest.mark.parametrize(
    "sidecar",
    [
        {"name": 1},
        {"date": "gestern"},
        {"public": "ja"},
        {"consultation": {}},
        {"consultation": [1]},
        {"underDirectionOf": [1]},
    ],
)
def test_a_sidecar_of_wrong_types_is_refused_with_its_name(sidecar: dict[str, object]) -> None:
    with pytest.raises(BadSidecar) as refused:
        paper_of("Vorlage", sidecar=sidecar)
    assert refused.value.details["sidecar"] == "a.txt"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("des Landkreises Börde", "Landkreis Börde"),
        ("Kreistag Darmstadt-Dieburg", "Landkreis Darmstadt-Dieburg"),
        ("Landkreis Rotenburg (Wümme)", "Landkreis Rotenburg (Wümme)"),
        ("Landkreis St. Wendel", "Landkreis St. Wendel"),
        ("Landkreis Ludwigslust-Parchim", "Landkreis Ludwigslust-Parchim"),
        ("Gemeinde Nordstemmen im Haushaltsjahr", "Gemeinde Nordstemmen"),
        ("Stadt Neustadt an der Weinstraße", "Stadt Neustadt an der Weinstraße"),
        ("des Bodenseekreises", "Bodenseekreis"),
        ("im Rhein-Neckar-Kreis", "Rhein-Neckar-Kreis"),
        ("Region Hannover", "Region Hannover"),
    ],
)
def test_bodies_are_named_in_the_nominative(text: str, name: str) -> None:
    assert [found.name for found in body_names(text)] == [name]


@pytest.mark.parametrize("text", ["Kreis der Betroffenen", "im Arbeitskreis Pflege", "Stadt und Land", "Stadt Verwaltung"])
def test_other_nouns_are_no_bodies(text: str) -> None:
    assert body_names(text) == []


def test_the_folder_decides_where_the_text_is_silent_or_names_several() -> None:
    text = "Bericht\n\nDie Stadt Adorf und die Stadt Bedorf bauen eine Brücke. Der Bürgermeister dankt.\n"
    assert paper_of(text).body is None
    assert paper_of(text, folder_body="Stadt Bedorf").body == "Stadt Bedorf"
    assert paper_of(VORLAGE, folder_body="Landkreis Anderswo").body == "Landkreis Musterbach"


def test_a_town_is_not_taken_for_the_county_that_checks_its_books() -> None:
    text = "Mitteilungsvorlage\n\nDer Rat der Gemeinde Adorf dankt dem Landkreis Bedorf. Der Gemeinderat stimmte zu.\n"
    assert paper_of(text).body == "Gemeinde Adorf"
    assert body_key("Kreis Adorf") == body_key("Landkreis Adorf")


@pytest.mark.parametrize(
    "unit", ["a ", "1", "1 ", "12.12.2022 ", "Datum: ", "Gremium Termin ", "☒ öffentlich ", "nicht ", "Aa-", "_"]
)
def test_hostile_text_takes_no_longer_than_other_text(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    started = time.process_time()
    read_paper(text, [Block("paragraph", 0, 1, 0, len(text))], file_name="a")
    read_paper(text, [Block("table_row", 0, 1, at, at + 999) for at in range(0, 99_000, 1000)], file_name="a")
    read_paper("", [], file_name="a")
    read_paper("\n", [Block("paragraph", 0, 1, 0, 0)], file_name="a")
    assert time.process_time() - started < 3  # seconds of computing for some 60 pages


VORLAGE_IN_LINES = """Landkreis Musterbach

Beschlussvorlage · Status: {status}

Beratungsfolge

Gremium

Termin

Status

Finanzausschuss

17.02.2025 nichtöffentlich

Vorberatung

Kreistag

12.05.2025 öffentlich

Entscheidung

Beschlussvorschlag

Text.
"""


def test_a_non_public_step_leaves_a_public_paper_public() -> None:
    paper = paper_of(VORLAGE_IN_LINES.format(status="öffentlich"))
    assert paper.public is True
    assert [(step.organization, step.public) for step in paper.consultations] == [
        ("Finanzausschuss", False),
        ("Kreistag", True),
    ]
    assert paper_of(VORLAGE_IN_LINES.format(status="nichtöffentlich")).public is False


@pytest.mark.parametrize(
    "text",
    [
        VORLAGE_IN_LINES.format(status="öffentlich").replace("Text.", "Text.\n\nNichtöffentlich\n\nMehr Text."),
        VORLAGE_IN_LINES.format(status="öffentlich").replace("Beratungsfolge", "Nichtöffentlich\n\nBeratungsfolge"),
        VORLAGE_IN_LINES.format(status="öffentlich").replace("Entscheidung", "Entscheidung\n\nNichtöffentlich"),
        VORLAGE_IN_LINES.format(status="öffentlich").replace("12.05.2025 öffentlich", "12.05.2025 nichtöffentlich"),
        VORLAGE_IN_LINES.format(status="öffentlich").replace("12.05.2025 öffentlich", "12.05.2025"),
        VORLAGE_IN_LINES.format(status="öffentlich").replace("Kreistag", "Status: nichtöffentlich\n\nKreistag"),
        VORLAGE_IN_LINES.format(status="öffentlich").replace("Kreistag", "Vertraulich\n\nKreistag"),
    ],
)
def test_marks_outside_the_steps_and_steps_without_a_public_one_count(text: str) -> None:
    assert paper_of(text).public is False


EINLADUNG = """Einladung zur Sitzung des Kreistags am 03.06.2024, um 16:00 Uhr in Musterbach

{status}

Tagesordnung

Öffentlicher Teil

Ö 1 Begrüßung

Nichtöffentlicher Teil

N 2 Personalangelegenheit

Nichtöffentliche Sitzung

{stamp}
"""


@pytest.mark.parametrize(
    ("status", "stamp", "public"),
    [
        ("", "", None),
        ("Status: öffentlich", "", True),
        ("öffentliche und nichtöffentliche Sitzung", "", None),
        ("Status: nichtöffentlich", "", False),
        ("Status: öffentliche und nichtöffentliche Sitzung", "", False),
        ("Nichtöffentlich", "", False),
        ("Status: öffentlich / nicht öffentlich", "", False),
        ("", "Vertraulich", False),
        ("", "Status: nichtöffentlich", False),
    ],
)
def test_an_announcement_is_not_hidden_by_what_it_lists(status: str, stamp: str, public: bool | None) -> None:
    paper = paper_of(EINLADUNG.format(status=status, stamp=stamp))
    assert (paper.name, paper.public) == ("Einladung zur Sitzung des Kreistags am 03.06.2024", public)


def test_an_announcement_of_a_non_public_sitting_is_not_public() -> None:
    text = EINLADUNG.format(status="", stamp="").replace("Öffentlicher Teil\n\nÖ 1 Begrüßung\n\n", "")
    assert paper_of(text).public is False
    niederschrift = EINLADUNG.format(status="", stamp="").replace("Einladung zur", "Niederschrift über die")
    assert paper_of(niederschrift).public is False


@pytest.mark.parametrize(
    "line",
    [
        "LANDKREIS MUSTERBACH",
        "Landkreis Musterbach | Fachbereich 4",
        "ABC - Kreistagsfraktion Musterbach",
        "Fraktion ABC im Kreistag Musterbach",
        "Ausschuss für Soziales, Jugend und Senioren",
        "Kreistag",
        "Antrag · Status: öffentlich",
        "An Herrn Landrat Dr. Muster",
    ],
)
def test_letterheads_councils_and_fields_are_no_title(line: str) -> None:
    assert paper_of(f"{line}\n\nRadwege am See\n\nDer Landkreis baut im nächsten Jahr einen Radweg.\n").name == "Radwege am See"
    assert paper_of(f"{line}\n").name is None


@pytest.mark.parametrize("file", sorted(SAMPLE))
def test_the_sample_corpus_is_read_as_a_person_reads_it(file: str, sample: dict[str, File]) -> None:
    if file in SCANS and ocr.available() is None:
        pytest.skip("Tesseract with German data is not installed")
    wanted = SAMPLE[file]
    read = parsed(sample[file].path)
    paper = read_paper(read.text, read.blocks, file_name=file, folder_body=sample[file].folder_body, sidecar=sample[file].sidecar)
    found = {field: getattr(paper, field) for field in wanted}
    found |= {"date": paper.date and paper.date.isoformat(), "consultations": len(paper.consultations)}
    assert found == wanted


def test_every_file_of_the_sample_corpus_is_expected(sample: dict[str, File]) -> None:
    assert sorted(sample) == sorted(SAMPLE)


@needs_data
def test_the_seed_documents_are_read_as_a_person_reads_them() -> None:
    found = {}
    for path in sorted((DATA / "seeds").glob("*.txt")):
        document = laid_out(decode(path.read_bytes()))
        paper = read_paper(document.text, document.blocks, file_name=path.name)
        found[path.name] = json.loads(json.dumps(dataclasses.asdict(paper), default=str))
    assert found == json.loads(GOLDEN.read_text(encoding="utf-8"))


@needs_data
def test_numbers_and_kinds_of_a_whole_town_agree_with_its_information_system() -> None:
    folder = DATA / "oparl-nordstemmen"
    papers = [json.loads(line) for line in (folder / "papers.jsonl").read_text(encoding="utf-8").splitlines()]
    main = {paper["mainFile"]["id"]: paper for paper in papers if "mainFile" in paper}
    pages: dict[str, str] = {}
    for line in (folder / "pages.jsonl").read_text(encoding="utf-8").splitlines():
        page = json.loads(line)
        if page["file"] in main and page["page"] == 1:
            pages[page["file"]] = page["text"]
    read = {file: paper_of(text) for file, text in pages.items()}
    assert len(read) > 70
    assert [paper.reference for paper in read.values()] == [main[file]["reference"] for file in read]
    assert [paper.paper_type for paper in read.values()] == [main[file]["paperType"] for file in read]


GRANT = """Datum: 22.12.2020 Direktorium

Entscheidung über die Gewährung eines Zuschusses aus Budgetmitteln des Bezirksausschusses 3

AntragstellerIn: Spielen am See e.V.

für die Maßnahme: Zirkus im Park

Beschluss des Bezirksausschusses des 3. Stadtbezirkes vom{day}

Öffentliche Sitzung

Sitzungsvorlagen Nr.: 20-26 / V 02298

I. Sachverhalt

Der Antrag vom 22.11.2020 wurde geprüft.

Beschluss des BA in der Sitzung am:

einstimmig mehrheitlich
"""


@pytest.mark.parametrize(("day", "date_of_sitting"), [(" 12.01.2021", date(2021, 1, 12)), ("", None)])
def test_an_empty_form_of_a_decision_is_a_vorlage_without_a_result(day: str, date_of_sitting: date | None) -> None:
    paper = paper_of(GRANT.format(day=day))
    assert (paper.name, paper.paper_type, paper.reference) == ("Zirkus im Park", "Beschlussvorlage", "20-26 / V 02298")
    assert (paper.date, paper.originators) == (date(2020, 12, 22), ("Spielen am See e.V.",))
    assert paper.consultations == (Consultation("Bezirksausschuss des 3. Stadtbezirkes", date_of_sitting, True),)


@pytest.mark.parametrize(
    ("lines", "step"),
    [
        (
            ["Fachausschuss Bildung, Kultur", "12.03.2024 Beratung und Empfehlung einstimmig", "und Soziales"],
            ("Fachausschuss Bildung, Kultur und Soziales", date(2024, 3, 12), "Beratung und Empfehlung", "einstimmig"),
        ),
        (
            ["Ausschuss für Bau, Marketing und 12.03.2024 Beratung und Empfehlung 8 Ja-Stimmen, 1 Nein-Stimme", "Feuerschutz"],
            (
                "Ausschuss für Bau, Marketing und Feuerschutz",
                date(2024, 3, 12),
                "Beratung und Empfehlung",
                "8 Ja-Stimmen, 1 Nein-Stimme",
            ),
        ),
        (
            ["Beratung und Beschluss- 20 Ja-Stimmen, zwei", "Rat 12.03.2024", "fassung Enthaltungen"],
            ("Rat", date(2024, 3, 12), "Beratung und Beschlussfassung", "20 Ja-Stimmen, zwei Enthaltungen"),
        ),
        (["Beratung und Beschluss-", "Rat fassung"], ("Rat", None, "Beratung und Beschlussfassung", None)),
    ],
)
def test_cells_of_several_lines_are_put_together(lines: list[str], step: tuple[object, ...]) -> None:
    rows = ["Beratungsfolge Termin Stand Abstimmung", "Sozialausschuss 01.03.2024 Beratung und Empfehlung einstimmig", *lines]
    text = "\n".join(["DS 12/2024", "Beschlussvorlage", *rows, "Radwege am See", "Beschlussvorschlag:", "Es wird gebaut."])
    found = paper_of(text).consultations
    assert [(s.organization, s.date, s.role, s.result) for s in found] == [
        ("Sozialausschuss", date(2024, 3, 1), "Beratung und Empfehlung", "einstimmig"),
        step,
    ]


@pytest.mark.parametrize(
    ("lines", "groups"),
    [
        (["CDU-Gemeinderatsfraktion Vorlage Nr.: 2024/017"], ("CDU-Gemeinderatsfraktion",)),
        (["FW|FÜR-Gemeinderatsfraktion"], ("FW|FÜR-Gemeinderatsfraktion",)),
        (["Interfraktioneller Antrag: GRÜNE, SPD und Die Linke"], ("GRÜNE", "SPD", "Die Linke")),
        (["Radwege am See (Antrag der SPD-Ortschaftsratsfraktion)"], ("SPD-Ortschaftsratsfraktion",)),
        (["Stadtratsfraktion", "Die PARTEI partei@example.org"], ("Die PARTEI",)),
        (["Antrag: Neubesetzung der Leitung"], ()),
    ],
)
def test_the_filing_group_is_an_originator(lines: list[str], groups: tuple[str, ...]) -> None:
    text = "\n\n".join(["Antrag", *lines, "Gemeinderat 28.03.2024 17", "Der Gemeinderat möge beschließen: Es wird gebaut."])
    assert paper_of(text).originators == groups


def test_a_neighbour_named_often_does_not_outweigh_the_folder() -> None:
    text = "Beschlussvorlage\n\nDer Stadtrat der Stadt Bedorf hat den Beitritt beschlossen. " + "Die Stadt Bedorf zahlt. " * 9
    assert paper_of(text).body == "Stadt Bedorf"
    assert paper_of(text, folder_body="Stadt Adorf").body == "Stadt Adorf"
