"""The language of a text: sure of German and English, silent where nothing is sure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.build import build
from indexer.language import language_of
from indexer.settings import Settings
from indexer.store import Collection

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "xquad-de"

SENTENCES = {
    "de": "Der Kreistag beschließt den Haushalt und nimmt den Bericht über die Schulen zur Kenntnis, "
    "die für das Jahr geplant sind.",
    "en": "The council approves the budget of the county, and it takes note of the report on schools "
    "that were planned for this year.",
    "fr": "Le conseil approuve le budget et prend note du rapport sur les écoles qui sont prévues "
    "pour cette année dans la commune.",
    "es": "El consejo aprueba el presupuesto y toma nota del informe sobre las escuelas que se "
    "construyen en los municipios para el año.",
    "it": "Il consiglio approva il bilancio della provincia e prende atto del rapporto sulle scuole "
    "che sono previste per gli anni, non di più.",
    "nl": "De raad keurt het budget goed en neemt kennis van het verslag over scholen die voor dit "
    "jaar zijn gepland, maar niet op dat moment.",
    "pl": "Rada zatwierdza budżet i przyjmuje do wiadomości sprawozdanie, że szkoły są planowane na "
    "ten rok oraz nie jest to koniec dla nich.",
    "tr": "Meclis bütçeyi onaylar ve okullar ile ilgili raporu bu yıl için kabul eder, daha sonra "
    "çok kadar bir rapor olarak yayımlanır.",
    "nds": "De Raat seggt ok, dat de Schoolen nich för all dor sünd, un wi hebbt dat nu vun nies "
    "wedder op de List schreven, för jüm.",
    "ru": "Совет утверждает бюджет района и принимает к сведению отчёт о школах, которые будут построены в этом году.",
    "uk": "Рада затверджує бюджет району та бере до відома звіт про школи, які будуть побудовані цього року в її громадах.",
    "ar": "يوافق المجلس على ميزانية المقاطعة ويحيط علما بالتقرير المتعلق بالمدارس المخطط لها هذا العام",
    "el": "Το συμβούλιο εγκρίνει τον προϋπολογισμό της περιφέρειας και λαμβάνει υπόψη την έκθεση για τα σχολεία.",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_each_language_is_told(language: str) -> None:
    assert language_of(SENTENCES[language]) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Anlage 1",
        "12.03.2024 | 5 | 7",
        "Müller, Meier, Schulze, Schmidt " * 20,
        "的" * 200,
        f"{SENTENCES['de']} {SENTENCES['en']}",
    ],
    ids=["empty", "short", "numbers", "names", "other script", "mixed"],
)
def test_where_nothing_is_sure_nothing_is_said(text: str) -> None:
    assert language_of(text) is None


def test_a_document_knows_its_language(settings: Settings, tmp_path: Path, write) -> None:
    write(tmp_path / "papiere", {"a.txt": SENTENCES["de"], "b.txt": SENTENCES["en"], "c.txt": "Anlage 1"})
    build(settings, [tmp_path / "papiere"])
    documents = Collection(settings.index, "public").open().documents()
    assert {d.file.name: d.language for d in documents} == {"a.txt": "de", "b.txt": "en", "c.txt": None}


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the development data is not at {DATA}")
def test_paragraphs_of_an_encyclopedia_are_never_taken_for_another_language() -> None:
    def texts(name: str) -> list[str]:
        return [json.loads(line)["text"] for line in (DATA / name).read_text(encoding="utf-8").splitlines()]

    german, questions = texts("corpus.jsonl"), texts("queries.en.jsonl")
    english = [" ".join(questions[n : n + 6]) for n in range(0, len(questions), 6)]  # as long as a paragraph
    for language, paragraphs in (("de", german), ("en", english)):
        told = [language_of(paragraph) for paragraph in paragraphs]
        assert set(told) <= {language, None}
        assert told.count(language) >= 0.97 * len(told)
