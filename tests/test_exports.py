"""Answers to take away: the same text and sources in every format, nothing forged or withdrawn, hostile words stay words."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer
from markdown_it import MarkdownIt
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser

from indexer.build import build
from indexer.errors import SettingsError
from indexer.generation import Generation
from indexer.settings import load
from service.app import create_app
from service.settings import ServiceSettings
from service.web.exports.markdown import escaped, markdown
from service.web.exports.pdf import pdf
from service.web.exports.plain import plain
from service.web.exports.records import Place, Record, Sentence, digest
from service.web.exports.sheets import Frame, Note, Sheet, sheet
from service.web.exports.word import word

GOLDEN = Path(__file__).parent / "golden" / "exports"
MADE = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
FRAME = Frame("https://rat.musterbach.example", "Stadt Musterbach", str(ServiceSettings.model_fields["citation_style"].default))
HOSTILE = "<script>alert(1)</script> ![x](https://evil.example/p.png) [klick](javascript:alert(1)) www.evil.example <b>"
BRIDGE = f"""Landkreis Musterbach

Drucksachen-Nr.: 2024/017

# Brücke {HOSTILE}

Die Brücke am Mühlbach wird 2025 erneuert. {HOSTILE}

- Abbruch der alten Brücke
- =SUMME(A1) Pfeiler {HOSTILE}

| Abschnitt | Kosten |
|---|---|
| Abbruch | 90.000 Euro |
"""
SAME = {"Sec-Fetch-Site": "same-origin"}
QUESTION = "Wann wird die Brücke am Mühlbach erneuert?"


@pytest.fixture
def made(make_document, make_index) -> Generation:
    return make_index(
        [
            make_document(
                "bruecke.txt",
                "Die Brücke am Mühlbach wird 2025 erneuert. Das kostet 90.000 Euro.\n\nDer Kreistag berät im Herbst."
                "\n\n☒ ja ☐ nein ✘ öffentlich",
                reference="2024/017",
                paper_type="Beschlussvorlage",
                body="Landkreis Musterbach",
            ),
            make_document("weg.txt", "Der Weg am Weiher bleibt gesperrt.", name="Wegesperrung"),
        ]
    )


def place(generation: Generation, name: str, words: str, reason: str = "") -> Place:
    document = generation.find(name)
    assert document is not None
    start = document.text.index(words)
    return Place(document=name, start=start, end=start + len(words), words=digest(words), reason=reason)


def record(generation: Generation, **changes: object) -> Record:
    base = Record(
        id="a1",
        language="de",
        outcome="answered",
        asked="Und wann?",
        question="Wann wird die Brücke erneuert?",
        sentences=(
            Sentence(kind="quoted", text="Vorgeschlagen:", places=(1,)),
            Sentence(kind="generated", text="Die Kosten betragen 90.000 Euro.", places=(2, 1)),
            Sentence(kind="program", text="Gefunden: 1 Vorlage.", places=(3,)),
        ),
        places=(
            place(generation, "bruecke.txt", "Die Brücke am Mühlbach wird 2025 erneuert."),
            place(generation, "bruecke.txt", "Das kostet 90.000 Euro."),
            place(generation, "bruecke.txt", "Der Kreistag berät im Herbst."),
        ),
        near=(place(generation, "weg.txt", "Der Weg am Weiher bleibt gesperrt.", "nennt „Weg“"),),
        basis=("bruecke.txt", "weg.txt"),
        notices=("Quellen 1, 3: Das ist ein Vorschlag oder Antrag.",),
        scope=("Durchsucht: 2 Dokumente, Stand 03.03.2026.",),
        made=MADE,
        model="musterlm-7b",
    )
    return base.model_copy(update=changes)


@pytest.fixture
def two(made: Generation) -> Sheet:
    """A conversation of two answers, the second of quotations alone."""
    second = record(made, id="a2", asked="Was ist mit dem Weg?", model="")
    changes = {"sentences": second.sentences[:1], "places": second.places[:1], "notices": ("Quelle 1: Das ist ein Vorschlag.",)}
    second = second.model_copy(update={**changes, "question": second.asked})
    return sheet([record(made), second], made, FRAME)


def golden(name: str, found: str) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def in_utc(text: str) -> str:
    """The time of day is that of this machine's clock."""
    return re.sub(r"\d\d:\d\d(?= von)", "09:30", text)


