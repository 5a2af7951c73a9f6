"""Pages of council information systems: the paper is read, and nothing of the site around it. The pages are made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.domain import Paper
from indexer.papers import read_paper
from indexer.parsing import parse
from indexer.parsing.layout import LaidOut

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "munich-html"
BODY = "<p>Der Radweg am Mühlbach wird im Jahr 2025 gebaut. Die Kosten betragen 600.000 Euro.</p>"

TABLES = f"""<html><head><title>Vorlage - VO/2024/017</title></head><body>
<div id="risheader"><a href="/">MENÜ Musterbach</a></div>
<div id="rismenu"><ul><li><a href="a">MENÜ Kalender</a></li>
<li><a href="b">MENÜ Gremien</a></li><li><a href="c">MENÜ Fraktionen</a></li>
<li><a href="d">MENÜ Recherche</a></li></ul></div>
<div class="breadcrumb">MENÜ &gt; Vorlagen</div>
<div id="risname"><h1>Vorlage - VO/2024/017</h1></div>
<div id="allriscontainer"><table class="risdeco"><tr><td>
<table class="tk1"><tr><td class="kb1">Betreff:</td><td class="text1" colspan="3">Radweg am Mühlbach</td></tr>
<tr><td class="kb1">Status:</td><td class="text4">öffentlich</td>
<td class="kb1">Vorlage-Art:</td><td class="text4">Beschlussvorlage</td></tr>
<tr><td class="kb1">Federführend:</td><td>Amt für Verkehr</td><td class="kb1">Datum:</td><td>03.05.2024</td></tr></table>
<table class="tk1"><tr><th>Gremium</th><th>Datum</th><th>TOP</th><th>Beratungsart</th><th>Ergebnis</th></tr>
<tr class="zl12"><td><a href="x">Verkehrsausschuss</a></td><td><a href="y">03.06.2024</a></td>
<td>Ö 4</td><td>Vorberatung</td><td>ungeändert beschlossen</td></tr>
<tr class="zl11"><td>Kreistag</td><td>17.06.2024</td><td></td><td>Entscheidung</td><td></td></tr></table>
<h3>Sachverhalt</h3>{BODY}
<h3>Anlagen</h3><ul><li><a href="1.pdf">Lageplan des Radwegs am Mühlbach (PDF)</a></li></ul>
<a href="#">Seite drucken</a> <a href="#top">Nach oben</a></td></tr></table></div>
<div id="risfooter">MENÜ Impressum</div></body></html>"""

CELLS = f"""<html lang="de"><body id="smc_body"><div id="cookie-banner">MENÜ Wir verwenden Cookies.</div>
<header><div class="smc-navbar"><a>MENÜ Start</a></div></header>
<form class="smc-search-form" role="search">MENÜ Suche <input name="q"></form>
<div class="container"><div id="smcmenu"><ul><li><a>MENÜ Info</a></li></ul></div>
<div id="smccontent"><h1 class="smc_h1">Vorlage - 2024/017</h1>
<div class="smc-table-row"><div class="smc-cell-head">Betreff:</div><div class="smc-cell">Radweg am Mühlbach</div></div>
<div class="smc-table-row"><div class="smc-cell-head">Art</div><div class="smc-cell">Beschlussvorlage</div></div>
<dl><dt>Drucksachen-Nr.</dt><dd>2024/017</dd><dt>Datum</dt><dd>03.05.2024</dd><div><dt>Status</dt><dd>öffentlich</dd></div></dl>
<h2>Beratungsfolge</h2>
<table class="smc-table smc-table-striped"><thead>
<tr><th>Gremium</th><th>Datum</th><th>TOP</th><th>Beratungsart</th><th>Ergebnis</th></tr></thead>
<tbody><tr><td class="smc-t-cn991" data-label="Gremium">Verkehrsausschuss</td>
<td>03.06.2024</td><td>Ö 4</td><td>Vorberatung</td>
<td>ungeändert beschlossen</td></tr><tr><td>Kreistag</td><td>17.06.2024</td><td></td><td>Entscheidung</td><td></td></tr>
</tbody></table>
<h2>Sachverhalt</h2>{BODY}
<div class="smc-documents"><h2>Anlagen</h2><a href="1.pdf">Lageplan des Radwegs am Mühlbach (PDF)</a></div>
<div class="smc-toolbar"><a>MENÜ Merken</a></div></div></div>
<footer>MENÜ Impressum</footer></body></html>"""


def read(source: str) -> tuple[LaidOut, Paper]:
    laid_out = parse(source.encode(), "a.html")
    return laid_out, read_paper(laid_out.text, laid_out.blocks, file_name="a.html")


@pytest.mark.parametrize("source", [TABLES, CELLS], ids=["tables", "cells"])
def test_the_paper_is_read_and_not_the_site(source: str) -> None:
    laid_out, paper = read(source)
    assert "MENÜ" not in laid_out.text
    assert "drucken" not in laid_out.text
    assert "Nach oben" not in laid_out.text
    assert "Die Kosten betragen 600.000 Euro." in laid_out.text
    assert "Lageplan des Radwegs am Mühlbach (PDF)" in laid_out.text
    assert paper.name == "Radweg am Mühlbach"
    assert paper.reference in ("VO/2024/017", "2024/017")
    assert paper.paper_type == "Beschlussvorlage"
    assert str(paper.date) == "2024-05-03"
    assert paper.public is True
    steps = [(s.organization, str(s.date), s.role, s.result, s.agenda_item) for s in paper.consultations]
    assert steps == [
        ("Verkehrsausschuss", "2024-06-03", "Vorberatung", "ungeändert beschlossen", "Ö 4"),
        ("Kreistag", "2024-06-17", "Entscheidung", None, None),
    ]
    first = laid_out.blocks[0]
    assert (first.kind, first.level) == ("heading", 1)


def test_labels_and_values_stand_on_one_line() -> None:
    source = f"""<main>{BODY}<dl><dt>Amt</dt><dd>Verkehr</dd><dd>Umwelt</dd><dt>Text</dt><dd><ul><li>eins</li></ul></dd></dl>
    <div><span class="key">Ort</span><span>Weiler</span></div><div><div>Termin:</div><div><b>3.</b> Juni</div></div>
    <div><span>Ein Satz.</span><span> Noch einer.</span></div></main>"""
    text = read(source)[0].text
    assert [line for line in text.split("\n") if line][1:] == [
        "Amt: Verkehr Umwelt",
        "Text:",
        "eins",
        "Ort: Weiler",
        "Termin: 3. Juni",
        "Ein Satz. Noch einer.",
    ]


def test_a_cell_that_reaches_down_stands_in_each_row() -> None:
    source = f"""<main>{BODY}<table><tr><td>Gremium</td><td>Termin</td><td>Ergebnis</td></tr>
    <tr><td rowspan="2">Kreistag</td><td><p>03.06.2024</p></td><td><p>vertagt</p><p>(einstimmig)</p></td></tr>
    <tr><td>04.06.2024</td><td>beschlossen</td></tr><tr><td colspan="2">gesamt</td><td>2</td></tr></table></main>"""
    laid_out, paper = read(source)
    assert [line for line in laid_out.text.split("\n") if line][-4:] == [
        "Gremium | Termin | Ergebnis",
        "Kreistag | 03.06.2024 | vertagt (einstimmig)",
        "Kreistag | 04.06.2024 | beschlossen",
        "gesamt | 2",
    ]
    assert [step.organization for step in paper.consultations] == ["Kreistag", "Kreistag"]


def test_the_densest_part_is_read_where_a_page_names_none() -> None:
    menu = "".join(f'<li><a href="{n}">Seite {n}</a></li>' for n in range(30))
    page = (
        f"<body><div><ul>{menu}</ul><p>Rathaus Musterbach</p></div><div><div>{BODY * 5}</div></div><div>Stand: heute</div></body>"
    )
    text = read(page)[0].text
    assert text.count("600.000") == 5
    assert "Seite 3" not in text
    assert "Rathaus" not in text


def test_a_page_whose_names_lie_is_read_all_the_same() -> None:
    assert "600.000" in read(f"<body><div class='main-menu'>{BODY}</div></body>")[0].text
    assert "600.000" in read(f"<body class='has-sidebar'><div class='with-navigation'>{BODY}</div></body>")[0].text


def test_a_list_of_papers_is_no_menu() -> None:
    links = "".join(f'<li><a href="{n}">Beschlussvorlage zum Ausbau der Straße Nummer {n}</a></li>' for n in range(9))
    assert "Nummer 7" in read(f"<main>{BODY}<ul>{links}</ul></main>")[0].text


@pytest.mark.parametrize(
    "page", ["<div>" * 5000 + "tief", "<nav>" * 3000, "<ul class='menu'>" * 2000 + "x", "<dl>" * 3000 + "<dt>a<dd>b"]
)
def test_hostile_pages_harm_nobody(page: str) -> None:
    assert isinstance(read(f"<body>{BODY}{page}")[0].text, str)


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the development data is not at {DATA}")
def test_a_real_page_is_read_with_its_fields() -> None:
    (path,) = DATA.glob("*.html")
    laid_out, paper = read(path.read_text(encoding="utf-8"))
    assert "Freigabe: 04.12.2025" in laid_out.text
    assert "Login" not in laid_out.text
    assert "Abonnement" not in laid_out.text
    assert paper.reference == "20-26 / V 18063"
    assert paper.originators == ("Mobilitätsreferat",)