def squeezed(text: str) -> str:
    return re.sub(r"[\s|•]+", "", text)


def told(one: Sheet) -> list[str]:
    """All that a reader must find, in pieces that no format tears apart."""
    pieces = [one.title, one.label, one.made]
    for entry in one.entries:
        pieces += [entry.heading, entry.asked, entry.understood, entry.outcome, *entry.notices, *entry.scope]
        for said in [*entry.said, *entry.near]:
            pieces += [said.lead, *(line.text for line in said.lines)]
    for note in one.notes:
        pieces += [note.before.removesuffix("<"), note.address, note.after.removeprefix(">")]
    return [squeezed(piece) for piece in pieces if piece]


def docx_text(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [LexborHTMLParser(archive.read(f"word/{name}.xml").decode()) for name in ("document", "footnotes")]
    return "".join(node.text() for part in parts for node in part.css("w\\:t"))


def pdf_text(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def markdown_text(one: Sheet) -> str:
    """As a renderer shows it, without its head and with footnotes as they stand."""
    source = markdown(one).split("---\n", 2)[2]
    return LexborHTMLParser(MarkdownIt().render(re.sub(r"^\[\^\d+\]: ", "- ", source, flags=re.MULTILINE))).text()


def test_plain_text_and_markdown_are_as_recorded(two: Sheet) -> None:
    golden("conversation.txt", in_utc(plain(two)))
    golden("conversation.md", in_utc(markdown(two)))


def test_every_format_holds_the_same_text_and_sources(two: Sheet) -> None:
    formats = {"txt": plain(two), "md": markdown_text(two), "docx": docx_text(word(two)), "pdf": pdf_text(pdf(two))}
    for name, text in formats.items():
        found = squeezed(text)
        assert [piece for piece in told(two) if piece not in found] == [], name


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60), min_size=1, max_size=4),
    kinds=st.lists(st.sampled_from(["quoted", "program", "generated"]), min_size=1, max_size=4),
)
def test_whatever_was_said_every_format_holds_it(made: Generation, words: list[str], kinds: list[str]) -> None:
    sentences = tuple(
        Sentence(kind=kind, text=words[i % len(words)], places=(i % 3 + 1,))  # type: ignore[arg-type]
        for i, kind in enumerate(kinds)
    )
    one = sheet([record(made, sentences=sentences, asked=words[0], notices=tuple(words))], made, FRAME)
    data = word(one)
    docx.Document(io.BytesIO(data))
    found = {"txt": plain(one), "docx": docx_text(data), "md": markdown_text(one)}
    for name, text in found.items():
        # HTML, which the Markdown is turned into for this, knows no NUL and reads some characters as others
        assert [p for p in told(one) if p not in squeezed(text) and (name != "md" or p.isascii())] == [], name
    pages = PdfReader(io.BytesIO(pdf(one)))
    typeset = squeezed("".join(page.extract_text() for page in pages.pages))
    assert [piece for piece in told(one) if piece.isascii() and piece.isalnum() and piece not in typeset] == []
    assert pages.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert {note.address for note in one.notes if note.number in marked(one)} == set(links_of(pages))


def test_boxes_to_tick_and_signs_of_one_font_are_typeset(made: Generation) -> None:
    place_of_boxes = place(made, "bruecke.txt", "☒ ja ☐ nein ✘ öffentlich")
    places = (place_of_boxes, *record(made).places[1:])
    one = sheet([record(made, places=places, asked="\uf0a8 Und \u202eumgedreht?")], made, FRAME)
    data = pdf(one)
    assert "☒ ja ☐ nein ✘ öffentlich" in squeezed_space(pdf_text(data))
    assert "\ufffd Und \ufffdumgedreht?" in squeezed_space(pdf_text(data))
    assert b"pdfuaid" in PdfReader(io.BytesIO(data)).trailer["/Root"]["/Metadata"].get_data()


def links_of(reader: PdfReader) -> list[str]:
    annotations = [found.get_object() for page in reader.pages for found in page.get("/Annots", [])]
    return [one["/A"]["/URI"] for one in annotations if "/URI" in one.get("/A", {})]


def marked(one: Sheet) -> set[int]:
    return {number for entry in one.entries for said in [*entry.said, *entry.near] for number in said.marks}


def test_footnotes_of_a_conversation_run_through_and_notices_follow(two: Sheet) -> None:
    assert [note.number for note in two.notes] == list(range(1, 7))
    assert two.entries[1].notices == ("Quelle 5: Das ist ein Vorschlag.",)
    assert two.entries[1].said[0].marks == (5,)


def test_the_pdf_is_tagged_with_language_title_headings_and_footnotes(two: Sheet) -> None:
    reader = PdfReader(io.BytesIO(pdf(two)))
    root = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("de", True)
    assert reader.metadata is not None
    assert reader.metadata.title == "Auskunft aus Ratsunterlagen"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    tags = list(structure(root["/StructTreeRoot"]))
    assert tags.count("/Note") + tags.count("/FENote") == len(marked(two))
    assert {"/H1", "/H2", "/BlockQuote", "/Link", "/L"} <= set(tags)
    assert [str(entry.get("/Title")) for entry in reader.outline if isinstance(entry, dict)] == ["Frage 1", "Frage 2"]


def structure(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if "/S" in node:
            yield str(node["/S"])
        children = node.get("/K", [])
        children = children.get_object() if hasattr(children, "get_object") else children
        for child in children if isinstance(children, list) else [children]:
            yield from structure(child.get_object() if hasattr(child, "get_object") else child)


def test_the_word_file_has_headings_footnotes_language_and_title(two: Sheet) -> None:
    data = word(two)
    document = docx.Document(io.BytesIO(data))
    assert (document.core_properties.title, document.core_properties.language) == ("Auskunft aus Ratsunterlagen", "de-DE")
    headings = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert headings == ["Frage 1", "Frage 2"]
    references = [int(found.get(qn("w:id"))) for found in document.element.iter(qn("w:footnoteReference"))]
    assert references == sorted(marked(two))  # each once; further marks are fields that point at it
    assert {found.get(qn("w:val")) for found in document.styles.element.iter(qn("w:lang"))} == {"de-DE"}


@pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice here")
def test_libreoffice_opens_the_word_file(two: Sheet, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(word(two))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "a.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    found = squeezed(pdf_text((tmp_path / "a.pdf").read_bytes()))
    assert [piece for piece in told(two) if piece not in found] == []


def test_text_of_a_model_is_marked_for_people_and_machines_and_quotations_are_not(made: Generation) -> None:
    generated = record(made)
    quoted = generated.model_copy(update={"sentences": generated.sentences[:1], "model": ""})
    for one, marked_as in ((generated, True), (quoted, False)):
        found = sheet([one], made, FRAME)
        texts = [plain(found), markdown_text(found), docx_text(word(found)), pdf_text(pdf(found))]
        assert all("KI-Hinweis" in text and "Stadt Musterbach" in squeezed_space(text) for text in texts)
        assert all(("(von KI formuliert)" in squeezed_space(text)) == marked_as for text in texts)
        metadata = PdfReader(io.BytesIO(pdf(found))).trailer["/Root"]["/Metadata"].get_data()
        keywords = docx.Document(io.BytesIO(word(found))).core_properties.keywords
        marks = (b"WithTrainedAlgorithmicMedia" in metadata, "WithTrainedAlgorithmicMedia" in keywords)
        assert marks == (marked_as, marked_as)
        assert f"ai_generated: {json.dumps(marked_as)}" in markdown(found)


def squeezed_space(text: str) -> str:
    return " ".join(text.split())


def test_words_that_changed_or_went_are_withheld_with_all_that_rests_on_them(made: Generation) -> None:
    whole = record(made)
    changed = whole.model_copy(update={"places": (whole.places[0], replaced(whole.places[1]), whole.places[2])})
    one = sheet([changed], made, FRAME)
    assert [said.kind for said in one.entries[0].said] == ["quoted", "withheld", "program"]
    assert (one.notes[1].address, one.notes[1].before) == ("", "Diese Quelle ist nicht mehr öffentlich oder hat sich geändert.")
    for text in (plain(one), markdown(one), docx_text(word(one)), pdf_text(pdf(one))):
        assert "Die Kosten betragen" not in text
    gone = whole.model_copy(update={"basis": (*whole.basis, "entzogen.txt")})
    assert sheet([gone], made, FRAME).entries[0].notices == (
        "Hinweise zu dieser Antwort fehlen, weil Unterlagen nicht mehr öffentlich sind.",
    )


def replaced(one: Place) -> Place:
    return one.model_copy(update={"words": digest("andere Worte")})


def test_footnotes_follow_the_operators_style(made: Generation) -> None:
    one = sheet([record(made)], made, replace(FRAME, style="{body}, Drs. {paper}, {date}, {page}: {address}"))
    assert one.notes[0] == Note(1, "Landkreis Musterbach, Drs. Drucksache 2024/017, Seite 1: ", one.notes[0].address, "")
    with pytest.raises(SettingsError, match="CITATION_STYLE"):
        load(ServiceSettings, {"RATSLOTSE_CITATION_STYLE": "{paper.__class__}"})


@given(st.text(st.sampled_from("ab1.-+=#>*_`~|[]()<>!\\:/@&$^{} \thw"), max_size=60))
def test_escaped_markdown_is_text_only(text: str) -> None:
    text = " ".join(text.split())
    for renderer in (MarkdownIt(), MarkdownIt("gfm-like", {"linkify": False})):
        rendered = LexborHTMLParser(renderer.render(escaped(text)))
        assert [node.tag for node in rendered.css("body *")] == (["p"] if text else [])
        assert squeezed_space(rendered.text()) == squeezed_space(text)


# --- over HTTP


@pytest.fixture
def folder_of_bridge(tmp_path: Path) -> Path:
    folder = tmp_path / "papiere" / "Landkreis Musterbach"
    folder.mkdir(parents=True)
    (folder / "bruecke.md").write_text(BRIDGE, encoding="utf-8")
    return tmp_path / "papiere"


@pytest.fixture
def client(tmp_path: Path, folder_of_bridge: Path) -> TestClient:
    settings = ServiceSettings(index=tmp_path / "index", encoder="hash")
    build(settings, [folder_of_bridge])
    return TestClient(create_app(settings), headers={"Accept-Language": "de"})


def asked(client: TestClient, question: str = QUESTION) -> LexborHTMLParser:
    return LexborHTMLParser(client.post("/", data={"question": question}).text)


def token(page: LexborHTMLParser) -> str:
    return page.css_first(".tools input[name=token]").attributes["value"] or ""


def test_an_answer_is_exported_in_every_format_the_page_offers(client: TestClient) -> None:
    page = asked(client)
    formats = [button.attributes["value"] for button in page.css(".tools button[name=format]")]
    assert formats == ["pdf", "docx", "md", "txt"]
    for form in [*formats, "html"]:
        response = client.post("/antwort/export", data={"token": token(page), "format": form})
        assert response.status_code == 200
        assert response.headers["content-disposition"].endswith(f'.{form}"')
        assert response.headers["cache-control"] == "no-store"
    text = client.post("/antwort/export", data={"token": token(page), "format": "txt"}).text
    assert "Die Brücke am Mühlbach wird 2025 erneuert." in text
    assert "http://testserver/dokumente/" in text


def test_hostile_papers_and_questions_stay_words_in_every_file(client: TestClient) -> None:
    page = asked(client, f"Was wird aus der Brücke? {HOSTILE}")
    assert HOSTILE[:20] in page.text()
    kept = token(page)
    exported = {
        name: client.post("/antwort/export", data={"token": kept, "format": name}).content
        for name in ("md", "docx", "pdf", "html")
    }
    rendered = LexborHTMLParser(MarkdownIt("gfm-like", {"linkify": False}).render(exported["md"].decode()))
    for tree in (rendered, LexborHTMLParser(exported["html"].decode())):
        assert not tree.css("script, img, b")
        addresses = [link.attributes["href"] or "" for link in tree.css("a")]
        assert addresses
        assert all(address.startswith(("http://testserver/dokumente/", "#")) for address in addresses)
    assert all(link.startswith("http://testserver/dokumente/") for link in links_of(PdfReader(io.BytesIO(exported["pdf"]))))
    with zipfile.ZipFile(io.BytesIO(exported["docx"])) as archive:
        targets = re.findall(
            r'Target="([^"]+)"[^>]*TargetMode="External"', archive.read("word/_rels/footnotes.xml.rels").decode()
        )
        assert not re.findall("External", archive.read("word/_rels/document.xml.rels").decode())
    assert all(target.startswith("http://testserver/dokumente/") for target in targets)


def test_a_whole_conversation_is_exported_without_javascript(client: TestClient) -> None:
    first = asked(client)
    names = ("turn_question", "turn_answer", "turn_token")
    fields = {name: [n.attributes["value"] or "" for n in first.css(f"form.ask input[name={name}]")] for name in names}
    second = LexborHTMLParser(client.post("/", data={**fields, "question": "Was kostet der Abbruch?"}, headers=SAME).text)
    earlier = [node.attributes["value"] or "" for node in second.css(".tool-files input[name=earlier]")]
    data = {"token": token(second), "earlier": earlier, "format": "txt"}
    alone, whole = (client.post("/antwort/export", data=data | more).text for more in ({}, {"conversation": "1"}))
    assert (alone.count(QUESTION), whole.count(QUESTION)) == (0, 1)
    assert "Frage 2" in whole


@pytest.mark.parametrize("kind", ["garbage", "other key", "changed", "empty"])
def test_only_answers_of_this_service_are_exported(client: TestClient, kind: str) -> None:
    right = token(asked(client))
    payload = URLSafeSerializer("x").loads_unsafe(right)[1]
    forged = {
        "garbage": "nichts",
        "other key": str(URLSafeSerializer(b"geraten").dumps(payload)),
        "changed": right[:5] + ("A" if right[5] != "A" else "B") + right[6:],
        "empty": "",
    }[kind]
    response = client.post("/antwort/export", data={"token": forged, "format": "pdf"})
    assert response.status_code in (410, 422)
    assert "stellen Sie die Frage noch einmal" in response.text or not forged


def test_after_a_restart_the_reader_is_told_what_to_do(client: TestClient, tmp_path: Path) -> None:
    again = TestClient(create_app(ServiceSettings(index=tmp_path / "index", encoder="hash")), headers={"Accept-Language": "de"})
    response = again.post("/antwort/export", data={"token": token(asked(client)), "format": "md"})
    assert response.status_code == 410
    assert "Bitte stellen Sie die Frage noch einmal" in response.text


def test_a_paper_withdrawn_after_the_answer_is_in_no_file(client: TestClient, tmp_path: Path, folder_of_bridge: Path) -> None:
    kept = token(asked(client))
    (folder_of_bridge / "Landkreis Musterbach" / "bruecke.md").unlink()
    (folder_of_bridge / "Landkreis Musterbach" / "anders.txt").write_text("Landkreis Musterbach\n\nEin anderes Papier.")
    build(ServiceSettings(index=tmp_path / "index", encoder="hash"), [folder_of_bridge])
    text = client.post("/antwort/export", data={"token": kept, "format": "txt"}).text
    assert "wird 2025 erneuert." not in text
    assert "[Diese Aussage fehlt" in text


def test_small_talk_is_not_kept(client: TestClient) -> None:
    assert not asked(client, "Guten Tag!").css(".tools")


def test_nothing_is_shared_or_judged_unless_switched_on(client: TestClient, tmp_path: Path) -> None:
    page = asked(client)
    assert not page.css("form[data-tool]")
    for path in ("/antwort/teilen", "/antwort/urteil"):
        data = {"token": token(page), "verdict": "up"}
        assert client.post(path, data=data, headers=SAME).status_code == 404
    assert client.get("/geteilt/x").status_code == 404
    assert not (tmp_path / "state").exists()
